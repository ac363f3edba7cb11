//! Python: what a file says of moved things, by resolving its names.
//!
//! Modules, stubs, scripts and notebooks.

mod callees;
mod facts;
mod homonyms;
mod imports;
mod meaning;
mod names;
mod notebook;
mod order;
mod outline;
mod partial;
mod parts;
mod read;
mod removal;
mod scan;
mod sorting;
mod strings;
mod trivia;

use std::path::Path;

use self::facts::Facts;
use self::meaning::Place;
use self::names::Names;
use self::partial::Part;
pub use self::parts::{Reexport, Signature, reexports, statement};
use self::read::Flavor;
use super::{Document, Language, Sense};
use crate::edit::Edit;
use crate::finding::Scan;
use crate::plan::{Dialect, Move, Moved, Origin, Plan, Target, under};
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
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document> {
        let place = Place::of(plan, project, file);
        // Others ask more of a file that this run does not write: its strings do not follow.
        let is_written = file.is_none_or(|file| project.is_written(file));
        let flavor = flavor(source);
        let part = flavor
            .as_ref()
            .filter(|_| is_written)
            .and_then(|flavor| partial::read(source.text(), flavor, place));
        match (part, flavor) {
            (Some((facts, part)), Some(flavor)) => Box::new(Module {
                facts,
                is_stub: flavor == Flavor::Stub,
                part: Some(part),
            }),
            _ => self.read_whole(source, plan, project, file),
        }
    }

    fn read_whole(
        &self,
        source: &Source,
        _plan: &Plan,
        _project: &Project,
        _file: Option<FileId>,
    ) -> Box<dyn Document> {
        whole(source)
    }
}

/// What a text binds, all of it: that depends on nothing else.
pub fn outline(source: &Source) -> Option<Outline> {
    whole(source).take_outline()
}

fn whole(source: &Source) -> Box<dyn Document> {
    match flavor(source) {
        None => Box::new(notebook::read(source)),
        Some(flavor) => Box::new(Module {
            facts: read::facts(source.text(), &flavor),
            is_stub: flavor == Flavor::Stub,
            part: None,
        }),
    }
}

/// What kind of Python a file is; `None` for a notebook.
fn flavor(source: &Source) -> Option<Flavor> {
    let extension = source.path.extension();
    match extension.and_then(|extension| extension.to_str()) {
        Some("ipynb") => None,
        Some("pyi") => Some(Flavor::Stub),
        _ => Some(Flavor::Module),
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
    /// What was left out; `None` for nothing.
    part: Option<Part>,
}

impl Document for Module {
    fn take_outline(&mut self) -> Option<Outline> {
        Some(std::mem::take(&mut self.facts.outline))
    }

    fn is_partial(&self) -> bool {
        self.part.is_some()
    }

    fn lacks(&self, plan: &Plan, source: &Source) -> bool {
        let part = self.part.as_ref();
        part.is_some_and(|part| part.lacks(source.text(), plan))
    }

    fn after(
        &self,
        edits: &[Edit],
        source: &Source,
        after: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Option<Box<dyn Document>> {
        let place = Place::of(plan, project, file);
        let flavor = flavor(source)?;
        let before = (&self.facts, self.part.as_ref()?);
        let texts = (source.text(), after.text());
        let (facts, part) = partial::after(before, edits, texts, &flavor, place)?;
        Some(Box::new(Module {
            facts,
            is_stub: self.is_stub,
            part: Some(part),
        }))
    }

    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan {
        let place = Place::of(plan, project, file);
        let modules = place.modules_of(&self.facts);
        scan::scan(Names {
            place: place.with(&modules),
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
        _source: &Source,
    ) -> Vec<(usize, Sense<'_>)> {
        let place = Place::of(plan, project, file);
        let modules = place.modules_of(&self.facts);
        place.with(&modules).senses(&self.facts)
    }
}

/// The names under which the file can be imported.
fn module_names(place: Place<'_>) -> Vec<String> {
    let file = place.file.into_iter();
    let names = file.flat_map(|file| place.project.module_names(file));
    names.map(str::to_owned).collect()
}

/// Whether the file holds the end of the move that `end` gives.
fn holds(place: Place<'_>, mv: &Move, end: impl Fn(&Move) -> &Target) -> bool {
    let Some(file) = place.file else {
        return false;
    };
    let names: Vec<&str> = place.project.module_names(file).collect();
    let is_here = |mv: &Move| {
        let end = end(mv);
        names.iter().any(|name| match &end.name {
            Some(_) => *name == end.module,
            None => under(name, &end.module),
        })
    };
    is_here(mv)
        || mv.origin == Origin::Route
            && place
                .plan
                .moves_of(Dialect::Python)
                .filter(|other| other.origin == Origin::Manifest && other.to == mv.to)
                .any(is_here)
}

/// Whether a reference is the file's own: it holds one end of the move, and never imports from
/// itself what it defines. In a package that moved, only what the file itself defines is its own;
/// its neighbours are imported from where they are.
fn is_own(place: Place<'_>, moved: &Moved<'_>) -> bool {
    let holds_end = holds(place, moved.mv, |mv| &mv.from) || holds(place, moved.mv, |mv| &mv.to);
    holds_end && !is_of_neighbour(place, moved)
}

/// What the file itself calls what moved into it, so that nothing needs to be imported: a legacy
/// path there is left over from before. `None` where it may be what the thing comes from yet.
fn own_name(place: Place<'_>, moved: &Moved<'_>) -> Option<String> {
    if !is_own(place, moved) || holds(place, moved.mv, |mv| &mv.from) {
        return None;
    }
    let target = moved.dotted();
    let inside = module_names(place).into_iter().find_map(|module| {
        let inside = target.strip_prefix(&*module)?;
        inside.strip_prefix('.').map(str::to_owned)
    });
    inside.map(|inside| first(&inside).to_owned())
}

fn is_of_neighbour(place: Place<'_>, moved: &Moved<'_>) -> bool {
    let (Some(file), from, to) = (place.file, &moved.mv.from, &moved.mv.to) else {
        return false;
    };
    if from.name.is_some() || moved.mv.origin == Origin::Route {
        return false;
    }
    let is_under = |end: &str| {
        place
            .project
            .module_names(file)
            .any(|name| under(name, end))
    };
    // `a` to `a.v1`: what lies below the target lies below the source as well.
    let is_legacy = is_under(&from.module) && !under(&to.module, &from.module);
    let target = moved.dotted();
    let holder = place.project.split(&target, Some(file));
    is_under(&to.module) && !is_legacy && holder.is_none_or(|(holder, _)| holder != file)
}

/// The last segment of a dotted path.
fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// The first segment of a dotted path.
fn first(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}
