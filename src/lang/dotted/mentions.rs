//! Legacy paths inside longer text: prose, comments, commands, regular expressions.

use std::borrow::Cow;
use std::ops::Range;

use super::import::{import_from, imported};
use super::{
    exact_rust, finding, is_start, is_word, join, names_a_file, names_a_module, site,
    with_attribute,
};
use crate::edit::Edit;
use crate::finding::{Code, Finding};
use crate::plan::{Plan, below};

/// A legacy path inside longer text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Its bytes in the text that was searched.
    pub(crate) range: Range<usize>,
    /// The legacy path, with dots only.
    pub(crate) from: String,
    /// The canonical path, with dots only.
    pub(crate) to: String,
    /// The id of the move.
    pub(crate) move_id: String,
    /// What to write there; `None` for a file's path or an address, which a text edit would break.
    pub(crate) text: Option<String>,
}

impl Mention {
    /// The finding of a mention in a text that starts at byte `base` of the file: Likely with the
    /// edit that `--text` makes, Manual where there is none.
    pub(crate) fn finding(self, base: usize) -> Finding {
        let range = self.range.start + base..self.range.end + base;
        let edit = self.text.map(|text| Edit::replace(range.clone(), text));
        let site = site(Code::Mention, range, self.move_id, self.from, self.to);
        finding(site, edit)
    }
}

/// Every legacy path inside `text`, in order: at word boundaries, a sentence's last dot left out.
///
/// Beside dotted paths: `a.b:C`, `from M import N`, `a\.b\.C` of a regular expression, and the path
/// of a moved module's file.
pub(crate) fn mentions(plan: &Plan, text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let mut at = 0;
    let mut slashed = 0; // a run that ends before here is part of a file's path or an address
    while let Some(run) = next_run(text, at) {
        at = run.end;
        if run.start >= slashed && touches_slash(text, &run) {
            let path = file_path(text, &run);
            slashed = path.end;
            if let Some(mention) = moved_file(plan, text, path) {
                at = mention.range.end;
                found.push(mention);
                continue;
            }
        }
        let Some(mut mention) = mention(plan, text, &run) else {
            continue;
        };
        at = at.max(mention.range.end);
        if run.start < slashed || in_address(text, &mention.range) {
            mention.text = None;
        }
        found.push(mention);
    }
    found
}

/// Whether `text` shows the target of the move with this id, as a migration guide does.
pub(crate) fn shows_target(plan: &Plan, move_id: &str, text: &str) -> bool {
    let targets: Vec<_> = plan
        .moves()
        .iter()
        .filter(|mv| mv.id == move_id)
        .map(|mv| (mv.dialect, mv.to.path(mv.dialect)))
        .collect();
    // Where a thing moves up, to `a.b` from `a.b.legacy`, its old path lies under the new one.
    let shows = |path: &str| {
        targets.iter().any(|(dialect, target)| {
            below(path, target, dialect.separator()) && plan.lookup_in(*dialect, path).is_none()
        })
    };
    let mut at = 0;
    while let Some(run) = next_run(text, at) {
        at = run.end;
        let path = unescaped(&text[run.clone()]);
        if shows(&path) {
            return true;
        }
        let attribute = attribute(text, &run).map(|range| &text[range]);
        if attribute.is_some_and(|attribute| shows(&join(&path, attribute))) {
            return true;
        }
        let names = import_from(text, &run).map_or(Vec::new(), |import| import.names);
        if names
            .iter()
            .any(|name| shows(&join(&path, &text[name.name.clone()])))
        {
            return true;
        }
    }
    false
}

/// The mention whose path starts with `run`.
fn mention(plan: &Plan, text: &str, run: &Range<usize>) -> Option<Mention> {
    let before = &text[..run.start];
    if before.ends_with('.') || is_glued(before) {
        return None; // `.a.b` is relative, `x-a.b` and `x@a.b` are other names
    }
    imported(plan, text, run)
        .or_else(|| with_colon(plan, text, run))
        .or_else(|| plain(plan, text, run.clone()))
        .or_else(|| {
            // `\na.b.C` in the source of a string: the letter belongs to the escape
            let escape = before.ends_with('\\') && text[run.clone()].starts_with(ESCAPES);
            let rest = run.start + 1..run.end;
            let starts = escape && text[rest.clone()].starts_with(is_start);
            starts.then(|| plain(plan, text, rest)).flatten()
        })
}

/// `a.b.C`, or `a\.b\.C` with the separators of a regular expression.
fn plain(plan: &Plan, text: &str, range: Range<usize>) -> Option<Mention> {
    let written = &text[range.clone()];
    if written.contains("::") {
        let found = exact_rust(plan, written)?;
        return Some(Mention {
            range,
            from: found.from,
            to: found.to,
            move_id: found.move_id,
            text: Some(found.text),
        });
    }
    let path = unescaped(written);
    if !path.contains('.') {
        return None;
    }
    let moved = plan.lookup(&path)?;
    let is_file = names_a_file(&moved);
    if is_file && !moved.mv.from.module.contains('.') {
        return None; // `json.py` is no part of the module `json`
    }
    if names_a_module(plan, &moved) && !text[range.end..].starts_with("()") {
        return None;
    }
    let to = moved.dotted();
    let separator = if written == path {
        Some(".")
    } else {
        // Mixed separators are no pattern that this would know how to write.
        ["\\\\.", "\\."]
            .into_iter()
            .find(|separator| path.replace('.', separator) == written)
    };
    let continues = text[range.end..].starts_with('-')
        && text[range.end + 1..].starts_with(|c: char| c.is_alphanumeric());
    let new = match is_file || continues {
        true => None, // `legacy.json`, `a.b.legacy-settings`
        false => separator.map(|separator| to.replace('.', separator)),
    };
    Some(Mention {
        range,
        move_id: moved.mv.id.clone(),
        from: path.into_owned(),
        to,
        text: new,
    })
}

/// `a.b:C`, where the move is known only with the part behind the colon.
fn with_colon(plan: &Plan, text: &str, run: &Range<usize>) -> Option<Mention> {
    let attribute = attribute(text, run)?;
    let module = &text[run.clone()];
    let found = with_attribute(plan, module, &text[attribute.clone()])?;
    let moved = plan.lookup_in_module(module, &found.from)?;
    if moved.mv.from.dotted().len() <= module.len() {
        return None;
    }
    Some(Mention {
        range: run.start..attribute.end,
        from: found.from,
        to: found.to,
        move_id: found.move_id,
        text: Some(found.text),
    })
}

/// The longest run of names and dots from `at` on, without a dot at its end.
fn next_run(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].find(is_word)?;
    let mut end = start;
    loop {
        let rest = &text[end..];
        end += rest.len() - rest.trim_start_matches(is_word).len();
        let rest = &text[end..];
        let separator = ["\\\\.", "\\.", ".", "::"]
            .into_iter()
            .find(|separator| rest.starts_with(separator));
        match separator {
            Some(separator) if rest[separator.len()..].starts_with(is_start) => {
                end += separator.len();
            }
            _ => return Some(start..end),
        }
    }
}

/// `C.method` behind the run, where a colon stands between.
fn attribute(text: &str, run: &Range<usize>) -> Option<Range<usize>> {
    if !text[run.end..].starts_with(':') || !text[run.end + 1..].starts_with(is_start) {
        return None;
    }
    let attribute = next_run(text, run.end + 1)?;
    let plain = !text[attribute.clone()].contains('\\');
    plain.then_some(attribute)
}

fn unescaped(path: &str) -> Cow<'_, str> {
    match path.contains('\\') {
        true => Cow::Owned(path.replace('\\', "")),
        false => Cow::Borrowed(path),
    }
}

fn touches_slash(text: &str, run: &Range<usize>) -> bool {
    text[..run.start].ends_with('/') || text[run.end..].starts_with('/')
}

/// The file's path that `run` is part of; `run` is not preceded by another part that was looked at.
fn file_path(text: &str, run: &Range<usize>) -> Range<usize> {
    let rest = &text[run.start..];
    let path = rest.trim_start_matches(|c: char| is_word(c) || matches!(c, '/' | '.' | '-'));
    run.start..run.start + rest.len() - path.len()
}

/// A moved module's file or folder: `src/a/b/legacy.py`. Only reported, for the file itself stays.
fn moved_file(plan: &Plan, text: &str, path: Range<usize>) -> Option<Mention> {
    const LONGEST: usize = 1024; // of a path; what is longer is data
    let written = text[path.clone()].trim_end_matches(['.', '/', '-']);
    if written.len() > LONGEST {
        return None;
    }
    let module = [".pyi", ".py"]
        .into_iter()
        .find_map(|suffix| written.strip_suffix(suffix));
    let bare = module.unwrap_or(written);
    let bare = bare.strip_suffix("/__init__").unwrap_or(bare);
    let dotted = bare.replace('/', ".");
    let mut start = 0;
    loop {
        let rest = &bare[start..];
        let (head, tail) = rest.split_once('/').unwrap_or((rest, ""));
        let moved = plan
            .lookup(&dotted[start..])
            .filter(|moved| moved.mv.from.name.is_none() && !head.contains('.'));
        if let Some(moved) = moved
            && (moved.mv.from.module.contains('.') || (start == 0 && module.is_some()))
            && rest.contains('/')
        {
            return Some(Mention {
                range: path.start + start..path.start + written.len(),
                from: moved.mv.from.dotted(),
                to: moved.to.dotted(),
                move_id: moved.mv.id.clone(),
                text: None,
            });
        }
        if tail.is_empty() {
            return None;
        }
        start += head.len() + 1;
    }
}

/// Whether `range` lies in a web address, whose other end does not move.
fn in_address(text: &str, range: &Range<usize>) -> bool {
    const LONGEST: usize = 2048;
    let mut start = range.start.saturating_sub(LONGEST);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text[start..range.start]
        .rsplit(|c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '`' | '(' | ')')
        })
        .next()
        .is_some_and(|word| word.contains("://"))
}

/// Letters that follow a backslash in a string's source and are no part of the next word.
const ESCAPES: [char; 7] = ['n', 'r', 't', 'a', 'b', 'f', 'v'];

/// Whether what stands before a word makes it the end of another name; `[mypy-a.b]` is two.
fn is_glued(before: &str) -> bool {
    before
        .strip_suffix(['-', '@'])
        .is_some_and(|name| name.ends_with(is_word) && !before.ends_with("mypy-"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::plan;
    use super::*;

    /// `text` after all mentions' edits, and what was mentioned without one.
    #[track_caller]
    fn check_mentions(text: &str, after: &str, without_edit: &[&str]) {
        let (mut out, mut at, mut left) = (String::new(), 0, Vec::new());
        for mention in mentions(&plan(), text) {
            assert!(mention.range.start >= at, "in order: {text}");
            match mention.text {
                None => left.push(&text[mention.range]),
                Some(new) => {
                    out.push_str(&text[at..mention.range.start]);
                    out.push_str(&new);
                    at = mention.range.end;
                }
            }
        }
        out.push_str(&text[at..]);
        assert_eq!(out, after);
        assert_eq!(left, without_edit, "{text}");
    }

    #[test]
    fn paths_in_prose_are_mentions() {
        check_mentions(
            "See a.b.legacy.Old. Then (p.legacy.x), p.legacy; 'a.b.legacy:Old'",
            "See a.b.canon.New. Then (q.fresh.x), q.fresh; 'a.b.canon:New'",
            &[],
        );
        check_mentions(
            "p.legacy:go a.b.legacy.Old:x",
            "q.fresh:go a.b.canon.New:x",
            &[],
        );
        check_mentions("café p.legacy…", "café q.fresh…", &[]);
        check_mentions("a.b.legacy.Old...", "a.b.canon.New...", &[]);
    }

    #[test]
    fn other_names_are_no_mentions() {
        for text in [
            "xa.b.legacy.Old",
            "x.p.legacy",
            ".p.legacy",
            "..p.legacy",
            "p.legacy2",
            "p.legacy_x",
            "my-p.legacy",
            "me@p.legacy",
            "a.b.legacy and Old",
            "json is a format",
            "a.b.legacy:Older",
        ] {
            check_mentions(text, text, &[]);
        }
    }

    #[test]
    fn an_import_in_prose_is_one_mention() {
        check_mentions(
            "# from a.b.legacy import Old",
            "# from a.b.canon import New",
            &[],
        );
        check_mentions(
            "from a.b.legacy import Old as New  # x",
            "from a.b.canon import New  # x",
            &[],
        );
        check_mentions(
            "from a.b.legacy import (\n    Old as O,  # y\n)",
            "from a.b.canon import (\n    New as O,  # y\n)",
            &[],
        );
        check_mentions(
            "from p import legacy, and then",
            "from q import fresh, and then",
            &[],
        );
        check_mentions(
            "from a.b.legacy import Old, Other",
            "from a.b.legacy import Old, Other",
            &["a.b.legacy import Old, Other"],
        );
        check_mentions("from p.legacy import x", "from q.fresh import x", &[]);
        check_mentions("from p.legacy import *", "from q.fresh import *", &[]);
        check_mentions(
            "from a.b.legacy import Other",
            "from a.b.legacy import Other",
            &[],
        );
        check_mentions(
            "wherefrom a.b.legacy import Old",
            "wherefrom a.b.legacy import Old",
            &[],
        );
    }

    #[test]
    fn a_regular_expression_keeps_its_escapes() {
        check_mentions(r"^p\.legacy\.\w+", r"^q\.fresh\.\w+", &[]);
        check_mentions(r"p\\.legacy", r"q\\.fresh", &[]);
        check_mentions(r"p\.legacy.x", r"p\.legacy.x", &[r"p\.legacy.x"]);
        check_mentions(r"line\np.legacy.x", r"line\nq.fresh.x", &[]);
    }

    #[test]
    fn files_and_addresses_are_mentioned_without_an_edit() {
        for (text, left) in [
            ("src/p/legacy.py", &["p/legacy.py"][..]),
            ("./p/legacy/__init__.py.", &["p/legacy/__init__.py"]),
            ("p/legacy/", &["p/legacy"]),
            ("https://x.org/p.legacy.html", &["p.legacy.html"]),
            ("https://x.org/api#p.legacy.f", &["p.legacy.f"]),
            ("docs/p.legacy.f.rst", &["p.legacy.f.rst"]),
            ("p.legacy-settings", &["p.legacy"]),
            ("p.legacy.toml", &["p.legacy.toml"]),
            ("a/b/legacy.py", &[]),
            ("x/json.py", &[]),
            ("read/json/now", &[]),
        ] {
            check_mentions(text, text, left);
        }
    }

    #[test]
    fn the_target_is_seen_in_every_form() {
        let shows = |text| shows_target(&plan(), "move-a.b.legacy:Old", text);
        assert!(shows("use a.b.canon.New.start."));
        assert!(shows("a.b.canon:New"));
        assert!(shows("from a.b.canon import (Other, New)"));
        assert!(!shows("from a.b.canon import Other"));
        assert!(!shows("a.b.canon.Newer, q.fresh.x"));
    }

    #[test]
    fn long_text_takes_linear_time() {
        let many = "a.".repeat(200_000) + &"/a".repeat(200_000) + &"://x".repeat(50_000);
        assert!(mentions(&plan(), &many).is_empty());
    }
}
