//! Heartbeats, timeouts, credentials that expire, and clocks that jump.
//!
//! The clock of the runtime stands still once a client is connected: it goes on where everyone waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::json;
use tokio::time::Instant;
use websocket_core::close::Close;
use websocket_core::config::{OverLimit, Rate};
use websocket_core::event::Event;
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::{Builder, Drain, Health, NotConnected, WebSocketManager};

use crate::process::{emptied, roomy, until};
use crate::raw::{self, CLOSE, PING, PONG, Raw, TEXT};
use crate::support::{Server, server};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A client that has read `hello`.
async fn greeted(server: &Server, user: &str) -> Raw {
    let mut raw = Raw::user(server.address, user, None).await;
    assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
    raw
}

/// The same, after which time stands still.
async fn connected(server: &Server, user: &str) -> Raw {
    let mut raw = greeted(server, user).await;
    tokio::time::pause();
    raw.patience = DAY;
    raw
}

/// More than who reads nothing has room for, in 800 events; to how many connections each was handed.
async fn flood(manager: &WebSocketManager) -> Vec<usize> {
    let payload = "x".repeat(16 * 1024);
    let mut handed = Vec::new();
    for _ in 0..800 {
        let receipt = manager.send("note", &payload).expect("it is json");
        handed.push(receipt.live_connections());
        tokio::task::yield_now().await;
    }
    handed
}

/// Says something that is heard before time goes on: a machine that is busy brings it late. What
/// comes up to then, or to the end of the connection.
async fn say(raw: &mut Raw, message: &serde_json::Value) -> Vec<Result<serde_json::Value, u16>> {
    use tokio::io::AsyncWriteExt;
    tokio::time::resume();
    for text in [message.to_string().as_str(), r#"{"type":"ping"}"#] {
        // A connection that has ended is seen below.
        let _ = raw
            .stream
            .write_all(&raw::frame(TEXT, text.as_bytes()))
            .await;
    }
    let mut before = Vec::new();
    loop {
        match raw.next().await {
            Ok(frame) if frame["type"] == "pong" => break,
            Ok(frame) => before.push(Ok(frame)),
            Err(code) => {
                before.push(Err(code));
                break;
            }
        }
    }
    tokio::time::pause();
    before
}

#[track_caller]
fn assert_about(elapsed: Duration, seconds: std::ops::Range<u64>) {
    assert!(seconds.contains(&elapsed.as_secs()), "{elapsed:?}");
}

#[tokio::test]
async fn pings_come_every_25_seconds_give_or_take_and_who_answers_stays() {
    let server = server(roomy()).await;
    let mut raw = connected(&server, "ada").await;
    let began = Instant::now();
    for _ in 0..40 {
        while raw.frame().await.expect("it is open").0 != PING {}
        raw.write(&raw::frame(PONG, b"")).await;
    }
    assert_about(began.elapsed(), 40 * 21..40 * 29);
}

#[tokio::test]
async fn who_is_silent_for_60_seconds_is_gone() {
    let server = server(roomy()).await;
    let mut raw = connected(&server, "ada").await;
    let began = Instant::now();
    let mut pings = 0;
    while let Some((opcode, _)) = raw.frame().await {
        assert_eq!(opcode, PING);
        pings += 1;
    }
    assert_about(began.elapsed(), 59..62);
    assert!((2..=3).contains(&pings), "{pings}");
    assert_eq!(server.factory.stats().connections, 0);
}

#[tokio::test]
async fn who_sends_anything_is_not_silent() {
    let server = server(roomy()).await;
    let mut raw = connected(&server, "ada").await;
    for frame in [
        raw::frame(TEXT, b"no json"),
        raw::frame(PING, b"x"),
        raw::frame(PONG, b""),
    ] {
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_secs(50)).await;
            raw.write(&frame).await;
        }
    }
    raw.write(&raw::frame(TEXT, br#"{"type":"ping"}"#)).await;
    while raw.next().await.expect("it is open")["type"] != "pong" {}
}

/// The server did nothing for longer than silence is allowed, and what the client said waits unread.
#[tokio::test]
async fn who_spoke_while_the_server_stood_still_is_not_silent() {
    let builder = roomy().configure(|config| config.heartbeat = Duration::ZERO);
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut raw = connected(&server, "ada").await;
    for wakes in [false, true, false, true] {
        raw.write(&raw::frame(TEXT, br#"{"type":"ping"}"#)).await;
        // Nobody else runs before the time is over.
        tokio::time::advance(DAY).await;
        if wakes {
            manager.send("note", &1).expect("it is json");
        }
        while raw.next().await.expect("it is open")["type"] != "pong" {}
    }
}

/// An event wakes the connection before the runtime has asked what can be read.
#[tokio::test]
async fn who_spoke_while_the_thread_stood_still_is_not_silent() {
    let silence = Duration::from_millis(500);
    let builder = roomy().configure(|config| {
        config.heartbeat = Duration::ZERO;
        config.idle_timeout = silence;
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut raw = greeted(&server, "ada").await;
    for _ in 0..2 {
        raw.write(&raw::frame(TEXT, br#"{"type":"ping"}"#)).await;
        // A blocking call of the application.
        std::thread::sleep(2 * silence);
        manager.send("note", &1).expect("it is json");
        while raw.next().await.expect("it is open")["type"] != "pong" {}
    }
}

#[tokio::test]
async fn who_does_not_answer_a_close_is_gone_after_3_seconds() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut raw = connected(&server, "ada").await;
    let began = Instant::now();
    manager.disconnect(Close::POLICY);
    assert_eq!(raw.next().await, Err(1008));
    assert!(raw.rest().await.is_empty());
    assert_about(began.elapsed(), 2..5);
    drop(manager);
    assert_eq!(server.factory.stats().users, 0);
}

#[tokio::test]
async fn who_reads_nothing_is_gone_3_seconds_after_4008() {
    let builder = roomy().configure(|config| config.outbox_bytes = 64 * 1024);
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let _stalled = connected(&server, "ada").await;
    flood(&manager).await;
    let began = Instant::now();
    while manager.connections() > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn who_was_cut_as_too_slow_comes_back_at_once_within_a_limit_of_one() {
    for over in [OverLimit::RejectNew, OverLimit::CloseOldest] {
        let builder = roomy().over_limit(over).configure(|config| {
            config.outbox_bytes = 64 * 1024;
            config.connections_per_user = 1;
            config.close_timeout = Duration::from_secs(600);
        });
        let server = server(builder).await;
        let manager = server.manager("ada").await;
        let _stalled = greeted(&server, "ada").await;
        flood(&manager).await;
        assert_eq!(manager.connections(), 1, "it is still closing");
        let mut again = server.client("ada").await;
        assert!(again.sync().await.is_empty());
    }
}

#[tokio::test]
async fn one_who_is_being_cut_is_handed_nothing_and_not_counted() {
    let builder = roomy().configure(|config| {
        config.outbox_bytes = 64 * 1024;
        config.close_timeout = Duration::from_secs(600);
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let _stalled = greeted(&server, "ada").await;
    let handed = flood(&manager).await;
    // The event that had no room was not handed to it either.
    assert_eq!((handed[0], handed[799]), (1, 0));
    assert!(handed.is_sorted_by(|before, after| before >= after));
    assert_eq!(manager.connections(), 1, "it is still closing");
    let connected = manager.connected(Duration::from_millis(100)).await;
    assert_eq!(connected, Err(NotConnected));
    let mut transaction = manager.begin();
    let volatile = Event::new("note", &1).expect("it is json").volatile("one");
    transaction.publish(volatile).expect("it is short");
    transaction.send("note", &2).expect("it is json");
    let counted = transaction.commit().into_iter();
    let counted: Vec<_> = counted.map(|it| it.live_connections()).collect();
    assert_eq!(counted, [0, 0]);
    // Who comes is counted, and who goes by itself is not.
    let again = server.client("ada").await;
    let connected = manager.connected(Duration::ZERO).await;
    assert_eq!((connected, manager.connections()), (Ok(()), 2));
    let receipt = manager.send("note", &3).expect("it is json");
    assert_eq!(receipt.live_connections(), 1);
    drop(again);
    until("it is gone", || manager.connections() == 1).await;
    let receipt = manager.send("note", &4).expect("it is json");
    assert_eq!(receipt.live_connections(), 0);
}

fn is_degraded(health: Health) -> bool {
    matches!(health, Health::Degraded { .. })
}

#[tokio::test]
async fn who_acknowledges_slowly_is_told_by_health() {
    let builder = roomy().configure(|config| config.heartbeat = DAY);
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut raw = connected(&server, "ada").await;
    let sent = Instant::now();
    for number in 0..50 {
        manager.send("note", &number).expect("it is json");
    }
    let nothing = json!({"type": "ack", "offset": 0});
    assert_eq!(say(&mut raw, &nothing).await.len(), 50);
    for offset in 1..=8 {
        let ack = json!({"type": "ack", "offset": offset});
        assert!(say(&mut raw, &ack).await.is_empty());
        assert_eq!(manager.acked(), offset);
        // Event 50 waits since it was sent: not before the idle timeout, and not long after it.
        match (manager.health(), sent.elapsed().as_secs()) {
            (Health::Degraded { since }, 60..) => assert_about(since - sent, 0..15),
            (Health::Ok, 0..=75) => {}
            other => panic!("{other:?}"),
        }
        tokio::time::advance(Duration::from_secs(15)).await;
    }
    assert!(is_degraded(manager.health()));
    say(&mut raw, &json!({"type": "ack", "offset": 50})).await;
    assert_eq!(manager.health(), Health::Ok);
}

#[tokio::test]
async fn volatile_events_that_wait_are_told_by_health() {
    let server = server(roomy().configure(|config| config.outbox_bytes = 1 << 20)).await;
    let manager = server.manager("ada").await;
    let mut raw = greeted(&server, "ada").await;
    let payload = "x".repeat(64 * 1024);
    for number in 0..200 {
        let event = Event::new("part", &payload).expect("it is json");
        let event = event.volatile(number.to_string());
        manager.publish(event).expect("it is short enough");
        tokio::task::yield_now().await;
    }
    assert!(is_degraded(manager.health()));
    while manager.health() != Health::Ok {
        raw.next().await.expect("it is open");
    }
}

/// Each refresh gives one more minute, so often; then it does as it is told.
struct Refreshes {
    left: AtomicUsize,
    then: Then,
}

enum Then {
    Refuse,
    Panic,
    Hang,
    SameContext,
    OtherUser,
}

fn minute() -> SystemTime {
    SystemTime::now() + Duration::from_secs(60)
}

struct Refreshing(Arc<Refreshes>);

impl Authenticator for Refreshing {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let token = credential
            .token()
            .and_then(|token| token.strip_prefix("user."));
        let user = UserId::new(token.ok_or(AuthError::Missing)?);
        let expires = match self.0.then {
            Then::SameContext => SystemTime::now() + Duration::from_millis(200),
            _ => minute(),
        };
        Ok(grant
            .user(user.map_err(|_| AuthError::Invalid)?)
            .until(expires))
    }

    async fn refresh(
        &self,
        context: &UserContext,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let left = &self.0.left;
        let again = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
            left.checked_sub(1)
        });
        if again.is_ok() {
            return Ok(grant.user(context.user().clone()).until(minute()));
        }
        match self.0.then {
            Then::Refuse => Err(AuthError::Forbidden),
            Then::Panic => panic!("an authenticator may panic"),
            Then::Hang => std::future::pending().await,
            Then::SameContext => Ok(context.clone()),
            Then::OtherUser => Ok(grant.user(UserId::new("bob").expect("it is one"))),
        }
    }
}

fn refreshing(times: usize, then: Then) -> Builder {
    let left = AtomicUsize::new(times);
    let refreshes = Arc::new(Refreshes { left, then });
    roomy()
        .authenticator(Refreshing(refreshes))
        .configure(|config| {
            config.idle_timeout = DAY;
            config.heartbeat = DAY;
        })
}

#[tokio::test]
async fn a_refresh_goes_on_and_without_one_the_grace_ends_with_4401() {
    let server = server(refreshing(5, Then::Refuse)).await;
    let mut raw = connected(&server, "ada").await;
    let began = Instant::now();
    let told = raw.next().await.expect("it is open");
    assert_eq!(told["code"], "credential_expired");
    assert_about(began.elapsed(), 350..365);
    assert_eq!(raw.next().await, Err(4401));
    assert_about(began.elapsed(), 380..395);
}

#[tokio::test]
async fn a_refresh_for_somebody_else_is_none() {
    let server = server(refreshing(0, Then::OtherUser)).await;
    let mut raw = connected(&server, "ada").await;
    assert_eq!(
        raw.next().await.expect("it is open")["code"],
        "credential_expired"
    );
    assert_eq!(raw.next().await, Err(4401));
}

#[tokio::test]
async fn a_refresh_that_hangs_is_none() {
    let server = server(refreshing(0, Then::Hang)).await;
    let mut raw = connected(&server, "ada").await;
    let began = Instant::now();
    assert_eq!(
        raw.next().await.expect("it is open")["code"],
        "credential_expired"
    );
    assert_eq!(raw.next().await, Err(4401));
    assert_about(began.elapsed(), 88..95);
}

#[tokio::test]
async fn a_refresh_that_panics_closes_its_connection_alone_with_1011() {
    let server = server(refreshing(0, Then::Panic)).await;
    let mut raw = connected(&server, "ada").await;
    assert_eq!(raw.next().await, Err(1011));
    raw.write(&raw::frame(CLOSE, &1011_u16.to_be_bytes())).await;
    assert!(raw.rest().await.is_empty());
    assert_eq!(server.factory.stats().connections, 0);
    assert_eq!(server.factory.stats().users, 0);
    tokio::time::resume();
    drop(connected(&server, "ada").await);
}

#[tokio::test]
async fn a_refresh_that_gives_an_expired_context_again_is_none() {
    let builder = refreshing(0, Then::SameContext);
    let server =
        server(builder.configure(|config| config.expiry_grace = Duration::from_millis(300)));
    let mut raw = Raw::user(server.await.address, "ada", None).await;
    assert_eq!(raw.next().await.expect("it is open")["type"], "hello");
    assert_eq!(
        raw.next().await.expect("it is open")["code"],
        "credential_expired"
    );
    assert_eq!(raw.next().await, Err(4401));
}

#[tokio::test]
async fn a_new_token_within_the_grace_goes_on_and_one_of_somebody_else_does_not() {
    let server = server(refreshing(0, Then::Refuse)).await;
    let mut raw = connected(&server, "ada").await;
    let authenticate = |token: &str| {
        let message = json!({"type": "authenticate", "token": token});
        raw::frame(TEXT, message.to_string().as_bytes())
    };
    for _ in 0..3 {
        let began = Instant::now();
        assert_eq!(
            raw.next().await.expect("it is open")["code"],
            "credential_expired"
        );
        assert_about(began.elapsed(), 55..65);
        raw.write(&authenticate("user.ada")).await;
    }
    assert_eq!(
        raw.next().await.expect("it is open")["code"],
        "credential_expired"
    );
    let began = Instant::now();
    for token in ["user.bob", "nobody", "", "user.bob"] {
        raw.write(&authenticate(token)).await;
        assert_eq!(
            raw.next().await.expect("it is open")["code"],
            "credential_refused"
        );
    }
    assert_eq!(raw.next().await, Err(4401));
    assert_about(began.elapsed(), 28..33);
}

/// `SECONDS.NAME` proves NAME for a minute, after so many seconds; it counts who asks for more.
struct Slow(Arc<AtomicUsize>);

impl Authenticator for Slow {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let token = credential.token().ok_or(AuthError::Missing)?;
        let token = token.strip_prefix("user.").unwrap_or(token);
        let (seconds, name) = token.split_once('.').unwrap_or(("0", token));
        let seconds = seconds.parse().map_err(|_| AuthError::Invalid)?;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        assert_ne!(name, "panic", "as authenticators do");
        let user = UserId::new(name).map_err(|_| AuthError::Invalid)?;
        Ok(grant.user(user).until(minute()))
    }

    async fn refresh(&self, _: &UserContext, _: Grant<'_>) -> Result<UserContext, AuthError> {
        self.0.fetch_add(1, Ordering::AcqRel);
        Err(AuthError::Expired)
    }
}

/// What a connection is told that sends these tokens so many seconds after it was opened, up to its
/// end or for 110 seconds. With it: how often the authenticator was asked for more.
async fn told(tokens: &[(u64, &str)]) -> (Vec<String>, usize) {
    let asked = Arc::<AtomicUsize>::default();
    let builder = roomy().authenticator(Slow(Arc::clone(&asked)));
    let builder = builder.configure(|config| {
        config.idle_timeout = DAY;
        config.heartbeat = DAY;
    });
    let server = server(builder).await;
    let mut raw = connected(&server, "ada").await;
    let began = Instant::now();
    let mut told = Vec::new();
    for (at, token) in tokens.iter().copied().chain([(110, "")]) {
        tokio::time::sleep_until(began + Duration::from_secs(at)).await;
        let message = match token {
            "" => json!({"type": "ping"}),
            token => json!({"type": "authenticate", "token": token}),
        };
        told.extend(
            say(&mut raw, &message)
                .await
                .into_iter()
                .map(|it| match it {
                    Ok(frame) => frame["code"].as_str().unwrap_or_default().to_owned(),
                    Err(code) => code.to_string(),
                }),
        );
    }
    tokio::time::resume();
    (told, asked.load(Ordering::Acquire))
}

#[tokio::test]
async fn a_token_whose_check_lasts_beyond_the_expiry_counts() {
    // What the authenticator says of itself is asked when the tokens have failed.
    let (said, asked) = told(&[(55, "8.ada")]).await;
    assert_eq!((said, asked), (vec![], 0));
    let (said, asked) = told(&[(55, "8.bob")]).await;
    let expected = ["credential_refused", "credential_expired", "4401"];
    assert_eq!((said, asked), (expected.map(str::to_owned).to_vec(), 1));
}

#[tokio::test]
async fn a_token_whose_check_panics_is_refused_as_an_internal_fault_and_the_connection_goes_on() {
    let (said, asked) = told(&[(40, "0.panic"), (50, "2.panic"), (51, "4.ada")]).await;
    assert_eq!((said, asked), (vec!["internal".to_owned(); 2], 0));
    let (said, asked) = told(&[(58, "4.panic")]).await;
    let expected = ["internal", "credential_expired", "4401"];
    assert_eq!((said, asked), (expected.map(str::to_owned).to_vec(), 1));
}

#[tokio::test]
async fn no_later_token_takes_the_place_of_one_that_is_being_checked() {
    let refused = "credential_refused".to_owned();
    for (tokens, refusals) in [
        (&[(50, "9.ada"), (52, "0.bob")][..], 1),
        (&[(50, "9.ada"), (52, "9.bob")], 1),
        (&[(50, "0.bob"), (52, "9.ada"), (53, "no")], 2),
        // What was sent later counts more, and answers sooner.
        (&[(50, "9.bob"), (52, "2.ada")], 0),
        // The first of so many are enough.
        (
            &[
                (50, "9.ada"),
                (51, "9.bob"),
                (52, "9.bob"),
                (53, "9.bob"),
                (54, "9.bob"),
            ],
            4,
        ),
    ] {
        let (said, asked) = told(tokens).await;
        let expected = vec![refused.clone(); refusals];
        assert_eq!((said, asked), (expected, 0), "{tokens:?}");
    }
}

#[tokio::test]
async fn a_clock_that_jumps_by_a_day_ends_connections_and_nothing_else() {
    let server = server(roomy()).await;
    let manager = server.manager("ada").await;
    let mut raw = connected(&server, "ada").await;
    manager.send("note", &1).expect("it is json");
    raw.patience = 3 * DAY;
    tokio::time::advance(DAY).await;
    while raw.frame().await.is_some() {}
    assert_eq!(server.factory.stats().connections, 0);
    // What is kept has become too old; the position is not lost while the manager is there.
    tokio::time::resume();
    let since = format!("{}:0", server.client("ada").await.epoch());
    let mut client = server.client_since("ada", Some(&since)).await;
    assert_eq!(client.hello["recovered"], false);
    manager.send("note", &2).expect("it is json");
    assert_eq!(client.offsets(1).await, [2]);
}

#[tokio::test]
async fn times_without_end_are_no_fault() {
    let builder = roomy().configure(|config| {
        for time in [
            &mut config.history_age,
            &mut config.heartbeat,
            &mut config.idle_timeout,
            &mut config.close_timeout,
            &mut config.authentication_timeout,
            &mut config.expiry_grace,
        ] {
            *time = Duration::MAX;
        }
        config.messages_waiting = usize::MAX;
        config.messages = Rate::new(u32::MAX, f64::INFINITY);
        config.handshakes = Rate::new(u32::MAX, f64::INFINITY);
    });
    let builder = builder
        .on_message(async |_: websocket_core::websocket_manager::Inbound<serde_json::Value>| {});
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    client.send(json!({"type": "say"})).await;
    manager.send("note", &1).expect("it is json");
    assert_eq!(client.offsets(1).await, [1]);
    assert!(client.sync().await.is_empty());
    manager.disconnect(Close::POLICY);
    assert_eq!(client.next().await, Err(1008));
    drop(client);
    drop(manager);
    emptied(&server.factory).await;
    assert_eq!(server.factory.stats().retained_streams, 1);
    let mut drain = Drain::within(Duration::MAX);
    drain.retry_after = Duration::MAX;
    assert_eq!(server.factory.drain(drain).await.still_open, 0);
}

#[tokio::test]
async fn times_without_length_are_no_fault() {
    let builder = roomy().configure(|config| {
        config.heartbeat = Duration::ZERO;
        config.close_timeout = Duration::ZERO;
        config.history_age = Duration::ZERO;
        config.messages_waiting = 0;
        config.outbox_frames = 0;
        config.outbox_bytes = 0;
    });
    let server = server(builder).await;
    let manager = server.manager("ada").await;
    let mut client = server.client("ada").await;
    for number in 1..=20 {
        manager.send("note", &number).expect("it is json");
        assert_eq!(client.offsets(1).await, [number]);
    }
    // A heartbeat is no flood.
    let mut pings = 0;
    let until_then = tokio::time::sleep(Duration::from_millis(200));
    tokio::pin!(until_then);
    loop {
        use futures_util::StreamExt;
        tokio::select! {
            () = &mut until_then => break,
            frame = client.socket.next() => pings += usize::from(frame.is_some()),
        }
    }
    assert!(pings <= 300, "{pings} in 200 ms");
    let report = server.factory.drain(Drain::within(Duration::ZERO)).await;
    assert_eq!(report.connections, 1);
    drop((client, manager));
    until("it is over", || server.factory.stats().connections == 0).await;
}
