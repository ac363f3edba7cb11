//! Apply and undo: the only room that writes to the user's files.
//!
//! Before the first file is touched, all old and new bytes lie in `.rehome/journal/<n>/`, flushed to
//! the disk. Each file is then replaced by rename, made or taken away. A kill at any moment leaves
//! every file old or new; the next command finds the journal unfinished and takes it back.

pub mod git;
mod replace;
mod store;

use std::path::{Path, PathBuf};

use self::replace::{create, replace};
use self::store::{Entry, Journal, Lock, Store};

/// One file's change, as earlier rooms decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file, as the user sees it.
    pub path: PathBuf,
    /// Its bytes when it was read; `None` where there is no file yet.
    pub before: Option<Vec<u8>>,
    /// Its bytes afterwards; `None` where the file goes away.
    pub after: Option<Vec<u8>>,
}

/// What an apply did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The number that `undo` takes.
    pub number: u32,
    /// How many files were replaced, made or taken away.
    pub files: usize,
}

/// What an undo did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// The number of the apply.
    pub number: u32,
    /// Files that are as they were: with their old bytes, gone again, or there again.
    pub restored: Vec<PathBuf>,
    /// Files that were left, and why.
    pub left: Vec<(PathBuf, String)>,
}

/// Why nothing was written.
#[derive(Debug)]
#[non_exhaustive]
pub enum JournalError {
    /// Another process holds the lock.
    Locked(PathBuf),
    /// A file is not what it was when it was read.
    Changed(PathBuf),
    /// A file may not be written, or its directory may not.
    Refused(PathBuf, std::io::Error),
    /// A file lies outside of the roots, by way of a symlink.
    Outside(PathBuf),
    /// There is no apply of this number, or none at all.
    NoSuch(Option<u32>),
    /// The apply was undone before.
    AlreadyUndone(u32),
    /// The journal cannot be read: damaged, or of a newer version.
    Unreadable(PathBuf, String),
    /// The journal itself cannot be written.
    Io(PathBuf, std::io::Error),
    /// Writing failed, and so did taking it back: the journal of this number knows how it was.
    Stuck(u32, PathBuf, std::io::Error),
}

impl std::fmt::Display for JournalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Locked(path) => {
                write!(
                    f,
                    "another rehome is at work here ({} is locked)",
                    path.display()
                )
            }
            Self::Changed(path) => write!(
                f,
                "{} changed while rehome was at work; nothing was written, run it again",
                path.display()
            ),
            Self::Refused(path, error) => {
                write!(
                    f,
                    "{} cannot be written: {error}; nothing was written",
                    path.display()
                )
            }
            Self::Outside(path) => write!(
                f,
                "{} leads out of the project by a symlink; nothing was written",
                path.display()
            ),
            Self::NoSuch(Some(number)) => write!(f, "there is no apply {number} to undo"),
            Self::NoSuch(None) => write!(f, "there is nothing to undo"),
            Self::AlreadyUndone(number) => write!(f, "apply {number} was undone already"),
            Self::Unreadable(path, why) => {
                write!(f, "the journal {} cannot be read: {why}", path.display())
            }
            Self::Io(path, error) => {
                write!(
                    f,
                    "{} cannot be written: {error}; no file was touched",
                    path.display()
                )
            }
            Self::Stuck(number, path, error) => write!(
                f,
                "{} could not be restored: {error}; `rehome undo {number}` will do it when it can be written",
                path.display()
            ),
        }
    }
}

impl std::error::Error for JournalError {}

/// Where the journal lies: beside the manifest, else at the git root, else in `start`.
pub fn home(manifest: Option<&Path>, start: &Path) -> PathBuf {
    let beside = manifest.and_then(Path::parent);
    let root = || start.ancestors().find(|dir| dir.join(".git").exists());
    beside.or_else(root).unwrap_or(start).to_owned()
}

/// Writes all of `changes`, or none: what is in the way is found before the first file is touched,
/// and a failure later takes back what was done.
///
/// `roots` are the directories (or files) that may be written; a symlink may not lead out of them.
///
/// # Errors
/// Nothing was written, except in the case of [`JournalError::Stuck`].
pub fn apply(home: &Path, roots: &[PathBuf], changes: &[Change]) -> Result<Applied, JournalError> {
    let store = Store::open(home)?;
    let _lock = store.lock()?;
    take_back_unfinished(&store)?;
    let mut entries = Vec::new();
    for change in changes {
        entries.push(checked(&store, roots, change)?);
    }
    let journal = store.begin(entries, changes)?;
    let done = write_all(&journal, changes);
    if let Err((path, error)) = done {
        return match take_back(&journal) {
            Ok(_) => {
                journal.discard();
                Err(JournalError::Refused(path, error))
            }
            Err((path, error)) => Err(JournalError::Stuck(journal.number, path, error)),
        };
    }
    journal.finish()?;
    Ok(Applied {
        number: journal.number,
        files: changes.len(),
    })
}

/// Takes back what a killed apply left behind; gives its number.
///
/// # Errors
/// The journal cannot be read, or a file cannot be written.
pub fn recover(home: &Path) -> Result<Option<u32>, JournalError> {
    let Some(store) = Store::existing(home) else {
        return Ok(None);
    };
    let _lock = store.lock()?;
    take_back_unfinished(&store)
}

/// The number of an apply that did not come to its end.
pub fn unfinished(home: &Path) -> Option<u32> {
    Store::existing(home)?.unfinished().ok().flatten()
}

/// Restores the files of an apply, the last one unless a number is given.
///
/// # Errors
/// There is no such apply, or the journal cannot be read.
pub fn undo(home: &Path, number: Option<u32>) -> Result<Undone, JournalError> {
    let store = Store::existing(home).ok_or(JournalError::NoSuch(number))?;
    let lock = store.lock()?;
    if let Some(unfinished) = store.unfinished()?
        && number.is_none_or(|number| number == unfinished)
    {
        let journal = store.read(unfinished)?;
        let undone = take_back(&journal)
            .map_err(|(path, error)| JournalError::Stuck(unfinished, path, error))?;
        journal.discard();
        return Ok(undone);
    }
    take_back_unfinished(&store)?;
    let journal = store.choose(number)?;
    let undone = restore(&journal, &lock);
    if undone.left.is_empty() {
        journal.mark_undone()?;
    }
    Ok(undone)
}

/// Looks at one file before anything is written.
fn checked(store: &Store, roots: &[PathBuf], change: &Change) -> Result<Entry, JournalError> {
    let path = &change.path;
    let refused = |error| JournalError::Refused(path.clone(), error);
    let Some(before) = &change.before else {
        return checked_new(store, roots, path);
    };
    let real = path.canonicalize().map_err(refused)?;
    if !is_inside(roots, &real) {
        return Err(JournalError::Outside(path.clone()));
    }
    if std::fs::read(&real).map_err(refused)? != *before {
        return Err(JournalError::Changed(path.clone()));
    }
    // A file that says it must not be written is not written, though a rename could.
    std::fs::OpenOptions::new()
        .append(true)
        .open(&real)
        .map_err(refused)?;
    match change.after {
        Some(_) => Ok(Entry::replaced(store.home(), &real)),
        None => Entry::removed(store.home(), &real).map_err(refused),
    }
}

/// The same of a file that is to be made: nothing stands in its place, and the directory that it
/// will lie in, or the nearest one above, lies in a root.
fn checked_new(store: &Store, roots: &[PathBuf], path: &Path) -> Result<Entry, JournalError> {
    if path.symlink_metadata().is_ok() {
        return Err(JournalError::Changed(path.to_owned()));
    }
    let refused = |error| JournalError::Refused(path.to_owned(), error);
    let absolute = std::path::absolute(path).map_err(refused)?;
    let mut missing = absolute.ancestors().skip(1);
    let mut made = 0;
    let above = loop {
        match missing.next() {
            Some(dir) if dir.symlink_metadata().is_ok() => break dir,
            Some(_) => made += 1,
            None => return Err(JournalError::Outside(path.to_owned())),
        }
    };
    let real = above.canonicalize().map_err(refused)?;
    if !is_inside(roots, &real) {
        return Err(JournalError::Outside(path.to_owned()));
    }
    let below = absolute.strip_prefix(above).unwrap_or(&absolute);
    Ok(Entry::created(store.home(), &real.join(below), made))
}

fn is_inside(roots: &[PathBuf], real: &Path) -> bool {
    let mut roots = roots.iter().filter_map(|root| root.canonicalize().ok());
    roots.any(|root| real.starts_with(root))
}

type Failed = (PathBuf, std::io::Error);

fn write_all(journal: &Journal, changes: &[Change]) -> Result<(), Failed> {
    for (at, (entry, change)) in journal.entries.iter().zip(changes).enumerate() {
        let path = entry.path(&journal.home);
        let after = change.after.as_deref();
        put(journal, at, &path, after).map_err(|error| (change.path.clone(), error))?;
    }
    journal.flush_directories();
    Ok(())
}

/// Gives a file these bytes, or takes it away.
fn put(journal: &Journal, at: usize, path: &Path, bytes: Option<&[u8]>) -> std::io::Result<()> {
    let temporary = journal.temporary(at, path);
    let entry = &journal.entries[at];
    match bytes {
        None => std::fs::remove_file(path),
        Some(bytes) if entry.is_replaced() => replace(path, &temporary, bytes),
        Some(bytes) => create(path, &temporary, bytes, entry.mode()),
    }
}

/// The bytes of a file; `None` where there is none.
fn present(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        // A directory above it is a file by now, so there is no such file either.
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(None),
        Err(error) => Err(error),
    }
}

fn take_back_unfinished(store: &Store) -> Result<Option<u32>, JournalError> {
    let Some(number) = store.unfinished()? else {
        return Ok(None);
    };
    let journal = store.read(number)?;
    take_back(&journal).map_err(|(path, error)| JournalError::Stuck(number, path, error))?;
    journal.discard();
    Ok(Some(number))
}

/// Gives every file that is new its old bytes, and clears away temporary files.
fn take_back(journal: &Journal) -> Result<Undone, Failed> {
    let mut undone = Undone {
        number: journal.number,
        ..Undone::default()
    };
    for (at, entry) in journal.entries.iter().enumerate() {
        let path = entry.path(&journal.home);
        let temporary = journal.temporary(at, &path);
        let _ = std::fs::remove_file(&temporary);
        let failed = |error| (path.clone(), error);
        let now = present(&path).map_err(failed)?;
        let before = journal.before(at).map_err(failed)?;
        if now == before {
            continue;
        }
        if now == journal.after(at).map_err(failed)? {
            put(journal, at, &path, before.as_deref()).map_err(failed)?;
            undone.restored.push(path);
        } else if now.is_none() {
            undone.left.push((path, "it was deleted since".to_owned()));
        }
    }
    journal.remove_made_directories();
    journal.flush_directories();
    Ok(undone)
}

/// Restores what is still as the apply left it.
fn restore(journal: &Journal, _held: &Lock) -> Undone {
    let mut undone = Undone {
        number: journal.number,
        ..Undone::default()
    };
    for (at, entry) in journal.entries.iter().enumerate() {
        let path = entry.path(&journal.home);
        match restored(journal, at, &path) {
            Ok(()) => undone.restored.push(path),
            Err(why) => undone.left.push((path, why)),
        }
    }
    journal.remove_made_directories();
    journal.flush_directories();
    undone
}

fn restored(journal: &Journal, at: usize, path: &Path) -> Result<(), String> {
    let now = present(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let in_journal = |error| format!("the journal cannot be read: {error}");
    let before = journal.before(at).map_err(in_journal)?;
    if now == before {
        return Ok(());
    }
    if now != journal.after(at).map_err(in_journal)? {
        return Err(match now {
            None => "it was deleted since".to_owned(),
            Some(_) => "it was changed since".to_owned(),
        });
    }
    put(journal, at, path, before.as_deref())
        .map_err(|error| format!("it cannot be written: {error}"))
}
