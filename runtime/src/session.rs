//! The protocol of one connection, without input and output: what was received and what time it is
//! go in, what is to be done comes out.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Error, IgnoredAny};
use tokio::time::Instant;

use crate::close::Close;
use crate::config::{Config, Rate};
use crate::limits::Bucket;
use crate::unfit::{Unfit, parse};
use crate::wire::{Ack, Authenticate, Control, ErrorFrame, Ping, Text};

/// What a transport received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Received {
    Text(Text),
    /// Its payload is for the echo alone.
    Binary(Bytes),
    /// Frames that are no messages, so many of each kind.
    Frames {
        /// Pings, which the transport has answered, and pongs.
        signs: u32,
        /// Parts of messages before their last ones.
        parts: u32,
    },
    /// The client's close, with its code.
    Close(Option<u16>),
    /// The stream broke, by fault of the client where there is a close that says so.
    Broken(Option<Close>),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A message for the application.
    Message(Text),
    /// The client has everything up to this offset.
    Acked(u64),
    /// Answer a ping of the client.
    Pong,
    /// A new credential.
    Authenticate(String),
    /// Send this.
    Send(Text),
    /// Send a ping.
    Ping,
    /// Ask the authenticator whether the user may stay.
    Refresh,
    /// Send this close, after what waits.
    Close(Close),
    /// The client closed: what it is to be told goes out and this close, if no other one does, and
    /// nothing else.
    Answer(Close),
    /// Nothing more is to be done; the code that ended it.
    End(u16),
}

/// What a control message costs, of the token that another one costs.
const CONTROL_COST: f64 = 1.0 / 16.0;

/// What a part of a message costs before its last one.
const PART_COST: f64 = 1.0 / 256.0;

/// What is later than this never comes, in seconds: 30 years.
const NEVER: u64 = 30 * 365 * 86_400;

/// The time that much later, or a time that never comes where there is none.
pub(crate) fn after(now: Instant, time: Duration) -> Instant {
    now.checked_add(time).unwrap_or_else(|| never(now))
}

/// A time that never comes.
pub(crate) fn never(now: Instant) -> Instant {
    now + Duration::from_secs(NEVER)
}

/// No close frame came: RFC 6455, section 7.1.5.
pub(crate) const ABNORMAL: u16 = 1006;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// A close is on its way or sent, ours with this code or the answer to the client's: until then
    /// it may go out, and be answered.
    Closing(u16, Instant),
    Ended,
}

/// The protocol of one connection.
#[derive(Debug)]
pub(crate) struct Session {
    phase: Phase,
    heartbeat: Duration,
    idle_timeout: Duration,
    close_timeout: Duration,
    expiry_grace: Duration,
    rate: Rate,
    bucket: Bucket,
    /// Pings of ours that have no answer: each pays for one.
    unanswered: u32,
    /// None where the heartbeat is zero.
    next_ping: Option<Instant>,
    heard: Instant,
    /// Nothing is read, so silence says nothing.
    deaf: bool,
    expires: Option<Instant>,
    /// The credential is expired: without another one the connection ends then.
    grace: Option<Instant>,
    jitter: fn() -> f64,
}

/// A fifth less to a fifth more.
fn jitter() -> f64 {
    0.8 + 0.4 * fastrand::f64()
}

/// When the next ping is due.
fn next_ping(heartbeat: Duration, jitter: f64, now: Instant) -> Option<Instant> {
    let wait = Duration::try_from_secs_f64(heartbeat.as_secs_f64() * jitter);
    let wait = wait.unwrap_or(Duration::MAX);
    (!heartbeat.is_zero()).then(|| after(now, wait))
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

impl Session {
    pub(crate) fn new(config: &Config, now: Instant) -> Self {
        Self {
            phase: Phase::Open,
            heartbeat: config.heartbeat,
            idle_timeout: config.idle_timeout,
            close_timeout: config.close_timeout,
            expiry_grace: config.expiry_grace,
            rate: config.messages,
            bucket: Bucket::full(config.messages, now),
            unanswered: 0,
            next_ping: next_ping(config.heartbeat, jitter(), now),
            heard: now,
            deaf: false,
            expires: None,
            grace: None,
            jitter,
        }
    }

    /// The credential holds until then.
    pub(crate) fn set_expiry(&mut self, expires: Option<Instant>) {
        self.expires = expires;
        self.grace = None;
    }

    /// Whether the transport is read now.
    pub(crate) fn set_deaf(&mut self, deaf: bool, now: Instant) {
        if self.deaf && !deaf {
            self.heard = now;
        }
        self.deaf = deaf;
    }

    pub(crate) fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// The client takes what waited for it: it is there, though it may have nothing to say before it
    /// has taken all of a long frame.
    pub(crate) fn took(&mut self, now: Instant) {
        self.heard = now;
    }

    /// Takes what was received.
    pub(crate) fn received(&mut self, received: Received, now: Instant) -> Option<Effect> {
        if self.phase == Phase::Ended {
            return None;
        }
        self.heard = now;
        match received {
            Received::Close(code) => {
                let answer = Close::answering(code);
                self.close_by(&answer, after(now, self.close_timeout));
                // What answers it has as long as ours has to be answered.
                self.close_sent(now);
                Some(Effect::Answer(answer))
            }
            Received::Broken(fault) => match (fault, self.phase) {
                (Some(fault), Phase::Open) => self.close(fault, now),
                // A close is on its way already, and may still go out.
                (Some(_), _) => None,
                (None, Phase::Closing(ours, _)) => self.end(ours),
                _ => self.end(ABNORMAL),
            },
            // What comes after our close is not for anybody.
            _ if !self.is_open() => None,
            Received::Frames { signs, parts } => {
                let answers = signs.min(self.unanswered);
                self.unanswered -= answers;
                let cost = f64::from(signs - answers) * CONTROL_COST + f64::from(parts) * PART_COST;
                match self.bucket.take(cost, self.rate, now) {
                    true => None,
                    false => self.close(Close::LIMITED, now),
                }
            }
            Received::Binary(_) => self.close(Close::UNSUPPORTED, now),
            // What costs least is asked for first: a flood is not even parsed.
            _ if !self.bucket.take(CONTROL_COST, self.rate, now) => self.close(Close::LIMITED, now),
            Received::Text(text) => {
                let effect = message(text);
                let is_control = matches!(effect, Effect::Acked(_) | Effect::Pong);
                match is_control || self.bucket.take(1.0 - CONTROL_COST, self.rate, now) {
                    true => Some(effect),
                    false => self.close(Close::LIMITED, now),
                }
            }
        }
    }

    /// When the connection ends if nothing is heard until then.
    pub(crate) fn silent_at(&self) -> Option<Instant> {
        (!self.deaf && self.is_open()).then(|| after(self.heard, self.idle_timeout))
    }

    /// Does what is due at this time. `is_silent` says that all which came before was heard: without
    /// that, nobody is called silent.
    pub(crate) fn elapsed(&mut self, now: Instant, is_silent: bool) -> Option<Effect> {
        match self.phase {
            Phase::Ended => return None,
            Phase::Closing(code, until) => {
                return (now >= until)
                    .then_some(code)
                    .and_then(|code| self.end(code));
            }
            Phase::Open => {}
        }
        if is_silent && self.silent_at().is_some_and(|at| now >= at) {
            return self.end(ABNORMAL);
        }
        if self.grace.is_some_and(|grace| now >= grace) {
            return self.close(Close::EXPIRED, now);
        }
        if self.expires.is_some_and(|expires| now >= expires) {
            self.expires = None;
            self.grace = Some(after(now, self.expiry_grace));
            return Some(Effect::Refresh);
        }
        if self.next_ping.is_some_and(|next| now >= next) {
            self.next_ping = next_ping(self.heartbeat, (self.jitter)(), now);
            self.unanswered = self.unanswered.saturating_add(1);
            return Some(Effect::Ping);
        }
        None
    }

    /// When [`Session::elapsed`] is to be called next.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Ended => None,
            Phase::Closing(_, until) => Some(until),
            Phase::Open => {
                let all = [self.silent_at(), self.grace, self.expires, self.next_ping];
                all.into_iter().flatten().min()
            }
        }
    }

    /// Begins to close. What waits may still go out.
    pub(crate) fn close(&mut self, close: Close, now: Instant) -> Option<Effect> {
        self.close_by(&close, after(now, self.close_timeout));
        Some(Effect::Close(close))
    }

    /// Begins to close. What waits may go out until then.
    pub(crate) fn close_by(&mut self, close: &Close, by: Instant) {
        if self.is_open() {
            self.phase = Phase::Closing(close.code, by);
        }
    }

    /// Our close is sent: from now on the client may answer.
    pub(crate) fn close_sent(&mut self, now: Instant) {
        if let Phase::Closing(_, by) = &mut self.phase {
            *by = (*by).min(after(now, self.close_timeout));
        }
    }

    /// How long a close may take.
    pub(crate) fn close_timeout(&self) -> Duration {
        self.close_timeout
    }

    fn end(&mut self, code: u16) -> Option<Effect> {
        self.phase = Phase::Ended;
        Some(Effect::End(code))
    }
}

/// What a message of the client is.
fn message(text: Text) -> Effect {
    // Serde takes an array for a struct, so that is asked first.
    let is_object = text.as_bytes().trim_ascii_start().starts_with(b"{");
    let kind = match is_object {
        true => serde_json::from_slice(text.as_bytes()).map(|Kind { kind }| kind),
        false => serde_json::from_slice(text.as_bytes())
            .and_then(|IgnoredAny| Err(Error::custom("a message is an object"))),
    };
    let kind: Cow<'_, str> = match kind {
        Ok(kind) => kind,
        Err(error) if error.is_data() => {
            let field = Some("type".to_owned());
            return refused("invalid_message", field, &error.to_string());
        }
        Err(error) => return refused("invalid_json", None, &error.to_string()),
    };
    // Not as one enum: serde forgets the field at fault in one that is told by its `type`.
    let control = match &*kind {
        "ack" => parse(&text).map(|Ack { offset }| Effect::Acked(offset)),
        "ping" => parse(&text).map(|Ping {}| Effect::Pong),
        "authenticate" => parse(&text).map(|Authenticate { token }| Effect::Authenticate(token)),
        _ => return Effect::Message(text),
    };
    match control {
        Ok(effect) => effect,
        Err(Unfit { field, why }) => refused("invalid_message", field, &why),
    }
}

/// The frame that says why something is not accepted.
pub(crate) fn refusal(code: &str, field: Option<String>, message: &str) -> Text {
    Control::Error(ErrorFrame {
        code: code.to_owned(),
        field,
        message: message.to_owned(),
    })
    .text()
}

fn refused(code: &str, field: Option<String>, message: &str) -> Effect {
    Effect::Send(refusal(code, field, message))
}

#[cfg(all(test, not(feature = "__loom")))]
mod tests;
