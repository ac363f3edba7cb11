//! A text and its edits → hunks of lines, with the words that differ.
//!
//! The edits say which lines can differ, so only those are compared: a large file costs no more
//! than its changes.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{ChangeTag, DiffOp, DiffTag, TextDiff, group_diff_ops};

use crate::edit::Edit;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// How long comparing lines, and then words, may take in one file.
const PATIENCE: Duration = Duration::from_millis(500);

/// Changed lines of more bytes than this are shown without the words that differ.
const WORDS: usize = 64 * 1024;

/// Some changed lines and what stands around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// Line numbers before, from 0.
    pub(super) old: Range<usize>,
    /// Line numbers afterwards, from 0.
    pub(super) new: Range<usize>,
    /// The lines in the order in which a diff shows them.
    pub(super) lines: Vec<Line>,
}

/// A line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its place: kept, gone or new.
    pub(super) kind: Kind,
    /// Its pieces, and whether each is what differs. The line's end is part of the last one.
    pub(super) pieces: Vec<(bool, String)>,
}

/// What a diff does with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It stays.
    Same,
    /// It goes.
    Gone,
    /// It comes.
    New,
}

impl Line {
    fn whole(kind: Kind, text: &str) -> Self {
        Self {
            kind,
            pieces: vec![(false, text.to_owned())],
        }
    }
}

impl Hunk {
    /// `@@ -1,3 +1,4 @@`.
    pub(super) fn header(&self) -> String {
        header(&self.old, &self.new)
    }
}

fn header(old: &Range<usize>, new: &Range<usize>) -> String {
    let part = |range: &Range<usize>| match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        length => format!("{},{length}", range.start + 1),
    };
    format!("@@ -{} +{} @@", part(old), part(new))
}

/// What a text and its edited self have in common and what not, in lines.
struct Comparison<'t> {
    old: Vec<&'t str>,
    new: Vec<&'t str>,
    /// The operations of each hunk; never empty.
    groups: Vec<Vec<DiffOp>>,
}

impl<'t> Comparison<'t> {
    fn new(before: &'t str, after: &'t str, edits: &[Edit]) -> Self {
        let (old, new) = (lines(before), lines(after));
        let deadline = Instant::now() + PATIENCE;
        let mut ops = Vec::new();
        let (mut old_at, mut new_at) = (0, 0);
        let same_until = |ops: &mut Vec<DiffOp>, old_at: usize, new_at: usize, until: usize| {
            if until > old_at {
                ops.push(DiffOp::Equal {
                    old_index: old_at,
                    new_index: new_at,
                    len: until - old_at,
                });
            }
        };
        for region in regions(before, after, edits) {
            same_until(&mut ops, old_at, new_at, region.old.start);
            let (old, new) = (&old[region.old.clone()], &new[region.new.clone()]);
            let diff = TextDiff::configure()
                .deadline(deadline)
                .diff_slices(old, new);
            let (by_old, by_new) = (region.old.start, region.new.start);
            ops.extend(diff.ops().iter().map(|op| shifted(op, by_old, by_new)));
            (old_at, new_at) = (region.old.end, region.new.end);
        }
        same_until(&mut ops, old_at, new_at, old.len());
        let groups = group_diff_ops(joined(ops), CONTEXT);
        Self {
            old,
            new,
            groups: groups.into_iter().filter(|g| !g.is_empty()).collect(),
        }
    }
}

/// The lines of a text; only `\n` ends one, as in a patch.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Lines that edits touch, before and afterwards.
#[derive(Debug, PartialEq, Eq)]
struct Region {
    old: Range<usize>,
    new: Range<usize>,
}

/// The regions of sorted edits. One of everything, where the edits do not lead to `after`.
fn regions(before: &str, after: &str, edits: &[Edit]) -> Vec<Region> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(memchr::memchr_iter(b'\n', before.as_bytes()).map(|at| at + 1))
        .filter(|&start| start < before.len())
        .collect();
    let count = starts.len();
    let line_of = |offset: usize| match offset {
        // What is inserted after the last line's end belongs to no line before.
        end if end == before.len() && (before.is_empty() || before.ends_with('\n')) => count,
        offset => starts.partition_point(|&start| start <= offset) - 1,
    };
    let offset_of = |line: usize| starts.get(line).copied().unwrap_or(before.len());
    let is_whole = edited(before, edits).as_deref() != Some(after);
    let whole = [Edit::replace(0..before.len(), after)];
    let edits = if is_whole { &whole[..] } else { edits };
    // The touched lines of each edit, and by how much it lengthens the text.
    let mut touched: Vec<(Range<usize>, isize)> = Vec::new();
    for edit in edits {
        let lines = line_of(edit.start)..(line_of(edit.end) + 1).min(count);
        let growth = edit.text.len() as isize - edit.range().len() as isize;
        match touched.last_mut() {
            Some((last, grown)) if lines.start <= last.end => {
                last.end = last.end.max(lines.end);
                *grown += growth;
            }
            _ => touched.push((lines, growth)),
        }
    }
    let (mut moved_bytes, mut moved_lines) = (0_isize, 0_isize);
    let regions = touched.into_iter().map(|(old, growth)| {
        let start = offset_of(old.start).saturating_add_signed(moved_bytes);
        moved_bytes += growth;
        let end = offset_of(old.end).saturating_add_signed(moved_bytes);
        let length = after[start..end].split_inclusive('\n').count();
        let first = old.start.saturating_add_signed(moved_lines);
        moved_lines += length as isize - old.len() as isize;
        Region {
            old,
            new: first..first + length,
        }
    });
    regions.collect()
}

/// `text` with sorted edits; `None` where they are not sorted, or overlap.
fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.start)?);
        out.push_str(&edit.text);
        at = edit.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

fn shifted(op: &DiffOp, old: usize, new: usize) -> DiffOp {
    let mut op = *op;
    match &mut op {
        DiffOp::Equal {
            old_index,
            new_index,
            ..
        }
        | DiffOp::Delete {
            old_index,
            new_index,
            ..
        }
        | DiffOp::Insert {
            old_index,
            new_index,
            ..
        }
        | DiffOp::Replace {
            old_index,
            new_index,
            ..
        } => {
            *old_index += old;
            *new_index += new;
        }
    }
    op
}

/// Neighbours that say that lines are the same, as one.
fn joined(ops: Vec<DiffOp>) -> Vec<DiffOp> {
    let mut joined: Vec<DiffOp> = Vec::with_capacity(ops.len());
    for op in ops {
        match (joined.last_mut(), op) {
            (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { len: more, .. }) => *len += more,
            _ => joined.push(op),
        }
    }
    joined
}

/// The lines before and afterwards that a group covers.
fn span(group: &[DiffOp]) -> (Range<usize>, Range<usize>) {
    let (first, last) = (&group[0], &group[group.len() - 1]);
    (
        first.old_range().start..last.old_range().end,
        first.new_range().start..last.new_range().end,
    )
}

/// The hunks between a text and what its edits, sorted, make of it.
pub(super) fn hunks(before: &str, after: &str, edits: &[Edit]) -> Vec<Hunk> {
    let comparison = Comparison::new(before, after, edits);
    let deadline = Instant::now() + PATIENCE;
    let hunk = |group: &Vec<DiffOp>| {
        let (old, new) = span(group);
        let mut lines = Vec::new();
        for op in group {
            let gone = &comparison.old[op.old_range()];
            match op.tag() {
                DiffTag::Equal => {
                    lines.extend(gone.iter().map(|line| Line::whole(Kind::Same, line)));
                }
                _ => changed(gone, &comparison.new[op.new_range()], deadline, &mut lines),
            }
        }
        Hunk { old, new, lines }
    };
    comparison.groups.iter().map(hunk).collect()
}

/// Lines that give way to others, with the words that differ.
fn changed(gone: &[&str], new: &[&str], deadline: Instant, lines: &mut Vec<Line>) {
    let bytes: usize = gone.iter().chain(new).map(|line| line.len()).sum();
    if bytes > WORDS || gone.is_empty() || new.is_empty() {
        lines.extend(gone.iter().map(|line| Line::whole(Kind::Gone, line)));
        lines.extend(new.iter().map(|line| Line::whole(Kind::New, line)));
        return;
    }
    let diff = TextDiff::configure()
        .deadline(deadline)
        .diff_slices(gone, new);
    for op in diff.ops() {
        for change in diff.iter_inline_changes_deadline(op, Some(deadline)) {
            let kind = match change.tag() {
                ChangeTag::Equal => Kind::Same,
                ChangeTag::Delete => Kind::Gone,
                ChangeTag::Insert => Kind::New,
            };
            let pieces = change.values().iter();
            lines.push(Line {
                kind,
                pieces: pieces
                    .map(|&(differs, text)| (differs, text.to_owned()))
                    .collect(),
            });
        }
    }
}

/// A file's text and its bytes: the lines of one are the lines of the other.
pub(super) struct Version<'v> {
    /// As it was decoded.
    pub(super) text: &'v str,
    /// As it lies on the disk.
    pub(super) bytes: &'v [u8],
}

/// The hunks between two versions, as a patch writes them; the bytes are those of the files.
pub(super) fn patch_hunks(
    before: &Version<'_>,
    after: &Version<'_>,
    edits: &[Edit],
    out: &mut Vec<u8>,
) {
    let comparison = Comparison::new(before.text, after.text, edits);
    // No encoding that Python reads source in has a newline within another character.
    let lines = |bytes: &'_ [u8]| -> Vec<Range<usize>> {
        let mut at = 0;
        let lines = bytes.split_inclusive(|&byte| byte == b'\n');
        lines
            .map(|line| {
                at += line.len();
                at - line.len()..at
            })
            .collect()
    };
    let (old, new) = (lines(before.bytes), lines(after.bytes));
    for group in &comparison.groups {
        let (old_span, new_span) = span(group);
        out.extend_from_slice(header(&old_span, &new_span).as_bytes());
        out.push(b'\n');
        let mut write = |sign: u8, bytes: &[u8], lines: &[Range<usize>]| {
            for line in lines {
                let line = &bytes[line.clone()];
                out.push(sign);
                out.extend_from_slice(line);
                if !line.ends_with(b"\n") {
                    out.extend_from_slice(b"\n\\ No newline at end of file\n");
                }
            }
        };
        for op in group {
            match op.tag() {
                DiffTag::Equal => write(b' ', before.bytes, &old[op.old_range()]),
                _ => {
                    write(b'-', before.bytes, &old[op.old_range()]);
                    write(b'+', after.bytes, &new[op.new_range()]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hunks as a diff shows them; the edits must give the same as no knowledge of them.
    #[track_caller]
    fn check(before: &str, edits: &[Edit], expected: &str) {
        let after = edited(before, edits).expect("sorted edits");
        let shown = |edits: &[Edit]| {
            let mut text = String::new();
            for hunk in hunks(before, &after, edits) {
                text += &hunk.header();
                text.push('\n');
                for line in hunk.lines {
                    text.push(match line.kind {
                        Kind::Same => ' ',
                        Kind::Gone => '-',
                        Kind::New => '+',
                    });
                    text.extend(line.pieces.into_iter().map(|(_, piece)| piece));
                }
            }
            text
        };
        assert_eq!(shown(edits), expected);
        assert_eq!(shown(&[]), expected, "without the edits");
    }

    #[test]
    fn words_that_differ_are_marked() {
        let hunks = hunks(
            "a\nimport Old\n",
            "a\nimport New\n",
            &[Edit::replace(9..12, "New")],
        );
        let [hunk] = &hunks[..] else {
            panic!("one hunk")
        };
        assert_eq!(hunk.header(), "@@ -1,2 +1,2 @@");
        let marked: Vec<&str> = hunk
            .lines
            .iter()
            .flat_map(|line| &line.pieces)
            .filter(|(differs, _)| *differs)
            .map(|(_, text)| text.as_str())
            .collect();
        assert_eq!(marked, ["Old", "New"]);
    }

    #[test]
    fn a_lone_carriage_return_ends_no_line() {
        check(
            "a\rb\n",
            &[Edit::replace(2..3, "c")],
            "@@ -1 +1 @@\n-a\rb\n+a\rc\n",
        );
    }

    #[test]
    fn a_line_that_goes_or_comes_whole() {
        check(
            "a\nb\nc\n",
            &[Edit::delete(2..4)],
            "@@ -1,3 +1,2 @@\n a\n-b\n c\n",
        );
        check(
            "a\nb\n",
            &[Edit::insert(2, "x\n")],
            "@@ -1,2 +1,3 @@\n a\n+x\n b\n",
        );
        check("", &[Edit::insert(0, "x\n")], "@@ -0,0 +1 @@\n+x\n");
        check("x\n", &[Edit::delete(0..2)], "@@ -1 +0,0 @@\n-x\n");
    }

    #[test]
    fn the_end_of_the_text_with_and_without_its_newline() {
        check("a\n", &[Edit::insert(2, "b\n")], "@@ -1 +1,2 @@\n a\n+b\n");
        check("a", &[Edit::insert(1, "b")], "@@ -1 +1 @@\n-a+ab");
        check(
            "a\nb\n",
            &[Edit::delete(1..2)],
            "@@ -1,2 +1 @@\n-a\n-b\n+ab\n",
        );
    }

    #[test]
    fn changes_far_apart_are_hunks_of_their_own() {
        let before: String = (0..20).map(|n| format!("{n}\n")).collect();
        let last = before.len() - 3;
        let after = format!("x{}y19\n", &before[..last]);
        let edits = [Edit::insert(0, "x"), Edit::insert(last, "y")];
        assert_eq!(edited(&before, &edits).as_deref(), Some(&after[..]));
        let headers: Vec<String> = hunks(&before, &after, &edits)
            .iter()
            .map(Hunk::header)
            .collect();
        assert_eq!(headers, ["@@ -1,4 +1,4 @@", "@@ -17,4 +17,4 @@"]);
    }

    #[test]
    fn a_large_file_costs_its_changes_only() {
        let line = "value = some_function(argument)\n";
        let before = line.repeat(150_000);
        let edits: Vec<Edit> = (0..150_000)
            .step_by(10)
            .map(|n| Edit::replace(n * line.len()..n * line.len() + 5, "other"))
            .collect();
        let after = edited(&before, &edits).expect("sorted edits");
        let found = regions(&before, &after, &edits);
        assert_eq!(found.len(), 15_000);
        assert!(found.iter().all(|region| region.old.len() == 1));
    }
}
