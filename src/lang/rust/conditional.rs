//! Which parts of a text are compiled in some configurations only: what an attribute stands before.

use std::collections::BTreeSet;
use std::ops::Range;

use memchr::memmem;

use super::conditions::{are_apart, spelled};
use super::read::lexer::{Lexer, Piece};
use super::scanner::{attribute, until};
use super::tokens::{Kind, Token, lexed};

/// What begins so ends with a semicolon, unless it is a function.
const LINES: &[&str] = &["use", "let", "const", "static", "type"];

/// Parts of a text that are compiled in some configurations only, each with all that must hold.
pub(super) struct Conditions {
    /// Parts of the text that have conditions, as they are written and as a formatter has them.
    parts: Vec<(Range<usize>, Vec<String>, Vec<String>)>,
    tokens: Vec<Token>,
}

impl Conditions {
    pub(super) fn of(text: &str) -> Self {
        let tokens = lexed(text);
        let mut parts = Vec::new();
        for at in 0..tokens.len() {
            let Some(close) = attribute_end(&tokens, at) else {
                continue;
            };
            let (path, list) = attribute(&tokens[at + 2..close]);
            let conditions = match path {
                [only] if only.word() == Some("cfg") => conjuncts(list, text),
                [.., last] if last.word() == Some("test") => vec!["test".to_owned()],
                _ => continue,
            };
            if let Some(end) = thing_end(&tokens, close + 1) {
                let part = tokens[at].at.start..tokens[end].at.end;
                let spelled = conditions.iter().map(|it| spelled(it)).collect();
                parts.push((part, conditions, spelled));
            }
        }
        Self { parts, tokens }
    }

    /// What must hold for the code at a place.
    pub(super) fn at(&self, at: usize) -> BTreeSet<&str> {
        let around = self.parts.iter().filter(|(part, ..)| part.contains(&at));
        around
            .flat_map(|(_, all, _)| all.iter().map(String::as_str))
            .collect()
    }

    /// Whether the code at a place is never there where all of these hold, as a formatter has them.
    pub(super) fn are_apart_at(&self, at: usize, asked: &[String]) -> bool {
        let mut around = self.parts.iter().filter(|(part, ..)| part.contains(&at));
        around.any(|(.., spelled)| are_apart(asked, spelled))
    }

    /// Whether all of these hold for the code at a place.
    pub(super) fn hold_at(&self, at: usize, asked: &[String]) -> bool {
        let around = || self.parts.iter().filter(|(part, ..)| part.contains(&at));
        let mut asked = asked.iter();
        asked.all(|it| around().any(|(.., spelled)| spelled.contains(it)))
    }

    /// The words in a part of the text.
    pub(super) fn words(&self, part: &Range<usize>) -> &[Token] {
        let first = self.tokens.partition_point(|it| it.at.start < part.start);
        let end = self.tokens.partition_point(|it| it.at.start < part.end);
        &self.tokens[first..end.max(first)]
    }
}

/// Conditions that something in a text may have, and where their `cfg` stands.
pub(super) struct Named {
    at: usize,
    /// As a formatter has them.
    conditions: Vec<String>,
}

/// The conditions that a text names: the cheap question, before its tokens are gone through. Rather too
/// many of them than too few.
pub(super) fn named(text: &str) -> Vec<Named> {
    let places = memmem::find_iter(text.as_bytes(), "cfg");
    let named = places.filter_map(|at| {
        let rest = text[at + "cfg".len()..].trim_start();
        let list = &rest[1..list_end(rest)?];
        let conditions = conjuncts(&lexed(list), list);
        let conditions = conditions.iter().map(|it| spelled(it)).collect();
        Some(Named { at, conditions })
    });
    named.collect()
}

/// The parts of a text that may never be there where all of these hold: rather too much than too little.
pub(super) fn apart(text: &str, named: &[Named], asked: &[String]) -> Vec<Range<usize>> {
    if are_apart(asked, &["test".to_owned()]) {
        let whole = 0..text.len();
        return Vec::from([whole]);
    }
    let named = named.iter().filter(|it| are_apart(asked, &it.conditions));
    named.filter_map(|it| part_around(text, it.at)).collect()
}

/// What the attribute stands before whose path is the `cfg` at a place, and some of what is behind it;
/// `None` where that is no attribute of its own.
fn part_around(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text[..at].trim_end();
    let Some(before) = before.strip_suffix('[') else {
        // A comment may stand there as well.
        return (!before.ends_with(['(', ','])).then_some(0..text.len());
    };
    let start = match before.trim_end() {
        outer if outer.ends_with('#') => outer.len() - 1,
        inner if inner.ends_with('!') => return None,
        _ => 0,
    };
    let mut lexer = Lexer { text, at: start };
    let (mut depth, mut is_line, mut is_begun) = (0_usize, false, false);
    loop {
        match lexer.next() {
            Piece::End | Piece::Broken => return Some(start..text.len()),
            Piece::Open(..) => depth += 1,
            Piece::Close(at) if depth == 0 => return Some(start..at),
            Piece::Close(at) => {
                depth -= 1;
                if depth == 0 && text.as_bytes()[at] == b'}' && !is_line {
                    return Some(start..at + 1);
                }
            }
            Piece::Sign(b';', _) if depth == 0 => return Some(start..lexer.at),
            Piece::Word(at) if depth == 0 && !is_begun => {
                let word = &text[at];
                is_begun = word != "pub";
                is_line = LINES.contains(&word);
            }
            _ => {}
        }
    }
}

/// Where the list ends with which a text begins.
fn list_end(text: &str) -> Option<usize> {
    let mut lexer = Lexer { text, at: 0 };
    let mut depth = 0_usize;
    loop {
        match lexer.next() {
            Piece::Open(bracket, _) if depth > 0 || bracket == b'(' => depth += 1,
            Piece::Close(at) => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            Piece::End | Piece::Broken => return None,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
}

/// Where an attribute may stand first that says when code is compiled.
pub(super) fn first_condition(text: &str) -> Option<usize> {
    let places = memmem::find_iter(text.as_bytes(), b"#");
    let mut places = places.filter(|&at| {
        let rest = text[at + 1..].trim_start();
        let held = rest
            .strip_prefix('[')
            .map(|rest| &rest[..rest.find(']').unwrap_or(rest.len())]);
        held.is_some_and(|held| held.contains("cfg") || held.contains("test"))
    });
    places.next()
}

/// The closing bracket of the outer attribute that begins at a token.
fn attribute_end(tokens: &[Token], at: usize) -> Option<usize> {
    let is_one = tokens[at].is_sign('#') && tokens.get(at + 1)?.kind == Kind::Open('[');
    let held = tokens.get(at + 2..)?;
    is_one.then(|| at + 2 + until(held, |kind| matches!(kind, Kind::Close(_))))
}

/// What must hold for `all(a, b)`, one by one.
fn conjuncts(tokens: &[Token], text: &str) -> Vec<String> {
    if let [all, open, inner @ .., _] = tokens
        && all.word() == Some("all")
        && open.kind == Kind::Open('(')
    {
        let mut found = Vec::new();
        let mut rest = inner;
        while !rest.is_empty() {
            let end = until(rest, |kind| matches!(kind, Kind::Sign(',', _)));
            found.extend(conjuncts(&rest[..end], text));
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        return found;
    }
    let words = tokens.iter().map(|token| &text[token.at.clone()]);
    let all: Vec<&str> = words.collect();
    let all = all.join(" ");
    (!all.is_empty()).then_some(all).into_iter().collect()
}

/// The last token of what an attribute stands before; rather less of it than more.
fn thing_end(tokens: &[Token], mut at: usize) -> Option<usize> {
    const ITEMS: &[&str] = &[
        "mod",
        "fn",
        "impl",
        "struct",
        "enum",
        "union",
        "trait",
        "unsafe",
        "async",
        "extern",
        "macro_rules",
    ];
    while at < tokens.len()
        && let Some(close) = attribute_end(tokens, at)
    {
        at = close + 1;
    }
    if tokens.get(at)?.word() == Some("pub") {
        at += 1;
        if tokens.get(at)?.kind == Kind::Open('(') {
            at += 2 + until(&tokens[at + 1..], |kind| matches!(kind, Kind::Close(_)));
        }
    }
    let first = tokens.get(at)?.word().unwrap_or_default();
    let second = tokens.get(at + 1).and_then(Token::word);
    let is_function = second.is_some_and(|it| matches!(it, "fn" | "unsafe" | "async" | "extern"));
    let is_line = LINES.contains(&first) && !is_function;
    let is_item = is_line || is_function || ITEMS.contains(&first);
    let (mut depth, mut angles) = (0_usize, 0_usize);
    for (nth, token) in tokens.iter().enumerate().skip(at) {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) if depth == 0 => return nth.checked_sub(1),
            Kind::Close(brace) => {
                depth -= 1;
                if depth == 0 && brace == '}' && !is_line {
                    return Some(nth);
                }
            }
            Kind::Sign(';', _) if depth == 0 => return Some(nth),
            Kind::Sign(',', _) if depth == 0 && !is_item => return Some(nth),
            // The last parameter of a closure: only the cases of a `match` go on behind a `|`.
            Kind::Sign('|', _) if depth == 0 && !is_item && !is_case(&tokens[nth..]) => {
                return nth.checked_sub(1);
            }
            Kind::Sign('<', _) if depth == 0 => angles += 1,
            Kind::Sign('>', _) if depth == 0 && !is_arrow(tokens, nth) => {
                // The last one of the parameters of a type or a function.
                if angles == 0 && !is_item {
                    return nth.checked_sub(1);
                }
                angles = angles.saturating_sub(1);
            }
            _ => {}
        }
    }
    None
}

/// Whether a `>` is the end of `->` or `=>`.
fn is_arrow(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    before
        .is_some_and(|it| it.at.end == tokens[at].at.start && (it.is_sign('-') || it.is_sign('=')))
}

/// Whether what begins here is the rest of a pattern, with `=>` behind it.
fn is_case(tokens: &[Token]) -> bool {
    let end = until(tokens, |kind| {
        matches!(kind, Kind::Sign(',' | ';', _) | Kind::Close(_))
    });
    let tokens = &tokens[..end];
    let mut depth = 0_usize;
    tokens.windows(2).any(|two| {
        match two[0].kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && two[0].is_sign('=') && two[1].is_sign('>')
    })
}
