//! Whether the name that an import binds may change.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::{LeafId, Manner, Use, Work};
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{Form, PathRef, Shape, space};
use crate::lang::rust::names::{LONGEST, Reached, is_primitive};
use crate::lang::rust::tree::plain;
use crate::plan::{Dialect, Move};

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
        self.why_not_at(binding, new, twin, 0)
    }

    pub(super) fn why_not_at(
        &self,
        binding: usize,
        new: &str,
        twin: Option<LeafId>,
        depth: usize,
    ) -> Option<String> {
        let facts = self.names.facts;
        let bound = &facts.bindings[binding];
        let old = &*bound.name;
        let (index, nth, ..) = self.names.leaf_of(binding)?;
        let new = plain(new);
        if let Some(why) = self.why_seen(binding, new, depth) {
            return Some(why);
        }
        if self.is_bound_twice(binding) {
            return Some("the name is bound twice".to_owned());
        }
        if self.is_contested_for(binding, new, depth) {
            return Some(format!("`{old}` is something else in other configurations"));
        }
        let uses = self.of_binding.get(&binding).into_iter().flatten();
        let places = uses.map(|&(at, _)| self.place(at));
        let begun = self.begun_by(binding);
        let begun_at = begun
            .iter()
            .map(|&id| (facts.statements[id.0].module, self.first_byte(id)));
        let places: Vec<(usize, usize)> = places.chain(begun_at).collect();
        let modules: BTreeSet<usize> = places.iter().map(|(module, _)| *module).collect();
        let target = self.target(binding).map(|to| to.path(Dialect::Rust));
        let leads = || {
            let leads = self.names.leaf(index, nth)?;
            Some(self.names.after(leads.path()))
        };
        let target = target.or_else(leads).unwrap_or_default();
        if self.is_taken(binding, new, &places, twin)
            || self.is_said(binding, new, modules.into_iter(), twin)
            || self.is_passed(binding, new, &target)
        {
            return Some(format!("`{new}` is something else here"));
        }
        let mut imported = facts.imported_in_rules.iter();
        if let Some(it) = imported.find(|it| self.names.may_hide(it, (old, new), || target.clone()))
        {
            let name = &it.name;
            return Some(format!(
                "a macro imports another `{name}`, and may be given this one"
            ));
        }
        if self.is_passed_elsewhere(binding, new, &target) {
            return Some(format!("another file reads another `{new}` from here"));
        }
        let gives = self.gives_nearer(bound.visible.len(), new, &target, (&places, &begun));
        if gives {
            return Some(format!("`*` of a block may give another `{new}`"));
        }
        let rivals = self.rivals_of_stars(binding, &begun, (new, &target));
        rivals.then(|| format!("another `*` may give a `{new}` where `*` gives `{old}`"))
    }

    /// Why others than the uses that are known may need a name; `None` where none does.
    pub(super) fn why_seen(&self, binding: usize, new: &str, depth: usize) -> Option<String> {
        let facts = self.names.facts;
        let bound = &facts.bindings[binding];
        let old = &*bound.name;
        let (_, _, statement, _) = self.names.leaf_of(binding)?;
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
            let is_bare = facts.in_macros.contains(name);
            if is_bare || elsewhere || self.is_begun_in_macro(binding, name) {
                return Some(format!(
                    "a macro names `{name}`, and means what it is where it is used"
                ));
            }
        }
        if facts.includes.contains(&bound.module) {
            return Some("a file that is included here may use it".to_owned());
        }
        if self.names.shares_scope(bound.module) {
            return Some("the file that includes this one may use it".to_owned());
        }
        if self.is_opaque(binding) {
            return Some(format!("`{old}` stands among the tokens of a macro"));
        }
        let empty = Vec::new();
        let uses = self.of_binding.get(&binding).unwrap_or(&empty);
        // A struct with named fields is no pattern: only another one is, which the manifest may mean.
        let is_variable = |&(at, _): &(usize, usize)| self.uses[at].path.shape == Shape::Pattern;
        let target = self.names.leaf_of(binding);
        let target = target.and_then(|(index, nth, ..)| self.names.leaf(index, nth));
        let mv = target.and_then(|it| self.names.either_end(it.path()));
        if mv.is_some_and(|mv| mv.kind.as_deref() == Some("struct")) && uses.iter().any(is_variable)
        {
            return Some(format!("a variable may have the name `{old}`"));
        }
        // To the compiler `&str` uses `use std::str`, as long as that has this name.
        if uses.is_empty() && is_primitive(old) && self.followers(binding).is_empty() {
            return Some(format!("only the primitive type `{old}` uses it"));
        }
        if uses.iter().any(|(at, _)| self.put_behind.contains(at)) {
            return Some(format!(
                "a macro may put a path that begins with `{old}` behind another one"
            ));
        }
        if uses.iter().any(|&(at, _)| self.is_put_behind(at)) {
            return Some(format!("a macro may put `{old}` behind a dot or a path"));
        }
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
        if let Some(name) = self.only_reader(binding, mv) {
            return Some(format!(
                "no code names `{old}` here but what `{name}` may make"
            ));
        }
        if depth > LONGEST {
            return Some("it is imported from module to module too often".to_owned());
        }
        for follower in self.followers(binding) {
            if let Some(why) = self.why_not_at(follower, new, None, depth + 1) {
                return Some(why);
            }
        }
        None
    }

    /// Whether a macro is given the name, and may be given what this import binds by it.
    pub(super) fn is_opaque(&self, binding: usize) -> bool {
        /// More are taken for the import without a look.
        const MANY: usize = 64;
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let Some(places) = names.facts.opaque.get(&bound.name) else {
            return false;
        };
        let spaces = names.spaces(binding);
        // Each of its kinds may be what is meant. A name in small letters is that of a type where
        // nothing else is known only.
        let is_small = bound.name.starts_with(char::is_lowercase);
        let kinds = match spaces & (space::TYPE | space::VALUE) {
            0 => vec![spaces],
            _ if spaces == space::ANY && is_small => vec![space::VALUE],
            kinds => [space::TYPE, space::VALUE]
                .into_iter()
                .filter(|bit| bit & kinds != 0)
                .collect(),
        };
        let may_be = |path: &PathRef, kind: u8| {
            let at = path.start();
            match names.meaning(&bound.name, kind, path.module, at) {
                Some(meant) => meant == binding,
                None => names.reach(path).is_none_or(|reached| {
                    let through = reached.through.map(|(binding, _)| binding);
                    through == Some(binding)
                }),
            }
        };
        // What is imported as a module alone is no variable, and one that is declared there comes first.
        let is_variable = |path: &PathRef| {
            let of_value = || names.meaning(&bound.name, space::VALUE, path.module, path.start());
            is_small && spaces & space::VALUE == 0 && of_value().is_some()
        };
        let may_be = |path: &PathRef| kinds.iter().any(|&kind| may_be(path, kind));
        let mut places_left = places.iter().filter(|path| !is_variable(path));
        places.len() > MANY || places_left.any(may_be)
    }

    /// The macro or the attribute that may be why an import is here which no code of the file uses:
    /// what it makes is not known, and may name that. A trait is there for its methods.
    fn only_reader(&self, binding: usize, mv: Option<&Move>) -> Option<String> {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let uses = self.of_binding.get(&binding).into_iter().flatten();
        let mut uses = uses.map(|&(at, _)| self.uses[at].path.shape);
        let import = names.leaf_of(binding);
        if import.is_none_or(|(.., import, _)| import.form != Form::Use)
            || !uses.all(Shape::is_in_docs)
            || self.takers_of(binding).next().is_some()
            || mv.is_none_or(Move::may_be_unnamed)
        {
            return None;
        }
        let rules = self.rules();
        let called = rules.foreign_in(&bound.visible);
        let called = called.filter(|name| !builtin::is_macro(name)).min();
        let called = called.map(|name| format!("{name}!"));
        let attribute = || {
            let foreign = self.foreign_attributes();
            let first = foreign.partition_point(|it| it.start < bound.visible.start);
            let held = foreign.get(first);
            let held = held.filter(|it| it.start < bound.visible.end)?;
            Some(format!("#[{}]", &names.text[held.clone()]))
        };
        called.or_else(attribute)
    }

    /// Imports whose first word is the name that a binding gives: `use old::*` in a block.
    fn begun_by(&self, binding: usize) -> Vec<LeafId> {
        let takers = self.takers_of(binding);
        let first = takers.filter(|(_, word)| *word == 0);
        first.map(|(id, _)| id).collect()
    }

    /// Where the path of an import begins.
    fn first_byte(&self, (index, nth): LeafId) -> usize {
        let leaf = &self.names.facts.statements[index].leaves[nth];
        leaf.names.first().map_or(leaf.at.start, |it| it.at.start)
    }

    /// Where a use stands: its module, and its first byte.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let path = self.uses[at].path;
        (path.module, path.start())
    }

    /// Whether at one of these places a star that is seen by less of the text than `size` may give
    /// `new`, and another thing by it than `target`: it comes before what stands around it. Stars
    /// among `begun` begin with the name themselves, and are taken for none that gives it.
    pub(super) fn gives_nearer(
        &self,
        size: usize,
        new: &str,
        target: &str,
        (places, begun): (&[(usize, usize)], &[LeafId]),
    ) -> bool {
        let names = self.names;
        let scopes: BTreeSet<usize> = places
            .iter()
            .filter_map(|&(module, at)| names.stars.scope(module, at))
            .collect();
        scopes.into_iter().any(|scope| {
            let mut nearer = names.stars.around(scope).take_while(|(statement, _)| {
                let statement = &names.facts.statements[*statement];
                let module = &names.facts.modules[statement.module].body;
                statement.visible.len() < size.min(module.len())
            });
            nearer.any(|star| !begun.contains(&star) && names.may_give(star, new, target, 0))
        })
    }

    /// Whether something goes through a binding by a star beside which another one may give `new`, and
    /// another thing by it than `target`: nobody could tell which one is meant.
    fn rivals_of_stars(&self, binding: usize, begun: &[LeafId], new: (&str, &str)) -> bool {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let old = &*bound.name;
        let mut seen = FxHashSet::default();
        let mut scopes: BTreeSet<usize> = BTreeSet::new();
        let mut modules: BTreeSet<usize> = BTreeSet::new();
        let mut note = |reached: &Reached, word: usize, (module, at): (usize, usize)| {
            let before = word.checked_sub(1).and_then(|it| reached.prefixes.get(it));
            match before.filter(|path| !path.is_empty()) {
                None if reached.glob.is_some() => scopes.extend(names.stars.scope(module, at)),
                None => {}
                Some(path) => modules.extend(names.by_path.get(path.as_str())),
            }
        };
        for &(at, word) in self.of_binding.get(&binding).into_iter().flatten() {
            note(&self.uses[at].reached, word, self.place(at));
        }
        for (id, word) in self.takers_of(binding) {
            if let Some(reached) = names.leaf(id.0, id.1) {
                let module = names.facts.statements[id.0].module;
                note(&reached, word, (module, self.first_byte(id)));
            }
        }
        let of_scopes = scopes
            .into_iter()
            .map(|scope| names.stars.around(scope).collect());
        let of_modules = modules
            .into_iter()
            .map(|it| names.stars.of_module(it).collect());
        let mut all = of_scopes.chain(of_modules);
        all.any(|stars: Vec<LeafId>| {
            let stars: Vec<LeafId> = stars.into_iter().filter(|it| !begun.contains(it)).collect();
            names.has_rival(&stars, old, new, &mut seen)
        })
    }

    /// Whether a macro of another file may put a use behind a dot or a path: `delegate!(self, name())`.
    pub(super) fn is_put_behind(&self, at: usize) -> bool {
        let names = self.names;
        let start = self.uses[at].path.start();
        let is_given = names.facts.handed.contains(&start);
        is_given && (self.rules().given(start)).any(|of| names.project.may_put_behind(of))
    }

    /// The macro in whose body a use stands, where that is used in other modules than its own: a
    /// name in it is looked up there.
    fn leaves_with<'a>(&self, it: &'a Use<'_>) -> Option<&'a str> {
        let facts = self.names.facts;
        let name = it.path.in_rules.as_deref()?;
        let elsewhere = facts.exported.contains(name)
            || facts.has_files_below
            || self.is_called_outside(name, it.path.module);
        elsewhere.then_some(name)
    }
}
