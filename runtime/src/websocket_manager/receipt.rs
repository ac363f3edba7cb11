//! What became of an event that was sent.

use std::fmt;

use crate::backplane::{BackplaneError, Publishing};
use crate::registry::Held;
use crate::wire::Position;

/// What became of an event that was sent. Sending never waits; whoever wants to know may.
#[derive(Debug)]
pub struct Receipt {
    publishing: Result<Publishing, PublishError>,
    live_connections: usize,
    held: Held,
}

/// Why an event has no position.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// The backplane did not take it, or did not say.
    Backplane(BackplaneError),
    /// The run had ended, so a call of a tool in it could not end any more.
    RunEnded,
    /// The user's stream began anew before it was acknowledged.
    StreamLost,
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backplane(error) => error.fmt(f),
            Self::RunEnded => f.write_str("the run has ended"),
            Self::StreamLost => f.write_str("the stream began anew"),
        }
    }
}

impl std::error::Error for PublishError {}

impl From<BackplaneError> for PublishError {
    fn from(error: BackplaneError) -> Self {
        Self::Backplane(error)
    }
}

impl Receipt {
    pub(super) fn new(held: Held, (publishing, live_connections): (Publishing, usize)) -> Self {
        Self {
            publishing: Ok(publishing),
            live_connections,
            held,
        }
    }

    pub(super) fn failed(held: Held, error: PublishError) -> Self {
        Self {
            publishing: Err(error),
            live_connections: 0,
            held,
        }
    }

    /// Whether it is known already that the event has no position.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.publishing, Err(_) | Ok(Publishing::Failed(_)))
    }

    /// How many connections of the user on this node it was handed to. They are told, unless they end
    /// before. Those that were closing, or that it cut as too slow, are not among them; connections
    /// that come later are told from the history.
    pub fn live_connections(&self) -> usize {
        self.live_connections
    }

    /// The position of the event in the user's stream, once the backplane has assigned it: at once
    /// in a single process.
    ///
    /// Dropping the future loses the answer, not the event.
    ///
    /// # Errors
    /// [`PublishError`]: no client will get it.
    pub async fn position(self) -> Result<Position, PublishError> {
        Self::assigned(self.publishing?).await
    }

    async fn assigned(publishing: Publishing) -> Result<Position, PublishError> {
        match publishing {
            Publishing::Done(position) => Ok(position),
            Publishing::Pending(answer) => Ok(answer.await?),
            Publishing::Failed(error) => Err(error.into()),
        }
    }

    /// Waits until a client of the user has acknowledged the event, on whichever node. It has no
    /// end of its own: put a timeout around it.
    ///
    /// Dropping the future loses the answer, not the event.
    ///
    /// # Errors
    /// [`PublishError`]: no client will get it.
    pub async fn acked(self) -> Result<Position, PublishError> {
        let position = Self::assigned(self.publishing?).await?;
        // Only a hub that is subscribed is told of acks that reach other nodes.
        self.held.listen().await?;
        let mut lost = false;
        self.held
            .until(|hub| {
                let acked = hub.acked();
                lost = acked.epoch.as_ref() != Some(&position.epoch);
                lost || acked.offset >= position.offset
            })
            .await;
        match lost {
            true => Err(PublishError::StreamLost),
            false => Ok(position),
        }
    }
}
