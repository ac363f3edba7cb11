//! `cargo metadata`: the packages of a workspace, and those that they depend on themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, anyhow, bail};
use cargo_metadata::{Metadata, MetadataCommand};

/// A package that the code of a project can name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its `Cargo.toml`.
    pub file: PathBuf,
    /// What `[package.metadata.rehome] manifest` says: a file beside its `Cargo.toml`.
    pub manifest: Option<PathBuf>,
}

/// What projects are built of.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// The members of their workspaces, and what these depend on directly.
    pub packages: BTreeSet<Package>,
    /// The projects of which nobody knows, since they have no lock file: nothing was built yet.
    pub unknown: Vec<PathBuf>,
}

/// What these projects are built of, by their `Cargo.toml`; `None` where there is no cargo.
///
/// # Errors
/// Cargo fails, or a package says something odd of its manifest.
pub fn packages(projects: &[PathBuf]) -> anyhow::Result<Option<Built>> {
    let mut built = Built::default();
    let mut members: BTreeSet<PathBuf> = BTreeSet::new();
    for project in projects {
        if members.contains(project) {
            continue;
        }
        let metadata = match metadata(project)? {
            Answer::Metadata(metadata) => metadata,
            Answer::NoLock => {
                built.unknown.push(project.clone());
                continue;
            }
            Answer::NoCargo => return Ok(None),
        };
        let own = metadata.workspace_packages();
        let files = own.iter().map(|package| package.manifest_path.clone());
        members.extend(files.map(PathBuf::from));
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let nodes = nodes.filter(|node| metadata.workspace_members.contains(&node.id));
        let direct = nodes.flat_map(|node| node.deps.iter().map(|dep| &dep.pkg));
        let mut ids: BTreeSet<_> = direct.collect();
        ids.extend(&metadata.workspace_members);
        for package in metadata.packages.iter().filter(|it| ids.contains(&it.id)) {
            built.packages.insert(read(package)?);
        }
    }
    Ok(Some(built))
}

/// What cargo answers.
enum Answer {
    Metadata(Box<Metadata>),
    NoLock,
    NoCargo,
}

fn read(package: &cargo_metadata::Package) -> anyhow::Result<Package> {
    let file: PathBuf = package.manifest_path.clone().into();
    let manifest = match package.metadata.pointer("/rehome/manifest") {
        None => None,
        Some(value) => {
            let name = value.as_str().filter(|name| !name.is_empty());
            let name = name.with_context(|| {
                format!(
                    "{}: `package.metadata.rehome.manifest` is the name of a file, not {value}",
                    file.display()
                )
            })?;
            file.parent().map(|dir| dir.join(name))
        }
    };
    Ok(Package {
        name: package.name.to_string(),
        version: package.version.to_string(),
        file,
        manifest,
    })
}

/// What cargo says of a workspace, as its lock file has it. First without a network; at last of
/// this machine's platform alone, of which everything was fetched if it was ever built.
fn metadata(project: &Path) -> anyhow::Result<Answer> {
    let mut ways = vec![vec!["--offline".to_owned()], Vec::new()];
    ways.extend(
        host().map(|host| vec!["--offline".to_owned(), "--filter-platform".to_owned(), host]),
    );
    let mut failure = None;
    for way in ways {
        let mut command = MetadataCommand::new();
        command.manifest_path(project);
        command.env("CARGO_NET_RETRY", "0");
        command.other_options([vec!["--locked".to_owned()], way].concat());
        match command.exec() {
            Ok(metadata) => return Ok(Answer::Metadata(Box::new(metadata))),
            Err(cargo_metadata::Error::Io(error))
                if error.kind() == std::io::ErrorKind::NotFound =>
            {
                return Ok(Answer::NoCargo);
            }
            Err(cargo_metadata::Error::CargoMetadata { stderr }) => {
                let said = stderr.trim().trim_start_matches("error: ").to_owned();
                if said.contains("cannot create the lock file") {
                    return Ok(Answer::NoLock);
                }
                if said.contains("--locked") {
                    bail!(
                        "{} asks for other versions than its lock file has; \
                         `cargo update --workspace` brings them together\n{said}",
                        project.display()
                    );
                }
                failure = Some(failure.unwrap_or(said));
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", project.display()));
            }
        }
    }
    let said = failure.unwrap_or_default();
    Err(anyhow!(
        "`cargo metadata` of {} failed\n{said}",
        project.display()
    ))
}

/// The platform of this machine, as the compiler calls it.
fn host() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: "))?;
    Some(line.to_owned())
}
