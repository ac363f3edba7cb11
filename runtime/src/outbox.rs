//! What waits for one connection, within bounds: the side of a connection that publishers see.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::Instant;

use self::unacked::Unacked;
use crate::backplane::Publication;
use crate::close::Close;
use crate::observe;
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};
use crate::wire::{Frame, Text};

mod unacked;

/// A queue that grew beyond this is given back when it is empty, for most connections are idle; but a
/// few events at a time ask for no memory. As a whole: what is left of one pins what lies around it.
pub(crate) const KEPT_CAPACITY: usize = 16;

/// The name of a connection: unique in this process, for logs and for replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub(crate) u64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{:x}", self.0)
    }
}

/// How much may wait, and how long for an ack before that is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
    pub(crate) acked_within: Duration,
}

/// The side of a connection that publishers see. They never wait for it.
#[derive(Debug)]
pub(crate) struct Outbox {
    pub(crate) id: ConnectionId,
    pub(crate) opened: Instant,
    bounds: Bounds,
    state: Mutex<State>,
}

/// What each event touches stands first, and together: of thousands of connections none is in a cache
/// when its turn comes, and each line of memory has its price.
#[derive(Debug)]
#[repr(C)]
struct State {
    queue: VecDeque<Item>,
    waker: Option<Waker>,
    /// The durable event that was queued or replayed last.
    cursor: u64,
    bytes: usize,
    /// How many in the queue are volatile.
    volatile: usize,
    /// Whether events are queued as they come; else the connection reads them from the history.
    live: bool,
    unacked: Unacked,
    /// Since when more than half of the bounds waits.
    pressed: Option<Instant>,
    ending: Option<Ending>,
    /// Where it is counted while it takes what it is handed.
    counted: Option<Arc<AtomicUsize>>,
    heard: Instant,
    /// The ping that nothing was heard after.
    pinged: Option<Instant>,
    acked: u64,
}

#[derive(Debug)]
struct Item {
    frame: Text,
    kind: Kind,
    /// Of a volatile one that a newer one with the same key makes needless.
    key: Option<Arc<str>>,
}

/// What is left of a frame that does not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It is in the history.
    Durable,
    /// Nothing, and nobody misses it.
    Volatile,
    /// Nothing: it is for this connection alone.
    Reply,
}

impl Item {
    fn of(kind: Kind, frame: Text) -> Self {
        Self {
            frame,
            kind,
            key: None,
        }
    }

    fn is_volatile(&self) -> bool {
        self.kind == Kind::Volatile
    }

    fn into_frame(self) -> Frame {
        match self.kind {
            Kind::Reply => Frame::Reply(self.frame),
            Kind::Durable | Kind::Volatile => Frame::Text(self.frame),
        }
    }
}

/// How a connection is to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With this close frame, after what is queued.
    Close(Close),
    /// The same, where what is queued has until then to go out.
    CloseBy(Close, Instant),
    /// At once.
    Abort,
}

/// What a connection has to do.
#[derive(Debug)]
pub(crate) enum Due {
    /// Frames go out; how the connection ends after them, if it does.
    Frames(Option<Ending>),
    /// Events after this offset are to be read from the history.
    Behind(u64),
    /// Nothing waits any more, and the connection ends.
    End(Ending),
}

/// What is known of a connection, for `health` and `stats`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Condition {
    pub(crate) heard: Instant,
    pub(crate) pinged: Option<Instant>,
    pub(crate) queued_frames: usize,
    pub(crate) queued_bytes: usize,
    pub(crate) unacked: Option<Instant>,
    pub(crate) pressed: Option<Instant>,
}

impl Outbox {
    pub(crate) fn new(id: ConnectionId, bounds: Bounds) -> Self {
        let now = Instant::now();
        Self {
            id,
            opened: now,
            bounds,
            state: Mutex::new(State {
                queue: VecDeque::new(),
                bytes: 0,
                volatile: 0,
                cursor: 0,
                live: false,
                ending: None,
                counted: None,
                waker: None,
                heard: now,
                pinged: None,
                acked: 0,
                unacked: Unacked::new(bounds.acked_within),
                pressed: None,
            }),
        }
    }

    /// From now on it is one of those that take what they are handed, until it ends.
    pub(crate) fn count_in(&self, open: &Arc<AtomicUsize>) {
        let mut state = lock(&self.state);
        if state.ending.is_none() && state.counted.is_none() {
            open.fetch_add(1, Ordering::AcqRel);
            state.counted = Some(Arc::clone(open));
        }
    }

    /// It is handed nothing any more.
    pub(crate) fn count_out(&self) {
        lock(&self.state).count_out();
    }

    /// Events after `cursor` are queued as they come, or read from the history.
    pub(crate) fn place(&self, cursor: u64, live: bool) {
        lock(&self.state).place(cursor, live);
    }

    /// Events up to `cursor` go out of the history.
    pub(crate) fn replayed(&self, cursor: u64, live: bool) {
        let mut state = lock(&self.state);
        if cursor > state.cursor {
            state.unacked.queued(cursor, Instant::now());
        }
        state.place(cursor, live);
    }

    /// A durable event. One that was seen before is none; a hole is read from the history.
    pub(crate) fn publish(&self, event: &Publication) -> Option<Waker> {
        let offset = event.position.offset;
        let mut state = lock(&self.state);
        if !state.live || offset <= state.cursor {
            return None;
        }
        if offset != state.cursor + 1 {
            state.live = false;
            return state.waker.take();
        }
        state.cursor = offset;
        if state.unacked.is_empty() {
            state.unacked.queued(offset, Instant::now());
        }
        state.push(Item::of(Kind::Durable, event.frame.clone()), self.bounds)
    }

    /// The connection is to read what it missed from the history, if there is something.
    pub(crate) fn fall_behind(&self, top: u64) -> Option<Waker> {
        let mut state = lock(&self.state);
        if top <= state.cursor {
            return None;
        }
        state.live = false;
        state.waker.take()
    }

    /// A frame for this connection alone. It says whether the connection takes it.
    pub(crate) fn reply(&self, frame: &Text) -> (bool, Option<Waker>) {
        let mut state = lock(&self.state);
        let waker = state.push(Item::of(Kind::Reply, frame.clone()), self.bounds);
        (state.ending.is_none(), waker)
    }

    /// A volatile event: the newest of its key, and none where the queue is full.
    pub(crate) fn volatile(&self, frame: &Text, key: Option<&Arc<str>>) -> Option<Waker> {
        let mut state = lock(&self.state);
        if state.ending.is_some() {
            return None;
        }
        if state.volatile > 0 && key.is_some() {
            let same = |item: &Item| item.key.as_ref() == key;
            if let Some(at) = state.queue.iter().rposition(same) {
                // At the end, where it was published: what stands between came before it.
                state.remove(at);
                observe::dropped();
            }
        }
        if state.is_full(frame.len(), self.bounds) {
            observe::dropped();
            return None;
        }
        state.volatile += 1;
        state.bytes += frame.len();
        state.queue.push_back(Item {
            key: key.cloned(),
            ..Item::of(Kind::Volatile, frame.clone())
        });
        state.press(self.bounds);
        state.waker.take()
    }

    /// Ends the connection. The first reason counts, but nothing is before an abort.
    pub(crate) fn end(&self, ending: Ending) -> Option<Waker> {
        let mut state = lock(&self.state);
        if state.ending.is_none() || ending == Ending::Abort {
            state.end(ending);
        }
        state.waker.take()
    }

    /// Says goodbye behind what is queued, which has until then to go out, and ends.
    pub(crate) fn leave(&self, goodbye: &Text, close: Close, by: Instant) -> Option<Waker> {
        let mut state = lock(&self.state);
        if state.ending.is_none() {
            // Without regard to bounds: it is the last one.
            state.bytes += goodbye.len();
            let goodbye = Item::of(Kind::Reply, goodbye.clone());
            state.queue.push_back(goodbye);
            state.end(Ending::CloseBy(close, by));
        }
        state.waker.take()
    }

    /// The client closed: it is answered with this close, if no other one was decided before. What is
    /// for this connection alone, and the close; all else stays where it is.
    pub(crate) fn hang_up(&self, close: Close) -> (Vec<Frame>, Ending) {
        let mut state = lock(&self.state);
        let ending = state.ending.clone().unwrap_or(Ending::Close(close));
        state.end(ending.clone());
        let queue = std::mem::take(&mut state.queue).into_iter();
        let (replies, rest): (VecDeque<Item>, _) = queue.partition(|item| item.kind == Kind::Reply);
        state.queue = rest;
        state.bytes = state.queue.iter().map(|item| item.frame.len()).sum();
        state.press(self.bounds);
        let replies = replies.into_iter().map(Item::into_frame);
        (replies.collect(), ending)
    }

    /// Whether it ends.
    pub(crate) fn is_ending(&self) -> bool {
        lock(&self.state).ending.is_some()
    }

    /// What is due, with up to so many frames and bytes. Where nothing is, the task is woken later.
    pub(crate) fn poll_due(
        &self,
        cx: &mut Context<'_>,
        now: Instant,
        (frames, bytes): (usize, usize),
        out: &mut VecDeque<Frame>,
    ) -> Poll<Due> {
        let mut state = lock(&self.state);
        if state.ending == Some(Ending::Abort) {
            return Poll::Ready(Due::End(Ending::Abort));
        }
        let (before, mut taken) = (out.len(), 0);
        while out.len() - before < frames && taken < bytes {
            let Some(item) = state.queue.pop_front() else {
                break;
            };
            taken += item.frame.len();
            state.volatile -= usize::from(item.is_volatile());
            out.push_back(item.into_frame());
        }
        if out.len() > before {
            state.bytes -= taken;
            state.press(self.bounds);
            if state.cursor > state.acked {
                let cursor = state.cursor;
                state.unacked.queued(cursor, now);
            }
            if state.queue.is_empty() && state.queue.capacity() > KEPT_CAPACITY {
                state.queue = VecDeque::new();
            }
            return Poll::Ready(Due::Frames(state.ending.clone()));
        }
        if let Some(ending) = &state.ending {
            return Poll::Ready(Due::End(ending.clone()));
        }
        if !state.live {
            return Poll::Ready(Due::Behind(state.cursor));
        }
        state.wake_by(cx);
        Poll::Pending
    }

    /// The offset after which events are to be read from the history, where they are.
    pub(crate) fn cursor_behind(&self) -> Option<u64> {
        let state = lock(&self.state);
        (!state.live).then_some(state.cursor)
    }

    /// The task is woken when something is due, though it does not ask for it now. How the
    /// connection ends, if it does.
    pub(crate) fn watch(&self, cx: &mut Context<'_>) -> Option<Ending> {
        let mut state = lock(&self.state);
        state.wake_by(cx);
        state.ending.clone()
    }

    /// The connection has ended: it takes nothing any more. What did not go out, in frames and
    /// bytes.
    pub(crate) fn close(&self) -> (usize, usize) {
        let mut state = lock(&self.state);
        state.end(Ending::Abort);
        let queue = std::mem::take(&mut state.queue);
        state.volatile = 0;
        (queue.len(), std::mem::take(&mut state.bytes))
    }

    pub(crate) fn pinged(&self, now: Instant) {
        lock(&self.state).pinged.get_or_insert(now);
    }

    /// The client gave a sign; the time since the ping it may answer.
    pub(crate) fn heard(&self, now: Instant) {
        let mut state = lock(&self.state);
        state.heard = now;
        if let Some(pinged) = state.pinged.take() {
            observe::round_trip(now.saturating_duration_since(pinged));
        }
    }

    /// The client has everything up to an offset. It says whether it told so before, or whether it
    /// can have it at all.
    pub(crate) fn ack(&self, offset: u64) -> Acked {
        let mut state = lock(&self.state);
        if offset > state.cursor {
            return Acked::Ahead;
        }
        if offset <= state.acked {
            return Acked::Known;
        }
        state.acked = offset;
        state.unacked.acked(offset);
        if offset < state.cursor {
            // What still waits in the queue is not known yet.
            let cursor = state.cursor;
            state.unacked.queued(cursor, Instant::now());
        }
        Acked::New
    }

    pub(crate) fn condition(&self) -> Condition {
        let state = lock(&self.state);
        Condition {
            heard: state.heard,
            pinged: state.pinged,
            queued_frames: state.queue.len(),
            queued_bytes: state.bytes,
            unacked: state.unacked.since().filter(|_| state.acked > 0),
            pressed: state.pressed,
        }
    }
}

/// What an ack says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acked {
    /// More than before.
    New,
    /// What was known.
    Known,
    /// Something that was never sent.
    Ahead,
}

impl State {
    fn place(&mut self, cursor: u64, live: bool) {
        self.cursor = cursor;
        self.live = live;
    }

    fn wake_by(&mut self, cx: &mut Context<'_>) {
        match &mut self.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            None => self.waker = Some(cx.waker().clone()),
        }
    }

    fn end(&mut self, ending: Ending) {
        self.ending = Some(ending);
        self.count_out();
    }

    fn count_out(&mut self) {
        if let Some(open) = self.counted.take() {
            open.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// A single frame is always let in.
    fn is_full(&self, more: usize, bounds: Bounds) -> bool {
        !self.queue.is_empty()
            && (self.queue.len() >= bounds.frames || self.bytes + more > bounds.bytes)
    }

    /// What waits has changed.
    fn press(&mut self, bounds: Bounds) {
        let half = (bounds.frames / 2, bounds.bytes / 2);
        match self.queue.len() > half.0 || self.bytes > half.1 {
            true => {
                self.pressed.get_or_insert_with(Instant::now);
            }
            false => self.pressed = None,
        }
    }

    fn remove(&mut self, at: usize) {
        if let Some(item) = self.queue.remove(at) {
            self.bytes -= item.frame.len();
            self.volatile -= usize::from(item.is_volatile());
        }
    }

    /// A frame that is not volatile. Volatile ones make room for it; without room the connection
    /// ends, and what waits is in the history.
    fn push(&mut self, item: Item, bounds: Bounds) -> Option<Waker> {
        if self.ending.is_some() {
            return None;
        }
        let len = item.frame.len();
        if self.is_full(len, bounds) && self.volatile > 0 {
            self.queue.retain(|item| !item.is_volatile());
            self.bytes = self.queue.iter().map(|item| item.frame.len()).sum();
            for _ in 0..std::mem::take(&mut self.volatile) {
                observe::dropped();
            }
        }
        if self.is_full(len, bounds) {
            self.queue = VecDeque::new();
            self.bytes = 0;
            self.end(Ending::Close(Close::SLOW_CONSUMER));
            return self.waker.take();
        }
        self.bytes += len;
        self.queue.push_back(item);
        self.press(bounds);
        self.waker.take()
    }
}

#[cfg(all(test, not(feature = "__loom")))]
mod tests;
