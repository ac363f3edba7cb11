//! Each kind of item × each form of use × each edition: it compiles, and warns as often as said.

use std::collections::BTreeMap;

use crate::kinds::{FORMS, Form, KINDS, Kind, Technique};
use crate::workspace::{Crate, Message, Toolchain, Workspace};

/// A crate, and the line after the last one of each cell.
#[derive(Default)]
struct Source {
    text: String,
    cells: Vec<(usize, Cell)>,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    /// Its place in the table.
    kind: usize,
    form: Form,
}

impl Source {
    fn add(&mut self, cell: Cell, text: &str) {
        let key = format!("cell_{}_{}", cell.kind, KINDS[cell.kind].key());
        let form = format!("{:?}", cell.form).to_lowercase();
        self.text
            .push_str(&format!("pub mod {key}_{form} {{\n{text}\n}}\n"));
        self.cells.push((self.text.lines().count(), cell));
    }

    fn cell(&self, line: usize) -> Option<Cell> {
        let cell = self.cells.iter().find(|(end, _)| line <= *end);
        cell.map(|(_, cell)| *cell)
    }
}

/// The program of a cell, in the crate that uses the legacy path or in the one between.
fn program(number: usize, form: Form) -> Option<String> {
    let kind = &KINDS[number];
    let (path, name) = (kind.path, kind.name());
    let parent = path.strip_suffix(name)?;
    let module = parent.trim_end_matches("::");
    let last = module.rsplit("::").next()?;
    let body = |called: &str| kind.body.replace('@', called);
    let inner = |called: &str| in_scope(&kind.body.replace('@', called));
    Some(match form {
        Form::Use => format!("use {path};{}", inner(name)),
        Form::Group => format!("use {parent}{{{name}}};{}", inner(name)),
        Form::Rename => format!("use {path} as Renamed;{}", inner("Renamed")),
        Form::Unnamed => format!("use {path} as _;{}", kind.unnamed),
        Form::Glob => format!("use {parent}*;{}", inner(name)),
        Form::Path => body(path),
        Form::Module => format!("use {module};{}", inner(&format!("{last}::{name}"))),
        Form::SelfAndName => format!("use {module}::{{self, {name}}};{}", inner(name)),
        Form::Middle => format!("pub use {path};"),
        Form::Through => {
            let key = format!("cell_{number}_{}", kind.key());
            format!("use between::{key}_middle::{name};{}", inner(name))
        }
    })
}

/// A module within the cell sees what the cell imports.
fn in_scope(body: &str) -> String {
    body.replace("pub mod all {", "pub mod all {\n    use super::*;")
}

struct Edition {
    name: &'static str,
    between: Source,
    user: Source,
}

impl Edition {
    fn new(name: &'static str) -> Self {
        let prelude = "#![allow(unused, nonstandard_style)]\n";
        let mut edition = Self {
            name,
            between: Source::default(),
            user: Source::default(),
        };
        edition.between.text.push_str(prelude);
        edition.user.text.push_str(prelude);
        for (number, kind) in KINDS.iter().enumerate() {
            for &form in FORMS {
                if kind.warnings(form).is_none() {
                    continue;
                }
                let program = program(number, form).expect("a kind has a program");
                let source = match form {
                    Form::Middle => &mut edition.between,
                    _ => &mut edition.user,
                };
                let cell = Cell { kind: number, form };
                source.add(cell, &program);
            }
        }
        edition
    }

    fn crates(&self) -> Vec<Crate<'static>> {
        let named = |name: &str| format!("{name}-{}", self.name);
        let defining = ("defining", named("defining"));
        let stub = ("stub", named("stub"));
        let between = ("between", named("between"));
        let each = |name: &str, dependencies: Vec<(&'static str, String)>, text: &str| Crate {
            name: named(name),
            edition: self.name,
            dependencies,
            features: &[],
            text: text.to_owned(),
        };
        vec![
            each(
                "defining",
                Vec::new(),
                include_str!("../crates/defining.rs"),
            ),
            each(
                "stub",
                vec![defining.clone()],
                include_str!("../crates/stub.rs"),
            ),
            each(
                "between",
                vec![defining.clone(), stub.clone()],
                &self.between.text,
            ),
            each("user", vec![defining, stub, between], &self.user.text),
        ]
    }

    /// Compares each cell with the table; the complaints.
    fn check(&self, messages: &[Message]) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut cells: BTreeMap<(usize, String), Vec<&Message>> = BTreeMap::new();
        for message in messages {
            let Some((name, edition)) = message.crate_name.rsplit_once('_') else {
                continue;
            };
            if edition != self.name {
                continue;
            }
            let source = match name {
                "between" => &self.between,
                "user" => &self.user,
                _ => {
                    complaints.push(format!("{name} is not clean:\n{}", message.rendered));
                    continue;
                }
            };
            let cell = source.cell(message.line);
            if message.level != "warning" || message.code != "deprecated" {
                complaints.push(format!("{cell:?}:\n{}", message.rendered));
            } else if let Some(Cell { kind, form }) = cell {
                let key = (kind, format!("{form:?}"));
                cells.entry(key).or_default().push(message);
            }
        }
        // Of a crate that does not compile there is nothing to count.
        if !complaints.is_empty() {
            return complaints;
        }
        for (number, kind) in KINDS.iter().enumerate() {
            for &form in FORMS {
                let Some(expected) = kind.warnings(form) else {
                    continue;
                };
                let found = cells.remove(&(number, format!("{form:?}")));
                let found = found.unwrap_or_default();
                let place = format!("{}: {} by {form:?}", self.name, kind.path);
                if found.len() != expected {
                    let count = found.len();
                    complaints.push(format!("{place}: {count} warnings instead of {expected}"));
                }
                let wrong = found
                    .iter()
                    .filter(|m| !says_the_right_thing(kind, form, m));
                complaints.extend(wrong.map(|m| format!("{place}: {}", m.rendered)));
            }
        }
        complaints
    }
}

/// Whether the warning points at the name that the user wrote, and names the canonical path.
fn says_the_right_thing(kind: &Kind, form: Form, message: &Message) -> bool {
    if message.source == kind.parent() {
        return says_where_the_parent_went(kind, &message.text);
    }
    let called = match form {
        Form::Rename => ["Renamed", kind.name()],
        _ => [kind.name(), kind.name()],
    };
    let names_canonical = match kind.canonical {
        // Not ours.
        "Debug" => message.text.contains("moved to `core::fmt::Debug` in "),
        "ws_send" => message.text.contains("::ws_send` in "),
        canonical => message
            .text
            .contains(&format!("::canonical::{canonical}` in ")),
    };
    called.contains(&&*message.source) && names_canonical
}

/// Whether a warning of a legacy module, or of the crate of shims, leads the user on.
fn says_where_the_parent_went(kind: &Kind, text: &str) -> bool {
    let is_of_it = text.starts_with("use of deprecated module `defining_")
        || text.starts_with("use of deprecated crate `stub_");
    let named = text
        .split_once('`')
        .and_then(|(_, rest)| rest.split_once("`: "));
    named.is_some_and(|(path, note)| {
        let last = path.rsplit("::").next().unwrap_or(path);
        // A crate is called by its edition here, in its own name and in the notes of it.
        let is_called = last == kind.parent() || last.starts_with(&format!("{}_", kind.parent()));
        let note = EDITIONS.iter().fold(note.to_owned(), |note, edition| {
            note.replace(&format!("defining_{edition}"), "defining")
        });
        is_of_it && is_called && note == kind.parent_note()
    })
}

const EDITIONS: &[&str] = &["2018", "2021", "2024"];

#[track_caller]
fn check(name: &str, toolchain: Toolchain, editions: &[&'static str]) {
    let editions: Vec<Edition> = editions.iter().map(|name| Edition::new(name)).collect();
    let crates: Vec<Crate<'_>> = editions.iter().flat_map(Edition::crates).collect();
    let messages = Workspace::new(name, toolchain, &crates).check();
    let complaints: Vec<String> = editions.iter().flat_map(|e| e.check(&messages)).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn a_deprecated_reexport_warns_nobody_and_a_shim_warns_each_user() {
    check("matrix", Toolchain::Current, EDITIONS);
}

#[test]
fn it_is_so_with_the_oldest_compiler() {
    if Toolchain::Oldest.is_there() {
        check("matrix", Toolchain::Oldest, &["2018", "2021"]);
    }
}

#[test]
fn it_is_so_on_nightly() {
    if Toolchain::Nightly.is_there() {
        check("matrix", Toolchain::Nightly, &["2024"]);
    }
}

#[test]
fn the_table_has_each_technique() {
    for technique in [Technique::Bare, Technique::Decoy, Technique::Item] {
        assert!(KINDS.iter().any(|kind| kind.technique == technique));
    }
}
