//! Which of many ranges is the smallest around a place, asked often.

use std::collections::BTreeSet;
use std::ops::Range;

/// Ranges, cut at all of their ends.
#[derive(Debug, Default)]
pub(super) struct Nearest {
    // Invariant: in order; each is as long as the next one begins later.
    parts: Vec<(usize, [Option<usize>; 2])>,
}

impl Nearest {
    /// Ranges with their ends included, whether one comes after others of its size, and what each
    /// stands for.
    pub(super) fn new(ranges: Vec<(Range<usize>, bool, usize)>) -> Self {
        let mut ends: Vec<(usize, bool, (usize, bool, usize))> = Vec::new();
        for (range, later, value) in ranges {
            let key = (range.len(), later, value);
            ends.push((range.start, true, key));
            ends.push((range.end + 1, false, key));
        }
        ends.sort_unstable();
        let mut open: BTreeSet<(usize, bool, usize)> = BTreeSet::new();
        let mut parts: Vec<(usize, [Option<usize>; 2])> = Vec::new();
        let mut ends = ends.into_iter().peekable();
        while let Some((at, opens, key)) = ends.next() {
            match opens {
                true => open.insert(key),
                false => open.remove(&key),
            };
            if ends.peek().is_none_or(|(next, ..)| *next != at) {
                let mut best = open.iter().map(|(_, _, value)| *value);
                parts.push((at, [best.next(), best.next()]));
            }
        }
        Self { parts }
    }

    /// The smallest range around a place, and the next one; among equals the first value.
    pub(super) fn around(&self, at: usize) -> [Option<usize>; 2] {
        let after = self.parts.partition_point(|(start, _)| *start <= at);
        after
            .checked_sub(1)
            .map_or([None; 2], |part| self.parts[part].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_range_comes_first() {
        let ranges = [0..100, 10..20, 12..18, 15..30, 12..18];
        let all = ranges.iter().cloned().enumerate();
        let nearest = Nearest::new(all.map(|(at, range)| (range, false, at)).collect());
        for at in 0..=101 {
            let mut around: Vec<usize> = (0..ranges.len())
                .filter(|&one| ranges[one].start <= at && at <= ranges[one].end)
                .collect();
            around.sort_by_key(|&one| (ranges[one].len(), one));
            let found: Vec<usize> = nearest.around(at).into_iter().flatten().collect();
            assert_eq!(found, around[..around.len().min(2)], "{at}");
        }
    }
}
