//! Other names that modules of the project give to types, `pub type C = kit::Color`: where a member is
//! named behind one of them.

use super::facts::{PathRef, Word, space};
use super::names::{LONGEST, Names, Reached};

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
            return self.type_named(reached.prefixes.get(last - 1)?, 0);
        }
        // A star may give its first name.
        let written = written(&path.words[..last]);
        let scope = self.stars.scope(path.module, path.start());
        let is_plain = !path.leading && !path.dollar;
        let scope = scope.filter(|_| is_plain);
        let stars = scope.into_iter().flat_map(|it| self.stars.around(it));
        let mut modules = stars.filter_map(|(statement, leaf)| self.leaf(statement, leaf));
        modules.find_map(|module| self.type_named(&format!("{}::{written}", module.path()), 0))
    }

    /// The type behind a path that leads to another name of it, also through imports and stars.
    fn type_named(&self, path: &str, depth: usize) -> Option<String> {
        if depth > LONGEST {
            return None;
        }
        let project = self.project;
        if let Some(ty) = project.rust_alias(path) {
            let further = self.type_named(ty, depth + 1);
            return Some(further.unwrap_or_else(|| ty.to_owned()));
        }
        if let Some((target, _)) = project.rust_import(path, space::TYPE) {
            return self.type_named(target, depth + 1);
        }
        let (module, name) = path.rsplit_once("::")?;
        if project.rust_item(path).is_some() {
            return None;
        }
        let stars = project.rust_globs(module).iter();
        let mut given = stars.map(|(target, _)| format!("{target}::{name}"));
        given.find_map(|path| self.type_named(&path, depth + 1))
    }
}

fn written(words: &[Word]) -> String {
    let words = words.iter().map(|word| &*word.text);
    words.collect::<Vec<_>>().join("::")
}
