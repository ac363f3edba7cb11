//! What a manifest refuses, and where it says so.

use std::path::Path;

use super::*;
use crate::plan::{Dialect, Plan};

/// The faults of `text`, as `line:column: message`.
fn faults(text: &str) -> Vec<String> {
    let error = match Manifest::parse(Path::new("rehome.toml"), text) {
        Err(error) => error,
        Ok(manifest) => match Plan::new(&manifest) {
            Err(error) => error,
            Ok(_) => return Vec::new(),
        },
    };
    let shown = |fault: &Fault| {
        let at = fault.range.as_ref().map_or(0, |range| range.start);
        format!(
            "{}: {}",
            crate::source::position(&error.text, at),
            fault.message
        )
    };
    error.faults.iter().map(shown).collect()
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let faults = faults(text);
    assert!(
        faults.iter().any(|fault| fault.contains(expected)),
        "expected `{expected}` among {faults:#?}"
    );
}

#[track_caller]
fn accepted(text: &str) {
    assert_eq!(faults(text), Vec::<String>::new());
}

/// A manifest of Python moves, `m0`, `m1` and so on.
fn moves(pairs: &[(&str, &str)]) -> String {
    let mut text = "schema = 1\n".to_owned();
    for (at, (from, to)) in pairs.iter().enumerate() {
        text.push_str(&format!(
            "[[move]]\nid = \"m{at}\"\npython = {{ from = \"{from}\", to = \"{to}\" }}\n"
        ));
    }
    text
}

#[test]
fn the_built_in_manifest_and_the_template_are_valid_and_say_the_same() {
    let plans = [
        Manifest::builtin(),
        Manifest::parse(Path::new("t"), TEMPLATE),
    ];
    let [builtin, template] = plans.map(|manifest| {
        let manifest = manifest.expect("it is valid");
        Plan::new(&manifest)
            .expect("it has no circle")
            .moves()
            .to_vec()
    });
    assert_eq!(builtin, template);
    assert_eq!(builtin.len(), 2);
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_known_one() {
    refused(
        "schema = 1\nexlude = []\n",
        "2:1: unknown key `exlude` in the manifest, did you mean `exclude`?",
    );
    let text = "schema = 1\n[[move]]\nid = \"a\"\npython = { form = \"a:B\", to = \"c:D\" }\n";
    refused(
        text,
        "4:12: unknown key `form` in `python` of a move, did you mean `from`?",
    );
    refused(
        "schema = 1\n[python]\nroot = []\n",
        "3:1: unknown key `root`",
    );
    refused(
        "schema = 1\n[package]\nshims = { stub = true }\n",
        "unknown key `stub`",
    );
}

#[test]
fn every_fault_is_told_at_once() {
    let text = "schema = 1\nnope = 1\n[[move]]\npython = { from = \"a-b:C\", to = \"c:class\" }\n";
    let faults = faults(text);
    assert_eq!(faults.len(), 4, "{faults:#?}");
}

#[test]
fn a_newer_schema_is_refused_by_its_number() {
    refused(
        "schema = 2\n[[moves]]\n",
        "1:10: schema 2 is newer than this rehome",
    );
    refused("", "`schema = 1` is missing");
    refused("schema = \"1\"\n", "`schema` must be 1");
}

#[test]
fn circles_are_refused_in_full() {
    refused(&moves(&[("a:B", "c:D"), ("c:D", "a:B")]), "a.B → c.D → a.B");
    refused(
        &moves(&[("a", "b.c"), ("b", "a")]),
        "the moves lead in a circle",
    );
    refused(
        &moves(&[("a:B", "a:B")]),
        "a move leads to where it comes from",
    );
    accepted(&moves(&[("a", "a.v1")]));
    accepted(&moves(&[("a:B", "c:D"), ("c:E", "a:F")]));
}

#[test]
fn chains_are_flattened_through_modules_too() {
    let text = moves(&[("m:X", "n:X"), ("n", "p"), ("p.q", "r")]);
    let manifest = Manifest::parse(Path::new("t"), &text).expect("valid");
    let plan = Plan::new(&manifest).expect("no circle");
    let leads = |path: &str| plan.lookup(path).map(|moved| moved.dotted());
    assert_eq!(leads("m.X"), Some("p.X".to_owned()));
    assert_eq!(leads("n.y"), Some("p.y".to_owned()));
    assert_eq!(leads("p.q.z"), Some("r.z".to_owned()));
    assert_eq!(leads("m.Y"), None);
}

#[test]
fn a_rename_within_a_module_move_is_a_move_of_its_own() {
    let text = "schema = 1\n[[move]]\nid = \"a\"\nrename = { old = \"new\" }\npython = { from = \"m\", to = \"n\" }\nrust = { from = \"k::m\", to = \"k::n\", kind = \"module\" }\n";
    let manifest = Manifest::parse(Path::new("t"), text).expect("valid");
    let plan = Plan::new(&manifest).expect("no circle");
    assert_eq!(
        plan.lookup("m.old").map(|moved| moved.dotted()),
        Some("n.new".to_owned())
    );
    assert_eq!(plan.moves_of(Dialect::Rust).count(), 2);
    refused(
        "schema = 1\n[[move]]\nid = \"a\"\nrename = { old = \"new\" }\npython = { from = \"m:N\", to = \"n:N\" }\n",
        "`rename` belongs to the move of a module",
    );
}

#[test]
fn identifiers_follow_their_language() {
    for bad in [
        "a..b:C", "a.b:", "1a:C", "a.if:C", "a:b:C", "a::b", "a b:C", "",
    ] {
        let text = moves(&[(bad, "x:Y")]);
        assert!(!faults(&text).is_empty(), "`{bad}` was accepted");
    }
    accepted(&moves(&[("größe.äpfel:Öl", "x:Y")]));
    for bad in [
        "crate::a::B",
        "a::B::",
        "a::fn::B",
        "a.b",
        "B",
        "self::a::B",
    ] {
        let text = format!(
            "schema = 1\n[[move]]\nid = \"a\"\nrust = {{ from = \"{bad}\", to = \"x::Y\" }}\n"
        );
        assert!(!faults(&text).is_empty(), "`{bad}` was accepted");
    }
    accepted("schema = 1\n[[move]]\nid = \"a\"\nrust = { from = \"a::r#fn::B\", to = \"x::Y\" }\n");
}

#[test]
fn versions_duplicates_and_kinds_are_checked() {
    let head = "schema = 1\n[[move]]\nid = \"a\"\npython = { from = \"a:B\", to = \"c:D\" }\n";
    refused(
        &format!("{head}since = \"1.10\"\nremove_in = \"1.9\"\n"),
        "6:13: `remove_in` must be later",
    );
    accepted(&format!("{head}since = \"1.9\"\nremove_in = \"1.10\"\n"));
    refused(
        &format!("{head}since = \"soon\"\n"),
        "`soon` is not a version",
    );
    refused(
        &format!("{head}[[move]]\nid = \"a\"\npython = {{ from = \"x:B\", to = \"y:D\" }}\n"),
        "6:6: there is a move `a` already",
    );
    refused(
        &moves(&[("a:B", "c:D"), ("a:B", "e:F")]),
        "the move `m0` has the same `from`",
    );
    refused(
        &moves(&[("a:B", "c")]),
        "a module moves to a module, a symbol to a symbol",
    );
    refused(
        "schema = 1\n[[move]]\nid = \"a\"\n",
        "a move needs `python` or `rust`",
    );
    refused(
        "schema = 1\n[python]\nroots = [\"../x\"]\n",
        "a root lies below",
    );
    refused("schema = 1\nexclude = [\"a[\"]\n", "bad glob");
}

#[test]
fn no_cut_or_changed_manifest_panics() {
    for text in [TEMPLATE, BUILTIN] {
        for cut in (0..text.len()).filter(|&at| text.is_char_boundary(at)) {
            faults(&text[..cut]);
            let mut changed = text.to_owned();
            changed.insert(cut, ['"', '=', '[', '\n', '{', 'é'][cut % 6]);
            faults(&changed);
        }
    }
}

#[test]
fn the_message_shows_the_line() {
    let error = Manifest::parse(Path::new("rehome.toml"), "schema = 1\n\tzzzzzz = 1\n")
        .expect_err("unknown key");
    let text = error.to_string();
    assert_eq!(
        text,
        "rehome.toml:2:2: unknown key `zzzzzz` in the manifest\n  |\n2 | \tzzzzzz = 1\n  | \t^^^^^^"
    );
}
