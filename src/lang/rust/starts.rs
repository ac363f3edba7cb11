//! Where the first words of a path lead: to what a name in scope means, to a module, or to a crate.

use std::cell::LazyCell;

use super::facts::{Bound, Form, space};
use super::names::{Names, Reached, Written, in_block};
use crate::plan::Move;

impl Names<'_> {
    /// Where the first words lead, and how many they are.
    pub(super) fn start(
        &self,
        written: &Written<'_>,
        reached: &mut Reached,
    ) -> Option<(String, usize)> {
        let first = written.words.first()?;
        let name = &*first.text;
        let statement = written
            .leaf
            .map(|(statement, _)| &self.facts.statements[statement]);
        if statement.is_some_and(|it| it.form == Form::ExternCrate) {
            return match name {
                "self" => Some((self.place.krate.clone(), 1)),
                _ => Some((self.library(name), 1)),
            };
        }
        if written.dollar || name == "crate" {
            return Some((self.place.krate.clone(), 1));
        }
        if name == "self" || name == "super" {
            return self.relative(written);
        }
        let old_root = self.edition() < 2018;
        if written.leading || (old_root && statement.is_some()) {
            return Some((self.rooted(name, old_root, written), 1));
        }
        let spaces = match written.words.len() {
            1 => written.spaces,
            _ => space::TYPE,
        };
        let is_by_rules = spaces == space::MACRO && self.facts.is_by_rules(name, written.at);
        let star = self.nearest_star(name, written).filter(|star| {
            let mv = self.knows(star.path());
            !is_by_rules && mv.is_none_or(|mv| self.fits(mv, spaces))
        });
        // A module leads on to what matters, though it does not matter itself.
        let leads_on = written.words.len() > 1 || statement.is_some();
        let of_module = LazyCell::new(|| self.module_star(name, written));
        let star = star.or_else(|| leads_on.then(|| of_module.clone()).flatten());
        let binding = match written.leaf {
            None => self.bound_at(name, spaces, written.module, written.at),
            Some(own) => self.item_or_import(name, spaces, (written.module, written.at), own),
        };
        if let Some(moved) = self.star_in_doubt(star.as_ref(), binding, written) {
            reached.doubt = Some((written.words.len() - 1, moved));
            return Some((self.through_star(star?, reached)?, 1));
        }
        // A star of a block comes before all that stands around the block.
        let size = |binding: usize| self.facts.bindings[binding].visible.len();
        let is_before = |binding: usize| star.as_ref().is_none_or(|it| size(binding) <= it.size);
        let binding = binding.filter(|&binding| is_before(binding));
        // And one of a smaller block before both.
        let is_local = binding.is_some_and(|it| self.facts.bindings[it].kind == Bound::Local);
        let found = binding.map(size).or(star.as_ref().map(|star| star.size));
        let is_hidden = |size| {
            let place = (written.module, written.at);
            self.is_hidden_in_block(size, (name, spaces), place, written.leaf)
        };
        if !is_local && found.is_some_and(is_hidden) {
            return None;
        }
        if let Some(binding) = binding {
            let path = self.bound_or_hidden(binding, written, reached)?;
            return Some((path, 1));
        }
        if let Some(child) = self.moved_child(name, written.module) {
            return Some((child, 1));
        }
        if written.may_be_crate && self.is_crate(name) {
            let library = self.library(name);
            let hiding = of_module.clone().filter(|it| self.hides(it, &library));
            return match hiding {
                Some(star) => Some((self.through_star(star, reached)?, 1)),
                None => {
                    reached.or = self.elsewhere(name, &library);
                    Some((library, 1))
                }
            };
        }
        if let Some(star) = star {
            reached.rivals = self.rivals(name, written);
            return Some((self.through_star(star, reached)?, 1));
        }
        if leads_on && self.by_macros.names(written.module, name) {
            return Some((format!("{}::{name}", self.module(written.module)), 1));
        }
        if let Some(path) = self.of_module_elsewhere(name, written.module) {
            return Some((path, 1));
        }
        if let Some(path) = self.left_home(name, spaces, written.module) {
            reached.by_home = true;
            return Some((path, 1));
        }
        let is_macro = written.words.len() == 1 && spaces & space::MACRO != 0;
        if !is_macro {
            return None;
        }
        if let Some(path) = self.through_macro_use(name) {
            reached.by_macro_use = true;
            return Some((path, 1));
        }
        Some((self.by_macro_scope(name, written.module)?, 1))
    }

    /// A name that the module has in another file: that of a document which is included there, or of
    /// code that shares the scope. What is imported there and moves keeps its name by alias.
    fn of_module_elsewhere(&self, name: &str, module: usize) -> Option<String> {
        let is_document = self.facts.is_document;
        if !is_document && !self.shares_scope(module) {
            return None;
        }
        let path = format!("{}::{name}", self.module(module));
        let import = self.project.rust_import(&path, space::ANY);
        if !is_document && import.is_some_and(|(target, _)| self.lookup(target).is_some()) {
            return None;
        }
        let is_known = self.knows(&path).is_some()
            || import.is_some()
            || self.project.rust_item(&path).is_some();
        if is_known || self.given_to(&path).is_some() {
            return Some(path);
        }
        let stars = self.project.rust_globs(self.module(module)).iter();
        let mut given = stars.map(|(target, _)| format!("{target}::{name}"));
        given.find(|path| self.knows(path).is_some())
    }

    /// The path behind a binding; `None` for something that has none.
    pub(super) fn bound(
        &self,
        binding: usize,
        name: &str,
        reached: &mut Reached,
    ) -> Option<String> {
        let bound = &self.facts.bindings[binding];
        match bound.kind {
            Bound::Leaf { statement, leaf } => {
                let target = self.leaf(statement, leaf);
                let import = &self.facts.statements[statement];
                if import.form == Form::ExternCrate
                    && import.attributes
                    && let Some(other) = &target
                    && self.means_either(name, other.path())
                {
                    return Some(name.to_owned());
                }
                let target = target.filter(|target| !target.path().is_empty())?;
                // `extern crate self as own;` gives what other crates have by that name.
                if import.form == Form::ExternCrate
                    && name == self.place.krate
                    && target.path() == name
                    && self.knows(name).is_some_and(Move::is_crate)
                {
                    return Some(name.to_owned());
                }
                reached.crossed.extend_from_slice(&target.crossed);
                reached.through = Some((binding, 0));
                Some(target.path().to_owned())
            }
            Bound::Module if self.is_of_module(binding) => {
                Some(format!("{}::{name}", self.module(bound.module)))
            }
            Bound::Module => {
                let name = in_block(name, bound.visible.start, &self.blocks);
                Some(format!("{}::{name}", self.module(bound.module)))
            }
            Bound::Item if self.facts.exported.contains(name) && bound.spaces == space::MACRO => {
                // What a macro of the crate's root becomes is that macro.
                let path = format!("{}::{name}", self.place.krate);
                let is_new = self.knows(&path).is_none() && self.is_target(&path);
                is_new.then_some(path)
            }
            Bound::Item if self.is_of_module(binding) => {
                // What moved here is called by its own name alone.
                let path = format!("{}::{name}", self.module(bound.module));
                let is_new = self.knows(&path).is_none() && self.is_target(&path);
                is_new.then_some(path)
            }
            Bound::Item | Bound::Local => None,
        }
    }

    fn relative(&self, written: &Written<'_>) -> Option<(String, usize)> {
        let mut path = self.module(written.module).to_owned();
        let mut used = 0;
        for word in written.words {
            match &*word.text {
                "self" if used == 0 => {}
                "super" => path.truncate(path.rfind("::")?),
                _ => break,
            }
            used += 1;
        }
        Some((path, used))
    }

    /// A name behind a leading `::`, or the first one of a `use` in edition 2015.
    fn rooted(&self, name: &str, old_root: bool, written: &Written<'_>) -> String {
        let is_own = self.place.module.is_empty() && self.declares(0, name);
        if old_root && (is_own || !self.is_crate(name)) {
            return format!("{}::{name}", self.place.krate);
        }
        if old_root && self.place.module.is_empty() && written.module == 0 {
            // The crate's root may call a crate otherwise.
            let aliases = self.facts.named(name).iter().copied();
            for index in aliases {
                if let Bound::Leaf { statement, leaf } = self.facts.bindings[index].kind
                    && self.is_root_crate(&self.facts.statements[statement])
                    && let Some(target) = self.leaf(statement, leaf)
                    && !(self.facts.statements[statement].attributes
                        && self.means_either(name, target.path()))
                {
                    return target.path().to_owned();
                }
            }
        }
        self.library(name)
    }
}
