//! The words that can matter in a file: what moves, where it goes, and other names for both.

use rustc_hash::FxHashSet;

use super::facts::Statement;
use crate::plan::{Dialect, Plan};
use crate::project::RustPlace;

/// Words without `r#`.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    words: FxHashSet<Box<str>>,
}

impl Words {
    /// The words of all moves, and what their crates are called in the package.
    pub(super) fn new(plan: &Plan, place: &RustPlace) -> Self {
        let mut words = FxHashSet::default();
        for mv in plan.moves_of(Dialect::Rust) {
            for end in [&mv.from, &mv.to] {
                let names = end.module.split("::").chain(end.name.as_deref());
                words.extend(names.map(|name| super::tree::plain(name).into()));
            }
        }
        if let Some(package) = &place.package {
            for (alias, library) in &package.externs {
                if words.contains(library.as_str()) {
                    words.insert(alias.as_str().into());
                }
            }
        }
        Self { words }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Adds the names that imports give to what has one of the words in its path.
    pub(super) fn grow(&mut self, statements: &[Statement]) {
        loop {
            let before = self.words.len();
            let leaves = statements.iter().flat_map(|statement| &statement.leaves);
            for leaf in leaves {
                if leaf.names.iter().any(|name| self.has(name.plain()))
                    && let Some(local) = leaf.local()
                {
                    self.words.insert(local.into());
                }
            }
            if self.words.len() == before {
                return;
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(AsRef::as_ref)
    }
}
