//! The crate `socketioxide`, in axum: a room for each user.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::serve::ListenerExt;
use futures_util::FutureExt;
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::net::TcpListener;

use super::{Asks, no_delay, user};
use crate::work::{Broadcast, Own, Sending, TEXT};

pub(super) async fn serve() -> anyhow::Result<()> {
    let users = Arc::new(Mutex::new(HashSet::new()));
    let (layer, io) = SocketIo::new_layer();
    let counted = Arc::clone(&users);
    io.ns("/", async move |socket: SocketRef| {
        // `EIO=4&transport=websocket&user=N`.
        let query = socket.req_parts().uri.query().unwrap_or_default();
        let named = query.split('&').find(|pair| pair.starts_with("user="));
        let user = user(named);
        socket.join(user.to_string());
        let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.insert(user);
    });
    let app = axum::Router::new().layer(layer);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut asks = Asks::listening(listener.local_addr()?);
    let listener = listener.tap_io(no_delay);
    tokio::spawn(async move { axum::serve(listener, app).await });
    asks.begun().await?;
    let users = users.lock().unwrap_or_else(PoisonError::into_inner).len();
    asks.serve(users, |sending| {
        // In one process it is done when the future is made; polling it once says so.
        match sending {
            Sending::All { number: all } => {
                let sent = io
                    .emit("note", &Broadcast { all, text: TEXT })
                    .now_or_never();
                drop(sent);
            }
            Sending::User { user, seq } => {
                let room = io.to(user.to_string());
                drop(room.emit("note", &Own { seq, text: TEXT }).now_or_never());
            }
        }
    })
    .await?;
    Ok(())
}
