//! Rust: what a file says of moved things, by resolving its paths.
//!
//! A file is read by syn, and edited by byte ranges; what syn refuses is read by its tokens alone.

mod aliases;
mod apart;
mod builtin;
mod by_macros;
mod cargo;
mod conditional;
mod conditions;
mod configurations;
mod crates;
mod definition;
mod docs;
pub(super) mod document;
mod facades;
mod facts;
mod gaps;
mod given;
mod handed;
mod homes;
mod imports;
mod includes;
mod items;
mod keys;
mod kinds;
mod layout;
mod limits;
mod links;
mod meanings;
mod members;
mod names;
mod nearest;
mod read;
mod reexports;
mod rivals;
mod root;
mod rules;
mod scan;
mod scanner;
mod spelling;
mod split;
mod stars;
mod starts;
mod tokens;
mod tree;
mod uses;
mod variants;
mod words;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashSet;

pub use self::apart::{Member, told_apart};
pub(crate) use self::cargo::unlinked;
pub use self::conditions::{all, any};
use self::docs::Docs;
use self::facts::{Bound, Facts, NamedIn, NoStd, PathRef, Shape, Statement, space};
pub use self::includes::includes;
pub use self::items::{Declared, DeclaredModule, declared, declared_modules, imports};
use self::names::{Names, Reached};
use self::read::Whole;
pub use self::rivals::{Asked, Members, Use, is_of_all};
use self::rules::Rules;
use self::scan::Manner;
pub use self::tree::{NEWEST_EDITION, plain, written};
pub use self::uses::Import;
use self::words::Words;
use super::dotted;
use super::suppress::Suppressions;
use super::{Document, Language, Sense};
use crate::edit::Edit;
use crate::finding::{Confidence, Finding, Scan};
use crate::plan::{Dialect, Plan, is_compilers};
use crate::project::{
    Condition, Documented, FileId, MacroReach, NamedInMacro, Outline, Package, Project, RustPlace,
    is_rust,
};
use crate::source::Source;

/// Files of Rust.
pub struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn claims(&self, path: &Path, _head: &[u8]) -> bool {
        is_rust(path) || cargo::claims(path)
    }

    fn read(
        &self,
        source: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document> {
        if cargo::claims(&source.path) {
            return Box::new(Manifest);
        }
        let mut read = File::read(source, plan, project, file);
        read.outline = read.told(plan, project, file, source.text());
        Box::new(read)
    }

    fn reread(
        &self,
        source: &Source,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
    ) -> Box<dyn Document> {
        if cargo::claims(&source.path) {
            return Box::new(Manifest);
        }
        Box::new(File::read(source, plan, project, file))
    }
}

/// A `Cargo.toml`, which is read when it is asked about.
struct Manifest;

impl Document for Manifest {
    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan {
        let text = source.text();
        let mut scan = cargo::scan(plan, project, file, text);
        let suppressions = Suppressions::of(text);
        suppressions.silence(text, &mut scan);
        suppressions.silence_whole(text, &mut scan);
        scan
    }

    fn needed_by(&self) -> Option<&'static str> {
        Some("the code whose paths are rewritten does not compile without it")
    }
}

/// A file that was read.
struct File {
    facts: Facts,
    docs: Docs,
    outline: Outline,
    place: RustPlace,
    /// Where else it stands, if several modules include it.
    others: Vec<RustPlace>,
}

impl Document for File {
    fn take_outline(&mut self) -> Option<Outline> {
        Some(std::mem::take(&mut self.outline))
    }

    fn scan(&self, plan: &Plan, project: &Project, file: Option<FileId>, source: &Source) -> Scan {
        self.free_scan(&self.names(plan, project, file, source.text()), source)
    }

    fn scan_cautiously(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
        source: &Source,
    ) -> Option<Scan> {
        let names = self.names(plan, project, file, source.text());
        Some(self.scanned(&names, source, Manner::Cautious))
    }

    fn senses(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
        source: &Source,
    ) -> Vec<(usize, Sense<'_>)> {
        senses(&self.names(plan, project, file, source.text()))
    }

    fn scan_and_senses(
        &self,
        plan: &Plan,
        project: &Project,
        file: Option<FileId>,
        source: &Source,
    ) -> (Scan, Vec<(usize, Sense<'_>)>) {
        let names = self.names(plan, project, file, source.text());
        (self.free_scan(&names, source), senses(&names))
    }
}

impl File {
    fn read(source: &Source, plan: &Plan, project: &Project, file: Option<FileId>) -> Self {
        let place = file.map_or_else(RustPlace::default, |file| place(plan, project, file));
        let words = Words::new(plan, &place);
        let keys = &plan.string_keys;
        let text = source.text();
        let (mut facts, words) = read::facts(text, whole(&place), words, keys);
        let docs = docs::read(text, &mut facts, &words, (keys, place.documented));
        let others = file.filter(|_| place.included);
        let others = others.map_or_else(Vec::new, |file| project.other_rust_places(file));
        Self {
            facts,
            docs,
            outline: Outline::default(),
            place,
            others,
        }
    }

    /// What the file tells the others.
    fn told(&self, plan: &Plan, project: &Project, file: Option<FileId>, text: &str) -> Outline {
        let told = |place| outline(&Names::new(plan, project, file, place, &self.facts, text));
        let mut outline = told(&self.place);
        for other in &self.others {
            outline.rust.extend(told(other).rust);
        }
        let reads = document::reads(&self.place.around(), &self.docs.around);
        outline.rust.reads.extend(reads);
        for snippet in &self.docs.snippets {
            let place = example(self.place.package.clone(), snippet.edition);
            let names = snippet.names(plan, project, &place);
            outline.rust.doc_needs.extend(needs(&names));
        }
        outline
    }

    fn names<'a>(
        &'a self,
        plan: &'a Plan,
        project: &'a Project,
        file: Option<FileId>,
        text: &'a str,
    ) -> Names<'a> {
        Names::new(plan, project, file, &self.place, &self.facts, text)
    }

    fn free_scan(&self, names: &Names<'_>, source: &Source) -> Scan {
        let text = source.text();
        let scan = self.scanned(names, source, Manner::Free);
        let suppressions = Suppressions::of(text);
        let stays = |scan: &Scan| {
            let mut edited = scan.findings.iter().filter(|it| !it.edits.is_empty());
            edited.any(|finding| suppressions.stops(text, finding))
        };
        if !stays(&scan) {
            return scan;
        }
        // A name that a line must keep stays by alias.
        self.scanned(names, source, Manner::Cautious)
    }

    fn scanned(&self, names: &Names<'_>, source: &Source, manner: Manner) -> Scan {
        let text = source.text();
        let (plan, project) = (names.plan, names.project);
        let mut scan = scan::scan(names, manner);
        for other in &self.others {
            let names = Names::new(plan, project, names.file, other, &self.facts, text);
            let others = scan::scan(&names, manner).findings;
            let elsewhere = "the file is included elsewhere, where this means something else";
            scan.findings = document::agreed(scan.findings, others, elsewhere);
        }
        scan.findings.extend(self.around(names, manner));
        for snippet in &self.docs.snippets {
            let place = example(self.place.package.clone(), snippet.edition);
            let code = &snippet.code;
            let names = snippet.names(plan, project, &place);
            let passage = &self.docs.passages[snippet.doc];
            let mut findings = scan::scan(&names, manner).findings;
            findings.extend(root::missing_in_example(&names));
            // Without tokens it is text.
            if snippet.facts.broken {
                dotted::add_mentions(plan, &code.text, &mut findings, &[]);
            }
            for mut finding in findings {
                let lines_change = |edit: &Edit| {
                    edit.text.contains('\n') || code.text[edit.range()].contains('\n')
                };
                if self.docs.in_string[snippet.doc] && finding.edits.iter().any(lines_change) {
                    finding.edits.clear();
                    finding.confidence = Confidence::Manual;
                    finding.reason = Some("it stands in a string, whose lines stay".into());
                }
                let inner = code.place(&passage.text, finding);
                scan.findings.push(passage.place(text, inner));
            }
        }
        scan.findings.extend(root::ambiguous_crates(names));
        if let Some(file) = names.file {
            scan.findings.extend(root::missing_crates(names, file));
            scan.findings.extend(root::names_of_itself(names));
        }
        scan.findings.sort_by_key(Finding::start);
        Suppressions::of(text).silence(text, &mut scan);
        scan
    }

    /// What is to be said of the links of the file's documentation that lead on from around its
    /// module: those that may do so, and mean something else in the module, are left.
    fn around(&self, names: &Names<'_>, manner: Manner) -> Vec<Finding> {
        let (plan, project) = (names.plan, names.project);
        let found = |place: &RustPlace| {
            let facts = &self.docs.around;
            let names = Names::new(plan, project, names.file, place, facts, names.text);
            scan::scan(&names, manner).findings
        };
        match self.place.documented {
            _ if self.docs.around.paths.is_empty() => Vec::new(),
            Documented::Perhaps => {
                let otherwise = "in some configurations documentation stands before the module, \
                                 and this means something else then";
                document::agreed(found(&self.place.around()), found(&self.place), otherwise)
            }
            _ => found(&self.place.around()),
        }
    }
}

/// Where a file stands. A program that has a moving module as its own beside the library is taken for
/// the library: the references of both follow.
fn place(plan: &Plan, project: &Project, file: FileId) -> RustPlace {
    let mut place = project.rust_place(file);
    let Some(package) = &place.package else {
        return place;
    };
    let mut ends = plan
        .moves_of(Dialect::Rust)
        .flat_map(|mv| [&mv.from.module, &mv.to.module]);
    let is_library = package.lib.as_deref() == Some(&*place.krate);
    if !is_library && ends.any(|module| package.shares(&place.krate, module)) {
        place.krate = package.lib.clone().unwrap_or_default();
    }
    place
}

/// What the text of a file is: one that is included may be an expression.
fn whole(place: &RustPlace) -> Whole {
    match place.included {
        true => Whole::Snippet,
        false => Whole::File,
    }
}

/// Where the code of a doc comment stands: in a crate of its own that depends on the package.
fn example(package: Option<Arc<Package>>, edition: Option<u16>) -> RustPlace {
    RustPlace {
        package,
        krate: "{example}".to_owned(),
        module: Vec::new(),
        edition,
        around_macros: None,
        varies: false,
        included: false,
        documented: Documented::No,
    }
}

/// What a name stands for that was found by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The absolute path that it leads to, after all moves.
    pub path: String,
    /// A move led there: not only what the project's modules re-export.
    pub is_moved: bool,
    /// It stands in a `use`.
    pub is_import: bool,
}

/// What the names at some bytes of a file stand for; `None` where nothing leads there, as to a
/// method, and in what macros make.
pub fn named_at(
    plan: &Plan,
    project: &Project,
    file: FileId,
    source: &Source,
    places: &[usize],
) -> Vec<Option<Named>> {
    let text = source.text();
    let place = place(plan, project, file);
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let written = places.iter().filter_map(|&at| text.get(at..));
    let written = written.map(|rest| {
        let name = rest.strip_prefix("r#").unwrap_or(rest);
        &name[..name.find(|c| !is_part(c)).unwrap_or(name.len())]
    });
    let words = Words::with(plan, &place, written);
    let (facts, _) = read::facts(text, whole(&place), words, &plan.string_keys);
    let names = Names::new(plan, project, Some(file), &place, &facts, text);
    let named = |reached: &Reached, word: usize, is_import| {
        let reached = reached.prefixes.get(word).filter(|path| !path.is_empty())?;
        let path = names.after(reached);
        Some(Named {
            is_moved: path != *reached,
            path,
            is_import,
        })
    };
    let named_at = |&at: &usize| {
        for (index, statement) in facts.statements.iter().enumerate() {
            for (nth, leaf) in statement.leaves.iter().enumerate() {
                let word = leaf.names.iter().position(|name| name.at.contains(&at));
                if let Some(word) = word {
                    return named(&*names.leaf(index, nth)?, word, true);
                }
            }
        }
        let by_path = facts.paths.iter().find_map(|path| {
            let word = path.words.iter().position(|word| word.at.contains(&at))?;
            named(&*names.reach(path)?, word, false)
        });
        by_path.or_else(|| {
            let path = said_by_star(&names, at)?;
            let after = names.after(&path);
            Some(Named {
                is_moved: after != path,
                path: after,
                is_import: false,
            })
        })
    };
    places.iter().map(named_at).collect()
}

/// The path of a name alone in the body of a macro, where one star of the body can give it.
fn said_by_star(names: &Names<'_>, at: usize) -> Option<String> {
    let facts = names.facts;
    let said = facts.named_in.iter().find(|it| it.at == at)?;
    let mut stars = facts.among_tokens.keys().flat_map(|&index| {
        let statement = &facts.statements[index];
        let leaves = statement.leaves.iter().enumerate();
        let stars = leaves.filter(|(_, it)| it.glob && statement.visible.contains(&at));
        stars.map(move |(nth, _)| (index, nth))
    });
    let ((index, nth), None) = (stars.next()?, stars.next()) else {
        return None;
    };
    let module = names.leaf(index, nth)?;
    Some(format!("{}::{}", module.path(), said.name))
}

/// What the file tells the others: what its modules import, and what it reads from others.
fn outline(names: &Names<'_>) -> Outline {
    let mut outline = Outline::default();
    let rust = &mut outline.rust;
    let own = names.place.krate.as_str();
    let package = names.place.package.as_deref();
    let is_std = |krate: &str| {
        let is_ours = own == krate || package.is_some_and(|it| it.externs.contains_key(krate));
        is_compilers(krate) && !is_ours
    };
    let mut reads = |path: &str| {
        let mut at = 0;
        // Nobody asks who reads what no file here gives.
        if path.split("::").next().is_some_and(is_std) {
            return;
        }
        while let Some(next) = path[at..].find("::") {
            at += next + 2;
            let end = path[at..].find("::").map_or(path.len(), |end| at + end);
            rust.reads.insert(path[..end].into());
        }
    };
    let vocabulary = names.plan.vocabulary();
    let mut free: BTreeSet<Cow<'_, str>> = BTreeSet::new();
    let (mut derived, mut unmet) = (FxHashSet::default(), BTreeSet::new());
    let opaque = names.facts.opaque.values().flatten();
    for path in names.facts.paths.iter().chain(opaque) {
        let derives = path.spaces == space::MACRO
            && path
                .words
                .last()
                .is_some_and(|it| vocabulary.contains(&it.text));
        if let Some(reached) = names.reach(path) {
            if derives {
                derived.insert(reached.path().into());
            }
            for prefix in &reached.prefixes {
                reads(prefix);
            }
            let words: Vec<&str> = path.words.iter().map(|word| &*word.text).collect();
            let place = (path.module, path.start());
            for path in names.in_stars(&reached, path.leading, &words, place) {
                reads(&path);
            }
            for path in names.below_rivals(&reached, words.iter().skip(1).copied()) {
                reads(&path);
            }
            if reached.by_home {
                free.insert((&*path.words[0].text).into());
            }
        } else if path.words.len() == 1 || !path.leading {
            if derives && path.words.len() == 1 {
                unmet.insert(path.words[0].text.clone());
            }
            // What a star of this file may give, by which a path may lead to what moves.
            let words: Vec<&str> = path.words.iter().map(|word| &*word.text).collect();
            let moved = words.iter().rposition(|it| vocabulary.contains(it));
            free.insert(match moved {
                None | Some(0) => words[0].into(),
                Some(last) => words[..=last].join("::").into(),
            });
        }
    }
    for (index, nth) in names.stars.all() {
        if let Some(module) = names.leaf(index, nth) {
            for name in &free {
                reads(&format!("{}::{name}", module.path()));
            }
            let given = unmet.iter();
            let given = given.map(|name| format!("{}::{name}", module.path()).into());
            derived.extend(given);
        }
    }
    for (index, statement) in names.facts.statements.iter().enumerate() {
        for (nth, leaf) in statement.leaves.iter().enumerate() {
            let Some(reached) = names.leaf(index, nth) else {
                rust.asks_root = true;
                continue;
            };
            for prefix in &reached.prefixes {
                reads(prefix);
            }
            rust.asks_root |= names.may_be_by_root(reached.path());
            let words: Vec<&str> = leaf.names.iter().map(|name| name.plain()).collect();
            let (is_rooted, place) = (
                statement.leading.is_some(),
                (statement.module, leaf.at.start),
            );
            for path in names.in_stars(&reached, is_rooted, &words, place) {
                reads(&path);
            }
            let module = names.module(statement.module).to_owned();
            // A star of a block gives nothing to others.
            if leaf.glob && statement.visible == names.facts.modules[statement.module].body {
                let target = reached.path().to_owned();
                let is_sure = reached.or.is_none() && reached.doubt.is_none();
                if !statement.attributes && !names.place.varies && is_sure {
                    rust.lasting_globs.push((module.clone(), target.clone()));
                }
                rust.conditions
                    .extend(condition(names, statement, &module, &target));
                rust.globs.push((module, target, statement.public));
            }
        }
    }
    for (index, binding) in names.facts.bindings.iter().enumerate() {
        if let Bound::Leaf { statement, leaf } = binding.kind
            && names.is_of_module(index)
            && let Some(reached) = names.leaf(statement, leaf)
        {
            let path = format!("{}::{}", names.module(binding.module), binding.name);
            if !names.facts.statements[statement].public {
                rust.private.insert(path.as_str().into());
            }
            let target = reached.path().to_owned();
            let statement = &names.facts.statements[statement];
            rust.conditions
                .extend(condition(names, statement, &path, &target));
            match names.leads_elsewhere(index) {
                true => rust.ambiguous.push((path, target)),
                false => rust.imports.push((path, target, names.spaces(index))),
            }
        }
    }
    let is_root = names.place.module.is_empty();
    rust.declared.no_std = is_root && matches!(names.facts.no_std, Some(NoStd::Always));
    for (index, statement) in names.facts.statements.iter().enumerate() {
        let attributes = &names.text[statement.whole.start..statement.keyword];
        let is_conditional = statement.attributes && attributes.contains("cfg");
        if is_root
            && names.is_root_crate(statement)
            && let Some(name) = statement.leaves[0].local()
            && let Some(reached) = names.leaf(index, 0)
        {
            let krate = reached.path();
            let known = (own.to_owned(), name.to_owned(), krate.to_owned());
            match is_conditional {
                true => rust.crates_sometimes.push(known),
                false => rust.crate_names.push(known),
            }
        }
        if is_root
            && names.is_root_crate(statement)
            && let Some(local) = statement.leaves[0].local()
            && is_compilers(local)
        {
            let declared = &mut rust.declared;
            match is_conditional {
                true => declared.sometimes.push(local.to_owned()),
                false => declared.always.push(local.to_owned()),
            }
        }
        if statement.gives_macros
            && let Some(reached) = names.leaf(index, 0)
        {
            let pair = (own.to_owned(), reached.path().to_owned());
            rust.macro_crates.push(pair);
        }
    }
    rust.derived = derived;
    rust.variants = names.told_variants();
    names.tell_beside(rust);
    names.tell_by_macros(rust);
    rust.limits = limits::limits(names);
    rust.members = members::members(names);
    rust.needs = needs(names);
    // Few files declare macros, and fewer say in them what matters.
    let rules = LazyCell::new(|| Rules::of(names.text));
    rust.in_macros = in_macros(names, &rules);
    if handed::has_rules(names.text) {
        rust.made_of_paths = given::made_of_paths(names, &rules);
        rust.putting_behind = handed::putting_behind(names.text, &rules);
    }
    rust.given = names.facts.opaque.keys().cloned().collect();
    let named = names.facts.named_in.iter().map(|named| &named.name);
    let opaque = names.facts.opaque.keys().chain(&names.facts.in_macros);
    rust.opaque = opaque.chain(named).cloned().collect();
    let items = names.items();
    rust.items = items.map(|(path, spaces)| (path.into(), spaces)).collect();
    if is_root && package.is_some_and(|it| it.makes_macros(own)) {
        let macros = names.facts.procedural.iter();
        let macros = macros.map(|name| (format!("{own}::{name}").into(), facts::space::MACRO));
        rust.items.extend(macros);
    }
    rust.aliases = names.aliases();
    outline
}

/// What attributes with a `cfg` say of an import, which leads from `path` to `target`.
fn condition(
    names: &Names<'_>,
    statement: &Statement,
    path: &str,
    target: &str,
) -> Option<Condition> {
    let attributes = &names.text[statement.whole.start..statement.keyword];
    let is_sometimes = statement.attributes && attributes.contains("cfg");
    is_sometimes.then(|| {
        (
            (path.to_owned(), target.to_owned()),
            attributes.trim().into(),
        )
    })
}

/// Whether what an import in the body of a macro binds may come before something that moves, where others
/// give it to the macro.
fn may_hide(names: &Names<'_>, it: &NamedIn) -> bool {
    let mut moves = names.plan.moves_of(Dialect::Rust);
    moves.any(|mv| {
        let [old, new] = [&mv.from, &mv.to].map(|end| plain(end.last()));
        old != new && names.may_hide(it, (old, new), || mv.to.path(Dialect::Rust))
    })
}

/// The names in bodies of macros, alone or with which paths begin, with what is known of each macro.
fn in_macros<'t>(
    names: &Names<'t>,
    rules: &LazyCell<Rules<'t>, impl FnOnce() -> Rules<'t>>,
) -> BTreeSet<NamedInMacro> {
    let facts = names.facts;
    let named = facts.named_in.iter();
    let imported = facts.imported_in_rules.iter();
    let named = named.chain(imported.filter(|it| may_hide(names, it)));
    let named = named.map(|it| (&it.name, &it.of, (it.at, it.derived), String::new()));
    let begun = facts.begun_in_macros.iter();
    let begun = begun.flat_map(|(name, paths)| paths.iter().map(move |path| (name, path)));
    // What moves by what it means here is written anew, and needs nobody's import.
    let moves = |path: &PathRef| names.reach(path).is_some_and(|it| it.moved.is_some());
    let begun = begun.filter_map(|(name, path)| {
        let of = path.in_rules.as_ref().filter(|_| !moves(path))?;
        Some((name, of, (path.start(), false), path.below_first()))
    });
    let mut named = named.chain(begun).peekable();
    let mut all = BTreeSet::new();
    // One macro is declared in the body of another.
    let may_make = memchr::memmem::find_iter(names.text.as_bytes(), "macro_rules").nth(1);
    if named.peek().is_none() && may_make.is_none() {
        return all;
    }
    let mut add = |name: &str, below: String, (of, reach): (&str, MacroReach), derived: bool| {
        all.insert(NamedInMacro {
            name: name.into(),
            below: below.into(),
            of: of.into(),
            reach,
            derived,
        })
    };
    for (name, of, (at, derived), below) in named {
        let saying = rules.saying(at);
        for &own in &saying {
            let reach = rules.reach(own, names.place);
            add(name, below.clone(), (rules.own[own].name, reach), derived);
        }
        if saying.is_empty() {
            add(name, below, (of, MacroReach::Everywhere), derived);
        }
    }
    if may_make.is_some() {
        // What such a macro is given may be said by the one that it makes.
        let given = facts.opaque.values().flatten().chain(&facts.paths);
        for path in given.filter(|path| !path.leading && !path.dollar && !moves(path)) {
            if let Some(maker) = rules.maker(path.start())
                && let Some(first) = path.words.first()
            {
                let of = rules.own[maker].name;
                let derived = path.words.len() == 1 && path.spaces & space::MACRO != 0;
                let of = (of, MacroReach::Everywhere);
                add(&first.text, path.below_first(), of, derived);
            }
        }
    }
    all
}

/// The legacy paths that imports and written-out paths refer to.
fn needs(names: &Names<'_>) -> Vec<String> {
    let leaves = names.facts.leaf_ids();
    let moved = |reached: &Reached| Some(reached.prefixes[reached.moved?].clone());
    let leaves = leaves.filter_map(|(index, nth)| moved(&*names.leaf(index, nth)?));
    let in_code = names
        .facts
        .written()
        .filter(|path| !path.shape.is_in_docs());
    // What a macro may make needs no crate.
    let is_made = |path: &PathRef| names.facts.makers.contains_key(&path.module);
    let paths = in_code.filter_map(|path| {
        let reached = names.reach(path)?;
        let is_unsure = reached.by_home && is_made(path);
        moved(&reached).filter(|_| !is_unsure)
    });
    let mut needs: Vec<String> = leaves.chain(paths).collect();
    needs.sort();
    needs.dedup();
    needs
}

/// What every path of the file means, after all moves.
fn senses<'d>(names: &Names<'_>) -> Vec<(usize, Sense<'d>)> {
    let mut senses = Vec::new();
    // Prose of a doc comment means nothing to the compiler, and keeps no import; nor does text.
    let is_text = |path: &&PathRef| matches!(path.shape, Shape::Inline | Shape::Stringified);
    let written = names.facts.written();
    for path in written.filter(|path| !is_text(path)) {
        let Some(reached) = names.reach(path) else {
            continue;
        };
        // Behind another name of a type, the type's member is meant.
        let member = reached.moved.is_none().then(|| {
            let ty = names.type_by_alias(path, Some(&reached))?;
            Some(format!("{ty}::{}", path.words.last()?.text))
        });
        let member = member.flatten();
        let leads = member.as_deref().unwrap_or(reached.path());
        let target = names.source(names.after(leads));
        let sense = Sense {
            path: target.into(),
            scope: None,
        };
        senses.push((path.start(), sense));
    }
    senses.sort_by_key(|(at, _)| *at);
    senses
}
