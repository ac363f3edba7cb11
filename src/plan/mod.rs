//! What a manifest means: moves that are checked, with chains flattened, and the longest match.
//!
//! After this room nothing validates again.

mod chains;
mod combined;
mod homonyms;
mod prefilter;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind, packed};
use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::homonyms::Homonym;
pub use self::prefilter::{Prefilter, Words, may_include};
use crate::manifest::{Manifest, ManifestError};

/// The compiler's own crates: no package depends on them.
pub const COMPILERS_CRATES: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// Whether a crate is the compiler's own.
pub fn is_compilers(krate: &str) -> bool {
    COMPILERS_CRATES.contains(&krate)
}

/// The languages that a path can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Dots, and a colon before a symbol in the manifest.
    Python,
    /// Double colons.
    Rust,
}

impl Dialect {
    /// What stands between the segments of a path.
    pub fn separator(self) -> &'static str {
        match self {
            Self::Python => ".",
            Self::Rust => "::",
        }
    }
}

/// `a.b.c` → `a.b` and `c`. Asked for every path of a file, so by bytes: of `::` either colon tells.
pub(crate) fn split_last<'p>(path: &'p str, separator: &str) -> (Option<&'p str>, &'p str) {
    let colon_or_dot = separator.as_bytes()[0];
    match memchr::memrchr(colon_or_dot, path.as_bytes()) {
        None => (None, path),
        Some(at) => {
            let above = &path[..(at + 1).saturating_sub(separator.len())];
            (Some(above), &path[at + 1..])
        }
    }
}

/// A module, or a name in one: `a.b` or `a.b:C`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The module, with dots.
    pub module: String,
    /// The name in it; `None` where the module itself is meant.
    pub name: Option<String>,
}

impl Target {
    /// The whole path with dots: `a.b.C`.
    pub fn dotted(&self) -> String {
        self.path(Dialect::Python)
    }

    /// The whole path as a language writes it: `a.b.C` or `a::b::C`.
    pub fn path(&self, dialect: Dialect) -> String {
        match &self.name {
            Some(name) => format!("{}{}{name}", self.module, dialect.separator()),
            None => self.module.clone(),
        }
    }

    /// Whether this is the whole path of it with dots.
    pub fn is(&self, dotted: &str) -> bool {
        match &self.name {
            Some(name) => dotted
                .strip_suffix(name.as_str())
                .and_then(|module| module.strip_suffix('.'))
                .is_some_and(|module| module == self.module),
            None => dotted == self.module,
        }
    }

    /// The last segment of the path, which is what a prefilter looks for.
    pub fn last(&self) -> &str {
        match &self.name {
            Some(name) => name,
            None => self
                .module
                .rsplit(['.', ':'])
                .next()
                .unwrap_or(&self.module),
        }
    }
}

/// Where a move comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The manifest says so.
    Manifest,
    /// A module re-exports a moved thing.
    Route,
}

/// One move of one language, with its final target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The manifest's id.
    pub id: String,
    /// The language.
    pub dialect: Dialect,
    /// The legacy path.
    pub from: Target,
    /// The canonical path.
    pub to: Target,
    /// Manifest or route.
    pub origin: Origin,
    /// Why, in the manifest's words.
    pub reason: Option<String>,
    /// What is moved, where the manifest says it: `struct`, `fn`.
    pub kind: Option<String>,
    /// The package that a user of the new path depends on: its name and version.
    pub dependency: Option<(String, String)>,
    /// The manifest says that the module's files move as well.
    pub with_files: bool,
    /// Of a route: the file that re-exports, by its place among those of the project. Another file
    /// may have the same name for those who do not see this one.
    pub through: Option<usize>,
}

impl Move {
    /// Whether a whole crate of Rust moves.
    pub fn is_crate(&self) -> bool {
        self.from.name.is_none() && !self.from.module.contains("::")
    }

    /// Whether a file of Rust can use the thing and never name it: a trait's methods do that.
    pub fn may_be_unnamed(&self) -> bool {
        self.from.name.is_some() && matches!(self.kind.as_deref(), Some("trait") | None)
    }

    /// Whether the module of Rust that the thing left may end when the legacy path does: no module of
    /// the compiler's own crates ever does.
    pub fn may_end(&self) -> bool {
        let krate = self.from.module.split("::").next().unwrap_or_default();
        self.dialect == Dialect::Rust
            && self.from.name.is_some()
            && self.origin == Origin::Manifest
            && self.from.module != self.to.module
            && self.from.module.contains("::")
            && !is_compilers(krate)
    }
}

/// A path that lies under a move, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved<'p> {
    /// The move that matched: the longest.
    pub mv: &'p Move,
    /// Where the matched part leads.
    pub to: Target,
    /// What follows the matched part, without a leading dot: a method of a moved class, say.
    pub rest: String,
}

impl Moved<'_> {
    /// The new path, whole.
    pub fn dotted(&self) -> String {
        let dialect = self.mv.dialect;
        let to = self.to.path(dialect);
        match self.rest.is_empty() {
            true => to,
            false => format!("{to}{}{}", dialect.separator(), self.rest),
        }
    }
}

/// All moves, frozen: what every later room works by.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    moves: Vec<Move>,
    /// The `from` of the Python moves, to the indices of the moves: several, where several files
    /// are called alike.
    python: BTreeMap<String, Vec<usize>>,
    /// The `from` of the Rust moves, likewise.
    rust: BTreeMap<String, Vec<usize>>,
    vocabulary: Vocabulary,
    /// Modules that share their path with a symbol of Python that moves, by that path.
    homonyms: FxHashMap<String, Homonym>,
    /// Whether modules that re-export a moved thing are legacy paths too.
    pub follow_reexports: bool,
    /// Keys of attributes, beside the built-in ones, whose string is a path: `with`, `mycrate::with`.
    pub string_keys: Vec<String>,
    /// Whether a re-export of Rust takes the new name.
    pub rename_public: bool,
    /// Functions beside the built-in ones whose first string argument is a dotted path.
    pub string_callees: Vec<String>,
    /// Source roots of Python that the manifest sets, relative to the project's root.
    pub python_roots: Vec<String>,
    /// Globs of files that are never looked at, relative to the project's root.
    pub exclude: Vec<String>,
}

impl Plan {
    /// What a manifest means: chains flattened, and the names that a module move renames.
    ///
    /// # Errors
    /// Moves that lead in a circle.
    pub fn new(manifest: &Manifest) -> Result<Self, ManifestError> {
        Self::combined(manifest, &[])
    }

    /// What the project's manifest means together with others, which bring their moves and
    /// nothing else. The same move twice is one; chains lead from one manifest into another.
    ///
    /// # Errors
    /// Moves that lead in a circle, or from one place to two.
    pub fn combined(manifest: &Manifest, others: &[Manifest]) -> Result<Self, ManifestError> {
        let all: Vec<&Manifest> = std::iter::once(manifest).chain(others).collect();
        Ok(Self {
            follow_reexports: manifest.python.follow_reexports,
            string_keys: manifest.rust.string_keys.clone(),
            rename_public: manifest.rust.rename_public,
            string_callees: manifest.python.string_callees.clone(),
            python_roots: manifest.python.roots.clone(),
            exclude: manifest.exclude.clone(),
            ..Self::of(combined::moves(&all)?)
        })
    }

    /// A plan of these moves, which the caller has checked: no two with one `from`, no cycles.
    pub fn of(moves: Vec<Move>) -> Self {
        let mut plan = Self {
            follow_reexports: true,
            ..Self::default()
        };
        plan.extend(moves);
        plan
    }

    /// Adds moves that were found on the way; one whose `from` is known already is passed over.
    pub fn extend(&mut self, moves: impl IntoIterator<Item = Move>) {
        for mv in moves {
            let key = mv.from.path(mv.dialect);
            let index = self.moves.len();
            let paths = match mv.dialect {
                Dialect::Python => &mut self.python,
                Dialect::Rust => &mut self.rust,
            };
            let known = paths.entry(key).or_default();
            let is_known = |&at: &usize| {
                let known: &Move = &self.moves[at];
                known.origin == Origin::Manifest || known.through == mv.through
            };
            if !known.iter().any(is_known) {
                known.push(index);
                self.vocabulary.learn(&mv);
                self.moves.push(mv);
            }
        }
    }

    /// The moves, in the order of the manifest and then of their discovery.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// The moves of one language.
    pub fn moves_of(&self, dialect: Dialect) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(move |mv| mv.dialect == dialect)
    }

    /// The longest move whose `from` is `dotted` or a whole-segment prefix of it.
    ///
    /// A path that is already under the move's target is not legacy: `a → a.v1` leaves `a.v1.x`.
    pub fn lookup(&self, dotted: &str) -> Option<Moved<'_>> {
        self.lookup_in(Dialect::Python, dotted)
    }

    /// The same of the moves that `is_seen` lets through.
    pub fn lookup_seen(&self, dotted: &str, is_seen: impl Fn(&Move) -> bool) -> Option<Moved<'_>> {
        self.longest(Dialect::Python, dotted, is_seen)
    }

    /// The same for a path of either language, as that language writes it.
    pub fn lookup_in(&self, dialect: Dialect, path: &str) -> Option<Moved<'_>> {
        self.longest(dialect, path, |_| true)
    }

    fn longest(
        &self,
        dialect: Dialect,
        path: &str,
        is_seen: impl Fn(&Move) -> bool,
    ) -> Option<Moved<'_>> {
        let separator = dialect.separator();
        let mut head = path;
        loop {
            // Most paths are told apart by their last name.
            let (above, last) = split_last(head, separator);
            let is_known = self.vocabulary.contains(last);
            let found = is_known.then(|| self.paths(dialect).get(head)).flatten();
            let mut found = found.into_iter().flatten().map(|&at| &self.moves[at]);
            if let Some(mv) = found.find(|mv| is_seen(mv)) {
                let rest = path[head.len()..].trim_start_matches(separator);
                if dialect == Dialect::Python && self.is_below_module(mv, rest) {
                    head = above?;
                    continue;
                }
                let to = mv.to.path(dialect);
                if below(&to, head, separator) && below(path, &to, separator) {
                    return None;
                }
                return Some(Moved {
                    mv,
                    to: mv.to.clone(),
                    rest: rest.to_owned(),
                });
            }
            head = above?;
        }
    }

    fn paths(&self, dialect: Dialect) -> &BTreeMap<String, Vec<usize>> {
        match dialect {
            Dialect::Python => &self.python,
            Dialect::Rust => &self.rust,
        }
    }

    /// Whether exactly `dotted` is the `from` of a move, for those who see the file `through`.
    pub fn knows(&self, dotted: &str, through: usize) -> bool {
        let known = self.python.get(dotted).into_iter().flatten();
        let mut known = known.map(|&at| &self.moves[at]);
        known.any(|mv| mv.origin == Origin::Manifest || mv.through == Some(through))
    }

    /// Whether `dotted` is moved, or something below it is.
    pub fn concerns(&self, dotted: &str) -> bool {
        self.lookup(dotted).is_some() || self.leads_to_moved(dotted)
    }

    /// Whether something below `dotted` is moved.
    pub fn leads_to_moved(&self, dotted: &str) -> bool {
        self.leads_to_moved_in(Dialect::Python, dotted)
    }

    /// The same for a path of either language.
    pub fn leads_to_moved_in(&self, dialect: Dialect, path: &str) -> bool {
        let below = format!("{path}{}", dialect.separator());
        let mut after = self.paths(dialect).range(below.clone()..);
        after
            .next()
            .is_some_and(|(path, _)| path.starts_with(&below))
    }

    /// The moves of Rust of what stood in a module itself.
    pub fn leaving(&self, module: &str) -> impl Iterator<Item = &Move> {
        let below = format!("{module}::");
        let after = self.rust.range(below.clone()..);
        let of_it = after.take_while(move |(path, _)| path.starts_with(&below));
        let all = of_it.flat_map(|(_, indices)| indices.iter().map(|&index| &self.moves[index]));
        all.filter(move |mv| mv.from.name.is_some() && mv.from.module == module)
    }

    /// The names that the moves have to do with.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The words one of which every file with a reference must contain.
    pub fn needles(&self) -> Vec<String> {
        let mut needles: Vec<String> = self
            .moves
            .iter()
            .map(|mv| mv.from.last().to_owned())
            .collect();
        // A package's name can have hyphens where its library has underscores.
        let crates = self.moves_of(Dialect::Rust).map(|mv| &mv.from);
        let crates = crates.filter(|from| from.name.is_none() && !from.module.contains("::"));
        let packages: Vec<String> = crates.map(|from| from.module.replace('_', "-")).collect();
        needles.extend(packages);
        needles.sort();
        needles.dedup();
        needles
    }

    /// Whether `needles` has no word but `known` ones and canonical names.
    pub fn only_targets_beside(&self, known: &[String]) -> bool {
        let targets: Vec<&str> = self.moves.iter().map(|mv| mv.to.last()).collect();
        let needles = self.needles();
        let mut new = needles.iter().filter(|needle| !known.contains(needle));
        new.all(|needle| targets.contains(&needle.as_str()))
    }
}

/// The names that moves have to do with: what stands in a statement without one of them is neither
/// a reference nor in the way of one.
///
/// The last names of legacy paths, and those that an edit may bring into a file.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// In the order in which they were learnt, each once.
    words: Vec<String>,
    known: FxHashSet<String>,
    finder: OnceLock<Finder>,
}

impl Vocabulary {
    fn learn(&mut self, mv: &Move) {
        self.add(mv.from.last());
        self.add(mv.to.last());
        if mv.dialect == Dialect::Rust || mv.origin == Origin::Route {
            return;
        }
        if mv.from.name.is_some() {
            self.add(mv.from.module.rsplit('.').next().unwrap_or_default());
        }
        // A module is imported by its first name, its last one, or one made of two.
        let home = &mv.to.module;
        let mut from_end = home.rsplit('.');
        let last = from_end.next().unwrap_or_default();
        self.add(last);
        self.add(home.split('.').next().unwrap_or_default());
        match from_end.next() {
            Some(package) => self.add(&format!("{package}_{last}")),
            None => self.add(&format!("{home}_")),
        }
    }

    fn add(&mut self, word: &str) {
        if !word.is_empty() && self.known.insert(word.to_owned()) {
            self.words.push(word.to_owned());
            self.finder = OnceLock::new();
        }
    }

    /// The words, in the order in which they were learnt: routes that are found later add some.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether it has this name.
    pub fn contains(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    /// Every place of one of the words as a whole name.
    pub fn places(&self, text: &str, note: impl FnMut(usize)) {
        let finder = self.finder.get_or_init(|| Finder::new(&self.words));
        finder.places(text, note);
    }
}

/// Looks for whole names, many at a time.
#[derive(Debug, Clone)]
pub struct Finder(Many);

#[derive(Debug, Clone)]
enum Many {
    None,
    /// A few names, compared side by side.
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
    /// More than fit into an automaton.
    Each(Vec<memmem::Finder<'static>>),
}

impl Finder {
    /// A finder of `names`, which hold nothing but what names hold.
    pub fn new(names: &[impl AsRef<str>]) -> Self {
        let names = || names.iter().map(AsRef::as_ref);
        if names().next().is_none() {
            return Self(Many::None);
        }
        let mut packed = packed::Config::new();
        packed.match_kind(packed::MatchKind::LeftmostLongest);
        if let Some(packed) = packed.builder().extend(names()).build() {
            return Self(Many::Packed(packed));
        }
        // The longest one that begins somewhere is the only one that can be a whole name.
        let mut automaton = AhoCorasick::builder();
        automaton.match_kind(MatchKind::LeftmostLongest);
        Self(match automaton.build(names()) {
            Ok(automaton) => Many::Automaton(automaton),
            Err(_) => {
                let finders = names().map(|name| memmem::Finder::new(name).into_owned());
                Many::Each(finders.collect())
            }
        })
    }

    /// The first byte of every place where one of the names stands as a whole.
    pub fn places(&self, text: &str, mut note: impl FnMut(usize)) {
        let bytes = text.as_bytes();
        let mut check = |start: usize, end: usize| {
            if is_whole_name(bytes, start, end) {
                note(start);
            }
        };
        match &self.0 {
            Many::None => {}
            Many::Packed(packed) => packed
                .find_iter(bytes)
                .for_each(|found| check(found.start(), found.end())),
            Many::Automaton(automaton) => automaton
                .find_iter(bytes)
                .for_each(|found| check(found.start(), found.end())),
            Many::Each(finders) => finders.iter().for_each(|finder| {
                let length = finder.needle().len();
                finder
                    .find_iter(bytes)
                    .for_each(|at| check(at, at + length));
            }),
        }
    }
}

/// Whether a name ends on both sides. What is not ASCII may or may not be a part of one: it ends.
fn is_whole_name(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_part = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    // `\na` in a string: the letter belongs to the escape.
    let is_escape = || start >= 2 && bytes[start - 2] == b'\\';
    (start == 0 || !is_part(start - 1) || is_escape()) && !is_part(end)
}

/// Whether `path` is `prefix` or lies below it.
pub fn under(path: &str, prefix: &str) -> bool {
    below(path, prefix, ".")
}

/// Whether `path` is `prefix` or lies below it, in a language with this separator.
pub fn below(path: &str, prefix: &str, separator: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}
