//! What shims saw at run time → findings: uses that no scan of a text sees.
//!
//! A shim records the place of each use of a legacy path; those that were found already are left
//! out, and what is left has no edit, unless a string of the line is that path.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Scan, Site};
use crate::lang::suppress::Suppressions;
use crate::lang::{Sense, python};
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
    /// What the line says, without the blanks around it; empty where Python found no source.
    #[serde(default)]
    pub text: String,
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

/// The uses of each file of the project. What was recorded in another checkout, or in an installed
/// package, is of the file that stands at the same place below; its line tells whether it is.
pub fn by_file(uses: &[Use], project: &Project) -> BTreeMap<FileId, Vec<Use>> {
    let real_root = project.root().canonicalize();
    let elsewhere = Elsewhere::default();
    let mut files: BTreeMap<FileId, Vec<Use>> = BTreeMap::new();
    for same_file in uses.chunk_by(|a, b| a.file == b.file) {
        let path = &same_file[0].file;
        // Python may have come to the project by a symlink.
        let through_link = || {
            let real = path.canonicalize().ok()?;
            let below = real.strip_prefix(real_root.as_ref().ok()?).ok()?;
            project.id(&project.root().join(below))
        };
        match project.id(path).or_else(through_link) {
            Some(file) => files.entry(file).or_default().extend_from_slice(same_file),
            None => {
                let told = same_file.iter().filter(|one| !one.text.is_empty());
                let told: Vec<Use> = told.cloned().collect();
                for file in elsewhere.files(project, path) {
                    files.entry(file).or_default().extend_from_slice(&told);
                }
            }
        }
    }
    files.retain(|_, uses| !uses.is_empty());
    files
}

/// Which files of a project a path in another tree may stand for.
#[derive(Default)]
struct Elsewhere {
    /// The files of the project, by the last name of their paths.
    by_name: OnceCell<FxHashMap<OsString, Vec<FileId>>>,
}

impl Elsewhere {
    /// The files whose whole path from the project's root, or whose path as a module, the path ends
    /// with: the longest one, and all that are as long.
    fn files(&self, project: &Project, path: &Path) -> Vec<FileId> {
        let parts = parts(&path.to_string_lossy());
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: FxHashMap<OsString, Vec<FileId>> = FxHashMap::default();
            for (file, path) in project.files().iter().enumerate() {
                let name = path.file_name().unwrap_or_default().to_owned();
                by_name.entry(name).or_default().push(file);
            }
            by_name
        });
        let name = parts.last().map(OsString::from).unwrap_or_default();
        let candidates = by_name.get(&name).into_iter().flatten();
        let ranked = candidates.filter_map(|&file| {
            let ends = ends(project, file).into_iter();
            let shared = ends.filter(|end| parts.ends_with(end)).map(|end| end.len());
            Some((shared.max()?, file))
        });
        let ranked: Vec<(usize, FileId)> = ranked.collect();
        let longest = ranked.iter().map(|(length, _)| *length).max();
        let best = ranked
            .into_iter()
            .filter(|(length, _)| Some(*length) == longest);
        best.map(|(_, file)| file).collect()
    }
}

/// What a path in another tree ends with, if it is this file there: the path from the root, and
/// those of its modules, which begin where an installed package does.
fn ends(project: &Project, file: FileId) -> Vec<Vec<String>> {
    let path = &project.files()[file];
    let below = path.strip_prefix(project.root()).unwrap_or(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let modules = project.module_names(file).map(|dotted| {
        let package = match project.is_package(file) {
            true => Some(dotted),
            false => dotted.rsplit_once('.').map(|(package, _)| package),
        };
        let names = package.into_iter().flat_map(|package| package.split('.'));
        names.map(str::to_owned).chain([name.to_string()]).collect()
    });
    [parts(&below.to_string_lossy())]
        .into_iter()
        .chain(modules)
        .collect()
}

/// The names of a path, of whichever system it is.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split(['/', '\\']);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What was found in a file, and what was seen besides. `senses` says what the names of the file
/// stand for: what a name leads to needs no finding where its import moves, or has moved.
pub fn added(
    mut scan: Scan,
    uses: &[Use],
    source: &Source,
    plan: &Plan,
    senses: &[(usize, Sense<'_>)],
) -> Scan {
    let text = source.text();
    let suppressions = Suppressions::of(text);
    for one in uses {
        let Some(moved) = plan.lookup(&one.path) else {
            continue; // of another manifest
        };
        let Some(line) = line(text, one.line) else {
            continue; // of another version of the file
        };
        if !one.text.is_empty() && one.text != text[line.clone()].trim() {
            continue; // the same, or another file at the same place
        }
        let statement = python::statement(text, line.start).unwrap_or_else(|| line.clone());
        let is_here = |at: usize| statement.contains(&at) || line.contains(&at);
        let is_related = |site: &Site| {
            site.code != Code::Mention
                && (under(&site.from, &one.path) || under(&one.path, &site.from))
        };
        let is_found = |finding: &Finding| {
            let mut related = finding.sites.iter().filter(|site| is_related(site));
            let mut edits = finding.edits.iter();
            related.clone().any(|site| is_here(site.range.start))
                || related.next().is_some() && edits.any(|edit| is_here(edit.start))
        };
        let leads_there = |(at, sense): &(usize, Sense<'_>)| {
            is_here(*at) && sense.scope.is_none() && stands_for(&sense.path, &moved)
        };
        if scan.findings.iter().any(is_found) || senses.iter().any(leads_there) {
            continue;
        }
        // The string of a statement of several lines may have moved, and Python says another line.
        let has = |path: &str| string(text, &[&line, &statement], path).is_some();
        if !has(&one.path) && (has(&moved.dotted()) || has(&moved.to.module)) {
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

/// Whether a name whose canonical path is `sense` leads to what moved: it is that, or something of
/// it, or the module that has it under the same name.
fn stands_for(sense: &str, moved: &Moved<'_>) -> bool {
    let whole = moved.to.name.is_none();
    under(sense, &moved.dotted())
        || whole && under(&moved.dotted(), sense) && under(sense, &moved.to.module)
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
    match string(text, &[line, statement], &one.path) {
        Some(range) => Finding {
            edits: vec![Edit::replace(range.clone(), moved.dotted())],
            confidence: Confidence::Likely,
            reason: Some(reason),
            ..Finding::left(vec![site(range)], String::new())
        },
        None => Finding::left(vec![site(trimmed(text, line))], reason),
    }
}

/// The first string in one of these places that is just a path.
fn string(text: &str, places: &[&Range<usize>], path: &str) -> Option<Range<usize>> {
    let mut strings = places.iter().flat_map(|place| {
        ['"', '\''].into_iter().filter_map(move |quote| {
            let string = format!("{quote}{path}{quote}");
            let at = place.start + text.get((*place).clone())?.find(&string)? + 1;
            Some(at..at + path.len())
        })
    });
    strings.next()
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
