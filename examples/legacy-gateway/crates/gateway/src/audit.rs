//! A trail of what was announced; only with the feature `audit`.

use websocket_core::unified_manager::UnifiedWebSocketManager;

use crate::broadcast::Announce;

/// A manager that remembers.
#[derive(Debug, Default)]
pub struct Audited {
    manager: UnifiedWebSocketManager,
    /// What was announced, and how many it reached.
    pub trail: Vec<(String, usize)>,
}

impl Announce for Audited {
    fn announce(&mut self, text: &str) -> usize {
        let reached = self.manager.announce(text);
        self.trail.push((text.to_owned(), reached));
        reached
    }
}

impl From<UnifiedWebSocketManager> for Audited {
    fn from(manager: UnifiedWebSocketManager) -> Self {
        Self {
            manager,
            trail: Vec::new(),
        }
    }
}
