//! Where an expression ends, without printing all of its tokens: what is visible up to there is
//! asked once for each variable, and expressions nest.

use proc_macro2::Span;
use syn::Expr;
use syn::spanned::Spanned as _;

use super::walk::Reader;

/// The last part of an expression.
enum Last<'e> {
    Expr(&'e Expr),
    Token(Span),
}

impl Reader<'_> {
    /// Where an expression ends.
    pub(super) fn end(&mut self, expr: &Expr) -> usize {
        let mut passed = Vec::new();
        let mut at = expr;
        let end = loop {
            let address = std::ptr::from_ref(at).addr();
            if let Some(&known) = self.ends.get(&address) {
                break known;
            }
            passed.push(address);
            match last(at) {
                Last::Expr(inner) => at = inner,
                Last::Token(span) => break self.base.at(span).end,
            }
        };
        self.ends
            .extend(passed.into_iter().map(|address| (address, end)));
        end
    }
}

fn expr_or(expr: Option<&Expr>, token: Span) -> Last<'_> {
    match expr {
        Some(expr) => Last::Expr(expr),
        None => Last::Token(token),
    }
}

fn last(expr: &Expr) -> Last<'_> {
    let token = match expr {
        Expr::Assign(it) => return Last::Expr(&it.right),
        Expr::Binary(it) => return Last::Expr(&it.right),
        Expr::Closure(it) => return Last::Expr(&it.body),
        Expr::Group(it) => return Last::Expr(&it.expr),
        Expr::Let(it) => return Last::Expr(&it.expr),
        Expr::RawAddr(it) => return Last::Expr(&it.expr),
        Expr::Reference(it) => return Last::Expr(&it.expr),
        Expr::Unary(it) => return Last::Expr(&it.expr),
        Expr::Return(it) => return expr_or(it.expr.as_deref(), it.return_token.span),
        Expr::Yield(it) => return expr_or(it.expr.as_deref(), it.yield_token.span),
        Expr::Range(it) => return expr_or(it.end.as_deref(), it.limits.span()),
        Expr::Break(it) => {
            let label = it.label.as_ref().map(|label| label.ident.span());
            return expr_or(it.expr.as_deref(), label.unwrap_or(it.break_token.span));
        }
        Expr::If(it) => {
            let other = it.else_branch.as_ref().map(|(_, other)| &**other);
            return expr_or(other, it.then_branch.brace_token.span.close());
        }
        Expr::Array(it) => it.bracket_token.span.close(),
        Expr::Async(it) => it.block.brace_token.span.close(),
        Expr::Await(it) => it.await_token.span,
        Expr::Block(it) => it.block.brace_token.span.close(),
        Expr::Call(it) => it.paren_token.span.close(),
        Expr::Const(it) => it.block.brace_token.span.close(),
        Expr::Field(it) => it.member.span(),
        Expr::ForLoop(it) => it.body.brace_token.span.close(),
        Expr::Index(it) => it.bracket_token.span.close(),
        Expr::Loop(it) => it.body.brace_token.span.close(),
        Expr::Macro(it) => it.mac.delimiter.span().close(),
        Expr::Match(it) => it.brace_token.span.close(),
        Expr::MethodCall(it) => it.paren_token.span.close(),
        Expr::Paren(it) => it.paren_token.span.close(),
        Expr::Repeat(it) => it.bracket_token.span.close(),
        Expr::Struct(it) => it.brace_token.span.close(),
        Expr::Try(it) => it.question_token.span,
        Expr::TryBlock(it) => it.block.brace_token.span.close(),
        Expr::Tuple(it) => it.paren_token.span.close(),
        Expr::Unsafe(it) => it.block.brace_token.span.close(),
        Expr::While(it) => it.body.brace_token.span.close(),
        // What ends with a type or is one token: few tokens, which are printed.
        other => other.span(),
    };
    Last::Token(token)
}
