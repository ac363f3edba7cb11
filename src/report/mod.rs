//! What a run found, said in the format that was asked for.

mod diff;
mod github;
mod human;
mod json;
mod patch;
mod places;

use std::io::{self, Write};

pub(crate) use self::human::{diff_between, finding};
pub use self::patch::patch;
use self::places::Places;
use crate::finding::{Code, Confidence, Finding, Site};
use crate::parallel::Pool;
use crate::resolve::FileOutcome;
use crate::rewrite::Run;
use crate::source::Position;

/// Which command asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// Nothing is written; this command line would.
    Preview {
        /// What to type to apply what is shown; `None` where the next program does.
        apply: Option<String>,
        /// Whether the diff is shown, or went elsewhere.
        diff: Diff,
    },
    /// Files were written, under this number; `None` where there was nothing to write.
    Apply {
        /// The number that `undo` takes.
        number: Option<u32>,
        /// What to type to undo it.
        undo: String,
    },
    /// Legacy references are looked for.
    Check,
}

/// Where the diff of a preview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diff {
    /// In the report.
    Shown,
    /// In a patch.
    Elsewhere,
}

/// What a format writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Text for people: colours where they are wanted, and no other control characters.
    Text,
    /// Bytes for programs, which nothing may change on their way.
    Data,
}

/// A run, and what to say of it.
#[derive(Debug)]
pub struct Report<'r> {
    /// What was found.
    pub run: &'r Run,
    /// Which command asks.
    pub occasion: Occasion,
    /// Mentions are listed too.
    pub verbose: bool,
    /// Results only.
    pub quiet: bool,
    /// Whether colours are seen, which alone mark the words that differ.
    pub colored: bool,
    /// Threads to work with.
    pub pool: &'r Pool,
}

/// A format.
pub trait Reporter: Sync {
    /// Its name, as `--format` takes it.
    fn name(&self) -> &'static str;

    /// Text or data.
    fn medium(&self) -> Medium;

    /// Writes results to `out`, and what is only for a person to `messages`.
    ///
    /// # Errors
    /// What writing gives.
    fn report(
        &self,
        report: &Report<'_>,
        out: &mut dyn Write,
        messages: &mut dyn Write,
    ) -> io::Result<()>;
}

/// All formats.
pub const REPORTERS: &[&dyn Reporter] = &[&human::Human, &json::Json, &github::Github];

/// The format of this name.
pub fn reporter(name: &str) -> Option<&'static dyn Reporter> {
    REPORTERS
        .iter()
        .copied()
        .find(|reporter| reporter.name() == name)
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Its edits are made, or would be.
    Applied,
    /// Its edits are not made, because something is in the way.
    Held,
    /// It has no edits, or nobody asked for them.
    Left,
}

/// The findings of a file with what became of them and why, in the order of the text.
pub fn findings(outcome: &FileOutcome) -> Vec<(Status, &Finding, Option<&str>)> {
    let applied = outcome.applied.iter();
    let held = outcome.held.iter();
    let left = outcome.left.iter();
    let mut all: Vec<_> = applied
        .map(|finding| (Status::Applied, finding, finding.reason.as_deref()))
        .chain(held.map(|held| (Status::Held, &held.finding, Some(held.reason.as_str()))))
        .chain(left.map(|finding| (Status::Left, finding, finding.reason.as_deref())))
        .collect();
    all.sort_by_key(|(_, finding, _)| finding.start());
    all
}

/// The places that `check` counts: all but prose, in the order of the text.
pub fn counted(outcome: &FileOutcome) -> Vec<&Site> {
    let mut sites: Vec<&Site> = findings(outcome)
        .into_iter()
        .flat_map(|(_, finding, _)| &finding.sites)
        .filter(|site| site.code != Code::Mention)
        .collect();
    sites.sort_by_key(|site| (site.range.start, site.code));
    sites
}

/// A line of `check`: a reference, or what keeps a file from being read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Complaint {
    start: Position,
    /// `None` where only the start is known.
    end: Option<Position>,
    code: Code,
    text: String,
}

/// What `check` says of a file, in the order of the text.
fn complaints(outcome: &FileOutcome) -> io::Result<Vec<Complaint>> {
    let source = outcome.file.open()?;
    let places = Places::new(&source);
    // The first syntax error is the cause of most others.
    let problem = outcome.problems.first().map(|problem| Complaint {
        start: places.at(problem.offset),
        end: None,
        code: Code::Unscanned,
        text: format!("cannot be scanned whole: {}", problem.message),
    });
    let sites = counted(outcome).into_iter().map(|site| {
        let (start, end) = places.span(&site.range);
        Complaint {
            start,
            end: Some(end),
            code: site.code,
            text: message(site),
        }
    });
    let mut complaints: Vec<Complaint> = problem.into_iter().chain(sites).collect();
    complaints.sort_by_key(|complaint| complaint.start);
    Ok(complaints)
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files that change, or would.
    pub changed: usize,
    /// Imports of applied findings.
    pub imports: usize,
    /// Uses of applied findings.
    pub usages: usize,
    /// Strings of applied findings.
    pub strings: usize,
    /// Mentions that are rewritten.
    pub rewritten_mentions: usize,
    /// Applied findings that nothing proves.
    pub likely: usize,
    /// Findings that are held.
    pub held: usize,
    /// Findings in code that are left to the user.
    pub left: usize,
    /// Those of `left` that no safe edit exists for; the others were not asked for.
    pub manual: usize,
    /// Mentions that are left.
    pub mentions: usize,
    /// Files that could not be read, or not whole.
    pub broken: usize,
}

impl Totals {
    /// Adds up a run.
    pub fn of(run: &Run) -> Self {
        let mut totals = Self::default();
        for outcome in &run.outcomes {
            totals.changed += usize::from(outcome.changes());
            totals.broken += usize::from(!outcome.problems.is_empty());
            totals.held += outcome.held.len();
            for finding in &outcome.left {
                match finding.is_mention() {
                    true => totals.mentions += finding.sites.len(),
                    false => {
                        totals.left += 1;
                        totals.manual += usize::from(finding.edits.is_empty());
                    }
                }
            }
            for finding in &outcome.applied {
                totals.likely += usize::from(finding.confidence < Confidence::Certain);
                for site in &finding.sites {
                    match site.code {
                        Code::Import => totals.imports += 1,
                        Code::Usage => totals.usages += 1,
                        Code::Mention => totals.rewritten_mentions += 1,
                        Code::Text | Code::Unscanned | Code::Expired => totals.strings += 1,
                    }
                }
            }
        }
        totals.broken += run.skipped.iter().filter(|skipped| skipped.counts).count();
        totals
    }

    /// Whether `check` finds nothing.
    pub fn is_clean(run: &Run) -> bool {
        let is_clean =
            |outcome: &FileOutcome| counted(outcome).is_empty() && outcome.problems.is_empty();
        run.outcomes.iter().all(is_clean) && !run.skipped.iter().any(|skipped| skipped.counts)
    }
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// What is wrong with a place, and what to do: the words of `check`.
fn message(site: &Site) -> String {
    if site.code == Code::Expired {
        return format!(
            "the shim of `{}` was to be gone by now: run `rehome shim --write`",
            site.from
        );
    }
    if site.to.is_empty() {
        return format!("the items of `{}` moved, each to its own place", site.from);
    }
    format!(
        "`{}` is a legacy path, use `{}` instead",
        site.from, site.to
    )
}
