//! The text of a `Cargo.toml`, and where a line more goes in it.

use std::ops::Range;

use toml_edit::{Array, Item, Key, Table, TableLike, Value};

use super::DEPENDENCIES;
use super::again::SHARED;
use crate::edit::Edit;

/// A manifest, and what it says.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) text: &'a str,
    /// How many bytes the byte order mark takes: what the parser tells counts from behind it.
    pub(super) bom: usize,
    pub(super) root: &'a Table,
}

/// One entry of a table: its key, and where it begins and ends.
struct Entry<'a> {
    key: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Sheet<'a> {
    /// A span of the parser as bytes of the text.
    pub(super) fn placed(self, span: Range<usize>) -> Range<usize> {
        span.start + self.bom..span.end + self.bom
    }

    /// Where the text of a string stands, if it is written as it is.
    pub(super) fn inside(self, span: Range<usize>, text: &str) -> Option<Range<usize>> {
        let span = self.placed(span);
        let at = self.text[span.clone()].find(text)?;
        Some(span.start + at..span.start + at + text.len())
    }

    /// The table of this path, however it is written.
    pub(super) fn table(self, path: &[&str]) -> Option<&'a dyn TableLike> {
        self.item(path)?.as_table_like()
    }

    fn item(self, path: &[&str]) -> Option<&'a Item> {
        let (last, outer) = path.split_last()?;
        let mut table: &dyn TableLike = self.root;
        for name in outer {
            table = table.get(name)?.as_table_like()?;
        }
        table.get(last)
    }

    /// The tables of dependencies of a package, of every kind and every platform.
    pub(super) fn dependencies(self) -> impl Iterator<Item = &'a dyn TableLike> {
        let targets = self
            .table(&["target"])
            .into_iter()
            .flat_map(TableLike::iter);
        let targets = targets.filter_map(|(_, target)| target.as_table_like());
        let outer = std::iter::once(self.root as &dyn TableLike).chain(targets);
        outer.flat_map(dependencies_in)
    }

    /// How a table of dependencies writes the package of a library.
    pub(super) fn spelling(self, library: &str) -> Option<String> {
        let workspace = self.table(&["workspace"]).into_iter();
        let tables = self
            .dependencies()
            .chain(workspace.flat_map(dependencies_in));
        let entries = tables.flat_map(TableLike::iter);
        let mut plain = entries.filter(|(_, item)| item.get("package").is_none());
        let found = plain.find(|(key, _)| key.replace('-', "_") == library);
        found.map(|(key, _)| key.to_owned())
    }

    /// Where a key stands, each time: `old.version = "1"` and `old.optional = true` are one entry.
    pub(super) fn keys(self, table: &dyn TableLike, key: &str) -> Vec<Range<usize>> {
        let dotted = match table.get(key) {
            Some(Item::Table(inner)) if inner.is_dotted() => Some(inner as &dyn TableLike),
            Some(Item::Value(Value::InlineTable(inner))) if inner.is_dotted() => {
                Some(inner as &dyn TableLike)
            }
            _ => None,
        };
        let Some(inner) = dotted else {
            let span = table.key(key).and_then(Key::span);
            return span.map(|span| self.placed(span)).into_iter().collect();
        };
        let below = inner.iter().filter_map(|(name, _)| inner.key(name)?.span());
        let above = below.filter_map(|span| {
            let before = &self.text[..span.start + self.bom];
            let before = before.trim_end().strip_suffix('.')?.trim_end();
            let quoted = [format!("\"{key}\""), format!("'{key}'"), key.to_owned()];
            let written = quoted.iter().find(|written| before.ends_with(*written))?;
            Some(before.len() - written.len()..before.len())
        });
        above.collect()
    }

    /// The whole lines on which an entry stands, if it has them for itself.
    pub(super) fn lines_of(self, table: &dyn TableLike, key: &str) -> Option<Vec<Range<usize>>> {
        let is_dotted = match table.get(key)? {
            Item::Value(_) => false,
            Item::Table(inner) if inner.is_dotted() => true,
            _ => return None,
        };
        let ends: Vec<usize> = match is_dotted {
            true => self.ends(table.get(key)?),
            false => vec![table.get(key)?.span()?.end + self.bom],
        };
        let mut starts = self.keys(table, key);
        starts.sort_by_key(|range| range.start);
        if starts.len() != ends.len() {
            return None;
        }
        let lines = starts.iter().zip(ends).map(|(start, end)| {
            let line = self.line_start(start.start);
            let before = self.text[line..start.start].trim();
            before.is_empty().then(|| line..self.line_end(end))
        });
        let mut merged: Vec<Range<usize>> = Vec::new();
        for line in lines.collect::<Option<Vec<_>>>()? {
            match merged.last_mut().filter(|last| last.end == line.start) {
                Some(last) => last.end = line.end,
                None => merged.push(line),
            }
        }
        if let Some(last) = merged.last_mut()
            && last.end == self.text.len()
            && !self.text.ends_with('\n')
        {
            // The line before it is the last one from now on, and has no end either.
            last.start = self.text[..last.start].trim_end_matches(['\r', '\n']).len();
        }
        Some(merged)
    }

    /// Where the values of an entry end, in the order of the text.
    fn ends(self, item: &Item) -> Vec<usize> {
        let mut ends = Vec::new();
        match item {
            Item::Table(table) => {
                for (_, inner) in table.iter() {
                    ends.extend(self.ends(inner));
                }
            }
            _ => ends.extend(item.span().map(|span| span.end + self.bom)),
        }
        ends.sort_unstable();
        ends
    }

    /// `key = value` for each of these in the table of this path.
    pub(super) fn entries(self, path: &[&str], entries: &[(String, String)]) -> Vec<Edit> {
        if self.item(path).is_some() {
            let mut edits: Vec<Edit> = Vec::new();
            for (key, value) in entries {
                let one = self.entry(path, key, value);
                // Two lines more at one place are one insertion there.
                match edits.last_mut().filter(|last| last.range() == one.range()) {
                    Some(last) => last.text.push_str(&one.text),
                    None => edits.push(one),
                }
            }
            return edits;
        }
        let lines = entries.iter().map(|(key, value)| line(key, value));
        vec![self.new_table(path, &lines.collect::<Vec<String>>())]
    }

    /// `key = value` in the table of this path, where it sorts if the table is sorted.
    pub(super) fn entry(self, path: &[&str], key: &str, value: &str) -> Edit {
        match self.item(path) {
            Some(Item::Table(table)) if table.is_dotted() => {
                let lead: String = path
                    .iter()
                    .map(|name| format!("{}.", quoted(name)))
                    .collect();
                self.line(table, key, &format!("{lead}{key} = {value}"))
            }
            Some(Item::Table(table)) if table.is_implicit() => self.block(table, path, key, value),
            Some(Item::Table(table)) => self.line(table, key, &line(key, value)),
            Some(Item::Value(Value::InlineTable(table))) => {
                let last = table.iter().filter_map(|(_, value)| value.span()).last();
                let end = table.span().map_or(0, |span| span.end + self.bom);
                match last {
                    Some(last) => Edit::insert(last.end + self.bom, format!(", {key} = {value}")),
                    None => Edit::insert(end.saturating_sub(1), format!(" {key} = {value} ")),
                }
            }
            _ => self.new_table(path, &[format!("{key} = {value}")]),
        }
    }

    /// The entries of a table that stand below its header, in the order of the text.
    fn listed<'t>(self, table: &'t dyn TableLike) -> Vec<Entry<'t>> {
        let mut entries: Vec<Entry<'_>> = table
            .iter()
            .filter_map(|(key, item)| {
                let is_header = matches!(item, Item::Table(inner) if !inner.is_dotted());
                let start = self.keys(table, key).into_iter().map(|it| it.start).min()?;
                let end = self.ends(item).into_iter().max()?;
                (!is_header).then_some(Entry { key, start, end })
            })
            .collect();
        entries.sort_by_key(|entry| entry.start);
        entries
    }

    /// Where the line of an entry goes that is called `new` from now on, so that a table that is
    /// sorted still is; `None` where it stays. Across blank lines and comments nothing moves.
    pub(super) fn sorted_place(
        self,
        table: &dyn TableLike,
        line: &Range<usize>,
        new: &str,
    ) -> Option<usize> {
        let entries = self.listed(table);
        if !entries.is_sorted_by_key(|entry| entry.key) {
            return None;
        }
        let mut others = entries.iter().filter(|entry| !line.contains(&entry.start));
        let next = others.clone().find(|entry| entry.key > new);
        let next = next.map(|entry| self.line_start(entry.start));
        let at = match next {
            Some(next) => next,
            None => self.line_end(others.next_back()?.end),
        };
        let crossed = match at < line.start {
            true => at..line.start,
            false => line.end..at,
        };
        let mut lines = self.text.get(crossed)?.lines().map(str::trim_start);
        let stays = lines.clone().next().is_none()
            || lines.any(|line| line.is_empty() || line.starts_with(['#', '[']))
            || at < self.text.len() && !self.text[..at].ends_with('\n');
        (!stays).then_some(at)
    }

    /// Strings behind a member of a list: each on a line of its own where that one has it.
    pub(super) fn members(self, list: &Array, behind: usize, new: &[&str]) -> Vec<Edit> {
        let Some(span) = list.get(behind).and_then(Value::span) else {
            return Vec::new();
        };
        let at = self.placed(span);
        let new = new.iter().map(|text| format!("{text:?}"));
        let lead = &self.text[self.line_start(at.start)..at.start];
        let line = &self.text[at.end..];
        let line = &line[..line.find(['\r', '\n']).unwrap_or(line.len())];
        let rest = line.trim_start();
        let comma = rest.starts_with(',');
        let behind_it = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        let is_alone = lead.trim().is_empty()
            && (behind_it.is_empty() || behind_it.starts_with('#'))
            && at.end + line.len() < self.text.len();
        if !is_alone {
            let text: String = new.map(|text| format!(", {text}")).collect();
            return vec![Edit::insert(at.end, text)];
        }
        // A comment behind the old member stays behind it.
        let new: Vec<String> = new.collect();
        let break_ = format!("{}{lead}", self.end_of_line());
        let text = format!("{break_}{}", new.join(&format!(",{break_}")));
        let end = at.end + line.len();
        match (comma, behind_it.is_empty()) {
            (true, _) => vec![Edit::insert(end, format!("{text},"))],
            (false, true) => vec![Edit::insert(at.end, format!(",{text}"))],
            (false, false) => vec![
                Edit::insert(at.end, ",".to_owned()),
                Edit::insert(end, text),
            ],
        }
    }

    /// A line among the entries of a table.
    fn line(self, table: &Table, key: &str, line: &str) -> Edit {
        let header = table.span().map_or(0, |span| span.start + self.bom);
        let entries = self.listed(table);
        let at = match before(&entries, key) {
            Some(before) => before.end,
            // The comments above the first entry are that entry's.
            None if table.is_dotted() => {
                let first = entries.first().map_or(0, |entry| entry.start);
                return self.insert(self.line_start(first), &[line]);
            }
            None => header,
        };
        self.insert_behind(at, &[line])
    }

    /// `[dependencies.key]` among others of its kind.
    fn block(self, table: &Table, path: &[&str], key: &str, value: &str) -> Edit {
        let mut blocks: Vec<Entry<'_>> = table
            .iter()
            .filter_map(|(key, item)| {
                let inner = item.as_table().filter(|inner| !inner.is_dotted())?;
                let start = inner.span()?.start + self.bom;
                let end = self.ends(item).into_iter().max().unwrap_or(start);
                Some(Entry { key, start, end })
            })
            .collect();
        blocks.sort_by_key(|block| block.start);
        let header: Vec<String> = path.iter().map(|name| quoted(name)).collect();
        let header = format!("[{}.{key}]", header.join("."));
        let inner = value
            .trim()
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'));
        let mut lines = vec![header];
        match inner {
            Some(pairs) => lines.extend(pairs.split(", ").map(|pair| pair.trim().to_owned())),
            None => lines.push(format!("version = {value}")),
        }
        let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let Some(before) = before(&blocks, key) else {
            lines.push("");
            let first = blocks.first().map_or(0, |block| block.start);
            return self.insert(self.above(first), &lines);
        };
        lines.insert(0, "");
        self.insert_behind(before.end, &lines)
    }

    /// A table that is not there yet.
    fn new_table(self, path: &[&str], entries: &[String]) -> Edit {
        let header: Vec<String> = path.iter().map(|name| quoted(name)).collect();
        let header = format!("[{}]", header.join("."));
        let mut lines = vec![header.as_str()];
        lines.extend(entries.iter().map(String::as_str));
        if path == ["dependencies"]
            && let Some(other) = self.first_header(&["dev-dependencies", "build-dependencies"])
        {
            lines.push("");
            return self.insert(self.above(other), &lines);
        }
        match self.last(self.root) {
            Some(last) => {
                lines.insert(0, "");
                self.insert_behind(last, &lines)
            }
            None => self.insert(self.text.len(), &lines),
        }
    }

    /// Where the first header of one of these tables stands.
    fn first_header(self, names: &[&str]) -> Option<usize> {
        let tables = names
            .iter()
            .filter_map(|name| self.root.get(name)?.as_table());
        let headers = tables.flat_map(|table| {
            let inner = table.iter().filter_map(|(_, item)| item.as_table());
            let all = inner
                .chain([table])
                .filter(|it| !it.is_implicit() && !it.is_dotted());
            all.filter_map(Table::span).map(|span| span.start)
        });
        headers.min().map(|at| at + self.bom)
    }

    /// Where the last thing that a table says ends.
    fn last(self, table: &dyn TableLike) -> Option<usize> {
        let all = table.iter().flat_map(|(_, item)| match item {
            Item::Table(inner) => {
                let header = inner.span().map(|span| span.end + self.bom);
                [self.last(inner), header]
            }
            Item::ArrayOfTables(many) => {
                let spans = many.iter().map(|inner| {
                    let header = inner.span().map(|span| span.end + self.bom);
                    self.last(inner).max(header)
                });
                [spans.max().flatten(), None]
            }
            _ => [item.span().map(|span| span.end + self.bom), None],
        });
        all.flatten().max()
    }

    /// A whole line at a place where one begins, or at the end of the text.
    pub(super) fn whole_line(self, at: usize, line: &str) -> Edit {
        let (end, line) = (self.end_of_line(), line.trim_matches(['\r', '\n']));
        match self.text[..at].ends_with('\n') {
            true => Edit::insert(at, format!("{line}{end}")),
            false => Edit::insert(at, format!("{end}{line}")),
        }
    }

    fn end_of_line(self) -> &'static str {
        match self.text.contains("\r\n") {
            true => "\r\n",
            false => "\n",
        }
    }

    /// Lines before the one that begins at `at`.
    fn insert(self, at: usize, lines: &[&str]) -> Edit {
        let end = self.end_of_line();
        let lines = lines.iter().map(|line| format!("{line}{end}"));
        Edit::insert(at, lines.collect::<String>())
    }

    /// Lines behind the one of `at`, whose own end, if it has one, is the last one's from now on.
    fn insert_behind(self, at: usize, lines: &[&str]) -> Edit {
        let end = self.end_of_line();
        let rest = &self.text[at..];
        let length = rest.find('\n').map_or(rest.len(), |end| {
            end - usize::from(rest[..end].ends_with('\r'))
        });
        let lines = lines.iter().map(|line| format!("{end}{line}"));
        Edit::insert(at + length, lines.collect::<String>())
    }

    fn line_start(self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(self.bom, |end| end + 1)
    }

    fn line_end(self, at: usize) -> usize {
        let end = self.text[at..].find('\n');
        end.map_or(self.text.len(), |end| at + end + 1)
    }

    /// The beginning of the line of `at`, or of the comments right above it.
    fn above(self, at: usize) -> usize {
        let mut start = self.line_start(at);
        while start > self.bom {
            let line = self.line_start(start - 1);
            if !self.text[line..start].trim_start().starts_with('#') {
                break;
            }
            start = line;
        }
        start
    }
}

/// The tables of dependencies that stand in another table.
fn dependencies_in(outer: &dyn TableLike) -> impl Iterator<Item = &dyn TableLike> {
    let names = DEPENDENCIES.iter();
    names.filter_map(|name| outer.get(name)?.as_table_like())
}

/// The entry that a new one of this key goes behind; `None` where it goes before the first.
fn before<'e, 'a>(entries: &'e [Entry<'a>], key: &str) -> Option<&'e Entry<'a>> {
    let last = entries.iter().max_by_key(|entry| entry.end);
    match entries.is_sorted_by_key(|entry| entry.key) {
        true => entries.iter().rfind(|entry| entry.key < key),
        false => last,
    }
}

/// An entry as people write it.
fn line(key: &str, value: &str) -> String {
    match value {
        SHARED => format!("{key}.workspace = true"),
        _ => format!("{key} = {value}"),
    }
}

/// A key as it must be written.
fn quoted(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !key.is_empty() && key.chars().all(is_bare) {
        true => key.to_owned(),
        false if key.contains('\'') => format!("{key:?}"),
        false => format!("'{key}'"),
    }
}
