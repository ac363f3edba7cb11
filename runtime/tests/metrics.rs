//! What is counted, and that no label names a user.

use metrics_util::MetricKind;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use websocket_core::websocket_manager::Inbound;

mod support;

use support::{SOON, builder, server};

/// What a label may say.
const LABELS: &[&str] = &["transport", "code", "reason", "kind", "what", "outcome"];

const USER: &str = "ada-of-the-metrics";

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromClient {
    Ask,
}

type Seen = Vec<(MetricKind, String, Vec<(String, String)>, DebugValue)>;

fn snapshot(snapshotter: &Snapshotter) -> Seen {
    let all = snapshotter.snapshot().into_vec().into_iter();
    let seen = all.map(|(key, _, _, value)| {
        let (kind, key) = key.into_parts();
        let labels = key.labels();
        let labels = labels.map(|label| (label.key().to_owned(), label.value().to_owned()));
        (kind, key.name().to_owned(), labels.collect(), value)
    });
    seen.collect()
}

/// Adds to what was seen before: a snapshot of counters begins anew.
fn add(all: &mut Seen, more: Seen) {
    for (kind, name, labels, value) in more {
        let known = all
            .iter_mut()
            .find(|it| (it.0, &it.1, &it.2) == (kind, &name, &labels));
        match (known.map(|it| &mut it.3), value) {
            (Some(DebugValue::Counter(sum)), DebugValue::Counter(more)) => *sum += more,
            (Some(DebugValue::Histogram(all)), DebugValue::Histogram(more)) => all.extend(more),
            (Some(old), new) => *old = new,
            (None, value) => all.push((kind, name, labels, value)),
        }
    }
}

fn count(seen: &Seen, name: &str, label: &str) -> u64 {
    let named = seen.iter().filter(|(_, it, labels, _)| {
        it == name && (label.is_empty() || labels.iter().any(|(_, value)| value == label))
    });
    let counts = named.map(|(.., value)| match value {
        DebugValue::Counter(count) => *count,
        DebugValue::Gauge(value) => value.0 as u64,
        DebugValue::Histogram(values) => values.len() as u64,
    });
    counts.sum()
}

#[tokio::test]
async fn counters_and_histograms_tell_what_happened_and_of_nobody() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    recorder.install().expect("it is the only one");

    let builder =
        builder()
            .max_connections_per_user(2)
            .on_message(async |inbound: Inbound<FromClient>| {
                inbound.reply("echo", &inbound.message).expect("it is json");
            });
    let server = server(builder).await;
    let manager = server.manager(USER).await;
    let mut client = server.client(USER).await;
    let position = client.position();
    let run = manager.start_run("run-1", "triage");
    run.partial_result("so far");
    run.complete(json!(1));
    client.offsets(2).await;
    client.send(json!({"type": "ask"})).await;
    assert_eq!(client.next().await.expect("it is open")["type"], "echo");
    // By the protocol, and by what the application expects: each is invalid, and nothing else.
    client.send(json!({"type": 7})).await;
    client.send(json!({"type": "askew"})).await;
    for _ in 0..2 {
        assert_eq!(client.next().await.expect("it is open")["type"], "error");
    }
    let mut again = server.client_since(USER, Some(&position)).await;
    again.offsets(2).await;
    let mut third = server.connect(server.request(USER, None)).await;
    assert_eq!(third.next().await, Err(4429));
    let mut request = server.request(USER, None);
    request.headers_mut().remove("authorization");
    assert_eq!(server.refused(request).await, 401);

    let mut seen = Seen::new();
    add(&mut seen, snapshot(&snapshotter));
    assert_eq!(
        count(&seen, "websocket_core_events_published_total", "durable"),
        2
    );
    assert_eq!(
        count(&seen, "websocket_core_events_published_total", "volatile"),
        1
    );
    assert_eq!(
        count(&seen, "websocket_core_messages_received_total", "message"),
        1
    );
    assert_eq!(
        count(&seen, "websocket_core_messages_received_total", "invalid"),
        2
    );
    assert_eq!(count(&seen, "websocket_core_resumes_total", "recovered"), 1);
    assert_eq!(
        count(
            &seen,
            "websocket_core_handshakes_refused_total",
            "credential"
        ),
        1
    );
    // Two of each hello, three of the run, twice; an echo and two errors.
    assert!(count(&seen, "websocket_core_frames_sent_total", "") >= 10);

    // Each of them ends, and is counted once.
    drop((client, again, third));
    let all_ended = async {
        while count(&seen, "websocket_core_connection_seconds", "") < 3 {
            tokio::task::yield_now().await;
            add(&mut seen, snapshot(&snapshotter));
        }
    };
    let all_ended = tokio::time::timeout(SOON, all_ended).await;
    all_ended.expect("connections end soon");
    assert_eq!(count(&seen, "websocket_core_connections", ""), 0);
    assert_eq!(
        count(&seen, "websocket_core_connections_closed_total", ""),
        3
    );
    assert_eq!(
        count(&seen, "websocket_core_connections_closed_total", "4429"),
        1
    );

    // A client makes no label of its own.
    for code in (3_000..5_000).step_by(100) {
        let mut client = server.client("bob").await;
        let code = code.into();
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        let closed = client.socket.close(Some(frame)).await;
        closed.expect("it is open");
        assert_eq!(client.next().await, Err(code.into()));
    }
    let all_ended = async {
        while count(&seen, "websocket_core_connection_seconds", "") < 23 {
            tokio::task::yield_now().await;
            add(&mut seen, snapshot(&snapshotter));
        }
    };
    let all_ended = tokio::time::timeout(SOON, all_ended).await;
    all_ended.expect("connections end soon");
    for class in ["3xxx", "4xxx"] {
        let closed = count(&seen, "websocket_core_connections_closed_total", class);
        assert_eq!(closed, 10, "{class}");
    }

    for (_, name, labels, _) in &seen {
        assert!(name.starts_with("websocket_core_"), "{name}");
        for (key, value) in labels {
            assert!(LABELS.contains(&key.as_str()), "{name} has a label {key}");
            let secrets = [USER, "run-1", "triage", "127.0.0.1", "echo", "ask"];
            assert!(
                !secrets.iter().any(|it| value.contains(it)),
                "{name}: {key}={value}"
            );
        }
    }
}

#[test]
fn the_readme_lists_every_metric_and_no_other() {
    let names = |text: &'static str, quote: char| {
        let quoted = text.split(quote);
        let mut names: Vec<_> = quoted
            .filter(|it| it.starts_with("websocket_core_"))
            .collect();
        names.sort_unstable();
        names
    };
    let told = include_str!("../README.md");
    let told = told.split("## Seen from outside").nth(1);
    assert_eq!(
        names(told.expect("it has this part"), '`'),
        names(include_str!("../src/observe.rs"), '"')
    );
}
