//! What CommonMark says of a text, by the parser and the extensions that rustdoc uses: its code, and
//! where HTML stands in it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::info::{self, Info, Kind};
use super::outline::Block;
use super::passage::Passage;

fn parser(text: &str) -> OffsetIter<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    Parser::new_ext(text, options).into_offset_iter()
}

/// The blocks of code, in order: those that rustdoc runs are Rust, and so is what is only indented.
pub(in crate::lang) fn code(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !text.lines().any(may_begin_code) {
        return blocks;
    }
    let mut open: Option<Open> = None;
    for (event, at) in parser(text) {
        match (event, &mut open) {
            (Event::Start(Tag::CodeBlock(kind)), _) => {
                let (kind, is_fenced) = match kind {
                    CodeBlockKind::Indented => (Kind::Rust(None), false),
                    CodeBlockKind::Fenced(info) => (kind_of(&info), true),
                };
                open = Some(Open {
                    kind,
                    at: is_fenced.then_some(at),
                    lines: Vec::new(),
                });
            }
            (Event::Text(_), Some(open)) => lines_of(text, at, &mut open.lines),
            (Event::End(TagEnd::CodeBlock), _) => {
                blocks.extend(open.take().and_then(|open| open.block(text)));
            }
            _ => {}
        }
    }
    blocks
}

/// The kind of a fence in documentation of Rust.
fn kind_of(info: &str) -> Kind {
    match (info::info(info), info::edition_of_doctest(info)) {
        (_, Some(edition)) => Kind::Rust(edition),
        (Info::Code(kind), None) => kind,
        (Info::Silent | Info::Directive(_), None) => Kind::Other,
    }
}

/// A block of code whose end is not reached.
struct Open {
    kind: Kind,
    /// Where it stands with its fences; `None` if it has none.
    at: Option<Range<usize>>,
    /// Its lines, each with where its code begins.
    lines: Vec<(Range<usize>, usize)>,
}

impl Open {
    fn block(mut self, text: &str) -> Option<Block> {
        let range = match &self.at {
            Some(at) => line_start(text, at.start)..line_end(text, at.end),
            None => {
                let is_blank =
                    |(line, _): &(Range<usize>, usize)| text[line.clone()].trim().is_empty();
                while self.lines.last().is_some_and(is_blank) {
                    self.lines.pop();
                }
                self.lines.first()?.0.start..self.lines.last()?.0.end
            }
        };
        Some(Block {
            kind: self.kind,
            is_fenced: self.at.is_some(),
            range,
            code: Passage::of(text, &self.lines),
        })
    }
}

/// Whether a line may open a fence, or be code that is only indented.
fn may_begin_code(line: &str) -> bool {
    let is_fence = line.contains("```") || line.contains("~~~");
    let is_deep = line.contains("    ") || line.contains('\t');
    is_fence || (is_deep && !line.trim_start_matches([' ', '\t', '>']).is_empty())
}

/// Adds the lines of a part of a text to those that are known, the last of which may be the first of
/// them.
fn lines_of(text: &str, part: Range<usize>, lines: &mut Vec<(Range<usize>, usize)>) {
    let mut at = part.start;
    for piece in text[part].split_inclusive('\n') {
        let line = line_start(text, at)..line_end(text, at + piece.len());
        if lines.last().is_none_or(|(last, _)| last.start < line.start) {
            lines.push((line, at));
        }
        at += piece.len();
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line ends that holds the byte before `at`.
fn line_end(text: &str, at: usize) -> usize {
    match text[..at].ends_with('\n') {
        true => at,
        false => text[at..].find('\n').map_or(text.len(), |end| at + end + 1),
    }
}

/// The blocks of HTML from `from` on, in order, in which no fence opens. In one that says that it
/// holds Markdown (`<div markdown>`), as the extension of Python-Markdown has it, one may.
pub(super) fn html(text: &str, from: usize) -> Vec<Range<usize>> {
    let text = &text[from..];
    let begins_html = |line: &str| {
        let bare = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
        let bare = bare.trim_start_matches(|c: char| c.is_ascii_digit() || ". )".contains(c));
        bare.starts_with('<')
    };
    let has_fence = text.contains("```") || text.contains("~~~") || text.contains(":::");
    if !has_fence || !text.lines().any(begins_html) {
        return Vec::new();
    }
    let blocks = parser(text).filter_map(|(event, at)| match event {
        Event::Start(Tag::HtmlBlock) => Some(at),
        _ => None,
    });
    let holds_markdown = |block: &Range<usize>| {
        let tag = text[block.clone()].split('>').next().unwrap_or_default();
        let mut attributes = tag.split_whitespace().skip(1);
        !tag.starts_with("<!") && attributes.any(|word| word.starts_with("markdown"))
    };
    blocks
        .filter(|block| !holds_markdown(block))
        .map(|block| from + block.start..from + block.end)
        .collect()
}
