//! The links of a text to items, as rustdoc reads them, and inline code that is one path.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Shape, space};
use super::tree::{NEWEST_EDITION, written};

/// A link to an item.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) words: Vec<Range<usize>>,
    pub(super) leading: bool,
    pub(super) spaces: u8,
    pub(super) shape: Shape,
    /// The last name again, where the link shows it: `` [`Old`](a::Old) ``.
    pub(super) label: Option<Range<usize>>,
}

impl Link {
    fn shown_as(mut self, text: &str, label: Range<usize>) -> Self {
        let label = within(text, label);
        let written = &text[label.clone()];
        let name = written.trim_matches('`');
        let start = label.start + (written.len() - written.trim_start_matches('`').len());
        let shown = start..start + name.len();
        let is_name = |last: &&Range<usize>| **last != shown && text[(*last).clone()] == *name;
        if self.words.last().filter(is_name).is_some() {
            self.label = Some(shown);
        }
        self
    }
}

/// The links of a text, but those in `code`, whose parts are in order.
pub(super) fn links(text: &str, code: &[Range<usize>]) -> Vec<Link> {
    let labels = labels(text);
    let closing = closing(text);
    let ticks = closing_ticks(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(['[', '`']) {
        let open = at + next;
        at = open + 1;
        let before = code.partition_point(|block| block.start <= open);
        if let Some(block) = code[..before].last().filter(|block| open < block.end) {
            at = block.end;
            continue;
        }
        if text[open..].starts_with('`') {
            at = code_span(text, open, &ticks, &mut found);
            continue;
        }
        let Some(&close) = closing.get(&open) else {
            continue;
        };
        let label = open + 1..close;
        let next = text[close + 1..].chars().next();
        let inline = (next == Some('(')).then(|| inline(text, close + 1));
        let inline = inline.flatten();
        if is_image(text, open) {
            // Its address is that of a file, and no path.
            shown(text, label, &ticks, &mut found);
            let reference = closing.get(&(close + 1));
            at = inline.map_or(*reference.unwrap_or(&close), |(_, end)| end);
            continue;
        }
        if let Some((target, end)) = inline {
            shown(text, label.clone(), &ticks, &mut found);
            found.extend(link(text, target).map(|link| link.shown_as(text, label)));
            at = end;
            continue;
        }
        match next {
            Some('[') => {
                let Some(&end) = closing.get(&(close + 1)) else {
                    continue;
                };
                let target = match close + 2 == end {
                    true => label.clone(),
                    false => close + 2..end,
                };
                if target != label {
                    shown(text, label.clone(), &ticks, &mut found);
                }
                if !labels.contains(&normal(&text[target.clone()])) {
                    found.extend(link(text, target).map(|link| link.shown_as(text, label)));
                }
                at = end;
            }
            // What a footnote says is text.
            Some(':') if starts_line(text, open) && text[label.clone()].starts_with('^') => {
                at = close;
            }
            Some(':')
                if starts_line(text, open)
                    && let Some((target, end)) = defined(text, close + 2) =>
            {
                at = end;
                found.extend(link(text, target));
            }
            _ if !labels.contains(&normal(&text[label.clone()])) => {
                found.extend(link(text, label));
                at = close;
            }
            // Defined elsewhere: to the reader it is prose.
            _ => at = close,
        }
    }
    found
}

/// Paths in the inline code that a link shows.
fn shown(text: &str, label: Range<usize>, ticks: &FxHashMap<usize, usize>, found: &mut Vec<Link>) {
    let mut at = label.start;
    while let Some(open) = text[at..label.end].find('`') {
        at = code_span(text, at + open, ticks, found);
        if at >= label.end {
            return;
        }
    }
}

/// Inline code that is one whole path; gives where the text goes on.
fn code_span(
    text: &str,
    open: usize,
    closing: &FxHashMap<usize, usize>,
    found: &mut Vec<Link>,
) -> usize {
    let ticks = text[open..].len() - text[open..].trim_start_matches('`').len();
    let start = open + ticks;
    let Some(&end) = closing.get(&open) else {
        return start;
    };
    let inner = start..end;
    if text[inner.clone()].contains("::") {
        let link = link(text, inner.clone());
        found.extend(link.map(|link| Link {
            shape: Shape::Inline,
            ..link
        }));
    }
    inner.end + ticks
}

/// Each run of backticks with the next one of its length in the same paragraph: their beginnings.
fn closing_ticks(text: &str) -> FxHashMap<usize, usize> {
    let bytes = text.as_bytes();
    let mut closing = FxHashMap::default();
    // The last run of each length.
    let mut open: FxHashMap<usize, usize> = FxHashMap::default();
    let mut behind = 0;
    for at in memchr::memchr2_iter(b'`', b'\n', bytes) {
        if bytes[at] == b'\n' {
            if ends_paragraph(bytes, at) {
                open.clear();
            }
        } else if at >= behind {
            let ticks = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
            behind = at + ticks;
            closing.extend(open.insert(ticks, at).map(|open| (open, at)));
        }
    }
    closing
}

/// Labels of reference definitions, as they are compared: what they name is no path.
fn labels(text: &str) -> FxHashSet<String> {
    let mut labels = FxHashSet::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let open = start + containers(line).0;
        start += line.len();
        if let Some(rest) = text[open..start].strip_prefix('[')
            && let Some((label, _)) = rest.split_once("]:")
            && defined(text, open + label.len() + 3).is_some()
        {
            labels.insert(normal(label));
        }
    }
    labels
}

/// A label as labels are compared: without regard to case, to blanks and to the ends of lines.
fn normal(label: &str) -> String {
    let lines = label.lines().enumerate();
    let lines = lines.map(|(nth, line)| match nth {
        0 => line,
        _ => line.trim_start_matches([' ', '\t', '>']),
    });
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    words.join(" ").to_lowercase()
}

/// What stands before the text of a line as the marks of quotes and lists: how long it is, and how
/// many quotes the line is in by them.
fn containers(line: &str) -> (usize, usize) {
    let (mut at, mut quotes) = (0, 0);
    loop {
        let rest = line[at..].trim_start_matches([' ', '\t']);
        at = line.len() - rest.len();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let mark = match rest.as_bytes() {
            [b'>', ..] => {
                quotes += 1;
                1
            }
            [b'-' | b'+' | b'*', b' ' | b'\t', ..] => 1,
            bytes => match &bytes[digits..] {
                [b'.' | b')', b' ' | b'\t', ..] if digits > 0 => digits + 1,
                _ => return (at, quotes),
            },
        };
        at += mark;
    }
}

/// Where the line begins that a place stands in.
fn line_of(text: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1)
}

/// A part of a text without blank ends, as far as those reach into other lines: nor the marks of
/// quotes there.
fn within(text: &str, range: Range<usize>) -> Range<usize> {
    let start = match text[range.clone()].trim_start_matches([' ', '\t', '\r']) {
        rest if rest.starts_with('\n') => past_blanks(text, range.start).min(range.end),
        _ => range.start,
    };
    let last = text[start..range.end].rfind('\n').map(|at| start + at);
    let is_blank = |from: &usize| is_blank_line(&text[..range.end], from + 1);
    let end = last.filter(is_blank).unwrap_or(range.end);
    start..start + text[start..end].trim_end_matches('\r').len()
}

/// How deep parentheses may be nested in a target: as in the parser that rustdoc has.
const DEEPEST: usize = 32;

/// The target of `(target "title")`, which opens at `open`, and where it closes.
fn inline(text: &str, open: usize) -> Option<(Range<usize>, usize)> {
    let (target, behind) = target(text, past_blanks(text, open + 1))?;
    let mut end = past_blanks(text, behind);
    if end > behind
        && let Some(title) = title(text, end)
    {
        end = past_blanks(text, title);
    }
    text[end..].starts_with(')').then_some((target, end))
}

/// What a link leads to, and where the text goes on: between `<` and `>`, or without blanks, and
/// with as many closing parentheses as opening ones.
fn target(text: &str, start: usize) -> Option<(Range<usize>, usize)> {
    let bytes = text.as_bytes();
    let in_angles = bytes.get(start) == Some(&b'<');
    let start = start + usize::from(in_angles);
    let mut depth = 0;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => at += 1,
            b'\n' | b'\r' | b'<' if in_angles => return None,
            b'>' if in_angles => return Some((start..at, at + 1)),
            _ if in_angles => {}
            b'(' if depth == DEEPEST => return None,
            b'(' => depth += 1,
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            0..=b' ' => break,
            _ => {}
        }
        at += 1;
    }
    (depth == 0 && !in_angles).then_some((start..at, at))
}

/// Where a title ends: `"…"`, `'…'` or `(…)` in one paragraph.
fn title(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let close = match bytes.get(start)? {
        b'(' => b')',
        quote @ (b'"' | b'\'') => *quote,
        _ => return None,
    };
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if byte == close => return Some(at + 1),
            b'\\' => at += 1,
            b'(' if close == b')' => return None,
            b'\n' if is_blank_line(text, at + 1) => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Past blanks, and one end of a line among them with the marks of the quotes that the text is in.
fn past_blanks(text: &str, from: usize) -> usize {
    let blanks = |from: usize| {
        let rest = text[from..].trim_start_matches([' ', '\t', '\r']);
        text.len() - rest.len()
    };
    let at = blanks(from);
    if !text[at..].starts_with('\n') {
        return at;
    }
    let (_, quotes) = containers(&text[line_of(text, at)..at]);
    let behind = blanks(at + 1);
    (0..quotes).fold(behind, |at, _| match text[at..].starts_with('>') {
        true => blanks(at + 1),
        false => at,
    })
}

/// Whether a line has no text: it may be in a quote all the same.
fn is_blank_line(text: &str, from: usize) -> bool {
    let line = text[from..].split('\n').next();
    line.is_none_or(|line| line.trim_matches([' ', '\t', '\r', '>']).is_empty())
}

/// Whether a bracket opens what is shown for an image: `![…]`.
fn is_image(text: &str, open: usize) -> bool {
    let before = text[..open].strip_suffix('!');
    before.is_some_and(|before| !before.ends_with('\\'))
}

/// The target of a definition, on the line of its label or the next, and where the definition ends,
/// with its title, if it has one: nothing else may stand behind it.
fn defined(text: &str, from: usize) -> Option<(Range<usize>, usize)> {
    let ends_line = |at: usize| {
        let rest = text[at..].trim_start_matches([' ', '\t', '\r']);
        rest.is_empty() || rest.starts_with('\n')
    };
    let (target, end) = target(text, past_blanks(text, from))?;
    if target.is_empty() && !text[..end].ends_with('>') {
        return None;
    }
    let behind = past_blanks(text, end);
    let title = title(text, behind).filter(|title| behind > end && ends_line(*title));
    let whole = title.or_else(|| ends_line(end).then_some(end))?;
    Some((target, whole))
}

/// Whether nothing but the marks of quotes and lists stands before a place in its line.
fn starts_line(text: &str, at: usize) -> bool {
    let start = line_of(text, at);
    start + containers(&text[start..]).0 == at
}

/// Whether a line without text follows behind this end of one.
fn ends_paragraph(bytes: &[u8], newline: usize) -> bool {
    let mut behind = bytes[newline + 1..].iter();
    behind.find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'>')) == Some(&b'\n')
}

/// Each opening bracket with the one that closes it, in the same paragraph.
fn closing(text: &str) -> FxHashMap<usize, usize> {
    let bytes = text.as_bytes();
    let mut closing = FxHashMap::default();
    let mut open = Vec::new();
    for at in memchr::memchr3_iter(b'[', b']', b'\n', bytes) {
        match bytes[at] {
            b'[' => open.push(at),
            b']' => closing.extend(open.pop().map(|open| (open, at))),
            _ if ends_paragraph(bytes, at) => open.clear(),
            _ => {}
        }
    }
    closing
}

/// The path of a link's target: `struct@a::B`, `` `a::b()` ``, `a::m!`.
fn link(text: &str, range: Range<usize>) -> Option<Link> {
    let mut range = within(text, range);
    let trim = |range: &mut Range<usize>, marks: &[char]| {
        let written = &text[range.clone()];
        let lead = written.len() - written.trim_start_matches(marks).len();
        let rest = written.trim_end_matches(marks).len();
        *range = range.start + lead..range.start + rest.max(lead);
    };
    trim(&mut range, &[' ', '\t', '\n', '\r', '<', '`']);
    let written = &text[range.clone()];
    let mut spaces = space::ANY;
    let mut start = range.start;
    if let Some((kind, _)) = written.split_once('@') {
        spaces = of_prefix(kind)?;
        start += kind.len() + 1;
    }
    let mut end = range.end;
    let path = &text[start..end];
    if let Some(fragment) = fragment(path) {
        end = start + fragment;
    }
    for suffix in ["!()", "![]", "!{}", "()", "!"] {
        if text[start..end].ends_with(suffix) {
            end -= suffix.len();
            spaces = match suffix {
                "()" => space::VALUE,
                _ => space::MACRO,
            };
            break;
        }
    }
    let mut path = start..end;
    trim(&mut path, &[' ', '\t', '\n', '\r', '`']);
    let start = path.start;
    let path = &text[path];
    let leading = path.starts_with("::");
    let words = names(path, if leading { 2 } else { 0 })?;
    let words: Vec<Range<usize>> = words
        .into_iter()
        .map(|word| start + word.start..start + word.end)
        .collect();
    Some(Link {
        words,
        leading,
        spaces,
        shape: Shape::Doc,
        label: None,
    })
}

/// Where the `#` of a fragment stands, which is no part of a raw name: `a::B#fields`, `a::r#type`.
fn fragment(path: &str) -> Option<usize> {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let is_raw = |at: usize| {
        let begins = path[..at].strip_suffix('r');
        let rest = &path[at + 1..];
        let name = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        // What is no keyword needs no `r#`.
        begins.is_some_and(|before| !before.ends_with(is_part))
            && written(name, NEWEST_EDITION) != name
    };
    let signs = path.match_indices('#').map(|(at, _)| at);
    signs.filter(|at| !is_raw(*at)).min()
}

/// The names of a path from `at` on, without what is generic: `a::Vec<T>::new::<U>`.
fn names(path: &str, mut at: usize) -> Option<Vec<Range<usize>>> {
    let mut names: Vec<Range<usize>> = Vec::new();
    loop {
        let is_word = |c: char| c == '_' || c == '#' || c.is_alphanumeric();
        let name = &path[at..];
        let name = &name[..name.find(|c| !is_word(c)).unwrap_or(name.len())];
        let starts = name.starts_with(|c: char| c == '_' || c.is_alphabetic());
        // `Pair::0` is a field.
        let is_field = !names.is_empty() && name.parse::<u32>().is_ok();
        if !(starts || is_field) {
            return None;
        }
        names.push(at..at + name.len());
        at += name.len();
        let rest = &path[at..];
        let generics = rest.strip_prefix("::").unwrap_or(rest);
        if generics.starts_with(['<', '\\']) {
            at = path.len() - generics.len();
            at += generics_end(generics).unwrap_or(generics.len());
        }
        let rest = &path[at..];
        if rest.trim_end_matches('>').is_empty() {
            return Some(names);
        }
        rest.strip_prefix("::")?;
        at += 2;
    }
}

/// Where the generics end that a text begins with, whose signs may be escaped.
fn generics_end(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            // The arrow of `Fn() -> T` closes nothing.
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 && c != '\\' {
            return Some(at + c.len_utf8());
        }
        before = c;
    }
    None
}

/// The namespaces of `struct@` and the like.
fn of_prefix(kind: &str) -> Option<u8> {
    let space = match kind.trim() {
        "struct" | "enum" | "trait" | "union" | "mod" | "module" | "type" | "tyalias"
        | "typealias" | "prim" | "primitive" | "traitalias" => space::TYPE,
        "const" | "constant" | "fn" | "function" | "method" | "static" | "value" => space::VALUE,
        // A variant may be looked for among types, and where it is a function.
        "variant" | "field" => space::TYPE | space::VALUE,
        "macro" | "derive" | "attr" => space::MACRO,
        _ => return None,
    };
    Some(space)
}
#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &[&str]) {
        let paths: Vec<String> = links(text, &[])
            .iter()
            .map(|link| {
                let words: Vec<&str> = link.words.iter().map(|at| &text[at.clone()]).collect();
                words.join("::")
            })
            .collect();
        assert_eq!(paths, wanted, "{text}");
    }

    #[test]
    fn what_a_link_shows_is_no_second_path() {
        let label = |text: &str| {
            let mut links = links(text, &[]).into_iter();
            links.find_map(|link| Some(text[link.label?].to_owned()))
        };
        for text in [
            "[`Old`][]",
            "[Old][]",
            "[`Old`]",
            "[x](Old)",
            "[`New`](Old)",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
        for text in [
            "[`Old`](a::Old)",
            "[Old](Old)",
            "[x](a::b) [`Old`][`a::Old`]",
        ] {
            assert_eq!(label(text).as_deref(), Some("Old"), "{text}");
        }
    }

    #[test]
    fn links_of_every_form() {
        check("see [`a::B`] and [C], [x](a::D)", &["a::B", "C", "a::D"]);
        check("[x][a::B] [`y`][`a::C`]", &["a::B", "a::C"]);
        check("[x]\n\n[x]: a::B\n", &["a::B"]);
        check(
            "[struct@a::B] [a::f()] [a::m!] [`a::B#fields`]",
            &["a::B", "a::f", "a::m", "a::B"],
        );
        check("[a](a::B \"title\") [Vec<a::B>]", &["a::B", "Vec"]);
        check("`a::B` and `b` and ``a::C``", &["a::B", "a::C"]);
        check(
            "[`a::B`](a::B) [`a::C`][c]\n\n[c]: a::C",
            &["a::B", "a::B", "a::C", "a::C"],
        );
        check("[x](https://a.b/c) [ ] [1]", &[]);
        check(
            "[x](a::type) [y](a::r#type#examples) [r#match] [a::r#fields] [a::for#r#in]",
            &["a::type", "a::r#type", "r#match", "a::r", "a::for"],
        );
    }

    #[test]
    fn links_in_quotes_and_lists_go_on_in_the_next_line() {
        for text in [
            "> [x](\n> a::B)",
            "> [x](\na::B)",
            "> > [x](\n>> a::B)",
            "> - [x](\n>   a::B)",
            "- > [x](\n  > a::B)",
            "1. > [x](\n   > a::B)",
            "> [x](a::B\n> \"title\")",
            "> [x](a::B \"a\n> title\")",
            "> [x][\n> a::B]",
            "> [x][a::B\n> ]",
            "> [\n> a::B]",
            "> [x\n> y](a::B)",
            "> [r]:\n> a::B\n>\n> [r]",
            "> [r]: a::B\n>\n> [x][\n> r]",
            "- [r]: a::B\n\n  [r]",
            "- [a::B]:\n  nested, and so on",
            "> [a::B]: that is it",
            "[r]: a::B\n\"no title\" for more follows\n\n[r]",
        ] {
            check(text, &["a::B"]);
        }
        // A quote begins there, or a paragraph.
        check("[x](\n> a::B)", &["x"]);
        check("> [x](\n> > a::B)", &["x"]);
        check("> [x](\n>\n> a::B)", &["x"]);
        check("> [x\n>\n> y](a::B)", &[]);
    }
}
