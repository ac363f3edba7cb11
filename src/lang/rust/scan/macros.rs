//! Macros that `#[macro_use]` brings: the lists that name them, and the calls that no import gives;
//! and paths that macros make.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Work, finding, manual, site};
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{Binding, Bound, Form, PathRef, Word, space};
use crate::lang::rust::keys;
use crate::lang::rust::names::Reached;
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::tree::{Leaf, plain};
use crate::plan::{Dialect, Move, below, is_compilers};
use crate::project::{MacroReach, NamedInMacro, library_of};

impl Work<'_, '_> {
    /// Why nothing is done with what the tokens of a macro import: it would be written in a form
    /// that the macro may not take.
    pub(super) fn untaken(&self, index: usize) -> Option<String> {
        let (names, facts) = (self.names, self.names.facts);
        let statement = &facts.statements[index];
        if statement.form != Form::Tokens || facts.broken {
            return None;
        }
        let mut parents: Vec<Option<String>> = Vec::new();
        let (mut moves, mut takes_alias) = (false, None);
        let shared = shared_names(&statement.leaves);
        for (nth, leaf) in statement.leaves.iter().enumerate() {
            let reached = names.leaf(index, nth);
            let moved = reached.as_ref().and_then(|it| Some((it.moved?, it)));
            let moved = moved.and_then(|(at, it)| Some((at, it, names.knows(&it.prefixes[at])?)));
            let Some((at, reached, mv)) = moved else {
                parents.push(None);
                continue;
            };
            moves = true;
            let mut target = mv.to.path(Dialect::Rust);
            if !facts.exported.is_empty() {
                let spot = Spot::of_leaf(statement, leaf);
                let (kept, tail) = names.spell(&target, reached, at, &spot);
                let led_out =
                    || self.led_out(statement.keyword, statement.dollar, &tail.join("::"), mv);
                if let Some(reason) = (kept == 0).then(led_out).flatten() {
                    return Some(reason);
                }
            }
            let rest = |from: usize| leaf.names[from..].iter().map(|name| name.plain());
            for name in rest(at + 1) {
                target = format!("{target}::{name}");
            }
            let below: String = rest(shared).map(|name| format!("::{name}")).collect();
            parents.push(target.strip_suffix(&below).map(str::to_owned));
            let old = rest(at).next().unwrap_or_default();
            let is_named_so = leaf.alias.is_some() || leaf.glob || plain(mv.to.last()) == old;
            if at + 1 == leaf.names.len() && !is_named_so {
                takes_alias = Some(old);
            }
        }
        if !moves {
            return None;
        }
        if let Some(reason) = self.held_star(index) {
            return Some(reason);
        }
        let is_one = parents.windows(2).all(|two| two[0] == two[1]);
        if is_one && takes_alias.is_none() && parents.iter().all(Option::is_some) {
            return None;
        }
        if statement.keyword == statement.tree_at.start {
            let reason = "what the macro makes of this list of paths is not known";
            return Some(reason.to_owned());
        }
        if statement.follows && !is_one {
            let reason = "what stands before `use` may be a part of it, and would be lost to what \
                          leaves it";
            return Some(reason.to_owned());
        }
        let asks = |name: &&str| match self.rules().asked_by(name, names.text) {
            Some(asked) => asked.contains("use"),
            None => takes_alias.is_some() && !keys::takes_code(name),
        };
        let name = self.rules().given(statement.keyword).find(asks)?;
        Some(match takes_alias {
            Some(old) => format!("`{name}!` may not take an import with ` as {old}`"),
            None => format!("`{name}!` may not take more imports than one"),
        })
    }

    /// Why a path stays in the body of an exported macro: the new one would begin with a crate on which
    /// those who use the macro need not depend. Where a whole crate moves, they come to depend on the
    /// new one.
    pub(super) fn led_out(&self, at: usize, dollar: bool, new: &str, mv: &Move) -> Option<String> {
        let from = mv.from.path(Dialect::Rust);
        let krate = |path: &str| plain(library_of(path.trim_start_matches("::"))).to_owned();
        let (old, first) = (krate(&from), krate(new));
        let leads_out = match dollar {
            true => first != "crate",
            false => first != old && !is_compilers(&first) && from != old,
        };
        let facts = self.names.facts;
        if !leads_out || facts.exported.is_empty() {
            return None;
        }
        let mut around = self.rules().own.iter();
        let is_exported =
            around.any(|own| own.whole.contains(&at) && facts.exported.contains(own.name));
        is_exported.then(|| {
            format!(
                "`{new}` may be no crate where the exported macro is used: re-export it, and name it by `$crate`"
            )
        })
    }

    /// Why a path that a macro is given stays: the macro makes an import of it, which binds the name
    /// that changes.
    pub(super) fn bound_by_macro(&self, path: &PathRef, word: usize, mv: &Move) -> Option<String> {
        let (old, at) = (path.words.get(word)?, path.start());
        let is_bound = word + 1 == path.words.len()
            && (word > 0 || path.leading)
            && !path.shape.is_in_docs()
            && *old.text != *plain(mv.to.last());
        if !is_bound {
            return None;
        }
        let names = self.names;
        // `kit::old::MAX as M`, which binds another name.
        let behind = names.text[old.at.end..].trim_start();
        let has_alias = behind
            .strip_prefix("as")
            .is_some_and(|it| it.starts_with(char::is_whitespace));
        if has_alias {
            return None;
        }
        let rules = self.rules();
        let mut given = rules.given(at);
        let makes_import = |name: &&str| match rules.imports_given(name, names.text) {
            Some(imports) => imports,
            None => !keys::takes_code(name) && self.is_bare_without_meaning(&old.text, path.module),
        };
        let name = given.find(makes_import)?;
        Some(format!(
            "`{name}!` makes an import of it, which binds `{}`",
            old.text
        ))
    }

    /// Whether a name stands alone in a module, or begins a path there, and nothing that is known gives
    /// it a meaning.
    fn is_bare_without_meaning(&self, name: &str, module: usize) -> bool {
        if builtin::is_in_prelude(name) {
            return false;
        }
        let names = self.names;
        let package = names.place.package.as_ref();
        let is_crate = package.is_some_and(|it| it.externs.contains_key(name));
        let is_unknown = |path: &PathRef| match names.reach(path) {
            None => true,
            Some(it) => path.words.len() > 1 && it.through.is_none() && it.glob.is_none(),
        };
        let mut paths = names.facts.paths.iter();
        paths.any(|path| {
            path.module == module
                && *path.words[0].text == *name
                && (path.words.len() == 1 || !is_crate)
                && !path.leading
                && !path.dollar
                && !path.shape.is_in_docs()
                && is_unknown(path)
                && names
                    .meaning(name, path.spaces, module, path.start())
                    .is_none()
        })
    }

    /// Whether the `#[macro_use]` that brings a macro brings the new one as well.
    pub(super) fn comes_by_macro_use(&self, mv: &Move, path: &PathRef) -> bool {
        let name = plain(mv.to.last());
        let hidden = self
            .names
            .meaning(name, space::MACRO, path.module, path.start());
        self.stays_in_its_crate(mv) && hidden.is_none()
    }

    /// Whether a macro of a crate's root is in the root of the same crate afterwards, which may
    /// itself have another name then.
    fn stays_in_its_crate(&self, mv: &Move) -> bool {
        let is_root = !mv.from.module.contains("::");
        is_root && mv.to.name.is_some() && self.names.after(&mv.from.module) == mv.to.module
    }

    /// Lists of `#[macro_use(…)]`, whose names follow their macros.
    pub(super) fn macro_lists(&self) -> Vec<Finding> {
        let names = self.names;
        let mut found = Vec::new();
        for index in names.stars.giving_macros() {
            let listed = &names.facts.statements[index].listed_macros;
            let Some(krate) = names.leaf(index, 0) else {
                continue;
            };
            for (nth, word) in listed.iter().enumerate() {
                let path = format!("{}::{}", krate.path(), word.text);
                let Some(mv) = names.knows(&path) else {
                    continue;
                };
                let site = site(Code::Import, word.at.clone(), mv);
                if !self.stays_in_its_crate(mv) {
                    let reason = "it is in the root of this crate no more, from where \
                                  `#[macro_use]` takes it";
                    found.push(manual(site, reason.to_owned()));
                    continue;
                }
                let new = mv.to.last();
                let mut others = listed.iter().enumerate();
                let is_twice = others.any(|(other, it)| {
                    other != nth && (&*it.text == plain(new) || other < nth && it.text == word.text)
                });
                let edit = match is_twice {
                    true => Edit::replace(self.with_comma(listed, nth), ""),
                    false => Edit::replace(word.at.clone(), names.written(new)),
                };
                found.push(finding(vec![site], vec![edit], Confidence::Certain, None));
            }
        }
        found
    }

    /// A name of a list and the comma that goes with it.
    fn with_comma(&self, listed: &[Word], nth: usize) -> Range<usize> {
        let own = &listed[nth].at;
        let text = self.names.text;
        let behind = text[own.end..].trim_start();
        if let Some(rest) = behind.strip_prefix(',') {
            return own.start..text.len() - rest.trim_start_matches(' ').len();
        }
        let before = text[..own.start].trim_end();
        let start = before.strip_suffix(',').map_or(own.start, str::len);
        start..own.end
    }

    /// Whether a comment keeps the name in the list that gives a macro.
    pub(super) fn is_list_kept(&self, reached: &Reached, mv: &Move) -> bool {
        let names = self.names;
        reached.by_macro_use
            && names.stars.giving_macros().any(|index| {
                let listed = &names.facts.statements[index].listed_macros;
                let mut of_name = listed
                    .iter()
                    .filter(|it| &*it.text == plain(mv.from.last()));
                of_name.any(|it| {
                    let suppressions = &self.suppressions;
                    suppressions.names(names.text, it.at.start, Code::Import, &mv.id)
                })
            })
    }

    /// Whether a macro of the file begins a path with a name, and may be used where a binding is seen
    /// that is not what the name means at its place: it would mean the binding, if that had the name.
    pub(super) fn is_begun_in_macro(&self, binding: usize, name: &str) -> bool {
        self.begun_elsewhere(binding, name).next().is_some()
    }

    /// Those paths.
    fn begun_elsewhere(&self, binding: usize, name: &str) -> impl Iterator<Item = &PathRef> {
        let names = self.names;
        let target = self.target(binding).map(|to| to.path(Dialect::Rust));
        let begun = names.facts.begun_in_macros.get(name);
        begun.into_iter().flatten().filter(move |path| {
            let at = path.start();
            let meant = names.meaning(&path.words[0].text, space::TYPE, path.module, at);
            let leads = |other: usize| {
                let (index, nth, ..) = names.leaf_of(other)?;
                Some(names.leaf(index, nth)?.path().to_owned())
            };
            meant != Some(binding)
                // Both are the same.
                && (target.is_none() || meant.and_then(leads) != target)
                && self.is_expanded_in(at, &names.facts.bindings[binding])
        })
    }

    /// Whether a macro whose body has this place may be used where a binding is seen.
    pub(super) fn is_expanded_in(&self, at: usize, bound: &Binding) -> bool {
        let rules = self.rules();
        let module = self.names.module(bound.module);
        let saying = rules.saying(at);
        let is_used = |&own: &usize| match rules.reach(own, self.names.place) {
            MacroReach::Module(around) => {
                let calls = rules.calls(rules.own[own].name, &bound.visible);
                below(module, &around, "::") && !calls.is_empty()
            }
            // Macros of other files may use it.
            MacroReach::Crate | MacroReach::Everywhere => true,
        };
        saying.is_empty() || saying.iter().any(is_used)
    }

    /// Whether a macro of another file that says the name of a binding is called where that is seen.
    pub(super) fn is_said_by_called(&self, binding: usize) -> bool {
        self.said_by_called(binding).next().is_some()
    }

    /// What macros of other files say with the name of a binding, as far as they are called where that
    /// is seen.
    pub(super) fn said_by_called(&self, binding: usize) -> impl Iterator<Item = &NamedInMacro> {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let module = names.module(bound.module);
        let project = names.project;
        let said = project.rust_macros_saying(&bound.name, names.file, module);
        let others = said.filter(|(of, _)| Some(*of) != names.file);
        let others = others.map(|(_, named)| named);
        let others = others.filter(|named| self.may_call(&named.of));
        others.filter(|named| {
            let mut calls = self.rules().calls(&named.of, &bound.visible).iter();
            calls.any(|call| {
                let rules = self.rules();
                rules.leads_out(call) && rules.may_call(&named.of, call, names.text)
            })
        })
    }

    /// Imports that stay, and through which paths in bodies of macros lead to what moves, where those
    /// are used.
    pub(super) fn led_by_macros(&self) -> Vec<Finding> {
        let (names, facts) = (self.names, self.names.facts);
        let mut found = BTreeMap::new();
        for (binding, bound) in facts.bindings.iter().enumerate() {
            let Some((index, nth, _, leaf)) = names.leaf_of(binding) else {
                continue;
            };
            let id = (index, nth);
            if self.moving.contains_key(&id) || self.fates.contains_key(&id) {
                continue;
            }
            let own = self.begun_elsewhere(binding, &bound.name);
            let own = own.filter_map(|path| Some((path.in_rules.clone()?, path.below_first())));
            let others = self.said_by_called(binding);
            let others = others.map(|it| (it.of.clone(), it.below.to_string()));
            for (of, below) in own.chain(others).filter(|(_, below)| !below.is_empty()) {
                let Some(reached) = names.leaf(index, nth) else {
                    continue;
                };
                let moved = names.lookup(&format!("{}::{below}", reached.path()));
                // A module that moves is an import that does.
                let moved = moved.filter(|_| names.lookup(reached.path()).is_none());
                if let Some(moved) = moved {
                    let reason = format!(
                        "`{of}!` says `{}::{below}`, and means by it what this brings",
                        bound.name
                    );
                    let site = site(Code::Import, leaf.at.clone(), moved.mv);
                    let key = (id, moved.mv.id.clone());
                    found.entry(key).or_insert_with(|| manual(site, reason));
                }
            }
        }
        found.into_values().collect()
    }

    /// Why the call of a macro by a bare name in the body of another is not surely what moves: the
    /// name means there what it means where the other one is used.
    pub(super) fn unsure_call(&self, path: &PathRef, mv: &Move) -> Option<String> {
        let rules = path.in_rules.as_deref()?;
        let [name] = &path.words[..] else {
            return None;
        };
        if path.spaces != space::MACRO || path.leading || path.dollar {
            return None;
        }
        let facts = self.names.facts;
        if facts.exported.contains(rules) {
            let reason = format!("`{rules}!` is exported: it is what its users mean by the name");
            return Some(reason);
        }
        let other = [&*name.text, plain(mv.to.last())];
        let mut other = other.into_iter().filter(|name| {
            let bound = facts.named(name).iter();
            let mut bound = bound.map(|&it| (&facts.bindings[it], self.names.spaces(it)));
            let here = bound.any(|(it, of)| it.kind != Bound::Local && of & space::MACRO != 0);
            here || self.names.project.is_rust_imported(name)
        });
        let other = other.next()?;
        Some(format!(
            "`{rules}!` says the name, and `{other}` may be another thing where it is used"
        ))
    }
}

/// With how many names all paths of a list begin, before the last one of each.
fn shared_names(leaves: &[Leaf]) -> usize {
    let Some(first) = leaves.first() else {
        return 0;
    };
    let shared = |nth: usize| {
        let mut all = leaves.iter().map(|leaf| &leaf.names[..]);
        all.all(|names| nth + 1 < names.len() && names[nth].text == first.names[nth].text)
    };
    (0..first.names.len())
        .take_while(|nth| shared(*nth))
        .count()
}
