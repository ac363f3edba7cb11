use websocket_core::identity::{UserContext, UserId};

fn forge(user: UserId) -> UserContext {
    UserContext { factory: 0, user, expires: None }
}

fn main() {}
