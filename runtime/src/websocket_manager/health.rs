//! How users and the factory are.

use std::time::Duration;

use tokio::time::Instant;

use crate::outbox::{Condition, ConnectionId};
use crate::websocket_manager::factory::WebSocketManagerFactory;
use crate::websocket_manager::manager::WebSocketManager;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// All is well.
    Ok,
    /// Something is not: a ping without an answer for longer than a heartbeat, more than half of an
    /// outbox waiting, an event that a client which acknowledges has not acknowledged within the idle
    /// timeout (told a quarter of that later at most), or a backplane that cannot be reached.
    Degraded {
        /// Since when.
        since: Instant,
    },
    /// The factory is draining.
    Draining,
}

/// The connections of one user on this node.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UserStats {
    /// Each of them, the oldest first.
    pub connections: Vec<ConnectionStats>,
    /// The newest offset that a client has acknowledged: see [`WebSocketManager::acked`].
    pub acked: u64,
}

/// One connection.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ConnectionStats {
    /// Its name.
    pub id: ConnectionId,
    /// For how long it has been open.
    pub open_for: Duration,
    /// For how long nothing was received.
    pub silent_for: Duration,
    /// Frames that wait.
    pub queued_frames: usize,
    /// Their bytes.
    pub queued_bytes: usize,
}

/// A factory, on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FactoryStats {
    /// Users with a manager or a connection.
    pub users: usize,
    /// Connections, those among them whose handshake is not over.
    pub connections: usize,
    /// Streams that are kept for users who have gone.
    pub retained_streams: usize,
    /// The bytes of their histories, with what keeping them costs.
    pub retained_bytes: usize,
    /// Whether it is draining.
    pub draining: bool,
}

/// Since when a connection is not well.
fn trouble(
    condition: &Condition,
    (heartbeat, idle): (Duration, Duration),
    now: Instant,
) -> Option<Instant> {
    let longer = |since: &Instant, than| now.saturating_duration_since(*since) > than;
    let unanswered = condition.pinged.filter(|since| longer(since, heartbeat));
    let unacked = condition.unacked.filter(|since| longer(since, idle));
    let troubles = [unanswered, unacked, condition.pressed];
    troubles.into_iter().flatten().min()
}

impl WebSocketManager {
    /// How the connections of the user are.
    pub fn health(&self) -> Health {
        if self.shared.draining.is_draining() {
            return Health::Draining;
        }
        let config = &self.shared.config;
        let (times, now) = ((config.heartbeat, config.idle_timeout), Instant::now());
        let outboxes = self.held.outboxes();
        let troubles = outboxes
            .iter()
            .filter_map(|outbox| trouble(&outbox.condition(), times, now));
        match troubles.chain(self.held.lost()).min() {
            Some(since) => Health::Degraded { since },
            None => Health::Ok,
        }
    }

    /// What is known of the connections of the user.
    pub fn stats(&self) -> UserStats {
        let now = Instant::now();
        let outboxes = self.held.outboxes();
        let connections = outboxes.iter().map(|outbox| {
            let condition = outbox.condition();
            ConnectionStats {
                id: outbox.id,
                open_for: now.saturating_duration_since(outbox.opened),
                silent_for: now.saturating_duration_since(condition.heard),
                queued_frames: condition.queued_frames,
                queued_bytes: condition.queued_bytes,
            }
        });
        UserStats {
            connections: connections.collect(),
            acked: self.acked(),
        }
    }
}

impl WebSocketManagerFactory {
    /// How the factory is: draining, or cut off from its backplane. How a user is, their manager
    /// says.
    pub fn health(&self) -> Health {
        if self.shared.draining.is_draining() {
            return Health::Draining;
        }
        let hubs = self.shared.registry.hubs();
        match hubs.iter().filter_map(|hub| hub.lost()).min() {
            Some(since) => Health::Degraded { since },
            None => Health::Ok,
        }
    }

    /// What is known of the factory.
    pub fn stats(&self) -> FactoryStats {
        let shared = &self.shared;
        let retained = shared.registry.retained();
        FactoryStats {
            users: shared.registry.len(),
            connections: shared.doors.taken(),
            retained_streams: retained.streams,
            retained_bytes: retained.bytes,
            draining: shared.draining.is_draining(),
        }
    }
}
