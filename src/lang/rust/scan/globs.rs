//! Imports of all names of a module of which some move.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::doubled::Shared;
use super::{LeafId, Manner, Moving, Work, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::rust::facts::{Form, PathRef, Shape, Statement};
use crate::lang::rust::imports::Added;
use crate::lang::rust::names::Reached;
use crate::lang::rust::reexports::{Route, closed};
use crate::lang::rust::spelling::Spot;
use crate::lang::rust::tree::plain;
use crate::plan::{Dialect, Move, below};

/// Who reads a thing that a star gives.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) uses: Vec<usize>,
    /// The modules of macros that are given its name.
    given_in: Vec<usize>,
    /// The module gives it to others.
    is_given_on: bool,
    /// A macro that is called in its scope says its name.
    is_in_macros: bool,
    /// A macro may put a path that begins with its name behind another one.
    is_put_behind: bool,
    /// Where it is said that no path is read.
    said: Vec<Range<usize>>,
    /// It is read where the star may be missing, and another one gives it.
    pub(super) is_missed: bool,
}

impl Wanted {
    /// Takes those who read it elsewhere in.
    pub(super) fn join(&mut self, other: Self) {
        self.uses.extend(other.uses);
        self.given_in.extend(other.given_in);
        self.is_given_on |= other.is_given_on;
        self.is_in_macros |= other.is_in_macros;
        self.is_put_behind |= other.is_put_behind;
        self.is_missed |= other.is_missed;
        self.said.extend(other.said);
    }
}

impl Work<'_, '_> {
    /// Names that a module gives to others by a public star: they stay its own.
    fn given_on(&self) -> Vec<(LeafId, String)> {
        let facts = self.names.facts;
        let mut found = Vec::new();
        let package = self.names.place.package.as_ref();
        if package.is_none_or(|it| it.lib.as_deref() != Some(&*self.names.place.krate)) {
            return found; // nobody else can name what is in a program
        }
        for (index, statement) in facts.statements.iter().enumerate() {
            if !statement.public || statement.visible != facts.modules[statement.module].body {
                continue;
            }
            let stars = statement.leaves.iter().enumerate();
            for (nth, _) in stars.filter(|(_, leaf)| leaf.glob) {
                let Some(reached) = self.names.leaf(index, nth) else {
                    continue;
                };
                // What the crate itself reads there, it reads from the new place from now on.
                let own = self.names.module(statement.module);
                let inner = || {
                    facts.modules[statement.module].inner
                        || self.names.limit_of(statement).is_some()
                        || self.is_hidden(statement.module)
                };
                let project = self.names.project;
                let limit = self.names.limit_of(statement);
                // Another star gives it on, whoever sees this one.
                let is_given = |mv: &Move| {
                    let narrowed = self.names.narrowed(statement, mv).or(limit.clone());
                    let viewer = narrowed.as_deref().unwrap_or("");
                    plain(mv.from.last()) == plain(mv.to.last())
                        && self.names.gives_on(mv, own, (viewer, Some(statement)))
                };
                let gone = self.names.plan.moves_of(Dialect::Rust).filter(|mv| {
                    let name = mv.from.name.as_deref();
                    let (module, visible) = (statement.module, &statement.visible);
                    let is_read = |name: &str| match self.names.narrowed(statement, mv) {
                        // No star gives it to another crate, and each one of this crate is at hand.
                        Some(limit) => below(own, &limit, "::") && project.is_rust_given(name),
                        None if !inner() => true,
                        // Nobody need say a trait's name to use it.
                        None if mv.may_be_unnamed() => project.is_rust_taken(own, name),
                        None => {
                            project.is_rust_opaque(name)
                                || self.is_taken_elsewhere(own, &mut BTreeSet::new())
                        }
                    };
                    mv.from.module == reached.path()
                        && name.is_some_and(|name| {
                            !self.is_bound_in(name, module, visible)
                                && is_read(name)
                                && !is_given(mv)
                        })
                });
                found.extend(gone.map(|mv| ((index, nth), mv.from.path(Dialect::Rust))));
            }
        }
        found
    }

    /// Whether another file, or another crate, may take names from a module of this one by a star. What
    /// this file takes by its own ones is known.
    fn is_taken_elsewhere(&self, module: &str, seen: &mut BTreeSet<usize>) -> bool {
        let names = self.names;
        let mut takers = names.project.rust_modules_taking(module);
        takers.any(|taker| {
            let Some(&own) = names.by_path.get(taker) else {
                return true;
            };
            let mut stars = names.stars.of_module(own);
            let is_everyones = stars.any(|(index, nth)| {
                let reached = names.leaf(index, nth);
                reached.is_some_and(|it| it.path() == module)
                    && names.limit_of(&names.facts.statements[index]).is_none()
            });
            // Of a module that nobody else can name, others have what is taken from it in turn.
            is_everyones && !names.facts.modules[own].inner
                || seen.insert(own) && self.is_taken_elsewhere(taker, seen)
        })
    }

    /// Names that bodies of macros take from a star, where those macros are used.
    fn taken_by_macros(&self) -> Vec<(LeafId, String)> {
        let names = self.names;
        let facts = names.facts;
        let begun = facts.begun_in_macros.values().flatten();
        let begun = begun.map(|path| (&*path.words[0].text, path.start(), Some(path)));
        let own = facts.named_in.iter().map(|it| (&*it.name, it.at, None));
        let own: Vec<(&str, usize, Option<&PathRef>)> = own.chain(begun).collect();
        // A macro of another file can be used here as well.
        let all = names.project.rust_names_in_macros();
        let all: BTreeSet<&str> = all.chain(own.iter().map(|it| it.0)).collect();
        let mut found = Vec::new();
        for star in names.stars.all().filter(|_| !all.is_empty()) {
            let statement = &names.facts.statements[star.0];
            let Some(reached) = names.leaf(star.0, star.1) else {
                continue;
            };
            let module = names.module(statement.module);
            let calls = |of: &str| self.rules().calls(of, &statement.visible).iter();
            // A path that goes through the star is one that is looked at for itself.
            let goes_by_it = |path: Option<&PathRef>| {
                let reached = path.and_then(|path| names.reach(path));
                reached.is_some_and(|it| it.glob == Some(star))
            };
            let is_called_own = |at: usize| {
                let saying = self.rules().saying(at);
                let mut calls = saying
                    .iter()
                    .flat_map(|&of| calls(self.rules().own[of].name));
                calls.any(|call| self.rules().means(call, &saying))
            };
            let is_called_of_others = |name: &str| {
                let mut others = names.project.rust_macros_saying(name, names.file, module);
                others.any(|(_, it)| calls(&it.of).any(|call| self.rules().leads_out(call)))
            };
            for &name in &all {
                let path = format!("{}::{name}", reached.path());
                if names.knows(&path).is_some()
                    && !self.is_bound_in(name, statement.module, &statement.visible)
                    && (own.iter().any(|&(its, at, path)| {
                        its == name && is_called_own(at) && !goes_by_it(path)
                    }) || is_called_of_others(name))
                {
                    found.push((star, path));
                }
            }
        }
        found
    }

    /// Moved things that a star gives: they are imported by name.
    pub(super) fn decide_globs(&mut self) {
        let mut wanted: BTreeMap<(LeafId, String), Wanted> = BTreeMap::new();
        for key in self.given_on() {
            wanted.entry(key).or_default().is_given_on = true;
        }
        for key in self.taken_by_macros() {
            wanted.entry(key).or_default().is_in_macros = true;
        }
        for (key, said) in self.taken_among_tokens() {
            let wanted = wanted.entry(key).or_default();
            wanted.is_in_macros = true;
            wanted.said = said;
        }
        for path in self.names.facts.opaque.values().flatten() {
            if let Some(reached) = self.names.reach(path)
                && let (Some(0), Some(glob), None) = (reached.moved, reached.glob, reached.through)
            {
                let key = (glob, reached.prefixes[0].clone());
                wanted.entry(key).or_default().given_in.push(path.module);
            }
        }
        let mut put_behind = Vec::new();
        for (at, it) in self.uses.iter().enumerate() {
            let (Some(0), Some(glob), None) =
                (it.reached.moved, it.reached.glob, it.reached.through)
            else {
                continue;
            };
            let key = (glob, it.reached.prefixes[0].clone());
            match self.put_behind.contains(&at) {
                true => put_behind.push(key),
                false => {
                    let wanted = wanted.entry(key).or_default();
                    wanted.uses.push(at);
                    wanted.is_in_macros |= self.is_put_behind(at);
                }
            }
        }
        for key in put_behind {
            // Alone it asks for no import: where the macro needs one, the compiler says so.
            wanted.entry(key).and_modify(|it| it.is_put_behind = true);
        }
        let wanted = self.nearer(wanted);
        let Shared { wanted, left } = self.shared_by_stars(wanted);
        for ((glob, from), wanted) in left {
            if let Some(mv) = self.names.knows(&from) {
                let reason =
                    "another `*` gives it beside this one, and is not always there with it";
                self.leave_star(glob, mv, (&wanted.uses, &wanted.said), reason);
            }
            self.given.insert((glob, from));
        }
        // What stars of a scope bring by its new name.
        let mut imported = FxHashSet::default();
        for ((glob, from), wanted) in wanted {
            let index = glob.0;
            let Some(mv) = self.names.knows(&from) else {
                continue;
            };
            if self.is_only_told(&wanted) {
                self.given.insert((glob, from.clone()));
                self.tell(wanted.uses);
                continue;
            }
            let statement = &self.names.facts.statements[index];
            let around = self.names.facts.among_tokens.get(&index);
            let is_in_body = around.is_some_and(|it| it.in_rules);
            if is_in_body && self.declares_itself(statement, plain(mv.from.last())) {
                continue;
            }
            if let Some(reason) = self.unfit(index, Some(mv)) {
                self.leave_star(glob, mv, (&wanted.uses, &wanted.said), &reason);
                self.given.insert((glob, from));
                continue;
            }
            let to = mv.to.path(Dialect::Rust);
            let module = self.names.leaf(index, glob.1);
            let through = module.as_deref().map_or("", Reached::path);
            // The star gives what is written below its module.
            let mut crossed = module.as_ref().map_or(Vec::new(), |it| it.crossed.clone());
            crossed.push(format!("{through}::{}", mv.from.last()));
            let below_star = Reached {
                prefixes: vec![from.clone()],
                crossed,
                ..Reached::default()
            };
            let route = match through == mv.from.module || wanted.is_given_on {
                true => Route::Direct,
                false => {
                    let viewer = self.names.module(statement.module);
                    self.names.route(mv, through, viewer)
                }
            };
            let by_star = match route {
                Route::Direct => self.names.out_of_reach(mv, &below_star, 0).map(Err),
                Route::Star(path) => Some(Ok(path)),
                Route::Kept => {
                    self.given.insert((glob, from));
                    continue;
                }
                Route::Closed => Some(Err(closed(mv))),
            };
            let by_star = match by_star.transpose() {
                Ok(by_star) => by_star,
                Err(reason) => {
                    let uses = wanted.uses.iter();
                    self.manual.extend(uses.map(|&at| (at, reason.clone())));
                    continue;
                }
            };
            let spot = Spot {
                module: statement.module,
                at: statement.tree_at.start,
                in_use: true,
                leading: false,
                words: &[],
            };
            let goes_there = |moving: &Moving<'_>| {
                mv.to.name.is_some() && self.names.after(moving.reached.path()) == mv.to.module
            };
            let is_given_anew = self.gives_new_name(glob, mv);
            // A star gives the new name as well.
            let stays = by_star.is_some() || is_given_anew;
            let comes_along = stays || self.moving.get(&glob).is_some_and(goes_there);
            let spelled = by_star.as_deref().unwrap_or(&to);
            let (_, tail) = self.names.spell(spelled, &below_star, 0, &spot);
            let [old, new] = [&mv.from, &mv.to].map(|spec| self.names.written(spec.last()));
            let read = format!("{}::{}", self.names.module(statement.module), plain(&old));
            let visibility = self.visibility(&wanted, statement, mv);
            let is_private = match &visibility {
                Some(visibility) => visibility.is_empty(),
                None => !statement.public,
            };
            let uses = &wanted.uses;
            let places = uses.iter().map(|&at| self.place(at));
            let places: Vec<(usize, usize)> = places.collect();
            let names = self.names;
            let plain_new = plain(&new);
            let is_given = |name: &str| names.facts.opaque.contains_key(name);
            let gives_nearer = || {
                let size = statement.visible.len();
                self.gives_nearer(size, plain_new, &to, (&places, &[]))
            };
            let is_elsewhere = |&at: &usize| self.uses[at].path.module != statement.module;
            let why = if self.manner == Manner::Cautious {
                Some("another name would mean something else".to_owned())
            } else if !is_private || names.project.is_rust_read(&read, names.file) {
                Some("others may read it from here".to_owned())
            } else if !is_given_anew
                && (!names.facts.named(plain_new).is_empty()
                    || !self.paths_with(plain_new).is_empty())
            {
                Some(format!("`{new}` may be something else here"))
            } else if is_given(plain_new) || is_given(plain(&old)) {
                Some("the name stands among the tokens of a macro".to_owned())
            } else if wanted.is_in_macros || names.facts.in_macros.contains(plain(&old)) {
                Some("a macro names it, and means what it is where it is used".to_owned())
            } else if wanted.is_put_behind {
                Some("a macro may put a path that begins with it behind another one".to_owned())
            } else if names.shares_scope(statement.module) {
                Some("another file has this scope as well".to_owned())
            } else if around.is_some() {
                Some("it is imported by a macro".to_owned())
            } else if wanted.is_missed {
                Some("where this `*` is not there, another one gives it".to_owned())
            } else if uses.iter().any(is_elsewhere) {
                Some("a module below reads it from here by a star".to_owned())
            } else {
                gives_nearer().then(|| format!("`*` of a block may give another `{new}`"))
            };
            let free = why.is_none();
            self.given.insert((glob, from.clone()));
            let renames = old != new && free;
            // Another one brings it under that name: twice it would be an error.
            let known = (self.known_as(index, to.clone()), plain_new.to_owned());
            let is_imported =
                renames && (self.twin(&to, &new, glob).is_some() || imported.contains(&known));
            if is_imported {
                self.relieved.entry(glob).or_default();
            }
            if stays && renames || is_imported {
                for &at in uses {
                    match self.uses[at].path.shape.untouchable() {
                        Some(reason) => self.manual.push((at, reason.to_owned())),
                        None => {
                            let edit = self.rename(self.uses[at].path, 0, &new);
                            self.use_edits.entry(None).or_default().push((at, edit));
                        }
                    }
                }
                continue;
            }
            let alias = (old != new && !free).then(|| old.clone());
            let mut reason = None;
            if comes_along && alias.is_none() {
                self.along.insert(glob);
            } else {
                if alias.is_none() && !statement.attributes {
                    imported.insert(known);
                }
                let added = Added {
                    path: tail,
                    alias,
                    visibility,
                };
                self.added.entry(index).or_default().push(added);
                self.spare_others(glob, mv);
                self.likely.insert(index);
                let is_sure = !uses.is_empty() || !statement.public;
                let unsure = match is_sure || self.names.limit_of(statement).is_none() {
                    true => "",
                    false => ", and may be unused",
                };
                let kept = why.filter(|_| old != new);
                let kept = kept.map_or_else(String::new, |why| format!(", as `{old}`: {why}"));
                let only = self.only_under(&wanted, statement);
                let only = only.map_or_else(String::new, |condition| {
                    format!(", which only code under `#[cfg({condition})]` uses")
                });
                let text = format!(
                    "`{old}` came from `*`, and is imported by name now{unsure}{only}{kept}"
                );
                reason = Some(text);
            }
            if by_star.is_some() && reason.is_none() {
                continue;
            }
            if reason.is_some() {
                let first = self.sites.get(&index).map_or(0, Vec::len);
                self.relieved.insert(glob, Some((index, first)));
            }
            for place in &wanted.said {
                let mut site = site(Code::Usage, place.clone(), mv);
                site.reason = reason.take();
                self.sites.entry(index).or_default().push(site);
            }
            if uses.is_empty() && wanted.said.is_empty() {
                let mut site = site(Code::Import, statement.tree_at.clone(), mv);
                site.reason = reason.take();
                self.sites.entry(index).or_default().push(site);
            }
            for &at in uses {
                let it = &self.uses[at];
                let mut site = self.site(it.path, 0, mv);
                site.reason = reason.take();
                self.sites.entry(index).or_default().push(site);
                if renames {
                    let edit = self.rename(it.path, 0, &new);
                    self.use_edits
                        .entry(Some(index))
                        .or_default()
                        .push((at, edit));
                }
            }
        }
    }

    /// What must hold for all code that uses an import beside a star, where nobody else can see it.
    fn only_under(&self, wanted: &Wanted, statement: &Statement) -> Option<String> {
        let is_everywhere = statement.public
            || wanted.is_given_on
            || wanted.is_in_macros
            || !wanted.given_in.is_empty()
            || !wanted.said.is_empty();
        let code = wanted.uses.iter().map(|&at| self.uses[at].path);
        let code = code.filter(|path| !path.shape.is_in_docs());
        let places: Vec<usize> = code.map(PathRef::start).collect();
        let shared = self.shared_conditions(&places, statement.keyword);
        shared
            .first()
            .filter(|_| !is_everywhere)
            .map(|it| (*it).to_owned())
    }

    /// Whether a star takes all names of the module in which a thing has another name from now on, and
    /// nothing else gives that name beside it.
    fn gives_new_name(&self, star: LeafId, mv: &Move) -> bool {
        let (names, facts) = (self.names, self.names.facts);
        let module = facts.statements[star.0].module;
        let target = names.leaf(star.0, star.1);
        let is_home = target.is_some_and(|it| it.path() == mv.to.module);
        let new = plain(mv.to.last());
        let to = mv.to.path(Dialect::Rust);
        let mut named = facts.named(new).iter().map(|&it| &facts.bindings[it]);
        let mut beside = names.stars.of_module(module).filter(|it| *it != star);
        is_home
            && mv.to.name.is_some()
            && mv.from.module == mv.to.module
            && named.all(|it| it.module != module)
            && !beside.any(|it| names.may_give(it, new, &to, 0))
    }

    /// Whether only doc comments name a thing: an import of it would be unused.
    fn is_only_told(&self, wanted: &Wanted) -> bool {
        let mut uses = wanted.uses.iter();
        !wanted.uses.is_empty()
            && !wanted.is_given_on
            && !wanted.is_in_macros
            && wanted.given_in.is_empty()
            && uses.all(|&at| self.uses[at].path.shape.is_in_docs())
    }

    /// Names in doc comments that no import gives: links get the whole path.
    fn tell(&mut self, uses: Vec<usize>) {
        for at in uses {
            let it = &self.uses[at];
            let (path, Some(mv)) = (it.path, self.names.knows(&it.reached.prefixes[0])) else {
                continue;
            };
            match path.shape {
                Shape::Inline => {
                    let edit = self.rename(path, 0, &self.names.written(mv.to.last()));
                    self.use_edits.entry(None).or_default().push((at, edit));
                }
                _ => {
                    self.only_told.insert(at);
                    self.write_out(at, None);
                }
            }
        }
    }

    /// The same, but of what only modules read that are not always there: beside the stars of those,
    /// as nobody else would use it.
    fn nearer(
        &mut self,
        wanted: BTreeMap<(LeafId, String), Wanted>,
    ) -> BTreeMap<(LeafId, String), Wanted> {
        let facts = self.names.facts;
        let mut nearer: BTreeMap<(LeafId, String), Wanted> = BTreeMap::new();
        for ((star, from), wanted) in wanted {
            let statement = &facts.statements[star.0];
            let is_conditional = |at: usize| {
                let conditions = self.conditions();
                !conditions
                    .at(at)
                    .is_subset(&conditions.at(statement.keyword))
            };
            let star_of = |&at: &usize| {
                let path = self.uses[at].path;
                let own = self.names.star_at(path)?;
                let nearest = &facts.statements[own.0];
                let is_own = nearest.module == path.module
                    && nearest.module != statement.module
                    && nearest.form == Form::Use;
                (is_own && is_conditional(path.start())).then_some((own, at))
            };
            let stars: Option<Vec<(LeafId, usize)>> = wanted.uses.iter().map(star_of).collect();
            let is_read_elsewhere = statement.public
                || wanted.uses.is_empty()
                || wanted.is_given_on
                || wanted.is_in_macros
                || wanted.is_put_behind
                || !wanted.given_in.is_empty()
                || self.names.knows(&from).is_none_or(Move::may_be_unnamed);
            match stars {
                Some(stars) if !is_read_elsewhere => {
                    self.given.insert((star, from.clone()));
                    self.relieved.entry(star).or_default();
                    for (own, at) in stars {
                        self.joined.push((star.0, own.0));
                        let wanted = nearer.entry((own, from.clone())).or_default();
                        wanted.uses.push(at);
                    }
                }
                _ => {
                    nearer.entry((star, from)).or_default().join(wanted);
                }
            }
        }
        nearer
    }

    /// What the import of a thing by its name says of who sees it, where that is not what its star
    /// says: who may use the star may not see all that comes by it.
    fn visibility(&self, wanted: &Wanted, statement: &Statement, mv: &Move) -> Option<String> {
        let names = self.names;
        let limit = statement.public.then(|| names.narrowed(statement, mv))??;
        let own = statement.module;
        let is_inside = |module: usize| {
            let modules = &names.facts.modules;
            let mut around = std::iter::successors(Some(module), |&it| modules[it].parent);
            around.any(|module| module == own)
        };
        let of_uses = wanted.uses.iter().map(|&at| self.uses[at].path.module);
        let mut readers = of_uses.chain(wanted.given_in.iter().copied());
        let is_private = !wanted.is_given_on && readers.all(is_inside);
        Some(match is_private {
            true => String::new(),
            false => names.visibility(own, &limit),
        })
    }

    /// Stars that take all names of a module that loses a trait or a macro: nobody can tell
    /// whether it was used through them.
    pub(super) fn stars_left(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (index, statement) in self.names.facts.statements.iter().enumerate() {
            let leaves = statement.leaves.iter().enumerate();
            for (nth, leaf) in leaves.filter(|(_, it)| it.glob) {
                for mv in self.lost((index, nth)) {
                    if self.calls_nothing_of(statement, mv) {
                        continue;
                    }
                    let reason = format!(
                        "`*` may bring `{}` into scope, which leaves `{}`: import it by name if its methods are used",
                        mv.from.last(),
                        mv.from.module
                    );
                    found.push(manual(site(Code::Import, leaf.at.clone(), mv), reason));
                }
            }
        }
        found
    }

    /// What a star gives no more that nobody need name, where nothing beside it brings that.
    pub(super) fn lost(&self, star: LeafId) -> impl Iterator<Item = &Move> {
        let reached = self.names.leaf(star.0, star.1);
        let module = self.names.facts.statements[star.0].module;
        let moves = self.names.plan.moves_of(Dialect::Rust);
        moves.filter(move |mv| {
            let is_of_it = |reached: &Rc<Reached>| mv.from.module == reached.path();
            mv.may_be_unnamed()
                && reached.as_ref().is_some_and(is_of_it)
                && !self.given.contains(&(star, mv.from.path(Dialect::Rust)))
                && !self.is_at_hand(star.0, mv)
                && !self.names.holds(module, mv)
        })
    }

    /// Whether an import beside a star brings what the star lost, so that whoever sees the one sees
    /// the other.
    fn is_at_hand(&self, star: usize, mv: &Move) -> bool {
        let statements = &self.names.facts.statements;
        let star = &statements[star];
        let beside = statements.iter().enumerate().filter(|(_, it)| {
            it.module == star.module
                && it.visible.start <= star.visible.start
                && it.visible.end >= star.visible.end
                && (it.public || !star.public)
                && (!it.attributes || star.attributes)
        });
        let names = self.names;
        let to = mv.to.path(Dialect::Rust);
        // The canonical path may be a re-export.
        let thing = names.source(to.clone());
        let home = thing.rsplit_once("::").map(|(home, _)| home);
        beside
            .flat_map(|(index, it)| (0..it.leaves.len()).map(move |nth| (index, nth)))
            .any(|(index, nth)| {
                let reached = self.names.leaf(index, nth);
                reached.is_some_and(|reached| {
                    let leads = self.names.after(reached.path());
                    match statements[index].leaves[nth].glob {
                        true => leads == mv.to.module || home == Some(&leads),
                        false => leads == to || names.source(leads) == thing,
                    }
                })
            })
    }
}
