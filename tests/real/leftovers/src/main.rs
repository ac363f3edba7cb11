//! Lists what in a tree still leads to a legacy path, by rust-analyzer's parser: in code of every
//! configuration, in macros, in doc comments and in Markdown.
//!
//! It follows imports by name and knows no types; what it lists is `path:line: kind: legacy path`.
//! No code is shared with the tool that it judges.

mod docs;
mod scope;
mod walk;

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use ra_ap_syntax::Edition;

/// The legacy paths, as segments.
pub struct Legacy(Vec<Vec<String>>);

impl Legacy {
    fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_else(|error| fail(file, &error));
        let split = |line: &str| line.split("::").map(str::to_owned).collect();
        Self(text.lines().filter(|line| !line.is_empty()).map(split).collect())
    }

    /// The legacy path that `path` is, or leads through.
    pub fn of(&self, path: &[String]) -> Option<String> {
        let found = self.0.iter().find(|legacy| path.starts_with(legacy))?;
        Some(found.join("::"))
    }
}

/// What is left at one place.
pub struct Leftover {
    pub line: usize,
    pub kind: &'static str,
    pub legacy: String,
}

fn fail(path: &Path, error: &dyn std::fmt::Display) -> ! {
    eprintln!("leftovers: {}: {error}", path.display());
    process::exit(2)
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [edition, legacy, root] = arguments.as_slice() else {
        eprintln!("usage: leftovers EDITION LEGACY-PATHS ROOT");
        process::exit(2)
    };
    let root = Path::new(root);
    let edition: Edition = edition.parse().unwrap_or_else(|_| fail(root, &"no such edition"));
    let legacy = Legacy::read(Path::new(legacy));
    let mut files = Vec::new();
    collect(root, &mut files);
    files.sort();
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let found = match file.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => walk::file(&text, edition, &legacy),
            Some("md") => docs::fences(&text, 0, edition, &legacy),
            _ => continue,
        };
        let name = file.strip_prefix(root).unwrap_or(&file).display();
        for one in found {
            println!("{name}:{}: {}: {}", one.line, one.kind, one.legacy);
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| fail(folder, &error));
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != ".rehome" {
            collect(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}
