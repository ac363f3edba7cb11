//! The transport for axum.
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

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use bytes::Bytes;
use futures_util::{Sink, Stream};
use http::header::{AUTHORIZATION, HOST, ORIGIN, RETRY_AFTER, SEC_WEBSOCKET_PROTOCOL};
use http::request::Parts;
use http::{HeaderMap, StatusCode, Uri};
use tracing::Instrument;

use crate::close::Close;
use crate::config::Origins;
use crate::identity::{AuthError, Credential};
use crate::limits::Full;
use crate::observe;
use crate::session::Received;
use crate::transport::{Admission, Broken, Transport, serve};
use crate::websocket_manager::{Shared, WebSocketManagerFactory};
use crate::wire::{Frame, Position, SUBPROTOCOL, TOKEN_PROTOCOL, Text};

/// What a connection reads at once; axum's default is 128 KiB for each.
const READ_BUFFER: usize = 4 * 1024;
/// Frames are written when so much waits, or at a flush.
const WRITE_BUFFER: usize = 16 * 1024;
/// What the kernel takes for a client that reads nothing, before an outbox fills.
const UNSENT: u32 = 128 * 1024;
/// How long clients are told to wait while the factory drains.
const DRAINING: Duration = Duration::from_secs(5);
/// How long clients are told to wait where the process is full.
const FULL: Duration = Duration::from_secs(10);

impl WebSocketManagerFactory {
    /// The route that takes connections: `Router::new().route("/ws", factory.axum_route())`.
    ///
    /// A handshake is answered only when it is known who it is. It is refused with 503 (draining,
    /// full, or the authenticator cannot say now), 429 (too many of the address), 403 (a page of
    /// another origin, or a user who may not), 401 (no credential, or none that is valid), 400 (no
    /// handshake, or protocols that contradict each other). A token travels as `Authorization: Bearer
    /// …`, or as the subprotocol `jwt.…` beside `websocket-core.v1`, and is never echoed.
    ///
    /// `?since=EPOCH:OFFSET` goes on from a position.
    pub fn axum_route<S>(&self) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let shared = Arc::clone(&self.shared);
        axum::routing::any(move |request: Request| upgrade(Arc::clone(&shared), request))
    }
}

/// Sets what a connection's stream needs: no delay, and a bound on what the kernel takes for a client
/// that does not read (`TCP_NOTSENT_LOWAT`, on Linux). For `ListenerExt::tap_io`.
pub fn tune(stream: &tokio::net::TcpStream) {
    let set = || {
        stream.set_nodelay(true)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT)?;
        Ok::<(), std::io::Error>(())
    };
    // A stream that is closed already is no concern of the one who accepts it.
    if let Err(error) = set() {
        tracing::debug!(%error, "a stream cannot be tuned");
    }
}

async fn upgrade(shared: Arc<Shared>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    match admit(shared, &mut parts).await {
        Ok((upgrade, admission)) => upgrade
            .protocols([SUBPROTOCOL])
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_message_size(admission.shared.config.message_bytes)
            .max_frame_size(admission.shared.config.message_bytes)
            .on_upgrade(move |socket| {
                let span = tracing::debug_span!("connection");
                serve(Axum { socket }, admission).instrument(span)
            }),
        Err(refusal) => {
            observe::refused(refusal.reason());
            refusal.into_response()
        }
    }
}

/// Why a handshake is refused.
enum Refusal {
    Draining,
    Full(Full),
    Origin,
    Request(&'static str),
    Upgrade(Box<Response>),
    Auth(AuthError),
}

impl Refusal {
    /// For counters.
    fn reason(&self) -> &'static str {
        match self {
            Self::Draining => "draining",
            Self::Full(Full::Process) => "full",
            Self::Full(Full::Address) => "address",
            Self::Full(Full::Handshakes(_)) => "rate",
            Self::Origin => "origin",
            Self::Request(_) => "request",
            Self::Upgrade(_) => "upgrade",
            Self::Auth(AuthError::Unavailable(_)) => "authenticator",
            Self::Auth(_) => "credential",
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let later = |status, after: Duration, text: &'static str| {
            let seconds = after.as_secs_f64().ceil().to_string();
            (status, [(RETRY_AFTER, seconds)], text).into_response()
        };
        match self {
            Self::Draining => later(StatusCode::SERVICE_UNAVAILABLE, DRAINING, "draining"),
            Self::Full(Full::Process) => later(StatusCode::SERVICE_UNAVAILABLE, FULL, "full"),
            Self::Full(Full::Address) => {
                let text = "too many connections of this address";
                later(StatusCode::TOO_MANY_REQUESTS, FULL, text)
            }
            Self::Full(Full::Handshakes(after)) => {
                let text = "too many handshakes of this address";
                later(StatusCode::TOO_MANY_REQUESTS, after, text)
            }
            Self::Origin => (StatusCode::FORBIDDEN, "origin not allowed").into_response(),
            Self::Request(why) => (StatusCode::BAD_REQUEST, why).into_response(),
            Self::Upgrade(response) => *response,
            Self::Auth(AuthError::Unavailable(why)) => {
                tracing::warn!(why, "a credential cannot be checked");
                later(StatusCode::SERVICE_UNAVAILABLE, FULL, "try again later")
            }
            Self::Auth(AuthError::Forbidden) => {
                (StatusCode::FORBIDDEN, "forbidden").into_response()
            }
            Self::Auth(_) => (StatusCode::UNAUTHORIZED, "unauthorized").into_response(),
        }
    }
}

/// Who may connect: the cheap questions first, and who it is before anything is answered.
async fn admit(
    shared: Arc<Shared>,
    parts: &mut Parts,
) -> Result<(WebSocketUpgrade, Admission), Refusal> {
    if shared.draining.is_draining() {
        return Err(Refusal::Draining);
    }
    let upgrade = WebSocketUpgrade::from_request_parts(parts, &()).await;
    let upgrade =
        upgrade.map_err(|rejected| Refusal::Upgrade(Box::new(rejected.into_response())))?;
    if !is_allowed(&shared.config.origins, &parts.headers, &parts.uri) {
        return Err(Refusal::Origin);
    }
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| *address);
    let from = address(&parts.headers, peer, shared.config.trusted_proxies);
    let place = shared.doors.enter(from).map_err(Refusal::Full)?;
    let token = token(&parts.headers)?;
    let since = since(&parts.uri)?;
    let mut headers = std::mem::take(&mut parts.headers);
    // The token is told by itself, so that nothing prints it with the other headers.
    headers.remove(AUTHORIZATION);
    headers.remove(SEC_WEBSOCKET_PROTOCOL);
    let credential = Credential::of_request(token.as_deref(), headers, peer);
    let proving = shared.prove(credential);
    let proved = shared.draining.begun.run_until_cancelled(proving).await;
    let context = proved.ok_or(Refusal::Draining)?.map_err(Refusal::Auth)?;
    // It may have begun while the authenticator was asked.
    if shared.draining.is_draining() {
        return Err(Refusal::Draining);
    }
    let admission = Admission {
        shared,
        context,
        since,
        place,
    };
    Ok((upgrade, admission))
}

/// Whether a page of this origin may connect; a client that tells none is no page.
fn is_allowed(origins: &Origins, headers: &HeaderMap, uri: &Uri) -> bool {
    let mut told = headers.get_all(ORIGIN).iter();
    let Some(origin) = told.next() else {
        return true;
    };
    let Some(origin) = origin.to_str().ok().filter(|_| told.next().is_none()) else {
        return *origins == Origins::Any;
    };
    match origins {
        Origins::Any => true,
        Origins::Only(known) => known.iter().any(|it| it.eq_ignore_ascii_case(origin)),
        Origins::SameHost => {
            let host = headers.get(HOST).and_then(|host| host.to_str().ok());
            let host = host.or(uri.authority().map(|authority| authority.as_str()));
            let page = origin.split_once("://").map(|(_, host)| host);
            page.zip(host)
                .is_some_and(|(page, host)| page.eq_ignore_ascii_case(host))
        }
    }
}

/// Where a client is: the peer, or what so many trusted proxies before it say.
fn address(headers: &HeaderMap, peer: Option<SocketAddr>, proxies: usize) -> Option<IpAddr> {
    let peer = peer.map(|peer| peer.ip());
    if proxies == 0 {
        return peer;
    }
    let told = headers.get_all("x-forwarded-for").iter();
    let told = told.filter_map(|value| value.to_str().ok());
    let told: Vec<&str> = told.flat_map(|value| value.split(',')).collect();
    // Each proxy adds its own peer at the end: what stands before ours anybody could write.
    let ours = told.len().checked_sub(proxies).and_then(|at| told.get(at));
    ours.and_then(|address| address.trim().parse().ok())
        .or(peer)
}

/// The token of a handshake: of its header, or of its subprotocols.
fn token(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut offered = Vec::new();
    for value in headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
        let value = value.to_str();
        let value = value.map_err(|_| Refusal::Request("a subprotocol is no text"))?;
        offered.extend(value.split(',').map(str::trim));
    }
    let mut tokens = offered
        .iter()
        .filter_map(|offer| offer.strip_prefix(TOKEN_PROTOCOL));
    let by_protocol = tokens.next();
    if tokens.next().is_some() {
        return Err(Refusal::Request("more than one token"));
    }
    if by_protocol.is_some() && !offered.contains(&SUBPROTOCOL) {
        return Err(Refusal::Request(
            "a token without the subprotocol websocket-core.v1",
        ));
    }
    let mut told = headers.get_all(AUTHORIZATION).iter();
    let by_header = match told.next() {
        None => None,
        Some(_) if told.next().is_some() || by_protocol.is_some() => {
            return Err(Refusal::Request("more than one credential"));
        }
        Some(value) => value.to_str().ok().and_then(bearer),
    };
    Ok(by_header.or(by_protocol).map(str::to_owned))
}

/// The token of `Bearer …`; other schemes are for the authenticator's eyes no more than ours.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start())
}

/// The position of `?since=`.
fn since(uri: &Uri) -> Result<Option<Position>, Refusal> {
    let query = uri.query().unwrap_or_default().as_bytes();
    let mut pairs = form_urlencoded::parse(query);
    match pairs.find(|(key, _)| key == "since") {
        None => Ok(None),
        Some((_, since)) => match since.parse() {
            Ok(position) => Ok(Some(position)),
            Err(_) => Err(Refusal::Request("since is no EPOCH:OFFSET")),
        },
    }
}

/// A connection that axum upgraded.
struct Axum {
    socket: WebSocket,
}

impl Transport for Axum {
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Received> {
        let next = ready!(Pin::new(&mut self.socket).poll_next(cx));
        Poll::Ready(match next {
            None => Received::Broken(None),
            Some(Err(error)) => Received::Broken(fault(error)),
            Some(Ok(Message::Text(text))) => Received::Text(Text::received(Bytes::from(text))),
            Some(Ok(Message::Binary(_))) => Received::Binary,
            // Pings are answered below axum.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Received::Sign,
            Some(Ok(Message::Close(frame))) => Received::Close(frame.map(|frame| frame.code)),
        })
    }

    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut VecDeque<Frame>,
    ) -> Poll<Result<(), Broken>> {
        while !frames.is_empty() {
            let mut socket = Pin::new(&mut self.socket);
            ready!(socket.as_mut().poll_ready(cx)).map_err(|_| Broken)?;
            let Some(frame) = frames.pop_front() else {
                break;
            };
            socket.start_send(message(frame)?).map_err(|_| Broken)?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        let flushed = ready!(Pin::new(&mut self.socket).poll_flush(cx));
        Poll::Ready(flushed.map_err(|_| Broken))
    }
}

fn message(frame: Frame) -> Result<Message, Broken> {
    Ok(match frame {
        // Frames are texts of ours: this cannot fail, and costs less than a copy.
        Frame::Text(text) => {
            let text = Utf8Bytes::try_from(text.as_bytes().clone());
            Message::Text(text.map_err(|_| Broken)?)
        }
        Frame::Ping => Message::Ping(Bytes::new()),
        Frame::Close(Close { code, reason }) => Message::Close(Some(CloseFrame {
            code,
            reason: reason.as_ref().into(),
        })),
    })
}

/// The close that says what a client did wrong; none where the stream just broke.
fn fault(error: axum::Error) -> Option<Close> {
    use tungstenite::Error;
    let error = error.into_inner().downcast::<Error>().ok()?;
    match *error {
        Error::Capacity(_) => Some(Close::TOO_LARGE),
        Error::Utf8(_) => Some(Close::NOT_UTF8),
        Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(Close::PROTOCOL),
        _ => None,
    }
}
