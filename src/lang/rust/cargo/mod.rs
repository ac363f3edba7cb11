//! `Cargo.toml`: a crate that moves is depended on under its new name, and a crate that something
//! moves into is depended on at all.

mod added;
mod again;
mod beside;
mod cycles;
mod features;
mod raised;
mod renamed;
mod sheet;

use std::ops::Range;
use std::path::Path;

use toml_edit::Document;

pub(super) use self::added::refused;
pub(crate) use self::added::unlinked;
use self::renamed::Renames;
use self::sheet::Sheet;
use crate::edit::Edit;
use crate::finding::{Finding, Problem, Scan};
use crate::lang::config::{Format, scan_text};
use crate::plan::{Dialect, Plan};
use crate::project::{FileId, Project};

/// Tables of dependencies, in the root and in each `[target.…]`.
const DEPENDENCIES: &[&str] = &[
    "dependencies",
    "dev-dependencies",
    "build-dependencies",
    "dev_dependencies",
    "build_dependencies",
];

/// All that is to be said of the text of a `Cargo.toml`.
pub(super) fn scan(plan: &Plan, project: &Project, file: Option<FileId>, text: &str) -> Scan {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let document = match Document::parse(&text[bom..]) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start) + bom;
            return Scan {
                problems: vec![Problem {
                    offset: at,
                    message: format!("not valid TOML: {}", error.message()),
                }],
                ..Scan::default()
            };
        }
    };
    let root = document.as_table();
    let sheet = Sheet { text, bom, root };
    let path = file.map(|file| project.files()[file].as_path());
    // What a configuration of cargo names lies below the folder that its own is in.
    let dir = path.and_then(|path| path.ancestors().nth(1 + usize::from(is_config(path))));
    let dir = dir.unwrap_or(Path::new(""));
    let mut findings = Vec::new();
    let mut renames = Renames::default();
    for mv in plan.moves_of(Dialect::Rust).filter(|mv| mv.is_crate()) {
        findings.extend(renamed::renamed(
            (plan, mv),
            sheet,
            project,
            dir,
            &mut renames,
        ));
    }
    if let Some(file) = file {
        findings.extend(added::added(plan, project, file, sheet, &renames));
        findings.extend(raised::raised_for_all((plan, project), file, sheet));
    }
    let mut findings = joined(findings);
    let taken: Vec<Range<usize>> = findings
        .iter()
        .flat_map(|one: &Finding| one.edits.iter().map(Edit::range))
        .collect();
    let other = scan_text(plan, Format::Toml, text);
    findings.extend(other.findings.into_iter().filter(|one| {
        let start = one.start();
        !taken.iter().any(|range| range.contains(&start))
    }));
    findings.sort_by_key(Finding::start);
    Scan {
        findings,
        ..Scan::default()
    }
}

/// Whether a file is a manifest, or a configuration of cargo, which may have a `[patch]` as well.
pub(super) fn claims(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "Cargo.toml") || is_config(path)
}

fn is_config(path: &Path) -> bool {
    path.ends_with(".cargo/config.toml") || path.ends_with(".cargo/config")
}

/// Two lines more at one place are one insertion there.
fn joined(findings: Vec<Finding>) -> Vec<Finding> {
    let mut joined: Vec<Finding> = Vec::new();
    for mut one in findings {
        let is_insertion = |edit: &Edit| edit.start == edit.end;
        let places: Vec<usize> = one
            .edits
            .iter()
            .filter(|it| is_insertion(it))
            .map(|it| it.start)
            .collect();
        let is_free = one.blocked.is_none();
        let same = joined.iter_mut().find(|other| {
            let mut edits = other.edits.iter();
            let is_free = is_free && other.blocked.is_none();
            is_free && edits.any(|edit| is_insertion(edit) && places.contains(&edit.start))
        });
        let Some(other) = same else {
            joined.push(one);
            continue;
        };
        for edit in one.edits {
            let twin = other
                .edits
                .iter_mut()
                .find(|it| is_insertion(it) && it.start == edit.start);
            match twin.filter(|_| is_insertion(&edit)) {
                Some(twin) => twin.text.push_str(&edit.text),
                None => other.edits.push(edit),
            }
        }
        other.sites.append(&mut one.sites);
        let reasons = [other.reason.take(), one.reason.take()];
        let reasons: Vec<String> = reasons.into_iter().flatten().collect();
        other.reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    }
    joined
}
