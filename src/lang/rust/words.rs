//! The words that can matter in a file: what moves, where it goes, and other names for both.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::Statement;
use super::tree::{LONGEST, plain};
use crate::plan::{Dialect, Plan, below};
use crate::project::RustPlace;

/// As many words are looked for one by one; more, by looking at every word of the text.
const FEW: usize = 12;

/// Words without `r#`.
#[derive(Debug, Default)]
pub(super) struct Words {
    of_moves: Rc<OfMoves>,
    /// Names that imports of the file give to what moves, or to what lies below it.
    given: FxHashSet<Box<str>>,
    /// Names of imports that will matter when the word before them does.
    waiting: FxHashMap<Box<str>, Vec<Box<str>>>,
    /// How many statements were looked at.
    learned: usize,
}

#[derive(Debug, Default)]
struct OfMoves {
    all: FxHashSet<Box<str>>,
    /// The last ones of the paths: what is behind them in a path lies below a moved thing.
    last: FxHashSet<Box<str>>,
    /// The modules from which and to which things move, as the file calls those that it has.
    modules: FxHashSet<Box<str>>,
}

impl Words {
    /// The words of all moves, and what their crates are called in the package.
    pub(super) fn new(plan: &Plan, place: &RustPlace) -> Self {
        let mut words = OfMoves::default();
        let own = place.path();
        for mv in plan.moves_of(Dialect::Rust) {
            for end in [&mv.from, &mv.to] {
                if end.name.is_some() && below(&end.module, &own, "::") {
                    let inner = end.module[own.len()..].trim_start_matches("::");
                    words.modules.insert(inner.into());
                }
                let names = end.module.split("::").chain(end.name.as_deref());
                words.all.extend(names.map(|name| plain(name).into()));
                words.last.insert(plain(end.last()).into());
            }
        }
        if let Some(package) = &place.package {
            for (alias, library) in &package.externs {
                if words.all.contains(library.as_str()) {
                    words.all.insert(alias.as_str().into());
                }
                if words.last.contains(library.as_str()) {
                    words.last.insert(alias.as_str().into());
                }
            }
        }
        // What leads out of a module leads elsewhere from its new place, unless it is written from
        // the crate's root.
        if let Some(moved) = plan.lookup_in(Dialect::Rust, &place.path())
            && moved.mv.with_files
        {
            words.all.extend(["super", "crate"].map(Box::from));
        }
        // What a crate becomes has no other name in its own paths.
        let mut moves = plan.moves_of(Dialect::Rust);
        if moves.any(|mv| mv.to.name.is_none() && mv.to.module == place.krate) {
            words.all.insert("crate".into());
            words.last.insert("crate".into());
        }
        Self {
            of_moves: Rc::new(words),
            ..Self::default()
        }
    }

    /// The same, and some names more.
    pub(super) fn with<'n>(
        plan: &Plan,
        place: &RustPlace,
        more: impl Iterator<Item = &'n str>,
    ) -> Self {
        let mut words = Self::new(plan, place);
        words.given.extend(more.map(Box::from));
        words
    }

    /// The words of one path.
    #[cfg(test)]
    pub(super) fn of(path: &str) -> Self {
        let mut words = OfMoves::default();
        words.all.extend(path.split("::").map(Box::from));
        words.last.extend(path.split("::").last().map(Box::from));
        Self {
            of_moves: Rc::new(words),
            ..Self::default()
        }
    }

    /// The same words, for another text.
    pub(super) fn afresh(&self) -> Self {
        Self {
            of_moves: Rc::clone(&self.of_moves),
            given: self.given.clone(),
            ..Self::default()
        }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.of_moves.all.contains(word) || self.given.contains(word)
    }

    /// Whether things move from modules of the file, or to such.
    pub(super) fn has_modules(&self) -> bool {
        !self.of_moves.modules.is_empty()
    }

    /// Whether things move from a module of the file, or to it: nothing is that of the file itself.
    pub(super) fn has_module(&self, path: &str) -> bool {
        self.of_moves.modules.contains(path)
    }

    /// Whether one of the words stands in `text`.
    pub(super) fn occur_in(&self, text: &str) -> bool {
        if self.of_moves.all.len() + self.given.len() <= FEW {
            let mut all = self.of_moves.all.iter().chain(&self.given);
            return all.any(|word| text.contains(&**word));
        }
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        text.split(|c| !is_part(c)).any(|word| self.has(word))
    }

    /// Adds the names that imports give to what matters.
    pub(super) fn grow(&mut self, statements: &[Statement]) {
        let new = statements.get(self.learned..).unwrap_or_default();
        self.learned = statements.len();
        for leaf in new.iter().flat_map(|statement| &statement.leaves) {
            if let Some(local) = leaf.local() {
                let names: Vec<&str> = leaf.names.iter().map(|name| name.plain()).collect();
                self.learn(&names, local);
            }
        }
    }

    /// Adds the name of one import.
    pub(super) fn learn(&mut self, names: &[&str], local: &str) {
        if self.has(local) || names.len() > LONGEST {
            return;
        }
        let is_below = |name: &&str| {
            let of_moves = self.of_moves.last.contains(*name);
            of_moves || self.given.contains(*name)
        };
        // What is a part of no moved path leads nowhere but below one.
        if names.last().is_some_and(|last| self.has(last)) || names.iter().any(is_below) {
            let mut open = vec![Box::from(local)];
            while let Some(local) = open.pop() {
                open.extend(self.waiting.remove(&local).unwrap_or_default());
                if !self.has(&local) {
                    self.given.insert(local);
                }
            }
            return;
        }
        for name in names {
            let waiting = self.waiting.entry((*name).into()).or_default();
            waiting.push(local.into());
        }
    }
}
