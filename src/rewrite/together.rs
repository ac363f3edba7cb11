//! Edits of several files that stand or fall together: where a `Cargo.toml` keeps the old name of a
//! crate, so does the code of its package.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::{Decided, Reading, Rewriter, Run};
use crate::discover;
use crate::finding::{Code, Finding, LocalRename};
use crate::look::Look;
use crate::plan::{Dialect, Move, Plan};
use crate::project::{FileId, Package, Project, library_of};
use crate::resolve::{FileOutcome, Verdict};
use crate::source::Budget;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// The folder of a package, or of a workspace.
    dir: PathBuf,
    /// The moves that need the new names.
    moves: BTreeSet<String>,
    /// Crates and their new names: what moves into one needs it, where a package has only the old one.
    crates: BTreeSet<(String, String)>,
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
        let waiting: Vec<(&Finding, &str)> = waiting(outcome).collect();
        let held = waiting.iter().map(|(finding, _)| *finding);
        let crates: Vec<&Move> = crates_of(plan, held.clone()).collect();
        // A dependency that is not added is one that the code cannot name.
        let lacking: BTreeSet<&str> = lacking(plan, held).collect();
        let (_, first) = waiting.iter().find(|(finding, _)| {
            let held = std::iter::once(*finding);
            let mut named = crates_of(plan, held.clone());
            named.next().is_some() || self::lacking(plan, held).next().is_some()
        })?;
        let pairs: BTreeSet<_> = crates.iter().map(|mv| ends(mv)).collect();
        let moves = plan.moves_of(Dialect::Rust);
        let moves = moves.filter(|mv| {
            let (from, to) = ends(mv);
            let needs_it = lacking.contains(to) && from != to;
            needs_it || pairs.contains(&(from, to))
        });
        let suffix = needed.map(|needed| format!("; {needed}"));
        let reason = suffix.and_then(|suffix| first.strip_suffix(&*suffix));
        let reason = reason.unwrap_or(first);
        let path = &project.files()[id];
        Some(Self {
            dir: reach(id, &crates, manifests, (plan, project))?,
            moves: moves.map(|mv| mv.id.clone()).collect(),
            crates: pairs.into_iter().map(owned).collect(),
            reason: format!(
                "{} is held, which it needs: {reason}",
                shown(project, path).display()
            ),
        })
    }

    /// What a `Cargo.toml` must keep that would change: a crate whose old name stays in the code of
    /// its package.
    fn for_code(
        (id, outcome): (FileId, &FileOutcome),
        all: &[(FileId, &FileOutcome)],
        (plan, project): (&Plan, &Project),
    ) -> Option<Self> {
        let crates: BTreeMap<&str, &Move> = crates_of(plan, outcome.applied.iter())
            .map(|mv| (&*mv.id, mv))
            .collect();
        let dir = project.files()[id].parent()?;
        let package = project.package_of(id).filter(|it| it.dir == dir);
        let (mv, reason) = crates.values().find_map(|mv| {
            let old = &mv.from.module;
            let of_code = || named_still(package.as_deref()?, old, all, project);
            let of_members = || asked_for_still(dir, old, project);
            Some((*mv, of_code().or_else(of_members)?))
        })?;
        let moves = plan.moves_of(Dialect::Rust);
        let moves = moves.filter(|other| ends(other) == ends(mv));
        Some(Self {
            dir: reach(id, &[mv], all, (plan, project))?,
            moves: moves.map(|mv| mv.id.clone()).collect(),
            crates: BTreeSet::from([owned(ends(mv))]),
            reason,
        })
    }

    /// What `all` outcomes keep of each other, by the manifests among them.
    fn among<'k>(
        all: &'k [(FileId, &'k FileOutcome)],
        known: (&'k Plan, &'k Project),
    ) -> impl Iterator<Item = Self> + 'k {
        let is_manifest = move |id: FileId| known.1.files()[id].ends_with("Cargo.toml");
        let manifests = all.iter().filter(move |(id, _)| is_manifest(*id));
        manifests.flat_map(move |one| {
            let held = Self::by(*one, None, all, known);
            held.into_iter().chain(Self::for_code(*one, all, known))
        })
    }

    /// Whether all that another one holds is held already.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.dir == other.dir
            && other.moves.is_subset(&self.moves)
            && other.crates.is_subset(&self.crates)
    }

    /// Why a finding of a file waits for a `Cargo.toml`; `None` where it does not.
    pub(super) fn holds(&self, project: &Project, id: FileId, finding: &Finding) -> Option<String> {
        let mut sites = finding.sites.iter();
        let has = |library: &str| {
            let package = project.rust_user(id);
            package.is_some_and(|it| it.externs.values().any(|it| it == library))
        };
        let needs_it = sites.any(|site| {
            let is_brought = |(old, new): &(String, String)| {
                let ends = [&site.from, &site.to].map(|end| library_of(end));
                ends[0] != new && ends[1] == new && has(old) && !has(new)
            };
            self.moves.contains(&site.move_id) || self.crates.iter().any(is_brought)
        });
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
        let outcomes = both.filter_map(|(id, outcome)| Some(((*id)?, outcome)));
        let outcomes: Vec<(FileId, &FileOutcome)> = outcomes.collect();
        let kept = Kept::among(&outcomes, (plan, project));
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

impl Rewriter<'_> {
    /// Holds what would take a name out of a manifest that code says still, with all that needs the new
    /// one.
    pub(super) fn keep_what_code_names(
        &self,
        decided: &mut [Decided],
        elsewhere: &mut Elsewhere,
        settled: &Budget,
    ) {
        if !self.plan.moves_of(Dialect::Rust).any(Move::is_crate) {
            return;
        }
        loop {
            let all = decided.iter().map(|(id, outcome, _)| (*id, outcome));
            let all: Vec<(FileId, &FileOutcome)> = all.collect();
            let kept = Kept::among(&all, (&self.plan, &self.project));
            let is_new = |one: &Kept| !elsewhere.kept.iter().any(|it| it.covers(one));
            let new: Vec<Kept> = kept.filter(is_new).collect();
            if new.is_empty() {
                return;
            }
            elsewhere.kept.extend(new.iter().cloned());
            for (id, outcome, waiting) in decided.iter_mut() {
                let holds = |finding: &Finding| {
                    let mut kept = new.iter();
                    kept.any(|it| it.holds(&self.project, *id, finding).is_some())
                };
                if !outcome.applied.iter().any(holds) {
                    continue;
                }
                // What was read of it is gone by now, but for what waits for others.
                let read = match waiting.take() {
                    Some(known) => known,
                    None => match self.read(*id, Look::Hit) {
                        Reading::File(file) => {
                            let scan = self.scan(*id, &file.0);
                            Box::new((file.0, scan))
                        }
                        Reading::Nothing | Reading::Skipped(_) => continue,
                    },
                };
                *outcome = self.settled(*id, &read, elsewhere, settled);
                *waiting = read
                    .1
                    .findings
                    .iter()
                    .any(|it| it.requires.is_some())
                    .then_some(read);
            }
        }
    }
}

/// What a comment says of a line.
const SILENCED: &str = "a comment says that its line stays";

/// What a file does not change that would change, each with the reason.
fn waiting(outcome: &FileOutcome) -> impl Iterator<Item = (&Finding, &str)> {
    let held = outcome.held.iter();
    let held = held.map(|held| (&held.finding, &*held.reason));
    let silenced = outcome.silenced.iter();
    let silenced = silenced.filter(|it| !it.edits.is_empty() || it.blocked.is_some());
    held.chain(silenced.map(|finding| (finding, SILENCED)))
}

/// The folder whose packages keep a crate's name with a manifest: what the workspace has for all of its
/// members changes for all of them, or for none.
fn reach(
    id: FileId,
    crates: &[&Move],
    manifests: &[(FileId, &FileOutcome)],
    (plan, project): (&Plan, &Project),
) -> Option<PathBuf> {
    let workspace = project.package_of(id).map(|it| it.workspace.clone());
    let is_shared = |dir: &PathBuf| {
        let manifest = dir.join("Cargo.toml");
        let mut manifests = manifests.iter();
        let root = manifests.find(|(id, _)| project.files()[*id] == manifest);
        root.is_some_and(|(_, root)| {
            let held = waiting(root).map(|(finding, _)| finding);
            let mut named = crates_of(plan, root.applied.iter().chain(held));
            named.any(|mv| crates.iter().any(|own| own.id == mv.id))
        })
    };
    let own = project.files()[id].parent();
    workspace
        .filter(is_shared)
        .or_else(|| own.map(Path::to_owned))
}

/// Why code of a package goes on naming a crate that moves; `None` where no code does.
fn named_still(
    package: &Package,
    old: &str,
    outcomes: &[(FileId, &FileOutcome)],
    project: &Project,
) -> Option<String> {
    let said = |path: &Path, why: &str| {
        let path = shown(project, path).display();
        format!("{path} goes on naming `{old}`, which Cargo.toml keeps for that: {why}")
    };
    let is_own = |id: FileId| {
        let path = &project.files()[id];
        let user = || {
            project
                .rust_user(id)
                .is_some_and(|it| it.dir == package.dir)
        };
        !path.ends_with("Cargo.toml") && user()
    };
    let is_named = |finding: &Finding| {
        let code = [Code::Import, Code::Usage];
        let mut sites = finding.sites.iter();
        sites.any(|site| code.contains(&site.code) && library_of(&site.from) == old)
    };
    let mut outcomes = outcomes.iter();
    let kept = outcomes.find_map(|(id, outcome)| {
        let mut waiting = waiting(outcome);
        let (_, why) = waiting.find(|(finding, _)| is_named(finding))?;
        is_own(*id).then(|| said(&project.files()[*id], why))
    });
    let unwritten = || {
        let needs = project.rust_needs(package);
        let mut named = needs.iter().filter(|need| {
            library_of(need.path) == old || need.led.is_some_and(|led| *led.by == *old)
        });
        named.find_map(|need| {
            let why = project.unwritten(need.file)?;
            Some(said(&project.files()[need.file], why))
        })
    };
    let hidden = || {
        let mut hidden = project.hidden_code(package).into_iter();
        hidden.find_map(|(path, why)| says(&path, old).then(|| said(&path, why)))
    };
    kept.or_else(unwritten).or_else(hidden)
}

/// Why a member of the workspace in a folder goes on asking for what that has for all of them.
fn asked_for_still(dir: &Path, old: &str, project: &Project) -> Option<String> {
    let (path, why) = project.hidden_member(dir, old)?;
    let path = shown(project, &path).display();
    Some(format!("{path} goes on asking for `{old}`: {why}"))
}

/// Whether the text of a file has a word.
fn says(path: &Path, word: &str) -> bool {
    let text = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let behind = &text[at + word.len()..];
        !text[..at].ends_with(is_part) && !behind.starts_with(is_part)
    })
}

fn shown<'p>(project: &Project, path: &'p Path) -> &'p Path {
    path.strip_prefix(project.root()).unwrap_or(path)
}

/// The crates at both ends of a move.
fn ends(mv: &Move) -> (&str, &str) {
    (library_of(&mv.from.module), library_of(&mv.to.module))
}

fn owned((from, to): (&str, &str)) -> (String, String) {
    (from.to_owned(), to.to_owned())
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
