//! Whole connections, over sockets: a client, the transport and the hub.

use std::time::Duration;

use serde_json::json;
use websocket_core::config::OverLimit;
use websocket_core::event::Event;
use websocket_core::websocket_manager::{Agent, Inbound};

mod support;

use support::{PanicsAgain, Server, builder, server};

#[tokio::test]
async fn the_five_events_of_a_run_arrive_in_order() {
    let server = server(builder()).await;
    let mut client = server.client("ada").await;
    let manager = server.manager("ada").await;
    let run = manager.thread("t1").start_run("run-1", "triage");
    run.thinking("looking at the ticket");
    let call = run.tool("search", json!({"q": "late"}));
    call.complete(json!({"hits": 3}));
    run.complete(json!({"answer": 42}));
    let mut kinds = Vec::new();
    for offset in 1..=5 {
        let event = client.next().await.expect("it comes");
        assert_eq!(event["offset"], offset);
        assert_eq!(event["epoch"], client.hello["epoch"]);
        assert_eq!(event["thread_id"], "t1");
        assert_eq!(event["run_id"], "run-1");
        assert_eq!(event["agent_name"], "triage");
        kinds.push(event["type"].as_str().expect("it has one").to_owned());
    }
    let all = [
        "agent_started",
        "agent_thinking",
        "tool_executing",
        "tool_completed",
        "agent_completed",
    ];
    assert_eq!(kinds, all);
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_once_and_in_order() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    let first = server.client("ada").await;
    let position = first.position();
    drop(first);
    for number in 0..500 {
        manager.send("note", &number).expect("it is json");
    }
    let mut second = server.client_since("ada", Some(&position)).await;
    assert_eq!(second.hello["recovered"], true);
    manager.send("note", &"live").expect("it is json");
    assert_eq!(second.offsets(501).await, (1..=501).collect::<Vec<_>>());
}

/// Waits until no more than so many users are there.
async fn left(server: &Server, users: usize) {
    while server.factory.stats().users > users {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn one_who_had_no_event_yet_comes_back_to_the_same_stream() {
    let server = server(builder()).await;
    let first = server.client("ada").await;
    assert_eq!(first.hello["offset"], 0);
    let position = first.position();
    drop(first);
    left(&server, 0).await;
    assert_eq!(server.factory.stats().retained_streams, 1);
    // A worker comes and goes.
    let receipt = server.manager("ada").await.send("note", &1);
    receipt
        .expect("it is json")
        .position()
        .await
        .expect("it is here");
    left(&server, 0).await;
    let mut second = server.client_since("ada", Some(&position)).await;
    assert_eq!(second.hello["recovered"], true);
    assert_eq!(second.offsets(1).await, [1]);
    // Also where nothing came meanwhile.
    let empty = server.client("bob").await.position();
    left(&server, 1).await;
    let again = server.client_since("bob", Some(&empty)).await;
    assert_eq!(again.hello["recovered"], true);
}

#[tokio::test]
async fn a_handle_that_told_nobody_of_the_stream_leaves_none() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    assert_eq!(manager.acked(), 0);
    assert_eq!(manager.presence().await, Ok(0));
    let part = Event::new("part", &1).expect("it is json").volatile("key");
    drop(manager.publish(part).expect("it is short"));
    drop(manager.begin());
    drop(manager);
    let stats = server.factory.stats();
    assert_eq!((stats.users, stats.retained_streams), (0, 0));
}

#[tokio::test]
async fn a_fresh_handle_knows_what_was_acknowledged_before() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    for number in 0..5 {
        manager.send("note", &number).expect("it is json");
    }
    let mut client = server.client("ada").await;
    client.send(json!({"type": "ack", "offset": 5})).await;
    manager.send("note", &5).expect("it is json");
    assert_eq!(client.offsets(1).await, [6]);
    assert!(client.sync().await.is_empty());
    assert_eq!(manager.acked(), 5);
    drop((client, manager));
    left(&server, 0).await;
    let fresh = server.manager("ada").await;
    assert_eq!((fresh.acked(), fresh.stats().acked), (5, 5));
    fresh.send("note", &6).expect("it is json");
    assert_eq!(fresh.acked(), 5);
    let client = server.client("ada").await;
    assert_eq!(
        (client.hello["offset"].as_u64(), fresh.acked()),
        (Some(7), 5)
    );
    // Nobody else has acknowledged anything.
    assert_eq!(server.manager("bob").await.acked(), 0);
}

#[tokio::test]
async fn a_lost_position_is_said() {
    let server = server(builder().configure(|config| config.history_events = 10)).await;
    let manager = server.manager("ada").await;
    let first = server.client("ada").await;
    let (position, epoch) = (first.position(), first.epoch().to_owned());
    drop(first);
    for number in 0..11 {
        manager.send("note", &number).expect("it is json");
    }
    for since in [position, "otherepoch:3".to_owned(), format!("{epoch}:99")] {
        let mut client = server.client_since("ada", Some(&since)).await;
        assert_eq!(client.hello["recovered"], false, "{since}");
        assert_eq!(client.hello["offset"], 11);
        assert!(client.sync().await.is_empty());
    }
    let mut client = server
        .client_since("ada", Some(&format!("{epoch}:1")))
        .await;
    assert_eq!(client.hello["recovered"], true);
    assert_eq!(client.offsets(10).await, (2..=11).collect::<Vec<_>>());
}

#[tokio::test]
async fn messages_are_typed_and_a_wrong_one_names_its_field() {
    #[derive(serde::Deserialize)]
    #[serde(tag = "type", content = "payload", rename_all = "snake_case")]
    enum FromClient {
        Ask { question: String },
    }
    let builder = builder().on_message(async |inbound: Inbound<FromClient>| {
        let FromClient::Ask { question } = &inbound.message;
        assert_ne!(question, "panic");
        inbound.reply("answer", question).expect("it is json");
    });
    let server = server(builder).await;
    let mut client = server.client("ada").await;
    let mut stranger = server.client("bob").await;
    client
        .send(json!({"type": "ask", "payload": {"question": "why"}}))
        .await;
    let answer = client.next().await.expect("it comes");
    assert_eq!(
        (&answer["type"], &answer["payload"]),
        (&json!("answer"), &json!("why"))
    );
    assert_eq!(answer.get("offset"), None);

    client
        .send(json!({"type": "ask", "payload": {"question": 3}}))
        .await;
    let error = client.next().await.expect("it comes");
    assert_eq!(
        (&error["type"], &error["code"]),
        (&json!("error"), &json!("invalid_message"))
    );
    assert_eq!(error["field"], "payload.question");

    client
        .send(json!({"type": "ask", "payload": {"question": "panic"}}))
        .await;
    assert_eq!(client.next().await.expect("it comes")["code"], "internal");
    client
        .send(json!({"type": "ask", "payload": {"question": "again"}}))
        .await;
    assert_eq!(client.next().await.expect("it comes")["payload"], "again");
    assert!(stranger.sync().await.is_empty());
}

#[tokio::test]
async fn a_panic_whose_payload_panics_ends_one_message_alone() {
    let builder = builder().on_message(async |inbound: Inbound<serde_json::Value>| {
        if inbound.message["type"] == "panic" {
            std::panic::panic_any(PanicsAgain);
        }
        inbound.reply("answer", &0).expect("it is json");
    });
    let server = server(builder).await;
    let mut client = server.client("ada").await;
    for _ in 0..2 {
        client.send(json!({"type": "panic"})).await;
        assert_eq!(client.next().await.expect("it comes")["code"], "internal");
        client.send(json!({"type": "ask"})).await;
        assert_eq!(client.next().await.expect("it comes")["type"], "answer");
    }
}

#[tokio::test]
async fn a_server_without_limits_says_numbers_that_every_client_can_read() {
    let builder = builder().configure(|config| {
        config.message_bytes = usize::MAX;
        config.heartbeat = Duration::ZERO;
    });
    let server = server(builder).await;
    let mut client = server.connect(server.request("ada", None)).await;
    let hello = client.next().await.expect("it comes");
    assert_eq!(hello["max_message"], (1_u64 << 53) - 1);
    assert_eq!(hello["heartbeat_ms"], 0);
    assert!(client.sync().await.is_empty());
}

#[tokio::test]
async fn one_more_connection_than_the_limit_is_closed_with_4429() {
    let server = server(builder().max_connections_per_user(2)).await;
    let (_first, _second) = (server.client("ada").await, server.client("ada").await);
    let mut third = server.connect(server.request("ada", None)).await;
    assert_eq!(third.next().await, Err(4429));
    let mut other = server.client("bob").await;
    assert!(other.sync().await.is_empty());
}

#[tokio::test]
async fn the_oldest_is_closed_where_that_is_the_policy() {
    let builder = builder()
        .max_connections_per_user(2)
        .over_limit(OverLimit::CloseOldest);
    let server = server(builder).await;
    let (mut first, mut second) = (server.client("ada").await, server.client("ada").await);
    let mut third = server.client("ada").await;
    assert_eq!(first.next().await, Err(4429));
    assert!(second.sync().await.is_empty());
    assert!(third.sync().await.is_empty());
}

#[tokio::test]
async fn an_ack_ends_the_wait_for_it() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    let receipt = manager.send("note", &1).expect("it is json");
    assert_eq!(receipt.live_connections(), 1);
    let acked = tokio::spawn(receipt.acked());
    assert_eq!(client.offsets(1).await, [1]);
    client.send(json!({"type": "ack", "offset": 1})).await;
    let position = acked
        .await
        .expect("it does not panic")
        .expect("it is acked");
    assert_eq!(position.offset, 1);
    assert_eq!(manager.acked(), 1);
    client.send(json!({"type": "ack", "offset": 2})).await;
    assert_eq!(
        client.next().await.expect("it comes")["code"],
        "invalid_ack"
    );
}

#[tokio::test]
async fn connected_waits_for_a_connection() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    assert!(manager.connected(Duration::from_millis(1)).await.is_err());
    let waiting = manager.clone();
    let waiting = tokio::spawn(async move { waiting.connected(support::SOON).await });
    let _client = server.client("ada").await;
    assert_eq!(waiting.await.expect("it does not panic"), Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_stands_together_though_others_send() {
    const THREADS: usize = 4;
    const COMMITS: usize = 50;
    const EVENTS: usize = 20;
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    let sending = (0..THREADS).map(|number| {
        let manager = manager.clone();
        std::thread::spawn(move || {
            let mut receipts = Vec::new();
            for _ in 0..COMMITS {
                let mut transaction = manager.thread(number.to_string()).begin();
                for event in 0..EVENTS {
                    transaction.send("step", &event).expect("it is json");
                }
                let committed = transaction.commit();
                assert_eq!(committed.len(), EVENTS);
                receipts.push(committed);
                manager.send("note", &number).expect("it is json");
            }
            receipts
        })
    });
    let sending: Vec<_> = sending.collect();
    for thread in sending {
        for committed in thread.join().expect("it does not panic") {
            let mut offsets = Vec::new();
            for receipt in committed {
                let position = receipt.position().await;
                offsets.push(position.expect("it is here").offset);
            }
            let first = offsets[0];
            let dense: Vec<_> = (first..first + EVENTS as u64).collect();
            assert_eq!(offsets, dense);
        }
    }
}

#[tokio::test]
async fn a_transaction_keeps_its_order_among_volatile_events_and_those_of_its_thread() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    let thread = manager.thread("t1");
    let mut transaction = thread.begin();
    transaction.send("step", &1).expect("it is json");
    let part = thread.event("part", &2).expect("it is json");
    transaction
        .publish(part.volatile("k"))
        .expect("it is short");
    transaction.send("step", &3).expect("it is json");
    let outside = Event::new("step", &4).expect("it is json");
    transaction.publish(outside).expect("it is short");
    let dropped = thread.begin();
    drop(dropped);
    let receipts = transaction.commit();
    let mut positions = Vec::new();
    for receipt in receipts {
        positions.push(receipt.position().await.ok().map(|it| it.offset));
    }
    assert_eq!(positions, [Some(1), None, Some(2), Some(3)]);
    for (payload, offset, thread) in [
        (1, Some(1), Some("t1")),
        (2, None, Some("t1")),
        (3, Some(2), Some("t1")),
        (4, Some(3), None),
    ] {
        let event = client.next().await.expect("it is open");
        let told = (
            &event["payload"],
            event["offset"].as_u64(),
            event["thread_id"].as_str(),
        );
        assert_eq!(told, (&json!(payload), offset, thread));
    }
}

#[tokio::test]
async fn an_agent_has_the_id_and_the_type_that_it_is_given() {
    let server = server(builder()).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    let agent = Agent::named("triage").with_id("triage-7").of_type("router");
    manager
        .thread("t1")
        .start_run("run-1", agent)
        .complete(json!(1));
    manager
        .start_run("run-2", Agent::named("triage"))
        .complete(json!(1));
    for (id, kind) in [("triage-7", "router"), ("run-2", "triage")] {
        let event = client.next().await.expect("it is open");
        assert_eq!(event["agent_name"], "triage");
        let payload = json!({"agent_id": id, "agent_type": kind, "status": "started"});
        assert_eq!(event["payload"], payload);
        client.next().await.expect("it is open");
    }
}
