//! How a project sorts its imports, as it tells isort or ruff: the settings that decide where a
//! statement stands. What lies beneath a folder with settings follows them.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use toml::{Table, Value};

use super::file_name;

/// Settings of isort, or of ruff's rules of that name, called as isort calls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOrder {
    /// Ruff's rules: modules are compared within sections, and not whole lines.
    pub is_ruff: bool,
    /// By module, whatever the form of the statement.
    pub force_sort_within_sections: bool,
    /// Within sections, `from a import b` stands where `import a.b` would.
    pub lexicographical: bool,
    /// Within sections, the names that a statement takes do not count.
    pub group_by_package: bool,
    /// `from …` before `import …`.
    pub from_first: bool,
    /// The shorter before the longer.
    pub length_sort: bool,
    /// The same for `import …` alone.
    pub length_sort_straight: bool,
    /// The same for some sections.
    pub length_sort_sections: Vec<String>,
    /// A statement a name.
    pub force_single_line: bool,
    /// Modules whose names share a statement nevertheless.
    pub single_line_exclusions: Vec<String>,
    /// Capitals before small letters in names.
    pub case_sensitive: bool,
    /// Constants, classes, the rest; and within sections, whether the case of a line counts.
    pub order_by_type: bool,
    /// Names that a statement takes are compared without their case and kind.
    pub force_alphabetical_sort_within_sections: bool,
    /// Within sections, the case of modules and names counts as it does elsewhere.
    pub honor_case_in_force_sorted_sections: bool,
    /// `.a` before `..a`.
    pub reverse_relative: bool,
    /// Within sections, the dots of a relative module are set apart as elsewhere.
    pub sort_relative_in_force_sorted_sections: bool,
    /// Modules and names that go first.
    pub force_to_top: Vec<String>,
    /// Names that are constants, however they are written.
    pub constants: Vec<String>,
    /// Names that are classes.
    pub classes: Vec<String>,
    /// Names that are neither.
    pub variables: Vec<String>,
    /// The standard library, what is installed and the project's own in one.
    pub no_sections: bool,
    /// Names with an alias stand among others.
    pub combine_as_imports: bool,
    /// `import …` and `from …` of a section stand apart: some `lines_between_types`.
    pub types_apart: bool,
    /// Names that a statement takes stay as they were written.
    pub no_inline_sort: bool,
    /// Statements of a section stay as they were written.
    pub only_sections: bool,
    /// The last first.
    pub reverse_sort: bool,
    /// Digits are letters as others: the `sort_order` is Python's own.
    pub native_sort: bool,
}

impl Default for ImportOrder {
    fn default() -> Self {
        Self {
            is_ruff: false,
            force_sort_within_sections: false,
            lexicographical: false,
            group_by_package: false,
            from_first: false,
            length_sort: false,
            length_sort_straight: false,
            length_sort_sections: Vec::new(),
            force_single_line: false,
            single_line_exclusions: Vec::new(),
            case_sensitive: false,
            order_by_type: true,
            force_alphabetical_sort_within_sections: false,
            honor_case_in_force_sorted_sections: false,
            reverse_relative: false,
            sort_relative_in_force_sorted_sections: false,
            force_to_top: Vec::new(),
            constants: Vec::new(),
            classes: Vec::new(),
            variables: Vec::new(),
            no_sections: false,
            combine_as_imports: false,
            types_apart: false,
            no_inline_sort: false,
            only_sections: false,
            reverse_sort: false,
            native_sort: false,
        }
    }
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
    pub(super) fn at(&self, path: &Path) -> Option<&ImportOrder> {
        match self.0.is_empty() {
            true => None,
            false => path.ancestors().skip(1).find_map(|dir| self.0.get(dir)),
        }
    }
}

/// Files that hold settings; the first that does counts.
const FILES: &[&[u8]] = &[
    b".isort.cfg",
    b"pyproject.toml",
    b"setup.cfg",
    b"tox.ini",
    b".editorconfig",
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
            let section = section_of(text, name)?;
            // Of several values the last counts, as in `configparser`.
            let value = |key: &str| section.iter().rev().find(|(known, _)| *known == key);
            let order = of_isort(&|key| value(key).map(|(_, value)| value.clone()));
            // Most of what is in an `.editorconfig` is no word to isort.
            let is_meant = name != b".editorconfig" || order != ImportOrder::default();
            is_meant.then_some((true, order))
        }
    }
}

/// A value as an INI file would have it: the items of a list with commas.
fn from_toml(table: &Value, key: &str) -> Option<String> {
    fn text(value: &Value) -> Option<String> {
        match value {
            Value::Boolean(yes) => Some(yes.to_string()),
            Value::Integer(number) => Some(number.to_string()),
            Value::String(text) => Some(text.clone()),
            _ => None,
        }
    }
    match table.get(key)? {
        Value::Array(items) => Some(items.iter().filter_map(text).collect::<Vec<_>>().join(",")),
        value => text(value),
    }
}

/// Whether a section of an INI file is isort's.
fn is_section(file: &[u8], header: &str) -> bool {
    match file {
        b".isort.cfg" => matches!(header, "settings" | "isort"),
        b".editorconfig" => match header.strip_prefix("*.{") {
            Some(kinds) => kinds
                .trim_end_matches('}')
                .split(',')
                .any(|kind| kind.trim() == "py"),
            None => matches!(header, "*" | "*.py" | "**.py"),
        },
        _ => matches!(header, "isort" | "tool:isort"),
    }
}

/// The keys and values of isort's sections in an INI file.
fn section_of(text: &str, file: &[u8]) -> Option<Vec<(String, String)>> {
    let mut found: Option<Vec<(String, String)>> = None;
    let mut inside = false;
    for line in text.lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        // A value goes on in lines that are indented.
        if line.starts_with([' ', '\t'])
            && inside
            && let Some((_, value)) = found.as_mut().and_then(|found| found.last_mut())
        {
            value.push(',');
            value.push_str(bare);
            continue;
        }
        let header = bare
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(header) = header {
            inside = is_section(file, header);
            if inside {
                found.get_or_insert_default();
            }
            continue;
        }
        if inside
            && let Some((key, value)) = bare.split_once(['=', ':'])
            && let Some(lines) = &mut found
        {
            lines.push((key.trim_end().to_lowercase(), value.trim_start().to_owned()));
        }
    }
    found
}

/// What a profile of isort says of the order; those that are not here say nothing of it.
const PROFILES: &[(&str, &[(&str, &str)])] = &[
    (
        "appnexus",
        &[
            ("force_sort_within_sections", "true"),
            ("order_by_type", "false"),
            ("reverse_relative", "true"),
            ("sort_relative_in_force_sorted_sections", "true"),
        ],
    ),
    ("attrs", &[("lines_between_types", "1")]),
    ("django", &[("combine_as_imports", "true")]),
    (
        "google",
        &[
            ("force_single_line", "true"),
            ("force_sort_within_sections", "true"),
            ("lexicographical", "true"),
            (
                "single_line_exclusions",
                "collections.abc,six.moves,typing,typing_extensions",
            ),
            ("order_by_type", "false"),
            ("group_by_package", "true"),
        ],
    ),
    (
        "open_stack",
        &[
            ("force_single_line", "true"),
            ("force_sort_within_sections", "true"),
            ("lexicographical", "true"),
        ],
    ),
    (
        "plone",
        &[
            ("force_alphabetical_sort", "true"),
            ("force_single_line", "true"),
        ],
    ),
];

fn of_isort(value: &dyn Fn(&str) -> Option<String>) -> ImportOrder {
    let profile = value("profile").unwrap_or_default();
    let profile = PROFILES.iter().find(|(name, _)| *name == profile);
    let profile = profile.map_or(&[][..], |(_, settings)| settings);
    let value = |key: &str| {
        let preset = profile.iter().find(|(known, _)| *known == key);
        value(key).or_else(|| preset.map(|(_, value)| (*value).to_owned()))
    };
    let set_or = |key: &str, otherwise: bool| match value(key) {
        Some(value) => matches!(
            &*value.to_lowercase(),
            "true" | "1" | "yes" | "y" | "on" | "t"
        ),
        None => otherwise,
    };
    let set = |key: &str| set_or(key, false);
    let list = |key: &str| {
        let value = value(key).unwrap_or_default();
        let items = value.split([',', '\n']).map(str::trim);
        let items = items.filter(|item| !item.is_empty());
        items.map(str::to_owned).collect::<Vec<String>>()
    };
    // It stands for four others, whatever those say.
    let is_alphabetical = set("force_alphabetical_sort");
    let force_sort_within_sections = set("force_sort_within_sections");
    let lines_between_types = value("lines_between_types").is_some_and(|lines| lines != "0");
    ImportOrder {
        is_ruff: false,
        force_sort_within_sections,
        lexicographical: set("lexicographical"),
        group_by_package: set("group_by_package"),
        from_first: is_alphabetical || set("from_first"),
        length_sort: set("length_sort"),
        length_sort_straight: set("length_sort_straight"),
        length_sort_sections: list("length_sort_sections"),
        force_single_line: set("force_single_line"),
        single_line_exclusions: list("single_line_exclusions"),
        case_sensitive: set("case_sensitive"),
        order_by_type: set_or("order_by_type", true),
        force_alphabetical_sort_within_sections: is_alphabetical
            || set("force_alphabetical_sort_within_sections"),
        honor_case_in_force_sorted_sections: set("honor_case_in_force_sorted_sections"),
        reverse_relative: set("reverse_relative"),
        sort_relative_in_force_sorted_sections: set("sort_relative_in_force_sorted_sections"),
        force_to_top: list("force_to_top"),
        constants: list("constants"),
        classes: list("classes"),
        variables: list("variables"),
        no_sections: is_alphabetical || set("no_sections"),
        combine_as_imports: set("combine_as_imports"),
        types_apart: (is_alphabetical || lines_between_types) && !force_sort_within_sections,
        no_inline_sort: set("no_inline_sort"),
        only_sections: set("only_sections"),
        reverse_sort: set("reverse_sort"),
        native_sort: value("sort_order").is_some_and(|order| order == "native"),
    }
}

fn of_ruff(ruff: &Value) -> ImportOrder {
    let lint = ruff.get("lint").unwrap_or(ruff);
    let isort = lint.get("isort").or_else(|| ruff.get("isort"));
    let value = |key: &str| isort.and_then(|isort| isort.get(key));
    let set_or = |key: &str, otherwise| value(key).and_then(Value::as_bool).unwrap_or(otherwise);
    let set = |key: &str| set_or(key, false);
    let list = |key: &str| {
        let items = value(key).and_then(Value::as_array);
        let items = items.into_iter().flatten().filter_map(Value::as_str);
        items.map(str::to_owned).collect::<Vec<String>>()
    };
    ImportOrder {
        is_ruff: true,
        force_sort_within_sections: set("force-sort-within-sections"),
        from_first: set("from-first"),
        length_sort: set("length-sort"),
        length_sort_straight: set("length-sort-straight"),
        force_single_line: set("force-single-line"),
        single_line_exclusions: list("single-line-exclusions"),
        case_sensitive: set("case-sensitive"),
        order_by_type: set_or("order-by-type", true),
        reverse_relative: value("relative-imports-order").and_then(Value::as_str)
            == Some("closest-to-furthest"),
        force_to_top: list("force-to-top"),
        constants: list("constants"),
        classes: list("classes"),
        variables: list("variables"),
        no_sections: set("no-sections"),
        combine_as_imports: set("combine-as-imports"),
        types_apart: value("lines-between-types")
            .is_some_and(|lines| lines.as_integer() != Some(0)),
        ..ImportOrder::default()
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
        let within = || ImportOrder {
            force_sort_within_sections: true,
            ..ImportOrder::default()
        };
        let ruff = ImportOrder {
            is_ruff: true,
            ..within()
        };
        let letters = ImportOrder {
            order_by_type: false,
            ..within()
        };
        check("pyproject.toml", "[project]\nname = \"a\"\n", None);
        check(
            "pyproject.toml",
            "[tool.isort]\nprofile = \"black\"\n",
            Some(plain),
        );
        let text = "[tool.isort]\nforce_sort_within_sections = true\n";
        check("pyproject.toml", text, Some(within()));
        let text = "[tool.ruff.lint.isort]\nforce-sort-within-sections = true\n";
        check("pyproject.toml", text, Some(ruff.clone()));
        let text = "[lint.isort]\nforce-sort-within-sections = true\n";
        check("ruff.toml", text, Some(ruff));
        let text = "[flake8]\nmax = 3\n[isort]\nforce_sort_within_sections = True\nknown =\n  a\n";
        check("setup.cfg", text, Some(within()));
        check("tox.ini", "[tox]\nforce_sort_within_sections = 1\n", None);
        let text = "[settings]\nforce_sort_within_sections=1\norder_by_type = false\n";
        check(".isort.cfg", text, Some(letters));
        let text = "root = true\n[*]\nindent_size = 4\n[*.{js,py}]\nforce_sort_within_sections=1\n";
        check(".editorconfig", text, Some(within()));
        check(".editorconfig", "[*]\nindent_size = 4\n", None);
    }

    #[test]
    fn lists_are_read_in_every_form() {
        let top = ImportOrder {
            force_to_top: vec!["a".to_owned(), "b.c".to_owned()],
            ..ImportOrder::default()
        };
        for text in [
            "[isort]\nforce_to_top = a, b.c\n",
            "[isort]\nforce_to_top =\n    # first\n    a\n    b.c\n",
            "[isort]\nforce_to_top = a\n\tb.c,\n",
        ] {
            check("setup.cfg", text, Some(top.clone()));
        }
        let text = "[tool.isort]\nforce_to_top = [\"a\", \"b.c\"]\n";
        check("pyproject.toml", text, Some(top.clone()));
        let text = "[tool.isort]\nforce_to_top = \"a,b.c\"\n";
        check("pyproject.toml", text, Some(top));
    }

    #[test]
    fn a_profile_stands_for_its_settings() {
        let open_stack = ImportOrder {
            force_sort_within_sections: true,
            force_single_line: true,
            lexicographical: true,
            ..ImportOrder::default()
        };
        let text = "[isort]\nprofile = open_stack\nforce_single_line = false\n";
        let several = ImportOrder {
            force_single_line: false,
            ..open_stack.clone()
        };
        check("setup.cfg", text, Some(several));
        let text = "[isort]\nprofile = open_stack\n";
        check("setup.cfg", text, Some(open_stack));
        // It sets others, even against their own word.
        let plone = ImportOrder {
            force_alphabetical_sort_within_sections: true,
            force_single_line: true,
            from_first: true,
            no_sections: true,
            types_apart: true,
            ..ImportOrder::default()
        };
        let text = "[isort]\nprofile = plone\nno_sections = false\n";
        check("setup.cfg", text, Some(plone));
    }
}
