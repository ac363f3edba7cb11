//! `cargo run --example announce`

fn main() {
    use gateway::broadcast::Announce;
    use websocket_core::unified_manager::UnifiedWebSocketManager;

    let mut manager = UnifiedWebSocketManager::default();
    for user in ["ada", "grace", "barbara"] {
        manager.connect(user);
    }
    println!("{} heard it", manager.announce("tea is ready"));
}
