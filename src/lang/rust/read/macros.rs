//! Tokens that syn leaves as they are: the arguments of macros and attributes.

use proc_macro2::TokenStream;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::Visit as _;

use super::walk::{Frame, Pass, Reader};
use crate::lang::rust::facts::{PathRef, Shape, Word, space};
use crate::lang::rust::keys;
use crate::lang::rust::scanner::{self, Context, captures};
use crate::lang::rust::tokens::{Kind, Token, flat};

impl Reader<'_> {
    pub(super) fn macro_tokens(&mut self, name: &str, tokens: &TokenStream, in_rules: bool) {
        if self.pass == Pass::Imports || tokens.is_empty() {
            return;
        }
        if name == "include" {
            self.facts.includes.push(self.module);
        }
        let list = flat(tokens.clone(), self.base);
        let has_word = list.iter().any(|token| match &token.kind {
            Kind::Word(word) => self.words.has(word),
            Kind::Literal => true,
            _ => false,
        });
        if !has_word {
            return;
        }
        let expressions = keys::takes_expressions(name);
        if expressions {
            self.captured(&list);
        }
        if !in_rules {
            let parse = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
            let arguments = parse.parse2(tokens.clone()).ok();
            // Another macro may do what it likes with a name that stands alone.
            let arguments = arguments.filter(|all| expressions || !all.iter().any(is_name));
            if let Some(arguments) = arguments {
                self.expressions(&arguments);
                return;
            }
        }
        let first = self.facts.paths.len();
        self.scan(&list, in_rules, None);
        if name == "stringify" {
            for path in &mut self.facts.paths[first..] {
                path.shape = Shape::Stringified;
            }
        }
    }

    fn expressions(&mut self, arguments: &Punctuated<syn::Expr, syn::Token![,]>) {
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
        };
        for pass in [Pass::Imports, Pass::Rest] {
            inner.pass = pass;
            for argument in arguments {
                // `name = value` names an argument.
                match argument {
                    syn::Expr::Assign(assign) => inner.visit_expr(&assign.right),
                    other => inner.visit_expr(other),
                }
            }
            inner.words.grow(&inner.facts.statements);
        }
        self.facts = inner.facts;
        self.words = inner.words;
    }

    /// Names inside of format strings.
    fn captured(&mut self, tokens: &[Token]) {
        let arguments: Vec<&str> = tokens
            .windows(3)
            .filter(|three| three[0].is_sign(',') && three[2].is_sign('='))
            .filter_map(|three| three[1].word())
            .collect();
        for token in tokens {
            if token.kind != Kind::Literal {
                continue;
            }
            for at in captures(self.text, &token.at) {
                let name = crate::lang::rust::tree::plain(&self.text[at.clone()]);
                if self.words.has(name) && !arguments.contains(&name) {
                    let word = Word {
                        text: name.into(),
                        at,
                    };
                    self.facts.paths.push(PathRef {
                        words: vec![word],
                        leading: false,
                        dollar: false,
                        spaces: space::VALUE,
                        module: self.module,
                        shape: Shape::Capture,
                        in_rules: false,
                    });
                }
            }
        }
    }

    pub(super) fn scan(&mut self, tokens: &[Token], in_rules: bool, attribute: Option<&str>) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return;
        };
        let context = Context {
            module: self.module,
            range: first.at.start..last.at.end,
            in_rules,
            attribute,
            broken: false,
            in_text: false,
            string_keys: self.string_keys,
        };
        scanner::scan(tokens, self.text, &self.words, &context, &mut self.facts);
    }

    /// `cfg_attr(condition, attribute, …)`: the attributes behind the condition.
    pub(super) fn conditional(&mut self, tokens: &[Token]) {
        let mut depth = 0_usize;
        let mut starts = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                Kind::Sign(',', _) if depth == 0 => starts.push(at + 1),
                _ => {}
            }
        }
        for (nth, &start) in starts.iter().enumerate() {
            let end = starts.get(nth + 1).map_or(tokens.len(), |next| next - 1);
            let part = &tokens[start..end];
            let open = part
                .iter()
                .position(|token| matches!(token.kind, Kind::Open(_)))
                .unwrap_or(part.len());
            let name = part[..open].iter().rev().find_map(|token| token.word());
            let name = name.unwrap_or_default().to_owned();
            if name == "doc" {
                continue;
            }
            // The attribute's own path, and then what it holds.
            self.scan(&part[..open], false, Some("derive"));
            if open < part.len() {
                self.scan(&part[open + 1..part.len() - 1], false, Some(&name));
            }
        }
    }
}

/// Whether an argument is one name, or `key = name`.
fn is_name(argument: &syn::Expr) -> bool {
    match argument {
        syn::Expr::Path(path) => path.path.get_ident().is_some(),
        syn::Expr::Assign(assign) => is_name(&assign.right),
        _ => false,
    }
}
