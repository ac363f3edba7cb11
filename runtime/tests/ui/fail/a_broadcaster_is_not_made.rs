use websocket_core::websocket_manager::Broadcaster;

fn forge(other: Broadcaster) -> Broadcaster {
    Broadcaster { ..other }
}

fn main() {}
