//! Where a new import stands: where isort and ruff would put it, if the file is sorted their way:
//! as the project's settings say, else in one of the ways that are common.
//!
//! A *run* is a stretch of import statements with nothing between them, no blank line either; in a
//! sorted file each run is one section: the standard library, what is installed, the project's own,
//! relative imports. A star stands alone: what comes before and behind it stays there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ruff_python_stdlib::sys::is_known_standard_library;

use super::facts::{Alias, Facts, Import};
use super::imports::range;
use super::meaning::Place;
use super::sorting::{self, Entry, ORDERS_OF_STATEMENTS, StatementKey};
use super::trivia;
use crate::project::ImportOrder;

/// The Python whose standard library is meant: the newest that ruff knows.
pub(super) const MINOR: u8 = 14;

/// Where new statements go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor {
    /// The byte before which they are inserted.
    pub(super) offset: usize,
    pub(super) side: Side,
}

/// How they are set apart from what is there.
// Sorted as they follow one another at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// A section of its own at the beginning of a line, and a blank line below.
    BeforeWithBlankBelow,
    /// At the beginning of a line, as the line before.
    Before,
    /// The same behind a blank line: a section of its own.
    BeforeWithBlank,
    /// At the end of a text without a last line break.
    AtEnd,
}

/// How statements are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style<'a> {
    order: &'a ImportOrder,
    /// A run holds several sections: `no_lines_before`.
    by_section: bool,
    /// Statements of one module are sorted by their names.
    by_name: bool,
    /// So are names that sort alike, with their aliases.
    by_alias: bool,
}

impl<'a> Style<'a> {
    /// The ways that are tried, in turn: those of the settings, then the common ones.
    fn candidates(set: Option<&'a ImportOrder>) -> impl Iterator<Item = Self> {
        let orders = set.into_iter().chain(&*ORDERS_OF_STATEMENTS);
        let ways = [(true, true), (true, false), (false, false)];
        let ways = [false, true]
            .map(|by_section| ways.map(|(by_name, by_alias)| (by_section, by_name, by_alias)));
        orders.flat_map(move |order| {
            let ways = ways.into_iter().flatten();
            ways.map(move |(by_section, by_name, by_alias)| Self {
                order,
                by_section,
                by_name,
                by_alias,
            })
        })
    }
}

/// What a statement sorts by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    section: u8,
    within: StatementKey,
}

impl Key {
    /// The same without what tells names apart that sort alike: `N`, `n`, `N as m`. isort leaves
    /// those as they came.
    fn loose(mut self) -> Self {
        self.within.forget_ties();
        self
    }
}

/// What stands in one run: the statements of a section, or one form of them.
pub(super) type Stretch = (u8, bool);

/// The order of the imports of one block.
pub(super) struct Order<'a> {
    place: Place<'a>,
    facts: &'a Facts,
    text: &'a str,
    runs: Vec<Vec<u32>>,
    set: Option<&'a ImportOrder>,
    style: Option<Style<'a>>,
    /// What statements are from now on.
    renamed: BTreeMap<u32, Entry>,
    /// Statements that go.
    gone: BTreeSet<u32>,
}

impl<'a> Order<'a> {
    /// The order of the block that holds the statement at `index`.
    pub(super) fn around(place: Place<'a>, facts: &'a Facts, text: &'a str, index: u32) -> Self {
        let suite = facts.imports[index as usize].suite;
        let statements = (0..).zip(&facts.imports);
        let mut runs: Vec<Vec<u32>> = Vec::new();
        let mut end: Option<usize> = None;
        for (at, import) in statements.filter(|(_, import)| import.suite == suite) {
            let lines = range(trivia::line_of(text, import.range));
            let between = end.and_then(|end| text.get(end..lines.start));
            let touches = between.is_some_and(|gap| matches!(gap, "\n" | "\r\n" | "\r"));
            // import sys; sys.path.insert(0, "lib")
            let follows = |last: &u32| {
                let last = &facts.imports[*last as usize];
                import.index == last.index + 1 && !import.star && !last.star
            };
            match runs.last_mut() {
                Some(run) if touches && run.last().is_some_and(follows) => run.push(at),
                _ => runs.push(vec![at]),
            }
            end = Some(lines.end);
        }
        let mut order = Self {
            place,
            facts,
            text,
            runs,
            set: None,
            style: None,
            renamed: BTreeMap::new(),
            gone: BTreeSet::new(),
        };
        order.set = place.file.and_then(|file| place.project.import_order(file));
        let has_evidence = order.set.is_some()
            || order.runs.iter().any(|run| run.len() > 1)
            || order.has_sections();
        order.style = Style::candidates(order.set).find(|&style| {
            has_evidence && order.runs.iter().all(|run| order.is_sorted(run, style))
        });
        order
    }

    /// Whether statements with blank lines between them follow one another as sections do.
    fn has_sections(&self) -> bool {
        let first = |run: &Vec<u32>| Some(self.section(&written(self.import(*run.first()?))));
        let sections: Vec<_> = self.runs.iter().map(first).collect();
        sections.len() > 1 && sections.is_sorted_by(|one, next| one < next)
    }

    fn import(&self, index: u32) -> &'a Import {
        &self.facts.imports[index as usize]
    }

    /// A statement as it is written from now on.
    fn entry(&self, index: u32) -> Entry {
        if let Some(entry) = self.renamed.get(&index) {
            return entry.clone();
        }
        let import = self.import(index);
        let is_from = import.module.is_some();
        Entry {
            module: written(import),
            names: is_from.then(|| import.names.iter().map(Alias::written).collect()),
            line: self.text[self.line_of(index)].trim().to_owned(),
        }
    }

    fn key_of(&self, index: u32, style: Style<'_>) -> Key {
        self.key(&self.entry(index), style)
    }

    fn is_sorted(&self, run: &[u32], style: Style<'_>) -> bool {
        run.iter().is_sorted_by_key(|&index| {
            let key = self.key_of(index, style);
            if style.by_alias { key } else { key.loose() }
        })
    }

    /// Says what the statement at `index` is from now on.
    pub(super) fn rename(&mut self, index: u32, entry: &Entry) {
        self.renamed.insert(index, entry.clone());
    }

    /// Says that the statement at `index` goes.
    pub(super) fn remove(&mut self, index: u32) {
        self.gone.insert(index);
    }

    /// Whether a statement that changes no longer stands in its place.
    pub(super) fn is_displaced(&self, index: u32) -> bool {
        let Some(style) = self.style else {
            return false;
        };
        let Some(run) = self.runs.iter().find(|run| run.contains(&index)) else {
            return false;
        };
        // A comment above belongs to the statement, and would be left behind. What only takes other
        // names moves where the settings say how names count, and not for what the file shows.
        let is_set = self.set.is_some_and(|set| std::ptr::eq(set, style.order));
        let is_of_another = self.entry(index).module != written(self.import(index));
        if self.has_comment_above(index) || !is_set && !is_of_another {
            return false;
        }
        match self.home(index, &self.entry(index), true) {
            Home::Run(home) if home == run => {
                let stays: Vec<u32> = run
                    .iter()
                    .copied()
                    .filter(|at| !self.gone.contains(at))
                    .collect();
                !self.is_sorted(&stays, style)
            }
            Home::Run(_) | Home::NewAfter(_) | Home::NewBefore(_) => true,
        }
    }

    /// Whether a comment of its own stands above a statement.
    pub(super) fn has_comment_above(&self, index: u32) -> bool {
        let above = self.text[..self.line_of(index).start].trim_end_matches(['\n', '\r']);
        let above = above.rsplit(['\n', '\r']).next().unwrap_or_default();
        above.trim_start_matches('\u{feff}').trim().starts_with('#')
    }

    /// The first and the last statement of runs of several that go as a whole, with nothing in their
    /// place.
    pub(super) fn vanished(&self, anchors: &[Anchor]) -> Vec<(u32, u32)> {
        let goes = |run: &&Vec<u32>| run.len() > 1 && run.iter().all(|at| self.gone.contains(at));
        let vanished = self.runs.iter().filter(goes).filter(|run| {
            let lines = self.line_of(run[0]).start..=self.line_of(run[run.len() - 1]).end;
            !anchors.iter().any(|anchor| lines.contains(&anchor.offset))
        });
        vanished.map(|run| (run[0], run[run.len() - 1])).collect()
    }

    /// Where a new statement stands, which comes from the one at `origin`.
    pub(super) fn anchor(&self, origin: u32, entry: &Entry) -> Anchor {
        let Some(style) = self.style else {
            return self.behind(origin, Side::Before);
        };
        match self.home(origin, entry, false) {
            Home::NewAfter(last) => self.behind(last, Side::BeforeWithBlank),
            Home::NewBefore(first) => Anchor {
                offset: self.line_of(first).start,
                side: Side::BeforeWithBlankBelow,
            },
            Home::Run(run) => {
                let wanted = self.key(entry, style);
                let staying = run.iter().copied().filter(|at| !self.gone.contains(at));
                // Where the statement that it comes from is a right place, that is the nearest.
                let keys: Vec<(u32, Key)> = staying
                    .clone()
                    .map(|at| (at, self.key_of(at, style)))
                    .collect();
                if let Some(here) = keys.iter().position(|(at, _)| *at == origin)
                    && keys[here].1 <= wanted
                    && keys.get(here + 1).is_none_or(|(_, next)| wanted <= *next)
                {
                    return self.behind(origin, Side::Before);
                }
                let mut before = staying.filter(|&at| self.key_of(at, style) <= wanted);
                match before.next_back() {
                    Some(before) => self.behind(before, Side::Before),
                    None => self.above(run[0]),
                }
            }
        }
    }

    /// Right behind the statement at `index`, whatever the order is.
    pub(super) fn next_to(&self, index: u32) -> Anchor {
        self.behind(index, Side::Before)
    }

    /// Right behind the last of the imports that follow the statement at `index`.
    pub(super) fn behind_imports(&self, index: u32) -> Anchor {
        let suite = self.import(index).suite;
        let following = (index..).zip(&self.facts.imports[index as usize..]);
        let last = following
            .filter(|(at, import)| {
                import.suite == suite && !self.gone.contains(at) && self.is_joined(index, *at)
            })
            .last();
        self.behind(last.map_or(index, |(at, _)| at), Side::Before)
    }

    /// Above a statement and the comments that belong to it. The first comment of a file is the
    /// file's own, unless it speaks of the line below.
    fn above(&self, index: u32) -> Anchor {
        let line = self.line_of(index).start;
        let mut offset = line;
        let mut nearest = None;
        while offset > 0 {
            let body = &self.text[..offset];
            let body = body.strip_suffix('\n').unwrap_or(body);
            let body = body.strip_suffix('\r').unwrap_or(body);
            let start = body.rfind(['\n', '\r']).map_or(0, |at| at + 1);
            let comment = body[start..].trim_start_matches('\u{feff}').trim();
            if !comment.starts_with('#') {
                break;
            }
            nearest = nearest.or(Some(comment));
            offset = start;
        }
        let is_header = offset == 0;
        match nearest {
            Some(comment) if is_header && trivia::is_suppression(comment) => {
                self.behind(index, Side::Before)
            }
            Some(_) if !is_header => Anchor {
                offset,
                side: Side::Before,
            },
            _ => Anchor {
                offset: line,
                side: Side::Before,
            },
        }
    }

    fn line_of(&self, index: u32) -> Range<usize> {
        range(trivia::line_of(self.text, self.import(index).range))
    }

    /// The beginning of the line behind a statement.
    fn behind(&self, index: u32, side: Side) -> Anchor {
        let end = self.line_of(index).end;
        let rest = &self.text[end..];
        let ends_cell = self
            .facts
            .cells
            .iter()
            .any(|cell| cell.end().to_usize() == end);
        let length = match rest.strip_prefix("\r\n") {
            _ if ends_cell => 0,
            Some(_) => 2,
            None => usize::from(!rest.is_empty()),
        };
        match length {
            0 => Anchor {
                offset: end,
                side: Side::AtEnd,
            },
            _ => Anchor {
                offset: end + length,
                side,
            },
        }
    }

    /// The run that a statement belongs to; `leaves` where the one at `origin` itself moves.
    fn home(&self, origin: u32, entry: &Entry, leaves: bool) -> Home<'_> {
        let stretch = self.stretch(&entry.module, entry.is_from());
        let old_stretch_of = |at: u32| {
            let import = self.import(at);
            self.stretch(&written(import), import.module.is_some())
        };
        let stretch_of = |at: u32| match self.renamed.get(&at) {
            Some(entry) => self.stretch(&entry.module, entry.is_from()),
            None => old_stretch_of(at),
        };
        let stays = |at: &u32| !(self.gone.contains(at) || leaves && *at == origin);
        // What leaves a section itself tells of none.
        let is_own = |run: &&Vec<u32>| {
            let mut staying = run.iter().filter(|at| stays(at));
            staying.any(|&at| stretch_of(at) == stretch && old_stretch_of(at) == stretch)
        };
        let current = self.runs.iter().find(|run| run.contains(&origin));
        if let Some(current) = current
            && (old_stretch_of(origin) == stretch || is_own(&current))
        {
            return Home::Run(current);
        }
        // Nothing but imports may lie between: a name must be bound before it is used.
        let is_near = |run: &&Vec<u32>| run.iter().any(|&at| self.is_joined(origin, at));
        let near = || self.runs.iter().filter(is_near);
        if let Some(run) = near().find(|run| is_own(run)) {
            return Home::Run(run);
        }
        if let Some(current) = current
            && current
                .iter()
                .filter(|at| stays(at))
                .all(|&at| stretch_of(at) == stretch)
        {
            return Home::Run(current);
        }
        let lower = near().rev().find_map(|run| {
            let last = run
                .iter()
                .rev()
                .find(|at| !(self.gone.contains(at) || leaves && **at == origin))?;
            (stretch_of(*last) < stretch).then_some(*last)
        });
        if let Some(last) = lower {
            return Home::NewAfter(last);
        }
        let higher = near().find_map(|run| {
            let first = run.first().copied()?;
            (stretch_of(first) > stretch && !self.has_comment_above(first)).then_some(first)
        });
        match (higher, current) {
            (Some(first), _) => Home::NewBefore(first),
            (None, Some(current)) => Home::Run(current),
            (None, None) => Home::NewAfter(origin),
        }
    }

    /// Whether only import statements stand between two statements of the block, and no star,
    /// which may bind any name.
    fn is_joined(&self, one: u32, other: u32) -> bool {
        if one != other && self.facts.has_star(one, other) {
            return false;
        }
        let (first, last) = (self.import(one.min(other)), self.import(one.max(other)));
        let between = (one.min(other) + 1..one.max(other))
            .filter(|&at| self.import(at).suite == first.suite)
            .count();
        first.index == last.index || between == (last.index - first.index - 1) as usize
    }

    /// What stands in one run: a section, and one form of it where the settings say so.
    fn stretch(&self, module: &str, is_from: bool) -> Stretch {
        let apart = self.set.filter(|set| set.types_apart);
        let is_second_form = apart.is_some_and(|set| is_from != set.from_first);
        (self.section(module), is_second_form)
    }

    /// The section of a module, in isort's order.
    fn section(&self, module: &str) -> u8 {
        let is_one = self.set.is_some_and(|set| set.no_sections);
        if module.starts_with('.') && !is_one {
            return 4;
        }
        let top = super::first(module);
        match top {
            "__future__" => 0,
            _ if is_one => 1,
            _ if is_known_standard_library(MINOR, top) => 1,
            _ => {
                let project = self.place.project;
                let is_ours = [top, module]
                    .iter()
                    .any(|name| project.module(name, self.place.file).is_some());
                if is_ours { 3 } else { 2 }
            }
        }
    }

    /// Whether the imports are sorted in a way that is known.
    pub(super) fn is_known(&self) -> bool {
        self.style.is_some()
    }

    /// What several new statements at one anchor sort by; a blank line parts their stretches.
    pub(super) fn rank(&self, entry: &Entry) -> (Stretch, Key) {
        let plain = || Style {
            order: &ORDERS_OF_STATEMENTS[0],
            by_section: false,
            by_name: true,
            by_alias: true,
        };
        let key = self.key(entry, self.style.unwrap_or_else(plain));
        (self.stretch(&entry.module, entry.is_from()), key)
    }

    fn key(&self, entry: &Entry, style: Style<'_>) -> Key {
        let Style {
            order,
            by_section,
            by_name,
            by_alias: _,
        } = style;
        let by_length = !order.length_sort_sections.is_empty();
        let section = match by_section || by_length {
            true => self.section(&entry.module),
            false => 0,
        };
        let name = match order.no_sections {
            true => "no_sections",
            false => SECTIONS[usize::from(section)],
        };
        Key {
            section: if by_section { section } else { 0 },
            within: sorting::statement_key(entry, order, name, by_name),
        }
    }
}

/// isort's names of sections, in its order.
const SECTIONS: [&str; 5] = [
    "future",
    "stdlib",
    "thirdparty",
    "firstparty",
    "localfolder",
];

/// The module of a statement as it is.
fn written(import: &Import) -> String {
    match &import.module {
        Some(module) => format!("{}{}", ".".repeat(module.level as usize), module.dotted),
        None => import
            .names
            .first()
            .map_or(String::new(), |alias| alias.name.to_string()),
    }
}

/// Where a module's statement belongs.
enum Home<'r> {
    Run(&'r Vec<u32>),
    /// A section of its own, behind this statement.
    NewAfter(u32),
    /// The same before it.
    NewBefore(u32),
}
