//! Who calls a macro of Rust that says a path of which it does not know the beginning: that means what
//! it means there, and no word of the caller's tells that something moves.

use std::collections::BTreeMap;

use super::Rewriter;
use crate::lang::rust::plain;
use crate::look::Look;
use crate::plan::{Dialect, Words};
use crate::project::{FileId, NamedInMacro, is_rust};

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

    /// The macros, each with the names with which it begins paths that may lead to what moves.
    fn said_by_macros(&self) -> BTreeMap<String, Vec<String>> {
        let moves = self.plan.moves_of(Dialect::Rust);
        let last = moves.map(|mv| plain(mv.from.last()));
        let last: Vec<&str> = last.collect();
        let may_move = |it: &&NamedInMacro| {
            !AT_ONCE.contains(&&*it.name) && it.below.split("::").any(|word| last.contains(&word))
        };
        let outlines = self.project.outlined();
        let outlines = outlines.iter().filter_map(|&id| self.project.outline(id));
        let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for named in outlines.flat_map(|it| &it.rust.in_macros).filter(may_move) {
            let names = said.entry(named.of.to_string()).or_default();
            names.push(named.name.to_string());
        }
        said
    }
}
