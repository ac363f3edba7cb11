//! Things that move out of a module or a type that is imported: `mem::replace` behind `use std::mem`.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::{LeafId, Manner, Work};
use crate::edit::Edit;
use crate::finding::Code;
use crate::lang::rust::facts::{Form, Shape, Statement, Word};
use crate::lang::rust::names::LONGEST;
use crate::lang::rust::reexports::Route;
use crate::lang::rust::rules::Spoken;
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::split::{Fate, Path};
use crate::lang::rust::tree::{Leaf, plain};
use crate::plan::{Dialect, Move};

impl Work<'_, '_> {
    /// Modules and the like from which only some things move: `mem::replace` behind `use std::mem`.
    pub(super) fn decide_containers(&mut self) {
        let mut keys: Vec<Option<usize>> = self.written_out.keys().copied().collect();
        keys.extend(self.leaving.keys().copied().map(Some));
        keys.sort_unstable();
        keys.dedup();
        for through in keys {
            let mut uses = self.written_out.get(&through).cloned().unwrap_or_default();
            let used = uses.len();
            if let Some((index, nth, ..)) = through.and_then(|it| self.names.leaf_of(it)) {
                uses.retain(|&at| {
                    let mv = self.move_of(at);
                    !mv.is_some_and(|mv| self.is_kept((index, nth), mv))
                });
            }
            if uses.len() < used {
                for at in uses {
                    self.write_out(at, through);
                }
                continue;
            }
            let whole = through.and_then(|binding| self.move_container(binding, &uses));
            if whole.is_some() {
                continue;
            }
            for &at in &uses {
                self.write_out(at, through);
            }
            if let Some(binding) = through {
                self.drop_container(binding, &uses);
            }
        }
    }

    /// What moves behind a use.
    pub(super) fn move_of(&self, at: usize) -> Option<&Move> {
        let reached = &self.uses[at].reached;
        self.names.knows(&reached.prefixes[reached.moved?])
    }

    /// The import of a container goes if all that used it is written out from its beginning now.
    fn drop_container(&mut self, binding: usize, uses: &[usize]) {
        let Some((index, nth, statement, leaf)) = self.names.leaf_of(binding) else {
            return;
        };
        let leaving = self.leaving.get(&binding).cloned().unwrap_or_default();
        let is_needed = self.is_needed_anyway(binding, statement, leaf)
            || self.is_said_besides(binding)
            || !uses.iter().any(|&at| self.is_written_before(at)) && leaving.is_empty()
            || !uses
                .iter()
                .all(|&at| self.is_written_before(at) || self.is_text(at))
            || !leaving
                .iter()
                .all(|&(id, word)| self.is_written_out(id, word))
            || leaving
                .iter()
                .any(|(id, _)| self.is_kept((index, nth), self.moving[id].mv));
        let importers: Vec<LeafId> = leaving.iter().map(|(id, _)| *id).collect();
        if !is_needed && self.is_left(binding, uses, &importers) {
            self.fates.insert((index, nth), Fate::Drop);
            let importers = leaving.iter().map(|((other, _), _)| (index, *other));
            self.joined.extend(importers);
            self.join_written(index, uses.iter().copied().collect());
        }
    }

    /// Uses that are written out change together with an import that they went through.
    pub(super) fn join_written(&mut self, index: usize, uses: BTreeSet<usize>) {
        let edits = self.use_edits.entry(None).or_default();
        let (own, others) = std::mem::take(edits)
            .into_iter()
            .partition(|(at, _)| uses.contains(at));
        *edits = others;
        let groups = self.use_edits.iter();
        let groups = groups.filter(|(_, edits)| edits.iter().any(|(at, _)| uses.contains(at)));
        let groups = groups.filter_map(|(group, _)| Some((index, (*group)?)));
        self.joined.extend(groups);
        let own: Vec<(usize, Edit)> = own;
        for (at, edit) in own {
            let it = &self.uses[at];
            let Some(word) = it.reached.moved else {
                continue;
            };
            if let Some(mv) = self.names.knows(&it.reached.prefixes[word]) {
                let mut site = self.site(it.path, word, mv);
                site.reason = self.told.remove(&at);
                self.sites.entry(index).or_default().push(site);
            }
            let edits = self.use_edits.entry(Some(index)).or_default();
            edits.push((at, edit));
        }
    }

    /// Whether an import stays though nothing of the file goes through it any more: who else does is
    /// not known, or it is wanted as it is.
    fn is_needed_anyway(&self, binding: usize, statement: &Statement, leaf: &Leaf) -> bool {
        let names = self.names;
        let attributes = &names.text[statement.whole.start..statement.keyword];
        names.limit_of(statement).is_none()
            || statement.attributes && attributes.contains("unused")
            || !self.may_lose(binding, statement)
            || leaf.local().is_none()
            || self.is_used_unseen(binding)
            || self.shares_name(binding)
            || self.brings_a_trait(binding)
            || names.shares_scope(names.facts.bindings[binding].module)
    }

    /// Whether an import of a macro that moves brings a trait of its name, which stays.
    pub(super) fn brings_a_trait(&self, binding: usize) -> bool {
        let leaf = self.names.leaf_of(binding);
        let reached = leaf.and_then(|(index, nth, ..)| self.names.leaf(index, nth));
        let mv = reached.and_then(|reached| self.names.knows(reached.path()));
        mv.is_some_and(|mv| {
            mv.kind.as_deref() == Some("macro") && self.names.brings_more(binding, mv)
        })
    }

    /// Whether an import can go from where it stands.
    fn may_lose(&self, binding: usize, statement: &Statement) -> bool {
        statement.form == Form::Use
            || self.names.leaf_of(binding).is_some_and(|(index, ..)| {
                let around = self.names.facts.among_tokens.get(&index);
                around.is_some_and(|it| it.is_block) && self.unfit(index, None).is_none()
            })
    }

    /// Imports through which others went that do no more: `pub(crate) use kit::old` goes with the last
    /// `use hub::old`, and `use crate::hub` with the last `hub::Old`.
    pub(super) fn drop_givers(&mut self) {
        let left = self.of_binding.keys().copied();
        let left = left.filter(|&binding| !self.uses_gone(binding).is_empty());
        let givers = self.leaves_of.keys().chain(self.leaving.keys());
        let givers: BTreeSet<usize> = givers.copied().chain(left).collect();
        for _ in 0..LONGEST {
            let gone: Vec<usize> = givers
                .iter()
                .copied()
                .filter(|it| self.is_done(*it))
                .collect();
            if gone.is_empty() {
                return;
            }
            for giver in gone {
                let Some((index, nth, ..)) = self.names.leaf_of(giver) else {
                    continue;
                };
                self.fates.insert((index, nth), Fate::Drop);
                let takers = self.takers_of(giver);
                let joined: Vec<_> = takers.map(|((other, _), _)| (index, other)).collect();
                self.joined.extend(joined);
                self.join_written(index, self.uses_gone(giver));
            }
        }
    }

    /// The uses that went through an import to something else, and are written out from before it.
    fn uses_gone(&self, binding: usize) -> BTreeSet<usize> {
        let uses = self.of_binding.get(&binding).into_iter().flatten();
        let gone = uses.filter(|&&(at, word)| self.is_written_from(at, word));
        gone.map(|&(at, _)| at).collect()
    }

    /// Whether an import that does not move was there for others that go elsewhere from now on.
    fn is_done(&self, binding: usize) -> bool {
        let Some((index, nth, statement, leaf)) = self.names.leaf_of(binding) else {
            return false;
        };
        let leaving = self.leaving.get(&binding).into_iter().flatten();
        let mut leaving = leaving.map(|&(id, word)| self.is_written_out(id, word));
        let moved = self.written_out.get(&Some(binding));
        let mut moved = moved.into_iter().flatten();
        let is_written_out = moved.all(|&at| self.is_written_before(at) || self.is_text(at));
        is_written_out
            && !self.fates.contains_key(&(index, nth))
            && !self.moving.contains_key(&(index, nth))
            && leaving.all(|is_out| is_out)
            && !self.is_kept_for(binding, (index, nth))
            && self.leaves_left(binding).is_empty()
            && self.uses_left(binding).is_empty()
            && !self.is_needed_anyway(binding, statement, leaf)
            && !self.is_said_besides(binding)
    }

    /// Whether the text says the name of an import once more where that is seen, of which not all paths
    /// were read.
    pub(super) fn is_said_besides(&self, binding: usize) -> bool {
        let moved = self.written_out.get(&Some(binding)).into_iter().flatten();
        self.is_said_besides_in(binding, moved.copied())
    }

    /// The same besides these uses, which move.
    fn is_said_besides_in(&self, binding: usize, moved: impl Iterator<Item = usize>) -> bool {
        !self.said_besides(binding, moved).is_empty()
    }

    /// Whether it is said so in strings and documentation, and in no code.
    fn is_said_in_text_alone(&self, binding: usize) -> bool {
        let moved = self.written_out.get(&Some(binding)).into_iter().flatten();
        let said = self.said_besides(binding, moved.copied());
        !said.is_empty() && said.iter().all(|it| *it == Spoken::Text)
    }

    /// As what the text says the name of an import once more.
    fn said_besides(&self, binding: usize, moved: impl Iterator<Item = usize>) -> Vec<Spoken> {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        if !names.facts.unread.contains(&bound.name) {
            return Vec::new();
        }
        let uses = self.of_binding.get(&binding).into_iter().flatten();
        let uses = uses.map(|&(at, word)| self.uses[at].path.words[word].at.start);
        let moved = moved.filter_map(|at| {
            let it = &self.uses[at];
            Some(it.path.words[it.reached.through?.1].at.start)
        });
        let takers = self.takers_of(binding);
        let takers = takers.map(|((index, nth), word)| {
            let leaf = &names.facts.statements[index].leaves[nth];
            leaf.names.get(word).map_or(leaf.at.start, |it| it.at.start)
        });
        let known: FxHashSet<usize> = uses.chain(moved).chain(takers).collect();
        let own = names.leaf_of(binding).map(|(_, _, it, _)| it.whole.clone());
        let own = own.unwrap_or_default();
        let words = self.rules().words.iter();
        let said = words.filter(|&&(word, at, spoken)| {
            // Below another name, or the name of a function of its own: that is no use.
            let is_other = || {
                let before = names.text[..at].trim_end();
                let word = before
                    .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                    .next();
                before.ends_with("::") || word == Some("fn")
            };
            word == &*bound.name
                && spoken != Spoken::Field
                && bound.visible.contains(&at)
                && !own.contains(&at)
                && !known.contains(&at)
                && !(spoken == Spoken::Code && is_other())
                && (spoken != Spoken::Text || self.may_link(at, word, &known))
        });
        said.map(|(.., spoken)| *spoken).collect()
    }

    /// Whether a text that says a name may mean what is imported: prose of documentation does not, nor
    /// do its links that are `known`. Of a string that is not told.
    fn may_link(&self, at: usize, name: &str, known: &FxHashSet<usize>) -> bool {
        let text = &self.names.text[at..];
        let end = match text.get(..3) {
            Some("///" | "//!") => text.find('\n'),
            Some("/**" | "/*!") => text.find("*/"),
            _ => return true,
        };
        let mut start = at;
        let lines = text[..end.unwrap_or(text.len())].split_inclusive('\n');
        let lines = lines.map(|line| {
            start += line.len();
            (start - line.len(), line)
        });
        let mut links = lines.filter(|(_, line)| line.contains(['[', ']']));
        let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
        links.any(|(start, line)| {
            line.match_indices(name).any(|(found, _)| {
                let (before, behind) = (&line[..found], &line[found + name.len()..]);
                let is_whole = !before.ends_with(is_of_word) && !behind.starts_with(is_of_word);
                is_whole && !known.contains(&(start + found))
            })
        })
    }

    /// Whether a comment keeps an import of which something goes that others took through it.
    fn is_kept_for(&self, binding: usize, own: LeafId) -> bool {
        let mut takers = self.takers_of(binding);
        let at = self.names.facts.statements[own.0].leaves[own.1].at.start;
        let gone = self.uses_gone(binding).into_iter();
        let mut gone = gone.filter_map(|at| self.move_of(at));
        gone.any(|mv| self.is_kept(own, mv))
            || takers.any(|(id, _)| {
                let moving = self.moving.get(&id).map(|moving| &moving.mv.id);
                let sites = self.sites.get(&id.0).into_iter().flatten();
                let mut moves = moving.into_iter().chain(sites.map(|site| &site.move_id));
                moves.any(|it| {
                    self.suppressions
                        .names(self.names.text, at, Code::Import, it)
                })
            })
    }

    /// Whether an import that went through another one, at the word that names that, does no more.
    pub(super) fn is_written_out(&self, id: LeafId, word: usize) -> bool {
        match self.fates.get(&id) {
            Some(Fate::Become(path)) => path.kept <= word,
            Some(Fate::Drop) => true,
            _ => false,
        }
    }

    /// Whether something else goes through an import than what moves out of it: names and imports
    /// of this file, other files, macros.
    fn is_used_besides(&self, binding: usize) -> bool {
        !self.uses_left(binding).is_empty()
            || !self.leaves_left(binding).is_empty()
            || self.is_used_unseen(binding)
    }

    /// The names that go through an import and are not written out, each with the word.
    pub(super) fn uses_left(&self, binding: usize) -> Vec<(usize, usize)> {
        let uses = self.of_binding.get(&binding).into_iter().flatten();
        let stays = |&(at, word): &(usize, usize)| {
            !self.is_written_from(at, word) && !self.apart.contains(&at) && !self.is_text(at)
        };
        uses.copied().filter(stays).collect()
    }

    /// Whether a use is text: prose in a doc comment needs no import, nor does what `stringify!` shows.
    fn is_text(&self, at: usize) -> bool {
        matches!(self.uses[at].path.shape, Shape::Inline | Shape::Stringified)
    }

    /// Whether a use is written anew from before the import that it goes through.
    fn is_written_before(&self, at: usize) -> bool {
        let through = self.uses[at].reached.through;
        through.is_some_and(|(_, word)| self.is_written_from(at, word))
    }

    /// Imports that go through a binding, at the word that names it: first those of what stays.
    pub(super) fn takers_of(&self, binding: usize) -> impl Iterator<Item = (LeafId, usize)> {
        let maps = [&self.leaves_of, &self.leaving].into_iter();
        let takers = maps.filter_map(move |map| map.get(&binding));
        takers.flatten().copied()
    }

    /// The same of imports of what does not move.
    pub(super) fn leaves_left(&self, binding: usize) -> Vec<(LeafId, usize)> {
        let leaves = self.leaves_of.get(&binding).into_iter().flatten();
        let stays = |&(id, word): &(LeafId, usize)| !self.is_written_out(id, word);
        leaves.copied().filter(stays).collect()
    }

    /// What is said with the first of the uses that are written out, where their import stays for a
    /// name among the tokens of a macro alone, or in a text, which may be something else.
    pub(super) fn left_for_tokens(&self, at: usize) -> Option<String> {
        let reached = &self.uses[at].reached;
        let mut through = reached.through.iter().chain(&reached.passed);
        through.find_map(|&(binding, _)| {
            let (index, nth, statement, _) = self.names.leaf_of(binding)?;
            let written_out = self.written_out.get(&Some(binding));
            let first = written_out.and_then(|uses| uses.first().copied());
            let first = first.or_else(|| self.uses_gone(binding).first().copied());
            let is_left = first == Some(at)
                && !statement.public
                && !self.fates.contains_key(&(index, nth))
                && self.uses_left(binding).is_empty()
                && self.leaves_left(binding).is_empty();
            let why = match is_left && self.is_opaque(binding) {
                true => "the name stands among the tokens of a macro",
                false if is_left && self.is_said_in_text_alone(binding) => {
                    "the text says the name once more"
                }
                false => return None,
            };
            let name = &self.names.facts.bindings[binding].name;
            Some(format!("the import of `{name}` may be unused now: {why}"))
        })
    }

    /// Whether other files and macros go through an import.
    pub(super) fn is_used_unseen(&self, binding: usize) -> bool {
        let facts = self.names.facts;
        let bound = &facts.bindings[binding];
        let path = format!("{}::{}", self.names.module(bound.module), bound.name);
        self.names.is_of_module(binding) && self.names.project.is_rust_read(&path, self.names.file)
            || facts.in_macros.contains(&bound.name)
            || self.is_begun_in_macro(binding, &bound.name)
            || self.is_said_by_called(binding)
            || self.is_opaque(binding)
    }

    /// The import of a container moves if all that is used through it moves to one module.
    pub(super) fn move_container(&mut self, binding: usize, uses: &[usize]) -> Option<()> {
        let (index, nth, statement, leaf) = self.names.leaf_of(binding)?;
        if self.manner == Manner::Cautious
            || statement.public
            || statement.form != Form::Use
            || self.moving.contains_key(&(index, nth))
            || self.is_used_besides(binding)
            || self.names.shares_scope(statement.module) && self.names.is_of_module(binding)
        {
            return None;
        }
        if self.shares_name(binding)
            || self.is_said_besides_in(binding, uses.iter().copied())
            || self.is_contested(binding)
            || uses.iter().any(|&at| {
                self.uses[at].path.in_rules.is_some()
                    || self.uses[at].path.shape.untouchable().is_some()
            })
        {
            return None;
        }
        let mut target: Option<String> = None;
        for &at in uses {
            let it = &self.uses[at];
            let word = it.reached.moved?;
            let (_, name_word) = it.reached.through?;
            let mv = self.names.knows(&it.reached.prefixes[word])?;
            let viewer = self.names.module(it.path.module);
            let route = self.names.route_of(mv, &it.reached, word, viewer);
            if word != name_word + 1 || !matches!(route, Route::Direct) {
                return None;
            }
            mv.to.name.as_ref()?;
            match &target {
                None => target = Some(mv.to.module.clone()),
                Some(known) if *known != mv.to.module => return None,
                Some(_) => {}
            }
        }
        let target = target?;
        if !target.contains("::") {
            return None; // a crate's root needs no import
        }
        let spot = Spot {
            module: statement.module,
            at: leaf.at.start,
            in_use: true,
            leading: statement.leading.is_some(),
            words: &[],
        };
        let reached = self.names.leaf(index, nth)?;
        let (kept, tail) = self
            .names
            .spell(&target, &reached, leaf.names.len() - 1, &spot);
        let last = tail.last()?.clone();
        let kept_names = leaf.names[..kept].iter().map(|name| &*name.text);
        let is_written = kept_names
            .chain(tail.iter().map(String::as_str))
            .eq(leaf.names.iter().map(|name| &*name.text));
        if target == reached.path() && !is_written {
            return None; // it is there already, by the path of a re-export
        }
        let old = self.names.facts.bindings[binding].name.to_string();
        let uses_of: Vec<(usize, usize)> = uses
            .iter()
            .filter_map(|&at| Some((at, self.uses[at].reached.through?.1)))
            .collect();
        self.of_binding.insert(binding, uses_of);
        let mut alias = leaf.alias.as_ref().map(|alias| alias.text.to_string());
        if alias
            .as_deref()
            .is_some_and(|alias| plain(alias) == plain(&last))
        {
            alias = None;
        } else if alias.is_none() && old != plain(&last) {
            let twin = self.twin(&target, &last, (index, nth));
            let twin = twin.filter(|_| self.may_go(statement));
            let why = self.why_not(binding, &last, twin);
            match why.or_else(|| self.double(&target, &last, (index, nth), twin)) {
                Some(_) => alias = Some(self.names.written(&old)),
                None => self.rename_binding(binding, &last),
            }
        }
        let local = alias.clone().unwrap_or_else(|| plain(&last).to_owned());
        let has_twin = || self.twin(&target, &local, (index, nth)).is_some();
        let fate = match self.may_go(statement) && has_twin() {
            true => Fate::Drop,
            false => Fate::Become(Path { kept, tail, alias }),
        };
        self.settle((index, nth), target, fate);
        for &at in uses {
            let it = &self.uses[at];
            let word = it.reached.moved?;
            let mv = self.names.knows(&it.reached.prefixes[word])?;
            let site = self.site(it.path, word, mv);
            self.sites.entry(index).or_default().push(site);
            let name = &it.path.words[word];
            if plain(mv.to.last()) != &*name.text {
                let edit = Edit::replace(name.at.clone(), self.names.written(mv.to.last()));
                self.use_edits
                    .entry(Some(index))
                    .or_default()
                    .push((at, edit));
            }
        }
        Some(())
    }

    /// Writes a moved thing out where it stands.
    pub(super) fn write_out(&mut self, at: usize, through: Option<usize>) {
        let it = &self.uses[at];
        let (path, Some(word)) = (it.path, it.reached.moved) else {
            return;
        };
        let Some(mv) = self.names.knows(&it.reached.prefixes[word]) else {
            return;
        };
        if it.reached.glob.is_some() && word == 0 && !self.only_told.contains(&at) {
            return; // imported by its name instead
        }
        if let Some(reason) = path.shape.untouchable() {
            self.manual.push((at, reason.to_owned()));
            return;
        }
        let spot = Spot::of(path);
        let to = mv.to.path(Dialect::Rust);
        let (kept, tail) = self.names.spell(&to, &it.reached, word, &spot);
        self.written_from.insert(at, kept);
        let mut range = spot.range(kept, word);
        let mut new = respelled(self.names.text, &path.words[kept..=word], &tail);
        if kept == 0 {
            let parent = mv.to.name.as_ref().map(|_| mv.to.module.as_str());
            let imported = match path.shape {
                Shape::Code | Shape::Pattern | Shape::Shorthand if !path.leading => {
                    parent.and_then(|parent| self.names.imported_module(parent, &spot))
                }
                _ => None,
            };
            if it.reached.by_macro_use && self.comes_by_macro_use(mv, path)
                || it.reached.by_home && self.is_at_home(mv, path)
            {
                new = self.names.written(mv.to.last());
            } else if let Some(local) = imported {
                new = format!("{local}::{}", self.names.written(mv.to.last()));
            } else if path.leading && matches!(tail[0].as_str(), "crate" | "") {
                range.start = before_colons(self.names.text, range.start);
            }
            // `use $crate::a;` of the same body
            let statement = through.and_then(|it| self.names.leaf_of(it));
            let by_dollar = statement.is_some_and(|(_, _, it, _)| it.dollar);
            let is_rooted = path.dollar || by_dollar;
            if by_dollar && new.starts_with("crate") {
                new.insert(0, '$');
            } else if let Some(reason) = self.led_out(path.start(), is_rooted, &new, mv) {
                self.written_from.remove(&at);
                self.manual.push((at, reason));
                return;
            } else if is_rooted && !new.starts_with("crate") {
                // `$crate::a` → `::other::a`
                if path.dollar {
                    let before = self.names.text[..range.start].trim_end();
                    range.start = before.len().saturating_sub(1);
                }
                new = format!("::{}", new.trim_start_matches("::"));
            }
        }
        if path.shape == Shape::Shorthand {
            let name = &self.names.text[path.words[0].at.clone()];
            new = format!("{name}: {new}");
        }
        let edit = Edit::replace(range, new);
        let group = self.group_of(through);
        if let Some(group) = group {
            let site = self.site(path, word, mv);
            self.sites.entry(group).or_default().push(site);
        }
        self.use_edits.entry(group).or_default().push((at, edit));
    }

    /// The statement that uses through a binding belong to, if it changes for them.
    pub(super) fn group_of(&self, through: Option<usize>) -> Option<usize> {
        let (index, nth, ..) = self.names.leaf_of(through?)?;
        self.moving.contains_key(&(index, nth)).then_some(index)
    }
}

/// New names in the place of as many written ones, with all that stands between those; where the
/// number of names changes, in one row.
pub(super) fn respelled(text: &str, words: &[Word], names: &[String]) -> String {
    if words.len() != names.len() {
        return names.join("::");
    }
    let mut new = String::new();
    let mut end = words.first().map_or(0, |first| first.at.start);
    for (word, name) in words.iter().zip(names) {
        new.push_str(&text[end..word.at.start]);
        new.push_str(name);
        end = word.at.end;
    }
    new
}

/// Where the `::` before `at` begins.
fn before_colons(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end();
    before.strip_suffix("::").map_or(at, str::len)
}
