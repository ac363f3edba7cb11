//! A derive that reads paths from strings, as serde's does, and an attribute.

extern crate proc_macro;

use proc_macro::{TokenStream, TokenTree};

/// Gives `fn loaded(u32) -> String`, made by the function that `#[serde(with = "path")]` or
/// `#[record(with = "path")]` of the type names, and `fn recorded() -> u32`.
#[proc_macro_derive(Record, attributes(serde, record))]
pub fn record(input: TokenStream) -> TokenStream {
    let mut name = None;
    let mut with = None;
    let mut tokens = input.into_iter();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Ident(word) if matches!(&*word.to_string(), "struct" | "enum") => {
                name = tokens.next().map(|name| name.to_string());
                break;
            }
            TokenTree::Group(attribute) => with = with.or(string_after_with(attribute.stream())),
            _ => {}
        }
    }
    let name = name.expect("a derive stands on a struct or an enum");
    let mut code = format!("impl {name} {{ pub fn recorded() -> u32 {{ 91 }} }}");
    if let Some(with) = with {
        code.push_str(&format!(
            "impl {name} {{ pub fn loaded(v: u32) -> String {{ format!(\"{{:?}}\", {with}(v)) }} }}"
        ));
    }
    code.parse().expect("made of a name and a path")
}

fn string_after_with(stream: TokenStream) -> Option<String> {
    let mut seen = false;
    for token in stream {
        match token {
            TokenTree::Ident(word) => seen = word.to_string() == "with",
            TokenTree::Group(inner) => {
                if let Some(found) = string_after_with(inner.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Literal(text) if seen => {
                return Some(text.to_string().trim_matches('"').to_owned());
            }
            _ => {}
        }
    }
    None
}

/// Leaves the item as it is.
#[proc_macro_attribute]
pub fn tagged(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}
