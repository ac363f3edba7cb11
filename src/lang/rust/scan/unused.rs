//! Stars from which things moved: whether something else is still used through them.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{LeafId, Work, site};
use crate::finding::Code;
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{Form, Statement};
use crate::lang::rust::names::{Reached, is_primitive};
use crate::lang::rust::rules::Spoken;
use crate::lang::rust::split::{Fate, Path};
use crate::lang::rust::tokens::{Base, flat};
use crate::lang::rust::tree::{Segment, Tree, plain};
use crate::plan::{Move, below};
use crate::project::{RustMember, RustMemberKind, RustMembers};

/// Words before a name that is declared there.
const DECLARING: &[&str] = &[
    "const", "enum", "fn", "let", "mod", "mut", "ref", "static", "struct", "trait", "type", "union",
];

/// What came by a star, and begins elsewhere now: the star may be unused without it.
#[derive(Default)]
struct Gone {
    uses: Vec<usize>,
    leaves: Vec<LeafId>,
}

impl Gone {
    fn is_none(&self) -> bool {
        self.uses.is_empty() && self.leaves.is_empty()
    }
}

/// What is used through a star.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    Something,
    /// Nothing that has its name in the code, of a module whose names are all known.
    Unsaid,
    Unknown,
}

impl Work<'_, '_> {
    /// Stars whose things are imported by name now: one that is proved to give nothing else goes.
    pub(super) fn decide_unused_stars(&mut self) {
        let gone = self.gone_by_stars();
        let ended: Vec<LeafId> = self.ended_stars().map(|(star, _)| star).collect();
        for &star in gone.keys().chain(&ended) {
            self.relieved.entry(star).or_default();
        }
        let none = Gone::default();
        for (star, told_at) in self.relieved.clone() {
            let (index, nth) = star;
            let gone = gone.get(&star).unwrap_or(&none);
            let statement = &self.names.facts.statements[index];
            // That of an example is nobody's, and what others take from a public one is their matter
            // while its module stays.
            // One that moves gives new names, which only the project's own files tell; in a macro all
            // but those that it gave are the same.
            let is_in_macro = self.names.facts.among_tokens.contains_key(&index);
            let moves = self.moving.contains_key(&star);
            let is_elsewhere = moves && (self.along.contains(&star) || !self.is_of_tree(star));
            let is_everyones =
                self.names.limit_of(statement).is_none() && !self.is_hidden(statement.module);
            let may_end = || {
                let reached = self.names.leaf(index, nth);
                reached.is_some_and(|it| self.may_end(&it).is_some())
            };
            if self.names.file.is_none()
                || is_elsewhere && !is_in_macro
                || is_everyones && !may_end()
            {
                continue;
            }
            let rest = self.rest(star, gone);
            // What other files of the crate take from it is not known.
            let goes = statement.form == Form::Use && !statement.attributes && !statement.public;
            let goes = goes && (!moves || is_in_macro);
            let is_told = gone.is_none() || told_at.is_some();
            let condition = match rest {
                Rest::Something => self.condition_of_rest(star, gone),
                _ => None,
            };
            let under = condition.map(|it| format!("only code under `#[cfg({it})]` uses `*` now"));
            let reason = match rest {
                Rest::Something => match &under {
                    Some(under) => under,
                    None => continue,
                },
                Rest::Unsaid if !is_told && self.is_taken_on(star, gone) => continue,
                Rest::Unknown if !is_told && !self.is_bare(star, gone) => continue,
                Rest::Nothing if goes => {
                    self.fates.insert((index, nth), Fate::Drop);
                    "`*` gave nothing else, and goes"
                }
                _ => "`*` may be unused now",
            };
            if let Some((index, at)) = told_at
                && let Some(site) = self.sites.get_mut(&index).and_then(|all| all.get_mut(at))
                && let Some(told) = &mut site.reason
            {
                told.push_str("; ");
                told.push_str(reason);
            } else if let Some(&first) = gone.uses.first() {
                self.tell_of_star(first, format!("it came by `*`: {reason}"));
            } else if let Some(&first) = gone.leaves.first() {
                let told = || format!("it came by `*`: {reason}");
                self.reasons.entry(first).or_insert_with(told);
            } else if self.fates.get(&star) == Some(&Fate::Drop)
                && let Some(mv) = self.ended_star(star)
            {
                let leaf = &statement.leaves[nth];
                let mut site = site(Code::Import, leaf.at.clone(), mv);
                site.reason = Some("nothing comes by `*`, and it goes".to_owned());
                self.sites.entry(index).or_default().push(site);
            }
            if self.fates.get(&star) == Some(&Fate::Drop) {
                self.join_written(index, gone.uses.iter().copied().collect());
                let importers = gone.leaves.iter().map(|(other, _)| (index, *other));
                self.joined.extend(importers);
            }
        }
    }

    /// Says of a use what becomes of the star by which it came; where an import hides that, it is said
    /// with what becomes of the import.
    fn tell_of_star(&mut self, at: usize, reason: String) {
        let it = &self.uses[at];
        let import = it.reached.hidden_glob.and(it.reached.through);
        let import = import.and_then(|(binding, _)| self.names.leaf_of(binding));
        let sites = import.and_then(|(index, ..)| self.sites.get_mut(&index));
        let start = it.path.start();
        let mut own = sites.into_iter().flatten();
        match own.find(|site| site.range.start == start && site.reason.is_none()) {
            Some(site) => site.reason = Some(reason),
            None => drop(self.told.insert(at, reason)),
        }
    }

    /// The stars, seen by no other module, of modules out of which all moved that is known to be there.
    pub(super) fn ended_stars(&self) -> impl Iterator<Item = (LeafId, &Move)> {
        let stars = self.names.stars.all();
        stars.filter_map(|star| Some((star, self.ended_star(star)?)))
    }

    fn ended_star(&self, star: LeafId) -> Option<&Move> {
        let names = self.names;
        let statement = &names.facts.statements[star.0];
        let reached = names.leaf(star.0, star.1)?;
        let module = reached.path();
        let members = names.project.rust_members(module)?;
        // One in the module itself goes with it.
        let is_ours = names.limit_of(statement).is_some()
            && !below(names.module(statement.module), module, "::");
        let is_known = !members.is_open
            && !self.moving.contains_key(&star)
            && reached.or.is_none()
            && reached.doubt.is_none();
        let mut seen = members.names.iter().filter(|member| member.public);
        let is_one = |member: &RustMember| {
            let mv = names.knows(&format!("{module}::{}", member.name));
            mv.is_some_and(|mv| self.moves_whole(mv, member))
        };
        let ends = is_ours && is_known && seen.all(is_one);
        self.may_end(&reached).filter(|_| ends)
    }

    /// Whether nothing else of the name stays where a thing leaves a module.
    fn moves_whole(&self, mv: &Move, member: &RustMember) -> bool {
        let project = self.names.project;
        let module = mv.from.module.as_str();
        match (mv.kind.as_deref(), &member.kind) {
            (None | Some("symbol"), _) => true,
            (Some("trait" | "macro" | "fn"), RustMemberKind::Import(target)) => {
                project.has_one_rust_member(module, &member.name)
                    && project.is_one_rust_item(target)
            }
            _ => project.has_one_rust_member(module, &member.name),
        }
    }

    /// What came by each star, and begins elsewhere now.
    fn gone_by_stars(&self) -> BTreeMap<LeafId, Gone> {
        let mut gone: BTreeMap<LeafId, Gone> = BTreeMap::new();
        for (at, it) in self.uses.iter().enumerate() {
            let stars = [it.reached.glob, it.reached.hidden_glob];
            for star in stars.into_iter().flatten() {
                if self.is_written_from(at, 0) && !it.path.shape.is_in_docs() {
                    gone.entry(star).or_default().uses.push(at);
                }
            }
            for star in self.stars_on_the_way(at) {
                gone.entry(star).or_default().uses.push(at);
            }
        }
        for (at, it) in self.uses.iter().enumerate() {
            if let Some(star) = it.reached.hidden_glob
                && !self.is_written_from(at, 0)
            {
                gone.remove(&star);
            }
        }
        for (&id, moving) in &self.moving {
            if let Some(star) = moving.reached.glob
                && self.is_written_out(id, 0)
            {
                gone.entry(star).or_default().leaves.push(id);
            }
        }
        gone
    }

    /// The stars by which modules of the file gave what stands behind them in a path that is written
    /// out, as far as nobody else sees those: `private::Old`, `super::Old`.
    fn stars_on_the_way(&self, at: usize) -> Vec<LeafId> {
        let names = self.names;
        let it = &self.uses[at];
        if it.path.shape.is_in_docs() || it.reached.moved.is_none() {
            return Vec::new();
        }
        let steps = it.reached.prefixes.windows(2).zip(1..);
        let written = steps.filter(|&(_, word)| self.is_written_from(at, word));
        let found = written.flat_map(|(step, word)| {
            let module = names.by_path.get(&step[0]).copied();
            let module = module.filter(|_| !below(&step[1], &step[0], "::"));
            let stars = module.into_iter().flat_map(|it| names.stars.of_module(it));
            stars.filter(move |&star| {
                let name = it.path.words[word].text.as_ref();
                let given = names.given(star, plain(name), 0, &mut FxHashSet::default());
                let statement = &names.facts.statements[star.0];
                given.is_some_and(|(path, _)| path == step[1])
                    && (!statement.public || self.is_hidden(statement.module))
            })
        });
        found.collect()
    }

    /// Whether the names of a star's module are those of a file of the project.
    fn is_of_tree(&self, (index, nth): LeafId) -> bool {
        let reached = self.names.leaf(index, nth);
        reached.is_some_and(|it| self.names.project.rust_members(it.path()).is_some())
    }

    /// Stars that go behind another one, which gives all that they do: of two stars that give a name,
    /// the compiler calls the later one unused.
    pub(super) fn drop_covered_stars(&mut self) {
        let names = self.names;
        let goes = self.fates.iter().filter_map(|(&id, fate)| {
            let statement = &names.facts.statements[id.0];
            let is_star = statement.leaves[id.1].glob;
            let may_go = is_star && names.file.is_some() && self.may_go(statement);
            let Fate::Become(path) = fate else {
                return None;
            };
            (may_go && self.is_covered(id, path)).then_some(id)
        });
        let gone: Vec<LeafId> = goes.collect();
        for (index, nth) in gone {
            let reason = "another `*` of this place gives all that this one would";
            self.reasons.insert((index, nth), reason.to_owned());
            self.fates.insert((index, nth), Fate::Drop);
        }
    }

    /// Whether a star that moves goes behind one which takes all names of a module that takes all of
    /// its names itself.
    fn is_covered(&self, own: LeafId, path: &Path) -> bool {
        let names = self.names;
        let statement = &names.facts.statements[own.0];
        let place = names.module(statement.module);
        let Some(reached) = names.leaf(own.0, own.1) else {
            return false;
        };
        let target = names.after(reached.path());
        let tree = self.star_after(own, Some(path));
        let style = names.style();
        let covers = |&other: &LeafId| {
            let its = &names.facts.statements[other.0];
            let fate = self.fates.get(&other);
            let to = match fate {
                Some(Fate::Become(path)) => Some(path),
                Some(Fate::Drop) => return false,
                _ => None,
            };
            let is_beside = other != own
                && its.form == Form::Use
                && !its.attributes
                && its.visible == statement.visible
                && its.keyword > statement.keyword;
            let leads = is_beside.then(|| names.leaf(other.0, other.1)).flatten();
            let Some(leads) = leads.filter(|it| it.or.is_none() && it.doubt.is_none()) else {
                return false;
            };
            let module = leads.path();
            let globs = names.project.rust_globs(module).iter();
            let mut globs = globs.filter(|(of, public)| {
                names.after(of) == target
                    && names.project.is_rust_glob_lasting(module, of)
                    && (below(place, module, "::")
                        || *public && names.can_name(&format!("{module}::*"), place))
            });
            let is_behind = || {
                let order = style.compare(&tree, &self.star_after(other, to));
                order == std::cmp::Ordering::Greater
            };
            !below(&target, place, "::") && globs.next().is_some() && is_behind()
        };
        names.stars.of_scope(own).any(|it| covers(&it))
    }

    /// A star as it is written afterwards.
    fn star_after(&self, (index, nth): LeafId, path: Option<&Path>) -> Tree {
        let leaf = &self.names.facts.statements[index].leaves[nth];
        let kept = path.map_or(leaf.names.len(), |path| path.kept);
        let kept = leaf.names[..kept].iter().map(|name| name.text.to_string());
        let tail = path.into_iter().flat_map(|path| path.tail.iter().cloned());
        let written: Vec<String> = kept.chain(tail).collect();
        let mut tree = Tree::new(&written, None);
        tree.path.push(Segment::Glob(0..0));
        tree
    }

    /// What is used through a star besides what is imported by name now, and what begins
    /// elsewhere.
    fn rest(&self, star: LeafId, gone: &Gone) -> Rest {
        let names = self.names;
        let statement = &names.facts.statements[star.0];
        let Some(reached) = names.leaf(star.0, star.1) else {
            return Rest::Unknown;
        };
        let target = reached.path();
        let Some(members) = names.project.rust_members(target) else {
            return Rest::Unknown;
        };
        let is_inside = below(names.module(statement.module), target, "::");
        let is_seen = |member: &&RustMember| member.public || is_inside;
        let is_left = |member: &&RustMember| {
            let path = format!("{target}::{}", member.name);
            let is_hidden = || self.is_bound_in(&member.name, statement.module, &statement.visible);
            is_seen(member) && !self.given.contains(&(star, path)) && !is_hidden()
        };
        // A module of the same text names its own things.
        let body = names.by_path.get(target);
        let body = body.map_or(0..0, |&body| names.facts.modules[body].body.clone());
        let rules = self.rules();
        // Only what sees the star can use it, and what macros of the text put there.
        let is_there = |at: &usize| {
            let mut macros = rules.own.iter().map(|own| &own.whole);
            statement.public
                || statement.visible.contains(at)
                || macros.any(|whole| whole.contains(at))
        };
        let words = rules.words.iter();
        let written = self.starts_of(gone);
        // But for those that stand behind a star in it, and for paths that lead out of it.
        let is_its_own = |at: &usize| {
            body.contains(at)
                && !(body.contains(&statement.keyword) && statement.visible.contains(at))
                && !names.text[..*at].trim_end().ends_with("::")
        };
        let words =
            words.filter(|(_, at, _)| is_there(at) && !is_its_own(at) && !written.contains(at));
        let (mut in_code, mut elsewhere) = (FxHashSet::default(), FxHashSet::default());
        for &(word, _, spoken) in words {
            match spoken {
                Spoken::Code => in_code.insert(word),
                // A macro of the text may make of it what it likes.
                Spoken::Field if rules.own.is_empty() => false,
                Spoken::Field | Spoken::Text => elsewhere.insert(word),
            };
        }
        let mut left = members.names.iter().filter(is_left);
        if left.any(|member| in_code.contains(&*member.name)) {
            return Rest::Something;
        }
        let mut left = members.names.iter().filter(is_left);
        let is_said = left.any(|it| !it.name.is_ascii() || elsewhere.contains(&*it.name));
        let is_known = !is_said
            && self.is_sure(star, &reached)
            && self.is_closed(target, members, is_seen, is_left)
            && self.is_all_written(&body);
        let part = self.seen_part(statement);
        let may_be_called = |member: &RustMember| self.may_be_called(member, target, &part);
        let is_unsaid = || {
            let mut left = members.names.iter().filter(is_left);
            let is_one = reached.or.is_none() && reached.doubt.is_none();
            let is_here = || !statement.public || self.is_hidden(statement.module);
            let is_all = !members.is_open && target.contains("::") && is_here();
            is_one && is_all && !is_said && !left.any(may_be_called)
        };
        match is_known {
            true => Rest::Nothing,
            false if is_unsaid() => Rest::Unsaid,
            false => Rest::Unknown,
        }
    }

    /// What must hold for all code that uses something by a star from now on, and need not for what
    /// did so before; nothing, where other files may use it or a trait of its module.
    fn condition_of_rest(&self, star: LeafId, gone: &Gone) -> Option<String> {
        let names = self.names;
        let statement = &names.facts.statements[star.0];
        let reached = names.leaf(star.0, star.1)?;
        let module = reached.path();
        let members = names.project.rust_members(module)?;
        let is_given = |name: &str| self.given.contains(&(star, format!("{module}::{name}")));
        let left = members.names.iter().filter(|it| !is_given(&it.name));
        let left: Vec<&RustMember> = left.collect();
        let mut may_be_anywhere = left.iter();
        if statement.public
            || members.is_open
            || may_be_anywhere.any(|it| self.may_be_called(it, module, &statement.visible))
        {
            return None;
        }
        let left: FxHashSet<&str> = left.iter().map(|it| &*it.name).collect();
        let written = self.starts_of(gone);
        let is_use = |word: &str, at: usize| {
            statement.visible.contains(&at) && left.contains(word) && !written.contains(&at)
        };
        let words = self.rules().words.iter();
        let words =
            words.filter(|(word, at, spoken)| *spoken != Spoken::Field && is_use(word, *at));
        let places: Vec<usize> = words.map(|(_, at, _)| *at).collect();
        let came = self.uses.iter();
        let came = came.filter(|it| it.reached.glob == Some(star) && it.reached.moved.is_some());
        let leaving: Vec<usize> = came.map(|it| it.path.start()).chain(written).collect();
        let shared = self.shared_conditions(&places, statement.keyword);
        self.condition_left(&shared, &leaving)
    }

    /// Whether something of a module may be a trait of which code in a part of the text calls a method,
    /// or may be anything.
    fn may_be_called(&self, member: &RustMember, module: &str, part: &Range<usize>) -> bool {
        let names = self.names;
        let is_no_trait = match &member.kind {
            RustMemberKind::Star => return true,
            RustMemberKind::Item => true,
            RustMemberKind::Trait => false,
            RustMemberKind::Import(target) => names.project.is_no_rust_trait(target),
        };
        let methods = names
            .project
            .rust_methods(&format!("{module}::{}", member.name));
        let mut words = self.rules().words.iter();
        !is_no_trait
            && words.any(|&(word, at, spoken)| {
                part.contains(&at)
                    && match methods {
                        Some(methods) => methods.iter().any(|it| **it == *word),
                        None => spoken == Spoken::Field && self.is_called(word, at),
                    }
            })
    }

    /// Whether a word behind a dot is a method, and of no trait that is there without an import.
    fn is_called(&self, word: &str, at: usize) -> bool {
        let behind = self.names.text[at + word.len()..].trim_start();
        behind.starts_with(['(', ':']) && !builtin::is_method(word)
    }

    /// Whether another import of the file takes something by a star.
    fn is_taken_on(&self, star: LeafId, gone: &Gone) -> bool {
        let takes = |id: LeafId| {
            let reached = self.names.leaf(id.0, id.1);
            id != star && reached.is_some_and(|it| it.glob == Some(star))
        };
        let mut leaves = self.names.facts.leaf_ids();
        leaves.any(|id| takes(id) && !gone.leaves.contains(&id))
    }

    /// Where what came by a star begins.
    fn starts_of(&self, gone: &Gone) -> FxHashSet<usize> {
        let uses = gone.uses.iter().map(|&at| self.uses[at].path);
        let uses = uses.flat_map(|path| path.words.iter().map(|word| word.at.start));
        let leaf = |&(index, nth): &LeafId| &self.names.facts.statements[index].leaves[nth];
        let leaves = gone.leaves.iter().map(|id| leaf(id).at.start);
        uses.chain(leaves).collect()
    }

    /// Where a star is seen: what others have by it stands anywhere.
    fn seen_part(&self, statement: &Statement) -> Range<usize> {
        match statement.public {
            true => 0..self.names.text.len(),
            false => statement.visible.clone(),
        }
    }

    /// Whether no word that is said where a star is seen may come by it, besides what is gone: each is
    /// the file's own, or the language's. What is called behind a dot may be a trait's.
    fn is_bare(&self, star: LeafId, gone: &Gone) -> bool {
        let facts = self.names.facts;
        let text = self.names.text;
        let seen = self.seen_part(&facts.statements[star.0]);
        let written = self.starts_of(gone);
        if self.is_taken_on(star, gone) {
            return false;
        }
        let imports = facts.statements.iter().map(|it| it.whole.clone());
        let mut imports: Vec<Range<usize>> = imports.collect();
        imports.sort_unstable_by_key(|it| it.start);
        let is_imported = |at: usize| {
            let above = imports.partition_point(|it| it.start <= at);
            above > 0 && imports[above - 1].contains(&at)
        };
        let before = |at: usize| text[..at].trim_end();
        let behind = |word: &str, at: usize| text[at + word.len()..].trim_start();
        let is_declared = |word: &str, at: usize| {
            let behind = behind(word, at);
            let is_field = behind.starts_with(':') && !behind.starts_with("::");
            is_field || is_imported(at) || DECLARING.iter().any(|it| before(at).ends_with(it))
        };
        let words = &self.rules().words;
        let told = self.told_to_the_compiler();
        let is_told = |at: usize| {
            let above = told.partition_point(|it| it.start <= at);
            above > 0 && told[above - 1].contains(&at)
        };
        let seen = |at: usize| seen.contains(&at);
        let declared = words.iter();
        let declared = declared.filter(|(word, at, _)| seen(*at) && is_declared(word, *at));
        let declared: FxHashSet<&str> = declared.map(|(word, ..)| *word).collect();
        words.iter().all(|&(word, at, spoken)| {
            let is_known = || {
                declared.contains(word)
                    || builtin::is_in_prelude(word)
                    || is_primitive(word)
                    || written.contains(&at)
                    || before(at).ends_with("::")
                    || text[..at].ends_with('\'')
                    // But for a macro that makes what is told.
                    || is_told(at) && !behind(word, at).starts_with('!')
                    || syn::parse_str::<syn::Ident>(word).is_err()
            };
            !seen(at)
                || match spoken {
                    Spoken::Field => !self.is_called(word, at),
                    Spoken::Text => true,
                    Spoken::Code => is_known(),
                }
        })
    }

    /// Whether a star leads to one module in every configuration, from which no trait left.
    fn is_sure(&self, star: LeafId, reached: &Reached) -> bool {
        reached.or.is_none() && reached.doubt.is_none() && self.lost(star).next().is_none()
    }

    /// Whether all is known that a module gives by those names of it that are seen, and no trait is
    /// among what is left.
    fn is_closed<'m>(
        &self,
        module: &str,
        members: &'m RustMembers,
        is_seen: impl Fn(&&'m RustMember) -> bool,
        is_left: impl Fn(&&'m RustMember) -> bool,
    ) -> bool {
        let names = self.names;
        // Macros that are exported are in the root, wherever they stand.
        if members.is_open || !module.contains("::") {
            return false;
        }
        let mut known: FxHashSet<&str> = FxHashSet::default();
        members.names.iter().filter(is_seen).all(|member| {
            let is_no_trait = match &member.kind {
                RustMemberKind::Item => true,
                // It is imported by name now.
                RustMemberKind::Trait | RustMemberKind::Import(_) if !is_left(&member) => true,
                RustMemberKind::Trait | RustMemberKind::Star => false,
                RustMemberKind::Import(target) => {
                    let ends = [names.to(target), names.knows(target)];
                    let mut kinds = ends
                        .into_iter()
                        .flatten()
                        .filter_map(|mv| mv.kind.as_deref());
                    match kinds.next() {
                        // Of a symbol nobody knows what it is; and a macro may come with a trait.
                        None | Some("trait" | "symbol" | "macro") => {
                            names.project.is_no_rust_trait(target)
                        }
                        Some(_) => true,
                    }
                }
            };
            // Of two things of one name, one may have moved alone.
            is_no_trait && known.insert(&member.name)
        })
    }

    /// Whether all that the text says is written in it: no other file is a part of it, or sees what
    /// its modules import, and no macro says more than is known; `body` is that of a module whose
    /// words do not count.
    fn is_all_written(&self, body: &Range<usize>) -> bool {
        let names = self.names;
        let rules = self.rules();
        !names.facts.broken
            && !rules.broken
            && rules.lines.is_empty()
            // What a file includes has no place of its own.
            && names.place.around_macros.is_some()
            && !rules.own.iter().any(|own| body.contains(&own.whole.start))
            && rules.foreign().all(builtin::is_macro)
            && rules.attributes.iter().all(|at| self.is_builtin(at))
    }

    /// What stands in the brackets of attributes of the language, in the order of the text.
    fn told_to_the_compiler(&self) -> Vec<Range<usize>> {
        let attributes = self.rules().attributes.iter();
        let mut told: Vec<Range<usize>> = attributes
            .filter(|at| self.is_builtin(at))
            .cloned()
            .collect();
        told.sort_unstable_by_key(|it| it.start);
        told
    }

    /// Whether what stands in the brackets of an attribute is of the language.
    fn is_builtin(&self, at: &Range<usize>) -> bool {
        let text = self.names.text.get(at.clone());
        let stream = text.and_then(|text| text.parse().ok());
        stream.is_some_and(|stream| builtin::is_attribute(&flat(stream, Base::new(0))))
    }
}
