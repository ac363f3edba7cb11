#![deny(warnings)]

use websocket_core::websocket_manager::Run;

fn forget(run: &Run) {
    run.tool("search", serde_json::json!({}));
}

fn main() {
    let _ = forget;
}
