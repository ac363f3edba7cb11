//! What people write by hand on axum: a map from users to the senders of their connections.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use dashmap::DashMap;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{Asks, user};
use crate::work::Event;

/// How a connection's task writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// Each message by `send`, which flushes it.
    EachFlushed,
    /// All that wait by `feed`, and one flush.
    Batched,
}

type Senders = Arc<DashMap<usize, Vec<mpsc::Sender<Message>>>>;

pub(super) async fn serve(writing: Writing) -> anyhow::Result<()> {
    let senders = Senders::default();
    let app = axum::Router::new()
        .route("/ws", get(connect))
        .with_state((Arc::clone(&senders), writing));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut asks = Asks::listening(listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let mut seqs = Vec::new();
    while let Some(ask) = asks.next().await? {
        let all = senders.len();
        seqs.resize(all.max(seqs.len()), 0);
        for user in ask.users(all) {
            seqs[user] += 1;
            let message = Message::text(Event::text(seqs[user]));
            if let Some(senders) = senders.get(&user) {
                for sender in senders.iter() {
                    // As it is written by hand: what does not fit is lost in silence.
                    let _ = sender.try_send(message.clone());
                }
            }
        }
    }
    Ok(())
}

async fn connect(
    upgrade: WebSocketUpgrade,
    RawQuery(query): RawQuery,
    State((senders, writing)): State<(Senders, Writing)>,
) -> Response {
    let user = user(query.as_deref());
    upgrade.on_upgrade(move |socket| connection(socket, user, senders, writing))
}

async fn connection(socket: WebSocket, user: usize, senders: Senders, writing: Writing) {
    let (sender, mut messages) = mpsc::channel(1_024);
    senders.entry(user).or_default().push(sender);
    let (mut sink, mut stream) = socket.split();
    let written = tokio::spawn(async move {
        while let Some(message) = messages.recv().await {
            let sent = match writing {
                Writing::EachFlushed => sink.send(message).await,
                Writing::Batched => {
                    let mut fed = sink.feed(message).await;
                    while let Ok(message) = messages.try_recv() {
                        fed = fed.and(sink.feed(message).await);
                    }
                    fed.and(sink.flush().await)
                }
            };
            if sent.is_err() {
                return;
            }
        }
    });
    while let Some(Ok(_)) = stream.next().await {}
    written.abort();
}
