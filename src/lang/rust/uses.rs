//! What imports bind, for other rooms: where each name of a `use` comes from.

use proc_macro2::{Ident, TokenTree};

use super::items::plain;
use super::tokens::is_sign;

/// A name that an import binds, or all names of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The modules inside of the file that it lies in, without `r#`.
    pub module: Vec<String>,
    /// What it binds, without `r#`; `None` of `*`.
    pub name: Option<String>,
    /// The path as it is written, without `r#`; its first segment is empty where `::` begins it.
    pub path: Vec<String>,
    /// Whether it gives that on.
    pub is_public: bool,
}

/// One name of the tree of a `use`.
pub(super) struct Leaf {
    /// What it binds; `None` of `*`.
    pub(super) name: Option<Ident>,
    /// Where that comes from, as of an [`Import`].
    pub(super) path: Vec<String>,
}

/// The leaves of a `use`, whose tree these tokens are.
pub(super) fn leaves(tree: &[TokenTree]) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(tree, (&[], None), &mut found);
    found
}

/// `around` is what stands before the braces that the tokens lie in: the path, and its last name.
fn collect(tree: &[TokenTree], around: (&[String], Option<&Ident>), found: &mut Vec<Leaf>) {
    for leaf in tree.split(|token| is_sign(token, ',')) {
        let mut path = around.0.to_vec();
        if path.is_empty() && leaf.first().is_some_and(|token| is_sign(token, ':')) {
            path.push(String::new());
        }
        let mut name = None;
        let mut tokens = leaf.iter();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "as" => name = tokens.next().and_then(ident),
                // `use a::{self, b};`
                TokenTree::Ident(word) if word == "self" && !path.is_empty() => {
                    name = around.1.cloned();
                }
                TokenTree::Ident(word) => {
                    path.push(plain(word));
                    name = Some(word.clone());
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    collect(&inner, (&path, name.take().as_ref()), found);
                }
                TokenTree::Punct(sign) if sign.as_char() == '*' => {
                    let path = path.clone();
                    found.push(Leaf { name: None, path });
                    name = None;
                }
                _ => {}
            }
        }
        if name.is_some() {
            found.push(Leaf { name, path });
        }
    }
}

fn ident(token: &TokenTree) -> Option<Ident> {
    match token {
        TokenTree::Ident(ident) => Some(ident.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::*;

    #[track_caller]
    fn check(tree: &str, expected: &[&str]) {
        let tokens = tree.parse::<TokenStream>().expect("tokens").into_iter();
        let found = leaves(&tokens.collect::<Vec<_>>()).into_iter().map(|leaf| {
            let name = leaf.name.map_or("*".to_owned(), |name| plain(&name));
            format!("{name} = {}", leaf.path.join("::"))
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{tree}");
    }

    #[test]
    fn each_leaf_has_its_path() {
        check("a", &["a = a"]);
        check("a::b as c", &["c = a::b"]);
        check("::a::r#type", &["type = ::a::type"]);
        check("self::a::*", &["* = self::a"]);
        check(
            "crate::{a::{self, b as _, *}, c::{self as d}, *}",
            &[
                "a = crate::a",
                "_ = crate::a::b",
                "* = crate::a",
                "d = crate::c",
                "* = crate",
            ],
        );
        check("::{a, b::c,}", &["a = ::a", "c = ::b::c"]);
        check("{super::super::a, *}", &["a = super::super::a", "* = "]);
    }
}
