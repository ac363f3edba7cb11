//! `rehome.toml` → [`Manifest`]: what was written, each part checked where it stands.
//!
//! Unknown keys are refused, and every fault is told at once with its line and column. What moves
//! mean together, chains and cycles, is worked out in [`crate::plan`].

mod error;
mod names;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub use self::error::{Fault, ManifestError};

/// The newest schema that is understood.
pub const SCHEMA: i64 = 1;

/// The file's name.
pub const FILE_NAME: &str = "rehome.toml";

/// The manifest that holds where no file says otherwise.
const BUILTIN: &str = include_str!("builtin.toml");

/// What `rehome init` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

/// All that a manifest says.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    /// Where it was read from; the name of the built-in one otherwise.
    pub path: PathBuf,
    /// Its text, for messages.
    pub text: String,
    /// Globs of files that are never looked at, relative to the manifest's directory.
    pub exclude: Vec<String>,
    /// Who ships these moves.
    pub package: Package,
    /// `[python]`.
    pub python: PythonOptions,
    /// `[rust]`.
    pub rust: RustOptions,
    /// The moves, in the order of the file.
    pub moves: Vec<MoveSpec>,
}

/// `[package]`: who ships the moves; needed by shims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    /// The distribution and its import name.
    pub python: Option<PythonPackage>,
    /// The crate and its library name.
    pub rust: Option<RustPackage>,
    /// How shims are made.
    pub shims: ShimOptions,
}

/// `[package] python`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PythonPackage {
    /// The name on the package index.
    pub dist: String,
    /// The name in `import`.
    pub import: String,
}

/// `[package] rust`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustPackage {
    /// The package's name.
    pub krate: String,
    /// The library's name in paths.
    pub lib: String,
}

/// `[package] shims`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShimOptions {
    /// Whether stubs are written beside Python shims.
    pub stubs: Option<bool>,
    /// How a stub declares a moved class: `alias` or `subclass`.
    pub stub_classes: Option<String>,
    /// The environment variable that governs warnings; the import name in capitals and `_SHIMS`
    /// where nothing is written.
    pub env: Option<String>,
}

/// `[python]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonOptions {
    /// Source roots, relative to the manifest's directory; found where empty.
    pub roots: Vec<String>,
    /// Whether modules that re-export a moved thing are legacy paths too. Default: they are.
    pub follow_reexports: bool,
    /// More functions whose first string argument is a dotted path.
    pub string_callees: Vec<String>,
}

impl Default for PythonOptions {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            follow_reexports: true,
            string_callees: Vec::new(),
        }
    }
}

/// `[rust]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustOptions {
    /// More attributes whose string is a path.
    pub string_keys: Vec<String>,
    /// Whether a `pub use` of the old name becomes one of the new name. Default: it does not.
    pub rename_public: bool,
}

/// One `[[move]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveSpec {
    /// Stable and unique.
    pub id: String,
    /// The version that deprecated the legacy path.
    pub since: Option<String>,
    /// The version that takes it away.
    pub remove_in: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Within a module move: names that change as well.
    pub rename: BTreeMap<String, String>,
    /// The move in Python.
    pub python: Option<PythonMove>,
    /// The move in Rust.
    pub rust: Option<RustMove>,
}

/// A path of a manifest, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSpec {
    /// The segments of the module.
    pub module: Vec<String>,
    /// The name in it; `None` for a module, a package or a crate.
    pub name: Option<String>,
    /// Its bytes in the manifest.
    pub span: Range<usize>,
}

/// `python = { … }` of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonMove {
    /// The legacy path.
    pub from: PathSpec,
    /// The canonical path.
    pub to: PathSpec,
    /// `class`, `function`, `constant` or `module`, where it is written.
    pub kind: Option<String>,
    /// The signature of a function.
    pub signature: Option<String>,
    /// Where the signature stands, and the legacy path where there is none.
    pub signature_span: Range<usize>,
}

/// `rust = { … }` of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustMove {
    /// The legacy path.
    pub from: PathSpec,
    /// The canonical path.
    pub to: PathSpec,
    /// `struct`, `fn`, `module`, `crate` and so on, where it is written.
    pub kind: Option<String>,
    /// The names of a module move with their kinds: `("State", "enum")`.
    pub items: Vec<(String, String)>,
    /// The signature of a function.
    pub signature: Option<String>,
    /// The package that a user of the new path depends on: its name and version.
    pub dependency: Option<(String, String)>,
    /// Whether the module's files move as well.
    pub move_files: bool,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// The file cannot be read, or something in it is wrong.
    pub fn load(path: &Path) -> Result<Self, ManifestError> {
        read::manifest(path, &text(path)?, path.parent())
    }

    /// Reads a manifest that a package brought along: without the tree that it was written for.
    ///
    /// # Errors
    /// The file cannot be read, or something in it is wrong.
    pub fn load_shipped(path: &Path) -> Result<Self, ManifestError> {
        read::manifest(path, &text(path)?, None)
    }

    /// Reads the text of a manifest; `path` is for messages.
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ManifestError> {
        let base = path.is_file().then(|| path.parent()).flatten();
        read::manifest(path, text, base)
    }

    /// The built-in manifest: one symbol move, in both languages.
    ///
    /// # Errors
    /// None, but that is for a test to say.
    pub fn builtin() -> Result<Self, ManifestError> {
        Self::parse(Path::new("<built-in manifest>"), BUILTIN)
    }
}

/// The text of a manifest.
fn text(path: &Path) -> Result<String, ManifestError> {
    let unreadable = |why: String| ManifestError::whole(path, why);
    let bytes =
        std::fs::read(path).map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let good = String::from_utf8_lossy(good).into_owned();
        let at = good.len()..good.len();
        ManifestError::new(path, good, vec![Fault::new(at, "not valid UTF-8")])
    })
}

/// The manifest that governs `start`: found upwards, at the git root at the latest.
pub fn find(start: &Path) -> Option<PathBuf> {
    for dir in start.ancestors() {
        let candidate = dir.join(FILE_NAME);
        if candidate.is_file() {
            return Some(candidate);
        }
        if dir.join(".git").exists() {
            return None;
        }
    }
    None
}
