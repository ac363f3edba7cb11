//! A hub and a store whose words come late and in another order.

use std::collections::VecDeque;

use futures_util::FutureExt;

use super::*;
use crate::backplane::{Answer, History};
use crate::outbox::{Bounds, ConnectionId};
use crate::wire::Envelope;

/// A channel that answers what it was told to, and keeps what was passed on.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Standing>>,
    passed: Mutex<Vec<Position>>,
}

struct ScriptedChannel(Arc<Script>);

impl Backplane for Arc<Script> {
    fn open(&self, _: &UserId, _: Weak<dyn Subscriber>) -> Arc<dyn Channel> {
        Arc::new(ScriptedChannel(Arc::clone(self)))
    }

    fn listen(&self, _: Weak<dyn crate::backplane::Node>) {}

    fn broadcast(&self, _: &Text) {}
}

impl Channel for ScriptedChannel {
    fn publish(&self, _: Body) -> Publishing {
        Publishing::Failed(BackplaneError::Overloaded)
    }

    fn pass(&self, passing: Passing) {
        if let Passing::Acked(position) = passing {
            lock(&self.0.passed).push(position);
        }
    }

    fn subscribe(&self) -> Answer<Standing> {
        let answer = lock(&self.0.answers).pop_front();
        let answer = answer.ok_or(BackplaneError::Overloaded);
        Box::pin(std::future::ready(answer))
    }

    fn history(&self, _: Position, _: usize) -> Answer<History> {
        Box::pin(std::future::ready(Err(BackplaneError::Overloaded)))
    }

    fn presence(&self) -> Answer<usize> {
        Box::pin(std::future::ready(Ok(0)))
    }

    fn present(&self, _: usize) {}
}

fn position(text: &str) -> Position {
    text.parse().expect("it is one")
}

fn standing(top: &str, acked: u64) -> Standing {
    let top = position(top);
    Standing { top, acked }
}

fn event(at: &str) -> Publication {
    let envelope = Envelope {
        kind: "note",
        timestamp: 0.0,
        thread_id: None,
        run_id: None,
        agent_name: None,
        payload: 0,
    };
    let body = Body::encode(&envelope).expect("it is json");
    Publication::new(body, position(at))
}

const BOUNDS: Bounds = Bounds {
    frames: 100,
    bytes: 10_000,
    acked_within: std::time::Duration::from_secs(60),
};

struct Scene {
    script: Arc<Script>,
    hub: Arc<Hub>,
    next: u64,
}

impl Scene {
    fn new() -> Self {
        let script = Arc::new(Script::default());
        let user = UserId::new("ada").expect("it is a name");
        let hub = Hub::open(user, &script);
        let next = 1;
        Self { script, hub, next }
    }

    fn join(&mut self, answer: Standing, since: Option<&str>) -> (Arc<Outbox>, Position) {
        let outbox = Arc::new(Outbox::new(ConnectionId(self.next), BOUNDS));
        self.next += 1;
        let top = self.enter(&outbox, answer, since);
        (outbox, top)
    }

    fn enter(&self, outbox: &Arc<Outbox>, answer: Standing, since: Option<&str>) -> Position {
        lock(&self.script.answers).push_back(answer);
        let since = since.map(position);
        let limit = (9, OverLimit::RejectNew);
        let joined = self.hub.join(outbox, since.as_ref(), limit);
        let joined = joined.now_or_never().expect("it does not wait");
        joined.expect("there is room")
    }

    fn tell(&self, at: &str) {
        self.hub.signal(Signal::Published(&event(at)));
    }
}

#[test]
fn a_late_word_of_an_epoch_that_is_over_changes_nothing() {
    let mut scene = Scene::new();
    let (old, _) = scene.join(standing("a:7", 0), None);
    scene.tell("b:1");
    let mut cx = std::task::Context::from_waker(Waker::noop());
    assert_eq!(
        old.watch(&mut cx),
        Some(Ending::Close(Close::POSITION_LOST))
    );
    scene.tell("c:1");
    // Asked before the store lost its data, answered after it.
    for late in ["a:7", "b:1"] {
        let (fresh, top) = scene.join(standing(late, 0), None);
        assert_eq!(top, position("c:1"));
        scene.hub.signal(Signal::Restored(&standing(late, 0)));
        scene.hub.saw(&position(late));
        let acked = Passing::Acked(position(late));
        scene.hub.signal(Signal::Passed(&acked));
        scene.tell(late);
        assert!(!fresh.is_ending(), "{late}");
        scene.hub.leave(&fresh);
    }
    let (fresh, _) = scene.join(standing("c:1", 0), None);
    scene.tell("c:2");
    assert_eq!(fresh.condition().queued_frames, 1);
    assert_eq!(scene.hub.acked().offset, 0);
}

#[test]
fn an_ack_of_an_epoch_that_is_over_is_none_of_the_next_one() {
    let mut scene = Scene::new();
    let (outbox, _) = scene.join(standing("a:7", 0), None);
    scene.tell("b:9");
    assert_eq!(scene.hub.ack(&outbox, 5), Acked::New);
    assert_eq!(scene.hub.acked().offset, 0);
    assert!(lock(&scene.script.passed).is_empty());
}

#[test]
fn a_position_that_a_client_made_up_acknowledges_nothing() {
    let mut scene = Scene::new();
    for since in ["a:900", "other:900"] {
        let (outbox, _) = scene.join(standing("a:7", 0), Some(since));
        assert_eq!(scene.hub.ack(&outbox, 899), Acked::Ahead, "{since}");
    }
    assert_eq!(scene.hub.acked().offset, 0);
}

#[test]
fn an_ack_is_known_here_before_the_store_passes_it_on() {
    let mut scene = Scene::new();
    let (outbox, _) = scene.join(standing("a:7", 3), None);
    assert_eq!(scene.hub.acked().offset, 3);
    scene.hub.ack(&outbox, 7);
    assert_eq!(scene.hub.acked().offset, 7);
    assert_eq!(*lock(&scene.script.passed), [position("a:7")]);
}

#[test]
fn an_ack_is_the_first_word_of_a_stream() {
    let scene = Scene::new();
    let acked = Passing::Acked(position("a:4"));
    scene.hub.signal(Signal::Passed(&acked));
    lock(&scene.script.answers).push_back(standing("a:4", 0));
    let listening = scene.hub.listen().now_or_never();
    assert_eq!(listening, Some(Ok(())));
    assert_eq!(scene.hub.acked().offset, 4);
}

#[test]
fn whoever_waits_for_an_ack_is_woken_when_the_stream_began_anew() {
    let scene = Scene::new();
    scene.tell("a:4");
    let is_anew = |hub: &Hub| hub.acked().epoch != Some(position("a:4").epoch);
    let mut waiting = Box::pin(scene.hub.until(is_anew));
    assert!(waiting.as_mut().now_or_never().is_none());
    lock(&scene.script.answers).push_back(standing("b:0", 0));
    assert_eq!(scene.hub.listen().now_or_never(), Some(Ok(())));
    assert!(waiting.now_or_never().is_some());
}

#[test]
fn a_connection_that_ends_is_handed_nothing_and_has_no_place_among_those_that_are() {
    let restart = || Ending::Close(Close::RESTART);
    let ends: [fn(&Outbox, Ending); 4] = [
        |outbox, ending| drop(outbox.end(ending)),
        |outbox, _| drop(outbox.end(Ending::Abort)),
        |outbox, _| {
            outbox.close();
        },
        |outbox, _| drop(outbox.leave(&event("a:1").frame, Close::RESTART, Instant::now())),
    ];
    for end in ends {
        let mut scene = Scene::new();
        let (goes, _) = scene.join(standing("a:7", 0), None);
        let (stays, _) = scene.join(standing("a:7", 0), None);
        assert_eq!(
            (scene.hub.open_connections(), scene.hub.connections()),
            (2, 2)
        );
        end(&goes, restart());
        // It is told again while it lasts.
        end(&goes, restart());
        assert_eq!(
            (scene.hub.open_connections(), scene.hub.connections()),
            (1, 2)
        );
        scene.hub.leave(&goes);
        assert_eq!(
            (scene.hub.open_connections(), scene.hub.connections()),
            (1, 1)
        );
        // One that goes without an end is none either, and ends once.
        scene.hub.leave(&stays);
        assert_eq!(scene.hub.open_connections(), 0);
        end(&stays, restart());
        assert_eq!(scene.hub.open_connections(), 0);
        // One that ended before it joined was never open.
        let ended = Arc::new(Outbox::new(ConnectionId(99), BOUNDS));
        end(&ended, restart());
        scene.enter(&ended, standing("a:7", 0), None);
        assert_eq!(
            (scene.hub.open_connections(), scene.hub.connections()),
            (0, 1)
        );
    }
}

#[test]
fn one_that_is_cut_by_a_store_that_began_anew_is_not_counted() {
    let mut scene = Scene::new();
    scene.join(standing("a:7", 0), None);
    scene.tell("b:1");
    assert_eq!(
        (scene.hub.open_connections(), scene.hub.connections()),
        (0, 1)
    );
}
