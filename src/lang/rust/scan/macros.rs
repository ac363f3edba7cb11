//! Macros that `#[macro_use]` brings: the lists that name them, and the calls that no import gives;
//! and paths that macros make.

use super::{Work, finding, manual, site};
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::facts::{Bound, Form, PathRef, Word, space};
use crate::lang::rust::keys;
use crate::lang::rust::names::Reached;
use crate::lang::rust::tree::{Leaf, plain, written};
use crate::plan::{Dialect, Move};

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
            let moved = moved.and_then(|(at, it)| Some((at, names.knows(&it.prefixes[at])?)));
            let Some((at, mv)) = moved else {
                parents.push(None);
                continue;
            };
            moves = true;
            let rest = |from: usize| leaf.names[from..].iter().map(|name| name.plain());
            let mut target = mv.to.path(Dialect::Rust);
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
        let is_one = parents.windows(2).all(|two| two[0] == two[1]);
        if is_one && takes_alias.is_none() && parents.iter().all(Option::is_some) {
            return None;
        }
        if statement.keyword == statement.tree_at.start {
            let reason = "what the macro makes of this list of paths is not known";
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
                    false => Edit::replace(word.at.clone(), written(new)),
                };
                found.push(finding(vec![site], vec![edit], Confidence::Certain, None));
            }
        }
        found
    }

    /// A name of a list and the comma that goes with it.
    fn with_comma(&self, listed: &[Word], nth: usize) -> std::ops::Range<usize> {
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
