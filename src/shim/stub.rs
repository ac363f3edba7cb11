//! The stub of a legacy module: what type checkers see of its names.
//!
//! `from new import New as Old` in a stub gives nothing on; `Old = new.New` does, in silence, and
//! without `TypeAlias` a generic class stays one to pyright. A function
//! with its signature is declared deprecated, which mypy and pyright flag.

use std::collections::BTreeSet;

use super::modules::{LegacyModule, MovedName};
use super::python::{WIDTH, quoted};
use super::survey::Survey;
use crate::generated::sealed;
use crate::lang::python::Signature;
use crate::manifest::{Fault, Manifest, ManifestError};
use crate::plan::Target;

/// What a module gave on, it gives on: pyright is not to find fault with that.
const PRIVATE: &str = "# pyright: reportPrivateUsage=false";

/// What code may bind that is of its own module: the runtime's `_OWN` has them among others.
const OWN: &[&str] = &[
    "__all__",
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__dir__",
    "__doc__",
    "__file__",
    "__getattr__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
    "__warningregistry__",
];

/// How a class is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Classes {
    /// The same class by another name: right everywhere, and flagged by nobody.
    Alias,
    /// A deprecated subclass: flagged, and not the same class to a type checker.
    Subclass,
}

/// The stub's text.
///
/// # Errors
/// A signature is none.
pub(super) fn stub(
    manifest: &Manifest,
    survey: &Survey<'_>,
    module: &LegacyModule,
    classes: Classes,
) -> Result<String, ManifestError> {
    let mut stub = Stub::default();
    let style = Style {
        classes,
        decorator: "deprecated",
        width: WIDTH,
    };
    for (name, moved) in &module.names {
        let declared = &mut stub.declared;
        declared.name(manifest, survey, module, (name, moved), style)?;
    }
    if let Some(target) = &module.target {
        stub.module(survey, module, target);
    }
    Ok(sealed("#", &stub.text()))
}

/// How names are declared, in a stub and elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) classes: Classes,
    /// What `deprecated` is called there.
    pub(super) decorator: &'static str,
    /// How wide a line may be.
    pub(super) width: usize,
}

/// What declares the names of a module that lead elsewhere.
#[derive(Default)]
pub(super) struct Declarations {
    /// `import a.b`.
    pub(super) imports: BTreeSet<String>,
    /// Something is declared deprecated.
    pub(super) deprecates: bool,
    /// A line each.
    pub(super) aliases: Vec<String>,
    /// Functions and classes.
    pub(super) definitions: Vec<String>,
}

impl Declarations {
    /// Adds one name.
    ///
    /// # Errors
    /// A signature is none.
    pub(super) fn name(
        &mut self,
        manifest: &Manifest,
        survey: &Survey<'_>,
        module: &LegacyModule,
        (name, moved): (&str, &MovedName),
        style: Style,
    ) -> Result<(), ManifestError> {
        let to = moved.to.dotted();
        let spec = &manifest.moves[moved.spec].python;
        let signature = spec.as_ref().and_then(|spec| spec.signature.as_deref());
        // The signature is that of the move itself, not of a name that its module renames.
        let signature = signature.filter(|_| moved.kind.as_deref() == Some("function"));
        if let (Some(text), Some(spec)) = (signature, spec) {
            let signature = Signature::parse(text).map_err(|why| {
                let fault = Fault::new(spec.signature_span.clone(), why);
                ManifestError::new(&manifest.path, manifest.text.clone(), vec![fault])
            })?;
            for path in &signature.paths {
                self.imports.insert(module_of(survey, path));
            }
            let since = &moved.versions.since;
            let text = deprecation(&format!("{}.{name}", module.dotted), &to, since, style);
            self.deprecates = true;
            let function = function(name, &signature, style.width);
            self.definitions.push(format!("{text}{function}"));
            return Ok(());
        }
        self.imports.insert(import_of(survey, &moved.to));
        match (moved.kind.as_deref(), style.classes) {
            (Some("class"), Classes::Subclass) => {
                let since = &moved.versions.since;
                let text = deprecation(&format!("{}.{name}", module.dotted), &to, since, style);
                self.deprecates = true;
                self.definitions
                    .push(format!("{text}class {name}({to}): ...\n"));
            }
            _ => self.aliases.push(format!("{name} = {to}")),
        }
        Ok(())
    }
}

#[derive(Default)]
struct Stub {
    declared: Declarations,
    /// `from a import …`, whole lines.
    given: Vec<String>,
    /// Some of that is private.
    gives_private: bool,
}

impl Stub {
    /// All other names of a module. A star gives the public ones; the others are named.
    fn module(&mut self, survey: &Survey<'_>, module: &LegacyModule, target: &str) {
        self.given
            .push(format!("from {target} import *  # noqa: F403"));
        let file = survey.users_module(target);
        let Some(outline) = file.and_then(|file| survey.outline(file)) else {
            return;
        };
        let is_given = |name: &str| match &outline.all {
            Some(all) => all.iter().any(|given| given == name),
            None => !name.starts_with('_'),
        };
        // What the module imports is not its own to give on, in the eyes of type checkers.
        let own = outline
            .names
            .iter()
            .filter(|(_, bound)| bound.imported.is_empty());
        let own: BTreeSet<&str> = own.map(|(name, _)| &**name).collect();
        let named = own.into_iter().filter(|name| {
            !is_given(name) && !OWN.contains(name) && !module.names.contains_key(*name)
        });
        let named: Vec<&str> = named.collect();
        self.gives_private = named.iter().any(|name| name.starts_with('_'));
        let named: Vec<String> = named
            .iter()
            .map(|name| format!("{name} as {name}"))
            .collect();
        let line = format!("from {target} import {}", named.join(", "));
        match &named[..] {
            [] => {}
            [_] if line.len() <= WIDTH => self.given.push(line),
            _ => {
                let names = named.join(",\n    ");
                self.given
                    .push(format!("from {target} import (\n    {names},\n)"));
            }
        }
    }

    fn text(self) -> String {
        let declared = self.declared;
        let mut imports: Vec<String> = declared
            .imports
            .iter()
            .map(|module| format!("import {module}"))
            .collect();
        if declared.deprecates {
            imports.push("from typing_extensions import deprecated".to_owned());
        }
        imports.extend(self.given);
        if self.gives_private {
            imports.insert(0, PRIVATE.to_owned());
        }
        // As a formatter has it in a stub: functions stand close together.
        let definitions = declared
            .definitions
            .chunk_by(|a, b| is_function(a) && is_function(b));
        let definitions = definitions.map(<[String]>::concat);
        let parts = [imports.join("\n"), declared.aliases.join("\n")];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        let parts = parts.map(|part| format!("{part}\n")).chain(definitions);
        parts.collect::<Vec<_>>().join("\n")
    }
}

fn deprecation(old: &str, new: &str, since: &str, style: Style) -> String {
    let since = match since {
        "" => String::new(),
        since => format!(" in {since}"),
    };
    let text = quoted(&format!("{old} moved to {new}{since}"));
    let decorator = style.decorator;
    let line = format!("@{decorator}({text})\n");
    match line.len() <= style.width + 1 {
        true => line,
        false => format!("@{decorator}(\n    {text}\n)\n"),
    }
}

/// A declaration on one line, or with a parameter a line where that is too long.
fn function(name: &str, signature: &Signature, width: usize) -> String {
    let def = if signature.is_async {
        "async def"
    } else {
        "def"
    };
    let returns = signature.returns.as_ref();
    let returns = returns.map_or(String::new(), |returns| format!(" -> {returns}"));
    let parameters = signature.parameters.join(", ");
    let line = format!("{def} {name}({parameters}){returns}: ...\n");
    let indented = format!("{def} {name}(\n    {parameters}\n){returns}: ...\n");
    let is_short = indented.lines().all(|line| line.len() <= width);
    match (
        line.len() <= width + 1 || signature.parameters.is_empty(),
        is_short,
    ) {
        (true, _) => line,
        (false, true) => indented,
        (false, false) => {
            let parameters = signature.parameters.iter();
            let lines: String = parameters.map(|one| format!("    {one},\n")).collect();
            format!("{def} {name}(\n{lines}){returns}: ...\n")
        }
    }
}

/// Whether a definition is that of a function.
fn is_function(text: &str) -> bool {
    let mut lines = text.lines();
    lines.any(|line| line.starts_with("def ") || line.starts_with("async def "))
}

/// What is to be imported for something to be there: a submodule that its package does not import
/// is there by its own import alone.
pub(super) fn import_of(survey: &Survey<'_>, to: &Target) -> String {
    let dotted = to.dotted();
    let is_module = to.name.is_some() && survey.users_module(&dotted).is_some();
    let package = || survey.outline(survey.users_module(&to.module)?);
    let name = to.name.as_deref().unwrap_or_default();
    match is_module && package().is_none_or(|outline| !outline.names.contains_key(name)) {
        true => dotted,
        false => to.module.clone(),
    }
}

/// The module that a path of a signature begins with: one of the user's, or all but the last name.
fn module_of(survey: &Survey<'_>, path: &str) -> String {
    let heads = path.rmatch_indices('.').map(|(at, _)| &path[..at]);
    let mut known = heads.filter(|head| survey.users_module(head).is_some());
    let above = || path.rsplit_once('.').map_or(path, |(above, _)| above);
    known.next().unwrap_or_else(above).to_owned()
}

#[cfg(test)]
mod tests {
    use super::OWN;

    #[test]
    fn what_a_stub_leaves_out_is_of_the_shim_itself_at_run_time() {
        let runtime = include_str!("runtime.py");
        let (_, own) = runtime.split_once("\n_OWN = ").expect("it stands there");
        let (own, _) = own.split_once("\n}\n").expect("it stands there");
        for name in OWN {
            assert!(own.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
