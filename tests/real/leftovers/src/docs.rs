//! Documentation: the code in its fences, and its links.

use ra_ap_syntax::Edition;

use crate::{Leftover, Legacy, walk};

/// What rustdoc does not take for Rust, of the words behind a fence.
const RUST: &[&str] = &[
    "rust",
    "should_panic",
    "no_run",
    "ignore",
    "compile_fail",
    "edition2015",
    "edition2018",
    "edition2021",
    "edition2024",
    "standalone",
    "test_harness",
];

/// A line of a doc comment without its marks.
pub fn without_marks(line: &str) -> &str {
    let line = line.trim_start();
    for mark in ["///", "//!", "/**", "/*!", "*"] {
        if let Some(rest) = line.strip_prefix(mark) {
            return rest.trim_end_matches("*/");
        }
    }
    line.trim_end_matches("*/")
}

/// What is left in the code of a text's fences; `before` lines stand before the text.
pub fn fences(text: &str, before: usize, edition: Edition, legacy: &Legacy) -> Vec<Leftover> {
    let mut found = Vec::new();
    let mut code: Option<(String, usize, bool, String)> = None;
    // A fence that nothing closes ends with the text.
    let end = open_fence(text).unwrap_or_default();
    for (number, line) in text.lines().chain([end.as_str()]).enumerate() {
        let bare = line.trim_start();
        match &mut code {
            None if bare.starts_with("```") || bare.starts_with("~~~") => {
                let fence: String = bare.chars().take_while(|&c| c == '`' || c == '~').collect();
                let mut words =
                    bare[fence.len()..].split([',', ' ', '{', '}']).filter(|word| !word.is_empty());
                let is_rust = words.all(|word| RUST.contains(&word) || word.starts_with("ignore-"));
                code = Some((String::new(), number, is_rust, fence));
            }
            Some((inside, begins, is_rust, fence)) if bare.starts_with(fence.as_str()) => {
                if *is_rust {
                    let left = walk::file(&format!("fn main() {{\n{inside}}}\n"), edition, legacy);
                    let moved = |one: Leftover| Leftover { line: one.line + *begins + before, ..one };
                    found.extend(left.into_iter().map(moved));
                }
                code = None;
            }
            Some((inside, ..)) => {
                // rustdoc hides these lines, and compiles them.
                let shown = bare.strip_prefix("# ").or_else(|| (bare == "#").then_some("")).unwrap_or(line);
                inside.push_str(shown);
                inside.push('\n');
            }
            None => {}
        }
    }
    found
}

/// What would close the fence that is open at the end of a text.
fn open_fence(text: &str) -> Option<String> {
    text.lines().fold(None, |open, line| {
        let bare = line.trim_start();
        match open {
            Some(fence) => Some(fence).filter(|fence: &String| !bare.starts_with(fence.as_str())),
            None if bare.starts_with("```") || bare.starts_with("~~~") => {
                Some(bare.chars().take_while(|&c| c == '`' || c == '~').collect())
            }
            None => None,
        }
    })
}

/// The paths that intra-doc links lead to, with their line.
pub fn links(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let defined: Vec<&str> = text.lines().filter_map(|line| Some(definition(line)?.0)).collect();
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        if let Some((_, target)) = definition(line) {
            found.extend(path(target).map(|path| (number, path)));
            continue;
        }
        for (at, _) in line.match_indices('[') {
            let Some(end) = line[at..].find(']').map(|end| at + end) else { continue };
            let label = &line[at + 1..end];
            let rest = &line[end + 1..];
            let target = match rest.chars().next() {
                Some('(') => rest[1..].split(')').next(),
                // `[text][label]`: the label is looked at on its own.
                Some('[') => None,
                _ if defined.contains(&label) => None,
                _ => Some(label),
            };
            found.extend(target.and_then(path).map(|path| (number, path)));
        }
    }
    found
}

/// `[label]: target`
fn definition(line: &str) -> Option<(&str, &str)> {
    let (label, target) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    Some((label, target.trim()))
}

fn path(text: &str) -> Option<Vec<String>> {
    let text = text.trim_matches('`');
    let text = text.split_once('@').map_or(text, |(_, path)| path);
    let text = text.trim_end_matches("()").trim_end_matches('!');
    let text = text.split('#').next().unwrap_or(text).trim_start_matches("::");
    let is_path = text.contains("::") && text.chars().all(|c| c == ':' || c == '_' || c.is_alphanumeric());
    is_path.then(|| text.split("::").map(str::to_owned).collect())
}
