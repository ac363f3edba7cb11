//! A client of bytes: it sends what no library would send, and sees how the stream ends.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::SOON;

pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;

/// What a server sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Got {
    Text(String),
    Ping,
    Pong(Vec<u8>),
    /// Its code, where it has one.
    Close(Option<u16>),
    /// The end of the stream, in order.
    End,
    /// The end of the stream, by a reset.
    Reset,
}

pub struct Raw<S> {
    pub stream: S,
    read: Vec<u8>,
}

/// The head of a handshake for this user.
pub fn handshake(user: &str) -> String {
    format!(
        "GET /ws HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         authorization: Bearer user.{user}\r\n\r\n"
    )
}

/// A whole frame of a client.
pub fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x11, 0xA2, 0x00, 0xFE];
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        len @ 0..126 => bytes.push(0x80 | len as u8),
        len @ 126..0x1_0000 => {
            bytes.push(0x80 | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend(mask);
    let masked = payload.iter().zip(mask.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

impl Raw<TcpStream> {
    pub async fn connect(address: SocketAddr) -> Self {
        Self::new(TcpStream::connect(address).await.expect("it listens"))
    }

    /// A client after its handshake, and after `hello`.
    pub async fn open(address: SocketAddr, user: &str) -> Self {
        let mut raw = Self::connect(address).await;
        raw.shake_hands(user).await;
        raw
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Raw<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            read: Vec::new(),
        }
    }

    pub async fn shake_hands(&mut self, user: &str) {
        self.send(handshake(user).as_bytes()).await;
        assert_eq!(self.status().await, 101);
        self.hello().await;
    }

    pub async fn hello(&mut self) {
        match self.next().await {
            Got::Text(text) => assert!(text.contains(r#""type":"hello""#), "{text}"),
            other => panic!("hello comes first, not {other:?}"),
        }
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).await.expect("it is open");
    }

    pub async fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let sent = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        let sent = tokio::time::timeout(SOON, sent).await;
        sent.expect("it is read soon")
    }

    /// The status of an answer, after all of its head.
    pub async fn status(&mut self) -> u16 {
        loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
                self.read.drain(..end + 4);
                let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
                return status.expect("an answer has a status");
            }
            assert_eq!(self.more().await, None, "an answer comes");
        }
    }

    /// Reads more. How the stream ended, if it did.
    async fn more(&mut self) -> Option<Got> {
        let read = tokio::time::timeout(SOON, self.stream.read_buf(&mut self.read)).await;
        match read.expect("something comes soon") {
            Ok(0) => Some(Got::End),
            Ok(_) => None,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Some(Got::Reset),
            Err(error) => panic!("{error}"),
        }
    }

    /// How the stream ends, whatever comes before.
    pub async fn skip_to_end(&mut self) -> Got {
        loop {
            self.read.clear();
            if let Some(end) = self.more().await {
                return end;
            }
        }
    }

    /// The next frame, or how the stream ended.
    pub async fn next(&mut self) -> Got {
        loop {
            if let Some((opcode, payload)) = self.frame() {
                return match opcode {
                    0x1 => Got::Text(String::from_utf8(payload).expect("texts are UTF-8")),
                    0x8 => {
                        let code = payload.first_chunk();
                        Got::Close(code.map(|code| u16::from_be_bytes(*code)))
                    }
                    0x9 => Got::Ping,
                    0xA => Got::Pong(payload),
                    other => panic!("no frame of a server has opcode {other}"),
                };
            }
            if let Some(end) = self.more().await {
                assert_eq!(self.read, b"", "no frame is cut");
                return end;
            }
        }
    }

    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let (first, second) = (*self.read.first()?, *self.read.get(1)?);
        assert_eq!(first & 0xF0, 0x80, "frames of the server are whole");
        assert_eq!(second & 0x80, 0, "frames of a server have no mask");
        let (header, len) = match second {
            126 => (
                4,
                u16::from_be_bytes(*self.read.get(2..)?.first_chunk()?).into(),
            ),
            127 => (10, u64::from_be_bytes(*self.read.get(2..)?.first_chunk()?)),
            len => (2, len.into()),
        };
        let end = header + usize::try_from(len).expect("it fits");
        let payload = self.read.get(header..end)?.to_vec();
        self.read.drain(..end);
        Some((first & 0x0F, payload))
    }
}
