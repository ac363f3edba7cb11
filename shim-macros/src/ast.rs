//! What was written: options and items, as they stand in the input. Nothing is judged here.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{
    Attribute, Error, FnArg, ForeignItemFn, Ident, ItemType, ItemUse, Lit, LitStr, Meta, Path,
    Result, Signature, Token, Visibility, token,
};

/// All that one macro was given.
pub(crate) struct Input {
    /// `#![since = "0.2.0"]`: what holds for every item.
    pub(crate) header: Options,
    pub(crate) items: Vec<Item>,
}

/// `since = "0.2.0", ctor`.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) entries: Vec<Entry>,
    /// What could not be read: no reason to leave the item as it is, which the compiler would
    /// complain of once more.
    pub(crate) unread: Vec<Error>,
}

pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Option<Value>,
}

pub(crate) enum Value {
    Text(LitStr),
    Path(Path),
    /// A literal that is no text.
    Other,
}

/// An item, its attributes parted into ours and all others.
pub(crate) struct Item {
    pub(crate) options: Options,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) kind: Kind,
}

/// The syn types inside hold no attributes.
pub(crate) enum Kind {
    Use(ItemUse),
    Alias(ItemType),
    /// `pub fn old(n: u32) -> u32;`
    Function(ForeignItemFn),
    Module(Module),
    /// What no shim is made of.
    Other(syn::Item),
}

pub(crate) struct Module {
    pub(crate) vis: Visibility,
    pub(crate) mod_token: Token![mod],
    pub(crate) ident: Ident,
    /// Nothing for `mod name;`.
    pub(crate) content: Option<Content>,
}

pub(crate) struct Content {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) items: Vec<Item>,
}

impl Input {
    /// Of `#[deprecated_reexport(args)] item`.
    pub(crate) fn of_attribute(args: TokenStream, item: TokenStream) -> Result<Self> {
        let mut options = Options::parse.parse2(args)?;
        let mut item: Item = syn::parse2(item)?;
        options.append(item.options);
        item.options = options;
        Ok(Self {
            header: Options::default(),
            items: vec![item],
        })
    }
}

/// Of `deprecated_reexports! { … }`.
impl Parse for Input {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut header = Options::default();
        while input.peek(Token![#]) && input.peek2(Token![!]) {
            input.parse::<Token![#]>()?;
            input.parse::<Token![!]>()?;
            let content;
            syn::bracketed!(content in input);
            header.append(Options::parse(&content)?);
        }
        let items = items(input)?;
        Ok(Self { header, items })
    }
}

impl Options {
    /// Never fails: what cannot be read is a part of them.
    fn parse(input: ParseStream) -> Result<Self> {
        let mut options = Self::default();
        if let Err(error) = options.read(input) {
            options.unread.push(error);
            input.parse::<TokenStream>()?; // the rest
        }
        Ok(options)
    }

    fn read(&mut self, input: ParseStream) -> Result<()> {
        while !input.is_empty() {
            let entry = input.parse()?;
            // Without a comma it is half of something: `since "0.2.0"`.
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            self.entries.push(entry);
        }
        Ok(())
    }

    fn append(&mut self, mut other: Self) {
        self.entries.append(&mut other.entries);
        self.unread.append(&mut other.unread);
    }
}

impl Parse for Entry {
    fn parse(input: ParseStream) -> Result<Self> {
        // Any word: `macro` is a keyword.
        let key = input.call(Ident::parse_any)?;
        let value = match input.parse::<Option<Token![=]>>()? {
            None => None,
            Some(_) if input.peek(Lit) => Some(match input.parse()? {
                Lit::Str(text) => Value::Text(text),
                _ => Value::Other,
            }),
            Some(_) => Some(Value::Path(input.call(Path::parse_mod_style)?)),
        };
        Ok(Self { key, value })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream) -> Result<Self> {
        let (options, attrs) = split(input.call(Attribute::parse_outer)?);
        Ok(Self {
            options,
            attrs,
            kind: input.parse()?,
        })
    }
}

impl Parse for Kind {
    fn parse(input: ParseStream) -> Result<Self> {
        let ahead = input.fork();
        ahead.parse::<Visibility>()?;
        if ahead.peek(Token![use]) {
            return input.parse().map(Self::Use);
        }
        if ahead.peek(Token![type]) {
            return input.parse().map(Self::Alias);
        }
        if ahead.peek(Token![mod]) {
            return input.parse().map(Self::Module);
        }
        if ahead.parse::<Signature>().is_ok() && ahead.peek(Token![;]) {
            return input.parse().map(Self::Function);
        }
        input.parse().map(Self::Other)
    }
}

impl Parse for Module {
    fn parse(input: ParseStream) -> Result<Self> {
        Ok(Self {
            vis: input.parse()?,
            mod_token: input.parse()?,
            ident: input.parse()?,
            content: if input.peek(token::Brace) {
                let content;
                syn::braced!(content in input);
                Some(Content {
                    attrs: content.call(Attribute::parse_inner)?,
                    items: items(&content)?,
                })
            } else {
                input.parse::<Token![;]>()?;
                None
            },
        })
    }
}

/// The item as if no shim had been asked for: what stands in its place after an error, so that its
/// users see no second one.
impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.attrs.iter().map(ToTokens::to_token_stream));
        match &self.kind {
            Kind::Use(item) => item.to_tokens(tokens),
            Kind::Alias(item) => item.to_tokens(tokens),
            Kind::Function(ForeignItemFn { vis, sig, .. }) => {
                let mut sig = sig.clone();
                let inputs = sig.inputs.into_iter();
                sig.inputs = inputs
                    .filter(|input| matches!(input, FnArg::Typed(_)))
                    .collect();
                tokens.extend(quote! {
                    #[allow(unused_variables)]
                    #vis #sig { ::core::unimplemented!() }
                });
            }
            Kind::Module(Module {
                vis,
                mod_token,
                ident,
                content,
            }) => {
                let content = match content {
                    None => quote!(;),
                    Some(Content { attrs, items }) => quote!({ #(#attrs)* #(#items)* }),
                };
                tokens.extend(quote!(#vis #mod_token #ident #content));
            }
            Kind::Other(item) => item.to_tokens(tokens),
        }
    }
}

/// The input without the invisible groups that a `macro_rules!` puts around `$path:path` and its
/// like, where they hold no more than a path.
pub(crate) fn without_invisible_groups(tokens: TokenStream) -> TokenStream {
    let is_of_path = |token: TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    };
    let mut plain = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let inner = without_invisible_groups(group.stream());
                let is_invisible = group.delimiter() == Delimiter::None;
                if is_invisible && inner.clone().into_iter().all(is_of_path) {
                    plain.extend(inner);
                } else {
                    let mut whole = Group::new(group.delimiter(), inner);
                    whole.set_span(group.span());
                    plain.extend([TokenTree::Group(whole)]);
                }
            }
            other => plain.extend([other]),
        }
    }
    plain
}

fn items(input: ParseStream) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(input.parse()?);
    }
    Ok(items)
}

/// The options of `#[deprecated_reexport(…)]`, by whatever path, and the other attributes.
fn split(attrs: Vec<Attribute>) -> (Options, Vec<Attribute>) {
    let mut options = Options::default();
    let mut others = Vec::new();
    for attr in attrs {
        let last = attr.path().segments.last();
        if !last.is_some_and(|last| last.ident == "deprecated_reexport") {
            others.push(attr);
            continue;
        }
        match &attr.meta {
            Meta::Path(_) => {}
            _ => match attr.parse_args_with(Options::parse) {
                Ok(more) => options.append(more),
                Err(error) => options.unread.push(error), // `#[deprecated_reexport = "…"]`
            },
        }
    }
    (options, others)
}
