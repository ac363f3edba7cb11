//! Names as the two languages allow them.

use unicode_ident::{is_xid_continue, is_xid_start};

const PYTHON_KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

const RUST_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Why `name` is no identifier of Python; `None` where it is one.
pub(super) fn python(name: &str) -> Option<String> {
    if PYTHON_KEYWORDS.contains(&name) {
        return Some(format!("`{name}` is a keyword of Python"));
    }
    identifier(name)
}

/// Why `name` is no identifier of Rust; `None` where it is one.
pub(super) fn rust(name: &str) -> Option<String> {
    if let Some(raw) = name.strip_prefix("r#") {
        return match raw {
            "crate" | "self" | "super" | "Self" => {
                Some(format!("`{raw}` cannot be a raw identifier"))
            }
            _ => identifier(raw),
        };
    }
    if matches!(name, "crate" | "self" | "super") {
        return Some(format!(
            "a path begins with the crate's name, not with `{name}`"
        ));
    }
    if RUST_KEYWORDS.contains(&name) {
        return Some(format!("`{name}` is a keyword of Rust; write `r#{name}`"));
    }
    identifier(name)
}

fn identifier(name: &str) -> Option<String> {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || is_xid_start(c));
    match starts && chars.all(is_xid_continue) {
        true => None,
        false if name.is_empty() => Some("a name is missing here".to_owned()),
        false => Some(format!("`{name}` is not an identifier")),
    }
}

/// The candidate that `word` is most likely a misspelling of.
pub(super) fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let ranked = candidates
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate));
    let limit = (word.chars().count() / 3).max(2);
    let (best, candidate) = ranked.min()?;
    (best <= limit).then_some(candidate)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
