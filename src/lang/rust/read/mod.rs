//! A text → [`Facts`]: one walk over the syntax tree for imports, one for all else; and what is done
//! with a text that has no tree.

mod anonymous;
mod macros;
mod walk;

use proc_macro2::TokenStream;

use self::walk::walked;
use super::facts::{Facts, Word};
use super::scanner::{self, Context};
use super::tokens::{Base, flat};
use super::tree::Name;
use super::words::Words;
use crate::finding::Problem;

/// How deep brackets may nest before a file is read by its tokens alone.
const DEEPEST: usize = 20_000;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// A file.
    File,
    /// The code of a doc comment or of a fence: statements, or a file.
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
    let depth = depth(text);
    let stack = (8 << 20) + depth.min(DEEPEST) * (32 << 10) + longest_row(text) * 600;
    let facts = stacker::grow(stack, || read(text, whole, words, string_keys, depth));
    proc_macro2::extra::invalidate_current_thread_spans();
    facts
}

fn read(
    text: &str,
    whole: Whole,
    words: Words,
    string_keys: &[String],
    depth: usize,
) -> (Facts, Words) {
    let start = code_start(text);
    let base = Base(isize::try_from(start).unwrap_or(0));
    let mut facts = Facts::new(text.len());
    let stream = match text[start..].parse::<TokenStream>() {
        Ok(stream) => stream,
        Err(error) => {
            facts.broken = true;
            let at = base.at(error.span()).start;
            facts.problems.push(problem(text, at, &error.to_string()));
            return (facts, words);
        }
    };
    if depth > DEEPEST {
        facts.broken = true;
        facts
            .problems
            .push(problem(text, 0, "brackets nest too deeply"));
        by_tokens(text, stream, base, &words, string_keys, &mut facts);
        return (facts, words);
    }
    let file = syn::parse2::<syn::File>(stream.clone()).or_else(|error| {
        // Edition 2015 has parameters without names, which syn refuses.
        syn::parse2(anonymous::named(stream.clone())).map_err(|_| error)
    });
    let error = match file {
        Ok(file) => return walked(text, &file, base, words, string_keys, facts),
        Err(error) => error,
    };
    if whole == Whole::Snippet
        && let Some((file, base)) = as_statements(&text[start..], base)
    {
        return walked(text, &file, base, words, string_keys, facts);
    }
    facts.broken = true;
    let at = base.at(error.span()).start;
    facts.problems.push(problem(text, at, &error.to_string()));
    by_tokens(text, stream, base, &words, string_keys, &mut facts);
    (facts, words)
}

/// Statements as the body of a function, which is what rustdoc makes of them.
fn as_statements(code: &str, base: Base) -> Option<(syn::File, Base)> {
    const HEAD: &str = "fn main() {\n";
    let wrapped: TokenStream = format!("{HEAD}{code}\n}}").parse().ok()?;
    let file = syn::parse2(wrapped).ok()?;
    let shift = isize::try_from(HEAD.len()).unwrap_or(0);
    Some((file, Base(base.0 - shift)))
}

fn by_tokens(
    text: &str,
    stream: TokenStream,
    base: Base,
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

/// How deep brackets nest, at most: also those in strings, which does no harm.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'>' => depth = depth.saturating_sub(1),
            b';' => {}
            _ => {}
        }
    }
    deepest
}

/// The longest run of operators, dots and the like without an end of a statement: such a row is
/// a tree as deep as it is long.
fn longest_row(text: &str) -> usize {
    let (mut row, mut longest) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b';' | b'{' | b'}' | b',' => row = 0,
            b'+' | b'-' | b'*' | b'/' | b'.' | b'&' | b'|' | b'^' | b'!' | b'?' | b'=' | b':' => {
                row += 1;
                longest = longest.max(row);
            }
            _ => {}
        }
    }
    // `else if` after `else if` has braces between, and is as deep.
    longest + text.matches("else").count()
}

/// The names of a leaf as words.
pub(super) fn words_of(names: &[Name]) -> Vec<Word> {
    let word = |name: &Name| Word {
        text: name.plain().into(),
        at: name.at.clone(),
    };
    names.iter().map(word).collect()
}
