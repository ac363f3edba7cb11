//! Imports that move: where what they bring is found from now on, and under which name.

use std::collections::BTreeMap;

use super::{LeafId, Work, manual, site};
use crate::finding::Code;
use crate::lang::rust::facts::{Form, Statement};
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::split::{Fate, Path};
use crate::lang::rust::tree::plain;
use crate::plan::Dialect;

/// The imports by name that go to each place, by their scope.
pub(super) type Imported = BTreeMap<(usize, usize, usize, String), Vec<LeafId>>;

impl Work<'_, '_> {
    /// Where the things that leaves import are found from now on, and under which name.
    pub(super) fn decide_leaves(&mut self) {
        let mut ids: Vec<LeafId> = self.moving.keys().copied().collect();
        // What keeps its name comes first: what takes the same name may go for it.
        ids.sort_by_key(|id| self.may_take_name(id));
        for &(index, nth) in &ids {
            let statement = &self.names.facts.statements[index];
            let leaf = &statement.leaves[nth];
            let moving = &self.moving[&(index, nth)];
            let (mv, at) = (moving.mv, moving.at);
            let to = mv.to.path(Dialect::Rust);
            let mut target = to.clone();
            for name in &leaf.names[at + 1..] {
                target.push_str("::");
                target.push_str(&name.text);
            }
            let spot = Spot::of_leaf(statement, leaf);
            let (kept, mut tail) = self.names.spell(&to, &moving.reached, at, &spot);
            if kept == 0 && leaf.rooted && !matches!(&*tail[0], "" | "crate") {
                tail.insert(0, String::new()); // `::a::B` stays one
            }
            tail.extend(
                leaf.names[at + 1..]
                    .iter()
                    .map(|name| name.text.to_string()),
            );
            if statement.form == Form::ExternCrate {
                tail = vec![self.names.called(&to)];
            }
            let exact = at + 1 == leaf.names.len();
            let new_name = self.names.written(mv.to.last());
            let written = leaf.alias.as_ref().map(|alias| alias.text.to_string());
            let mut alias = written.clone();
            let binding = self.binding_of.get(&(index, nth)).copied();
            let may_drop = !leaf.glob && self.may_go(statement);
            if exact
                && may_drop
                && let Some(binding) = binding
                && let Some(own) = self.own_name(binding, &target)
            {
                if *self.names.facts.bindings[binding].name != *plain(&own) {
                    self.rename_binding(binding, &own);
                }
                self.fates.insert((index, nth), Fate::Drop);
                continue;
            }
            if binding.is_some_and(|binding| self.names.declares_too(binding, mv)) {
                let reason = format!("this module declares `{new_name}` itself");
                let site = site(Code::Import, leaf.at.clone(), mv);
                self.left.push(manual(site, reason));
                continue;
            }
            if exact && !leaf.glob {
                let old = leaf.names.last().map_or("", |name| name.plain());
                let final_name = tail.last().cloned().unwrap_or(new_name);
                match &written {
                    Some(written) if plain(written) == plain(&final_name) => alias = None,
                    Some(_) => {}
                    None if old == plain(&final_name) => {}
                    None => {
                        let twin = self.twin(&target, &final_name, (index, nth));
                        let why = match binding {
                            // All paths from a crate on are known.
                            _ if self.names.facts.broken
                                && (statement.form != Form::ExternCrate || statement.public) =>
                            {
                                Some("the file does not parse".to_owned())
                            }
                            _ if statement.form == Form::Tokens => {
                                Some("it is imported by a macro".to_owned())
                            }
                            None => None,
                            Some(binding) => self
                                .rival(binding, &final_name)
                                .or_else(|| self.why_not(binding, &final_name, twin))
                                .or_else(|| {
                                    let twin = twin.filter(|_| may_drop);
                                    self.double(&target, &final_name, (index, nth), twin)
                                }),
                        };
                        match why {
                            Some(why) => {
                                alias = Some(
                                    leaf.names
                                        .last()
                                        .map_or_else(String::new, |name| name.text.to_string()),
                                );
                                let reason = format!("`{old}` stays as the local name: {why}");
                                self.reasons.insert((index, nth), reason);
                            }
                            None => {
                                if let Some(binding) = binding {
                                    self.rename_binding(binding, &final_name);
                                }
                            }
                        }
                    }
                }
            }
            // Imported twice is an error: the second one goes, also where it is there only in some
            // configurations; the first one always is.
            let local = match &alias {
                Some(alias) => alias.clone(),
                None => plain(tail.last().map_or("", String::as_str)).to_owned(),
            };
            let has_twin = || self.twin(&target, &local, (index, nth)).is_some();
            let fate = match may_drop && local != "_" && has_twin() {
                true => Fate::Drop,
                false => Fate::Become(Path { kept, tail, alias }),
            };
            self.settle((index, nth), target, fate);
        }
    }

    /// Whether what an import that moves binds is called otherwise from now on, if that can be.
    fn may_take_name(&self, id: &LeafId) -> bool {
        let moving = &self.moving[id];
        let leaf = &self.names.facts.statements[id.0].leaves[id.1];
        let last = leaf.names.last().map_or("", |name| name.plain());
        leaf.alias.is_none()
            && !leaf.glob
            && moving.at + 1 == leaf.names.len()
            && last != plain(moving.mv.to.last())
    }

    /// Whether an import may go for another one of the same thing: one that holds in every
    /// configuration makes that of one needless, but no comment among its attributes.
    pub(super) fn may_go(&self, statement: &Statement) -> bool {
        let before = &self.names.text[statement.whole.start..statement.keyword];
        let has_comment = before.contains("//") || before.contains("/*");
        statement.form == Form::Use && !statement.public && !(statement.attributes && has_comment)
    }

    /// Why an import cannot take its new name beside another one of its scope that would take the
    /// same, of another thing.
    fn rival(&self, binding: usize, new: &str) -> Option<String> {
        let facts = self.names.facts;
        let spaces = self.names.spaces(binding);
        let bound = &facts.bindings[binding];
        let target = self.target(binding);
        let is_beside = |other: usize| {
            let it = &facts.bindings[other];
            self.names.spaces(other) & spaces != 0
                && (it.module, &it.visible) == (bound.module, &bound.visible)
        };
        let takes_it = |id: &LeafId| {
            let other = self.binding_of.get(id);
            Some(&self.moving[id].mv.to) != target && other.is_some_and(|&other| is_beside(other))
        };
        let taking = self.taking.get(&(bound.module, Box::from(plain(new))));
        let &(index, nth) = taking.into_iter().flatten().find(|id| takes_it(id))?;
        let other = facts.statements[index].leaves[nth].names.last()?;
        Some(format!(
            "`{}` would be called `{new}` as well",
            other.plain()
        ))
    }

    /// The bindings of imports that take a name from this one, and bind it under the same name.
    pub(super) fn followers(&self, binding: usize) -> Vec<usize> {
        let leaves = self.leaves_of.get(&binding).into_iter().flatten();
        let same = leaves.filter(|((index, nth), word)| {
            let leaf = &self.names.facts.statements[*index].leaves[*nth];
            !leaf.glob && leaf.alias.is_none() && word + 1 == leaf.names.len()
        });
        let mut found: Vec<usize> = same
            .filter_map(|(id, _)| self.binding_of.get(id).copied())
            .collect();
        found.sort_unstable();
        found
    }

    /// Gives a binding another name, and what takes it from there.
    pub(super) fn rename_binding(&mut self, binding: usize, new: &str) {
        self.renamed.insert(binding, new.to_owned());
        let leaves = self.leaves_of.get(&binding).cloned().unwrap_or_default();
        for ((index, nth), word) in leaves {
            let leaf = &self.names.facts.statements[index].leaves[nth];
            let mut tail = vec![new.to_owned()];
            tail.extend(
                leaf.names[word + 1..]
                    .iter()
                    .map(|name| name.text.to_string()),
            );
            let alias = leaf.alias.as_ref().map(|alias| alias.text.to_string());
            let alias =
                alias.filter(|alias| plain(alias) != plain(new) || word + 1 < leaf.names.len());
            let kept = word;
            self.fates
                .insert((index, nth), Fate::Become(Path { kept, tail, alias }));
            if let Some(group) = self.names.leaf_of(binding) {
                self.joined.push((group.0, index));
            }
        }
        for follower in self.followers(binding) {
            self.rename_binding(follower, new);
        }
    }

    /// Imports that go through names which change follow those at each of their words, also where what
    /// they bring moves as well: `use self::errors::Err2` behind `use kit::errors`.
    pub(super) fn follow_renamed(&mut self) {
        let mut changed: BTreeMap<LeafId, BTreeMap<usize, String>> = BTreeMap::new();
        let mut joined = Vec::new();
        for (&binding, new) in &self.renamed {
            let giver = self.names.leaf_of(binding).map(|it| it.0);
            for (id, word) in self.takers_of(binding) {
                changed.entry(id).or_default().insert(word, new.clone());
                joined.extend(giver.map(|giver| (giver, id.0)));
            }
        }
        self.joined.append(&mut joined);
        for (id, words) in changed {
            let leaf = &self.names.facts.statements[id.0].leaves[id.1];
            let names = leaf.names.iter().map(|name| name.text.to_string());
            let names: Vec<String> = names.collect();
            let is_moving = self.moving.contains_key(&id);
            // What does not move follows one name already.
            let path = match self.fates.get(&id) {
                Some(Fate::Become(path)) if is_moving || words.len() < 2 => path.clone(),
                Some(Fate::Drop) => continue,
                _ => Path {
                    kept: names.len(),
                    tail: Vec::new(),
                    alias: leaf.alias.as_ref().map(|alias| alias.text.to_string()),
                },
            };
            // The last one first: all before it is as it was.
            let path = words.into_iter().rev().fold(path, |mut path, (word, new)| {
                if word < path.kept {
                    let mut tail = vec![new];
                    tail.extend_from_slice(&names[word + 1..path.kept]);
                    tail.append(&mut path.tail);
                    path.kept = word;
                    path.tail = tail;
                }
                path
            });
            self.fates.insert(id, Fate::Become(path));
        }
    }

    /// Whether an import goes through one that moves, maybe by others of its name.
    pub(super) fn goes_through_moving(&self, (index, nth): LeafId) -> bool {
        let reached = self.names.leaf(index, nth);
        reached.is_some_and(|reached| {
            let mut passed = reached.passed.iter().chain(&reached.through);
            passed.any(|&(binding, _)| {
                let giver = self.names.leaf_of(binding).map(|it| (it.0, it.1));
                giver.is_some_and(|giver| {
                    giver != (index, nth)
                        && (self.moving.contains_key(&giver) || self.goes_through_moving(giver))
                })
            })
        })
    }

    /// The name that a leaf binds after this run.
    pub(super) fn local_after(&self, (statement, leaf): LeafId) -> String {
        match self.fates.get(&(statement, leaf)) {
            Some(Fate::Become(path)) => {
                let name = path.alias.as_ref().or(path.tail.last());
                plain(name.map_or("", String::as_str)).to_owned()
            }
            _ => {
                let leaf = &self.names.facts.statements[statement].leaves[leaf];
                leaf.local().unwrap_or_default().to_owned()
            }
        }
    }

    /// What becomes of an import that goes to `target`: a star brings what is in it, and not itself.
    pub(super) fn settle(&mut self, own: LeafId, target: String, fate: Fate) {
        let is_star = self.names.facts.statements[own.0].leaves[own.1].glob;
        if fate != Fate::Drop && !is_star {
            let key = self.known_as(own.0, target);
            self.imported.entry(key).or_default().push(own);
        }
        self.fates.insert(own, fate);
    }

    /// Another import of `target` in the scope of a leaf, under a name and in every configuration.
    pub(super) fn twin(&self, target: &str, name: &str, own: LeafId) -> Option<LeafId> {
        let beside = self.sharing(target, own).iter().copied();
        let staying = self.staying_twin(target, plain(name), own);
        let is_it = |id: &LeafId| {
            let is_always = !self.names.facts.statements[id.0].attributes;
            is_always && self.local_after(*id) == plain(name)
        };
        beside.chain(staying).find(is_it)
    }

    /// The imports that go to `target` in the scope of a leaf, as far as they are settled.
    fn sharing(&self, target: &str, own: LeafId) -> &[LeafId] {
        let beside = self.imported.get(&self.known_as(own.0, target.to_owned()));
        beside.map_or(&[], Vec::as_slice)
    }

    /// Under what an import of a statement's scope is known.
    pub(super) fn known_as(&self, index: usize, target: String) -> (usize, usize, usize, String) {
        let statement = &self.names.facts.statements[index];
        let visible = &statement.visible;
        (statement.module, visible.start, visible.end, target)
    }

    /// Why an import cannot take the name under which another one of its scope brings the same
    /// thing, unless it goes for `twin`: a name is imported once.
    pub(super) fn double(
        &self,
        target: &str,
        new: &str,
        own: LeafId,
        twin: Option<LeafId>,
    ) -> Option<String> {
        if twin.is_some() {
            return None;
        }
        // Two that had one name already are of different configurations.
        let local = |id: &LeafId| self.names.facts.statements[id.0].leaves[id.1].local();
        let takes_it =
            |id: &LeafId| local(id) != local(&own) && self.local_after(*id) == plain(new);
        let mut others = self.sharing(target, own).iter().copied();
        let staying = self.staying_twin(target, plain(new), own);
        let other = others.find(takes_it).or(staying.filter(takes_it));
        other.map(|_| format!("`{new}` is imported here already"))
    }
}
