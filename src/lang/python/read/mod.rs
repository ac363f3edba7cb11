//! Text → [`Facts`]: one walk over the syntax tree, in the order in which Python evaluates it.
//!
//! Scopes follow the language reference: class bodies are seen by nothing inside them, the first
//! iterable of a comprehension belongs to the scope around it, a walrus binds outside of
//! comprehensions, decorators and defaults are evaluated outside of what they decorate.

mod chunks;
mod expressions;
mod imports;
mod magics;
mod name;
mod statements;
mod strings;
mod syntax;

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    self as ast, Comprehension, ExceptHandler, Expr, ExprContext, Parameters, Pattern,
    PySourceType, Stmt, TypeParam, TypeParams,
};
use ruff_python_parser::typing::parse_type_annotation;
use ruff_python_parser::{ParseOptions, Parsed, parse_cells_unchecked, parse_expression_range};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) use self::chunks::{Chunk, chunks};
pub(super) use self::strings::is_identifier;
use super::callees;
use super::facts::{
    Alias, Assigned, Attr, Binding, BindingKind, Facts, Held, Import, Load, MODULE, NameId,
    Reflected, Relative, Scope, ScopeId, ScopeKind, SymbolId, Text, Use,
};
use super::trivia;
use crate::finding::Problem;
use crate::project::{ModulePath, OutlineImport};

/// What kind of text it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flavor {
    /// A module or a script.
    Module,
    /// A `.pyi` file.
    Stub,
    /// The cells of a notebook, in order and one byte apart.
    Notebook(Vec<TextRange>),
}

/// Reads `text`, past syntax errors as well.
pub(super) fn facts(text: &str, flavor: &Flavor) -> Facts {
    let parsed = match flavor {
        Flavor::Module => ruff_python_parser::parse_unchecked_source(text, PySourceType::Python),
        Flavor::Stub => ruff_python_parser::parse_unchecked_source(text, PySourceType::Stub),
        Flavor::Notebook(cells) => parse_cells_unchecked(
            text,
            cells.iter().copied(),
            &ParseOptions::from(PySourceType::Ipynb),
        ),
    };
    read(text, flavor, &[parsed])
}

/// Reads those pieces of `text` alone, which are whole statements of the module, in order; what
/// lies between two of them are other statements.
pub(super) fn facts_of(text: &str, flavor: &Flavor, pieces: &[TextRange]) -> Facts {
    let source_type = match flavor {
        Flavor::Module => PySourceType::Python,
        Flavor::Stub => PySourceType::Stub,
        Flavor::Notebook(_) => PySourceType::Ipynb,
    };
    let options = ParseOptions::from(source_type);
    let parsed: Vec<_> = pieces
        .iter()
        .map(|&piece| parse_cells_unchecked(text, [piece], &options))
        .collect();
    read(text, flavor, &parsed)
}

fn read(text: &str, flavor: &Flavor, pieces: &[Parsed<ast::ModModule>]) -> Facts {
    let Some(first) = pieces.first() else {
        return Reader::new(text, &Tokens::new(Vec::new())).finish();
    };
    let mut reader = Reader::new(text, first.tokens());
    for error in pieces.iter().flat_map(Parsed::errors) {
        reader.facts.problems.push(Problem {
            offset: error.location.start().to_usize(),
            message: format!("syntax error: {}", lower_first(&error.error.to_string())),
        });
    }
    if let Flavor::Notebook(cells) = flavor {
        reader.facts.cells.clone_from(cells);
    }
    reader.module(pieces);
    let tokens = || pieces.iter().flat_map(|piece| piece.tokens().iter());
    trivia::read(text, tokens(), &mut reader.facts);
    let comments = tokens().filter(|token| token.kind() == TokenKind::Comment);
    reader.type_comments(comments.map(Ranged::range));
    reader.finish()
}

struct Reader<'t> {
    text: &'t str,
    /// The tokens of the piece at hand.
    tokens: &'t Tokens,
    facts: Facts,
    ids: FxHashMap<Box<str>, NameId>,
    scope: ScopeId,
    uses: Vec<Use>,
    /// The `try` and `if` statements around, the innermost last.
    branches: Vec<u32>,
    next_branch: u32,
    suites: u32,
    suite: u32,
    index: u32,
    /// Inside of code that does not run when the module is imported.
    later: u32,
    /// Strings here hold types.
    types: bool,
    /// Inside of such a string.
    quoted: bool,
    /// The string being read is the argument of this function.
    callee: Option<(Box<str>, usize)>,
    /// The names of what the string being read names: `("module", "name")`.
    named: Vec<TextRange>,
    /// The name that is read of the call being read: `import_module("module").name`.
    of_result: Option<TextRange>,
    /// What is read next is asked for a key that is written down.
    is_said: bool,
    /// A call whose result nobody uses.
    unused: Option<TextRange>,
    /// The package that the string being read counts from: `import_module(".m", "package")`.
    package: Option<Package>,
    /// Names that stand behind a path which is put together: `f"{MODULE}.N"`.
    tails: Vec<Box<str>>,
    /// Variables that hold a module, by its place in `facts.strings`: `m = import_module("a.b")`.
    held: Vec<(ScopeId, NameId, usize)>,
    /// Variables that are assigned a name, or what is read of one, and where that begins.
    given: Vec<(ScopeId, NameId, TextSize)>,
    /// Variables that hold the first package of a path: `k = __import__("a.b")`.
    held_tops: Vec<(ScopeId, NameId, TextRange)>,
    /// Variables that hold a string, by its place in `facts.strings`: `MODULE = "a.b"`.
    constants: Vec<(ScopeId, NameId, usize)>,
    /// Names that stand behind a variable: `N` of `f"{MODULE}.N"`.
    joined: Vec<(ScopeId, NameId, TextRange)>,
    /// Names that are only asked whether they are there: `if N`.
    tests: FxHashSet<TextSize>,
    declared: Vec<(ScopeId, NameId, TextRange)>,
}

/// What a relative path in a string counts from.
enum Package {
    /// `__package__`
    Own,
    Named(Box<str>),
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, tokens: &'t Tokens) -> Self {
        let whole = TextRange::up_to(text.text_len_or_max());
        let mut facts = Facts::default();
        facts.scopes.push(Scope {
            kind: ScopeKind::Module,
            parent: None,
            range: whole,
            symbols: FxHashMap::default(),
            others: Box::default(),
            globals: Default::default(),
            nonlocals: Default::default(),
            entangled: Default::default(),
            loops: false,
        });
        Self {
            text,
            tokens,
            facts,
            ids: FxHashMap::default(),
            scope: MODULE,
            uses: Vec::new(),
            branches: Vec::new(),
            next_branch: 0,
            suites: 0,
            suite: 0,
            index: 0,
            later: 0,
            types: false,
            quoted: false,
            callee: None,
            named: Vec::new(),
            of_result: None,
            is_said: false,
            unused: None,
            package: None,
            held: Vec::new(),
            given: Vec::new(),
            held_tops: Vec::new(),
            tails: Vec::new(),
            constants: Vec::new(),
            joined: Vec::new(),
            tests: FxHashSet::default(),
            declared: Vec::new(),
        }
    }

    fn intern(&mut self, name: &str) -> NameId {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = self.facts.interned.push(name);
        self.ids.insert(name.into(), id);
        id
    }

    /// Reads with a new scope.
    fn scoped(&mut self, kind: ScopeKind, range: TextRange, read: impl FnOnce(&mut Self)) {
        let outer = self.scope;
        self.scope = ScopeId::try_from(self.facts.scopes.len()).expect("fewer scopes than bytes");
        self.facts.scopes.push(Scope {
            kind,
            parent: Some(outer),
            range,
            symbols: FxHashMap::default(),
            others: Box::default(),
            globals: Default::default(),
            nonlocals: Default::default(),
            entangled: Default::default(),
            loops: false,
        });
        let branches = std::mem::take(&mut self.branches);
        let types = std::mem::take(&mut self.types);
        let callee = self.callee.take();
        read(self);
        self.branches = branches;
        self.types = types;
        self.callee = callee;
        self.scope = outer;
    }

    /// The statements of the module. Those that were left out between two pieces count as one.
    fn module(&mut self, pieces: &'t [Parsed<ast::ModModule>]) {
        self.suites += 1;
        self.suite = self.suites;
        for piece in pieces {
            self.tokens = piece.tokens();
            for stmt in piece.suite() {
                self.visit_stmt(stmt);
                self.index = self.index.saturating_add(1);
            }
            self.index = self.index.saturating_add(1);
        }
    }

    fn suite(&mut self, body: &[Stmt]) {
        let outer = (self.suite, self.index);
        self.suites += 1;
        self.suite = self.suites;
        for (index, stmt) in body.iter().enumerate() {
            self.index = u32::try_from(index).unwrap_or(u32::MAX);
            self.visit_stmt(stmt);
        }
        (self.suite, self.index) = outer;
    }

    fn branched(&mut self, read: impl FnOnce(&mut Self)) {
        self.next_branch += 1;
        self.branches.push(self.next_branch);
        read(self);
        self.branches.pop();
    }

    fn bind_as(&mut self, name: &str, range: TextRange, kind: BindingKind, scope: ScopeId) {
        let name = self.intern(name);
        let binding = Binding {
            kind,
            range,
            branches: self.branches.clone(),
        };
        let symbols = &mut self.facts.scopes[scope as usize].symbols;
        symbols.entry(name).or_default().push(binding);
    }

    fn bind(&mut self, name: &str, range: TextRange, kind: BindingKind) {
        self.bind_as(name, range, kind, self.scope);
    }

    fn identifier(&mut self, name: &ast::Identifier) {
        self.bind(name.as_str(), name.range(), BindingKind::Other);
    }

    /// The scope that a walrus binds in.
    fn walrus_scope(&self) -> ScopeId {
        let kind = |scope: ScopeId| self.facts.scopes[scope as usize].kind;
        self.facts
            .outwards(self.scope)
            .find(|&scope| kind(scope) != ScopeKind::Comprehension)
            .unwrap_or(MODULE)
    }

    fn in_class(&self) -> bool {
        self.facts
            .outwards(self.scope)
            .any(|scope| self.facts.scopes[scope as usize].kind == ScopeKind::Class)
    }

    fn load(&mut self, name: &ast::ExprName, attrs: Vec<Attr>, bound: bool) {
        if name.id.is_empty() {
            return; // what the parser puts in the place of a missing expression
        }
        let id = self.intern(&name.id);
        let mangled = name.id.starts_with("__") && !name.id.ends_with("__") && self.in_class();
        if mangled {
            // `__N` in a class body means `_Class__N`: a variable of its own, never renamed.
            return;
        }
        let deleted = name.ctx == ExprContext::Del;
        if deleted {
            self.bind(&name.id, name.range(), BindingKind::Deletion);
        }
        self.uses.push(Use {
            name: id,
            scope: self.scope,
            owner: None,
            range: name.range(),
            attrs,
            deleted,
            tested: self.tests.contains(&name.start()),
            bound,
            held: None,
        });
        let load = Load::new(name.start(), id, self.scope);
        match self.quoted {
            true => self.facts.quoted_loads.push(load),
            false => self.facts.loads.push(load),
        }
    }

    fn store(&mut self, target: &Expr, kind: BindingKind) {
        match target {
            Expr::Name(name) => self.bind(&name.id, name.range(), kind),
            _ => self.visit_expr(target),
        }
    }

    fn typed(&mut self, types: bool, expr: &Expr) {
        let outer = std::mem::replace(&mut self.types, types);
        let callee = self.callee.take();
        self.visit_expr(expr);
        self.callee = callee;
        self.types = outer;
    }

    /// The comments `# type: …`: code, in the innermost scope around them.
    fn type_comments(&mut self, comments: impl Iterator<Item = TextRange>) {
        for comment in comments {
            let Some(content) = trivia::type_comment(&self.text[comment]) else {
                continue;
            };
            let base = comment.start() + TextSize::try_from(content.start).unwrap_or_default();
            let typed = &self.text[comment][content];
            let scope = self.scope_at(comment.start());
            self.scope = scope;
            // `(A, B) -> C` is two expressions.
            let arrow = typed.starts_with('(').then(|| typed.rfind("->")).flatten();
            let pieces = match arrow {
                Some(arrow) => vec![0..arrow, arrow + 2..typed.len()],
                None => vec![0..typed.len(), typed.len()..typed.len()],
            };
            for piece in pieces {
                let text = &typed[piece.clone()];
                if text.trim().is_empty() {
                    continue;
                }
                let blank = text.len() - text.trim_start().len();
                let start = base + TextSize::try_from(piece.start + blank).unwrap_or_default();
                let range = TextRange::at(start, TextSize::of(text.trim()));
                let upto = &self.text[..range.end().to_usize()];
                if let Ok(parsed) = parse_expression_range(upto, range) {
                    self.typed(true, parsed.expr());
                }
            }
            self.scope = MODULE;
        }
    }

    fn scope_at(&self, offset: TextSize) -> ScopeId {
        let scopes = self.facts.scopes.iter().enumerate();
        let around = scopes.filter(|(_, scope)| {
            scope.range.contains(offset) && scope.kind != ScopeKind::TypeParams
        });
        let innermost = around.min_by_key(|(_, scope)| scope.range.len());
        innermost.map_or(MODULE, |(index, _)| {
            ScopeId::try_from(index).unwrap_or(MODULE)
        })
    }

    /// Resolves what was read, and lets go of what no import has to do with.
    fn finish(mut self) -> Facts {
        self.move_outer_bindings();
        let mut facts = self.facts;
        // `patch(__name__ + ".N")`
        facts.reflective |= !self.tails.is_empty() && self.ids.contains_key("__name__");
        let mut names: Vec<(Box<str>, NameId)> = self.ids.into_iter().collect();
        names.sort_unstable();
        facts.sorted = names.into_iter().map(|(_, id)| id).collect();
        facts.declared = self
            .declared
            .into_iter()
            .map(|(scope, name, range)| ((facts.binds_in(scope, name), name), range))
            .collect();
        let mut loads = std::mem::take(&mut facts.loads);
        let mut quoted = std::mem::take(&mut facts.quoted_loads);
        for load in loads.iter_mut().chain(&mut quoted) {
            load.set_owner(facts.find_at(load.scope, load.name, load.start));
        }
        facts.loads = loads;
        facts.quoted_loads = quoted;
        facts.loads.sort_unstable_by_key(|load| load.start);
        let is_import = |binding: &Binding| matches!(binding.kind, BindingKind::Import(..));
        let has_import = |bindings: &[Binding]| bindings.iter().any(is_import);
        let mut uses = self.uses;
        for used in &mut uses {
            used.owner = facts.find_at(used.scope, used.name, used.range.start());
            // `N = N` in a class body reads the outer name before it binds its own.
            let here = &facts.scopes[used.scope as usize];
            if here.kind == ScopeKind::Class
                && used.owner == Some(used.scope)
                && !facts
                    .bindings((used.scope, used.name))
                    .iter()
                    .all(|binding| is_import(binding) && binding.range.end() <= used.range.start())
            {
                // Python passes over the functions around: it looks in the class and the module.
                facts.scopes[MODULE as usize].entangled.insert(used.name);
            }
        }
        note_tails(&mut facts, &self.tails);
        let held = std::mem::take(&mut self.held);
        facts.holds_modules = !held.is_empty() || !self.held_tops.is_empty();
        for (scope, name, path) in std::mem::take(&mut self.held_tops) {
            let owner = Some(facts.binds_in(scope, name));
            let mut readers = uses.iter().filter(|used| used.owner == owner);
            if readers.any(|used| used.name == name) {
                facts.tops.push(path);
            }
        }
        facts.tails = std::mem::take(&mut self.tails);
        note_held(&mut facts, self.text, &held, &uses);
        note_joined(&mut facts, &self.constants, &self.joined);
        uses.sort_by_key(|used| used.range.start());
        facts.given = follow_given(&facts, &self.given, &mut uses);
        uses.retain(|used| match used.owner {
            Some(owner) => has_import(facts.bindings((owner, used.name))),
            None => true,
        });
        for used in uses.iter().filter(|used| used.owner.is_none()) {
            let name = facts.name(used.name).into();
            facts.outline.unbound.insert(name);
        }
        let stars = facts.imports.iter().any(|import| import.star);
        if !stars {
            uses.retain(|used| used.owner.is_some());
            facts.outline.unbound.clear();
        }
        facts.uses = uses;
        super::outline::complete(&mut facts, self.text);
        let is_fixed = |text: &&Text| {
            let mut ignores = facts.ignores.iter();
            !facts.problems.is_empty() || ignores.any(|(line, _)| line.contains_range(text.range))
        };
        let fixed = facts.strings.iter().filter(is_fixed);
        facts.outline.fixed = fixed.map(|at| at.value(self.text).into()).collect();
        for scope in &mut facts.scopes {
            let symbols = std::mem::take(&mut scope.symbols);
            let (imported, others): (FxHashMap<_, _>, FxHashMap<_, _>) = symbols
                .into_iter()
                .partition(|(_, bindings)| has_import(bindings));
            let mut others: Vec<NameId> = others.into_keys().collect();
            others.sort_unstable();
            scope.symbols = imported;
            scope.others = others.into();
        }
        facts
    }

    /// `global N` and `nonlocal N`: what a function binds is a variable of a scope around it.
    fn move_outer_bindings(&mut self) {
        for scope in 0..self.facts.scopes.len() {
            let here = &self.facts.scopes[scope];
            let mut names: Vec<NameId> = here
                .globals
                .iter()
                .chain(&here.nonlocals)
                .copied()
                .collect();
            names.sort_unstable();
            for name in names {
                let id = ScopeId::try_from(scope).unwrap_or(MODULE);
                let owner = self.facts.binds_in(id, name) as usize;
                if owner == scope {
                    continue;
                }
                if let Some(bindings) = self.facts.scopes[scope].symbols.remove(&name) {
                    let symbols = &mut self.facts.scopes[owner].symbols;
                    symbols.entry(name).or_default().extend(bindings);
                }
            }
        }
    }
}

impl<'a> Visitor<'a> for Reader<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        stacker::maybe_grow(RED_ZONE, GROWTH, || self.statement(stmt));
    }

    fn visit_annotation(&mut self, expr: &'a Expr) {
        self.typed(true, expr);
    }

    fn visit_body(&mut self, body: &'a [Stmt]) {
        self.suite(body);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        stacker::maybe_grow(RED_ZONE, GROWTH, || self.expression(expr));
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(ast::PatternMatchAs { name, .. })
            | Pattern::MatchStar(ast::PatternMatchStar { name, .. })
            | Pattern::MatchMapping(ast::PatternMatchMapping { rest: name, .. }) => {
                if let Some(name) = name {
                    self.identifier(name);
                }
            }
            _ => {}
        }
        stacker::maybe_grow(RED_ZONE, GROWTH, || visitor::walk_pattern(self, pattern));
    }
}

/// `f"{MODULE}.N"` may mean `N` of each module that the file names.
fn note_tails(facts: &mut Facts, tails: &[Box<str>]) {
    let outline = &mut facts.outline;
    for tail in tails {
        let read = |level: u32, module: &str| ModulePath {
            level,
            dotted: format!("{module}.{tail}"),
        };
        for import in &outline.imports {
            let (level, module) = (import.module.level, import.module.dotted.as_str());
            let names = import.names.iter().map(|name| match module.is_empty() {
                true => name.to_string(),
                false => format!("{module}.{name}"),
            });
            let modules = names.chain(import.names.is_empty().then(|| module.to_owned()));
            outline
                .reads
                .extend(modules.map(|module| read(level, &module)));
        }
        let strings = outline.strings.iter();
        outline.reads.extend(strings.map(|module| read(0, module)));
    }
}

/// What is read of variables that hold a module is read of the module.
fn note_held(facts: &mut Facts, text: &str, held: &[(ScopeId, NameId, usize)], uses: &[Use]) {
    for &(scope, name, string) in held {
        let symbol = (facts.binds_in(scope, name), name);
        let is_it = |used: &&Use| used.owner == Some(symbol.0) && used.name == name;
        let attrs = uses
            .iter()
            .filter(is_it)
            .filter_map(|used| used.attrs.first());
        let names: Vec<TextRange> = attrs.map(|attr| attr.range).collect();
        for &name in &names {
            let module = facts.strings[string].value(text);
            facts.outline.reads.insert(ModulePath {
                level: 0,
                dotted: format!("{module}.{}", &text[name]),
            });
        }
        let is_reflected =
            |it: &Reflected| it.name == name && facts.find(it.scope, name) == Some(symbol.0);
        if facts.reflected.iter().any(is_reflected) {
            facts.reflects_results = true;
        }
        // Where something else may stand in for the module, nobody can say whose names they are.
        if facts.bindings(symbol).len() == 1 {
            facts.strings[string].names.extend(names);
        }
    }
}

/// What is read of a variable that is bound only by `L = m`, or `L = m.n`, is read of what imports
/// bind, or a star gives: there the use is one of `m`.
fn follow_given(
    facts: &Facts,
    given: &[(ScopeId, NameId, TextSize)],
    uses: &mut [Use],
) -> Vec<(TextSize, SymbolId)> {
    let mut followed = Vec::new();
    let is_import = |binding: &Binding| matches!(binding.kind, BindingKind::Import(..));
    let stars = facts.imports.iter().any(|import| import.star);
    let mut places: FxHashMap<SymbolId, Vec<usize>> = FxHashMap::default();
    for &(scope, name, start) in given {
        let by = (scope, name);
        if facts.binds_in(scope, name) != scope || facts.bindings(by).len() != 1 {
            continue;
        }
        let at = uses.partition_point(|used| used.range.start() < start);
        let Some(value) = uses.get(at).filter(|used| used.range.start() == start) else {
            continue;
        };
        let value = value.clone();
        let is_imported = match value.owner {
            Some(owner) => facts.bindings((owner, value.name)).iter().all(is_import),
            None => stars,
        };
        if !is_imported {
            continue;
        }
        if places.is_empty() {
            for (at, used) in uses.iter().enumerate() {
                if let Some(owner) = used.owner {
                    places.entry((owner, used.name)).or_default().push(at);
                }
            }
        }
        let readers = places.get(&by).map_or(&[][..], Vec::as_slice);
        // The same name must mean the same where the variable is read.
        let sees = |&reader: &usize| {
            let used = &uses[reader];
            facts.find_at(used.scope, value.name, used.range.start()) == value.owner
        };
        if !readers.iter().all(sees) {
            continue;
        }
        followed.push((start, by));
        for &reader in readers {
            let used = &mut uses[reader];
            let implied = value.attrs.iter().map(|attr| Attr {
                range: used.range,
                ..attr.clone()
            });
            used.attrs = implied.chain(used.attrs.drain(..)).collect();
            used.name = value.name;
            used.owner = value.owner;
            used.held = Some(Held {
                by,
                attrs: u32::try_from(value.attrs.len()).unwrap_or(u32::MAX),
            });
        }
    }
    followed.sort_unstable();
    followed
}

/// `MODULE = "a.b"` and `f"{MODULE}.N"` name `N` of `a.b`, where nothing else binds `MODULE`.
fn note_joined(
    facts: &mut Facts,
    constants: &[(ScopeId, NameId, usize)],
    joined: &[(ScopeId, NameId, TextRange)],
) {
    for &(scope, name, string) in constants {
        let symbol = (facts.binds_in(scope, name), name);
        if facts.bindings(symbol).len() != 1 {
            continue;
        }
        let is_it = |&&(scope, other, _): &&(ScopeId, NameId, TextRange)| {
            other == name && facts.find(scope, name) == Some(symbol.0)
        };
        let names: Vec<TextRange> = joined.iter().filter(is_it).map(|&(.., at)| at).collect();
        facts.strings[string].names.extend(names);
    }
}

fn first(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Stack that must be left before one more level, and by how much it grows: a tree can be deep.
const RED_ZONE: usize = 128 * 1024;
const GROWTH: usize = 4 * 1024 * 1024;

/// The length of a text, for what is measured in 32 bits.
trait TextLen {
    fn text_len_or_max(&self) -> TextSize;
}

impl TextLen for str {
    fn text_len_or_max(&self) -> TextSize {
        TextSize::try_from(self.len()).unwrap_or(TextSize::new(u32::MAX))
    }
}
