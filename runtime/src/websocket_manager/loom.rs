//! Every order of the hub's steps, by a model checker: `cargo test -p websocket-core --features
//! __loom --lib loom`.
//!
//! Modelled are the locks of the registry, the hub, the outbox and the backplane in this process,
//! the count of holders, the doors, and whether a drain has begun. Not modelled are `Arc` and `Weak`
//! of std and tokio's `Notify`: between two steps of the model they are atomic. A connection's task
//! is stood for by a reader that takes the same steps; its sockets and timers are left out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use ::loom::{model, thread};
use futures_util::FutureExt;
use tokio::time::Instant;

use crate::backplane::{History, Local};
use crate::close::Close;
use crate::config::{Config, OverLimit};
use crate::hub::Hub;
use crate::identity::UserId;
use crate::limits::Doors;
use crate::outbox::{Bounds, ConnectionId, Due, Ending, Outbox};
use crate::registry::{Held, Registry};
use crate::websocket_manager::drain::Draining;
use crate::wire::{Body, Envelope, Frame, Position};

fn registry() -> Arc<Registry> {
    Registry::new(Arc::new(Local::new(&Config::default())))
}

fn ada() -> UserId {
    UserId::new("ada").expect("it is a name")
}

fn body() -> Body {
    let envelope = Envelope {
        kind: "note",
        timestamp: 0.0,
        thread_id: None,
        run_id: None,
        agent_name: None,
        payload: 0,
    };
    Body::encode(&envelope).expect("it is json")
}

fn outbox(id: u64) -> Arc<Outbox> {
    let bounds = Bounds {
        frames: 64,
        bytes: 64 * 1024,
        acked_within: Duration::from_secs(60),
    };
    Arc::new(Outbox::new(ConnectionId(id), bounds))
}

fn join(hub: &Hub, outbox: &Arc<Outbox>, since: Option<&Position>) -> Position {
    let joined = hub.join(outbox, since, (9, OverLimit::RejectNew));
    let joined = joined.now_or_never().expect("it does not wait");
    joined.expect("there is room")
}

/// Whether a task was woken.
#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The steps of a connection's task: `Connection::poll_due`, `read` and `replay`.
struct Reader {
    outbox: Arc<Outbox>,
    top: Position,
    got: Vec<u64>,
    woken: Arc<Flag>,
}

impl Reader {
    /// Joins from the beginning of the stream, by the history, or from where it stands.
    fn join(hub: &Hub, since: Option<&Position>) -> Self {
        let outbox = outbox(1);
        let top = join(hub, &outbox, since);
        let woken = Arc::new(Flag::default());
        Self {
            outbox,
            top,
            got: Vec::new(),
            woken,
        }
    }

    /// Takes all that is due. Afterwards it waits to be woken.
    fn take(&mut self, hub: &Hub) {
        loop {
            self.woken.0.store(false, Ordering::SeqCst);
            let waker = Waker::from(Arc::clone(&self.woken));
            let mut cx = Context::from_waker(&waker);
            let mut out = VecDeque::new();
            match self
                .outbox
                .poll_due(&mut cx, Instant::now(), (64, usize::MAX), &mut out)
            {
                Poll::Pending => return,
                Poll::Ready(Due::Frames(_)) => {
                    for frame in out {
                        let Frame::Text(text) = frame else {
                            panic!("{frame:?}")
                        };
                        self.see(text.as_bytes());
                    }
                }
                Poll::Ready(Due::Behind(offset)) => {
                    let epoch = self.top.epoch.clone();
                    let since = Position { epoch, offset };
                    let history = hub.channel().history(since, 1).now_or_never();
                    let History { events, .. } = history.expect("ready").expect("in process");
                    let events = events.expect("nothing is evicted");
                    let mut reached = offset;
                    for event in events {
                        self.see(event.frame.as_bytes());
                        reached = event.position.offset;
                    }
                    hub.has_caught_up(&self.outbox, reached);
                }
                Poll::Ready(Due::End(ending)) => panic!("{ending:?}"),
            }
        }
    }

    fn see(&mut self, frame: &[u8]) {
        let frame: serde_json::Value = serde_json::from_slice(frame).expect("it is json");
        self.got.push(frame["offset"].as_u64().expect("it has one"));
    }
}

fn assert_one_hub(registry: &Registry, held: &Held) {
    let hubs = registry.hubs();
    let is_it = hubs.len() == 1 && std::ptr::eq(&*hubs[0], &**held);
    assert!(is_it, "who holds a hub holds the one of the registry");
}

#[test]
fn creation_that_races_with_the_last_drop_gives_one_hub_and_leaves_none() {
    model(|| {
        let registry = registry();
        let last = registry.hold(&ada());
        let other = Arc::clone(&registry);
        let creator = thread::spawn(move || {
            let held = other.hold(&ada());
            assert_one_hub(&other, &held);
            let clone = held.clone();
            drop(held);
            assert_one_hub(&other, &clone);
        });
        drop(last);
        creator.join().expect("no panic");
        assert_eq!(registry.len(), 0);
        assert_eq!(registry.retained().streams, 0, "nothing was published");
    });
}

#[test]
fn two_creators_hold_one_hub() {
    model(|| {
        let registry = registry();
        let creators = [0, 1].map(|_| {
            let registry = Arc::clone(&registry);
            thread::spawn(move || {
                let held = registry.hold(&ada());
                assert_one_hub(&registry, &held);
                held
            })
        });
        let held = creators.map(|creator| creator.join().expect("no panic"));
        assert!(std::ptr::eq(&*held[0], &*held[1]));
        drop(held);
        assert_eq!(registry.len(), 0);
    });
}

#[test]
fn two_creations_that_race_with_the_last_drop_give_one_hub_and_leave_none() {
    model(|| {
        let registry = registry();
        let last = registry.hold(&ada());
        let creators = [0, 1].map(|_| {
            let registry = Arc::clone(&registry);
            thread::spawn(move || registry.hold(&ada()))
        });
        drop(last);
        let held = creators.map(|creator| creator.join().expect("no panic"));
        assert!(std::ptr::eq(&*held[0], &*held[1]), "one hub");
        assert_one_hub(&registry, &held[0]);
        drop(held);
        assert_eq!(registry.len(), 0);
        assert_eq!(registry.retained().streams, 0, "nothing was published");
    });
}

#[test]
fn two_droppers_give_a_hub_up_once_and_its_stream_stays() {
    model(|| {
        let registry = registry();
        let held = [registry.hold(&ada()), registry.hold(&ada())];
        held[0].publish(body());
        let droppers = held.map(|held| thread::spawn(move || drop(held)));
        for dropper in droppers {
            dropper.join().expect("no panic");
        }
        assert_eq!(registry.len(), 0);
        assert_eq!(registry.retained().streams, 1);
        let again = registry.hold(&ada());
        let reader = Reader::join(&again, None);
        assert_eq!(reader.top.offset, 1, "the stream goes on");
    });
}

#[test]
fn one_who_comes_back_while_the_last_one_goes_finds_the_stream_that_was_told() {
    model(|| {
        let registry = registry();
        let last = registry.hold(&ada());
        let told = outbox(1);
        let start = join(&last, &told, None);
        last.leave(&told);
        let other = Arc::clone(&registry);
        let comer = thread::spawn(move || {
            let held = other.hold(&ada());
            join(&held, &outbox(2), None)
        });
        drop(last);
        assert_eq!(comer.join().expect("no panic"), start);
        assert_eq!((registry.len(), registry.retained().streams), (0, 1));
    });
}

/// A connection joins and reads while events come: each one comes once, live or by the history, and
/// a reader that waits is woken.
fn attach_and_send(from_the_history: bool) {
    model(move || {
        let registry = registry();
        let held = registry.hold(&ada());
        let start = join(&held, &outbox(9), None);
        let sender = held.clone();
        let sender = thread::spawn(move || {
            sender.publish(body());
            sender.publish(body());
        });
        let since = from_the_history.then_some(&start);
        let mut reader = Reader::join(&held, since);
        reader.take(&held);
        let seen = reader.got.len();
        sender.join().expect("no panic");
        let is_woken = reader.woken.0.load(Ordering::SeqCst);
        reader.take(&held);
        assert!(is_woken || reader.got.len() == seen, "who waits is woken");
        let first = match since {
            Some(_) => 1,
            None => reader.top.offset + 1,
        };
        assert_eq!(reader.got, (first..=2).collect::<Vec<_>>());
    });
}

#[test]
fn attach_and_send_lose_nothing_live() {
    attach_and_send(false);
}

#[test]
fn attach_and_send_lose_nothing_by_the_history() {
    attach_and_send(true);
}

#[test]
fn a_connection_that_goes_takes_no_other_with_it() {
    model(|| {
        let registry = registry();
        let held = registry.hold(&ada());
        let mut stays = Reader::join(&held, None);
        let goes = outbox(2);
        join(&held, &goes, None);
        let (leaver, gone) = (held.clone(), Arc::clone(&goes));
        let leaver = thread::spawn(move || {
            leaver.leave(&gone);
            leaver.publish(body());
        });
        let (_, live) = held.publish(body());
        assert!((1..=2).contains(&live));
        leaver.join().expect("no panic");
        stays.take(&held);
        assert_eq!(stays.got, [1, 2]);
        assert_eq!(held.connections(), 1);
        let waits = goes.condition().queued_frames;
        assert!(waits <= 1, "nothing reaches a connection that has gone");
        let presence = held.channel().presence().now_or_never();
        assert_eq!(presence, Some(Ok(1)), "the backplane knows the newest");
    });
}

#[test]
fn one_that_is_cut_as_it_goes_is_counted_out_once() {
    model(|| {
        let registry = registry();
        let held = registry.hold(&ada());
        let (goes, stays) = (outbox(1), outbox(2));
        join(&held, &stays, None);
        join(&held, &goes, None);
        let (leaver, gone) = (held.clone(), Arc::clone(&goes));
        let leaver = thread::spawn(move || leaver.leave(&gone));
        drop(goes.end(Ending::Abort));
        leaver.join().expect("no panic");
        assert_eq!((held.open_connections(), held.connections()), (1, 1));
    });
}

#[test]
fn presence_is_the_newest_where_connections_come_and_go_at_once() {
    model(|| {
        let registry = registry();
        let held = registry.hold(&ada());
        let comers = [1, 2].map(|id| {
            let held = held.clone();
            thread::spawn(move || {
                let outbox = outbox(id);
                join(&held, &outbox, None);
                if id == 1 {
                    held.leave(&outbox);
                }
            })
        });
        for comer in comers {
            comer.join().expect("no panic");
        }
        let presence = held.channel().presence().now_or_never();
        assert_eq!(presence, Some(Ok(1)));
    });
}

/// A drain tells those who joined before it looked; who joins later sees that it has begun.
#[test]
fn nobody_joins_past_a_drain() {
    model(|| {
        let registry = registry();
        let draining = Arc::new(Draining::default());
        let (hubs, drain) = (Arc::clone(&registry), Arc::clone(&draining));
        let drainer = thread::spawn(move || {
            drain.begin();
            for outbox in hubs.hubs().iter().flat_map(|hub| hub.outboxes()) {
                drop(outbox.end(Ending::Close(Close::RESTART)));
            }
        });
        // As `Connection::run` does.
        let held = registry.hold(&ada());
        let outbox = outbox(1);
        join(&held, &outbox, None);
        if draining.is_draining() {
            drop(outbox.end(Ending::Close(Close::RESTART)));
        }
        drainer.join().expect("no panic");
        assert!(outbox.is_ending());
    });
}

#[test]
fn the_doors_let_in_no_more_than_they_may() {
    model(|| {
        let config = Config {
            connections: 1,
            ..Config::default()
        };
        let doors = Doors::new(&config);
        let inside = Arc::new(AtomicBool::new(false));
        let enter = |doors: &Arc<Doors>, inside: &AtomicBool| {
            if let Ok(place) = doors.enter(None) {
                assert!(!inside.swap(true, Ordering::SeqCst), "there is one place");
                thread::yield_now();
                inside.store(false, Ordering::SeqCst);
                drop(place);
            }
        };
        let (other, within) = (Arc::clone(&doors), Arc::clone(&inside));
        let comer = thread::spawn(move || enter(&other, &within));
        enter(&doors, &inside);
        comer.join().expect("no panic");
        assert_eq!(doors.taken(), 0);
        assert!(doors.empty().now_or_never().is_some());
        assert!(doors.enter(None).is_ok(), "the place is free again");
    });
}
