//! How far macros of `macro_rules!` are seen: the names in their bodies mean what they mean there.

use std::collections::BTreeMap;

use super::names::Names;
use crate::project::{MacroReach, may_have_lines};

/// The bare names in bodies of macros that other files may use.
pub(super) fn names_for_others(names: &Names<'_>) -> BTreeMap<Box<str>, MacroReach> {
    let mut known: BTreeMap<&str, Option<MacroReach>> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for (name, of) in &names.facts.named_in {
        let reach = known.entry(of).or_insert_with(|| reach(names, of));
        if let Some(reach) = *reach {
            let most = all.entry(name.clone()).or_insert(reach);
            *most = reach.max(*most);
        }
    }
    all
}

/// How far the macros of a name are seen; `None` where no other file has them.
fn reach(names: &Names<'_>, name: &str) -> Option<MacroReach> {
    let facts = names.facts;
    let Some(rules) = facts.rules.get(name) else {
        return Some(MacroReach::Everywhere);
    };
    if rules.exported {
        return Some(MacroReach::Everywhere);
    }
    let is_given = names
        .file
        .is_none_or(|file| names.project.gives_rust_macros(file));
    let behind = names.text.get(rules.end..).unwrap_or_default();
    let is_seen = is_given
        || facts.gives_macros
        || rules.declares
        // The files of these modules are in the text, as it were.
        || may_have_lines(behind.as_bytes())
        || is_named_alone(names.text, name);
    is_seen.then_some(MacroReach::Crate)
}

/// Whether a text may name a macro without a call: in a `use`, or for another macro.
fn is_named_alone(text: &str, name: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let mut places = text.match_indices(name);
    places.any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + name.len()..]);
        let is_whole = !before.ends_with(is_part) && !behind.starts_with(is_part);
        let line = before.rfind('\n').map_or(before, |end| &before[end..]);
        let behind = behind.trim_start();
        let is_alias = behind
            .strip_prefix("as")
            .is_some_and(|rest| !rest.starts_with(is_part));
        is_whole
            && !line.trim_start().starts_with("//")
            && (is_alias || behind.starts_with([',', ';', ')', ']', '}', '/']))
    })
}
