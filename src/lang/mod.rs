//! The languages: what a file says of moved things, and the edits that follow.
//!
//! A language sees a plan, a project and one source; never a file system, a clock or an output.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the languages that use it follow")
)]
pub(crate) mod dotted;

use std::path::Path;

use crate::finding::Scan;
use crate::plan::Plan;
use crate::source::Source;

/// One language, or one format.
pub trait Language: Sync {
    /// Its name, in lower case: also the folder of its fixtures.
    fn name(&self) -> &'static str;

    /// Whether a file of this path is one of its own; `head` is the beginning of the file.
    fn claims(&self, path: &Path, head: &[u8]) -> bool;

    /// All references to moved things in `source`.
    fn scan(&self, plan: &Plan, source: &Source) -> Scan;
}
