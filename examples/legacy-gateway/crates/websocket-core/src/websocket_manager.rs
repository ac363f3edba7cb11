//! The canonical home of the manager.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use crate::message::Message;

/// Names a connection for as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Why a message did not reach its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// There is no such connection.
    Gone(ConnectionId),
    /// The connection's queue is full.
    Full(ConnectionId),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(id) => write!(f, "connection {id} is gone"),
            Self::Full(id) => write!(f, "the queue of connection {id} is full"),
        }
    }
}

impl std::error::Error for SendError {}

#[derive(Debug, Clone, Default)]
struct Connection {
    user: String,
    queue: VecDeque<Message>,
}

/// All open connections, each with a bounded queue of what it has not yet taken.
#[derive(Debug, Clone)]
pub struct WebSocketManager {
    connections: BTreeMap<ConnectionId, Connection>,
    next: u64,
    capacity: usize,
}

impl WebSocketManager {
    /// The length of a queue where nobody says otherwise.
    pub const DEFAULT_CAPACITY: usize = 64;

    /// A manager without connections.
    pub fn new() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }

    /// A manager whose queues hold `capacity` messages each.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            connections: BTreeMap::new(),
            next: 1,
            capacity,
        }
    }

    /// Opens a connection for `user`.
    pub fn connect(&mut self, user: &str) -> ConnectionId {
        let id = ConnectionId(self.next);
        self.next += 1;
        let connection = Connection {
            user: user.to_owned(),
            queue: VecDeque::new(),
        };
        self.connections.insert(id, connection);
        id
    }

    /// Closes a connection; `false` where there was none.
    pub fn disconnect(&mut self, id: ConnectionId) -> bool {
        self.connections.remove(&id).is_some()
    }

    /// Who is at the other end.
    pub fn user(&self, id: ConnectionId) -> Option<&str> {
        self.connections.get(&id).map(|one| one.user.as_str())
    }

    /// How many connections are open.
    pub fn len(&self) -> usize {
        self.connections.len()
    }

    /// Whether nobody is connected.
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// The open connections, the oldest first.
    pub fn ids(&self) -> impl Iterator<Item = ConnectionId> + use<'_> {
        self.connections.keys().copied()
    }

    /// Queues a message for one connection.
    pub fn send(&mut self, id: ConnectionId, message: Message) -> Result<(), SendError> {
        let connection = self.connections.get_mut(&id).ok_or(SendError::Gone(id))?;
        if connection.queue.len() >= self.capacity {
            return Err(SendError::Full(id));
        }
        connection.queue.push_back(message);
        Ok(())
    }

    /// Queues a message for everybody; says how many it reached.
    pub fn broadcast(&mut self, message: &Message) -> usize {
        let ids: Vec<_> = self.ids().collect();
        ids.into_iter()
            .filter(|&id| self.send(id, message.clone()).is_ok())
            .count()
    }

    /// Takes what waits for one connection.
    pub fn drain(&mut self, id: ConnectionId) -> Vec<Message> {
        let connection = self.connections.get_mut(&id);
        connection.map_or_else(Vec::new, |one| one.queue.drain(..).collect())
    }
}

impl Default for WebSocketManager {
    fn default() -> Self {
        Self::new()
    }
}
