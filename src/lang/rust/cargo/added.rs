//! Dependencies on crates that something moves into, where a file of the package refers to it.

use std::collections::BTreeMap;
use std::path::Path;

use super::sheet::Sheet;
use super::{is_crate, library_of};
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::scan::{finding, manual, site};
use crate::plan::{Dialect, Move, Plan};
use crate::project::{Dependency, DependencyKind, FileId, Package, Project};

/// A key, and its value.
type Line = (String, String);

/// A table of dependencies: its kind, and its platform.
type Table = (DependencyKind, Option<String>);

/// What is to be added to the manifest `file`.
pub(super) fn added(
    plan: &Plan,
    project: &Project,
    file: FileId,
    sheet: Sheet<'_>,
) -> Vec<Finding> {
    let Some(package) = project.package_of(file) else {
        return Vec::new();
    };
    if project.files()[file] != package.dir.join("Cargo.toml") {
        return Vec::new();
    }
    let mut wanted: BTreeMap<(Table, String), (&Move, Found, Option<Line>)> = BTreeMap::new();
    for need in project.rust_needs(&package) {
        let Some(moved) = plan.lookup_in(Dialect::Rust, need.path) else {
            continue;
        };
        let library = library_of(&moved.mv.to.module);
        let is_known = matches!(library, "std" | "core" | "alloc" | "proc_macro" | "test")
            || package.lib.as_deref() == Some(library)
            || package.name.replace('-', "_") == library
            || library == library_of(&moved.mv.from.module) && !need.led;
        if is_crate(moved.mv) || is_known {
            continue;
        }
        let kinds = match need.in_docs {
            true => vec![DependencyKind::Dev],
            false => package.kinds_of(&project.files()[need.file]),
        };
        for by in kinds {
            let old = library_of(&moved.mv.from.module);
            let table = table(&package, by, old);
            let line = line((plan, project), &package, moved.mv, library);
            let is_written = line
                .as_ref()
                .is_some_and(|(key, _)| is_written(sheet, &table, key));
            let found = found(&package, &table, (by, old, library));
            if found != Found::Usable && !is_written {
                let key = (table, library.to_owned());
                wanted.entry(key).or_insert((moved.mv, found, line));
            }
        }
    }
    // What the package itself depends on is there for its tests as well.
    let everywhere = (DependencyKind::Normal, None);
    let all: Vec<(Table, String)> = wanted.keys().cloned().collect();
    wanted.retain(|(table, library), _| {
        let is_test = table.0 == DependencyKind::Dev;
        !is_test || !all.contains(&(everywhere.clone(), library.clone()))
    });
    let mut findings = Vec::new();
    let mut by_table: BTreeMap<Table, Vec<(&Move, String, String)>> = BTreeMap::new();
    for ((table, library), (mv, found, line)) in wanted {
        let reason = match found {
            Found::Optional => format!("`{library}` is an optional dependency of the package"),
            Found::Elsewhere => format!("`{library}` is a dependency on some platforms only"),
            Found::Usable | Found::Nowhere => {
                if let Some((key, value)) = line {
                    by_table.entry(table).or_default().push((mv, key, value));
                    continue;
                }
                format!(
                    "the package must depend on `{library}`; the move names no `dependency` to add"
                )
            }
        };
        let place = sheet.bom..sheet.bom;
        findings.push(manual(site(Code::Import, place, mv), reason));
    }
    for ((kind, platform), entries) in by_table {
        let mut path = Vec::new();
        path.extend(platform.iter().flat_map(|it| ["target", it.as_str()]));
        path.push(kind.table());
        let lines: Vec<Line> = entries
            .iter()
            .map(|(_, key, value)| (key.clone(), value.clone()))
            .collect();
        let edits = sheet.entries(&path, &lines);
        let at = edits.first().map_or(0, |edit| edit.start);
        let sites = entries
            .iter()
            .map(|(mv, ..)| site(Code::Import, at..at, mv));
        let names: Vec<String> = lines.iter().map(|(key, _)| format!("`{key}`")).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let reason = format!("{} {verb} depended on from now on", names.join(", "));
        let sites = sites.collect();
        findings.push(finding(sites, edits, Confidence::Certain, Some(reason)));
    }
    findings
}

/// The table that a crate goes to: the one that has the crate it takes the place of.
fn table(package: &Package, by: DependencyKind, old: &str) -> Table {
    let old: Vec<&Dependency> = package
        .dependencies
        .iter()
        .filter(|it| it.library == old && it.kind.serves(by))
        .collect();
    let kind = match by {
        // Only the tests inside of the library use it.
        DependencyKind::Normal
            if !old.is_empty() && old.iter().all(|it| it.kind == DependencyKind::Dev) =>
        {
            DependencyKind::Dev
        }
        by => by,
    };
    let platform = old.first().and_then(|first| first.platform.clone());
    let same = old.iter().all(|it| it.platform == platform);
    (kind, platform.filter(|_| same))
}

/// Where a crate is found among the dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Usable,
    Optional,
    Elsewhere,
    Nowhere,
}

fn found(
    package: &Package,
    (kind, platform): &Table,
    (by, old, library): (DependencyKind, &str, &str),
) -> Found {
    let all = || package.dependencies.iter();
    let old = all().filter(|it| it.library == old && it.kind.serves(by));
    let new = all().filter(|it| it.library == library && it.kind.is_for(*kind));
    let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
    let usable = |it: &&Dependency| {
        let same_platform = it.platform.is_none() || it.platform == *platform;
        same_platform && (!it.optional || old.iter().any(|old| old.optional))
    };
    match new.first() {
        None => Found::Nowhere,
        Some(_) if new.iter().any(usable) => Found::Usable,
        Some(first) if first.optional => Found::Optional,
        Some(_) => Found::Elsewhere,
    }
}

/// Whether the text, which may be newer than what is known of the package, has a dependency.
fn is_written(sheet: Sheet<'_>, (kind, platform): &Table, key: &str) -> bool {
    let kinds = match kind {
        DependencyKind::Dev => vec![DependencyKind::Normal, *kind],
        _ => vec![*kind],
    };
    let target: Vec<&str> = platform.iter().flat_map(|it| ["target", it]).collect();
    kinds.iter().any(|kind| {
        let paths = [vec![kind.table()], [&target[..], &[kind.table()]].concat()];
        paths.iter().any(|path| {
            let item = sheet.table(path).and_then(|table| table.get(key));
            let optional = item.and_then(|item| item.get("optional")?.as_bool());
            item.is_some() && optional != Some(true)
        })
    })
}

/// The line of a dependency: shared by the workspace, in the same tree, or from the registry.
fn line(
    (plan, project): (&Plan, &Project),
    package: &Package,
    mv: &Move,
    library: &str,
) -> Option<Line> {
    let shared = package.shared.iter();
    let mut shared = shared.filter(|(key, lib)| lib == library && key.replace('-', "_") == library);
    if let Some((key, _)) = shared.next() {
        return Some((key.clone(), "{ workspace = true }".to_owned()));
    }
    let packages = project.packages_with(library);
    let beside = packages.iter().find(|other| other.is_beside(package));
    // What one move says of a crate holds for all that go there.
    let mut others = plan.moves_of(Dialect::Rust);
    let named = mv.dependency.as_ref().or_else(|| {
        others.find_map(|other| {
            let dependency = other.dependency.as_ref();
            dependency.filter(|_| library_of(&other.to.module) == library)
        })
    });
    match (beside, named) {
        (Some(beside), _) => {
            let path = below(&package.dir, &beside.dir);
            let version = named.map(|(_, version)| format!("version = {version:?}, "));
            let version = version.unwrap_or_default();
            let value = format!("{{ {version}path = {path:?} }}");
            Some((beside.name.clone(), value))
        }
        (None, Some((name, version))) => Some((name.clone(), format!("{version:?}"))),
        (None, None) => None,
    }
}

/// The path of `to` as it is written in `from`.
fn below(from: &Path, to: &Path) -> String {
    let both = from.iter().zip(to.iter());
    let shared = both.take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let down = to
        .iter()
        .skip(shared)
        .map(|part| part.to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<String>>().join("/")
}
