//! Moves that Cargo dependencies ship.

use super::*;

/// A workspace whose member `app` depends on `chat-kit`, by another name.
fn workspace(version: &str, about: &str, moves: &str) -> Tree {
    let chat = format!(
        "[package]\nname = \"chat-kit\"\nversion = \"{version}\"\nedition = \"2021\"\n{about}"
    );
    let lock = format!(
        "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"chat-kit\",\n]\n\n\
         [[package]]\nname = \"chat-kit\"\nversion = \"{version}\"\n"
    );
    Tree::new(&[
        (
            "app/Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nkit = { path = \"../chat\", package = \"chat-kit\" }\n",
        ),
        ("app/Cargo.lock", &lock),
        ("app/src/lib.rs", "use kit::old::Client;\n"),
        ("chat/Cargo.toml", &chat),
        ("chat/src/lib.rs", ""),
        ("chat/moves.toml", moves),
    ])
}

const SHIPS: &str = "[package.metadata.rehome]\nmanifest = \"moves.toml\"\n";

const RUST_MOVES: &str = "schema = 1\n[[move]]\nid = \"client\"\nsince = \"0.2.0-rc.1\"\n\
    rust = { from = \"chat_kit::old::Client\", to = \"chat_kit::new::Client\", kind = \"struct\" }\n\
    python = { from = \"chat.old:Client\", to = \"chat.new:Client\" }\n";

#[test]
fn moves_of_a_crate_are_made() {
    let tree = workspace("0.2.0", SHIPS, RUST_MOVES);
    let lock = tree.read("app/Cargo.lock");
    tree.check(
        "apply --installed --allow-dirty",
        0,
        &["chat-kit 0.2.0: 1 move, from"],
    );
    assert_eq!(tree.read("app/src/lib.rs"), "use kit::new::Client;\n");
    assert_eq!(tree.read("app/Cargo.lock"), lock);
    assert_eq!(tree.read("chat/moves.toml"), RUST_MOVES);
    tree.check("check --installed=chat_kit app", 0, &[]);
    // Moves of its packages of Python go by their versions.
    let tree = tree.with(&[("app.py", LEGACY)]);
    tree.check("check --installed", 0, &[]);
}

#[test]
fn moves_of_a_later_crate_wait() {
    let in_force = |version: &str| {
        let tree = workspace(version, SHIPS, RUST_MOVES);
        tree.rehome("check --installed").code
    };
    let versions = [
        "0.1.9",
        "0.2.0-beta.9",
        "0.2.0-rc.1",
        "0.2.0+build",
        "0.10.0",
    ];
    assert_eq!(
        versions.map(in_force),
        [Some(0), Some(0), Some(1), Some(1), Some(1)]
    );
}

#[test]
fn what_is_wrong_with_a_crate_is_said() {
    let odd = "[package.metadata.rehome]\nmanifest = 1\n";
    let tree = workspace("0.2.0", odd, RUST_MOVES);
    tree.check(
        "check --installed",
        2,
        &["chat/Cargo.toml: `package.metadata.rehome.manifest` is"],
    );
    let gone = "[package.metadata.rehome]\nmanifest = \"gone.toml\"\n";
    let tree = workspace("0.2.0", gone, RUST_MOVES);
    tree.check(
        "check --installed",
        2,
        &["chat/Cargo.toml: ", "is not there", "gone.toml"],
    );
    let tree = workspace("0.2.0", "", RUST_MOVES);
    tree.check(
        "check --installed",
        2,
        &["no installed package ships a manifest; looked into"],
    );
    // No lock file is written to find out.
    let tree = workspace("0.2.0", SHIPS, RUST_MOVES);
    std::fs::remove_file(tree.path().join("app/Cargo.lock")).expect("it is there");
    tree.check(
        "check --installed",
        2,
        &[
            "app/Cargo.toml is built of: it has no Cargo.lock; `cargo generate-lockfile`",
            "error: no installed package",
        ],
    );
    assert!(!tree.path().join("app/Cargo.lock").exists());
}
