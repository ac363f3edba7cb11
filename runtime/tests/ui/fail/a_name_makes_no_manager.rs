use websocket_core::identity::UserId;
use websocket_core::websocket_manager::WebSocketManagerFactory;

fn forge(factory: &WebSocketManagerFactory, user: UserId) {
    let _ = factory.manager(&user);
}

fn main() {}
