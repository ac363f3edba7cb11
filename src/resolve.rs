//! A scan and its file → what is applied, what is held and why.

use crate::edit::EditSet;
use crate::finding::{Confidence, Finding, Problem, Scan};
use crate::source::Source;

/// A finding that has edits which are not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What was found.
    pub finding: Finding,
    /// Why its edits are not made.
    pub reason: String,
}

/// What becomes of one file.
#[derive(Debug, Clone)]
pub struct FileOutcome {
    /// The file as it is.
    pub source: Source,
    /// Its text afterwards; `None` where nothing changes.
    pub after: Option<String>,
    /// Findings whose edits are in `after`.
    pub applied: Vec<Finding>,
    /// Findings whose edits were refused.
    pub held: Vec<Held>,
    /// Findings without edits: Manual ones and mentions.
    pub left: Vec<Finding>,
    /// Syntax errors and the like.
    pub problems: Vec<Problem>,
}

/// Applies the findings of `scan` that `wanted` lets through, all edits of one or none.
pub fn resolve(
    source: Source,
    scan: Scan,
    mut wanted: impl FnMut(&Finding) -> Result<(), String>,
) -> FileOutcome {
    let mut set = EditSet::default();
    let (mut applied, mut held, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for finding in scan.findings {
        if finding.edits.is_empty() || finding.confidence == Confidence::Manual {
            left.push(finding);
            continue;
        }
        if let Err(reason) = wanted(&finding) {
            held.push(Held { finding, reason });
            continue;
        }
        match set.add_all(&finding.edits) {
            Ok(()) => applied.push(finding),
            Err(range) => {
                let at = source.position(range.start);
                let reason = format!("its edits overlap another finding's at {at}");
                held.push(Held { finding, reason });
            }
        }
    }
    let after = (!set.is_empty()).then(|| set.apply(source.text()));
    FileOutcome {
        source,
        after,
        applied,
        held,
        left,
        problems: scan.problems,
    }
}
