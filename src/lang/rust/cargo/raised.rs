//! A crate that is depended on already, in a lower version than the move names: that is raised where
//! it is written, in the package or in its workspace.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{Item, TableLike};

use super::added::{Table, line, named, wanted};
use super::again::{Line, entry, is_older};
use super::beside::{is_inherited, version_of};
use super::sheet::Sheet;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::scan::{finding, site};
use crate::plan::{Dialect, Move, Plan};
use crate::project::{Dependency, FileId, Package, Project};
use crate::version::{Asked, asked};

/// Where the version of a crate that a table has must be a later one; or why the code that needs it
/// cannot have that. A version that the workspace gives is raised there.
pub(super) fn lower<'a>(
    (project, sheet): (&Project, Sheet<'a>),
    package: &Package,
    ((kind, platform), may_be_optional): (&Table, bool),
    (library, needed): (&str, &str),
) -> Result<Option<&'a Item>, String> {
    let there = package.dependencies.iter().filter(|it| {
        let is_for_all = it.platform.is_none() || it.platform == *platform;
        let is_there = is_for_all && (!it.optional || may_be_optional);
        it.library == library && it.kind.is_for(*kind) && is_there
    });
    let mut there: Vec<&Dependency> = there.collect();
    // One that is always there is the one that the code has.
    there.sort_by_key(|it| it.optional);
    let entries = there.iter();
    let entries = entries.filter_map(|it| Some((&*it.key, entry(sheet, it)?)));
    let entries: Vec<(&str, &Item)> = entries.collect();
    let is_lower = |(key, item): &(&str, &Item)| {
        let written = written(package, (key, item));
        written.is_some_and(|it| asked(it, needed) == Asked::Less || is_older(it, needed))
    };
    // What all that Cargo reads for the code asks for is of one version, where it can be.
    let Some(first) = entries.first().filter(|_| entries.iter().all(is_lower)) else {
        return Ok(None);
    };
    if let Some(reason) = too_old(project, package, *first, needed) {
        return Err(reason);
    }
    Ok(version_of(first.1).filter(|_| !is_inherited(first.1)))
}

/// Why an entry cannot be of the version that is needed: it asks for another one, or for what is
/// written in a workspace outside of the project.
pub(super) fn too_old(
    project: &Project,
    package: &Package,
    (key, item): (&str, &Item),
    needed: &str,
) -> Option<String> {
    let written = written(package, (key, item))?;
    let is_shared = is_inherited(item);
    complaint(project, package, (key, is_shared), (written, needed))
}

/// Why a line that is as the workspace has it cannot be written.
pub(super) fn too_old_for_all(
    project: &Project,
    package: &Package,
    line: &Line,
    needed: &str,
) -> Option<String> {
    let mut shared = package.shared.iter().filter(|_| line.is_shared());
    let written = shared.find(|it| it.key == line.key)?.version.as_deref()?;
    complaint(project, package, (&line.key, true), (written, needed))
}

fn complaint(
    project: &Project,
    package: &Package,
    (key, is_shared): (&str, bool),
    (written, needed): (&str, &str),
) -> Option<String> {
    let is_older = is_older(written, needed);
    let is_known = || project.id(&package.workspace.join("Cargo.toml")).is_some();
    let is_left = || is_shared && asked(written, needed) == Asked::Less && !is_known();
    (is_older || is_left()).then(|| {
        let there = match is_shared {
            true => "is what the workspace has",
            false => "is there already",
        };
        let why = match is_older {
            true => "is not of",
            false => "is later than",
        };
        format!("`{key}` {there}, in version {written}, which {needed} {why}")
    })
}

/// What an entry asks for, be it in the words of the workspace.
fn written<'a>(package: &'a Package, (key, item): (&str, &'a Item)) -> Option<&'a str> {
    if is_inherited(item) {
        let mut shared = package.shared.iter();
        return shared.find(|it| it.key == key)?.version.as_deref();
    }
    version_of(item)?.as_str()
}

/// A version, as it is written from now on.
pub(super) fn raised(
    sheet: Sheet<'_>,
    (library, version): (&str, &str),
    place: &Item,
    mv: &Move,
) -> Option<Finding> {
    let range = sheet.inside(place.span()?, place.as_str()?)?;
    let site = site(Code::Import, range.clone(), mv);
    let edit = Edit::replace(range, version);
    let reason = format!("`{library}` is asked for in version {version} from now on");
    Some(finding(
        vec![site],
        vec![edit],
        Confidence::Certain,
        Some(reason),
    ))
}

/// What the workspace whose manifest is `file` must give in a later version, since a member has it from
/// there.
pub(super) fn raised_for_all(
    (plan, project): (&Plan, &Project),
    file: FileId,
    sheet: Sheet<'_>,
) -> Vec<Finding> {
    let table = sheet.table(&["workspace", "dependencies"]);
    let entries = table.into_iter().flat_map(TableLike::iter);
    let entries = entries.filter_map(|(key, item)| Some((key, version_of(item)?)));
    let may_be_lower = |(_, place): &(&str, &Item)| {
        let versions = plan.moves_of(Dialect::Rust);
        let mut versions = versions.filter_map(|mv| Some(&*mv.dependency.as_ref()?.1));
        let written = place.as_str();
        versions.any(|needed| written.is_some_and(|it| asked(it, needed) == Asked::Less))
    };
    let lower: BTreeMap<&str, &Item> = entries.filter(may_be_lower).collect();
    let path = &project.files()[file];
    let Some(dir) = path.parent().filter(|_| !lower.is_empty()) else {
        return Vec::new();
    };
    let files = project.files().iter().enumerate();
    let manifests = files.filter(|(_, path)| path.ends_with("Cargo.toml"));
    let members = manifests.filter_map(|(id, path)| {
        let member = project.package_of(id)?;
        (member.workspace == dir && path.parent() == Some(&*member.dir)).then_some(member)
    });
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for member in members {
        for ((_, library), wanted) in wanted(plan, project, &member) {
            let version = named(plan, wanted.mv, &library).map(|(_, version)| &**version);
            let keys = keys_of((plan, project), &member, wanted.mv, &library);
            let places = keys
                .iter()
                .filter_map(|key| Some((key, *lower.get(&**key)?)));
            for (key, place) in places {
                let is_less = |needed: &&str| {
                    let written = place.as_str();
                    written.is_some_and(|it| asked(it, needed) == Asked::Less)
                };
                let version = version.filter(is_less).filter(|_| seen.insert(key.clone()));
                let version = version.map(|version| (&*library, version));
                findings.extend(version.and_then(|it| raised(sheet, it, place, wanted.mv)));
            }
        }
    }
    findings
}

/// By which keys of its workspace a member has a crate, or is given it.
fn keys_of(known: (&Plan, &Project), member: &Package, mv: &Move, library: &str) -> Vec<String> {
    let there = member.dependencies.iter();
    let mut there = there.filter(|it| it.library == library).peekable();
    if there.peek().is_some() {
        let shared = there.filter(|it| it.shared);
        return shared.map(|it| it.key.clone()).collect();
    }
    let line = line(known, member, mv, library).filter(Line::is_shared);
    line.map(|it| it.key).into_iter().collect()
}
