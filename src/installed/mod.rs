//! Installed packages → the manifests that they ship, each with the moves that are in force.
//!
//! Python is never run and no crate is built: what was installed says where its manifest lies.

mod distributions;
mod editable;
mod environments;
mod modules;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

pub use self::environments::environments;
use self::modules::Modules;
use crate::cargo;
use crate::manifest::{Manifest, MoveSpec};
use crate::version::Scheme;

/// A package that ships a manifest.
#[derive(Debug, Clone)]
pub struct Shipped {
    /// Its name.
    pub package: String,
    /// The version that is installed.
    pub version: String,
    /// Its manifest, with the moves of the package's language that are in force.
    pub manifest: Manifest,
    /// Moves of later versions.
    pub waiting: Vec<MoveSpec>,
    /// The folder of a crate, with its `Cargo.toml`.
    pub folder: Option<PathBuf>,
    /// The modules of Python that names left, each with its file: none where there is no source.
    pub left: BTreeMap<String, Option<PathBuf>>,
}

/// A package, wherever it was found.
struct Found {
    package: String,
    version: String,
    scheme: Scheme,
    manifest: PathBuf,
    /// Where the modules of one of Python lie.
    modules: Option<Modules>,
}

/// Where packages are installed.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Environments of Python.
    pub environments: Vec<PathBuf>,
    /// The `Cargo.toml` of workspaces.
    pub projects: Vec<PathBuf>,
}

/// What was looked for, and what became of it.
#[derive(Debug, Clone, Default)]
pub struct Installed {
    /// What was found, in the order of the names.
    pub shipped: Vec<Shipped>,
    /// The projects of which cargo cannot tell what they are built of, and why.
    pub unknown: Vec<(PathBuf, &'static str)>,
}

/// The packages at `places` that ship a manifest: all of them, or `name` alone. `governing` is the
/// project's own manifest, which is not looked for.
///
/// # Errors
/// A manifest is not where its package says, or something in it is wrong; cargo fails.
pub fn installed(
    places: &Places,
    name: Option<&str>,
    governing: Option<&Path>,
) -> anyhow::Result<Installed> {
    let is_asked = |other: &str| name.is_none_or(|name| normalized(name) == normalized(other));
    let mut found = distributions::found(&places.environments, is_asked)?;
    let mut installed = Installed::default();
    let (unknown, why) = match cargo::packages(&places.projects)? {
        None => (places.projects.clone(), "cargo is not there"),
        Some(built) => {
            found.extend(crates(built.packages, is_asked)?);
            let why = "it has no Cargo.lock; `cargo generate-lockfile` writes one";
            (built.unknown, why)
        }
    };
    installed.unknown = unknown.into_iter().map(|project| (project, why)).collect();
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let own = governing.map(real);
    found.retain(|one| Some(real(&one.manifest)) != own);
    found.sort_by(|a, b| (&a.package, &a.manifest).cmp(&(&b.package, &b.manifest)));
    for one in found {
        installed.shipped.push(read(one)?);
    }
    Ok(installed)
}

/// Of a crate that is there in several versions, the moves of the lowest one are in force for all.
fn crates(
    packages: BTreeSet<cargo::Package>,
    is_asked: impl Fn(&str) -> bool,
) -> anyhow::Result<Vec<Found>> {
    let mut lowest: BTreeMap<String, Found> = BTreeMap::new();
    for package in packages {
        if !is_asked(&package.name) {
            continue;
        }
        let Some(manifest) = package.manifest else {
            continue;
        };
        if !manifest.is_file() {
            bail!(
                "{}: the manifest that `package.metadata.rehome` names is not there: {}",
                package.file.display(),
                manifest.display()
            );
        }
        let found = Found {
            package: package.name,
            version: package.version,
            scheme: Scheme::Semver,
            manifest,
            modules: None,
        };
        let is_lower = lowest.get(&found.package).is_none_or(|known| {
            let order = Scheme::Semver.compare(&found.version, &known.version);
            order == Some(Ordering::Less)
        });
        if is_lower {
            lowest.insert(found.package.clone(), found);
        }
    }
    Ok(lowest.into_values().collect())
}

fn read(found: Found) -> anyhow::Result<Shipped> {
    let mut manifest = Manifest::load_shipped(&found.manifest)
        .with_context(|| format!("the manifest of {} {}", found.package, found.version))?;
    let mut waiting = Vec::new();
    let mut moves = Vec::new();
    for mut spec in std::mem::take(&mut manifest.moves) {
        // The other language's packages have versions of their own.
        match found.scheme {
            Scheme::Pep440 => spec.rust = None,
            Scheme::Semver => spec.python = None,
        }
        if spec.python.is_none() && spec.rust.is_none() {
            continue;
        }
        let order = match &spec.since {
            None => Ordering::Less,
            Some(since) => {
                let order = found.scheme.compare(since, &found.version);
                order.with_context(|| {
                    format!(
                        "{} is installed in version `{}`, which compares with no `since`",
                        found.package, found.version
                    )
                })?
            }
        };
        match order {
            Ordering::Greater => waiting.push(spec),
            _ => moves.push(spec),
        }
    }
    manifest.moves = moves;
    let is_crate = found.scheme == Scheme::Semver;
    let folder = found.manifest.parent().filter(|_| is_crate);
    let left = found.modules.map(|modules| {
        let moves = manifest
            .moves
            .iter()
            .filter_map(|spec| spec.python.as_ref());
        let left = moves.filter(|mv| mv.from.name.is_some());
        let left = left.map(|mv| mv.from.module.join("."));
        let each = left.map(|module| (modules.file(&module), module));
        each.map(|(file, module)| (module, file)).collect()
    });
    Ok(Shipped {
        folder: folder.map(Path::to_owned),
        package: found.package,
        version: found.version,
        manifest,
        waiting,
        left: left.unwrap_or_default(),
    })
}

/// A package's name as all spellings of it compare (PEP 503).
fn normalized(name: &str) -> String {
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    words.join("-")
}
