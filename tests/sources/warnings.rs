//! What the compiler's warnings tell of moves.

use super::*;

/// A crate `app` with one file, and the lines of a compiler that warns there.
pub(super) fn warned(text: &str, warnings: &[Warning]) -> Tree {
    let tree = Tree::new(&[
        (
            "app/Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nkit = { version = \"1\", package = \"chat-kit\" }\n",
        ),
        ("app/src/lib.rs", text),
    ]);
    let root = tree.path().display().to_string().replace('\\', "/");
    let lines: Vec<String> = warnings.iter().map(|it| it.line(&root, text)).collect();
    tree.with(&[("lines.json", &(lines.join("\n") + "\n"))])
}

/// A deprecation in `app/src/lib.rs`.
#[derive(Clone, Copy)]
pub(super) struct Warning {
    pub(super) message: &'static str,
    pub(super) line: usize,
    pub(super) columns: (usize, usize),
    pub(super) expansion: Option<&'static str>,
}

pub(super) const fn at(message: &'static str, line: usize, columns: (usize, usize)) -> Warning {
    Warning {
        message,
        line,
        columns,
        expansion: None,
    }
}

impl Warning {
    pub(super) fn line(&self, root: &str, text: &str) -> String {
        let line = text.lines().nth(self.line - 1).expect("it is there");
        let line = line.replace('"', "\\\"");
        let span = |expansion: &str| {
            format!(
                "{{\"file_name\":\"app/src/lib.rs\",\"byte_start\":0,\"byte_end\":0,\"line_start\":{0},\"line_end\":{0},\
                 \"column_start\":{1},\"column_end\":{2},\"is_primary\":true,\
                 \"text\":[{{\"text\":\"{line}\",\"highlight_start\":1,\"highlight_end\":1}}],\"label\":null,\
                 \"suggested_replacement\":null,\"suggestion_applicability\":null,\"expansion\":{expansion}}}",
                self.line, self.columns.0, self.columns.1
            )
        };
        let expansion = self.expansion.map_or("null".to_owned(), |name| {
            let span = span("null");
            format!("{{\"span\":{span},\"macro_decl_name\":\"{name}\",\"def_site_span\":null}}")
        });
        format!(
            "{{\"reason\":\"compiler-message\",\"package_id\":\"path+file://{root}/app#0.1.0\",\
             \"target\":{{\"kind\":[\"lib\"],\"crate_types\":[\"lib\"],\"name\":\"app\",\"src_path\":\"{root}/app/src/lib.rs\",\
             \"edition\":\"2021\",\"doc\":true,\"doctest\":true,\"test\":true}},\
             \"message\":{{\"rendered\":\"\",\"$message_type\":\"diagnostic\",\"children\":[],\"level\":\"warning\",\
             \"message\":\"{}\",\"spans\":[{}],\"code\":{{\"code\":\"deprecated\",\"explanation\":null}}}}}}",
            self.message,
            span(&expansion)
        )
    }
}

/// What `text` becomes after `apply --from-warnings`, which exits with `code`.
#[track_caller]
pub(super) fn migrates(text: &str, warnings: &[Warning], after: &str, code: i32) -> String {
    let tree = warned(text, warnings);
    let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
    said.check(code, &[]);
    assert_eq!(tree.read("app/src/lib.rs"), after, "{}", said.out);
    said.out
}

const CLIENT: &str =
    "use of deprecated struct `chat_kit::old::Client`: moved to `chat_kit::new::Client` in 0.2.0";
const DECOY: &str = "use of deprecated macro `chat_kit::__moved_open_up_00c0ffee`: moved to `chat_kit::new::connect` in 0.2.0";
const METHOD: &str =
    "use of deprecated method `chat_kit::new::Client::go`: moved to `chat_kit::new::Client::run`";
const FIELD: &str =
    "use of deprecated field `chat_kit::new::Client::at`: moved to `chat_kit::new::Client::port`";

#[test]
fn what_the_compiler_warns_of_moves_with_all_of_its_lines() {
    migrates(
        "use kit::old::Client;\n#[cfg(other)]\nfn unseen() -> kit::old::Client {}\n",
        // Each target says it.
        &[at(CLIENT, 1, (15, 21)), at(CLIENT, 1, (15, 21))],
        "use kit::new::Client;\n#[cfg(other)]\nfn unseen() -> kit::new::Client {}\n",
        0,
    );
}

#[test]
fn a_module_says_where_all_of_it_went() {
    let module = "use of deprecated module `chat_kit::old`: moved to `chat_kit::new` in 0.2.0 (but \
        `open_up` to `chat_kit::new::connect`, `in::Say` to `chat_kit::r#macros::say`) (why, \
        `New` to `other::New`); this path will be removed in 2.0.0";
    migrates(
        "use kit::old::*;\nfn f(c: Client) { open_up(c) }\n",
        &[at(module, 1, (10, 13))],
        "use kit::new::*;\nfn f(c: Client) { connect(c) }\n",
        0,
    );
    migrates(
        "use kit::old;\nfn f(c: old::Client) { old::open_up(c, old::New, old::r#in::Say) }\n",
        &[at(module, 1, (10, 13))],
        "use kit::new;\nfn f(c: new::Client) { new::connect(c, new::New, kit::macros::say) }\n",
        0,
    );
}

#[test]
fn a_decoy_is_named_by_what_is_written() {
    migrates(
        "use kit::old as o;\nuse o::{open_up as open};\nfn f() { open(); kit::old::open_up() }\n",
        &[at(DECOY, 2, (9, 16))],
        "use kit::new::connect as open;\nfn f() { open(); kit::new::connect() }\n",
        0,
    );
}

#[test]
fn a_thing_is_also_known_by_a_shorter_path() {
    migrates(
        "use kit::old::Client;\n",
        &[at(
            "use of deprecated struct `facade::Client`: moved to `chat_kit::new::Client`",
            1,
            (15, 21),
        )],
        "use kit::new::Client;\n",
        0,
    );
}

#[test]
fn a_thing_of_the_crate_itself_has_no_crate_in_its_name() {
    migrates(
        "pub mod old;\npub mod new;\nfn f() -> crate::old::Client {}\n",
        &[at(
            "use of deprecated struct `old::Client`: moved to `app::new::Client`",
            3,
            (23, 29),
        )],
        "pub mod old;\npub mod new;\nfn f() -> crate::new::Client {}\n",
        0,
    );
    migrates(
        "use crate::old::open_up;\n",
        &[at(
            "use of deprecated macro `__moved_open_up_00c0ffee`: moved to `app::new::connect`",
            1,
            (17, 24),
        )],
        "use crate::new::connect;\n",
        0,
    );
    migrates(
        "fn f(c: crate::new::Client) { c.go() }\n",
        &[at(
            "use of deprecated method `new::Client::go`: moved to `app::new::Client::run`",
            1,
            (33, 35),
        )],
        "fn f(c: crate::new::Client) { c.run() }\n",
        0,
    );
}

#[test]
fn what_the_crate_gives_on_is_no_legacy_path() {
    migrates(
        "mod compat;\nuse crate::compat::Client;\nfn f() -> kit::old::Client {}\n",
        &[at(CLIENT, 2, (20, 26)), at(CLIENT, 3, (22, 28))],
        "mod compat;\nuse crate::compat::Client;\nfn f() -> kit::new::Client {}\n",
        1,
    );
}

#[test]
fn a_member_takes_its_new_name_where_the_compiler_sees_it() {
    migrates(
        "fn f(c: kit::new::Client) { c.go(); kit::new::Client::go(&c); (c . at, C { at: 1 }); }\n",
        &[
            at(METHOD, 1, (31, 33)),
            at(METHOD, 1, (55, 57)),
            at(FIELD, 1, (64, 70)),
            at(FIELD, 1, (76, 81)),
        ],
        "fn f(c: kit::new::Client) { c.run(); kit::new::Client::run(&c); (c . port, C { port: 1 }); }\n",
        0,
    );
}

/// A file says more than the compiler sees of it: the alias of a type leads to its members.
/// The compiler says the parameters of a type, and in which module a block is if that is not the type's.
#[test]
fn a_member_of_a_generic_type_is_known_without_parameters() {
    for from in [
        "chat_kit::new::Client::<T>::go",
        "chat_kit::new::Client::<'a, Vec<T>, fn(&T) -> u8, N>::go",
        "chat_kit::other::<impl chat_kit::new::Client>::go",
        "chat_kit::other::<impl chat_kit::new::Client<T, Vec<u8>>>::go",
    ] {
        let message = format!(
            "use of deprecated method `{from}`: moved to `chat_kit::new::Client::run` in 0.2.0"
        );
        let warning = |columns| at(String::leak(message.clone()), 1, columns);
        migrates(
            "fn f(c: kit::new::Client<u8>) { c.go(); kit::new::Client::<u8>::go(&c) }\n",
            &[warning((35, 37)), warning((65, 67))],
            "fn f(c: kit::new::Client<u8>) { c.run(); kit::new::Client::<u8>::run(&c) }\n",
            0,
        );
    }
    let other = "use of deprecated method `chat_kit::<impl Act for chat_kit::new::Client>::go`: \
        moved to `chat_kit::new::Client::run`";
    stays(
        "fn f(c: kit::new::Client<u8>) { c.go() }\n",
        &[at(other, 1, (35, 37))],
        "the compiler sees it here",
    );
}

#[test]
fn a_member_is_known_by_an_alias_of_its_type() {
    let alias =
        "use of deprecated type alias `chat_kit::old::Link`: moved to `chat_kit::new::Client`";
    let method = "use of deprecated method `chat_kit::new::Client::go`: moved to `chat_kit::new::Client::run`";
    migrates(
        "use kit::old::Link;\nfn f(c: &Link) { c.go(); }\n\
        #[cfg(other)]\nfn unseen(c: &Link) { Link::go(c) }\n",
        &[
            at(alias, 1, (15, 19)),
            at(alias, 2, (10, 14)),
            at(method, 2, (20, 22)),
        ],
        "use kit::new::Client;\nfn f(c: &Client) { c.run(); }\n\
        #[cfg(other)]\nfn unseen(c: &Client) { Client::run(c) }\n",
        0,
    );
}

#[test]
fn what_cannot_be_replaced_safely_is_left_at_the_compilers_place() {
    let text = "fn f(c: T) { c.go(); m!(c); let T { at } = c; c.go(); } // rehome: ignore[RH001]\n";
    let warnings = [
        at(
            "use of deprecated method `chat_kit::new::Client::go`: moved to `chat_kit::helpers::go`",
            1,
            (16, 18),
        ),
        Warning {
            expansion: Some("m!"),
            ..at(METHOD, 1, (22, 27))
        },
        at(FIELD, 1, (37, 39)),
    ];
    let said = migrates(text, &warnings, text, 1);
    for left in [
        "app/src/lib.rs:1:16: RH002 `chat_kit::new::Client::go`: the compiler sees it here",
        "app/src/lib.rs:1:22: RH002 `chat_kit::new::Client::go`: it stands in what `m!` expands to",
        "app/src/lib.rs:1:37: RH002 `chat_kit::new::Client::at`: it names a variable",
        "3 left to you",
    ] {
        assert!(said.contains(left), "`{left}` is not in\n{said}");
    }
}

/// A module that goes as a whole, but for the name of one thing of it.
const MODULE: &str = "use of deprecated module `chat_kit::old`: moved to `chat_kit::new`";
const RENAMED: &str =
    "use of deprecated struct `chat_kit::old::Client`: moved to `chat_kit::new::Agent`";

#[test]
fn a_star_in_the_body_of_a_macro_changes_with_the_names_that_come_by_it() {
    let in_macro = |message, columns| Warning {
        expansion: Some("m"),
        ..at(message, 1, columns)
    };
    migrates(
        "macro_rules! m { () => { mod made { use kit::old::*; pub fn f(_: &Client) {} } } }\nm!();\n",
        &[in_macro(MODULE, (46, 49)), in_macro(RENAMED, (67, 73))],
        "macro_rules! m { () => { mod made { use kit::new::*; use kit::new::Agent as Client; pub fn f(_: &Client) {} } } }\nm!();\n",
        0,
    );
    let text = "macro_rules! m { () => { use kit::old::*; pub fn f(_: &Client) {} } }\nm!();\n";
    let warnings = [in_macro(MODULE, (35, 38)), in_macro(RENAMED, (56, 62))];
    stays(text, &warnings, "a macro may put it twice into a scope");
}

/// What stays as it is, and why.
#[track_caller]
pub(super) fn stays(text: &str, warnings: &[Warning], why: &str) {
    let said = migrates(text, warnings, text, 1);
    let count = said.matches(why).count();
    assert_eq!(count, warnings.len(), "`{why}` in\n{said}");
}

#[test]
fn a_member_does_not_take_the_name_of_one_beside_it() {
    const VARIANT: &str =
        "use of deprecated unit variant `chat_kit::E::Old`: moved to `chat_kit::E::New`";
    let why = "`Old` and `New` are told apart in app/src/lib.rs:1";
    stays(
        "fn f(e: kit::E) -> u8 { match e { kit::E::Old => 1, kit::E::New => 2 } }\n",
        &[at(VARIANT, 1, (43, 46))],
        why,
    );
    // Nowhere else either: who makes the one would be taken for the other.
    stays(
        "fn f(e: kit::E) -> u8 { match e { kit::E::Old => 1, kit::E::New => 2 } }\nfn g() -> kit::E { kit::E::Old }\n",
        &[at(VARIANT, 1, (43, 46)), at(VARIANT, 2, (28, 31))],
        why,
    );
    migrates(
        "fn f(e: kit::E) -> bool { matches!(e, kit::E::Old) }\n",
        &[at(VARIANT, 1, (47, 50))],
        "fn f(e: kit::E) -> bool { matches!(e, kit::E::New) }\n",
        0,
    );
    let why = "`at` and `port` are told apart in app/src/lib.rs:1";
    stays(
        "fn f() { C { port: 1, at: 2 } }\n",
        &[at(FIELD, 1, (23, 28))],
        why,
    );
    stays(
        "fn f(c: C) { c.port + c.at }\nfn g(c: C) { c.at }\n",
        &[at(FIELD, 1, (23, 27)), at(FIELD, 2, (14, 18))],
        why,
    );
    let constant =
        "use of deprecated associated constant `chat_kit::C::OLD`: moved to `chat_kit::C::NEW`";
    stays(
        "fn f(n: u8) { match n { kit::C::OLD => 1, kit::C::NEW => 2 } }\n",
        &[at(constant, 1, (33, 36))],
        "`OLD` and `NEW` are told apart",
    );
}

#[test]
fn a_crate_that_nobody_depends_on_is_not_named() {
    for (moved, columns) in [
        (
            "use of deprecated function `chat_kit::old`: moved to `serde_json::from_str`",
            (10, 13),
        ),
        (
            "use of deprecated module `chat_kit::old`: moved to `chat_kit::new` (but `A` to `gone::A`)",
            (10, 13),
        ),
    ] {
        stays(
            "use kit::{old, other};\n",
            &[at(moved, 1, (11, 14))],
            "`app` does not depend on",
        );
        stays(
            "use kit::old;\n",
            &[at(moved, 1, columns)],
            "`app` does not depend on",
        );
    }
    // The standard library is always there.
    migrates(
        "use kit::swap;\n",
        &[at(
            "use of deprecated function `chat_kit::swap`: moved to `std::mem::swap`",
            1,
            (10, 14),
        )],
        "use std::mem::swap;\n",
        0,
    );
}

/// What another move rewrites beside it, or in another file, changes nothing about what is left.
#[test]
fn what_is_left_is_named_beside_what_moves() {
    const THIRD: &str =
        "use of deprecated enum `chat_kit::old::Third`: moved to `third::Th` in 0.2.0";
    const E: &str = "use of deprecated enum `chat_kit::old::E`: moved to `chat_kit::new::E`";
    let kit = [
        (
            "chat/Cargo.toml",
            "[package]\nname = \"chat-kit\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[dependencies]\nthird = \"1\"\n",
        ),
        (
            "chat/src/lib.rs",
            "pub mod new { pub enum E { A } }\n#[deprecated_reexport(since = \"0.2.0\")]\npub mod old { pub use third::Th as Third; pub use crate::new::E; }\n",
        ),
    ];
    for (text, warnings, after) in [
        (
            "use kit::old::{Third, E};\nfn f(_: Third, _: E) {}\n",
            &[at(THIRD, 1, (16, 21)), at(E, 1, (23, 24))][..],
            "use kit::new::E;\nuse kit::old::Third;\nfn f(_: Third, _: E) {}\n",
        ),
        (
            "use kit::old::E;\nuse kit::old::Third;\nfn f(_: Third, _: E) {}\n",
            &[at(E, 1, (15, 16)), at(THIRD, 2, (15, 20))],
            "use kit::new::E;\nuse kit::old::Third;\nfn f(_: Third, _: E) {}\n",
        ),
        (
            "fn f() -> (kit::old::Third, kit::old::E) {}\n",
            &[at(THIRD, 1, (22, 27)), at(E, 1, (39, 40))],
            "fn f() -> (kit::old::Third, kit::new::E) {}\n",
        ),
    ] {
        for files in [&[][..], &kit] {
            let tree = warned(text, warnings).with(files);
            let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
            said.check(1, &[]);
            assert_eq!(tree.read("app/src/lib.rs"), after, "{}", said.out);
            let why = "does not depend on `third`";
            assert_eq!(said.out.matches(why).count(), 1, "{}", said.out);
        }
    }
    // In a file of its own.
    let text = "mod m;\nuse kit::old::E;\n";
    let third = "use kit::old::Third;\nfn f() -> Third {}\n";
    for files in [&[][..], &kit] {
        let tree = warned(text, &[at(E, 2, (15, 16))]).with(files);
        let root = tree.path().display().to_string().replace('\\', "/");
        let line = at(THIRD, 1, (15, 20)).line(&root, third);
        let lines = tree.read("lines.json") + &line.replace("app/src/lib.rs\"", "app/src/m.rs\"");
        let tree = tree.with(&[("app/src/m.rs", third), ("lines.json", &lines)]);
        for paths in ["", " app/src/m.rs"] {
            let said = tree.rehome(&format!("check --from-warnings=lines.json{paths}"));
            said.check(1, &[]);
            let place = "app/src/m.rs:1:15: RH001 `chat_kit::old::Third`";
            assert!(said.out.contains(place), "{}{}", said.out, said.messages);
        }
    }
}

/// Who migrated a file needs no second look at it.
#[test]
fn a_name_that_is_the_canonical_one_by_now_is_none() {
    let text = "use kit::new::Client;\nfn f() -> Client {}\n";
    migrates(text, &[at(CLIENT, 2, (11, 17))], text, 0);
    let text = "use kit::new::connect as open_up;\nfn f() { open_up() }\n";
    migrates(text, &[at(DECOY, 2, (10, 17))], text, 0);
}

/// The compiler points to the whole path of a macro, and calls a derive a macro as well.
#[test]
fn a_macro_moves_where_its_path_is_written_out() {
    const MESSY: &str =
        "use of deprecated macro `chat_kit::messy`: moved to `chat_kit::tidy` in 0.2.0";
    const AWAY: &str = "use of deprecated macro `chat_kit::messy`: moved to `chat_kit::new::tidy`";
    const DERIVE: &str =
        "use of deprecated derive macro `chat_kit::Told`: moved to `chat_kit::Tell` in 0.2.0";
    let tidy = |text: &str| text.replace("messy", "tidy");
    let written = "fn f() { let _ = kit::messy!(); }\n";
    migrates(written, &[at(MESSY, 1, (18, 28))], &tidy(written), 0);
    let spaced = "fn f() { let _ = ::kit :: messy ! []; }\n";
    let after = "fn f() { let _ = ::kit :: tidy ! []; }\n";
    migrates(spaced, &[at(MESSY, 1, (18, 32))], after, 0);
    let away = "fn f() { let _ = kit::new::tidy!(); }\n";
    migrates(written, &[at(AWAY, 1, (18, 28))], away, 0);
    let imported = "use kit::messy;\nfn f() { messy!{} }\n";
    let warnings = [at(MESSY, 1, (10, 15)), at(MESSY, 2, (10, 15))];
    migrates(imported, &warnings, &tidy(imported), 0);
    let aliased = "use kit as k;\nfn f() { k::messy!{} }\n";
    migrates(aliased, &[at(MESSY, 2, (10, 18))], &tidy(aliased), 0);
    let derived = "#[derive(kit::Told, Debug)]\nstruct A;\n";
    let after = "#[derive(kit::Tell, Debug)]\nstruct A;\n";
    migrates(derived, &[at(DERIVE, 1, (10, 19))], after, 0);
    // In a macro's arguments nothing but the compiler knows it.
    let within = "fn f() { run!(kit::messy!()); }\n";
    let said = warned(within, &[at(MESSY, 1, (15, 25))]).rehome("check --from-warnings=lines.json");
    said.check(1, &[]);
}

#[test]
fn a_comment_silences_what_the_compiler_sees() {
    let text = "fn f(c: T) { c.go() } // rehome: ignore[chat_kit.new.Client.go]\n";
    migrates(text, &[at(METHOD, 1, (16, 18))], text, 0);
}

#[test]
fn other_deprecations_say_nothing() {
    let text = "use kit::old::Client;\n";
    let other = "use of deprecated struct `chat_kit::old::Client`: use something else";
    migrates(text, &[at(other, 1, (15, 21))], text, 0);
    // A note that is one begins with it.
    for other in [
        "use of deprecated struct `chat_kit::old::Client`: see: moved to `chat_kit::new::Client`",
        "use of deprecated struct `chat_kit::old::Client`: Moved to `chat_kit::new::Client`",
    ] {
        migrates(text, &[at(other, 1, (15, 21))], text, 0);
    }
}

#[test]
fn a_file_that_changed_since_is_said_to_have() {
    let tree = warned("use kit::old::Client;\n", &[at(CLIENT, 1, (15, 21))]);
    let tree = tree.with(&[("app/src/lib.rs", "\nuse kit::old::Client;\n")]);
    let stale = "app/src/lib.rs is not what the compiler saw";
    tree.check(
        "check --from-warnings=lines.json",
        0,
        &[stale, "0 places: 0 moves"],
    );
}

#[test]
fn lines_come_from_a_file_or_standard_input() {
    let tree = warned("use kit::old::Client;\n", &[at(CLIENT, 1, (15, 21))]);
    tree.check(
        "check --from-warnings=lines.json -v",
        1,
        &["1 place: 1 move", "chat_kit.old.Client"],
    );
    let lines = std::fs::File::open(tree.path().join("lines.json")).expect("it is there");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rehome"));
    command
        .args(["check", "--from-warnings=-"])
        .current_dir(tree.path());
    let output = command.stdin(lines).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    tree.check(
        "check --from-warnings=app/Cargo.toml",
        2,
        &["these are not the lines of"],
    );
    tree.check("check --from-warnings=gone", 2, &["cannot read gone"]);
    tree.check("check --from-warnings=- app", 0, &["0 places"]);
    let empty = Tree::new(&[("a.py", "")]);
    empty.check(
        "check --from-warnings",
        2,
        &["no Cargo.toml", "hint: --from-warnings=FILE"],
    );
}

#[test]
fn a_note_and_the_manifest_must_agree() {
    let manifest = "schema = 1\n[[move]]\nid = \"own\"\nrust = { from = \"chat_kit::old::Client\", to = \"chat_kit::Client\", kind = \"struct\" }\n";
    let tree = warned("use kit::old::Client;\n", &[at(CLIENT, 1, (15, 21))]);
    let tree = tree.with(&[("rehome.toml", manifest)]);
    tree.check(
        "check --from-warnings=lines.json",
        2,
        &[
            "<the compiler's warnings>: `chat_kit::old::Client` leads to",
            "of rehome.toml:4:",
        ],
    );
}
