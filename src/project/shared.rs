//! Modules of Rust whose file several crates share: they have several paths, of which one counts.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::library_of;

#[derive(Debug, Default)]
pub(super) struct SharedModules {
    /// The other paths of a module, to the first.
    first: FxHashMap<String, String>,
    /// The crates that such paths begin with: most paths are asked for these alone.
    crates: FxHashSet<String>,
}

impl SharedModules {
    /// Learns other paths of modules, each with the first one.
    pub(super) fn extend(&mut self, others: Vec<(String, String)>) {
        for (other, first) in others {
            let krate = library_of(&other);
            self.crates.insert(krate.to_owned());
            self.first.insert(other, first);
        }
    }

    /// Whether paths of a crate have others that come first.
    pub(super) fn has(&self, krate: &str) -> bool {
        self.crates.contains(krate)
    }

    /// The first path of what has this one.
    pub(super) fn canonical<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if !self.crates.contains(library_of(path)) {
            return Cow::Borrowed(path);
        }
        let mut head = path;
        loop {
            if let Some(first) = self.first.get(head) {
                return Cow::Owned(format!("{first}{}", &path[head.len()..]));
            }
            let Some(end) = head.rfind("::") else { break };
            head = &head[..end];
        }
        Cow::Borrowed(path)
    }
}
