//! The blocks of Rust.

mod reexports;

use std::process::Output;

use crate::tree::{MANIFEST, Tree};

const CARGO: &str = "[package]\nname = \"lib\"\nversion = \"0.3.0\"\nedition = \"2021\"\n";

/// The block of a crate with these moves of Rust.
#[track_caller]
fn rust(moves: &str, files: &[(&str, &str)]) -> (Tree, Output) {
    let tree = Tree::new(&[], files);
    tree.write("Cargo.toml", CARGO);
    tree.write(MANIFEST, &format!("schema = 1\n{moves}"));
    let output = tree.rehome(&["shim", "--write"]);
    (tree, output)
}

#[test]
fn rust_gets_a_block_by_the_kind_of_each_thing() {
    let moves = r#"
[[move]]
id = "a"
since = "0.2"
remove_in = "0.4.0"
rename = { open = "connect" }
rust = { from = "lib::old", to = "lib::new", items = ["State:enum", "ConnId:tuple_struct", "open:fn", "LIMIT:const", "Plain:struct", "Wide:struct", "send:macro"] }
[[move]]
id = "b"
since = "0.3.0"
rust = { from = "lib::old::join", to = "lib::new::join_all", kind = "fn", signature = "pub async fn join(n: u32) -> crate::new::State" }
[[move]]
id = "c"
since = "0.2.0"
rust = { from = "lib::live::Gone", to = "other::Here", kind = "trait" }
"#;
    let files = [
        ("src/lib.rs", "pub mod new;\npub mod live;\n"),
        (
            "src/new.rs",
            "pub struct Plain {}\npub struct Wide<T> {\n    pub t: T,\n}\n",
        ),
        ("src/live.rs", "pub struct Kept;\n"),
    ];
    let (tree, output) = rust(moves, &files);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        said.contains("src/lib.rs: add a line for the shims:\n    include!(\"moved.rs\");"),
        "{said}"
    );
    assert!(
        said.contains("src/live.rs: add a line for the shims:\n    include!(\"live/moved.rs\");"),
        "{said}"
    );
    let block = tree.read("src/moved.rs");
    let (_, block) = block.split_once('\n').expect("a first line");
    assert_eq!(
        block,
        "#[shim_macros::deprecated_reexport(since = \"0.2.0\")]
pub mod old {
    #[deprecated_reexport(remove_in = \"0.4.0\")]
    pub type Plain = crate::new::Plain;
    #[deprecated_reexport(remove_in = \"0.4.0\")]
    pub type Wide<T> = crate::new::Wide<T>;
    #[deprecated_reexport(remove_in = \"0.4.0\")]
    pub use crate::new::connect as open;
    #[deprecated_reexport(remove_in = \"0.4.0\", macro)]
    pub use crate::new::send;
    #[deprecated_reexport(remove_in = \"0.4.0\", ctor)]
    pub use crate::new::ConnId;
    #[deprecated_reexport(remove_in = \"0.4.0\")]
    pub use crate::new::State;
    #[deprecated_reexport(remove_in = \"0.4.0\")]
    pub use crate::new::LIMIT;
    #[deprecated_reexport(since = \"0.3.0\", to = crate::new::join_all)]
    pub async fn join(n: u32) -> crate::new::State;
}
"
    );
    let block = tree.read("src/live/moved.rs");
    assert!(
        block.ends_with("\n#[shim_macros::deprecated_reexport(since = \"0.2.0\")]\npub use other::Here as Gone;\n"),
        "{block}"
    );
    // Nobody includes the shims: they keep nothing alive.
    let said = tree.said(&["shim", "--check"], 1);
    assert!(
        said.contains("add a line for the shims:\n    include!(\"moved.rs\");"),
        "{said}"
    );
    tree.write(
        "src/lib.rs",
        "pub mod new;\npub mod live;\ninclude!(\"moved.rs\");\n",
    );
    tree.write("src/live.rs", "include!(\"live/moved.rs\");\n");
    tree.said(&["shim", "--write"], 0);
    tree.said(&["shim", "--check"], 0);
    tree.write("Cargo.toml", &CARGO.replace("0.3.0", "0.4.0"));
    assert!(tree.said(&["check"], 1).contains("src/moved.rs:1:1: RH005"));
}

#[test]
fn rust_knows_the_parameters_of_what_lies_in_a_module_inside_of_a_file() {
    let moves = r#"
[[move]]
id = "a"
since = "0.2"
rust = { from = "lib::old", to = "lib::new::inner", items = ["Wide:struct", "Plain:struct"] }
"#;
    let new = "pub mod inner {\n    pub struct Wide<T> {}\n}\npub struct Plain<T> {}\n";
    let root = "pub mod new;\ninclude!(\"moved.rs\");\n";
    let (tree, output) = rust(moves, &[("src/lib.rs", root), ("src/new.rs", new)]);
    assert!(output.status.success(), "{output:?}");
    let block = tree.read("src/moved.rs");
    assert!(
        block.contains("pub type Wide<T> = crate::new::inner::Wide<T>;"),
        "{block}"
    );
    assert!(
        block.contains("pub use crate::new::inner::Plain;"),
        "{block}"
    );
}

#[test]
fn rust_loses_what_is_to_be_gone() {
    let cargo = |version: &str| format!("[package]\nname = \"app\"\nversion = \"{version}\"\n");
    let moves = r#"
[[move]]
id = "a"
since = "0.2"
remove_in = "1.0.0"
rust = { from = "app::past::A", to = "app::A", kind = "struct" }
[[move]]
id = "b"
since = "0.2"
remove_in = "2"
rust = { from = "app::past::B", to = "app::B", kind = "struct" }
"#;
    let root = "pub struct A {}\npub struct B {}\ninclude!(\"moved.rs\");\n";
    let tree = Tree::new(
        &[],
        &[("Cargo.toml", &cargo("0.9.0")), ("src/lib.rs", root)],
    );
    tree.write(MANIFEST, &format!("schema = 1\n{moves}"));
    tree.said(&["shim", "--write"], 0);
    let both = tree.read("src/moved.rs");
    assert!(
        both.contains("type A = ") && both.contains("type B = "),
        "{both}"
    );
    tree.write("Cargo.toml", &cargo("1.0.0-rc.1"));
    tree.said(&["shim", "--check"], 0);
    tree.write("Cargo.toml", &cargo("1.0.0"));
    tree.said(&["check"], 1);
    tree.said(&["shim", "--write"], 0);
    let one = tree.read("src/moved.rs");
    assert!(
        !one.contains("type A = ") && one.contains("type B = "),
        "{one}"
    );
    tree.write("Cargo.toml", &cargo("2.0.0"));
    let said = tree.said(&["shim", "--write"], 1);
    assert!(said.contains("src/lib.rs: the shims are gone"), "{said}");
    tree.write("src/lib.rs", "pub struct A {}\npub struct B {}\n");
    let said = tree.said(&["shim", "--write"], 0);
    assert!(said.contains("nothing to write"), "{said}");
}

#[test]
fn rust_asks_for_what_it_needs_to_know() {
    for (moved, why) in [
        (
            r#"rust = { from = "lib::old::A", to = "lib::new::A" }"#,
            "needs to know what `A` is",
        ),
        (
            r#"rust = { from = "lib::old", to = "lib::new", kind = "module" }"#,
            "needs their kinds",
        ),
        (
            r#"rust = { from = "lib::join", to = "lib::new::all", kind = "fn" }"#,
            "`join` is a common macro",
        ),
    ] {
        let moves = format!("[[move]]\nid = \"a\"\nsince = \"0.2.0\"\n{moved}\n");
        let (_tree, output) = rust(&moves, &[("src/lib.rs", "")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("rehome.toml:5:17: ") && said.contains(why),
            "{said}"
        );
    }
    let moves = "[[move]]\nid = \"a\"\nrust = { from = \"lib::A\", to = \"lib::new::A\", kind = \"struct\" }\n";
    let (_tree, output) = rust(moves, &[("src/lib.rs", "")]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs `since`"));
    // A crate that is not here is nobody's business.
    let (tree, output) = rust(
        &moves.replace("lib::", "elsewhere::"),
        &[("src/lib.rs", "")],
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!tree.state().contains_key("src/moved.rs"));
}

/// The kind is as the declaration says, where that is at hand.
#[test]
fn rust_looks_whether_the_kind_is_right() {
    let new = "pub struct Named { pub a: u8 }\npub struct Tuple<T>(pub T) where T: Fn(u8);\n\
        pub struct Unit;\npub enum State { Open }\npub trait Handler {}\npub type Bytes = [u8; 4];\n\
        pub const LIMIT: u8 = 1;\npub static mut TOTAL: u8 = 1;\npub async fn open(n: u32) {}\n\
        pub use other::Given;\nmake!(Made);\n#[cfg(unix)]\npub struct Both;\n#[cfg(not(unix))]\npub struct Both {}\n";
    let files = [
        ("src/lib.rs", "pub mod new;\ninclude!(\"moved.rs\");\n"),
        ("src/new.rs", new),
    ];
    let said = |name: &str, kind: &str| {
        let moves = format!(
            "[[move]]\nid = \"a\"\nsince = \"0.2.0\"\nrust = {{ from = \"lib::old::{name}\", to = \"lib::new::{name}\", kind = \"{kind}\" }}\n\
             [[move]]\nid = \"b\"\nsince = \"0.2.0\"\nrust = {{ from = \"lib::older\", to = \"lib::new\", items = [\"{name}:{kind}\"] }}\n"
        );
        let (_tree, output) = rust(&moves, &files);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    };
    let right = [
        ("Named", "struct", 1),
        ("Tuple", "tuple_struct", 2),
        ("Unit", "unit_struct", 3),
        ("State", "enum", 4),
        ("Handler", "trait", 5),
        ("Bytes", "type", 6),
        ("LIMIT", "const", 7),
        ("TOTAL", "static", 8),
        ("open", "fn", 9),
    ];
    for (name, kind, line) in right {
        let (code, text) = said(name, kind);
        assert_eq!(code, Some(0), "{text}");
        for (_, other, _) in right.iter().filter(|(_, other, _)| *other != kind) {
            let (code, text) = said(name, other);
            assert_eq!(code, Some(2), "{name} {other}");
            let why = format!("`{name}` is no `{other}`: it is a `{kind}`, at src/new.rs:{line}");
            assert_eq!(text.matches(&why).count(), 2, "{why}: {text}");
        }
    }
    // What is declared elsewhere, or by a macro, or twice, may be what the manifest says.
    for (name, kind) in [
        ("Given", "enum"),
        ("Made", "struct"),
        ("Both", "struct"),
        ("Both", "unit_struct"),
    ] {
        let (code, text) = said(name, kind);
        assert_eq!(code, Some(0), "{text}");
    }
}

#[test]
fn rust_looks_whose_signature_it_is() {
    for (signature, why) in [
        (
            "pub fn opn(n: u32)",
            "`signature` is that of `opn`, and not of `open`",
        ),
        ("pub struct open;", "`signature` is that of `no function`"),
        ("fn", "`signature` is that of `no function`"),
    ] {
        let moves = format!(
            "[[move]]\nid = \"a\"\nsince = \"0.2.0\"\nrust = {{ from = \"lib::old::open\", to = \"lib::new::connect\", kind = \"fn\", signature = \"{signature}\" }}\n"
        );
        let (_tree, output) = rust(&moves, &[("src/lib.rs", "")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

/// The macro tells kinds apart by how names are written, unless it is told.
#[test]
fn rust_says_what_a_name_does_not() {
    let moves = r#"
[[move]]
id = "a"
since = "0.2.0"
rust = { from = "lib::old", to = "lib::new", items = ["IO:enum", "E:trait", "HTTP2:struct", "_Hidden:type", "c_int:type", "Global:static", "QObject_new:fn", "State:enum", "LIMIT:const", "r#loop:fn"] }
"#;
    let new = "pub struct HTTP2<T = String> { pub t: T }\n";
    let root = "pub mod new;\ninclude!(\"moved.rs\");\n";
    let (tree, output) = rust(moves, &[("src/lib.rs", root), ("src/new.rs", new)]);
    assert!(output.status.success(), "{output:?}");
    let block = tree.read("src/moved.rs");
    for (option, names) in [
        ("type", &["IO", "E", "HTTP2", "c_int"][..]),
        ("value", &["Global", "QObject_new"]),
    ] {
        for name in names {
            let text =
                format!("    #[deprecated_reexport({option})]\n    pub use crate::new::{name};\n");
            assert!(block.contains(&text), "{text}: {block}");
        }
    }
    assert_eq!(
        block.matches("#[deprecated_reexport(").count(),
        6,
        "{block}"
    );
}

/// A decoy takes a name that users may have given to something else; an alias takes none, and can
/// be had of what has no constructor and no variants.
#[test]
fn rust_gets_an_alias_where_one_does() {
    let new = "pub struct Wide<'a, T: Fn(u8) -> u8 + ?Sized, const N: usize = 3>\nwhere\n    T: Copy,\n{\n    pub t: &'a T,\n}\n\
        pub union Bits<T: Copy = u8> { pub t: T }\npub type Bytes = [u8; 4];\npub type Pairs<T> = Vec<(T, T)>;\n\
        pub struct Far<T = crate::Own> { pub t: T }\npub struct Tuple<T>(pub T);\npub enum Either<T> { A(T) }\npub trait Told<T> {}\n\
        #[cfg(unix)]\npub struct Both<T> { t: T }\n#[cfg(not(unix))]\npub struct Both<'a> { t: &'a u8 }\n";
    let moves = r#"
[[move]]
id = "a"
since = "0.2.0"
rust = { from = "lib::old", to = "lib::new", items = ["Wide:struct", "Bits:union", "Bytes:type", "Pairs:type", "Far:struct", "Tuple:tuple_struct", "Either:enum", "Told:trait", "Both:struct", "Unknown:type"] }
"#;
    let root = "pub mod new;\ninclude!(\"moved.rs\");\n";
    let (tree, output) = rust(moves, &[("src/lib.rs", root), ("src/new.rs", new)]);
    assert!(output.status.success(), "{output:?}");
    let block = tree.read("src/moved.rs");
    for line in [
        "pub type Wide<'a, T, const N: usize = 3> = crate::new::Wide<'a, T, N>;",
        "pub type Bits<T = u8> = crate::new::Bits<T>;",
        "pub type Bytes = crate::new::Bytes;",
        "pub type Pairs<T> = crate::new::Pairs<T>;",
        "pub use crate::new::Far;",
        "pub use crate::new::Tuple;",
        "pub use crate::new::Either;",
        "pub use crate::new::Told;",
        "pub use crate::new::Both;",
        "pub use crate::new::Unknown;",
    ] {
        assert!(block.contains(&format!("    {line}\n")), "{line}: {block}");
    }
    assert_eq!(block.matches("pub ").count(), 11, "{block}");
}

/// What goes by one move is no complaint of another one that lies around it, or beside it.
#[test]
fn rust_complains_of_what_goes_alone() {
    let moves = |item: &str, inner: &str| {
        format!(
            r#"
[[move]]
id = "legacy"
since = "0.1.0"
remove_in = "0.3.0"
rust = {{ from = "lib::legacy", to = "lib::new", items = ["{item}:enum"] }}
[[move]]
id = "sub"
since = "0.1.0"
{inner}
rust = {{ from = "lib::legacy::sub", to = "lib::new::inner", items = ["Deep:enum"] }}
[[move]]
id = "one"
since = "0.1.0"
rust = {{ from = "lib::legacy::One", to = "lib::new::One", kind = "enum" }}
[[move]]
id = "older"
since = "0.1.0"
rust = {{ from = "lib::older", to = "lib::legacy", items = ["State:enum"] }}
"#
        )
    };
    let new = "pub mod new { pub enum State { A } pub enum One { A } pub mod inner { pub enum Deep { A } } }\n";
    let root = format!("{new}include!(\"moved.rs\");\n");
    let tree = Tree::new(&[], &[("src/lib.rs", &root)]);
    tree.write("Cargo.toml", &CARGO.replace("0.3.0", "0.2.0"));
    tree.write(MANIFEST, &format!("schema = 1\n{}", moves("State", "")));
    tree.said(&["shim", "--write"], 0);
    tree.said(&["check"], 0);
    tree.write("Cargo.toml", CARGO);
    let said = tree.said(&["check"], 1);
    assert_eq!(said.matches("RH005").count(), 1, "{said}");
    assert!(said.contains("the shim of `lib::legacy`"), "{said}");
    // A name that the manifest does not say any more goes with the others.
    tree.write(MANIFEST, &format!("schema = 1\n{}", moves("Other", "")));
    assert!(tree.said(&["check"], 1).contains("RH005"));
    tree.write(MANIFEST, &format!("schema = 1\n{}", moves("State", "")));
    tree.said(&["shim", "--write"], 0);
    let block = tree.read("src/moved.rs");
    assert!(block.contains("Deep") && block.contains("One"), "{block}");
    assert_eq!(block.matches("State").count(), 1, "{block}");
    tree.said(&["shim", "--check"], 0);
    tree.said(&["check"], 0);
    // The inner one has a version of its own.
    let inner = moves("State", "remove_in = \"0.4.0\"");
    tree.write(MANIFEST, &format!("schema = 1\n{inner}"));
    tree.said(&["shim", "--write"], 0);
    tree.said(&["check"], 0);
    tree.write("Cargo.toml", &CARGO.replace("0.3.0", "0.4.0"));
    let said = tree.said(&["check"], 1);
    assert!(said.contains("the shim of `lib::legacy::sub`"), "{said}");
    tree.said(&["shim", "--write"], 0);
    tree.said(&["check"], 0);
}

/// Each file is complained of for what it holds itself.
#[test]
fn rust_complains_of_the_file_that_holds_the_shim() {
    let moves = r#"
[[move]]
id = "a"
since = "0.2.0"
remove_in = "0.3.0"
rust = { from = "lib::old::A", to = "lib::new::A", kind = "struct" }
[[move]]
id = "b"
since = "0.2.0"
rust = { from = "lib::old::B", to = "lib::new::B", kind = "struct" }
[[move]]
id = "c"
since = "0.2.0"
rust = { from = "lib::live::old::A", to = "lib::new::A", kind = "struct" }
[[move]]
id = "d"
since = "0.2.0"
remove_in = "0.3.0"
rust = { from = "lib::past", to = "lib::new", items = ["A:struct"] }
"#;
    let files = [
        (
            "src/lib.rs",
            "pub mod new;\npub mod live;\ninclude!(\"moved.rs\");\n",
        ),
        ("src/new.rs", "pub struct A {}\npub struct B {}\n"),
        ("src/live.rs", "include!(\"live/moved.rs\");\n"),
    ];
    let tree = Tree::new(&[], &files);
    tree.write("Cargo.toml", &CARGO.replace("0.3.0", "0.2.5"));
    tree.write(MANIFEST, &format!("schema = 1\n{moves}"));
    tree.said(&["shim", "--write"], 0);
    tree.said(&["check"], 0);
    tree.write("Cargo.toml", CARGO);
    let said = tree.said(&["check"], 1);
    assert_eq!(said.matches("RH005").count(), 2, "{said}");
    for path in ["lib::old::A", "lib::past"] {
        let told = format!("src/moved.rs:1:1: RH005 the shim of `{path}`");
        assert!(said.contains(&told), "{said}");
    }
    tree.said(&["shim", "--write"], 0);
    tree.said(&["check"], 0);
    let said = tree.read("src/moved.rs");
    assert!(
        said.contains("type B") && !said.contains("type A"),
        "{said}"
    );
}

/// What moved twice leads to where it is now, and the shim of the place between is no declaration.
#[test]
fn rust_leads_to_the_end_of_a_chain() {
    let moves = |kind: &str| {
        format!(
            r#"
[[move]]
id = "a"
since = "0.2"
rust = {{ from = "lib::a::A", to = "lib::b::B", kind = "{kind}" }}
[[move]]
id = "b"
since = "0.3"
rust = {{ from = "lib::b::B", to = "lib::c::C", kind = "{kind}" }}
[[move]]
id = "older"
since = "0.1"
rename = {{ X = "A" }}
rust = {{ from = "lib::older", to = "lib::a", items = ["X:{kind}"] }}
[[move]]
id = "away"
since = "0.3"
rust = {{ from = "lib::away::B", to = "lib::b::B", kind = "{kind}" }}
"#
        )
    };
    for (declared, kind) in [("pub struct C {}", "struct"), ("pub enum C { N }", "enum")] {
        let root = format!("pub mod c {{ {declared} }}\npub mod b;\ninclude!(\"moved.rs\");\n");
        let files = [
            ("src/lib.rs", &*root),
            ("src/b.rs", "include!(\"b/moved.rs\");\n"),
        ];
        let (tree, output) = rust(&moves(kind), &files);
        assert!(output.status.success(), "{output:?}");
        let (outer, inner) = (tree.read("src/moved.rs"), tree.read("src/b/moved.rs"));
        assert!(!outer.contains("crate::b"), "{outer}");
        assert_eq!(outer.matches("crate::c::C").count(), 3, "{outer}");
        assert_eq!(inner.matches("crate::c::C").count(), 1, "{inner}");
        tree.said(&["shim", "--check"], 0);
        let said = tree.said(&["shim", "--write"], 0);
        assert!(said.contains("nothing to write"), "{said}");
    }
}

/// So do the names of a module that moved on, whatever the later moves call them.
#[test]
fn rust_leads_a_module_to_the_end_of_the_chain_of_each_name() {
    let moves = r#"
[[move]]
id = "a"
since = "0.2"
rust = { from = "lib::b", to = "lib::c", items = ["B:enum", "go:fn", "Tup:tuple_struct"] }
[[move]]
id = "b"
since = "0.3"
rust = { from = "lib::c::B", to = "lib::d::deep::D", kind = "enum" }
[[move]]
id = "c"
since = "0.3"
rename = { go = "gone" }
rust = { from = "lib::c", to = "lib::d", items = ["go:fn", "Tup:tuple_struct"] }
"#;
    let root = "pub mod d {\n    pub mod deep { pub enum D { N } }\n    pub fn gone() {}\n    \
        pub struct Tup(pub u8);\n}\ninclude!(\"moved.rs\");\n";
    let (tree, output) = rust(moves, &[("src/lib.rs", root)]);
    assert!(output.status.success(), "{output:?}");
    let block = tree.read("src/moved.rs");
    for item in ["d::deep::D as B;", "d::gone as go;", "d::Tup;"] {
        let item = format!("pub use crate::{item}");
        assert_eq!(block.matches(&item).count(), 2, "{item} {block}");
    }
}

/// The shims are alive where the module takes them, however that is written, and only there.
#[test]
fn rust_looks_whether_the_shims_are_included() {
    const MOVES: &str = r#"
[[move]]
id = "a"
since = "0.2"
rust = { from = "lib::old::A", to = "lib::new::A", kind = "struct" }
"#;
    const NEW: &str = "pub mod new { pub struct A {} }\n";
    let (tree, _) = rust(MOVES, &[("src/lib.rs", NEW)]);
    for (line, code) in [
        ("include!(\"moved.rs\");", 0),
        ("include! { \"moved.rs\" }", 0),
        ("include! (\"./moved.rs\") ;", 0),
        ("::core::include!(\n    r\"moved.rs\",\n);", 0),
        ("#[cfg(feature = \"legacy\")]\ninclude!(\"moved.rs\");", 0),
        ("", 1),
        ("// include!(\"moved.rs\");", 1),
        ("/* include!(\"moved.rs\"); */", 1),
        ("/// include!(\"moved.rs\");\nfn f() {}", 1),
        ("pub const S: &str = r#\"include!(\"moved.rs\");\"#;", 1),
        ("#[cfg(any())]\ninclude!(\"moved.rs\");", 1),
        ("#[cfg(test)]\ninclude!(\"moved.rs\");", 1),
        (
            "include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/moved.rs\"));",
            0,
        ),
        ("pub mod inner { include!(\"moved.rs\"); }", 1),
        ("include!(\"old/moved.rs\");", 1),
    ] {
        tree.write("src/lib.rs", &format!("{NEW}{line}\n"));
        let said = tree.said(&["shim", "--check"], code);
        assert_eq!(
            said.contains("add a line for the shims"),
            code == 1,
            "{line}: {said}"
        );
    }
    tree.write("src/lib.rs", &format!("{NEW}include!(\"moved.rs\");\n"));
    // Without its mark it is no file of the user's, unless it says something else.
    let whole = tree.read("src/moved.rs");
    let (_, body) = whole.split_once('\n').expect("a first line");
    for (text, why) in [
        (body.to_owned(), "src/moved.rs"),
        (format!("// ours\n{whole}"), "src/moved.rs"),
        (
            "pub mod old {}\n".to_owned(),
            "src/moved.rs: it is a file of yours",
        ),
    ] {
        tree.write("src/moved.rs", &text);
        let said = tree.said(&["shim", "--check"], 1);
        assert!(said.contains(why), "{said}");
    }
    tree.said(&["shim", "--write"], 1);
    assert_eq!(tree.read("src/moved.rs"), "pub mod old {}\n");
    tree.write("src/moved.rs", body);
    tree.said(&["shim", "--write"], 0);
    assert_eq!(tree.read("src/moved.rs"), whole);
}

#[test]
fn rust_repeats_the_conditions_of_what_it_leads_to() {
    let moves = r#"
[[move]]
id = "a"
since = "0.2"
rust = { from = "lib::old", to = "lib::new", items = ["Plain:struct", "Gated:struct", "both:fn", "some:fn", "Deep:unit_struct", "Given:enum", "Other:const"] }
[[move]]
id = "b"
since = "0.2"
rust = { from = "lib::Only", to = "lib::extra::inner::Only", kind = "trait" }
[[move]]
id = "c"
since = "0.2"
rust = { from = "lib::old_send", to = "lib::send", kind = "macro" }
[[move]]
id = "d"
since = "0.2"
rust = { from = "lib::system", to = "lib::sys::system", kind = "fn" }
"#;
    let files = [
        (
            "src/lib.rs",
            "#[cfg(any(a, b))]\n#[macro_use]\npub mod new;\n#[cfg(feature = \"x\")]\npub mod extra;\n\
             cfg_if::cfg_if! {\n    if #[cfg(unix)] {\n        #[path = \"posix.rs\"]\n        pub mod sys;\n    } \
             else if #[cfg(windows)] {\n        #[path = \"win32.rs\"]\n        pub mod sys;\n    }\n}\n\
             include!(\"moved.rs\");\n",
        ),
        (
            "src/new.rs",
            "pub struct Plain {}\n#[cfg(feature=\"y\")]\n/// Why\n#[derive(Debug)]\npub struct Gated {}\n\
             #[cfg(unix)]\npub fn both() {}\n#[cfg(not(unix))]\npub fn both() {}\n\
             #[cfg(unix)]\npub fn some() {}\n#[cfg(windows)]\npub fn some() {}\n\
             #[cfg_attr(c, cfg(d), doc(hidden))]\npub struct Deep;\n#[cfg(e)]\npub use inner::Given;\n\
             #[cfg_attr(c, allow(dead_code))]\npub const Other: u8 = 1;\n\
             #[cfg(f)]\n#[macro_export]\nmacro_rules! send { () => {} }\n",
        ),
        (
            "src/extra.rs",
            "#![cfg(g)]\n#[cfg(h)]\npub mod inner {\n    pub trait Only {}\n}\n",
        ),
        ("src/posix.rs", "pub fn system() {}\n"),
        ("src/win32.rs", "pub fn other() {}\n"),
    ];
    let (tree, output) = rust(moves, &files);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let block = tree.read("src/moved.rs");
    let lines: Vec<&str> = block.lines().map(str::trim).collect();
    let above = |item: &str| {
        let at = lines.iter().position(|line| line.ends_with(item));
        let at = at.unwrap_or_else(|| panic!("{item}: {block}"));
        let conditions = lines[..at]
            .iter()
            .rev()
            .take_while(|line| line.starts_with('#'));
        let mut conditions = conditions.filter_map(|line| line.strip_prefix("#[cfg("));
        conditions
            .next()
            .map(|line| line.strip_suffix(")]").unwrap_or(line).to_owned())
    };
    for (item, condition) in [
        ("new::Plain;", Some("any(a, b)")),
        ("new::Gated;", Some("all(feature = \"y\", any(a, b))")),
        ("new::both;", Some("any(a, b)")),
        ("new::some;", Some("all(any(a, b), any(unix, windows))")),
        ("new::Deep;", Some("all(any(not(c), d), any(a, b))")),
        ("new::Given;", Some("all(e, any(a, b))")),
        ("new::Other;", Some("any(a, b)")),
        ("inner::Only;", Some("all(g, h, feature = \"x\")")),
        ("crate::send as old_send;", Some("all(f, any(a, b))")),
        ("sys::system;", Some("unix")),
    ] {
        assert_eq!(above(item).as_deref(), condition, "{item}");
    }
}

#[test]
fn rust_writes_keywords_as_raw_names() {
    let moves = r##"
[[move]]
id = "a"
since = "0.2"
rust = { from = "lib::attempt", to = "lib::fresh::r#try", kind = "fn" }
[[move]]
id = "b"
since = "0.2"
rename = { attempt = "try", again = "r#loop", "r#match" = "fits" }
rust = { from = "lib::old", to = "lib::fresh", items = ["attempt:fn", "again:fn", "r#match:fn", "r#type:struct"] }
[[move]]
id = "c"
since = "0.2"
rust = { from = "lib::r#mod::r#move", to = "lib::r#ref::r#move", kind = "fn", signature = "pub fn r#move()" }
"##;
    let files = [
        (
            "src/lib.rs",
            "pub mod fresh;\npub mod r#ref;\ninclude!(\"moved.rs\");\n",
        ),
        (
            "src/fresh.rs",
            "#[cfg(a)]\npub fn r#try() {}\npub fn r#loop() {}\npub fn fits() {}\npub struct r#type {}\n",
        ),
        ("src/ref.rs", "pub fn r#move() {}\n"),
    ];
    let (tree, output) = rust(moves, &files);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let block = tree.read("src/moved.rs");
    for line in [
        "#[cfg(a)]\n#[shim_macros::deprecated_reexport(since = \"0.2.0\")]\npub use crate::fresh::r#try as attempt;",
        "    #[cfg(a)]\n    pub use crate::fresh::r#try as attempt;",
        "    pub use crate::fresh::r#loop as again;",
        "    pub use crate::fresh::fits as r#match;",
        "    pub type r#type = crate::fresh::r#type;",
        "pub mod r#mod {",
        "to = crate::r#ref::r#move",
    ] {
        assert!(block.contains(line), "{line}: {block}");
    }
}
