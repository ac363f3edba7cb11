//! The compiler's own crates: which of them paths of a crate can begin with.

use std::collections::BTreeSet;

use super::{FileId, Project, is_rust};
use crate::finding::Finding;
use crate::plan::{Dialect, Plan, is_compilers};

/// What the root of a crate says of the compiler's crates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The names that its `extern crate` items give to all of the crate.
    pub always: Vec<String>,
    /// The same where some configuration is.
    pub sometimes: Vec<String>,
    /// It is without `std`, in every configuration.
    pub no_std: bool,
}

/// Whether the root of a crate may have to declare one of the compiler's crates.
fn may_need_declaring(krate: &str) -> bool {
    is_compilers(krate) && krate != "core"
}

/// The library that a path begins with.
pub fn library_of(path: &str) -> &str {
    path.split(':').next().unwrap_or(path)
}

impl Project {
    /// The root files of the crates that these files belong to, where something moves to a crate
    /// that they may have to declare.
    pub fn declaring(&self, plan: &Plan, files: impl Iterator<Item = FileId>) -> Vec<FileId> {
        let mut moves = plan.moves_of(Dialect::Rust);
        if !moves.any(|mv| may_need_declaring(library_of(&mv.to.module))) {
            return Vec::new();
        }
        let roots = files.filter_map(|file| self.rust_root(file));
        let mut roots: Vec<FileId> = roots.collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }

    fn rust_root(&self, file: FileId) -> Option<FileId> {
        let place = self.rust_place(file);
        let roots = place.package.as_ref()?.roots();
        let root = roots.iter().find(|(_, krate, _)| *krate == place.krate);
        self.id(&root?.0)
    }

    /// Why the new paths of a finding in a file of Rust cannot begin with one of the compiler's
    /// crates; `None` where they can. Edition 2015 asks for a declaration of every crate, which is
    /// another matter.
    pub fn undeclared(&self, file: FileId, finding: &Finding) -> Option<String> {
        let is_written = |krate: &str| finding.edits.iter().any(|edit| edit.text.contains(krate));
        // One finding may have as many sites as a file has lines.
        let mut asked = BTreeSet::new();
        let mut written = finding.sites.iter().filter(|site| {
            let krate = library_of(&site.to);
            may_need_declaring(krate) && asked.insert(krate) && is_written(krate)
        });
        written.find_map(|site| {
            let why = self.lacks(file, library_of(&site.to))?;
            Some(format!("`{}` is not there: {why}", site.to))
        })
    }

    fn lacks(&self, file: FileId, krate: &str) -> Option<String> {
        if !is_rust(&self.files()[file]) {
            return None;
        }
        let place = self.rust_place(file);
        let package = place.package.as_ref()?;
        let is_other = package.externs.contains_key(krate) || place.krate == krate;
        let is_given = krate == "proc_macro" && package.makes_macros(&place.krate);
        if is_other || is_given || place.edition.unwrap_or(package.edition) < 2018 {
            return None;
        }
        let root = self.rust_root(file).and_then(|root| self.outline(root));
        let declared = root.map(|outline| &outline.rust.declared);
        let names = |names: &[String]| names.iter().any(|name| name == krate);
        match declared {
            Some(declared) if names(&declared.always) => None,
            Some(declared) if krate == "std" && !declared.no_std => None,
            Some(declared) if names(&declared.sometimes) => Some(format!(
                "the root of the crate declares `{krate}` in some configurations only"
            )),
            Some(_) if krate == "std" => Some(
                "the crate is without `std`, and `extern crate std;` is not in its root".into(),
            ),
            None if krate == "std" => None,
            _ => Some(format!(
                "the root of the crate does not declare `{krate}` by `extern crate {krate};`"
            )),
        }
    }
}
