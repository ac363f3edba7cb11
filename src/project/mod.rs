//! What one file cannot know: which file is which module, and who reads whose names.
//!
//! Read once, before the languages are asked; afterwards it only answers.

mod builtin;
mod crates;
mod declared;
mod files;
mod hidden;
mod isort;
mod limits;
mod listed;
mod macros;
mod members;
mod modules;
mod needs;
mod outline;
mod places;
mod readers;
mod roots;
mod rustfmt;
mod shared;
mod told;
mod variants;
mod workspace;

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

pub use self::builtin::{Declared, library_of};
use self::crates::Crates;
pub use self::crates::{Dependency, DependencyKind, Package};
pub use self::files::{id_among, is_rust, rust_below};
pub use self::hidden::{Hidden, hidden_manifests};
pub use self::isort::ImportOrder;
use self::isort::ImportOrders;
pub use self::limits::narrower;
pub use self::members::{RustMember, RustMemberKind, RustMembers};
pub(crate) use self::modules::{block_comment, documents_variable, included, is_named_for_docs};
pub use self::outline::{
    Bound, Condition, Hop, Led, MacroReach, MadeOfPath, ModulePath, NamedInMacro, Outline,
    OutlineImport, PutBehind, RustNeed, RustOutline,
};
pub use self::places::{Documented, RustPlace};
use self::readers::Readers;
use self::roots::SourceRoots;
pub use self::rustfmt::Format;
use self::shared::SharedModules;
pub use self::variants::RustVariant;
use self::variants::Variants;
pub use self::workspace::Shared;
use crate::parallel::Pool;
use crate::plan::{Move, Moved, Plan};

/// A file of the project, by its place in the sorted list.
pub type FileId = usize;

/// A name under which a file can be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ModuleName {
    dotted: String,
    /// Index into `roots`.
    root: usize,
}

impl ModuleName {
    fn hash(&self) -> u64 {
        hash(&self.dotted)
    }
}

fn hash(name: &str) -> u64 {
    FxBuildHasher.hash_one(name)
}

/// A directory where module paths begin.
#[derive(Debug, Clone)]
struct SourceRoot {
    dir: PathBuf,
    /// Nothing says that it is one, but that modules lie in it: it holds for the files beneath.
    guessed: bool,
}

/// What keeps the legacy names of a module of Python alive, and may ask for more than is used of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shim {
    /// The module is generated, and nothing else.
    Whole,
    /// A block at its end, or a shim that gives more than is known to move.
    Block,
    /// Nobody knows: it is installed, and its source cannot be read.
    Unread,
}

/// Files and modules, and what they say of themselves.
#[derive(Debug, Default)]
pub struct Project {
    root: PathBuf,
    files: Arc<[PathBuf]>,
    roots: Vec<SourceRoot>,
    /// The names of each file.
    names: Vec<Vec<ModuleName>>,
    /// The hashes of all names, sorted, each with its file: a map of texts takes longer to make
    /// than all that is asked of it.
    by_name: Vec<(u64, FileId)>,
    /// What module names begin with: packages, and folders that are none.
    folders: FxHashSet<String>,
    outlines: FxHashMap<FileId, Outline>,
    /// Names of a file that others read.
    read: FxHashMap<FileId, FxHashSet<Box<str>>>,
    /// Names of a file that others bind anew, or name in a string that may do so.
    patched: FxHashMap<FileId, FxHashSet<Box<str>>>,
    /// Files in which legacy names of Python live on.
    shims: FxHashMap<FileId, Shim>,
    /// Modules of installed packages in which they do.
    installed_shims: FxHashMap<String, Shim>,
    /// Files that a run may write; all of them unless told otherwise.
    written: Option<FxHashSet<FileId>>,
    /// How imports are sorted.
    orders: ImportOrders,
    /// Modules that importing a canonical module runs, by that module's file.
    reach: FxHashMap<FileId, FxHashSet<FileId>>,
    /// The packages of Rust.
    crates: Crates,
    /// Files that are no part of the run, and are asked what they say all the same.
    hidden: Vec<(FileId, Hidden)>,
    /// Files of other names whose text `include!` makes code of Rust.
    included_code: FxHashSet<FileId>,
    /// Names that imports of Rust bind, to the path behind and the file of the import.
    rust_imports: FxHashMap<String, Vec<(String, FileId, u8)>>,
    rust_ambiguous: FxHashMap<String, Vec<String>>,
    /// The crates whose paths lead elsewhere by what files say.
    rust_told: FxHashSet<String>,
    rust_variants: Variants,
    rust_globs: FxHashMap<String, Vec<(String, bool)>>,
    rust_lasting_globs: FxHashSet<(String, String)>,
    rust_private: FxHashSet<Box<str>>,
    rust_conditions: FxHashMap<(String, String), Box<str>>,
    /// Paths that are not public, to the modules in which they are seen.
    rust_limits: FxHashMap<Box<str>, Box<str>>,
    rust_members: FxHashMap<Box<str>, RustMembers>,
    rust_opaque: FxHashSet<Box<str>>,
    /// Paths of Rust, to the files that write them.
    rust_reads: FxHashMap<Box<str>, Readers>,
    /// Paths of Rust that are derived anywhere.
    rust_derived: FxHashSet<Box<str>>,
    /// Names in bodies of macros, with the file of each and what is known of the macro.
    rust_in_macros: FxHashMap<Box<str>, Vec<(FileId, NamedInMacro)>>,
    /// What macros make of paths that they are given, by the macro's name, with the file of each.
    rust_made_of_paths: FxHashMap<Box<str>, Vec<(FileId, MadeOfPath)>>,
    /// Macros that put names which they are given behind a dot or a path.
    rust_putting_behind: BTreeSet<Box<str>>,
    /// Names that macros are given anywhere.
    rust_given: BTreeSet<Box<str>>,
    rust_items: FxHashMap<Box<str>, u8>,
    /// Other names of types, to the paths of those.
    rust_aliases: FxHashMap<Box<str>, Box<str>>,
    /// Modules of files that several crates have, to their paths in the first of those.
    rust_shared: SharedModules,
    rust_macro_crates: FxHashMap<String, Vec<String>>,
    rust_crate_names: FxHashMap<(String, String), String>,
    rust_crates_sometimes: FxHashMap<(String, String), Vec<String>>,
}

impl Project {
    /// The modules of `files`, which are absolute and sorted by their bytes.
    pub fn new(root: &Path, files: Vec<PathBuf>, plan: &Plan, pool: &Pool) -> Self {
        let mut project = Self {
            root: root.to_owned(),
            files: files.into(),
            ..Self::default()
        };
        project.orders = ImportOrders::of(&project.files);
        let mut roots = SourceRoots::of(root, &project.files, plan);
        let folders: Vec<Option<usize>> = project.files.iter().map(|f| roots.folder(f)).collect();
        let ids: Vec<FileId> = (0..project.files.len()).collect();
        project.names = pool.map(&ids, |&id| match folders[id] {
            Some(folder) => roots.names(folder, &project.files[id]),
            None => Vec::new(),
        });
        let names = project.names.iter().enumerate();
        let hashes = names.flat_map(|(id, names)| names.iter().map(move |name| (name.hash(), id)));
        project.by_name = hashes.collect();
        pool.sort_by(&mut project.by_name, Ord::cmp);
        project.folders = roots.folders;
        project.roots = roots.roots;
        project
    }

    /// How the imports of a file are sorted, where the project tells isort or ruff.
    pub fn import_order(&self, file: FileId) -> Option<&ImportOrder> {
        self.orders.at(self.files.get(file)?)
    }

    /// The project's root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All files, in order.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The id of a file of this absolute path.
    pub fn id(&self, path: &Path) -> Option<FileId> {
        id_among(&self.files, path)
    }

    /// The names under which a file can be imported, the likeliest first.
    pub fn module_names(&self, file: FileId) -> impl Iterator<Item = &str> {
        let names = self.names.get(file).into_iter().flatten();
        names.map(|name| name.dotted.as_str())
    }

    /// The files that can be imported under a name.
    fn named(&self, dotted: &str) -> impl Iterator<Item = FileId> {
        let hash = hash(dotted);
        let first = self.by_name.partition_point(|(other, _)| *other < hash);
        let equal = self.by_name[first..].iter();
        let equal = equal.take_while(move |(other, _)| *other == hash);
        let is_it = move |id: &FileId| self.names[*id].iter().any(|name| name.dotted == dotted);
        equal.map(|&(_, id)| id).filter(is_it)
    }

    /// The file that `dotted` means to `from`: the one whose source root is nearest.
    pub fn module(&self, dotted: &str, from: Option<FileId>) -> Option<FileId> {
        let near = |id: FileId| {
            let name = self.names[id].iter().find(|name| name.dotted == dotted)?;
            let root = &self.roots[name.root];
            let from = from.map(|from| self.files[from].as_path());
            if root.guessed && !from.is_some_and(|from| from.starts_with(&root.dir)) {
                return None;
            }
            let both = |from: &Path| {
                let both = root.dir.components().zip(from.components());
                both.take_while(|(a, b)| a == b).count()
            };
            // A package wins over a module of the same name, and `.py` over its stub.
            let file = &self.files[id];
            let is_stub = file.extension().is_some_and(|e| e == "pyi");
            Some((from.map_or(0, both), is_init(file), !is_stub))
        };
        let ranked = self.named(dotted).filter_map(|id| Some((near(id)?, id)));
        ranked.max_by_key(|(rank, _)| *rank).map(|(_, id)| id)
    }

    /// Other names of the files of a module, which begin further up or further down, where both are
    /// importable: `src.a.b` of `a.b`.
    pub fn spellings(&self, dotted: &str) -> Vec<&str> {
        let names = self.named(dotted).flat_map(|file| &self.names[file]);
        let is_longer = |long: &str, short: &str| {
            let above = long.strip_suffix(short);
            above.is_some_and(|above| above.ends_with('.'))
        };
        let mut spellings: Vec<&str> = names
            .filter(|name| !self.roots[name.root].guessed)
            .map(|name| name.dotted.as_str())
            .filter(|name| is_longer(name, dotted) || is_longer(dotted, name))
            .collect();
        spellings.sort_unstable();
        spellings.dedup();
        spellings
    }

    /// Whether `dotted` names a module, a package or a folder of the project.
    pub fn has_module(&self, dotted: &str) -> bool {
        self.named(dotted).next().is_some() || self.folders.contains(dotted)
    }

    /// Whether the file is a package's own: `__init__.py` or its stub.
    pub fn is_package(&self, file: FileId) -> bool {
        is_init(&self.files[file])
    }

    /// What an import's path means in `file`, absolute; several where the file has several names.
    pub fn absolute(&self, file: Option<FileId>, path: &ModulePath) -> Vec<String> {
        if path.level == 0 {
            return vec![path.dotted.clone()];
        }
        let Some(file) = file else { return Vec::new() };
        let up = path.level as usize - usize::from(self.is_package(file));
        let mut out = Vec::new();
        for name in self.module_names(file) {
            let segments: Vec<&str> = name.split('.').filter(|s| !s.is_empty()).collect();
            let Some(keep) = segments.len().checked_sub(up) else {
                continue;
            };
            let base = segments[..keep].join(".");
            if base.is_empty() {
                continue; // Python knows no package above the top
            }
            let dotted = match path.dotted.is_empty() {
                true => base,
                false => format!("{base}.{}", path.dotted),
            };
            if !out.contains(&dotted) {
                out.push(dotted);
            }
        }
        out
    }

    /// What `file` says of itself, if it was asked.
    pub fn outline(&self, file: FileId) -> Option<&Outline> {
        self.outlines.get(&file)
    }

    /// The files that said something of themselves, in order.
    pub fn outlined(&self) -> Vec<FileId> {
        let mut files: Vec<_> = self.outlines.keys().copied().collect();
        files.sort_unstable();
        files
    }

    /// Takes what a file says of itself.
    pub fn add_outline(&mut self, file: FileId, outline: Outline) {
        self.outlines.insert(file, outline);
    }

    /// Where a file of Rust stands.
    pub fn rust_place(&self, file: FileId) -> RustPlace {
        self.crates
            .place(&self.root, &self.files, &self.files[file])
    }

    /// Where else a file of Rust stands that several modules include.
    pub fn other_rust_places(&self, file: FileId) -> Vec<RustPlace> {
        let path = &self.files[file];
        self.crates.other_places(&self.root, &self.files, path)
    }

    /// Takes the files whose text is code of Rust though their names do not say it.
    pub fn set_included_code(&mut self, files: FxHashSet<FileId>) {
        self.included_code = files;
    }

    /// Whether the text of a file is code of Rust though its name does not say it.
    pub fn is_included_code(&self, file: FileId) -> bool {
        self.included_code.contains(&file)
    }

    /// The package that a file belongs to.
    pub fn package_of(&self, file: FileId) -> Option<Arc<Package>> {
        self.crates
            .package_of(&self.root, &self.files, &self.files[file])
    }

    /// The modules of Rust whose documentation a document is.
    pub fn rust_documented(&self, document: FileId) -> Vec<RustPlace> {
        let path = &self.files[document];
        self.crates.documented(&self.root, &self.files, path)
    }

    /// The package in which the Rust of a file is compiled: a document may lie outside of it.
    pub fn rust_user(&self, file: FileId) -> Option<Arc<Package>> {
        let path = &self.files[file];
        let places = match is_rust(path) {
            true => Vec::new(),
            false => self.rust_documented(file),
        };
        let including = places.into_iter().find_map(|place| place.package);
        including.or_else(|| self.package_of(file))
    }

    /// Splits a dotted path at the longest module of the project: the file, and what follows.
    pub fn split<'d>(&self, dotted: &'d str, from: Option<FileId>) -> Option<(FileId, &'d str)> {
        let mut head = dotted;
        loop {
            if let Some(file) = self.module(head, from) {
                return Some((file, dotted[head.len()..].trim_start_matches('.')));
            }
            head = &head[..head.rfind('.')?];
        }
    }

    /// The move of a path, as `from` sees it: of files that are called alike it imports one.
    pub fn moved<'p>(
        &self,
        plan: &'p Plan,
        dotted: &str,
        from: Option<FileId>,
    ) -> Option<Moved<'p>> {
        self.moved_seen(plan, dotted, from, |_| true)
    }

    /// The same of the moves that `is_seen` lets through.
    pub fn moved_seen<'p>(
        &self,
        plan: &'p Plan,
        dotted: &str,
        from: Option<FileId>,
        is_seen: impl Fn(&Move) -> bool,
    ) -> Option<Moved<'p>> {
        plan.lookup_seen(dotted, |mv| {
            let seen = || self.split(&mv.from.module, from).map(|(file, _)| file);
            (mv.through.is_none() || from.is_none() || seen() == mv.through) && is_seen(mv)
        })
    }

    /// The modules right below a module, as far as they are files or folders of the project.
    pub fn submodules<'p>(&'p self, module: &'p str) -> impl Iterator<Item = &'p str> {
        let files = self.names.iter().flatten().map(|name| &*name.dotted);
        let folders = self.folders.iter().map(|folder| &**folder);
        files.chain(folders).filter_map(move |dotted| {
            let below = dotted.strip_prefix(module)?.strip_prefix('.')?;
            (!below.contains('.')).then_some(below)
        })
    }

    /// Where a path leads that goes through a name which a module imports: `service.legacy.N` where
    /// `service` has `from pkg import legacy`. A file on the way that was not read is an error.
    pub fn follow(&self, dotted: &str, from: Option<FileId>) -> Result<Option<String>, FileId> {
        let Some((file, (name, rest))) = self
            .split(dotted, from)
            .and_then(|(file, rest)| Some((file, rest.split_once('.')?)))
        else {
            return Ok(None);
        };
        let outline = self.outline(file).ok_or(file)?;
        let bound = outline.names.get(name).filter(|bound| !bound.otherwise);
        let Some([(module, imported)]) = bound.map(|bound| &bound.imported[..]) else {
            return Ok(None);
        };
        let modules = self.absolute(Some(file), module);
        let paths = modules.iter().map(|module| match module.is_empty() {
            true => format!("{imported}.{rest}"),
            false => format!("{module}.{imported}.{rest}"),
        });
        Ok({ paths }.next())
    }

    /// Works out who reads whose names, when all outlines are there.
    pub fn settle(&mut self, plan: &Plan) {
        self.settle_rust();
        self.settle_aliases(plan);
        let mut read: FxHashMap<FileId, FxHashSet<Box<str>>> = FxHashMap::default();
        for (&reader, outline) in &self.outlines {
            let written = self.is_written(reader);
            let mut note = |path: &str| {
                if let Some((file, rest)) = self.split(path, Some(reader))
                    && file != reader
                    && let Some(name) = rest.split('.').next().filter(|name| !name.is_empty())
                {
                    read.entry(file).or_default().insert(name.into());
                }
            };
            for path in outline.reads.iter().chain(&outline.reflected) {
                for dotted in self.absolute(Some(reader), path) {
                    note(&dotted);
                }
            }
            // A string that this run does not write cannot follow a name that is changed.
            let stays = match written {
                true => &outline.fixed,
                false => &outline.strings,
            };
            for text in stays {
                note(&text.replace(':', "."));
            }
            for import in &outline.imports {
                for module in self.absolute(Some(reader), &import.module) {
                    for name in &import.names {
                        note(&format!("{module}.{name}"));
                    }
                    if import.star {
                        for name in &outline.unbound {
                            note(&format!("{module}.{name}"));
                        }
                    }
                }
            }
        }
        self.read = read;
        let mut patched: FxHashMap<FileId, FxHashSet<Box<str>>> = FxHashMap::default();
        for (&reader, outline) in &self.outlines {
            let paths = outline
                .patched
                .iter()
                .flat_map(|path| self.absolute(Some(reader), path));
            let strings = outline.strings.iter().map(|text| text.replace(':', "."));
            for path in paths.chain(strings) {
                if let Some((file, name)) = self.split(&path, Some(reader))
                    && file != reader
                    && !name.is_empty()
                    && !name.contains('.')
                {
                    patched.entry(file).or_default().insert(name.into());
                }
            }
        }
        self.patched = patched;
        self.settle_reflected();
    }

    /// What may be bound by its text in a module is read there, whoever else gives it: no edit can
    /// take the one that binds it elsewhere.
    fn settle_reflected(&mut self) {
        let mut reflected: Vec<(FileId, Box<str>)> = Vec::new();
        for (&reader, outline) in &self.outlines {
            let paths = outline.reflected.iter();
            let paths = paths.flat_map(|path| self.absolute(Some(reader), path));
            reflected.extend(paths.filter_map(|path| {
                let (file, name) = self.split(&path, Some(reader))?;
                (file != reader && !name.is_empty() && !name.contains('.'))
                    .then(|| (file, name.into()))
            }));
        }
        for (file, name) in reflected {
            let outline = self.outlines.get_mut(&file);
            if let Some(bound) = outline.and_then(|outline| outline.names.get_mut(&name)) {
                bound.used = true;
                self.patched.entry(file).or_default().insert(name);
            }
        }
    }

    /// Whether somebody may bind `name` of `file` anew from outside: a test's patch.
    pub fn is_patched(&self, file: FileId, name: &str) -> bool {
        self.patched
            .get(&file)
            .is_some_and(|names| names.contains(name))
    }

    /// Says which files a run may write.
    pub fn set_written(&mut self, written: FxHashSet<FileId>) {
        self.written = Some(written);
    }

    /// Whether a run may write `file`.
    pub fn is_written(&self, file: FileId) -> bool {
        self.unwritten(file).is_none()
    }

    /// Whether a file other than `file` reads `name` from it, by import or attribute.
    pub fn is_read(&self, file: FileId, name: &str) -> bool {
        self.read
            .get(&file)
            .is_some_and(|names| names.contains(name))
    }

    /// Takes what is known of files in which legacy names of Python live on, and of modules of
    /// installed packages.
    pub fn set_shims(
        &mut self,
        shims: FxHashMap<FileId, Shim>,
        installed: FxHashMap<String, Shim>,
    ) {
        self.shims = shims;
        self.installed_shims = installed;
    }

    /// What keeps the legacy names of a module alive, as `from` sees it.
    pub fn shim_of(&self, module: &str, from: Option<FileId>) -> Option<Shim> {
        let shim = match self.module(module, from) {
            Some(file) => self.shims.get(&file),
            None => self.installed_shims.get(module),
        };
        shim.copied()
    }

    /// Whether `from module import *` in `from` gives `name`, if the module has it: as far as its
    /// `__all__` is known.
    pub fn star_gives(&self, module: &str, name: &str, from: Option<FileId>) -> bool {
        let giver = self.module(module, from);
        let outline = giver.and_then(|giver| self.outline(giver));
        match outline.and_then(|outline| Some((outline.all.as_ref()?, outline.all_is_open))) {
            Some((all, is_open)) => is_open || all.iter().any(|item| item == name),
            None => !name.starts_with('_'),
        }
    }

    /// The files that importing `file` runs at once, without itself: as far as outlines are known.
    pub fn runs(&self, file: FileId) -> BTreeSet<FileId> {
        let mut runs = BTreeSet::new();
        let Some(outline) = self.outlines.get(&file) else {
            return runs;
        };
        for import in outline.imports.iter().filter(|import| import.eager) {
            for module in self.absolute(Some(file), &import.module) {
                if !self.only_takes_submodules(import, &module, file) {
                    self.note_run(&module, file, &mut runs);
                }
                for name in &import.names {
                    let member = format!("{module}.{name}");
                    if self.named(&member).next().is_some() {
                        self.note_run(&member, file, &mut runs);
                    }
                }
            }
        }
        runs
    }

    /// `from . import util`: the package runs already, and nothing that its own file binds is asked
    /// for.
    fn only_takes_submodules(&self, import: &OutlineImport, package: &str, file: FileId) -> bool {
        let mut names = self.module_names(file);
        if import.names.is_empty() || !names.any(|name| crate::plan::under(name, package)) {
            return false;
        }
        let outline = self.module(package, Some(file));
        let Some(outline) = outline.and_then(|package| self.outlines.get(&package)) else {
            return false;
        };
        let has_star = outline.imports.iter().any(|import| import.star);
        !has_star
            && import.names.iter().all(|name| {
                let member = format!("{package}.{name}");
                self.named(&member).next().is_some() && !outline.names.contains_key(name)
            })
    }

    /// `module`, and those packages above it that are not above `file` as well.
    fn note_run(&self, module: &str, file: FileId, runs: &mut BTreeSet<FileId>) {
        let above: Vec<&str> = self.module_names(file).collect();
        let mut head = module;
        loop {
            let shared = head != module && above.iter().any(|name| crate::plan::under(name, head));
            if !shared
                && let Some(target) = self.module(head, Some(file))
                && target != file
            {
                runs.insert(target);
            }
            match head.rfind('.') {
                Some(dot) => head = &head[..dot],
                None => return,
            }
        }
    }

    /// Notes all that importing `file` runs, however indirectly.
    pub fn set_reach(&mut self, file: FileId, reach: FxHashSet<FileId>) {
        self.reach.insert(file, reach);
    }

    /// Whether importing `module` runs `file`, so that an import of it in `file` closes a cycle.
    pub fn closes_cycle(&self, module: &str, file: FileId) -> bool {
        let Some(target) = self.module(module, Some(file)) else {
            return false;
        };
        let reached = self
            .reach
            .get(&target)
            .is_some_and(|reach| reach.contains(&file));
        reached && !self.runs(file).contains(&target)
    }
}

/// The last part of a path; quicker than asking for all of them, which matters for many files.
fn file_name(path: &Path) -> &[u8] {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_separator = |&byte: &u8| byte.is_ascii() && std::path::is_separator(char::from(byte));
    let start = bytes.iter().rposition(is_separator);
    &bytes[start.map_or(0, |at| at + 1)..]
}

fn is_init(path: &Path) -> bool {
    let rest = file_name(path).strip_prefix(b"__init__");
    rest.is_some_and(|rest| match rest.split_first() {
        None => true,
        Some((b'.', extension)) => !extension.contains(&b'.'),
        Some(_) => false,
    })
}

fn is_python(path: &Path) -> bool {
    let name = file_name(path);
    let stems = [&b".py"[..], b".pyi", b".pyw"].map(|suffix| name.strip_suffix(suffix));
    stems.into_iter().flatten().any(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[&str]) -> Project {
        let mut files: Vec<_> = files.iter().map(PathBuf::from).collect();
        files.sort_unstable_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
        Project::new(
            Path::new("/p"),
            files,
            &Plan::default(),
            &Pool::new(Some(1)),
        )
    }

    #[track_caller]
    fn names(files: &[&str], path: &str, expected: &[&str]) {
        let project = project(files);
        let id = project.id(Path::new(path)).expect("one of the files");
        let got: Vec<_> = project.module_names(id).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn a_chain_of_packages_begins_at_its_top() {
        let files = [
            "/p/x/a/__init__.py",
            "/p/x/a/b/__init__.py",
            "/p/x/a/b/c.py",
        ];
        names(&files, "/p/x/a/b/c.py", &["a.b.c", "x.a.b.c"]);
        let files = ["/p/x/setup.py", "/p/x/a/__init__.py", "/p/x/a/b.py"];
        names(&files, "/p/x/a/b.py", &["a.b", "x.a.b"]);
    }

    #[test]
    fn src_beside_a_project_file_is_a_root() {
        let files = ["/p/pyproject.toml", "/p/src/a/b.py"];
        names(&files, "/p/src/a/b.py", &["a.b", "src.a.b", "b"]);
    }

    #[test]
    fn relative_paths_count_from_the_package() {
        let project = project(&["/p/a/__init__.py", "/p/a/b.py"]);
        let module = project.id(Path::new("/p/a/b.py"));
        let package = project.id(Path::new("/p/a/__init__.py"));
        let path = |level, dotted: &str| ModulePath {
            level,
            dotted: dotted.to_owned(),
        };
        assert_eq!(project.absolute(module, &path(1, "c")), ["a.c"]);
        assert_eq!(project.absolute(package, &path(1, "c")), ["a.c"]);
        assert!(project.absolute(module, &path(2, "c")).is_empty());
        assert!(project.absolute(module, &path(3, "c")).is_empty());
    }

    #[test]
    fn a_script_is_a_module_to_its_neighbours_only() {
        let project = project(&["/p/a/json.py", "/p/a/b.py", "/p/c/d.py"]);
        let beside = project.id(Path::new("/p/a/b.py"));
        let elsewhere = project.id(Path::new("/p/c/d.py"));
        assert!(project.module("json", beside).is_some());
        assert!(project.module("json", elsewhere).is_none());
    }

    #[test]
    fn the_nearest_root_wins() {
        let files = [
            "/p/x/setup.py",
            "/p/x/a/__init__.py",
            "/p/y/setup.py",
            "/p/y/a/__init__.py",
            "/p/y/tests/t.py",
        ];
        let project = project(&files);
        let from = project.id(Path::new("/p/y/tests/t.py"));
        let got = project.module("a", from).expect("two of them");
        assert_eq!(project.files()[got], Path::new("/p/y/a/__init__.py"));
    }
}
