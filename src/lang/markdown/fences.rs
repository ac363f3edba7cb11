//! The outline of Markdown: fences, front matter, inline code.
//!
//! By hand, and not by a CommonMark parser, which is only asked where HTML stands: the fences that
//! matter also stand in the tabs and admonitions of MkDocs and the directives of MyST, which
//! CommonMark sees as indented code.

use std::ops::Range;

use super::commonmark;
use super::info::{Info, Kind, info};
use super::outline::{Outline, Span, lines};
use crate::lang::config::Format;

/// How many directives may be open at once; the ends of more are looked for in vain.
const DEEPEST: usize = 64;

/// The outline of a Markdown document.
pub(super) fn outline(text: &str) -> Outline {
    let lines = lines(text);
    let mut outline = Outline::default();
    let mut unclosed = Unclosed::default();
    let mut containers: Vec<Fence<'_>> = Vec::new();
    let mut prose: Vec<Range<usize>> = Vec::new();
    let mut at = front_matter(text, &lines, &mut outline);
    let html = commonmark::html(text, lines.get(at).map_or(text.len(), |line| line.start));
    while let Some(line) = lines.get(at) {
        let written = &text[line.clone()];
        let before = html.partition_point(|block| block.start < line.end);
        if html[..before]
            .last()
            .is_some_and(|block| line.start < block.end)
        {
            prose.push(line.clone());
            at += 1;
            continue;
        }
        let fence = Fence::open(written);
        let closes = containers.iter().rposition(|it| it.is_closed_by(written));
        if let Some(container) = closes {
            containers.truncate(container);
            at += 1;
            continue;
        }
        let Some(fence) = fence else {
            references(text, line, &mut outline);
            prose.push(line.clone());
            at += 1;
            continue;
        };
        outline.prose(text, &std::mem::take(&mut prose));
        let kind = match info(fence.info) {
            Info::Code(kind) => kind,
            Info::Silent if fence.marker == ':' => {
                at += 1; // the end of a container that is not open
                continue;
            }
            Info::Silent => Kind::Silent,
            Info::Directive(argument) => {
                if !argument.is_empty() {
                    let start = line.start + (argument.as_ptr().addr() - written.as_ptr().addr());
                    outline.argument(text, start..start + argument.len());
                }
                if containers.len() < DEEPEST {
                    containers.push(fence);
                }
                at += 1;
                continue;
            }
        };
        let (end, closed) = unclosed.end_of(text, &lines, at, &fence);
        let last = match closed {
            true => end + 1,
            false => end,
        };
        let body = &lines[at + 1 + options(text, &lines[at + 1..end], &fence)..end];
        let code = body
            .iter()
            .map(|line| {
                (
                    line.clone(),
                    line.start + fence.content(&text[line.clone()]),
                )
            })
            .collect();
        outline.code(text, kind, line.start..lines[last - 1].end, code);
        at = last;
    }
    outline.prose(text, &prose);
    outline
}

/// YAML between `---` or TOML between `+++` at the very beginning; how many lines that takes.
fn front_matter(text: &str, lines: &[Range<usize>], outline: &mut Outline) -> usize {
    let Some(first) = lines.first() else {
        return 0;
    };
    let marker = text[first.clone()]
        .trim_start_matches('\u{feff}')
        .trim_end();
    let format = match marker {
        "---" => Format::Yaml,
        "+++" => Format::Toml,
        _ => return 0,
    };
    let is_end = |line: &Range<usize>| {
        let line = text[line.clone()].trim_end();
        line == marker || (line == "..." && format == Format::Yaml)
    };
    let Some(end) = lines[1..].iter().position(is_end).map(|at| at + 1) else {
        return 0;
    };
    let code = lines[1..end]
        .iter()
        .map(|line| (line.clone(), line.start))
        .collect();
    outline.code(
        text,
        Kind::Config(format),
        first.start..lines[end].end,
        code,
    );
    end + 1
}

/// An opening fence.
#[derive(Debug, Clone, Copy)]
struct Fence<'t> {
    /// `` ` ``, `~`, or the `:` of MyST.
    marker: char,
    count: usize,
    /// How many `>` stand before it.
    quotes: usize,
    /// How many columns stand between the last `>` and the fence.
    indent: usize,
    /// Something holds it that ends with its indentation: the item of a list, a tab.
    held: bool,
    info: &'t str,
}

impl<'t> Fence<'t> {
    /// Reads an opening fence behind quote marks, list markers, labels of footnotes and blanks.
    fn open(line: &'t str) -> Option<Self> {
        let bare = line.trim_start_matches('\u{feff}');
        let (quotes, from) = quotes(bare, usize::MAX);
        let mut rest = &bare[from..];
        let mut indent = 0;
        let mut in_item = false;
        loop {
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            indent += blanks;
            rest = &rest[blanks..];
            let (length, columns) = match (list_marker(rest), footnote_label(rest)) {
                (Some(length), _) => (length, length),
                // What goes on in a footnote is indented like code, however long its label is.
                (None, Some(length)) => (length, 4),
                (None, None) => break,
            };
            in_item = true;
            indent += columns;
            rest = &rest[length..];
        }
        let marker = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '`' | '~' | ':'))?;
        let count = rest.len() - rest.trim_start_matches(marker).len();
        let info = rest[count..].trim();
        let inline = marker == '`' && info.contains('`'); // ```` ```a``` ```` in a line is no fence
        let container = marker == ':' && !info.is_empty() && !info.starts_with('{');
        (count >= 3 && !inline && !container).then_some(Self {
            marker,
            count,
            quotes,
            indent,
            held: in_item || indent > 3,
            info,
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let (quotes, from) = quotes(line, self.quotes);
        let rest = line[from..].trim();
        quotes == self.quotes && rest.len() >= self.count && rest.chars().all(|c| c == self.marker)
    }

    /// Where the code of a line in the fence starts.
    fn content(&self, line: &str) -> usize {
        let (_, from) = quotes(line, self.quotes);
        let rest = &line[from..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        from + blanks.min(self.indent)
    }

    /// Whether a line ends what the fence stands in.
    fn is_cut_by(&self, line: &str) -> bool {
        quotes(line, self.quotes).0 < self.quotes || (self.held && self.is_left_by(line))
    }

    /// Whether a line can no longer be inside, where no closing fence says so.
    fn is_left_by(&self, line: &str) -> bool {
        let (quotes, from) = quotes(line, self.quotes);
        let rest = &line[from..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        quotes < self.quotes || (!rest.trim().is_empty() && blanks < self.indent)
    }
}

/// How many of at most `most` quote marks a line starts with, and where it goes on.
///
/// The blank after the last mark belongs to it.
fn quotes(line: &str, most: usize) -> (usize, usize) {
    let (mut count, mut at) = (0, 0);
    while count < most {
        let bare = line[at..].trim_start_matches([' ', '\t']);
        let Some(rest) = bare.strip_prefix('>') else {
            break;
        };
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        count += 1;
        at = line.len() - rest.len();
    }
    (count, at)
}

/// The length of `- `, `* `, `+ `, `1. ` or `2) ` at the start.
fn list_marker(rest: &str) -> Option<usize> {
    if rest.starts_with(['-', '*', '+']) && rest[1..].starts_with([' ', '\t']) {
        return Some(2);
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marked = rest[digits..].starts_with(". ") || rest[digits..].starts_with(") ");
    (1..10)
        .contains(&digits)
        .then_some(digits + 2)
        .filter(|_| marked)
}

/// The length of `[^label]: ` at the start, with its blanks.
fn footnote_label(rest: &str) -> Option<usize> {
    let (label, behind) = rest.strip_prefix("[^")?.split_once("]:")?;
    let behind = behind.trim_start_matches([' ', '\t']);
    (!label.contains(']')).then_some(rest.len() - behind.len())
}

/// What is known of fences that nothing closes, so that none is looked for twice.
#[derive(Default)]
struct Unclosed {
    /// Marker and quotes, to the shortest run that nothing closes below.
    shortest: Vec<((char, usize), usize)>,
}

impl Unclosed {
    /// The line that closes the fence of line `at`, or the first that is not in it.
    fn end_of(
        &mut self,
        text: &str,
        lines: &[Range<usize>],
        at: usize,
        fence: &Fence<'_>,
    ) -> (usize, bool) {
        let key = (fence.marker, fence.quotes);
        let known = self.shortest.iter().position(|(it, _)| *it == key);
        let rest = || lines.iter().enumerate().skip(at + 1);
        if known.is_none_or(|known| fence.count < self.shortest[known].1) {
            let end = rest().find_map(|(nth, line)| {
                let line = &text[line.clone()];
                if fence.is_closed_by(line) {
                    return Some(Ok(nth));
                }
                fence.is_cut_by(line).then_some(Err(nth))
            });
            match end {
                Some(Ok(nth)) => return (nth, true),
                Some(Err(nth)) => return (nth, false),
                None => match known {
                    Some(known) => self.shortest[known].1 = fence.count,
                    None => self.shortest.push((key, fence.count)),
                },
            }
        }
        let end = rest().find(|(_, line)| fence.is_left_by(&text[(*line).clone()]));
        (end.map_or(lines.len(), |(nth, _)| nth), false)
    }
}

/// How many lines of options a directive starts with: `:linenos:`, or YAML between `---`.
fn options(text: &str, body: &[Range<usize>], fence: &Fence<'_>) -> usize {
    if !fence.info.starts_with('{') {
        return 0;
    }
    let line = |line: &Range<usize>| {
        let line = &text[line.clone()];
        line[fence.content(line)..].trim_end().to_owned()
    };
    if body.first().is_some_and(|first| line(first) == "---") {
        let end = body[1..].iter().position(|it| line(it) == "---");
        return end.map_or(0, |end| end + 2);
    }
    body.iter()
        .take_while(|it| line(it).starts_with(':'))
        .count()
}

/// What only some dialects have: `::: a.b.C` of mkdocstrings, `[text][a.b.C]` and `[a.b.C][]` of
/// autorefs, and `<code>a.b.C</code>`.
fn references(text: &str, line: &Range<usize>, outline: &mut Outline) {
    let written = &text[line.clone()];
    let mut push = |start: usize, end: usize| {
        outline.spans.push(Span {
            range: line.start + start..line.start + end,
            role: false,
        });
    };
    if let Some(path) = written.trim().strip_prefix("::: ") {
        let start = path.as_ptr().addr() - written.as_ptr().addr();
        push(start, start + path.len());
    }
    for (open, close) in [("][", "]"), ("[", "][]"), ("<code>", "</code>")] {
        for (at, _) in written.match_indices(open) {
            let path = &written[at + open.len()..];
            let rest = path.trim_start_matches(|c: char| {
                c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '(' | ')')
            });
            if rest.starts_with(close) {
                push(at + open.len(), written.len() - rest.len());
            }
        }
    }
}
