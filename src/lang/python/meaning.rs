//! What names stand for: the path behind an import, and the sense of every name of a file.
//!
//! The sense is what a rewrite must not change: each name, in the order of the text, as the
//! canonical path of what it is imported from, or as a variable of a scope.

use std::borrow::Cow;

use ruff_text_size::TextSize;

use super::facts::{Alias, Assigned, Binding, BindingKind, Facts, Import, MODULE, NameId, Use};
use super::homonyms::{Modules, NONE};
use crate::lang::Sense;
use crate::plan::{Dialect, Moved, Origin, Plan, under};
use crate::project::{FileId, ModulePath, Project};

/// Where a file stands, and by what its names are judged.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) plan: &'a Plan,
    pub(super) project: &'a Project,
    pub(super) file: Option<FileId>,
    /// What the file's imports say to be modules.
    pub(super) modules: &'a Modules,
}

impl<'a> Place<'a> {
    /// A file of which no import has been looked at.
    pub(super) fn of(plan: &'a Plan, project: &'a Project, file: Option<FileId>) -> Self {
        Self {
            plan,
            project,
            file,
            modules: &NONE,
        }
    }

    /// The same, with what its imports say.
    pub(super) fn with(self, modules: &'a Modules) -> Self {
        Self { modules, ..self }
    }

    /// The absolute path that `path` means here, with `name` behind it; the one that a move knows
    /// where several are possible.
    pub(super) fn absolute(self, path: &ModulePath, name: &str) -> String {
        let join = |module: &str| match (module.is_empty(), name.is_empty()) {
            (true, _) => name.to_owned(),
            (_, true) => module.to_owned(),
            _ => format!("{module}.{name}"),
        };
        let modules = self.project.absolute(self.file, path);
        let mut paths = modules.iter().map(|module| join(module));
        let known = paths.find(|path| self.concerns(path));
        known.unwrap_or_else(|| match modules.first() {
            Some(module) => join(module),
            // A relative import outside of any package: a path that is nobody's.
            None => format!("{}{}", ".".repeat(path.level as usize), join(&path.dotted)),
        })
    }

    /// What the name that `alias` binds stands for.
    pub(super) fn denoted(self, import: &Import, alias: &Alias) -> String {
        match &import.module {
            Some(module) => self.absolute(module, &alias.name),
            None if alias.asname.is_some() => alias.name.to_string(),
            None => super::first(&alias.name).to_owned(),
        }
    }

    /// What a use of an imported name stands for, by one of the name's bindings.
    pub(super) fn used(self, facts: &Facts, binding: &Binding, used: &Use) -> Option<String> {
        let BindingKind::Import(import, alias) = binding.kind else {
            return None;
        };
        let import = &facts.imports[import as usize];
        let mut path = self.denoted(import, &import.names[alias as usize]);
        for attr in &used.attrs {
            path.push('.');
            path.push_str(&attr.name);
        }
        Some(path)
    }

    /// The module behind a route, if it uses the thing itself: there a patch means its variable.
    pub(super) fn user(self, moved: &Moved) -> Option<FileId> {
        let from = &moved.mv.from;
        if moved.mv.origin != Origin::Route {
            return None;
        }
        let file = self.project.module(&from.module, self.file)?;
        let outline = self.project.outline(file)?;
        let bound = outline.names.get(from.name.as_deref()?)?;
        bound.used.then_some(file)
    }

    /// Whether a path is moved, or something below it is.
    pub(super) fn concerns(self, path: &str) -> bool {
        self.moved(path).is_some() || self.plan.leads_to_moved(path)
    }

    /// Whether `module` is moved, or one of the names that a statement takes from it.
    pub(super) fn concerns_import(self, module: &str, import: &Import) -> bool {
        let mut names = import.names.iter();
        self.moved_module(module).is_some()
            || self.plan.leads_to_moved(module)
                && names.any(|alias| self.concerns(&format!("{module}.{}", alias.name)))
    }

    /// The path after all moves.
    pub(super) fn canonical(self, path: &str) -> String {
        match self.moved(path) {
            Some(moved) => moved.dotted(),
            None => path.to_owned(),
        }
    }

    /// The modules that `from … import *` statements name.
    pub(super) fn stars(self, facts: &Facts) -> Vec<(&Import, String)> {
        let stars = facts.imports.iter().filter(|import| import.star);
        stars
            .filter_map(|import| {
                let module = import.module.as_ref()?;
                Some((import, self.absolute(module, "")))
            })
            .collect()
    }

    /// The move of a path that no binding begins, and a star may.
    fn given_by_star(self, stars: &[(&Import, String)], path: &str) -> Option<Moved<'a>> {
        let mut moves = stars.iter().filter_map(|(_, module)| {
            let moved = self.moved(&format!("{module}.{path}"))?;
            moved.mv.from.name.is_some().then_some(moved)
        });
        moves.next()
    }

    /// `Old = New`, which says what `import New as Old` does: the name, where the value stands, and
    /// the path behind it.
    fn given_on(self, facts: &Facts) -> Vec<(NameId, TextSize, String)> {
        let stars = self.stars(facts);
        let path = |assigned: &Assigned| {
            let bindings = facts.bindings((MODULE, assigned.root));
            if bindings.is_empty() {
                let moved = self.given_by_star(&stars, facts.name(assigned.root));
                return moved.map(|moved| moved.dotted());
            }
            let mut paths = bindings.iter().map(|binding| {
                let BindingKind::Import(import, alias) = binding.kind else {
                    return None;
                };
                let import = &facts.imports[import as usize];
                Some(self.canonical(&self.denoted(import, &import.names[alias as usize])))
            });
            let first = paths.next()??;
            paths
                .all(|path| path.as_ref() == Some(&first))
                .then_some(first)
        };
        let assigned = facts.assigned.iter().filter(|it| it.attrs.is_empty());
        let given = assigned.filter_map(|it| {
            let (path, name) = (path(it)?, facts.name(it.target));
            let mut moves = self.plan.moves_of(Dialect::Python);
            moves
                .any(|mv| mv.from.last() == name && mv.to.dotted() == path)
                .then_some((it.target, it.root_start, path))
        });
        given.collect()
    }

    /// Whether a use is all that a variable holds, and a module to which or from which something
    /// moves: the variable may hold the one or the other, as long as what is read of it is the same.
    fn gives_module(self, facts: &Facts, used: &Use) -> bool {
        let Some(owner) = used.owner.filter(|_| facts.given(used).next().is_some()) else {
            return false;
        };
        let mut bindings = facts.bindings((owner, used.name)).iter();
        bindings.any(|binding| {
            self.used(facts, binding, used).is_some_and(|path| {
                let mut moves = self.plan.moves_of(Dialect::Python);
                self.plan.leads_to_moved(&path) || moves.any(|mv| mv.to.module == path)
            })
        })
    }

    /// The module under whose name things move into this file, each with the thing's name; `None` for
    /// all that the file has.
    fn arrived(self) -> Vec<(&'a str, Option<&'a str>)> {
        let Some(file) = self.file else {
            return Vec::new();
        };
        let moves = self.plan.moves_of(Dialect::Python);
        let here = moves.flat_map(|mv| {
            let names = self.project.module_names(file);
            let is_it = move |module: &&str| match &mv.to.name {
                Some(_) => *module == mv.to.module,
                None => under(module, &mv.to.module),
            };
            names
                .filter(is_it)
                .map(|module| (module, mv.to.name.as_deref()))
        });
        here.collect()
    }

    /// What the file itself calls the thing at a path, where that is what moves there.
    fn own_name<'p>(self, arrived: &[(&str, Option<&str>)], path: &'p str) -> Option<&'p str> {
        let name = arrived.iter().find_map(|(module, moved)| {
            let inside = path.strip_prefix(module)?.strip_prefix('.')?;
            let name = super::first(inside);
            moved.is_none_or(|moved| moved == name).then_some(name)
        })?;
        // A module of this package is another file.
        let holder = self.project.split(path, self.file);
        let is_other = holder.is_some_and(|(holder, _)| Some(holder) != self.file);
        (!is_other && !path.contains('|')).then_some(name)
    }

    /// The sense of every name that the file loads.
    pub(super) fn senses<'d>(self, facts: &'d Facts) -> Vec<(usize, Sense<'d>)> {
        let stars = self.stars(facts);
        let given_on = self.given_on(facts);
        let arrived = self.arrived();
        let mut uses = facts.uses.iter().peekable();
        let mut senses = Vec::with_capacity(facts.loads.len());
        // Which strings hold types depends on the names of generic types, which may move as well.
        for load in &facts.loads {
            while uses
                .next_if(|used| used.range.start() < load.start)
                .is_some()
            {}
            let used = uses.next_if(|used| used.range.start() == load.start);
            if given_on.iter().any(|(_, start, _)| *start == load.start)
                || used.is_some_and(|used| self.gives_module(facts, used))
            {
                continue;
            }
            let given = given_on.iter().find(|(name, ..)| *name == load.name);
            let sense = match (used, load.owner()) {
                (None, Some(MODULE)) if let Some((_, _, path)) = given => Sense {
                    path: path.clone().into(),
                    scope: None,
                },
                (Some(used), Some(owner)) if used.owner.is_some() || used.held.is_none() => {
                    let owner = used.owner.unwrap_or(owner);
                    let bindings = facts.bindings((owner, used.name));
                    // Of `None` nothing is read, and who asks for no more than that is told the same
                    // by any module.
                    let is_nothing = |binding: &&Binding| binding.kind == BindingKind::Nothing;
                    let is_asked = used.tested && bindings.iter().any(|it| is_nothing(&it));
                    let mut paths: Vec<String> = bindings
                        .iter()
                        .filter(|binding| match binding.kind {
                            BindingKind::Deletion => false,
                            BindingKind::Nothing => used.attrs.is_empty(),
                            _ => !is_asked,
                        })
                        .map(|binding| match self.used(facts, binding, used) {
                            Some(path) => self.canonical(&path),
                            None => "…".to_owned(),
                        })
                        .collect();
                    paths.sort();
                    paths.dedup();
                    let path = paths.join("|");
                    match self.own_name(&arrived, &path) {
                        Some(own) => Sense {
                            path: own.to_owned().into(),
                            scope: Some(MODULE),
                        },
                        None => Sense {
                            path: path.into(),
                            scope: None,
                        },
                    }
                }
                (Some(used), _) => {
                    let name = facts.name(used.name);
                    let attrs = used.attrs.iter().map(|attr| &*attr.name);
                    let path: Vec<&str> = [name].into_iter().chain(attrs).collect();
                    let moved = self.given_by_star(&stars, &path.join("."));
                    let moved = moved.map(|moved| moved.dotted());
                    Sense {
                        path: moved.map_or(Cow::Borrowed(name), Cow::Owned),
                        scope: None,
                    }
                }
                (None, scope) => Sense {
                    path: facts.name(load.name).into(),
                    scope,
                },
            };
            senses.push((load.start.to_usize(), sense));
        }
        senses
    }
}
