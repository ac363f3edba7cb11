//! Names that mean one thing in one configuration and another one in others: `#[cfg(a)] use std::io;`
//! beside `#[cfg(b)] use core_io as io;`.

use super::facts::{Bound, space};
use super::names::{Names, Reached, Written};

/// As many bindings of one name are compared.
const MANY: usize = 64;

/// Where a name leads in another configuration; empty where that is unknown.
struct Other {
    binding: Option<usize>,
    path: String,
}

impl Names<'_> {
    /// The other bindings of a name where an import of a module binds it.
    fn others(&self, binding: usize) -> Vec<Other> {
        let own = &self.facts.bindings[binding];
        let named = self.facts.named(&own.name);
        let by_stars = self.stars_beside(binding);
        if named.len() < 2 && by_stars.is_empty() {
            return Vec::new();
        }
        let by_stars = by_stars.into_iter().map(|path| Other {
            binding: None,
            path,
        });
        let named = named.iter().copied().take(MANY);
        let others = named.filter(|&other| {
            let it = &self.facts.bindings[other];
            other != binding
                && (it.module, &it.visible) == (own.module, &own.visible)
                && self.spaces(other) & self.spaces(binding) & space::TYPE != 0
        });
        let path = |other: usize| match self.facts.bindings[other].kind {
            Bound::Leaf { statement, leaf } => {
                let reached = self.leaf(statement, leaf);
                reached.map_or_else(String::new, |reached| reached.path().to_owned())
            }
            Bound::Module => format!("{}::{}", self.module(own.module), own.name),
            Bound::Item | Bound::Local => String::new(),
        };
        let others = others.map(|other| Other {
            binding: Some(other),
            path: path(other),
        });
        others.chain(by_stars).collect()
    }

    /// Where an import of a module leads, if its name leads elsewhere in other configurations; what
    /// moves as a whole is treated by its import.
    pub(super) fn leads_elsewhere(&self, binding: usize) -> bool {
        let Some((statement, leaf, ..)) = self.leaf_of(binding) else {
            return false;
        };
        let Some(own) = self.leaf(statement, leaf) else {
            return false;
        };
        let others = self.others(binding);
        self.lookup(own.path()).is_none()
            && (others.iter()).any(|other| self.after(&other.path) != self.after(own.path()))
    }

    /// Where a path leads in all configurations: if something of it moves in one of them, and not
    /// all of them lead to the same place from then on, nothing can be done with it.
    pub(super) fn weigh(&self, written: &Written<'_>, reached: &mut Reached) {
        if let (Some(star), Some(word)) = (reached.glob, reached.moved)
            && let Some(module) = self.leaf(star.0, star.1)
            && module
                .through
                .is_some_and(|(binding, _)| self.leads_elsewhere(binding))
        {
            reached.doubt = Some((word, reached.prefixes[word].clone()));
            reached.moved = None;
            return;
        }
        let (word, others) = if let Some((word, paths)) = reached.or.take() {
            let paths = paths.into_iter();
            let others = paths.map(|path| Other {
                binding: None,
                path,
            });
            (word, others.collect())
        } else if let Some((binding, word)) = reached.through
            && word + 1 < written.words.len()
        {
            (word, self.others(binding))
        } else {
            return;
        };
        if others.is_empty() || word + 1 >= written.words.len() {
            return;
        }
        let rest = || written.words[word + 1..].iter().map(|word| &*word.text);
        let below = |path: &str| {
            let mut path = path.to_owned();
            for name in rest().filter(|name| *name != "self") {
                path = format!("{path}::{name}");
            }
            path
        };
        let own = reached.prefixes[word].clone();
        let all = std::iter::once(&own).chain(others.iter().map(|other| &other.path));
        let mut moving = all.clone().filter(|path| {
            // What an import gives goes along with it.
            self.lookup(&below(path)).is_some()
                && self.after(&below(path)) != below(&self.after(path))
        });
        let Some(moved) = moving.next().cloned() else {
            return;
        };
        let target = self.after(&below(&moved));
        if !all.clone().all(|path| self.after(&below(path)) == target) {
            reached.doubt = Some((written.words.len() - 1, below(&moved)));
            reached.moved = None;
            return;
        }
        let same = others.iter().find(|other| other.path == moved);
        if let Some(binding) = same.and_then(|other| other.binding)
            && moved != own
        {
            reached.through = Some((binding, word));
            let mut path = moved;
            reached.prefixes.truncate(word);
            reached.prefixes.push(path.clone());
            for (nth, name) in rest().enumerate() {
                if name != "self" {
                    path = format!("{path}::{name}");
                }
                if self.knows(&path).is_some() {
                    reached.moved.get_or_insert(word + 1 + nth);
                }
                reached.prefixes.push(path.clone());
            }
        }
    }
}
