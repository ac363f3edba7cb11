//! The crate that a shim stands in: clean to every lint, and documented.

use std::fs;

use crate::workspace::{Crate, Message, Toolchain, Workspace, skipped};

fn defining(name: &str, text: &str) -> Workspace {
    let defining = Crate {
        name: name.to_owned(),
        edition: "2021",
        dependencies: Vec::new(),
        features: &[],
        text: text.to_owned(),
    };
    Workspace::new(name, Toolchain::Current, &[defining])
}

#[track_caller]
fn assert_none(messages: &[Message]) {
    let rendered: Vec<&str> = messages.iter().map(|m| &*m.rendered).collect();
    assert!(messages.is_empty(), "\n{}\n", rendered.join("\n"));
}

/// The other lints stand in the crate itself, which the matrix compiles.
#[test]
fn clippy_has_nothing_to_say() {
    let clippy = Toolchain::Current
        .command("cargo")
        .args(["clippy", "--version"])
        .output();
    if !clippy.is_ok_and(|output| output.status.success()) {
        return skipped("there is no clippy");
    }
    let lints = ["--", "-Wclippy::all", "-Wclippy::pedantic"];
    for (name, text) in [
        ("defining-clippy", include_str!("../crates/defining.rs")),
        ("unsafe-clippy", UNSAFE),
    ] {
        assert_none(&defining(name, text).messages_of("clippy", &lints));
    }
}

/// What a compiler that lints re-exports is given compiles today as well, without a warning here.
#[test]
fn it_compiles_without_decoys() {
    let workspace = defining("defining-linted", include_str!("../crates/defining.rs"));
    let flags = [("RUSTFLAGS", "--cfg reexports_are_linted")];
    let output = workspace.cargo(&["check"], &[], &flags);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
}

/// The one wrapper that needs `unsafe`, which the other crate forbids.
const UNSAFE: &str = "
//! A crate with an unsafe function.
#![deny(warnings, missing_docs, unsafe_op_in_unsafe_fn, unused_unsafe)]

/// Its canonical module.
pub mod canonical {
    /// The first byte.
    ///
    /// # Safety
    ///
    /// The pointer points at one.
    #[must_use]
    pub const unsafe fn first(bytes: *const u8) -> u8 {
        unsafe { *bytes }
    }

    /// The same, later.
    ///
    /// # Safety
    ///
    /// The pointer points at one.
    pub async unsafe fn later(bytes: *const u8) -> u8 {
        core::future::ready(unsafe { *bytes }).await
    }
}

#[shim_macros::deprecated_reexport(since = \"0.2.0\")]
pub mod old {
    #[deprecated_reexport(to = crate::canonical::first)]
    pub const unsafe fn old_first(bytes: *const u8) -> u8;

    #[deprecated_reexport(to = crate::canonical::later)]
    pub async unsafe fn old_later(bytes: *const u8) -> u8;
}
";

#[test]
fn an_unsafe_function_stays_unsafe() {
    let user = "#[allow(deprecated)]\n/// A safe call.\n#[must_use]\npub fn user() -> u8 {\n    \
        old::old_first(&1)\n}\n";
    for edition in ["2018", "2024"] {
        let unsafe_crate = |name: &str, text: String| Crate {
            name: format!("{name}-{edition}"),
            edition,
            dependencies: Vec::new(),
            features: &[],
            text,
        };
        let crates = [
            unsafe_crate("unsafe", UNSAFE.to_owned()),
            unsafe_crate("unsafe-called", format!("{UNSAFE}{user}")),
        ];
        let name = format!("unsafe-{edition}");
        let messages = Workspace::new(&name, Toolchain::Current, &crates).check();
        let codes: Vec<&str> = messages.iter().map(|message| &*message.code).collect();
        assert_eq!(codes, ["E0133"], "{messages:#?}");
    }
}

#[test]
fn the_documentation_shows_what_is_deprecated_and_where_it_went() {
    let workspace = defining("defining-docs", include_str!("../crates/defining.rs"));
    let output = workspace.cargo(
        &["doc", "--no-deps"],
        &[],
        &[("RUSTDOCFLAGS", "-D warnings")],
    );
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let docs = workspace.docs().join("defining_docs");
    let page = |name: &str| {
        let page = fs::read_to_string(docs.join(format!("{name}.html")));
        page.unwrap_or_else(|_| panic!("{name} has a page"))
    };
    // A module says so of itself, and lists what it holds.
    let whole = page("older/index");
    let moved = "Deprecated since 0.3.0: moved to <code>defining_docs::canonical</code>";
    assert!(whole.contains(moved));
    let module = page("old/index");
    assert!(module.contains("Deprecated since 0.2.0: its items moved in 0.2.0"));
    let items = [
        ("OldNamed", "struct.Named", "Named"),
        ("OldState", "enum.State", "State"),
        ("OldHandler", "trait.Handler", "Handler"),
        ("OldId", "struct.Id", "Id"),
        ("OLD_LIMIT", "constant.LIMIT", "LIMIT"),
        ("old_connect", "fn.connect", "connect"),
        ("r#loop", "fn.match", "r#match"),
        ("AliasNamed", "struct.Named", "Named"),
        ("open", "fn.connect", "connect"),
    ];
    for (name, link, to) in items {
        let start = format!("<li><code>{name}</code>: <a href=\"../canonical/{link}.html\"");
        let path = format!("<code>defining_docs::canonical::{to}</code></a></li>");
        let lines = module.lines().filter(|line| line.contains(&start));
        assert!(
            lines.clone().any(|line| line.contains(&path)),
            "{name}: {start}{path}"
        );
    }
    assert!(
        !module.contains("OldMissing"),
        "what is not compiled is not listed"
    );
    // An item of its own has a page of its own.
    for (name, link) in [
        ("old/type.AliasNamed", "../canonical/struct.Named.html"),
        ("old/fn.open", "../canonical/fn.connect.html"),
        ("type.RootNamed", "canonical/struct.Named.html"),
    ] {
        let page = page(name);
        assert!(
            page.contains("Deprecated since 0.2.0: moved to <code>"),
            "{name}"
        );
        assert!(page.contains(&format!("href=\"{link}\"")), "{name}");
    }
    // At the root there is a line with a link.
    let root = page("index");
    let line = "pub use canonical::<a class=\"enum\" href=\"canonical/enum.State.html\"";
    assert!(root.contains(line) || root.contains(&line.replace("use ", "use crate::")));
    let all = fs::read_to_string(docs.join("all.html")).expect("there is a list of all");
    assert!(!all.contains("__moved"), "what is hidden stays hidden");
}

/// What `cfg_attr` gives to an item counts as if it stood there, and the decoy takes of it what
/// decides whether it is there, and nothing else.
#[test]
fn attributes_under_conditions_are_those_of_the_item() {
    let text = "
//! A crate whose shims have attributes under conditions.
#![deny(warnings, missing_docs)]
/// Its canonical module.
pub mod new {
    /// An enum.
    pub enum State { /// Open.
        Open }
    /// A constructor.
    pub struct Id(pub u8);
}
/// Its legacy module.
#[shim_macros::deprecated_reexport(since = \"0.2.0\")]
pub mod old {
    #[cfg_attr(all(), doc(inline))]
    pub use crate::new::State as A;
    #[cfg_attr(any(), doc(inline))]
    pub use crate::new::State as B;
    #[cfg_attr(all(), cfg_attr(not(any()), doc(no_inline), allow(unused)))]
    #[cfg_attr(not(all()), doc(inline))]
    pub use crate::new::State as C;
    #[cfg_attr(all(), doc(inline), cfg(all()))]
    #[deprecated_reexport(ctor)]
    pub use crate::new::Id as D;
    #[cfg_attr(all(), cfg_attr(all(), doc(inline), cfg(any())))]
    pub use crate::new::Gone as E;
    #[cfg_attr(all(), cfg(any()), doc(inline))]
    #[deprecated_reexport(ctor)]
    pub use crate::new::Gone as F;
    #[cfg_attr(any(), cfg(any()))]
    #[doc(alias = \"x\")]
    pub use crate::new::State as G;
}
/// All that are there.
#[allow(deprecated)]
pub fn all(_: old::A, _: old::B, _: old::C, _: old::D, _: old::G) {}
";
    let workspace = defining("conditions", text);
    assert_none(&workspace.check());
    let flags = [("RUSTDOCFLAGS", "-D warnings")];
    let output = workspace.cargo(&["doc", "--no-deps"], &[], &flags);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let page = workspace.docs().join("conditions/old/index.html");
    let page = fs::read_to_string(page).expect("it has a page");
    for name in ["A", "B", "C", "D", "E", "F", "G"] {
        let is_listed = page.contains(&format!("<li><code>{name}</code>: "));
        assert_eq!(is_listed, !matches!(name, "E" | "F"), "{name}: {page}");
    }
}

/// The compiler refuses what a decoy cannot stand beside: a shim never fails to warn in silence.
#[test]
fn a_wrong_guess_is_an_error_at_the_name() {
    let cases = [
        // A tuple struct is a value as well, which the user must say.
        ("pub use crate::new::Tuple as Old;", "E0255"),
        ("pub use crate::new::Unit as Old;", "E0255"),
        ("pub use crate::new::Constant as Old;", "E0255"),
        ("pub use crate::called as old;", "E0252"),
        (
            "#[deprecated_reexport(ctor)] pub use crate::called as Old;",
            "E0252",
        ),
        (
            "#[deprecated_reexport(macro)] pub use crate::new::function as old;",
            "E0255",
        ),
        ("pub use crate::new::Missing as Old;", "E0432"),
        (
            "#[deprecated_reexport(to = crate::new::missing)] pub fn old();",
            "E0425",
        ),
        (
            "#[deprecated_reexport(to = crate::new::function)] pub fn old(n: u32);",
            "E0061",
        ),
        ("pub type Old = crate::new::Missing;", "E0425"),
    ];
    let canonical = "#![allow(non_upper_case_globals)]\n#[macro_export] macro_rules! called { () => {} }\n\
        pub mod new { pub struct Tuple(pub u8); pub struct Unit; pub const Constant: u8 = 1; pub fn function() {} }\n";
    for (number, (shim, code)) in cases.into_iter().enumerate() {
        let shim =
            format!("shim_macros::deprecated_reexports! {{ #![since = \"0.2.0\"]\n{shim} }}");
        let name = format!("wrong-{number}");
        let messages = defining(&name, &format!("{canonical}{shim}")).check();
        let errors: Vec<&Message> = messages.iter().filter(|m| m.level == "error").collect();
        assert!(
            errors.iter().any(|error| error.code == code),
            "{shim}: {errors:#?}"
        );
        let at = errors.iter().all(|error| error.line == 5);
        assert!(at, "{shim}: {errors:#?}");
    }
}
