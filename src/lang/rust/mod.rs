//! Rust: what a file says of moved things, by resolving its paths.
//!
//! A file is read by syn, and edited by byte ranges; what syn refuses is read by its tokens alone.

mod facts;
mod imports;
mod keys;
mod layout;
mod names;
mod read;
mod scan;
mod scanner;
mod split;
mod tokens;
mod tree;
mod words;

use std::path::Path;

use self::facts::{Bound, Facts};
use self::names::Names;
use self::read::Whole;
use self::words::Words;
use super::suppress::Suppressions;
use super::{Document, Language, Sense};
use crate::finding::Scan;
use crate::plan::Plan;
use crate::project::{FileId, Outline, Project, RustPlace};
use crate::source::Source;

/// Files of Rust.
pub struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn claims(&self, path: &Path, _head: &[u8]) -> bool {
        path.extension().is_some_and(|extension| extension == "rs")
    }

    fn read(
        &self,
        source: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document> {
        let place = file.map_or_else(RustPlace::default, |file| project.rust_place(file));
        let words = Words::new(plan, &place);
        let facts = read::facts(source.text(), Whole::File, words, &plan.string_keys);
        let outline = outline(&Names::new(
            plan,
            project,
            file,
            &place,
            &facts,
            source.text(),
        ));
        Box::new(File {
            facts,
            outline,
            place,
        })
    }
}

/// A file that was read.
struct File {
    facts: Facts,
    outline: Outline,
    place: RustPlace,
}

impl Document for File {
    fn outline(&self) -> Option<&Outline> {
        Some(&self.outline)
    }

    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan {
        let text = source.text();
        let names = Names::new(plan, project, file, &self.place, &self.facts, text);
        let mut scan = scan::scan(&names);
        Suppressions::of(text).silence(text, &mut scan);
        scan
    }

    fn senses(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Vec<(usize, Sense<'_>)> {
        let names = Names::new(plan, project, file, &self.place, &self.facts, "");
        senses(&names)
    }
}

/// What the file tells the others: what its modules import, and what it reads from others.
fn outline(names: &Names<'_>) -> Outline {
    let mut outline = Outline::default();
    let rust = &mut outline.rust;
    let own = names.place.krate.as_str();
    let mut reads = |path: &str| {
        let mut at = 0;
        while let Some(next) = path[at..].find("::") {
            at += next + 2;
            let end = path[at..].find("::").map_or(path.len(), |end| at + end);
            rust.reads.insert(path[..end].into());
        }
    };
    for path in &names.facts.paths {
        if let Some(reached) = names.reach(path) {
            for prefix in reached
                .prefixes
                .iter()
                .filter(|prefix| prefix.starts_with(own))
            {
                reads(prefix);
            }
        } else if path.words.len() == 1 || !path.leading {
            // What a star of this file may give.
            for (index, statement) in names.facts.statements.iter().enumerate() {
                for nth in 0..statement.leaves.len() {
                    if statement.leaves[nth].glob
                        && let Some(module) = names.leaf(index, nth)
                    {
                        reads(&format!("{}::{}", module.path(), path.words[0].text));
                    }
                }
            }
        }
    }
    for (index, statement) in names.facts.statements.iter().enumerate() {
        for (nth, leaf) in statement.leaves.iter().enumerate() {
            let Some(reached) = names.leaf(index, nth) else {
                continue;
            };
            for prefix in reached
                .prefixes
                .iter()
                .filter(|prefix| prefix.starts_with(own))
            {
                reads(prefix);
            }
            let module = names.module(statement.module).to_owned();
            if leaf.glob {
                rust.globs.push((module, reached.path().to_owned()));
            }
        }
    }
    for (index, binding) in names.facts.bindings.iter().enumerate() {
        if let Bound::Leaf { statement, leaf } = binding.kind
            && names.is_of_module(index)
            && let Some(reached) = names.leaf(statement, leaf)
        {
            let path = format!("{}::{}", names.module(binding.module), binding.name);
            rust.imports.push((path, reached.path().to_owned()));
        }
    }
    rust.in_macros.clone_from(&names.facts.in_macros);
    outline
}

/// What every path of the file means, after all moves.
fn senses<'d>(names: &Names<'_>) -> Vec<(usize, Sense<'d>)> {
    let mut senses = Vec::new();
    for path in &names.facts.paths {
        let Some(reached) = names.reach(path) else {
            continue;
        };
        let target = names.after(reached.path());
        let sense = Sense {
            path: target.into(),
            scope: None,
        };
        senses.push((path.start(), sense));
    }
    senses.sort_by_key(|(at, _)| *at);
    senses
}
