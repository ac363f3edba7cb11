//! What must hold for bytes of any kind, as functions: `fuzz/` runs them on new bytes, and a test on the
//! saved ones and their mutants. It is not in a build for use.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, Version};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::time::Instant;

use crate::config::{Config, Origins, Rate};
use crate::framing::{Decoder, Message};
use crate::handshake::admit;
use crate::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use crate::session::{Effect, Received, Session};
use crate::upgrade::{accepted, refused};
use crate::websocket_manager::WebSocketManagerFactory;
use crate::wire::{SUBPROTOCOL, TOKEN_PROTOCOL, Text};

/// Longest messages; the first byte chooses one.
const LIMITS: [usize; 8] = [0, 1, 125, 126, 300, 1_000, 65_536, usize::MAX];

/// The reader of frames: the first byte chooses the longest message, the second one the pieces in which
/// the others come.
pub fn frames(data: &[u8]) {
    let [limit, piece, bytes @ ..] = data else {
        return;
    };
    let limit = LIMITS[usize::from(*limit) % LIMITS.len()];
    let whole = decoded(limit, bytes, bytes.len().max(1));
    let pieces = decoded(limit, bytes, usize::from(*piece).max(1));
    assert_eq!(whole, pieces);
}

fn decoded(limit: usize, bytes: &[u8], piece: usize) -> Vec<Result<Message, u16>> {
    let mut decoder = Decoder::new(limit);
    let mut messages = Vec::new();
    for mut piece in bytes.chunks(piece) {
        loop {
            let message = match decoder.next(&mut piece) {
                Ok(None) => break,
                Ok(Some(message)) => message,
                Err(fault) => {
                    assert!(matches!(fault.code, 1002 | 1007 | 1009));
                    messages.push(Err(fault.code));
                    return messages;
                }
            };
            match &message {
                Message::Text(text) => {
                    assert!(std::str::from_utf8(text).is_ok() && text.len() <= limit);
                }
                Message::Ping(payload) => assert!(payload.len() <= 125),
                Message::Close(Some(code)) => assert!((1000..5000).contains(code)),
                Message::Binary(_) | Message::Pong | Message::Close(None) => {}
            }
            let is_last = matches!(message, Message::Close(_));
            messages.push(Ok(message));
            if is_last {
                return messages;
            }
        }
    }
    messages
}

/// Who shows a token has it as their name.
struct Named;

impl Authenticator for Named {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let token = credential.token().ok_or(AuthError::Missing)?;
        let user = UserId::new(token).map_err(|_| AuthError::Invalid)?;
        Ok(grant.user(user))
    }
}

fn factory() -> &'static WebSocketManagerFactory {
    static FACTORY: OnceLock<WebSocketManagerFactory> = OnceLock::new();
    FACTORY.get_or_init(|| {
        let builder = WebSocketManagerFactory::builder().authenticator(Named);
        let builder = builder.origins(Origins::SameHost);
        let builder = builder.configure(|config| {
            config.trusted_proxies = 1;
            config.handshakes = Rate::new(u32::MAX, 1e9);
        });
        builder.build()
    })
}

/// A handshake: `METHOD URI VERSION` and a header in each line. A token is in no answer.
pub fn handshake(data: &[u8]) {
    let Some(request) = request(data) else {
        return;
    };
    let version = request.version();
    let (mut parts, ()) = request.into_parts();
    let offered = parts.headers.clone();
    // Without input and output nothing waits but for time, which is not looked at.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("a runtime without input and output is made of memory");
    let shared = std::sync::Arc::clone(&factory().shared);
    let admitted = runtime.block_on(admit(shared, &mut parts, None));
    let response: Response<Bytes> = match admitted {
        Err(refusal) => refused(&refusal),
        Ok(admitted) => {
            let is_upgrade = version == Version::HTTP_11;
            assert!(is_upgrade || version == Version::HTTP_2);
            assert_eq!(admitted.accept.is_some(), is_upgrade);
            // Who it is was told by a token of the request, and by no other.
            let user = admitted.admission.context.user().as_str();
            let mut told = offered.values().filter_map(|value| value.to_str().ok());
            assert!(told.any(|value| value.contains(user)));
            accepted(admitted).0
        }
    };
    let headers = response.headers();
    let chosen = headers.get("sec-websocket-protocol");
    assert!(chosen.is_none_or(|chosen| chosen == SUBPROTOCOL));
    for value in headers.values().filter_map(|value| value.to_str().ok()) {
        assert!(!value.contains(TOKEN_PROTOCOL));
    }
}

fn request(data: &[u8]) -> Option<Request<()>> {
    let mut lines = data.split(|byte| *byte == b'\n');
    let mut words = lines.next()?.split(|byte| *byte == b' ');
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(words.next()?).ok()?;
    *request.uri_mut() = Uri::try_from(words.next()?).ok()?;
    *request.version_mut() = match words.next()? {
        b"HTTP/1.0" => Version::HTTP_10,
        b"HTTP/1.1" => Version::HTTP_11,
        b"HTTP/2" => Version::HTTP_2,
        _ => return None,
    };
    for line in lines.filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        // A map of headers has an end, which a server's own limits come before.
        request.headers_mut().try_append(name, value).ok()?;
    }
    let upgrade = hyper::upgrade::on(&mut request);
    request.extensions_mut().insert(upgrade);
    // What HTTP/2 tells beside the headers.
    #[cfg(feature = "axum")]
    if request
        .headers_mut()
        .remove("protocol")
        .is_some_and(|it| it == "websocket")
    {
        let protocol = hyper::ext::Protocol::from_static("websocket");
        request.extensions_mut().insert(protocol);
    }
    Some(request)
}

/// What an application may take: an enum by its `type`, as the documentation has it.
#[derive(Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
enum FromClient {
    Ask {
        #[serde(rename = "question")]
        _question: String,
    },
    Rate {
        #[serde(rename = "stars")]
        _stars: Vec<u8>,
    },
}

/// What a client sends, a message in each line: whatever it is, an answer is JSON.
pub fn messages(data: &[u8]) {
    let mut now = Instant::now();
    let mut session = Session::new(&Config::default(), now);
    for line in data.split(|byte| *byte == b'\n') {
        // A transport lets nothing else in.
        if std::str::from_utf8(line).is_err() {
            return;
        }
        now += Duration::from_millis(1);
        let is_json = serde_json::from_slice::<IgnoredAny>(line).is_ok();
        let text = Text::received(line);
        match session.received(Received::Text(text.clone()), now) {
            Some(Effect::Message(message)) => {
                assert!(is_json && message == text);
                let typed = crate::unfit::parse::<FromClient>(&text);
                let plain = serde_json::from_slice::<FromClient>(line);
                assert_eq!(typed.is_ok(), plain.is_ok());
            }
            Some(Effect::Acked(_) | Effect::Pong | Effect::Authenticate(_)) => assert!(is_json),
            Some(Effect::Send(answer)) => {
                let answer: serde_json::Value =
                    serde_json::from_slice(answer.as_bytes()).expect("our frames are JSON");
                assert_eq!(answer["type"], "error");
                match answer["code"].as_str() {
                    Some("invalid_json") => {
                        assert!(serde_json::from_slice::<serde_json::Value>(line).is_err());
                    }
                    // What is found wrong first is told.
                    code => assert_eq!(code, Some("invalid_message")),
                }
            }
            Some(Effect::Close(close)) => {
                assert_eq!(close.code, 4429);
                assert!(!session.is_open());
            }
            None => assert!(!session.is_open()),
            Some(other) => panic!("a message is not answered by {other:?}"),
        }
    }
}

#[cfg(test)]
mod tests;
