//! Since when events wait for an ack: a few times, for however many events.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// There are never more marks.
const MARKS: usize = 16;
/// So many of them stand in the time within which an ack is expected.
const WITHIN: u32 = 8;

/// How long the oldest event without an ack has waited, of those that the connection took. What is
/// told is never more than it is, and less by a quarter of the time within which an ack is expected
/// at most; by more only where that time has passed already.
#[derive(Debug)]
pub(super) struct Unacked {
    /// Each says that everything up to an offset had been queued by then; both rise. The last one
    /// moves on with what is queued, until it is far enough from the one before.
    marks: VecDeque<(u64, Instant)>,
    apart: Duration,
}

impl Unacked {
    /// An ack is expected within that time.
    pub(super) fn new(within: Duration) -> Self {
        Self {
            marks: VecDeque::new(),
            apart: within / WITHIN,
        }
    }

    /// Whether nothing is known to wait.
    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Everything up to an offset is queued, of which the last one has no ack.
    pub(super) fn queued(&mut self, offset: u64, now: Instant) {
        let mut newest = self.marks.iter().rev();
        let (last, before) = (newest.next(), newest.next());
        if last.is_some_and(|(known, _)| offset <= *known) {
            return;
        }
        if before.is_some_and(|(_, at)| now.saturating_duration_since(*at) < self.apart) {
            self.marks.pop_back();
        }
        if self.marks.len() == MARKS {
            // What is so old is told already: it is enough to know about when.
            let mut index = 0;
            self.marks.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        self.marks.push_back((offset, now));
    }

    /// Everything up to an offset has its ack.
    pub(super) fn acked(&mut self, offset: u64) {
        while self.marks.front().is_some_and(|(mark, _)| *mark <= offset) {
            self.marks.pop_front();
        }
    }

    /// Since when the oldest event waits.
    pub(super) fn since(&self) -> Option<Instant> {
        self.marks.front().map(|(_, at)| *at)
    }
}
