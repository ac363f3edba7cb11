//! Doc comments: links to items, and code that rustdoc runs.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::facts::{DocLine, Facts, PathRef, Word};
use super::links::links;
use super::read::{self, Whole};
use super::scanner::content;
use super::words::Words;
use crate::lang::markdown::fences;
use crate::lang::markdown::info::Kind;
use crate::lang::markdown::passage::Passage;

/// Code in a doc comment.
#[derive(Debug)]
pub(super) struct Snippet {
    /// The doc comments that it stands in: the text of the file without what makes them comments.
    pub(super) doc: usize,
    /// The code, as a part of that text.
    pub(super) code: Passage,
    /// The edition that the fence names.
    pub(super) edition: Option<u16>,
    pub(super) facts: Facts,
}

/// What doc comments hold.
#[derive(Debug, Default)]
pub(super) struct Docs {
    /// Adjacent doc comments with code as one text.
    pub(super) passages: Vec<Passage>,
    /// Whether the text stands in the string of an attribute, where no line can be added.
    pub(super) in_string: Vec<bool>,
    pub(super) snippets: Vec<Snippet>,
}

/// Reads the doc comments of a file, and adds the paths of their links to its facts.
pub(super) fn read(text: &str, facts: &mut Facts, words: &Words, string_keys: &[String]) -> Docs {
    let mut docs = Docs::default();
    let mut lines = std::mem::take(&mut facts.docs);
    lines.sort_by_key(|line| line.at.start);
    lines.dedup_by_key(|line| line.at.start);
    let mut at = 0;
    while at < lines.len() {
        let mut end = at + 1;
        while end < lines.len() && are_joined(text, &lines[at], &lines[end - 1], &lines[end]) {
            end += 1;
        }
        let run = &lines[at..end];
        at = end;
        let whole = run[0].at.start..run[run.len() - 1].at.end;
        let written = text.get(whole).unwrap_or("");
        if !words.occur_in(written) {
            continue;
        }
        let Some((passage, in_string)) = passage(text, run) else {
            continue;
        };
        let number = docs.passages.len();
        let outline = fences::outline(&passage.text);
        let mut code: Vec<Range<usize>> = Vec::new();
        code.extend(outline.blocks.iter().map(|block| block.range.clone()));
        let indented = indented(&passage.text, &code);
        code.extend(indented.iter().map(|(range, _)| range.clone()));
        code.sort_by_key(|range| range.start);
        let fenced = outline.blocks.iter();
        let fenced = fenced.filter_map(|block| match block.kind {
            Kind::Rust(edition) => Some((&block.code, edition)),
            Kind::Silent => Some((&block.code, None)),
            _ => None,
        });
        let indented = indented.iter().map(|(_, code)| (code, None));
        for (block, edition) in fenced.chain(indented) {
            let code = block.unhidden(&passage.text);
            if !words.occur_in(&code.text) {
                continue;
            }
            let (facts, _) = read::facts(&code.text, Whole::Snippet, words.afresh(), string_keys);
            docs.snippets.push(Snippet {
                doc: number,
                code,
                edition,
                facts,
            });
        }
        linked(&passage, &code, run[0].module, words, facts);
        if docs.snippets.last().is_some_and(|last| last.doc == number) {
            docs.passages.push(passage);
            docs.in_string.push(in_string);
        }
    }
    docs
}

/// Adds the paths of the links of a text, but those in `code`, to what is known of it.
pub(super) fn linked(
    passage: &Passage,
    code: &[Range<usize>],
    module: usize,
    words: &Words,
    facts: &mut Facts,
) {
    for link in links(&passage.text, code) {
        let names = link.words.iter().map(|range| Word {
            text: super::tree::plain(&passage.text[range.clone()]).into(),
            at: passage.range(range),
        });
        let names: Vec<Word> = names.collect();
        if !names.iter().any(|word| words.has(&word.text)) {
            continue;
        }
        if let (Some(label), Some(last)) = (&link.label, names.last()) {
            let label = (passage.range(label), last.at.clone());
            facts.labels.push(label);
        }
        facts.paths.push(PathRef {
            words: names,
            leading: link.leading,
            dollar: false,
            spaces: link.spaces,
            module,
            shape: link.shape,
            in_rules: None,
        });
    }
}

/// Code that is only indented, which rustdoc runs as well: as CommonMark has it, by the parser and
/// the extensions that rustdoc uses.
pub(super) fn indented(text: &str, fenced: &[Range<usize>]) -> Vec<(Range<usize>, Passage)> {
    let may_be_code = |line: &str| {
        let bare = line.trim_start_matches([' ', '>']);
        let blanks = bare.trim_start();
        let is_deep = line.contains("    ") || line.contains('\t');
        is_deep && !blanks.is_empty()
    };
    if !text.lines().any(may_be_code) {
        return Vec::new();
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let mut blocks: Vec<(Range<usize>, Passage)> = Vec::new();
    // The lines of the open block, each with where its code begins.
    let mut open: Option<Vec<(Range<usize>, usize)>> = None;
    for (event, at) in Parser::new_ext(text, options).into_offset_iter() {
        match (event, &mut open) {
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)), _) => open = Some(Vec::new()),
            (Event::Text(_), Some(lines)) => lines_of(text, at, lines),
            (Event::End(TagEnd::CodeBlock), lines) => {
                let mut lines = lines.take().unwrap_or_default();
                let is_blank =
                    |(line, _): &(Range<usize>, usize)| text[line.clone()].trim().is_empty();
                while lines.last().is_some_and(is_blank) {
                    lines.pop();
                }
                let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
                    continue;
                };
                let range = first.0.start..last.0.end;
                let is_apart =
                    |block: &Range<usize>| block.end <= range.start || range.end <= block.start;
                if fenced.iter().all(is_apart) {
                    blocks.push((range, Passage::of(text, &lines)));
                }
            }
            _ => {}
        }
    }
    blocks
}

/// Adds the lines of a part of a text to those that are known, the last of which may be the first of
/// them.
fn lines_of(text: &str, part: Range<usize>, lines: &mut Vec<(Range<usize>, usize)>) {
    let mut at = part.start;
    for piece in text[part].split_inclusive('\n') {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        if lines.last().is_none_or(|(line, _)| line.start < start) {
            lines.push((start..end, at));
        }
        at += piece.len();
    }
}

/// Whether doc comments are one text: of the kind of the first one, with nothing but plain comments
/// between the last two; or strings of one attribute.
fn are_joined(text: &str, first: &DocLine, a: &DocLine, b: &DocLine) -> bool {
    let kind = |line: &DocLine| text.get(line.at.start..line.at.start + 3);
    let between = text.get(a.at.end..b.at.start).unwrap_or("x");
    let is_piece = b.literal.is_some() && a.literal.is_some() && a.at.end == b.at.start;
    let is_alike = matches!(kind(first), Some("///" | "//!" | "#[d" | "#[c" | "#!["))
        && kind(first) == kind(b)
        && is_no_code(between);
    a.module == b.module && (is_piece || is_alike)
}

/// Whether a text is blanks and comments.
fn is_no_code(text: &str) -> bool {
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let comment = match rest.get(..2) {
            Some("//") => rest.split_once('\n').map(|(_, rest)| rest),
            Some("/*") => rest.split_once("*/").map(|(_, rest)| rest),
            _ => None,
        };
        match comment {
            Some(behind) => rest = behind.trim_start(),
            None => return false,
        }
    }
    true
}

/// The text of adjacent doc comments; whether it is the string of an attribute.
fn passage(text: &str, run: &[DocLine]) -> Option<(Passage, bool)> {
    let first = &run[0].at;
    let written = text.get(first.clone())?;
    if written.starts_with("///") || written.starts_with("//!") {
        let mut lines = Vec::new();
        for line in run {
            let start = text[..line.at.start].rfind('\n').map_or(0, |end| end + 1);
            let end = text[line.at.end..]
                .find('\n')
                .map_or(text.len(), |end| line.at.end + end + 1);
            lines.push((start..end, line.at.start + 3));
        }
        return Some((Passage::of(text, &lines), false));
    }
    let (inner, in_string) = match (written.starts_with("/*"), run) {
        (true, _) => (first.start + 3..first.end.checked_sub(2)?, false),
        (false, [line]) if let Some(inner) = content(text, line.literal.as_ref()?) => (inner, true),
        (false, lines) => {
            let mut contents = Vec::new();
            for line in lines {
                string_lines(text, line.literal.as_ref()?, &mut contents)?;
            }
            return Some((Passage::joined(&contents), true));
        }
    };
    let mut lines = Vec::new();
    let mut at = inner.start;
    for line in text.get(inner.clone())?.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let bare = line.trim_start();
        let starred = !in_string && range.start > inner.start && bare.starts_with('*');
        let code = match starred {
            true => range.start + (line.len() - bare.len()) + 1,
            false => range.start,
        };
        lines.push((range, code));
    }
    Some((Passage::of(text, &lines), in_string))
}

/// The lines of a string, and what each says, byte for byte: a blank stands for the backslash of
/// an escape.
fn string_lines(
    text: &str,
    literal: &Range<usize>,
    lines: &mut Vec<(Range<usize>, String)>,
) -> Option<()> {
    let is_raw = content(text, literal);
    let has_escapes = is_raw.is_none();
    let inner = match is_raw {
        Some(inner) => inner,
        None if text.get(literal.clone())?.starts_with('"') => literal.start + 1..literal.end - 1,
        None => return None,
    };
    let mut start = inner.start;
    let mut said = String::new();
    let mut chars = text.get(inner.clone())?.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at = inner.start + at;
        let escaped = chars.next_if(|_| has_escapes && c == '\\');
        if c == '\n' || matches!(escaped, Some((_, 'n'))) {
            lines.push((start..at, std::mem::take(&mut said)));
            start = at + if c == '\n' { 1 } else { 2 };
            continue;
        }
        match escaped {
            Some((_, sign @ ('"' | '\'' | '\\'))) => said.extend([' ', sign]),
            Some((_, other)) => said.extend([' ', ' '].iter().take(1 + other.len_utf8())),
            None => said.push(c),
        }
    }
    lines.push((start..inner.end, said));
    Some(())
}
