//! What a run does not look at, and Cargo does: files that are left out or that links lead to, and
//! manifests that cannot be read.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use walkdir::{DirEntry, WalkDir};

use super::crates::Package;
use super::files::{id_among, is_rust};
use super::listed::dependencies;
use super::modules::{self, Owner};
use super::workspace::{is_inherited, manifest};
use super::{FileId, Project, library_of};
use crate::discover::never;
use crate::finding::{Finding, Site};
use crate::plan::{Dialect, Move, Plan, is_compilers};

/// Why a file is no part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// Rules that users wrote.
    LeftOut,
    /// It is one.
    Symlink,
}

impl Hidden {
    /// The same as words for users.
    pub fn reason(self) -> &'static str {
        match self {
            Self::LeftOut => "`exclude` or a `.gitignore` leaves it out",
            Self::Symlink => "it is a symlink, which is not followed",
        }
    }
}

/// The `Cargo.toml` of packages, and above these, whose files a run looks at, and which it does not
/// look at themselves; sorted. `files` are sorted as well.
pub fn hidden_manifests(root: &Path, files: &[PathBuf], plan: &Plan) -> Vec<(PathBuf, Hidden)> {
    let leaves = |mv: &Move| library_of(&mv.from.module) != library_of(&mv.to.module);
    if !plan.moves_of(Dialect::Rust).any(leaves) {
        return Vec::new();
    }
    let mut dirs: FxHashSet<&Path> = FxHashSet::default();
    for file in files.iter().filter(|file| is_rust(file)) {
        let above = file.ancestors().skip(1);
        let mut inside = above.take_while(|dir| dir.starts_with(root));
        while inside.next().is_some_and(|dir| dirs.insert(dir)) {}
    }
    let manifests = dirs.into_iter().map(|dir| dir.join("Cargo.toml"));
    let unseen = manifests.filter(|path| id_among(files, path).is_none());
    let mut hidden: Vec<(PathBuf, Hidden)> = unseen
        .filter_map(|path| match path.symlink_metadata().ok()?.is_symlink() {
            true if path.is_file() => Some((path, Hidden::Symlink)),
            false if path.is_file() => Some((path, Hidden::LeftOut)),
            _ => None,
        })
        .collect();
    hidden.sort_by(|(a, _), (b, _)| a.as_os_str().cmp(b.as_os_str()));
    hidden
}

impl Project {
    /// Takes note of files that are no part of the run.
    pub fn set_hidden(&mut self, hidden: &[(PathBuf, Hidden)]) {
        let hidden = hidden.iter();
        let known = hidden.filter_map(|(path, why)| Some((self.id(path)?, *why)));
        self.hidden = known.collect();
    }

    /// Why a run may not write `file`; `None` where it may.
    pub fn unwritten(&self, file: FileId) -> Option<&'static str> {
        let mut hidden = self.hidden.iter();
        if let Some((_, why)) = hidden.find(|(id, _)| *id == file) {
            return Some(why.reason());
        }
        let written = self.written.as_ref()?;
        (!written.contains(&file)).then_some("it is not among the paths that were given")
    }

    /// Why a finding cannot begin paths with another crate: a `Cargo.toml` above its file cannot be
    /// read, so nobody knows what is depended on. `None` where none is needed.
    pub fn unreadable(&self, plan: &Plan, file: FileId, finding: &Finding) -> Option<String> {
        let is_written = |krate: &str| finding.edits.iter().any(|edit| edit.text.contains(krate));
        let mut asked: FxHashSet<&str> = FxHashSet::default();
        let mut sites = finding.sites.iter().filter(|site| {
            let krate = library_of(&site.to);
            let is_new = krate != library_of(&site.from) && !is_compilers(krate);
            is_new && asked.insert(krate) && is_written(krate)
        });
        let is_of_rust = |site: &Site| {
            let mut moves = plan.moves_of(Dialect::Rust);
            moves.any(|mv| {
                mv.id == site.move_id && library_of(&mv.to.module) == library_of(&site.to)
            })
        };
        if !sites.any(is_of_rust) {
            return None;
        }
        let above = self.files[file].ancestors().skip(1);
        let mut inside = above.take_while(|dir| dir.starts_with(&self.root));
        let mut workspace: Option<PathBuf> = None;
        let broken = inside.find(|dir| match self.crates.package(dir, &self.files) {
            // What lies above a workspace is none of its matter.
            _ if workspace.as_ref().is_some_and(|it| !dir.starts_with(it)) => false,
            Some(Ok(package)) if package.workspace != package.dir => {
                workspace.get_or_insert_with(|| package.workspace.clone());
                false
            }
            found => matches!(found, Some(Err(_))),
        });
        let path = broken?.join("Cargo.toml");
        let shown = path.strip_prefix(&self.root).unwrap_or(&path).display();
        Some(format!(
            "{shown} cannot be read, which it needs: {}",
            complaint(&path)
        ))
    }

    /// The files of a package's crates that the run does not look at, each with the reason.
    pub fn hidden_code(&self, package: &Package) -> Vec<(PathBuf, &'static str)> {
        let is_own = |entry: &DirEntry| {
            let is_dir = entry.file_type().is_dir();
            let is_other = || entry.depth() > 0 && entry.path().join("Cargo.toml").is_file();
            !is_dir || !never(entry.path()) && !is_other()
        };
        let below = WalkDir::new(&package.dir).into_iter();
        let below = below.filter_entry(is_own).flatten();
        let code = below.map(DirEntry::into_path).filter(|path| is_rust(path));
        // What no walk of the run found may be a root, or have others below.
        let mut all: Vec<PathBuf> = code.collect();
        all.sort_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
        let whole = Package::read(&package.dir, &all.into());
        let roots = whole.iter().flat_map(|whole| whole.roots().iter());
        let mut open: Vec<(PathBuf, Owner)> = roots
            .map(|(root, ..)| (root.clone(), Owner::Folder))
            .collect();
        let mut reached: FxHashSet<PathBuf> = FxHashSet::default();
        while let Some((file, owner)) = open.pop() {
            if !reached.insert(file.clone()) {
                continue;
            }
            let text = std::fs::read(&file).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let there = |path: &Path| path.is_file();
            let below = modules::below(&file, &text, owner, there);
            open.extend(below.into_iter().map(|it| (it.file, it.owner)));
            let inner = modules::included(&file, &text, &package.dir, there);
            let inner = inner.into_iter().filter(|it| it.is_code);
            open.extend(inner.map(|it| (it.file, Owner::Folder)));
        }
        // A link to a file of the run says what that one says.
        let is_seen = |path: &Path| {
            let real = || path.canonicalize().ok();
            self.id(path).is_some()
                || path.is_symlink() && real().is_some_and(|it| self.id(&it).is_some())
        };
        let mut hidden: Vec<PathBuf> = reached.into_iter().filter(|it| !is_seen(it)).collect();
        hidden.sort_unstable();
        hidden.into_iter().map(with_reason).collect()
    }

    /// A manifest that the run does not look at, or cannot read, and that has a library from the
    /// workspace in `dir`, or may have it.
    pub fn hidden_member(&self, dir: &Path, library: &str) -> Option<(PathBuf, &'static str)> {
        let shared = manifest(dir)?;
        let shared = shared.get("workspace")?.get("dependencies")?.as_table()?;
        let is_it = |key: &str| key.replace('-', "_") == library;
        if !shared.keys().any(|key| is_it(key)) {
            return None;
        }
        let is_looked_into = |entry: &DirEntry| !entry.file_type().is_dir() || !never(entry.path());
        let below = WalkDir::new(dir).sort_by_file_name().into_iter();
        let below = below.filter_entry(is_looked_into).flatten();
        let manifests = below.map(DirEntry::into_path);
        let mut manifests = manifests.filter(|path| path.ends_with("Cargo.toml") && path.is_file());
        manifests.find_map(|path| {
            let is_seen = self.id(&path).is_some();
            match path.parent().and_then(manifest) {
                Some(table) if !is_seen => {
                    let mut listed = dependencies(&table).into_iter();
                    let has_it = listed.any(|it| is_it(it.key) && is_inherited(it.value));
                    has_it.then(|| with_reason(path))
                }
                Some(_) => None,
                None => {
                    let bytes = std::fs::read(&path).unwrap_or_default();
                    let text = String::from_utf8_lossy(&bytes).replace('-', "_");
                    text.contains(library)
                        .then_some((path, "it cannot be read"))
                }
            }
        })
    }
}

/// A file that no run looks at, and why.
fn with_reason(path: PathBuf) -> (PathBuf, &'static str) {
    let why = match path.is_symlink() {
        true => Hidden::Symlink,
        false => Hidden::LeftOut,
    };
    (path, why.reason())
}

/// Why a manifest cannot be read.
fn complaint(path: &Path) -> String {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return error.to_string(),
    };
    let parsed = text.trim_start_matches('\u{feff}').parse::<toml::Table>();
    parsed.map_or_else(
        |error| format!("not valid TOML: {}", error.message()),
        |_| "it has changed".to_owned(),
    )
}
