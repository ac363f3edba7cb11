//! What the tests share.

use gateway::{Gateway, rooms::Room};

/// A gateway with people in its lobby.
pub fn crowded(people: u8) -> Gateway {
    let manager = websocket_core::unified_manager::UnifiedWebSocketManager::new();
    let mut gateway = Gateway::new(manager);
    for number in 0..people {
        gateway.join(Room::Lobby, &number.to_string());
    }
    gateway
}
