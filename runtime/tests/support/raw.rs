//! A client that speaks bytes: it sends what no library would, and reads only when it is told to.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file is a crate of its own that uses a part of it"
)]

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::SOON;

pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// A handshake as a client writes it.
pub fn handshake(target: &str, headers: &[(&str, &str)]) -> String {
    let mut request = format!(
        "GET {target} HTTP/1.1\r\nHost: here.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request + "\r\n"
}

/// The handshake of a user of [`crate::support::Tokens`].
pub fn handshake_of(user: &str, since: Option<&str>) -> String {
    let query = since.map(|since| format!("?since={since}"));
    let target = format!("/ws{}", query.unwrap_or_default());
    let token = format!("Bearer user.{user}");
    handshake(&target, &[("Authorization", &token)])
}

/// A frame of a client, whose mask changes nothing.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    fragment(opcode, true, payload)
}

/// A part of a message, or its end.
pub fn fragment(opcode: u8, is_last: bool, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![opcode | if is_last { 0x80 } else { 0 }];
    match payload.len() {
        len @ 0..126 => frame.push(0x80 | len as u8),
        len @ 126..0x1_0000 => {
            frame.push(0x80 | 126);
            frame.extend((len as u16).to_be_bytes());
        }
        len => {
            frame.push(0x80 | 127);
            frame.extend((len as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// The head of a response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }
}

pub struct Raw {
    pub stream: TcpStream,
    read: Vec<u8>,
    /// How long it waits for what must come, by the clock of the runtime.
    pub patience: Duration,
}

impl Raw {
    pub async fn open(address: SocketAddr) -> Self {
        Self::try_open(address).await.expect("it listens")
    }

    pub async fn try_open(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self::on(TcpStream::connect(address).await?))
    }

    /// One whose kernel takes little before somebody reads.
    pub async fn open_narrow(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("it is set");
        Self::on(socket.connect(address).await.expect("it listens"))
    }

    fn on(stream: TcpStream) -> Self {
        Self {
            stream,
            read: Vec::new(),
            patience: SOON,
        }
    }

    /// A user's connection that has read the answer to its handshake, and nothing more.
    pub async fn user(address: SocketAddr, user: &str, since: Option<&str>) -> Self {
        let mut raw = Self::open_narrow(address).await;
        raw.write(handshake_of(user, since).as_bytes()).await;
        assert_eq!(raw.response().await.status, 101);
        raw
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        let written = tokio::time::timeout(SOON, self.stream.write_all(bytes)).await;
        written.expect("it is taken soon").expect("it is open");
    }

    /// More of what comes; false at the end of the stream, or where it broke.
    async fn more(&mut self) -> bool {
        let mut part = [0; 16 * 1024];
        let read = tokio::time::timeout(self.patience, self.stream.read(&mut part)).await;
        let read = read.expect("something comes soon").unwrap_or(0);
        self.read.extend_from_slice(&part[..read]);
        read > 0
    }

    /// The head of the response; what follows it is left.
    pub async fn response(&mut self) -> Response {
        let response = self.try_response().await;
        response.expect("a response comes")
    }

    /// The same, or nothing where the stream ends before.
    pub async fn try_response(&mut self) -> Option<Response> {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.more().await {
                return None;
            }
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8(head).expect("heads are text");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.expect("a head begins with its status");
        Some(Response { status, head })
    }

    /// All that comes until the end of the stream.
    pub async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.read)
    }

    /// The next frame of the server: its opcode and payload. None at the end of the stream.
    pub async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((opcode, from, to)) = head(&self.read) {
                let payload = self.read[from..to].to_vec();
                self.read.drain(..to);
                return Some((opcode, payload));
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next text as JSON, or else the close code: 1006 where the stream just ends.
    pub async fn next(&mut self) -> Result<serde_json::Value, u16> {
        loop {
            match self.frame().await {
                Some((TEXT, text)) => {
                    return Ok(serde_json::from_slice(&text).expect("frames are json"));
                }
                Some((CLOSE, payload)) => return Err(code(&payload)),
                Some(_) => {}
                None => return Err(1006),
            }
        }
    }

    /// Everything until the connection ends: offsets of events in their order, and the close code.
    pub async fn until_end(&mut self) -> (Vec<u64>, u16) {
        let mut offsets = Vec::new();
        loop {
            match self.next().await {
                Ok(event) if event["type"] == "hello" => {}
                Ok(event) => offsets.extend(event["offset"].as_u64()),
                Err(code) => return (offsets, code),
            }
        }
    }

    /// Cuts the connection by RST.
    pub fn abort(self) {
        self.stream.set_zero_linger().expect("it can be set");
    }
}

fn code(payload: &[u8]) -> u16 {
    match payload {
        [high, low, ..] => u16::from_be_bytes([*high, *low]),
        _ => 1005,
    }
}

/// The opcode of a whole frame, and where its payload stands.
fn head(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (from, len) = match second & 0x7f {
        126 => (
            4,
            u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into(),
        ),
        127 => (
            10,
            u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize,
        ),
        len => (2, len.into()),
    };
    (bytes.len() >= from + len).then_some((first & 0x0f, from, from + len))
}
