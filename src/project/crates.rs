//! Packages of Rust: which file is which module of which crate, and what crates are called there.
//!
//! Read from `Cargo.toml` and from where files lie, when a file of the package is first asked for.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};
use toml::{Table, Value};

use super::files::{id_among, is_rust};
use super::listed::dependencies;
use super::modules::{self, Owner};
use super::places::{Documented, RustPlace, joined};
use super::rustfmt::Format;
use super::workspace::{Shared, Workspace, is_inherited, is_unreadable, manifest};

/// The edition of a package that says nothing.
const FIRST_EDITION: u16 = 2015;

/// How many modules may lie in each other.
const DEEPEST: usize = 64;

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
    /// The oldest compiler that it is for.
    pub rust_version: Option<String>,
    /// How its code is formatted.
    pub format: Format,
    /// What the crates that it depends on are called in its paths, to their libraries' names.
    pub externs: FxHashMap<String, String>,
    /// All that it depends on.
    pub dependencies: Vec<Dependency>,
    /// What its workspace has for all members.
    pub shared: Vec<Shared>,
    /// The crates that it depends on from now on: worked out when they are first asked for.
    pub(crate) gained: OnceLock<BTreeSet<String>>,
    /// The folder of its workspace, or its own.
    pub(crate) workspace: PathBuf,
    /// The build script.
    build: PathBuf,
    /// The library's root file.
    lib_root: PathBuf,
    /// The library is one of procedural macros.
    proc_macro: bool,
    /// Root files that `Cargo.toml` names, with the kind and the name of each target.
    declared: FxHashMap<PathBuf, String>,
    /// All files of the project.
    files: Arc<[PathBuf]>,
    /// The root files of its crates: worked out when they are first asked for.
    roots: OnceLock<Vec<Root>>,
    /// Where its files stand: worked out when that is first asked.
    seats: OnceLock<Seats>,
    /// The files of its modules that have some of their own, by the paths of the modules.
    modules: OnceLock<FxHashMap<String, Vec<PathBuf>>>,
}

/// The root file of a crate, what the crate is called, and whose dependencies it uses.
pub(super) type Root = (PathBuf, String, DependencyKind);

/// A module of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seat {
    krate: String,
    module: Vec<String>,
    kind: DependencyKind,
    /// How many names of `module` stay around what its macros reach.
    around_macros: usize,
    /// In another configuration another file is this module.
    varies: bool,
    /// `include!` makes its text a part of the module, which has a file of its own.
    included: bool,
    documented: Documented,
}

impl Seat {
    fn path(&self) -> String {
        joined(&self.krate, &self.module)
    }
}

/// One line of a table of dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Its key in the table, by which features ask for it.
    pub key: String,
    /// The name of its library, whatever it is called here.
    pub library: String,
    /// Who may use it.
    pub kind: DependencyKind,
    /// `cfg(unix)` of `[target.'cfg(unix)'.dependencies]`.
    pub platform: Option<String>,
    /// It is there if a feature says so.
    pub optional: bool,
    /// It is as the workspace has it.
    pub shared: bool,
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
    pub(super) const ALL: [Self; 3] = [Self::Normal, Self::Dev, Self::Build];

    /// The name of the table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Normal => "dependencies",
            Self::Dev => "dev-dependencies",
            Self::Build => "build-dependencies",
        }
    }

    /// Whether all code of a kind may use such a dependency.
    pub fn is_for(self, by: Self) -> bool {
        self == by || (self == Self::Normal && by == Self::Dev)
    }

    /// Whether code of a kind may use such a dependency: the tests inside of a library may use
    /// those of tests.
    pub fn serves(self, by: Self) -> bool {
        (self == Self::Build) == (by == Self::Build)
    }
}

/// A package, if its `Cargo.toml` can be read.
type Readable = Result<Arc<Package>, Unreadable>;

/// A `Cargo.toml` that nobody can read: whose the files below are, and what they depend on, is not
/// known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unreadable;

/// The packages that were asked for, by their folder.
#[derive(Debug, Default)]
pub(super) struct Crates {
    packages: Mutex<FxHashMap<PathBuf, Option<Readable>>>,
    /// Those of the whole project.
    all: OnceLock<Vec<Arc<Package>>>,
    /// Where the files stand that belong to no package.
    loose: OnceLock<Seats>,
    /// Of each file.
    members: OnceLock<Vec<Member>>,
}

/// Where files stand in the trees of modules; most of them in one. A document stands where it is
/// included as documentation.
type Seats = FxHashMap<PathBuf, Vec<Seat>>;

/// What a file belongs to, by numbers of ours.
#[derive(Debug)]
struct Member {
    package: Option<usize>,
    crates: Vec<usize>,
}

impl Crates {
    /// Where `file` stands; `files` are all of the project, sorted by their bytes.
    pub(super) fn place(&self, root: &Path, files: &Arc<[PathBuf]>, file: &Path) -> RustPlace {
        match self.package_of(root, files, file) {
            Some(package) => place(package, file),
            None => {
                let seats = self.loose(root, files).get(file);
                let seat = seats.and_then(|seats| seats.first());
                RustPlace {
                    package: None,
                    krate: seat.map_or_else(|| of_root(file), |seat| seat.krate.clone()),
                    module: seat.map_or_else(Vec::new, |seat| seat.module.clone()),
                    edition: None,
                    around_macros: only(seats).map(|seat| seat.around_macros),
                    varies: only(seats).is_none_or(|seat| seat.varies),
                    included: seats.is_some_and(|seats| seats.iter().any(|seat| seat.included)),
                    documented: documented(seats),
                }
            }
        }
    }

    /// The other paths of a file's module, where several crates share the file, and the first one.
    pub(super) fn shared_modules(
        &self,
        root: &Path,
        files: &Arc<[PathBuf]>,
        file: &Path,
    ) -> Vec<(String, String)> {
        let package = self.package_of(root, files, file);
        let seats = match &package {
            Some(package) => package.seats().get(file),
            None => self.loose(root, files).get(file),
        };
        // Code that two modules include makes one of the other of neither.
        let seats = seats.into_iter().flatten().filter(|seat| !seat.included);
        let paths: Vec<String> = seats.map(Seat::path).collect();
        let others = paths.iter().skip(1);
        others
            .map(|path| (path.clone(), paths[0].clone()))
            .collect()
    }

    /// Files without a package are crates as well: a root is one that no other file has as a module.
    fn loose(&self, root: &Path, files: &Arc<[PathBuf]>) -> &Seats {
        self.loose.get_or_init(|| {
            let rust = files.iter().filter(|file| is_rust(file));
            let loose = rust.filter(|file| self.package_of(root, files, file).is_none());
            let loose: Vec<&PathBuf> = loose.collect();
            let mut inner: FxHashSet<PathBuf> = FxHashSet::default();
            for file in &loose {
                let text = text_of(file);
                for owner in [Owner::Folder, Owner::Name] {
                    let below = modules::below(file, &text, owner, |path| is_one_of(files, path));
                    inner.extend(below.into_iter().map(|it| it.file).filter(|it| it != *file));
                }
            }
            let mut seats = Seats::default();
            for file in loose.into_iter().filter(|file| !inner.contains(*file)) {
                let root = (file.clone(), of_root(file), DependencyKind::Normal);
                follow(root, files, Path::new(""), &mut seats);
            }
            seats
        })
    }

    /// The package that `file` belongs to: the nearest `Cargo.toml` of one above it.
    pub(super) fn package_of(
        &self,
        root: &Path,
        files: &Arc<[PathBuf]>,
        file: &Path,
    ) -> Option<Arc<Package>> {
        let above = file.ancestors().skip(1);
        let mut inside = above.take_while(|dir| dir.starts_with(root));
        inside.find_map(|dir| self.package(dir, files))?.ok()
    }

    /// The packages of the project that have this library.
    pub(super) fn with_library(&self, files: &Arc<[PathBuf]>, library: &str) -> Vec<Arc<Package>> {
        let packages = self.all(files).iter().cloned();
        packages
            .filter(|package| package.lib.as_deref() == Some(library))
            .collect()
    }

    fn all(&self, files: &Arc<[PathBuf]>) -> &[Arc<Package>] {
        self.all.get_or_init(|| {
            let manifests = files.iter().filter(|file| file.ends_with("Cargo.toml"));
            let dirs = manifests.filter_map(|file| file.parent());
            let packages = dirs.filter_map(|dir| self.package(dir, files));
            packages.filter_map(Result::ok).collect()
        })
    }

    /// The modules whose documentation a document is.
    pub(super) fn documented(
        &self,
        root: &Path,
        files: &Arc<[PathBuf]>,
        document: &Path,
    ) -> Vec<RustPlace> {
        let loose = self.loose(root, files).get(document);
        let loose = loose.into_iter().flatten().map(|seat| (None, seat));
        let seats = self.all(files).iter().flat_map(|package| {
            let seats = package.seats().get(document).into_iter().flatten();
            seats.map(move |seat| (Some(Arc::clone(package)), seat))
        });
        let seats = seats.chain(loose).filter(|(_, seat)| !seat.included);
        let places = seats.map(|(package, seat)| RustPlace {
            package,
            krate: seat.krate.clone(),
            module: seat.module.clone(),
            edition: None,
            around_macros: None,
            varies: true,
            included: false,
            documented: Documented::No,
        });
        places.collect()
    }

    /// Where else a file stands that several modules include, beside its [`place`](Self::place).
    pub(super) fn other_places(
        &self,
        root: &Path,
        files: &Arc<[PathBuf]>,
        file: &Path,
    ) -> Vec<RustPlace> {
        let own = self.place(root, files, file);
        let seats = match &own.package {
            Some(package) => package.seats().get(file),
            None => self.loose(root, files).get(file),
        };
        let mut places: Vec<RustPlace> = Vec::new();
        for seat in seats.into_iter().flatten() {
            let place = RustPlace {
                krate: seat.krate.clone(),
                module: seat.module.clone(),
                ..own.clone()
            };
            if place != own && !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// Whether two files, by their places in `files`, may belong to one crate.
    pub(super) fn share_a_crate(
        &self,
        root: &Path,
        files: &Arc<[PathBuf]>,
        (one, other): (usize, usize),
    ) -> bool {
        let members = self.members.get_or_init(|| self.members(root, files));
        let (one, other) = (&members[one], &members[other]);
        if one.crates.is_empty() || other.crates.is_empty() {
            return one.package == other.package;
        }
        one.crates.iter().any(|krate| other.crates.contains(krate))
    }

    fn members(&self, root: &Path, files: &Arc<[PathBuf]>) -> Vec<Member> {
        let mut crates: FxHashMap<&Path, Vec<usize>> = FxHashMap::default();
        let mut numbers: FxHashMap<(&Path, &str), usize> = FxHashMap::default();
        for package in self.all(files) {
            for (file, seats) in package.seats() {
                let of_file = crates.entry(file).or_default();
                for seat in seats {
                    let next = numbers.len();
                    let number = numbers.entry((&package.dir, &seat.krate));
                    of_file.push(*number.or_insert(next));
                }
            }
        }
        let mut packages: FxHashMap<PathBuf, usize> = FxHashMap::default();
        let of_file = files.iter().map(|file| {
            let package = self.package_of(root, files, file).map(|package| {
                let next = packages.len();
                *packages.entry(package.dir.clone()).or_insert(next)
            });
            let crates = crates.remove(&**file).unwrap_or_default();
            Member { package, crates }
        });
        of_file.collect()
    }

    /// The package in a folder.
    pub(super) fn package(&self, dir: &Path, files: &Arc<[PathBuf]>) -> Option<Readable> {
        if let Ok(packages) = self.packages.lock()
            && let Some(known) = packages.get(dir)
        {
            return known.clone();
        }
        let package = match Package::read(dir, files) {
            Some(package) => Some(Ok(Arc::new(package))),
            None => is_unreadable(dir).then_some(Err(Unreadable)),
        };
        if let Ok(mut packages) = self.packages.lock() {
            packages.insert(dir.to_owned(), package.clone());
        }
        package
    }
}

impl Package {
    pub(super) fn read(dir: &Path, files: &Arc<[PathBuf]>) -> Option<Self> {
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
            rust_version: match about.get("rust-version") {
                Some(Value::String(version)) => Some(version.clone()),
                Some(_) => workspace.rust_version.clone(),
                None => None,
            },
            format: Format::of(dir, edition.unwrap_or(FIRST_EDITION)),
            lib_root,
            proc_macro: ["proc-macro", "proc_macro"].iter().any(|key| {
                let value = lib_table.and_then(|lib| lib.get(*key));
                value.and_then(Value::as_bool) == Some(true)
            }),
            files: Arc::clone(files),
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
                key: one.key.clone(),
                library,
                kind: one.kind,
                platform: one.platform.cloned(),
                optional: one.value.get("optional").and_then(Value::as_bool) == Some(true),
                shared: is_inherited(one.value),
            });
        }
        Some(package)
    }

    /// Whether both belong to one workspace.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.workspace == other.workspace
    }

    /// Whose dependencies a file of the package may use: several where crates share it.
    pub fn kinds_of(&self, file: &Path) -> Vec<DependencyKind> {
        let seats = self.seats().get(file).into_iter().flatten();
        let mut kinds: Vec<DependencyKind> = seats.map(|seat| seat.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let dirs = ["tests", "examples", "benches"];
        if !kinds.is_empty() {
            kinds
        } else if dirs.iter().any(|dir| file.starts_with(self.dir.join(dir))) {
            vec![DependencyKind::Dev]
        } else {
            vec![DependencyKind::Normal]
        }
    }

    /// Whether a file belongs to a crate, perhaps among others.
    pub fn has_in(&self, file: &Path, krate: &str) -> bool {
        match self.seats().get(file) {
            Some(seats) => seats.iter().any(|seat| seat.krate == krate),
            None => guess(self, file).0 == krate,
        }
    }

    /// Whether a crate has a file of the library as the same module: the one of `path`, or one around
    /// that.
    pub fn shares(&self, krate: &str, path: &str) -> bool {
        let Some((lib, module)) = path.split_once("::") else {
            return false;
        };
        let module: Vec<&str> = module.split("::").collect();
        let is_around = |seat: &&Seat| {
            let length = seat.module.len();
            seat.krate == lib
                && length > 0
                && module.get(..length).is_some_and(|it| seat.module == it)
        };
        self.lib.as_deref() == Some(lib)
            && self.seats().values().any(|seats| {
                let of_library = seats.iter().find(is_around);
                of_library.is_some_and(|own| {
                    let mut seats = seats.iter();
                    seats.any(|seat| seat.krate == krate && seat.module == own.module)
                })
            })
    }

    /// What the manifest of moves calls the program of a package that has no library.
    fn main_name(&self) -> String {
        let name = self.name.replace('-', "_");
        match name.is_empty() || self.externs.contains_key(&name) {
            true => "{main}".to_owned(),
            false => name,
        }
    }

    /// The roots of its crates, those of the library first.
    pub(super) fn roots(&self) -> &[Root] {
        self.roots.get_or_init(|| self.find_roots())
    }

    fn find_roots(&self) -> Vec<Root> {
        let from = self
            .files
            .partition_point(|file| file.as_os_str() < self.dir.as_os_str());
        let dir = self.dir.as_os_str().as_encoded_bytes();
        let below = self.files[from..]
            .iter()
            .take_while(|file| file.as_os_str().as_encoded_bytes().starts_with(dir));
        let mut roots = Vec::new();
        for file in below.filter(|file| is_rust(file)) {
            let Ok(rest) = file.strip_prefix(&self.dir) else {
                continue;
            };
            let kind = if file == &self.build {
                DependencyKind::Build
            } else if let Some(name) = self.declared.get(file) {
                let of_tests = ["{test", "{example", "{bench"];
                match of_tests.iter().any(|it| name.starts_with(it)) {
                    true => DependencyKind::Dev,
                    false => DependencyKind::Normal,
                }
            } else if file == &self.lib_root || rest == Path::new("src/main.rs") {
                DependencyKind::Normal
            } else {
                let dirs = ["src/bin", "tests", "examples", "benches"];
                let is_root = |dir: &&&str| {
                    let below = rest.strip_prefix(dir).map(|below| below.iter().count());
                    let is_main = rest.file_name().is_some_and(|name| name == "main.rs");
                    below == Ok(1) || below == Ok(2) && is_main
                };
                match dirs.iter().find(is_root) {
                    Some(&"src/bin") => DependencyKind::Normal,
                    Some(_) => DependencyKind::Dev,
                    None => continue,
                }
            };
            let krate = guess(self, file).0;
            roots.push((file.clone(), krate, kind));
        }
        // What the library shares with others is the library's.
        roots.sort_by_key(|(file, _, kind)| (*file != self.lib_root, *kind));
        roots
    }

    /// Where its files stand: the `mod` lines are followed from each root.
    fn seats(&self) -> &Seats {
        self.seats.get_or_init(|| {
            let mut seats = Seats::default();
            for root in self.roots() {
                follow(root.clone(), &self.files, &self.dir, &mut seats);
            }
            seats
        })
    }

    /// Whether a crate of it is one of procedural macros: nothing else of it has a name elsewhere.
    pub fn makes_macros(&self, krate: &str) -> bool {
        self.proc_macro && self.lib.as_deref() == Some(krate)
    }

    /// The file of a module of one of its crates.
    pub fn module(&self, path: &str) -> Option<&Path> {
        self.files_of(path).first().map(PathBuf::as_path)
    }

    /// The files of a module of one of its crates: several where configurations have it in others.
    pub fn files_of(&self, path: &str) -> &[PathBuf] {
        let modules = self.modules.get_or_init(|| {
            let files = self.seats().iter().filter(|(file, _)| is_rust(file));
            let mut modules: FxHashMap<String, Vec<PathBuf>> = FxHashMap::default();
            for (file, seats) in files {
                for seat in seats.iter().filter(|it| !it.included) {
                    let of_module = modules.entry(seat.path()).or_default();
                    of_module.push(file.clone());
                }
            }
            for files in modules.values_mut() {
                files.sort_unstable();
            }
            modules
        });
        modules.get(path).map_or(&[], Vec::as_slice)
    }

    /// Whether a module of one of its crates is another one in other configurations.
    pub fn varies(&self, path: &str) -> bool {
        let files = self.files_of(path).iter();
        let mut seats = files.filter_map(|file| self.seats().get(file)).flatten();
        seats.any(|seat| seat.varies && seat.path() == path)
    }

    /// The module in which the macros of one with this path are seen by their names alone.
    pub fn macro_scope(&self, module: &str) -> Option<String> {
        let seats = self.seats().get(self.module(module)?)?;
        let seat = seats.iter().find(|seat| seat.path() == module)?;
        let around = seat.module.get(..seat.around_macros)?;
        (!seat.varies).then(|| joined(&seat.krate, around))
    }
}

/// Follows the `mod` lines of a crate, and what it includes, from its root; `package` is the folder of its package.
fn follow((root, krate, kind): Root, files: &[PathBuf], package: &Path, seats: &mut Seats) {
    let mut open = vec![Open {
        file: root,
        module: Vec::new(),
        owner: Owner::Folder,
        around: 0,
        gives_macros: false,
        varies: false,
        documented: Documented::No,
    }];
    let mut included: VecDeque<(PathBuf, Seat)> = VecDeque::new();
    let there = |path: &Path| is_one_of(files, path);
    loop {
        let (file, text, owner, seat) = if let Some(it) = open.pop() {
            let own = seats.entry(it.file.clone()).or_default();
            // Each of several lines may give its macros on.
            for seat in own.iter_mut().filter(|seat| seat.krate == krate) {
                (seat.around_macros, seat.varies) = (0, true);
                if seat.documented != it.documented {
                    seat.documented = Documented::Perhaps;
                }
            }
            // A file that is a module of itself has no end.
            if it.module.len() > DEEPEST || own.iter().any(|seat| seat.krate == krate) {
                continue;
            }
            let text = text_of(&it.file);
            let around_macros = match it.gives_macros || modules::gives_macros(&text) {
                true => it.around,
                false => it.module.len(),
            };
            let seat = Seat {
                krate: krate.clone(),
                module: it.module,
                kind,
                around_macros,
                varies: it.varies,
                included: false,
                documented: it.documented,
            };
            own.push(seat.clone());
            (it.file, text, it.owner, seat)
        } else if let Some((file, seat)) = included.pop_front() {
            let known = seats.entry(file.clone()).or_default();
            if known.contains(&seat) || seat.module.len() > DEEPEST {
                continue;
            }
            known.push(seat.clone());
            if !seat.included {
                continue;
            }
            let text = text_of(&file);
            (file, text, Owner::Folder, seat)
        } else {
            return;
        };
        let inner = modules::included(&file, &text, package, there);
        included.extend(inner.into_iter().map(|one| {
            let seat = Seat {
                module: [seat.module.clone(), one.around].concat(),
                included: one.is_code,
                documented: Documented::No,
                ..seat.clone()
            };
            (one.file, seat)
        }));
        let below = modules::below(&file, &text, owner, there);
        open.extend(below.into_iter().map(|reached| Open {
            file: reached.file,
            around: match reached.around_macros {
                0 => seat.around_macros,
                some => seat.module.len() + some,
            },
            module: [seat.module.clone(), reached.module].concat(),
            owner: reached.owner,
            gives_macros: reached.gives_macros,
            varies: seat.varies || reached.varies,
            documented: reached.documented,
        }));
    }
}

/// A file that `mod` lines lead to.
struct Open {
    file: PathBuf,
    module: Vec<String>,
    owner: Owner,
    /// How many names of `module` stay around what the macros of the module around it reach.
    around: usize,
    /// The line gives its macros to that one.
    gives_macros: bool,
    varies: bool,
    documented: Documented,
}

fn is_one_of(files: &[PathBuf], path: &Path) -> bool {
    id_among(files, path).is_some()
}

fn text_of(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap_or_default();
    let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    String::from_utf8(bytes).unwrap_or_else(|error| lossy(error.into_bytes()))
}

/// The name of a crate that nobody can name.
fn of_root(file: &Path) -> String {
    format!("{{{}}}", file.display())
}

/// Where a file of `package` stands: as `mod` lines tell, or else its path.
fn place(package: Arc<Package>, file: &Path) -> RustPlace {
    let seats = package.seats().get(file);
    let included = seats.is_some_and(|seats| seats.iter().any(|seat| seat.included));
    let varies = only(seats).is_none_or(|seat| seat.varies);
    let around_macros = only(seats).map(|seat| seat.around_macros);
    let around_macros = around_macros.filter(|_| !included);
    let documented = documented(seats);
    let (krate, module) = match seats.and_then(|seats| seats.first()) {
        Some(seat) => (seat.krate.clone(), seat.module.clone()),
        None => guess(&package, file),
    };
    RustPlace {
        package: Some(package),
        krate,
        module,
        edition: None,
        around_macros,
        varies,
        included,
        documented,
    }
}

/// Whether documentation stands before the line that leads to a file: not of what is included.
fn documented(seats: Option<&Vec<Seat>>) -> Documented {
    let first = seats.and_then(|seats| seats.first());
    let first = first.filter(|seat| !seat.included);
    first.map_or(Documented::No, |seat| seat.documented)
}

/// The place of a file that stands in one.
fn only(seats: Option<&Vec<Seat>>) -> Option<&Seat> {
    match &seats?[..] {
        [seat] => Some(seat),
        _ => None,
    }
}

/// The crate and the module of a file that no `mod` line leads to, as its path tells.
fn guess(package: &Package, file: &Path) -> (String, Vec<String>) {
    let main = || package.lib.clone().unwrap_or_else(|| package.main_name());
    let lib_dir = package.lib_root.parent().unwrap_or(&package.dir);
    let below = |dir: &Path| file.strip_prefix(dir).ok().map(Path::to_owned);
    if file == package.lib_root {
        return (main(), Vec::new());
    }
    if file == package.dir.join("src/main.rs") {
        let name = package.main_name();
        return (
            if package.lib.is_none() {
                name
            } else {
                "{main}".to_owned()
            },
            Vec::new(),
        );
    }
    if let Some(krate) = package.declared.get(file) {
        return (krate.clone(), Vec::new());
    }
    if file == package.build {
        return ("{build}".to_owned(), Vec::new());
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
                (format!("{{{dir}/{}}}", rest.display()), Vec::new())
            }
            Some((first, rest)) if dir_root(first).is_file() => {
                let module = match rest {
                    [main] if main == "main" => Vec::new(),
                    rest => rest.to_vec(),
                };
                (format!("{{{dir}/{first}}}"), module)
            }
            // A module that several roots may share: `tests/common/mod.rs`.
            _ => (format!("{{{dir}}}"), parts),
        };
    }
    let src = below(lib_dir).or_else(|| below(&package.dir.join("src")));
    match src {
        Some(rest) => (main(), segments(&rest)),
        None => (of_root(file), Vec::new()),
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
    fn a_mod_line_comes_before_the_path() {
        let mut package = package();
        let seat = Seat {
            krate: "{main}".to_owned(),
            around_macros: 0,
            varies: false,
            included: false,
            documented: Documented::No,
            module: vec!["a".into(), "b".into()],
            kind: DependencyKind::Normal,
        };
        let seats = [(PathBuf::from("/p/src/x.rs"), vec![seat])];
        package.seats = OnceLock::from(seats.into_iter().collect::<Seats>());
        check(package, "/p/src/x.rs", "{main}::a::b");
    }
}
