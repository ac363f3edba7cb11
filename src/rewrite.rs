//! The pipeline: files in, outcomes out, with a second scan of each result as proof.

use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use crate::resolve::FileOutcome;

/// What to work on.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The project: where roots, routes and public names are computed over. Absolute.
    pub root: PathBuf,
    /// The PATHs given: what is reported and written. As the user wrote them.
    pub paths: Vec<PathBuf>,
}

/// How to work.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Leave Likely findings alone.
    pub certain_only: bool,
    /// Rewrite longer text that mentions a legacy path too.
    pub text: bool,
    /// How many threads; `None` for one a core.
    pub threads: Option<usize>,
}

/// How far a run has come, for whoever watches it from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files done.
    pub done: AtomicUsize,
    /// Files to do; it grows while they are found.
    pub total: AtomicUsize,
}

/// A file that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file.
    pub path: PathBuf,
    /// Line and column, where there is one.
    pub at: Option<(usize, usize)>,
    /// Why, lower case, without a final dot.
    pub reason: String,
    /// The file holds a needle, so a reference may be hidden in it: `check` counts it (RH000).
    pub counts: bool,
}

/// All that a run found, in the order of the paths.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Files with a finding or a problem.
    pub outcomes: Vec<FileOutcome>,
    /// How many files were looked at.
    pub files: usize,
    /// Files that could not be read or decoded, and symlinks that lead out of the roots.
    pub skipped: Vec<Skipped>,
}
