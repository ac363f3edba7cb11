//! What the workspace above a package says for it.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A dependency that a workspace has for all of its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Its key, by which they ask for it.
    pub key: String,
    /// The name of its library.
    pub library: String,
    /// Of which versions it is, where that is said.
    pub version: Option<String>,
}

/// What a workspace says for its members.
#[derive(Default)]
pub(super) struct Workspace {
    pub(super) dir: Option<PathBuf>,
    pub(super) edition: Option<u16>,
    pub(super) rust_version: Option<String>,
    dependencies: Table,
}

impl Workspace {
    /// The workspace of the package in `dir`, whose own manifest is given; nothing where there is none.
    pub(super) fn above(dir: &Path, own: &Table) -> Self {
        let of = |dir: &Path, table: &Table| {
            let workspace = table.get("workspace")?.as_table()?;
            let about = workspace.get("package").and_then(Value::as_table);
            let text = |key: &str| about?.get(key)?.as_str();
            let edition = text("edition").and_then(|it| it.parse().ok());
            let rust_version = text("rust-version").map(str::to_owned);
            let dependencies = workspace.get("dependencies").and_then(Value::as_table);
            Some(Self {
                dir: Some(dir.to_owned()),
                edition,
                rust_version,
                dependencies: dependencies.cloned().unwrap_or_default(),
            })
        };
        of(dir, own)
            .or_else(|| {
                let mut above = dir.ancestors().skip(1);
                above.find_map(|root| {
                    let table = manifest(root)?;
                    of(root, &table).filter(|_| !is_excluded(dir, root, &table))
                })
            })
            .unwrap_or_default()
    }

    /// Its dependencies.
    pub(super) fn shared(&self) -> Vec<Shared> {
        let dir = self.dir.as_deref().unwrap_or(Path::new(""));
        let all = self.dependencies.iter();
        let shared = |(key, value): (&String, &Value)| Shared {
            key: key.clone(),
            library: library(dir, key, value),
            version: version(value),
        };
        all.map(shared).collect()
    }

    /// Whether the key of a dependency is a name that was chosen for it.
    pub(super) fn is_named(&self, key: &str, value: &Value) -> bool {
        let shared = self.dependencies.get(key);
        let shared = shared.filter(|_| value.get("workspace").is_some());
        shared.unwrap_or(value).get("package").is_some()
    }

    /// The name in paths of the library that a dependency gives.
    pub(super) fn library(&self, dir: &Path, key: &str, value: &Value) -> String {
        match is_inherited(value)
            .then(|| self.dependencies.get(key))
            .flatten()
        {
            Some(shared) => library(self.dir.as_deref().unwrap_or(dir), key, shared),
            None => library(dir, key, value),
        }
    }
}

/// Whether a dependency is as the workspace has it.
pub(super) fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// Of which versions a dependency is.
fn version(value: &Value) -> Option<String> {
    let version = value.as_str().or_else(|| value.get("version")?.as_str());
    version.map(str::to_owned)
}

/// The name in paths of the library that a dependency in the manifest of `dir` gives.
fn library(dir: &Path, key: &str, value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let named = text("path").and_then(|path| {
        let lib = manifest(&dir.join(path))?;
        Some(lib.get("lib")?.get("name")?.as_str()?.to_owned())
    });
    let called = named.unwrap_or_else(|| text("package").unwrap_or(key).replace('-', "_"));
    // By these the standard library is built of crates that also stand alone: all that they give is
    // what the compiler has under the last word, which is their key as well.
    match called.strip_prefix("rustc_std_workspace_") {
        Some(own @ ("core" | "alloc" | "std")) => own.to_owned(),
        _ => called,
    }
}

/// The manifest of the package or workspace in a folder, where it can be read.
pub(super) fn manifest(dir: &Path) -> Option<Table> {
    let text = std::fs::read_to_string(dir.join("Cargo.toml")).ok()?;
    text.trim_start_matches('\u{feff}').parse().ok()
}

/// Whether there is a manifest in a folder that cannot be read.
pub(super) fn is_unreadable(dir: &Path) -> bool {
    dir.join("Cargo.toml").is_file() && manifest(dir).is_none()
}

/// Whether the workspace whose manifest lies in `root` leaves the package in `dir` out.
fn is_excluded(dir: &Path, root: &Path, manifest: &Table) -> bool {
    let listed = |key: &str| {
        let list = manifest.get("workspace")?.get(key)?.as_array()?;
        Some(
            list.iter()
                .filter_map(Value::as_str)
                .map(|it| root.join(it)),
        )
    };
    let is_member = listed("members").is_some_and(|mut all| all.any(|it| it == dir));
    !is_member && listed("exclude").is_some_and(|mut all| all.any(|it| dir.starts_with(it)))
}
