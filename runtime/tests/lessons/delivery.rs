//! R5, R11 and R12: what becomes of an event, whatever becomes of the connections.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use websocket_core::event::Event;
use websocket_core::websocket_manager::{Builder, Health, PublishError, WebSocketManager};

use crate::process::{emptied, roomy, rounds, until};
use crate::raw::Raw;
use crate::support::{SOON, Server, server};

/// A factory whose outboxes are full soon, and whose histories are not.
fn tight() -> Builder {
    roomy().configure(|config| {
        config.outbox_frames = 64;
        config.outbox_bytes = 256 * 1024;
        config.history_events = 1_000_000;
        config.history_bytes = 1 << 30;
        // Time for a client that was stalled to read what it was sent.
        config.close_timeout = SOON;
    })
}

fn large() -> String {
    "x".repeat(16 * 1024)
}

/// More than the kernel and an outbox take for a client that does not read.
const TOO_MUCH: u64 = 800;

async fn send_too_much(manager: &WebSocketManager) {
    let payload = large();
    for _ in 0..TOO_MUCH {
        manager.send("note", &payload).expect("it is json");
        tokio::task::yield_now().await;
    }
}

/// What a client that comes back with a position is told: exactly what it missed.
async fn assert_recovers(server: &Server, user: &str, from: u64, to: u64, epoch: &str) {
    let since = format!("{epoch}:{from}");
    let mut client = server.client_since(user, Some(&since)).await;
    assert_eq!(client.hello["recovered"], true);
    let missed = client.offsets((to - from) as usize).await;
    assert_eq!(missed, (from + 1..=to).collect::<Vec<_>>());
    assert!(client.sync().await.is_empty());
}

#[tokio::test]
async fn r5_to_nobody_a_send_says_so_and_the_event_is_kept() {
    let server = server(tight()).await;
    let manager = server.manager("ada").await;
    let receipt = manager.send("note", &1).expect("it is json");
    assert_eq!(receipt.live_connections(), 0);
    let position = receipt.position().await.expect("it is here");
    assert_eq!(position.offset, 1);
    assert_recovers(&server, "ada", 0, 1, position.epoch.as_str()).await;
}

#[tokio::test]
async fn r5_a_volatile_event_has_no_position_and_says_so() {
    let server = server(tight()).await;
    let manager = server.manager("ada").await;
    let cursor = Event::new("cursor", &1)
        .expect("it is json")
        .volatile("key");
    let receipt = manager.publish(cursor).expect("it is short");
    assert_eq!(receipt.live_connections(), 0);
    let error = receipt.position().await.expect_err("it has none");
    assert!(matches!(error, PublishError::Backplane(_)), "{error}");
    let run = manager.start_run("run", "agent");
    let call = run.tool("search", json!({}));
    run.complete(json!({}));
    let late = call.complete(json!({})).position().await;
    assert_eq!(late, Err(PublishError::RunEnded));
}

#[tokio::test]
async fn r5_a_dead_client_loses_nothing() {
    let server = server(tight()).await;
    let manager = server.manager("ada").await;
    let mut dead = Raw::user(server.address, "ada", None).await;
    let hello = dead.next().await.expect("hello");
    dead.abort();
    let mut sent = 0;
    while manager.connections() > 0 {
        manager.send("note", &sent).expect("it is json");
        sent += 1;
        tokio::task::yield_now().await;
    }
    let after = manager.send("note", &sent).expect("it is json");
    assert_eq!(after.live_connections(), 0);
    let epoch = hello["epoch"].as_str().expect("it has one");
    assert_recovers(&server, "ada", 0, sent + 1, epoch).await;
}

#[tokio::test]
async fn r5_a_half_closed_client_is_gone_and_loses_nothing() {
    let server = server(tight()).await;
    let manager = server.manager("ada").await;
    let mut half = Raw::user(server.address, "ada", None).await;
    let hello = half.next().await.expect("hello");
    half.stream.shutdown().await.expect("it is open");
    until("it is gone", || manager.connections() == 0).await;
    let receipt = manager.send("note", &1).expect("it is json");
    assert_eq!(receipt.live_connections(), 0);
    let (seen, code) = half.until_end().await;
    assert_eq!((seen, code), (vec![], 1006));
    let epoch = hello["epoch"].as_str().expect("it has one");
    assert_recovers(&server, "ada", 0, 1, epoch).await;
}

#[tokio::test]
async fn r5_a_full_queue_cuts_the_client_with_4008_and_it_recovers() {
    let server = server(tight()).await;
    let manager = server.manager("ada").await;
    let mut hung = Raw::user(server.address, "ada", None).await;
    let hello = hung.next().await.expect("hello");
    let receipt = manager.send("note", &large()).expect("it is json");
    assert_eq!(receipt.live_connections(), 1);
    let began = Instant::now();
    send_too_much(&manager).await;
    // They do not wait for the one who hangs.
    assert!(began.elapsed() < SOON);
    let sent = 1 + TOO_MUCH;
    let (seen, code) = hung.until_end().await;
    assert_eq!(code, 4008);
    let last = *seen.last().expect("something was sent");
    assert_eq!(seen, (1..=last).collect::<Vec<_>>());
    assert!(last < sent);
    until("it is gone", || manager.connections() == 0).await;
    let epoch = hello["epoch"].as_str().expect("it has one");
    assert_recovers(&server, "ada", last, sent, epoch).await;
}

#[tokio::test]
async fn r5_a_hung_client_is_told_by_health_and_is_gone_at_last() {
    let builder = tight().configure(|config| {
        config.heartbeat = Duration::from_millis(100);
        config.idle_timeout = Duration::from_secs(2);
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut hung = Raw::user(server.address, "ada", None).await;
    assert_eq!(hung.next().await.expect("hello")["type"], "hello");
    assert_eq!(manager.health(), Health::Ok);
    until("its ping has no answer", || {
        matches!(manager.health(), Health::Degraded { .. })
    })
    .await;
    until("it is gone", || manager.connections() == 0).await;
    assert_eq!(manager.health(), Health::Ok);
}

/// What a client reads that goes on for ever, until an event says that it is the last.
struct Reader {
    epoch: String,
    last: u64,
    reconnects: usize,
    gaps: u64,
}

/// Reads with random disconnects. Each connection tells +1 after +1, or says that it lost.
async fn read_with_disconnects(server: Arc<Server>, seed: u64) -> Reader {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut reader = Reader {
        epoch: String::new(),
        last: 0,
        reconnects: 0,
        gaps: 0,
    };
    loop {
        let since = format!("{}:{}", reader.epoch, reader.last);
        let since = (reader.reconnects > 0).then_some(since.as_str());
        let mut client = server.client_since("ada", since).await;
        let top = client.hello["offset"].as_u64().expect("it is one");
        if client.hello["recovered"] == false {
            reader.gaps += top - reader.last;
            reader.last = top;
        }
        reader.epoch = client.epoch().to_owned();
        reader.reconnects += 1;
        let mut left = random.usize(1..400);
        while left > 0 {
            left -= 1;
            match client.next().await {
                // It has no offset, and may come before what has one.
                Ok(event) if event["type"] == "end" => {
                    if event["payload"] == json!(reader.last) {
                        return reader;
                    }
                }
                Ok(event) => {
                    let offset = event["offset"].as_u64().expect("it has one");
                    assert_eq!(offset, reader.last + 1);
                    assert_eq!(event["payload"], json!(offset));
                    reader.last = offset;
                }
                // Too slow, or too far behind: what comes next says so, or makes it good.
                Err(4008 | 4009) => left = 0,
                Err(code) => panic!("closed with {code}"),
            }
        }
        match random.u8(..3) {
            0 => client.socket.close(None).await.unwrap_or_default(),
            // Without a goodbye.
            1 => drop(client),
            // The new connection comes before the old one has gone.
            _ => drop(tokio::spawn(async move {
                tokio::task::yield_now().await;
                drop(client);
            })),
        }
    }
}

async fn disconnects(builder: Builder, events: u64) -> Vec<Reader> {
    let server = Arc::new(server(builder).await);
    let manager = server.manager("ada").await;
    let readers = (1..=3).map(|seed| {
        let server = Arc::clone(&server);
        tokio::spawn(read_with_disconnects(server, seed))
    });
    let readers: Vec<_> = readers.collect();
    until("all of them read", || manager.connections() == 3).await;
    for number in 1..=events {
        manager.send("note", &number).expect("it is json");
        if number % 50 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let is_over = Event::new("end", &events).expect("it is json");
    let mut all = Vec::new();
    for mut reader in readers {
        // At most once, to those who are connected: it is said again.
        let mut again = tokio::time::interval(Duration::from_millis(20));
        all.push(loop {
            tokio::select! {
                read = &mut reader => break read.expect("it does not panic"),
                _ = again.tick() => {
                    manager.publish(is_over.clone().volatile("end")).expect("it is short");
                }
            }
        });
    }
    drop(manager);
    emptied(&server.factory).await;
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_random_disconnects_lose_nothing_that_is_in_the_history() {
    let events = rounds(10_000, 1_000_000) as u64;
    let builder = roomy().configure(|config| {
        config.history_events = usize::MAX;
        config.history_bytes = usize::MAX;
        config.outbox_frames = 500;
    });
    for reader in disconnects(builder, events).await {
        assert_eq!((reader.last, reader.gaps), (events, 0));
        assert!(reader.reconnects > 3, "{}", reader.reconnects);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_beyond_the_history_a_gap_is_said() {
    let events = rounds(10_000, 100_000) as u64;
    let builder = roomy().configure(|config| {
        config.history_events = 100;
        config.outbox_frames = 50;
    });
    let readers = disconnects(builder, events).await;
    assert!(readers.iter().all(|reader| reader.last == events));
    assert!(
        readers.iter().any(|reader| reader.gaps > 0),
        "no gap was said"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_a_stalled_tab_changes_nothing_for_the_others_and_recovers() {
    const STALLED: usize = 3;
    const HEALTHY: usize = 5;
    let server = server(tight()).await;
    let manager = server.manager("ada").await;
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        let mut raw = Raw::user(server.address, "ada", None).await;
        let hello = raw.next().await.expect("hello");
        stalled.push((raw, hello["epoch"].as_str().expect("it has one").to_owned()));
    }
    let mut healthy = Vec::new();
    for _ in 0..HEALTHY {
        healthy.push(server.client("ada").await);
    }
    let (payload, events, burst) = (large(), TOO_MUCH, 8);
    let mut slowest = Duration::ZERO;
    for number in 0..events {
        let began = Instant::now();
        manager.send("note", &payload).expect("it is json");
        slowest = slowest.max(began.elapsed());
        // A burst is less than an outbox: who reads is never cut.
        if (number + 1) % burst == 0 {
            let expected: Vec<u64> = (number + 2 - burst..=number + 1).collect();
            for client in &mut healthy {
                assert_eq!(client.offsets(burst as usize).await, expected);
            }
        }
    }
    assert!(slowest < Duration::from_secs(5), "a send took {slowest:?}");
    for (raw, epoch) in &mut stalled {
        let (seen, code) = raw.until_end().await;
        assert_eq!(code, 4008);
        let last = seen.last().copied().unwrap_or_default();
        assert_eq!(seen, (1..=last).collect::<Vec<_>>());
        assert!(last < events);
        assert_recovers(&server, "ada", last, events, epoch).await;
    }
    for client in &mut healthy {
        assert!(client.sync().await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r12_a_stalled_user_changes_nothing_for_others_when_all_are_told() {
    let builder = tight();
    let (factory, broadcaster) = builder.build_with_broadcaster();
    let server = crate::support::serve(factory).await;
    let mut stalled = Raw::user(server.address, "ada", None).await;
    assert_eq!(stalled.next().await.expect("hello")["type"], "hello");
    let mut healthy = server.client("bob").await;
    let payload = large();
    for number in 0..600 {
        broadcaster.send("news", &payload).expect("it is json");
        if number % 8 == 7 {
            for _ in 0..8 {
                assert_eq!(healthy.next().await.expect("it comes")["type"], "news");
            }
        }
    }
    // They are volatile: the stalled one misses some, and is not cut for it.
    assert_eq!(server.manager("ada").await.connections(), 1);
}
