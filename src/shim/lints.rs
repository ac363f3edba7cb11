//! What linters are told of legacy paths: no stub makes both mypy and pyright flag a moved class.

use std::collections::BTreeMap;

use super::modules::{LegacyModule, Standing};
use super::python::quoted;
use super::survey::Survey;
use crate::generated::sealed;
use crate::plan::{Dialect, Move, Plan};

/// The moves of a package: each legacy path, and what to say of it.
pub(super) struct Moves {
    paths: BTreeMap<String, String>,
    modules: Vec<String>,
}

/// The moves whose legacy modules have their runtime in `owner`.
pub(super) fn moves(
    plan: &Plan,
    survey: &Survey<'_>,
    owner: &str,
    modules: &[LegacyModule],
) -> Moves {
    let is_module = |mv: &Move| {
        let path = mv.from.dotted();
        mv.from.name.is_some() && (plan.is_homonym(mv) || survey.users_module(&path).is_some())
    };
    let mut moves = Moves {
        paths: BTreeMap::new(),
        modules: Vec::new(),
    };
    let owned = modules
        .iter()
        .filter(|module| module.runtime_owner == owner);
    let owned: BTreeMap<&str, &LegacyModule> = owned
        .map(|module| (module.dotted.as_str(), module))
        .collect();
    for mv in plan.moves_of(Dialect::Python) {
        let Some(module) = owned.get(mv.from.module.as_str()) else {
            continue;
        };
        let moved = mv
            .from
            .name
            .as_ref()
            .and_then(|name| module.names.get(name));
        let versions = moved.map_or(&module.versions, |moved| &moved.versions);
        let since = match versions.since.as_str() {
            "" => String::new(),
            since => format!(" in {since}"),
        };
        let text = format!("It moved to {}{since}.", mv.to.dotted());
        // Linters tell no symbol from a module of its path.
        if !is_module(mv) {
            moves.paths.insert(mv.from.dotted(), text);
        }
        let is_gone = !matches!(module.standing, Standing::Busy(_));
        if mv.from.name.is_none() && is_gone {
            moves.modules.push(mv.from.module.clone());
        }
    }
    moves.modules.sort();
    moves
}

/// TID251 of ruff: a file to extend, or to paste from; empty where there is nothing to tell it.
pub(super) fn ruff(moves: &Moves) -> String {
    if moves.paths.is_empty() {
        return String::new();
    }
    let paths = moves.paths.iter();
    let lines = paths.map(|(path, text)| format!("{}.msg = {}\n", quoted(path), quoted(text)));
    let body = format!(
        "[lint]\nextend-select = [\"TID251\"]\n\n[lint.flake8-tidy-imports.banned-api]\n{}",
        lines.collect::<String>()
    );
    sealed("#", &body)
}

/// W4901 of pylint, which knows modules only; empty where none moved.
pub(super) fn pylint(moves: &Moves) -> String {
    match moves.modules.is_empty() {
        true => String::new(),
        false => {
            let modules = moves.modules.join(",\n    ");
            sealed(
                "#",
                &format!("[IMPORTS]\ndeprecated-modules=\n    {modules}\n"),
            )
        }
    }
}
