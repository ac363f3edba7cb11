//! The modules that a thing leaves and goes to, where they are the project's own.

use rustc_hash::FxHashSet;

use super::builtin;
use super::facts::{Bound, space};
use super::names::{DEEPEST, Names, Reached};
use super::stars::has_words;
use super::tree::plain;
use crate::plan::{Move, below};

/// What a module has of a thing that leaves it.
enum Home {
    /// It declares it, or takes it from elsewhere.
    Has,
    /// What may give its name, if anything can.
    May(String),
    /// Nothing gives the name any more.
    Left,
}

impl Names<'_> {
    /// Whether a module may be the one that has a thing yet, so that nothing in it moves.
    pub(super) fn holds(&self, module: usize, mv: &Move) -> bool {
        let is_own = mv.to.name.is_some() && self.module(module) == mv.from.module;
        is_own && !matches!(self.home(module, mv), Home::Left)
    }

    /// The path of a thing that a name alone meant in the module which the thing has left, or may have.
    pub(super) fn left_home(&self, name: &str, spaces: u8, module: usize) -> Option<String> {
        let path = format!("{}::{name}", self.module(module));
        let mv = self.knows(&path)?;
        let kind = mv.kind.as_deref().map_or(space::ANY, space::of);
        let is_gone = mv.from.name.is_some()
            && kind & spaces != 0
            && !builtin::is_in_prelude(name)
            && !(mv.to.name.is_some() && matches!(self.home(module, mv), Home::Has));
        is_gone.then_some(path)
    }

    /// Why a path in the module that a thing leaves stays, where nothing says that the module has the
    /// thing yet.
    pub(super) fn may_make(&self, module: usize, mv: &Move) -> Option<String> {
        if self.module(module) != mv.from.module {
            return None;
        }
        match self.home(module, mv) {
            Home::May(reason) => Some(reason),
            Home::Has | Home::Left => None,
        }
    }

    /// What a module from which a thing moves has of it.
    fn home(&self, module: usize, mv: &Move) -> Home {
        let Some(name) = mv.from.name.as_deref().map(plain) else {
            return Home::Left;
        };
        let facts = self.facts;
        let mut named = facts.named(name).iter().map(|&it| &facts.bindings[it]);
        let is_exported = facts.exported.contains(name);
        let makers = facts.makers.get(&module).map_or(&[][..], Vec::as_slice);
        // A macro among the items makes what it is given the name of.
        let mut given = facts.opaque.get(name).into_iter().flatten();
        let is_made = given.any(|path| {
            let at = path.start();
            let mut makers = makers.iter().filter(|it| it.contains(&at));
            makers.any(|maker| self.is_declared(maker.start, at))
        });
        // Or what it is given the declaration of, which all of its tokens see.
        let is_written = facts.named(name).iter().any(|&it| {
            let it = &facts.bindings[it];
            let at = it.visible.start;
            let mut makers = makers.iter().filter(|maker| maker.contains(&at));
            it.kind == Bound::Local
                && it.module == module
                && makers.any(|maker| self.is_declared(maker.start, at))
        });
        if self.has(module, name)
            || is_exported && named.any(|it| it.kind == Bound::Item)
            || is_made
            || is_written
            || facts.broken
            || self.shares_scope(module)
        {
            return Home::Has;
        }
        let mut may = None;
        for (statement, leaf) in self.stars.of_module(module) {
            let target = self.leaf(statement, leaf);
            let target = target.as_deref().map_or("", Reached::path);
            let of = &self.facts.statements[statement].leaves[leaf];
            let last = of.names.last().map_or("", |last| last.plain());
            let variants = target.is_empty().then(|| self.variants(last)).flatten();
            if variants.is_some_and(|it| !has_words(it, name)) {
                continue;
            }
            match self.gives(target, name, self.module(module), &mut FxHashSet::default()) {
                Some(true) => return Home::Has,
                Some(false) => {}
                None => may = Some(target.to_owned()),
            }
        }
        if !makers.is_empty() {
            let reason = format!("a macro or an attribute of this module may make `{name}`");
            return Home::May(reason);
        }
        match may {
            Some(target) => {
                let of = match target.is_empty() {
                    true => String::new(),
                    false => format!(" of `{target}`"),
                };
                Home::May(format!("`*`{of} may give `{name}`"))
            }
            None => Home::Left,
        }
    }

    /// Whether a macro that is called from `start` on may declare what it is given at a place: a name
    /// that stands alone there, or behind another word, and not in brackets of its own.
    fn is_declared(&self, start: usize, at: usize) -> bool {
        let Some(before) = self.text.get(start..at) else {
            return true;
        };
        let depth = before.bytes().fold(0_i32, |depth, byte| match byte {
            b'(' | b'[' | b'{' => depth + 1,
            b')' | b']' | b'}' => depth - 1,
            _ => depth,
        });
        let begins = |c: char| c == '_' || c.is_alphanumeric() || "([{)]},;".contains(c);
        depth == 1 && before.trim_end().ends_with(begins)
    }

    /// Whether a star of a module or an enum gives a name to the module `to`, as far as the files of the
    /// project tell.
    pub(super) fn gives(
        &self,
        module: &str,
        name: &str,
        to: &str,
        seen: &mut FxHashSet<String>,
    ) -> Option<bool> {
        if !seen.insert(module.to_owned()) {
            return Some(false);
        }
        if seen.len() > DEEPEST {
            return None;
        }
        // The variants of what moves are those that it had.
        if self
            .either_end(module)
            .is_some_and(|mv| mv.kind.as_deref() == Some("enum"))
        {
            return Some(false);
        }
        if let Some(variants) = self.own_variants(module) {
            return (!has_words(variants, name)).then_some(false);
        }
        let own = self.by_path.get(module).copied();
        let is_read = || {
            let package = self.place.package.as_ref();
            let file = package.and_then(|it| self.project.id(it.module(module)?));
            file.is_some_and(|file| self.project.outline(file).is_some())
        };
        if own.is_none() && !is_read() {
            return None;
        }
        let project = self.project;
        let path = format!("{module}::{name}");
        let is_inside = below(to, module, "::");
        let declares = own.is_some_and(|own| self.declares(own, name));
        let imports = self.imports.contains_key(&path)
            || project.rust_import(&path, space::ANY).is_some()
            || !project.rust_ambiguous(&path).is_empty();
        if declares || project.rust_item(&path).is_some() {
            let limit = project.rust_limit(&path);
            return Some(limit.is_none_or(|limit| below(to, &limit, "::")));
        }
        if imports {
            return Some(is_inside || !project.is_rust_private(&path));
        }
        let globs = project.rust_globs(module).iter();
        let mut all = Some(false);
        for (target, _) in globs.filter(|(_, public)| is_inside || *public) {
            match self.gives(target, name, module, seen) {
                Some(false) => {}
                Some(true) => return Some(true),
                None => all = None,
            }
        }
        all
    }

    /// The text of the variants of an enum in a module of the file.
    fn own_variants(&self, path: &str) -> Option<&str> {
        let (module, name) = path.rsplit_once("::")?;
        self.by_path.get(module)?;
        self.variants(name)
    }

    /// The text of the variants of the first enum of this name in the file.
    fn variants(&self, name: &str) -> Option<&str> {
        if name.is_empty() {
            return None;
        }
        let head = format!("enum {name}");
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let mut ends = self
            .text
            .match_indices(&head)
            .map(|(at, _)| at + head.len());
        let at = ends.find(|&end| !self.text[end..].starts_with(is_part))?;
        let body = &self.text[at..];
        let body = &body[body.find('{')?..];
        let mut depth = 0_usize;
        let end = body.bytes().position(|byte| {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        Some(&body[..end.unwrap_or(body.len())])
    }
}
