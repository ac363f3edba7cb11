//! Crates that give on what another one has: what is named by them stays named by them, if they give
//! on the new place too.

use super::cargo;
use super::facts::space;
use super::names::{DEEPEST, LONGEST, Names, Reached};
use crate::plan::{Dialect, Move, Plan, below};
use crate::project::{Hop, Package, Project, RustNeed, library_of};

/// A path that leads on to another crate, and where something goes that is named by it.
struct Facade<'f> {
    /// The project.
    project: &'f Project,
    /// The moves.
    plan: &'f Plan,
    /// The crate that the path is written in.
    own: &'f str,
    /// What it leads to.
    from: &'f str,
    /// Where that is from now on.
    to: &'f str,
}

impl Facade<'_> {
    /// Whether a path that something is named by is one of a third crate: neither of the one that it
    /// is written in nor of those that have what moves.
    fn is_of(&self, path: &str) -> bool {
        let ends = [self.own, library_of(self.from), library_of(self.to)];
        !ends.contains(&library_of(path))
    }

    /// The new path by the modules around `hop`, which is given on from elsewhere: by the innermost
    /// one, with as much behind it as it gives.
    fn path(&self, hop: &str) -> Option<String> {
        let modules = hop.rmatch_indices("::").map(|(end, _)| &hop[..end]);
        let mut modules = modules.filter(|module| self.is_of(module));
        let starts = self.to.match_indices("::").map(|(at, _)| at + 2);
        let rests: Vec<&str> = std::iter::once(0)
            .chain(starts)
            .map(|at| &self.to[at..])
            .collect();
        modules.find_map(|module| {
            let condition = self.condition(module, hop);
            let mut rests = rests.iter();
            let rest = rests.find(|rest| self.gives(module, rest, condition, DEEPEST));
            rest.map(|rest| format!("{module}::{rest}"))
        })
    }

    /// Whether a path that goes through `hop` begins with the same crate from now on.
    fn stays(&self, hop: &Hop) -> bool {
        // A module that is given on keeps its name there, and moves with what is in it.
        let is_module = |target: &String| {
            let moved = self.plan.lookup_in(Dialect::Rust, self.from);
            let moved = moved.filter(|moved| moved.mv.from.name.is_none());
            moved.is_some_and(|it| {
                *target == it.mv.to.path(Dialect::Rust) || *target == it.mv.from.path(Dialect::Rust)
            })
        };
        let leads = |target: &String| {
            target != self.to && below(self.to, target, "::") || is_module(target)
        };
        hop.by_name.as_ref().is_some_and(leads) || self.path(&hop.path).is_some()
    }

    /// On what condition a module gives what `hop` names on: what holds of the new path as well.
    fn condition(&self, module: &str, hop: &str) -> Option<&str> {
        let project = self.project;
        let name = hop.strip_prefix(module)?.split("::").nth(1)?;
        let path = format!("{module}::{name}");
        if let Some((target, _)) = project.rust_import(&path, space::ANY) {
            return project.rust_condition(&path, target);
        }
        let globs = project.rust_globs(module).iter();
        let globs = globs.filter(|(target, _)| below(self.from, target, "::"));
        let mut conditions = globs.map(|(target, _)| project.rust_condition(module, target));
        let first = conditions.next()?;
        first.filter(|first| conditions.all(|other| other == Some(first)))
    }

    /// Whether a module gives the rest of the new path to other crates, as far as the files of the
    /// project tell, and always, or on that condition.
    fn gives(&self, module: &str, rest: &str, condition: Option<&str>, depth: usize) -> bool {
        let project = self.project;
        let module = self.settled(module);
        if format!("{module}::{rest}") == self.to {
            return project.rust_limit(self.to).is_none();
        }
        let (first, more) = match rest.split_once("::") {
            Some((first, more)) => (first, Some(more)),
            None => (rest, None),
        };
        let own = format!("{module}::{first}");
        // What a legacy module gives is there for a while only.
        let is_legacy = self.plan.lookup_in(Dialect::Rust, &own).is_some();
        if depth == 0 || is_legacy || !project.rust_ambiguous(&own).is_empty() {
            return false;
        }
        let is_there = |path: &str, target: &str| {
            let asked = project.rust_condition(path, target);
            asked.is_none() || asked == condition
        };
        let is_open = || project.rust_limit(&own).is_none();
        if let Some((target, _)) = project.rust_import(&own, space::ANY) {
            let after = self.after(target);
            let leads = || match more {
                Some(more) => self.gives(&after, more, None, depth - 1),
                None => after == self.to,
            };
            let is_given = !project.is_rust_private(&own) && is_open();
            return is_given && is_there(&own, target) && leads();
        }
        if project.rust_item(&own).is_some() {
            return is_open() && more.is_some_and(|more| self.gives(&own, more, None, depth - 1));
        }
        let is_everyones = project.rust_limit(&format!("{module}::*")).is_none();
        let globs = project.rust_globs(&module).iter();
        let public = || globs.clone().filter(|(_, public)| *public && is_everyones);
        // Of two modules that have the name, nobody can say which one is meant.
        let has_other = |target: &str| {
            let path = format!("{target}::{first}");
            let is_known = project.rust_item(&path).is_some()
                || project.rust_import(&path, space::ANY).is_some();
            is_known && !below(self.to, &path, "::")
        };
        let leads = |target: &str| self.gives(&self.after(target), rest, None, depth - 1);
        public().any(|(target, _)| is_there(&module, target) && leads(target))
            && !public().any(|(target, _)| has_other(target) && !leads(target))
    }

    /// The module behind an import of it.
    fn settled(&self, module: &str) -> String {
        let mut module = module.to_owned();
        for _ in 0..LONGEST {
            match self.project.rust_import(&module, space::TYPE) {
                Some((target, _)) if target != module => module = self.after(target),
                _ => break,
            }
        }
        module
    }

    fn after(&self, path: &str) -> String {
        let moved = self.plan.lookup_in(Dialect::Rust, path);
        moved.map_or_else(|| path.to_owned(), |moved| moved.dotted())
    }
}

/// The legacy paths that files of a package refer to, but for those that are named by another crate
/// from then on, as they were: nobody needs what no path begins with.
pub(super) fn needs<'p>(plan: &Plan, project: &'p Project, package: &Package) -> Vec<RustNeed<'p>> {
    let mut needs = project.rust_needs(package);
    needs.retain(|need| {
        let moved = plan.lookup_in(Dialect::Rust, need.path);
        let (Some(led), Some(moved)) = (need.led, moved) else {
            return true;
        };
        let facade = Facade {
            project,
            plan,
            own: &project.rust_place(need.file).krate,
            from: need.path,
            to: &moved.dotted(),
        };
        !led.way.iter().any(|hop| facade.stays(hop))
    });
    needs
}

impl Names<'_> {
    /// What another crate calls `to`, by which a path leads there up to its word `last`.
    pub(super) fn by_facade(&self, to: &str, reached: &Reached, last: usize) -> Option<String> {
        let facade = self.facade(to, reached, last)?;
        let paths = reached.crossed.iter().rev();
        let paths: Vec<String> = paths.filter_map(|hop| facade.path(hop)).collect();
        let is_written = |path: &&String| {
            let mut written = reached.prefixes.iter().take(last);
            written.any(|it| !it.is_empty() && *path != it && below(path, it, "::"))
        };
        let is_known = |path: &&String| self.is_depended_on(library_of(path));
        let written = paths.iter().find(is_written);
        written
            .or_else(|| paths.iter().rev().find(is_known))
            .cloned()
    }

    fn facade<'f>(&'f self, to: &'f str, reached: &'f Reached, last: usize) -> Option<Facade<'f>> {
        let from = reached.prefixes.get(last)?;
        let own = &*self.place.krate;
        let facade = Facade {
            project: self.project,
            plan: self.plan,
            own,
            from,
            to,
        };
        (library_of(to) != own).then_some(facade)
    }

    /// Whether paths of the file can begin with a crate's name.
    fn is_depended_on(&self, library: &str) -> bool {
        let package = self.place.package.as_ref();
        package.is_none_or(|package| {
            let mut known = package.externs.values().chain(&package.lib);
            known.any(|it| it == library)
        })
    }

    /// Whether what a path leads to keeps that path: the crate that it goes through gives the new
    /// place there, too.
    pub(super) fn keeps_facade(&self, mv: &Move, reached: &Reached, word: usize) -> bool {
        let module = word.checked_sub(1).and_then(|it| reached.prefixes.get(it));
        let to = mv.to.path(Dialect::Rust);
        let path = || self.by_facade(&to, reached, word);
        module.is_some_and(|module| {
            path().is_some_and(|path| path == format!("{module}::{}", mv.from.last()))
        })
    }

    /// Why a place that names what moves by another crate cannot be led to its new one: that crate does
    /// not give it on, and the package has no other way to it. `None` where it can.
    pub(super) fn out_of_reach(&self, mv: &Move, reached: &Reached, word: usize) -> Option<String> {
        let to = mv.to.path(Dialect::Rust);
        let facade = self.facade(&to, reached, word)?;
        let mut hops = reached.crossed.iter();
        let hop = hops.find(|hop| facade.is_of(hop))?;
        let is_kept = self.kept(&to, reached, word).is_some();
        if is_kept || self.by_facade(&to, reached, word).is_some() {
            return None;
        }
        let package = self.place.package.as_ref()?;
        let by = (self.file?, library_of(hop));
        cargo::refused((self.plan, self.project), package, by, mv)
    }
}
