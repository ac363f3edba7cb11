//! Dependencies that would close a cycle between packages of the project: Cargo loads none of them then.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use super::added::gained;
use crate::plan::{Dialect, Plan};
use crate::project::{DependencyKind, Package, Project, library_of};

/// Why a package cannot depend on a library; `None` where it can. Tests may need what needs their
/// package.
pub(super) fn closed(
    (plan, project): (&Plan, &Project),
    package: &Package,
    (library, kind): (&str, DependencyKind),
) -> Option<String> {
    let first = target(project, package, library).filter(|_| kind != DependencyKind::Dev)?;
    // What depends on more from now on counts as well: two lines can close a cycle together.
    let mut seen: BTreeSet<PathBuf> = BTreeSet::from([first.dir.clone()]);
    let mut open = VecDeque::from([Arc::clone(&first)]);
    while let Some(next) = open.pop_front() {
        if next.dir == package.dir {
            let name = &first.name;
            return Some(match first.dir == package.dir {
                true => format!("`{name}` is this package itself"),
                false => {
                    format!("`{name}` needs this package: to depend on it would close a cycle")
                }
            });
        }
        let below = libraries((plan, project), &next).into_iter();
        let below = below.filter_map(|it| target(project, &next, &it));
        open.extend(below.filter(|it| seen.insert(it.dir.clone())));
    }
    None
}

/// What a package is built with, now or from now on.
fn libraries((plan, project): (&Plan, &Project), package: &Package) -> BTreeSet<String> {
    let there = package.dependencies.iter();
    let there = there.filter(|it| it.kind != DependencyKind::Dev);
    let there: Vec<&str> = there.map(|it| &*it.library).collect();
    let crates = plan.moves_of(Dialect::Rust).filter(|mv| mv.is_crate());
    let renamed = crates.filter(|mv| there.contains(&&*mv.from.module));
    let renamed = renamed.map(|mv| library_of(&mv.to.module).to_owned());
    let more = gained((plan, project), package).iter().cloned();
    let there = there.iter().map(|&library| library.to_owned());
    there.chain(renamed).chain(more).collect()
}

/// The package of the project that a library is of: of the same workspace, or the only one.
fn target(project: &Project, package: &Package, library: &str) -> Option<Arc<Package>> {
    let all = project.packages_with(library);
    let beside = all.iter().find(|it| it.is_beside(package));
    let only = all.first().filter(|_| all.len() == 1);
    beside.or(only).cloned()
}
