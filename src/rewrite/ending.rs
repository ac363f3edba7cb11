//! Public imports of modules that may end with what moved out of them: who goes through them to
//! something that stays need name nothing that moves.

use std::collections::BTreeSet;

use super::Rewriter;
use crate::generated::is_generated;
use crate::plan::{Dialect, Move, Words};
use crate::project::{FileId, Outline};
use crate::source::Source;

impl Rewriter<'_> {
    /// What the files read, as a whole, that say the name of such an import.
    pub(super) fn read_users_of_ending_modules(&mut self) {
        let names = self.names_of_ending_modules();
        if names.is_empty() {
            return;
        }
        let names = Words::new(&Vec::from_iter(names));
        let files = self.project.files();
        let of_rust = |id: &FileId| files[*id].extension().is_some_and(|it| it == "rs");
        let files: Vec<FileId> = (0..files.len()).filter(of_rust).collect();
        let outlines = self.pool.map(&files, |&id| self.whole_outline(id, &names));
        for (id, outline) in files.into_iter().zip(outlines) {
            let reads = outline.map(|outline| outline.rust.reads);
            self.project.add_rust_reads(id, reads.unwrap_or_default());
        }
    }

    /// The names under which modules that may end are given to everybody.
    fn names_of_ending_modules(&self) -> BTreeSet<String> {
        let moves = self.plan.moves_of(Dialect::Rust);
        let moves: Vec<&Move> = moves.filter(|mv| mv.may_end()).collect();
        let modules: BTreeSet<&str> = moves.iter().map(|mv| mv.from.module.as_str()).collect();
        let mut names = BTreeSet::new();
        if modules.is_empty() {
            return names;
        }
        for id in self.project.outlined() {
            let Some(rust) = self.project.outline(id).map(|it| &it.rust) else {
                continue;
            };
            let is_limited = |path: &str| rust.limits.iter().any(|(limited, _)| **limited == *path);
            let everyones = rust.imports.iter().filter(|(path, target, _)| {
                modules.contains(target.as_str())
                    && !rust.private.contains(path.as_str())
                    && !is_limited(path)
            });
            let last = everyones.filter_map(|(path, ..)| path.rsplit("::").next());
            names.extend(last.map(str::to_owned));
        }
        names
    }

    /// What a file tells that says one of some names.
    fn whole_outline(&self, id: FileId, names: &Words) -> Option<Outline> {
        let path = &self.project.files()[id];
        let bytes = std::fs::read(path).ok()?;
        if !names.stand_in(&bytes) || is_generated(&bytes) {
            return None;
        }
        let source = Source::decode(path, bytes).ok()?;
        let language = crate::lang::language_of(path, source.text().as_bytes())?;
        let (plan, project) = (&self.plan, &self.project);
        let mut document = language.read_whole(&source, plan, project, Some(id));
        document.take_outline()
    }
}
