//! Where a decoy takes a name that the user gave to something else: the forms that the README lists.
//! Each program compiles against plain re-exports, which it is compiled against as well.

use std::collections::BTreeSet;

use crate::workspace::{Crate, Toolchain, Workspace};

const CANONICAL: &str = "
#![allow(unused_imports, ambiguous_glob_reexports)]
#[macro_export]
macro_rules! polish { ($n:expr) => { $n + 1 } }
pub mod new {
    pub use core::prelude::v1::Hash as Tell;
    pub enum Mood { Good }
    pub trait Plus {}
    pub struct Look<T> { pub t: T }
    pub struct Id(pub u8);
    pub fn cook(n: u8) -> u8 { n }
    pub const LIMIT: u8 = 3;
}
";

const SHIMS: &str = "
#[shim_macros::deprecated_reexport(since = \"0.2.0\")]
pub mod old {
    pub use crate::new::{cook, Look, Mood, Plus, Tell, LIMIT};
    #[deprecated_reexport(macro)]
    pub use crate::polish;
    #[deprecated_reexport(ctor)]
    pub use crate::new::Id;
}
/// The other ways to write some of them.
#[shim_macros::deprecated_reexport(since = \"0.2.0\")]
pub mod other {
    #[deprecated_reexport(ctor)]
    pub use crate::new::Mood;
    pub type Look<T> = crate::new::Look<T>;
    #[deprecated_reexport(to = crate::new::cook)]
    pub fn cook(n: u8) -> u8;
}
";

const PLAIN: &str = "
pub mod old { pub use crate::new::{cook, Id, Look, Mood, Plus, Tell, LIMIT}; pub use crate::polish; }
pub mod other { pub use crate::new::{cook, Look, Mood}; }
";

/// Another crate of the user's.
const THIRD: &str = "
#[macro_export]
macro_rules! cook { () => { panic!() }; ($n:expr) => { $n } }
pub mod derives {
    pub use core::prelude::v1::Hash as Id;
    pub use core::prelude::v1::Hash as Mood;
}
";

/// What stands for the error of a program that compiles.
const COMPILES: &str = "compiles";

/// A program, and the error that a shim makes of it; that of a macro has no code.
const PROGRAMS: &[(&str, &str)] = &[
    // A variant that a star gives, of the name of a type that is imported.
    (
        "use pot::old::Mood; pub enum Event { Mood(Mood), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Mood(_) => 1, Quit => 0 } }",
        "E0532",
    ),
    (
        "use pot::old::Plus; pub enum Event { Plus(Box<dyn Plus>), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Plus(_) => 1, Quit => 0 } }",
        "E0532",
    ),
    (
        "use pot::old::Look; pub enum Event { Look(Look<u8>), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Look(_) => 1, Quit => 0 } }",
        "E0532",
    ),
    // The variant made, and not matched.
    (
        "use pot::old::Mood; pub enum Event { Mood(Mood) } use Event::*;
        pub fn f(m: Mood) -> Event { Mood(m) }",
        "E0308",
    ),
    // A function that has the name of a type.
    (
        "use pot::old::Mood; #[allow(non_snake_case)] pub fn Mood() -> Mood { Mood::Good }",
        "E0255",
    ),
    (
        "use pot::old::Plus; pub static Plus: u8 = 1; pub struct A; impl Plus for A {}",
        "E0255",
    ),
    // A derive beside a tuple struct or a unit struct of its name.
    (
        "use pot::old::Tell; #[derive(Tell)] pub struct A; pub struct Tell(pub u8);",
        "E0255",
    ),
    (
        "use pot::old::Tell; #[derive(Tell)] pub struct A; pub struct Tell;",
        "E0255",
    ),
    // A macro beside a function of its name.
    (
        "use pot::old::polish; pub fn polish(n: u8) -> u8 { polish!(n) }",
        "E0255",
    ),
    // A function, a constant or a constructor beside a macro or a derive of its name.
    (
        "use pot::old::cook; macro_rules! own { () => { 1 } } pub(crate) use own as LIMIT;
        use pot::old::LIMIT; pub fn f() -> u8 { cook(LIMIT!() + LIMIT) }",
        "E0252",
    ),
    (
        "use pot::old::Id; use third::derives::Id; #[derive(Id)] pub struct A(pub u8);
        pub fn f() -> Id { Id(1) }",
        "E0252",
    ),
    // A macro in scope by its place, and a star that gives a function of its name.
    (
        "macro_rules! cook { ($n:expr) => { $n + 1 } }
        pub mod m { use pot::old::*; pub fn f() -> u8 { cook!(1) + cook(1) } }",
        "E0659",
    ),
    (
        "#[macro_use] extern crate third;
        pub mod m { use pot::old::*; pub fn f() -> u8 { cook!(1) + cook(1) } }",
        "",
    ),
    // A call without arguments does not become one of the decoy.
    (
        "#[macro_use] extern crate third;
        pub mod m { use pot::old::*; pub fn f() { cook!(); } }",
        "",
    ),
    // What to do about them: nothing is in the way of an alias and of a wrapper.
    (
        "use pot::other::Look; pub enum Event { Look(Look<u8>), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Look(_) => 1, Quit => 0 } }",
        COMPILES,
    ),
    (
        "macro_rules! cook { ($n:expr) => { $n + 1 } }
        pub mod m { use pot::other::*; pub fn f() -> u8 { cook!(1) + cook(1) } }",
        COMPILES,
    ),
    // `ctor` leaves the values to variants, and takes the name of a derive instead.
    (
        "use pot::other::Mood; pub enum Event { Mood(Mood), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Mood(_) => 1, Quit => 0 } }",
        COMPILES,
    ),
    (
        "use pot::other::Mood; use third::derives::Mood; #[derive(Mood)] pub struct A(pub u8);
        pub fn f() -> Mood { Mood::Good }",
        "E0252",
    ),
    // The user's side: another name, the whole path, the canonical one.
    (
        "use pot::old::Mood as Feeling; pub enum Event { Mood(Feeling), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Mood(_) => 1, Quit => 0 } }",
        COMPILES,
    ),
    (
        "pub enum Event { Mood(pot::old::Mood), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Mood(_) => 1, Quit => 0 } }",
        COMPILES,
    ),
    (
        "use pot::new::Mood; pub enum Event { Mood(Mood), Quit } use Event::*;
        pub fn f(e: Event) -> u8 { match e { Mood(_) => 1, Quit => 0 } }",
        COMPILES,
    ),
];

#[test]
fn a_decoy_collides_with_what_the_readme_lists() {
    let each = |name: String, text: String, dependencies: Vec<(&'static str, String)>| Crate {
        name,
        edition: "2021",
        dependencies,
        features: &[],
        text,
    };
    let mut crates = vec![
        each("shimmed".to_owned(), format!("{CANONICAL}{SHIMS}"), vec![]),
        each("plain".to_owned(), format!("{CANONICAL}{PLAIN}"), vec![]),
        each("third".to_owned(), THIRD.to_owned(), vec![]),
    ];
    for (number, (text, _)) in PROGRAMS.iter().enumerate() {
        for pot in ["shimmed", "plain"] {
            let dependencies = vec![("pot", pot.to_owned()), ("third", "third".to_owned())];
            let text = format!("#![allow(deprecated, unused)]\n{text}\n");
            crates.push(each(format!("user-{number}-{pot}"), text, dependencies));
        }
    }
    let messages = Workspace::new("collisions", Toolchain::Current, &crates).check();
    let errors = |name: &str| {
        let own = messages
            .iter()
            .filter(|it| it.crate_name == name && it.level == "error");
        own.map(|it| &*it.code).collect::<BTreeSet<&str>>()
    };
    for name in ["shimmed", "plain", "third"] {
        assert!(errors(name).is_empty(), "{messages:#?}");
    }
    for (number, (text, code)) in PROGRAMS.iter().enumerate() {
        assert!(
            errors(&format!("user_{number}_plain")).is_empty(),
            "{text}: {messages:#?}"
        );
        let found = errors(&format!("user_{number}_shimmed"));
        let is_as_expected = match *code {
            COMPILES => found.is_empty(),
            code => found.contains(code),
        };
        assert!(is_as_expected, "{text}: {found:?}");
    }
}
