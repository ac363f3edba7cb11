//! The agents of the example. There is no model behind them, but what they tell is true: they read
//! the sources of this crate.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use websocket_core::identity::UserId;
use websocket_core::websocket_manager::{Inbound, Run, WebSocketManager};

use crate::sources::{SOURCES, Size, search, subject};

/// Runs of one user at a time.
const RUNS: usize = 4;
/// The longest question, in characters.
const QUESTION: usize = 300;
/// The longest name of a thread, in characters.
const THREAD: usize = 40;

/// Real agents wait for models and networks; these wait for people who watch them.
const STEP: Duration = Duration::from_millis(700);
const GLANCE: Duration = Duration::from_millis(220);
const WORD: Duration = Duration::from_millis(60);

/// What the page sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
pub(crate) enum FromPage {
    /// Starts a run.
    Ask {
        thread: String,
        agent: Agent,
        #[serde(default)]
        question: String,
    },
    /// Ends a run of the same user early.
    Stop { run_id: String },
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Agent {
    /// Answers a question with a passage of the documentation.
    Librarian,
    /// Measures every file.
    Surveyor,
}

impl Agent {
    fn name(self) -> &'static str {
        match self {
            Self::Librarian => "librarian",
            Self::Surveyor => "surveyor",
        }
    }
}

/// An event of this application, beside the five: what a run was asked.
#[derive(Serialize)]
struct Asked<'a> {
    run_id: &'a str,
    agent_name: &'a str,
    question: &'a str,
}

/// All runs, each a task with an owner.
pub(crate) struct Agents {
    runs: Mutex<HashMap<(UserId, String), JoinHandle<()>>>,
    /// Names this start of the example: a page that stays open meets no run twice.
    start: String,
    last: AtomicU64,
}

impl Agents {
    pub(crate) fn new() -> Self {
        Self {
            runs: Mutex::default(),
            start: (0..3).map(|_| fastrand::lowercase()).collect(),
            last: AtomicU64::new(0),
        }
    }

    /// What becomes of a message. It does not wait for a run, for the connection's next message does
    /// for this one.
    pub(crate) fn handle(&self, inbound: &Inbound<FromPage>) {
        let done = match &inbound.message {
            FromPage::Ask {
                thread,
                agent,
                question,
            } => self.ask(&inbound.manager, thread, *agent, question),
            FromPage::Stop { run_id } => self.stop(&inbound.manager, run_id),
        };
        if let Err(reason) = done
            && let Err(error) = inbound.reply("refused", &json!({ "reason": reason }))
        {
            tracing::warn!(%error, "a refusal cannot be told");
        }
    }

    fn ask(
        &self,
        manager: &WebSocketManager,
        thread: &str,
        agent: Agent,
        question: &str,
    ) -> Result<(), &'static str> {
        let question = question.trim();
        if thread.is_empty() || thread.chars().count() > THREAD {
            return Err("a thread has a name of 1 to 40 characters");
        }
        if question.chars().count() > QUESTION {
            return Err("a question has at most 300 characters");
        }
        if matches!(agent, Agent::Librarian) && question.is_empty() {
            return Err("the librarian needs a question");
        }
        let mut runs = self.runs();
        runs.retain(|_, task| !task.is_finished());
        if runs
            .keys()
            .filter(|(user, _)| user == manager.user())
            .count()
            >= RUNS
        {
            return Err("four runs at a time are enough");
        }
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let run_id = format!("run-{}-{number}", self.start);
        let thread = manager.thread(thread);
        let asked = Asked {
            run_id: &run_id,
            agent_name: agent.name(),
            question,
        };
        thread
            .send("asked", &asked)
            .map_err(|_| "that cannot be told")?;
        let run = thread.start_run(run_id.as_str(), agent.name());
        let question = question.to_owned();
        let task = tokio::spawn(async move {
            match agent {
                Agent::Librarian => answer(run, &question).await,
                Agent::Surveyor => survey(run).await,
            }
        });
        runs.insert((manager.user().clone(), run_id), task);
        Ok(())
    }

    fn stop(&self, manager: &WebSocketManager, run_id: &str) -> Result<(), &'static str> {
        let of = (manager.user().clone(), run_id.to_owned());
        match self.runs().get(&of).filter(|task| !task.is_finished()) {
            // The run is dropped with its task, and so tells by itself that it was abandoned.
            Some(task) => task.abort(),
            None => return Err("that run has ended"),
        }
        Ok(())
    }

    /// Ends all runs, each as abandoned, and waits for them.
    pub(crate) async fn end(&self) -> usize {
        let runs = std::mem::take(&mut *self.runs());
        let mut ended = 0;
        for task in runs.into_values() {
            task.abort();
            // Those that were cancelled did not end by themselves.
            ended += usize::from(task.await.is_err());
        }
        ended
    }

    fn runs(&self) -> std::sync::MutexGuard<'_, HashMap<(UserId, String), JoinHandle<()>>> {
        let runs = self.runs.lock();
        runs.unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The librarian: which words matter, where they stand, and what stands there.
async fn answer(run: Run, question: &str) {
    run.thinking_of("Which words of the question matter?", 3);
    sleep(STEP).await;
    let call = run.tool(
        "pick_words",
        json!({ "characters": question.chars().count() }),
    );
    let words = subject(question);
    sleep(GLANCE).await;
    if words.is_empty() {
        call.fail("only filler words");
        run.fail("The question names nothing to look for.");
        return;
    }
    call.complete(json!({ "words": words }));

    let thought = format!("Looking for “{}” in the documentation.", words.join("”, “"));
    run.thinking_of(thought, 3);
    sleep(STEP).await;
    let call = run.tool("search", json!({ "files": SOURCES.len(), "words": words }));
    let found = search(&words);
    sleep(STEP).await;
    let Some(best) = found.first() else {
        call.fail("no passage found");
        run.fail("The documentation does not speak of that.");
        return;
    };
    call.complete(
        json!({ "passages": found.len(), "best": format!("{}:{}", best.file, best.line) }),
    );

    run.thinking_of(format!("Reading {}.", best.file), 3);
    let call = run.tool("read", json!({ "file": best.file, "line": best.line }));
    sleep(STEP).await;
    call.complete(json!({ "characters": best.text.chars().count() }));

    // A model would give it word by word; a slow reader may get only the newest.
    let mut text = String::new();
    for word in best.text.split_inclusive(' ') {
        text.push_str(word);
        run.partial_result(text.as_str());
        sleep(WORD).await;
    }
    run.last_partial_result(text.as_str());
    run.complete(json!({ "answer": text, "source": format!("src/{}:{}", best.file, best.line) }));
}

/// The surveyor: one call for every file, so that there is something to miss.
async fn survey(run: Run) {
    let mut total = Size::default();
    let files = SOURCES.len();
    run.thinking_of(format!("{files} files to measure, one after the other."), 2);
    sleep(STEP).await;
    for (index, source) in SOURCES.iter().enumerate() {
        let call = run.tool("measure", json!({ "file": source.file }));
        sleep(GLANCE).await;
        let size = source.size();
        total += size;
        call.complete(json!({ "lines": size.lines, "documentation": size.documented }));
        let so_far = format!(
            "{} of {files} files, {} lines so far",
            index + 1,
            total.lines
        );
        run.partial_result(so_far);
        sleep(GLANCE).await;
    }
    run.thinking_of("Adding up.", 2);
    sleep(STEP).await;
    let answer = format!(
        "{files} files with {} lines: {} of them documentation, {} with a public item.",
        total.lines, total.documented, total.public
    );
    run.last_partial_result(answer.as_str());
    run.complete(json!({ "answer": answer }));
}
