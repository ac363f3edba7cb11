//! `rehome shim` in a tree: which files it makes, which it leaves alone, and how it takes all back.

mod faults;
mod namespaces;
mod recorded;
mod rust;
mod tree;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rehome::generated::MARK;

use tree::{MANIFEST, NEW, PACKAGE, Tree};

/// Writes the shims, and says which modules got one.
#[track_caller]
fn check_modules(moves: &[(&str, &str)], files: &[(&str, &str)], expected: &[&str]) -> Tree {
    let tree = Tree::new(moves, files);
    let before = tree.state();
    tree.said(&["shim", "--write"], 0);
    assert_eq!(tree.shims(), expected);
    tree.said(&["shim", "--check"], 0);
    tree.said(&["check"], 0);
    let written = tree.state();
    // What is written is what is there: a second run has nothing to do.
    assert!(
        tree.said(&["shim", "--write"], 0)
            .contains("nothing to write")
    );
    assert_eq!(tree.state(), written);
    tree.said(&["undo"], 0);
    assert_eq!(tree.state(), before, "undo leaves no trace");
    tree.said(&["shim", "--check"], 1);
    tree.said(&["shim", "--write"], 0);
    tree
}

#[test]
fn a_symbol_and_a_module_leave_a_file_each() {
    let moves = [("app.old:Old", "app.new:New"), ("app.past", "app.new")];
    let tree = check_modules(&moves, &[PACKAGE, NEW], &["app/old.py", "app/past.py"]);
    let old = tree.read("app/old.py");
    assert!(old.contains("\"Old\": \"app.new:New\","), "{old}");
    let past = tree.read("app/past.py");
    assert!(past.contains("target=\"app.new\","), "{past}");
    assert!(tree.read("app/_moved.py").contains("_ENV = \"APP_SHIMS\""));
    assert!(
        tree.read("app/_moved.pylintrc")
            .ends_with("\n    app.past\n")
    );
    assert!(
        tree.read("app/_moved.ruff.toml")
            .contains("\"app.old.Old\".msg = ")
    );
}

#[test]
fn a_package_leaves_a_file_for_each_of_its_modules() {
    let files = [
        PACKAGE,
        ("app/new/__init__.py", ""),
        ("app/new/a.py", "A = 1\n"),
        ("app/new/deep/__init__.py", ""),
        ("app/new/deep/b.py", "B = 1\n"),
    ];
    let expected = [
        "app/old/__init__.py",
        "app/old/a.py",
        "app/old/deep/__init__.py",
        "app/old/deep/b.py",
    ];
    check_modules(&[("app.old", "app.new")], &files, &expected);
    // One that moved elsewhere leads there.
    let files = [&files[..], &[("app/other.py", "B = 1\n")]].concat();
    let moves = [("app.old", "app.new"), ("app.old.deep.b", "app.other")];
    let tree = check_modules(&moves, &files, &expected);
    assert!(
        tree.read("app/old/deep/b.py")
            .contains("target=\"app.other\"")
    );
}

#[test]
fn a_package_that_moved_into_itself_or_out_of_itself() {
    let files = [
        ("app/v1/__init__.py", ""),
        ("app/v1/a.py", "A = 1\n"),
        PACKAGE,
    ];
    let tree = check_modules(
        &[("app", "app.v1")],
        &files,
        &["app/__init__.py", "app/a.py"],
    );
    assert!(tree.read("app/v1/a.py") == "A = 1\n");
    let files = [PACKAGE, ("app/a.py", "A = 1\n")];
    let expected = ["app/old/__init__.py", "app/old/a.py"];
    check_modules(&[("app.old", "app")], &files, &expected);
}

#[test]
fn the_names_of_a_rename_may_be_modules() {
    let tree = Tree::new(
        &[],
        &[
            PACKAGE,
            ("app/new/__init__.py", ""),
            ("app/new/tools.py", "T = 1\n"),
        ],
    );
    let manifest = "schema = 1\n[[move]]\nid = \"m\"\nrename = { utils = \"tools\" }\n\
        python = { from = \"app.old\", to = \"app.new\" }\n";
    tree.write(MANIFEST, manifest);
    tree.said(&["shim", "--write"], 0);
    assert_eq!(tree.shims(), ["app/old/__init__.py", "app/old/utils.py"]);
    let shim = tree.read("app/old/__init__.py");
    assert!(shim.contains("\"utils\": \"app.new:tools\","), "{shim}");
}

/// The shims of what moved twice lead to where its names are now.
#[test]
fn names_that_moved_on_have_their_place_in_the_shims_of_their_first_module() {
    let tree = Tree::new(
        &[],
        &[
            PACKAGE,
            ("app/text.py", "def slugify(): ...\ndef trim(): ...\n"),
            ("app/end.py", "class End: ...\n"),
        ],
    );
    let manifest = "schema = 1\n\
        [[move]]\nid = \"a\"\nsince = \"1.0\"\npython = { from = \"app.utils\", to = \"app.helpers\" }\n\
        [[move]]\nid = \"b\"\nsince = \"2.0\"\nrename = { slug = \"slugify\" }\n\
        python = { from = \"app.helpers\", to = \"app.text\" }\n\
        [[move]]\nid = \"c\"\nsince = \"2.0\"\npython = { from = \"app.text:Deep\", to = \"app.end:End\", kind = \"class\" }\n";
    tree.write(MANIFEST, manifest);
    tree.said(&["shim", "--write"], 0);
    for module in ["utils", "helpers"] {
        let shim = tree.read(&format!("app/{module}.py"));
        let names = "names={\n        \"Deep\": \"app.end:End\",\n        \"slug\": \"app.text:slugify\",\n    },";
        assert!(shim.contains("target=\"app.text\","), "{shim}");
        assert!(shim.contains(names), "{shim}");
        let stub = tree.read(&format!("app/{module}.pyi"));
        assert!(stub.contains("slugify as slug"), "{stub}");
        assert!(stub.contains("Deep = app.end.End"), "{stub}");
    }
    tree.said(&["shim", "--check"], 0);
    tree.said(&["check"], 0);
}

#[test]
fn modules_below_a_source_root_and_a_whole_distribution() {
    let files = [
        ("pyproject.toml", "[project]\nname = \"new\"\n"),
        ("src/new/__init__.py", ""),
        ("src/new/a.py", "A = 1\n"),
    ];
    let expected = ["src/old/__init__.py", "src/old/a.py"];
    let tree = check_modules(&[("old", "new")], &files, &expected);
    assert!(tree.read("src/old/a.py").contains("from old._moved import"));
    tree.manifest(
        &[("old", "new")],
        "[package]\npython = { dist = \"new\", import = \"new\" }\n",
    );
    tree.said(&["shim", "--write"], 0);
    assert!(tree.read("src/old/a.py").contains("from new._moved import"));
    let state = tree.state();
    assert!(state.contains_key("src/new/_moved.py") && !state.contains_key("src/old/_moved.py"));
}

#[test]
fn a_module_in_no_package_has_its_runtime_beside_it() {
    let tree = check_modules(&[("old", "new")], &[("new.py", "A = 1\n")], &["old.py"]);
    assert!(
        tree.read("old.py")
            .contains("from _old_moved import install")
    );
    assert!(tree.state().contains_key("_old_moved.py"));
}

#[test]
fn what_only_gives_the_moved_names_on_is_replaced() {
    let moves = [("app.old:Old", "app.new:New"), ("app.past", "app.new")];
    let old =
        "\"\"\"Moved.\"\"\"\n\nfrom .new import New as Old  # noqa: F401\n\n__all__ = [\"Old\"]\n";
    let files = [
        PACKAGE,
        NEW,
        ("app/old.py", old),
        ("app/past.py", "from app.new import *\n"),
    ];
    check_modules(&moves, &files, &["app/old.py", "app/past.py"]);
}

#[test]
fn what_does_anything_else_stays() {
    let moves = [("app.past", "app.new")];
    for text in [
        "x = 1\n",
        "from .new import Other\nimport warnings\nwarnings.warn('old')\n",
        "from .elsewhere import New\n",
        "def broken(\n",
    ] {
        let tree = Tree::new(&moves, &[PACKAGE, NEW, ("app/past.py", text)]);
        let said = tree.said(&["shim", "--write"], 1);
        assert!(
            said.contains("app/past.py: `app.past` still has code of its own"),
            "{said}"
        );
        assert_eq!(tree.read("app/past.py"), text);
        assert!(
            !tree.state().contains_key("app/_moved.py"),
            "nobody needs it"
        );
    }
}

/// A live module gets a block, whatever its line ends are, and loses it with the move.
#[test]
fn a_live_module_gets_a_block() {
    let moves = [("app.live:Old", "app.new:New")];
    for text in ["KEPT = 1", "KEPT = 1\n\n\n", "KEPT = 1\r\nX = 1\r\n"] {
        let files = [
            ("app/__init__.py", "\"\"\"It has neighbours.\"\"\"\n"),
            NEW,
            ("app/live.py", text),
        ];
        let tree = check_modules(&moves, &files, &[]);
        let live = tree.read("app/live.py");
        assert!(live.starts_with(text.trim_end()), "{live:?}");
        assert!(live.contains("__getattr__ = _moved_names("), "{live}");
        let end = match text.contains('\r') {
            true => "\r\n# rehome shim: end\r\n",
            false => "\n# rehome shim: end\n",
        };
        assert!(live.ends_with(end), "{live:?}");
        // What the user writes below is kept, and the block goes to the end again.
        tree.write("app/live.py", &format!("{live}MORE = 2\n"));
        assert!(
            tree.said(&["shim", "--check"], 1)
                .contains("app/live.py: stale")
        );
        tree.said(&["shim", "--write", "--allow-dirty"], 0);
        let again = tree.read("app/live.py");
        assert!(again.contains("MORE = 2\n") && again.trim_end().ends_with("# rehome shim: end"));
    }
}

#[test]
fn the_package_of_other_modules_is_alive() {
    let moves = [("app:Old", "app.new:New")];
    let tree = check_modules(&moves, &[PACKAGE, NEW], &[]);
    assert!(
        tree.read("app/__init__.py")
            .starts_with("# rehome shim: begin")
    );
}

#[test]
fn a_block_hides_no_submodule_of_its_package() {
    let files = [
        ("app/__init__.py", "_moved_names = 1\n"),
        NEW,
        ("app/_typing.py", "Name = str\n"),
        ("app/_typing_2/__init__.py", ""),
    ];
    let tree = check_modules(&[("app:Old", "app.new:New")], &files, &[]);
    let live = tree.read("app/__init__.py");
    assert!(live.contains("import typing as _typing_3 "), "{live}");
    assert!(live.contains("__getattr__ = _moved_names_2("), "{live}");
    assert!(!live.contains("_typing."), "{live}");
}

#[test]
fn a_live_module_that_answers_for_itself_is_told_what_to_write() {
    let own = "def __getattr__(name):\n    raise AttributeError(name)\n";
    let tree = Tree::new(
        &[("app.live:Old", "app.new:New")],
        &[PACKAGE, NEW, ("app/live.py", own)],
    );
    let said = tree.said(&["shim", "--write"], 1);
    assert!(
        said.contains("app/live.py: it has a `__getattr__` of its own"),
        "{said}"
    );
    assert!(said.contains("    if name in (\"Old\",):"), "{said}");
    assert_eq!(tree.read("app/live.py"), own);
    // Who has done it is not told again.
    let (_, lines) = said.split_once("put this above it:\n").expect("the lines");
    let (above, beginning) = lines.split_once("    and this").expect("two places");
    let (_, beginning) = beginning.split_once('\n').expect("more lines");
    let beginning: String = beginning
        .lines()
        .take(2)
        .map(|line| format!("{}\n", &line[4..]))
        .collect();
    let above: String = above
        .lines()
        .map(|line| format!("{}\n", line.get(4..).unwrap_or("")))
        .collect();
    let body = "    raise AttributeError(name)\n";
    tree.write(
        "app/live.py",
        &format!("{above}\n\ndef __getattr__(name):\n{beginning}{body}"),
    );
    assert!(
        tree.said(&["shim", "--write"], 0)
            .contains("nothing to write")
    );
}

#[test]
fn a_live_module_with_a_stub_is_told_what_to_put_into_it() {
    let live = [
        ("app/live.py", "KEPT = 1\n"),
        ("app/live.pyi", "KEPT: int\n"),
    ];
    let moves = [("app.live:Old", "app.new:New"), ("app.live:f", "app.new:g")];
    let tree = Tree::new(&moves, &[&[PACKAGE, NEW][..], &live].concat());
    let said = tree.said(&["shim", "--write", "--allow-dirty"], 1);
    assert!(
        said.contains(
            "app/live.pyi: type checkers read this stub, which lacks names that users take from \
             the module; put into it:\n    import app.new\n    Old = app.new.New\n    f = app.new.g\n"
        ),
        "{said}"
    );
    tree.write(
        "app/live.pyi",
        "import app.new\nKEPT: int\nOld = app.new.New\nf = app.new.g\n",
    );
    let said = tree.said(&["shim", "--write", "--allow-dirty"], 0);
    assert!(said.contains("nothing to write"), "{said}");
    tree.said(&["check"], 0);
}

#[test]
fn what_lost_its_marks_is_not_passed_over() {
    let files = [PACKAGE, NEW, ("app/live.py", "KEPT = 1\n")];
    let moves = [
        ("app.live:Old", "app.new:New"),
        ("app.old:Gone", "app.new:New"),
        ("app.past", "app.new"),
    ];
    let tree = Tree::new(&moves, &files);
    tree.said(&["shim", "--write", "--allow-dirty"], 0);
    let whole = tree.read("app/live.py");
    for mark in ["# rehome shim: begin", "# rehome shim: end"] {
        let lines = whole.lines().filter(|line| !line.starts_with(mark));
        let half: String = lines.map(|line| format!("{line}\n")).collect();
        for text in [half.replace("app.new:New", "app.new:Other"), half] {
            tree.write("app/live.py", &text);
            let said = tree.said(&["shim", "--check"], 1);
            assert!(
                said.contains("app/live.py: a block of shims has lost"),
                "{said}"
            );
        }
    }
    let lines = whole.lines().filter(|line| !line.starts_with("# rehome"));
    let bare: String = lines.map(|line| format!("{line}\n")).collect();
    tree.write("app/live.py", &bare);
    tree.said(&["shim", "--check"], 1);
    tree.write("app/live.py", &whole);
    for stub in ["app/old.pyi", "app/past.pyi"] {
        let text = tree.read(stub);
        tree.write(stub, "");
        let said = tree.said(&["shim", "--check"], 1);
        assert!(said.contains(&format!("{stub}: edited")), "{said}");
        tree.write(stub, "# mine\nclass Else: ...\n");
        let said = tree.said(&["shim", "--check"], 1);
        assert!(
            said.contains(&format!("{stub}: type checkers read this stub of yours")),
            "{said}"
        );
        // One that says all of it may be the user's.
        let own = "from app.new import *\nclass Gone: ...\n";
        tree.write(stub, own);
        tree.said(&["shim", "--check"], 0);
        tree.write(stub, &text);
    }
    tree.said(&["shim", "--check"], 0);
}

#[test]
fn a_check_says_what_is_left_to_the_user() {
    let files = [
        PACKAGE,
        NEW,
        ("app/live.py", "from .new import New as Old\nKEPT = 1\n"),
    ];
    let tree = Tree::new(&[("app.live:Old", "app.new:New")], &files);
    tree.said(&["shim", "--write"], 1);
    let said = tree.said(&["shim", "--check"], 0);
    assert!(
        said.contains("app/live.py: it still imports `Old`"),
        "{said}"
    );
}

#[test]
fn a_live_module_that_still_has_the_name_is_left() {
    let moves = [("app.live:Old", "app.new:New")];
    for (text, why) in [
        ("class Old: ...\n", "it still defines `Old`"),
        (
            "from .new import New as Old\nKEPT = Old\n",
            "it still imports `Old`",
        ),
        ("from .star import *\nKEPT = 1\n", "it still imports `Old`"),
    ] {
        let star = ("app/star.py", "Old = 1\n");
        let tree = Tree::new(&moves, &[PACKAGE, NEW, star, ("app/live.py", text)]);
        let said = tree.said(&["shim", "--write"], 1);
        assert!(said.contains(why), "{said}");
        assert_eq!(tree.read("app/live.py"), text);
    }
}

/// What only type checkers import is not there when a program asks for it.
#[test]
fn an_import_for_type_checkers_is_no_binding() {
    let moves = [("app.live:Old", "app.new:New")];
    for guard in ["if TYPE_CHECKING:", "if typing.TYPE_CHECKING:"] {
        let live = format!("{guard}\n    from .new import New as Old\nKEPT = 1\n");
        let tree = Tree::new(&moves, &[PACKAGE, NEW, ("app/live.py", &live)]);
        tree.said(&["shim", "--write"], 0);
        let live = tree.read("app/live.py");
        assert!(
            live.contains("if not _typing.TYPE_CHECKING:\n    from app._moved"),
            "{live}"
        );
        assert!(!live.contains("Old = "), "it would be a second one: {live}");
        tree.said(&["shim", "--check"], 0);
    }
    let live = "if TYPE_CHECKING:\n    from .new import New as Old\nelse:\n    Old = 1\n";
    let tree = Tree::new(&moves, &[PACKAGE, NEW, ("app/live.py", live)]);
    let said = tree.said(&["shim", "--write"], 1);
    assert!(said.contains("it still defines `Old`"), "{said}");
}

#[test]
fn no_file_of_the_user_is_in_the_way() {
    let stub = "class Old: ...\n";
    let files = [
        PACKAGE,
        NEW,
        ("app/_moved.py", "MINE = 1\n"),
        ("app/old.pyi", stub),
    ];
    let moves = [("app.old:Old", "app.new:New")];
    let tree = check_modules(&moves, &files, &["app/old.py"]);
    assert_eq!(tree.read("app/_moved.py"), "MINE = 1\n");
    assert_eq!(tree.read("app/old.pyi"), stub);
    assert!(
        tree.read("app/old.py")
            .contains("from app._moved_shims import install")
    );
}

#[test]
fn stale_edited_and_left_over_files_are_told_apart() {
    let moves = [("app.old:Old", "app.new:New"), ("app.past", "app.new")];
    let tree = Tree::new(&moves, &[PACKAGE, NEW]);
    tree.said(&["shim", "--write"], 0);
    let written = tree.state();
    tree.write(
        "app/old.py",
        &tree.read("app/old.py").replace("New", "Other"),
    );
    assert!(
        tree.said(&["shim", "--check"], 1)
            .contains("app/old.py: edited")
    );
    tree.said(&["shim", "--write"], 0);
    assert_eq!(tree.state(), written);
    // A checkout with other line ends is no edit.
    tree.write("app/old.py", &written["app/old.py"].replace('\n', "\r\n"));
    tree.said(&["shim", "--check"], 0);
    tree.manifest(&moves[..1], "");
    let said = tree.said(&["shim", "--check"], 1);
    assert!(said.contains("app/past.py: left over"), "{said}");
    assert!(said.contains("app/_moved.ruff.toml: stale"), "{said}");
    tree.said(&["shim", "--write"], 0);
    assert!(!tree.state().contains_key("app/past.pyi"));
    tree.said(&["undo"], 0);
    assert!(tree.state().contains_key("app/past.pyi"));
    // Without any move all of it goes.
    tree.manifest(&[], "");
    tree.said(&["shim", "--write"], 0);
    let generated = tree
        .state()
        .into_values()
        .filter(|text| text.contains(MARK));
    assert_eq!(generated.count(), 0);
}

/// Without its first line a generated file is what it was, and none of the user's.
#[test]
fn a_file_that_lost_its_mark_is_an_edited_one() {
    let moves = [("app.old:Old", "app.new:New"), ("app.past", "app.new")];
    let tree = Tree::new(&moves, &[PACKAGE, NEW]);
    tree.said(&["shim", "--write"], 0);
    let written = tree.state();
    for name in ["app/old.pyi", "app/_moved.ruff.toml", "app/_moved.pylintrc"] {
        let whole = tree.read(name);
        let (_, body) = whole.split_once('\n').expect("a first line");
        for text in [
            body.to_owned(),
            format!("# ours\n{whole}"),
            body.replace('\n', "\r\n"),
        ] {
            tree.write(name, &text);
            let said = tree.said(&["shim", "--check"], 1);
            assert!(said.contains(name) && said.contains("edited"), "{said}");
            tree.said(&["shim", "--write", "--allow-dirty"], 0);
            assert_eq!(tree.read(name).replace("\r\n", "\n"), whole);
            tree.write(name, &whole);
        }
        // What says something else is the user's.
        if !name.ends_with(".pyi") {
            tree.write(name, "# mine\n");
            let said = tree.said(&["shim", "--check"], 1);
            assert!(
                said.contains(&format!("{name}: it is a file of yours")),
                "{said}"
            );
            tree.write(name, &whole);
        }
    }
    assert_eq!(tree.state(), written);
    tree.said(&["shim", "--check"], 0);
}

#[test]
fn the_shims_of_a_project_inside_are_its_own() {
    let tree = Tree::new(&[("app.old:Old", "app.new:New")], &[PACKAGE, NEW]);
    tree.said(&["shim", "--write"], 0);
    let inner = tree.state();
    let outer = Tree::new(&[("lib.old:A", "lib.new:B")], &[("lib/__init__.py", "")]);
    for (name, text) in &inner {
        outer.write(&format!("sub/{name}"), text);
    }
    outer.said(&["shim", "--write"], 0);
    assert_eq!(outer.read("sub/app/old.py"), inner["app/old.py"]);
}

#[test]
fn stubs_are_as_the_manifest_says() {
    let tree = Tree::new(&[], &[PACKAGE, ("app/new.py", "class New: ...\n_p = 1\n")]);
    let written = |shims: &str, kind: &str| {
        let manifest = format!(
            "schema = 1\n[package]\npython = {{ dist = \"app\", import = \"app\" }}\nshims = {{ {shims} }}\n\
             [[move]]\nid = \"m\"\nsince = \"1.0\"\npython = {{ from = \"app.old:old\", to = \"app.new:New\", {kind} }}\n"
        );
        tree.write(MANIFEST, &manifest);
        tree.rehome(&["shim", "--write"])
    };
    written("stubs = false", "kind = \"class\"");
    assert!(!tree.state().contains_key("app/old.pyi"));
    written(
        "stub_classes = \"subclass\", env = \"MINE\"",
        "kind = \"class\"",
    );
    let stub = tree.read("app/old.pyi");
    assert!(
        stub.contains("\")\nclass old(app.new.New): ...\n"),
        "{stub}"
    );
    assert!(tree.read("app/_moved.py").contains("_ENV = \"MINE\""));
    let long =
        "(first_parameter: dict[str, app.new.New], second_parameter: int = 1, **others: str)";
    written("", &format!("kind = \"function\", signature = \"{long}\""));
    let stub = tree.read("app/old.pyi");
    assert!(stub.contains("def old(\n    first_parameter: "), "{stub}");
    written(
        "",
        "kind = \"function\", signature = \" async (a: int) -> int\"",
    );
    let stub = tree.read("app/old.pyi");
    assert!(
        stub.contains("\nasync def old(a: int) -> int: ...\n"),
        "{stub}"
    );
    for none in [
        "other(a: int)",
        "async",
        "async def f()",
        "[T](a: T)",
        "asyncf()",
    ] {
        let output = written("", &format!("kind = \"function\", signature = \"{none}\""));
        assert_eq!(output.status.code(), Some(2), "{none}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("it is written `(…) -> …`"), "{said}");
    }
    let output = written("", "kind = \"function\", signature = \"(a: Foo)\"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("rehome.toml:8:") && said.contains("`Foo` is no built-in name"),
        "{said}"
    );
}

#[test]
fn check_fails_when_a_shim_outlives_its_version() {
    let project = |version: &str| format!("[project]\nname = \"app\"\nversion = \"{version}\"\n");
    let tree = Tree::new(&[], &[PACKAGE, NEW, ("app/live.py", "KEPT = 1\n")]);
    tree.write(
        MANIFEST,
        "schema = 1\n[[move]]\nid = \"m\"\nremove_in = \"2.0\"\npython = { from = \"app.old:Old\", to = \"app.new:New\" }\n\
         [[move]]\nid = \"n\"\nremove_in = \"2.1\"\npython = { from = \"app.live:Old\", to = \"app.new:New\" }\n",
    );
    tree.said(&["check"], 0);
    tree.said(&["shim", "--write"], 0);
    tree.said(&["check"], 0); // nobody says what version this is
    tree.write("pyproject.toml", &project("1.9"));
    tree.said(&["check"], 0);
    tree.write("pyproject.toml", &project("2.0.0"));
    let said = tree.said(&["check"], 1);
    assert!(
        said.contains("app/old.py:1:1: RH005 the shim of `app.old.Old` was to be gone"),
        "{said}"
    );
    assert!(!said.contains("app/live.py"), "{said}");
    tree.write("pyproject.toml", &project("3"));
    assert!(tree.said(&["check"], 1).contains("app/live.py:4:1: RH005"));
    let github = tree.said(&["check", "--format", "github"], 1);
    assert!(github.contains("title=RH005"), "{github}");
    // The moves stay, for users of an older version; their shims go.
    tree.write("pyproject.toml", &project("2.0.0"));
    tree.said(&["shim", "--write"], 0);
    assert!(tree.shims().is_empty());
    assert!(tree.read("app/live.py").contains("moved_names"));
    tree.said(&["check"], 0);
    tree.write("pyproject.toml", &project("3"));
    tree.said(&["shim", "--write", "--allow-dirty"], 0);
    assert_eq!(tree.read("app/live.py"), "KEPT = 1\n");
    assert!(!tree.state().contains_key("app/_moved.py"));
    tree.said(&["shim", "--check"], 0);
    tree.said(&["check"], 0);
}

/// `check` speaks of what still stands, and not of its neighbours.
#[test]
fn a_shim_that_goes_alone_is_no_longer_complained_of() {
    let moves = [
        ("app.past", "app.new", "2.0"),
        ("app.past:Old", "app.new:New", "3.0"),
        ("app.live:Old", "app.new:New", "2.0"),
        ("app.live:Other", "app.new:New", "3.0"),
        ("app.old:Old", "app.new:New", "2.0"),
        ("app.old:Other", "app.new:New", "3.0"),
    ];
    let moves = moves.iter().enumerate().map(|(at, (from, to, remove_in))| {
        format!(
            "[[move]]\nid = \"m{at}\"\nremove_in = \"{remove_in}\"\npython = {{ from = \"{from}\", to = \"{to}\" }}\n"
        )
    });
    let tree = Tree::new(&[], &[PACKAGE, NEW, ("app/live.py", "KEPT = 1\n")]);
    tree.write(
        MANIFEST,
        &format!("schema = 1\n{}", moves.collect::<String>()),
    );
    tree.said(&["shim", "--write"], 0);
    tree.write(
        "pyproject.toml",
        "[project]\nname = \"app\"\nversion = \"2.0\"\n",
    );
    let said = tree.said(&["check"], 1);
    for (file, name) in [("past", "past"), ("live", "live.Old"), ("old", "old.Old")] {
        let line = if file == "live" { 4 } else { 1 };
        let told = format!("app/{file}.py:{line}:1: RH005 the shim of `app.{name}`");
        assert!(said.contains(&told), "{told}: {said}");
    }
    assert_eq!(said.matches("RH005").count(), 3, "{said}");
    tree.said(&["shim", "--write", "--allow-dirty"], 0);
    tree.said(&["check"], 0);
    assert!(
        tree.read("app/past.py")
            .contains("\"Old\": \"app.new:New\"")
    );
}

#[test]
fn the_block_of_a_live_module_goes_with_its_moves() {
    let live = ("app/live.py", "KEPT = 1\n");
    let moves = [("app.live:Old", "app.new:New")];
    let tree = Tree::new(&moves, &[PACKAGE, NEW, live]);
    tree.said(&["shim", "--write", "--allow-dirty"], 0);
    assert_ne!(tree.read(live.0), live.1);
    tree.manifest(&[], "");
    let said = tree.said(&["shim", "--check"], 1);
    assert!(said.contains("app/live.py: stale: its block"), "{said}");
    tree.said(&["shim", "--write", "--allow-dirty"], 0);
    assert_eq!(tree.read(live.0), live.1);
}

#[test]
fn a_package_that_is_not_here_has_its_shims_elsewhere() {
    let tree = Tree::new(&[], &[PACKAGE, NEW]);
    std::fs::remove_file(tree.0.path().join(MANIFEST)).expect("it is there");
    let said = tree.said(&["shim"], 0);
    assert!(
        said.contains("nothing of `netra_backend` is here"),
        "{said}"
    );
    assert!(said.contains("nothing to write"), "{said}");
    // A distribution of nothing but shims says that it is one.
    let own = "[package]\npython = { dist = \"past\", import = \"past\" }";
    let connect = "[[move]]\nid = \"c\"\npython = { from = \"past.old:f\", to = \"past.new:g\", \
         kind = \"function\", signature = \"() -> past.new.G\" }";
    tree.manifest(&[("past.old", "other.new")], &format!("{own}\n{connect}"));
    tree.said(&["shim", "--write"], 0);
    assert_eq!(tree.shims(), ["past/__init__.py", "past/old.py"]);
    // A package that was generated tells nothing of what is in it.
    tree.said(&["shim", "--check"], 0);
}

#[test]
fn files_of_the_user_are_written_only_where_git_has_them() {
    let moves = [("app.live:Old", "app.new:New"), ("app.past", "app.new")];
    let tree = Tree::new(&moves, &[PACKAGE, NEW, ("app/live.py", "KEPT = 1\n")]);
    tree.write(".gitignore", "app/past.py\n");
    tree.write("app/past.py", "MINE = 1\n");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
        let status = Command::new("git")
            .args(identity)
            .args(arguments)
            .current_dir(tree.0.path())
            .status();
        assert!(status.expect("git runs").success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "before"]);
    tree.write("app/live.py", "KEPT = 2\n");
    let said = tree.said(&["shim", "--write"], 2);
    assert!(
        said.contains("app/live.py would change, and git does not hold"),
        "{said}"
    );
    git(&["commit", "--quiet", "--all", "--message", "more"]);
    let said = tree.said(&["shim", "--write"], 1);
    assert!(
        said.contains("app/past.py: it is a file of yours that the project ignores"),
        "{said}"
    );
    assert_eq!(tree.read("app/past.py"), "MINE = 1\n");
    // What was generated is written again without a question.
    tree.write(
        "app/_moved.py",
        &format!("{}# more\n", tree.read("app/_moved.py")),
    );
    tree.said(&["shim", "--write"], 1);
}

#[cfg(unix)]
#[test]
fn a_kill_while_shims_are_written_is_taken_back() {
    let modules: Vec<String> = (0..40).map(|at| format!("app/new/m{at}.py")).collect();
    let mut files: Vec<(&str, &str)> = modules
        .iter()
        .map(|name| (name.as_str(), "A = 1\n"))
        .collect();
    files.extend([PACKAGE, ("app/new/__init__.py", "")]);
    let tree = Tree::new(&[("app.old", "app.new")], &files);
    let before = tree.state();
    let start = std::time::Instant::now();
    tree.said(&["shim", "--write"], 0);
    let whole = start.elapsed();
    tree.said(&["undo"], 0);
    for round in 1..=20_u32 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rehome"))
            .args(["shim", "--write"])
            .current_dir(tree.0.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        std::thread::sleep(whole * round / 20);
        let _ = child.kill();
        child.wait().expect("it ends");
        let _ = tree.rehome(&["undo"]); // nothing to undo is an answer too
        assert!(tree.state() == before, "round {round}");
        assert!(!tree.0.path().join("app/old").exists(), "round {round}");
    }
}

#[test]
fn the_built_in_move_has_its_shim() {
    let core = "netra_backend/app/websocket_core";
    let tree = Tree::new(&[], &[]);
    std::fs::remove_file(tree.0.path().join(MANIFEST)).expect("it is there");
    for package in ["netra_backend", "netra_backend/app", core] {
        tree.write(&format!("{package}/__init__.py"), "");
    }
    tree.write(
        &format!("{core}/websocket_manager.py"),
        "class WebSocketManager: ...\n",
    );
    tree.said(&["shim", "--write"], 0);
    let shim = tree.read(&format!("{core}/unified_manager.py"));
    assert_eq!(
        shim.split_once('\n').expect("a first line").1,
        "\"\"\"The names of netra_backend.app.websocket_core.unified_manager moved away.\"\"\"

from netra_backend._moved import install

install(
    globals(),
    \"netra_backend.app.websocket_core.unified_manager\",
    names={
        \"UnifiedWebSocketManager\": \"netra_backend.app.websocket_core.websocket_manager:WebSocketManager\",
    },
)
"
    );
    assert!(
        tree.read("netra_backend/_moved.py")
            .contains("_ENV = \"NETRA_BACKEND_SHIMS\"")
    );
    tree.said(&["check"], 0);
}

#[test]
fn the_example_keeps_its_own_shim() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/legacy-chat");
    let tree = Tree::new(&[], &[]);
    std::fs::remove_file(tree.0.path().join(MANIFEST)).expect("it is there");
    let walk = walkdir::WalkDir::new(&example).into_iter().flatten();
    for entry in walk.filter(|entry| entry.path().extension().is_some_and(|e| e == "py")) {
        let below = entry.path().strip_prefix(&example).expect("inside");
        let text = std::fs::read_to_string(entry.path()).expect("text");
        tree.write(&below.to_string_lossy(), &text);
    }
    let before = tree.state();
    let said = tree.said(&["shim"], 0);
    assert!(
        said.contains("unified_manager.py: it still defines `UnifiedWebSocketManager`"),
        "{said}"
    );
    tree.said(&["shim", "--write"], 1);
    assert!(tree.state() == before, "nothing is written");
}

#[test]
fn thousands_of_legacy_modules_take_no_time() {
    let names = |at: usize| (format!("app.old{at}"), format!("app.new{at}"));
    let names: Vec<(String, String)> = (0..4000).map(names).collect();
    let moves = names.iter().map(|(old, new)| (old.as_str(), new.as_str()));
    let tree = Tree::new(&moves.collect::<Vec<_>>(), &[PACKAGE]);
    for (_, new) in &names {
        tree.write(&format!("{}.py", new.replace('.', "/")), "");
    }
    // A fraction of a second; 40 where each legacy module goes through all files or all moves.
    let start = Instant::now();
    tree.said(&["shim"], 0);
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn linters_are_told_nothing_of_a_path_that_is_a_modules_as_well() {
    let moves = [
        ("app:tick", "app.tick:tick"),
        ("app.old:Old", "app.new:New"),
    ];
    let files = [
        ("app/__init__.py", "KEPT = 1\n"),
        ("app/tick.py", "def tick():\n    return 1\n"),
        NEW,
    ];
    let tree = Tree::new(&moves, &files);
    tree.said(&["shim", "--write"], 0);
    tree.said(&["shim", "--check"], 0);
    tree.said(&["check"], 0);
    let told = tree.read("app/_moved.ruff.toml");
    assert!(told.contains("\"app.old.Old\".msg = "), "{told}");
    assert!(!told.contains("app.tick"), "{told}");
}
