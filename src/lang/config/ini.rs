//! INI and its kin, line by line: `key = value`, `key: value`, values over several lines, lists.
//!
//! The dialects agree on little, so nothing is an error here; a line counts only when all of its
//! value is paths.

use std::borrow::Cow;
use std::ops::Range;

use super::Scalar;

pub(super) fn scalars(text: &str) -> Vec<Scalar<'_>> {
    let mut reader = Reader {
        text,
        scalars: Vec::new(),
        section: 0,
    };
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        reader.line(start..start + line.len());
        start += line.len();
    }
    reader.scalars
}

struct Reader<'t> {
    text: &'t str,
    scalars: Vec<Scalar<'t>>,
    section: usize,
}

impl Reader<'_> {
    fn line(&mut self, line: Range<usize>) {
        let line = self.trim(self.without_comment(line));
        let written = &self.text[line.clone()];
        if let Some(name) = written.strip_prefix('[').and_then(|it| it.split_once(']')) {
            self.section += 1;
            self.section_name(line.start + 1..line.start + 1 + name.0.len());
            return;
        }
        if self.items(line.clone()) {
            return;
        }
        let Some(at) = delimiter(written) else {
            return;
        };
        let key = self.trim(line.start..line.start + at);
        let value = self.trim(line.start + at + 1..line.end);
        self.push(self.unquoted(key), Some(self.section));
        if self.items(value.clone()) {
            return;
        }
        // `env = DJANGO_SETTINGS_MODULE=a.b.settings`, and in a list `name = a.b:C [extra]`
        match self.text[value.clone()].rfind('=') {
            Some(at) => {
                let last = self.trim(value.start + at + 1..value.end);
                if !self.items(last.clone()) {
                    self.push(last, None);
                }
            }
            None => self.push(value, None),
        }
    }

    /// `mypy-a.b.legacy,mypy-c.d` names modules; other sections are names as a whole.
    fn section_name(&mut self, name: Range<usize>) {
        let mut start = name.start;
        for part in self.text[name.clone()].split(',') {
            let written = part.trim_start();
            let bare = written.strip_prefix("mypy-").unwrap_or(written);
            let from = start + part.len() - bare.len();
            self.push(from..from + bare.trim_end().len(), Some(0));
            start += part.len() + 1;
        }
    }

    /// Takes the value as a list, where every part of it can be a path.
    fn items(&mut self, value: Range<usize>) -> bool {
        let written = &self.text[value.clone()];
        let by_blank: Vec<_> = parts(written, |c| c == ',' || c.is_whitespace()).collect();
        // Words in a list by blanks may be a sentence: all must look like paths.
        let paths = |part: &Range<usize>| {
            let part = &written[part.clone()];
            part == "->" || (is_path(part) && part.contains(['.', ':']))
        };
        let all = match by_blank.iter().all(paths) {
            true => by_blank,
            false => {
                let by_comma: Vec<_> = parts(written, |c| c == ',').collect();
                if !by_comma.iter().all(|part| is_path(&written[part.clone()])) {
                    return false;
                }
                by_comma
            }
        };
        for part in all {
            let range = value.start + part.start..value.start + part.end;
            self.push(self.unquoted(range), None);
        }
        true
    }

    fn push(&mut self, range: Range<usize>, mapping: Option<usize>) {
        self.scalars.push(Scalar {
            value: Cow::Borrowed(&self.text[range.clone()]),
            range,
            mapping,
        });
    }

    fn trim(&self, range: Range<usize>) -> Range<usize> {
        let written = &self.text[range.clone()];
        let start = range.start + written.len() - written.trim_start().len();
        start..start + written.trim().len()
    }

    /// The line up to a comment: one that starts it, or follows a blank.
    fn without_comment(&self, line: Range<usize>) -> Range<usize> {
        let written = &self.text[line.clone()];
        let comment = written.char_indices().find(|&(at, c)| {
            let before = written[..at].chars().next_back();
            matches!(c, '#' | ';') && before.is_none_or(char::is_whitespace)
        });
        line.start..comment.map_or(line.end, |(at, _)| line.start + at)
    }

    fn unquoted(&self, range: Range<usize>) -> Range<usize> {
        let written = &self.text[range.clone()];
        let quoted = ['"', '\''].into_iter().any(|quote| {
            written.len() > 1 && written.starts_with(quote) && written.ends_with(quote)
        });
        match quoted {
            true => range.start + 1..range.end - 1,
            false => range,
        }
    }
}

/// Where the key ends: at `=`, or at a colon that is no part of `a.b:C`.
fn delimiter(line: &str) -> Option<usize> {
    let equals = line.find('=');
    let colon = line
        .match_indices(':')
        .map(|(at, _)| at)
        .find(|&at| line[at + 1..].starts_with(char::is_whitespace) || at + 1 == line.len());
    match (equals, colon) {
        (Some(equals), Some(colon)) => Some(equals.min(colon)),
        (equals, colon) => equals.or(colon),
    }
}

/// The parts of `text` between separators, without blanks around them; empty ones left out.
fn parts(text: &str, separator: fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    text.split(separator).filter_map(move |part| {
        let part = part.trim();
        let start = part.as_ptr().addr() - text.as_ptr().addr();
        (!part.is_empty()).then(|| start..start + part.len())
    })
}

/// A path with an optional attribute, perhaps in quotes: not a flag, a file or a sentence.
fn is_path(part: &str) -> bool {
    let bare = part.trim_matches(['"', '\'']);
    !bare.is_empty()
        && !bare.starts_with(':')
        && !bare.ends_with(':')
        && bare
            .chars()
            .all(|c| c == '_' || c == '.' || c == ':' || c.is_alphanumeric())
}
