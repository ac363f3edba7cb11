//! The route for axum.
//!
//! ```no_run
//! # async fn f(factory: websocket_core::websocket_manager::WebSocketManagerFactory) -> std::io::Result<()> {
//! use std::net::SocketAddr;
//! use axum::serve::ListenerExt;
//!
//! let app = axum::Router::new().route("/ws", factory.axum_route());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! // Without the addresses of clients there are no limits per address.
//! let app = app.into_make_service_with_connect_info::<SocketAddr>();
//! axum::serve(listener.tap_io(|stream| websocket_core::axum::tune(stream)), app).await
//! # }
//! ```

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::routing::MethodRouter;
use tokio::net::TcpStream;
use tracing::Instrument;

use crate::handshake::admit;
use crate::observe;
use crate::upgrade::{accepted, refused};
use crate::websocket_manager::{Shared, WebSocketManagerFactory};

/// Sets what the stream of a connection needs: no delay, and a bound on what the kernel takes for a
/// client that does not read (`TCP_NOTSENT_LOWAT`, on Linux). For `ListenerExt::tap_io`; streams that
/// our own transport serves are set so anyway.
pub fn tune(stream: &TcpStream) {
    crate::stream::tune(stream);
}

impl WebSocketManagerFactory {
    /// The route that takes connections: `Router::new().route("/ws", factory.axum_route())`.
    ///
    /// A handshake is answered only when it is known who it is. It is refused with 503 (draining,
    /// full, or the authenticator cannot say now), 500 (the authenticator failed by a fault of its
    /// own), 429 (too many of the address), 403 (a page of another origin, or a user who may not),
    /// 401 (no credential, or none that is valid), 400, 405, 426 or 501 (no handshake, or protocols
    /// that contradict each other). A token travels as
    /// `Authorization: Bearer …`, or as the subprotocol `jwt.…` beside `websocket-core.v1`, and is
    /// never echoed.
    ///
    /// `?since=EPOCH:OFFSET` goes on from a position.
    pub fn axum_route<S>(&self) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let shared = Arc::clone(&self.shared);
        axum::routing::any(move |request: Request| answer(Arc::clone(&shared), request))
    }
}

async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| *address);
    match admit(shared, &mut parts, peer).await {
        Err(refusal) => refused(&refusal),
        Ok(admitted) => {
            let span = observe::connection();
            let (response, pending) = accepted(admitted);
            // The place that it holds is what a drain waits for.
            tokio::spawn(pending.connection().instrument(span));
            response
        }
    }
}
