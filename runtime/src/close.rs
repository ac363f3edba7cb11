//! Why a connection ends, and the code that says so.

use std::borrow::Cow;

/// A close code and its reason, as a close frame carries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The code of RFC 6455, section 7.4, or one of ours from 4000 on.
    pub(crate) code: u16,
    /// For people who debug: at most 123 bytes.
    pub(crate) reason: Cow<'static, str>,
}

// Invariant: the code is one that a close frame may carry, or `NO_CODE`, and then it carries none.

/// A close frame without a code: RFC 6455, section 7.1.5.
const NO_CODE: u16 = 1005;

impl Close {
    /// Nothing more to say.
    pub const NORMAL: Self = Self::of(1000, "");
    /// The service goes away: reconnect elsewhere.
    pub const GOING_AWAY: Self = Self::of(1001, "going away");
    /// The client broke the protocol.
    pub const PROTOCOL: Self = Self::of(1002, "protocol error");
    /// A message that is no text, where only text is understood.
    pub const UNSUPPORTED: Self = Self::of(1003, "text messages only");
    /// What was received is not UTF-8.
    pub const NOT_UTF8: Self = Self::of(1007, "not utf-8");
    /// A rule of the service forbids it.
    pub const POLICY: Self = Self::of(1008, "policy");
    /// A message beyond the limit.
    pub const TOO_LARGE: Self = Self::of(1009, "message too large");
    /// A fault of the service.
    pub const INTERNAL: Self = Self::of(1011, "internal error");
    /// The service restarts: reconnect after a while.
    pub const RESTART: Self = Self::of(1012, "restart");
    /// The service cannot serve this connection now.
    pub const TRY_AGAIN: Self = Self::of(1013, "try again later");
    /// The client reads too slowly: what it missed is in the history.
    pub const SLOW_CONSUMER: Self = Self::of(4008, "slow consumer");
    /// The history no longer reaches back to the client's position.
    pub const POSITION_LOST: Self = Self::of(4009, "position lost");
    /// The credential has expired.
    pub const EXPIRED: Self = Self::of(4401, "credential expired");
    /// Too many connections, or too many messages.
    pub const LIMITED: Self = Self::of(4429, "limit reached");

    const fn of(code: u16, reason: &'static str) -> Self {
        Self {
            code,
            reason: Cow::Borrowed(reason),
        }
    }

    /// The answer to a client's close: section 5.5.1.
    pub(crate) const fn answering(code: Option<u16>) -> Self {
        match code {
            Some(code) => Self::of(code, ""),
            None => Self::of(NO_CODE, ""),
        }
    }

    /// The code and the reason of its frame, where that carries them.
    pub(crate) fn said(&self) -> Option<(u16, &str)> {
        (self.code != NO_CODE).then_some((self.code, &self.reason))
    }

    /// The code of RFC 6455, section 7.4, or one of ours from 4000 on.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// For people who debug: at most 123 bytes.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// A code of the application and a reason, which is cut to the 123 bytes of a close frame.
    ///
    /// # Errors
    /// [`InvalidCloseCode`] where the code is not 1000 and not one of 3000 to 4999: a close frame
    /// with another one is a fault of protocol.
    pub fn new(code: u16, reason: impl Into<String>) -> Result<Self, InvalidCloseCode> {
        if code != 1000 && !(3000..5000).contains(&code) {
            return Err(InvalidCloseCode(code));
        }
        let mut reason = reason.into();
        reason.truncate(reason.floor_char_boundary(123));
        Ok(Self {
            code,
            reason: Cow::Owned(reason),
        })
    }
}

/// A code that no close frame of an application may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCloseCode(pub u16);

impl std::fmt::Display for InvalidCloseCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} is no close code of an application: 1000, or 3000 to 4999",
            self.0
        )
    }
}

impl std::error::Error for InvalidCloseCode {}
