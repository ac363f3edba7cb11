//! Who may connect: the request of a handshake → an admission, or why it is refused.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::header::{
    AUTHORIZATION, CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::config::Origins;
use crate::identity::{AuthError, Credential};
use crate::limits::Full;
use crate::observe;
use crate::transport::Admission;
use crate::websocket_manager::Shared;
use crate::wire::{Position, SUBPROTOCOL, TOKEN_PROTOCOL};

/// How long clients are told to wait while the factory drains.
const DRAINING: Duration = Duration::from_secs(5);
/// How long clients are told to wait where the process is full.
const FULL: Duration = Duration::from_secs(10);

/// The version of the protocol: RFC 6455.
pub(crate) const VERSION: &str = "13";

const NO_HANDSHAKE: &str = "not a websocket handshake";
const NO_UPGRADE: &str = "the connection cannot be upgraded";

/// Why a handshake is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    Draining,
    Full(Full),
    Origin,
    Request(&'static str),
    /// What is asked for is no connection.
    Upgrade(StatusCode, &'static str),
    /// It is none of this version of the protocol, and the answer says which one is needed.
    Version(StatusCode, &'static str),
    /// This method is needed.
    Method(Method),
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
            Self::Upgrade(..) | Self::Version(..) | Self::Method(_) => "upgrade",
            Self::Auth(AuthError::Unavailable(_) | AuthError::Internal) => "authenticator",
            Self::Auth(_) => "credential",
        }
    }

    /// The answer: its status, after how many seconds to try again, and a line for people.
    pub(crate) fn answer(&self) -> (StatusCode, Option<u64>, &'static str) {
        let seconds = |after: Duration| Some(after.as_secs_f64().ceil() as u64);
        match self {
            Self::Draining => (
                StatusCode::SERVICE_UNAVAILABLE,
                seconds(DRAINING),
                "draining",
            ),
            Self::Full(Full::Process) => (StatusCode::SERVICE_UNAVAILABLE, seconds(FULL), "full"),
            Self::Full(Full::Address) => {
                let why = "too many connections of this address";
                (StatusCode::TOO_MANY_REQUESTS, seconds(FULL), why)
            }
            Self::Full(Full::Handshakes(after)) => {
                let why = "too many handshakes of this address";
                (StatusCode::TOO_MANY_REQUESTS, seconds(*after), why)
            }
            Self::Origin => (StatusCode::FORBIDDEN, None, "origin not allowed"),
            Self::Request(why) => (StatusCode::BAD_REQUEST, None, why),
            Self::Upgrade(status, why) | Self::Version(status, why) => (*status, None, why),
            Self::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, None, NO_HANDSHAKE),
            Self::Auth(AuthError::Unavailable(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                seconds(FULL),
                "try again later",
            ),
            Self::Auth(AuthError::Internal) => {
                (StatusCode::INTERNAL_SERVER_ERROR, None, "internal error")
            }
            Self::Auth(AuthError::Forbidden) => (StatusCode::FORBIDDEN, None, "forbidden"),
            Self::Auth(_) => (StatusCode::UNAUTHORIZED, None, "unauthorized"),
        }
    }
}

/// A handshake that is accepted.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) admission: Admission,
    /// The stream, when the answer has gone out.
    pub(crate) upgrade: OnUpgrade,
    /// The value of `Sec-WebSocket-Accept`; none over HTTP/2, which has no such header.
    pub(crate) accept: Option<String>,
    /// Whether the client offered our subprotocol, which is chosen then.
    pub(crate) protocol: bool,
}

/// Who may connect: the cheap questions first, and who it is before anything is answered.
///
/// `peer` is the address of the other end of the stream, where it is known. The headers are taken
/// out of the request, and so is hyper's promise of the stream.
pub(crate) async fn admit(
    shared: Arc<Shared>,
    parts: &mut Parts,
    peer: Option<SocketAddr>,
) -> Result<Accepted, Refusal> {
    let accepted = decide(shared, parts, peer).await;
    if let Err(refusal) = &accepted {
        observe::refused(refusal.reason());
        if let Refusal::Auth(AuthError::Unavailable(why)) = refusal {
            tracing::warn!(why, "a credential cannot be checked");
        }
    }
    accepted
}

async fn decide(
    shared: Arc<Shared>,
    parts: &mut Parts,
    peer: Option<SocketAddr>,
) -> Result<Accepted, Refusal> {
    if shared.draining.is_draining() {
        return Err(Refusal::Draining);
    }
    let accept = upgrade(parts)?;
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    let upgrade = upgrade.ok_or(Refusal::Version(StatusCode::UPGRADE_REQUIRED, NO_UPGRADE))?;
    if !is_allowed(&shared.config.origins, &parts.headers, &parts.uri) {
        return Err(Refusal::Origin);
    }
    let from = address(&parts.headers, peer, shared.config.trusted_proxies);
    let place = shared.doors.enter(from).map_err(Refusal::Full)?;
    let Offer { token, protocol } = offer(&parts.headers)?;
    let since = since(&parts.uri)?;
    let mut headers = std::mem::take(&mut parts.headers);
    // The token is told by itself, so that nothing prints it with the other headers.
    headers.remove(AUTHORIZATION);
    headers.remove(SEC_WEBSOCKET_PROTOCOL);
    let credential = Credential::of_request(token.as_deref(), headers, peer);
    let proving = shared.prove(credential);
    let proved = shared.draining.begins.run_until_cancelled(proving).await;
    let context = proved.ok_or(Refusal::Draining)?.map_err(Refusal::Auth)?;
    // It may have begun while the authenticator was asked.
    if shared.draining.is_draining() {
        return Err(Refusal::Draining);
    }
    Ok(Accepted {
        admission: Admission {
            shared,
            context,
            since,
            place,
        },
        upgrade,
        accept,
        protocol,
    })
}

/// Whether it is a handshake: RFC 6455, section 4.2.1, or over HTTP/2 RFC 8441. What the answer must
/// say to the client's key.
fn upgrade(parts: &Parts) -> Result<Option<String>, Refusal> {
    let headers = &parts.headers;
    if parts.version > Version::HTTP_11 {
        if parts.method != Method::CONNECT {
            return Err(Refusal::Method(Method::CONNECT));
        }
        if !is_for_websocket(parts) {
            // As RFC 9220 has it, section 3.
            return Err(Refusal::Upgrade(StatusCode::NOT_IMPLEMENTED, NO_HANDSHAKE));
        }
        // There is no upgrade to require.
        return version(headers, StatusCode::BAD_REQUEST).map(|()| None);
    }
    if parts.method != Method::GET {
        return Err(Refusal::Method(Method::GET));
    }
    let required = StatusCode::UPGRADE_REQUIRED;
    if parts.version < Version::HTTP_11 {
        return Err(Refusal::Version(required, "HTTP/1.1 is needed"));
    }
    let wrong = |why| Refusal::Upgrade(StatusCode::BAD_REQUEST, why);
    // Proxies and `Origins::SameHost` would look at one of two.
    if only(headers, HOST).is_none_or(HeaderValue::is_empty) {
        return Err(wrong("the host is missing, or there are two"));
    }
    let has = |name, word: &str| {
        let values = headers.get_all(name).iter();
        let mut words = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        words.any(|it| it.trim().eq_ignore_ascii_case(word))
    };
    if !has(CONNECTION, "upgrade") || !has(UPGRADE, "websocket") {
        return Err(Refusal::Version(required, NO_HANDSHAKE));
    }
    version(headers, required)?;
    let key = only(headers, SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes);
    let key = key.filter(|key| is_key(key));
    let key = key.ok_or(wrong("the key is missing or wrong"))?;
    Ok(Some(derive_accept_key(key)))
}

/// The value of a header that is there once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// The client speaks the version that we speak, and no list of them: that is for servers.
fn version(headers: &HeaderMap, status: StatusCode) -> Result<(), Refusal> {
    match only(headers, SEC_WEBSOCKET_VERSION) {
        Some(version) if version == VERSION => Ok(()),
        _ => Err(Refusal::Version(status, "websocket version 13 is needed")),
    }
}

/// Whether it is 16 bytes in base64.
fn is_key(key: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    key.len() == 24
        && key
            .strip_suffix(b"==")
            .is_some_and(|digits| digits.iter().all(is_digit))
}

/// Whether an extended CONNECT is for this protocol, and no other that goes through a tunnel.
#[cfg(feature = "axum")]
fn is_for_websocket(parts: &Parts) -> bool {
    let protocol = parts.extensions.get::<hyper::ext::Protocol>();
    protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
}

/// The listener of our own speaks no HTTP/2.
#[cfg(not(feature = "axum"))]
fn is_for_websocket(_: &Parts) -> bool {
    false
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

/// What a handshake offers.
struct Offer {
    /// The token, of its header or of its subprotocols.
    token: Option<String>,
    /// Whether our subprotocol is among those that it offers.
    protocol: bool,
}

fn offer(headers: &HeaderMap) -> Result<Offer, Refusal> {
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
    let protocol = offered.contains(&SUBPROTOCOL);
    if by_protocol.is_some() && !protocol {
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
    Ok(Offer {
        token: by_header.or(by_protocol).map(str::to_owned),
        protocol,
    })
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
