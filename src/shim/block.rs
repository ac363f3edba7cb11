//! The block at the end of a module that lost some names and has others: a file of the user's.

use std::path::Path;

use super::modules::LegacyModule;
use super::python::{WIDTH, arguments, import};
use super::stub::{Classes, Declarations, Signatures, Style};
use super::survey::Survey;
use super::{Fate, Wanted};
use crate::generated::{BLOCK, hash};
use crate::lang::python::outline;
use crate::project::Outline;

/// What a module calls the function of the runtime, where that name is free.
const FUNCTION: &str = "_moved_names";

/// What nobody but a block says.
const ANSWER: &str = "__getattr__ = _moved_names";

const INDENT: &str = "    ";

/// Puts the block where it belongs, or says what the user is to do. Says whether the module takes
/// anything from the runtime.
pub(super) fn write(
    signatures: &Signatures,
    module: &LegacyModule,
    (runtime, classes): (&str, Classes),
    survey: &Survey<'_>,
    wanted: &mut Wanted,
) -> bool {
    let path = &module.path;
    let Ok(Some(source)) = survey.source(path) else {
        wanted.note(path, "it cannot be read as text".to_owned());
        return false;
    };
    let own = without(source.text());
    let Some(outline) = outline(&source.with_text(own.clone())) else {
        wanted.note(path, "it cannot be read".to_owned());
        return false;
    };
    let is_bound = |name: &str| outline.names.get(name).is_some_and(|it| !it.later);
    let mut names: Vec<&String> = Vec::new();
    for (name, moved) in &module.names {
        let to = moved.to.dotted();
        match outline.names.get(name.as_str()).filter(|it| !it.later) {
            None if !star_gives(survey, module, &outline, name) => names.push(name),
            Some(bound) if bound.otherwise || bound.imported.is_empty() => wanted.note(
                path,
                format!("it still defines `{name}`, which leads to `{to}`: move it there first"),
            ),
            _ => wanted.note(
                path,
                format!(
                    "it still imports `{name}`, so nobody who takes it from here is warned: \
                     take the import away, or bind it to another name"
                ),
            ),
        }
    }
    stub(module, &names, survey, wanted);
    if [BLOCK.0, BLOCK.1, ANSWER].iter().any(|it| own.contains(it)) {
        let why = "a block of shims has lost its first or its last line: delete what is left of it";
        wanted.need(path, why.to_owned());
        return !names.is_empty();
    }
    let after = match names.is_empty() {
        true => own,
        false if is_bound("__getattr__") => {
            if !follows(&own, module, &names) {
                wanted.need(path, instruction(module, runtime, &names));
            }
            own
        }
        false => {
            let newline = if own.contains("\r\n") { "\r\n" } else { "\n" };
            let taken = module.names.keys().cloned();
            let taken = taken.chain(outline.names.keys().map(|name| name.to_string()));
            let taken: Vec<String> = taken.chain(submodules(path)).collect();
            let [typing, function] = ["_typing", FUNCTION].map(|name| free_name(name, &taken));
            let mut declared = Declarations::new(taken.into_iter().collect());
            let style = Style {
                classes,
                decorator: declared.decorator("_deprecated"),
                width: WIDTH - INDENT.len(),
                has_all: false,
            };
            // What the file imports for type checkers alone they know.
            let unknown = names
                .iter()
                .filter(|name| !outline.names.contains_key(name.as_str()));
            for name in unknown {
                let moved = (name.as_str(), &module.names[*name]);
                declared.name(signatures, survey, module, moved, style);
            }
            let block = block(
                module,
                runtime,
                &names,
                (&typing, &function),
                (declared, style),
            );
            let block = block.replace('\n', newline);
            format!("{}{block}", spaced(&own, newline))
        }
    };
    if after != source.text() || survey.blocks.contains(path) {
        wanted.edited.insert(path.clone(), (Fate::Block, after));
    }
    !names.is_empty()
}

/// Type checkers read a stub of the user's in the place of the module: it is told what to say.
fn stub(module: &LegacyModule, names: &[&String], survey: &Survey<'_>, wanted: &mut Wanted) {
    let path = module.path.with_extension("pyi");
    let Ok(Some(source)) = survey.source(&path) else {
        return;
    };
    let known = outline(&source).map(|outline| outline.names);
    let is_missing = |name: &&&String| {
        known
            .as_ref()
            .is_none_or(|it| !it.contains_key(name.as_str()))
    };
    let missing: Vec<&String> = names.iter().filter(is_missing).copied().collect();
    if !missing.is_empty() {
        let taken = known.iter().flat_map(|known| known.keys());
        let taken = taken.map(|name| name.to_string());
        let taken = taken.chain(missing.iter().map(|name| (*name).clone()));
        let mut declared = Declarations::new(taken.collect());
        let style = Style {
            classes: Classes::Alias,
            decorator: declared.decorator("deprecated"),
            width: WIDTH,
            has_all: false,
        };
        for name in missing {
            declared.given_on(survey, (name, &module.names[name]), style);
        }
        let why = "type checkers read this stub, which lacks names that users take from the module; put into it:";
        wanted.need(
            &path,
            format!("{why}\n{}{}", declared.imports(style), declared.aliases()),
        );
    }
}

/// Whether the user has put what [`instruction`] says into a module, however a formatter has it.
fn follows(text: &str, module: &LegacyModule, names: &[&String]) -> bool {
    let bare = |text: &str| {
        let text: String = text.split_whitespace().collect();
        text.replace('\'', "\"")
            .replace(",}", "}")
            .replace(",)", ")")
    };
    let arguments = arguments(module, names.iter().copied(), 1);
    let call = format!("_moved_names({arguments})");
    bare(text).contains(&bare(&call))
}

/// The modules in the package that a file is of: a name of the package hides the one of its name.
fn submodules(path: &Path) -> impl Iterator<Item = String> {
    let is_package = path.file_stem().is_some_and(|stem| stem == "__init__");
    let folder = path.parent().filter(|_| is_package);
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    let names = entries.into_iter().flatten().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter_map(|name| Some(name.split('.').next()?.to_owned()))
}

/// A name, or the first one made of it that is not taken.
fn free_name(name: &str, taken: &[String]) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    let is_free = |it: &String| !taken.contains(it);
    names.find(is_free).expect("numbers do not end")
}

/// Whether a module imports the name with all others of a module of the project.
fn star_gives(survey: &Survey<'_>, module: &LegacyModule, outline: &Outline, name: &str) -> bool {
    let file = survey.project.id(&module.path);
    let stars = outline
        .imports
        .iter()
        .filter(|import| import.star && import.top);
    let modules = stars.flat_map(|import| survey.project.absolute(file, &import.module));
    let mut givers = modules.filter_map(|module| survey.outline(survey.users_module(&module)?));
    givers.any(|giver| match &giver.all {
        Some(all) => all.iter().any(|given| given == name),
        None => giver.names.contains_key(name) && !name.starts_with('_'),
    })
}

/// Takes the block out of a module whose names are no longer asked for.
pub(super) fn take_away(path: &Path, survey: &Survey<'_>, wanted: &mut Wanted) {
    if let Ok(Some(source)) = survey.source(path) {
        let edited = (Fate::Block, without(source.text()));
        wanted.edited.insert(path.to_owned(), edited);
    }
}

/// The text of a file that no longer needs a block.
fn without(text: &str) -> String {
    let Some(start) = text.find(BLOCK.0) else {
        return text.to_owned();
    };
    let Some(end) = text[start..].find(BLOCK.1) else {
        return text.to_owned(); // half of a block is the user's to look at
    };
    let end = start + end;
    let after = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    format!("{}{}", trimmed(&text[..start]), &text[after..])
}

/// A text without the blank lines at its end.
fn trimmed(text: &str) -> &str {
    let bare = text.trim_end_matches(['\r', '\n']);
    let end = text[bare.len()..].find('\n').map_or(0, |at| at + 1);
    match bare {
        "" => "",
        _ => &text[..bare.len() + end],
    }
}

/// A text with two blank lines behind it, unless there is none.
fn spaced(text: &str, newline: &str) -> String {
    match trimmed(text) {
        "" => String::new(),
        text if text.ends_with('\n') => format!("{text}{newline}{newline}"),
        text => format!("{text}{newline}{newline}{newline}"),
    }
}

/// `__getattr__` of PEP 562 for the moved names; type checkers see a declaration of each.
fn block(
    module: &LegacyModule,
    runtime: &str,
    names: &[&String],
    (typing, function): (&str, &str),
    (declared, style): (Declarations, Style),
) -> String {
    let parts = [declared.imports(style), declared.aliases()].into_iter();
    let parts = parts.chain(declared.definitions);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    let declarations = indented(&parts.join("\n"));
    let import = indented(&import(runtime, &format!("moved_names as {function}")));
    let arguments = arguments(module, names.iter().copied(), 2);
    let head = match declarations.is_empty() {
        true => format!("if not {typing}.TYPE_CHECKING:\n"),
        false => format!("if {typing}.TYPE_CHECKING:\n{declarations}else:\n"),
    };
    let body = format!(
        "import typing as {typing}  # noqa: E402\n\n\
         {head}{import}\n    __getattr__ = {function}(\n{arguments}    )\n"
    );
    let (begin, end) = BLOCK;
    format!(
        "{begin} (generated from rehome.toml; do not edit) [{}]\n{body}{end}\n",
        hash(&body)
    )
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("{INDENT}{line}\n"),
    });
    lines.collect()
}

/// The lines for a `__getattr__` of the user's own: to wrap it would change what it sees of its
/// callers.
fn instruction(module: &LegacyModule, runtime: &str, names: &[&String]) -> String {
    let arguments = arguments(module, names.iter().copied(), 1);
    let listed: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        "it has a `__getattr__` of its own; put this above it:\n{}\n_moved_name = _moved_names(\n{arguments})\n\
         and this at its beginning, with the name of its parameter:\n    if name in ({},):\n        return _moved_name(name)",
        import(runtime, "moved_names as _moved_names"),
        listed.join(", ")
    )
}
