//! How far names are seen that a file declares, imports or gives on, where they are not public.

use std::collections::BTreeMap;

use super::facts::{Bound, Statement};
use super::names::{Names, paths_of_variants};
use super::tree::plain;
use crate::plan::{Dialect, Move, below};
use crate::project::narrower;

/// Paths of the names of the file's modules, each with the module in which it is seen; `a::*` is
/// what stars of `a` give.
pub(super) fn limits(names: &Names<'_>) -> Vec<(Box<str>, Box<str>)> {
    let facts = names.facts;
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    // Of two things of one path, or of a thing in two configurations, the one that more see counts.
    let mut add = |path: String, limit: Option<String>| {
        found
            .entry(path)
            .and_modify(|known| {
                if narrower(known.clone(), limit.clone()) == *known {
                    known.clone_from(&limit);
                }
            })
            .or_insert(limit);
    };
    for (index, binding) in facts.bindings.iter().enumerate() {
        if !names.is_of_module(index) {
            continue;
        }
        let module = names.module(binding.module);
        let path = format!("{module}::{}", binding.name);
        match binding.kind {
            Bound::Item | Bound::Module => {
                let limit = facts.limits.get(&index);
                add(path, limit.map(|it| names.within(binding.module, it)));
            }
            Bound::Leaf { statement, .. } if facts.statements[statement].public => {
                add(path, names.limit_of(&facts.statements[statement]));
            }
            Bound::Leaf { .. } | Bound::Local => {}
        }
    }
    for (binding, path) in paths_of_variants(facts, |module| names.module(module)) {
        let limit = facts.limits.get(&binding);
        let module = facts.bindings[binding].module;
        add(path, limit.map(|it| names.within(module, it)));
    }
    for statement in &facts.statements {
        let is_star = statement.public && statement.leaves.iter().any(|leaf| leaf.glob);
        if is_star && statement.visible == facts.modules[statement.module].body {
            let path = format!("{}::*", names.module(statement.module));
            add(path, names.limit_of(statement));
        }
    }
    let limited = found.into_iter();
    limited
        .filter_map(|(path, limit)| Some((path.into(), limit?.into())))
        .collect()
}

impl Names<'_> {
    /// The module that `pub(…)` in a module of the file means by what stands in its brackets;
    /// without any, the module itself.
    pub(super) fn within(&self, module: usize, written: &str) -> String {
        let mut path = self.module(module).to_owned();
        for (nth, word) in written.split("::").map(str::trim).enumerate() {
            match plain(word) {
                "" | "self" => {}
                "super" => path.truncate(path.rfind("::").unwrap_or(path.len())),
                "crate" => path.clone_from(&self.place.krate),
                // Edition 2015 begins at the root.
                name if nth == 0 => path = format!("{}::{name}", self.place.krate),
                name => path = format!("{path}::{name}"),
            }
        }
        path
    }

    /// The module in which all are that see an item of the file; `None` where it is public.
    pub(super) fn limit_here(&self, path: &str) -> Option<String> {
        let (module, name) = path.rsplit_once("::")?;
        let module = *self.by_path.get(module)?;
        let mut named = self.facts.named(name).iter();
        let binding =
            named.find(|&&it| self.facts.bindings[it].module == module && self.is_of_module(it))?;
        let limit = self.facts.limits.get(binding)?;
        Some(self.within(module, limit))
    }

    /// The module in which all are that see what an import binds or gives on; `None` where it is
    /// public.
    pub(super) fn limit_of(&self, statement: &Statement) -> Option<String> {
        if !statement.public {
            return Some(self.module(statement.module).to_owned());
        }
        let head = self.text.get(statement.keyword..statement.tree_at.start)?;
        let (_, inner) = head.strip_prefix("pub")?.split_once('(')?;
        let (written, _) = inner.split_once(')')?;
        let written = written.trim();
        let written = written.strip_prefix("in ").unwrap_or(written);
        Some(self.within(statement.module, written))
    }

    /// Whether what stands in a module can name a path of the project; what is not known can be named.
    pub(super) fn can_name(&self, path: &str, viewer: &str) -> bool {
        let ends = path.match_indices("::").map(|(end, _)| end).skip(1);
        ends.chain([path.len()]).all(|end| {
            let limit = self.project.rust_limit(&path[..end]);
            limit.is_none_or(|limit| below(viewer, &limit, "::"))
        })
    }

    /// The module in which all are that see a thing through an import of its name or of all names,
    /// where those are fewer than the import says.
    pub(super) fn narrowed(&self, statement: &Statement, mv: &Move) -> Option<String> {
        let project = self.project;
        let from = mv.from.path(Dialect::Rust);
        let ends = [from, mv.to.path(Dialect::Rust)].map(|path| project.rust_limit(&path));
        let [from, to] = ends;
        let of_thing = narrower(to, from)?;
        let own = self.limit_of(statement);
        let is_less = own.is_none_or(|own| own != of_thing && below(&of_thing, &own, "::"));
        is_less.then_some(of_thing)
    }

    /// What an import in a module says to be seen in the module `limit` and in those in it.
    pub(super) fn visibility(&self, module: usize, limit: &str) -> String {
        let own = self.module(module);
        let above = own.rsplit_once("::").map(|(above, _)| above);
        match limit {
            _ if limit == own || !below(own, limit, "::") => String::new(),
            _ if limit == self.place.krate => "pub(crate) ".to_owned(),
            _ if Some(limit) == above => "pub(super) ".to_owned(),
            _ => {
                let rest = limit.strip_prefix(&self.place.krate).unwrap_or(limit);
                format!("pub(in crate{rest}) ")
            }
        }
    }
}
