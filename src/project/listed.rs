//! The tables of dependencies of a `Cargo.toml`.

use toml::{Table, Value};

use super::DependencyKind;

/// One entry of a table of dependencies.
pub(super) struct Listed<'t> {
    pub(super) key: &'t String,
    pub(super) value: &'t Value,
    pub(super) kind: DependencyKind,
    pub(super) platform: Option<&'t String>,
}

/// All dependencies of a package, of every kind and every platform.
pub(super) fn dependencies(table: &Table) -> Vec<Listed<'_>> {
    let targets = table.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flatten();
    let targets = targets.filter_map(|(platform, table)| Some((Some(platform), table.as_table()?)));
    let mut listed = Vec::new();
    for (platform, table) in std::iter::once((None, table)).chain(targets) {
        for kind in DependencyKind::ALL {
            let names = [kind.table().to_owned(), kind.table().replace('-', "_")];
            let tables = names.iter().filter_map(|name| table.get(name));
            // Both are one name where it has no hyphen.
            for entries in tables.take(1).map(Value::as_table) {
                listed.extend(entries.into_iter().flatten().map(|(key, value)| Listed {
                    key,
                    value,
                    kind,
                    platform,
                }));
            }
        }
    }
    listed
}
