//! Python: what a file says of moved things, by resolving its names.
//!
//! Modules, stubs, scripts and notebooks.

mod callees;
mod facts;
mod imports;
mod meaning;
mod names;
mod notebook;
mod order;
mod outline;
mod read;
mod scan;
mod strings;
mod trivia;

use std::path::Path;

use self::facts::Facts;
use self::meaning::Place;
use self::names::Names;
use self::read::Flavor;
use super::{Document, Language, Sense};
use crate::finding::Scan;
use crate::plan::{Dialect, Move, Origin, Plan, under};
use crate::project::{FileId, Outline, Project};
use crate::source::Source;

/// Python modules, stubs, scripts and notebooks.
pub struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn claims(&self, path: &Path, head: &[u8]) -> bool {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("py" | "pyi" | "pyw" | "ipynb") => true,
            None => is_script(head),
            Some(_) => false,
        }
    }

    fn read(
        &self,
        source: &Source,
        _plan: &Plan,
        _project: &Project,
        _file: Option<FileId>,
    ) -> Box<dyn Document> {
        if source.path.extension().is_some_and(|e| e == "ipynb") {
            return Box::new(notebook::read(source));
        }
        let is_stub = source.path.extension().is_some_and(|e| e == "pyi");
        let flavor = if is_stub {
            Flavor::Stub
        } else {
            Flavor::Module
        };
        Box::new(Module {
            facts: read::facts(source.text(), &flavor),
            is_stub,
        })
    }
}

/// `#!/usr/bin/env python3`, and the other ways to say it: `#!/usr/bin/env -S uv run --script`.
fn is_script(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let words = || line.split(['/', ' ', '\t', '\r']);
    let starts = |name: &str| words().any(|word| word.starts_with(name));
    let is_run =
        words().any(|word| word == "run") && words().any(|word| word == "uv" || word == "pipx");
    line.starts_with("#!") && (starts("python") || starts("pypy") || is_run)
}

/// A file that was read.
struct Module {
    facts: Facts,
    is_stub: bool,
}

impl Document for Module {
    fn outline(&self) -> Option<&Outline> {
        Some(&self.facts.outline)
    }

    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan {
        scan::scan(Names {
            place: Place {
                plan,
                project,
                file,
            },
            facts: &self.facts,
            text: source.text(),
            is_stub: self.is_stub,
        })
    }

    fn senses(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Vec<(usize, Sense<'_>)> {
        let place = Place {
            plan,
            project,
            file,
        };
        place.senses(&self.facts)
    }
}

/// The names under which the file can be imported.
fn module_names(place: Place<'_>) -> Vec<String> {
    let file = place.file.into_iter();
    let names = file.flat_map(|file| place.project.module_names(file));
    names.map(str::to_owned).collect()
}

/// Whether the file holds one end of the move: it never imports from itself what it defines.
fn holds(place: Place<'_>, mv: &Move) -> bool {
    let Some(file) = place.file else {
        return false;
    };
    let names: Vec<&str> = place.project.module_names(file).collect();
    let is_end = |mv: &Move| {
        [&mv.from, &mv.to].into_iter().any(|end| {
            names.iter().any(|name| match &end.name {
                Some(_) => *name == end.module,
                None => under(name, &end.module),
            })
        })
    };
    is_end(mv)
        || mv.origin == Origin::Route
            && place
                .plan
                .moves_of(Dialect::Python)
                .filter(|other| other.origin == Origin::Manifest && other.to == mv.to)
                .any(is_end)
}

/// The first segment of a dotted path.
fn first(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}
