//! What edition 2015 allows and syn refuses: parameters without a name in traits
//! (`fn take(&self, a::B);`), `Box<Fn(A) -> B>` without `dyn`, and `async` and
//! `dyn` as names.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::lang::rust::tokens::is_sign;

/// Traits that are written with parentheses.
const CALLED: [&str; 4] = ["Fn", "FnMut", "FnOnce", "FnBox"];

/// Keywords since edition 2018.
const NEW_KEYWORDS: [&str; 2] = ["async", "await"];

/// The same tokens with `_:` before each parameter that has no name, and `dyn` before each trait
/// with parentheses that stands for a type; every other token stands where it stood.
pub(super) fn newer(stream: TokenStream) -> TokenStream {
    named(with_dyn(stream))
}

/// The same tokens with `r#` before words that are keywords by now.
pub(super) fn raw(stream: TokenStream) -> TokenStream {
    let mut tokens = stream.into_iter().peekable();
    let mut out: Vec<TokenTree> = Vec::new();
    while let Some(token) = tokens.next() {
        out.push(match token {
            TokenTree::Group(group) => {
                let inner = raw(group.stream());
                with_stream(&group, inner)
            }
            TokenTree::Ident(ident)
                if NEW_KEYWORDS.iter().any(|word| ident == word)
                    || ident == "dyn" && is_name(out.last(), tokens.peek()) =>
            {
                Ident::new_raw(&ident.to_string(), ident.span()).into()
            }
            other => other,
        });
    }
    out.into_iter().collect()
}

/// Whether a `dyn` between these tokens is a name: no type follows, or what only a name has behind
/// it stands before it.
fn is_name(before: Option<&TokenTree>, behind: Option<&TokenTree>) -> bool {
    /// Words behind which a name is new, or called.
    const NAMING: [&str; 10] = [
        "fn", "let", "mod", "struct", "enum", "trait", "type", "const", "static", "use",
    ];
    let is_named = match before {
        Some(TokenTree::Ident(word)) => NAMING.iter().any(|it| word == it),
        Some(TokenTree::Punct(punct)) => punct.as_char() == '.',
        _ => false,
    };
    let no_type_follows = match behind {
        None => true,
        Some(TokenTree::Punct(punct)) => match punct.as_char() {
            '\'' | '?' | '<' => false,
            ':' => punct.spacing() == Spacing::Alone,
            _ => true,
        },
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Parenthesis,
        // `x as dyn Trait`, and no type begins with a literal.
        Some(TokenTree::Ident(word)) => word == "as" || word == "in",
        Some(TokenTree::Literal(_)) => false,
    };
    is_named || no_type_follows
}

fn with_stream(group: &Group, stream: TokenStream) -> TokenTree {
    let mut new = Group::new(group.delimiter(), stream);
    new.set_span(group.span());
    new.into()
}

fn with_dyn(stream: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in stream {
        let TokenTree::Group(group) = token else {
            out.push(token);
            continue;
        };
        // What a macro or an attribute is given means what it says.
        if ends_with(&out, '!') || ends_with(&out, '#') {
            out.push(group.into());
            continue;
        }
        if group.delimiter() == Delimiter::Parenthesis
            && let Some(start) = type_start(&out)
        {
            let word = Ident::new("dyn", out[start].span());
            out.insert(start, word.into());
        }
        let inner = with_dyn(group.stream());
        out.push(with_stream(&group, inner));
    }
    out.into_iter().collect()
}

/// Where the trait at the end of `tokens` begins, with `for<'a>` before it, if it is a type there:
/// behind `&` or `<`, say, and not behind the `:` or `+` of bounds.
fn type_start(tokens: &[TokenTree]) -> Option<usize> {
    let is_name = |at: usize| matches!(&tokens[at], TokenTree::Ident(_));
    let is_sign = |at: usize, sign: char| is_sign(&tokens[at], sign);
    let is_word = |at: usize, word: &str| matches!(&tokens[at], TokenTree::Ident(it) if it == word);
    let last = tokens.len().checked_sub(1)?;
    if !CALLED.iter().any(|name| is_word(last, name)) {
        return None;
    }
    let mut start = last;
    while start >= 2 && is_sign(start - 1, ':') && is_sign(start - 2, ':') {
        start -= 2;
        match start.checked_sub(1) {
            // `&mut ::a::Fn()`, and no `mut::a`.
            Some(before) if is_name(before) && !is_word(before, "mut") => start = before,
            _ => break,
        }
    }
    if start >= 1 && is_sign(start - 1, '>') {
        let open = (0..start).rev().find(|&at| is_sign(at, '<'))?;
        start = open.checked_sub(1).filter(|&at| is_word(at, "for"))?;
    }
    let Some(before) = start.checked_sub(1) else {
        return Some(start); // the first of what is in parentheses
    };
    let is_type = match &tokens[before] {
        TokenTree::Punct(punct) => match punct.as_char() {
            '<' | ',' | '&' => true,
            '=' => is_alias(&tokens[..before]),
            _ => false,
        },
        TokenTree::Ident(word) => {
            let is_lifetime = before >= 1 && is_sign(before - 1, '\'');
            let is_pointer = before >= 1 && is_sign(before - 1, '*') && word == "const";
            is_lifetime || is_pointer || word == "mut" || word == "for" || word == "as"
        }
        _ => false,
    };
    is_type.then_some(start)
}

/// Whether `type T<…>` ends here.
fn is_alias(tokens: &[TokenTree]) -> bool {
    let ends = |token: &TokenTree| {
        is_sign(token, ';')
            || matches!(token, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace)
    };
    let item = tokens.rsplit(ends).next().unwrap_or_default();
    let mut words = item.iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    });
    words.any(|word| word == "type")
}

fn named(stream: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    // Behind `fn name`, until the parameters come.
    let mut in_signature = false;
    // `fn name<F: Fn(A) -> B>`
    let mut depth = 0_usize;
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let is_parameters =
                    in_signature && depth == 0 && group.delimiter() == Delimiter::Parenthesis;
                in_signature &= !is_parameters;
                let inner = named(group.stream());
                let inner = if is_parameters {
                    parameters(inner)
                } else {
                    inner
                };
                out.push(with_stream(&group, inner));
            }
            TokenTree::Ident(ident) => {
                let before = out.last();
                if matches!(before, Some(TokenTree::Ident(before)) if before == "fn") {
                    in_signature = true;
                    depth = 0;
                }
                out.push(ident.into());
            }
            TokenTree::Punct(punct) => {
                in_signature &= punct.as_char() != ';';
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' if !ends_with(&out, '-') => depth = depth.saturating_sub(1),
                    _ => {}
                }
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
    tokens.last().is_some_and(|last| is_sign(last, sign))
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
        let bare = |stream: TokenStream| stream.to_string().replace(' ', "");
        assert_eq!(bare(newer(stream)), bare(wanted));
    }

    #[test]
    fn parameters_get_a_name() {
        check("fn f(&self, ::a::B);", "fn f(&self, _: ::a::B);");
        check(
            "trait T { fn f(u8, Vec<(u8, B)>) -> C; }",
            "trait T { fn f(_: u8, _: Vec<(u8, B)>) -> C; }",
        );
        check("fn f<T>(&T);", "fn f<T>(_: &T);");
        check(
            "fn f<F: Fn(u8) -> G<B>>(F, fn(u8));",
            "fn f<F: Fn(u8) -> G<B>>(_: F, _: fn(u8));",
        );
    }

    #[test]
    fn traits_with_parentheses_get_dyn() {
        check("type F = Fn(u8) -> u8;", "type F = dyn Fn(u8) -> u8;");
        check(
            "type F<T> = Rc<RefCell<::std::ops::FnMut(A, &Fn()) -> B + 'a>>;",
            "type F<T> = Rc<RefCell<dyn ::std::ops::FnMut(A, &dyn Fn()) -> B + 'a>>;",
        );
        check(
            "fn f(a: Box<for<'a> Fn(&'a u8)>, b: &'a (Fn() + Send), c: &mut Fn(), d: *const Fn()) {}",
            "fn f(a: Box<dyn for<'a> Fn(&'a u8)>, b: &'a (dyn Fn() + Send), c: &mut dyn Fn(), d: *const dyn Fn()) {}",
        );
        check(
            "impl A for Fn(u8) { fn f(&self) { b as &Fn(u8); } }",
            "impl A for dyn Fn(u8) { fn f(&self) { b as &dyn Fn(u8); } }",
        );
    }

    #[test]
    fn bounds_and_macros_get_no_dyn() {
        for text in [
            "fn f<F: Fn(u8) -> u8, G>(f: F) where G: Send + ::std::ops::FnMut(), H: for<'a> Fn(&'a u8) {}",
            "fn f(f: impl Fn(u8), g: &dyn Fn(), h: Box<dyn for<'a> Fn(&'a u8)>) -> impl FnOnce() {}",
            "fn f() { m!(Fn(u8)); let x = Fn(1); }",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn words_that_became_keywords_are_names() {
        let raw = raw("use a::async; fn f() { x.await() }"
            .parse()
            .expect("tokens"));
        let wanted: TokenStream = "use a::r#async; fn f() { x.r#await() }"
            .parse()
            .expect("tokens");
        assert_eq!(raw.to_string(), wanted.to_string());
    }

    #[test]
    fn dyn_is_a_name_where_no_type_follows() {
        let text = "fn dyn(a: Box<dyn A>, b: &dyn for<'a> B<'a>, c: Box<dyn 'static + C>) { \
                    let dyn = a.dyn(1); let d = S { dyn: dyn + 1, e: dyn as u8 }; f(dyn, &dyn) }";
        let wanted = "fn r#dyn(a: Box<dyn A>, b: &dyn for<'a> B<'a>, c: Box<dyn 'static + C>) { \
                      let r#dyn = a.r#dyn(1); let d = S { r#dyn: r#dyn + 1, e: r#dyn as u8 }; \
                      f(r#dyn, &r#dyn) }";
        let wanted: TokenStream = wanted.parse().expect("tokens");
        let raw = raw(text.parse().expect("tokens"));
        assert_eq!(raw.to_string(), wanted.to_string());
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
