//! What the canonical crate is made of: entries of the legacy one that it keeps.

use std::ops::Range;

use toml_edit::Item;

use super::Renaming;
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::scan::{finding, site};
use crate::project::{Package, library_of};

impl Renaming<'_> {
    /// What the workspace has for all of its members: the canonical one may be made of it.
    pub(super) fn share(&mut self) {
        let path = ["workspace", "dependencies"];
        let new = library_of(&self.mv.to.module);
        let asks = |package: &Package| {
            let mut dependencies = package.dependencies.iter();
            dependencies.any(|it| it.shared && it.library == self.mv.from.module)
        };
        let canonical = self.project.packages_with(new);
        let is_asked_for = canonical
            .iter()
            .any(|it| it.workspace == self.dir && self.is_made_of(it) && asks(it));
        if !is_asked_for {
            self.dependencies(&path, true);
            return;
        }
        let reason = format!("`{new}` is made of it, and asks the workspace for it");
        let places = self.entries_of_old(&path).into_iter();
        self.blocked.extend(places.map(|it| (it, reason.clone())));
    }

    /// Tells of the entries that the canonical package is made of, which stay.
    pub(super) fn keep(&mut self, path: &[&str]) {
        self.kept.extend(self.entries_of_old(path));
    }

    /// Where a table has the crate that moves.
    fn entries_of_old(&self, path: &[&str]) -> Vec<Range<usize>> {
        let table = self.sheet.table(path);
        let entries = table.iter().flat_map(|table| {
            let old = table.iter().filter(|(key, item)| {
                let package = item.get("package").and_then(Item::as_str);
                self.is_old(package.unwrap_or(key))
            });
            old.filter_map(|(key, _)| self.sheet.keys(*table, key).first().cloned())
        });
        entries.collect()
    }

    /// Whether a package has the canonical library, and is made of the legacy one.
    pub(super) fn is_made_of(&self, package: &Package) -> bool {
        package.is_made_of(library_of(&self.mv.to.module), &self.mv.from.module)
    }

    /// What is told of them.
    pub(super) fn told_of_kept(&self) -> Vec<Finding> {
        let new = library_of(&self.mv.to.module);
        let told = self.kept.iter().map(|place| {
            let reason = format!("`{new}` itself is made of it, and keeps it");
            let sites = vec![site(Code::Mention, place.clone(), self.mv)];
            finding(sites, Vec::new(), Confidence::Likely, Some(reason))
        });
        told.collect()
    }
}
