//! Doc comments: links to items, and code that rustdoc runs.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::facts::{DocLine, Facts, PathRef, Word};
use super::links::links;
use super::names::Names;
use super::read::{self, Whole};
use super::scanner::content;
use super::tokens::is_sign;
use super::words::Words;
use crate::lang::markdown::commonmark;
use crate::lang::markdown::info::Kind;
use crate::lang::markdown::passage::Passage;
use crate::plan::Plan;
use crate::project::{Documented, Project, RustPlace};

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

impl Snippet {
    /// What the names of the code stand for, in a crate of its own.
    pub(super) fn names<'a>(
        &'a self,
        plan: &'a Plan,
        project: &'a Project,
        place: &'a RustPlace,
    ) -> Names<'a> {
        Names::new(plan, project, None, place, &self.facts, &self.code.text)
    }
}

/// What doc comments hold.
#[derive(Debug)]
pub(super) struct Docs {
    /// Adjacent doc comments with code as one text.
    pub(super) passages: Vec<Passage>,
    /// Whether the text stands in the string of an attribute, where no line can be added.
    pub(super) in_string: Vec<bool>,
    pub(super) snippets: Vec<Snippet>,
    /// The links of what the file's module says of itself, where they lead on from around it.
    pub(super) around: Facts,
}

/// Reads the doc comments of a file, and adds the paths of their links to its facts.
/// Those of what a module says inside, that has documentation before its `mod` line too, are not
/// of the file's own names.
pub(super) fn read(
    text: &str,
    facts: &mut Facts,
    words: &Words,
    (string_keys, documented): (&[String], Documented),
) -> Docs {
    let mut docs = Docs {
        passages: Vec::new(),
        in_string: Vec::new(),
        snippets: Vec::new(),
        around: Facts::of_document(text.len()),
    };
    let mut lines = std::mem::take(&mut facts.docs);
    let key = |line: &DocLine| (line.at.start, line.literal.as_ref().map(|it| it.start));
    lines.sort_by_key(key);
    lines.dedup_by_key(|line| key(line));
    share_attributes(&mut lines);
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
        let blocks = commonmark::code(&passage.text);
        let code = blocks.iter().map(|block| block.range.clone());
        let code: Vec<Range<usize>> = code.collect();
        for block in &blocks {
            let Kind::Rust(edition) = block.kind else {
                continue;
            };
            let code = block.code.unhidden(&passage.text);
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
        let is_own = run[0].module == 0 && is_inner(text, &run[0]);
        match documented {
            Documented::Yes | Documented::Perhaps if is_own => {
                linked(&passage, &code, 0, words, &mut docs.around);
            }
            _ => linked(&passage, &code, run[0].module, words, facts),
        }
        if docs.snippets.last().is_some_and(|last| last.doc == number) {
            docs.passages.push(passage);
            docs.in_string.push(in_string);
        }
    }
    docs
}

/// Gives each string of one attribute its own part of that: `cfg_attr(a, doc = "b", doc = "c")`.
fn share_attributes(lines: &mut [DocLine]) {
    for nth in 1..lines.len() {
        let (before, rest) = lines.split_at_mut(nth);
        if let ([.., a], [b, ..]) = (before, rest)
            && let (Some(first), Some(_)) = (&a.literal, &b.literal)
            && a.at.end == b.at.end
            && first.end <= b.at.end
            && a.at.contains(&b.at.start)
        {
            b.at.start = first.end;
            a.at.end = first.end;
        }
    }
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

/// Whether doc comments are one text: those of one item, with nothing but plain comments and other
/// attributes between the last two; or strings of one attribute.
fn are_joined(text: &str, first: &DocLine, a: &DocLine, b: &DocLine) -> bool {
    let is_piece = b.literal.is_some() && a.literal.is_some() && a.at.end == b.at.start;
    let is_alike = || {
        let side = side(text, first);
        side.is_some() && side == self::side(text, b)
    };
    let between = text.get(a.at.end..b.at.start).unwrap_or("x");
    a.module == b.module && (is_piece || is_alike() && is_no_code(between))
}

/// Of what a line is the documentation.
#[derive(PartialEq, Eq)]
enum Side {
    /// What stands around it.
    Inner,
    /// What follows.
    Outer,
}

/// The side of a line that others may be joined with.
fn side(text: &str, line: &DocLine) -> Option<Side> {
    let written = text.get(line.at.clone())?;
    match () {
        () if written.starts_with("//!") || written.starts_with("#![") => Some(Side::Inner),
        () if written.starts_with("///") || written.starts_with("#[") => Some(Side::Outer),
        () => None,
    }
}

/// Whether a line documents what stands around it: that may be a block comment too.
fn is_inner(text: &str, line: &DocLine) -> bool {
    let written = text.get(line.at.clone()).unwrap_or("");
    written.starts_with("/*!") || side(text, line) == Some(Side::Inner)
}

/// Whether a text is blanks, comments and attributes.
fn is_no_code(text: &str) -> bool {
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let comment = match rest.get(..2) {
            Some("//") => rest.split_once('\n').map(|(_, rest)| rest),
            Some("/*") => rest.split_once("*/").map(|(_, rest)| rest),
            Some("#[" | "#!") => return are_attributes(rest),
            _ => None,
        };
        match comment {
            Some(behind) => rest = behind.trim_start(),
            None => return false,
        }
    }
    true
}

/// Whether a text is attributes, and comments.
fn are_attributes(text: &str) -> bool {
    let tokens = text.parse::<TokenStream>().ok();
    tokens.is_some_and(|tokens| {
        let mut tokens = tokens.into_iter();
        tokens.all(|token| match token {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Bracket,
            sign => is_sign(&sign, '#') || is_sign(&sign, '!'),
        })
    })
}

/// The text of adjacent doc comments; whether some of it is the string of an attribute.
fn passage(text: &str, run: &[DocLine]) -> Option<(Passage, bool)> {
    let first = &run[0].at;
    let written = text.get(first.clone())?;
    let is_plain = run.iter().all(|line| line.literal.is_none());
    if is_plain && (written.starts_with("///") || written.starts_with("//!")) {
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
            let mut last = None;
            for line in lines {
                let fence = fence_under(text, line);
                if fence.is_some() && last.is_some() && fence != last {
                    continue;
                }
                last = fence;
                match &line.literal {
                    Some(literal) => string_lines(text, literal, &mut contents)?,
                    None => {
                        let said = line.at.start + 3..line.at.end;
                        contents.push((said.clone(), text.get(said)?.to_owned()));
                    }
                }
            }
            return Some((Passage::joined(&contents), true));
        }
    };
    let written = text.get(inner.clone())?;
    let may_have_stars = !in_string && written.contains('\n');
    let before_star = may_have_stars.then(|| before_stars(written)).flatten();
    let mut lines = Vec::new();
    let mut at = inner.start;
    for line in written.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let starred = before_star.and_then(|blanks| line.strip_prefix(blanks));
        let rest = starred.unwrap_or(line);
        let is_star = rest.trim_end() == "*" || rest.starts_with("* ") || rest.starts_with("**");
        let star = usize::from(starred.is_some() && is_star);
        lines.push((range.clone(), range.end - rest.len() + star));
    }
    Some((Passage::of(text, &lines), in_string))
}

/// The condition under which a line is there that is one fence and no more: of `cfg_attr(a, doc = "```")`
/// and `cfg_attr(not(a), doc = "```ignore")` one opens the code.
fn fence_under<'t>(text: &'t str, line: &DocLine) -> Option<&'t str> {
    let inner = content(text, line.literal.as_ref()?)?;
    let said = text.get(inner)?.trim();
    let is_fence = said.starts_with("```") && !said.contains('\n');
    let (condition, _) = text.get(line.at.clone())?.split_once("doc")?;
    (is_fence && condition.contains("cfg_attr")).then_some(condition)
}

/// What stands before the star of each line of a block comment, if each has one below the first line:
/// rustc takes it away then, and otherwise the stars are of the text.
fn before_stars(comment: &str) -> Option<&str> {
    let is_stars = |line: &&str| line.chars().all(|c| c == '*');
    let is_blank = |line: &&str| line.trim().is_empty();
    let mut lines: Vec<&str> = comment.lines().collect();
    if lines.len() > 1 {
        lines.pop_if(|line| is_stars(&&**line));
        let has_stars = lines.first().is_some_and(is_stars);
        lines.drain(..usize::from(has_stars));
    }
    let is_text = |line: &&str| !line.trim_start().starts_with('*');
    let skipped = usize::from(lines.first().is_some_and(is_text));
    let mut lines = lines.into_iter().skip(skipped);
    let mut lines: Vec<&str> = lines.by_ref().skip_while(is_blank).collect();
    while lines.pop_if(|line| is_blank(&&**line)).is_some() {}
    let (before, _) = lines.first()?.split_once('*')?;
    let has_star = |line: &&str| {
        let rest = line.strip_prefix(before);
        rest.is_some_and(|rest| rest.starts_with('*'))
    };
    (before.trim().is_empty() && lines.iter().all(has_star)).then_some(before)
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
