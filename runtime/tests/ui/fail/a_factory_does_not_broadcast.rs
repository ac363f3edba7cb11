use websocket_core::websocket_manager::WebSocketManagerFactory;

fn shout(factory: &WebSocketManagerFactory) {
    factory.broadcast("note", &"hello");
}

fn main() {}
