//! The part of a file's facts that other files ask for.

use super::facts::{BindingKind, Facts, MODULE};
use crate::project::{Bound, ModulePath};

/// Adds to the outline what resolved names tell: what is bound, imported and read.
pub(super) fn complete(facts: &mut Facts) {
    let mut outline = std::mem::take(&mut facts.outline);
    for (&name, bindings) in &facts.scopes[MODULE as usize].symbols {
        let mut bound = Bound::default();
        let mut fallback = false;
        for binding in bindings {
            match binding.kind {
                BindingKind::Import(import, alias) => {
                    let import = &facts.imports[import as usize];
                    let alias = &import.names[alias as usize];
                    if let Some(module) = &import.module {
                        bound.imported.push((module.clone(), alias.name.clone()));
                    }
                }
                BindingKind::Placeholder => fallback = true,
                BindingKind::Deletion => {}
                BindingKind::Definition if !binding.branches.is_empty() => fallback = true,
                BindingKind::Definition | BindingKind::Other => bound.otherwise = true,
            }
        }
        bound.otherwise |= fallback && bound.imported.is_empty();
        outline.names.insert(facts.name(name).into(), bound);
    }
    for used in &facts.uses {
        let Some(owner) = used.owner else { continue };
        if owner == MODULE
            && let Some(bound) = outline.names.get_mut(facts.name(used.name))
        {
            bound.used = true;
        }
        let attrs = || used.attrs.iter().map(|attr| &*attr.name);
        for binding in facts.bindings((owner, used.name)) {
            let BindingKind::Import(import, alias) = binding.kind else {
                continue;
            };
            let import = &facts.imports[import as usize];
            let alias = &import.names[alias as usize];
            let mut segments: Vec<&str> = match &import.module {
                Some(module) if module.dotted.is_empty() => vec![&alias.name],
                Some(module) => vec![&module.dotted, &alias.name],
                None if alias.asname.is_some() => vec![&alias.name],
                None => alias.name.split('.').take(1).collect(),
            };
            let before = segments.len();
            segments.extend(attrs());
            if segments.len() > before {
                let path = ModulePath {
                    level: import.module.as_ref().map_or(0, |module| module.level),
                    dotted: segments.join("."),
                };
                if used.bound || used.attrs.last().is_some_and(|attr| attr.quoted) {
                    outline.patched.insert(path.clone());
                }
                outline.reads.insert(path);
            }
        }
    }
    facts.outline = outline;
}
