//! Where a file of Rust stands: its crate, and its module there.

use std::sync::Arc;

use super::crates::Package;

/// Where a file of Rust stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RustPlace {
    /// Its package.
    pub package: Option<Arc<Package>>,
    /// The name of its crate in paths; for crates that nobody can name, one that no path has.
    pub krate: String,
    /// Its module below the crate's root; empty for the root file.
    pub module: Vec<String>,
    /// Its edition, where it is not the package's.
    pub edition: Option<u16>,
    /// How many names of `module` stay around what its macros reach: all of them, or fewer where
    /// `#[macro_use]` gives them on. `None` where no `mod` line leads to the file, or several do.
    pub around_macros: Option<usize>,
    /// In another configuration another file is this module, or may be: it is not known that no
    /// other one is.
    pub varies: bool,
    /// Another file includes its text: they share their scope.
    pub included: bool,
    /// Documentation stands before the `mod` line that leads to the file.
    pub documented: Documented,
}

/// Whether documentation stands before a module. rustdoc reads what the module says inside, `//!`,
/// together with that, and so its links in the scope around the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Documented {
    /// None does.
    #[default]
    No,
    /// Some does in some configurations.
    Perhaps,
    /// Some does.
    Yes,
}

impl RustPlace {
    /// Where what is written outside of the file's module stands, right around that.
    pub fn around(&self) -> Self {
        let module = self
            .module
            .split_last()
            .map_or(&[][..], |(_, around)| around);
        Self {
            module: module.to_vec(),
            around_macros: None,
            varies: true,
            ..self.clone()
        }
    }

    /// The absolute path of the file's module.
    pub fn path(&self) -> String {
        joined(&self.krate, &self.module)
    }
}

/// The path of a module of a crate.
pub(super) fn joined(krate: &str, module: &[String]) -> String {
    let mut path = krate.to_owned();
    for name in module {
        path.push_str("::");
        path.push_str(name);
    }
    path
}
