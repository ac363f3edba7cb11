//! Messages that are none, too long, too many, or whose handler fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use websocket_core::config::Rate;
use websocket_core::websocket_manager::{Builder, Inbound};

use crate::process::{emptied, roomy, until};
use crate::raw::{self, BINARY, CLOSE, PING, PONG, Raw, TEXT, fragment, frame};
use crate::support::{Server, server};

/// Answers each message, and counts them.
fn counting(count: &Arc<AtomicUsize>) -> Builder {
    let count = Arc::clone(count);
    roomy().on_message(move |inbound: Inbound<Value>| {
        let count = Arc::clone(&count);
        async move {
            count.fetch_add(1, Ordering::AcqRel);
            inbound
                .reply("answer", &inbound.message)
                .expect("it is json");
        }
    })
}

async fn connected(server: &Server) -> Raw {
    let mut raw = Raw::user(server.address, "ada", None).await;
    assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
    raw
}

/// How a connection ends that sends these bytes, though many events wait for it.
async fn check(server: &Server, bytes: &[u8], code: u16) {
    let manager = server.manager("ada").await;
    let mut raw = connected(server).await;
    for number in 0..200 {
        manager.send("note", &number).expect("it is json");
    }
    raw.write(bytes).await;
    let (seen, closed) = raw.until_end().await;
    let shown = &bytes[..bytes.len().min(40)];
    assert_eq!(closed, code, "{shown:02x?}");
    // What was sent before comes before.
    assert_eq!(seen.len(), 200, "{shown:02x?}");
    drop(raw);
    until("it is gone", || manager.connections() == 0).await;
}

#[tokio::test]
async fn each_fault_of_protocol_has_its_code() {
    let count = Arc::default();
    let server = server(counting(&count)).await;
    let long = |code: u16, reason: &[u8]| [&code.to_be_bytes()[..], reason].concat();
    let unmasked = [0x81, 2, b'{', b'}'];
    let mut reserved = frame(TEXT, b"{}");
    reserved[0] |= 0x40;
    let nothing_to_continue = fragment(0, true, b"{}");
    let two_beginnings = [fragment(TEXT, false, b"{"), frame(TEXT, b"{}")].concat();
    let half_a_character = [
        fragment(TEXT, false, b"\"\xe2\x82"),
        fragment(0, true, b"\""),
    ]
    .concat();
    let cases: [(&[u8], u16); 15] = [
        (&frame(BINARY, b"{}"), 1003),
        (&frame(BINARY, b""), 1003),
        (&frame(TEXT, b"\"\xff\""), 1007),
        (&frame(TEXT, b"\xc0\x80"), 1007),
        (&frame(TEXT, b"\xed\xa0\x80"), 1007),
        (&half_a_character, 1007),
        (&unmasked, 1002),
        (&reserved, 1002),
        (&frame(3, b""), 1002),
        (&frame(11, b""), 1002),
        (&fragment(PING, false, b""), 1002),
        (&frame(PING, &[0; 126]), 1002),
        (&nothing_to_continue, 1002),
        (&two_beginnings, 1002),
        (&frame(CLOSE, b"\x03"), 1002),
    ];
    for (bytes, code) in cases {
        check(&server, bytes, code).await;
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000] {
        check_close(&server, &long(code, b""), 1002).await;
    }
    check_close(&server, &long(1000, b"\xff"), 1007).await;
    for code in [1000, 1001, 3000, 4999] {
        check_close(&server, &long(code, b"why"), code).await;
    }
    check_close(&server, b"", 1005).await;
    assert_eq!(count.load(Ordering::Acquire), 0);
    emptied(&server.factory).await;
}

/// A close has its answer; what it finds unsent is not waited for.
async fn check_close(server: &Server, payload: &[u8], code: u16) {
    let mut raw = connected(server).await;
    raw.write(&frame(CLOSE, payload)).await;
    assert_eq!(raw.next().await, Err(code), "{payload:?}");
}

#[tokio::test]
async fn a_message_at_the_limit_is_taken_and_one_beyond_closes_with_1009() {
    const LIMIT: usize = 1_000;
    let count = Arc::default();
    let builder = counting(&count).configure(|config| config.message_bytes = LIMIT);
    let server = server(builder).await;
    let text = |len: usize| {
        let empty = json!({"type": "say", "text": ""}).to_string().len();
        json!({"type": "say", "text": "x".repeat(len - empty)}).to_string()
    };
    let mut raw = connected(&server).await;
    assert_eq!(text(LIMIT).len(), LIMIT);
    raw.write(&frame(TEXT, text(LIMIT).as_bytes())).await;
    assert_eq!(raw.next().await.expect("it is open")["type"], "answer");
    let whole = text(LIMIT);
    let (one, rest) = whole.split_at(100);
    let parts = [
        fragment(TEXT, false, one.as_bytes()),
        frame(PING, b""),
        fragment(0, true, rest.as_bytes()),
    ];
    raw.write(&parts.concat()).await;
    assert_eq!(raw.next().await.expect("it is open")["type"], "answer");
    drop(raw);

    let much = frame(TEXT, text(4 * 1024 * 1024).as_bytes());
    let parts: Vec<_> = (0..11)
        .map(|at| fragment(if at == 0 { TEXT } else { 0 }, false, &[b' '; 100]))
        .collect();
    // Only the head of a message that would be as long as memory.
    let head = [
        0x81, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
    ];
    for bytes in [
        frame(TEXT, text(LIMIT + 1).as_bytes()),
        parts.concat(),
        head.to_vec(),
    ] {
        check(&server, &bytes, 1009).await;
    }
    // The client that still writes hears why.
    let mut raw = connected(&server).await;
    use tokio::io::AsyncWriteExt;
    let written = raw.stream.write_all(&much).await;
    let told = raw.next().await;
    assert!(told == Err(1009) || written.is_err(), "{told:?}");
    assert_eq!(count.load(Ordering::Acquire), 2);
    drop(raw);
    emptied(&server.factory).await;
}

#[tokio::test]
async fn too_many_messages_close_with_4429() {
    let count = Arc::default();
    let builder = counting(&count).configure(|config| config.messages = Rate::new(10, 0.001));
    let server = server(builder).await;
    let mut raw = connected(&server).await;
    for _ in 0..11 {
        raw.write(&frame(TEXT, br#"{"type":"say"}"#)).await;
    }
    let mut answers = 0;
    let code = loop {
        match raw.next().await {
            Ok(_) => answers += 1,
            Err(code) => break code,
        }
    };
    assert_eq!(code, 4429);
    assert!(answers <= 10, "{answers}");
    until("what was taken is done", || {
        count.load(Ordering::Acquire) == 10
    })
    .await;
    // Control messages, and those that are none, are counted too.
    for message in [
        r#"{"type":"ping"}"#,
        r#"{"type":"ack","offset":0}"#,
        "no json",
        r#"{"type":"authenticate","token":"x"}"#,
    ] {
        let mut raw = connected(&server).await;
        let flood = frame(TEXT, message.as_bytes()).repeat(200);
        raw.write(&flood).await;
        assert_eq!(raw.until_end().await.1, 4429, "{message}");
    }
}

#[tokio::test]
async fn too_many_frames_that_are_no_messages_close_with_4429() {
    let count = Arc::default();
    let builder = counting(&count).configure(|config| config.messages = Rate::new(5, 0.001));
    let server = server(builder).await;
    let empty_parts = [
        fragment(TEXT, false, b""),
        fragment(0, false, b"").repeat(1_500),
    ];
    let both = [fragment(TEXT, false, b""), frame(PONG, b"")];
    let both_again = [fragment(0, false, b""), frame(PONG, b"")].concat();
    for (what, flood) in [
        ("pings", frame(PING, b"x").repeat(100)),
        ("pongs", frame(PONG, b"").repeat(100)),
        ("parts", empty_parts.concat()),
        ("both", [both.concat(), both_again.repeat(100)].concat()),
    ] {
        let mut raw = connected(&server).await;
        raw.write(&flood).await;
        assert_eq!(raw.until_end().await.1, 4429, "{what}");
    }
    assert_eq!(count.load(Ordering::Acquire), 0);
    emptied(&server.factory).await;
}

#[tokio::test]
async fn a_long_message_in_small_parts_is_one_message() {
    let count = Arc::default();
    // Twice as many as a single one.
    let builder = counting(&count).configure(|config| config.messages = Rate::new(20, 0.001));
    let server = server(builder).await;
    let mut raw = connected(&server).await;
    let empty = json!({"type": "say", "text": ""}).to_string().len();
    let text = json!({"type": "say", "text": "x".repeat(64 * 1024 - empty)}).to_string();
    let parts: Vec<_> = text.as_bytes().chunks(16).collect();
    let mut bytes = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let opcode = if at == 0 { TEXT } else { 0 };
        bytes.extend(fragment(opcode, at + 1 == parts.len(), part));
    }
    raw.write(&bytes).await;
    assert_eq!(raw.next().await.expect("it is open")["type"], "answer");
    assert_eq!(count.load(Ordering::Acquire), 1);
}

#[tokio::test]
async fn whoever_answers_pings_is_not_limited_by_that() {
    let builder = roomy().configure(|config| {
        config.messages = Rate::new(1, 0.0);
        config.heartbeat = Duration::from_millis(1);
    });
    let server = server(builder).await;
    let mut raw = connected(&server).await;
    for _ in 0..100 {
        while raw.frame().await.expect("it is open").0 != PING {}
        raw.write(&frame(PONG, b"")).await;
    }
}

#[tokio::test]
async fn pings_that_nobody_reads_the_answers_of_are_no_fault_of_memory() {
    let builder = roomy().configure(|config| config.messages = Rate::new(1_000_000, 1.0));
    let server = server(builder).await;
    let mut raw = connected(&server).await;
    let flood = frame(PING, &[b'x'; 125]).repeat(1_000);
    let sent = async {
        use tokio::io::AsyncWriteExt;
        for _ in 0..100 {
            raw.stream.write_all(&flood).await.expect("it is open");
        }
    };
    // It reads them all: an answer that finds no place makes room for the newest.
    sent.await;
    let mut last = frame(PING, b"last");
    last.extend(frame(TEXT, br#"{"type":"ping"}"#));
    raw.write(&last).await;
    let (mut is_last, mut pongs) = (false, 0);
    while let Some((opcode, payload)) = raw.frame().await {
        match opcode {
            PONG => {
                pongs += 1;
                is_last = payload == b"last";
            }
            PING => {}
            _ => break,
        }
        if is_last {
            break;
        }
    }
    assert!(is_last, "{pongs}");
}

#[derive(serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromClient {
    Panic,
    PanicLater,
    Hang,
    Say,
}

fn failing() -> Builder {
    roomy().on_message(|inbound: Inbound<FromClient>| {
        // Before there is a future, too.
        assert!(
            !matches!(inbound.message, FromClient::Panic),
            "as handlers do"
        );
        async move {
            tokio::task::yield_now().await;
            match inbound.message {
                FromClient::PanicLater => panic!("as handlers do"),
                FromClient::Hang => std::future::pending().await,
                _ => inbound.reply("answer", &()).map(drop).expect("it is json"),
            }
        }
    })
}

#[tokio::test]
async fn a_handler_that_panics_fails_its_message_alone() {
    let server = server(failing()).await;
    let mut client = server.client("ada").await;
    for _ in 0..20 {
        for kind in ["panic", "panic_later"] {
            client.send(json!({"type": kind})).await;
            assert_eq!(client.next().await.expect("it is open")["code"], "internal");
        }
        client.send(json!({"type": "say"})).await;
        assert_eq!(client.next().await.expect("it is open")["type"], "answer");
    }
    drop(client);
    emptied(&server.factory).await;
}

#[tokio::test]
async fn a_handler_that_hangs_holds_back_its_client_and_no_event() {
    let builder = failing().configure(|config| {
        config.messages = Rate::new(1_000_000, 1_000_000.0);
        config.messages_waiting = 4;
        config.heartbeat = Duration::from_millis(100);
        config.idle_timeout = Duration::from_millis(500);
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut raw = connected(&server).await;
    raw.write(&frame(TEXT, br#"{"type":"hang"}"#)).await;
    raw.write(&frame(TEXT, br#"{"type":"say"}"#).repeat(20))
        .await;
    // Longer than the idle timeout: nothing is read, so silence says nothing.
    let until_then = tokio::time::Instant::now() + Duration::from_secs(1);
    let mut sent = 0;
    while tokio::time::Instant::now() < until_then || sent < 10 {
        sent += 1;
        manager.send("note", &sent).expect("it is json");
        let event = raw.next().await.expect("it is open");
        assert_eq!(event["offset"], sent);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(manager.connections(), 1);
    // It goes, and nobody reads that: its pings find out.
    raw.abort();
    until("it is gone", || manager.connections() == 0).await;
    until("its place is free", || {
        server.factory.stats().connections == 0
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_is_cut_within_a_message_has_sent_none() {
    let count = Arc::default();
    let server = server(counting(&count)).await;
    let message = frame(TEXT, br#"{"type":"say","text":"0123456789"}"#);
    let whole = [raw::frame(PING, b"x"), message].concat();
    for cut in 0..whole.len() {
        let mut raw = connected(&server).await;
        raw.write(&whole[..cut]).await;
        if cut % 2 == 0 {
            raw.abort();
        }
    }
    emptied(&server.factory).await;
    assert_eq!(count.load(Ordering::Acquire), 0);
}
