//! A module under a name of its own, through which moved things are reached.

use super::*;

impl<'a> Scanner<'a> {
    pub(super) fn holder(&mut self, variable: &Variable) {
        let Some(first) = variable.bound.first().cloned() else {
            return;
        };
        let (moved, others) = self.moved_uses(&first.path, &variable.uses);
        if moved.is_empty() {
            return;
        }
        let sites = |scanner: &Self| {
            let site = |(index, dotted, to): &(usize, String, Moved)| {
                scanner.site(
                    Code::Usage,
                    use_range(&scanner.facts.uses[*index]),
                    dotted,
                    to,
                )
            };
            moved.iter().map(site).collect::<Vec<_>>()
        };
        if !self.facts.problems.is_empty() {
            self.leave(sites(self), "the file does not parse".to_owned());
            return;
        }
        let one_path = variable.bound.iter().all(|bound| bound.path == first.path);
        if !one_path {
            let name = self.facts.name(variable.symbol.1);
            self.leave(
                sites(self),
                format!("`{name}` is imported from several places"),
            );
            return;
        }
        let group = variable
            .bound
            .iter()
            .fold(first.import, |group, bound| self.unite(group, bound.import));
        let homes: Vec<Option<&str>> = moved.iter().map(|(_, _, to)| home(to)).collect();
        let one_home = homes.iter().all(|home| home.is_some() && *home == homes[0])
            && !moved.iter().any(|(_, _, to)| self.is_in_namesake(to));
        let depth = first.path.split('.').count();
        let direct = moved
            .iter()
            .all(|(_, _, to)| to.mv.from.dotted().split('.').count() == depth + 1);
        let is_private = self.names.keeps_name(variable.symbol).is_none()
            && self.names.is_plain(variable.symbol);
        let suppressed = moved
            .first()
            .is_some_and(|(_, _, to)| self.is_ignored(self.alias_range(&first), Code::Import, to));
        if suppressed {
            return;
        }
        // `m and m.N`: the first is told the same by the other module.
        let mut tested: Vec<usize> = match self.is_mixed(variable) && !self.is_replaced(variable) {
            true => self.tested(variable),
            false => Vec::new(),
        };
        // `L = m`: so does whoever reads it of `L`.
        let bare = |giver: &usize| self.facts.uses[*giver].attrs.is_empty();
        let givers = self.givers(variable, &moved).into_iter().filter(bare);
        tested.extend(givers);
        if let (Some(Some(home)), true, true, true, true) = (
            homes.first(),
            one_home,
            direct,
            others == tested.len(),
            is_private,
        ) {
            let home = (*home).to_owned();
            self.follow_givers(&tested);
            let now = self.retarget(variable, group, &home, &moved);
            self.name_anew(variable, group, &tested, &now);
            return;
        }
        if self.is_replaced(variable) {
            let name = self.facts.name(variable.symbol.1);
            self.leave(sites(self), format!("`{name}` is bound otherwise as well"));
            return;
        }
        if self.is_patched(variable) {
            let name = self.facts.name(variable.symbol.1);
            let reason = format!("`{name}` of this module is patched elsewhere");
            self.leave(sites(self), reason);
            return;
        }
        let indices: Vec<usize> = moved.iter().map(|(index, ..)| *index).collect();
        self.reach_elsewhere(&first, &indices, &first.path, group);
    }

    /// Whether somebody puts another thing into a variable of this module: a test's patch, which
    /// what is read of a second import would no longer meet.
    fn is_patched(&self, variable: &Variable) -> bool {
        let (scope, name) = variable.symbol;
        let name = self.facts.name(name);
        let project = self.place.project;
        scope == crate::lang::python::facts::MODULE
            && self
                .place
                .file
                .is_some_and(|file| project.is_patched(file, name))
    }

    /// The uses of a variable that ask only whether it is there.
    fn tested(&self, variable: &Variable) -> Vec<usize> {
        let uses = variable.uses.iter().copied();
        let is_tested = |&used: &usize| {
            let used = &self.facts.uses[used];
            used.tested && used.attrs.is_empty()
        };
        uses.filter(is_tested).collect()
    }

    /// Says that the variables of these uses come to hold a new module.
    pub(super) fn follow_givers(&mut self, givers: &[usize]) {
        let symbols = givers
            .iter()
            .flat_map(|&giver| self.facts.given(&self.facts.uses[giver]));
        self.followed.extend(symbols);
    }

    /// Bare uses of a module that is called `new` now.
    fn name_anew(&mut self, variable: &Variable, group: u32, uses: &[usize], new: &str) {
        let facts = self.facts;
        if facts.name(variable.symbol.1) != new {
            let uses = uses.iter().filter(|&&used| facts.uses[used].held.is_none());
            let edits = uses.map(|&used| range(facts.uses[used].range));
            let edits = edits.map(|at| Edit::replace(at, new));
            self.group(group).edits.extend(edits);
        }
    }

    /// All that is used through a module moved to one other module: the import itself moves. Gives
    /// the name that the module has then.
    fn retarget(
        &mut self,
        variable: &Variable,
        group: u32,
        home: &str,
        moved: &[MovedUse<'a>],
    ) -> String {
        let local = self.facts.name(variable.symbol.1).to_owned();
        let new = last(home).to_owned();
        let aliased = !variable
            .bound
            .iter()
            .any(|bound| self.is_plain_alias(bound));
        let room = match aliased || local == new {
            true => None,
            false => Some(self.names.rename(variable.symbol, &new, home)),
        };
        let asname = match &room {
            None if aliased => Some(local.clone()),
            Some(Room::Taken(_)) => Some(local.clone()),
            _ => None,
        };
        for bound in &variable.bound {
            let import = &self.facts.imports[bound.import as usize];
            let what = match (&import.module, home.contains('.')) {
                (Some(_), true) => Imported {
                    module: parent(home).to_owned(),
                    name: Some(new.clone()),
                    asname: asname.clone().filter(|asname| *asname != new),
                },
                _ => Imported {
                    module: home.to_owned(),
                    name: None,
                    asname: asname.clone(),
                },
            };
            let site = self.site(
                Code::Import,
                self.alias_range(bound),
                &bound.path,
                &moved[0].2,
            );
            self.group(group).sites.push(site);
            let change = match room {
                Some(Room::Same(other)) if self.can_drop(bound.import, other) => Change::Drop,
                _ => Change::Go(what),
            };
            self.change(bound, change);
        }
        let reference = match &asname {
            Some(asname) => asname.clone(),
            None => new,
        };
        if let Some(Room::Taken(why)) = room {
            self.group(group).reasons.push(why);
        }
        for (index, dotted, to) in moved {
            self.rewrite_chain(*index, 1, &reference, dotted, to, group);
        }
        if asname.is_none() && reference != local {
            self.rename(variable, group, &reference, &moved[0].2, home);
        }
        reference
    }

    /// Uses whose module is not imported here yet: it is, beside the import that is there.
    pub(super) fn reach_elsewhere(
        &mut self,
        bound: &Bound,
        uses: &[usize],
        path: &str,
        group: u32,
    ) {
        let import = &self.facts.imports[bound.import as usize];
        let depth = path.split('.').count();
        for &index in uses {
            let used = &self.facts.uses[index];
            let dotted = chained(path, used);
            let Some(to) = self.moved(&dotted) else {
                continue;
            };
            let consumed = to.mv.from.dotted().split('.').count().saturating_sub(depth);
            let site = self.site(Code::Usage, use_range(used), &dotted, &to);
            let owner = import.scope;
            let Some(home) = home(&to).filter(|_| consumed >= 1).map(str::to_owned) else {
                self.leave(
                    vec![site],
                    "it is reached through a module that does not move".to_owned(),
                );
                continue;
            };
            let local = last(&home).to_owned();
            if self.is_in_namesake(&to) {
                self.otherwise(bound, index, consumed, &dotted, &to, group);
                continue;
            }
            let room = match self.facts.id(&local) == Some(used.name) {
                true => Room::Taken(String::new()),
                false => self.names.room(&local, &home, owner, &[used.scope]),
            };
            match room {
                Room::Same(_) => self.rewrite_chain(index, consumed, &local, &dotted, &to, group),
                Room::Free => {
                    self.add(bound.import, self.module_import(bound, &home, &local));
                    self.rewrite_chain(index, consumed, &local, &dotted, &to, group);
                }
                Room::Taken(_) => self.otherwise(bound, index, consumed, &dotted, &to, group),
            }
        }
    }

    /// `home` under the name `local`, imported as the statement at hand imports modules.
    fn module_import(&self, bound: &Bound, home: &str, local: &str) -> Imported {
        let is_from = self.facts.imports[bound.import as usize].module.is_some();
        let asname = |written: &str| (written != local).then(|| local.to_owned());
        match is_from && home.contains('.') {
            true => Imported {
                module: parent(home).to_owned(),
                name: Some(last(home).to_owned()),
                asname: asname(last(home)),
            },
            false => Imported {
                module: home.to_owned(),
                name: None,
                asname: asname(home),
            },
        }
    }

    /// The module's name is taken: it is imported as `package_module`, or else the moved thing
    /// itself is.
    pub(super) fn otherwise(
        &mut self,
        bound: &Bound,
        index: usize,
        consumed: usize,
        dotted: &str,
        to: &Moved<'a>,
        group: u32,
    ) {
        let used = &self.facts.uses[index];
        let scope = self.facts.imports[bound.import as usize].scope;
        let home = to.to.module.clone();
        let longer = match home.rsplit('.').nth(1) {
            Some(package) => format!("{package}_{}", last(&home)),
            None => format!("{home}_"),
        };
        if consumed > 0
            && !self.is_in_namesake(to)
            && self.has_room(&longer, &home, scope, &[used.scope])
        {
            self.add(bound.import, self.module_import(bound, &home, &longer));
            self.rewrite_chain(index, consumed, &longer, dotted, to, group);
            return;
        }
        let target = to.to.dotted();
        let (module, name) = (parent(&target), last(&target));
        let quoted = used.attrs.iter().any(|attr| attr.quoted);
        let room = self.names.room(name, &target, scope, &[used.scope]);
        let is_free = !quoted && consumed > 0 && target.contains('.');
        if !is_free || matches!(room, Room::Taken(_)) {
            let site = self.site(Code::Usage, use_range(used), dotted, to);
            self.leave(
                vec![site],
                match self.is_in_namesake(to) {
                    true if quoted => format!("`{home}` may be what moved, and not the module"),
                    true => format!("`{name}` is taken here"),
                    false => format!("`{longer}` and `{name}` are taken here"),
                },
            );
            return;
        }
        if room == Room::Free {
            let what = Imported {
                module: module.to_owned(),
                name: Some(name.to_owned()),
                asname: None,
            };
            self.add(bound.import, what);
        }
        let end = used.attrs[consumed - 1].range.end();
        let edit = Edit::replace(range(TextRange::new(used.range.start(), end)), name);
        let site = self.site(Code::Usage, use_range(used), dotted, to);
        let group = self.group(group);
        group.edits.push(edit);
        group.sites.push(site);
    }

    /// `m.N` becomes `reference.New`, and the attributes behind it follow.
    pub(super) fn rewrite_chain(
        &mut self,
        index: usize,
        consumed: usize,
        reference: &str,
        dotted: &str,
        to: &Moved<'a>,
        group: u32,
    ) {
        let used = &self.facts.uses[index];
        let name = to.to.name.as_deref();
        let site = self.site(Code::Usage, use_range(used), dotted, to);
        // `name` replaces the last attribute that is consumed, `reference` all before it.
        let before = match name {
            Some(_) => consumed - 1,
            None => consumed,
        };
        if used.attrs[..before].iter().any(|attr| attr.quoted) {
            self.leave(vec![site], "the module is named by a string".to_owned());
            return;
        }
        // A variable that holds the new module stays, if that is all that it stands for.
        let stays = used
            .held
            .is_some_and(|held| self.followed.contains(&held.by) && held.attrs as usize == before);
        let head = match stays {
            true => Some(Vec::new()),
            false => self.head_edits(used, before, reference),
        };
        let Some(mut edits) = head else {
            self.leave(vec![site], "a comment stands inside of its path".to_owned());
            return;
        };
        if let Some(name) = name {
            edits.push((range(used.attrs[consumed - 1].range), name));
        }
        let edits: Vec<Edit> = edits
            .into_iter()
            .filter(|(at, text)| self.text[at.clone()] != **text)
            .map(|(at, text)| Edit::replace(at, text))
            .collect();
        let group = self.group(group);
        group.edits.extend(edits);
        group.sites.push(site);
    }

    /// The edits that make `reference` of a use's name and its first attributes: one by one where
    /// the path is written over several lines, so that the lines stay.
    fn head_edits<'r>(
        &self,
        used: &Use,
        attrs: usize,
        reference: &'r str,
    ) -> Option<Vec<(std::ops::Range<usize>, &'r str)>> {
        let parts = || std::iter::once(used.range).chain(used.attrs.iter().map(|attr| attr.range));
        let head = parts().take(attrs + 1).fold(used.range, TextRange::cover);
        let written = &self.text[range(head)];
        if !written.contains(['\n', '\r']) {
            return Some(vec![(range(head), reference)]);
        }
        if reference.split('.').count() == attrs + 1 {
            return Some(parts().map(range).zip(reference.split('.')).collect());
        }
        (!written.contains('#')).then(|| vec![(range(head), reference)])
    }
}
