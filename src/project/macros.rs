//! Names in bodies of macros of Rust, which mean what they mean where the macros are used.

use super::{FileId, MacroReach, MadeOfPath, NamedInMacro, Project};
use crate::plan::below;

impl Project {
    /// Whether a macro of another file that can be used in `file` says the name, alone or to begin a path: it
    /// is looked up there then; without a file, in a crate of its own.
    pub fn is_in_rust_macro(&self, name: &str, file: Option<FileId>) -> bool {
        let others = self.macros_saying(name).iter();
        let mut others = others.filter(|(other, _)| Some(*other) != file);
        others.any(|(other, named)| self.is_macro_seen((*other, named), file, ""))
    }

    /// What macros say with a name that can be used in a module of `file`, each with its own file.
    pub fn rust_macros_saying(
        &self,
        name: &str,
        file: Option<FileId>,
        module: &str,
    ) -> impl Iterator<Item = (FileId, &NamedInMacro)> {
        let all = self.macros_saying(name).iter();
        let seen = all.filter(move |(of, named)| self.is_macro_seen((*of, named), file, module));
        seen.map(|(of, named)| (*of, named))
    }

    /// What the macros of a name make of paths that they are given, with the file of each.
    pub fn rust_made_of_paths(&self, of: &str) -> &[(FileId, MadeOfPath)] {
        self.rust_made_of_paths.get(of).map_or(&[], Vec::as_slice)
    }

    /// Whether any macro makes something of a path that it is given.
    pub fn has_rust_made_of_paths(&self) -> bool {
        !self.rust_made_of_paths.is_empty()
    }

    /// Whether some macro of this name puts names that it is given behind a dot or a path.
    pub fn may_put_behind(&self, of: &str) -> bool {
        self.rust_putting_behind.contains(of)
    }

    /// The names that macros say.
    pub fn rust_names_in_macros(&self) -> impl Iterator<Item = &str> {
        self.rust_in_macros.keys().map(|name| &**name)
    }

    fn macros_saying(&self, name: &str) -> &[(FileId, NamedInMacro)] {
        self.rust_in_macros.get(name).map_or(&[], Vec::as_slice)
    }

    fn is_macro_seen(
        &self,
        (of, named): (FileId, &NamedInMacro),
        file: Option<FileId>,
        module: &str,
    ) -> bool {
        let shares_a_crate =
            |file| of == file || (self.crates).share_a_crate(&self.root, &self.files, (of, file));
        match (&named.reach, file) {
            (MacroReach::Everywhere, _) => true,
            (_, None) => false,
            (MacroReach::Crate, Some(file)) => shares_a_crate(file),
            (MacroReach::Module(around), Some(file)) => of == file && below(module, around, "::"),
        }
    }
}
