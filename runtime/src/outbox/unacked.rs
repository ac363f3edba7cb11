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
    /// The newest mark, and since when it moves on with what is queued. It is not among the others:
    /// an event that comes soon after another one touches none of them.
    newest: Option<(Mark, Instant)>,
    apart: Duration,
    /// The others; both rise.
    marks: VecDeque<Mark>,
}

/// Everything up to an offset had been queued by then.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u64,
    at: Instant,
}

impl Unacked {
    /// An ack is expected within that time.
    pub(super) fn new(within: Duration) -> Self {
        Self {
            newest: None,
            apart: within / WITHIN,
            marks: VecDeque::new(),
        }
    }

    /// Whether nothing is known to wait.
    pub(super) fn is_empty(&self) -> bool {
        self.newest.is_none()
    }

    /// Everything up to an offset is queued, of which the last one has no ack.
    pub(super) fn queued(&mut self, offset: u64, now: Instant) {
        let mark = Mark { offset, at: now };
        match &mut self.newest {
            Some((newest, _)) if offset <= newest.offset => {}
            Some((newest, began)) if now.saturating_duration_since(*began) < self.apart => {
                *newest = mark;
            }
            Some((newest, began)) => {
                let before = std::mem::replace(newest, mark);
                *began = now;
                self.keep(before);
            }
            None => self.newest = Some((mark, now)),
        }
    }

    fn keep(&mut self, mark: Mark) {
        if self.marks.len() == MARKS {
            // What is so old is told already: it is enough to know about when.
            let mut index = 0;
            self.marks.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        self.marks.push_back(mark);
    }

    /// Everything up to an offset has its ack.
    pub(super) fn acked(&mut self, offset: u64) {
        while self.marks.front().is_some_and(|mark| mark.offset <= offset) {
            self.marks.pop_front();
        }
        self.newest = self.newest.filter(|(mark, _)| mark.offset > offset);
    }

    /// Since when the oldest event waits.
    pub(super) fn since(&self) -> Option<Instant> {
        let newest = self.newest.as_ref().map(|(mark, _)| mark);
        self.marks.front().or(newest).map(|mark| mark.at)
    }
}
