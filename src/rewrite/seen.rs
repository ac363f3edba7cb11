//! Uses of legacy paths that were seen elsewhere: by shims at run time, and by the compiler.

use super::{Read, Rewriter};
use crate::finding::{Finding, Scan};
use crate::generated::is_generated;
use crate::lang::suppress::Suppressions;
use crate::look::Look;
use crate::project::FileId;
use crate::recorded;
use crate::warnings::{self, Spans, Warning};

impl<'o> Rewriter<'o> {
    /// Reads the files that shims saw use a legacy path, though they may not name it.
    pub(super) fn read_recorded(&mut self) {
        self.recorded = recorded::by_file(&self.options.recorded, &self.project);
        let unread = self
            .recorded
            .keys()
            .filter(|id| !self.files.contains_key(id));
        let looks = unread.filter_map(|&id| {
            let bytes = std::fs::read(&self.project.files()[id]).ok()?;
            (!is_generated(&bytes)).then_some((id, Look::Text(bytes)))
        });
        self.read_looks(looks.collect());
    }

    /// A scan, and what shims saw beside its findings.
    pub(super) fn with_recorded(&self, id: FileId, read: &Read, scan: Scan) -> Scan {
        let Some(uses) = self.recorded.get(&id) else {
            return scan;
        };
        let (plan, project) = (&self.plan, &self.project);
        let senses = read.document.senses(plan, project, Some(id), &read.source);
        recorded::added(scan, uses, &read.source, plan, &senses)
    }

    /// A file that the compiler warns of may hold no needle: a path can lead through other files.
    pub(super) fn read_warned(&mut self, warnings: &'o [Warning]) {
        for warning in warnings {
            if let Some(id) = self.project.id(&warning.file) {
                self.warnings.entry(id).or_default().push(warning);
            }
        }
        let warned = self.warnings.keys().copied();
        let unread = warned.filter(|id| !self.files.contains_key(id));
        let looks = unread.map(|id| (id, Look::Hit)).collect();
        self.read_looks(looks);
    }

    /// A scan, and what the compiler sees beside its findings.
    pub(super) fn with_warnings(
        &self,
        id: FileId,
        read: &Read,
        mut scan: Scan,
        spans: Spans,
    ) -> Scan {
        let Some(warnings) = self.warnings.get(&id) else {
            return scan;
        };
        let around = (&self.plan, &self.project, id);
        let found = warnings::findings(warnings, &scan.findings, around, &read.source, spans);
        if !found.is_empty() {
            scan.findings.extend(found);
            scan.findings.sort_by_key(Finding::start);
            let text = read.source.text();
            Suppressions::of(text).silence(text, &mut scan);
        }
        scan
    }
}
