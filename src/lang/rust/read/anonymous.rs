//! Parameters without a name, as edition 2015 allows them in traits: `fn take(&self, a::B);`.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// The same tokens with `_:` before each parameter that has no name; every other token stands where
/// it stood.
pub(super) fn named(stream: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    // Behind `fn name`, until the parameters come.
    let mut in_signature = false;
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let is_parameters = in_signature && group.delimiter() == Delimiter::Parenthesis;
                in_signature &= !is_parameters;
                let inner = named(group.stream());
                let inner = if is_parameters {
                    parameters(inner)
                } else {
                    inner
                };
                let mut new = Group::new(group.delimiter(), inner);
                new.set_span(group.span());
                out.push(new.into());
            }
            TokenTree::Ident(ident) => {
                let before = out.last();
                if matches!(before, Some(TokenTree::Ident(before)) if before == "fn") {
                    in_signature = true;
                }
                out.push(ident.into());
            }
            TokenTree::Punct(punct) => {
                in_signature &= punct.as_char() != ';';
                out.push(punct.into());
            }
            literal @ TokenTree::Literal(_) => out.push(literal),
        }
    }
    out.into_iter().collect()
}

fn parameters(stream: TokenStream) -> TokenStream {
    let mut out = Vec::new();
    let mut one: Vec<TokenTree> = Vec::new();
    let mut depth = 0_usize;
    for token in stream {
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                // `->` closes nothing.
                '>' if !ends_with(&one, '-') => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    out.append(&mut with_name(std::mem::take(&mut one)));
                    out.push(token);
                    continue;
                }
                _ => {}
            }
        }
        one.push(token);
    }
    out.append(&mut with_name(one));
    out.into_iter().collect()
}

fn ends_with(tokens: &[TokenTree], sign: char) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(last)) if last.as_char() == sign)
}

fn with_name(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let is_receiver = tokens
        .iter()
        .any(|token| matches!(token, TokenTree::Ident(ident) if ident == "self"))
        && tokens.len() <= 5;
    let mut signs = tokens.windows(2).filter_map(|two| match two {
        [TokenTree::Punct(punct), next] if punct.as_char() == ':' => Some((punct, next)),
        _ => None,
    });
    // A colon that is no half of `::`.
    let mut second_half = false;
    let has_colon = signs.any(|(punct, _)| {
        let is_half = second_half || punct.spacing() == Spacing::Joint;
        second_half = punct.spacing() == Spacing::Joint;
        !is_half
    });
    if tokens.is_empty() || is_receiver || has_colon {
        return tokens;
    }
    let mut named: Vec<TokenTree> = vec![
        Ident::new("_", Span::call_site()).into(),
        Punct::new(':', Spacing::Alone).into(),
    ];
    named.extend(tokens);
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &str) {
        let stream: TokenStream = text.parse().expect("tokens");
        let wanted: TokenStream = wanted.parse().expect("tokens");
        assert_eq!(named(stream).to_string(), wanted.to_string());
    }

    #[test]
    fn parameters_get_a_name() {
        check("fn f(&self, ::a::B);", "fn f(&self, _: ::a::B);");
        check(
            "trait T { fn f(u8, Vec<(u8, B)>) -> C; }",
            "trait T { fn f(_: u8, _: Vec<(u8, B)>) -> C; }",
        );
        check("fn f<T>(&T);", "fn f<T>(_: &T);");
    }

    #[test]
    fn others_stay() {
        check(
            "fn f(a: B, mut c: D, &e: &::f::G) {}",
            "fn f(a: B, mut c: D, &e: &::f::G) {}",
        );
        check(
            "fn f(self: Box<Self>); type F = fn(u8);",
            "fn f(self: Box<Self>); type F = fn(u8);",
        );
        check("fn f(&'a mut self) { g(h) }", "fn f(&'a mut self) { g(h) }");
    }
}
