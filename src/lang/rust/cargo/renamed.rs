//! A crate that moves, under its new name in every table.

mod kept;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml_edit::{Array, Item, TableLike, Value};

use super::DEPENDENCIES;
use super::added::named;
use super::beside::{Beside, Entry, is_alike, is_of_code, lacks, version_of};
use super::cycles::closed;
use super::sheet::Sheet;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding};
use crate::lang::rust::scan::{finding, manual, site};
use crate::plan::{Dialect, Move, Plan};
use crate::project::{Dependency, DependencyKind, Package, Project, library_of};
use crate::version::{Asked, asked};

/// What the tables of dependencies have under other names from now on.
#[derive(Debug, Default, Clone)]
pub(super) struct Renames {
    /// Tables, each with a crate that it has under its new name, and its key so far.
    taken: BTreeMap<(TablePath, String), String>,
    /// Entries that are another crate's, by their tables and keys: the new key and the library.
    entries: BTreeMap<(TablePath, String), (String, String)>,
}

/// The names that lead to a table.
pub(super) type TablePath = Vec<String>;

/// A dependency that may be another crate's from now on.
pub(super) struct Renamed {
    /// Its key so far.
    pub(super) old_key: String,
    /// What it is afterwards.
    pub(super) now: Dependency,
}

impl Renames {
    /// Takes note of an entry that is another crate's from now on.
    fn note(&mut self, path: &[&str], key: &str, (new_key, library): (&str, &str)) {
        let mut path = owned(path);
        if let Some(table) = path.last_mut() {
            *table = table.replace('_', "-");
        }
        let new = (new_key.to_owned(), library.to_owned());
        self.entries.insert((path, key.to_owned()), new);
    }

    /// The dependencies of a package as they are from now on.
    pub(super) fn dependencies(
        &self,
        plan: &Plan,
        package: &Package,
        sheet: Sheet<'_>,
    ) -> Vec<Renamed> {
        let renamed = |it: &Dependency| {
            let path = table_of(it.kind, it.platform.as_deref());
            let shared = || {
                let names: Vec<&str> = path.iter().map(String::as_str).collect();
                let item = sheet.table(&names)?.get(&it.key)?;
                let is_shared = item.get("workspace")?.as_bool() == Some(true);
                // The workspace says of which crate it is.
                let mut crates = plan.moves_of(Dialect::Rust).filter(|mv| mv.is_crate());
                let mv = crates.find(|mv| is_shared && mv.from.module == it.library)?;
                Some((it.key.clone(), library_of(&mv.to.module).to_owned()))
            };
            let entry = self.entries.get(&(path.clone(), it.key.clone())).cloned();
            let mut now = it.clone();
            if let Some((key, library)) = entry.or_else(shared) {
                (now.key, now.library) = (key, library);
            }
            Renamed {
                old_key: it.key.clone(),
                now,
            }
        };
        package.dependencies.iter().map(renamed).collect()
    }
}

/// The names that lead to a table of dependencies.
pub(super) fn table_of(kind: DependencyKind, platform: Option<&str>) -> TablePath {
    let target = platform.into_iter().flat_map(|it| ["target", it]);
    let names = target.chain([kind.table()]);
    names.map(str::to_owned).collect()
}

/// One crate under its new name; `dir` is the folder of the manifest.
pub(super) fn renamed(
    (plan, mv): (&Plan, &Move),
    sheet: Sheet<'_>,
    project: &Project,
    dir: &Path,
    renames: &mut Renames,
) -> Vec<Finding> {
    let library = library_of(&mv.to.module);
    let in_tree = project.packages_with(library);
    let known_as = sheet.spelling(library);
    let mut renaming = Renaming {
        plan,
        mv,
        known_as: known_as.or_else(|| Some(in_tree.first()?.name.clone())),
        sheet,
        project,
        dir,
        renames: renames.clone(),
        edits: Vec::new(),
        sites: Vec::new(),
        twins: Vec::new(),
        kept: Vec::new(),
        blocked: Vec::new(),
        doubts: Vec::new(),
        keeps_feature: None,
        new_keys: BTreeMap::new(),
    };
    renaming.run();
    // What is held takes no name, and is under its old one still.
    if renaming.blocked.is_empty() {
        *renames = std::mem::take(&mut renaming.renames);
    }
    renaming.findings()
}

struct Renaming<'a> {
    plan: &'a Plan,
    mv: &'a Move,
    /// What the new package is called in the manifest already, or calls itself.
    known_as: Option<String>,
    sheet: Sheet<'a>,
    project: &'a Project,
    dir: &'a Path,
    renames: Renames,
    edits: Vec<Edit>,
    sites: Vec<Range<usize>>,
    /// Entries beside which the new name stands already, and which say more than a version.
    twins: Vec<Range<usize>>,
    /// Entries of the old crate that the new one is made of.
    kept: Vec<Range<usize>>,
    /// Entries that cannot be the new crate's, and why.
    blocked: Vec<(Range<usize>, String)>,
    /// Folders and repositories that may not have the new package, and why.
    doubts: Vec<(Range<usize>, String)>,
    /// The optional dependency whose feature, which bears its name, others may ask for.
    keeps_feature: Option<(String, String)>,
    /// Keys that say of which package they are, and are what code calls its library all the same:
    /// each with its new one.
    new_keys: BTreeMap<String, String>,
}

impl Renaming<'_> {
    fn run(&mut self) {
        let root = self.sheet.root;
        let features = root.get("features").and_then(Item::as_table_like);
        // The canonical package depends on what it is made of, and not on itself.
        let is_made_of = self.own().is_some_and(|own| self.is_made_of(&own));
        let explicit = features.is_some_and(|features| {
            let lists = features.iter().filter_map(|(_, item)| item.as_array());
            lists.flatten().any(|value| {
                let text = value.as_str().and_then(|text| text.strip_prefix("dep:"));
                text.is_some_and(|name| self.is_old(name))
            })
        });
        let tables = self.tables();
        for path in &tables {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            match is_made_of {
                true => self.keep(&path),
                false => self.dependencies(&path, explicit),
            }
        }
        self.share();
        self.dependencies(&["replace"], true);
        for registry in keys(root.get("patch")) {
            self.dependencies(&["patch", registry], true);
        }
        for profile in keys(root.get("profile")) {
            self.dependencies(&["profile", profile, "package"], true);
        }
        // What stays under the old name is still asked for by it.
        if self.twins.is_empty() && !is_made_of {
            self.features(features);
            self.targets();
        }
    }

    /// The tables of what the package depends on.
    fn tables(&self) -> Vec<TablePath> {
        let own = DEPENDENCIES.iter().map(|name| owned(&[name]));
        let targets = keys(self.sheet.root.get("target")).into_iter();
        let of_targets = targets.flat_map(|target| {
            let names = DEPENDENCIES.iter();
            names.map(move |name| owned(&["target", target, name]))
        });
        own.chain(of_targets).collect()
    }

    fn findings(mut self) -> Vec<Finding> {
        let mut findings = self.own_name();
        findings.extend(self.told_of_kept());
        if !self.sites.is_empty() {
            self.sites.sort_by_key(|range| range.start);
            let sites = self.sites.iter().cloned();
            let sites = sites.map(|range| site(Code::Import, range, self.mv));
            let blocked = self.blocked.first().map(|(_, reason)| reason.clone());
            findings.push(Finding {
                blocked,
                ..finding(sites.collect(), self.edits, Confidence::Certain, None)
            });
        }
        if !self.blocked.is_empty() {
            let blocked = self.blocked.into_iter().map(|(place, reason)| Finding {
                blocked: Some(reason),
                ..finding(
                    vec![site(Code::Import, place, self.mv)],
                    Vec::new(),
                    Confidence::Certain,
                    None,
                )
            });
            findings.extend(blocked);
            return findings;
        }
        for (place, reason) in self.doubts {
            findings.push(manual(site(Code::Text, place, self.mv), reason));
        }
        for twin in self.twins {
            let new = library_of(&self.mv.to.module);
            findings.push(manual(
                site(Code::Import, twin, self.mv),
                format!("`{new}` stands in the same table; the two are one dependency from now on"),
            ));
        }
        findings
    }

    /// The package that moves is renamed by its owner, as the files of a module are: its name, and
    /// that of its library where it says one.
    fn own_name(&self) -> Vec<Finding> {
        let in_tree = self.project.packages_with(library_of(&self.mv.to.module));
        let named = |table: &str| self.sheet.table(&[table])?.get("name");
        let library = named("lib").and_then(Item::as_str);
        let is_moving = in_tree.is_empty() && library.is_none_or(|name| self.is_old(name));
        let tables = ["package", "lib"].into_iter().filter(|_| is_moving);
        let names = tables.filter_map(|table| {
            let item = named(table)?;
            let name = item.as_str().filter(|name| self.is_old(name))?;
            let place = self.sheet.inside(item.span()?, name)?;
            let new = match table {
                "lib" => library_of(&self.mv.to.module).to_owned(),
                _ => self.new_name(name),
            };
            let site = |code| site(code, place, self.mv);
            let reason = "the package itself is renamed by hand".to_owned();
            Some(match self.is_asked_for() {
                true => {
                    let reason = format!("{reason}: it is asked for as `{new}` from now on");
                    manual(site(Code::Text), reason)
                }
                false => finding(
                    vec![site(Code::Mention)],
                    Vec::new(),
                    Confidence::Likely,
                    Some(reason),
                ),
            })
        });
        names.collect()
    }

    /// Whether anything of the tree asks for the manifest's package by the new name: another package of
    /// its workspace, or its own code.
    fn is_asked_for(&self) -> bool {
        let Some(own) = self.own() else {
            return false;
        };
        let old = &*self.mv.from.module;
        let files = self.project.files().iter().enumerate();
        let manifests = files.filter(|(_, file)| file.ends_with("Cargo.toml"));
        let mut packages = manifests.filter_map(|(id, _)| self.project.package_of(id));
        let needs = self.project.rust_needs(&own);
        needs.iter().any(|need| library_of(need.path) == old)
            || packages.any(|other| {
                let mut dependencies = other.dependencies.iter();
                other.is_beside(&own) && dependencies.any(|it| it.library == old)
            })
    }

    fn is_old(&self, name: &str) -> bool {
        name.replace('-', "_") == self.mv.from.module
    }

    /// The new package and its version, where the move names them: of several moves to it the highest.
    fn dependency(&self) -> Option<&(String, String)> {
        let library = library_of(&self.mv.to.module);
        self.mv.dependency.as_ref()?;
        named(self.plan, self.mv, library)
    }

    /// The new package's name, with hyphens where the old one has them.
    fn new_name(&self, old: &str) -> String {
        let library = library_of(&self.mv.to.module);
        match (self.dependency(), &self.known_as) {
            (Some((name, _)), _) => name.clone(),
            (None, Some(name)) => name.clone(),
            (None, None) if old.contains('-') => library.replace('_', "-"),
            (None, None) => library.to_owned(),
        }
    }

    fn dependencies(&mut self, path: &[&str], explicit: bool) {
        let Some(table) = self.sheet.table(path) else {
            return;
        };
        let mut seen = BTreeSet::new();
        for (key, item) in table.iter().filter(|(key, _)| seen.insert(*key)) {
            let package = item.get("package").and_then(Item::as_str);
            if let Some(package) = package {
                if self.is_old(package) && !self.closes_cycle(path, table, (key, item), package) {
                    self.packaged(path, table, (key, item), package, explicit);
                }
                continue;
            }
            // `old:1.2.3` in `[profile]` and `[replace]`, with an address before it or not.
            let bare = key.rsplit('#').next().unwrap_or(key);
            let bare = bare.split([':', '@']).next().unwrap_or(bare);
            if let Some(reason) = self.stays_with_its_version(path, key) {
                let place = self.sheet.keys(table, key).first().cloned();
                self.doubts.extend(place.map(|place| (place, reason)));
                continue;
            }
            if !self.is_old(bare) {
                continue;
            }
            if bare == key && self.closes_cycle(path, table, (key, item), bare) {
                continue;
            }
            let new = self.new_name(bare);
            let names: Vec<Range<usize>> = self.sheet.keys(table, key);
            let names = names.into_iter().filter_map(|range| {
                let at = self.sheet.text[range.clone()].rfind(bare)?;
                Some(range.start + at..range.start + at + bare.len())
            });
            let names: Vec<Range<usize>> = names.collect();
            if bare == key && self.is_blocked(path, (key, item), (&new, &new)) {
                continue;
            }
            if bare == key && self.is_there_otherwise(path, table, key, &new) {
                self.twins.extend(names.first().cloned());
                continue;
            }
            if bare == key && !self.is_first(path, table, (key, &new)) {
                self.join((path, table), (key, item), &new, &names);
                continue;
            }
            let first = self.edits.len();
            for range in names {
                self.edits.push(Edit::replace(range.clone(), new.clone()));
                self.sites.push(range);
            }
            match bare == key && self.keeps_name(item, bare, &new) {
                true => self.name_package(item, bare, &new),
                false => self.source(item, bare, &new),
            }
            if bare == key {
                self.note(path, key, &new);
                if self.is_alone(path) {
                    self.sort(table, key, &new, first);
                }
            }
            self.note_feature(item, bare, new, explicit);
        }
    }

    /// Whether an entry cannot be the new crate's, since that needs the package.
    fn closes_cycle(
        &mut self,
        path: &[&str],
        table: &dyn TableLike,
        (key, item): Entry<'_>,
        old: &str,
    ) -> bool {
        let new = self.new_name(old);
        let own = self.own().filter(|_| is_of_code(path));
        let Some(own) = own.filter(|_| !self.keeps_name(item, old, &new)) else {
            return false;
        };
        let library = library_of(&self.mv.to.module);
        let place = self.sheet.keys(table, key).first().cloned();
        let is_of_tests = path.last().is_some_and(|it| it.starts_with("dev"));
        let kind = match is_of_tests {
            true => DependencyKind::Dev,
            false => DependencyKind::Normal,
        };
        let reason = closed((self.plan, self.project), &own, (library, kind));
        let is_closed = reason.is_some();
        self.blocked.extend(place.zip(reason));
        is_closed
    }

    /// Why an entry of `[profile]` or `[replace]` is left: it is for one version of the old crate, of
    /// which the new one is not, or for what lies at an address: `path+file:///old#1.2.3`.
    fn stays_with_its_version(&self, path: &[&str], key: &str) -> Option<String> {
        if !matches!(path, ["replace"] | ["profile", _, "package"]) {
            return None;
        }
        let (address, spec) = match key.rsplit_once('#') {
            Some((address, spec)) => (Some(address), spec),
            None if key.contains("://") => (Some(key), ""),
            None => (None, key),
        };
        let (name, version) = match spec.split_once([':', '@']) {
            Some((name, version)) => (name, Some(version)),
            None => (spec, None),
        };
        let new = library_of(&self.mv.to.module);
        let folder = address.and_then(|it| it.trim_end_matches('/').rsplit('/').next());
        let folder = folder.map(|it| it.strip_suffix(".git").unwrap_or(it));
        let is_bare = name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit());
        if is_bare && folder.is_some_and(|it| self.is_old(it)) {
            return Some(format!(
                "whether `{new}` is at this address is not known here"
            ));
        }
        let needed = &self.dependency()?.1;
        let version = version.filter(|_| self.is_old(name))?;
        (asked(version, needed) != Asked::Enough).then(|| {
            format!("it is for version {version}, and `{new}` is of version {needed} from now on")
        })
    }

    /// An entry that says of which package it is: `key = { package = "old" }`. A key of its own stays,
    /// and so does what code says; one that is the library's name so far takes the new one.
    fn packaged(
        &mut self,
        path: &[&str],
        table: &dyn TableLike,
        (key, item): (&str, &Item),
        package: &str,
        explicit: bool,
    ) {
        let new = self.new_name(package);
        let keeps_name = self.keeps_name(item, package, &new);
        let new_key = self.is_old(key).then(|| self.new_key(path, key));
        if keeps_name && new_key.is_none() {
            return;
        }
        if let Some(new_key) = &new_key
            && self.is_blocked(path, (key, item), (&new, new_key))
        {
            return;
        }
        let is_there = self.is_there_otherwise(path, table, key, &new)
            || new_key
                .as_ref()
                .is_some_and(|new| !self.is_first(path, table, (key, new)));
        if is_there {
            self.twins
                .extend(self.sheet.keys(table, key).first().cloned());
            return;
        }
        let first = self.edits.len();
        if let Some(new_key) = &new_key {
            for range in self.sheet.keys(table, key) {
                let at = self.sheet.text[range.clone()].find(key).unwrap_or_default();
                let at = range.start + at..range.start + at + key.len();
                self.edits.push(Edit::replace(at.clone(), new_key.clone()));
                self.sites.push(at);
            }
            self.new_keys.insert(key.to_owned(), new_key.clone());
            self.note_feature(item, key, new_key.clone(), explicit);
        }
        if !keeps_name {
            if let Some(range) = self.replace_text(item.get("package"), &new) {
                self.sites.push(range);
            }
            self.source(item, package, &new);
        }
        self.note(path, key, new_key.as_deref().unwrap_or(key));
        if let Some(new_key) = new_key
            && self.is_alone(path)
        {
            self.sort(table, key, &new_key, first);
        }
    }

    /// The key of an entry whose key was what code calls the library, spelled as that was.
    fn new_key(&self, path: &[&str], old: &str) -> String {
        let library = library_of(&self.mv.to.module);
        let package = self.new_name(old);
        // The members of a workspace ask for it as they would for the package.
        if path.first() == Some(&"workspace") && package.replace('-', "_") == library {
            return package;
        }
        match old.contains('-') {
            true => library.replace('_', "-"),
            false => library.to_owned(),
        }
    }

    /// An optional dependency gives a feature of its name, unless a list asks for one as `dep:`.
    fn note_feature(&mut self, item: &Item, old: &str, new: String, explicit: bool) {
        let optional = item.get("optional").and_then(Item::as_bool) == Some(true);
        if optional && !explicit {
            self.keeps_feature = Some((old.to_owned(), new));
        }
    }

    fn note(&mut self, path: &[&str], key: &str, new_key: &str) {
        let library = library_of(&self.mv.to.module);
        self.renames.note(path, key, (new_key, library));
    }

    /// Whether no other crate takes a new name in the table: lines that trade places do not move.
    fn is_alone(&self, path: &[&str]) -> bool {
        let here = self.renames.taken.keys().filter(|(taken, _)| taken == path);
        here.count() == 1
    }

    /// Where a table was sorted, the entry goes to where it sorts now, with its edits from `first` on.
    fn sort(&mut self, table: &dyn TableLike, key: &str, new: &str, first: usize) {
        let lines = self.sheet.lines_of(table, key).unwrap_or_default();
        let [line] = &lines[..] else { return };
        let Some(place) = self.sheet.sorted_place(table, line, new) else {
            return;
        };
        let mut edits = self.edits.split_off(first);
        edits.sort();
        let mut text = String::new();
        let mut at = line.start;
        for edit in &edits {
            text.push_str(&self.sheet.text[at..edit.start]);
            text.push_str(&edit.text);
            at = edit.end;
        }
        text.push_str(&self.sheet.text[at..line.end]);
        self.edits.push(Edit::delete(line.clone()));
        self.edits.push(self.sheet.whole_line(place, &text));
    }

    /// Whether no other entry of the table has the new name, or takes it in this run.
    fn is_first(&mut self, path: &[&str], table: &dyn TableLike, (old, new): (&str, &str)) -> bool {
        let library = new.replace('-', "_");
        let is_there = table.iter().any(|(key, item)| {
            let package = item.get("package").and_then(Item::as_str);
            is_alike(key, new) && package.is_none_or(|it| !self.is_old(it))
        });
        let place = (owned(path), library);
        let is_first = !is_there && !self.renames.taken.contains_key(&place);
        if is_first {
            self.renames.taken.insert(place, old.to_owned());
        }
        is_first
    }

    /// Whether an entry cannot be the new crate's, beside what is there: then all of the move waits.
    fn is_blocked(&mut self, path: &[&str], entry: Entry<'_>, new: (&str, &str)) -> bool {
        let obstacle = self
            .beside()
            .obstacle(path, entry, new, |package| self.is_old(package));
        let place = || {
            let table = self.sheet.table(path)?;
            self.sheet.keys(table, entry.0).first().cloned()
        };
        self.blocked.extend(place().zip(obstacle.clone()));
        obstacle.is_some()
    }

    fn beside(&self) -> Beside<'_> {
        let version = self.dependency();
        Beside {
            sheet: self.sheet,
            own: self.own(),
            library: library_of(&self.mv.to.module),
            version: version.map(|(_, version)| version.as_str()),
        }
    }

    /// Whether the new package is a dependency of the table already, and one of the two entries calls
    /// it otherwise: Cargo refuses two names of one package.
    fn is_there_otherwise(
        &self,
        path: &[&str],
        table: &dyn TableLike,
        own: &str,
        new: &str,
    ) -> bool {
        let library = new.replace('-', "_");
        let package_of = |key: &str| {
            let package = table.get(key).and_then(|item| item.get("package"));
            package.and_then(Item::as_str)
        };
        let mut others = table.iter().filter(|(key, _)| *key != own);
        is_of_code(path)
            && others.any(|(key, _)| {
                let package = package_of(key);
                let is_new = package.unwrap_or(key).replace('-', "_") == library;
                is_new && (package.is_some() || package_of(own).is_some())
            })
    }

    /// The new name is there: the old entry goes if nothing is lost with it.
    fn join(
        &mut self,
        (path, table): (&[&str], &dyn TableLike),
        (key, item): Entry<'_>,
        new: &str,
        names: &[Range<usize>],
    ) {
        let place = (owned(path), new.replace('-', "_"));
        let becoming = self.renames.taken.get(&place);
        let twin = match becoming.cloned() {
            // What another crate says that becomes the same one.
            Some(other) => {
                let lost = table.get(&other).and_then(|other| lacks(item, other));
                if let Some(lost) = lost {
                    let reason = format!("`{other}` is the same crate from now on, {lost}");
                    self.blocked
                        .extend(names.first().cloned().map(|at| (at, reason)));
                    return;
                }
                None
            }
            None => table.iter().find(|(key, _)| is_alike(key, new)),
        };
        // Features may ask for it by its name.
        let is_asked_for = ["optional", "public"].iter();
        let is_asked_for = is_asked_for.clone().any(|name| item.get(name).is_some());
        let lines = self.sheet.lines_of(table, key).filter(|_| !is_asked_for);
        let Some(lines) = lines else {
            self.twins.extend(names.first().cloned());
            return;
        };
        self.edits.extend(lines.into_iter().map(Edit::delete));
        self.sites.extend(names.iter().cloned());
        if let (Some((_, twin)), Some((_, version))) = (twin, self.dependency()) {
            let lower = self.beside().lower(twin).cloned();
            self.replace_text(lower.as_ref(), &version.clone());
        }
    }

    /// The version that the manifest names, where one stands; and where the package comes from.
    fn source(&mut self, item: &Item, old: &str, new: &str) {
        let place = version_of(item);
        if let Some((_, version)) = self.dependency()
            && place.and_then(Item::as_str).is_some_and(|it| it != version)
        {
            let version = version.clone();
            self.replace_text(place, &version);
        }
        // Of a registry's packages any one may be asked for; a folder and a repository hold a few.
        for (key, place) in ["path", "git"].map(|key| (key, item.get(key))) {
            let Some(written) = place.and_then(Item::as_str) else {
                continue;
            };
            let is_path = key == "path";
            if is_path && self.leads_to(written, old, new) {
                continue;
            }
            if is_path && let Some(moved) = self.moved_folder(written, old, new) {
                self.replace_text(place, &moved);
                continue;
            }
            let span = place.and_then(Item::span);
            let span = span.and_then(|span| self.sheet.inside(span, written));
            let what = if is_path { "folder" } else { "repository" };
            let reason = format!("whether `{new}` is in this {what} is not known here");
            self.doubts.extend(span.map(|span| (span, reason)));
        }
    }

    /// Whether an entry takes its package from a folder outside of the workspace, where it is called
    /// as before.
    fn keeps_name(&self, item: &Item, old: &str, new: &str) -> bool {
        let Some(folder) = item.get("path").and_then(Item::as_str) else {
            return false;
        };
        let is_old = self.package_in(folder).is_some_and(|it| it.name == old);
        is_old && !self.leads_to(folder, old, new) && self.moved_folder(folder, old, new).is_none()
    }

    /// `package = "old"` behind the folder that a package lies in.
    fn name_package(&mut self, item: &Item, old: &str, new: &str) {
        let text = self.sheet.text;
        let Some(span) = item.get("path").and_then(Item::span) else {
            return;
        };
        let span = self.sheet.placed(span);
        let name = format!("{old:?}");
        if let Item::Value(Value::InlineTable(table)) = item {
            let key = match table.is_dotted() {
                true => format!("{new}.package"),
                false => "package".to_owned(),
            };
            let more = format!(", {key} = {name}");
            self.edits.push(Edit::insert(span.end, more));
            return;
        }
        // The line of the folder once more, with the other key.
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let start = start.max(self.sheet.bom);
        let Some((table, equals)) = text[start..span.start].rsplit_once("path") else {
            return;
        };
        let line = format!("{}package{equals}{name}", table.replacen(old, new, 1));
        let behind = text[span.end..].find('\n');
        let behind = behind.map_or(text.len(), |at| span.end + at + 1);
        self.edits.push(self.sheet.whole_line(behind, &line));
    }

    /// Whether the new package lies in a folder, or the old one of this workspace, which its owner renames.
    fn leads_to(&self, folder: &str, old: &str, new: &str) -> bool {
        let Some(package) = self.package_in(folder) else {
            return false;
        };
        let in_tree = self.project.packages_with(library_of(&self.mv.to.module));
        let waits = package.name == old && !in_tree.iter().any(|other| other.name == new);
        let is_renamed = package.lib.as_deref() == Some(&*self.mv.from.module)
            && (package.workspace == self.dir
                || self.own().is_some_and(|own| own.is_beside(&package)));
        package.name == new || waits && is_renamed
    }

    /// The folder of the new package: the one in the place of the old one's, or the only one.
    fn moved_folder(&self, folder: &str, old: &str, new: &str) -> Option<String> {
        let is_new = |folder: &String| self.package_in(folder).is_some_and(|it| it.name == new);
        let head = folder.strip_suffix(old);
        let head = head.filter(|head| head.is_empty() || head.ends_with('/'));
        let beside = head.map(|head| format!("{head}{new}")).filter(is_new);
        beside.or_else(|| {
            let in_tree = self.project.packages_with(library_of(&self.mv.to.module));
            let mut named = in_tree.iter().filter(|package| package.name == new);
            let package = named.next().filter(|_| named.next().is_none())?;
            Some(relative(self.dir, &package.dir)).filter(is_new)
        })
    }

    /// The package of the manifest.
    fn own(&self) -> Option<Arc<Package>> {
        self.package_in("")
    }

    /// The package of the project whose manifest lies in a folder.
    fn package_in(&self, folder: &str) -> Option<Arc<Package>> {
        let dir = crate::discover::lexically_normal(&self.dir.join(folder));
        let manifest = self.project.id(&dir.join("Cargo.toml"))?;
        let package = self.project.package_of(manifest)?;
        (package.dir == dir).then_some(package)
    }

    /// Puts `new` between the quotes of a string.
    fn replace_text(&mut self, item: Option<&Item>, new: &str) -> Option<Range<usize>> {
        let item = item?;
        let range = self.sheet.inside(item.span()?, item.as_str()?)?;
        self.edits.push(Edit::replace(range.clone(), new));
        Some(range)
    }

    /// `dep:old`, `old/feature`, `old?/feature`.
    fn features(&mut self, features: Option<&dyn TableLike>) {
        for (_, item) in features.into_iter().flat_map(TableLike::iter) {
            if let Some(list) = item.as_array() {
                self.list(list);
            }
        }
        if let Some((old, new)) = self.keeps_feature.clone()
            && !features.is_some_and(|features| features.contains_key(&old))
        {
            // An optional dependency makes a feature of its name, which stays for those who ask for it.
            let value = format!("[\"dep:{new}\"]");
            self.edits
                .push(self.sheet.entry(&["features"], &old, &value));
        }
    }

    /// Features that targets require, and those that tools like docs.rs are told.
    fn targets(&mut self) {
        let root = self.sheet.root;
        for kind in ["bin", "test", "example", "bench"] {
            let many = root.get(kind).and_then(Item::as_array_of_tables);
            for target in many.into_iter().flatten() {
                if let Some(list) = target.get("required-features").and_then(Item::as_array) {
                    self.list(list);
                }
            }
            let inline = root.get(kind).and_then(Item::as_array);
            for target in inline.into_iter().flatten() {
                let target = target.as_inline_table();
                let list = target.and_then(|target| target.get("required-features"));
                if let Some(list) = list.and_then(Value::as_array) {
                    self.list(list);
                }
            }
        }
        let metadata = self.sheet.table(&["package", "metadata"]);
        let mut open: Vec<&dyn TableLike> = metadata.into_iter().collect();
        while let Some(table) = open.pop() {
            for (key, item) in table.iter() {
                open.extend(item.as_table_like());
                if let Some(list) = item.as_array().filter(|_| key == "features") {
                    self.list(list);
                }
            }
        }
    }

    fn list(&mut self, list: &Array) {
        for value in list {
            let (Some(text), Some(span)) = (value.as_str(), value.span()) else {
                continue;
            };
            let (lead, rest) = match text.strip_prefix("dep:") {
                Some(rest) => ("dep:", rest),
                None => ("", text),
            };
            let name = rest.split(['/', '?']).next().unwrap_or(rest);
            let is_feature = lead.is_empty() && name == rest;
            if is_feature || !self.is_old(name) {
                continue;
            }
            let Some(whole) = self.sheet.inside(span.clone(), text) else {
                continue;
            };
            let start = whole.start + lead.len();
            let range = start..start + name.len();
            let new = self.new_keys.get(name).cloned();
            let new = new.unwrap_or_else(|| self.new_name(name));
            // `old/feature` turns on the feature `old` of an optional dependency as well.
            let kept = self.keeps_feature.as_ref().map(|(old, _)| old.clone());
            let kept = kept.filter(|kept| {
                let is_listed = list.iter().any(|it| it.as_str() == Some(kept));
                kept == name && rest[name.len()..].starts_with('/') && !is_listed
            });
            if let Some(kept) = kept {
                let at = self.sheet.placed(span).start;
                self.edits.push(Edit::replace(
                    at..range.end,
                    format!("{:?}, {}{new}", kept, &self.sheet.text[at..range.start]),
                ));
            } else {
                self.edits.push(Edit::replace(range.clone(), new));
            }
            self.sites.push(range);
        }
    }
}

fn owned(path: &[&str]) -> TablePath {
    path.iter().map(|&name| name.to_owned()).collect()
}

/// The way from one folder to another, as manifests write it.
fn relative(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components());
    let shared = shared.take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared);
    let down = down.map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    parts.join("/")
}

fn keys(item: Option<&Item>) -> Vec<&str> {
    let table = item.and_then(Item::as_table_like);
    let keys = table.into_iter().flat_map(TableLike::iter);
    keys.map(|(key, _)| key).collect()
}
