//! Where modules stand, by their names: each is asked for once for each legacy module, so nobody
//! goes through all files to find it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::lang::rust::{self, Declared, DeclaredModule, Import};
use crate::project::{FileId, Project, is_rust};

/// The modules of a project, by their names.
#[derive(Default)]
pub(super) struct Places {
    /// Modules of Python that are the user's, in the order of their names: what lies below one
    /// follows it.
    modules: BTreeSet<String>,
    /// The folder of each package of Python, which may have no `__init__.py`.
    folders: BTreeMap<String, PathBuf>,
    rust: OnceCell<BTreeMap<Vec<String>, RustModule>>,
}

/// A module of Rust, its crate first.
#[derive(Default)]
struct RustModule {
    /// Its files, in the order of their paths; some crates share a name.
    files: Vec<FileId>,
    /// What its files declare, each with its file.
    declared: OnceCell<Vec<(FileId, Declared)>>,
    /// What they import, in the same way.
    imports: OnceCell<Vec<(FileId, Import)>>,
    /// The modules that they declare.
    modules: OnceCell<Vec<DeclaredModule>>,
    /// What has to hold for each of its files to be there: see [`Places::conditions`].
    conditions: OnceCell<Vec<(FileId, Option<String>)>>,
}

impl Places {
    /// What the files of a project tell, but for those that were generated.
    pub(super) fn new(project: &Project, generated: &BTreeSet<PathBuf>) -> Self {
        let mut places = Self::default();
        for (file, path) in project.files().iter().enumerate() {
            let is_package = project.is_package(file);
            for name in project.module_names(file) {
                let meant = project.module(name, None);
                if meant == Some(file) {
                    places.add_folders(path, name, is_package);
                }
                if meant.is_some_and(|file| !generated.contains(&project.files()[file])) {
                    places.modules.insert(name.to_owned());
                }
            }
        }
        places
    }

    /// The packages that a module lies in; the first file that tells of one counts.
    fn add_folders(&mut self, path: &Path, module: &str, is_package: bool) {
        let above = |name: &str| name.rsplit_once('.').map(|(above, _)| above.len());
        let mut package = match is_package {
            true => Some(module.len()),
            false => above(module),
        };
        for folder in path.ancestors().skip(1) {
            let Some(length) = package else { break };
            let name = &module[..length];
            if !self.folders.contains_key(name) {
                self.folders.insert(name.to_owned(), folder.to_owned());
            }
            package = above(name);
        }
    }

    /// The modules of the user's below `package`, without it.
    pub(super) fn modules_below(&self, package: &str) -> impl Iterator<Item = &str> {
        let start = format!("{package}.");
        let from = self.modules.range(start.clone()..);
        let below = from.take_while(move |name| name.starts_with(&start));
        below.map(String::as_str)
    }

    /// Whether the user has a module of this name, or one below it.
    pub(super) fn has(&self, package: &str) -> bool {
        self.modules.contains(package) || self.modules_below(package).next().is_some()
    }

    /// The folder of a package, as far as a file of the project tells.
    pub(super) fn folder(&self, package: &str) -> Option<&Path> {
        self.folders.get(package).map(PathBuf::as_path)
    }

    /// The files of a module of Rust.
    pub(super) fn rust_files(
        &self,
        project: &Project,
        krate: &str,
        module: &[String],
    ) -> &[FileId] {
        let found = self.rust_module(project, krate, module);
        found.map_or(&[], |module| &module.files)
    }

    /// What a module of Rust declares under a name, each with its file: there may be several, by
    /// namespaces and by `cfg`.
    pub(super) fn declared(
        &self,
        project: &Project,
        (krate, module): (&str, &[String]),
        name: &str,
    ) -> Vec<(FileId, &Declared)> {
        let plain = |name: &str| name.strip_prefix("r#").unwrap_or(name).to_owned();
        // The module may be one inside of a file.
        let depths = (0..=module.len()).flat_map(|depth| {
            let (file, inside) = module.split_at(depth);
            let inside = inside.iter().map(String::as_str);
            let path: Vec<String> = inside.chain([name]).map(plain).collect();
            let declared = self.rust_declared(project, krate, file).iter();
            declared.filter(move |(_, it)| it.path == path)
        });
        depths.map(|(file, it)| (*file, it)).collect()
    }

    /// What a module of Rust imports, each with the file that says so.
    pub(super) fn imports(
        &self,
        project: &Project,
        (krate, module): (&str, &[String]),
    ) -> Vec<(FileId, &Import)> {
        // The module may be one inside of a file.
        let depths = (0..=module.len()).filter_map(|depth| {
            let (file, inside) = module.split_at(depth);
            Some((self.rust_module(project, krate, file)?, inside))
        });
        let imports = depths.flat_map(|(module, inside)| {
            let imports = module.imports.get_or_init(|| {
                let files = module.files.iter().flat_map(|&file| {
                    let text = std::fs::read_to_string(&project.files()[file]);
                    let imports = rust::imports(&text.unwrap_or_default());
                    imports.into_iter().map(move |it| (file, it))
                });
                files.collect()
            });
            imports.iter().filter(move |(_, it)| it.module == inside)
        });
        imports.map(|(file, it)| (*file, it)).collect()
    }

    /// Whether a crate has a module by this path, in a file of its own or inside of one, that has
    /// something in it.
    pub(super) fn has_rust_module(
        &self,
        project: &Project,
        (krate, module): (&str, &[String]),
    ) -> bool {
        let is_inside = |depth| {
            let (file, inside) = module.split_at(depth);
            let declared = self.rust_declared(project, krate, file).iter();
            let mut declared = declared.map(|(_, it)| &it.path);
            declared.any(|path| path.len() > inside.len() && path.starts_with(inside))
        };
        let is_file = self.rust_module(project, krate, module).is_some();
        is_file
            || !self.imports(project, (krate, module)).is_empty()
            || (0..module.len()).any(is_inside)
    }

    /// What the files of a module declare.
    fn rust_declared(
        &self,
        project: &Project,
        krate: &str,
        module: &[String],
    ) -> &[(FileId, Declared)] {
        let Some(module) = self.rust_module(project, krate, module) else {
            return &[];
        };
        module.declared.get_or_init(|| {
            let files = module.files.iter().flat_map(|&file| {
                let text = std::fs::read_to_string(&project.files()[file]);
                let declared = rust::declared(&text.unwrap_or_default());
                declared.into_iter().map(move |it| (file, it))
            });
            files.collect()
        })
    }

    /// The macros of a crate that are called so: those that it exports are at its root.
    pub(super) fn macros(
        &self,
        project: &Project,
        krate: &str,
        name: &str,
    ) -> Vec<(FileId, &Declared)> {
        let modules = self.rust_modules(project).keys();
        let modules = modules.filter(|path| path[0] == krate);
        let declared = modules.flat_map(|path| self.rust_declared(project, krate, &path[1..]));
        let is_it =
            |it: &Declared| it.kind == "macro" && it.path.last().is_some_and(|it| it == name);
        let found = declared.filter(|(_, it)| is_it(it));
        found.map(|(file, it)| (*file, it)).collect()
    }

    /// What has to hold for a file to be a module of its crate: `None` where nothing has to, or
    /// where its declaration is not at hand.
    pub(super) fn conditions(&self, project: &Project, file: FileId) -> Option<&str> {
        let place = project.rust_place(file);
        let module = self.rust_module(project, &place.krate, &place.module)?;
        let each = module.conditions.get_or_init(|| {
            let files = module.files.iter();
            let above = |&file| {
                (
                    file,
                    self.declaration(project, (&place.krate, &place.module), file),
                )
            };
            files.map(above).collect()
        });
        let (_, conditions) = each.iter().find(|(other, _)| *other == file)?;
        conditions.as_deref()
    }

    /// What the declarations of a module ask for, by the file that it stands in.
    fn declaration(
        &self,
        project: &Project,
        (krate, module): (&str, &[String]),
        file: FileId,
    ) -> Option<String> {
        // The module above may be one inside of a file.
        let (above, those) = (0..module.len()).rev().find_map(|depth| {
            let above = self.rust_module(project, krate, &module[..depth])?;
            let declared = above.modules.get_or_init(|| {
                let files = above.files.iter().flat_map(|&file| {
                    let text = std::fs::read_to_string(&project.files()[file]);
                    rust::declared_modules(&text.unwrap_or_default())
                });
                files.collect()
            });
            let those = declared.iter().filter(|it| it.path == module[depth..]);
            let those: Vec<&DeclaredModule> = those.collect();
            (!those.is_empty()).then_some((above, those))
        })?;
        let path = &project.files()[file];
        let is_here = |it: &DeclaredModule| match &it.file {
            Some(written) => path.ends_with(written.trim_start_matches(['.', '/'])),
            None => {
                let is_mod = path.file_stem().is_some_and(|stem| stem == "mod");
                let named = if is_mod {
                    path.parent()
                } else {
                    Some(path.as_path())
                };
                let stem = named.and_then(Path::file_stem);
                stem.is_some_and(|stem| it.path.last().is_some_and(|name| stem == name.as_str()))
            }
        };
        let here = those.iter().filter(|it| is_here(it));
        let here: Vec<&DeclaredModule> = here.copied().collect();
        let those = if here.is_empty() { those } else { here };
        let cases: Vec<Vec<String>> = those.iter().map(|it| it.conditions.clone()).collect();
        let own = rust::any(&cases);
        let around = above.files.first();
        let around = around.and_then(|&file| self.conditions(project, file));
        let both: Vec<String> = own.into_iter().chain(around.map(str::to_owned)).collect();
        rust::all(&both)
    }

    fn rust_modules(&self, project: &Project) -> &BTreeMap<Vec<String>, RustModule> {
        self.rust.get_or_init(|| {
            let mut modules: BTreeMap<Vec<String>, RustModule> = BTreeMap::new();
            for (file, path) in project.files().iter().enumerate() {
                if is_rust(path) {
                    let place = project.rust_place(file);
                    let path = std::iter::once(place.krate).chain(place.module).collect();
                    modules.entry(path).or_default().files.push(file);
                }
            }
            modules
        })
    }

    fn rust_module(
        &self,
        project: &Project,
        krate: &str,
        module: &[String],
    ) -> Option<&RustModule> {
        let path: Vec<String> = std::iter::once(krate)
            .chain(module.iter().map(String::as_str))
            .map(str::to_owned)
            .collect();
        self.rust_modules(project).get(&path)
    }
}
