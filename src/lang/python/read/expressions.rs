//! Expressions: names with the attributes behind them, calls, and strings that are code.

use ruff_python_ast::{BoolOp, CmpOp, InterpolatedStringElement, Operator, UnaryOp};

use super::strings::{is_identifier, plain, tail};
use super::*;

impl Reader<'_> {
    /// A name with the attributes that follow it, or whatever else stands there.
    pub(super) fn chain<'e>(&self, expr: &'e Expr) -> Option<(&'e ast::ExprName, Vec<Attr>)> {
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
    pub(super) fn dotted(expr: &Expr) -> Option<String> {
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

    /// Notes the names that a condition asks only whether they are there: `N`, `not N`,
    /// `N is None`, and those of which several conditions are made.
    pub(super) fn test(&mut self, condition: &Expr) {
        let mut open = vec![condition];
        while let Some(expr) = open.pop() {
            match expr {
                Expr::Name(name) => _ = self.tests.insert(name.start()),
                Expr::BoolOp(op) => open.extend(&op.values),
                Expr::UnaryOp(op) if op.op == UnaryOp::Not => open.push(&op.operand),
                Expr::Compare(compare) => self.compared_to_none(compare),
                _ => {}
            }
        }
    }

    fn compared_to_none(&mut self, compare: &ast::ExprCompare) {
        if let (Expr::Name(name), [CmpOp::Is | CmpOp::IsNot], [Expr::NoneLiteral(_)]) =
            (&*compare.left, &compare.ops[..], &compare.comparators[..])
        {
            self.tests.insert(name.start());
        }
    }

    pub(super) fn comprehension(
        &mut self,
        generators: &[Comprehension],
        range: TextRange,
        parts: &[&Expr],
    ) {
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

    pub(super) fn call(&mut self, call: &ast::ExprCall) {
        let callee = Self::dotted(&call.func).map(|written| self.resolved(&written));
        let callee = callee.as_deref().unwrap_or_default();
        let last = callee.rsplit('.').next().unwrap_or_default();
        if matches!(last, "eval" | "exec" | "globals" | "locals" | "vars") {
            self.facts.reflective = true;
        }
        if callees::takes_attribute_keywords(callee) {
            self.facts.keyed.extend(keyed_names(call));
        }
        if last == "__import__" && self.unused != Some(call.range()) && gives_top(call) {
            let path = call.arguments.find_argument_value("name", 0);
            self.facts.tops.extend(path.map(Ranged::range));
        }
        self.typed(false, &call.func);
        let args = &call.arguments.args;
        let done = self.attribute_reads(call, callee);
        self.reflections(call, callee);
        // `"{}.N".format(MODULE)`
        if let ([module], Expr::Attribute(method)) = (&args[..], &*call.func)
            && let Expr::StringLiteral(rest) = &*method.value
            && method.attr.as_str() == "format"
            && let Some(rest) = plain(rest, self.text)
        {
            self.put_together(module, rest);
        }
        let mut beside = self.beside(call, callee);
        let mut package = Self::package(call, callee);
        if done.is_empty()
            && callees::takes_attribute_name(callee)
            && let [
                Expr::Call(_) | Expr::Subscript(_),
                Expr::StringLiteral(string),
                ..,
            ] = &args[..]
        {
            self.of_result = self.named_by(string);
        }
        let typing = callees::typing_function(callee);
        if typing.is_some()
            && let Some((name, _)) = self.chain(&call.func)
        {
            let name = self.intern(&name.id);
            self.facts.typing.insert(name);
        }
        let is_left = |arg: &Expr| !done.contains(&arg.range());
        for (place, arg) in args.iter().enumerate().filter(|(_, arg)| is_left(arg)) {
            match typing {
                Some("TypedDict" | "NamedTuple") if place == 1 => self.fields(arg),
                _ => {
                    let is_type = callees::is_type_argument(typing, place, None);
                    self.named = std::mem::take(&mut beside);
                    self.package = package.take();
                    self.argument(arg, is_type, callee, place);
                    self.package = None;
                    self.named.clear();
                }
            }
        }
        let keywords = call.arguments.keywords.iter();
        for keyword in keywords.filter(|keyword| is_left(&keyword.value)) {
            let name = keyword.arg.as_deref();
            if name == Some("target") {
                self.named = std::mem::take(&mut beside);
            }
            let is_type = callees::is_type_argument(typing, usize::MAX, name);
            let place = match name {
                Some("target" | "name" | "dotted_path" | "import_name" | "in_dict") => 0,
                _ => args.len() + 1,
            };
            self.argument(&keyword.value, is_type, callee, place);
            self.named.clear();
        }
    }

    /// `getattr(module, "name")`, `patch.object(target=module, attribute="name")` and
    /// `patch.multiple(module, name=…)` read names of an object. Gives the arguments that are read.
    fn attribute_reads(&mut self, call: &ast::ExprCall, callee: &str) -> Vec<TextRange> {
        let arguments = &call.arguments;
        let object = arguments.find_argument_value("target", 0);
        let Some((name, chain)) = object.and_then(|object| self.chain(object)) else {
            return Vec::new();
        };
        let mut done: Vec<TextRange> = object.map(Ranged::range).into_iter().collect();
        let mut read: Vec<TextRange> = Vec::new();
        if callees::takes_attribute_name(callee) {
            let string = arguments
                .find_argument_value("attribute", 1)
                .or_else(|| arguments.find_argument_value("name", 1));
            if let Some(Expr::StringLiteral(string)) = string {
                read.extend(self.named_by(string));
                done.push(string.range());
            }
        }
        if callees::takes_attribute_keywords(callee) {
            read.extend(keyword_names(call));
        }
        if read.is_empty() {
            return Vec::new();
        }
        for range in read {
            let mut attrs = chain.clone();
            attrs.push(Attr {
                name: self.text[range].into(),
                range,
                quoted: true,
            });
            self.load(name, attrs, false);
        }
        done
    }

    /// `vars(module)`, `setattr(module, name, …)`, `patch.multiple(module, **names)`.
    fn reflections(&mut self, call: &ast::ExprCall, callee: &str) {
        let arguments = &call.arguments;
        if callees::takes_dictionary(callee) {
            let names = arguments.keywords.iter().filter_map(|one| one.arg.as_ref());
            self.facts.keys.extend(names.map(Ranged::range));
        }
        let name = arguments
            .find_argument_value("attribute", 1)
            .or_else(|| arguments.find_argument_value("name", 1));
        let is_made = |name: &Expr| match name {
            Expr::StringLiteral(string) => self.named_by(string).is_none(),
            _ => true,
        };
        let has_unpacked = || arguments.keywords.iter().any(|one| one.arg.is_none());
        let reflects = callees::lists_names(callee)
            || callees::takes_attribute_name(callee) && name.is_some_and(is_made)
            || callees::takes_attribute_keywords(callee) && has_unpacked();
        let object = arguments.find_argument_value("target", 0);
        if let Some(object) = object.filter(|_| reflects) {
            self.reflect(object);
        }
    }

    /// The names of an object may be looked up by any text here.
    fn reflect(&mut self, object: &Expr) {
        match self.chain(object) {
            Some((name, attrs)) => {
                let reflected = Reflected {
                    scope: self.scope,
                    name: self.intern(&name.id),
                    attrs: attrs.into_iter().map(|attr| attr.name).collect(),
                };
                self.facts.reflected.push(reflected);
            }
            None => self.facts.reflects_results |= self.is_given_module(object),
        }
    }

    /// `import_module("a.b")`, `sys.modules["a.b"]`, and what is read of them.
    fn is_given_module(&self, expr: &Expr) -> bool {
        let giver = match expr {
            Expr::Attribute(attribute) => return self.is_given_module(&attribute.value),
            Expr::Call(call) => &*call.func,
            Expr::Subscript(subscript) => &*subscript.value,
            _ => return false,
        };
        let written = Self::dotted(giver);
        written.is_some_and(|written| callees::gives_module(&self.resolved(&written)))
    }

    /// The name that a string is.
    fn named_by(&self, string: &ast::ExprStringLiteral) -> Option<TextRange> {
        plain(string, self.text).filter(|&range| is_identifier(&self.text[range]))
    }

    pub(super) fn argument(&mut self, arg: &Expr, is_type: bool, callee: &str, place: usize) {
        let types = std::mem::replace(&mut self.types, is_type);
        let named = (!callee.is_empty()).then(|| (callee.into(), place));
        let outer = std::mem::replace(&mut self.callee, named);
        self.visit_expr(arg);
        self.callee = outer;
        self.types = types;
    }

    /// `{"a": "N"}` of a `TypedDict`, `[("a", "N")]` of a `NamedTuple`.
    pub(super) fn fields(&mut self, arg: &Expr) {
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

    /// The names that a call gives beside its first argument, a string: as keywords, or as what is
    /// read of the result.
    fn beside(&mut self, call: &ast::ExprCall, callee: &str) -> Vec<TextRange> {
        let result = self.of_result.take();
        if callees::takes_attribute_keywords(callee) {
            return keyword_names(call);
        }
        let result = result.filter(|_| callees::gives_module(callee));
        let is_plain = matches!(call.arguments.args.first(), Some(Expr::StringLiteral(_)));
        let is_followed = result.is_some() || self.unused == Some(call.range());
        if callees::gives_module(callee) && is_plain && !is_followed {
            self.facts.handed.push(self.facts.strings.len());
        }
        result.into_iter().collect()
    }

    /// A callee's path with the import of its first name followed: `p` → `unittest.mock.patch`.
    pub(super) fn resolved(&self, written: &str) -> String {
        let (root, rest) = match written.split_once('.') {
            Some((root, rest)) => (root, Some(rest)),
            None => (written, None),
        };
        let owner = self
            .ids
            .get(root)
            .copied()
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

    pub(super) fn expression(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Store => self.identifier_expr(name),
                _ => self.load(name, Vec::new(), false),
            },
            Expr::Attribute(attribute) => match self.chain(expr) {
                Some((name, attrs)) => {
                    if attrs.iter().any(|attr| &*attr.name == "__dict__") {
                        self.reflect(expr);
                    }
                    // `sys.modules["m"]` says which module it is; others may be this one.
                    let is_said = std::mem::take(&mut self.is_said);
                    if name.id.as_str() == "sys" && attrs[0].name.as_ref() == "modules" && !is_said
                    {
                        self.facts.reflective = true;
                    }
                    self.load(name, attrs, attribute.ctx != ExprContext::Load);
                }
                None => {
                    if attribute.attr.as_str() == "__dict__" {
                        self.reflect(expr);
                    }
                    self.of_result = Some(attribute.attr.range());
                    self.typed(false, &attribute.value);
                    self.of_result = None;
                }
            },
            Expr::Call(call) => self.call(call),
            Expr::StringLiteral(string) => {
                self.tails
                    .extend(tail(string.value.to_str()).map(Into::into));
                self.string(string);
            }
            Expr::FString(string) => {
                if self.constant_f_string(string) {
                    return;
                }
                for pair in string.value.elements().collect::<Vec<_>>().windows(2) {
                    if let [
                        InterpolatedStringElement::Interpolation(module),
                        InterpolatedStringElement::Literal(rest),
                    ] = pair
                    {
                        self.put_together(&module.expression, rest.range());
                    }
                }
                let literals = string.value.elements().filter_map(|part| part.as_literal());
                let tails = literals.filter_map(|literal| tail(&literal.value));
                self.tails.extend(tails.map(Into::into));
                visitor::walk_expr(self, expr);
            }
            // Of `N and N.attribute` the first is no more than asked.
            Expr::BoolOp(op) if op.op == BoolOp::And => {
                for value in &op.values[..op.values.len().saturating_sub(1)] {
                    self.test(value);
                }
                visitor::walk_expr(self, expr);
            }
            Expr::UnaryOp(op) if op.op == UnaryOp::Not => {
                self.test(&op.operand);
                visitor::walk_expr(self, expr);
            }
            Expr::If(choice) => {
                self.test(&choice.test);
                visitor::walk_expr(self, expr);
            }
            Expr::Compare(compare) => {
                self.compared_to_none(compare);
                visitor::walk_expr(self, expr);
            }
            Expr::IpyEscapeCommand(command) => self.magic(command.range()),
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::Named(named) => {
                let strings = self.facts.strings.len();
                let outer = self.unused.replace(named.value.range());
                self.visit_expr(&named.value);
                self.unused = outer;
                if let Expr::Name(name) = &*named.target {
                    let scope = self.walrus_scope();
                    self.hold(&named.target, &named.value, scope, strings);
                    if let Some((root, _)) = self.chain(&named.value) {
                        self.give(name, scope, root);
                    }
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
                self.named = self.names_pair(elts).into_iter().collect();
                self.visit_expr(&elts[0]);
                self.named.clear();
                for elt in &elts[1..] {
                    self.visit_expr(elt);
                }
                self.callee = callee;
            }
            Expr::BinOp(op) if !self.types => {
                let (left, right) = (&*op.left, &*op.right);
                match (op.op, left, right) {
                    (Operator::Add, module, Expr::StringLiteral(rest))
                    | (Operator::Mod, Expr::StringLiteral(rest), module) => {
                        if let Some(rest) = plain(rest, self.text) {
                            self.put_together(module, rest);
                        }
                    }
                    _ => {}
                }
                let outer = self.callee.take();
                visitor::walk_expr(self, expr);
                self.callee = outer;
            }
            // A dictionary or a tuple is no longer the argument itself.
            Expr::Dict(_) | Expr::Tuple(_) | Expr::List(_) | Expr::Set(_) if !self.types => {
                let outer = self.callee.take();
                visitor::walk_expr(self, expr);
                self.callee = outer;
            }
            other => visitor::walk_expr(self, other),
        }
    }

    /// The name of `("module", "name", …)`.
    pub(super) fn names_pair(&self, elts: &[Expr]) -> Option<TextRange> {
        let [Expr::StringLiteral(_), Expr::StringLiteral(name), ..] = elts else {
            return None;
        };
        plain(name, self.text).filter(|&range| is_identifier(&self.text[range]))
    }

    pub(super) fn identifier_expr(&mut self, name: &ast::ExprName) {
        if !name.id.is_empty() {
            self.bind(&name.id, name.range(), BindingKind::Other);
        }
    }

    pub(super) fn subscript(&mut self, subscript: &ast::ExprSubscript) {
        let base = match &*subscript.value {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => "",
        };
        let types = self.types;
        let result = self.of_result.take();
        self.is_said = subscript.slice.is_string_literal_expr();
        self.typed(false, &subscript.value);
        self.is_said = false;
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
                self.named = result.filter(|_| callee.is_some()).into_iter().collect();
                self.argument(&subscript.slice, false, &callee.unwrap_or_default(), 0);
                self.named.clear();
            }
        }
    }
}

/// Whether a call of `__import__` gives the first package of a path: there is no list of names.
pub(super) fn gives_top(call: &ast::ExprCall) -> bool {
    match call.arguments.find_argument_value("fromlist", 3) {
        None | Some(Expr::NoneLiteral(_)) => true,
        Some(Expr::Tuple(names)) => names.elts.is_empty(),
        Some(Expr::List(names)) => names.elts.is_empty(),
        Some(_) => false,
    }
}

/// The keywords of `patch.multiple` that are keys of what it gives, or arguments of what it
/// decorates.
fn keyed_names(call: &ast::ExprCall) -> impl Iterator<Item = TextRange> {
    let is_default = |value: &Expr| match value {
        Expr::Name(name) => name.id.as_str() == "DEFAULT",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "DEFAULT",
        _ => false,
    };
    let keywords = call.arguments.keywords.iter();
    let keyed = keywords.filter(move |keyword| is_default(&keyword.value));
    keyed.filter_map(|keyword| Some(keyword.arg.as_ref()?.range()))
}

/// The keywords of `patch.multiple` that name something.
fn keyword_names(call: &ast::ExprCall) -> Vec<TextRange> {
    let keywords = call.arguments.keywords.iter();
    let names = keywords.filter_map(|keyword| keyword.arg.as_ref());
    names
        .filter(|name| !callees::is_option_of_patch(name))
        .map(Ranged::range)
        .collect()
}
