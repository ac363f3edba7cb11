//! The second look at a result: a file whose names mean something else is held.

use super::{Read, Rewriter};
use crate::edit::Edit;
use crate::finding::Finding;
use crate::lang::{Document, Sense};
use crate::project::FileId;
use crate::resolve::FileOutcome;
use crate::source::Source;

impl Rewriter<'_> {
    /// Why the new text of a file cannot be trusted; `None` where it can.
    pub(super) fn doubt(&self, id: FileId, read: &Read, outcome: &FileOutcome) -> Option<String> {
        let after = outcome.after(&read.source)?;
        if !read.source.can_encode(&after) {
            return Some("the file's encoding cannot express the new text".to_owned());
        }
        let source = read.source.with_text(after);
        let sources = [&read.source, &source];
        let (plan, project, file) = (&self.plan, &self.project, Some(id));
        let document = &*read.document;
        if !document.is_partial() {
            let now = read.language.reread(&source, plan, project, file);
            return self.difference(id, (document, &*now), sources, outcome);
        }
        let edits: Vec<Edit> = outcome.edits.iter().collect();
        let now = document.after(&edits, &read.source, &source, plan, project, file);
        let is_same = |now: &dyn Document| {
            self.difference(id, (document, now), sources, outcome)
                .is_none()
        };
        if now.is_some_and(|now| is_same(&*now)) {
            return None;
        }
        // The whole file says whether there is a difference, and where.
        let before = read.language.read_whole(&read.source, plan, project, file);
        let now = read.language.reread(&source, plan, project, file);
        self.difference(id, (&*before, &*now), sources, outcome)
    }

    /// How the new text of a file differs in more than places; `None` where it does not.
    fn difference(
        &self,
        id: FileId,
        (document, now): (&dyn Document, &dyn Document),
        [old, source]: [&Source; 2],
        outcome: &FileOutcome,
    ) -> Option<String> {
        let (plan, project, file) = (&self.plan, &self.project, Some(id));
        let (again, now) = now.scan_and_senses(plan, project, file, source);
        if again.problems.len() > outcome.problems.len() {
            return Some("the new text would not parse".to_owned());
        }
        let before = document.senses(plan, project, file, old);
        if let Some((at, was, is)) = first_difference(&before, &now) {
            let at = source.position(at);
            return Some(format!(
                "`{was}` would become `{is}`, at {at} of the new text"
            ));
        }
        let pending = |finding: &&Finding| {
            !finding.edits.is_empty() && !finding.is_mention() && finding.requires.is_none()
        };
        let expected = outcome.held.len() + outcome.left.iter().filter(pending).count();
        let remaining: Vec<&Finding> = again.findings.iter().filter(pending).collect();
        let last = remaining.last().filter(|_| remaining.len() > expected)?;
        let at = source.position(last.start());
        Some(format!(
            "the new text would still hold a reference, at {at}"
        ))
    }
}

/// The first name that means something else: its place in the new text, and both senses.
fn first_difference(
    before: &[(usize, Sense<'_>)],
    now: &[(usize, Sense<'_>)],
) -> Option<(usize, String, String)> {
    let mut pairs = before.iter().zip(now);
    let different = pairs.find(|((_, was), (_, is))| was != is);
    match different {
        Some(((_, was), (at, is))) => Some((*at, was.to_string(), is.to_string())),
        None if before.len() == now.len() => None,
        // All are the same as far as both go.
        None => {
            let sense = |of: Option<&(usize, Sense<'_>)>| {
                of.map_or_else(
                    || "something unknown".to_owned(),
                    |(_, sense)| sense.to_string(),
                )
            };
            let next = now.get(before.len());
            let at = next.or(now.last()).map_or(0, |(at, _)| *at);
            Some((at, sense(before.get(now.len())), sense(next)))
        }
    }
}
