use websocket_core::websocket_manager::Broadcaster;

fn forge() -> Broadcaster {
    Broadcaster { shared: unimplemented!() }
}

fn main() {}
