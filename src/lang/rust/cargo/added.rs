//! Dependencies on crates that something moves into, where a file of the package refers to it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml_edit::{Item, TableLike};

use super::again::{Line, SHARED, again, names_meet};
use super::beside::is_alike;
use super::cycles::closed;
use super::features::{self, Pair};
use super::raised::{lower, raised, too_old_for_all};
use super::renamed::{Renamed, Renames, table_of};
use super::sheet::Sheet;
use crate::finding::{Code, Confidence, Finding, Site};
use crate::lang::rust::facades::needs;
use crate::lang::rust::scan::{finding, manual, site};
use crate::plan::{Dialect, Move, Plan, is_compilers};
use crate::project::{Dependency, DependencyKind, FileId, Package, Project, is_rust, library_of};
use crate::version::Scheme;

/// The Cargo from which on a feature can ask for a dependency as `dep:`.
const FIRST_WITH_DEP: &str = "1.60";

/// A table of dependencies: its kind, and its platform.
pub(super) type Table = (DependencyKind, Option<String>);

/// A crate that a table of dependencies must have.
pub(super) struct Wanted<'m> {
    pub(super) mv: &'m Move,
    /// It is needed where an optional dependency is there alone: code that names one is not compiled
    /// elsewhere.
    optional: bool,
    /// The keys of those dependencies.
    old: BTreeSet<String>,
}

/// What is to be added to the manifest `file`.
pub(super) fn added(
    plan: &Plan,
    project: &Project,
    file: FileId,
    sheet: Sheet<'_>,
    renames: &Renames,
) -> Vec<Finding> {
    let Some(package) = project.package_of(file) else {
        return Vec::new();
    };
    if project.files()[file] != package.dir.join("Cargo.toml") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut by_table: BTreeMap<Table, Vec<(&Move, String, String)>> = BTreeMap::new();
    let mut pairs: BTreeMap<Pair, &Move> = BTreeMap::new();
    let mut raised_places = BTreeSet::new();
    let dependencies = renames.dependencies(plan, &package, sheet);
    for ((table, library), mut wanted) in wanted(plan, project, &package) {
        let mv = wanted.mv;
        if is_renamed(plan, &package, (mv, &library), (sheet, &dependencies)) {
            continue;
        }
        let line = line((plan, project), &package, mv, &library);
        let found = found(
            dependencies.iter().map(|it| &it.now),
            (&table, wanted.optional),
            &library,
        );
        let version = named(plan, mv, &library).map(|(_, version)| &**version);
        let asked = (&*library, version, table.0);
        let known = (project, sheet);
        let (found, line) = beside_others(known, &package, asked, (found, line));
        let places = (&table, wanted.optional);
        let lower = match (&found, version) {
            (Found::Usable(_), Some(version)) => {
                lower(known, &package, places, (&library, version))
            }
            _ => Ok(None),
        };
        let (found, lower) = match lower {
            Ok(lower) => (found, lower),
            Err(reason) => (Found::Refused(reason), None),
        };
        let place = sheet.bom..sheet.bom;
        let by_hand = |reason: String| manual(site(Code::Import, place.clone(), mv), reason);
        // The new paths would lead nowhere, or into another crate.
        let blocked = |reason: String| Finding {
            confidence: Confidence::Certain,
            blocked: Some(reason.clone()),
            ..by_hand(reason)
        };
        let found = match closed((plan, project), &package, (&library, table.0)) {
            Some(reason) if !matches!(found, Found::Usable(_)) => Found::Refused(reason),
            _ => found,
        };
        let is_refused = matches!(found, Found::Refused(_));
        let is_there = matches!(found, Found::Usable(_));
        let is_written = |line| is_written(sheet, &table, line, wanted.optional);
        let is_added = !is_there && (is_refused || !line.as_ref().is_some_and(is_written));
        if is_added && let Some(reason) = complaint(&found, line.is_some(), &library) {
            findings.push(match found {
                // The code is as it shall be: nobody said what the line is.
                Found::Nowhere => by_hand(reason),
                _ => blocked(reason),
            });
            continue;
        }
        // What is always there needs no feature, and a dependency of tests is always there.
        let key = match found {
            Found::Usable(key) => key,
            _ if table.0 == DependencyKind::Dev => None,
            _ => line.as_ref().map(|line| line.key.clone()),
        };
        let key = key.filter(|_| wanted.optional);
        let is_optional = key.is_some();
        if let Some(key) = key {
            // What is renamed to it is there wherever it was.
            let is_renamed = |old: &String| {
                dependencies
                    .iter()
                    .any(|it| it.old_key == *old && it.now.key == key)
            };
            wanted.old.retain(|old| !is_renamed(old));
            if let Some(old) = unsayable(plan, &package, sheet, &wanted) {
                findings.push(blocked(format!(
                    "`{key}` must be there wherever the feature `{old}` is, which is left to you"
                )));
                continue;
            }
            let old = wanted.old.iter();
            pairs.extend(old.map(|old| ((old.clone(), key.clone()), mv)));
        }
        if let Some((place, version)) = lower.zip(version)
            && raised_places.insert(place.span().map(|it| it.start))
        {
            findings.extend(raised(sheet, (&library, version), place, mv));
        }
        if let Some(Line { key, value, .. }) = line.filter(|_| is_added) {
            let value = match is_optional {
                true => optional(&value),
                false => value,
            };
            by_table.entry(table).or_default().push((mv, key, value));
        }
    }
    let turned = features::turned(sheet, &pairs.keys().cloned().collect());
    for ((kind, platform), entries) in by_table {
        let path = table_of(kind, platform.as_deref());
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let lines: Vec<(String, String)> = entries
            .iter()
            .map(|(_, key, value)| (key.clone(), value.clone()))
            .collect();
        let edits = sheet.entries(&path, &lines);
        let at = edits.first().map_or(0, |edit| edit.start);
        let sites = entries
            .iter()
            .map(|(mv, ..)| site(Code::Import, at..at, mv));
        let names: Vec<&str> = lines.iter().map(|(key, _)| &**key).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        let reason = format!("{} {verb} depended on from now on", quoted(&names));
        let sites = sites.collect();
        findings.push(finding(sites, edits, Confidence::Certain, Some(reason)));
    }
    if let Some(first) = turned.edits.first() {
        let sites = pairs
            .iter()
            .filter(|((_, new), _)| turned.by.contains_key(new));
        let sites = sites.map(|(_, mv)| site(Code::Import, first.range(), mv));
        let reasons = turned.by.iter().map(|(new, by)| {
            let by: Vec<&str> = by.iter().map(|it| &**it).collect();
            let verb = if by.len() == 1 { "turns" } else { "turn" };
            format!("{} {verb} `{new}` on from now on", quoted(&by))
        });
        let reasons: Vec<String> = reasons.collect();
        let (sites, reason) = (sites.collect(), Some(reasons.join("; ")));
        findings.push(finding(sites, turned.edits, Confidence::Certain, reason));
    }
    findings
}

/// What is found, and the line to add, by what other tables of the package say of the crate.
fn beside_others(
    (project, sheet): (&Project, Sheet<'_>),
    package: &Package,
    (library, version, kind): (&str, Option<&str>, DependencyKind),
    (found, line): (Found, Option<Line>),
) -> (Found, Option<Line>) {
    let said = match (&found, &line) {
        (Found::Nowhere, Some(_)) => again((project, sheet), package, (library, version), kind),
        (Found::Usable(_), _) => names_meet(package, library, kind).map_or(Ok(None), Err),
        _ => return (found, line),
    };
    match said {
        Err(reason) => (Found::Refused(reason), line),
        Ok(again) => {
            let must_be = |again: &Line| line.as_ref().is_some_and(|it| again.is_needed_for(it));
            let line = again.filter(must_be).or(line);
            let too_old = line.as_ref().filter(|_| matches!(found, Found::Nowhere));
            let too_old = too_old.zip(version);
            match too_old.and_then(|(line, it)| too_old_for_all(project, package, line, it)) {
                Some(reason) => (Found::Refused(reason), line),
                None => (found, line),
            }
        }
    }
}

/// Why a package does not have `library`, and is not given it, where that is found; `None` where a
/// line for it can be added.
fn complaint(found: &Found, has_line: bool, library: &str) -> Option<String> {
    match (found, has_line) {
        (Found::Usable(_), _) | (Found::Nowhere, true) => None,
        (Found::Refused(reason), _) => Some(reason.clone()),
        (Found::Taken(other), _) => {
            Some(format!("`{library}` is what this package calls `{other}`"))
        }
        (Found::Optional, _) => Some(format!(
            "`{library}` is an optional dependency of the package"
        )),
        (Found::Elsewhere, _) => Some(format!(
            "`{library}` is a dependency on some platforms only"
        )),
        (Found::Nowhere, false) => Some(format!(
            "the package must depend on `{library}`; the move names no `dependency` to add"
        )),
    }
}

/// Why a file cannot name the crate that something moves into, where it names that by the crate `by`
/// now: what is complained of in the `Cargo.toml` of its package. `None` where it can.
pub(in crate::lang::rust) fn refused(
    (plan, project): (&Plan, &Project),
    package: &Package,
    (file, by): (FileId, &str),
    mv: &Move,
) -> Option<String> {
    let library = library_of(&mv.to.module);
    if is_there(package, library) {
        return None;
    }
    let has_line = line((plan, project), package, mv, library).is_some();
    let kinds = package.kinds_of(&project.files()[file]);
    let mut places = kinds.into_iter().flat_map(|kind| places(package, kind, by));
    places.find_map(|(table, place)| {
        let dependencies = package.dependencies.iter();
        let found = found(dependencies, (&table, place.optional), library);
        let found = match names_meet(package, library, table.0) {
            Some(reason) => Found::Refused(reason),
            None => found,
        };
        complaint(&found, has_line, library)
    })
}

/// Why a link of documentation cannot lead to where something is from now on: the package does not
/// depend on that crate, and for a link alone it is given none. `None` where it can.
pub(crate) fn unlinked(
    (plan, project): (&Plan, &Project),
    file: FileId,
    finding: &Finding,
) -> Option<String> {
    let is_text = |site: &Site| site.code == Code::Text;
    if finding.confidence < Confidence::Certain || !finding.sites.iter().all(is_text) {
        return None;
    }
    let is_read = is_rust(&project.files()[file]) || !project.rust_documented(file).is_empty();
    let package = project.rust_user(file).filter(|_| is_read)?;
    let mut crates = finding.sites.iter().filter_map(|site| {
        let mut moves = plan.moves_of(Dialect::Rust).filter(|mv| !mv.is_crate());
        let mv = moves.find(|mv| mv.id == site.move_id)?;
        let ends = [&mv.from, &mv.to].map(|end| library_of(&end.module));
        (ends[0] != ends[1]).then_some(ends)
    });
    let [_, library] = crates.find(|[old, new]| {
        let is_new = |library: &str| {
            plan.moves_of(Dialect::Rust).any(|mv| {
                mv.is_crate() && mv.from.module == library && library_of(&mv.to.module) == *new
            })
        };
        let has = |it: &Dependency| {
            let is_it = it.library == *new || it.library == *old && is_new(old);
            is_it && it.kind == DependencyKind::Normal
        };
        !is_there(&package, new)
            && !package.dependencies.iter().any(has)
            && !gained((plan, project), &package).contains(*new)
    })?;
    Some(format!(
        "only links name `{library}` in this package, which does not depend on it"
    ))
}

/// The libraries that a package depends on from now on, since its code needs them.
pub(super) fn gained<'p>(
    (plan, project): (&Plan, &Project),
    package: &'p Package,
) -> &'p BTreeSet<String> {
    package.gained.get_or_init(|| {
        let wanted = wanted(plan, project, package).into_keys();
        let wanted = wanted.filter(|((kind, _), _)| *kind == DependencyKind::Normal);
        wanted.map(|(_, library)| library).collect()
    })
}

/// Whether the code of a package has a crate without a dependency.
fn is_there(package: &Package, library: &str) -> bool {
    is_compilers(library)
        || package.lib.as_deref() == Some(library)
        || package.name.replace('-', "_") == library
}

/// What the code of a package needs, by the table that has it.
pub(super) fn wanted<'p>(
    plan: &'p Plan,
    project: &Project,
    package: &Package,
) -> BTreeMap<(Table, String), Wanted<'p>> {
    let mut all: BTreeMap<(Table, String), Wanted<'p>> = BTreeMap::new();
    for need in needs(plan, project, package) {
        let Some(moved) = plan.lookup_in(Dialect::Rust, need.path) else {
            continue;
        };
        let library = library_of(&moved.mv.to.module);
        let is_known = is_there(package, library)
            || library == library_of(&moved.mv.from.module) && need.led.is_none();
        if moved.mv.is_crate() || is_known {
            continue;
        }
        let kinds = match need.in_docs {
            true => vec![DependencyKind::Dev],
            false => package.kinds_of(&project.files()[need.file]),
        };
        // The code is compiled where the crate is that it names.
        let old = library_of(&moved.mv.from.module);
        let old = need.led.map_or(old, |led| &*led.by);
        for (table, place) in kinds.into_iter().flat_map(|by| places(package, by, old)) {
            let key = (table, library.to_owned());
            let known = all.entry(key).or_insert_with(|| Wanted {
                mv: moved.mv,
                optional: true,
                old: BTreeSet::new(),
            });
            known.optional &= place.optional;
            known.old.extend(place.old);
        }
    }
    // What the package itself depends on is there for its tests as well.
    let there: Vec<(Table, String, bool)> = all
        .iter()
        .map(|((table, library), wanted)| (table.clone(), library.clone(), wanted.optional))
        .collect();
    all.retain(|((kind, platform), library), wanted| {
        let covers = |((other, on), it, optional): &(Table, String, bool)| {
            *other == DependencyKind::Normal
                && it == library
                && (on.is_none() || on == platform)
                && (!optional || wanted.optional)
        };
        *kind != DependencyKind::Dev || !there.iter().any(covers)
    });
    all
}

/// Whether the crate that something leaves is renamed to `library` as a whole, in each table that has
/// it: so the one is wherever the other was.
fn is_renamed(
    plan: &Plan,
    package: &Package,
    (mv, library): (&Move, &str),
    (sheet, renamed): (Sheet<'_>, &[Renamed]),
) -> bool {
    let old = library_of(&mv.from.module);
    let mut crates = plan.moves_of(Dialect::Rust).filter(|mv| mv.is_crate());
    let moves = crates.any(|mv| mv.from.module == old && library_of(&mv.to.module) == library);
    let both = package.dependencies.iter().zip(renamed);
    let mut of_old = both.filter(|(was, _)| was.library == old).peekable();
    // The text may be newer than what is known of the package.
    let has_new = |was: &Dependency| {
        let path = table_of(was.kind, was.platform.as_deref());
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut entries = sheet.table(&path).into_iter().flat_map(TableLike::iter);
        entries.any(|(key, _)| key.replace('-', "_") == library)
    };
    moves
        && of_old.peek().is_some()
        && of_old.all(|(was, is)| is.now.library == library || has_new(was))
}

/// How a crate is there that something leaves.
struct Place {
    /// It is optional.
    optional: bool,
    /// Its keys, if so.
    old: BTreeSet<String>,
}

/// The tables that a crate goes to, which `by` needs: those that have the crate it takes the place
/// of.
fn places(package: &Package, by: DependencyKind, old: &str) -> Vec<(Table, Place)> {
    let all = package.dependencies.iter();
    let all = all.filter(|it| it.library == old && it.kind.serves(by));
    let (tests, own): (Vec<&Dependency>, Vec<&Dependency>) =
        all.partition(|it| it.kind == DependencyKind::Dev);
    let platform = own.iter().chain(&tests).next();
    let platform = platform.and_then(|first| first.platform.clone());
    let same = own.iter().chain(&tests).all(|it| it.platform == platform);
    let platform = platform.filter(|_| same);
    let optional = !own.is_empty() && own.iter().all(|it| it.optional);
    let kinds = match by {
        // Only the tests inside of the library use it.
        DependencyKind::Normal if own.is_empty() && !tests.is_empty() => {
            vec![(DependencyKind::Dev, false)]
        }
        // Those tests have it without the feature as well.
        DependencyKind::Normal if optional && !tests.is_empty() => {
            vec![(by, true), (DependencyKind::Dev, false)]
        }
        DependencyKind::Dev => vec![(by, optional && tests.is_empty())],
        by => vec![(by, optional)],
    };
    let place = |(kind, optional)| {
        let keys = own.iter().map(|it| it.key.clone());
        let place = Place {
            optional,
            old: keys.filter(|_| optional).collect(),
        };
        ((kind, platform.clone()), place)
    };
    kinds.into_iter().map(place).collect()
}

/// The feature that cannot be made to turn on one dependency more: one that a dependency gives, and
/// that no list says.
fn unsayable<'w>(
    plan: &Plan,
    package: &Package,
    sheet: Sheet<'_>,
    wanted: &'w Wanted<'_>,
) -> Option<&'w String> {
    let version = package.rust_version.as_deref();
    let is_before = version
        .is_some_and(|it| Scheme::Semver.compare(it, FIRST_WITH_DEP) == Some(Ordering::Less));
    // What is renamed as a whole keeps its feature by a line of its own.
    let library = library_of(&wanted.mv.from.module);
    let mut crates = plan.moves_of(Dialect::Rust).filter(|mv| mv.is_crate());
    let is_renamed = crates.any(|mv| mv.from.module == library);
    let mut old = wanted.old.iter();
    old.find(|old| (is_before || is_renamed) && features::is_implicit(sheet, old))
}

/// A dependency that is there if a feature says so.
fn optional(value: &str) -> String {
    match value.strip_suffix('}') {
        Some(table) => format!("{}, optional = true }}", table.trim_end()),
        None => format!("{{ version = {value}, optional = true }}"),
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Where a crate is found among the dependencies.
enum Found {
    /// Where it is needed; if it is optional, by this key.
    Usable(Option<String>),
    Optional,
    Elsewhere,
    Nowhere,
    /// Another crate has its name here.
    Taken(String),
    /// What it is called elsewhere, or is there, stands against it.
    Refused(String),
}

/// `may_be_optional` says so of the code that needs it.
fn found<'d>(
    dependencies: impl Iterator<Item = &'d Dependency>,
    ((kind, platform), may_be_optional): (&Table, bool),
    library: &str,
) -> Found {
    let (new, others): (Vec<&Dependency>, Vec<&Dependency>) =
        dependencies.partition(|it| it.library == library);
    let mut others = others.into_iter().filter(|it| it.kind.serves(*kind));
    let other = others.find(|it| it.key.replace('-', "_") == library);
    let new: Vec<&Dependency> = new.into_iter().filter(|it| it.kind.is_for(*kind)).collect();
    let usable = new.iter().filter(|it| {
        let same_platform = it.platform.is_none() || it.platform == *platform;
        same_platform && (!it.optional || may_be_optional)
    });
    // One that is always there needs no feature.
    match (usable.min_by_key(|it| it.optional), new.first()) {
        (Some(usable), _) => Found::Usable(usable.optional.then(|| usable.key.clone())),
        (None, _) if let Some(other) = other => Found::Taken(other.library.clone()),
        (None, None) => Found::Nowhere,
        (None, Some(first)) if first.optional => Found::Optional,
        (None, Some(_)) => Found::Elsewhere,
    }
}

/// Whether the text, which may be newer than what is known of the package, has a dependency.
fn is_written(
    sheet: Sheet<'_>,
    (kind, platform): &Table,
    line: &Line,
    may_be_optional: bool,
) -> bool {
    let kinds = match kind {
        DependencyKind::Dev => vec![DependencyKind::Normal, *kind],
        _ => vec![*kind],
    };
    let target: Vec<&str> = platform.iter().flat_map(|it| ["target", it]).collect();
    kinds.iter().any(|kind| {
        let paths = [vec![kind.table()], [&target[..], &[kind.table()]].concat()];
        paths.iter().any(|path| {
            let entries = sheet.table(path).into_iter().flat_map(TableLike::iter);
            // One that has a name of its own here says of which package it is.
            let mut named = entries.filter(|(name, item)| {
                let package = item.get("package").and_then(Item::as_str);
                let is_line = *name == line.key && package == line.package.as_deref();
                is_line || package == Some(&line.key)
            });
            named.any(|(_, item)| {
                let optional = item.get("optional").and_then(Item::as_bool);
                may_be_optional || optional != Some(true)
            })
        })
    })
}

/// The package that has what moves, and its version: what one move says of a crate holds for all that
/// go there, and of several versions the highest one.
pub(super) fn named<'p>(
    plan: &'p Plan,
    mv: &'p Move,
    library: &str,
) -> Option<&'p (String, String)> {
    let moves = plan.moves_of(Dialect::Rust);
    let moves = moves.filter(|other| library_of(&other.to.module) == library);
    let mut all = mv
        .dependency
        .iter()
        .chain(moves.filter_map(|other| other.dependency.as_ref()));
    let first = all.next()?;
    let same = all.filter(|(name, _)| *name == first.0);
    Some(same.fold(
        first,
        |highest, other| match Scheme::Semver.compare(&highest.1, &other.1) {
            Some(Ordering::Less) => other,
            _ => highest,
        },
    ))
}

/// The line of a dependency: shared by the workspace, in the same tree, or from the registry.
pub(super) fn line(
    (plan, project): (&Plan, &Project),
    package: &Package,
    mv: &Move,
    library: &str,
) -> Option<Line> {
    let shared = package.shared.iter();
    let mut shared = shared.filter(|it| it.library == library && is_alike(&it.key, library));
    if let Some(shared) = shared.next() {
        return Some(Line::new(&shared.key, SHARED.to_owned()));
    }
    let packages = project.packages_with(library);
    let beside = packages.iter().find(|other| other.is_beside(package));
    let named = named(plan, mv, library);
    match (beside, named) {
        (Some(beside), _) => {
            let path = below(&package.dir, &beside.dir);
            let version = named.map(|(_, version)| format!("version = {version:?}, "));
            let version = version.unwrap_or_default();
            let value = format!("{{ {version}path = {path:?} }}");
            Some(Line::new(&beside.name, value))
        }
        (None, Some((name, version))) => Some(Line::new(name, format!("{version:?}"))),
        (None, None) => None,
    }
}

/// The path of `to` as it is written in `from`.
fn below(from: &Path, to: &Path) -> String {
    let both = from.iter().zip(to.iter());
    let shared = both.take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let down = to
        .iter()
        .skip(shared)
        .map(|part| part.to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<String>>().join("/")
}
