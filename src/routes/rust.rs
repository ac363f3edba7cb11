//! Paths of Rust that lead through modules of files that hold no needle: `pub use lib::legacy;` in
//! one file makes `facade::legacy::Kind` in another one a legacy path.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::plan::{Dialect, Plan};
use crate::project::{FileId, Hop, Led, Package, Project, RustPlace};

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
    let outlined = project.outlined();
    let mut given: FxHashMap<&str, Vec<(&str, FileId)>> = FxHashMap::default();
    let mut globs: FxHashMap<&str, Vec<(&str, FileId)>> = FxHashMap::default();
    for &file in &outlined {
        let Some(outline) = project.outline(file) else {
            continue;
        };
        let rust = &outline.rust;
        let named = rust.imports.iter().map(|(path, target, _)| (path, target));
        let doubtful = rust.ambiguous.iter().map(|(path, target)| (path, target));
        for (path, target) in named.chain(doubtful) {
            given.entry(path).or_default().push((target, file));
        }
        for (module, target, _) in &rust.globs {
            globs.entry(module).or_default().push((target, file));
        }
    }
    let search = Search {
        plan,
        project,
        given,
        globs,
    };
    for (path, targets) in &search.given {
        for (target, file) in targets {
            search.made(path, target, *file, &mut through);
        }
    }
    for file in outlined {
        let reads = project.outline(file).map(|outline| &outline.rust.reads);
        let mut open = reads.into_iter().flatten().filter(|path| {
            let is_known = plan.lookup_in(Dialect::Rust, path).is_some();
            !is_known && path.split("::").any(|name| last.contains(name))
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

struct Search<'p> {
    plan: &'p Plan,
    project: &'p Project,
    /// What imports bind, with where that leads, and the file.
    given: FxHashMap<&'p str, Vec<(&'p str, FileId)>>,
    /// The same of modules that import all names of others.
    globs: FxHashMap<&'p str, Vec<(&'p str, FileId)>>,
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

impl Search<'_> {
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
            let mut innermost = None;
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
                    innermost = self.file_of(&packages, module).or(innermost);
                }
                open.extend(targets.into_iter().map(|(it, from, hop)| Step {
                    path: format!("{it}{rest}"),
                    from,
                    by: by.clone(),
                    given_on: step.given_on || rest.is_empty(),
                    way: [&way[..], &[hop]].concat(),
                }));
            }
            let innermost = innermost.filter(|file| self.is_unread(*file));
            through.unread.extend(innermost);
        }
    }
}
