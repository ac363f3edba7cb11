//! The end of a factory: everyone is told, what waits goes out, and it is over at the deadline.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::close::Close;
use crate::config::LONGEST;
use crate::outbox::{Ending, Outbox};
use crate::sync::{AtomicBool, Ordering};
use crate::websocket_manager::factory::WebSocketManagerFactory;
use crate::wire::{Control, Goaway};

/// How a factory is drained.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Drain {
    /// When it is over, whatever became of connections. Default: 30 seconds.
    pub deadline: Duration,
    /// What connections are closed with. Default: 1012, after which clients come back.
    pub close: Close,
    /// How long clients are told to wait before they come back, give or take half.
    /// Default: 2 seconds.
    pub retry_after: Duration,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(30),
            close: Close::RESTART,
            retry_after: Duration::from_secs(2),
        }
    }
}

impl Drain {
    /// It is over after this time.
    pub fn within(deadline: Duration) -> Self {
        Self {
            deadline,
            ..Self::default()
        }
    }

    /// Clients are closed with 1001: this service does not come back.
    #[must_use]
    pub fn for_good(mut self) -> Self {
        self.close = Close::GOING_AWAY;
        self
    }
}

/// What became of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DrainReport {
    /// Connections that there were.
    pub connections: usize,
    /// Those that were cut shortly before the deadline: what waited for them had not gone out, or
    /// they had not answered the close. Clients that went away by themselves are not among them.
    pub aborted: usize,
    /// Frames that did not go out. The durable ones among them are in the history.
    pub unflushed_frames: usize,
    /// Their bytes.
    pub unflushed_bytes: usize,
    /// Connections and handlers of messages that had not ended at the deadline: 0 but where
    /// something blocks its thread.
    pub still_open: usize,
}

/// How long after the deadline connections last at least, where nobody drains any more.
const UNDRAINED: Duration = Duration::from_secs(10);

/// The state of a drain.
#[derive(Debug, Default)]
pub(crate) struct Draining {
    begun: AtomicBool,
    /// Ends what is asked of authenticators.
    pub(crate) begins: CancellationToken,
    frames: AtomicUsize,
    bytes: AtomicUsize,
    /// The handlers of messages.
    pub(crate) handlers: TaskTracker,
    /// Ends them, and connections that wait for the backplane.
    pub(crate) cut: CancellationToken,
    /// The drain is over.
    pub(crate) drained: CancellationToken,
}

impl Draining {
    pub(crate) fn is_draining(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }

    /// From now on nobody joins.
    pub(super) fn begin(&self) {
        self.begun.store(true, Ordering::Release);
        self.begins.cancel();
    }

    /// Frames that a connection did not send.
    pub(crate) fn unflushed(&self, (frames, bytes): (usize, usize)) {
        self.frames.fetch_add(frames, Ordering::AcqRel);
        self.bytes.fetch_add(bytes, Ordering::AcqRel);
    }
}

impl WebSocketManagerFactory {
    /// Ends all connections: none is accepted any more (503); each is told `goaway`, spread over
    /// half of the time; what waits for it goes out; it is closed; and shortly before the deadline
    /// what is left is cut. Managers go on: what they publish is kept, where the backplane lasts.
    ///
    /// Dropping the future leaves the factory draining, and who is stuck is cut only when as
    /// much time again has gone by, or ten seconds if that is longer; it may be called again.
    ///
    /// # Panics
    /// Outside of a tokio runtime that has its timer.
    pub async fn drain(&self, mut drain: Drain) -> DrainReport {
        let shared = &self.shared;
        drain.deadline = drain.deadline.min(LONGEST);
        drain.retry_after = drain.retry_after.min(LONGEST);
        let began = Instant::now();
        let deadline = began + drain.deadline;
        // Connections that are cut need a moment to end.
        let cut = deadline - (drain.deadline / 10).min(Duration::from_secs(1));
        // Who is stuck is cut by the drain alone, which counts them. Their own time is for a drain
        // whose future was dropped, and so late that the two are no race.
        let alone = deadline + drain.deadline.max(UNDRAINED);
        shared.draining.begin();
        shared.draining.handlers.close();

        let outboxes = self.outboxes();
        let total = outboxes.len();
        for (index, outbox) in outboxes.iter().enumerate() {
            let share = index as f64 / total as f64;
            sleep_until(began + (drain.deadline / 2).mul_f64(share)).await;
            let retry_after = drain.retry_after.mul_f64(0.5 + fastrand::f64());
            let goaway = Control::Goaway(Goaway {
                retry_after_ms: u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX),
                reason: drain.close.reason.to_string(),
            });
            wake(outbox.leave(&goaway.text(), drain.close.clone(), alone));
        }
        let mut report = DrainReport {
            connections: total,
            ..DrainReport::default()
        };
        if timeout_at(cut, self.ended()).await.is_err() {
            shared.draining.cut.cancel();
            let left = self.outboxes();
            report.aborted = left.len();
            for outbox in left {
                wake(outbox.end(Ending::Abort));
            }
            // What is left then is counted below.
            let _ = timeout_at(deadline, self.ended()).await;
        }
        shared.draining.drained.cancel();
        report.unflushed_frames = shared.draining.frames.load(Ordering::Acquire);
        report.unflushed_bytes = shared.draining.bytes.load(Ordering::Acquire);
        report.still_open = shared.doors.taken() + shared.draining.handlers.len();
        report
    }

    async fn ended(&self) {
        self.shared.doors.empty().await;
        self.shared.draining.handlers.wait().await;
    }

    fn outboxes(&self) -> Vec<Arc<Outbox>> {
        let hubs = self.shared.registry.hubs();
        hubs.iter().flat_map(|hub| hub.outboxes()).collect()
    }
}

fn wake(waker: Option<std::task::Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
