//! Shims that still stand in the version that was to take them away.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::survey::Survey;
use crate::edit::EditSet;
use crate::finding::{Code, Finding, Site};
use crate::generated::BLOCK;
use crate::manifest::{Manifest, MoveSpec};
use crate::parallel::Pool;
use crate::plan::{Dialect, Move, Plan};
use crate::resolve::FileOutcome;
use crate::rewrite::Workspace;
use crate::version::Scheme;

/// The shims that are to be gone by now, a file each. The version is that of the package that the
/// file lies in, as `pyproject.toml` or `Cargo.toml` says; where neither does, there is none.
///
/// # Errors
/// The project cannot be read.
pub fn expired(
    manifest: &Manifest,
    plan: &Plan,
    workspace: &Workspace,
    pool: &Pool,
) -> anyhow::Result<Vec<FileOutcome>> {
    let limited = manifest.moves.iter().filter_map(|spec| {
        let remove_in = spec.remove_in.as_deref()?;
        Some((spec.id.as_str(), (spec, remove_in)))
    });
    let limited: BTreeMap<&str, (&MoveSpec, &str)> = limited.collect();
    if limited.is_empty() {
        return Ok(Vec::new());
    }
    let survey = Survey::new(plan, workspace, pool)?;
    let mut legacy: BTreeMap<(Dialect, &str), Vec<&Move>> = BTreeMap::new();
    for dialect in [Dialect::Python, Dialect::Rust] {
        for mv in plan.moves_of(dialect) {
            legacy.entry((dialect, home(mv))).or_default().push(mv);
        }
    }
    let mut expired = Vec::new();
    for path in survey.generated.iter().chain(&survey.blocks) {
        let Some(version) = version(path, &workspace.root) else {
            continue;
        };
        let is_due = |mv: &&Move| {
            limited.get(mv.id.as_str()).is_some_and(|(_, remove_in)| {
                let order = scheme(mv.dialect).compare(&version, remove_in);
                order.is_some_and(|order| order != Ordering::Less)
            })
        };
        let mut moves = moves_of(&survey, &legacy, path);
        moves.retain(is_due);
        moves.dedup_by(|a, b| a.from == b.from);
        let Ok(Some(source)) = survey.source(path) else {
            continue;
        };
        let line = source.text().find(BLOCK.0).unwrap_or(0);
        let end = source.text()[line..].find(['\r', '\n']);
        let range = line..end.map_or(source.text().len(), |end| line + end);
        let sites = moves.iter().map(|mv| Site {
            code: Code::Expired,
            range: range.clone(),
            move_id: mv.id.clone(),
            from: mv.from.path(mv.dialect),
            to: mv.to.path(mv.dialect),
        });
        let sites: Vec<Site> = sites.collect();
        if sites.is_empty() {
            continue;
        }
        let reason = format!("the package is at {version}, so the shim is to go");
        expired.push(FileOutcome {
            file: source.into(),
            edits: EditSet::default(),
            applied: Vec::new(),
            held: Vec::new(),
            left: vec![Finding::left(sites, reason)],
            problems: Vec::new(),
        });
    }
    Ok(expired)
}

/// What a generated file keeps the legacy paths of: a module of Python, or a crate.
fn home(mv: &Move) -> &str {
    match mv.dialect {
        Dialect::Python => &mv.from.module,
        Dialect::Rust => mv.from.module.split("::").next().unwrap_or_default(),
    }
}

/// The moves that a generated file keeps the legacy paths of; `legacy` are all, by their homes.
fn moves_of<'m>(
    survey: &Survey<'_>,
    legacy: &BTreeMap<(Dialect, &str), Vec<&'m Move>>,
    path: &Path,
) -> Vec<&'m Move> {
    let Some(file) = survey.project.id(path) else {
        return Vec::new();
    };
    let of = |dialect, home| legacy.get(&(dialect, home)).into_iter().flatten().copied();
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("py") => {
            let names: BTreeSet<&str> = survey.project.module_names(file).collect();
            names
                .into_iter()
                .flat_map(|name| of(Dialect::Python, name))
                .collect()
        }
        Some("rs") => {
            let package = survey.project.package_of(file);
            let lib = package.and_then(|package| package.lib.clone());
            lib.iter().flat_map(|lib| of(Dialect::Rust, lib)).collect()
        }
        _ => Vec::new(),
    }
}

/// How the packages of a language compare versions.
fn scheme(dialect: Dialect) -> Scheme {
    match dialect {
        Dialect::Python => Scheme::Pep440,
        Dialect::Rust => Scheme::Semver,
    }
}

/// The version of the package that a file lies in.
fn version(path: &Path, root: &Path) -> Option<String> {
    let is_rust = path.extension().is_some_and(|extension| extension == "rs");
    let dirs = path
        .ancestors()
        .skip(1)
        .take_while(|dir| dir.starts_with(root));
    let table = |path: PathBuf| {
        std::fs::read_to_string(path)
            .ok()?
            .parse::<toml::Table>()
            .ok()
    };
    match is_rust {
        false => {
            let table = dirs.map(|dir| dir.join("pyproject.toml")).find_map(table)?;
            text(table.get("project")?.get("version")?)
        }
        true => {
            let mut tables = dirs.map(|dir| dir.join("Cargo.toml")).filter_map(table);
            let package = tables.find(|table| table.contains_key("package"))?;
            let version = package["package"].get("version")?;
            let inherited = version.get("workspace").is_some();
            match inherited {
                false => text(version),
                // The workspace may be the package itself.
                true => std::iter::once(package.clone())
                    .chain(tables)
                    .find_map(|table| {
                        text(table.get("workspace")?.get("package")?.get("version")?)
                    }),
            }
        }
    }
}

fn text(value: &toml::Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
