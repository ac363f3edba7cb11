//! Several manifests → the moves that they mean together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Dialect, Move, Origin, Target};
use crate::manifest::{Fault, Manifest, ManifestError, MoveSpec, PathSpec};
use crate::source::position;

/// A move as it is written.
struct Written {
    /// Its manifest's place among all.
    manifest: usize,
    /// Where its target stands.
    span: Range<usize>,
    mv: Move,
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
        for one in &written {
            by_from
                .entry(whole(&one.mv.from, dialect))
                .or_default()
                .push(one);
        }
        // Where each path leads, and who said so first.
        let mut known: BTreeMap<&Target, (Target, &Written)> = BTreeMap::new();
        for one in &written {
            let to = match destination(one, &by_from) {
                Ok(to) => to,
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
            match known.get(&one.mv.from) {
                None => {
                    known.insert(&one.mv.from, (to.clone(), one));
                    moves.push(Move {
                        to,
                        ..one.mv.clone()
                    });
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
    let mut moves: Vec<(Range<usize>, Move)> = Vec::new();
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
            moves.push((target.0.clone(), renamed));
        }
        moves.push((target.0, mv));
    }
    // A move of its own says more than a `rename` of its module.
    let mut unique: Vec<(Range<usize>, Move)> = Vec::new();
    let mut places: BTreeMap<Target, usize> = BTreeMap::new();
    for (span, mv) in moves {
        match places.get(&mv.from) {
            Some(&place) if unique[place].1.id != mv.id => unique[place] = (span, mv),
            Some(_) => {}
            None => {
                places.insert(mv.from.clone(), unique.len());
                unique.push((span, mv));
            }
        }
    }
    let with_place = |(span, mv)| Written {
        manifest: place,
        span,
        mv,
    };
    unique.into_iter().map(with_place).collect()
}

/// Moves by the whole paths that they lead away from.
type ByFrom<'w> = BTreeMap<String, Vec<&'w Written>>;

fn whole(target: &Target, dialect: Dialect) -> String {
    match &target.name {
        Some(name) => format!("{}{}{name}", target.module, dialect.separator()),
        None => target.module.clone(),
    }
}

/// Where a move finally leads, through all others; or the circle that it is in, and the other
/// manifests that have a part in it.
fn destination(one: &Written, by_from: &ByFrom<'_>) -> Result<Target, (String, BTreeSet<usize>)> {
    let mv = &one.mv;
    let separator = mv.dialect.separator();
    let whole = |target: &Target| whole(target, mv.dialect);
    let below = |path: &str, head: &str| {
        let rest = path.strip_prefix(head)?;
        (rest.is_empty() || rest.starts_with(separator)).then(|| rest.to_owned())
    };
    let mut passed = vec![whole(&mv.from)];
    let mut at = mv.to.clone();
    let mut others = BTreeSet::new();
    loop {
        let here = whole(&at);
        let comes_back = passed.contains(&here) || passed.len() > by_from.len() + 1;
        passed.push(here.clone());
        if comes_back {
            return Err((passed.join(" → "), others));
        }
        // `a → a.v1` leads below itself, and no further.
        let leads_on = |other: &&&Written| {
            let to = whole(&other.mv.to);
            below(&to, &whole(&other.mv.from)).is_none() || below(&here, &to).is_none()
        };
        // The longest counts, and of several manifests the last one.
        let ends = here.rmatch_indices(separator).map(|(end, _)| &here[..end]);
        let next = [here.as_str()].into_iter().chain(ends).find_map(|head| {
            let moves = by_from.get(head)?;
            moves.iter().rev().find(leads_on)
        });
        let Some(next) = next else { return Ok(at) };
        if next.manifest != one.manifest {
            others.insert(next.manifest);
        }
        let next = &next.mv;
        let rest = below(&here, &whole(&next.from)).unwrap_or_default();
        at = match (&next.to.name, rest.is_empty(), &at.name) {
            (Some(_), true, _) => next.to.clone(),
            // An attribute of a symbol that moved: nothing that can be imported by itself.
            (Some(_), false, _) => return Ok(at),
            (None, _, None) => Target {
                module: format!("{}{rest}", next.to.module),
                name: None,
            },
            (None, _, Some(name)) => {
                let module = below(&at.module, &next.from.module).unwrap_or_default();
                Target {
                    module: format!("{}{module}", next.to.module),
                    name: Some(name.clone()),
                }
            }
        };
    }
}
