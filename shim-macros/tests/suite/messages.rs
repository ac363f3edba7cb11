//! A legacy path never shows up in what the compiler tells a user of the canonical one.

use crate::workspace::{Crate, Message, Toolchain, Workspace};

/// Every legacy name of the defining crate, in part.
const LEGACY: &[&str] = &[
    "Old",
    "OLD",
    "old",
    "Alias",
    "Root",
    "root_",
    "Made",
    "made",
    "__moved",
    "c_payload",
    "Object_new",
    "Total",
    "repeated",
];

/// Names that an import would bring. The compiler looks at them before it looks at types, so they
/// are a crate of their own.
const MISSING: &str = "
#![allow(unused)]
use defining::canonical::State;
pub fn names(a: Marker, b: Bits, c: &dyn Handler, d: Payload) -> usize {
    connect(1);
    LIMIT
}
";

fn messages(toolchain: Toolchain) -> Vec<Message> {
    let user = |name: &str, text: &str| Crate {
        name: name.to_owned(),
        edition: "2021",
        dependencies: vec![("defining", "defining-hijack".to_owned())],
        features: &[],
        text: text.to_owned(),
    };
    let crates = [
        Crate {
            name: "defining-hijack".to_owned(),
            edition: "2021",
            dependencies: Vec::new(),
            features: &["modules_only"],
            text: include_str!("../crates/defining.rs").to_owned(),
        },
        user("hijack", include_str!("../crates/hijack.rs")),
        user("missing", MISSING),
    ];
    Workspace::new("hijack", toolchain, &crates).check()
}

#[track_caller]
fn check(toolchain: Toolchain) {
    let messages = messages(toolchain);
    let errors = messages.iter().filter(|message| message.level == "error");
    let errors: Vec<&Message> = errors.collect();
    assert!(errors.len() >= 15, "{errors:#?}");
    for error in &errors {
        let is_hijacked = LEGACY.iter().any(|name| error.rendered.contains(name));
        assert!(!is_hijacked, "{}", error.rendered);
    }
    // The eyes of this test see: whole paths are among the words.
    let says = |text: &str| errors.iter().any(|error| error.rendered.contains(text));
    assert!(says("canonical::Named"), "{errors:#?}");
    // Not every compiler suggests an import from another crate; rustc 1.95 does not.
    if toolchain == Toolchain::Nightly {
        assert!(says("use defining::canonical::Marker;"), "{errors:#?}");
    }
}

#[test]
fn an_error_names_the_canonical_path() {
    check(Toolchain::Current);
}

#[test]
fn an_error_names_the_canonical_path_on_nightly() {
    if Toolchain::Nightly.is_there() {
        check(Toolchain::Nightly);
    }
}
