//! Who re-exports a moved thing: each such module is one more legacy path, to a fixed point.
//!
//! The legacy name itself stays a legacy path after the migration too; a route under another name
//! is one only while a legacy path feeds it.

use rustc_hash::FxHashMap;

use crate::plan::{Dialect, Move, Origin, Plan, Target};
use crate::project::{FileId, Outline, Project};

/// The routes that `project` has and `plan` does not know yet.
pub fn routes(plan: &Plan, project: &Project) -> Vec<Move> {
    let mut by_target: FxHashMap<String, Vec<&Move>> = FxHashMap::default();
    for mv in plan
        .moves_of(Dialect::Python)
        .filter(|mv| mv.origin == Origin::Manifest)
    {
        by_target.entry(mv.to.dotted()).or_default().push(mv);
    }
    let router = Router {
        plan,
        project,
        by_target,
    };
    let files = project.outlined();
    files.into_iter().flat_map(|file| router.of(file)).collect()
}

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
                paths.find_map(|path| self.fed_by(&path, name))
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

    /// The move that makes `path`, bound under `name`, a legacy path of its own.
    fn fed_by(&self, path: &str, name: &str) -> Option<&'a Move> {
        if let Some(moved) = self.plan.lookup(path) {
            return (moved.mv.from.name.is_some() && moved.rest.is_empty()).then_some(moved.mv);
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
            .filter(|from| !is_target && !self.plan.knows(&from.dotted()))
            .map(|from| Move {
                from,
                origin: Origin::Route,
                ..fed_by.clone()
            })
            .collect()
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
                for mv in moves.filter(|mv| mv.from.module == module) {
                    let Some(name) = &mv.from.name else { continue };
                    let giver = self.project.module(&module, Some(file));
                    let all = giver.and_then(|giver| self.project.outline(giver)?.all.as_ref());
                    let is_given = match all {
                        Some(all) => all.contains(name),
                        None => !name.starts_with('_'),
                    };
                    if is_given && !outline.names.contains_key(name.as_str()) {
                        found.extend(self.moves(file, name, mv));
                    }
                }
            }
        }
        found
    }
}
