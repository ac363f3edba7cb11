//! R7 and R10: every frame is JSON that JavaScript reads, in one schema.

use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use websocket_core::event::EncodeError;
use websocket_core::websocket_manager::Inbound;

use crate::process::roomy;
use crate::raw::{Raw, TEXT};
use crate::support::server;

/// What JavaScript makes of lines of JSON: each read and written again. None where there is no node.
fn through_javascript(lines: &[String]) -> Option<Vec<Value>> {
    const SCRIPT: &str = "
        const lines = require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1);
        for (const line of lines) console.log(JSON.stringify(JSON.parse(line)));
    ";
    let node = Command::new("node")
        .args(["-e", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut node = match node {
        Ok(node) => node,
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            panic!("node is needed: {error}")
        }
        Err(_) => {
            println!("skipped: node is missing, so no JSON went through JavaScript");
            return None;
        }
    };
    let mut input = node.stdin.take().expect("it is piped");
    let all: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(all.as_bytes()));
    let output = node.wait_with_output().expect("it ends");
    writer
        .join()
        .expect("it does not panic")
        .expect("node reads");
    assert!(output.status.success(), "JSON.parse failed");
    let output = String::from_utf8(output.stdout).expect("it is text");
    let read = output
        .lines()
        .map(|line| serde_json::from_str(line).expect("it is json"));
    Some(read.collect())
}

#[derive(Serialize)]
enum Odd {
    Unit,
    Newtype(f64),
    Struct { inner: Option<Box<Odd>> },
}

#[tokio::test]
async fn r7_every_value_is_json_for_javascript() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut raw = Raw::user(server.address, "ada", None).await;
    assert_eq!(raw.next().await.expect("hello")["type"], "hello");
    let texts = [
        "\0\u{1}\u{8}\u{b}\u{1f}\u{7f}\u{80}",
        "\u{2028}\u{2029}\u{feff}\u{fffd}\u{ffff}\u{10ffff}",
        "\"\\/\r\n\t</script><!--",
        "e\u{301} \u{202e}אב \u{1f469}\u{200d}\u{1f4bb}",
        "",
        "${x} `y` {\"type\":\"hello\"}",
    ];
    let mut sent: Vec<(Value, Value)> = Vec::new();
    let mut send = |payload: &dyn Fn() -> (Value, Value)| sent.push(payload());
    for text in texts {
        manager.send("text", &text).expect("it is json");
        send(&|| (json!(text), json!(text)));
        manager
            .send("key", &HashMap::from([(text, text)]))
            .expect("it is json");
        send(&|| (json!({text: text}), json!({text: text})));
    }
    // JSON has none of these: they are null, and not a text that nobody can read.
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        manager.send("number", &[number]).expect("it is json");
        send(&|| (json!([null]), json!([null])));
        let odd = Odd::Struct {
            inner: Some(Box::new(Odd::Newtype(number))),
        };
        manager.send("odd", &odd).expect("it is json");
        let expected = json!({"Struct": {"inner": {"Newtype": null}}});
        send(&|| (expected.clone(), expected.clone()));
    }
    for number in [
        0.1 + 0.2,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        -1.5,
        1e21,
        123_456_789.25,
    ] {
        manager.send("number", &number).expect("it is json");
        send(&|| (json!(number), json!(number)));
    }
    for number in [i64::from(i32::MIN), (1 << 53) - 1, -(1 << 53) + 1] {
        manager.send("number", &number).expect("it is json");
        send(&|| (json!(number), json!(number)));
    }
    // JavaScript reads them, though not to the last digit.
    manager.send("number", &u64::MAX).expect("it is json");
    send(&|| (json!(u64::MAX), json!(18_446_744_073_709_552_000_f64)));
    manager.send("number", &i64::MIN).expect("it is json");
    send(&|| (json!(i64::MIN), json!(-9_223_372_036_854_775_808_i64)));
    manager.send("odd", &Odd::Unit).expect("it is json");
    send(&|| (json!("Unit"), json!("Unit")));
    manager.send("odd", &()).expect("it is json");
    send(&|| (json!(null), json!(null)));
    manager
        .send("odd", &HashMap::from([(-7, true)]))
        .expect("it is json");
    send(&|| (json!({"-7": true}), json!({"-7": true})));
    let deep = (0..100).fold(json!(0), |inner, _| json!([inner]));
    manager.send("deep", &deep).expect("it is json");
    send(&|| (deep.clone(), deep.clone()));

    let mut lines = Vec::new();
    for (number, (expected, _)) in sent.iter().enumerate() {
        let (opcode, text) = raw.frame().await.expect("it is open");
        assert_eq!(opcode, TEXT);
        let frame: Value = serde_json::from_slice(&text).expect("frames are json");
        assert_eq!(frame["offset"], number + 1);
        assert_eq!(&frame["payload"], expected);
        let line = String::from_utf8(text).expect("frames are text");
        assert!(!line.contains('\n'));
        lines.push(line);
    }
    let Some(read) = through_javascript(&lines) else {
        return;
    };
    assert_eq!(read.len(), sent.len());
    for (frame, (_, expected)) in read.iter().zip(&sent) {
        let same = match (frame["payload"].as_f64(), expected.as_f64()) {
            (Some(read), Some(expected)) => read == expected,
            _ => &frame["payload"] == expected,
        };
        assert!(same, "{frame} is not {expected}");
    }
}

#[tokio::test]
async fn r7_the_five_events_are_json_for_javascript_whatever_they_hold() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut raw = Raw::user(server.address, "ada", None).await;
    assert_eq!(raw.next().await.expect("hello")["type"], "hello");
    let odd = "\0\"\\\u{2028}\u{fffe}</script>\u{1f4a5}";
    let run = manager.thread(odd).start_run(odd, odd);
    run.thinking(odd);
    run.partial_result(odd);
    run.tool(odd, json!({odd: f64::NAN}))
        .complete(json!([f64::INFINITY, odd]));
    run.tool(odd, Value::Null).fail(odd);
    run.complete(json!({odd: [odd, null, -0.0, 1e300]}));
    let mut lines = Vec::new();
    for _ in 0..8 {
        let (_, text) = raw.frame().await.expect("it is open");
        lines.push(String::from_utf8(text).expect("frames are text"));
    }
    for frame in through_javascript(&lines).unwrap_or_default() {
        assert_eq!(frame["thread_id"], odd);
        assert_eq!(frame["run_id"], odd);
        assert_eq!(frame["agent_name"], odd);
        assert!(frame["payload"].is_object());
    }
}

/// Something that is no JSON: for it says so, or for its keys are none.
enum Unfit {
    Refuses,
    StructKeys,
    RefusesLate,
}

impl Serialize for Unfit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error, SerializeSeq};
        match self {
            Self::Refuses => Err(S::Error::custom("no")),
            Self::StructKeys => HashMap::from([((1, 2), 3)]).serialize(serializer),
            Self::RefusesLate => {
                let mut sequence = serializer.serialize_seq(None)?;
                sequence.serialize_element("much")?;
                Err(S::Error::custom("no"))
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct Any {}

#[tokio::test]
async fn r7_an_event_that_cannot_be_encoded_fails_its_call_alone() {
    let builder = roomy().on_message(async |inbound: Inbound<Any>| {
        let refused = inbound.reply("answer", &Unfit::RefusesLate);
        assert!(matches!(refused, Err(EncodeError::Json(_))));
        inbound.reply("answer", &"well").expect("it is json");
    });
    let (factory, broadcaster) = builder
        .configure(|config| config.event_bytes = 1_000)
        .build_with_broadcaster();
    let server = crate::support::serve(factory).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    let json = |error: EncodeError| assert!(matches!(error, EncodeError::Json(_)), "{error}");
    let mut transaction = manager.begin();
    for unfit in [Unfit::Refuses, Unfit::StructKeys, Unfit::RefusesLate] {
        json(manager.send("note", &unfit).expect_err("it is no json"));
        json(
            manager
                .thread("t")
                .send("note", &unfit)
                .expect_err("it is no json"),
        );
        json(transaction.send("note", &unfit).expect_err("it is no json"));
        json(broadcaster.send("note", &unfit).expect_err("it is no json"));
    }
    let long = manager.send("note", &"x".repeat(1_000));
    assert!(matches!(
        long,
        Err(EncodeError::TooLarge { limit: 1_000, .. })
    ));
    for name in ["", "a b", "\"", "naïve", &"x".repeat(65)] {
        let refused = manager.send(name, &1);
        assert!(matches!(refused, Err(EncodeError::Name(_))), "{name}");
    }
    for name in [
        "hello",
        "ack",
        "error",
        "ping",
        "agent_started",
        "partial_result",
    ] {
        let refused = manager.send(name, &1);
        assert!(matches!(refused, Err(EncodeError::Reserved(_))), "{name}");
    }
    transaction.send("note", &"first").expect("it is json");
    transaction.commit();
    manager.send("note", &"second").expect("it is json");
    // Nothing was sent but what could be, and no offset is missing.
    for (offset, payload) in [(1, "first"), (2, "second")] {
        let event = client.next().await.expect("it is open");
        assert_eq!(
            (&event["offset"], &event["payload"]),
            (&json!(offset), &json!(payload))
        );
    }
    client.send(json!({"type": "ask"})).await;
    assert_eq!(client.next().await.expect("it is open")["payload"], "well");
}

#[tokio::test]
async fn r10_the_five_events_have_one_shape() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    let run = manager.thread("t1").start_run("run-1", "triage");
    run.thinking("first");
    run.thinking_of("second", 3);
    run.tool("search", json!({"q": "late"}))
        .complete(json!({"hits": 3}));
    run.tool("mail", json!({})).fail("no such address");
    run.complete(json!({"answer": 42}));
    let executing = |offset: u64, tool: &str, call: &str, args: Value| {
        (
            offset,
            "tool_executing",
            json!({"tool_name": tool, "call_id": call, "args": args}),
        )
    };
    let golden = [
        (
            1,
            "agent_started",
            json!({"agent_id": "run-1", "agent_type": "triage", "status": "started"}),
        ),
        (
            2,
            "agent_thinking",
            json!({"thought": "first", "step_number": 1}),
        ),
        (
            3,
            "agent_thinking",
            json!({"thought": "second", "step_number": 2, "total_steps": 3}),
        ),
        executing(4, "search", "run-1.1", json!({"q": "late"})),
        (
            5,
            "tool_completed",
            json!({"tool_name": "search", "call_id": "run-1.1",
            "result": {"hits": 3}, "duration_ms": 0, "outcome": "ok"}),
        ),
        executing(6, "mail", "run-1.2", json!({})),
        (
            7,
            "tool_completed",
            json!({"tool_name": "mail", "call_id": "run-1.2",
            "error": "no such address", "duration_ms": 0, "outcome": "error"}),
        ),
        (
            8,
            "agent_completed",
            json!({"result": {"answer": 42}, "duration_ms": 0, "outcome": "ok",
            "metrics": {"steps": 2, "tool_calls": 2, "tool_errors": 1}}),
        ),
    ];
    for (offset, kind, payload) in golden {
        let mut event = client.next().await.expect("it is open");
        let timestamp = event["timestamp"].take().as_f64().expect("it is a number");
        // Seconds, not milliseconds: after 2001 and before 2286.
        assert!((1e9..1e10).contains(&timestamp));
        if event["payload"].get("duration_ms").is_some() {
            assert!(event["payload"]["duration_ms"].take().is_u64());
            event["payload"]["duration_ms"] = json!(0);
        }
        let expected = json!({
            "type": kind, "epoch": client.epoch(), "offset": offset, "timestamp": null,
            "thread_id": "t1", "run_id": "run-1", "agent_name": "triage", "payload": payload,
        });
        assert_eq!(event, expected);
    }
}

#[tokio::test]
async fn r10_an_event_of_the_application_is_wrapped_once() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    let inner = json!({"type": "agent_started", "payload": {"payload": 1}, "offset": 99});
    manager.send("note", &inner).expect("it is json");
    let mut event = client.next().await.expect("it is open");
    event["timestamp"].take();
    let expected = json!({"type": "note", "epoch": client.epoch(), "offset": 1,
        "timestamp": null, "payload": inner});
    assert_eq!(event, expected);
}
