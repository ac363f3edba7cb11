//! Streams in memory against a naive list of all that was ever published.

use std::collections::HashMap;

use futures_util::FutureExt;
use proptest::prelude::*;

use super::*;
use crate::wire::Envelope;

#[derive(Debug, Clone)]
enum Step {
    Publish(usize),
    /// The events after the one so far below (or above) the top.
    Read(i64, usize),
    Advance(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => (0..300_usize).prop_map(Step::Publish),
        5 => (-15..3_i64, 1..8_usize).prop_map(|(from, limit)| Step::Read(from, limit)),
        2 => (0..4_000_u64).prop_map(Step::Advance),
    ];
    prop::collection::vec(step, 1..80)
}

#[derive(Debug, Clone)]
enum Visit {
    /// Of a connection, which is told where the stream stands, or of a handle, which is not.
    Open(u8, bool),
    Close(u8),
    Publish(u8, usize),
    Advance(u64),
    /// Somebody asks how much is kept.
    Look,
}

fn visits() -> impl Strategy<Value = Vec<Visit>> {
    let user = 0..5_u8;
    let visit = prop_oneof![
        3 => (user.clone(), any::<bool>()).prop_map(|(user, asks)| Visit::Open(user, asks)),
        3 => user.clone().prop_map(Visit::Close),
        6 => (user, 0..300_usize).prop_map(|(user, len)| Visit::Publish(user, len)),
        2 => (0..6_000_u64).prop_map(Visit::Advance),
        1 => Just(Visit::Look),
    ];
    prop::collection::vec(visit, 1..100)
}

fn paused<T>(run: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("there is a runtime");
    runtime.block_on(run)
}

struct Nobody;

impl Subscriber for Nobody {
    fn signal(&self, _: Signal<'_>) {}
}

fn nobody() -> Weak<dyn Subscriber> {
    Weak::<Nobody>::new()
}

fn user(name: u8) -> UserId {
    UserId::new(format!("user-{name}")).expect("it is a name")
}

fn body(len: usize) -> Body {
    let envelope = Envelope {
        kind: "note",
        timestamp: 0.0,
        thread_id: None,
        run_id: None,
        agent_name: None,
        payload: "x".repeat(len),
    };
    Body::encode(&envelope).expect("it is json")
}

fn now_or_panic<T>(answer: Answer<T>) -> T {
    let answer = answer.now_or_never().expect("it does not wait");
    answer.expect("a process reaches itself")
}

fn position(publishing: Publishing) -> Position {
    match publishing {
        Publishing::Done(position) => position,
        other => panic!("{other:?}"),
    }
}

/// How many of the newest events are kept: as many as hold all bounds at once.
fn kept(all: &[(Instant, usize)], bounds: &Bounds, now: Instant) -> usize {
    let mut bytes = 0;
    let newest = all.iter().rev().enumerate();
    let kept = newest.take_while(|(count, (at, len))| {
        bytes += len;
        *count < bounds.events && bytes <= bounds.bytes && now - *at < bounds.age
    });
    kept.count()
}

proptest! {
    #[test]
    fn a_history_is_the_end_of_all_that_was_published(
        steps in steps(),
        history_events in 0..12_usize,
        history_bytes in 0..2_000_usize,
        age in 0..8_000_u64,
    ) {
        let config = Config {
            history_events,
            history_bytes,
            history_age: Duration::from_millis(age),
            ..Config::default()
        };
        paused(async {
            let local = Local::new(&config);
            let bounds = local.shared.bounds;
            let channel = local.open(&user(1), nobody());
            let top = now_or_panic(channel.subscribe()).top;
            let (epoch, mut all) = (top.epoch, Vec::new());
            for step in steps {
                match step {
                    Step::Publish(len) => {
                        let body = body(len);
                        let position = position(channel.publish(body.clone()));
                        assert_eq!(position.offset, all.len() as u64 + 1);
                        assert_eq!(position.epoch, epoch);
                        let frame = body.at(&epoch, position.offset);
                        all.push((Instant::now(), frame.len()));
                    }
                    Step::Read(from, limit) => {
                        let top = all.len() as i64;
                        let Ok(offset) = u64::try_from(top + from) else { continue };
                        let since = Position { epoch: epoch.clone(), offset };
                        let history = now_or_panic(channel.history(since, limit));
                        assert_eq!(history.top.offset, top as u64);
                        let kept = kept(&all, &bounds, Instant::now()) as i64;
                        let is_there = from <= 0 && -from <= kept;
                        let expected = is_there.then(|| {
                            (offset + 1..=top as u64).take(limit).collect::<Vec<_>>()
                        });
                        let offsets = history.events.map(|events| {
                            let offsets = events.iter().map(|event| event.position.offset);
                            offsets.collect::<Vec<_>>()
                        });
                        assert_eq!(offsets, expected);
                    }
                    Step::Advance(time) => {
                        tokio::time::advance(Duration::from_millis(time)).await;
                    }
                }
                let stream = channel_stream(&local, 1);
                let state = lock(&stream.state);
                let most = bounds.events + LAG as usize;
                assert!(state.kept.len() < most && state.bytes <= bounds.bytes);
                let sum: usize = state.kept.iter().map(|(_, frame)| frame.len()).sum();
                assert_eq!(sum, state.bytes);
            }
            let foreign = Position { epoch: Epoch::new(), offset: 0 };
            assert!(now_or_panic(channel.history(foreign, 1)).events.is_none());
        });
    }

    #[test]
    fn a_stream_is_kept_for_a_user_who_comes_back_in_time_and_within_bounds(
        visits in visits(),
        retained_bytes in 0..6_000_usize,
    ) {
        let config = Config {
            retained_bytes,
            history_age: Duration::from_secs(10),
            ..Config::default()
        };
        paused(async {
            let local = Local::new(&config);
            // With the position that somebody was told of.
            let mut open: HashMap<u8, (Arc<dyn Channel>, Option<Position>)> = HashMap::new();
            // Users who left, the first one first: when, their bytes, and their position.
            let mut left: Vec<(u8, Instant, usize, Position)> = Vec::new();
            for visit in visits {
                match visit {
                    Visit::Open(name, asks) if !open.contains_key(&name) => {
                        let channel = local.open(&user(name), nobody());
                        sweep(&mut left, &config);
                        let known = left.iter().position(|(it, ..)| *it == name);
                        let known = known.map(|at| left.remove(at).3);
                        let top = asks.then(|| now_or_panic(channel.subscribe()).top);
                        match (&top, &known) {
                            (Some(top), Some(known)) => assert_eq!(top, known),
                            (Some(top), None) => assert_eq!(top.offset, 0),
                            (None, _) => {}
                        }
                        open.insert(name, (channel, top.or(known)));
                    }
                    Visit::Close(name) => {
                        let Some((channel, top)) = open.remove(&name) else { continue };
                        let bytes = {
                            let stream = channel_stream(&local, name);
                            let mut state = lock(&stream.state);
                            state.trim(&local.shared.bounds, Instant::now());
                            state.settle();
                            state.cost()
                        };
                        drop(channel);
                        // What nobody knows of nobody comes back to.
                        left.extend(top.map(|top| (name, Instant::now(), bytes, top)));
                    }
                    Visit::Publish(name, len) => {
                        if let Some((channel, top)) = open.get_mut(&name) {
                            *top = Some(position(channel.publish(body(len))));
                        }
                    }
                    Visit::Advance(time) => {
                        tokio::time::advance(Duration::from_millis(time)).await;
                    }
                    Visit::Look | Visit::Open(..) => {}
                }
                sweep(&mut left, &config);
                let retained = local.retained();
                let bytes = left.iter().map(|(_, _, bytes, _)| bytes).sum();
                let expected = Retained { streams: left.len(), bytes };
                assert_eq!(retained, expected);
                assert!(retained.bytes <= retained_bytes);
                assert_eq!(local.shared.streams.len(), open.len() + left.len(), "nothing else is kept");
            }
            drop(open);
            tokio::time::advance(config.history_age).await;
            assert_eq!(local.retained(), Retained::default());
        });
    }
}

/// What the store forgets of those who left.
fn sweep(left: &mut Vec<(u8, Instant, usize, Position)>, config: &Config) {
    while let Some((_, at, ..)) = left.first() {
        let bytes: usize = left.iter().map(|(_, _, bytes, _)| bytes).sum();
        if at.elapsed() < config.history_age && bytes <= config.retained_bytes {
            return;
        }
        left.remove(0);
    }
}

fn channel_stream(local: &Local, name: u8) -> Arc<Stream> {
    let shard = lock(local.shared.streams.shard(&user(name)));
    Arc::clone(shard.get(&user(name)).expect("it is there"))
}

#[test]
fn what_was_left_goes_by_itself_when_it_is_old() {
    paused(async {
        let local = Local::new(&Config::default());
        let channel = local.open(&user(1), nobody());
        position(channel.publish(body(1)));
        drop(channel);
        tokio::time::sleep(Config::default().history_age + Duration::from_secs(1)).await;
        // Nobody asked: the task that watches did it.
        assert_eq!(lock(&local.shared.left).streams.len(), 0);
        assert_eq!(local.shared.streams.len(), 0);
    });
}

#[test]
fn a_position_that_was_told_is_kept_whoever_goes_last() {
    paused(async {
        let local = Local::new(&Config::default());
        let (told, handle) = (
            local.open(&user(1), nobody()),
            local.open(&user(1), nobody()),
        );
        let top = now_or_panic(told.subscribe()).top;
        drop(told);
        drop(handle);
        assert_eq!(local.retained().streams, 1);
        let again = local.open(&user(1), nobody());
        let history = now_or_panic(again.history(top.clone(), 1));
        assert_eq!(
            (history.top, history.events.map(|it| it.len())),
            (top, Some(0))
        );
        // Asked for by a position that was made up, it tells its own.
        let other = local.open(&user(2), nobody());
        let foreign = "other:7".parse().expect("it is one");
        let top = now_or_panic(other.history(foreign, 1)).top;
        drop(other);
        let again = local.open(&user(2), nobody());
        assert_eq!(now_or_panic(again.subscribe()).top, top);
    });
}

#[test]
fn a_history_may_be_kept_for_ever() {
    paused(async {
        let config = Config {
            history_age: Duration::MAX,
            ..Config::default()
        };
        let local = Local::new(&config);
        let channel = local.open(&user(1), nobody());
        let first = position(channel.publish(body(1)));
        drop(channel);
        assert_eq!(Watched(Arc::downgrade(&local.shared)).next(), None);
        tokio::time::sleep(Duration::from_secs(86_400)).await;
        let channel = local.open(&user(1), nobody());
        assert_eq!(now_or_panic(channel.subscribe()).top, first);
    });
}

#[test]
fn an_ack_is_known_to_those_who_subscribe_later() {
    paused(async {
        let local = Local::new(&Config::default());
        let channel = local.open(&user(1), nobody());
        let first = position(channel.publish(body(1)));
        channel.pass(Passing::Acked(first.clone()));
        assert_eq!(channel.acked(), Some(first.clone()));
        let other = local.open(&user(1), nobody());
        assert_eq!(other.acked(), Some(first.clone()));
        let standing = now_or_panic(other.subscribe());
        assert_eq!((standing.top, standing.acked), (first, 1));
        let foreign = "other:7".parse().expect("it is one");
        channel.pass(Passing::Acked(foreign));
        assert_eq!(now_or_panic(other.subscribe()).acked, 1);
        drop((channel, other));
        let left = local.open(&user(1), nobody());
        assert_eq!(left.acked().map(|acked| acked.offset), Some(1));
        drop(left);
        tokio::time::advance(Config::default().history_age).await;
        let anew = local.open(&user(1), nobody());
        assert_eq!(anew.acked(), None);
    });
}
