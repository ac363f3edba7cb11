use websocket_core::identity::UserContext;
use websocket_core::websocket_manager::Authenticated;

fn forge(context: UserContext) -> Authenticated {
    Authenticated { context }
}

fn main() {}
