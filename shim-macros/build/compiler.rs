//! What a compiler does with `#[deprecated] pub use`: nothing so far (rust-lang/rust#30827).
//!
//! The day on which that ends is not known, so versions that are known to be silent are not asked,
//! and a later one is given a program to compile.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The major and the minor number of a compiler.
pub(crate) type Version = (u32, u32);

/// The last release that is known to be silent.
pub(crate) const LAST_SILENT: Version = (1, 100);

/// A deprecated re-export and a use of it: it compiles where the re-export is not linted.
const PROBE: &str = "#![no_std]
#![deny(deprecated)]
mod canonical { pub struct New; }
mod legacy { #[deprecated] pub use crate::canonical::New as Old; }
pub(crate) fn user() { use crate::legacy::Old; let _ = Old; }
";

/// Whether the compiler lints a deprecated re-export: by its version, and where that is unknown by
/// what `probe` finds out.
pub(crate) fn lints_reexports(version: Option<Version>, probe: impl FnOnce() -> bool) -> bool {
    match version {
        // Its words cannot be read: the decoys are right on every compiler so far.
        None => false,
        Some(version) if version <= LAST_SILENT => false,
        Some(_) => probe(),
    }
}

/// The version that `rustc --version` tells.
pub(crate) fn version(rustc: &OsStr) -> Option<Version> {
    let output = Command::new(rustc).arg("--version").output().ok()?;
    parse(&String::from_utf8(output.stdout).ok()?)
}

/// From `rustc 1.97.0-nightly (e50aa6fba 2026-05-19)`.
pub(crate) fn parse(text: &str) -> Option<Version> {
    let mut numbers = text.strip_prefix("rustc ")?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    Some((major, minor))
}

/// Whether the compiler refuses the program for its deprecated re-export, and for nothing else.
pub(crate) fn probe(rustc: &OsStr, scratch: &Path) -> bool {
    let file = scratch.join("probe.rs");
    if std::fs::write(&file, PROBE).is_err() {
        return false;
    }
    let output = Command::new(rustc)
        .args(["--edition=2021", "--crate-name=probe", "--crate-type=lib"])
        .args(["--emit=metadata", "--error-format=short", "--out-dir"])
        .args([scratch, &file])
        .output();
    let Ok(output) = output else { return false };
    is_lint(
        output.status.success(),
        &String::from_utf8_lossy(&output.stderr),
    )
}

/// Whether a compiler that ended like this, with these words, lints the re-export.
pub(crate) fn is_lint(success: bool, words: &str) -> bool {
    let errors = words.lines().filter(|line| line.contains("error"));
    let mut errors = errors.filter(|line| !line.contains("aborting due to"));
    let is_of_lint = |line: &str| line.contains("use of deprecated");
    !success && words.lines().any(is_of_lint) && errors.all(is_of_lint)
}
