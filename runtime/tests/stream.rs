//! What a client of bytes sees: pings, closes, faults, and streams that end on one side.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use websocket_core::close::Close;
use websocket_core::config::Rate;
use websocket_core::event::Event;
use websocket_core::websocket_manager::Inbound;

mod support;

use support::ends::{BINARY, CLOSE, Got, PING, Raw, TEXT, frame, handshake};
use support::{SOON, Server, Way, builder, server};

/// Nothing of the server but this close, and then the end of the stream.
#[track_caller]
fn check_end(got: [Got; 2], code: Option<u16>) {
    assert_eq!(got, [Got::Close(code), Got::End]);
}

async fn last_two(client: &mut Raw<tokio::net::TcpStream>) -> [Got; 2] {
    [client.next().await, client.next().await]
}

fn offset(text: &str) -> u64 {
    let event: Value = serde_json::from_str(text).expect("frames are json");
    event["offset"].as_u64().expect("events have one")
}

#[tokio::test]
async fn each_ping_is_answered_with_its_payload_while_events_flow() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    let mut client = Raw::open(server.address, "ada").await;
    let (mut offsets, mut pongs) = (Vec::new(), Vec::new());
    for round in 0..20_u32 {
        for number in 0..20 {
            manager.send("note", &number).expect("it is json");
        }
        let pings: Vec<u8> = (0..10)
            .flat_map(|at| frame(PING, format!("{round}.{at}").as_bytes()))
            .collect();
        client.send(&pings).await;
        while pongs.len() < 10 * (round as usize + 1) || offsets.len() < 20 * (round as usize + 1) {
            match client.next().await {
                Got::Text(text) => offsets.push(offset(&text)),
                Got::Pong(payload) => pongs.push(String::from_utf8(payload).expect("as sent")),
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(offsets, (1..=400).collect::<Vec<_>>());
    let sent = (0..20).flat_map(|round| (0..10).map(move |at| format!("{round}.{at}")));
    assert_eq!(pongs, sent.collect::<Vec<_>>());
}

#[tokio::test]
async fn pings_of_one_who_reads_nothing_are_answered_up_to_the_newest() {
    let builder = builder().configure(|config| config.messages = Rate::new(1_000_000, 1.0));
    let server = server(builder).await;
    let mut client = Raw::open(server.address, "ada").await;
    let pings: Vec<u8> = (0..200_000_u32)
        .flat_map(|number| frame(PING, &[&number.to_be_bytes()[..], &[0; 100]].concat()))
        .collect();
    client.send(&pings).await;
    let mut newest = None;
    loop {
        match client.next().await {
            Got::Pong(payload) => {
                let number = u32::from_be_bytes(*payload.first_chunk().expect("as sent"));
                assert!(newest < Some(number), "they come in order, once each");
                newest = Some(number);
                if number == 199_999 {
                    break;
                }
            }
            other => panic!("{other:?}"),
        }
    }
    client.send(&frame(CLOSE, &1000_u16.to_be_bytes())).await;
    check_end(last_two(&mut client).await, Some(1000));
}

#[tokio::test]
async fn a_close_is_answered_with_its_code_and_the_stream_ends() {
    let server = server(builder()).await;
    for code in [1000, 1001, 1011, 1014, 3000, 4999] {
        let mut client = Raw::open(server.address, "ada").await;
        let close = [&u16::to_be_bytes(code)[..], b"bye"].concat();
        client.send(&frame(CLOSE, &close)).await;
        check_end(last_two(&mut client).await, Some(code));
    }
    let mut client = Raw::open(server.address, "ada").await;
    client.send(&frame(CLOSE, b"")).await;
    check_end(last_two(&mut client).await, None);
}

#[tokio::test]
async fn a_fault_is_said_and_the_stream_ends_in_order_whatever_else_comes() {
    let server = server(builder().configure(|config| {
        config.message_bytes = 1_000;
        // It ends though the client ends nothing.
        config.close_timeout = Duration::from_secs(3_600);
    }))
    .await;
    let too_large = &frame(TEXT, &[b'x'; 1_001])[..8];
    let faults = [
        (frame(3, b""), 1002),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), 1002),
        (vec![0x81, 0x00], 1002),
        (frame(CLOSE, &1005_u16.to_be_bytes()), 1002),
        (frame(TEXT, b"\xff"), 1007),
        (too_large.to_vec(), 1009),
    ];
    for (bytes, code) in faults {
        // Far more than a server reads at once: what it leaves unread would reset the stream.
        for behind in [0, 2_000_000] {
            let mut client = Raw::open(server.address, "ada").await;
            client
                .send(&[&bytes[..], &vec![0xC3; behind]].concat())
                .await;
            let got = last_two(&mut client).await;
            assert_eq!(
                got,
                [Got::Close(Some(code)), Got::End],
                "{bytes:?} {behind}"
            );
        }
    }
}

#[tokio::test]
async fn the_answer_to_a_close_is_not_answered() {
    let server = server(builder()).await;
    let mut client = Raw::open(server.address, "ada").await;
    client.send(&frame(BINARY, b"\x00")).await;
    assert_eq!(client.next().await, Got::Close(Some(1003)));
    client.send(&frame(CLOSE, &1003_u16.to_be_bytes())).await;
    assert_eq!(client.next().await, Got::End);
}

#[tokio::test]
async fn pings_are_answered_until_the_client_has_closed() {
    let server = server(builder()).await;
    let mut client = Raw::open(server.address, "ada").await;
    let bytes = [
        frame(PING, b"1"),
        frame(PING, b"2"),
        frame(CLOSE, b""),
        frame(PING, b"3"),
    ];
    client.send(&bytes.concat()).await;
    assert_eq!(client.next().await, Got::Pong(b"1".to_vec()));
    assert_eq!(client.next().await, Got::Pong(b"2".to_vec()));
    assert_eq!(client.next().await, Got::Close(None));
}

/// How bytes of a client come.
#[derive(Debug, Clone, Copy)]
enum Coming {
    /// At once, when nothing else is on its way.
    Alone,
    ByteByByte,
    /// In one packet with the handshake.
    WithHandshake,
    /// The same of a client that comes back.
    WithPosition,
    /// While events go out.
    AmidEvents,
}

impl Coming {
    const ALL: [Self; 5] = [
        Self::Alone,
        Self::ByteByByte,
        Self::WithHandshake,
        Self::WithPosition,
        Self::AmidEvents,
    ];

    /// A client whose bytes have come.
    async fn client(self, server: &Server, bytes: &[u8]) -> Raw<TcpStream> {
        let manager = server.manager("ada").await;
        let since = match self {
            Self::WithPosition => {
                let receipt = manager.send("note", &1).expect("it is json");
                let position = receipt.position().await.expect("it is in process");
                manager.send("note", &2).expect("it is json");
                Some(format!("/ws?since={position}"))
            }
            _ => None,
        };
        let target = since.as_deref().unwrap_or("/ws");
        let head = handshake("ada").replacen("/ws", target, 1);
        let mut client = Raw::connect(server.address).await;
        client.stream.set_nodelay(true).expect("it is open");
        let with_it = match self {
            Self::WithHandshake | Self::WithPosition => bytes,
            _ => b"",
        };
        client.send(&[head.as_bytes(), with_it].concat()).await;
        assert_eq!(client.status().await, 101);
        match self {
            Self::WithHandshake | Self::WithPosition => {}
            Self::Alone => {
                client.hello().await;
                client.send(bytes).await;
            }
            Self::ByteByByte => {
                client.hello().await;
                for byte in bytes {
                    client.send(&[*byte]).await;
                    tokio::task::yield_now().await;
                }
            }
            Self::AmidEvents => {
                client.hello().await;
                for number in 0..100 {
                    manager.send("note", &number).expect("it is json");
                    tokio::task::yield_now().await;
                }
                client.send(bytes).await;
                for number in 0..500 {
                    manager.send("note", &number).expect("it is json");
                    tokio::task::yield_now().await;
                }
            }
        }
        client
    }
}

/// The kinds of texts until the stream ends, but for events and the greeting, and how it ends.
async fn answers(client: &mut Raw<TcpStream>) -> (Vec<String>, [Got; 2]) {
    let mut kinds = Vec::new();
    loop {
        match client.next().await {
            Got::Text(text) => {
                let frame: Value = serde_json::from_str(&text).expect("frames are json");
                kinds.extend(frame["type"].as_str().map(str::to_owned));
            }
            other => {
                kinds.retain(|kind| kind != "note" && kind != "hello");
                return (kinds, [other, client.next().await]);
            }
        }
    }
}

#[tokio::test]
async fn what_stands_before_a_close_is_answered_before_it() {
    let server = server(builder()).await;
    let close = frame(CLOSE, &1000_u16.to_be_bytes());
    let ping = frame(TEXT, br#"{"type":"ping"}"#);
    let cases = [
        (ping.clone(), vec!["pong"], 1000),
        // More than what a connection does before others have their turn.
        (ping.repeat(50), vec!["pong"; 50], 1000),
        (frame(TEXT, b"{]"), vec!["error"], 1000),
        (
            frame(TEXT, br#"{"type":"ack","offset":9999999}"#),
            vec!["error"],
            1000,
        ),
        // This service takes no messages.
        (frame(TEXT, br#"{"type":"ask"}"#), vec!["error"], 1000),
        // The close of the server comes first: the client's answers it.
        (frame(BINARY, b"{}"), vec![], 1003),
        (
            [ping.clone(), frame(BINARY, b"{}")].concat(),
            vec!["pong"],
            1003,
        ),
        (vec![], vec![], 1000),
    ];
    for coming in Coming::ALL {
        for (before, expected, code) in &cases {
            // Behind the close there is nothing that is answered.
            let behind: &[u8] = match coming {
                // It would reset a stream that has ended.
                Coming::ByteByByte => b"",
                _ => &ping,
            };
            let bytes = [before, &close, behind].concat();
            let mut client = coming.client(&server, &bytes).await;
            let (kinds, end) = answers(&mut client).await;
            assert_eq!(&kinds, expected, "{coming:?}");
            assert_eq!(end, [Got::Close(Some(*code)), Got::End], "{coming:?}");
            gone(&server, "ada").await;
        }
    }
}

/// When this user has no connection any more.
async fn gone(server: &Server, user: &str) {
    let manager = server.manager(user).await;
    let waiting = async {
        while !manager.stats().connections.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let gone = tokio::time::timeout(SOON, waiting).await;
    gone.expect("the connection ends");
}

#[tokio::test]
async fn one_who_stops_sending_has_gone() {
    let server = server(builder()).await;
    let mut client = Raw::open(server.address, "ada").await;
    client.stream.shutdown().await.expect("it is open");
    assert_eq!(client.next().await, Got::End);
    gone(&server, "ada").await;
}

#[tokio::test]
async fn one_who_stops_within_a_frame_has_gone() {
    let server = server(builder()).await;
    let message = frame(TEXT, br#"{"type":"ping"}"#);
    for end in 1..message.len() {
        let mut client = Raw::open(server.address, "ada").await;
        client.send(&message[..end]).await;
        client.stream.shutdown().await.expect("it is open");
        assert_eq!(client.next().await, Got::End, "{end}");
    }
    gone(&server, "ada").await;
}

#[tokio::test]
async fn a_close_and_the_end_behind_it_are_answered() {
    let server = server(builder()).await;
    let mut client = Raw::open(server.address, "ada").await;
    client.send(&frame(CLOSE, &1000_u16.to_be_bytes())).await;
    client.stream.shutdown().await.expect("it is open");
    check_end(last_two(&mut client).await, Some(1000));
    gone(&server, "ada").await;
}

#[tokio::test]
async fn frames_that_go_out_in_parts_arrive_whole_and_in_order() {
    let server = server(builder().configure(|config| {
        config.outbox_bytes = 64 << 20;
        config.history_bytes = 64 << 20;
    }))
    .await;
    let manager = server.manager("ada").await;
    let mut client = narrow(&server).await;
    client.shake_hands("ada").await;
    // Of all lengths, more than the kernel takes and more than go out at once.
    let payloads: Vec<String> = (0..900)
        .map(|number| format!("{number}:{}", "é".repeat(number * 37 % 20_000)))
        .collect();
    for payload in &payloads {
        manager.send("note", payload).expect("it is json");
    }
    client.send(&frame(PING, b"behind")).await;
    let mut expected = payloads.iter().enumerate().rev().collect::<Vec<_>>();
    let mut pongs = 0;
    while !expected.is_empty() || pongs == 0 {
        match client.next().await {
            Got::Text(text) => {
                let event: Value = serde_json::from_str(&text).expect("frames are json");
                let (offset, payload) = expected.pop().expect("no more than were sent");
                assert_eq!(event["offset"], offset + 1);
                assert_eq!(event["payload"], **payload);
            }
            Got::Pong(payload) => {
                assert_eq!(payload, b"behind");
                pongs += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(pongs, 1);
}

#[tokio::test]
async fn what_comes_with_the_handshake_is_heard() {
    let builder = builder().configure(|config| config.messages = Rate::new(10_000, 1.0));
    let server = server(builder).await;
    let message = frame(TEXT, br#"{"type":"ping"}"#);
    // In one piece with it, and more than is read at once.
    for count in [1, 5_000] {
        let mut client = Raw::connect(server.address).await;
        let bytes = [handshake("ada").as_bytes(), &message.repeat(count)].concat();
        client.send(&bytes).await;
        assert_eq!(client.status().await, 101);
        client.hello().await;
        for _ in 0..count {
            assert_eq!(
                client.next().await,
                Got::Text(r#"{"type":"pong"}"#.to_owned())
            );
        }
    }
}

#[tokio::test]
async fn a_handshake_and_a_message_may_come_byte_by_byte() {
    let server = server(builder()).await;
    let mut client = Raw::connect(server.address).await;
    client.stream.set_nodelay(true).expect("it is open");
    for byte in handshake("ada").as_bytes() {
        client.send(&[*byte]).await;
    }
    assert_eq!(client.status().await, 101);
    client.hello().await;
    for byte in frame(TEXT, br#"{"type":"ping"}"#) {
        client.send(&[byte]).await;
    }
    assert_eq!(
        client.next().await,
        Got::Text(r#"{"type":"pong"}"#.to_owned())
    );
}

#[tokio::test]
async fn a_second_request_behind_the_handshake_is_no_frame() {
    let server = server(builder()).await;
    let mut client = Raw::connect(server.address).await;
    client.send(handshake("ada").repeat(2).as_bytes()).await;
    assert_eq!(client.status().await, 101);
    client.hello().await;
    check_end(last_two(&mut client).await, Some(1002));
}

#[tokio::test]
async fn a_connection_says_which_transport_serves_it() {
    let server = server(builder()).await;
    let client = server.client("ada").await;
    assert_eq!(client.hello["v"], json!(1));
    // The ways differ in fact, or the rest of this file proves one of them three times.
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let _second = server.client("ada").await;
    let transport = match Way::chosen() {
        Way::Tungstenite => r#"transport="stream""#,
        Way::Own | Way::Listener => r#"transport="tcp""#,
    };
    let rendered = handle.render();
    assert!(rendered.contains(transport), "{rendered}");
}

/// A client whose kernel takes little before it reads.
async fn narrow(server: &Server) -> Raw<TcpStream> {
    with_room(server, 4_096).await
}

/// A client whose kernel has a buffer of about so many bytes.
async fn with_room(server: &Server, bytes: u32) -> Raw<TcpStream> {
    let socket = TcpSocket::new_v4().expect("there are sockets");
    socket.set_recv_buffer_size(bytes).expect("it is set");
    let stream = socket.connect(server.address).await.expect("it listens");
    Raw::new(stream)
}

#[tokio::test]
async fn a_close_is_answered_behind_the_frame_that_is_half_gone() {
    let server = server(builder().configure(|config| {
        config.event_bytes = 16 << 20;
        config.outbox_bytes = 64 << 20;
        config.close_timeout = SOON;
    }))
    .await;
    let manager = server.manager("ada").await;
    // One that is longer than all that a kernel takes, and many.
    for (events, len) in [(1, 12 << 20), (600, 20_000), (3, 10)] {
        let mut client = narrow(&server).await;
        client.shake_hands("ada").await;
        let payload = "x".repeat(len);
        for _ in 0..events {
            manager.send("note", &payload).expect("it is json");
        }
        // All that can go is gone by then.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let ping = frame(TEXT, br#"{"type":"ping"}"#);
        let close = frame(CLOSE, &1000_u16.to_be_bytes());
        client.send(&[ping, close].concat()).await;
        let (mut texts, mut pongs) = (0, 0);
        let close = loop {
            match client.next().await {
                Got::Text(text) if text == r#"{"type":"pong"}"# => pongs += 1,
                Got::Text(text) => {
                    assert!(text.len() > len);
                    texts += 1;
                }
                other => break other,
            }
        };
        check_end([close, client.next().await], Some(1000));
        assert!(texts <= events, "{texts} of {events}");
        assert_eq!(pongs, 1, "what answers the client goes out as well");
        // What comes later goes to nobody.
        gone(&server, "ada").await;
    }
}

#[tokio::test]
async fn what_was_decided_before_a_close_answers_it_though_it_waits() {
    let server = server(builder().configure(|config| {
        config.outbox_bytes = 64 << 20;
        config.close_timeout = SOON;
    }))
    .await;
    let manager = server.manager("ada").await;
    let close = frame(CLOSE, &1000_u16.to_be_bytes());
    let unsupported = [frame(BINARY, b"{}"), close.clone()].concat();
    let policy = Close::new(4242, "not now").expect("it is one of ours");
    let cases = [
        // By the client's fault, of two the first, and by the service.
        (unsupported, None, 1003),
        ([frame(BINARY, b"{}"), frame(3, b"")].concat(), None, 1003),
        (close, Some(policy), 4242),
    ];
    for (bytes, decided, code) in cases {
        let mut client = narrow(&server).await;
        client.shake_hands("ada").await;
        let payload = "x".repeat(20_000);
        for _ in 0..600 {
            manager.send("note", &payload).expect("it is json");
        }
        // All that can go is gone by then.
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Some(close) = decided {
            manager.disconnect(close);
        }
        client.send(&bytes).await;
        let (kinds, end) = answers(&mut client).await;
        assert!(kinds.is_empty(), "{kinds:?}");
        check_end(end, Some(code));
        // After a fault the end of the stream is waited for.
        drop(client);
        gone(&server, "ada").await;
    }
}

#[tokio::test]
async fn an_answer_to_a_close_that_is_not_read_has_its_time() {
    let server = server(builder().configure(|config| {
        config.event_bytes = 16 << 20;
        config.outbox_bytes = 64 << 20;
        config.close_timeout = Duration::from_millis(200);
    }))
    .await;
    let manager = server.manager("ada").await;
    let ping = frame(TEXT, br#"{"type":"ping"}"#);
    let close = frame(CLOSE, &1000_u16.to_be_bytes());
    // One event that is longer than all that a kernel takes, and an outbox full of them; the close
    // alone, and behind what has to be answered.
    for (events, len) in [(1, 12 << 20), (300, 20_000)] {
        let event = Event::new("note", &"x".repeat(len)).expect("it is json");
        for before in [&b""[..], &ping, &frame(BINARY, b"{}")] {
            let mut client = narrow(&server).await;
            client.shake_hands("ada").await;
            for _ in 0..events {
                manager.publish(event.clone()).expect("it is short enough");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            let began = Instant::now();
            client.send(&[before, &close].concat()).await;
            gone(&server, "ada").await;
            let took = began.elapsed();
            assert!(took < SOON / 4, "{took:?}");
            drop(client);
        }
    }
}

/// How long one may be silent there, and in how many parts an event is read.
const SILENCE: Duration = Duration::from_secs(5);
const PARTS: u32 = 48;

#[tokio::test]
async fn one_who_takes_a_long_event_slowly_is_there() {
    let server = server(builder().configure(|config| {
        config.event_bytes = 32 << 20;
        config.outbox_bytes = 64 << 20;
        config.idle_timeout = SILENCE;
    }))
    .await;
    let manager = server.manager("ada").await;
    let len = 24 << 20;
    let mut part = vec![0; len / PARTS as usize];
    // Encoded before anybody is there: it takes a busy machine longer than one may be silent.
    let event = Event::new("note", &"x".repeat(len)).expect("it is json");
    // Its kernel takes a part of the event, and a part is many times what a reading takes: else the
    // speed of the machine would be measured.
    let mut client = with_room(&server, 256 * 1024).await;
    client.shake_hands("ada").await;
    manager.publish(event).expect("it is short enough");
    // It says nothing, and reads for longer than one may be silent.
    let began = Instant::now();
    for number in 0..PARTS {
        let read = client.stream.read_exact(&mut part).await;
        read.unwrap_or_else(|error| {
            panic!("{error} in part {number}, after {:?}", began.elapsed())
        });
        tokio::time::sleep(SILENCE * 2 / PARTS).await;
    }
    assert!(began.elapsed() > SILENCE);
    assert_eq!(manager.connections(), 1);
    // One who takes nothing has gone.
    manager.send("note", &"x".repeat(len)).expect("it is json");
    gone(&server, "ada").await;
}

#[tokio::test]
async fn pings_go_out_between_the_events_of_a_replay() {
    let server = server(builder().configure(|config| {
        config.heartbeat = Duration::from_millis(100);
        config.history_bytes = 64 << 20;
    }))
    .await;
    let manager = server.manager("ada").await;
    let first = server.client("ada").await;
    for _ in 0..120 {
        let payload = "x".repeat(100_000);
        manager.send("note", &payload).expect("it is json");
    }
    let since = first.position();
    drop(first);
    let mut client = narrow(&server).await;
    let head = handshake("ada").replacen("/ws", &format!("/ws?since={since}"), 1);
    client.send(head.as_bytes()).await;
    assert_eq!(client.status().await, 101);
    client.hello().await;
    // All that can go is gone by then, and a ping is due.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut texts = 0;
    while client.next().await != Got::Ping {
        texts += 1;
    }
    assert!(texts < 110, "a ping came behind {texts} events");
}

#[tokio::test]
async fn a_ping_beside_messages_is_answered_though_the_handler_is_busy() {
    let (free, busy) = tokio::sync::watch::channel(false);
    let handle = move |_: Inbound<Value>| {
        let mut busy = busy.clone();
        async move {
            let freed = busy.wait_for(|free| *free).await;
            assert!(freed.is_ok(), "the test frees it");
        }
    };
    let builder = builder().on_message(handle);
    let server = server(builder.configure(|config| config.messages_waiting = 1)).await;
    let mut client = Raw::open(server.address, "ada").await;
    let message = frame(TEXT, br#"{"type":"ask"}"#);
    let close = frame(CLOSE, &1000_u16.to_be_bytes());
    let bytes = [message.repeat(5), frame(PING, b"beside"), close];
    client.send(&bytes.concat()).await;
    // Tungstenite reads no further than the message that waits: it answers when that is handled.
    if Way::chosen() == Way::Tungstenite {
        free.send_replace(true);
    }
    assert_eq!(client.next().await, Got::Pong(b"beside".to_vec()));
    free.send_replace(true);
    check_end(last_two(&mut client).await, Some(1000));
}

/// A stream that leaves nothing of the task's budget when it was read.
struct Greedy(DuplexStream);

impl AsyncRead for Greedy {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(Pin::new(&mut self.0).poll_read(cx, buffer));
        while pin!(tokio::task::coop::consume_budget())
            .poll(cx)
            .is_ready()
        {}
        Poll::Ready(read)
    }
}

impl AsyncWrite for Greedy {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

struct Doors(Option<Greedy>);

impl axum::serve::Listener for Doors {
    type Io = Greedy;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Greedy, Self::Addr) {
        match self.0.take() {
            Some(stream) => (stream, ([127, 0, 0, 1], 0).into()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(([127, 0, 0, 1], 0).into())
    }
}

#[tokio::test]
async fn a_first_message_is_handled_though_the_budget_of_the_task_is_spent() {
    let factory = builder().on_message(async |inbound: Inbound<Value>| {
        inbound.reply("answer", &1).expect("it is json");
    });
    let app = axum::Router::new().route("/ws", factory.build().axum_route());
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move { axum::serve(Doors(Some(Greedy(theirs))), app).await });
    let mut client = Raw::new(ours);
    client.shake_hands("ada").await;
    for _ in 0..3 {
        client.send(&frame(TEXT, br#"{"type":"ask"}"#)).await;
        match client.next().await {
            Got::Text(text) => assert!(text.contains("answer"), "{text}"),
            other => panic!("{other:?}"),
        }
    }
}
