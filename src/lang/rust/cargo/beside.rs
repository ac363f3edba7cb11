//! What stands under the new name of a crate already: the same dependency, another one, or less.

use std::sync::Arc;

use toml_edit::{Array, Item, TableLike, Value};

use super::DEPENDENCIES;
use super::sheet::Sheet;
use crate::project::Package;
use crate::version::{Asked, asked};

/// The crate that another one becomes in a manifest.
pub(super) struct Beside<'a> {
    pub(super) sheet: Sheet<'a>,
    /// The package of the manifest, which knows what its workspace has.
    pub(super) own: Option<Arc<Package>>,
    /// The new crate's library.
    pub(super) library: &'a str,
    /// The version that the move names.
    pub(super) version: Option<&'a str>,
}

/// One line of a table of dependencies: its key, and what it says.
pub(super) type Entry<'a> = (&'a str, &'a Item);

impl<'a> Beside<'a> {
    /// Why the entry of the old crate cannot become one of the new package `new` under `new_key`;
    /// `None` where it can, beside what is there.
    pub(super) fn obstacle(
        &self,
        path: &[&str],
        (key, item): Entry<'_>,
        (new, new_key): (&str, &str),
        is_old: impl Fn(&str) -> bool,
    ) -> Option<String> {
        self.tables(path).into_iter().find_map(|(is_same, table)| {
            let others = table.iter().filter(|(other, _)| !is_same || *other != key);
            others
                .filter(|other| !is_old(&self.package_of(*other)))
                .find_map(|other| {
                    let package = self.package_of(other);
                    let is_new = is_alike(&package, new) || is_alike(&package, self.library);
                    let has_key = is_alike(other.0, new_key);
                    match (is_new, has_key) {
                        (false, true) => Some(format!(
                            "`{}` is the key of another crate, `{package}`",
                            other.0
                        )),
                        (true, false) if !is_same => Some(format!(
                            "`{package}` is there already, as `{}` in another table",
                            other.0
                        )),
                        (true, _) => {
                            let lacks = lacks(item, other.1).filter(|_| is_same);
                            let lacks = lacks.or_else(|| self.is_of_another_version(other.1));
                            lacks.map(|lacks| format!("`{}` is there already, {lacks}", other.0))
                        }
                        (false, false) => None,
                    }
                })
        })
    }

    /// What is asked for of the new crate, where the version that the move names can stand in its place
    /// and is a later one.
    pub(super) fn lower(&self, item: &'a Item) -> Option<&'a Item> {
        let place = version_of(item)?;
        let written = place.as_str()?;
        let is_less = |needed| asked(written, needed) == Asked::Less;
        self.version.is_some_and(is_less).then_some(place)
    }

    fn is_of_another_version(&self, item: &Item) -> Option<String> {
        let (written, needed) = (version_of(item)?.as_str()?, self.version?);
        (asked(written, needed) == Asked::Other)
            .then(|| format!("in version {written}, which {needed} is not of"))
    }

    /// The tables whose names meet those of this one, and whether they are this one: a build script has
    /// dependencies of its own.
    fn tables(&self, path: &[&str]) -> Vec<(bool, &'a dyn TableLike)> {
        let own = self.sheet.table(path).map(|table| (true, table));
        let is_built = |name: &str| name.starts_with("build");
        let Some(name) = path.last().filter(|_| is_of_code(path)) else {
            let is_shared = path == ["workspace", "dependencies"];
            return own.filter(|_| is_shared).into_iter().collect();
        };
        let root = self.sheet.root as &dyn TableLike;
        let targets = self.sheet.table(&["target"]);
        let targets = targets.into_iter().flat_map(TableLike::iter);
        let outer = targets.filter_map(|(_, target)| target.as_table_like());
        let others = std::iter::once(root).chain(outer).flat_map(|outer| {
            let meeting = DEPENDENCIES.iter();
            let meeting = meeting.filter(|other| is_built(other) == is_built(name));
            meeting.filter_map(|other| outer.get(other)?.as_table_like())
        });
        let is_own =
            |table: &dyn TableLike| own.is_some_and(|(_, own)| std::ptr::addr_eq(own, table));
        let others = others.filter(|table| !is_own(*table));
        own.into_iter()
            .chain(others.map(|it| (false, it)))
            .collect()
    }

    /// The package of an entry, as far as it is known here.
    fn package_of(&self, (key, item): Entry<'_>) -> String {
        let shared = || {
            let shared = self.own.as_ref()?.shared.iter();
            let mut shared = shared.filter(|it| it.key == key && is_inherited(item));
            Some(shared.next()?.library.clone())
        };
        let package = item.get("package").and_then(Item::as_str);
        let package = package.map(str::to_owned).or_else(shared);
        package.unwrap_or_else(|| key.to_owned())
    }
}

/// Whether code has what a table gives.
pub(super) fn is_of_code(path: &[&str]) -> bool {
    path.first() != Some(&"workspace") && path.last().is_some_and(|it| DEPENDENCIES.contains(it))
}

/// What code would lose that had the old entry and has the new one from now on; `None` if nothing.
pub(super) fn lacks(old: &Item, new: &Item) -> Option<String> {
    let says = |item: &Item, name: &str| item.get(name).and_then(Item::as_bool);
    let is_without = |item: &Item| {
        let mut names = ["default-features", "default_features"].iter();
        names.any(|name| says(item, name) == Some(false))
    };
    if says(new, "optional") == Some(true) {
        return Some("and optional".to_owned());
    }
    if is_inherited(old) != is_inherited(new) {
        return Some("and one of both is as the workspace has it".to_owned());
    }
    if is_without(new) && !is_without(old) {
        return Some("without the default features".to_owned());
    }
    let (asked, given) = (features_of(old), features_of(new));
    let mut lost = asked.into_iter().filter(|it| !given.contains(it));
    Some(format!("without the feature `{}`", lost.next()?))
}

fn features_of(item: &Item) -> Vec<&str> {
    let list = item.get("features").and_then(Item::as_array);
    let list = list.into_iter().flat_map(Array::iter);
    list.filter_map(Value::as_str).collect()
}

/// Whether an entry is as the workspace has it.
pub(super) fn is_inherited(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

/// Where an entry says of which versions it is.
pub(super) fn version_of(item: &Item) -> Option<&Item> {
    match item {
        Item::Value(Value::String(_)) => Some(item),
        _ => item.get("version"),
    }
}

/// Whether two names of packages, keys or libraries are one library's.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    one.replace('-', "_") == other.replace('-', "_")
}
