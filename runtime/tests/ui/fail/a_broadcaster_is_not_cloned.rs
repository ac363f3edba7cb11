use websocket_core::websocket_manager::Broadcaster;

fn copy(broadcaster: &Broadcaster) -> Broadcaster {
    Broadcaster::clone(broadcaster)
}

fn main() {}
