//! How a path is written at a place: as much of what stands there as still leads to it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::facts::{Binding, Bound, Form, PathRef, Statement, Word, space};
use super::names::{DEEPEST, Names, Reached};
use super::reexports::Route;
use super::tree::{Leaf, plain};

/// Where a path is to be written.
#[derive(Debug, Clone)]
pub(super) struct Spot<'s> {
    pub(super) module: usize,
    pub(super) at: usize,
    pub(super) in_use: bool,
    /// `::` stands before it.
    pub(super) leading: bool,
    /// The words that stand there.
    pub(super) words: &'s [Word],
}

impl<'s> Spot<'s> {
    /// Where a path stands, outside of imports.
    pub(super) fn of(path: &'s PathRef) -> Self {
        Self {
            module: path.module,
            at: path.start(),
            in_use: false,
            leading: path.leading,
            words: &path.words,
        }
    }

    /// Where a leaf of an import stands.
    pub(super) fn of_leaf(statement: &Statement, leaf: &Leaf) -> Self {
        Self {
            module: statement.module,
            at: leaf.at.start,
            in_use: true,
            leading: statement.leading.is_some(),
            words: &[],
        }
    }

    /// The bytes from the first word that goes to the last.
    pub(super) fn range(&self, kept: usize, last: usize) -> Range<usize> {
        self.words[kept].at.start..self.words[last].at.end
    }
}

impl<'a> Names<'a> {
    /// How to write `to` in place of the words up to `last`: how many of them stay, and the rest.
    pub(super) fn spell(
        &self,
        to: &str,
        reached: &Reached,
        last: usize,
        place: &Spot<'_>,
    ) -> (usize, Vec<String>) {
        let route = self.to(to).map(|mv| {
            let viewer = self.module(place.module);
            self.route_of(mv, reached, last, viewer)
        });
        let to = match &route {
            Some(Route::Star(path)) => path,
            _ => to,
        };
        if let Some(kept) = self.kept(to, reached, last) {
            return kept;
        }
        let facade = self.by_facade(to, reached, last);
        let to = facade.as_deref().unwrap_or(to);
        if facade.is_some()
            && let Some(kept) = self.kept(to, reached, last)
        {
            return kept;
        }
        let beside = self.beside(to, reached, place);
        (0, beside.unwrap_or_else(|| self.absolute(to, place)))
    }

    /// The words before `last` that stay in front of `to`: how many, and the rest.
    pub(super) fn kept(
        &self,
        to: &str,
        reached: &Reached,
        last: usize,
    ) -> Option<(usize, Vec<String>)> {
        let words = match reached.leads_out {
            true => 0..0,
            false => 0..last,
        };
        for at in words.rev() {
            let Some(prefix) = reached.prefixes.get(at).filter(|prefix| !prefix.is_empty()) else {
                continue;
            };
            // What an import gives leads to its new place from now on; what is written out does not.
            let by_import =
                reached.through.is_some_and(|(_, word)| at <= word) || reached.by_alias && at == 0;
            let leads = match by_import {
                true => self.after(prefix),
                false if self.lookup(prefix).is_some() => continue,
                false => prefix.clone(),
            };
            if let Some(rest) = to
                .strip_prefix(&leads)
                .and_then(|rest| rest.strip_prefix("::"))
            {
                let names = rest.split("::").map(|name| self.written(name));
                return Some((at + 1, names.collect()));
            }
        }
        None
    }

    /// The path from the module that it stands in, where it began there with a child's name.
    fn beside(&self, to: &str, reached: &Reached, spot: &Spot<'_>) -> Option<Vec<String>> {
        let is_rooted = spot.leading || spot.in_use && self.edition() < 2018;
        if is_rooted || reached.leads_out || reached.through.is_some() || reached.glob.is_some() {
            return None;
        }
        let below = |path: &str| -> Option<Vec<String>> {
            let rest = path
                .strip_prefix(self.module(spot.module))?
                .strip_prefix("::")?;
            Some(rest.split("::").map(|name| self.written(name)).collect())
        };
        let first = below(reached.prefixes.first()?)?;
        let rest = below(to).filter(|_| first.len() == 1)?;
        let name = plain(&rest[0]);
        // A name alone is that of any item, and a path begins with a module or a type.
        let spaces = match (rest.len(), spot.words.len()) {
            (1, 1) => space::ANY,
            _ => space::TYPE,
        };
        let meant = self.meaning(name, spaces, spot.module, spot.at);
        let own = &self.facts.modules[spot.module].body;
        let of_module = |it: &Binding| it.module == spot.module && it.visible == *own;
        match meant.map(|binding| &self.facts.bindings[binding]) {
            Some(it) if it.kind == Bound::Module => Some(rest),
            Some(it) if it.kind == Bound::Item && of_module(it) => Some(rest),
            None if !self.is_crate(name) => Some(rest),
            _ => None,
        }
    }

    /// An absolute path as it is written at a place.
    fn absolute(&self, to: &str, spot: &Spot<'_>) -> Vec<String> {
        let (root, rest) = match to.split_once("::") {
            Some((root, rest)) => (root, Some(rest)),
            None => (to, None),
        };
        let rest = rest.into_iter().flat_map(|rest| rest.split("::"));
        let mut names: Vec<String> = Vec::new();
        let old_root = self.edition() < 2018;
        if root == self.place.krate {
            match (old_root, spot.in_use) {
                (true, true) => {}
                (true, false) => names.push(String::new()), // `::a::b`
                (false, _) => names.push("crate".to_owned()),
            }
        } else {
            let called = self.called(root);
            let hidden = self
                .meaning(&called, space::TYPE, spot.module, spot.at)
                .is_some_and(|binding| !self.is_extern(binding, root));
            let is_rooted = spot.leading || (old_root && !spot.in_use && !self.at_root(spot));
            if (hidden || is_rooted) && !spot.leading {
                names.push(String::new());
            }
            names.push(self.written(&called));
        }
        names.extend(rest.map(|name| self.written(name)));
        names
    }

    fn at_root(&self, spot: &Spot<'_>) -> bool {
        self.place.module.is_empty() && spot.module == 0
    }

    /// Whether a binding is the crate itself.
    fn is_extern(&self, binding: usize, root: &str) -> bool {
        match self.facts.bindings[binding].kind {
            Bound::Leaf { statement, leaf } => self
                .leaf(statement, leaf)
                .is_some_and(|target| self.after(target.path()) == root || target.path() == root),
            _ => false,
        }
    }

    /// The name of an import that is visible at a place and leads to `module`.
    pub(super) fn imported_module(&self, module: &str, spot: &Spot<'_>) -> Option<&'a str> {
        let is_used = |index: usize| {
            let it = &self.facts.statements[index];
            it.form == Form::Use && !it.attributes
        };
        let locals = self.locals.get_or_init(|| {
            let mut locals: FxHashMap<String, Vec<&'a str>> = FxHashMap::default();
            for (index, statement) in self.facts.statements.iter().enumerate() {
                for (nth, leaf) in statement.leaves.iter().enumerate() {
                    if let Some(local) = leaf.local()
                        && is_used(index)
                        && let Some(reached) = self.leaf(index, nth)
                    {
                        let known = locals.entry(reached.path().to_owned()).or_default();
                        if known.len() < DEEPEST && !known.contains(&local) {
                            known.push(local);
                        }
                    }
                }
            }
            locals
        });
        if self.knows(module).is_some() {
            return None;
        }
        let names = locals.get(module)?.iter().copied();
        let meant = names.filter_map(|local| {
            let meant = self.meaning(local, space::TYPE, spot.module, spot.at)?;
            let (index, nth, ..) = self.leaf_of(meant)?;
            let leads = self.leaf(index, nth)?.path() == module;
            (is_used(index) && leads).then_some(((index, nth), local))
        });
        meant.min().map(|(_, local)| local)
    }
}
