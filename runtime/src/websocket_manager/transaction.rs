//! Events that go out at a commit.

use std::sync::Arc;

use serde::Serialize;

use crate::backplane::BackplaneError;
use crate::event::{EncodeError, Event};
use crate::websocket_manager::manager::WebSocketManager;
use crate::websocket_manager::receipt::Receipt;

/// Events that wait for a commit: of a database, say. Dropped, they are discarded.
///
/// In a single process a commit publishes all of them, and durable ones without a volatile one
/// between them stand next to each other in the stream. A backplane of many nodes publishes them
/// one after the other, where it does not override
/// [`Channel::publish_all`](crate::backplane::Channel::publish_all): events of others may stand
/// between them, and where it fails in the middle, the first ones are published and the rest are
/// not. The receipt of each says which: the first error is why, and those after it are
/// [`BackplaneError::Withheld`].
///
/// A volatile event between two durable ones divides the commit. What stands behind it is withheld
/// where the backplane says at once that one before it failed; where it answers later, that is not
/// known in time.
///
/// A client sees them one after the other, and may be away in between; it gets the rest when it
/// comes back.
#[derive(Debug)]
#[must_use = "events go out by `commit`, and are discarded where it is dropped"]
pub struct Transaction {
    manager: WebSocketManager,
    thread: Option<Arc<str>>,
    events: Vec<Event>,
}

impl Transaction {
    pub(super) fn new(manager: WebSocketManager, thread: Option<Arc<str>>) -> Self {
        Self {
            manager,
            thread,
            events: Vec::new(),
        }
    }

    /// Adds an event of the application, of the thread where it was begun in one.
    ///
    /// # Errors
    /// [`EncodeError`]: this one is not added.
    pub fn send(&mut self, kind: &str, payload: &impl Serialize) -> Result<(), EncodeError> {
        let event = Event::of_application(kind, payload, self.thread.as_deref())?;
        self.publish(event)
    }

    /// Adds an event.
    ///
    /// # Errors
    /// [`EncodeError::TooLarge`]: it is not added.
    pub fn publish(&mut self, event: Event) -> Result<(), EncodeError> {
        self.events.push(self.manager.fitting(event)?);
        Ok(())
    }

    /// Sends them, in order, up to the first that fails: a receipt for each.
    pub fn commit(self) -> Vec<Receipt> {
        let Self {
            manager, events, ..
        } = self;
        let mut receipts = Vec::with_capacity(events.len());
        let mut events = events.into_iter().peekable();
        let mut has_failed = false;
        while !has_failed && events.peek().is_some() {
            let is_durable = |event: &Event| event.key.is_none();
            let durable = std::iter::from_fn(|| events.next_if(is_durable));
            let sent = manager.deliver_all(durable.map(|event| event.body).collect());
            let begin = receipts.len();
            receipts.extend(sent);
            has_failed = receipts[begin..].iter().any(Receipt::has_failed);
            let volatile = events.next_if(|_| !has_failed);
            receipts.extend(volatile.map(|event| manager.deliver(event)));
        }
        let withheld = |_| Receipt::failed(manager.held.clone(), BackplaneError::Withheld.into());
        receipts.extend(events.map(withheld));
        receipts
    }
}
