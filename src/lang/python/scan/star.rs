//! `from m import *`: names that come without being named.

use super::object::would_be_called_alike;
use super::*;
use crate::lang::python::facts::MODULE;
use crate::plan::Dialect;

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
        for (name, uses, index, to) in &given {
            let target = to.dotted();
            let is_rival = |other: &&(String, Vec<usize>, u32, Moved)| {
                let other = other.3.dotted();
                other != target && last(&other) == last(&target)
            };
            let rival = given.iter().find(is_rival).map(|(name, ..)| name.as_str());
            self.star_name(*index, name, uses, to, rival);
        }
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

    /// A moved name that a star import gives is imported by its new name instead.
    /// `rival`: another such name, which would be called the same.
    fn star_name(
        &mut self,
        index: u32,
        name: &str,
        uses: &[usize],
        to: &Moved<'a>,
        rival: Option<&str>,
    ) {
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
            return;
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
            return;
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
        if let Room::Taken(why) = room {
            group.reasons.push(why);
        }
    }
}
