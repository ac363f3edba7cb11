//! Two texts → hunks of lines, with the words that differ.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{ChangeTag, DiffTag, TextDiff};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// How long finding the words that differ may take in one file.
const PATIENCE: Duration = Duration::from_secs(2);

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

impl Hunk {
    /// `@@ -1,3 +1,4 @@`.
    pub(super) fn header(&self) -> String {
        let part = |range: &Range<usize>| match range.len() {
            0 => format!("{},0", range.start),
            1 => format!("{}", range.start + 1),
            length => format!("{},{length}", range.start + 1),
        };
        format!("@@ -{} +{} @@", part(&self.old), part(&self.new))
    }
}

/// The lines of a text; only `\n` ends one, as in a patch.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The hunks between two texts.
pub(super) fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let (old, new) = (lines(before), lines(after));
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_slices(&old, &new);
    let deadline = Instant::now() + PATIENCE;
    let mut hunks = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let mut hunk = Hunk {
            old: first.old_range().start..last.old_range().end,
            new: first.new_range().start..last.new_range().end,
            lines: Vec::new(),
        };
        for op in &group {
            if op.tag() == DiffTag::Equal {
                let same = old[op.old_range()].iter();
                hunk.lines.extend(same.map(|line| Line {
                    kind: Kind::Same,
                    pieces: vec![(false, (*line).to_owned())],
                }));
                continue;
            }
            for change in diff.iter_inline_changes_deadline(op, Some(deadline)) {
                let kind = match change.tag() {
                    ChangeTag::Equal => Kind::Same,
                    ChangeTag::Delete => Kind::Gone,
                    ChangeTag::Insert => Kind::New,
                };
                let pieces = change.values().iter();
                hunk.lines.push(Line {
                    kind,
                    pieces: pieces
                        .map(|&(differs, text)| (differs, text.to_owned()))
                        .collect(),
                });
            }
        }
        hunks.push(hunk);
    }
    hunks
}

/// The hunks between two files, as a patch writes them; the bytes are those of the files.
pub(super) fn patch_hunks(before: &[u8], after: &[u8], out: &mut Vec<u8>) {
    let old: Vec<&[u8]> = before.split_inclusive(|&byte| byte == b'\n').collect();
    let new: Vec<&[u8]> = after.split_inclusive(|&byte| byte == b'\n').collect();
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_slices(&old, &new);
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let hunk = Hunk {
            old: first.old_range().start..last.old_range().end,
            new: first.new_range().start..last.new_range().end,
            lines: Vec::new(),
        };
        out.extend_from_slice(hunk.header().as_bytes());
        out.push(b'\n');
        for op in &group {
            let mut write = |sign: u8, lines: &[&[u8]]| {
                for line in lines {
                    out.push(sign);
                    out.extend_from_slice(line);
                    if !line.ends_with(b"\n") {
                        out.extend_from_slice(b"\n\\ No newline at end of file\n");
                    }
                }
            };
            match op.tag() {
                DiffTag::Equal => write(b' ', &old[op.old_range()]),
                _ => {
                    write(b'-', &old[op.old_range()]);
                    write(b'+', &new[op.new_range()]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_are_marked() {
        let hunks = hunks("a\nimport Old\n", "a\nimport New\n");
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
        let hunks = hunks("a\rb\n", "a\rc\n");
        assert_eq!(hunks[0].lines.len(), 2);
    }
}
