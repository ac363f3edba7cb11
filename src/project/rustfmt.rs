//! How a package has its code formatted, as it tells rustfmt: what decides where an import stands.

use std::path::Path;

use toml::{Table, Value};

/// The longest line where nothing else is said.
const MAX_WIDTH: usize = 100;

/// One step of indentation where nothing else is said.
const TAB_SPACES: usize = 4;

/// What rustfmt is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The edition whose style it is.
    pub style: u16,
    /// The longest line.
    pub width: usize,
    /// The columns of one step of indentation.
    pub tab_spaces: usize,
    /// A step is written as a tab.
    pub hard_tabs: bool,
    /// Imports are put in order.
    pub reorder_imports: bool,
}

impl Default for Format {
    fn default() -> Self {
        Self::of_edition(0)
    }
}

impl Format {
    /// What holds where nothing is said.
    pub fn of_edition(edition: u16) -> Self {
        Self {
            style: edition,
            width: MAX_WIDTH,
            tab_spaces: TAB_SPACES,
            hard_tabs: false,
            reorder_imports: true,
        }
    }

    /// The settings that hold in a folder: those of the nearest one above it that has some.
    pub(super) fn of(dir: &Path, edition: u16) -> Self {
        let files = dir
            .ancestors()
            .flat_map(|dir| [".rustfmt.toml", "rustfmt.toml"].map(|name| dir.join(name)));
        let mut texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
        let table = texts.next().and_then(|text| text.parse::<Table>().ok());
        Self::read(&table.unwrap_or_default(), edition)
    }

    fn read(table: &Table, edition: u16) -> Self {
        let text = |key: &str| table.get(key).and_then(Value::as_str);
        let named = text("style_edition").and_then(|edition| edition.parse().ok());
        // What the style of 2024 was called before it had its edition.
        let two = (text("version") == Some("Two")).then_some(2024);
        let columns = |key: &str| {
            let columns = table.get(key).and_then(Value::as_integer);
            columns.and_then(|columns| usize::try_from(columns).ok())
        };
        let flag = |key: &str| table.get(key).and_then(Value::as_bool);
        Self {
            style: named.or(two).unwrap_or(edition),
            width: columns("max_width").unwrap_or(MAX_WIDTH),
            tab_spaces: columns("tab_spaces").unwrap_or(TAB_SPACES),
            hard_tabs: flag("hard_tabs").unwrap_or_default(),
            reorder_imports: flag("reorder_imports").unwrap_or(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, style: u16, width: usize, tab_spaces: usize, hard_tabs: bool) {
        let table: Table = text.parse().expect("a table");
        let format = Format {
            style,
            width,
            tab_spaces,
            hard_tabs,
            reorder_imports: true,
        };
        assert_eq!(Format::read(&table, 2021), format, "{text}");
    }

    #[test]
    fn settings_go_before_the_edition() {
        check("", 2021, 100, 4, false);
        let own = "style_edition = \"2024\"\nmax_width = 80\ntab_spaces = 2";
        check(own, 2024, 80, 2, false);
        check("version = \"Two\"\nedition = \"2018\"", 2024, 100, 4, false);
        check(
            "style_edition = 2024\nmax_width = \"80\"",
            2021,
            100,
            4,
            false,
        );
        check("hard_tabs = true\ntab_spaces = -1", 2021, 100, 4, true);
    }

    #[test]
    fn imports_are_put_in_order_unless_a_flag_says_no() {
        let reorders = |text: &str| {
            let table: Table = text.parse().expect("a table");
            Format::read(&table, 2021).reorder_imports
        };
        assert!(reorders("reorder_imports = true") && reorders("reorder_modules = false"));
        assert!(!reorders("reorder_imports = false"));
    }
}
