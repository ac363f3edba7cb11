//! What modules of Rust declare and import, of those from which things move, or to which.

use rustc_hash::FxHashMap;

use super::{Outline, Project};

/// What a module has.
#[derive(Debug, Clone, Default)]
pub struct RustMembers {
    /// Its names.
    pub names: Vec<RustMember>,
    /// It may have others: macros make items of it, or it is another one by configuration.
    pub is_open: bool,
}

/// A name of a module.
#[derive(Debug, Clone)]
pub struct RustMember {
    /// The name; nothing for what has none.
    pub name: Box<str>,
    /// Other modules may see it.
    pub public: bool,
    /// What it is.
    pub kind: RustMemberKind,
    /// What a trait gives to those that import it: the names of its methods and constants.
    pub methods: Box<[Box<str>]>,
}

/// What a name of a module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustMemberKind {
    /// No trait.
    Item,
    /// A trait, or what may be one.
    Trait,
    /// An import of this path.
    Import(Box<str>),
    /// All names of another module.
    Star,
}

/// How many imports are followed to a thing.
pub(super) const LONGEST: usize = 16;

impl Project {
    /// Takes what a file of a crate out of the tree says of the modules that moves name.
    pub fn add_library(&mut self, outline: &Outline) {
        for (module, members) in &outline.rust.members {
            add(&mut self.rust_members, module.clone(), members);
        }
    }

    /// Where all imports lead that bind a path of Rust, in whichever namespaces.
    pub fn rust_imports_of(&self, path: &str) -> impl Iterator<Item = &str> {
        let imports = self.rust_imports.get(&*self.canonical(path));
        imports.into_iter().flatten().map(|(target, ..)| &**target)
    }

    /// What a module of Rust has, if that is known.
    pub fn rust_members(&self, module: &str) -> Option<&RustMembers> {
        self.rust_members.get(&*self.canonical(module))
    }

    /// The names of the methods and constants of a trait that is declared in a module from which
    /// something moves, or to which.
    pub fn rust_methods(&self, path: &str) -> Option<&[Box<str>]> {
        let mut path = path;
        for _ in 0..LONGEST {
            let (module, name) = path.rsplit_once("::")?;
            let all = &self.rust_members(module)?.names;
            let mut of_name = all.iter().filter(|it| &*it.name == name);
            let is_trait = |it: &&RustMember| it.kind == RustMemberKind::Trait;
            if let Some(found) = of_name.clone().find(is_trait) {
                return Some(&found.methods);
            }
            path = of_name.find_map(|it| match &it.kind {
                RustMemberKind::Import(target) => Some(target),
                _ => None,
            })?;
        }
        None
    }

    /// Whether a module has one thing alone of a name, as far as is known.
    pub fn has_one_rust_member(&self, module: &str, name: &str) -> bool {
        let members = self.rust_members(module).filter(|it| !it.is_open);
        let all = members.map_or(&[][..], |it| &it.names[..]);
        all.iter().filter(|it| &*it.name == name).count() == 1
    }

    /// Whether a path is known to lead to a declaration, and to one alone.
    pub fn is_one_rust_item(&self, path: &str) -> bool {
        self.one_rust_item(path).is_some()
    }

    /// Whether something is known to be no trait.
    pub fn is_no_rust_trait(&self, path: &str) -> bool {
        self.one_rust_item(path) == Some(&RustMemberKind::Item)
    }

    /// What the one declaration is to which a path leads, if that is known.
    fn one_rust_item(&self, path: &str) -> Option<&RustMemberKind> {
        let mut path = path;
        for _ in 0..LONGEST {
            let (module, name) = path.rsplit_once("::")?;
            if !self.has_one_rust_member(module, name) {
                return None;
            }
            let mut members = self.rust_members(module)?.names.iter();
            match &members.find(|it| &*it.name == name)?.kind {
                RustMemberKind::Import(target) => path = target,
                RustMemberKind::Star => return None,
                item => return Some(item),
            }
        }
        None
    }
}

/// Takes what a file says of a module.
pub(super) fn add(
    all: &mut FxHashMap<Box<str>, RustMembers>,
    module: Box<str>,
    members: &RustMembers,
) {
    all.entry(module)
        .and_modify(|known| {
            known.names.extend_from_slice(&members.names);
            known.is_open = true;
        })
        .or_insert_with(|| members.clone());
}
