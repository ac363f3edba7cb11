//! What the root of a crate of Rust calls the crates that it declares.

use super::Project;

impl Project {
    /// The crate that a name stands for everywhere in the crate `krate`, whose root says so.
    pub fn rust_crate_name(&self, krate: &str, name: &str) -> Option<&str> {
        let key = (krate.to_owned(), name.to_owned());
        self.rust_crate_names.get(&key).map(String::as_str)
    }

    /// The crates that a name stands for everywhere in the crate `krate` in some configurations, whose
    /// root says so.
    pub fn rust_crates_sometimes(&self, krate: &str, name: &str) -> &[String] {
        let key = (krate.to_owned(), name.to_owned());
        let known = self.rust_crates_sometimes.get(&key);
        known.map_or(&[], Vec::as_slice)
    }

    /// The name under which the root of the crate `krate` declares a library: its own one first.
    pub fn rust_declared_as(&self, krate: &str, library: &str) -> Option<&str> {
        let all = self.rust_crate_names.iter();
        let names = all.filter(|((of, _), other)| of == krate && *other == library);
        let names = names.map(|((_, name), _)| name.as_str());
        names.min_by_key(|name| (*name != library, *name))
    }
}
