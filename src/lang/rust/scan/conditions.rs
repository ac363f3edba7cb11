//! Imports that code under one `#[cfg(…)]` alone would use from now on: elsewhere they would be
//! unused.

use std::collections::BTreeSet;

use super::containers::respelled;
use super::{LeafId, Manner, Work, manual, site};
use crate::edit::Edit;
use crate::finding::Code;
use crate::lang::rust::conditional::{Conditions, first_condition};
use crate::lang::rust::facts::{Bound, Shape};
use crate::lang::rust::imports::Added;
use crate::lang::rust::names::Reached;
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::split::{Fate, Path};
use crate::lang::rust::tokens::Token;
use crate::lang::rust::tree::plain;

/// What becomes of what still goes through an import.
#[derive(Default)]
struct Ways {
    /// Uses that have the name by the star of a module, which imports it from now on.
    by_star: Vec<usize>,
    /// Those stars: a statement of each.
    stars: BTreeSet<usize>,
    written_out: Vec<(usize, usize)>,
    leaves: Vec<(LeafId, Path)>,
}

impl Work<'_, '_> {
    /// What must hold for the parts of the text.
    pub(super) fn conditions(&self) -> &Conditions {
        self.names.conditions()
    }

    /// Whether nothing goes through an import any more. What code under one condition alone would
    /// use, of what was used without it as well, goes there without the import from now on.
    pub(super) fn is_left(&mut self, binding: usize, uses: &[usize], importers: &[LeafId]) -> bool {
        let stays = self.uses_left(binding);
        let leaves = self.leaves_left(binding);
        if stays.is_empty() && leaves.is_empty() || self.manner == Manner::Cautious {
            return stays.is_empty() && leaves.is_empty();
        }
        let Some((index, nth, statement, leaf)) = self.names.leaf_of(binding) else {
            return false;
        };
        let facts = self.names.facts;
        let leaf_at = |id: LeafId| facts.statements[id.0].leaves[id.1].at.start;
        let at = |at: usize| self.uses[at].path.start();
        let places = stays.iter().map(|&(it, _)| at(it));
        let places: Vec<usize> = places
            .chain(leaves.iter().map(|&(id, _)| leaf_at(id)))
            .collect();
        let shared = self.shared_conditions(&places, statement.keyword);
        let leaving = uses.iter().map(|&it| at(it));
        let leaving: Vec<usize> = leaving
            .chain(importers.iter().map(|&id| leaf_at(id)))
            .collect();
        let Some(condition) = self.condition_left(&shared, &leaving) else {
            return false;
        };
        if let Some(ways) = self.ways(binding, &condition, &stays, &leaves) {
            self.go(binding, ways);
            return true;
        }
        let mv = uses.iter().find_map(|&at| self.move_of(at));
        let mv = mv.or_else(|| Some(self.moving.get(importers.first()?)?.mv));
        let local = leaf.local().unwrap_or_default();
        let reason = format!("`{local}` is used under `#[cfg({condition})]` alone from now on");
        if let Some(mv) = mv {
            let place = facts.statements[index].leaves[nth].at.clone();
            let finding = manual(site(Code::Import, place, mv), reason);
            self.alone.push(finding);
        }
        false
    }

    /// What must hold at all of these places, and need not where their import stands.
    pub(super) fn shared_conditions(&self, places: &[usize], import: usize) -> Vec<&str> {
        // Before the first attribute that can give one there is no condition: the text need not be
        // gone through for them.
        let first = first_condition(self.names.text);
        let is_always = |&place: &usize| first.is_none_or(|first| place < first);
        if places.iter().any(is_always) {
            return Vec::new();
        }
        let conditions = self.conditions();
        let own = conditions.at(import);
        let shared = places.iter().map(|&place| conditions.at(place));
        let shared = shared.reduce(|a, b| &a & &b).unwrap_or_default();
        shared.difference(&own).copied().collect()
    }

    /// Of conditions for what uses an import from now on, the first that does not hold for all that
    /// used it besides.
    pub(super) fn condition_left(&self, shared: &[&str], leaving: &[usize]) -> Option<String> {
        let left = |condition: &&&str| {
            let mut leaving = leaving.iter();
            leaving.any(|&place| !self.conditions().at(place).contains(**condition))
        };
        shared.iter().find(left).map(|it| (*it).to_owned())
    }

    fn ways(
        &self,
        binding: usize,
        condition: &str,
        stays: &[(usize, usize)],
        leaves: &[(LeafId, usize)],
    ) -> Option<Ways> {
        let names = self.names;
        let (index, nth, ..) = names.leaf_of(binding)?;
        let target = names.leaf(index, nth)?.path().to_owned();
        if target.is_empty() || self.moving.contains_key(&(index, nth)) {
            return None;
        }
        let mut ways = Ways::default();
        for &(at, word) in stays {
            let it = &self.uses[at];
            if it.path.in_rules.is_some() || it.path.dollar {
                return None;
            }
            let star = it.reached.glob.map(|(star, _)| {
                let by_its_own = self.star_of(binding, it.path.module, condition);
                by_its_own.ok_or(names.facts.statements[star].module)
            });
            if let Some(Ok(star)) = star {
                ways.by_star.push(at);
                ways.stars.insert(star);
            } else if let Some(Err(module)) = star
                && !self.gives_more(binding, module)
            {
                return None;
            } else if matches!(it.path.shape, Shape::Code | Shape::Pattern | Shape::Tokens) {
                ways.written_out.push((at, word));
            } else {
                return None;
            }
        }
        for &(id, word) in leaves {
            let statement = &names.facts.statements[id.0];
            let leaf = &statement.leaves[id.1];
            if leaf.glob || statement.dollar || self.fates.contains_key(&id) {
                return None;
            }
            let spot = Spot {
                module: statement.module,
                at: leaf.at.start,
                in_use: true,
                leading: statement.leading.is_some(),
                words: &[],
            };
            let reached = names.leaf(id.0, id.1)?;
            let (kept, mut tail) = names.spell(&target, &reached, word, &spot);
            let rest = leaf.names[word + 1..].iter();
            tail.extend(rest.map(|name| name.text.to_string()));
            let alias = leaf.alias.as_ref().map(|alias| alias.text.to_string());
            let last = tail.last().map_or("", |last| plain(last));
            let alias = alias.or_else(|| leaf.local().map(|local| names.written(local)));
            let alias = alias.filter(|alias| plain(alias) != last);
            ways.leaves.push((id, Path { kept, tail, alias }));
        }
        Some(ways)
    }

    /// The star of a module under the condition that gives it what an import binds, if the module may
    /// import that itself, and has other things by the star.
    fn star_of(&self, binding: usize, module: usize, condition: &str) -> Option<usize> {
        let names = self.names;
        let facts = names.facts;
        let conditions = self.conditions();
        let bound = &facts.bindings[binding];
        let around = std::iter::successors(Some(module), |&it| facts.modules[it].parent);
        let below: Vec<usize> = around.take_while(|&it| it != bound.module).collect();
        let parent = names.module(bound.module);
        let mut outermost = below.into_iter().rev();
        let star = outermost.find_map(|module| {
            let body = &facts.modules[module].body;
            let is_under = conditions.at(body.start).contains(condition);
            let mut stars = names.stars.of_module(module).filter(|_| is_under);
            let star = stars.find(|star| {
                let leads = names.leaf(star.0, star.1);
                leads.is_some_and(|leads| leads.path() == parent)
            });
            Some((module, star?.0))
        });
        let (module, star) = star.filter(|_| names.is_of_module(binding))?;
        let is_free = |&other: &usize| facts.bindings[other].module != module;
        let is_free = facts.named(&bound.name).iter().all(is_free);
        (is_free && self.gives_more(binding, module)).then_some(star)
    }

    /// Whether a module says another name that the module of an import has: a star that gives
    /// nothing more would be unused.
    fn gives_more(&self, binding: usize, module: usize) -> bool {
        const DECLARE: &[&str] = &[
            "fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod",
        ];
        let facts = self.names.facts;
        let conditions = self.conditions();
        let bound = &facts.bindings[binding];
        let inside = &facts.modules[module].body;
        let said: BTreeSet<&str> = conditions
            .words(inside)
            .iter()
            .filter_map(Token::word)
            .collect();
        let around = conditions.words(&facts.modules[bound.module].body);
        let outside = around.iter().filter(|it| !inside.contains(&it.at.start));
        let outside: Vec<&Token> = outside.collect();
        let declared = outside.windows(2).filter(|two| {
            let keyword = two[0].word();
            keyword.is_some_and(|it| DECLARE.contains(&it))
        });
        let declared = declared.filter_map(|two| two[1].word());
        let imported = facts
            .bindings
            .iter()
            .filter(|it| it.module == bound.module && matches!(it.kind, Bound::Leaf { .. }));
        let imported = imported.map(|it| &*it.name);
        let mut given = declared.chain(imported);
        given.any(|name| name != &*bound.name && said.contains(name))
    }

    /// What went through an import goes its own way.
    fn go(&mut self, binding: usize, ways: Ways) {
        let names = self.names;
        let Some((index, nth, _, leaf)) = names.leaf_of(binding) else {
            return;
        };
        let Some(target) = names.leaf(index, nth).map(|it| it.path().to_owned()) else {
            return;
        };
        self.apart.extend(ways.by_star);
        for star in ways.stars {
            let statement = &names.facts.statements[star];
            let spot = Spot {
                module: statement.module,
                at: statement.tree_at.start,
                in_use: true,
                leading: false,
                words: &[],
            };
            let (_, tail) = names.spell(&target, &Reached::default(), 0, &spot);
            let last = tail.last().map_or("", |last| plain(last));
            let alias = leaf.alias.as_ref().map(|alias| alias.text.to_string());
            let alias = alias.filter(|alias| plain(alias) != last);
            self.added.entry(star).or_default().push(Added {
                path: tail,
                alias,
                visibility: None,
            });
            self.joined.push((index, star));
        }
        for (at, word) in ways.written_out {
            let it = &self.uses[at];
            let path = it.path;
            let spot = Spot::of(path);
            let (kept, tail) = names.spell(&target, &it.reached, word, &spot);
            let new = respelled(names.text, &path.words[kept..=word], &tail);
            let edit = Edit::replace(spot.range(kept, word), new);
            self.written_from.insert(at, kept);
            let edits = self.use_edits.entry(Some(index)).or_default();
            edits.push((at, edit));
        }
        for (id, path) in ways.leaves {
            self.fates.insert(id, Fate::Become(path));
            self.joined.push((index, id.0));
        }
    }
}
