//! What clients send, as types of the application.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event::{EncodeError, Event};
use crate::outbox::{ConnectionId, Outbox};
use crate::session::refusal;
use crate::unfit::{Unfit, parse};
use crate::websocket_manager::manager::WebSocketManager;
use crate::wire::Text;

/// A message of a client.
#[derive(Debug)]
#[non_exhaustive]
pub struct Inbound<M> {
    /// What it says.
    pub message: M,
    /// The manager of the user who sent it.
    pub manager: WebSocketManager,
    /// The connection that it came by.
    pub connection: ConnectionHandle,
}

impl<M> Inbound<M> {
    /// Answers this connection alone: see [`ConnectionHandle::send`].
    ///
    /// # Errors
    /// As [`ConnectionHandle::send`].
    pub fn reply(&self, kind: &str, payload: &impl Serialize) -> Result<bool, EncodeError> {
        self.connection.send(kind, payload)
    }
}

/// One connection of a user.
#[derive(Debug, Clone)]
pub struct ConnectionHandle {
    outbox: Arc<Outbox>,
    limit: usize,
}

impl ConnectionHandle {
    pub(crate) fn new(outbox: Arc<Outbox>, limit: usize) -> Self {
        Self { outbox, limit }
    }

    /// Its name, which `hello` told the client too.
    pub fn id(&self) -> ConnectionId {
        self.outbox.id
    }

    /// Sends an event to this connection alone. It has no offset and is not kept: it is told at most
    /// once. It says whether the connection takes it; one that is ending does not.
    ///
    /// # Errors
    /// [`EncodeError`]: it is not sent.
    pub fn send(&self, kind: &str, payload: &impl Serialize) -> Result<bool, EncodeError> {
        let event = Event::new(kind, payload)?.within(self.limit)?;
        Ok(self.say(&event.body.without_position()))
    }

    /// A frame for this connection: whether it is taken.
    pub(crate) fn say(&self, frame: &Text) -> bool {
        let (taken, waker) = self.outbox.reply(frame);
        if let Some(waker) = waker {
            waker.wake();
        }
        taken
    }
}

/// The handling of a message, to its end.
pub(crate) type Handling = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What becomes of messages, whatever their type.
pub(crate) trait Handler: Send + Sync {
    /// The handling of a message, or the frame that says why it is none.
    fn handle(
        &self,
        text: &Text,
        manager: WebSocketManager,
        connection: ConnectionHandle,
    ) -> Result<Handling, Text>;
}

/// A handler of messages of one type.
pub(super) struct Typed<M, F> {
    handle: F,
    message: PhantomData<fn() -> M>,
}

impl<M, F> Typed<M, F> {
    pub(super) fn new(handle: F) -> Self {
        Self {
            handle,
            message: PhantomData,
        }
    }
}

impl<M, F, Done> Handler for Typed<M, F>
where
    M: DeserializeOwned + Send + 'static,
    F: Fn(Inbound<M>) -> Done + Send + Sync,
    Done: Future<Output = ()> + Send + 'static,
{
    fn handle(
        &self,
        text: &Text,
        manager: WebSocketManager,
        connection: ConnectionHandle,
    ) -> Result<Handling, Text> {
        match parse(text) {
            Ok(message) => Ok(Box::pin((self.handle)(Inbound {
                message,
                manager,
                connection,
            }))),
            Err(Unfit { field, why }) => Err(refusal("invalid_message", field, &why)),
        }
    }
}
