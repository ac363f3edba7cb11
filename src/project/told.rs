//! What the files of Rust tell one another: where imports lead, by name and by star, and what macros
//! are given.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::members::LONGEST;
use super::readers::Readers;
use super::{FileId, Package, Project, is_rust, library_of, members};
use crate::plan::{Dialect, Plan};

impl Project {
    /// What an import in a module of Rust binds under this path in one of some namespaces, as bits:
    /// the path behind it, and its file.
    pub fn rust_import(&self, path: &str, spaces: u8) -> Option<(&str, FileId)> {
        let imports = self.rust_imports.get(&*self.canonical(path))?;
        let mut imports = imports.iter();
        let (target, file, _) = imports.find(|(_, _, own)| own & spaces != 0)?;
        Some((target, *file))
    }

    /// Whether a file says where paths of a crate of Rust lead.
    pub fn tells_of(&self, krate: &str) -> bool {
        self.rust_told.contains(krate) || self.rust_shared.has(krate)
    }

    /// Whether only the module of this path itself, and those in it, have what an import binds there.
    pub fn is_rust_private(&self, path: &str) -> bool {
        self.rust_private.contains(&*self.canonical(path))
    }

    /// Whether an import of a module of Rust binds this name anywhere.
    pub fn is_rust_imported(&self, name: &str) -> bool {
        let is_of_name = |path: &str| path.rsplit("::").next() == Some(name);
        let paths = self.rust_imports.keys().map(|path| &**path);
        let ambiguous = self.rust_ambiguous.keys().map(|path| &**path);
        paths.chain(ambiguous).any(is_of_name)
    }

    /// The modules whose names a module of Rust imports all, and whether it gives them on.
    pub fn rust_globs(&self, module: &str) -> &[(String, bool)] {
        let globs = self.rust_globs.get(&*self.canonical(module));
        globs.map_or(&[], Vec::as_slice)
    }

    /// Whether a module of Rust imports all names of another in every configuration.
    pub fn is_rust_glob_lasting(&self, module: &str, target: &str) -> bool {
        let key = (self.canonical(module).into_owned(), target.to_owned());
        self.rust_lasting_globs.contains(&key)
    }

    /// The attributes with a `cfg` of an import of Rust that leads from `path`, or of a star in that
    /// module.
    pub fn rust_condition(&self, path: &str, target: &str) -> Option<&str> {
        let key = (self.canonical(path).into_owned(), target.to_owned());
        self.rust_conditions.get(&key).map(|it| &**it)
    }

    /// Whether something may take a name from this module of Rust without writing its path.
    pub fn is_rust_taken(&self, module: &str, name: &str) -> bool {
        self.is_rust_opaque(name) || self.rust_modules_taking(module).next().is_some()
    }

    /// Whether a macro says a name, or is given it, in some file.
    pub fn is_rust_opaque(&self, name: &str) -> bool {
        self.rust_opaque.contains(name)
    }

    /// The modules that take all names of a module of Rust.
    pub fn rust_modules_taking<'p>(&'p self, module: &'p str) -> impl Iterator<Item = &'p str> {
        let globs = self.rust_globs.iter();
        let takers = globs.filter(move |(_, of)| of.iter().any(|(of, _)| of == module));
        takers.map(|(taker, _)| &**taker)
    }

    /// Whether a macro is given this name, which may be anything, in some file.
    pub fn is_rust_given(&self, name: &str) -> bool {
        self.rust_given.contains(name)
    }

    /// Whether a module of Rust declares an item under this path.
    pub fn rust_item(&self, path: &str) -> Option<u8> {
        self.rust_items.get(&*self.canonical(path)).copied()
    }

    /// The type behind a path that leads to another name of it (`type C = Color`), also through imports
    /// and stars.
    pub fn rust_type_named(&self, path: &str) -> Option<String> {
        self.type_named(path.to_owned(), &mut FxHashSet::default())
    }

    /// Each path is asked for once: modules may give each other their names by stars.
    fn type_named(&self, path: String, seen: &mut FxHashSet<String>) -> Option<String> {
        if let Some(ty) = self.rust_aliases.get(&*self.canonical(&path)) {
            let further = seen
                .insert(path)
                .then(|| self.type_named(ty.to_string(), seen));
            return Some(further.flatten().unwrap_or_else(|| ty.to_string()));
        }
        if !seen.insert(path.clone()) {
            return None;
        }
        let mut imported = self.rust_imports_of(&path).peekable();
        if imported.peek().is_some() {
            return imported.find_map(|target| self.type_named(target.to_owned(), seen));
        }
        let (module, name) = path.rsplit_once("::")?;
        if self.rust_item(&path).is_some() {
            return None;
        }
        let stars = self.rust_globs(module).iter();
        let mut given = stars.map(|(target, _)| format!("{target}::{name}"));
        given.find_map(|path| self.type_named(path, seen))
    }

    /// All that a path may lead to through imports and stars, itself among them where no import binds it.
    pub fn rust_ends(&self, path: &str) -> FxHashSet<String> {
        self.rust_ways(path).0
    }

    /// Whether a path may lead by another one, through imports and stars.
    pub fn does_rust_lead_by(&self, path: &str, by: &str) -> bool {
        path != by && self.rust_ways(path).1.contains(by)
    }

    /// Whether a module of Rust may take names from another one by which that has imported them: all of
    /// them by stars, or some by name.
    pub fn rust_takes_from(&self, module: &str, from: &str) -> bool {
        let (mut seen, mut left) = (FxHashSet::default(), vec![module]);
        while let Some(module) = left.pop() {
            if seen.insert(module) {
                let stars = self.rust_globs(module).iter();
                left.extend(stars.map(|(target, _)| target.as_str()));
            }
        }
        let is_given = |path: &str| {
            let given = path.rsplit_once("::").filter(|(of, _)| *of == from);
            given.is_some() && self.rust_item(path).is_none()
        };
        let taken = || {
            let imports = self.rust_imports.iter();
            let of_module = imports.filter(|(path, _)| {
                let around = path.rsplit_once("::").map_or("", |(module, _)| module);
                seen.contains(around)
            });
            let mut targets = of_module.flat_map(|(_, targets)| targets);
            targets.any(|(target, ..)| is_given(target))
        };
        seen.contains(from) || taken()
    }

    /// The ends of all ways of a path through imports and stars, and the paths that stand on them.
    fn rust_ways(&self, path: &str) -> (FxHashSet<String>, FxHashSet<String>) {
        let (mut ends, mut seen) = (FxHashSet::default(), FxHashSet::default());
        let mut left = vec![path.to_owned()];
        while let Some(path) = left.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let known = left.len();
            left.extend(self.rust_imports_of(&path).map(str::to_owned));
            if left.len() > known {
                continue;
            }
            if let Some((module, name)) = path.rsplit_once("::")
                && self.rust_item(&path).is_none()
            {
                let stars = self.rust_globs(module).iter();
                left.extend(stars.map(|(target, _)| format!("{target}::{name}")));
            }
            ends.insert(path);
        }
        (ends, seen)
    }

    /// Forgets the other names of types of which nothing moves.
    pub(super) fn settle_aliases(&mut self, plan: &Plan) {
        let all = self.rust_aliases.iter();
        let all = all.map(|(name, ty)| {
            let further = self.rust_type_named(ty);
            (name, further.unwrap_or_else(|| ty.to_string()))
        });
        let matter = all.filter(|(_, ty)| plan.leads_to_moved_in(Dialect::Rust, ty));
        let matter = matter.map(|(name, ty)| (name.clone(), ty.into()));
        self.rust_aliases = matter.collect();
    }

    /// Whether some module of Rust gives a type another name.
    pub fn has_rust_aliases(&self) -> bool {
        !self.rust_aliases.is_empty()
    }

    /// The crates whose macros all files of a crate can use by their bare names.
    pub fn rust_macro_crates(&self, krate: &str) -> &[String] {
        self.rust_macro_crates.get(krate).map_or(&[], Vec::as_slice)
    }

    /// Whether a file derives what a path of Rust has, by that path or by imports that lead to it.
    pub fn is_rust_derived(&self, path: &str) -> bool {
        let next = |at: &&str| Some(self.rust_import(at, u8::MAX)?.0);
        let mut derived = self.rust_derived.iter();
        derived.any(|it| {
            let mut steps = std::iter::successors(Some(&**it), next).take(LONGEST);
            steps.any(|it| it == path)
        })
    }

    /// The packages one of which has a crate, as a file names it: its own one first.
    pub fn rust_packages(&self, krate: &str, from: FileId) -> Vec<Arc<Package>> {
        let own = self.package_of(from);
        match own {
            Some(own) if own.module(krate).is_some() => vec![own],
            _ => self.packages_with(krate),
        }
    }

    /// The packages that have this library.
    pub fn packages_with(&self, library: &str) -> Vec<Arc<Package>> {
        self.crates.with_library(&self.files, library)
    }

    /// The path under which a name of a file is known that several crates have as a module.
    pub(super) fn canonical<'p>(&self, path: &'p str) -> Cow<'p, str> {
        self.rust_shared.canonical(path)
    }

    /// Takes what the outlines tell, for all files.
    pub(super) fn settle_rust(&mut self) {
        let mut order: Vec<FileId> = self.outlines.keys().copied().collect();
        order.sort_unstable();
        for &file in &order {
            let path = &self.files[file];
            if is_rust(path) {
                let shared = self.crates.shared_modules(&self.root, &self.files, path);
                self.rust_shared.extend(shared);
            }
        }
        for file in order {
            let rust = &mut self.outlines.entry(file).or_default().rust;
            // Each is asked of all files from here on.
            let reads = std::mem::take(&mut rust.reads);
            for path in rust.leading() {
                let krate = library_of(path);
                if !self.rust_told.contains(krate) {
                    self.rust_told.insert(krate.to_owned());
                }
            }
            for (path, target, spaces) in &rust.imports {
                let imports = self.rust_imports.entry(path.clone()).or_default();
                // A macro and a trait can come by one name, and what an import brings is not always known.
                let is_same =
                    |known: &(String, FileId, u8)| known.0 == *target && known.2 & spaces != 0;
                if !imports.iter().any(is_same) {
                    imports.push((target.clone(), file, *spaces));
                }
            }
            for (path, target) in &rust.ambiguous {
                let targets = self.rust_ambiguous.entry(path.clone()).or_default();
                targets.push(target.clone());
            }
            self.rust_variants.add(file, rust);
            for (module, target, public) in &rust.globs {
                let globs = self.rust_globs.entry(module.clone()).or_default();
                globs.push((target.clone(), *public));
            }
            let lasting = rust.lasting_globs.iter().cloned();
            self.rust_lasting_globs.extend(lasting);
            self.rust_private.extend(rust.private.iter().cloned());
            self.rust_conditions.extend(rust.conditions.iter().cloned());
            self.rust_limits.extend(rust.limits.iter().cloned());
            for (module, members) in &rust.members {
                let module = self.rust_shared.canonical(module);
                members::add(&mut self.rust_members, module.into(), members);
            }
            for (krate, name, other) in &rust.crate_names {
                let key = (krate.clone(), name.clone());
                self.rust_crate_names.insert(key, other.clone());
            }
            for (krate, name, other) in &rust.crates_sometimes {
                let key = (krate.clone(), name.clone());
                let others = self.rust_crates_sometimes.entry(key).or_default();
                others.push(other.clone());
            }
            for (krate, other) in &rust.macro_crates {
                let crates = self.rust_macro_crates.entry(krate.clone()).or_default();
                crates.push(other.clone());
            }
            for path in reads {
                let path = match self.rust_shared.canonical(&path) {
                    Cow::Borrowed(_) => path,
                    Cow::Owned(path) => path.into(),
                };
                let readers = self.rust_reads.entry(path).or_insert(Readers::One(file));
                if *readers != Readers::One(file) {
                    *readers = Readers::Several;
                }
            }
            self.rust_derived.extend(rust.derived.iter().cloned());
            self.rust_given.extend(rust.given.iter().cloned());
            self.rust_opaque.extend(rust.opaque.iter().cloned());
            for (path, spaces) in &rust.items {
                *self.rust_items.entry(path.clone()).or_default() |= spaces;
            }
            self.rust_aliases.extend(rust.aliases.iter().cloned());
            for (of, made) in &rust.made_of_paths {
                let of_name = self.rust_made_of_paths.entry(of.clone()).or_default();
                of_name.push((file, made.clone()));
            }
            let putting_behind = rust.putting_behind.iter().cloned();
            self.rust_putting_behind.extend(putting_behind);
            for named in &rust.in_macros {
                let of_name = self.rust_in_macros.entry(named.name.clone()).or_default();
                of_name.push((file, named.clone()));
            }
        }
    }
}
