//! Imports of all names of a module, by where they are seen.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::facts::{Facts, Form};
use super::nearest::Nearest;

/// As many stars of one scope are looked into: more are in no file that anyone wrote.
const MOST: usize = 256;

/// How many scopes around a place are looked at.
const DEEPEST: usize = 64;

/// A star: its statement and leaf.
type Star = (usize, usize);

/// What the stars of a scope give for a name: how much of the text sees the star, the path, and the
/// star that takes it from where it is.
type Given = Option<(usize, (String, Star))>;

/// A part of a module with stars of its own.
struct Scope {
    /// The next one around it.
    outer: Option<usize>,
    stars: Vec<Star>,
}

/// The stars of a file.
pub(super) struct Stars {
    scopes: Vec<Scope>,
    /// The scopes of each module, by their places.
    by_place: FxHashMap<usize, Nearest>,
    /// The scopes that are whole modules.
    whole: FxHashMap<usize, usize>,
    giving_macros: Vec<usize>,
    known: RefCell<FxHashMap<usize, FxHashMap<Box<str>, Given>>>,
}

impl Stars {
    pub(super) fn new(facts: &Facts) -> Self {
        let mut scopes: Vec<Scope> = Vec::new();
        let mut ranges: FxHashMap<usize, Vec<_>> = FxHashMap::default();
        let mut numbers: FxHashMap<(usize, usize, usize), usize> = FxHashMap::default();
        let mut whole = FxHashMap::default();
        for (index, statement) in facts.statements.iter().enumerate() {
            let (module, visible) = (statement.module, &statement.visible);
            for (nth, _) in statement
                .leaves
                .iter()
                .enumerate()
                .filter(|(_, it)| it.glob)
            {
                let key = (module, visible.start, visible.end);
                let number = *numbers.entry(key).or_insert_with(|| {
                    let number = scopes.len();
                    let stars = Vec::new();
                    scopes.push(Scope { outer: None, stars });
                    ranges
                        .entry(module)
                        .or_default()
                        .push((visible.clone(), false, number));
                    if *visible == facts.modules[module].body {
                        whole.insert(module, number);
                    }
                    number
                });
                let stars = &mut scopes[number].stars;
                if stars.len() < MOST {
                    stars.push((index, nth));
                }
            }
        }
        for of_module in ranges.values_mut() {
            // What is open when a scope begins is around it.
            of_module.sort_by_key(|(range, _, _)| (range.start, std::cmp::Reverse(range.end)));
            let mut open: Vec<(usize, usize)> = Vec::new();
            for (range, _, number) in of_module {
                while open.last().is_some_and(|(end, _)| *end < range.end) {
                    open.pop();
                }
                scopes[*number].outer = open.last().map(|(_, outer)| *outer);
                open.push((range.end, *number));
            }
        }
        let by_place = ranges
            .into_iter()
            .map(|(module, ranges)| (module, Nearest::new(ranges)));
        let statements = facts.statements.iter().enumerate();
        let giving = statements.filter(|(_, it)| it.form == Form::ExternCrate && it.gives_macros);
        Self {
            scopes,
            by_place: by_place.collect(),
            whole,
            giving_macros: giving.map(|(index, _)| index).collect(),
            known: RefCell::default(),
        }
    }

    /// The scope of a place.
    pub(super) fn scope(&self, module: usize, at: usize) -> Option<usize> {
        self.by_place.get(&module)?.around(at)[0]
    }

    /// The stars that are seen from a scope, the nearest first.
    pub(super) fn around(&self, scope: usize) -> impl Iterator<Item = Star> {
        let outer = std::iter::successors(Some(scope), |&scope| self.scopes[scope].outer);
        outer
            .take(DEEPEST)
            .flat_map(|scope| self.scopes[scope].stars.iter().copied())
    }

    /// The stars of a module itself.
    pub(super) fn of_module(&self, module: usize) -> impl Iterator<Item = Star> {
        let scope = self.whole.get(&module).map(|&scope| &self.scopes[scope]);
        scope
            .into_iter()
            .flat_map(|scope| scope.stars.iter().copied())
    }

    /// All stars, as far as they are looked into.
    pub(super) fn all(&self) -> impl Iterator<Item = Star> {
        let stars = self
            .scopes
            .iter()
            .flat_map(|scope| scope.stars.iter().copied());
        stars.take(MOST)
    }

    /// The statements `#[macro_use] extern crate`.
    pub(super) fn giving_macros(&self) -> impl Iterator<Item = usize> {
        self.giving_macros.iter().copied().take(MOST)
    }

    /// What was found for a name in a scope.
    pub(super) fn known(&self, scope: usize, name: &str) -> Option<Given> {
        self.known.borrow().get(&scope)?.get(name).cloned()
    }

    pub(super) fn keep(&self, scope: usize, name: &str, given: Given) {
        let mut known = self.known.borrow_mut();
        known.entry(scope).or_default().insert(name.into(), given);
    }
}
