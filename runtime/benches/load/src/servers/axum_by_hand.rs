//! What people write by hand on axum: a map from users to the senders of their connections.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{Asks, Senders, no_delay, user};

/// How a connection's task writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// Each message by `send`, which flushes it.
    EachFlushed,
    /// All that wait by `feed`, and one flush.
    Batched,
}

pub(super) async fn serve(writing: Writing) -> anyhow::Result<()> {
    let senders = Senders::new();
    let app = axum::Router::new()
        .route("/ws", get(connect))
        .with_state((Arc::clone(&senders), writing));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let asks = Asks::listening(listener.local_addr()?);
    let listener = listener.tap_io(no_delay);
    tokio::spawn(async move { axum::serve(listener, app).await });
    senders.serve(asks, Message::text).await
}

async fn connect(
    upgrade: WebSocketUpgrade,
    RawQuery(query): RawQuery,
    State((senders, writing)): State<(Arc<Senders<Message>>, Writing)>,
) -> Response {
    let user = user(query.as_deref());
    upgrade.on_upgrade(move |socket| connection(socket, senders.connect(user), writing))
}

async fn connection(socket: WebSocket, mut messages: mpsc::Receiver<Message>, writing: Writing) {
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
