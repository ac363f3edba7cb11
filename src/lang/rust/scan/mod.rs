//! What a file says of moved things, and the edits that follow: an import is treated whole, with
//! every use of the name that it binds.

mod among;
mod behind;
mod conditions;
mod containers;
mod contested;
mod derives;
mod doubled;
mod ending;
mod free;
mod given;
mod giving;
mod globs;
mod hidden;
mod index;
mod leaves;
mod macros;
mod made;
mod methods;
mod outcome;
mod own;
mod passed;
mod relative;
mod unused;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use self::giving::Giving;
use self::index::Index;
use self::leaves::Imported;
use super::facts::{Bound, PathRef, Shape};
use super::imports::Added;
use super::names::{Names, Reached};
use super::split::Fate;
use super::tree::plain;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Problem, Scan, Site};
use crate::lang::suppress::Suppressions;
use crate::plan::{Dialect, Move};

/// What becomes of the names that imports bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// They change wherever that is proved.
    Free,
    /// They stay, by alias.
    Cautious,
}

/// All references to moved things in the file.
pub(super) fn scan(names: &Names<'_>, manner: Manner) -> Scan {
    let mut work = Work::new(names, manner);
    work.decide_leaves();
    work.decide_containers();
    work.decide_globs();
    work.decide_unused_stars();
    work.drop_givers();
    work.drop_covered_stars();
    work.decide_relative();
    work.follow_renamed();
    work.write_out_macros();
    let silenced = std::mem::take(&mut work.silenced);
    let mut findings = work.findings();
    without_raw_links(&names.facts.paths, &mut findings);
    show_new_names(&names.facts.labels, &mut findings);
    findings.sort_by_key(Finding::start);
    let problems = names.facts.problems.iter();
    let problems = problems.map(|problem| Problem {
        offset: problem.offset,
        message: format!("does not parse: {}", problem.message),
    });
    Scan {
        findings,
        silenced,
        problems: problems.collect(),
    }
}

/// A link names what it leads to without `r#`: rustdoc finds nothing by a name that has it.
fn without_raw_links(paths: &[PathRef], findings: &mut [Finding]) {
    let is_raw = |finding: &&mut Finding| finding.edits.iter().any(|it| it.text.contains("r#"));
    let mut raw = findings.iter_mut().filter(is_raw).peekable();
    if raw.peek().is_none() {
        return;
    }
    let links = paths.iter().filter(|path| path.shape == Shape::Doc);
    let words = links.flat_map(|path| path.words.iter().map(|word| word.at.start));
    let starts: FxHashSet<usize> = words.collect();
    for edit in raw.flat_map(|finding| &mut finding.edits) {
        if starts.contains(&edit.start) {
            edit.text = edit.text.replace("r#", "");
        }
    }
}

/// What a link shows follows the last name of its path.
fn show_new_names(labels: &[(Range<usize>, Range<usize>)], findings: &mut [Finding]) {
    if labels.is_empty() {
        return;
    }
    // Edits by their ends: a text of many links has many findings, too.
    let mut by_end: FxHashMap<usize, Vec<(usize, Edit)>> = FxHashMap::default();
    for (index, finding) in findings.iter().enumerate() {
        for edit in &finding.edits {
            let ends_here = by_end.entry(edit.end).or_default();
            ends_here.push((index, edit.clone()));
        }
    }
    for (label, last) in labels {
        let edits = by_end.get(&last.end).into_iter().flatten();
        let mut covering = edits.filter(|(_, edit)| edit.start <= last.start);
        if let Some((index, edit)) = covering.next()
            && let Some(name) = edit.text.rsplit("::").next()
        {
            let finding = &mut findings[*index];
            finding.edits.push(Edit::replace(label.clone(), name));
            finding.edits.sort();
        }
    }
}

/// A leaf of an import: its statement, and its place in it.
type LeafId = (usize, usize);

/// A path that is written, and where it leads.
struct Use<'a> {
    path: &'a PathRef,
    reached: Rc<Reached>,
}

/// A leaf that moves.
struct Moving<'a> {
    mv: &'a Move,
    /// The word of its path at which the moved thing stands.
    at: usize,
    reached: Rc<Reached>,
}

struct Work<'n, 'a> {
    names: &'n Names<'a>,
    manner: Manner,
    uses: Vec<Use<'a>>,
    /// Uses of a binding, with the word of its name.
    of_binding: FxHashMap<usize, Vec<(usize, usize)>>,
    /// Leaves of other imports whose path goes through a binding, with the word of its name.
    leaves_of: FxHashMap<usize, Vec<(LeafId, usize)>>,
    /// Leaves of imports that move, and whose path goes through a binding.
    leaving: FxHashMap<usize, Vec<(LeafId, usize)>>,
    /// Where imports go from now on.
    imported: Imported,
    /// Uses that are written out, by the first word that changes.
    written_from: FxHashMap<usize, usize>,
    /// Uses that write a moved thing out, by the binding that they go through.
    written_out: FxHashMap<Option<usize>, Vec<usize>>,
    moving: BTreeMap<LeafId, Moving<'a>>,
    /// Those of them that bind the name of what they import, by their module and its new name.
    taking: FxHashMap<(usize, Box<str>), Vec<LeafId>>,
    /// Re-exports of a module that moves together with something else of its name.
    shared: Vec<(usize, usize, &'a Move)>,
    /// What imports of moved things bind that a comment keeps: they stay, with all that is used
    /// through them.
    kept: FxHashSet<usize>,
    /// What gives a canonical path its thing, and stays.
    giving: Giving,
    binding_of: FxHashMap<LeafId, usize>,
    fates: BTreeMap<LeafId, Fate>,
    /// Paths of imports that stand behind a statement from now on, each with its alias.
    added: BTreeMap<usize, Vec<Added>>,
    /// What stars gave, and what is imported by name now.
    given: BTreeSet<(LeafId, String)>,
    /// Uses in doc comments of what no code uses.
    only_told: FxHashSet<usize>,
    /// Stars that gave something which is imported by name now, each with the site that says so last:
    /// its statement, and its place among the sites of that.
    relieved: BTreeMap<LeafId, Option<(usize, usize)>>,
    /// Stars that move and give something by its new name.
    along: BTreeSet<LeafId>,
    /// Names that change: the binding, and the name that its uses take.
    renamed: BTreeMap<usize, String>,
    /// Why the names of leaves stay.
    reasons: BTreeMap<LeafId, String>,
    /// What is said with uses that are written out.
    told: BTreeMap<usize, String>,
    /// Edits of uses, by the import that they belong to.
    use_edits: BTreeMap<Option<usize>, Vec<(usize, Edit)>>,
    /// Uses whose module imports what they name itself from now on.
    apart: FxHashSet<usize>,
    /// Imports that stay, each with why.
    left: Vec<Finding>,
    /// Imports that code of one configuration alone uses from now on.
    alone: Vec<Finding>,
    /// Uses that a macro may put behind another path: they need the name that they begin with.
    put_behind: FxHashSet<usize>,
    /// Uses that are reported, and for which nothing can be done.
    manual: Vec<(usize, String)>,
    likely: BTreeSet<usize>,
    /// Statements that change together.
    joined: Vec<(usize, usize)>,
    sites: BTreeMap<usize, Vec<Site>>,
    index: Index<'a>,
    suppressions: Suppressions,
    /// Imports that a comment keeps.
    silenced: Vec<Finding>,
}

impl<'n, 'a> Work<'n, 'a> {
    fn new(names: &'n Names<'a>, manner: Manner) -> Self {
        let mut work = Self {
            names,
            manner,
            uses: Vec::new(),
            of_binding: FxHashMap::default(),
            leaves_of: FxHashMap::default(),
            leaving: FxHashMap::default(),
            imported: Imported::new(),
            written_from: FxHashMap::default(),
            written_out: FxHashMap::default(),
            moving: BTreeMap::new(),
            taking: FxHashMap::default(),
            shared: Vec::new(),
            kept: FxHashSet::default(),
            giving: Giving::of(names),
            binding_of: FxHashMap::default(),
            fates: BTreeMap::new(),
            added: BTreeMap::new(),
            given: BTreeSet::new(),
            only_told: FxHashSet::default(),
            relieved: BTreeMap::new(),
            along: BTreeSet::new(),
            renamed: BTreeMap::new(),
            reasons: BTreeMap::new(),
            told: BTreeMap::new(),
            use_edits: BTreeMap::new(),
            apart: FxHashSet::default(),
            left: Vec::new(),
            alone: Vec::new(),
            put_behind: FxHashSet::default(),
            manual: Vec::new(),
            likely: BTreeSet::new(),
            joined: Vec::new(),
            sites: BTreeMap::new(),
            index: Index::default(),
            suppressions: Suppressions::of(names.text),
            silenced: Vec::new(),
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
            let untaken = self.untaken(index);
            for nth in 0..statement.leaves.len() {
                let Some(reached) = self.names.leaf(index, nth) else {
                    continue;
                };
                let own = self.binding_of.get(&(index, nth));
                let passed = reached.passed.iter().chain(&reached.through);
                let passed = passed.filter(|(binding, _)| own != Some(binding));
                let viewer = self.names.module(statement.module);
                let moved = reached.moved;
                let Some(at) = moved.filter(|&at| !self.names.keeps_path(&reached, at, viewer))
                else {
                    // `use super::Old` takes what another import of the file has.
                    for &(binding, word) in passed {
                        let leaves = self.leaves_of.entry(binding).or_default();
                        leaves.push(((index, nth), word));
                    }
                    continue;
                };
                let Some(mv) = self.names.knows(&reached.prefixes[at]) else {
                    continue;
                };
                if self.names.holds(statement.module, mv) {
                    if let Some(reason) = self.names.may_make(statement.module, mv) {
                        let place = statement.leaves[nth].at.clone();
                        let left = manual(site(Code::Import, place, mv), reason);
                        self.left.push(left);
                    }
                    continue;
                }
                let is_giving = self.giving.leaves.contains(&(index, nth))
                    || own.is_some_and(|own| self.giving.through.contains(own));
                if is_giving || own.is_some_and(|&own| self.names.feeds(own, mv)) {
                    for &(binding, word) in passed {
                        let leaves = self.leaves_of.entry(binding).or_default();
                        leaves.push(((index, nth), word));
                    }
                    continue;
                }
                let brings_more = own.is_some_and(|&own| self.names.brings_more(own, mv));
                if brings_more && at + 1 == statement.leaves[nth].names.len() {
                    if statement.public {
                        self.shared.push((index, nth, mv));
                    }
                    continue;
                }
                let closed = self.names.closed(mv, &reached, at, viewer);
                let derived = || own.and_then(|&own| self.derived_by_macro(own, mv));
                let exact = at + 1 == statement.leaves[nth].names.len();
                let closed = closed.or_else(|| derived().filter(|_| exact));
                let untaken = untaken.as_ref().or(closed.as_ref());
                if let Some(reason) = untaken {
                    let place = statement.leaves[nth].at.clone();
                    let left = manual(site(Code::Import, place, mv), reason.clone());
                    self.left.push(left);
                }
                let is_kept = self.is_kept((index, nth), mv);
                if is_kept {
                    let place = statement.leaves[nth].at.clone();
                    let reason = "a comment keeps it".to_owned();
                    self.silenced.push(Finding {
                        blocked: Some(reason.clone()),
                        ..manual(site(Code::Import, place, mv), reason)
                    });
                }
                if untaken.is_some() || is_kept {
                    self.kept.extend(self.binding_of.get(&(index, nth)));
                    continue;
                }
                for &(binding, word) in passed {
                    let leaves = self.leaving.entry(binding).or_default();
                    leaves.push(((index, nth), word));
                }
                let leaf = &statement.leaves[nth];
                if exact && leaf.alias.is_none() && !leaf.glob {
                    let name = Box::from(plain(mv.to.last()));
                    let taking = self.taking.entry((statement.module, name)).or_default();
                    taking.push((index, nth));
                }
                self.moving.insert((index, nth), Moving { mv, at, reached });
            }
        }
    }

    /// Whether a comment keeps an import that leads to what moves.
    fn is_kept(&self, (index, nth): LeafId, mv: &Move) -> bool {
        let at = self.names.facts.statements[index].leaves[nth].at.start;
        self.suppressions
            .names(self.names.text, at, Code::Import, &mv.id)
    }

    fn collect_uses(&mut self) {
        let names = self.names;
        // What a macro puts a name behind is that module, and goes along with the import of it; of what
        // is written out, what is given to a macro is left as it is.
        let whole = names.facts.made.iter().filter_map(|path| {
            let reached = names.reach_module(path).map(Rc::new)?;
            let below = format!("{}::", reached.path());
            let may_stay =
                |mv: &Move| mv.from.path(Dialect::Rust).starts_with(&below) && is_given(names, mv);
            let stays = reached.moved.is_some() && names.plan.moves_of(Dialect::Rust).any(may_stay);
            (!stays).then_some((path, reached))
        });
        let written = self.names.facts.paths.iter();
        let written = written.filter_map(|path| Some((path, self.names.reach(path)?)));
        let called = names.facts.called_in_rules.iter();
        let called = called.filter_map(|path| {
            let reached = names.reach(path)?;
            // What an import gives keeps its name for the macro's sake.
            let is_alone = reached.through.is_none() && reached.glob.is_none();
            is_alone.then_some((path, reached))
        });
        for (path, mut reached) in written.chain(whole).chain(called) {
            let at = self.uses.len();
            let viewer = names.module(path.module);
            if let Some(word) = reached.moved
                && names.keeps_path(&reached, word, viewer)
            {
                Rc::make_mut(&mut reached).moved = None;
            }
            let reason = self.giving.why_kept(path, &reached);
            if reason.is_some() || self.giving.uses.contains(&path.start()) {
                // It needs the imports that it goes through.
                for &(binding, word) in reached.passed.iter().chain(&reached.through) {
                    let uses = self.of_binding.entry(binding).or_default();
                    uses.push((at, word));
                }
                self.manual.extend(reason.map(|reason| (at, reason)));
                self.uses.push(Use { path, reached });
                continue;
            }
            if let Some((binding, _)) = reached.through
                && self.kept.contains(&binding)
            {
                continue;
            }
            if let Some(word) = reached.moved {
                let Some(mv) = self.names.knows(&reached.prefixes[word]) else {
                    continue;
                };
                if self.names.holds(path.module, mv) || self.is_list_kept(&reached, mv) {
                    if let Some(reason) = self.names.may_make(path.module, mv) {
                        self.manual.push((at, reason));
                        self.uses.push(Use { path, reached });
                    }
                    continue;
                }
                let closed = || names.closed(mv, &reached, word, viewer);
                let bound = || self.bound_by_macro(path, word, mv);
                let derived = || self.derived_given(path, word, mv);
                let reason = self.unsure_call(path, mv).or_else(closed);
                let reason = reason.or_else(bound).or_else(derived);
                let reason = reason.or_else(|| self.note_put_behind(at, path));
                let stays = reason.is_some();
                match reason {
                    Some(reason) => self.manual.push((at, reason)),
                    None => {
                        let through = reached.through.map(|(binding, _)| binding);
                        self.written_out.entry(through).or_default().push(at);
                    }
                }
                // What stays needs the import, whose own name may change in any case.
                if let Some((binding, word)) = reached.through
                    && let Some((index, nth, ..)) = self.names.leaf_of(binding)
                    && (stays
                        || self.moving.contains_key(&(index, nth))
                        || self.goes_through_moving((index, nth)))
                {
                    let uses = self.of_binding.entry(binding).or_default();
                    uses.push((at, word));
                }
            } else if let Some((binding, word)) = reached.through {
                // What goes along with its import does so by another name.
                let giver = self.names.leaf_of(binding).map(|it| (it.0, it.1));
                if giver
                    .is_some_and(|it| self.moving.contains_key(&it) || self.goes_through_moving(it))
                    && let Some(reason) = self.note_put_behind(at, path)
                {
                    self.manual.push((at, reason));
                }
                let uses = self.of_binding.entry(binding).or_default();
                uses.push((at, word));
            } else if reached.passed.is_empty() {
                continue;
            }
            for &(binding, word) in &reached.passed {
                let uses = self.of_binding.entry(binding).or_default();
                uses.push((at, word));
            }
            self.uses.push(Use { path, reached });
        }
    }
}

/// Whether the name of what moves is given to a macro, here or in another file.
fn is_given(names: &Names<'_>, mv: &Move) -> bool {
    let name = plain(mv.from.last());
    names.facts.opaque.contains_key(name) || names.project.is_rust_given(name)
}

impl Work<'_, '_> {
    /// Whether a use is written anew from a word on, or from one before it.
    fn is_written_from(&self, at: usize, word: usize) -> bool {
        let from = self.written_from.get(&at);
        from.is_some_and(|&from| from <= word)
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
            Shape::Text | Shape::Doc | Shape::Inline => Code::Text,
            _ => Code::Usage,
        };
        site(code, path.words[0].at.start..path.words[word].at.end, mv)
    }
}

pub(super) fn site(code: Code, range: Range<usize>, mv: &Move) -> Site {
    Site {
        code,
        range,
        move_id: mv.id.clone(),
        from: mv.from.path(Dialect::Rust),
        to: mv.to.path(Dialect::Rust),
        reason: None,
    }
}

pub(super) fn finding(
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
        blocked: None,
        imports: Vec::new(),
    }
}

/// What is reported, and for which nothing can be done.
pub(super) fn manual(site: Site, reason: String) -> Finding {
    Finding::left(vec![site], reason)
}
