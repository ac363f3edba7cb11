//! The crate `socketioxide`, in axum: a room for each user.

use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

use super::{Asks, user};
use crate::work::Event;

pub(super) async fn serve() -> anyhow::Result<()> {
    let users = Arc::new(AtomicUsize::new(0));
    let (layer, io) = SocketIo::new_layer();
    let counted = Arc::clone(&users);
    io.ns("/", async move |socket: SocketRef| {
        // `EIO=4&transport=websocket&user=N`.
        let query = socket.req_parts().uri.query().unwrap_or_default();
        let named = query.split('&').find(|pair| pair.starts_with("user="));
        socket.join(user(named).to_string());
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let app = axum::Router::new().layer(layer);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut asks = Asks::listening(listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    asks.begun().await?;
    let users = users.load(Ordering::Relaxed);
    asks.serve(users, |user, seq| {
        let event = Event::new(seq);
        let sent = io.to(user.to_string()).emit("note", &event);
        // In one process it is done when the future is made; polling it once says so.
        drop(futures_util::FutureExt::now_or_never(sent));
    })
    .await
}
