//! The blocks of Rust: what the macros of `shim-macros` make shims of, in a file to `include!`.
//!
//! The kind of a thing decides how its old name can warn, and a wrong one is an error in the crate
//! itself; so the manifest has to say it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::Wanted;
use super::modules::Versions;
use super::reexports::{Behind, TYPES, behind};
use super::survey::Survey;
use crate::discover;
use crate::generated::sealed;
use crate::lang::{
    self,
    rust::{Declared, NEWEST_EDITION, plain, written},
};
use crate::manifest::{Fault, Manifest, ManifestError, MoveSpec, PathSpec, RustMove};
use crate::plan::Dialect;
use crate::project::{FileId, is_rust};

/// The name of the file, in the folder of the module that includes it.
const FILE: &str = "moved.rs";

/// Macros that many crates call, whose place a hidden macro of that name would take: as the crate
/// of the macros lists them.
const COMMON_MACROS: &[&str] = &[
    "addr_of",
    "addr_of_mut",
    "anyhow",
    "assert",
    "assert_eq",
    "assert_matches",
    "assert_ne",
    "bail",
    "bitflags",
    "cfg",
    "cfg_if",
    "cfg_match",
    "cfg_select",
    "column",
    "compile_error",
    "concat",
    "concat_bytes",
    "concat_idents",
    "crate_name",
    "dbg",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "debug_span",
    "ensure",
    "env",
    "eprint",
    "eprintln",
    "error",
    "error_span",
    "event",
    "file",
    "format",
    "format_args",
    "format_ident",
    "format_err",
    "hash_map",
    "include",
    "include_bytes",
    "include_str",
    "info",
    "info_span",
    "is_x86_feature_detected",
    "join",
    "json",
    "lazy_static",
    "line",
    "log",
    "log_enabled",
    "matches",
    "module_path",
    "offset_of",
    "option_env",
    "panic",
    "parse_quote",
    "pin",
    "pin_mut",
    "pin_project",
    "print",
    "println",
    "query",
    "query_as",
    "quote",
    "quote_spanned",
    "ready",
    "select",
    "select_biased",
    "smallvec",
    "span",
    "stream",
    "stringify",
    "thread_local",
    "todo",
    "trace",
    "trace_span",
    "try_join",
    "try_stream",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "warn_span",
    "write",
    "writeln",
];

/// One item of a block.
struct Item {
    /// The segments between the module that includes the file and the item.
    modules: Vec<String>,
    versions: Versions,
    /// The condition on which the thing is there.
    condition: Option<String>,
    /// What is left to the user.
    note: Option<String>,
    /// What the attribute says besides versions.
    option: Option<String>,
    /// `pub use …;`, `pub type …;` or `pub fn …;`.
    text: String,
}

/// Writes the block of each crate of the project that things moved away from.
///
/// # Errors
/// A move says too little, or there are `faults` in those of Python.
pub(super) fn blocks(
    manifest: &Manifest,
    survey: &Survey<'_>,
    mut faults: Vec<Fault>,
    wanted: &mut Wanted,
) -> Result<(), ManifestError> {
    let mut files: BTreeMap<PathBuf, (PathBuf, Vec<Item>)> = BTreeMap::new();
    for spec in &manifest.moves {
        let Some(mv) = &spec.rust else { continue };
        let library = &mv.from.module[0];
        let packages = survey.project.packages_with(library);
        let Some(package) = packages.first() else {
            continue; // the crate is not here
        };
        match items(spec, mv, survey) {
            Err(mut found) => faults.append(&mut found),
            Ok(items) => {
                let root = package.dir.join("src/lib.rs");
                let is_due = |item: &Item| {
                    let remove_in = &item.versions.remove_in;
                    survey.releases.is_due(Dialect::Rust, &root, remove_in)
                };
                for mut item in items.into_iter().filter(|item| !is_due(item)) {
                    let (includer, known) = includer(survey, &package.dir, library, &item.modules);
                    item.modules.drain(..known);
                    if let Some(note) = item.note.take() {
                        wanted.note(&includer, note);
                    }
                    let file = folder(&includer, known).join(FILE);
                    let entry = files.entry(file).or_insert_with(|| (includer, Vec::new()));
                    entry.1.push(item);
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(ManifestError::new(
            &manifest.path,
            manifest.text.clone(),
            faults,
        ));
    }
    for (file, (includer, items)) in files {
        if !wanted.whole(survey, file.clone(), sealed("//", &text_of(items))) {
            let why = "it is a file of yours, and its name is that of the shims: it is not written";
            wanted.need(&file, why.to_owned());
            continue;
        }
        if !is_included(&includer, &file) {
            let line = include(&includer, &file);
            wanted.need(&includer, format!("add a line for the shims:\n{line}"));
        }
    }
    for file in &survey.generated {
        let is_block = file.file_name().is_some_and(|name| name == FILE);
        if is_block && !wanted.files.contains_key(file) {
            for includer in includers(survey, file) {
                if is_included(&includer, file) {
                    let line = include(&includer, file);
                    wanted.note(
                        &includer,
                        format!("the shims are gone; take this line away:\n{line}"),
                    );
                }
            }
        }
    }
    Ok(())
}

/// The line by which a module takes the shims of a file.
fn include(includer: &Path, file: &Path) -> String {
    let dir = includer.parent().unwrap_or(Path::new(""));
    let name = file.strip_prefix(dir).unwrap_or(file).display().to_string();
    format!("include!(\"{}\");", name.replace('\\', "/"))
}

/// Whether a module takes the shims of a file, however it says so.
fn is_included(includer: &Path, file: &Path) -> bool {
    let dir = includer.parent().unwrap_or(Path::new(""));
    let text = std::fs::read_to_string(includer).unwrap_or_default();
    let is_package = |dir: &&Path| dir.join("Cargo.toml").is_file();
    let package = dir.ancestors().find(is_package).unwrap_or(dir);
    let included = lang::rust::includes(&text, &package.to_string_lossy()).into_iter();
    let mut included = included.map(|path| discover::lexically_normal(&dir.join(path)));
    included.any(|path| path == *file)
}

/// The legacy paths that a file keeps alive.
pub(super) fn kept(survey: &Survey<'_>, file: &Path, text: &str) -> BTreeSet<String> {
    let (included, near): (Vec<PathBuf>, Vec<PathBuf>) = includers(survey, file)
        .into_iter()
        .partition(|includer| is_included(includer, file));
    let includers = if included.is_empty() { near } else { included };
    let modules = includers.iter().filter_map(|path| survey.project.id(path));
    let modules = modules.map(|file| survey.project.rust_place(file).path());
    let declared = lang::rust::declared(text);
    modules
        .flat_map(|module| {
            let below = declared.iter().map(|it| it.path.join("::"));
            below
                .map(|path| format!("{module}::{path}"))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The legacy paths that the manifest asks for still, by moves whose version is not over.
pub(super) fn asked(manifest: &Manifest, is_over: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let specs = manifest.moves.iter().filter(|spec| {
        let limit = spec.remove_in.as_deref();
        !limit.is_some_and(&is_over)
    });
    let names = specs.filter_map(|spec| spec.rust.as_ref()).flat_map(|mv| {
        let items = mv.items.iter().map(|(name, _)| name);
        let names = mv.from.name.iter().chain(items);
        names.map(|name| (&mv.from.module, name))
    });
    let paths = names.map(|(module, name)| {
        let path = module.iter().chain([name]);
        path.map(|name| plain(name)).collect::<Vec<_>>().join("::")
    });
    paths.collect()
}

/// The files whose module may have shims in a file: see [`folder`].
fn includers(survey: &Survey<'_>, file: &Path) -> Vec<PathBuf> {
    let dir = file.parent().unwrap_or(file);
    let above = dir.with_extension("rs");
    let files = survey.project.files().iter();
    let near = files.filter(|path| path.parent() == Some(dir) || **path == above);
    near.filter(|path| is_rust(path)).cloned().collect()
}

/// The file of the innermost module above an item that is a file, and how many of the names lead
/// to it.
fn includer(
    survey: &Survey<'_>,
    dir: &Path,
    library: &str,
    modules: &[String],
) -> (PathBuf, usize) {
    let project = &survey.project;
    let at = |depth: usize| {
        let files = survey
            .places
            .rust_files(project, library, &modules[..depth]);
        let paths = files.iter().map(|&file| &project.files()[file]);
        let path =
            { paths }.find(|path| path.starts_with(dir) && !survey.generated.contains(*path));
        path.map(|path| (path.clone(), depth))
    };
    let innermost = (0..=modules.len()).rev().find_map(at);
    innermost.unwrap_or_else(|| (dir.join("src/lib.rs"), 0))
}

/// The folder of the modules below a module.
fn folder(file: &Path, depth: usize) -> PathBuf {
    let is_mod = file.file_name().is_some_and(|name| name == "mod.rs");
    match depth == 0 || is_mod {
        true => file.parent().unwrap_or(file).to_owned(),
        false => file.with_extension(""),
    }
}

/// The items that a move asks for.
fn items(spec: &MoveSpec, mv: &RustMove, survey: &Survey<'_>) -> Result<Vec<Item>, Vec<Fault>> {
    let at = &mv.from.span;
    let mut faults = Vec::new();
    let mut fault = |message: String| faults.push(Fault::new(at.clone(), message));
    let version = |version: &Option<String>| version.as_deref().map(full).unwrap_or_default();
    let versions = Versions {
        since: version(&spec.since),
        remove_in: version(&spec.remove_in),
    };
    if versions.since.is_empty() {
        fault("a shim of Rust needs `since`: rustc is told of it".to_owned());
    }
    let mut items = Vec::new();
    let mut add = |name: &str, new: &str, kind: &str, signature: Option<&str>| {
        let (name, new) = (plain(name), plain(new));
        let (to_module, new) = &target(survey, mv, name, new);
        let to = canonical(&mv.from, to_module, new);
        let module = mv.from.module[1..].iter();
        let module = module.map(|name| plain(name).to_owned()).collect();
        let home = (to_module[0].as_str(), &to_module[1..]);
        let mut declared = survey.places.declared(&survey.project, home, new);
        // A shim that is there already is not the thing itself.
        declared.retain(|(file, _)| !survey.generated.contains(&survey.project.files()[*file]));
        let path = [to_module, std::slice::from_ref(new)].concat();
        let viewer = mv.from.module.iter().map(|name| plain(name).to_owned());
        let behind = behind(survey, &path, &viewer.collect::<Vec<_>>());
        let why = contradiction(survey, (new, kind), &declared);
        let why = why.or_else(|| contradiction(survey, (new, kind), &types(kind, &behind)));
        if let Some(why) = why {
            return fault(why);
        }
        if declared.is_empty() && kind == "macro" && home.1.is_empty() {
            declared = survey.places.macros(&survey.project, home.0, new);
        }
        let mut condition = condition(survey, home, (kind, &declared));
        // A feature of another crate is none of this one.
        let is_foreign = home.0 != mv.from.module[0];
        let foreign = condition.take_if(|it| is_foreign && it.contains("feature"));
        let note = foreign.map(|condition| {
            let others = home.0;
            format!(
                "`{new}` of `{others}` is there where `{condition}` holds in that crate alone: \
                 ask for it in `Cargo.toml`, or its shim does not compile"
            )
        });
        match item(name, new, &to, kind, signature, alias(kind, &behind)) {
            Ok((option, text)) => items.push(Item {
                modules: module,
                versions: versions.clone(),
                condition: condition.take(),
                note: note.clone(),
                option,
                text,
            }),
            Err(why) => fault(why),
        }
    };
    match (&mv.from.name, &mv.to.name) {
        (Some(name), Some(new)) => match mv.kind.as_deref() {
            None | Some("symbol") => {
                fault(format!("a shim needs to know what `{name}` is: say `kind`"))
            }
            Some(kind) => add(name, new, kind, mv.signature.as_deref()),
        },
        _ if mv.items.is_empty() => fault(
            "a shim of several names needs their kinds: say `items = [\"Name:kind\", …]`"
                .to_owned(),
        ),
        _ => {
            for (name, kind) in &mv.items {
                let renamed = spec.rename.iter();
                let mut renamed = renamed.filter(|(old, _)| plain(old) == plain(name));
                let new = renamed.next().map_or(name, |(_, new)| new);
                add(name, new, kind, None);
            }
        }
    }
    match faults.is_empty() {
        true => Ok(items),
        false => Err(faults),
    }
}

/// The module and the name that a legacy name leads to after all moves: where its own move leads,
/// another one may lead on from. `new` is its name there by its own.
fn target(survey: &Survey<'_>, mv: &RustMove, name: &str, new: &str) -> (Vec<String>, String) {
    let module = mv.from.module.iter().map(|name| plain(name));
    let from = module.chain([name]).collect::<Vec<_>>().join("::");
    let moved = survey.plan.lookup_in(Dialect::Rust, &from);
    let moved = moved.map(|moved| moved.dotted());
    let path = moved.as_deref().and_then(|path| path.rsplit_once("::"));
    match path {
        Some((module, name)) => {
            let module = module.split("::").map(str::to_owned);
            (module.collect(), name.to_owned())
        }
        None => {
            let module = mv.to.module.iter().map(|name| plain(name).to_owned());
            (module.collect(), new.to_owned())
        }
    }
}

/// Why a thing cannot be what the manifest says, where its declaration is at hand. A wrong shim may
/// well compile, and break whoever constructs the thing or matches it.
fn contradiction(
    survey: &Survey<'_>,
    (name, kind): (&str, &str),
    declared: &[(FileId, &Declared)],
) -> Option<String> {
    let is_right = |(_, it): &(FileId, &Declared)| it.kind == kind || it.kind == "use";
    let (file, it) = declared.first()?;
    if declared.iter().any(is_right) {
        return None;
    }
    let file = survey.shown(&survey.project.files()[*file]);
    let (file, line) = (file.display(), it.line);
    Some(format!(
        "`{name}` is no `{kind}`: it is a `{}`, at {file}:{line}",
        it.kind
    ))
}

/// The condition on which a thing is there: those of its declaration, and of the modules that it lies
/// in. `None` where there is none, or none that can be told.
fn condition(
    survey: &Survey<'_>,
    (krate, module): (&str, &[String]),
    (kind, declared): (&str, &[(FileId, &Declared)]),
) -> Option<String> {
    let project = &survey.project;
    let around = |file: FileId| survey.places.conditions(project, file).map(str::to_owned);
    let is_right = |(_, it): &&(FileId, &Declared)| it.kind == kind || it.kind == "use";
    let cases = declared.iter().filter(is_right).map(|(file, it)| {
        let own = it.conditions.iter().cloned();
        own.chain(around(*file)).collect::<Vec<String>>()
    });
    let cases: Vec<Vec<String>> = cases.collect();
    if !cases.is_empty() {
        return lang::rust::any(&cases);
    }
    // What a macro or a star gives is there where its module is.
    let at = |depth: usize| {
        survey
            .places
            .rust_files(project, krate, &module[..depth])
            .first()
    };
    let innermost = (0..=module.len()).rev().find_map(at);
    innermost.and_then(|&file| around(file))
}

/// The types behind a path where what moved is one, and where they are all that it may lead to.
fn types<'s>(kind: &str, behind: &Behind<'s>) -> Vec<(FileId, &'s Declared)> {
    let is_type = |it: &Declared| TYPES.contains(&it.kind);
    let declared = behind.declared.iter().copied();
    let types = declared.filter(|(_, it)| is_type(it) && TYPES.contains(&kind));
    types.filter(|_| behind.is_all).collect()
}

/// What an alias of a thing repeats of its parameters, in its head and behind the path; `None` where
/// a thing of its kind can have no alias, or where that cannot be told: an alias without parameters
/// of a thing that has some would lose them, and compile where all have defaults.
///
/// Whoever names an alias is warned, and an alias takes no name that users may have given to
/// something else. But constructors, variants and `use Old::*` do not go through one.
fn alias(kind: &str, behind: &Behind<'_>) -> Option<(String, String)> {
    if !(behind.is_all && matches!(kind, "struct" | "union" | "type")) {
        return None;
    }
    let types = types(kind, behind);
    let mut those = types.iter().filter(|(_, it)| it.kind == kind);
    let (_, first) = those.next()?;
    let is_same = those.all(|(_, it)| it.parameters == first.parameters);
    match types.iter().any(|(_, it)| it.is_generic) {
        true => {
            let given = first.parameters.as_ref().filter(|_| is_same)?;
            Some((given.declared.clone(), given.given.clone()))
        }
        false => Some((String::new(), String::new())),
    }
}

/// The name of the function that a signature is of.
fn function_of(signature: &str) -> Option<String> {
    match lang::rust::declared(&format!("{signature};")).as_slice() {
        [
            Declared {
                path, kind: "fn", ..
            },
        ] => path.first().cloned(),
        _ => None,
    }
}

/// How the old name of a thing is written, by what it is: an option of its attribute, and the item.
fn item(
    name: &str,
    new: &str,
    to: &str,
    kind: &str,
    signature: Option<&str>,
    alias: Option<(String, String)>,
) -> Result<(Option<String>, String), String> {
    let old = written(name, NEWEST_EDITION);
    let rename = if name == new {
        String::new()
    } else {
        format!(" as {old}")
    };
    let given = format!("pub use {to}{rename};");
    // The macro tells kinds apart by how a name is written, unless an option does.
    let mut letters = name.trim_start_matches('_').chars();
    let is_camel =
        letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase);
    let type_option = (!is_camel).then(|| "type".to_owned());
    let value_option = is_camel.then(|| "value".to_owned());
    if let Some((declared, given)) = alias {
        return Ok((None, format!("pub type {old}{declared} = {to}{given};")));
    }
    match kind {
        "struct" | "union" | "enum" | "trait" | "type" => Ok((type_option, given)),
        "tuple_struct" | "unit_struct" => Ok((Some("ctor".to_owned()), given)),
        "macro" => Ok((Some("macro".to_owned()), given)),
        "fn" => match signature {
            Some(signature) => {
                let signature = signature.trim().trim_end_matches(';');
                let of = function_of(signature);
                if of.as_deref() != Some(name) {
                    let of = of.unwrap_or_else(|| "no function".to_owned());
                    return Err(format!(
                        "`signature` is that of `{of}`, and not of `{name}`"
                    ));
                }
                Ok((Some(format!("to = {to}")), format!("{signature};")))
            }
            None if COMMON_MACROS.contains(&name) => Err(format!(
                "`{name}` is a common macro as well, whose place a shim would take: say `signature`"
            )),
            None => Ok((value_option, given)),
        },
        "const" | "static" => Ok((value_option, given)),
        other => Err(format!("no shim is made of a `{other}` here")),
    }
}

/// The new path as the crate of the old one writes it.
fn canonical(from: &PathSpec, to: &[String], name: &str) -> String {
    let segments = to.iter().map(String::as_str).chain([name]);
    let mut segments: Vec<String> = segments.map(|it| written(it, NEWEST_EDITION)).collect();
    if from.module.first() == to.first() {
        "crate".clone_into(&mut segments[0]);
    }
    segments.join("::")
}

/// `0.2` in full, which rustc's attribute asks for: `0.2.0`.
fn full(version: &str) -> String {
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let missing = 3_usize.saturating_sub(numbers.split('.').count());
    format!(
        "{numbers}{}{}",
        ".0".repeat(missing),
        &version[numbers.len()..]
    )
}

/// The text of a file: items of the module itself, then a module for each name below it.
fn text_of(items: Vec<Item>) -> String {
    let mut tree = Tree::default();
    let mut items = items;
    items.sort_by_cached_key(|item| order(&item.text));
    for item in items {
        let mut at = &mut tree;
        for module in &item.modules {
            at = at.modules.entry(module.clone()).or_default();
        }
        at.items.push(item);
    }
    let mut text = String::new();
    tree.write(0, &Versions::default(), &mut text);
    text
}

/// Where an item stands among others: types, what is given on in the order of rustfmt, functions.
fn order(text: &str) -> (u8, Vec<(u8, String)>) {
    let segment = |segment: &str| {
        let mut letters = segment.chars();
        let is_upper = letters.next().is_some_and(char::is_uppercase);
        let rank = match (segment, is_upper, segment.contains(char::is_lowercase)) {
            ("crate", _, _) => 0,
            (_, false, _) => 1,
            (_, true, true) => 2,
            (_, true, false) => 3,
        };
        (rank, segment.to_owned())
    };
    if let Some(path) = text.strip_prefix("pub use ") {
        let path = path.trim_end_matches(';').split(" as ").next();
        return (
            1,
            path.unwrap_or_default().split("::").map(segment).collect(),
        );
    }
    let kind = if text.starts_with("pub type ") { 0 } else { 2 };
    (kind, vec![(0, text.to_owned())])
}

#[derive(Default)]
struct Tree {
    items: Vec<Item>,
    modules: BTreeMap<String, Tree>,
}

impl Tree {
    /// Writes what is in it; `given` are the versions that a module around it says.
    fn write(&self, depth: usize, given: &Versions, text: &mut String) {
        let indent = "    ".repeat(depth);
        let mut is_first = true;
        for item in &self.items {
            if depth == 0 && !std::mem::take(&mut is_first) {
                text.push('\n');
            }
            let mut options = versions(&item.versions, given);
            options.extend(item.option.clone());
            let name = match depth {
                0 => "shim_macros::deprecated_reexport",
                _ => "deprecated_reexport",
            };
            if let Some(condition) = &item.condition {
                let _ = writeln!(text, "{indent}#[cfg({condition})]");
            }
            if !options.is_empty() {
                let _ = writeln!(text, "{indent}#[{name}({})]", options.join(", "));
            }
            let _ = writeln!(text, "{indent}{}", item.text);
        }
        for (name, below) in &self.modules {
            if depth == 0 && !std::mem::take(&mut is_first) {
                text.push('\n');
            }
            let common = match depth {
                0 => below.common(),
                _ => given.clone(),
            };
            if depth == 0 {
                let options = versions(&common, &Versions::default()).join(", ");
                let _ = writeln!(text, "#[shim_macros::deprecated_reexport({options})]");
            }
            let _ = writeln!(text, "{indent}pub mod {} {{", written(name, NEWEST_EDITION));
            below.write(depth + 1, &common, text);
            let _ = writeln!(text, "{indent}}}");
        }
    }

    /// What a module says for all its items: an item can say another version, and not say none.
    fn common(&self) -> Versions {
        let mut all = Vec::new();
        self.note(&mut all);
        let Some(first) = all.first() else {
            return Versions::default();
        };
        let is_shared = all.iter().all(|other| other.remove_in == first.remove_in);
        Versions {
            since: first.since.clone(),
            remove_in: match is_shared {
                true => first.remove_in.clone(),
                false => String::new(),
            },
        }
    }

    /// The versions of all items.
    fn note<'t>(&'t self, all: &mut Vec<&'t Versions>) {
        all.extend(self.items.iter().map(|item| &item.versions));
        for below in self.modules.values() {
            below.note(all);
        }
    }
}

/// What is to be said of versions where `given` are said already.
fn versions(versions: &Versions, given: &Versions) -> Vec<String> {
    let all = [
        ("since", &versions.since, &given.since),
        ("remove_in", &versions.remove_in, &given.remove_in),
    ];
    let new = all
        .into_iter()
        .filter(|(_, version, given)| !version.is_empty() && version != given);
    new.map(|(key, version, _)| format!("{key} = \"{version}\""))
        .collect()
}
