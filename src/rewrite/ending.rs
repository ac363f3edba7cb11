//! Modules that may end with what moved out of them: which of Python's are shims, or have one; and who
//! goes through a public import of Rust to something that stays, and need name nothing that moves.

use std::collections::BTreeSet;

use memchr::memmem;

use super::Rewriter;
use crate::generated::{BLOCK, is_generated};
use crate::plan::{Dialect, Move, Origin, Words};
use crate::project::{FileId, Outline, Shim, is_rust};

impl Rewriter<'_> {
    /// Looks for the shims of the modules that symbols of Python left.
    pub(super) fn read_shims(&mut self) {
        let moves = self.plan.moves_of(Dialect::Python);
        let moves = moves.filter(|mv| mv.from.name.is_some() && mv.origin == Origin::Manifest);
        let modules: BTreeSet<&str> = moves.map(|mv| mv.from.module.as_str()).collect();
        let files = modules
            .into_iter()
            .filter_map(|module| self.project.module(module, None));
        let shims = files.filter_map(|id| {
            let bytes = std::fs::read(&self.project.files()[id]).ok()?;
            let has_block = || memmem::find(&bytes, BLOCK.0.as_bytes()).is_some();
            let shim = match is_generated(&bytes) {
                true => Shim::Whole,
                false => has_block().then_some(Shim::Block)?,
            };
            Some((id, shim))
        });
        let shims = shims.collect();
        self.project.set_shims(shims);
    }

    /// What the files read, as a whole, that say the name of such an import.
    pub(super) fn read_users_of_ending_modules(&mut self) {
        let names = self.names_of_ending_modules();
        if names.is_empty() {
            return;
        }
        let names = Words::new(&Vec::from_iter(names));
        let files = self.project.files();
        let of_rust = |id: &FileId| is_rust(&files[*id]);
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
        let bytes = std::fs::read(&self.project.files()[id]).ok()?;
        let says_one = names.stand_in(&bytes);
        says_one.then(|| self.told(id, bytes, true)).flatten()
    }
}
