//! What stands beside the code: comments that say something to tools, and text that holds code.

use std::ops::Range;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::facts::Facts;

/// Notes comments, strings, suppressions and regions whose lines stay as they are.
pub(super) fn read<'t>(text: &str, tokens: impl Iterator<Item = &'t Token>, facts: &mut Facts) {
    let mut frozen_from: Option<TextSize> = None;
    for token in tokens {
        let range = token.range();
        match token.kind() {
            TokenKind::Comment => {
                facts.texts.push(range);
                let comment = &text[range];
                match directive(comment) {
                    Some(Directive::Off) => frozen_from = frozen_from.or(Some(range.start())),
                    Some(Directive::On) => {
                        if let Some(start) = frozen_from.take() {
                            facts.frozen.push(TextRange::new(start, range.end()));
                        }
                    }
                    Some(Directive::Skip) => facts.frozen.push(line_of(text, range)),
                    Some(Directive::File) => facts.frozen.push(TextRange::up_to(end(text))),
                    None => {}
                }
                if let Some(rules) = ignore(comment) {
                    facts.ignores.push((spoken_of(text, range, facts), rules));
                }
            }
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle => {
                facts.texts.push(range);
                if text[range].contains(">>> ") {
                    facts.opaque.push(range);
                }
            }
            _ => {}
        }
    }
    if let Some(start) = frozen_from {
        facts.frozen.push(TextRange::new(start, end(text)));
    }
}

/// The lines that an `ignore` speaks of: its own and, where it stands alone, the next one; all of
/// an import statement where that is its first.
fn spoken_of(text: &str, comment: TextRange, facts: &Facts) -> TextRange {
    let mut lines = line_of(text, comment);
    let before = TextRange::new(lines.start(), comment.start());
    let rest = &text[lines.end().to_usize()..];
    let next = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix(['\n', '\r']));
    if text[before].trim().is_empty()
        && let Some(next) = next
    {
        let start = TextSize::of(text) - TextSize::of(next);
        lines = lines.cover(line_of(text, TextRange::empty(start)));
    }
    let mut imports = facts.imports.iter();
    // `from m import (  # rehome: ignore`, and not a comment of the first name.
    let statement = imports.find(|import| {
        let opens = |parens: TextRange| {
            let between = parens.start() + TextSize::new(1)..comment.start();
            between.start > between.end
                || text[between.start.to_usize()..between.end.to_usize()]
                    .trim()
                    .is_empty()
        };
        lines.contains(import.range.start())
            && comment.start() < import.range.end()
            && import.parens.is_some_and(opens)
    });
    statement.map_or(lines, |import| lines.cover(import.range))
}

enum Directive {
    Off,
    On,
    Skip,
    File,
}

fn directive(comment: &str) -> Option<Directive> {
    let words = comment.trim_start_matches(['#', ' ']).trim_end();
    match words {
        "fmt: off" | "fmt:off" | "yapf: disable" | "isort: off" | "isort:off" => {
            Some(Directive::Off)
        }
        "fmt: on" | "fmt:on" | "yapf: enable" | "isort: on" | "isort:on" => Some(Directive::On),
        "isort: skip_file" | "isort:skip_file" => Some(Directive::File),
        _ if words.starts_with("fmt: skip") || words.starts_with("isort: skip") => {
            Some(Directive::Skip)
        }
        _ => None,
    }
}

/// The rules of `# rehome: ignore[RH001, my-move] reason`; no brackets mean all of them.
fn ignore(comment: &str) -> Option<Vec<String>> {
    let at = comment.find("rehome:")?;
    let rest = comment[at + "rehome:".len()..]
        .trim_start()
        .strip_prefix("ignore")?;
    match rest.strip_prefix('[') {
        None if rest.is_empty() || rest.starts_with(char::is_whitespace) => Some(Vec::new()),
        None => None,
        Some(rest) => {
            let inside = rest.split_once(']')?.0;
            let rules = inside.split(',').map(|rule| rule.trim().to_owned());
            Some(rules.filter(|rule| !rule.is_empty()).collect())
        }
    }
}

/// Where the type stands in `# type: int  # why`; `None` for other comments and `# type: ignore`.
pub(super) fn type_comment(comment: &str) -> Option<Range<usize>> {
    let body = comment.strip_prefix('#')?.trim_start();
    let rest = body.strip_prefix("type:")?;
    let typed = rest.trim_start();
    if typed.starts_with("ignore") {
        return None;
    }
    let start = comment.len() - typed.len();
    let length = typed.find(" #").unwrap_or(typed.len());
    let typed = typed[..length].trim_end();
    (!typed.is_empty()).then(|| start..start + typed.len())
}

/// A comment that tells a linter or a type checker to be quiet about its line.
pub(super) fn is_suppression(comment: &str) -> bool {
    let body = comment
        .trim_start_matches('#')
        .trim_start()
        .to_ascii_lowercase();
    [
        "noqa",
        "type:",
        "pylint:",
        "pyright:",
        "mypy:",
        "ruff:",
        "flake8:",
        "pyre-",
        "pytype:",
        "isort:",
        "fmt:",
        "nosec",
        "pragma:",
        "noinspection",
        "rehome:",
        "lint-ignore",
    ]
    .iter()
    .any(|tool| body.starts_with(tool))
}

fn end(text: &str) -> TextSize {
    TextSize::try_from(text.len()).unwrap_or(TextSize::new(u32::MAX))
}

/// The line or lines of `range`, without their ends.
pub(super) fn line_of(text: &str, range: TextRange) -> TextRange {
    // The byte-order mark is the file's, not the first line's.
    let first = text.len() - text.trim_start_matches('\u{feff}').len();
    let start = text[..range.start().to_usize()]
        .rfind(['\n', '\r'])
        .map_or(first, |at| at + 1);
    let after = &text[range.end().to_usize()..];
    let end = after.find(['\n', '\r']).unwrap_or(after.len()) + range.end().to_usize();
    let size = |at: usize| TextSize::try_from(at).unwrap_or(TextSize::new(u32::MAX));
    TextRange::new(size(start), size(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suppressions_name_codes_and_moves() {
        let rules = |comment| ignore(comment);
        assert_eq!(
            rules("# rehome: ignore[RH001] why"),
            Some(vec!["RH001".to_owned()])
        );
        assert_eq!(
            rules("# noqa  # rehome: ignore[RH001, my-move]"),
            Some(vec!["RH001".to_owned(), "my-move".to_owned()])
        );
        assert_eq!(rules("# rehome: ignore"), Some(Vec::new()));
        assert_eq!(rules("# rehome: ignored"), None);
        assert_eq!(rules("# rehome is a tool"), None);
    }

    #[test]
    fn a_type_comment_ends_before_the_next_comment() {
        let typed = |comment: &'static str| type_comment(comment).map(|range| &comment[range]);
        assert_eq!(typed("# type: List[N]  # noqa"), Some("List[N]"));
        assert_eq!(typed("#type:N"), Some("N"));
        assert_eq!(typed("# type: ignore[attr]"), None);
        assert_eq!(typed("# types: N"), None);
    }
}
