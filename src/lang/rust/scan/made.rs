//! Paths that macros make of what they are given, and that may be what moves.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{Work, is_given, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{Part, PathRef, Pattern, Shape, space};
use crate::lang::rust::keys;
use crate::lang::rust::names::{Names, Reached};
use crate::lang::rust::tree::plain;
use crate::plan::{Dialect, Move};

/// So many names in a row say what is meant, whatever stands before them.
const ENOUGH: usize = 2;

impl<'a> Work<'_, 'a> {
    /// Paths that a macro makes, where it may be given what makes them one that moves.
    pub(super) fn made_paths(&self) -> Vec<Finding> {
        let names = self.names;
        let told = self.patterns();
        let told_at: FxHashSet<usize> = told.iter().map(Finding::start).collect();
        let mut found = Vec::new();
        for path in &names.facts.made {
            let Some(reached) = names.reach_module(path) else {
                continue;
            };
            let below = format!("{}::", reached.path());
            let inside = |mv: &&Move| mv.from.path(Dialect::Rust).starts_with(&below);
            let is_given = |mv: &&Move| is_given(names, mv);
            // A module that moves whole is a path like any other.
            let mut moves = names.plan.moves_of(Dialect::Rust).filter(inside);
            let mv = moves.find(is_given);
            // It is told as a whole.
            let is_told = told_at.contains(&path.start());
            if let Some(mv) = mv.filter(|_| !is_told) {
                let place = path.start()..path.words.last().map_or(0, |last| last.at.end);
                let reason = format!(
                    "a macro makes a path of it, which may be `{}`",
                    mv.from.last()
                );
                found.push(manual(site(Code::Usage, place, mv), reason));
            }
        }
        found.extend(told);
        found.extend(self.joined_paths());
        found
    }

    /// Names that a macro is given beside the module that they leave: it may make a path of both,
    /// and says neither.
    fn joined_paths(&self) -> Vec<Finding> {
        let names = self.names;
        let given = names.facts.opaque.iter().flat_map(|(name, paths)| {
            let places = paths.iter().filter(|path| path.shape != Shape::Capture);
            places.map(move |path| (&**name, path.start(), Some(path)))
        });
        let said = names.facts.named_in.iter();
        let said = said.map(|it| (&*it.name, it.at, None));
        let mut places: BTreeMap<&str, BTreeMap<usize, Option<&PathRef>>> = BTreeMap::new();
        for (name, at, path) in given.chain(said) {
            let known = places.entry(name).or_default().entry(at).or_default();
            *known = known.or(path);
        }
        if places.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let moves = names.plan.moves_of(Dialect::Rust);
        // What is read of a module that moves goes along with it.
        let moves = moves.filter(|mv| names.lookup(&mv.from.module).is_none());
        for mv in moves {
            let name = plain(mv.from.last());
            for (&at, path) in places.get(name).into_iter().flatten() {
                let is_known = || path.is_some_and(|path| names.reach(path).is_some());
                if let Some((of, module)) = self.module_beside(at, mv)
                    && names.meaning(name, space::ANY, module.module, at).is_none()
                    && names.module(module.module) != mv.from.module
                    && !is_known()
                {
                    let end = module.words.last().map_or(0, |last| last.at.end);
                    let reason = format!(
                        "`{of}!` is given `{}` beside it, and may make a path of both",
                        &names.text[module.start()..end]
                    );
                    let place = at..at + name.len();
                    found.push(manual(site(Code::Usage, place, mv), reason));
                }
            }
        }
        found
    }

    /// The path of the module that something leaves, among the arguments of a macro with what stands at
    /// a place, if the macro may put that behind it.
    fn module_beside(&self, at: usize, mv: &Move) -> Option<(&str, &PathRef)> {
        let names = self.names;
        let rules = self.rules();
        let around = rules.arguments_around(at);
        let mut around = around.filter(|(of, _)| {
            !builtin::is_macro(of) && !keys::takes_code(of) && rules.may_join(of, names.text)
        });
        around.find_map(|(of, arguments)| {
            let paths = names.facts.paths.iter();
            let opaque = names.facts.opaque.values().flatten();
            let begun = names.facts.begun_in_macros.values().flatten();
            let is_module = |path: &PathRef| {
                let reached = names.reach_module(path);
                reached.is_some_and(|it| it.path() == mv.from.module)
            };
            let is_whole = |path: &&PathRef| {
                let end = path.words.last().map_or(0, |last| last.at.end);
                let behind = names.text[end..].trim_start();
                arguments.contains(&path.start())
                    && !behind.starts_with("::")
                    && !behind.starts_with('!')
                    && (is_module(path) || self.behind(path).any(|(.., path)| is_module(&path)))
            };
            let mut all = paths.chain(opaque).chain(begun);
            Some((of, all.find(is_whole)?))
        })
    }

    /// Paths with something unknown in them that can be what moves: what stands for a variable is
    /// given to a macro, here or in another file.
    fn patterns(&self) -> Vec<Finding> {
        let names = self.names;
        let mut found: Vec<Finding> = Vec::new();
        for pattern in &names.facts.patterns {
            let head = match &pattern.head {
                None => None,
                Some(head) => match names.reach_module(head) {
                    None => continue,
                    reached => reached,
                },
            };
            let head = head.as_ref().map(Reached::path);
            let fits = |mv: &&Move| {
                let path = mv.from.path(Dialect::Rust);
                let segments: Vec<&str> = path.split("::").map(plain).collect();
                let fits_from = |start: usize| {
                    // A variable alone says nothing, nor does a module that moves only in parts.
                    let said = said(names, &pattern.rest, &segments, start);
                    said.is_some_and(|said| said > 0)
                };
                match (head, &pattern.rest[..]) {
                    (None, [Part::Names, ..]) => fits_from(0),
                    // A variable can stand for what an import has brought.
                    (None, _) => (0..segments.len()).any(fits_from),
                    (Some(head), _) => {
                        let count = head.split("::").count();
                        let below = path.strip_prefix(head);
                        below.is_some_and(|rest| rest.starts_with("::")) && fits_from(count)
                    }
                }
            };
            let moved = names.plan.moves_of(Dialect::Rust).find(fits);
            if let Some(mv) = moved.or_else(|| self.behind_dollar_crate(pattern)) {
                let reason = "a macro makes this path of what it is given, which may be what moves";
                let site = site(Code::Usage, pattern.at.clone(), mv);
                let finding = manual(site, reason.to_owned());
                // The names of a list are one place.
                if found.last().is_none_or(|last| last.sites != finding.sites) {
                    found.push(finding);
                }
            }
        }
        found
    }

    /// What moves by a path that begins with a variable, where that is `$crate`: a name of the crate can
    /// lead there which has nothing of the path that moves.
    fn behind_dollar_crate(&self, pattern: &Pattern) -> Option<&'a Move> {
        let (None, [Part::Variable, rest @ ..]) = (&pattern.head, &pattern.rest[..]) else {
            return None;
        };
        let below = rest.iter().map(|part| match part {
            Part::Name(name) => Some(&**name),
            _ => None,
        });
        let below: Vec<&str> = below.collect::<Option<_>>()?;
        let mut given = self.names.text.split("$crate").skip(1);
        let mut is_given = || given.any(|rest| !rest.trim_start().starts_with("::"));
        // `$t::open` is a method of a type as a rule.
        let says_enough = below.len() >= ENOUGH || is_given();
        let mv = says_enough.then(|| self.moved_in_crate(&below, pattern.at.start));
        mv.flatten()
    }
}

/// How many names `parts` say of a path from one of its names on; `None` where they say another one.
fn said(names: &Names<'_>, parts: &[Part], path: &[&str], from: usize) -> Option<usize> {
    let Some(name) = path.get(from) else {
        return Some(0);
    };
    let (part, rest) = parts.split_first()?;
    let one = match part {
        Part::Names => {
            let ends = (from + 1..=path.len()).filter_map(|to| {
                let said = said(names, rest, path, to)?;
                let is_it = said >= ENOUGH || said > 0 && is_path_given(names, path, from, to);
                is_it.then_some(said)
            });
            return ends.max();
        }
        Part::Name(own) => (plain(own) == *name).then_some(1),
        Part::Variable => is_name_given(names, name).then_some(0),
        Part::Joined(pieces) => is_joined(pieces, name).then_some(1),
    };
    Some(one? + said(names, rest, path, from + 1)?)
}

fn is_name_given(names: &Names<'_>, name: &str) -> bool {
    names.facts.opaque.contains_key(name) || names.project.is_rust_given(name)
}

/// Whether the names of a path from one to another are written alone, as a macro is given them: one by
/// one, or as the path of a module.
fn is_path_given(names: &Names<'_>, path: &[&str], from: usize, to: usize) -> bool {
    if path[from..to].iter().all(|name| is_name_given(names, name)) {
        return true;
    }
    let module = path[..to].join("::");
    let mut own = names.facts.paths.iter();
    let mut opaque = names.facts.opaque.values().flatten();
    let is_it = |reached: Option<Reached>| reached.is_some_and(|it| it.path() == module);
    own.any(|path| is_it(names.reach_module(path)))
        || opaque.any(|path| is_it(names.reach_module(path)))
        || names.project.is_rust_read(&module, names.file)
}

/// Whether a name can be made of pieces with anything between them.
fn is_joined(pieces: &[Box<str>], name: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else {
        return false;
    };
    let Some(mut left) = name.strip_prefix(&**first) else {
        return false;
    };
    let Some((last, between)) = rest.split_last() else {
        return left.is_empty();
    };
    for piece in between {
        match left.find(&**piece) {
            Some(at) => left = &left[at + piece.len()..],
            None => return false,
        }
    }
    left.ends_with(&**last)
}

#[cfg(test)]
mod tests {
    use super::is_joined;

    #[test]
    fn names_are_joined_of_pieces() {
        let joined = |pieces: &[&str], name: &str| {
            let pieces: Vec<Box<str>> = pieces.iter().map(|it| Box::from(*it)).collect();
            is_joined(&pieces, name)
        };
        assert!(joined(&["OldS"], "OldS") && !joined(&["OldS"], "OldSet"));
        assert!(joined(&["Old", ""], "OldS") && !joined(&["Old", ""], "NewS"));
        assert!(joined(&["", "ld", "S"], "OldS") && !joined(&["", "ld", "dS"], "OldS"));
        assert!(joined(&["", ""], "OldS") && !joined(&["OldS", "S"], "OldS"));
    }
}
