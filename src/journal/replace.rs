//! One file, replaced or made as a whole: a temporary file beside it, flushed, then renamed.

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

/// Makes `path` with the bytes `bytes`, and the directories that it lies in; never over another
/// file. With a mode where the file is one that was taken away before.
pub(super) fn create(
    path: &Path,
    temporary: &Path,
    bytes: &[u8],
    mode: Option<u32>,
) -> std::io::Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let written = write_new(temporary, bytes, mode).and_then(|()| place(temporary, path));
    let _ = std::fs::remove_file(temporary);
    written
}

/// Gives a file its name. A rename would take the place of a file that came up meanwhile, a link
/// fails; not every file system has links.
fn place(temporary: &Path, path: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(temporary, path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(error),
        Err(_) if !path.exists() => std::fs::rename(temporary, path),
        linked => linked,
    }
}

fn write_new(temporary: &Path, bytes: &[u8], mode: Option<u32>) -> std::io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(bytes)?;
    if let Some(mode) = mode {
        set_mode(&file, mode)?;
    }
    file.sync_all()
}

/// The mode of a file, where files have one.
#[cfg(unix)]
pub(super) fn mode(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(metadata.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
pub(super) fn mode(_metadata: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: u32) -> std::io::Result<()> {
    Ok(())
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
