//! What items are called, in which namespaces, and how far they are seen.

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::{ForeignItem, Item, Visibility};

use super::walk::{Pass, Reader};
use crate::lang::rust::facts::{Bound, space};

/// A name, what its item says of who sees it, and its namespaces.
type Declared<'i> = (&'i Ident, Option<&'i Visibility>, u8);

impl Reader<'_> {
    /// Notes the name of an item that matters.
    pub(super) fn declare(&mut self, item: &Item) {
        if self.pass == Pass::Imports {
            return;
        }
        let foreign = match item {
            Item::ForeignMod(it) => &it.items[..],
            _ => &[],
        };
        let all = foreign.iter().filter_map(of_foreign).chain(of_item(item));
        for (ident, visibility, spaces) in all {
            if self.is_word(ident) {
                self.declare_as(ident, visibility, spaces, Bound::Item);
                self.variants(item);
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

    /// Variants are seen as far as their enum, which was noted last.
    fn variants(&mut self, item: &Item) {
        let Some(binding) = self.facts.bindings.len().checked_sub(1) else {
            return;
        };
        if let Item::Enum(it) = item
            && self.facts.limits.contains_key(&binding)
        {
            for variant in &it.variants {
                if self.is_word(&variant.ident) {
                    let name = self.word(&variant.ident).text;
                    self.facts.variants.push((binding, name));
                }
            }
        }
    }
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

fn of_foreign(item: &ForeignItem) -> Option<Declared<'_>> {
    let (ident, visibility, spaces) = match item {
        ForeignItem::Fn(it) => (&it.sig.ident, &it.vis, space::VALUE),
        ForeignItem::Static(it) => (&it.ident, &it.vis, space::VALUE),
        ForeignItem::Type(it) => (&it.ident, &it.vis, space::TYPE),
        _ => return None,
    };
    Some((ident, Some(visibility), spaces))
}
