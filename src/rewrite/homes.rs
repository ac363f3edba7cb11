//! Modules of Rust that a trait leaves: they call its methods and need name neither the trait nor
//! themselves, so no word tells which files these are. And those that a module goes to, which may
//! take its names through others of theirs.

use std::collections::BTreeSet;

use super::Rewriter;
use crate::look::Look;
use crate::plan::{Dialect, Move, Origin, Plan, below};
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

/// So many modules are read to know what gives the names of one.
const MODULES: usize = 64;

impl Rewriter<'_> {
    /// Reads the modules that whole modules go to, and those below from which these take names.
    pub(super) fn read_canonical_modules(&mut self) {
        let moves = self.plan.moves_of(Dialect::Rust);
        let moves = moves.filter(|mv| mv.to.name.is_none() && mv.origin == Origin::Manifest);
        let canonical: BTreeSet<String> = moves.map(|mv| mv.to.module.clone()).collect();
        for home in canonical {
            let (mut open, mut seen) = (vec![home.clone()], BTreeSet::new());
            while let Some(module) = open.pop().filter(|_| seen.len() < MODULES) {
                if !seen.insert(module.clone()) {
                    continue;
                }
                let files = files_of(&self.project, &module);
                self.read_outlines(files.iter().copied());
                let outlines = files.iter().filter_map(|&id| self.project.outline(id));
                for rust in outlines.map(|it| &it.rust) {
                    let stars = rust.globs.iter().filter(|(of, ..)| *of == module);
                    let imports = rust.imports.iter();
                    let imports = imports.filter_map(|(path, target, _)| {
                        let is_own = path.rsplit_once("::")?.0 == module;
                        target.rsplit_once("::").filter(|_| is_own)
                    });
                    let given = stars.map(|(_, target, _)| target.as_str());
                    let given = given.chain(imports.map(|(target, _)| target));
                    let given = given.filter(|it| below(it, &home, "::") && !seen.contains(*it));
                    open.extend(given.map(str::to_owned));
                }
            }
        }
    }

    /// Reads modules of Python that move with all that is in them, where the canonical ones are there as
    /// well: whether they have names of their own.
    pub(super) fn read_legacy_modules(&mut self) {
        let moves = self.plan.moves_of(Dialect::Python);
        let whole = moves.filter(|mv| mv.from.name.is_none() && mv.to.name.is_none());
        let whole = whole.filter(|mv| mv.origin == Origin::Manifest);
        let ends = whole.map(|mv| (mv.from.module.clone(), mv.to.module.clone()));
        let mut open: Vec<(String, String)> = ends.collect();
        let (mut files, mut seen) = (BTreeSet::new(), BTreeSet::new());
        while let Some((from, to)) = open.pop() {
            if !self.project.has_module(&to) || !seen.insert((from.clone(), to.clone())) {
                continue;
            }
            files.extend(self.project.module(&from, None));
            let inner = self.project.submodules(&from);
            open.extend(inner.map(|name| (format!("{from}.{name}"), format!("{to}.{name}"))));
        }
        self.read_outlines(files.into_iter());
    }

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
