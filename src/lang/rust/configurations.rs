//! Names that mean one thing in one configuration and another one in others: `#[cfg(a)] use std::io;`
//! beside `#[cfg(b)] use core_io as io;`.

use std::ops::Range;
use std::rc::Rc;

use super::facts::{Bound, space};
use super::names::{Names, Reached, Written};
use super::stars::Given;
use super::{conditional, conditions};

/// As many bindings of one name are compared.
const MANY: usize = 64;

/// Where a name leads in another configuration; empty where that is unknown.
struct Other {
    binding: Option<usize>,
    path: String,
}

/// Where a name leads where what binds it is not there.
struct Hidden {
    path: String,
    /// The import of the file that gives it.
    import: Option<usize>,
    /// The import of all names that gives it.
    glob: Option<(usize, usize)>,
}

impl Hidden {
    fn of(path: String, aside: &Reached) -> Self {
        Self {
            path,
            import: aside.through.map(|(binding, _)| binding),
            glob: aside.glob,
        }
    }
}

impl Names<'_> {
    /// The path behind a binding, or, where that is there in some configurations only and has none, of
    /// what it hides there.
    pub(super) fn bound_or_hidden(
        &self,
        binding: usize,
        written: &Written<'_>,
        reached: &mut Reached,
    ) -> Option<String> {
        let name = &*written.words.first()?.text;
        // What the root calls a crate in some configurations is known by itself.
        let import = self.leaf_of(binding).map(|(.., import, _)| import);
        let is_by_root = import.is_some_and(|import| self.is_root_crate(import));
        let is_conditional = !is_by_root && !self.asked_for(binding).is_empty();
        // What it may hide is asked first: there is such a thing for few.
        let hidden = is_conditional.then(|| self.hidden(binding, written, reached));
        let hidden = hidden
            .flatten()
            .filter(|_| self.may_be_missing(binding, written.at));
        let own = self.bound(binding, name, reached);
        let Some(hidden) = hidden else {
            return own;
        };
        reached
            .passed
            .extend(hidden.import.map(|import| (import, 0)));
        reached.hidden_glob = hidden.glob;
        let Some(own) = own else {
            reached.or = Some((0, vec![String::new()]));
            return Some(hidden.path);
        };
        reached.or = Some((0, vec![hidden.path]));
        Some(own)
    }

    /// Whether what binds a name is missing at a place in some configurations, with all that stands in
    /// its scope.
    pub(super) fn may_be_missing(&self, binding: usize, at: usize) -> bool {
        if self.asked_for(binding).is_empty() {
            return false;
        }
        let own = &self.facts.bindings[binding];
        let beside = self.facts.named(&own.name).iter().copied().take(MANY);
        let beside = beside.filter(|&other| {
            let it = &self.facts.bindings[other];
            let is_beside = (it.module, it.visible.end) == (own.module, own.visible.end);
            is_beside && it.visible.start <= at && self.spaces(other) & self.spaces(binding) != 0
        });
        let cases: Vec<Vec<String>> = beside.map(|it| self.asked_for(it).to_vec()).collect();
        if conditions::any(&cases).is_none() {
            return false;
        }
        !cases.iter().any(|case| self.holds_at(at, case))
    }

    /// Whether conditions hold for the code at a place.
    pub(super) fn holds_at(&self, at: usize, asked: &[String]) -> bool {
        asked.is_empty() || self.conditions().hold_at(at, asked)
    }

    /// The parts of the text that may never be there with a binding: the cheap question, which is asked
    /// once.
    fn may_be_apart(&self, binding: usize, asked: &[String]) -> Rc<[Range<usize>]> {
        if let Some(known) = self.may_be_apart.borrow().get(&binding) {
            return Rc::clone(known);
        }
        let named = || conditional::named(self.text);
        let named = self.named_conditions.get_or_init(named);
        let parts: Rc<[_]> = conditional::apart(self.text, named, asked).into();
        let mut known = self.may_be_apart.borrow_mut();
        Rc::clone(known.entry(binding).or_insert(parts))
    }

    /// Whether what binds a name is never there together with the code at a place.
    pub(super) fn is_never_at(&self, binding: usize, at: usize) -> bool {
        let asked = self.asked_for(binding);
        let may_be = || {
            let parts = self.may_be_apart(binding, asked);
            parts.iter().any(|part| part.contains(&at))
        };
        !asked.is_empty() && may_be() && self.conditions().are_apart_at(at, asked)
    }

    /// Where the first word of a longer path leads where a binding is not there.
    fn hidden(&self, binding: usize, written: &Written<'_>, reached: &Reached) -> Option<Hidden> {
        let name = &*written.words.first()?.text;
        if written.words.len() < 2 || !reached.prefixes.is_empty() {
            return None;
        }
        let bound = &self.facts.bindings[binding];
        let mut aside = Reached::default();
        let outer = self.around(binding, written.at, space::TYPE);
        let star = || {
            let star = self.nearest_star(name, written);
            star.or_else(|| self.module_star(name, written))
        };
        let star = star().filter(|star| {
            let size = outer.map(|it| self.facts.bindings[it].visible.len());
            star.size >= bound.visible.len() && size.is_none_or(|size| star.size < size)
        });
        if let Some(star) = star {
            let path = self.through_star(star, &mut aside)?;
            return Some(Hidden::of(path, &aside));
        }
        if let Some(outer) = outer {
            let path = self.bound(outer, name, &mut aside).unwrap_or_default();
            return Some(Hidden::of(path, &aside));
        }
        let is_crate = written.may_be_crate && self.is_crate(name);
        is_crate.then(|| Hidden::of(self.library(name), &aside))
    }

    /// What moves that a path leads to by a star in some configurations only: a binding hides that, or
    /// it hides one, or another star, and what hides the other may be missing.
    pub(super) fn star_in_doubt(
        &self,
        star: Option<&Given>,
        binding: Option<usize>,
        written: &Written<'_>,
    ) -> Option<String> {
        let star = star?;
        let name = &*written.words.first()?.text;
        let size = |it: usize| self.facts.bindings[it].visible.len();
        if let Some(nearer) = binding.filter(|&it| size(it) <= star.size) {
            let is_moved = written.words.len() == 1 && self.knows(star.path()).is_some();
            let is_in_doubt = is_moved && self.may_be_missing(nearer, written.at);
            return is_in_doubt.then(|| star.path().to_owned());
        }
        let asked = self.asked_for_star(star.origin);
        if asked.is_empty() || self.holds_at(written.at, asked) {
            return None;
        }
        let rest = written.words.iter().skip(1).map(|word| &*word.text);
        let rest = rest.filter(|word| *word != "self");
        let path = rest.fold(star.path().to_owned(), |path, word| {
            format!("{path}::{word}")
        });
        self.lookup(&path)?;
        let mut aside = Reached::default();
        let other = binding.and_then(|it| self.bound(it, name, &mut aside));
        let is_same = |other: &str| self.after(other) == self.after(star.path());
        let scope = self.stars.scope(written.module, written.at);
        let outer = scope.into_iter().flat_map(|it| self.stars.around(it));
        let mut outer = outer.filter(|it| self.facts.statements[it.0].visible.len() > star.size);
        let is_in_doubt = match binding {
            Some(_) => !other.as_deref().is_some_and(is_same),
            None => outer.any(|it| self.may_bring(it, name)),
        };
        is_in_doubt.then_some(path)
    }

    /// What binds the name of a binding around it, and is meant at a place where that is not there.
    fn around(&self, binding: usize, at: usize, spaces: u8) -> Option<usize> {
        let own = &self.facts.bindings[binding];
        let named = self.facts.named(&own.name).iter().copied();
        let around = named.filter(|&other| {
            let it = &self.facts.bindings[other];
            it.module == own.module
                && self.spaces(other) & spaces != 0
                && own.lies_in(it)
                && it.visible.contains(&at)
        });
        around.min_by_key(|&it| self.facts.bindings[it].visible.len())
    }

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
            let through = reached.through.filter(|it| it.1 == word);
            let beside = through.map(|(binding, _)| self.others(binding));
            (word, others.chain(beside.into_iter().flatten()).collect())
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
