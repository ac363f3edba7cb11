//! `from m import N [as L]` and `import m as L` where the thing itself moved.

use super::*;
use crate::plan::Dialect;

impl<'a> Scanner<'a> {
    pub(super) fn object(&mut self, variable: &Variable) {
        let mut moved: Vec<(Bound, Moved<'a>)> = Vec::new();
        for bound in &variable.bound {
            if let Some(to) = self.moved_bound(bound)
                && !self.is_ignored(self.alias_range(bound), Code::Import, &to)
            {
                moved.push((bound.clone(), to));
            }
        }
        if moved.is_empty() {
            self.holder(variable);
            return;
        }
        let target = moved[0].1.dotted();
        let all_same = variable
            .bound
            .iter()
            .all(|bound| self.place.canonical(&bound.path) == target)
            && moved.iter().all(|(_, to)| to.dotted() == target);
        let new = last(&target);
        let local = self.facts.name(variable.symbol.1).to_owned();
        let broken = !self.facts.problems.is_empty();
        let bindings = self.facts.bindings(variable.symbol);
        let is_import = |kind: &BindingKind| matches!(kind, BindingKind::Import(..));
        let is_crowded = !all_same || !bindings.iter().all(|binding| is_import(&binding.kind));
        let given_on_as = match local == new || broken || is_crowded {
            true => None,
            false => self.given_on_as(variable, &moved, &target),
        };
        let has_old_name = moved.iter().any(|(bound, _)| self.is_plain_alias(bound));
        let room = match () {
            () if local == new => None,
            () if broken => Some(Room::Taken(
                "the file does not parse, so the local name stays".to_owned(),
            )),
            () if !all_same => Some(Room::Taken(format!(
                "`{local}` has another import as well, so the local name stays"
            ))),
            () if moved.iter().any(|(bound, _)| self.is_reexport(bound)) => Some(Room::Taken(
                format!("`as {local}` re-exports the name, so the local name stays"),
            )),
            () if !has_old_name => Some(Room::Taken(String::new())),
            () if variable.uses.iter().any(|&used| {
                let used = &self.facts.uses[used];
                self.is_ignored(used.range, Code::Usage, &moved[0].1)
            }) =>
            {
                Some(Room::Taken(format!(
                    "a use of `{local}` is to be ignored, so the local name stays"
                )))
            }
            () => Some(match self.rival(variable, new, &target) {
                Some(rival) => Room::Taken(would_be_called_alike(rival, new)),
                None => self.names.rename(variable.symbol, new, &target),
            }),
        };
        let mut group = moved[0].0.import;
        for (bound, _) in &moved {
            group = self.unite(group, bound.import);
            if is_crowded {
                self.pin(bound);
            }
        }
        let renamed = matches!(room, Some(Room::Free | Room::Same(_)));
        if renamed {
            for bound in &variable.bound {
                group = self.unite(group, bound.import);
            }
        }
        for (bound, to) in &moved {
            if self.is_broken_at(bound.import) {
                continue;
            }
            let site = self.site(Code::Import, self.alias_range(bound), &bound.path, to);
            self.group(group).sites.push(site);
            let asname = match &room {
                _ if let Some(inner) = &given_on_as => (inner != new).then(|| inner.clone()),
                // `as L`, where L is the new name, says nothing; `import m as L` cannot do without.
                None => self.keeps_asname(bound, to).then(|| local.clone()),
                Some(Room::Taken(_)) => Some(local.clone()),
                Some(_) => None,
            };
            let change = match room {
                Some(Room::Same(other)) if !is_crowded && self.can_drop(bound.import, other) => {
                    Change::Drop
                }
                _ => Change::Go(self.imported(bound, to, asname)),
            };
            self.change(bound, change);
            if let Some(inner) = &given_on_as {
                let line = format!("{local} = {inner}");
                self.assignments.push((bound.import, line));
            }
        }
        if let Some(Room::Taken(why)) = &room
            && !why.is_empty()
        {
            self.group(group).reasons.push(why.clone());
        }
        if renamed {
            self.rename(variable, group, new, &moved[0].1, &target);
        }
        self.follow(
            variable,
            group,
            &moved[0].0.path,
            &target,
            all_same,
            renamed.then_some(new),
        );
    }

    /// Another name of the file whose move gives it the same new name, of another thing.
    fn rival(&self, variable: &Variable, new: &str, target: &str) -> Option<&'a str> {
        let is_other = |to: &str| last(to) == new && to != target;
        // Two moves seldom end in one name, and this is asked in every file.
        let mut moves = self.place.plan.moves_of(Dialect::Python);
        moves.find(|mv| mv.to.last() == new && !mv.to.is(target))?;
        let takes_it = |bound: &Bound| {
            let moved = self.is_plain_alias(bound).then(|| self.moved_bound(bound));
            moved.flatten().is_some_and(|to| is_other(&to.dotted()))
        };
        let mut others = self.variables().into_iter();
        let rival =
            others.find(|one| one.symbol != variable.symbol && one.bound.iter().any(takes_it))?;
        Some(self.facts.name(rival.symbol.1))
    }

    /// Uses of an imported object that moved: what is read of it may have moved elsewhere still.
    pub(super) fn follow(
        &mut self,
        variable: &Variable,
        group: u32,
        path: &str,
        target: &str,
        all_same: bool,
        new: Option<&str>,
    ) {
        let mut strays = Vec::new();
        for &index in &variable.uses {
            let used = &self.facts.uses[index];
            let dotted = chained(path, used);
            let Some(to) = self.moved_use(&dotted, used) else {
                continue;
            };
            let whole = to.dotted();
            if crate::plan::under(&whole, target) {
                if let Some(new) = new {
                    let site = self.site(Code::Usage, used.range, &dotted, &to);
                    let group = self.group(group);
                    group.edits.push(Edit::replace(range(used.range), new));
                    group.sites.push(site);
                }
                let rest = whole[target.len()..].trim_start_matches('.');
                let pairs = used.attrs.iter().zip(rest.split('.'));
                for (attr, now) in
                    pairs.filter(|(attr, now)| *attr.name != **now && !now.is_empty())
                {
                    let site = self.site(Code::Usage, attr.range, &dotted, &to);
                    let group = self.group(group);
                    group.edits.push(Edit::replace(range(attr.range), now));
                    group.sites.push(site);
                }
            } else if all_same {
                strays.push(index);
            }
        }
        if !strays.is_empty() {
            self.reach_elsewhere(&variable.bound[0], &strays, path, group);
        }
    }

    /// `global N`, and what stands in for a failed import: they take the new name as well.
    pub(super) fn rename(
        &mut self,
        variable: &Variable,
        group: u32,
        new: &str,
        moved: &Moved,
        _target: &str,
    ) {
        let facts = self.facts;
        let declared = facts
            .declared
            .iter()
            .filter(|(symbol, _)| *symbol == variable.symbol);
        let fallbacks = facts
            .bindings(variable.symbol)
            .iter()
            .filter_map(|binding| {
                (!matches!(binding.kind, BindingKind::Import(..))).then_some(binding.range)
            });
        let places: Vec<TextRange> = declared.map(|(_, range)| *range).chain(fallbacks).collect();
        for place in places {
            let site = self.site(Code::Usage, place, facts.name(variable.symbol.1), moved);
            let group = self.group(group);
            group.edits.push(Edit::replace(range(place), new));
            group.sites.push(site);
        }
        // The other branch of a `try` may import the canonical thing under the old name.
        for bound in &variable.bound {
            let import = &facts.imports[bound.import as usize];
            let alias = &import.names[bound.alias as usize];
            if self.moved_bound(bound).is_none() && alias.asname.is_some() {
                let what = Imported {
                    module: parent(&bound.path).to_owned(),
                    name: Some(last(&bound.path).to_owned()),
                    asname: None,
                };
                self.change(bound, Change::Go(what));
            }
        }
        if variable.symbol.0 == crate::lang::python::facts::MODULE {
            let from = facts.name(variable.symbol.1).to_owned();
            for module in crate::lang::python::module_names(self.place) {
                let rename = LocalRename {
                    module,
                    from: from.clone(),
                    to: new.to_owned(),
                };
                self.group(group).renames.push(rename);
            }
        }
    }

    pub(super) fn alias_range(&self, bound: &Bound) -> TextRange {
        self.facts.imports[bound.import as usize].names[bound.alias as usize].name_range
    }

    /// Imported under its own name.
    pub(super) fn is_plain_alias(&self, bound: &Bound) -> bool {
        let import = &self.facts.imports[bound.import as usize];
        import.names[bound.alias as usize].asname.is_none()
    }

    /// `from m import N as N`: a stub, or a typed package, exports the name in this way.
    pub(super) fn is_reexport(&self, bound: &Bound) -> bool {
        let alias = &self.facts.imports[bound.import as usize].names[bound.alias as usize];
        alias
            .asname
            .as_ref()
            .is_some_and(|(asname, _)| *asname == alias.name)
    }

    /// Whether `as L` stays where `L` is what the thing is called now.
    pub(super) fn keeps_asname(&self, bound: &Bound, to: &Moved) -> bool {
        let import = &self.facts.imports[bound.import as usize];
        let is_stub_export = self.names.is_stub
            && import.names[bound.alias as usize].asname.is_some()
            && self
                .names
                .public((
                    import.scope,
                    self.facts.id(last(&to.dotted())).unwrap_or(u32::MAX),
                ))
                .is_some();
        import.module.is_none() || is_stub_export || self.is_reexport(bound)
    }

    /// What an alias imports from now on.
    pub(super) fn imported(&self, bound: &Bound, to: &Moved, asname: Option<String>) -> Imported {
        let import = &self.facts.imports[bound.import as usize];
        let target = to.dotted();
        if import.module.is_none() || !target.contains('.') {
            let asname = asname.filter(|asname| *asname != target);
            return Imported {
                module: target,
                name: None,
                asname,
            };
        }
        let name = last(&target).to_owned();
        Imported {
            module: parent(&target).to_owned(),
            asname,
            name: Some(name),
        }
    }

    /// Whether the statement `other` makes the one at `import` superfluous.
    pub(super) fn can_drop(&self, import: u32, other: u32) -> bool {
        let (this, that) = (
            &self.facts.imports[import as usize],
            &self.facts.imports[other as usize],
        );
        let leaves_others = this.names.len() > 1;
        other != import
            && this.suite == that.suite
            && (other < import || self.is_next_to(import, other))
            && (leaves_others
                || self.editor.is_removable(import)
                || other > import && self.editor.has_own_line(import))
    }

    /// Whether nothing but imports stands between two statements of a block.
    pub(super) fn is_next_to(&self, first: u32, last: u32) -> bool {
        let (from, to) = (
            &self.facts.imports[first as usize],
            &self.facts.imports[last as usize],
        );
        let between = self.facts.imports.iter().filter(|import| {
            import.suite == from.suite && import.index > from.index && import.index < to.index
        });
        to.index > from.index && between.count() == (to.index - from.index - 1) as usize
    }
}

/// Why a name stays beside another one whose move gives it the same new name.
pub(super) fn would_be_called_alike(rival: &str, new: &str) -> String {
    format!("`{rival}` would be called `{new}` as well, so the local name stays")
}
