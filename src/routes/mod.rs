//! Who re-exports a moved thing: each such module is one more legacy path, to a fixed point.
//!
//! The legacy name itself stays a legacy path after the migration too; a route under another name
//! is one only while a legacy path feeds it.

mod rust;

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::parallel::Pool;
use crate::plan::{Dialect, Move, Origin, Plan, Target};
use crate::project::{FileId, Outline, Project};

pub use self::rust::{Through, behind_reexports, through_modules};

/// The routes that `project` has and `plan` does not know yet; and the files that were not read
/// through whose names a path may lead to a moved thing.
pub fn routes(plan: &Plan, project: &Project, pool: &Pool) -> (Vec<Move>, BTreeSet<FileId>) {
    let mut by_target: FxHashMap<String, Vec<&Move>> = FxHashMap::default();
    for mv in plan
        .moves_of(Dialect::Python)
        .filter(|mv| mv.origin == Origin::Manifest)
    {
        by_target.entry(mv.to.dotted()).or_default().push(mv);
    }
    let symbols = plan.moves_of(Dialect::Python);
    let router = Router {
        plan,
        project,
        by_target,
        names: symbols.filter_map(|mv| mv.from.name.as_deref()).collect(),
    };
    let found = pool.map(&project.outlined(), |&file| {
        let mut unread = BTreeSet::new();
        let mut found = router.of(file);
        found.extend(router.through_modules(file, &mut unread));
        (found, unread)
    });
    let (routes, unread): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    (
        routes.into_iter().flatten().collect(),
        unread.into_iter().flatten().collect(),
    )
}

/// A path goes through so many imports of modules, and then nobody reads it.
const MODULES: usize = 8;

/// The moves of `plan` as they read where its modules are imported by another spelling, from above
/// or below the source root: `src.a.legacy` goes to `src.a.modern`, because Python takes `a.modern`
/// for another module.
pub fn other_spellings(plan: &Plan, project: &Project) -> Vec<Move> {
    let moves = plan.moves_of(Dialect::Python);
    let spelled = moves.flat_map(|mv| {
        let (from, to) = (mv.from.module.as_str(), mv.to.module.as_str());
        let target = project.module(to, None);
        let spellings = project.spellings(from).into_iter();
        spellings.filter_map(move |module| {
            let home = match module.strip_suffix(from) {
                Some(above) => format!("{above}{to}"),
                None => to.strip_prefix(from.strip_suffix(module)?)?.to_owned(),
            };
            let is_same = target.is_some() && project.module(&home, None) == target;
            let at = |module: &str, end: &Target| Target {
                module: module.to_owned(),
                name: end.name.clone(),
            };
            is_same.then(|| Move {
                from: at(module, &mv.from),
                to: at(&home, &mv.to),
                ..mv.clone()
            })
        })
    });
    spelled.collect()
}

struct Router<'a> {
    plan: &'a Plan,
    project: &'a Project,
    /// The moves of the manifest, by where they lead.
    by_target: FxHashMap<String, Vec<&'a Move>>,
    /// The last names of legacy paths.
    names: FxHashSet<&'a str>,
}

impl<'a> Router<'a> {
    /// The routes that one file gives.
    fn of(&self, file: FileId) -> Vec<Move> {
        let Some(outline) = self.project.outline(file) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, bound) in &outline.names {
            if bound.otherwise || bound.imported.is_empty() {
                continue;
            }
            let moves = bound.imported.iter().map(|(module, imported)| {
                let modules = self.project.absolute(Some(file), module);
                let mut paths = modules.iter().map(|module| format!("{module}.{imported}"));
                paths.find_map(|path| self.fed_by(file, &path, name, bound.module))
            });
            // All branches of a `try` must lead to one thing.
            let moves: Option<Vec<&Move>> = moves.collect();
            if let Some(moves) = moves
                && moves.iter().all(|mv| mv.to == moves[0].to)
            {
                found.extend(self.moves(file, name, moves[0]));
            }
        }
        found.extend(self.through_stars(file, outline));
        found.sort_by(|a, b| a.from.cmp(&b.from));
        found
    }

    /// The move that makes `path`, bound under `name` in `file`, a legacy path of its own.
    ///
    /// A module that is imported as a whole is no symbol of its path.
    fn fed_by(&self, file: FileId, path: &str, name: &str, module: bool) -> Option<&'a Move> {
        if let Some(moved) = self.project.moved(self.plan, path, Some(file)) {
            let is_module = module && self.plan.is_above_module(moved.mv, path);
            let is_symbol = moved.mv.from.name.is_some() && moved.rest.is_empty() && !is_module;
            return is_symbol.then_some(moved.mv);
        }
        // `from canonical import New as Old`: what a migrated re-export looks like.
        let moves = self.by_target.get(path)?;
        let is_legacy_name = |mv: &&&Move| mv.from.name.as_deref() == Some(name);
        moves.iter().find(is_legacy_name).copied()
    }

    fn moves(&self, file: FileId, name: &str, fed_by: &Move) -> Vec<Move> {
        let names = self.project.module_names(file);
        let targets = names.map(|module| Target {
            module: module.to_owned(),
            name: Some(name.to_owned()),
        });
        // The canonical module itself, by whatever name.
        let is_target = fed_by.to.name.as_deref() == Some(name)
            && self.project.module(&fed_by.to.module, Some(file)) == Some(file);
        targets
            .filter(|from| !is_target && !self.plan.knows(&from.dotted(), file))
            .map(|from| Move {
                from,
                origin: Origin::Route,
                through: Some(file),
                ..fed_by.clone()
            })
            .collect()
    }

    /// `service.legacy.N`, where `service` imports the module `legacy`: so the file reads it.
    fn through_modules(&self, file: FileId, unread: &mut BTreeSet<FileId>) -> Vec<Move> {
        let Some(outline) = self.project.outline(file) else {
            return Vec::new();
        };
        let reads = outline.reads.iter();
        let reads = reads.flat_map(|path| self.project.absolute(Some(file), path));
        let strings = outline.strings.iter().map(|text| text.replace(':', "."));
        let is_moved = |path: &String| {
            let mut names = path.split('.').skip(2);
            names.any(|name| self.names.contains(name))
        };
        let mut found = Vec::new();
        for path in reads.chain(strings).filter(is_moved) {
            let mut at = path.clone();
            for _ in 0..MODULES {
                if let Some(moved) = self.project.moved(self.plan, &at, Some(file)) {
                    let below = moved
                        .rest
                        .split('.')
                        .filter(|name| !name.is_empty())
                        .count();
                    let above = path
                        .rsplit('.')
                        .nth(below)
                        .zip(path.rsplitn(below + 2, '.').last());
                    if let Some((name, module)) = above
                        && moved.mv.from.name.as_deref() == Some(name)
                        && let Some((through, _)) = self.project.split(module, Some(file))
                        && !self.plan.knows(&format!("{module}.{name}"), through)
                    {
                        found.push(Move {
                            from: Target {
                                module: module.to_owned(),
                                name: Some(name.to_owned()),
                            },
                            origin: Origin::Route,
                            through: Some(through),
                            ..moved.mv.clone()
                        });
                    }
                    break;
                }
                match self.project.follow(&at, Some(file)) {
                    Ok(Some(next)) if next != at => at = next,
                    Ok(_) => break,
                    Err(on_the_way) => {
                        unread.insert(on_the_way);
                        break;
                    }
                }
            }
        }
        found.sort_by(|a, b| a.from.cmp(&b.from));
        found.dedup_by(|a, b| a.from == b.from);
        found
    }

    /// `from legacy import *` gives on what it gets, unless the module binds the name itself.
    fn through_stars(&self, file: FileId, outline: &Outline) -> Vec<Move> {
        let mut found = Vec::new();
        for import in outline
            .imports
            .iter()
            .filter(|import| import.star && import.top)
        {
            for module in self.project.absolute(Some(file), &import.module) {
                let moves = self.plan.moves_of(Dialect::Python);
                let giver = self.project.module(&module, Some(file));
                let is_given = |mv: &&Move| mv.through.is_none() || mv.through == giver;
                for mv in moves.filter(|mv| mv.from.module == module).filter(is_given) {
                    let Some(name) = &mv.from.name else { continue };
                    let is_given = self.project.star_gives(&module, name, Some(file));
                    if is_given && !outline.names.contains_key(name.as_str()) {
                        found.extend(self.moves(file, name, mv));
                    }
                }
            }
        }
        found
    }
}
