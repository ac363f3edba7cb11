//! What moved on from where its module had moved to: moves of the names below the legacy module.
//!
//! With `a → b` and `b:f → c:g`, `a:f` leads to `c:g`. Both are read off the way of a path, so that
//! later rooms find the final place of any path by its longest match alone.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use super::combined::{ByFrom, Written, next, rest, way};
use super::{Dialect, Move, Target};

/// The way of a path through all moves.
#[derive(Default)]
pub(super) struct Way {
    /// Where it comes by; at the last one it stays.
    pub(super) stops: Vec<Target>,
    /// The package that the last one is in, where a move says so.
    pub(super) dependency: Option<(String, String)>,
}

impl Way {
    /// Where it ends.
    pub(super) fn end(&self) -> Option<&Target> {
        self.stops.last()
    }
}

/// A move whose way is known.
pub(super) struct Followed {
    mv: Move,
    stops: Vec<Target>,
    /// Where what lies above it has been on its way to where the two part.
    passed: Vec<String>,
}

impl Followed {
    /// A move as a manifest has it.
    pub(super) fn new(mv: Move, way: Way) -> Self {
        Self {
            mv,
            stops: way.stops,
            passed: Vec::new(),
        }
    }
}

/// The moves of names below what `moves` lead away from that lead elsewhere than those.
pub(super) fn below(moves: Vec<Followed>, by_from: &ByFrom<'_>) -> Vec<Move> {
    let ends = moves.iter();
    let ends = ends.map(|it| (it.mv.from.path(it.mv.dialect), it.mv.to.clone()));
    let mut ends: BTreeMap<String, Target> = ends.collect();
    let mut open = VecDeque::from(moves);
    let mut found = Vec::new();
    while let Some(above) = open.pop_front() {
        for one in parting(&above, by_from) {
            let dialect = one.mv.dialect;
            let from = one.mv.from.path(dialect);
            // A move of its own says more, and one above may say the same.
            if !ends.contains_key(&from) && led_by(&ends, &from, dialect) != one.mv.to.path(dialect)
            {
                ends.insert(from, one.mv.to.clone());
                found.push(one.mv.clone());
                open.push_back(one);
            }
        }
    }
    found
}

/// Where the longest of these moves leads a path.
fn led_by(ends: &BTreeMap<String, Target>, path: &str, dialect: Dialect) -> String {
    let heads = path.rmatch_indices(dialect.separator());
    let mut heads = heads.map(|(end, _)| path.split_at(end));
    let led = heads.find_map(|(head, rest)| Some(ends.get(head)?.path(dialect) + rest));
    led.unwrap_or_else(|| path.to_owned())
}

/// What parts from the way of a module at its stops, by moves of what lies below them.
fn parting(above: &Followed, by_from: &ByFrom<'_>) -> Vec<Followed> {
    let dialect = above.mv.dialect;
    let legacy = above.mv.from.path(dialect);
    let mut passed = above.passed.clone();
    passed.push(legacy.clone());
    let mut parting = Vec::new();
    for stop in &above.stops {
        let stop = stop.path(dialect);
        let later = moves_below(&stop, dialect, by_from);
        for later in later.filter(|later| may_part(later, &stop, &passed)) {
            let at_stop = later.mv.from.path(dialect);
            let module = rest(&later.mv.from.module, &stop, dialect).unwrap_or_default();
            let from = Target {
                module: format!("{legacy}{module}"),
                name: later.mv.from.name.clone(),
            };
            let first = next(&from.path(dialect), dialect, by_from);
            // A circle is told where its own moves are.
            let way = first.and_then(|first| way(&from, first, by_from).ok());
            let is_by = |way: &Way| way.stops.contains(&later.mv.from);
            if let Some(way) = way.filter(is_by)
                && let Some(to) = way.end().cloned()
            {
                let mut passed = passed.clone();
                passed.extend([stop.clone(), at_stop]);
                let mv = Move {
                    from,
                    to,
                    kind: later.mv.kind.clone(),
                    dependency: way.dependency,
                    ..above.mv.clone()
                };
                parting.push(Followed {
                    mv,
                    stops: way.stops,
                    passed,
                });
            }
        }
        passed.push(stop);
    }
    parting
}

/// The moves away from below a path.
fn moves_below<'b, 'w>(
    path: &str,
    dialect: Dialect,
    by_from: &'b ByFrom<'w>,
) -> impl Iterator<Item = &'w Written> + use<'b, 'w> {
    let below = format!("{path}{}", dialect.separator());
    let after = (Bound::Excluded(below.clone()), Bound::Unbounded);
    let moves = by_from.range::<String, _>(after);
    let moves = moves.take_while(move |(from, _)| from.starts_with(&below));
    moves.flat_map(|(_, moves)| moves.iter().rev().take(1).copied())
}

/// Whether a move may be one of what was below the legacy module. Where the way leads up, to where
/// it has been below, the modules there are neighbours of those that it came by.
fn may_part(later: &Written, stop: &str, passed: &[String]) -> bool {
    let (from, dialect) = (&later.mv.from, later.mv.dialect);
    let leads_up = passed
        .iter()
        .any(|path| rest(path, stop, dialect).is_some());
    match leads_up {
        false => true,
        true => {
            let is_name = from.name.is_some() && from.module == stop;
            is_name && !passed.contains(&from.path(dialect))
        }
    }
}
