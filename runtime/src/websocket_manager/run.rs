//! Runs of agents. Every run and every call of a tool ends exactly once, whatever becomes of it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use tokio::time::Instant;

use crate::event::{
    AgentCompleted, AgentEvent, AgentStarted, AgentThinking, Event, Outcome, PartialResult,
    RunContext, RunMetrics, ToolCompleted, ToolExecuting,
};
use crate::websocket_manager::manager::WebSocketManager;
use crate::websocket_manager::receipt::{PublishError, Receipt};

/// A run of an agent, from `agent_started` to `agent_completed`. Dropped, by a panic too, it ends as
/// `abandoned`, after its open calls of tools.
#[derive(Debug)]
#[must_use = "a run that is dropped ends as abandoned"]
pub struct Run {
    shared: Arc<Running>,
    began: Instant,
}

#[derive(Debug)]
struct Running {
    manager: WebSocketManager,
    context: RunContext,
    steps: AtomicU32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    ended: bool,
    calls: u32,
    errors: u32,
    /// Calls that have not ended: their number, their tool, and when they began.
    open: Vec<Open>,
}

#[derive(Debug, Clone)]
struct Open {
    number: u32,
    tool: Arc<str>,
    began: Instant,
}

/// An agent, as `agent_started` tells of it. Where nothing but its name is to be told, a text is one.
///
/// ```
/// use websocket_core::websocket_manager::Agent;
///
/// let agent = Agent::named("triage").with_id("triage-7").of_type("router");
/// let same_as_a_text: Agent = "triage".into();
/// ```
#[derive(Debug, Clone)]
pub struct Agent {
    name: Arc<str>,
    id: Option<String>,
    kind: Option<String>,
}

impl Agent {
    /// The agent of that name. Its id is that of each run, and its type is its name.
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            id: None,
            kind: None,
        }
    }

    /// The same with an id of its own: `agent_id`.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same with a type: `agent_type`.
    #[must_use]
    pub fn of_type(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }
}

impl<N: Into<Arc<str>>> From<N> for Agent {
    fn from(name: N) -> Self {
        Self::named(name)
    }
}

fn millis_since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Run {
    pub(super) fn start(
        manager: WebSocketManager,
        thread_id: Option<Arc<str>>,
        run_id: Arc<str>,
        agent: Agent,
    ) -> Self {
        let Agent { name, id, kind } = agent;
        let running = Running {
            manager,
            context: RunContext {
                thread_id,
                run_id,
                agent_name: name,
            },
            steps: AtomicU32::new(0),
            state: Mutex::default(),
        };
        let RunContext {
            run_id, agent_name, ..
        } = &running.context;
        running.tell(&AgentEvent::AgentStarted(AgentStarted {
            agent_id: id.unwrap_or_else(|| run_id.to_string()),
            agent_type: kind.unwrap_or_else(|| agent_name.to_string()),
            status: "started".to_owned(),
        }));
        Self {
            shared: Arc::new(running),
            began: Instant::now(),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.shared.context.run_id
    }

    /// Says what the agent is about: `agent_thinking`, with the number of the step.
    pub fn thinking(&self, thought: impl Into<String>) -> Receipt {
        self.think(thought.into(), None)
    }

    /// The same, where it is known how many steps there will be.
    pub fn thinking_of(&self, thought: impl Into<String>, total_steps: u32) -> Receipt {
        self.think(thought.into(), Some(total_steps))
    }

    fn think(&self, thought: String, total_steps: Option<u32>) -> Receipt {
        let step_number = self.shared.steps.fetch_add(1, Ordering::Relaxed) + 1;
        self.shared.tell(&AgentEvent::AgentThinking(AgentThinking {
            thought,
            step_number,
            total_steps,
        }))
    }

    /// The result so far: all of it each time, for a slow reader may get only the newest.
    pub fn partial_result(&self, content: impl Into<String>) -> Receipt {
        self.partial(content.into(), false)
    }

    /// The result so far, to which nothing will be added.
    pub fn last_partial_result(&self, content: impl Into<String>) -> Receipt {
        self.partial(content.into(), true)
    }

    fn partial(&self, content: String, is_complete: bool) -> Receipt {
        let partial = PartialResult {
            content,
            is_complete,
        };
        let event = Event::partial_result(&self.shared.context, &partial);
        self.shared.manager.deliver(event)
    }

    /// Begins to use a tool: `tool_executing`.
    pub fn tool(&self, name: impl Into<Arc<str>>, args: Value) -> ToolCall {
        let tool = name.into();
        let mut state = self.shared.state();
        state.calls += 1;
        let open = Open {
            number: state.calls,
            tool,
            began: Instant::now(),
        };
        state.open.push(open.clone());
        // Under the lock: the end of a run must not come in between.
        self.shared.tell(&AgentEvent::ToolExecuting(ToolExecuting {
            tool_name: open.tool.to_string(),
            call_id: self.shared.call_id(&open),
            args,
        }));
        drop(state);
        ToolCall {
            run: Arc::clone(&self.shared),
            number: open.number,
        }
    }

    /// Ends the run with its result: `agent_completed`. Calls of tools that are open end as
    /// `abandoned` before.
    pub fn complete(self, result: Value) -> Receipt {
        self.end(Outcome::Ok { result })
    }

    /// Ends the run with an error.
    pub fn fail(self, error: impl Into<String>) -> Receipt {
        self.end(Outcome::Error {
            error: error.into(),
        })
    }

    fn end(&self, outcome: Outcome) -> Receipt {
        let mut state = self.shared.state();
        if state.ended {
            return self.shared.ended();
        }
        state.ended = true;
        for open in std::mem::take(&mut state.open) {
            state.errors += 1;
            self.shared.tell_end(&open, Outcome::abandoned());
        }
        let metrics = RunMetrics {
            steps: self.shared.steps.load(Ordering::Relaxed),
            tool_calls: state.calls,
            tool_errors: state.errors,
        };
        self.shared
            .tell(&AgentEvent::AgentCompleted(AgentCompleted {
                duration_ms: millis_since(self.began),
                outcome,
                metrics,
            }))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.end(Outcome::abandoned());
    }
}

impl Running {
    /// Held for a few lines, and never across an await.
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        let state = self.state.lock();
        state.unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn call_id(&self, open: &Open) -> String {
        format!("{}.{}", self.context.run_id, open.number)
    }

    fn tell(&self, event: &AgentEvent) -> Receipt {
        self.manager.deliver(Event::of_run(&self.context, event))
    }

    fn tell_end(&self, open: &Open, outcome: Outcome) -> Receipt {
        self.tell(&AgentEvent::ToolCompleted(ToolCompleted {
            tool_name: open.tool.to_string(),
            call_id: self.call_id(open),
            duration_ms: millis_since(open.began),
            outcome,
        }))
    }

    fn ended(&self) -> Receipt {
        Receipt::failed(self.manager.held.clone(), PublishError::RunEnded)
    }
}

/// A call of a tool, from `tool_executing` to `tool_completed`. Dropped, by a panic too, it ends as
/// `abandoned`.
#[derive(Debug)]
#[must_use = "a call of a tool that is dropped ends as abandoned"]
pub struct ToolCall {
    run: Arc<Running>,
    number: u32,
}

impl ToolCall {
    /// Its id, unique in the process where those of runs are: `run-1.1`.
    pub fn id(&self) -> String {
        format!("{}.{}", self.run.context.run_id, self.number)
    }

    /// Ends the call with its result: `tool_completed`. Where the run has ended before, nothing is
    /// sent, and the receipt says so.
    pub fn complete(self, result: Value) -> Receipt {
        self.end(Outcome::Ok { result })
    }

    /// Ends the call with an error, as [`ToolCall::complete`].
    pub fn fail(self, error: impl Into<String>) -> Receipt {
        self.end(Outcome::Error {
            error: error.into(),
        })
    }

    fn end(&self, outcome: Outcome) -> Receipt {
        let mut state = self.run.state();
        let mut open = state.open.iter();
        match open.position(|open| open.number == self.number) {
            Some(at) => {
                let open = state.open.remove(at);
                state.errors += u32::from(!matches!(outcome, Outcome::Ok { .. }));
                self.run.tell_end(&open, outcome)
            }
            None => self.run.ended(),
        }
    }
}

impl Drop for ToolCall {
    fn drop(&mut self) {
        self.end(Outcome::abandoned());
    }
}
