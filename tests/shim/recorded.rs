//! What shims recorded at run time becomes findings.

use crate::tree::{NEW, PACKAGE, Tree};

#[test]
fn what_was_recorded_becomes_findings() {
    let user = "import importlib\n\nfrom app.old import (\n    Old,\n)\n\n\
        A = \"app\"\n\n\ndef load():\n    module = importlib.import_module(f\"{A}.old\")\n    \
        return module.Old()\n\n\nload()  # rehome: ignore\nKEY = [\"app.old.Old\", Old]\n";
    let tree = Tree::new(
        &[("app.old:Old", "app.new:New")],
        &[
            PACKAGE,
            NEW,
            ("user.py", user),
            ("plain.py", "x = 1\nload(x)\n"),
        ],
    );
    tree.said(&["shim", "--write"], 0);
    let line = |file: &str, line: usize, path: &str| {
        let file = tree.0.path().join(file);
        let file = serde_json::to_string(&file).expect("text");
        format!("{{\"file\": {file}, \"line\": {line}, \"path\": \"{path}\"}}\n")
    };
    let uses = [
        line("user.py", 3, "app.old.Old"),  // the import, found already
        line("user.py", 4, "app.old.Old"),  // the same
        line("user.py", 12, "app.old.Old"), // nobody sees it
        line("user.py", 15, "app.old.Old"), // silenced
        line("user.py", 16, "app.old.Old"), // a string, found already
        line("plain.py", 2, "app.old.Old"),
        line("plain.py", 2, "app.old.Old"),
        line("plain.py", 99, "app.old.Old"),
        line("plain.py", 1, "other.thing"),
        line("/elsewhere.py", 1, "app.old.Old"),
        "{\"file\": \"/half".to_owned(),
    ];
    tree.write("uses.jsonl", &uses.concat());
    let said = tree.said(&["preview", "--recorded", "uses.jsonl"], 0);
    let left: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("seen at run time"))
        .collect();
    assert_eq!(
        left,
        [
            "  plain.py:2:1: RH003 `app.old.Old`: seen at run time",
            "  user.py:12:5: RH003 `app.old.Old`: seen at run time",
        ],
        "{said}"
    );
    assert!(
        said.contains("rehome apply --recorded uses.jsonl"),
        "{said}"
    );
    let said = tree.said(&["check", "--recorded", "uses.jsonl"], 1);
    assert!(said.contains("plain.py:2:1: RH003"), "{said}");
    tree.write("uses.jsonl", "nonsense\n");
    let said = tree.said(&["preview", "--recorded", "uses.jsonl"], 2);
    assert!(
        said.contains("uses.jsonl:1: not what a shim records"),
        "{said}"
    );
}

#[test]
fn a_recorded_string_is_edited_where_no_scan_does() {
    // Bytes name nothing that a scan knows of.
    let tree = Tree::new(
        &[("app.old", "app.new")],
        &[PACKAGE, NEW, ("user.py", "load(b\"app.old.New\")\n")],
    );
    let file = serde_json::to_string(&tree.0.path().join("user.py")).expect("text");
    let line = format!("{{\"file\": {file}, \"line\": 1, \"path\": \"app.old.New\"}}\n");
    tree.write("uses.jsonl", &line);
    let said = tree.said(&["preview"], 0);
    assert!(said.starts_with("nothing to change"), "{said}");
    tree.said(&["apply", "--recorded", "uses.jsonl"], 0);
    assert_eq!(tree.read("user.py"), "load(b\"app.new.New\")\n");
}

#[test]
fn what_was_recorded_in_another_checkout_is_of_the_same_file_here() {
    let load = "import app\n\nload(b\"app.old.New\")\n";
    let tree = Tree::new(
        &[("app.old", "app.new")],
        &[
            ("pyproject.toml", ""),
            ("src/app/__init__.py", ""),
            ("src/app/new.py", "class New: ...\n"),
            ("src/app/user.py", load),
            ("src/app/changed.py", load),
            ("tests/user.py", load),
            ("user.py", load),
        ],
    );
    let said = "load(b\"app.old.New\")";
    let record = |file: &str, text: &str| {
        let path = "app.old.New";
        let entry = serde_json::json!({"file": file, "line": 3, "path": path, "text": text});
        format!("{entry}\n")
    };
    let uses = [
        // Of another checkout, of another system, and of an installed package.
        record("/other/tree/tests/user.py", said),
        record("C:\\tree\\src\\app\\user.py", said),
        record("/venv/lib/site-packages/app/changed.py", "load(other)"),
        record("/other/tree/user.pyc", said),
        record("/other/tree/unknown/tests.py", said),
    ];
    tree.write("uses.jsonl", &uses.concat());
    tree.said(&["apply", "--recorded", "uses.jsonl"], 0);
    let moved = load.replace("old", "new");
    assert_eq!(tree.read("tests/user.py"), moved);
    assert_eq!(tree.read("src/app/user.py"), moved);
    // Its line is another one by now, or nobody says what it was.
    assert_eq!(tree.read("src/app/changed.py"), load);
    assert_eq!(tree.read("user.py"), load);

    tree.write(
        "uses.jsonl",
        &record("/venv/lib/site-packages/app/changed.py", said),
    );
    tree.said(&["apply", "--recorded", "uses.jsonl"], 0);
    assert_eq!(tree.read("src/app/changed.py"), moved);
    tree.write("uses.jsonl", &record("/other/tree/user.py", ""));
    let said = tree.said(&["preview", "--recorded", "uses.jsonl"], 0);
    assert!(said.starts_with("nothing to change"), "{said}");
}

#[test]
fn what_a_moved_import_leads_to_is_no_finding_of_its_own() {
    let user = "import app.old as old\n\nold.kept\nold.f()\nprint(getattr(old, \"f\"))\n\
        name = \"f\"\nprint(getattr(old, name))\n";
    let tree = Tree::new(
        &[("app.old", "app.new"), ("app.old:f", "app.new:g")],
        &[
            PACKAGE,
            ("app/new.py", "kept = 1\ndef g(): ...\n"),
            ("user.py", user),
        ],
    );
    let record = || {
        let text = tree.read("user.py");
        let said = |line: usize| text.lines().nth(line - 1).expect("it is there");
        let uses = [(3, "kept"), (4, "f"), (5, "f"), (7, "f")].map(|(line, name)| {
            let path = format!("app.old.{name}");
            let entry = serde_json::json!({
                "file": "/other/user.py", "line": line, "path": path, "text": said(line)
            });
            format!("{entry}\n")
        });
        tree.write("uses.jsonl", &uses.concat());
    };
    record();
    let said = tree.said(&["apply", "--recorded", "uses.jsonl"], 1);
    // Nobody knows the name that is asked for.
    assert!(
        said.contains("\n  user.py:7:1: RH003 `app.old.f`: seen at run time"),
        "{said}"
    );
    assert!(said.contains("\n1 left to you"), "{said}");
    record();
    let said = tree.said(&["check", "--recorded", "uses.jsonl"], 1);
    assert!(said.contains("user.py:7:1"), "{said}");
    for line in [3, 4, 5] {
        assert!(!said.contains(&format!("user.py:{line}:")), "{said}");
    }
}

/// Python says the first line of a statement, and another one was edited.
#[test]
fn what_was_edited_on_another_line_of_a_statement_is_done() {
    let user = "with patch(\n    \"app.old.New\",\n    5,\n):\n    pass\n\
        load(\n    b'app.old.New',\n)\nimport_module(\n    \"app.old\",\n).New\n\
        load(\n    w,\n)\n";
    let tree = Tree::new(
        &[("app.old", "app.new")],
        &[
            PACKAGE,
            NEW,
            (
                "user.py",
                &format!(
                    "from importlib import import_module\nfrom unittest.mock import patch\n{user}"
                ),
            ),
        ],
    );
    let uses = [
        (3, "with patch("),
        (8, "load("),
        (11, "import_module("),
        (14, "load("),
    ];
    let uses = uses.map(|(line, said)| {
        let entry = serde_json::json!({
            "file": "/other/user.py", "line": line, "path": "app.old.New", "text": said
        });
        format!("{entry}\n")
    });
    tree.write("uses.jsonl", &uses.concat());
    tree.said(&["apply", "--recorded", "uses.jsonl"], 1);
    let after = tree.read("user.py");
    assert_eq!(after.matches("app.new").count(), 3, "{after}");
    let said = tree.said(&["check", "--recorded", "uses.jsonl"], 1);
    assert!(said.contains("found 1 legacy reference"), "{said}");
    assert!(said.contains("user.py:14:1"), "{said}");
}
