//! Strings that name things: paths that functions look up, and text that only mentions one.

use std::ops::Range;

use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_text_size::TextRange;

use super::callees;
use super::facts::{Relative, Text};
use super::imports::range;
use super::meaning::Place;
use super::names::Names;
use super::order::MINOR;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, LocalRename, Site};
use crate::lang::dotted;
use crate::plan::{Move, Moved, Origin};
use crate::project::ModulePath;

/// Adds what strings, comments and docstrings say of moved things.
pub(super) fn scan(names: Names<'_>, findings: &mut Vec<Finding>) {
    let from = findings.len();
    if names.facts.problems.is_empty() {
        for text in &names.facts.strings {
            findings.extend(exact(names, text));
        }
    }
    let seen: Vec<_> = findings[from..]
        .iter()
        .flat_map(|finding| finding.sites.iter().map(|site| site.range.clone()))
        .collect();
    let exact: Vec<_> = names
        .facts
        .strings
        .iter()
        .filter(|text| text.pieces.is_empty())
        .map(|text| range(text.range))
        .collect();
    for &at in &names.facts.texts {
        let base = range(at).start;
        for mention in dotted::mentions(names.place.plan, &names.text[range(at)]) {
            let here = mention.range.start + base..mention.range.end + base;
            let is_handled = seen
                .iter()
                .any(|other| other.start < here.end && here.start < other.end)
                || exact
                    .iter()
                    .any(|other| other.start <= here.start && here.end <= other.end);
            let moved = names.place.moved(&mention.from);
            let is_own = moved.is_some_and(|moved| super::is_own(names.place, &moved));
            if !is_handled && !is_own && !is_ignored(names, at, Code::Mention, &mention.move_id) {
                findings.push(mention.finding(base));
            }
        }
    }
}

/// Whether what a string names is the file's own by the legacy path alone.
fn stays(names: Names<'_>, moved: &Moved<'_>) -> bool {
    super::is_own(names.place, moved) && super::own_name(names.place, moved).is_none()
}

fn is_ignored(names: Names<'_>, at: TextRange, code: Code, move_id: &str) -> bool {
    names.facts.ignores.iter().any(|(line, rules)| {
        line.intersect(at).is_some()
            && (rules.is_empty()
                || rules
                    .iter()
                    .any(|rule| rule == code.as_str() || rule == move_id))
    })
}

/// A string that is nothing but a dotted path.
fn exact(names: Names<'_>, text: &Text) -> Option<Finding> {
    if let Some(relative) = &text.relative {
        return relative_module(names, text, relative);
    }
    let plan = names.place.plan;
    let written = &*text.value(names.text);
    let path = written.replace(':', ".");
    let (callee, place) = match &text.callee {
        Some((callee, place)) => (&**callee, *place),
        None => ("", usize::MAX),
    };
    let proven = place == 0 && callees::takes_object_path(callee, &plan.string_callees)
        || callees::takes_module_path(callee);
    if !text.pieces.is_empty() && !proven {
        return None; // text, until somebody looks it up
    }
    let Some(moved) = moved_text(names.place, written, &path, callee, proven) else {
        // `patch.multiple("module", name=…)` goes with its names, where they go to one module.
        let follows = callees::takes_attribute_keywords(callee);
        let finding = follows
            .then(|| finding_of_names(names, text, &path))
            .flatten();
        return finding.or_else(|| module_of_moved(names, text, &path, callee));
    };
    if stays(names, &moved) || is_ignored(names, text.range, Code::Text, &moved.mv.id) {
        return None;
    }
    if let Some(finding) = finding_of_names(names, text, &path) {
        return Some(finding);
    }
    if moved.mv.origin == Origin::Route
        && let Some(finding) = consumer(names, text, &path, &moved)
    {
        return finding;
    }
    let gives_top = |&top: &TextRange| top.contains_range(text.range);
    let changes_below = moved.mv.from.dotted().contains('.') || moved.mv.to.dotted().contains('.');
    if changes_below && names.facts.tops.iter().any(gives_top) {
        let site = Site {
            code: Code::Text,
            range: range(text.range),
            move_id: moved.mv.id.clone(),
            from: path,
            to: moved.dotted(),
            reason: None,
        };
        let why = "`__import__` gives the first package, and what is read of it names the old path";
        return Some(Finding::left(vec![site], why.to_owned()));
    }
    let replacement = dotted::exact(plan, written).unwrap_or_else(|| dotted::Replacement {
        from: path.clone(),
        to: moved.dotted(),
        move_id: moved.mv.id.clone(),
        text: moved.dotted(),
    });
    // The module of the thing may say what it was called before.
    let is_told = || super::is_own(names.place, &moved);
    let is_vague = !proven && (is_vague(&moved) || is_told());
    let edits = replacing(names, text, &replacement.text);
    let mut finding = replacement.finding(range(text.range));
    finding.edits = edits;
    if proven {
        finding.confidence = Confidence::Certain;
    }
    if is_vague {
        for site in &mut finding.sites {
            site.code = Code::Mention;
        }
    }
    Some(finding)
}

/// The move of what a string names. Where a symbol has the path of a module, the module is meant by
/// whoever looks one up, before a colon, and where the path stands alone and nobody asks for a thing.
fn moved_text<'a>(
    place: Place<'a>,
    written: &str,
    path: &str,
    callee: &str,
    proven: bool,
) -> Option<Moved<'a>> {
    if callees::takes_module_path(callee) {
        return place.moved_module(path);
    }
    if let Some((module, _)) = written.split_once(':') {
        return place.moved_in_module(module, path);
    }
    let moved = place.moved(path)?;
    match !proven && moved.rest.is_empty() && place.plan.is_homonym(moved.mv) {
        true => place.moved_module(path),
        false => Some(moved),
    }
}

/// Whether a path may as well be any key with a dot in it: below a module of the standard library
/// whose name is one word, as in `policies["json.dumps_function"]`.
fn is_vague(moved: &Moved<'_>) -> bool {
    let from = &moved.mv.from;
    from.name.is_none()
        && !moved.rest.is_empty()
        && !from.module.contains('.')
        && is_known_standard_library(MINOR, &from.module)
}

/// The edits that make a string say `new`. Of one in pieces each name changes where it stands.
fn replacing(names: Names<'_>, text: &Text, new: &str) -> Vec<Edit> {
    if text.pieces.is_empty() {
        return vec![Edit::replace(range(text.range), new)];
    }
    let old = text.value(names.text);
    let mut edits = Vec::new();
    for (gone, put) in differences(&old, new) {
        let (mut at, mut put) = (0, Some(put));
        for piece in text.pieces.iter().map(|&piece| range(piece)) {
            let here = gone.start.max(at)..gone.end.min(at + piece.len());
            if !here.is_empty() {
                let start = piece.start + here.start - at;
                edits.push(Edit::replace(
                    start..start + here.len(),
                    put.take().unwrap_or_default(),
                ));
            }
            at += piece.len();
        }
    }
    edits
}

/// What of a dotted path must be replaced, and by what: name by name where there are as many, else
/// the last name for itself and what stands before it.
fn differences<'n>(old: &str, new: &'n str) -> Vec<(Range<usize>, &'n str)> {
    let segments = |path: &str| -> Vec<Range<usize>> {
        let mut start = 0;
        let ends = path
            .match_indices(['.', ':'])
            .map(|(at, _)| at)
            .chain([path.len()]);
        ends.map(|end| std::mem::replace(&mut start, end + 1)..end)
            .collect()
    };
    let (mut was, mut is) = (segments(old), segments(new));
    while let (Some(last), Some(now)) = (was.last(), is.last())
        && old[last.clone()] == new[now.clone()]
    {
        was.pop();
        is.pop();
    }
    let pairs: Vec<(Range<usize>, Range<usize>)> = match (was.split_last(), is.split_last()) {
        _ if was.len() == is.len() => was.into_iter().zip(is).collect(),
        (Some((name, [first, ..])), Some((now, [begin, ..]))) => vec![
            (first.start..name.start - 1, begin.start..now.start - 1),
            (name.clone(), now.clone()),
        ],
        _ => vec![(0..old.len(), 0..new.len())],
    };
    let pairs = pairs.into_iter().map(|(was, is)| (was, &new[is]));
    pairs.filter(|(was, is)| old[was.clone()] != **is).collect()
}

/// `import_module(".legacy", "package")`: relative still where the package has it, else absolute.
fn relative_module(names: Names<'_>, text: &Text, relative: &Relative) -> Option<Finding> {
    let path = names.place.absolute(&relative.module, "");
    let Some(moved) = names.place.moved_module(&path) else {
        return module_of_moved(names, text, &path, "import_module");
    };
    if stays(names, &moved) || is_ignored(names, text.range, Code::Text, &moved.mv.id) {
        return None;
    }
    let to = moved.dotted();
    let package = match &relative.package {
        Some(package) => package.to_string(),
        None => names.place.absolute(
            &ModulePath {
                level: 1,
                dotted: String::new(),
            },
            "",
        ),
    };
    let below = to
        .strip_prefix(&*package)
        .filter(|rest| rest.starts_with('.'));
    let written = below.unwrap_or(&to).to_owned();
    Some(Finding {
        sites: vec![Site {
            code: Code::Text,
            range: range(text.range),
            move_id: moved.mv.id.clone(),
            from: path,
            to: to.clone(),
            reason: None,
        }],
        edits: vec![Edit::replace(range(text.range), written)],
        confidence: Confidence::Certain,
        reason: None,
        renames: Vec::new(),
        requires: None,
        blocked: None,
        imports: Vec::new(),
    })
}

/// `("module", "name")` where the name went elsewhere than the rest of its module, or changed.
/// `None` where no name beside the module's did.
fn finding_of_names(names: Names<'_>, text: &Text, path: &str) -> Option<Finding> {
    let module = names
        .place
        .moved(path)
        .map_or(path.to_owned(), |to| to.dotted());
    let mut sites = Vec::new();
    let mut edits = Vec::new();
    let mut homes = Vec::new();
    let mut is_keyed = false;
    let (callee, _) = text
        .callee
        .as_ref()
        .map_or(("", 0), |(callee, at)| (&**callee, *at));
    let is_patch = callees::takes_attribute_keywords(callee);
    for &at in &text.names {
        let name = &names.text[range(at)];
        let whole = format!("{path}.{name}");
        let own = names.place.moved(&whole);
        let Some(moved) = own.filter(|own| own.mv.from.name.as_deref() == Some(name)) else {
            homes.push(module.clone());
            continue;
        };
        if is_patch && names.place.user(&moved).is_some() {
            return None; // the module keeps it, since it is patched there
        }
        if stays(names, &moved) || is_ignored(names, at, Code::Text, &moved.mv.id) {
            return None;
        }
        let to = moved.dotted();
        let (home, now) = to.rsplit_once('.')?;
        homes.push(home.to_owned());
        is_keyed |= now != name && names.facts.keyed.contains(&at);
        edits.push(Edit::replace(range(at), now));
        sites.push(Site {
            code: Code::Text,
            range: range(text.range),
            move_id: moved.mv.id.clone(),
            from: whole,
            to,
            reason: None,
        });
    }
    let home = homes.first().filter(|_| !sites.is_empty())?;
    sites.dedup();
    let is_proven = is_patch || callees::takes_module_path(callee);
    let is_one = homes.iter().all(|other| other == home);
    let obstacle = match (is_one, is_keyed) {
        (false, _) => Some("its names do not go to one module"),
        (true, true) => Some(super::scan::KEYED),
        (true, false) => None,
    };
    edits.extend(replacing(names, text, home));
    edits.retain(|edit| obstacle.is_none() && names.text[edit.start..edit.end] != edit.text);
    Some(Finding {
        sites,
        edits,
        confidence: match (obstacle, is_proven) {
            (Some(_), _) => Confidence::Manual,
            (None, false) => Confidence::Likely,
            (None, true) => Confidence::Certain,
        },
        reason: obstacle.map(str::to_owned),
        renames: Vec::new(),
        requires: None,
        blocked: None,
        imports: Vec::new(),
    })
}

/// `"a.legacy"` where only `a.legacy.N` moved: seen, and for a person to decide.
fn module_of_moved(names: Names<'_>, text: &Text, path: &str, callee: &str) -> Option<Finding> {
    let plan = names.place.plan;
    let moves = plan.moves().iter().filter(|mv| {
        mv.origin == Origin::Manifest && mv.from.module == path && mv.from.name.is_some()
    });
    let is_named = |mv: &&&Move| {
        let mut beside = text.names.iter().map(|&at| &names.text[range(at)]);
        beside.any(|name| Some(name) == mv.from.name.as_deref())
    };
    // The canonical module may take what it has from there in this way.
    let is_end = |mv: &&Move| {
        super::holds(names.place, mv, |mv| &mv.from)
            || super::holds(names.place, mv, |mv| &mv.to) && !is_named(&mv)
    };
    let moves: Vec<_> = moves.filter(|mv| !is_end(mv)).collect();
    let named = moves.iter().find(is_named);
    let mv = named.or(moves.first())?;
    let is_lookup = callees::takes_module_path(callee) || callees::takes_attribute_keywords(callee);
    let names_it = named.is_some();
    let code = if is_lookup || names_it {
        Code::Text
    } else {
        Code::Mention
    };
    if is_ignored(names, text.range, code, &mv.id) {
        return None;
    }
    let site = Site {
        code,
        range: range(text.range),
        move_id: mv.id.clone(),
        from: mv.from.dotted(),
        to: mv.to.dotted(),
        reason: None,
    };
    let why = "only a name of the module moved".to_owned();
    Some(Finding::left(vec![site], why))
}

/// `patch("consumer.N")`, where `consumer` imports `N` for its own use: the string must name
/// whatever the variable is called there afterwards. `None` where the module only re-exports it.
#[expect(
    clippy::option_option,
    reason = "not this case, no finding, or a finding"
)]
fn consumer(names: Names<'_>, text: &Text, path: &str, moved: &Moved) -> Option<Option<Finding>> {
    names.place.user(moved)?;
    let local = moved.mv.from.name.as_deref()?;
    let new = moved.mv.to.name.as_deref()?;
    if new == local {
        return Some(None);
    }
    let written = text.value(names.text);
    let module = &moved.mv.from.module;
    let replaced = format!(
        "{}{new}{}",
        &written[..module.len() + 1],
        &written[module.len() + 1 + local.len()..]
    );
    Some(Some(Finding {
        sites: vec![Site {
            code: Code::Text,
            range: range(text.range),
            move_id: moved.mv.id.clone(),
            from: path.to_owned(),
            to: replaced.replace(':', "."),
            reason: None,
        }],
        edits: replacing(names, text, &replaced),
        confidence: Confidence::Certain,
        reason: None,
        renames: Vec::new(),
        requires: Some(LocalRename {
            module: module.clone(),
            from: local.to_owned(),
            to: new.to_owned(),
        }),
        blocked: None,
        imports: Vec::new(),
    }))
}
