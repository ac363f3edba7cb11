//! Connections that check that each event arrives once and in order.

use std::cell::RefCell;
use std::fmt;
use std::io::ErrorKind;
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
use crate::work::{Ask, number};

/// What a connection reads at once, in bytes.
const BUFFER: usize = 16 * 1024;
thread_local! {
    /// Clients share it, as they share their thread.
    static BUFFER_OF_THREAD: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
}

/// The key of a position, and how far from the beginning of an event it ends.
const OFFSET: &[u8] = br#""offset":"#;
const POSITION: usize = 80;
/// How the frame begins that tells where a stream stands.
const HELLO: &[u8] = br#"{"type":"hello""#;
/// What does not come within that time is lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections to a server, as many for each user.
pub(crate) struct Clients {
    shared: Arc<Shared>,
    tasks: JoinSet<anyhow::Result<()>>,
    users: usize,
    tabs: usize,
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
    /// Connects so many users, each so often, before anything was sent.
    pub(crate) async fn connect(
        address: SocketAddr,
        protocol: Protocol,
        users: usize,
        tabs: usize,
    ) -> anyhow::Result<Self> {
        Self::connect_after(Told::default(), address, protocol, users, tabs).await
    }

    /// Connects them after so much was sent.
    pub(crate) async fn connect_after(
        told: Told,
        address: SocketAddr,
        protocol: Protocol,
        users: usize,
        tabs: usize,
    ) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared::default());
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for user in (0..tabs).flat_map(|_| 0..users) {
            let mut connection = Connection::open(address, protocol, user, "").await?;
            connection.begin_after(told);
            let shared = Arc::clone(&shared);
            tasks.spawn(async move { connection.read(&shared).await });
        }
        Ok(Self {
            shared,
            tasks,
            users,
            tabs,
            expected: 0,
            connected_in: began.elapsed(),
        })
    }

    /// How many users there are.
    pub(crate) fn users(&self) -> usize {
        self.users
    }

    /// How many connections there are.
    pub(crate) fn count(&self) -> usize {
        self.tasks.len()
    }

    /// Waits until the server has closed all of them.
    pub(crate) async fn closed(&mut self) -> anyhow::Result<()> {
        while let Some(ended) = self.tasks.join_next().await {
            match ended? {
                Err(error) if error.is::<Closed>() => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// The events of a work are expected from now on.
    pub(crate) fn expect(&mut self, ask: &Ask) -> usize {
        let events = ask.arrivals(self.users, self.tabs);
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

/// The server closed the connection, with this code.
#[derive(Debug)]
pub(crate) struct Closed(pub(crate) u16);

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server closes, {}", self.0)
    }
}

impl std::error::Error for Closed {}

/// One connection, which speaks as little of the protocol as there is to speak.
pub(crate) struct Connection {
    stream: TcpStream,
    protocol: Protocol,
    /// What was read and is no whole frame yet.
    rest: Vec<u8>,
    progress: Progress,
}

impl Connection {
    /// Connects a user; what is asked for beside the user is appended to the query.
    pub(crate) async fn open(
        address: SocketAddr,
        protocol: Protocol,
        user: usize,
        query: &str,
    ) -> anyhow::Result<Self> {
        Self::on(TcpStream::connect(address).await?, protocol, user, query).await
    }

    /// The same, on a stream that is connected.
    pub(crate) async fn on(
        mut stream: TcpStream,
        protocol: Protocol,
        user: usize,
        query: &str,
    ) -> anyhow::Result<Self> {
        let address = stream.peer_addr()?;
        stream.set_nodelay(true)?;
        let path = match protocol {
            Protocol::Plain => format!("/ws?user={user}{query}"),
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
            progress: Progress::default(),
        })
    }

    async fn read(&mut self, shared: &Shared) -> anyhow::Result<()> {
        loop {
            let events = self.step().await?;
            shared.delivered(events);
        }
    }

    /// So much was sent before it connected.
    pub(crate) fn begin_after(&mut self, told: Told) {
        self.progress.told = told;
    }

    /// Whether the server said that what is missing follows.
    pub(crate) fn is_recovered(&self) -> bool {
        self.progress.hello.contains(r#""recovered":true"#)
    }

    /// Connects the same user again, to go on from the last event.
    pub(crate) async fn back(self, address: SocketAddr, user: usize) -> anyhow::Result<Self> {
        let Self {
            protocol, progress, ..
        } = self;
        let epoch = progress.hello.split(r#""epoch":""#).nth(1);
        let epoch = epoch.and_then(|rest| rest.split('"').next());
        let epoch = epoch.context("the server told no position")?;
        let query = format!("&since={epoch}:{}", progress.offset);
        let mut connection = Self::open(address, protocol, user, &query).await?;
        connection.progress.told = progress.told;
        connection.progress.offset = progress.offset;
        Ok(connection)
    }

    /// Reads until the last event of its own is this one.
    pub(crate) async fn read_to(&mut self, seq: u64) -> anyhow::Result<()> {
        while self.progress.told.seq < seq {
            let step = tokio::time::timeout(PATIENCE, self.step());
            step.await.context("nothing comes")??;
        }
        Ok(())
    }

    /// Takes what is here, or waits for more: how many events there were.
    async fn step(&mut self) -> anyhow::Result<u64> {
        let mut answers = Vec::new();
        let (events, taken) = self
            .progress
            .take(&self.rest, self.protocol, &mut answers)?;
        self.rest.drain(..taken);
        self.answer(&answers).await?;
        if events > 0 {
            return Ok(events);
        }
        // Most of what is read are whole frames, which are taken from where they were read to.
        self.stream.readable().await?;
        let mut answers = Vec::new();
        let events = BUFFER_OF_THREAD.with_borrow_mut(|buffer| {
            let read = match self.stream.try_read(buffer) {
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
                Err(error) => return Err(error.into()),
            };
            ensure!(read > 0, "the server ended the connection");
            if !self.rest.is_empty() {
                self.rest.extend_from_slice(&buffer[..read]);
                return Ok(0);
            }
            let read = &buffer[..read];
            let (events, taken) = self.progress.take(read, self.protocol, &mut answers)?;
            self.rest.extend_from_slice(&read[taken..]);
            Ok(events)
        })?;
        self.answer(&answers).await?;
        Ok(events)
    }

    async fn answer(&mut self, answers: &[Vec<u8>]) -> anyhow::Result<()> {
        for answer in answers {
            self.stream.write_all(answer).await?;
        }
        Ok(())
    }
}

/// The last events that were sent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told {
    /// Of its own to each user.
    pub(crate) seq: u64,
    /// To all.
    pub(crate) all: u64,
}

/// How far a connection is.
#[derive(Debug, Default)]
struct Progress {
    told: Told,
    /// Of our own servers: the last frame that tells where the stream stands, and the last position.
    hello: String,
    offset: u64,
}

impl Progress {
    /// How many events there are in what was read, how much of it they are, and what is to be
    /// answered.
    fn take(
        &mut self,
        read: &[u8],
        protocol: Protocol,
        answers: &mut Vec<Vec<u8>>,
    ) -> anyhow::Result<(u64, usize)> {
        let (mut events, mut taken) = (0, 0);
        while let Some((opcode, payload, end)) = frame(&read[taken..])? {
            match opcode {
                1 if protocol == Protocol::SocketIo && payload == b"2" => {
                    answers.push(masked(b"3"));
                }
                1 if payload.starts_with(HELLO) => {
                    self.hello = String::from_utf8_lossy(payload).into_owned();
                    self.offset = number(payload, OFFSET).unwrap_or_default();
                }
                1 => events += u64::from(self.event(payload)?),
                // A ping without a payload.
                9 => answers.push(vec![0x8A, 0x80, 0, 0, 0, 0]),
                8 => {
                    let code = payload.first_chunk();
                    bail!(Closed(code.map_or(1005, |code| u16::from_be_bytes(*code))));
                }
                _ => {}
            }
            taken += end;
        }
        Ok((events, taken))
    }

    /// Whether a text is an event; it is an error if it is not the next one.
    fn event(&mut self, text: &[u8]) -> anyhow::Result<bool> {
        let offset = number(&text[..text.len().min(POSITION)], OFFSET);
        let (last, number) = match number(text, br#""seq":"#) {
            Some(number) => (&mut self.told.seq, number),
            None => match number(text, br#""all":"#) {
                Some(number) => (&mut self.told.all, number),
                None => return Ok(false),
            },
        };
        let next = *last + 1;
        ensure!(number == next, "event {number} comes, where {next} is next");
        *last = number;
        self.offset = offset.unwrap_or(self.offset);
        Ok(true)
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
