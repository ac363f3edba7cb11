//! What is published: the five events of agents, and the events of the application.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::Value;

use crate::wire::{Body, ClientControl, Envelope};

/// How a run or a tool call ended: in JSON `outcome`, with `result` or `error` beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(test, ts(rename = "Ending"))]
pub enum Outcome {
    /// With a result.
    Ok {
        /// What came of it.
        #[cfg_attr(test, ts(type = "JsonValue"))]
        result: Value,
    },
    /// With an error.
    Error {
        /// Why nothing did.
        error: String,
    },
    /// Nobody said: it was dropped, or its task panicked.
    Abandoned {
        /// `abandoned`.
        error: String,
    },
}

impl Outcome {
    /// Of what was dropped.
    pub(crate) fn abandoned() -> Self {
        Self::Abandoned {
            error: "abandoned".to_owned(),
        }
    }
}

/// A run of an agent begins.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(test, ts(rename = "AgentStartedPayload"))]
pub struct AgentStarted {
    /// Which agent; the run's id where nothing else is said.
    pub agent_id: String,
    /// Of which type; the agent's name where nothing else is said.
    pub agent_type: String,
    /// `started`.
    pub status: String,
}

/// An agent says what it is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(test, ts(rename = "AgentThinkingPayload"))]
pub struct AgentThinking {
    /// For people.
    pub thought: String,
    /// Which step of the run, from 1.
    pub step_number: u32,
    /// Of how many, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, serde(default), ts(optional))]
    pub total_steps: Option<u32>,
}

/// A run begins to use a tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(test, ts(rename = "ToolExecutingPayload"))]
pub struct ToolExecuting {
    /// Which tool.
    pub tool_name: String,
    /// Which call: its end names it too.
    pub call_id: String,
    /// With what.
    #[cfg_attr(test, ts(type = "JsonValue"))]
    pub args: Value,
}

/// A call of a tool ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(test, ts(rename = "ToolCompletedPayload"))]
pub struct ToolCompleted {
    /// Which tool.
    pub tool_name: String,
    /// Which call.
    pub call_id: String,
    /// Milliseconds since it began.
    #[cfg_attr(test, ts(type = "number"))]
    pub duration_ms: u64,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What a run cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
pub struct RunMetrics {
    /// How many steps it told of.
    pub steps: u32,
    /// How many calls of tools it began.
    pub tool_calls: u32,
    /// How many of them did not end with a result.
    pub tool_errors: u32,
}

/// A run of an agent ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(test, ts(rename = "AgentCompletedPayload"))]
pub struct AgentCompleted {
    /// Milliseconds since it began.
    #[cfg_attr(test, ts(type = "number"))]
    pub duration_ms: u64,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What it cost.
    pub metrics: RunMetrics,
}

/// The result of a run so far, while it grows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(test, ts(rename = "PartialResultPayload"))]
pub struct PartialResult {
    /// All of it so far: a later one makes an earlier one needless.
    pub content: String,
    /// Whether nothing more comes.
    pub is_complete: bool,
}

/// The five events of a run. In wire format V1 each has `run_id`, `agent_name`, `timestamp` and
/// `payload` beside its `type`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
#[cfg_attr(test, derive(serde::Deserialize, schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub enum AgentEvent {
    /// The run begins.
    AgentStarted(AgentStarted),
    /// It says what it is about.
    AgentThinking(AgentThinking),
    /// It begins to use a tool.
    ToolExecuting(ToolExecuting),
    /// A call of a tool ends.
    ToolCompleted(ToolCompleted),
    /// The run ends.
    AgentCompleted(AgentCompleted),
}

impl AgentEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::AgentStarted(_) => "agent_started",
            Self::AgentThinking(_) => "agent_thinking",
            Self::ToolExecuting(_) => "tool_executing",
            Self::ToolCompleted(_) => "tool_completed",
            Self::AgentCompleted(_) => "agent_completed",
        }
    }
}

/// Which run an event belongs to.
#[derive(Debug, Clone)]
pub struct RunContext {
    /// The thread, where it is one of a thread.
    pub thread_id: Option<Arc<str>>,
    /// The run.
    pub run_id: Arc<str>,
    /// The agent.
    pub agent_name: Arc<str>,
}

/// An encoded event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub(crate) body: Body,
    /// A volatile event: the newest of a key makes the earlier ones needless.
    pub(crate) key: Option<Arc<str>>,
}

/// Names that events of an application cannot have, for a client would take them for ours.
const RESERVED: &[&str] = &[
    "agent_started",
    "agent_thinking",
    "tool_executing",
    "tool_completed",
    "agent_completed",
    "partial_result",
    "hello",
    "goaway",
    "error",
    "pong",
];

/// The longest name of an event, in bytes.
const KIND_BYTES: usize = 64;

impl Event {
    /// An event of the application. A number that is `NaN` or infinite goes out as `null`, for JSON
    /// has neither.
    ///
    /// # Errors
    /// [`EncodeError`]: this event is not sent; nothing else changes.
    pub fn new(kind: &str, payload: &impl Serialize) -> Result<Self, EncodeError> {
        Self::of_application(kind, payload, None)
    }

    /// The same, in a thread.
    ///
    /// # Errors
    /// As [`Event::new`].
    pub(crate) fn of_application(
        kind: &str,
        payload: &impl Serialize,
        thread: Option<&str>,
    ) -> Result<Self, EncodeError> {
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':');
        if !(1..=KIND_BYTES).contains(&kind.len()) || !kind.bytes().all(is_name) {
            return Err(EncodeError::Name(kind.to_owned()));
        }
        if RESERVED.contains(&kind) || ClientControl::is_one(kind) {
            return Err(EncodeError::Reserved(kind.to_owned()));
        }
        let envelope = Envelope {
            kind,
            timestamp: now(),
            thread_id: thread,
            run_id: None,
            agent_name: None,
            payload,
        };
        Ok(Self {
            body: Body::encode(&envelope).map_err(|error| EncodeError::Json(error.to_string()))?,
            key: None,
        })
    }

    /// One of the five events of a run. It can always be encoded: its payload holds JSON already.
    pub fn of_run(run: &RunContext, event: &AgentEvent) -> Self {
        let kind = event.kind();
        let body = match event {
            AgentEvent::AgentStarted(payload) => encode(kind, run, payload),
            AgentEvent::AgentThinking(payload) => encode(kind, run, payload),
            AgentEvent::ToolExecuting(payload) => encode(kind, run, payload),
            AgentEvent::ToolCompleted(payload) => encode(kind, run, payload),
            AgentEvent::AgentCompleted(payload) => encode(kind, run, payload),
        };
        Self { body, key: None }
    }

    /// The result of a run so far. It is volatile: a slow reader may get only the newest.
    pub fn partial_result(run: &RunContext, partial: &PartialResult) -> Self {
        Self {
            body: encode("partial_result", run, partial),
            // No name of an event begins so: a key of the application is another one.
            key: Some(format!("\0{:?}{}", run.thread_id, run.run_id).into()),
        }
    }

    /// The same event as a volatile one: it has no offset, is not kept, and a reader who is slow may
    /// get only the newest with this key.
    #[must_use]
    pub fn volatile(mut self, key: impl Into<Arc<str>>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Its length in bytes, without its position.
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// The same, if it has no more than so many bytes.
    pub(crate) fn within(self, limit: usize) -> Result<Self, EncodeError> {
        match self.len() {
            bytes if bytes > limit => Err(EncodeError::TooLarge { bytes, limit }),
            _ => Ok(self),
        }
    }

    /// Whether it is empty, which no event is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn encode(kind: &str, run: &RunContext, payload: &impl Serialize) -> Body {
    let envelope = Envelope {
        kind,
        timestamp: now(),
        thread_id: run.thread_id.as_deref(),
        run_id: Some(&run.run_id),
        agent_name: Some(&run.agent_name),
        payload,
    };
    // The payloads are structs of texts, numbers that JSON has, and `Value`s, whose keys are texts.
    Body::encode(&envelope).expect("events of a run are json")
}

/// Seconds since 1970, with milliseconds.
fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    // A clock before 1970 is no reason to lose an event.
    since.map_or(0.0, |since| {
        (since.as_secs() * 1000 + u64::from(since.subsec_millis())) as f64 / 1000.0
    })
}

/// Why an event of the application cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The name is not 1 to 64 letters, digits, `_`, `-`, `.` and `:`.
    Name(String),
    /// The name is one of ours.
    Reserved(String),
    /// The payload is no JSON.
    Json(String),
    /// The event is longer than [`Config::event_bytes`](crate::config::Config).
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The longest that is sent.
        limit: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{name:?} is no name of an event"),
            Self::Reserved(name) => write!(f, "{name} is an event of the protocol"),
            Self::Json(why) => write!(f, "the payload is no json: {why}"),
            Self::TooLarge { bytes, limit } => {
                write!(f, "the event has {bytes} bytes, of at most {limit}")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

#[cfg(all(test, not(feature = "__loom")))]
mod tests;
