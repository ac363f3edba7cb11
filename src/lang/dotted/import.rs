//! `from M import N` in text: a commented-out statement, or a sentence that quotes one.

use std::ops::Range;

use super::mentions::Mention;
use super::{is_start, is_word, join};
use crate::plan::Plan;

/// `M import N` after `from`, as text: also where the statement is commented out.
pub(super) fn imported(plan: &Plan, text: &str, run: &Range<usize>) -> Option<Mention> {
    let import = import_from(text, run)?;
    let module = &text[run.clone()];
    let mut first: Option<(String, String, String)> = None;
    let mut target: Option<String> = None;
    let mut together = import.whole;
    let mut new = String::new();
    let mut at = run.end;
    for name in &import.names {
        let written = &text[name.name.clone()];
        let from = join(module, written);
        let Some(moved) = plan.lookup_in_module(module, &from) else {
            together = false;
            continue;
        };
        let to = moved.dotted();
        let Some((home, last)) = to.rsplit_once('.') else {
            together = false; // a module that moves to the top: `import js`
            continue;
        };
        together &= target.get_or_insert_with(|| home.to_owned()) == home;
        new.push_str(&text[at..name.name.start]);
        new.push_str(last);
        at = match &name.alias {
            Some(alias) if &text[alias.clone()] == last => alias.end,
            None if written != last && is_used(text, &name.name) => {
                new.push_str(" as ");
                new.push_str(written);
                name.name.end
            }
            _ => name.name.end,
        };
        first.get_or_insert_with(|| (from, to.clone(), moved.mv.id.clone()));
    }
    let (from, to, move_id) = first?;
    let end = import.names.last().map_or(run.end, |name| name.end());
    new.push_str(&text[at..end.max(at)]);
    Some(Mention {
        range: run.start..end,
        from,
        to,
        move_id,
        text: target
            .filter(|_| together)
            .map(|target| format!("{target}{new}")),
    })
}

/// Whether code beside the import uses the name that it binds: later in its line, as in
/// `python -c "from a import N; N()"`, or behind another prompt of the same session.
fn is_used(text: &str, name: &Range<usize>) -> bool {
    let start = text[..name.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[name.end..]
        .find('\n')
        .map_or(text.len(), |at| name.end + at);
    let word = &text[name.clone()];
    let is_prompted = |line: &str| {
        let line = line.trim_start();
        line.starts_with(">>> ") || line.starts_with("... ")
    };
    let others = || text[..start].lines().chain(text[end..].lines());
    has_bare(&text[name.end..end], word)
        || is_prompted(&text[start..end])
            && others().any(|line| is_prompted(line) && has_bare(line, word))
}

/// Whether `word` stands in `line` as a name of its own, and not as `a.word` or in `import word`.
fn has_bare(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = &line[..at];
        let after = &line[at + word.len()..];
        !before.ends_with(|c: char| is_word(c) || c == '.')
            && !after.starts_with(is_word)
            && !before.trim_end().ends_with("import")
    })
}

/// The names behind `from M import`, as far as they could be read.
pub(super) struct ImportFrom {
    pub(super) names: Vec<ImportedName>,
    /// The list was read to its end.
    whole: bool,
}

pub(super) struct ImportedName {
    pub(super) name: Range<usize>,
    alias: Option<Range<usize>>,
}

impl ImportedName {
    fn end(&self) -> usize {
        self.alias.as_ref().unwrap_or(&self.name).end
    }
}

/// The import whose module is `run`.
pub(super) fn import_from(text: &str, run: &Range<usize>) -> Option<ImportFrom> {
    let before = text[..run.start].strip_suffix([' ', '\t'])?;
    let before = before.trim_end_matches([' ', '\t']).strip_suffix("from")?;
    if before.ends_with(is_word) {
        return None;
    }
    let mut cursor = Cursor { text, at: run.end };
    cursor.blanks();
    if cursor.word()? != "import" {
        return None;
    }
    cursor.blanks();
    let parenthesised = cursor.eat('(');
    let mut names = Vec::new();
    let mut whole = true;
    loop {
        cursor.space(parenthesised);
        let start = cursor.at;
        match cursor.word() {
            None => {
                whole = parenthesised; // behind a last comma, or `*`
                break;
            }
            // `from a import b, and then`
            Some("and" | "or" | "as" | "in" | "is" | "for" | "from" | "import" | "with") => break,
            Some(_) => {}
        }
        let name = start..cursor.at;
        let alias = cursor.alias(parenthesised);
        names.push(ImportedName { name, alias });
        let end = cursor.at;
        cursor.space(parenthesised);
        if !cursor.eat(',') {
            if !parenthesised {
                cursor.at = end;
            }
            break;
        }
    }
    whole &= !parenthesised || cursor.text[cursor.at..].starts_with(')');
    Some(ImportFrom { names, whole })
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn blanks(&mut self) {
        self.skip(|c| matches!(c, ' ' | '\t'));
    }

    /// Blanks, and within parentheses line ends and comments.
    fn space(&mut self, parenthesised: bool) {
        self.blanks();
        while parenthesised && self.text[self.at..].starts_with(['\r', '\n', '#']) {
            if self.text[self.at..].starts_with('#') {
                self.skip(|c| !matches!(c, '\r' | '\n'));
            }
            self.skip(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
        }
    }

    fn skip(&mut self, of: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(of).len();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.text[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn word(&mut self) -> Option<&'t str> {
        let start = self.at;
        if !self.text[start..].starts_with(is_start) {
            return None;
        }
        self.skip(is_word);
        Some(&self.text[start..self.at])
    }

    /// ` as X`, or nothing.
    fn alias(&mut self, parenthesised: bool) -> Option<Range<usize>> {
        let back = self.at;
        self.space(parenthesised);
        if self.word() == Some("as") {
            self.space(parenthesised);
            let start = self.at;
            if self.word().is_some() {
                return Some(start..self.at);
            }
        }
        self.at = back;
        None
    }
}
