//! The day on which rustc lints `#[deprecated] pub use` itself: how the build script knows.

#[path = "../../build/compiler.rs"]
mod decision;

use std::fs;
use std::path::Path;

use decision::{LAST_SILENT, is_lint, lints_reexports, parse, probe};

use crate::workspace::Toolchain;

#[test]
fn a_known_version_is_not_asked() {
    for version in [None, Some((1, 71)), Some((1, 95)), Some(LAST_SILENT)] {
        assert!(!lints_reexports(version, || panic!("it is not asked")));
    }
}

#[test]
fn a_later_version_is_what_it_says_it_is() {
    let (major, minor) = LAST_SILENT;
    for version in [(major, minor + 1), (major, minor + 20), (major + 1, 0)] {
        assert!(lints_reexports(Some(version), || true));
        assert!(!lints_reexports(Some(version), || false));
    }
}

#[test]
fn the_words_of_a_compiler_are_read() {
    assert_eq!(parse("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
    assert_eq!(
        parse("rustc 1.97.0-nightly (e50aa6fba 2026-05-19)\n"),
        Some((1, 97))
    );
    assert_eq!(parse("clippy 0.1.95"), None);
    assert_eq!(parse("rustc one.two"), None);
    assert_eq!(parse(""), None);
}

/// No compiler refuses the probe so far, so its words are made up.
#[test]
fn a_lint_is_told_from_any_other_failure() {
    let linted = "probe.rs:4:40: error: use of deprecated re-export `legacy::Old`";
    let aborting = "error: aborting due to 1 previous error";
    assert!(is_lint(false, &format!("{linted}\n{aborting}")));
    assert!(!is_lint(true, ""));
    assert!(!is_lint(true, linted));
    assert!(!is_lint(false, "error[E0463]: can't find crate for `core`"));
    let refused = "probe.rs:3:14: error: `#[deprecated]` has no effect on a `use`";
    assert!(!is_lint(false, refused));
    assert!(!is_lint(false, &format!("{refused}\n{linted}\n{aborting}")));
    assert!(!probe(
        "no-such-compiler".as_ref(),
        Path::new(env!("CARGO_TARGET_TMPDIR"))
    ));
}

/// What the decoys stand on: the day on which this fails, the build script takes the other way.
#[test]
fn the_compilers_here_are_silent() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shims/probe-here");
    fs::create_dir_all(&folder).expect("a folder can be made");
    for toolchain in [Toolchain::Current, Toolchain::Nightly] {
        if !toolchain.is_there() {
            continue;
        }
        let path = toolchain.command("rustc").arg("--print=sysroot").output();
        let path = path.expect("it runs").stdout;
        let sysroot = String::from_utf8(path).expect("a path in UTF-8");
        let rustc = Path::new(sysroot.trim()).join("bin/rustc");
        let version = decision::version(rustc.as_os_str());
        assert!(version.is_some(), "{}", rustc.display());
        let is_linted = probe(rustc.as_os_str(), &folder);
        assert!(
            !is_linted || version > Some(LAST_SILENT),
            "{version:?} lints it"
        );
    }
}
