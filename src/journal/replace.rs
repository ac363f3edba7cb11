//! One file, replaced as a whole: a temporary file beside it, flushed, then renamed over it.

use std::fs::{File, Metadata};
use std::io::Write as _;
use std::path::Path;

/// Gives `path` the bytes `bytes`, by way of `temporary` in the same directory.
///
/// Mode and, where the process may, owner and group are kept. Another hard link to the file keeps
/// the old bytes: it may be a package cache's, which is nobody's to edit.
pub(super) fn replace(path: &Path, temporary: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let old = std::fs::metadata(path)?;
    let written = write(temporary, bytes, &old).and_then(|()| std::fs::rename(temporary, path));
    if written.is_err() {
        let _ = std::fs::remove_file(temporary);
    }
    written
}

fn write(temporary: &Path, bytes: &[u8], like: &Metadata) -> std::io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(bytes)?;
    keep_owner(&file, like);
    // After the owner: changing that clears the set-user-id bit.
    file.set_permissions(like.permissions())?;
    file.sync_all()
}

#[cfg(unix)]
fn keep_owner(file: &File, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    // An ordinary user may only give away what is his own; then the file becomes his.
    let _ = fchown(file, Some(like.uid()), Some(like.gid()))
        .or_else(|_| fchown(file, None, Some(like.gid())));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _like: &Metadata) {}

/// Makes the names in a directory last.
pub(super) fn flush_directory(dir: &Path) {
    // Not every file system can; the bytes themselves are flushed already.
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
}
