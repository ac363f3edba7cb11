//! What a file tells the others about itself.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::FileId;
use super::builtin::Declared;
use super::members::RustMembers;
use super::variants::RustVariant;

/// A module path as an `import` writes it: relative to the importing file's package, or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath {
    /// How many leading dots; 0 for an absolute path.
    pub level: u32,
    /// The path behind them, with dots; it may be empty behind leading dots.
    pub dotted: String,
}

impl ModulePath {
    /// Goes on to a name of what the path names.
    pub fn push(&mut self, name: &str) {
        if !self.dotted.is_empty() {
            self.dotted.push('.');
        }
        self.dotted.push_str(name);
    }

    /// What the last name is a name of, and that name.
    pub fn split(&self) -> (Self, Box<str>) {
        let (module, name) = self.dotted.rsplit_once('.').unwrap_or(("", &self.dotted));
        let module = Self {
            level: self.level,
            dotted: module.to_owned(),
        };
        (module, name.into())
    }
}

/// What a file tells the others about itself.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Modules that are imported when this one is, and those imported later.
    pub imports: Vec<OutlineImport>,
    /// Names bound at the level of the module, each once.
    pub names: FxHashMap<Box<str>, Bound>,
    /// The names in `__all__`, where it is written down as a list of strings.
    pub all: Option<Vec<String>>,
    /// `__all__` may have names that are not written down.
    pub all_is_open: bool,
    /// `__all__` is no list, nor made of lists by `+=`, `extend` and `append`.
    pub all_is_put_together: bool,
    /// The module answers for names that it does not bind: `__getattr__`.
    pub dynamic: bool,
    /// It does so under no condition, as `if not TYPE_CHECKING:`: type checkers ask it as well.
    pub answers: bool,
    /// Names read from other modules: `(module, name)` of a chain, longest path first unresolved.
    pub reads: FxHashSet<ModulePath>,
    /// Names that are bound in other modules from here: `patch.object(module, "name")`,
    /// `module.name = …`.
    pub patched: FxHashSet<ModulePath>,
    /// Names that may be looked up in other modules by text: `vars(module)[name]`.
    pub reflected: FxHashSet<ModulePath>,
    /// Exact dotted strings.
    pub strings: FxHashSet<Box<str>>,
    /// Those of them that no edit can follow: the file is broken, or the user wants them left.
    pub fixed: FxHashSet<Box<str>>,
    /// Names that nothing in the file binds; with a star import they come from there.
    pub unbound: FxHashSet<Box<str>>,
    /// What a file of Rust tells.
    pub rust: RustOutline,
}

/// What a file of Rust tells the others: paths begin with the name of the file's own crate.
#[derive(Debug, Clone, Default)]
pub struct RustOutline {
    /// Names that imports bind in the modules of the file, the path behind each, and in which
    /// namespaces it can be, as bits.
    pub imports: Vec<(String, String, u8)>,
    /// Paths of such names that are private: only the module itself and those in it have them.
    pub private: FxHashSet<Box<str>>,
    /// Paths of names that are not public, each with the module in which it is seen; `a::*` is what
    /// the stars of `a` give. Private imports are none of them.
    pub limits: Vec<(Box<str>, Box<str>)>,
    /// What its modules have, of those from which things move, or to which.
    pub members: Vec<(Box<str>, RustMembers)>,
    /// Names that lead elsewhere in other configurations.
    pub ambiguous: Vec<(String, String)>,
    /// Where some of those lead by stars in other configurations.
    pub beside: Vec<(String, String)>,
    /// Modules that the file declares, and that are another one in other configurations: what each
    /// has in some of them.
    pub variants: Vec<(String, RustVariant)>,
    /// Modules of the file that import all names of another: both paths, and whether they give
    /// them on.
    pub globs: Vec<(String, String, bool)>,
    /// Those of them that are there in every configuration of the module.
    pub lasting_globs: Vec<(String, String)>,
    /// What is said with a `cfg` of imports that others may go through.
    pub conditions: Vec<Condition>,
    /// Paths that it writes, each with all that they lead through.
    pub reads: FxHashSet<Box<str>>,
    /// Paths that it derives, as far as their names are those of what moves.
    pub derived: FxHashSet<Box<str>>,
    /// Crates whose macros `#[macro_use] extern crate` gives to all of the file's crate: that
    /// crate, and the other one.
    pub macro_crates: Vec<(String, String)>,
    /// Other names for crates that `extern crate a as b` in the root gives to all of its crate: that
    /// crate, the name, and the crate that it stands for.
    pub crate_names: Vec<(String, String, String)>,
    /// The same of those that are there in some configurations only.
    pub crates_sometimes: Vec<(String, String, String)>,
    /// An import begins with what is no crate that is known: the root may have another name for one.
    pub asks_root: bool,
    /// What the root of a crate declares of the compiler's crates.
    pub declared: Declared,
    /// Legacy paths that its code refers to.
    pub needs: Vec<String>,
    /// Those that the code in its documentation refers to.
    pub doc_needs: Vec<String>,
    /// Those that its code refers to by paths through other modules.
    pub led: Vec<Led>,
    /// Bare names in bodies of `macro_rules!`, which mean what they mean where the macro is used.
    pub in_macros: BTreeSet<NamedInMacro>,
    /// What its macros make of paths that they are given, by the macro's name.
    pub made_of_paths: BTreeSet<(Box<str>, MadeOfPath)>,
    /// Its macros that put names which they are given behind a dot or a path.
    pub putting_behind: BTreeSet<Box<str>>,
    /// Names that macros are given, or say, of which they may make paths.
    pub opaque: FxHashSet<Box<str>>,
    /// Names that it gives to macros, which may be anything.
    pub given: BTreeSet<Box<str>>,
    /// Paths of what its modules declare, as far as a move can concern it, each with the namespaces
    /// that it takes up there, as bits.
    pub items: FxHashMap<Box<str>, u8>,
    /// Paths of those that are other names of types, each with the path of the type.
    pub aliases: Vec<(Box<str>, Box<str>)>,
}

impl RustOutline {
    /// Adds what the same text says of another module that includes it.
    pub fn extend(&mut self, other: Self) {
        self.imports.extend(other.imports);
        self.derived.extend(other.derived);
        self.private.extend(other.private);
        self.limits.extend(other.limits);
        self.members.extend(other.members);
        self.globs.extend(other.globs);
        self.lasting_globs.extend(other.lasting_globs);
        self.conditions.extend(other.conditions);
        self.reads.extend(other.reads);
        self.needs.extend(other.needs);
        self.led.extend(other.led);
        self.in_macros.extend(other.in_macros);
        self.made_of_paths.extend(other.made_of_paths);
        self.putting_behind.extend(other.putting_behind);
        self.aliases.extend(other.aliases);
        for (path, spaces) in other.items {
            *self.items.entry(path).or_default() |= spaces;
        }
    }
}

/// The attributes of an import of Rust: the path that it gives, or the module that has a star, and
/// where that leads.
pub type Condition = ((String, String), Box<str>);

/// A name in the body of a `macro_rules!`, alone or with which a path begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedInMacro {
    /// The name.
    pub name: Box<str>,
    /// How the path goes on.
    pub below: Box<str>,
    /// The macro's name.
    pub of: Box<str>,
    /// Where the macro can be called.
    pub reach: MacroReach,
    /// It derives the name, or may do so.
    pub derived: bool,
}

/// What a `macro_rules!` makes of a path that it is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MadeOfPath {
    /// A longer path.
    Behind(PutBehind),
    /// An import of it, or of all that is in it.
    Import,
    /// The same, and others may read that.
    ReExport,
}

/// What a `macro_rules!` puts before something that it is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PutBehind {
    /// The path as it is read where the macro is used.
    pub head: Box<str>,
    /// What is given may be a path of several names.
    pub takes_paths: bool,
    /// What the file says of names that are put there is looked through.
    pub is_told: bool,
}

/// How far a macro of Rust is seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MacroReach {
    /// In this module and those in it, as far as they stand in its file.
    Module(Box<str>),
    /// In its crate.
    Crate,
    /// Everywhere: it is exported.
    Everywhere,
}

impl RustOutline {
    /// The paths of which the file says where they lead, or may lead in some configurations, and the
    /// modules to which it gives names by stars.
    pub(super) fn leading(&self) -> impl Iterator<Item = &str> {
        let imports = self.imports.iter().map(|(path, ..)| path);
        let ambiguous = self.ambiguous.iter().chain(&self.beside);
        let globs = self.globs.iter().map(|(module, ..)| module);
        let variants = self.variants.iter().map(|(module, _)| module);
        let paths = imports.chain(ambiguous.map(|(path, _)| path));
        paths.chain(globs).chain(variants).map(String::as_str)
    }

    /// Whether its code or its documentation refers to a legacy path.
    pub fn has_needs(&self) -> bool {
        !self.needs.is_empty() || !self.doc_needs.is_empty() || !self.led.is_empty()
    }
}

/// A legacy path that a file of Rust refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustNeed<'p> {
    /// The file.
    pub file: FileId,
    /// The path.
    pub path: &'p str,
    /// It stands in the code of documentation, which is a crate of its own.
    pub in_docs: bool,
    /// Another path leads there.
    pub led: Option<&'p Led>,
}

/// A legacy path to which another one leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Led {
    /// The legacy path.
    pub path: String,
    /// The crate by which the other one leaves the package.
    pub by: String,
    /// What it goes through.
    pub way: Vec<Hop>,
}

/// A path up to a name that a module gives on from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// The path.
    pub path: String,
    /// Where it leads, if the module imports it by its name.
    pub by_name: Option<String>,
}

/// One import of an [`Outline`].
#[derive(Debug, Clone)]
pub struct OutlineImport {
    /// The module that the statement names.
    pub module: ModulePath,
    /// The names taken from it; empty for `import module`.
    pub names: Vec<Box<str>>,
    /// `from module import *`.
    pub star: bool,
    /// It runs when the module is imported.
    pub eager: bool,
    /// It stands at the level of the module, so that what it binds is the module's.
    pub top: bool,
}

/// How a module binds a name.
#[derive(Debug, Clone, Default)]
pub struct Bound {
    /// Imports that bind it: the module, and the name in it; of a module as a whole what it lies in.
    pub imported: Vec<(ModulePath, Box<str>)>,
    /// An import of a module as a whole is among them: `import a.b as c`.
    pub module: bool,
    /// It is bound otherwise as well, and not only as the fallback of an import.
    pub otherwise: bool,
    /// The module uses the name itself.
    pub used: bool,
    /// Only imports that do not run when the module is imported bind it: `if TYPE_CHECKING:`.
    pub later: bool,
    /// `from m import name as name`: type checkers take it for one of the module's own.
    pub given_on: bool,
}
