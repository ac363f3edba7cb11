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

/// What a text and its edited self have in common and what not, in lines, where they can differ.
struct Comparison<'t> {
    windows: Vec<Window<'t>>,
}

/// Changed lines with their context; more lines than a hunk joins lie between two of them.
struct Window<'t> {
    old: Lines<'t>,
    new: Lines<'t>,
    /// The operations of each hunk, in lines of the whole text; never empty.
    groups: Vec<Vec<DiffOp>>,
}

/// Some lines of a text.
struct Lines<'t> {
    /// The number of the first one, from 0.
    first: usize,
    lines: Vec<&'t str>,
}

impl<'t> Lines<'t> {
    /// Only `\n` ends a line, as in a patch.
    fn new(first: usize, text: &'t str) -> Self {
        Self {
            first,
            lines: text.split_inclusive('\n').collect(),
        }
    }

    /// Lines by their numbers in the whole text.
    fn get(&self, numbers: Range<usize>) -> &[&'t str] {
        &self.lines[numbers.start - self.first..numbers.end - self.first]
    }
}

impl<'t> Comparison<'t> {
    /// Of `before`, and of what sorted edits make of it.
    fn new(before: &'t str, after: &'t str, edits: &[Edit]) -> Self {
        let deadline = Instant::now() + PATIENCE;
        let mut windows = Vec::new();
        // The last place that was counted: its offsets and its lines, before and afterwards.
        let (mut at, mut line) = ((0, 0), (0, 0));
        for regions in windowed(before, regions(before, edits)) {
            let old = lines_before(before, regions[0].old.start)
                ..lines_behind(before, regions[regions.len() - 1].old.end);
            // The same bytes lie between the last window and this one.
            let (mut new_start, mut grown) = (at.1 + (old.start - at.0), 0);
            let between = count_lines(&before[at.0..old.start]);
            line = (line.0 + between, line.1 + between);
            for region in &regions {
                grown += region.growth;
            }
            let new = new_start..(new_start + old.len()).saturating_add_signed(grown);
            let (lines, new_lines) = (
                Lines::new(line.0, &before[old.clone()]),
                Lines::new(line.1, &after[new.clone()]),
            );
            let mut ops = Vec::new();
            let mut old_at = old.start;
            for region in &regions {
                let same = count_lines(&before[old_at..region.old.start]);
                same_lines(&mut ops, &mut line, same);
                new_start += region.old.start - old_at;
                let length = region.old.len().saturating_add_signed(region.growth);
                let gone = Lines::new(line.0, &before[region.old.clone()]);
                let come = Lines::new(line.1, &after[new_start..new_start + length]);
                let diff = TextDiff::configure()
                    .deadline(deadline)
                    .diff_slices(&gone.lines, &come.lines);
                ops.extend(diff.ops().iter().map(|op| shifted(op, line.0, line.1)));
                line = (line.0 + gone.lines.len(), line.1 + come.lines.len());
                old_at = region.old.end;
                new_start += length;
            }
            let behind = Lines::new(0, &before[old_at..old.end]);
            same_lines(&mut ops, &mut line, behind.lines.len());
            let groups = group_diff_ops(joined(ops), CONTEXT);
            windows.push(Window {
                old: lines,
                new: new_lines,
                groups: groups.into_iter().filter(|g| !g.is_empty()).collect(),
            });
            at = (old.end, new.end);
        }
        Self { windows }
    }
}

/// The next lines are the same.
fn same_lines(ops: &mut Vec<DiffOp>, line: &mut (usize, usize), len: usize) {
    if len > 0 {
        ops.push(DiffOp::Equal {
            old_index: line.0,
            new_index: line.1,
            len,
        });
        *line = (line.0 + len, line.1 + len);
    }
}

/// How many lines end in a text.
fn count_lines(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// Where the context before a line starts; `start` is a line's own.
fn lines_before(text: &str, start: usize) -> usize {
    let mut ends = memchr::memrchr_iter(b'\n', &text.as_bytes()[..start]);
    ends.nth(CONTEXT).map_or(0, |end| end + 1)
}

/// Where the context behind a line ends; `end` is the start of the next.
fn lines_behind(text: &str, end: usize) -> usize {
    let mut ends = memchr::memchr_iter(b'\n', &text.as_bytes()[end..]);
    let last = ends.nth(CONTEXT - 1);
    last.map_or(text.len(), |length| end + length + 1)
}

/// Whole lines that edits touch.
#[derive(Debug, PartialEq, Eq)]
struct Region {
    /// Their bytes before.
    old: Range<usize>,
    /// How many bytes more they are afterwards.
    growth: isize,
}

/// The regions of sorted edits; no two are neighbours.
fn regions(before: &str, edits: &[Edit]) -> Vec<Region> {
    let bytes = before.as_bytes();
    let mut regions: Vec<Region> = Vec::new();
    for edit in edits {
        let growth = edit.text.len() as isize - edit.range().len() as isize;
        // A line may be long, and have many edits: its ends are looked for once.
        if let Some(last) = regions.last_mut()
            && edit.end < last.old.end
        {
            last.growth += growth;
            continue;
        }
        let start = memchr::memrchr(b'\n', &bytes[..edit.start]).map_or(0, |end| end + 1);
        let end = memchr::memchr(b'\n', &bytes[edit.end..]);
        let end = end.map_or(bytes.len(), |length| edit.end + length + 1);
        match regions.last_mut() {
            Some(last) if start <= last.old.end => {
                last.old.end = last.old.end.max(end);
                last.growth += growth;
            }
            _ => regions.push(Region {
                old: start..end,
                growth,
            }),
        }
    }
    regions
}

/// The regions, those together whose context touches.
fn windowed(before: &str, regions: Vec<Region>) -> Vec<Vec<Region>> {
    let mut windows: Vec<Vec<Region>> = Vec::new();
    let mut end = None;
    for region in regions {
        let starts = lines_before(before, region.old.start);
        let touches = end.is_some_and(|end| starts <= end);
        end = Some(lines_behind(before, region.old.end));
        match windows.last_mut() {
            Some(window) if touches => window.push(region),
            _ => windows.push(vec![region]),
        }
    }
    windows
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
///
/// `words` asks for the words that differ; else each line is one piece.
pub(super) fn hunks(before: &str, after: &str, edits: &[Edit], words: bool) -> Vec<Hunk> {
    let comparison = Comparison::new(before, after, edits);
    let deadline = Instant::now() + PATIENCE;
    let hunk = |window: &Window<'_>, group: &[DiffOp]| {
        let (old, new) = span(group);
        let mut lines = Vec::new();
        for op in group {
            let gone = window.old.get(op.old_range());
            match op.tag() {
                DiffTag::Equal => {
                    lines.extend(gone.iter().map(|line| Line::whole(Kind::Same, line)));
                }
                _ => {
                    let new = window.new.get(op.new_range());
                    changed(gone, new, words.then_some(deadline), &mut lines);
                }
            }
        }
        Hunk { old, new, lines }
    };
    let windows = comparison.windows.iter();
    windows
        .flat_map(|window| window.groups.iter().map(move |group| hunk(window, group)))
        .collect()
}

/// Lines that give way to others; with the words that differ, where they are found in time.
fn changed(gone: &[&str], new: &[&str], words: Option<Instant>, lines: &mut Vec<Line>) {
    let bytes: usize = gone.iter().chain(new).map(|line| line.len()).sum();
    let is_small = bytes <= WORDS && !gone.is_empty() && !new.is_empty();
    let Some(deadline) = words.filter(|_| is_small) else {
        lines.extend(gone.iter().map(|line| Line::whole(Kind::Gone, line)));
        lines.extend(new.iter().map(|line| Line::whole(Kind::New, line)));
        return;
    };
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
    let windows = comparison.windows.iter();
    for group in windows.flat_map(|window| &window.groups) {
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
    use crate::edit::EditSet;

    fn edited(text: &str, edits: &[Edit]) -> String {
        let mut set = EditSet::default();
        set.add_all(edits).expect("disjoint edits");
        set.apply(text)
    }

    /// The hunks as a diff shows them; small edits must give the same as one of everything.
    #[track_caller]
    fn check(before: &str, edits: &[Edit], expected: &str) {
        let after = edited(before, edits);
        let shown = |edits: &[Edit]| {
            let mut text = String::new();
            for hunk in hunks(before, &after, edits, false) {
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
        let whole = [Edit::replace(0..before.len(), after.as_str())];
        assert_eq!(shown(&whole), expected, "with one edit of everything");
    }

    #[test]
    fn words_that_differ_are_marked() {
        let hunks = hunks(
            "a\nimport Old\n",
            "a\nimport New\n",
            &[Edit::replace(9..12, "New")],
            true,
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
        assert_eq!(edited(&before, &edits), after);
        let headers: Vec<String> = hunks(&before, &after, &edits, false)
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
        let found = regions(&before, &edits);
        assert_eq!(found.len(), 15_000);
        assert!(found.iter().all(|region| region.old.len() == line.len()));
    }
}
