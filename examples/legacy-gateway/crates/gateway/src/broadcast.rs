//! One message for many.

use websocket_core::message::Message;
use websocket_core::unified_manager::UnifiedWebSocketManager as Manager;
use websocket_core::websocket_manager::ConnectionId;

/// Whatever can hand a message to everybody.
pub trait Announce {
    /// How many it reached.
    fn announce(&mut self, text: &str) -> usize;
}

impl Announce for websocket_core::unified_manager::UnifiedWebSocketManager {
    fn announce(&mut self, text: &str) -> usize {
        Manager::broadcast(self, &Message::text(text))
    }
}

impl<T, F> Announce for (F, Option<T>)
where
    F: FnMut() -> Manager,
    T: AsMut<::websocket_core::unified_manager::UnifiedWebSocketManager>,
{
    fn announce(&mut self, text: &str) -> usize {
        let (make, shared) = self;
        match shared {
            Some(shared) => shared.as_mut().announce(text),
            None => make().announce(text),
        }
    }
}

/// Sends to some connections; says how many it reached.
pub fn to(manager: &mut Manager, ids: &[ConnectionId], message: &Message) -> usize {
    let mut reached = 0;
    for &id in ids {
        match manager.send(id, message.clone()) {
            Ok(()) => reached += 1,
            Err(error) => eprintln!("{error}"),
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_reaches_everybody() {
        let mut manager = Manager::new();
        manager.connect("ada");
        manager.connect("grace");
        assert_eq!(manager.announce("tea is ready"), 2);
        let mut lonely = (Manager::default, None::<Shared>);
        assert_eq!(lonely.announce("anyone?"), 0);
    }

    struct Shared(Manager);

    impl AsMut<Manager> for Shared {
        fn as_mut(&mut self) -> &mut Manager {
            &mut self.0
        }
    }
}
