//! Shims that still stand in the version that was to take them away.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::survey::Survey;
use super::{python, rust};
use crate::edit::EditSet;
use crate::finding::{Code, Finding, Site};
use crate::generated::BLOCK;
use crate::manifest::Manifest;
use crate::parallel::Pool;
use crate::plan::{Dialect, Move, Plan};
use crate::project::is_rust;
use crate::resolve::FileOutcome;
use crate::rewrite::Workspace;

/// The shims that are to be gone by now, a file each. The version is that of the package that the
/// file lies in.
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
        Some((spec.id.as_str(), remove_in))
    });
    let limited: BTreeMap<&str, &str> = limited.collect();
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
        let is_due = |mv: &&Move| {
            let limit = limited.get(mv.id.as_str());
            limit.is_some_and(|limit| survey.releases.is_due(mv.dialect, path, limit))
        };
        let Ok(Some(source)) = survey.source(path) else {
            continue;
        };
        let mut moves = moves_of(&survey, &legacy, path);
        moves.retain(is_due);
        moves.dedup_by(|a, b| a.from == b.from);
        let is_over = |limit: &str| survey.releases.is_due(Dialect::Rust, path, limit);
        let asked = match is_rust(path) {
            true => rust::asked(manifest, is_over),
            false => BTreeSet::new(),
        };
        let is_kept = kept(&survey, path, source.text(), &asked);
        moves.retain(|mv| is_kept(mv));
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
        let Some(first) = moves.first() else { continue };
        let version = survey.releases.version(first.dialect, path);
        let reason = format!(
            "the package is at {}: `rehome shim --write` takes it away",
            version.unwrap_or_default()
        );
        expired.push(FileOutcome {
            file: source.into(),
            edits: EditSet::default(),
            applied: Vec::new(),
            held: Vec::new(),
            left: vec![Finding::left(sites, reason)],
            silenced: Vec::new(),
            problems: Vec::new(),
        });
    }
    Ok(expired)
}

/// Whether a file still keeps the path of a move: the shims of other moves may stand there alone.
/// `asked` are paths of Rust that stay: the next shims have them as well.
fn kept(
    survey: &Survey<'_>,
    path: &Path,
    text: &str,
    asked: &BTreeSet<String>,
) -> impl Fn(&Move) -> bool + use<> {
    let is_rust = is_rust(path);
    let mut paths = match is_rust {
        true => rust::kept(survey, path, text),
        false => BTreeSet::new(),
    };
    paths.retain(|path| !asked.contains(path));
    let block = text.find(BLOCK.0).map_or(text, |start| &text[start..]);
    let block = block.to_owned();
    move |mv| match (&mv.from.name, is_rust) {
        (Some(_), true) => paths.contains(&mv.from.path(Dialect::Rust).replace("r#", "")),
        (None, true) => {
            let below = format!("{}::", mv.from.path(Dialect::Rust).replace("r#", ""));
            paths.iter().any(|path| path.starts_with(&below))
        }
        (Some(name), false) => block.contains(&python::entry(name, &mv.to)),
        (None, false) => block.contains(&python::target(&mv.to.module)),
    }
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
