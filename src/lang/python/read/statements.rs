//! Statements: what they bind, and the scopes that they open.

use super::expressions::gives_top;
use super::*;

impl Reader<'_> {
    pub(super) fn function(&mut self, def: &ast::StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.defaults(&def.parameters);
        self.bind(&def.name, def.name.range(), BindingKind::Definition);
        if self.scope == MODULE && def.name.as_str() == "__getattr__" {
            self.facts.outline.dynamic = true;
            self.facts.outline.answers |= self.branches.is_empty();
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

    pub(super) fn class(&mut self, def: &ast::StmtClassDef) {
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

    /// Reads inside the scope of type parameters, where there are any.
    pub(super) fn generic(
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

    pub(super) fn type_param(&mut self, param: &TypeParam) {
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

    pub(super) fn parameters(&mut self, parameters: &Parameters) {
        for parameter in parameters {
            let parameter = parameter.as_parameter();
            if let Some(annotation) = &parameter.annotation {
                self.typed(true, annotation);
            }
        }
    }

    pub(super) fn defaults(&mut self, parameters: &Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = parameter.default() {
                self.typed(false, default);
            }
        }
    }

    pub(super) fn bind_parameters(&mut self, parameters: &Parameters) {
        for parameter in parameters {
            self.identifier(&parameter.as_parameter().name);
        }
    }

    /// `__all__ = [...]`, `+= [...]`, `.extend([...])`, `.append("…")`.
    pub(super) fn exported(&mut self, value: &Expr) {
        let is_list = matches!(
            value,
            Expr::List(_) | Expr::Tuple(_) | Expr::StringLiteral(_)
        );
        self.facts.outline.all_is_put_together |= !is_list;
        let mut names = Vec::new();
        let mut open = vec![value];
        while let Some(expr) = open.pop() {
            match expr {
                // `"a b".split()` is a list of names as well.
                Expr::StringLiteral(string) => {
                    let words = string.value.to_str().split([' ', ',', '\n', '\t']);
                    names.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
                }
                Expr::List(ast::ExprList { elts, .. })
                | Expr::Tuple(ast::ExprTuple { elts, .. })
                | Expr::Set(ast::ExprSet { elts, .. }) => open.extend(elts),
                Expr::BinOp(op) => open.extend([&*op.left, &*op.right]),
                Expr::Starred(starred) => open.push(&starred.value),
                Expr::Call(call) => {
                    let name = Self::dotted(&call.func).unwrap_or_default();
                    self.facts.computed_all |=
                        matches!(&*name, "dir" | "globals" | "vars" | "locals");
                    open.extend(&call.arguments.args);
                    if let Expr::Attribute(method) = &*call.func {
                        open.push(&method.value);
                    }
                }
                Expr::ListComp(ast::ExprListComp { generators, .. })
                | Expr::SetComp(ast::ExprSetComp { generators, .. })
                | Expr::Generator(ast::ExprGenerator { generators, .. }) => {
                    open.extend(generators.iter().map(|generator| &generator.iter));
                }
                _ => {}
            }
            // What it is made of may hold more names than stand here.
            let is_written = matches!(
                expr,
                Expr::StringLiteral(_) | Expr::List(_) | Expr::Tuple(_) | Expr::BinOp(_)
            );
            self.facts.outline.all_is_open |= !is_written;
        }
        self.facts.outline.all.get_or_insert_default().extend(names);
    }

    /// `m = import_module("a.b")`: what is read of `m` is read of the module. `string` is the place
    /// of the first string in the value.
    pub(super) fn hold(&mut self, target: &Expr, value: &Expr, scope: ScopeId, string: usize) {
        let (Expr::Name(target), Expr::Call(_) | Expr::Subscript(_)) = (target, value) else {
            return;
        };
        let text = self.facts.strings.get(string);
        let callee = text.and_then(|text| text.callee.as_ref());
        if let (Some(text), Expr::Call(call)) = (text, value)
            && callee.is_some_and(|(callee, place)| *place == 0 && callee.ends_with("__import__"))
            && gives_top(call)
        {
            let path = text.range;
            let name = self.intern(&target.id);
            self.held_tops.push((scope, name, path));
            return;
        }
        if callee.is_some_and(|(callee, place)| *place == 0 && callees::gives_module(callee)) {
            let name = self.intern(&target.id);
            self.held.push((scope, name, string));
        }
    }

    /// `Manager = legacy.Old`: what others import by the one name is what the other one names.
    fn alias(&mut self, target: &Expr, value: &Expr) {
        let Expr::Name(target) = target else { return };
        let Some((root, attrs)) = self.chain(value) else {
            return;
        };
        self.give(target, self.scope, root);
        if self.scope != MODULE {
            return;
        }
        let assigned = Assigned {
            target: self.intern(&target.id),
            target_range: target.range(),
            root: self.intern(&root.id),
            root_start: root.start(),
            attrs: attrs.into_iter().map(|attr| attr.name).collect(),
        };
        self.facts.assigned.push(assigned);
    }

    /// Notes that a variable is assigned `root`, or what is read of it.
    pub(super) fn give(&mut self, target: &ast::ExprName, scope: ScopeId, root: &ast::ExprName) {
        let kind = self.facts.scopes[scope as usize].kind;
        if matches!(kind, ScopeKind::Module | ScopeKind::Function) {
            let name = self.intern(&target.id);
            self.given.push((scope, name, root.start()));
        }
    }

    pub(super) fn is_all(expr: &Expr) -> bool {
        matches!(expr, Expr::Name(name) if name.id.as_str() == "__all__")
    }

    /// Code that runs only where a condition holds that is false at import time.
    pub(super) fn is_never_at_import(test: &Expr) -> bool {
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

    pub(super) fn if_statement(&mut self, stmt: &ast::StmtIf) {
        self.test(&stmt.test);
        self.visit_expr(&stmt.test);
        self.branched(|reader| {
            reader.facts.conditions.insert(reader.next_branch);
            let never = u32::from(Self::is_never_at_import(&stmt.test));
            reader.later += never;
            reader.suite(&stmt.body);
            reader.later -= never;
            for clause in &stmt.elif_else_clauses {
                if let Some(test) = &clause.test {
                    reader.test(test);
                    reader.visit_expr(test);
                }
                reader.suite(&clause.body);
            }
        });
    }

    pub(super) fn try_statement(&mut self, stmt: &ast::StmtTry) {
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

    pub(super) fn statement(&mut self, stmt: &Stmt) {
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
                let strings = self.facts.strings.len();
                // Whether the result is used is known when the file is read.
                let is_named = assign.targets.iter().all(Expr::is_name_expr);
                self.unused = is_named.then(|| assign.value.range());
                self.visit_expr(&assign.value);
                self.unused = None;
                for target in &assign.targets {
                    self.hold(target, &assign.value, self.scope, strings);
                }
                if let [target] = &assign.targets[..] {
                    self.constant(target, &assign.value, strings);
                }
                let kind = match &*assign.value {
                    Expr::NoneLiteral(_) => BindingKind::Nothing,
                    Expr::EllipsisLiteral(_) => BindingKind::Placeholder,
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
                    self.alias(target, &assign.value);
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
                    self.alias(&assign.target, value);
                    let strings = self.facts.strings.len();
                    let is_named = assign.target.is_name_expr();
                    self.unused = is_named.then(|| value.range());
                    self.typed(alias, value);
                    self.unused = None;
                    self.hold(&assign.target, value, self.scope, strings);
                    self.constant(&assign.target, value, strings);
                }
                self.typed(true, &assign.annotation);
                let kind = match assign.value.as_deref() {
                    None | Some(Expr::NoneLiteral(_)) => BindingKind::Nothing,
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
                self.facts.scopes[self.scope as usize].loops = true;
                self.visit_expr(&stmt.iter);
                self.store(&stmt.target, BindingKind::Other);
                self.suite(&stmt.body);
                self.suite(&stmt.orelse);
            }
            // A docstring is prose, even one that is nothing but a path.
            Stmt::Expr(ast::StmtExpr { value, .. }) if value.is_string_literal_expr() => {
                self.facts.docstrings.push(value.range());
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
                self.unused = Some(value.range());
                self.visit_expr(value);
                self.unused = None;
            }
            // `!ls {N}` and `%timeit N()` use names that no edit can follow.
            Stmt::IpyEscapeCommand(command) => self.magic(command.range()),
            other => {
                if other.is_while_stmt() {
                    self.facts.scopes[self.scope as usize].loops = true;
                }
                if let Stmt::While(ast::StmtWhile { test, .. })
                | Stmt::Assert(ast::StmtAssert { test, .. }) = other
                {
                    self.test(test);
                }
                visitor::walk_stmt(self, other);
            }
        }
    }
}

/// From the first statement to the last; comments before it belong to the scope around.
pub(super) fn body_range(body: &[Stmt]) -> TextRange {
    match (body.first(), body.last()) {
        (Some(first), Some(last)) => first.range().cover(last.range()),
        _ => TextRange::default(),
    }
}
