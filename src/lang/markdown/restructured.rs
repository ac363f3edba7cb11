//! The outline of reStructuredText: directives, literal blocks, sessions, roles.

use std::ops::Range;

use super::info::{Kind, is_prompt, kind};
use super::outline::{Outline, Span, lines};

/// The outline of a reStructuredText document.
pub(super) fn outline(text: &str) -> Outline {
    let mut reader = Reader {
        text,
        lines: lines(text),
        outline: Outline::default(),
        prose: Vec::new(),
        literal: Kind::Guess,
    };
    let mut at = 0;
    while at < reader.lines.len() {
        at = reader.line(at);
    }
    reader.flush();
    reader.outline
}

struct Reader<'t> {
    text: &'t str,
    lines: Vec<Range<usize>>,
    outline: Outline,
    /// Lines that were read as prose and are not in the outline yet.
    prose: Vec<Range<usize>>,
    /// What a literal block is when nothing says so: Sphinx takes it for Python.
    literal: Kind,
}

impl<'t> Reader<'t> {
    /// Reads the line `at` and what belongs to it; the line to go on with.
    fn line(&mut self, at: usize) -> usize {
        let written = self.written(at);
        if is_prompt(written) {
            let end = (at..self.lines.len()).find(|&it| self.is_blank(it));
            return self.code(Kind::Python, at, at, end.unwrap_or(self.lines.len()));
        }
        let bare = written.trim();
        self.prose.push(self.lines[at].clone());
        if let Some((name, argument)) = directive(bare) {
            return self.directive(at, name, argument);
        }
        let next = at + 1;
        if bare.ends_with("::") && !bare.starts_with(".. ") && self.is_blank(next) {
            let end = self.body(at);
            return match end > next {
                true => self.code(self.literal, next, next, end),
                false => next,
            };
        }
        next
    }

    fn directive(&mut self, at: usize, name: &str, argument: &'t str) -> usize {
        let next = at + 1;
        let kind = match name {
            "code-block" | "code" | "sourcecode" if argument.is_empty() => self.literal,
            "code-block" | "code" | "sourcecode" => kind(argument),
            "code-cell" | "testcode" | "testsetup" | "testcleanup" | "doctest" | "ipython"
            | "jupyter-execute" => Kind::Python,
            "parsed-literal" | "prompt" | "math" | "graphviz" | "productionlist" => Kind::Other,
            "highlight" => {
                self.literal = match kind(argument) {
                    Kind::Python => Kind::Guess,
                    other => other,
                };
                return next;
            }
            _ => {
                let written = self.written(at);
                let start = argument.as_ptr().addr() - written.as_ptr().addr();
                let start = self.lines[at].start + start;
                self.outline
                    .argument(self.text, start..start + argument.len());
                if name == "autosummary" {
                    self.entries(next, self.body(at));
                }
                return next;
            }
        };
        let end = self.body(at);
        let options = (next..end).take_while(|&it| self.written(it).trim().starts_with(':'));
        let start = next + options.count();
        self.code(kind, next, start, end)
    }

    /// The entries of a summary are paths, one a line.
    fn entries(&mut self, from: usize, end: usize) {
        for at in from..end {
            let written = self.written(at);
            let path = written.trim();
            if !path.is_empty() && !path.starts_with(':') {
                let start = path.as_ptr().addr() - written.as_ptr().addr();
                let start = self.lines[at].start + start;
                self.outline.spans.push(Span {
                    range: start..start + path.len(),
                    role: false,
                });
            }
        }
    }

    /// Adds a block from line `first` whose code starts at line `start`; the line after it.
    fn code(&mut self, kind: Kind, first: usize, start: usize, end: usize) -> usize {
        let mut last = end;
        while last > start && self.is_blank(last - 1) {
            last -= 1;
        }
        if last > start {
            self.flush();
            let code = self.lines[start..last]
                .iter()
                .map(|line| (line.clone(), line.start))
                .collect();
            let range = self.lines[first].start..self.lines[last - 1].end;
            self.outline.code(self.text, kind, range, code);
        }
        end.max(first)
    }

    fn flush(&mut self) {
        let prose = std::mem::take(&mut self.prose);
        self.outline.prose(self.text, &prose);
    }

    /// Where what is indented below line `at` ends.
    fn body(&self, at: usize) -> usize {
        let indent = self.indent(at);
        (at + 1..self.lines.len())
            .find(|&it| !self.is_blank(it) && self.indent(it) <= indent)
            .unwrap_or(self.lines.len())
    }

    fn written(&self, at: usize) -> &'t str {
        &self.text[self.lines[at].clone()]
    }

    fn is_blank(&self, at: usize) -> bool {
        at >= self.lines.len() || self.written(at).trim().is_empty()
    }

    fn indent(&self, at: usize) -> usize {
        let line = self.written(at);
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }
}

/// The name and the argument of `.. name:: argument`.
fn directive(line: &str) -> Option<(&str, &str)> {
    let (name, argument) = line.strip_prefix(".. ")?.split_once("::")?;
    let named = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '+' | '.'));
    (named && (argument.is_empty() || argument.starts_with([' ', '\t'])))
        .then(|| (name, argument.trim()))
}
