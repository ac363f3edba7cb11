//! Symbols that share their path with a module: `app:tick` beside `app/tick.py`.
//!
//! A symbol is an attribute of its module, so what lies below such a path is either an attribute of
//! the symbol or a name of the module. Which of them a path means, this tells as far as paths alone
//! can; imports tell more (`lang/python/homonyms.rs`).

use rustc_hash::FxHashSet;

use super::{Dialect, Moved, Origin, Plan, under};
use crate::plan::Move;

/// What is known of the module that shares its path with a symbol that moves.
#[derive(Debug, Clone, Default)]
pub struct Homonym {
    /// The names that the module has, with those of its submodules.
    pub names: FxHashSet<Box<str>>,
    /// It may have others, which a star or a `__getattr__` gives.
    pub is_open: bool,
}

impl Homonym {
    /// Whether the module has a name; `None` where nobody knows.
    fn has(&self, name: &str) -> Option<bool> {
        match self.names.contains(name) {
            true => Some(true),
            false => (!self.is_open).then_some(false),
        }
    }
}

impl Plan {
    /// The paths of symbols that may be those of modules: who knows the modules looks there.
    pub fn symbols(&self) -> impl Iterator<Item = &Move> {
        self.moves_of(Dialect::Python)
            .filter(|mv| mv.from.name.is_some() && !self.homonyms.contains_key(&mv.from.dotted()))
    }

    /// Takes what is known of the module whose path a symbol has.
    pub fn add_homonym(&mut self, path: String, module: Homonym) {
        self.homonyms.insert(path, module);
    }

    /// The move of a path whose first part, `module`, is known to be a module: no symbol.
    pub fn lookup_in_module(&self, module: &str, dotted: &str) -> Option<Moved<'_>> {
        self.lookup_seen(dotted, |mv| !self.is_above_module(mv, module))
    }

    /// Whether a move is that of a symbol whose path is the one of a module, or of what that lies in:
    /// so it is no move of the module.
    pub fn is_above_module(&self, mv: &Move, module: &str) -> bool {
        mv.from.name.is_some() && under(module, &mv.from.dotted()) && !self.is_renamed(mv)
    }

    /// Whether there is a module under the path of a symbol, by the files or by the moves.
    pub fn is_homonym(&self, mv: &Move) -> bool {
        if mv.from.name.is_none() {
            return false;
        }
        let path = mv.from.dotted();
        let mut moves = self.moves_of(mv.dialect);
        (self.homonyms.contains_key(&path) || moves.any(|other| under(&other.to.module, &path)))
            && !self.is_renamed(mv)
    }

    /// Whether a name behind the path of a symbol is one of the module of that path; `None` where
    /// nobody knows.
    pub fn is_of_module(&self, mv: &Move, name: &str) -> Option<bool> {
        self.homonyms.get(&mv.from.dotted())?.has(name)
    }

    /// Whether what lies behind the path of a symbol lies in the module of that path. A module whose
    /// names are not all known may have any.
    pub(super) fn is_below_module(&self, mv: &Move, rest: &str) -> bool {
        if self.homonyms.is_empty() || mv.from.name.is_none() || rest.is_empty() {
            return false;
        }
        let Some(module) = self.homonyms.get(&mv.from.dotted()) else {
            return false;
        };
        let name = rest.split('.').next().unwrap_or_default();
        module.has(name).unwrap_or(true) && !self.is_renamed(mv)
    }

    /// Whether the move is a `rename` of one that moves a module as a whole: what it names may be
    /// a module as well.
    fn is_renamed(&self, mv: &Move) -> bool {
        let mut moves = self.moves_of(mv.dialect);
        mv.origin == Origin::Manifest
            && moves.any(|other| other.id == mv.id && other.from.name.is_none())
    }
}
