//! R4 and R14: what somebody owned goes with them, and what is kept is bounded.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use websocket_core::event::Event;
use websocket_core::identity::Credential;
use websocket_core::websocket_manager::{FactoryStats, WebSocketManager, WebSocketManagerFactory};

use crate::process::{self, emptied, is_alone, resident, roomy, rounds, until};
use crate::raw::{Raw, handshake_of};
use crate::support::server;

async fn manager_of(factory: &WebSocketManagerFactory, user: &str) -> WebSocketManager {
    let credential = Credential::bearer(format!("user.{user}"));
    let authenticated = factory.authenticate(credential).await;
    let authenticated = authenticated.expect("the token is good");
    factory.manager(&authenticated).expect("it is ours")
}

/// Memory after something, beside memory before it.
#[track_caller]
fn assert_flat(before: Option<u64>, after: Option<u64>, kib: u64) {
    let (Some(before), Some(after)) = (before, after) else {
        println!("skipped: this system does not tell how much memory a process has");
        return;
    };
    assert!(after < before + kib, "{before} KiB became {after} KiB");
}

/// One connection that is cut, at a place that is another one for each number.
async fn connect_and_abort(address: std::net::SocketAddr, number: usize) {
    let user = format!("u{}", number % 97);
    let handshake = handshake_of(&user, None);
    let mut raw = Raw::open(address).await;
    match number % 5 {
        0 => {
            raw.write(&handshake.as_bytes()[..number % handshake.len()])
                .await
        }
        1 => raw.write(handshake.as_bytes()).await,
        rest => {
            raw.write(handshake.as_bytes()).await;
            assert_eq!(raw.response().await.status, 101);
            if rest > 2 {
                assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
            }
        }
    }
    if number.is_multiple_of(2) {
        raw.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r4_connections_that_come_and_are_cut_leave_nothing_behind() {
    if !is_alone(concat!(
        module_path!(),
        "::r4_connections_that_come_and_are_cut_leave_nothing_behind"
    )) {
        return;
    }
    let age = Duration::from_millis(500);
    let server = server(roomy().configure(|config| config.history_age = age)).await;
    let (address, factory) = (server.address, &server.factory);
    let cycles = async |from: usize, to: usize| {
        for number in (from..to).step_by(8) {
            let cycles = (0..8).map(|more| connect_and_abort(address, number + more));
            futures_util::future::join_all(cycles).await;
        }
        emptied(factory).await;
    };
    cycles(0, 400).await;
    let (memory, open) = (resident(), process::descriptors());
    cycles(400, rounds(2_400, 100_400)).await;
    // The positions that they were told of are kept for a while.
    until("nothing is kept", || {
        counts(factory.stats()) == (0, 0, 0, 0)
    })
    .await;
    // Sockets are closed when the tasks of the server have ended.
    until("every descriptor is given back", || {
        process::descriptors() <= open
    })
    .await;
    assert_flat(memory, resident(), 4 * 1024);
}

#[tokio::test]
async fn r4_users_that_come_and_go_leave_nothing_behind() {
    if !is_alone(concat!(
        module_path!(),
        "::r4_users_that_come_and_go_leave_nothing_behind"
    )) {
        return;
    }
    let factory = roomy()
        .configure(|config| config.history_age = Duration::ZERO)
        .build();
    let come_and_go = async |from: usize, to: usize| {
        for number in from..to {
            let manager = manager_of(&factory, &format!("u{number}")).await;
            let run = manager.thread("t").start_run("run", "agent");
            drop(manager);
            assert_eq!(factory.stats().users, 1);
            run.complete(json!(number));
        }
    };
    come_and_go(0, 5_000).await;
    let memory = resident();
    come_and_go(5_000, rounds(105_000, 1_005_000)).await;
    let nothing = (0, 0, 0, 0);
    assert_eq!(counts(factory.stats()), nothing);
    assert_flat(memory, resident(), 2 * 1024);
}

fn counts(stats: FactoryStats) -> (usize, usize, usize, usize) {
    (
        stats.users,
        stats.connections,
        stats.retained_streams,
        stats.retained_bytes,
    )
}

#[tokio::test]
async fn r4_a_handle_keeps_its_hub_and_nothing_else_does() {
    let server = server(roomy()).await;
    let factory = &server.factory;
    let manager = server.manager("ada").await;
    let thread = manager.thread("t");
    let run = thread.start_run("run", "agent");
    let call = run.tool("search", json!({}));
    let receipt = manager.send("note", &1).expect("it is json");
    let transaction = manager.begin();
    let handles: [Box<dyn Send>; 6] = [
        Box::new(manager),
        Box::new(thread),
        Box::new(run),
        Box::new(call),
        Box::new(receipt),
        Box::new(transaction),
    ];
    for handle in handles {
        assert_eq!(factory.stats().users, 1);
        drop(handle);
    }
    assert_eq!(factory.stats().users, 0);
    let client = server.client("ada").await;
    assert_eq!(factory.stats().users, 1);
    drop(client);
    emptied(factory).await;
}

/// How many bytes are kept of a user who has gone, after so many events of so many bytes.
async fn kept(events: usize, bytes: usize, apart: Duration) -> usize {
    let builder = roomy().configure(|config| {
        config.history_events = 50;
        config.history_bytes = 20_000;
        config.history_age = Duration::from_secs(60);
    });
    let factory = builder.build();
    let manager = manager_of(&factory, "ada").await;
    for _ in 0..events {
        tokio::time::advance(apart).await;
        manager
            .send("note", &"x".repeat(bytes))
            .expect("it is json");
    }
    drop(manager);
    factory.stats().retained_bytes
}

#[tokio::test(start_paused = true)]
async fn r14_history_is_bounded_by_count_bytes_and_age() {
    let at_once = Duration::ZERO;
    let full = kept(50, 10, at_once).await;
    assert!(kept(40, 10, at_once).await < full);
    let more = kept(1_000, 10, at_once).await;
    // Offsets have more digits.
    assert!((full..full + 200).contains(&more), "{full} {more}");
    let by_bytes = kept(1_000, 3_000, at_once).await;
    assert!((15_000..22_000).contains(&by_bytes), "{by_bytes}");
    let apart = Duration::from_secs(10);
    let (six, by_age) = (kept(6, 10, at_once).await, kept(40, 10, apart).await);
    assert!((six..six + 200).contains(&by_age), "{six} {by_age}");
}

#[tokio::test(start_paused = true)]
async fn r14_users_who_have_gone_are_kept_as_long_as_their_history_and_no_longer() {
    let age = Duration::from_secs(60);
    let factory = roomy().configure(|config| config.history_age = age).build();
    let mut positions = Vec::new();
    for number in 0..10 {
        let manager = manager_of(&factory, &format!("u{number}")).await;
        let receipt = manager.send("note", &number).expect("it is json");
        positions.push(receipt.position().await.expect("it is here"));
        drop(manager);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(factory.stats().users, 0);
    assert_eq!(factory.stats().retained_streams, 10);
    // One who comes back has the stream that they left.
    let manager = manager_of(&factory, "u9").await;
    assert_eq!(factory.stats().retained_streams, 9);
    let receipt = manager.send("note", &"again").expect("it is json");
    let again = receipt.position().await.expect("it is here");
    assert_eq!((&again.epoch, again.offset), (&positions[9].epoch, 2));
    drop(manager);
    tokio::time::sleep_until(Instant::now() + age - Duration::from_secs(5)).await;
    let left = factory.stats().retained_streams;
    assert!((1..10).contains(&left), "{left}");
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(counts(factory.stats()), (0, 0, 0, 0));
    let manager = manager_of(&factory, "u9").await;
    let receipt = manager.send("note", &"anew").expect("it is json");
    let anew = receipt.position().await.expect("it is here");
    assert_ne!(anew.epoch, again.epoch);
    assert_eq!(anew.offset, 1);
}

#[tokio::test]
async fn r14_many_users_who_have_gone_are_kept_within_bytes() {
    if !is_alone(concat!(
        module_path!(),
        "::r14_many_users_who_have_gone_are_kept_within_bytes"
    )) {
        return;
    }
    const LIMIT: usize = 4 * 1024 * 1024;
    let factory = roomy()
        .configure(|config| config.retained_bytes = LIMIT)
        .build();
    let come_and_go = async |from: usize, to: usize, bytes: usize| {
        let payload = "x".repeat(bytes);
        for number in from..to {
            let manager = manager_of(&factory, &format!("u{number}")).await;
            manager.send("note", &payload).expect("it is json");
            drop(manager);
        }
        assert!(factory.stats().retained_bytes <= LIMIT);
        assert!(factory.stats().retained_streams > 0);
    };
    come_and_go(0, 1_000, 1).await;
    let memory = resident();
    // Short histories have a cost of their own, beside their bytes.
    come_and_go(1_000, rounds(60_000, 1_000_000), 1).await;
    assert_flat(memory, resident(), 5 * LIMIT as u64 / 1024);
    come_and_go(1_000_000, 1_000_000 + rounds(4_000, 100_000), 16 * 1024).await;
    assert_flat(memory, resident(), 5 * LIMIT as u64 / 1024);
}

#[tokio::test]
async fn r14_a_position_without_a_history_is_kept_within_bytes_too() {
    let builder = roomy().configure(|config| {
        config.history_events = 0;
        config.retained_bytes = 64 * 1024;
    });
    let factory = builder.build();
    for number in 0..10_000 {
        let manager = manager_of(&factory, &format!("u{number}")).await;
        manager.send("note", &1).expect("it is json");
    }
    let kept = factory.stats().retained_streams;
    assert!((1..2_000).contains(&kept), "{kept} streams in 64 KiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_memory_is_flat_in_a_soak() {
    if !is_alone(concat!(module_path!(), "::r14_memory_is_flat_in_a_soak")) {
        return;
    }
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(server.client("ada").await);
    }
    let mut sent = 0;
    let mut soak = async |events: u64| {
        for _ in 0..events / 100 {
            for _ in 0..100 {
                let note = Event::new("note", &"x".repeat(200)).expect("it is json");
                manager.publish(note.clone()).expect("it is short");
                manager.publish(note.volatile("key")).expect("it is short");
            }
            sent += 100;
            for client in &mut clients {
                client.offsets(100).await;
                client.send(json!({"type": "ack", "offset": sent})).await;
            }
        }
    };
    // Until the history is full.
    soak(6_000).await;
    let memory = resident();
    soak(rounds(20_000, 1_000_000) as u64).await;
    assert_flat(memory, resident(), 3 * 1024);
    drop((manager, clients));
    emptied(&server.factory).await;
    let stats = server.factory.stats();
    assert_eq!(stats.retained_streams, 1);
    assert!(stats.retained_bytes <= server.factory.config().history_bytes);
}
