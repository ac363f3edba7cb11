//! What a file says of moved things, and the edits that follow: an import is treated whole, with
//! every use of the name that it binds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::facts::{Bound, Form, PathRef, Shape};
use super::imports::{self, Rewritten};
use super::names::{Names, Reached, Spot};
use super::split::{Fate, Path};
use super::tree::plain;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Problem, Scan, Site};
use crate::plan::{Dialect, Move};

/// All references to moved things in the file.
pub(super) fn scan(names: &Names<'_>) -> Scan {
    let mut work = Work::new(names);
    work.decide_leaves();
    work.decide_containers();
    work.decide_globs();
    let mut findings = work.findings();
    findings.sort_by_key(Finding::start);
    let problems = names.facts.problems.iter();
    let problems = problems.map(|problem| Problem {
        offset: problem.offset,
        message: format!("does not parse: {}", problem.message),
    });
    Scan {
        findings,
        problems: problems.collect(),
    }
}

/// A leaf of an import: its statement, and its place in it.
type LeafId = (usize, usize);

/// A path that is written, and where it leads.
struct Use<'a> {
    path: &'a PathRef,
    reached: Reached,
}

/// A leaf that moves.
struct Moving<'a> {
    mv: &'a Move,
    /// The word of its path at which the moved thing stands.
    at: usize,
    reached: Reached,
}

struct Work<'n, 'a> {
    names: &'n Names<'a>,
    uses: Vec<Use<'a>>,
    /// Uses of a binding, with the word of its name.
    of_binding: FxHashMap<usize, Vec<(usize, usize)>>,
    /// Uses that write a moved thing out, by the binding that they go through.
    written_out: FxHashMap<Option<usize>, Vec<usize>>,
    moving: BTreeMap<LeafId, Moving<'a>>,
    binding_of: FxHashMap<LeafId, usize>,
    fates: BTreeMap<LeafId, Fate>,
    /// Paths of imports that stand behind a statement from now on.
    added: BTreeMap<usize, Vec<Vec<String>>>,
    added_alias: BTreeMap<usize, Vec<Option<String>>>,
    /// Names that change: the binding, and the name that its uses take.
    renamed: BTreeMap<usize, String>,
    reasons: BTreeMap<usize, String>,
    /// Edits of uses, by the import that they belong to.
    use_edits: BTreeMap<Option<usize>, Vec<(usize, Edit)>>,
    /// Uses that are reported, and for which nothing can be done.
    manual: Vec<(usize, String)>,
    likely: BTreeSet<usize>,
    sites: BTreeMap<usize, Vec<Site>>,
}

impl<'n, 'a> Work<'n, 'a> {
    fn new(names: &'n Names<'a>) -> Self {
        let mut work = Self {
            names,
            uses: Vec::new(),
            of_binding: FxHashMap::default(),
            written_out: FxHashMap::default(),
            moving: BTreeMap::new(),
            binding_of: FxHashMap::default(),
            fates: BTreeMap::new(),
            added: BTreeMap::new(),
            added_alias: BTreeMap::new(),
            renamed: BTreeMap::new(),
            reasons: BTreeMap::new(),
            use_edits: BTreeMap::new(),
            manual: Vec::new(),
            likely: BTreeSet::new(),
            sites: BTreeMap::new(),
        };
        for (index, binding) in names.facts.bindings.iter().enumerate() {
            if let Bound::Leaf { statement, leaf } = binding.kind {
                work.binding_of.insert((statement, leaf), index);
            }
        }
        work.collect_leaves();
        work.collect_uses();
        work
    }

    fn collect_leaves(&mut self) {
        for (index, statement) in self.names.facts.statements.iter().enumerate() {
            for nth in 0..statement.leaves.len() {
                let Some(reached) = self.names.leaf(index, nth) else {
                    continue;
                };
                let Some(at) = reached.moved else {
                    // `use super::Old` takes what another import of the file has.
                    if let Some((binding, word)) = reached.through
                        && word + 1 == statement.leaves[nth].names.len()
                        && self.binding_of.get(&(index, nth)) != Some(&binding)
                    {
                        let uses = self.of_binding.entry(binding).or_default();
                        uses.push((usize::MAX, index));
                    }
                    continue;
                };
                let Some(mv) = self.names.knows(&reached.prefixes[at]) else {
                    continue;
                };
                if self.names.holds(statement.module, mv) {
                    continue;
                }
                self.moving.insert((index, nth), Moving { mv, at, reached });
            }
        }
    }

    fn collect_uses(&mut self) {
        for path in &self.names.facts.paths {
            let Some(reached) = self.names.reach(path) else {
                continue;
            };
            let at = self.uses.len();
            if let Some(word) = reached.moved {
                let Some(mv) = self.names.knows(&reached.prefixes[word]) else {
                    continue;
                };
                if self.names.holds(path.module, mv) {
                    continue;
                }
                let through = reached.through.map(|(binding, _)| binding);
                self.written_out.entry(through).or_default().push(at);
            } else if let Some((binding, word)) = reached.through {
                let uses = self.of_binding.entry(binding).or_default();
                uses.push((at, word));
            } else {
                continue;
            }
            self.uses.push(Use { path, reached });
        }
    }

    /// Where the things that leaves import are found from now on, and under which name.
    fn decide_leaves(&mut self) {
        let ids: Vec<LeafId> = self.moving.keys().copied().collect();
        // What a scope imports once already.
        let mut known: BTreeMap<(usize, usize, usize, String), LeafId> = BTreeMap::new();
        for &(index, nth) in &ids {
            let statement = &self.names.facts.statements[index];
            let leaf = &statement.leaves[nth];
            let moving = &self.moving[&(index, nth)];
            let (mv, at) = (moving.mv, moving.at);
            let to = mv.to.path(Dialect::Rust);
            let mut target = to.clone();
            for name in &leaf.names[at + 1..] {
                target.push_str("::");
                target.push_str(&name.text);
            }
            let spot = Spot {
                module: statement.module,
                at: leaf.at.start,
                in_use: true,
                leading: statement.leading.is_some(),
                words: &[],
            };
            let (kept, mut tail) = self.names.spell(&to, &moving.reached, at, &spot);
            tail.extend(leaf.names[at + 1..].iter().map(|name| name.text.clone()));
            if statement.form == Form::ExternCrate {
                tail = vec![self.names.called(&to)];
            }
            let exact = at + 1 == leaf.names.len();
            let new_name = mv.to.last();
            let written = leaf.alias.as_ref().map(|alias| alias.text.clone());
            let mut alias = written.clone();
            let binding = self.binding_of.get(&(index, nth)).copied();
            if exact && !leaf.glob {
                let old = leaf.names.last().map_or("", |name| name.plain());
                let final_name = tail.last().map_or(new_name, String::as_str).to_owned();
                match &written {
                    Some(written) if plain(written) == plain(&final_name) => alias = None,
                    Some(_) => {}
                    None if old == plain(&final_name) => {}
                    None => {
                        let twin = self.twin(&target, (index, nth), &known);
                        let why = match binding {
                            _ if statement.form == Form::Tokens => {
                                Some("it is imported by a macro".to_owned())
                            }
                            None => None,
                            Some(binding) => self.why_not(binding, &final_name, twin),
                        };
                        match why {
                            Some(why) => {
                                alias = Some(
                                    leaf.names
                                        .last()
                                        .map_or_else(String::new, |name| name.text.clone()),
                                );
                                self.reasons.insert(
                                    index,
                                    format!("`{old}` stays as the local name: {why}"),
                                );
                            }
                            None => {
                                if let Some(binding) = binding {
                                    self.renamed.insert(binding, final_name.clone());
                                }
                            }
                        }
                    }
                }
            }
            // Imported twice is an error: the second one goes.
            let local = match &alias {
                Some(alias) => alias.clone(),
                None => plain(tail.last().map_or("", String::as_str)).to_owned(),
            };
            let twin = self.twin(&target, (index, nth), &known);
            let may_drop = !leaf.glob
                && local != "_"
                && statement.form == Form::Use
                && !statement.public
                && !statement.attributes;
            let fate = match twin {
                Some(other) if may_drop && self.local_after(other) == plain(&local) => Fate::Drop,
                _ => Fate::Become(Path { kept, tail, alias }),
            };
            if fate != Fate::Drop {
                let key = (
                    statement.module,
                    statement.visible.start,
                    statement.visible.end,
                    target,
                );
                known.entry(key).or_insert((index, nth));
            }
            self.fates.insert((index, nth), fate);
        }
    }

    /// The name that a leaf binds after this run.
    fn local_after(&self, (statement, leaf): LeafId) -> String {
        match self.fates.get(&(statement, leaf)) {
            Some(Fate::Become(path)) => {
                let name = path.alias.as_ref().or(path.tail.last());
                plain(name.map_or("", String::as_str)).to_owned()
            }
            _ => {
                let leaf = &self.names.facts.statements[statement].leaves[leaf];
                leaf.local().unwrap_or_default().to_owned()
            }
        }
    }

    /// Another import of `target` in the scope of a leaf, in every configuration.
    fn twin(
        &self,
        target: &str,
        (own, own_leaf): LeafId,
        known: &BTreeMap<(usize, usize, usize, String), LeafId>,
    ) -> Option<LeafId> {
        let statement = &self.names.facts.statements[own];
        let key = (
            statement.module,
            statement.visible.start,
            statement.visible.end,
            target.to_owned(),
        );
        if let Some(&twin) = known.get(&key)
            && twin != (own, own_leaf)
            && !self.names.facts.statements[twin.0].attributes
        {
            return Some(twin);
        }
        let statements = self.names.facts.statements.iter().enumerate();
        for (index, other) in statements {
            let same_scope = other.module == statement.module
                && other.visible == statement.visible
                && other.form == Form::Use
                && !other.attributes;
            if !same_scope {
                continue;
            }
            for (nth, leaf) in other.leaves.iter().enumerate() {
                let is_other = (index, nth) != (own, own_leaf);
                if leaf.glob || !is_other || self.moving.contains_key(&(index, nth)) {
                    continue;
                }
                let leads = self.names.leaf(index, nth);
                if leads.is_some_and(|it| it.path() == target) && leaf.local().is_some() {
                    return Some((index, nth));
                }
            }
        }
        None
    }

    /// Why a name cannot be changed; `None` where it can.
    fn why_not(&self, binding: usize, new: &str, twin: Option<LeafId>) -> Option<String> {
        let facts = self.names.facts;
        let bound = &facts.bindings[binding];
        let old = &*bound.name;
        let (_, _, statement, _) = self.names.leaf_of(binding)?;
        let new = plain(new);
        if statement.public && !self.names.plan.rename_public {
            return Some("it is re-exported".to_owned());
        }
        let of_module = self.names.is_of_module(binding);
        let path = format!("{}::{old}", self.names.module(bound.module));
        if of_module
            && statement.form != Form::ExternCrate
            && self.names.project.is_rust_read(&path, self.names.file)
        {
            return Some("another file reads it from here".to_owned());
        }
        for name in [old, new] {
            let elsewhere = self.names.project.is_in_rust_macro(name, self.names.file);
            if facts.in_macros.contains(name) || elsewhere {
                return Some(format!(
                    "a macro names `{name}`, and means what it is where it is used"
                ));
            }
        }
        if facts.opaque.contains(old) {
            return Some(format!("`{old}` stands among the tokens of a macro"));
        }
        let empty = Vec::new();
        let uses = self.of_binding.get(&binding).unwrap_or(&empty);
        if uses.iter().any(|(at, _)| *at == usize::MAX) {
            return Some("another import takes it from here".to_owned());
        }
        for &other in facts.named(old) {
            let it = &facts.bindings[other];
            let same_scope = it.module == bound.module && it.visible == bound.visible;
            if other == binding || !same_scope {
                continue;
            }
            let same_target = self.names.leaf_of(other).is_some_and(|(index, nth, ..)| {
                let mine = self
                    .names
                    .leaf_of(binding)
                    .map(|(index, nth, ..)| (index, nth));
                let mine = mine.and_then(|id| self.moving.get(&id));
                let its = self.moving.get(&(index, nth));
                matches!((mine, its), (Some(a), Some(b)) if a.mv.to == b.mv.to)
            });
            if !same_target {
                return Some("the name is bound twice".to_owned());
            }
        }
        let use_places: Vec<(usize, usize)> = uses
            .iter()
            .map(|&(at, _)| (self.uses[at].path.module, self.uses[at].path.start()))
            .collect();
        let mut seen: BTreeSet<usize> = use_places.iter().map(|(module, _)| *module).collect();
        seen.insert(bound.module);
        for &other in facts.named(new) {
            let it = &facts.bindings[other];
            let is_twin = matches!(it.kind, Bound::Leaf { statement, leaf } if twin == Some((statement, leaf)));
            let moves_along = matches!(it.kind, Bound::Leaf { statement, leaf }
                if self.moving.contains_key(&(statement, leaf)));
            if is_twin || moves_along || !seen.contains(&it.module) {
                continue;
            }
            let captures = use_places.iter().any(|(module, at)| {
                *module == it.module && it.visible.start <= *at && *at <= it.visible.end
            });
            let same_scope = it.module == bound.module && it.visible == bound.visible;
            if captures || same_scope {
                return Some(format!("`{new}` is something else here"));
            }
        }
        let clashes = self.names.facts.paths.iter().any(|path| {
            let first = &*path.words[0].text == new && !path.leading && !path.dollar;
            let inside = path.module == bound.module
                && bound.visible.start <= path.start()
                && path.start() <= bound.visible.end;
            let beside = seen.contains(&path.module) && path.module != bound.module;
            if !first || !(inside || beside) {
                return false;
            }
            let meant = self
                .names
                .facts
                .lookup(new, path.spaces, path.module, path.start());
            match meant.map(|meant| facts.bindings[meant].kind) {
                // Bound nearer than the import is.
                Some(Bound::Local | Bound::Item | Bound::Module) => meant.is_some_and(|meant| {
                    let it = &facts.bindings[meant];
                    it.module == bound.module && it.visible.len() >= bound.visible.len()
                }),
                Some(Bound::Leaf { statement, leaf }) => {
                    let is_twin = twin == Some((statement, leaf));
                    let moves = self.moving.contains_key(&(statement, leaf));
                    let nearer = meant.is_some_and(|meant| {
                        let it = &facts.bindings[meant];
                        it.module == bound.module && it.visible.len() < bound.visible.len()
                    });
                    !(is_twin || moves || nearer)
                }
                None => true,
            }
        });
        if clashes {
            return Some(format!("`{new}` is something else here"));
        }
        None
    }

    /// Modules and the like from which only some things move: `mem::replace` behind `use std::mem`.
    fn decide_containers(&mut self) {
        let keys: Vec<Option<usize>> = self.written_out.keys().copied().collect();
        let mut keys = keys;
        keys.sort_unstable();
        for through in keys {
            let uses = self.written_out.get(&through).cloned().unwrap_or_default();
            let whole = through.and_then(|binding| self.move_container(binding, &uses));
            if whole.is_some() {
                continue;
            }
            for at in uses {
                self.write_out(at, through);
            }
        }
    }

    /// The import of a container moves if all that is used through it moves to one module.
    fn move_container(&mut self, binding: usize, uses: &[usize]) -> Option<()> {
        let (index, nth, statement, leaf) = self.names.leaf_of(binding)?;
        let is_used_otherwise = self
            .of_binding
            .get(&binding)
            .is_some_and(|uses| !uses.is_empty());
        let is_moved = self.moving.contains_key(&(index, nth));
        if statement.public || statement.form != Form::Use || is_used_otherwise || is_moved {
            return None;
        }
        let facts = self.names.facts;
        let bound = &facts.bindings[binding];
        let path = format!("{}::{}", self.names.module(bound.module), bound.name);
        if self.names.is_of_module(binding)
            && self.names.project.is_rust_read(&path, self.names.file)
            || facts.in_macros.contains(&bound.name)
            || facts.opaque.contains(&bound.name)
        {
            return None;
        }
        let same_name = facts.named(&bound.name).iter().any(|&other| {
            other != binding
                && facts.bindings[other].module == bound.module
                && facts.bindings[other].visible == bound.visible
        });
        if same_name
            || uses.iter().any(|&at| {
                self.uses[at].path.in_rules || self.uses[at].path.shape == Shape::Stringified
            })
        {
            return None;
        }
        let mut target: Option<String> = None;
        for &at in uses {
            let it = &self.uses[at];
            let word = it.reached.moved?;
            let (_, name_word) = it.reached.through?;
            let mv = self.names.knows(&it.reached.prefixes[word])?;
            if word != name_word + 1 {
                return None;
            }
            mv.to.name.as_ref()?;
            match &target {
                None => target = Some(mv.to.module.clone()),
                Some(known) if *known != mv.to.module => return None,
                Some(_) => {}
            }
        }
        let target = target?;
        if !target.contains("::") {
            // A crate's root needs no import.
            for &at in uses {
                self.write_out(at, Some(binding));
            }
            self.fates.insert((index, nth), Fate::Drop);
            return Some(());
        }
        let spot = Spot {
            module: statement.module,
            at: leaf.at.start,
            in_use: true,
            leading: statement.leading.is_some(),
            words: &[],
        };
        let reached = self.names.leaf(index, nth)?;
        let (kept, tail) = self
            .names
            .spell(&target, &reached, leaf.names.len() - 1, &spot);
        let last = tail.last()?.clone();
        let old = bound.name.to_string();
        let uses_of: Vec<(usize, usize)> = uses
            .iter()
            .filter_map(|&at| Some((at, self.uses[at].reached.through?.1)))
            .collect();
        self.of_binding.insert(binding, uses_of);
        let mut alias = leaf.alias.as_ref().map(|alias| alias.text.clone());
        if alias
            .as_deref()
            .is_some_and(|alias| plain(alias) == plain(&last))
        {
            alias = None;
        } else if alias.is_none() && old != plain(&last) {
            let twin = self.twin(&target, (index, nth), &BTreeMap::new());
            match self.why_not(binding, &last, twin) {
                Some(_) => alias = Some(old.clone()),
                None => {
                    self.renamed.insert(binding, last.clone());
                }
            }
        }
        let twin = self.twin(&target, (index, nth), &BTreeMap::new());
        let local = alias.clone().unwrap_or_else(|| plain(&last).to_owned());
        let fate = match twin {
            Some(other) if self.local_after(other) == local && !statement.attributes => Fate::Drop,
            _ => Fate::Become(Path { kept, tail, alias }),
        };
        self.fates.insert((index, nth), fate);
        for &at in uses {
            let it = &self.uses[at];
            let word = it.reached.moved?;
            let mv = self.names.knows(&it.reached.prefixes[word])?;
            let site = self.site(it.path, word, mv);
            self.sites.entry(index).or_default().push(site);
            let name = &it.path.words[word];
            if plain(mv.to.last()) != &*name.text {
                let edit = Edit::replace(name.at.clone(), mv.to.last());
                self.use_edits
                    .entry(Some(index))
                    .or_default()
                    .push((at, edit));
            }
        }
        Some(())
    }

    /// Writes a moved thing out where it stands.
    fn write_out(&mut self, at: usize, through: Option<usize>) {
        let it = &self.uses[at];
        let (path, Some(word)) = (it.path, it.reached.moved) else {
            return;
        };
        let Some(mv) = self.names.knows(&it.reached.prefixes[word]) else {
            return;
        };
        if it.reached.glob.is_some() && word == 0 {
            return; // imported by its name instead
        }
        if path.shape == Shape::Stringified {
            self.manual
                .push((at, "`stringify!` would give another text".to_owned()));
            return;
        }
        let spot = Spot {
            module: path.module,
            at: path.start(),
            in_use: false,
            leading: path.leading,
            words: &path.words,
        };
        let to = mv.to.path(Dialect::Rust);
        let (kept, tail) = self.names.spell(&to, &it.reached, word, &spot);
        let mut range = spot.range(kept, word);
        let mut new = tail.join("::");
        if kept == 0 {
            let parent = mv.to.name.as_ref().map(|_| mv.to.module.as_str());
            let imported = match path.shape {
                Shape::Code | Shape::Pattern | Shape::Shorthand if !path.leading => {
                    parent.and_then(|parent| self.names.imported_module(parent, &spot))
                }
                _ => None,
            };
            if let Some(local) = imported {
                new = format!("{local}::{}", mv.to.last());
            } else if path.leading && matches!(tail[0].as_str(), "crate" | "") {
                range.start = before_colons(self.names.text, range.start);
            }
            if path.dollar && !new.starts_with("crate") {
                // `$crate::a` → `::other::a`
                range.start = self.names.text[..range.start]
                    .trim_end()
                    .len()
                    .saturating_sub(1);
                new = format!("::{}", new.trim_start_matches("::"));
            }
        }
        if path.shape == Shape::Shorthand {
            let name = &self.names.text[path.words[0].at.clone()];
            new = format!("{name}: {new}");
        }
        let edit = Edit::replace(range, new);
        let group = self.group_of(through);
        if let Some(group) = group {
            let site = self.site(path, word, mv);
            self.sites.entry(group).or_default().push(site);
        }
        self.use_edits.entry(group).or_default().push((at, edit));
    }

    /// The statement that uses through a binding belong to, if it changes for them.
    fn group_of(&self, through: Option<usize>) -> Option<usize> {
        let (index, nth, ..) = self.names.leaf_of(through?)?;
        self.moving.contains_key(&(index, nth)).then_some(index)
    }

    /// Moved things that a star gives: they are imported by name.
    fn decide_globs(&mut self) {
        let mut wanted: BTreeMap<(LeafId, String), Vec<usize>> = BTreeMap::new();
        for (at, it) in self.uses.iter().enumerate() {
            let (Some(0), Some(glob), None) =
                (it.reached.moved, it.reached.glob, it.reached.through)
            else {
                continue;
            };
            wanted
                .entry((glob, it.reached.prefixes[0].clone()))
                .or_default()
                .push(at);
        }
        for (((index, _), from), uses) in wanted {
            let Some(mv) = self.names.knows(&from) else {
                continue;
            };
            let statement = &self.names.facts.statements[index];
            let to = mv.to.path(Dialect::Rust);
            let spot = Spot {
                module: statement.module,
                at: statement.tree_at.start,
                in_use: true,
                leading: false,
                words: &[],
            };
            let (_, tail) = self.names.spell(&to, &Reached::default(), 0, &spot);
            let (old, new) = (mv.from.last().to_owned(), mv.to.last().to_owned());
            let free = self.names.facts.named(plain(&new)).is_empty()
                && !self
                    .names
                    .facts
                    .paths
                    .iter()
                    .any(|path| &*path.words[0].text == plain(&new))
                && !self.names.facts.in_macros.contains(plain(&old))
                && !statement.public
                && uses
                    .iter()
                    .all(|&at| self.uses[at].path.module == statement.module);
            let renames = old != new && free;
            let alias = (old != new && !free).then(|| old.clone());
            self.added.entry(index).or_default().push(tail);
            self.added_alias.entry(index).or_default().push(alias);
            self.likely.insert(index);
            self.reasons
                .entry(index)
                .or_insert_with(|| format!("`{old}` came from `*`, and is imported by name now"));
            for at in uses {
                let it = &self.uses[at];
                let site = self.site(it.path, 0, mv);
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

    fn rename(&self, path: &PathRef, word: usize, new: &str) -> Edit {
        let at = path.words[word].at.clone();
        match path.shape {
            Shape::Shorthand => {
                let name = &self.names.text[at.clone()];
                Edit::replace(at, format!("{name}: {new}"))
            }
            _ => Edit::replace(at, new),
        }
    }

    fn site(&self, path: &PathRef, word: usize, mv: &Move) -> Site {
        let code = match path.shape {
            Shape::Text | Shape::Doc => Code::Text,
            _ => Code::Usage,
        };
        site(code, path.words[0].at.start..path.words[word].at.end, mv)
    }

    /// Everything that was decided, as findings.
    fn findings(mut self) -> Vec<Finding> {
        let names = self.names;
        // Uses of names that change.
        for (binding, new) in std::mem::take(&mut self.renamed) {
            let Some((index, nth, ..)) = names.leaf_of(binding) else {
                continue;
            };
            let mv = self.moving.get(&(index, nth)).map(|moving| moving.mv);
            for (at, word) in self.of_binding.get(&binding).cloned().unwrap_or_default() {
                let Some(it) = self.uses.get(at) else {
                    continue;
                };
                if it.path.shape == Shape::Stringified {
                    self.manual
                        .push((at, "`stringify!` would give another text".to_owned()));
                    continue;
                }
                let edit = self.rename(it.path, word, &new);
                if let Some(mv) = mv {
                    let site = self.site(it.path, word, mv);
                    self.sites.entry(index).or_default().push(site);
                }
                self.use_edits
                    .entry(Some(index))
                    .or_default()
                    .push((at, edit));
            }
        }
        let mut findings = Vec::new();
        let lists = self.fate_lists();
        for group in imports::rewrite(names, &lists) {
            findings.extend(self.import_finding(group));
        }
        for (at, edit) in self.use_edits.remove(&None).unwrap_or_default() {
            let it = &self.uses[at];
            let (Some(word), path) = (it.reached.moved, it.path) else {
                continue;
            };
            let Some(mv) = names.knows(&it.reached.prefixes[word]) else {
                continue;
            };
            findings.push(finding(
                vec![self.site(path, word, mv)],
                vec![edit],
                Confidence::Certain,
                None,
            ));
        }
        for (at, reason) in &self.manual {
            let it = &self.uses[*at];
            let word = it
                .reached
                .moved
                .or(it.reached.through.map(|(_, word)| word));
            let word = word.unwrap_or(0);
            let mv = names
                .lookup(&it.reached.prefixes[word])
                .map(|moved| moved.mv);
            if let Some(mv) = mv {
                findings.push(finding(
                    vec![self.site(it.path, word, mv)],
                    Vec::new(),
                    Confidence::Manual,
                    Some(reason.clone()),
                ));
            }
        }
        findings
    }

    /// The fates of all leaves of every statement of which something changes.
    fn fate_lists(&self) -> BTreeMap<usize, Rewritten> {
        let mut lists: BTreeMap<usize, Rewritten> = BTreeMap::new();
        let statements = &self.names.facts.statements;
        let touched = self.fates.keys().map(|(index, _)| *index);
        for index in touched.chain(self.added.keys().copied()) {
            let leaves = statements[index].leaves.len();
            lists.entry(index).or_insert_with(|| Rewritten {
                fates: vec![Fate::Keep; leaves],
                added: Vec::new(),
            });
        }
        for (&(index, nth), fate) in &self.fates {
            if let Some(list) = lists.get_mut(&index) {
                list.fates[nth] = fate.clone();
            }
        }
        for (&index, paths) in &self.added {
            let aliases = &self.added_alias[&index];
            if let Some(list) = lists.get_mut(&index) {
                let pairs = paths.iter().cloned().zip(aliases.iter().cloned());
                list.added.extend(pairs);
            }
        }
        lists
    }

    /// One finding for statements that change together, and for the uses of their names.
    fn import_finding(&mut self, group: imports::Group) -> Option<Finding> {
        let mut edits = group.edits;
        let mut sites = Vec::new();
        let mut reasons: Vec<String> = Vec::new();
        let mut confidence = Confidence::Certain;
        for index in group.statements {
            let statement = &self.names.facts.statements[index];
            for (nth, leaf) in statement.leaves.iter().enumerate() {
                if let Some(moving) = self.moving.get(&(index, nth)) {
                    sites.push(site(Code::Import, leaf.at.clone(), moving.mv));
                }
            }
            sites.extend(self.sites.remove(&index).unwrap_or_default());
            let uses = self.use_edits.remove(&Some(index)).unwrap_or_default();
            edits.extend(uses.into_iter().map(|(_, edit)| edit));
            reasons.extend(self.reasons.remove(&index));
            if self.likely.contains(&index) || self.names.facts.broken {
                confidence = Confidence::Likely;
            }
        }
        sites.sort_by_key(|site| site.range.start);
        sites.dedup();
        edits.sort();
        edits.dedup();
        let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
        (!sites.is_empty()).then(|| finding(sites, edits, confidence, reason))
    }
}

/// Where the `::` before `at` begins.
fn before_colons(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end();
    before.strip_suffix("::").map_or(at, str::len)
}

fn site(code: Code, range: Range<usize>, mv: &Move) -> Site {
    Site {
        code,
        range,
        move_id: mv.id.clone(),
        from: mv.from.path(Dialect::Rust),
        to: mv.to.path(Dialect::Rust),
    }
}

fn finding(
    sites: Vec<Site>,
    edits: Vec<Edit>,
    confidence: Confidence,
    reason: Option<String>,
) -> Finding {
    Finding {
        sites,
        edits,
        confidence,
        reason,
        renames: Vec::new(),
        requires: None,
        imports: Vec::new(),
    }
}
