//! A short evening in the lobby.

use gateway::{Gateway, heartbeat::Heartbeat, rooms::Room};
use websocket_core::unified_manager::UnifiedWebSocketManager;

fn main() {
    let mut gateway = Gateway::new(UnifiedWebSocketManager::new());
    let ada = gateway.join(Room::Lobby, "ada");
    gateway.join(Room::Lobby, "grace");
    let reached = gateway.say(Room::Lobby, "good evening");
    let beats = Heartbeat::default().beat(gateway.manager_mut());
    println!("{reached} heard it, {beats} are alive");
    for message in gateway.manager_mut().drain(ada) {
        println!("ada: {message}");
    }
}
