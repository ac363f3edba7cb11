//! The protocol against a small model: whatever comes in whatever order, at whatever time.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Text(&'static str),
    Binary,
    Frames(u32, u32),
    ClientClose(Option<u16>),
    Broken(Option<Close>),
    /// So many milliseconds later, somebody looks at the clock.
    Elapse(u64),
    /// Somebody looks at the clock when the session asked for it.
    Deadline,
    Close(Close),
    CloseBy(Close, u64),
    CloseSent,
    Deaf(bool),
    Expires(Option<u64>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let texts = prop::sample::select(vec![
        r#"{"type":"ack","offset":3}"#,
        r#"{"type":"ack","offset":-3}"#,
        r#"{"type":"ping"}"#,
        r#"{"type":"authenticate","token":"t"}"#,
        r#"{"type":"ask","payload":{}}"#,
        r#"{"payload":{}}"#,
        r#"["ping"]"#,
        "{",
        "",
    ]);
    let closes = prop::sample::select(vec![Close::RESTART, Close::LIMITED, Close::NORMAL]);
    let step = prop_oneof![
        6 => texts.prop_map(Step::Text),
        1 => Just(Step::Binary),
        2 => (0..3_u32, 0..20_u32).prop_map(|(signs, parts)| Step::Frames(signs, parts)),
        1 => prop::option::of(1000..1012_u16).prop_map(Step::ClientClose),
        1 => prop::option::of(Just(Close::TOO_LARGE)).prop_map(Step::Broken),
        6 => (0..40_000_u64).prop_map(Step::Elapse),
        6 => Just(Step::Deadline),
        1 => closes.clone().prop_map(Step::Close),
        1 => (closes, 0..10_000_u64).prop_map(|(close, by)| Step::CloseBy(close, by)),
        2 => Just(Step::CloseSent),
        2 => any::<bool>().prop_map(Step::Deaf),
        1 => prop::option::of(0..50_000_u64).prop_map(Step::Expires),
    ];
    prop::collection::vec(step, 1..60)
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What is known of a session from outside.
struct Model {
    session: Session,
    config: Config,
    now: Instant,
    began: Instant,
    /// Our code, and when it must be over.
    closing: Option<(u16, Instant)>,
    ended: bool,
    last_ping: Instant,
    /// Those that have no answer.
    pings: u32,
    accepted: f64,
}

impl Model {
    fn new() -> Self {
        let config = Config {
            messages: Rate::new(5, 0.5),
            ..Config::default()
        };
        let now = Instant::now();
        Self {
            session: Session::new(&config, now),
            config,
            now,
            began: now,
            closing: None,
            ended: false,
            last_ping: now,
            pings: 0,
            accepted: 0.0,
        }
    }

    fn begin_closing(&mut self, code: u16, by: Instant) {
        if !self.ended {
            self.closing.get_or_insert((code, by));
        }
    }

    fn step(&mut self, step: Step) {
        let now = self.now;
        match step {
            Step::Text(text) => self.receive(Received::Text(text.into())),
            Step::Binary => self.receive(Received::Binary(bytes::Bytes::new())),
            Step::Frames(signs, parts) => self.receive(Received::Frames { signs, parts }),
            Step::ClientClose(code) => {
                let effect = self.session.received(Received::Close(code), now);
                let answer = Effect::Answer(Close::answering(code));
                let answer = (!self.ended).then_some(answer);
                assert_eq!(effect, answer, "a close is answered");
                let until = now + self.config.close_timeout;
                self.begin_closing(code.unwrap_or(1005), until);
                if let Some((_, by)) = &mut self.closing {
                    *by = (*by).min(until);
                }
            }
            Step::Broken(fault) => {
                let is_open = self.closing.is_none() && !self.ended;
                let received = Received::Broken(fault.clone());
                let effect = self.session.received(received, now);
                match fault {
                    Some(fault) if is_open => self.effect(effect, Some(Effect::Close(fault))),
                    Some(_) => assert_eq!(effect, None, "a close is on its way"),
                    None => self.ends_with(effect, 1006),
                }
            }
            Step::Elapse(later) => {
                self.now += millis(later);
                self.look();
            }
            Step::Deadline => {
                let Some(deadline) = self.session.deadline() else {
                    return;
                };
                if let Some(before) = deadline.checked_sub(millis(1)).filter(|it| *it > now) {
                    let early = self.session.elapsed(before, true);
                    assert_eq!(early, None, "nothing is due before the deadline");
                }
                self.now = now.max(deadline);
                assert!(self.look(), "something is due at the deadline");
            }
            Step::Close(close) => {
                self.begin_closing(close.code, now + self.config.close_timeout);
                self.session
                    .close_by(&close, now + self.config.close_timeout);
            }
            Step::CloseBy(close, by) => {
                self.begin_closing(close.code, now + millis(by));
                self.session.close_by(&close, now + millis(by));
            }
            Step::CloseSent => {
                self.session.close_sent(now);
                if let Some((_, by)) = &mut self.closing {
                    *by = (*by).min(now + self.config.close_timeout);
                }
            }
            Step::Deaf(deaf) => self.session.set_deaf(deaf, now),
            Step::Expires(later) => {
                self.session
                    .set_expiry(later.map(|later| now + millis(later)));
            }
        }
        assert_eq!(self.session.deadline().is_none(), self.ended);
        assert_eq!(
            self.session.is_open(),
            self.closing.is_none() && !self.ended
        );
    }

    fn receive(&mut self, received: Received) {
        let frames = match received {
            Received::Frames { signs, parts } => Some((signs, parts)),
            _ => None,
        };
        let is_open = self.closing.is_none() && !self.ended;
        let effect = self.session.received(received, self.now);
        if let Some((signs, parts)) = frames.filter(|_| is_open) {
            let answers = signs.min(self.pings);
            self.pings -= answers;
            match &effect {
                // Our pings pay for their answers.
                None => self.accept(f64::from(signs - answers) / 16.0 + f64::from(parts) / 256.0),
                Some(effect) => assert_eq!(*effect, Effect::Close(Close::LIMITED)),
            }
        }
        self.take(effect);
    }

    /// Looks at the clock; whether something was due.
    fn look(&mut self) -> bool {
        let effect = self.session.elapsed(self.now, true);
        let is_due = effect.is_some();
        self.take(effect);
        if let Some((_, by)) = self.closing {
            assert!(self.ended || self.now < by, "a close is over in its time");
        }
        is_due
    }

    fn ends_with(&mut self, effect: Option<Effect>, code: u16) {
        let code = self.closing.map_or(code, |(ours, _)| ours);
        self.effect(effect, Some(Effect::End(code)));
    }

    fn effect(&mut self, effect: Option<Effect>, expected: Option<Effect>) {
        match self.ended {
            true => assert_eq!(effect, None, "after the end there is nothing"),
            false => assert_eq!(effect, expected),
        }
        self.take(effect);
    }

    /// What an effect says of the session.
    fn take(&mut self, effect: Option<Effect>) {
        let Some(effect) = effect else {
            return;
        };
        assert!(!self.ended, "after the end there is nothing: {effect:?}");
        if let Effect::End(code) = effect {
            match self.closing {
                Some((ours, _)) => assert_eq!(code, ours),
                None => assert!((1000..1012).contains(&code)),
            }
            self.ended = true;
            return;
        }
        assert_eq!(
            self.closing, None,
            "a closing session only ends: {effect:?}"
        );
        match effect {
            Effect::Close(close) => {
                self.begin_closing(close.code, self.now + self.config.close_timeout);
            }
            Effect::Ping => {
                let least = self.config.heartbeat.mul_f64(0.79);
                assert!(
                    self.now >= self.last_ping + least,
                    "pings keep their distance"
                );
                self.last_ping = self.now;
                self.pings += 1;
            }
            Effect::Acked(_) | Effect::Pong => self.accept(CONTROL_COST),
            Effect::Message(_) | Effect::Send(_) | Effect::Authenticate(_) => self.accept(1.0),
            Effect::Refresh => {}
            Effect::Answer(_) | Effect::End(_) => unreachable!("it was handled"),
        }
    }

    fn accept(&mut self, cost: f64) {
        self.accepted += cost;
        let rate = self.config.messages;
        let passed = (self.now - self.began).as_secs_f64();
        let most = f64::from(rate.burst) + passed * rate.per_second;
        assert!(self.accepted <= most + 1e-6, "messages keep their rate");
    }
}

proptest! {
    #[test]
    fn a_session_ends_once_in_time_and_says_nothing_after(steps in steps()) {
        let mut model = Model::new();
        for step in steps {
            model.step(step);
        }
        // Left alone it goes on only as long as it is heard; closing, it ends.
        model.step(Step::Close(Close::NORMAL));
        model.step(Step::Deadline);
        prop_assert!(model.ended);
    }

    #[test]
    fn an_open_session_that_hears_nothing_ends_within_the_idle_timeout(steps in 1..20_usize) {
        let mut model = Model::new();
        let until = model.now + model.config.idle_timeout;
        for _ in 0..steps.max(10) {
            model.step(Step::Deadline);
        }
        prop_assert!(model.ended);
        prop_assert!(model.now <= until + millis(1));
    }

    #[test]
    fn no_text_makes_it_panic_or_close(text in ".{0,80}") {
        let mut model = Model::new();
        model.receive(Received::Text(text.as_str().into()));
        prop_assert!(model.session.is_open());
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let mut session = Session::new(&Config::default(), Instant::now());
    let effect = session.received(Received::Text(text.into()), Instant::now());
    let effect = match effect {
        Some(Effect::Send(text)) => {
            let frame: serde_json::Value = serde_json::from_slice(text.as_bytes()).expect("json");
            let field = frame["field"].as_str().unwrap_or("-");
            format!("{} {field}", frame["code"].as_str().expect("it has one"))
        }
        other => format!("{other:?}"),
    };
    assert_eq!(effect, expected, "{text}");
}

#[test]
fn what_is_no_message_says_why() {
    check(r#"{"type":"ack","offset":3}"#, "Some(Acked(3))");
    check(r#"{"type":"ping"}"#, "Some(Pong)");
    check(r#"{"type":"ack"}"#, "invalid_message offset");
    check(r#"{"offset":3,"type":"ack"}"#, "Some(Acked(3))");
    check(r#"{"offset":"3","type":"ack"}"#, "invalid_message offset");
    check(r#"{"type":"authenticate"}"#, "invalid_message token");
    check(r#"{"payload":1}"#, "invalid_message type");
    check(r#"{"type":7}"#, "invalid_message type");
    check("7", "invalid_message type");
    check("{", "invalid_json -");
}

#[test]
fn what_is_no_object_is_no_message() {
    check(r#"["ping"]"#, "invalid_message type");
    check(r#" ["ask",1]"#, "invalid_message type");
    check(r#""ask""#, "invalid_message type");
}

#[test]
fn times_that_mean_never_are_times() {
    let never = Duration::MAX;
    let config = Config {
        heartbeat: never,
        idle_timeout: never,
        close_timeout: never,
        expiry_grace: never,
        ..Config::default()
    };
    let now = Instant::now();
    let mut session = Session::new(&config, now);
    let later = now + Duration::from_secs(86_400 * 365);
    assert_eq!(session.elapsed(later, true), None);
    session.set_expiry(Some(later));
    assert_eq!(session.elapsed(later, true), Some(Effect::Refresh));
    assert_eq!(session.elapsed(later, true), None);
    assert_eq!(
        session.received(Received::Binary(bytes::Bytes::new()), later),
        Some(Effect::Close(Close::UNSUPPORTED))
    );
    session.close_sent(later);
    assert!(session.deadline().is_some_and(|deadline| deadline > later));
}

#[test]
fn a_heartbeat_of_zero_sends_no_pings() {
    let config = Config {
        heartbeat: Duration::ZERO,
        ..Config::default()
    };
    let now = Instant::now();
    let mut session = Session::new(&config, now);
    assert_eq!(session.elapsed(now, true), None);
    assert_eq!(session.elapsed(now + Duration::from_secs(59), true), None);
    assert_eq!(session.deadline(), Some(now + config.idle_timeout));
}
