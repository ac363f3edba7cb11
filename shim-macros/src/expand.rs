//! The tokens of each shim.
//!
//! Whatever is generated lies at the user's names, and is generated to the eyes of the compiler:
//! errors point at what was written, and lints of style do not speak of what was not.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{GenericParam, ItemType, LitStr, Safety};

use crate::conditions::{has_doc_option, is_there, presence};
use crate::valid::{Alias, Decoy, Destination, Module, Moved, Reexport, Shim, Wrapper};

/// What the compiler does with `#[deprecated] pub use`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reexports {
    /// Nothing, so that decoys are needed.
    Silent,
    /// What it does with every deprecated thing.
    Linted,
}

impl Reexports {
    /// What the build script found.
    pub(crate) const HERE: Self = if cfg!(reexports_are_linted) {
        Self::Linted
    } else {
        Self::Silent
    };
}

pub(crate) fn expand(shims: &[Shim], reexports: Reexports) -> TokenStream {
    let each = shims.iter().map(|shim| match shim {
        Shim::Reexport(shim) => match reexports {
            Reexports::Silent => with_decoy(shim),
            Reexports::Linted => deprecated(shim),
        },
        Shim::Alias(shim) => alias(shim),
        Shim::Wrapper(shim) => wrapper(shim),
        Shim::Module(shim) => module(shim, reexports),
        Shim::Plain(tokens) => tokens.clone(),
    });
    each.collect()
}

/// At a name, and generated.
fn at(name: &Ident) -> Span {
    Span::call_site().located_at(name.span())
}

/// The thing itself, under its legacy name.
///
/// It is hidden, or rustc would show the legacy path in messages to users of the canonical one
/// (google/zerocopy#960). Whoever reads the documentation is to see it, though, as a line with a
/// link: a page of its own would take every link that is meant for the canonical page.
fn reexport(shim: &Reexport) -> TokenStream {
    let Reexport {
        attrs,
        vis,
        target,
        name,
        moved,
        ..
    } = shim;
    let leading_colon = target.leading_colon;
    let segments = &target.segments;
    let doc = moved.doc(name, "");
    // `pub use a::b as b` is what clippy asks to be written without the alias.
    let rename = (segments.last() != Some(name)).then(|| quote!(as #name));
    // What the user says of it counts: `inline` and `no_inline` exclude each other.
    let said: Vec<_> = attrs.iter().filter_map(has_doc_option).collect();
    let no_inline = if said.is_empty() {
        quote_spanned!(at(name)=> #[cfg_attr(doc, doc(no_inline))])
    } else {
        quote_spanned!(at(name)=> #[cfg_attr(all(doc, not(any(#(#said),*))), doc(no_inline))])
    };
    quote_spanned! {at(name)=>
        #doc
        #(#attrs)*
        #no_inline
        #[cfg_attr(not(doc), doc(hidden))]
        #vis use #leading_colon #(#segments)::* #rename;
    }
}

/// The thing itself, and beside it a deprecated decoy of the same name in a namespace that it
/// leaves free: an import takes both, and the compiler warns of the decoy.
fn with_decoy(shim: &Reexport) -> TokenStream {
    let Reexport {
        attrs,
        vis,
        name,
        decoy,
        moved,
        ..
    } = shim;
    let reexport = reexport(shim);
    let cfgs: Vec<_> = attrs.iter().filter_map(presence).collect();
    let deprecated = moved.attribute(name);
    match decoy {
        Decoy::Value => quote_spanned! {at(name)=>
            #reexport
            #(#cfgs)*
            #[cfg(not(doc))]
            #deprecated
            #[doc(hidden)]
            #[allow(non_snake_case)]
            #vis fn #name(_: ::core::convert::Infallible) {}
        },
        Decoy::Macro => {
            let hidden = hidden_macro(name);
            // A macro of the user's may have the name by `#[macro_use]`, and hide behind a star that
            // gives this one: a call of it is to be an error, and not to expand to nothing.
            quote_spanned! {at(name)=>
                #reexport
                #(#cfgs)*
                #[cfg(not(doc))]
                #deprecated
                #[doc(hidden)]
                #[macro_export]
                macro_rules! #hidden { (it moved) => {} }
                #(#cfgs)*
                #[cfg(not(doc))]
                #[doc(hidden)]
                #[allow(deprecated)]
                #vis use #hidden as #name;
            }
        }
    }
}

/// For a compiler that lints it, which also sees paths that are written out.
fn deprecated(shim: &Reexport) -> TokenStream {
    let reexport = reexport(shim);
    let deprecated = shim.moved.attribute(&shim.name);
    quote!(#deprecated #reexport)
}

/// A name for the macro behind a decoy. All exported macros of a crate share one namespace, and
/// two legacy modules may have a name in common: so the place has a part in it.
fn hidden_macro(name: &Ident) -> Ident {
    let mut hasher = DefaultHasher::new();
    format!("{:?}", name.span()).hash(&mut hasher);
    // It is read by people, in the compiler's message; half of it is enough for one name.
    let place = format!("{}_{:08x}", name.unraw(), hasher.finish() >> 32);
    // One place may make several modules, by a `macro_rules!` that repeats it or as a file that
    // `#[path]` mounts twice. A crate is expanded from its beginning, so they come in one order.
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let count = seen.entry(place.clone()).or_insert(0_usize);
    *count += 1;
    let again = match count {
        1 => String::new(),
        more => format!("x{more}"),
    };
    format_ident!("__moved_{place}{again}", span = at(name))
}

/// How often a decoy was made for each place so far.
static SEEN: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

fn alias(shim: &Alias) -> TokenStream {
    let Alias { attrs, item, moved } = shim;
    let ItemType { ident, .. } = item;
    let doc = moved.doc(ident, "");
    let deprecated = moved.attribute(ident);
    quote_spanned! {at(ident)=>
        #doc
        #(#attrs)*
        #deprecated
        #[allow(unused_qualifications)]
        #item
    }
}

fn wrapper(shim: &Wrapper) -> TokenStream {
    let Wrapper {
        attrs,
        vis,
        sig,
        arguments,
        to,
        moved,
    } = shim;
    let name = &sig.ident;
    let at = at(name);
    let generics = sig.generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    });
    // Not all of them can be inferred: `fn size<T>() -> usize`.
    let generics: Vec<_> = generics.collect();
    let generics = (!generics.is_empty()).then(|| quote_spanned!(at=> ::<#(#generics),*>));
    let wait = sig.asyncness.map(|_| quote_spanned!(at=> .await));
    let call = quote_spanned!(at=> #to #generics (#(#arguments),*) #wait);
    let is_unsafe = matches!(sig.safety, Safety::Unsafe(_));
    let (call, safety) = if is_unsafe {
        let safety = "\n\n# Safety\n\nAs for what it calls.";
        (quote_spanned!(at=> unsafe { #call }), safety)
    } else {
        (call, "")
    };
    // A panic is the caller's. The attribute is for functions of Rust's own ABI that return at once.
    let is_tracked = sig.asyncness.is_none() && sig.abi.is_none();
    let track_caller = is_tracked.then(|| quote_spanned!(at=> #[track_caller]));
    let doc = moved.doc(name, safety);
    let deprecated = moved.attribute(name);
    quote_spanned! {at=>
        #doc
        #(#attrs)*
        #deprecated
        #[inline]
        #track_caller
        #[allow(unused_qualifications)]
        #vis #sig { #call }
    }
}

fn module(shim: &Module, reexports: Reexports) -> TokenStream {
    let Module {
        attrs,
        vis,
        name,
        inner_attrs,
        shims,
        moved,
    } = shim;
    let doc = moved.doc(name, "");
    let deprecated = moved.attribute(name);
    let contents = contents(shims, name);
    let content = expand(shims, reexports);
    quote_spanned! {at(name)=>
        #doc
        #(#attrs)*
        #contents
        #deprecated
        #[cfg_attr(not(doc), doc(hidden))]
        #vis mod #name {
            #(#inner_attrs)*
            #content
        }
    }
}

/// The list of what a module holds, each with a link to where it went.
///
/// It stands in the module's documentation, since rustdoc has no place for what is said of a
/// re-export.
fn contents(shims: &[Shim], module: &Ident) -> TokenStream {
    let lines = shims.iter().filter_map(|shim| {
        let (attrs, name, moved) = match shim {
            Shim::Reexport(shim) => (&shim.attrs, &shim.name, &shim.moved),
            Shim::Alias(shim) => (&shim.attrs, &shim.item.ident, &shim.moved),
            Shim::Wrapper(shim) => (&shim.attrs, &shim.sig.ident, &shim.moved),
            Shim::Module(_) | Shim::Plain(_) => return None,
        };
        let to = moved.to.as_ref()?;
        let line = LitStr::new(&format!("* `{name}`: {}", to.as_link()), at(name));
        // A link to what is not compiled would be broken.
        let cfgs: Vec<TokenStream> = attrs.iter().filter_map(is_there).collect();
        Some(if cfgs.is_empty() {
            quote_spanned!(at(name)=> #[doc = #line])
        } else {
            quote_spanned!(at(name)=> #[cfg_attr(all(#(#cfgs),*), doc = #line)])
        })
    });
    let lines: Vec<TokenStream> = lines.collect();
    if lines.is_empty() {
        return TokenStream::new();
    }
    quote_spanned!(at(module)=> #[doc = ""] #(#lines)* #[doc = ""])
}

impl Destination {
    fn as_link(&self) -> String {
        format!("[`{}`]({})", self.path, self.link.replace("r#", ""))
    }
}

impl Moved {
    fn attribute(&self, name: &Ident) -> TokenStream {
        let since = LitStr::new(&self.since, at(name));
        let note = LitStr::new(&self.note, at(name));
        quote_spanned!(at(name)=> #[deprecated(since = #since, note = #note)])
    }

    /// The first paragraph of the documentation, with a link.
    fn doc(&self, name: &Ident, rest: &str) -> TokenStream {
        let since = &self.since;
        let text = match &self.to {
            Some(to) => {
                let link = to.link.replace("r#", "");
                format!(
                    "**Deprecated since {since}**: moved to [`{}`]({link}).",
                    to.path
                )
            }
            None => format!("**Deprecated since {since}**: each item moved to a place of its own."),
        };
        // The empty line parts it from what the user wrote.
        let text = LitStr::new(&format!("{text}{rest}\n\n"), at(name));
        quote_spanned!(at(name)=> #[doc = #text])
    }
}
