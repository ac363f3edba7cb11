//! The gateway from outside.

use gateway::broadcast::Announce as _;
use gateway::metrics;
use gateway::prelude::*;
use gateway::{lobby, manager};
use websocket_core::unified_manager::{MAX_CONNECTIONS, UnifiedWebSocketManager as Core};

mod support;

#[test]
fn an_evening_in_the_lobby() {
    let mut gateway = support::crowded(3);
    assert_eq!(gateway.say(Room::Lobby, "hello"), 3);
    assert_eq!(Room::roll_call(gateway.manager()), ["0", "1", "2"]);
    assert!(!gateway.is_full() && MAX_CONNECTIONS > 3);
}

#[test]
fn the_prelude_names_the_same_manager() {
    let manager: UnifiedWebSocketManager = Core::new();
    let numbers = metrics::WebSocketManager::from(&manager);
    assert_eq!(numbers.capacity, Core::DEFAULT_CAPACITY);
}

#[test]
fn macros_make_managers() {
    let mut manager = manager!(1);
    manager.connect("ada");
    assert_eq!(
        (manager.announce("once"), manager.announce("twice")),
        (1, 0)
    );
    assert_eq!(lobby!["ada", "grace"].manager().len(), 2);
}
