//! Roots → the files under them, sorted; and what is never looked at.
//!
//! `.gitignore` counts, because users expect it; hidden files are looked at, because CI lives there.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Context as _;
use globset::{Glob, GlobSet, GlobSetBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::parallel::Pool;

/// Directories that are never looked into, with or without a `.gitignore`.
const NEVER: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".jj",
    ".rehome",
    ".venv",
    ".tox",
    ".nox",
    ".eggs",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".direnv",
    "__pycache__",
    "__pypackages__",
    "node_modules",
    "site-packages",
    "target",
];

/// Files that say the same of the directory that they lie in, whatever that is called: it is a virtual
/// environment, or a crate of `cargo vendor`, which Cargo refuses once a byte of it has changed.
const MARKS: &[&str] = &["pyvenv.cfg", ".cargo-checksum.json"];

/// What lies under the roots.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// Regular files, absolute and sorted.
    pub files: Vec<PathBuf>,
    /// What a look at each of them gave.
    pub looks: Vec<T>,
    /// Symlinks that lead out of the project; they are not followed.
    pub leading_out: Vec<PathBuf>,
    /// What could not be read, and why.
    pub unreadable: Vec<(PathBuf, String)>,
}

/// The files under `root`, and under each of `paths`, which count even where they are ignored; and
/// what `look` says of each, asked while others are still to be found.
///
/// # Errors
/// A path that does not exist or cannot be read, or a glob of `exclude` that is none.
pub fn files<T: Send>(
    root: &Path,
    paths: &[PathBuf],
    exclude: &[String],
    pool: &Pool,
    look: impl Fn(&Path) -> T + Sync,
) -> anyhow::Result<Found<T>> {
    let exclude = globs(exclude)?;
    let mut starts = vec![root.to_owned()];
    for path in paths {
        let start = std::path::absolute(path)
            .and_then(|path| path.metadata().map(|_| path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        let start = lexically_normal(&start);
        if start.is_dir() {
            std::fs::read_dir(&start).with_context(|| format!("cannot read {}", path.display()))?;
        } else if start.is_file() {
            std::fs::File::open(&start)
                .with_context(|| format!("cannot read {}", path.display()))?;
        }
        if start != root {
            starts.push(start);
        }
    }
    let mut found = Walked::default();
    let mut walked: Vec<PathBuf> = Vec::new();
    for start in starts {
        let inside = walked.iter().any(|above| start.starts_with(above));
        if inside && !hidden_by_rules(root, &start, &exclude) {
            continue;
        }
        let under = walk(root, &start, &exclude, pool.threads(), &look);
        found.files.extend(under.files);
        found.leading_out.extend(under.leading_out);
        found.unreadable.extend(under.unreadable);
        walked.push(start);
    }
    // By bytes: comparing paths part by part takes longer than reading the small ones.
    pool.sort_by(&mut found.files, |(a, _), (b, _)| {
        a.as_os_str().cmp(b.as_os_str())
    });
    found.files.dedup_by(|(a, _), (b, _)| a == b);
    found.leading_out.sort();
    found.leading_out.dedup();
    found.unreadable.sort();
    let (files, looks) = found.files.into_iter().unzip();
    Ok(Found {
        files,
        looks,
        leading_out: found.leading_out,
        unreadable: found.unreadable,
    })
}

/// What is found, in whatever order.
struct Walked<T> {
    files: Vec<(PathBuf, T)>,
    leading_out: Vec<PathBuf>,
    unreadable: Vec<(PathBuf, String)>,
}

impl<T> Default for Walked<T> {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            leading_out: Vec::new(),
            unreadable: Vec::new(),
        }
    }
}

/// `path` and the directories above it that belong to the project: to the git root, which may lie
/// above `root`, or to `root`.
pub fn upwards<'p>(path: &'p Path, root: &Path) -> Vec<&'p Path> {
    let is_top = |dir: &&Path| dir.join(".git").exists();
    let top = path.ancestors().find(is_top).unwrap_or(root);
    path.ancestors()
        .take_while(|dir| dir.starts_with(top))
        .collect()
}

/// `path` without `.` and `..`, as far as the text of it tells.
pub fn lexically_normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Whether the walk from `root` passes `start` over, so that only naming it makes it count.
fn hidden_by_rules(root: &Path, start: &Path, exclude: &GlobSet) -> bool {
    if start
        .ancestors()
        .any(|dir| dir != root && dir.starts_with(root) && never(dir))
    {
        return true;
    }
    // The rules of `.gitignore` are asked by a walk that goes straight to `start`.
    let towards = start.to_owned();
    let mut builder = builder(root);
    builder.filter_entry(move |entry| towards.starts_with(entry.path()));
    let reached = builder.build().flatten().any(|entry| entry.path() == start);
    !reached || excluded(root, start, exclude)
}

fn globs(patterns: &[String]) -> anyhow::Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).with_context(|| format!("bad glob `{pattern}`"))?);
    }
    Ok(set.build()?)
}

fn excluded(root: &Path, path: &Path, exclude: &GlobSet) -> bool {
    !exclude.is_empty()
        && path.strip_prefix(root).is_ok_and(|path| {
            path.ancestors()
                .any(|part| !part.as_os_str().is_empty() && exclude.is_match(part))
        })
}

fn builder(start: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(start);
    builder.hidden(false).require_git(false).follow_links(false);
    builder
}

fn walk<T: Send>(
    root: &Path,
    start: &Path,
    exclude: &GlobSet,
    threads: usize,
    look: &(impl Fn(&Path) -> T + Sync),
) -> Walked<T> {
    let found = Mutex::new(Walked::default());
    let lock = || {
        found
            .lock()
            .expect("no thread panics while it holds the list")
    };
    let top = start.to_owned();
    let mut builder = builder(start);
    builder
        .threads(threads)
        .filter_entry(move |entry| entry.path() == top || !is_never(entry));
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let (path, reason) = described(start, &error);
                    lock().unreadable.push((path, reason));
                    return WalkState::Continue;
                }
            };
            if excluded(root, entry.path(), exclude) {
                return WalkState::Skip;
            }
            match entry.file_type() {
                Some(kind) if kind.is_file() => {
                    let look = look(entry.path());
                    lock().files.push((entry.into_path(), look));
                }
                Some(kind) if kind.is_symlink() && leads_out(root, entry.path()) => {
                    lock().leading_out.push(entry.into_path());
                }
                _ => {}
            }
            WalkState::Continue
        })
    });
    found.into_inner().expect("no thread panicked")
}

fn described(start: &Path, error: &ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), described(start, err).1),
        ignore::Error::WithDepth { err, .. } => described(start, err),
        ignore::Error::Io(io) => (start.to_owned(), format!("cannot be read: {io}")),
        other => (start.to_owned(), other.to_string()),
    }
}

fn is_never(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir()) && never(entry.path())
}

/// Whether a directory is one that is never looked into.
pub(crate) fn never(dir: &Path) -> bool {
    let Some(name) = dir.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    match name {
        // A Python package of that name is the user's own.
        "target" => !dir.join("__init__.py").exists(),
        _ if NEVER.contains(&name) => true,
        _ => MARKS.iter().any(|mark| dir.join(mark).exists()),
    }
}

fn leads_out(root: &Path, link: &Path) -> bool {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    link.canonicalize()
        .is_ok_and(|target| !target.starts_with(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("inside")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        dir
    }

    #[track_caller]
    fn check(files_there: &[(&str, &str)], paths: &[&str], exclude: &[&str], expected: &[&str]) {
        let dir = tree(files_there);
        let paths: Vec<_> = paths.iter().map(|p| dir.path().join(p)).collect();
        let exclude: Vec<_> = exclude.iter().map(|&g| g.to_owned()).collect();
        let pool = Pool::new(Some(2));
        let found = files(dir.path(), &paths, &exclude, &pool, |_| ()).expect("a readable tree");
        let got: Vec<_> = found
            .files
            .iter()
            .map(|p| {
                p.strip_prefix(dir.path())
                    .expect("inside")
                    .display()
                    .to_string()
            })
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn ignored_files_count_only_when_named() {
        let there = [(".gitignore", "gen/\n"), ("a.py", ""), ("gen/b.py", "")];
        check(&there, &["."], &[], &[".gitignore", "a.py"]);
        check(&there, &["gen"], &[], &[".gitignore", "a.py", "gen/b.py"]);
    }

    #[test]
    fn environments_and_build_trees_are_never_walked() {
        let there = [
            ("env/pyvenv.cfg", ""),
            ("env/lib/a.py", ""),
            ("vendor/itoa/.cargo-checksum.json", "{}"),
            ("vendor/itoa/src/lib.rs", ""),
            ("vendor/own/src/lib.rs", ""),
            ("target/debug/b.py", ""),
            ("pkg/target/__init__.py", ""),
            (".github/ci.py", ""),
        ];
        check(
            &there,
            &[],
            &[],
            &[
                ".github/ci.py",
                "pkg/target/__init__.py",
                "vendor/own/src/lib.rs",
            ],
        );
    }

    #[test]
    fn excluded_folders_are_passed_over_whole() {
        let there = [("vendor/x/a.py", ""), ("b.py", "")];
        check(&there, &[], &["vendor/**"], &["b.py"]);
        check(&there, &[], &["vendor"], &["b.py"]);
    }

    #[test]
    fn a_missing_path_is_an_error() {
        let dir = tree(&[]);
        let missing = [dir.path().join("nowhere")];
        let pool = Pool::new(Some(1));
        let error = files(dir.path(), &missing, &[], &pool, |_| ()).expect_err("it does not exist");
        assert!(format!("{error:#}").contains("nowhere"));
    }
}
