//! Tokens that syn leaves as they are: the arguments of macros and attributes.

use std::cell::RefCell;
use std::ops::Range;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use rustc_hash::FxHashMap;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::visit::Visit as _;

use super::skim::{DEEPEST_ARGUMENTS, depth, names_any};
use super::walk::{Frame, Pass, Reader};
use crate::lang::rust::facts::{DocLine, PathRef, Shape, Word, space};
use crate::lang::rust::keys;
use crate::lang::rust::scanner::{self, Context, captures};
use crate::lang::rust::tokens::{Kind, Token, flat};
use crate::project::documents_variable;

/// How many macros stand in each other's arguments before they are read by their tokens alone:
/// each one reads all that stands in it once more.
const DEEPEST_MACROS: usize = 16;

impl<'a> Reader<'a> {
    pub(super) fn macro_tokens(
        &mut self,
        name: &str,
        tokens: &TokenStream,
        in_rules: Option<&str>,
    ) {
        if self.pass == Pass::Imports || tokens.is_empty() {
            return;
        }
        if name == "include" {
            self.facts.includes.insert(self.module);
        }
        if !self.name_any(tokens) {
            return;
        }
        let list = flat(tokens.clone(), self.base);
        if in_rules.is_none() && scanner::is_documenting(name, &self.facts) {
            let place = (self.text, self.module);
            scanner::given_docs(&list, place, &self.words, &mut self.facts);
        }
        let expressions = keys::takes_expressions(name);
        match expressions {
            true => self.captured(&list),
            // It may hand its arguments on to `format!`.
            false => scanner::doubtful_captures(
                &list,
                (self.text, self.module),
                &self.words,
                &mut self.facts,
            ),
        }
        let is_read = self.macros < DEEPEST_MACROS
            && depth(&list) <= DEEPEST_ARGUMENTS
            && may_be_expressions(&list);
        if is_read
            && in_rules.is_none()
            && name != "stringify"
            && !self.facts.shows_text.contains(name)
        {
            let parse = Arguments::parse_terminated;
            let arguments = parse.parse2(tokens.clone()).ok();
            let arguments = arguments.or_else(|| repeated.parse2(tokens.clone()).ok());
            if let Some(arguments) = arguments {
                let proved = expressions || has_format(&arguments);
                self.expressions(&arguments, proved);
                return;
            }
        }
        let context = Context {
            in_rules,
            stringified: name == "stringify",
            ..self.context()
        };
        self.scan_in(&list, context);
    }

    /// Whether one of the words stands in tokens, without asking where they stand.
    pub(super) fn name_any(&self, tokens: &TokenStream) -> bool {
        let mut open = vec![tokens.clone().into_iter()];
        while let Some(iter) = open.last_mut() {
            match iter.next() {
                None => {
                    open.pop();
                }
                Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
                Some(TokenTree::Ident(ident)) if self.is_word(&ident) => return true,
                Some(TokenTree::Literal(literal))
                    if names_any(&literal.to_string(), &self.words) =>
                {
                    return true;
                }
                Some(_) => {}
            }
        }
        false
    }

    /// Reads what an attribute holds as expressions, where they are.
    pub(super) fn values(&mut self, attribute: &str, list: &syn::MetaList) -> bool {
        let holds = keys::holds_values(attribute, Vec::new);
        let too_deep = || depth(&flat(list.tokens.clone(), self.base)) > DEEPEST_ARGUMENTS;
        if !holds || self.macros >= DEEPEST_MACROS || too_deep() {
            return false;
        }
        let arguments = Arguments::parse_terminated.parse2(list.tokens.clone()).ok();
        // The strings of some keys are code: `_code = "a::b()"`.
        let is_code = |argument: &syn::Expr| {
            let syn::Expr::Assign(assign) = argument else {
                return false;
            };
            let syn::Expr::Path(key) = &*assign.left else {
                return false;
            };
            let key = key.path.get_ident().map(ToString::to_string);
            key.is_some_and(|key| keys::is_path(attribute, None, &key, self.string_keys))
        };
        let arguments = arguments.filter(|all| !all.iter().any(is_code));
        if let Some(arguments) = &arguments {
            self.expressions(arguments, true);
        }
        arguments.is_some()
    }

    /// Arguments that are expressions, as far as their grammar tells; `proved` where it is known.
    fn expressions(&mut self, arguments: &Arguments, proved: bool) {
        let scope = self.scope();
        let mut inner = Reader {
            text: self.text,
            base: self.base,
            facts: std::mem::take(&mut self.facts),
            words: std::mem::take(&mut self.words),
            string_keys: self.string_keys,
            pass: self.pass,
            module: self.module,
            frames: vec![Frame::Fixed(scope)],
            pattern: None,
            let_end: None,
            item: None,
            implemented: self.implemented.clone(),
            macros: self.macros + 1,
            // By addresses that will be others' soon.
            ends: FxHashMap::default(),
            buffer: RefCell::default(),
        };
        for pass in [Pass::Imports, Pass::Rest] {
            inner.pass = pass;
            for argument in arguments {
                // `name = value` names an argument.
                let value = match argument {
                    syn::Expr::Assign(assign) => {
                        assign.attrs.iter().for_each(|it| inner.visit_attribute(it));
                        inner.assigned(&assign.left, proved);
                        &*assign.right
                    }
                    other => other,
                };
                match alone(value).filter(|_| !proved) {
                    Some(name) => {
                        attributes(value).for_each(|it| inner.visit_attribute(it));
                        // Another macro may do what it likes with a name that stands alone.
                        if inner.is_word(name) {
                            inner.opaque(name);
                        }
                    }
                    None => {
                        let first = inner.facts.paths.len();
                        inner.visit_expr(value);
                        if !proved {
                            inner.may_be_modules(value, first);
                            let handed = inner.facts.paths[first..].iter();
                            let handed = handed.filter(|it| it.words.len() == 1);
                            inner.facts.handed.extend(handed.map(PathRef::start));
                        }
                    }
                }
            }
            inner.words.grow(&inner.facts.statements);
        }
        self.facts = inner.facts;
        self.words = inner.words;
    }

    /// What stands before the `=` of an argument: a name alone is a key, as far as it is known, and one
    /// with a capital letter may be a constant.
    fn assigned(&mut self, left: &'a syn::Expr, proved: bool) {
        let Some(name) = alone(left) else {
            return self.visit_expr(left);
        };
        attributes(left).for_each(|it| self.visit_attribute(it));
        if proved || !self.is_word(name) {
            return;
        }
        match name.to_string().starts_with(char::is_uppercase) {
            true => self.opaque(name),
            false => {
                let path = self.by_tokens(name);
                self.facts.keyed.push(path);
            }
        }
    }

    /// `m!(kit::util)`: what stands alone may be the path of a module or of a type to a macro that is
    /// not known, as much as a value.
    fn may_be_modules(&mut self, value: &syn::Expr, first: usize) {
        let mut alone = Vec::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                syn::Expr::Path(path) if path.qself.is_none() => {
                    alone.extend(
                        path.path
                            .segments
                            .first()
                            .map(|it| self.at(it.ident.span())),
                    );
                }
                syn::Expr::Array(list) => open.extend(&list.elems),
                syn::Expr::Tuple(list) => open.extend(&list.elems),
                syn::Expr::Paren(inside) => open.push(&inside.expr),
                syn::Expr::Reference(behind) => open.push(&behind.expr),
                _ => {}
            }
        }
        for path in &mut self.facts.paths[first..] {
            let is_alone = |it: &Range<usize>| it.start == path.start();
            if path.words.len() > 1 && alone.iter().any(is_alone) {
                path.spaces |= space::TYPE;
            }
        }
    }

    /// A name of which nobody can tell what it is.
    fn opaque(&mut self, name: &Ident) {
        let path = self.by_tokens(name);
        self.facts.may_be(path);
    }

    /// A name that stands alone, as the path that it may be.
    fn by_tokens(&self, name: &Ident) -> PathRef {
        let word = Word {
            text: name.unraw().to_string().into(),
            at: self.at(name.span()),
        };
        PathRef {
            words: vec![word],
            leading: false,
            dollar: false,
            spaces: space::ANY,
            module: self.module,
            shape: Shape::Tokens,
            in_rules: None,
        }
    }

    /// Names inside of format strings.
    fn captured(&mut self, tokens: &[Token]) {
        let arguments: Vec<&str> = tokens
            .windows(3)
            .filter(|three| three[0].is_sign(',') && three[2].is_sign('='))
            .filter_map(|three| three[1].word())
            .collect();
        let captured: Vec<Word> = captures(self.text, tokens, &self.words).collect();
        for word in captured {
            if !arguments.contains(&&*word.text) {
                self.value(word, Shape::Capture);
            }
        }
    }

    pub(super) fn scan(
        &mut self,
        tokens: &[Token],
        in_rules: Option<&str>,
        attribute: Option<&str>,
    ) {
        let context = Context {
            in_rules,
            attribute,
            ..self.context()
        };
        let first = self.facts.paths.len();
        self.scan_in(tokens, context);
        // Whatever leads to it, what derives is a macro.
        if attribute == Some("derive") {
            for path in &mut self.facts.paths[first..] {
                path.spaces = space::MACRO;
            }
        }
    }

    /// An item of a grammar that syn does not know: what it imports is seen in all of its scope.
    pub(super) fn item_tokens(&mut self, tokens: &TokenStream) {
        if self.pass == Pass::Rest {
            let context = Context {
                range: self.scope(),
                ..self.context()
            };
            self.scan_in(&flat(tokens.clone(), self.base), context);
        }
    }

    /// What is known of tokens here; without a range they are seen by themselves alone.
    fn context(&self) -> Context<'a> {
        Context {
            module: self.module,
            range: 0..0,
            in_rules: None,
            attribute: None,
            broken: false,
            in_text: false,
            stringified: false,
            in_module: self.scope() == self.facts.modules[self.module].body,
            string_keys: self.string_keys,
        }
    }

    fn scan_in(&mut self, tokens: &[Token], mut context: Context<'_>) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return;
        };
        if context.range.is_empty() {
            context.range = first.at.start..last.at.end;
        }
        scanner::scan(tokens, self.text, &self.words, &context, &mut self.facts);
    }

    /// `doc = concat!("…", …)` in the attribute at `whole`.
    pub(super) fn concatenated(&mut self, arguments: &[Token], whole: &Range<usize>) {
        let place = (self.text, self.module);
        scanner::concatenated(arguments, whole, place, &self.words, &mut self.facts);
    }

    /// `cfg_attr(condition, attribute, …)`: the attributes behind the condition.
    pub(super) fn conditional(&mut self, tokens: &[Token], whole: &Range<usize>) {
        for part in scanner::conditional(tokens) {
            let (path, list) = scanner::attribute(part);
            let name = keys::known_by(path.iter().filter_map(Token::word)).unwrap_or_default();
            if let [doc, _, concat, _, _, arguments @ .., _] = part
                && doc.word() == Some("doc")
                && concat.word() == Some("concat")
            {
                let at = part[0].at.start..part[part.len() - 1].at.end;
                self.concatenated(arguments, &at);
                continue;
            }
            if name == "doc" {
                let literal = part.last().filter(|last| last.kind == Kind::Literal);
                self.facts.docs.extend(literal.map(|literal| DocLine {
                    at: whole.clone(),
                    literal: Some(literal.at.clone()),
                    module: self.module,
                }));
                continue;
            }
            if name == "deprecated" {
                scanner::deprecation(part, self.module, &mut self.facts);
            }
            // The attribute's own path, and then what it holds.
            self.scan(path, None, Some("derive"));
            if name != "macro_use" {
                self.scan(list, None, Some(name));
            }
        }
    }

    /// What `macro_rules!` declares.
    pub(super) fn rules(&mut self, name: &str, item: &syn::ItemMacro) {
        let says = |words: &[&str]| says_any(item.mac.tokens.clone(), words);
        if self.pass == Pass::Imports {
            if says(&["stringify", "concat_idents", "paste"]) {
                self.facts.shows_text.insert(name.into());
            }
            // The cheap question first.
            if says(&["doc"]) && documents_variable(&item.mac.tokens.to_string()) {
                self.facts.documenting.insert(name.into());
            }
            return;
        }
        let mut attrs = item.attrs.iter();
        if attrs.any(|attr| attr.path().is_ident("macro_export")) {
            self.facts.exported.insert(name.into());
        }
    }

    /// The macros that `#[macro_use]` gives, where it stands here: all of them where it names none.
    pub(super) fn given_macros(&self, attrs: &[syn::Attribute]) -> Option<Vec<Word>> {
        let mut given = None;
        for attr in attrs {
            let tokens = flat(attr.meta.to_token_stream(), self.base);
            let (path, list) = scanner::attribute(&tokens);
            let behind = match path {
                [only] if only.word() == Some("cfg_attr") => scanner::conditional(list),
                _ => vec![&tokens[..]],
            };
            for attribute in behind {
                let (path, list) = scanner::attribute(attribute);
                if !matches!(path, [only] if only.word() == Some("macro_use")) {
                    continue;
                }
                let words = list.iter().filter_map(|token| {
                    Some(Word {
                        text: token.word()?.into(),
                        at: token.at.clone(),
                    })
                });
                given.get_or_insert_with(Vec::new).extend(words);
            }
        }
        given
    }
}

/// Whether one of these words stands among tokens.
fn says_any(tokens: TokenStream, words: &[&str]) -> bool {
    let mut open = vec![tokens];
    while let Some(tokens) = open.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Ident(ident) if words.iter().any(|word| ident == word) => return true,
                _ => {}
            }
        }
    }
    false
}

/// The arguments of a macro, with commas between them.
type Arguments = Punctuated<syn::Expr, syn::Token![,]>;

/// `element; count`, as in `vec!`.
fn repeated(input: ParseStream<'_>) -> syn::Result<Arguments> {
    let mut all = Arguments::new();
    all.push(input.parse()?);
    input.parse::<syn::Token![;]>()?;
    all.push(input.parse()?);
    Ok(all)
}

/// The one name that an argument is.
fn alone(argument: &syn::Expr) -> Option<&Ident> {
    match argument {
        syn::Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

/// What stands before a name: `/// doc` of `Name`.
fn attributes(name: &syn::Expr) -> std::slice::Iter<'_, syn::Attribute> {
    match name {
        syn::Expr::Path(path) => path.attrs.iter(),
        _ => [].iter(),
    }
}

/// The cheap question, before a parser is asked: behind a literal there is a sign, a bracket or `as`, but
/// in brackets, where arms may stand (`"a" if b => c`).
fn may_be_expressions(tokens: &[Token]) -> bool {
    let mut open = 0_usize;
    tokens.windows(2).all(|two| {
        match two[0].kind {
            Kind::Open(_) => open += 1,
            Kind::Close(_) => open = open.saturating_sub(1),
            _ => {}
        }
        let is_behind_literal = open == 0 && two[0].kind == Kind::Literal;
        !is_behind_literal
            || match &two[1].kind {
                Kind::Literal | Kind::Lifetime => false,
                Kind::Word(word) => **word == *"as",
                _ => true,
            }
    })
}

/// Whether a format string stands among the arguments, so that all of them are values.
fn has_format(arguments: &Arguments) -> bool {
    arguments.iter().any(|argument| match argument {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => text.value().contains('{'),
            _ => false,
        },
        _ => false,
    })
}
