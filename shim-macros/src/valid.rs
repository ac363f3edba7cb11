//! What the items mean, or each of their errors. Behind this room nothing can be wrong any more.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, ForeignItemFn, Ident, ItemType, ItemUse, Pat, Path, Signature, Token, Type,
    UseTree, Visibility,
};

use crate::ast::{self, Content, Input, Item, Kind};
use crate::errors::Errors;
use crate::names::is_common_macro;
use crate::settings::{Nature, Own, Place, Release, Settings};

pub(crate) enum Shim {
    Reexport(Reexport),
    Alias(Alias),
    Wrapper(Box<Wrapper>),
    Module(Module),
    /// As it stood, for something was wrong with it.
    Plain(TokenStream),
}

/// One name of a `pub use`.
pub(crate) struct Reexport {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) target: Target,
    pub(crate) name: Ident,
    pub(crate) decoy: Decoy,
    pub(crate) moved: Moved,
}

/// The namespace of the decoy: one that the thing itself leaves free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decoy {
    Value,
    Macro,
}

/// `pub type Old<T> = crate::New<T>;`
pub(crate) struct Alias {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) item: ItemType,
    pub(crate) moved: Moved,
}

/// A function that calls the canonical one.
pub(crate) struct Wrapper {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The names of the parameters, which `sig` has no patterns for.
    pub(crate) arguments: Vec<Ident>,
    pub(crate) to: Path,
    pub(crate) moved: Moved,
}

pub(crate) struct Module {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) inner_attrs: Vec<Attribute>,
    pub(crate) shims: Vec<Shim>,
    pub(crate) moved: Moved,
}

/// The path behind a name of a `use`.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) leading_colon: Option<Token![::]>,
    pub(crate) segments: Vec<Ident>,
}

/// What the warning and the documentation say.
pub(crate) struct Moved {
    pub(crate) since: String,
    pub(crate) note: String,
    /// Nothing for a module whose items did not all go to one place, under the names that they had.
    pub(crate) to: Option<Destination>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    /// As another crate writes the path.
    pub(crate) path: String,
    /// As a link in the documentation of this crate writes it.
    pub(crate) link: String,
}

/// The shims for the input, beside what is wrong with it.
pub(crate) fn shims(input: Input, release: &Release, errors: &mut Errors) -> Vec<Shim> {
    let none = Settings::default();
    let (settings, _) = none.with(
        input.header,
        Place::Header,
        Span::call_site(),
        release,
        errors,
    );
    let mut checker = Checker { release, errors };
    checker.items(input.items, &settings)
}

struct Checker<'a> {
    release: &'a Release,
    errors: &'a mut Errors,
}

impl Checker<'_> {
    fn items(&mut self, items: Vec<Item>, settings: &Settings) -> Vec<Shim> {
        let mut shims = Vec::new();
        for item in items {
            let before = self.errors.count();
            let plain = item.to_token_stream();
            let is_module = matches!(item.kind, Kind::Module(_));
            let made = self.item(item, settings);
            // What lies in a module stands there in its own way, right or wrong.
            match made {
                Some(made) if is_module || self.errors.count() == before => shims.extend(made),
                _ => shims.push(Shim::Plain(plain)),
            }
        }
        shims
    }

    /// Nothing only where an error was found.
    fn item(&mut self, item: Item, settings: &Settings) -> Option<Vec<Shim>> {
        let Item {
            options,
            mut attrs,
            kind,
        } = item;
        let (place, name) = match &kind {
            Kind::Use(item) => (Place::Use, item.use_token.span),
            Kind::Alias(item) => (Place::Other, item.ident.span()),
            Kind::Function(item) => (Place::Function, item.sig.ident.span()),
            Kind::Module(item) => (Place::Other, item.ident.span()),
            Kind::Other(item) => {
                self.no_shim(item);
                return None;
            }
        };
        let is_read = options.unread.is_empty();
        let (settings, own) = settings.with(options, place, name, self.release, self.errors);
        // What an item lacks may be what was not read; those of a module are their own matter.
        if !is_read && !matches!(kind, Kind::Module(_)) {
            return None;
        }
        self.stray(&mut attrs);
        match kind {
            Kind::Use(item) => self.reexports(attrs, item, &settings, &own),
            Kind::Alias(item) => self.alias(attrs, item, &settings),
            Kind::Function(item) => self.wrapper(attrs, item, &settings, own),
            Kind::Module(item) => self.module(attrs, item, &settings),
            Kind::Other(_) => None,
        }
    }

    fn no_shim(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Fn(item) => self.errors.add_at(
                &item.block,
                "a moved function has no body here: `pub fn old(n: u32) -> u32;`, and \
                `to = crate::path` says what it calls",
            ),
            other => self.errors.add_at(
                other,
                "expected `pub use`, `pub type`, `pub fn old();` or `pub mod old { … }`",
            ),
        }
    }

    /// Takes each `#[deprecated]` away: there is to be one.
    fn stray(&mut self, attrs: &mut Vec<Attribute>) {
        attrs.retain(|attr| {
            let is_stray = attr.path().is_ident("deprecated");
            if is_stray {
                let message = "remove this `#[deprecated]`: on a re-export it warns nobody \
                    (rust-lang/rust#30827), and `deprecated_reexport` adds what does";
                self.errors.add_at(attr, message);
            }
            !is_stray
        });
    }

    fn public(&mut self, vis: &Visibility, keyword: impl ToTokens) {
        let at = match vis {
            Visibility::Public(_) => return,
            Visibility::Restricted(vis) => vis.to_token_stream(),
            Visibility::Inherited => keyword.to_token_stream(),
        };
        let message = "this must be `pub`: what other crates cannot see needs no shim";
        self.errors.add_at(at, message);
    }

    /// A path that says nothing to other crates is refused.
    fn absolute(&mut self, first: &Ident) {
        if first == "super" || first == "self" || first == "Self" {
            let message = format!(
                "write the path from the crate's root, `crate::…`: users are told it, and \
                `{first}` means nothing to them"
            );
            self.errors.add(first.span(), message);
        }
    }

    fn reexports(
        &mut self,
        attrs: Vec<Attribute>,
        item: ItemUse,
        settings: &Settings,
        own: &Own,
    ) -> Option<Vec<Shim>> {
        self.public(&item.vis, item.use_token);
        let mut leaves = Vec::new();
        let root = Target {
            leading_colon: item.leading_colon,
            segments: Vec::new(),
        };
        self.leaves(root, &item.tree, &mut leaves);
        let mut shims = Vec::new();
        for (target, name) in leaves {
            let to = self.destination(&target.segments, settings);
            let decoy = self.decoy(&target, &name, own, &to);
            shims.push(Shim::Reexport(Reexport {
                attrs: attrs.clone(),
                vis: item.vis.clone(),
                target,
                name,
                decoy,
                moved: Moved::new(settings, to)?,
            }));
        }
        Some(shims)
    }

    /// Each name that the tree imports, and the path behind it.
    fn leaves(&mut self, above: Target, tree: &UseTree, leaves: &mut Vec<(Target, Ident)>) {
        let below = |ident: &Ident| {
            let mut target = above.clone();
            target.segments.push(ident.clone());
            target
        };
        let (ident, name) = match tree {
            UseTree::Path(path) => {
                if above.segments.is_empty() {
                    self.absolute(&path.ident);
                }
                return self.leaves(below(&path.ident), &path.tree, leaves);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.leaves(above.clone(), tree, leaves);
                }
                return;
            }
            UseTree::Glob(glob) => {
                let message = "a glob hides which names moved, and none of them could warn: \
                    list them";
                return self.errors.add(glob.star_token.span, message);
            }
            UseTree::Name(name) => (&name.ident, &name.ident),
            UseTree::Rename(rename) => (&rename.ident, &rename.rename),
        };
        if name == "_" {
            let message = "nobody can import what has no name: `as _` needs no shim";
            return self.errors.add(name.span(), message);
        }
        if ident == "self" {
            // `crate::state::State::{self, Open}`: an enum, or else a module.
            return match above.segments.last() {
                Some(last) if is_type_name(last) => {
                    let name = if name == "self" { last } else { name }.clone();
                    leaves.push((above, name));
                }
                _ => {
                    let message = "a module is moved name by name: `pub mod old { pub use …; }`";
                    self.errors.add(ident.span(), message);
                }
            };
        }
        if above.segments.is_empty() {
            self.absolute(ident);
        }
        if ident == "crate" || ident == "$crate" {
            let message = "a crate is moved name by name: one `pub use` for each name of its root";
            return self.errors.add(ident.span(), message);
        }
        leaves.push((below(ident), name.clone()));
    }

    fn decoy(&mut self, target: &Target, name: &Ident, own: &Own, to: &Destination) -> Decoy {
        // A variant is a value as well, of whatever form it is: `State::Open`.
        let parent = target.segments.iter().rev().nth(1);
        let has_value = match own.nature {
            Some(Nature::Constructed | Nature::Value) => true,
            Some(Nature::Macro | Nature::Type) => false,
            None => parent.is_some_and(is_type_name) || !is_type_name(name),
        };
        if !has_value {
            return Decoy::Value;
        }
        let plain = name.unraw();
        if is_common_macro(&plain.to_string()) {
            let message = format!(
                "`{plain}!` is a common macro, which this would shadow for its users: give the \
                signature instead, `#[deprecated_reexport(to = {})] pub fn {name}(…);`",
                to.link
            );
            self.errors.add(name.span(), message);
        }
        Decoy::Macro
    }

    fn alias(
        &mut self,
        attrs: Vec<Attribute>,
        item: ItemType,
        settings: &Settings,
    ) -> Option<Vec<Shim>> {
        self.public(&item.vis, item.type_token);
        let path = match &*item.ty {
            Type::Path(ty) if ty.qself.is_none() => &ty.path,
            other => {
                let message = "expected a path: an alias says where a type went";
                self.errors.add_at(other, message);
                return None;
            }
        };
        let to = self.path(path, settings);
        let moved = Moved::new(settings, to)?;
        Some(vec![Shim::Alias(Alias { attrs, item, moved })])
    }

    fn wrapper(
        &mut self,
        attrs: Vec<Attribute>,
        item: ForeignItemFn,
        settings: &Settings,
        own: Own,
    ) -> Option<Vec<Shim>> {
        let ForeignItemFn { vis, mut sig, .. } = item;
        self.public(&vis, sig.fn_token);
        if let Some(variadic) = &sig.variadic {
            let message = "a variadic function cannot be wrapped: write `pub use`";
            self.errors.add_at(variadic.dots, message);
        }
        let mut arguments = Vec::new();
        for (place, input) in sig.inputs.iter_mut().enumerate() {
            match input {
                FnArg::Receiver(receiver) => {
                    let message = "a method has no path of its own: only functions move";
                    self.errors.add(receiver.self_token.span, message);
                }
                FnArg::Typed(input) => {
                    if let Some(attr) = input.attrs.first() {
                        let message = "an attribute of a parameter is not understood here";
                        self.errors.add_at(attr, message);
                    }
                    let mut name = match &*input.pat {
                        Pat::Ident(pat) if pat.subpat.is_none() => pat.ident.clone(),
                        other => format_ident!("argument_{place}", span = other.span()),
                    };
                    // It is the wrapper that reads it, also where its name starts with `_`.
                    name.set_span(Span::call_site().located_at(name.span()));
                    *input.pat = syn::parse_quote!(#name);
                    arguments.push(name);
                }
            }
        }
        let Some(to) = own.to else {
            let message = "say what it calls: `#[deprecated_reexport(to = crate::path)]`";
            self.errors.add(sig.ident.span(), message);
            return None;
        };
        let moved = Moved::new(settings, self.path(&to, settings))?;
        let wrapper = Wrapper {
            attrs,
            vis,
            sig,
            arguments,
            to,
            moved,
        };
        Some(vec![Shim::Wrapper(Box::new(wrapper))])
    }

    fn module(
        &mut self,
        attrs: Vec<Attribute>,
        item: ast::Module,
        settings: &Settings,
    ) -> Option<Vec<Shim>> {
        let ast::Module {
            vis,
            mod_token,
            ident,
            content,
        } = item;
        self.public(&vis, mod_token);
        let Some(Content {
            attrs: mut inner_attrs,
            items,
        }) = content
        else {
            let message = "a macro does not see the file of this module: write it here, \
                `pub mod name { … }`, or put `deprecated_reexports! { … }` into the file";
            self.errors.add(ident.span(), message);
            return None;
        };
        self.stray(&mut inner_attrs);
        let shims = self.items(items, settings);
        let moved = Moved::of_module(settings, &shims)?;
        Some(vec![Shim::Module(Module {
            attrs,
            vis,
            name: ident,
            inner_attrs,
            shims,
            moved,
        })])
    }

    fn path(&mut self, path: &Path, settings: &Settings) -> Destination {
        let segments: Vec<Ident> = path.segments.iter().map(|s| s.ident.clone()).collect();
        if let Some(first) = segments.first() {
            self.absolute(first);
        }
        self.destination(&segments, settings)
    }

    fn destination(&self, segments: &[Ident], settings: &Settings) -> Destination {
        let own = settings.crate_name.as_ref().unwrap_or(&self.release.name);
        let is_own = |ident: &Ident| ident == "crate" || ident == "$crate";
        let written = |own: &str| {
            let segments = segments.iter().map(|ident| match ident {
                ident if is_own(ident) => own.to_owned(),
                ident => ident.to_string(),
            });
            segments.collect::<Vec<_>>().join("::")
        };
        Destination {
            path: written(own),
            link: written("crate"),
        }
    }
}

impl Moved {
    /// Nothing where `since` is missing, which was reported.
    fn new(settings: &Settings, to: Destination) -> Option<Self> {
        let since = &settings.since.as_ref()?.text;
        let note = format!("moved to `{}` in {since}", to.path);
        Self::with_note(settings, note, Some(to))
    }

    /// The same of a module: where it went as a whole, and what of it went elsewhere.
    fn of_module(settings: &Settings, shims: &[Shim]) -> Option<Self> {
        let since = &settings.since.as_ref()?.text;
        let mut all = Vec::new();
        destinations(shims, "", &mut all);
        let Some((home, others)) = home(&all) else {
            let note = format!("its items moved in {since}, each to a place of its own");
            return Self::with_note(settings, note, None);
        };
        let mut note = format!("moved to `{}` in {since}", home.path);
        if others.is_empty() {
            return Self::with_note(settings, note, Some(home));
        }
        let others = others
            .iter()
            .map(|(name, to)| format!("`{name}` to `{}`", to.path));
        let others: Vec<String> = others.collect();
        note.push_str(&format!(" (but {})", others.join(", ")));
        Self::with_note(settings, note, None)
    }

    /// What stands between the backquotes is read by tools.
    fn with_note(settings: &Settings, mut note: String, to: Option<Destination>) -> Option<Self> {
        let since = settings.since.as_ref()?.text.clone();
        if let Some(reason) = &settings.note {
            note.push_str(&format!(" ({reason})"));
        }
        if let Some(remove_in) = &settings.remove_in {
            note.push_str(&format!(
                "; this path will be removed in {}",
                remove_in.text
            ));
        }
        Some(Self { since, note, to })
    }
}

/// How many items of a module may have gone elsewhere than the others before its note is too long.
const OTHERS: usize = 8;

/// The items of a module with those of the modules in it, each by its path, and where it went.
fn destinations<'s>(shims: &'s [Shim], above: &str, all: &mut Vec<(String, &'s Destination)>) {
    for shim in shims {
        let (name, moved) = match shim {
            Shim::Reexport(shim) => (&shim.name, &shim.moved),
            Shim::Alias(shim) => (&shim.item.ident, &shim.moved),
            Shim::Wrapper(shim) => (&shim.sig.ident, &shim.moved),
            Shim::Module(module) => {
                let above = format!("{above}{}::", module.name);
                destinations(&module.shims, &above, all);
                continue;
            }
            Shim::Plain(_) => continue,
        };
        all.extend(moved.to.as_ref().map(|to| (format!("{above}{name}"), to)));
    }
}

/// The place where most of a module's items are, under the names that they had, and the others.
fn home<'a, 's>(
    all: &'a [(String, &'s Destination)],
) -> Option<(Destination, Vec<&'a (String, &'s Destination)>)> {
    let parent = |path: &str| path.rsplit_once("::").map(|(parent, _)| parent.to_owned());
    let direct = all.iter().filter(|(name, _)| !name.contains("::"));
    let parents = direct.filter_map(|(_, to)| {
        Some(Destination {
            path: parent(&to.path)?,
            link: parent(&to.link)?,
        })
    });
    let homes = parents.map(|home| {
        let is_elsewhere =
            |(name, to): &&(String, &Destination)| to.path != format!("{}::{name}", home.path);
        let others: Vec<_> = all.iter().filter(is_elsewhere).collect();
        (home, others)
    });
    // The first one where several have as many.
    let (home, others) = homes.min_by_key(|(_, others)| others.len())?;
    (others.len() <= OTHERS).then_some((home, others))
}

/// `CamelCase`, as types, traits and variants are written. All else may be a value.
fn is_type_name(ident: &Ident) -> bool {
    let name = ident.unraw().to_string();
    let mut letters = name.trim_start_matches('_').chars();
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
}
