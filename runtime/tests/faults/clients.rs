//! Clients that vanish, stop, or come all at once: from processes of their own.

use std::io::{BufRead, BufReader, Lines};
use std::net::SocketAddr;
use std::process::ChildStdout;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::net::TcpStream;
use websocket_core::websocket_manager::WebSocketManager;

use crate::process::{
    self, Running, descriptors, emptied, is_alone, is_real, resident, roomy, rounds, until,
};
use crate::raw::{Raw, handshake_of};
use crate::support::{SOON, server};

const ADDRESS: &str = "WEBSOCKET_CORE_ADDRESS";

fn address() -> SocketAddr {
    let address = std::env::var(ADDRESS).expect("who starts a client tells it");
    address.parse().expect("it is one")
}

/// Clients in a process of their own, and what they say.
fn clients(test: &str, address: SocketAddr) -> (Running, Lines<BufReader<ChildStdout>>) {
    let mut command = process::again(test, "clients");
    let mut running = Running::start(command.env(ADDRESS, address.to_string()));
    let output = running.0.stdout.take().expect("it is piped");
    (running, BufReader::new(output).lines())
}

/// What they say after a word.
async fn heard(
    lines: Lines<BufReader<ChildStdout>>,
    word: &'static str,
) -> (String, Lines<BufReader<ChildStdout>>) {
    let find = move || {
        let mut lines = lines;
        let mut told = lines.by_ref().map(|line| line.expect("it is text"));
        let found = told.find_map(|line| line.split_once(word).map(|(_, rest)| rest.to_owned()));
        (
            found.unwrap_or_else(|| panic!("they ended before {word}")),
            lines,
        )
    };
    let found = tokio::task::spawn_blocking(find);
    // The long form has fifty times as many connections.
    let patience = if is_real() { 60 * SOON } else { 3 * SOON };
    let found = tokio::time::timeout(patience, found).await;
    found.expect("they say it soon").expect("they say it")
}

/// A batch of connections, each to where it has read `hello`.
async fn batch(address: SocketAddr, size: usize) -> Vec<Raw> {
    let opened = (0..size).map(|number| async move {
        let mut raw = Raw::open(address).await;
        raw.write(handshake_of(&format!("u{number}"), None).as_bytes())
            .await;
        assert_eq!(raw.response().await.status, 101);
        assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
        raw
    });
    join_all(opened).await
}

/// Cuts most of them, and holds the last ones until the process is killed.
async fn come_and_are_cut(address: SocketAddr) {
    for _ in 0..rounds(40, 2_000) {
        for (number, raw) in batch(address, 50).await.into_iter().enumerate() {
            if number % 3 > 0 {
                raw.abort();
            }
        }
    }
    let _held = batch(address, 50).await;
    println!("\nheld .");
    std::future::pending::<()>().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_that_are_cut_give_back_memory_and_descriptors() {
    let test = concat!(
        module_path!(),
        "::thousands_that_are_cut_give_back_memory_and_descriptors"
    );
    if process::role().as_deref() == Some("clients") {
        return come_and_are_cut(address()).await;
    }
    if !is_alone(test) {
        return;
    }
    let server = server(roomy()).await;
    // The first ones fill what is kept for later ones.
    drop(batch(server.address, 50).await);
    emptied(&server.factory).await;
    let before = (descriptors(), resident());
    let (child, lines) = clients(test, server.address);
    let (_, lines) = heard(lines, "held ").await;
    // Of those that were cut the last one may not have been noticed.
    until("the held ones are left", || {
        server.factory.stats().connections == 50
    })
    .await;
    child.signal("KILL");
    emptied(&server.factory).await;
    drop((child, lines));
    until("every descriptor is given back", || {
        descriptors() <= before.0
    })
    .await;
    if let (Some(first), Some(last)) = (before.1, resident()) {
        assert!(last < first + 8 * 1024, "{first} KiB became {last} KiB");
    }
}

/// Reads, and comes back with its position, until the last event.
async fn read_to_the_last(address: SocketAddr) {
    let (mut epoch, mut last, mut connections) = (String::new(), 0, 0);
    loop {
        let since = format!("{epoch}:{last}");
        let since = (connections > 0).then_some(since.as_str());
        let mut raw = Raw::user(address, "ada", since).await;
        raw.patience = Duration::from_secs(600);
        connections += 1;
        let hello = raw.next().await.expect("it is open");
        assert_eq!(hello["recovered"], connections > 1);
        epoch = hello["epoch"].as_str().expect("it has one").to_owned();
        if connections == 1 {
            println!("\nreads .");
        }
        while let Ok(event) = raw.next().await {
            last += 1;
            assert_eq!(event["offset"], last);
            if event["type"] == "last" {
                println!("\nall {last} {connections} .");
                return;
            }
        }
    }
}

async fn send_too_much(manager: &WebSocketManager) -> u64 {
    let payload = "x".repeat(16 * 1024);
    for _ in 0..800 {
        manager.send("note", &payload).expect("it is json");
        tokio::task::yield_now().await;
    }
    800
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_stopped_is_cut_and_recovers_when_it_goes_on() {
    let test = concat!(
        module_path!(),
        "::a_process_that_is_stopped_is_cut_and_recovers_when_it_goes_on"
    );
    if process::role().as_deref() == Some("clients") {
        return read_to_the_last(address()).await;
    }
    let builder = roomy().configure(|config| {
        config.history_events = usize::MAX;
        config.history_bytes = usize::MAX;
        config.close_timeout = Duration::from_millis(300);
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let (child, lines) = clients(test, server.address);
    let (_, lines) = heard(lines, "reads ").await;
    child.signal("STOP");
    let mut sent = send_too_much(&manager).await;
    until("it is cut", || manager.connections() == 0).await;
    sent += send_too_much(&manager).await;
    child.signal("CONT");
    manager.send("last", &Value::Null).expect("it is json");
    let (told, _) = heard(lines, "all ").await;
    let mut told = told.split(' ');
    assert_eq!(told.next(), Some((sent + 1).to_string().as_str()));
    // It was cut, and nothing was lost: it looked at each offset.
    assert_ne!(told.next(), Some("1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_connect_and_say_nothing_keep_nobody_out() {
    let server = server(roomy()).await;
    let silent = join_all((0..300).map(|_| TcpStream::connect(server.address))).await;
    let mut halves = Vec::new();
    for _ in 0..100 {
        let mut raw = Raw::open(server.address).await;
        raw.write(&handshake_of("ada", None).as_bytes()[..60]).await;
        halves.push(raw);
    }
    // They hold no place, for they never asked.
    assert_eq!(server.factory.stats().connections, 0);
    let mut client = server.client("ada").await;
    assert!(client.sync().await.is_empty());
    drop((silent, halves, client));
    emptied(&server.factory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_connects_gets_as_many_places_as_there_are() {
    const PLACES: usize = 10;
    let builder = roomy().configure(|config| config.connections = PLACES);
    let server = server(builder).await;
    for _ in 0..3 {
        let asks = (0..150).map(|number| async move {
            let mut raw = Raw::open(server.address).await;
            raw.write(handshake_of(&format!("u{number}"), None).as_bytes())
                .await;
            let status = raw.response().await.status;
            (raw, status)
        });
        let asked = join_all(asks).await;
        let (accepted, refused): (Vec<_>, Vec<_>) =
            asked.iter().partition(|(_, status)| *status == 101);
        assert_eq!(accepted.len(), PLACES);
        assert!(refused.iter().all(|(_, status)| *status == 503));
        assert_eq!(server.factory.stats().connections, PLACES);
        asked.into_iter().for_each(|(raw, _)| raw.abort());
        emptied(&server.factory).await;
    }
}

#[tokio::test]
async fn one_that_never_reads_and_never_answers_is_gone() {
    let builder = roomy().configure(|config| {
        config.heartbeat = Duration::from_millis(100);
        config.idle_timeout = Duration::from_secs(1);
        // So that nothing but the silence ends it.
        config.outbox_frames = usize::MAX;
        config.outbox_bytes = usize::MAX;
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let _stalled = Raw::user(server.address, "ada", None).await;
    until("it is there", || manager.connections() == 1).await;
    send_too_much(&manager).await;
    assert!(
        manager
            .stats()
            .connections
            .iter()
            .all(|it| it.queued_frames > 0)
    );
    until("it is gone", || manager.connections() == 0).await;
    until("its place is free", || {
        server.factory.stats().connections == 0
    })
    .await;
}
