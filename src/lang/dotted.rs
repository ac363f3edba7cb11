//! Dotted paths in text: the one way to ask whether a string is a moved path, or mentions one.
//!
//! Shared by Python's strings, comments and docstrings, by Markdown and by configuration.

use std::borrow::Cow;
use std::ops::Range;

use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Site};
use crate::plan::{Moved, Plan, under};

/// A legacy path that was found whole, and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replacement {
    /// The legacy path, with dots only.
    pub(crate) from: String,
    /// The canonical path, with dots only.
    pub(crate) to: String,
    /// The id of the move.
    pub(crate) move_id: String,
    /// What to write: `to`, with a colon or parentheses where the old text had them.
    pub(crate) text: String,
}

impl Replacement {
    /// The finding of this path standing alone at `range`: a string, Likely.
    pub(crate) fn finding(self, range: Range<usize>) -> Finding {
        let edit = Edit::replace(range.clone(), self.text);
        let site = site(Code::Text, range, self.move_id, self.from, self.to);
        finding(site, Some(edit))
    }
}

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

fn site(code: Code, range: Range<usize>, move_id: String, from: String, to: String) -> Site {
    Site {
        code,
        range,
        move_id,
        from,
        to,
    }
}

fn finding(site: Site, edit: Option<Edit>) -> Finding {
    Finding {
        sites: vec![site],
        confidence: match edit {
            Some(_) => Confidence::Likely,
            None => Confidence::Manual,
        },
        edits: edit.into_iter().collect(),
        reason: None,
        renames: Vec::new(),
        requires: None,
        imports: Vec::new(),
    }
}

/// What replaces `text` when the whole of it is one moved path of at least two segments:
/// `a.b.C`, `a.b.C.method`, `a.b:C`, and a module's path when the module moves.
///
/// One bare word (`json`) is no dotted path, nor is what reads as a file's name (`setup.py`).
pub(crate) fn exact(plan: &Plan, text: &str) -> Option<Replacement> {
    if !text.contains(['.', ':']) {
        return None;
    }
    let replacement = exact_or_word(plan, text)?;
    let moved = plan.lookup(&replacement.from)?;
    match text.contains(':') || !names_a_file(&moved) {
        true => Some(replacement),
        false => None,
    }
}

/// Like [`exact`], where the caller knows that the text is a path: `import_module("json")`.
pub(crate) fn exact_or_word(plan: &Plan, text: &str) -> Option<Replacement> {
    let (module, attribute) = match text.split_once(':') {
        None => (text, None),
        Some((module, attribute)) => (module, Some(attribute)),
    };
    if !is_path(module) || !attribute.is_none_or(is_path) {
        return None;
    }
    match attribute {
        None => {
            let moved = plan.lookup(module)?;
            let to = moved.dotted();
            Some(replacement(&moved, module.to_owned(), to))
        }
        Some(attribute) => with_attribute(plan, module, attribute),
    }
}

/// `module:attribute`, with the colon where the new path has it.
fn with_attribute(plan: &Plan, module: &str, attribute: &str) -> Option<Replacement> {
    let dotted = format!("{module}.{attribute}");
    let moved = plan.lookup(&dotted)?;
    let text = if let Some(name) = &moved.to.name {
        format!("{}:{}", moved.to.module, join(name, &moved.rest))
    } else if moved.rest.is_empty() {
        // `a:legacy`, a module as the attribute of its package
        let (parent, last) = moved.to.module.rsplit_once('.')?;
        format!("{parent}:{last}")
    } else {
        let inside = moved.rest.len().saturating_sub(attribute.len() + 1);
        match moved.rest.len() > attribute.len() {
            // `a.legacy.sub:C`
            true => format!(
                "{}:{attribute}",
                join(&moved.to.module, &moved.rest[..inside])
            ),
            // `a.legacy:C`, and `a:legacy.C` with the module whole again
            false => format!("{}:{}", moved.to.module, moved.rest),
        }
    };
    Some(replacement(&moved, dotted, text))
}

/// Like [`exact`], with what markup puts around a path: `a.b.C()`, `~a.b.C`, `!a.b.C`.
pub(crate) fn exact_in_markup(plan: &Plan, text: &str) -> Option<Replacement> {
    let bare = text.trim_start_matches(['~', '!']);
    let sigil = &text[..text.len() - bare.len()];
    if sigil.len() > 1 {
        return None;
    }
    let (bare, call) = match bare.strip_suffix("()") {
        Some(callee) => (callee, "()"),
        None => (bare, ""),
    };
    let mut found = exact(plan, bare)?;
    found.text = format!("{sigil}{}{call}", found.text);
    Some(found)
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
        .map(|mv| mv.to.dotted())
        .collect();
    let shows = |path: &str| targets.iter().any(|target| under(path, target));
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
    let path = unescaped(written);
    if !path.contains('.') {
        return None;
    }
    let moved = plan.lookup(&path)?;
    let is_file = names_a_file(&moved);
    if is_file && !moved.mv.from.module.contains('.') {
        return None; // `json.py` is no part of the module `json`
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
    let moved = plan.lookup(&found.from)?;
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

/// `M import N` after `from`, as text: also where the statement is commented out.
fn imported(plan: &Plan, text: &str, run: &Range<usize>) -> Option<Mention> {
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
        let Some(moved) = plan.lookup(&from) else {
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

/// The names behind `from M import`, as far as they could be read.
struct ImportFrom {
    names: Vec<ImportedName>,
    /// The list was read to its end.
    whole: bool,
}

struct ImportedName {
    name: Range<usize>,
    alias: Option<Range<usize>>,
}

impl ImportedName {
    fn end(&self) -> usize {
        self.alias.as_ref().unwrap_or(&self.name).end
    }
}

/// The import whose module is `run`.
fn import_from(text: &str, run: &Range<usize>) -> Option<ImportFrom> {
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

/// The longest run of names and dots from `at` on, without a dot at its end.
fn next_run(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].find(is_word)?;
    let mut end = start;
    loop {
        let rest = &text[end..];
        end += rest.len() - rest.trim_start_matches(is_word).len();
        let rest = &text[end..];
        let separator = ["\\\\.", "\\.", "."]
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

/// Whether a path of a module move reads as a file's name: `setup.py`, `a.b.legacy.toml`.
fn names_a_file(moved: &Moved<'_>) -> bool {
    const FILES: &[&str] = &[
        "cfg", "htm", "html", "ini", "ipynb", "lock", "md", "py", "pyc", "pyi", "rst", "so",
        "toml", "txt", "yaml", "yml",
    ];
    // These are names of functions as well: `a.b.legacy.log`, but `app.log`.
    const AMBIGUOUS: &[&str] = &[
        "conf", "css", "csv", "db", "exe", "gz", "js", "json", "jsonc", "log", "pid", "png", "rs",
        "sh", "sock", "sql", "svg", "tar", "tmp", "ts", "xml", "zip",
    ];
    let from = &moved.mv.from;
    let rest = moved.rest.as_str();
    from.name.is_none()
        && (FILES.contains(&rest) || (!from.module.contains('.') && AMBIGUOUS.contains(&rest)))
}

/// Letters that follow a backslash in a string's source and are no part of the next word.
const ESCAPES: [char; 7] = ['n', 'r', 't', 'a', 'b', 'f', 'v'];

/// Whether what stands before a word makes it the end of another name.
fn is_glued(before: &str) -> bool {
    before
        .strip_suffix(['-', '@'])
        .is_some_and(|name| name.ends_with(is_word))
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_path(text: &str) -> bool {
    text.split('.')
        .all(|segment| segment.starts_with(is_start) && segment.chars().all(is_word))
}

fn join(head: &str, rest: &str) -> String {
    if rest.is_empty() {
        return head.to_owned();
    }
    format!("{head}.{rest}")
}

fn replacement(moved: &Moved<'_>, from: String, text: String) -> Replacement {
    Replacement {
        from,
        to: moved.dotted(),
        move_id: moved.mv.id.clone(),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Dialect, Move, Origin, Target};

    fn target(path: &str) -> Target {
        match path.split_once(':') {
            None => Target {
                module: path.to_owned(),
                name: None,
            },
            Some((module, name)) => Target {
                module: module.to_owned(),
                name: Some(name.to_owned()),
            },
        }
    }

    fn plan() -> Plan {
        let moves = [
            ("a.b.legacy:Old", "a.b.canon:New"),
            ("p.legacy", "q.fresh"),
            ("json", "facade.js"),
        ];
        Plan::of(
            moves
                .into_iter()
                .map(|(from, to)| Move {
                    id: format!("move-{from}"),
                    dialect: Dialect::Python,
                    from: target(from),
                    to: target(to),
                    origin: Origin::Manifest,
                    reason: None,
                })
                .collect(),
        )
    }

    #[track_caller]
    fn check_exact(text: &str, wanted: Option<&str>) {
        let found = exact(&plan(), text).map(|found| found.text);
        assert_eq!(found.as_deref(), wanted, "{text}");
    }

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
    fn a_whole_path_is_replaced() {
        check_exact("a.b.legacy.Old", Some("a.b.canon.New"));
        check_exact("a.b.legacy.Old.start", Some("a.b.canon.New.start"));
        check_exact("p.legacy", Some("q.fresh"));
        check_exact("p.legacy.sub.Thing", Some("q.fresh.sub.Thing"));
        check_exact("json.dumps", Some("facade.js.dumps"));
    }

    #[test]
    fn a_colon_stands_between_module_and_name() {
        check_exact("a.b.legacy:Old", Some("a.b.canon:New"));
        check_exact("a.b.legacy:Old.make", Some("a.b.canon:New.make"));
        check_exact("p.legacy:app", Some("q.fresh:app"));
        check_exact("p.legacy.sub:App.run", Some("q.fresh.sub:App.run"));
        check_exact("p:legacy", Some("q:fresh"));
        check_exact("p:legacy.app", Some("q.fresh:app"));
        check_exact("json:dumps", Some("facade.js:dumps"));
        check_exact("a.b.legacy::Old", None);
        check_exact("a.b.legacy:Old:x", None);
        check_exact("a.b.legacy: Old", None);
    }

    #[test]
    fn what_is_no_moved_path_stays() {
        check_exact("a.b.legacy", None);
        check_exact("a.b.legacy.Older", None);
        check_exact("x.a.b.legacy.Old", None);
        check_exact(".a.b.legacy.Old", None);
        check_exact("a.b.legacy.Old.", None);
        check_exact("a.b.legacy. Old", None);
        check_exact("a.b.legacy.Old()", None);
        check_exact("a.b.canon.New", None);
        check_exact("p.legacy2", None);
        check_exact("", None);
    }

    #[test]
    fn a_bare_word_and_a_files_name_are_no_dotted_paths() {
        check_exact("json", None);
        check_exact("json.py", None);
        check_exact("json.log", None);
        check_exact("p.legacy.toml", None);
        check_exact("p.legacy.log", Some("q.fresh.log"));
        assert_eq!(
            exact_or_word(&plan(), "json").map(|found| found.text),
            Some("facade.js".to_owned())
        );
    }

    #[test]
    fn markup_around_a_path_is_kept() {
        let text = |text| exact_in_markup(&plan(), text).map(|found| found.text);
        assert_eq!(text("~a.b.legacy.Old").as_deref(), Some("~a.b.canon.New"));
        assert_eq!(text("a.b.legacy.Old()").as_deref(), Some("a.b.canon.New()"));
        assert_eq!(text("a.b.legacy.Old(1)"), None);
        assert_eq!(text("~!a.b.legacy.Old"), None);
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
    fn a_finding_is_likely_when_it_has_an_edit() {
        let found = exact(&plan(), "p.legacy").expect("moved").finding(3..11);
        assert_eq!(found.confidence, Confidence::Likely);
        assert_eq!(found.edits, [Edit::replace(3..11, "q.fresh")]);
        let found: Vec<_> = mentions(&plan(), "p.legacy p/legacy.py")
            .into_iter()
            .map(|mention| mention.finding(10))
            .collect();
        assert_eq!(found[0].edits, [Edit::replace(10..18, "q.fresh")]);
        assert_eq!(found[1].confidence, Confidence::Manual);
        assert_eq!(found[1].start(), 19);
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
