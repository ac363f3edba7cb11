//! Text → [`Facts`]: one walk over the syntax tree, in the order in which Python evaluates it.
//!
//! Scopes follow the language reference: class bodies are seen by nothing inside them, the first
//! iterable of a comprehension belongs to the scope around it, a walrus binds outside of
//! comprehensions, decorators and defaults are evaluated outside of what they decorate.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    self as ast, Comprehension, ExceptHandler, Expr, ExprContext, Parameters, Pattern,
    PySourceType, Stmt, TypeParam, TypeParams,
};
use ruff_python_parser::typing::parse_type_annotation;
use ruff_python_parser::{ParseOptions, Parsed, parse_cells_unchecked, parse_expression_range};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::callees;
use super::facts::{
    Alias, Attr, Binding, BindingKind, Facts, Import, Load, MODULE, NameId, Scope, ScopeId,
    ScopeKind, Text, Use,
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
    let mut reader = Reader::new(text, &parsed);
    if let Flavor::Notebook(cells) = flavor {
        reader.facts.cells.clone_from(cells);
    }
    reader.suite(parsed.suite());
    trivia::read(text, parsed.tokens(), &mut reader.facts);
    reader.type_comments(&parsed);
    reader.finish()
}

struct Reader<'t> {
    text: &'t str,
    parsed: &'t Parsed<ast::ModModule>,
    facts: Facts,
    scope: ScopeId,
    uses: Vec<Use>,
    /// Every load, in no order and without its owner.
    loads: Vec<Load>,
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
    /// The name that stands beside the string being read: `("module", "name")`.
    pair: Option<TextRange>,
    declared: Vec<(ScopeId, NameId, TextRange)>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, parsed: &'t Parsed<ast::ModModule>) -> Self {
        let whole = TextRange::up_to(text.text_len_or_max());
        let mut facts = Facts::default();
        facts.scopes.push(Scope {
            kind: ScopeKind::Module,
            parent: None,
            range: whole,
            symbols: FxHashMap::default(),
            globals: Default::default(),
            nonlocals: Default::default(),
            entangled: Default::default(),
        });
        for error in parsed.errors() {
            facts.problems.push(Problem {
                offset: error.location.start().to_usize(),
                message: format!("syntax error: {}", lower_first(&error.error.to_string())),
            });
        }
        Self {
            text,
            parsed,
            facts,
            scope: MODULE,
            uses: Vec::new(),
            loads: Vec::new(),
            branches: Vec::new(),
            next_branch: 0,
            suites: 0,
            suite: 0,
            index: 0,
            later: 0,
            types: false,
            quoted: false,
            callee: None,
            pair: None,
            declared: Vec::new(),
        }
    }

    fn intern(&mut self, name: &str) -> NameId {
        if let Some(&id) = self.facts.ids.get(name) {
            return id;
        }
        let id = NameId::try_from(self.facts.interned.len()).expect("fewer names than bytes");
        self.facts.interned.push(name.into());
        self.facts.ids.insert(name.into(), id);
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
            globals: Default::default(),
            nonlocals: Default::default(),
            entangled: Default::default(),
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
            bound,
        });
        self.loads.push(Load {
            start: name.start(),
            name: id,
            scope: self.scope,
            owner: None,
            quoted: self.quoted,
        });
    }

    fn store(&mut self, target: &Expr, kind: BindingKind) {
        match target {
            Expr::Name(name) => self.bind(&name.id, name.range(), kind),
            _ => self.visit_expr(target),
        }
    }

    /// A name with the attributes that follow it, or whatever else stands there.
    fn chain<'e>(&self, expr: &'e Expr) -> Option<(&'e ast::ExprName, Vec<Attr>)> {
        let mut attrs = Vec::new();
        let mut at = expr;
        loop {
            match at {
                Expr::Attribute(attribute) => {
                    attrs.push(Attr {
                        name: attribute.attr.as_str().into(),
                        range: attribute.attr.range(),
                        quoted: false,
                    });
                    at = &attribute.value;
                }
                Expr::Name(name) => {
                    attrs.reverse();
                    return Some((name, attrs));
                }
                _ => return None,
            }
        }
    }

    /// The dotted text of a callee; with a call in it as `()`: `importlib.import_module().x`.
    fn dotted(expr: &Expr) -> Option<String> {
        match expr {
            Expr::Name(name) => Some(name.id.to_string()),
            Expr::Attribute(attribute) => {
                let before = Self::dotted(&attribute.value);
                let before = before.unwrap_or_default();
                Some(format!("{before}.{}", attribute.attr))
            }
            _ => None,
        }
    }

    fn typed(&mut self, types: bool, expr: &Expr) {
        let outer = std::mem::replace(&mut self.types, types);
        let callee = self.callee.take();
        self.visit_expr(expr);
        self.callee = callee;
        self.types = outer;
    }

    fn parameters(&mut self, parameters: &Parameters) {
        for parameter in parameters {
            let parameter = parameter.as_parameter();
            if let Some(annotation) = &parameter.annotation {
                self.typed(true, annotation);
            }
        }
    }

    fn defaults(&mut self, parameters: &Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = parameter.default() {
                self.typed(false, default);
            }
        }
    }

    fn bind_parameters(&mut self, parameters: &Parameters) {
        for parameter in parameters {
            self.identifier(&parameter.as_parameter().name);
        }
    }

    /// Reads inside the scope of type parameters, where there are any.
    fn generic(
        &mut self,
        params: Option<&TypeParams>,
        range: TextRange,
        read: impl FnOnce(&mut Self),
    ) {
        match params {
            None => read(self),
            Some(params) => self.scoped(ScopeKind::TypeParams, range, |reader| {
                for param in params.iter() {
                    reader.type_param(param);
                }
                read(reader);
            }),
        }
    }

    fn type_param(&mut self, param: &TypeParam) {
        self.identifier(param.name());
        let (bound, default) = match param {
            TypeParam::TypeVar(var) => (var.bound.as_deref(), var.default.as_deref()),
            TypeParam::TypeVarTuple(var) => (None, var.default.as_deref()),
            TypeParam::ParamSpec(spec) => (None, spec.default.as_deref()),
        };
        for expr in [bound, default].into_iter().flatten() {
            self.typed(true, expr);
        }
    }

    fn function(&mut self, def: &ast::StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.defaults(&def.parameters);
        self.bind(&def.name, def.name.range(), BindingKind::Definition);
        if self.scope == MODULE && def.name.as_str() == "__getattr__" {
            self.facts.outline.dynamic = true;
        }
        self.generic(def.type_params.as_deref(), def.range(), |reader| {
            reader.parameters(&def.parameters);
            if let Some(returns) = &def.returns {
                reader.typed(true, returns);
            }
            reader.later += 1;
            reader.scoped(ScopeKind::Function, body_range(&def.body), |reader| {
                reader.bind_parameters(&def.parameters);
                reader.suite(&def.body);
            });
            reader.later -= 1;
        });
    }

    fn class(&mut self, def: &ast::StmtClassDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.bind(&def.name, def.name.range(), BindingKind::Definition);
        self.generic(def.type_params.as_deref(), def.range(), |reader| {
            if let Some(arguments) = &def.arguments {
                for base in &arguments.args {
                    reader.visit_expr(base);
                }
                for keyword in &arguments.keywords {
                    reader.visit_expr(&keyword.value);
                }
            }
            reader.scoped(ScopeKind::Class, body_range(&def.body), |reader| {
                reader.suite(&def.body);
            });
        });
    }

    fn comprehension(&mut self, generators: &[Comprehension], range: TextRange, parts: &[&Expr]) {
        let Some(first) = generators.first() else {
            return;
        };
        self.visit_expr(&first.iter);
        self.scoped(ScopeKind::Comprehension, range, |reader| {
            for (index, generator) in generators.iter().enumerate() {
                if index > 0 {
                    reader.visit_expr(&generator.iter);
                }
                reader.store(&generator.target, BindingKind::Other);
                for test in &generator.ifs {
                    reader.visit_expr(test);
                }
            }
            for part in parts {
                reader.visit_expr(part);
            }
        });
    }

    fn call(&mut self, call: &ast::ExprCall) {
        let callee = Self::dotted(&call.func).map(|written| self.resolved(&written));
        let callee = callee.as_deref().unwrap_or_default();
        let last = callee.rsplit('.').next().unwrap_or_default();
        if matches!(last, "eval" | "exec" | "globals" | "locals" | "vars") {
            self.facts.reflective = true;
        }
        self.typed(false, &call.func);
        let args = &call.arguments.args;
        let mut skip = 0;
        if callees::takes_attribute_name(callee)
            && let [object, Expr::StringLiteral(string), ..] = &args[..]
            && let Some((name, mut attrs)) = self.chain(object)
            && let Some(range) = plain(string, self.text)
            && is_identifier(&self.text[range])
        {
            attrs.push(Attr {
                name: self.text[range].into(),
                range,
                quoted: true,
            });
            self.load(name, attrs, false);
            skip = 2;
        }
        if callees::takes_attribute_keywords(callee) {
            self.keyword_reads(call);
        }
        let typing = callees::typing_function(callee);
        for (place, arg) in args.iter().enumerate().skip(skip) {
            match typing {
                Some("TypedDict" | "NamedTuple") if place == 1 => self.fields(arg),
                _ => {
                    let is_type = callees::is_type_argument(typing, place, None);
                    self.argument(arg, is_type, callee, place);
                }
            }
        }
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_deref();
            let is_type = callees::is_type_argument(typing, usize::MAX, name);
            let place = match name {
                Some("target" | "name" | "dotted_path" | "import_name" | "in_dict") => 0,
                _ => args.len() + 1,
            };
            self.argument(&keyword.value, is_type, callee, place);
        }
    }

    fn argument(&mut self, arg: &Expr, is_type: bool, callee: &str, place: usize) {
        let types = std::mem::replace(&mut self.types, is_type);
        let named = (!callee.is_empty()).then(|| (callee.into(), place));
        let outer = std::mem::replace(&mut self.callee, named);
        self.visit_expr(arg);
        self.callee = outer;
        self.types = types;
    }

    /// `{"a": "N"}` of a `TypedDict`, `[("a", "N")]` of a `NamedTuple`.
    fn fields(&mut self, arg: &Expr) {
        match arg {
            Expr::Dict(dict) => {
                for item in &dict.items {
                    self.typed(true, &item.value);
                }
            }
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                for elt in elts {
                    match elt {
                        Expr::Tuple(pair) if pair.elts.len() == 2 => {
                            self.visit_expr(&pair.elts[0]);
                            self.typed(true, &pair.elts[1]);
                        }
                        other => self.visit_expr(other),
                    }
                }
            }
            other => self.visit_expr(other),
        }
    }

    /// `patch.multiple("a.b", N=…)` reads `N` of `a.b`.
    fn keyword_reads(&mut self, call: &ast::ExprCall) {
        let Some(Expr::StringLiteral(target)) = call.arguments.args.first() else {
            return;
        };
        for keyword in &call.arguments.keywords {
            if let Some(arg) = &keyword.arg {
                self.facts.outline.reads.insert(ModulePath {
                    level: 0,
                    dotted: format!("{}.{arg}", target.value.to_str()),
                });
            }
        }
    }

    /// A callee's path with the import of its first name followed: `p` → `unittest.mock.patch`.
    fn resolved(&self, written: &str) -> String {
        let (root, rest) = match written.split_once('.') {
            Some((root, rest)) => (root, Some(rest)),
            None => (written, None),
        };
        let owner = self
            .facts
            .id(root)
            .and_then(|id| Some((self.facts.find(self.scope, id)?, id)));
        let bindings = owner.map_or(&[][..], |symbol| self.facts.bindings(symbol));
        let import = bindings.iter().rev().find_map(|binding| {
            let BindingKind::Import(import, alias) = binding.kind else {
                return None;
            };
            let import = &self.facts.imports[import as usize];
            let alias = &import.names[alias as usize];
            match &import.module {
                Some(module) => Some(format!("{}.{}", module.dotted, alias.name)),
                None if alias.asname.is_some() => Some(alias.name.to_string()),
                None => None,
            }
        });
        // A parameter called `typing` is not the module.
        if import.is_none()
            && bindings
                .iter()
                .any(|binding| binding.kind == BindingKind::Other)
        {
            return format!("?.{written}");
        }
        match (import, rest) {
            (Some(path), Some(rest)) => format!("{path}.{rest}"),
            (Some(path), None) => path,
            (None, _) => written.to_owned(),
        }
    }

    fn string(&mut self, string: &ast::ExprStringLiteral) {
        if self.types {
            match parse_type_annotation(string, self.text) {
                Ok(parsed) if parsed.kind().is_simple() => {
                    let outer = self.callee.take();
                    let quoted = std::mem::replace(&mut self.quoted, true);
                    self.visit_expr(parsed.expression());
                    self.quoted = quoted;
                    self.callee = outer;
                }
                _ => self.facts.opaque.push(string.range()),
            }
            return;
        }
        let names_module = self
            .callee
            .as_ref()
            .is_some_and(|(callee, _)| callees::takes_module_path(callee));
        if let Some(range) = plain(string, self.text)
            && (is_dotted(&self.text[range])
                || (names_module || self.pair.is_some()) && is_identifier(&self.text[range]))
        {
            self.facts.outline.strings.insert(self.text[range].into());
            self.facts.strings.push(Text {
                range,
                callee: self.callee.clone(),
                pair: self.pair,
            });
        }
    }

    fn import(&mut self, stmt: &Stmt) {
        let (module, level, names) = match stmt {
            Stmt::Import(import) => (None, 0, &import.names),
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref();
                let dotted = module.map_or("", |module| module.as_str());
                // `from legacy . mod import (` has blanks in its name as written, not here.
                (
                    Some(dotted.replace([' ', '\t', '\\', '\n', '\r'], "")),
                    import.level,
                    &import.names,
                )
            }
            _ => return,
        };
        let place = u32::try_from(self.facts.imports.len()).unwrap_or(u32::MAX);
        let star = names
            .first()
            .is_some_and(|alias| alias.name.as_str() == "*");
        let is_from = module.is_some();
        let (module_range, parens) = self.layout(stmt, is_from);
        let mut aliases = Vec::new();
        for alias in names.iter().filter(|_| !star) {
            if alias.name.as_str().is_empty() {
                continue;
            }
            let kind = BindingKind::Import(place, u32::try_from(aliases.len()).unwrap_or(u32::MAX));
            let name: Box<str> = alias
                .name
                .as_str()
                .replace([' ', '\t', '\\', '\n', '\r'], "")
                .into();
            match &alias.asname {
                Some(asname) => self.bind(asname, asname.range(), kind),
                None => {
                    let local = if is_from { &name } else { first(&name) };
                    let range = TextRange::at(alias.name.start(), TextSize::of(local));
                    self.bind(local, range, kind);
                }
            }
            aliases.push(Alias {
                name,
                name_range: alias.name.range(),
                asname: alias
                    .asname
                    .as_ref()
                    .map(|a| (a.as_str().into(), a.range())),
                range: alias.range(),
            });
        }
        let eager = self.later == 0;
        let top = self.scope == MODULE;
        let path = |dotted: &str| ModulePath {
            level,
            dotted: dotted.to_owned(),
        };
        match &module {
            Some(module) => self.facts.outline.imports.push(OutlineImport {
                module: path(module),
                names: aliases.iter().map(|alias| alias.name.clone()).collect(),
                star,
                eager,
                top,
            }),
            None => {
                for alias in &aliases {
                    self.facts.outline.imports.push(OutlineImport {
                        module: path(&alias.name),
                        names: Vec::new(),
                        star: false,
                        eager,
                        top,
                    });
                }
            }
        }
        self.facts.imports.push(Import {
            range: stmt.range(),
            scope: self.scope,
            module: module.as_deref().map(path),
            module_range,
            names: aliases,
            star,
            parens,
            suite: self.block(stmt.range()),
            index: self.index,
            shares_line: self.shares_line(stmt.range()),
            eager,
        });
    }

    /// The list of statements at hand; each cell of a notebook has its own.
    fn block(&self, range: TextRange) -> u32 {
        let is_top = self.scope == MODULE && self.suite == 1;
        let mut cells = self.facts.cells.iter();
        match cells.position(|cell| cell.contains_range(range)) {
            Some(cell) if is_top => u32::MAX - u32::try_from(cell).unwrap_or(0),
            _ => self.suite,
        }
    }

    /// Where the module stands in `from … import`, and the parentheses around the names.
    fn layout(&self, stmt: &Stmt, is_from: bool) -> (TextRange, Option<TextRange>) {
        let tokens = self.parsed.tokens().in_range(stmt.range());
        let mut module: Option<TextRange> = None;
        let mut open = None;
        let mut parens = None;
        let mut after_import = !is_from;
        for token in tokens {
            match token.kind() {
                TokenKind::Import if !after_import => after_import = true,
                TokenKind::Lpar if after_import => open = Some(token.start()),
                TokenKind::Rpar => {
                    parens = open.map(|open| TextRange::new(open, token.end()));
                }
                TokenKind::From | TokenKind::Lazy => {}
                kind if !after_import && !kind.is_trivia() => {
                    let range = token.range();
                    module = Some(module.map_or(range, |before| before.cover(range)));
                }
                _ => {}
            }
        }
        (
            module.unwrap_or_else(|| TextRange::empty(stmt.start())),
            parens,
        )
    }

    /// Whether anything but blanks and a comment stands beside the statement on its lines.
    fn shares_line(&self, range: TextRange) -> bool {
        let before = &self.text[..range.start().to_usize()];
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let head = before[line..].trim_start_matches(['\u{feff}', '\u{c}', ' ', '\t']);
        let after = self.text[range.end().to_usize()..].trim_start_matches([' ', '\t', '\u{c}']);
        !head.is_empty() || !(after.is_empty() || after.starts_with(['\n', '\r', '#']))
    }

    /// `__all__ = [...]`, `+= [...]`, `.extend([...])`, `.append("…")`.
    fn exported(&mut self, value: &Expr) {
        let mut names = Vec::new();
        let mut open = vec![value];
        while let Some(expr) = open.pop() {
            match expr {
                Expr::StringLiteral(string) => names.push(string.value.to_str().to_owned()),
                Expr::List(ast::ExprList { elts, .. })
                | Expr::Tuple(ast::ExprTuple { elts, .. })
                | Expr::Set(ast::ExprSet { elts, .. }) => open.extend(elts),
                Expr::BinOp(op) => open.extend([&*op.left, &*op.right]),
                Expr::Starred(starred) => open.push(&starred.value),
                Expr::Call(call) => open.extend(&call.arguments.args),
                _ => {}
            }
        }
        self.facts.outline.all.get_or_insert_default().extend(names);
    }

    fn is_all(expr: &Expr) -> bool {
        matches!(expr, Expr::Name(name) if name.id.as_str() == "__all__")
    }

    /// Code that runs only where a condition holds that is false at import time.
    fn is_never_at_import(test: &Expr) -> bool {
        match test {
            Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
            Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
            Expr::BooleanLiteral(literal) => !literal.value,
            Expr::Compare(compare) => {
                matches!(&*compare.left, Expr::Name(name) if name.id.as_str() == "__name__")
            }
            _ => false,
        }
    }

    fn if_statement(&mut self, stmt: &ast::StmtIf) {
        self.visit_expr(&stmt.test);
        self.branched(|reader| {
            let never = u32::from(Self::is_never_at_import(&stmt.test));
            reader.later += never;
            reader.suite(&stmt.body);
            reader.later -= never;
            for clause in &stmt.elif_else_clauses {
                if let Some(test) = &clause.test {
                    reader.visit_expr(test);
                }
                reader.suite(&clause.body);
            }
        });
    }

    fn try_statement(&mut self, stmt: &ast::StmtTry) {
        self.branched(|reader| {
            reader.suite(&stmt.body);
            for ExceptHandler::ExceptHandler(handler) in &stmt.handlers {
                if let Some(kind) = &handler.type_ {
                    reader.visit_expr(kind);
                }
                if let Some(name) = &handler.name {
                    reader.identifier(name);
                }
                reader.suite(&handler.body);
            }
            reader.suite(&stmt.orelse);
            reader.suite(&stmt.finalbody);
        });
    }

    /// The comments `# type: …`: code, in the innermost scope around them.
    fn type_comments(&mut self, parsed: &Parsed<ast::ModModule>) {
        let comments: Vec<TextRange> = parsed
            .tokens()
            .iter()
            .filter(|token| token.kind() == TokenKind::Comment)
            .map(Ranged::range)
            .collect();
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
        facts.declared = self
            .declared
            .into_iter()
            .map(|(scope, name, range)| ((facts.binds_in(scope, name), name), range))
            .collect();
        facts.loads = self.loads;
        for at in 0..facts.loads.len() {
            let load = facts.loads[at];
            facts.loads[at].owner = facts.find(load.scope, load.name);
        }
        facts.loads.sort_unstable_by_key(|load| load.start);
        let is_import = |binding: &Binding| matches!(binding.kind, BindingKind::Import(..));
        let has_import = |bindings: &[Binding]| bindings.iter().any(is_import);
        let mut uses = self.uses;
        for used in &mut uses {
            used.owner = facts.find(used.scope, used.name);
            // `N = N` in a class body reads the outer name before it binds its own.
            let here = &facts.scopes[used.scope as usize];
            if here.kind == ScopeKind::Class
                && used.owner == Some(used.scope)
                && let Some(parent) = here.parent
                && !facts
                    .bindings((used.scope, used.name))
                    .iter()
                    .all(is_import)
                && let Some(outer) = facts.find(parent, used.name)
            {
                facts.scopes[outer as usize].entangled.insert(used.name);
            }
        }
        uses.retain(|used| match used.owner {
            Some(owner) => has_import(facts.bindings((owner, used.name))),
            None => true,
        });
        uses.sort_by_key(|used| used.range.start());
        for used in uses.iter().filter(|used| used.owner.is_none()) {
            let name = facts.interned[used.name as usize].clone();
            facts.outline.unbound.insert(name);
        }
        let stars = facts.imports.iter().any(|import| import.star);
        if !stars {
            uses.retain(|used| used.owner.is_some());
            facts.outline.unbound.clear();
        }
        facts.uses = uses;
        super::outline::complete(&mut facts);
        for scope in &mut facts.scopes {
            for bindings in scope.symbols.values_mut() {
                if !has_import(bindings) {
                    *bindings = Vec::new();
                }
            }
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

impl Reader<'_> {
    fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(def) => self.class(def),
            Stmt::Import(_) | Stmt::ImportFrom(_) => self.import(stmt),
            Stmt::If(stmt) => self.if_statement(stmt),
            Stmt::Try(stmt) => self.try_statement(stmt),
            Stmt::Global(ast::StmtGlobal { names, .. }) => {
                for name in names {
                    let id = self.intern(name);
                    self.facts.scopes[self.scope as usize].globals.insert(id);
                    self.declared.push((self.scope, id, name.range()));
                }
            }
            Stmt::Nonlocal(ast::StmtNonlocal { names, .. }) => {
                for name in names {
                    let id = self.intern(name);
                    self.facts.scopes[self.scope as usize].nonlocals.insert(id);
                    self.declared.push((self.scope, id, name.range()));
                }
            }
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                let kind = match &*assign.value {
                    Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => BindingKind::Placeholder,
                    Expr::Name(name) if matches!(name.id.as_str(), "Any" | "object") => {
                        BindingKind::Placeholder
                    }
                    Expr::Attribute(attribute) if attribute.attr.as_str() == "Any" => {
                        BindingKind::Placeholder
                    }
                    _ => BindingKind::Other,
                };
                for target in &assign.targets {
                    if self.scope == MODULE && Self::is_all(target) {
                        self.exported(&assign.value);
                    }
                    self.store(target, kind);
                }
            }
            Stmt::AugAssign(assign) => {
                if self.scope == MODULE && Self::is_all(&assign.target) {
                    self.exported(&assign.value);
                }
                self.visit_expr(&assign.value);
                self.store(&assign.target, BindingKind::Other);
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    if self.scope == MODULE && Self::is_all(&assign.target) {
                        self.exported(value);
                    }
                    let alias = matches!(&*assign.annotation, Expr::Name(name) if name.id.as_str() == "TypeAlias")
                        || matches!(&*assign.annotation, Expr::Attribute(a) if a.attr.as_str() == "TypeAlias");
                    self.typed(alias, value);
                }
                self.typed(true, &assign.annotation);
                let kind = match assign.value.as_deref() {
                    None | Some(Expr::NoneLiteral(_)) => BindingKind::Placeholder,
                    Some(_) => BindingKind::Other,
                };
                self.store(&assign.target, kind);
            }
            Stmt::TypeAlias(alias) => {
                self.store(&alias.name, BindingKind::Other);
                self.generic(alias.type_params.as_deref(), alias.range(), |reader| {
                    reader.typed(true, &alias.value);
                });
            }
            Stmt::For(stmt) => {
                self.visit_expr(&stmt.iter);
                self.store(&stmt.target, BindingKind::Other);
                self.suite(&stmt.body);
                self.suite(&stmt.orelse);
            }
            Stmt::Expr(ast::StmtExpr { value, .. }) => {
                if let Expr::Call(call) = &**value
                    && let Expr::Attribute(method) = &*call.func
                    && self.scope == MODULE
                    && Self::is_all(&method.value)
                {
                    for arg in &call.arguments.args {
                        self.exported(arg);
                    }
                }
                self.visit_expr(value);
            }
            // `!ls {N}` and `%timeit N()` use names that no edit can follow.
            Stmt::IpyEscapeCommand(command) => self.facts.opaque.push(command.range()),
            other => visitor::walk_stmt(self, other),
        }
    }

    fn expression(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Store => self.identifier_expr(name),
                _ => self.load(name, Vec::new(), false),
            },
            Expr::Attribute(attribute) => match self.chain(expr) {
                Some((name, attrs)) => {
                    if name.id.as_str() == "sys" && attrs[0].name.as_ref() == "modules" {
                        self.facts.reflective = true;
                    }
                    self.load(name, attrs, attribute.ctx != ExprContext::Load);
                }
                None => self.typed(false, &attribute.value),
            },
            Expr::Call(call) => self.call(call),
            Expr::StringLiteral(string) => self.string(string),
            Expr::IpyEscapeCommand(command) => self.facts.opaque.push(command.range()),
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                if let Expr::Name(name) = &*named.target {
                    let scope = self.walrus_scope();
                    self.bind_as(&name.id, name.range(), BindingKind::Other, scope);
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                self.later += 1;
                self.scoped(ScopeKind::Function, lambda.range(), |reader| {
                    if let Some(parameters) = &lambda.parameters {
                        reader.bind_parameters(parameters);
                    }
                    reader.visit_expr(&lambda.body);
                });
                self.later -= 1;
            }
            Expr::ListComp(comp) => {
                self.comprehension(&comp.generators, comp.range(), &[&comp.elt])
            }
            Expr::SetComp(comp) => self.comprehension(&comp.generators, comp.range(), &[&comp.elt]),
            Expr::Generator(comp) => {
                self.comprehension(&comp.generators, comp.range(), &[&comp.elt]);
            }
            Expr::DictComp(comp) => {
                let mut parts: Vec<&Expr> = comp.key.as_deref().into_iter().collect();
                parts.push(&comp.value);
                self.comprehension(&comp.generators, comp.range(), &parts);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. })
                if !self.types && self.names_pair(elts).is_some() =>
            {
                let callee = self.callee.take();
                self.pair = self.names_pair(elts);
                self.visit_expr(&elts[0]);
                self.pair = None;
                for elt in &elts[1..] {
                    self.visit_expr(elt);
                }
                self.callee = callee;
            }
            // A dictionary or a tuple is no longer the argument itself.
            Expr::Dict(_) | Expr::Tuple(_) | Expr::List(_) | Expr::Set(_) | Expr::BinOp(_)
                if !self.types =>
            {
                let outer = self.callee.take();
                visitor::walk_expr(self, expr);
                self.callee = outer;
            }
            other => visitor::walk_expr(self, other),
        }
    }

    /// The name of `("module", "name", …)`.
    fn names_pair(&self, elts: &[Expr]) -> Option<TextRange> {
        let [Expr::StringLiteral(_), Expr::StringLiteral(name), ..] = elts else {
            return None;
        };
        plain(name, self.text).filter(|&range| is_identifier(&self.text[range]))
    }

    fn identifier_expr(&mut self, name: &ast::ExprName) {
        if !name.id.is_empty() {
            self.bind(&name.id, name.range(), BindingKind::Other);
        }
    }

    fn subscript(&mut self, subscript: &ast::ExprSubscript) {
        let base = match &*subscript.value {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => "",
        };
        let types = self.types;
        self.typed(false, &subscript.value);
        match base {
            "Literal" => self.typed(false, &subscript.slice),
            "Annotated" => match &*subscript.slice {
                Expr::Tuple(tuple) => {
                    for (place, elt) in tuple.elts.iter().enumerate() {
                        self.typed(place == 0, elt);
                    }
                }
                other => self.typed(true, other),
            },
            _ if types || callees::GENERIC.contains(&base) => self.typed(true, &subscript.slice),
            _ => {
                let place = Self::dotted(&subscript.value).map(|written| self.resolved(&written));
                let callee = place.filter(|place| callees::takes_module_path(place));
                self.argument(&subscript.slice, false, &callee.unwrap_or_default(), 0);
            }
        }
    }
}

/// From the first statement to the last; comments before it belong to the scope around.
fn body_range(body: &[Stmt]) -> TextRange {
    match (body.first(), body.last()) {
        (Some(first), Some(last)) => first.range().cover(last.range()),
        _ => TextRange::default(),
    }
}

/// The content of a string in one piece, without escapes and without line breaks of its own.
fn plain(string: &ast::ExprStringLiteral, text: &str) -> Option<TextRange> {
    let part = string.as_single_part_string()?;
    let range = part.content_range();
    (text[range] == *part.as_str()).then_some(range)
}

/// `a.b`, `a.b:C`: identifiers with dots, and at most one colon, between them.
fn is_dotted(text: &str) -> bool {
    if text.len() > 1024 || !text.contains(['.', ':']) {
        return false;
    }
    text.matches(':').count() <= 1 && text.split(['.', ':']).all(is_identifier)
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
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
