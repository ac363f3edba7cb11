//! A scan and its file → what is applied, what is held and why.

use crate::edit::EditSet;
use crate::finding::{Confidence, Finding, Problem, Scan};
use crate::source::{Source, SourceFile};

/// A finding that has edits which are not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What was found.
    pub finding: Finding,
    /// Why its edits are not made.
    pub reason: String,
}

/// What to do with a finding that has edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Make its edits.
    Apply,
    /// Do not make them, for this reason: something is in the way.
    Hold(String),
    /// Do not make them: nobody asked for it.
    Leave,
    /// There is nothing to do or to say after all.
    Forget,
}

/// What becomes of one file.
#[derive(Debug, Clone)]
pub struct FileOutcome {
    /// The file as it is.
    pub file: SourceFile,
    /// What makes its new text of it: the edits of all that is applied.
    pub edits: EditSet,
    /// Findings whose edits are made.
    pub applied: Vec<Finding>,
    /// Findings whose edits were refused.
    pub held: Vec<Held>,
    /// Findings without edits, and those whose edits nobody asked for.
    pub left: Vec<Finding>,
    /// Findings that a comment of the user's silences.
    pub silenced: Vec<Finding>,
    /// Syntax errors and the like.
    pub problems: Vec<Problem>,
}

impl FileOutcome {
    /// The same file with every applied finding held for `reason`, and no byte changed.
    #[must_use]
    pub fn held_whole(&self, source: &Source, reason: &str) -> Self {
        self.again(source, |_| Verdict::Hold(reason.to_owned()))
    }

    /// The same file, where less of what is applied may be.
    #[must_use]
    pub fn again(&self, source: &Source, verdict: impl FnMut(&Finding) -> Verdict) -> Self {
        let scan = Scan {
            findings: self.applied.clone(),
            silenced: self.silenced.clone(),
            problems: self.problems.clone(),
        };
        let again = resolve(source, scan, verdict);
        Self {
            held: self.held.iter().cloned().chain(again.held).collect(),
            left: self.left.iter().cloned().chain(again.left).collect(),
            ..again
        }
    }

    /// Whether the file changes.
    pub fn changes(&self) -> bool {
        !self.edits.is_empty()
    }

    /// The text of the file, which is `source`, afterwards; `None` where nothing changes. Made when
    /// it is asked for: a run holds many outcomes, and each text only as long as somebody reads it.
    pub fn after(&self, source: &Source) -> Option<String> {
        self.changes().then(|| self.edits.apply(source.text()))
    }

    /// Whether there is nothing to say of the file.
    pub fn is_empty(&self) -> bool {
        self.applied.is_empty()
            && self.held.is_empty()
            && self.left.is_empty()
            && self.problems.is_empty()
    }
}

/// Applies the findings of `scan` as `verdict` has it, all edits of one or none.
pub fn resolve(
    source: &Source,
    scan: Scan,
    mut verdict: impl FnMut(&Finding) -> Verdict,
) -> FileOutcome {
    let mut edits = EditSet::default();
    let (mut applied, mut held, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for finding in scan.findings {
        if let Some(reason) = finding.blocked.clone() {
            held.push(Held { finding, reason });
            continue;
        }
        if finding.edits.is_empty() || finding.confidence == Confidence::Manual {
            left.push(finding);
            continue;
        }
        match verdict(&finding) {
            Verdict::Forget => continue,
            Verdict::Leave => left.push(finding),
            Verdict::Hold(reason) => held.push(Held { finding, reason }),
            Verdict::Apply => match edits.add_all(&finding.edits) {
                Ok(()) => applied.push(finding),
                Err(range) => {
                    let at = source.position(range.start);
                    let reason = format!("its edits overlap another finding's at {at}");
                    held.push(Held { finding, reason });
                }
            },
        }
    }
    FileOutcome {
        file: source.clone().into(),
        edits,
        applied,
        held,
        left,
        silenced: scan.silenced,
        problems: scan.problems,
    }
}
