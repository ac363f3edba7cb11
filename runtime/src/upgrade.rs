//! From a handshake in hyper to a connection: where it stands on a TCP stream, that is taken back and
//! served by our own transport; else tungstenite serves it.

use bytes::Bytes;
use http::header::{
    CONNECTION, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use http::{HeaderValue, Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Parts, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade;
use tokio::net::TcpStream;

#[cfg(feature = "__echo")]
use crate::echo::serve;
use crate::handshake::Refusal;
use crate::stream::Stream;
use crate::transport::Admission;
#[cfg(not(feature = "__echo"))]
use crate::transport::serve;
use crate::tungstenite::Tungstenite;
use crate::wire::SUBPROTOCOL;

/// The connection that a handshake became, if it did, until it ends.
pub(crate) async fn connection(upgrade: OnUpgrade, admission: Admission) {
    match upgrade.await {
        Ok(upgraded) => carry(upgraded, admission).await,
        Err(error) => tracing::debug!(%error, "a handshake was not completed"),
    }
}

/// Serves a connection by the lightest transport that can carry it.
async fn carry(upgraded: Upgraded, admission: Admission) {
    let message_bytes = admission.shared.config.message_bytes;
    match tcp(upgraded) {
        Ok((tcp, first)) => {
            let stream = Stream::new(tcp, first, message_bytes);
            serve(stream, admission).await;
        }
        Err(upgraded) => {
            // In a box, so that a connection on a TCP stream has no room for it.
            let stream = Box::pin(Tungstenite::new(TokioIo::new(upgraded), message_bytes));
            serve(stream.await, admission).await;
        }
    }
}

/// The TCP stream below a connection, and what was read behind the handshake.
fn tcp(upgraded: Upgraded) -> Result<(TcpStream, Bytes), Upgraded> {
    // As a server that knows several versions of HTTP wraps it, axum's among them.
    let upgraded = match upgrade::downcast::<TokioIo<TcpStream>>(upgraded) {
        Ok(parts) => return Ok((parts.io.into_inner(), parts.read_buf)),
        Err(upgraded) => upgraded,
    };
    let Parts { io, read_buf, .. } = upgraded.downcast::<TokioIo<TcpStream>>()?;
    Ok((io.into_inner(), read_buf))
}

/// The answer that accepts a handshake.
pub(crate) fn accepted<B: Default>(accept: Option<String>, protocol: bool) -> Response<B> {
    let mut response = Response::new(B::default());
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

/// The answer that refuses one.
pub(crate) fn refused<B: From<&'static str>>(refusal: &Refusal) -> Response<B> {
    let (status, retry_after, why) = refusal.answer();
    let mut response = Response::new(B::from(why));
    *response.status_mut() = status;
    if let Some(seconds) = retry_after {
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}
