//! Signs of life.

use websocket_core::message::Message;
use websocket_core::unified_manager::*;

/// Counts pings, and sends them.
#[derive(Debug, Default)]
pub struct Heartbeat {
    number: u32,
}

impl Heartbeat {
    /// Sends the next ping to at most [`MAX_CONNECTIONS`] connections.
    pub fn beat(&mut self, manager: &mut UnifiedWebSocketManager) -> usize {
        use websocket_core::websocket_manager::ConnectionId;

        self.number += 1;
        let ids: Vec<ConnectionId> = manager.ids().take(MAX_CONNECTIONS).collect();
        crate::broadcast::to(manager, &ids, &Message::Ping(self.number))
    }
}
