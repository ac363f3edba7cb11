//! Facts and a plan → findings: each variable that an import of a moved thing binds, treated whole.

use std::collections::BTreeMap;

use ruff_text_size::TextRange;

use super::facts::{BindingKind, Facts, ScopeId, SymbolId, Use};
use super::imports::{Change, Editor, Imported, Statement, range};
use super::meaning::Place;
use super::names::{Names, Room};
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, LocalRename, Scan, Site};
use crate::plan::Moved;

/// All that is to be said of one file.
pub(super) fn scan(names: Names<'_>) -> Scan {
    let mut scanner = Scanner::new(names);
    scanner.symbols();
    scanner.stars();
    let mut findings = scanner.findings();
    super::strings::scan(names, &mut findings);
    findings.sort_by_key(Finding::start);
    Scan {
        findings,
        problems: names.facts.problems.clone(),
    }
}

/// An import's name that binds the variable in question.
#[derive(Debug, Clone)]
struct Bound {
    import: u32,
    alias: u32,
    /// What it stands for.
    path: String,
}

/// One variable that imports bind.
struct Variable {
    symbol: SymbolId,
    bound: Vec<Bound>,
    /// Places in `facts.uses`.
    uses: Vec<usize>,
}

/// What is found of statements that stand or fall together.
#[derive(Debug)]
struct Group {
    sites: Vec<Site>,
    edits: Vec<Edit>,
    confidence: Confidence,
    reason: Option<String>,
    renames: Vec<LocalRename>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            sites: Vec::new(),
            edits: Vec::new(),
            confidence: Confidence::Certain,
            reason: None,
            renames: Vec::new(),
        }
    }
}

struct Scanner<'a> {
    names: Names<'a>,
    place: Place<'a>,
    facts: &'a Facts,
    text: &'a str,
    editor: Editor<'a>,
    /// The statements that change, by their place in `facts.imports`.
    statements: BTreeMap<u32, Statement>,
    /// Union-find over import statements: those whose changes depend on each other.
    leader: Vec<u32>,
    groups: BTreeMap<u32, Group>,
    /// Findings without edits.
    manual: Vec<Finding>,
}

impl<'a> Scanner<'a> {
    fn new(names: Names<'a>) -> Self {
        let count = u32::try_from(names.facts.imports.len()).unwrap_or(u32::MAX);
        Self {
            names,
            place: names.place,
            facts: names.facts,
            text: names.text,
            editor: Editor {
                place: names.place,
                facts: names.facts,
                text: names.text,
            },
            statements: BTreeMap::new(),
            leader: (0..count).collect(),
            groups: BTreeMap::new(),
            manual: Vec::new(),
        }
    }

    /// The variables that imports bind, in the order of their first import.
    fn variables(&self) -> Vec<Variable> {
        let mut variables: Vec<Variable> = Vec::new();
        let mut places: rustc_hash::FxHashMap<SymbolId, usize> = rustc_hash::FxHashMap::default();
        for (index, import) in (0..).zip(&self.facts.imports) {
            for (at, alias) in (0..).zip(&import.names) {
                let local = match &import.module {
                    None if alias.asname.is_none() => super::first(&alias.name),
                    _ => alias.local(),
                };
                let Some(id) = self.facts.id(local) else {
                    continue;
                };
                let symbol = (self.facts.binds_in(import.scope, id), id);
                let place = *places.entry(symbol).or_insert_with(|| {
                    variables.push(Variable {
                        symbol,
                        bound: Vec::new(),
                        uses: Vec::new(),
                    });
                    variables.len() - 1
                });
                variables[place].bound.push(Bound {
                    import: index,
                    alias: at,
                    path: self.place.denoted(import, alias),
                });
            }
        }
        for (index, used) in self.facts.uses.iter().enumerate() {
            if let Some(owner) = used.owner
                && let Some(&place) = places.get(&(owner, used.name))
            {
                variables[place].uses.push(index);
            }
        }
        variables
    }

    fn symbols(&mut self) {
        for variable in self.variables() {
            let is_dotted = variable.bound.iter().any(|bound| {
                let import = &self.facts.imports[bound.import as usize];
                import.module.is_none() && import.names[bound.alias as usize].asname.is_none()
            });
            match is_dotted {
                true => self.dotted(&variable),
                false => self.object(&variable),
            }
        }
    }

    /// The move of `path`, where this file is not one of those that hold the thing itself.
    fn moved(&self, path: &str) -> Option<Moved<'a>> {
        let moved = self.place.plan.lookup(path)?;
        (!super::holds(self.place, moved.mv)).then_some(moved)
    }

    /// Whether the user wants no word about this place.
    fn is_ignored(&self, at: TextRange, code: Code, moved: &Moved) -> bool {
        self.facts.ignores.iter().any(|(line, rules)| {
            line.contains_range(at)
                && (rules.is_empty()
                    || rules
                        .iter()
                        .any(|rule| rule == code.as_str() || *rule == moved.mv.id))
        })
    }

    /// Whether a statement stands where the file does not parse.
    fn is_broken_at(&self, statement: u32) -> bool {
        let import = &self.facts.imports[statement as usize];
        let lines = range(super::trivia::line_of(self.text, import.range));
        let mut problems = self.facts.problems.iter();
        problems.any(|problem| lines.start <= problem.offset && problem.offset <= lines.end)
    }

    fn site(&self, code: Code, at: TextRange, path: &str, moved: &Moved) -> Site {
        Site {
            code,
            range: range(at),
            move_id: moved.mv.id.clone(),
            from: path.to_owned(),
            to: moved.dotted(),
        }
    }

    // Groups

    fn find(&self, mut statement: u32) -> u32 {
        while self.leader[statement as usize] != statement {
            statement = self.leader[statement as usize];
        }
        statement
    }

    fn unite(&mut self, one: u32, other: u32) -> u32 {
        let (one, other) = (self.find(one), self.find(other));
        let (low, high) = (one.min(other), one.max(other));
        if low != high {
            self.leader[high as usize] = low;
            if let Some(group) = self.groups.remove(&high) {
                let into = self.groups.entry(low).or_default();
                into.sites.extend(group.sites);
                into.edits.extend(group.edits);
                into.confidence = into.confidence.min(group.confidence);
                into.reason = into.reason.take().or(group.reason);
                into.renames.extend(group.renames);
            }
        }
        low
    }

    fn group(&mut self, statement: u32) -> &mut Group {
        let leader = self.find(statement);
        self.groups.entry(leader).or_default()
    }

    fn change(&mut self, bound: &Bound, change: Change) {
        let count = self.facts.imports[bound.import as usize].names.len();
        let statement = self.statements.entry(bound.import).or_default();
        statement.changes.resize(count, Change::Stay);
        statement.changes[bound.alias as usize] = change;
    }

    fn add(&mut self, import: u32, what: Imported) {
        let count = self.facts.imports[import as usize].names.len();
        let statement = self.statements.entry(import).or_default();
        statement.changes.resize(count, Change::Stay);
        if !statement.extra.contains(&what) {
            statement.extra.push(what);
        }
    }

    fn leave(&mut self, sites: Vec<Site>, reason: String) {
        if sites.is_empty() {
            return;
        }
        self.manual.push(Finding {
            sites,
            edits: Vec::new(),
            confidence: Confidence::Manual,
            reason: Some(reason),
            renames: Vec::new(),
            requires: None,
            imports: Vec::new(),
        });
    }

    // `from m import N [as L]`, `import m as L`

    fn object(&mut self, variable: &Variable) {
        let mut moved: Vec<(Bound, Moved<'a>)> = Vec::new();
        for bound in &variable.bound {
            if let Some(to) = self.moved(&bound.path)
                && !self.is_ignored(self.alias_range(bound), Code::Import, &to)
            {
                moved.push((bound.clone(), to));
            }
        }
        if moved.is_empty() {
            self.holder(variable);
            return;
        }
        let target = moved[0].1.dotted();
        let all_same = variable
            .bound
            .iter()
            .all(|bound| self.place.canonical(&bound.path) == target)
            && moved.iter().all(|(_, to)| to.dotted() == target);
        let new = last(&target);
        let local = self.facts.name(variable.symbol.1).to_owned();
        let broken = !self.facts.problems.is_empty();
        let has_old_name = moved.iter().any(|(bound, _)| self.is_plain_alias(bound));
        let room = match () {
            () if local == new => None,
            () if broken => Some(Room::Taken(
                "the file does not parse, so the local name stays".to_owned(),
            )),
            () if !all_same => Some(Room::Taken(format!(
                "`{local}` has another import as well, so the local name stays"
            ))),
            () if moved.iter().any(|(bound, _)| self.is_reexport(bound)) => Some(Room::Taken(
                format!("`as {local}` re-exports the name, so the local name stays"),
            )),
            () if !has_old_name => Some(Room::Taken(String::new())),
            () if variable.uses.iter().any(|&used| {
                let used = &self.facts.uses[used];
                self.is_ignored(used.range, Code::Usage, &moved[0].1)
            }) =>
            {
                Some(Room::Taken(format!(
                    "a use of `{local}` is to be ignored, so the local name stays"
                )))
            }
            () => Some(self.names.rename(variable.symbol, new, &target)),
        };
        let mut group = moved[0].0.import;
        for (bound, _) in &moved {
            group = self.unite(group, bound.import);
        }
        let renamed = matches!(room, Some(Room::Free | Room::Same(_)));
        if renamed {
            for bound in &variable.bound {
                group = self.unite(group, bound.import);
            }
        }
        for (bound, to) in &moved {
            if self.is_broken_at(bound.import) {
                continue;
            }
            let site = self.site(Code::Import, self.alias_range(bound), &bound.path, to);
            self.group(group).sites.push(site);
            let asname = match &room {
                // `as L`, where L is the new name, says nothing; `import m as L` cannot do without.
                None => self.keeps_asname(bound, to).then(|| local.clone()),
                Some(Room::Taken(_)) => Some(local.clone()),
                Some(_) => None,
            };
            let change = match room {
                Some(Room::Same(other)) if self.can_drop(bound.import, other) => Change::Drop,
                _ => Change::Go(self.imported(bound, to, asname)),
            };
            self.change(bound, change);
        }
        if let Some(Room::Taken(why)) = &room
            && !why.is_empty()
        {
            self.group(group).reason = Some(why.clone());
        }
        if renamed {
            self.rename(variable, group, new, &moved[0].1, &target);
        }
        self.follow(
            variable,
            group,
            &moved[0].0.path,
            &target,
            all_same,
            renamed.then_some(new),
        );
    }

    /// Uses of an imported object that moved: what is read of it may have moved elsewhere still.
    fn follow(
        &mut self,
        variable: &Variable,
        group: u32,
        path: &str,
        target: &str,
        all_same: bool,
        new: Option<&str>,
    ) {
        let mut strays = Vec::new();
        for &index in &variable.uses {
            let used = &self.facts.uses[index];
            let dotted = chained(path, used);
            let Some(to) = self.moved(&dotted) else {
                continue;
            };
            let whole = to.dotted();
            if crate::plan::under(&whole, target) {
                if let Some(new) = new {
                    let site = self.site(Code::Usage, used.range, &dotted, &to);
                    let group = self.group(group);
                    group.edits.push(Edit::replace(range(used.range), new));
                    group.sites.push(site);
                }
                let rest = whole[target.len()..].trim_start_matches('.');
                let pairs = used.attrs.iter().zip(rest.split('.'));
                for (attr, now) in
                    pairs.filter(|(attr, now)| *attr.name != **now && !now.is_empty())
                {
                    let site = self.site(Code::Usage, attr.range, &dotted, &to);
                    let group = self.group(group);
                    group.edits.push(Edit::replace(range(attr.range), now));
                    group.sites.push(site);
                }
            } else if all_same {
                strays.push(index);
            }
        }
        if !strays.is_empty() {
            self.reach_elsewhere(&variable.bound[0], &strays, path, group);
        }
    }

    /// `global N`, and what stands in for a failed import: they take the new name as well.
    fn rename(&mut self, variable: &Variable, group: u32, new: &str, moved: &Moved, _target: &str) {
        let facts = self.facts;
        let declared = facts
            .declared
            .iter()
            .filter(|(symbol, _)| *symbol == variable.symbol);
        let fallbacks = facts
            .bindings(variable.symbol)
            .iter()
            .filter_map(|binding| {
                (!matches!(binding.kind, BindingKind::Import(..))).then_some(binding.range)
            });
        let places: Vec<TextRange> = declared.map(|(_, range)| *range).chain(fallbacks).collect();
        for place in places {
            let site = self.site(Code::Usage, place, facts.name(variable.symbol.1), moved);
            let group = self.group(group);
            group.edits.push(Edit::replace(range(place), new));
            group.sites.push(site);
        }
        // The other branch of a `try` may import the canonical thing under the old name.
        for bound in &variable.bound {
            let import = &facts.imports[bound.import as usize];
            let alias = &import.names[bound.alias as usize];
            if self.moved(&bound.path).is_none() && alias.asname.is_some() {
                let what = Imported {
                    module: parent(&bound.path).to_owned(),
                    name: Some(last(&bound.path).to_owned()),
                    asname: None,
                };
                self.change(bound, Change::Go(what));
            }
        }
        if variable.symbol.0 == super::facts::MODULE {
            let from = facts.name(variable.symbol.1).to_owned();
            for module in super::module_names(self.place) {
                let rename = LocalRename {
                    module,
                    from: from.clone(),
                    to: new.to_owned(),
                };
                self.group(group).renames.push(rename);
            }
        }
    }

    fn alias_range(&self, bound: &Bound) -> TextRange {
        self.facts.imports[bound.import as usize].names[bound.alias as usize].name_range
    }

    /// Imported under its own name.
    fn is_plain_alias(&self, bound: &Bound) -> bool {
        let import = &self.facts.imports[bound.import as usize];
        import.names[bound.alias as usize].asname.is_none()
    }

    /// `from m import N as N`: a stub, or a typed package, exports the name in this way.
    fn is_reexport(&self, bound: &Bound) -> bool {
        let alias = &self.facts.imports[bound.import as usize].names[bound.alias as usize];
        alias
            .asname
            .as_ref()
            .is_some_and(|(asname, _)| *asname == alias.name)
    }

    /// Whether `as L` stays where `L` is what the thing is called now.
    fn keeps_asname(&self, bound: &Bound, to: &Moved) -> bool {
        let import = &self.facts.imports[bound.import as usize];
        let is_stub_export = self.names.is_stub
            && import.names[bound.alias as usize].asname.is_some()
            && self
                .names
                .public((
                    import.scope,
                    self.facts.id(last(&to.dotted())).unwrap_or(u32::MAX),
                ))
                .is_some();
        import.module.is_none() || is_stub_export
    }

    /// What an alias imports from now on.
    fn imported(&self, bound: &Bound, to: &Moved, asname: Option<String>) -> Imported {
        let import = &self.facts.imports[bound.import as usize];
        let target = to.dotted();
        if import.module.is_none() || !target.contains('.') {
            let asname = asname.filter(|asname| *asname != target);
            return Imported {
                module: target,
                name: None,
                asname,
            };
        }
        let name = last(&target).to_owned();
        Imported {
            module: parent(&target).to_owned(),
            asname,
            name: Some(name),
        }
    }

    /// Whether the statement `other` makes the one at `import` superfluous.
    fn can_drop(&self, import: u32, other: u32) -> bool {
        let (this, that) = (
            &self.facts.imports[import as usize],
            &self.facts.imports[other as usize],
        );
        let leaves_others = this.names.len() > 1;
        other != import
            && this.suite == that.suite
            && (other < import || self.is_next_to(import, other))
            && (leaves_others || self.editor.is_removable(import))
    }

    /// Whether nothing but imports stands between two statements of a block.
    fn is_next_to(&self, first: u32, last: u32) -> bool {
        let (from, to) = (
            &self.facts.imports[first as usize],
            &self.facts.imports[last as usize],
        );
        let between = self.facts.imports.iter().filter(|import| {
            import.suite == from.suite && import.index > from.index && import.index < to.index
        });
        to.index > from.index && between.count() == (to.index - from.index - 1) as usize
    }

    // A module that holds moved things, under a name of its own

    fn holder(&mut self, variable: &Variable) {
        let Some(first) = variable.bound.first().cloned() else {
            return;
        };
        let (moved, others) = self.moved_uses(&first.path, &variable.uses);
        if moved.is_empty() {
            return;
        }
        let sites = |scanner: &Self| {
            let site = |(index, dotted, to): &(usize, String, Moved)| {
                scanner.site(
                    Code::Usage,
                    use_range(&scanner.facts.uses[*index]),
                    dotted,
                    to,
                )
            };
            moved.iter().map(site).collect::<Vec<_>>()
        };
        if !self.facts.problems.is_empty() {
            self.leave(sites(self), "the file does not parse".to_owned());
            return;
        }
        let one_path = variable.bound.iter().all(|bound| bound.path == first.path);
        if !one_path {
            let name = self.facts.name(variable.symbol.1);
            self.leave(
                sites(self),
                format!("`{name}` is imported from several places"),
            );
            return;
        }
        let group = variable
            .bound
            .iter()
            .fold(first.import, |group, bound| self.unite(group, bound.import));
        let homes: Vec<Option<&str>> = moved.iter().map(|(_, _, to)| home(to)).collect();
        let one_home = homes.iter().all(|home| home.is_some() && *home == homes[0]);
        let depth = first.path.split('.').count();
        let direct = moved
            .iter()
            .all(|(_, _, to)| to.mv.from.dotted().split('.').count() == depth + 1);
        let is_private =
            self.names.public(variable.symbol).is_none() && self.names.is_plain(variable.symbol);
        let suppressed = moved
            .first()
            .is_some_and(|(_, _, to)| self.is_ignored(self.alias_range(&first), Code::Import, to));
        if suppressed {
            return;
        }
        if let (Some(Some(home)), true, true, 0, true) =
            (homes.first(), one_home, direct, others, is_private)
        {
            let home = (*home).to_owned();
            self.retarget(variable, group, &home, &moved);
            return;
        }
        let indices: Vec<usize> = moved.iter().map(|(index, ..)| *index).collect();
        self.reach_elsewhere(&first, &indices, &first.path, group);
    }

    /// All that is used through a module moved to one other module: the import itself moves.
    fn retarget(
        &mut self,
        variable: &Variable,
        group: u32,
        home: &str,
        moved: &[(usize, String, Moved<'a>)],
    ) {
        let local = self.facts.name(variable.symbol.1).to_owned();
        let new = last(home).to_owned();
        let aliased = !variable
            .bound
            .iter()
            .any(|bound| self.is_plain_alias(bound));
        let room = match aliased || local == new {
            true => None,
            false => Some(self.names.rename(variable.symbol, &new, home)),
        };
        let asname = match &room {
            None if aliased => Some(local.clone()),
            Some(Room::Taken(_)) => Some(local.clone()),
            _ => None,
        };
        for bound in &variable.bound {
            let import = &self.facts.imports[bound.import as usize];
            let what = match (&import.module, home.contains('.')) {
                (Some(_), true) => Imported {
                    module: parent(home).to_owned(),
                    name: Some(new.clone()),
                    asname: asname.clone().filter(|asname| *asname != new),
                },
                _ => Imported {
                    module: home.to_owned(),
                    name: None,
                    asname: asname.clone(),
                },
            };
            let site = self.site(
                Code::Import,
                self.alias_range(bound),
                &bound.path,
                &moved[0].2,
            );
            self.group(group).sites.push(site);
            let change = match room {
                Some(Room::Same(other)) if self.can_drop(bound.import, other) => Change::Drop,
                _ => Change::Go(what),
            };
            self.change(bound, change);
        }
        let reference = match &asname {
            Some(asname) => asname.clone(),
            None => new,
        };
        if let Some(Room::Taken(why)) = room {
            self.group(group).reason = Some(why);
        }
        for (index, dotted, to) in moved {
            self.rewrite_chain(*index, 1, &reference, dotted, to, group);
        }
        if asname.is_none() && reference != local {
            self.rename(variable, group, &reference, &moved[0].2, home);
        }
    }

    /// Uses whose module is not imported here yet: it is, beside the import that is there.
    fn reach_elsewhere(&mut self, bound: &Bound, uses: &[usize], path: &str, group: u32) {
        let import = &self.facts.imports[bound.import as usize];
        let depth = path.split('.').count();
        for &index in uses {
            let used = &self.facts.uses[index];
            let dotted = chained(path, used);
            let Some(to) = self.moved(&dotted) else {
                continue;
            };
            let consumed = to.mv.from.dotted().split('.').count().saturating_sub(depth);
            let site = self.site(Code::Usage, use_range(used), &dotted, &to);
            let owner = import.scope;
            let Some(home) = home(&to).filter(|_| consumed >= 1).map(str::to_owned) else {
                self.leave(
                    vec![site],
                    "it is reached through a module that does not move".to_owned(),
                );
                continue;
            };
            let local = last(&home).to_owned();
            let room = match self.facts.id(&local) == Some(used.name) {
                true => Room::Taken(String::new()),
                false => self.names.room(&local, &home, owner, &[used.scope]),
            };
            let as_module = Imported {
                module: match import.module.is_some() && home.contains('.') {
                    true => parent(&home).to_owned(),
                    false => home.clone(),
                },
                name: (import.module.is_some() && home.contains('.')).then(|| local.clone()),
                asname: (import.module.is_none() && home.contains('.')).then(|| local.clone()),
            };
            match room {
                Room::Same(_) => self.rewrite_chain(index, consumed, &local, &dotted, &to, group),
                Room::Free => {
                    self.add(bound.import, as_module);
                    self.rewrite_chain(index, consumed, &local, &dotted, &to, group);
                }
                Room::Taken(_) => self.by_name(bound, index, consumed, &dotted, &to, group),
            }
        }
    }

    /// The module's name is taken: the moved thing itself is imported.
    fn by_name(
        &mut self,
        bound: &Bound,
        index: usize,
        consumed: usize,
        dotted: &str,
        to: &Moved<'a>,
        group: u32,
    ) {
        let used = &self.facts.uses[index];
        let target = to.to.dotted();
        let (module, name) = (parent(&target), last(&target));
        let scope = self.facts.imports[bound.import as usize].scope;
        let quoted = used.attrs[..consumed].iter().any(|attr| attr.quoted);
        let room = self.names.room(name, &target, scope, &[used.scope]);
        if quoted || !target.contains('.') || matches!(room, Room::Taken(_)) {
            let site = self.site(Code::Usage, use_range(used), dotted, to);
            self.leave(vec![site], format!("`{name}` means something else here"));
            return;
        }
        if room == Room::Free {
            let what = Imported {
                module: module.to_owned(),
                name: Some(name.to_owned()),
                asname: None,
            };
            self.add(bound.import, what);
        }
        let end = used.attrs[consumed - 1].range.end();
        let edit = Edit::replace(range(TextRange::new(used.range.start(), end)), name);
        let site = self.site(Code::Usage, use_range(used), dotted, to);
        let group = self.group(group);
        group.edits.push(edit);
        group.sites.push(site);
    }

    /// `m.N` becomes `reference.New`, and the attributes behind it follow.
    fn rewrite_chain(
        &mut self,
        index: usize,
        consumed: usize,
        reference: &str,
        dotted: &str,
        to: &Moved<'a>,
        group: u32,
    ) {
        let used = &self.facts.uses[index];
        let name = to.to.name.as_deref();
        let site = self.site(Code::Usage, use_range(used), dotted, to);
        // `name` replaces the last attribute that is consumed, `reference` all before it.
        let before = match name {
            Some(_) => consumed - 1,
            None => consumed,
        };
        if used.attrs[..before].iter().any(|attr| attr.quoted) {
            self.leave(vec![site], "the module is named by a string".to_owned());
            return;
        }
        let end = match before {
            0 => used.range.end(),
            _ => used.attrs[before - 1].range.end(),
        };
        let head = TextRange::new(used.range.start(), end);
        if self.text[range(head)].contains(['\n', '\r', '#']) {
            self.leave(
                vec![site],
                "its path is written over several lines".to_owned(),
            );
            return;
        }
        let mut edits = vec![(range(head), reference)];
        if let Some(name) = name {
            edits.push((range(used.attrs[consumed - 1].range), name));
        }
        let edits: Vec<Edit> = edits
            .into_iter()
            .filter(|(at, text)| self.text[at.clone()] != **text)
            .map(|(at, text)| Edit::replace(at, text))
            .collect();
        let group = self.group(group);
        group.edits.extend(edits);
        group.sites.push(site);
    }

    // `import a.b.c`

    fn dotted(&mut self, variable: &Variable) {
        let root = self.facts.name(variable.symbol.1).to_owned();
        let plain = variable.bound.iter().all(|bound| {
            let import = &self.facts.imports[bound.import as usize];
            import.module.is_none() && import.names[bound.alias as usize].asname.is_none()
        });
        if !plain {
            self.alternatives(variable, &root);
            return;
        }
        // Each use belongs to the statement that names the longest part of its path.
        let paths: Vec<String> = variable
            .bound
            .iter()
            .map(|bound| self.full(bound))
            .collect();
        let mut uses_of: Vec<Vec<usize>> = vec![Vec::new(); paths.len()];
        let mut unowned = Vec::new();
        for &index in &variable.uses {
            let dotted = chained(&root, &self.facts.uses[index]);
            let owners = paths
                .iter()
                .filter(|path| crate::plan::under(&dotted, path));
            let Some(longest) = owners.max_by_key(|path| path.len()).cloned() else {
                // `import a.b` alone, but `a.c.N` works because something else imported `a.c`.
                unowned.push(index);
                continue;
            };
            for (at, _) in paths
                .iter()
                .enumerate()
                .filter(|(_, path)| **path == longest)
            {
                uses_of[at].push(index);
            }
        }
        for (at, bound) in variable.bound.iter().enumerate() {
            let same = (0..at).any(|before| paths[before] == paths[at]);
            self.statement(
                variable,
                bound,
                &paths[at],
                &uses_of[at],
                !unowned.is_empty(),
                same,
            );
        }
        let (moved, _) = self.moved_uses(&root, &unowned);
        if self.facts.problems.is_empty() {
            self.second_import(variable, &variable.bound[0], &moved);
        }
    }

    /// The uses that moved, and how many did not.
    fn moved_uses(&self, root: &str, uses: &[usize]) -> (Vec<(usize, String, Moved<'a>)>, usize) {
        let mut moved = Vec::new();
        for &index in uses {
            let used = &self.facts.uses[index];
            let dotted = chained(root, used);
            if let Some(to) = self.moved(&dotted)
                && !self.is_ignored(use_range(used), Code::Usage, &to)
            {
                moved.push((index, dotted, to));
            }
        }
        let others = uses.len() - moved.len();
        (moved, others)
    }

    /// Whether the first name of `module` can stand where `uses` are.
    fn fits(&self, variable: &Variable, module: &str, uses: &[(usize, String, Moved<'a>)]) -> bool {
        let first = super::first(module);
        if first == self.facts.name(variable.symbol.1) {
            return true;
        }
        let spots: Vec<ScopeId> = uses
            .iter()
            .map(|(i, ..)| self.facts.uses[*i].scope)
            .collect();
        let room = self.names.room(first, first, variable.symbol.0, &spots);
        !matches!(room, Room::Taken(_))
    }

    /// `import home` beside what is there, for the uses that moved.
    fn second_import(
        &mut self,
        variable: &Variable,
        bound: &Bound,
        moved: &[(usize, String, Moved<'a>)],
    ) {
        let group = self.find(bound.import);
        for one in moved {
            let Some(home) = home(&one.2).map(str::to_owned) else {
                let site = self.site(
                    Code::Usage,
                    use_range(&self.facts.uses[one.0]),
                    &one.1,
                    &one.2,
                );
                self.leave(
                    vec![site],
                    "it is reached through a module that does not move".to_owned(),
                );
                continue;
            };
            if self.fits(variable, &home, moved) {
                self.add(
                    bound.import,
                    Imported {
                        module: home.clone(),
                        name: None,
                        asname: None,
                    },
                );
                self.rewrite_dotted(bound, one, &home, group);
            } else {
                let depth = one.2.mv.from.dotted().split('.').count() - 1;
                self.by_name(bound, one.0, depth, &one.1, &one.2, group);
            }
        }
    }

    /// The module that `import a.b.c` names.
    fn full(&self, bound: &Bound) -> String {
        self.facts.imports[bound.import as usize].names[bound.alias as usize]
            .name
            .to_string()
    }

    /// One `import a.b.c`, with the uses that need it. `repeated`: its uses are another's already.
    fn statement(
        &mut self,
        variable: &Variable,
        bound: &Bound,
        path: &str,
        uses: &[usize],
        root_needed: bool,
        repeated: bool,
    ) {
        let root = super::first(path);
        let (moved, others) = self.moved_uses(root, uses);
        let own = self.moved(path);
        if moved.is_empty() && own.is_none() {
            return;
        }
        let suppressed = |to: &Moved| self.is_ignored(self.alias_range(bound), Code::Import, to);
        if own
            .as_ref()
            .or(moved.first().map(|(_, _, to)| to))
            .is_some_and(suppressed)
        {
            return;
        }
        let site_of = |scanner: &Self, (index, dotted, to): &(usize, String, Moved)| {
            scanner.site(
                Code::Usage,
                use_range(&scanner.facts.uses[*index]),
                dotted,
                to,
            )
        };
        if !self.facts.problems.is_empty() {
            let sites = moved.iter().map(|one| site_of(self, one)).collect();
            self.leave(sites, "the file does not parse".to_owned());
            return;
        }
        let group = self.find(bound.import);
        // Where the statement itself goes.
        let homes: Vec<Option<&str>> = moved.iter().map(|(_, _, to)| home(to)).collect();
        let one_home = homes
            .first()
            .copied()
            .flatten()
            .filter(|first| homes.iter().all(|home| *home == Some(*first)));
        let target = match &own {
            Some(own) => Some(own.dotted()),
            None if others == 0 => one_home.map(str::to_owned),
            None => None,
        };
        let is_private = self.names.public(variable.symbol).is_none()
            && variable
                .uses
                .iter()
                .all(|&used| !self.facts.uses[used].deleted)
            && self.names.is_plain(variable.symbol);
        if let Some(target) = &target {
            let loses_root =
                super::first(target) != root && (root_needed || self.root_is_used(variable, path));
            let site = match &own {
                Some(own) => self.site(Code::Import, self.alias_range(bound), path, own),
                None => self.site(Code::Import, self.alias_range(bound), path, &moved[0].2),
            };
            let single = path == root;
            let by_alias =
                single && own.is_some() && (!is_private || !self.fits(variable, target, &moved));
            if by_alias {
                // `import json` becomes `import facade.js as json`: every use stays as it is.
                self.group(group).sites.push(site);
                self.change(
                    bound,
                    Change::Go(Imported {
                        module: target.clone(),
                        name: None,
                        asname: Some(root.to_owned()),
                    }),
                );
                self.follow(variable, group, path, target, true, None);
                return;
            }
            if !loses_root && is_private && self.fits(variable, target, &moved) {
                self.group(group).sites.push(site);
                self.change(
                    bound,
                    Change::Go(Imported {
                        module: target.clone(),
                        name: None,
                        asname: None,
                    }),
                );
                if repeated {
                    return;
                }
                for one in &moved {
                    self.rewrite_dotted(bound, one, target, group);
                }
                return;
            }
        }
        if !repeated {
            self.second_import(variable, bound, &moved);
        }
    }

    /// Whether the first name of `import a.b.c` is used for more than what lies under it.
    fn root_is_used(&self, variable: &Variable, path: &str) -> bool {
        let root = super::first(path);
        variable.uses.iter().any(|&index| {
            let dotted = chained(root, &self.facts.uses[index]);
            !crate::plan::under(&dotted, path)
                && !variable.bound.iter().any(|other| {
                    let full = self.full(other);
                    full != path && crate::plan::under(&dotted, &full)
                })
        })
    }

    /// `a.b.N` becomes `home.New`, or `home.x.New` where only the module's own path changed.
    fn rewrite_dotted(
        &mut self,
        bound: &Bound,
        (index, dotted, to): &(usize, String, Moved<'a>),
        target: &str,
        group: u32,
    ) {
        let consumed = to.mv.from.dotted().split('.').count() - 1;
        let home_now = to.to.module.clone();
        let is_there =
            crate::plan::under(&home_now, target) || crate::plan::under(target, &home_now);
        if !is_there {
            // It moved to another module than the statement did.
            self.add(
                bound.import,
                Imported {
                    module: home_now.clone(),
                    name: None,
                    asname: None,
                },
            );
        }
        if consumed == 0 {
            let used = &self.facts.uses[*index];
            let site = self.site(Code::Usage, use_range(used), dotted, to);
            let text = to.to.dotted();
            let edit = Edit::replace(range(used.range), text);
            let group = self.group(group);
            group.edits.push(edit);
            group.sites.push(site);
            return;
        }
        self.rewrite_chain(*index, consumed, &home_now, dotted, to, group);
    }

    /// `try: import json` / `except ImportError: import simplejson as json`: the name stays.
    fn alternatives(&mut self, variable: &Variable, root: &str) {
        for bound in &variable.bound {
            let import = &self.facts.imports[bound.import as usize];
            let alias = &import.names[bound.alias as usize];
            let Some(to) = self.moved(&bound.path) else {
                continue;
            };
            if self.is_ignored(alias.name_range, Code::Import, &to) {
                continue;
            }
            let site = self.site(Code::Import, alias.name_range, &bound.path, &to);
            if import.module.is_none() && alias.asname.is_none() && *alias.name != *root {
                self.leave(
                    vec![site],
                    format!("`{root}` is imported from several places"),
                );
                continue;
            }
            let what = self.imported(bound, &to, Some(root.to_owned()));
            self.group(bound.import).sites.push(site);
            self.change(bound, Change::Go(what));
        }
    }

    // `from m import *`

    fn stars(&mut self) {
        let stars = self.place.stars(self.facts);
        let index_of = |import: &super::facts::Import| {
            let at = self
                .facts
                .imports
                .iter()
                .position(|other| std::ptr::eq(other, import));
            at.and_then(|at| u32::try_from(at).ok())
        };
        let stars: Vec<(u32, String)> = stars
            .into_iter()
            .filter_map(|(import, module)| Some((index_of(import)?, module)))
            .collect();
        for (index, module) in &stars {
            let import = &self.facts.imports[*index as usize];
            if let Some(to) = self.moved(module)
                && !self.is_ignored(import.module_range, Code::Import, &to)
            {
                let site = self.site(Code::Import, import.module_range, module, &to);
                let text = to.dotted();
                let relative = import.module.as_ref().is_some_and(|path| path.level > 0);
                if relative {
                    self.leave(
                        vec![site],
                        "a relative star import of a module that moved".to_owned(),
                    );
                } else {
                    let group = self.group(*index);
                    group
                        .edits
                        .push(Edit::replace(range(import.module_range), text));
                    group.sites.push(site);
                }
            }
        }
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, used) in self
            .facts
            .uses
            .iter()
            .enumerate()
            .filter(|(_, used)| used.owner.is_none())
        {
            names
                .entry(self.facts.name(used.name).to_owned())
                .or_default()
                .push(at);
        }
        for (name, uses) in names {
            let givers: Vec<(u32, Moved)> = stars
                .iter()
                .filter_map(|(index, module)| {
                    let to = self.moved(&format!("{module}.{name}"))?;
                    // The whole module moved: the star import gives the name as before.
                    let renamed = to.to.name.is_some() && to.mv.from.name.is_some();
                    renamed.then_some((*index, to))
                })
                .collect();
            let [(index, to)] = &givers[..] else { continue };
            if self.is_ignored(
                self.facts.imports[*index as usize].module_range,
                Code::Import,
                to,
            ) {
                continue;
            }
            self.star_name(*index, &name, &uses, to);
        }
    }

    /// A moved name that a star import gives is imported by its new name instead.
    fn star_name(&mut self, index: u32, name: &str, uses: &[usize], to: &Moved<'a>) {
        let import = &self.facts.imports[index as usize];
        let module = import
            .module
            .as_ref()
            .map(|module| self.place.absolute(module, ""));
        let path = format!("{}.{name}", module.unwrap_or_default());
        let sites: Vec<Site> = uses
            .iter()
            .map(|&used| self.site(Code::Usage, self.facts.uses[used].range, &path, to))
            .collect();
        if !self.facts.problems.is_empty() {
            self.leave(sites, "the file does not parse".to_owned());
            return;
        }
        let others = self
            .place
            .stars(self.facts)
            .into_iter()
            .filter(|(_, other)| {
                let file = self.place.project.module(other, self.place.file);
                !self.place.plan.concerns(other) && file.is_none()
            });
        if others.count() > 0 {
            self.leave(
                sites,
                format!("another star import may give `{name}` as well"),
            );
            return;
        }
        let target = to.dotted();
        let new = last(&target).to_owned();
        let spots: Vec<ScopeId> = uses
            .iter()
            .map(|&used| self.facts.uses[used].scope)
            .collect();
        let room = match self.names.text_use(name) {
            Some(why) => Room::Taken(why),
            None => self.names.room(&new, &target, import.scope, &spots),
        };
        let stays = matches!(room, Room::Taken(_)) || new == name;
        if !matches!(room, Room::Same(_)) {
            self.add(
                index,
                Imported {
                    module: parent(&target).to_owned(),
                    name: Some(new.clone()),
                    asname: (stays && new != name).then(|| name.to_owned()),
                },
            );
        }
        let edits: Vec<Edit> = uses
            .iter()
            .filter(|_| !stays)
            .map(|&used| Edit::replace(range(self.facts.uses[used].range), new.clone()))
            .collect();
        let group = self.group(index);
        group.confidence = group.confidence.min(Confidence::Likely);
        group.sites.extend(sites);
        group.edits.extend(edits);
        if let Room::Taken(why) = room {
            group.reason = Some(why);
        }
    }

    // Findings

    /// Turns what was decided into findings, with the edits of all statements.
    fn findings(&mut self) -> Vec<Finding> {
        let mut joined: BTreeMap<u32, Vec<Imported>> = BTreeMap::new();
        let mut imports: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let statements = std::mem::take(&mut self.statements);
        for (&index, statement) in statements
            .iter()
            .filter(|(_, statement)| !statement.is_idle())
        {
            let edited = self.editor.edit(index, statement);
            self.group(index).edits.extend(edited.edits);
            for (host, what) in edited.joined {
                self.unite(index, host);
                joined.entry(host).or_default().push(what);
            }
            if self.facts.imports[index as usize].eager {
                let goes = statement.changes.iter().filter_map(|change| match change {
                    Change::Go(to) => Some(to),
                    _ => None,
                });
                let modules = goes.chain(&statement.extra).flat_map(|to| {
                    let member = to.name.as_ref().map(|name| format!("{}.{name}", to.module));
                    std::iter::once(to.module.clone()).chain(member)
                });
                imports.entry(index).or_default().extend(modules);
            }
        }
        for (host, names) in joined {
            let idle = Statement::default();
            let edits = self
                .editor
                .join(host, &names, statements.get(&host).unwrap_or(&idle));
            self.group(host).edits.extend(edits);
        }
        let groups = std::mem::take(&mut self.groups);
        let mut findings: Vec<Finding> = Vec::new();
        for (leader, group) in groups {
            let mut sites = group.sites;
            if sites.is_empty() {
                continue;
            }
            sites.sort_by_key(|site| (site.range.start, site.code));
            sites.dedup();
            let mut edits = group.edits;
            edits.sort();
            edits.dedup();
            let members = imports
                .iter()
                .filter(|(index, _)| self.find(**index) == leader);
            let mut imports: Vec<String> =
                members.flat_map(|(_, modules)| modules.clone()).collect();
            imports.sort();
            imports.dedup();
            findings.push(Finding {
                sites,
                edits,
                confidence: group.confidence,
                reason: group.reason,
                renames: group.renames,
                requires: None,
                imports,
            });
        }
        findings.append(&mut self.manual);
        findings
    }
}

/// The path of a use: what its first name stands for, and the attributes behind it.
fn chained(path: &str, used: &Use) -> String {
    let mut path = path.to_owned();
    for attr in &used.attrs {
        path.push('.');
        path.push_str(&attr.name);
    }
    path
}

/// A use with its attributes.
fn use_range(used: &Use) -> TextRange {
    used.attrs
        .iter()
        .fold(used.range, |range, attr| range.cover(attr.range))
}

/// The module that must be imported for a moved thing; `None` for one without a module.
fn home<'m>(to: &'m Moved<'_>) -> Option<&'m str> {
    (!to.to.module.is_empty()).then_some(to.to.module.as_str())
}

/// `a.b` of `a.b.C`.
fn parent(dotted: &str) -> &str {
    dotted.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// `C` of `a.b.C`.
fn last(dotted: &str) -> &str {
    dotted.rsplit_once('.').map_or(dotted, |(_, last)| last)
}
