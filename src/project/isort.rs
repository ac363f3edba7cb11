//! How a project sorts its imports, as it tells isort or ruff: the settings that decide where a
//! statement stands. What lies beneath a folder with settings follows them.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use toml::{Table, Value};

use super::file_name;

/// Settings of isort, or of ruff's rules of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportOrder {
    /// `force_sort_within_sections`: by module, whatever the form.
    pub within_sections: bool,
    /// `from_first`: `from …` before `import …`.
    pub from_first: bool,
    /// `length_sort`: the shorter module before the longer.
    pub by_length: bool,
    /// `force_single_line`: a statement a name.
    pub single_lines: bool,
    /// Capitals before small letters in the names of modules.
    pub case_sensitive: bool,
    /// `no_sections`: the standard library, what is installed and the project's own in one.
    pub one_section: bool,
    /// `combine_as_imports`: names with an alias stand among others.
    pub combines_aliases: bool,
    /// `lines_between_types`: `import …` and `from …` of a section stand apart.
    pub forms_apart: bool,
}

/// The settings of every folder that has some.
#[derive(Debug, Default)]
pub(super) struct ImportOrders(FxHashMap<PathBuf, ImportOrder>);

impl ImportOrders {
    pub(super) fn of(files: &[PathBuf]) -> Self {
        let mut ranked: FxHashMap<PathBuf, (usize, ImportOrder)> = FxHashMap::default();
        for path in files {
            let Some(rank) = rank(file_name(path)) else {
                continue;
            };
            let (Some(dir), Ok(text)) = (path.parent(), std::fs::read_to_string(path)) else {
                continue;
            };
            let name = file_name(path);
            let Some((is_isort, order)) = read(name, &text) else {
                continue;
            };
            // In one folder isort's settings go before ruff's, and its own file before shared ones.
            let rank = rank + if is_isort { 0 } else { FILES.len() };
            let known = ranked.get(dir).map_or(usize::MAX, |(known, _)| *known);
            if rank < known {
                ranked.insert(dir.to_owned(), (rank, order));
            }
        }
        let orders = ranked.into_iter();
        Self(orders.map(|(dir, (_, order))| (dir, order)).collect())
    }

    /// The settings that hold for a file: those of the nearest folder.
    pub(super) fn at(&self, path: &Path) -> Option<ImportOrder> {
        match self.0.is_empty() {
            true => None,
            false => path
                .ancestors()
                .skip(1)
                .find_map(|dir| self.0.get(dir))
                .copied(),
        }
    }
}

/// Files that hold settings; the first that does counts.
const FILES: &[&[u8]] = &[
    b".isort.cfg",
    b"pyproject.toml",
    b"setup.cfg",
    b"tox.ini",
    b".ruff.toml",
    b"ruff.toml",
];

fn rank(name: &[u8]) -> Option<usize> {
    FILES.iter().position(|file| *file == name)
}

/// The settings of a file, and whether they are isort's own.
fn read(name: &[u8], text: &str) -> Option<(bool, ImportOrder)> {
    match name {
        b"pyproject.toml" => {
            let table = text.parse::<Table>().ok()?;
            let tool = table.get("tool")?;
            match (tool.get("isort"), tool.get("ruff")) {
                (Some(isort), _) => Some((true, of_isort(&|key| from_toml(isort, key)))),
                (None, Some(ruff)) => Some((false, of_ruff(ruff))),
                (None, None) => None,
            }
        }
        b"ruff.toml" | b".ruff.toml" => {
            let table = text.parse::<Table>().ok()?;
            Some((false, of_ruff(&Value::Table(table))))
        }
        _ => {
            let section = section_of(text, name == b".isort.cfg")?;
            let value = |key: &str| section.iter().find(|(known, _)| *known == key);
            let order = of_isort(&|key| value(key).map(|(_, value)| (*value).to_owned()));
            Some((true, order))
        }
    }
}

fn from_toml(table: &Value, key: &str) -> Option<String> {
    match table.get(key)? {
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// The lines of isort's section in an INI file.
fn section_of(text: &str, is_own: bool) -> Option<Vec<(&str, &str)>> {
    let mut found: Option<Vec<(&str, &str)>> = None;
    let mut inside = false;
    for line in text.lines() {
        let header = line
            .trim()
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(header) = header {
            inside = matches!(header, "isort" | "tool:isort") || is_own && header == "settings";
            if inside {
                found.get_or_insert_default();
            }
            continue;
        }
        if inside
            && let Some((key, value)) = line.split_once(['=', ':'])
            && let Some(lines) = &mut found
        {
            lines.push((key.trim(), value.trim()));
        }
    }
    found
}

fn of_isort(value: &dyn Fn(&str) -> Option<String>) -> ImportOrder {
    let profile = value("profile").unwrap_or_default();
    let set = |key: &str, otherwise: bool| match value(key) {
        Some(value) => matches!(
            &*value.to_lowercase(),
            "true" | "1" | "yes" | "y" | "on" | "t"
        ),
        None => otherwise,
    };
    let is_google = profile == "google";
    let is_plone = profile == "plone" || set("force_alphabetical_sort", false);
    let within_sections = set("force_sort_within_sections", is_google);
    ImportOrder {
        within_sections,
        from_first: set("from_first", is_plone),
        by_length: set("length_sort", false),
        single_lines: set("force_single_line", is_google || profile == "plone"),
        // Whole lines are compared within sections, and `order_by_type` decides by which letters.
        case_sensitive: match within_sections {
            true => set("order_by_type", !is_google),
            false => set("case_sensitive", false),
        },
        one_section: set("no_sections", is_plone),
        combines_aliases: set("combine_as_imports", profile == "django"),
        forms_apart: match value("lines_between_types") {
            Some(lines) => lines != "0" && !within_sections,
            None => is_plone || profile == "attrs",
        },
    }
}

fn of_ruff(ruff: &Value) -> ImportOrder {
    let lint = ruff.get("lint").unwrap_or(ruff);
    let isort = lint.get("isort").or_else(|| ruff.get("isort"));
    let set = |key: &str| {
        isort
            .and_then(|isort| isort.get(key))
            .and_then(Value::as_bool)
            .unwrap_or(false)
    };
    ImportOrder {
        within_sections: set("force-sort-within-sections"),
        from_first: set("from-first"),
        by_length: set("length-sort"),
        single_lines: set("force-single-line"),
        case_sensitive: set("case-sensitive"),
        one_section: set("no-sections"),
        combines_aliases: set("combine-as-imports"),
        forms_apart: isort
            .and_then(|isort| isort.get("lines-between-types"))
            .is_some_and(|lines| lines.as_integer() != Some(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, expected: Option<ImportOrder>) {
        let found = read(name.as_bytes(), text).map(|(_, order)| order);
        assert_eq!(found, expected);
    }

    #[test]
    fn settings_are_read_from_every_file_that_has_them() {
        let plain = ImportOrder::default();
        let within = ImportOrder {
            within_sections: true,
            ..plain
        };
        let exact = ImportOrder {
            case_sensitive: true,
            ..within
        };
        check("pyproject.toml", "[project]\nname = \"a\"\n", None);
        check(
            "pyproject.toml",
            "[tool.isort]\nprofile = \"black\"\n",
            Some(plain),
        );
        let text = "[tool.isort]\nforce_sort_within_sections = true\n";
        check("pyproject.toml", text, Some(exact));
        let text = "[tool.ruff.lint.isort]\nforce-sort-within-sections = true\n";
        check("pyproject.toml", text, Some(within));
        let text = "[lint.isort]\nforce-sort-within-sections = true\n";
        check("ruff.toml", text, Some(within));
        let text = "[flake8]\nmax = 3\n[isort]\nforce_sort_within_sections = True\nknown =\n  a\n";
        check("setup.cfg", text, Some(exact));
        check("tox.ini", "[tox]\nforce_sort_within_sections = 1\n", None);
        let text = "[settings]\nforce_sort_within_sections=1\norder_by_type = false\n";
        check(".isort.cfg", text, Some(within));
    }

    #[test]
    fn a_profile_stands_for_its_settings() {
        let google = ImportOrder {
            within_sections: true,
            single_lines: true,
            ..ImportOrder::default()
        };
        check("setup.cfg", "[isort]\nprofile = google\n", Some(google));
        let text = "[isort]\nprofile = google\nforce_single_line = false\n";
        let several = ImportOrder {
            single_lines: false,
            ..google
        };
        check("setup.cfg", text, Some(several));
    }
}
