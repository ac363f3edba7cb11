//! One person's connection, through the module of the manager.

use websocket_core::message::Message;
use websocket_core::unified_manager;
use websocket_core::websocket_manager::{ConnectionId, SendError};

/// A connection with the manager that it belongs to.
#[derive(Debug)]
pub struct Session<'m> {
    manager: &'m mut unified_manager::UnifiedWebSocketManager,
    id: ConnectionId,
}

impl<'m> Session<'m> {
    /// Connects `user`, if there is room: see [`unified_manager::MAX_CONNECTIONS`] and
    /// [`len`](unified_manager::UnifiedWebSocketManager::len).
    pub fn open(
        manager: &'m mut unified_manager::UnifiedWebSocketManager,
        user: &str,
    ) -> Option<Self> {
        if manager.len() >= unified_manager::MAX_CONNECTIONS {
            return None;
        }
        let id = manager.connect(user);
        Some(Self { manager, id })
    }

    /// Queues a message for the other end.
    pub fn send(&mut self, message: Message) -> Result<(), SendError> {
        self.manager.send(self.id, message)
    }

    /// Says goodbye, and gives back what was still waiting.
    pub fn close(self) -> Vec<Message> {
        let Self { manager, id } = self;
        let mut rest = manager.drain(id);
        manager.disconnect(id);
        rest.push(Message::Close);
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::{Session, unified_manager};
    use websocket_core::message::Message;

    #[test]
    fn what_waits_is_given_back() {
        let mut manager = unified_manager::UnifiedWebSocketManager::new();
        let mut session = Session::open(&mut manager, "ada").expect("nobody is here");
        session.send(Message::Ping(1)).expect("the queue is empty");
        assert_eq!(session.close(), [Message::Ping(1), Message::Close]);
        assert!(manager.is_empty());
    }
}
