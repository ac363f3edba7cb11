//! `websocket-core`, with its history: every event has its position, and is kept.

use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use websocket_core::config::Rate;
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::{Drain, WebSocketManager, WebSocketManagerFactory};

use super::Asks;
use crate::work::{Broadcast, Own, Sending, TEXT};

#[path = "../../../../tests/support/wrapped.rs"]
mod wrapped;

/// How connections come to the factory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Axum,
    Listener,
    /// By axum, on streams that are no TCP streams.
    Tungstenite,
}

/// The client tells who it is by a header, as for every server here.
struct Told;

impl Authenticator for Told {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let user = credential.token().ok_or(AuthError::Missing)?;
        let user = UserId::new(user).map_err(|_| AuthError::Invalid)?;
        Ok(grant.user(user))
    }
}

pub(super) async fn serve(way: Way) -> anyhow::Result<()> {
    let (factory, everyone) = WebSocketManagerFactory::builder()
        .authenticator(Told)
        .configure(|config| {
            // Half of the history: who is cut as too slow finds there what it missed.
            config.outbox_frames = config.history_events / 2;
            config.connections_per_user = usize::MAX;
            config.connections_per_address = usize::MAX;
            config.handshakes = Rate::new(u32::MAX, f64::from(u32::MAX));
        })
        .build_with_broadcaster();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut asks = Asks::listening(listener.local_addr()?);
    let app = axum::Router::new().route("/ws", factory.axum_route());
    match way {
        Way::Axum => drop(tokio::spawn(
            async move { axum::serve(listener, app).await },
        )),
        Way::Tungstenite => {
            drop(tokio::spawn(wrapped::serve(listener, app)));
        }
        Way::Listener => drop(tokio::spawn(factory.listener().path("/ws").serve(listener))),
    }
    asks.begun().await?;
    let mut managers: Vec<WebSocketManager> = Vec::new();
    for user in 0..factory.stats().users {
        let user = Credential::bearer(user.to_string());
        let authenticated = factory.authenticate(user).await?;
        managers.push(factory.manager(&authenticated)?);
    }
    let send = |sending| {
        let sent = match sending {
            Sending::All { number: all } => everyone.send("note", &Broadcast { all, text: TEXT }),
            Sending::User { user, seq } => {
                let sent = managers[user].send("note", &Own { seq, text: TEXT });
                sent.map(drop)
            }
        };
        // An error that cannot be: the event is JSON.
        debug_assert!(sent.is_ok());
    };
    if let Some(seconds) = asks.serve(managers.len(), send).await? {
        let mut drain = Drain::default();
        drain.deadline = Duration::from_secs(seconds);
        let began = Instant::now();
        let report = factory.drain(drain).await;
        println!(
            "drained {} connections in {} ms: {} aborted, {} frames left",
            report.connections,
            began.elapsed().as_millis(),
            report.aborted,
            report.unflushed_frames
        );
    }
    Ok(())
}
