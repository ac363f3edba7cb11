//! What is named by the module that re-exports all names of a private one.

use rustc_hash::FxHashSet;

use super::facts::{Statement, space};
use super::names::{DEEPEST, Names, Reached};
use super::tree::plain;
use crate::plan::{Dialect, Move, below};
use crate::project::library_of;

/// How a place names a thing that moves, which it took from a star of another module.
pub(super) enum Route {
    /// By its own path.
    Direct,
    /// By the path that a star of that module gives it from now on.
    Star(String),
    /// By the path that it has: the file of that star imports the old name beside it in this run.
    Kept,
    /// By none: the canonical path is private, and no star gives the new name.
    Closed,
}

impl Names<'_> {
    /// How a module names what moves from now on, where it took that from `through` by a star there.
    pub(super) fn route(&self, mv: &Move, through: &str, viewer: &str) -> Route {
        let to = mv.to.path(Dialect::Rust);
        if self.can_name(&to, viewer) {
            return Route::Direct;
        }
        if self.gives_on(mv, through, (viewer, None)) {
            return Route::Star(format!("{through}::{}", mv.to.last()));
        }
        match self.keeps_name(mv, through, &mut FxHashSet::default()) {
            true => Route::Kept,
            false => Route::Closed,
        }
    }

    /// Whether a module of another file that gives what moves to everyone, by a star, imports the old
    /// name beside that (`Work::given_on`), or takes it from one that does.
    fn keeps_name(&self, mv: &Move, module: &str, seen: &mut FxHashSet<String>) -> bool {
        if seen.len() > DEEPEST || !seen.insert(module.to_owned()) {
            return false;
        }
        let project = self.project;
        let krate = library_of(module);
        let packages = project.packages_with(krate);
        let is_library = packages.iter().any(|it| it.lib.as_deref() == Some(krate));
        let [from, to] = [&mv.from, &mv.to].map(|end| end.path(Dialect::Rust));
        let is_everyones = |path: &str| project.rust_limit(path).is_none();
        let is_public = is_everyones(&format!("{module}::*")) && is_everyones(&from);
        let is_certain = is_everyones(module) || !mv.may_be_unnamed();
        let is_own = self.by_path.contains_key(module) || library_of(&to) != krate;
        if is_own || !(is_library && is_public && is_certain && is_everyones(&to)) {
            return false;
        }
        let globs = project.rust_globs(module).iter();
        let mut globs = globs.filter(|(_, public)| *public);
        globs.any(|(target, _)| match *target == mv.from.module {
            true => self.can_name(&to, module),
            false => self.keeps_name(mv, target, seen),
        })
    }

    /// The same of a path that leads to what moves at one of its words.
    pub(super) fn route_of(
        &self,
        mv: &Move,
        reached: &Reached,
        word: usize,
        viewer: &str,
    ) -> Route {
        let before = word.checked_sub(1).and_then(|it| reached.prefixes.get(it));
        let moved = reached.prefixes.get(word);
        match (before, moved.and_then(|it| it.rsplit_once("::"))) {
            (Some(before), Some((module, _))) if !before.is_empty() && before != module => {
                self.route(mv, before, viewer)
            }
            _ => Route::Direct,
        }
    }

    /// Whether what a path leads to at one of its words has that path from now on, too: another star of
    /// the module gives it, by the same name, or the crate that the path goes through does.
    pub(super) fn keeps_path(&self, reached: &Reached, word: usize, viewer: &str) -> bool {
        let mv = reached.prefixes.get(word).and_then(|path| self.knows(path));
        mv.is_some_and(|mv| {
            let is_same = plain(mv.from.last()) == plain(mv.to.last());
            match self.route_of(mv, reached, word, viewer) {
                Route::Kept => true,
                Route::Star(_) => is_same,
                Route::Direct | Route::Closed => is_same && self.keeps_facade(mv, reached, word),
            }
        })
    }

    /// Why a place cannot be led to what moves; `None` where it can.
    pub(super) fn closed(
        &self,
        mv: &Move,
        reached: &Reached,
        word: usize,
        viewer: &str,
    ) -> Option<String> {
        match self.route_of(mv, reached, word, viewer) {
            Route::Closed => Some(closed(mv)),
            Route::Star(_) | Route::Kept => None,
            Route::Direct => self.out_of_reach(mv, reached, word),
        }
    }

    /// Whether stars of a module give those in `viewer` what moved, by its new name; where `beside` is
    /// one of them, wherever that does.
    pub(super) fn gives_on(
        &self,
        mv: &Move,
        module: &str,
        (viewer, beside): (&str, Option<&Statement>),
    ) -> bool {
        let to = mv.to.path(Dialect::Rust);
        let mut seen = FxHashSet::default();
        self.given_from(&to, module, (viewer, beside), &mut seen)
    }

    fn given_from(
        &self,
        to: &str,
        module: &str,
        (viewer, beside): (&str, Option<&Statement>),
        seen: &mut FxHashSet<String>,
    ) -> bool {
        let Some((home, name)) = to.rsplit_once("::") else {
            return false;
        };
        if seen.len() > DEEPEST || !seen.insert(module.to_owned()) {
            return false;
        }
        let project = self.project;
        let is_seen = |path: &str, by: &str| {
            let limit = project.rust_limit(path);
            limit.is_none_or(|limit| below(by, &limit, "::"))
        };
        let own = format!("{module}::{}", plain(name));
        // What the legacy module gives is there for a while only.
        if self.knows(&own).is_some() {
            return false;
        }
        if let Some((target, _)) = project.rust_import(&own, space::ANY) {
            let is_given = below(viewer, module, "::") || !project.is_rust_private(&own);
            return is_given && self.after(target) == to && is_seen(&own, viewer);
        }
        if project.rust_item(&own).is_some() || !project.rust_ambiguous(&own).is_empty() {
            return false;
        }
        let is_inside = below(viewer, module, "::");
        let leads = |target: &str, seen: &mut FxHashSet<String>| match self.after(target) == home {
            true => is_seen(to, module) && is_seen(to, viewer),
            false => self.given_from(to, target, (module, None), seen),
        };
        if let Some(&own) = self.by_path.get(module) {
            let attributes = |statement: &Statement| {
                let before = &self.text[statement.whole.start..statement.keyword];
                statement.attributes.then_some(before)
            };
            let beside = beside.map(attributes);
            let mut stars = self.stars.of_module(own).filter(|(index, _)| {
                let statement = &self.facts.statements[*index];
                let limit = || self.limit_of(statement);
                let is_seen = || limit().is_none_or(|limit| below(viewer, &limit, "::"));
                let is_always = beside.is_none_or(|beside| {
                    let own = attributes(statement);
                    own.is_none() || own == beside
                });
                is_always && (is_inside || statement.public && is_seen())
            });
            return stars.any(|(index, nth)| {
                let reached = self.leaf(index, nth);
                reached.is_some_and(|reached| leads(reached.path(), seen))
            });
        }
        let is_everyones = is_seen(&format!("{module}::*"), viewer);
        let globs = project.rust_globs(module).iter();
        let mut open = globs.filter(|(_, public)| is_inside || *public && is_everyones);
        open.any(|(target, _)| leads(target, seen))
    }
}

/// Why a place cannot be led to what moves.
pub(super) fn closed(mv: &Move) -> String {
    format!(
        "`{}` is private here, and no `*` that this goes through gives it",
        mv.to.path(Dialect::Rust)
    )
}
