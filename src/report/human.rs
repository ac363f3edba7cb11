//! For people: a diff with the words that differ, a summary, and what to do next.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::diff::{Hunk, Kind, hunks};
use super::places::Places;
use super::{
    Diff, Medium, Occasion, Report, Reporter, Status, Totals, complaints, count, findings,
};
use crate::edit::{Edit, EditSet};
use crate::finding::{Confidence, Finding};
use crate::resolve::FileOutcome;
use crate::rewrite::{Run, Skipped};

/// The format for people.
pub(super) struct Human;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const CYAN: Style = AnsiColor::Cyan.on_default();
const GONE: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

impl Reporter for Human {
    fn name(&self) -> &'static str {
        "human"
    }

    fn medium(&self) -> Medium {
        Medium::Text
    }

    fn report(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        messages: &mut dyn Write,
    ) -> io::Result<()> {
        match &report.occasion {
            Occasion::Check => check(report, out, messages),
            Occasion::Preview { apply, diff: shown } => {
                if *shown == Diff::Shown {
                    diffs(report, out)?;
                }
                summary(report, out)?;
                passed_over(report, out, messages)?;
                match apply {
                    Some(apply) if !report.quiet => closing(report.run, apply, out),
                    _ => Ok(()),
                }
            }
            Occasion::Apply { number, undo } => {
                summary(report, out)?;
                if number.is_some() && !report.quiet {
                    writeln!(out, "undo with: {BOLD}{undo}{BOLD:#}")?;
                }
                passed_over(report, out, messages)
            }
        }
    }
}

/// Files whose diffs are made together, and then written.
const TOGETHER: usize = 256;

/// The hunks of all files.
fn diffs(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for outcomes in report.run.outcomes.chunks(TOGETHER) {
        let texts = report.pool.map(outcomes, |outcome| {
            let mut text = Vec::new();
            diff(outcome, report.colored, &mut text).map(|()| text)
        });
        for text in texts {
            out.write_all(&text?)?;
        }
    }
    Ok(())
}

/// The hunks of one file.
fn diff(outcome: &FileOutcome, words: bool, out: &mut dyn Write) -> io::Result<()> {
    let path = outcome.file.path.display().to_string();
    diff_between(outcome, (&path, &path), words, out)
}

/// The same, with these names of the file before and afterwards.
///
/// # Errors
/// What writing gives.
pub(crate) fn diff_between(
    outcome: &FileOutcome,
    (before, now): (&str, &str),
    words: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if !outcome.changes() {
        return Ok(());
    }
    let source = outcome.file.open()?;
    let Some(after) = outcome.after(&source) else {
        return Ok(());
    };
    writeln!(out, "{BOLD}--- {before}{BOLD:#}\n{BOLD}+++ {now}{BOLD:#}")?;
    let likely = likely_lines(outcome, source.text());
    let edits: Vec<Edit> = outcome.edits.iter().collect();
    for hunk in hunks(source.text(), &after, &edits, words) {
        let is_likely = likely.iter().any(|line| hunk.old.contains(line));
        write_hunk(&hunk, is_likely, out)?;
    }
    Ok(())
}

/// The changes that one finding makes alone.
///
/// # Errors
/// What writing gives.
pub(crate) fn finding(
    outcome: &FileOutcome,
    finding: &Finding,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut set = EditSet::default();
    if set.add_all(&finding.edits).is_err() {
        return Ok(()); // it was applied, so its edits fit
    }
    let path = outcome.file.path.display();
    writeln!(out, "{BOLD}{path}{BOLD:#}")?;
    let is_likely = finding.confidence < Confidence::Certain;
    let edits: Vec<Edit> = set.iter().collect();
    let source = outcome.file.open()?;
    let after = set.apply(source.text());
    for hunk in hunks(source.text(), &after, &edits, true) {
        write_hunk(&hunk, is_likely, out)?;
    }
    Ok(())
}

/// The lines, from 0, that a Likely finding edits.
fn likely_lines(outcome: &FileOutcome, text: &str) -> Vec<usize> {
    let likely = outcome
        .applied
        .iter()
        .filter(|finding| finding.confidence < Confidence::Certain);
    let starts = likely.flat_map(|finding| finding.edits.iter().map(|edit| edit.start));
    let mut starts: Vec<usize> = starts.collect();
    starts.sort_unstable();
    let text = text.as_bytes();
    let (mut at, mut line) = (0, 0);
    let mut line_of = |start: usize| {
        line += memchr::memchr_iter(b'\n', &text[at..start]).count();
        at = start;
        line
    };
    starts.into_iter().map(&mut line_of).collect()
}

fn write_hunk(hunk: &Hunk, is_likely: bool, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{CYAN}{}{CYAN:#}", hunk.header())?;
    match is_likely {
        true => writeln!(out, " {YELLOW}likely{YELLOW:#}")?,
        false => writeln!(out)?,
    }
    for line in &hunk.lines {
        let (sign, style) = match line.kind {
            Kind::Same => (' ', Style::new()),
            Kind::Gone => ('-', GONE),
            Kind::New => ('+', NEW),
        };
        write!(out, "{style}{sign}{style:#}")?;
        let whole: usize = line.pieces.iter().map(|(_, text)| text.len()).sum();
        let text: String = line.pieces.iter().map(|(_, text)| &**text).collect();
        let bare = text.strip_suffix('\n');
        let length = bare.map_or(whole, |bare| bare.strip_suffix('\r').unwrap_or(bare).len());
        let mut at = 0;
        for (differs, piece) in &line.pieces {
            let style = if *differs {
                style.bold().underline()
            } else {
                style
            };
            let piece = &piece[..piece.len().min(length - at)];
            at += piece.len();
            if !piece.is_empty() {
                write!(out, "{style}{}{style:#}", visible(piece))?;
            }
        }
        writeln!(out)?;
        if bare.is_none() {
            writeln!(out, "\\ No newline at end of file")?;
        }
    }
    Ok(())
}

/// The text without what a terminal would obey: control characters as their pictures.
fn visible(text: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && c != '\t';
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let picture = |c: char| match u32::from(c) {
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    };
    let shown = text.chars();
    Cow::Owned(
        shown
            .map(|c| if is_control(c) { picture(c) } else { c })
            .collect(),
    )
}

fn summary(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = Totals::of(report.run);
    let is_preview = matches!(report.occasion, Occasion::Preview { .. });
    if !report.quiet {
        listed(report, Status::Applied, "local names that stay", out)?;
    }
    listed(report, Status::Held, "held", out)?;
    listed(report, Status::Left, "left to you", out)?;
    if report.verbose {
        mentions(report.run, out)?;
    }
    if report.quiet {
        return Ok(());
    }
    if totals.changed == 0 {
        let looked = count(report.run.files, "file");
        writeln!(out, "nothing to change in {looked}")?;
    } else {
        let parts = [
            (totals.imports, "import"),
            (totals.usages, "usage"),
            (totals.strings, "string"),
            (totals.rewritten_mentions, "mention"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| count(number, noun))
            .collect();
        let verb = if is_preview {
            "would change"
        } else {
            "changed"
        };
        write!(
            out,
            "{BOLD}{}{BOLD:#} {verb}: {}",
            count(totals.changed, "file"),
            parts.join(", ")
        )?;
        if totals.likely > 0 {
            write!(out, " ({} likely)", totals.likely)?;
        }
        writeln!(out)?;
    }
    let mut rest = Vec::new();
    if totals.held > 0 {
        rest.push(format!("{} held", totals.held));
    }
    if totals.left > 0 {
        rest.push(format!("{} left to you", totals.left));
    }
    if !rest.is_empty() {
        writeln!(out, "{}", rest.join(", "))?;
    }
    if totals.mentions > 0 {
        let hint = if report.verbose {
            "--text rewrites them"
        } else {
            "-v lists them, --text rewrites them"
        };
        writeln!(
            out,
            "{} in comments and prose ({hint})",
            count(totals.mentions, "mention")
        )?;
    }
    Ok(())
}

/// The findings of one status that have something to say, a line each.
fn listed(report: &Report<'_>, status: Status, title: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut is_first = true;
    for outcome in &report.run.outcomes {
        let is_listed = |(is, finding, reason): &(Status, &Finding, Option<&str>)| {
            let says = reason.is_some() || finding.sites.iter().any(|site| site.reason.is_some());
            *is == status && !finding.is_mention() && (says || status != Status::Applied)
        };
        let mut listed = findings(outcome).into_iter().filter(is_listed).peekable();
        if listed.peek().is_none() {
            continue;
        }
        let source = outcome.file.open()?;
        let places = Places::new(&source);
        for (_, finding, reason) in listed {
            if std::mem::take(&mut is_first) {
                writeln!(out, "{BOLD}{title}:{BOLD:#}")?;
            }
            let path = outcome.file.path.display();
            let why = reason.unwrap_or(match finding.confidence {
                Confidence::Manual => "no safe edit exists",
                _ => "likely, and only what is certain was asked for",
            });
            let whole = finding.sites.first().map(|site| (site, why));
            let whole = whole.filter(|_| reason.is_some() || status != Status::Applied);
            let own = finding.sites.iter().filter(|_| status == Status::Applied);
            let own = own.filter_map(|site| Some((site, site.reason.as_deref()?)));
            for (site, why) in whole.into_iter().chain(own) {
                let at = places.at(site.range.start);
                let code = site.code.as_str();
                writeln!(out, "  {path}:{at}: {code} `{}`: {why}", site.from)?;
            }
        }
    }
    Ok(())
}

fn mentions(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    for outcome in &run.outcomes {
        let mut mentions = outcome.left.iter().filter(|it| it.is_mention()).peekable();
        if mentions.peek().is_none() {
            continue;
        }
        let source = outcome.file.open()?;
        let places = Places::new(&source);
        for finding in mentions {
            for site in &finding.sites {
                let at = places.at(site.range.start);
                let path = outcome.file.path.display();
                writeln!(
                    out,
                    "{DIM}{path}:{at}: {} mentions `{}`{DIM:#}",
                    site.code.as_str(),
                    site.from
                )?;
            }
        }
    }
    Ok(())
}

fn closing(run: &Run, apply: &str, out: &mut dyn Write) -> io::Result<()> {
    match Totals::of(run).changed {
        0 => Ok(()),
        _ => writeln!(out, "apply with: {BOLD}{apply}{BOLD:#}"),
    }
}

/// Files that could not be read, or not whole.
fn passed_over(
    report: &Report<'_>,
    out: &mut dyn Write,
    messages: &mut dyn Write,
) -> io::Result<()> {
    out.flush()?; // on a terminal both stand below each other
    for outcome in &report.run.outcomes {
        if let Some(problem) = outcome.problems.first() {
            let at = outcome.file.open()?.position(problem.offset);
            let path = outcome.file.path.display();
            writeln!(
                messages,
                "{YELLOW}warning{YELLOW:#}: {path}:{at}: {}",
                problem.message
            )?;
        }
    }
    for skipped in &report.run.skipped {
        if skipped.counts || !report.quiet {
            passed_over_one(skipped, messages)?;
        }
    }
    Ok(())
}

fn passed_over_one(skipped: &Skipped, messages: &mut dyn Write) -> io::Result<()> {
    let path = skipped.path.display();
    let at = skipped
        .at
        .map_or(String::new(), |(line, column)| format!("{line}:{column}:"));
    let reason = &skipped.reason;
    writeln!(messages, "{YELLOW}warning{YELLOW:#}: {path}:{at} {reason}")
}

fn check(report: &Report<'_>, out: &mut dyn Write, messages: &mut dyn Write) -> io::Result<()> {
    let mut found = 0;
    let mut files = 0;
    for outcome in &report.run.outcomes {
        let path = outcome.file.path.display();
        let complaints = complaints(outcome)?;
        files += usize::from(!complaints.is_empty());
        found += complaints.len();
        for complaint in complaints {
            let (at, code) = (complaint.start, complaint.code.as_str());
            writeln!(
                out,
                "{BOLD}{path}{BOLD:#}:{at}: {GONE}{code}{GONE:#} {}",
                complaint.text
            )?;
        }
    }
    for skipped in report.run.skipped.iter().filter(|skipped| skipped.counts) {
        let (line, column) = skipped.at.unwrap_or((1, 1));
        let path = skipped.path.display();
        writeln!(
            out,
            "{BOLD}{path}{BOLD:#}:{line}:{column}: {GONE}RH000{GONE:#} cannot be scanned: {}",
            skipped.reason
        )?;
        found += 1;
        files += 1;
    }
    if report.verbose {
        mentions(report.run, out)?;
    }
    if report.quiet {
        return Ok(());
    }
    out.flush()?; // on a terminal the summary comes last
    for skipped in report.run.skipped.iter().filter(|skipped| !skipped.counts) {
        passed_over_one(skipped, messages)?;
    }
    let totals = Totals::of(report.run);
    match found {
        0 => writeln!(
            messages,
            "no legacy reference in {}",
            count(report.run.files, "file")
        )?,
        _ => writeln!(
            messages,
            "found {} in {}",
            count(found, "legacy reference"),
            count(files, "file")
        )?,
    }
    if totals.mentions > 0 && !report.verbose {
        writeln!(
            messages,
            "{} in comments and prose (-v lists them)",
            count(totals.mentions, "mention")
        )?;
    }
    Ok(())
}
