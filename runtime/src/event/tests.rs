//! Wire format V1 as others see it: golden frames, the JSON Schema and the TypeScript types, all
//! made from the Rust types. `BLESS=1` rewrites the files; read the difference.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use schemars::{JsonSchema, SchemaGenerator};
use serde::Deserialize;
use serde_json::json;
use ts_rs::TS;

use super::*;
use crate::wire::{Ack, Authenticate, Control, Epoch, ErrorFrame, Goaway, Hello, Ping, Pong, Text};

const SCHEMA: &str = "schema/websocket-core.v1.schema.json";
const TYPES: &str = "client/events.d.ts";

/// The place of a durable event.
#[derive(Debug, Deserialize, JsonSchema, TS)]
#[expect(dead_code, reason = "its fields are read by the derives")]
struct Place {
    /// Which stream: another one after the server lost its history.
    epoch: String,
    /// Place in the stream: 1, 2, 3, … without a hole.
    #[ts(type = "number")]
    #[schemars(range(min = 1))]
    offset: u64,
}

/// What the events of a run have beside their payload.
#[derive(Debug, Deserialize, JsonSchema, TS)]
#[expect(dead_code, reason = "its fields are read by the derives")]
struct OfRun {
    /// Seconds since 1970, with milliseconds.
    #[schemars(range(min = 0))]
    timestamp: f64,
    /// The thread, where the run belongs to one.
    #[serde(default)]
    #[ts(optional)]
    #[schemars(with = "String")]
    thread_id: Option<String>,
    /// Which run.
    run_id: String,
    /// Of which agent.
    agent_name: String,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A file is what it was made to be.
#[track_caller]
fn check_file(name: &str, made: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path(name), made).expect("it can be written");
    }
    let file = std::fs::read_to_string(path(name)).unwrap_or_default();
    assert!(
        file == made,
        "{name} is not what the types say; run the tests with BLESS=1 and read the difference\n{made}"
    );
}

fn run() -> RunContext {
    RunContext {
        thread_id: Some("t1".into()),
        run_id: "run-1".into(),
        agent_name: "triage".into(),
    }
}

fn outside() -> RunContext {
    RunContext {
        thread_id: None,
        ..run()
    }
}

/// One of each of the five events, and of each of their shapes.
fn agent_events() -> Vec<(&'static str, RunContext, AgentEvent)> {
    let metrics = RunMetrics {
        steps: 2,
        tool_calls: 3,
        tool_errors: 1,
    };
    let tool = |outcome| {
        AgentEvent::ToolCompleted(ToolCompleted {
            tool_name: "search".to_owned(),
            call_id: "run-1.1".to_owned(),
            duration_ms: 12,
            outcome,
        })
    };
    let completed = |outcome| {
        AgentEvent::AgentCompleted(AgentCompleted {
            duration_ms: 345,
            outcome,
            metrics,
        })
    };
    let thinking = |total_steps| {
        AgentEvent::AgentThinking(AgentThinking {
            thought: "looking at \"the ticket\"\u{2028}".to_owned(),
            step_number: 1,
            total_steps,
        })
    };
    let ok = || Outcome::Ok {
        result: json!({"hits": 3}),
    };
    let error = || Outcome::Error {
        error: "no route".to_owned(),
    };
    let started = AgentEvent::AgentStarted(AgentStarted {
        agent_id: "run-1".to_owned(),
        agent_type: "triage".to_owned(),
        status: "started".to_owned(),
    });
    let executing = AgentEvent::ToolExecuting(ToolExecuting {
        tool_name: "search".to_owned(),
        call_id: "run-1.1".to_owned(),
        args: json!({"q": "späte Lieferung 🚚"}),
    });
    let null = Outcome::Ok {
        result: Value::Null,
    };
    vec![
        ("agent_started", run(), started),
        ("agent_thinking", run(), thinking(None)),
        ("agent_thinking_of", outside(), thinking(Some(4))),
        ("tool_executing", run(), executing),
        ("tool_completed", run(), tool(ok())),
        ("tool_completed_error", run(), tool(error())),
        (
            "tool_completed_abandoned",
            run(),
            tool(Outcome::abandoned()),
        ),
        ("agent_completed", run(), completed(ok())),
        ("agent_completed_null", run(), completed(null)),
        ("agent_completed_error", outside(), completed(error())),
        (
            "agent_completed_abandoned",
            run(),
            completed(Outcome::abandoned()),
        ),
    ]
}

/// Every kind of frame that a server sends, as it is encoded, and its name.
fn server_frames() -> Vec<(String, String)> {
    let epoch: Epoch = "k3v9".parse().expect("it is one");
    let mut frames: Vec<(&str, Text)> = Vec::new();
    for (name, context, event) in agent_events() {
        frames.push((name, Event::of_run(&context, &event).body.at(&epoch, 42)));
    }
    for (name, is_complete) in [("partial_result", false), ("partial_result_last", true)] {
        let content = "it is on".to_owned();
        let partial = PartialResult {
            content,
            is_complete,
        };
        let event = Event::partial_result(&run(), &partial);
        frames.push((name, event.body.without_position()));
    }
    let note = Event::new("ticket.moved", &json!({"id": 7})).expect("it is json");
    frames.push(("application", note.clone().body.at(&epoch, u64::MAX)));
    frames.push(("application_reply", note.body.without_position()));
    let threaded = Event::of_application("note", &"hello", Some("t1")).expect("it is json");
    frames.push(("application_in_thread", threaded.body.at(&epoch, 1)));
    let error = |field: Option<&str>| {
        Control::Error(ErrorFrame {
            code: "invalid_message".to_owned(),
            field: field.map(str::to_owned),
            message: "invalid type".to_owned(),
        })
    };
    let hello = Control::Hello(Hello {
        v: crate::wire::VERSION,
        conn: "c1f".to_owned(),
        epoch: epoch.to_string(),
        offset: 0,
        recovered: true,
        heartbeat_ms: 25_000,
        max_message: 65_536,
    });
    let goaway = Control::Goaway(Goaway {
        retry_after_ms: 2_000,
        reason: "restart".to_owned(),
    });
    let control = [
        ("hello", hello),
        ("goaway", goaway),
        ("error", error(None)),
        ("error_in_field", error(Some("payload.items[2].name"))),
        ("pong", Control::Pong(Pong {})),
    ];
    frames.extend(control.map(|(name, control)| (name, control.text())));
    let frames = frames.into_iter();
    frames
        .map(|(name, text)| (name.to_owned(), text.as_str().to_owned()))
        .collect()
}

fn client_frames() -> Vec<(String, String)> {
    let token = "secret".to_owned();
    let control = [
        ("client_ack", ClientControl::Ack(Ack { offset: 42 })),
        ("client_ping", ClientControl::Ping(Ping {})),
        (
            "client_authenticate",
            ClientControl::Authenticate(Authenticate { token }),
        ),
    ];
    let mut frames: Vec<_> = control
        .map(|(name, control)| {
            let text = serde_json::to_string(&control).expect("it is json");
            (name.to_owned(), text)
        })
        .into();
    let message = r#"{"type":"ask","payload":{"question":"why"}}"#;
    frames.push(("client_message".to_owned(), message.to_owned()));
    frames.push(("client_bare".to_owned(), r#"{"type":"refresh"}"#.to_owned()));
    frames
}

/// The frame at a time that is always the same. What stood there is a time of now.
fn at_noon(frame: &str) -> String {
    let Some((before, rest)) = frame.split_once(r#""timestamp":"#) else {
        return frame.to_owned();
    };
    let (time, after) = rest.split_once(',').expect("a payload follows");
    let time: f64 = time.parse().expect("it is a number");
    assert!((now() - time).abs() < 60.0, "it is now: {time}");
    format!(r#"{before}"timestamp":1763800000.123,{after}"#)
}

#[test]
fn frames_are_byte_for_byte_what_they_were() {
    let mut names = Vec::new();
    for (name, frame) in server_frames().into_iter().chain(client_frames()) {
        let file = format!("tests/golden/{name}.json");
        check_file(&file, &format!("{}\n", at_noon(&frame)));
        names.push(format!("{name}.json"));
    }
    names.sort();
    let files = std::fs::read_dir(path("tests/golden")).expect("it is there");
    let files = files.map(|file| file.expect("it can be read").file_name());
    let mut files: Vec<_> = files
        .map(|file| file.to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(files, names, "every golden frame is one of ours");
}

#[test]
fn the_types_read_what_they_wrote() {
    for (_, context, event) in agent_events() {
        let text = Event::of_run(&context, &event).body;
        let read: AgentEvent = serde_json::from_slice(text.as_str().as_bytes()).expect("it is one");
        assert_eq!(read, event);
    }
}

/// An object with more fields.
fn with(mut schema: Value, fields: &Value) -> Value {
    for part in ["properties", "required"] {
        match (&mut schema[part], &fields[part]) {
            (Value::Object(all), Value::Object(more)) => all.extend(more.clone()),
            (Value::Array(all), Value::Array(more)) => all.extend(more.clone()),
            (other, more) => *other = more.clone(),
        }
    }
    schema
}

/// A type as a schema, without its name.
fn inline<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let schema = <T as JsonSchema>::json_schema(generator);
    let mut schema = schema.to_value();
    if let Some(object) = schema.as_object_mut() {
        object.remove("description");
    }
    schema
}

fn schema() -> Value {
    let mut generator = SchemaGenerator::default();
    let (place, of_run) = (
        inline::<Place>(&mut generator),
        inline::<OfRun>(&mut generator),
    );
    let events = inline::<AgentEvent>(&mut generator);
    let events = events["oneOf"].as_array().expect("it is an enum").clone();
    let events = events
        .into_iter()
        .map(|event| with(with(event, &of_run), &place));
    let partial = generator.subschema_for::<PartialResult>().to_value();
    let partial = json!({
        "type": "object",
        "properties": {"type": {"const": "partial_result"}, "payload": partial},
        "required": ["type", "payload"],
    });
    let name = |reserved: &[&str]| json!({"type": "string", "not": {"enum": reserved}});
    let control = ["ack", "ping", "authenticate"];
    let reserved: Vec<&str> = RESERVED.iter().copied().chain(control).collect();
    let mut kind = name(&reserved);
    kind["pattern"] = json!(format!("^[A-Za-z0-9_.:-]{{1,{KIND_BYTES}}}$"));
    let application = json!({
        "type": "object",
        "description": "An event of the application. A durable one has a place in the stream; a volatile one, a reply and a broadcast have none.",
        "properties": {
            "type": kind,
            "timestamp": of_run["properties"]["timestamp"],
            "thread_id": of_run["properties"]["thread_id"],
            "epoch": place["properties"]["epoch"],
            "offset": place["properties"]["offset"],
            "payload": true,
            // Those of a run have them, and names of ours.
            "run_id": false,
            "agent_name": false,
        },
        "required": ["type", "timestamp", "payload"],
        "dependentRequired": {"epoch": ["offset"], "offset": ["epoch"]},
    });
    let message = json!({
        "type": "object",
        "description": "A message of the application, which decides what else is in it.",
        "properties": {"type": name(&control), "payload": true},
        "required": ["type"],
    });
    let server = generator.subschema_for::<Control>().to_value();
    let client = generator.subschema_for::<ClientControl>().to_value();
    let mut definitions = generator.take_definitions(true);
    let more = [
        (
            "AgentFrame",
            json!({"description": "One of the five events of a run.", "oneOf": events.collect::<Vec<_>>()}),
        ),
        ("PartialResultFrame", with(partial, &of_run)),
        ("ApplicationEvent", application),
        ("ApplicationMessage", message),
        (
            "ServerFrame",
            json!({
                "description": "What a server sends.",
                "oneOf": [
                    {"$ref": "#/$defs/AgentFrame"},
                    {"$ref": "#/$defs/PartialResultFrame"},
                    {"$ref": "#/$defs/ApplicationEvent"},
                    server,
                ],
            }),
        ),
        (
            "ClientMessage",
            json!({
                "description": "What a client sends.",
                "oneOf": [client, {"$ref": "#/$defs/ApplicationMessage"}],
            }),
        ),
    ];
    definitions.extend(more.map(|(name, schema)| (name.to_owned(), schema)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wire format V1 of websocket-core",
        "description": "A frame that a server sends; what a client sends is `#/$defs/ClientMessage`.",
        "$ref": "#/$defs/ServerFrame",
        "$defs": definitions,
    })
}

fn validator(of: &str) -> jsonschema::Validator {
    let mut schema = schema();
    schema["$ref"] = json!(format!("#/$defs/{of}"));
    jsonschema::validator_for(&schema).expect("it is a schema")
}

#[test]
fn the_schema_is_what_the_types_say() {
    let mut text = serde_json::to_string_pretty(&schema()).expect("it is json");
    text.push('\n');
    check_file(SCHEMA, &text);
}

#[test]
fn every_frame_is_one_of_the_schema() {
    let (server, client) = (validator("ServerFrame"), validator("ClientMessage"));
    for (frames, validator) in [(server_frames(), server), (client_frames(), client)] {
        for (name, frame) in frames {
            let frame = serde_json::from_str(&frame).expect("it is json");
            let errors: Vec<_> = validator
                .iter_errors(&frame)
                .map(|it| it.to_string())
                .collect();
            assert!(errors.is_empty(), "{name}: {errors:?}\n{frame}");
        }
    }
}

/// Each takes a good frame and spoils one thing.
#[test]
fn a_near_miss_is_none_of_the_schema() {
    let misses: &[(&str, &str, Value)] = &[
        ("agent_started", "/run_id", Value::Null),
        ("agent_started", "/agent_name", json!(7)),
        ("agent_started", "/timestamp", json!("now")),
        ("agent_started", "/offset", json!("42")),
        ("agent_started", "/offset", json!(0)),
        ("agent_started", "/offset", json!(1.5)),
        ("agent_started", "/epoch", json!(3)),
        ("agent_started", "/thread_id", json!(null)),
        ("agent_started", "/type", json!("agent_begun")),
        ("agent_started", "/type", json!("tool_executing")),
        (
            "agent_started",
            "/payload",
            json!({"payload": {"agent_id": "a"}}),
        ),
        ("agent_thinking", "/payload/step_number", json!(-1)),
        ("agent_thinking_of", "/payload/total_steps", json!("4")),
        ("tool_executing", "/payload/tool_name", json!(null)),
        ("tool_completed", "/payload/outcome", json!("abandoned")),
        ("tool_completed", "/payload/outcome", json!("fine")),
        ("tool_completed_error", "/payload/outcome", json!("ok")),
        ("agent_completed", "/payload/metrics", json!({"steps": 1})),
        ("partial_result", "/payload/is_complete", json!("no")),
        ("partial_result", "/run_id", json!(null)),
        ("application", "/epoch", json!(null)),
        ("application", "/type", json!("has space")),
        ("hello", "/recovered", json!("true")),
        ("hello", "/offset", json!(-1)),
        ("goaway", "/retry_after_ms", json!("2s")),
        ("error", "/code", json!(500)),
        ("pong", "/type", json!("ping")),
        ("client_ack", "/offset", json!("42")),
        ("client_authenticate", "/token", json!(null)),
        ("client_message", "/type", json!("ack")),
    ];
    let frames: Vec<_> = server_frames().into_iter().chain(client_frames()).collect();
    for (name, at, spoiled) in misses {
        let (_, frame) = frames.iter().find(|(it, _)| it == name).expect("it is one");
        let mut frame: Value = serde_json::from_str(frame).expect("it is json");
        let of = match name.starts_with("client_") {
            true => "ClientMessage",
            false => "ServerFrame",
        };
        let validator = validator(of);
        assert!(validator.is_valid(&frame), "{name}");
        // `null` is also tried as a field that is not there.
        *frame.pointer_mut(at).expect("it has one") = spoiled.clone();
        // The application may send what it wants, but not as an event of ours.
        assert!(!validator.is_valid(&frame), "{name}: {at} as {spoiled}");
        if spoiled.is_null() && *at != "/thread_id" {
            let (parent, field) = at.rsplit_once('/').expect("it is a pointer");
            let parent = frame.pointer_mut(parent).and_then(Value::as_object_mut);
            parent.expect("it is an object").remove(field);
            assert!(!validator.is_valid(&frame), "{name}: without {at}");
        }
    }
}

#[test]
fn names_of_the_protocol_are_not_for_the_application() {
    let kinds = agent_events().into_iter().map(|(_, _, event)| event.kind());
    let server = server_frames();
    let frames = server
        .iter()
        .filter(|(name, _)| !name.starts_with("application"));
    let sent = frames.map(|(_, frame)| {
        let frame: Value = serde_json::from_str(frame).expect("it is json");
        frame["type"].as_str().expect("it has one").to_owned()
    });
    for kind in kinds.map(str::to_owned).chain(sent) {
        let refused = Event::new(&kind, &0);
        assert_eq!(refused, Err(EncodeError::Reserved(kind)));
    }
    for (name, frame) in client_frames().into_iter().take(3) {
        let frame: Value = serde_json::from_str(&frame).expect("it is json");
        let kind = frame["type"].as_str().expect("it has one");
        assert_eq!(
            Event::new(kind, &0),
            Err(EncodeError::Reserved(kind.to_owned())),
            "{name}"
        );
    }
}

/// The fields of a type in TypeScript, without the braces, each on lines of its own.
fn fields<T: TS>(cfg: &ts_rs::Config) -> String {
    let inline = T::inline(cfg);
    let inline = inline.trim();
    let inside = inline.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let inside = inside.expect("it is an object").trim();
    let mut lines = String::new();
    for field in split(inside) {
        let _ = writeln!(lines, "  {};", indented(field));
    }
    lines
}

/// A field, with its comment on one line where it fits.
fn indented(field: &str) -> String {
    let Some((comment, rest)) = field.split_once("*/") else {
        return field.to_owned();
    };
    let comment = comment.trim_start_matches("/**").lines();
    let comment = comment.map(|line| line.trim().trim_start_matches('*').trim());
    let comment: Vec<&str> = comment.filter(|line| !line.is_empty()).collect();
    format!("/** {} */\n  {}", comment.join(" "), rest.trim())
}

/// Splits at the commas that stand in no braces and in no comment.
fn split(fields: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start, mut at) = (Vec::new(), 0, 0, 0);
    let bytes = fields.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'/' if fields[at..].starts_with("/*") => {
                at += fields[at..].find("*/").expect("a comment ends") + 1;
            }
            b'{' | b'<' | b'(' => depth += 1,
            b'}' | b'>' | b')' => depth -= 1,
            b',' | b';' if depth == 0 => {
                parts.push(fields[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(fields[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The comment above a declaration.
fn comment<T: TS>() -> String {
    let docs = T::docs().unwrap_or_default();
    let lines = docs.lines().map(|line| {
        let line = line.trim().trim_start_matches("/**").trim_end_matches("*/");
        line.trim().trim_start_matches('*').trim()
    });
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    format!("/** {} */\n", lines.join(" "))
}

/// A type as an interface of this name, behind fields that are written out.
fn interface<T: TS>(cfg: &ts_rs::Config, name: &str, before: &str) -> String {
    let (comment, fields) = (comment::<T>(), fields::<T>(cfg));
    format!("{comment}export interface {name} {{\n{before}{fields}}}\n\n")
}

fn camel(kind: &str) -> String {
    let words = kind.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

fn types() -> String {
    let cfg = ts_rs::Config::default().with_large_int("number");
    let (place, of_run) = (fields::<Place>(&cfg), fields::<OfRun>(&cfg));
    let mut out = String::from(
        "/**\n * Wire format V1 of websocket-core: the JSON text frames between a server and its clients.\n *\n * Made from the Rust types by their tests; what is optional here is left out on the wire, never `null`.\n */\n\n/** What JSON can carry. */\nexport type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };\n\n",
    );
    let _ = write!(
        out,
        "/** A durable event of a run: `epoch` and `offset` are its position in the user's stream. */\nexport interface Envelope<Type extends string, Payload> {{\n  type: Type;\n{place}{of_run}  payload: Payload;\n}}\n\n"
    );
    let variants = split_union(&Outcome::inline(&cfg));
    let _ = writeln!(out, "{}export type Ending =", comment::<Outcome>());
    for variant in &variants {
        let inside = variant.trim_start_matches('{').trim_end_matches('}');
        let inside: Vec<String> = split(inside.trim()).into_iter().map(bare).collect();
        let _ = writeln!(out, "  | {{ {} }}", inside.join("; "));
    }
    out.truncate(out.trim_end().len());
    out.push_str(";\n\n/** How a call of a tool or a run ended. */\nexport type Outcome = Ending[\"outcome\"];\n\n");
    out += &interface::<AgentStarted>(&cfg, "AgentStartedPayload", "");
    out += &interface::<AgentThinking>(&cfg, "AgentThinkingPayload", "");
    out += &interface::<ToolExecuting>(&cfg, "ToolExecutingPayload", "");
    out += &flattened::<ToolCompleted>(&cfg, "ToolCompletedPayload");
    out += &interface::<RunMetrics>(&cfg, "RunMetrics", "");
    out += &flattened::<AgentCompleted>(&cfg, "AgentCompletedPayload");
    let mut names = Vec::new();
    for (_, _, event) in agent_events() {
        let name = camel(event.kind());
        if !names.contains(&name) {
            let kind = event.kind();
            let _ = writeln!(
                out,
                "export type {name} = Envelope<\"{kind}\", {name}Payload>;"
            );
            names.push(name);
        }
    }
    let _ = write!(
        out,
        "\n{}export type AgentEvent = {};\n\n",
        comment::<AgentEvent>(),
        names.join(" | ")
    );
    out += &interface::<PartialResult>(&cfg, "PartialResultPayload", "");
    let _ = write!(
        out,
        "/** A part of a result. Volatile: it has no position, and a slow reader may get only the newest. */\nexport interface PartialResult {{\n  type: \"partial_result\";\n{of_run}  payload: PartialResultPayload;\n}}\n\n"
    );
    out += &interface::<Hello>(&cfg, "Hello", "  type: \"hello\";\n");
    out += &interface::<Goaway>(&cfg, "Goaway", "  type: \"goaway\";\n");
    out += &interface::<ErrorFrame>(&cfg, "ErrorFrame", "  type: \"error\";\n");
    out += &empty::<Pong>("Pong", "pong");
    out += &interface::<Ack>(&cfg, "Ack", "  type: \"ack\";\n");
    out += &empty::<Ping>("Ping", "ping");
    out += &interface::<Authenticate>(&cfg, "Authenticate", "  type: \"authenticate\";\n");
    out.push_str("/** A message of the application. */\nexport interface ApplicationMessage<Type extends string = string, Payload = JsonValue> {\n  type: Type;\n  payload?: Payload;\n}\n\n/** All that a client sends. */\nexport type ClientMessage = Ack | Ping | Authenticate | ApplicationMessage;\n");
    out
}

fn empty<T: TS>(name: &str, kind: &str) -> String {
    let comment = comment::<T>();
    format!("{comment}export interface {name} {{\n  type: \"{kind}\";\n}}\n\n")
}

/// A type whose outcome is flattened into it.
fn flattened<T: TS>(cfg: &ts_rs::Config, name: &str) -> String {
    let inline = T::inline(cfg);
    let (object, ending) = inline
        .split_once("} & ")
        .expect("an outcome is flattened into it");
    assert!(
        ending.contains("\"outcome\": \"abandoned\""),
        "it is the outcome: {ending}"
    );
    let mut out = format!("{}export type {name} = {{\n", comment::<T>());
    for field in split(object.trim().trim_start_matches('{').trim()) {
        let _ = writeln!(out, "  {};", indented(field));
    }
    out + "} & Ending;\n\n"
}

/// A field without its comment, and without quotes around its name.
fn bare(field: &str) -> String {
    let field = field.rsplit("*/").next().unwrap_or(field).trim();
    match field
        .strip_prefix('"')
        .and_then(|rest| rest.split_once("\":"))
    {
        Some((name, kind)) => format!("{name}:{kind}"),
        None => field.to_owned(),
    }
}

/// The objects of a union.
fn split_union(union: &str) -> Vec<String> {
    let union = union.trim().trim_start_matches('(').trim_end_matches(')');
    union
        .split("} | {")
        .map(|part| {
            let part = part.trim().trim_start_matches('{').trim_end_matches('}');
            format!("{{{part}}}")
        })
        .collect()
}

#[test]
fn the_types_of_the_client_are_what_the_types_say() {
    check_file(TYPES, &types());
}

#[test]
fn partial_results_of_two_runs_do_not_replace_each_other() {
    let partial = PartialResult {
        content: "so far".to_owned(),
        is_complete: false,
    };
    let key = |thread: Option<&str>, run: &str| {
        let run = RunContext {
            thread_id: thread.map(Into::into),
            run_id: run.into(),
            agent_name: "triage".into(),
        };
        Event::partial_result(&run, &partial).key
    };
    assert_eq!(key(Some("t1"), "run-1"), key(Some("t1"), "run-1"));
    let own = Event::new("note", &1).expect("it is json");
    let keys = [
        key(Some("t1"), "run-1"),
        key(Some("t2"), "run-1"),
        key(Some(""), "run-1"),
        key(None, "run-1"),
        key(None, "run-2"),
        own.volatile("run-1").key,
    ];
    let different: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
}
