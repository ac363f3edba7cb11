//! What the agents of the example read: the sources of this crate, as they were compiled.

use std::cmp::Reverse;
use std::collections::BTreeSet;

macro_rules! sources {
    ($($file:literal),* $(,)?) => {
        &[$(Source { file: $file, text: include_str!(concat!("../../src/", $file)) }),*]
    };
}

/// In walking order, as `lib.rs` has it.
pub(crate) const SOURCES: &[Source] = sources![
    "lib.rs",
    "identity.rs",
    "config.rs",
    "close.rs",
    "wire.rs",
    "event.rs",
    "observe.rs",
    "backplane/mod.rs",
    "backplane/local.rs",
    "outbox.rs",
    "hub.rs",
    "limits.rs",
    "registry.rs",
    "session.rs",
    "websocket_manager/mod.rs",
    "websocket_manager/factory.rs",
    "websocket_manager/manager.rs",
    "websocket_manager/run.rs",
    "websocket_manager/receipt.rs",
    "websocket_manager/transaction.rs",
    "websocket_manager/inbound.rs",
    "websocket_manager/health.rs",
    "websocket_manager/drain.rs",
    "transport.rs",
    "axum.rs",
];

/// Words that say nothing about what a question is about.
const FILLERS: &[&str] = &[
    "about", "and", "are", "becomes", "can", "does", "for", "from", "happens", "has", "have",
    "how", "into", "its", "may", "that", "the", "their", "there", "they", "this", "was", "what",
    "when", "where", "which", "who", "why", "will", "with", "you", "your",
];

/// One file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    /// Its path below `src/`.
    pub(crate) file: &'static str,
    text: &'static str,
}

/// What a file has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) lines: usize,
    pub(crate) documented: usize,
    pub(crate) public: usize,
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, more: Self) {
        self.lines += more.lines;
        self.documented += more.documented;
        self.public += more.public;
    }
}

impl Source {
    /// Its lines, those that are documentation, and those with an item that other crates may see.
    pub(crate) fn size(&self) -> Size {
        let mut size = Size::default();
        for line in self.text.lines().map(str::trim_start) {
            size.lines += 1;
            size.documented += usize::from(doc_text(line).is_some());
            size.public += usize::from(line.starts_with("pub "));
        }
        size
    }

    fn passages(&self) -> Vec<Passage> {
        let mut passages: Vec<Passage> = Vec::new();
        // Where the documentation of the next item begins among them.
        let mut item = 0;
        let (mut open, mut in_code) = (false, false);
        for (index, line) in self.text.lines().map(str::trim_start).enumerate() {
            let Some(text) = doc_text(line) else {
                for passage in &mut passages[item..] {
                    passage.item = line;
                }
                item = passages.len();
                open = false;
                continue;
            };
            if text.starts_with("```") {
                in_code = !in_code;
                continue;
            }
            // A heading or a list tells little by itself.
            if in_code || text.is_empty() || text.starts_with(['#', '-']) {
                open = false;
                continue;
            }
            match passages.last_mut().filter(|_| open) {
                Some(passage) => {
                    passage.text.push(' ');
                    passage.text.push_str(&without_marks(text));
                }
                None => passages.push(Passage {
                    file: self.file,
                    line: index + 1,
                    text: without_marks(text),
                    item: "",
                }),
            }
            open = true;
        }
        passages
    }
}

/// The documentation on a line.
fn doc_text(line: &str) -> Option<&str> {
    let text = line.strip_prefix("///").or(line.strip_prefix("//!"))?;
    Some(text.trim())
}

/// Markdown as people read it: ``[`Run`](crate::Run)`` is `Run`.
fn without_marks(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.replace('`', "");
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((name, after)) = after.split_once(']') else {
            plain.push('[');
            rest = after.to_owned();
            continue;
        };
        plain.push_str(name);
        let link = after
            .strip_prefix('(')
            .and_then(|link| link.split_once(')'));
        rest = link.map_or(after, |(_, after)| after).to_owned();
    }
    plain + &rest
}

/// A paragraph of documentation.
#[derive(Debug, Clone)]
pub(crate) struct Passage {
    pub(crate) file: &'static str,
    pub(crate) line: usize,
    pub(crate) text: String,
    /// The line of code that it documents.
    item: &'static str,
}

/// The words of a question that say what it is about, each once, as stems.
pub(crate) fn subject(question: &str) -> Vec<String> {
    let words = question.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words = words.map(str::to_lowercase);
    let words = words.filter(|word| word.chars().count() > 2 && !FILLERS.contains(&word.as_str()));
    let mut known = BTreeSet::new();
    let words = words.map(|word| match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') => stem.to_owned(),
        _ => word,
    });
    words.filter(|word| known.insert(word.clone())).collect()
}

/// The passages that name any of the words, in themselves or in what they document: those with most
/// of them first, then those that name them most often, then the shortest.
pub(crate) fn search(words: &[String]) -> Vec<Passage> {
    let passages = SOURCES.iter().flat_map(Source::passages);
    let scored = passages.map(|passage| {
        let text = format!("{} {}", passage.text, passage.item).to_lowercase();
        let counts = words.iter().map(|word| text.matches(word).count());
        let known = counts.clone().filter(|count| *count > 0).count();
        (known, counts.sum::<usize>(), passage)
    });
    let mut found: Vec<_> = scored.filter(|(known, ..)| *known > 0).collect();
    found.sort_by_key(|(known, often, passage)| {
        (Reverse(*known), Reverse(*often), passage.text.len())
    });
    found.into_iter().map(|(.., passage)| passage).collect()
}
