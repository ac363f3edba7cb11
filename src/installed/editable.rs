//! Distributions that are installed by naming their source tree: where the code really lies.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::distributions::Distribution;

/// Where a source tree keeps its packages.
const LAYOUTS: &[&str] = &["", "src", "python", "lib"];

/// Where the package `module` of an editable distribution may lie, beside the search path.
pub(super) fn packages(of: &Distribution, module: &str) -> Vec<PathBuf> {
    let mut packages = mapped(of, module);
    if let Some(project) = project(&of.info) {
        let below: PathBuf = module.split('.').collect();
        packages.extend(
            LAYOUTS
                .iter()
                .map(|layout| project.join(layout).join(&below)),
        );
    }
    packages
}

/// `direct_url.json` (PEP 610).
#[derive(Deserialize)]
struct DirectUrl {
    url: String,
    dir_info: Option<DirInfo>,
}

#[derive(Deserialize)]
struct DirInfo {
    #[serde(default)]
    editable: bool,
}

/// The source tree that an editable installation names.
fn project(info: &Path) -> Option<PathBuf> {
    let text = std::fs::read_to_string(info.join("direct_url.json")).ok()?;
    let direct: DirectUrl = serde_json::from_str(&text).ok()?;
    direct.dir_info.filter(|dir| dir.editable)?;
    let path = direct.url.strip_prefix("file://")?;
    let path = unescaped(path.strip_prefix("localhost").unwrap_or(path));
    // `file:///C:/tree`
    let drive = path
        .strip_prefix('/')
        .filter(|it| it.as_bytes().get(1) == Some(&b':'));
    Some(PathBuf::from(drive.unwrap_or(&path)))
}

/// The text of a URL without `%20` and its like.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).filter(|_| *first == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Where the import hooks of a distribution say that `module` lies. A hook is a file of Python that
/// its `RECORD` lists beside the packages; in its text the name of a package is followed by a path:
/// `MAPPING = {'app': '/tree/src/app'}` of setuptools, `map_module('app', '/tree/app/__init__.py')`
/// of editables.
fn mapped(of: &Distribution, module: &str) -> Vec<PathBuf> {
    let record = std::fs::read_to_string(of.info.join("RECORD")).unwrap_or_default();
    let names = record.lines().filter_map(|line| line.split(',').next());
    let hooks = names.filter(|name| {
        let is_beside = !name.contains(['/', '\\', '"']);
        is_beside && name.starts_with('_') && name.ends_with(".py")
    });
    let mut packages = Vec::new();
    for hook in hooks {
        let text = std::fs::read_to_string(of.at.join(hook)).unwrap_or_default();
        for pair in literals(&text).windows(2) {
            let Some(rest) = module.strip_prefix(pair[0].as_str()) else {
                continue;
            };
            let path = Path::new(&pair[1]);
            if path.is_absolute() && (rest.is_empty() || rest.starts_with('.')) {
                let package = match path.ends_with("__init__.py") {
                    true => path.parent().unwrap_or(path),
                    false => path,
                };
                let below = rest.split('.').filter(|name| !name.is_empty());
                packages.push(below.fold(package.to_owned(), |dir, name| dir.join(name)));
            }
        }
    }
    packages
}

/// The short string literals of a text of Python, without comments.
fn literals(text: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' => {
                chars.by_ref().find(|&c| c == '\n');
            }
            '\'' | '"' => {
                let mut literal = String::new();
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => literal.extend(chars.next()),
                        '\n' => break,
                        _ if inner == c => break,
                        _ => literal.push(inner),
                    }
                }
                literals.push(literal);
            }
            _ => {}
        }
    }
    literals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_a_hook_are_read_in_their_order() {
        let text = "MAPPING: dict[str, str] = {'app': '/a b/it\\'s', \"c\": r'x'} # 'no'\n''\n";
        assert_eq!(literals(text), ["app", "/a b/it's", "c", "x", ""]);
    }

    #[test]
    fn a_url_becomes_a_path() {
        assert_eq!(unescaped("/a%20b/%C3%A4%"), "/a b/ä%");
    }
}
