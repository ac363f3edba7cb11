//! What stands behind the canonical path of a thing of Rust, which may be a re-export: its
//! declarations, wherever imports lead to.

use super::survey::Survey;
use crate::lang::rust::{Declared, Import, NEWEST_EDITION};
use crate::project::FileId;

/// So many paths are tried for one thing.
const PATHS: usize = 1024;

/// What types are, as a manifest says it: a module has one of a name.
pub(super) const TYPES: &[&str] = &[
    "enum",
    "struct",
    "trait",
    "tuple_struct",
    "type",
    "union",
    "unit_struct",
];

/// The declarations that a path leads to.
pub(super) struct Behind<'s> {
    /// Each with its file: there may be several, by namespaces and by `cfg`.
    pub(super) declared: Vec<(FileId, &'s Declared)>,
    /// Whether all that imports by name lead to is among them: what lies in another tree is not at
    /// hand, nor what a macro makes.
    pub(super) is_all: bool,
}

/// What stands behind a path, as it is said in the module `viewer`; both begin with a crate.
pub(super) fn behind<'s>(survey: &'s Survey<'_>, path: &[String], viewer: &[String]) -> Behind<'s> {
    let mut search = Search {
        survey,
        open: Vec::new(),
        ways: Vec::new(),
        tried: 0,
        is_all: true,
    };
    let declared = search.declared(path, viewer);
    Behind {
        declared,
        is_all: search.is_all && search.tried <= PATHS,
    }
}

struct Search<'s, 'p> {
    survey: &'s Survey<'p>,
    /// The paths on the way: imports may go round in a circle.
    open: Vec<Vec<String>>,
    /// The imports on the way, with how many names each was asked for.
    ways: Vec<(&'s Import, usize)>,
    tried: usize,
    is_all: bool,
}

impl<'s> Search<'s, '_> {
    fn declared(&mut self, path: &[String], viewer: &[String]) -> Vec<(FileId, &'s Declared)> {
        let [krate, modules @ .., name] = path else {
            return Vec::new();
        };
        self.tried += 1;
        if self.tried > PATHS || self.open.iter().any(|open| open == path) {
            return Vec::new();
        }
        let (survey, project) = (self.survey, &self.survey.project);
        let is_own = |(file, it): &(FileId, &Declared)| {
            it.kind != "use" && !survey.generated.contains(&project.files()[*file])
        };
        let mut found = survey.places.declared(project, (krate, modules), name);
        found.retain(is_own);
        self.open.push(path.to_vec());
        // `pub use inner::module;` leads on what lies below the module.
        for end in 1..path.len() {
            let (module, rest) = path.split_at(end);
            for (file, import) in self.seen(module, viewer) {
                if import.name.as_deref() == Some(&rest[0]) {
                    let given = self.given(import, (file, module), &rest[1..]);
                    self.is_all &= !given.is_empty();
                    found.extend(given);
                }
            }
        }
        // What has a name of its own there is given by no star.
        if !found.iter().any(|(_, it)| TYPES.contains(&it.kind)) {
            let is_module =
                |path: &[String]| survey.places.has_rust_module(project, (krate, &path[1..]));
            let ends =
                (1..path.len()).filter(|end| end + 1 == path.len() || !is_module(&path[..=*end]));
            for end in ends {
                let (module, rest) = path.split_at(end);
                for (file, import) in self.seen(module, viewer) {
                    if import.name.is_none() {
                        found.extend(self.given(import, (file, module), rest));
                    }
                }
            }
        }
        self.open.pop();
        found.sort_by_key(|(file, it)| (*file, it.line));
        found.dedup();
        found
    }

    /// The imports of a module that a viewer may use.
    fn seen(&self, module: &[String], viewer: &[String]) -> Vec<(FileId, &'s Import)> {
        let (survey, project) = (self.survey, &self.survey.project);
        let imports = survey.places.imports(project, (&module[0], &module[1..]));
        let is_inside = viewer.starts_with(module);
        let is_seen = |(file, import): &(FileId, &Import)| {
            let is_shim = survey.generated.contains(&project.files()[*file]);
            (import.is_public || is_inside) && !is_shim
        };
        imports.into_iter().filter(is_seen).collect()
    }

    /// What an import of a module gives below it, by these names.
    fn given(
        &mut self,
        import: &'s Import,
        (file, module): (FileId, &[String]),
        rest: &[String],
    ) -> Vec<(FileId, &'s Declared)> {
        // No import tells what its own path means.
        let mut ways = self.ways.iter();
        if ways.any(|(other, names)| std::ptr::eq(*other, import) && rest.len() > *names) {
            return Vec::new();
        }
        self.ways.push((import, rest.len()));
        let mut found = Vec::new();
        for path in targets(self.survey, import, (file, module)) {
            let is_all = self.is_all;
            found = self.declared(&[&path, rest].concat(), module);
            if !found.is_empty() {
                break;
            }
            // A path that leads to nothing is not what is meant.
            self.is_all = is_all;
        }
        self.ways.pop();
        found
    }
}

/// What the path of an import may mean, the likelier first.
fn targets(
    survey: &Survey<'_>,
    import: &Import,
    (file, module): (FileId, &[String]),
) -> Vec<Vec<String>> {
    let place = survey.project.rust_place(file);
    let package = place.package.as_ref();
    let edition = place.edition.or(package.map(|package| package.edition));
    let root = &module[..1];
    let Some((first, rest)) = import.path.split_first() else {
        return vec![module.to_vec()]; // `*` alone
    };
    let of_crate = |path: &[String]| {
        let (name, rest) = path.split_first()?;
        let library = package.and_then(|package| package.externs.get(name));
        Some([&[library.unwrap_or(name).clone()], rest].concat())
    };
    let is_first = edition.unwrap_or(NEWEST_EDITION) < 2018;
    match first.as_str() {
        "crate" => vec![[root, rest].concat()],
        "self" | "super" => {
            let ups = import.path.iter().skip(usize::from(first == "self"));
            let ups = ups.take_while(|name| *name == "super").count();
            let rest = &rest[ups - usize::from(first == "super")..];
            let around = module.len().checked_sub(ups).filter(|length| *length > 0);
            let around = around.map(|length| [&module[..length], rest].concat());
            around.into_iter().collect()
        }
        "" if is_first => [Some([root, rest].concat()), of_crate(rest)]
            .into_iter()
            .flatten()
            .collect(),
        "" => of_crate(rest).into_iter().collect(),
        _ => {
            let near = if is_first { root } else { module };
            [Some([near, &import.path].concat()), of_crate(&import.path)]
                .into_iter()
                .flatten()
                .collect()
        }
    }
}
