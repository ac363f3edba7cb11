//! Edition 2015: the root of a crate declares every crate that is named in it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::facades::needs;
use super::facts::{Form, NoStd, Statement};
use super::imports::newline;
use super::names::Names;
use super::scan::{finding, manual, site};
use super::tree::Leaf;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::plan::{Dialect, Move};
use crate::project::{FileId, library_of};

/// The `extern crate` lines that files of the crate need from now on.
pub(super) fn missing_crates(names: &Names<'_>, file: FileId) -> Vec<Finding> {
    let Some(package) = &names.place.package else {
        return Vec::new();
    };
    if names.edition() >= 2018 || !names.place.module.is_empty() || names.place.included {
        return Vec::new();
    }
    let needs = needs(names.plan, names.project, package).into_iter();
    let needs = needs.filter(|need| {
        let of_crate = || package.has_in(&names.project.files()[need.file], &names.place.krate);
        !need.in_docs && (need.file == file || of_crate())
    });
    missing(names, needs.map(|need| need.path.to_owned()))
}

/// The `extern crate` lines that an example in documentation needs from now on: for its imports, and
/// for paths behind `::`. Other paths find a crate without such a line.
pub(super) fn missing_in_example(names: &Names<'_>) -> Vec<Finding> {
    if names.edition() >= 2018 {
        return Vec::new();
    }
    let facts = names.facts;
    let leaves = facts.leaf_ids();
    let leaves = leaves.filter(|(index, _)| facts.statements[*index].form == Form::Use);
    let leaves = leaves.filter_map(|(index, leaf)| names.leaf(index, leaf));
    let needs = leaves.filter_map(|reached| Some(reached.prefixes[reached.moved?].clone()));
    let rooted = names.facts.paths.iter().filter(|path| path.leading);
    let rooted = rooted.filter_map(|path| {
        let reached = names.reach(path)?;
        Some(reached.prefixes[reached.moved?].clone())
    });
    missing(names, needs.chain(rooted))
}

/// Lines for the crates that these legacy paths lead to, where they are not declared.
fn missing(names: &Names<'_>, needs: impl Iterator<Item = String>) -> Vec<Finding> {
    let own = names.place.package.as_ref();
    let own = own.and_then(|package| package.lib.as_deref());
    let mut known: Vec<String> = Vec::new();
    // Crates that have another name always.
    let mut aliased: Vec<String> = Vec::new();
    for index in declared(names) {
        let statement = &names.facts.statements[index];
        let leaf = &statement.leaves[0];
        let Some(reached) = names.leaf(index, 0) else {
            continue;
        };
        // An alias declares its own name, and no other.
        match leaf.alias.is_none() || leaf.local() == Some(reached.path()) {
            true => known.push(names.after(reached.path())),
            false if names.facts.conditions.contains_key(&index) => {}
            false => aliased.push(names.after(reached.path())),
        }
    }
    let mut wanted: BTreeMap<String, &Move> = BTreeMap::new();
    for path in needs {
        let Some(moved) = names.plan.lookup_in(Dialect::Rust, &path) else {
            continue;
        };
        let to = moved.mv.to.module.as_str();
        let library = to.split("::").next().unwrap_or(to);
        // rustdoc declares the package's own library.
        let is_own = library == names.place.krate || names.file.is_none() && own == Some(library);
        // Without std the compiler declares core.
        let is_there = library == "core" && names.facts.no_std == Some(NoStd::Always);
        let is_there = is_there || library == "std" || is_own;
        // Files name it by what the root calls it, and an example that has a crate by its own name.
        let is_aliased = names.file.is_some() && aliased.iter().any(|it| it == library);
        let is_there = is_there || is_aliased;
        let is_known = is_there || known.iter().any(|known| known == library);
        if !is_known {
            wanted.entry(library.to_owned()).or_insert(moved.mv);
        }
    }
    // Two lines at one place would be two insertions there.
    let mut lines: BTreeMap<usize, Finding> = BTreeMap::new();
    for (library, mv) in wanted {
        let name = names.called(&library);
        let Some(edit) = declaration(names, &name) else {
            continue;
        };
        let place = site(Code::Import, edit.start..edit.start, mv);
        let reason = format!("edition 2015: the root of a crate declares `{name}`");
        match lines.get_mut(&edit.start) {
            Some(other) => {
                other.edits[0].text.push_str(&edit.text);
                other.sites.push(place);
                let reasons = other.reason.take().into_iter().chain([reason]);
                other.reason = Some(reasons.collect::<Vec<String>>().join("; "));
            }
            None => {
                let (sites, edits) = (vec![place], vec![edit]);
                let one = finding(sites, edits, Confidence::Certain, Some(reason));
                lines.insert(one.edits[0].start, one);
            }
        }
    }
    lines.into_values().collect()
}

/// `extern crate self as old;` by which a crate that is renamed names itself as others do: the line
/// once more, with the new name. What goes by the old one may be anywhere in the crate, so that stays.
pub(super) fn names_of_itself(names: &Names<'_>) -> Vec<Finding> {
    let own = &*names.place.krate;
    let mv = names.knows(own).filter(|mv| mv.is_crate());
    let Some(mv) = mv.filter(|_| names.place.module.is_empty()) else {
        return Vec::new();
    };
    let new = library_of(&mv.to.module);
    let itself: Vec<(&Statement, &Leaf)> = declared(names)
        .map(|index| &names.facts.statements[index])
        .filter_map(|it| Some((it, it.leaves.first()?)))
        .filter(|(_, leaf)| leaf.names.first().is_some_and(|it| it.plain() == "self"))
        .collect();
    let called = |name: &str| {
        let mut called = itself.iter().filter(|(_, leaf)| leaf.local() == Some(name));
        called.next().copied()
    };
    let old = called(own).filter(|_| called(new).is_none());
    let Some((statement, alias)) = old.and_then(|(it, leaf)| Some((it, leaf.alias.as_ref()?)))
    else {
        return Vec::new();
    };
    let place = site(Code::Import, alias.at.clone(), mv);
    if names.has(0, new) {
        let reason = format!("the crate cannot call itself `{new}`, which is another thing here");
        return vec![manual(place, reason)];
    }
    let (text, whole) = (names.text, &statement.whole);
    let line_start = text[..whole.start].rfind('\n').map_or(0, |at| at + 1);
    let lead = &text[line_start..whole.start];
    let lead = if lead.trim().is_empty() { lead } else { "" };
    let (before, behind) = (
        &text[whole.start..alias.at.start],
        &text[alias.at.end..whole.end],
    );
    let again = format!("{before}{new}{behind}");
    let edit = match new < own {
        true => Edit::insert(whole.start, format!("{again}{}{lead}", newline(text))),
        false => Edit::insert(whole.end, format!("{}{lead}{again}", newline(text))),
    };
    let reason = format!("the crate calls itself `{new}` from now on, and `{own}` still");
    vec![finding(
        vec![place],
        vec![edit],
        Confidence::Certain,
        Some(reason),
    )]
}

/// The `extern crate` items of the file's own module, in the order of the text.
fn declared<'n>(names: &'n Names<'_>) -> impl Iterator<Item = usize> + 'n {
    let statements = names.facts.statements.iter().enumerate();
    let declared = statements.filter(|(_, it)| names.is_root_crate(it));
    declared.map(|(index, _)| index)
}

/// `extern crate name;` where it sorts among the last ones that stand together, if those are
/// sorted, as a whole or as rustfmt sorts them; else behind them.
fn declaration(names: &Names<'_>, name: &str) -> Option<Edit> {
    let (text, facts) = (names.text, names.facts);
    let end_of_line = newline(text);
    let mut block: Vec<&Statement> = Vec::new();
    for index in declared(names) {
        let statement = &facts.statements[index];
        let is_apart = block.last().is_some_and(|last| {
            // Comments go with what stands below them.
            let between = &text[last.whole.end..statement.whole.start];
            let mut lines = between.lines().skip(1).map(str::trim);
            lines.any(|line| !line.starts_with("//")) && between.matches('\n').count() > 1
        });
        if is_apart {
            block.clear();
        }
        block.push(statement);
    }
    let key = |statement: &&Statement| {
        let names = &statement.leaves.first()?.names;
        Some(names.first()?.plain().to_owned())
    };
    let is_before = |it: &&Statement| key(it).is_some_and(|it| *it < *name);
    let sorts_at = |at: &usize| {
        let (before, behind) = block.split_at(*at);
        let (last, next) = (before.last(), behind.first());
        let is_next = last
            .zip(next)
            .is_none_or(|(last, next)| is_run(text, last, next));
        last.is_none_or(|it| is_fixed(text, it) || is_before(it))
            && next.is_none_or(|it| !is_next || is_fixed(text, it) || !is_before(it))
    };
    let before = match block.is_sorted_by_key(key) {
        true => block.iter().rfind(|it| is_before(it)),
        false => {
            let at = (0..=block.len()).rev().find(sorts_at);
            block[..at.unwrap_or(block.len())].last()
        }
    };
    let mut line = format!("extern crate {name};");
    let condition = facts.no_std.as_ref().filter(|_| name == "core");
    let condition = condition.and_then(|no_std| match no_std {
        NoStd::Always => None,
        NoStd::Where(at) => Some(format!("not({})", &text[at.clone()])),
        NoStd::Unless(at) => Some(text[at.clone()].to_owned()),
    });
    if let Some(condition) = condition {
        line = format!("#[cfg({condition})]{end_of_line}{line}");
    }
    let Some(before) = before else {
        let first = block.first().map(|first| first.whole.start);
        // An example is a crate whose first line may be a statement.
        let start = || names.file.is_none().then_some(0).or(facts.first_item);
        let at = first.or_else(start)?;
        return Some(Edit::insert(at, format!("{line}{end_of_line}")));
    };
    let end = before.whole.end;
    let rest = text[end..].lines().next().unwrap_or_default();
    let is_comment = rest.trim().is_empty() || rest.trim_start().starts_with("//");
    let at = end + if is_comment { rest.trim_end().len() } else { 0 };
    Some(Edit::insert(at, format!("{end_of_line}{line}")))
}

/// Whether rustfmt leaves a statement where it is, with what stands before and behind it.
fn is_fixed(text: &str, statement: &Statement) -> bool {
    let attributes = &text[statement.whole.start..statement.keyword];
    statement.attributes && (attributes.contains("macro_use") || attributes.contains("rustfmt"))
}

/// Whether nothing stands between two statements, not even a line of a comment: rustfmt sorts such.
fn is_run(text: &str, last: &Statement, next: &Statement) -> bool {
    let between = &text[last.whole.end..next.whole.start];
    between.matches('\n').count() < 2
}

/// `#[cfg(…)] extern crate a as b;` where `b` is a crate that something moves out of: what `b` means
/// depends on the configuration, so paths through it are left.
pub(super) fn ambiguous_crates(names: &Names<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for index in declared(names) {
        let statement = &names.facts.statements[index];
        let Some(local) = statement.leaves.first().and_then(Leaf::local) else {
            continue;
        };
        let other = names.leaf(index, 0).map(|it| it.path().to_owned());
        let other = other.filter(|other| other != local && statement.attributes);
        let Some(other) = other.filter(|other| !names.means_either(local, other)) else {
            continue;
        };
        let reason =
            format!("`{local}` is `{other}` in some configurations, so what goes through it stays");
        let paths = names
            .facts
            .paths
            .iter()
            .filter(|path| path.module == 0 && !path.leading);
        let paths = paths.map(|path| &path.words[..]);
        let paths = paths.map(|words| words.iter().map(|it| (&*it.text, &it.at)).collect());
        let statements = names.facts.statements.iter();
        let leaves = statements
            .filter(|it| it.module == 0)
            .flat_map(|it| &it.leaves);
        let leaves = leaves.map(|leaf| leaf.names.iter().map(|it| (it.plain(), &it.at)).collect());
        let written = paths.chain(leaves);
        let written = written.filter(|words: &Vec<(&str, &Range<usize>)>| words[0].0 == local);
        let written = written.map(|words| {
            let path: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let end = words.last().map_or(0, |(_, at)| at.end);
            (path.join("::"), words[0].1.start..end)
        });
        for (path, at) in written.chain(imported_through(names, local)) {
            if let Some(moved) = names.lookup(&path) {
                findings.push(manual(site(Code::Usage, at, moved.mv), reason.clone()));
            }
        }
    }
    findings
}

/// Paths through imports of the file's own module that begin with this crate's name, as they would be
/// written out.
fn imported_through(names: &Names<'_>, local: &str) -> Vec<(String, Range<usize>)> {
    let paths = names.facts.paths.iter().filter_map(|path| {
        let (binding, word) = names.reach(path)?.through?;
        let (_, _, statement, leaf) = names.leaf_of(binding)?;
        let import = leaf.names.iter().map(|name| name.plain());
        let is_ours = statement.module == 0 && import.clone().next() == Some(local);
        if !is_ours || statement.form != Form::Use {
            return None;
        }
        let import = import.filter(|name| *name != "self");
        let below = path.words[word + 1..].iter().map(|word| &*word.text);
        let whole: Vec<&str> = import.chain(below).collect();
        let end = path.words.last()?.at.end;
        Some((whole.join("::"), path.start()..end))
    });
    paths.collect()
}
