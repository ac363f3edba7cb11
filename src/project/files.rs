//! Files by their names alone.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::FileId;

/// The place of a path among files in the order of their bytes.
pub fn id_among(files: &[PathBuf], path: &Path) -> Option<FileId> {
    let by_bytes = |file: &PathBuf| file.as_os_str().cmp(path.as_os_str());
    files.binary_search_by(by_bytes).ok()
}

/// Whether a file is Rust by its name.
pub fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
}

/// The files of Rust below the folder of a crate, sorted, but what was built there.
pub fn rust_below(dir: &Path) -> Vec<PathBuf> {
    let is_source = |entry: &DirEntry| entry.depth() == 0 || entry.file_name() != "target";
    let entries = WalkDir::new(dir).sort_by_file_name().into_iter();
    let files = entries.filter_entry(is_source).flatten();
    let files = files.filter(|entry| entry.file_type().is_file());
    let paths = files.map(DirEntry::into_path);
    paths.filter(|path| is_rust(path)).collect()
}
