//! How a journal lies on disk.
//!
//! `.rehome/journal/<n>/` holds `index.json` (written last, so that a journal without it never
//! began), `<i>.before` and `<i>.after` of each file, and the marks `done` and `undone`. A file that
//! was made has no `before`, one that was taken away no `after`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::replace::{flush_directory, mode};
use super::{Change, JournalError};

/// The version of the format; a reader refuses a larger number.
const VERSION: u32 = 2;

/// The version that a journal of replaced files alone is written in, for readers that know no other.
const FIRST_VERSION: u32 = 1;

/// `.rehome/` of a project.
#[derive(Debug)]
pub(super) struct Store {
    home: PathBuf,
    dir: PathBuf,
}

/// Held as long as files may be written; the system frees it when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file would do, but for a child process that was just forked and holds it too.
        let _ = self.file.unlock();
    }
}

/// One apply.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) number: u32,
    pub(super) home: PathBuf,
    pub(super) entries: Vec<Entry>,
    dir: PathBuf,
}

/// One file of an apply.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    path: StoredPath,
    #[serde(default, skip_serializing_if = "Fate::is_replaced")]
    fate: Fate,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fate {
    #[default]
    Replaced,
    /// It is made, and so many of the directories above it.
    Created { made: usize },
    /// It is taken away; it had this mode.
    Removed { mode: Option<u32> },
}

impl Fate {
    fn is_replaced(&self) -> bool {
        *self == Self::Replaced
    }
}

/// A path relative to the journal's home where it lies below, so that a checkout can be moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum StoredPath {
    Text(String),
    Bytes(Vec<u8>),
}

#[derive(Serialize, Deserialize)]
struct Index {
    version: u32,
    files: Vec<Entry>,
}

impl Entry {
    pub(super) fn replaced(home: &Path, path: &Path) -> Self {
        Self::new(home, path, Fate::Replaced)
    }

    pub(super) fn created(home: &Path, path: &Path, made: usize) -> Self {
        Self::new(home, path, Fate::Created { made })
    }

    pub(super) fn removed(home: &Path, path: &Path) -> std::io::Result<Self> {
        let mode = mode(&std::fs::metadata(path)?);
        Ok(Self::new(home, path, Fate::Removed { mode }))
    }

    pub(super) fn is_replaced(&self) -> bool {
        self.fate.is_replaced()
    }

    /// The mode of a file that was taken away.
    pub(super) fn mode(&self) -> Option<u32> {
        match self.fate {
            Fate::Removed { mode } => mode,
            _ => None,
        }
    }

    fn new(home: &Path, path: &Path, fate: Fate) -> Self {
        let home = home.canonicalize().unwrap_or_else(|_| home.to_owned());
        let path = path.strip_prefix(&home).unwrap_or(path);
        Self {
            path: match path.to_str() {
                Some(text) => StoredPath::Text(text.to_owned()),
                None => StoredPath::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
            },
            fate,
        }
    }

    pub(super) fn path(&self, home: &Path) -> PathBuf {
        match &self.path {
            StoredPath::Text(text) => home.join(text),
            StoredPath::Bytes(bytes) => home.join(os_path(bytes)),
        }
    }
}

#[cfg(unix)]
fn os_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

impl Store {
    /// The store of `home`, made where there is none.
    pub(super) fn open(home: &Path) -> Result<Self, JournalError> {
        let dir = home.join(".rehome");
        let io = |error| JournalError::Io(dir.clone(), error);
        std::fs::create_dir_all(dir.join("journal")).map_err(io)?;
        let ignore = dir.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(&ignore, "*\n").map_err(io)?;
        }
        Ok(Self {
            home: home.to_owned(),
            dir,
        })
    }

    /// The store of `home`, if there is one.
    pub(super) fn existing(home: &Path) -> Option<Self> {
        let dir = home.join(".rehome");
        dir.join("journal").is_dir().then(|| Self {
            home: home.to_owned(),
            dir,
        })
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// # Errors
    /// Another process is at work here.
    pub(super) fn lock(&self) -> Result<Lock, JournalError> {
        let path = self.dir.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| JournalError::Io(path.clone(), error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(JournalError::Locked(path)),
            Err(std::fs::TryLockError::Error(error)) => Err(JournalError::Io(path, error)),
        }
    }

    fn journals(&self) -> PathBuf {
        self.dir.join("journal")
    }

    /// The numbers of all journals, in order.
    fn numbers(&self) -> Result<Vec<u32>, JournalError> {
        let journals = self.journals();
        let unreadable =
            |error: std::io::Error| JournalError::Unreadable(journals.clone(), error.to_string());
        let mut numbers = Vec::new();
        for entry in std::fs::read_dir(&journals).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            numbers.extend(name.to_str().and_then(|name| name.parse::<u32>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The journal that began and did not come to its end.
    pub(super) fn unfinished(&self) -> Result<Option<u32>, JournalError> {
        let began = |dir: &Path| dir.join("index.json").exists();
        let ended = |dir: &Path| dir.join("done").exists();
        let numbers = self.numbers()?.into_iter();
        Ok(numbers
            .filter(|number| {
                let dir = self.journals().join(number.to_string());
                began(&dir) && !ended(&dir)
            })
            .max())
    }

    /// Writes a new journal, whole and flushed.
    pub(super) fn begin(
        &self,
        entries: Vec<Entry>,
        changes: &[Change],
    ) -> Result<Journal, JournalError> {
        let numbers = self.numbers()?;
        for number in &numbers {
            // What a kill left of a journal that never began.
            let dir = self.journals().join(number.to_string());
            if !dir.join("index.json").exists() {
                let _ = std::fs::remove_dir_all(dir);
            }
        }
        let number = numbers.last().map_or(1, |last| last + 1);
        let dir = self.journals().join(number.to_string());
        let journal = Journal {
            number,
            home: self.home.clone(),
            entries,
            dir: dir.clone(),
        };
        let written = journal.write(changes);
        if let Err(error) = written {
            journal.discard();
            return Err(JournalError::Io(dir, error));
        }
        flush_directory(&self.journals());
        Ok(journal)
    }

    pub(super) fn read(&self, number: u32) -> Result<Journal, JournalError> {
        let dir = self.journals().join(number.to_string());
        let index = dir.join("index.json");
        let unreadable = |why: String| JournalError::Unreadable(index.clone(), why);
        let text = std::fs::read(&index).map_err(|error| unreadable(error.to_string()))?;
        let version: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
        let version = version.get("version").and_then(serde_json::Value::as_u64);
        if version.is_some_and(|version| version > u64::from(VERSION)) {
            return Err(unreadable("it was written by a newer rehome".to_owned()));
        }
        let index: Index =
            serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
        Ok(Journal {
            number,
            home: self.home.clone(),
            entries: index.files,
            dir,
        })
    }

    /// The journal to undo.
    pub(super) fn choose(&self, number: Option<u32>) -> Result<Journal, JournalError> {
        let finished: Vec<u32> = self
            .numbers()?
            .into_iter()
            .filter(|number| {
                self.journals()
                    .join(number.to_string())
                    .join("done")
                    .exists()
            })
            .collect();
        let is_undone = |number: &u32| {
            self.journals()
                .join(number.to_string())
                .join("undone")
                .exists()
        };
        match number {
            Some(number) if !finished.contains(&number) => Err(JournalError::NoSuch(Some(number))),
            Some(number) if is_undone(&number) => Err(JournalError::AlreadyUndone(number)),
            Some(number) => self.read(number),
            None => {
                let last = finished.iter().rev().find(|number| !is_undone(number));
                self.read(*last.ok_or(JournalError::NoSuch(None))?)
            }
        }
    }
}

impl Journal {
    fn write(&self, changes: &[Change]) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        for (at, change) in changes.iter().enumerate() {
            if let Some(before) = &change.before {
                flushed(&self.dir.join(format!("{at}.before")), before)?;
            }
            if let Some(after) = &change.after {
                flushed(&self.dir.join(format!("{at}.after")), after)?;
            }
        }
        let index = Index {
            version: match self.entries.iter().all(Entry::is_replaced) {
                true => FIRST_VERSION,
                false => VERSION,
            },
            files: self.entries.clone(),
        };
        let text = serde_json::to_vec(&index)?;
        let half = self.dir.join("index.json.tmp");
        flushed(&half, &text)?;
        flush_directory(&self.dir);
        std::fs::rename(half, self.dir.join("index.json"))?;
        flush_directory(&self.dir);
        Ok(())
    }

    /// The bytes of a file before the apply; `None` where there was no file.
    pub(super) fn before(&self, at: usize) -> std::io::Result<Option<Vec<u8>>> {
        match self.entries[at].fate {
            Fate::Created { .. } => Ok(None),
            _ => std::fs::read(self.dir.join(format!("{at}.before"))).map(Some),
        }
    }

    /// The bytes that the apply gave a file; `None` where it took it away.
    pub(super) fn after(&self, at: usize) -> std::io::Result<Option<Vec<u8>>> {
        match self.entries[at].fate {
            Fate::Removed { .. } => Ok(None),
            _ => std::fs::read(self.dir.join(format!("{at}.after"))).map(Some),
        }
    }

    /// The directories that were made for new files, the deepest first.
    fn made_directories(&self) -> BTreeSet<std::cmp::Reverse<PathBuf>> {
        let made = |entry: &Entry| match entry.fate {
            Fate::Created { made } => made,
            _ => 0,
        };
        let dirs = self.entries.iter().flat_map(|entry| {
            let path = entry.path(&self.home);
            let above = path.ancestors().skip(1).take(made(entry));
            above
                .map(|dir| std::cmp::Reverse(dir.to_owned()))
                .collect::<Vec<_>>()
        });
        dirs.collect()
    }

    /// Takes those away again in which nothing lies but what Python compiled.
    pub(super) fn remove_made_directories(&self) {
        for std::cmp::Reverse(dir) in self.made_directories() {
            let Ok(entries) = std::fs::read_dir(&dir) else {
                continue;
            };
            let mut names = entries.flatten().map(|entry| entry.file_name());
            if names.all(|name| name == "__pycache__") {
                let _ = std::fs::remove_dir_all(dir.join("__pycache__"));
                let _ = std::fs::remove_dir(&dir);
            }
        }
    }

    /// The temporary file that stands beside a file while it is replaced.
    pub(super) fn temporary(&self, at: usize, path: &Path) -> PathBuf {
        path.with_file_name(format!(".rehome-{}-{at}.tmp", self.number))
    }

    /// Makes the new names in all directories last.
    pub(super) fn flush_directories(&self) {
        let files = self.entries.iter().map(|entry| entry.path(&self.home));
        let made = self.made_directories().into_iter().map(|dir| dir.0);
        let dirs: BTreeSet<PathBuf> = files
            .chain(made)
            .filter_map(|path| path.parent().map(Path::to_owned))
            .collect();
        for dir in dirs {
            flush_directory(&dir);
        }
    }

    /// Says that all files are new.
    pub(super) fn finish(&self) -> Result<(), JournalError> {
        self.mark("done")
    }

    /// Says that all files are old again.
    pub(super) fn mark_undone(&self) -> Result<(), JournalError> {
        self.mark("undone")
    }

    fn mark(&self, name: &str) -> Result<(), JournalError> {
        let path = self.dir.join(name);
        flushed(&path, b"").map_err(|error| JournalError::Io(path, error))?;
        flush_directory(&self.dir);
        Ok(())
    }

    /// Removes a journal that has nothing more to say: its index first, so that it never began.
    pub(super) fn discard(&self) {
        let _ = std::fs::remove_file(self.dir.join("index.json"));
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn flushed(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
