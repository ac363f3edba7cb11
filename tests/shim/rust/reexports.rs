//! The blocks of Rust for what the canonical path only re-exports.

use crate::tree::{MANIFEST, Tree};

const CARGO: &str = "[package]\nname = \"lib\"\nversion = \"0.3.0\"\nedition = \"2021\"\n";

/// The moves of these things, each with its kind, from `lib::old`.
fn moves(to: &str, items: &[(&str, &str)]) -> String {
    let items = items
        .iter()
        .map(|(name, kind)| format!("\"{name}:{kind}\""));
    let items = items.collect::<Vec<_>>().join(", ");
    let id = to.replace("::", "-");
    format!(
        "[[move]]\nid = \"{id}\"\nsince = \"0.2.0\"\nrust = {{ from = \"lib::old\", to = \"{to}\", items = [{items}] }}\n"
    )
}

/// The crate with these moves, and the tree that it stands in.
fn tree(manifest: &str, files: &[(&str, &str)]) -> Tree {
    let tree = Tree::new(&[], files);
    if !files.iter().any(|(path, _)| *path == "Cargo.toml") {
        tree.write("Cargo.toml", CARGO);
    }
    tree.write(MANIFEST, &format!("schema = 1\n{manifest}"));
    tree
}

/// The block has each of these lines, and no item besides.
#[track_caller]
fn check(manifest: &str, files: &[(&str, &str)], block: &str, lines: &[&str]) {
    let tree = tree(manifest, files);
    tree.said(&["shim", "--write"], 0);
    let block = tree.read(block);
    for line in lines {
        assert!(block.contains(&format!("    {line}\n")), "{line}: {block}");
    }
    let items = block.matches(" pub type ").count() + block.matches(" pub use ").count();
    assert_eq!(items, lines.len(), "{block}");
}

#[test]
fn an_alias_repeats_the_parameters_behind_each_form_of_a_reexport() {
    let root = "mod inline { pub struct Inline<'x> { pub h: &'x str } }
pub use inline::Inline;
mod starred { pub struct Starred<T> { pub t: T } }
pub use self::starred::*;
mod file;
pub use file::*;
mod named;
pub use crate::{named::{Named, self as again}, other::r#final as Renamed};
mod other;
mod deep;
pub use deep::{far::*, Bits as BitsAgain};
pub use modules::Within;
use deep::hidden as modules;
#[cfg(unix)]
pub use named::Both;
#[cfg(not(unix))]
pub use other::Both;
include!(\"moved.rs\");
";
    let files = [
        ("src/lib.rs", root),
        // What the root imports by its name it takes from no star.
        (
            "src/file.rs",
            "pub struct File<T = u8> { pub t: T }\npub struct Inline<T> { pub t: T }\n",
        ),
        (
            "src/named.rs",
            "pub struct Named<const N: usize = 3> { pub n: [u8; N] }\npub struct Both<T> { pub t: T }\n\
             pub struct Plain {}\n",
        ),
        (
            "src/other.rs",
            "pub struct r#final<T: Copy> { pub t: T }\npub struct Both<T> { pub t: T }\n",
        ),
        (
            "src/deep/mod.rs",
            "pub mod far;\nmod far2;\npub mod hidden { pub use super::super::named::*; pub struct Within<'a, T>(&'a T) where T: Copy; }\n\
             pub union Bits<T: Copy> { pub t: T }\n",
        ),
        (
            "src/deep/far.rs",
            "pub use super::super::deep::far2::Far;\n",
        ),
        (
            "src/deep/far2.rs",
            "pub use Inner as Far;\npub type Inner<T> = Vec<T>;\n",
        ),
    ];
    let items = [
        ("Inline", "struct"),
        ("Starred", "struct"),
        ("File", "struct"),
        ("Named", "struct"),
        ("Renamed", "struct"),
        ("BitsAgain", "union"),
        ("Far", "type"),
        ("Both", "struct"),
        ("Within", "tuple_struct"),
    ];
    let deep = moves("lib::modules", &[("Plain", "struct")]).replace("lib::old", "lib::older");
    let lines = [
        "pub type Inline<'x> = crate::Inline<'x>;",
        "pub type Starred<T> = crate::Starred<T>;",
        "pub type File<T = u8> = crate::File<T>;",
        "pub type Named<const N: usize = 3> = crate::Named<N>;",
        "pub type Renamed<T> = crate::Renamed<T>;",
        "pub type BitsAgain<T> = crate::BitsAgain<T>;",
        "pub type Both<T> = crate::Both<T>;",
        "pub use crate::Within;",
        "pub type Plain = crate::modules::Plain;",
        "pub type Far<T> = crate::Far<T>;",
    ];
    let manifest = moves("lib", &items) + &deep;
    check(&manifest, &files, "src/moved.rs", &lines);
}

/// The parameters are lost by no alias: `pub use` hands them on whatever they are.
#[test]
fn what_is_not_found_is_handed_on_with_whatever_parameters_it_has() {
    let root = "mod a;
mod b;
mod c;
pub use elsewhere::Far;
pub use elsewhere::*;
make!(Made);
#[cfg(unix)]
pub use a::Both;
#[cfg(not(unix))]
pub use b::Both;
#[cfg(unix)]
pub use a::Half;
#[cfg(not(unix))]
pub use elsewhere::Half;
pub use c::*;
pub use a::Round;
include!(\"moved.rs\");
";
    let files = [
        ("src/lib.rs", root),
        (
            "src/a.rs",
            "pub struct Both<T> { pub t: T }\npub struct Half {}\npub use crate::b::Round;\n",
        ),
        (
            "src/b.rs",
            "pub struct Both { pub t: u8 }\npub use crate::a::Round;\n",
        ),
        // What a module imports for itself it gives to nobody.
        ("src/c.rs", "use crate::a::*;\nuse crate::b::Both as Own;\n"),
    ];
    let items = ["Far", "Starred", "Made", "Both", "Half", "Own", "Round"];
    let items: Vec<(&str, &str)> = items.iter().map(|name| (*name, "struct")).collect();
    let lines: Vec<String> = items
        .iter()
        .map(|(name, _)| format!("pub use crate::{name};"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    check(&moves("lib", &items), &files, "src/moved.rs", &lines);
}

#[test]
fn another_crate_of_the_tree_is_asked_as_well() {
    let package = |name: &str, lib: &str, more: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.3.0\"\nedition = \"2021\"\n[lib]\nname = \"{lib}\"\n[dependencies]\n{more}\n"
        )
    };
    let kit = package(
        "kit",
        "lib",
        "parts = { package = \"kit-parts\", path = \"../parts\" }\n",
    );
    let parts = package("kit-parts", "kit_parts", "");
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"kit\", \"parts\"]\n",
        ),
        ("kit/Cargo.toml", &*kit),
        (
            "kit/src/lib.rs",
            "extern crate parts as spare;\npub use parts::Gen;\npub use spare::deep;\npub use ::parts::deep::*;\ninclude!(\"moved.rs\");\n",
        ),
        ("parts/Cargo.toml", &*parts),
        (
            "parts/src/lib.rs",
            "mod gen;\npub use gen::Gen;\npub mod deep { pub struct Starred<'a> { pub t: &'a u8 } }\n",
        ),
        ("parts/src/gen.rs", "pub struct Gen<T = u8> { pub t: T }\n"),
    ];
    let manifest = [
        moves("lib", &[("Gen", "struct"), ("Starred", "struct")]),
        moves("lib::deep", &[("Starred", "struct")]).replace("lib::old", "lib::older"),
        moves("kit_parts", &[("Gen", "struct")]).replace("lib::old", "lib::oldest"),
    ];
    check(
        &manifest.concat(),
        &files,
        "kit/src/moved.rs",
        &[
            "pub type Gen<T = u8> = crate::Gen<T>;",
            "pub type Starred<'a> = crate::Starred<'a>;",
            "pub type Starred<'a> = crate::deep::Starred<'a>;",
            "pub type Gen<T = u8> = kit_parts::Gen<T>;",
        ],
    );
}

#[test]
fn a_path_of_the_edition_2015_begins_at_the_root() {
    let cargo = CARGO.replace("2021", "2015");
    let files = [
        ("Cargo.toml", &*cargo),
        (
            "src/lib.rs",
            "pub mod new;\nmod buf;\ninclude!(\"moved.rs\");\n",
        ),
        ("src/new.rs", "pub use buf::Buf;\n"),
        ("src/buf.rs", "pub struct Buf<T = u8> { pub t: T }\n"),
    ];
    let line = "pub type Buf<T = u8> = crate::new::Buf<T>;";
    check(
        &moves("lib::new", &[("Buf", "struct")]),
        &files,
        "src/moved.rs",
        &[line],
    );
}

#[test]
fn a_kind_is_wrong_behind_a_reexport_as_well() {
    let files = [
        (
            "src/lib.rs",
            "mod buf;\npub use buf::{Buf, Pair as Two, go};\npub use buf::*;\ninclude!(\"moved.rs\");\n",
        ),
        (
            "src/buf.rs",
            "pub struct Buf<T>(pub T);\npub enum Pair {}\npub fn go() {}\npub struct Star;\n",
        ),
    ];
    for (name, kind, told, line) in [
        ("Buf", "struct", "tuple_struct", 1),
        ("Two", "struct", "enum", 2),
        ("Star", "enum", "unit_struct", 4),
    ] {
        let tree = tree(&moves("lib", &[(name, kind)]), &files);
        let said = tree.said(&["shim"], 2);
        let why = format!("`{name}` is no `{kind}`: it is a `{told}`, at src/buf.rs:{line}");
        assert!(said.contains(&why), "{said}");
    }
    // What stands in another namespace may stand beside it.
    check(
        &moves("lib", &[("go", "struct")]),
        &files,
        "src/moved.rs",
        &["pub use crate::go;"],
    );
}
