"""The runtime's own shim: who uses its legacy path is warned, is migrated by its manifest, and is clean."""

import re
import shutil
from pathlib import Path

from commands import check, write
from crates import ROOT, Crates
from journey import travel

WORKSPACE = """\
[workspace]
members = ["runtime", "shim-macros"]
resolver = "2"
"""

USER_TOML = """\
[package]
name = "user"
version = "0.1.0"
edition = "2024"

[dependencies]
serde_json = "1.0"
websocket-core = { path = "../core/runtime", default-features = false }

[dev-dependencies]
tokio = { version = "1", default-features = false, features = ["rt", "time"] }
"""

#: Each form with the number of warnings that the shim gives for it.
FORMS = {
    "imported": (3, """\
use websocket_core::unified_manager::UnifiedWebSocketManager;

pub struct Sessions {
    managers: Vec<UnifiedWebSocketManager>,
}

impl Sessions {
    pub fn of(manager: UnifiedWebSocketManager) -> Self {
        Self { managers: vec![manager] }
    }

    pub fn connections(&self) -> usize {
        self.managers.iter().map(|manager| manager.connections()).sum()
    }
}
"""),
    "renamed": (2, """\
use websocket_core::unified_manager::UnifiedWebSocketManager as WebSocketManager;

pub fn run(manager: &WebSocketManager) {
    let run = manager.thread("t1").start_run("run-1", "triage");
    run.thinking("looking at the ticket");
    let call = run.tool("search", serde_json::json!({"q": "late"}));
    call.complete(serde_json::json!({"hits": 3}));
    run.complete(serde_json::json!({"answer": 42}));
}
"""),
    "written_out": (1, """\
pub fn name(manager: &websocket_core::unified_manager::UnifiedWebSocketManager) -> String {
    manager.user().to_string()
}
"""),
    "by_module": (2, """\
use websocket_core::unified_manager;

pub fn acked(manager: &unified_manager::UnifiedWebSocketManager) -> u64 {
    manager.acked()
}
"""),
    "grouped": (2, """\
use websocket_core::{identity::UserId, unified_manager::UnifiedWebSocketManager};

pub fn is(manager: &UnifiedWebSocketManager, user: &UserId) -> bool {
    manager.user() == user
}
"""),
}

TEST = """\
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::WebSocketManagerFactory;

struct Everyone;

impl Authenticator for Everyone {
    async fn authenticate(&self, shown: Credential, grant: Grant<'_>) -> Result<UserContext, AuthError> {
        let name = shown.token().ok_or(AuthError::Missing)?;
        Ok(grant.user(UserId::new(name).map_err(|_| AuthError::Invalid)?))
    }
}

#[test]
fn all_is_as_it_was() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let factory = WebSocketManagerFactory::builder().authenticator(Everyone).build();
        let ada = factory.authenticate(Credential::bearer("ada")).await.unwrap();
        let manager = factory.manager(&ada).unwrap();
        user::renamed::run(&manager);
        assert_eq!(user::written_out::name(&manager), "ada");
        assert_eq!(user::by_module::acked(&manager), 0);
        assert!(user::grouped::is(&manager, ada.user()));
        let position = manager.send("note", &"last").unwrap().position().await.unwrap();
        assert_eq!(position.offset, 6);
        assert_eq!(user::imported::Sessions::of(manager).connections(), 0);
    });
}
"""


class Runtime(Crates):
    """The crate of this repository as it stands, and a service that uses it."""

    forms = FORMS
    user_toml = USER_TOML
    user_test = TEST

    def ship(self) -> None:
        root = (ROOT / "Cargo.toml").read_text()
        shared = re.findall(r"^\[workspace\.(?:package|lints\.\w+)\]\n(?:.+\n)+", root, re.MULTILINE)
        write(self.core, {"Cargo.toml": "\n".join([WORKSPACE, *shared])})
        left = shutil.ignore_patterns("target", "node_modules", "client", "tests", "examples", "benches")
        for crate in ("runtime", "shim-macros"):
            shutil.copytree(ROOT / crate, self.core / crate, ignore=left)

    def lose_the_shims(self) -> None:
        lib = self.core / "runtime/src/lib.rs"
        text, taken = re.subn(r"\n/// The legacy path.*\Z", "", lib.read_text(), flags=re.DOTALL)
        check(taken == 1 and "unified_manager" not in text, "the shim is not where it was")
        lib.write_text(text)
        toml = self.core / "runtime/Cargo.toml"
        toml.write_text(toml.read_text().replace('version = "0.2.0"', 'version = "0.4.0"', 1))


def own(rehome: Path, place: Path) -> str | None:
    travel(Runtime(rehome, place), "--installed=websocket-core", told=("websocket-core 0.2.0: 1 move",))
    return None
