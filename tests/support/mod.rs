//! Fixtures, laid out for a run: what every test over `tests/fixtures` shares.
//!
//! `tests/fixtures/<language>/<case>/` holds
//! - `rehome.toml`, or nothing: then the built-in manifest rules;
//! - `before.EXT` and `after.EXT`, or `unchanged.EXT` where not a byte may change: the run sees one
//!   file, `case.EXT`. Where several files matter, folders: all of `before/`, and in `after/` those
//!   that change;
//! - `expected.toml`, or nothing: what is held or left to the user (see [`Expected`]).
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rehome::manifest::Manifest;
use rehome::parallel::Pool;
use rehome::plan::Plan;
use rehome::rewrite::{self, Options, Progress, Run, Workspace};
use serde::Deserialize;
use tempfile::TempDir;

/// Files by their path below the root, with `/` between names.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// One folder below `tests/fixtures/<language>`.
pub(crate) struct Case {
    /// `python/alias_to_the_new_name_goes`.
    pub(crate) name: String,
    /// The manifest's text; `None` for the built-in one.
    pub(crate) manifest: Option<String>,
    /// The tree before the run.
    pub(crate) before: Files,
    /// The tree afterwards: the same files.
    pub(crate) after: Files,
    /// What is said beside it.
    pub(crate) expected: Expected,
}

/// `expected.toml`. What is held, left, and skipped is all there is; notes, mentions and problems
/// are among those there are.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Expected {
    /// The run is one with `--certain-only`.
    pub(crate) certain_only: bool,
    /// The run is one with `--text`.
    pub(crate) text: bool,
    /// Findings whose edits are refused.
    pub(crate) held: Vec<Remark>,
    /// Findings in code that are left to the user.
    pub(crate) manual: Vec<Remark>,
    /// Files that are passed over.
    pub(crate) skipped: Vec<Remark>,
    /// Applied findings that say why they are done as they are.
    pub(crate) note: Vec<Remark>,
    /// What none of those says.
    pub(crate) unsaid: Vec<Remark>,
    /// Places in prose, or in longer text.
    pub(crate) mention: Vec<Remark>,
    /// Syntax errors.
    pub(crate) problem: Vec<Remark>,
}

/// A place, and a part of what is said of it.
#[derive(Debug, Default, Clone, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Remark {
    /// The file; the only one where nothing is written.
    pub(crate) file: String,
    /// Its line, from 1; any where nothing is written.
    pub(crate) line: usize,
    /// A part of the reason.
    pub(crate) reason: String,
}

/// All cases, or those that `FIXTURE` names, in the order of their names.
pub(crate) fn cases() -> Vec<Case> {
    let wanted = std::env::var("FIXTURE").ok();
    let mut cases = Vec::new();
    for language in folders(&fixtures()) {
        for dir in folders(&language) {
            let name = relative(&dir, &fixtures());
            let is_wanted =
                |wanted: &String| name == *wanted || name.ends_with(&format!("/{wanted}"));
            if wanted.as_ref().is_none_or(is_wanted) {
                cases.push(Case::read(&dir, name));
            }
        }
    }
    assert!(!cases.is_empty(), "no case is called {wanted:?}");
    cases
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

impl Case {
    fn read(dir: &Path, name: String) -> Self {
        let text = |file: &str| std::fs::read_to_string(dir.join(file)).ok();
        let expected = text("expected.toml").map_or_else(Expected::default, |text| {
            toml::from_str(&text).unwrap_or_else(|error| panic!("{name}/expected.toml: {error}"))
        });
        let (mut before, mut after) = (Files::new(), Files::new());
        if dir.join("before").is_dir() {
            before = read_tree(&dir.join("before"));
            after = before.clone();
            let changed = read_tree(&dir.join("after"));
            for (path, bytes) in changed {
                let old = after.insert(path.clone(), bytes);
                assert!(old.is_some(), "{name}: after/{path} has nothing before it");
            }
        } else {
            for file in files(dir) {
                let file_name = relative(&file, dir);
                let (stem, extension) = match file_name.split_once('.') {
                    Some((stem, extension)) => (stem, format!("case.{extension}")),
                    None => (file_name.as_str(), "case".to_owned()),
                };
                let bytes = std::fs::read(&file).expect("a fixture can be read");
                match (stem, file_name.as_str()) {
                    (_, "rehome.toml" | "expected.toml") => continue,
                    ("before", _) => before.insert(extension, bytes),
                    ("after", _) => after.insert(extension, bytes),
                    ("unchanged", _) => {
                        after.insert(extension.clone(), bytes.clone());
                        before.insert(extension, bytes)
                    }
                    _ => panic!("{name}: what is {file_name} for?"),
                };
            }
        }
        assert!(!before.is_empty(), "{name}: nothing stands before");
        assert!(
            before.keys().eq(after.keys()),
            "{name}: before and after are not the same files"
        );
        Self {
            name,
            manifest: text("rehome.toml"),
            before,
            after,
            expected,
        }
    }

    /// The options of the case.
    pub(crate) fn options(&self) -> Options {
        Options {
            certain_only: self.expected.certain_only,
            text: self.expected.text,
            ..Options::default()
        }
    }

    /// The plan of the case.
    pub(crate) fn plan(&self) -> Plan {
        let manifest = match &self.manifest {
            Some(text) => Manifest::parse(Path::new("rehome.toml"), text),
            None => Manifest::builtin(),
        };
        let manifest = manifest.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        Plan::new(&manifest).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// A directory with `files`, and the case's manifest.
    pub(crate) fn lay_out(&self, files: &Files) -> Tree {
        let tree = Tree::new(files);
        if let Some(manifest) = &self.manifest {
            std::fs::write(tree.root().join("rehome.toml"), manifest).expect("it can be written");
        }
        tree
    }
}

/// A tree of files for one run.
pub(crate) struct Tree {
    dir: TempDir,
    root: PathBuf,
}

impl Tree {
    /// A directory with `files`.
    pub(crate) fn new(files: &Files) -> Self {
        // In memory where the system has that: a disk's file system is slow with names that come and go.
        let dir = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new());
        let dir = dir.expect("there is a directory for temporary files");
        let root = dir.path().canonicalize().expect("it was just made");
        let tree = Self { dir, root };
        tree.write(files);
        tree
    }

    /// Writes `files` over what is there.
    pub(crate) fn write(&self, files: &Files) {
        for (path, bytes) in files {
            let path = self.root.join(path);
            let parent = path.parent().expect("it lies below the root");
            std::fs::create_dir_all(parent).expect("it can be made");
            std::fs::write(path, bytes).expect("it can be written");
        }
    }

    /// Its directory.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The files that it holds now, without what the journal, git and the manifest are.
    pub(crate) fn files(&self) -> Files {
        let mut files = read_tree(&self.root);
        files.retain(|path, _| {
            path != "rehome.toml" && !path.starts_with(".rehome/") && !path.starts_with(".git/")
        });
        files
    }

    /// The files as they would be after `run`.
    pub(crate) fn files_after(&self, run: &Run) -> Files {
        let mut files = self.files();
        for outcome in &run.outcomes {
            let source = outcome.file.open().expect("it is there");
            if let Some(after) = &outcome.after(&source) {
                let bytes = source.encode(after);
                let path = self.path_of(&source.path);
                files.insert(path, bytes.expect("what is held is not in `after`"));
            }
        }
        files
    }

    /// A path of a run, below the root.
    pub(crate) fn path_of(&self, path: &Path) -> String {
        let absolute = std::path::absolute(path).expect("the current directory exists");
        relative(&absolute, &self.root)
    }

    /// Looks at all of it.
    pub(crate) fn run(&self, plan: Plan, options: &Options) -> anyhow::Result<Run> {
        ALONE.with(|pool| self.run_by(pool, plan, options))
    }

    /// The same, by those threads.
    pub(crate) fn run_by(&self, pool: &Pool, plan: Plan, options: &Options) -> anyhow::Result<Run> {
        let workspace = Workspace {
            root: self.root.clone(),
            paths: vec![self.root.clone()],
            sources: Vec::new(),
            crates: Vec::new(),
            warnings: Vec::new(),
            installed: BTreeMap::new(),
        };
        rewrite::run(plan, &workspace, options, pool, &Progress::default())
    }
}

thread_local! {
    /// What a test runs on: one thread for all its thousands of runs, as to start one costs more than a run.
    static ALONE: Pool = Pool::new(Some(1));
}

/// Runs `check` on every item, on a few threads; gives the complaints in the order of the items.
pub(crate) fn complaints<T: Sync>(
    items: &[T],
    check: impl Fn(&T) -> Result<(), String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else {
                        return;
                    };
                    if let Err(complaint) = check(item) {
                        let mut complaints = complaints.lock().expect("no check panics with it");
                        complaints.insert(at, complaint);
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("all threads ended");
    complaints.into_values().collect()
}

/// Fails with all complaints.
#[track_caller]
pub(crate) fn assert_none(complaints: &[String], of: usize) {
    assert!(
        complaints.is_empty(),
        "{} of {of}:\n\n{}\n",
        complaints.len(),
        complaints.join("\n")
    );
}

/// How the files differ from what is expected, as people read it; nothing where they do not.
pub(crate) fn difference(expected: &Files, got: &Files) -> String {
    let mut out = String::new();
    let paths: std::collections::BTreeSet<&String> = expected.keys().chain(got.keys()).collect();
    for path in paths {
        let (want, have) = (expected.get(path), got.get(path));
        if want == have {
            continue;
        }
        let visible = |bytes: Option<&Vec<u8>>| {
            let text = String::from_utf8_lossy(bytes.map_or(&[], Vec::as_slice));
            text.replace('\r', "␍").replace('\u{feff}', "<BOM>")
        };
        let (want, have) = (visible(want), visible(have));
        let diff = similar::TextDiff::from_lines(&want, &have);
        let diff = diff.unified_diff().context_radius(2).to_string();
        out.push_str(&format!("--- {path}: expected, +++ got\n{diff}\n"));
    }
    out
}

fn read_tree(dir: &Path) -> Files {
    let walk = walkdir::WalkDir::new(dir).sort_by_file_name();
    let entries = walk.into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).expect("it can be read");
            (relative(entry.path(), dir), bytes)
        })
        .collect()
}

/// The directories right below `dir`.
pub(crate) fn folders(dir: &Path) -> Vec<PathBuf> {
    children(dir)
        .into_iter()
        .filter(|path| path.is_dir())
        .collect()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    children(dir)
        .into_iter()
        .filter(|path| path.is_file())
        .collect()
}

fn children(dir: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(dir)
        .min_depth(1)
        .max_depth(1)
        .sort_by_file_name();
    walk.into_iter()
        .map(|entry| entry.expect("it can be read").into_path())
        .collect()
}

fn relative(path: &Path, base: &Path) -> String {
    let below = path.strip_prefix(base).expect("it lies below");
    let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
    names.join("/")
}
