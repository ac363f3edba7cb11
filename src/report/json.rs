//! One JSON document; `docs/json.md` describes it, and `version` counts its changes.

use std::io::{self, Write};

use serde::Serialize;

use super::places::Places;
use super::{Medium, Occasion, Report, Reporter, Status, Totals, findings};
use crate::finding::{Confidence, Finding};
use crate::resolve::FileOutcome;

/// Raised when a field changes its meaning or goes; new fields do not raise it.
const VERSION: u32 = 1;

/// The format for programs.
pub(super) struct Json;

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    command: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<u32>,
    files: Vec<File<'r>>,
    skipped: Vec<Skipped<'r>>,
    summary: Summary,
}

#[derive(Serialize)]
struct File<'r> {
    path: String,
    changed: bool,
    findings: Vec<Found<'r>>,
    problems: Vec<Problem<'r>>,
}

#[derive(Serialize)]
struct Found<'r> {
    status: &'static str,
    confidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    sites: Vec<Site<'r>>,
    edits: Vec<Edit<'r>>,
}

#[derive(Serialize)]
struct Site<'r> {
    code: &'static str,
    #[serde(rename = "move")]
    move_id: &'r str,
    from: &'r str,
    to: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(flatten)]
    at: Span,
}

#[derive(Serialize)]
struct Edit<'r> {
    #[serde(flatten)]
    at: Span,
    text: &'r str,
}

#[derive(Serialize)]
struct Span {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Problem<'r> {
    line: usize,
    column: usize,
    message: &'r str,
}

#[derive(Serialize)]
struct Skipped<'r> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    reason: &'r str,
    counts: bool,
}

#[derive(Serialize)]
struct Summary {
    files_scanned: usize,
    files_changed: usize,
    imports: usize,
    usages: usize,
    strings: usize,
    likely: usize,
    held: usize,
    left: usize,
    mentions: usize,
    clean: bool,
}

impl Reporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn medium(&self) -> Medium {
        Medium::Data
    }

    fn report(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        _messages: &mut dyn Write,
    ) -> io::Result<()> {
        // One piece: `out` is asked anew for every token otherwise.
        let mut text = serde_json::to_vec_pretty(&document(report)?)?;
        text.push(b'\n');
        out.write_all(&text)
    }
}

fn document<'r>(report: &Report<'r>) -> io::Result<Document<'r>> {
    let run = report.run;
    let totals = Totals::of(run);
    let (command, undo) = match &report.occasion {
        Occasion::Preview { .. } => ("preview", None),
        Occasion::Apply { number, .. } => ("apply", *number),
        Occasion::Check => ("check", None),
    };
    let files = report.pool.map(&run.outcomes, file);
    Ok(Document {
        version: VERSION,
        command,
        undo,
        files: files.into_iter().collect::<io::Result<_>>()?,
        skipped: run
            .skipped
            .iter()
            .map(|skipped| Skipped {
                path: skipped.path.display().to_string(),
                line: skipped.at.map(|(line, _)| line),
                column: skipped.at.map(|(_, column)| column),
                reason: &skipped.reason,
                counts: skipped.counts,
            })
            .collect(),
        summary: Summary {
            files_scanned: run.files,
            files_changed: totals.changed,
            imports: totals.imports,
            usages: totals.usages,
            strings: totals.strings,
            likely: totals.likely,
            held: totals.held,
            left: totals.left,
            mentions: totals.mentions,
            clean: Totals::is_clean(run),
        },
    })
}

fn file(outcome: &FileOutcome) -> io::Result<File<'_>> {
    let source = outcome.file.open()?;
    let places = Places::new(&source);
    Ok(File {
        path: outcome.file.path.display().to_string(),
        changed: outcome.changes(),
        findings: findings(outcome)
            .into_iter()
            .map(|(status, finding, reason)| found(&places, status, finding, reason))
            .collect(),
        problems: outcome
            .problems
            .iter()
            .map(|problem| {
                let at = places.at(problem.offset);
                Problem {
                    line: at.line,
                    column: at.column,
                    message: &problem.message,
                }
            })
            .collect(),
    })
}

fn found<'r>(
    places: &Places<'_>,
    status: Status,
    finding: &'r Finding,
    reason: Option<&'r str>,
) -> Found<'r> {
    Found {
        status: match status {
            Status::Applied => "applied",
            Status::Held => "held",
            Status::Left => "left",
        },
        confidence: match finding.confidence {
            Confidence::Certain => "certain",
            Confidence::Likely => "likely",
            Confidence::Manual => "manual",
        },
        reason,
        sites: finding
            .sites
            .iter()
            .map(|site| Site {
                code: site.code.as_str(),
                move_id: &site.move_id,
                from: &site.from,
                to: &site.to,
                reason: site.reason.as_deref(),
                at: span(places, &site.range),
            })
            .collect(),
        edits: finding
            .edits
            .iter()
            .map(|edit| Edit {
                at: span(places, &edit.range()),
                text: &edit.text,
            })
            .collect(),
    }
}

fn span(places: &Places<'_>, range: &std::ops::Range<usize>) -> Span {
    let (start, end) = places.span(range);
    Span {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
