//! The outbox against a naive one, and its bounds.

use proptest::prelude::*;

use super::*;
use crate::wire::{Body, Envelope, Epoch, Position};

#[derive(Debug, Clone)]
enum Step {
    /// The event so many offsets after the cursor: 1 is the next one, 0 was seen.
    Publish(u64),
    Reply(usize),
    Volatile(Option<u8>, usize),
    /// The connection takes what is due, so many frames at most.
    Take(usize),
    /// The store tells of a newer position.
    FallBehind(u64),
    End,
    Leave,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => prop_oneof![9 => Just(1), 1 => 0..4_u64].prop_map(Step::Publish),
        3 => (20..60_usize).prop_map(Step::Reply),
        6 => (prop::option::of(0..3_u8), 20..200_usize).prop_map(|(key, len)| Step::Volatile(key, len)),
        3 => (1..6_usize).prop_map(Step::Take),
        1 => (0..3_u64).prop_map(Step::FallBehind),
    ];
    // Rarely, for it ends the run.
    let end =
        prop_oneof![8 => Just(None), 1 => Just(Some(Step::End)), 1 => Just(Some(Step::Leave))];
    (
        prop::collection::vec(step, 1..80),
        end,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(mut steps, end, at)| {
            if let Some(end) = end {
                steps.insert(at.index(steps.len()), end);
            }
            steps
        })
}

/// What waits, in a vector that nobody optimised.
#[derive(Debug, Clone, PartialEq)]
struct Naive {
    text: Text,
    /// None of it may be dropped, or one that may, with its key.
    volatile: Option<Option<u8>>,
}

struct Model {
    outbox: Outbox,
    bounds: Bounds,
    queue: Vec<Naive>,
    ending: Option<Ending>,
    cursor: u64,
    /// The newest event of the stream.
    top: u64,
    live: bool,
    goodbyes: usize,
    epoch: Epoch,
    /// Offsets that the client has.
    seen: u64,
    count: usize,
}

/// The time within which acks are expected, in the tests.
const WITHIN: Duration = Duration::from_secs(60);

fn bounds(frames: usize, bytes: usize) -> Bounds {
    Bounds {
        frames,
        bytes,
        acked_within: WITHIN,
    }
}

fn text(number: usize, len: usize) -> Text {
    let text = format!("{number:>len$}");
    text.as_str().into()
}

impl Model {
    fn new(bounds: Bounds) -> Self {
        let outbox = Outbox::new(ConnectionId(1), bounds);
        outbox.place(0, true);
        Self {
            outbox,
            bounds,
            queue: Vec::new(),
            ending: None,
            cursor: 0,
            top: 0,
            live: true,
            goodbyes: 0,
            epoch: "e".parse().expect("it is one"),
            seen: 0,
            count: 0,
        }
    }

    fn event(&self, offset: u64) -> Publication {
        let envelope = Envelope {
            kind: "note",
            timestamp: 0.0,
            thread_id: None,
            run_id: None,
            agent_name: None,
            payload: offset,
        };
        let body = Body::encode(&envelope).expect("it is json");
        let epoch = self.epoch.clone();
        Publication::new(body, Position { epoch, offset })
    }

    fn bytes(&self) -> usize {
        self.queue.iter().map(|item| item.text.len()).sum()
    }

    fn is_full(&self, more: usize) -> bool {
        let Bounds { frames, bytes, .. } = self.bounds;
        !self.queue.is_empty() && (self.queue.len() >= frames || self.bytes() + more > bytes)
    }

    fn push(&mut self, text: Text) {
        if self.ending.is_some() {
            return;
        }
        if self.is_full(text.len()) {
            self.queue.retain(|item| item.volatile.is_none());
        }
        if self.is_full(text.len()) {
            self.queue.clear();
            self.ending = Some(Ending::Close(Close::SLOW_CONSUMER));
            return;
        }
        let volatile = None;
        self.queue.push(Naive { text, volatile });
    }

    fn step(&mut self, step: Step) {
        self.count += 1;
        match step {
            Step::Publish(after) => {
                let offset = self.cursor + after;
                self.top = self.top.max(offset);
                if self.live && after > 1 {
                    self.live = false;
                } else if self.live && after == 1 {
                    self.cursor = offset;
                    let frame = self.event(offset).frame;
                    self.push(frame);
                }
                let waker = self.outbox.publish(&self.event(offset));
                drop(waker);
            }
            Step::Reply(len) => {
                let text = text(self.count, len);
                self.push(text.clone());
                let (taken, _) = self.outbox.reply(&text);
                assert_eq!(taken, self.ending.is_none());
            }
            Step::Volatile(key, len) => {
                let text = text(self.count, len);
                let name = key.map(|key| Arc::from(key.to_string()));
                drop(self.outbox.volatile(&text, name.as_ref()));
                if self.ending.is_some() {
                    return;
                }
                if key.is_some() {
                    self.queue.retain(|item| item.volatile != Some(key));
                }
                if !self.is_full(text.len()) {
                    let volatile = Some(key);
                    self.queue.push(Naive { text, volatile });
                }
            }
            Step::Take(frames) => self.take(frames),
            Step::FallBehind(more) => {
                self.top = self.top.max(self.cursor + more);
                if self.top > self.cursor {
                    self.live = false;
                }
                drop(self.outbox.fall_behind(self.top));
            }
            Step::End => {
                self.ending.get_or_insert(Ending::Close(Close::RESTART));
                drop(self.outbox.end(Ending::Close(Close::RESTART)));
            }
            Step::Leave => {
                let (goodbye, by) = (text(0, 500), Instant::now());
                if self.ending.is_none() {
                    self.goodbyes = 1;
                    let text = goodbye.clone();
                    let volatile = None;
                    self.queue.push(Naive { text, volatile });
                    self.ending = Some(Ending::CloseBy(Close::RESTART, by));
                }
                drop(self.outbox.leave(&goodbye, Close::RESTART, by));
            }
        }
        let condition = self.outbox.condition();
        assert_eq!(condition.queued_frames, self.queue.len());
        assert_eq!(condition.queued_bytes, self.bytes());
        let without = self.queue.len() - self.goodbyes.min(self.queue.len());
        assert!(without <= self.bounds.frames.max(1), "frames are bounded");
        let is_bounded = without <= 1 || self.bytes() <= self.bounds.bytes + 500 * self.goodbyes;
        assert!(is_bounded, "bytes are bounded");
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(self.outbox.watch(&mut cx), self.ending);
    }

    fn take(&mut self, frames: usize) {
        let mut cx = Context::from_waker(Waker::noop());
        let mut out = VecDeque::new();
        match self
            .outbox
            .poll_due(&mut cx, Instant::now(), (frames, usize::MAX), &mut out)
        {
            Poll::Ready(Due::Frames(ending)) => {
                assert_eq!(ending, self.ending);
                let taken: Vec<_> = self.queue.drain(..frames.min(self.queue.len())).collect();
                let texts = out.into_iter().map(|frame| match frame {
                    Frame::Text(text) | Frame::Reply(text) => text,
                    other => panic!("{other:?}"),
                });
                let texts: Vec<_> = texts.collect();
                assert_eq!(texts.len(), taken.len());
                for (text, naive) in texts.iter().zip(&taken) {
                    assert_eq!(text, &naive.text);
                    self.see(text);
                }
            }
            Poll::Ready(Due::Behind(offset)) => {
                assert!(self.queue.is_empty() && !self.live);
                assert_eq!(offset, self.seen, "everything before the hole went out");
                for offset in offset + 1..=self.top {
                    self.see(&self.event(offset).frame);
                }
                self.outbox.place(self.top, true);
                (self.cursor, self.live) = (self.top, true);
            }
            Poll::Ready(Due::End(ending)) => {
                assert!(self.queue.is_empty());
                assert_eq!(Some(ending), self.ending);
            }
            Poll::Pending => {
                assert!(self.queue.is_empty() && self.ending.is_none() && self.live);
                assert_eq!(self.seen, self.top, "who waits has everything");
            }
        }
    }

    fn see(&mut self, text: &Text) {
        let frame: Result<serde_json::Value, _> = serde_json::from_slice(text.as_bytes());
        let offset = frame.ok().and_then(|frame| frame["offset"].as_u64());
        if let Some(offset) = offset {
            assert_eq!(offset, self.seen + 1, "in order, without a gap");
            self.seen = offset;
        }
    }
}

proptest! {
    #[test]
    fn an_outbox_is_what_a_naive_one_is(
        steps in steps(),
        frames in 1..8_usize,
        bytes in 60..900_usize,
    ) {
        let mut model = Model::new(bounds(frames, bytes));
        for step in steps {
            model.step(step);
        }
        // What is left comes out, and then it ends or waits.
        for _ in 0..20 {
            model.take(64);
        }
        prop_assert!(model.queue.is_empty());
        let is_slow = model.ending == Some(Ending::Close(Close::SLOW_CONSUMER));
        prop_assert!(model.ending.is_some() || model.seen == model.top);
        prop_assert!(!is_slow || model.seen <= model.top);
    }
}

#[test]
fn the_newest_of_a_key_stands_where_it_was_published() {
    let outbox = Outbox::new(ConnectionId(1), bounds(8, 1_000));
    outbox.place(0, true);
    let (run, other) = (Arc::from("run"), Arc::from("other"));
    for (word, key) in [("one", &run), ("two", &other), ("three", &run)] {
        drop(outbox.volatile(&word.into(), Some(key)));
    }
    drop(outbox.reply(&"reply".into()));
    let mut out = VecDeque::new();
    let mut cx = Context::from_waker(Waker::noop());
    let due = outbox.poll_due(&mut cx, Instant::now(), (9, 1_000), &mut out);
    assert!(matches!(due, Poll::Ready(Due::Frames(None))));
    let words = ["two", "three"].map(|word| Frame::Text(word.into()));
    let reply = Frame::Reply("reply".into());
    assert_eq!(Vec::from(out), [&words[..], &[reply]].concat());
}

#[test]
fn to_one_who_closes_goes_what_is_for_it_alone_and_the_close_that_was_decided_first() {
    let decided = [
        None,
        Some(Ending::Close(Close::UNSUPPORTED)),
        Some(Ending::CloseBy(Close::RESTART, Instant::now())),
    ];
    for decided in decided {
        let model = Model::new(bounds(8, 1_000));
        let outbox = &model.outbox;
        outbox.place(0, true);
        drop(outbox.publish(&model.event(1)));
        drop(outbox.reply(&"one".into()));
        drop(outbox.volatile(&"partial".into(), None));
        drop(outbox.reply(&"two".into()));
        let mut words = vec!["one", "two"];
        match decided.clone() {
            Some(Ending::CloseBy(close, by)) => {
                words.push("goodbye");
                drop(outbox.leave(&"goodbye".into(), close, by));
            }
            Some(ending) => drop(outbox.end(ending)),
            None => {}
        }
        let answer = Close::answering(None);
        let ending = decided.unwrap_or(Ending::Close(answer.clone()));
        let replies = words.iter().map(|&word| Frame::Reply(word.into()));
        assert_eq!(outbox.hang_up(answer), (replies.collect(), ending));
        // What is not told is counted when it ends, and nothing more is taken.
        assert!(!outbox.reply(&"three".into()).0);
        let left = model.event(1).frame.len() + "partial".len();
        assert_eq!(outbox.close(), (2, left));
    }
}

#[test]
fn a_burst_leaves_no_memory_behind() {
    let outbox = Outbox::new(ConnectionId(1), bounds(1_000, 1_000_000));
    outbox.place(0, true);
    let mut cx = Context::from_waker(Waker::noop());
    for burst in [3, 16, 17, 64, 500] {
        for number in 0..burst {
            outbox.reply(&text(number, 20));
        }
        while outbox.condition().queued_frames > 0 {
            let due = outbox.poll_due(&mut cx, Instant::now(), (64, 10_000), &mut VecDeque::new());
            assert!(matches!(due, Poll::Ready(Due::Frames(None))));
        }
        let held = lock(&outbox.state).queue.capacity();
        assert!(held <= KEPT_CAPACITY, "{held} after {burst}");
        // Few have room that is kept: no event of a quiet connection asks for memory.
        let is_small = burst <= KEPT_CAPACITY;
        assert!(!is_small || held >= burst, "{held} after {burst}");
    }
}

#[test]
fn whoever_waits_is_woken_by_everything_that_is_due() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    type Cause<'a> = &'a dyn Fn(&Outbox) -> Option<Waker>;
    #[derive(Default)]
    struct Count(AtomicUsize);
    impl std::task::Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let model = Model::new(bounds(2, 1_000));
    let (next, far) = (model.event(1), model.event(9));
    let run = Arc::from("run");
    let causes: [Cause<'_>; 6] = [
        &|outbox| outbox.publish(&next),
        &|outbox| outbox.publish(&far),
        &|outbox| outbox.fall_behind(4),
        &|outbox| outbox.reply(&"reply".into()).1,
        &|outbox| outbox.volatile(&"partial".into(), Some(&run)),
        &|outbox| outbox.end(Ending::Abort),
    ];
    for cause in causes {
        let outbox = Outbox::new(ConnectionId(1), model.bounds);
        outbox.place(0, true);
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut cx = Context::from_waker(&waker);
        let mut out = VecDeque::new();
        assert!(
            outbox
                .poll_due(&mut cx, Instant::now(), (9, 9), &mut out)
                .is_pending()
        );
        cause(&outbox).expect("somebody waits").wake();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert!(
            outbox
                .poll_due(&mut cx, Instant::now(), (9, 9), &mut out)
                .is_ready()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_waits_beyond_half_of_the_bounds_presses_and_what_went_does_not() {
    let outbox = Outbox::new(ConnectionId(1), bounds(8, 1_000));
    let is_pressed = || outbox.condition().pressed.is_some();
    for _ in 0..4 {
        drop(outbox.volatile(&"v".into(), None));
        assert!(!is_pressed());
    }
    drop(outbox.volatile(&"v".into(), None));
    assert!(is_pressed(), "frames");
    // A reply takes the place of all of them.
    drop(outbox.reply(&"r".repeat(1_000 - 100).as_str().into()));
    assert_eq!(outbox.condition().queued_frames, 6);
    drop(outbox.reply(&"r".repeat(100).as_str().into()));
    assert!(is_pressed(), "bytes");
    let mut cx = Context::from_waker(Waker::noop());
    let mut out = VecDeque::new();
    let due = outbox.poll_due(&mut cx, Instant::now(), (9, 10_000), &mut out);
    assert!(due.is_ready() && !is_pressed());
    let key = Arc::from("k");
    drop(outbox.volatile(&"v".repeat(600).as_str().into(), Some(&key)));
    assert!(is_pressed(), "bytes of a volatile one");
    drop(outbox.volatile(&"v".into(), Some(&key)));
    assert!(!is_pressed(), "a short one took its place");
}

/// A client that acknowledges, against what a vector of all times knows.
#[derive(Debug, Clone)]
enum Ack {
    /// So many events, so many milliseconds later, which the connection takes.
    Publish(u64, u64),
    /// The same out of the history.
    Replay(u64, u64),
    /// So many of what waits, in hundredths.
    Some(u64, u64),
}

fn acks() -> impl Strategy<Value = Vec<Ack>> {
    let step = prop_oneof![
        3 => (1..20_u64, 0..9_000_u64).prop_map(|(count, later)| Ack::Publish(count, later)),
        1 => (1..20_u64, 0..9_000_u64).prop_map(|(count, later)| Ack::Replay(count, later)),
        3 => (0..9_000_u64, 0..=100_u64).prop_map(|(later, part)| Ack::Some(later, part)),
    ];
    prop::collection::vec(step, 1..120)
}

proptest! {
    #[test]
    fn how_long_an_event_waits_for_its_ack_is_told_about_as_it_is(steps in acks()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let model = Model::new(bounds(1_000_000, 1 << 30));
            let (outbox, mut times, mut acked) = (&model.outbox, Vec::new(), 0_u64);
            for step in steps {
                let (Ack::Publish(_, later) | Ack::Replay(_, later) | Ack::Some(later, _)) = step;
                tokio::time::advance(Duration::from_millis(later)).await;
                match step {
                    Ack::Publish(count, _) => {
                        for _ in 0..count {
                            times.push(Instant::now());
                            drop(outbox.publish(&model.event(times.len() as u64)));
                        }
                        let mut cx = Context::from_waker(Waker::noop());
                        let (now, batch) = (Instant::now(), (1_000, usize::MAX));
                        let _ = outbox.poll_due(&mut cx, now, batch, &mut VecDeque::new());
                    }
                    Ack::Replay(count, _) => {
                        times.extend((0..count).map(|_| Instant::now()));
                        outbox.replayed(times.len() as u64, true);
                    }
                    Ack::Some(_, part) => {
                        acked += (times.len() as u64 - acked) * part / 100;
                        outbox.ack(acked);
                    }
                }
                let since = outbox.condition().unacked;
                let waits = times.get(acked as usize).filter(|_| acked > 0);
                match (waits, since) {
                    (Some(really), Some(told)) => {
                        assert!(told >= *really, "it does not wait so long");
                        let (told, late) = (told.elapsed(), told - *really);
                        assert!(late <= WITHIN / 4 || told > WITHIN, "{late:?} too late");
                    }
                    (None, None) => {}
                    other => panic!("{other:?}"),
                }
            }
        });
    }
}
