//! Dotted paths in text: the one way to ask whether a string is a moved path, or mentions one.
//!
//! Shared by Python's strings, comments and docstrings, by Markdown and by configuration.

mod import;
mod mentions;

use std::ops::Range;

use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Scan, Site};
use crate::plan::{Dialect, Moved, Plan};

pub(crate) use mentions::{mentions, shows_target};

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

/// Adds the mentions of `text` that overlap neither `findings` nor the parts that were `read`, and
/// puts all in order.
pub(crate) fn add_mentions(
    plan: &Plan,
    text: &str,
    findings: &mut Vec<Finding>,
    read: &[Range<usize>],
) {
    let sites = findings.iter().flat_map(|finding| &finding.sites);
    let mut taken: Vec<Range<usize>> = sites.map(|site| site.range.clone()).collect();
    taken.extend_from_slice(read);
    taken.sort_by_key(|range| range.start);
    // Where one part holds others, the last one before a mention need not be the longest.
    let mut reach = 0;
    for range in &mut taken {
        reach = reach.max(range.end);
        range.end = reach;
    }
    for mention in mentions(plan, text) {
        let before = taken.partition_point(|range| range.start < mention.range.end);
        let overlaps = before > 0 && taken[before - 1].end > mention.range.start;
        if !overlaps {
            findings.push(mention.finding(0));
        }
    }
    findings.sort_by_key(Finding::start);
}

/// Moves all offsets of `scan` by `base`: what was scanned is a part of a longer text.
pub(crate) fn shift(scan: &mut Scan, base: usize) {
    if base == 0 {
        return;
    }
    for finding in &mut scan.findings {
        for site in &mut finding.sites {
            site.range = site.range.start + base..site.range.end + base;
        }
        for edit in &mut finding.edits {
            edit.start += base;
            edit.end += base;
        }
    }
    for problem in &mut scan.problems {
        problem.offset += base;
    }
}

fn site(code: Code, range: Range<usize>, move_id: String, from: String, to: String) -> Site {
    Site {
        code,
        range,
        move_id,
        from,
        to,
        reason: None,
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
        blocked: None,
        imports: Vec::new(),
    }
}

/// What replaces `text` when the whole of it is one moved path of at least two segments:
/// `a.b.C`, `a.b.C.method`, `a.b:C`, and a module's path when the module moves.
///
/// One bare word (`json`) is no dotted path, nor is what reads as a file's name (`setup.py`).
pub(crate) fn exact(plan: &Plan, text: &str) -> Option<Replacement> {
    exact_or_called(plan, text, false)
}

/// The same of what is called, which no module is.
fn exact_or_called(plan: &Plan, text: &str, is_called: bool) -> Option<Replacement> {
    if !text.contains(['.', ':']) {
        return None;
    }
    if text.contains("::") {
        return exact_rust(plan, text);
    }
    let replacement = exact_or_word(plan, text)?;
    let moved = plan.lookup(&replacement.from)?;
    match text.contains(':')
        || !names_a_file(&moved) && (is_called || !names_a_module(plan, &moved))
    {
        true => Some(replacement),
        false => None,
    }
}

/// A path of Rust: `a::b::C`.
pub(crate) fn exact_rust(plan: &Plan, text: &str) -> Option<Replacement> {
    let path = text.strip_prefix("::").unwrap_or(text);
    let is_path = path
        .split("::")
        .all(|segment| segment.starts_with(is_start) && segment.chars().all(is_word));
    if !is_path {
        return None;
    }
    let moved = plan.lookup_in(Dialect::Rust, path)?;
    let new = format!("{}{}", &text[..text.len() - path.len()], moved.dotted());
    Some(replacement(&moved, path.to_owned(), new))
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
    let moved = plan.lookup_in_module(module, &dotted)?;
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
    let mut found = exact_or_called(plan, bare, !call.is_empty())?;
    found.text = format!("{sigil}{}{call}", found.text);
    Some(found)
}

/// Whether a path that stands alone may be that of the module which has it, and not the symbol's:
/// it is what is written of a module, as in `python -m a.b`.
fn names_a_module(plan: &Plan, moved: &Moved<'_>) -> bool {
    moved.rest.is_empty() && plan.is_homonym(moved.mv)
}

/// Whether a path reads as a file's name: `setup.py`, `a.b.legacy.toml`.
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
    // What can only be a file of Python is one behind a class as well: `a.b.legacy.Old.py`.
    const MODULES: &[&str] = &["ipynb", "py", "pyc", "pyi", "pyw"];
    let from = &moved.mv.from;
    let rest = moved.rest.as_str();
    if from.name.is_some() {
        return MODULES.contains(&rest);
    }
    FILES.contains(&rest) || (!from.module.contains('.') && AMBIGUOUS.contains(&rest))
}

/// Whether a sign may stand in a name.
pub(super) fn is_word(c: char) -> bool {
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
pub(crate) mod tests {
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

    /// A symbol, a module, and a module of one segment.
    pub(crate) fn plan() -> Plan {
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
                    kind: None,
                    dependency: None,
                    with_files: false,
                    through: None,
                })
                .collect(),
        )
    }

    #[track_caller]
    fn check_exact(text: &str, wanted: Option<&str>) {
        let found = exact(&plan(), text).map(|found| found.text);
        assert_eq!(found.as_deref(), wanted, "{text}");
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
}
