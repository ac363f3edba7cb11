//! Paths that lead with `super` out of a module whose files move: written from the crate's root they
//! are right before the files move, and afterwards.

use super::{Work, finding, manual, site};
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::facts::{PathRef, Shape, Word};
use crate::lang::rust::names::{Names, Reached};
use crate::lang::rust::read::words_of;
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::split::{Fate, Path};
use crate::plan::{Dialect, Move};

/// Why a path stays that leads elsewhere from the module's new place.
const LEADS_ELSEWHERE: &str = "it leads elsewhere once the module's files have moved";

impl<'a> Names<'a> {
    /// The move that takes a module's files away from where a path's `super` leads out of what moves.
    pub(in crate::lang::rust) fn left_by(&self, words: &[Word], module: usize) -> Option<&'a Move> {
        let own = self.module(module);
        let moved = self.lookup(own).filter(|moved| moved.mv.with_files)?;
        let to = moved.mv.to.path(Dialect::Rust);
        let is_same_crate = to.split("::").next() == own.split("::").next();
        let count = leading(words)
            .iter()
            .filter(|word| &*word.text == "super")
            .count();
        if count == 0 || !is_same_crate {
            return None;
        }
        let target = self.after(above(own, count)?);
        let goes_along = above(&moved.dotted(), count) == Some(target.as_str());
        (!goes_along).then_some(moved.mv)
    }
}

/// The words `self` and `super` that a path begins with.
fn leading(words: &[Word]) -> &[Word] {
    let is_relative = |word: &Word| matches!(&*word.text, "self" | "super");
    let count = words.iter().take_while(|word| is_relative(word)).count();
    &words[..count]
}

/// The module so many levels above one.
fn above(path: &str, levels: usize) -> Option<&str> {
    (0..levels).try_fold(path, |path, _| Some(path.rsplit_once("::")?.0))
}

impl Work<'_, '_> {
    /// Imports that lead out of a module whose files move.
    pub(super) fn decide_relative(&mut self) {
        let names = self.names;
        for (index, statement) in names.facts.statements.iter().enumerate() {
            for (nth, leaf) in statement.leaves.iter().enumerate() {
                let Some(reached) = names.leaf(index, nth).filter(|it| it.leads_out) else {
                    continue;
                };
                let words = words_of(&leaf.names);
                let Some(mv) = names.left_by(&words, statement.module) else {
                    continue;
                };
                if self.fates.contains_key(&(index, nth)) {
                    continue;
                }
                let relative = leading(&words).len();
                let rest = &words[relative..];
                let rest = match rest {
                    [rest @ .., last] if &*last.text == "self" => rest,
                    rest => rest,
                };
                // Behind `super::{` stands a `self` of its own.
                let base = reached.prefixes.get(relative.saturating_sub(1));
                let mut target = base.cloned().unwrap_or_default();
                for word in rest {
                    target = format!("{target}::{}", word.text);
                }
                let spot = Spot {
                    module: statement.module,
                    at: leaf.at.start,
                    in_use: true,
                    leading: false,
                    words: &[],
                };
                let (kept, tail) = names.spell(&target, &reached, words.len(), &spot);
                let alias = leaf.alias.as_ref().map(|alias| alias.text.to_string());
                let path = Path { kept, tail, alias };
                self.fates.insert((index, nth), Fate::Become(path));
                let site = site(Code::Import, leaf.at.clone(), mv);
                self.sites.entry(index).or_default().push(site);
            }
        }
    }

    /// Other paths that do.
    pub(super) fn relative_paths(&self) -> Vec<Finding> {
        let names = self.names;
        let paths = names.facts.paths.iter().filter_map(|path| {
            let reached = names.reach(path).filter(|it| it.leads_out)?;
            let mv = names.left_by(&path.words, path.module)?;
            // What moves is written out from the root already.
            let is_written = reached.moved.is_some();
            (!is_written).then(|| self.relative_path(path, &reached, mv))
        });
        paths.collect()
    }

    fn relative_path(&self, path: &PathRef, reached: &Reached, mv: &Move) -> Finding {
        let names = self.names;
        let relative = leading(&path.words);
        let last = relative.len() - 1;
        let site = self.site(path, path.words.len() - 1, mv);
        let base = reached.prefixes.get(last).map_or("", String::as_str);
        let is_whole = relative.len() == path.words.len();
        let stays = path.in_rules.is_some() || path.shape.untouchable().is_some();
        // `pub(super)` is `pub(crate)` below the root, and nothing that can be said elsewhere.
        if stays || base.is_empty() || is_whole && base != names.place.krate {
            return manual(site, LEADS_ELSEWHERE.to_owned());
        }
        let spot = Spot {
            module: path.module,
            at: path.start(),
            in_use: is_whole,
            leading: false,
            words: &path.words,
        };
        let (_, tail) = names.spell(base, reached, last, &spot);
        let new = match is_whole {
            true => "crate".to_owned(),
            false => tail.join("::"),
        };
        let edit = Edit::replace(spot.range(0, last), new);
        let confidence = match path.shape {
            Shape::Inline => Confidence::Likely,
            _ => Confidence::Certain,
        };
        finding(vec![site], vec![edit], confidence, None)
    }
}
