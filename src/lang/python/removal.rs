//! Names that leave an import statement, with the comments that belong to them.

use std::ops::Range;

use super::facts::Import;
use super::imports::{Change, Editor, Imported, Statement, range};
use super::trivia;
use crate::edit::Edit;

/// Comments that go with a name.
#[derive(Debug)]
pub(super) struct Remark {
    pub(super) of: Imported,
    pub(super) above: Vec<String>,
    pub(super) beside: Vec<String>,
}

struct OwnLines {
    range: Range<usize>,
    above: Vec<String>,
    beside: Vec<String>,
}

impl Editor<'_> {
    /// The edits that take the `leaving` names out of a statement, and the comments that go along.
    pub(super) fn removal(
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
                    // A comment belongs to the last name before it.
                    for owner in at..kept {
                        let end = names
                            .get(owner + 1)
                            .map_or(upto, |it| range(it.range).start);
                        let behind = &self.text[range(names[owner].range).end..end];
                        let comments = behind
                            .lines()
                            .filter_map(|line| line.find('#').map(|at| line[at..].trim_end()));
                        let comments = comments.map(str::to_owned).collect();
                        remark(owner, Vec::new(), comments);
                    }
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

    /// The edit that makes a statement nothing: `pass`, where its block might have nothing else.
    pub(super) fn erasure(self, import: &Import) -> Edit {
        match self.is_tight(import) || !self.has_company(import) {
            true => Edit::replace(range(import.range), "pass"),
            false => self.deletion(import),
        }
    }

    /// The edit that takes a statement away with its line.
    pub(super) fn deletion(self, import: &Import) -> Edit {
        let line = range(trivia::line_of(self.text, import.range));
        let mut end = line.end;
        if self.text[end..].starts_with("\r\n") {
            end += 2;
        } else if end < self.text.len() {
            end += 1;
        }
        // Of the blank lines above and below one stays, and none where a block begins.
        let above = &self.text[..line.start];
        let is_apart = ["\n\n", "\r\n\r\n"].iter().any(|gap| above.ends_with(gap));
        let is_first = import.index == 0 && !self.indent(import).is_empty();
        let below = &self.text[end..];
        let blank = ["\r\n", "\n"]
            .iter()
            .find(|blank| below.starts_with(**blank));
        if (is_apart || is_first)
            && let Some(blank) = blank
        {
            end += blank.len();
        }
        Edit::delete(line.start..end)
    }

    /// Whether a statement that is no import stands in the block of one.
    fn has_company(self, import: &Import) -> bool {
        let indent = self.indent(import);
        if indent.is_empty() {
            return true;
        }
        let is_beside = |other: &&Import| other.suite == import.suite;
        let imports = self.facts.imports.iter().filter(is_beside);
        // Statements are numbered in their block: one that is no import leaves a gap.
        let (mut count, mut last) = (0, import);
        for other in imports {
            if other.index > count {
                return true;
            }
            (count, last) = (other.index + 1, other);
        }
        let end = trivia::line_of(self.text, last.range).end().to_usize();
        let mut below = self.text[end..].lines().skip(1);
        let next = below.find(|line| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        });
        let rest = next.and_then(|next| next.strip_prefix(indent));
        rest.is_some_and(|rest| !rest.starts_with([' ', '\t']))
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
