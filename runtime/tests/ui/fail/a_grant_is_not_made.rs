use websocket_core::identity::Grant;

fn main() {
    let _ = Grant { factory: 0, life: std::marker::PhantomData };
}
