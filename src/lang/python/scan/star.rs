//! `from m import *`: names that come without being named.

use super::object::would_be_called_alike;
use super::*;
use crate::lang::python::facts::MODULE;
use crate::plan::Dialect;
use crate::project::Shim;
use std::collections::BTreeSet;

impl<'a> Scanner<'a> {
    pub(super) fn stars(&mut self) {
        let stars = self.place.stars(self.facts);
        let index_of = |import: &crate::lang::python::facts::Import| {
            let at = self
                .facts
                .imports
                .iter()
                .position(|other| std::ptr::eq(other, import));
            at.and_then(|at| u32::try_from(at).ok())
        };
        let stars: Vec<(u32, String)> = stars
            .into_iter()
            .filter_map(|(import, module)| Some((index_of(import)?, module)))
            .collect();
        for (index, module) in &stars {
            let import = &self.facts.imports[*index as usize];
            if let Some(to) = self.moved_module(module)
                && !self.is_ignored(import.module_range, Code::Import, &to)
            {
                let site = self.site(Code::Import, import.module_range, module, &to);
                let text = self.editor.written(import, &to.dotted());
                let group = self.group(*index);
                group
                    .edits
                    .push(Edit::replace(range(import.module_range), text));
                group.sites.push(site);
                for what in self.given_on(module) {
                    self.add(*index, what);
                }
            }
        }
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, used) in self
            .facts
            .uses
            .iter()
            .enumerate()
            .filter(|(_, used)| used.owner.is_none() && used.held.is_none())
        {
            names
                .entry(self.facts.name(used.name).to_owned())
                .or_default()
                .push(at);
        }
        for name in self.given_names() {
            names.entry(name).or_default();
        }
        let mut given: Vec<(String, Vec<usize>, u32, Moved)> = Vec::new();
        for (name, uses) in names {
            let givers: Vec<(u32, Moved)> = stars
                .iter()
                .filter_map(|(index, module)| {
                    let (project, file) = (self.place.project, self.place.file);
                    if !project.star_gives(module, &name, file) {
                        return None;
                    }
                    let to = self.moved(&format!("{module}.{name}"))?;
                    // The whole module moved: the star import gives the name as before.
                    let renamed = to.to.name.is_some() && to.mv.from.name.is_some();
                    renamed.then_some((*index, to))
                })
                .collect();
            let [(index, to)] = &givers[..] else { continue };
            if self.is_ignored(
                self.facts.imports[*index as usize].module_range,
                Code::Import,
                to,
            ) {
                continue;
            }
            given.push((name, uses, *index, to.clone()));
        }
        let mut left: BTreeSet<u32> = BTreeSet::new();
        for (name, uses, index, to) in &given {
            let target = to.dotted();
            let is_rival = |other: &&(String, Vec<usize>, u32, Moved)| {
                let other = other.3.dotted();
                other != target && last(&other) == last(&target)
            };
            let rival = given.iter().find(is_rival).map(|(name, ..)| name.as_str());
            if !self.star_name(*index, name, uses, to, rival) {
                left.insert(*index);
            }
        }
        for (index, module) in &stars {
            let gives = given.iter().any(|(_, _, of, _)| of == index) && !left.contains(index);
            self.star_of_shim(*index, module, gives);
        }
    }

    /// The star of a module whose legacy names a shim keeps alive: it warns while that is there, whether
    /// any of them is used or not. `gives`: what is used of it is imported by name now.
    fn star_of_shim(&mut self, index: u32, module: &str, gives: bool) {
        let (project, file) = (self.place.project, self.place.file);
        let mut moves = self.place.plan.moves_of(Dialect::Python);
        let lost = moves.find(|mv| mv.from.module == module && mv.from.name.is_some());
        let lost = lost.and_then(|mv| self.moved(&mv.from.dotted()));
        let (Some(shim), Some(to)) = (project.shim_of(module, file), lost) else {
            return;
        };
        // It goes on with the module, and leaves the shim.
        if self.moved_module(module).is_some() {
            return;
        }
        let import = &self.facts.imports[index as usize];
        if self.is_ignored(import.module_range, Code::Import, &to) {
            return;
        }
        let is_public = |file| {
            let moves = self.place.plan.moves_of(Dialect::Python);
            let mut names = moves
                .filter(|mv| mv.from.module == module)
                .map(|mv| mv.from.last());
            project.is_package(file) || names.any(|name| project.is_read(file, name))
        };
        if shim == Shim::Whole && gives && file.is_some_and(|file| !is_public(file)) {
            self.statements.entry(index).or_default().starless = true;
            return;
        }
        let reason = match shim {
            Shim::Whole => format!(
                "`*` of `{module}`, which is a shim alone, warns, and is an error once that is gone: import by name what is used, or take it away"
            ),
            Shim::Block => format!(
                "`*` of `{module}` asks for what left it as well, which warns: import by name what is used"
            ),
            Shim::Unread => format!(
                "`*` of `{module}`, of which no source is at hand where it is installed, may ask for what left it: import by name what is used, or take it away"
            ),
        };
        let site = self.site(Code::Import, import.module_range, &to.mv.from.dotted(), &to);
        self.leave(vec![site], reason);
    }

    /// Names of `__all__` that a star gives: they are used by whoever imports from here.
    fn given_names(&self) -> Vec<String> {
        let bound = &self.facts.scopes[MODULE as usize];
        let is_bound = |name: &str| self.facts.id(name).is_some_and(|id| bound.has(id));
        let all = self.facts.all.iter().flatten();
        all.filter(|name| !is_bound(name)).cloned().collect()
    }

    /// What others read from here by a name that the star no longer gives: the module's names moved
    /// along, and these changed.
    fn given_on(&self, module: &str) -> Vec<Imported> {
        let Some(file) = self.place.file else {
            return Vec::new();
        };
        let project = self.place.project;
        let moves = self.place.plan.moves_of(Dialect::Python);
        let changed = moves.filter_map(|mv| {
            let (old, new) = (mv.from.name.as_ref()?, mv.to.name.as_ref()?);
            let is_given = mv.from.module == module && old != new;
            let is_public = project.is_package(file) || project.is_read(file, old);
            (is_given && is_public).then(|| Imported {
                module: mv.to.module.clone(),
                name: Some(new.clone()),
                asname: Some(old.clone()),
            })
        });
        changed.collect()
    }

    /// A moved name that a star import gives is imported by its new name instead, if that can be.
    /// `rival`: another such name, which would be called the same.
    fn star_name(
        &mut self,
        index: u32,
        name: &str,
        uses: &[usize],
        to: &Moved<'a>,
        rival: Option<&str>,
    ) -> bool {
        let import = &self.facts.imports[index as usize];
        let module = import
            .module
            .as_ref()
            .map(|module| self.place.absolute(module, ""));
        let path = format!("{}.{name}", module.unwrap_or_default());
        let mut sites: Vec<Site> = uses
            .iter()
            .map(|&used| self.site(Code::Usage, self.facts.uses[used].range, &path, to))
            .collect();
        if sites.is_empty() {
            sites.push(self.site(Code::Import, import.module_range, &path, to));
        }
        if !self.facts.problems.is_empty() {
            self.leave(sites, "the file does not parse".to_owned());
            return false;
        }
        let others = self
            .place
            .stars(self.facts)
            .into_iter()
            .filter(|(_, other)| {
                let file = self.place.project.module(other, self.place.file);
                !self.place.concerns_module(other) && file.is_none()
            });
        if others.count() > 0 {
            self.leave(
                sites,
                format!("another star import may give `{name}` as well"),
            );
            return false;
        }
        let target = to.dotted();
        let new = last(&target).to_owned();
        let spots: Vec<ScopeId> = uses
            .iter()
            .map(|&used| self.facts.uses[used].scope)
            .collect();
        let stays_for = match rival {
            Some(rival) => Some(would_be_called_alike(rival, &new)),
            None => self.names.text_use(name),
        };
        let room = match stays_for.or_else(|| self.names.read_elsewhere(name)) {
            Some(why) => Room::Taken(why),
            None => self.names.room(&new, &target, import.scope, &spots),
        };
        let stays = matches!(room, Room::Taken(_)) || new == name;
        if !matches!(room, Room::Same(_)) {
            self.add(
                index,
                Imported {
                    module: parent(&target).to_owned(),
                    name: Some(new.clone()),
                    asname: (stays && new != name).then(|| name.to_owned()),
                },
            );
        }
        let edits: Vec<Edit> = uses
            .iter()
            .filter(|_| !stays)
            .map(|&used| Edit::replace(range(self.facts.uses[used].range), new.clone()))
            .collect();
        let group = self.group(index);
        group.confidence = group.confidence.min(Confidence::Likely);
        group.sites.extend(sites);
        group.edits.extend(edits);
        match room {
            Room::Taken(why) if new != name => group.reasons.push(why),
            _ => {}
        }
        true
    }
}
