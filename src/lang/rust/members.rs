//! What modules of a file have, of those from which things move, or to which.

use super::facts::{Facts, Form};
use super::names::{Names, Reached};
use crate::project::{RustMember, RustMemberKind, RustMembers};

/// The modules, each with what it declares and imports.
pub(super) fn members(names: &Names<'_>) -> Vec<(Box<str>, RustMembers)> {
    let facts = names.facts;
    let declared = facts.members.iter().map(|(&module, members)| {
        let mut members = members.clone();
        let mut around =
            std::iter::successors(Some(module), |&module| facts.modules[module].parent);
        let varies = names.place.varies || around.any(|module| is_twice(facts, module));
        members.is_open |= varies || !facts.problems.is_empty();
        for (index, statement) in facts.statements.iter().enumerate() {
            if statement.module != module || statement.visible != facts.modules[module].body {
                continue;
            }
            for (nth, leaf) in statement.leaves.iter().enumerate() {
                let kind = match leaf.local() {
                    _ if leaf.glob => RustMemberKind::Star,
                    None => RustMemberKind::Trait,
                    Some(_) if statement.form == Form::ExternCrate => RustMemberKind::Item,
                    Some(_) => {
                        let reached = names.leaf(index, nth);
                        let path = reached.as_deref().map_or("", Reached::path);
                        RustMemberKind::Import(path.into())
                    }
                };
                members.names.push(RustMember {
                    name: leaf.local().unwrap_or_default().into(),
                    public: statement.public,
                    kind,
                    methods: Box::default(),
                });
            }
        }
        (names.module(module).into(), members)
    });
    declared.collect()
}

/// Whether the module around a module declares another one of its name.
fn is_twice(facts: &Facts, module: usize) -> bool {
    let own = &facts.modules[module];
    let lines = facts.declared.iter();
    let lines = lines.filter(|(at, it)| Some(*at) == own.parent && it.text == own.name);
    lines.count() > 1
}
