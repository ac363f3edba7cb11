//! The manager of one user.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::backplane::{BackplaneError, Passing, Publishing};
use crate::close::Close;
use crate::event::{EncodeError, Event};
use crate::identity::UserId;
use crate::observe;
use crate::registry::Held;
use crate::websocket_manager::receipt::Receipt;
use crate::websocket_manager::run::{Agent, Run};
use crate::websocket_manager::shared::Shared;
use crate::websocket_manager::transaction::Transaction;
use crate::wire::Body;

/// The connections of one user, and their stream of events. Clones are handles on the same ones.
///
/// No method takes a user: what is sent here reaches this user and nobody else. None waits for a
/// client but [`connected`](Self::connected), and all others may be called outside of a runtime.
#[derive(Debug, Clone)]
pub struct WebSocketManager {
    pub(super) shared: Arc<Shared>,
    pub(super) held: Held,
}

impl WebSocketManager {
    pub(crate) fn of(shared: Arc<Shared>, held: Held) -> Self {
        Self { shared, held }
    }

    /// Whose it is.
    pub fn user(&self) -> &UserId {
        self.held.user()
    }

    /// A thread of the user: its events carry its id, for clients to tell them apart.
    pub fn thread(&self, id: impl Into<Arc<str>>) -> Thread {
        Thread {
            manager: self.clone(),
            id: id.into(),
        }
    }

    /// Begins a run of an agent outside of any thread: `agent_started`. The agent is its name, or an
    /// [`Agent`].
    pub fn start_run(&self, run_id: impl Into<Arc<str>>, agent: impl Into<Agent>) -> Run {
        Run::start(self.clone(), None, run_id.into(), agent.into())
    }

    /// Sends an event of the application. It is durable: in order, kept, and told again to clients
    /// that were away.
    ///
    /// JSON has no `NaN` and no infinity: a number that is one goes out as `null`.
    ///
    /// # Errors
    /// [`EncodeError`]: this event is not sent; connections go on.
    pub fn send(&self, kind: &str, payload: &impl Serialize) -> Result<Receipt, EncodeError> {
        self.publish(Event::new(kind, payload)?)
    }

    /// Sends an event that was made before.
    ///
    /// # Errors
    /// [`EncodeError::TooLarge`]: it is not sent.
    pub fn publish(&self, event: Event) -> Result<Receipt, EncodeError> {
        Ok(self.deliver(self.fitting(event)?))
    }

    pub(super) fn fitting(&self, event: Event) -> Result<Event, EncodeError> {
        event.within(self.shared.config.event_bytes)
    }

    pub(super) fn deliver(&self, event: Event) -> Receipt {
        observe::published(event.key.is_none());
        match event.key {
            None => Receipt::new(self.held.clone(), self.held.publish(event.body)),
            Some(key) => self.pass(event.body, key),
        }
    }

    /// Durable events that go out together, up to the first that fails.
    pub(super) fn deliver_all(&self, bodies: Vec<Body>) -> impl Iterator<Item = Receipt> {
        for _ in &bodies {
            observe::published(true);
        }
        let (published, live) = self.held.publish_all(bodies);
        let receipts = published.into_iter();
        receipts.map(move |published| Receipt::new(self.held.clone(), (published, live)))
    }

    /// A volatile event.
    fn pass(&self, body: Body, key: Arc<str>) -> Receipt {
        let frame = body.without_position();
        let channel = self.held.channel();
        channel.pass(Passing::Volatile { frame, key });
        // It has no place of its own.
        let failed = Publishing::Failed(BackplaneError::Volatile);
        Receipt::new(self.held.clone(), (failed, self.held.open_connections()))
    }

    /// Events that go out when it is committed, and are discarded where it is dropped: see
    /// [`Transaction`].
    pub fn begin(&self) -> Transaction {
        Transaction::new(self.clone(), None)
    }

    /// Waits for a connection of the user on this node that takes what is sent: one that is closing
    /// takes nothing.
    ///
    /// Cancel safe.
    ///
    /// # Errors
    /// [`NotConnected`] where none came within that time.
    ///
    /// # Panics
    /// Outside of a tokio runtime that has its timer.
    pub async fn connected(&self, within: Duration) -> Result<(), NotConnected> {
        let connected = self.held.until(|hub| hub.open_connections() > 0);
        let connected = tokio::time::timeout(within, connected).await;
        connected.map_err(|_| NotConnected)
    }

    /// How many connections of the user this node has, with those that are closing.
    pub fn connections(&self) -> usize {
        self.held.connections()
    }

    /// How many connections of the user there are on all nodes, as far as the backplane knows.
    ///
    /// Cancel safe.
    ///
    /// # Errors
    /// [`BackplaneError`] where it cannot be asked.
    pub async fn presence(&self) -> Result<usize, BackplaneError> {
        self.held.channel().presence().await
    }

    /// The newest offset that a client of the user has acknowledged, as far as is known here; 0 where
    /// none is.
    ///
    /// In a single process all are known for as long as the stream is kept. With a store elsewhere
    /// those are that came while the user had a connection here, or somebody waited for an ack.
    pub fn acked(&self) -> u64 {
        self.held.acked().offset
    }

    /// Closes every connection of the user on all nodes: after a change of password, say. What was
    /// sent before goes out first.
    pub fn disconnect(&self, close: Close) {
        self.held.channel().pass(Passing::Close(close));
    }
}

/// No connection came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotConnected;

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no connection of the user came in time")
    }
}

impl std::error::Error for NotConnected {}

/// A thread of a user: a conversation, say. Its events go to all connections of the user and carry
/// the thread's id.
#[derive(Debug, Clone)]
pub struct Thread {
    manager: WebSocketManager,
    id: Arc<str>,
}

impl Thread {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Begins a run of an agent: `agent_started`. The agent is its name, or an [`Agent`].
    pub fn start_run(&self, run_id: impl Into<Arc<str>>, agent: impl Into<Agent>) -> Run {
        let thread = Some(Arc::clone(&self.id));
        Run::start(self.manager.clone(), thread, run_id.into(), agent.into())
    }

    /// Sends an event of the application in this thread.
    ///
    /// # Errors
    /// As [`WebSocketManager::send`].
    pub fn send(&self, kind: &str, payload: &impl Serialize) -> Result<Receipt, EncodeError> {
        self.manager.publish(self.event(kind, payload)?)
    }

    /// An event of the application in this thread, for [`WebSocketManager::publish`]: one that is
    /// made [`volatile`](Event::volatile), say.
    ///
    /// # Errors
    /// As [`Event::new`].
    pub fn event(&self, kind: &str, payload: &impl Serialize) -> Result<Event, EncodeError> {
        Event::of_application(kind, payload, Some(&self.id))
    }

    /// The same as [`WebSocketManager::begin`], where what [`Transaction::send`] adds is of this
    /// thread.
    pub fn begin(&self) -> Transaction {
        Transaction::new(self.manager.clone(), Some(Arc::clone(&self.id)))
    }
}
