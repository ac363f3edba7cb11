//! Modules that nobody sees but their own file.

use std::collections::BTreeSet;

use super::Work;
use crate::lang::rust::builtin;

impl Work<'_, '_> {
    /// Whether only this file can name what a module of it gives on: that, or one around it, is private
    /// where all that sees it is in this file, and no public import there gives on a module on the way.
    pub(super) fn is_hidden(&self, module: usize) -> bool {
        self.hides(module, &mut BTreeSet::new())
    }

    fn hides(&self, module: usize, asked: &mut BTreeSet<usize>) -> bool {
        let (names, modules) = (self.names, &self.names.facts.modules);
        // Modules that give on each other are seen by nobody else for that.
        if !asked.insert(module) {
            return true;
        }
        let around = std::iter::successors(Some(module), |&it| modules[it].parent);
        let inline: Vec<usize> = around
            .take_while(|&it| modules[it].parent.is_some())
            .collect();
        let private = inline.iter().enumerate().find_map(|(nth, &it)| {
            let limit = names.project.rust_limit(names.module(it))?;
            Some((nth, *names.by_path.get(&limit)?))
        });
        let Some((last, seen_in)) = private else {
            return false;
        };
        let way = &inline[..=last];
        self.is_all_here(seen_in, way) && !self.is_given_on(way, asked)
    }

    /// Whether all that sees what stands in a module is in this file, and no macro there may say one of
    /// some modules.
    fn is_all_here(&self, module: usize, some: &[usize]) -> bool {
        let (names, facts, rules) = (self.names, self.names.facts, self.rules());
        let body = &facts.modules[module].body;
        let is_one = |word: &str| some.iter().any(|&it| *facts.modules[it].name == *word);
        let mut words = rules.words.iter();
        names.file.is_some()
            && !facts.broken
            && !rules.broken
            && facts.includes.is_empty()
            && names.place.around_macros.is_some()
            && !names.shares_scope(module)
            && !rules.lines.iter().any(|line| body.contains(line))
            && rules.foreign_in(body).all(builtin::is_macro)
            && !words.any(|&(word, at, _)| {
                is_one(word) && rules.own.iter().any(|own| own.whole.contains(&at))
            })
    }

    /// Whether a public import that others may see leads through one of these modules: it may be another
    /// module that it gives on. What moves goes elsewhere.
    fn is_given_on(&self, some: &[usize], asked: &mut BTreeSet<usize>) -> bool {
        let (names, facts) = (self.names, self.names.facts);
        let is_one = |path: &String| some.iter().any(|&it| names.module(it) == path);
        let mut leaves = facts.leaf_ids();
        leaves.any(|id| {
            let statement = &facts.statements[id.0];
            let leads = || {
                let reached = names.leaf(id.0, id.1);
                reached.is_none_or(|it| it.moved.is_none() && it.prefixes.iter().any(is_one))
            };
            statement.public && leads() && !self.hides(statement.module, asked)
        })
    }
}
