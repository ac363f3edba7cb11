//! Who calls a macro of Rust that says a path of which it does not know the beginning: that means what
//! it means there, and no word of the caller's tells that something moves. So it is with one that imports
//! the module which it is given.

use std::collections::{BTreeMap, BTreeSet};

use super::Rewriter;
use crate::lang::rust::plain;
use crate::look::Look;
use crate::plan::{Dialect, Words};
use crate::project::{FileId, MadeOfPath, NamedInMacro, is_rust};

/// No import gives a path these first words.
const AT_ONCE: &[&str] = &["crate", "self", "super", "Self"];

impl Rewriter<'_> {
    /// Reads the files that call such a macro, and say the name with which its path begins.
    pub(super) fn read_callers_of_macros(&mut self) {
        let said = self.said_by_macros();
        if said.is_empty() {
            return;
        }
        let pairs = said.iter();
        let pairs: Vec<(Words, Words)> = pairs
            .map(|(of, names)| (Words::new(std::slice::from_ref(of)), Words::new(names)))
            .collect();
        let files = self.project.files();
        let is_open = |id: &FileId| is_rust(&files[*id]) && !self.files.contains_key(id);
        let open: Vec<FileId> = (0..files.len()).filter(is_open).collect();
        let calls = self.pool.map(&open, |&id| {
            let bytes = std::fs::read(&files[id]).unwrap_or_default();
            let mut pairs = pairs.iter();
            pairs.any(|(of, names)| of.stand_in(&bytes) && names.stand_in(&bytes))
        });
        let callers = open.into_iter().zip(calls).filter(|(_, calls)| *calls);
        let callers = callers.map(|(id, _)| (id, Look::Gives)).collect();
        self.read_looks(callers);
    }

    /// The macros, each with the names with which it begins paths that may lead to what moves, and those
    /// of the modules that it may import.
    fn said_by_macros(&self) -> BTreeMap<String, Vec<String>> {
        let moves = self.plan.moves_of(Dialect::Rust);
        let last = moves.map(|mv| plain(mv.from.last()));
        let last: Vec<&str> = last.collect();
        let may_move = |it: &&NamedInMacro| {
            !AT_ONCE.contains(&&*it.name) && it.below.split("::").any(|word| last.contains(&word))
        };
        let losing = self.plan.moves_of(Dialect::Rust);
        let losing = losing.filter(|mv| mv.from.name.is_some());
        let losing = losing.filter_map(|mv| mv.from.module.rsplit("::").next());
        let losing: BTreeSet<&str> = losing.map(plain).collect();
        let outlines = self.project.outlined();
        let outlines = outlines.iter().filter_map(|&id| self.project.outline(id));
        let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for outline in outlines {
            for named in outline.rust.in_macros.iter().filter(may_move) {
                let names = said.entry(named.of.to_string()).or_default();
                names.push(named.name.to_string());
            }
            let made = outline.rust.made_of_paths.iter();
            for (of, _) in made.filter(|(_, made)| !matches!(made, MadeOfPath::Behind(_))) {
                let names = said.entry(of.to_string()).or_default();
                names.extend(losing.iter().copied().map(str::to_owned));
            }
        }
        said
    }
}
