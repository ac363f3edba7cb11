//! Whether a variable may take another name: the rules of scopes, and of who else reads it.

use ruff_text_size::TextRange;

use super::facts::{Binding, BindingKind, Facts, MODULE, NameId, ScopeId, ScopeKind, SymbolId};
use super::meaning::Place;

/// Whether a name can be bound in a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Room {
    /// Nothing else has it.
    Free,
    /// It is bound there already, and means the same: by this import statement.
    Same(u32),
    /// Something else has it, and this is what to tell the user.
    Taken(String),
}

/// What decides about the names of one file.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) place: Place<'a>,
    pub(super) facts: &'a Facts,
    pub(super) text: &'a str,
    pub(super) is_stub: bool,
}

impl Names<'_> {
    /// Whether `new` can be bound in `owner` to what `meaning` names, and seen from all `seen_from`.
    pub(super) fn room(
        self,
        new: &str,
        meaning: &str,
        owner: ScopeId,
        seen_from: &[ScopeId],
    ) -> Room {
        let facts = self.facts;
        if let Some(star) = self.foreign_star(owner) {
            return Room::Taken(format!(
                "`from {star} import *` may bind `{new}`, so the local name stays"
            ));
        }
        let taken = || {
            Room::Taken(format!(
                "`{new}` is taken where it would stand, so the local name stays"
            ))
        };
        if owner == MODULE && self.hides_submodule(new, meaning) {
            return taken();
        }
        let Some(id) = facts.id(new) else {
            return Room::Free;
        };
        let home = &facts.scopes[owner as usize];
        if owner != MODULE && (home.globals.contains(&id) || home.nonlocals.contains(&id)) {
            return taken();
        }
        let mut same = None;
        if home.has(id) {
            let bindings = facts.bindings((owner, id));
            match self.imported_as(bindings, meaning) {
                Some(import) => same = Some(import),
                None => return taken(),
            }
        }
        for &from in seen_from {
            for scope in facts.outwards(from).take_while(|&scope| scope != owner) {
                let scope = &facts.scopes[scope as usize];
                if scope.has(id) || scope.globals.contains(&id) || scope.nonlocals.contains(&id) {
                    return taken();
                }
            }
        }
        // A use that would find the new binding, and finds another one today.
        let captured = facts.loads.iter().chain(&facts.quoted_loads).any(|load| {
            load.name == id
                && load.owner() != Some(owner)
                && facts.within(load.scope, owner)
                && load
                    .owner()
                    .is_none_or(|found| found != owner && facts.within(owner, found))
        });
        match same {
            Some(import) => Room::Same(import),
            None if captured => taken(),
            None => Room::Free,
        }
    }

    /// Whether the file is a package's own, and `new` the name of a module in it that is not meant.
    fn hides_submodule(self, new: &str, meaning: &str) -> bool {
        let project = self.place.project;
        let Some(file) = self.place.file.filter(|&file| project.is_package(file)) else {
            return false;
        };
        let mut packages = project.module_names(file);
        packages.any(|package| {
            let inside = format!("{package}.{new}");
            inside != meaning && project.has_module(&inside)
        })
    }

    /// The import statement that binds a name to `meaning`, where nothing else binds it.
    fn imported_as(self, bindings: &[Binding], meaning: &str) -> Option<u32> {
        let mut first = None;
        for binding in bindings {
            let BindingKind::Import(import, alias) = binding.kind else {
                return None;
            };
            let statement = &self.facts.imports[import as usize];
            let path = self
                .place
                .denoted(statement, &statement.names[alias as usize]);
            let canonical = match statement.module {
                Some(_) => self.place.canonical(&path),
                None => self.place.canonical_module(&path),
            };
            if canonical != meaning {
                return None;
            }
            first = first.or(Some(import));
        }
        first
    }

    /// A star import at the level of the module from a place whose names nobody here knows.
    fn foreign_star(self, owner: ScopeId) -> Option<String> {
        if owner != MODULE {
            return None;
        }
        let project = self.place.project;
        let stars = self.place.stars(self.facts);
        stars.into_iter().find_map(|(_, module)| {
            let file = project.module(&module, self.place.file);
            let known = file.is_some_and(|file| {
                let outline = project.outline(file);
                outline.is_some_and(|outline| {
                    !outline.dynamic && !outline.imports.iter().any(|import| import.star)
                })
            });
            (!known && !self.place.concerns_module(&module)).then_some(module)
        })
    }

    /// Why the variable must keep its name, whatever the new one is; `None` where it need not.
    pub(super) fn keeps_name(self, symbol: SymbolId) -> Option<String> {
        let (scope, id) = symbol;
        let facts = self.facts;
        let name = facts.name(id);
        if facts.scopes[scope as usize].kind == ScopeKind::Class {
            return Some(format!(
                "`{name}` is an attribute of a class, so the local name stays"
            ));
        }
        self.public(symbol).or_else(|| self.unseen(symbol))
    }

    /// Who needs the variable under its name where no edit can follow: whoever reads it from outside
    /// of the file, a class body that binds the name as well, and text that may be code.
    pub(super) fn needed(self, symbol: SymbolId) -> Option<String> {
        self.exported(symbol).or_else(|| self.unseen(symbol))
    }

    fn unseen(self, (scope, id): SymbolId) -> Option<String> {
        let name = self.facts.name(id);
        if self.facts.scopes[scope as usize].entangled.contains(&id) {
            return Some(format!(
                "a class body both reads and binds `{name}`, so the local name stays"
            ));
        }
        self.text_use(name)
    }

    /// Why a name may be used by its text, where no edit can follow it.
    pub(super) fn text_use(self, name: &str) -> Option<String> {
        let facts = self.facts;
        let is_prose = |range: TextRange| {
            self.text[range].starts_with('#')
                || facts.docstrings.iter().any(|at| at.contains_range(range))
        };
        let mut texts = facts.texts.iter();
        if facts.reflective
            && texts.any(|&range| has_word(&self.text[range], name) && !is_prose(range))
        {
            return Some(format!(
                "`{name}` may be looked up by its text here, so the local name stays"
            ));
        }
        let is_code = |line: &&str| {
            let line = line.trim_start();
            line.starts_with(">>>") || line.starts_with("...")
        };
        let mut opaque = facts.opaque.iter().map(|&range| &self.text[range]);
        if opaque.any(|text| match text.contains(">>> ") {
            true => text
                .lines()
                .filter(is_code)
                .any(|line| has_word(line, name)),
            false => has_word(text, name),
        }) {
            return Some(format!(
                "a doctest, a magic or an annotation in pieces uses `{name}`, so the local name stays"
            ));
        }
        None
    }

    /// Why others may read the variable from outside of the file; `None` where they cannot.
    pub(super) fn public(self, symbol: SymbolId) -> Option<String> {
        let file = self.place.file.filter(|_| symbol.0 == MODULE);
        if file.is_some_and(|file| self.place.project.is_package(file)) {
            let name = self.facts.name(symbol.1);
            return Some(format!(
                "`{name}` is a name of the package, so the local name stays"
            ));
        }
        self.exported(symbol)
    }

    /// Who reads the variable from outside of the file, as far as anyone is known to.
    pub(super) fn exported(self, (scope, id): SymbolId) -> Option<String> {
        match scope {
            MODULE => self.read_elsewhere(self.facts.name(id)),
            _ => None,
        }
    }

    /// Who reads a name of the module from outside of the file, as far as anyone is known to.
    pub(super) fn read_elsewhere(self, name: &str) -> Option<String> {
        let all = self.facts.all.as_ref();
        if all.is_some_and(|all| all.iter().any(|item| item == name)) {
            return Some(format!("`{name}` is in `__all__`, so the local name stays"));
        }
        if self.facts.computed_all && !name.starts_with('_') {
            return Some(format!(
                "`__all__` takes all names that are there, so the local name `{name}` stays"
            ));
        }
        if self.place.project.is_read(self.place.file?, name) {
            return Some(format!(
                "another file reads `{name}` from here, so the local name stays"
            ));
        }
        None
    }

    /// Whether every binding of a variable is an import, or stands in for one.
    pub(super) fn is_plain(self, symbol: SymbolId) -> bool {
        let bindings = self.facts.bindings(symbol);
        let imports: Vec<&Binding> = bindings
            .iter()
            .filter(|binding| matches!(binding.kind, BindingKind::Import(..)))
            .collect();
        bindings.iter().all(|binding| match binding.kind {
            BindingKind::Import(..)
            | BindingKind::Nothing
            | BindingKind::Placeholder
            | BindingKind::Deletion => true,
            BindingKind::Definition => imports.iter().any(|import| {
                let shared = |branch| import.branches.contains(branch);
                binding.branches.iter().any(shared)
            }),
            BindingKind::Other => false,
        })
    }

    /// Whether the variable can be called `new` from now on, by all who use it.
    pub(super) fn rename(self, symbol: SymbolId, new: &str, meaning: &str) -> Room {
        if let Some(why) = self.keeps_name(symbol) {
            return Room::Taken(why);
        }
        if !self.is_plain(symbol) {
            let name = self.facts.name(symbol.1);
            return Room::Taken(format!(
                "`{name}` is bound otherwise as well, so the local name stays"
            ));
        }
        if new.starts_with("__") && !new.ends_with("__") {
            return Room::Taken(format!("`{new}` means another name inside of a class"));
        }
        let spots = self.spots(symbol);
        let is_import = |binding: &Binding| matches!(binding.kind, BindingKind::Import(..));
        match self.room(new, meaning, symbol.0, &spots) {
            // What stands in for the one would be given to the other.
            Room::Same(_) if !self.facts.bindings(symbol).iter().all(is_import) => Room::Taken(
                format!("`{new}` is imported here already, so the local name stays"),
            ),
            room => room,
        }
    }

    /// The scopes in which a variable is used.
    pub(super) fn spots(self, (scope, name): SymbolId) -> Vec<ScopeId> {
        let uses = self.facts.uses.iter();
        let mut spots: Vec<ScopeId> = uses
            .filter(|used| used.owner == Some(scope) && used.name == name)
            .map(|used| used.scope)
            .chain(self.binding_scopes((scope, name)))
            .collect();
        spots.sort_unstable();
        spots.dedup();
        spots
    }

    /// The scopes whose statements bind a variable: a `global` name is bound from inside functions.
    fn binding_scopes(self, (owner, name): (ScopeId, NameId)) -> Vec<ScopeId> {
        let imports = self.facts.bindings((owner, name)).iter();
        imports
            .filter_map(|binding| match binding.kind {
                BindingKind::Import(import, _) => Some(self.facts.imports[import as usize].scope),
                _ => None,
            })
            .collect()
    }
}

/// Whether `word` stands in `text` as a whole identifier.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
