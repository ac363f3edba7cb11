//! Two legacy modules with one name, both taken by a star: what the compiler makes of the two shims.

use std::collections::BTreeSet;

use crate::workspace::{Crate, Message, Toolchain, Workspace};

const DEFINING: &str = "
pub mod new {
    pub enum Heat { Cold }
    pub const LIMIT: u8 = 3;
    pub struct Named { pub a: u8 }
    pub fn go() -> u8 { 1 }
}
#[shim_macros::deprecated_reexport(since = \"0.2.0\")]
pub mod first {
    pub use crate::new::{Heat, LIMIT};
    pub type Named = crate::new::Named;
    #[deprecated_reexport(to = crate::new::go)]
    pub fn go() -> u8;
}
#[shim_macros::deprecated_reexport(since = \"0.2.0\")]
pub mod second {
    pub use crate::new::{Heat, LIMIT};
    pub type Named = crate::new::Named;
    #[deprecated_reexport(to = crate::new::go)]
    pub fn go() -> u8;
}
/// The shims of the other module, given on: each is one thing by two paths.
#[deprecated(note = \"moved to `globs::new` in 0.2.0\")]
#[cfg_attr(not(doc), doc(hidden))]
pub mod given_on {
    #[allow(deprecated)]
    pub use crate::first::{go, Heat, Named, LIMIT};
}
";

const BETWEEN: &str = "
#![allow(deprecated, unused, ambiguous_glob_reexports)]
pub mod two { pub use globs::first::*; pub use globs::second::*; }
pub mod one { pub use globs::first::*; pub use globs::given_on::*; }
";

/// A name a line, so that the line tells which one.
const USER: &str = "
#![allow(deprecated)]
pub mod two {
    use between::two::Heat;
    use between::two::LIMIT;
    use between::two::Named;
    use between::two::go;
    pub fn all() -> (Heat, u8) { (Heat::Cold, LIMIT + go() + Named { a: 1 }.a) }
}
pub mod one {
    use between::one::{go, Heat, Named, LIMIT};
    pub fn all() -> (Heat, u8) { (Heat::Cold, LIMIT + go() + Named { a: 1 }.a) }
}
";

/// Both stars and the uses in one crate: a decoy is in the way of nothing that is used, and an item
/// is two things of one name.
const DECOYS: &str = "
#![allow(deprecated, unused)]
use globs::first::*;
use globs::second::*;
pub fn all() -> (Heat, u8) { (Heat::Cold, LIMIT) }
";
const ITEMS: &str = "
#![allow(deprecated, unused)]
use globs::first::*;
use globs::second::*;
pub fn all() -> u8 { go() + Named { a: 1 }.a }
";

#[track_caller]
fn check(toolchain: Toolchain) {
    let each = |name: &str, text: &str, dependencies: &[&'static str]| Crate {
        name: name.to_owned(),
        edition: "2021",
        dependencies: dependencies.iter().map(|&it| (it, it.to_owned())).collect(),
        features: &[],
        text: text.to_owned(),
    };
    let crates = [
        each("globs", DEFINING, &[]),
        each("between", BETWEEN, &["globs"]),
        each("user", USER, &["between"]),
        each("decoys", DECOYS, &["globs"]),
        each("items", ITEMS, &["globs"]),
    ];
    let messages = Workspace::new("globs", toolchain, &crates).check();
    let of = |name: &str| {
        let own = messages.iter().filter(|message| message.crate_name == name);
        own.collect::<Vec<&Message>>()
    };
    for clean in ["globs", "between", "decoys"] {
        assert!(of(clean).is_empty(), "{:#?}", of(clean));
    }
    // A warning to rustc 1.95, and an error to later ones.
    let is_expected = |message: &Message| {
        let is_error = message.level == "error";
        message.code == "ambiguous_glob_imports" && (is_error || toolchain != Toolchain::Nightly)
    };
    // Of the second star nothing is in the way: what it gives is what the first one gives.
    let is_of_one = |message: &Message| message.crate_name == "user" && message.line > 8;
    for (name, ambiguous) in [
        ("user", &["Heat", "LIMIT", "Named", "go"][..]),
        ("items", &["Named", "go"]),
    ] {
        let found = of(name);
        for message in &found {
            assert!(is_expected(message) && !is_of_one(message), "{message:#?}");
        }
        let names: BTreeSet<&str> = found.iter().map(|message| &*message.source).collect();
        assert_eq!(names, ambiguous.iter().copied().collect(), "{found:#?}");
    }
}

#[test]
fn two_shims_of_one_name_are_two_things_to_who_takes_both_by_stars() {
    check(Toolchain::Current);
}

#[test]
fn it_is_so_on_nightly() {
    if Toolchain::Nightly.is_there() {
        check(Toolchain::Nightly);
    }
}
