//! Imports of modules that macros may put into modules of the file: those among the tokens of a macro
//! that is an item (`cfg_if!`), and those in the body of one that is called there.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::facts::{Facts, NamedIn};
use super::names::Names;
use super::rules::Rules;
use crate::project::RustOutline;

/// What macros may import into modules, or have modules for.
#[derive(Default)]
pub(super) struct ByMacros<'a> {
    imports: Vec<Import<'a>>,
    /// Modules of the file, each with a name that it may have.
    named: FxHashSet<(usize, &'a str)>,
}

/// A leaf of an import among tokens, in one of the modules where it may be.
struct Import<'a> {
    leaf: (usize, usize),
    module: usize,
    /// The modules among the tokens around it, and the name that it binds.
    below: Vec<&'a str>,
}

impl<'a> ByMacros<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut found = Self::default();
        for (&index, around) in &facts.among_tokens {
            let Some(below) = &around.below else { continue };
            let leaves = &facts.statements[index].leaves;
            for (nth, leaf) in leaves.iter().enumerate() {
                let Some(local) = leaf.local() else { continue };
                let names = below.iter().map(|name| &**name);
                let names: Vec<&str> = names.chain([local]).collect();
                for &module in &around.put_into {
                    found.named.insert((module, names[0]));
                    found.imports.push(Import {
                        leaf: (index, nth),
                        module,
                        below: names.clone(),
                    });
                }
            }
        }
        found
    }

    /// Whether a macro may import a name into a module of the file, or make a module of that name there
    /// with an import.
    pub(super) fn names(&self, module: usize, name: &str) -> bool {
        self.named.contains(&(module, name))
    }
}

/// Notes for imports among tokens which modules of the file may have them.
pub(super) fn place<'t>(facts: &mut Facts, text: &'t str, rules: &OnceCell<Rules<'t>>) {
    let mut placed = std::mem::take(&mut facts.among_tokens);
    let of_items = placed.iter_mut().filter(|(_, it)| it.below.is_some());
    for (&index, around) in of_items {
        let statement = &facts.statements[index];
        around.put_into = match around.in_rules {
            false => vec![statement.module],
            true => {
                let rules = rules.get_or_init(|| Rules::of(text));
                expanded_in(facts, rules, statement.keyword)
            }
        };
    }
    facts.among_tokens = placed;
}

/// The modules of the file in which a macro is called that says what stands at a place of its body.
fn expanded_in(facts: &Facts, rules: &Rules<'_>, at: usize) -> Vec<usize> {
    let saying = rules.saying(at);
    let saying: FxHashSet<&str> = saying.iter().map(|&own| rules.own[own].name).collect();
    let calls = |module: usize| -> usize {
        let body = &facts.modules[module].body;
        let calls = saying.iter().map(|name| rules.calls(name, body).len());
        calls.sum()
    };
    let modules = 0..facts.modules.len();
    let mut own: Vec<usize> = modules.clone().map(calls).collect();
    // What a module below calls is not in this one.
    for module in modules.clone().rev() {
        if let Some(parent) = facts.modules[module].parent {
            own[parent] = own[parent].saturating_sub(calls(module));
        }
    }
    modules.filter(|&module| own[module] > 0).collect()
}

impl Names<'_> {
    /// Tells which modules macros import, as far as they do, so that nobody knows.
    pub(super) fn tell_by_macros(&self, rust: &mut RustOutline) {
        for import in &self.by_macros.imports {
            let (index, nth) = import.leaf;
            let Some(target) = self.leaf(index, nth) else {
                continue;
            };
            let target = target.path();
            let path = format!(
                "{}::{}",
                self.module(import.module),
                import.below.join("::")
            );
            let own = self.imports.get(&path).and_then(|&own| self.leaf_of(own));
            let own = own.and_then(|(index, nth, ..)| self.leaf(index, nth));
            let is_same = own.is_some_and(|own| own.path() == target);
            // An import of what moves goes along with it.
            if is_same || target.is_empty() || target == path || self.lookup(target).is_some() {
                continue;
            }
            rust.ambiguous.push((path.clone(), path.clone()));
            rust.ambiguous.push((path, target.to_owned()));
        }
    }

    /// Whether what an import in the body of a macro binds may come before what moves from `old` to `new`,
    /// which is found at `target`: where the macro is given that, or puts the import beside it.
    pub(super) fn may_hide(
        &self,
        it: &NamedIn,
        (old, new): (&str, &str),
        target: impl FnOnce() -> String,
    ) -> bool {
        if *it.name != *old && *it.name != *new {
            return false;
        }
        let mut statements = self.facts.among_tokens.iter();
        let found = statements.find_map(|(&index, around)| {
            let statement = &self.facts.statements[index];
            let mut leaves = statement.leaves.iter();
            let is_here = around.in_rules && statement.whole.contains(&it.at);
            let nth = leaves.position(|leaf| leaf.local() == Some(&*it.name));
            Some((index, nth.filter(|_| is_here)?, around))
        });
        // One that is not read, or imports what it is given.
        let Some((index, nth, around)) = found else {
            return true;
        };
        let leads = self.leaf(index, nth);
        let is_same = leads.is_some_and(|it| self.after(it.path()) == target());
        match around.is_block {
            true => !is_same && has_variable(&self.text[around.scope.clone()]),
            false => !is_same || *it.name == *new,
        }
    }
}

/// Whether the body of a macro has a variable in a part of it, so that what it is given is put there.
fn has_variable(part: &str) -> bool {
    let mut dollars = part.match_indices('$');
    dollars.any(|(at, _)| !part[at + 1..].trim_start().starts_with("crate"))
}
