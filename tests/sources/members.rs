//! What the compiler's warnings tell of methods, fields and other members.

use super::warnings::{Warning, at, migrates, stays, warned};

const ACT: &str =
    "use of deprecated method `chat_kit::Act::perform`: moved to `chat_kit::Act::act` in 0.2.0";
const CONST: &str =
    "use of deprecated associated constant `chat_kit::Act::OLD`: moved to `chat_kit::Act::NEW`";
const TURN: &str =
    "use of deprecated method `chat_kit::Tool::rotate`: moved to `chat_kit::Tool::turn` in 0.2.0";
const MAKE: &str =
    "use of deprecated associated function `chat_kit::Tool::make`: moved to `chat_kit::Tool::new`";

/// The compiler does not warn where a trait is implemented: a call that takes the new name would no
/// longer mean what is implemented under the old one.
#[test]
fn what_a_user_implements_of_a_trait_keeps_its_calls() {
    for implemented in [
        "impl kit::Act for Me { fn perform(&self) -> u8 { 3 } }",
        "use kit::Act as A; impl<T> A<T> for Me { fn perform(&self) -> u8 { 3 } }",
        "macro_rules! m { ($t:ty) => { impl kit::Act for $t { fn perform(&self) -> u8 { 3 } } } }",
        "macro_rules! m { ($n:ident) => { impl kit::Act for Me { fn $n(&self) -> u8 { 3 } } } }",
        "macro_rules! m { ($a:path) => { impl $a for Me { fn perform(&self) -> u8 { 3 } } } }",
    ] {
        stays(
            &format!("fn f(me: Me) {{ me.perform(); kit::Act::perform(&me) }}\n{implemented}\n"),
            &[at(ACT, 1, (19, 26)), at(ACT, 1, (42, 49))],
            "`perform` is implemented in app/src/lib.rs:2: rename it there",
        );
    }
    stays(
        "fn f() { Me::OLD; <Me as kit::Act>::OLD; }\nimpl kit::Act for Me { const OLD: u8 = 9; }\n",
        &[at(CONST, 1, (14, 17)), at(CONST, 1, (37, 40))],
        "`OLD` is implemented in app/src/lib.rs:2: rename it there",
    );
    for other in [
        "impl kit::Act for Me { fn act(&self) -> u8 { 3 } }",
        "impl kit::Other for Me { fn perform(&self) -> u8 { 3 } }",
        "impl Me { fn perform(&self) -> u8 { 3 } }",
    ] {
        migrates(
            &format!("fn f(me: &dyn kit::Act) {{ me.perform() }}\n{other}\n"),
            &[at(ACT, 1, (30, 37))],
            &format!("fn f(me: &dyn kit::Act) {{ me.act() }}\n{other}\n"),
            0,
        );
    }
}

#[test]
fn what_another_file_implements_keeps_the_calls_as_well() {
    let tree = warned("fn f() { 1u8.perform() }\n", &[at(ACT, 1, (14, 21))]);
    let tree = tree.with(&[(
        "app/src/m.rs",
        "impl kit::Act for u8 { fn perform(&self) {} }\n",
    )]);
    let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
    said.check(1, &[]);
    let why = "`perform` is implemented in app/src/m.rs:1";
    assert!(said.out.contains(why), "{}", said.out);
}

#[test]
fn a_method_does_not_take_the_name_of_another_one_that_could_be_meant() {
    for other in [
        "impl Wrap { fn turn(&self) -> u8 { 99 } }",
        "trait Mine { fn turn(&self) -> u8 { 99 } }",
        "impl other::Spin for Wrap { fn turn(&mut self) -> u8 { 99 } }",
        "macro_rules! m { ($t:ty) => { impl $t { fn turn(self) -> u8 { 99 } } } }",
        "m!(Wrap, turn); macro_rules! m { ($t:ty, $n:ident) => { impl $t { fn $n(&self) {} } } }",
    ] {
        stays(
            &format!("fn f(w: Wrap) {{ w.rotate() }}\n{other}\n"),
            &[at(TURN, 1, (19, 25))],
            "`turn` could mean what app/src/lib.rs:2 declares",
        );
        // Where the type is written, nothing else can be meant.
        migrates(
            &format!("fn f(w: Wrap) {{ kit::Tool::rotate(&w); m!(Tool::rotate) }}\n{other}\n"),
            &[at(TURN, 1, (28, 34)), at(TURN, 1, (49, 55))],
            &format!("fn f(w: Wrap) {{ kit::Tool::turn(&w); m!(Tool::turn) }}\n{other}\n"),
            0,
        );
    }
    for other in [
        "fn turn() {} struct Wrap { turn: u8 }",
        "impl Wrap { fn turn(it: &Self) {} }",
        "impl kit::Tool for Wrap { fn turn(&self) {} }", // a trait's own
        "fn g(t: kit::Tool) { t.turn(); assert!(turn) }",
    ] {
        migrates(
            &format!("fn f(w: Wrap) {{ w.rotate() }}\n{other}\n"),
            &[at(TURN, 1, (19, 25))],
            &format!("fn f(w: Wrap) {{ w.turn() }}\n{other}\n"),
            0,
        );
    }
    stays(
        "fn f(t: std::rc::Rc<kit::Tool>) { t.twin() }\n",
        &[at(
            "use of deprecated method `chat_kit::Tool::twin`: moved to `chat_kit::Tool::clone`",
            1,
            (37, 41),
        )],
        "`clone` could mean a method of the standard library",
    );
}

/// Of what a crate has beside a type of it, only what leads to the type can be meant.
#[test]
fn another_type_of_the_crate_may_have_the_name() {
    let text = "fn f(w: kit::Wrap) { w.rotate() }\n";
    let kit = "pub struct Tool;\nimpl Tool { pub fn turn(&self) {} pub fn rotate(&self) {} }\n\
        pub struct Wrap(Tool);\nimpl Wrap { pub fn turn(&self) {} }\n";
    let manifest = "[package]\nname = \"chat-kit\"\nversion = \"1.0.0\"\nedition = \"2021\"\n";
    for (deref, code) in [
        ("", 0),
        ("impl std::ops::Deref for Wrap { type Target = Tool; }\n", 1),
    ] {
        let tree = warned(text, &[at(TURN, 1, (24, 30))]);
        let kit = format!("{kit}{deref}");
        let tree = tree.with(&[("chat/Cargo.toml", manifest), ("chat/src/lib.rs", &kit)]);
        let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
        said.check(code, &[]);
        let is_left = said
            .out
            .contains("`turn` could mean what chat/src/lib.rs:4 declares");
        assert_eq!(is_left, code == 1, "{}", said.out);
    }
}

#[test]
fn an_associated_item_is_told_by_what_is_written_before_it() {
    let own = "impl Own { fn new() {} const NEW: u8 = 1; }";
    migrates(
        &format!("fn f() {{ kit::Tool::make(); m!(<u8 as kit::Act>::OLD); }}\n{own}\n"),
        &[at(MAKE, 1, (21, 25)), at(CONST, 1, (50, 53))],
        &format!("fn f() {{ kit::Tool::new(); m!(<u8 as kit::Act>::NEW); }}\n{own}\n"),
        0,
    );
    // A type has it by the trait, whose own item tells nothing of the type.
    stays(
        "fn f() { kit::Tool::OLD }\n",
        &[at(CONST, 1, (21, 24))],
        "a new name here would give another one a new meaning",
    );
    stays(
        &format!("fn f() {{ Own::OLD }}\n{own}\n"),
        &[at(CONST, 1, (15, 18))],
        "`NEW` could mean what app/src/lib.rs:2 declares",
    );
}

/// What leads to a type by another name tells nothing of it; the other places of the file change.
#[test]
fn a_name_of_the_type_that_is_not_known_leaves_only_its_own_place() {
    let text = "use kit::Alias;\nfn f(t: &Alias) { t.rotate(); Alias::rotate(t); Alias::<u8>::rotate(t) }\n";
    let tree = warned(
        text,
        &[
            at(TURN, 2, (21, 27)),
            at(TURN, 2, (38, 44)),
            at(TURN, 2, (62, 68)),
        ],
    );
    let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
    said.check(1, &[]);
    let after = text.replacen("t.rotate()", "t.turn()", 1);
    assert_eq!(tree.read("app/src/lib.rs"), after, "{}", said.out);
    let why = "a new name here would give another one a new meaning";
    assert_eq!(said.out.matches(why).count(), 2, "{}", said.out);
}

/// A macro of a facade is seen where others call it, and there the facade has its name.
#[test]
fn a_crate_is_not_named_twice() {
    const BY_FACADE: &str =
        "use of deprecated method `app::Tool::rotate`: moved to `chat_kit::Tool::turn`";
    let tree = warned("fn f(t: T) { t.rotate() }\n", &[at(BY_FACADE, 1, (16, 22))]);
    let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
    said.check(1, &[]);
    assert!(
        said.out.contains("RH002 `app::Tool::rotate`"),
        "{}",
        said.out
    );
}

const GIVEN: &str =
    "use of deprecated method `chat_kit::Tool::rotate`: moved to `chat_kit::tools::Tool::turn`";
const SIZE: &str =
    "use of deprecated field `chat_kit::Tool::sz`: moved to `chat_kit::tools::Tool::size`";
const MADE: &str = "use of deprecated associated function `chat_kit::Tool::make`: moved to `chat_kit::tools::Tool::new`";
const TRAIT: &str =
    "use of deprecated method `chat_kit::Act::perform`: moved to `chat_kit::acts::Act::act`";

/// What becomes of `text` where the crate of the type was compiled from these files.
#[track_caller]
fn of_kit(text: &str, warnings: &[Warning], kit: &[(&str, &str)], code: i32) -> (String, String) {
    let tree = warned(text, warnings);
    let root = tree.path().display().to_string().replace('\\', "/");
    let kits = kit
        .iter()
        .map(|(file, _)| file.split_once("/src/").expect("in `src`").0);
    let artifacts = kits.collect::<std::collections::BTreeSet<_>>().into_iter().map(|kit| {
        format!(
            "{{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file://{root}/{kit}#chat-kit@1.0.0\",\
             \"manifest_path\":\"{root}/target/{kit}/Cargo.toml\",\"target\":{{\"kind\":[\"lib\"],\
             \"crate_types\":[\"lib\"],\"name\":\"chat_kit\",\"src_path\":\"{root}/target/{kit}/src/lib.rs\",\
             \"edition\":\"2021\",\"doc\":true,\"doctest\":true,\"test\":true}},\
             \"profile\":{{\"opt_level\":\"0\",\"debuginfo\":2,\"debug_assertions\":true,\
             \"overflow_checks\":true,\"test\":false}},\"features\":[],\"filenames\":[],\
             \"executable\":null,\"fresh\":true}}\n"
        )
    });
    let lines = artifacts.collect::<String>() + &tree.read("lines.json");
    let files = kit
        .iter()
        .map(|(file, text)| (format!("target/{file}"), *text));
    let files: Vec<(String, &str)> = files.collect();
    let files = files.iter().map(|(file, text)| (&**file, *text));
    let files: Vec<(&str, &str)> = files.chain([("lines.json", &*lines)]).collect();
    let tree = tree.with(&files);
    let said = tree.rehome("apply --from-warnings=lines.json --allow-dirty");
    said.check(code, &[]);
    (tree.read("app/src/lib.rs"), said.out)
}

const TOOL: &str = "pub struct Tool { pub size: u8, pub sz: u8 }\n\
    impl Tool { pub fn turn(&self) {} pub fn new() -> Self { loop {} } }\n\
    impl Tool { pub fn rotate(&self) {} pub fn make() -> Self { loop {} } }\n";
const ACTS: &str = "pub trait Act { fn perform(&self) {} fn act(&self) {} }\n\
    pub fn f<T: Act>() { <T as Act>::act }\n";

/// A type that its crate gives on has a shorter path to the compiler than in the note.
#[test]
fn a_type_by_another_path_is_the_same_where_its_crate_has_one_of_the_name() {
    let root = "mod r#impl; pub mod tools; pub mod acts; pub use acts::Act; pub use tools::Tool;\n";
    let kit = [
        ("kit/src/lib.rs", root),
        ("kit/src/tools.rs", TOOL),
        ("kit/src/acts/mod.rs", ACTS),
        ("kit/src/impl.rs", "fn f(tool: crate::Tool) {}\n"),
    ];
    let text = "use kit::tools;\nfn f(t: kit::Tool) { t.rotate(); kit::Tool::make(); t.sz }\n\
        fn g() { tools::Tool::make(); tools::Tool::rotate(&tools::Tool { sz: 1 }); 1u8.perform() }\n";
    let warnings = [
        at(GIVEN, 2, (24, 30)),
        at(MADE, 2, (45, 49)),
        at(SIZE, 2, (53, 57)),
        at(MADE, 3, (23, 27)),
        at(GIVEN, 3, (44, 50)),
        at(SIZE, 3, (66, 71)),
        at(TRAIT, 3, (80, 87)),
    ];
    let after = "use kit::tools;\nfn f(t: kit::Tool) { t.turn(); kit::Tool::new(); t.size }\n\
        fn g() { tools::Tool::new(); tools::Tool::turn(&tools::Tool { size: 1 }); 1u8.act() }\n";
    let (became, said) = of_kit(text, &warnings, &kit, 0);
    assert_eq!(became, after, "{said}");
}

/// What leads to a trait may have another name as well, and go where the note says.
#[test]
fn a_trait_by_another_path_is_the_same_behind_a_legacy_name() {
    const LEGACY: &str =
        "use of deprecated function `chat_kit::old::Acting`: moved to `chat_kit::acts::Act`";
    let kit = [("kit/src/acts.rs", ACTS)];
    let text = "use kit::old::Acting;\nfn f() { Acting::perform(&1u8); 2u8.perform() }\n";
    let warnings = [
        at(LEGACY, 1, (15, 21)),
        at(TRAIT, 2, (18, 25)),
        at(TRAIT, 2, (37, 44)),
    ];
    let after = "use kit::acts::Act;\nfn f() { Act::act(&1u8); 2u8.act() }\n";
    let (became, said) = of_kit(text, &warnings, &kit, 0);
    assert_eq!(became, after, "{said}");
}

/// Another type of the name, or one that another crate has, would not have the new member.
#[test]
fn a_type_by_another_path_is_not_taken_for_the_same() {
    let text = "fn f(t: kit::Tool) { t.rotate() }\n";
    let why = "`chat_kit::Tool` may be another type than `chat_kit::tools::Tool`";
    let warnings = [at(GIVEN, 1, (24, 30))];
    stays(text, &warnings, why);
    let lib = |text| ("kit/src/lib.rs", text);
    let tools = |text| ("kit/src/tools.rs", text);
    let others: [&[(&str, &str)]; 8] = [
        // Both are there.
        &[lib("pub mod tools; pub struct Tool;\n"), tools(TOOL)],
        &[lib("pub mod tools; pub enum Tool {}\n"), tools(TOOL)],
        &[lib("pub mod tools; m! { pub struct Tool; }\n"), tools(TOOL)],
        &[
            lib("pub mod tools; pub use old::Old as Tool;\n"),
            tools(TOOL),
        ],
        &[
            lib("pub mod tools; macro_rules! m { ($n:ident) => { struct $n; } } m!(Tool);\n"),
            tools(TOOL),
        ],
        // It comes from elsewhere, or its members do.
        &[
            lib("pub mod tools; pub use core_kit::Tool;\n"),
            tools("pub struct Tool; impl Tool { fn turn() {} }\n"),
        ],
        &[lib("pub use core_kit::*;\n")],
        // Two versions were compiled.
        &[
            lib("pub mod tools;\n"),
            tools(TOOL),
            ("kit-2/src/lib.rs", "pub struct Tool;\n"),
        ],
    ];
    for kit in others {
        let (became, said) = of_kit(text, &warnings, kit, 1);
        assert_eq!(became, text, "{kit:?}: {said}");
        assert!(said.contains(why), "{kit:?}: {said}");
    }
}

/// The compiler says the note of a type of its fields and variants as well.
#[test]
fn a_part_of_what_moved_goes_along_with_it() {
    const CONF: &str =
        "use of deprecated struct `chat_kit::Conf`: moved to `chat_kit::fresh::Cfg` in 0.2.0";
    const PART: &str =
        "use of deprecated field `chat_kit::Conf::a`: moved to `chat_kit::fresh::Cfg` in 0.2.0";
    let text = "fn f() { let c = kit::Conf { a: 1 }; c.a; }\n";
    let after = "fn f() { let c = kit::fresh::Cfg { a: 1 }; c.a; }\n";
    let warnings = [
        at(CONF, 1, (23, 27)),
        at(PART, 1, (30, 34)),
        at(PART, 1, (38, 41)),
    ];
    migrates(text, &warnings, after, 0);
    // Where nothing names the type, what it is called there is not known to follow.
    stays(
        "fn f() { kit::conf().a; }\n",
        &[at(PART, 1, (10, 23))],
        "the compiler sees it here",
    );
    const OLD: &str = "use of deprecated enum `chat_kit::Old`: moved to `chat_kit::New` in 0.2.0";
    const VARIANT: &str =
        "use of deprecated unit variant `chat_kit::Old::A`: moved to `chat_kit::New` in 0.2.0";
    migrates(
        "fn f() -> kit::Old { kit::Old::A }\n",
        &[
            at(OLD, 1, (16, 19)),
            at(OLD, 1, (27, 30)),
            at(VARIANT, 1, (32, 33)),
        ],
        "fn f() -> kit::New { kit::New::A }\n",
        0,
    );
}

/// The compiler names a macro as it is written.
#[test]
fn a_macro_is_known_by_the_crates_name_there() {
    const SHOUT: &str = "use of deprecated macro `kit::yell`: moved to `chat_kit::shout` in 0.2.0";
    migrates(
        "fn f() { kit::yell!() }\n",
        &[at(SHOUT, 1, (10, 19))],
        "fn f() { kit::shout!() }\n",
        0,
    );
}

/// The note of a module whose items have no place in common names none.
#[test]
fn a_module_whose_items_each_moved_is_left() {
    const OLD: &str = "use of deprecated module `chat_kit::old`: its items moved in 0.2.0, each to a place of its own; this path will be removed in 2.0.0";
    const ITEM: &str = "use of deprecated macro `chat_kit::__moved_five_00c0ffee`: moved to `chat_kit::m5::cinq` in 0.2.0";
    for (text, columns) in [
        ("use kit::old::*;\nfn f() { one() }\n", (10, 13)),
        (
            "use kit::old::{self, six};\nfn f() { old::one() }\n",
            (10, 13),
        ),
        ("pub use kit::old as legacy;\n", (14, 17)),
    ] {
        stays(
            text,
            &[at(OLD, 1, columns)],
            "each item of it moved to a place of its own",
        );
    }
    // Beside a name that the compiler sees.
    let said = migrates(
        "use kit::old::{five, *};\nfn f() { five(); one() }\n",
        &[at(OLD, 1, (10, 13)), at(ITEM, 1, (16, 20))],
        "use kit::m5::cinq;\nuse kit::old::*;\nfn f() { cinq(); one() }\n",
        1,
    );
    assert!(said.contains("each item of it moved"), "{said}");
    let other = "use of deprecated function `chat_kit::old`: its items moved in 0.2.0";
    let text = "use kit::old;\n";
    migrates(text, &[at(other, 1, (10, 13))], text, 0);
}
