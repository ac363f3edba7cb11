//! Imports among the tokens of macros: stars and modules whose names bodies of macros say, and what
//! stands outside of a macro that may put them beside it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::own::is_declared_behind;
use super::{LeafId, Work, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::rust::facts::{PathRef, Statement, Surroundings, space};
use crate::lang::rust::keys;
use crate::lang::rust::names::Reached;
use crate::lang::rust::scanner::{ITEMS, until};
use crate::lang::rust::tokens::{Base, Kind, flat};
use crate::lang::rust::tree::plain;
use crate::plan::{Dialect, Move, below};

/// Where the names are said that a star gives, by the star and the path.
type Said = BTreeMap<(LeafId, String), Vec<Range<usize>>>;

/// Why a star stays as it is.
const UNTOLD: &str = "`*` stands among the tokens of a macro, and others may read";

impl<'a> Work<'_, 'a> {
    /// The imports among tokens, with what is around them.
    fn among_tokens(&self) -> impl Iterator<Item = (usize, &'a Statement, &'a Surroundings)> {
        let facts = self.names.facts;
        let among = facts.among_tokens.iter();
        among.map(|(&index, around)| (index, &facts.statements[index], around))
    }

    /// Why nothing can be taken from an import among tokens, nor what moves be imported beside it.
    pub(super) fn unfit(&self, index: usize, beside: Option<&Move>) -> Option<String> {
        let (names, facts) = (self.names, self.names.facts);
        let around = facts.among_tokens.get(&index)?;
        let at = facts.statements[index].keyword;
        if !around.is_plain {
            let reason = "what stands before an import in a macro may not hold for two";
            return Some(reason.to_owned());
        }
        if around.in_rules && !around.is_block {
            let reason =
                "a macro may put it twice into a scope, where two imports of a name are an error";
            return Some(reason.to_owned());
        }
        let leads_out = |mv: &&Move| !below(&mv.to.module, &names.place.krate, "::");
        let is_own = facts.statements[index].dollar;
        if let Some(mv) = beside.filter(|mv| is_own && leads_out(mv)) {
            let to = mv.to.path(Dialect::Rust);
            return Some(format!("`$crate` does not lead to `{to}`"));
        }
        let old = beside.map(|mv| (plain(mv.from.last()), plain(mv.to.last())));
        let takes_alias = old.filter(|(old, new)| old != new);
        let may_refuse = |name: &&str| match self.rules().asked_by(name, names.text) {
            Some(asked) => asked.contains("use"),
            None => takes_alias.is_some() && !keys::takes_code(name),
        };
        let name = self.rules().given(at).find(may_refuse)?;
        Some(match takes_alias {
            Some((old, _)) => format!("`{name}!` may not take an import with ` as {old}`"),
            None => format!("`{name}!` may not take more imports than one"),
        })
    }

    /// Why a star among tokens that moves stays: names come by it whose uses nobody can edit.
    pub(super) fn held_star(&self, index: usize) -> Option<String> {
        let statement = &self.names.facts.statements[index];
        let stars = statement.leaves.iter().enumerate();
        let mut stars = stars.filter(|(_, leaf)| leaf.glob).peekable();
        if !self.names.facts.among_tokens.contains_key(&index) || stars.peek().is_none() {
            return None;
        }
        let gone = stars.flat_map(|(nth, _)| self.gone_from((index, nth)));
        let is_said = |mv: &&Move| {
            let name = plain(mv.from.last());
            let mut words = self.rules().words.iter();
            words.any(|&(word, ..)| word == name)
        };
        let mut held = gone.filter(is_said).filter_map(|mv| {
            let reason = self.unfit(index, Some(mv))?;
            Some(stays(mv, &reason))
        });
        held.next()
    }

    /// What has left the module of a star, or is called otherwise there.
    fn gone_from(&self, star: LeafId) -> impl Iterator<Item = &'a Move> {
        let names = self.names;
        let reached = names.leaf(star.0, star.1);
        let module = reached.as_deref().map_or("", Reached::path).to_owned();
        let after = names.after(&module);
        let moves = names.plan.moves_of(Dialect::Rust);
        moves.filter(move |mv| {
            let stays = mv.to.module == after && plain(mv.from.last()) == plain(mv.to.last());
            mv.from.module == module && mv.from.name.is_some() && !stays
        })
    }

    /// Names that come by stars among tokens, and are said where nothing reads them as paths: in bodies
    /// of macros, and around a macro that may put the star beside them.
    pub(super) fn taken_among_tokens(&self) -> Said {
        let mut said = Said::new();
        for (index, statement, around) in self.among_tokens() {
            for (nth, _) in (statement.leaves.iter().enumerate()).filter(|(_, it)| it.glob) {
                for mv in self.gone_from((index, nth)) {
                    let name = plain(mv.from.last());
                    if self.is_beside(name, around) {
                        continue;
                    }
                    let in_body = around.in_rules.then(|| self.said_in_body(name, statement));
                    let in_block = around.in_rules && around.is_block;
                    let given = in_block.then(|| self.given_to_body(name, statement));
                    let outside =
                        (!around.is_block).then(|| self.read_outside(name, statement, around));
                    let outside = outside.into_iter().flatten();
                    let outside = outside.map(|it| it.words[0].at.clone());
                    let places: Vec<_> = {
                        let inside = [in_body, given].into_iter().flatten().flatten();
                        inside.chain(outside).collect()
                    };
                    if !places.is_empty() {
                        let key = ((index, nth), mv.from.path(Dialect::Rust));
                        said.entry(key).or_default().extend(places);
                    }
                }
            }
        }
        said
    }

    /// Whether an import that stands beside one among tokens has the name.
    fn is_beside(&self, name: &str, around: &Surroundings) -> bool {
        let mut beside = self.among_tokens().filter(|it| it.2.scope == around.scope);
        beside.any(|(_, it, _)| it.leaves.iter().any(|leaf| leaf.local() == Some(name)))
    }

    /// Where the body of a macro says a name alone that comes by a star of its own.
    fn said_in_body(&self, name: &str, statement: &Statement) -> Vec<Range<usize>> {
        let text = self.names.text;
        let said = self.names.facts.named_in.iter();
        let places = said.filter(|it| &*it.name == name && statement.visible.contains(&it.at));
        let places = places.filter(|it| {
            let behind = text[it.at..].trim_start_matches("r#");
            let behind = behind[name.len()..].trim_start();
            let is_field = behind.starts_with(':') && !behind.starts_with("::");
            !is_field && !is_declared_behind(text, it.at)
        });
        places.map(|it| it.at..it.at + name.len()).collect()
    }

    /// Where a macro with a star in a block of its body is given a name that nothing else gives: it may
    /// put that into the block.
    fn given_to_body(&self, name: &str, statement: &Statement) -> Vec<Range<usize>> {
        let (names, facts, rules) = (self.names, self.names.facts, self.rules());
        let saying = rules.saying(statement.keyword);
        let is_given = |at: usize| {
            let mut given = rules.given(at);
            given.any(|of| saying.iter().any(|&own| rules.own[own].name == of))
        };
        let paths = self.paths_with(name).iter().map(|&it| &facts.paths[it]);
        let paths = paths.chain(facts.opaque.get(name).into_iter().flatten());
        let paths = paths.filter(|path| {
            let at = path.start();
            let meant = || names.meaning(&path.words[0].text, path.spaces, path.module, at);
            let leads = |it: Rc<Reached>| it.through.is_some() || it.glob.is_some();
            !path.leading
                && !path.dollar
                && path.words[0].text.as_ref() == name
                && is_given(at)
                && meant().is_none()
                && !names.reach(path).is_some_and(leads)
        });
        paths.map(|path| path.words[0].at.clone()).collect()
    }

    /// Whether what sees a star in the body of a macro declares a name itself.
    pub(super) fn declares_itself(&self, statement: &Statement, name: &str) -> bool {
        let text = &self.names.text[statement.visible.clone()];
        let tokens = flat(text.parse().unwrap_or_default(), Base::new(0));
        let mut at = 0;
        while at < tokens.len() {
            let is_item = tokens[at].word().is_some_and(|it| ITEMS.contains(&it));
            let declared = tokens.get(at + 1).and_then(|it| it.word());
            if is_item && declared.map(plain) == Some(name) {
                return true;
            }
            at += match tokens[at].kind {
                Kind::Open(_) => 2 + until(&tokens[at + 1..], |it| matches!(it, Kind::Close(_))),
                _ => 1,
            };
        }
        false
    }

    /// Paths behind a name that nothing gives which is known, around a macro with an import: the macro
    /// may put that beside them.
    fn read_outside(
        &self,
        name: &str,
        statement: &Statement,
        around: &Surroundings,
    ) -> impl Iterator<Item = &'a PathRef> {
        let names = self.names;
        let paths = self.paths_outside(name, statement, around);
        paths.filter(move |path| {
            let at = path.start();
            let meant = || names.meaning(&path.words[0].text, path.spaces, path.module, at);
            let leads = |it: Rc<Reached>| it.through.is_some() || it.glob.is_some();
            meant().is_none() && !names.reach(path).is_some_and(leads)
        })
    }

    /// The same behind a name that an import around the macro has as well, if that leads out of all that is
    /// known: it may bring a value, which hides no module, or be hidden itself.
    fn read_past(
        &self,
        name: &str,
        statement: &Statement,
        around: &Surroundings,
    ) -> impl Iterator<Item = &'a PathRef> {
        let (names, facts, at) = (self.names, self.names.facts, statement.keyword);
        let paths = self.paths_outside(name, statement, around);
        paths.filter(move |path| {
            let first = &path.words[0].text;
            let meant = names.meaning(first, space::TYPE, path.module, path.start());
            let is_around = |binding: usize| {
                let visible = &facts.bindings[binding].visible;
                names.leaf_of(binding).is_some() && visible.contains(&at)
            };
            let is_unknown = |it: Rc<Reached>| it.moved.is_none() && !names.is_told(it.path());
            path.words.len() > 1
                && meant.is_some_and(is_around)
                && names.reach(path).is_some_and(is_unknown)
        })
    }

    /// Paths that begin with a name around a macro with an import.
    fn paths_outside(
        &self,
        name: &str,
        statement: &Statement,
        around: &Surroundings,
    ) -> impl Iterator<Item = &'a PathRef> {
        let (names, facts) = (self.names, self.names.facts);
        let package = names.place.package.as_ref();
        let is_crate = package.is_some_and(|it| it.externs.contains_key(name));
        let known = if is_crate {
            &[][..]
        } else {
            self.paths_with(name)
        };
        let paths = known.iter().map(|&it| &facts.paths[it]);
        let (module, inside) = (statement.module, statement.visible.clone());
        // What a macro of the text gives is there where that is called.
        let rules = around.in_rules.then(|| self.rules());
        let saying = rules.map_or_else(Vec::new, |it| it.saying(statement.keyword));
        let is_there = move |path: &PathRef| match rules {
            None => path.module == module,
            Some(rules) => {
                let body = &facts.modules[path.module].body;
                let mut saying = saying.iter().map(|&own| rules.own[own].name);
                path.in_rules.is_none() && saying.any(|of| !rules.calls(of, body).is_empty())
            }
        };
        paths.filter(move |path| {
            let at = path.start();
            let is_plain = !path.leading && !path.dollar && !path.shape.is_in_docs();
            is_there(path) && is_plain && !inside.contains(&at)
        })
    }

    /// A star that stays for all that comes by it, and those who read that.
    pub(super) fn leave_star(
        &mut self,
        star: LeafId,
        mv: &Move,
        (uses, said): (&[usize], &[Range<usize>]),
        reason: &str,
    ) {
        let facts = self.names.facts;
        let statement = &facts.statements[star.0];
        let by_star = format!("it comes by a `*` that stays: {reason}");
        let leaf = statement.leaves[star.1].at.clone();
        let leaf = manual(site(Code::Import, leaf, mv), stays(mv, reason));
        let given = facts
            .opaque
            .get(plain(mv.from.last()))
            .into_iter()
            .flatten();
        let given = given.map(|path| path.words[0].at.clone());
        let given = given.filter(|at| statement.visible.contains(&at.start));
        let uses = uses
            .iter()
            .map(|&at| self.uses[at].path.words[0].at.clone());
        let places: Vec<_> = said.iter().cloned().chain(given).chain(uses).collect();
        let places = places.into_iter();
        let said = places.map(|at| manual(site(Code::Usage, at, mv), by_star.clone()));
        for finding in [leaf].into_iter().chain(said) {
            // Several stars may give one name.
            let is_told = |it: &Finding| it.sites[0].range == finding.sites[0].range;
            if !self.left.iter().any(is_told) {
                self.left.push(finding);
            }
        }
    }

    /// Stars among tokens that others see, and modules that are read around a macro which may put their
    /// import there.
    pub(super) fn unread_among_tokens(&self) -> Vec<Finding> {
        let names = self.names;
        let mut found = Vec::new();
        for (index, statement, around) in self.among_tokens() {
            for (nth, leaf) in statement.leaves.iter().enumerate() {
                let id = (index, nth);
                let mut gone = self.gone_from(id);
                let is_told = |mv: &&Move| {
                    let key = (id, mv.from.path(Dialect::Rust));
                    self.given.contains(&key) || mv.may_be_unnamed()
                };
                if leaf.glob {
                    let untold = gone.find(|it| statement.public && !is_told(it));
                    let place = || leaf.at.clone();
                    found.extend(untold.map(|mv| {
                        let reason = format!("{UNTOLD} `{}` by it", mv.from.last());
                        manual(site(Code::Import, place(), mv), reason)
                    }));
                    continue;
                }
                let local = leaf.local().filter(|_| !around.is_block);
                let (Some(local), Some(reached)) = (local, names.leaf(index, nth)) else {
                    continue;
                };
                // Of what is an item all paths are known that lead there.
                let is_item = around.below.is_some();
                let outside = (!is_item).then(|| self.read_outside(local, statement, around));
                let past = self.read_past(local, statement, around);
                for path in outside.into_iter().flatten().chain(past) {
                    let read = format!("{}::{}", reached.path(), path.below_first());
                    let moved = names.lookup(&read).filter(|_| path.words.len() > 1);
                    // A module that moves is an import that does.
                    let moved = moved.filter(|_| names.lookup(reached.path()).is_none());
                    found.extend(moved.map(|moved| {
                        let end = path.words.last().map_or(0, |it| it.at.end);
                        let place = site(Code::Usage, path.start()..end, moved.mv);
                        let reason =
                            format!("`{local}` is what a macro imports, as far as it does");
                        manual(place, reason)
                    }));
                }
            }
        }
        found
    }

    /// Whether names are read around a macro that may put its import of them there.
    pub(super) fn is_read_outside(&self, index: usize, name: &str) -> bool {
        let facts = self.names.facts;
        let around = facts.among_tokens.get(&index).filter(|it| !it.is_block);
        let statement = &facts.statements[index];
        around.is_some_and(|it| self.read_outside(name, statement, it).next().is_some())
    }
}

/// Why a star that gives what moves stays.
fn stays(mv: &Move, reason: &str) -> String {
    format!("`{}` comes by `*`, and stays: {reason}", mv.from.last())
}
