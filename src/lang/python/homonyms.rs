//! Symbols that share their path with a module: which of both a file means.
//!
//! In `from a.b import c` and `import a.b` all of `a.b` is a module, whatever else is called so. In
//! `from a import b` the name is the symbol, by Python's rule that an attribute of the package comes
//! before a submodule; unless something is read of it that the symbol does not have.

use super::facts::{Facts, Import};
use super::meaning::Place;
use crate::plan::{Move, Moved, Plan, under};

/// What the imports of a file say to be modules, of those under whose paths symbols move.
#[derive(Debug, Default)]
pub(super) struct Modules(Vec<Known>);

/// Where nothing is known of any module.
pub(super) static NONE: Modules = Modules(Vec::new());

#[derive(Debug)]
struct Known {
    module: String,
    /// The path for which that is said; `None` for all that lies in the module.
    path: Option<String>,
}

impl Modules {
    /// Whether a path is not that of the symbol which `mv` moves, nor of anything in it.
    fn has(&self, plan: &Plan, mv: &Move, path: &str) -> bool {
        mv.from.name.is_some() && self.0.iter().any(|known| known.has(plan, mv, path))
    }

    /// Whether a statement imports the module of this path as a whole.
    pub(super) fn is_imported(&self, path: &str) -> bool {
        let mut known = self.0.iter();
        known.any(|known| known.path.is_none() && known.module == path)
    }
}

impl Known {
    fn has(&self, plan: &Plan, mv: &Move, path: &str) -> bool {
        let is_meant = match &self.path {
            Some(known) => under(path, known),
            // Of the symbol a method may be read as well, which the module does not have.
            None => path.strip_prefix(&*self.module).is_some_and(|rest| {
                let name = super::first(rest.strip_prefix('.').unwrap_or_default());
                let is_methods = || plan.is_of_module(mv, name) == Some(false);
                !name.is_empty() && (name.starts_with("__") || !is_methods())
            }),
        };
        is_meant && plan.is_above_module(mv, &self.module)
    }
}

impl<'a> Place<'a> {
    /// What the imports of a file say to be modules.
    pub(super) fn modules_of(self, facts: &Facts) -> Modules {
        let mut known = Vec::new();
        for import in &facts.imports {
            match &import.module {
                Some(path) => {
                    for module in self.project.absolute(self.file, path) {
                        self.note_taken(facts, import, &module, &mut known);
                    }
                }
                None => {
                    let modules = import.names.iter().map(|alias| alias.name.to_string());
                    let modules = modules.filter(|module| self.is_below_symbol(module));
                    known.extend(modules.map(|module| Known { module, path: None }));
                }
            }
        }
        Modules(known)
    }

    /// Whether a symbol moves under the path of a module, or of what that lies in.
    pub(super) fn is_below_symbol(self, module: &str) -> bool {
        let is_above = |mv: &Move| self.plan.is_above_module(mv, module);
        self.plan.lookup_seen(module, is_above).is_some()
    }

    /// What `from module import …` says.
    fn note_taken(self, facts: &Facts, import: &Import, module: &str, known: &mut Vec<Known>) {
        if self.is_below_symbol(module) {
            if import.star {
                known.push(Known {
                    module: module.to_owned(),
                    path: None,
                });
            }
            known.extend(import.names.iter().map(|alias| Known {
                module: module.to_owned(),
                path: Some(format!("{module}.{}", alias.name)),
            }));
            return;
        }
        let vocabulary = self.plan.vocabulary();
        let names = import.names.iter();
        for alias in names.filter(|alias| vocabulary.contains(&alias.name)) {
            let path = format!("{module}.{}", alias.name);
            let moved = self.project.moved(self.plan, &path, self.file);
            let is_symbol = |moved: &Moved| moved.mv.from.name.is_some() && moved.rest.is_empty();
            let Some(moved) = moved.filter(is_symbol) else {
                continue;
            };
            let Some(name) = facts.id(alias.local()) else {
                continue;
            };
            let owner = facts.binds_in(import.scope, name);
            let mut uses = facts.uses.iter().filter(|used| {
                used.name == name && used.owner == Some(owner) && !used.attrs.is_empty()
            });
            let is_modules = uses.any(|used| {
                let attrs = used.attrs.iter().map(|attr| &*attr.name);
                let whole: Vec<&str> = std::iter::once(&*path).chain(attrs).collect();
                let read = self.project.moved(self.plan, &whole.join("."), self.file);
                read.is_none_or(|read| read.mv.from != moved.mv.from)
            });
            if is_modules {
                known.push(Known {
                    module: path.clone(),
                    path: Some(path),
                });
            }
        }
    }

    /// The move of a path, as it is seen from here.
    pub(super) fn moved(self, path: &str) -> Option<Moved<'a>> {
        let is_seen = |mv: &Move| !self.modules.has(self.plan, mv, path);
        self.project.moved_seen(self.plan, path, self.file, is_seen)
    }

    /// The move of a module: its path is no symbol's.
    pub(super) fn moved_module(self, module: &str) -> Option<Moved<'a>> {
        self.moved_in_module(module, module)
    }

    /// The move of a path whose first part is known to be a module.
    pub(super) fn moved_in_module(self, module: &str, path: &str) -> Option<Moved<'a>> {
        let is_seen = |mv: &Move| {
            !self.plan.is_above_module(mv, module) && !self.modules.has(self.plan, mv, path)
        };
        self.project.moved_seen(self.plan, path, self.file, is_seen)
    }

    /// The path of a module after all moves.
    pub(super) fn canonical_module(self, module: &str) -> String {
        match self.moved_module(module) {
            Some(moved) => moved.dotted(),
            None => module.to_owned(),
        }
    }

    /// Whether a module is moved, or something in it is.
    pub(super) fn concerns_module(self, module: &str) -> bool {
        self.moved_module(module).is_some() || self.plan.leads_to_moved(module)
    }
}
