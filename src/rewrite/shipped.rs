//! What crates out of the tree have in the modules that moves leave, or lead to: their sources tell it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Rewriter;
use crate::lang::Language as _;
use crate::lang::rust::{Rust, plain};
use crate::plan::{Dialect, Move, Words};
use crate::project::{Outline, Project, is_rust, rust_below};
use crate::source::Source;

impl Rewriter<'_> {
    /// Reads the sources of crates that ship moves. What is in the tree is known.
    pub(super) fn read_shipped(&mut self, folders: &[PathBuf]) {
        let is_ours = |folder: &&PathBuf| self.project.id(&folder.join("Cargo.toml")).is_some();
        let others: Vec<&PathBuf> = folders.iter().filter(|it| !is_ours(it)).collect();
        for folder in others {
            for outline in self.outlines_of(folder) {
                self.project.add_library(&outline);
            }
        }
    }

    /// What the files of a crate say that name what moves.
    fn outlines_of(&self, folder: &Path) -> Vec<Outline> {
        let moves: Vec<&Move> = self.plan.moves_of(Dialect::Rust).collect();
        let ends = moves.iter().flat_map(|mv| [&mv.from, &mv.to]);
        let names: Vec<String> = ends.map(|end| plain(end.last()).to_owned()).collect();
        let names = Words::new(&names);
        let mut files = rust_below(folder);
        files.push(folder.join("Cargo.toml"));
        files.sort_by(|a, b| OsStr::cmp(a.as_os_str(), b.as_os_str()));
        let library = Project::new(folder, files, &self.plan, self.pool);
        let ids: Vec<usize> = (0..library.files().len()).collect();
        let outlines = self.pool.map(&ids, |&id| {
            let path = &library.files()[id];
            let bytes = std::fs::read(path).ok().filter(|_| is_rust(path))?;
            let source = Source::decode(path, bytes).ok()?;
            let is_named = names.stand_in(source.text().as_bytes());
            let read = || Rust.read(&source, &self.plan, &library, Some(id));
            is_named.then(read)?.take_outline()
        });
        outlines.into_iter().flatten().collect()
    }
}
