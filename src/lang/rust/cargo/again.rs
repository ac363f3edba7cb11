//! A crate that one table of dependencies needs and another one has already: the same line once more,
//! since a package has one name for a crate, and takes it from one place.

use std::cmp::Ordering;

use toml_edit::{Item, TableLike};

use super::beside::is_alike;
use super::raised::too_old;
use super::renamed::table_of;
use super::sheet::Sheet;
use crate::lang::rust::crates::called;
use crate::project::{Dependency, DependencyKind, Package, Project};
use crate::version::{Asked, Scheme, asked};

/// Where a package may come from, but for the registry that is everyone's.
const SOURCES: [&str; 4] = ["git", "path", "registry", "registry-index"];

/// What a line says of a crate that is as the workspace has it.
pub(super) const SHARED: &str = "{ workspace = true }";

/// The line of a dependency.
pub(super) struct Line {
    pub(super) key: String,
    pub(super) value: String,
    /// The package, where the value says of which one it is.
    pub(super) package: Option<String>,
    /// The value says where the package comes from.
    has_source: bool,
}

impl Line {
    /// One whose key is the package's name.
    pub(super) fn new(key: &str, value: String) -> Self {
        Self {
            key: key.to_owned(),
            value,
            package: None,
            has_source: false,
        }
    }

    /// Whether the crate is as the workspace has it.
    pub(super) fn is_shared(&self) -> bool {
        self.value == SHARED
    }

    /// Whether the line that would be written otherwise must be this one, of another table.
    pub(super) fn is_needed_for(&self, other: &Self) -> bool {
        self.has_source || !is_alike(&self.key, &other.key)
    }
}

/// Why a table of this kind cannot have a crate by the name that code has for it: by another one it
/// is there, or where Cargo reads both tables.
pub(super) fn names_meet(package: &Package, library: &str, kind: DependencyKind) -> Option<String> {
    let name = called(package, library)?;
    let there = package
        .dependencies
        .iter()
        .filter(|it| it.library == library);
    let mut there = there.filter(|it| it.kind.serves(kind)).peekable();
    let is_by = |it: &Dependency| name_of(package, it) == name;
    let other = there.find(|it| !is_by(it))?;
    Some(format!(
        "`{library}` is called `{}` in one table of this package, and `{name}` in another one",
        name_of(package, other)
    ))
}

/// The line of a crate as another table has it, if one does; or why there can be none. `needed` is
/// the version that the move names.
pub(super) fn again(
    (project, sheet): (&Project, Sheet<'_>),
    package: &Package,
    (library, needed): (&str, Option<&str>),
    kind: DependencyKind,
) -> Result<Option<Line>, String> {
    let Some(name) = called(package, library) else {
        return Ok(None);
    };
    if let Some(reason) = names_meet(package, library, kind) {
        return Err(reason);
    }
    let there = package.dependencies.iter();
    let mut there = there.filter(|it| it.library == library && name_of(package, it) == name);
    let Some((key, item)) = there.find_map(|it| Some((&*it.key, entry(sheet, it)?))) else {
        return Ok(None);
    };
    let entry = (key, item);
    if let Some(reason) = needed.and_then(|it| too_old(project, package, entry, it)) {
        return Err(reason);
    }
    let Some(value) = copied(sheet, item, needed) else {
        return Err(format!("`{key}` is there already, in another table"));
    };
    let package = item.get("package").and_then(Item::as_str);
    Ok(Some(Line {
        key: key.to_owned(),
        value,
        package: package.map(str::to_owned),
        has_source: SOURCES.iter().any(|source| item.get(source).is_some()),
    }))
}

/// What code calls a dependency.
fn name_of(package: &Package, dependency: &Dependency) -> String {
    let key = dependency.key.replace('-', "_");
    match package.externs.get(&key) {
        Some(library) if *library == dependency.library => key,
        _ => dependency.library.clone(),
    }
}

/// What the text says of a dependency.
pub(super) fn entry<'a>(sheet: Sheet<'a>, dependency: &Dependency) -> Option<&'a Item> {
    let path = table_of(dependency.kind, dependency.platform.as_deref());
    let (table, outer) = path.split_last()?;
    let names = [table.clone(), table.replace('-', "_")];
    names.iter().find_map(|name| {
        let outer = outer.iter().map(String::as_str);
        let path: Vec<&str> = outer.chain([&**name]).collect();
        sheet.table(&path)?.get(&dependency.key)
    })
}

/// Whether too old a version is asked for, in the place of which a later one cannot stand.
pub(super) fn is_older(written: &str, needed: &str) -> bool {
    let bare = written.trim_start_matches(|c: char| !c.is_ascii_digit());
    let is_later = || Scheme::Semver.compare(bare, needed) == Some(Ordering::Greater);
    asked(written, needed) == Asked::Other && !is_later()
}

/// The value of an entry on one line, as another table may have it.
fn copied(sheet: Sheet<'_>, item: &Item, needed: Option<&str>) -> Option<String> {
    let written = |item: &Item| Some(sheet.text[sheet.placed(item.span()?)].to_owned());
    let Some(table) = item.as_table_like() else {
        return written(item);
    };
    let is_less = |item: &Item| {
        let needed = needed.filter(|needed| {
            let written = item.as_str();
            written.is_some_and(|written| asked(written, needed) == Asked::Less)
        });
        needed.map(|needed| format!("{needed:?}"))
    };
    let says = TableLike::iter(table).filter(|(name, _)| *name != "optional");
    let says = says.map(|(name, item)| {
        let later = is_less(item).filter(|_| name == "version");
        Some(format!("{name} = {}", later.or_else(|| written(item))?))
    });
    let says: Vec<String> = says.collect::<Option<_>>()?;
    Some(format!("{{ {} }}", says.join(", ")))
}
