//! Where paths lead: through imports, modules and crates, to what moves.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::by_macros::ByMacros;
use super::conditional::{self, Conditions};
use super::facts::{Bound, Facts, PathRef, Statement, Word, space};
use super::layout::Style;
use super::nearest::Nearest;
use super::read::words_of;
use super::stars::{Remembered, Stars};
use super::tree::{self, Leaf, NEWEST_EDITION, written};
use super::variants::Variants;
use crate::plan::{Dialect, Move, Moved, Plan, split_last};
use crate::project::{FileId, Format, Project, RustPlace, library_of};

/// How many imports a path may lead through.
pub(super) const LONGEST: usize = 16;

/// How many imports are looked into to resolve one, and how many modules for what stars give.
pub(super) const DEEPEST: usize = 64;

/// A file, and all that is known around it.
pub(super) struct Names<'a> {
    pub(super) plan: &'a Plan,
    pub(super) project: &'a Project,
    pub(super) file: Option<FileId>,
    pub(super) place: &'a RustPlace,
    pub(super) facts: &'a Facts,
    pub(super) text: &'a str,
    /// Where blocks begin that declare modules.
    pub(super) blocks: Vec<usize>,
    /// Absolute paths of the file's modules.
    pub(super) modules: Vec<String>,
    pub(super) by_path: FxHashMap<String, usize>,
    /// What imports bind at the level of modules, by absolute path.
    pub(super) imports: FxHashMap<String, usize>,
    /// What modules of the file declare, by absolute path, and in which namespaces.
    pub(super) items: FxHashMap<String, u8>,
    /// Namespaces of imports of things whose kind the manifest tells.
    spaces: FxHashMap<usize, u8>,
    /// Where imports lead, as far as it was asked.
    leaves: RefCell<Leaves>,
    /// Where paths lead, as far as it was asked: many rules ask the same.
    paths: RefCell<FxHashMap<usize, Option<Rc<Reached>>>>,
    /// How many imports are being resolved.
    pub(super) depth: Cell<usize>,
    /// The outermost of them without which something was told meanwhile.
    lowest: Cell<usize>,
    /// Leaves that were told without one that is being resolved.
    unsure: RefCell<Vec<(usize, usize)>>,
    /// They are asked for once more.
    is_confirming: Cell<bool>,
    pub(super) by_macros: ByMacros<'a>,
    /// Bindings at the level of modules, and whether one of them is an item.
    at_module: FxHashMap<(usize, &'a str), bool>,
    /// What a name means where, for names of which there are many: by the first binding of the
    /// name, the module and the namespace.
    pub(super) meanings: RefCell<FxHashMap<(usize, usize, u8), Rc<Nearest>>>,
    pub(super) stars: Stars,
    /// Modules that are another one in other configurations.
    pub(super) variants: Variants,
    targets: OnceCell<Targets<'a>>,
    /// Names of imports, by where they lead.
    pub(super) locals: OnceCell<FxHashMap<String, Vec<&'a str>>>,
    /// Where paths lead whose last names stars give.
    pub(super) given_to: Remembered,
    /// The same of modules and types that do not matter themselves.
    pub(super) modules_given_to: Remembered,
    conditions: OnceCell<Conditions>,
    /// The conditions that the text names.
    pub(super) named_conditions: OnceCell<Vec<conditional::Named>>,
    /// The parts of the text that may never be there with a binding, as far as it was asked.
    pub(super) may_be_apart: RefCell<FxHashMap<usize, Rc<[Range<usize>]>>>,
}

/// Where moves lead.
#[derive(Default)]
pub(super) struct Targets<'a> {
    by_path: FxHashMap<(&'a str, Option<&'a str>), (usize, &'a Move)>,
    pub(super) crates: FxHashSet<&'a str>,
    /// The modules around all of them.
    pub(super) above: FxHashSet<String>,
    /// The modules around those whose files move there.
    pub(super) above_files: FxHashSet<String>,
}

/// Where the leaves of imports lead.
type Leaves = FxHashMap<(usize, usize), Known>;

/// What is known of where a leaf leads.
#[derive(Debug, Clone)]
enum Known {
    /// Where it leads, and the outermost import without which that was told.
    Reached(Option<Rc<Reached>>, usize),
    /// It is being resolved, as so many others around it are.
    Asked(usize),
}

/// That something was told without no import.
const NONE: usize = usize::MAX;

/// Where a path leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// Where each beginning of it leads; empty where that is unknown.
    pub(super) prefixes: Vec<String>,
    /// The last import of this file that it goes through: the binding, and the word of its name.
    pub(super) through: Option<(usize, usize)>,
    /// Imports of this file before that one, or before what other files re-export.
    pub(super) passed: Vec<(usize, usize)>,
    /// Paths of other crates that it goes through on its way, each up to a name that is given on there.
    pub(super) crossed: Vec<String>,
    /// The word at which a moved thing is written out.
    pub(super) moved: Option<usize>,
    /// The import of all names that gives the first word: its statement and leaf.
    pub(super) glob: Option<(usize, usize)>,
    /// The one that gives it where what binds it is not there.
    pub(super) hidden_glob: Option<(usize, usize)>,
    /// The first word is what the manifest calls a crate of another name, which stays.
    pub(super) by_alias: bool,
    /// It is a macro that a `#[macro_use] extern crate` brings.
    pub(super) by_macro_use: bool,
    /// Its first word alone meant what the module had.
    pub(super) by_home: bool,
    /// It begins with `self` or `super`.
    pub(super) is_relative: bool,
    /// Its `super` leads out of a module whose files move: from their new place it leads elsewhere.
    pub(super) leads_out: bool,
    /// The word whose name leads elsewhere in other configurations, and where to.
    pub(super) or: Option<(usize, Vec<String>)>,
    /// Where its first word leads by stars of which each may be there without the others.
    pub(super) rivals: Vec<String>,
    /// It leads to something that moves in some configurations only: up to this word, and its path
    /// there.
    pub(super) doubt: Option<(usize, String)>,
}

impl Reached {
    /// Where the whole path leads.
    pub(super) fn path(&self) -> &str {
        self.prefixes.last().map_or("", String::as_str)
    }

    /// Whether no import of the file had a part in it.
    fn is_direct(&self) -> bool {
        self.through.is_none()
            && self.passed.is_empty()
            && self.glob.is_none()
            && self.or.is_none()
            && self.rivals.is_empty()
            && self.doubt.is_none()
    }
}

/// A path as it is looked up.
pub(super) struct Written<'w> {
    /// The first word can be a crate's name.
    pub(super) may_be_crate: bool,
    pub(super) words: &'w [Word],
    pub(super) leading: bool,
    pub(super) dollar: bool,
    pub(super) spaces: u8,
    pub(super) module: usize,
    pub(super) at: usize,
    /// It stands in a `use`: this leaf of this statement.
    pub(super) leaf: Option<(usize, usize)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        project: &'a Project,
        file: Option<FileId>,
        place: &'a RustPlace,
        facts: &'a Facts,
        text: &'a str,
    ) -> Self {
        let blocks = facts.blocks();
        let mut modules: Vec<String> = Vec::new();
        for module in &facts.modules {
            let path = match (module.parent, module.block) {
                (None, _) => place.path(),
                (Some(parent), None) => format!("{}::{}", modules[parent], module.name),
                (Some(parent), Some(block)) => {
                    let name = in_block(&module.name, block, &blocks);
                    format!("{}::{name}", modules[parent])
                }
            };
            modules.push(path);
        }
        let mut by_path = FxHashMap::default();
        for (index, path) in modules.iter().enumerate() {
            by_path.entry(path.clone()).or_insert(index);
        }
        let variants = Variants::new(facts, place, &modules, &by_path);
        let mut at_module = FxHashMap::default();
        let mut imports = FxHashMap::default();
        let mut items: FxHashMap<String, u8> = FxHashMap::default();
        for (index, binding) in facts.bindings.iter().enumerate() {
            if binding.visible != facts.modules[binding.module].body {
                continue;
            }
            let is_item = matches!(binding.kind, Bound::Item | Bound::Module);
            let known = at_module.entry((binding.module, &*binding.name));
            *known.or_default() |= is_item;
            let path = format!("{}::{}", modules[binding.module], binding.name);
            match binding.kind {
                Bound::Leaf { .. } => {
                    imports.entry(path).or_insert(index);
                }
                // No path leads to a macro by example that is not exported: one that is has that of the
                // root.
                Bound::Item if facts.rules.contains_key(&index) => {
                    if facts.exported.contains(&binding.name) {
                        let path = format!("{}::{}", place.krate, binding.name);
                        *items.entry(path).or_default() |= binding.spaces;
                    }
                }
                Bound::Item | Bound::Module => *items.entry(path).or_default() |= binding.spaces,
                Bound::Local => {}
            }
        }
        for (_, path) in paths_of_variants(facts, |module| &modules[module]) {
            *items.entry(path).or_default() |= space::TYPE | space::VALUE;
        }
        let mut names = Self {
            plan,
            project,
            file,
            place,
            facts,
            text,
            blocks,
            by_path,
            modules,
            imports,
            items,
            spaces: FxHashMap::default(),
            leaves: RefCell::default(),
            paths: RefCell::default(),
            depth: Cell::new(0),
            lowest: Cell::new(NONE),
            unsure: RefCell::default(),
            is_confirming: Cell::new(false),
            by_macros: ByMacros::new(facts),
            at_module,
            meanings: RefCell::default(),
            stars: Stars::new(facts),
            variants,
            targets: OnceCell::new(),
            locals: OnceCell::new(),
            given_to: Remembered::default(),
            modules_given_to: Remembered::default(),
            conditions: OnceCell::new(),
            named_conditions: OnceCell::new(),
            may_be_apart: RefCell::default(),
        };
        names.spaces = names.kinds();
        // To know in which namespaces imports bind takes meanings away, and gives none: what went through
        // none of them leads where it did.
        let stays =
            |known: &Known| matches!(known, Known::Reached(Some(it), NONE) if it.is_direct());
        names.leaves.get_mut().retain(|_, known| stays(known));
        names.paths = RefCell::default();
        names.meanings = RefCell::default();
        names.given_to = Remembered::default();
        names.modules_given_to = Remembered::default();
        names.variants.forget();
        names.stars = Stars::new(facts);
        names
    }

    /// What must hold for the parts of the text.
    pub(super) fn conditions(&self) -> &Conditions {
        self.conditions.get_or_init(|| Conditions::of(self.text))
    }

    /// The namespaces in which a binding gives its name a meaning.
    pub(super) fn spaces(&self, binding: usize) -> u8 {
        let known = self.spaces.get(&binding).copied();
        known.unwrap_or(self.facts.bindings[binding].spaces)
    }

    /// The absolute path of a module of the file.
    pub(super) fn module(&self, module: usize) -> &str {
        &self.modules[module]
    }

    pub(super) fn edition(&self) -> u16 {
        let package = self.place.package.as_ref();
        let own = self.place.edition;
        own.unwrap_or_else(|| package.map_or(2021, |package| package.edition))
    }

    /// A word as it is written in the file. Where nobody knows the edition, `r#` is always right.
    pub(super) fn written(&self, word: &str) -> String {
        let is_known = self.place.edition.is_some() || self.place.package.is_some();
        let edition = is_known.then(|| self.edition());
        written(word, edition.unwrap_or(NEWEST_EDITION))
    }

    /// How rustfmt writes the file's imports.
    pub(super) fn style(&self) -> Style {
        match &self.place.package {
            Some(package) => Style::of(package.format),
            None => Style::of(Format::of_edition(self.edition())),
        }
    }

    /// The move whose `from` this path is.
    pub(super) fn knows(&self, path: &str) -> Option<&'a Move> {
        let moved = self.lookup(path)?;
        moved.rest.is_empty().then_some(moved.mv)
    }

    pub(super) fn lookup(&self, path: &str) -> Option<Moved<'a>> {
        let moved = self.plan.lookup_in(Dialect::Rust, path)?;
        (!self.is_made_of(moved.mv)).then_some(moved)
    }

    /// Whether the file's crate is the canonical one, and made of the legacy one: nothing of it moves
    /// there, which would be made of itself.
    fn is_made_of(&self, mv: &Move) -> bool {
        let to = &mv.to.module;
        mv.is_crate() && *to == self.place.krate && {
            let package = self.place.package.as_ref();
            package.is_some_and(|package| package.is_made_of(to, &mv.from.module))
        }
    }

    pub(super) fn leads(&self, path: &str) -> bool {
        !path.is_empty() && self.plan.leads_to_moved_in(Dialect::Rust, path)
    }

    /// Where a path leads after all moves.
    pub(super) fn after(&self, path: &str) -> String {
        match self.lookup(path) {
            Some(moved) => moved.dotted(),
            None => path.to_owned(),
        }
    }

    /// Where a path of code leads.
    pub(super) fn reach(&self, path: &PathRef) -> Option<Rc<Reached>> {
        let Some(index) = self.facts.paths.element_offset(path) else {
            return self.reached(path, path.shape.is_in_docs()).map(Rc::new);
        };
        if let Some(known) = self.paths.borrow().get(&index) {
            return known.clone();
        }
        let ask = || self.reached(path, path.shape.is_in_docs()).map(Rc::new);
        let (reached, is_settled) = self.settled(ask);
        if is_settled && !self.variants.is_asked.get() {
            self.paths.borrow_mut().insert(index, reached.clone());
        }
        reached
    }

    /// Where the beginning of a path leads.
    pub(super) fn reach_module(&self, path: &PathRef) -> Option<Reached> {
        self.reached(path, true)
    }

    fn reached(&self, path: &PathRef, may_be_crate: bool) -> Option<Reached> {
        // The primitive type, also where a module of its name is imported.
        if let [word] = &path.words[..]
            && is_primitive(&word.text)
            && path.spaces & space::MACRO == 0
        {
            return None;
        }
        self.follow(&Written {
            may_be_crate: may_be_crate || path.words.len() > 1,
            words: &path.words,
            leading: path.leading,
            dollar: path.dollar,
            spaces: path.spaces,
            module: path.module,
            at: path.start(),
            leaf: None,
        })
    }

    /// What is asked for, and whether that holds for all who ask: it was told without no import that is
    /// still being resolved.
    pub(super) fn settled<T>(&self, ask: impl FnOnce() -> T) -> (T, bool) {
        let (told, lowest) = self.with_lowest(ask);
        self.told_without(lowest);
        (told, lowest == NONE)
    }

    /// What is asked for, and the outermost import without which it was told.
    fn with_lowest<T>(&self, ask: impl FnOnce() -> T) -> (T, usize) {
        let around = self.lowest.replace(NONE);
        let told = ask();
        (told, self.lowest.replace(around))
    }

    fn told_without(&self, import: usize) {
        self.lowest.update(|lowest| lowest.min(import));
    }

    /// Where a leaf of an import leads.
    pub(super) fn leaf(&self, statement: usize, leaf: usize) -> Option<Rc<Reached>> {
        let id = (statement, leaf);
        if let Some(known) = self.leaves.borrow().get(&id) {
            // An import that leads through itself leads nowhere.
            let (reached, lowest) = match known {
                Known::Reached(reached, lowest) => (reached.clone(), *lowest),
                Known::Asked(depth) => (None, *depth),
            };
            self.told_without(lowest);
            return reached;
        }
        let depth = self.depth.get();
        if depth > DEEPEST {
            self.told_without(0);
            return None;
        }
        self.leaves.borrow_mut().insert(id, Known::Asked(depth));
        let others = self.unsure.borrow().len();
        self.depth.set(depth + 1);
        let (reached, lowest) = self.with_lowest(|| self.follow_leaf(statement, leaf));
        self.depth.set(depth);
        let reached = reached.map(Rc::new);
        let mut leaves = self.leaves.borrow_mut();
        if lowest < depth {
            leaves.insert(id, Known::Reached(reached.clone(), lowest));
            self.unsure.borrow_mut().push(id);
            self.told_without(lowest);
            return reached;
        }
        leaves.insert(id, Known::Reached(reached.clone(), NONE));
        drop(leaves);
        let told = self.unsure.borrow_mut().split_off(others);
        self.confirm(&told);
        reached
    }

    /// Asks once more for leaves that were told without one that is known by now. What they all say again
    /// holds; otherwise each is asked for when it is needed.
    fn confirm(&self, told: &[(usize, usize)]) {
        let is_first = !told.is_empty() && !self.is_confirming.replace(true);
        let holds = is_first && self.are_told_again(told);
        if is_first {
            self.is_confirming.set(false);
        }
        if !holds {
            let mut leaves = self.leaves.borrow_mut();
            told.iter().for_each(|id| drop(leaves.remove(id)));
        }
    }

    fn are_told_again(&self, told: &[(usize, usize)]) -> bool {
        for id in told {
            if let Some(Known::Reached(_, lowest)) = self.leaves.borrow_mut().get_mut(id) {
                *lowest = NONE;
            }
        }
        told.iter().all(|id| {
            let before = self.leaves.borrow_mut().remove(id);
            let (again, is_settled) = self.settled(|| self.leaf(id.0, id.1));
            is_settled && matches!(before, Some(Known::Reached(before, _)) if before == again)
        })
    }

    fn follow_leaf(&self, statement: usize, leaf: usize) -> Option<Reached> {
        let import = &self.facts.statements[statement];
        let one = &import.leaves[leaf];
        let is_asked = self.variants.is_asked.replace(false);
        let reached = self.follow(&Written {
            may_be_crate: true,
            words: &words_of(&one.names),
            leading: import.leading.is_some() || one.rooted,
            dollar: import.dollar,
            // Names are taken from modules and types alone.
            spaces: match one.glob || one.is_self() {
                true => space::TYPE,
                false => space::ANY,
            },
            module: import.module,
            at: one.at.start,
            leaf: Some((statement, leaf)),
        });
        self.variants.is_asked.set(is_asked);
        reached
    }

    fn follow(&self, written: &Written<'_>) -> Option<Reached> {
        if written.words.len() > tree::LONGEST {
            return None;
        }
        let mut reached = Reached::default();
        let (mut path, used) = self.start(written, &mut reached)?;
        // Words like `super` before the first name lead to modules.
        for _ in 0..used.saturating_sub(1) {
            reached.prefixes.push(String::new());
        }
        // What the import that was gone through says of everything below it.
        let mut implied: Option<(String, String)> = None;
        let first_word = &*written.words.first()?.text;
        reached.by_alias = used == 1 && self.is_alias(first_word, &path);
        // Inside of a module that moves, what begins with `self` or `super` moves along.
        reached.is_relative = matches!(first_word, "self" | "super");
        if reached.is_relative {
            reached.leads_out = self.left_by(written.words, written.module).is_some();
        }
        let spaces = |at: usize| match at + 1 == written.words.len() {
            true => written.spaces,
            false => space::TYPE,
        };
        let through = reached.through.map(|(binding, _)| binding);
        if through.is_some() || reached.by_alias || reached.is_relative {
            implied = self.implied(&path);
        }
        if let Some(binding) = through
            && let Some(mv) = self.knows(&path)
            && (self.brings_more(binding, mv) || !self.fits(mv, spaces(used - 1)))
        {
            implied = None; // that import stays, or what it brings besides
        }
        let first = used - 1;
        let next = |at: usize| written.words.get(at + 1).map(|word| &*word.text);
        // A crate that is renamed calls itself `crate` still, and what `extern crate self as` says.
        let is_itself = path == self.place.krate && (written.dollar || first_word != path);
        if !is_itself || !self.knows(&path).is_some_and(Move::is_crate) {
            self.settle(
                &mut path,
                (first, spaces(first), next(first)),
                &mut reached,
                &mut implied,
            );
        }
        reached.prefixes.push(path.clone());
        for (at, word) in written.words.iter().enumerate().skip(used) {
            if &*word.text == "self" {
                reached.prefixes.push(path.clone());
                continue;
            }
            path = format!("{path}::{}", word.text);
            let place = (at, spaces(at), next(at));
            self.settle(&mut path, place, &mut reached, &mut implied);
            reached.prefixes.push(path.clone());
        }
        if reached.doubt.is_some() {
            reached.moved = None;
        }
        self.weigh(written, &mut reached);
        self.weigh_variants(written, &mut reached);
        Some(reached)
    }

    /// Where what lies below a moved path goes.
    fn implied(&self, path: &str) -> Option<(String, String)> {
        let moved = self.lookup(path)?;
        Some((path.to_owned(), moved.dotted()))
    }

    /// Follows imports of the project from `path`, and notes whether it is a moved thing.
    fn settle(
        &self,
        path: &mut String,
        (word, spaces, next): (usize, u8, Option<&str>),
        reached: &mut Reached,
        implied: &mut Option<(String, String)>,
    ) {
        for _ in 0..LONGEST {
            if let Some(mv) = self.knows(path).filter(|mv| self.fits(mv, spaces)) {
                let goes_along = implied.as_ref().is_some_and(|(from, to)| {
                    let rest = path.strip_prefix(from.as_str()).unwrap_or("");
                    format!("{to}{rest}") == mv.to.path(Dialect::Rust)
                });
                if !goes_along {
                    reached.moved = Some(word);
                }
                return;
            }
            if !self.is_told(path) {
                return;
            }
            // In some configurations another thing is there: both are looked at in the end.
            if !self.varying(path).is_empty() {
                return;
            }
            // What a module that moves re-exports goes along with it, under its name.
            let is_below = !reached.is_relative && (implied.is_some() || reached.moved.is_some());
            if self
                .items
                .get(path.as_str())
                .is_some_and(|of| of & spaces != 0)
            {
                if let Some(&hidden) = self.imports.get(path.as_str())
                    && self.spaces(hidden) & spaces != 0
                    && let Bound::Leaf { statement, leaf } = self.facts.bindings[hidden].kind
                {
                    let target = self.leaf(statement, leaf);
                    let target = target.map_or_else(String::new, |it| it.path().to_owned());
                    reached.or = Some((word, vec![target]));
                }
                return;
            }
            let import = self.imports.get(path.as_str()).copied();
            if let Some(binding) = import.filter(|&it| self.spaces(it) & spaces != 0) {
                let Bound::Leaf { statement, leaf } = self.facts.bindings[binding].kind else {
                    return;
                };
                let Some(target) = self.leaf(statement, leaf) else {
                    return;
                };
                if target.path() == path.as_str() || target.path().is_empty() {
                    return;
                }
                let is_public = self.facts.statements[statement].public;
                if is_below && (is_public || !self.leaves_for_another(path, target.path())) {
                    return;
                }
                *path = target.path().to_owned();
                reached.crossed.extend_from_slice(&target.crossed);
                reached.passed.extend(reached.through);
                reached.through = Some((binding, word));
                reached.moved = None;
                *implied = self.implied(path);
                if implied.is_some() {
                    return;
                }
            } else if let Some(target) = self.given_to(path) {
                if is_below && !self.leaves_for_another(path, &target) {
                    return;
                }
                reached.crossed.extend(self.foreign(path));
                *path = target;
                reached.passed.extend(reached.through.take());
                reached.moved = None;
                *implied = None;
            } else if let Some((target, file)) = self.project.rust_import(path, spaces)
                && Some(file) != self.file
                && target != path
            {
                // What the manifest says of a module that is re-exported holds before what it is.
                let is_said = |next: &str| self.knows(&format!("{path}::{next}")).is_some();
                if is_below || next.is_some_and(is_said) {
                    return;
                }
                reached.crossed.extend(self.foreign(path));
                *path = target.to_owned();
                reached.passed.extend(reached.through.take());
                reached.moved = None;
                *implied = self.implied(path);
                if implied.is_some() {
                    return;
                }
            } else {
                let may_lead_on =
                    spaces == space::TYPE && implied.is_none() && reached.moved.is_none();
                let given = may_lead_on.then(|| self.module_given_to(path)).flatten();
                let Some(target) = given else { return };
                reached.crossed.extend(self.foreign(path));
                *path = target;
            }
        }
    }

    /// Whether a path may lead on: of most crates, as of `std`, no file here says where.
    pub(super) fn is_told(&self, path: &str) -> bool {
        let krate = library_of(path);
        krate == self.place.krate || self.project.tells_of(krate)
    }

    /// A path that is one of another crate.
    pub(super) fn foreign(&self, path: &str) -> Option<String> {
        (library_of(path) != self.place.krate).then(|| path.to_owned())
    }

    /// Whether what `path`, below something that moves, re-exports from `target` goes elsewhere by a
    /// move of its own; else it is re-exported at the new place as well.
    fn leaves_for_another(&self, path: &str, target: &str) -> bool {
        let own = self.lookup(path).map(|moved| moved.mv);
        let mut target = target;
        for _ in 0..LONGEST {
            let other = self.lookup(target).map(|moved| moved.mv);
            if other.is_some_and(|other| own.is_none_or(|own| !std::ptr::eq(own, other))) {
                return true;
            }
            match self.project.rust_import(target, space::ANY) {
                Some((next, _)) if next != target => target = next,
                _ => break,
            }
        }
        false
    }

    /// Whether something moves to exactly this path.
    pub(super) fn is_target(&self, path: &str) -> bool {
        self.to(path).is_some()
    }

    /// The move that leads to exactly this path.
    pub(super) fn to(&self, path: &str) -> Option<&'a Move> {
        let by_path = &self.targets().by_path;
        let whole = by_path.get(&(path, None));
        let (module, name) = split_last(path, "::");
        let named = module.and_then(|module| by_path.get(&(module, Some(name))));
        let found = whole.into_iter().chain(named).min_by_key(|(at, _)| at);
        found.map(|(_, mv)| *mv)
    }

    /// Where the tree has what will stand at a path once the files of its module have moved.
    pub(super) fn before_files_move(&self, path: &str) -> Option<String> {
        if self.targets().above_files.is_empty() {
            return None;
        }
        let ends = path.match_indices("::").map(|(end, _)| end);
        ends.chain([path.len()]).find_map(|end| {
            let mv = self.to(&path[..end]).filter(|mv| mv.with_files)?;
            Some(mv.from.path(Dialect::Rust) + &path[end..])
        })
    }

    pub(super) fn targets(&self) -> &Targets<'a> {
        self.targets.get_or_init(|| {
            let mut targets = Targets::default();
            for (at, mv) in self.plan.moves_of(Dialect::Rust).enumerate() {
                let module = mv.to.module.as_str();
                let key = (module, mv.to.name.as_deref());
                targets.by_path.entry(key).or_insert((at, mv));
                targets.crates.extend(module.split("::").next());
                let to = mv.to.path(Dialect::Rust);
                let colons = to.match_indices("::");
                let above = colons.map(|(at, _)| to[..at].to_owned());
                match mv.with_files {
                    true => targets.above_files.extend(above),
                    false => targets.above.extend(above),
                }
            }
            targets.above.extend(targets.above_files.iter().cloned());
            targets
        })
    }

    /// The move that a path is the legacy or the canonical end of.
    pub(super) fn either_end(&self, path: &str) -> Option<&'a Move> {
        self.knows(path).or_else(|| self.to(path))
    }

    /// The paths of what modules of the file declare, and its namespaces.
    pub(super) fn items(&self) -> impl Iterator<Item = (&str, u8)> {
        let items = self.items.iter();
        items.map(|(path, spaces)| (path.as_str(), *spaces))
    }

    /// Whether a module of the file has an item of this name.
    pub(super) fn declares(&self, module: usize, name: &str) -> bool {
        self.at_module
            .get(&(module, name))
            .is_some_and(|item| *item)
    }

    /// Whether a module of the file declares or imports a name.
    pub(super) fn has(&self, module: usize, name: &str) -> bool {
        self.at_module.contains_key(&(module, name))
    }

    /// The leaf behind a binding.
    pub(super) fn leaf_of(
        &self,
        binding: usize,
    ) -> Option<(usize, usize, &'a Statement, &'a Leaf)> {
        let Bound::Leaf { statement, leaf } = self.facts.bindings[binding].kind else {
            return None;
        };
        let import = &self.facts.statements[statement];
        Some((statement, leaf, import, &import.leaves[leaf]))
    }

    /// Whether a binding stands at the level of its module, so that others can read it.
    pub(super) fn is_of_module(&self, binding: usize) -> bool {
        let binding = &self.facts.bindings[binding];
        binding.visible == self.facts.modules[binding.module].body
    }
}

/// The variants of the enums of modules, each with the binding of its enum, and their paths.
pub(super) fn paths_of_variants<'f>(
    facts: &'f Facts,
    module: impl Fn(usize) -> &'f str,
) -> impl Iterator<Item = (usize, String)> {
    facts.variants.iter().filter_map(move |(binding, name)| {
        let of = &facts.bindings[*binding];
        let is_of_module = of.visible == facts.modules[of.module].body;
        is_of_module.then(|| {
            (
                *binding,
                format!("{}::{}::{name}", module(of.module), of.name),
            )
        })
    })
}

/// What a module of a block is called in paths, by the number of the block: no path that is written
/// elsewhere leads to it, and its `super` is the module around the block.
pub(super) fn in_block(name: &str, block: usize, blocks: &[usize]) -> String {
    let number = blocks.partition_point(|&start| start < block);
    format!("{{{name} of block {number}}}")
}

/// Whether a name is a type of the language, which no import hides where the name stands alone.
pub(super) fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "bool"
            | "char"
            | "str"
            | "u8"
            | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f16"
            | "f32"
            | "f64"
            | "f128"
    )
}
