//! Markdown and reStructuredText: code in fences, paths in inline code, mentions in prose.
//!
//! What Python says of a fence that parses is as certain as in a file; all else is likely. Where
//! a text shows the old path beside the new one, it tells of the move, and nothing in it moves.

pub(in crate::lang) mod commonmark;
mod fences;
pub(in crate::lang) mod info;
pub(in crate::lang) mod outline;
pub(in crate::lang) mod passage;
mod restructured;
mod session;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use crate::finding::{Code, Confidence, Finding, Scan};
use crate::lang::dotted::{self, Replacement};
use crate::lang::suppress::Suppressions;
use crate::lang::{Document, Language, config, python, rust};
use crate::plan::Plan;
use crate::project::{FileId, Project};
use crate::source::Source;

use self::info::Kind;
use self::outline::{Block, Outline, Span};
use self::passage::Passage;
use self::session::{Import, Session};

/// Markdown and reStructuredText.
pub struct Markdown;

impl Language for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn claims(&self, path: &Path, _head: &[u8]) -> bool {
        extension(path).is_some_and(|it| is_restructured(&it) || is_markdown(&it))
    }

    fn read(
        &self,
        source: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document> {
        let rust = rust::document::Document::of(plan, project, file);
        let included = (rust.is_included()).then(|| {
            let text = source.text();
            let outline = outline(source, &rust);
            let blocks = outline.blocks.iter();
            let code = blocks.clone().map(|block| block.range.clone());
            let code: Vec<Range<usize>> = code.collect();
            let rust_code = blocks.filter_map(|block| match block.kind {
                Kind::Rust(edition) => Some((block.code.unhidden(text).text, edition)),
                _ => None,
            });
            let rust_code: Vec<rust::document::Code> = rust_code.collect();
            rust.outline(plan, project, text, (&code, &rust_code))
        });
        Box::new(Text {
            rust,
            outline: included.flatten(),
        })
    }
}

/// A document that was read.
struct Text {
    rust: rust::document::Document,
    outline: Option<crate::project::Outline>,
}

impl Document for Text {
    fn take_outline(&mut self) -> Option<crate::project::Outline> {
        self.outline.take()
    }

    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan {
        let outline = outline(source, &self.rust);
        let blocks = outline.blocks.iter().map(|block| block.range.clone());
        let blocks: Vec<Range<usize>> = blocks.collect();
        let links = self.rust.links(plan, project, file, source.text(), &blocks);
        scan(plan, source, (&outline, links), &|kind, fence| match kind {
            Kind::Rust(edition) => self.rust.code(plan, project, (fence, edition)),
            // A fence is a script of its own: nobody imports from it.
            _ => {
                let fence = Source::new("fence.py", fence);
                let document = python::Python.read(&fence, plan, project, None);
                document.scan(plan, project, None, &fence)
            }
        })
    }
}

/// What a document is made of, as rustdoc sees it where it is included.
fn outline(source: &Source, rust: &rust::document::Document) -> Outline {
    let text = source.text();
    if extension(&source.path).is_some_and(|it| is_restructured(&it)) {
        return restructured::outline(text);
    }
    let mut outline = fences::outline(text);
    if rust.is_included() {
        documented(text, &mut outline);
    }
    outline
}

/// Puts what rustdoc runs in a document in the place of what else its fences might be.
fn documented(text: &str, outline: &mut Outline) {
    let is_rust = |block: &Block| matches!(block.kind, Kind::Rust(_));
    let overlap = |a: &Block, b: &Block| a.range.start < b.range.end && b.range.start < a.range.end;
    for block in commonmark::code(text).into_iter().filter(is_rust) {
        // Of a tab of MkDocs, CommonMark sees only that it is indented.
        let gives_way = |other: &Block| {
            block.is_fenced && matches!(other.kind, Kind::Rust(_) | Kind::Silent | Kind::Other)
        };
        let mut others = outline.blocks.iter();
        if others.all(|other| !overlap(other, &block) || gives_way(other)) {
            outline.blocks.retain(|other| !overlap(other, &block));
            outline.blocks.push(block);
        }
    }
    outline.blocks.sort_by_key(|block| block.range.start);
}

/// All references to moved things in a document.
///
/// `links` are the findings of links to items, where the document is documentation of Rust.
/// `code` scans the text of one fence, of Python or Rust: its findings have offsets into that text.
/// What it finds in a fence that does not parse is no more than likely, and such a fence is no
/// problem of the document.
fn scan(
    plan: &Plan,
    source: &Source,
    (outline, links): (&Outline, Vec<Finding>),
    code: &dyn Fn(Kind, &str) -> Scan,
) -> Scan {
    let text = source.text();
    let mut findings = match is_changelog(&source.path) {
        true => mentions_only(plan, text),
        false => document(plan, text, (outline, links), code),
    };
    findings.sort_by_key(Finding::start);
    Scan {
        findings,
        ..Scan::default()
    }
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn is_markdown(extension: &str) -> bool {
    matches!(
        extension,
        "md" | "markdown" | "mdown" | "mkd" | "mdx" | "qmd" | "rmd"
    )
}

fn is_restructured(extension: &str) -> bool {
    matches!(extension, "rst" | "rest")
}

/// Whether a path is a record of the past: a changelog, or one in a folder of news fragments.
fn is_changelog(path: &Path) -> bool {
    const RECORDS: &[&str] = &[
        "changelog",
        "changelogs",
        "changes",
        "history",
        "news",
        "newsfragments",
        "release-notes",
        "release_notes",
        "releasenotes",
        "releases",
        "whats-new",
        "whats_new",
        "whatsnew",
    ];
    let is_record = |name: &str| {
        let name = name.to_ascii_lowercase();
        RECORDS.iter().any(|record| {
            name.strip_prefix(record)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        })
    };
    // A folder further up is where the project lies, and says nothing of the file.
    let names = path.iter().rev().take(3).filter_map(|name| name.to_str());
    names.into_iter().any(is_record)
}

/// What a changelog holds: nothing of it ever moves.
fn mentions_only(plan: &Plan, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    dotted::add_mentions(plan, text, &mut findings, &[]);
    for finding in &mut findings {
        hold(finding, "a changelog tells what was");
    }
    findings
}

fn document(
    plan: &Plan,
    text: &str,
    (outline, links): (&Outline, Vec<Finding>),
    code: &dyn Fn(Kind, &str) -> Scan,
) -> Vec<Finding> {
    let mut document = Fences::new(plan, text, outline);
    while document.read_all(code) {}
    let Fences {
        suppressions,
        mut guide,
        mut findings,
        read,
        ..
    } = document;
    let in_code = findings.len();
    findings.extend(links);
    for span in &outline.spans {
        findings.extend(exact(plan, text, span));
    }
    let mut prose = findings.split_off(in_code);
    let code = findings;
    prose.sort_by_key(Finding::start);
    prose.dedup_by_key(|finding| finding.start());
    let mut taken = read;
    taken.extend(
        code.iter()
            .flat_map(|it| &it.sites)
            .map(|it| it.range.clone()),
    );
    dotted::add_mentions(plan, text, &mut prose, &taken);
    for finding in &mut prose {
        if let Some(range) = outline.around(finding.start())
            && guide.shows(range, finding)
        {
            hold(finding, BOTH);
        }
    }
    prose.extend(code);
    prose.retain(|finding| !suppressions.covers(text, finding.start(), finding));
    prose
}

/// What fences say, one behind the other.
struct Fences<'p> {
    plan: &'p Plan,
    text: &'p str,
    outline: &'p Outline,
    suppressions: Suppressions,
    guide: Guide<'p>,
    /// Fences in which a move stays, since one below that uses what they import does.
    held: BTreeSet<(usize, String)>,
    findings: Vec<Finding>,
    /// All that stands in fences that parse.
    read: Vec<Range<usize>>,
}

impl<'p> Fences<'p> {
    fn new(plan: &'p Plan, text: &'p str, outline: &'p Outline) -> Self {
        Self {
            plan,
            text,
            outline,
            suppressions: Suppressions::of(text),
            guide: Guide::new(plan, text),
            held: BTreeSet::new(),
            findings: Vec::new(),
            read: Vec::new(),
        }
    }

    /// Reads all fences; gives whether one stays that uses what one above it no longer imports, so that
    /// this one stays as well: then they are to be read once more.
    fn read_all(&mut self, code: &dyn Fn(Kind, &str) -> Scan) -> bool {
        self.findings.clear();
        self.read.clear();
        let mut python = Session::of(&session::PYTHON);
        let mut rust = Session::of(&session::RUST);
        let mut again = false;
        for (at, block) in self.outline.blocks.iter().enumerate() {
            let session = match block.kind {
                Kind::Rust(_) => &mut rust,
                _ => &mut python,
            };
            let unhidden = match block.kind {
                Kind::Rust(_) => Some(block.code.unhidden(self.text)),
                _ => None,
            };
            let passage = unhidden.as_ref().unwrap_or(&block.code);
            let (scan, kept) = match block.kind {
                kind @ (Kind::Python | Kind::Rust(_)) => {
                    session.scan(self.plan, &passage.text, &|text| code(kind, text))
                }
                kind => match scanned(self.plan, kind, &passage.text, code) {
                    Some(scan) => (scan, Vec::new()),
                    None => continue,
                },
            };
            again |= self.stays(kept.into_iter().map(Import::place));
            if scan.problems.is_empty() {
                self.read.extend(passage.ranges());
            }
            if self.take(at, session, passage, scan) {
                return true;
            }
            if matches!(block.kind, Kind::Python | Kind::Rust(_)) {
                session.open(self.plan, &passage.text);
            }
        }
        again
    }

    /// Takes what is said of a fence, as far as nothing keeps it; gives whether a fence above it has to
    /// stay from now on.
    fn take(&mut self, at: usize, session: &mut Session, passage: &Passage, scan: Scan) -> bool {
        let block = &self.outline.blocks[at];
        let imported = moves_imported(&scan.findings);
        for mut finding in scan.findings {
            if !scan.problems.is_empty() {
                finding.confidence = finding.confidence.min(Confidence::Likely);
            }
            // A fence is no module: nobody imports from it.
            finding.renames.clear();
            finding.imports.clear();
            let renamed = match block.kind {
                Kind::Python | Kind::Rust(_) => session.renamed((at, &passage.text), &finding),
                _ => Vec::new(),
            };
            let finding = passage.place(self.text, finding);
            let shows_both = self.guide.shows_both(self.outline, at, &finding);
            let is_suppressed = self
                .suppressions
                .covers(self.text, block.range.start, &finding);
            let is_stopped = self.suppressions.stops(self.text, &finding);
            let ids = finding.sites.iter().map(|site| &site.move_id);
            if shows_both || is_suppressed || is_stopped {
                let above = ids
                    .clone()
                    .filter(|id| !imported.contains(*id))
                    .filter_map(|id| Some((session.importer(id)?, id.clone())));
                if self.stays(above) {
                    return true;
                }
            }
            let is_needed = |id: &String| self.held.contains(&(at, id.clone()));
            let reason = match shows_both {
                true => Some(BOTH),
                false if ids.clone().any(is_needed) => Some(BELOW),
                false => is_stopped.then_some(IGNORED),
            };
            match reason {
                _ if is_suppressed => session.keep(&renamed),
                Some(reason) => {
                    session.keep(&renamed);
                    self.findings.extend(held(finding, reason));
                }
                None => {
                    if !finding.edits.is_empty() {
                        session.note(renamed);
                    }
                    self.findings.push(finding);
                }
            }
        }
        false
    }

    /// Has moves stay in fences; gives whether one of them did not before.
    fn stays(&mut self, places: impl Iterator<Item = (usize, String)>) -> bool {
        let before = self.held.len();
        self.held.extend(places);
        self.held.len() > before
    }
}

/// The moves of which a fence imports something itself.
fn moves_imported(findings: &[Finding]) -> BTreeSet<String> {
    let sites = findings.iter().flat_map(|finding| &finding.sites);
    let imports = sites.filter(|site| site.code == Code::Import);
    imports.map(|site| site.move_id.clone()).collect()
}

const BOTH: &str = "shows both the old and the new path";
const BELOW: &str = "code below that uses it stays";
const IGNORED: &str = "a line that uses it is ignored";

/// What stays of a finding, told for each of its moves.
fn held(finding: Finding, reason: &str) -> Vec<Finding> {
    let mut held: Vec<Finding> = Vec::new();
    for site in finding.sites {
        let same = |it: &&mut Finding| it.sites[0].move_id == site.move_id;
        match held.iter_mut().find(same) {
            Some(known) => known.sites.push(site),
            None => held.push(Finding::left(vec![site], reason.to_owned())),
        }
    }
    held
}

fn hold(finding: &mut Finding, reason: &str) {
    finding.edits.clear();
    finding.confidence = Confidence::Manual;
    finding.reason = Some(reason.to_owned());
}

/// What is to be said of a block without imports for others; `None` where it is text.
fn scanned(plan: &Plan, kind: Kind, text: &str, code: &dyn Fn(Kind, &str) -> Scan) -> Option<Scan> {
    match kind {
        Kind::Guess => Some(code(Kind::Python, text)).filter(|scan| scan.problems.is_empty()),
        Kind::Config(format) => {
            Some(config::scan_text(plan, format, text)).filter(|scan| scan.problems.is_empty())
        }
        Kind::Python | Kind::Rust(_) | Kind::Silent | Kind::Other => None,
    }
}

/// The finding of a span that is exactly one path.
fn exact(plan: &Plan, text: &str, span: &Span) -> Option<Finding> {
    let written = &text[span.range.clone()];
    let bare = written.trim();
    let target = match span.role {
        true => bare.strip_suffix('>').and_then(|it| it.rsplit_once('<')),
        false => None,
    };
    let path = target.map_or(bare, |(_, path)| path.trim());
    let replacement: Replacement = dotted::exact_in_markup(plan, path)?;
    let start = span.range.start + (path.as_ptr().addr() - written.as_ptr().addr());
    Some(replacement.finding(start..start + path.len()))
}

/// Where a document shows the targets of moves, so that it tells of them.
struct Guide<'p> {
    plan: &'p Plan,
    text: &'p str,
    /// The start of a part of the text and a move's id, to whether the part shows its target.
    known: BTreeMap<(usize, String), bool>,
}

impl<'p> Guide<'p> {
    /// How many lines may stand between the fence of "before" and that of "after".
    const APART: usize = 10;

    fn new(plan: &'p Plan, text: &'p str) -> Self {
        Self {
            plan,
            text,
            known: BTreeMap::new(),
        }
    }

    /// Whether a block, or one next to it, shows the target of the finding's move.
    fn shows_both(&mut self, outline: &Outline, at: usize, finding: &Finding) -> bool {
        let range = |at: usize| outline.blocks.get(at).map(|block| block.range.clone());
        let Some(own) = range(at) else {
            return false;
        };
        let before = at.checked_sub(1).and_then(range);
        let after = range(at + 1);
        let near = |gap: Range<usize>| self.text[gap].lines().take(Self::APART + 2).count();
        let before = before.filter(|it| near(it.end..own.start) <= Self::APART);
        let after = after.filter(|it| near(own.end..it.start) <= Self::APART);
        [Some(own), before, after]
            .into_iter()
            .flatten()
            .any(|range| self.shows(range, finding))
    }

    fn shows(&mut self, range: Range<usize>, finding: &Finding) -> bool {
        finding.sites.iter().any(|site| {
            let key = (range.start, site.move_id.clone());
            *self.known.entry(key).or_insert_with(|| {
                dotted::shows_target(self.plan, &site.move_id, &self.text[range.clone()])
            })
        })
    }
}

#[cfg(test)]
mod tests;
