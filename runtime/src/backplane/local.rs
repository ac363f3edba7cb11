//! The backplane of a single process: streams in memory, within bounds.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use smallvec::SmallVec;
use tokio::time::Instant;

use super::{
    Answer, Backplane, Channel, History, Node, Passing, Publication, Publishing, Retained, Signal,
    Standing, Subscriber,
};
use crate::config::Config;
use crate::identity::UserId;
use crate::sync::{Mutex, Sharded, lock, remove};
use crate::wire::{Body, Epoch, Position, Text};

/// What a stream that is kept costs beside its events: itself, its user, and its places in the maps.
const STREAM_COST: usize = 512;
/// What an event that is kept costs beside its frame.
const EVENT_COST: usize = size_of::<(Instant, Text)>();

/// So many events may be kept beyond the bounds of count and age, until the next of them is the one
/// that lets go of all of these. Nobody reads them.
const LAG: u64 = 8;

/// The backplane of a single process.
///
/// A stream is kept while a channel is open, and as long after it as an event is, if anybody was told
/// of a position in it: with an event, or of its beginning.
pub struct Local {
    shared: Arc<Shared>,
}

struct Shared {
    streams: Sharded<UserId, Arc<Stream>>,
    bounds: Bounds,
    left: Mutex<Left>,
    nodes: Mutex<Vec<Weak<dyn Node>>>,
}

/// What is kept of one stream.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    events: usize,
    bytes: usize,
    age: Duration,
    retained_bytes: usize,
}

/// Streams without a channel, the one that was left first before the others.
#[derive(Default)]
struct Left {
    streams: BTreeMap<(Instant, u64), (UserId, usize)>,
    bytes: usize,
    count: u64,
    /// Whether a task waits for the first of them to become too old.
    watched: bool,
}

struct Stream {
    user: UserId,
    state: Mutex<StreamState>,
}

/// What each event touches stands first, and together.
#[repr(C)]
struct StreamState {
    /// The frames of the newest events, up to the top, and since when they are kept.
    kept: VecDeque<(Instant, Text)>,
    top: u64,
    bytes: usize,
    /// None before anybody is told of it. Then nobody can ask for the stream again.
    epoch: Option<Epoch>,
    channels: SmallVec<[Open; 1]>,
    acked: u64,
    next_channel: u64,
    /// Where it stands among the streams that were left.
    left: Option<(Instant, u64)>,
}

/// Subscribers that were told.
type Told = SmallVec<[Arc<dyn Subscriber>; 1]>;

/// A channel of a stream.
struct Open {
    id: u64,
    subscriber: Weak<dyn Subscriber>,
    is_subscribed: bool,
    /// Connections of the user.
    present: usize,
}

impl Local {
    /// Streams within the bounds of a configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            shared: Arc::new(Shared {
                streams: Sharded::new(),
                bounds: Bounds {
                    events: config.history_events,
                    bytes: config.history_bytes,
                    age: config.history_age,
                    retained_bytes: config.retained_bytes,
                },
                left: Mutex::default(),
                nodes: Mutex::default(),
            }),
        }
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local")
            .field("bounds", &self.shared.bounds)
            .finish_non_exhaustive()
    }
}

impl Backplane for Local {
    fn open(&self, user: &UserId, subscriber: Weak<dyn Subscriber>) -> Arc<dyn Channel> {
        self.shared.sweep(Instant::now());
        let mut shard = lock(self.shared.streams.shard(user));
        let stream = shard.entry(user.clone()).or_insert_with(|| {
            let state = StreamState::new();
            Arc::new(Stream {
                user: user.clone(),
                state: Mutex::new(state),
            })
        });
        let stream = Arc::clone(stream);
        let mut state = lock(&stream.state);
        if let Some(key) = state.left.take() {
            lock(&self.shared.left).remove(&key);
        }
        let id = state.next_channel;
        state.next_channel += 1;
        state.channels.push(Open {
            id,
            subscriber,
            is_subscribed: false,
            present: 0,
        });
        drop(state);
        Arc::new(LocalChannel {
            shared: Arc::clone(&self.shared),
            stream,
            id,
        })
    }

    fn listen(&self, node: Weak<dyn Node>) {
        let mut nodes = lock(&self.shared.nodes);
        nodes.retain(|known| known.strong_count() > 0);
        nodes.push(node);
    }

    fn broadcast(&self, frame: &Text) {
        let nodes = lock(&self.shared.nodes).clone();
        for node in nodes.iter().filter_map(Weak::upgrade) {
            node.broadcast(frame);
        }
    }

    fn retained(&self) -> Retained {
        self.shared.sweep(Instant::now());
        let left = lock(&self.shared.left);
        Retained {
            streams: left.streams.len(),
            bytes: left.bytes,
        }
    }
}

impl Left {
    fn remove(&mut self, key: &(Instant, u64)) -> Option<UserId> {
        let (user, bytes) = self.streams.remove(key)?;
        self.bytes -= bytes;
        Some(user)
    }
}

impl Shared {
    /// Forgets the streams that were left too long ago, and the first ones of too many.
    fn sweep(&self, now: Instant) {
        loop {
            let mut left = lock(&self.left);
            let Some((&key, (user, _))) = left.streams.first_key_value() else {
                return;
            };
            let is_old = now.saturating_duration_since(key.0) >= self.bounds.age;
            if !is_old && left.bytes <= self.bounds.retained_bytes {
                return;
            }
            let user = user.clone();
            left.remove(&key);
            // A stream's lock comes before this one.
            drop(left);
            self.forget(&user, key);
        }
    }

    /// Forgets a stream that was left at that time, if nobody came back to it.
    fn forget(&self, user: &UserId, key: (Instant, u64)) {
        let mut shard = lock(self.streams.shard(user));
        let is_left = |stream: &Arc<Stream>| lock(&stream.state).left == Some(key);
        let forgotten = match shard.get(user).is_some_and(is_left) {
            true => remove(&mut shard, user),
            false => None,
        };
        drop(shard);
        drop(forgotten);
    }

    /// A channel was given up.
    fn leave(self: &Arc<Self>, stream: &Arc<Stream>, id: u64) {
        let mut shard = lock(self.streams.shard(&stream.user));
        let mut state = lock(&stream.state);
        state.channels.retain(|open| open.id != id);
        if !state.channels.is_empty() {
            return;
        }
        let now = Instant::now();
        state.trim(&self.bounds, now);
        state.settle();
        if state.epoch.is_none() || self.bounds.age.is_zero() {
            drop(state);
            let forgotten = remove(&mut shard, &stream.user);
            drop(shard);
            drop(forgotten);
            return;
        }
        let mut left = lock(&self.left);
        let key = (now, left.count);
        left.count += 1;
        let cost = state.cost();
        left.bytes += cost;
        left.streams.insert(key, (stream.user.clone(), cost));
        state.left = Some(key);
        drop(left);
        drop(state);
        drop(shard);
        self.sweep(now);
        self.watch();
    }

    /// A task that sweeps when the oldest stream becomes too old, and ends when there is none.
    ///
    /// Outside of a runtime there is no such task; then the next who opens a channel sweeps.
    fn watch(self: &Arc<Self>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let mut left = lock(&self.left);
        if left.watched || left.streams.is_empty() {
            return;
        }
        left.watched = true;
        drop(left);
        let watched = Watched(Arc::downgrade(self));
        runtime.spawn(async move {
            while let Some(next) = watched.next() {
                tokio::time::sleep_until(next).await;
                match watched.0.upgrade() {
                    Some(shared) => shared.sweep(Instant::now()),
                    None => return,
                }
            }
        });
    }
}

/// The watch over the streams that were left, which ends with its task however that ends.
struct Watched(Weak<Shared>);

impl Watched {
    /// When the oldest one becomes too old. Without one the watch is over, in the same step.
    fn next(&self) -> Option<Instant> {
        let shared = self.0.upgrade()?;
        let mut left = lock(&shared.left);
        let first = left.streams.first_key_value().map(|(key, _)| key.0);
        // What is kept for ever is not watched.
        let next = first.and_then(|first| first.checked_add(shared.bounds.age));
        left.watched = next.is_some();
        next
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            let mut left = lock(&shared.left);
            left.watched = false;
        }
    }
}

impl StreamState {
    fn new() -> Self {
        Self {
            epoch: None,
            top: 0,
            acked: 0,
            kept: VecDeque::new(),
            bytes: 0,
            channels: SmallVec::new(),
            next_channel: 0,
            left: None,
        }
    }

    /// The newest position, for somebody to know.
    fn position(&mut self) -> Position {
        Position {
            epoch: self.epoch.get_or_insert_default().clone(),
            offset: self.top,
        }
    }

    /// Whether a position is of this epoch.
    fn has(&self, position: &Position) -> bool {
        self.epoch.as_ref() == Some(&position.epoch)
    }

    /// The bytes that keeping the stream takes.
    fn cost(&self) -> usize {
        STREAM_COST + self.kept.capacity() * EVENT_COST + self.bytes
    }

    /// Drops what is beyond the bounds.
    fn trim(&mut self, bounds: &Bounds, now: Instant) {
        while let Some((at, first)) = self.kept.front() {
            let is_old = now.saturating_duration_since(*at) >= bounds.age;
            if !is_old && self.kept.len() <= bounds.events && self.bytes <= bounds.bytes {
                break;
            }
            self.bytes -= first.len();
            self.kept.pop_front();
        }
        if self.kept.is_empty() {
            self.kept = VecDeque::new();
        }
    }

    /// Its user has gone: nothing will be added soon.
    fn settle(&mut self) {
        self.kept.shrink_to_fit();
    }

    /// An event takes its place. With it: whom it told, to be dropped as [`StreamState::tell`] says.
    fn take(&mut self, body: Body, bounds: &Bounds, now: Instant) -> (Position, Told) {
        self.top += 1;
        let publication = Publication::new(body, self.position());
        let told = self.tell(&Signal::Published(&publication));
        let Publication { position, frame } = publication;
        self.bytes += frame.len();
        self.kept.push_back((now, frame));
        // An old frame is in no cache: several are let go of for little more than one, where they are
        // small.
        if self.top.is_multiple_of(LAG) || self.bytes > bounds.bytes / 2 {
            self.trim(bounds, now);
        }
        (position, told)
    }

    /// Tells the subscribers, in the order of the stream because the stream is locked.
    ///
    /// They are given back, to be dropped when it is not: the last one of a hub gives up its channel.
    fn tell(&self, signal: &Signal<'_>) -> Told {
        let open = self.channels.iter().filter(|open| open.is_subscribed);
        let told = open.filter_map(|open| open.subscriber.upgrade());
        told.inspect(|subscriber| subscriber.signal(signal.clone()))
            .collect()
    }

    fn channel(&mut self, id: u64) -> Option<&mut Open> {
        self.channels.iter_mut().find(|open| open.id == id)
    }
}

struct LocalChannel {
    shared: Arc<Shared>,
    stream: Arc<Stream>,
    id: u64,
}

impl Drop for LocalChannel {
    fn drop(&mut self) {
        self.shared.leave(&self.stream, self.id);
    }
}

impl Channel for LocalChannel {
    fn publish(&self, body: Body) -> Publishing {
        let now = Instant::now();
        let mut state = lock(&self.stream.state);
        let (position, told) = state.take(body, &self.shared.bounds, now);
        drop(state);
        drop(told);
        Publishing::Done(position)
    }

    fn publish_all(&self, bodies: Vec<Body>) -> Vec<Publishing> {
        let now = Instant::now();
        let mut state = lock(&self.stream.state);
        let bodies = bodies.into_iter();
        let taken = bodies.map(|body| state.take(body, &self.shared.bounds, now));
        let (positions, told): (Vec<_>, Vec<_>) = taken.unzip();
        drop(state);
        drop(told);
        positions.into_iter().map(Publishing::Done).collect()
    }

    fn pass(&self, passing: Passing) {
        let mut state = lock(&self.stream.state);
        if let Passing::Acked(position) = &passing
            && state.has(position)
        {
            state.acked = state.acked.max(position.offset);
        }
        let told = state.tell(&Signal::Passed(&passing));
        drop(state);
        drop(told);
    }

    fn subscribe(&self) -> Answer<Standing> {
        let mut state = lock(&self.stream.state);
        if let Some(open) = state.channel(self.id) {
            open.is_subscribed = true;
        }
        let standing = Standing {
            top: state.position(),
            acked: state.acked,
        };
        drop(state);
        Box::pin(std::future::ready(Ok(standing)))
    }

    fn acked(&self) -> Option<Position> {
        let state = lock(&self.stream.state);
        let epoch = state.epoch.clone().filter(|_| state.acked > 0)?;
        Some(Position {
            epoch,
            offset: state.acked,
        })
    }

    fn history(&self, since: Position, limit: usize) -> Answer<History> {
        let mut state = lock(&self.stream.state);
        state.trim(&self.shared.bounds, Instant::now());
        let missed = match state.has(&since) {
            true => state.top.checked_sub(since.offset),
            false => None,
        };
        let kept = state.kept.len();
        let first = missed.and_then(|missed| kept.checked_sub(usize::try_from(missed).ok()?));
        let events = first.map(|first| {
            let frames = state.kept.range(first..).take(limit);
            let events = (since.offset + 1..).zip(frames);
            let event = |(offset, (_, frame)): (u64, &(Instant, Text))| Publication {
                position: Position {
                    epoch: since.epoch.clone(),
                    offset,
                },
                frame: frame.clone(),
            };
            events.map(event).collect()
        });
        let top = state.position();
        drop(state);
        Box::pin(std::future::ready(Ok(History { top, events })))
    }

    fn presence(&self) -> Answer<usize> {
        let state = lock(&self.stream.state);
        let present = state.channels.iter().map(|open| open.present).sum();
        drop(state);
        Box::pin(std::future::ready(Ok(present)))
    }

    fn present(&self, connections: usize) {
        let mut state = lock(&self.stream.state);
        if let Some(open) = state.channel(self.id) {
            open.present = connections;
        }
    }
}

#[cfg(all(test, not(feature = "__loom")))]
mod tests;
