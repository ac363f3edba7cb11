//! A server and clients without sockets: bytes go through memory, so that time can be paused and a
//! seed decides what happens.

use std::net::SocketAddr;

use axum::serve::Listener;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use websocket_core::identity::Credential;
use websocket_core::websocket_manager::{Builder, WebSocketManager, WebSocketManagerFactory};

use super::SOON;

/// What a pipe holds, in bytes.
const PIPE: usize = 64 * 1024;

/// A server that clients reach through memory.
#[derive(Clone)]
pub struct MemoryServer {
    pub factory: WebSocketManagerFactory,
    door: mpsc::UnboundedSender<DuplexStream>,
}

struct Door(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Door {
    type Io = DuplexStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (DuplexStream, SocketAddr) {
        match self.0.recv().await {
            Some(stream) => (stream, ([127, 0, 0, 1], 0).into()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(([127, 0, 0, 1], 0).into())
    }
}

pub fn memory_server(builder: Builder) -> MemoryServer {
    serve(builder.build())
}

pub fn serve(factory: WebSocketManagerFactory) -> MemoryServer {
    let app = axum::Router::new().route("/ws", factory.axum_route());
    let (door, streams) = mpsc::unbounded_channel();
    tokio::spawn(async move { axum::serve(Door(streams), app).await });
    MemoryServer { factory, door }
}

impl MemoryServer {
    pub async fn manager(&self, user: &str) -> WebSocketManager {
        let credential = Credential::bearer(format!("user.{user}"));
        let authenticated = self.factory.authenticate(credential).await;
        let authenticated = authenticated.expect("the token is good");
        self.factory.manager(&authenticated).expect("it is ours")
    }

    /// A client whose handshake is over, and that has read nothing.
    pub async fn connect(&self, user: &str, since: Option<&str>) -> MemoryClient {
        let query = since.map(|since| format!("?since={since}"));
        let url = format!("ws://memory/ws{}", query.unwrap_or_default());
        let mut request = url.into_client_request().expect("it is a url");
        let token = format!("Bearer user.{user}");
        let token = token.parse().expect("it is a value");
        request.headers_mut().insert("authorization", token);
        let (ours, theirs) = tokio::io::duplex(PIPE);
        self.door.send(theirs).expect("the server accepts");
        let connected = tokio_tungstenite::client_async(request, ours).await;
        let (socket, _) = connected.expect("the handshake is accepted");
        MemoryClient { socket }
    }

    /// A client that has read `hello`, and that.
    pub async fn client(&self, user: &str) -> (MemoryClient, Value) {
        let mut client = self.connect(user, None).await;
        let hello = client.next().await.expect("hello comes first");
        assert_eq!(hello["type"], "hello");
        (client, hello)
    }
}

pub struct MemoryClient {
    socket: WebSocketStream<DuplexStream>,
}

impl MemoryClient {
    /// The next text frame as text, or the close code.
    pub async fn text(&mut self) -> Result<String, u16> {
        loop {
            let next = tokio::time::timeout(SOON * 10, self.socket.next()).await;
            match next.expect("something comes soon") {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The same as JSON.
    pub async fn next(&mut self) -> Result<Value, u16> {
        let text = self.text().await?;
        Ok(serde_json::from_str(&text).expect("frames are json"))
    }

    /// The next event with an offset.
    pub async fn event(&mut self) -> Result<Value, u16> {
        loop {
            let frame = self.next().await?;
            if frame["offset"].is_u64() && frame["type"] != "hello" {
                return Ok(frame);
            }
        }
    }

    pub async fn send(&mut self, message: Value) -> Result<(), ()> {
        let text = Message::text(message.to_string());
        self.socket.send(text).await.map_err(|_| ())
    }
}
