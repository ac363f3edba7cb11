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

/// Where `paths` lead by a manifest; nowhere, where they stay.
fn led(text: &str, paths: &[&str]) -> Vec<Option<String>> {
    let manifest = Manifest::parse(Path::new("t"), text).expect("valid");
    let plan = Plan::new(&manifest).expect("no circle");
    let lookup = |path: &&str| match path.contains("::") {
        true => plan.lookup_in(Dialect::Rust, path),
        false => plan.lookup(path),
    };
    let moved = paths.iter().map(lookup);
    moved
        .map(|moved| moved.map(|moved| moved.dotted()))
        .collect()
}

#[track_caller]
fn leads(text: &str, expected: &[(&str, &str)]) {
    let (from, to): (Vec<&str>, Vec<&str>) = expected.iter().copied().unzip();
    let to = to.into_iter().map(|path| Some(path.to_owned()));
    assert_eq!(led(text, &from), to.collect::<Vec<_>>());
}

#[test]
fn names_move_on_from_where_their_module_went() {
    let chain = [("a", "b"), ("b:f", "c:g"), ("b.sub", "d"), ("d:h", "e:i")];
    let ends = [
        ("a.f", "c.g"),
        ("a.K", "b.K"),
        ("a.sub.h", "e.i"),
        ("a.sub.K", "d.K"),
        ("b.sub.h", "e.i"),
    ];
    leads(&moves(&chain), &ends);
    // The order of the file says nothing.
    let mut chain = chain;
    chain.reverse();
    leads(&moves(&chain), &ends);
    // What is said of the legacy name itself counts.
    let own = [&chain[..], &[("a:f", "z:f"), ("a.sub", "y")]].concat();
    let ends = [("a.f", "z.f"), ("a.sub.h", "y.h"), ("a.K", "b.K")];
    leads(&moves(&own), &ends);
    // What lies above or below itself, and what comes back elsewhere.
    leads(
        &moves(&[("a.core", "a"), ("a:F", "a.f:F"), ("a.util", "a.tools")]),
        &[
            ("a.core.F", "a.f.F"),
            ("a.core.K", "a.K"),
            ("a.util.t", "a.tools.t"),
        ],
    );
    leads(
        &moves(&[("a", "a.v1"), ("a.v1:f", "b:g")]),
        &[("a.f", "b.g"), ("a.v1.f", "b.g"), ("a.K", "a.v1.K")],
    );
    leads(
        &moves(&[("a.x", "b"), ("b.y", "a.x"), ("b.z", "a.x")]),
        &[("a.x.y.f", "b.f"), ("b.z.f", "b.f")],
    );
    refused(&moves(&[("a", "b"), ("b:f", "a:f")]), "b.f → a.f → b.f");
}

#[test]
fn names_that_a_later_move_renames_are_found_under_the_first_path() {
    let text = "schema = 1\n\
        [[move]]\nid = \"0\"\npython = { from = \"u\", to = \"h\" }\n\
        rust = { from = \"k::u\", to = \"k::h\", kind = \"module\" }\n\
        [[move]]\nid = \"1\"\nrename = { slug = \"slugify\", codec = \"coding\" }\n\
        python = { from = \"h\", to = \"t\" }\nrust = { from = \"k::h\", to = \"k::t\", kind = \"module\" }\n\
        [[move]]\nid = \"2\"\npython = { from = \"t.coding:utf\", to = \"c:utf8\" }\n\
        rust = { from = \"k::t::Case::new\", to = \"k::t::Case::of\", kind = \"fn\" }\n";
    leads(
        text,
        &[
            ("u.slug", "t.slugify"),
            ("h.slug", "t.slugify"),
            ("u.trim", "t.trim"),
            ("u.codec.utf", "c.utf8"),
            ("u.codec.latin", "t.coding.latin"),
            ("k::u::slug", "k::t::slugify"),
            ("k::u::Case::new", "k::t::Case::of"),
            ("k::u::Case", "k::t::Case"),
        ],
    );
    // A type goes on with its members, by whatever move; a function has none.
    let rust = [
        ("k::Link", "k::old::Conn", "type"),
        ("k::old::Conn", "k::new::Conn", "struct"),
        ("k::old::Conn::start", "k::old::Conn::open", "fn"),
        ("k::run", "k::run::run", "fn"),
        ("k::go", "k::run", "fn"),
        ("k::stop", "k::run::stop", "fn"),
    ];
    let moves = rust.iter().enumerate().map(|(at, (from, to, kind))| {
        format!(
            "[[move]]\nid = \"{at}\"\nrust = {{ from = \"{from}\", to = \"{to}\", kind = \"{kind}\" }}\n"
        )
    });
    let text = format!("schema = 1\n{}", moves.collect::<String>());
    leads(
        &text,
        &[
            ("k::Link::start", "k::new::Conn::open"),
            ("k::old::Conn::start", "k::new::Conn::open"),
            ("k::Link", "k::new::Conn"),
            ("k::go", "k::run::run"),
            ("k::stop", "k::run::stop"),
        ],
    );
}

/// Moves that lead from earlier packages to later ones, at random: the longest match gives what the
/// moves give one after the other.
#[test]
fn one_look_leads_to_the_end_of_every_chain() {
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let mut parted = 0;
    for _ in 0..2000 {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for _ in 0..2 + random(6) {
            let first = random(4);
            let later = first + 1 + random(4 - first);
            let mut path = |package: usize| {
                let below = ["", ".m", ".n", ".m.n"][random(4)];
                format!("p{package}{below}")
            };
            let (from, to) = (path(first), path(later));
            let (from, to) = match random(2) {
                0 => (from, to),
                _ => (
                    format!("{from}:{}", ["X", "Y"][random(2)]),
                    format!("{to}:{}", ["X", "Y"][random(2)]),
                ),
            };
            if pairs.iter().all(|(known, _)| *known != from) {
                pairs.push((from, to));
            }
        }
        let shown: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (&**a, &**b)).collect();
        let text = moves(&shown);
        let dotted = |path: &str| path.replace(':', ".");
        let step = |path: &str| {
            let mut heads: Vec<usize> = path.match_indices('.').map(|(at, _)| at).collect();
            heads.push(path.len());
            heads.into_iter().rev().find_map(|end| {
                let (_, to) = pairs.iter().find(|(from, _)| dotted(from) == path[..end])?;
                Some(dotted(to) + &path[end..])
            })
        };
        let mut paths = Vec::new();
        for package in 0..4 {
            for below in ["", ".m", ".n", ".m.n", ".n.m", ".m.m"] {
                let names = ["", ".X", ".Y", ".Z"].iter();
                paths.extend(names.map(|name| format!("p{package}{below}{name}")));
            }
        }
        let asked: Vec<&str> = paths.iter().map(String::as_str).collect();
        for (path, led) in paths.iter().zip(led(&text, &asked)) {
            let ends = std::iter::successors(step(path), |path| step(path));
            let ends: Vec<String> = ends.collect();
            parted += usize::from(ends.len() > 2);
            assert_eq!(led.as_ref(), ends.last(), "{path} of {text}");
        }
    }
    assert!(parted > 100, "{parted}");
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
