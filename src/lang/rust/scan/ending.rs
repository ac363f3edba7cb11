//! Imports of modules, for others as well, of which nothing is known to stay but what moved: the line
//! still leads to the legacy path, and is an error once that is gone.

use super::{LeafId, Work, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::rust::facts::Form;
use crate::lang::rust::names::Reached;
use crate::lang::rust::split::Fate;
use crate::plan::Move;

impl Work<'_, '_> {
    /// The imports of modules that may end with what moved out of them: public ones, those that other
    /// files went through, and those that macros make. Of another one the compiler says that it is
    /// unused; but a star may be allowed to be.
    pub(super) fn ending_modules(&self) -> Vec<Finding> {
        let facts = self.names.facts;
        let statements = facts.statements.iter().enumerate();
        let told = statements
            .filter(|(index, it)| it.form == Form::Use || facts.among_tokens.contains_key(index));
        let leaves = told.flat_map(|(index, statement)| {
            let leaves = statement.leaves.iter().enumerate();
            leaves.map(move |(nth, leaf)| ((index, nth), statement, leaf))
        });
        let found = leaves.filter_map(|(id, statement, leaf)| {
            let is_everyones = self.names.limit_of(statement).is_none();
            let is_told = is_everyones
                || facts.among_tokens.contains_key(&id.0)
                || self.is_read_by_others(id);
            if leaf.glob || !is_told {
                return None;
            }
            let (mv, is_end) = self.ends_with(id)?;
            let reason = match (is_end, is_everyones) {
                (false, _) => "nothing is known to be used through it any more".to_owned(),
                (true, false) => format!(
                    "nothing is known to be used through it, and the line is an error once `{}` is gone",
                    mv.from.module
                ),
                (true, true) => format!(
                    "nothing else is known to be used through it: others may reach `{}` by its legacy path here, and the line is an error once `{}` is gone",
                    mv.from.last(),
                    mv.from.module
                ),
            };
            Some(manual(site(Code::Import, leaf.at.clone(), mv), reason))
        });
        let stars = self.ended_stars();
        let stars = stars.filter(|(star, _)| self.fates.get(star) != Some(&Fate::Drop));
        let stars = stars.map(|((index, nth), mv)| {
            let at = facts.statements[index].leaves[nth].at.clone();
            let reason = format!(
                "all that is known of `{0}` moved, and the line is an error once `{0}` is gone",
                mv.from.module
            );
            manual(site(Code::Import, at, mv), reason)
        });
        found.chain(stars).collect()
    }

    /// What moved out of the module that an import brings, if nothing is used through it; and whether
    /// all that is known of that module moved. One that stays matters only in a macro, where nobody
    /// takes the import away.
    fn ends_with(&self, id: LeafId) -> Option<(&Move, bool)> {
        let reached = self.names.leaf(id.0, id.1)?;
        let binding = *self.binding_of.get(&id)?;
        let stays = !self.moving.contains_key(&id)
            && !self.fates.contains_key(&id)
            && reached.doubt.is_none()
            && reached.or.is_none();
        let ending = self.may_end(stays.then_some(&reached)?);
        let moved = self.written_out.get(&Some(binding)).into_iter().flatten();
        let moved: Vec<usize> = moved.copied().collect();
        let is_in_macro = self.names.facts.among_tokens.contains_key(&id.0);
        let first = || match is_in_macro {
            true => self.move_of(*moved.first()?),
            false => self.left_by_others(binding, reached.path()),
        };
        let (mv, is_end) = match ending {
            Some(mv) => (mv, true),
            None => (first()?, false),
        };
        let goes_through = |&at: &usize| {
            let through = self.uses[at].reached.through;
            through.is_some_and(|(_, word)| !self.is_written_from(at, word))
        };
        let is_used = moved.iter().any(goes_through)
            || !self.uses_left(binding).is_empty()
            || !self.leaves_left(binding).is_empty()
            || self.is_said_besides(binding)
            || self.is_used_elsewhere(binding, reached.path())
            || self.is_read_outside(id.0, &self.names.facts.bindings[binding].name);
        (!is_used).then_some((mv, is_end))
    }

    /// Whether other files go through an import of a module.
    fn is_read_by_others(&self, id: LeafId) -> bool {
        let names = self.names;
        let binding = self.binding_of.get(&id).copied();
        let binding = binding.filter(|&it| names.file.is_some() && names.is_of_module(it));
        binding.is_some_and(|binding| {
            let bound = &names.facts.bindings[binding];
            let path = format!("{}::{}", names.module(bound.module), bound.name);
            names.project.is_rust_read(&path, names.file)
        })
    }

    /// What moves of what other files read through the import of a module, unless everybody sees it.
    fn left_by_others(&self, binding: usize, module: &str) -> Option<&Move> {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let (_, _, statement, _) = names.leaf_of(binding)?;
        let path = format!("{}::{}", names.module(bound.module), bound.name);
        let is_read = |mv: &&Move| {
            let read = format!("{path}::{}", mv.from.last());
            names.project.is_rust_read(&read, names.file)
        };
        names.limit_of(statement)?;
        names.plan.leaving(module).find(is_read)
    }

    /// What moved out of the module that a path leads to, unless it is known that the module stays.
    pub(super) fn may_end(&self, reached: &Reached) -> Option<&Move> {
        let module = reached.path();
        let names = self.names;
        let mv = names.plan.leaving(module).find(|mv| mv.may_end())?;
        let members = names.project.rust_members(module);
        let mut members = members.into_iter().flat_map(|it| &it.names);
        let is_alive = members.any(|member| {
            member.public && names.knows(&format!("{module}::{}", member.name)).is_none()
        });
        (!is_alive && names.knows(module).is_none()).then_some(mv)
    }

    /// Whether other files, or macros, go through the import of a module to something that stays.
    fn is_used_elsewhere(&self, binding: usize, module: &str) -> bool {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let path = format!("{}::{}", names.module(bound.module), bound.name);
        let stays = |rest: &str| names.lookup(&format!("{module}{rest}")).is_none();
        names.project.is_rust_read_below(&path, stays)
            || names.facts.in_macros.contains(&bound.name)
            || names.facts.opaque.contains_key(&bound.name)
    }
}
