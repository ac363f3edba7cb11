//! Moves → the files that keep legacy paths alive: shims, their runtime, stubs and lints of Python,
//! and the blocks that the macros of Rust read.
//!
//! A legacy module that is gone is a generated file. One that still has names of its own is the
//! user's: it gets a marked block at its end, or the user is told what to write.

mod block;
mod expiry;
mod lints;
mod modules;
mod places;
mod python;
mod reexports;
mod releases;
mod rust;
mod stub;
mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use self::expiry::expired;
use self::modules::{LegacyModule, Standing};
use self::stub::Signatures;
use self::survey::Survey;
use crate::edit::{Edit, EditSet};
use crate::generated::{is_whole, lost_its_mark};
use crate::manifest::Manifest;
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::resolve::FileOutcome;
use crate::rewrite::Workspace;
use crate::source::Source;

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is not there yet.
    Missing,
    /// It is what an older manifest gave.
    Stale,
    /// Somebody edited what was generated.
    Edited,
    /// Nothing asks for it any more.
    Leftover,
    /// It is the user's, and does nothing that a shim would not do.
    Superseded,
    /// It is the user's, and its block is not what it should be.
    Block,
}

/// A file that is not as it should be.
#[derive(Debug, Clone)]
pub struct ShimFile {
    /// What becomes of it.
    pub fate: Fate,
    /// Its text; empty where there is no file.
    pub source: Source,
    /// The edit that makes it what it should be.
    pub outcome: FileOutcome,
}

impl ShimFile {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// Its bytes before; `None` where there is no file.
    pub fn before(&self) -> Option<Vec<u8>> {
        match self.fate {
            Fate::Missing => None,
            _ => self.source.encode(self.source.text()),
        }
    }

    /// Its bytes afterwards; `None` where it goes away.
    pub fn after(&self) -> Option<Vec<u8>> {
        match self.fate {
            Fate::Leftover => None,
            _ => self.source.encode(&self.outcome.after(&self.source)?),
        }
    }

    /// Whether the file is the user's own.
    pub fn is_users(&self) -> bool {
        matches!(self.fate, Fate::Superseded | Fate::Block)
    }
}

/// Something that is left to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file that it is about.
    pub path: PathBuf,
    /// What to do, and why; lines behind the first one are to be written as they are.
    pub text: String,
    /// Without it a legacy path is not kept alive, or nobody is told that the user keeps it so.
    pub is_needed: bool,
}

/// All that a manifest asks for.
#[derive(Debug, Clone, Default)]
pub struct Shims {
    /// Files that are not as they should be, in the order of their paths.
    pub files: Vec<ShimFile>,
    /// What is left to the user, in the same order.
    pub notes: Vec<Note>,
    /// How many files are as they should be.
    pub fresh: usize,
}

/// What the shims of a manifest should be, compared to what is there.
///
/// # Errors
/// A move says too little for a shim, or the project cannot be read.
pub fn shims(
    manifest: &Manifest,
    plan: &Plan,
    workspace: &Workspace,
    pool: &Pool,
) -> anyhow::Result<Shims> {
    let survey = Survey::new(plan, workspace, pool)?;
    let mut wanted = Wanted::default();
    let mut modules = modules::legacy_modules(manifest, plan, &survey);
    let mut foreign: BTreeSet<String> = BTreeSet::new();
    modules.retain(|module| match module.foreign(manifest, &survey) {
        None => true,
        Some(package) => {
            foreign.insert(package.to_owned());
            false
        }
    });
    for package in foreign {
        let why = "is here: a shim of it needs `[package] python` in `rehome.toml`";
        wanted.note(&manifest.path, format!("nothing of `{package}` {why}"));
    }
    let (signatures, faults) = Signatures::of(manifest, &modules);
    rust::blocks(manifest, &survey, faults, &mut wanted)?;
    python(
        manifest,
        plan,
        &survey,
        (&modules, &signatures),
        &mut wanted,
    );
    compared(&survey, wanted)
}

/// The files that should be there, and what is left to the user.
#[derive(Debug, Default)]
struct Wanted {
    /// Whole files, by their absolute paths.
    files: BTreeMap<PathBuf, String>,
    /// Files of the user's, with what they should be.
    edited: BTreeMap<PathBuf, (Fate, String)>,
    notes: Vec<Note>,
}

impl Wanted {
    /// A whole file, unless one of the user's is in its place; whether it is one to write. What was
    /// generated and lost its mark is none of the user's, and one that says nothing neither.
    fn whole(&mut self, survey: &Survey<'_>, path: PathBuf, text: String) -> bool {
        let lost_its_mark = || {
            let there = std::fs::read_to_string(&path);
            there.is_ok_and(|there| lost_its_mark(&there, &text) || there.trim().is_empty())
        };
        let is_ours = survey.may_generate(&path) || lost_its_mark();
        if is_ours {
            self.files.insert(path, text);
        }
        is_ours
    }

    fn note(&mut self, path: &Path, text: String) {
        self.notes.push(Note {
            path: path.to_owned(),
            text,
            is_needed: false,
        });
    }

    /// A note without which what is written keeps nothing alive.
    fn need(&mut self, path: &Path, text: String) {
        self.notes.push(Note {
            path: path.to_owned(),
            text,
            is_needed: true,
        });
    }
}

/// The files of Python.
fn python(
    manifest: &Manifest,
    plan: &Plan,
    survey: &Survey<'_>,
    (modules, signatures): (&[LegacyModule], &Signatures),
    wanted: &mut Wanted,
) {
    let runtimes = python::runtimes(manifest, survey, modules);
    let options = &manifest.package.shims;
    let stubs = options.stubs.unwrap_or(true);
    let classes = match options.stub_classes.as_deref() {
        Some("subclass") => stub::Classes::Subclass,
        _ => stub::Classes::Alias,
    };
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for module in modules {
        let runtime = &runtimes[&module.runtime_owner];
        match &module.standing {
            Standing::Alive => {
                let given = (runtime.module.as_str(), classes);
                if block::write(signatures, module, given, survey, wanted) {
                    used.insert(&module.runtime_owner);
                }
            }
            Standing::Busy(why) => wanted.note(&module.path, why.clone()),
            Standing::Gone if !survey.may_generate(&module.path) => {
                let why = "it is a file of yours that the project ignores: a shim takes its place when it is gone";
                wanted.need(&module.path, why.to_owned());
            }
            Standing::Gone | Standing::Reexports => {
                used.insert(&module.runtime_owner);
                let text = python::shim(module, &runtime.module);
                match module.standing {
                    Standing::Reexports => {
                        let edited = (Fate::Superseded, text);
                        wanted.edited.insert(module.path.clone(), edited);
                    }
                    _ => {
                        wanted.files.insert(module.path.clone(), text);
                    }
                }
                let stub = module.path.with_extension("pyi");
                if stubs {
                    let text = stub::stub(signatures, survey, module, classes);
                    // One of the user's stays, if it does what it is there for.
                    if !wanted.whole(survey, stub.clone(), text)
                        && let Some(why) = stub::lack(survey, module, &stub)
                    {
                        wanted.need(&stub, why);
                    }
                }
            }
        }
    }
    let with_names: BTreeSet<&PathBuf> = modules.iter().map(|module| &module.path).collect();
    for path in survey
        .blocks
        .iter()
        .filter(|path| !with_names.contains(path))
    {
        block::take_away(path, survey, wanted);
    }
    for module in modules {
        for path in survey.missing_packages(module) {
            let is_written = wanted.files.contains_key(&path) || wanted.edited.contains_key(&path);
            if module.is_generated() && !is_written && survey.may_generate(&path) {
                wanted.files.insert(path, python::empty_package());
            }
        }
    }
    for (owner, runtime) in runtimes {
        if !used.contains(owner.as_str()) {
            continue;
        }
        let moves = lints::moves(plan, survey, &owner, modules);
        for (extension, text) in [
            ("py", python::runtime(&runtime.env)),
            ("ruff.toml", lints::ruff(&moves)),
            ("pylintrc", lints::pylint(&moves)),
        ] {
            let path = runtime.path.with_extension(extension);
            if !text.is_empty() && !wanted.whole(survey, path.clone(), text) {
                let why =
                    "it is a file of yours, and its name is one of the shims: it is not written";
                wanted.need(&path, why.to_owned());
            }
        }
    }
}

/// What differs between what is wanted and what is there.
fn compared(survey: &Survey<'_>, wanted: Wanted) -> anyhow::Result<Shims> {
    let mut shims = Shims {
        notes: wanted.notes,
        ..Shims::default()
    };
    let leftovers = survey
        .generated
        .iter()
        .filter(|path| !wanted.files.contains_key(*path) && !wanted.edited.contains_key(*path));
    let mut files: Vec<(PathBuf, Option<Fate>, String)> = leftovers
        .map(|path| (path.clone(), Some(Fate::Leftover), String::new()))
        .collect();
    let whole = wanted.files.into_iter();
    files.extend(whole.map(|(path, text)| (path, None, text)));
    let edited = wanted.edited.into_iter();
    files.extend(edited.map(|(path, (fate, text))| (path, Some(fate), text)));
    for (path, fate, after) in files {
        let source = survey.source(&path)?;
        let before = source.as_ref().map(Source::text);
        let after = match before {
            // What is edited keeps its line ends by itself.
            Some(before) if fate.is_none() && before.contains("\r\n") => {
                after.replace('\n', "\r\n")
            }
            _ => after,
        };
        let fate = match (fate, before) {
            (Some(fate), _) => fate,
            (None, None) => Fate::Missing,
            (None, Some(before)) if is_whole(before) => Fate::Stale,
            (None, Some(_)) => Fate::Edited,
        };
        if fate != Fate::Leftover && before == Some(&after) {
            shims.fresh += 1;
            continue;
        }
        let source = source.unwrap_or_else(|| Source::new(survey.shown(&path), ""));
        let mut edits = EditSet::default();
        let edit = Edit::replace(0..source.text().len(), after);
        edits.add_all(&[edit]).expect("it is the only one");
        shims.files.push(ShimFile {
            fate,
            outcome: FileOutcome {
                file: source.clone().into(),
                edits,
                applied: Vec::new(),
                held: Vec::new(),
                left: Vec::new(),
                silenced: Vec::new(),
                problems: Vec::new(),
            },
            source,
        });
    }
    for note in &mut shims.notes {
        note.path = survey.shown(&note.path);
    }
    shims.files.sort_by(|a, b| a.path().cmp(b.path()));
    shims.notes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(shims)
}
