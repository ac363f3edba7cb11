//! How a package has its code formatted, as it tells rustfmt: what decides where an import stands.

use std::path::Path;

use toml::{Table, Value};

/// The longest line where nothing else is said.
pub const MAX_WIDTH: usize = 100;

/// What rustfmt is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Format {
    /// The edition whose style it is.
    pub style: u16,
    /// The longest line.
    pub width: usize,
}

impl Format {
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
        let width = table.get("max_width").and_then(Value::as_integer);
        Self {
            style: named.or(two).unwrap_or(edition),
            width: width
                .and_then(|width| usize::try_from(width).ok())
                .unwrap_or(MAX_WIDTH),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, style: u16, width: usize) {
        let table: Table = text.parse().expect("a table");
        assert_eq!(
            Format::read(&table, 2021),
            Format { style, width },
            "{text}"
        );
    }

    #[test]
    fn settings_go_before_the_edition() {
        check("", 2021, 100);
        check("style_edition = \"2024\"\nmax_width = 80", 2024, 80);
        check("version = \"Two\"\nedition = \"2018\"", 2024, 100);
        check("style_edition = 2024\nmax_width = \"80\"", 2021, 100);
    }
}
