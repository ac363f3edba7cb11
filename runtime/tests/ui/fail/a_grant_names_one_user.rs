use websocket_core::identity::{Grant, UserContext, UserId};

fn twice(grant: Grant<'_>, ada: UserId, bob: UserId) -> (UserContext, UserContext) {
    (grant.user(ada), grant.user(bob))
}

fn main() {}
