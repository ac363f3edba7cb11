//! Errors are collected: the user sees all of them at once.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

#[derive(Default)]
pub(crate) struct Errors {
    all: Option<Error>,
    count: usize,
}

impl Errors {
    /// At one token.
    pub(crate) fn add(&mut self, span: Span, message: impl Display) {
        self.push(Error::new(span, message));
    }

    /// From the first token to the last.
    pub(crate) fn add_at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// One that is known already.
    pub(crate) fn push(&mut self, error: Error) {
        self.count += 1;
        match &mut self.all {
            Some(all) => all.combine(error),
            None => self.all = Some(error),
        }
    }

    /// How many there are: what a part added is the difference.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// A `compile_error!` for each.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.all.map(Error::into_compile_error).unwrap_or_default()
    }
}
