//! Line and column of many offsets of one text: [`position`] reads from the start each time.
//!
//! [`position`]: crate::source::position

use std::ops::Range;

use crate::source::{Position, Source};

/// The lines of a text.
pub(super) struct Places<'s> {
    text: &'s str,
    /// Where each line starts.
    starts: Vec<usize>,
}

impl<'s> Places<'s> {
    /// Of a whole file.
    pub(super) fn new(source: &'s Source) -> Self {
        let text = source.text();
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        Self {
            text,
            starts: std::iter::once(0).chain(ends.map(|at| at + 1)).collect(),
        }
    }

    /// The line and column of an offset.
    pub(super) fn at(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|&start| start <= offset);
        let before = &self.text[self.starts[line - 1]..offset];
        let shown = before.trim_start_matches('\u{feff}');
        Position {
            line,
            column: shown.chars().count() + 1,
        }
    }

    /// Where a range starts and ends.
    pub(super) fn span(&self, range: &Range<usize>) -> (Position, Position) {
        (self.at(range.start), self.at(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_position_of_the_source() {
        for text in [
            "",
            "\u{feff}é = 1\r\nb\rc\n\n\u{feff}x",
            "a",
            "\r\r\n\n",
            "é\n",
        ] {
            let source = Source::new("a.py", text);
            let places = Places::new(&source);
            for offset in 0..=text.len() + 1 {
                assert_eq!(
                    places.at(offset),
                    source.position(offset),
                    "{offset} of {text:?}"
                );
            }
        }
    }
}
