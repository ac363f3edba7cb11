//! Other names that modules of the project give to types, `pub type C = kit::Color`: where a member is
//! named behind one of them.

use super::facts::{PathRef, Word};
use super::names::{Names, Reached};

impl Names<'_> {
    /// Other names that modules of the file give to types, each with the type.
    pub(super) fn aliases(&self) -> Vec<(Box<str>, Box<str>)> {
        let facts = self.facts;
        let of_modules = facts.aliases.iter().filter(|alias| {
            // One of a block is known there alone.
            alias.visible == facts.modules[alias.path.module].body
        });
        let told = of_modules.filter_map(|alias| {
            let module = self.module(alias.path.module);
            let target = match self.reach(&alias.path) {
                Some(reached) => reached.path().to_owned(),
                // It stands beside it: `type D = C`.
                None if alias.path.leading => return None,
                None => format!("{module}::{}", written(&alias.path.words)),
            };
            Some((format!("{module}::{}", alias.name).into(), target.into()))
        });
        told.collect()
    }

    /// The type whose member the last name of a path is, where the path leads to another name of it.
    pub(super) fn type_by_alias(
        &self,
        path: &PathRef,
        reached: Option<&Reached>,
    ) -> Option<String> {
        let last = path.words.len().checked_sub(1).filter(|&last| last > 0)?;
        if !self.project.has_rust_aliases() {
            return None;
        }
        if let Some(reached) = reached {
            return self
                .project
                .rust_type_named(reached.prefixes.get(last - 1)?);
        }
        // A star may give its first name.
        let written = written(&path.words[..last]);
        let scope = self.stars.scope(path.module, path.start());
        let is_plain = !path.leading && !path.dollar;
        let scope = scope.filter(|_| is_plain);
        let stars = scope.into_iter().flat_map(|it| self.stars.around(it));
        let mut modules = stars.filter_map(|(statement, leaf)| self.leaf(statement, leaf));
        let named = |module: &str| {
            self.project
                .rust_type_named(&format!("{module}::{written}"))
        };
        modules.find_map(|module| named(module.path()))
    }
}

fn written(words: &[Word]) -> String {
    let words = words.iter().map(|word| &*word.text);
    words.collect::<Vec<_>>().join("::")
}
