//! A connection from its first frame to its last one: what is published goes out, what the client
//! sends comes in, in one task that never waits for one of them alone.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::PollSender;
use tracing::Instrument;

use crate::backplane::{Answer, BackplaneError, History, Publication};
use crate::caught::{Panicked, caught};
use crate::close::Close;
use crate::config::Config;
use crate::hub::CannotJoin;
use crate::identity::{AuthError, Credential, Proving, UserContext};
use crate::limits::Place;
use crate::observe;
use crate::outbox::{Acked, Due, Ending, KEPT_CAPACITY, Outbox};
use crate::registry::Held;
use crate::session::{ABNORMAL, Effect, Received, Session, after, never, refusal};
use crate::websocket_manager::{ConnectionHandle, Shared, WebSocketManager};
use crate::wire::{self, Control, Frame, Hello, Pong, Position, Text};

/// Frames that are handed to a transport before they are flushed.
const BATCH_FRAMES: usize = 64;
/// Their bytes, the last frame not counted.
const BATCH_BYTES: usize = 256 * 1024;
/// Events that are read from the history at once.
const HISTORY: usize = 128;
/// Tokens of one connection that are checked at once; one more is refused.
const CHECKED: usize = 4;
/// Rounds before other tasks have their turn.
const ROUNDS: usize = 32;
/// The least that a timer waits: as long as one lasts at the least.
const MOMENT: Duration = Duration::from_millis(1);

/// The stream broke.
#[derive(Debug)]
pub(crate) struct Broken;

/// What carries the frames of one connection. It answers pings itself.
pub(crate) trait Transport: Send + Unpin + 'static {
    /// For counters.
    const NAME: &'static str;

    /// What comes next. After a close, which is answered by the one that it is sent, or where the
    /// stream broke without a fault of the client, it is not asked again. After a fault there is
    /// nothing but the end of the stream: our close has its time to go out.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Received>;

    /// Takes frames from the front; ready when it has taken all of them, or takes no more because the
    /// close is among what it took.
    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut VecDeque<Frame>,
    ) -> Poll<Result<(), Broken>>;

    /// Ready when what it has taken is on its way.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>>;

    /// Frames that it has taken and that are not on their way as a whole, and their bytes.
    fn unsent(&self) -> (usize, usize);

    /// How many bytes the stream has taken.
    fn written(&self) -> u64;
}

/// Who may connect, and from which position on.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) shared: Arc<Shared>,
    pub(crate) context: UserContext,
    pub(crate) since: Option<Position>,
    pub(crate) place: Place,
}

/// What is with the authenticator.
struct Renewal {
    /// The client sent a token; else the authenticator was asked on its own.
    by_token: bool,
    proving: Proving<'static>,
}

/// The user's side of a connection: it leaves the hub when it is dropped, however that comes.
struct Member {
    held: Held,
    outbox: Arc<Outbox>,
}

impl Member {
    /// Joins the hub, in the time that a silent connection has.
    async fn join(
        &self,
        config: &Config,
        since: Option<&Position>,
    ) -> Result<Position, CannotJoin> {
        let limit = (config.connections_per_user, config.over_limit);
        let joining = self.held.join(&self.outbox, since, limit);
        match tokio::time::timeout(config.idle_timeout, joining).await {
            Ok(joined) => joined,
            Err(_) => {
                let silent = BackplaneError::Unavailable("no answer in time".to_owned());
                Err(CannotJoin::Backplane(silent))
            }
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.held.leave(&self.outbox);
    }
}

/// What is counted when a connection ends, however that comes.
struct Count {
    shared: Arc<Shared>,
    outbox: Arc<Outbox>,
    transport: &'static str,
    code: u16,
    /// Frames that the transport did not take.
    pending: (usize, usize),
}

impl Drop for Count {
    fn drop(&mut self) {
        let (frames, bytes) = self.outbox.close();
        if self.shared.draining.is_draining() {
            let (pending, pending_bytes) = self.pending;
            let left = (frames + pending, bytes + pending_bytes);
            self.shared.draining.unflushed(left);
        }
        observe::closed(self.transport, self.code, self.outbox.opened.elapsed());
        tracing::debug!(conn = %self.outbox.id, code = self.code, "connection ended");
    }
}

/// Serves a connection until it ends.
///
/// Dropping the future ends the connection at once.
pub(crate) fn serve<T: Transport>(
    transport: T,
    admission: Admission,
) -> impl Future<Output = ()> + Send {
    // In a box of its own: a future that held it would hold it twice, as argument and as variable.
    Box::new(Connection::new(transport, admission)).run()
}

/// What each turn touches stands in the middle, and together: of thousands of connections none is in a
/// cache when its turn comes, and each line of memory has its price.
#[repr(C)]
struct Connection<T> {
    context: UserContext,
    session: Session,
    /// Where the stream was when the connection joined.
    joined: Option<Position>,
    /// The newest offset that was known when the history was asked for.
    known: u64,
    timer: Pin<Box<Sleep>>,
    transport: T,
    /// Frames that the transport has not taken.
    out: VecDeque<Frame>,
    needs_flush: bool,
    /// The stream takes nothing for now, after so many bytes.
    stuck: Option<u64>,
    /// A ping that has no place in `out` yet.
    ping: bool,
    close_sent: bool,
    /// The client closed: what answers it goes out, and nothing else.
    answering: bool,
    /// Nothing is read, for the handler has no room.
    deaf: bool,
    ended: Option<u16>,
    /// Nothing is due before that time, at which this waker is called. None where that has to be
    /// found out.
    asleep: Option<(Instant, Waker)>,
    /// The position that the client came with, until it is known whether it is there.
    since: Option<Position>,
    reading: Option<Answer<History>>,
    /// What was sent first stands first.
    renewals: Vec<Renewal>,
    /// The way to the handler, from the first message on.
    handler: Option<PollSender<Text>>,
    // The user's place is free before the process's: who waits for the last one finds no hub.
    member: Member,
    count: Count,
    shared: Arc<Shared>,
    _place: Place,
}

/// What one step did.
type Progress = bool;

impl<T: Transport> Connection<T> {
    fn new(transport: T, admission: Admission) -> Self {
        let Admission {
            shared,
            context,
            since,
            place,
        } = admission;
        let now = Instant::now();
        let outbox = shared.outbox();
        let mut session = Session::new(&shared.config, now);
        session.set_expiry(deadline(&context, now));
        observe::opened(T::NAME);
        observe::named(outbox.id);
        tracing::debug!(conn = %outbox.id, "connection opened");
        Self {
            transport,
            session,
            out: VecDeque::new(),
            needs_flush: false,
            stuck: None,
            ping: false,
            close_sent: false,
            answering: false,
            since,
            joined: None,
            reading: None,
            known: 0,
            renewals: Vec::new(),
            handler: None,
            timer: Box::pin(tokio::time::sleep_until(now)),
            asleep: None,
            deaf: false,
            ended: None,
            member: Member {
                held: shared.registry.hold(context.user()),
                outbox: Arc::clone(&outbox),
            },
            count: Count {
                shared: Arc::clone(&shared),
                outbox,
                transport: T::NAME,
                code: ABNORMAL,
                pending: (0, 0),
            },
            context,
            shared,
            _place: place,
        }
    }

    async fn run(mut self: Box<Self>) {
        // In a box that is gone before the connection begins.
        let joining = Box::pin(self.member.join(&self.shared.config, self.since.as_ref()));
        // Before it has joined nothing else can end it.
        let cut = &self.shared.draining.cut;
        let Some(joined) = cut.run_until_cancelled(joining).await else {
            return;
        };
        match joined {
            _ if self.shared.draining.is_draining() => self.end(Close::RESTART),
            Ok(top) => self.begin(top),
            Err(CannotJoin::Limit) => self.end(Close::LIMITED),
            Err(CannotJoin::Backplane(error)) => {
                tracing::warn!(%error, "a connection cannot join");
                self.end(Close::TRY_AGAIN);
            }
        }
        let code = std::future::poll_fn(|cx| self.poll(cx)).await;
        self.count.code = code;
        self.count.pending = self.pending();
    }

    /// The connection joined its hub: it is told where it stands.
    fn begin(&mut self, top: Position) {
        match self.since.clone() {
            Some(since) => self.read(since),
            None => self.hello(&top, false),
        }
        self.joined = Some(top);
    }

    fn outbox(&self) -> &Outbox {
        &self.member.outbox
    }

    /// The protocol, to be changed: what is due when has to be found out again.
    fn session(&mut self) -> &mut Session {
        self.asleep = None;
        &mut self.session
    }

    /// Ends with this close, after what waits. Nothing is read from the history any more.
    fn end(&mut self, close: Close) {
        self.since = None;
        // This task is the one that would be woken.
        drop(self.outbox().end(Ending::Close(close)));
    }

    fn hello(&mut self, top: &Position, recovered: bool) {
        let config = &self.shared.config;
        let hello = Control::Hello(Hello {
            v: wire::VERSION,
            conn: self.outbox().id.to_string(),
            epoch: top.epoch.to_string(),
            offset: top.offset,
            recovered,
            heartbeat_ms: u64::try_from(config.heartbeat.as_millis()).unwrap_or(u64::MAX),
            max_message: config.message_bytes.min(wire::LARGEST_EXACT),
        });
        self.out.push_back(Frame::Reply(hello.text()));
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<u16> {
        let mut inward = true;
        let mut now = Instant::now();
        for _ in 0..ROUNDS {
            if inward {
                // What can be read is heard before silence is judged.
                inward = self.poll_receive(cx, now)
                    | self.poll_renewals(cx, now)
                    | self.poll_timer(cx, now);
            }
            let outward = self.poll_history(cx) | self.poll_due(cx, now) | self.poll_write(cx, now);
            if let Some(code) = self.ended {
                // The transport may have a close of its own to send; nobody waits for it.
                let _ = self.transport.poll_flush(cx);
                return Poll::Ready(code);
            }
            // What goes out may change until when something is waited for.
            inward |= self.asleep.is_none();
            if !inward && !outward {
                return Poll::Pending;
            }
            if inward {
                now = Instant::now();
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// What was decided elsewhere: the time to close begins, though what waits is stuck.
    fn ends(&mut self, ending: Ending, now: Instant) {
        let (close, by) = match ending {
            Ending::Abort => {
                self.ended = Some(ABNORMAL);
                return;
            }
            Ending::Close(close) => (close, after(now, self.session.close_timeout())),
            Ending::CloseBy(close, by) => (close, by),
        };
        // It is told again while it lasts, and begins once.
        if self.session.is_open() {
            self.session().close_by(&close, by);
        }
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>, now: Instant) -> Progress {
        let is_asleep =
            |(until, waker): &(Instant, Waker)| now < *until && waker.will_wake(cx.waker());
        if self.asleep.as_ref().is_some_and(is_asleep) {
            return false;
        }
        // The runtime fires a timer when it has asked what can be read, and not before: where this task
        // could not run for long, what the client said meanwhile is heard first.
        let fired = self.timer.is_elapsed().then(|| self.timer.deadline());
        let silent_at = self.session.silent_at();
        let is_silent = silent_at.is_some_and(|at| fired.is_some_and(|fired| at <= fired));
        if let Some(effect) = self.session().elapsed(now, is_silent) {
            self.apply(effect, now);
            return true;
        }
        let due = self.session.deadline().unwrap_or_else(|| never(now));
        // A timer that comes too early costs less than one that is set for each sign of the client. One
        // that is set for what has passed would be over at once, and nothing asked before.
        if due < self.timer.deadline() || self.timer.is_elapsed() {
            let soon = after(Instant::now(), MOMENT);
            self.timer.as_mut().reset(due.max(soon));
        }
        if self.timer.as_mut().poll(cx).is_ready() {
            return true;
        }
        self.asleep = Some((self.timer.deadline(), cx.waker().clone()));
        false
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>, now: Instant) -> Progress {
        if self.ended.is_some() || self.answering {
            return false;
        }
        let is_deaf = !self.has_room(cx) && self.session.is_open();
        if is_deaf != self.deaf {
            self.deaf = is_deaf;
            self.session().set_deaf(is_deaf, now);
        }
        if is_deaf {
            // What answers a ping that was read waits for no handler.
            return match self.transport.poll_flush(cx) {
                Poll::Ready(Err(Broken)) => {
                    self.broken();
                    true
                }
                _ => false,
            };
        }
        let Poll::Ready(received) = self.transport.poll_receive(cx) else {
            return false;
        };
        self.outbox().heard(now);
        if matches!(received, Received::Close(_))
            && let Some(ending) = self.outbox().watch(cx)
        {
            // What was decided elsewhere came before it.
            self.ends(ending, now);
        }
        if let Some(effect) = self.session().received(received, now) {
            self.apply(effect, now);
        }
        true
    }

    /// Whether the handler takes another message.
    fn has_room(&mut self, cx: &mut Context<'_>) -> bool {
        match &mut self.handler {
            // A handler that has ended takes everything, and does nothing with it.
            Some(handler) => handler.poll_reserve(cx).is_ready(),
            None => true,
        }
    }

    fn apply(&mut self, effect: Effect, now: Instant) {
        match effect {
            Effect::Message(text) => self.handle(text),
            Effect::Acked(offset) => {
                let acked = self.member.held.ack(self.outbox(), offset);
                if acked == Acked::Ahead {
                    let field = Some("offset".to_owned());
                    self.say(&refusal("invalid_ack", field, "this offset was not sent"));
                }
            }
            Effect::Authenticate(token) => self.authenticate(&token),
            Effect::Pong => self.say(&Control::Pong(Pong {}).text()),
            Effect::Send(text) => {
                observe::received("invalid");
                self.say(&text);
            }
            Effect::Ping => {
                self.ping = true;
                self.outbox().pinged(now);
            }
            Effect::Refresh => {
                let (shared, context) = (Arc::clone(&self.shared), self.context.clone());
                self.renewals.push(Renewal {
                    by_token: false,
                    proving: Box::pin(async move { shared.prolong(&context).await }),
                });
            }
            Effect::Close(close) => self.end(close),
            Effect::Answer(close) => self.answer(close),
            Effect::End(code) => self.ended = Some(code),
        }
    }

    /// The client closed: what is for it alone goes out, the close, and nothing else. Events are in the
    /// history; what the client said and was to be told is nowhere else.
    fn answer(&mut self, close: Close) {
        self.answering = true;
        self.since = None;
        let out = std::mem::take(&mut self.out).into_iter();
        let (mut first, rest): (VecDeque<Frame>, VecDeque<_>) =
            out.partition(|frame| matches!(frame, Frame::Reply(_) | Frame::Close(_)));
        let (replies, ending) = self.outbox().hang_up(close);
        first.extend(replies);
        if let Ending::Close(close) | Ending::CloseBy(close, _) = ending
            && !self.close_sent
        {
            first.push_back(Frame::Close(close));
            self.close_sent = true;
        }
        // What stands behind the close is not taken, and counted as what did not go out.
        first.extend(rest);
        self.out = first;
    }

    /// A frame for this connection alone.
    fn say(&self, frame: &Text) {
        // This task is the one that would be woken.
        drop(self.outbox().reply(frame));
    }

    fn handle(&mut self, text: Text) {
        if self.shared.handler.is_none() {
            observe::received("unhandled");
            self.say(&refusal(
                "unhandled",
                None,
                "this service takes no messages",
            ));
            return;
        }
        match &mut self.handler {
            // There is room: it was asked for before the message was read. An error says that the
            // handler was cut, by a drain.
            Some(handler) => {
                let _ = handler.send_item(text);
            }
            None => self.handler = Some(self.start_handler(text)),
        }
    }

    /// The task that handles the messages of this connection, from this one on, one after the other.
    /// It outlives the connection: what a client asked for is done though the client has gone.
    fn start_handler(&self, first: Text) -> PollSender<Text> {
        let (sender, mut messages) = mpsc::channel::<Text>(self.shared.config.messages_waiting);
        let sent = sender.try_send(first);
        debug_assert!(sent.is_ok(), "a new channel has room");
        let shared = Arc::clone(&self.shared);
        let manager = WebSocketManager::of(Arc::clone(&shared), self.member.held.clone());
        let outbox = Arc::clone(&self.member.outbox);
        let connection = ConnectionHandle::new(outbox, shared.config.event_bytes);
        let cut = shared.draining.cut.clone();
        let handling = async move {
            let handled = async {
                while let Some(text) = messages.recv().await {
                    handle(&shared, &text, &manager, &connection).await;
                }
            };
            cut.run_until_cancelled(handled).await;
        };
        let handlers = &self.shared.draining.handlers;
        handlers.spawn(handling.in_current_span());
        PollSender::new(sender)
    }

    fn authenticate(&mut self, token: &str) {
        if self.checked().count() >= CHECKED {
            let refused = "too many tokens are being checked";
            self.say(&refusal("credential_refused", None, refused));
            return;
        }
        let (shared, credential) = (Arc::clone(&self.shared), Credential::bearer(token));
        self.renewals.push(Renewal {
            by_token: true,
            proving: Box::pin(async move { shared.prove(credential).await }),
        });
    }

    /// Tokens that are being checked.
    fn checked(&self) -> impl Iterator<Item = &Renewal> {
        self.renewals.iter().filter(|renewal| renewal.by_token)
    }

    /// The newest credential that is one counts; what fails changes nothing.
    fn poll_renewals(&mut self, cx: &mut Context<'_>, now: Instant) -> Progress {
        let (mut is_behind, mut ended) = (false, None);
        for (index, renewal) in self.renewals.iter_mut().enumerate() {
            is_behind |= renewal.by_token;
            // The authenticator is asked on its own once the tokens before have failed.
            if is_behind && !renewal.by_token {
                continue;
            }
            if let Poll::Ready(renewed) = renewal.proving.as_mut().poll(cx) {
                ended = Some((index, renewed));
                break;
            }
        }
        let Some((index, renewed)) = ended else {
            return false;
        };
        let by_token = self.renewals.remove(index).by_token;
        match renewed {
            // A credential of somebody else is none for this connection.
            Ok(context) if context.user() == self.context.user() => {
                // What is older, or was asked for want of a token, has nothing to add.
                self.renewals.drain(..index);
                self.renewals.retain(|renewal| renewal.by_token);
                self.session().set_expiry(deadline(&context, now));
                self.context = context;
            }
            // As a message that cannot be handled.
            Err(AuthError::Internal) if by_token => {
                let failed = "the token could not be checked";
                self.say(&refusal("internal", None, failed));
            }
            _ if by_token => {
                let refused = "the token is not one of this user";
                self.say(&refusal("credential_refused", None, refused));
            }
            // There is a new token already.
            _ if self.checked().next().is_some() => {}
            Err(AuthError::Internal) => self.end(Close::INTERNAL),
            _ => {
                let expired = "send a new token, or the connection closes";
                self.say(&refusal("credential_expired", None, expired));
            }
        }
        true
    }

    fn read(&mut self, since: Position) {
        self.known = self.member.held.top();
        let channel = self.member.held.channel();
        self.reading = Some(channel.history(since, HISTORY));
    }

    fn poll_history(&mut self, cx: &mut Context<'_>) -> Progress {
        let Some(reading) = &mut self.reading else {
            return false;
        };
        let Poll::Ready(history) = reading.as_mut().poll(cx) else {
            return false;
        };
        self.reading = None;
        if self.close_sent {
            return true;
        }
        let is_first = self.since.take();
        if let Ok(History { top, .. }) = &history {
            self.member.held.saw(top);
            // Of another epoch than the hub, or closed: what was read is not for this connection.
            if self.outbox().is_ending() {
                return true;
            }
        }
        match history {
            Err(error) => {
                tracing::warn!(%error, "a history cannot be read");
                self.end(Close::TRY_AGAIN);
            }
            Ok(History { top, events }) => match (events, is_first) {
                (Some(events), since) => {
                    let is_first = since.is_some();
                    if is_first {
                        observe::resumed(true);
                        self.hello(&top, true);
                    }
                    self.replay(events, since.map(|since| since.offset));
                }
                (None, None) => self.end(Close::POSITION_LOST),
                (None, Some(_)) => {
                    observe::resumed(false);
                    match self.member.held.restart(self.outbox()) {
                        Some(top) => {
                            self.hello(&top, false);
                            self.joined = Some(top);
                        }
                        None => self.end(Close::TRY_AGAIN),
                    }
                }
            },
        }
        true
    }

    /// Events of the history go out. Where they are all that there is, the next ones come by
    /// themselves.
    fn replay(&mut self, events: Vec<Publication>, since: Option<u64>) {
        let last = events.last().map(|event| event.position.offset);
        let is_empty = events.is_empty();
        let frames = events.into_iter().map(|event| Frame::Text(event.frame));
        self.out.extend(frames);
        let Some(reached) = last.or(since).or(self.behind()) else {
            return;
        };
        let is_live = self.member.held.has_caught_up(self.outbox(), reached);
        // It may have been asked before the newest event came, and is asked again. But a history
        // without what was told of would be read for ever.
        if is_empty && !is_live && reached < self.known {
            self.end(Close::TRY_AGAIN);
        }
    }

    /// The offset after which events are to be read.
    fn behind(&self) -> Option<u64> {
        self.outbox().cursor_behind()
    }

    fn poll_due(&mut self, cx: &mut Context<'_>, now: Instant) -> Progress {
        // Nothing goes out before `hello`, which waits for the first look at the history.
        if self.since.is_none() && !self.close_sent && std::mem::take(&mut self.ping) {
            // In front of what waits: who takes a long time to read that is to answer meanwhile.
            if !matches!(self.out.front(), Some(Frame::Ping)) {
                self.out.push_front(Frame::Ping);
            }
            return true;
        }
        let is_busy = self.since.is_some() || !self.out.is_empty() || self.needs_flush;
        let is_over = self.close_sent || self.answering;
        if is_busy || is_over || self.reading.is_some() {
            let Some(ending) = self.outbox().watch(cx) else {
                return false;
            };
            let was_open = self.session.is_open();
            self.ends(ending, now);
            if is_busy || is_over {
                // The timer is to know how long it may take.
                return was_open;
            }
        }
        let batch = (BATCH_FRAMES, BATCH_BYTES);
        match self.member.outbox.poll_due(cx, now, batch, &mut self.out) {
            Poll::Pending => return false,
            Poll::Ready(Due::Frames(ending)) => {
                if let Some(ending) = ending {
                    self.ends(ending, now);
                }
            }
            Poll::Ready(Due::Behind(offset)) => {
                let Some(epoch) = self.joined.as_ref().map(|top| top.epoch.clone()) else {
                    return false;
                };
                self.read(Position { epoch, offset });
            }
            Poll::Ready(Due::End(ending)) => {
                self.ends(ending.clone(), now);
                if let Ending::Close(close) | Ending::CloseBy(close, _) = ending {
                    self.out.push_back(Frame::Close(close));
                    self.close_sent = true;
                    self.session().close_sent(now);
                }
            }
        }
        true
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, now: Instant) -> Progress {
        let mut progress = false;
        let mut is_stuck = false;
        if !self.out.is_empty() {
            let before = self.out.len();
            match self.transport.poll_send(cx, &mut self.out) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(Broken)) => self.broken(),
                Poll::Pending => is_stuck = true,
            }
            let taken = before - self.out.len();
            if taken > 0 {
                observe::sent(taken);
                self.needs_flush = true;
                progress = true;
            }
            if self.out.is_empty() && self.out.capacity() > KEPT_CAPACITY {
                self.out = VecDeque::new();
            }
        }
        if self.needs_flush || self.answering {
            match self.transport.poll_flush(cx) {
                // The session is closing: it has nothing else to wait for.
                Poll::Ready(_) if self.answering && !is_stuck => self.broken(),
                Poll::Ready(Ok(())) => {
                    self.needs_flush = false;
                    progress = true;
                }
                Poll::Ready(Err(Broken)) => self.broken(),
                Poll::Pending => is_stuck = true,
            }
        }
        if is_stuck || self.stuck.is_some() {
            self.see_taken(is_stuck, now);
        }
        progress
    }

    /// A client that takes more, after the stream took no more for a while, is there.
    fn see_taken(&mut self, is_stuck: bool, now: Instant) {
        let written = self.transport.written();
        if self.stuck.is_some_and(|before| written > before) {
            self.session().took(now);
        }
        self.stuck = is_stuck.then_some(written);
    }

    fn broken(&mut self) {
        let broken = Received::Broken(None);
        if let Some(Effect::End(code)) = self.session().received(broken, Instant::now()) {
            self.ended = Some(code);
        }
        // Nothing else ends it, and what ended it before counts.
        self.ended.get_or_insert(ABNORMAL);
    }

    /// Frames that the transport did not take or did not send, and their bytes.
    fn pending(&self) -> (usize, usize) {
        let texts = self
            .out
            .iter()
            .filter_map(Frame::text)
            .map(|text| text.len());
        texts.fold(self.transport.unsent(), |(frames, bytes), len| {
            (frames + 1, bytes + len)
        })
    }
}

/// Handles one message, whatever becomes of it.
async fn handle(
    shared: &Shared,
    text: &Text,
    manager: &WebSocketManager,
    connection: &ConnectionHandle,
) {
    let Some(handler) = &shared.handler else {
        return;
    };
    let handled = async {
        match handler.handle(text, manager.clone(), connection.clone()) {
            Ok(handling) => {
                observe::received("message");
                handling.await;
                None
            }
            Err(refused) => {
                observe::received("invalid");
                Some(refused)
            }
        }
    };
    let refused = match caught(handled).await {
        Ok(refused) => refused,
        Err(Panicked) => {
            tracing::error!(conn = %connection.id(), "the handler of a message panicked");
            Some(refusal(
                "internal",
                None,
                "the message could not be handled",
            ))
        }
    };
    if let Some(refused) = refused {
        connection.say(&refused);
    }
}

/// When a credential expires, by the clock of the runtime.
fn deadline(context: &UserContext, now: Instant) -> Option<Instant> {
    let left = context.expires()?.duration_since(SystemTime::now());
    // One that has expired is due now; one that lasts for ages is not due at all.
    now.checked_add(left.unwrap_or_default())
}
