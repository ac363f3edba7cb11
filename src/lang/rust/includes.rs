//! What `include!` brings into a module as items.
//!
//! A text that only looks like it brings nothing: a comment, a string, the body of something else.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::conditions::{Depends, parts};
use super::tokens::is_sign;

/// The files that the text of a module includes, as they are written there, by the folder of its
/// package where they say so; but for those under an attribute that takes them away from whoever
/// uses the package.
pub fn includes(text: &str, package: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}');
    let tokens = text.parse::<TokenStream>().unwrap_or_default();
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut rest = &tokens[..];
    while let [hash, bang, TokenTree::Group(inner), behind @ ..] = rest
        && is_sign(hash, '#')
        && is_sign(bang, '!')
    {
        if is_never(inner.stream()) {
            return Vec::new();
        }
        rest = behind;
    }
    while !rest.is_empty() {
        let mut is_off = false;
        while let [hash, TokenTree::Group(inner), behind @ ..] = rest
            && is_sign(hash, '#')
        {
            is_off |= is_never(inner.stream());
            rest = behind;
        }
        if let Some(path) = included(rest, package) {
            found.extend(path.filter(|_| !is_off));
        }
        let end = rest.iter().position(ends_item);
        rest = end.map_or(&[], |end| &rest[end + 1..]);
    }
    found
}

/// The file that the item which begins here includes, if it is an `include!`, and if it can be told.
fn included(tokens: &[TokenTree], package: &str) -> Option<Option<String>> {
    let bang = tokens.iter().position(|token| is_sign(token, '!'))?;
    let path = tokens[..bang].iter().map(ToString::to_string);
    let path: String = path.collect();
    let path = path.strip_prefix("::").unwrap_or(&path);
    let is_include = matches!(path, "include" | "std::include" | "core::include");
    match &tokens[bang + 1..] {
        [TokenTree::Group(given), ..] if is_include => Some(constant(given.stream(), package)),
        _ => None,
    }
}

/// Whether an item ends here: with a semicolon, or with a body. Behind braces that are no body, as
/// in `const A: B = { 1 };`, no item begins.
fn ends_item(token: &TokenTree) -> bool {
    let is_body = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    is_body || is_sign(token, ';')
}

/// The text of a string, of `concat!(…)` of strings, or of `env!("CARGO_MANIFEST_DIR")`.
fn constant(tokens: TokenStream, package: &str) -> Option<String> {
    let piece = |piece: &[TokenTree]| match piece {
        [literal @ TokenTree::Literal(_)] => {
            let literal = syn::parse2::<syn::LitStr>(literal.clone().into()).ok()?;
            Some(literal.value())
        }
        [TokenTree::Ident(name), bang, TokenTree::Group(given)]
            if name == "concat" && is_sign(bang, '!') =>
        {
            constant(given.stream(), package)
        }
        [TokenTree::Ident(name), bang, TokenTree::Group(given)]
            if name == "env" && is_sign(bang, '!') =>
        {
            let variable = constant(given.stream(), package)?;
            (variable == "CARGO_MANIFEST_DIR").then(|| package.to_owned())
        }
        _ => None,
    };
    parts(tokens).iter().map(|it| piece(it)).collect()
}

/// Whether an attribute takes away what it stands at from all who use the package: `cfg(any())`.
fn is_never(attribute: TokenStream) -> bool {
    match Depends::of(attribute) {
        Some(Depends::Thing(condition)) => holds(&condition) == Some(false),
        Some(Depends::Attributes(condition, attributes)) => {
            holds(&condition) == Some(true) && attributes.into_iter().any(is_never)
        }
        None => false,
    }
}

/// Whether a condition of `cfg` holds; `None` where that depends on what is built.
fn holds(condition: &[TokenTree]) -> Option<bool> {
    match condition {
        [TokenTree::Ident(name)] if name == "true" => Some(true),
        [TokenTree::Ident(name)] if name == "false" => Some(false),
        // Nobody who uses a package builds its tests.
        [TokenTree::Ident(name)] if name == "test" => Some(false),
        [TokenTree::Ident(name), TokenTree::Group(given)] => {
            let given = parts(given.stream());
            let mut given = given.iter().map(|condition| holds(condition));
            // One that is `decisive` decides; else all of them have to be known.
            let decisive = match name.to_string().as_str() {
                "not" => return given.next()?.map(|it| !it),
                "all" => false,
                "any" => true,
                _ => return None,
            };
            let mut is_known = true;
            let is_decided = given.any(|it| {
                is_known &= it.is_some();
                it == Some(decisive)
            });
            match (is_decided, is_known) {
                (true, _) => Some(decisive),
                (false, true) => Some(!decisive),
                (false, false) => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_include_is_told_from_what_looks_like_one() {
        for text in [
            "include!(\"a.rs\");",
            "include! { \"a.rs\" }",
            "include! [\"a.rs\"] ;",
            "include!(\n    // why\n    \"a.rs\",\n)\n;",
            "\u{feff}#![allow(x)] //! doc\nmod m; ::std::include!(r#\"a.rs\"#);",
            "core::include!(concat!(\"a\", \".rs\"));",
            "const A: u8 = { 1 }; fn f() {} struct S(u8); /// doc\n #[cfg(unix)] include!(\"a.rs\");",
            "#[cfg(all())] #[cfg(not(any(false)))] #[cfg(any(x, true))] include!(\"a.rs\");",
            "#[cfg_attr(x, cfg(any()))] include!(\"a.rs\");",
            "include! {\"a.rs\"} pub mod b { include!(\"c.rs\"); }",
        ] {
            assert_eq!(includes(text, "/p"), ["a.rs"], "{text}");
        }
        assert_eq!(
            includes(
                "include! {\"a.rs\"} include!(\"b.rs\"); include!(\"c.rs\");",
                "/p"
            ),
            ["a.rs", "b.rs", "c.rs"]
        );
        for text in [
            "include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/a.rs\"));",
            "#[cfg(not(test))] include!(concat!(env!(\"CARGO_MANIFEST_DIR\",), \"/src\", \"/a.rs\"));",
        ] {
            assert_eq!(includes(text, "/p"), ["/p/src/a.rs"], "{text}");
        }
        for text in [
            "#[cfg(test)] include!(\"a.rs\");",
            "#[cfg(all(test, unix))] include!(\"a.rs\");",
            "include!(concat!(env!(\"OUT_DIR\"), \"/a.rs\"));",
            "// include!(\"a.rs\");",
            "/* include!(\"a.rs\"); */",
            "/// include!(\"a.rs\");\nfn f() {}",
            "//! include!(\"a.rs\");",
            "const A: &str = \"include!(\\\"a.rs\\\");\";",
            "const A: &str = r#\"include!(\"a.rs\");\"#;",
            "const A: u8 = include!(\"a.rs\");",
            "mod m { include!(\"a.rs\"); }",
            "fn f() { include!(\"a.rs\"); }",
            "macro_rules! m { () => { include!(\"a.rs\"); } }",
            "#[cfg(any())] include!(\"a.rs\");",
            "#[cfg(false)] /// doc\n include!(\"a.rs\");",
            "#[cfg(all(unix, not(all())))] include!(\"a.rs\");",
            "#[cfg_attr(all(), cfg(any()))] include!(\"a.rs\");",
            "#![cfg(any())] include!(\"a.rs\");",
            "include_str!(\"a.rs\"); other::include!(\"a.rs\"); include!(a);",
            "include!(\"a.rs",
        ] {
            assert_eq!(includes(text, "/p"), [""; 0], "{text}");
        }
    }
}
