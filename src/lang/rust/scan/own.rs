//! Imports of what their own module declares: left over from before it moved there.

use super::{Manner, Work};
use crate::lang::rust::facts::Bound;
use crate::lang::rust::tree::written;

impl Work<'_, '_> {
    /// What the module of an import calls the thing at `target` itself, where all that uses the import
    /// can use that.
    pub(super) fn own_name(&self, binding: usize, target: &str) -> Option<String> {
        let (names, facts) = (self.names, self.names.facts);
        let bound = &facts.bindings[binding];
        let (module, new) = target.rsplit_once("::")?;
        if module != names.module(bound.module) || self.manner == Manner::Cautious || facts.broken {
            return None;
        }
        let named = facts.named(new);
        let is_declared = |&index: &usize| {
            let it = &facts.bindings[index];
            it.kind == Bound::Item && it.module == bound.module && names.is_of_module(index)
        };
        let declared: Vec<usize> = named.iter().copied().filter(is_declared).collect();
        let spaces = declared
            .iter()
            .fold(0, |all, &index| all | names.spaces(index));
        let size = declared
            .iter()
            .map(|&index| facts.bindings[index].visible.len())
            .max()?;
        if *bound.name != *new && self.why_seen(binding, new, 0).is_some()
            || self.takers_of(binding).next().is_some()
            || self.is_bound_twice(binding)
        {
            return None;
        }
        let uses = self.of_binding.get(&binding).into_iter().flatten();
        let places: Vec<(usize, usize)> = uses.map(|&(at, _)| self.place(at)).collect();
        // Nothing nearer may have the name: not even what a path of another namespace means by it.
        let is_plain = |&(its, at): &(usize, usize)| {
            its == bound.module
                && named.iter().all(|&index| {
                    let it = &facts.bindings[index];
                    let is_around = it.visible.start <= at && at <= it.visible.end;
                    index == binding || it.module != its || !is_around || declared.contains(&index)
                })
        };
        let is_free = spaces != 0
            && places.iter().all(is_plain)
            && !self.gives_nearer(size, new, target, (&places, &[]));
        is_free.then(|| written(new))
    }
}
