//! The sources of the libraries that the compiler was given: whether one has a single type or trait of
//! a name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Warning, split};
use crate::lang::rust::Members;
use crate::parallel::Pool;
use crate::project::{library_of, rust_below};
use crate::source::Source;

/// What the files declare of some libraries; of one there may be several versions.
pub(super) struct Libraries(BTreeMap<String, Vec<Vec<Members>>>);

impl Libraries {
    /// Those that have the types and traits of these warnings, by their root files.
    pub(super) fn of<'w>(
        asked: impl Iterator<Item = &'w Warning>,
        root_files: &BTreeMap<String, BTreeSet<PathBuf>>,
        pool: &Pool,
    ) -> Self {
        let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for warning in asked {
            let owners = owners.entry(library_of(&warning.to)).or_default();
            owners.insert(warning.owner());
        }
        let read = owners.into_iter().filter_map(|(library, owners)| {
            // What makes a type need not say its name.
            let words: Vec<&str> = owners
                .into_iter()
                .chain(["struct $", "enum $", "union $"])
                .collect();
            let versions = root_files.get(library)?.iter();
            let versions = versions.map(|root_file| {
                let files = rust_below(root_file.parent().unwrap_or(root_file));
                let read = pool.map(&files, |path| {
                    let source = Source::decode(path, std::fs::read(path).ok()?).ok()?;
                    let text = source.text();
                    let is_asked = words.iter().any(|word| text.contains(word));
                    is_asked.then(|| Members::of(text))
                });
                read.into_iter().flatten().collect()
            });
            Some((library.to_owned(), versions.collect()))
        });
        Self(read.collect())
    }

    /// Whether every version has one thing alone that can be what the member is of, with the member
    /// by its old name and its new one.
    pub(super) fn have_one(&self, warning: &Warning) -> bool {
        let owner = warning.owner();
        let names = [split(&warning.from).1, split(&warning.to).1];
        let versions = self.0.get(library_of(&warning.to));
        versions.is_some_and(|versions| {
            versions.iter().all(|files| {
                let is_declared = |name: &&str| files.iter().any(|file| file.has(owner, name));
                let is_made = || {
                    let is_given = |file: &Members| file.gives(owner).is_some();
                    files.iter().any(Members::makes_types) && files.iter().any(is_given)
                };
                let named = files.iter().map(|file| file.named(owner)).sum::<usize>();
                named == 1 && names.iter().all(is_declared) && !is_made()
            })
        })
    }
}
