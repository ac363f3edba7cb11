//! The frames of wire format V1: JSON objects as text messages.

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer};

use crate::close::Close;
use crate::framing;

/// The largest whole number that every reader of JSON has exactly.
pub(crate) const LARGEST_EXACT: usize = if usize::BITS < 64 {
    usize::MAX
} else {
    (1 << 53) - 1
};

/// The version that `hello` tells.
pub const VERSION: u32 = 1;

/// The subprotocol that a client offers, and that is chosen.
pub const SUBPROTOCOL: &str = "websocket-core.v1";

/// What stands before the token where a subprotocol carries it.
pub const TOKEN_PROTOCOL: &str = "jwt.";

/// The longest [`Epoch`], in bytes.
const EPOCH_BYTES: usize = 64;

/// One life of a stream: offsets of two epochs are not comparable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Epoch(Arc<str>);

impl Epoch {
    /// An epoch that no stream had before.
    pub fn new() -> Self {
        const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let letter = |_| LETTERS[fastrand::usize(..LETTERS.len())] as char;
        Self((0..10).map(letter).collect::<String>().into())
    }

    /// The epoch as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Epoch {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Epoch {
    type Err = InvalidPosition;

    /// Letters, digits, `-` and `_`: it stands in JSON and in a query as it is.
    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        match (1..=EPOCH_BYTES).contains(&text.len()) && text.bytes().all(is_plain) {
            true => Ok(Self(text.into())),
            false => Err(InvalidPosition),
        }
    }
}

impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A place in the stream of a user: after the event with this offset. Offsets count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position {
    /// The life of the stream.
    pub epoch: Epoch,
    /// How many durable events of this life came before or here.
    pub offset: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.offset)
    }
}

impl FromStr for Position {
    type Err = InvalidPosition;

    /// `EPOCH:OFFSET`, as `?since=` carries it.
    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let (epoch, offset) = text.split_once(':').ok_or(InvalidPosition)?;
        let is_number = !offset.is_empty() && offset.bytes().all(|b| b.is_ascii_digit());
        let offset = offset.parse().ok().filter(|_| is_number);
        Ok(Self {
            epoch: epoch.parse()?,
            offset: offset.ok_or(InvalidPosition)?,
        })
    }
}

/// A text that is no `EPOCH:OFFSET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidPosition;

impl fmt::Display for InvalidPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a position is EPOCH:OFFSET")
    }
}

impl std::error::Error for InvalidPosition {}

/// An encoded text frame. Clones share it: it is encoded once for all who receive it.
#[derive(Clone)]
pub struct Text {
    /// Maybe room, then the frame of RFC 6455 as a server sends it: header and payload. One piece of
    /// memory with its count, for a history has many of them and lets go of each in turn.
    bytes: Arc<[u8]>,
    /// Where the header is, and where the payload begins.
    header: u8,
    payload: u8,
}

// Invariant: the payload is UTF-8.
impl Text {
    /// The frame of a payload that ends these bytes. Before it is room for its header.
    fn of_end(mut bytes: Arc<[u8]>, payload: usize) -> Self {
        let (header, len) = framing::text_header(bytes.len() - payload);
        let frame = payload - len;
        Arc::make_mut(&mut bytes)[frame..payload].copy_from_slice(&header[framing::HEADER - len..]);
        Self {
            bytes,
            header: frame as u8,
            payload: payload as u8,
        }
    }

    /// A text that a transport received, and has checked. It is not to be sent.
    pub(crate) fn received(text: &[u8]) -> Self {
        Self {
            bytes: text.into(),
            header: 0,
            payload: 0,
        }
    }

    /// The text as bytes, which are UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[usize::from(self.payload)..]
    }

    /// Header and payload, as a server sends them.
    pub(crate) fn frame(&self) -> &[u8] {
        &self.bytes[usize::from(self.header)..]
    }

    /// The same, as bytes that share it.
    pub(crate) fn into_frame(self) -> Bytes {
        struct Whole(Text);
        impl AsRef<[u8]> for Whole {
            fn as_ref(&self) -> &[u8] {
                self.0.frame()
            }
        }
        Bytes::from_owner(Whole(self))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether it is empty, which no frame of ours is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let bytes = [&[0; framing::HEADER], text.as_bytes()].concat();
        Self::of_end(bytes.into(), framing::HEADER)
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.as_str()).finish()
    }
}

/// What goes out on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Frame {
    Text(Text),
    /// A text for this connection alone: nobody else has it, and no history.
    Reply(Text),
    #[cfg(feature = "__echo")]
    Binary(Bytes),
    Ping,
    Close(Close),
}

impl Frame {
    /// The text that it is, if it is one.
    pub(crate) fn text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) | Self::Reply(text) => Some(text),
            _ => None,
        }
    }
}

/// An event without its position: a JSON object that begins with its `type`.
///
/// A backplane keeps and carries it as text, and [`Body::at`] makes the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Room for a header and a position, and the text.
    bytes: Arc<[u8]>,
    /// Where the position goes: behind the value of `type`.
    split: usize,
}

/// What a position adds to an event, beside its epoch and its offset.
const POSITION: (&[u8], &[u8]) = (br#","epoch":""#, br#"","offset":"#);

/// The room before the text of a body: for its header, and for the position in a stream of this
/// process, so that the frame is made in place.
const ROOM: usize = 64;

/// The longest buffer for encoding that a thread keeps, in bytes.
const SCRATCH: usize = 64 * 1024;

thread_local! {
    /// Events are encoded here, and take no more memory than they need.
    static ENCODING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

// Invariant: what stands behind the room is UTF-8.
impl Body {
    /// Encodes `{"type":…` and the other fields.
    ///
    /// # Errors
    /// What `serde_json` says of a payload that is no JSON, such as a map whose keys are no strings.
    pub(crate) fn encode(envelope: &Envelope<'_, impl Serialize>) -> serde_json::Result<Self> {
        // A payload that sends events while it is encoded finds another buffer.
        let mut scratch = ENCODING.take();
        scratch.clear();
        scratch.resize(ROOM, 0);
        let body = Self::encode_into(&mut scratch, envelope).map(|split| Self {
            bytes: scratch.as_slice().into(),
            split,
        });
        if scratch.capacity() <= SCRATCH {
            ENCODING.set(scratch);
        }
        body
    }

    /// Encodes behind what is there. The answer is where the position goes.
    fn encode_into(
        text: &mut Vec<u8>,
        envelope: &Envelope<'_, impl Serialize>,
    ) -> serde_json::Result<usize> {
        text.extend_from_slice(br#"{"type":"#);
        serde_json::to_writer(&mut *text, envelope.kind)?;
        let split = text.len();
        // The rest is an object that is never empty: its `{` becomes the comma behind the type.
        serde_json::to_writer(&mut *text, envelope)?;
        text[split] = b',';
        Ok(split)
    }

    /// A body that a backplane carried.
    ///
    /// # Errors
    /// [`InvalidBody`] where it does not begin as [`Body::as_str`] does.
    pub fn from_text(text: &str) -> Result<Self, InvalidBody> {
        let rest = text.strip_prefix(r#"{"type":""#).ok_or(InvalidBody)?;
        let name = rest.find('"').ok_or(InvalidBody)?;
        let split = text.len() - rest.len() + name + 1;
        match text[split..].starts_with(',') && !rest[..name].contains('\\') {
            true => Ok(Self {
                bytes: [&[0; ROOM], text.as_bytes()].concat().into(),
                split: ROOM + split,
            }),
            false => Err(InvalidBody),
        }
    }

    /// The event without a position.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[ROOM..]).unwrap_or_default()
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - ROOM
    }

    /// The frame of an event that has no position.
    pub fn without_position(self) -> Text {
        Text::of_end(self.bytes, ROOM)
    }

    /// The frame of the event at a position.
    pub fn at(self, epoch: &Epoch, offset: u64) -> Text {
        let Self { mut bytes, split } = self;
        let epoch = epoch.as_str().as_bytes();
        let mut number = [0; 20];
        let number = digits(offset, &mut number);
        let position = POSITION.0.len() + epoch.len() + POSITION.1.len() + number.len();
        // An epoch of another store may be longer than one of ours.
        let missing = (framing::HEADER + position).saturating_sub(ROOM);
        if missing > 0 {
            bytes = [vec![0; missing], bytes.to_vec()].concat().into();
        }
        let (split, room) = (split + missing, ROOM + missing);
        // The type moves to the front, and makes room for the position behind it.
        let start = room - position;
        let text = Arc::make_mut(&mut bytes);
        text.copy_within(room..split, start);
        let mut at = split - position;
        for part in [POSITION.0, epoch, POSITION.1, number] {
            text[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        Text::of_end(bytes, start)
    }
}

/// The decimal digits of a number.
fn digits(mut number: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &buffer[at..];
        }
    }
}

/// A text that is no encoded event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidBody;

impl fmt::Display for InvalidBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an encoded event begins with its type")
    }
}

impl std::error::Error for InvalidBody {}

/// The fields of an event beside its type and its position.
#[derive(Debug, Serialize)]
pub(crate) struct Envelope<'a, P> {
    #[serde(skip)]
    pub(crate) kind: &'a str,
    /// Seconds since 1970, with milliseconds.
    pub(crate) timestamp: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent_name: Option<&'a str>,
    pub(crate) payload: P,
}

/// The first frame of a connection.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(Deserialize, schemars::JsonSchema, ts_rs::TS))]
pub struct Hello {
    /// The version of the wire format.
    pub v: u32,
    /// The name of this connection, for logs.
    pub conn: String,
    /// The life of the user's stream.
    pub epoch: String,
    /// The newest offset of the stream. Where nothing is recovered, what follows begins after it.
    #[cfg_attr(test, ts(type = "number"))]
    pub offset: u64,
    /// Whether everything after the client's `since` follows. Where it is false, what the client has
    /// may be out of date, and it fetches anew.
    pub recovered: bool,
    /// Milliseconds between the pings of the server.
    #[cfg_attr(test, ts(type = "number"))]
    pub heartbeat_ms: u64,
    /// The longest message that the server takes, in bytes.
    pub max_message: usize,
}

/// The connection will be closed: come back after a while.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(Deserialize, schemars::JsonSchema, ts_rs::TS))]
pub struct Goaway {
    /// Milliseconds to wait before the next attempt.
    #[cfg_attr(test, ts(type = "number"))]
    pub retry_after_ms: u64,
    /// For people who debug.
    pub reason: String,
}

/// Something that the client sent, or a credential, is not accepted; the connection goes on.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(Deserialize, schemars::JsonSchema, ts_rs::TS))]
pub struct ErrorFrame {
    /// What is wrong, for programs: `invalid_json`, `invalid_message`, `invalid_ack`, `unhandled`,
    /// `credential_expired`, `credential_refused`, `internal`.
    pub code: String,
    /// The field at fault, as a path: `payload.items[2].name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, serde(default), ts(optional))]
    pub field: Option<String>,
    /// What is wrong, for people.
    pub message: String,
}

/// The answer to a client's `ping`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(Deserialize, schemars::JsonSchema, ts_rs::TS))]
pub struct Pong {}

/// What the server says of the connection itself.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(Deserialize, schemars::JsonSchema, ts_rs::TS))]
pub enum Control {
    /// The first frame.
    Hello(Hello),
    /// It will be closed.
    Goaway(Goaway),
    /// Something is not accepted.
    Error(ErrorFrame),
    /// The answer to a `ping`.
    Pong(Pong),
}

impl Control {
    /// The encoded frame.
    pub(crate) fn text(&self) -> Text {
        // These types hold no map and no number that JSON lacks.
        let text = serde_json::to_string(self).expect("control frames are json");
        text.as_str().into()
    }
}

/// Everything up to this offset has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(Serialize, schemars::JsonSchema, ts_rs::TS))]
pub struct Ack {
    /// Of the newest of them.
    #[cfg_attr(test, ts(type = "number"))]
    pub offset: u64,
}

/// Asks for a `pong`: pages do not see the pings of the server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(Serialize, schemars::JsonSchema, ts_rs::TS))]
pub struct Ping {}

/// A new credential for the same user.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(Serialize, schemars::JsonSchema, ts_rs::TS))]
pub struct Authenticate {
    /// As the first one was.
    pub token: String,
}

/// What a client says of the connection itself; everything else is a message of the application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(Serialize, schemars::JsonSchema, ts_rs::TS))]
pub enum ClientControl {
    /// Everything up to an offset has arrived.
    Ack(Ack),
    /// Asks for a `pong`.
    Ping(Ping),
    /// A new credential.
    Authenticate(Authenticate),
}

impl ClientControl {
    /// The control frames by the name of their type.
    pub(crate) fn is_one(kind: &str) -> bool {
        matches!(kind, "ack" | "ping" | "authenticate")
    }
}
