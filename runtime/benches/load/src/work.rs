//! What is asked of a server, and which events that makes. Both sides work it out from the same line.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, bail};
use serde::Serialize;

/// What is asked of a server: a line on its standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// So many events, each to all users before the next one.
    All(usize),
    /// One event to each of so many users, who are picked by the seed.
    Some(usize, u64),
    /// So many events in a row, to each of so many users in turn, who are picked by the seed.
    Row(usize, usize, u64),
}

impl Ask {
    /// The users of so many who get events, each as often as they get one, in order.
    pub(crate) fn users(self, all: usize) -> Vec<usize> {
        match self {
            Self::All(events) => (0..events).flat_map(|_| 0..all).collect(),
            Self::Some(users, seed) => picked(users, all, seed),
            Self::Row(users, events, seed) => picked(users, all, seed)
                .into_iter()
                .flat_map(|user| std::iter::repeat_n(user, events))
                .collect(),
        }
    }
}

fn picked(users: usize, all: usize, seed: u64) -> Vec<usize> {
    fastrand::Rng::with_seed(seed).choose_multiple(0..all, users.min(all))
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(events) => write!(f, "all {events}"),
            Self::Some(users, seed) => write!(f, "some {users} {seed}"),
            Self::Row(users, events, seed) => write!(f, "row {users} {events} {seed}"),
        }
    }
}

impl FromStr for Ask {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> anyhow::Result<Self> {
        let mut words = line.split_whitespace();
        let kind = words.next().context("an empty line")?;
        let numbers = words.map(str::parse).collect::<Result<Vec<u64>, _>>()?;
        Ok(match (kind, numbers[..].as_ref()) {
            ("all", [events]) => Self::All(*events as usize),
            ("some", [users, seed]) => Self::Some(*users as usize, *seed),
            ("row", [users, events, seed]) => Self::Row(*users as usize, *events as usize, *seed),
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
