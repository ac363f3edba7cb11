//! The handshake in axum. Where the connection stands on a TCP stream, that is taken back from hyper
//! and served by our own transport; else tungstenite serves it.
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

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use http::header::{
    CONNECTION, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use http::{HeaderValue, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade;
use tokio::net::TcpStream;
use tracing::Instrument;

use crate::handshake::{Accepted, Refusal, admit};
use crate::stream::Stream;
use crate::transport::{Admission, serve};
use crate::tungstenite::Tungstenite;
use crate::websocket_manager::{Shared, WebSocketManagerFactory};
use crate::wire::SUBPROTOCOL;

pub use crate::stream::tune;

impl WebSocketManagerFactory {
    /// The route that takes connections: `Router::new().route("/ws", factory.axum_route())`.
    ///
    /// A handshake is answered only when it is known who it is. It is refused with 503 (draining,
    /// full, or the authenticator cannot say now), 429 (too many of the address), 403 (a page of
    /// another origin, or a user who may not), 401 (no credential, or none that is valid), 400, 405
    /// or 426 (no handshake, or protocols that contradict each other). A token travels as
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
    let Some(upgrade) = parts.extensions.remove::<OnUpgrade>() else {
        let why = "the connection cannot be upgraded";
        return Refusal::Upgrade(StatusCode::UPGRADE_REQUIRED, why).into_response();
    };
    match admit(shared, &mut parts, peer).await {
        Err(refusal) => refusal.into_response(),
        Ok(Accepted {
            admission,
            accept,
            protocol,
        }) => {
            let span = tracing::debug_span!("connection");
            // The place that it holds is what a drain waits for.
            tokio::spawn(connection(upgrade, admission).instrument(span));
            switch(accept, protocol)
        }
    }
}

/// The connection that a handshake became, if it did.
async fn connection(upgrade: OnUpgrade, admission: Admission) {
    match upgrade.await {
        Ok(upgraded) => carry(upgraded, admission).await,
        Err(error) => tracing::debug!(%error, "a handshake was not completed"),
    }
}

/// Serves a connection by the lightest transport that can carry it.
async fn carry(upgraded: Upgraded, admission: Admission) {
    let message_bytes = admission.shared.config.message_bytes;
    match upgrade::downcast::<TokioIo<TcpStream>>(upgraded) {
        Ok(upgrade::Parts { io, read_buf, .. }) => {
            let stream = Stream::new(io.into_inner(), read_buf, message_bytes);
            serve(stream, admission).await;
        }
        Err(upgraded) => {
            let stream = TokioIo::new(upgraded);
            let stream = Tungstenite::new(stream, bytes::Bytes::new(), message_bytes).await;
            serve(stream, admission).await;
        }
    }
}

/// The answer that accepts a handshake.
fn switch(accept: Option<String>, protocol: bool) -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    if protocol {
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    // Over HTTP/2 the answer is 200: RFC 8441.
    if let Some(accept) = accept.and_then(|accept| HeaderValue::try_from(accept).ok()) {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    }
    response
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, retry_after, why) = self.answer();
        let mut response = (status, why).into_response();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
