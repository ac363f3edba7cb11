//! Names of imports that are another thing's in other configurations: of two bindings, of which one
//! hides the other, the nearer one is not always there.

use super::Work;
use crate::lang::rust::facts::Binding;

/// As many bindings of one name are compared.
const MANY: usize = 64;

impl Work<'_, '_> {
    /// Whether something by the name of an import is that of another binding where one under a `cfg`
    /// is missing: the import itself, or what hides it.
    pub(super) fn is_contested(&self, binding: usize) -> bool {
        self.is_contested_by(binding, |_| true)
    }

    /// The same, but for imports of the same thing that take the new name as well.
    pub(super) fn is_contested_for(&self, binding: usize, new: &str, depth: usize) -> bool {
        let names = self.names;
        let leads = |binding: usize| {
            let (index, nth, ..) = names.leaf_of(binding)?;
            Some(names.after(names.leaf(index, nth)?.path()))
        };
        let goes_along = |other: usize| {
            let import = names.leaf_of(other);
            let is_same = import.is_some_and(|(.., leaf)| leaf.alias.is_none())
                && leads(other).is_some_and(|it| Some(it) == leads(binding));
            // It is asked the same question about this one.
            is_same && (depth > 0 || self.why_not_at(other, new, None, 1).is_none())
        };
        self.is_contested_by(binding, |other| !goes_along(other))
    }

    fn is_contested_by(&self, binding: usize, counts: impl Fn(usize) -> bool) -> bool {
        let (names, facts) = (self.names, self.names.facts);
        if facts.conditions.is_empty() && facts.item_conditions.is_empty() {
            return false;
        }
        let named = facts.named(&facts.bindings[binding].name).iter().copied();
        let mut others = named
            .take(MANY)
            .filter(|&other| other != binding && names.spaces(other) & names.spaces(binding) != 0);
        let hides = |inner, outer| self.is_around(outer, inner) && self.lets_through(inner);
        others.any(|other| (hides(binding, other) || hides(other, binding)) && counts(other))
            || self.is_beside_giver(binding) && self.lets_through(binding)
    }

    /// Whether a binding stands around another one, or a star takes it to the module of that.
    fn is_around(&self, outer: usize, inner: usize) -> bool {
        let (names, facts) = (self.names, self.names.facts);
        let (around, own) = (&facts.bindings[outer], &facts.bindings[inner]);
        if around.module == own.module {
            return own.lies_in(around);
        }
        let from = names.module(around.module);
        let mut stars = self.stars_around(own);
        names.is_of_module(outer)
            && stars.any(|(index, nth)| names.leaf(index, nth).is_some_and(|it| it.path() == from))
    }

    /// Whether a star that is seen where a binding is gives its name as well.
    fn is_beside_giver(&self, binding: usize) -> bool {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let mut stars = self.stars_around(bound);
        stars.any(|star| names.may_bring(star, &bound.name))
    }

    /// The stars that are seen in all of the scope of a binding.
    fn stars_around(&self, bound: &Binding) -> impl Iterator<Item = (usize, usize)> {
        let (names, end) = (self.names, bound.visible.end);
        let scope = names.stars.scope(bound.module, bound.visible.start);
        let stars = scope.into_iter().flat_map(|it| names.stars.around(it));
        stars.filter(move |star| names.facts.statements[star.0].visible.end >= end)
    }

    /// Whether code says the name of a binding where that is missing in some configurations.
    fn lets_through(&self, binding: usize) -> bool {
        let (names, facts) = (self.names, self.names.facts);
        if names.asked_for(binding).is_empty() {
            return false;
        }
        let bound = &facts.bindings[binding];
        let paths = self.paths_with(&bound.name).iter();
        let mut paths = paths.map(|&it| &facts.paths[it]).filter(|path| {
            path.module == bound.module
                && bound.visible.contains(&path.start())
                && !path.leading
                && !path.dollar
                && !path.shape.is_in_docs()
        });
        paths.any(|path| {
            let at = path.start();
            names.may_be_missing(binding, at) && !names.is_never_at(binding, at)
        })
    }
}
