//! What a name means at a place, of what the file itself binds.

use std::rc::Rc;

use super::facts::{Bound, space};
use super::names::Names;
use super::nearest::Nearest;

/// As many bindings of a name are looked at one by one.
const FEW: usize = 8;

/// What the first name of a `use` can mean in some namespaces is no variable.
const IN_USE: u8 = 8;

/// A statement, and a leaf of it.
type LeafId = (usize, usize);

impl Names<'_> {
    /// What a name means at a place, unless a star of a block gives another thing.
    pub(super) fn meaning(
        &self,
        name: &str,
        spaces: u8,
        module: usize,
        at: usize,
    ) -> Option<usize> {
        let found = self.bound_at(name, spaces, module, at)?;
        let bound = &self.facts.bindings[found];
        let size = bound.visible.len();
        let is_hidden = bound.kind != Bound::Local
            && self.is_hidden_in_block(size, (name, spaces), (module, at), None);
        (!is_hidden).then_some(found)
    }

    /// What binds a name at a place: the binding with the smallest range, an item before an import. One
    /// that is never there with the code at the place hides nothing.
    pub(super) fn bound_at(
        &self,
        name: &str,
        spaces: u8,
        module: usize,
        at: usize,
    ) -> Option<usize> {
        // What stands in brackets alone is a constant where no type has its name.
        if spaces == space::TYPE | space::VALUE {
            let of = |spaces| self.bound_at(name, spaces, module, at);
            return of(space::TYPE).or_else(|| of(space::VALUE));
        }
        let facts = self.facts;
        let named = facts.named(name);
        let order = |index: &usize| {
            let binding = &facts.bindings[*index];
            let is_import = matches!(binding.kind, Bound::Leaf { .. });
            (binding.visible.len(), is_import, *index)
        };
        let candidates = named.iter().copied().filter(|&index| {
            let binding = &facts.bindings[index];
            binding.module == module
                && self.spaces(index) & spaces != 0
                && binding.visible.start <= at
                && at <= binding.visible.end
        });
        let nearest = match named.len() > FEW {
            true => {
                let bits = [space::TYPE, space::VALUE, space::MACRO];
                let bits = bits.into_iter().filter(|bit| bit & spaces != 0);
                let nearest = bits.filter_map(|bit| {
                    let is_in = |index| self.spaces(index) & bit != 0;
                    self.nearest(named, module, bit, is_in).around(at)[0]
                });
                nearest.min_by_key(order)
            }
            false => candidates.clone().min_by_key(order),
        };
        self.present(nearest, candidates, order, at)
    }

    /// The nearest of some bindings that may be there with the code at a place; `nearest` is the nearest
    /// of all, as a rule that one.
    fn present<K: Ord>(
        &self,
        nearest: Option<usize>,
        candidates: impl Iterator<Item = usize>,
        order: impl Fn(&usize) -> K,
        at: usize,
    ) -> Option<usize> {
        let may_be_there = |it: &usize| !self.is_never_at(*it, at);
        match nearest.filter(may_be_there) {
            None if nearest.is_some() => candidates.filter(may_be_there).min_by_key(order),
            found => found,
        }
    }

    /// The bindings of a name in a module that `is_in` takes, which are always the same for `kind`.
    fn nearest(
        &self,
        named: &[usize],
        module: usize,
        kind: u8,
        is_in: impl Fn(usize) -> bool,
    ) -> Rc<Nearest> {
        let mut meanings = self.meanings.borrow_mut();
        let nearest = meanings.entry((named[0], module, kind));
        Rc::clone(nearest.or_insert_with(|| {
            let mut of_module = Vec::new();
            for &index in named {
                let binding = &self.facts.bindings[index];
                if binding.module == module && is_in(index) {
                    let is_import = matches!(binding.kind, Bound::Leaf { .. });
                    of_module.push((binding.visible.clone(), is_import, index));
                }
            }
            Rc::new(Nearest::new(of_module))
        }))
    }

    /// What the first name of a `use` means: never the name that this leaf itself binds. A path goes on
    /// through a module or a type; what is of another namespace is meant where no crate is.
    pub(super) fn item_or_import(
        &self,
        name: &str,
        spaces: u8,
        place: (usize, usize),
        own: LeafId,
    ) -> Option<usize> {
        let found = self.in_use(name, space::TYPE, place, own);
        let others = spaces & !space::TYPE;
        found.or_else(|| {
            let is_other = others != 0 && !self.is_crate(name);
            is_other
                .then(|| self.in_use(name, others, place, own))
                .flatten()
        })
    }

    fn in_use(
        &self,
        name: &str,
        spaces: u8,
        (module, at): (usize, usize),
        own: LeafId,
    ) -> Option<usize> {
        let named = self.facts.named(name);
        let is_own = |index: usize| match self.facts.bindings[index].kind {
            Bound::Leaf { statement, leaf } => (statement, leaf) == own,
            _ => false,
        };
        let is_in = |index: usize| {
            let binding = &self.facts.bindings[index];
            binding.kind != Bound::Local && self.spaces(index) & spaces != 0
        };
        let candidates = named.iter().copied().filter(|&index| {
            let binding = &self.facts.bindings[index];
            let visible = &binding.visible;
            !is_own(index)
                && is_in(index)
                && binding.module == module
                && visible.start <= at
                && at <= visible.end
        });
        let order = |index: &usize| {
            let binding = &self.facts.bindings[*index];
            let is_import = matches!(binding.kind, Bound::Leaf { .. });
            (binding.visible.len(), is_import)
        };
        let nearest = match named.len() > FEW {
            true => {
                let nearest = self.nearest(named, module, IN_USE | spaces, is_in);
                let mut nearest = nearest.around(at).into_iter().flatten();
                nearest.find(|&index| !is_own(index))
            }
            false => candidates.clone().min_by_key(order),
        };
        self.present(nearest, candidates, order, at)
    }
}
