//! What turns an optional dependency on turns on what takes its place as well.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::{Array, Item, TableLike, Value};

use super::sheet::Sheet;
use crate::edit::Edit;

/// An optional dependency that something leaves, and the one that it goes to, by their keys.
pub(super) type Pair = (String, String);

/// What `[features]` must say from now on.
#[derive(Default)]
pub(super) struct Turned {
    pub(super) edits: Vec<Edit>,
    /// The features that turn each new dependency on, as far as they did not yet.
    pub(super) by: BTreeMap<String, Vec<String>>,
}

/// Each feature that turns an old dependency on turns the new one on as well.
pub(super) fn turned(sheet: Sheet<'_>, pairs: &BTreeSet<Pair>) -> Turned {
    let features = Features::of(sheet);
    let mut turned = Turned::default();
    let mut missing: BTreeMap<&str, Vec<(usize, String)>> = BTreeMap::new();
    let mut new_features: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (old, new) in pairs {
        let asked = features.asked(new);
        let mut by = Vec::new();
        if features.is_implicit(old) {
            // The feature that the dependency gives turns on that dependency alone: so it is
            // written down, and whoever asks for it gets both.
            let list = new_features
                .entry(old)
                .or_insert_with(|| vec![format!("dep:{old}")]);
            list.push(asked);
            by.push(old.clone());
        } else {
            for (&name, &list) in &features.lists {
                let Some(place) = features.place(list, old) else {
                    continue;
                };
                if !features.turns_on(list, new, &mut BTreeSet::from([name])) {
                    let places = missing.entry(name).or_default();
                    places.push((place, asked.clone()));
                    by.push(name.to_owned());
                }
            }
        }
        if !by.is_empty() {
            turned.by.entry(new.clone()).or_default().extend(by);
        }
    }
    for (name, mut members) in missing {
        let list = features.lists[name];
        members.sort();
        let mut seen = BTreeSet::new();
        members.retain(|(_, text)| seen.insert(text.clone()));
        for group in members.chunk_by(|a, b| a.0 == b.0) {
            let texts: Vec<&str> = group.iter().map(|(_, text)| &**text).collect();
            turned.edits.extend(sheet.members(list, group[0].0, &texts));
        }
    }
    let lines: Vec<(String, String)> = new_features
        .into_iter()
        .map(|(old, list)| (old.to_owned(), format!("{list:?}")))
        .collect();
    if !lines.is_empty() {
        turned.edits.extend(sheet.entries(&["features"], &lines));
    }
    for by in turned.by.values_mut() {
        by.sort();
        by.dedup();
    }
    turned
}

/// Whether a dependency gives a feature of its name, which no list says.
pub(super) fn is_implicit(sheet: Sheet<'_>, key: &str) -> bool {
    Features::of(sheet).is_implicit(key)
}

/// The features of a manifest.
struct Features<'a> {
    lists: BTreeMap<&'a str, &'a Array>,
    /// Optional dependencies.
    optional: BTreeSet<&'a str>,
}

impl<'a> Features<'a> {
    fn of(sheet: Sheet<'a>) -> Self {
        let features = sheet.table(&["features"]);
        let lists = features.into_iter().flat_map(TableLike::iter);
        let lists = lists.filter_map(|(name, item)| Some((name, item.as_array()?)));
        let entries = sheet.dependencies().flat_map(TableLike::iter);
        let optional = entries.filter(|(_, item)| {
            let optional = item.get("optional").and_then(Item::as_bool);
            optional == Some(true)
        });
        Self {
            lists: lists.collect(),
            optional: optional.map(|(key, _)| key).collect(),
        }
    }

    /// Whether an optional dependency gives a feature of its name: no list asks for it as `dep:`.
    fn is_implicit(&self, key: &str) -> bool {
        let lists = self.lists.values().copied();
        self.optional.contains(key)
            && !self.lists.contains_key(key)
            && !lists.flat_map(texts).any(|it| is_dep(it, key))
    }

    /// How a list asks for a dependency, which may be there already.
    fn asked(&self, key: &str) -> String {
        match self.is_implicit(key) {
            true => key.to_owned(),
            false => format!("dep:{key}"),
        }
    }

    /// Behind which member of a list a new dependency goes, if the list itself turns the old one on:
    /// `dep:old`, or `old/feature`. `old?/feature` does not.
    fn place(&self, list: &Array, old: &str) -> Option<usize> {
        let place = |is_it: &dyn Fn(&str) -> bool| {
            let mut members = list.iter();
            members.position(|it| it.as_str().is_some_and(is_it))
        };
        let by_name = self.lists.get(old);
        let is_by_name = by_name.is_some_and(|it| texts(it).any(|it| is_dep(it, old)));
        place(&|it| is_dep(it, old)).or_else(|| {
            // With the dependency goes the feature of its name.
            let strong = |it: &str| it.split_once('/').is_some_and(|(head, _)| head == old);
            place(&strong).filter(|_| !is_by_name)
        })
    }

    /// Whether a list turns a dependency on, itself or through other features.
    fn turns_on(&self, list: &'a Array, key: &str, seen: &mut BTreeSet<&'a str>) -> bool {
        let implicit = self.is_implicit(key);
        texts(list).any(|it| {
            let is_strong = it.split_once('/').is_some_and(|(head, _)| head == key);
            if is_dep(it, key) || is_strong || implicit && it == key {
                return true;
            }
            let inner = self.lists.get(it).filter(|_| seen.insert(it));
            inner.is_some_and(|inner| self.turns_on(inner, key, seen))
        })
    }
}

fn texts(list: &Array) -> impl Iterator<Item = &str> {
    list.iter().filter_map(Value::as_str)
}

fn is_dep(text: &str, key: &str) -> bool {
    text.strip_prefix("dep:") == Some(key)
}
