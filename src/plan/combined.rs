//! Several manifests → the moves that they mean together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::chains::{self, Followed, Way};
use super::{Dialect, Move, Origin, Target};
use crate::manifest::{Fault, Manifest, ManifestError, MoveSpec, PathSpec};
use crate::source::position;

/// A move as it is written.
pub(super) struct Written {
    /// Its manifest's place among all.
    manifest: usize,
    /// Where its target stands.
    span: Range<usize>,
    pub(super) mv: Move,
    /// What is moved may have paths below it: a module, or what may be one, or a type of Rust.
    pub(super) has_members: bool,
}

/// All moves of `manifests`, each with its final target. The faults of one manifest are told, with
/// the names of the others that have a part in them.
pub(super) fn moves(manifests: &[&Manifest]) -> Result<Vec<Move>, ManifestError> {
    let mut moves = Vec::new();
    let mut faults: BTreeMap<usize, Vec<Fault>> = BTreeMap::new();
    let mut fault = |one: &Written, message: String| {
        // What stands in no text has no place in it.
        let range = (!manifests[one.manifest].text.is_empty()).then(|| one.span.clone());
        let of_manifest = faults.entry(one.manifest).or_default();
        of_manifest.push(Fault { range, message });
    };
    for dialect in [Dialect::Python, Dialect::Rust] {
        let all = manifests.iter().enumerate();
        let written = all.flat_map(|(place, manifest)| written(manifest, place, dialect));
        let written: Vec<Written> = written.collect();
        let mut by_from: ByFrom<'_> = BTreeMap::new();
        let mut open = Vec::new();
        for one in &written {
            by_from
                .entry(one.mv.from.path(dialect))
                .or_default()
                .push(one);
        }
        // Where each path leads, and who said so first.
        let mut known: BTreeMap<&Target, (Target, &Written)> = BTreeMap::new();
        for one in &written {
            let way = match way(&one.mv.from, one, &by_from) {
                Ok(way) => way,
                Err((circle, others)) => {
                    let names = others.iter().map(|&other| name(manifests[other]));
                    let names: Vec<String> = names.collect();
                    let with = match names.is_empty() {
                        true => String::new(),
                        false => format!(", with {}", names.join(" and ")),
                    };
                    fault(one, format!("the moves lead in a circle{with}: {circle}"));
                    continue;
                }
            };
            let to = way.end().unwrap_or(&one.mv.to).clone();
            match known.get(&one.mv.from) {
                None => {
                    known.insert(&one.mv.from, (to.clone(), one));
                    let mv = Move {
                        to,
                        dependency: way.dependency.clone(),
                        ..one.mv.clone()
                    };
                    moves.push(mv.clone());
                    open.push(Followed::new(mv, way));
                }
                Some((first, _)) if *first == to => {}
                Some((first, by)) => fault(
                    one,
                    format!(
                        "`{}` leads to `{}` here, and to `{}` by the move `{}` of {}",
                        one.mv.from.path(dialect),
                        to.path(dialect),
                        first.path(dialect),
                        by.mv.id,
                        at(manifests[by.manifest], &by.span),
                    ),
                ),
            }
        }
        moves.extend(chains::below(open, &by_from));
    }
    match faults.into_iter().next() {
        None => Ok(moves),
        Some((place, faults)) => {
            let manifest = manifests[place];
            Err(ManifestError::new(&manifest.path, &manifest.text, faults))
        }
    }
}

fn name(manifest: &Manifest) -> String {
    manifest.path.display().to_string()
}

fn at(manifest: &Manifest, span: &Range<usize>) -> String {
    match manifest.text.is_empty() {
        true => name(manifest),
        false => format!(
            "{}:{}",
            name(manifest),
            position(&manifest.text, span.start)
        ),
    }
}

/// The moves of one language as a manifest has them.
fn written(manifest: &Manifest, place: usize, dialect: Dialect) -> Vec<Written> {
    let mut moves: Vec<Written> = Vec::new();
    let ends = |spec: &MoveSpec| match dialect {
        Dialect::Python => spec
            .python
            .as_ref()
            .map(|one| (one.from.clone(), one.to.clone())),
        Dialect::Rust => spec
            .rust
            .as_ref()
            .map(|one| (one.from.clone(), one.to.clone())),
    };
    for spec in &manifest.moves {
        let Some((from, to)) = ends(spec) else {
            continue;
        };
        // Names of Rust are compared without `r#`, which is a way to write them.
        let plain = |name: &String| match dialect {
            Dialect::Python => name.clone(),
            Dialect::Rust => name.strip_prefix("r#").unwrap_or(name).to_owned(),
        };
        let target = |path: &PathSpec| Target {
            module: {
                let names: Vec<String> = path.module.iter().map(plain).collect();
                names.join(dialect.separator())
            },
            name: path.name.as_ref().map(plain),
        };
        let (from, target) = ((target(&from)), (to.span.clone(), target(&to)));
        let mv = Move {
            id: spec.id.clone(),
            dialect,
            from,
            to: target.1,
            origin: Origin::Manifest,
            reason: spec.reason.clone(),
            kind: match dialect {
                Dialect::Python => spec.python.as_ref().and_then(|one| one.kind.clone()),
                Dialect::Rust => spec.rust.as_ref().and_then(|one| one.kind.clone()),
            },
            with_files: dialect == Dialect::Rust
                && spec.rust.as_ref().is_some_and(|one| one.move_files),
            dependency: match dialect {
                Dialect::Python => None,
                Dialect::Rust => spec.rust.as_ref().and_then(|one| one.dependency.clone()),
            },
            through: None,
        };
        let written = |mv: Move, has_members: bool| Written {
            manifest: place,
            span: target.0.clone(),
            mv,
            has_members,
        };
        for (old, new) in &spec.rename {
            let named = |end: &Target, name: &String| Target {
                module: end.module.clone(),
                name: Some(plain(name)),
            };
            let renamed = Move {
                from: named(&mv.from, old),
                to: named(&mv.to, new),
                kind: None,
                ..mv.clone()
            };
            // The name may be that of a submodule.
            moves.push(written(renamed, true));
        }
        let is_type = |name: &String| {
            let mut letters = name.chars();
            dialect == Dialect::Rust && letters.next().is_some_and(char::is_uppercase)
        };
        let has_members = mv.from.name.as_ref().is_none_or(is_type);
        moves.push(written(mv, has_members));
    }
    // A move of its own says more than a `rename` of its module.
    let mut unique: Vec<Written> = Vec::new();
    let mut places: BTreeMap<Target, usize> = BTreeMap::new();
    for one in moves {
        match places.get(&one.mv.from) {
            Some(&place) if unique[place].mv.id != one.mv.id => unique[place] = one,
            Some(_) => {}
            None => {
                places.insert(one.mv.from.clone(), unique.len());
                unique.push(one);
            }
        }
    }
    unique
}

/// Moves by the whole paths that they lead away from.
pub(super) type ByFrom<'w> = BTreeMap<String, Vec<&'w Written>>;

/// What follows `head` in a path that is it or lies below it.
pub(super) fn rest<'p>(path: &'p str, head: &str, dialect: Dialect) -> Option<&'p str> {
    let rest = path.strip_prefix(head)?;
    (rest.is_empty() || rest.starts_with(dialect.separator())).then_some(rest)
}

/// The move that a path takes next: the longest one, and of several manifests the last one's.
pub(super) fn next<'w>(here: &str, dialect: Dialect, by_from: &ByFrom<'w>) -> Option<&'w Written> {
    // `a → a.v1` leads below itself, and no further.
    let leads_on = |other: &&&Written| {
        let (from, to) = (other.mv.from.path(dialect), other.mv.to.path(dialect));
        rest(&to, &from, dialect).is_none() || rest(here, &to, dialect).is_none()
    };
    let ends = here.rmatch_indices(dialect.separator());
    let ends = ends.map(|(end, _)| &here[..end]);
    let mut heads = [here].into_iter().chain(ends);
    heads.find_map(|head| by_from.get(head)?.iter().rev().find(leads_on).copied())
}

/// The way of a path by a first move and through all others; or the circle that it is in, and the
/// other manifests that have a part in it.
pub(super) fn way(
    from: &Target,
    first: &Written,
    by_from: &ByFrom<'_>,
) -> Result<Way, (String, BTreeSet<usize>)> {
    let dialect = first.mv.dialect;
    let mut passed = vec![from.path(dialect)];
    let mut way = Way::default();
    let mut at = from.clone();
    let mut others = BTreeSet::new();
    let mut move_on = Some(first);
    while let Some(one) = move_on {
        let Some(to) = led(&at, one) else { break };
        if one.manifest != first.manifest {
            others.insert(one.manifest);
        }
        let krate = |target: &Target| target.module.split("::").next().map(str::to_owned);
        if one.mv.dependency.is_some() || krate(&at) != krate(&to) {
            way.dependency.clone_from(&one.mv.dependency);
        }
        at = to;
        let here = at.path(dialect);
        let comes_back = passed.contains(&here) || passed.len() > by_from.len() + 1;
        move_on = next(&here, dialect, by_from);
        passed.push(here);
        if comes_back {
            return Err((passed.join(" → "), others));
        }
        way.stops.push(at.clone());
    }
    Ok(way)
}

/// Where a move leads what is moved, or lies below that. `None` of an attribute of a symbol, which
/// is nothing that can be imported by itself, and of a module that is called as a symbol is.
fn led(at: &Target, by: &Written) -> Option<Target> {
    let (mv, dialect) = (&by.mv, by.mv.dialect);
    if *at == mv.from {
        return Some(mv.to.clone());
    }
    if !by.has_members {
        return None;
    }
    let (from, to) = (mv.from.path(dialect), mv.to.path(dialect));
    let (above, name) = match rest(&at.module, &from, dialect) {
        Some(rest) => (format!("{to}{rest}"), at.name.clone()),
        // A module by its name in the package.
        None => {
            let (package, name) = to.rsplit_once(dialect.separator())?;
            (package.to_owned(), Some(name.to_owned()))
        }
    };
    Some(Target {
        module: above,
        name,
    })
}
