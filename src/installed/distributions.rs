//! Distributions of Python: what the metadata of each says, in `*.dist-info` and `*.egg-info`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::editable;
use super::environments::{entries, search_path};
use super::modules::Modules;
use super::{Found, normalized};
use crate::manifest;
use crate::version::Scheme;

/// The group of entry points that names manifests.
const GROUP: &str = "rehome.moves";

/// A distribution that is installed.
#[derive(Clone)]
pub(super) struct Distribution {
    name: String,
    version: String,
    /// The folder of its metadata.
    pub(super) info: PathBuf,
    /// The directory that it is imported from.
    pub(super) at: PathBuf,
}

/// The manifests of the distributions in `environments` whose names `is_asked` takes.
pub(super) fn found(
    environments: &[PathBuf],
    is_asked: impl Fn(&str) -> bool,
) -> anyhow::Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for environment in environments {
        let path = search_path(environment);
        let mut known: BTreeSet<String> = BTreeSet::new();
        for distribution in path.iter().flat_map(|dir| distributions(dir)) {
            // Of two with one name Python takes the first.
            if !known.insert(normalized(&distribution.name)) || !is_asked(&distribution.name) {
                continue;
            }
            for value in entry_points(&distribution.info) {
                let manifest = file(&value, &distribution, &path)?;
                if found.iter().any(|other| other.manifest == manifest) {
                    continue;
                }
                found.push(Found {
                    package: distribution.name.clone(),
                    version: distribution.version.clone(),
                    scheme: Scheme::Pep440,
                    manifest,
                    modules: Some(Modules::of(distribution.clone(), &path)),
                });
            }
        }
    }
    Ok(found)
}

fn distributions(dir: &Path) -> Vec<Distribution> {
    let mut all = Vec::new();
    for path in entries(dir) {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let (info, at) = match &*extension {
            "dist-info" | "egg-info" if path.is_dir() => (path.clone(), dir.to_owned()),
            "egg" if path.is_dir() => (path.join("EGG-INFO"), path.clone()),
            _ => continue,
        };
        all.extend(distribution(info, at));
    }
    all
}

fn distribution(info: PathBuf, at: PathBuf) -> Option<Distribution> {
    let texts = ["METADATA", "PKG-INFO"].map(|name| std::fs::read_to_string(info.join(name)));
    let text = texts.into_iter().find_map(Result::ok)?;
    let headers = text.lines().take_while(|line| !line.is_empty());
    let headers: Vec<(&str, &str)> = headers.filter_map(|line| line.split_once(':')).collect();
    let value = |key: &str| {
        let header = headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key));
        header.map(|(_, value)| value.trim().to_owned())
    };
    Some(Distribution {
        name: value("Name")?,
        version: value("Version")?,
        info,
        at,
    })
}

/// The values of the group in `entry_points.txt`.
fn entry_points(info: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(info.join("entry_points.txt")).unwrap_or_default();
    let mut is_inside = false;
    let mut values = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            is_inside = section.trim() == GROUP;
        } else if is_inside && !line.starts_with(['#', ';']) {
            let value = line.split_once('=').map(|(_, value)| value.trim());
            values.extend(value.map(str::to_owned));
        }
    }
    values
}

/// The file that an entry point names: `package:rehome.toml`, or `package` alone.
fn file(value: &str, of: &Distribution, path: &[PathBuf]) -> anyhow::Result<PathBuf> {
    // Extras are written behind it, in brackets.
    let value = value.split('[').next().unwrap_or_default().trim();
    let (module, name) = value
        .split_once(':')
        .unwrap_or((value, manifest::FILE_NAME));
    let (module, name) = (module.trim(), Path::new(name.trim()));
    let is_below = name
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)));
    let says = || {
        format!(
            "the entry point of {} {} in {} says `{value}`",
            of.name,
            of.version,
            of.info.join("entry_points.txt").display()
        )
    };
    if module.is_empty() || !is_below {
        bail!("{}, which names no file of a package", says());
    }
    let folder: PathBuf = module.split('.').collect();
    let mut roots = vec![of.at.clone()];
    roots.extend(path.iter().cloned());
    let mut packages: Vec<PathBuf> = roots.iter().map(|root| root.join(&folder)).collect();
    packages.extend(editable::packages(of, module));
    let mut files = packages.into_iter().map(|package| package.join(name));
    match files.find(|file| file.is_file()) {
        Some(file) => Ok(file),
        None => bail!("{}, and there is no such file", says()),
    }
}
