//! Numbers about managers, in a module that has a `WebSocketManager` of its own.

use websocket_core::unified_manager::UnifiedWebSocketManager;

/// What is told about one manager. The name was taken long before the other one came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebSocketManager {
    /// Open connections.
    pub connections: usize,
    /// The length of a queue.
    pub capacity: usize,
}

impl From<&UnifiedWebSocketManager> for WebSocketManager {
    fn from(manager: &UnifiedWebSocketManager) -> Self {
        Self {
            connections: manager.len(),
            capacity: UnifiedWebSocketManager::DEFAULT_CAPACITY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{UnifiedWebSocketManager, WebSocketManager};

    #[test]
    fn two_things_of_almost_one_name() {
        let numbers = WebSocketManager::from(&UnifiedWebSocketManager::new());
        assert_eq!((numbers.connections, numbers.capacity), (0, 64));
    }
}
