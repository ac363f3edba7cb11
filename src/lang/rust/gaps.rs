//! The comments between the members of a list, as rustfmt tells which member each belongs to.

use super::tree::{List, around_comma};
use crate::project::block_comment;

/// What stands around a member of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// Comments before it.
    pub(super) above: Option<String>,
    /// The last of them stands on its line.
    pub(super) is_beside: bool,
    /// Comments behind it; those that begin on the next line begin with the end of its own.
    pub(super) behind: Option<String>,
    /// A blank line follows.
    pub(super) is_apart: bool,
}

impl Notes {
    /// The comments of the members of a list.
    pub(super) fn of(list: &List) -> Vec<Self> {
        let gaps = list.gaps();
        let Some((first, gaps)) = gaps.split_first() else {
            return Vec::new();
        };
        let mut before = first.as_str();
        let notes = gaps.iter().enumerate().map(|(nth, gap)| {
            let end = match nth + 1 == gaps.len() {
                true => gap.len(),
                false => end_of_behind(gap),
            };
            let (above, is_beside) = above(before);
            before = &gap[end..];
            Self {
                above,
                is_beside,
                behind: behind(&gap[..end]),
                is_apart: is_apart(gap, end),
            }
        });
        notes.collect()
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        let all = [&self.above, &self.behind].into_iter();
        all.filter_map(Option::as_deref)
    }

    /// Whether a comment begins that goes on to the end of its line, so that nothing else does.
    pub(super) fn end_a_line(&self) -> bool {
        self.all().any(|it| it.trim_start().starts_with("//"))
    }

    /// Whether they stand on more lines than one.
    pub(super) fn take_lines(&self) -> bool {
        self.all().any(|it| it.contains('\n'))
    }

    /// How much of a line they take, where they stand in one.
    pub(super) fn width(&self) -> usize {
        // As rustfmt counts: with the signs that a comment may not have yet.
        self.all().map(|it| it.trim().len() + 6).sum()
    }
}

/// The comments before a member, and whether the last of them stands on its line.
fn above(gap: &str) -> (Option<String>, bool) {
    let text = gap.trim();
    let ends_inline = text.ends_with("*/");
    let is_comment = ends_inline || text.starts_with("//") || text.starts_with("/*");
    let blanks = &gap[gap.trim_end().len()..];
    let is_beside = ends_inline && !blanks.contains('\n');
    (is_comment.then(|| text.to_owned()), is_beside)
}

/// Where the comments behind a member end, and those before the next one begin.
fn end_of_behind(gap: &str) -> usize {
    let line = gap.find('\n');
    let (before, behind) = around_comma(gap);
    if !gap[before.len()..].starts_with(',') {
        return line.map_or(0, |line| line + 1);
    }
    let comma = gap.len() - behind.len();
    let block = gap.find("/*").filter(|&at| gap.find('/') == Some(at));
    let block_end = |at: usize| at + block_comment(&gap[at..]);
    match (block, line) {
        // Behind the comma, and on one line with the next member: it is that one's.
        (Some(block), None) if block >= comma => comma,
        (Some(block), None) => comma.max(block_end(block)),
        (Some(block), Some(line)) if block < line => comma.max(block_end(block)),
        (_, Some(line)) if line >= comma => line + 1,
        _ => gap.len(),
    }
}

/// The comments among what follows a member.
fn behind(gap: &str) -> Option<String> {
    let blanks = [' ', '\t'];
    let text = gap.trim();
    let is_line = text.starts_with("//");
    let text = match text.strip_prefix(',') {
        Some(behind) => behind.trim_matches(blanks),
        None if !is_line || text.contains('\n') => {
            let text = text.strip_suffix(',').unwrap_or(text);
            text.trim_matches(blanks)
        }
        None => text,
    };
    let begins = text.trim_start();
    (begins.starts_with("//") || begins.starts_with("/*")).then(|| text.to_owned())
}

/// Whether a blank line follows the comments behind a member, which end at `end`.
fn is_apart(gap: &str, end: usize) -> bool {
    let Some(last) = gap[..end].chars().last() else {
        return false;
    };
    let rest = &gap[end - last.len_utf8()..];
    let rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
    let blanks = &rest[..rest.len() - rest.trim_start().len()];
    blanks.matches('\n').count() > 1
}
