//! The walk over the syntax tree: modules, imports, what binds a name and how far it is seen, and
//! every path that is written.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::ops::Range;

use proc_macro2::extra::DelimSpan;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use rustc_hash::FxHashMap;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::finding::Problem;
use crate::lang::rust::conditions::conjuncts;
use crate::lang::rust::facts::{
    Binding, Bound, DocLine, Facts, Form, Module, PathRef, Shape, Statement, Word, space,
};
use crate::lang::rust::keys;
use crate::lang::rust::scanner;
use crate::lang::rust::tokens::{Base, flat};
use crate::lang::rust::tree::{Leaf, Tree, plain};
use crate::lang::rust::words::Words;

/// Walks the tree of a file that parsed.
pub(super) fn walked(
    text: &str,
    file: &syn::File,
    base: Base<'_>,
    words: Words,
    string_keys: &[String],
    facts: Facts,
) -> (Facts, Words) {
    let mut reader = Reader {
        text,
        base,
        facts,
        words,
        string_keys,
        pass: Pass::Imports,
        module: 0,
        frames: vec![Frame::Fixed(0..text.len())],
        pattern: None,
        let_end: None,
        item: None,
        implemented: None,
        macros: 0,
        ends: FxHashMap::default(),
        buffer: RefCell::default(),
    };
    reader.visit_file(file);
    reader.words.grow(&reader.facts.statements);
    reader.pass = Pass::Rest;
    reader.visit_file(file);
    let (mut facts, words) = (reader.facts, reader.words);
    let leaves = facts.statements.iter().flat_map(|it| &it.leaves);
    let locals = leaves.filter_map(|leaf| leaf.local().map(plain));
    facts.unread = locals.filter(|it| !words.has(it)).map(Into::into).collect();
    (facts, words)
}

/// Which of the two walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    Imports,
    Rest,
}

/// A part of the text in which items are visible everywhere.
#[derive(Clone)]
pub(super) enum Frame {
    Fixed(Range<usize>),
    Braces(DelimSpan),
}

/// Where a pattern's variables begin to be visible.
#[derive(Clone, Copy)]
pub(super) enum From<'a> {
    /// Right behind their own names.
    Here,
    /// Behind a token.
    After(Span),
    /// Behind an expression.
    Behind(&'a syn::Expr),
}

/// Where they end to be.
#[derive(Clone, Copy)]
pub(super) enum Until<'a> {
    Block(&'a syn::Block),
    Expr(&'a syn::Expr),
    /// The innermost block.
    Scope,
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) base: Base<'a>,
    pub(super) facts: Facts,
    pub(super) words: Words,
    pub(super) string_keys: &'a [String],
    pub(super) pass: Pass,
    pub(super) module: usize,
    pub(super) frames: Vec<Frame>,
    pub(super) pattern: Option<(From<'a>, Until<'a>)>,
    pub(super) let_end: Option<Until<'a>>,
    pub(super) item: Option<&'a syn::Item>,
    /// What `Self` is.
    pub(super) implemented: Option<PathRef>,
    /// How many macros stand around.
    pub(super) macros: usize,
    /// Where expressions end, by their addresses.
    pub(super) ends: FxHashMap<usize, usize>,
    /// The word at hand: a name is asked for far more often than kept.
    pub(super) buffer: RefCell<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn at(&self, span: Span) -> Range<usize> {
        self.base.at(span)
    }

    pub(super) fn scope(&self) -> Range<usize> {
        match self.frames.last() {
            Some(Frame::Fixed(range)) => range.clone(),
            Some(Frame::Braces(braces)) => {
                self.at(braces.open()).start..self.at(braces.close()).end
            }
            None => 0..self.text.len(),
        }
    }

    pub(super) fn is_word(&self, ident: &Ident) -> bool {
        let mut buffer = self.buffer.borrow_mut();
        buffer.clear();
        // A `String` takes everything.
        let _ = write!(buffer, "{ident}");
        self.words.has(plain(&buffer))
    }

    pub(super) fn word(&self, ident: &Ident) -> Word {
        Word {
            text: plain(&ident.to_string()).into(),
            at: self.at(ident.span()),
        }
    }

    pub(super) fn bind(&mut self, ident: &Ident, spaces: u8, visible: Range<usize>, kind: Bound) {
        let Word { text, at } = self.word(ident);
        if at.is_empty() {
            return;
        }
        self.facts.bind(Binding {
            name: text,
            module: self.module,
            visible,
            spaces,
            kind,
        });
    }

    fn record(
        &mut self,
        path: &'a syn::Path,
        qself: Option<&syn::QSelf>,
        spaces: u8,
        shape: Shape,
    ) {
        if self.pass == Pass::Imports {
            return;
        }
        self.behind_type(path, qself, spaces);
        // `<T as a::Trait>::f`: the path is the trait's.
        let count = qself.map_or(path.segments.len(), |qself| qself.position);
        let segments = || path.segments.iter().take(count);
        if !segments().any(|segment| self.is_word(&segment.ident)) {
            return;
        }
        let words: Vec<Word> = segments()
            .map(|segment| self.word(&segment.ident))
            .collect();
        if words.iter().any(|word| word.at.is_empty()) || words[0].text.as_ref() == "Self" {
            return;
        }
        let spaces = match qself {
            Some(_) => space::TYPE,
            None => spaces,
        };
        self.facts.paths.push(PathRef {
            leading: path.leading_colon.is_some(),
            words,
            dollar: false,
            spaces,
            module: self.module,
            shape,
            in_rules: None,
        });
    }

    /// A name alone that stands for a value.
    pub(super) fn value(&mut self, word: Word, shape: Shape) {
        self.facts.paths.push(PathRef {
            words: vec![word],
            leading: false,
            dollar: false,
            spaces: space::VALUE,
            module: self.module,
            shape,
            in_rules: None,
        });
    }

    /// Visits what stands in the brackets of a path's segments.
    fn arguments(&mut self, path: &'a syn::Path) {
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    fn group(&mut self, item: &Group) {
        if self.pass == Pass::Rest {
            return;
        }
        let public = !matches!(item.vis, syn::Visibility::Inherited);
        let parts = Parts {
            keyword: if public {
                item.vis.span()
            } else {
                item.keyword
            },
            tree: item.tree.clone().into(),
            semi: item.semi,
            public,
            leading: None,
        };
        self.statement(Form::Use, &item.attrs, parts);
    }

    fn statement(&mut self, form: Form, attrs: &[syn::Attribute], parts: Parts) {
        let tokens = flat(parts.tree, self.base);
        let mut next = 0;
        let Some(tree) = Tree::read(&tokens, &mut next, self.text) else {
            let at = self.at(parts.keyword).start;
            if tokens
                .iter()
                .any(|token| token.word().is_some_and(|word| self.words.has(word)))
            {
                self.facts.problems.push(Problem {
                    offset: at,
                    message: "this import nests too deeply".to_owned(),
                });
            }
            return;
        };
        let (Some(first), Some(last)) = (tokens.first(), tokens.get(next.saturating_sub(1))) else {
            return;
        };
        let tree_at = first.at.start..last.at.end;
        let end = self.at(parts.semi).end;
        let whole_start = attrs
            .iter()
            .map(|attr| self.at(attr.pound_token.span()).start)
            .min();
        let keyword = self.at(parts.keyword).start;
        let given = self.given_macros(attrs);
        let leaves: Vec<Leaf> = tree.leaves();
        let statement = self.facts.statements.len();
        let asked = asked(attrs);
        if !asked.is_empty() {
            self.facts.conditions.insert(statement, asked);
        }
        let visible = self.scope();
        for (leaf, one) in leaves.iter().enumerate() {
            let Some(local) = one.local() else { continue };
            self.facts.bind(Binding {
                name: local.into(),
                module: self.module,
                visible: visible.clone(),
                spaces: space::ANY,
                kind: Bound::Leaf { statement, leaf },
            });
        }
        self.facts.statements.push(Statement {
            form,
            module: self.module,
            visible,
            whole: whole_start.unwrap_or(keyword).min(keyword)..end,
            keyword,
            tree_at,
            leaves: leaves.into(),
            public: parts.public,
            attributes: attrs.iter().any(|attr| !attr.path().is_ident("doc")),
            follows: false,
            gives_macros: given.is_some(),
            listed_macros: given.unwrap_or_default().into(),
            leading: parts.leading.map(|span| self.at(span)),
            dollar: false,
        });
    }

    /// Notes what attributes ask for, of what was bound since there was no such binding.
    pub(super) fn ask_for(&mut self, binding: usize, attrs: &[syn::Attribute]) {
        let bound = binding..self.facts.bindings.len();
        if attrs.is_empty() || bound.is_empty() {
            return;
        }
        let asked = asked(attrs);
        if !asked.is_empty() {
            let asked = bound.map(|binding| (binding, asked.clone()));
            self.facts.item_conditions.extend(asked);
        }
    }

    /// Visits what binds names, where attributes stand before it.
    fn asking(&mut self, attrs: &[syn::Attribute], visit: impl FnOnce(&mut Self)) {
        let binding = self.facts.bindings.len();
        visit(self);
        self.ask_for(binding, attrs);
    }

    fn with_pattern<T>(
        &mut self,
        pattern: Option<(From<'a>, Until<'a>)>,
        visit: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = std::mem::replace(&mut self.pattern, pattern);
        let result = visit(self);
        self.pattern = before;
        result
    }

    fn with_frame(&mut self, frame: Frame, visit: impl FnOnce(&mut Self)) {
        self.frames.push(frame);
        visit(self);
        self.frames.pop();
    }

    /// The bytes of an attribute.
    fn whole(&self, attr: &syn::Attribute) -> Range<usize> {
        self.at(attr.pound_token.span()).start..self.at(attr.bracket_token.span.close()).end
    }

    /// Where a variable is visible that is named at `own`.
    fn extent(&mut self, own: &Range<usize>) -> Range<usize> {
        let (from, until) = self.pattern.unwrap_or((From::Here, Until::Scope));
        let start = match from {
            From::Here => own.end,
            From::After(span) => self.at(span).end,
            From::Behind(expr) => self.end(expr),
        };
        let end = match until {
            Until::Block(block) => self.at(block.brace_token.span.close()).end,
            Until::Expr(expr) => self.end(expr),
            Until::Scope => self.scope().end,
        };
        start..end.max(start)
    }

    fn signature(&mut self, sig: &'a syn::Signature, body: Option<&'a syn::Block>) {
        self.visit_generics(&sig.generics);
        let until = body.map_or(Until::Scope, Until::Block);
        self.with_pattern(Some((From::Here, until)), |reader| {
            for input in &sig.inputs {
                reader.visit_fn_arg(input);
            }
        });
        self.visit_return_type(&sig.output);
        if let Some(body) = body {
            self.with_pattern(None, |reader| reader.visit_block(body));
        }
    }

    fn member_fn(
        &mut self,
        attrs: &'a [syn::Attribute],
        sig: &'a syn::Signature,
        body: Option<&'a syn::Block>,
    ) {
        for attr in attrs {
            self.visit_attribute(attr);
        }
        self.signature(sig, body);
    }
}

/// `use {::a::B, c};`, which syn keeps as tokens.
struct Group {
    attrs: Vec<syn::Attribute>,
    vis: syn::Visibility,
    keyword: Span,
    tree: TokenTree,
    semi: Span,
}

impl syn::parse::Parse for Group {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(syn::Attribute::parse_outer)?,
            vis: input.parse()?,
            keyword: input.parse::<syn::Token![use]>()?.span,
            tree: input.parse()?,
            semi: input.parse::<syn::Token![;]>()?.span,
        })
    }
}

/// What an import is made of.
struct Parts {
    keyword: Span,
    tree: TokenStream,
    semi: Span,
    public: bool,
    leading: Option<Span>,
}

impl<'a> Visit<'a> for Reader<'a> {
    fn visit_ident(&mut self, _: &'a Ident) {}

    fn visit_lifetime(&mut self, _: &'a syn::Lifetime) {}

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if self.pass == Pass::Rest {
            for attr in &item.attrs {
                self.visit_attribute(attr);
            }
            self.visit_visibility(&item.vis);
            return;
        }
        let public = !matches!(item.vis, syn::Visibility::Inherited);
        let keyword = match public {
            true => item.vis.span(),
            false => item.use_token.span,
        };
        let parts = Parts {
            keyword,
            tree: item.tree.to_token_stream(),
            semi: item.semi_token.span,
            public,
            leading: item.leading_colon.map(|colons| colons.span()),
        };
        self.statement(Form::Use, &item.attrs, parts);
    }

    fn visit_item_extern_crate(&mut self, item: &'a syn::ItemExternCrate) {
        if self.pass == Pass::Rest {
            return;
        }
        let public = !matches!(item.vis, syn::Visibility::Inherited);
        let keyword = match public {
            true => item.vis.span(),
            false => item.extern_token.span,
        };
        let mut tree = item.ident.to_token_stream();
        if let Some((as_token, rename)) = &item.rename {
            as_token.to_tokens(&mut tree);
            rename.to_tokens(&mut tree);
        }
        let parts = Parts {
            keyword,
            tree,
            semi: item.semi_token.span,
            public,
            leading: None,
        };
        self.statement(Form::ExternCrate, &item.attrs, parts);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        let (inner, outer): (Vec<_>, Vec<_>) = item
            .attrs
            .iter()
            .partition(|attr| matches!(attr.style, syn::AttrStyle::Inner(_)));
        let is_doc = |attr: &&syn::Attribute| {
            attr.path().is_ident("doc") && matches!(attr.meta, syn::Meta::NameValue(_))
        };
        let is_documented = outer.iter().any(is_doc);
        for attr in outer {
            self.visit_attribute(attr);
        }
        // Paths lead through modules of any name.
        if self.pass == Pass::Rest {
            let binding = self.facts.bindings.len();
            self.declare_as(&item.ident, Some(&item.vis), space::TYPE, Bound::Module);
            self.ask_for(binding, &item.attrs);
            let name = Word {
                text: plain(&item.ident.to_string()).into(),
                at: self.at(item.ident.span()),
            };
            self.facts.declared.push((self.module, name));
        }
        let Some((braces, items)) = &item.content else {
            self.facts.has_files_below = true;
            return;
        };
        let body = self.at(braces.span.open()).start..self.at(braces.span.close()).end;
        let scope = self.scope();
        let is_in_block = scope != self.facts.modules[self.module].body;
        let number = self.facts.module(Module {
            parent: Some(self.module),
            name: plain(&item.ident.to_string()).into(),
            block: is_in_block.then_some(scope.start),
            body,
            inner: !matches!(item.vis, syn::Visibility::Public(_)),
        });
        let outer = std::mem::replace(&mut self.module, number);
        self.with_frame(Frame::Braces(braces.span), |reader| {
            let docs = reader.facts.docs.len();
            for attr in inner {
                reader.visit_attribute(attr);
            }
            // rustdoc reads both as one text, in the scope of the first.
            let own = reader.facts.docs.iter_mut().skip(docs);
            own.filter(|_| is_documented)
                .for_each(|line| line.module = outer);
            for item in items {
                reader.visit_item(item);
            }
        });
        self.module = outer;
    }

    fn visit_item(&mut self, item: &'a syn::Item) {
        let outer = self.item.replace(item);
        if let syn::Item::Verbatim(tokens) = item {
            match syn::parse2::<Group>(tokens.clone()) {
                Ok(group) => self.group(&group),
                Err(_) => self.item_tokens(tokens),
            }
            self.item = outer;
            return;
        }
        self.declare(item);
        self.member(item);
        visit::visit_item(self, item);
        self.item = outer;
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.visit_visibility(&item.vis);
        self.member_fn(&item.attrs, &item.sig, Some(&item.block));
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let outer = self.implement(item);
        visit::visit_item_impl(self, item);
        self.implemented = outer;
    }

    fn visit_item_type(&mut self, item: &'a syn::ItemType) {
        self.alias(item);
        visit::visit_item_type(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.visit_visibility(&item.vis);
        self.member_fn(&item.attrs, &item.sig, Some(&item.block));
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        self.member_fn(&item.attrs, &item.sig, item.default.as_ref());
    }

    fn visit_generic_argument(&mut self, argument: &'a syn::GenericArgument) {
        // A name alone may be a constant.
        if let syn::GenericArgument::Type(syn::Type::Path(ty)) = argument
            && ty.qself.is_none()
            && ty.path.get_ident().is_some()
        {
            let spaces = space::TYPE | space::VALUE;
            self.record(&ty.path, None, spaces, Shape::Code);
            return;
        }
        visit::visit_generic_argument(self, argument);
    }

    fn visit_type_param(&mut self, param: &'a syn::TypeParam) {
        if self.pass == Pass::Rest && self.is_word(&param.ident) {
            let whole = self
                .item
                .map_or_else(|| self.scope(), |item| self.at(item.span()));
            self.asking(&param.attrs, |reader| {
                reader.bind(&param.ident, space::TYPE, whole, Bound::Local);
            });
        }
        visit::visit_type_param(self, param);
    }

    fn visit_const_param(&mut self, param: &'a syn::ConstParam) {
        if self.pass == Pass::Rest && self.is_word(&param.ident) {
            let whole = self
                .item
                .map_or_else(|| self.scope(), |item| self.at(item.span()));
            // A value: types and modules may have the same name.
            self.asking(&param.attrs, |reader| {
                reader.bind(&param.ident, space::VALUE, whole, Bound::Local);
            });
        }
        visit::visit_const_param(self, param);
    }

    fn visit_block(&mut self, block: &'a syn::Block) {
        self.with_frame(Frame::Braces(block.brace_token.span), |reader| {
            for stmt in &block.stmts {
                reader.visit_stmt(stmt);
            }
        });
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        for attr in &local.attrs {
            self.visit_attribute(attr);
        }
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        let from = From::After(local.semi_token.span);
        self.with_pattern(Some((from, Until::Scope)), |reader| {
            reader.asking(&local.attrs, |reader| reader.visit_pat(&local.pat));
        });
    }

    fn visit_expr_let(&mut self, expr: &'a syn::ExprLet) {
        self.visit_expr(&expr.expr);
        let until = self.let_end.unwrap_or(Until::Scope);
        self.with_pattern(Some((From::Behind(&expr.expr), until)), |reader| {
            reader.visit_pat(&expr.pat);
        });
    }

    fn visit_expr_if(&mut self, expr: &'a syn::ExprIf) {
        for attr in &expr.attrs {
            self.visit_attribute(attr);
        }
        let outer = self.let_end.replace(Until::Block(&expr.then_branch));
        self.visit_expr(&expr.cond);
        self.let_end = outer;
        self.visit_block(&expr.then_branch);
        if let Some((_, other)) = &expr.else_branch {
            self.visit_expr(other);
        }
    }

    fn visit_expr_while(&mut self, expr: &'a syn::ExprWhile) {
        let outer = self.let_end.replace(Until::Block(&expr.body));
        self.visit_expr(&expr.cond);
        self.let_end = outer;
        self.visit_block(&expr.body);
    }

    fn visit_expr_for_loop(&mut self, expr: &'a syn::ExprForLoop) {
        self.visit_expr(&expr.expr);
        let from = From::Behind(&expr.expr);
        self.with_pattern(Some((from, Until::Block(&expr.body))), |reader| {
            reader.visit_pat(&expr.pat);
        });
        self.visit_block(&expr.body);
    }

    fn visit_expr_closure(&mut self, expr: &'a syn::ExprClosure) {
        self.with_pattern(Some((From::Here, Until::Expr(&expr.body))), |reader| {
            for input in &expr.inputs {
                reader.visit_pat(input);
            }
        });
        self.visit_return_type(&expr.output);
        self.visit_expr(&expr.body);
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        for attr in &arm.attrs {
            self.visit_attribute(attr);
        }
        let outer = self.let_end.replace(Until::Expr(&arm.body));
        self.with_pattern(Some((From::Here, Until::Expr(&arm.body))), |reader| {
            reader.visit_pat(&arm.pat);
        });
        self.let_end = outer;
        self.visit_expr(&arm.body);
    }

    fn visit_pat_guard(&mut self, guard: &'a syn::PatGuard) {
        self.visit_pat(&guard.pat);
        self.with_pattern(None, |reader| reader.visit_expr(&guard.guard));
    }

    fn visit_pat_type(&mut self, pat: &'a syn::PatType) {
        self.asking(&pat.attrs, |reader| visit::visit_pat_type(reader, pat));
    }

    fn visit_pat_ident(&mut self, pat: &'a syn::PatIdent) {
        let binding = self.facts.bindings.len();
        if self.pass == Pass::Rest && self.is_word(&pat.ident) {
            let word = self.word(&pat.ident);
            let alone = pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none();
            if alone && word.text.starts_with(char::is_uppercase) {
                let visible = self.extent(&word.at);
                let variable = (self.module, visible);
                let of_name = self.facts.variables.entry(word.text.clone());
                of_name.or_default().push(variable);
                self.value(word, Shape::Pattern);
            } else {
                let visible = self.extent(&word.at);
                self.bind(&pat.ident, space::VALUE, visible, Bound::Local);
                self.ask_for(binding, &pat.attrs);
            }
        }
        if let Some((_, subpat)) = &pat.subpat {
            self.visit_pat(subpat);
        }
    }

    fn visit_field_pat(&mut self, field: &'a syn::FieldPat) {
        // `S { name }` always binds a variable.
        if field.colon_token.is_none()
            && let syn::Pat::Ident(pat) = &*field.pat
        {
            if self.pass == Pass::Rest && self.is_word(&pat.ident) {
                let own = self.at(pat.ident.span());
                let visible = self.extent(&own);
                self.asking(&field.attrs, |reader| {
                    reader.bind(&pat.ident, space::VALUE, visible, Bound::Local);
                });
            }
            return;
        }
        self.asking(&field.attrs, |reader| reader.visit_pat(&field.pat));
    }

    fn visit_field_value(&mut self, field: &'a syn::FieldValue) {
        for attr in &field.attrs {
            self.visit_attribute(attr);
        }
        match &field.expr {
            syn::Expr::Path(path) if field.colon_token.is_none() => {
                self.record(&path.path, None, space::VALUE, Shape::Shorthand);
            }
            expr => self.visit_expr(expr),
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.record(path, None, space::TYPE, Shape::Code);
        self.arguments(path);
    }

    fn visit_expr_path(&mut self, expr: &'a syn::ExprPath) {
        if let Some(qself) = &expr.qself {
            self.visit_type(&qself.ty);
        }
        self.record(&expr.path, expr.qself.as_ref(), space::VALUE, Shape::Code);
        self.arguments(&expr.path);
    }

    fn visit_type_path(&mut self, ty: &'a syn::TypePath) {
        if let Some(qself) = &ty.qself {
            self.visit_type(&qself.ty);
        }
        self.record(&ty.path, ty.qself.as_ref(), space::TYPE, Shape::Code);
        self.arguments(&ty.path);
    }

    fn visit_expr_struct(&mut self, expr: &'a syn::ExprStruct) {
        if let Some(qself) = &expr.qself {
            self.visit_type(&qself.ty);
        }
        self.record(&expr.path, expr.qself.as_ref(), space::TYPE, Shape::Code);
        self.arguments(&expr.path);
        for field in &expr.fields {
            self.visit_field_value(field);
        }
        if let Some(rest) = &expr.rest {
            self.visit_expr(rest);
        }
    }

    fn visit_pat_tuple_struct(&mut self, pat: &'a syn::PatTupleStruct) {
        self.record(&pat.path, pat.qself.as_ref(), space::VALUE, Shape::Code);
        self.arguments(&pat.path);
        for element in &pat.elems {
            self.visit_pat(element);
        }
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.record(&mac.path, None, space::MACRO, Shape::Code);
        let name = mac.path.segments.last().map(|last| last.ident.to_string());
        self.macro_tokens(&name.unwrap_or_default(), &mac.tokens, None);
    }

    fn visit_item_macro(&mut self, item: &'a syn::ItemMacro) {
        for attr in &item.attrs {
            self.visit_attribute(attr);
        }
        let declared = item.mac.path.is_ident("macro_rules").then(|| {
            let ident = item.ident.as_ref();
            ident
                .map(|ident| ident.unraw().to_string())
                .unwrap_or_default()
        });
        if let Some(name) = &declared {
            self.rules(name, item);
        }
        self.record(&item.mac.path, None, space::MACRO, Shape::Code);
        let name = item
            .mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string());
        self.macro_tokens(
            &name.unwrap_or_default(),
            &item.mac.tokens,
            declared.as_deref(),
        );
    }

    fn visit_token_stream(&mut self, tokens: &'a TokenStream) {
        // What syn gives as it is: grammar of its future.
        self.macro_tokens("", tokens, None);
    }

    fn visit_attribute(&mut self, attr: &'a syn::Attribute) {
        if self.pass == Pass::Imports {
            return;
        }
        let path = attr.path();
        if path.is_ident("doc") {
            if let syn::Meta::NameValue(value) = &attr.meta {
                if let syn::Expr::Macro(mac) = &value.value {
                    if mac.mac.path.is_ident("concat") {
                        let arguments = flat(mac.mac.tokens.clone(), self.base);
                        self.concatenated(&arguments, &self.whole(attr));
                    }
                    self.visit_macro(&mac.mac);
                    return;
                }
                let literal = match &value.value {
                    syn::Expr::Lit(literal) => self.at(literal.lit.span()),
                    _ => return,
                };
                let at = self.whole(attr);
                self.facts.docs.push(DocLine {
                    // All tokens of a comment stand where the comment does.
                    literal: (literal != at).then_some(literal),
                    at,
                    module: self.module,
                });
            }
            return;
        }
        if path.is_ident("cfg") || path.is_ident("allow") || path.is_ident("path") {
            return;
        }
        if path.is_ident("deprecated") {
            let tokens = flat(attr.meta.to_token_stream(), self.base);
            scanner::deprecation(&tokens, self.module, &mut self.facts);
        }
        self.record(path, None, space::MACRO, Shape::Code);
        match &attr.meta {
            syn::Meta::Path(_) => {}
            syn::Meta::List(list) => {
                let tokens = flat(list.tokens.clone(), self.base);
                let names = path.segments.iter().map(|it| it.ident.to_string());
                let names: Vec<String> = names.collect();
                match keys::known_by(names.iter().map(String::as_str)).unwrap_or_default() {
                    "cfg_attr" => self.conditional(&tokens, &self.whole(attr)),
                    // Names of macros, which follow the crate's.
                    "macro_use" => {}
                    name if self.values(name, list) => {}
                    name => self.scan(&tokens, None, Some(name)),
                }
            }
            syn::Meta::NameValue(value) => {
                let name = path.segments.last().map(|it| it.ident.to_string());
                if !keys::is_name_elsewhere(&name.unwrap_or_default(), "") {
                    self.visit_expr(&value.value);
                }
            }
        }
    }
}

/// What the `cfg` among attributes asks for, one by one.
fn asked(attrs: &[syn::Attribute]) -> Box<[String]> {
    let conditional = attrs.iter().filter(|attr| {
        let path = attr.path();
        path.is_ident("cfg") || path.is_ident("cfg_attr")
    });
    conjuncts(conditional.map(|attr| attr.meta.to_token_stream()))
}
