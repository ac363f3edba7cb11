//! Imports of all names of a module, by where they are seen.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Bound, Facts, Form, PathRef, space};
use super::names::{DEEPEST, LONGEST, Names, Reached, Written};
use super::nearest::Nearest;
use crate::plan::{Dialect, Move, below, split_last};

/// No star: all of a module may give what is asked for.
const NOWHERE: (usize, usize) = (usize::MAX, usize::MAX);

/// As many stars of one scope are looked into: more are in no file that anyone wrote.
const MOST: usize = 256;

/// A star: its statement and leaf.
type Star = (usize, usize);

/// What the stars of a scope give for a name: how much of the text sees the star, the path, and the
/// star that takes it from where it is.
type Known = Option<(usize, (String, Star))>;

/// The path of a module or a type, and the star that gives it.
type OfModule = Option<(String, Star)>;

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
    are_in_blocks: bool,
    giving_macros: Vec<usize>,
    known: RefCell<FxHashMap<usize, FxHashMap<Box<str>, Known>>>,
    /// The stars that give scopes modules and types, by their names.
    modules: RefCell<FxHashMap<(usize, Box<str>), OfModule>>,
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
            are_in_blocks: scopes.len() > whole.len(),
            scopes,
            by_place: by_place.collect(),
            whole,
            giving_macros: giving.map(|(index, _)| index).collect(),
            known: RefCell::default(),
            modules: RefCell::default(),
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

    /// The stars of the scope in which one stands.
    pub(super) fn of_scope(&self, star: Star) -> impl Iterator<Item = Star> {
        let scope = self.scopes.iter().find(|scope| scope.stars.contains(&star));
        scope
            .into_iter()
            .flat_map(|scope| scope.stars.iter().copied())
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
    pub(super) fn known(&self, scope: usize, name: &str) -> Option<Known> {
        self.known.borrow().get(&scope)?.get(name).cloned()
    }

    pub(super) fn keep(&self, scope: usize, name: &str, given: Known) {
        let mut known = self.known.borrow_mut();
        known.entry(scope).or_default().insert(name.into(), given);
    }
}

/// Where paths lead whose last names stars give, and the same as it is while one is asked for in all
/// configurations.
pub(super) type Remembered = [RefCell<FxHashMap<String, Option<String>>>; 2];

/// An import of all names that gives a name.
#[derive(Clone)]
pub(super) struct Given {
    /// How much of the text sees it.
    pub(super) size: usize,
    /// The path of the name.
    path: String,
    /// The import that takes it from where it is: its statement and leaf.
    pub(super) origin: (usize, usize),
}

impl Given {
    /// Where the name leads that it gives.
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

impl Names<'_> {
    /// Where a path leads whose last name a star gives to its module.
    pub(super) fn given_to(&self, path: &str) -> Option<String> {
        self.remembered(&self.given_to, path, |module, name| {
            let mut seen = FxHashSet::default();
            let given = self.given_by((module, module), NOWHERE, name, 0, &mut seen);
            given.map(|(target, _)| target)
        })
    }

    /// The path of the module or type that a star gives to a module, by its path there.
    pub(super) fn module_given_to(&self, path: &str) -> Option<String> {
        self.remembered(&self.modules_given_to, path, |module, name| {
            let mut seen = FxHashSet::default();
            self.module_given((module, module), NOWHERE, name, 0, &mut seen)
        })
    }

    /// Where a path leads, asked for its module and its last name once.
    fn remembered(
        &self,
        known: &Remembered,
        path: &str,
        ask: impl FnOnce(&str, &str) -> Option<String>,
    ) -> Option<String> {
        let (Some(module), name) = split_last(path, "::") else {
            return None;
        };
        let is_ours = self.by_path.contains_key(module);
        if !is_ours && self.project.rust_globs(module).is_empty() {
            return None;
        }
        let known = &known[usize::from(self.variants.is_asked.get())];
        if let Some(known) = known.borrow().get(path) {
            return known.clone();
        }
        let ask = || ask(module, name).filter(|target| !self.leads_back(target, path));
        let (target, is_settled) = self.settled(ask);
        if is_settled {
            let mut known = known.borrow_mut();
            known.insert(path.to_owned(), target.clone());
        }
        target
    }

    /// Whether what a star would give to a module comes from there: `use super::*` below a module with
    /// `pub use self::child::Item`. What moves stands where it was, whatever its old module imports.
    fn leads_back(&self, target: &str, path: &str) -> bool {
        let next = |at: &&str| Some(self.project.rust_import(at, space::ANY)?.0);
        let mut way = std::iter::successors(Some(target), next).take(LONGEST);
        target == path || self.lookup(target).is_none() && way.any(|at| at == path)
    }

    /// The innermost import of all names that can give a name.
    pub(super) fn nearest_star(&self, name: &str, written: &Written<'_>) -> Option<Given> {
        let scope = self.stars.scope(written.module, written.at)?;
        let is_known = written.leaf.is_none() && self.depth.get() == 0;
        let known = is_known.then(|| self.stars.known(scope, name)).flatten();
        let found = known.unwrap_or_else(|| {
            let mut seen = FxHashSet::default();
            let mut stars = self.stars.around(scope);
            let found = stars.find_map(|star| {
                let others = written.leaf != Some(star);
                let given = others
                    .then(|| self.given(star, name, 0, &mut seen))
                    .flatten()?;
                let size = self.facts.statements[star.0].visible.len();
                Some((size, given))
            });
            if is_known {
                self.stars.keep(scope, name, found.clone());
            }
            found
        });
        let (size, (path, origin)) = found?;
        Some(Given { size, path, origin })
    }

    /// The star that gives a place a module or a type of this name, as far as the files of the project
    /// tell.
    pub(super) fn module_star(&self, name: &str, written: &Written<'_>) -> Option<Given> {
        let scope = self.stars.scope(written.module, written.at)?;
        let is_known = written.leaf.is_none() && self.depth.get() == 0;
        let key = (scope, Box::from(name));
        let known = is_known.then(|| self.stars.modules.borrow().get(&key).cloned());
        let found = known.flatten().unwrap_or_else(|| {
            let mut seen = FxHashSet::default();
            let to = self.module(written.module);
            let mut stars = self.stars.around(scope);
            let found = stars.find_map(|star| {
                let others = written.leaf != Some(star);
                let module = others.then(|| self.leaf(star.0, star.1)).flatten()?;
                let path = self.module_given((module.path(), to), star, name, 0, &mut seen)?;
                Some((path, star))
            });
            if is_known {
                let mut modules = self.stars.modules.borrow_mut();
                modules.insert(key, found.clone());
            }
            found
        });
        let (path, origin) = found?;
        let size = self.facts.statements[origin.0].visible.len();
        Some(Given { size, path, origin })
    }

    /// Whether a star of a block gives a name something of the project that moves nowhere, and so hides
    /// what binds the name for a part of the text of this length.
    pub(super) fn is_hidden_in_block(
        &self,
        size: usize,
        (name, spaces): (&str, u8),
        place: (usize, usize),
        own: Option<Star>,
    ) -> bool {
        self.stars.are_in_blocks
            && self.is_given(name, spaces, place, |star| {
                own != Some(star) && self.facts.statements[star.0].visible.len() < size
            })
    }

    /// Whether a star around a place gives a name something of the project that moves nowhere.
    pub(super) fn is_given_item(&self, name: &str, spaces: u8, place: (usize, usize)) -> bool {
        self.is_given(name, spaces, place, |_| true)
    }

    fn is_given(
        &self,
        name: &str,
        spaces: u8,
        (module, at): (usize, usize),
        is_asked: impl Fn(Star) -> bool,
    ) -> bool {
        let scope = self.stars.scope(module, at);
        let stars = scope.into_iter().flat_map(|scope| self.stars.around(scope));
        let to = self.module(module);
        let mut opened = stars
            .filter(|&star| is_asked(star))
            .filter_map(|star| self.opened(star));
        opened.any(|it| self.has_item(&it, (name, spaces), to, &mut FxHashSet::default()))
    }

    /// The module or enum that a star takes all names from.
    fn opened(&self, star: Star) -> Option<String> {
        if let Some(reached) = self.leaf(star.0, star.1)
            && !reached.path().is_empty()
        {
            return Some(reached.path().to_owned());
        }
        // No path leads to most items of the file.
        let statement = &self.facts.statements[star.0];
        let [name] = &*statement.leaves[star.1].names else {
            return None;
        };
        let name = name.plain();
        let place = (statement.module, statement.keyword);
        let binding = self.item_or_import(name, space::TYPE, place, star)?;
        let module = self.facts.bindings[binding].module;
        let is_item = self.facts.bindings[binding].kind == Bound::Item;
        (is_item && self.is_of_module(binding)).then(|| format!("{}::{name}", self.module(module)))
    }

    /// Whether a module or an enum of the project declares an item that the module `to` sees, or gives
    /// one by a star of its own.
    fn has_item(
        &self,
        of: &str,
        (name, spaces): (&str, u8),
        to: &str,
        seen: &mut FxHashSet<String>,
    ) -> bool {
        let path = format!("{of}::{name}");
        let own = self.items.get(&path).copied();
        let kinds = own.or_else(|| self.project.rust_item(&path));
        if kinds.is_some_and(|kinds| kinds & spaces != 0) {
            let limit = self
                .limit_here(&path)
                .or_else(|| self.project.rust_limit(&path));
            return limit.is_none_or(|limit| below(to, &limit, "::"));
        }
        if seen.len() > DEEPEST || !seen.insert(of.to_owned()) {
            return false;
        }
        let globs = self.project.rust_globs(of).iter();
        let is_inside = below(to, of, "::");
        let mut globs = globs.filter(|(_, public)| is_inside || *public);
        globs.any(|(target, _)| self.has_item(target, (name, spaces), of, seen))
    }

    /// Whether what a star gives is another thing than a crate of its name, and hides it.
    pub(super) fn hides(&self, star: &Given, library: &str) -> bool {
        let import = self.imports.get(&star.path);
        let own = import.and_then(|&it| self.leaf_of(it));
        let own = own.and_then(|(statement, leaf, ..)| self.leaf(statement, leaf));
        let other = self.project.rust_import(&star.path, space::TYPE);
        let target = own.as_ref().map(|it| it.path());
        target.or(other.map(|(target, _)| target)) != Some(library)
    }

    /// What a path would be whose crate a star of the own crate hides, if a file has that module which
    /// was not read yet.
    pub(super) fn in_stars(
        &self,
        reached: &Reached,
        is_rooted: bool,
        words: &[&str],
        (module, at): (usize, usize),
    ) -> Vec<String> {
        let begins_with_crate = reached.moved.is_some()
            && reached.through.is_none()
            && reached.glob.is_none()
            && !is_rooted
            && words.first().is_some_and(|first| self.is_crate(first));
        let scope = begins_with_crate
            .then(|| self.stars.scope(module, at))
            .flatten();
        let stars = scope.into_iter().flat_map(|scope| self.stars.around(scope));
        let modules = stars.filter_map(|(statement, leaf)| self.leaf(statement, leaf));
        let own = modules.filter(|it| below(it.path(), &self.place.krate, "::"));
        own.map(|it| format!("{}::{}", it.path(), words.join("::")))
            .collect()
    }

    /// The path of the module or type `name` that a star in the module `to` takes from `module`: one
    /// that stands there, or that another star gives to it.
    fn module_given(
        &self,
        (module, to): (&str, &str),
        star: Star,
        name: &str,
        depth: usize,
        seen: &mut FxHashSet<String>,
    ) -> Option<String> {
        if module.is_empty() || depth > LONGEST || seen.len() > DEEPEST * 4 {
            return None;
        }
        if !seen.insert(module.to_owned()) {
            return None;
        }
        let path = format!("{module}::{name}");
        let is_inside = below(to, module, "::");
        if let Some(&own) = self.by_path.get(module) {
            let facts = self.facts;
            let mut named = facts.named(name).iter().filter(|&&it| {
                facts.bindings[it].module == own
                    && self.is_of_module(it)
                    && self.spaces(it) & space::TYPE != 0
            });
            let is_seen = |&&it: &&usize| match facts.bindings[it].kind {
                _ if is_inside => true,
                Bound::Leaf { statement, .. } => {
                    let limit = self.limit_of(&facts.statements[statement]);
                    limit.is_none_or(|limit| below(to, &limit, "::"))
                }
                _ => {
                    let limit = facts.limits.get(&it).map(|it| self.within(own, it));
                    limit.is_none_or(|limit| below(to, &limit, "::"))
                }
            };
            if named.any(|it| is_seen(&it)) {
                return Some(path);
            }
            let mut inner = self.stars.of_module(own).filter(|inner| {
                *inner != star && (is_inside || self.facts.statements[inner.0].public)
            });
            return inner.find_map(|inner| {
                let from = self.leaf(inner.0, inner.1)?;
                self.module_given((from.path(), module), inner, name, depth + 1, seen)
            });
        }
        let project = self.project;
        let is_type = |path: &str| {
            let spaces = project.rust_item(path);
            spaces.is_some_and(|of| of & space::TYPE != 0)
        };
        let is_item = is_type(&path);
        let is_import = project.rust_import(&path, space::TYPE).is_some();
        let package = self.place.package.as_ref();
        let is_file = || package.is_some_and(|package| package.module(&path).is_some());
        // Of a crate that is not in the tree, the modules that something moves into are known.
        let is_above = || self.targets().above.contains(&path);
        if is_item || is_import || is_file() || is_above() {
            let is_private = is_import && project.is_rust_private(&path);
            let limit = project.rust_limit(&path);
            let is_seen = !is_private && limit.is_none_or(|limit| below(to, &limit, "::"));
            return (is_inside || is_seen).then_some(path);
        }
        // A module whose files have yet to move gives what it gives where they are.
        if let Some(yet) = self.before_files_move(&path).filter(|it| is_type(it)) {
            let limit = project.rust_limit(&yet);
            let is_seen = limit.is_none_or(|limit| below(to, &limit, "::"));
            return (is_inside || is_seen).then_some(path);
        }
        let mut globs = project.rust_globs(module).iter();
        globs.find_map(|(target, public)| match is_inside || *public {
            true => self.module_given((target, module), star, name, depth + 1, seen),
            false => None,
        })
    }

    /// The nearest star that gives the first name of a path to its place.
    pub(super) fn star_at(&self, path: &PathRef) -> Option<Star> {
        let scope = self.stars.scope(path.module, path.start())?;
        let name = &path.words.first()?.text;
        let mut seen = FxHashSet::default();
        let mut stars = self.stars.around(scope);
        stars.find(|&star| self.given(star, name, 0, &mut seen).is_some())
    }

    /// The path behind a name that a star gives.
    pub(super) fn through_star(&self, star: Given, reached: &mut Reached) -> Option<String> {
        let path = star.path;
        reached.glob = Some(star.origin);
        if let Some(module) = self.leaf(star.origin.0, star.origin.1) {
            let name = path.rsplit("::").next().unwrap_or_default();
            let hop = format!("{}::{name}", module.path());
            reached.crossed.extend_from_slice(&module.crossed);
            reached.crossed.extend(self.foreign(&hop));
        }
        // What an import of this file gives on is that import's, unless it is the legacy path itself.
        if self.knows(&path).is_none()
            && !self.varies(&path)
            && let Some(&binding) = self.imports.get(&path)
        {
            reached.through = Some((binding, 0));
            let Bound::Leaf { statement, leaf } = self.facts.bindings[binding].kind else {
                return Some(path);
            };
            return Some(self.leaf(statement, leaf)?.path().to_owned());
        }
        Some(path)
    }

    /// Whether a star gives a name, as far as the files of the project and the moves tell.
    pub(super) fn may_bring(&self, star: Star, name: &str) -> bool {
        let module = self.leaf(star.0, star.1);
        let module = module.as_deref().map_or("", Reached::path);
        let own = self.by_path.get(module);
        own.is_some_and(|&own| self.has(own, name))
            || self
                .project
                .rust_item(&format!("{module}::{name}"))
                .is_some()
            || self
                .given(star, name, 0, &mut FxHashSet::default())
                .is_some()
    }

    /// The path of `name` in the module that a star takes all names from, if it matters; and the
    /// star that takes it from where it is: this one, or one in the module that this one names.
    pub(super) fn given(
        &self,
        star: (usize, usize),
        name: &str,
        depth: usize,
        seen: &mut FxHashSet<String>,
    ) -> Option<(String, (usize, usize))> {
        let module = self.leaf(star.0, star.1)?;
        let to = self.module(self.facts.statements[star.0].module);
        self.given_by((module.path(), to), star, name, depth, seen)
    }

    /// The same of a module, for a star in the module `to`.
    fn given_by(
        &self,
        (module, to): (&str, &str),
        star: (usize, usize),
        name: &str,
        depth: usize,
        seen: &mut FxHashSet<String>,
    ) -> Option<(String, (usize, usize))> {
        if module.is_empty() || depth > LONGEST || seen.len() > DEEPEST * 4 {
            return None;
        }
        if !seen.insert(module.to_owned()) {
            return None;
        }
        let path = format!("{module}::{name}");
        // Where one of several modules gives it, all of them are asked in the end.
        let modules = self.in_configurations(module);
        let mut others = modules.iter().filter(|it| *it != module);
        let gives = |it: &String| {
            self.given_by((it, to), star, name, depth + 1, seen)
                .is_some()
        };
        if others.any(gives) {
            return Some((path, star));
        }
        // What goes along with its module may be what another thing becomes.
        let is_end = || {
            let moved = self.lookup(&path);
            self.is_target(&path) || moved.is_some_and(|it| self.is_target(&it.dotted()))
        };
        let concerns = self.knows(&path).is_some() || self.leads(&path) || is_end();
        let is_inside = below(to, module, "::");
        let own = self.imports.get(&path).and_then(|&it| self.leaf_of(it));
        let is_ours = own.is_some_and(|(.., statement, _)| is_inside || statement.public);
        let is_given = || is_inside || !self.project.is_rust_private(&path);
        let is_theirs = || {
            self.project.rust_import(&path, space::ANY).is_some()
                || !self.project.rust_ambiguous(&path).is_empty()
        };
        if concerns || is_ours || is_theirs() && is_given() {
            return Some((path, star));
        }
        // Modules of this file, and those of others, may have stars of their own.
        let own = self.by_path.get(module).copied();
        if let Some(own) = own {
            if self.declares(own, name) {
                return None;
            }
            let mut inner = self.stars.of_module(own).filter(|inner| {
                *inner != star && (is_inside || self.facts.statements[inner.0].public)
            });
            return inner.find_map(|inner| self.given(inner, name, depth + 1, seen));
        }
        if self.project.rust_item(&path).is_some() {
            return None;
        }
        let mut globs = self.project.rust_globs(module).iter();
        globs.find_map(|(target, public)| match is_inside || *public {
            true => self.given_by((target, module), star, name, depth + 1, seen),
            false => None,
        })
    }

    /// Whether a star may give a name, and another thing by it than `target`: what is in other files
    /// is not known.
    pub(super) fn may_give(&self, star: Star, name: &str, target: &str, depth: usize) -> bool {
        let leaf = &self.facts.statements[star.0].leaves[star.1];
        let last = leaf.names.last().map_or("", |last| last.plain());
        // The variants of an enum of this file stand in it.
        if !last.is_empty() && has_words(self.text, &format!("enum {last}")) {
            return has_words(self.text, name);
        }
        let reached = self.leaf(star.0, star.1);
        let module = reached.as_deref().map_or("", Reached::path);
        if module.is_empty() {
            return true;
        }
        if self.after(&format!("{module}::{name}")) == target || depth > LONGEST {
            return false;
        }
        let Some(&own) = self.by_path.get(module) else {
            return true;
        };
        let mut inner = self.stars.of_module(own).filter(|inner| *inner != star);
        self.declares(own, name)
            || self.imports.contains_key(&format!("{module}::{name}"))
            || inner.any(|inner| self.may_give(inner, name, target, depth + 1))
    }

    /// Whether of these stars, or of those through which they lead, one gives `old` and another one may
    /// give `new`, and another thing by it than `target`.
    pub(super) fn has_rival(
        &self,
        stars: &[Star],
        old: &str,
        (new, target): (&str, &str),
        seen: &mut FxHashSet<usize>,
    ) -> bool {
        let gives = |star: &Star| {
            self.given(*star, old, 0, &mut FxHashSet::default())
                .is_some()
        };
        let (giving, others): (Vec<Star>, Vec<Star>) = stars.iter().partition(|star| gives(star));
        if giving.is_empty() {
            return false;
        }
        let mut others = others.into_iter();
        if others.any(|star| self.may_give(star, new, target, 0)) {
            return true;
        }
        giving.into_iter().any(|star| {
            let module = self.leaf(star.0, star.1);
            let inner = module.and_then(|it| self.by_path.get(it.path()).copied());
            let inner = inner.filter(|&it| seen.len() < DEEPEST && seen.insert(it));
            inner.is_some_and(|inner| {
                let stars: Vec<Star> = self.stars.of_module(inner).collect();
                !self.has(inner, old) && self.has_rival(&stars, old, (new, target), seen)
            })
        })
    }

    /// A macro that a `#[macro_use] extern crate` of the file, or of its crate's root, gives.
    pub(super) fn through_macro_use(&self, name: &str) -> Option<String> {
        let own = self.stars.giving_macros();
        let own = own.filter(|&index| {
            let listed = &self.facts.statements[index].listed_macros;
            listed.is_empty() || listed.iter().any(|it| &*it.text == name)
        });
        let own = own.filter_map(|index| Some(self.leaf(index, 0)?.path().to_owned()));
        let of_root = self.project.rust_macro_crates(&self.place.krate);
        let mut crates = own.chain(of_root.iter().cloned());
        crates.find_map(|krate| {
            let path = format!("{krate}::{name}");
            (self.knows(&path).is_some() || self.is_target(&path)).then_some(path)
        })
    }

    /// A macro of the own crate, which files below its `#[macro_use]` name alone: an exported one,
    /// or one of a module whose macros `module` sees.
    pub(super) fn by_macro_scope(&self, name: &str, module: usize) -> Option<String> {
        let is_macro = |mv: &&Move| mv.kind.as_deref() == Some("macro");
        let path = format!("{}::{name}", self.place.krate);
        if self.either_end(&path).filter(is_macro).is_some() {
            return Some(path);
        }
        // A `macro_rules!` of this file comes first.
        let parent = |module: &usize| self.facts.modules[*module].parent;
        let mut around = std::iter::successors(Some(module), parent);
        if around.any(|module| self.declares(module, name)) {
            return None;
        }
        let package = self.place.package.as_ref()?;
        let called = |mv: &&Move| mv.from.name.as_deref() == Some(name);
        let moves = self.plan.moves_of(Dialect::Rust).filter(is_macro);
        moves.filter(called).find_map(|mv| {
            let scope = package.macro_scope(&mv.from.module)?;
            let is_seen = below(self.module(module), &scope, "::");
            is_seen.then(|| mv.from.path(Dialect::Rust))
        })
    }
}

/// Whether words stand in a text, anywhere.
pub(super) fn has_words(text: &str, words: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(words).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + words.len()..].starts_with(is_part)
    })
}
