//! What crates are called in a package, and which names are crates.

use super::facts::{Form, Statement, space};
use super::names::{LONGEST, Names};
use crate::plan::{COMPILERS_CRATES, Dialect, is_compilers};
use crate::project::Package;

impl Names<'_> {
    /// Whether a name is a crate's, as far as is known.
    pub(super) fn is_crate(&self, name: &str) -> bool {
        let package = self.place.package.as_ref();
        let is_declared = package.is_some_and(|package| {
            package.externs.contains_key(name) || package.lib.as_deref() == Some(name)
        });
        is_declared
            || self.crate_name(name).is_some()
            || !self.crates_sometimes(name).is_empty()
            || is_compilers(name)
            || self.leads(name)
            || self.knows(name).is_some()
            || self.targets().crates.contains(name)
    }

    /// A module inside of this one that moves, whose `mod` line may be renamed already, or into
    /// which the files of one go, so that it may not be there yet.
    pub(super) fn moved_child(&self, name: &str, module: usize) -> Option<String> {
        let path = format!("{}::{name}", self.module(module));
        let mv = self.knows(&path).or_else(|| self.to(&path));
        let is_module = match mv {
            Some(mv) => mv.from.name.is_none(),
            None => self.targets().above_files.contains(&path),
        };
        let package = self.place.package.as_ref();
        let is_crate = || package.is_some_and(|package| package.externs.contains_key(name));
        (is_module && !is_crate()).then_some(path)
    }

    /// Whether another file has the scope of a module as well: one that it includes, or that
    /// includes it.
    pub(super) fn shares_scope(&self, module: usize) -> bool {
        self.facts.includes.contains(&module) || self.place.included && module == 0
    }

    /// Whether it is an `extern crate` of the file's own module: one of a function is seen there
    /// alone, but rustdoc takes those of an example out of it.
    pub(super) fn is_root_crate(&self, statement: &Statement) -> bool {
        statement.form == Form::ExternCrate
            && statement.module == 0
            && (self.file.is_none() || statement.visible == self.facts.modules[0].body)
    }

    /// What the root of the crate calls another crate.
    pub(super) fn crate_name(&self, name: &str) -> Option<&str> {
        self.project.rust_crate_name(&self.place.krate, name)
    }

    /// What it calls so in some configurations.
    fn crates_sometimes(&self, name: &str) -> &[String] {
        self.project.rust_crates_sometimes(&self.place.krate, name)
    }

    /// The other crates that a name stands for in some configurations, if something may move out of one
    /// of them that does not out of the one that it stands for by itself.
    pub(super) fn elsewhere(&self, name: &str, library: &str) -> Option<(usize, Vec<String>)> {
        let all = self.crates_sometimes(name);
        let others: Vec<String> = all.iter().filter(|it| *it != library).cloned().collect();
        let is_by_itself = others.len() == all.len();
        let may_move = match is_by_itself {
            true => !self.leads(library) && others.iter().any(|it| self.leads(it)),
            false => !others.is_empty(),
        };
        may_move.then_some((0, others))
    }

    /// Whether a path of one of the compiler's crates is that of something that moves but for the
    /// crate, so that the root may call the one like the other.
    pub(super) fn may_be_by_root(&self, path: &str) -> bool {
        let Some((krate, rest)) = path.split_once("::").filter(|it| is_compilers(it.0)) else {
            return false;
        };
        self.lookup(path).is_none()
            && COMPILERS_CRATES.iter().any(|other| {
                *other != krate
                    && self.leads(other)
                    && self.lookup(&format!("{other}::{rest}")).is_some()
            })
    }

    /// Whether it makes no difference which of two crates a name stands for: all that moves out of
    /// the one moves into the other.
    pub(super) fn means_either(&self, name: &str, other: &str) -> bool {
        let root = |module: &str| module.split("::").next() == Some(name);
        let moves = self.plan.moves_of(Dialect::Rust);
        let mut moves = moves.filter(|mv| root(&mv.from.module)).peekable();
        moves.peek().is_some() && moves.all(|mv| mv.to.module.split("::").next() == Some(other))
    }

    /// The library that a crate's name stands for in this package.
    pub(super) fn library(&self, name: &str) -> String {
        if let Some(library) = self.crate_name(name) {
            return library.to_owned();
        }
        let package = self.place.package.as_ref();
        if let Some(library) = package.and_then(|package| package.externs.get(name)) {
            return library.clone();
        }
        // Where it stands for nothing else, code that says it is there in those configurations alone.
        let is_own = package.is_some_and(|package| package.lib.as_deref() == Some(name));
        match self.crates_sometimes(name) {
            [first, ..] if !is_own && !is_compilers(name) => first.clone(),
            _ => name.to_owned(),
        }
    }

    /// Whether the package, or the root of the crate, calls a library otherwise.
    pub(super) fn is_alias(&self, name: &str, library: &str) -> bool {
        let package = self.place.package.as_ref();
        let known = package.and_then(|package| package.externs.get(name));
        let known = known.map(String::as_str).or(self.crate_name(name));
        name != library && known == Some(library)
    }

    /// What this package calls a library: one that is there, or that another one becomes.
    pub(super) fn called(&self, library: &str) -> String {
        // In edition 2015 the root says what every crate is called.
        let declared = self.project.rust_declared_as(&self.place.krate, library);
        if let Some(name) = declared.filter(|_| self.edition() < 2018) {
            return name.to_owned();
        }
        let package = self.place.package.as_ref();
        if let Some(name) = package.and_then(|package| called(package, library)) {
            return name.to_owned();
        }
        let externs = package.into_iter().flat_map(|package| &package.externs);
        let becoming = externs.filter(|(_, target)| self.becomes(target, library));
        // What has a name of its own here keeps it.
        let names = becoming.map(|(name, target)| match name == target {
            true => library,
            false => name,
        });
        let name = names.min_by_key(|name| (*name != library, *name));
        name.unwrap_or(library).to_owned()
    }

    /// Whether a crate moves as a whole to a library.
    fn becomes(&self, krate: &str, library: &str) -> bool {
        let mut moves = self.plan.moves_of(Dialect::Rust);
        moves.any(|mv| mv.from.name.is_none() && mv.from.module == krate && mv.to.module == library)
    }

    /// Where a path that is new in the project leads, through what its modules re-export, by name or
    /// by a star: just where a path leads that is written so.
    pub(super) fn source(&self, path: String) -> String {
        let mut path = path;
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..LONGEST {
            // A module whose star takes what another one imports from it: they mean one thing.
            if let Some(first) = seen.iter().position(|it| *it == path) {
                return seen.drain(first..).min().unwrap_or(path);
            }
            seen.push(path.clone());
            let ends = path.match_indices("::").map(|(end, _)| end).skip(1);
            let through = ends.chain([path.len()]).find_map(|end| {
                let (own, rest) = path.split_at(end);
                let spaces = match rest.is_empty() {
                    true => space::ANY,
                    false => space::TYPE,
                };
                let import = || self.project.rust_import(own, spaces);
                let import = || import().map(|(target, _)| target.to_owned());
                // Which star of a module gives a module matters to no name below that; nor does it to
                // who names a type by its canonical path which one gives that.
                let module = || {
                    let may_be = !rest.is_empty() || self.is_target(own);
                    may_be.then(|| self.module_given_to(own)).flatten()
                };
                let target = self.given_to(own).or_else(import).or_else(module)?;
                (target != own).then(|| format!("{target}{rest}"))
            });
            match through {
                Some(through) => path = self.after(&through),
                None => break,
            }
        }
        path
    }
}

/// What the code of a package calls a library that it depends on.
pub(super) fn called<'p>(package: &'p Package, library: &str) -> Option<&'p str> {
    let there = package.externs.iter().filter(|(_, it)| *it == library);
    let names = there.map(|(name, _)| name.as_str());
    names.min_by_key(|name| (*name != library, *name))
}
