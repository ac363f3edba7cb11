//! Line and column of many offsets of one text: [`position`] reads from the start each time.
//!
//! [`position`]: crate::source::position

use std::cell::{Cell, OnceCell};
use std::ops::Range;

use crate::source::{Position, Source};

/// The lines of a text.
pub(super) struct Places<'s> {
    text: &'s str,
    /// Where each line starts, once somebody asks.
    starts: OnceCell<Vec<usize>>,
    /// The last offset asked for, and its place: a line of megabytes is counted once.
    last: Cell<(usize, Position)>,
}

impl<'s> Places<'s> {
    /// Of a whole file.
    pub(super) fn new(source: &'s Source) -> Self {
        Self {
            text: source.text(),
            starts: OnceCell::new(),
            last: Cell::new((0, Position { line: 1, column: 1 })),
        }
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
            let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
            std::iter::once(0).chain(ends.map(|at| at + 1)).collect()
        })
    }

    /// The line and column of an offset.
    pub(super) fn at(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let starts = self.starts();
        let line = starts.partition_point(|&start| start <= offset);
        let (known, last) = self.last.get();
        // Byte-order marks at the start of a line do not count, and leave the column at 1.
        let column = if last.line == line && last.column > 1 && known <= offset {
            last.column + self.text[known..offset].chars().count()
        } else {
            let before = &self.text[starts[line - 1]..offset];
            before.trim_start_matches('\u{feff}').chars().count() + 1
        };
        let place = Position { line, column };
        self.last.set((offset, place));
        place
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
            let offsets = 0..=text.len() + 1;
            for offset in offsets.clone().chain(offsets.rev()) {
                let expected = source.position(offset);
                assert_eq!(places.at(offset), expected, "{offset} of {text:?}");
            }
        }
    }
}
