//! What becomes of the tree of a `use` when some of its leaves move.

use std::cmp::Ordering;

use super::layout::Style;
use super::tree::{Alias, Item, List, Name, Segment, Tree};

/// What becomes of one leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Keep,
    /// It goes, because the name is imported elsewhere or by nobody used.
    Drop,
    /// It gets another path.
    Become(Path),
}

/// A path that shares its beginning with what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// How many of the leaf's names stay.
    pub(super) kept: usize,
    /// The names behind them.
    pub(super) tail: Vec<String>,
    /// The leaf's alias afterwards.
    pub(super) alias: Option<String>,
}

/// What a tree becomes.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// What is left of it; `None` for nothing.
    pub(super) stays: Option<Tree>,
    /// New trees for statements of their own, each with the comments that its members had.
    pub(super) leaves: Vec<(Tree, Vec<String>)>,
}

/// Divides a tree by the fates of its leaves, in the order of [`Tree::leaves`].
pub(super) fn split(tree: &Tree, fates: &[Fate], style: Style) -> Split {
    let mut fates = fates.iter();
    let mut splitter = Splitter {
        fates: &mut fates,
        style,
        dropped: Vec::new(),
    };
    let (stays, leaving) = splitter.walk(tree, &[]);
    let leaves = splitter.merged(leaving, &[]);
    Split {
        stays,
        leaves: leaves
            .into_iter()
            .map(|part| (part.tree, part.comments))
            .collect(),
    }
}

struct Splitter<'f, 'i> {
    fates: &'i mut std::slice::Iter<'f, Fate>,
    style: Style,
    /// The comments of members that go, which stay with what stood next to them.
    dropped: Vec<String>,
}

/// A part that leaves its list: how many of the written names before it stay, those names, and
/// what follows.
struct Leaving {
    kept: usize,
    written: Vec<Name>,
    rest: Tree,
    comments: Vec<String>,
    /// It was written as `self`.
    is_self: bool,
}

/// Parts that go to one module, as one tree.
struct Joined {
    /// The place of the first part.
    first: usize,
    tree: Tree,
    comments: Vec<String>,
}

impl Splitter<'_, '_> {
    /// What stays of `tree` below `above`, and what leaves.
    fn walk(&mut self, tree: &Tree, above: &[Name]) -> (Option<Tree>, Vec<Leaving>) {
        let mut written = above.to_vec();
        written.extend(tree.names().cloned());
        let Some(Segment::List(list)) = tree.path.last() else {
            return self.leaf(tree, above, written);
        };
        let count = tree.leaves().len();
        let fates = self.fates.as_slice().get(..count).unwrap_or_default();
        let fates: Vec<Fate> = fates.to_vec();
        if fates.iter().all(|fate| *fate == Fate::Keep) {
            self.skip(count);
            return (Some(tree.clone()), Vec::new());
        }
        // A list whose own names are all gone is part of the one around it: member by member.
        let is_bare = |moved: &Leaving| {
            let is_list = matches!(moved.rest.path[..], [Segment::List(_)]);
            is_list && !above.is_empty() && moved.kept <= above.len() && !list.has_comments()
        };
        let moved = uniform(tree, &fates, above, &written);
        if let Some(moved) = moved.filter(|moved| !is_bare(moved)) {
            self.skip(count);
            return match moved.kept >= above.len() {
                true => (Some(in_place(&moved, above.len())), Vec::new()),
                false => (None, vec![moved]),
            };
        }
        let (list, mut leaving) = self.list(list, &written);
        if list.items.is_empty() {
            // What stands between the names that lead to the list, and behind its members.
            let kept = leaving.last().map_or(above.len(), |last| last.kept);
            let names = tree.names().skip(kept.saturating_sub(above.len()));
            let between = names.flat_map(Name::comments).chain(list.foot_comments());
            match leaving.last_mut() {
                Some(last) => last.comments.extend(between),
                None => self.dropped.extend(between),
            }
        }
        let prefix = &tree.path[..tree.path.len() - 1];
        (collapsed(prefix, list), leaving)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.fates.next();
        }
    }

    fn leaf(
        &mut self,
        tree: &Tree,
        above: &[Name],
        mut written: Vec<Name>,
    ) -> (Option<Tree>, Vec<Leaving>) {
        let path = match self.fates.next() {
            None | Some(Fate::Keep) => return (Some(tree.clone()), Vec::new()),
            Some(Fate::Drop) => return (None, Vec::new()),
            Some(Fate::Become(path)) => path,
        };
        let is_self = written.len() > 1 && written.last().is_some_and(|it| it.text == "self");
        let comments = lost(&written, path.kept.max(above.len()));
        if is_self {
            written.pop();
        }
        let mut rest = Tree::new(&path.tail, path.alias.as_deref());
        if let Some(Segment::Glob(at)) = tree.path.last() {
            rest.path.push(Segment::Glob(at.clone()));
        } else if path.tail.is_empty() {
            // Only the last name's alias changes.
            let mut last = written[path.kept - 1].clone();
            last.alias = path.alias.as_deref().map(Alias::new);
            rest.path.push(Segment::Name(last));
            let leaving = Leaving {
                kept: path.kept - 1,
                written,
                rest,
                comments,
                is_self,
            };
            return self.placed(leaving, above);
        }
        let leaving = Leaving {
            kept: path.kept,
            written,
            rest,
            comments,
            is_self,
        };
        self.placed(leaving, above)
    }

    /// A part that stays in its list if that list's path leads to it, and leaves otherwise.
    fn placed(&self, leaving: Leaving, above: &[Name]) -> (Option<Tree>, Vec<Leaving>) {
        let is_self = leaving.is_self;
        if leaving.kept >= above.len() && !(is_self && leaving.kept > above.len()) {
            return (Some(in_place(&leaving, above.len())), Vec::new());
        }
        if is_self && leaving.kept + 1 == above.len() && leaving.rest.path.len() == 1 {
            // `a::{self as b}`: the alias alone changes.
            let is_same = matches!(&leaving.rest.path[0],
                Segment::Name(name) if name.text == leaving.written[leaving.kept].text);
            if is_same && let Segment::Name(name) = &leaving.rest.path[0] {
                let alias = name.alias.as_ref().map(|alias| alias.text.as_str());
                let stays = Tree::new(&["self".to_owned()], alias);
                return (Some(stays), Vec::new());
            }
        }
        (None, vec![leaving])
    }

    fn list(&mut self, list: &List, written: &[Name]) -> (List, Vec<Leaving>) {
        let was_sorted = self.style.is_sorted(list);
        let mut new = list.clone();
        let mut keeps = Vec::new();
        let mut home: Vec<(usize, Leaving)> = Vec::new();
        let mut away = Vec::new();
        let mut above = Vec::new();
        for (at, item) in list.items.iter().enumerate() {
            let mut dropped = std::mem::take(&mut self.dropped);
            let (stays, leaving) = self.walk(&item.tree, written);
            dropped.append(&mut self.dropped);
            keeps.push(stays.is_some());
            if let Some(stays) = stays {
                new.items[at].tree = stays;
            }
            let mut comments = match keeps[at] {
                true => Vec::new(),
                false => [dropped.as_slice(), &item.comments()].concat(),
            };
            if keeps[at] {
                above.push(dropped);
            } else if leaving.is_empty() {
                self.dropped.append(&mut comments);
            }
            for mut part in leaving {
                part.comments.append(&mut comments);
                match part.kept >= written.len() {
                    true => home.push((at, part)),
                    false => away.push(part),
                }
            }
        }
        // Where a new member stands if the list is in no order: where it stood.
        let places: Vec<usize> = home
            .iter()
            .map(|(at, _)| keeps[..*at].iter().filter(|keeps| **keeps).count())
            .collect();
        new.retain(|at| keeps[at]);
        for (at, comments) in above.iter().enumerate() {
            new.put_above(at, comments);
        }
        if let Some(last) = away.last_mut().or(home.last_mut().map(|(_, part)| part)) {
            last.comments.append(&mut self.dropped);
        } else if !new.items.is_empty() {
            new.put_below(&std::mem::take(&mut self.dropped));
        }
        let parts = home.into_iter().map(|(_, part)| part).collect();
        for (count, part) in self.merged(parts, written).into_iter().enumerate() {
            let place = match was_sorted {
                true => self.place(&new, &part.tree),
                false => places[part.first] + count,
            };
            new.insert(place, part.tree, &part.comments);
        }
        if was_sorted {
            self.restore_order(&mut new);
        }
        (new, away)
    }

    fn place(&self, list: &List, tree: &Tree) -> usize {
        let after = |item: &Item| self.style.compare(&item.tree, tree) != Ordering::Greater;
        list.items.iter().take_while(|item| after(item)).count()
    }

    /// A member that changed in place may stand at the wrong place now.
    fn restore_order(&self, list: &mut List) {
        if self.style.is_sorted(list) {
            return;
        }
        if list.has_comments() {
            if list.is_on_lines() {
                let compare = |a: &Item, b: &Item| self.style.compare(&a.tree, &b.tree);
                list.items.sort_by(compare);
            }
            return;
        }
        let mut trees: Vec<Tree> = list.items.iter().map(|item| item.tree.clone()).collect();
        trees.sort_by(|a, b| self.style.compare(a, b));
        for (item, tree) in list.items.iter_mut().zip(trees) {
            item.tree = tree;
        }
    }

    /// Joins the parts that go to one module: `new::{A, B}`.
    fn merged(&self, parts: Vec<Leaving>, above: &[Name]) -> Vec<Joined> {
        let mut merged: Vec<(Joined, Vec<Tree>)> = Vec::new();
        let heads = parts.iter().map(|part| {
            let mut tree = below(part, above.len());
            tree.path.pop();
            tree.head()
        });
        let heads: Vec<String> = heads.collect();
        for (first, mut part) in parts.into_iter().enumerate() {
            let mut comments = std::mem::take(&mut part.comments);
            let is_self = part.is_self;
            let mut tree = below(&part, above.len());
            let last = tree.path.pop();
            let Some(mut last) = last else { continue };
            // The module itself stays beside what leaves for it: `new::{self, A}`.
            if is_self
                && let Segment::Name(name) = &last
                && heads.contains(&format!("{}{}::", tree.head(), name.text))
            {
                let alias = name.alias.clone();
                tree.path.push(Segment::Name(name.clone().without_alias()));
                let mut name = Name::new("self");
                name.alias = alias;
                last = Segment::Name(name);
            }
            let end = Tree { path: vec![last] };
            let same = merged
                .iter_mut()
                .find(|(it, _)| it.tree.text() == tree.text() && !tree.path.is_empty());
            match same {
                Some((it, ends)) => {
                    it.comments.append(&mut comments);
                    ends.push(end);
                }
                None => {
                    let joined = Joined {
                        first,
                        tree,
                        comments,
                    };
                    merged.push((joined, vec![end]));
                }
            }
        }
        let joined = merged.into_iter().map(|(mut joined, mut ends)| {
            ends.sort_by(|a, b| self.style.compare(a, b));
            ends.dedup_by(|a, b| a.text() == b.text());
            match <[Tree; 1]>::try_from(ends) {
                Ok([end]) => joined.tree.path.extend(end.path),
                Err(ends) => {
                    let list = List::new(flattened(ends));
                    joined.tree.path.push(Segment::List(list));
                }
            }
            joined
        });
        joined.collect()
    }
}

/// The members of lists among `ends` as members of the one list.
fn flattened(ends: Vec<Tree>) -> Vec<Tree> {
    let mut flat = Vec::new();
    for end in ends {
        match <[Segment; 1]>::try_from(end.path) {
            Ok([Segment::List(list)]) => flat.extend(list.items.into_iter().map(|it| it.tree)),
            Ok([other]) => flat.push(Tree { path: vec![other] }),
            Err(path) => flat.push(Tree { path }),
        }
    }
    flat
}

/// The tree of a part as it stands below the first `depth` names.
fn below(part: &Leaving, depth: usize) -> Tree {
    let kept = part.kept.max(depth).min(part.written.len());
    let names = part.written[depth.min(kept)..kept].iter().cloned();
    let mut path: Vec<Segment> = names
        .map(|name| Segment::Name(name.without_alias()))
        .collect();
    path.extend(part.rest.path.iter().cloned());
    match path.first() {
        // A path from the root begins with no name.
        Some(Segment::Name(name)) if name.text.is_empty() && path.len() > 1 => {
            path.remove(0);
            Tree { path }.rooted()
        }
        _ => Tree { path },
    }
}

/// The tree of a part that stays where it is, with the comments between the names that go.
fn in_place(part: &Leaving, depth: usize) -> Tree {
    below(part, depth).with_comments(&part.comments)
}

/// The comments between names of a path from one of them on.
fn lost(written: &[Name], from: usize) -> Vec<String> {
    let names = written.get(from..).unwrap_or_default();
    names.iter().flat_map(Name::comments).collect()
}

/// A list that all goes to one place keeps its form: only the names before it change.
fn uniform(tree: &Tree, fates: &[Fate], above: &[Name], written: &[Name]) -> Option<Leaving> {
    let leaves = tree_leaves(tree, above);
    let depth = written.len();
    let mut head: Option<(usize, Vec<String>)> = None;
    let mut ends = Vec::new();
    for (leaf, fate) in leaves.iter().zip(fates) {
        let Fate::Become(path) = fate else {
            return None;
        };
        let mut full: Vec<String> = leaf.names[..path.kept]
            .iter()
            .map(|it| it.text.to_string())
            .collect();
        full.extend(path.tail.iter().cloned());
        let below = leaf.names.len() - depth;
        let at = full.len().checked_sub(below)?;
        let (front, back) = full.split_at(at);
        let was = &leaf.names[depth..];
        let inner = below.saturating_sub(usize::from(!leaf.glob));
        if !back[..inner]
            .iter()
            .zip(was)
            .all(|(new, old)| **new == *old.text)
        {
            return None;
        }
        // The name that a `self` stands for is that of the list around it.
        let last = leaf.names.last();
        let is_self = last.is_some_and(|last| !leaf.glob && !leaf.at.contains(&last.at.start));
        let differs = back.last().map(String::as_str) != last.map(|last| &*last.text);
        if is_self && below > 0 && differs {
            return None;
        }
        let kept = path.kept.min(front.len()).min(depth);
        match &mut head {
            None => head = Some((kept, front.to_vec())),
            Some((_, known)) if *known != front => return None,
            Some((least, _)) => *least = kept.min(*least),
        }
        let renamed = back.last().filter(|_| !leaf.glob && below > 0);
        ends.push((renamed.cloned(), path.alias.clone()));
    }
    let (kept, front) = head?;
    if front.is_empty() {
        return None;
    }
    let mut list = Tree {
        path: vec![tree.path.last()?.clone()],
    };
    rename(&mut list, &mut ends.into_iter());
    let mut rest = Tree::new(&front[kept..], None);
    match list.path.pop() {
        Some(Segment::List(list)) => rest = collapsed(&rest.path, list)?,
        last => rest.path.extend(last),
    }
    Some(Leaving {
        kept,
        written: written.to_vec(),
        rest,
        comments: lost(written, kept.max(above.len())),
        is_self: false,
    })
}

/// The leaves of a tree, with the names above it.
fn tree_leaves(tree: &Tree, above: &[Name]) -> Vec<super::tree::Leaf> {
    let above: Vec<&Name> = above.iter().collect();
    let mut leaves = Vec::new();
    tree.leaves_below(&above, &mut leaves);
    leaves
}

/// Gives the leaves of a tree their last names and aliases.
fn rename(tree: &mut Tree, ends: &mut impl Iterator<Item = (Option<String>, Option<String>)>) {
    match tree.path.last_mut() {
        Some(Segment::List(list)) => {
            for item in &mut list.items {
                rename(&mut item.tree, ends);
            }
        }
        Some(Segment::Name(last)) => {
            let Some((name, alias)) = ends.next() else {
                return;
            };
            if let Some(name) = name.filter(|_| last.text != "self") {
                last.text = name;
            }
            let same = last.alias.as_ref().map(|it| &it.text) == alias.as_ref();
            if !same {
                last.alias = alias.map(Alias::new);
            }
        }
        Some(Segment::Glob(_)) => {
            ends.next();
        }
        None => {}
    }
}

/// `prefix::{…}` with the braces gone where one member is left; `None` where none is.
fn collapsed(prefix: &[Segment], mut list: List) -> Option<Tree> {
    let mut path = prefix.to_vec();
    if list.items.is_empty() {
        return None;
    }
    if list.items.len() > 1 || list.has_comments() {
        path.push(Segment::List(list));
        return Some(Tree { path });
    }
    let only = list.items.remove(0).tree;
    let is_self = matches!(&only.path[..], [Segment::Name(name)] if name.text == "self");
    match (is_self, path.last_mut()) {
        (true, Some(Segment::Name(last))) => {
            if let [Segment::Name(name)] = &only.path[..] {
                last.alias = name.alias.clone();
            }
        }
        _ => path.extend(only.path),
    }
    Some(Tree { path })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{Base, flat};
    use super::*;
    use crate::project::Format;

    fn tree(text: &str) -> Tree {
        let tokens = flat(text.parse().expect("tokens"), Base::new(0));
        Tree::read(&tokens, &mut 0, text).expect("a tree")
    }

    fn moved(kept: usize, tail: &str, alias: Option<&str>) -> Fate {
        let tail = tail.split("::").filter(|name| !name.is_empty());
        Fate::Become(Path {
            kept,
            tail: tail.map(str::to_owned).collect(),
            alias: alias.map(str::to_owned),
        })
    }

    #[track_caller]
    fn check(text: &str, fates: &[Fate], stays: &str, leaves: &[&str]) {
        let split = split(&tree(text), fates, Style::of(Format::of_edition(2015)));
        let left = split.stays.map_or(String::new(), |tree| tree.text());
        assert_eq!(left, stays, "{text}");
        let new: Vec<String> = split.leaves.iter().map(|(tree, _)| tree.text()).collect();
        assert_eq!(new, leaves, "{text}");
    }

    const KEEP: Fate = Fate::Keep;

    #[test]
    fn a_tree_is_printed_as_it_was() {
        for text in [
            "a::b",
            "a :: b as  c",
            "{a, b::{self, c},}",
            "a::{\n    b, // why\n    // own\n    c::*,\n    d, /* e */\n}",
        ] {
            assert_eq!(tree(text).text(), text);
        }
    }

    #[test]
    fn a_path_changes_in_place() {
        check("a::b::C", &[moved(1, "n::D", None)], "a::n::D", &[]);
        check(
            "a::b::C as E",
            &[moved(1, "n::D", Some("E"))],
            "a::n::D as E",
            &[],
        );
        check("a::b::*", &[moved(1, "n", None)], "a::n::*", &[]);
        check("a::b", &[moved(0, "x::y", Some("b"))], "x::y as b", &[]);
    }

    #[test]
    fn a_member_leaves_its_list() {
        let out = [KEEP, moved(1, "n::D", None)];
        check("a::b::{B, C}", &out, "a::b::B", &["a::n::D"]);
        let out = [KEEP, moved(0, "x::D", None), KEEP];
        check("a::b::{B, C, E}", &out, "a::b::{B, E}", &["x::D"]);
        let out = [KEEP, moved(0, "x::C", None), moved(0, "x::E", None)];
        check("a::b::{B, C, E}", &out, "a::b::B", &["x::{C, E}"]);
    }

    #[test]
    fn a_member_finds_the_list_that_leads_to_it() {
        let out = [KEEP, moved(1, "n::D", None), KEEP];
        check("a::{b::{B, C}, c}", &out, "a::{b::B, c, n::D}", &[]);
        let out = [moved(1, "n::D", None), KEEP];
        check("a::{b::C, c}", &out, "a::{c, n::D}", &[]);
        let out = [moved(1, "n::D", None), KEEP];
        check("a::{z::C, c}", &out, "a::{n::D, c}", &[]);
    }

    #[test]
    fn a_list_that_goes_as_a_whole_keeps_its_form() {
        let out = [moved(0, "x::b::C", None), moved(0, "x::b::D", None)];
        check("a::b::{C,D}", &out, "x::b::{C,D}", &[]);
        let out = [moved(0, "x::b", None), moved(0, "x::b::D", None)];
        check("a::b::{self, D}", &out, "x::b::{self, D}", &[]);
        let out = [moved(0, "x::b::C", None), moved(0, "x::b::E", None), KEEP];
        check("a::{b::{C, D}, e}", &out, "a::e", &["x::b::{C, E}"]);
    }

    #[test]
    fn a_list_becomes_part_of_the_one_around_it() {
        let out = [KEEP, moved(1, "x", Some("y")), moved(1, "D", None)];
        check("a::{m, b::{x as y, C}}", &out, "a::{m, x as y, D}", &[]);
        let out = [KEEP, KEEP, moved(1, "C", None), moved(1, "D", None)];
        check("a::{e, x::{y, b::{C, D}}}", &out, "a::{e, x::y, C, D}", &[]);
        let out = [KEEP, moved(1, "n::C", None), moved(1, "n::D", None)];
        check("a::{m, b::{C, D}}", &out, "a::{m, n::{C, D}}", &[]);
        let out = [moved(1, "C", None), moved(1, "D", None)];
        check("a::b::{C, D}", &out, "a::{C, D}", &[]);
    }

    #[test]
    fn members_keep_their_comments() {
        let text = "a::{\n    // one\n    b, // b\n    // two\n    c, // c\n    d,\n}";
        let out = [KEEP, Fate::Drop, KEEP];
        let kept = "a::{\n    // one\n    b, // b\n    // two\n    // c\n    d,\n}";
        check(text, &out, kept, &[]);
        let out = [Fate::Drop, KEEP, KEEP];
        let kept = "a::{\n    // one\n    // b\n    // two\n    c, // c\n    d,\n}";
        check(text, &out, kept, &[]);
        let out = [KEEP, KEEP, Fate::Drop];
        check("a::{b, c, /* d */ d}", &out, "a::{b, c /* d */}", &[]);
    }

    #[test]
    fn nothing_is_left_of_an_empty_list() {
        check("a::{b::{C}, d}", &[Fate::Drop, KEEP], "a::d", &[]);
        check("a::b::{C}", &[Fate::Drop], "", &[]);
        check("a::{self, b}", &[KEEP, Fate::Drop], "a", &[]);
        check("a::{self as x, b}", &[KEEP, Fate::Drop], "a as x", &[]);
        check("{a, b}", &[KEEP, Fate::Drop], "a", &[]);
    }
}
