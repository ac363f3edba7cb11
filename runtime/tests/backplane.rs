//! The seam for many nodes: several factories on one store that delays, reorders, repeats and loses
//! what it tells them, and clients that connect to any of them.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;
use websocket_core::backplane::{
    Answer, Backplane, BackplaneError, Channel, History, Local, Node, Passing, Publishing,
    Standing, Subscriber,
};
use websocket_core::close::Close;
use websocket_core::config::Config;
use websocket_core::event::Event;
use websocket_core::identity::UserId;
use websocket_core::websocket_manager::{Drain, Health, PublishError, Receipt, WebSocketManager};
use websocket_core::wire::{Body, Position, Text};

mod support;

use support::lossy::{Faults, Store};
use support::memory::{MemoryClient, MemoryServer, memory_server, serve};
use support::{SOON, builder};

const HARSH: Faults = Faults {
    delay: 40,
    lose: 0.2,
    twice: 0.2,
};

const LATE: Faults = Faults {
    delay: 40,
    lose: 0.0,
    twice: 0.2,
};

/// So many events of each user are kept.
const HISTORY: usize = 60;

fn cluster(nodes: usize, store: &std::sync::Arc<Store>) -> Vec<MemoryServer> {
    let node = |_| memory_server(builder().backplane(store.node()));
    (0..nodes).map(node).collect()
}

/// What one client came to know, over all of its connections.
struct Reader {
    user: &'static str,
    nodes: Vec<MemoryServer>,
    dice: fastrand::Rng,
    since: Option<(String, u64)>,
    /// Frames as they came, for the store to compare.
    frames: Vec<(String, u64, String)>,
    /// How often it was told that a position is lost.
    told: usize,
    resumed: usize,
}

/// When a reader has enough: the event that is the last one.
const LAST: &str = "last";

impl Reader {
    /// Connects until the last event came, or is known to be behind.
    async fn read(mut self, mut last: watch::Receiver<Option<(String, u64)>>) -> Self {
        loop {
            let is_over = last.borrow().clone();
            if self.has(is_over.as_ref()) {
                return self;
            }
            tokio::select! {
                () = self.connection(is_over.as_ref()) => {}
                // Nothing may come any more on a connection that has the last event behind it.
                _ = last.changed(), if is_over.is_none() => {}
            }
            let pause = self.dice.u64(0..60);
            sleep(Duration::from_millis(pause)).await;
        }
    }

    /// Whether nothing more is to come.
    fn has(&self, last: Option<&(String, u64)>) -> bool {
        let known = last.zip(self.since.as_ref());
        known.is_some_and(|((epoch, top), (ours, at))| epoch == ours && top <= at)
    }

    /// One connection, from its hello to its end.
    async fn connection(&mut self, last: Option<&(String, u64)>) {
        let node = self.dice.usize(..self.nodes.len());
        let since = self.since.clone();
        let query = since.as_ref().map(|(epoch, at)| format!("{epoch}:{at}"));
        let mut client = self.nodes[node].connect(self.user, query.as_deref()).await;
        let hello = match client.next().await {
            Ok(hello) => hello,
            Err(code) => {
                assert!([1013, 4009].contains(&code), "closed with {code}");
                return;
            }
        };
        assert_eq!(hello["type"], "hello");
        let epoch = hello["epoch"].as_str().expect("it has one").to_owned();
        let offset = hello["offset"].as_u64().expect("it has one");
        let mut at = match since {
            Some((ours, at)) if hello["recovered"] == true => {
                assert_eq!(epoch, ours, "what is recovered is of the same epoch");
                assert!(at <= offset, "nobody is ahead of the stream");
                self.resumed += 1;
                at
            }
            _ => {
                assert_eq!(hello["recovered"], false);
                self.told += 1;
                offset
            }
        };
        self.since = Some((epoch.clone(), at));
        let patience = match last {
            Some(_) if self.has(last) => 0,
            Some(_) => usize::MAX,
            None => self.dice.usize(0..80),
        };
        for _ in 0..patience {
            let text = match client.text().await {
                Ok(text) => text,
                Err(code) => {
                    let known = [1013, 4009];
                    assert!(known.contains(&code), "closed with {code}");
                    return;
                }
            };
            let event: Value = serde_json::from_str(&text).expect("frames are json");
            let Some(offset) = event["offset"].as_u64() else {
                continue;
            };
            assert_eq!(event["epoch"], *epoch, "a connection has one epoch");
            assert_eq!(offset, at + 1, "a connection has no hole and no repetition");
            at = offset;
            self.since = Some((epoch.clone(), at));
            self.frames.push((epoch.clone(), at, text));
            if event["type"] == LAST {
                return;
            }
            if self.dice.u32(0..10) == 0 {
                let ack = json!({"type": "ack", "offset": at});
                let _it_may_be_closed = client.send(ack).await;
            }
        }
    }
}

/// Publishes, cuts and restores at random; then heals everything and publishes the last event.
async fn disturb(
    seed: u64,
    store: &std::sync::Arc<Store>,
    nodes: &[MemoryServer],
) -> Vec<(u64, Receipt)> {
    let mut dice = fastrand::Rng::with_seed(seed ^ 0xd15);
    let mut managers: Vec<WebSocketManager> = Vec::new();
    for node in nodes {
        managers.push(node.manager("ada").await);
        managers.push(node.manager("bob").await);
    }
    let mut receipts = Vec::new();
    for number in 0..400 {
        match dice.u32(0..200) {
            0..=3 => store.cut(dice.usize(..nodes.len())),
            4..=9 => (0..nodes.len()).for_each(|node| store.restore(node)),
            10 => store.lose_data(),
            11..=20 => {
                managers[dice.usize(..managers.len())].disconnect(Close::TRY_AGAIN);
            }
            21..=120 => sleep(Duration::from_millis(dice.u64(0..30))).await,
            _ => {}
        }
        let manager = &managers[dice.usize(..managers.len())];
        let receipt = manager.send("note", &number).expect("it is json");
        receipts.push((number, receipt));
    }
    receipts
}

/// Runs a cluster under faults: what each client saw is what the store has, without a hole that it
/// was not told of.
async fn check(seed: u64) {
    fastrand::seed(seed);
    let store = Store::new(seed, HARSH, HISTORY);
    let nodes = cluster(3, &store);
    let (ada, bob) = (watch::Sender::new(None), watch::Sender::new(None));
    let readers = (0..6).map(|number| {
        let (user, last) = match number % 2 {
            0 => ("ada", ada.subscribe()),
            _ => ("bob", bob.subscribe()),
        };
        let reader = Reader {
            user,
            nodes: nodes.clone(),
            dice: fastrand::Rng::with_seed(seed * 100 + number),
            since: None,
            frames: Vec::new(),
            told: 0,
            resumed: 0,
        };
        tokio::spawn(reader.read(last))
    });
    let readers: Vec<_> = readers.collect();
    let receipts = disturb(seed, &store, &nodes).await;

    let mut taken = HashSet::new();
    let mut failed = HashSet::new();
    for (number, receipt) in receipts {
        match receipt.position().await {
            Ok(position) => taken.insert((number, position.epoch.to_string(), position.offset)),
            Err(PublishError::Backplane(BackplaneError::Unavailable(_))) => failed.insert(number),
            Err(other) => panic!("{other}"),
        };
    }
    store.set_faults(Faults::default());
    (0..nodes.len()).for_each(|node| store.restore(node));
    for (user, last) in [("ada", &ada), ("bob", &bob)] {
        let receipt = nodes[0].manager(user).await.send(LAST, &());
        let position = receipt.expect("it is json").position().await;
        let position = position.expect("the store is there again");
        last.send_replace(Some((position.epoch.to_string(), position.offset)));
    }

    // What a receipt says of an event is where it stands, and one that failed stands nowhere.
    for user in ["ada", "bob"] {
        for frame in store.frames(user) {
            let event: Value = serde_json::from_str(frame.as_str()).expect("it is json");
            let Some(number) = event["payload"].as_u64() else {
                continue;
            };
            let epoch = event["epoch"].as_str().expect("it has one").to_owned();
            let offset = event["offset"].as_u64().expect("it has one");
            assert!(taken.contains(&(number, epoch, offset)), "seed {seed}");
            assert!(!failed.contains(&number), "seed {seed}");
        }
    }
    let mut resumed = 0;
    for reader in readers {
        let reader = tokio::time::timeout(SOON * 20, reader).await;
        let reader = reader.unwrap_or_else(|_| panic!("seed {seed}: a reader waits for ever"));
        let reader = reader.unwrap_or_else(|_| panic!("seed {seed}: a reader is wrong"));
        for (epoch, offset, text) in &reader.frames {
            let kept = store.frame(reader.user, epoch, *offset);
            let kept = kept.expect("what was seen was published to this user");
            assert_eq!(kept.as_str(), text, "seed {seed}");
        }
        let once: HashSet<_> = reader.frames.iter().map(|(e, o, _)| (e, o)).collect();
        assert_eq!(
            once.len(),
            reader.frames.len(),
            "seed {seed}: each one once"
        );
        assert!(reader.told > 0, "the first hello recovers nothing");
        resumed += reader.resumed;
    }
    assert!(resumed > 0, "seed {seed}: somebody came back");
}

/// Time is paused, and the bytes stay in memory: a seed always does the same.
fn for_each_seed<F: Future<Output = ()>>(seeds: std::ops::Range<u64>, run: impl Fn(u64) -> F) {
    for seed in seeds {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("there is a runtime");
        eprintln!("seed {seed}"); // shown where it fails
        runtime.block_on(run(seed));
    }
}

#[test]
fn every_event_comes_once_in_order_or_its_loss_is_said() {
    for_each_seed(0..60, check);
}

async fn soon(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::task::yield_now().await;
            tokio::time::advance(Duration::from_millis(1)).await;
        }
    };
    let waited = tokio::time::timeout(SOON, wait).await;
    waited.unwrap_or_else(|_| panic!("{what}"));
}

#[test]
fn an_event_of_any_node_reaches_the_clients_of_all_nodes_in_order() {
    for_each_seed(0..20, async |seed| {
        let store = Store::new(seed, HARSH, 1_000);
        let nodes = cluster(3, &store);
        let mut clients = Vec::new();
        for node in &nodes {
            clients.push(node.client("ada").await.0);
        }
        let mut numbers = Vec::new();
        for number in 0..30 {
            let manager = nodes[number % 3].manager("ada").await;
            let receipt = manager.send("note", &number).expect("it is json");
            let position = receipt.position().await.expect("the store is there");
            assert_eq!(position.offset, number as u64 + 1);
            numbers.push(number as u64);
        }
        store.set_faults(LATE);
        let manager = nodes[0].manager("ada").await;
        manager.send(LAST, &()).expect("it is json");
        for client in &mut clients {
            let mut seen = Vec::new();
            loop {
                let event = client.event().await.expect("it stays open");
                if event["type"] == LAST {
                    break;
                }
                seen.extend(event["payload"].as_u64());
            }
            assert_eq!(seen, numbers, "seed {seed}");
        }
    });
}

#[test]
fn events_of_one_manager_keep_the_order_of_the_calls() {
    for_each_seed(0..10, async |seed| {
        let store = Store::new(seed, HARSH, 1_000);
        let nodes = cluster(2, &store);
        let manager = nodes[0].manager("ada").await;
        let send = |number: u64| manager.send("note", &number).expect("it is json");
        let receipts: Vec<_> = (0..50).map(send).collect();
        for (index, receipt) in receipts.into_iter().enumerate() {
            let position = receipt.position().await.expect("the store is there");
            assert_eq!(position.offset, index as u64 + 1, "seed {seed}");
        }
    });
}

/// What became of the events of a commit: their offsets, and why those after them have none.
async fn outcomes(receipts: Vec<Receipt>) -> (Vec<u64>, Vec<BackplaneError>) {
    let (mut offsets, mut errors) = (Vec::new(), Vec::new());
    for receipt in receipts {
        match receipt.position().await {
            Ok(position) if errors.is_empty() => offsets.push(position.offset),
            Err(PublishError::Backplane(error)) => errors.push(error),
            other => panic!("{other:?} after {errors:?}"),
        }
    }
    (offsets, errors)
}

#[test]
fn a_commit_that_fails_in_the_middle_leaves_no_hole() {
    for_each_seed(0..20, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let nodes = cluster(1, &store);
        let manager = nodes[0].manager("ada").await;
        let mut transaction = manager.begin();
        for number in 0..20 {
            transaction.send("note", &number).expect("it is json");
        }
        let receipts = transaction.commit();
        // What comes after it could be published again.
        sleep(Duration::from_millis(200)).await;
        store.cut(0);
        sleep(Duration::from_millis(60)).await;
        store.restore(0);
        let (offsets, errors) = outcomes(receipts).await;
        assert_eq!(offsets.len() + errors.len(), 20, "seed {seed}");
        assert_eq!(store.frames("ada").len(), offsets.len(), "seed {seed}");
        let (first, rest) = errors.split_first().expect("the store was away");
        assert!(matches!(first, BackplaneError::Unavailable(_)), "{first}");
        assert!(
            rest.iter().all(|it| *it == BackplaneError::Withheld),
            "{rest:?}"
        );
        // The next one has nothing to do with it.
        let mut next = manager.begin();
        next.send("note", &20).expect("it is json");
        let next = outcomes(next.commit()).await;
        assert_eq!(next, (vec![offsets.len() as u64 + 1], vec![]));
    });
}

/// A backplane that publishes each event by itself and says at once what became of it, and fails at
/// one of them.
struct Failing {
    local: Local,
    left: Arc<AtomicUsize>,
}

struct FailingChannel {
    local: Arc<dyn Channel>,
    left: Arc<AtomicUsize>,
}

impl Failing {
    /// Fails once, after so many events.
    fn after(events: usize) -> Self {
        Self {
            local: Local::new(&Config::default()),
            left: Arc::new(AtomicUsize::new(events)),
        }
    }
}

impl Backplane for Failing {
    fn open(&self, user: &UserId, subscriber: Weak<dyn Subscriber>) -> Arc<dyn Channel> {
        Arc::new(FailingChannel {
            local: self.local.open(user, subscriber),
            left: Arc::clone(&self.left),
        })
    }

    fn listen(&self, node: Weak<dyn Node>) {
        self.local.listen(node);
    }

    fn broadcast(&self, frame: &Text) {
        self.local.broadcast(frame);
    }
}

impl Channel for FailingChannel {
    fn publish(&self, body: Body) -> Publishing {
        // Below zero is far away.
        match self.left.fetch_sub(1, Ordering::AcqRel) {
            0 => Publishing::Failed(BackplaneError::Overloaded),
            _ => self.local.publish(body),
        }
    }

    fn pass(&self, signal: Passing) {
        self.local.pass(signal);
    }

    fn subscribe(&self) -> Answer<Standing> {
        self.local.subscribe()
    }

    fn history(&self, since: Position, limit: usize) -> Answer<History> {
        self.local.history(since, limit)
    }

    fn presence(&self) -> Answer<usize> {
        self.local.presence()
    }

    fn present(&self, connections: usize) {
        self.local.present(connections);
    }
}

/// Commits events on a backplane that fails after so many: volatile ones are `v`, durable ones `d`.
async fn committed(kinds: &str, fails_after: usize) -> (Vec<Value>, Vec<String>) {
    let node = memory_server(builder().backplane(Failing::after(fails_after)));
    let (mut client, _) = node.client("ada").await;
    let manager = node.manager("ada").await;
    let mut transaction = manager.begin();
    for (number, kind) in kinds.chars().enumerate() {
        let event = Event::new("note", &number).expect("it is json");
        let event = match kind {
            'v' => event.volatile(number.to_string()),
            _ => event,
        };
        transaction.publish(event).expect("it is short");
    }
    let mut told = Vec::new();
    for receipt in transaction.commit() {
        told.push(match receipt.position().await {
            Ok(position) => position.offset.to_string(),
            Err(PublishError::Backplane(BackplaneError::Overloaded)) => "failed".to_owned(),
            Err(PublishError::Backplane(BackplaneError::Volatile)) => "volatile".to_owned(),
            Err(PublishError::Backplane(BackplaneError::Withheld)) => "withheld".to_owned(),
            Err(other) => panic!("{other}"),
        });
    }
    // Where nothing has failed yet, the first of them does.
    for _ in 0..2 {
        manager.send(LAST, &()).expect("it is json");
    }
    let mut seen = Vec::new();
    loop {
        let event = client.next().await.expect("it stays open");
        if event["type"] == LAST {
            return (seen, told);
        }
        seen.extend((event["type"] == "note").then(|| event["payload"].clone()));
    }
}

#[tokio::test]
async fn a_commit_goes_out_up_to_the_first_event_that_fails() {
    for (kinds, fails_after, seen, told) in [
        ("ddd", 1, 1, "1 failed withheld"),
        ("ddd", 0, 0, "failed withheld withheld"),
        ("ddd", 2, 2, "1 2 failed"),
        ("ddd", 3, 3, "1 2 3"),
        ("d", 0, 0, "failed"),
        // What is volatile has a part in it, and divides it.
        ("dvdd", 0, 0, "failed withheld withheld withheld"),
        ("dvdd", 1, 2, "1 volatile failed withheld"),
        ("vdvd", 1, 3, "volatile 1 volatile failed"),
        ("vv", 0, 2, "volatile volatile"),
    ] {
        let numbers: Vec<Value> = (0..seen).map(Value::from).collect();
        let expected = (numbers, told.split(' ').map(str::to_owned).collect());
        assert_eq!(committed(kinds, fails_after).await, expected, "{kinds}");
    }
}

#[test]
fn an_ack_on_one_node_ends_the_wait_on_another() {
    for_each_seed(0..20, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let nodes = cluster(2, &store);
        let (mut client, _) = nodes[1].client("ada").await;
        let manager = nodes[0].manager("ada").await;
        let receipt = manager.send("note", &1).expect("it is json");
        assert_eq!(receipt.live_connections(), 0, "it counts this node");
        let acked = tokio::spawn(receipt.acked());
        let event = client.event().await.expect("it stays open");
        client
            .send(json!({"type": "ack", "offset": event["offset"]}))
            .await
            .expect("it is open");
        let position = tokio::time::timeout(SOON, acked).await;
        let position = position.expect("it comes soon").expect("no panic");
        assert_eq!(position.map(|it| it.offset), Ok(1), "seed {seed}");
    });
}

#[test]
fn a_stream_that_begins_anew_ends_the_wait_for_an_ack() {
    for_each_seed(0..10, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let nodes = cluster(2, &store);
        let manager = nodes[0].manager("ada").await;
        let receipt = manager.send("note", &1).expect("it is json");
        let acked = tokio::spawn(receipt.acked());
        // An answer that was asked later than the wait began.
        soon("it is taken", async || !store.frames("ada").is_empty()).await;
        sleep(Duration::from_secs(1)).await;
        store.lose_data();
        manager.send("note", &2).expect("it is json");
        let lost = tokio::time::timeout(SOON, acked).await;
        let lost = lost.expect("it comes soon").expect("no panic");
        assert_eq!(lost, Err(PublishError::StreamLost), "seed {seed}");
    });
}

#[test]
fn presence_counts_the_connections_of_all_nodes() {
    for_each_seed(0..10, async |seed| {
        let store = Store::new(seed, HARSH, 1_000);
        let nodes = cluster(3, &store);
        let watcher = nodes[2].manager("ada").await;
        let mut clients = Vec::new();
        for node in [0, 0, 1, 2, 1] {
            clients.push(nodes[node].client("ada").await.0);
        }
        let _stranger = nodes[0].client("bob").await;
        let counts = async |many| watcher.presence().await == Ok(many);
        soon("all five count", async || counts(5).await).await;
        for left in (0..5).rev() {
            drop(clients.remove(0));
            soon("one less", async || counts(left).await).await;
        }
    });
}

#[test]
fn disconnect_reaches_all_nodes_and_no_other_user() {
    for_each_seed(0..10, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let nodes = cluster(3, &store);
        let mut clients = Vec::new();
        for node in &nodes {
            clients.push(node.client("ada").await.0);
        }
        let (mut stranger, _) = nodes[1].client("bob").await;
        let manager = nodes[0].manager("ada").await;
        let close = Close::new(4123, "signed out").expect("it is one of ours");
        manager.disconnect(close);
        for client in &mut clients {
            assert_eq!(client.next().await, Err(4123), "seed {seed}");
        }
        stranger
            .send(json!({"type": "ping"}))
            .await
            .expect("it is open");
        let pong = stranger.next().await.expect("it stays open");
        assert_eq!(pong["type"], "pong");
    });
}

#[test]
fn a_broadcast_reaches_every_connection_of_every_node() {
    for_each_seed(0..5, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let mut nodes = cluster(2, &store);
        let (factory, broadcaster) = builder().backplane(store.node()).build_with_broadcaster();
        nodes.push(serve(factory));
        let mut clients = Vec::new();
        for (node, user) in [(0, "ada"), (1, "ada"), (1, "bob"), (2, "eve")] {
            clients.push(nodes[node].client(user).await.0);
        }
        broadcaster.send("news", &seed).expect("it is json");
        for client in &mut clients {
            let news = client.next().await.expect("it comes");
            assert_eq!(
                (&news["type"], &news["payload"]),
                (&json!("news"), &json!(seed))
            );
            assert_eq!(news.get("offset"), None);
        }
    });
}

#[test]
fn without_the_store_a_receipt_fails_a_join_closes_with_1013_and_health_says_so() {
    for_each_seed(0..5, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let nodes = cluster(2, &store);
        let (mut client, _) = nodes[0].client("ada").await;
        let manager = nodes[0].manager("ada").await;
        assert_eq!(manager.health(), Health::Ok);
        store.cut(0);
        let degraded = |health| matches!(health, Health::Degraded { .. });
        assert!(degraded(manager.health()) && degraded(nodes[0].factory.health()));
        assert_eq!(nodes[1].factory.health(), Health::Ok);

        let receipt = manager.send("note", &"lost").expect("it is json");
        let failed = receipt.position().await;
        let unavailable = PublishError::Backplane(BackplaneError::Unavailable("cut off".into()));
        assert_eq!(failed, Err(unavailable.clone()));
        let receipt = manager.send("note", &"lost").expect("it is json");
        assert_eq!(receipt.acked().await, Err(unavailable));
        assert!(manager.presence().await.is_err());
        let mut late = nodes[0].connect("ada", None).await;
        assert_eq!(late.next().await, Err(1013), "seed {seed}");

        // What another node publishes is read when the store can be reached again.
        let other = nodes[1].manager("ada").await;
        let receipt = other.send("note", &"seen").expect("it is json");
        receipt.position().await.expect("that node reaches it");
        sleep(Duration::from_secs(1)).await;
        store.restore(0);
        let event = client.event().await.expect("it stays open");
        assert_eq!(event["payload"], "seen", "seed {seed}");
        assert_eq!(manager.health(), Health::Ok);
        assert_eq!(nodes[0].factory.health(), Health::Ok);
    });
}

#[test]
fn a_store_that_lost_its_data_closes_with_4009_and_recovers_nothing() {
    for_each_seed(0..20, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let nodes = cluster(2, &store);
        let (mut client, hello) = nodes[0].client("ada").await;
        let manager = nodes[1].manager("ada").await;
        for number in 0..5 {
            manager.send("note", &number).expect("it is json");
        }
        for _ in 0..5 {
            client.event().await.expect("it comes");
        }
        store.lose_data();
        manager.send("note", &"anew").expect("it is json");
        assert_eq!(client.next().await, Err(4009), "seed {seed}");
        let since = format!("{}:5", hello["epoch"].as_str().expect("it has one"));
        let mut client = nodes[0].connect("ada", Some(&since)).await;
        let anew = client.next().await.expect("hello comes");
        assert_eq!(anew["recovered"], false);
        assert_ne!(anew["epoch"], hello["epoch"]);
    });
}

/// A client that comes back with the newest position while an event is on its way.
#[test]
fn an_event_during_the_first_look_at_the_history_closes_nobody() {
    for_each_seed(0..40, async |seed| {
        let store = Store::new(seed, LATE, 1_000);
        let nodes = cluster(2, &store);
        let manager = nodes[1].manager("ada").await;
        let (client, hello) = nodes[0].client("ada").await;
        drop(client);
        let since = format!("{}:0", hello["epoch"].as_str().expect("it has one"));
        let publisher = tokio::spawn(async move {
            for number in 0..20_u64 {
                manager.send("note", &number).expect("it is json");
                sleep(Duration::from_millis(5)).await;
            }
        });
        let mut client: MemoryClient = nodes[0].connect("ada", Some(&since)).await;
        for offset in 1..=20 {
            let event = client.event().await;
            assert_eq!(
                event.map(|it| it["offset"].as_u64()),
                Ok(Some(offset)),
                "seed {seed}"
            );
        }
        publisher.await.expect("no panic");
    });
}

#[test]
fn a_drain_ends_though_the_store_never_answers() {
    for_each_seed(0..2, async |seed| {
        let store = Store::new(seed, Faults::default(), 1_000);
        let nodes = cluster(1, &store);
        store.hang();
        let mut client = nodes[0].connect("ada", None).await;
        let taken = async || nodes[0].factory.stats().connections == 1;
        soon("it has a place", taken).await;
        let report = nodes[0]
            .factory
            .drain(Drain::within(Duration::from_secs(5)));
        let report = report.await;
        assert_eq!(
            report.still_open, 0,
            "nothing outlives the drain: {report:?}"
        );
        assert!(client.next().await.is_err());
    });
}

#[test]
fn a_store_that_never_answers_keeps_no_connection_for_ever() {
    for_each_seed(0..1, async |seed| {
        let store = Store::new(seed, Faults::default(), 1_000);
        let nodes = cluster(1, &store);
        store.hang();
        let mut client = nodes[0].connect("ada", None).await;
        assert_eq!(client.next().await, Err(1013));
    });
}
