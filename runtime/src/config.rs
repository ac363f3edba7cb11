//! Limits and times. Every field has a default that is meant for production.

use std::time::Duration;

/// What becomes of a connection that a user opens beyond their limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OverLimit {
    /// The new one is closed with 4429.
    #[default]
    RejectNew,
    /// The oldest one is closed with 4429, and the new one stays.
    CloseOldest,
}

/// Which pages may connect: browsers send an `Origin`, other clients send none and are not asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Origins {
    /// Those of the host of the request.
    #[default]
    SameHost,
    /// These, each written as a browser sends it: `https://app.example.com`.
    Only(Vec<String>),
    /// All. Only where no cookie proves who somebody is.
    Any,
}

/// How often something may happen: so many at once, and so many each second in the long run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// Each second.
    pub per_second: f64,
}

impl Rate {
    /// So many at once, and so many each second.
    pub const fn new(burst: u32, per_second: f64) -> Self {
        Self { burst, per_second }
    }
}

/// No time is longer: one that is added to the clock would be none.
pub(crate) const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
/// No heartbeat is shorter: without a pause between them pings are all that a connection does.
const SHORTEST_HEARTBEAT: Duration = Duration::from_millis(1);

/// Limits and times of a factory, and of all its users.
///
/// A time may be [`Duration::MAX`], which is taken as a hundred years.
///
/// All limits of connections count those of this process.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Connections of one user. Default: 16.
    pub connections_per_user: usize,
    /// What becomes of one more. Default: [`OverLimit::RejectNew`].
    pub over_limit: OverLimit,
    /// Connections of the process; one more is refused with 503. Default: 100,000.
    pub connections: usize,
    /// Connections of one address (of an IPv6 network of 64 bits); one more is refused with 429.
    /// Default: 1,000, for offices and carriers put many people behind one.
    pub connections_per_address: usize,
    /// Handshakes of one address; one more is refused with 429. Default: 100, and 20 each second.
    pub handshakes: Rate,
    /// Messages from one connection; it is closed with 4429 beyond. An `ack` or a `ping` counts a
    /// sixteenth, and so do a ping and a pong of WebSocket's own, but for the answers to ours, which
    /// are free. Each part of a message before its last one counts a 256th: 64 KiB in parts of 16
    /// bytes are 17 messages. Default: 128, and 64 each second.
    pub messages: Rate,
    /// The longest message from a client, in bytes; a longer one closes with 1009. Default: 64 KiB.
    pub message_bytes: usize,
    /// The longest encoded event of the application, in bytes; a longer one fails its call.
    /// Default: 1 MiB.
    pub event_bytes: usize,
    /// Messages of one connection that wait for the handler before no more are read, pings among what
    /// is not read. Default: 16.
    pub messages_waiting: usize,
    /// Frames that wait for one connection; it is closed with 4008 beyond. Default: 1,024.
    ///
    /// Who is cut misses these and what the kernel had for it, and recovers where the history keeps
    /// more than that: a service with many small events for slow clients wants a smaller outbox, or a
    /// longer history.
    pub outbox_frames: usize,
    /// Their bytes; a single frame is always let in. Default: 1 MiB.
    pub outbox_bytes: usize,
    /// Durable events that are kept for one user. Default: 1,000.
    pub history_events: usize,
    /// Their bytes. Default: 1 MiB.
    ///
    /// An event that is longer is in no history: it reaches who is connected, and who comes back from
    /// before it is told that something is lost.
    pub history_bytes: usize,
    /// How long one is kept, and how long the position of a user who has gone, also where no event
    /// came yet. Default: 10 minutes.
    pub history_age: Duration,
    /// The bytes of all histories of users who are gone, with what keeping them costs; the oldest go
    /// first. Default: 256 MiB.
    pub retained_bytes: usize,
    /// Between pings, give or take a fifth; at least a millisecond, or zero for no pings: clients who
    /// send nothing of themselves end by `idle_timeout` then. Default: 25 seconds.
    pub heartbeat: Duration,
    /// Without a sign of the client for so long a connection ends: without a frame of it, and without
    /// its taking anything of what the kernel had no room for. So does one that the backplane does not
    /// let join for so long, with 1013. Default: 60 seconds.
    pub idle_timeout: Duration,
    /// How long a closing connection may flush and wait for the client's close, or flush the answer to
    /// it. Default: 3 seconds.
    pub close_timeout: Duration,
    /// How long the authenticator may take; then the handshake is refused with 503.
    /// Default: 10 seconds.
    pub authentication_timeout: Duration,
    /// How long a connection may go on after its credential has expired. Default: 30 seconds.
    pub expiry_grace: Duration,
    /// Which pages may connect. Default: those of the same host.
    pub origins: Origins,
    /// How many proxies of yours stand before the service, each of which adds the address of its
    /// peer to `X-Forwarded-For`. Default: 0, and the header is not read.
    pub trusted_proxies: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            connections_per_user: 16,
            over_limit: OverLimit::RejectNew,
            connections: 100_000,
            connections_per_address: 1_000,
            handshakes: Rate::new(100, 20.0),
            messages: Rate::new(128, 64.0),
            message_bytes: 64 * 1024,
            event_bytes: 1024 * 1024,
            messages_waiting: 16,
            outbox_frames: 1_024,
            outbox_bytes: 1024 * 1024,
            history_events: 1_000,
            history_bytes: 1024 * 1024,
            history_age: Duration::from_secs(600),
            retained_bytes: 256 * 1024 * 1024,
            heartbeat: Duration::from_secs(25),
            idle_timeout: Duration::from_secs(60),
            close_timeout: Duration::from_secs(3),
            authentication_timeout: Duration::from_secs(10),
            expiry_grace: Duration::from_secs(30),
            origins: Origins::SameHost,
            trusted_proxies: 0,
        }
    }
}

impl Config {
    /// The same, with times that the clock can count.
    pub(crate) fn bounded(mut self) -> Self {
        for time in [
            &mut self.history_age,
            &mut self.heartbeat,
            &mut self.idle_timeout,
            &mut self.close_timeout,
            &mut self.authentication_timeout,
            &mut self.expiry_grace,
        ] {
            *time = LONGEST.min(*time);
        }
        if !self.heartbeat.is_zero() {
            self.heartbeat = self.heartbeat.max(SHORTEST_HEARTBEAT);
        }
        // What a channel can hold.
        let most = tokio::sync::Semaphore::MAX_PERMITS;
        self.messages_waiting = self.messages_waiting.clamp(1, most);
        self
    }
}
