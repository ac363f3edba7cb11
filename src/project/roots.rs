//! Where module paths of Python begin: found from project files, packages, and the manifest.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{ModuleName, SourceRoot, file_name, is_init, is_python};
use crate::plan::{Dialect, Plan};

/// Where module paths begin.
pub(super) struct SourceRoots {
    pub(super) roots: Vec<SourceRoot>,
    /// By the bytes of their paths: to look one up part by part takes longer than all else here.
    known: FxHashMap<OsString, usize>,
    /// Directories with an `__init__` file.
    packages: FxHashSet<OsString>,
    /// The manifest says so: nothing is guessed for files beneath them.
    set: Vec<PathBuf>,
    /// Folders that were asked for, each with what the module paths of its files begin with, from
    /// each root.
    prefixes: Vec<(PathBuf, Vec<(String, usize)>)>,
    /// The dotted paths of folders.
    pub(super) folders: FxHashSet<String>,
}

impl SourceRoots {
    pub(super) fn of(root: &Path, files: &[PathBuf], plan: &Plan) -> Self {
        let packages = files
            .iter()
            .filter(|path| is_python(path) && is_init(path))
            .filter_map(|path| path.parent().map(|dir| dir.as_os_str().to_owned()))
            .collect();
        let set: Vec<PathBuf> = plan
            .python_roots
            .iter()
            .map(|dir| crate::discover::lexically_normal(&root.join(dir)))
            .collect();
        let mut roots = Self {
            roots: Vec::new(),
            known: FxHashMap::default(),
            packages,
            set: set.clone(),
            prefixes: Vec::new(),
            folders: FxHashSet::default(),
        };
        for dir in set {
            roots.add(&dir, false);
        }
        for path in files {
            match file_name(path) {
                b"pyproject.toml" => roots.add_project(path),
                b"setup.py" | b"setup.cfg" | b"manage.py" => roots.add_around(path),
                _ => {}
            }
        }
        let modules = paths_named(plan);
        let by_name = by_last_name(files, &modules);
        for module in &modules {
            for path in by_name.get(last_name(module)).into_iter().flatten() {
                if let Some(base) = base_of(path, module) {
                    // What lies within a package is its copy of another: only that sees it so.
                    let mut above = base.ancestors().skip(1);
                    let is_copy = above.any(|dir| roots.packages.contains(dir.as_os_str()));
                    roots.add(&base, is_copy);
                    // `src.app` may be `app` as well: who runs what lies in a folder of that name
                    // puts it on the path, a package or not.
                    if module.starts_with("src.") {
                        roots.add(&base.join("src"), is_copy);
                    }
                }
            }
        }
        roots.add(root, false);
        roots
    }

    fn add(&mut self, dir: &Path, guessed: bool) -> usize {
        if let Some(&index) = self.known.get(dir.as_os_str()) {
            return index;
        }
        let index = self.roots.len();
        self.known.insert(dir.as_os_str().to_owned(), index);
        self.roots.push(SourceRoot {
            dir: dir.to_owned(),
            guessed,
        });
        index
    }

    fn add_around(&mut self, marker: &Path) {
        let Some(dir) = marker.parent() else { return };
        for sub in ["src", "lib", "python"] {
            let sub = dir.join(sub);
            if !self.packages.contains(sub.as_os_str()) {
                self.add(&sub, false);
            }
        }
        self.add(dir, false);
    }

    /// The folders that the known build backends and linters are told of.
    fn add_project(&mut self, pyproject: &Path) {
        self.add_around(pyproject);
        let Some(dir) = pyproject.parent() else {
            return;
        };
        let Ok(text) = std::fs::read_to_string(pyproject) else {
            return;
        };
        let Ok(table) = text.parse::<toml::Table>() else {
            return;
        };
        let at = |path: &[&str]| {
            let (first, rest) = path.split_first()?;
            rest.iter()
                .try_fold(table.get(*first)?, |value, key| value.get(key))
        };
        let mut dirs: Vec<String> = Vec::new();
        for path in [
            &["tool", "setuptools", "packages", "find", "where"][..],
            &["tool", "setuptools", "package-dir"],
            &["tool", "pdm", "build", "package-dir"],
            &["tool", "pytest", "ini_options", "pythonpath"],
            &["tool", "ruff", "src"],
            &["tool", "isort", "src_paths"],
            &["tool", "pyright", "extraPaths"],
            &["tool", "maturin", "python-source"],
            &["tool", "uv", "build-backend", "module-root"],
        ] {
            dirs.extend(at(path).into_iter().flat_map(strings));
        }
        if let Some(toml::Value::Array(packages)) = at(&["tool", "poetry", "packages"]) {
            dirs.extend(
                packages
                    .iter()
                    .filter_map(|p| p.get("from"))
                    .flat_map(strings),
            );
        }
        for sub in dirs {
            let sub = crate::discover::lexically_normal(&dir.join(sub));
            if sub.starts_with(dir) && !self.packages.contains(sub.as_os_str()) {
                self.add(&sub, false);
            }
        }
    }

    /// The folder of a file that may be a module, to ask for its names by.
    pub(super) fn folder(&mut self, path: &Path) -> Option<usize> {
        let dir = path.parent()?;
        if !is_python(path) && path.extension().is_some() {
            return None;
        }
        // Files come in order, so that those of one folder follow one another.
        let last = self.prefixes.last();
        if last.is_none_or(|(last, _)| last.as_os_str() != dir.as_os_str()) {
            let prefixes = self.prefixes_of(dir);
            for (prefix, _) in &prefixes {
                let mut folder = prefix.as_str();
                while !folder.is_empty() && self.folders.insert(folder.to_owned()) {
                    folder = folder.rsplit_once('.').map_or("", |(above, _)| above);
                }
            }
            self.prefixes.push((dir.to_owned(), prefixes));
        }
        Some(self.prefixes.len() - 1)
    }

    /// The names of a file of a folder, the likeliest first.
    pub(super) fn names(&self, folder: usize, path: &Path) -> Vec<ModuleName> {
        let stem = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("__init__") => "",
            Some(stem) if is_identifier(stem) => stem,
            _ => return Vec::new(),
        };
        let mut names: Vec<ModuleName> = Vec::new();
        for (prefix, root) in &self.prefixes[folder].1 {
            let dotted = match (prefix.is_empty(), stem.is_empty()) {
                (true, true) => continue,
                (true, false) => stem.to_owned(),
                (false, true) => prefix.clone(),
                (false, false) => format!("{prefix}.{stem}"),
            };
            if !names.iter().any(|name| name.dotted == dotted) {
                names.push(ModuleName {
                    dotted,
                    root: *root,
                });
            }
        }
        names
    }

    /// What the module paths of a folder's files begin with, from each root.
    fn prefixes_of(&mut self, dir: &Path) -> Vec<(String, usize)> {
        let is_set = |dir: &&Path| self.set.iter().any(|set| set == dir);
        let deepest_set = dir.ancestors().find(is_set);
        let mut top = dir;
        while self.packages.contains(top.as_os_str()) {
            match top.parent() {
                Some(above) => top = above,
                None => break,
            }
        }
        let guess = self.add(top, true);
        let mut prefixes = Vec::new();
        let mut note = |base: &Path, root: usize| {
            prefixes.extend(dotted_below(base, dir).map(|prefix| (prefix, root)));
        };
        if let Some(base) = deepest_set {
            note(base, self.known[base.as_os_str()]);
            return prefixes;
        }
        if top != dir {
            note(top, guess);
        }
        for base in dir.ancestors() {
            if let Some(&root) = self.known.get(base.as_os_str())
                && !self.roots[root].guessed
            {
                note(base, root);
            }
        }
        note(top, guess);
        prefixes
    }
}

fn strings(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(text) => vec![text.clone()],
        toml::Value::Array(items) => items.iter().flat_map(strings).collect(),
        toml::Value::Table(table) => table.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// Module paths of two or more segments that the plan names: a file of such a path tells its root.
fn paths_named(plan: &Plan) -> BTreeSet<String> {
    plan.moves_of(Dialect::Python)
        .flat_map(|mv| [&mv.from.module, &mv.to.module])
        .filter(|module| module.contains('.'))
        .cloned()
        .collect()
}

fn last_name(module: &str) -> &OsStr {
    OsStr::new(module.rsplit('.').next().unwrap_or(module))
}

/// The files of Python that have the last name of a module, in order.
fn by_last_name<'f, 'm>(
    files: &'f [PathBuf],
    modules: &'m BTreeSet<String>,
) -> FxHashMap<&'m OsStr, Vec<&'f Path>> {
    let names = modules.iter().map(|module| (last_name(module), Vec::new()));
    let mut by_name: FxHashMap<&OsStr, Vec<&Path>> = names.collect();
    if by_name.is_empty() {
        return by_name;
    }
    for path in files.iter().filter(|path| is_python(path)) {
        let name = match is_init(path) {
            true => path.parent().and_then(Path::file_name),
            false => path.file_stem(),
        };
        if let Some(files) = name.and_then(|name| by_name.get_mut(name)) {
            files.push(path);
        }
    }
    by_name
}

/// `root` for `root/a/b.py` or `root/a/b/__init__.py` and the module `a.b`.
fn base_of(path: &Path, module: &str) -> Option<PathBuf> {
    let mut base = path.to_owned();
    if is_init(path) {
        base.pop();
    } else {
        base.set_extension("");
    }
    for segment in module.rsplit('.') {
        if base.file_name()?.to_str()? != segment {
            return None;
        }
        base.pop();
    }
    Some(base)
}

/// `a.b` for the folder `base/a/b`; `None` where a segment is no identifier.
fn dotted_below(base: &Path, dir: &Path) -> Option<String> {
    let below = dir.strip_prefix(base).ok()?;
    let mut segments: Vec<&str> = Vec::new();
    for part in below.components() {
        segments.push(
            part.as_os_str()
                .to_str()
                .filter(|part| is_identifier(part))?,
        );
    }
    Some(segments.join("."))
}

fn is_identifier(segment: &str) -> bool {
    !segment.is_empty()
        && !segment.starts_with(|c: char| c.is_ascii_digit())
        && segment.chars().all(|c| c == '_' || c.is_alphanumeric())
}
