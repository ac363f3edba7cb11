//! Rust in a document: code in fences, and, where a doc attribute includes the document, the links
//! and the code of a doc comment.

use std::ops::Range;
use std::sync::Arc;

use super::docs;
use super::facts::Facts;
use super::names::Names;
use super::read::{self, Whole};
use super::root;
use super::scan::{self, Manner};
use super::words::Words;
use super::{example, needs};
use crate::finding::{Confidence, Finding, Scan};
use crate::lang::markdown::passage::Passage;
use crate::plan::{Dialect, Plan};
use crate::project::{FileId, Outline, Package, Project, RustPlace};

/// Code, and the edition that its fence names.
pub(in crate::lang) type Code = (String, Option<u16>);

/// How the compiler sees a document.
#[derive(Debug, Default)]
pub(in crate::lang) struct Document {
    /// The package that its code depends on.
    package: Option<Arc<Package>>,
    /// The modules whose documentation it is.
    places: Vec<RustPlace>,
}

impl Document {
    pub(in crate::lang) fn of(plan: &Plan, project: &Project, file: Option<FileId>) -> Self {
        // Without a move of Rust no package need be read.
        let Some(file) = file.filter(|_| plan.moves_of(Dialect::Rust).next().is_some()) else {
            return Self::default();
        };
        let places = project.rust_documented(file);
        let including = places.iter().find_map(|place| place.package.clone());
        Self {
            package: including.or_else(|| project.package_of(file)),
            places,
        }
    }

    /// Whether it is documentation: what is not said to be another language is Rust in it.
    pub(in crate::lang) fn is_included(&self) -> bool {
        !self.places.is_empty()
    }

    /// What is to be said of the code of a fence, which names an edition or none.
    pub(in crate::lang) fn code(
        &self,
        plan: &Plan,
        project: &Project,
        (text, edition): (&str, Option<u16>),
    ) -> Scan {
        let place = example(self.package.clone(), edition);
        let words = Words::new(plan, &place);
        let (facts, _) = read::facts(text, Whole::Snippet, words, &plan.string_keys);
        let names = Names::new(plan, project, None, &place, &facts, text);
        let mut scan = scan::scan(&names, Manner::Free);
        if self.is_included() {
            scan.findings.extend(root::missing_in_example(&names));
            scan.findings.sort_by_key(Finding::start);
        }
        scan
    }

    /// What is to be said of its links outside of `code`: where it is included more than once, what
    /// they mean everywhere.
    pub(in crate::lang) fn links(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
        text: &str,
        code: &[Range<usize>],
    ) -> Vec<Finding> {
        let mut places = self.places.iter().map(|place| {
            let facts = linked(plan, place, text, code);
            let names = Names::new(plan, project, file, place, &facts, text);
            scan::scan(&names, Manner::Free).findings
        });
        let found = places.next().unwrap_or_default();
        let elsewhere = "the document is included elsewhere, where this means something else";
        places.fold(found, |found, others| agreed(found, others, elsewhere))
    }

    /// What it tells the others: names that its links read, and legacy paths in its code.
    pub(in crate::lang) fn outline(
        &self,
        plan: &Plan,
        project: &Project,
        text: &str,
        (links, codes): (&[Range<usize>], &[Code]),
    ) -> Option<Outline> {
        if !self.is_included() {
            return None;
        }
        let mut outline = Outline::default();
        for place in &self.places {
            let facts = linked(plan, place, text, links);
            outline.rust.reads.extend(reads(place, &facts));
        }
        for (code, edition) in codes {
            let place = example(self.package.clone(), *edition);
            let words = Words::new(plan, &place);
            let (facts, _) = read::facts(code, Whole::Snippet, words, &plan.string_keys);
            let names = Names::new(plan, project, None, &place, &facts, code);
            outline.rust.doc_needs.extend(needs(&names));
        }
        Some(outline)
    }
}

/// The names that links of documentation read, which is that of a module.
pub(super) fn reads(place: &RustPlace, facts: &Facts) -> Vec<Box<str>> {
    let mut reads = Vec::new();
    for path in facts.paths.iter().filter(|path| !path.leading) {
        let mut read = place.path();
        for (nth, word) in path.words.iter().enumerate() {
            match &*word.text {
                "self" => continue,
                "crate" if nth == 0 => read.clone_from(&place.krate),
                "super" => read.truncate(read.rfind("::").unwrap_or(0)),
                name => {
                    read = format!("{read}::{name}");
                    reads.push(read.as_str().into());
                }
            }
        }
    }
    reads
}

/// What is to be said of a text that stands in two places: what is not the same in both is left, for
/// a reason.
pub(super) fn agreed(
    mut found: Vec<Finding>,
    mut others: Vec<Finding>,
    reason: &str,
) -> Vec<Finding> {
    let leave = |finding: &mut Finding| {
        finding.edits.clear();
        finding.confidence = Confidence::Manual;
        finding.reason = Some(reason.to_owned());
    };
    let is_in = |one: &Finding| {
        let mut others = others.iter();
        others.any(|it| it.start() == one.start() && it.edits == one.edits)
    };
    found.iter_mut().filter(|one| !is_in(one)).for_each(leave);
    others.retain(|one| found.iter().all(|it| it.start() != one.start()));
    others.iter_mut().for_each(leave);
    found.append(&mut others);
    found
}

/// The links of a document as those of a module that says nothing else.
fn linked(plan: &Plan, place: &RustPlace, text: &str, code: &[Range<usize>]) -> Facts {
    let mut facts = Facts::of_document(text.len());
    let words = Words::new(plan, place);
    let whole = 0..text.len();
    let passage = Passage::joined(&[(whole.clone(), text[whole.clone()].to_owned())]);
    docs::linked(&passage, code, 0, &words, &mut facts);
    facts
}
