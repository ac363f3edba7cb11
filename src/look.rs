//! The bytes of a file → whether it is worth reading: the cheap questions come first.
//!
//! Most files hold nothing, and cost no memory of their own.

use std::cell::RefCell;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

use crate::generated::is_generated;
use crate::lang;
use crate::plan::Prefilter;
use crate::project::is_rust;
use crate::source::Budget;

/// What the bytes of a file say.
#[derive(Debug)]
pub enum Look {
    /// No needle, or no language's business.
    Nothing,
    /// No needle, but a canonical name.
    NamesTarget,
    /// No needle, but what may be a reference without one, and is to be read.
    Gives,
    /// What `rehome shim` wrote: it tells others what is there, and is no reference itself.
    Tells,
    /// What may bring what other files name: it is to be read if one of them does.
    MayBring,
    /// A macro that may mean another thing by what other files name, and is no reference itself.
    MayHide,
    /// A needle.
    Text(Vec<u8>),
    /// The same, and the text is to be read again: so many were kept already.
    Hit,
    /// Why it cannot be read.
    Unreadable(String),
}

impl Look {
    /// Whether the file names what moves, or nobody knows whether it does.
    pub fn names(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Hit | Self::Unreadable(_))
    }

    /// Whether the file is to be read, whatever others say.
    pub fn is_read(&self) -> bool {
        self.names() || matches!(self, Self::Gives)
    }
}

/// Bytes that are looked at together. A larger file is looked at in pieces first: few of those hold
/// a needle, and a buffer for the largest one would be the most that a run needs.
const PIECE: usize = 256 * 1024;

/// What two pieces have in common, so that no word is cut: more than the longest name there is.
const SHARED: usize = 4 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The folder that the last file of this thread lay in.
    #[cfg(unix)]
    static FOLDER: RefCell<Option<(PathBuf, File)>> = const { RefCell::new(None) };
}

/// What one look at a file gave.
#[derive(Debug)]
pub struct Seen {
    /// Whether it is worth reading.
    pub look: Look,
    /// It is Rust, and may include the code of other files, whatever those are called.
    pub includes: bool,
}

impl Seen {
    /// Nothing at all.
    pub const NOTHING: Self = Self {
        look: Look::Nothing,
        includes: false,
    };
}

impl From<Look> for Seen {
    fn from(look: Look) -> Self {
        Self {
            look,
            includes: false,
        }
    }
}

/// Looks at the file at `path`. Texts are kept within a budget.
pub fn look(path: &Path, prefilter: &Prefilter, kept: &Budget) -> Seen {
    if lang::language_of(path, &[]).is_none() && path.extension().is_some() {
        return Seen::NOTHING;
    }
    let is_rust = is_rust(path);
    let is_claimed = |head: &[u8]| lang::language_of(path, head).is_some();
    looked(path, prefilter, kept, (is_rust, &is_claimed))
}

/// Looks at a file whose text is Rust by what another file says.
pub fn look_at_code(path: &Path, prefilter: &Prefilter, kept: &Budget) -> Seen {
    looked(path, prefilter, kept, (true, &|_| true))
}

/// Whether a file is Rust, and whether one of this beginning is any language's business.
type Kind<'k> = (bool, &'k dyn Fn(&[u8]) -> bool);

fn looked(path: &Path, prefilter: &Prefilter, kept: &Budget, kind: Kind<'_>) -> Seen {
    let (is_rust, is_claimed) = kind;
    let includes = |bytes: &[u8]| is_rust && prefilter.includes(bytes);
    let seen = BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(PIECE, 0);
        let mut file = open(path)?;
        let length = fill(&mut file, buffer)?;
        if length < PIECE {
            let bytes = &buffer[..length];
            return Ok(Seen {
                look: judged(bytes, prefilter, kept, kind),
                includes: includes(bytes),
            });
        }
        if !is_claimed(buffer) || is_generated(buffer) {
            return Ok(Seen::NOTHING);
        }
        // A piece says more often than the whole that a word of it matters, never less often.
        let (mut matters, mut names_target) = (false, false);
        let mut end = length;
        while !matters {
            let piece = &buffer[..end];
            matters = prefilter.may_touch_with_more(piece) || includes(piece);
            names_target |= prefilter.names_target(piece);
            if end < PIECE {
                break;
            }
            buffer.copy_within(PIECE - SHARED.., 0);
            end = SHARED + fill(&mut file, &mut buffer[SHARED..])?;
        }
        Ok(match matters {
            true => {
                let bytes = std::fs::read(path)?;
                Seen {
                    look: judged(&bytes, prefilter, kept, kind),
                    includes: includes(&bytes),
                }
            }
            false if names_target => Seen::from(Look::NamesTarget),
            false => Seen::NOTHING,
        })
    });
    seen.unwrap_or_else(|error: std::io::Error| {
        Seen::from(Look::Unreadable(format!("cannot be read: {error}")))
    })
}

/// What all bytes of a file say. A shim names legacy paths, and is what keeps them alive.
fn judged(bytes: &[u8], prefilter: &Prefilter, kept: &Budget, kind: Kind<'_>) -> Look {
    let (is_rust, is_claimed) = kind;
    if !is_claimed(bytes) {
        return Look::Nothing;
    }
    // Only code of Rust gives names to other files, or has macros of its own.
    let gives = || match is_rust {
        true => prefilter.gives(bytes),
        false => prefilter.brings_trait(bytes),
    };
    let seen = match () {
        () if prefilter.names(bytes) => Look::Hit,
        () if gives() => Look::Gives,
        () if prefilter.may_bring(bytes) => Look::MayBring,
        () if is_rust && prefilter.may_hide(bytes) => Look::MayHide,
        () if prefilter.names_target(bytes) => Look::NamesTarget,
        () => return Look::Nothing,
    };
    if is_generated(bytes) {
        return match is_rust {
            true => Look::Tells,
            false => Look::Nothing,
        };
    }
    match seen {
        Look::Hit if kept.take(bytes.len()) => Look::Text(bytes.to_vec()),
        seen => seen,
    }
}

/// Opens a file. A thread sees many files of a folder one after the other, and the way to the
/// folder is a tenth of what the system does for each: it is gone once.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let bytes = path.as_os_str().as_bytes();
    let Some(end) = memchr::memrchr(b'/', bytes).filter(|&end| end > 0) else {
        return File::open(path);
    };
    let (folder, name) = (OsStr::from_bytes(&bytes[..end]), &bytes[end + 1..]);
    FOLDER.with_borrow_mut(|last| {
        if last
            .as_ref()
            .is_none_or(|(known, _)| known.as_os_str() != folder)
        {
            *last = File::open(folder).ok().map(|file| (folder.into(), file));
        }
        // A folder may be entered and yet not be read.
        let Some((_, folder)) = last else {
            return File::open(path);
        };
        let opened = openat(
            folder,
            name,
            OFlags::RDONLY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        Ok(File::from(opened))
    })
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    File::open(path)
}

/// Reads until `buffer` is full or the file ends; gives how much that is. The length of a file is
/// not asked for: that would be one more question to the system for each.
fn fill(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;
    use crate::plan::Plan;

    const NAME: &str = "UnifiedWebSocketManager";

    fn seen(text: &str) -> Look {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.py");
        std::fs::write(&path, text).expect("a file");
        let plan = Manifest::builtin()
            .and_then(|m| Plan::new(&m))
            .expect("a plan");
        look(&path, &plan.prefilter(), &Budget::new(usize::MAX)).look
    }

    #[test]
    fn a_needle_is_seen_wherever_pieces_are_cut() {
        for cut in [PIECE, 2 * PIECE - SHARED] {
            for at in cut - NAME.len() - 1..cut + 2 {
                let text = format!("{}{NAME}\n{}", " ".repeat(at), "\n".repeat(PIECE));
                let Look::Text(bytes) = seen(&text) else {
                    panic!("not seen at {at}");
                };
                assert_eq!(bytes, text.as_bytes());
            }
        }
    }

    #[test]
    fn a_generated_file_holds_nothing() {
        for rest in ["", &"\n".repeat(PIECE)] {
            let text = crate::generated::sealed("#", &format!("{NAME}\n{rest}"));
            assert!(matches!(seen(&text), Look::Nothing));
        }
    }

    #[test]
    fn a_large_file_without_a_needle_is_not_kept() {
        let text = "value = 1\n".repeat(PIECE);
        assert!(matches!(seen(&text), Look::Nothing));
        let text = format!("{text}WebSocketManager\n");
        assert!(matches!(seen(&text), Look::NamesTarget));
    }
}
