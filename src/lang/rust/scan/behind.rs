//! Members that move and are named behind a type that no path leads through: `<Color>::Red`,
//! `Self::Red`, and `C::Red` of a `type C = Color`, which may stand in another file.

use rustc_hash::FxHashSet;

use super::{Work, finding, manual, site};
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::facts::{PathRef, Shape, space};
use crate::lang::rust::tree::plain;
use crate::plan::Move;

impl Work<'_, '_> {
    /// What becomes of such members: one that only takes another name is renamed.
    pub(super) fn behind_types(&self) -> Vec<Finding> {
        let facts = self.names.facts;
        let behind = facts.behind_types.iter().cloned();
        let by_alias = facts
            .paths
            .iter()
            .filter_map(|path| self.through_alias(path));
        let findings = behind
            .chain(by_alias)
            .filter_map(|path| self.behind_type(&path));
        let elsewhere = facts.paths.iter().chain(&facts.behind_types);
        let elsewhere = elsewhere.filter_map(|path| self.behind_alias_of_others(path));
        let mut found: Vec<Finding> = findings.chain(elsewhere).collect();
        let mut seen = FxHashSet::default();
        found.retain(|it| seen.insert(it.start()));
        found
    }

    /// What becomes of a member that is named by another name of its type, which a module gives it:
    /// `use crate::C; C::Red`.
    fn behind_alias_of_others(&self, path: &PathRef) -> Option<Finding> {
        let names = self.names;
        let last = path.words.len().checked_sub(1).filter(|&last| last > 0)?;
        if path.shape == Shape::Inline {
            return None;
        }
        let reached = names.reach(path);
        if reached.as_ref().is_some_and(|it| it.moved.is_some()) {
            return None;
        }
        let ty = names.type_by_alias(path, reached.as_deref())?;
        let mv = names.knows(&format!("{ty}::{}", path.words[last].text))?;
        let at = &path.words[last].at;
        let is_rooted = path.dollar || matches!(&*path.words[0].text, "crate");
        if path.in_rules.is_some() && !is_rooted {
            let site = site(Code::Usage, at.clone(), mv);
            let reason = "a macro says it behind another name of the type, and means by that what it is where it is used";
            return Some(manual(site, reason.to_owned()));
        }
        self.member(path, mv, &names.after(&ty))
    }

    /// A path that begins with another name of a type, as one that begins with that type.
    fn through_alias(&self, path: &PathRef) -> Option<PathRef> {
        let names = self.names;
        let [first, member] = &path.words[..] else {
            return None;
        };
        let start = path.start();
        let aliases = names.facts.aliases.iter().filter(|alias| {
            alias.name == first.text
                && alias.path.module == path.module
                && alias.visible.contains(&start)
        });
        let alias = aliases.min_by_key(|alias| alias.visible.len())?;
        if path.leading || path.in_rules.is_some() || path.shape.is_in_docs() {
            return None;
        }
        // A nearer thing of the name is meant.
        let meant = names.meaning(&first.text, space::TYPE, path.module, start);
        let is_nearer = |it: usize| {
            let size = names.facts.bindings[it].visible.len();
            size < alias.visible.len()
        };
        if meant.is_some_and(is_nearer) {
            return None;
        }
        let mut through = alias.path.clone();
        through.words.push(member.clone());
        through.spaces = path.spaces;
        Some(through)
    }

    fn behind_type(&self, path: &PathRef) -> Option<Finding> {
        let names = self.names;
        let reached = names.reach(path)?;
        let last = path.words.len() - 1;
        let word = reached.moved.filter(|&word| word == last)?;
        let mv = names.knows(&reached.prefixes[word])?;
        if names.holds(path.module, mv) {
            return None;
        }
        self.member(path, mv, &names.after(&reached.prefixes[last - 1]))
    }

    /// What becomes of the last name of a path, which is a member of a type and moves.
    fn member(&self, path: &PathRef, mv: &Move, ty: &str) -> Option<Finding> {
        let at = path.words.last()?.at.clone();
        let site = site(Code::Usage, at.clone(), mv);
        let is_renamed = mv.to.name.is_some() && ty == mv.to.module;
        if !is_renamed {
            let reason = format!(
                "it is named behind a type, and leaves that for `{}`",
                mv.to.module
            );
            return Some(manual(site, reason));
        }
        if plain(mv.from.last()) == plain(mv.to.last()) {
            return None;
        }
        let edit = Edit::replace(at, self.names.written(mv.to.last()));
        Some(finding(vec![site], vec![edit], Confidence::Certain, None))
    }
}
