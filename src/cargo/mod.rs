//! What cargo says: the packages that a project is built of, and what the compiler warns of.
//!
//! Nothing is resolved anew and no lock file is written.

mod diagnostics;
mod packages;

use std::path::{Path, PathBuf};
use std::process::Command;

pub use self::diagnostics::{Checked, Diagnostic, Messages, Place, check, checked};
pub use self::packages::{Built, Package, packages};
use crate::discover;
use crate::parallel::Pool;

const CARGO_TOML: &str = "Cargo.toml";

/// The `Cargo.toml` of what `paths` belong to: the nearest one above each; where there is none,
/// the topmost ones below it.
///
/// # Errors
/// A path that cannot be read, or a bad glob.
pub fn projects(
    root: &Path,
    paths: &[PathBuf],
    exclude: &[String],
    pool: &Pool,
) -> anyhow::Result<Vec<PathBuf>> {
    let mut projects = Vec::new();
    for path in paths {
        let above = discover::upwards(path, root).into_iter();
        let mut above = above.map(|dir| dir.join(CARGO_TOML));
        if let Some(nearest) = above.find(|file| file.is_file()) {
            projects.push(nearest);
            continue;
        }
        let start = [path.clone()];
        let found = discover::files(path, &start, exclude, pool, |_| ())?;
        let mut files = found.files;
        files.retain(|file| file.ends_with(CARGO_TOML));
        files.sort_by_key(|file| file.components().count());
        let mut topmost: Vec<PathBuf> = Vec::new();
        for file in files {
            let dirs = topmost.iter().filter_map(|other| other.parent());
            if !dirs.into_iter().any(|dir| file.starts_with(dir)) {
                topmost.push(file);
            }
        }
        projects.extend(topmost);
    }
    projects.sort();
    projects.dedup();
    Ok(projects)
}

/// The program: the one that started us, where one did.
fn program() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
