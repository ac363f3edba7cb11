//! Facts and a plan → findings: each variable that an import of a moved thing binds, treated whole.

mod dotted;
mod escape;
mod holder;
mod object;
mod own;
mod reexport;
mod star;
mod taken;

use std::collections::BTreeMap;

use ruff_text_size::TextRange;

use super::facts::{self, BindingKind, Facts, ScopeId, SymbolId, Use};
use super::imports::{Addition, Change, Edited, Editor, Imported, Statement, range};
use super::meaning::Place;
use super::names::{Names, Room};
use super::order::{Anchor, Key, Order, Stretch};
use super::sorting::Entry;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, LocalRename, Scan, Site};
use crate::plan::Moved;

/// All that is to be said of one file.
pub(super) fn scan(names: Names<'_>) -> Scan {
    let mut scanner = Scanner::new(names);
    scanner.symbols();
    scanner.stars();
    let mut findings = scanner.findings();
    super::strings::scan(names, &mut findings);
    findings.sort_by_key(Finding::start);
    Scan {
        findings,
        silenced: Vec::new(),
        problems: names.facts.problems.clone(),
    }
}

/// An import's name that binds the variable in question.
#[derive(Debug, Clone)]
struct Bound {
    import: u32,
    alias: u32,
    /// What it stands for.
    path: String,
}

/// One variable that imports bind.
struct Variable {
    symbol: SymbolId,
    bound: Vec<Bound>,
    /// Places in `facts.uses`.
    uses: Vec<usize>,
}

/// A use that moved: its place in `facts.uses`, its path, and where that leads.
type MovedUse<'a> = (usize, String, Moved<'a>);

/// A new statement, the statement that it comes from, and what it sorts by.
type Ranked = ((Stretch, Key), u32, Addition);

/// What is found of statements that stand or fall together.
#[derive(Debug)]
struct Group {
    sites: Vec<Site>,
    edits: Vec<Edit>,
    confidence: Confidence,
    reasons: Vec<String>,
    renames: Vec<LocalRename>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            sites: Vec::new(),
            edits: Vec::new(),
            confidence: Confidence::Certain,
            reasons: Vec::new(),
            renames: Vec::new(),
        }
    }
}

struct Scanner<'a> {
    names: Names<'a>,
    place: Place<'a>,
    facts: &'a Facts,
    text: &'a str,
    editor: Editor<'a>,
    /// The statements that change, by their place in `facts.imports`.
    statements: BTreeMap<u32, Statement>,
    /// Union-find over import statements: those whose changes depend on each other.
    leader: Vec<u32>,
    groups: BTreeMap<u32, Group>,
    /// `Old = New` behind the imports.
    assignments: Vec<reexport::Assignment>,
    /// Variables that come to hold a new module, so that they stay where they are read.
    followed: Vec<SymbolId>,
    /// Findings without edits.
    manual: Vec<Finding>,
}

impl<'a> Scanner<'a> {
    fn new(names: Names<'a>) -> Self {
        let count = u32::try_from(names.facts.imports.len()).unwrap_or(u32::MAX);
        Self {
            names,
            place: names.place,
            facts: names.facts,
            text: names.text,
            editor: Editor {
                place: names.place,
                facts: names.facts,
                text: names.text,
            },
            statements: BTreeMap::new(),
            leader: (0..count).collect(),
            groups: BTreeMap::new(),
            assignments: Vec::new(),
            followed: Vec::new(),
            manual: Vec::new(),
        }
    }

    /// The variables that imports bind, in the order of their first import.
    fn variables(&self) -> Vec<Variable> {
        let mut variables: Vec<Variable> = Vec::new();
        let mut places: rustc_hash::FxHashMap<SymbolId, usize> = rustc_hash::FxHashMap::default();
        for (index, import) in (0..).zip(&self.facts.imports) {
            for (at, alias) in (0..).zip(&import.names) {
                let local = match &import.module {
                    None if alias.asname.is_none() => super::first(&alias.name),
                    _ => alias.local(),
                };
                let Some(id) = self.facts.id(local) else {
                    continue;
                };
                let symbol = (self.facts.binds_in(import.scope, id), id);
                let place = *places.entry(symbol).or_insert_with(|| {
                    variables.push(Variable {
                        symbol,
                        bound: Vec::new(),
                        uses: Vec::new(),
                    });
                    variables.len() - 1
                });
                variables[place].bound.push(Bound {
                    import: index,
                    alias: at,
                    path: self.place.denoted(import, alias),
                });
            }
        }
        for (index, used) in self.facts.uses.iter().enumerate() {
            if let Some(owner) = used.owner
                && let Some(&place) = places.get(&(owner, used.name))
                && self.is_told(&variables[place], used)
            {
                variables[place].uses.push(index);
            }
        }
        variables
    }

    /// Whether a use says what is used. A variable that holds it does where only what is read of it
    /// moves, and is a thing of its own otherwise.
    fn is_told(&self, variable: &Variable, used: &Use) -> bool {
        let Some(held) = used.held else {
            return true;
        };
        let mut path = variable.bound[0].path.clone();
        for attr in &used.attrs[..held.attrs as usize] {
            path.push('.');
            path.push_str(&attr.name);
        }
        self.place.moved(&path).is_none() && self.place.plan.leads_to_moved(&path)
    }

    /// The uses that are all that a variable holds, where everything that is read of the variable
    /// moves: it can hold the new module as well.
    fn givers(&self, variable: &Variable, moved: &[MovedUse<'a>]) -> Vec<usize> {
        let is_moved = |index: &usize| moved.iter().any(|(at, ..)| at == index);
        let follows = |symbol: SymbolId| {
            let is_reader = |index: &&usize| {
                let held = self.facts.uses[**index].held;
                held.is_some_and(|held| held.by == symbol)
            };
            let mut readers = variable.uses.iter().filter(is_reader).peekable();
            readers.peek().is_some()
                && readers.all(is_moved)
                && self.names.keeps_name(symbol).is_none()
        };
        let givers = variable.uses.iter().copied().filter(|&giver| {
            let mut given = self.facts.given(&self.facts.uses[giver]).peekable();
            given.peek().is_some() && given.all(follows)
        });
        givers.collect()
    }

    fn symbols(&mut self) {
        let variables = self.variables();
        self.leave_escaped(&variables);
        variables.iter().for_each(|variable| self.own(variable));
        for variable in variables {
            let is_dotted = variable.bound.iter().any(|bound| {
                let import = &self.facts.imports[bound.import as usize];
                import.module.is_none() && import.names[bound.alias as usize].asname.is_none()
            });
            self.leave_keyed(&variable);
            match is_dotted {
                true => self.dotted(&variable),
                false => self.object(&variable),
            }
        }
    }

    /// The move of `path`, where this file is not one of those that hold the thing itself.
    fn moved(&self, path: &str) -> Option<Moved<'a>> {
        let moved = self.place.moved(path)?;
        (!super::is_own(self.place, &moved)).then_some(moved)
    }

    /// The same of a module.
    fn moved_module(&self, module: &str) -> Option<Moved<'a>> {
        let moved = self.place.moved_module(module)?;
        (!super::is_own(self.place, &moved)).then_some(moved)
    }

    /// The move of a use's path. What is patched in a module that uses the thing itself stays: it
    /// is that module's variable which is meant, not the thing.
    fn moved_use(&self, path: &str, used: &Use) -> Option<Moved<'a>> {
        let moved = self.moved(path)?;
        let is_whole = moved.rest.is_empty();
        if is_whole && (self.is_keyed(used) || self.is_module(path, used)) {
            return None;
        }
        let is_patched = used.bound || used.attrs.last().is_some_and(|attr| attr.quoted);
        let stays = is_patched && moved.rest.is_empty() && self.place.user(&moved).is_some();
        (!stays).then_some(moved)
    }

    /// Whether a use is of a module that the file imports as a whole, and not of a symbol under the
    /// same path: nobody calls a module.
    fn is_module(&self, path: &str, used: &Use) -> bool {
        let is_set = used.bound || used.attrs.last().is_some_and(|attr| attr.quoted);
        let at = use_range(used);
        let (before, after) = (
            &self.text[..at.start().to_usize()],
            &self.text[at.end().to_usize()..],
        );
        let is_called = || after.trim_start().starts_with('(') || before.ends_with('@');
        self.place.modules.is_imported(path) && !is_set && !is_called()
    }

    /// The move of what an import binds as a whole: of `import a.b as c` that of a module.
    fn moved_bound(&self, bound: &Bound) -> Option<Moved<'a>> {
        let moved = match self.facts.imports[bound.import as usize].module {
            Some(_) => self.place.moved(&bound.path),
            None => self.place.moved_module(&bound.path),
        }?;
        (!super::is_own(self.place, &moved)).then_some(moved)
    }

    /// Whether a thing moves into a module under whose path a symbol moves: what `a.b` is of `a` may
    /// differ from one version of `a` to another, so the thing is imported by its name.
    fn is_in_namesake(&self, to: &Moved<'_>) -> bool {
        to.to.name.is_some() && self.place.is_below_symbol(&to.to.module)
    }

    /// Whether a use is a keyword by which its caller gets something back.
    fn is_keyed(&self, used: &Use) -> bool {
        let last = used.attrs.last();
        last.is_some_and(|attr| self.facts.keyed.contains(&attr.range))
    }

    /// Leaves keywords of `patch.multiple` that moved: what it gives is asked for by them.
    fn leave_keyed(&mut self, variable: &Variable) {
        let mut sites = Vec::new();
        for &index in &variable.uses {
            let used = &self.facts.uses[index];
            let dotted = chained(&variable.bound[0].path, used);
            if self.is_keyed(used)
                && let Some(moved) = self.moved(&dotted)
                && moved.rest.is_empty()
                && self.place.user(&moved).is_none()
            {
                sites.push(self.site(Code::Usage, use_range(used), &dotted, &moved));
            }
        }
        self.leave(sites, KEYED.to_owned());
    }

    /// Whether a chain through a module reads a variable that somebody patches there.
    fn reads_patched(&self, moved: &Moved) -> bool {
        let name = moved.mv.from.name.as_deref().unwrap_or_default();
        let user = self.place.user(moved);
        user.is_some_and(|file| self.place.project.is_patched(file, name))
    }

    /// Whether the user wants no word about this place.
    fn is_ignored(&self, at: TextRange, code: Code, moved: &Moved) -> bool {
        self.facts.ignores.iter().any(|(line, rules)| {
            line.contains_range(at)
                && (rules.is_empty()
                    || rules
                        .iter()
                        .any(|rule| rule == code.as_str() || *rule == moved.mv.id))
        })
    }

    /// Whether a statement stands where the file does not parse.
    fn is_broken_at(&self, statement: u32) -> bool {
        let import = &self.facts.imports[statement as usize];
        let lines = range(super::trivia::line_of(self.text, import.range));
        let mut problems = self.facts.problems.iter();
        problems.any(|problem| lines.start <= problem.offset && problem.offset <= lines.end)
    }

    fn site(&self, code: Code, at: TextRange, path: &str, moved: &Moved) -> Site {
        Site {
            code,
            range: range(at),
            move_id: moved.mv.id.clone(),
            from: path.to_owned(),
            to: moved.dotted(),
            reason: None,
        }
    }

    fn find(&self, mut statement: u32) -> u32 {
        while self.leader[statement as usize] != statement {
            statement = self.leader[statement as usize];
        }
        statement
    }

    fn unite(&mut self, one: u32, other: u32) -> u32 {
        let (one, other) = (self.find(one), self.find(other));
        let (low, high) = (one.min(other), one.max(other));
        if low != high {
            self.leader[high as usize] = low;
            if let Some(group) = self.groups.remove(&high) {
                let into = self.groups.entry(low).or_default();
                into.sites.extend(group.sites);
                into.edits.extend(group.edits);
                into.confidence = into.confidence.min(group.confidence);
                into.reasons.extend(group.reasons);
                into.renames.extend(group.renames);
            }
        }
        low
    }

    fn group(&mut self, statement: u32) -> &mut Group {
        let leader = self.find(statement);
        self.groups.entry(leader).or_default()
    }

    fn change(&mut self, bound: &Bound, change: Change) {
        let count = self.facts.imports[bound.import as usize].names.len();
        let statement = self.statements.entry(bound.import).or_default();
        statement.changes.resize(count, Change::Stay);
        statement.changes[bound.alias as usize] = change;
    }

    fn pin(&mut self, bound: &Bound) {
        self.statements.entry(bound.import).or_default().pinned = true;
    }

    fn add(&mut self, import: u32, what: Imported) {
        let count = self.facts.imports[import as usize].names.len();
        let statement = self.statements.entry(import).or_default();
        statement.changes.resize(count, Change::Stay);
        if !statement.extra.contains(&what) {
            statement.extra.push(what);
        }
    }

    fn leave(&mut self, sites: Vec<Site>, reason: String) {
        if sites.is_empty() {
            return;
        }
        self.manual.push(Finding::left(sites, reason));
    }

    /// What an earlier statement of the same block imports need not be imported a second time.
    fn drop_repeated(&mut self, statements: &mut BTreeMap<u32, Statement>) {
        let mut seen: Vec<(u32, Imported, u32)> = Vec::new();
        for (&index, statement) in statements.iter_mut() {
            if statement.pinned {
                continue;
            }
            let import = &self.facts.imports[index as usize];
            let first = |to: &Imported| {
                let same = seen.iter().find(|(suite, other, first)| {
                    *suite == import.suite && other == to && !self.facts.has_star(*first, index)
                });
                same.map(|(_, _, first)| *first)
            };
            statement.extra.retain(|extra| {
                first(extra).is_none() && self.module_is_there(index, extra).is_none()
            });
            let mut repeats = Vec::new();
            let mut here: Vec<Imported> = Vec::new();
            for change in &mut statement.changes {
                // Two routes of one thing, in one statement.
                if let Some(to) = change.goes_to() {
                    if here.contains(to) {
                        *change = Change::Drop;
                        continue;
                    }
                    here.push(to.clone());
                }
                let there = |to: &Imported| self.module_is_there(index, to);
                if let Some(there) = change.goes_to().and_then(there)
                    && (there == index || self.can_drop(index, there))
                {
                    *change = Change::Drop;
                } else if let Some(first) = change.goes_to().and_then(first)
                    && (import.names.len() > 1 || self.editor.is_removable(index))
                {
                    *change = Change::Drop;
                    repeats.push(first);
                }
            }
            let goes = statement.changes.iter().filter_map(Change::goes_to);
            seen.extend(
                goes.chain(&statement.extra)
                    .map(|to| (import.suite, to.clone(), index)),
            );
            for first in repeats {
                self.unite(index, first);
            }
        }
    }

    /// The statement that has `import a.b` already, so that it needs no second one at `index`.
    fn module_is_there(&self, index: u32, what: &Imported) -> Option<u32> {
        let import = &self.facts.imports[index as usize];
        let is_it = |alias: &super::facts::Alias| {
            *alias.name == *what.module && alias.asname.is_none() && what.asname.is_none()
        };
        let mut others = (0..).zip(&self.facts.imports).filter(|(at, other)| {
            (*at != index || other.names.len() > 1)
                && what.name.is_none()
                && other.module.is_none()
                && other.suite == import.suite
                && other.names.iter().any(is_it)
                && (*at <= index || self.is_next_to(index, *at))
        });
        let moves = self.place.concerns_module(&what.module);
        others.next().filter(|_| !moves).map(|(at, _)| at)
    }

    /// Gives new statements their place, and those that name another module a new one where the
    /// file is sorted.
    fn put_in_order(&mut self, edited_of: &mut BTreeMap<u32, Edited>) {
        let suite_of = |index: u32| self.facts.imports[index as usize].suite;
        let mut orders: BTreeMap<u32, Order<'a>> = BTreeMap::new();
        for (&index, edited) in edited_of.iter() {
            let order = orders
                .entry(suite_of(index))
                .or_insert_with(|| Order::around(self.place, self.facts, self.text, index));
            if let Some(entry) = &edited.becomes {
                order.rename(index, entry);
            }
            if edited.removed {
                order.remove(index);
            }
        }
        let mut new_of: BTreeMap<(u32, String), usize> = BTreeMap::new();
        for (&index, edited) in edited_of.iter() {
            let additions = edited.additions.iter().map(|addition| &addition.entry);
            for entry in additions.chain(&edited.becomes) {
                if self.editor.is_mergeable(index, entry) {
                    let key = (suite_of(index), entry.module.clone());
                    *new_of.entry(key).or_default() += 1;
                }
            }
        }
        for (&index, edited) in edited_of.iter_mut() {
            let Some(order) = orders.get_mut(&suite_of(index)) else {
                continue;
            };
            // Statements that come to name one module become one where they meet.
            let meets_another = |entry: &Entry| {
                let key = (suite_of(index), entry.module.clone());
                new_of.get(&key).is_some_and(|count| *count > 1)
                    && self.editor.is_mergeable(index, entry)
                    && order.is_known()
                    && !order.has_comment_above(index)
            };
            if let Some(entry) = edited.becomes.clone()
                && (order.is_displaced(index) || meets_another(&entry))
            {
                let above = Vec::new();
                edited.additions.insert(0, Addition { above, entry });
                edited.edits = vec![self.editor.uprooting(index)];
                order.remove(index);
            }
        }
        let mut anchored: BTreeMap<Anchor, Vec<Ranked>> = BTreeMap::new();
        for (&index, edited) in edited_of.iter_mut() {
            let Some(order) = orders.get(&suite_of(index)) else {
                continue;
            };
            for addition in std::mem::take(&mut edited.additions) {
                let anchor = match edited.pinned {
                    true => order.next_to(index),
                    false => order.anchor(index, &addition.entry),
                };
                let rank = order.rank(&addition.entry);
                anchored
                    .entry(anchor)
                    .or_default()
                    .push((rank, index, addition));
            }
        }
        let anchors: Vec<Anchor> = anchored.keys().copied().collect();
        for order in orders.values() {
            for (first, last) in order.vanished(&anchors) {
                if let Some(edited) = edited_of.get_mut(&last) {
                    self.editor.widen_deletion(first, last, &mut edited.edits);
                    self.unite(first, last);
                }
            }
        }
        // What stands at one place is one edit.
        let mut inserted: BTreeMap<usize, (u32, String)> = BTreeMap::new();
        for (anchor, mut additions) in anchored {
            // Statements that follow one another where the file has no order keep theirs.
            let is_sorted = orders.values().any(Order::is_known);
            if is_sorted {
                additions.sort_by(|a, b| a.0.cmp(&b.0));
            }
            let first = additions[0].1;
            let (leader, text) = inserted
                .entry(anchor.offset)
                .or_insert((first, String::new()));
            for (_, index, _) in &additions {
                self.unite(*leader, *index);
            }
            if is_sorted {
                additions
                    .dedup_by(|(_, index, next), (_, _, one)| self.editor.merge(*index, one, next));
            }
            let sections: Vec<Vec<Addition>> = additions
                .chunk_by(|(one, ..), (other, ..)| one.0 == other.0)
                .map(|section| section.iter().map(|(_, _, one)| one.clone()).collect())
                .collect();
            text.push_str(&self.editor.insertion(first, anchor.side, &sections));
        }
        self.assign(&orders, &mut inserted);
        for (offset, (leader, text)) in inserted {
            self.group(leader).edits.push(Edit::insert(offset, text));
        }
    }

    /// Turns what was decided into findings, with the edits of all statements.
    fn findings(&mut self) -> Vec<Finding> {
        let mut joined: BTreeMap<u32, Vec<Imported>> = BTreeMap::new();
        let mut imports: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let mut statements = std::mem::take(&mut self.statements);
        // A file in the middle of a merge: nothing crosses from one side to the other.
        if !self.facts.problems.is_empty() {
            statements.values_mut().for_each(|one| one.pinned = true);
        }
        self.drop_repeated(&mut statements);
        let mut edited_of: BTreeMap<u32, Edited> = BTreeMap::new();
        for (&index, statement) in &statements {
            if statement.is_idle() {
                continue;
            }
            edited_of.insert(index, self.editor.edit(index, statement));
            if self.facts.imports[index as usize].eager {
                let goes = statement.changes.iter().filter_map(Change::goes_to);
                let modules = goes.chain(&statement.extra).flat_map(|to| {
                    let member = to.name.as_ref().map(|name| format!("{}.{name}", to.module));
                    std::iter::once(to.module.clone()).chain(member)
                });
                imports.entry(index).or_default().extend(modules);
            }
        }
        let joins: Vec<(u32, u32, Imported)> = edited_of
            .iter_mut()
            .flat_map(|(&index, edited)| {
                let joined = std::mem::take(&mut edited.joined).into_iter();
                joined.map(move |(host, what)| (index, host, what))
            })
            .collect();
        for (index, host, what) in joins {
            self.unite(index, host);
            joined.entry(host).or_default().push(what);
        }
        for (host, names) in joined {
            let edited = edited_of.entry(host).or_default();
            self.editor
                .join(host, &names, statements.get(&host), edited);
        }
        self.put_in_order(&mut edited_of);
        for (index, edited) in edited_of {
            self.group(index).edits.extend(edited.edits);
        }
        let groups = std::mem::take(&mut self.groups);
        let mut findings: Vec<Finding> = Vec::new();
        for (leader, group) in groups {
            let mut sites = group.sites;
            if sites.is_empty() {
                continue;
            }
            sites.sort_by_key(|site| (site.range.start, site.code));
            sites.dedup();
            let mut edits = group.edits;
            edits.sort();
            edits.dedup();
            let members = imports
                .iter()
                .filter(|(index, _)| self.find(**index) == leader);
            let mut imports: Vec<String> =
                members.flat_map(|(_, modules)| modules.clone()).collect();
            imports.sort();
            imports.dedup();
            findings.push(Finding {
                sites,
                edits,
                confidence: group.confidence,
                reason: joined_reasons(group.reasons),
                renames: group.renames,
                requires: None,
                blocked: None,
                imports,
            });
        }
        findings.append(&mut self.manual);
        findings
    }
}

/// All reasons, each once.
fn joined_reasons(mut reasons: Vec<String>) -> Option<String> {
    reasons.sort();
    reasons.dedup();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// The path of a use: what its first name stands for, and the attributes behind it.
/// Why a keyword of `patch.multiple` stays.
pub(super) const KEYED: &str = "what `patch.multiple` gives is asked for by this name";

fn chained(path: &str, used: &Use) -> String {
    let mut path = path.to_owned();
    for attr in &used.attrs {
        path.push('.');
        path.push_str(&attr.name);
    }
    path
}

/// A use with its attributes.
fn use_range(used: &Use) -> TextRange {
    used.attrs
        .iter()
        .fold(used.range, |range, attr| range.cover(attr.range))
}

/// The module that must be imported for a moved thing; `None` for one without a module.
fn home<'m>(to: &'m Moved<'_>) -> Option<&'m str> {
    (!to.to.module.is_empty()).then_some(to.to.module.as_str())
}

/// `a.b` of `a.b.C`.
fn parent(dotted: &str) -> &str {
    dotted.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// `C` of `a.b.C`.
fn last(dotted: &str) -> &str {
    dotted.rsplit_once('.').map_or(dotted, |(_, last)| last)
}
