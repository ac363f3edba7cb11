//! Events that go out at a commit.

use std::sync::Arc;

use serde::Serialize;

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
/// not. The receipt of each says which.
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

    /// Sends them, in order: a receipt for each.
    pub fn commit(self) -> Vec<Receipt> {
        let Self {
            manager, events, ..
        } = self;
        let mut receipts = Vec::with_capacity(events.len());
        let mut durable = Vec::new();
        for event in events {
            if event.key.is_none() {
                durable.push(event.body);
                continue;
            }
            receipts.extend(manager.deliver_all(std::mem::take(&mut durable)));
            receipts.push(manager.deliver(event));
        }
        receipts.extend(manager.deliver_all(durable));
        receipts
    }
}
