//! A chat gateway: rooms over a [`UnifiedWebSocketManager`].
//!
//! ```
//! use gateway::{Gateway, rooms::Room};
//! use websocket_core::unified_manager::UnifiedWebSocketManager;
//!
//! let mut gateway = Gateway::new(UnifiedWebSocketManager::new());
//! let ada = gateway.join(Room::Lobby, "ada");
//! gateway.say(Room::Lobby, "hello");
//! assert_eq!(gateway.manager_mut().drain(ada).len(), 1);
//! ```
#![doc = include_str!("../../../README.md")]

#[cfg(feature = "audit")]
pub mod audit;
pub mod broadcast;
pub mod heartbeat;
#[macro_use]
mod macros;
pub mod metrics;
pub mod pool;
pub mod rooms;
pub mod session;

use std::collections::BTreeMap;

use websocket_core::{
    message::Message,
    // re-exported below as well
    unified_manager::{self, UnifiedWebSocketManager},
    websocket_manager::ConnectionId,
};

use crate::rooms::Room;

/// What users of the gateway import; the names are part of its interface.
pub mod prelude {
    pub use websocket_core::message::Message;
    pub use websocket_core::unified_manager::UnifiedWebSocketManager;

    pub use crate::{Gateway, rooms::Room};
}

/// Rooms, and who is in them.
#[derive(Debug, Default)]
pub struct Gateway {
    manager: UnifiedWebSocketManager,
    members: BTreeMap<Room, Vec<ConnectionId>>,
}

impl Gateway {
    /// A gateway over `manager`; [`unified_manager::MAX_CONNECTIONS`] holds.
    pub fn new(manager: UnifiedWebSocketManager) -> Self {
        Self {
            manager,
            ..Self::default()
        }
    }

    /// Whether another connection would be one too many.
    pub fn is_full(&self) -> bool {
        self.manager.len() >= unified_manager::MAX_CONNECTIONS
    }

    /// Connects `user`, and lets them into `room`.
    pub fn join(&mut self, room: Room, user: &str) -> ConnectionId {
        let id = self.manager.connect(user);
        self.members.entry(room).or_default().push(id);
        id
    }

    /// Says something to a room; tells how many it reached.
    pub fn say(&mut self, room: Room, text: &str) -> usize {
        let Some(members) = self.members.get(&room) else {
            return 0;
        };
        broadcast::to(&mut self.manager, members, &Message::text(text))
    }

    /// The manager below.
    pub fn manager(&self) -> &UnifiedWebSocketManager {
        &self.manager
    }

    /// The same, to change.
    pub fn manager_mut(&mut self) -> &mut UnifiedWebSocketManager {
        &mut self.manager
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_hears_what_is_said_in_it() {
        let mut gateway = Gateway::new(UnifiedWebSocketManager::with_capacity(2));
        let ada = gateway.join(Room::Lobby, "ada");
        let grace = gateway.join(Room::Topic("rust".to_owned()), "grace");
        assert_eq!(gateway.say(Room::Lobby, "hello"), 1);
        assert_eq!(gateway.manager_mut().drain(ada), [Message::text("hello")]);
        assert!(gateway.manager_mut().drain(grace).is_empty());
    }

    #[test]
    fn an_empty_gateway_is_not_full() {
        let gateway = Gateway::default();
        assert!(!gateway.is_full());
        assert!(super::UnifiedWebSocketManager::default().is_empty());
    }
}
