//! `import old.util` where the new package's first name is something else already: the module is
//! imported under a name of its own, and the package by its old name.

use super::*;

impl<'a> Scanner<'a> {
    /// `import old.util` becomes `import new.util as new_util` where `new` is something else already,
    /// there or where the module is used, or others read `old` from here. Whether it does.
    pub(super) fn aliased(
        &mut self,
        variable: &Variable,
        bound: &Bound,
        target: &str,
        moved: &[MovedUse<'a>],
        site: &Site,
        repeated: bool,
    ) -> bool {
        let path = self.full(bound);
        let mut spots: Vec<ScopeId> = moved
            .iter()
            .map(|one| self.facts.uses[one.0].scope)
            .collect();
        let is_below = |(_, _, to): &MovedUse<'a>| crate::plan::under(&to.dotted(), target);
        let Some(alias) = self.alias_of(target) else {
            return false;
        };
        if !path.contains('.')
            || repeated
            || crate::lang::python::first(target) == crate::lang::python::first(&path)
            || self.fits(variable, target, &spots) && self.names.needed(variable.symbol).is_none()
            || self.is_replaced(variable)
        {
            return false;
        }
        spots.push(self.facts.imports[bound.import as usize].scope);
        if !self.has_room(&alias, target, variable.symbol.0, &spots) {
            return false;
        }
        let group = self.find(bound.import);
        let what = Imported {
            module: target.to_owned(),
            name: None,
            asname: Some(alias.clone()),
        };
        self.group(group).sites.push(site.clone());
        self.change(bound, Change::Go(what));
        let (below, elsewhere): (Vec<_>, Vec<_>) = moved.iter().cloned().partition(is_below);
        for (index, dotted, to) in &below {
            let home = to.to.module.strip_prefix(target);
            let reference = format!("{alias}{}", home.unwrap_or_default());
            let depth = match home {
                Some(_) => to.mv.from.dotted().split('.').count(),
                None => path.split('.').count(),
            };
            self.rewrite_chain(*index, depth - 1, &reference, dotted, to, group);
        }
        self.second_import(variable, bound, &elsewhere);
        true
    }

    /// What `import old.util` gave beside the module that is imported under a name of its own now.
    pub(super) fn keep_package(
        &mut self,
        variable: &Variable,
        bound: &Bound,
        path: &str,
        root_needed: bool,
    ) {
        let root = self.facts.name(variable.symbol.1).to_owned();
        let is_read = self.names.needed(variable.symbol).is_some();
        let moved = self.moved(&root).map(|to| to.dotted());
        match moved {
            Some(to) if is_read => self.add_root(variable, bound, &to),
            None if is_read || root_needed || self.root_is_used(variable, path) => {
                let what = Imported {
                    module: root,
                    name: None,
                    asname: None,
                };
                self.add(bound.import, what);
            }
            _ => {}
        }
    }

    /// `import new as old`, for uses of the package itself where `new` is something else.
    pub(super) fn keep_root(
        &mut self,
        variable: &Variable,
        bound: &Bound,
        (index, dotted, to): &MovedUse<'a>,
    ) {
        self.add_root(variable, bound, &to.to.module);
        let site = self.site(Code::Usage, use_range(&self.facts.uses[*index]), dotted, to);
        self.group(bound.import).sites.push(site);
    }

    fn add_root(&mut self, variable: &Variable, bound: &Bound, module: &str) {
        let root = self.facts.name(variable.symbol.1).to_owned();
        let what = Imported {
            module: module.to_owned(),
            name: None,
            asname: Some(root),
        };
        self.add(bound.import, what);
    }

    /// `import new as old` stands beside `import old.util`: all that is used through `old` has the
    /// same place behind it, and the module need only be loaded.
    pub(super) fn is_given_already(
        &self,
        variable: &Variable,
        bound: &Bound,
        root: &str,
        target: &str,
    ) -> bool {
        let import = &self.facts.imports[bound.import as usize];
        let package = self.place.canonical(root);
        let is_it = |other: &Bound| self.place.canonical(&other.path) == package;
        let gives = |other: &Bound| {
            let beside = &self.facts.imports[other.import as usize];
            beside.suite == import.suite && other.path == package && !self.is_plain_alias(other)
        };
        let stays = |&used: &usize| {
            let dotted = chained(root, &self.facts.uses[used]);
            self.place.canonical(&dotted) == format!("{package}{}", &dotted[root.len()..])
        };
        let alias = self.alias_of(target);
        let scope = variable.symbol.0;
        variable.bound.iter().all(is_it)
            && variable.bound.iter().any(gives)
            && variable.uses.iter().all(stays)
            && alias.is_some_and(|alias| self.has_room(&alias, target, scope, &[scope]))
    }

    /// What a module is called where its package's name is taken: `package_module`.
    pub(super) fn alias_of(&self, target: &str) -> Option<String> {
        let (package, module) = target.rsplit_once('.')?;
        Some(format!("{}_{module}", last(package)))
    }
}
