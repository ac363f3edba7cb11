//! Where the modules lie that a distribution has or sees, as text: none is imported.

use std::path::{Path, PathBuf};

use super::distributions::Distribution;
use super::editable;

/// Where the modules of an environment lie, as a distribution in it sees them.
pub(super) struct Modules {
    of: Distribution,
    /// The directories that modules are imported from.
    path: Vec<PathBuf>,
}

impl Modules {
    pub(super) fn of(of: Distribution, path: &[PathBuf]) -> Self {
        let own = [of.at.clone()].into_iter();
        let path = own.chain(path.iter().cloned()).collect();
        Self { of, path }
    }

    /// The source of a module: `app/old/__init__.py` or `app/old.py`.
    pub(super) fn file(&self, dotted: &str) -> Option<PathBuf> {
        let mut names = dotted.split('.');
        let first = names.next().unwrap_or_default();
        let mut places: Vec<PathBuf> = self.path.iter().map(|dir| dir.join(first)).collect();
        places.extend(editable::packages(&self.of, first));
        for name in names {
            // A package hides all that are called so behind it; a namespace lies in all of them.
            let package = places.iter().position(|dir| init(dir).is_file());
            let packages = match package {
                Some(at) => vec![places.swap_remove(at)],
                None => places,
            };
            places = packages.into_iter().map(|dir| dir.join(name)).collect();
        }
        let mut files = places
            .iter()
            .flat_map(|place| [init(place), place.with_extension("py")]);
        files.find(|file| file.is_file())
    }
}

fn init(package: &Path) -> PathBuf {
    package.join("__init__.py")
}
