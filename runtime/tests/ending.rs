//! How connections end, on both transports.

use serde_json::json;
use websocket_core::websocket_manager::Builder;

mod support;

use support::memory::memory_server;
use support::{SOON, builder, server};

/// More than the pipes between a server and its client hold, and than goes out at once.
const EVENTS: usize = 300;
const LONG: usize = 60_000;

/// All of it may wait, and the close has time though the machine is busy.
fn patient() -> Builder {
    builder().configure(|config| {
        config.outbox_bytes = LONG * EVENTS * 2;
        config.close_timeout = SOON;
    })
}

#[tokio::test]
async fn a_close_for_a_fault_of_the_client_comes_after_all_that_waits_on_tcp() {
    let server = server(patient()).await;
    let mut client = server.client("ada").await;
    let manager = server.manager("ada").await;
    for _ in 0..EVENTS {
        manager.send("note", &"x".repeat(LONG)).expect("it is json");
    }
    client.send(json!({"type": "x".repeat(70_000)})).await;
    assert_eq!(client.offsets(EVENTS).await.len(), EVENTS);
    assert_eq!(client.next().await, Err(1009));
}

#[tokio::test]
async fn a_close_for_a_fault_of_the_client_comes_after_all_that_waits_on_any_stream() {
    let server = memory_server(patient());
    let (mut client, _) = server.client("ada").await;
    let manager = server.manager("ada").await;
    for _ in 0..EVENTS {
        manager.send("note", &"x".repeat(LONG)).expect("it is json");
    }
    client
        .send(json!({"type": "x".repeat(70_000)}))
        .await
        .expect("it is open");
    for offset in 1..=EVENTS {
        let event = client.event().await;
        assert_eq!(
            event.map(|it| it["offset"].as_u64()),
            Ok(Some(offset as u64))
        );
    }
    assert_eq!(client.next().await, Err(1009));
}
