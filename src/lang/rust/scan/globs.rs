//! Imports of all names of a module of which some move.

use std::collections::{BTreeMap, BTreeSet};

use super::{LeafId, Manner, Work, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::rust::names::Reached;
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::tree::{plain, written};
use crate::plan::{Dialect, Move};

impl Work<'_, '_> {
    /// Names that a module gives to others by a public star: they stay its own.
    fn given_on(&self) -> Vec<(LeafId, String)> {
        let facts = self.names.facts;
        let mut found = Vec::new();
        let package = self.names.place.package.as_ref();
        if package.is_none_or(|it| it.lib.as_deref() != Some(&*self.names.place.krate)) {
            return found; // nobody else can name what is in a program
        }
        for (index, statement) in facts.statements.iter().enumerate() {
            if !statement.public || statement.visible != facts.modules[statement.module].body {
                continue;
            }
            let stars = statement.leaves.iter().enumerate();
            for (nth, _) in stars.filter(|(_, leaf)| leaf.glob) {
                let Some(reached) = self.names.leaf(index, nth) else {
                    continue;
                };
                // What the crate itself reads there, it reads from the new place from now on.
                let own = self.names.module(statement.module);
                let inner = facts.modules[statement.module].inner;
                let project = self.names.project;
                let gone = self.names.plan.moves_of(Dialect::Rust).filter(|mv| {
                    let name = mv.from.name.as_deref();
                    let (module, visible) = (statement.module, &statement.visible);
                    mv.from.module == reached.path()
                        && name.is_some_and(|name| {
                            !self.is_bound_in(name, module, visible)
                                && (!inner || project.is_rust_taken(own, name))
                        })
                });
                found.extend(gone.map(|mv| ((index, nth), mv.from.path(Dialect::Rust))));
            }
        }
        found
    }

    /// Names that bodies of macros take from a star, where those macros are used.
    fn taken_by_macros(&self) -> Vec<(LeafId, String)> {
        let facts = self.names.facts;
        let mut found = Vec::new();
        // A macro of another file can be used here as well.
        let others = self.names.project.rust_named_in();
        let all: BTreeSet<&(Box<str>, Box<str>)> = facts.named_in.iter().chain(others).collect();
        for star in self.names.stars.all().filter(|_| !all.is_empty()) {
            let statement = &facts.statements[star.0];
            let Some(reached) = self.names.leaf(star.0, star.1) else {
                continue;
            };
            for (name, of) in &all {
                let path = format!("{}::{name}", reached.path());
                if self.names.knows(&path).is_some()
                    && self.is_called_in(of, &statement.visible)
                    && !self.is_bound_in(name, statement.module, &statement.visible)
                {
                    found.push((star, path));
                }
            }
        }
        found
    }

    /// Moved things that a star gives: they are imported by name.
    pub(super) fn decide_globs(&mut self) {
        let mut wanted: BTreeMap<(LeafId, String), Vec<usize>> = BTreeMap::new();
        for key in self.given_on() {
            wanted.entry(key).or_default();
        }
        for key in self.taken_by_macros() {
            wanted.entry(key).or_default();
        }
        for path in self.names.facts.opaque.values().flatten() {
            if let Some(reached) = self.names.reach(path)
                && let (Some(0), Some(glob), None) = (reached.moved, reached.glob, reached.through)
            {
                let key = (glob, reached.prefixes[0].clone());
                wanted.entry(key).or_default();
            }
        }
        for (at, it) in self.uses.iter().enumerate() {
            let (Some(0), Some(glob), None) =
                (it.reached.moved, it.reached.glob, it.reached.through)
            else {
                continue;
            };
            wanted
                .entry((glob, it.reached.prefixes[0].clone()))
                .or_default()
                .push(at);
        }
        for ((glob, from), uses) in wanted {
            let index = glob.0;
            let Some(mv) = self.names.knows(&from) else {
                continue;
            };
            let statement = &self.names.facts.statements[index];
            let to = mv.to.path(Dialect::Rust);
            let spot = Spot {
                module: statement.module,
                at: statement.tree_at.start,
                in_use: true,
                leading: false,
                words: &[],
            };
            let comes_along = mv.to.name.is_some()
                && self
                    .moving
                    .get(&glob)
                    .is_some_and(|moving| self.names.after(moving.reached.path()) == mv.to.module);
            let (_, tail) = self.names.spell(&to, &Reached::default(), 0, &spot);
            let (old, new) = (mv.from.last().to_owned(), written(mv.to.last()));
            let read = format!("{}::{old}", self.names.module(statement.module));
            let places = uses.iter().map(|&at| self.place(at));
            let places: Vec<(usize, usize)> = places.collect();
            let free = self.manner == Manner::Free
                && !self.names.project.is_rust_read(&read, self.names.file)
                && self.names.facts.named(plain(&new)).is_empty()
                && self.paths_with(plain(&new)).is_empty()
                && !self.names.facts.opaque.contains_key(plain(&new))
                && !self.names.facts.opaque.contains_key(plain(&old))
                && !self.gives_nearer(statement.visible.len(), plain(&new), &to, &places)
                && !self.names.facts.in_macros.contains(plain(&old))
                && !statement.public
                && uses
                    .iter()
                    .all(|&at| self.uses[at].path.module == statement.module);
            self.given.insert((glob, from.clone()));
            let renames = old != new && free;
            let alias = (old != new && !free).then(|| old.clone());
            let mut reason = None;
            if !(comes_along && alias.is_none()) {
                self.added.entry(index).or_default().push((tail, alias));
                self.likely.insert(index);
                let text = format!("`{old}` came from `*`, and is imported by name now");
                reason = Some(text);
            }
            if uses.is_empty() {
                let mut site = site(Code::Import, statement.tree_at.clone(), mv);
                site.reason = reason.take();
                self.sites.entry(index).or_default().push(site);
            }
            for at in uses {
                let it = &self.uses[at];
                let mut site = self.site(it.path, 0, mv);
                site.reason = reason.take();
                self.sites.entry(index).or_default().push(site);
                if renames {
                    let edit = self.rename(it.path, 0, &new);
                    self.use_edits
                        .entry(Some(index))
                        .or_default()
                        .push((at, edit));
                }
            }
        }
    }

    /// Stars that take all names of a module that loses a trait or a macro: nobody can tell
    /// whether it was used through them.
    pub(super) fn stars_left(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (index, statement) in self.names.facts.statements.iter().enumerate() {
            for (nth, leaf) in statement
                .leaves
                .iter()
                .enumerate()
                .filter(|(_, it)| it.glob)
            {
                if self.moving.contains_key(&(index, nth)) {
                    continue;
                }
                let Some(reached) = self.names.leaf(index, nth) else {
                    continue;
                };
                let lost = self.names.plan.moves_of(Dialect::Rust).filter(|mv| {
                    let from = mv.from.path(Dialect::Rust);
                    mv.may_be_unnamed()
                        && mv.from.module == reached.path()
                        && !self.given.contains(&((index, nth), from))
                        && !self.is_at_hand(index, mv)
                        && !self.names.holds(statement.module, mv)
                });
                for mv in lost {
                    let reason = format!(
                        "`*` may bring `{}` into scope, which leaves `{}`: import it by name if its methods are used",
                        mv.from.last(),
                        mv.from.module
                    );
                    found.push(manual(site(Code::Import, leaf.at.clone(), mv), reason));
                }
            }
        }
        found
    }

    /// Whether an import beside a star brings what the star lost, so that whoever sees the one sees
    /// the other.
    fn is_at_hand(&self, star: usize, mv: &Move) -> bool {
        let statements = &self.names.facts.statements;
        let star = &statements[star];
        let beside = statements.iter().enumerate().filter(|(_, it)| {
            it.module == star.module
                && it.visible.start <= star.visible.start
                && it.visible.end >= star.visible.end
                && (it.public || !star.public)
                && (!it.attributes || star.attributes)
        });
        let to = mv.to.path(Dialect::Rust);
        beside
            .flat_map(|(index, it)| (0..it.leaves.len()).map(move |nth| (index, nth)))
            .any(|(index, nth)| {
                let reached = self.names.leaf(index, nth);
                reached.is_some_and(|reached| match statements[index].leaves[nth].glob {
                    true => reached.path() == mv.to.module,
                    false => reached.path() == to,
                })
            })
    }
}
