fn main() {
    let _ = websocket_core::websocket_manager::WebSocketManager::default();
}
