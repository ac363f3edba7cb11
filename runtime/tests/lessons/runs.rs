//! R9: every run and every call of a tool that began ends exactly once.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use websocket_core::websocket_manager::{Inbound, ToolCall, WebSocketManager};

use crate::process::{emptied, roomy};
use crate::support::{Client, Server, server};

/// All events up to the last one that was sent.
async fn events(client: &mut Client, manager: &WebSocketManager) -> Vec<Value> {
    manager.send("end", &()).expect("it is json");
    let mut events = Vec::new();
    loop {
        let event = client.next().await.expect("it is open");
        if event["type"] == "end" {
            return events;
        }
        events.push(event);
    }
}

/// How often what began has ended, by its name, each after its beginning.
#[track_caller]
fn ends(events: &[Value]) -> HashMap<String, Vec<String>> {
    let mut ends = HashMap::<String, Vec<String>>::new();
    for event in events {
        let (run, payload) = (
            event["run_id"].as_str().expect("it has one"),
            &event["payload"],
        );
        let call = payload["call_id"].as_str().unwrap_or_default();
        let name = |kind: &str| format!("{kind} {run} {call}");
        match event["type"].as_str().expect("it has one") {
            "agent_started" => assert!(ends.insert(name("run"), Vec::new()).is_none()),
            "tool_executing" => {
                assert_eq!(
                    ends[&format!("run {run} ")],
                    [""; 0],
                    "a call after the end"
                );
                assert!(ends.insert(name("tool"), Vec::new()).is_none());
            }
            end @ ("tool_completed" | "agent_completed") => {
                let kind = if end == "tool_completed" {
                    "tool"
                } else {
                    "run"
                };
                let outcome = payload["outcome"].as_str().expect("it has one").to_owned();
                ends.get_mut(&name(kind)).expect("it began").push(outcome);
            }
            _ => {}
        }
    }
    ends
}

#[track_caller]
fn assert_ends(events: &[Value], expected: &[(&str, &str)]) {
    let ends = ends(events);
    assert_eq!(ends.len(), expected.len(), "{ends:?}");
    for (name, outcome) in expected {
        assert_eq!(ends[*name], [*outcome], "{name}");
    }
}

async fn ada(server: &Server) -> (WebSocketManager, Client) {
    (server.manager("ada").await, server.client("ada").await)
}

#[tokio::test]
async fn r9_what_is_dropped_ends_as_abandoned() {
    let server = server(roomy()).await;
    let (manager, mut client) = ada(&server).await;
    drop(manager.start_run("dropped", "agent"));
    let run = manager.start_run("calls", "agent");
    drop(run.tool("dropped", json!({})));
    let _open = run.tool("open", json!({}));
    run.tool("failed", json!({})).fail("no");
    drop(run);
    let expected = [
        ("run dropped ", "abandoned"),
        ("run calls ", "abandoned"),
        ("tool calls calls.1", "abandoned"),
        ("tool calls calls.2", "abandoned"),
        ("tool calls calls.3", "error"),
    ];
    let events = events(&mut client, &manager).await;
    assert_ends(&events, &expected);
    // Calls end before their run.
    let last = events.last().expect("there are some");
    assert_eq!(
        (&last["type"], &last["run_id"]),
        (&json!("agent_completed"), &json!("calls"))
    );
    assert_eq!(
        last["payload"]["metrics"],
        json!({"steps": 0, "tool_calls": 3, "tool_errors": 3})
    );
}

#[tokio::test]
async fn r9_a_call_that_is_dropped_ends_then_and_not_with_its_run() {
    let server = server(roomy()).await;
    let (manager, mut client) = ada(&server).await;
    let run = manager.start_run("run", "agent");
    drop(run.tool("search", json!({})));
    for kind in ["agent_started", "tool_executing", "tool_completed"] {
        let event = client.next().await.expect("it is open");
        assert_eq!(event["type"], kind);
    }
    run.complete(json!({}));
}

#[tokio::test]
async fn r9_a_panic_ends_what_is_open() {
    let server = server(roomy()).await;
    let (manager, mut client) = ada(&server).await;
    let panics = manager.clone();
    let unwound = catch_unwind(AssertUnwindSafe(move || {
        let run = panics.start_run("thread", "agent");
        let _outer = run.tool("outer", json!({}));
        let _inner = run.tool("inner", json!({}));
        panic!("as agents do");
    }));
    assert!(unwound.is_err());
    let panics = manager.clone();
    let task = tokio::spawn(async move {
        let run = panics.start_run("task", "agent");
        let call = run.tool("outer", json!({}));
        tokio::task::yield_now().await;
        call.complete(Value::from(Vec::<u8>::new().remove(0)));
        run.complete(Value::Null);
    });
    assert!(task.await.is_err());
    let events = events(&mut client, &manager).await;
    assert_ends(
        &events,
        &[
            ("run thread ", "abandoned"),
            ("tool thread thread.1", "abandoned"),
            ("tool thread thread.2", "abandoned"),
            ("run task ", "abandoned"),
            ("tool task task.1", "abandoned"),
        ],
    );
}

#[tokio::test]
async fn r9_a_task_that_is_aborted_ends_what_is_open() {
    let server = server(roomy()).await;
    let (manager, mut client) = ada(&server).await;
    let hangs = manager.clone();
    let (begun, has_begun) = oneshot::channel();
    let task = tokio::spawn(async move {
        let run = hangs.start_run("run", "agent");
        let _call = run.tool("search", json!({}));
        begun.send(()).expect("it is waited for");
        std::future::pending::<()>().await;
        run.complete(Value::Null);
    });
    has_begun.await.expect("it begins");
    task.abort();
    assert!(task.await.expect_err("it is aborted").is_cancelled());
    let events = events(&mut client, &manager).await;
    assert_ends(
        &events,
        &[("run run ", "abandoned"), ("tool run run.1", "abandoned")],
    );
}

#[tokio::test]
async fn r9_a_handler_that_panics_and_one_whose_client_goes_end_what_is_open() {
    #[derive(serde::Deserialize)]
    struct Ask {
        panics: bool,
    }
    let builder = roomy().on_message(async |inbound: Inbound<Ask>| {
        let id = format!("panics-{}", inbound.message.panics);
        let run = inbound.manager.start_run(id, "agent");
        let call = run.tool("search", json!({}));
        assert!(!inbound.message.panics, "as handlers do");
        // Its client goes in the middle; what it asked for is done.
        while inbound.manager.connections() > 1 {
            tokio::task::yield_now().await;
        }
        call.complete(json!({}));
        run.complete(json!({}));
    });
    let server = server(builder).await;
    let (manager, mut client) = ada(&server).await;
    let mut asks = server.client("ada").await;
    asks.send(json!({"type": "ask", "panics": true})).await;
    while asks.next().await.expect("it is open")["type"] != "error" {}
    asks.send(json!({"type": "ask", "panics": false})).await;
    while asks.next().await.expect("it is open")["run_id"] != "panics-false" {}
    drop(asks);
    let mut seen = Vec::new();
    while seen.last().is_none_or(|event: &Value| {
        event["type"] != "agent_completed" || event["run_id"] != "panics-false"
    }) {
        seen.push(client.next().await.expect("it is open"));
    }
    assert_ends(
        &seen,
        &[
            ("run panics-true ", "abandoned"),
            ("tool panics-true panics-true.1", "abandoned"),
            ("run panics-false ", "ok"),
            ("tool panics-false panics-false.1", "ok"),
        ],
    );
    drop((client, manager));
    emptied(&server.factory).await;
}

/// What becomes of a run and its calls.
#[derive(Debug, Clone)]
enum Step {
    Call,
    Complete(usize),
    Fail(usize),
    Drop(usize),
    Think,
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0..8_usize;
    prop_oneof![
        3 => Just(Step::Call),
        1 => n().prop_map(Step::Complete),
        1 => n().prop_map(Step::Fail),
        1 => n().prop_map(Step::Drop),
        1 => Just(Step::Think),
    ]
}

/// Runs the steps, ends the run in one of three ways, and the calls that are left after it.
async fn run_ends_once(steps: Vec<Step>, end: u8) {
    let server = server(roomy()).await;
    let (manager, mut client) = ada(&server).await;
    let run = manager.start_run("run", "agent");
    let mut calls: Vec<ToolCall> = Vec::new();
    let mut expected = HashMap::new();
    for step in steps {
        let mut take = |n: usize| (!calls.is_empty()).then(|| calls.swap_remove(n % calls.len()));
        let (call, outcome) = match step {
            Step::Complete(n) => (take(n), "ok"),
            Step::Fail(n) => (take(n), "error"),
            Step::Drop(n) => (take(n), "abandoned"),
            Step::Call => {
                calls.push(run.tool("tool", json!({})));
                continue;
            }
            Step::Think => {
                run.thinking("so");
                continue;
            }
        };
        let Some(call) = call else { continue };
        expected.insert(format!("tool run {}", call.id()), outcome);
        match outcome {
            "ok" => drop(call.complete(json!(1))),
            "error" => drop(call.fail("no")),
            _ => drop(call),
        }
    }
    for call in &calls {
        expected.insert(format!("tool run {}", call.id()), "abandoned");
    }
    let outcome = match end {
        0 => ("ok", drop(run.complete(json!(1)))).0,
        1 => ("error", drop(run.fail("no"))).0,
        _ => ("abandoned", drop(run)).0,
    };
    expected.insert("run run ".to_owned(), outcome);
    // Too late: nothing is sent.
    for call in calls {
        assert!(call.complete(json!(1)).position().await.is_err());
    }
    let events = events(&mut client, &manager).await;
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, outcome)| (name.as_str(), *outcome))
        .collect();
    assert_ends(&events, &expected);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 8, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn r9_whatever_becomes_of_a_run_each_part_ends_once(
        steps in prop::collection::vec(step(), 0..30),
        end in 0..3_u8,
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("it starts");
        runtime.block_on(run_ends_once(steps, end));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r9_calls_that_end_while_their_run_ends_end_once() {
    let server = server(roomy()).await;
    let (manager, mut client) = ada(&server).await;
    for number in 0..100 {
        let run = manager.start_run(format!("run-{number}"), "agent");
        let calls: Vec<_> = (0..4).map(|_| run.tool("tool", json!({}))).collect();
        let ending = calls
            .into_iter()
            .map(|call| tokio::spawn(async move { drop(call) }));
        let ending: Vec<_> = ending.collect();
        run.complete(json!({}));
        for task in ending {
            task.await.expect("it does not panic");
        }
    }
    let ends = ends(&events(&mut client, &manager).await);
    assert_eq!(ends.len(), 500);
    assert!(ends.values().all(|outcomes| outcomes.len() == 1));
}
