//! Edits of several files that stand or fall together: where a `Cargo.toml` keeps the old name of a
//! crate, so does the code of its package.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::Run;
use crate::discover;
use crate::finding::{Code, Finding, LocalRename};
use crate::plan::{Dialect, Move, Plan};
use crate::project::{FileId, Project, library_of};
use crate::resolve::{FileOutcome, Verdict};

use rustc_hash::FxHashSet;

/// What is known of other files when one is decided about.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// Names that change in the modules that have them.
    pub(super) renames: FxHashSet<LocalRename>,
    /// Crates that keep their names.
    pub(super) kept: Vec<Kept>,
}

/// Crates that keep their names in the packages of a folder, or that these are not given.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// The folder of a package, or of a workspace.
    dir: PathBuf,
    /// The moves that need the new names.
    moves: BTreeSet<String>,
    /// Why, for whoever reads of the other files.
    reason: String,
}

impl Kept {
    /// What a `Cargo.toml` keeps that is held; `manifests` are all that are known. `needed` is what
    /// is said beside the reason already.
    pub(super) fn by(
        (id, outcome): (FileId, &FileOutcome),
        needed: Option<&str>,
        manifests: &[(FileId, &FileOutcome)],
        (plan, project): (&Plan, &Project),
    ) -> Option<Self> {
        let held = outcome.held.iter().map(|held| &held.finding);
        let crates: Vec<&Move> = crates_of(plan, held.clone()).collect();
        // A dependency that is not added is one that the code cannot name.
        let lacking: BTreeSet<&str> = lacking(plan, held).collect();
        let first = outcome.held.iter().find(|held| {
            let held = std::iter::once(&held.finding);
            let mut named = crates_of(plan, held.clone());
            named.next().is_some() || self::lacking(plan, held).next().is_some()
        })?;
        let ends = |mv: &Move| {
            let (from, to) = (&mv.from.module, &mv.to.module);
            (library_of(from).to_owned(), library_of(to).to_owned())
        };
        let pairs: BTreeSet<_> = crates.iter().map(|mv| ends(mv)).collect();
        let moves = plan.moves_of(Dialect::Rust);
        let moves = moves.filter(|mv| {
            let (from, to) = ends(mv);
            let needs_it = lacking.contains(&*to) && from != to;
            needs_it || pairs.contains(&(from, to))
        });
        let path = &project.files()[id];
        let own = path.parent()?;
        // What the workspace has for all of its members changes for all of them, or for none.
        let workspace = project.package_of(id).map(|it| it.workspace.clone());
        let is_shared = |dir: &PathBuf| {
            let mut manifests = manifests.iter();
            let root = manifests.find(|(id, _)| project.files()[*id].parent() == Some(dir));
            root.is_some_and(|(_, root)| {
                let held = root.held.iter().map(|held| &held.finding);
                let mut named = crates_of(plan, root.applied.iter().chain(held));
                named.any(|mv| crates.iter().any(|own| own.id == mv.id))
            })
        };
        let dir = workspace.filter(is_shared);
        let suffix = needed.map(|needed| format!("; {needed}"));
        let reason = suffix.and_then(|suffix| first.reason.strip_suffix(&*suffix));
        let reason = reason.unwrap_or(&first.reason);
        let shown = path.strip_prefix(project.root()).unwrap_or(path);
        Some(Self {
            dir: dir.unwrap_or_else(|| own.to_owned()),
            moves: moves.map(|mv| mv.id.clone()).collect(),
            reason: format!("{} is held, which it needs: {reason}", shown.display()),
        })
    }

    /// Whether all that another one holds is held already.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.dir == other.dir && other.moves.is_subset(&self.moves)
    }

    /// Why a finding of a file waits for a `Cargo.toml`; `None` where it does not.
    pub(super) fn holds(&self, project: &Project, id: FileId, finding: &Finding) -> Option<String> {
        let mut sites = finding.sites.iter();
        let needs_it = sites.any(|site| self.moves.contains(&site.move_id));
        let is_in = |dir: &Path| {
            let package = project.rust_user(id);
            let is_own = package.is_some_and(|it| it.dir == dir || it.workspace == dir);
            is_own || project.files()[id].parent() == Some(dir)
        };
        (needs_it && is_in(&self.dir)).then(|| self.reason.clone())
    }
}

/// The same run, where something may have been taken out of it: what needs a `Cargo.toml` that keeps
/// something is held.
///
/// # Errors
/// A file that cannot be read any more.
pub fn hold_beside(mut run: Run) -> io::Result<Run> {
    let Some(known) = run.known.clone() else {
        return Ok(run);
    };
    let (project, plan) = &*known;
    let id_of = |outcome: &FileOutcome| {
        let path = std::path::absolute(&outcome.file.path).ok()?;
        project.id(&discover::lexically_normal(&path))
    };
    let ids: Vec<Option<FileId>> = run.outcomes.iter().map(id_of).collect();
    let mut all: Vec<Kept> = Vec::new();
    loop {
        let both = ids.iter().zip(&run.outcomes);
        let manifests = both.filter_map(|(id, outcome)| Some(((*id)?, outcome)));
        let manifests = manifests.filter(|(id, _)| project.files()[*id].ends_with("Cargo.toml"));
        let manifests: Vec<(FileId, &FileOutcome)> = manifests.collect();
        let kept = manifests
            .iter()
            .filter_map(|one| Kept::by(*one, None, &manifests, (plan, project)));
        let new: Vec<Kept> = kept
            .filter(|one| !all.iter().any(|it| it.covers(one)))
            .collect();
        if new.is_empty() {
            return Ok(run);
        }
        all.extend(new);
        for (id, outcome) in ids.iter().zip(&mut run.outcomes) {
            let Some(id) = id.filter(|_| outcome.changes()) else {
                continue;
            };
            let why = |finding: &Finding| all.iter().find_map(|it| it.holds(project, id, finding));
            if outcome.applied.iter().any(|it| why(it).is_some()) {
                let source = &*outcome.file.open()?;
                *outcome = outcome.again(source, |finding| match why(finding) {
                    Some(reason) => Verdict::Hold(reason),
                    None => Verdict::Apply,
                });
            }
        }
    }
}

/// The crates that findings of a `Cargo.toml` would have made dependencies.
fn lacking<'p>(
    plan: &'p Plan,
    findings: impl Iterator<Item = &'p Finding>,
) -> impl Iterator<Item = &'p str> {
    let sites = findings.flat_map(|finding| &finding.sites);
    let sites = sites.filter(|site| site.code == Code::Import);
    sites.filter_map(move |site| {
        let mut moves = plan.moves_of(Dialect::Rust).filter(|mv| !mv.is_crate());
        let mv = moves.find(|mv| mv.id == site.move_id)?;
        Some(library_of(&mv.to.module))
    })
}

/// The moves of whole crates that findings are of.
fn crates_of<'p>(
    plan: &'p Plan,
    findings: impl Iterator<Item = &'p Finding>,
) -> impl Iterator<Item = &'p Move> {
    let sites = findings.flat_map(|finding| &finding.sites);
    sites.filter_map(move |site| {
        let mut moves = plan.moves_of(Dialect::Rust).filter(|mv| mv.is_crate());
        moves.find(|mv| mv.id == site.move_id)
    })
}
