//! Where offsets are assigned and history is kept: in the process, or in a store that several nodes
//! share. Nothing above it assumes one process.
//!
//! To add one: a file here, the two lines that name it below, and a feature.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};

use crate::close::Close;
use crate::identity::UserId;
use crate::wire::{Body, Position, Text};

mod local;

pub use local::Local;

/// An answer that may take time, but not for ever: one that does not come in time is
/// [`BackplaneError::Unavailable`].
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, BackplaneError>> + Send>>;

/// A store of streams, one for each user.
///
/// What it must hold:
/// - publishing assigns the next offset, keeps the event and tells all subscribers in one atomic
///   step: whoever is told of an offset can read it from the history;
/// - the events of one channel keep the order of the calls, and what is published together has no
///   hole: see [`Channel::publish_all`];
/// - offsets of an epoch are dense, from 1; a store that lost its data begins a new epoch.
///
/// What it need not: subscribers may be told late, twice, in another order or not at all. A node
/// delivers in the order of offsets, and reads what it missed from the history.
pub trait Backplane: Send + Sync + 'static {
    /// The stream of a user, as one node sees it. It is given up when it is dropped.
    ///
    /// It does not wait. The subscriber is told of nothing before [`Channel::subscribe`].
    fn open(&self, user: &UserId, subscriber: Weak<dyn Subscriber>) -> Arc<dyn Channel>;

    /// From now on the node is told of what is meant for everyone.
    fn listen(&self, node: Weak<dyn Node>);

    /// Tells all nodes, this one too, at most once. It does not wait.
    fn broadcast(&self, frame: &Text);

    /// Streams that are kept for users who have gone, and the bytes that they take, where the store
    /// is in this process.
    fn retained(&self) -> Retained {
        Retained::default()
    }
}

/// What is kept for users who have gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retained {
    /// Streams.
    pub streams: usize,
    /// The bytes of their histories, with what keeping them costs.
    pub bytes: usize,
}

/// The stream of one user.
pub trait Channel: Send + Sync {
    /// Takes an event. It never waits: the order of the calls is the order of the stream.
    ///
    /// The answer only tells of it; an event that was taken is published also where nobody asks.
    fn publish(&self, body: Body) -> Publishing;

    /// Takes events that belong together, in their order, and never waits. The answers are theirs,
    /// in the same order. Where one is not published, none of those after it is:
    /// [`BackplaneError::Withheld`].
    ///
    /// What it does by itself is [`Channel::publish`], one after the other, up to the first that is
    /// [`Publishing::Failed`]: events of others may come in between. It cannot know what becomes of
    /// one that is [`Publishing::Pending`], and goes on: a channel that answers later withholds the
    /// rest itself. A backplane that can publish them in one step, without others in between,
    /// should.
    fn publish_all(&self, bodies: Vec<Body>) -> Vec<Publishing> {
        let mut has_failed = false;
        let publishings = bodies.into_iter().map(|body| {
            let publishing = match has_failed {
                true => Publishing::Failed(BackplaneError::Withheld),
                false => self.publish(body),
            };
            has_failed |= matches!(publishing, Publishing::Failed(_));
            publishing
        });
        publishings.collect()
    }

    /// Passes on what has no offset: to the subscribers of all nodes, at most once.
    fn pass(&self, signal: Passing);

    /// From now on the subscriber is told. The answer is where the stream stands: of what comes
    /// after it nothing is withheld but by loss, which a later offset shows.
    ///
    /// Dropping the answer leaves the channel subscribed or not; it may be asked again.
    fn subscribe(&self) -> Answer<Standing>;

    /// The newest position that a client of the user is known to have, where that is known here
    /// without asking: whoever has just opened the channel learns of it so. It does not wait.
    fn acked(&self) -> Option<Position> {
        None
    }

    /// Events after a position: at most so many, the oldest first.
    ///
    /// Dropping the answer changes nothing; it may be asked again.
    fn history(&self, since: Position, limit: usize) -> Answer<History>;

    /// How many connections of the user there are on all nodes, as far as is known.
    ///
    /// Dropping the answer changes nothing; it may be asked again.
    fn presence(&self) -> Answer<usize>;

    /// Tells the store how many connections of the user this node has.
    fn present(&self, connections: usize);
}

/// The node's side of a channel. Its methods do not wait, and may be called from any thread.
pub trait Subscriber: Send + Sync {
    /// Something became of the stream.
    fn signal(&self, signal: Signal<'_>);
}

/// A node, which is told of what is meant for everyone.
pub trait Node: Send + Sync {
    /// A frame for every connection. It does not wait.
    fn broadcast(&self, frame: &Text);
}

/// What a backplane tells a node of a stream.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Signal<'a> {
    /// An event has its position.
    Published(&'a Publication),
    /// The store cannot be reached: what is published there is not seen here for now.
    Lost,
    /// It can be again, and the stream stands there. It comes after its `Lost`.
    Restored(&'a Standing),
    /// Something without an offset.
    Passed(&'a Passing),
}

/// Where a stream stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its newest position.
    pub top: Position,
    /// The newest offset of this epoch that [`Passing::Acked`] told of; 0 where none did. Who
    /// subscribes later than a client acknowledges learns of it so.
    pub acked: u64,
}

/// An event at its position.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Where it stands.
    pub position: Position,
    /// The frame, encoded once for all connections.
    pub frame: Text,
}

impl Publication {
    /// The event at this position.
    pub fn new(body: Body, position: Position) -> Self {
        Self {
            frame: body.at(&position.epoch, position.offset),
            position,
        }
    }
}

/// What has no offset.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Passing {
    /// A volatile event, of which the newest with a key is enough.
    Volatile {
        /// The frame.
        frame: Text,
        /// The key.
        key: Arc<str>,
    },
    /// A client has everything up to this position.
    Acked(Position),
    /// Every connection of the user is to be closed so.
    Close(Close),
}

/// What became of an event.
pub enum Publishing {
    /// It has its position.
    Done(Position),
    /// It will have one, or an error.
    Pending(Answer<Position>),
    /// It is not taken.
    Failed(BackplaneError),
}

impl fmt::Debug for Publishing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(position) => f.debug_tuple("Done").field(position).finish(),
            Self::Pending(_) => f.write_str("Pending"),
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}

/// Events after a position.
#[derive(Debug, Clone)]
pub struct History {
    /// The newest position of the stream.
    pub top: Position,
    /// What follows the position, without a gap; `None` where the epoch is another one, the position
    /// lies ahead, or the history begins later.
    pub events: Option<Vec<Publication>>,
}

/// Why a backplane cannot do what it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackplaneError {
    /// It cannot be reached, or not in time. The text is for the log.
    Unavailable(String),
    /// More waits to be published than it takes.
    Overloaded,
    /// The event is volatile: it has no position.
    Volatile,
    /// One that was to be published before it, in the same commit, was not.
    Withheld,
}

impl fmt::Display for BackplaneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(why) => write!(f, "the backplane cannot be reached: {why}"),
            Self::Overloaded => f.write_str("too much waits to be published"),
            Self::Volatile => f.write_str("a volatile event has no position"),
            Self::Withheld => f.write_str("an event before it was not published"),
        }
    }
}

impl std::error::Error for BackplaneError {}
