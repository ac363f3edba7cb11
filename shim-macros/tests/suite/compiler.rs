//! The day on which rustc lints `#[deprecated] pub use` itself: how the build script knows.

#[path = "../../build/compiler.rs"]
mod decision;

use std::fs;
use std::path::Path;

use decision::{LAST_SILENT, lints_reexports, parse, probe};

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

/// A compiler that refuses the probe is played by a script, since none does so far.
#[test]
#[cfg(unix)]
fn the_probe_tells_a_lint_from_any_other_failure() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shims/probe");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let says = |name: &str, words: &str, status: u8| {
        let script = folder.join(name);
        let text = format!("#!/bin/sh\ncat >&2 <<'END'\n{words}\nEND\nexit {status}\n");
        fs::write(&script, text).expect("a file can be written");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it is ours");
        // A script that was just written may be held open by a process forked meanwhile; a shell
        // reads it in any case.
        probe(script.as_os_str(), &folder)
    };
    let linted = "probe.rs:5:35: error: use of deprecated re-export `legacy::Old`";
    let aborting = "error: aborting due to 1 previous error";
    assert!(says("linted", &format!("{linted}\n{aborting}"), 1));
    assert!(!says("silent", "", 0));
    assert!(!says("warned", linted, 0));
    assert!(!says(
        "broken",
        "error[E0463]: can't find crate for `core`",
        1
    ));
    let refused = "probe.rs:4:14: error: `#[deprecated]` has no effect on a `use`";
    assert!(!says("refused", refused, 1));
    assert!(!says("both", &format!("{refused}\n{linted}"), 1));
    assert!(!probe(folder.join("missing").as_os_str(), &folder));
}

/// What the decoys stand on: the day on which this fails, the build script takes the other way.
#[test]
fn the_compilers_here_are_silent() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shims/probe-here");
    fs::create_dir_all(&folder).expect("a folder can be made");
    for toolchain in [Toolchain::Current, Toolchain::Nightly] {
        if !toolchain.is_there() {
            println!("skipped: there is no {toolchain:?} toolchain");
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
