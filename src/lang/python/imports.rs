//! What becomes of import statements: names change in place, leave, or join another statement.

use std::ops::Range;

use ruff_text_size::TextRange;

use super::facts::{Alias, Facts, Import};
use super::meaning::Place;
use super::order::{Order, Side};
use super::trivia;
use crate::edit::Edit;
use crate::project::ImportOrder;

/// What becomes of one name of an import statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Change {
    /// Nothing.
    #[default]
    Stay,
    /// It goes, because the name is bound by another statement already.
    Drop,
    /// It is imported from elsewhere.
    Go(Imported),
}

impl Change {
    /// Where it is imported from, if that changes.
    pub(super) fn goes_to(&self) -> Option<&Imported> {
        match self {
            Self::Go(to) => Some(to),
            Self::Stay | Self::Drop => None,
        }
    }
}

/// Something to import.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Imported {
    /// The module, absolute.
    pub(super) module: String,
    /// The name taken from it; `None` for `import module`.
    pub(super) name: Option<String>,
    /// `as …`.
    pub(super) asname: Option<String>,
}

impl Imported {
    fn item(&self) -> String {
        let name = self.name.as_ref().unwrap_or(&self.module);
        match &self.asname {
            Some(asname) => format!("{name} as {asname}"),
            None => name.clone(),
        }
    }
}

/// The changes of one statement.
#[derive(Debug, Clone, Default)]
pub(super) struct Statement {
    /// One for each name.
    pub(super) changes: Vec<Change>,
    /// What is imported in addition, right after.
    pub(super) extra: Vec<Imported>,
    /// Something else binds one of its names as well, so that its place decides who wins: it is
    /// neither moved nor merged.
    pub(super) pinned: bool,
}

impl Statement {
    /// Whether the statement stays as it is.
    pub(super) fn is_idle(&self) -> bool {
        self.extra.is_empty() && self.changes.iter().all(|change| *change == Change::Stay)
    }
}

/// A new statement with the comments that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Addition {
    /// The module, as it is written.
    pub(super) module: String,
    pub(super) is_from: bool,
    /// Comments above, then the statement.
    pub(super) lines: Vec<String>,
}

/// Writes the edits of import statements.
#[derive(Clone, Copy)]
pub(super) struct Editor<'a> {
    pub(super) place: Place<'a>,
    pub(super) facts: &'a Facts,
    pub(super) text: &'a str,
}

/// The edits of a statement, and another statement that they touch.
#[derive(Debug, Default)]
pub(super) struct Edited {
    pub(super) edits: Vec<Edit>,
    /// New statements, whose place the order of the file decides.
    pub(super) additions: Vec<Addition>,
    /// The statement stands alone on its lines and names this module from now on.
    pub(super) renamed: Option<String>,
    /// The statement goes as a whole.
    pub(super) removed: bool,
    /// New statements follow it at once, whatever the order of the file.
    pub(super) pinned: bool,
    /// Statements that take a name over, by their place: their edits must be made as well.
    pub(super) joined: Vec<(u32, Imported)>,
}

impl<'a> Editor<'a> {
    /// The edits that make `statement` of the import at `index`.
    pub(super) fn edit(self, index: u32, statement: &Statement) -> Edited {
        let import = &self.facts.imports[index as usize];
        if import.module.is_none() {
            return self.edit_plain(import, statement);
        }
        let mut edited = self.edit_from(index, import, statement);
        if statement.pinned {
            edited.pinned = true;
            edited.renamed = None;
        }
        edited
    }

    /// `import a, b as c`: every name changes where it stands.
    fn edit_plain(self, import: &Import, statement: &Statement) -> Edited {
        let mut edits = Vec::new();
        let mut after = statement.extra.clone();
        for (alias, change) in import.names.iter().zip(&statement.changes) {
            match change {
                Change::Go(to) if to.name.is_none() => {
                    edits.push(Edit::replace(range(alias.range), to.item()));
                }
                Change::Go(to) if import.names.len() == 1 => {
                    edits.push(Edit::replace(range(import.range), self.line(import, &[to])));
                }
                Change::Go(to) => after.push(to.clone()),
                Change::Stay | Change::Drop => {}
            }
        }
        let is_dropped = |change: &Change| *change == Change::Drop;
        let leaving: Vec<bool> = statement.changes.iter().map(is_dropped).collect();
        let removed = !leaving.is_empty() && leaving.iter().all(|&gone| gone);
        match removed {
            true => edits.extend(self.replacement(import, &after)),
            false => edits.extend(self.removal(import, statement, &leaving).0),
        }
        let mut edited = Edited {
            edits,
            removed: removed && after.is_empty(),
            ..Edited::default()
        };
        if removed {
            return edited;
        }
        if let ([Change::Go(to)], [_]) = (&statement.changes[..], &import.names[..])
            && to.name.is_none()
            && !self.is_tight(import)
        {
            edited.renamed = Some(to.module.clone());
        }
        self.addition(import, &after, &[], &mut edited);
        edited
    }

    /// `from m import a, b as c`.
    fn edit_from(self, index: u32, import: &Import, statement: &Statement) -> Edited {
        let mut edited = Edited::default();
        let goers: Vec<&Imported> = statement
            .changes
            .iter()
            .filter_map(Change::goes_to)
            .collect();
        let here = goers
            .iter()
            .find(|to| to.name.is_some())
            .map(|to| to.module.clone());
        let stays = statement.changes.contains(&Change::Stay) || import.star;
        // Comments inside of the parentheses would go with a statement that is merged away.
        let is_fixed = statement.pinned || !stays && self.text[range(import.range)].contains('#');
        let host_of = |to: &Imported| match is_fixed {
            true => None,
            false => self.host(index, to),
        };
        let named = goers.iter().find(|to| to.name.is_some());
        let host = named.and_then(|to| host_of(to));
        // In place, where nothing else is left in the statement.
        if let (Some(module), false, None) = (&here, stays, host) {
            let written = self.written(import, module);
            edited
                .edits
                .push(Edit::replace(range(import.module_range), written.clone()));
            edited.renamed = (!self.is_tight(import)).then_some(written);
            let mut leaving = vec![false; import.names.len()];
            let mut after = statement.extra.clone();
            for (at, (alias, change)) in import.names.iter().zip(&statement.changes).enumerate() {
                match change {
                    Change::Go(to) if to.module == *module && to.name.is_some() => {
                        edited.edits.extend(in_place(alias, to));
                    }
                    Change::Go(to) => {
                        leaving[at] = true;
                        after.push(to.clone());
                    }
                    Change::Drop => leaving[at] = true,
                    Change::Stay => {}
                }
            }
            let (removal, remarks) = self.removal(import, statement, &leaving);
            edited.edits.extend(removal);
            self.addition(import, &after, &remarks, &mut edited);
            return edited;
        }
        // `from a import legacy, b`: another name of the same module changes where it stands.
        let own = import
            .module
            .as_ref()
            .map(|own| self.place.absolute(own, ""));
        let is_own = |to: &Imported| to.name.is_some() && own.as_ref() == Some(&to.module);
        let leaving: Vec<bool> = statement
            .changes
            .iter()
            .map(|change| *change != Change::Stay && !change.goes_to().is_some_and(is_own))
            .collect();
        let (removal, remarks) = self.removal(import, statement, &leaving);
        for (alias, change) in import.names.iter().zip(&statement.changes) {
            let to = change.goes_to().filter(|to| is_own(to));
            edited
                .edits
                .extend(to.iter().flat_map(|to| in_place(alias, to)));
        }
        let mut after: Vec<Imported> = Vec::new();
        for to in goers.into_iter().filter(|to| !is_own(to)) {
            let is_remarked = remarks.iter().any(|remark| remark.of == *to);
            let module = to.name.as_ref().filter(|_| !is_remarked);
            match module.and_then(|_| host_of(to)) {
                Some(host) => edited.joined.push((host, to.clone())),
                None => after.push(to.clone()),
            }
        }
        after.extend(statement.extra.iter().cloned());
        if leaving.iter().all(|&gone| gone) && !import.star {
            edited.removed = after.is_empty();
            edited.edits.extend(self.replacement(import, &after));
            return edited;
        }
        edited.edits.extend(removal);
        self.addition(import, &after, &remarks, &mut edited);
        edited
    }

    /// The whole statement gone, and what stands in its place.
    fn replacement(self, import: &Import, after: &[Imported]) -> Vec<Edit> {
        if !after.is_empty() {
            let lines = self.lines(import, after);
            let separator = match self.is_tight(import) {
                true => "; ".to_owned(),
                false => format!("{}{}", self.newline(import), self.indent(import)),
            };
            return vec![Edit::replace(range(import.range), lines.join(&separator))];
        }
        vec![self.deletion(import)]
    }

    /// Whether a statement can be deleted with its line: something else stays in its block.
    pub(super) fn is_removable(self, index: u32) -> bool {
        let import = &self.facts.imports[index as usize];
        // An import statement before it in the same block stays for sure.
        let others = self.facts.imports[..index as usize].iter();
        let has_company = others.into_iter().any(|other| other.suite == import.suite);
        has_company && self.has_own_line(index)
    }

    /// Whether nothing else stands on a statement's lines.
    pub(super) fn has_own_line(self, index: u32) -> bool {
        let import = &self.facts.imports[index as usize];
        let line = trivia::line_of(self.text, import.range);
        let beside = self.text[import.range.end().to_usize()..line.end().to_usize()].trim();
        !self.is_tight(import) && beside.is_empty()
    }

    /// Whether new lines may follow a statement.
    pub(super) fn has_lines_behind(self, index: u32) -> bool {
        !self.is_tight(&self.facts.imports[index as usize])
    }

    /// An import of its module that can take a name over from the statement at `index`.
    fn host(self, index: u32, to: &Imported) -> Option<u32> {
        let module = &*to.module;
        let import = &self.facts.imports[index as usize];
        if self.is_tight(import) || self.has_single_lines(import.suite, module) {
            return None;
        }
        let line = trivia::line_of(self.text, import.range);
        if !self.text[import.range.end().to_usize()..line.end().to_usize()]
            .trim()
            .is_empty()
        {
            return None;
        }
        // isort and ruff give a name with an alias a statement of its own, unless they are told.
        let has_plain_names = |other: &Import| other.names.iter().all(|name| name.asname.is_none());
        let joins_aliases = self.combines_aliases()
            || !Order::around(self.place, self.facts, self.text, index).is_known();
        let imports = self.facts.imports.iter().enumerate();
        let mut hosts = imports.filter(|&(at, other)| {
            let from = other.module.as_ref();
            at != index as usize
                && other.suite == import.suite
                && !other.star
                && !other.names.is_empty()
                && (joins_aliases || has_plain_names(other))
                && !self.is_tight(other)
                && from.is_some_and(|from| self.place.absolute(from, "") == module)
                && !self.place.concerns(module)
                && (at < index as usize || self.same_run(index as usize, at))
                && u32::try_from(at).is_ok_and(|at| !self.facts.has_star(at, index))
        });
        let host = hosts.next().and_then(|(at, _)| u32::try_from(at).ok())?;
        Some(host)
    }

    /// Whether names with an alias stand among others: the settings say so, or a statement shows it.
    fn combines_aliases(self) -> bool {
        let combined = |import: &Import| {
            import.module.is_some()
                && import.names.len() > 1
                && import.names.iter().any(|name| name.asname.is_some())
        };
        self.settings().is_some_and(|set| set.combines_aliases)
            || self.facts.imports.iter().any(combined)
    }

    fn settings(self) -> Option<ImportOrder> {
        let file = self.place.file?;
        self.place.project.import_order(file)
    }

    /// Whether the block gives each name of `module` a statement of its own, as isort's
    /// `force_single_line` does: two show it, where none has several names.
    fn has_single_lines(self, suite: u32, module: &str) -> bool {
        if self.settings().is_some_and(|set| set.single_lines) {
            return true;
        }
        let here = self.facts.imports.iter().filter(|one| one.suite == suite);
        let mut froms = here.filter(|one| !one.star && one.module.is_some());
        let is_of_it = |one: &&Import| {
            let from = one.module.as_ref();
            from.is_some_and(|from| self.place.absolute(from, "") == module)
        };
        froms.clone().filter(is_of_it).count() > 1 && froms.all(|one| one.names.len() == 1)
    }

    /// Whether only import statements stand between two statements of one block.
    fn same_run(self, first: usize, last: usize) -> bool {
        let (first, last) = (&self.facts.imports[first], &self.facts.imports[last]);
        let between = self.facts.imports.iter().filter(|import| {
            import.suite == first.suite && import.index > first.index && import.index < last.index
        });
        between.count() == (last.index - first.index - 1) as usize
    }

    /// The edit that adds names to an existing statement, in its order where it has one.
    pub(super) fn join(self, index: u32, names: &[Imported], statement: &Statement) -> Vec<Edit> {
        let import = &self.facts.imports[index as usize];
        let present: Vec<String> = import
            .names
            .iter()
            .zip(
                statement
                    .changes
                    .iter()
                    .chain(std::iter::repeat(&Change::Stay)),
            )
            .filter(|(_, change)| **change == Change::Stay)
            .map(|(alias, _)| written(alias))
            .collect();
        let mut items: Vec<String> = names.iter().map(Imported::item).collect();
        items.sort_by_key(|item| order(item));
        items.dedup();
        items.retain(|item| !present.contains(item));
        let existing: Vec<String> = import.names.iter().map(written).collect();
        let orders: [fn(&str) -> SortKey; 3] = [order, order_by_letters, order_by_case];
        let known = orders
            .into_iter()
            .find(|order| existing.is_sorted_by_key(|item| order(item)));
        let mut edits: Vec<(usize, Vec<String>, bool)> = Vec::new();
        for item in items {
            let before = import
                .names
                .iter()
                .position(|alias| known.is_some_and(|by| by(&written(alias)) > by(&item)));
            let (at, leads) = match before {
                Some(place) => (range(import.names[place].range).start, true),
                None => {
                    let last = import.names.last().expect("a host has names");
                    (range(last.range).end, false)
                }
            };
            match edits.iter_mut().find(|(place, ..)| *place == at) {
                Some((_, items, _)) => items.push(item),
                None => edits.push((at, vec![item], leads)),
            }
        }
        edits
            .into_iter()
            .map(|(at, items, leads)| {
                let separator = self.separator(import);
                let text = match leads {
                    true => items
                        .iter()
                        .map(|item| format!("{item},{separator}"))
                        .collect(),
                    false => items
                        .iter()
                        .map(|item| format!(",{separator}{item}"))
                        .collect::<String>(),
                };
                Edit::insert(at, text)
            })
            .collect()
    }

    /// What stands between two names: a blank, or a line break and the indentation.
    fn separator(self, import: &Import) -> String {
        let before = |alias: &Alias| {
            let start = range(alias.range).start;
            let line = self.text[..start]
                .rfind(['\n', '\r'])
                .map_or(0, |at| at + 1);
            &self.text[line..start]
        };
        let one_a_line = import
            .names
            .iter()
            .all(|alias| before(alias).trim().is_empty());
        match import.parens {
            Some(_) if one_a_line => {
                format!("{}{}", self.newline(import), before(&import.names[0]))
            }
            _ => " ".to_owned(),
        }
    }

    /// New statements that follow from the one of `import`.
    fn addition(
        self,
        import: &Import,
        after: &[Imported],
        remarks: &[Remark],
        edited: &mut Edited,
    ) {
        if after.is_empty() {
            return;
        }
        let end = range(import.range).end;
        if self.is_tight(import) {
            let lines = self.lines(import, after).join("; ");
            edited.edits.push(Edit::insert(end, format!("; {lines}")));
            return;
        }
        let quiet = self.suppressions(import);
        for what in by_module(after) {
            let own = || remarks.iter().filter(|remark| what.contains(&&remark.of));
            let mut statement = self.line(import, &what);
            let beside: Vec<&str> = own()
                .flat_map(|remark| &remark.beside)
                .map(String::as_str)
                .collect();
            let quiet = quiet.iter().filter(|comment| !beside.contains(comment));
            for comment in beside.iter().chain(quiet) {
                statement.push_str(&format!("  {comment}"));
            }
            let mut lines: Vec<String> = own().flat_map(|remark| &remark.above).cloned().collect();
            lines.push(statement);
            let is_from = what[0].name.is_some();
            edited.additions.push(Addition {
                module: match is_from {
                    true => self.written(import, &what[0].module),
                    false => what[0].module.clone(),
                },
                is_from,
                lines,
            });
        }
    }

    /// The comments that keep linters quiet about a whole statement: on its last line, and behind
    /// its opening parenthesis.
    fn suppressions(self, import: &Import) -> Vec<&'a str> {
        let end = range(import.range).end;
        let starts = [
            import.parens.map(|parens| range(parens).start + 1),
            Some(end),
        ];
        let mut found = Vec::new();
        for start in starts.into_iter().flatten() {
            let rest = &self.text[start..];
            let comment = rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())].trim();
            if trivia::is_suppression(comment) && !found.contains(&comment) {
                found.push(comment);
            }
        }
        found
    }

    /// A statement that names another module, as a new one: with its comment, and off its line.
    pub(super) fn uprooted(self, index: u32, module: String, edits: &[Edit]) -> (Addition, Edit) {
        let import = &self.facts.imports[index as usize];
        let line = range(trivia::line_of(self.text, import.range));
        let start = range(import.range).start;
        let mut set = crate::edit::EditSet::default();
        let moved: Vec<Edit> = edits
            .iter()
            .map(|edit| Edit {
                start: edit.start - start,
                end: edit.end - start,
                text: edit.text.clone(),
            })
            .collect();
        let slice = &self.text[start..line.end];
        let text = match set.add_all(&moved) {
            Ok(()) => set.apply(slice),
            Err(_) => slice.to_owned(),
        };
        let addition = Addition {
            module,
            is_from: import.module.is_some(),
            lines: vec![text.trim_end().to_owned()],
        };
        (addition, self.deletion(import))
    }

    /// The text of new statements on one side of a place, in the order given: those that belong
    /// together, and a blank line between.
    pub(super) fn insertion(self, index: u32, side: Side, sections: &[Vec<Addition>]) -> String {
        let import = &self.facts.imports[index as usize];
        let (newline, indent) = (self.newline(import), self.indent(import));
        let section = |additions: &Vec<Addition>| {
            let lines = additions.iter().flat_map(|addition| &addition.lines);
            let lines: Vec<String> = lines.map(|line| format!("{indent}{line}")).collect();
            lines.join(newline)
        };
        let sections: Vec<String> = sections.iter().map(section).collect();
        let text = sections.join(&match side {
            Side::BeforeWithBlank | Side::BeforeWithBlankBelow => format!("{newline}{newline}"),
            Side::Before | Side::AtEnd => newline.to_owned(),
        });
        match side {
            Side::Before => format!("{text}{newline}"),
            Side::BeforeWithBlank => format!("{newline}{text}{newline}"),
            Side::BeforeWithBlankBelow => format!("{text}{newline}{newline}"),
            Side::AtEnd => format!("{newline}{text}"),
        }
    }

    /// Takes the blank line below along with a statement that is deleted, where one is above the
    /// `first` of its run.
    pub(super) fn widen_deletion(self, first: u32, last: u32, edits: &mut [Edit]) {
        let line = |index: u32| {
            range(trivia::line_of(
                self.text,
                self.facts.imports[index as usize].range,
            ))
        };
        let above = &self.text[..line(first).start];
        let start = line(last).start;
        let Some(edit) = edits.iter_mut().find(|edit| edit.start == start) else {
            return;
        };
        let below = &self.text[edit.end..];
        for (gap, blank) in [("\n\n", "\n"), ("\r\n\r\n", "\r\n")] {
            if above.ends_with(gap) && below.starts_with(blank) {
                edit.end += blank.len();
            }
        }
    }

    /// The edit that takes a statement away with its line.
    fn deletion(self, import: &Import) -> Edit {
        let line = range(trivia::line_of(self.text, import.range));
        let mut end = line.end;
        if self.text[end..].starts_with("\r\n") {
            end += 2;
        } else if end < self.text.len() {
            end += 1;
        }
        // Of the blank lines above and below one stays.
        let above = &self.text[..line.start];
        let is_apart = ["\n\n", "\r\n\r\n"].iter().any(|gap| above.ends_with(gap));
        let below = &self.text[end..];
        let blank = ["\r\n", "\n"]
            .iter()
            .find(|blank| below.starts_with(**blank));
        if is_apart && let Some(blank) = blank {
            end += blank.len();
        }
        Edit::delete(line.start..end)
    }

    /// The statements that import `what`, one for each module.
    fn lines(self, import: &Import, what: &[Imported]) -> Vec<String> {
        by_module(what)
            .iter()
            .map(|what| self.line(import, what))
            .collect()
    }

    fn line(self, import: &Import, what: &[&Imported]) -> String {
        let module = what.first().map_or("", |to| &to.module);
        let mut items: Vec<String> = what.iter().map(|to| to.item()).collect();
        items.sort_by_key(|item| order(item));
        let items = items.join(", ");
        match what.first().is_some_and(|to| to.name.is_some()) {
            true => format!("from {} import {items}", self.written(import, module)),
            false => format!("import {items}"),
        }
    }

    /// A module as `import` would write it: relative where it was, and where the package has it.
    pub(super) fn written(self, import: &Import, module: &str) -> String {
        let level = import.module.as_ref().map_or(0, |path| path.level);
        if level == 0 {
            return module.to_owned();
        }
        // The nearest package above both: `.x` and not `..own.x`.
        let relative = (1..=level).find_map(|level| {
            let base = crate::project::ModulePath {
                level,
                dotted: String::new(),
            };
            let bases = self.place.project.absolute(self.place.file, &base);
            bases.iter().find_map(|base| {
                let rest = module.strip_prefix(base.as_str())?;
                let is_below = rest.is_empty() || rest.starts_with('.');
                let dots = ".".repeat(level as usize);
                is_below.then(|| format!("{dots}{}", rest.trim_start_matches('.')))
            })
        });
        relative.unwrap_or_else(|| module.to_owned())
    }

    /// Whether a statement must stay on its line, and let no line come between.
    fn is_tight(self, import: &Import) -> bool {
        let is_frozen = |region: &TextRange| region.contains_range(import.range);
        import.shares_line || self.facts.frozen.iter().any(is_frozen)
    }

    fn newline(self, import: &Import) -> &'static str {
        let rest = &self.text[range(import.range).end..];
        match rest.find(['\n', '\r']).map(|at| &rest[at..]) {
            Some(rest) if rest.starts_with("\r\n") => "\r\n",
            Some(rest) if rest.starts_with('\r') => "\r",
            Some(_) => "\n",
            None => match self.text.find("\r\n") {
                Some(_) => "\r\n",
                None => "\n",
            },
        }
    }

    pub(super) fn indent(self, import: &Import) -> &'a str {
        let start = range(import.range).start;
        let line = self.text[..start]
            .rfind(['\n', '\r'])
            .map_or(0, |at| at + 1);
        self.text[line..start].trim_start_matches(['\u{feff}', '\u{c}'])
    }

    /// The edits that take the `leaving` names out of a statement, and the comments that go along.
    fn removal(
        self,
        import: &Import,
        statement: &Statement,
        leaving: &[bool],
    ) -> (Vec<Edit>, Vec<Remark>) {
        let mut remarks = Vec::new();
        let mut remark = |at: usize, above: Vec<String>, beside: Vec<String>| {
            if let Some(of) = statement.changes.get(at).and_then(Change::goes_to)
                && !(above.is_empty() && beside.is_empty())
            {
                let of = of.clone();
                remarks.push(Remark { of, above, beside });
            }
        };
        let mut edits: Vec<Range<usize>> = Vec::new();
        let names = &import.names;
        let mut done = 0;
        for (at, alias) in names.iter().enumerate().filter(|&(at, _)| leaving[at]) {
            if at < done {
                continue;
            }
            if let Some(own) = self.own_lines(import, at) {
                remark(at, own.above, own.beside);
                edits.push(own.range);
                continue;
            }
            let kept_before = (0..at).rev().find(|&before| !leaving[before]);
            let kept_after = (at + 1..names.len()).find(|&next| !leaving[next]);
            let here = range(alias.range);
            let next = names.get(at + 1).map(|next| range(next.range).start);
            let same_line = |upto: usize| !self.text[here.end..upto].contains(['\n', '\r']);
            match (next, kept_before, kept_after) {
                (Some(next), _, Some(_)) if same_line(next) || import.parens.is_none() => {
                    edits.push(here.start..next);
                }
                // `(N,` and the first name that stays on another line: all between them goes.
                (Some(_), None, Some(kept)) => {
                    let upto = range(names[kept].range).start;
                    let gone = &self.text[here.start..upto];
                    let comments = gone
                        .lines()
                        .filter_map(|line| line.find('#').map(|at| &line[at..]));
                    remark(
                        at,
                        Vec::new(),
                        comments.map(|one| one.trim_end().to_owned()).collect(),
                    );
                    edits.push(here.start..upto);
                    done = kept;
                }
                _ => {
                    // The last of its line: the comma before it goes.
                    let start = kept_before.map_or(here.start, |kept| range(names[kept].range).end);
                    // A comment between belongs to a name that stays, or goes by its own lines.
                    if self.text[start..here.start].contains('#') {
                        edits.push(here);
                        continue;
                    }
                    while edits.last().is_some_and(|last| last.start >= start) {
                        edits.pop();
                    }
                    edits.push(start..here.end);
                }
            }
        }
        let edits = edits.into_iter().map(Edit::delete).collect();
        (edits, remarks)
    }

    /// The lines of a name that stands alone on its own, with the comments that belong to it.
    fn own_lines(self, import: &Import, at: usize) -> Option<OwnLines> {
        let parens = range(import.parens?);
        let here = range(import.names[at].range);
        let start = self.text[..here.start].rfind(['\n', '\r'])? + 1;
        // Some write the comma before a name.
        let before = self.text[start..here.start].trim();
        let leads = before == "," && at > 0;
        if start <= parens.start || !before.is_empty() && !leads {
            return None;
        }
        let rest = &self.text[here.end..];
        let break_at = here.end + rest.find(['\n', '\r'])?;
        let tail = self.text[here.end..break_at].trim();
        let comma = tail.strip_prefix(',');
        let tail = comma.unwrap_or(tail).trim();
        if !tail.is_empty() && !tail.starts_with('#') || break_at >= parens.end {
            return None;
        }
        let newline = if self.text[break_at..].starts_with("\r\n") {
            2
        } else {
            1
        };
        let mut end = break_at + newline;
        let mut beside: Vec<String> = Vec::new();
        beside.extend((!tail.is_empty()).then(|| tail.to_owned()));
        if comma.is_none() && !leads {
            // The comma may stand on a line of its own, behind comments.
            let rest = &self.text[end..parens.end];
            let mut lines = rest.split_inclusive(['\n', '\r']);
            let is_between = |line: &&str| line.trim().is_empty() || line.trim().starts_with('#');
            let between: usize = lines.by_ref().take_while(is_between).map(str::len).sum();
            let rest = &rest[between..];
            let line = rest.split_inclusive(['\n', '\r']).next().unwrap_or(rest);
            match line.trim() {
                "," => {
                    let comments = self.text[end..end + between].lines().map(str::trim);
                    let comments = comments.filter(|comment| comment.starts_with('#'));
                    beside.extend(comments.map(str::to_owned));
                    let is_split = rest[line.len()..].starts_with('\n');
                    end += between + line.len() + usize::from(is_split);
                }
                other if other.starts_with(',') => return None,
                _ => {}
            }
        }
        let mut above = Vec::new();
        let mut first = start;
        while let Some(before) = self.line_before(first, parens.start) {
            let comment = self.text[before.clone()].trim();
            if !comment.starts_with('#') {
                break;
            }
            above.insert(0, comment.to_owned());
            first = before.start;
        }
        Some(OwnLines {
            range: first..end,
            above,
            beside,
        })
    }

    /// The line that ends right before `start`, if it begins behind `floor`.
    fn line_before(self, start: usize, floor: usize) -> Option<Range<usize>> {
        let end = self.text[..start]
            .strip_suffix('\n')
            .or_else(|| self.text[..start].strip_suffix('\r'))?;
        let end = end.strip_suffix('\r').unwrap_or(end).len();
        let line = self.text[..end].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        (line > floor).then_some(line..start)
    }
}

/// What one statement can import: names of one module, or one module.
fn by_module(what: &[Imported]) -> Vec<Vec<&Imported>> {
    let mut what: Vec<&Imported> = what.iter().collect();
    what.sort();
    what.dedup();
    let together =
        |a: &&Imported, b: &&Imported| a.name.is_some() && b.name.is_some() && a.module == b.module;
    what.chunk_by(together).map(<[_]>::to_vec).collect()
}

/// Comments that go with a name.
#[derive(Debug)]
struct Remark {
    of: Imported,
    above: Vec<String>,
    beside: Vec<String>,
}

struct OwnLines {
    range: Range<usize>,
    above: Vec<String>,
    beside: Vec<String>,
}

/// `N as L` becomes what `to` says, and no byte more changes than must.
fn in_place(alias: &Alias, to: &Imported) -> Vec<Edit> {
    let name = to.name.as_deref().unwrap_or(&to.module);
    let mut edits = Vec::new();
    match (&alias.asname, &to.asname) {
        (Some((old, _)), Some(new)) if **old == **new => {
            edits.push(Edit::replace(range(alias.name_range), name));
        }
        (Some((_, asname)), Some(new)) => {
            edits.push(Edit::replace(range(alias.name_range), name));
            edits.push(Edit::replace(range(*asname), new));
        }
        (Some(_), None) => edits.push(Edit::replace(range(alias.range), name)),
        (None, Some(_)) => edits.push(Edit::replace(range(alias.name_range), to.item())),
        (None, None) => edits.push(Edit::replace(range(alias.name_range), name)),
    }
    edits.retain(|edit| !edit.text.is_empty());
    edits
}

fn written(alias: &Alias) -> String {
    match &alias.asname {
        Some((asname, _)) => format!("{} as {asname}", alias.name),
        None => alias.name.to_string(),
    }
}

/// By what names of one statement are sorted.
type SortKey = (u8, String, String);

/// Names whatever their kind, as `order_by_type = false` of isort has it.
fn order_by_letters(item: &str) -> SortKey {
    let name = item.split(' ').next().unwrap_or(item);
    (0, name.to_lowercase(), item.to_owned())
}

/// Capitals before small letters, as Python's own `sorted` has it.
fn order_by_case(item: &str) -> SortKey {
    (0, String::new(), item.to_owned())
}

/// Where isort and ruff put a name among others: constants, classes, the rest.
fn order(item: &str) -> SortKey {
    let name = item.split(' ').next().unwrap_or(item);
    let is_constant = name.chars().count() > 1 && name == name.to_uppercase();
    let kind = match name.chars().next() {
        _ if is_constant => 0,
        Some(first) if first.is_uppercase() => 1,
        _ => 2,
    };
    (kind, name.to_lowercase(), item.to_owned())
}

/// A range as the rest of the program has it.
pub(super) fn range(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}
