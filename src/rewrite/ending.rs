//! Modules that may end with what moved out of them: which of Python's are shims, or have one; and who
//! goes through an import of Rust in another file to something that stays, and need name nothing that
//! moves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use memchr::memmem;
use rustc_hash::FxHashMap;

use super::Rewriter;
use crate::generated::{BLOCK, Given, is_generated};
use crate::plan::{Dialect, Move, Origin, Words, below};
use crate::project::{FileId, Outline, RustPlace, Shim, is_rust};

impl Rewriter<'_> {
    /// Looks for the shims of the modules that symbols of Python left: in the tree, else where a
    /// package is installed.
    pub(super) fn read_shims(&mut self, installed: &BTreeMap<String, Vec<PathBuf>>) {
        let moves = self.plan.moves_of(Dialect::Python);
        let moves = moves.filter(|mv| mv.from.name.is_some() && mv.origin == Origin::Manifest);
        let modules: BTreeSet<&str> = moves.map(|mv| mv.from.module.as_str()).collect();
        let mut shims = FxHashMap::default();
        let mut elsewhere = FxHashMap::default();
        for module in modules {
            match (self.project.module(module, None), installed.get(module)) {
                (Some(id), _) => {
                    let shim = self.shim_in(module, &self.project.files()[id]);
                    shims.extend(shim.ok().flatten().map(|shim| (id, shim)));
                }
                (None, Some(files)) => {
                    let shim = self.shim_among(module, files);
                    elsewhere.extend(shim.map(|shim| (module.to_owned(), shim)));
                }
                (None, None) => {}
            }
        }
        self.project.set_shims(shims, elsewhere);
    }

    /// What a file of a module says of its shim.
    fn shim_in(&self, module: &str, file: &Path) -> std::io::Result<Option<Shim>> {
        let bytes = std::fs::read(file)?;
        if !is_generated(&bytes) {
            let has_block = memmem::find(&bytes, BLOCK.0.as_bytes()).is_some();
            return Ok(has_block.then_some(Shim::Block));
        }
        // A move that is not in force yet, or in no manifest any more: its name is still read.
        let text = String::from_utf8_lossy(&bytes);
        let given = Given::of(&text);
        let moves = |path: &str| self.plan.lookup(path).is_some();
        let mut names = given.names.iter();
        let all_move = names.all(|name| moves(&format!("{module}.{name}")));
        Ok(Some(match all_move && (!given.is_all || moves(module)) {
            true => Shim::Whole,
            false => Shim::Block,
        }))
    }

    /// The same of a module that is installed in several environments, or nobody knows where.
    fn shim_among(&self, module: &str, files: &[PathBuf]) -> Option<Shim> {
        let shim = |file: &PathBuf| self.shim_in(module, file).unwrap_or(Some(Shim::Unread));
        let shims: Vec<Option<Shim>> = files.iter().map(shim).collect();
        match shims.split_first() {
            None => Some(Shim::Unread),
            Some((first, rest)) if rest.iter().all(|other| other == first) => *first,
            Some(_) if shims.contains(&Some(Shim::Unread)) => Some(Shim::Unread),
            Some(_) => Some(Shim::Block),
        }
    }

    /// What the files read, as a whole, that say the name of such an import.
    pub(super) fn read_users_of_ending_modules(&mut self) {
        let given = self.imports_of_ending_modules();
        if given.is_empty() {
            return;
        }
        let names: BTreeSet<&str> = given.iter().map(Import::name).collect();
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let names = Words::new(&names);
        let files = self.project.files();
        let of_rust = |id: &FileId| is_rust(&files[*id]);
        let files: Vec<FileId> = (0..files.len()).filter(of_rust).collect();
        let outlines = self
            .pool
            .map(&files, |&id| self.users_outline(id, &names, &given));
        for (id, outline) in files.into_iter().zip(outlines) {
            let reads = outline.map(|outline| outline.rust.reads);
            self.project.add_rust_reads(id, reads.unwrap_or_default());
        }
    }

    /// The imports that give modules which may end to other files.
    fn imports_of_ending_modules(&self) -> Vec<Import> {
        let moves = self.plan.moves_of(Dialect::Rust);
        let moves: Vec<&Move> = moves.filter(|mv| mv.may_end()).collect();
        let modules: BTreeSet<&str> = moves.iter().map(|mv| mv.from.module.as_str()).collect();
        let mut given = Vec::new();
        if modules.is_empty() {
            return given;
        }
        for id in self.project.outlined() {
            let Some(rust) = self.project.outline(id).map(|it| &it.rust) else {
                continue;
            };
            let imports = rust.imports.iter();
            let imports = imports.filter(|(_, target, _)| modules.contains(target.as_str()));
            let imports = imports.map(|(path, target, _)| {
                let is_private = rust.private.contains(path.as_str());
                let limit = rust.limits.iter().find(|(limited, _)| **limited == **path);
                let module = path.rsplit_once("::").filter(|_| is_private);
                let module = module.map(|(module, _)| module.to_owned());
                Import {
                    path: path.clone(),
                    seen_in: module.or_else(|| Some(limit?.1.to_string())),
                    is_renamed: path.rsplit("::").next() != target.rsplit("::").next(),
                }
            });
            given.extend(imports.filter(|it| it.seen_in.is_none() || self.is_read(&it.path, id)));
        }
        given
    }

    /// Whether a file that is known to name something that moves goes through an import of another one.
    fn is_read(&self, path: &str, file: FileId) -> bool {
        let others = self.project.outlined().into_iter().filter(|&it| it != file);
        let mut others = others.filter_map(|it| self.project.outline(it));
        others.any(|other| other.rust.reads.contains(path))
    }

    /// What a file tells that says the name of such an import, and sees it.
    fn users_outline(&self, id: FileId, names: &Words, given: &[Import]) -> Option<Outline> {
        let file = &self.project.files()[id];
        let bytes = std::fs::read(file).ok()?;
        if !names.stand_in(&bytes) {
            return None;
        }
        let place = self.project.rust_place(id);
        let others = self.project.other_rust_places(id);
        let places: Vec<String> = others.iter().chain([&place]).map(RustPlace::path).collect();
        let sees = |import: &Import| {
            let module = import.seen_in.as_deref();
            let mut places = places.iter();
            module.is_none_or(|module| places.any(|place| below(place, module, "::")))
        };
        let says = |import: &Import| memmem::find(&bytes, import.name().as_bytes()).is_some();
        let used: Vec<&Import> = given.iter().filter(|it| sees(it) && says(it)).collect();
        // Of what is read, paths that begin with another name of a module are not all.
        let renamed = used
            .iter()
            .filter(|it| it.is_renamed && it.seen_in.is_some());
        let said: Vec<Box<str>> = renamed.flat_map(|it| it.said_behind(&bytes)).collect();
        let mut outline = match used.is_empty() {
            true => None,
            false => self.told(id, bytes, true),
        }?;
        outline.rust.reads.extend(said);
        Some(outline)
    }
}

/// An import that gives a module to other files.
struct Import {
    path: String,
    /// The module in which all are that see it; `None`: everybody does.
    seen_in: Option<String>,
    /// Its name is not the module's.
    is_renamed: bool,
}

impl Import {
    fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }

    /// What a text may name behind it, as paths.
    fn said_behind(&self, bytes: &[u8]) -> Vec<Box<str>> {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'#');
        let found = memmem::find_iter(bytes, self.name().as_bytes()).filter_map(|at| {
            let behind = bytes[at + self.name().len()..].trim_ascii_start();
            let behind = behind.strip_prefix(b"::")?.trim_ascii_start();
            let end = match behind.first()? {
                b'{' => memchr::memchr(b'}', behind)?,
                _ => behind.iter().take_while(|byte| is_part(byte)).count(),
            };
            let names = behind[..end].split(|byte| !is_part(byte));
            let names = names.filter_map(|name| std::str::from_utf8(name).ok());
            let names = names.filter(|name| !name.is_empty());
            Some(names.map(|name| format!("{}::{name}", self.path).into()))
        });
        found.flatten().collect()
    }
}
