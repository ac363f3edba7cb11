#![deny(warnings)]

use websocket_core::websocket_manager::WebSocketManager;

fn forget(manager: &WebSocketManager) {
    manager.start_run("run-1", "triage");
}

fn main() {
    let _ = forget;
}
