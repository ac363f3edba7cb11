use websocket_core::websocket_manager::WebSocketManager;

fn attach<T>(manager: &WebSocketManager, connection: T) {
    manager.attach(connection);
}

fn main() {}
