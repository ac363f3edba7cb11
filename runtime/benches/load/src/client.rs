//! Connections that check that each event arrives once and in order.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::servers::Protocol;
use crate::work::{Ask, seq};

/// What a connection reads at once, in bytes.
const BUFFER: usize = 16 * 1024;
/// What does not come within that time is lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections to a server, one for each user.
pub(crate) struct Clients {
    shared: Arc<Shared>,
    tasks: JoinSet<anyhow::Result<()>>,
    users: usize,
    expected: u64,
    /// How long it took until all were connected.
    pub(crate) connected_in: Duration,
}

#[derive(Default)]
struct Shared {
    delivered: AtomicU64,
    target: AtomicU64,
    reached: Notify,
    /// Since when the work that is under way was asked for, and how long each event of it took.
    latencies: Mutex<(Option<Instant>, Vec<Duration>)>,
}

impl Clients {
    /// Connects so many users.
    pub(crate) async fn connect(
        address: SocketAddr,
        protocol: Protocol,
        users: usize,
    ) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared::default());
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for user in 0..users {
            let mut connection = Connection::open(address, protocol, user).await?;
            let shared = Arc::clone(&shared);
            tasks.spawn(async move { connection.read(&shared).await });
        }
        Ok(Self {
            shared,
            tasks,
            users,
            expected: 0,
            connected_in: began.elapsed(),
        })
    }

    pub(crate) fn users(&self) -> usize {
        self.users
    }

    /// The events of a work are expected from now on.
    pub(crate) fn expect(&mut self, ask: &Ask) -> usize {
        let events = ask.users(self.users).len();
        self.expected += events as u64;
        self.shared.target.store(self.expected, Ordering::Release);
        let mut latencies = self.shared.latencies();
        latencies.0 = Some(Instant::now());
        events
    }

    /// Waits until all that was expected has arrived.
    pub(crate) async fn arrived(&mut self) -> anyhow::Result<()> {
        loop {
            let mut reached = std::pin::pin!(self.shared.reached.notified());
            reached.as_mut().enable();
            let delivered = self.shared.delivered.load(Ordering::Acquire);
            if delivered >= self.expected {
                ensure!(
                    delivered == self.expected,
                    "more events arrived than were sent"
                );
                return Ok(());
            }
            tokio::select! {
                () = reached => {}
                () = tokio::time::sleep(PATIENCE) => {
                    bail!("{delivered} of {} events arrived", self.expected);
                }
                Some(ended) = self.tasks.join_next() => ended??,
            }
        }
    }

    /// How long each event took since the work that made it was asked for, and forgets it.
    pub(crate) fn latencies(&self) -> Vec<Duration> {
        std::mem::take(&mut self.shared.latencies().1)
    }
}

impl Shared {
    fn latencies(&self) -> std::sync::MutexGuard<'_, (Option<Instant>, Vec<Duration>)> {
        self.latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn delivered(&self, events: u64) {
        if events == 0 {
            return;
        }
        let now = Instant::now();
        let mut latencies = self.latencies();
        if let (Some(asked), all) = &mut *latencies {
            let took = now.saturating_duration_since(*asked);
            all.extend(std::iter::repeat_n(took, events as usize));
        }
        drop(latencies);
        let all = self.delivered.fetch_add(events, Ordering::AcqRel) + events;
        if all >= self.target.load(Ordering::Acquire) {
            self.reached.notify_waiters();
        }
    }
}

/// One connection, which speaks as little of the protocol as there is to speak.
struct Connection {
    stream: TcpStream,
    protocol: Protocol,
    /// What was read and is no whole frame yet.
    rest: Vec<u8>,
    seq: u64,
}

impl Connection {
    async fn open(address: SocketAddr, protocol: Protocol, user: usize) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let path = match protocol {
            Protocol::Plain => format!("/ws?user={user}"),
            Protocol::SocketIo => format!("/socket.io/?EIO=4&transport=websocket&user={user}"),
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {user}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut rest = Vec::new();
        let end = loop {
            let read = stream.read_buf(&mut rest).await?;
            ensure!(
                read > 0,
                "the server refuses: {}",
                String::from_utf8_lossy(&rest)
            );
            if let Some(end) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let status = String::from_utf8_lossy(&rest[..end.min(80)]).into_owned();
        ensure!(
            rest.starts_with(b"HTTP/1.1 101"),
            "the server refuses: {status}"
        );
        rest.drain(..end);
        if protocol == Protocol::SocketIo {
            stream.write_all(&masked(b"40")).await?;
        }
        Ok(Self {
            stream,
            protocol,
            rest,
            seq: 0,
        })
    }

    async fn read(&mut self, shared: &Shared) -> anyhow::Result<()> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let (events, taken, pongs) = self.events()?;
            self.rest.drain(..taken);
            for pong in pongs {
                self.stream.write_all(&pong).await?;
            }
            shared.delivered(events);
            let read = self.stream.read(&mut buffer).await?;
            ensure!(read > 0, "the server ended the connection");
            self.rest.extend_from_slice(&buffer[..read]);
        }
    }

    /// How many events there are in what was read, how much of it they are, and what is to be
    /// answered.
    fn events(&mut self) -> anyhow::Result<(u64, usize, Vec<Vec<u8>>)> {
        let (mut events, mut taken, mut answers) = (0, 0, Vec::new());
        while let Some((opcode, payload, end)) = frame(&self.rest[taken..])? {
            match opcode {
                1 if self.protocol == Protocol::SocketIo && payload == b"2" => {
                    answers.push(masked(b"3"));
                }
                1 => {
                    if let Some(seq) = seq(payload) {
                        let expected = self.seq + 1;
                        ensure!(
                            seq == expected,
                            "event {seq} comes, where {expected} is next"
                        );
                        self.seq = seq;
                        events += 1;
                    }
                }
                // A ping without a payload.
                9 => answers.push(vec![0x8A, 0x80, 0, 0, 0, 0]),
                8 => bail!("the server closes"),
                _ => {}
            }
            taken += end;
        }
        Ok((events, taken, answers))
    }
}

/// The first whole frame of a server: its opcode, its payload, and where it ends.
fn frame(bytes: &[u8]) -> anyhow::Result<Option<(u8, &[u8], usize)>> {
    let [first, second, ..] = bytes else {
        return Ok(None);
    };
    let (start, size) = match second & 0x7F {
        126 => (4, 2),
        127 => (10, 8),
        _ => (2, 0),
    };
    ensure!(
        first & 0x80 != 0 && second & 0x80 == 0,
        "a frame that is none of a server"
    );
    if bytes.len() < start {
        return Ok(None);
    }
    let len = match size {
        0 => u64::from(second & 0x7F),
        _ => bytes[2..start]
            .iter()
            .fold(0, |len, byte| len << 8 | u64::from(*byte)),
    };
    let end = start + usize::try_from(len).context("a frame of another world")?;
    Ok(bytes
        .get(start..end)
        .map(|payload| (first & 0x0F, payload, end)))
}

/// A text frame of a client, with a mask of zeros.
fn masked(text: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | text.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(text);
    frame
}
