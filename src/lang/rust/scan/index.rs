//! What is asked of every import of a file, worked out once for each name.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use memchr::memmem;
use proc_macro2::TokenStream;
use rustc_hash::{FxHashMap, FxHashSet};

use super::passed::{Places, Said};
use super::{LeafId, Work};
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{Bound, Form, Shape, space};
use crate::lang::rust::nearest::Nearest;
use crate::lang::rust::rules::Rules;
use crate::lang::rust::tokens::{Base, flat};
use crate::plan::Target;

/// A module, and a part of it in which a name is visible.
type Scope = (usize, usize, usize);

/// Imports by their scope and name, and by where they lead.
type Twins<'a> = FxHashMap<(Scope, &'a str), FxHashMap<String, Vec<LeafId>>>;

/// Answers that were worked out.
#[derive(Default)]
pub(super) struct Index<'a> {
    names: RefCell<FxHashMap<Box<str>, Rc<OfName<'a>>>>,
    /// Imports that stay, by their scope, where they lead and their names: the first two.
    twins: OnceCell<Twins<'a>>,
    paths: OnceCell<FxHashMap<&'a str, Vec<usize>>>,
    /// Imports by the names in their paths, each with the word.
    pub(super) imports: OnceCell<FxHashMap<&'a str, Vec<(LeafId, usize)>>>,
    /// Where macros are called, in the order of the text.
    calls: OnceCell<FxHashMap<&'a str, Vec<usize>>>,
    bodies: OnceCell<Nearest>,
    rules: OnceCell<Rules<'a>>,
    /// Where the attributes of the text stand that are not of the language, in their order.
    foreign_attributes: OnceCell<Vec<Range<usize>>>,
    /// What is given to macros that make paths or imports of it.
    pub(super) given_to_makers: OnceCell<Vec<(&'a str, Range<usize>)>>,
    /// Which macros the text may call, as far as it was asked.
    callable: RefCell<FxHashMap<Box<str>, bool>>,
    /// In which modules macros are called.
    called_in: RefCell<FxHashMap<Box<str>, Rc<FxHashSet<usize>>>>,
}

/// What is known of one name in the whole file.
#[derive(Default)]
pub(super) struct OfName<'a> {
    bound: OnceCell<FxHashMap<Scope, Bound8<'a>>>,
    /// Modules below which the name stands, and nobody knows what it is.
    lost_below: OnceCell<FxHashSet<usize>>,
    /// Bindings that stay, by module and namespace.
    stay: RefCell<FxHashMap<(usize, u8), Rc<Nearest>>>,
    /// Those of a scope, by their namespaces: the first two of each.
    stay_in: OnceCell<FxHashMap<Scope, Vec<usize>>>,
    /// Where paths begin with the name, by module, in the order of the text.
    meant: OnceCell<FxHashMap<usize, Vec<Meant>>>,
    clashes: RefCell<FxHashMap<(Scope, u8), Clashes>>,
    pub(super) said: OnceCell<Said>,
    /// Where stars give another name beside this one, by what gives it.
    pub(super) given_beside: RefCell<FxHashMap<Box<str>, Places>>,
}

/// Bindings of one name in one scope and with the same namespaces.
#[derive(Clone, Copy, Default)]
struct Bindings<'a> {
    count: usize,
    /// Where all of them go, as far as they go to the same place.
    target: Option<&'a Target>,
    differ: bool,
}

/// Those of one scope, by their namespaces.
type Bound8<'a> = [Bindings<'a>; 8];

/// What a path that begins with a name means by it.
#[derive(Clone, Copy)]
struct Meant {
    at: usize,
    spaces: u8,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Unknown,
    /// An item or a variable, with the size of its scope.
    Other(usize),
    /// An import that stays, with the size of its scope.
    Leaf(LeafId, usize),
    Moves,
}

/// Whether something means another thing by a name, and which imports do: the first two.
#[derive(Clone, Copy, Default)]
struct Clashes {
    always: bool,
    leaves: [Option<LeafId>; 2],
}

impl Clashes {
    fn add(&mut self, id: LeafId) {
        match &mut self.leaves {
            [first @ None, _] => *first = Some(id),
            [Some(first), second @ None] if *first != id => *second = Some(id),
            _ => {}
        }
    }

    fn with(self, twin: Option<LeafId>) -> bool {
        let mut leaves = self.leaves.iter().flatten();
        self.always || leaves.any(|&id| Some(id) != twin)
    }
}

fn scope(module: usize, visible: &Range<usize>) -> Scope {
    (module, visible.start, visible.end)
}

impl<'a> Work<'_, 'a> {
    pub(super) fn of_name(&self, name: &str) -> Rc<OfName<'a>> {
        if let Some(known) = self.index.names.borrow().get(name) {
            return Rc::clone(known);
        }
        let new = Rc::new(OfName::default());
        let mut names = self.index.names.borrow_mut();
        names.insert(name.into(), Rc::clone(&new));
        new
    }

    /// Whether a binding is an import that moves, and may lose its name: an alias stays.
    fn moves(&self, binding: usize) -> bool {
        let leaf = self.names.leaf_of(binding);
        leaf.is_some_and(|(index, nth, _, leaf)| {
            leaf.alias.is_none() && self.moving.contains_key(&(index, nth))
        })
    }

    /// Whether both are imports that go to one place.
    fn goes_with(&self, binding: usize, other: usize) -> bool {
        let target = self.target(binding);
        target.is_some() && target == self.target(other)
    }

    fn is_leaf(&self, binding: usize, leaf: Option<LeafId>) -> bool {
        let own = self.names.leaf_of(binding);
        own.is_some_and(|(index, nth, ..)| Some((index, nth)) == leaf)
    }

    /// Another import of `target` in the scope of a leaf, which stays and has this name.
    pub(super) fn staying_twin(&self, target: &str, name: &str, own: LeafId) -> Option<LeafId> {
        let names = self.names;
        let twins = self.index.twins.get_or_init(|| {
            let mut twins: Twins<'_> = FxHashMap::default();
            for (index, it) in names.facts.statements.iter().enumerate() {
                if it.form != Form::Use || it.attributes {
                    continue;
                }
                for (nth, leaf) in it.leaves.iter().enumerate() {
                    let stays = !self.moving.contains_key(&(index, nth));
                    if let Some(local) = leaf.local()
                        && !leaf.glob
                        && stays
                        && let Some(reached) = names.leaf(index, nth)
                    {
                        let scope = scope(it.module, &it.visible);
                        let of_scope = twins.entry((scope, local)).or_default();
                        let found = of_scope.entry(reached.path().to_owned()).or_default();
                        if found.len() < 2 {
                            found.push((index, nth));
                        }
                    }
                }
            }
            twins
        });
        let statement = &names.facts.statements[own.0];
        let scope = scope(statement.module, &statement.visible);
        let found = twins.get(&(scope, name))?.get(target)?;
        found.iter().copied().find(|&id| id != own)
    }

    /// The paths of the file whose first word this is, in their order.
    pub(super) fn paths_with(&self, first: &str) -> &[usize] {
        let facts = self.names.facts;
        let paths = self.index.paths.get_or_init(|| {
            let mut paths: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
            for (index, path) in facts.paths.iter().enumerate() {
                paths.entry(&path.words[0].text).or_default().push(index);
            }
            paths
        });
        paths.get(first).map_or(&[], Vec::as_slice)
    }

    /// The text's macros, and which of them its calls mean.
    pub(super) fn rules(&self) -> &Rules<'a> {
        self.index.rules.get_or_init(|| Rules::of(self.names.text))
    }

    /// Where the attributes of the text stand that are not of the language.
    pub(super) fn foreign_attributes(&self) -> &[Range<usize>] {
        self.index.foreign_attributes.get_or_init(|| {
            let is_foreign = |range: &&Range<usize>| {
                let held = self.names.text.get((*range).clone());
                let tokens = held.and_then(|held| held.parse::<TokenStream>().ok());
                tokens.is_some_and(|it| !builtin::is_attribute(&flat(it, Base::new(0))))
            };
            let all = self.rules().attributes.iter();
            let mut foreign: Vec<Range<usize>> = all.filter(is_foreign).cloned().collect();
            foreign.sort_by_key(|range| range.start);
            foreign
        })
    }

    /// Whether the text may call a macro of a name, or give its name to one that does: the cheap
    /// question, before the tokens of the text are gone through.
    pub(super) fn may_call(&self, name: &str) -> bool {
        let mut callable = self.index.callable.borrow_mut();
        if let Some(&known) = callable.get(name) {
            return known;
        }
        let places = memmem::find_iter(self.names.text.as_bytes(), name.as_bytes());
        let may_call = places.into_iter().any(|at| self.is_callable(at, name));
        callable.insert(name.into(), may_call);
        may_call
    }

    /// Whether a name stands at a place as a word of its own that can be a macro's: no function, no
    /// field, no part of a path, and not on a line that is a comment.
    fn is_callable(&self, at: usize, name: &str) -> bool {
        let (before, behind) = self.names.text.split_at(at);
        let behind = &behind[name.len()..];
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        if before.ends_with(is_part) || behind.starts_with(is_part) {
            return false;
        }
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let is_call = || behind.trim_start().starts_with('!');
        let is_other = || {
            behind.trim_start().starts_with(['(', ':'])
                || before.ends_with(':')
                || before.ends_with('.') && !before.ends_with("..")
        };
        !before[line..].trim_start().starts_with("//") && (is_call() || !is_other())
    }

    fn calls(&self, name: &str) -> &[usize] {
        let text = self.names.text;
        let calls = self.index.calls.get_or_init(|| {
            let mut calls: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
            for at in memchr::memchr_iter(b'!', text.as_bytes()) {
                let before = &text[..at];
                let is_part = |c: char| c == '_' || c.is_alphanumeric();
                let name = &before[before.trim_end_matches(is_part).len()..];
                if !name.is_empty() {
                    calls.entry(name).or_default().push(at - name.len());
                }
            }
            calls
        });
        calls.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a macro is called in another module than this one.
    pub(super) fn is_called_outside(&self, name: &str, module: usize) -> bool {
        let mut known = self.index.called_in.borrow_mut();
        let modules = known.entry(name.into()).or_insert_with(|| {
            let all = self.index.bodies.get_or_init(|| {
                let bodies = self.names.facts.modules.iter().enumerate();
                let bodies = bodies.map(|(index, it)| {
                    let body = it.body.start..it.body.end.saturating_sub(1);
                    (body, false, index)
                });
                Nearest::new(bodies.collect())
            });
            let calls = self.calls(name).iter();
            Rc::new(calls.map(|&at| all.around(at)[0].unwrap_or(0)).collect())
        });
        modules.iter().any(|&other| other != module)
    }

    /// Whether a name is bound in just this part of a module.
    pub(super) fn is_bound_in(&self, name: &str, module: usize, visible: &Range<usize>) -> bool {
        let of_name = self.of_name(name);
        let bound = self.bound(&of_name, name);
        bound.contains_key(&scope(module, visible))
    }

    /// The bindings of a name, by their scopes and namespaces.
    fn bound<'i>(&self, of_name: &'i OfName<'a>, name: &str) -> &'i FxHashMap<Scope, Bound8<'a>> {
        of_name.bound.get_or_init(|| {
            let facts = self.names.facts;
            let mut bound: FxHashMap<Scope, Bound8<'a>> = FxHashMap::default();
            for &index in facts.named(name) {
                let it = &facts.bindings[index];
                let all = bound.entry(scope(it.module, &it.visible)).or_default();
                let one = &mut all[usize::from(self.names.spaces(index) & space::ANY)];
                let target = self.target(index);
                one.differ |= target.is_none() || one.count > 0 && one.target != target;
                one.target = target;
                one.count += 1;
            }
            bound
        })
    }

    /// The bindings of its name in the scope of a binding, by their namespaces.
    fn beside(&self, binding: usize) -> Bound8<'a> {
        let own = &self.names.facts.bindings[binding];
        let of_name = self.of_name(&own.name);
        let bound = self.bound(&of_name, &own.name);
        let scope = scope(own.module, &own.visible);
        bound.get(&scope).copied().unwrap_or_default()
    }

    /// Whether a name is bound once more in the scope of a binding.
    pub(super) fn shares_name(&self, binding: usize) -> bool {
        let facts = self.names.facts;
        let is_known_twice = facts.named(&facts.bindings[binding].name).len() > 1;
        let count = || {
            self.beside(binding)
                .iter()
                .map(|one| one.count)
                .sum::<usize>()
        };
        is_known_twice && count() > 1
    }

    /// Whether it is bound once more, to what goes elsewhere.
    pub(super) fn is_bound_twice(&self, binding: usize) -> bool {
        if self.names.is_of_variant(binding) {
            return true;
        }
        if !self.shares_name(binding) {
            return false;
        }
        let all = self.beside(binding);
        let spaces = self.names.spaces(binding);
        let target = self.target(binding);
        let beside = all.iter().enumerate().filter(|(its, one)| {
            one.count > 0 && u8::try_from(*its).is_ok_and(|its| its & spaces != 0)
        });
        match target {
            None => beside.map(|(_, one)| one.count).sum::<usize>() > 1,
            Some(_) => beside
                .into_iter()
                .any(|(_, one)| one.differ || one.target != target),
        }
    }

    /// Where an import goes.
    pub(super) fn target(&self, binding: usize) -> Option<&'a Target> {
        let (index, nth, ..) = self.names.leaf_of(binding)?;
        self.moving.get(&(index, nth)).map(|moving| &moving.mv.to)
    }

    /// Whether a module below that of an import uses the bare name, and nothing is known to bind it
    /// there: a macro may bring `use super::*`.
    pub(super) fn may_be_read_below(&self, binding: usize) -> bool {
        let (names, facts) = (self.names, self.names.facts);
        let bound = &facts.bindings[binding];
        if facts.modules.len() == 1 {
            return false;
        }
        let of_name = self.of_name(&bound.name);
        let lost = of_name.lost_below.get_or_init(|| {
            let mut lost = FxHashSet::default();
            for &index in self.paths_with(&bound.name) {
                let path = &facts.paths[index];
                let mut module = path.module;
                if path.leading
                    || path.dollar
                    || path.shape.is_in_docs()
                    || path.shape == Shape::Pattern
                    || path.spaces == space::MACRO && facts.is_by_rules(&bound.name, path.start())
                    || facts.modules[module]
                        .parent
                        .is_none_or(|it| lost.contains(&it))
                {
                    continue;
                }
                let (first, at) = (&path.words[0].text, path.start());
                if names.meaning(first, space::ANY, module, at).is_none()
                    && names.reach(path).is_none()
                {
                    while let Some(parent) = facts.modules[module].parent {
                        if !lost.insert(parent) {
                            break;
                        }
                        module = parent;
                    }
                }
            }
            lost
        });
        lost.contains(&bound.module)
    }

    /// Whether a binding of `new` that stays would take one of these uses, or stands in the scope
    /// of the binding that takes the name.
    pub(super) fn is_taken(
        &self,
        binding: usize,
        new: &str,
        uses: &[(usize, usize)],
        twin: Option<LeafId>,
    ) -> bool {
        let facts = self.names.facts;
        let bound = &facts.bindings[binding];
        if facts.beside_macros.contains(&(bound.module, new.into())) {
            return true;
        }
        let named = facts.named(new);
        if named.is_empty() {
            return false;
        }
        let of_name = self.of_name(new);
        let spaces = self.names.spaces(binding);
        // No variable may have the name of a constant or of a tuple struct that is seen there.
        let is_variable = |index: &usize| {
            let it = &facts.bindings[*index];
            it.kind == Bound::Local && it.spaces & space::VALUE != 0
        };
        if spaces & space::VALUE != 0
            && new.starts_with(char::is_uppercase)
            && named.iter().any(is_variable)
        {
            return true;
        }
        let stay_in = of_name.stay_in.get_or_init(|| {
            let mut found: FxHashMap<Scope, Vec<usize>> = FxHashMap::default();
            for &index in named.iter().filter(|&&index| !self.moves(index)) {
                let it = &facts.bindings[index];
                let known = found.entry(scope(it.module, &it.visible)).or_default();
                let same = |other: &&usize| self.names.spaces(**other) == self.names.spaces(index);
                if known.iter().filter(same).count() < 2 {
                    known.push(index);
                }
            }
            found
        });
        let beside = stay_in.get(&scope(bound.module, &bound.visible));
        let stands_beside = beside.into_iter().flatten().any(|&other| {
            self.names.spaces(other) & spaces != 0
                && !self.is_leaf(other, twin)
                && !self.goes_with(binding, other)
        });
        stands_beside
            || uses.iter().any(|&(module, at)| {
                let bits = [space::TYPE, space::VALUE, space::MACRO];
                bits.into_iter().filter(|bit| bit & spaces != 0).any(|bit| {
                    let nearest = self.staying(&of_name, named, module, bit);
                    let found = nearest.around(at).into_iter().flatten();
                    found
                        .into_iter()
                        .any(|other| !self.is_leaf(other, twin) && !self.goes_with(binding, other))
                })
            })
    }

    fn staying(
        &self,
        of_name: &OfName<'a>,
        named: &[usize],
        module: usize,
        bit: u8,
    ) -> Rc<Nearest> {
        let mut stay = of_name.stay.borrow_mut();
        let nearest = stay.entry((module, bit)).or_insert_with(|| {
            let bindings = &self.names.facts.bindings;
            let mut of_module = Vec::new();
            for &index in named {
                if bindings[index].module == module
                    && self.names.spaces(index) & bit != 0
                    && !self.moves(index)
                {
                    of_module.push((bindings[index].visible.clone(), false, index));
                }
            }
            Rc::new(Nearest::new(of_module))
        });
        Rc::clone(nearest)
    }

    /// Whether a path that begins with `new` would mean the binding that takes this name: in its
    /// scope, or in another module from which it is used.
    pub(super) fn is_said(
        &self,
        binding: usize,
        new: &str,
        modules: impl Iterator<Item = usize>,
        twin: Option<LeafId>,
    ) -> bool {
        if self.paths_with(new).is_empty() && !self.names.facts.opaque.contains_key(new) {
            return false;
        }
        let of_name = self.of_name(new);
        let meant = of_name.meant.get_or_init(|| self.meant(new));
        let bound = &self.names.facts.bindings[binding];
        let spaces = self.names.spaces(binding);
        let beside = modules.filter(|module| *module != bound.module);
        let beside = beside.map(|module| (module, 0, usize::MAX));
        let mut scopes = beside.chain([scope(bound.module, &bound.visible)]);
        scopes.any(|scope| {
            let mut known = of_name.clashes.borrow_mut();
            let clashes = known.entry((scope, spaces)).or_insert_with(|| {
                let inside = scope.0 == bound.module;
                let size = inside.then_some(bound.visible.len());
                let all = meant.get(&scope.0).map_or(&[][..], Vec::as_slice);
                let first = all.partition_point(|one| one.at < scope.1);
                let within = all[first..].iter().take_while(|one| one.at <= scope.2);
                clashes(within.filter(|one| one.spaces & spaces != 0), size)
            });
            clashes.with(twin)
        })
    }

    /// What every path that begins with a name means by it, by module.
    fn meant(&self, name: &str) -> FxHashMap<usize, Vec<Meant>> {
        let facts = self.names.facts;
        let mut all: FxHashMap<usize, Vec<Meant>> = FxHashMap::default();
        let written = self.paths_with(name).iter();
        let written = written.map(|&index| &facts.paths[index]);
        // What stands among the tokens of a macro may be a path as well.
        let opaque = facts.opaque.get(name).into_iter().flatten();
        for path in written.chain(opaque) {
            if path.leading || path.dollar {
                continue;
            }
            let spaces = match path.words.len() {
                1 => path.spaces,
                _ => space::TYPE,
            };
            let at = path.start();
            let meaning = self.names.meaning(name, spaces, path.module, at);
            let kind = match meaning {
                None => Kind::Unknown,
                Some(binding) if self.moves(binding) => Kind::Moves,
                Some(binding) => {
                    let it = &facts.bindings[binding];
                    let size = it.visible.len();
                    match it.kind {
                        Bound::Leaf { statement, leaf } => Kind::Leaf((statement, leaf), size),
                        _ => Kind::Other(size),
                    }
                }
            };
            let of_module = all.entry(path.module).or_default();
            of_module.push(Meant { at, spaces, kind });
        }
        for of_module in all.values_mut() {
            of_module.sort_by_key(|one| one.at);
        }
        all
    }
}

/// What would be hidden by a binding whose scope has this size; `None` for one of another module.
fn clashes<'m>(all: impl Iterator<Item = &'m Meant>, size: Option<usize>) -> Clashes {
    let mut found = Clashes::default();
    for one in all {
        match (one.kind, size) {
            (Kind::Unknown, _) => found.always = true,
            // Bound nearer than the import is.
            (Kind::Other(its) | Kind::Leaf(_, its), Some(size)) if its < size => {}
            (Kind::Other(_), Some(_)) => found.always = true,
            (Kind::Leaf(id, _), _) => found.add(id),
            (Kind::Other(_), None) | (Kind::Moves, _) => {}
        }
    }
    found
}
