#![deny(warnings)]

use websocket_core::websocket_manager::WebSocketManager;

fn forget(manager: &WebSocketManager) {
    manager.send("note", &"hello");
}

fn main() {
    let _ = forget;
}
