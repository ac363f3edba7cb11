//! R1 to R3: whose events, whose connections.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use websocket_core::event::Event;
use websocket_core::websocket_manager::Inbound;

use crate::process::{emptied, roomy, until};
use crate::support::{Client, Server, server};

/// What somebody does. Users and connections are told by a number, modulo how many there are.
#[derive(Debug, Clone)]
enum Deed {
    Connect(usize),
    /// With the position of a connection, whosever that is.
    ConnectSince(usize, usize),
    Disconnect(usize),
    Send(usize),
    SendInThread(usize, u8),
    Volatile(usize),
    Run(usize),
    Commit(usize),
    Discard(usize),
    /// A client asks: it alone is answered, and its user is told.
    Ask(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let n = || 0..64_usize;
    prop_oneof![
        3 => n().prop_map(Deed::Connect),
        2 => (n(), n()).prop_map(|(user, other)| Deed::ConnectSince(user, other)),
        1 => n().prop_map(Deed::Disconnect),
        3 => n().prop_map(Deed::Send),
        2 => (n(), 0..3_u8).prop_map(|(user, thread)| Deed::SendInThread(user, thread)),
        2 => n().prop_map(Deed::Volatile),
        2 => n().prop_map(Deed::Run),
        1 => n().prop_map(Deed::Commit),
        1 => n().prop_map(Deed::Discard),
        2 => n().prop_map(Deed::Ask),
    ]
}

const USERS: [&str; 4] = ["ada", "Ada", "ada:1", "ad"];

/// A client, whose it is, and which durable event it must see next.
struct Tab {
    user: &'static str,
    client: Client,
    next: u64,
}

#[derive(serde::Deserialize)]
struct Ask {
    of: String,
}

/// Does it all, and looks at each frame of each client.
async fn deeds_of_strangers(deeds: Vec<Deed>) {
    let builder = roomy().on_message(async |inbound: Inbound<Ask>| {
        assert_eq!(inbound.message.of, inbound.manager.user().as_str());
        let of = json!({"of": inbound.message.of});
        inbound.reply("answer", &of).expect("it is json");
        inbound.manager.send("asked", &of).expect("it is json");
    });
    let server = server(builder).await;
    let mut managers = Vec::new();
    for user in USERS {
        managers.push(server.manager(user).await);
    }
    let mut sent = HashMap::<&str, u64>::new();
    let mut tabs = Vec::<Tab>::new();
    for (number, deed) in deeds.into_iter().enumerate() {
        let by = |n: usize| (USERS[n % USERS.len()], &managers[n % USERS.len()]);
        match deed {
            Deed::Connect(n) if tabs.len() < 12 => {
                let (user, _) = by(n);
                let client = server.client(user).await;
                let next = client.hello["offset"].as_u64().expect("it is one") + 1;
                tabs.push(Tab { user, client, next });
            }
            Deed::ConnectSince(n, other) if !tabs.is_empty() && tabs.len() < 12 => {
                let (user, _) = by(n);
                let other = &tabs[other % tabs.len()];
                let (since, from) = (
                    other.client.position(),
                    other.client.hello["offset"].as_u64(),
                );
                let client = server.client_since(user, Some(&since)).await;
                // A position is good for the one whose stream it is in.
                assert_eq!(client.hello["recovered"], user == other.user);
                let from = from.filter(|_| user == other.user);
                let from = from.or(client.hello["offset"].as_u64());
                let next = from.expect("it is one") + 1;
                tabs.push(Tab { user, client, next });
            }
            Deed::Disconnect(n) if !tabs.is_empty() => drop(tabs.swap_remove(n % tabs.len())),
            Deed::Connect(_) | Deed::ConnectSince(..) | Deed::Disconnect(_) => {}
            Deed::Send(n) => {
                let (user, manager) = by(n);
                manager
                    .send("note", &json!({"of": user}))
                    .expect("it is json");
                *sent.entry(user).or_default() += 1;
            }
            Deed::SendInThread(n, thread) => {
                let (user, manager) = by(n);
                // The same names of threads for everyone.
                let thread = manager.thread(format!("t{thread}"));
                thread
                    .send("note", &json!({"of": user}))
                    .expect("it is json");
                *sent.entry(user).or_default() += 1;
            }
            Deed::Volatile(n) => {
                let (user, manager) = by(n);
                let event = Event::new("cursor", &json!({"of": user})).expect("it is json");
                // The same key for everyone.
                manager.publish(event.volatile("key")).expect("it is short");
            }
            Deed::Run(n) => {
                let (user, manager) = by(n);
                let run = manager.start_run(format!("run-{number}"), user);
                run.partial_result("so far");
                run.complete(json!({"of": user}));
                *sent.entry(user).or_default() += 2;
            }
            Deed::Commit(n) => {
                let (user, manager) = by(n);
                let mut transaction = manager.begin();
                for _ in 0..3 {
                    let event = Event::new("note", &json!({"of": user})).expect("it is json");
                    transaction.publish(event).expect("it is short");
                }
                transaction.commit();
                *sent.entry(user).or_default() += 3;
            }
            Deed::Discard(n) => {
                let mut transaction = by(n).1.begin();
                transaction
                    .send("note", &json!({"of": "nobody"}))
                    .expect("it is json");
            }
            Deed::Ask(n) if !tabs.is_empty() => {
                let at = n % tabs.len();
                let tab = &mut tabs[at];
                tab.client
                    .send(json!({"type": "ask", "of": tab.user}))
                    .await;
                while look(tab).await != "answer" {}
                while look(tab).await != "asked" {}
                *sent.entry(tab.user).or_default() += 1;
            }
            Deed::Ask(_) => {}
        }
    }
    for tab in &mut tabs {
        let all = sent.get(tab.user).copied().unwrap_or_default();
        while tab.next <= all {
            look(tab).await;
        }
        let late = tab.client.sync().await;
        assert!(late.iter().all(|event| event["offset"] == Value::Null));
        late.iter().for_each(|event| assert_whose(event, tab.user));
    }
    drop((tabs, managers));
    emptied(&server.factory).await;
}

/// The next frame of a client: it is its user's, and the next one of their stream.
async fn look(tab: &mut Tab) -> String {
    let event = tab.client.next().await.expect("it is open");
    assert_whose(&event, tab.user);
    if let Some(offset) = event["offset"].as_u64() {
        assert_eq!(offset, tab.next);
        tab.next += 1;
    }
    event["type"].as_str().expect("it has one").to_owned()
}

#[track_caller]
fn assert_whose(event: &Value, user: &str) {
    let told = match event["type"].as_str() {
        Some("agent_started" | "partial_result" | "agent_completed") => &event["agent_name"],
        _ => &event["payload"]["of"],
    };
    assert_eq!(told, user, "{event}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 8, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn r1_an_event_reaches_only_its_users_connections(deeds in prop::collection::vec(deed(), 1..80)) {
        let runtime = tokio::runtime::Runtime::new().expect("it starts");
        runtime.block_on(deeds_of_strangers(deeds));
    }

    #[test]
    fn r3_closing_one_tab_changes_nothing_for_the_others(moves in prop::collection::vec(tab_move(), 1..40)) {
        let runtime = tokio::runtime::Runtime::new().expect("it starts");
        runtime.block_on(tabs_come_and_go(moves));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r2_all_managers_of_a_user_are_one_hub() {
    const TASKS: usize = 8;
    const ROUNDS: usize = 500;
    let server = Arc::new(server(roomy()).await);
    let barrier = Arc::new(Barrier::new(TASKS));
    let tasks = (0..TASKS).map(|_| {
        let (server, barrier) = (Arc::clone(&server), Arc::clone(&barrier));
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                barrier.wait().await;
                // All of them create it at the same time, while the last round's are dropped.
                let manager = server.manager("ada").await;
                assert_eq!(server.factory.stats().users, 1);
                let receipt = manager.send("note", &round).expect("it is json");
                let clone = manager.clone();
                drop(manager);
                let position = receipt.position().await.expect("it is here");
                assert!(position.offset as usize <= (round + 1) * TASKS);
                drop(clone);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("it does not panic");
    }
    let manager = server.manager("ada").await;
    let last = manager.send("note", &"last").expect("it is json");
    let last = last.position().await.expect("it is here").offset;
    assert_eq!(last as usize, TASKS * ROUNDS + 1);
    drop(manager);
    emptied(&server.factory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r2_events_of_any_manager_reach_every_connection_while_others_come_and_go() {
    let server = Arc::new(server(roomy()).await);
    let is_over = Arc::new(AtomicBool::new(false));
    let churn = (0..4).map(|_| {
        let (server, is_over) = (Arc::clone(&server), Arc::clone(&is_over));
        tokio::spawn(async move {
            while !is_over.load(Ordering::Acquire) {
                drop(server.manager("ada").await);
                drop(server.client("ada").await);
            }
        })
    });
    let churn: Vec<_> = churn.collect();
    for round in 0..20 {
        let mut clients = Vec::new();
        for _ in 0..3 {
            clients.push(server.client("ada").await);
        }
        let (one, other) = tokio::join!(server.manager("ada"), server.manager("ada"));
        one.send("note", &json!([round, 1])).expect("it is json");
        other.send("note", &json!([round, 2])).expect("it is json");
        for client in &mut clients {
            for number in 1..=2 {
                let event = client.next().await.expect("it comes");
                assert_eq!(event["payload"], json!([round, number]));
            }
        }
        assert_eq!(server.factory.stats().users, 1);
    }
    is_over.store(true, Ordering::Release);
    for task in churn {
        task.await.expect("it does not panic");
    }
    emptied(&server.factory).await;
}

/// What becomes of the tabs of one user.
#[derive(Debug, Clone)]
enum Move {
    Open,
    /// With a close frame.
    Close(usize),
    /// Without.
    Vanish(usize),
    /// A new connection is there before the old one has gone.
    ReconnectBeforeClose(usize),
}

fn tab_move() -> impl Strategy<Value = Move> {
    let n = || 0..16_usize;
    prop_oneof![
        2 => Just(Move::Open),
        1 => n().prop_map(Move::Close),
        1 => n().prop_map(Move::Vanish),
        2 => n().prop_map(Move::ReconnectBeforeClose),
    ]
}

async fn tabs_come_and_go(moves: Vec<Move>) {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut tabs: Vec<Client> = Vec::new();
    let mut sent = 0;
    for a_move in moves {
        match a_move {
            Move::Open if tabs.len() < 10 => tabs.push(server.client("ada").await),
            Move::Close(n) if !tabs.is_empty() => {
                let mut closed = tabs.swap_remove(n % tabs.len());
                closed.socket.close(None).await.expect("it is open");
                assert!(closed.next().await.is_err());
            }
            Move::Vanish(n) if !tabs.is_empty() => drop(tabs.swap_remove(n % tabs.len())),
            Move::ReconnectBeforeClose(n) if !tabs.is_empty() => {
                let at = n % tabs.len();
                let again = resumed(&server, sent, &tabs[at]).await;
                drop(std::mem::replace(&mut tabs[at], again));
            }
            _ => {}
        }
        let there = tabs.len();
        until("exactly the tabs that are open are attached", || {
            manager.connections() == there
        })
        .await;
        let receipt = manager.send("note", &sent).expect("it is json");
        assert_eq!(receipt.live_connections(), there);
        sent += 1;
        for tab in &mut tabs {
            assert_eq!(tab.offsets(1).await, [sent]);
        }
    }
    drop((tabs, manager));
    emptied(&server.factory).await;
}

/// A connection that goes on where another one is, which has seen everything.
async fn resumed(server: &Server, sent: u64, from: &Client) -> Client {
    let since = format!("{}:{sent}", from.epoch());
    let client = server.client_since("ada", Some(&since)).await;
    assert_eq!(client.hello["recovered"], true);
    client
}
