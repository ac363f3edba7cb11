//! A server for clients that are not ours: it publishes numbered events, and prints its address.
//!
//! `publisher [--wrapped] [--history-events N] [--history-bytes N] [--outbox-frames N]` reads commands,
//! one a line:
//!
//! - `follow USER EVENTS WINDOW` publishes as fast as clients acknowledge, never more than WINDOW ahead;
//! - `outrun USER EVENTS BURST` publishes up to BURST at once, whoever follows or not.
//!
//! Each answers with a line `USER TOKEN`, and begins when the user is connected. The end of the input
//! ends the server, with 1 if a publisher failed or a connection did not end.

use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;
use axum::serve::ListenerExt;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout, timeout_at};
use websocket_core::config::{Config, Rate};
use websocket_core::event::Event;
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::{
    Drain, Receipt, WebSocketManager, WebSocketManagerFactory,
};

#[path = "../support/wrapped.rs"]
mod wrapped;

/// How long the first connection of a user, or an acknowledgement, may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long connections may take to end.
const ENDING: Duration = Duration::from_secs(10);
/// Acknowledgements that are waited for at once: the window is taken in so many steps.
const STEPS: usize = 4;
/// Between bursts.
const PAUSE: Duration = Duration::from_millis(10);
/// Every so many events a volatile one goes out, which has no place among them.
const VOLATILE: u64 = 16;

type Failure = Box<dyn Error + Send + Sync>;

/// Who holds which token: a token proves a user, and nothing else does.
#[derive(Debug, Clone, Default)]
struct Tokens(Arc<Mutex<HashMap<String, UserId>>>);

impl Tokens {
    /// A token that nobody can guess, in the alphabet of a JWT.
    fn issue(&self, user: &UserId) -> String {
        let part = || {
            (0..24)
                .map(|_| fastrand::alphanumeric())
                .collect::<String>()
        };
        let token = format!("{}.{}-_.{}", part(), part(), part());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(token.clone(), user.clone());
        token
    }
}

impl Authenticator for Tokens {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let token = credential.token().ok_or(AuthError::Missing)?;
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let user = known.get(token).ok_or(AuthError::Invalid)?;
        Ok(grant.user(user.clone()))
    }
}

/// What each event carries: its place in the order of calls, which its offset must equal.
#[derive(Serialize)]
struct Numbered<'a> {
    number: u64,
    user: &'a str,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let mut config = Config::default();
    let mut is_wrapped = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        if option == "--wrapped" {
            is_wrapped = true;
            continue;
        }
        let value = arguments
            .next()
            .ok_or("an option needs a number")?
            .parse()?;
        match option.as_str() {
            "--history-events" => config.history_events = value,
            "--history-bytes" => config.history_bytes = value,
            "--outbox-frames" => config.outbox_frames = value,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    // All clients have one address here, and are cut off many times a second on purpose.
    config.handshakes = Rate::new(100_000, 100_000.0);
    config.connections_per_user = 256;

    let tokens = Tokens::default();
    let factory = WebSocketManagerFactory::builder()
        .config(config)
        .authenticator(tokens.clone())
        .build();
    let script = |source: &'static str| {
        let answer = ([(CONTENT_TYPE, "text/javascript")], source);
        get(move || async move { answer })
    };
    let app = Router::new()
        .route("/ws", factory.axum_route())
        .route("/", get(|| async { Html(include_str!("page.html")) }))
        .route("/script.js", script(include_str!("script.js")))
        .route(
            "/websocket-core.js",
            script(include_str!("../../client/websocket-core.js")),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let mut server = JoinSet::new();
    if is_wrapped {
        server.spawn(wrapped::serve(listener, app));
    } else {
        let listener = listener.tap_io(|stream| websocket_core::axum::tune(stream));
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        server.spawn(async move { axum::serve(listener, app).await });
    }

    let mut publishers = JoinSet::new();
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let (user, publish) = command(&line)?;
        let token = tokens.issue(&user);
        let proof = factory.authenticate(Credential::bearer(&token)).await?;
        let manager = factory.manager(&proof)?;
        println!("{user} {token}");
        publishers.spawn(async move {
            let published = publish.run(&manager).await;
            published.map_err(|why| format!("{user}: {why}, acked {}", manager.acked()))
        });
    }
    end(&factory, publishers).await
}

/// Publishers that have not ended by now, and connections that clients have left open, are faults.
async fn end(
    factory: &WebSocketManagerFactory,
    mut publishers: JoinSet<Result<(), String>>,
) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    let mut fault = |what: &str| {
        eprintln!("publisher: {what}");
        code = ExitCode::FAILURE;
    };
    let deadline = Instant::now() + ENDING;
    while let Ok(Some(published)) = timeout_at(deadline, publishers.join_next()).await {
        if let Err(why) = published? {
            fault(&why);
        }
    }
    if !publishers.is_empty() {
        fault("somebody is not told of every event yet");
    }
    let drained = factory.drain(Drain::within(ENDING)).await;
    if drained.aborted + drained.still_open > 0 {
        fault(&format!("{drained:?}"));
    }
    Ok(code)
}

/// How events are published.
enum Pace {
    /// So many ahead of what is acknowledged.
    Follow { window: u64 },
    /// Up to so many at once, and a pause.
    Outrun { burst: u64 },
}

struct Publish {
    events: u64,
    pace: Pace,
}

/// `follow USER EVENTS WINDOW`, or `outrun USER EVENTS BURST`.
fn command(line: &str) -> Result<(UserId, Publish), Failure> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [pace, user, events, number] = words[..] else {
        return Err(format!("no command: {line}").into());
    };
    let number: u64 = number.parse()?;
    let pace = match pace {
        "follow" => Pace::Follow { window: number },
        "outrun" => Pace::Outrun { burst: number },
        _ => return Err(format!("no command: {line}").into()),
    };
    let events = events.parse()?;
    Ok((UserId::new(user)?, Publish { events, pace }))
}

impl Publish {
    async fn run(&self, manager: &WebSocketManager) -> Result<(), Failure> {
        manager.connected(PATIENCE).await?;
        match self.pace {
            Pace::Follow { window } => self.follow(manager, window).await,
            Pace::Outrun { burst } => self.outrun(manager, burst).await,
        }
    }

    async fn follow(&self, manager: &WebSocketManager, window: u64) -> Result<(), Failure> {
        let step = (window / STEPS as u64).max(1);
        let mut unacked = VecDeque::new();
        for number in 1..=self.events {
            // Who has the last event may go, for there is nothing left to acknowledge.
            let room = if number == self.events { 0 } else { STEPS - 1 };
            while unacked.len() > room {
                let Some(first): Option<Receipt> = unacked.pop_front() else {
                    break;
                };
                let acked = timeout(PATIENCE, first.acked()).await;
                acked.map_err(|_| format!("no ack, at event {number}"))??;
            }
            let receipt = numbered(manager, number)?;
            if number.is_multiple_of(step) {
                unacked.push_back(receipt);
            }
        }
        Ok(())
    }

    async fn outrun(&self, manager: &WebSocketManager, burst: u64) -> Result<(), Failure> {
        let mut pause = interval(PAUSE);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut number = 0;
        while number < self.events {
            pause.tick().await;
            let upto = self.events.min(number + fastrand::u64(1..=burst));
            while number < upto {
                number += 1;
                numbered(manager, number)?;
            }
        }
        Ok(())
    }
}

fn numbered(manager: &WebSocketManager, number: u64) -> Result<Receipt, Failure> {
    let payload = Numbered {
        number,
        user: manager.user().as_str(),
    };
    if number.is_multiple_of(VOLATILE) {
        manager.publish(Event::new("progress", &payload)?.volatile("progress"))?;
    }
    Ok(manager.send("numbered", &payload)?)
}
