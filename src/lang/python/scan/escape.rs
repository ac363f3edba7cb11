//! A module that goes where no reading follows it: into an attribute, a list, a function.

use std::collections::BTreeSet;

use super::*;
use crate::lang::python::facts::ScopeKind;

impl<'a> Scanner<'a> {
    /// Leaves what may be read of a module that something else than a name holds: each `.N` of the
    /// file of which nobody knows the object.
    pub(super) fn leave_escaped(&mut self, variables: &[Variable]) {
        let strings = self.facts.handed.iter().map(|&at| &self.facts.strings[at]);
        let given = strings.map(|it| it.value(self.text).into());
        let held = variables.iter().flat_map(|variable| self.escaped(variable));
        let modules: BTreeSet<String> = given.chain(held).collect();
        for module in modules {
            self.leave_read_of(&module);
        }
    }

    /// The modules that go out of a variable.
    fn escaped(&self, variable: &Variable) -> Vec<String> {
        let mut modules: Vec<String> = variable
            .uses
            .iter()
            .map(|&index| &self.facts.uses[index])
            .filter(|used| !used.tested && !used.deleted && !used.bound)
            .filter(|used| self.facts.given(used).next().is_none())
            .map(|used| chained(&variable.bound[0].path, used))
            .filter(|path| self.place.plan.leads_to_moved(path))
            .collect();
        // An attribute of a class is read of the class, and of whatever is one.
        if self.facts.scopes[variable.symbol.0 as usize].kind == ScopeKind::Class {
            let given = variable.bound.iter().map(|bound| bound.path.clone());
            modules.extend(given.filter(|path| self.place.plan.leads_to_moved(path)));
        }
        modules
    }

    /// Leaves what is read of something unknown under the name of what leaves a module: where the
    /// module moves as a whole, that is what has another name or another place behind it.
    fn leave_read_of(&mut self, module: &str) {
        let whole = self.moved(module).map(|moved| moved.dotted());
        let moves = self.place.plan.moves_of(crate::plan::Dialect::Python);
        let names: Vec<&str> = moves
            .filter(|mv| mv.from.module == module)
            .filter_map(|mv| mv.from.name.as_deref())
            .collect();
        for name in names {
            let Some(to) = self.moved(&format!("{module}.{name}")) else {
                continue;
            };
            let follows = |whole: &String| format!("{whole}.{name}") == to.dotted();
            if whole.as_ref().is_some_and(follows) {
                continue;
            }
            let places = self.unknown_reads(name);
            let places = places.filter(|&at| !self.is_ignored(at, Code::Usage, &to));
            let path = format!("{module}.{name}");
            let sites = places.map(|at| self.site(Code::Usage, at, &path, &to));
            let sites: Vec<Site> = sites.collect();
            let reason = format!("`{module}` is handed on in this file: it may be read of that");
            self.leave(sites, reason);
        }
    }

    /// Where `name` is read of something that nothing is known of.
    fn unknown_reads(&self, name: &str) -> impl Iterator<Item = TextRange> {
        let (facts, text) = (self.facts, self.text);
        let name = name.to_owned();
        let dotted = format!(".{name}");
        let starts: Vec<usize> = text.match_indices(&dotted).map(|(at, _)| at).collect();
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        starts.into_iter().filter_map(move |dot| {
            let at = TextRange::at(
                ruff_text_size::TextSize::try_from(dot + 1).ok()?,
                ruff_text_size::TextSize::of(&*name),
            );
            let end = at.end().to_usize();
            let object = text[..dot].trim_end_matches([' ', '\t']);
            let object = &object[object.trim_end_matches(is_word).len()..];
            // A method's own object is no module.
            let is_own = matches!(object, "self" | "cls");
            let is_object = !object.is_empty() && !matches!(object, "from" | "import")
                || text[..dot].trim_end().ends_with([')', ']']);
            let covers = |range: &TextRange| range.contains_range(at);
            let is_known = facts.texts.iter().any(covers)
                || facts.imports.iter().any(|import| covers(&import.range))
                || facts
                    .uses
                    .iter()
                    .any(|used| used.attrs.iter().any(|attr| covers(&attr.range)));
            (is_object && !is_own && !is_known && !text[end..].starts_with(is_word)).then_some(at)
        })
    }
}
