//! How far names of Rust are seen that are not public.

use rustc_hash::FxHashSet;

use super::Project;
use crate::plan::below;

/// How many modules are looked into for what stars give.
const MOST: usize = 256;

impl Project {
    /// The module in which all are that see a path of Rust; `None` where it is public, and where
    /// nothing is known of it.
    pub fn rust_limit(&self, path: &str) -> Option<String> {
        self.seen(path, &mut FxHashSet::default()).flatten()
    }

    /// The same of a path that is known, through stars.
    fn seen(&self, path: &str, passed: &mut FxHashSet<String>) -> Option<Option<String>> {
        let path = self.canonical(path);
        if let Some(limit) = self.rust_limits.get(&*path) {
            return Some(Some(limit.to_string()));
        }
        if self.rust_item(&path).is_some() || self.rust_import(&path, u8::MAX).is_some() {
            return Some(None);
        }
        let (module, name) = path.rsplit_once("::")?;
        if passed.len() > MOST || !passed.insert(module.to_owned()) {
            return None;
        }
        let public = self.rust_globs(module).iter().filter(|(_, public)| *public);
        let mut targets = public.map(|(target, _)| format!("{target}::{name}"));
        let inner = targets.find_map(|target| self.seen(&target, passed))?;
        let own = self.rust_limits.get(&*format!("{module}::*"));
        Some(narrower(own.map(|own| own.to_string()), inner))
    }
}

/// The smaller one of two modules in which something is seen; `None` where it is seen everywhere.
pub fn narrower(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) if below(&other, &one, "::") => Some(other),
        (None, other) => other,
        (one, _) => one,
    }
}
