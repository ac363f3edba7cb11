//! What a Python file says, without a word about any move: imports, scopes, names and strings.
//!
//! Read once a file; small, so that the syntax tree can be dropped while others are read.

use std::borrow::Cow;
use std::num::NonZero;

use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Problem;
use crate::project::{ModulePath, Outline};

/// A scope, by its place in [`Facts::scopes`]; the module is 0.
pub(super) type ScopeId = u32;

/// A name, by its place in [`Facts::interned`].
pub(super) type NameId = u32;

/// A variable: a scope and a name bound in it.
pub(super) type SymbolId = (ScopeId, NameId);

/// The scope of the module.
pub(super) const MODULE: ScopeId = 0;

/// All facts of one file.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) outline: Outline,
    /// The names in `__all__`, where it is written down: the outline is given away.
    pub(super) all: Option<Vec<String>>,
    pub(super) scopes: Vec<Scope>,
    pub(super) interned: Interned,
    /// The names in alphabetical order, to look one up.
    pub(super) sorted: Vec<NameId>,
    /// Import statements, in the order of the text.
    pub(super) imports: Vec<Import>,
    /// Uses of names that an import binds or that nothing binds, with the attributes read of them.
    pub(super) uses: Vec<Use>,
    /// Every name that is loaded, with the scope that binds it: in the order of the text.
    pub(super) loads: Vec<Load>,
    /// The same of names in strings that hold types.
    pub(super) quoted_loads: Vec<Load>,
    /// `global` and `nonlocal` mentions of a variable.
    pub(super) declared: Vec<(SymbolId, TextRange)>,
    /// `A = N` and `A = m.N` at the level of the module.
    pub(super) assigned: Vec<Assigned>,
    /// Uses that are all that is ever assigned to a variable, by where they begin, in order: what
    /// is read of the variable is a use of the same name.
    pub(super) given: Vec<(TextSize, SymbolId)>,
    /// Exact dotted strings.
    pub(super) strings: Vec<Text>,
    /// Those by which a call gives a module that goes where no reading follows it, by their places
    /// in `strings`: `self.m = import_module("a.b")`.
    pub(super) handed: Vec<usize>,
    /// Comments and strings, whole.
    pub(super) texts: Vec<TextRange>,
    /// Strings that are statements: nobody runs them as code.
    pub(super) docstrings: Vec<TextRange>,
    /// Those branches that a condition makes, and no failure.
    pub(super) conditions: FxHashSet<u32>,
    /// Names that are keys of what a call gives: `patch.multiple("m", N=DEFAULT)["N"]`.
    pub(super) keyed: Vec<TextRange>,
    /// Paths of which a call gives the first package alone: `__import__("a.b").b`.
    pub(super) tops: Vec<TextRange>,
    /// Code inside text that no edit can follow: doctests, annotations in several pieces.
    pub(super) opaque: Vec<TextRange>,
    /// Lines with a `# rehome: ignore[…]`, from the first byte to the last, and what they name.
    pub(super) ignores: Vec<(TextRange, Vec<String>)>,
    /// Regions whose lines must not be split, merged or moved.
    pub(super) frozen: Vec<TextRange>,
    /// The cells of a notebook.
    pub(super) cells: Vec<TextRange>,
    /// Syntax errors.
    pub(super) problems: Vec<Problem>,
    /// `__all__` is made of the names that are there: `dir()`, `globals()`.
    pub(super) computed_all: bool,
    /// Names that stand behind a path which is put together of parts.
    pub(super) tails: Vec<Box<str>>,
    /// Whether a variable holds a module that a call gave.
    pub(super) holds_modules: bool,
    /// `eval`, `exec`, `globals()` and the like: a name may be used by its text.
    pub(super) reflective: bool,
    /// Objects whose names are looked up by text that a program makes: `vars(module)`,
    /// `setattr(module, name, …)`.
    pub(super) reflected: Vec<Reflected>,
    /// One of them is what a call or a subscript gives.
    pub(super) reflects_results: bool,
    /// Keywords that may be keys of a dictionary of names: `patch.dict(…, N=…)`.
    pub(super) keys: Vec<TextRange>,
    /// First names of the functions of `typing` that are called.
    pub(super) typing: FxHashSet<NameId>,
}

/// Names, one behind the other: a file has hundreds, and each by itself would be an allocation.
#[derive(Debug, Default)]
pub(super) struct Interned {
    text: String,
    ends: Vec<u32>,
}

impl Interned {
    /// Takes a new name.
    pub(super) fn push(&mut self, name: &str) -> NameId {
        let id = NameId::try_from(self.ends.len()).expect("fewer names than bytes");
        self.text.push_str(name);
        let end = u32::try_from(self.text.len()).expect("no longer than the file, which fits");
        self.ends.push(end);
        id
    }

    fn get(&self, id: NameId) -> &str {
        let end = |id: u32| self.ends[id as usize] as usize;
        let start = id.checked_sub(1).map_or(0, end);
        &self.text[start..end(id)]
    }
}

/// What a scope is, as far as name resolution cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    /// A function, a lambda or a comprehension.
    Function,
    /// A comprehension: a walrus binds outside of it.
    Comprehension,
    /// PEP 695 type parameters: sees the class around it.
    TypeParams,
}

/// A scope.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: ScopeKind,
    pub(super) parent: Option<ScopeId>,
    pub(super) range: TextRange,
    /// The names bound here. Bindings are kept where one of them is an import.
    pub(super) symbols: FxHashMap<NameId, Vec<Binding>>,
    /// Names bound here that no import has to do with, in order; their bindings are let go.
    pub(super) others: Box<[NameId]>,
    /// Names that `global` sends to the module.
    pub(super) globals: FxHashSet<NameId>,
    /// Names that `nonlocal` sends to a function around.
    pub(super) nonlocals: FxHashSet<NameId>,
    /// Names of this scope that a class body both reads from here and binds: `N = N`.
    pub(super) entangled: FxHashSet<NameId>,
    /// Statements of it run more than once: what stands above may come after what stands below.
    pub(super) loops: bool,
}

impl Scope {
    /// Whether the scope binds a name.
    pub(super) fn has(&self, name: NameId) -> bool {
        self.symbols.contains_key(&name) || self.others.binary_search(&name).is_ok()
    }
}

/// One binding of a name.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub(super) kind: BindingKind,
    pub(super) range: TextRange,
    /// The `try` and `if` statements around it, the innermost last.
    pub(super) branches: Vec<u32>,
}

/// How a name is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BindingKind {
    /// By a name of an import statement: its place in `imports`, and in `names` there.
    Import(u32, u32),
    /// `N = None`, `N: Type`: stands in for an import, and nothing can be read of it.
    Nothing,
    /// `N = object`, `N = Any`: stands in for an import.
    Placeholder,
    /// `class N: …`, `def N(): …`.
    Definition,
    /// `del N`.
    Deletion,
    /// Anything else.
    Other,
}

/// A name of the module that is assigned another name, or what is read of one.
#[derive(Debug)]
pub(super) struct Assigned {
    pub(super) target: NameId,
    pub(super) target_range: TextRange,
    /// The first name of the value.
    pub(super) root: NameId,
    pub(super) root_start: TextSize,
    /// The attributes behind it.
    pub(super) attrs: Vec<Box<str>>,
}

/// A name, and the attributes that lead from it to an object whose names are looked up by text.
#[derive(Debug)]
pub(super) struct Reflected {
    pub(super) scope: ScopeId,
    pub(super) name: NameId,
    pub(super) attrs: Vec<Box<str>>,
}

/// An import statement.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) range: TextRange,
    pub(super) scope: ScopeId,
    /// The module of `from module import …`; `None` for `import …`.
    pub(super) module: Option<ModulePath>,
    /// The module with its dots, as written.
    pub(super) module_range: TextRange,
    pub(super) names: Vec<Alias>,
    pub(super) star: bool,
    /// The parentheses around the names, inclusive.
    pub(super) parens: Option<TextRange>,
    /// The list of statements that it stands in, and its place there.
    pub(super) suite: u32,
    pub(super) index: u32,
    /// Another statement, or the header of its block, stands on its line.
    pub(super) shares_line: bool,
    /// It runs when the module is imported.
    pub(super) eager: bool,
}

/// One name of an import statement.
#[derive(Debug)]
pub(super) struct Alias {
    /// `a.b` in `import a.b`, `N` in `from m import N`.
    pub(super) name: Box<str>,
    pub(super) name_range: TextRange,
    pub(super) asname: Option<(Box<str>, TextRange)>,
    pub(super) range: TextRange,
}

impl Alias {
    /// The name that it binds.
    pub(super) fn local(&self) -> &str {
        match &self.asname {
            Some((name, _)) => name,
            None => &self.name,
        }
    }

    /// The name as it is written, with its alias.
    pub(super) fn written(&self) -> String {
        match &self.asname {
            Some((asname, _)) => format!("{} as {asname}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// A use of a name, with the attributes that are read of it.
#[derive(Debug, Clone)]
pub(super) struct Use {
    pub(super) name: NameId,
    pub(super) scope: ScopeId,
    /// The scope that binds it; `None` where nothing in the file does.
    pub(super) owner: Option<ScopeId>,
    pub(super) range: TextRange,
    pub(super) attrs: Vec<Attr>,
    /// `del N`.
    pub(super) deleted: bool,
    /// `if N`, `N and …`, `N is None`: asked only whether it is there.
    pub(super) tested: bool,
    /// `N.attr = …` or `del N.attr`: the last attribute is bound, not read.
    pub(super) bound: bool,
    /// What is written here is a variable that holds what is used: `L.N` after `L = m`.
    pub(super) held: Option<Held>,
}

/// A variable in the place of what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) by: SymbolId,
    /// How many of the attributes it stands for; they have the range of the variable.
    pub(super) attrs: u32,
}

/// One attribute of a [`Use`].
#[derive(Debug, Clone)]
pub(super) struct Attr {
    pub(super) name: Box<str>,
    pub(super) range: TextRange,
    /// It is the content of a string: `getattr(module, "name")`.
    pub(super) quoted: bool,
}

/// A name that is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    pub(super) start: TextSize,
    pub(super) name: NameId,
    pub(super) scope: ScopeId,
    /// The number of the scope that binds it, and 1 more: there are many loads, and so an `Option`
    /// takes no place.
    owner: Option<NonZero<u32>>,
}

impl Load {
    /// A load that is not resolved yet.
    pub(super) fn new(start: TextSize, name: NameId, scope: ScopeId) -> Self {
        Self {
            start,
            name,
            scope,
            owner: None,
        }
    }

    /// The scope that binds the name; `None` where nothing in the file does.
    pub(super) fn owner(self) -> Option<ScopeId> {
        self.owner.map(|owner| owner.get() - 1)
    }

    /// Says which scope binds the name.
    pub(super) fn set_owner(&mut self, owner: Option<ScopeId>) {
        self.owner = owner.and_then(|owner| NonZero::new(owner + 1));
    }
}

/// A string that is nothing but a dotted path.
#[derive(Debug)]
pub(super) struct Text {
    /// The content, without quotes; all of it where there are pieces.
    pub(super) range: TextRange,
    /// The contents of `"a.b" ".N"`, and of an f-string that puts nothing together; else none.
    pub(super) pieces: Box<[TextRange]>,
    /// The function whose argument it is, with dots, and the argument's place.
    pub(super) callee: Option<(Box<str>, usize)>,
    /// Names of what it names: `("module", "name")`, `patch.multiple("module", name=…)`,
    /// `import_module("module").name`.
    pub(super) names: Vec<TextRange>,
    /// The module that it means, where it is relative: `import_module(".module", "package")`.
    pub(super) relative: Option<Box<Relative>>,
}

impl Text {
    /// What the string is.
    pub(super) fn value<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.pieces.is_empty() {
            true => text[self.range].into(),
            false => self.pieces.iter().map(|&piece| &text[piece]).collect(),
        }
    }
}

/// The module of a string that counts from a package.
#[derive(Debug)]
pub(super) struct Relative {
    pub(super) module: ModulePath,
    /// The package, where it is written beside the string; else it is the file's own.
    pub(super) package: Option<Box<str>>,
}

impl Facts {
    /// The text of a name.
    pub(super) fn name(&self, id: NameId) -> &str {
        self.interned.get(id)
    }

    /// Whether one of two import statements, or one between them, is a star: it may bind any name.
    pub(super) fn has_star(&self, one: u32, other: u32) -> bool {
        let (first, last) = (one.min(other) as usize, one.max(other) as usize);
        self.imports[first..=last].iter().any(|import| import.star)
    }

    /// The id of a name, if the file uses it at all.
    pub(super) fn id(&self, name: &str) -> Option<NameId> {
        let by_name = |&id: &NameId| self.name(id).cmp(name);
        let at = self.sorted.binary_search_by(by_name).ok()?;
        Some(self.sorted[at])
    }

    /// The scopes from `scope` outwards.
    pub(super) fn outwards(&self, scope: ScopeId) -> impl Iterator<Item = ScopeId> {
        std::iter::successors(Some(scope), |&s| self.scopes[s as usize].parent)
    }

    /// Whether `inner` is `outer`, or lies in it.
    pub(super) fn within(&self, inner: ScopeId, outer: ScopeId) -> bool {
        self.outwards(inner).any(|scope| scope == outer)
    }

    /// The bindings of a variable.
    pub(super) fn bindings(&self, (scope, name): SymbolId) -> &[Binding] {
        self.scopes[scope as usize]
            .symbols
            .get(&name)
            .map_or(&[], Vec::as_slice)
    }

    /// The variables that hold what a use says, and nothing else.
    pub(super) fn given(&self, used: &Use) -> impl Iterator<Item = SymbolId> + Clone {
        let start = used.range.start();
        let first = self.given.partition_point(|(at, _)| *at < start);
        let given = self.given[first..].iter();
        let here = given.take_while(move |(at, _)| *at == start);
        here.map(|&(_, symbol)| symbol)
    }

    /// The scope that a binding of `name` in `scope` belongs to.
    pub(super) fn binds_in(&self, scope: ScopeId, name: NameId) -> ScopeId {
        let here = &self.scopes[scope as usize];
        if here.globals.contains(&name) {
            return MODULE;
        }
        if here.nonlocals.contains(&name) {
            let around = self.outwards(scope).skip(1).find(|&outer| {
                let outer = &self.scopes[outer as usize];
                outer.kind == ScopeKind::Function && outer.has(name)
            });
            return around.unwrap_or(scope);
        }
        scope
    }

    /// The same of a use at `at`. A class body finds a name outside of itself until it binds it: in
    /// the module, since Python passes over the functions around.
    pub(super) fn find_at(&self, scope: ScopeId, name: NameId, at: TextSize) -> Option<ScopeId> {
        let found = self.find(scope, name);
        let here = &self.scopes[scope as usize];
        if found != Some(scope) || here.kind != ScopeKind::Class || here.loops {
            return found;
        }
        let mut bindings = self.bindings((scope, name)).iter();
        match bindings.all(|binding| binding.range.start() > at) {
            true => self.scopes[MODULE as usize].has(name).then_some(MODULE),
            false => found,
        }
    }

    /// The scope that a use of `name` in `scope` finds it in.
    pub(super) fn find(&self, scope: ScopeId, name: NameId) -> Option<ScopeId> {
        let mut through_params_only = true;
        for at in self.outwards(scope) {
            let here = &self.scopes[at as usize];
            if here.kind == ScopeKind::Class && at != scope && !through_params_only {
                continue;
            }
            through_params_only &= here.kind == ScopeKind::TypeParams;
            if here.globals.contains(&name) {
                let module = &self.scopes[MODULE as usize];
                return module.has(name).then_some(MODULE);
            }
            if !here.nonlocals.contains(&name) && here.has(name) {
                return Some(at);
            }
        }
        None
    }
}
