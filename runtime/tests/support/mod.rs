//! A server and clients for the tests of whole connections.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file is a crate of its own that uses a part of it"
)]

use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::ListenerExt;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use websocket_core::identity::{AuthError, Authenticator, Credential, Grant, UserContext, UserId};
use websocket_core::websocket_manager::{Builder, WebSocketManager, WebSocketManagerFactory};

pub mod ends;
pub mod lossy;
pub mod memory;
pub mod wrapped;

/// A limit for what must happen, so that a test that fails does not hang.
pub const SOON: Duration = Duration::from_secs(20);

/// The token `user:NAME` proves NAME; `user:NAME:MILLIS` does so for so long.
pub struct Tokens;

impl Authenticator for Tokens {
    async fn authenticate(
        &self,
        credential: Credential,
        grant: Grant<'_>,
    ) -> Result<UserContext, AuthError> {
        let token = credential.token().ok_or(AuthError::Missing)?;
        let name = token.strip_prefix("user.").ok_or(AuthError::Invalid)?;
        let (name, millis) = match name.split_once('~') {
            Some((name, millis)) => (name, millis.parse().ok()),
            None => (name, None),
        };
        let user = UserId::new(name).map_err(|_| AuthError::Invalid)?;
        let context = grant.user(user);
        Ok(match millis {
            Some(millis) => {
                context.until(std::time::SystemTime::now() + Duration::from_millis(millis))
            }
            None => context,
        })
    }
}

/// What a panic carries, which panics itself as it goes.
pub struct PanicsAgain;

impl Drop for PanicsAgain {
    fn drop(&mut self) {
        panic!("as it goes");
    }
}

pub fn builder() -> Builder {
    WebSocketManagerFactory::builder().authenticator(Tokens)
}

/// A server on a port of its own, which ends with the test.
pub struct Server {
    pub factory: WebSocketManagerFactory,
    pub address: SocketAddr,
}

pub async fn server(builder: Builder) -> Server {
    serve(builder.build()).await
}

pub async fn serve(factory: WebSocketManagerFactory) -> Server {
    let app = axum::Router::new().route("/ws", factory.axum_route());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    match Way::chosen() {
        Way::Own => {
            let app = app.into_make_service_with_connect_info::<SocketAddr>();
            let listener = listener.tap_io(|stream| websocket_core::axum::tune(stream));
            tokio::spawn(async move { axum::serve(listener, app).await });
        }
        Way::Tungstenite => {
            tokio::spawn(wrapped::serve(listener, app));
        }
        Way::Listener => {
            let own = factory.listener().path("/ws");
            tokio::spawn(own.serve(listener));
        }
    }
    Server { factory, address }
}

/// How connections come to the factory. `RUNTIME_TRANSPORT` chooses, so that all tests run on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By axum, on our own transport.
    Own,
    /// By axum, on the transport that serves other streams than those of TCP.
    Tungstenite,
    /// By our own listener.
    Listener,
}

impl Way {
    pub fn chosen() -> Self {
        match std::env::var("RUNTIME_TRANSPORT").as_deref() {
            Err(_) | Ok("own") => Self::Own,
            Ok("tungstenite") => Self::Tungstenite,
            Ok("listener") => Self::Listener,
            Ok(other) => panic!("RUNTIME_TRANSPORT is own, tungstenite or listener, not {other}"),
        }
    }
}

impl Server {
    pub async fn manager(&self, user: &str) -> WebSocketManager {
        let credential = Credential::bearer(format!("user.{user}"));
        let authenticated = self.factory.authenticate(credential).await;
        let authenticated = authenticated.expect("the token is good");
        self.factory.manager(&authenticated).expect("it is ours")
    }

    pub fn request(&self, user: &str, since: Option<&str>) -> http::Request<()> {
        let query = since.map(|since| format!("?since={since}"));
        let url = format!("ws://{}/ws{}", self.address, query.unwrap_or_default());
        let mut request = url.into_client_request().expect("it is a url");
        let token = format!("Bearer user.{user}");
        let token = token.parse().expect("it is a value");
        request.headers_mut().insert("authorization", token);
        request
    }

    /// A client that has read `hello`.
    pub async fn client(&self, user: &str) -> Client {
        self.client_since(user, None).await
    }

    pub async fn client_since(&self, user: &str, since: Option<&str>) -> Client {
        let mut client = self.connect(self.request(user, since)).await;
        let hello = client.next().await.expect("hello comes first");
        assert_eq!(hello["type"], "hello");
        client.hello = hello;
        client
    }

    pub async fn connect(&self, request: http::Request<()>) -> Client {
        let config = WebSocketConfig::default().read_buffer_size(8 * 1024);
        let connected =
            tokio_tungstenite::connect_async_with_config(request, Some(config), true).await;
        let (socket, _) = connected.expect("the handshake is accepted");
        Client {
            socket,
            hello: Value::Null,
        }
    }

    /// The status of a handshake that is refused.
    pub async fn refused(&self, request: http::Request<()>) -> u16 {
        match tokio_tungstenite::connect_async(request).await {
            Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
}

pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub hello: Value,
}

impl Client {
    /// The next text frame as JSON, or the close code.
    pub async fn next(&mut self) -> Result<Value, u16> {
        loop {
            let next = tokio::time::timeout(SOON, self.socket.next()).await;
            match next.expect("something comes soon") {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("frames are json"));
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// Offsets of the next durable events.
    pub async fn offsets(&mut self, count: usize) -> Vec<u64> {
        let mut offsets = Vec::new();
        while offsets.len() < count {
            let event = self.next().await.expect("an event comes");
            offsets.extend(event["offset"].as_u64());
        }
        offsets
    }

    pub async fn send(&mut self, message: Value) {
        let text = Message::text(message.to_string());
        self.socket.send(text).await.expect("it is open");
    }

    /// Sends something that the server must answer, so that everything before it is done.
    pub async fn sync(&mut self) -> Vec<Value> {
        self.send(serde_json::json!({"type": "ping"})).await;
        let mut before = Vec::new();
        loop {
            let frame = self.next().await.expect("it is open");
            if frame["type"] == "pong" {
                return before;
            }
            before.push(frame);
        }
    }

    pub fn position(&self) -> String {
        let epoch = self.hello["epoch"].as_str().expect("hello has it");
        format!("{epoch}:{}", self.hello["offset"])
    }

    pub fn epoch(&self) -> &str {
        self.hello["epoch"].as_str().expect("hello has it")
    }
}
