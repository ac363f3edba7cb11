//! What shims saw at run time → findings: uses that no scan of a text sees.
//!
//! A shim records the place of each use of a legacy path; those that were found already are left
//! out, and what is left has no edit, unless a string of the line is that path.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Scan, Site};
use crate::lang::python;
use crate::lang::suppress::Suppressions;
use crate::plan::{Moved, Plan, under};
use crate::project::{FileId, Project};
use crate::source::Source;

/// One use of a legacy path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Use {
    /// The file that did it, absolute.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The legacy path, with dots.
    pub path: String,
}

/// Reads what shims recorded: a line of JSON for each use.
///
/// # Errors
/// The file cannot be read, or a line is something else.
pub fn read(path: &Path) -> anyhow::Result<Vec<Use>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut uses: Vec<Use> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(one) => uses.push(one),
            // A process that was killed while it wrote leaves half of a line at the end.
            Err(_) if at + 1 == text.lines().count() && !text.ends_with('\n') => {}
            Err(error) => bail!(
                "{}:{}: not what a shim records: {error}",
                path.display(),
                at + 1
            ),
        }
    }
    uses.sort();
    uses.dedup();
    Ok(uses)
}

/// The uses of each file of the project.
pub fn by_file(uses: &[Use], project: &Project) -> BTreeMap<FileId, Vec<Use>> {
    let real_root = project.root().canonicalize();
    let mut files: BTreeMap<FileId, Vec<Use>> = BTreeMap::new();
    for one in uses {
        // Python may have come to the project by a symlink.
        let through_link = || {
            let real = one.file.canonicalize().ok()?;
            let below = real.strip_prefix(real_root.as_ref().ok()?).ok()?;
            project.id(&project.root().join(below))
        };
        if let Some(file) = project.id(&one.file).or_else(through_link) {
            files.entry(file).or_default().push(one.clone());
        }
    }
    files
}

/// What was found in a file, and what was seen besides.
pub fn added(mut scan: Scan, uses: &[Use], source: &Source, plan: &Plan) -> Scan {
    let text = source.text();
    let suppressions = Suppressions::of(text);
    for one in uses {
        let Some(moved) = plan.lookup(&one.path) else {
            continue; // of another manifest
        };
        let Some(line) = line(text, one.line) else {
            continue; // of another version of the file
        };
        let statement = python::statement(text, line.start).unwrap_or_else(|| line.clone());
        let is_known = |site: &Site| {
            site.code != Code::Mention
                && (statement.contains(&site.range.start) || line.contains(&site.range.start))
                && (under(&site.from, &one.path) || under(&one.path, &site.from))
        };
        if scan
            .findings
            .iter()
            .any(|finding| finding.sites.iter().any(is_known))
        {
            continue;
        }
        let finding = finding(one, &moved, text, &line, &statement);
        if !suppressions.covers(text, finding.start(), &finding) {
            scan.findings.push(finding);
        }
    }
    scan.findings.sort_by_key(Finding::start);
    scan
}

fn finding(
    one: &Use,
    moved: &Moved<'_>,
    text: &str,
    line: &Range<usize>,
    statement: &Range<usize>,
) -> Finding {
    let site = |range| Site {
        code: Code::Text,
        range,
        move_id: moved.mv.id.clone(),
        from: one.path.clone(),
        to: moved.dotted(),
        reason: None,
    };
    let reason = "seen at run time".to_owned();
    // Of a statement of several lines Python says one; the string may stand in another.
    let strings = [line, statement].into_iter().flat_map(|place| {
        ['"', '\''].into_iter().filter_map(move |quote| {
            let string = format!("{quote}{}{quote}", one.path);
            let at = place.start + text.get(place.clone())?.find(&string)? + 1;
            Some(at..at + one.path.len())
        })
    });
    match strings.into_iter().next() {
        Some(range) => Finding {
            edits: vec![Edit::replace(range.clone(), moved.dotted())],
            confidence: Confidence::Likely,
            reason: Some(reason),
            ..Finding::left(vec![site(range)], String::new())
        },
        None => Finding::left(vec![site(trimmed(text, line))], reason),
    }
}

/// The bytes of a line, from 1, without its end.
fn line(text: &str, number: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if at + 1 == number {
            return Some(start..start + line.trim_end_matches(['\r', '\n']).len());
        }
        start += line.len();
    }
    None
}

/// A range without the blanks around it.
fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let line = &text[range.clone()];
    let start = range.start + (line.len() - line.trim_start().len());
    start..start.max(range.start + line.trim_end().len())
}
