//! Derive macros that share their name with a trait that moves: an import of the name brought both.

use super::{LeafId, Work};
use crate::edit::Edit;
use crate::lang::rust::facts::space;
use crate::lang::rust::names::Reached;
use crate::lang::rust::spelling::Spot;
use crate::plan::Dialect;

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
            let mut is_told = false;
            for (at, word) in self.uses_by_name(binding) {
                let path = self.uses[at].path;
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
                let told = format!("the macro `{}` stays, and is written out", mv.from.last());
                self.reasons.entry(id).or_insert(told);
            }
        }
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
