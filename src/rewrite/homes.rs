//! Modules of Rust that a trait leaves: they call its methods and need name neither the trait nor
//! themselves, so no word tells which files these are.

use std::collections::BTreeSet;

use super::Rewriter;
use crate::look::Look;
use crate::plan::{Dialect, Move, Origin, Plan};
use crate::project::{FileId, Project, RustMemberKind};

/// Whether a move takes a trait away, by its kind.
fn is_trait(mv: &Move) -> bool {
    mv.may_be_unnamed() && mv.kind.is_some()
}

/// Whether files matter that name nothing which moves: of what others ship, no module is here.
pub(super) fn may_matter(plan: &Plan) -> bool {
    let mut moves = plan.moves_of(Dialect::Rust);
    moves.any(|mv| is_trait(mv) && mv.origin == Origin::Manifest)
}

/// The files that have a module, or the module around it in which it is written.
fn files_of(project: &Project, module: &str) -> BTreeSet<FileId> {
    let krate = module.split("::").next().unwrap_or_default();
    let packages = project.packages_with(krate);
    let ends = module.rmatch_indices("::").map(|(end, _)| end);
    let around = std::iter::once(module.len()).chain(ends);
    let files = packages.iter().filter_map(|package| {
        let mut around = around.clone().map(|end| &module[..end]);
        project.id(around.find_map(|module| package.module(module))?)
    });
    files.collect()
}

impl Rewriter<'_> {
    /// Reads what traits leave, and what tells their methods.
    pub(super) fn read_homes_of_traits(&mut self) {
        let moves = self.plan.moves_of(Dialect::Rust);
        let moves: Vec<&Move> = moves.filter(|mv| mv.may_be_unnamed()).collect();
        let modules: BTreeSet<&str> = moves.iter().map(|mv| mv.to.module.as_str()).collect();
        let modules = modules.into_iter();
        let canonical: BTreeSet<FileId> = modules
            .flat_map(|module| files_of(&self.project, module))
            .collect();
        let homes: BTreeSet<(bool, String, String)> = moves
            .iter()
            .map(|mv| {
                let name = mv.to.last().to_owned();
                (is_trait(mv), mv.from.module.clone(), name)
            })
            .collect();
        self.read_outlines(canonical.iter().copied());
        let declares = |name: &str| {
            let outlines = canonical.iter().filter_map(|&id| self.project.outline(id));
            let mut members = outlines.flat_map(|it| &it.rust.members);
            members.any(|(_, it)| {
                let mut names = it.names.iter();
                names.any(|it| *it.name == *name && it.kind == RustMemberKind::Trait)
            })
        };
        let homes = homes
            .iter()
            .filter(|(is_trait, _, name)| *is_trait || declares(name));
        let files: BTreeSet<FileId> = homes
            .flat_map(|(_, module, _)| files_of(&self.project, module))
            .filter(|id| !self.files.contains_key(id))
            .collect();
        self.read_looks(files.into_iter().map(|id| (id, Look::Gives)).collect());
    }
}
