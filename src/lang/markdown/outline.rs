//! A document as this room sees it: blocks of code, places that can be one path, paragraphs.

use std::ops::Range;

use super::info::{Kind, behind_prompt, is_prompt};
use super::passage::Passage;

/// What a document is made of.
#[derive(Debug, Default)]
pub(in crate::lang) struct Outline {
    /// Blocks of code, in order.
    pub(in crate::lang) blocks: Vec<Block>,
    /// Inline code, roles, arguments of directives: paths when they are exactly that.
    pub(in crate::lang) spans: Vec<Span>,
    /// Lines of prose that belong together, in order.
    pub(in crate::lang) paragraphs: Vec<Range<usize>>,
}

/// A block of code.
#[derive(Debug)]
pub(in crate::lang) struct Block {
    pub(in crate::lang) kind: Kind,
    /// It stands between fences, and is not only indented.
    pub(in crate::lang) is_fenced: bool,
    /// The block with its fences.
    pub(in crate::lang) range: Range<usize>,
    pub(in crate::lang) code: Passage,
}

/// A place whose content may be one path.
#[derive(Debug)]
pub(in crate::lang) struct Span {
    /// The content, without backticks.
    pub(in crate::lang) range: Range<usize>,
    /// It is a role's, in which a title can come first: ``:class:`the manager <a.b.C>` ``.
    pub(in crate::lang) role: bool,
}

impl Outline {
    /// Adds code that stands on these lines, given with where the code of each starts.
    pub(super) fn code(
        &mut self,
        text: &str,
        kind: Kind,
        range: Range<usize>,
        mut lines: Vec<(Range<usize>, usize)>,
    ) {
        let guessed = matches!(
            kind,
            Kind::Python | Kind::Guess | Kind::Silent | Kind::Other
        );
        let session = guessed
            && lines
                .iter()
                .find(|(line, code)| !text[*code..line.end].trim().is_empty())
                .is_some_and(|(line, code)| is_prompt(&text[*code..line.end]));
        if session {
            lines = lines
                .into_iter()
                .filter_map(|(line, code)| {
                    let at = behind_prompt(&text[code..line.end])?;
                    Some((line, code + at))
                })
                .collect();
        }
        self.blocks.push(Block {
            kind: match session {
                true => Kind::Python,
                false => kind,
            },
            is_fenced: true,
            range,
            code: Passage::of(text, &lines),
        });
    }

    /// Adds the content of inline code and of roles in `range`, between runs of backticks.
    pub(super) fn backticks(&mut self, text: &str, range: Range<usize>) {
        let runs = runs(&text[range.clone()], range.start);
        // The next run of the same length, from the last one backwards.
        let mut next: Vec<Option<usize>> = vec![None; runs.len()];
        let mut last: Vec<(usize, usize)> = Vec::new();
        for (at, run) in runs.iter().enumerate().rev() {
            match last.iter_mut().find(|(len, _)| *len == run.len()) {
                Some((_, index)) => next[at] = Some(std::mem::replace(index, at)),
                None => last.push((run.len(), at)),
            }
        }
        let mut at = 0;
        while at < runs.len() {
            let Some(close) = next[at] else {
                at += 1;
                continue;
            };
            let before = &text[range.start..runs[at].start];
            let single = runs[at].len() == 1;
            // `a.b.C`_ is a link's name in reStructuredText, which must stay what the link is.
            if !(single && text[runs[close].end..].starts_with('_')) {
                self.spans.push(Span {
                    range: runs[at].end..runs[close].start,
                    role: single && before.ends_with([':', '}']),
                });
            }
            at = close + 1;
        }
    }

    /// Adds the rest of a line behind `from`, where a directive has its argument.
    pub(super) fn argument(&mut self, text: &str, range: Range<usize>) {
        let written = &text[range.clone()];
        let end = written.find(['(', ' ', '\t']).unwrap_or(written.len());
        self.spans.push(Span {
            range: range.start..range.start + end,
            role: false,
        });
    }

    /// Adds the prose of these lines, as paragraphs and with its inline code.
    pub(super) fn prose(&mut self, text: &str, lines: &[Range<usize>]) {
        let mut open: Option<Range<usize>> = None;
        let mut in_row = false; // of a table that is written as a list of lists
        for line in lines {
            let bare = text[line.clone()].trim_matches(|c: char| c.is_whitespace() || c == '>');
            let alone = bare.starts_with(['|', '#']) || bare.contains(" | ");
            let row = bare.starts_with("* - ");
            let starts = alone || row || (is_item(bare) && !in_row);
            in_row = row || (in_row && !bare.is_empty());
            if bare.is_empty() || starts {
                self.paragraph(text, open.take());
            }
            if bare.is_empty() {
                continue;
            }
            let start = open.take().map_or(line.start, |open| open.start);
            open = Some(start..line.end);
            if alone {
                self.paragraph(text, open.take());
            }
        }
        self.paragraph(text, open);
    }

    fn paragraph(&mut self, text: &str, range: Option<Range<usize>>) {
        if let Some(range) = range {
            self.backticks(text, range.clone());
            self.paragraphs.push(range);
        }
    }

    /// The block or paragraph that holds the byte at `offset`.
    pub(super) fn around(&self, offset: usize) -> Option<Range<usize>> {
        let block = self.blocks.partition_point(|it| it.range.start <= offset);
        let block = block.checked_sub(1).map(|at| &self.blocks[at].range);
        let paragraph = self.paragraphs.partition_point(|it| it.start <= offset);
        let paragraph = paragraph.checked_sub(1).map(|at| &self.paragraphs[at]);
        [block, paragraph]
            .into_iter()
            .flatten()
            .find(|range| range.contains(&offset))
            .cloned()
    }
}

/// Runs of backticks.
fn runs(text: &str, base: usize) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr_iter(b'`', text.as_bytes()) {
        match runs.last_mut() {
            Some(run) if run.end == base + at => run.end += 1,
            _ => runs.push(base + at..base + at + 1),
        }
    }
    runs
}

/// Whether a line starts an item of a list: `- `, `* `, `+ `, `1. `, `2) `, `#. `.
fn is_item(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == '#');
    let numbered =
        digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") "));
    numbered
        || ["- ", "* ", "+ "]
            .iter()
            .any(|marker| line.starts_with(marker))
}

/// The lines of `text`, each with its line end: `\n`, `\r\n` or a lone `\r`.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        lines.push(start..at + 1);
        start = at + 1;
    }
    if start < text.len() {
        lines.push(start..text.len());
    }
    lines
}
