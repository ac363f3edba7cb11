use websocket_core::websocket_manager::WebSocketManager;

fn forge(other: WebSocketManager) -> WebSocketManager {
    WebSocketManager { ..other }
}

fn main() {}
