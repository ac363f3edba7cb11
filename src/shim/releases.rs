//! The version that each package of the project is at, and what was to be gone by then.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::plan::Dialect;
use crate::version::Scheme;

/// The packages of a project, as far as their versions were asked for.
#[derive(Default)]
pub(super) struct Releases {
    /// By the folder of a file, and the language that it is asked for.
    known: RefCell<BTreeMap<(Dialect, PathBuf), Option<String>>>,
}

impl Releases {
    /// The version of the package that a file lies in, as `pyproject.toml` or `Cargo.toml` says;
    /// where neither does, there is none.
    pub(super) fn version(&self, dialect: Dialect, file: &Path) -> Option<String> {
        let dir = file.parent().unwrap_or(file);
        let key = (dialect, dir.to_owned());
        let mut known = self.known.borrow_mut();
        let version = known.entry(key).or_insert_with(|| {
            // A manifest that is shipped lies in its package, below the file that says the version.
            let tops = dir.ancestors().position(|dir| dir.join(".git").exists());
            let dirs = dir.ancestors().take(tops.map_or(usize::MAX, |top| top + 1));
            match dialect {
                Dialect::Python => of_python(dirs),
                Dialect::Rust => of_rust(dirs),
            }
        });
        version.clone()
    }

    /// Whether the package of a file is at the version in which something was to be gone.
    pub(super) fn is_due(&self, dialect: Dialect, file: &Path, remove_in: &str) -> bool {
        let scheme = match dialect {
            Dialect::Python => Scheme::Pep440,
            Dialect::Rust => Scheme::Semver,
        };
        let version = match remove_in {
            "" => None,
            _ => self.version(dialect, file),
        };
        let order = version.and_then(|version| scheme.compare(&version, remove_in));
        order.is_some_and(|order| order != Ordering::Less)
    }
}

fn of_python<'d>(mut dirs: impl Iterator<Item = &'d Path>) -> Option<String> {
    let table = dirs.find_map(|dir| table(&dir.join("pyproject.toml")))?;
    text(table.get("project")?.get("version")?)
}

fn of_rust<'d>(dirs: impl Iterator<Item = &'d Path>) -> Option<String> {
    let mut tables = dirs.filter_map(|dir| table(&dir.join("Cargo.toml")));
    let package = tables.find(|table| table.contains_key("package"))?;
    let version = package["package"].get("version")?;
    if version.get("workspace").is_none() {
        return text(version);
    }
    // The workspace may be the package itself.
    let mut tables = std::iter::once(package.clone()).chain(tables);
    tables.find_map(|table| text(table.get("workspace")?.get("package")?.get("version")?))
}

fn table(path: &Path) -> Option<toml::Table> {
    std::fs::read_to_string(path).ok()?.parse().ok()
}

fn text(value: &toml::Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
