//! Imports of what their own module declares: left over from before it moved there; and what macros
//! say of what has left.

use std::collections::BTreeMap;

use super::{Manner, Work, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::rust::facts::{Bound, PathRef, space};
use crate::lang::rust::tree::plain;
use crate::plan::Move;

/// Words behind which a name is declared.
const DECLARING: &[&str] = &[
    " type", " fn", " struct", " enum", " trait", " const", " let",
];

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
            let is_item = matches!(it.kind, Bound::Item | Bound::Module);
            is_item && it.module == bound.module && names.is_of_module(index)
        };
        let declared: Vec<usize> = named.iter().copied().filter(is_declared).collect();
        let spaces = declared
            .iter()
            .fold(0, |all, &index| all | names.spaces(index));
        let size = declared
            .iter()
            .map(|&index| facts.bindings[index].visible.len())
            .max()?;
        // Nobody could tell the two apart.
        if *bound.name == *new && names.is_of_module(binding) && spaces != 0 {
            return Some(names.written(new));
        }
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
        is_free.then(|| names.written(new))
    }

    /// Whether a star of the module that a thing left gives its new name where the old one stands.
    pub(super) fn is_at_home(&self, mv: &Move, path: &PathRef) -> bool {
        let names = self.names;
        let (module, new) = (names.module(path.module), plain(mv.to.last()));
        let meant = || names.meaning(new, space::ANY, path.module, path.start());
        path.in_rules.is_none() && meant().is_none() && names.gives_on(mv, module, (module, None))
    }

    /// Names that macros say, or are given, in the module that the thing left: nothing there gives them
    /// any more, and nobody can tell whether another name would do.
    pub(super) fn left_in_macros(&self) -> Vec<Finding> {
        let (names, facts) = (self.names, self.names.facts);
        let given = facts.opaque.iter().flat_map(|(name, paths)| {
            let places = paths.iter().map(|path| (path.module, path.start()));
            places.map(move |(module, at)| (&**name, module, at, "a macro is given"))
        });
        let said = facts
            .named_in
            .iter()
            .map(|it| (&*it.name, facts.module_at(it.at), it.at, "a macro says"));
        let mut found = BTreeMap::new();
        for (name, module, at, what) in given.chain(said) {
            let path = format!("{}::{name}", names.module(module));
            // Calls of macros in bodies are paths of their own.
            let is_other = |mv: &&Move| mv.to.name.is_some() && mv.kind.as_deref() != Some("macro");
            let mv = names.knows(&path).filter(is_other);
            // What is declared in a macro is no use of another thing.
            let is_meant = || {
                is_declared_behind(names.text, at)
                    || names.meaning(name, space::ANY, module, at).is_some()
            };
            let is_gone = |mv| !names.holds(module, mv) || names.may_make(module, mv).is_some();
            if let Some(mv) = mv.filter(|mv| is_gone(mv) && !is_meant()) {
                let reason = format!("{what} `{name}`, which has left this module");
                let site = site(Code::Usage, at..at + name.len(), mv);
                found.entry(at).or_insert_with(|| manual(site, reason));
            }
        }
        found.into_values().collect()
    }
}

/// Whether the word before a place declares what stands there.
pub(super) fn is_declared_behind(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    DECLARING.iter().any(|word| before.ends_with(word))
}
