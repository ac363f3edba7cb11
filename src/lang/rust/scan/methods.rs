//! Traits that have left a module: what calls their methods there needs an import from now on, as the
//! module had them without one.

use std::ops::Range;

use super::{Work, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::dotted::is_word;
use crate::lang::rust::builtin;
use crate::lang::rust::facts::Statement;
use crate::lang::rust::names::{Names, Reached};
use crate::lang::rust::rules::Spoken;
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::tree::plain;
use crate::plan::{Dialect, Move};

impl Names<'_> {
    /// Whether a thing stood in a module of the file, and nothing says that the module has it yet.
    fn has_lost(&self, module: usize, mv: &Move) -> bool {
        let is_home = mv.from.name.is_some() && self.module(module) == mv.from.module;
        is_home
            && mv.to.module != mv.from.module
            && (!self.holds(module, mv) || self.may_make(module, mv).is_some())
    }

    /// Whether an import of a module brings what moved, or all that its new module has.
    fn brings(&self, module: usize, mv: &Move) -> bool {
        let to = mv.to.path(Dialect::Rust);
        let statements = self.facts.statements.iter().enumerate();
        let own = &self.facts.modules[module].body;
        let mut of_module = statements.filter(|(_, it)| it.module == module && it.visible == *own);
        of_module.any(|(index, it)| {
            let mut leaves = it.leaves.iter().enumerate();
            leaves.any(|(nth, leaf)| {
                let reached = self.leaf(index, nth);
                reached.is_some_and(|reached| match leaf.glob {
                    true => reached.path() == mv.to.module,
                    false => self.after(reached.path()) == to,
                })
            })
        })
    }
}

impl Work<'_, '_> {
    /// Where the code of a module may call a method of a trait that has left it: the first place for
    /// each trait.
    pub(super) fn methods_left(&self) -> Vec<Finding> {
        let names = self.names;
        let mut found = Vec::new();
        let moves = names.plan.moves_of(Dialect::Rust);
        for mv in moves.filter(|mv| mv.may_be_unnamed()) {
            for module in 0..names.facts.modules.len() {
                if names.has_lost(module, mv)
                    && !names.brings(module, mv)
                    && let Some(place) = self.calls_method(module, mv)
                {
                    let spot = Spot {
                        module,
                        at: place.start,
                        in_use: true,
                        leading: false,
                        words: &[],
                    };
                    let to = mv.to.path(Dialect::Rust);
                    let (_, tail) = names.spell(&to, &Reached::default(), 0, &spot);
                    let reason = format!(
                        "`{}` may be of `{}`, which left this module: import `{}` if it is",
                        &names.text[place.clone()],
                        mv.from.last(),
                        tail.join("::"),
                    );
                    found.push(manual(site(Code::Usage, place, mv), reason));
                }
            }
        }
        found
    }

    /// The first place at which the code of a module may name a method or a constant of a trait without
    /// the trait; of one that is not known, at which it calls any method at all.
    fn calls_method(&self, module: usize, mv: &Move) -> Option<Range<usize>> {
        let names = self.names;
        let to = mv.to.path(Dialect::Rust);
        let methods = names.project.rust_methods(&to);
        // It may be no trait; and what the module does not name any more is told once.
        let is_here = || {
            let mut uses = (0..self.uses.len()).filter(|&at| self.uses[at].path.module == module);
            uses.any(|at| self.move_of(at).is_some_and(|it| it.id == mv.id))
        };
        if methods.is_none() && (mv.kind.is_none() || !is_here()) {
            return None;
        }
        let body = &names.facts.modules[module].body;
        let rules = self.rules();
        let inner = rules.modules.iter();
        let inner: Vec<&Range<usize>> = inner.filter(|it| it.start > body.start).collect();
        let is_here = |at: usize| body.contains(&at) && !inner.iter().any(|it| it.contains(&at));
        let own = [plain(mv.from.last()), plain(mv.to.last())];
        let mut words = rules.words.iter();
        let found = words.find(|&&(word, at, spoken)| {
            let behind = names.text[at + word.len()..].trim_start();
            let may_be = match methods {
                Some(methods) => methods.iter().any(|it| **it == *word),
                None => behind.starts_with('('),
            };
            may_be
                && match spoken {
                    Spoken::Field => behind.starts_with('(') || behind.starts_with("::"),
                    Spoken::Code => methods.is_some() && is_of_type(names.text, at, own),
                    Spoken::Text => false,
                }
                && is_here(at)
        });
        found.map(|&(word, at, _)| at..at + word.len())
    }

    /// Whether all that sees a star is in this text, and says no method or constant of a trait whose
    /// methods are known: nobody misses that trait.
    pub(super) fn calls_nothing_of(&self, star: &Statement, mv: &Move) -> bool {
        let (names, rules) = (self.names, self.rules());
        let Some(methods) = names.project.rust_methods(&mv.to.path(Dialect::Rust)) else {
            return false;
        };
        let is_said = |word: &str| methods.iter().any(|it| **it == *word);
        names.file.is_some()
            && !star.public
            && !rules.broken
            && rules.lines.is_empty()
            && names.place.around_macros.is_some()
            && !names.shares_scope(star.module)
            // Other macros may call what they like.
            && rules.foreign_in(&star.visible).all(builtin::is_macro)
            && !rules.words.iter().any(|&(word, ..)| is_said(word))
    }
}

/// Whether the name at a place is what a type has, and neither one of these traits, nor what they are
/// said to be a bound of: `T::`, but not `Trait::`, `<T as Trait>::`, nor `T::` behind `T: Trait`.
fn is_of_type(text: &str, at: usize, traits: [&str; 2]) -> bool {
    let Some(before) = text[..at].trim_end().strip_suffix("::") else {
        return false;
    };
    let before = before.trim_end();
    if before.ends_with('>') {
        let mut depth = 0_usize;
        let open = before.rfind(|c: char| {
            depth += usize::from(c == '>');
            depth -= usize::from(c == '<');
            c == '<' && depth == 0
        });
        return !open.is_some_and(|open| before[open..].contains(" as "));
    }
    let name = &before[before.trim_end_matches(is_word).len()..];
    !name.is_empty() && !traits.contains(&name) && !is_bounded(text, name, traits)
}

/// Whether a text says that one of these traits is a bound of a name.
fn is_bounded(text: &str, name: &str, traits: [&str; 2]) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let behind = text[at + name.len()..].trim_start();
        let Some(bounds) = behind.strip_prefix(':').filter(|it| !it.starts_with(':')) else {
            return false;
        };
        let end = bounds.find(['{', ';', '=', '(', ')']);
        let bounds = &bounds[..end.unwrap_or(bounds.len())];
        !text[..at].ends_with(is_word)
            && bounds
                .split(|c| !is_word(c))
                .any(|word| traits.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::is_of_type;

    #[test]
    fn a_method_of_a_type_is_told_from_that_of_a_trait() {
        let check =
            |before: &str| is_of_type(&format!("{before}mk()"), before.len(), ["Old", "New"]);
        assert!(check("E::") && check("let x = Self ::") && check("Vec::<T<u8>>::"));
        assert!(!check("Old::") && !check("a::New::") && !check("<E as a::New<T>>::"));
        assert!(!check("f(") && !check("::") && !check("fn "));
        assert!(!check("fn f<I, E: Clone + a::Old<I>>() { E::") && !check("where T : New { T::"));
        assert!(check("fn f<TE: Old>() { E::") && check("fn f<E: Clone>(a: Old) { E::"));
    }
}
