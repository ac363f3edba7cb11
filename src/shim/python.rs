//! The text of shims of Python, and of the runtime that they share.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::modules::{LegacyModule, Versions};
use super::survey::Survey;
use crate::generated::sealed;
use crate::manifest::Manifest;
use crate::plan::{Target, under};

/// What every shim of a package does.
const RUNTIME: &str = include_str!("runtime.py");

/// As wide as a line is by default where a formatter has been.
pub(super) const WIDTH: usize = 88;

/// The runtime of a package.
pub(super) struct Runtime {
    /// Its module.
    pub(super) module: String,
    /// Its file.
    pub(super) path: PathBuf,
    /// The environment variable that governs it.
    pub(super) env: String,
}

/// The runtimes, by the package that has each.
pub(super) fn runtimes(
    manifest: &Manifest,
    survey: &Survey<'_>,
    modules: &[LegacyModule],
) -> BTreeMap<String, Runtime> {
    let mut runtimes = BTreeMap::new();
    for module in modules {
        let owner = &module.runtime_owner;
        if runtimes.contains_key(owner) {
            continue;
        }
        // Where nothing of the package is there, it will be where its shims are.
        let in_it = modules.iter().filter_map(|module| folder_of(module, owner));
        let known = survey.places.folder(owner).map(PathBuf::from);
        let folder = known.or_else(|| { in_it }.next());
        let runtime = match folder {
            Some(folder) => free(survey, &folder, "", |name| format!("{owner}.{name}")),
            // A module that lies in no package has its runtime beside it.
            None => {
                let folder = survey.root_like(owner);
                free(survey, &folder, &format!("_{owner}"), str::to_owned)
            }
        };
        let (module, path) = runtime;
        let env = manifest.package.shims.env.clone();
        let env =
            env.unwrap_or_else(|| format!("{}_SHIMS", owner.replace('.', "_").to_uppercase()));
        runtimes.insert(owner.clone(), Runtime { module, path, env });
    }
    runtimes
}

/// The folder of a package that the shim of a module lies in.
fn folder_of(module: &LegacyModule, package: &str) -> Option<PathBuf> {
    let is_init = module.path.file_name()? == "__init__.py";
    let depth = |dotted: &str| dotted.split('.').count();
    let is_in = under(&module.dotted, package) && (is_init || module.dotted != package);
    let above = || depth(&module.dotted) - depth(package) + usize::from(is_init);
    let folder = is_in.then(|| module.path.ancestors().nth(above()))?;
    folder.map(PathBuf::from)
}

/// A name for the runtime that no module of the user's has.
fn free(
    survey: &Survey<'_>,
    folder: &std::path::Path,
    prefix: &str,
    module: impl Fn(&str) -> String,
) -> (String, PathBuf) {
    let names = ["_moved", "_moved_shims"].map(str::to_owned).into_iter();
    let numbered = (2..).map(|number| format!("_moved_shims_{number}"));
    let mut names = names.chain(numbered).map(|name| format!("{prefix}{name}"));
    let is_free = |name: &String| {
        let path = folder.join(name);
        survey.may_generate(&path.with_extension("py")) && !path.is_dir()
    };
    let name = names.find(is_free).expect("numbers do not end");
    (module(&name), folder.join(&name).with_extension("py"))
}

/// The runtime's text.
pub(super) fn runtime(env: &str) -> String {
    sealed("#", &RUNTIME.replace("@ENV@", env))
}

/// The `__init__.py` of a package that only holds shims.
pub(super) fn empty_package() -> String {
    sealed("#", "")
}

/// The shim of a module that is gone.
pub(super) fn shim(module: &LegacyModule, runtime: &str) -> String {
    let doc = match &module.target {
        Some(target) => format!("{} moved to {target}.", module.dotted),
        None => format!("The names of {} moved away.", module.dotted),
    };
    let import = import(runtime, "install");
    let arguments = arguments(module, module.names.keys(), 1);
    let body = format!("\"\"\"{doc}\"\"\"\n\n{import}\ninstall(\n    globals(),\n{arguments})\n");
    sealed("#", &body)
}

/// `from a.b import c`, as long as it has to be.
pub(super) fn import(module: &str, name: &str) -> String {
    let line = format!("from {module} import {name}");
    match line.len() <= WIDTH {
        true => format!("{line}\n"),
        false => format!("from {module} import (\n    {name},\n)\n"),
    }
}

/// The arguments that say what moved, a line each, at a depth of blocks.
pub(super) fn arguments<'n>(
    module: &LegacyModule,
    names: impl Iterator<Item = &'n String> + Clone,
    depth: usize,
) -> String {
    let indent = "    ".repeat(depth);
    let mut text = format!("{indent}{},\n", quoted(&module.dotted));
    let named = |text: &mut String, key: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{indent}{key}={},", quoted(value));
        }
    };
    if let Some(to) = &module.target {
        let _ = writeln!(text, "{indent}{},", target(to));
    }
    let listed = |text: &mut String, key: &str, items: Vec<String>| {
        if !items.is_empty() {
            let _ = writeln!(text, "{indent}{key}={{");
            for item in items {
                let _ = writeln!(text, "{indent}    {item},");
            }
            let _ = writeln!(text, "{indent}}},");
        }
    };
    let moved = names
        .clone()
        .map(|name| entry(name, &module.names[name].to));
    listed(&mut text, "names", moved.collect());
    named(&mut text, "since", &module.versions.since);
    named(&mut text, "remove_in", &module.versions.remove_in);
    let others = names.filter(|name| module.names[*name].versions != module.versions);
    let others = others.map(|name| {
        let Versions { since, remove_in } = &module.names[name].versions;
        format!(
            "{}: ({}, {})",
            quoted(name),
            quoted(since),
            quoted(remove_in)
        )
    });
    listed(&mut text, "versions", others.collect());
    text
}

/// The argument that says where the names of a module went.
pub(super) fn target(module: &str) -> String {
    format!("target={}", quoted(module))
}

/// What says where a name went.
pub(super) fn entry(name: &str, to: &Target) -> String {
    let to = format!("{}:{}", to.module, to.name.as_deref().unwrap_or_default());
    format!("{}: {}", quoted(name), quoted(&to))
}

/// Identifiers and versions: a version may hold anything.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
