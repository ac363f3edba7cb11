//! A text → [`Facts`]: one walk over the syntax tree for imports, one for all else; and what is done
//! with a text that has no tree.

mod declared;
mod edition2015;
mod ends;
pub(super) mod lexer;
mod macros;
mod pairs;
mod skim;
mod types;
mod walk;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};

use self::skim::Skimmed;
use self::walk::walked;
use super::facts::{Facts, NoStd, Word};
use super::scanner::{self, Context};
use super::tokens::{Base, Lines, flat, is_sign};
use super::tree::LeafName;
use super::words::Words;
use super::{by_macros, handed};
use crate::finding::Problem;

/// Stack that one level of a syntax tree takes, to be parsed, walked and let go: at most what was
/// measured, which is far more where nothing is inlined.
const LEVEL: usize = if cfg!(debug_assertions) {
    32 << 10
} else {
    16 << 10
};

/// Stack that is there for whatever has no depth.
const SHALLOW: usize = 2 << 20;

/// How deep a syntax tree may be before a file is read by its tokens alone: half a gigabyte of
/// stack, of which only what is used becomes memory.
const DEEPEST: usize = (512 << 20) / LEVEL;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// A file.
    File,
    /// The code of a doc comment, of a fence, or of what another file includes: statements, or a file.
    Snippet,
}

/// Reads `text`: what `words` do not occur in is passed over. Gives the words with the names that
/// imports add to them.
pub(super) fn facts(
    text: &str,
    whole: Whole,
    words: Words,
    string_keys: &[String],
) -> (Facts, Words) {
    let start = code_start(text);
    let mut skimmed = skim::skim(text, start, &skim::with_imports(&words, &text[start..]));
    if words.has_modules() {
        // All that they declare is asked for.
        skimmed.idle.clear();
    }
    let stack = SHALLOW + skimmed.depth.min(DEEPEST) * LEVEL;
    let (mut facts, words) = stacker::maybe_grow(stack, stack, || {
        read(text, whole, words, string_keys, &skimmed)
    });
    proc_macro2::extra::invalidate_current_thread_spans();
    let rules = OnceCell::new();
    by_macros::place(&mut facts, text, &rules);
    handed::settle(&mut facts, text, &rules);
    (facts, words)
}

fn read(
    text: &str,
    whole: Whole,
    words: Words,
    string_keys: &[String],
    skimmed: &Skimmed,
) -> (Facts, Words) {
    let start = code_start(text);
    let code = without(&text[start..], start, &skimmed.idle);
    let lines = Lines::of(&code);
    let base = lines.base(start);
    let mut facts = Facts::new(text.len());
    let stream = match code.parse::<TokenStream>() {
        Ok(stream) => stream,
        Err(error) => {
            facts.broken = true;
            let at = base.at(error.span()).start;
            facts.problems.push(problem(text, at, &error.to_string()));
            return (facts, words);
        }
    };
    if skimmed.depth > DEEPEST {
        facts.broken = true;
        facts.problems.push(problem(text, 0, "it nests too deeply"));
        by_tokens(text, stream, base, &words, string_keys, &mut facts);
        return (facts, words);
    }
    let first_item = first_item(stream.clone(), base);
    // Given away, for of tokens that are shared syn makes a copy; those who need them read them again.
    let file = syn::parse2::<syn::File>(stream);
    let stream = || code.parse::<TokenStream>().unwrap_or_default();
    // Most code of doc comments is statements.
    if whole == Whole::Snippet && file.is_err() {
        let body = format!("{HEAD}{}\n}}", &text[start..]);
        let lines = Lines::of(&body);
        let parsed = body.parse().map_err(syn::Error::from);
        if let Ok(file) = parsed.and_then(syn::parse2) {
            let base = lines.base(start).behind(HEAD);
            return walked(text, &file, base, words, string_keys, facts);
        }
    }
    let file = file.or_else(|error| {
        let newer = edition2015::newer(stream());
        let parsed = syn::parse2(newer.clone());
        // `async` is a keyword beside `Box<Fn()>` in edition 2018, and a name in 2015.
        let parsed = parsed.or_else(|_| syn::parse2(edition2015::raw(newer)));
        parsed.map_err(|_| error)
    });
    let error = match file {
        Ok(file) => {
            facts.no_std = file.attrs.iter().find_map(|attr| no_std(attr, base));
            facts.first_item = file.items.first().and(first_item);
            return walked(text, &file, base, words, string_keys, facts);
        }
        Err(error) => error,
    };
    facts.broken = true;
    let at = base.at(error.span()).start;
    facts.problems.push(problem(text, at, &error.to_string()));
    by_tokens(text, stream(), base, &words, string_keys, &mut facts);
    (facts, words)
}

/// Where the first token behind the file's own attributes stands.
fn first_item(stream: TokenStream, base: Base<'_>) -> Option<usize> {
    let mut tokens = stream.into_iter().peekable();
    loop {
        let token = tokens.next()?;
        let bang = tokens.next_if(|next| is_sign(&token, '#') && is_sign(next, '!'));
        if bang.is_none() {
            return Some(base.at(token.span()).start);
        }
        tokens.next();
    }
}

/// `#![no_std]`, or `#![cfg_attr(…, no_std)]`.
fn no_std(attr: &syn::Attribute, base: Base<'_>) -> Option<NoStd> {
    if attr.path().is_ident("no_std") {
        return Some(NoStd::Always);
    }
    if !attr.path().is_ident("cfg_attr") {
        return None;
    }
    let tokens: Vec<TokenTree> = attr
        .meta
        .require_list()
        .ok()?
        .tokens
        .clone()
        .into_iter()
        .collect();
    let mut parts = tokens.split(|token| is_sign(token, ','));
    let condition = parts.next()?;
    let mut given = parts.filter_map(|part| match part {
        [TokenTree::Ident(name)] => Some(name),
        _ => None,
    });
    given.find(|name| *name == "no_std")?;
    if let [TokenTree::Ident(not), TokenTree::Group(group)] = condition
        && not == "not"
    {
        let (open, close) = (group.span_open(), group.span_close());
        return Some(NoStd::Unless(base.at(open).end..base.at(close).start));
    }
    let (first, last) = (condition.first()?, condition.last()?);
    Some(NoStd::Where(
        base.at(first.span()).start..base.at(last.span()).end,
    ))
}

/// The text with blanks in the place of what is idle, so that all else keeps its place.
fn without<'t>(code: &'t str, start: usize, idle: &[Range<usize>]) -> Cow<'t, str> {
    if idle.is_empty() {
        return Cow::Borrowed(code);
    }
    let mut left = String::with_capacity(code.len());
    let mut at = 0;
    for part in idle {
        let part = part.start - start..part.end - start;
        left.push_str(&code[at..part.start]);
        left.push_str(&" ".repeat(part.len()));
        at = part.end;
    }
    left.push_str(&code[at..]);
    Cow::Owned(left)
}

/// What makes statements the body of a function, as rustdoc does.
const HEAD: &str = "fn main() {\n";

fn by_tokens(
    text: &str,
    stream: TokenStream,
    base: Base<'_>,
    words: &Words,
    string_keys: &[String],
    facts: &mut Facts,
) {
    let context = Context {
        module: 0,
        range: 0..text.len(),
        in_rules: None,
        attribute: None,
        broken: true,
        in_text: false,
        stringified: false,
        in_module: false,
        string_keys,
    };
    scanner::scan(&flat(stream, base), text, words, &context, facts);
}

fn problem(text: &str, offset: usize, message: &str) -> Problem {
    Problem {
        offset: offset.min(text.len()),
        message: message.to_owned(),
    }
}

/// Where the code begins: behind a byte-order mark, a line `#!…`, and front matter.
fn code_start(text: &str) -> usize {
    let mut at = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |end| from + end);
    if let Some(rest) = text[at..].strip_prefix("#!")
        && !rest.trim_start().starts_with('[')
    {
        at = line_end(at);
    }
    let body = text[at..].trim_start();
    if body.starts_with("---") {
        let open = text.len() - body.len();
        let dashes = body.len() - body.trim_start_matches('-').len();
        let mut line = line_end(open);
        while line < text.len() {
            let next = line + 1;
            line = line_end(next);
            if text[next..line].trim_end() == &body[..dashes] {
                return line;
            }
        }
    }
    at
}

/// The names of a leaf as words.
pub(super) fn words_of(names: &[LeafName]) -> Vec<Word> {
    let word = |name: &LeafName| Word {
        text: name.plain().into(),
        at: name.at.clone(),
    };
    names.iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// What a file says of words, in a form that can be compared.
    fn said(text: &str, words: &Words, skimmed: &Skimmed) -> String {
        let words = words.afresh();
        let read = || read(text, Whole::File, words, &[], skimmed);
        let (facts, words) = stacker::grow(64 << 20, read);
        let bindings = facts.bindings.iter().filter(|it| words.has(&it.name));
        let of_statement = |it: &crate::lang::rust::facts::Binding| match it.kind {
            // Numbers of statements differ where some were left out.
            crate::lang::rust::facts::Bound::Leaf { statement, leaf } => {
                format!("{:?}", facts.statements[statement].leaves[leaf])
            }
            other => format!("{other:?}"),
        };
        let bindings = bindings.map(|it| (&it.name, &it.visible, it.spaces, of_statement(it)));
        let bindings: Vec<_> = bindings.collect();
        let paths = facts.paths.iter();
        let paths: Vec<_> = paths
            .map(|it| (&it.words, it.leading, it.spaces, it.shape))
            .collect();
        let (first, broken) = (facts.first_item, facts.broken);
        format!(
            "{bindings:#?}{paths:#?}{:?}{first:?}{broken}",
            facts.includes
        )
    }

    /// Rust files that are at hand.
    fn sources() -> impl Iterator<Item = (PathBuf, String)> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        let below = ["src", "tests/fixtures/rust", "tests/compile/cases"];
        let files = below.map(|below| walkdir::WalkDir::new(sources.join(below)));
        let files = files.into_iter().flatten().flatten();
        let is_rust = |path: &PathBuf| path.extension().is_some_and(|it| it == "rs");
        let paths = files.map(walkdir::DirEntry::into_path).filter(is_rust);
        paths.filter_map(|path| Some((path.clone(), std::fs::read_to_string(path).ok()?)))
    }

    /// `text` with one token of those parts left out, written twice, or another one before it.
    fn mutants(text: &str, parts: &[Range<usize>]) -> Vec<String> {
        let Ok(stream) = text.parse::<TokenStream>() else {
            return Vec::new();
        };
        let mut tokens = flat(stream, Base::new(0));
        tokens.retain(|token| parts.iter().any(|part| part.contains(&token.at.start)));
        let step = (tokens.len() / 8).max(1);
        let tokens = tokens.iter().skip(step / 2).step_by(step);
        let around = tokens.flat_map(|token| {
            let (before, rest) = text.split_at(token.at.start);
            let (this, after) = rest.split_at(token.at.len());
            [
                format!("{before} {after}"),
                format!("{before}{this} {this}{after}"),
                format!("{before} = {this}{after}"),
                format!("{before} name {this}{after}"),
            ]
        });
        around.collect()
    }

    #[test]
    fn most_syntax_errors_are_seen_where_nothing_matters() {
        let words = Words::of("nowhere::at_all::Nothing");
        let (mut broken, mut seen, mut passed_over, mut all) = (0, 0, 0, 0);
        for (_, text) in sources() {
            if text.len() > 5_000 || syn::parse_file(&text).is_err() {
                continue;
            }
            let (start, whole) = (code_start(&text), text.len());
            all += whole;
            let idle = skim::skim(&text, start, &words).idle;
            passed_over += idle.iter().map(Range::len).sum::<usize>();
            for mutant in mutants(&text, &idle) {
                if stacker::grow(64 << 20, || syn::parse_file(&mutant)).is_ok() {
                    continue;
                }
                broken += 1;
                let (facts, _) = facts(&mutant, Whole::File, words.afresh(), &[]);
                seen += usize::from(facts.broken);
            }
        }
        // None of these files is broken, so that what looks odd in them is parsed in vain.
        let passed_over = passed_over * 100 / all;
        assert!(passed_over > 30, "{passed_over} % of all files");
        assert!(seen * 100 > broken * 80, "{seen} of {broken}");
    }

    #[test]
    fn what_is_left_out_says_nothing() {
        let mut left_out = 0;
        for (file, text) in sources() {
            let paths = [
                "std::fmt::Display",
                "depot::old::Old",
                "std::ops::Range",
                "syn::Expr",
            ];
            for path in paths {
                let words = Words::of(path);
                let start = code_start(&text);
                let all = skim::with_imports(&words, &text[start..]);
                let skimmed = skim::skim(&text, start, &all);
                let whole = Skimmed::default();
                let (few, many) = (said(&text, &words, &skimmed), said(&text, &words, &whole));
                if !many.ends_with("true") {
                    assert_eq!(few, many, "{path} in {}", file.display());
                }
                left_out += skimmed.idle.iter().map(Range::len).sum::<usize>();
            }
        }
        assert!(left_out > 0);
    }
}
