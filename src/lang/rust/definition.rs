//! What the definition of a macro by example says, a text of its own.

use proc_macro2::{TokenStream, TokenTree};

use super::tokens::{Base, Kind, Token, flat};

/// Whether a variable of a macro may stand right behind one of these signs in a text: the cheap question,
/// before its tokens are gone through.
pub(super) fn has_variable_behind(text: &str, signs: &[&str]) -> bool {
    memchr::memchr_iter(b'$', text.as_bytes()).any(|at| {
        let before = text[..at].trim_end();
        let line = &before[before.rfind('\n').unwrap_or(0)..];
        signs.iter().any(|sign| before.ends_with(sign))
            || line.contains("//")
            || before.ends_with("*/")
    })
}

/// Whether a `macro_rules!` derives a variable: `#[derive(Clone, $name)]`.
pub(super) fn derives_variable(declaration: &str) -> bool {
    let stream: TokenStream = declaration.parse().unwrap_or_default();
    let tokens = flat(stream, Base::new(0));
    let mut derives = tokens.iter().enumerate();
    derives.any(|(at, token)| {
        let listed = tokens.get(at + 2..).unwrap_or_default();
        let mut listed = listed
            .iter()
            .take_while(|it| !matches!(it.kind, Kind::Close(_)));
        token.word() == Some("derive") && listed.any(|it| it.is_sign('$'))
    })
}

/// Whether a `macro_rules!` has an import of a variable, which binds the last name of what that is:
/// `use $path;`, and neither `use $path as name;` nor `use $path::*;`.
pub(super) fn imports_variable(declaration: &str) -> bool {
    let stream: TokenStream = declaration.parse().unwrap_or_default();
    let tokens = flat(stream, Base::new(0));
    let imports = tokens.iter().enumerate();
    let mut imports = imports.filter(|(_, token)| token.word() == Some("use"));
    imports.any(|(at, _)| {
        let behind = &tokens[at + 1..];
        let colons = behind.iter().take_while(|it| it.is_sign(':')).count();
        let end = behind.iter().position(|it| it.is_sign(';'));
        let import = behind.get(colons..end.unwrap_or(0)).unwrap_or_default();
        let (Some(first), Some(second)) = (import.first(), import.get(1)) else {
            return false;
        };
        let is_star = || {
            import
                .windows(2)
                .any(|two| two[0].is_sign(':') && two[1].is_sign('*'))
        };
        first.is_sign('$')
            && !is_asked(import)
            && second.word() != Some("crate")
            && !import.iter().any(|it| it.word() == Some("as"))
            && !is_star()
    })
}

/// Whether an import among the tokens of a `macro_rules!` is one of a pattern: `(use $p:path;)`.
pub(super) fn is_asked(import: &[Token]) -> bool {
    let mut pairs = import.windows(2);
    pairs.any(|two| !two[0].is_sign(':') && two[1].kind == Kind::Sign(':', false))
}

/// The patterns of a `macro_rules!`, and its bodies.
pub(super) fn patterns(declaration: &str) -> [Vec<TokenStream>; 2] {
    let stream: TokenStream = declaration.parse().unwrap_or_default();
    let [mut patterns, mut bodies] = [Vec::new(), Vec::new()];
    let Some(TokenTree::Group(rules)) = stream.into_iter().last() else {
        return [patterns, bodies];
    };
    let mut is_pattern = true;
    for token in rules.stream() {
        match token {
            TokenTree::Group(group) if is_pattern => patterns.push(group.stream()),
            TokenTree::Group(group) => bodies.push(group.stream()),
            TokenTree::Punct(sign) => is_pattern = sign.as_char() == ';',
            _ => {}
        }
    }
    [patterns, bodies]
}

/// The words in the patterns of a `macro_rules!`.
pub(super) fn asked(declaration: &str) -> Vec<String> {
    let mut words = Vec::new();
    let [mut open, _] = patterns(declaration);
    while let Some(pattern) = open.pop() {
        for token in pattern {
            match token {
                TokenTree::Group(group) => open.push(group.stream()),
                TokenTree::Ident(word) => words.push(word.to_string()),
                _ => {}
            }
        }
    }
    words
}
