//! Folders without an `__init__.py`: what is written into them, and where their runtime lies.

use super::check_modules;
use super::tree::{NEW, PACKAGE};

#[test]
fn packages_that_are_gone_are_made_and_namespaces_stay() {
    let moves = [("app.gone.deep.old:Old", "app.new:New")];
    let expected = [
        "app/gone/__init__.py",
        "app/gone/deep/__init__.py",
        "app/gone/deep/old.py",
    ];
    check_modules(&moves, &[PACKAGE, NEW], &expected);
    let files = [PACKAGE, NEW, ("app/gone/mine.py", "")];
    let expected = ["app/gone/deep/__init__.py", "app/gone/deep/old.py"];
    check_modules(&moves, &files, &expected);
}

#[test]
fn a_namespace_stays_one_and_has_no_runtime_where_a_package_is_below() {
    let check = |moves: &[(&str, &str)], files: &[(&str, &str)], expected: &[&str]| {
        let tree = check_modules(moves, files, expected);
        assert!(!tree.state().contains_key("ns/__init__.py"));
        let runtimes = tree.state().into_keys();
        let runtimes = runtimes.filter(|name| name.ends_with("_moved.py"));
        runtimes.collect::<Vec<String>>()
    };
    let new = ("ns/inner/n.py", "class N: ...\n");
    let deep = [
        ("ns.old.n:M", "ns.inner.n:N"),
        ("ns.old.sub.m:M", "ns.inner.n:N"),
    ];
    let shims = [
        "ns/old/__init__.py",
        "ns/old/n.py",
        "ns/old/sub/__init__.py",
        "ns/old/sub/m.py",
    ];
    assert_eq!(check(&deep, &[new], &shims), ["ns/old/_moved.py"]);
    // The package itself lost a name.
    let root = [("ns.old:M", "ns.inner.n:N"), ("ns.old.n:M", "ns.inner.n:N")];
    assert_eq!(check(&root, &[new], &shims[..2]), ["ns/old/_moved.py"]);
    let living = ("ns/old/__init__.py", "KEPT = 1\n");
    let only = ["ns/old/n.py"];
    assert_eq!(check(&root, &[new, living], &only), ["ns/old/_moved.py"]);
    // Two namespaces deep, and one that other files share.
    let deep = [("ns.more.old.n:M", "ns.inner.n:N")];
    let mine = ("ns/more/mine.py", "");
    let shims = ["ns/more/old/__init__.py", "ns/more/old/n.py"];
    assert_eq!(
        check(&deep, &[new, mine], &shims),
        ["ns/more/old/_moved.py"]
    );
    // No package is anywhere.
    let flat = [("ns.old:M", "ns.inner.n:N")];
    assert_eq!(check(&flat, &[new], &["ns/old.py"]), ["ns/_moved.py"]);
    let shared = ("ns/old/mine.py", "");
    let below = [("ns.old.n:M", "ns.inner.n:N")];
    assert_eq!(
        check(&below, &[new, shared], &["ns/old/n.py"]),
        ["ns/_moved.py"]
    );
    // The packages of the user's are as they were.
    let inner = ("ns/inner/__init__.py", "");
    let below = [("ns.inner.old.n:M", "ns.inner.n:N")];
    let shims = ["ns/inner/old/__init__.py", "ns/inner/old/n.py"];
    assert_eq!(check(&below, &[new, inner], &shims), ["ns/inner/_moved.py"]);
}
