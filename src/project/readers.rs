//! Who writes which paths of Rust.

use rustc_hash::FxHashSet;

use super::{FileId, Project};

/// The files that write a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    One(FileId),
    Several,
}

impl Project {
    /// Takes paths of Rust that a file writes besides those that it told.
    pub fn add_rust_reads(&mut self, file: FileId, reads: FxHashSet<Box<str>>) {
        if !reads.is_empty() {
            let outline = self.outlines.entry(file).or_default();
            outline.rust.reads.extend(reads);
        }
    }

    /// Whether a file other than `file` writes this path of Rust, or one that leads through it.
    pub fn is_rust_read(&self, path: &str, file: Option<FileId>) -> bool {
        match self.rust_reads.get(&*self.canonical(path)) {
            None => false,
            Some(Readers::One(reader)) => Some(*reader) != file,
            Some(Readers::Several) => true,
        }
    }

    /// Whether a file writes a path of Rust that leads through this one, and `stays` holds of how that
    /// goes on: `::Kind`.
    pub fn is_rust_read_below(&self, path: &str, stays: impl Fn(&str) -> bool) -> bool {
        let path = self.canonical(path);
        let mut reads = self.rust_reads.keys();
        reads.any(|read| {
            let rest = read.strip_prefix(&*path);
            rest.is_some_and(|rest| rest.starts_with("::") && stays(rest))
        })
    }
}
