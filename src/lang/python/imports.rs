//! What becomes of import statements: names change in place, leave, or join another statement.

use std::ops::Range;

use ruff_text_size::TextRange;

use super::facts::{Alias, Facts, Import};
use super::meaning::Place;
use super::order::{Order, Side};
use super::removal::Remark;
use super::sorting::{self, Entry, ORDERS_OF_NAMES};
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
    /// Its star gives nothing any more, and goes.
    pub(super) starless: bool,
    /// Something else binds one of its names as well, so that its place decides who wins: it is
    /// neither moved nor merged.
    pub(super) pinned: bool,
}

impl Statement {
    /// Whether the statement stays as it is.
    pub(super) fn is_idle(&self) -> bool {
        let stays = self.changes.iter().all(|change| *change == Change::Stay);
        stays && self.extra.is_empty() && !self.starless
    }
}

/// A new statement with the comments that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Addition {
    /// Comments that stand above it.
    pub(super) above: Vec<String>,
    pub(super) entry: Entry,
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
    /// What a statement that stands alone on its lines is from now on.
    pub(super) becomes: Option<Entry>,
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
            return self.edit_plain(index, import, statement);
        }
        let mut edited = self.edit_from(index, import, statement);
        if statement.pinned {
            edited.pinned = true;
            edited.becomes = None;
        }
        edited
    }

    /// `import a, b as c`: every name changes where it stands.
    fn edit_plain(self, index: u32, import: &Import, statement: &Statement) -> Edited {
        let mut edited = Edited::default();
        let mut after = statement.extra.clone();
        let mut leaving = vec![false; import.names.len()];
        let host_of = |to: &Imported| self.host(index, to).filter(|_| !statement.pinned);
        for (at, (alias, change)) in import.names.iter().zip(&statement.changes).enumerate() {
            let edit = match change {
                Change::Go(to) if to.name.is_none() => Edit::replace(range(alias.range), to.item()),
                Change::Go(to) if import.names.len() == 1 && host_of(to).is_none() => {
                    Edit::replace(range(import.range), self.line(import, &[to]))
                }
                Change::Go(to) => {
                    after.push(to.clone());
                    leaving[at] = import.names.len() == 1;
                    continue;
                }
                Change::Drop => {
                    leaving[at] = true;
                    continue;
                }
                Change::Stay => continue,
            };
            edited.edits.push(edit);
        }
        let after = settled(after, &[], host_of, &mut edited);
        if !leaving.is_empty() && leaving.iter().all(|&gone| gone) {
            edited.removed = after.is_empty();
            edited.edits.extend(self.replacement(import, &after));
            return edited;
        }
        let removal = self.removal(import, statement, &leaving).0;
        edited.edits.extend(removal);
        if let ([Change::Go(to)], [_]) = (&statement.changes[..], &import.names[..])
            && !self.is_tight(import)
        {
            let names = to.name.as_ref().map(|_| vec![to.item()]);
            edited.becomes = Some(self.entry(import, &to.module, names, &edited.edits));
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
        let is_star = import.star && !statement.starless;
        let stays = statement.changes.contains(&Change::Stay) || is_star;
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
            let mut kept: Vec<(&Alias, Option<&Imported>)> = Vec::new();
            let mut leaving = vec![false; import.names.len()];
            let mut after = statement.extra.clone();
            for (at, (alias, change)) in import.names.iter().zip(&statement.changes).enumerate() {
                match change {
                    Change::Go(to) if to.module == *module && to.name.is_some() => {
                        kept.push((alias, Some(to)));
                    }
                    Change::Go(to) => {
                        leaving[at] = true;
                        after.push(to.clone());
                    }
                    Change::Drop => leaving[at] = true,
                    Change::Stay => {}
                }
            }
            let (names, items) = self.renamed(index, import, &kept);
            edited.edits.extend(names);
            let (removal, remarks) = self.removal(import, statement, &leaving);
            edited.edits.extend(removal);
            if !self.is_tight(import) {
                edited.becomes = Some(self.entry(import, &written, Some(items), &edited.edits));
            }
            let after = settled(after, &remarks, host_of, &mut edited);
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
        let kept: Vec<(&Alias, Option<&Imported>)> = import
            .names
            .iter()
            .zip(&statement.changes)
            .filter_map(|(alias, change)| match change {
                Change::Stay => Some((alias, None)),
                Change::Go(to) if is_own(to) => Some((alias, Some(to))),
                Change::Go(_) | Change::Drop => None,
            })
            .collect();
        let (names, items) = self.renamed(index, import, &kept);
        edited.edits.extend(names);
        let goers = goers.into_iter().filter(|to| !is_own(to));
        let after = goers.chain(&statement.extra).cloned().collect();
        let after = settled(after, &remarks, host_of, &mut edited);
        if leaving.iter().all(|&gone| gone) && !is_star {
            edited.removed = after.is_empty();
            edited.edits.extend(self.replacement(import, &after));
            return edited;
        }
        edited.edits.extend(removal);
        if !self.is_tight(import) {
            let module = &self.text[range(import.module_range)];
            edited.becomes = Some(self.entry(import, module, Some(items), &edited.edits));
        }
        self.addition(import, &after, &remarks, &mut edited);
        edited
    }

    /// The edits that give names of a statement their new ones where they stand, and all that is
    /// left of them: in their order, where they and the file had one.
    fn renamed(
        self,
        index: u32,
        import: &Import,
        kept: &[(&Alias, Option<&Imported>)],
    ) -> (Vec<Edit>, Vec<String>) {
        let old: Vec<String> = import.names.iter().map(Alias::written).collect();
        let items: Vec<String> = kept
            .iter()
            .map(|(alias, to)| to.map_or_else(|| alias.written(), Imported::item))
            .collect();
        let key = |item: &String, order| sorting::name_key(item, order, "");
        let order = self.order_of_names(&old).filter(|order| {
            !items.is_sorted_by_key(|item| key(item, order))
                && !self.text[range(import.range)].contains('#')
                && Order::around(self.place, self.facts, self.text, index).is_known()
        });
        let Some(order) = order.filter(|_| kept.iter().any(|(_, to)| to.is_some())) else {
            let changes = kept.iter().filter_map(|(alias, to)| Some((alias, (*to)?)));
            let edits = changes.flat_map(|(alias, to)| in_place(alias, to));
            return (edits.collect(), items);
        };
        let mut items = items;
        items.sort_by_key(|item| key(item, order));
        let places = kept.iter().zip(&items);
        let edits = places
            .filter(|((alias, _), item)| alias.written() != **item)
            .map(|((alias, _), item)| Edit::replace(range(alias.range), item));
        (edits.collect(), items)
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
        vec![self.erasure(import)]
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
                && (joins_aliases || to.asname.is_none() && has_plain_names(other))
                && !self.is_tight(other)
                && from.is_some_and(|from| self.place.absolute(from, "") == module)
                && !self.place.concerns_import(module, other)
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
        self.settings().is_some_and(|set| set.combine_as_imports)
            || self.facts.imports.iter().any(combined)
    }

    fn settings(self) -> Option<&'a ImportOrder> {
        let file = self.place.file?;
        self.place.project.import_order(file)
    }

    /// Whether the block gives each name of `module` a statement of its own, as isort's
    /// `force_single_line` does: two show it, where none has several names.
    fn has_single_lines(self, suite: u32, module: &str) -> bool {
        let is_excluded = |set: &ImportOrder| {
            let mut excluded = set.single_line_exclusions.iter();
            excluded.any(|excluded| excluded == module)
        };
        // Who has settings of ruff may not sort by it.
        let decides = |set: &&ImportOrder| set.force_single_line || !set.is_ruff;
        if let Some(set) = self.settings().filter(decides) {
            return set.force_single_line && !is_excluded(set);
        }
        let here = self.facts.imports.iter().filter(|one| one.suite == suite);
        let mut froms = here.filter(|one| !one.star && one.module.is_some());
        let is_of_it = |one: &&Import| {
            let from = one.module.as_ref();
            from.is_some_and(|from| self.place.absolute(from, "") == module)
        };
        let is_plain = |one: &&Import| one.names.iter().all(|name| name.asname.is_none());
        froms.clone().filter(is_of_it).filter(is_plain).count() > 1
            && froms.all(|one| one.names.len() == 1)
    }

    /// Whether only import statements stand between two statements of one block.
    fn same_run(self, first: usize, last: usize) -> bool {
        let (first, last) = (&self.facts.imports[first], &self.facts.imports[last]);
        let between = self.facts.imports.iter().filter(|import| {
            import.suite == first.suite && import.index > first.index && import.index < last.index
        });
        between.count() == (last.index - first.index - 1) as usize
    }

    /// Adds names to an existing statement, in its order where it has one.
    pub(super) fn join(
        self,
        index: u32,
        names: &[Imported],
        statement: Option<&Statement>,
        edited: &mut Edited,
    ) {
        let import = &self.facts.imports[index as usize];
        let present: Vec<String> = match &edited.becomes {
            Some(entry) => entry.names.clone().unwrap_or_default(),
            None => {
                let changes = statement.map_or(&[][..], |statement| &statement.changes);
                let changes = changes.iter().chain(std::iter::repeat(&Change::Stay));
                let names = import.names.iter().zip(changes);
                let staying = names.filter(|(_, change)| **change == Change::Stay);
                staying.map(|(alias, _)| alias.written()).collect()
            }
        };
        let mut items = self.sorted(&names.iter().collect::<Vec<_>>());
        items.retain(|item| !present.contains(item));
        let existing: Vec<String> = import.names.iter().map(Alias::written).collect();
        let known = self.order_of_names(&existing);
        let mut names = present;
        names.extend(items.iter().cloned());
        if let Some(order) = known {
            names.sort_by_key(|item| sorting::name_key(item, order, ""));
        }
        let mut edits: Vec<(usize, Vec<String>, bool)> = Vec::new();
        for item in items {
            let before = import.names.iter().position(|alias| {
                let key = |item: &str| known.map(|order| sorting::name_key(item, order, ""));
                key(&alias.written()) > key(&item)
            });
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
        let separator = self.separator(import);
        edited
            .edits
            .extend(edits.into_iter().map(|(at, items, leads)| {
                let item = |item: &String| match leads {
                    true => format!("{item},{separator}"),
                    false => format!(",{separator}{item}"),
                };
                Edit::insert(at, items.iter().map(item).collect::<String>())
            }));
        if !statement.is_some_and(|statement| statement.pinned) {
            let module = &self.text[range(import.module_range)];
            edited.becomes = Some(self.entry(import, module, Some(names), &edited.edits));
        }
    }

    /// Whether a new statement of the block of `index` shares its lines with no comment, and is one
    /// that isort would make one of with others of its module.
    pub(super) fn is_mergeable(self, index: u32, entry: &Entry) -> bool {
        let import = &self.facts.imports[index as usize];
        let Entry {
            module,
            names,
            line,
        } = entry;
        let names = names.iter().flatten();
        let is_aliased = names.clone().any(|item| item.contains(' '));
        let names: Vec<&str> = names.map(String::as_str).collect();
        (!is_aliased || self.combines_aliases())
            && *line == format!("from {module} import {}", names.join(", "))
            && !self.has_single_lines(import.suite, module)
    }

    /// Makes one new statement of two that stand together, where isort would.
    pub(super) fn merge(self, index: u32, one: &mut Addition, next: &Addition) -> bool {
        let module = &one.entry.module;
        let is_alone = |addition: &Addition| {
            !addition.above.is_empty() || !self.is_mergeable(index, &addition.entry)
        };
        if *module != next.entry.module || is_alone(one) || is_alone(next) {
            return false;
        }
        let names = [&*one, next].map(|one| one.entry.names.iter().flatten().cloned());
        let names = self.in_order(names.into_iter().flatten().collect());
        one.entry.line = format!("from {module} import {}", names.join(", "));
        one.entry.names = Some(names);
        true
    }

    /// The order that names are in: that of the settings, or one that is common.
    fn order_of_names(self, names: &[String]) -> Option<&'a ImportOrder> {
        let mut orders = self.settings().into_iter().chain(&*ORDERS_OF_NAMES);
        orders.find(|order| names.is_sorted_by_key(|item| sorting::name_key(item, order, "")))
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
            let is_from = what[0].name.is_some();
            edited.additions.push(Addition {
                above: own().flat_map(|remark| &remark.above).cloned().collect(),
                entry: Entry {
                    module: match is_from {
                        true => self.written(import, &what[0].module),
                        false => what[0].module.clone(),
                    },
                    names: is_from.then(|| self.sorted(&what)),
                    line: statement,
                },
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

    /// A statement after its edits.
    fn entry(
        self,
        import: &Import,
        module: &str,
        names: Option<Vec<String>>,
        edits: &[Edit],
    ) -> Entry {
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
        Entry {
            module: module.to_owned(),
            names,
            line: text.trim_end().to_owned(),
        }
    }

    /// The edit that takes a statement off its line, to stand elsewhere.
    pub(super) fn uprooting(self, index: u32) -> Edit {
        self.deletion(&self.facts.imports[index as usize])
    }

    /// The text of new statements on one side of a place, in the order given: those that belong
    /// together, and a blank line between.
    pub(super) fn insertion(self, index: u32, side: Side, sections: &[Vec<Addition>]) -> String {
        let import = &self.facts.imports[index as usize];
        let (newline, indent) = (self.newline(import), self.indent(import));
        let section = |additions: &Vec<Addition>| {
            let lines = additions.iter().flat_map(|addition| {
                let above = addition.above.iter();
                above.chain(std::iter::once(&addition.entry.line))
            });
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

    /// The statements that import `what`, one for each module.
    fn lines(self, import: &Import, what: &[Imported]) -> Vec<String> {
        by_module(what)
            .iter()
            .map(|what| self.line(import, what))
            .collect()
    }

    fn line(self, import: &Import, what: &[&Imported]) -> String {
        let module = what.first().map_or("", |to| &to.module);
        let items = self.sorted(what).join(", ");
        match what.first().is_some_and(|to| to.name.is_some()) {
            true => format!("from {} import {items}", self.written(import, module)),
            false => format!("import {items}"),
        }
    }

    /// Names as they follow one another in a new statement.
    fn sorted(self, what: &[&Imported]) -> Vec<String> {
        self.in_order(what.iter().map(|to| to.item()).collect())
    }

    fn in_order(self, mut items: Vec<String>) -> Vec<String> {
        let order = self.settings().unwrap_or(&ORDERS_OF_NAMES[0]);
        items.sort_by_key(|item| sorting::name_key(item, order, ""));
        items.dedup();
        items
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
    pub(super) fn is_tight(self, import: &Import) -> bool {
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
}

/// What needs a statement of its own; the rest joins its host, without a comment to take along.
fn settled(
    what: Vec<Imported>,
    remarks: &[Remark],
    host_of: impl Fn(&Imported) -> Option<u32>,
    edited: &mut Edited,
) -> Vec<Imported> {
    let mut alone = Vec::new();
    for to in what {
        let is_remarked = remarks.iter().any(|remark| remark.of == to);
        let takes = to.name.is_some() && !is_remarked;
        match takes.then(|| host_of(&to)).flatten() {
            Some(host) => edited.joined.push((host, to)),
            None => alone.push(to),
        }
    }
    alone
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

/// A range as the rest of the program has it.
pub(super) fn range(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}
