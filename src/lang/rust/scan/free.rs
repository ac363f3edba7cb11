//! Whether the name that an import binds may change.

use std::collections::BTreeSet;

use super::{LeafId, Manner, Use, Work};
use crate::lang::rust::facts::{Bound, Form, Shape, space};
use crate::lang::rust::tree::plain;

impl Work<'_, '_> {
    /// Why a name cannot be changed; `None` where it can.
    pub(super) fn why_not(
        &self,
        binding: usize,
        new: &str,
        twin: Option<LeafId>,
    ) -> Option<String> {
        if self.manner == Manner::Cautious {
            return Some("another name would mean something else".to_owned());
        }
        let facts = self.names.facts;
        let bound = &facts.bindings[binding];
        let old = &*bound.name;
        let (_, _, statement, _) = self.names.leaf_of(binding)?;
        let new = plain(new);
        if statement.public && !self.names.plan.rename_public {
            return Some("it is re-exported".to_owned());
        }
        let of_module = self.names.is_of_module(binding);
        let path = format!("{}::{old}", self.names.module(bound.module));
        if of_module
            && statement.form != Form::ExternCrate
            && self.names.project.is_rust_read(&path, self.names.file)
        {
            return Some("another file reads it from here".to_owned());
        }
        for name in [old, new] {
            let elsewhere = self.names.project.is_in_rust_macro(name, self.names.file);
            if facts.in_macros.contains(name) || elsewhere {
                return Some(format!(
                    "a macro names `{name}`, and means what it is where it is used"
                ));
            }
        }
        if facts.includes.contains(&bound.module) {
            return Some("a file that is included here may use it".to_owned());
        }
        if facts.opaque.contains(old) {
            return Some(format!("`{old}` stands among the tokens of a macro"));
        }
        let empty = Vec::new();
        let uses = self.of_binding.get(&binding).unwrap_or(&empty);
        if let Some(name) = uses
            .iter()
            .find_map(|&(at, _)| self.leaves_with(&self.uses[at]))
        {
            return Some(format!(
                "a macro names `{old}`, and `{name}!` is used elsewhere"
            ));
        }
        if self.may_be_read_below(binding) {
            return Some(format!("a module below may have `{old}` from here"));
        }
        for follower in self.followers(binding) {
            if let Some(why) = self.why_not(follower, new, None) {
                return Some(why);
            }
        }
        for &other in facts.named(old) {
            let it = &facts.bindings[other];
            let same_scope = it.module == bound.module && it.visible == bound.visible;
            let apart = self.names.spaces(other) & self.names.spaces(binding) == 0;
            if other == binding || !same_scope || apart {
                continue;
            }
            let same_target = self.names.leaf_of(other).is_some_and(|(index, nth, ..)| {
                let mine = self
                    .names
                    .leaf_of(binding)
                    .map(|(index, nth, ..)| (index, nth));
                let mine = mine.and_then(|id| self.moving.get(&id));
                let its = self.moving.get(&(index, nth));
                matches!((mine, its), (Some(a), Some(b)) if a.mv.to == b.mv.to)
            });
            if !same_target {
                return Some("the name is bound twice".to_owned());
            }
        }
        let use_places: Vec<(usize, usize)> = uses
            .iter()
            .map(|&(at, _)| (self.uses[at].path.module, self.uses[at].path.start()))
            .collect();
        let mut seen: BTreeSet<usize> = use_places.iter().map(|(module, _)| *module).collect();
        seen.insert(bound.module);
        for &other in facts.named(new) {
            let it = &facts.bindings[other];
            let is_twin = matches!(it.kind, Bound::Leaf { statement, leaf } if twin == Some((statement, leaf)));
            let moves_along = matches!(it.kind, Bound::Leaf { statement, leaf }
                if self.moving.contains_key(&(statement, leaf)));
            let apart = self.names.spaces(other) & self.names.spaces(binding) == 0;
            if is_twin || moves_along || apart || !seen.contains(&it.module) {
                continue;
            }
            let captures = use_places.iter().any(|(module, at)| {
                *module == it.module && it.visible.start <= *at && *at <= it.visible.end
            });
            let same_scope = it.module == bound.module && it.visible == bound.visible;
            if captures || same_scope {
                return Some(format!("`{new}` is something else here"));
            }
        }
        let clashes = self.names.facts.paths.iter().any(|path| {
            let spaces = match path.words.len() {
                1 => path.spaces,
                _ => space::TYPE,
            };
            let first = &*path.words[0].text == new
                && !path.leading
                && !path.dollar
                && spaces & self.names.spaces(binding) != 0;
            let inside = path.module == bound.module
                && bound.visible.start <= path.start()
                && path.start() <= bound.visible.end;
            let beside = seen.contains(&path.module) && path.module != bound.module;
            if !first || !(inside || beside) {
                return false;
            }
            let meant = self.names.meaning(new, spaces, path.module, path.start());
            match meant.map(|meant| facts.bindings[meant].kind) {
                // Bound nearer than the import is.
                Some(Bound::Local | Bound::Item | Bound::Module) => meant.is_some_and(|meant| {
                    let it = &facts.bindings[meant];
                    it.module == bound.module && it.visible.len() >= bound.visible.len()
                }),
                Some(Bound::Leaf { statement, leaf }) => {
                    let is_twin = twin == Some((statement, leaf));
                    let moves = self.moving.contains_key(&(statement, leaf));
                    let nearer = meant.is_some_and(|meant| {
                        let it = &facts.bindings[meant];
                        it.module == bound.module && it.visible.len() < bound.visible.len()
                    });
                    !(is_twin || moves || nearer)
                }
                None => true,
            }
        });
        if clashes {
            return Some(format!("`{new}` is something else here"));
        }
        None
    }

    /// The macro in whose body a use stands, where that is used in other modules than its own: a
    /// name in it is looked up there.
    fn leaves_with<'a>(&self, it: &'a Use<'_>) -> Option<&'a str> {
        let (names, facts) = (self.names, self.names.facts);
        let name = it.path.in_rules.as_deref()?;
        let text = names.text;
        let call = format!("{name}!");
        let mut calls = text.match_indices(&call).filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            !before.is_some_and(|c| c == '_' || c.is_alphanumeric())
        });
        let elsewhere = facts.exported.contains(name)
            || facts.has_files_below
            || calls.any(|(at, _)| facts.module_at(at) != it.path.module);
        elsewhere.then_some(name)
    }

    /// Whether a module below that of an import uses the bare name, and nothing is known to bind it
    /// there: a macro may bring `use super::*`.
    fn may_be_read_below(&self, binding: usize) -> bool {
        let (names, facts) = (self.names, self.names.facts);
        let bound = &facts.bindings[binding];
        let is_below = |mut module: usize| {
            while let Some(parent) = facts.modules[module].parent {
                if parent == bound.module {
                    return true;
                }
                module = parent;
            }
            false
        };
        facts.paths.iter().any(|path| {
            let first = &path.words[0].text;
            *first == bound.name
                && !path.leading
                && !path.dollar
                && !matches!(path.shape, Shape::Doc | Shape::Pattern)
                && is_below(path.module)
                && names
                    .meaning(first, space::ANY, path.module, path.start())
                    .is_none()
                && names.reach(path).is_none()
        })
    }
}
