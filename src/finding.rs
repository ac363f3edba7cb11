//! What a language says of one file: references to moved things, and what could not be read.

use std::ops::Range;

use crate::edit::Edit;

/// How sure it is that a finding's edits are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Seen, and no safe edit exists: reported, never touched.
    Manual,
    /// A string that is exactly a legacy path, whose use nothing proves.
    Likely,
    /// The name resolves to the moved thing.
    Certain,
}

/// What kind of reference a site is; also the code that users suppress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// RH000: the file cannot be scanned.
    Unscanned,
    /// RH001: an import of a legacy path.
    Import,
    /// RH002: a use of the moved thing in code.
    Usage,
    /// RH003: a string, or a value of a configuration file, that names a legacy path.
    Text,
    /// RH004: prose, a comment or longer text that mentions a legacy path; never counted.
    Mention,
    /// RH005: a shim that was to be gone in this version.
    Expired,
}

impl Code {
    /// The code as users write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unscanned => "RH000",
            Self::Import => "RH001",
            Self::Usage => "RH002",
            Self::Text => "RH003",
            Self::Mention => "RH004",
            Self::Expired => "RH005",
        }
    }

    /// What the code stands for, in one or two words.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Unscanned => "unscanned",
            Self::Import => "import",
            Self::Usage => "usage",
            Self::Text => "string",
            Self::Mention => "mention",
            Self::Expired => "expired shim",
        }
    }
}

/// One place that refers to a moved thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// What kind of reference it is.
    pub code: Code,
    /// The bytes to underline.
    pub range: Range<usize>,
    /// The id of the move.
    pub move_id: String,
    /// The legacy path referred to, as the language writes paths.
    pub from: String,
    /// What to use instead.
    pub to: String,
    /// Why it is done in this way here, where that holds of no other place of the finding.
    pub reason: Option<String>,
}

/// A change that another file's change depends on: the local name that a module binds is renamed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalRename {
    /// The module whose local name it is.
    pub module: String,
    /// Its name before.
    pub from: String,
    /// Its name afterwards.
    pub to: String,
}

/// References that stand or fall together, with the edits that move them.
///
/// An import and every use of the name it binds are one finding: its edits are applied all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The places, in the order of the text; never empty.
    pub sites: Vec<Site>,
    /// What moves them; empty where no safe edit exists.
    pub edits: Vec<Edit>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why it is done in this way, or not at all: `WebSocketManager is bound to something else here`.
    pub reason: Option<String>,
    /// Module-level names that the edits rename.
    pub renames: Vec<LocalRename>,
    /// The edits are right only if this rename is made, in another file.
    pub requires: Option<LocalRename>,
    /// What is in the way, which the file itself tells: nothing is edited, and what needs the edits
    /// waits as well.
    pub blocked: Option<String>,
    /// The module that the edits import from, where one is imported that was not before.
    pub imports: Vec<String>,
}

impl Finding {
    /// References that no safe edit exists for, and why.
    pub fn left(sites: Vec<Site>, reason: String) -> Self {
        Self {
            sites,
            edits: Vec::new(),
            confidence: Confidence::Manual,
            reason: Some(reason),
            renames: Vec::new(),
            requires: None,
            blocked: None,
            imports: Vec::new(),
        }
    }

    /// Where the finding starts.
    pub fn start(&self) -> usize {
        self.sites.first().map_or(0, |site| site.range.start)
    }

    /// Prose only: it is listed, and never counts.
    pub fn is_mention(&self) -> bool {
        self.sites.iter().all(|site| site.code == Code::Mention)
    }
}

/// Something in the user's file that could not be read as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The byte it starts at.
    pub offset: usize,
    /// What is wrong; lower case, without a final dot.
    pub message: String,
}

/// All that a language says of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// References, in the order of the text.
    pub findings: Vec<Finding>,
    /// Those that a comment of the user's silences: nobody is told of them, and what needs their
    /// edits waits.
    pub silenced: Vec<Finding>,
    /// Syntax errors and the like.
    pub problems: Vec<Problem>,
}
