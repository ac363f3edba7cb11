//! What is asked of a server, and which events that makes. Both sides work it out from the same line.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, bail};
use serde::Serialize;

/// What is asked of a server: a line on its standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// So many events, each to all users before the next one.
    All(usize),
    /// An event to each of these users, in this order; a user may stand in it more than once.
    These(Vec<usize>),
}

impl Ask {
    /// One event to each of so many users, who are picked at random.
    pub(crate) fn some(users: usize, all: usize) -> Self {
        Self::These(fastrand::choose_multiple(0..all, users.min(all)))
    }

    /// So many events in a row, to each of so many users in turn.
    pub(crate) fn row(users: usize, events: usize, all: usize) -> Self {
        let picked = fastrand::choose_multiple(0..all, users.min(all)).into_iter();
        let rows = picked.flat_map(|user| std::iter::repeat_n(user, events));
        Self::These(rows.collect())
    }

    /// The users of so many who get events, each as often as they get one, in order.
    pub(crate) fn users(&self, all: usize) -> Vec<usize> {
        match self {
            Self::All(events) => (0..*events).flat_map(|_| 0..all).collect(),
            Self::These(users) => users.clone(),
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(events) => write!(f, "all {events}"),
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
            ("these", _) => Self::These(numbers),
            _ => bail!("`{line}` asks for nothing"),
        })
    }
}

/// An event: 200 bytes of text, and which one of its user it is, from 1.
#[derive(Debug, Serialize)]
pub(crate) struct Event {
    pub(crate) seq: u64,
    pub(crate) text: &'static str,
}

/// 200 bytes.
const TEXT: &str = match std::str::from_utf8(&[b'x'; 200]) {
    Ok(text) => text,
    Err(_) => "",
};

impl Event {
    pub(crate) fn new(seq: u64) -> Self {
        Self { seq, text: TEXT }
    }

    /// As a server writes it that has no format of its own.
    pub(crate) fn text(seq: u64) -> String {
        format!(r#"{{"type":"note","payload":{{"seq":{seq},"text":"{TEXT}"}}}}"#)
    }
}

/// Which event a text is.
pub(crate) fn seq(text: &[u8]) -> Option<u64> {
    const KEY: &[u8] = br#""seq":"#;
    let at = text.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(None, |seq, digit| {
        Some(seq.unwrap_or(0) * 10 + u64::from(digit - b'0'))
    })
}
