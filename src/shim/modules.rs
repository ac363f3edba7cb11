//! The legacy modules of Python: what moved away from each, and whether it is still there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::survey::Survey;
use crate::lang::python;
use crate::manifest::{Manifest, MoveSpec};
use crate::plan::{Dialect, Move, Plan, Target};
use crate::project::FileId;

/// When a path was deprecated and when it goes away; empty where the manifest does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Versions {
    pub(super) since: String,
    pub(super) remove_in: String,
}

impl Versions {
    fn of(spec: &MoveSpec) -> Self {
        Self {
            since: spec.since.clone().unwrap_or_default(),
            remove_in: spec.remove_in.clone().unwrap_or_default(),
        }
    }
}

/// A name that leads elsewhere than its module.
#[derive(Debug, Clone)]
pub(super) struct MovedName {
    pub(super) to: Target,
    pub(super) versions: Versions,
    /// `class`, `function` or `constant`, where the manifest says so.
    pub(super) kind: Option<String>,
    /// The index of its move in the manifest.
    pub(super) spec: usize,
}

/// What stands where a legacy module was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing, or a generated file.
    Gone,
    /// A file of the user's that only gives the moved names on.
    Reexports,
    /// A file of the user's that lost some names and has others.
    Alive,
    /// A file of the user's that has to go first, and why.
    Busy(String),
}

/// A module that things moved away from.
#[derive(Debug, Clone)]
pub(super) struct LegacyModule {
    pub(super) dotted: String,
    /// The module that all its other names moved to.
    pub(super) target: Option<String>,
    /// The names that lead elsewhere.
    pub(super) names: BTreeMap<String, MovedName>,
    /// The names of the legacy modules right below it.
    pub(super) submodules: BTreeSet<String>,
    /// Those of the module, or of its first name.
    pub(super) versions: Versions,
    /// Its file, absolute.
    pub(super) path: PathBuf,
    pub(super) standing: Standing,
    /// The package that has the runtime.
    pub(super) runtime_owner: String,
}

impl LegacyModule {
    /// The outermost package of its path where nothing of it is here, nor of what it leads to:
    /// then nobody asks for a shim but who says that the package is his.
    pub(super) fn foreign<'m>(
        &'m self,
        manifest: &Manifest,
        survey: &Survey<'_>,
    ) -> Option<&'m str> {
        let targets = self.names.values().map(|name| name.to.module.as_str());
        let targets = targets.chain(self.target.as_deref());
        let mut paths = [self.dotted.as_str()].into_iter().chain(targets);
        let is_own = manifest.package.python.is_some();
        let is_here = is_own || paths.any(|path| survey.places.has(outermost(path)));
        (!is_here).then(|| outermost(&self.dotted))
    }

    /// Whether its file is a generated one.
    pub(super) fn is_generated(&self) -> bool {
        matches!(self.standing, Standing::Gone | Standing::Reexports)
    }
}

fn outermost(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

/// The legacy modules, in the order of their paths.
pub(super) fn legacy_modules(
    manifest: &Manifest,
    plan: &Plan,
    survey: &Survey<'_>,
) -> Vec<LegacyModule> {
    let specs: BTreeMap<&str, usize> = manifest
        .moves
        .iter()
        .enumerate()
        .map(|(at, spec)| (spec.id.as_str(), at))
        .collect();
    let mut modules: BTreeMap<String, Unplaced> = BTreeMap::new();
    let renamed = plan.moves_of(Dialect::Python);
    let renamed = renamed.filter(|mv| mv.to.name.is_some());
    let renamed: BTreeSet<String> = renamed.map(|mv| mv.to.dotted()).collect();
    for mv in plan.moves_of(Dialect::Python) {
        let Some(&at) = specs.get(mv.id.as_str()) else {
            continue;
        };
        let versions = Versions::of(&manifest.moves[at]);
        match &mv.from.name {
            Some(name) => {
                let module = modules.entry(mv.from.module.clone()).or_default();
                let moved = MovedName {
                    to: mv.to.clone(),
                    versions: versions.clone(),
                    kind: mv.kind.clone(),
                    spec: at,
                };
                module.names.insert(name.clone(), moved);
                // A name of a package that is a module is imported by its path as well.
                for (from, to) in renamed_modules(survey, mv) {
                    modules.entry(from).or_default().target = Some((to, versions.clone(), at));
                }
            }
            None => {
                for (from, to) in moved_modules(survey, plan, mv, &renamed) {
                    modules.entry(from).or_default().target = Some((to, versions.clone(), at));
                }
            }
        }
    }
    modules.retain(|dotted, unplaced| unplaced.is_alive(survey, dotted));
    let submodules = submodules(&mut modules);
    let paths: BTreeSet<String> = modules.keys().cloned().collect();
    let modules = modules.into_iter().map(|(dotted, unplaced)| {
        // What lies below a module is the next in order behind its dot.
        let below = format!("{dotted}.");
        let next = paths.range(below.clone()..).next();
        let has_submodules = next.is_some_and(|next| next.starts_with(&below));
        let mut module = unplaced.placed(manifest, survey, dotted, has_submodules);
        module.submodules = submodules.get(&module.dotted).cloned().unwrap_or_default();
        module
    });
    modules.collect()
}

/// The names of the modules right below each. One that is called otherwise than in the package that
/// the others moved to is a name of the legacy package, which the new one cannot know.
fn submodules(modules: &mut BTreeMap<String, Unplaced>) -> BTreeMap<String, BTreeSet<String>> {
    let mut below: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut renamed = Vec::new();
    for (dotted, unplaced) in modules.iter() {
        let Some((package, name)) = dotted.rsplit_once('.') else {
            continue;
        };
        let names = below.entry(package.to_owned()).or_default();
        names.insert(name.to_owned());
        let above = modules.get(package).and_then(|it| it.target.as_ref());
        let Some(((to, versions, spec), (above, ..))) = unplaced.target.as_ref().zip(above) else {
            continue;
        };
        let to_name = to
            .rsplit_once('.')
            .filter(|_| *to != format!("{above}.{name}"));
        if let Some((module, new)) = to_name {
            let moved = MovedName {
                to: Target {
                    module: module.to_owned(),
                    name: Some(new.to_owned()),
                },
                versions: versions.clone(),
                kind: None,
                spec: *spec,
            };
            renamed.push((package.to_owned(), name.to_owned(), moved));
        }
    }
    for (package, name, moved) in renamed {
        let package = modules.get_mut(&package);
        let names = package.map(|package| &mut package.names);
        names.map(|names| names.entry(name).or_insert(moved));
    }
    below
}

/// What is known of a legacy module before it is looked for.
#[derive(Default)]
struct Unplaced {
    target: Option<(String, Versions, usize)>,
    names: BTreeMap<String, MovedName>,
}

/// `a.legacy`, and each `a.legacy.x` of which there is the new module.
fn moved_modules(
    survey: &Survey<'_>,
    plan: &Plan,
    mv: &Move,
    renamed: &BTreeSet<String>,
) -> Vec<(String, String)> {
    let (from, to) = (&mv.from.module, &mv.to.module);
    let mut modules = vec![(from.clone(), to.clone())];
    for new in survey.places.modules_below(to) {
        let legacy = format!("{from}{}", &new[to.len()..]);
        let leads_here = plan
            .lookup(&legacy)
            .is_some_and(|moved| moved.mv.id == mv.id && moved.dotted() == new);
        // What lies below the legacy package is not canonical, though the target be above it.
        let is_legacy = plan.lookup(new).is_some();
        let is_renamed = heads(new).any(|head| renamed.contains(head));
        if leads_here && !is_legacy && !is_renamed {
            modules.push((legacy, new.to_owned()));
        }
    }
    modules
}

/// A path and all that it lies below.
fn heads(dotted: &str) -> impl Iterator<Item = &str> {
    let dots = dotted.match_indices('.').map(|(at, _)| &dotted[..at]);
    dots.chain([dotted])
}

/// The same of a `rename` whose name is that of a submodule.
fn renamed_modules(survey: &Survey<'_>, mv: &Move) -> Vec<(String, String)> {
    let (from, to) = (mv.from.dotted(), mv.to.dotted());
    if survey.users_module(&to).is_none() {
        return Vec::new();
    }
    let below = survey.places.modules_below(&to);
    let below = below.map(|new| (format!("{from}{}", &new[to.len()..]), new.to_owned()));
    let mut modules: Vec<(String, String)> = below.collect();
    modules.push((from, to));
    modules
}

impl Unplaced {
    /// Forgets what is to be gone by now; says whether anything is left.
    fn is_alive(&mut self, survey: &Survey<'_>, dotted: &str) -> bool {
        let path = path_of(survey, dotted, self.like().unwrap_or(dotted), false);
        let is_due = |versions: &Versions| {
            survey
                .releases
                .is_due(Dialect::Python, &path, &versions.remove_in)
        };
        self.names.retain(|_, name| !is_due(&name.versions));
        self.target.take_if(|(_, versions, _)| is_due(versions));
        self.target.is_some() || !self.names.is_empty()
    }

    /// The module that most of it went to.
    fn like(&self) -> Option<&str> {
        let target = self.target.as_ref().map(|(target, ..)| target.as_str());
        let first = || {
            self.names
                .values()
                .next()
                .map(|name| name.to.module.as_str())
        };
        target.or_else(first)
    }

    fn placed(
        self,
        manifest: &Manifest,
        survey: &Survey<'_>,
        dotted: String,
        has_submodules: bool,
    ) -> LegacyModule {
        let first = self.names.values().next().map(|name| name.versions.clone());
        let generated = path_of(
            survey,
            &dotted,
            self.like().unwrap_or(&dotted),
            has_submodules,
        );
        let (target, versions) = match self.target {
            Some((target, versions, _)) => (Some(target), versions),
            None => (None, first.unwrap_or_default()),
        };
        let file = survey.users_module(&dotted);
        let users = file.map(|file| survey.project.files()[file].clone());
        // A stub beside a module that is gone is no module.
        let users = users.filter(|path| path.extension().is_none_or(|e| e != "pyi"));
        let path = users.clone().unwrap_or_else(|| generated.clone());
        let mut module = LegacyModule {
            runtime_owner: owner(manifest, survey, (&dotted, &path)),
            dotted,
            target,
            names: self.names,
            submodules: BTreeSet::new(),
            versions,
            path,
            standing: Standing::Gone,
        };
        if let (Some(path), Some(file)) = (users, file) {
            module.standing = standing(survey, &module, file, &path);
            if module.standing == Standing::Reexports && path != generated {
                module.standing = Standing::Busy(format!(
                    "`{}` has submodules, so its shim is `{}`: delete this file first",
                    module.dotted,
                    survey.shown(&generated).display()
                ));
            }
        }
        module
    }
}

/// What a file of the user's is to the shim of its module.
fn standing(survey: &Survey<'_>, module: &LegacyModule, file: FileId, path: &Path) -> Standing {
    if path.extension().is_none_or(|extension| extension != "py") {
        return Standing::Busy("only a module of Python can become a shim".to_owned());
    }
    let text = match survey.source(path) {
        Ok(Some(source)) => source.text().to_owned(),
        _ => return Standing::Busy("it cannot be read as text".to_owned()),
    };
    let gives_on = |one: &python::Reexport| {
        let given = survey.project.absolute(Some(file), &one.module);
        given.iter().any(|given| match &one.name {
            Some(name) => {
                let legacy = format!("{}.{}", module.dotted, one.bound);
                let moved = survey.plan.lookup(&legacy);
                moved.is_some_and(|moved| moved.dotted() == format!("{given}.{name}"))
            }
            None => module.target.as_ref() == Some(given),
        })
    };
    let only_gives_on = python::reexports(&text).is_some_and(|all| all.iter().all(gives_on));
    let has_neighbours = survey.project.is_package(file)
        && survey
            .places
            .modules_below(&module.dotted)
            .any(|other| survey.plan.lookup(other).is_none());
    match (&module.target, only_gives_on) {
        (Some(_), true) => Standing::Reexports,
        // The package of other modules is more than the names that it lost.
        (None, true) if !has_neighbours => Standing::Reexports,
        (None, _) => Standing::Alive,
        (Some(target), false) => Standing::Busy(format!(
            "`{}` still has code of its own: move it to `{target}` and delete this file, and a shim takes its place",
            module.dotted
        )),
    }
}

/// Where the file of a legacy module is to stand.
fn path_of(survey: &Survey<'_>, dotted: &str, like: &str, has_submodules: bool) -> PathBuf {
    let parts: Vec<&str> = dotted.split('.').collect();
    let known = (1..parts.len()).rev().find_map(|length| {
        let folder = survey.places.folder(&parts[..length].join("."))?;
        Some((folder.to_owned(), length))
    });
    let (mut path, known) = known.unwrap_or_else(|| (survey.root_like(like), 0));
    path.extend(&parts[known..]);
    // Modules that are there make a package of it as well.
    let is_package = has_submodules || survey.places.folder(dotted).is_some();
    match is_package {
        true => path.join("__init__.py"),
        false => path.with_extension("py"),
    }
}

/// The package that the runtime lies in: the one that ships the moves, else the outermost one. Of
/// namespaces alone it is the first: other distributions have files there, too.
fn owner(manifest: &Manifest, survey: &Survey<'_>, (dotted, path): (&str, &Path)) -> String {
    if let Some(package) = &manifest.package.python {
        return package.import.clone();
    }
    let package = survey.outermost_package(dotted, path);
    package.unwrap_or(outermost(dotted)).to_owned()
}
