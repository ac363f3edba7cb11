//! The legacy path of the runtime, `websocket_core::unified_manager::UnifiedWebSocketManager`.

use crate::workspace::{Crate, Toolchain, Workspace};

const USER: &str = "
use websocket_core::MODULE::UnifiedWebSocketManager;

pub struct Server {
    manager: UnifiedWebSocketManager,
    other: websocket_core::MODULE::UnifiedWebSocketManager,
}

impl Server {
    pub fn new() -> Self {
        Self {
            manager: UnifiedWebSocketManager::new(),
            other: websocket_core::websocket_manager::WebSocketManager::new(),
        }
    }

    pub fn connections(&self) -> u32 {
        self.manager.connections() + self.other.connections()
    }
}
";

/// The lines of the user's text that a warning points at; each says the same.
#[track_caller]
fn check(module: &str, kind: &str, lines: &[usize]) {
    let crates = [
        Crate {
            name: "websocket-core".to_owned(),
            edition: "2021",
            dependencies: Vec::new(),
            features: &[],
            text: include_str!("../crates/websocket_core.rs").to_owned(),
        },
        Crate {
            name: format!("server-{module}"),
            edition: "2021",
            dependencies: vec![("websocket_core", "websocket-core".to_owned())],
            features: &[],
            text: USER.replace("MODULE", module),
        },
    ];
    let messages =
        Workspace::new(&format!("runtime-{module}"), Toolchain::Current, &crates).check();
    let text = format!(
        "use of deprecated {kind} `websocket_core::{module}::UnifiedWebSocketManager`: moved to \
        `websocket_core::websocket_manager::WebSocketManager` in 0.2.0; this path will be removed \
        in 0.6.0"
    );
    for message in &messages {
        assert_eq!(message.text, text);
        assert_eq!(message.source, "UnifiedWebSocketManager");
    }
    let found: Vec<usize> = messages.iter().map(|message| message.line).collect();
    assert_eq!(found, lines);
}

#[test]
fn an_alias_warns_of_each_mention() {
    check("unified_manager", "type alias", &[2, 5, 6, 12]);
}

#[test]
fn a_decoy_warns_of_the_import() {
    check("by_hand", "function", &[2]);
}
