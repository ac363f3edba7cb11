//! The house stays as `lib.rs` says: the order of the rooms, and the homes of outside crates.

use std::path::{Path, PathBuf};

/// A crate that only the files below a path may name.
const HOMES: &[(&str, &[&str])] = &[
    // `Cli::parse` in main, and the command as a whole where a shell's script is made of it.
    ("clap", &["cli.rs"]),
    ("clap_complete", &["cli.rs"]),
    ("indicatif", &["commands/session.rs"]),
    ("anstream", &["commands/mod.rs"]),
    ("anstyle", &["report/", "commands/mod.rs"]),
    ("similar", &["report/"]),
    (
        "serde_json",
        &[
            "report/",
            "journal/store.rs",
            "recorded.rs",
            "installed/editable.rs",
        ],
    ),
    ("ruff_python_parser", &["lang/python/"]),
    ("ruff_python_ast", &["lang/python/"]),
    ("ruff_text_size", &["lang/python/"]),
    ("syn", &["lang/rust/"]),
    ("proc_macro2", &["lang/rust/"]),
    ("pulldown_cmark", &["lang/markdown/commonmark.rs"]),
    ("saphyr_parser", &["lang/config/"]),
    ("jsonc_parser", &["lang/"]),
    ("toml_edit", &["manifest/", "lang/"]),
    ("toml_parser", &["lang/config/"]),
    ("encoding_rs", &["source.rs"]),
    ("ignore", &["discover.rs"]),
    ("globset", &["discover.rs", "manifest/"]),
    ("aho_corasick", &["plan/"]),
    ("semver", &["version.rs"]),
    ("pep440_rs", &["version.rs"]),
    ("cargo_metadata", &["cargo/"]),
    ("rayon", &["parallel.rs"]),
    ("rustix", &["look.rs"]),
];

/// What a language may not reach: it is a function of a plan, a project and a text.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::time",
    "std::net",
    "std::process",
    "std::io",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
];

/// Longer than this, two ideas live in one file.
const LINES: usize = 900;

/// Files that are longer today; one that is split leaves the list.
const OUTGROWN: &[&str] = &[];

/// The sources of each crate: a house of its own, with rooms of its own.
const HOUSES: &[&str] = &["src", "shim-macros/src", "runtime/src"];

/// A file of a house: its path below it, and its text without comments and tests.
struct File {
    house: &'static str,
    path: String,
    text: String,
    code: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files() -> Vec<File> {
    HOUSES.iter().flat_map(|house| files_of(house)).collect()
}

fn files_of(house: &'static str) -> Vec<File> {
    let src = root().join(house);
    let walk = walkdir::WalkDir::new(&src).sort_by_file_name();
    let paths = walk
        .into_iter()
        .map(|entry| entry.expect("it can be read").into_path());
    let rust = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let rust = rust.filter(|path| path.file_name().is_some_and(|name| name != "tests.rs"));
    let file = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let below = path.strip_prefix(&src).expect("it lies below");
        File {
            house,
            path: below.to_string_lossy().replace('\\', "/"),
            code: code(&text),
            text,
        }
    };
    rust.map(file).collect()
}

/// The text without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines();
    let code = lines.map(|line| match line.find("//") {
        Some(at) if !line[..at].contains('"') => &line[..at],
        _ => line,
    });
    code.collect::<Vec<_>>().join("\n")
}

/// Whether `code` names `word`, and not a longer word.
fn names(code: &str, word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    code.match_indices(word).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| code.as_bytes().get(at));
        !is_part(before) && !is_part(code.as_bytes().get(at + word.len()))
    })
}

/// The rooms in walking order: the `mod` lines of `lib.rs`.
fn rooms(house: &str) -> Vec<String> {
    let lib = root().join(house).join("lib.rs");
    let lib = std::fs::read_to_string(lib).expect("it can be read");
    let lines = lib.lines().filter_map(|line| {
        let line = line
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    lines.map(str::to_owned).collect()
}

/// The room that a file lies in.
fn room(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The rooms that the code names: `crate::a::…`, and the first names of `crate::{a::…, b}`.
fn used(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        match rest.strip_prefix('{') {
            None => used.push(word(rest)),
            Some(group) => {
                let (mut depth, mut is_first) = (0_usize, true);
                for (place, letter) in group.char_indices() {
                    match letter {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => is_first = true,
                        _ if is_first && letter.is_alphabetic() => {
                            used.push(word(&group[place..]));
                            is_first = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    used
}

fn word(text: &str) -> String {
    let is_part = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    text.chars().take_while(is_part).collect()
}

#[track_caller]
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    let mut complaints = Vec::new();
    for house in HOUSES {
        let rooms = rooms(house);
        assert!(rooms.len() > 5, "lib.rs lists the rooms: {rooms:?}");
        let place = |room: &str| rooms.iter().position(|other| other == room);
        for file in files_of(house) {
            let Some(own) = place(room(&file.path)) else {
                continue; // main.rs and lib.rs see all of it
            };
            for other in used(&file.code) {
                if place(&other).is_some_and(|other| other > own) {
                    complaints.push(format!("{house}/{} uses {other}, a later room", file.path));
                }
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn every_file_belongs_to_a_room() {
    let mut strays = Vec::new();
    for house in HOUSES {
        let rooms = rooms(house);
        for file in files_of(house) {
            let room = room(&file.path);
            if !matches!(room, "main" | "lib") && !rooms.iter().any(|other| other == room) {
                strays.push(format!("{house}/{} is no room", file.path));
            }
        }
    }
    assert_none(&strays);
}

#[test]
fn an_outside_crate_has_one_home() {
    let mut complaints = Vec::new();
    for file in files_of("src") {
        for (name, homes) in HOMES {
            let is_home = homes.iter().any(|home| file.path.starts_with(home));
            let is_used = names(&file.code, &format!("use {name}")) || {
                let path = format!("{name}::");
                file.code.match_indices(&path).any(|(at, _)| {
                    let before = file.code[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
                })
            };
            if is_used && !is_home {
                complaints.push(format!(
                    "{} uses {name}, whose home is {homes:?}",
                    file.path
                ));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn a_language_reaches_nothing_outside() {
    let mut complaints = Vec::new();
    for file in files() {
        for outside in OUTSIDE {
            if file.path.starts_with("lang/") && names(&file.code, outside) {
                complaints.push(format!("{} uses {outside}", file.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = files()
        .into_iter()
        .filter(|file| !file.text.starts_with("//! ") && !file.text.starts_with("#![doc = "));
    let silent: Vec<String> = silent
        .map(|file| format!("{}/{} does not open with `//!`", file.house, file.path))
        .collect();
    assert_none(&silent);
}

#[test]
fn no_file_holds_two_ideas() {
    let mut long = Vec::new();
    for file in files() {
        let lines = file.text.lines().count();
        let is_known = OUTGROWN.contains(&&*file.path);
        if (lines > LINES) != is_known {
            long.push(format!("{}/{} has {lines} lines", file.house, file.path));
        }
    }
    assert_none(&long);
}

/// The macros refuse what the program that writes their input refuses.
#[test]
fn both_houses_know_the_same_common_macros() {
    let list = |path: &str| {
        let text = std::fs::read_to_string(root().join(path)).expect("it can be read");
        let (_, list) = text.split_once("const COMMON_MACROS").expect("it is there");
        let (list, _) = list.split_once(';').expect("it ends");
        list.to_owned()
    };
    assert_eq!(list("src/shim/rust.rs"), list("shim-macros/src/names.rs"));
}

#[test]
fn the_eyes_of_these_tests_see() {
    assert_eq!(used("use crate::{a::{x, y}, b, c::z};"), ["a", "b", "c"]);
    assert_eq!(used("crate::plan::under(); crate :: x"), ["plan"]);
    assert!(names("use clap;", "clap") && !names("use clap_complete;", "clap"));
    assert_eq!(code("a // b\n#[cfg(test)]\nmod tests {\n c\n}"), "a ");
    assert_eq!(room("lang/python/mod.rs"), "lang");
}
