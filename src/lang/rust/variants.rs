//! Modules that are another one in other configurations: `#[cfg(a)] mod sys { … }` beside
//! `#[cfg(not(a))] mod sys { … }`, and one whose stars exclude each other; and all the places to
//! which a path leads through them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::conditions::are_apart;
use super::facts::{Bound, Facts, space};
use super::names::{LONGEST, Names, Reached, Written};
use crate::plan::{below, split_last};
use crate::project::{RustOutline, RustPlace, RustVariant};

/// As many conditions of one module are told apart.
const MANY: usize = 64;

/// What is called so that nobody knows: a module, or what has a name in some configuration.
const UNKNOWN: &str = "{unknown}";

/// A star: its statement and leaf.
type Star = (usize, usize);

/// What a module of the file is in some configurations.
struct Variant {
    module: usize,
    /// What holds there, besides what holds for the module.
    holds: Box<[String]>,
}

/// The modules of a file that are another one in other configurations, or may be.
#[derive(Default)]
pub(super) struct Variants {
    by_path: FxHashMap<String, Vec<Variant>>,
    /// One of them has several here.
    differ: bool,
    /// Stars that are there in some configurations only.
    has_stars: bool,
    /// Where paths lead, as far as it was asked.
    known: RefCell<FxHashMap<String, Rc<Vec<End>>>>,
    /// That is being asked: no step of the way is asked for all of its own.
    pub(super) is_asked: Cell<bool>,
}

impl Variants {
    pub(super) fn new(
        facts: &Facts,
        place: &RustPlace,
        modules: &[String],
        by_path: &FxHashMap<String, usize>,
    ) -> Self {
        let conditional = facts.conditions.keys();
        let starred = conditional.filter(|&&it| facts.statements[it].has_star());
        let starred: FxHashSet<usize> = starred.map(|&it| facts.statements[it].module).collect();
        let twice = declared_twice(facts, modules, by_path);
        // What is included shares the module.
        let varies = place.varies && !place.included && !facts.is_document;
        let mut variants = Self {
            has_stars: !starred.is_empty(),
            ..Self::default()
        };
        if starred.is_empty() && twice.is_empty() && !varies {
            return variants;
        }
        for (module, path) in modules.iter().enumerate() {
            let conditions = match starred.contains(&module) {
                true => conditions_apart(facts, module),
                false => Vec::new(),
            };
            let holds = match &conditions[..] {
                [] if varies || twice.contains(path.as_str()) => vec![Box::default()],
                _ => conditions,
            };
            if holds.is_empty() {
                continue;
            }
            let of_path = variants.by_path.entry(path.clone()).or_default();
            of_path.extend(holds.into_iter().map(|holds| Variant { module, holds }));
            variants.differ |= of_path.len() > 1;
        }
        variants
    }
}

impl Variants {
    /// Forgets where paths lead.
    pub(super) fn forget(&mut self) {
        self.known = RefCell::default();
    }
}

/// The modules that the file declares more than once.
fn declared_twice(
    facts: &Facts,
    modules: &[String],
    by_path: &FxHashMap<String, usize>,
) -> FxHashSet<String> {
    let again = modules.iter().enumerate();
    let again = again.filter(|(index, path)| by_path.get(*path) != Some(index));
    let mut twice: FxHashSet<String> = again.map(|(_, path)| path.clone()).collect();
    let mut declared: FxHashSet<(usize, &str)> = FxHashSet::default();
    let lines = facts.declared.iter();
    let again = lines.filter(|(module, name)| !declared.insert((*module, &*name.text)));
    twice.extend(again.map(|(module, name)| format!("{}::{}", modules[*module], name.text)));
    twice
}

/// The conditions of stars in a module of which only one can hold.
fn conditions_apart(facts: &Facts, module: usize) -> Vec<Box<[String]>> {
    let body = &facts.modules[module].body;
    let stars = facts.conditions.iter().filter(|(index, _)| {
        let statement = &facts.statements[**index];
        statement.has_star() && (statement.module, &statement.visible) == (module, body)
    });
    let all: BTreeSet<&[String]> = stars.map(|(_, all)| &**all).collect();
    let is_apart = |one: &&&[String]| all.iter().any(|other| are_apart(one, other));
    let apart = all.iter().filter(is_apart).take(MANY);
    apart.map(|holds| Box::from(*holds)).collect()
}

/// A place to which a path leads in some configurations.
#[derive(Debug, Clone)]
struct End {
    path: String,
    /// An import of what moves leads there, and goes along with it.
    goes_along: bool,
}

/// Where a name leads in some configurations.
struct Target {
    path: String,
    /// By an import of its own, not by a star.
    by_name: bool,
}

/// What is looked for, and what was found of it.
#[derive(Default)]
struct Search {
    seen: FxHashSet<String>,
    ends: Vec<End>,
}

impl Names<'_> {
    /// Whether names may lead elsewhere in other configurations: in most projects none does.
    fn has_variants(&self) -> bool {
        self.variants.differ || self.project.has_rust_variants()
    }

    fn variants_here(&self, module: &str) -> &[Variant] {
        let own = self.variants.by_path.get(module);
        own.map_or(&[], Vec::as_slice)
    }

    /// What other files have as a module.
    fn variants_elsewhere(&self, module: &str) -> impl Iterator<Item = &RustVariant> {
        let all = self.project.rust_variants(module).iter();
        let others = all.filter(|(file, _)| Some(*file) != self.file);
        others.map(|(_, variant)| variant)
    }

    /// Whether a module is another one in other configurations.
    fn is_variant(&self, module: &str) -> bool {
        self.variants_here(module).len() + self.variants_elsewhere(module).count() > 1
    }

    /// Whether its name is bound by other things as well in other configurations, for those who go
    /// through it: its module is another one there, or has stars.
    pub(super) fn is_of_variant(&self, binding: usize) -> bool {
        let facts = self.facts;
        let own = facts.bindings[binding].module;
        let is_variant = || self.has_variants() && self.is_variant(self.module(own));
        // What is private only the modules below take from it.
        let is_taken = || {
            let import = self.leaf_of(binding);
            import.is_some_and(|(.., statement, _)| statement.public)
                || facts.modules.iter().any(|it| it.parent == Some(own))
                || facts.declared.iter().any(|(module, _)| *module == own)
        };
        self.is_of_module(binding) && is_variant() && is_taken()
            || !self.stars_beside(binding).is_empty()
    }

    /// Whether the last name of a path leads elsewhere in other configurations, by what its module
    /// has there.
    pub(super) fn varies(&self, path: &str) -> bool {
        let module = || split_last(path, "::").0;
        let is_variant = self.has_variants() && module().is_some_and(|it| self.is_variant(it));
        is_variant && self.ends(path).len() > 1
    }

    /// The parts of a path whose last names lead elsewhere in other configurations.
    pub(super) fn varying<'p>(&self, path: &'p str) -> Vec<&'p str> {
        if !self.has_variants() || self.variants.is_asked.get() {
            return Vec::new();
        }
        let parts = parts(path).filter(|own| {
            let is_ambiguous = !self.project.rust_ambiguous(own).is_empty();
            is_ambiguous || self.varies(own)
        });
        parts.collect()
    }

    /// The paths that a path is in some configuration each, where its beginning varies.
    pub(super) fn in_configurations(&self, path: &str) -> Vec<String> {
        match &self.varying(path)[..] {
            [] => Vec::new(),
            _ => self.ends(path).iter().map(|end| end.path.clone()).collect(),
        }
    }

    /// All the places to which a path leads, each once.
    fn ends(&self, path: &str) -> Rc<Vec<End>> {
        if let Some(known) = self.variants.known.borrow().get(path) {
            return Rc::clone(known);
        }
        let is_asked = self.variants.is_asked.replace(true);
        let (mut search, is_settled) = self.settled(|| {
            let mut search = Search::default();
            self.search(path.to_owned(), None, &mut search);
            search
        });
        self.variants.is_asked.set(is_asked);
        let mut known = FxHashSet::default();
        search.ends.retain(|end| known.insert(end.path.clone()));
        let ends = Rc::new(search.ends);
        if is_settled {
            let mut known = self.variants.known.borrow_mut();
            known.insert(path.to_owned(), Rc::clone(&ends));
        }
        ends
    }

    /// Follows a path; `implied` is what an import says of all below what it imports.
    fn search(&self, path: String, implied: Option<(&str, String)>, search: &mut Search) {
        if let Some(moved) = self.lookup(&path) {
            let goes_along = implied.is_some_and(|(from, to)| {
                let rest = path.strip_prefix(from).unwrap_or_default();
                format!("{to}{rest}") == moved.dotted()
            });
            search.ends.push(End { path, goes_along });
            return;
        }
        if search.seen.contains(&path) {
            return;
        }
        // Of more than that nobody can tell where it ends.
        if search.seen.len() < LONGEST {
            search.seen.insert(path.clone());
            for own in parts(&path) {
                let rest = &path[own.len()..];
                let mut targets = self.targets_behind(own, rest.is_empty());
                // What is imported out of a module of its own name is no module: `pub use fmt::fmt`
                // beside `mod fmt`.
                targets
                    .retain(|it| rest.is_empty() || it.path == own || !below(&it.path, own, "::"));
                let stays = targets.is_empty() || targets.iter().any(|it| it.path == own);
                for target in targets.iter().filter(|it| it.path != own) {
                    let moved = self.lookup(&target.path).filter(|_| target.by_name);
                    let implied = moved.map(|moved| (target.path.as_str(), moved.dotted()));
                    self.search(format!("{}{rest}", target.path), implied, search);
                }
                if !stays {
                    return;
                }
            }
        }
        search.ends.push(End {
            path,
            goes_along: false,
        });
    }

    /// Where the last name of a path leads: itself, where its module declares it; nothing where it is
    /// not known.
    fn targets_behind(&self, path: &str, is_last: bool) -> Vec<Target> {
        let Some((module, name)) = path.rsplit_once("::") else {
            return Vec::new();
        };
        if self.is_variant(module) {
            let own = self.variants_here(module).iter();
            let named = |it: &Variant| self.bound_in(it, name).next().is_some();
            let is_named =
                own.clone().any(named) || self.variants_elsewhere(module).any(|it| it.has(name));
            let own = own.flat_map(|it| self.targets_here(it, (path, module), (name, is_named)));
            let others = self.variants_elsewhere(module);
            let others = others.flat_map(|it| self.targets_there(it, module, (name, is_named)));
            return own.chain(others).collect();
        }
        let by_name = |path: &str| Target {
            path: path.to_owned(),
            by_name: true,
        };
        let ambiguous = self.project.rust_ambiguous(path);
        if !ambiguous.is_empty() {
            let beside = self.project.rust_beside(path);
            // Of a second one that is not among them nothing is known.
            let is_open = ambiguous.len() + beside.len() == 1;
            let is_open = is_open || self.project.rust_item(path).is_some();
            let own = is_open.then_some(path).into_iter();
            let named = own.chain(ambiguous.iter().map(String::as_str));
            let beside = beside.iter().cloned().map(by_star);
            return named.map(by_name).chain(beside).collect();
        }
        if self.items.contains_key(path) {
            return Vec::new();
        }
        if let Some((statement, leaf, ..)) = self.imports.get(path).and_then(|&it| self.leaf_of(it))
        {
            let target = self.leaf(statement, leaf);
            let target = target.filter(|target| !target.path().is_empty());
            return target.map(|it| by_name(it.path())).into_iter().collect();
        }
        let spaces = match is_last {
            true => space::ANY,
            false => space::TYPE,
        };
        let import = || self.project.rust_import(path, spaces);
        if let Some(target) = self.given_to(path) {
            return vec![by_star(target)];
        }
        if let Some((target, _)) = import().filter(|(_, file)| Some(*file) != self.file) {
            return vec![by_name(target)];
        }
        let given = (!is_last).then(|| self.module_given_to(path)).flatten();
        given.map(by_star).into_iter().collect()
    }

    /// Where a name leads in a module of this file, in some configurations.
    fn targets_here(
        &self,
        variant: &Variant,
        (path, module): (&str, &str),
        (name, is_named): (&str, bool),
    ) -> Vec<Target> {
        let bound = self.bound_in(variant, name).map(|binding| Target {
            path: self.target_of(binding, path),
            by_name: true,
        });
        let bound: Vec<Target> = bound.collect();
        if !bound.is_empty() {
            return bound;
        }
        let stars = self.stars_in(variant);
        let stars = stars.map(|star| self.module_of(star));
        self.given_apart(stars, (name, is_named), module)
    }

    /// The same in a module of another file.
    fn targets_there(
        &self,
        variant: &RustVariant,
        module: &str,
        (name, is_named): (&str, bool),
    ) -> Vec<Target> {
        let named = variant.names.iter().filter(|(own, _)| **own == *name);
        let named = named.map(|(_, path)| Target {
            path: path.clone(),
            by_name: true,
        });
        let named: Vec<Target> = named.collect();
        match named.is_empty() {
            true => self.given_apart(variant.stars.iter().cloned(), (name, is_named), module),
            false => named,
        }
    }

    /// What stars give to a module by a name: those that concern moves, or else all that may.
    fn given_apart(
        &self,
        modules: impl Iterator<Item = String>,
        (name, is_named): (&str, bool),
        to: &str,
    ) -> Vec<Target> {
        let modules = modules.filter(|from| !is_named || !self.is_silent(from, name, to));
        let giving = modules.filter(|from| self.may_have(from, name, to));
        let paths: Vec<String> = giving.map(|from| format!("{from}::{name}")).collect();
        let concerns = |path: &&String| {
            self.lookup(path).is_some() || self.leads(path) || self.is_target(path)
        };
        let mut concerning: Vec<String> = paths.iter().filter(concerns).cloned().collect();
        if concerning.is_empty() {
            concerning = paths;
        }
        concerning.into_iter().map(by_star).collect()
    }

    /// Whether it is a module of the own crate of which nothing is known: what another one has by its
    /// name, it would say as well.
    fn is_silent(&self, module: &str, name: &str, to: &str) -> bool {
        let is_own = module.split("::").next() == Some(&*self.place.krate);
        let gives = || self.gives(module, name, to, &mut FxHashSet::default());
        is_own && !self.is_variant(module) && gives().is_none()
    }

    /// Whether a module may give a name to another one.
    fn may_have(&self, module: &str, name: &str, to: &str) -> bool {
        let path = format!("{module}::{name}");
        self.is_variant(module)
            || self.lookup(&path).is_some()
            || self.gives(module, name, to, &mut FxHashSet::default()) != Some(false)
    }

    /// The module whose names a star imports; one that no path has where it is not known.
    fn module_of(&self, star: Star) -> String {
        let module = self.leaf(star.0, star.1);
        let module = module.filter(|module| !module.path().is_empty());
        module.map_or_else(|| UNKNOWN.to_owned(), |module| module.path().to_owned())
    }

    /// What binds a name in a module, in some configurations.
    fn bound_in(&self, variant: &Variant, name: &str) -> impl Iterator<Item = usize> {
        let named = self.facts.named(name).iter().copied();
        named.filter(|&binding| self.is_bound_in(variant, binding))
    }

    fn is_bound_in(&self, variant: &Variant, binding: usize) -> bool {
        let bound = &self.facts.bindings[binding];
        bound.module == variant.module
            && bound.kind != Bound::Local
            && self.is_of_module(binding)
            && !are_apart(self.asked_for(binding), &variant.holds)
    }

    /// What must hold for a binding.
    pub(super) fn asked_for(&self, binding: usize) -> &[String] {
        let asked = match self.facts.bindings[binding].kind {
            Bound::Leaf { statement, .. } => self.facts.conditions.get(&statement),
            _ => self.facts.item_conditions.get(&binding),
        };
        asked.map_or(&[], |asked| asked)
    }

    pub(super) fn asked_for_star(&self, star: Star) -> &[String] {
        let asked = self.facts.conditions.get(&star.0);
        asked.map_or(&[], |asked| asked)
    }

    /// The stars of a module, in some configurations.
    fn stars_in(&self, variant: &Variant) -> impl Iterator<Item = Star> {
        let stars = self.stars.of_module(variant.module);
        stars.filter(|&star| !are_apart(self.asked_for_star(star), &variant.holds))
    }

    /// The path behind a binding of a module, which has this one there; that is all that is known of
    /// an import which leads nowhere.
    fn target_of(&self, binding: usize, path: &str) -> String {
        let import = self.leaf_of(binding);
        let target = import.and_then(|(statement, leaf, ..)| self.leaf(statement, leaf));
        let target = target.filter(|target| !target.path().is_empty());
        target.map_or_else(|| path.to_owned(), |target| target.path().to_owned())
    }

    /// Where a name that something binds leads by stars that are there where that is not.
    pub(super) fn stars_beside(&self, binding: usize) -> Vec<String> {
        let asked = self.asked_for(binding);
        if !self.variants.has_stars || asked.is_empty() {
            return Vec::new();
        }
        let bound = &self.facts.bindings[binding];
        let at = self.leaf_of(binding).map(|(.., it, _)| it.keyword);
        let at = at.unwrap_or(bound.visible.start);
        let scope = self.stars.scope(bound.module, at);
        let stars = scope.into_iter().flat_map(|scope| self.stars.around(scope));
        let beside = stars.filter(|star| {
            self.facts.statements[star.0].visible == bound.visible
                && are_apart(self.asked_for_star(*star), asked)
        });
        let to = self.module(bound.module);
        let modules = beside.map(|star| self.module_of(star));
        let giving = modules.filter(|from| {
            !self.is_silent(from, &bound.name, to) && self.may_have(from, &bound.name, to)
        });
        giving
            .map(|from| format!("{from}::{}", bound.name))
            .collect()
    }

    /// Tells where names of modules of this file lead by what binds them, and elsewhere by stars.
    pub(super) fn tell_beside(&self, rust: &mut RustOutline) {
        if !self.variants.has_stars {
            return;
        }
        for (binding, bound) in self.facts.bindings.iter().enumerate() {
            if bound.kind == Bound::Local || !self.is_of_module(binding) {
                continue;
            }
            let beside = self.stars_beside(binding);
            if !beside.is_empty() {
                let path = format!("{}::{}", self.module(bound.module), bound.name);
                let target = self.target_of(binding, &path);
                let beside = beside.into_iter().map(|target| (path.clone(), target));
                rust.beside.extend(beside);
                rust.ambiguous.push((path, target));
            }
        }
    }

    /// Where the first name of a path leads that a star gives, if that is another place in other
    /// configurations.
    pub(super) fn rivals(&self, name: &str, written: &Written<'_>) -> Vec<String> {
        let scope = self.stars.scope(written.module, written.at);
        let may_differ = self.variants.has_stars || self.has_variants();
        let Some(scope) = scope.filter(|_| may_differ) else {
            return Vec::new();
        };
        let to = self.module(written.module);
        let is_other = |star: &Star| written.leaf != Some(*star);
        let gives = |star: &Star| {
            let mut seen = FxHashSet::default();
            self.given(*star, name, 0, &mut seen).is_some() || {
                let path = format!("{}::{name}", self.module_of(*star));
                self.module_given_to(&path).is_some()
            }
        };
        let mut around = self.stars.around(scope).filter(is_other);
        let Some(giving) = around.find(gives) else {
            return Vec::new();
        };
        let asked = self.asked_for_star(giving);
        let beside = self.stars.of_scope(giving).filter(is_other);
        let beside = beside.filter(|star| are_apart(self.asked_for_star(*star), asked));
        let beside = beside.map(|star| self.module_of(star));
        let beside = beside.filter(|from| self.may_have(from, name, to));
        let modules = std::iter::once(self.module_of(giving)).chain(beside);
        let rivals: Vec<String> = modules.map(|from| format!("{from}::{name}")).collect();
        let ends = rivals.iter().map(|path| self.ends(path));
        let ends: FxHashSet<String> = ends
            .flat_map(|ends| ends.iter().map(|end| end.path.clone()).collect::<Vec<_>>())
            .collect();
        match ends.len() {
            0 | 1 => Vec::new(),
            _ => rivals,
        }
    }

    /// Where a path leads by rivals of its first name; `rest` are the words behind that.
    pub(super) fn below_rivals<'w>(
        &self,
        reached: &Reached,
        rest: impl Iterator<Item = &'w str>,
    ) -> Vec<String> {
        let rest = rest.filter(|word| *word != "self");
        let rest: String = rest.flat_map(|word| ["::", word]).collect();
        let rivals = reached.rivals.iter();
        rivals.map(|path| format!("{path}{rest}")).collect()
    }

    /// Where a path leads in all configurations, through modules that vary: if something of it moves
    /// in one of them, and not all of them lead to the same place from then on, nothing can be done
    /// with it.
    pub(super) fn weigh_variants(&self, written: &Written<'_>, reached: &mut Reached) {
        if reached.doubt.is_some() || reached.rivals.is_empty() && !self.has_variants() {
            return;
        }
        // What is said of an import holds for all that goes through it.
        let through = reached
            .through
            .and_then(|(binding, _)| self.leaf_of(binding));
        let import = through.and_then(|(statement, leaf, ..)| self.leaf(statement, leaf));
        if import.is_some_and(|import| import.doubt.is_some()) {
            return;
        }
        let own = reached.path().to_owned();
        let mut varying = Vec::new();
        let ends = if reached.rivals.is_empty() {
            varying = self.varying(&own);
            // What moves does so whatever is there, and goes along with an import of it.
            let is_settled = reached.moved.is_some() || self.lookup(&own).is_some();
            match is_settled || varying.is_empty() {
                true => return,
                false => self.ends(&own),
            }
        } else {
            let words = written.words.iter().skip(1).map(|word| &*word.text);
            let paths = self.below_rivals(reached, words);
            let ends = paths.iter().map(|path| self.ends(path));
            Rc::new(ends.flat_map(|ends| ends.to_vec()).collect())
        };
        self.pass(&varying, reached);
        let moves = |end: &&End| {
            let moved = self.lookup(&end.path).filter(|_| !end.goes_along);
            moved.is_some_and(|it| !it.rest.is_empty() || self.fits(it.mv, written.spaces))
        };
        let Some(moved) = ends.iter().find(moves) else {
            return;
        };
        let target = self.after(&moved.path);
        let agree = ends.iter().all(|end| self.after(&end.path) == target);
        if agree && (reached.moved.is_some() || self.lead(written, &moved.path, reached)) {
            return;
        }
        let last = written.words.len() - 1;
        reached.doubt = Some((last, moved.path.clone()));
        reached.moved = None;
    }

    /// Notes the imports of this file through which a path may lead.
    fn pass(&self, varying: &[&str], reached: &mut Reached) {
        for path in varying {
            let word = reached.prefixes.iter().position(|it| it == path);
            let (Some(word), Some((module, name))) = (word, path.rsplit_once("::")) else {
                continue;
            };
            let variants = self.variants_here(module).iter();
            let bound = variants.flat_map(|it| self.bound_in(it, name));
            let imports = bound.filter(|&it| self.leaf_of(it).is_some());
            reached.passed.extend(imports.map(|it| (it, word)));
        }
    }

    /// Lets a path lead to what moves in one configuration, since it is the same in all others from
    /// then on; gives whether a word of it stands for that.
    fn lead(&self, written: &Written<'_>, moved: &str, reached: &mut Reached) -> bool {
        let mut path = moved;
        for (at, word) in written.words.iter().enumerate().rev() {
            let Some(prefix) = reached.prefixes.get_mut(at) else {
                return false;
            };
            path.clone_into(prefix);
            if self.knows(path).is_some() {
                reached.moved = Some(at);
                return true;
            }
            if &*word.text == "self" {
                continue;
            }
            let Some((module, _)) = path.rsplit_once("::") else {
                return false;
            };
            path = module;
        }
        false
    }

    /// What the modules of this file have that are another one in other configurations.
    pub(super) fn told_variants(&self) -> Vec<(String, RustVariant)> {
        let mut told = Vec::new();
        let mut paths: Vec<&String> = self.variants.by_path.keys().collect();
        paths.sort_unstable();
        for path in paths {
            told.extend(self.variants_here(path).iter().map(|variant| {
                let bindings = 0..self.facts.bindings.len();
                let bound = bindings.filter(|&it| self.is_bound_in(variant, it));
                let named = bound.map(|binding| {
                    let name = &self.facts.bindings[binding].name;
                    let target = self.target_of(binding, &format!("{path}::{name}"));
                    (name.clone(), target)
                });
                let stars = self.stars_in(variant);
                let told = RustVariant {
                    names: named.collect(),
                    stars: stars.map(|star| self.module_of(star)).collect(),
                };
                (path.clone(), told)
            }));
        }
        told
    }
}

fn by_star(path: String) -> Target {
    Target {
        path,
        by_name: false,
    }
}

/// The beginnings of a path that are names of modules, and the path itself.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices("::").map(|(end, _)| end).skip(1);
    ends.chain([path.len()]).map(|end| &path[..end])
}
