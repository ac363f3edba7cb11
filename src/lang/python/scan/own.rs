//! What the module that has the canonical thing says of it by a legacy path: an import left over
//! from a cycle, a chain through the legacy module. It has the thing under a name of its own.
//!
//! Where the module takes the thing from the legacy path when it is imported, that is where the
//! thing is made yet, and such imports stay.

use ruff_text_size::TextSize;

use super::*;
use crate::lang::python::facts::{MODULE, ScopeKind};
use crate::project::ModulePath;

/// What the file itself has of something that moved.
struct Own<'a> {
    moved: Moved<'a>,
    name: String,
}

impl<'a> Scanner<'a> {
    pub(super) fn own(&mut self, variable: &Variable) {
        let owns: Vec<Option<Own<'a>>> = variable
            .bound
            .iter()
            .map(|bound| self.owned(&bound.path))
            .collect();
        let is_dotted = |bound: &Bound| {
            let import = &self.facts.imports[bound.import as usize];
            import.module.is_none() && self.is_plain_alias(bound)
        };
        match owns.iter().any(Option::is_some) && !variable.bound.iter().all(is_dotted) {
            true => self.own_aliases(variable, owns),
            false => {
                self.own_chains(variable);
                self.leave_itself(variable);
            }
        }
    }

    /// Leaves imports of the module itself: it has no name for what it is as a whole.
    fn leave_itself(&mut self, variable: &Variable) {
        for bound in &variable.bound {
            let changes = self.statements.get(&bound.import);
            let change = changes.and_then(|it| it.changes.get(bound.alias as usize));
            let Some(moved) = self.place.moved(&bound.path) else {
                continue;
            };
            // It stays for what wraps something of the legacy module.
            let is_wrapping = |&used: &usize| {
                let used = &self.facts.uses[used];
                let own = self.owned(&chained(&bound.path, used));
                own.is_some_and(|own| self.wraps(used.scope, &own))
            };
            if variable.uses.iter().any(is_wrapping) {
                continue;
            }
            let names = crate::lang::python::module_names(self.place);
            let is_itself = names.contains(&moved.dotted())
                && !names.contains(&moved.mv.from.module)
                && crate::lang::python::is_own(self.place, &moved);
            if is_itself
                && change != Some(&Change::Drop)
                && !self.is_ignored(self.alias_range(bound), Code::Import, &moved)
            {
                let at = self.alias_range(bound);
                let site = self.site(Code::Import, at, &bound.path, &moved);
                self.leave(
                    vec![site],
                    "it is imported from its own module here".to_owned(),
                );
            }
        }
    }

    /// What the file calls the thing at a path that moved into it.
    fn owned(&self, path: &str) -> Option<Own<'a>> {
        let moved = self.place.moved(path)?;
        let name = crate::lang::python::own_name(self.place, &moved)?;
        Some(Own { moved, name })
    }

    /// Imports of what the file has itself: they go, and their uses take its own name.
    fn own_aliases(&mut self, variable: &Variable, owns: Vec<Option<Own<'a>>>) {
        let local = self.facts.name(variable.symbol.1).to_owned();
        let is_whole = owns.iter().all(Option::is_some);
        let found: Vec<(&Bound, Own<'a>)> = variable
            .bound
            .iter()
            .zip(owns)
            .collect::<Vec<_>>()
            .into_iter()
            .filter_map(|(bound, own)| Some((bound, own?)))
            .filter(|(bound, own)| {
                !self.is_ignored(self.alias_range(bound), Code::Import, &own.moved)
            })
            .collect();
        let Some((_, first)) = found.first() else {
            return;
        };
        if variable.symbol.0 == MODULE && (local == first.name || self.is_fed(&first.name)) {
            return; // this is what gives the canonical path its thing
        }
        let mut scopes = variable
            .uses
            .iter()
            .map(|&used| self.facts.uses[used].scope);
        if is_whole && !variable.uses.is_empty() && scopes.all(|scope| self.wraps(scope, first)) {
            return;
        }
        let name = first.name.clone();
        let uses: Vec<usize> = variable.uses.clone();
        let reason = match is_whole && found.len() == variable.bound.len() {
            false => Some(format!("`{local}` is imported from several places")),
            true => self
                .keeps_alias(variable, &found)
                .or_else(|| self.hides_own(&name, &found[0].1.moved, variable, &uses)),
        };
        let sites: Vec<Site> = found
            .iter()
            .map(|(bound, own)| {
                self.site(
                    Code::Import,
                    self.alias_range(bound),
                    &bound.path,
                    &own.moved,
                )
            })
            .collect();
        if let Some(reason) = reason {
            self.leave(sites, reason);
            return;
        }
        let mut group = found[0].0.import;
        for (bound, _) in &found {
            group = self.unite(group, bound.import);
            self.change(bound, Change::Drop);
        }
        self.group(group).sites.extend(sites);
        if local == name {
            return;
        }
        for index in uses {
            let used = &self.facts.uses[index];
            if used.held.is_none() {
                let site = self.site(Code::Usage, used.range, &found[0].0.path, &found[0].1.moved);
                let group = self.group(group);
                group.edits.push(Edit::replace(range(used.range), &*name));
                group.sites.push(site);
            }
        }
    }

    /// Why a variable cannot give way to the module's own name, whatever that is.
    fn keeps_alias(&self, variable: &Variable, found: &[(&Bound, Own<'a>)]) -> Option<String> {
        let (scope, id) = variable.symbol;
        let facts = self.facts;
        let local = facts.name(id);
        let target = found[0].1.moved.dotted();
        let bindings = facts.bindings(variable.symbol);
        let is_declared = facts
            .declared
            .iter()
            .any(|(symbol, _)| *symbol == variable.symbol);
        // What is read of it may have moved elsewhere.
        let strays = || {
            let mut uses = variable.uses.iter().map(|&used| &facts.uses[used]);
            uses.any(|used| {
                let path = chained(&variable.bound[0].path, used);
                let rest = &path[variable.bound[0].path.len()..];
                self.place.canonical(&path) != format!("{target}{rest}")
            })
        };
        match () {
            () if !facts.problems.is_empty() => Some("the file does not parse".to_owned()),
            () if target.matches('.').count() != self.depth()
                || found.iter().any(|(_, own)| own.moved.dotted() != target) =>
            {
                Some("it is imported from its own module here".to_owned())
            }
            () if scope == MODULE => Some(format!(
                "this module has `{}` itself, and `{local}` is another name of it",
                found[0].1.name
            )),
            () if bindings.len() != variable.bound.len() || is_declared => {
                Some(format!("`{local}` is bound otherwise as well"))
            }
            () if strays() => Some(format!("what is read of `{local}` moved elsewhere")),
            () => self.names.keeps_name(variable.symbol),
        }
    }

    /// How many dots lead to a name of this module.
    fn depth(&self) -> usize {
        let names = crate::lang::python::module_names(self.place);
        names
            .first()
            .map_or(0, |name| name.matches('.').count() + 1)
    }

    /// Uses of what the file has itself, through a module.
    fn own_chains(&mut self, variable: &Variable) {
        let mut rewritten: Vec<usize> = Vec::new();
        let mut left: Vec<(Site, String)> = Vec::new();
        let paths = self.roots(variable);
        let Some(root) = paths.first().cloned() else {
            return;
        };
        let is_one = paths.iter().all(|path| *path == root);
        let group = variable.bound[0].import;
        for &index in &variable.uses {
            let used = &self.facts.uses[index];
            let dotted = chained(&root, used);
            let Some(own) = self.owned(&dotted) else {
                continue;
            };
            let at = use_range(used);
            if self.is_ignored(at, Code::Usage, &own.moved)
                || self.is_fed(&own.name) && self.is_eager(used.scope)
                || self.wraps(used.scope, &own)
            {
                continue;
            }
            let site = self.site(Code::Usage, at, &dotted, &own.moved);
            let reason = match is_one && !self.is_mixed(variable) {
                false => Some(format!(
                    "`{}` is bound otherwise as well",
                    self.facts.name(variable.symbol.1)
                )),
                true => self
                    .keeps_chain(used, &root, &own)
                    .or_else(|| self.hides_own(&own.name, &own.moved, variable, &[index])),
            };
            let until = self.own_until(used, &root, &own);
            match (reason, until) {
                (None, Some(end)) => {
                    let here = range(used.range).start..end.to_usize();
                    let group = self.group(group);
                    group.edits.push(Edit::replace(here, &*own.name));
                    group.sites.push(site);
                    rewritten.push(index);
                }
                (reason, _) => {
                    let reason =
                        reason.unwrap_or_else(|| "what is read of it moved elsewhere".to_owned());
                    left.push((site, reason));
                }
            }
        }
        for (site, reason) in left {
            self.leave(vec![site], reason);
        }
        if !rewritten.is_empty() {
            self.drop_holders(variable, &rewritten, group);
        }
    }

    /// What the variable's first name stands for, by each of its imports.
    fn roots(&self, variable: &Variable) -> Vec<String> {
        variable
            .bound
            .iter()
            .map(|bound| bound.path.clone())
            .collect()
    }

    /// Where a chain has named the thing: what follows is read of it, and stays.
    fn own_until(&self, used: &Use, root: &str, own: &Own<'a>) -> Option<TextSize> {
        let target = own.moved.dotted();
        let mut path = root.to_owned();
        let mut rest = used.attrs.iter();
        while let Some(attr) = rest.next() {
            path.push('.');
            path.push_str(&attr.name);
            let canonical = self.place.canonical(&path);
            if canonical.matches('.').count() == self.depth() && last(&canonical) == own.name {
                let behind: String = rest.map(|attr| format!(".{}", attr.name)).collect();
                return (target == format!("{canonical}{behind}")).then_some(attr.range.end());
            }
        }
        None
    }

    fn keeps_chain(&self, used: &Use, root: &str, own: &Own<'a>) -> Option<String> {
        let is_quoted = used.attrs.iter().any(|attr| attr.quoted);
        // `legacy.Old = …` binds a name of the module, and no variable of a function.
        let ends_there = self.own_until(used, root, own) == Some(use_range(used).end());
        let is_bound = (used.bound || used.deleted) && ends_there;
        match () {
            () if !self.facts.problems.is_empty() => Some("the file does not parse".to_owned()),
            () if is_quoted || used.held.is_some() => {
                Some("the legacy module is handed on here".to_owned())
            }
            () if is_bound => Some("a name of the legacy module is bound here".to_owned()),
            () => None,
        }
    }

    /// Takes imports away that nothing needs any more: all that was used through them is the file's
    /// own.
    fn drop_holders(&mut self, variable: &Variable, rewritten: &[usize], group: u32) {
        let is_needed = self.names.keeps_name(variable.symbol).is_some()
            || self.is_mixed(variable)
            || !self.names.is_plain(variable.symbol);
        let is_all = variable.uses.iter().all(|used| rewritten.contains(used));
        if is_needed || !is_all {
            return;
        }
        let mut group = group;
        for bound in &variable.bound {
            let alias = &self.facts.imports[bound.import as usize].names[bound.alias as usize];
            // Another module below the same first name may be imported for its own sake.
            let is_through = rewritten.iter().all(|&used| {
                let dotted = chained(&bound.path, &self.facts.uses[used]);
                let whole = match &self.facts.imports[bound.import as usize].module {
                    None if alias.asname.is_none() => &*alias.name,
                    _ => &*bound.path,
                };
                crate::plan::under(&dotted, whole)
            });
            if is_through {
                group = self.unite(group, bound.import);
                self.change(bound, Change::Drop);
            }
        }
    }

    /// Whether the module takes its own name from the legacy path, or from anywhere else that leads
    /// to what moves, when it is imported.
    fn is_fed(&self, name: &str) -> bool {
        let project = self.place.project;
        let bound = self
            .place
            .file
            .and_then(|file| project.outline(file)?.names.get(name));
        bound.is_some_and(|bound| {
            let mut imported = bound.imported.iter();
            imported.any(|(module, name)| {
                self.place
                    .moved(&self.place.absolute(module, name))
                    .is_some()
            })
        })
    }

    /// Whether code of a scope runs while the module is imported.
    fn is_eager(&self, scope: ScopeId) -> bool {
        let mut around = self.facts.outwards(scope);
        !around.any(|scope| self.facts.scopes[scope as usize].kind == ScopeKind::Function)
    }

    /// Whether code of a scope is that of the canonical thing itself, and the legacy one is another thing
    /// yet: `def new(): return legacy.old()` would call itself.
    fn wraps(&self, scope: ScopeId, own: &Own<'a>) -> bool {
        let scopes = &self.facts.scopes;
        let outer = self.facts.outwards(scope).filter(|&it| {
            let kind = scopes[it as usize].kind;
            !matches!(kind, ScopeKind::Module | ScopeKind::TypeParams)
        });
        let outermost = outer.last();
        let name = outermost.and_then(|it| self.named_at(scopes[it as usize].range.start()));
        name == Some(&*own.name) && self.is_apart(&own.moved)
    }

    /// The name of the function or the class whose body begins at a place, or of a lambda there.
    fn named_at(&self, at: TextSize) -> Option<&str> {
        const HEADS: &[&str] = &["def ", "async def ", "class "];
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let (before, body) = self.text.split_at_checked(at.to_usize())?;
        if body.starts_with("lambda") {
            let name = before.trim_end().strip_suffix('=')?.trim_end();
            return name.rsplit(|c| !is_part(c)).next();
        }
        let mut lines = before.rsplit('\n').map(str::trim_start);
        let name = lines.find_map(|line| HEADS.iter().find_map(|head| line.strip_prefix(head)))?;
        name.trim_start().split(|c| !is_part(c)).next()
    }

    /// Whether the legacy module has the thing by itself, and does not take it from the canonical one.
    fn is_apart(&self, moved: &Moved<'a>) -> bool {
        let (place, project) = (self.place, self.place.project);
        let from = moved.mv.from.dotted();
        let legacy = match moved.rest.is_empty() {
            true => from,
            false => format!("{from}.{}", moved.rest),
        };
        let Some((file, rest)) = project.split(&legacy, place.file) else {
            return false;
        };
        let Some(outline) = project.outline(file) else {
            return false;
        };
        let target = moved.dotted();
        let leads_here = |module: &ModulePath, name: &str| {
            let paths = project.absolute(Some(file), module).into_iter();
            let mut paths = paths.map(|module| place.canonical(&format!("{module}.{name}")));
            paths.any(|path| path == target)
        };
        let name = crate::lang::python::first(rest);
        if let Some(bound) = outline.names.get(name) {
            let mut imported = bound.imported.iter();
            return !imported.any(|(module, name)| leads_here(module, name));
        }
        // Of a module that moves with all that is in it, not all names were read.
        let mut stars = outline.imports.iter().filter(|import| import.star);
        let is_whole = moved.mv.from.name.is_none() && !name.is_empty();
        is_whole && !outline.dynamic && !stars.any(|import| leads_here(&import.module, name))
    }

    /// Why the module's own name cannot be read where a variable is used; `None` where it can.
    fn hides_own(
        &self,
        name: &str,
        moved: &Moved<'a>,
        variable: &Variable,
        uses: &[usize],
    ) -> Option<String> {
        let facts = self.facts;
        let Some(id) = facts
            .id(name)
            .filter(|&id| facts.scopes[MODULE as usize].has(id))
        else {
            return Some(format!("nothing in this module binds `{name}`"));
        };
        let bindings = facts.bindings((MODULE, id));
        let is_import = |kind: BindingKind| matches!(kind, BindingKind::Import(..));
        let target = moved.dotted();
        let imports = bindings.iter().filter(|binding| is_import(binding.kind));
        let mut imports = imports.peekable();
        let is_other = imports.peek().is_some()
            && !bindings.iter().all(|binding| match binding.kind {
                BindingKind::Import(import, alias) => {
                    let import = &facts.imports[import as usize];
                    let path = self.place.denoted(import, &import.names[alias as usize]);
                    crate::plan::under(&target, &self.place.canonical(&path))
                }
                _ => false,
            });
        if is_other {
            return Some(format!("`{name}` is bound otherwise as well"));
        }
        for &index in uses {
            let used = &facts.uses[index];
            if self.is_eager(used.scope) {
                return Some(format!("`{name}` may not be there yet where this runs"));
            }
            let inside = facts
                .outwards(used.scope)
                .take_while(|&scope| scope != MODULE);
            for scope in inside.filter(|&scope| (scope, id) != variable.symbol) {
                let here = &facts.scopes[scope as usize];
                if here.has(id) || here.nonlocals.contains(&id) {
                    return Some(format!("`{name}` is something else where it would stand"));
                }
            }
        }
        None
    }
}
