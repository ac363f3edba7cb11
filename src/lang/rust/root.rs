//! Edition 2015: the root of a crate declares every crate that is named in it.

use std::collections::BTreeMap;

use super::facts::Form;
use super::names::Names;
use super::scan::{finding, site};
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::plan::{Dialect, Move};
use crate::project::FileId;

/// The `extern crate` lines that files of the crate need from now on.
pub(super) fn missing_crates(names: &Names<'_>, file: FileId) -> Vec<Finding> {
    let Some(package) = &names.place.package else {
        return Vec::new();
    };
    if names.edition() >= 2018 || !names.place.module.is_empty() {
        return Vec::new();
    }
    let declared = names.facts.statements.iter().enumerate();
    let declared = declared.filter(|(_, it)| it.form == Form::ExternCrate && it.module == 0);
    let mut last_line = None;
    let mut known: Vec<String> = Vec::new();
    for (index, statement) in declared {
        last_line = Some(statement.whole.end);
        let path = names.leaf(index, 0);
        known.extend(path.map(|reached| names.after(reached.path())));
    }
    let mut wanted: BTreeMap<String, &Move> = BTreeMap::new();
    let needs = names.project.rust_needs(package).into_iter();
    for need in needs.filter(|need| !need.in_docs) {
        let same_crate = need.file == file || {
            let place = names.project.rust_place(need.file);
            place.krate == names.place.krate
        };
        let Some(moved) = names
            .plan
            .lookup_in(Dialect::Rust, need.path)
            .filter(|_| same_crate)
        else {
            continue;
        };
        let to = moved.mv.to.module.as_str();
        let library = to.split("::").next().unwrap_or(to);
        let is_known = library == "std"
            || library == names.place.krate
            || known.iter().any(|known| known == library);
        if !is_known {
            wanted.entry(library.to_owned()).or_insert(moved.mv);
        }
    }
    let Some(at) = last_line.or(names.facts.first_item) else {
        return Vec::new();
    };
    let lines = wanted.into_iter().map(|(library, mv)| {
        let name = names.called(&library);
        let line = match last_line {
            Some(_) => format!("\nextern crate {name};"),
            None => format!("extern crate {name};\n"),
        };
        let reason = format!("edition 2015: the crate's root declares `{name}`");
        finding(
            vec![site(Code::Import, at..at, mv)],
            vec![Edit::insert(at, line)],
            Confidence::Certain,
            Some(reason),
        )
    });
    // Two lines at one place would be two insertions there.
    let mut lines: Vec<Finding> = lines.collect();
    if lines.len() > 1 {
        let texts: Vec<String> = lines.iter().map(|it| it.edits[0].text.clone()).collect();
        let mut first = lines.remove(0);
        first.edits[0].text = texts.concat();
        first
            .sites
            .extend(lines.into_iter().flat_map(|it| it.sites));
        lines = vec![first];
    }
    lines
}
