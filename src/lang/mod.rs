//! The languages: what a file says of moved things, and the edits that follow.
//!
//! A language sees a plan, a project and one source; never a file system, a clock or an output.

pub(crate) mod dotted;

pub(crate) mod suppress;

pub mod config;

pub mod python;

pub mod rust;

pub mod markdown;

use std::borrow::Cow;
use std::path::Path;

use crate::edit::Edit;
use crate::finding::Scan;
use crate::plan::Plan;
use crate::project::{FileId, Outline, Project};
use crate::source::Source;

/// One language, or one format.
pub trait Language: Sync {
    /// Its name, in lower case: also the folder of its fixtures.
    fn name(&self) -> &'static str;

    /// Whether a file of this path is one of its own; `head` is the beginning of the file.
    fn claims(&self, path: &Path, head: &[u8]) -> bool;

    /// Reads a file once, for all questions. `plan` and `project` tell what can matter in it, not
    /// what is done with it: routes that are found later may add moves.
    fn read(
        &self,
        source: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document>;

    /// The same, and no part is left out.
    fn read_whole(
        &self,
        source: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document> {
        self.read(source, plan, project, file)
    }

    /// Reads the new text of a file as a whole: what it tells others is known from the old one.
    fn reread(
        &self,
        source: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document> {
        self.read_whole(source, plan, project, file)
    }
}

/// A file that was read, as its language sees it.
pub trait Document: Send + Sync {
    /// What it tells other files about itself; it is given away, since the project keeps it.
    fn take_outline(&mut self) -> Option<Outline> {
        None
    }

    /// Whether parts of the file were left out, because nothing in them can matter.
    fn is_partial(&self) -> bool {
        false
    }

    /// Whether what the plan has learnt since the file was read may matter in a part left out.
    fn lacks(&self, _plan: &Plan, _source: &Source) -> bool {
        false
    }

    /// The file after `edits`, told from what was read before them; `None` where that is unsure.
    ///
    /// Its senses compare with those of this document, which leaves the same parts out.
    fn after(
        &self,
        _edits: &[Edit],
        _source: &Source,
        _after: &Source,
        _plan: &Plan,
        _project: &Project,
        _file: Option<FileId>,
    ) -> Option<Box<dyn Document>> {
        None
    }

    /// All references to moved things. `file` is its place in the project, if it has one.
    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan;

    /// The same references, with every name kept that can be kept: for a file in which the edits of
    /// [`scan`](Self::scan) would give some name another meaning. `None` where there is no such way.
    fn scan_cautiously(
        &self,
        _plan: &Plan,
        _project: &Project,
        _file: Option<FileId>,
        _source: &Source,
    ) -> Option<Scan> {
        None
    }

    /// Who else needs the edits of the file, if they are all held: to be said beside the reason.
    fn needed_by(&self) -> Option<&'static str> {
        None
    }

    /// Every name with its place, and what it stands for after all moves: a rewrite changes the
    /// places and never the senses.
    fn senses(
        &self,
        _plan: &Plan,
        _project: &Project,
        _file: Option<FileId>,
        _source: &Source,
    ) -> Vec<(usize, Sense<'_>)> {
        Vec::new()
    }

    /// Both of the new text of a file, for the proof.
    fn scan_and_senses(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
        source: &Source,
    ) -> (Scan, Vec<(usize, Sense<'_>)>) {
        let scan = self.scan(plan, project, file, source);
        (scan, self.senses(plan, project, file, source))
    }
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sense<'d> {
    /// The canonical path of what is imported, or the name of a variable.
    pub path: Cow<'d, str>,
    /// The scope that binds a variable, by its number in the file.
    pub scope: Option<u32>,
}

impl std::fmt::Display for Sense<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.scope {
            Some(0) => write!(f, "{} of the module", self.path),
            Some(_) => write!(f, "{} of a scope in it", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// All languages, in the order in which they are asked.
pub const LANGUAGES: &[&dyn Language] = &[
    &python::Python,
    &rust::Rust,
    &markdown::Markdown,
    &config::Config,
];

/// The language that claims a file.
pub fn language_of(path: &Path, head: &[u8]) -> Option<&'static dyn Language> {
    LANGUAGES
        .iter()
        .copied()
        .find(|language| language.claims(path, head))
}
