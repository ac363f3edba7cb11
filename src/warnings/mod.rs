//! The compiler's deprecation warnings → moves, and the places where it sees a legacy path.
//!
//! The compiler resolves names itself: what no move accounts for is a finding where it stands. The
//! note's first words, ``moved to `path` ``, are an interface.

mod declared;
mod libraries;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use self::declared::Declared;
pub use self::declared::Rivals;
use self::libraries::Libraries;
use crate::cargo::{Checked, Place};
use crate::discover;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Site};
use crate::lang::rust::{Member, named_at, told_apart};
use crate::manifest::{Manifest, MoveSpec, PathSpec, RustMove};
use crate::parallel::Pool;
use crate::plan::{COMPILERS_CRATES, Plan};
use crate::project::{FileId, Project, RustPlace, is_rust, library_of};
use crate::source::{Source, offset};

/// What a compiler's lines are called in messages.
const NAME: &str = "<the compiler's warnings>";

/// What the hidden macro behind a decoy of `shim-macros` is called.
const DECOY: &str = "__moved_";

/// How the note of a module begins of whose items each went to a place of its own.
const EACH_MOVED: &str = "its items moved in ";

/// What is to be done about one.
const SCATTERED: &str = "each item of it moved to a place of its own, and the compiler does not say \
    which of them this line gives: import them by their names";

/// One place of the project where the compiler says that something moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The file, absolute.
    pub file: PathBuf,
    /// The first line, from 1.
    pub line: usize,
    /// The first column in characters, from 1.
    pub column: usize,
    /// The last line.
    pub last_line: usize,
    /// The column behind it.
    pub end_column: usize,
    /// The legacy path as the compiler names it: the shortest one that it knows for the thing, or
    /// for the decoy that stands for it.
    pub from: String,
    /// The path as it is written there, where one is; the canonical one in a file that somebody
    /// migrated since.
    pub written: Option<String>,
    /// The canonical path; empty for a module of whose items each has one of its own.
    pub to: String,
    /// The same move by the note's own path, where the compiler knows a shorter one for the type.
    pub of_home: Option<(String, String)>,
    /// What of a module went elsewhere: its path below the module, and the canonical one.
    pub others: Vec<(String, String)>,
    /// What it is to the compiler: `struct`, `method`.
    pub kind: String,
    /// The macro in whose expansion it stands.
    pub expansion: Option<String>,
    /// Why nothing of the kind may be rewritten anywhere.
    pub kept: Option<String>,
    /// Why the new name could mean another member where the type or trait is not written before it.
    pub rivals: Rivals,
}

/// The warnings of a project, and what of them was passed over.
#[derive(Debug, Clone, Default)]
pub struct Warnings {
    /// In the order of the files, each once.
    pub all: Vec<Warning>,
    /// Files that are no longer what the compiler saw.
    pub stale: BTreeSet<PathBuf>,
    /// How many more there are in files that are not the project's.
    pub elsewhere: usize,
    /// The root files of the libraries that were compiled, by their names.
    libraries: BTreeMap<String, BTreeSet<PathBuf>>,
}

impl Warnings {
    /// Those among what the compiler says that lie in files below `root`. The same crate is compiled
    /// for several targets, and says everything as often. `dirs` are where the compiler may have
    /// been started, if it was elsewhere.
    pub fn of(checked: &Checked, root: &Path, dirs: &[PathBuf]) -> Self {
        let mut all = BTreeSet::new();
        let mut elsewhere = BTreeSet::new();
        let mut found = Self::default();
        let mut files = Files {
            root,
            dirs,
            lines: BTreeMap::new(),
        };
        for diagnostic in &checked.diagnostics {
            let is_deprecation = diagnostic.code.as_deref() == Some("deprecated");
            let moved = is_deprecation.then(|| moved(&diagnostic.message)).flatten();
            let Some(Moved {
                kind,
                from,
                to,
                others,
            }) = moved
            else {
                continue;
            };
            for place in &diagnostic.places {
                let expansion = place.expansion.as_ref().map(|(name, _)| name.clone());
                // What a macro of another crate writes is seen where it is called.
                let places = std::iter::successors(Some(place), |place| place.caller());
                let located = places.map(|place| (place, files.of(place, &diagnostic.root_file)));
                let located = located
                    .into_iter()
                    .find(|(_, it)| *it != Located::Elsewhere);
                let (place, file) = match located {
                    Some((place, Located::Here(file))) => (place, file),
                    Some((_, Located::Changed(file))) => {
                        found.stale.insert(file);
                        continue;
                    }
                    _ => {
                        elsewhere.insert((&place.file, place.line, place.column));
                        continue;
                    }
                };
                all.insert(Warning {
                    file,
                    line: place.line,
                    column: place.column,
                    last_line: place.last_line,
                    end_column: place.end_column,
                    from: from.clone(),
                    written: None,
                    to: to.clone(),
                    of_home: None,
                    others: others.clone(),
                    kind: kind.clone(),
                    expansion,
                    kept: to.is_empty().then(|| SCATTERED.to_owned()),
                    rivals: Rivals::default(),
                });
            }
        }
        found.all = all.into_iter().collect();
        found.elsewhere = elsewhere.len();
        found.libraries.clone_from(&checked.libraries);
        found
    }

    /// Looks up which paths are written at the warnings. What the compiler says may be another one:
    /// it knows a thing by its shortest path, and a decoy as a hidden macro.
    ///
    /// # Errors
    /// A bad glob of `exclude`.
    pub fn look_up(&mut self, root: &Path, exclude: &[String], pool: &Pool) -> anyhow::Result<()> {
        if self.all.is_empty() {
            return Ok(());
        }
        let found = discover::files(root, &[], exclude, pool, |_| ())?;
        let plan = Plan::of(Vec::new());
        let project = Project::new(root, found.files, &plan, pool);
        let of_files: Vec<&[Warning]> = self.all.chunk_by(|a, b| a.file == b.file).collect();
        let known = pool.map(&of_files, |warnings| {
            let named = || {
                let path = &warnings[0].file;
                let file = project.id(path)?;
                let source = Source::decode(path, std::fs::read(path).ok()?).ok()?;
                let starts = warnings.iter().map(|warning| {
                    let range = warning.range(&source);
                    range.map_or(source.text().len(), |range| warning.start(&range, &source))
                });
                let starts: Vec<usize> = starts.collect();
                let named = named_at(&plan, &project, file, &source, &starts);
                Some((project.rust_place(file), named))
            };
            named().unwrap_or_else(|| (RustPlace::default(), vec![None; warnings.len()]))
        });
        let mut warnings = self.all.iter_mut();
        for (place, named) in known {
            for (named, warning) in named.into_iter().zip(warnings.by_ref()) {
                warning.learn(&place, named.map(|named| named.path));
            }
        }
        self.drop_inherited();
        self.name_owners(pool);
        self.keep(&project, pool);
        Ok(())
    }

    /// What is deprecated as a part of what moved, with the note of that, goes along with it: a field
    /// of a struct, a variant of an enum, an item of a module.
    fn drop_inherited(&mut self) {
        let known = self.all.iter();
        let known = known.map(|warning| (warning.from.clone(), warning.to.clone()));
        let known: BTreeSet<(String, String)> = known.collect();
        self.all.retain(|warning| {
            let ends = warning.from.match_indices("::");
            let mut around = ends.map(|(end, _)| warning.from[..end].to_owned());
            let is_its = |path: String| known.contains(&(path, warning.to.clone()));
            warning.to.is_empty() || !around.any(is_its)
        });
    }

    /// The compiler calls the type of a member by its shortest path, and the note by the canonical
    /// one: where both are the same type, its member is named by what is written there.
    fn name_owners(&mut self, pool: &Pool) {
        let asked = self.all.iter().filter(|warning| warning.may_be_its());
        let libraries = Libraries::of(asked, &self.libraries, pool);
        for warning in &mut self.all {
            if warning.may_be_its() && libraries.have_one(warning) {
                let is_owners = |path: &&String| split(split(path).0).1 == warning.owner();
                let written = warning.written.as_ref().filter(is_owners);
                let from = written.unwrap_or(&warning.from).clone();
                let (home, new) = split(&warning.to);
                let by_home = format!("{home}::{}", split(&from).1);
                let to = format!("{}::{new}", split(&from).0);
                let of_home = (by_home, std::mem::replace(&mut warning.to, to));
                warning.of_home = Some(of_home);
                warning.from = from;
            }
        }
    }

    /// Finds out what may not be rewritten, here or anywhere else.
    fn keep(&mut self, project: &Project, pool: &Pool) {
        let mut kept: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut rivals: BTreeMap<(String, String), Rivals> = BTreeMap::new();
        let mut asked = BTreeSet::new();
        let members: Vec<&Warning> = self.all.iter().filter(|it| it.is_member()).collect();
        let declared = Declared::of(&members, project, pool);
        for warning in &self.all {
            let key = (warning.from.clone(), warning.to.clone());
            if let Some(why) = &warning.kept {
                kept.entry(key).or_insert_with(|| why.clone());
            } else if asked.insert(key.clone()) {
                let files = self.all.iter().filter(|it| it.from == warning.from);
                let files = files.map(|it| it.file.as_path()).collect();
                let why = warning.sibling(project, &files);
                let why = why.or_else(|| declared.implemented(warning, &files));
                if warning.is_member() {
                    rivals.insert(key.clone(), declared.rivals(warning));
                }
                kept.extend(why.map(|why| (key, why)));
            }
        }
        for warning in &mut self.all {
            let key = (warning.from.clone(), warning.to.clone());
            warning.kept = kept.get(&key).cloned();
            warning.rivals = rivals.get(&key).cloned().unwrap_or_default();
        }
    }

    /// The moves that the warnings tell of, as a manifest would have them. Of a path that leads to
    /// two places, and of a member that becomes no member of the same type, there is none.
    pub fn manifest(&self) -> Manifest {
        // Where each path leads, and what that is.
        type Targets<'w> = BTreeMap<String, BTreeMap<&'w str, Option<&'static str>>>;
        let mut targets = Targets::new();
        let moved = || self.all.iter().filter(|warning| warning.kept.is_none());
        for warning in moved() {
            let kind = warning.kind_of_move();
            let paths = warning.paths().map(|path| (path, &warning.to));
            let of_home = warning.of_home.as_ref().filter(|_| warning.is_member());
            for (path, to) in paths.chain(of_home.map(|(from, to)| (&**from, to))) {
                let targets = targets.entry(path.to_owned()).or_default();
                let known = targets.entry(to).or_insert(kind);
                // The macro is not the only thing of its name.
                let is_macro = |kind: Option<&str>| kind == Some("macro");
                *known = match is_macro(*known) != is_macro(kind) {
                    true => Some("symbol"),
                    false => kind,
                };
            }
        }
        // A warning of the thing itself says more of it than one of its module.
        let mut more = Targets::new();
        for warning in moved() {
            for path in warning.paths() {
                for (name, to) in &warning.others {
                    let path = format!("{path}::{name}");
                    if path != *to && !targets.contains_key(&path) {
                        more.entry(path).or_default().insert(to, Some("symbol"));
                    }
                }
            }
        }
        targets.extend(more);
        let moves = targets.iter().filter_map(|(from, to)| {
            let mut to = to.iter();
            let ((to, kind), None) = (to.next()?, to.next()) else {
                return None;
            };
            let is_whole = *kind == Some("module");
            let path = |path: &str| {
                let mut module: Vec<String> = path.split("::").map(str::to_owned).collect();
                let name = (!is_whole).then(|| module.pop()).flatten();
                let span = 0..0;
                PathSpec { module, name, span }
            };
            Some(MoveSpec {
                id: id(from),
                since: None,
                remove_in: None,
                reason: None,
                rename: BTreeMap::new(),
                python: None,
                rust: Some(RustMove {
                    from: path(from),
                    to: path(to),
                    kind: kind.map(str::to_owned),
                    items: Vec::new(),
                    signature: None,
                    dependency: None,
                    move_files: false,
                }),
            })
        });
        Manifest {
            path: PathBuf::from(NAME),
            moves: moves.collect(),
            ..Manifest::default()
        }
    }
}

impl Warning {
    /// Takes note of the path that is written there, and of the crate of what the compiler names.
    fn learn(&mut self, place: &RustPlace, written: Option<String>) {
        let krate = &place.krate;
        // The compiler names a macro as it is written, and there a crate may have another name.
        let externs = place.package.iter().flat_map(|package| &package.externs);
        let mut externs = externs.filter(|_| self.kind.ends_with("macro"));
        let library = externs.find_map(|(name, library)| {
            let rest = self.from.strip_prefix(&**name)?;
            rest.starts_with("::").then(|| format!("{library}{rest}"))
        });
        self.from = library.unwrap_or_else(|| std::mem::take(&mut self.from));
        let libraries = place.package.iter().flat_map(|package| {
            let own = package.lib.iter().filter(|lib| *lib != krate);
            package.externs.values().chain(own)
        });
        let libraries: Vec<&str> = libraries
            .map(String::as_str)
            .chain(COMPILERS_CRATES)
            .collect();
        let first_of_from = library_of(&self.from);
        // The compiler leaves out the name of the crate that it compiles.
        let is_local = ![library_of(&self.to), krate].contains(&first_of_from)
            && !libraries.contains(&first_of_from);
        if is_local {
            self.from = format!("{krate}::{}", self.from);
        }
        let mut targets = self.others.iter().map(|(_, to)| to).chain([&self.to]);
        let unknown = targets.find(|to| {
            let library = library_of(to);
            !to.is_empty() && library != krate && !libraries.contains(&library)
        });
        if let (Some(package), Some(to)) = (&place.package, unknown) {
            let (name, krate) = (&package.name, library_of(to));
            self.kept = Some(format!(
                "`{name}` does not depend on `{krate}`, where it moved to"
            ));
        }
        // What the crate itself gives on is no legacy path: the line that does so moves.
        let is_legacy = |path: &String| library_of(path) != krate || is_local;
        let is_it =
            |path: &String| *path == self.to || split(path).1 == self.name() && is_legacy(path);
        self.written = written.filter(is_it);
    }

    /// The legacy name: a decoy's has its own words around it.
    fn name(&self) -> &str {
        let (_, last) = split(&self.from);
        let decoy = last
            .strip_prefix(DECOY)
            .and_then(|name| name.rsplit_once('_'));
        decoy.map_or(last, |(name, _)| name)
    }

    /// Why a member cannot take the name of another one of its type: some code of the project
    /// knows both. `files` are those where it is seen; what defines both has to know them.
    fn sibling(&self, project: &Project, files: &BTreeSet<&Path>) -> Option<String> {
        let member = match &*self.kind {
            "field" => Member::Field,
            kind if kind.ends_with("variant") => Member::Variant,
            kind if kind.ends_with("constant") => Member::Constant,
            _ => return None,
        };
        let (old, new) = (split(&self.from).1, split(&self.to).1);
        let owner = split(split(&self.to).0).1;
        let home = library_of(&self.to);
        let is_asked = |(file, path): &(FileId, &PathBuf)| {
            is_rust(path)
                && (files.contains(path.as_path()) || project.rust_place(*file).krate != home)
        };
        let asked = project.files().iter().enumerate().filter(is_asked);
        let mut apart = asked.filter_map(|(_, path)| {
            let bytes = std::fs::read(path).ok()?;
            let source = Source::decode(path, bytes).ok()?;
            let line = told_apart(source.text(), (owner, old, new), member)?;
            Some((path, line))
        });
        let (path, line) = apart.next()?;
        let path = path.strip_prefix(project.root()).unwrap_or(path).display();
        Some(format!(
            "`{old}` and `{new}` are told apart in {path}:{line}"
        ))
    }

    /// The legacy paths that it tells of.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let is_path = |path: &&str| path.split("::").all(is_name);
        let is_member = self.is_member();
        let is_kept = split(&self.from).0 == split(&self.to).0;
        let is_move = self.kind != "field" && (!is_member || is_kept) && is_path(&&*self.to);
        let (_, last) = split(&self.from);
        let named = (last == self.name()).then_some(&*self.from);
        // The type may have it by a trait: as an item of that it would lose the type.
        let is_owners = |path: &&str| !is_member || split(split(path).0).1 == self.owner();
        let written = self.written.as_deref().filter(is_owners);
        let paths = named.into_iter().chain(written);
        paths
            .filter(is_path)
            .filter(move |path| is_move && *path != self.to)
    }

    /// Whether it is an item of a trait or of an `impl`.
    fn is_member(&self) -> bool {
        self.kind.starts_with("associated") || self.kind == "method"
    }

    /// Whether it is an item or a field of what the note calls by another path of that crate.
    fn may_be_its(&self) -> bool {
        let (above, home) = (split(&self.from).0, split(&self.to).0);
        let is_part = self.is_member() || self.kind == "field";
        let is_one = split(above).1 == split(home).1 && library_of(above) == library_of(home);
        is_part && above != home && is_one
    }

    /// What the type or the trait of a member is called.
    fn owner(&self) -> &str {
        split(split(&self.to).0).1
    }

    /// Why it cannot be replaced behind these bytes, by what its new name could mean there.
    fn rival(&self, before: &str) -> Option<&String> {
        let before = before.trim_end();
        if before.ends_with('.') {
            return self.rivals.method.as_ref();
        }
        let is_it = |path: &str| split(path).0 == split(&self.from).0;
        let way = before.strip_suffix("::").unwrap_or(before).trim_end();
        let cast = way.strip_suffix('>').and_then(|it| it.rsplit_once(" as "));
        let way = cast.map_or(way, |(_, way)| way);
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        let owner = way.rsplit(|c| !is_part(c)).next();
        let is_owners = owner == Some(self.owner()) || self.written.as_deref().is_some_and(is_it);
        self.rivals.path.as_ref().filter(|_| !is_owners)
    }

    /// What moved, as the manifest calls it. What the compiler names may be a decoy, and so its kind
    /// tells little: a value stands for a trait, which can be used without its name.
    fn kind_of_move(&self) -> Option<&'static str> {
        let is_whole = |path: &str| !path.contains("::");
        match &*self.kind {
            "module" | "crate" => Some("module"),
            _ if is_whole(&self.from) || is_whole(&self.to) => Some("module"),
            "trait" => Some("trait"),
            // A decoy is one as well, of anything.
            kind if kind.ends_with("macro") && split(&self.from).1 == self.name() => Some("macro"),
            "function" if self.name().starts_with(char::is_uppercase) => None,
            _ => Some("symbol"),
        }
    }

    /// The bytes that it points to.
    fn range(&self, source: &Source) -> Option<Range<usize>> {
        let text = source.text();
        let start = offset(text, self.line, self.column)?;
        let end = offset(text, self.last_line, self.end_column)?;
        (start < end).then_some(start..end)
    }

    /// The byte where its name begins: of a macro the compiler points to the whole path.
    fn start(&self, range: &Range<usize>, source: &Source) -> usize {
        let text = &source.text()[range.clone()];
        let name = text.rfind("::").filter(|_| self.kind.ends_with("macro"));
        let name = name.map_or(text, |at| text[at + 2..].trim_start());
        range.end - name.len()
    }

    fn finding(
        &self,
        range: Range<usize>,
        is_import: bool,
        source: &Source,
        spans: Spans,
    ) -> Finding {
        let written = self.written.as_ref().filter(|path| **path != self.to);
        let from = written.unwrap_or(&self.from);
        let edit = self.edit(&range, source).and_then(|edit| match spans {
            Spans::Edited => Ok(edit),
            Spans::Left => Err("a new name here would give another one a new meaning".to_owned()),
        });
        let site = Site {
            code: if is_import { Code::Import } else { Code::Usage },
            range,
            move_id: id(from),
            from: from.clone(),
            to: self.to.clone(),
            reason: None,
        };
        match edit {
            Ok(edit) => Finding {
                edits: vec![edit],
                confidence: Confidence::Certain,
                reason: None,
                ..Finding::left(vec![site], String::new())
            },
            Err(reason) => Finding::left(vec![site], reason),
        }
    }

    /// The new name in the place of the old one, where all that leads to it stays.
    fn edit(&self, range: &Range<usize>, source: &Source) -> Result<Edit, String> {
        if let Some(why) = &self.kept {
            return Err(why.clone());
        }
        if let Some(name) = &self.expansion {
            return Err(format!("it stands in what `{name}` expands to"));
        }
        let (above, old) = split(&self.from);
        let (home, new) = split(&self.to);
        if above != home {
            return Err(match self.may_be_its() {
                true => format!("`{above}` may be another type than `{home}`"),
                false => "the compiler sees it here, and no import that moves leads to it".into(),
            });
        }
        let text = &source.text()[range.clone()];
        let is_field = self.kind == "field";
        // Of a field the compiler points to all of `a.old` and of `old: 1`; `S { old }` is the name
        // of a variable as well.
        let at = match text.strip_prefix(old) {
            Some("") if !is_field => Some(range.clone()),
            Some(rest) if is_field && rest.trim_start().starts_with(':') => {
                Some(range.start..range.start + old.len())
            }
            _ if is_field => {
                let head = text
                    .strip_suffix(old)
                    .filter(|head| head.trim_end().ends_with('.'));
                head.map(|head| range.start + head.len()..range.end)
            }
            // Of a macro the compiler points to the whole path.
            _ => {
                let written = self.written.as_deref();
                let head = text
                    .strip_suffix(old)
                    .filter(|head| head.trim_end().ends_with("::"));
                let head = head.filter(|_| written.is_some_and(|path| split(path).0 == home));
                head.map(|head| range.start + head.len()..range.end)
            }
        };
        match at {
            Some(at) => match self.rival(&source.text()[..at.start]) {
                Some(why) => Err(why.clone()),
                None => Ok(Edit::replace(at, new)),
            },
            None if is_field => Err("it names a variable as well as a field".into()),
            None => Err(format!("it is not written `{old}` here")),
        }
    }
}

/// What is to be said of a file's warnings beside the `known` findings of its scan, where neither
/// these nor the moves account for them.
pub fn findings(
    warnings: &[&Warning],
    known: &[Finding],
    (plan, project, file): (&Plan, &Project, FileId),
    source: &Source,
    spans: Spans,
) -> Vec<Finding> {
    // An edit may write a whole statement anew, with names in it that stay what they are.
    let known = known.iter().filter(|finding| !finding.is_mention());
    let known = known.flat_map(|finding| finding.sites.iter().map(move |site| (finding, site)));
    let known: Vec<(&Finding, &Site)> = known.collect();
    let is_known = |warning: &Warning, range: &Range<usize>| {
        let meets = |other: &Range<usize>| other.start < range.end && range.start < other.end;
        // What moves a name of a list takes its module nowhere.
        let counts = |finding: &Finding| !warning.to.is_empty() || finding.edits.is_empty();
        let mut known = known.iter();
        known.any(|(finding, site)| counts(finding) && meets(&site.range))
    };
    let placed = warnings
        .iter()
        .filter_map(|it| Some((*it, it.range(source)?)));
    let placed: Vec<(&Warning, Range<usize>)> = placed
        .filter(|(warning, range)| !is_known(warning, range))
        .collect();
    if placed.is_empty() {
        return Vec::new();
    }
    let starts = placed
        .iter()
        .map(|(warning, range)| warning.start(range, source));
    let starts: Vec<usize> = starts.collect();
    let named = named_at(plan, project, file, source, &starts);
    let open = placed
        .into_iter()
        .zip(named)
        .filter(|((warning, _), named)| {
            // An import that moves gives the name its new meaning, as one has that is written so.
            let is_written = warning.written.as_ref() == Some(&warning.to);
            let is_moved = named
                .as_ref()
                .is_some_and(|named| named.path == warning.to && (named.is_moved || is_written));
            !is_moved || warning.expansion.is_some()
        });
    open.map(|((warning, range), named)| {
        let is_import = named.as_ref().is_some_and(|named| named.is_import);
        // What leads to a member by a name that no move knows, as another one of its type, would
        // lead to something else by the new name.
        let old = split(&warning.from).1;
        let is_led = named.is_some_and(|named| split(&named.path).1 == old);
        let spans = match warning.is_member() && is_led {
            true => Spans::Left,
            false => spans,
        };
        warning.finding(range, is_import, source, spans)
    })
    .collect()
}

/// What is done at the places that only the compiler sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spans {
    /// A name is replaced where that is safe.
    Edited,
    /// Nothing.
    Left,
}

/// What moved and where it went.
#[derive(Debug, PartialEq, Eq)]
struct Moved {
    /// What it is to the compiler.
    kind: String,
    /// The legacy path.
    from: String,
    /// The canonical one.
    to: String,
    /// See [`Warning::others`].
    others: Vec<(String, String)>,
}

/// Reads ``use of deprecated struct `a::Old`: moved to `b::New` in 0.2.0``; of a module, behind it,
/// ``(but `One` to `c::One`, `two` to `c::zwei`)``.
fn moved(message: &str) -> Option<Moved> {
    let rest = message.strip_prefix("use of deprecated ")?;
    let (kind, rest) = rest.split_once(" `")?;
    let (from, note) = rest.split_once('`')?;
    let note = note.strip_prefix(": ")?.trim_start();
    let (to, rest) = match note.strip_prefix(EACH_MOVED) {
        Some(rest) if kind == "module" => ("", rest),
        // A note that says so further on tells of something else besides.
        _ => note.strip_prefix("moved to `")?.split_once('`')?,
    };
    let plain = |path: &str| {
        let path = path.trim().trim_start_matches("::").trim_end_matches('!');
        without_parameters(&path.replace("r#", ""))
    };
    let listed = rest.split_once("(but `");
    let listed = listed.and_then(|(_, listed)| listed.split_once("`)"));
    let pairs = listed
        .into_iter()
        .flat_map(|(listed, _)| listed.split("`, `"));
    let others = pairs.filter_map(|pair| {
        let (name, to) = pair.split_once("` to `")?;
        Some((plain(name), plain(to)))
    });
    Some(Moved {
        kind: kind.to_owned(),
        from: plain(from),
        to: plain(to),
        others: others.collect(),
    })
}

/// A path without the parameters of its type: `a::Tool::<T>::go`. Of a block in another module than
/// the type's the compiler says both: `b::<impl a::Tool<T>>::go`.
fn without_parameters(path: &str) -> String {
    let block = path
        .split_once("<impl ")
        .filter(|(_, it)| !it.contains(" for "));
    let item = block.and_then(|(_, block)| block.rsplit_once(">::"));
    let path = item.map_or(path.to_owned(), |(owner, name)| format!("{owner}::{name}"));
    if path.contains("<impl ") {
        return path;
    }
    let mut depth = 0_usize;
    let path = path.replace("->", "");
    let kept = path.chars().filter(|&c| {
        depth += usize::from(c == '<');
        let is_kept = depth == 0;
        depth -= usize::from(c == '>' && depth > 0);
        is_kept
    });
    let kept: String = kept.collect();
    kept.replace("::::", "::")
}

/// Where a place of the compiler is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Located {
    /// In this file of the project.
    Here(PathBuf),
    /// In this one, which has another text by now.
    Changed(PathBuf),
    Elsewhere,
}

/// The files of the project.
struct Files<'a> {
    root: &'a Path,
    dirs: &'a [PathBuf],
    lines: BTreeMap<PathBuf, Vec<String>>,
}

impl Files<'_> {
    /// The compiler names files relative to where it was started: above the crate's root file, in
    /// the folder of its package or of the workspace.
    fn of(&mut self, place: &Place, root_file: &Path) -> Located {
        let above = root_file.ancestors().skip(1);
        let dirs = above.chain(self.dirs.iter().map(PathBuf::as_path));
        let mut changed = None;
        for dir in dirs {
            let path = discover::lexically_normal(&dir.join(&place.file));
            let Some(file) = self.of_project(path) else {
                continue;
            };
            let lines = self.lines.entry(file.clone());
            let lines = lines.or_insert_with(|| lines_of(&file));
            if lines.get(place.line.saturating_sub(1)) == Some(&place.text) {
                return Located::Here(file);
            }
            changed.get_or_insert(file);
        }
        changed.map_or(Located::Elsewhere, Located::Changed)
    }

    fn of_project(&self, file: PathBuf) -> Option<PathBuf> {
        if !file.is_file() {
            return None;
        }
        if file.starts_with(self.root) {
            return Some(file);
        }
        // Cargo knows the project by the way that leads through no link.
        let real = self.root.canonicalize().ok()?;
        let below = file.strip_prefix(real).ok()?;
        Some(self.root.join(below))
    }
}

fn lines_of(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let text = text.trim_start_matches('\u{feff}');
    text.lines().map(str::to_owned).collect()
}

/// A legacy path as the id of a move.
fn id(path: &str) -> String {
    path.replace("::", ".")
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once("::").unwrap_or(("", path))
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    starts && chars.all(|c| c == '_' || c.is_alphanumeric())
}
