//! What items are called, in which namespaces, and how far they are seen.

use proc_macro2::{Ident, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, ForeignItem, Item, ItemFn, TraitItem, Visibility};

use super::walk::{Pass, Reader};
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{Bound, space};
use crate::lang::rust::tokens::flat;
use crate::project::{RustMember, RustMemberKind};

/// A name, what its item says of who sees it, and its namespaces.
type Declared<'i> = (&'i Ident, Option<&'i Visibility>, u8);

impl Reader<'_> {
    /// Notes the name of an item that matters.
    pub(super) fn declare(&mut self, item: &Item) {
        if self.pass == Pass::Imports {
            return;
        }
        if let Item::Fn(it) = item {
            let names = it.attrs.iter().filter_map(|attr| procedural(attr, it));
            let names = names.filter(|name| self.is_word(name));
            let names: Vec<Box<str>> = names.map(|it| it.unraw().to_string().into()).collect();
            self.facts.procedural.extend(names);
        }
        let foreign = match item {
            Item::ForeignMod(it) => &it.items[..],
            _ => &[],
        };
        let all = foreign.iter().filter_map(of_foreign).chain(of_item(item));
        for (ident, visibility, spaces) in all {
            let variants = self.variants(item);
            if self.is_word(ident) || !variants.is_empty() {
                let binding = self.facts.bindings.len();
                self.declare_as(ident, visibility, spaces, Bound::Item);
                self.ask_for(binding, attributes_of(item));
                let variants = variants.into_iter().map(|name| (binding, name));
                self.facts.variants.extend(variants);
                if matches!(item, Item::Macro(_)) && self.facts.bindings.len() > binding {
                    let at = self.at(ident.span()).start;
                    self.facts.rules.insert(binding, at);
                }
            }
        }
    }

    /// A name that is visible in all of its scope; what says nothing of who sees it is no matter of
    /// modules.
    pub(super) fn declare_as(
        &mut self,
        ident: &Ident,
        visibility: Option<&Visibility>,
        spaces: u8,
        kind: Bound,
    ) {
        let binding = self.facts.bindings.len();
        let scope = self.scope();
        self.bind(ident, spaces, scope, kind);
        let limit = match visibility {
            None | Some(Visibility::Public(_)) => return,
            Some(Visibility::Inherited) => String::new(),
            Some(Visibility::Restricted(it)) => it.path.to_token_stream().to_string(),
        };
        if self.facts.bindings.len() > binding {
            self.facts.limits.insert(binding, limit.into());
        }
    }

    /// Notes what a module has from which things move, or to which.
    pub(super) fn member(&mut self, item: &Item) {
        if self.pass == Pass::Imports || !self.words.has_modules() {
            return;
        }
        let is_of_module = self.scope() == self.facts.modules[self.module].body;
        if !is_of_module || !self.words.has_module(&self.module_path()) {
            return;
        }
        let kind = match item {
            Item::Trait(_) | Item::TraitAlias(_) => RustMemberKind::Trait,
            _ => RustMemberKind::Item,
        };
        let named = |(ident, visibility, _): Declared<'_>| RustMember {
            name: ident.unraw().to_string().into(),
            public: !matches!(visibility, None | Some(Visibility::Inherited)),
            kind: kind.clone(),
            methods: methods_of(item),
        };
        let mut names: Vec<RustMember> = Vec::new();
        let is_known = match item {
            // Imports are statements, and macros by example no names of a module.
            Item::Use(_) | Item::ExternCrate(_) | Item::Impl(_) => true,
            Item::Macro(it) => it.mac.path.is_ident("macro_rules"),
            Item::Mod(it) => {
                names.push(named((&it.ident, Some(&it.vis), space::TYPE)));
                true
            }
            Item::ForeignMod(it) => {
                names.extend(it.items.iter().filter_map(of_foreign).map(named));
                names.len() == it.items.len()
            }
            other => {
                names.extend(of_item(other).map(named));
                !names.is_empty()
            }
        };
        let attributes = attributes_of(item).iter();
        let attributes = attributes.map(|it| flat(it.meta.to_token_stream(), self.base));
        let attributes: Vec<_> = attributes.collect();
        let says_all = is_known || self.says_all(item);
        let is_known = is_known && attributes.iter().all(|it| builtin::is_attribute(it));
        if !(says_all && attributes.iter().all(|it| builtin::makes_no_item(it))) {
            let makers = self.facts.makers.entry(self.module).or_default();
            makers.push(self.base.at(item.span()));
        }
        let members = self.facts.members.entry(self.module).or_default();
        members.is_open |= !is_known;
        // `const _`
        names.retain(|member| &*member.name != "_");
        members.names.extend(names);
    }

    /// Whether an item is the call of a macro of the language that is given no word of a move.
    fn says_all(&self, item: &Item) -> bool {
        let Item::Macro(it) = item else { return false };
        let name = it.mac.path.segments.last();
        let is_known = name.is_some_and(|name| builtin::is_macro(&name.ident.to_string()));
        is_known && !self.name_any(&it.mac.tokens)
    }

    /// The module at hand, as the file's own calls it.
    fn module_path(&self) -> String {
        let modules = &self.facts.modules;
        let inner = |&module: &usize| modules[module].parent.is_some();
        let around = std::iter::successors(Some(self.module), |&it| modules[it].parent);
        let mut names: Vec<&str> = around
            .take_while(inner)
            .map(|it| &*modules[it].name)
            .collect();
        names.reverse();
        names.join("::")
    }

    /// The names of variants that matter.
    fn variants(&self, item: &Item) -> Vec<Box<str>> {
        let Item::Enum(it) = item else {
            return Vec::new();
        };
        let idents = it.variants.iter().map(|variant| &variant.ident);
        let idents = idents.filter(|ident| self.is_word(ident));
        idents.map(|ident| self.word(ident).text).collect()
    }
}

/// The methods and constants of a trait.
fn methods_of(item: &Item) -> Box<[Box<str>]> {
    let Item::Trait(it) = item else {
        return Box::default();
    };
    let names = it.items.iter().filter_map(|item| match item {
        TraitItem::Fn(it) => Some(&it.sig.ident),
        TraitItem::Const(it) => Some(&it.ident),
        _ => None,
    });
    names.map(|it| it.unraw().to_string().into()).collect()
}

fn of_item(item: &Item) -> Option<Declared<'_>> {
    let (ident, visibility, spaces) = match item {
        Item::Struct(it) => {
            let spaces = match it.fields {
                syn::Fields::Named(_) => space::TYPE,
                _ => space::TYPE | space::VALUE,
            };
            (&it.ident, &it.vis, spaces)
        }
        Item::Enum(it) => (&it.ident, &it.vis, space::TYPE),
        Item::Union(it) => (&it.ident, &it.vis, space::TYPE),
        Item::Trait(it) => (&it.ident, &it.vis, space::TYPE),
        Item::TraitAlias(it) => (&it.ident, &it.vis, space::TYPE),
        Item::Type(it) => (&it.ident, &it.vis, space::TYPE),
        Item::Const(it) => (&it.ident, &it.vis, space::VALUE),
        Item::Static(it) => (&it.ident, &it.vis, space::VALUE),
        Item::Fn(it) => (&it.sig.ident, &it.vis, space::VALUE),
        Item::Macro(it) => return Some((it.ident.as_ref()?, None, space::MACRO)),
        _ => return None,
    };
    Some((ident, Some(visibility), spaces))
}

/// The macro that an attribute makes of a function: `#[proc_macro_derive(Name, attributes(a))]`.
fn procedural(attribute: &Attribute, function: &ItemFn) -> Option<Ident> {
    let path = attribute.path();
    if path.is_ident("proc_macro") || path.is_ident("proc_macro_attribute") {
        return Some(function.sig.ident.clone());
    }
    let tokens = attribute.meta.require_list().ok()?.tokens.clone();
    match tokens.into_iter().next() {
        Some(TokenTree::Ident(name)) if path.is_ident("proc_macro_derive") => Some(name),
        _ => None,
    }
}

fn of_foreign(item: &ForeignItem) -> Option<Declared<'_>> {
    let (ident, visibility, spaces) = match item {
        ForeignItem::Fn(it) => (&it.sig.ident, &it.vis, space::VALUE),
        ForeignItem::Static(it) => (&it.ident, &it.vis, space::VALUE),
        ForeignItem::Type(it) => (&it.ident, &it.vis, space::TYPE),
        _ => return None,
    };
    Some((ident, Some(visibility), spaces))
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::ExternCrate(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::ForeignMod(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::TraitAlias(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Union(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => &[],
    }
}
