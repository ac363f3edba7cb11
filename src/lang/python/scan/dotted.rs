//! `import a.b.c`: a first name that many statements share, and chains behind it.

use super::*;

impl<'a> Scanner<'a> {
    pub(super) fn dotted(&mut self, variable: &Variable) {
        let root = self.facts.name(variable.symbol.1).to_owned();
        let plain = variable.bound.iter().all(|bound| {
            let import = &self.facts.imports[bound.import as usize];
            import.module.is_none() && import.names[bound.alias as usize].asname.is_none()
        });
        if !plain {
            self.alternatives(variable, &root);
            return;
        }
        if self.leave_mixed(variable, &root) {
            return;
        }
        // Each use belongs to the statement that names the longest part of its path.
        let paths: Vec<String> = variable
            .bound
            .iter()
            .map(|bound| self.full(bound))
            .collect();
        let mut uses_of: Vec<Vec<usize>> = vec![Vec::new(); paths.len()];
        let mut unowned = Vec::new();
        for &index in &variable.uses {
            let used = &self.facts.uses[index];
            let dotted = chained(&root, used);
            // `import a` alone serves a use that stands before `import a.b`.
            let is_before = |bound: &Bound| {
                let import = &self.facts.imports[bound.import as usize];
                used.scope == import.scope && used.range.start() < import.range.start()
            };
            let served = paths.iter().zip(&variable.bound);
            let owners = served.filter(|(path, bound)| {
                crate::plan::under(&dotted, path) && (**path == paths[0] || !is_before(bound))
            });
            let owners = owners.map(|(path, _)| path);
            let Some(longest) = owners.max_by_key(|path| path.len()).cloned() else {
                // `import a.b` alone, but `a.c.N` works because something else imported `a.c`.
                unowned.push(index);
                continue;
            };
            for (at, _) in paths
                .iter()
                .enumerate()
                .filter(|(_, path)| **path == longest)
            {
                uses_of[at].push(index);
            }
        }
        let (moved, _) = self.moved_uses(&root, &unowned);
        for (at, bound) in variable.bound.iter().enumerate() {
            let same = (0..at).any(|before| paths[before] == paths[at]);
            self.statement(
                variable,
                bound,
                &paths[at],
                &uses_of[at],
                unowned.len() > moved.len(),
                same,
            );
        }
        if self.facts.problems.is_empty() {
            self.second_import(variable, &variable.bound[0], &moved);
        }
    }

    /// Whether something else than an import binds the variable as well, as after a failed import.
    pub(super) fn is_mixed(&self, variable: &Variable) -> bool {
        let bindings = self.facts.bindings(variable.symbol).iter();
        let is_other =
            |kind: BindingKind| !matches!(kind, BindingKind::Import(..) | BindingKind::Deletion);
        bindings.into_iter().any(|binding| is_other(binding.kind))
    }

    /// Whether something else than an import binds the variable of which anything can be read.
    pub(super) fn is_replaced(&self, variable: &Variable) -> bool {
        let bindings = self.facts.bindings(variable.symbol).iter();
        let is_other = |kind: BindingKind| {
            !matches!(
                kind,
                BindingKind::Import(..) | BindingKind::Deletion | BindingKind::Nothing
            )
        };
        bindings.into_iter().any(|binding| is_other(binding.kind))
    }

    /// Leaves uses of a variable that may be no module, where another one would stand for them.
    fn leave_mixed(&mut self, variable: &Variable, root: &str) -> bool {
        let keeps_root = |scanner: &Self, bound: &Bound| {
            let path = scanner.full(bound);
            path == root && scanner.moved(&path).is_some()
        };
        if !self.is_replaced(variable) || variable.bound.iter().all(|one| keeps_root(self, one)) {
            return false;
        }
        let (moved, _) = self.moved_uses(root, &variable.uses);
        let goes = |(_, _, to): &MovedUse<'a>| crate::lang::python::first(&to.to.module) != root;
        if !moved.iter().any(goes) {
            return false;
        }
        let sites = moved.iter().map(|(index, dotted, to)| {
            let at = use_range(&self.facts.uses[*index]);
            self.site(Code::Usage, at, dotted, to)
        });
        self.leave(
            sites.collect(),
            format!("`{root}` is bound otherwise as well"),
        );
        true
    }

    /// The uses that moved, and how many did not.
    pub(super) fn moved_uses(&self, root: &str, uses: &[usize]) -> (Vec<MovedUse<'a>>, usize) {
        let mut moved = Vec::new();
        for &index in uses {
            let used = &self.facts.uses[index];
            let dotted = chained(root, used);
            if let Some(to) = self.moved_use(&dotted, used)
                && !self.reads_patched(&to)
                && !self.is_ignored(use_range(used), Code::Usage, &to)
            {
                moved.push((index, dotted, to));
            }
        }
        let others = uses.len() - moved.len();
        (moved, others)
    }

    /// Whether the first name of `module` can be bound beside `variable`, and seen from `spots`.
    pub(super) fn fits(&self, variable: &Variable, module: &str, spots: &[ScopeId]) -> bool {
        let first = crate::lang::python::first(module);
        first == self.facts.name(variable.symbol.1)
            || self.has_room(first, first, variable.symbol.0, spots)
    }

    pub(super) fn has_room(
        &self,
        name: &str,
        meaning: &str,
        owner: ScopeId,
        spots: &[ScopeId],
    ) -> bool {
        !matches!(self.names.room(name, meaning, owner, spots), Room::Taken(_))
    }

    /// Whether a moved use can be written anew: with its module's path, or by its name alone.
    fn is_writable(
        &self,
        variable: &Variable,
        module: &str,
        (index, _, to): &MovedUse<'a>,
    ) -> bool {
        let used = &self.facts.uses[*index];
        self.fits(variable, module, &[used.scope]) || !to.to.module.is_empty()
    }

    /// `import home` beside what is there, for the uses that moved.
    pub(super) fn second_import(
        &mut self,
        variable: &Variable,
        bound: &Bound,
        moved: &[MovedUse<'a>],
    ) {
        let group = self.find(bound.import);
        for one in moved {
            let Some(home) = home(&one.2).map(str::to_owned) else {
                let site = self.site(
                    Code::Usage,
                    use_range(&self.facts.uses[one.0]),
                    &one.1,
                    &one.2,
                );
                self.leave(
                    vec![site],
                    "it is reached through a module that does not move".to_owned(),
                );
                continue;
            };
            if self.is_in_namesake(&one.2) {
                self.otherwise_of(bound, one, group);
                continue;
            }
            // `import a.b.c` of a package that moves: `a.b` alone does not give its `c`.
            let root = self.facts.name(variable.symbol.1);
            let spot = self.facts.uses[one.0].scope;
            if !self.fits(variable, &home, &[spot]) && one.2.mv.from.dotted() == root {
                self.keep_root(variable, bound, one);
                continue;
            }
            let imported = self.place.canonical_module(&self.full(bound));
            let home = match crate::plan::under(&imported, &home) {
                true => imported,
                false => home,
            };
            if self.fits(variable, &home, &[spot]) {
                // The import of another function, or of a block that may not run, is none for here.
                let is_near = |at: u32| {
                    let (here, there) = (bound.import, at);
                    let suite = |at: u32| self.facts.imports[at as usize].suite;
                    suite(here) == suite(there) && (there <= here || self.is_next_to(here, there))
                };
                let is_there = self.statements.iter().any(|(&at, statement)| {
                    let mut goes = statement.changes.iter().filter_map(Change::goes_to);
                    is_near(at)
                        && goes.any(|to| {
                            to.name.is_none()
                                && to.asname.is_none()
                                && crate::plan::under(&to.module, &home)
                        })
                });
                if is_there {
                    self.rewrite_dotted(bound, one, &home, group);
                    continue;
                }
                self.add(
                    bound.import,
                    Imported {
                        module: home.clone(),
                        name: None,
                        asname: None,
                    },
                );
                self.rewrite_dotted(bound, one, &home, group);
            } else {
                self.otherwise_of(bound, one, group);
            }
        }
    }

    /// The module that `import a.b.c` names.
    pub(super) fn full(&self, bound: &Bound) -> String {
        self.facts.imports[bound.import as usize].names[bound.alias as usize]
            .name
            .to_string()
    }

    /// One `import a.b.c`, with the uses that need it. `repeated`: its uses are another's already.
    fn statement(
        &mut self,
        variable: &Variable,
        bound: &Bound,
        path: &str,
        uses: &[usize],
        root_needed: bool,
        repeated: bool,
    ) {
        let root = crate::lang::python::first(path);
        let (moved, others) = self.moved_uses(root, uses);
        let own = self.moved_module(path);
        if moved.is_empty() && own.is_none() {
            return;
        }
        let suppressed = |to: &Moved| self.is_ignored(self.alias_range(bound), Code::Import, to);
        if own
            .as_ref()
            .or(moved.first().map(|(_, _, to)| to))
            .is_some_and(suppressed)
        {
            return;
        }
        let site_of = |scanner: &Self, (index, dotted, to): &(usize, String, Moved)| {
            scanner.site(
                Code::Usage,
                use_range(&scanner.facts.uses[*index]),
                dotted,
                to,
            )
        };
        if !self.facts.problems.is_empty() {
            let sites = moved.iter().map(|one| site_of(self, one)).collect();
            self.leave(sites, "the file does not parse".to_owned());
            return;
        }
        let group = self.find(bound.import);
        // Where the statement itself goes.
        let homes: Vec<Option<&str>> = moved.iter().map(|(_, _, to)| home(to)).collect();
        let one_home = homes
            .first()
            .copied()
            .flatten()
            .filter(|first| homes.iter().all(|home| *home == Some(*first)))
            .filter(|_| !moved.iter().any(|(_, _, to)| self.is_in_namesake(to)));
        // `L = a.b` goes along where all that is read of `L` does.
        let mut givers = self.givers(variable, &moved);
        givers.retain(|&giver| {
            uses.contains(&giver) && chained(root, &self.facts.uses[giver]) == path
        });
        let target = match &own {
            Some(own) => Some(own.dotted()),
            None if others == givers.len() => one_home.map(str::to_owned),
            None => None,
        };
        let is_private = self.names.public(variable.symbol).is_none()
            && self.names.needed(variable.symbol).is_none()
            && variable
                .uses
                .iter()
                .all(|&used| !self.facts.uses[used].deleted)
            && !self.is_mixed(variable);
        let Some(target) = target else {
            if !repeated {
                self.second_import(variable, bound, &moved);
            }
            return;
        };
        let site = match &own {
            Some(own) => self.site(Code::Import, self.alias_range(bound), path, own),
            None => self.site(Code::Import, self.alias_range(bound), path, &moved[0].2),
        };
        let go = |asname: Option<&str>| {
            Change::Go(Imported {
                module: target.clone(),
                name: None,
                asname: asname.map(str::to_owned),
            })
        };
        let spots: Vec<ScopeId> = moved
            .iter()
            .map(|one| self.facts.uses[one.0].scope)
            .collect();
        if path == root && own.is_some() && !(is_private && self.fits(variable, &target, &spots)) {
            // `import json` becomes `import facade.js as json`: every use stays as it is.
            self.group(group).sites.push(site);
            self.change(bound, go(Some(root)));
            self.follow(variable, group, path, &target, true, None);
            return;
        }
        if own.is_some() && self.aliased(variable, bound, &target, &moved, &site, repeated) {
            self.keep_package(variable, bound, path, root_needed);
            return;
        }
        let fits = self.fits(variable, &target, &[]);
        let writable = moved
            .iter()
            .all(|one| self.is_writable(variable, &target, one));
        let is_exported = self.names.needed(variable.symbol).is_some();
        let root_goes = crate::lang::python::first(&target) != root;
        if !fits || !writable || root_goes && is_exported {
            if own.is_some() {
                let first = crate::lang::python::first(&target);
                let reason = format!("`{root}` is read from elsewhere, or `{first}` is taken");
                self.leave(vec![site], reason);
            }
            if !repeated {
                self.second_import(variable, bound, &moved);
            }
            return;
        }
        if root_goes && (root_needed || self.root_is_used(variable, path)) {
            // `import os.path` gave `os` as well: `import os`, and the moved module beside it.
            if own.is_none() {
                self.second_import(variable, bound, &moved);
                return;
            }
            self.group(group).sites.push(site);
            let parent = Imported {
                module: root.to_owned(),
                name: None,
                asname: None,
            };
            self.change(bound, Change::Go(parent));
            self.add(
                bound.import,
                Imported {
                    module: target.clone(),
                    name: None,
                    asname: None,
                },
            );
            if !repeated {
                self.second_import(variable, bound, &moved);
            }
            return;
        }
        self.group(group).sites.push(site);
        self.change(bound, go(None));
        if repeated {
            return;
        }
        self.follow_givers(&givers);
        for giver in givers {
            let used = &self.facts.uses[giver];
            if used.held.is_none() {
                let edit = Edit::replace(range(use_range(used)), target.clone());
                self.group(group).edits.push(edit);
            }
        }
        for one in &moved {
            match self.fits(variable, &target, &[self.facts.uses[one.0].scope]) {
                true => self.rewrite_dotted(bound, one, &target, group),
                false => self.otherwise_of(bound, one, group),
            }
        }
    }

    /// The moved thing is imported in another way beside `import a.b.c`.
    fn otherwise_of(&mut self, bound: &Bound, (index, dotted, to): &MovedUse<'a>, group: u32) {
        let consumed = to.mv.from.dotted().split('.').count() - 1;
        self.otherwise(bound, *index, consumed, dotted, to, group);
    }

    /// Whether the first name of `import a.b.c` is used for more than what lies under it.
    pub(super) fn root_is_used(&self, variable: &Variable, path: &str) -> bool {
        let root = crate::lang::python::first(path);
        variable.uses.iter().any(|&index| {
            let dotted = chained(root, &self.facts.uses[index]);
            !crate::plan::under(&dotted, path)
                && self.moved(&dotted).is_none()
                && !variable.bound.iter().any(|other| {
                    let full = self.full(other);
                    full != path && crate::plan::under(&dotted, &full)
                })
        })
    }

    /// `a.b.N` becomes `home.New`, or `home.x.New` where only the module's own path changed.
    fn rewrite_dotted(
        &mut self,
        bound: &Bound,
        (index, dotted, to): &MovedUse<'a>,
        target: &str,
        group: u32,
    ) {
        let consumed = to.mv.from.dotted().split('.').count() - 1;
        let home_now = to.to.module.clone();
        let is_there =
            crate::plan::under(&home_now, target) || crate::plan::under(target, &home_now);
        if !is_there {
            // It moved to another module than the statement did.
            self.add(
                bound.import,
                Imported {
                    module: home_now.clone(),
                    name: None,
                    asname: None,
                },
            );
        }
        if consumed == 0 {
            let used = &self.facts.uses[*index];
            let site = self.site(Code::Usage, use_range(used), dotted, to);
            let text = to.to.dotted();
            let edit = Edit::replace(range(used.range), text);
            let group = self.group(group);
            group.edits.push(edit);
            group.sites.push(site);
            return;
        }
        self.rewrite_chain(*index, consumed, &home_now, dotted, to, group);
    }

    /// `try: import json` / `except ImportError: import simplejson as json`: the name stays.
    fn alternatives(&mut self, variable: &Variable, root: &str) {
        for bound in &variable.bound {
            let import = &self.facts.imports[bound.import as usize];
            let alias = &import.names[bound.alias as usize];
            let Some(to) = self.moved_bound(bound) else {
                continue;
            };
            if self.is_ignored(alias.name_range, Code::Import, &to) {
                continue;
            }
            let site = self.site(Code::Import, alias.name_range, &bound.path, &to);
            if import.module.is_none() && alias.asname.is_none() && *alias.name != *root {
                let target = self.place.canonical_module(&self.full(bound));
                if self.is_given_already(variable, bound, root, &target) {
                    let what = Imported {
                        asname: self.alias_of(&target),
                        module: target,
                        name: None,
                    };
                    self.group(bound.import).sites.push(site);
                    self.change(bound, Change::Go(what));
                    continue;
                }
                self.leave(
                    vec![site],
                    format!("`{root}` is imported from several places"),
                );
                continue;
            }
            let what = self.imported(bound, &to, Some(root.to_owned()));
            self.group(bound.import).sites.push(site);
            self.change(bound, Change::Go(what));
        }
    }
}
