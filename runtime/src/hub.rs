//! The connections of one user, and what reaches them.

use std::fmt;
use std::sync::{Arc, Weak};
use std::task::Waker;

use smallvec::SmallVec;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::backplane::{
    Backplane, BackplaneError, Channel, Passing, Publication, Publishing, Signal, Standing,
    Subscriber,
};
use crate::close::Close;
use crate::config::OverLimit;
use crate::identity::UserId;
use crate::outbox::{Acked, Ending, Outbox};
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};
use crate::wire::{Body, Epoch, Position, Text};

/// The connections of one user. All managers and connections of the user hold the same one.
pub(crate) struct Hub {
    user: UserId,
    channel: Arc<dyn Channel>,
    /// Who holds it; the registry gives it up at none.
    pub(crate) holders: AtomicUsize,
    state: Mutex<State>,
    /// How many connections there are, for those who need nothing else.
    count: AtomicUsize,
    /// How many of them take what they are handed. Each tells it itself as it ends, so that who
    /// publishes asks none of them.
    open: Arc<AtomicUsize>,
    /// Held while the backplane is told how many connections there are, so that the last one told is
    /// the newest. It comes before the other locks.
    present: Mutex<()>,
    /// A connection came or went, or an ack came.
    changed: Notify,
}

/// What each event touches stands first, and together.
#[derive(Default)]
#[repr(C)]
struct State {
    connections: SmallVec<[Arc<Outbox>; 2]>,
    epoch: Option<Epoch>,
    /// The newest offset that was seen.
    top: u64,
    /// How many epochs there were, with this one.
    lives: u64,
    acked: u64,
    /// The epochs before, the last one at the end: what comes of them late is nothing new.
    retired: Vec<Epoch>,
    /// Since when the backplane cannot be reached.
    lost: Option<Instant>,
}

/// So many epochs that are over are known. What is later than so many losses of a store is not
/// expected.
const RETIRED: usize = 16;

/// Wakers that are called when no lock is held.
type Wakers = SmallVec<[Waker; 4]>;

fn wake(wakers: Wakers) {
    for waker in wakers {
        waker.wake();
    }
}

/// What clients are known to have.
#[derive(Debug)]
pub(crate) struct AckedUpTo {
    /// None before the stream is known.
    pub(crate) epoch: Option<Epoch>,
    /// 0 where nothing is known.
    pub(crate) offset: u64,
}

/// Why a connection cannot join.
#[derive(Debug)]
pub(crate) enum CannotJoin {
    /// The user has too many.
    Limit,
    /// Nobody knows the stream now.
    Backplane(BackplaneError),
}

impl Hub {
    /// The hub of a user, with nothing in it.
    pub(crate) fn open(user: UserId, backplane: &dyn Backplane) -> Arc<Self> {
        Arc::new_cyclic(|hub: &Weak<Self>| Self {
            channel: backplane.open(&user, hub.clone()),
            user,
            holders: AtomicUsize::new(0),
            state: Mutex::default(),
            count: AtomicUsize::new(0),
            open: Arc::new(AtomicUsize::new(0)),
            present: Mutex::default(),
            changed: Notify::new(),
        })
    }

    pub(crate) fn user(&self) -> &UserId {
        &self.user
    }

    pub(crate) fn channel(&self) -> &dyn Channel {
        &*self.channel
    }

    /// A durable event goes to the stream. With it: how many connections of this node it was
    /// handed to.
    pub(crate) fn publish(&self, body: Body) -> (Publishing, usize) {
        let publishing = self.channel.publish(body);
        (publishing, self.open_connections())
    }

    /// Durable events that belong together.
    pub(crate) fn publish_all(&self, bodies: Vec<Body>) -> (Vec<Publishing>, usize) {
        let publishings = self.channel.publish_all(bodies);
        (publishings, self.open_connections())
    }

    /// A connection joins. What is published from now on reaches it: as it comes, or where it comes
    /// back from a position, by the history first. The answer is the newest position.
    ///
    /// Dropping the future before it is ready leaves nothing behind.
    pub(crate) async fn join(
        &self,
        outbox: &Arc<Outbox>,
        since: Option<&Position>,
        limit: (usize, OverLimit),
    ) -> Result<Position, CannotJoin> {
        let standing = self.channel.subscribe().await;
        let standing = standing.map_err(CannotJoin::Backplane)?;
        let joined = self.enter(outbox, &standing, since, limit);
        self.tell_presence();
        joined
    }

    fn enter(
        &self,
        outbox: &Arc<Outbox>,
        standing: &Standing,
        since: Option<&Position>,
        (limit, over): (usize, OverLimit),
    ) -> Result<Position, CannotJoin> {
        let mut wakers = Wakers::new();
        let mut state = lock(&self.state);
        // One that ends has no place any more: who was cut as too slow comes back before it is gone.
        let mut open = state.connections.iter().filter(|it| !it.is_ending());
        let oldest = open.next();
        if oldest.into_iter().chain(open).count() >= limit {
            match (over, oldest) {
                (OverLimit::CloseOldest, Some(oldest)) => {
                    wakers.extend(oldest.end(Ending::Close(Close::LIMITED)));
                }
                _ => return Err(CannotJoin::Limit),
            }
        }
        let top = state.learn(standing, &mut wakers);
        match since {
            // Whether the history reaches back to it is for the one who reads it to say. Nobody has
            // an event that there is not, whatever position a client tells.
            Some(since) if since.epoch == top.epoch => {
                outbox.place(since.offset.min(top.offset), false);
            }
            Some(_) => outbox.place(0, false),
            None => outbox.place(top.offset, true),
        }
        state.connections.push(Arc::clone(outbox));
        outbox.count_in(&self.open);
        self.count.store(state.connections.len(), Ordering::Release);
        drop(state);
        wake(wakers);
        self.changed.notify_waiters();
        Ok(top)
    }

    /// A history told of the newest position. It ends the connections of another epoch.
    pub(crate) fn saw(&self, top: &Position) {
        let mut wakers = Wakers::new();
        let mut state = lock(&self.state);
        let is_anew = state.reach(top, &mut wakers);
        drop(state);
        wake(wakers);
        if is_anew {
            self.changed.notify_waiters();
        }
    }

    /// The newest offset that was seen.
    pub(crate) fn top(&self) -> u64 {
        lock(&self.state).top
    }

    /// A connection that read the history up to an offset: whether it has everything, and is told
    /// of the next event as it comes.
    pub(crate) fn has_caught_up(&self, outbox: &Outbox, offset: u64) -> bool {
        let state = lock(&self.state);
        let live = offset >= state.top;
        outbox.replayed(offset, live);
        live
    }

    /// A connection whose position is lost goes on from the newest one.
    pub(crate) fn restart(&self, outbox: &Outbox) -> Option<Position> {
        let state = lock(&self.state);
        outbox.place(state.top, true);
        Some(Position {
            epoch: state.epoch.clone()?,
            offset: state.top,
        })
    }

    /// A connection goes: exactly this one.
    pub(crate) fn leave(&self, outbox: &Outbox) {
        let mut state = lock(&self.state);
        let known = state.connections.iter().position(|it| it.id == outbox.id);
        if let Some(at) = known {
            state.connections.remove(at);
            outbox.count_out();
            self.count.store(state.connections.len(), Ordering::Release);
        }
        drop(state);
        self.changed.notify_waiters();
        self.tell_presence();
    }

    /// A frame for everyone, which no offset has a place for.
    pub(crate) fn broadcast(&self, frame: &Text) {
        let state = lock(&self.state);
        let told = state.connections.iter();
        let wakers: Wakers = told
            .filter_map(|outbox| outbox.volatile(frame, None))
            .collect();
        drop(state);
        wake(wakers);
    }

    fn tell_presence(&self) {
        let present = lock(&self.present);
        self.channel.present(self.connections());
        drop(present);
    }

    /// How many connections there are, with those that are closing.
    pub(crate) fn connections(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// How many connections take what they are handed: those that are closing take nothing.
    pub(crate) fn open_connections(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    pub(crate) fn outboxes(&self) -> Vec<Arc<Outbox>> {
        lock(&self.state).connections.to_vec()
    }

    /// Since when the backplane cannot be reached.
    pub(crate) fn lost(&self) -> Option<Instant> {
        lock(&self.state).lost
    }

    /// A client has everything up to an offset.
    pub(crate) fn ack(&self, outbox: &Outbox, offset: u64) -> Acked {
        let mut state = lock(&self.state);
        let acked = outbox.ack(offset);
        // An outbox that ends may be one of another epoch, whose offsets say nothing.
        let is_new = acked == Acked::New && !outbox.is_ending();
        let Some(epoch) = state.epoch.clone().filter(|_| is_new) else {
            return acked;
        };
        // What a client says here is known here, whatever becomes of the store.
        state.acked = state.acked.max(offset);
        drop(state);
        self.changed.notify_waiters();
        self.channel
            .pass(Passing::Acked(Position { epoch, offset }));
        acked
    }

    /// The newest position that a client of the user is known to have.
    pub(crate) fn acked(&self) -> AckedUpTo {
        // A hub that has not subscribed was told of nothing. The stream's lock comes before ours.
        let told = self.channel.acked();
        let state = lock(&self.state);
        let is_ours = |told: &Position| match &state.epoch {
            Some(epoch) => *epoch == told.epoch,
            None => true,
        };
        let told = told.filter(is_ours);
        AckedUpTo {
            offset: told.as_ref().map_or(0, |told| told.offset).max(state.acked),
            epoch: state.epoch.clone().or(told.map(|told| told.epoch)),
        }
    }

    /// From now on the hub is told of acks that reach other nodes.
    pub(crate) async fn listen(&self) -> Result<(), BackplaneError> {
        let standing = self.channel.subscribe().await?;
        let mut wakers = Wakers::new();
        lock(&self.state).learn(&standing, &mut wakers);
        wake(wakers);
        self.changed.notify_waiters();
        Ok(())
    }

    /// Waits until something holds that a coming or going connection, or an ack, can make true.
    ///
    /// Cancel safe.
    pub(crate) async fn until(&self, mut holds: impl FnMut(&Self) -> bool) {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if holds(self) {
                return;
            }
            changed.await;
        }
    }
}

impl State {
    /// Where the stream stands, as the backplane told it, maybe a while ago. The answer is the
    /// newest position that is known.
    fn learn(&mut self, standing: &Standing, wakers: &mut Wakers) -> Position {
        self.reach(&standing.top, wakers);
        let epoch = self.epoch.as_ref().unwrap_or(&standing.top.epoch).clone();
        if epoch == standing.top.epoch {
            self.acked = self.acked.max(standing.acked);
        }
        Position {
            epoch,
            offset: self.top,
        }
    }

    /// The stream reached a position. In another epoch nobody's position is known; whether it is one.
    fn reach(&mut self, position: &Position, wakers: &mut Wakers) -> bool {
        if self.epoch.as_ref() == Some(&position.epoch) {
            self.top = self.top.max(position.offset);
            return false;
        }
        if self.retired.contains(&position.epoch) {
            return false;
        }
        if let Some(epoch) = self.epoch.replace(position.epoch.clone()) {
            if self.retired.len() == RETIRED {
                self.retired.remove(0);
            }
            self.retired.push(epoch);
        }
        self.lives += 1;
        self.top = position.offset;
        self.acked = 0;
        for outbox in &self.connections {
            wakers.extend(outbox.end(Ending::Close(Close::POSITION_LOST)));
        }
        true
    }

    fn publish(&mut self, event: &Publication, wakers: &mut Wakers) {
        self.reach(&event.position, wakers);
        if self.epoch.as_ref() != Some(&event.position.epoch) {
            return;
        }
        for outbox in &self.connections {
            wakers.extend(outbox.publish(event));
        }
    }
}

impl Subscriber for Hub {
    fn signal(&self, signal: Signal<'_>) {
        let mut wakers = Wakers::new();
        let mut is_ack = false;
        let mut state = lock(&self.state);
        let lives = state.lives;
        match signal {
            Signal::Published(event) => state.publish(event, &mut wakers),
            Signal::Lost => {
                state.lost.get_or_insert_with(Instant::now);
            }
            Signal::Restored(standing) => {
                state.lost = None;
                let top = state.learn(standing, &mut wakers);
                for outbox in &state.connections {
                    wakers.extend(outbox.fall_behind(top.offset));
                }
                is_ack = true;
            }
            Signal::Passed(Passing::Volatile { frame, key }) => {
                for outbox in &state.connections {
                    wakers.extend(outbox.volatile(frame, Some(key)));
                }
            }
            Signal::Passed(Passing::Acked(position)) => {
                // It may be the first that is heard of the stream.
                state.reach(position, &mut wakers);
                if state.epoch.as_ref() == Some(&position.epoch) {
                    state.acked = state.acked.max(position.offset);
                    is_ack = true;
                }
            }
            Signal::Passed(Passing::Close(close)) => {
                for outbox in &state.connections {
                    wakers.extend(outbox.end(Ending::Close(close.clone())));
                }
            }
        }
        let is_anew = state.lives != lives;
        drop(state);
        wake(wakers);
        // Another epoch loses acks, which somebody may wait for.
        if is_ack || is_anew {
            self.changed.notify_waiters();
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("user", &self.user)
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(feature = "__loom")))]
mod tests;
