//! The part of a file's facts that other files ask for.

use std::collections::BTreeSet;

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Assigned, Binding, BindingKind, Facts, MODULE, NameId};
use super::read::is_identifier;
use crate::project::{Bound, ModulePath, Outline};

/// Adds to the outline what resolved names tell: what is bound, imported and read.
pub(super) fn complete(facts: &mut Facts, text: &str) {
    let mut outline = std::mem::take(&mut facts.outline);
    let given = given(facts);
    note_bound(facts, &given, &mut outline);
    note_uses(facts, &mut outline);
    note_loads(facts, &given, &mut outline);
    note_reflections(facts, text, &mut outline);
    facts.all.clone_from(&outline.all);
    facts.outline = outline;
}

/// What assignments give on of what imports bind, by the place of the name that takes it.
type Given = FxHashMap<TextRange, Vec<ModulePath>>;

/// `Manager = Old`, and then `Chief = Manager`: in the order of the text.
fn given(facts: &Facts) -> Given {
    let mut given = Given::default();
    for assigned in &facts.assigned {
        // One that is `None` where a flag is unset is more than another name.
        let is_all =
            |bindings: &[Binding]| matches!(bindings, [only] if only.kind == BindingKind::Other);
        if !is_all(facts.bindings((MODULE, assigned.target))) {
            continue;
        }
        let paths = paths_of(facts, assigned, &given);
        if !paths.is_empty() {
            given.insert(assigned.target_range, paths);
        }
    }
    given
}

/// The paths behind the value of an assignment; none where something else may stand for them.
fn paths_of(facts: &Facts, assigned: &Assigned, given: &Given) -> Vec<ModulePath> {
    let mut paths = Vec::new();
    for binding in facts.bindings((MODULE, assigned.root)) {
        match (binding.kind, given.get(&binding.range)) {
            (_, Some(before)) => paths.extend(before.iter().cloned()),
            (BindingKind::Import(..), None) => paths.extend(path_of(facts, binding)),
            (BindingKind::Nothing | BindingKind::Placeholder | BindingKind::Deletion, None) => {}
            (BindingKind::Definition | BindingKind::Other, None) => return Vec::new(),
        }
    }
    for path in &mut paths {
        for attr in &assigned.attrs {
            path.push(attr);
        }
    }
    paths
}

/// The path of what a binding imports.
fn path_of(facts: &Facts, binding: &Binding) -> Option<ModulePath> {
    let BindingKind::Import(import, alias) = binding.kind else {
        return None;
    };
    let import = &facts.imports[import as usize];
    let alias = &import.names[alias as usize];
    Some(match &import.module {
        Some(module) => {
            let mut path = module.clone();
            path.push(&alias.name);
            path
        }
        None => ModulePath {
            level: 0,
            dotted: match alias.asname {
                Some(_) => alias.name.to_string(),
                None => super::first(&alias.name).to_owned(),
            },
        },
    })
}

fn note_bound(facts: &Facts, given: &Given, outline: &mut Outline) {
    for (&name, bindings) in &facts.scopes[MODULE as usize].symbols {
        let mut bound = Bound::default();
        let mut fallback = false;
        for binding in bindings {
            if let Some(paths) = given.get(&binding.range) {
                bound.imported.extend(paths.iter().map(ModulePath::split));
                continue;
            }
            match binding.kind {
                BindingKind::Import(import, alias) => {
                    let import = &facts.imports[import as usize];
                    let alias = &import.names[alias as usize];
                    bound.module |= import.module.is_none();
                    let asname = alias.asname.as_ref();
                    bound.given_on |= asname.is_some_and(|(asname, _)| *asname == alias.name);
                    let path = path_of(facts, binding);
                    bound.imported.extend(path.iter().map(ModulePath::split));
                }
                BindingKind::Nothing | BindingKind::Placeholder => fallback = true,
                BindingKind::Deletion => {}
                // What a condition puts in the place of an import is a thing of its own.
                BindingKind::Definition
                    if binding
                        .branches
                        .last()
                        .is_some_and(|branch| !facts.conditions.contains(branch)) =>
                {
                    fallback = true;
                }
                BindingKind::Definition | BindingKind::Other => bound.otherwise = true,
            }
        }
        bound.otherwise |= fallback && bound.imported.is_empty();
        bound.later = !bindings.is_empty()
            && bindings.iter().all(|binding| match binding.kind {
                BindingKind::Import(import, _) => !facts.imports[import as usize].eager,
                _ => false,
            });
        outline.names.insert(facts.name(name).into(), bound);
    }
}

/// What is used of what imports bind, here and in other modules.
fn note_uses(facts: &Facts, outline: &mut Outline) {
    for used in &facts.uses {
        let Some(owner) = used.owner else { continue };
        if owner == MODULE
            && let Some(bound) = outline.names.get_mut(facts.name(used.name))
        {
            bound.used = true;
        }
        if used.attrs.is_empty() {
            continue;
        }
        for binding in facts.bindings((owner, used.name)) {
            let Some(mut path) = path_of(facts, binding) else {
                continue;
            };
            for attr in &used.attrs {
                path.push(&attr.name);
            }
            if used.bound || used.attrs.last().is_some_and(|attr| attr.quoted) {
                outline.patched.insert(path.clone());
            }
            outline.reads.insert(path);
        }
    }
}

/// The module uses a name itself that an assignment gives.
fn note_loads(facts: &Facts, given: &Given, outline: &mut Outline) {
    let targets = facts.assigned.iter();
    let targets: FxHashSet<NameId> = targets
        .filter(|assigned| given.contains_key(&assigned.target_range))
        .map(|assigned| assigned.target)
        .collect();
    if targets.is_empty() {
        return;
    }
    for load in facts.loads.iter().chain(&facts.quoted_loads) {
        if load.owner() == Some(MODULE)
            && targets.contains(&load.name)
            && let Some(bound) = outline.names.get_mut(facts.name(load.name))
        {
            bound.used = true;
        }
    }
}

/// `vars(module)["N"]`: of the modules whose names are looked up by their text, each name that
/// stands in a string may be meant.
fn note_reflections(facts: &Facts, text: &str, outline: &mut Outline) {
    let mut objects: Vec<ModulePath> = Vec::new();
    for reflected in &facts.reflected {
        let Some(owner) = facts.find(reflected.scope, reflected.name) else {
            continue;
        };
        let attrs = reflected.attrs.iter().map(|attr| &**attr);
        for binding in facts.bindings((owner, reflected.name)) {
            let Some(mut path) = path_of(facts, binding) else {
                continue;
            };
            for attr in attrs.clone().take_while(|attr| *attr != "__dict__") {
                path.push(attr);
            }
            objects.push(path);
        }
    }
    for string in &outline.strings {
        let object = match string.split_once(".__dict__") {
            Some((object, _)) => object,
            None if facts.reflects_results => string,
            None => continue,
        };
        objects.push(ModulePath {
            level: 0,
            dotted: object.to_owned(),
        });
    }
    if objects.is_empty() {
        return;
    }
    let keys = facts.keys.iter().map(|&key| &text[key]);
    let words: BTreeSet<&str> = facts
        .texts
        .iter()
        .flat_map(|&at| words(&text[at]))
        .chain(keys)
        .collect();
    for object in objects {
        let names = words.iter().map(|word| {
            let mut name = object.clone();
            name.push(word);
            name
        });
        outline.reflected.extend(names);
    }
}

/// The names that a string is, or lists: `"N"`, `"N M".split()`. Prose is none.
fn words(string: &str) -> Vec<&str> {
    let content = string.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let content = match content.strip_prefix(['"', '\'']) {
        Some(rest) => rest.trim_end_matches(['"', '\'']),
        None => string, // a piece of an f-string
    };
    let words = || content.split([' ', ',']).filter(|word| !word.is_empty());
    match words().all(is_identifier) {
        true => words().collect(),
        false => Vec::new(),
    }
}
