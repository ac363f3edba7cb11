//! The code of a fence as one text, and the way back: from its offsets to those of the document.
//!
//! Each line of a fence can have something before it that is no code: a quote's `> `, a list's
//! indentation, the prompt of a session. Lines of output are left out altogether.

use std::ops::Range;

use crate::edit::Edit;
use crate::finding::{Confidence, Finding};

/// Why an edit has no place in the document.
const APART: &str = "its lines have others between them";

/// Code that is spread over lines of a document.
#[derive(Debug, Default)]
pub(in crate::lang) struct Passage {
    /// The code alone.
    pub(in crate::lang) text: String,
    // Invariant: in order, and together the whole text.
    lines: Vec<Line>,
}

/// One line of code.
#[derive(Debug)]
struct Line {
    /// Where it starts in the passage.
    at: usize,
    /// Where the line of the document starts.
    start: usize,
    /// Where its code starts in the document.
    code: usize,
    /// Where the line of the document ends, its line end included.
    end: usize,
    /// rustdoc runs it, and does not show it.
    hidden: bool,
}

impl Passage {
    /// The code of these lines of `text`: each a whole line, and where its code starts.
    ///
    /// Indentation that all lines have is left out too.
    pub(in crate::lang) fn of(text: &str, lines: &[(Range<usize>, usize)]) -> Self {
        let indent = common_indent(lines.iter().map(|(line, code)| &text[*code..line.end]));
        let mut passage = Self::default();
        for (line, code) in lines {
            let code = code + indent.min(leading_blanks(&text[*code..line.end]));
            passage.lines.push(Line {
                at: passage.text.len(),
                start: line.start,
                code,
                end: line.end,
                hidden: false,
            });
            passage.text.push_str(&text[code..line.end]);
        }
        passage
    }

    /// Lines of strings that make one text, each with what it says, which is as long as what is
    /// written; none of its lines can be added to.
    pub(in crate::lang) fn joined(contents: &[(Range<usize>, String)]) -> Self {
        let indent = common_indent(contents.iter().map(|(_, said)| said.as_str()));
        let mut passage = Self::default();
        for (content, said) in contents {
            let blanks = indent.min(leading_blanks(said));
            let code = content.start + blanks;
            passage.lines.push(Line {
                at: passage.text.len(),
                start: content.start,
                code,
                end: content.end,
                hidden: false,
            });
            passage.text.push_str(&said[blanks..]);
            passage.text.push('\n');
        }
        passage
    }

    /// The same code as rustdoc reads it: `# ` before a line hides it, and `##` stands for `#`.
    ///
    /// The blank of `# ` stays: a hidden line stands one column to the right of those that are shown,
    /// and imports of both are not put in one order.
    pub(in crate::lang) fn unhidden(&self, document: &str) -> Self {
        let mut passage = Self::default();
        for line in &self.lines {
            let written = &document[line.code..line.end];
            let blanks = leading_blanks(written);
            let bare = &written[blanks..];
            let marks = match bare.as_bytes() {
                [b'#', b' ' | b'#' | b'\n' | b'\r', ..] | [b'#'] => blanks + 1,
                _ => 0,
            };
            let code = line.code + marks;
            passage.lines.push(Line {
                at: passage.text.len(),
                start: line.start,
                code,
                end: line.end,
                hidden: marks > 0 && !bare.starts_with("##"),
            });
            passage.text.push_str(&document[code..line.end]);
        }
        passage
    }

    /// The parts of the document that are code.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.lines.iter().map(|line| line.code..line.end)
    }

    /// The finding with offsets into `document`, of which this passage is a part.
    ///
    /// One with an edit over lines that lie apart, with output between them, has no edits left; nor has
    /// one that would show what is hidden, or hide what is shown.
    pub(in crate::lang) fn place(&self, document: &str, mut finding: Finding) -> Finding {
        for site in &mut finding.sites {
            site.range = self.range(&site.range);
        }
        let edits: Result<Vec<_>, _> = finding
            .edits
            .iter()
            .map(|edit| self.edit(document, edit))
            .collect();
        match edits {
            Ok(edits) => finding.edits = edits,
            Err(reason) => {
                finding.edits.clear();
                finding.confidence = Confidence::Manual;
                finding.reason = Some(reason.to_owned());
            }
        }
        finding
    }

    /// The index of the line that holds the byte at `offset`; the last one for the text's end.
    fn line(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|line| line.at <= offset)
            .saturating_sub(1)
    }

    fn offset(&self, offset: usize) -> usize {
        let line = &self.lines[self.line(offset)];
        line.code + (offset - line.at)
    }

    /// The bytes of the document for a range of the passage.
    pub(in crate::lang) fn range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start);
        match range.is_empty() {
            true => start..start,
            false => start..self.offset(range.end - 1) + 1,
        }
    }

    /// The edit in the document, or why there is none.
    fn edit(&self, document: &str, edit: &Edit) -> Result<Edit, &'static str> {
        let (start, mut end, mut text) = (edit.start, edit.end, edit.text.as_str());
        let first = self.line(start);
        let last = self.line(end.saturating_sub(1).max(start));
        let together = |lines: Range<usize>| {
            lines.len() < 2
                || self.lines[lines]
                    .windows(2)
                    .all(|pair| pair[0].end == pair[1].start)
        };
        if !together(first..last + 1) {
            return Err(APART);
        }
        let ends_line = end == self.end(last) && self.text[..end].ends_with('\n');
        if start < end && ends_line && start == self.lines[first].at && text.is_empty() {
            // Whole lines go with what stands before their code.
            return Ok(Edit::delete(self.lines[first].start..self.lines[last].end));
        }
        if start == end && start == self.text.len() && ends_line {
            // Below the last line the document goes on with a line that is no code.
            let at = self.lines[last].end;
            return Ok(Edit::insert(at, self.with_prefixes(document, last, text)));
        }
        // The blank of a hidden line goes with its mark.
        let line = &self.lines[first];
        let begins_line = start == line.at
            || line.hidden && start > line.at && self.text[line.at..start].trim().is_empty();
        if start == end && begins_line && text.ends_with('\n') {
            let at = self.lines[first].start;
            return Ok(Edit::insert(at, self.with_prefixes(document, first, text)));
        }
        if start < end && ends_line && text.ends_with('\n') {
            let line_end = match self.text[..end].ends_with("\r\n") && text.ends_with("\r\n") {
                true => 2,
                false => 1,
            };
            end -= line_end;
            text = &text[..text.len() - line_end];
        }
        // Line by line where they are as many: some may be hidden, and others not.
        let as_many = text.matches('\n').count() == last - first;
        if !as_many && self.would_show(&(start..end), text) {
            return Err("some of its lines are hidden, and others are shown");
        }
        let file_end = if start == end {
            self.offset(start)
        } else if ends_line && end == self.end(last) {
            // The next line of code joins this one.
            let next = self.lines.get(last + 1).ok_or(APART)?;
            if !together(last..last + 2) {
                return Err(APART);
            }
            next.code
        } else {
            self.offset(end - 1) + 1
        };
        let mut placed = String::new();
        for (nth, line) in text.split('\n').enumerate() {
            if nth > 0 {
                let old = if as_many { first + nth } else { first };
                placed.push('\n');
                placed.push_str(&self.before(document, old, line));
            }
            placed.push_str(line);
        }
        Ok(Edit::replace(self.offset(start)..file_end, placed))
    }

    /// Whether lines are put in the place of others of which some are hidden, and some are not: but
    /// whole lines may go.
    fn would_show(&self, range: &Range<usize>, text: &str) -> bool {
        let (first, last) = (
            self.line(range.start),
            self.line(range.end.saturating_sub(1)),
        );
        let mut lines = self.lines.get(first..last + 1).unwrap_or_default().iter();
        let are_alike = lines.all(|line| line.hidden == self.lines[first].hidden);
        let ends_line = |at: usize| self.text[at..].trim_start_matches('\r').starts_with('\n');
        let whole_go = text.is_empty() && ends_line(range.start) && ends_line(range.end);
        !(are_alike || whole_go)
    }

    /// Where a line ends in the passage.
    fn end(&self, line: usize) -> usize {
        let line = &self.lines[line];
        line.at + (line.end - line.code)
    }

    /// Whole lines of code with what stands before each, put next to `line`.
    fn with_prefixes(&self, document: &str, line: usize, text: &str) -> String {
        text.split_inclusive('\n')
            .flat_map(|code| [self.before(document, line, code), code.to_owned()])
            .collect()
    }

    /// What stands before a new line of code that is put next to `line`.
    fn before(&self, document: &str, line: usize, code: &str) -> String {
        // Indentation is often cut from a blank line: the nearest line with code has it.
        let has_code = |line: &usize| {
            let line = &self.lines[*line];
            !document[line.code..line.end].trim().is_empty()
        };
        let mut near = (0..=line).rev().chain(line..self.lines.len());
        let line = &self.lines[near.find(has_code).unwrap_or(line)];
        let prefix = &document[line.start..line.code];
        let continues = code.starts_with([' ', '\t']);
        let prompt = match continues {
            true => "... ",
            false => ">>> ",
        };
        match prefix
            .strip_suffix(">>> ")
            .or_else(|| prefix.strip_suffix("... "))
        {
            Some(before) => format!("{before}{prompt}"),
            // Nothing is hidden without the blank.
            None if line.hidden && !continues && !code.trim().is_empty() => format!("{prefix} "),
            None => prefix.to_owned(),
        }
    }
}

/// How many bytes of blanks all lines start with that are not blank.
fn common_indent<'t>(lines: impl Iterator<Item = &'t str>) -> usize {
    let mut common: Option<&str> = None;
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let blanks = &line[..leading_blanks(line)];
        common = Some(match common {
            None => blanks,
            Some(common) => {
                let same = common.bytes().zip(blanks.bytes());
                &common[..same.take_while(|(a, b)| a == b).count()]
            }
        });
    }
    common.map_or(0, str::len)
}

fn leading_blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits off each line's prefix (up to `|`), edits the code, and shows the document.
    #[track_caller]
    fn check(document: &str, edit: &dyn Fn(&str) -> Edit, wanted: Option<&str>) {
        let mut lines = Vec::new();
        let mut at = 0;
        for line in document.split_inclusive('\n') {
            if let Some(bar) = line.find('|') {
                lines.push((at..at + line.len(), at + bar + 1));
            }
            at += line.len();
        }
        let passage = Passage::of(document, &lines);
        let edit = passage.edit(document, &edit(&passage.text)).ok();
        let after = edit.map(|edit| {
            let mut set = crate::edit::EditSet::default();
            set.add_all(&[edit]).expect("one edit");
            set.apply(document)
        });
        assert_eq!(after.as_deref(), wanted);
    }

    fn of(old: &'static str, new: &'static str) -> impl Fn(&str) -> Edit {
        move |text| {
            let at = text.find(old).expect("the old text");
            Edit::replace(at..at + old.len(), new)
        }
    }

    #[test]
    fn an_edit_in_a_line_stays_in_it() {
        check(
            "x\n>|a b\n>|c\ny\n",
            &of("b", "B"),
            Some("x\n>|a B\n>|c\ny\n"),
        );
    }

    #[test]
    fn a_new_line_gets_what_stands_before_its_neighbour() {
        check(
            "x\n>|a\n>|b\n",
            &of("a", "a\nA"),
            Some("x\n>|a\n>|A\n>|b\n"),
        );
        check(
            "x\n>|a\n>|b\n",
            &of("a\n", "a\nA\n"),
            Some("x\n>|a\n>|A\n>|b\n"),
        );
        check(
            "x\n>|a\ny\n",
            &|text| Edit::insert(text.len(), "b\n"),
            Some("x\n>|a\n>|b\ny\n"),
        );
        check(
            "x\n> |a\n>|\n> |b\n",
            &|_| Edit::insert(2, "A\n"),
            Some("x\n> |a\n> |A\n>|\n> |b\n"),
        );
        check(
            "x\n>|a\ny\n",
            &|_| Edit::insert(0, "b\n"),
            Some("x\n>|b\n>|a\ny\n"),
        );
    }

    #[test]
    fn a_line_that_goes_takes_its_prefix_along() {
        check(
            "x\n>|a\n>|b\n>|c\ny\n",
            &of("b\n", ""),
            Some("x\n>|a\n>|c\ny\n"),
        );
        check("x\n>|a\n>|b\ny\n", &of("a\nb\n", ""), Some("x\ny\n"));
        check("x\n>|a(\n>|b)\ny\n", &of("(\nb)", ""), Some("x\n>|a\ny\n"));
    }

    #[test]
    fn lines_that_lie_apart_are_not_joined() {
        check("|a(\nx\n|b)\n", &of("(\nb)", ""), None);
        check("|a\nx\n|b\n", &of("a\n", "A\n"), Some("|A\nx\n|b\n"));
    }

    #[test]
    fn common_indentation_is_no_code() {
        check("|  a\n|\n|    b\n", &of("a\n\n  b", "A"), Some("|  A\n"));
        check(
            "|  a\n|  b\n",
            &of("a\n", "a\nA\n"),
            Some("|  a\n|  A\n|  b\n"),
        );
    }
}
