//! Modules of the project that share their path with a symbol that moves: what names they have.

use std::collections::BTreeSet;

use crate::generated::is_generated;
use crate::lang::python;
use crate::plan::{Homonym, Plan};
use crate::project::{FileId, Outline, Project};
use crate::source::Source;

/// Looks for modules under the paths of the symbols that the plan does not know of yet.
pub(super) fn learn(plan: &mut Plan, project: &Project) {
    let paths = plan.symbols().map(|mv| mv.from.dotted());
    let paths: BTreeSet<String> = paths.filter(|path| project.has_module(path)).collect();
    for path in paths {
        let mut module = Homonym::default();
        let submodules = project.submodules(&path).map(Into::into);
        module.names.extend(submodules);
        if let Some(file) = project.module(&path, None) {
            let mut seen = BTreeSet::new();
            take_names(project, file, &mut module, &mut seen);
        }
        plan.add_homonym(path, module);
    }
}

/// The names that a file binds, with what its stars give it.
fn take_names(project: &Project, file: FileId, module: &mut Homonym, seen: &mut BTreeSet<FileId>) {
    if !seen.insert(file) {
        return;
    }
    let Some(outline) = outline(project, file) else {
        module.is_open = true;
        return;
    };
    module.is_open |= outline.dynamic;
    module.names.extend(outline.names.keys().cloned());
    for import in outline.imports.iter().filter(|import| import.star) {
        let modules = project.absolute(Some(file), &import.module);
        let mut givers = modules
            .iter()
            .filter_map(|given| project.module(given, Some(file)));
        match givers.next() {
            Some(giver) => take_names(project, giver, module, seen),
            None => module.is_open = true,
        }
    }
}

/// What a file of the user's binds, all of it.
fn outline(project: &Project, file: FileId) -> Option<Outline> {
    let path = &project.files()[file];
    let bytes = std::fs::read(path).ok()?;
    if is_generated(&bytes) {
        return None;
    }
    let source = Source::decode(path, bytes).ok()?;
    python::outline(&source)
}
