//! In which namespaces imports bind their names: a function of a name hides no module.

use std::cell::LazyCell;

use rustc_hash::FxHashMap;

use super::builtin;
use super::facts::{Bound, PathRef, Shape, Statement, space};
use super::names::{LONGEST, Names, Reached};
use super::tree::LeafName;
use crate::plan::{Dialect, Move, below};
use crate::project::RustMemberKind;

/// All namespaces but that of types and modules.
const NO_TYPE: u8 = space::VALUE | space::MACRO;

/// Where names stand before a `::`, by their modules.
type Heads = FxHashMap<(usize, Box<str>), Vec<usize>>;

impl Names<'_> {
    /// The namespaces of what imports bind, where the manifest or the file tells the kind.
    pub(super) fn kinds(&self) -> FxHashMap<usize, u8> {
        let mut spaces = FxHashMap::default();
        let heads = LazyCell::new(|| {
            let longer = self.facts.paths.iter().filter(|path| path.words.len() > 1);
            let mut heads = Heads::default();
            for path in longer {
                let key = (path.module, path.words[0].text.clone());
                heads.entry(key).or_default().push(path.start());
            }
            for places in heads.values_mut() {
                places.sort_unstable();
            }
            heads
        });
        for (index, binding) in self.facts.bindings.iter().enumerate() {
            if let Bound::Leaf { statement, leaf } = binding.kind
                && let Some(reached) = self.leaf(statement, leaf)
            {
                if self.facts.statements[statement].leaves[leaf].is_self() {
                    spaces.insert(index, space::TYPE);
                    continue;
                }
                let mv = self.either_end(reached.path());
                let leaves = |mv: &Move| {
                    mv.from.name.is_none() || reached.path() == mv.from.path(Dialect::Rust)
                };
                if mv.is_some_and(|mv| leaves(mv) && self.brings_more(index, mv)) {
                    continue;
                }
                let kind = mv.and_then(|mv| mv.kind.as_deref()).map(space::of);
                let known = kind.or_else(|| self.declared(reached.path()));
                let known = known.or_else(|| self.likely_kind(index, &reached, &heads));
                let is_trait = mv.is_some_and(|mv| mv.kind.as_deref() == Some("trait"));
                let brings_macro =
                    |mv: &Move| leaves(mv) && self.brings_derive(index, reached.path(), mv);
                let known = match is_trait && mv.is_some_and(brings_macro) {
                    true => known.map(|known| known | space::MACRO),
                    false => known,
                };
                let beside = self.declared_beside(index);
                let known = match known.unwrap_or(space::ANY) & !beside {
                    _ if beside == 0 => known,
                    0 => known,
                    left => Some(left),
                };
                spaces.extend(known.map(|known| (index, known)));
            }
        }
        spaces
    }

    /// The namespaces of items that stand beside an import and have its name: what it brings is in
    /// others. Of what stands there in some configurations nothing can be told.
    fn declared_beside(&self, binding: usize) -> u8 {
        let facts = self.facts;
        let own = &facts.bindings[binding];
        if self.leaf_of(binding).is_none_or(|it| it.2.attributes) {
            return 0;
        }
        let beside = facts.named(&own.name).iter().map(|&it| &facts.bindings[it]);
        let beside = beside.filter(|it| {
            matches!(it.kind, Bound::Item | Bound::Module)
                && (it.module, &it.visible) == (own.module, &own.visible)
        });
        beside.fold(0, |all, it| all | it.spaces)
    }

    /// The namespaces of what is not declared here, as far as its path and its use tell.
    fn likely_kind<F: FnOnce() -> Heads>(
        &self,
        index: usize,
        reached: &Reached,
        heads: &LazyCell<Heads, F>,
    ) -> Option<u8> {
        let binding = &self.facts.bindings[index];
        let names = &self.leaf_of(index)?.3.names;
        let is_called_so = |name: &LeafName| name.plain() == &*binding.name;
        let is_namesake = matches!(
            &names[..],
            [first, .., last] if is_called_so(first) && is_called_so(last)
        );
        if is_namesake || self.is_self_made(index) {
            // `use anyhow::anyhow`, `use anyhow::bail as anyhow`: as a type it would hide the crate, and
            // no path of a `use` could begin with that.
            return Some(space::VALUE | space::MACRO);
        }
        // No module of the standard library shares its path with a value.
        let (krate, _) = reached.path().split_once("::").unwrap_or_default();
        if !binding.name.starts_with(char::is_lowercase)
            || !matches!(krate, "std" | "core" | "alloc")
        {
            return None;
        }
        let places = heads.get(&(binding.module, binding.name.clone()))?;
        let visible = &binding.visible;
        let first = places.partition_point(|at| *at < visible.start);
        let mut here = places[first..].iter().take_while(|at| **at <= visible.end);
        // What stands before the `::` may be something else of the name there.
        let is_meant = |&at: &usize| {
            self.meaning(&binding.name, space::TYPE, binding.module, at) == Some(index)
        };
        here.any(is_meant).then_some(space::TYPE | space::MACRO)
    }

    /// Whether the import of a module that moves brings something else of its name as well, which
    /// is used, or given on: `use crate::retry` where the root has `pub use retry::retry`; or that of a
    /// function a module.
    pub(super) fn brings_more(&self, binding: usize, mv: &Move) -> bool {
        let from = mv.from.path(Dialect::Rust);
        // `use crate::retry::{self}` brings the module alone.
        if self.leaf_of(binding).is_none_or(|it| it.3.glob)
            || mv.from.name.is_none() && self.leaf_of(binding).is_some_and(|it| it.3.is_self())
        {
            return false;
        }
        if mv.from.name.is_some() {
            let is_given = || self.leaf_of(binding).is_some_and(|it| it.2.public);
            return match mv.kind.as_deref() {
                Some("trait") => is_given() && self.brings_derive(binding, &from, mv),
                _ if self.declares_value(mv) => self.is_named_besides(binding, NO_TYPE),
                Some("enum" | "union") => self.is_value_besides(binding, NO_TYPE),
                _ => !space::fits(mv, space::TYPE) && self.brings_module(binding, mv, &from),
            };
        }
        let beside = self.beside_module(&from, mv);
        beside != 0 && self.is_named_besides(binding, beside)
    }

    /// The namespaces of what has the path of a module that moves, and is none: what is declared there,
    /// or re-exported, which may be anything.
    fn beside_module(&self, from: &str, mv: &Move) -> u8 {
        let declared = self.items.get(from).copied().unwrap_or_default();
        let declared = declared | self.project.rust_item(from).unwrap_or_default();
        let own = self.imports.get(from).and_then(|&it| self.leaf_of(it));
        let own = own.and_then(|(statement, leaf, ..)| self.leaf(statement, leaf));
        let own = own.as_ref().map(|it| it.path());
        let other = self
            .project
            .rust_import(from, !space::TYPE)
            .map(|(target, _)| target);
        let to = mv.to.path(Dialect::Rust);
        let mut targets = own.into_iter().chain(other);
        let by_name = targets.any(|it| it != from && it != to && self.after(it) != to);
        match by_name || self.is_given_beside(from) {
            true => NO_TYPE,
            false => declared & NO_TYPE,
        }
    }

    /// Whether the file says the name of an import where it stands for something of these namespaces, or
    /// may; or gives it on.
    fn is_named_besides(&self, binding: usize, spaces: u8) -> bool {
        let facts = self.facts;
        let bound = &facts.bindings[binding];
        self.leaf_of(binding).is_some_and(|it| it.2.public)
            || facts.in_macros.contains(&bound.name)
            || facts.opaque.contains_key(&bound.name)
            || self.is_value_besides(binding, spaces)
    }

    /// Whether the file says the name of an import where it stands for something of these namespaces, and
    /// for no type, and nothing nearer has it. The one name of a pattern is a variable, or the variant
    /// that a star gives, and so is that name as far as the pattern's variables are seen.
    fn is_value_besides(&self, binding: usize, spaces: u8) -> bool {
        let bound = &self.facts.bindings[binding];
        let variables = self.facts.variables.get(&bound.name);
        let is_variable = |path: &PathRef| {
            let mut all = variables.into_iter().flatten();
            path.spaces == space::VALUE
                && all.any(|(module, seen)| {
                    *module == path.module && (seen.start..=seen.end).contains(&path.start())
                })
        };
        let mut paths = self.facts.paths.iter();
        paths.any(|path| {
            path.module == bound.module
                && path.spaces & space::TYPE == 0
                && path.spaces & spaces != 0
                && path.shape != Shape::Pattern
                && matches!(&path.words[..], [word] if word.text == bound.name)
                && !is_variable(path)
                && self.is_meant_or_nothing(binding, path)
        })
    }

    /// Whether nothing nearer has the one name of a path than an import, which may bring it.
    fn is_meant_or_nothing(&self, binding: usize, path: &PathRef) -> bool {
        let name = &self.facts.bindings[binding].name;
        let at = path.start();
        if path.spaces == space::MACRO && self.facts.is_by_rules(name, at) {
            return false;
        }
        match self.meaning(name, path.spaces, path.module, at) {
            Some(meant) => meant == binding,
            None => !self.is_given_item(name, path.spaces, (path.module, at)),
        }
    }

    /// Whether what moves can be meant where a name of these namespaces stands.
    pub(super) fn fits(&self, mv: &Move, spaces: u8) -> bool {
        space::fits(mv, spaces) && (spaces & space::TYPE != 0 || !self.leaves_value(mv))
    }

    /// Whether a function or a constant may have the path of a type that moves, which is none itself.
    fn leaves_value(&self, mv: &Move) -> bool {
        let is_enum = matches!(mv.kind.as_deref(), Some("enum" | "union"));
        mv.from.name.is_some() && is_enum || self.declares_value(mv)
    }

    /// Whether files of the project declare a function or a constant under the path of a type that
    /// moves, and nothing else: the type is imported there, and stands apart.
    fn declares_value(&self, mv: &Move) -> bool {
        const TYPES: &[&str] = &[
            "enum",
            "struct",
            "tuple_struct",
            "type",
            "union",
            "unit_struct",
        ];
        if mv.from.name.is_none() || !mv.kind.as_deref().is_some_and(|it| TYPES.contains(&it)) {
            return false;
        }
        let from = mv.from.path(Dialect::Rust);
        let own = self.items.get(&from).copied();
        let declared = own.or_else(|| self.project.rust_item(&from));
        declared.is_some_and(|it| it & (space::TYPE | space::VALUE) == space::VALUE)
    }

    /// Whether files of the project, or of crates that were found, re-export something else than what
    /// moves under its legacy path.
    pub(super) fn has_another(&self, module: usize, mv: &Move, from: &str) -> bool {
        let to = mv.to.path(Dialect::Rust);
        let (parent, name) = from.rsplit_once("::").unwrap_or_default();
        let is_inside = below(self.module(module), parent, "::");
        let members = self.project.rust_members(parent).map(|it| &it.names);
        let imported = members
            .into_iter()
            .flatten()
            .filter_map(|it| match &it.kind {
                RustMemberKind::Import(target) if *it.name == *name => Some((&**target, it.public)),
                _ => None,
            });
        let (seen, hidden): (Vec<_>, Vec<_>) = imported.partition(|it| it.1 || is_inside);
        let is_hidden = |target: &str| hidden.iter().any(|it| it.0 == target);
        // Two imports of a name are there in different configurations, or bring different things.
        let ambiguous = self.project.rust_ambiguous(from).iter();
        let told = self.project.rust_imports_of(from);
        let told = told.chain(ambiguous.map(String::as_str));
        let told = told.filter(|it| !is_hidden(it));
        let targets = seen.into_iter().map(|it| it.0).chain(told);
        let mut others = targets.filter(|it| *it != from && *it != to && self.after(it) != to);
        others.any(|it| !self.is_the_same(mv, it))
    }

    /// Whether a path leads to what the canonical one leads to as well, or to a macro alone where that is
    /// what moves.
    fn is_the_same(&self, mv: &Move, path: &str) -> bool {
        let is_macro = mv.kind.as_deref() == Some("macro");
        let is_macro_alone = |it: &String| {
            let known = self.project.rust_item(it);
            is_macro && known.is_some_and(|spaces| spaces & space::TYPE == 0)
        };
        let moved = self.project.rust_ends(&mv.to.path(Dialect::Rust));
        let ends = self.project.rust_ends(path);
        let mut ends = ends.iter();
        ends.all(|it| moved.contains(it) || is_macro_alone(it))
    }

    /// Whether the import of a trait brings a derive macro of its name, which stays behind: the legacy
    /// module is known to have one, or one is used that nothing else gives.
    pub(super) fn brings_derive(&self, binding: usize, from: &str, mv: &Move) -> bool {
        let bound = &self.facts.bindings[binding];
        let is_elsewhere = || {
            let path = format!("{}::{}", self.module(bound.module), bound.name);
            !builtin::is_derive(&bound.name)
                && self.is_of_module(binding)
                && self.project.is_rust_derived(&path)
        };
        self.has_another(bound.module, mv, from) || self.is_derived(binding) || is_elsewhere()
    }

    /// Whether a derive macro by the name of an import is used here, and nothing else gives it.
    fn is_derived(&self, binding: usize) -> bool {
        let facts = self.facts;
        let bound = &facts.bindings[binding];
        let name = &bound.name;
        let is_meant = |path: &PathRef| match &path.words[..] {
            [_] => path.module == bound.module && bound.visible.contains(&path.start()),
            // `super::Show`, by which nothing of the language is meant.
            _ => self.goes_through(path, binding),
        };
        let is_used = |path: &PathRef| {
            path.spaces == space::MACRO
                && path.words.last().is_some_and(|word| word.text == *name)
                && is_meant(path)
        };
        let is_other = |&it: &usize| {
            it != binding
                && facts.bindings[it].module == bound.module
                && facts.bindings[it].spaces & space::MACRO != 0
        };
        !builtin::is_derive(name)
            && facts.paths.iter().any(is_used)
            && !facts.named(name).iter().any(is_other)
            && self.stars.giving_macros().next().is_none()
            && self.stars.of_module(bound.module).next().is_none()
    }

    /// Whether a path goes through what an import binds.
    pub(super) fn goes_through(&self, path: &PathRef, binding: usize) -> bool {
        self.reach(path).is_some_and(|reached| {
            let mut passed = reached.passed.iter().chain(&reached.through);
            passed.any(|it| it.0 == binding)
        })
    }

    /// Whether a path begins with the name that it binds: as a module that would hide the crate with
    /// which `use quote::quote` begins.
    fn is_self_made(&self, binding: usize) -> bool {
        let name = &self.facts.bindings[binding].name;
        let begins = self.leaf_of(binding).is_some_and(|(.., statement, leaf)| {
            let first = leaf.names.first().filter(|_| leaf.names.len() > 1);
            let is_rooted = statement.leading.is_some() || leaf.rooted || statement.dollar;
            !is_rooted && first.is_some_and(|it| it.plain() == &**name)
        });
        begins && self.edition() >= 2018
    }

    /// Whether the import of something that is no type brings a module of its name as well, from which
    /// paths go on here, or which is given on; or that of a macro a trait.
    fn brings_module(&self, binding: usize, mv: &Move, from: &str) -> bool {
        let facts = self.facts;
        let bound = &facts.bindings[binding];
        let name = &bound.name;
        if self.is_self_made(binding) {
            return false;
        }
        let is_declared = || {
            let declared = self.items.get(from).copied();
            let elsewhere = self.project.rust_item(from);
            declared
                .or(elsewhere)
                .is_some_and(|it| it & space::TYPE != 0)
        };
        let is_macro = mv.kind.as_deref() == Some("macro");
        let is_there = space::is_in_namesake(mv)
            || is_declared()
            || is_macro && self.has_another(bound.module, mv, from);
        // Nobody need say a trait's name to use it.
        if is_there && is_macro {
            return true;
        }
        let is_given = self.leaf_of(binding).is_some_and(|it| it.2.public)
            || facts.in_macros.contains(name)
            || facts.begun_in_macros.contains_key(name)
            || facts.opaque.contains_key(name);
        if is_there && is_given {
            return true;
        }
        // Nothing else of the file is meant by what stands before a `::`.
        let is_type = |&it: &usize| {
            let other = &facts.bindings[it];
            it != binding && other.module == bound.module && other.spaces & space::TYPE != 0
        };
        let package = self.place.package.as_ref();
        let is_crate = || package.is_some_and(|package| package.module(name).is_some());
        if !is_there && (facts.named(name).iter().any(is_type) || is_crate()) {
            return false;
        }
        let own = mv.kind.as_deref().map_or(space::ANY, space::of);
        // A name alone that means something else than what moves.
        let is_besides =
            |path: &PathRef| path.spaces & own == 0 && self.is_meant_or_nothing(binding, path);
        let goes_on = |path: &PathRef| {
            !path.leading
                && path.words[0].text == *name
                && path.module == bound.module
                && bound.visible.contains(&path.start())
                && (path.words.len() > 1 || is_besides(path))
        };
        let leads_on = |statement: &Statement| {
            let leaves = statement.leaves.iter();
            let mut heads = leaves.filter_map(|leaf| leaf.names.first().zip(leaf.names.get(1)));
            statement.leading.is_none()
                && statement.module == bound.module
                && bound.visible.contains(&statement.keyword)
                && heads.any(|(head, _)| head.plain() == &**name)
        };
        // Beside a crate of the name no path of a `use` could begin with it; and by edition 2015 none
        // begins with what its module has.
        let may_begin = !self.is_crate(name)
            && (self.edition() >= 2018 || self.place.module.is_empty() && bound.module == 0);
        facts.paths.iter().any(goes_on) || may_begin && facts.statements.iter().any(leads_on)
    }

    /// Whether an import is what gives the canonical path its thing, from the legacy one:
    /// `pub use legacy as modern`.
    pub(super) fn feeds(&self, binding: usize, mv: &Move) -> bool {
        let bound = &self.facts.bindings[binding];
        if !self.is_of_module(binding) {
            return false; // nobody reads it from elsewhere
        }
        if self.declares_too(binding, mv) {
            return false;
        }
        let own = format!("{}::{}", self.module(bound.module), bound.name);
        let mut path = mv.to.path(Dialect::Rust);
        for _ in 0..LONGEST {
            if path == own {
                return true;
            }
            let here = self.imports.get(&path).and_then(|&it| self.leaf_of(it));
            let here = here.and_then(|(statement, leaf, ..)| self.leaf(statement, leaf));
            if here.is_some_and(|it| {
                let mut passed = it.passed.iter().chain(&it.through);
                passed.any(|&(other, _)| other == binding)
            }) {
                return true;
            }
            let (parent, name) = path.rsplit_once("::").unwrap_or_default();
            let mut globs = self.project.rust_globs(parent).iter();
            if globs.any(|(target, _)| format!("{target}::{name}") == own) {
                return true;
            }
            match self.project.rust_import(&path, space::ANY) {
                Some((next, _)) if next != path => path = next.to_owned(),
                _ => return false,
            }
        }
        false
    }

    /// Whether the module of an import declares what that brings, under its name: the import is left over,
    /// and the compiler takes one of the two only.
    pub(super) fn declares_too(&self, binding: usize, mv: &Move) -> bool {
        let bound = &self.facts.bindings[binding];
        let own = format!("{}::{}", self.module(bound.module), bound.name);
        let kind = mv.kind.as_deref().map_or(space::ANY, space::of);
        let declared = self.items.get(&own).is_some_and(|of| of & kind != 0);
        let is_always = self.leaf_of(binding).is_some_and(|it| !it.2.attributes);
        self.is_of_module(binding) && declared && is_always && mv.to.path(Dialect::Rust) == own
    }

    /// Whether a star gives a function or a macro to the module in which one of this path lies.
    fn is_given_beside(&self, path: &str) -> bool {
        let Some((parent, name)) = path.rsplit_once("::") else {
            return false;
        };
        let mut globs = self.project.rust_globs(parent).iter();
        globs.any(|(target, _)| {
            // What is moved to `target` stands at its old place yet.
            let before = self.to(target).map(|mv| mv.from.path(Dialect::Rust));
            std::iter::once(target.clone()).chain(before).any(|module| {
                let given = format!("{module}::{name}");
                let spaces = self.project.rust_item(&given).unwrap_or_default();
                let imported = self.project.rust_import(&given, !space::TYPE);
                spaces & !space::TYPE != 0 || imported.is_some()
            })
        })
    }

    /// The namespaces of what is declared under a path, here or in another file; macros may come to
    /// any path by `#[macro_export]`.
    fn declared(&self, path: &str) -> Option<u8> {
        if let Some(own) = self.items.get(path) {
            return Some(*own);
        }
        let is_imported = self.project.rust_import(path, space::ANY).is_some();
        let other = self.project.rust_item(path).filter(|_| !is_imported)?;
        Some(other | space::MACRO)
    }
}
