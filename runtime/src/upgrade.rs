//! From a handshake in hyper to a connection: where it stands on a TCP stream, that is taken back and
//! served by our own transport; else tungstenite serves it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderValue, Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Parts, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade;
use tokio::net::TcpStream;
use tokio_util::sync::{CancellationToken, DropGuard};

#[cfg(feature = "__echo")]
use crate::echo::serve;
use crate::handshake::{Accepted, Refusal, VERSION};
use crate::stream::Stream;
use crate::transport::Admission;
#[cfg(not(feature = "__echo"))]
use crate::transport::serve;
use crate::tungstenite::Tungstenite;
use crate::wire::SUBPROTOCOL;

/// How long the stream may take behind its answer, which needs no turn of the client.
const BEHIND_ANSWER: Duration = Duration::from_secs(3);

/// Goes with an answer, and says when that is gone: sent, or given up for another one.
#[derive(Clone)]
struct Answer {
    #[expect(dead_code, reason = "it says so when the last one is dropped")]
    guard: Arc<DropGuard>,
}

/// A handshake that is accepted, and no connection yet.
#[derive(Debug)]
pub(crate) struct Pending {
    upgrade: OnUpgrade,
    answered: CancellationToken,
    admission: Admission,
}

impl Pending {
    /// The connection that it becomes, if it does, until that ends.
    pub(crate) async fn connection(self) {
        let Self {
            upgrade,
            answered,
            admission,
        } = self;
        match upgraded(upgrade, answered).await {
            Some(Ok(upgraded)) => carry(upgraded, admission).await,
            Some(Err(error)) => tracing::debug!(%error, "a handshake was not completed"),
            None => tracing::debug!("a handshake got another answer than ours"),
        }
    }
}

/// The stream, if it comes.
///
/// Where a layer outside puts another answer in place of ours, hyper does not say so before the client
/// ends the stream: until then the connection would hold its place, and a drain would wait for it.
async fn upgraded(
    upgrade: OnUpgrade,
    answered: CancellationToken,
) -> Option<hyper::Result<Upgraded>> {
    let given_up = async {
        answered.cancelled().await;
        tokio::time::sleep(BEHIND_ANSWER).await;
    };
    tokio::select! {
        biased;
        upgraded = upgrade => Some(upgraded),
        () = given_up => None,
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

/// The answer that accepts a handshake, and what comes of it.
pub(crate) fn accepted<B: Default>(accepted: Accepted) -> (Response<B>, Pending) {
    let Accepted {
        admission,
        upgrade,
        accept,
        protocol,
    } = accepted;
    let mut response = Response::new(B::default());
    let answered = CancellationToken::new();
    let guard = Arc::new(answered.clone().drop_guard());
    response.extensions_mut().insert(Answer { guard });
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
    let pending = Pending {
        upgrade,
        answered,
        admission,
    };
    (response, pending)
}

/// The answer that refuses one.
pub(crate) fn refused<B: From<&'static str>>(refusal: &Refusal) -> Response<B> {
    let (status, retry_after, why) = refusal.answer();
    let mut response = Response::new(B::from(why));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    match refusal {
        // RFC 6455, section 4.4.
        Refusal::Version(..) => {
            headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
        }
        Refusal::Method(method) => {
            headers.extend(HeaderValue::try_from(method.as_str()).map(|method| (ALLOW, method)));
        }
        _ => {}
    }
    // RFC 9110, section 15.5.22.
    if status == StatusCode::UPGRADE_REQUIRED {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    }
    response
}
