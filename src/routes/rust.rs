//! Paths of Rust that lead through modules of files that hold no needle: `pub use lib::legacy;` in
//! one file makes `facade::legacy::Kind` in another one a legacy path.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::plan::{Dialect, Move, Origin, Plan, Target};
use crate::project::{FileId, Hop, Led, Package, Project, RustOutline, RustPlace};

/// So many paths are tried for one that is written.
const IMPORTS: usize = 64;

/// What paths lead to through modules of the project.
#[derive(Debug, Default)]
pub struct Through {
    /// Files that were not read, and through whose modules a path may lead to what moves.
    pub unread: BTreeSet<FileId>,
    /// Legacy paths that files refer to by other paths.
    pub needs: BTreeSet<(FileId, Led)>,
}

/// Where the paths of all files that were read lead.
pub fn through_modules(plan: &Plan, project: &Project) -> Through {
    let mut through = Through::default();
    let moves = plan.moves_of(Dialect::Rust);
    let last: FxHashSet<&str> = moves.map(|mv| mv.from.last()).collect();
    if last.is_empty() {
        return through;
    }
    let search = Search::new(plan, project);
    for (path, targets) in &search.given {
        for (target, file) in targets {
            search.made(path, target, *file, &mut through);
        }
    }
    for file in project.outlined() {
        let Some(RustOutline {
            reads, asks_root, ..
        }) = project.outline(file).map(|outline| &outline.rust)
        else {
            continue;
        };
        if *asks_root {
            let place = project.rust_place(file);
            let package = place.package.as_ref();
            let root = package.and_then(|package| project.id(package.module(&place.krate)?));
            let is_unread = |root: &FileId| project.outline(*root).is_none();
            through.unread.extend(root.filter(is_unread));
        }
        let mut open = reads.iter().filter(|path| {
            let is_known = plan.lookup_in(Dialect::Rust, path).is_some();
            !is_known && path.split(':').any(|name| last.contains(name))
        });
        let Some(first) = open.next() else {
            continue;
        };
        let place = project.rust_place(file);
        for path in std::iter::once(first).chain(open) {
            search.follow(path, (file, &place), &mut through);
        }
    }
    through
}

/// The moves of `plan` as they read where the modules and types that they name really are:
/// `kit::tools::Old` of a kit that has `pub use inner::tools;` is `kit::inner::tools::Old` to every path
/// that was followed. And the files that must be read to know.
pub fn behind_reexports(plan: &Plan, project: &Project) -> (Vec<Move>, BTreeSet<FileId>) {
    let moves = plan.moves_of(Dialect::Rust);
    let named = moves.filter(|mv| mv.origin == Origin::Manifest && mv.from.name.is_some());
    let mut by_module: BTreeMap<&str, Vec<&Move>> = BTreeMap::new();
    for mv in named {
        by_module.entry(&mv.from.module).or_default().push(mv);
    }
    if by_module.is_empty() {
        return (Vec::new(), BTreeSet::new());
    }
    let search = Search::new(plan, project);
    let mut unread = BTreeSet::new();
    let mut found = Vec::new();
    for (module, moves) in by_module {
        for home in search.homes(module, &mut unread) {
            let is_under_move = plan.lookup_in(Dialect::Rust, &home).is_some();
            let at_home = |end: &Target| Target {
                module: home.clone(),
                name: end.name.clone(),
            };
            let there = moves.iter().map(|mv| Move {
                from: at_home(&mv.from),
                // What only takes another name stays where it is.
                to: match mv.to.module == module && !is_under_move {
                    true => at_home(&mv.to),
                    false => mv.to.clone(),
                },
                origin: Origin::Route,
                ..(*mv).clone()
            });
            // The old module may be the new one, re-exported.
            found.extend(there.filter(|mv| mv.from != mv.to));
        }
    }
    (found, unread)
}

struct Search<'p> {
    plan: &'p Plan,
    project: &'p Project,
    /// What imports bind, with where that leads, and the file.
    given: FxHashMap<&'p str, Vec<(&'p str, FileId)>>,
    /// The same of modules that import all names of others.
    globs: FxHashMap<&'p str, Vec<(&'p str, FileId)>>,
    /// What modules declare.
    items: FxHashSet<&'p str>,
}

/// One of the paths that a path leads to.
struct Step {
    path: String,
    /// The file that names it so.
    from: FileId,
    /// The crate by which it left the reader's.
    by: Option<String>,
    /// An import gave it on by its own name.
    given_on: bool,
    /// What it came through.
    way: Vec<Hop>,
}

impl<'p> Search<'p> {
    fn new(plan: &'p Plan, project: &'p Project) -> Self {
        let mut search = Self {
            plan,
            project,
            given: FxHashMap::default(),
            globs: FxHashMap::default(),
            items: FxHashSet::default(),
        };
        for file in project.outlined() {
            let Some(outline) = project.outline(file) else {
                continue;
            };
            let rust = &outline.rust;
            let named = rust.imports.iter().map(|(path, target, _)| (path, target));
            let doubtful = rust.ambiguous.iter().chain(&rust.beside);
            let doubtful = doubtful.map(|(path, target)| (path, target));
            for (path, target) in named.chain(doubtful) {
                search.given.entry(path).or_default().push((target, file));
            }
            for (module, target, _) in &rust.globs {
                search.globs.entry(module).or_default().push((target, file));
            }
            search.items.extend(rust.items.keys().map(|path| &**path));
        }
        search
    }

    /// Where a module or a type is that is found through re-exports: nowhere else than at its path, as
    /// a rule.
    fn homes(&self, module: &str, unread: &mut BTreeSet<FileId>) -> Vec<String> {
        let mut homes = Vec::new();
        let mut open = vec![module.to_owned()];
        let mut seen: FxHashSet<String> = FxHashSet::default();
        while let Some(path) = open.pop() {
            if seen.len() > IMPORTS || !seen.insert(path.clone()) {
                continue;
            }
            let krate = path.split("::").next().unwrap_or_default();
            let packages = self.project.packages_with(krate);
            let ends = path.match_indices("::").map(|(end, _)| end);
            let mut ends = ends.chain([path.len()]);
            let leads_on = ends.find_map(|end| {
                let (head, rest) = path.split_at(end);
                let file = self.file_of(&packages, head);
                unread.extend(file.filter(|it| self.is_unread(*it)));
                let targets = self.leads_to(head);
                (!targets.is_empty()).then_some((targets, rest))
            });
            match leads_on {
                Some((targets, rest)) => {
                    open.extend(targets.into_iter().map(|it| format!("{it}{rest}")));
                }
                None if path != module => homes.push(path),
                None => {}
            }
        }
        homes
    }

    /// What imports give a path, by its name or by a star.
    fn leads_to(&self, path: &str) -> Vec<String> {
        if let Some(targets) = self.given.get(path) {
            return targets.iter().map(|(it, _)| (*it).to_owned()).collect();
        }
        let Some((parent, name)) = path.rsplit_once("::") else {
            return Vec::new();
        };
        if self.items.contains(path) {
            return Vec::new();
        }
        let globs = self.globs.get(parent).into_iter().flatten();
        let given = globs.map(|(target, _)| format!("{target}::{name}"));
        let is_there = |path: &String| {
            self.items.contains(path.as_str()) || self.given.contains_key(path.as_str())
        };
        given.filter(is_there).collect()
    }

    /// An import that calls what moves by its new name may be what makes the canonical path, by a
    /// star of the module there.
    fn made(&self, path: &str, target: &str, file: FileId, through: &mut Through) {
        let moved = self.plan.lookup_in(Dialect::Rust, target);
        let Some(mv) = moved.filter(|it| it.rest.is_empty()).map(|it| it.mv) else {
            return;
        };
        if path.rsplit("::").next() != Some(mv.to.last()) {
            return;
        }
        let home = &mv.to.module;
        let krate = home.split("::").next().unwrap_or_default();
        let packages = self.project.rust_packages(krate, file);
        let home = self.file_of(&packages, home);
        through.unread.extend(home.filter(|it| self.is_unread(*it)));
    }

    /// The file of a module of one of these packages.
    fn file_of(&self, packages: &[Arc<Package>], module: &str) -> Option<FileId> {
        let file = packages.iter().find_map(|package| package.module(module))?;
        self.project.id(file)
    }

    /// The files of a module of one of these packages; where it varies, the one around it may have
    /// another one written out.
    fn files_of(&self, packages: &[Arc<Package>], module: &str) -> Vec<FileId> {
        let package = packages.iter().find(|it| it.module(module).is_some());
        let Some(package) = package else {
            return Vec::new();
        };
        let around = module.rsplit_once("::").filter(|_| package.varies(module));
        let around = around.map_or(&[][..], |(around, _)| package.files_of(around));
        let files = package.files_of(module).iter().chain(around);
        files.filter_map(|file| self.project.id(file)).collect()
    }

    fn is_unread(&self, file: FileId) -> bool {
        self.project.outline(file).is_none()
    }

    /// Follows a path of a file, which stands there.
    fn follow(&self, path: &str, (reader, place): (FileId, &RustPlace), through: &mut Through) {
        let lib = place.package.as_ref().and_then(|it| it.lib.as_deref());
        let is_own = |krate: &str| krate == place.krate || Some(krate) == lib;
        let mut open = vec![Step {
            path: path.to_owned(),
            from: reader,
            by: None,
            given_on: false,
            way: Vec::new(),
        }];
        let mut seen: FxHashSet<(String, Option<String>)> = FxHashSet::default();
        while let Some(step) = open.pop() {
            let Step {
                path,
                from,
                by,
                way,
                ..
            } = step;
            if seen.len() > IMPORTS || !seen.insert((path.clone(), by.clone())) {
                continue;
            }
            let krate = path.split("::").next().unwrap_or_default();
            let by = by.or_else(|| (!is_own(krate)).then(|| krate.to_owned()));
            if self.plan.lookup_in(Dialect::Rust, &path).is_some() {
                let by = by.unwrap_or_else(|| krate.to_owned());
                // A name that is given on stays where it is given on.
                if !step.given_on {
                    through.needs.insert((reader, Led { path, by, way }));
                }
                continue;
            }
            let ends = path.match_indices("::").map(|(end, _)| end);
            // What a module has is told by its own file, and that of no other one.
            let packages = self.project.rust_packages(krate, from);
            let mut innermost = Vec::new();
            for end in ends.chain([path.len()]) {
                let (module, rest) = path.split_at(end);
                let given = self.given.get(module).into_iter().flatten();
                let mut targets: Vec<(&str, FileId, Hop)> = Vec::new();
                targets.extend(given.map(|&(target, from)| {
                    let (path, by_name) = (module.to_owned(), Some(target.to_owned()));
                    (target, from, Hop { path, by_name })
                }));
                if !rest.is_empty() {
                    let name = rest[2..].split("::").next().unwrap_or_default();
                    let globs = self.globs.get(module).into_iter().flatten();
                    targets.extend(globs.map(|&(target, from)| {
                        let path = format!("{module}::{name}");
                        let hop = Hop {
                            path,
                            by_name: None,
                        };
                        (target, from, hop)
                    }));
                    let files = self.files_of(&packages, module);
                    if !files.is_empty() {
                        innermost = files;
                    }
                }
                open.extend(targets.into_iter().map(|(it, from, hop)| Step {
                    path: format!("{it}{rest}"),
                    from,
                    by: by.clone(),
                    given_on: step.given_on || rest.is_empty(),
                    way: [&way[..], &[hop]].concat(),
                }));
            }
            let innermost = innermost.into_iter();
            through
                .unread
                .extend(innermost.filter(|file| self.is_unread(*file)));
        }
    }
}
