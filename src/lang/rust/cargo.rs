//! `Cargo.toml`: a crate that moves is depended on under its new name, and a crate that something
//! moves into is depended on at all.

use std::collections::BTreeMap;
use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use super::scan::{finding, site};
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Problem, Scan};
use crate::lang::config::{Format, scan_text};
use crate::plan::{Dialect, Move, Plan};
use crate::project::{FileId, Project};

/// Tables of dependencies, in the root and in each `[target.…]`.
const DEPENDENCIES: &[&str] = &[
    "dependencies",
    "dev-dependencies",
    "build-dependencies",
    "dev_dependencies",
    "build_dependencies",
];

/// All that is to be said of the text of a `Cargo.toml`.
pub(super) fn scan(plan: &Plan, project: &Project, file: Option<FileId>, text: &str) -> Scan {
    let bom = text.len() - text.trim_start_matches('\u{feff}').len();
    let document = match Document::parse(&text[bom..]) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start) + bom;
            return Scan {
                findings: Vec::new(),
                problems: vec![Problem {
                    offset: at,
                    message: format!("not valid TOML: {}", error.message()),
                }],
            };
        }
    };
    let mut findings = Vec::new();
    for mv in plan.moves_of(Dialect::Rust) {
        let is_crate = mv.from.name.is_none() && !mv.from.module.contains("::");
        if is_crate {
            let renaming = Renaming {
                mv,
                text,
                bom,
                edits: Vec::new(),
                sites: Vec::new(),
                keeps_feature: None,
            };
            findings.extend(renaming.run(document.as_table()));
        }
    }
    findings.extend(added(plan, project, file, text, bom, document.as_table()));
    let taken: Vec<Range<usize>> = findings
        .iter()
        .flat_map(|one: &Finding| one.edits.iter().map(Edit::range))
        .collect();
    let other = scan_text(plan, Format::Toml, text);
    findings.extend(other.findings.into_iter().filter(|one| {
        let start = one.start();
        !taken.iter().any(|range| range.contains(&start))
    }));
    findings.sort_by_key(Finding::start);
    Scan {
        findings,
        problems: Vec::new(),
    }
}

/// One crate under its new name.
struct Renaming<'a> {
    mv: &'a Move,
    text: &'a str,
    bom: usize,
    edits: Vec<Edit>,
    sites: Vec<Range<usize>>,
    /// The optional dependency whose feature, which bears its name, others may ask for.
    keeps_feature: Option<(String, String)>,
}

impl Renaming<'_> {
    fn run(mut self, root: &dyn TableLike) -> Option<Finding> {
        let features = root.get("features").and_then(Item::as_table_like);
        let explicit = features.is_some_and(|features| {
            let lists = features.iter().filter_map(|(_, item)| item.as_array());
            lists.flatten().any(|value| {
                let text = value.as_str().and_then(|text| text.strip_prefix("dep:"));
                text.is_some_and(|name| self.is_old(name))
            })
        });
        self.tables(root, explicit);
        if let Some(targets) = root.get("target").and_then(Item::as_table_like) {
            for (_, target) in targets.iter() {
                if let Some(target) = target.as_table_like() {
                    self.tables(target, explicit);
                }
            }
        }
        if let Some(workspace) = root.get("workspace").and_then(Item::as_table_like) {
            self.dependencies(workspace, "dependencies", true);
        }
        for name in ["patch", "profile"] {
            let Some(outer) = root.get(name).and_then(Item::as_table_like) else {
                continue;
            };
            for (key, inner) in outer.iter() {
                let Some(inner) = inner.as_table_like() else {
                    continue;
                };
                match name {
                    "patch" => self.dependencies(outer, key, true),
                    _ => self.dependencies(inner, "package", true),
                }
            }
        }
        if let Some(features) = features {
            self.features(features);
            if let Some((old, new)) = self.keeps_feature.take() {
                self.add_feature(root, features, &old, &new);
            }
        } else if let Some((old, new)) = self.keeps_feature.take() {
            let line = format!("\n[features]\n{old} = [\"dep:{new}\"]\n");
            let lead = if self.text.ends_with('\n') { "" } else { "\n" };
            self.edits
                .push(Edit::insert(self.text.len(), format!("{lead}{line}")));
        }
        if self.sites.is_empty() {
            return None;
        }
        self.sites.sort_by_key(|range| range.start);
        let sites = self
            .sites
            .iter()
            .map(|range| site(Code::Import, range.clone(), self.mv));
        Some(finding(
            sites.collect(),
            self.edits,
            Confidence::Certain,
            None,
        ))
    }

    fn is_old(&self, name: &str) -> bool {
        name.replace('-', "_") == self.mv.from.module
    }

    /// The new package's name, with hyphens where the old one has them.
    fn new_name(&self, old: &str) -> String {
        match &self.mv.dependency {
            Some((name, _)) => name.clone(),
            None if old.contains('-') => self.mv.to.module.replace('_', "-"),
            None => self.mv.to.module.clone(),
        }
    }

    fn tables(&mut self, table: &dyn TableLike, explicit: bool) {
        for name in DEPENDENCIES {
            self.dependencies(table, name, explicit);
        }
    }

    fn dependencies(&mut self, table: &dyn TableLike, name: &str, explicit: bool) {
        let Some(dependencies) = table.get(name).and_then(Item::as_table_like) else {
            return;
        };
        for (key, item) in dependencies.iter() {
            let package = item.get("package").and_then(Item::as_str);
            if let Some(package) = package {
                if self.is_old(package) {
                    let new = self.new_name(package);
                    self.replace_string(item.get("package"), &new);
                    self.version(item);
                }
                continue;
            }
            // `old:1.2.3` in `[profile]` and `[replace]`.
            let bare = key.split([':', '@']).next().unwrap_or(key);
            if !self.is_old(bare) {
                continue;
            }
            let new = self.new_name(bare);
            let Some(span) = dependencies.key(key).and_then(toml_edit::Key::span) else {
                continue;
            };
            let span = self.placed(span);
            let written = &self.text[span.clone()];
            let Some(at) = written.find(bare) else {
                continue;
            };
            let range = span.start + at..span.start + at + bare.len();
            self.edits.push(Edit::replace(range.clone(), new.clone()));
            self.sites.push(range);
            self.version(item);
            let optional = item.get("optional").and_then(Item::as_bool) == Some(true);
            if optional && !explicit {
                self.keeps_feature = Some((bare.to_owned(), new));
            }
        }
    }

    fn placed(&self, span: Range<usize>) -> Range<usize> {
        span.start + self.bom..span.end + self.bom
    }

    /// The version that the manifest names, where a version stands.
    fn version(&mut self, item: &Item) {
        let Some((_, version)) = &self.mv.dependency else {
            return;
        };
        let version = version.clone();
        let place = match item {
            Item::Value(Value::String(_)) => Some(item),
            _ => item.get("version"),
        };
        if place
            .and_then(Item::as_str)
            .is_some_and(|old| old != version)
        {
            self.replace_text(place, &version);
        }
    }

    fn replace_string(&mut self, item: Option<&Item>, new: &str) {
        if let Some(range) = self.replace_text(item, new) {
            self.sites.push(range);
        }
    }

    /// Puts `new` between the quotes of a string.
    fn replace_text(&mut self, item: Option<&Item>, new: &str) -> Option<Range<usize>> {
        let span = self.placed(item?.span()?);
        let range = span.start + 1..span.end.checked_sub(1)?;
        self.edits.push(Edit::replace(range.clone(), new));
        Some(range)
    }

    /// `dep:old`, `old/feature`, `old?/feature`.
    fn features(&mut self, features: &dyn TableLike) {
        for (_, item) in features.iter() {
            let Some(list) = item.as_array() else {
                continue;
            };
            for value in list {
                let (Some(text), Some(span)) = (value.as_str(), value.span()) else {
                    continue;
                };
                let (lead, rest) = match text.strip_prefix("dep:") {
                    Some(rest) => ("dep:", rest),
                    None => ("", text),
                };
                let name = rest.split(['/', '?']).next().unwrap_or(rest);
                let is_feature = lead.is_empty() && name == rest;
                if is_feature || !self.is_old(name) {
                    continue;
                }
                let start = span.start + self.bom + 1 + lead.len();
                let range = start..start + name.len();
                let new = self.new_name(name);
                self.edits.push(Edit::replace(range.clone(), new));
                self.sites.push(range);
            }
        }
    }

    /// An optional dependency makes a feature of its name, which stays for those who ask for it.
    fn add_feature(
        &mut self,
        root: &dyn TableLike,
        features: &dyn TableLike,
        old: &str,
        new: &str,
    ) {
        if features.contains_key(old) {
            return;
        }
        let line = format!("{old} = [\"dep:{new}\"]\n");
        let span = root.get("features").and_then(Item::span);
        let Some(span) = span else { return };
        let at = self.placed(span).end;
        let end = self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |end| at + end + 1);
        self.edits.push(Edit::insert(end, line));
    }
}

/// Dependencies on crates that something moves into, where a file of the package refers to it.
fn added(
    plan: &Plan,
    project: &Project,
    file: Option<FileId>,
    text: &str,
    bom: usize,
    root: &dyn TableLike,
) -> Vec<Finding> {
    let Some(package) = file.and_then(|file| project.package_of(file)) else {
        return Vec::new();
    };
    let own = file.map(|file| project.files()[file].clone());
    if own.as_deref() != Some(package.dir.join("Cargo.toml").as_path()) {
        return Vec::new();
    }
    let mut wanted: BTreeMap<String, (&Move, bool)> = BTreeMap::new();
    for (reader, path) in project.rust_needs(&package) {
        let Some(moved) = plan.lookup_in(Dialect::Rust, path) else {
            continue;
        };
        let to = moved.mv.to.module.as_str();
        let library = to.split("::").next().unwrap_or(to);
        let is_crate = moved.mv.from.name.is_none() && !moved.mv.from.module.contains("::");
        let is_known = matches!(library, "std" | "core" | "alloc" | "proc_macro" | "test")
            || package.lib.as_deref() == Some(library)
            || depends(root, library)
            || package.externs.values().any(|known| known == library);
        if is_crate || is_known {
            continue;
        }
        let below = project.files()[reader].strip_prefix(&package.dir);
        let only_tests = below.is_ok_and(|below| {
            ["tests", "examples", "benches"]
                .iter()
                .any(|dir| below.starts_with(dir))
        });
        let entry = wanted.entry(library.to_owned()).or_insert((moved.mv, true));
        entry.1 &= only_tests;
    }
    let additions = wanted.into_iter().map(|(library, (mv, only_tests))| {
        let table = if only_tests {
            "dev-dependencies"
        } else {
            "dependencies"
        };
        addition(text, bom, root, mv, &library, table)
    });
    additions.collect()
}

fn depends(root: &dyn TableLike, library: &str) -> bool {
    let has = |table: &dyn TableLike| {
        let tables = DEPENDENCIES
            .iter()
            .filter_map(|name| table.get(name)?.as_table_like());
        tables.into_iter().any(|dependencies| {
            dependencies.iter().any(|(key, item)| {
                let package = item.get("package").and_then(Item::as_str).unwrap_or(key);
                package.replace('-', "_") == library
            })
        })
    };
    let targets = root.get("target").and_then(Item::as_table_like);
    has(root)
        || targets.is_some_and(|targets| {
            let tables = targets
                .iter()
                .filter_map(|(_, target)| target.as_table_like());
            tables.into_iter().any(has)
        })
}

/// One line more in a table of dependencies.
fn addition(
    text: &str,
    bom: usize,
    root: &dyn TableLike,
    mv: &Move,
    library: &str,
    table: &str,
) -> Finding {
    let place = |at: usize| site(Code::Import, at..at, mv);
    let Some((name, version)) = &mv.dependency else {
        return finding(
            vec![place(bom)],
            Vec::new(),
            Confidence::Manual,
            Some(format!(
                "the package must depend on `{library}`; the move names no `dependency` to add"
            )),
        );
    };
    let line = format!("{name} = \"{version}\"\n");
    let end_of_line = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    let existing = root.get(table).and_then(Item::as_table);
    let at = existing.and_then(|existing| {
        // Behind the last line of the table that lies in it.
        let last = existing
            .iter()
            .filter_map(|(key, item)| {
                let key = existing.key(key)?.span()?.end;
                let value = item.as_value().and_then(|_| item.span());
                value.map(|value| value.end.max(key))
            })
            .max();
        last.or_else(|| Some(existing.span()?.end))
    });
    let edit = match at {
        Some(at) => {
            let end = end_of_line(at + bom);
            let lead = if text[..end].ends_with('\n') {
                ""
            } else {
                "\n"
            };
            Edit::insert(end, format!("{lead}{line}"))
        }
        None => {
            let lead = if text.ends_with('\n') { "\n" } else { "\n\n" };
            Edit::insert(text.len(), format!("{lead}[{table}]\n{line}"))
        }
    };
    let at = edit.start;
    finding(
        vec![place(at)],
        vec![edit],
        Confidence::Certain,
        Some(format!("`{name}` is depended on from now on")),
    )
}
