//! The modules that a thing leaves and goes to, where they are the project's own.

use super::builtin;
use super::facts::{Bound, space};
use super::names::{Names, Reached};
use super::tree::plain;
use crate::plan::Move;

impl Names<'_> {
    /// Whether a module may be the one that has a thing yet, so that nothing in it moves.
    pub(super) fn holds(&self, module: usize, mv: &Move) -> bool {
        let is_own = mv.to.name.is_some() && self.module(module) == mv.from.module;
        let name = mv.from.name.as_deref().map(plain);
        is_own && name.is_none_or(|name| self.may_have(module, name) || self.is_open(module))
    }

    /// The path of a thing that a name alone meant in the module which the thing has left.
    pub(super) fn left_home(&self, name: &str, spaces: u8, module: usize) -> Option<String> {
        let path = format!("{}::{name}", self.module(module));
        let mv = self.knows(&path)?;
        let kind = mv.kind.as_deref().map_or(space::ANY, space::of);
        let is_gone = mv.from.name.is_some()
            && kind & spaces != 0
            && !builtin::is_in_prelude(name)
            && !self.holds(module, mv);
        is_gone.then_some(path)
    }

    /// Why a path in the module that a thing leaves stays, where nothing says that the module has the
    /// thing yet.
    pub(super) fn may_make(&self, module: usize, mv: &Move) -> Option<String> {
        let name = mv.from.name.as_deref().map(plain)?;
        let is_unsure = self.module(module) == mv.from.module
            && self.is_open(module)
            && !self.may_have(module, name);
        is_unsure.then(|| format!("a macro or an attribute of this module may make `{name}`"))
    }

    /// Whether a module may have names that are not written in it.
    fn is_open(&self, module: usize) -> bool {
        let members = self.facts.members.get(&module);
        members.is_some_and(|members| members.is_open)
    }

    /// Whether a module may declare a name, or take it from elsewhere: what a macro makes of it, what
    /// is included, and what stars of other crates give is not known.
    fn may_have(&self, module: usize, name: &str) -> bool {
        let facts = self.facts;
        let mut named = facts.named(name).iter().map(|&it| &facts.bindings[it]);
        let is_exported = facts.exported.contains(name);
        let mut stars = self.stars.of_module(module);
        self.has(module, name)
            || is_exported && named.any(|it| it.kind == Bound::Item)
            || facts.opaque.contains_key(name)
            || facts.in_macros.contains(name)
            || facts.broken
            || self.shares_scope(module)
            || stars.any(|(statement, leaf)| {
                let target = self.leaf(statement, leaf);
                let target = target.as_deref().map_or("", Reached::path);
                !self.lacks(target, name)
            })
    }

    /// Whether a module of the project is known, and has nothing of a name.
    fn lacks(&self, module: &str, name: &str) -> bool {
        let own = self.by_path.get(module).copied();
        own.is_some_and(|own| !self.has(own, name) && self.stars.of_module(own).next().is_none())
    }
}
