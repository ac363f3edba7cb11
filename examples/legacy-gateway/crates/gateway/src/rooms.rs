//! Rooms, and the manager of one.

use websocket_core::unified_manager::UnifiedWebSocketManager;
use websocket_core::websocket_manager::ConnectionId;

/// Where people meet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Room {
    /// Everybody begins here.
    Lobby,
    /// A room about something.
    Topic(String),
}

impl Room {
    /// A [`UnifiedWebSocketManager`] as long as this room needs it: a lobby's queues are short.
    ///
    /// ```
    /// # use gateway::rooms::Room;
    /// # use websocket_core::message::Message;
    /// let mut manager: websocket_core::unified_manager::UnifiedWebSocketManager =
    ///     Room::Lobby.manager();
    /// let id = manager.connect("ada");
    /// assert!(manager.send(id, Message::Ping(1)).is_ok());
    /// ```
    pub fn manager(&self) -> UnifiedWebSocketManager {
        match self {
            Self::Lobby => UnifiedWebSocketManager::with_capacity(8),
            Self::Topic(_) => UnifiedWebSocketManager::new(),
        }
    }

    /// Who is in a manager, by name.
    pub fn roll_call(manager: &UnifiedWebSocketManager) -> Vec<&str> {
        let name = |id: ConnectionId| manager.user(id);
        manager.ids().filter_map(name).collect()
    }
}
