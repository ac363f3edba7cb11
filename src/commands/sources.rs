//! Moves from elsewhere: the manifests of installed packages, and the compiler's warnings.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::session::{shell_word, shown};
use super::{Advised, Output};
use crate::cargo::{self, Checked, Messages};
use crate::cli::{Cli, Sources};
use crate::discover::{lexically_normal, upwards};
use crate::installed::{self, Installed, Places, Shipped};
use crate::manifest::{Manifest, MoveSpec};
use crate::parallel::Pool;
use crate::report::count;
use crate::warnings::{Warning, Warnings};

/// The project whose code is to be moved.
pub(super) struct Project<'a> {
    pub(super) root: &'a Path,
    /// Absolute.
    pub(super) paths: &'a [PathBuf],
    pub(super) manifest: Option<&'a Path>,
    pub(super) exclude: &'a [String],
    pub(super) pool: &'a Pool,
}

/// What came from elsewhere.
#[derive(Default)]
pub(super) struct More {
    pub(super) manifests: Vec<Manifest>,
    /// The files that it was read from; absolute.
    pub(super) files: Vec<PathBuf>,
    /// The folders of crates that ship moves.
    pub(super) crates: Vec<PathBuf>,
    pub(super) warnings: Vec<Warning>,
    /// The modules of installed packages of Python that names left, each with its files.
    pub(super) installed: BTreeMap<String, Vec<PathBuf>>,
}

impl Sources {
    /// Whether moves from elsewhere are asked for.
    pub(super) fn are_given(&self) -> bool {
        self.installed.is_some() || self.from_warnings.is_some()
    }

    /// The words of a command line that asks for them again.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        match &self.installed {
            None => {}
            Some(None) => words.push("--installed".to_owned()),
            Some(Some(name)) => {
                words.push(format!("--installed={}", shell_word(Path::new(name))));
            }
        }
        let environments = self.python_env.iter();
        words.extend(environments.map(|dir| format!("--python-env {}", shell_word(dir))));
        match &self.from_warnings {
            None => {}
            Some(None) => words.push("--from-warnings".to_owned()),
            Some(Some(file)) => words.push(format!("--from-warnings={}", shell_word(file))),
        }
        words
    }
}

/// Looks for what `sources` ask for, and says what was found.
pub(super) fn more(
    cli: &Cli,
    sources: &Sources,
    project: &Project<'_>,
    output: &mut Output,
) -> anyhow::Result<More> {
    if let Some(name) = &sources.installed {
        return shipped(cli, name.as_deref(), sources, project, output);
    }
    match &sources.from_warnings {
        None => Ok(More::default()),
        Some(file) => warned(cli, file.as_deref(), project, output),
    }
}

fn shipped(
    cli: &Cli,
    name: Option<&str>,
    sources: &Sources,
    project: &Project<'_>,
    output: &mut Output,
) -> anyhow::Result<More> {
    let active = std::env::var_os("VIRTUAL_ENV").filter(|dir| !dir.is_empty());
    let active = active.map(PathBuf::from);
    let asked = &sources.python_env;
    let (root, paths) = (project.root, project.paths);
    let places = Places {
        environments: installed::environments(asked, active.as_deref(), root, paths)?,
        projects: cargo::projects(root, paths, project.exclude, project.pool)?,
    };
    let Installed { shipped, unknown } = installed::installed(&places, name, project.manifest)?;
    if !cli.quiet {
        output.write(|_, messages| {
            unknown.iter().try_for_each(|(project, why)| {
                let project = shown(project);
                writeln!(
                    messages,
                    "warning: nobody knows what {project} is built of: {why}"
                )
            })
        })?;
    }
    if shipped.is_empty() {
        return Err(none(name, &places).into());
    }
    if !cli.quiet {
        output.write(|_, messages| {
            let mut lines = shipped.iter();
            lines.try_for_each(|one| say(one, cli.verbose, messages))
        })?;
    }
    let crates = shipped.iter().filter_map(|one| one.folder.clone());
    let crates = crates.collect();
    let mut modules: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (module, file) in shipped.iter().flat_map(|one| &one.left) {
        let files = modules.entry(module.clone()).or_default();
        files.extend(file.clone());
    }
    let manifests: Vec<Manifest> = shipped.into_iter().map(|one| one.manifest).collect();
    Ok(More {
        files: manifests.iter().map(|one| one.path.clone()).collect(),
        crates,
        manifests,
        warnings: Vec::new(),
        installed: modules,
    })
}

/// Which manifest was found, and what of it is left for later.
fn say(one: &Shipped, is_verbose: bool, messages: &mut dyn io::Write) -> io::Result<()> {
    let later = match one.waiting.len() {
        0 => String::new(),
        waiting => format!(", {waiting} not yet in force"),
    };
    writeln!(
        messages,
        "{} {}: {}{later}, from {}",
        one.package,
        one.version,
        count(one.manifest.moves.len(), "move"),
        shown(&one.manifest.path)
    )?;
    if is_verbose {
        let line = |spec: &MoveSpec| {
            let since = spec.since.as_deref().unwrap_or_default();
            format!("  not yet in force: `{}`, since {since}", spec.id)
        };
        let mut lines = one.waiting.iter().map(line);
        lines.try_for_each(|line| writeln!(messages, "{line}"))?;
    }
    Ok(())
}

/// Nothing ships a manifest, or not what was asked for.
fn none(name: Option<&str>, places: &Places) -> Advised {
    let looked: Vec<String> = [&places.environments, &places.projects]
        .into_iter()
        .flatten()
        .map(|path| shown(path))
        .collect();
    let message = match (name, looked.is_empty()) {
        (_, true) => "there is no environment of Python and no Cargo.toml to look into".to_owned(),
        (None, _) => format!(
            "no installed package ships a manifest; looked into {}",
            looked.join(", ")
        ),
        (Some(name), _) => format!(
            "no installed package `{name}` ships a manifest; looked into {}",
            looked.join(", ")
        ),
    };
    Advised::new(
        message,
        "--python-env DIR names another environment; docs/installed.md says how a package ships its moves",
    )
}

fn warned(
    cli: &Cli,
    file: Option<&Path>,
    project: &Project<'_>,
    output: &mut Output,
) -> anyhow::Result<More> {
    let (root, paths) = (project.root, project.paths);
    let projects = cargo::projects(root, paths, project.exclude, project.pool)?;
    let mut checked = Checked::default();
    match file {
        Some(file) if file.as_os_str() == "-" => {
            let lines = io::stdin().lock();
            checked = cargo::checked(lines).context("cannot read standard input")?;
        }
        Some(file) => {
            let cannot = || format!("cannot read {}", file.display());
            let lines = std::fs::File::open(file).with_context(cannot)?;
            checked = cargo::checked(io::BufReader::new(lines)).with_context(cannot)?;
        }
        None if projects.is_empty() => {
            return Err(Advised::new(
                "there is no Cargo.toml to run `cargo check` for",
                "--from-warnings=FILE reads the lines of `cargo check --message-format=json`",
            )
            .into());
        }
        None => {
            let messages = match !cli.quiet && io::stderr().is_terminal() {
                true => Messages::Shown,
                false => Messages::Kept,
            };
            for project in &projects {
                checked.extend(cargo::check(project, messages)?);
            }
        }
    }
    // A workspace begins at one of them, or above.
    let dirs = projects.iter().filter_map(|project| project.parent());
    let dirs = dirs.flat_map(|dir| upwards(dir, root));
    let dirs: Vec<PathBuf> = dirs.chain([root]).map(Path::to_owned).collect();
    let mut warnings = Warnings::of(&checked, root, &dirs);
    warnings.look_up(root, project.exclude, project.pool)?;
    let manifest = warnings.manifest();
    if !cli.quiet {
        output.write(|_, messages| {
            let mut stale = warnings.stale.iter();
            stale.try_for_each(|file| {
                writeln!(
                    messages,
                    "warning: {} is not what the compiler saw; run `cargo check` again",
                    shown(file)
                )
            })?;
            let elsewhere = match warnings.elsewhere {
                0 => String::new(),
                more => format!(", and at {more} more outside of the project"),
            };
            writeln!(
                messages,
                "the compiler warns at {}{elsewhere}: {}",
                count(warnings.all.len(), "place"),
                count(manifest.moves.len(), "move")
            )?;
            let mut ids = manifest.moves.iter().map(|spec| &spec.id);
            match cli.verbose {
                true => ids.try_for_each(|id| writeln!(messages, "  {id}")),
                false => Ok(()),
            }
        })?;
    }
    let file = file.and_then(|file| std::path::absolute(file).ok());
    let file = file.map(|file| lexically_normal(&file));
    Ok(More {
        manifests: vec![manifest],
        files: file.into_iter().collect(),
        crates: Vec::new(),
        warnings: warnings.all,
        installed: BTreeMap::new(),
    })
}
