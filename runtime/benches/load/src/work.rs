//! What is asked of a server, and which events that makes. Both sides work it out from the same line.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, bail};
use serde::Serialize;

/// What is asked of a server: a line on its standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// So many broadcasts: one and the same event to all connections, before the next one.
    All(usize),
    /// So many events of its own to each user, all users before the next one.
    Each(usize),
    /// An event to each of these users, in this order; a user may stand in it more than once.
    These(Vec<usize>),
    /// All connections are to be ended, within so many seconds. It is the last one.
    Drain(u64),
}

/// Whom one event is for, and which one of theirs it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// All connections get the same event.
    All {
        /// Which broadcast it is, from 1.
        number: u64,
    },
    /// The connections of a user get one.
    User {
        /// Who.
        user: usize,
        /// Which one of theirs it is, from 1.
        seq: u64,
    },
}

impl Ask {
    /// So many events, each to a user who is picked at random.
    pub(crate) fn some(events: usize, all: usize) -> Self {
        Self::These((0..events).map(|_| fastrand::usize(..all)).collect())
    }

    /// So many events in a row, to each of so many users in turn.
    pub(crate) fn row(users: usize, events: usize, all: usize) -> Self {
        let picked = fastrand::choose_multiple(0..all, users.min(all)).into_iter();
        let rows = picked.flat_map(|user| std::iter::repeat_n(user, events));
        Self::These(rows.collect())
    }

    /// How many events arrive, where so many users have so many connections each.
    pub(crate) fn arrivals(&self, users: usize, tabs: usize) -> usize {
        tabs * match self {
            Self::All(events) | Self::Each(events) => events * users,
            Self::These(users) => users.len(),
            Self::Drain(_) => 0,
        }
    }
}

/// What has been sent.
#[derive(Debug)]
pub(crate) struct Sent {
    broadcasts: u64,
    seqs: Vec<u64>,
}

impl Sent {
    /// Nothing, to so many users.
    pub(crate) fn to(users: usize) -> Self {
        Self {
            broadcasts: 0,
            seqs: vec![0; users],
        }
    }

    /// Does what is asked, event by event.
    pub(crate) fn send(&mut self, ask: &Ask, mut send: impl FnMut(Sending)) {
        match ask {
            Ask::All(events) => {
                for _ in 0..*events {
                    self.broadcasts += 1;
                    send(Sending::All {
                        number: self.broadcasts,
                    });
                }
            }
            Ask::Each(events) => {
                for _ in 0..*events {
                    (0..self.seqs.len()).for_each(|user| send(self.next(user)));
                }
            }
            Ask::These(users) => users.iter().for_each(|user| send(self.next(*user))),
            Ask::Drain(_) => {}
        }
    }

    fn next(&mut self, user: usize) -> Sending {
        let seq = &mut self.seqs[user];
        *seq += 1;
        Sending::User { user, seq: *seq }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(events) => write!(f, "all {events}"),
            Self::Each(events) => write!(f, "each {events}"),
            Self::Drain(seconds) => write!(f, "drain {seconds}"),
            Self::These(users) => {
                f.write_str("these")?;
                users.iter().try_for_each(|user| write!(f, " {user}"))
            }
        }
    }
}

impl FromStr for Ask {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> anyhow::Result<Self> {
        let mut words = line.split_whitespace();
        let kind = words.next().context("an empty line")?;
        let numbers = words.map(str::parse).collect::<Result<Vec<usize>, _>>()?;
        Ok(match (kind, &numbers[..]) {
            ("all", [events]) => Self::All(*events),
            ("each", [events]) => Self::Each(*events),
            ("drain", [seconds]) => Self::Drain(*seconds as u64),
            ("these", _) => Self::These(numbers),
            _ => bail!("`{line}` asks for nothing"),
        })
    }
}

/// An event for one user: 200 bytes of text, and which one it is.
#[derive(Debug, Serialize)]
pub(crate) struct Own {
    pub(crate) seq: u64,
    pub(crate) text: &'static str,
}

/// An event for all, and which one it is.
#[derive(Debug, Serialize)]
pub(crate) struct Broadcast {
    pub(crate) all: u64,
    pub(crate) text: &'static str,
}

/// 200 bytes.
pub(crate) const TEXT: &str = match std::str::from_utf8(&[b'x'; 200]) {
    Ok(text) => text,
    Err(_) => "",
};

impl Sending {
    /// The event as a server writes it that has no format of its own.
    pub(crate) fn text(self) -> String {
        let (key, number) = match self {
            Self::All { number } => ("all", number),
            Self::User { seq, .. } => ("seq", seq),
        };
        format!(r#"{{"type":"note","payload":{{"{key}":{number},"text":"{TEXT}"}}}}"#)
    }
}

/// The number behind a key such as `"seq":`.
pub(crate) fn number(text: &[u8], key: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(text, key)? + key.len();
    let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(None, |number, digit| {
        Some(number.unwrap_or(0) * 10 + u64::from(digit - b'0'))
    })
}
