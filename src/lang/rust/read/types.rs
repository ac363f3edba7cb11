//! What is named behind a type that no path leads through: `<Color>::Red`, `Self::Red`, and `C::Red` of
//! a `type C = Color`.

use super::walk::{Pass, Reader};
use crate::lang::rust::facts::{Alias, PathRef, Shape, Word, space};
use crate::lang::rust::tree::plain;

impl<'a> Reader<'a> {
    /// The path of a type, without what stands in its brackets.
    fn named(&self, ty: &syn::Type) -> Option<PathRef> {
        let syn::Type::Path(ty) = ty else {
            return None;
        };
        let words = ty.path.segments.iter().map(|it| self.word(&it.ident));
        let words: Vec<Word> = words.collect();
        let is_written = words.iter().all(|word| !word.at.is_empty());
        (ty.qself.is_none() && is_written && &*words[0].text != "Self").then(|| PathRef {
            leading: ty.path.leading_colon.is_some(),
            words,
            dollar: false,
            spaces: space::TYPE,
            module: self.module,
            shape: Shape::Code,
            in_rules: None,
        })
    }

    /// Notes a member that is named behind a type in brackets, or behind `Self`.
    pub(super) fn behind_type(&mut self, path: &syn::Path, qself: Option<&syn::QSelf>, spaces: u8) {
        let (ty, first) = match qself {
            Some(it) if it.position == 0 => (self.named(&it.ty), 0),
            None if path.segments[0].ident == "Self" => (self.implemented.clone(), 1),
            _ => return,
        };
        let Some(member) = path.segments.get(first) else {
            return;
        };
        if self.pass == Pass::Imports || !self.is_word(&member.ident) {
            return;
        }
        let member = self.word(&member.ident);
        if let Some(mut path) = ty.filter(|_| !member.at.is_empty()) {
            path.words.push(member);
            path.spaces = spaces;
            self.facts.behind_types.push(path);
        }
    }

    /// Notes what `Self` is from here on, and gives what it was.
    pub(super) fn implement(&mut self, item: &syn::ItemImpl) -> Option<PathRef> {
        let own = self.named(&item.self_ty);
        std::mem::replace(&mut self.implemented, own)
    }

    /// Notes another name of a type.
    pub(super) fn alias(&mut self, item: &syn::ItemType) {
        if self.pass == Pass::Imports {
            return;
        }
        if let Some(path) = self.named(&item.ty) {
            self.facts.aliases.push(Alias {
                name: plain(&item.ident.to_string()).into(),
                visible: self.scope(),
                path,
            });
        }
    }
}
