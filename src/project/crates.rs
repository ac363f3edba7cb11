//! Packages of Rust: which file is which module of which crate, and what crates are called there.
//!
//! Read from `Cargo.toml` and from where files lie, when a file of the package is first asked for.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use memchr::memmem;
use rustc_hash::FxHashMap;
use toml::{Table, Value};

/// The edition of a package that says nothing.
const FIRST_EDITION: u16 = 2015;

/// What `Cargo.toml` says of one package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// The folder of `Cargo.toml`.
    pub dir: PathBuf,
    /// Its own name.
    pub name: String,
    /// The library's name in paths, if the package has a library.
    pub lib: Option<String>,
    /// 2015, 2018, 2021 or 2024.
    pub edition: u16,
    /// What the crates that it depends on are called in its paths, to their libraries' names.
    pub externs: FxHashMap<String, String>,
    /// All that it depends on.
    pub dependencies: Vec<Dependency>,
    /// What its workspace has for all members: the key, and the library's name.
    pub shared: Vec<(String, String)>,
    /// The folder of its workspace, or its own.
    workspace: PathBuf,
    /// The build script.
    build: PathBuf,
    /// The library's root file.
    lib_root: PathBuf,
    /// Root files that `Cargo.toml` names, with the kind and the name of each target.
    declared: FxHashMap<PathBuf, String>,
    /// Files that a `#[path]` names, with their module.
    elsewhere: FxHashMap<PathBuf, Vec<String>>,
    /// Modules of `src` that only `src/main.rs` declares, where there is a library beside it.
    of_main: Vec<String>,
}

/// One line of a table of dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name of its library, whatever it is called here.
    pub library: String,
    /// Who may use it.
    pub kind: DependencyKind,
    /// `cfg(unix)` of `[target.'cfg(unix)'.dependencies]`.
    pub platform: Option<String>,
    /// It is there if a feature says so.
    pub optional: bool,
}

/// Who may use a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyKind {
    /// The library and the programs, and their tests.
    Normal,
    /// Tests, examples and benches.
    Dev,
    /// The build script.
    Build,
}

impl DependencyKind {
    const ALL: [Self; 3] = [Self::Normal, Self::Dev, Self::Build];

    /// The name of the table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Dev => "dev-dependencies",
            Self::Build => "build-dependencies",
        }
    }

    /// Whether code of this kind may use such a dependency: the tests inside of a library may use
    /// those of tests.
    pub fn serves(self, by: Self) -> bool {
        (self == Self::Build) == (by == Self::Build)
    }
}

/// Where a file of Rust stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustPlace {
    /// Its package.
    pub package: Option<Arc<Package>>,
    /// The name of its crate in paths; for crates that nobody can name, one that no path has.
    pub krate: String,
    /// Its module below the crate's root; empty for the root file.
    pub module: Vec<String>,
}

impl RustPlace {
    /// The absolute path of the file's module.
    pub fn path(&self) -> String {
        let mut path = self.krate.clone();
        for name in &self.module {
            path.push_str("::");
            path.push_str(name);
        }
        path
    }
}

/// The packages that were asked for, by their folder.
#[derive(Debug, Default)]
pub(super) struct Crates {
    packages: Mutex<FxHashMap<PathBuf, Option<Arc<Package>>>>,
}

impl Crates {
    /// Where `file` stands; `files` are all of the project, sorted by their bytes.
    pub(super) fn place(&self, root: &Path, files: &[PathBuf], file: &Path) -> RustPlace {
        match self.package_of(root, files, file) {
            Some(package) => place(package, file),
            None => RustPlace {
                package: None,
                krate: format!("{{{}}}", file.display()),
                module: Vec::new(),
            },
        }
    }

    /// The package that `file` belongs to: the nearest `Cargo.toml` of one above it.
    pub(super) fn package_of(
        &self,
        root: &Path,
        files: &[PathBuf],
        file: &Path,
    ) -> Option<Arc<Package>> {
        let above = file.ancestors().skip(1);
        let mut inside = above.take_while(|dir| dir.starts_with(root));
        inside.find_map(|dir| self.package(dir, files))
    }

    /// The package of this library in the same workspace.
    pub(super) fn beside(
        &self,
        files: &[PathBuf],
        package: &Package,
        library: &str,
    ) -> Option<Arc<Package>> {
        let manifests = files.iter().filter(|file| file.ends_with("Cargo.toml"));
        let dirs = manifests.filter_map(|file| file.parent());
        let mut packages = dirs.filter_map(|dir| self.package(dir, files));
        packages.find(|other| {
            other.lib.as_deref() == Some(library) && other.workspace == package.workspace
        })
    }

    fn package(&self, dir: &Path, files: &[PathBuf]) -> Option<Arc<Package>> {
        if let Ok(packages) = self.packages.lock()
            && let Some(known) = packages.get(dir)
        {
            return known.clone();
        }
        let package = Package::read(dir, files).map(Arc::new);
        if let Ok(mut packages) = self.packages.lock() {
            packages.insert(dir.to_owned(), package.clone());
        }
        package
    }
}

impl Package {
    fn read(dir: &Path, files: &[PathBuf]) -> Option<Self> {
        let table = manifest(dir)?;
        let about = table.get("package")?.as_table()?;
        let name = about.get("name").and_then(Value::as_str)?;
        let workspace = Workspace::above(dir, &table);
        let lib_table = table.get("lib").and_then(Value::as_table);
        let text = |table: Option<&Table>, key: &str| {
            let value = table?.get(key)?.as_str()?;
            Some(value.to_owned())
        };
        let lib_root = dir.join(text(lib_table, "path").unwrap_or_else(|| "src/lib.rs".into()));
        let has_lib = lib_table.is_some() || lib_root.is_file();
        let lib_name = text(lib_table, "name").unwrap_or_else(|| name.replace('-', "_"));
        let edition = match about.get("edition") {
            Some(Value::String(edition)) => edition.parse().ok(),
            Some(_) => workspace.edition,
            None => None,
        };
        let script = about.get("build").and_then(Value::as_str);
        let mut package = Self {
            dir: dir.to_owned(),
            name: name.to_owned(),
            build: dir.join(script.unwrap_or("build.rs")),
            workspace: workspace.dir.clone().unwrap_or_else(|| dir.to_owned()),
            shared: workspace.shared(),
            lib: has_lib.then_some(lib_name),
            edition: edition.unwrap_or(FIRST_EDITION),
            lib_root,
            ..Self::default()
        };
        for kind in ["bin", "test", "example", "bench"] {
            let targets = table.get(kind).and_then(Value::as_array);
            for target in targets.into_iter().flatten().filter_map(Value::as_table) {
                if let Some(path) = text(Some(target), "path") {
                    let name = format!("{{{kind} {path}}}");
                    package.declared.insert(dir.join(path), name);
                }
            }
        }
        for one in dependencies(&table) {
            let library = workspace.library(dir, one.key, one.value);
            // Without `package = "…"` the library's own name is what paths say.
            let name = match workspace.is_named(one.key, one.value) {
                true => one.key.replace('-', "_"),
                false => library.clone(),
            };
            package.externs.insert(name, library.clone());
            package.dependencies.push(Dependency {
                library,
                kind: one.kind,
                platform: one.platform.cloned(),
                optional: one.value.get("optional").and_then(Value::as_bool) == Some(true),
            });
        }
        package.find_paths(files);
        if has_lib {
            package.find_own_of_main();
        }
        Some(package)
    }

    /// Whose dependencies a file of the package may use.
    pub fn kind_of(&self, file: &Path) -> DependencyKind {
        let of_tests = ["{test", "{example", "{bench"];
        let declared = self.declared.get(file);
        let is_test = declared.is_some_and(|name| of_tests.iter().any(|it| name.starts_with(it)));
        let dirs = ["tests", "examples", "benches"];
        if file == self.build {
            DependencyKind::Build
        } else if is_test || dirs.iter().any(|dir| file.starts_with(self.dir.join(dir))) {
            DependencyKind::Dev
        } else {
            DependencyKind::Normal
        }
    }

    /// Finds the files that a `#[path = "…"]` puts elsewhere in the tree of modules.
    fn find_paths(&mut self, files: &[PathBuf]) {
        let from = files.partition_point(|file| file.as_os_str() < self.dir.as_os_str());
        let mut found = Vec::new();
        for file in files[from..]
            .iter()
            .take_while(|file| {
                file.as_os_str()
                    .as_encoded_bytes()
                    .starts_with(self.dir.as_os_str().as_encoded_bytes())
            })
            .filter(|file| file.extension().is_some_and(|e| e == "rs"))
        {
            let Ok(bytes) = std::fs::read(file) else {
                continue;
            };
            if memmem::find(&bytes, b"path").is_none() {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            for (path, name) in path_attributes(&text) {
                let dir = file.parent().unwrap_or(&self.dir);
                let target = crate::discover::lexically_normal(&dir.join(path));
                found.push((target, file.clone(), name));
            }
        }
        // A file that is put elsewhere may put others elsewhere.
        for _ in 0..found.len().min(4) {
            for (target, file, name) in &found {
                let mut module = place(Arc::new(self.clone()), file).module;
                module.push(name.clone());
                self.elsewhere.insert(target.clone(), module);
            }
        }
    }

    fn find_own_of_main(&mut self) {
        let declared = |path: &Path| {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let lines = text.lines().filter_map(|line| {
                let line = line.trim_start().trim_start_matches("pub ");
                let name = line.strip_prefix("mod ")?.split(';').next()?;
                line.contains(';').then(|| name.trim().to_owned())
            });
            lines.collect::<Vec<String>>()
        };
        let of_lib = declared(&self.lib_root);
        let mut of_main = declared(&self.dir.join("src/main.rs"));
        of_main.retain(|name| !of_lib.contains(name));
        self.of_main = of_main;
    }
}

/// `#[path = "a.rs"] mod b;` in a text: the path, and the module's name.
fn path_attributes(text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("path") {
        if !text[..at].trim_end().ends_with(['[', ',']) {
            continue;
        }
        let Some(rest) = text[at + 4..].trim_start().strip_prefix('=') else {
            continue;
        };
        let Some((path, rest)) = rest
            .trim_start()
            .strip_prefix('"')
            .and_then(|rest| rest.split_once('"'))
        else {
            continue;
        };
        // Other attributes may stand between.
        let rest = rest.trim_start().trim_start_matches(')');
        let Some(rest) = rest.trim_start().strip_prefix(']') else {
            continue;
        };
        let end = rest.find([';', '{', '}']).unwrap_or(rest.len());
        let words: Vec<&str> = rest[..end].split_whitespace().collect();
        if rest[end..].starts_with(';')
            && let [.., "mod", name] = words[..]
        {
            found.push((path, name.trim_start_matches("r#").to_owned()));
        }
    }
    found
}

/// What a workspace says for its members.
#[derive(Default)]
struct Workspace {
    dir: Option<PathBuf>,
    edition: Option<u16>,
    dependencies: Table,
}

impl Workspace {
    fn above(dir: &Path, own: &Table) -> Self {
        let of = |dir: &Path, table: &Table| {
            let workspace = table.get("workspace")?.as_table()?;
            let edition = workspace
                .get("package")
                .and_then(|about| about.get("edition")?.as_str()?.parse().ok());
            let dependencies = workspace.get("dependencies").and_then(Value::as_table);
            Some(Self {
                dir: Some(dir.to_owned()),
                edition,
                dependencies: dependencies.cloned().unwrap_or_default(),
            })
        };
        of(dir, own)
            .or_else(|| {
                let mut above = dir.ancestors().skip(1);
                above.find_map(|dir| of(dir, &manifest(dir)?))
            })
            .unwrap_or_default()
    }

    /// Its dependencies: the key, and the library's name.
    fn shared(&self) -> Vec<(String, String)> {
        let dir = self.dir.as_deref().unwrap_or(Path::new(""));
        let all = self.dependencies.iter();
        let pair = |(key, value): (&String, &Value)| (key.clone(), library(dir, key, value));
        all.map(pair).collect()
    }

    /// Whether the key of a dependency is a name that was chosen for it.
    fn is_named(&self, key: &str, value: &Value) -> bool {
        let shared = self.dependencies.get(key);
        let shared = shared.filter(|_| value.get("workspace").is_some());
        shared.unwrap_or(value).get("package").is_some()
    }

    /// The name in paths of the library that a dependency gives.
    fn library(&self, dir: &Path, key: &str, value: &Value) -> String {
        let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
        match inherited.then(|| self.dependencies.get(key)).flatten() {
            Some(shared) => library(self.dir.as_deref().unwrap_or(dir), key, shared),
            None => library(dir, key, value),
        }
    }
}

/// The name in paths of the library that a dependency in the manifest of `dir` gives.
fn library(dir: &Path, key: &str, value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let named = text("path").and_then(|path| {
        let lib = manifest(&dir.join(path))?;
        Some(lib.get("lib")?.get("name")?.as_str()?.to_owned())
    });
    named.unwrap_or_else(|| text("package").unwrap_or(key).replace('-', "_"))
}

fn manifest(dir: &Path) -> Option<Table> {
    let text = std::fs::read_to_string(dir.join("Cargo.toml")).ok()?;
    text.trim_start_matches('\u{feff}').parse().ok()
}

/// One entry of a table of dependencies.
struct Listed<'t> {
    key: &'t String,
    value: &'t Value,
    kind: DependencyKind,
    platform: Option<&'t String>,
}

/// All dependencies of a package, of every kind and every platform.
fn dependencies(table: &Table) -> Vec<Listed<'_>> {
    let targets = table.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flatten();
    let targets = targets.filter_map(|(platform, table)| Some((Some(platform), table.as_table()?)));
    let mut listed = Vec::new();
    for (platform, table) in std::iter::once((None, table)).chain(targets) {
        for kind in DependencyKind::ALL {
            let names = [kind.table().to_owned(), kind.table().replace('-', "_")];
            let tables = names.iter().filter_map(|name| table.get(name));
            // Both are one name where it has no hyphen.
            for entries in tables.take(1).map(Value::as_table) {
                listed.extend(entries.into_iter().flatten().map(|(key, value)| Listed {
                    key,
                    value,
                    kind,
                    platform,
                }));
            }
        }
    }
    listed
}

/// Where a file of `package` stands, as its path and the attributes `#[path]` tell.
fn place(package: Arc<Package>, file: &Path) -> RustPlace {
    let lib = package.lib.clone();
    let main = || lib.clone().unwrap_or_else(|| "{main}".to_owned());
    if let Some(module) = package.elsewhere.get(file) {
        return RustPlace {
            krate: main(),
            module: module.clone(),
            package: Some(package),
        };
    }
    let declared = package.declared.get(file).cloned();
    let lib_dir = package.lib_root.parent().unwrap_or(&package.dir);
    let below = |dir: &Path| file.strip_prefix(dir).ok().map(Path::to_owned);
    let at = |krate: String, module: Vec<String>| RustPlace {
        krate,
        module,
        package: Some(package.clone()),
    };
    if let Some(krate) = declared {
        return at(krate, Vec::new());
    }
    if file == package.lib_root {
        return at(main(), Vec::new());
    }
    if file == package.dir.join("src/main.rs") {
        return at("{main}".to_owned(), Vec::new());
    }
    if file == package.build {
        return at("{build}".to_owned(), Vec::new());
    }
    for dir in ["src/bin", "tests", "examples", "benches"] {
        let Some(rest) = below(&package.dir.join(dir)) else {
            continue;
        };
        let parts = segments(&rest);
        let dir_root = |name: &str| package.dir.join(dir).join(name).join("main.rs");
        return match parts.split_first() {
            // A root of its own: `tests/a.rs`.
            Some((_, [])) if rest.iter().count() == 1 => {
                at(format!("{{{dir}/{}}}", rest.display()), Vec::new())
            }
            Some((first, rest)) if dir_root(first).is_file() => {
                let module = match rest {
                    [main] if main == "main" => Vec::new(),
                    rest => rest.to_vec(),
                };
                at(format!("{{{dir}/{first}}}"), module)
            }
            // A module that several roots may share: `tests/common/mod.rs`.
            _ => at(format!("{{{dir}}}"), parts),
        };
    }
    let src = below(lib_dir).or_else(|| below(&package.dir.join("src")));
    match src {
        Some(rest) => {
            let module = segments(&rest);
            let first = module.first();
            let of_main = first.is_some_and(|first| package.of_main.contains(first));
            let krate = if of_main { "{main}".to_owned() } else { main() };
            at(krate, module)
        }
        None => at(format!("{{{}}}", file.display()), Vec::new()),
    }
}

/// `a::b` for `a/b.rs` and `a/b/mod.rs`.
fn segments(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        Package {
            dir: "/p".into(),
            lib: Some("lib".into()),
            lib_root: "/p/src/lib.rs".into(),
            ..Package::default()
        }
    }

    #[track_caller]
    fn check(package: Package, file: &str, wanted: &str) {
        let place = place(Arc::new(package), Path::new(file));
        assert_eq!(place.path(), wanted, "{file}");
    }

    #[test]
    fn a_file_is_the_module_of_its_path() {
        check(package(), "/p/src/lib.rs", "lib");
        check(package(), "/p/src/a.rs", "lib::a");
        check(package(), "/p/src/a/mod.rs", "lib::a");
        check(package(), "/p/src/a/b.rs", "lib::a::b");
        check(package(), "/p/tests/common/mod.rs", "{tests}::common");
        check(package(), "/p/tests/t.rs", "{tests/t.rs}");
        check(package(), "/p/src/main.rs", "{main}");
    }

    #[test]
    fn a_path_attribute_puts_a_file_elsewhere() {
        let mut package = package();
        package
            .elsewhere
            .insert("/p/src/x.rs".into(), vec!["a".into(), "b".into()]);
        check(package, "/p/src/x.rs", "lib::a::b");
    }

    #[test]
    fn path_attributes_are_found_in_text() {
        let text = "#[path = \"x.rs\"]\n#[cfg(a)]\npub mod y;\n#[path=\"z.rs\"] mod r#w;\nmod q;";
        let wanted = vec![("x.rs", "y".to_owned()), ("z.rs", "w".to_owned())];
        assert_eq!(path_attributes(text), wanted);
    }
}
