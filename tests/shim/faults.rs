//! What is wrong in a manifest and only shims ask for: it is told, all of it at once.

use super::tree::{MANIFEST, NEW, PACKAGE, Tree};

#[test]
fn every_wrong_signature_is_told_at_once() {
    let files = [
        PACKAGE,
        NEW,
        ("app/live.py", "KEPT = 1\n"),
        ("Cargo.toml", "[package]\nname = \"lib\"\n"),
        ("src/lib.rs", ""),
    ];
    let tree = Tree::new(&[], &files);
    let python = |id: &str, from: &str, signature: &str| {
        format!(
            "[[move]]\nid = \"{id}\"\nsince = \"1.0\"\npython = {{ from = \"{from}\", to = \"app.new:New\", kind = \"function\", signature = \"{signature}\" }}\n"
        )
    };
    let moves = [
        python("gone", "app.old:old", "(a: Foo)"),
        python("right", "app.old:right", "(a: int) -> str"),
        python("other", "app.old:other", "(self x) -> None"),
        python("live", "app.live:old", "other(a: int)"),
        "[[move]]\nid = \"rust\"\nrust = { from = \"lib::old::A\", to = \"lib::new::A\", kind = \"const\" }\n".to_owned(),
    ];
    tree.write(MANIFEST, &format!("schema = 1\n{}", moves.concat()));
    let before = tree.state();
    for command in [&["shim"][..], &["shim", "--check"], &["shim", "--write"]] {
        let said = tree.said(command, 2);
        let faults = [
            (5, "`Foo` is no built-in name"),
            (13, "not the signature of a function"),
            (17, "not the signature of a function"),
            (20, "a shim of Rust needs `since`"),
        ];
        for (line, why) in faults {
            let place = format!("rehome.toml:{line}:");
            let is_told = said
                .lines()
                .any(|it| it.contains(&place) && it.contains(why));
            assert!(is_told, "{place} {why}: {said}");
        }
        assert!(!said.contains("rehome.toml:9:"), "{said}");
    }
    assert_eq!(tree.state(), before);
}
