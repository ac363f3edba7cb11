//! Files whose text is code of Rust because another one includes it, whatever their names say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::look::{Look, Seen};
use crate::project::{FileId, id_among, included, is_rust};

/// What was seen of all files, and those among them that are code though their names do not say it:
/// `seen` is put right for these, by `look`.
pub(super) fn code(
    root: &Path,
    files: &[PathBuf],
    seen: Vec<Seen>,
    look: impl Fn(&Path) -> Seen,
) -> (Vec<Look>, FxHashSet<FileId>) {
    let including = seen.iter().enumerate().filter(|(_, seen)| seen.includes);
    let mut open: Vec<FileId> = including.map(|(id, _)| id).collect();
    let mut found: BTreeMap<FileId, Look> = BTreeMap::new();
    while let Some(id) = open.pop() {
        for inner in included_by(root, files, id) {
            found.entry(inner).or_insert_with(|| {
                let seen = look(&files[inner]);
                open.extend(seen.includes.then_some(inner));
                seen.look
            });
        }
    }
    let code = found.keys().copied().collect();
    let looks = seen.into_iter().enumerate();
    let looks = looks.map(|(id, seen)| found.remove(&id).unwrap_or(seen.look));
    (looks.collect(), code)
}

/// The code that a file includes from files whose names do not say that it is Rust.
fn included_by(root: &Path, files: &[PathBuf], id: FileId) -> Vec<FileId> {
    let file = &files[id];
    let text = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let place = |path: &Path| id_among(files, path);
    let above = file.ancestors().skip(1);
    let mut inside = above.take_while(|dir| dir.starts_with(root));
    let package = inside.find(|dir| place(&dir.join("Cargo.toml")).is_some());
    let all = included(file, &text, package.unwrap_or(Path::new("")), |path| {
        place(path).is_some()
    });
    let code = all.into_iter().filter(|it| it.is_code);
    let other = code.filter(|it| !is_rust(&it.file));
    other.filter_map(|it| place(&it.file)).collect()
}
