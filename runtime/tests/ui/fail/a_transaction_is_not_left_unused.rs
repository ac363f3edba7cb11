#![deny(warnings)]

use websocket_core::websocket_manager::WebSocketManager;

fn forget(manager: &WebSocketManager) {
    manager.begin();
}

fn main() {
    let _ = forget;
}
