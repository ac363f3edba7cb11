//! Byte-range edits of one text: disjoint, sorted, and applied all or none.

use std::collections::BTreeMap;
use std::ops::Range;

/// One replacement. An empty range inserts, an empty text deletes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// First byte replaced; first, so that edits sort by it.
    pub start: usize,
    /// Byte after the last one replaced.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces `range` by `text`.
    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            start: range.start,
            end: range.end,
            text: text.into(),
        }
    }

    /// Inserts `text` before the byte at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self::replace(offset..offset, text)
    }

    /// Deletes `range`.
    pub fn delete(range: Range<usize>) -> Self {
        Self::replace(range, "")
    }

    /// The bytes replaced.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether both want the same bytes, or the same place for different insertions.
    fn conflicts(&self, other: &Self) -> bool {
        if self.start == self.end && other.start == other.end {
            return self.start == other.start;
        }
        self.start < other.end && other.start < self.end
    }
}

/// Edits of one text.
// Invariant: no two conflict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditSet {
    edits: BTreeMap<(usize, usize), String>,
}

impl EditSet {
    /// Takes all of `edits` or, when one overlaps what is there already, none.
    ///
    /// An edit equal to one that is there already is the same edit, and is taken once.
    ///
    /// # Errors
    /// The range of the first edit that overlaps.
    pub fn add_all(&mut self, edits: &[Edit]) -> Result<(), Range<usize>> {
        let mut taken = Vec::new();
        for edit in edits {
            let key = (edit.start, edit.end);
            if self.edits.get(&key) == Some(&edit.text) {
                continue;
            }
            if self.conflicts(edit) {
                for key in taken {
                    self.edits.remove(&key);
                }
                return Err(edit.range());
            }
            self.edits.insert(key, edit.text.clone());
            taken.push(key);
        }
        Ok(())
    }

    /// Whether an edit wants what another one has. Only its neighbours can, since no two conflict:
    /// an insertion may stand right before or behind a replacement, so it may be the next but one.
    fn conflicts(&self, edit: &Edit) -> bool {
        let key = (edit.start, edit.end);
        let before = self.edits.range(..key).rev().take(2);
        let after = self.edits.range(key..).take(2);
        before.chain(after).any(|(&(start, end), _)| {
            edit.conflicts(&Edit {
                start,
                end,
                text: String::new(),
            })
        })
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The edits in the order of their ranges.
    pub fn iter(&self) -> impl Iterator<Item = Edit> {
        self.edits.iter().map(|(&(start, end), text)| Edit {
            start,
            end,
            text: text.clone(),
        })
    }

    /// `text` with all edits applied.
    pub fn apply(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for (&(start, end), new) in &self.edits {
            out.push_str(&text[at..start]);
            out.push_str(new);
            at = end;
        }
        out.push_str(&text[at..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_edits_are_refused_as_a_whole() {
        let mut set = EditSet::default();
        set.add_all(&[Edit::replace(4..6, "x")]).expect("disjoint");
        let refused = set.add_all(&[Edit::replace(0..2, "y"), Edit::replace(5..7, "z")]);
        assert_eq!(refused, Err(5..7));
        assert_eq!(set.apply("abcdefgh"), "abcdxgh");
    }

    #[test]
    fn touching_edits_and_repeated_edits_are_fine() {
        let mut set = EditSet::default();
        set.add_all(&[Edit::replace(2..4, "X"), Edit::replace(0..2, "Y")])
            .expect("they touch");
        set.add_all(&[Edit::replace(2..4, "X")])
            .expect("the same edit");
        set.add_all(&[Edit::insert(4, "!")])
            .expect("an insertion at an end");
        assert_eq!(set.apply("abcdef"), "YX!ef");
        assert!(set.add_all(&[Edit::insert(4, "?")]).is_err());
    }
}
