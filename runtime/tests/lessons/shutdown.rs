//! R13: a drain ends within its deadline, and leaves nothing.

use std::io::{BufRead, BufReader};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use websocket_core::config::Rate;
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext};
use websocket_core::websocket_manager::{Builder, Drain, Health, Inbound};

use crate::process::{self, Running, emptied, roomy, until};
use crate::raw::{CLOSE, Raw, frame, handshake_of};
use crate::support::{Client, Server, server};

/// Much later than a deadline, on a machine that is busy.
const GRACE: Duration = Duration::from_secs(10);

#[derive(serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromClient {
    Echo { text: String },
    Hang,
}

fn echoes() -> Builder {
    let builder = roomy().configure(|config| config.messages = Rate::new(1_000_000, 1_000_000.0));
    builder.on_message(
        async |inbound: Inbound<FromClient>| match &inbound.message {
            FromClient::Echo { text } => {
                inbound.manager.send("echo", text).expect("it is json");
            }
            FromClient::Hang => std::future::pending().await,
        },
    )
}

/// Reads until the end: the last frames say that it comes, and the code says why.
async fn to_end(mut client: Client) -> (Vec<u64>, bool, u16) {
    let (mut offsets, mut was_told) = (Vec::new(), false);
    loop {
        match client.next().await {
            Ok(frame) => {
                was_told |= frame["type"] == "goaway";
                offsets.extend(frame["offset"].as_u64());
            }
            Err(code) => return (offsets, was_told, code),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r13_a_drain_flushes_tells_and_closes() {
    let server = server(echoes()).await;
    let mut clients = Vec::new();
    for number in 0..20 {
        clients.push(server.client(&format!("u{}", number % 5)).await);
    }
    let mut managers = Vec::new();
    for number in 0..5 {
        let manager = server.manager(&format!("u{number}")).await;
        for number in 0..100 {
            manager.send("note", &number).expect("it is json");
        }
        managers.push(manager);
    }
    let readers: Vec<_> = clients
        .into_iter()
        .map(|client| tokio::spawn(to_end(client)))
        .collect();
    let report = server
        .factory
        .drain(Drain::within(Duration::from_secs(5)).for_good())
        .await;
    assert_eq!(report.connections, 20);
    assert_eq!((report.aborted, report.still_open), (0, 0));
    assert_eq!((report.unflushed_frames, report.unflushed_bytes), (0, 0));
    for reader in readers {
        let (offsets, was_told, code) = reader.await.expect("it does not panic");
        assert_eq!(offsets, (1..=100).collect::<Vec<_>>());
        assert!(was_told);
        assert_eq!(code, 1001);
    }
    assert_eq!(managers[0].health(), Health::Draining);
    // What is published now is kept, and reaches nobody.
    let receipt = managers[0].send("note", &1).expect("it is json");
    assert_eq!(receipt.live_connections(), 0);
    assert_eq!(receipt.position().await.expect("it is here").offset, 101);
    drop(managers);
    emptied(&server.factory).await;
}

/// Connects, talks and reads without end; what is refused or closed comes again.
async fn load(server: Arc<Server>, is_over: Arc<AtomicBool>, number: usize) {
    let user = format!("u{}", number % 3);
    let echo = crate::raw::frame(1, br#"{"type":"echo","text":"x"}"#);
    while !is_over.load(Ordering::Acquire) {
        let Ok(mut raw) = Raw::try_open(server.address).await else {
            // A listener of ours ends with the drain.
            assert!(server.factory.stats().draining);
            return;
        };
        use tokio::io::AsyncWriteExt;
        let asked = handshake_of(&user, None);
        if raw.stream.write_all(asked.as_bytes()).await.is_err() {
            continue;
        }
        match raw.try_response().await {
            Some(response) if response.status == 101 => {}
            Some(response) => {
                assert_eq!(response.status, 503);
                continue;
            }
            None => continue,
        }
        for _ in 0..20 {
            let written = raw.stream.write_all(&echo).await;
            if written.is_err() || raw.next().await.is_err() {
                break;
            }
        }
        if number.is_multiple_of(2) {
            raw.abort();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r13_a_drain_under_load_ends_within_its_deadline() {
    let server = Arc::new(server(echoes()).await);
    let is_over = Arc::new(AtomicBool::new(false));
    let tasks =
        (0..12).map(|number| tokio::spawn(load(Arc::clone(&server), Arc::clone(&is_over), number)));
    let tasks: Vec<_> = tasks.collect();
    // One who does not read, one whose handler hangs, and one who does not answer a close.
    let stalled = Raw::user(server.address, "stalled", None).await;
    let mut hangs = server.client("hangs").await;
    hangs.send(json!({"type": "hang"})).await;
    hangs.send(json!({"type": "hang"})).await;
    let mut rude = Raw::user(server.address, "rude", None).await;
    assert_eq!(rude.next().await.expect("hello")["type"], "hello");
    let manager = server.manager("stalled").await;
    for _ in 0..500 {
        manager
            .send("note", &"x".repeat(16 * 1024))
            .expect("it is json");
    }
    until("there is load", || server.factory.stats().connections > 8).await;
    let deadline = Duration::from_secs(3);
    let began = Instant::now();
    let report = server.factory.drain(Drain::within(deadline)).await;
    assert!(began.elapsed() < deadline + GRACE, "{:?}", began.elapsed());
    assert!(report.connections >= 3, "{report:?}");
    assert_eq!(report.still_open, 0, "{report:?}");
    let stats = server.factory.stats();
    assert_eq!(stats.connections, 0);
    assert!(stats.draining);
    is_over.store(true, Ordering::Release);
    for task in tasks {
        task.await.expect("it does not panic");
    }
    drop((manager, stalled));
    emptied(&server.factory).await;
}

#[tokio::test]
async fn r13_what_was_not_flushed_is_reported() {
    reports_what_was_not_flushed(false).await;
}

#[tokio::test]
async fn r13_what_was_not_flushed_is_reported_of_one_who_closes() {
    reports_what_was_not_flushed(true).await;
}

/// The cut and the time that connections have are nobody's race.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r13_what_was_not_flushed_is_reported_by_many_threads() {
    for round in 0..8 {
        reports_what_was_not_flushed(round % 2 == 1).await;
    }
}

async fn reports_what_was_not_flushed(closes: bool) {
    let builder = roomy().configure(|config| {
        config.outbox_frames = 10_000;
        config.outbox_bytes = 1 << 30;
        config.close_timeout = Duration::from_secs(60);
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut stalled = Raw::user(server.address, "ada", None).await;
    assert_eq!(stalled.next().await.expect("hello")["type"], "hello");
    let payload = "x".repeat(16 * 1024);
    for _ in 0..800 {
        manager.send("note", &payload).expect("it is json");
        tokio::task::yield_now().await;
    }
    let waiting = manager.stats().connections[0];
    assert!(waiting.queued_frames > 100, "{waiting:?}");
    let drain = server.factory.drain(Drain::within(Duration::from_secs(1)));
    let close = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        if closes {
            stalled.write(&frame(CLOSE, &1000_u16.to_be_bytes())).await;
        }
    };
    let (report, ()) = tokio::join!(drain, close);
    assert_eq!(
        (report.connections, report.aborted, report.still_open),
        (1, 1, 0)
    );
    // Where other threads run, some of what waited went on to the kernel since.
    assert!(report.unflushed_frames > 100, "{report:?} {waiting:?}");
    assert!(
        report.unflushed_bytes > 100 * payload.len(),
        "{report:?} {waiting:?}"
    );
    let (seen, code) = stalled.until_end().await;
    assert_eq!(code, 1006);
    // What was not read was reported: the goodbye, a frame that is half gone, and an answer too.
    let known = seen.len() + report.unflushed_frames;
    assert!((801..=803).contains(&known), "{} {report:?}", seen.len());
}

#[tokio::test]
async fn r13_an_authenticator_that_hangs_delays_no_drain() {
    struct Hangs;

    impl Authenticator for Hangs {
        async fn authenticate(
            &self,
            _: Credential,
            _: Grant<'_>,
        ) -> Result<UserContext, AuthError> {
            std::future::pending().await
        }
    }

    let builder = roomy().authenticator(Hangs).configure(|config| {
        config.authentication_timeout = Duration::from_secs(600);
    });
    let server = server(builder).await;
    let mut raw = Raw::open(server.address).await;
    raw.write(handshake_of("ada", None).as_bytes()).await;
    until("it is asked", || server.factory.stats().connections == 1).await;
    let began = Instant::now();
    let report = server
        .factory
        .drain(Drain::within(Duration::from_secs(15)))
        .await;
    assert_eq!(report.still_open, 0, "{report:?}");
    assert!(
        began.elapsed() < Duration::from_secs(12),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(raw.response().await.status, 503);
}

#[tokio::test]
async fn r13_a_drain_that_is_dropped_or_called_twice_ends_too() {
    let server = server(roomy()).await;
    let client = server.client("ada").await;
    let reader = tokio::spawn(to_end(client));
    let drain = server.factory.drain(Drain::within(Duration::from_secs(60)));
    drop(tokio::time::timeout(Duration::from_millis(1), drain).await);
    assert!(server.factory.stats().draining);
    let drain = || server.factory.drain(Drain::within(Duration::from_secs(5)));
    let (one, other) = tokio::join!(drain(), drain());
    assert_eq!((one.still_open, other.still_open), (0, 0));
    let (_, was_told, code) = reader.await.expect("it does not panic");
    assert!(was_told);
    assert_eq!(code, 1012);
}

/// The server that is told to end.
async fn serve_until_told() {
    let server = server(echoes()).await;
    let kind = tokio::signal::unix::SignalKind::terminate();
    let mut told = tokio::signal::unix::signal(kind).expect("it can be heard");
    println!("address {}", server.address);
    told.recv().await;
    let report = server
        .factory
        .drain(Drain::within(Duration::from_secs(3)))
        .await;
    println!("report {} {}", report.connections, report.still_open);
    // The listener and the accepted connections that never spoke are the test's own.
    let stats = server.factory.stats();
    assert_eq!((stats.users, stats.connections), (0, 0));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r13_a_process_that_is_told_to_end_under_load_ends() {
    if process::role().as_deref() == Some("server") {
        return serve_until_told().await;
    }
    let test = concat!(
        module_path!(),
        "::r13_a_process_that_is_told_to_end_under_load_ends"
    );
    let mut child = Running::start(&mut process::again(test, "server"));
    let output = child.0.stdout.take().expect("it is piped");
    let mut lines = BufReader::new(output)
        .lines()
        .map(|line| line.expect("it is text"));
    let address = lines.find_map(|line| line.split_once("address ").map(|(_, it)| it.to_owned()));
    let address: std::net::SocketAddr = address.expect("it says").parse().expect("it is one");
    let echo = crate::raw::frame(1, br#"{"type":"echo","text":"x"}"#);
    let tasks = (0..10).map(|number| {
        let echo = echo.clone();
        tokio::spawn(async move {
            let mut raw = Raw::user(address, &format!("u{number}"), None).await;
            let mut heard = 0;
            loop {
                use tokio::io::AsyncWriteExt;
                // Its end may come while this one speaks.
                let _ = raw.stream.write_all(&echo).await;
                match raw.next().await {
                    Ok(frame) => heard += usize::from(frame["type"] == "echo"),
                    Err(code) => return (heard, code),
                }
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut probe = Raw::user(address, "probe", None).await;
    for _ in 0..50 {
        probe.write(&echo).await;
        assert!(probe.next().await.is_ok());
    }
    let began = Instant::now();
    child.signal("TERM");
    let report = lines.find(|line| line.contains("report "));
    let status = child.0.wait().expect("it ends");
    assert!(status.success(), "{status}");
    assert!(began.elapsed() < Duration::from_secs(3) + GRACE);
    let report = report.expect("it says");
    assert!(report.ends_with("report 11 0"), "{report}");
    for task in tasks {
        let (heard, code) = task.await.expect("it does not panic");
        assert!(heard > 0);
        // Those who speak without end may lose the close among what they sent.
        assert!([1012, 1006].contains(&code), "{code}");
    }
}
