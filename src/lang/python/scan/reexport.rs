//! `from m import N as N`, which type checkers take for a promise to give `N` on: they do not take
//! `from m import New as N` for one, but an assignment they do.

use std::collections::BTreeSet;

use super::*;

/// What is assigned behind the imports: the statement that it follows from, and the line.
pub(super) type Assignment = (u32, String);

impl<'a> Scanner<'a> {
    /// The name that the thing is imported by where `local = …` gives it on; `None` where an alias
    /// must do.
    pub(super) fn given_on_as(
        &self,
        variable: &Variable,
        moved: &[(Bound, Moved<'a>)],
        target: &str,
    ) -> Option<String> {
        let local = self.facts.name(variable.symbol.1);
        let all = self.facts.all.as_ref();
        let is_listed = all.is_some_and(|all| all.iter().any(|name| name == local));
        let is_from = |bound: &Bound| self.facts.imports[bound.import as usize].module.is_some();
        let is_roomy = |(bound, _): &(Bound, Moved)| {
            is_from(bound) && self.is_reexport(bound) && self.editor.has_lines_behind(bound.import)
        };
        let is_alone = variable.bound.len() == moved.len() && moved.iter().all(is_roomy);
        if is_listed || !is_alone || !self.is_typed() || variable.symbol.0 != facts::MODULE {
            return None;
        }
        let spots = [variable.symbol.0];
        let new = last(target);
        let names = [new.to_owned(), format!("_{}", new.trim_start_matches('_'))];
        let mut names = names.into_iter();
        names.find(|name| self.has_room(name, target, variable.symbol.0, &spots))
    }

    /// Whether type checkers read the file for what it gives to others.
    fn is_typed(&self) -> bool {
        let project = self.place.project;
        let Some(file) = self.place.file.filter(|_| !self.names.is_stub) else {
            return self.names.is_stub;
        };
        let folders = project.files()[file].ancestors().skip(1);
        let mut inside = folders.take_while(|folder| folder.starts_with(project.root()));
        inside.any(|folder| project.id(&folder.join("py.typed")).is_some())
    }

    /// The lines behind the imports, with what else is inserted at their places: by its offset, the
    /// statement that it belongs to and the text.
    pub(super) fn assign(
        &mut self,
        orders: &BTreeMap<u32, Order<'a>>,
        inserted: &mut BTreeMap<usize, (u32, String)>,
    ) {
        let mut assigned: BTreeSet<usize> = BTreeSet::new();
        for (index, line) in std::mem::take(&mut self.assignments) {
            let import = &self.facts.imports[index as usize];
            let Some(order) = orders.get(&import.suite) else {
                continue;
            };
            let anchor = order.behind_imports(index);
            let is_first = assigned.insert(anchor.offset);
            let is_apart = is_first && self.editor.indent(import).is_empty();
            let apart = is_apart.then(String::new);
            let addition = Addition {
                above: apart.into_iter().collect(),
                entry: Entry {
                    module: String::new(),
                    names: None,
                    line,
                },
            };
            let there = inserted.entry(anchor.offset);
            let (leader, text) = there.or_insert((index, String::new()));
            let leader = *leader;
            text.push_str(&self.editor.insertion(index, anchor.side, &[vec![addition]]));
            self.unite(leader, index);
        }
    }
}
