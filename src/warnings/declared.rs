//! What the code of the project declares of the members that a warning names: where a trait's item is
//! implemented, and what else a new name could mean.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Warning, split};
use crate::lang::rust::{Asked, Members, Use, is_of_all};
use crate::parallel::Pool;
use crate::project::{FileId, Project, is_rust, library_of};
use crate::source::Source;

/// What else the new name of a member could mean, by how it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rivals {
    /// `value.name()`
    pub method: Option<String>,
    /// `Type::name`
    pub path: Option<String>,
}

/// What the code of the project declares of members.
pub(super) struct Declared<'p> {
    project: &'p Project,
    /// The files with their crates.
    files: Vec<(&'p Path, String, Members)>,
}

impl<'p> Declared<'p> {
    /// Only files are read in which a name of the members stands, or what may make one.
    pub(super) fn of(members: &[&Warning], project: &'p Project, pool: &Pool) -> Self {
        let names = members.iter().flat_map(|warning| {
            let names = [split(&warning.from).1, split(&warning.to).1];
            names.into_iter().chain([warning.owner()])
        });
        let names: BTreeSet<&str> = names.chain(["Deref", "fn $", "const $"]).collect();
        let files = project.files().iter().enumerate();
        let files = files.filter(|(_, path)| !members.is_empty() && is_rust(path));
        let files: Vec<(FileId, &PathBuf)> = files.collect();
        let read = pool.map(&files, |(file, path)| {
            let source = Source::decode(path, std::fs::read(path).ok()?).ok()?;
            let text = source.text();
            let is_asked = names.iter().any(|name| text.contains(name));
            let krate = || project.rust_place(*file).krate;
            is_asked.then(|| (path.as_path(), krate(), Members::of(text)))
        });
        Self {
            project,
            files: read.into_iter().flatten().collect(),
        }
    }

    /// What the type or the trait of a member is called anywhere.
    fn owners(&self, warning: &Warning) -> BTreeSet<String> {
        let mut owners = BTreeSet::from([warning.owner().to_owned()]);
        loop {
            let aliases = self.files.iter().flat_map(|(_, _, it)| it.aliases(&owners));
            let new = aliases.filter(|alias| !owners.contains(*alias) && *alias != "_");
            let new: Vec<String> = new.map(str::to_owned).collect();
            if new.is_empty() {
                return owners;
            }
            owners.extend(new);
        }
    }

    /// Why a trait's item stays: code implements it, where the compiler warns of nothing. What its
    /// crate implements is its own business, unless that is warned itself, in one of `warned`.
    pub(super) fn implemented(
        &self,
        warning: &Warning,
        warned: &BTreeSet<&Path>,
    ) -> Option<String> {
        if !warning.is_member() {
            return None;
        }
        let home = library_of(&warning.to);
        let (owners, name) = (self.owners(warning), split(&warning.from).1);
        let mut files = self.files.iter();
        let is_warned = files.any(|(path, krate, _)| krate == home && warned.contains(path));
        let asked = self.files.iter();
        let mut asked = asked.filter(|(_, krate, _)| krate != home || is_warned);
        let place = asked.find_map(|(path, _, it)| Some((path, it.implements(&owners, name)?)));
        let (path, line) = place.or_else(|| self.made(name))?;
        let place = self.place(path, line);
        Some(format!(
            "`{name}` is implemented in {place}: rename it there"
        ))
    }

    /// Where a name is given to a macro that may make a member of it.
    fn made(&self, name: &str) -> Option<(&&'p Path, usize)> {
        let mut files = self.files.iter();
        let is_made = files.any(|(_, _, it)| it.makes_any());
        let mut files = self.files.iter().filter(|_| is_made);
        files.find_map(|(path, _, it)| Some((path, it.gives(name)?)))
    }

    /// What else the new name of a member could mean.
    pub(super) fn rivals(&self, warning: &Warning) -> Rivals {
        let (home, name) = (library_of(&warning.to), split(&warning.to).1);
        let owners = self.owners(warning);
        let in_home = self.files.iter().filter(|(_, krate, _)| krate == home);
        let (mut types, mut traits) = (in_home.clone(), in_home);
        let is_type = types.any(|(_, _, it)| it.has_type(warning.owner()))
            && !traits.any(|(_, _, it)| it.has_trait(warning.owner()));
        let derefs = self.files.iter().flat_map(|(_, _, it)| it.derefs());
        let derefs: BTreeSet<String> = derefs.map(str::to_owned).collect();
        let rival = |usage| {
            let asked = Asked {
                owners: &owners,
                name,
                usage,
                derefs: is_type.then_some(&derefs),
            };
            let mut files = self.files.iter();
            let place =
                files.find_map(|(path, krate, it)| Some((path, it.rival(asked, krate == home)?)));
            let (path, line) = place.or_else(|| self.made(name))?;
            let place = self.place(path, line);
            Some(format!("`{name}` could mean what {place} declares"))
        };
        let of_all = || format!("`{name}` could mean a method of the standard library");
        Rivals {
            method: rival(Use::Method).or_else(|| is_of_all(name).then(of_all)),
            path: rival(Use::Path),
        }
    }

    fn place(&self, path: &Path, line: usize) -> String {
        let path = path.strip_prefix(self.project.root()).unwrap_or(path);
        format!("{}:{line}", path.display())
    }
}
