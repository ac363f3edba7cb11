//! Shims that still stand in the version that was to take them away.

use std::cmp::Ordering;
use std::collections::BTreeMap;
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
        let mut moves: Vec<&Move> = moves_of(&survey, path).into_iter().filter(is_due).collect();
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
            reason: None,
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

/// The moves that a generated file keeps the legacy paths of.
fn moves_of<'s>(survey: &'s Survey<'_>, path: &Path) -> Vec<&'s Move> {
    let Some(file) = survey.project.id(path) else {
        return Vec::new();
    };
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("py") => {
            let names: Vec<&str> = survey.project.module_names(file).collect();
            let moves = survey.plan.moves_of(Dialect::Python);
            moves
                .filter(|mv| names.contains(&mv.from.module.as_str()))
                .collect()
        }
        Some("rs") => {
            let package = survey.project.package_of(file);
            let lib = package.and_then(|package| package.lib.clone());
            let is_of = |mv: &&Move| mv.from.module.split("::").next() == lib.as_deref();
            survey.plan.moves_of(Dialect::Rust).filter(is_of).collect()
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
