use websocket_core::identity::UserId;
use websocket_core::websocket_manager::WebSocketManager;

fn leak(manager: &WebSocketManager, stranger: &UserId) {
    let _ = manager.send(stranger, &"note", &"hello");
}

fn main() {}
