//! Modules of Rust that are another one in other configurations, and what they have in each.

use rustc_hash::FxHashMap;

use super::{FileId, Project, RustOutline};

/// What a module has in some configurations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustVariant {
    /// The names that it has itself, each with the path behind it; its own path where the module
    /// declares it.
    pub names: Vec<(Box<str>, String)>,
    /// The modules whose names it imports all.
    pub stars: Vec<String>,
}

impl RustVariant {
    /// Whether the module has a name itself.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(own, _)| **own == *name)
    }
}

/// The variants of modules, each with the file that has it.
#[derive(Debug, Default)]
pub(super) struct Variants {
    by_module: FxHashMap<String, Vec<(FileId, RustVariant)>>,
    /// Where names lead by stars that are there where what binds them is not.
    by_star: FxHashMap<String, Vec<String>>,
    /// A module has several.
    differ: bool,
}

impl Variants {
    /// Takes those that a file tells of.
    pub(super) fn add(&mut self, file: FileId, told: &mut RustOutline) {
        for (path, target) in told.beside.drain(..) {
            self.by_star.entry(path).or_default().push(target);
        }
        for (module, variant) in told.variants.drain(..) {
            let of_module = self.by_module.entry(module).or_default();
            of_module.push((file, variant));
            self.differ |= of_module.len() > 1;
        }
    }
}

impl Project {
    /// Whether a name leads elsewhere in other configurations, in some file.
    pub fn has_rust_variants(&self) -> bool {
        self.rust_variants.differ || !self.rust_ambiguous.is_empty()
    }

    /// Where a name leads in some configurations each.
    pub fn rust_ambiguous(&self, path: &str) -> &[String] {
        let targets = self.rust_ambiguous.get(&*self.canonical(path));
        targets.map_or(&[], Vec::as_slice)
    }

    /// Where a name that leads elsewhere in other configurations leads by stars there.
    pub fn rust_beside(&self, path: &str) -> &[String] {
        let targets = self.rust_variants.by_star.get(&*self.canonical(path));
        targets.map_or(&[], Vec::as_slice)
    }

    /// What a module of Rust has in some configurations each, as far as it is another one in others,
    /// with the files that say so.
    pub fn rust_variants(&self, module: &str) -> &[(FileId, RustVariant)] {
        let variants = self.rust_variants.by_module.get(&*self.canonical(module));
        variants.map_or(&[], Vec::as_slice)
    }
}
