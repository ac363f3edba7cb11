//! Paths that would lead through an import by a name that it takes, and lead elsewhere so far.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{LeafId, Work};
use crate::lang::rust::facts::{Form, space};

/// Where a name leads after all moves, as far as that is known.
type Leads = Option<String>;

/// Parts of modules to which stars give a name, by where they take it from.
pub(super) type Places = FxHashMap<String, Vec<usize>>;

/// Where one name is said.
#[derive(Default)]
pub(super) struct Said {
    /// Imports that begin with it, by their modules, in the order of the text.
    first: FxHashMap<usize, Vec<First>>,
    /// Where it leads as the name of a module's member, in paths of imports.
    member: FxHashMap<usize, Vec<(u8, Leads)>>,
    /// Where it leads in parts of modules that only a star can give it.
    starred: Vec<(usize, usize, u8, Leads)>,
}

/// An import that begins with a name.
struct First {
    at: usize,
    spaces: u8,
    /// How much of the text sees what the name means, where that is not from a star.
    size: Option<usize>,
    leads: Leads,
}

impl<'a> Work<'_, 'a> {
    /// Whether an import of the file, or what a star gives, would mean a binding by the name `new`, and
    /// means another thing than `target` by it.
    pub(super) fn is_passed(&self, binding: usize, new: &str, target: &str) -> bool {
        let names = self.names;
        let bound = &names.facts.bindings[binding];
        let of_name = self.of_name(new);
        let said = of_name.said.get_or_init(|| self.said(new));
        let spaces = names.spaces(binding);
        let differs =
            |its: u8, leads: &Leads| its & spaces != 0 && leads.as_deref() != Some(target);
        let first = said.first.get(&bound.module).map_or(&[][..], Vec::as_slice);
        let from = first.partition_point(|one| one.at < bound.visible.start);
        let mut first = first[from..]
            .iter()
            .take_while(|one| one.at <= bound.visible.end);
        let is_first = first.any(|one| {
            let is_nearer = one.size.is_some_and(|size| size <= bound.visible.len());
            !is_nearer && differs(one.spaces, &one.leads)
        });
        if is_first || !names.is_of_module(binding) {
            return is_first;
        }
        let members = said.member.get(&bound.module).into_iter().flatten();
        let mut members = members.filter(|_| !names.has(bound.module, new));
        if members.any(|(spaces, leads)| differs(*spaces, leads)) {
            return true;
        }
        if said.starred.is_empty() {
            return false;
        }
        let mut known = of_name.given_beside.borrow_mut();
        let known = known
            .entry(bound.name.clone())
            .or_insert_with(|| self.given_beside(&said.starred, &bound.name));
        let path = format!("{}::{}", names.module(bound.module), bound.name);
        let mut beside = known.get(&path).into_iter().flatten();
        beside.any(|&one| {
            let (module, _, spaces, leads) = &said.starred[one];
            *module != bound.module && differs(*spaces, leads)
        })
    }

    /// Whether another file reads `new` from the module of a binding, and means another thing than
    /// `target`.
    pub(super) fn is_passed_elsewhere(&self, binding: usize, new: &str, target: &str) -> bool {
        let names = self.names;
        let module = names.facts.bindings[binding].module;
        let path = format!("{}::{new}", names.module(module));
        let given = || names.given_to(&path).map(|path| names.after(&path));
        names.is_of_module(binding)
            && !names.has(module, new)
            && names.project.is_rust_read(&path, names.file)
            && given().as_deref() != Some(target)
    }

    /// Where a name is said in the file.
    fn said(&self, name: &str) -> Said {
        let (names, facts) = (self.names, self.names.facts);
        let mut said = Said::default();
        let mut starred: BTreeMap<(usize, usize, Leads), u8> = BTreeMap::new();
        let mut add = |module: usize, at: usize, spaces: u8, leads: Leads| {
            if let Some(scope) = names.stars.scope(module, at) {
                *starred.entry((module, scope, leads)).or_default() |= spaces;
            }
        };
        let imports = self.imports_with();
        for &(id, word) in imports.get(name).into_iter().flatten() {
            let statement = &facts.statements[id.0];
            let leaf = &statement.leaves[id.1];
            let is_last = word + 1 == leaf.names.len();
            let spaces = match is_last && !leaf.glob {
                true => space::ANY,
                false => space::TYPE,
            };
            let reached = names.leaf(id.0, id.1);
            let prefix = |word: usize| reached.as_ref().and_then(|it| it.prefixes.get(word));
            let leads = prefix(word).filter(|path| !path.is_empty());
            let leads = leads.map(|path| names.after(path));
            let is_rooted = statement.leading.is_some() || leaf.rooted;
            let container = match word.checked_sub(1) {
                Some(before) => prefix(before).and_then(|path| names.by_path.get(path)),
                None if names.edition() < 2018 => names.by_path.get(&names.place.krate),
                None => None,
            };
            if let Some(&container) = container {
                let members = said.member.entry(container).or_default();
                members.push((spaces, leads));
            } else if word == 0 && !is_rooted && names.edition() >= 2018 {
                let (module, at) = (statement.module, leaf.names[0].at.start);
                let meant = names.item_or_import(name, spaces, (module, at), id);
                let size = meant.map(|it| facts.bindings[it].visible.len());
                if size.is_none() {
                    add(module, at, spaces, leads.clone());
                }
                let first = said.first.entry(module).or_default();
                first.push(First {
                    at,
                    spaces,
                    size,
                    leads,
                });
            }
        }
        for &index in self.paths_with(name) {
            let path = &facts.paths[index];
            let spaces = match path.words.len() {
                1 => path.spaces,
                _ => space::TYPE,
            };
            let at = path.start();
            let is_known = || names.meaning(name, spaces, path.module, at).is_some();
            if path.leading || path.dollar || is_known() {
                continue;
            }
            let reached = names.reach(path);
            let leads = reached.and_then(|it| it.prefixes.first().map(|path| names.after(path)));
            add(path.module, at, spaces, leads);
        }
        for first in said.first.values_mut() {
            first.sort_by_key(|one| one.at);
        }
        let starred = starred.into_iter();
        let starred =
            starred.map(|((module, scope, leads), spaces)| (module, scope, spaces, leads));
        said.starred = starred.collect();
        said
    }

    /// Of parts of modules, those to which a star gives `name`, by where it takes it from.
    fn given_beside(&self, starred: &[(usize, usize, u8, Leads)], name: &str) -> Places {
        let names = self.names;
        let mut found = Places::default();
        for (one, &(_, scope, ..)) in starred.iter().enumerate() {
            for star in names.stars.around(scope) {
                let given = names.given(star, name, 0, &mut FxHashSet::default());
                if let Some((path, _)) = given {
                    found.entry(path).or_default().push(one);
                }
            }
        }
        found
    }

    /// Imports by the names in their paths, each with the word.
    fn imports_with(&self) -> &FxHashMap<&'a str, Vec<(LeafId, usize)>> {
        let facts = self.names.facts;
        self.index.imports.get_or_init(|| {
            let mut found: FxHashMap<&str, Vec<(LeafId, usize)>> = FxHashMap::default();
            let statements = facts.statements.iter().enumerate();
            for (index, statement) in statements.filter(|(_, it)| it.form != Form::ExternCrate) {
                for (nth, leaf) in statement.leaves.iter().enumerate() {
                    for (word, name) in leaf.names.iter().enumerate() {
                        let all = found.entry(name.plain()).or_default();
                        all.push(((index, nth), word));
                    }
                }
            }
            found
        })
    }
}
