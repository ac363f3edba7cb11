//! What a manifest means: moves that are checked, with chains flattened, and the longest match.
//!
//! After this room nothing validates again.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

/// The languages that a path can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Dots, and a colon before a symbol in the manifest.
    Python,
    /// Double colons.
    Rust,
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
        match &self.name {
            Some(name) => format!("{}.{name}", self.module),
            None => self.module.clone(),
        }
    }

    /// The last segment of the path, which is what a prefilter looks for.
    pub fn last(&self) -> &str {
        match &self.name {
            Some(name) => name,
            None => self.module.rsplit('.').next().unwrap_or(&self.module),
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
        join(&self.to.dotted(), &self.rest)
    }
}

fn join(head: &str, rest: &str) -> String {
    if rest.is_empty() {
        head.to_owned()
    } else {
        format!("{head}.{rest}")
    }
}

/// All moves, frozen: what every later room works by.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    moves: Vec<Move>,
    /// Dotted `from` of the Python moves, to the index of the move.
    python: BTreeMap<String, usize>,
    /// Whether modules that re-export a moved thing are legacy paths too.
    pub follow_reexports: bool,
    /// Functions beside the built-in ones whose first string argument is a dotted path.
    pub string_callees: Vec<String>,
    /// Source roots of Python that the manifest sets, relative to the project's root.
    pub python_roots: Vec<String>,
    /// Globs of files that are never looked at, relative to the project's root.
    pub exclude: Vec<String>,
}

impl Plan {
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
            let key = mv.from.dotted();
            if mv.dialect == Dialect::Python {
                if self.python.contains_key(&key) {
                    continue;
                }
                self.python.insert(key, self.moves.len());
            }
            self.moves.push(mv);
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
        let mut head = dotted;
        loop {
            if let Some(&index) = self.python.get(head) {
                let mv = &self.moves[index];
                let rest = dotted[head.len()..].trim_start_matches('.');
                let to = mv.to.dotted();
                if under(&to, head) && under(dotted, &to) {
                    return None;
                }
                return Some(Moved {
                    mv,
                    to: mv.to.clone(),
                    rest: rest.to_owned(),
                });
            }
            head = &head[..head.rfind('.')?];
        }
    }

    /// Whether exactly `dotted` is the `from` of a move.
    pub fn knows(&self, dotted: &str) -> bool {
        self.python.contains_key(dotted)
    }

    /// Whether `dotted` is moved, or something below it is.
    pub fn concerns(&self, dotted: &str) -> bool {
        self.lookup(dotted).is_some() || self.leads_to_moved(dotted)
    }

    /// Whether something below `dotted` is moved.
    pub fn leads_to_moved(&self, dotted: &str) -> bool {
        let below = format!("{dotted}.");
        let mut after = self.python.range(below.clone()..);
        after
            .next()
            .is_some_and(|(path, _)| path.starts_with(&below))
    }

    /// The words one of which every file with a reference must contain.
    pub fn needles(&self) -> Vec<String> {
        let mut needles: Vec<String> = Vec::new();
        for mv in &self.moves {
            needles.push(mv.from.last().to_owned());
        }
        needles.sort();
        needles.dedup();
        needles
    }

    /// The needles as an automaton that `may_touch` asks.
    pub fn prefilter(&self) -> Prefilter {
        Prefilter {
            needles: AhoCorasick::new(self.needles()).ok(),
        }
    }
}

/// Whether a file can hold a reference at all, asked of its bytes before anything else.
#[derive(Debug, Clone)]
pub struct Prefilter {
    needles: Option<AhoCorasick>,
}

impl Prefilter {
    /// `false` only if no reference can be there.
    pub fn may_touch(&self, bytes: &[u8]) -> bool {
        match &self.needles {
            Some(needles) => needles.is_match(bytes),
            None => true,
        }
    }
}

/// Whether `path` is `prefix` or lies below it.
pub fn under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
