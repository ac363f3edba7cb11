//! Events that go out together, or not at all.

use serde::Serialize;

use crate::event::{EncodeError, Event};
use crate::websocket_manager::manager::WebSocketManager;
use crate::websocket_manager::receipt::Receipt;

/// Events that wait for a commit: of a database, say. Dropped, they are discarded.
#[derive(Debug)]
#[must_use = "events go out by `commit`, and are discarded where it is dropped"]
pub struct Transaction {
    manager: WebSocketManager,
    events: Vec<Event>,
}

impl Transaction {
    pub(super) fn new(manager: WebSocketManager) -> Self {
        Self {
            manager,
            events: Vec::new(),
        }
    }

    /// Adds an event of the application.
    ///
    /// # Errors
    /// [`EncodeError`]: this one is not added.
    pub fn send(&mut self, kind: &str, payload: &impl Serialize) -> Result<(), EncodeError> {
        self.publish(Event::new(kind, payload)?)
    }

    /// Adds an event.
    ///
    /// # Errors
    /// [`EncodeError::TooLarge`]: it is not added.
    pub fn publish(&mut self, event: Event) -> Result<(), EncodeError> {
        self.events.push(self.manager.fitting(event)?);
        Ok(())
    }

    /// Sends them, in order.
    pub fn commit(self) -> Vec<Receipt> {
        let Self { manager, events } = self;
        let events = events.into_iter();
        events.map(|event| manager.deliver(event)).collect()
    }
}
