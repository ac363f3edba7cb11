//! Modules that may end with what moved out of them: which of Python's are shims, or have one; and who
//! goes through a public import of Rust to something that stays, and need name nothing that moves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use memchr::memmem;
use rustc_hash::FxHashMap;

use super::Rewriter;
use crate::generated::{BLOCK, Given, is_generated};
use crate::plan::{Dialect, Move, Origin, Words};
use crate::project::{FileId, Outline, Shim, is_rust};

impl Rewriter<'_> {
    /// Looks for the shims of the modules that symbols of Python left: in the tree, else where a
    /// package is installed.
    pub(super) fn read_shims(&mut self, installed: &BTreeMap<String, Vec<PathBuf>>) {
        let moves = self.plan.moves_of(Dialect::Python);
        let moves = moves.filter(|mv| mv.from.name.is_some() && mv.origin == Origin::Manifest);
        let modules: BTreeSet<&str> = moves.map(|mv| mv.from.module.as_str()).collect();
        let mut shims = FxHashMap::default();
        let mut elsewhere = FxHashMap::default();
        for module in modules {
            match (self.project.module(module, None), installed.get(module)) {
                (Some(id), _) => {
                    let shim = self.shim_in(module, &self.project.files()[id]);
                    shims.extend(shim.ok().flatten().map(|shim| (id, shim)));
                }
                (None, Some(files)) => {
                    let shim = self.shim_among(module, files);
                    elsewhere.extend(shim.map(|shim| (module.to_owned(), shim)));
                }
                (None, None) => {}
            }
        }
        self.project.set_shims(shims, elsewhere);
    }

    /// What a file of a module says of its shim.
    fn shim_in(&self, module: &str, file: &Path) -> std::io::Result<Option<Shim>> {
        let bytes = std::fs::read(file)?;
        if !is_generated(&bytes) {
            let has_block = memmem::find(&bytes, BLOCK.0.as_bytes()).is_some();
            return Ok(has_block.then_some(Shim::Block));
        }
        // A move that is not in force yet, or in no manifest any more: its name is still read.
        let text = String::from_utf8_lossy(&bytes);
        let given = Given::of(&text);
        let moves = |path: &str| self.plan.lookup(path).is_some();
        let mut names = given.names.iter();
        let all_move = names.all(|name| moves(&format!("{module}.{name}")));
        Ok(Some(match all_move && (!given.is_all || moves(module)) {
            true => Shim::Whole,
            false => Shim::Block,
        }))
    }

    /// The same of a module that is installed in several environments, or nobody knows where.
    fn shim_among(&self, module: &str, files: &[PathBuf]) -> Option<Shim> {
        let shim = |file: &PathBuf| self.shim_in(module, file).unwrap_or(Some(Shim::Unread));
        let shims: Vec<Option<Shim>> = files.iter().map(shim).collect();
        match shims.split_first() {
            None => Some(Shim::Unread),
            Some((first, rest)) if rest.iter().all(|other| other == first) => *first,
            Some(_) if shims.contains(&Some(Shim::Unread)) => Some(Shim::Unread),
            Some(_) => Some(Shim::Block),
        }
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
