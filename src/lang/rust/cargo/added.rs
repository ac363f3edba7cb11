//! Dependencies on crates that something moves into, where a file of the package refers to it.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::Item;

use super::sheet::Sheet;
use super::{is_crate, library_of};
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::scan::{finding, site};
use crate::plan::{Dialect, Move, Plan};
use crate::project::{Dependency, DependencyKind, FileId, Package, Project};

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
    let mut wanted: BTreeMap<(Table, String), (&Move, Found)> = BTreeMap::new();
    for need in project.rust_needs(&package) {
        let Some(moved) = plan.lookup_in(Dialect::Rust, need.path) else {
            continue;
        };
        let library = library_of(&moved.mv.to.module);
        let is_known = matches!(library, "std" | "core" | "alloc" | "proc_macro" | "test")
            || package.lib.as_deref() == Some(library);
        if is_crate(moved.mv) || is_known {
            continue;
        }
        let by = match need.in_docs {
            true => DependencyKind::Dev,
            false => package.kind_of(&project.files()[need.file]),
        };
        let old = library_of(&moved.mv.from.module);
        let table = table(&package, by, old);
        let found = found(&package, sheet, &table, (by, old, library));
        if found != Found::Usable {
            wanted
                .entry((table, library.to_owned()))
                .or_insert((moved.mv, found));
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
    for ((table, library), (mv, found)) in wanted {
        let reason = match found {
            Found::Optional => format!("`{library}` is an optional dependency of the package"),
            Found::Elsewhere => format!("`{library}` is a dependency on some platforms only"),
            Found::Usable | Found::Nowhere => {
                if let Some((key, value)) = entry(project, &package, mv, &library) {
                    by_table.entry(table).or_default().push((mv, key, value));
                    continue;
                }
                format!(
                    "the package must depend on `{library}`; the move names no `dependency` to add"
                )
            }
        };
        let place = sheet.bom..sheet.bom;
        let sites = vec![site(Code::Import, place, mv)];
        findings.push(finding(sites, Vec::new(), Confidence::Manual, Some(reason)));
    }
    for ((kind, platform), entries) in by_table {
        let mut path = Vec::new();
        path.extend(platform.iter().flat_map(|it| ["target", it.as_str()]));
        path.push(kind.table());
        let lines: Vec<(String, String)> = entries
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
    sheet: Sheet<'_>,
    (kind, platform): &Table,
    (by, old, library): (DependencyKind, &str, &str),
) -> Found {
    let mut path = Vec::new();
    path.extend(platform.iter().flat_map(|it| ["target", it.as_str()]));
    path.push(kind.table());
    // The text may be newer than what is known of the package.
    let is_written = sheet.table(&path).is_some_and(|table| {
        table.iter().any(|(key, item)| {
            let package = item.get("package").and_then(Item::as_str);
            let optional = item.get("optional").and_then(Item::as_bool);
            package.unwrap_or(key).replace('-', "_") == library && optional != Some(true)
        })
    });
    let usable = |it: &&Dependency| it.kind.serves(*kind) || it.kind.serves(by);
    let of = |name: &str| -> Vec<&Dependency> {
        let all = package.dependencies.iter().filter(usable);
        all.filter(|it| it.library == name).collect()
    };
    let (old, new) = (of(old), of(library));
    let usable = |it: &&Dependency| {
        let same_platform = it.platform.is_none() || it.platform == *platform;
        same_platform && (!it.optional || old.iter().any(|old| old.optional))
    };
    match new.first() {
        _ if is_written => Found::Usable,
        None => Found::Nowhere,
        Some(_) if new.iter().any(usable) => Found::Usable,
        Some(first) if first.optional => Found::Optional,
        Some(_) => Found::Elsewhere,
    }
}

/// The line of a dependency: shared by the workspace, in the same tree, or from the registry.
fn entry(
    project: &Project,
    package: &Package,
    mv: &Move,
    library: &str,
) -> Option<(String, String)> {
    let shared = package.shared.iter();
    let mut shared = shared.filter(|(key, lib)| lib == library && key.replace('-', "_") == library);
    if let Some((key, _)) = shared.next() {
        return Some((key.clone(), "{ workspace = true }".to_owned()));
    }
    let beside = project.package_beside(package, library);
    let named = mv.dependency.as_ref();
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
