//! Stars of one scope by which one thing comes: one of them gets the import of its name, and two would
//! be one too many.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::globs::Wanted;
use super::{LeafId, Work};
use crate::lang::rust::conditions::are_apart;
use crate::lang::rust::facts::Form;
use crate::plan::{Dialect, Move, split_last};

/// Who reads what comes by stars, and for whom it stays with its star.
pub(super) struct Shared {
    pub(super) wanted: BTreeMap<(LeafId, String), Wanted>,
    pub(super) left: Vec<((LeafId, String), Wanted)>,
}

impl Work<'_, '_> {
    /// What each star is asked for, where others of its scope give the same: the one that is seen by
    /// all who see the others, and there wherever they are, is asked for all of it. Where there is none,
    /// and only one of them is there at a time, each one that somebody may need is asked for it.
    pub(super) fn shared_by_stars(&mut self, wanted: BTreeMap<(LeafId, String), Wanted>) -> Shared {
        let statements = &self.names.facts.statements;
        let mut scopes: BTreeMap<_, Vec<LeafId>> = BTreeMap::new();
        let by_use = wanted.keys();
        let by_use = by_use.filter(|(star, _)| statements[star.0].form == Form::Use);
        for (star, from) in by_use {
            let it = &statements[star.0];
            let scope = (it.module, it.visible.start, it.visible.end);
            scopes.entry((scope, from.clone())).or_default().push(*star);
        }
        let mut shared = Shared {
            wanted,
            left: Vec::new(),
        };
        for ((_, from), asked) in scopes {
            let is_missed = asked
                .iter()
                .any(|&star| self.is_missed(star, &shared.wanted[&(star, from.clone())]));
            let needed = match is_missed {
                true => self.giving(asked[0], &from),
                false => asked.clone(),
            };
            if needed.len() < 2 {
                continue;
            }
            let first = self.first_of(&asked, &needed);
            let are_alternatives = needed.iter().enumerate().all(|(nth, &one)| {
                let mut others = needed[nth + 1..].iter();
                others.all(|&other| self.are_apart(one, other))
            });
            let key = |star| (star, from.clone());
            if first.is_none() && are_alternatives {
                for &star in needed.iter().filter(|_| is_missed) {
                    let wanted = shared.wanted.entry(key(star)).or_default();
                    wanted.is_missed = true;
                }
                continue;
            }
            for star in asked.into_iter().filter(|star| Some(*star) != first) {
                let Some(own) = shared.wanted.remove(&key(star)) else {
                    continue;
                };
                match first {
                    Some(first) => {
                        self.given.insert(key(star));
                        self.relieved.entry(star).or_default();
                        self.joined.push((first.0, star.0));
                        shared.wanted.entry(key(first)).or_default().join(own);
                    }
                    None => shared.left.push((key(star), own)),
                }
            }
        }
        shared
    }

    /// Whether somebody reads what a star gives where the star may be missing.
    fn is_missed(&self, star: LeafId, wanted: &Wanted) -> bool {
        let names = self.names;
        let asked = names.asked_for_star(star);
        let read = wanted.uses.iter().map(|&at| self.uses[at].path);
        let mut read = read.filter(|path| !path.shape.is_in_docs());
        !asked.is_empty() && read.any(|path| !names.holds_at(path.start(), asked))
    }

    /// The stars of a star's scope that give what moved.
    fn giving(&self, star: LeafId, from: &str) -> Vec<LeafId> {
        let names = self.names;
        let (_, name) = split_last(from, "::");
        let gives = |star: LeafId| {
            let given = names.given(star, name, 0, &mut FxHashSet::default());
            given.is_some_and(|(path, _)| path == from)
        };
        let beside = self.stars_beside(star);
        beside.into_iter().filter(|&it| gives(it)).collect()
    }

    /// The stars of a star's scope.
    fn stars_beside(&self, star: LeafId) -> Vec<LeafId> {
        let names = self.names;
        let statements = &names.facts.statements;
        let own = &statements[star.0];
        let scope = names.stars.scope(own.module, own.keyword);
        let stars = scope.into_iter().flat_map(|it| names.stars.around(it));
        let stars = stars.take_while(|it| statements[it.0].visible == own.visible);
        let by_use = stars.filter(|it| statements[it.0].form == Form::Use);
        by_use.collect()
    }

    /// Of stars in one scope, the one that is seen by all who see those which are asked for something,
    /// and there wherever one is that is needed.
    fn first_of(&self, asked: &[LeafId], needed: &[LeafId]) -> Option<LeafId> {
        let names = self.names;
        let reach = |star: LeafId| {
            // Where nobody else sees a star, its module is the limit, which is below all others.
            let limit = names.limit_of(&names.facts.statements[star.0]);
            limit.map_or(0, |limit| limit.len())
        };
        let is_there_with = |one: LeafId, other: LeafId| {
            let [conditions, others] = [one, other].map(|it| names.asked_for_star(it));
            conditions.iter().all(|it| others.contains(it))
        };
        let mut all = asked.iter().chain(needed).copied();
        all.find(|&one| {
            asked.iter().all(|&other| reach(one) <= reach(other))
                && needed.iter().all(|&other| is_there_with(one, other))
        })
    }

    /// Whether two stars are never there together.
    fn are_apart(&self, one: LeafId, other: LeafId) -> bool {
        let [one, other] = [one, other].map(|it| self.names.asked_for_star(it));
        are_apart(one, other)
    }

    /// Notes that the import beside a star brings a trait for those as well that have it by another star
    /// of the scope, which is there only where this one is.
    pub(super) fn spare_others(&mut self, star: LeafId, mv: &Move) {
        let names = self.names;
        if !mv.may_be_unnamed() {
            return;
        }
        let others = self.stars_beside(star).into_iter().filter(|&other| {
            let reached = names.leaf(other.0, other.1);
            let pair = [star, other];
            reached.is_some_and(|it| it.path() == mv.from.module)
                && self.first_of(&pair, &pair) == Some(star)
        });
        let others: Vec<LeafId> = others.collect();
        let from = mv.from.path(Dialect::Rust);
        let spared = others.into_iter().map(|other| (other, from.clone()));
        self.given.extend(spared);
    }
}
