//! What attributes say, also where `cfg_attr` makes it depend on something.
//!
//! They are taken apart as tokens: a condition is whatever the compiler takes for one.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Attribute;

/// What of an attribute decides whether the thing below it is there, as an attribute of something
/// else that is to be there as often.
pub(crate) fn presence(attr: &Attribute) -> Option<TokenStream> {
    let presence = presence_in(&attr.meta.to_token_stream())?;
    Some(quote!(#[#presence]))
}

fn presence_in(attribute: &TokenStream) -> Option<TokenStream> {
    let (name, given) = named(attribute)?;
    if name == "cfg" {
        return Some(attribute.clone());
    }
    let (condition, attributes) = conditional(&name, given)?;
    let inner: Vec<_> = attributes.iter().filter_map(presence_in).collect();
    (!inner.is_empty()).then(|| quote!(cfg_attr(#condition, #(#inner),*)))
}

/// The condition on which an attribute leaves the thing there; `None` where it says nothing of that.
pub(crate) fn is_there(attr: &Attribute) -> Option<TokenStream> {
    is_there_by(&attr.meta.to_token_stream())
}

fn is_there_by(attribute: &TokenStream) -> Option<TokenStream> {
    let (name, given) = named(attribute)?;
    if name == "cfg" {
        return Some(given);
    }
    let (condition, attributes) = conditional(&name, given)?;
    let inner: Vec<_> = attributes.iter().filter_map(is_there_by).collect();
    (!inner.is_empty()).then(|| quote!(any(not(#condition), all(#(#inner),*))))
}

/// The condition on which an attribute is `#[doc(…)]`, and no text; `None` where it never is.
pub(crate) fn has_doc_option(attr: &Attribute) -> Option<TokenStream> {
    has_doc_option_in(&attr.meta.to_token_stream())
}

fn has_doc_option_in(attribute: &TokenStream) -> Option<TokenStream> {
    let (name, given) = named(attribute)?;
    if name == "doc" {
        return Some(quote!(all()));
    }
    let (condition, attributes) = conditional(&name, given)?;
    let inner: Vec<_> = attributes.iter().filter_map(has_doc_option_in).collect();
    (!inner.is_empty()).then(|| quote!(all(#condition, any(#(#inner),*))))
}

/// `name(given)`
fn named(attribute: &TokenStream) -> Option<(Ident, TokenStream)> {
    let mut tokens = attribute.clone().into_iter();
    match (tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(name), TokenTree::Group(given)) => Some((name, given.stream())),
        _ => None,
    }
}

/// The condition of a `cfg_attr`, and the attributes that it gives.
fn conditional(name: &Ident, given: TokenStream) -> Option<(TokenStream, Vec<TokenStream>)> {
    let given: Vec<TokenTree> = given.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(it) if it.as_char() == ',');
    let mut parts = given
        .split(is_comma)
        .map(|part| part.iter().cloned().collect());
    let condition = parts.next().filter(|_| name == "cfg_attr")?;
    Some((condition, parts.collect()))
}
