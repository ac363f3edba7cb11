//! What travels over a connection.

use std::fmt;

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Something that a person wrote.
    Text(String),
    /// A sign of life, with its number.
    Ping(u32),
    /// The last frame of a connection.
    Close,
}

impl Message {
    /// A frame of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Ping(number) => write!(f, "ping {number}"),
            Self::Close => f.write_str("closed"),
        }
    }
}
