//! Derive macros that share their name with a trait that moves: an import of the name brought both.

use super::{LeafId, Work};
use crate::edit::Edit;
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{PathRef, space};
use crate::lang::rust::keys;
use crate::lang::rust::names::Reached;
use crate::lang::rust::spelling::Spot;
use crate::plan::{Dialect, Move};

impl Work<'_, '_> {
    /// Macros that the imports of traits do not bring any more are written out: two imports of one name
    /// would not do as long as the legacy path gives the trait, too.
    pub(super) fn write_out_macros(&mut self) {
        let settled = |id: &&LeafId| self.fates.contains_key(*id);
        let ids: Vec<LeafId> = self.moving.keys().filter(settled).copied().collect();
        for id in ids {
            let moving = &self.moving[&id];
            let mv = moving.mv;
            let leaf = &self.names.facts.statements[id.0].leaves[id.1];
            let is_it = mv.kind.as_deref() == Some("trait") && moving.at + 1 == leaf.names.len();
            let Some(&binding) = self.binding_of.get(&id).filter(|_| is_it) else {
                continue;
            };
            let from = mv.from.path(Dialect::Rust);
            let (mut is_told, mut is_alone) = (false, true);
            for (at, word) in self.uses_by_name(binding) {
                let path = self.uses[at].path;
                is_alone &= path.spaces == space::MACRO || path.shape.is_in_docs();
                if path.spaces != space::MACRO || word + 1 != path.words.len() {
                    continue;
                }
                let untouchable = path.shape.untouchable();
                let by_dollar = path.dollar.then_some("it begins with `$crate`");
                if let Some(reason) = untouchable.or(by_dollar) {
                    self.manual.push((at, reason.to_owned()));
                    continue;
                }
                let spot = Spot::of(path);
                let (_, tail) = self.names.spell(&from, &Reached::default(), 0, &spot);
                let edit = Edit::replace(spot.range(0, word), tail.join("::"));
                self.written_from.insert(at, 0);
                let edits = self.use_edits.entry(Some(id.0)).or_default();
                edits.push((at, edit));
                is_told = true;
            }
            if is_told {
                let name = mv.from.last();
                let told = match is_alone && !self.is_used_unseen(binding) {
                    true => format!(
                        "the macro `{name}` stays, and is written out: the import may be unused now"
                    ),
                    false => format!("the macro `{name}` stays, and is written out"),
                };
                self.reasons.entry(id).or_insert(told);
            }
        }
        self.tell_of_traits();
    }

    /// Says with macros that are written out where an import stays for the trait of their name alone,
    /// which nothing here names.
    fn tell_of_traits(&mut self) {
        let written = self.written_out.iter();
        let written = written.filter_map(|(&binding, uses)| Some((binding?, uses)));
        let told = written.filter_map(|(binding, uses)| {
            let all = self.uses_by_name(binding);
            let mut others = all.iter().filter(|(at, _)| !uses.contains(at));
            let is_named = others.any(|&(at, _)| !self.uses[at].path.shape.is_in_docs());
            if is_named || !self.brings_a_trait(binding) || self.is_used_unseen(binding) {
                return None;
            }
            let name = &self.names.facts.bindings[binding].name;
            let told = format!("the import of `{name}` stays for a trait, and may be unused now");
            Some((*uses.iter().min()?, told))
        });
        let told: Vec<(usize, String)> = told.collect();
        for (at, told) in told {
            self.told.entry(at).or_insert(told);
        }
    }

    /// Why the import of a trait stays: a macro derives what else it brings, by a name that means what it
    /// does where the macro is used.
    pub(super) fn derived_by_macro(&self, binding: usize, mv: &Move) -> Option<String> {
        let (names, facts) = (self.names, self.names.facts);
        let bound = &facts.bindings[binding];
        let name = &bound.name;
        if !is_trait(mv) || builtin::is_derive(name) {
            return None;
        }
        let own = facts
            .named_in
            .iter()
            .filter(|it| it.derived && it.name == *name);
        let mut own = own.filter(|it| self.is_expanded_in(it.at, bound));
        let said = || {
            let mut said = self.said_by_called(binding);
            said.find(|it| it.derived).map(|it| &*it.of)
        };
        let given = || {
            let alone = facts.opaque.get(name).into_iter().flatten();
            let longer = facts.paths.iter().filter(|path| path.words.len() > 1);
            let all = alone.chain(longer);
            let mut all = all.filter(|path| {
                path.words.last().is_some_and(|word| word.text == *name)
                    && names.goes_through(path, binding)
            });
            all.find_map(|path| self.deriver(path, mv))
        };
        let of = own.next().map(|it| &*it.of).or_else(said).or_else(given)?;
        Some(stays(of, name))
    }

    /// Why the path of a trait stays that a macro is given: it derives what else the path leads to.
    pub(super) fn derived_given(&self, path: &PathRef, word: usize, mv: &Move) -> Option<String> {
        if !is_trait(mv) || word + 1 < path.words.len() {
            return None;
        }
        let of = self.deriver(path, mv)?;
        Some(stays(of, mv.from.last()))
    }

    /// The macro that derives a path which it is given, or may do so with what is known to be there.
    fn deriver(&self, path: &PathRef, mv: &Move) -> Option<&str> {
        if matches!(path.spaces, space::MACRO | space::TYPE) || path.shape.is_in_docs() {
            return None; // it is known what it is
        }
        let (names, rules) = (self.names, self.rules());
        let from = mv.from.path(Dialect::Rust);
        let mut given = rules.given(path.start());
        given.find(|of| match rules.derives_given(of, names.text) {
            Some(derives) => derives,
            None => !keys::takes_code(of) && names.has_another(path.module, mv, &from),
        })
    }

    /// The uses of what an import binds, and of what others take from there by its name.
    fn uses_by_name(&self, binding: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut open = vec![binding];
        while let Some(binding) = open.pop() {
            found.extend(self.of_binding.get(&binding).into_iter().flatten());
            let takers = self.leaves_of.get(&binding).into_iter().flatten();
            let takers = takers.filter(|((index, nth), word)| {
                let leaf = &self.names.facts.statements[*index].leaves[*nth];
                !leaf.glob && word + 1 == leaf.names.len()
            });
            open.extend(takers.filter_map(|(id, _)| self.binding_of.get(id)));
        }
        found
    }
}

/// Whether a trait moves by its own name.
fn is_trait(mv: &Move) -> bool {
    mv.kind.as_deref() == Some("trait") && mv.from.name.is_some()
}

fn stays(of: &str, name: &str) -> String {
    format!("`{of}!` may derive `{name}`: the macro of this name does not move")
}
