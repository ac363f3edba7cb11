use websocket_core::websocket_manager::Run;

fn twice(run: Run) {
    run.complete(serde_json::json!(1));
    run.complete(serde_json::json!(2));
}

fn main() {}
