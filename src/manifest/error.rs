//! What is wrong with a manifest, shown where it stands.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::source::position;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bytes at fault; `None` where the file as a whole is.
    pub range: Option<Range<usize>>,
    /// What is wrong; lower case, without a final dot.
    pub message: String,
}

impl Fault {
    /// A fault of some bytes.
    pub fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            range: Some(range),
            message: message.into(),
        }
    }
}

/// Everything that is wrong with a manifest; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestError {
    /// The manifest.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What is wrong, in the order of the text.
    pub faults: Vec<Fault>,
}

impl ManifestError {
    pub(crate) fn new(path: &Path, text: impl Into<String>, mut faults: Vec<Fault>) -> Self {
        faults.sort_by_key(|fault| fault.range.as_ref().map(|range| range.start));
        Self {
            path: path.to_owned(),
            text: text.into(),
            faults,
        }
    }

    pub(crate) fn whole(path: &Path, message: String) -> Self {
        let fault = Fault {
            range: None,
            message,
        };
        Self::new(path, "", vec![fault])
    }
}

impl std::fmt::Display for ManifestError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.path.display();
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let Some(range) = &fault.range else {
                write!(f, "{path}: {}", fault.message)?;
                continue;
            };
            let at = position(&self.text, range.start);
            writeln!(f, "{path}:{at}: {}", fault.message)?;
            let line = self.text.lines().nth(at.line - 1).unwrap_or_default();
            let margin = at.line.to_string();
            let blank = " ".repeat(margin.len());
            let before: String = line
                .chars()
                .take(at.column - 1)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            let span = self.text.get(range.clone()).unwrap_or_default();
            let width = span.lines().next().unwrap_or_default().chars().count();
            writeln!(f, "{blank} |")?;
            writeln!(f, "{margin} | {line}")?;
            write!(f, "{blank} | {before}{}", "^".repeat(width.max(1)))?;
        }
        Ok(())
    }
}

impl std::error::Error for ManifestError {}
