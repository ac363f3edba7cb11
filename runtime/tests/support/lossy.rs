//! A backplane of several nodes in one process that delays, reorders, repeats and loses signals.
//!
//! What a store promises, it keeps: an event has its place and is in the history before anybody is
//! told, and the events of one channel keep their order. Acks and closes are delayed, repeated and
//! reordered, but not lost; `Lost` and `Restored` come at once and in order. All its dice come from
//! one seed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use websocket_core::backplane::{
    Answer, Backplane, BackplaneError, Channel, History, Node, Passing, Publication, Publishing,
    Signal, Standing, Subscriber,
};
use websocket_core::identity::UserId;
use websocket_core::wire::{Body, Epoch, Position, Text};

/// What goes wrong, and how often.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// The longest delay of each leg of a request, and of each signal, in milliseconds.
    pub delay: u64,
    /// The share of signals that are lost: of events, and of what is volatile.
    pub lose: f64,
    /// The share of signals that come twice.
    pub twice: f64,
}

/// What all nodes share.
pub struct Store {
    state: Mutex<State>,
}

struct State {
    dice: fastrand::Rng,
    faults: Faults,
    /// So many events of each user are kept.
    history: usize,
    streams: HashMap<UserId, Stream>,
    /// Those that cannot reach the store.
    cut: Vec<usize>,
    nodes: Vec<Weak<dyn Node>>,
    /// Nothing that is asked is answered any more.
    hangs: bool,
    next: usize,
}

struct Stream {
    epoch: Epoch,
    /// All events of the epoch. What is read from it ends `history` events before its end.
    log: Vec<Publication>,
    acked: u64,
    /// The logs of the epochs before.
    past: Vec<(Epoch, Vec<Publication>)>,
    channels: Vec<Open>,
}

struct Open {
    id: usize,
    node: usize,
    subscriber: Weak<dyn Subscriber>,
    is_subscribed: bool,
    present: usize,
}

/// What a node is told, owned so that it can travel.
#[derive(Clone)]
enum Letter {
    Published(Publication),
    Passed(Passing),
    Lost,
    Restored(Standing),
}

impl Letter {
    fn signal(&self) -> Signal<'_> {
        match self {
            Self::Published(publication) => Signal::Published(publication),
            Self::Passed(passing) => Signal::Passed(passing),
            Self::Lost => Signal::Lost,
            Self::Restored(standing) => Signal::Restored(standing),
        }
    }

    fn may_be_lost(&self) -> bool {
        matches!(
            self,
            Self::Published(_) | Self::Passed(Passing::Volatile { .. })
        )
    }
}

impl Stream {
    fn new() -> Self {
        Self {
            epoch: Epoch::new(),
            log: Vec::new(),
            acked: 0,
            past: Vec::new(),
            channels: Vec::new(),
        }
    }

    fn position(&self) -> Position {
        Position {
            epoch: self.epoch.clone(),
            offset: self.log.len() as u64,
        }
    }

    fn standing(&self) -> Standing {
        Standing {
            top: self.position(),
            acked: self.acked,
        }
    }

    fn after(&self, since: &Position, (limit, kept): (usize, usize)) -> Option<Vec<Publication>> {
        let from = usize::try_from(since.offset).ok()?;
        let is_there = since.epoch == self.epoch
            && from <= self.log.len()
            && from >= self.log.len().saturating_sub(kept);
        is_there.then(|| self.log[from..].iter().take(limit).cloned().collect())
    }
}

impl State {
    fn delay(&mut self) -> Duration {
        Duration::from_millis(self.dice.u64(0..=self.faults.delay))
    }

    fn stream(&mut self, user: &UserId) -> &mut Stream {
        self.streams.entry(user.clone()).or_insert_with(Stream::new)
    }

    fn reach(&self, node: usize) -> Result<(), BackplaneError> {
        match self.cut.contains(&node) {
            true => Err(BackplaneError::Unavailable("cut off".to_owned())),
            false => Ok(()),
        }
    }

    /// The times after which a letter comes to one who reads it.
    fn fate(&mut self, letter: &Letter) -> Vec<Duration> {
        if letter.may_be_lost() && self.dice.f64() < self.faults.lose {
            return Vec::new();
        }
        let times = 1 + usize::from(self.dice.f64() < self.faults.twice);
        (0..times).map(|_| self.delay()).collect()
    }
}

impl Store {
    /// A store that keeps so many events of each user.
    pub fn new(seed: u64, faults: Faults, history: usize) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                dice: fastrand::Rng::with_seed(seed),
                faults,
                history,
                streams: HashMap::new(),
                cut: Vec::new(),
                nodes: Vec::new(),
                hangs: false,
                next: 0,
            }),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no one panics with it")
    }

    /// The backplane of one more node.
    pub fn node(self: &Arc<Self>) -> Lossy {
        let mut state = self.state();
        let nothing: Weak<Unheard> = Weak::new();
        state.nodes.push(nothing);
        Lossy {
            store: Arc::clone(self),
            node: state.nodes.len() - 1,
        }
    }

    pub fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// From now on nothing that is asked is answered.
    pub fn hang(&self) {
        self.state().hangs = true;
    }

    /// A node cannot reach the store any more, and is told so.
    pub fn cut(&self, node: usize) {
        let mut state = self.state();
        if state.cut.contains(&node) {
            return;
        }
        state.cut.push(node);
        drop(state);
        self.tell_node(node, |_| Letter::Lost);
    }

    /// It can again, and is told where the streams stand.
    pub fn restore(&self, node: usize) {
        let mut state = self.state();
        let before = state.cut.len();
        state.cut.retain(|cut| *cut != node);
        let was_cut = state.cut.len() < before;
        drop(state);
        if was_cut {
            self.tell_node(node, |stream| Letter::Restored(stream.standing()));
        }
    }

    fn tell_node(&self, node: usize, letter: impl Fn(&Stream) -> Letter) {
        let state = self.state();
        let mut letters = Vec::new();
        for stream in state.streams.values() {
            let here = stream.channels.iter();
            let here = here.filter(|open| open.node == node && open.is_subscribed);
            letters.extend(here.map(|open| (open.subscriber.clone(), letter(stream))));
        }
        drop(state);
        for (subscriber, letter) in letters {
            if let Some(subscriber) = subscriber.upgrade() {
                subscriber.signal(letter.signal());
            }
        }
    }

    /// The store loses its data: each stream begins anew, and nobody is told.
    pub fn lose_data(&self) {
        let mut state = self.state();
        for stream in state.streams.values_mut() {
            let epoch = std::mem::take(&mut stream.epoch);
            let log = std::mem::take(&mut stream.log);
            stream.acked = 0;
            stream.past.push((epoch, log));
        }
    }

    /// The frame that has a position, in whichever epoch.
    pub fn frame(&self, user: &str, epoch: &str, offset: u64) -> Option<Text> {
        let mut state = self.state();
        let stream = state.stream(&UserId::new(user).expect("it is a name"));
        let log = match stream.epoch.as_str() == epoch {
            true => Some(&stream.log),
            false => {
                let past = stream.past.iter();
                past.filter(|(known, _)| known.as_str() == epoch)
                    .map(|(_, log)| log)
                    .next()
            }
        };
        let index = usize::try_from(offset.checked_sub(1)?).ok()?;
        Some(log?.get(index)?.frame.clone())
    }

    /// Every frame that a user's stream ever had.
    pub fn frames(&self, user: &str) -> Vec<Text> {
        let mut state = self.state();
        let stream = state.stream(&UserId::new(user).expect("it is a name"));
        let past = stream.past.iter().flat_map(|(_, log)| log);
        let all = past.chain(&stream.log);
        all.map(|publication| publication.frame.clone()).collect()
    }

    /// Sends a letter to all subscribers of a user, as the dice fall.
    fn send(self: &Arc<Self>, state: &mut State, user: &UserId, letter: &Letter) {
        let open = state.stream(user).channels.iter();
        let readers: Vec<_> = open
            .filter(|open| open.is_subscribed)
            .map(|open| (open.node, open.subscriber.clone()))
            .collect();
        for (node, subscriber) in readers {
            for after in state.fate(letter) {
                let (store, letter) = (Arc::clone(self), letter.clone());
                let subscriber = subscriber.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(after).await;
                    let can_hear = store.state().reach(node).is_ok();
                    if let Some(subscriber) = subscriber.upgrade().filter(|_| can_hear) {
                        subscriber.signal(letter.signal());
                    }
                });
            }
        }
    }

    /// Asks the store: both ways take time.
    fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        node: usize,
        question: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Answer<T> {
        let store = Arc::clone(self);
        let there = store.state().delay();
        Box::pin(async move {
            tokio::time::sleep(there).await;
            if store.state().hangs {
                std::future::pending::<()>().await;
            }
            let (answer, back) = {
                let mut state = store.state();
                let answer = state.reach(node).map(|()| question(&mut state));
                (answer, state.delay())
            };
            tokio::time::sleep(back).await;
            answer
        })
    }
}

/// Takes the place of a node that does not listen yet.
struct Unheard;

impl Node for Unheard {
    fn broadcast(&self, _: &Text) {}
}

/// The backplane as one node has it.
pub struct Lossy {
    store: Arc<Store>,
    node: usize,
}

impl Backplane for Lossy {
    fn open(&self, user: &UserId, subscriber: Weak<dyn Subscriber>) -> Arc<dyn Channel> {
        let mut state = self.store.state();
        let id = state.next;
        state.next += 1;
        state.stream(user).channels.push(Open {
            id,
            node: self.node,
            subscriber,
            is_subscribed: false,
            present: 0,
        });
        drop(state);
        let (tasks, queue) = mpsc::unbounded_channel();
        let seat = Seat {
            store: Arc::clone(&self.store),
            user: user.clone(),
            node: self.node,
            id,
        };
        tokio::spawn(seat.clone().work(queue));
        Arc::new(LossyChannel { seat, tasks })
    }

    fn listen(&self, node: Weak<dyn Node>) {
        self.store.state().nodes[self.node] = node;
    }

    fn broadcast(&self, frame: &Text) {
        let mut state = self.store.state();
        for node in state.nodes.clone() {
            let (frame, after) = (frame.clone(), state.delay());
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                if let Some(node) = node.upgrade() {
                    node.broadcast(&frame);
                }
            });
        }
    }
}

/// Which channel of which stream.
#[derive(Clone)]
struct Seat {
    store: Arc<Store>,
    user: UserId,
    node: usize,
    id: usize,
}

/// An event, and who is told what became of it.
type Asked = (Body, oneshot::Sender<Result<Position, BackplaneError>>);

/// What keeps the order of the calls.
enum Task {
    /// What was published together.
    Publish(Vec<Asked>),
    Pass(Passing),
    Present(usize),
}

impl Seat {
    /// Does what was asked for, one after the other, until the channel is given up.
    async fn work(self, mut queue: mpsc::UnboundedReceiver<Task>) {
        while let Some(task) = queue.recv().await {
            match task {
                Task::Publish(together) => self.publish(together).await,
                Task::Pass(passing) => {
                    self.travel().await;
                    self.pass(passing);
                }
                // A node that is cut off tells it when it is back; here it never forgets it.
                Task::Present(present) => {
                    self.travel().await;
                    let mut state = self.store.state();
                    self.open(&mut state, |open| open.present = present);
                }
            }
        }
        let mut state = self.store.state();
        let channels = &mut state.stream(&self.user).channels;
        channels.retain(|open| open.id != self.id);
    }

    async fn travel(&self) {
        let there = self.store.state().delay();
        tokio::time::sleep(there).await;
    }

    /// Each takes its time, and the store may go in between: what comes after one that failed is
    /// withheld.
    async fn publish(&self, together: Vec<Asked>) {
        let mut is_whole = true;
        for (body, answer) in together {
            self.travel().await;
            let published = match is_whole {
                true => self.try_publish(body),
                false => Err(BackplaneError::Withheld),
            };
            is_whole = published.is_ok();
            let _nobody_asks = answer.send(published);
        }
    }

    fn try_publish(&self, body: Body) -> Result<Position, BackplaneError> {
        let mut state = self.store.state();
        state.reach(self.node)?;
        Ok(self.add(&mut state, body))
    }

    fn pass(&self, passing: Passing) {
        let mut state = self.store.state();
        if state.reach(self.node).is_err() {
            return;
        }
        if let Passing::Acked(position) = &passing {
            let stream = state.stream(&self.user);
            if stream.epoch == position.epoch {
                stream.acked = stream.acked.max(position.offset);
            }
        }
        let letter = Letter::Passed(passing);
        self.store.send(&mut state, &self.user, &letter);
    }

    fn add(&self, state: &mut State, body: Body) -> Position {
        let stream = state.stream(&self.user);
        let mut position = stream.position();
        position.offset += 1;
        let publication = Publication::new(body, position.clone());
        stream.log.push(publication.clone());
        let letter = Letter::Published(publication);
        self.store.send(state, &self.user, &letter);
        position
    }

    fn open(&self, state: &mut State, change: impl FnOnce(&mut Open)) {
        let channels = &mut state.stream(&self.user).channels;
        if let Some(open) = channels.iter_mut().find(|open| open.id == self.id) {
            change(open);
        }
    }
}

struct LossyChannel {
    seat: Seat,
    tasks: mpsc::UnboundedSender<Task>,
}

impl LossyChannel {
    fn begin(&self, task: Task) {
        // The worker lives as long as this sender.
        let _taken = self.tasks.send(task);
    }
}

impl Channel for LossyChannel {
    fn publish(&self, body: Body) -> Publishing {
        let publishing = self.publish_all(vec![body]).pop();
        publishing.expect("each has its answer")
    }

    fn publish_all(&self, bodies: Vec<Body>) -> Vec<Publishing> {
        let asked = bodies.into_iter().map(|body| {
            let (answer, asked) = oneshot::channel();
            let publishing = Publishing::Pending(Box::pin(async move {
                let answer = asked.await;
                answer.unwrap_or_else(|_| Err(BackplaneError::Unavailable("gone".to_owned())))
            }));
            ((body, answer), publishing)
        });
        let (asked, publishings) = asked.unzip();
        self.begin(Task::Publish(asked));
        publishings
    }

    fn pass(&self, passing: Passing) {
        self.begin(Task::Pass(passing));
    }

    fn subscribe(&self) -> Answer<Standing> {
        let seat = self.seat.clone();
        self.seat.store.ask(self.seat.node, move |state| {
            seat.open(state, |open| open.is_subscribed = true);
            state.stream(&seat.user).standing()
        })
    }

    fn history(&self, since: Position, limit: usize) -> Answer<History> {
        let user = self.seat.user.clone();
        self.seat.store.ask(self.seat.node, move |state| {
            let kept = state.history;
            let stream = state.stream(&user);
            History {
                top: stream.position(),
                events: stream.after(&since, (limit, kept)),
            }
        })
    }

    fn presence(&self) -> Answer<usize> {
        let user = self.seat.user.clone();
        self.seat.store.ask(self.seat.node, move |state| {
            let channels = state.stream(&user).channels.iter();
            channels.map(|open| open.present).sum()
        })
    }

    fn present(&self, connections: usize) {
        self.begin(Task::Present(connections));
    }
}
