//! `from m import N as N`, which type checkers take for a promise to give `N` on: they do not take
//! `from m import New as N` for one, but an assignment they do.

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
        let all = self.facts.outline.all.as_ref();
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

    /// The lines behind the imports, each with its place.
    pub(super) fn assign(
        &mut self,
        orders: &BTreeMap<u32, Order<'a>>,
        anchored: &mut BTreeMap<Anchor, Vec<(u32, Addition)>>,
    ) {
        for (index, line) in std::mem::take(&mut self.assignments) {
            let import = &self.facts.imports[index as usize];
            let Some(order) = orders.get(&import.suite) else {
                continue;
            };
            let anchor = order.behind_imports(index);
            let same = anchored.keys().find(|other| other.offset == anchor.offset);
            let anchor = same.copied().unwrap_or(anchor);
            let there = anchored.entry(anchor).or_default();
            let follows = there.iter().any(|(_, before)| before.module.is_empty());
            let is_apart = !follows && self.editor.indent(import).is_empty();
            let apart = is_apart.then(String::new);
            let addition = Addition {
                module: String::new(),
                is_from: false,
                lines: apart.into_iter().chain([line]).collect(),
            };
            there.push((index, addition));
        }
    }
}
