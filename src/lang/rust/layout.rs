//! How rustfmt sorts and lays out a `use`.
//!
//! Used only where a statement stands as rustfmt would have written it: then it still does.

use std::cmp::Ordering;

use super::tree::{List, Name, Segment, Tree, plain};

/// One step of indentation.
const STEP: usize = 4;

/// How rustfmt writes a `use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    order: Order,
    /// The longest line.
    width: usize,
}

/// How rustfmt compares names: by the style of its edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Byte by byte.
    Edition2015,
    /// Numbers by their value.
    Edition2024,
}

impl Style {
    /// The style of an edition, with lines of at most this width.
    pub(super) fn of(edition: u16, width: usize) -> Self {
        let order = match edition {
            2024.. => Order::Edition2024,
            _ => Order::Edition2015,
        };
        Self { order, width }
    }

    /// The order of two trees.
    pub(super) fn compare(self, a: &Tree, b: &Tree) -> Ordering {
        for (a, b) in a.path.iter().zip(&b.path) {
            // `a as c` comes before `a::b`: the alias does not count yet.
            let order = self.segments(a, b, false);
            if order != Ordering::Equal {
                return order;
            }
        }
        let by_length = a.path.len().cmp(&b.path.len());
        by_length.then_with(|| {
            let mut pairs = a.path.iter().zip(&b.path);
            let different = pairs.find_map(|(a, b)| {
                let order = self.segments(a, b, true);
                (order != Ordering::Equal).then_some(order)
            });
            different.unwrap_or(Ordering::Equal)
        })
    }

    fn segments(self, a: &Segment, b: &Segment, aliases: bool) -> Ordering {
        match (a, b) {
            (Segment::Name(a), Segment::Name(b)) => self.names(a, b, aliases),
            (Segment::List(a), Segment::List(b)) => self.lists(a, b),
            _ => rank(a).cmp(&rank(b)),
        }
    }

    fn lists(self, a: &List, b: &List) -> Ordering {
        for (a, b) in a.items.iter().zip(&b.items) {
            let order = self.compare(&a.tree, &b.tree);
            if order != Ordering::Equal {
                return order;
            }
        }
        a.items.len().cmp(&b.items.len())
    }

    fn names(self, a: &Name, b: &Name, aliases: bool) -> Ordering {
        let order = keyword(&a.text)
            .cmp(&keyword(&b.text))
            .then_with(|| self.words(&a.text, &b.text));
        if order != Ordering::Equal || !aliases {
            return order;
        }
        let alias = |name: &Name| name.alias.as_ref().map(|alias| alias.text.clone());
        alias(a).cmp(&alias(b))
    }

    fn words(self, a: &str, b: &str) -> Ordering {
        if keyword(a) < 3 {
            return Ordering::Equal;
        }
        let (a, b) = match self.order {
            Order::Edition2015 => (a, b),
            Order::Edition2024 => (plain(a), plain(b)),
        };
        match self.order {
            Order::Edition2015 => class(a).cmp(&class(b)).then_with(|| a.cmp(b)),
            Order::Edition2024 => by_version(a, b),
        }
    }

    /// Whether the members of a list are in order.
    pub(super) fn is_sorted(self, list: &List) -> bool {
        let pairs = list.items.windows(2);
        pairs
            .into_iter()
            .all(|pair| self.compare(&pair[0].tree, &pair[1].tree) != Ordering::Greater)
    }

    /// Puts the members of every list in order.
    fn sort(self, tree: &mut Tree) {
        if let Some(Segment::List(list)) = tree.path.last_mut() {
            for item in &mut list.items {
                self.sort(&mut item.tree);
            }
            list.items.sort_by(|a, b| self.compare(&a.tree, &b.tree));
        }
    }

    /// The text of a tree that stands `indent` columns from the left, behind `head` more, and
    /// before one final sign.
    pub(super) fn lay_out(self, tree: &Tree, indent: usize, head: usize) -> String {
        let mut tree = tree.clone();
        self.sort(&mut tree);
        let width = self.width.saturating_sub(indent + head + 1);
        self.tree_text(&tree, indent, width)
    }

    fn tree_text(self, tree: &Tree, indent: usize, width: usize) -> String {
        let mut out = String::new();
        for (nth, segment) in tree.path.iter().enumerate() {
            // The first name of a path from the root is empty.
            if nth > 0 {
                out.push_str("::");
            }
            match segment {
                Segment::Name(name) => {
                    out.push_str(&name.root);
                    out.push_str(&name.text);
                    if let Some(alias) = &name.alias {
                        out.push_str(" as ");
                        out.push_str(&alias.text);
                    }
                }
                Segment::Glob(_) => out.push('*'),
                Segment::List(list) => {
                    let rest = width.saturating_sub(out.chars().count());
                    out.push_str(&self.list_text(list, indent, rest));
                }
            }
        }
        out
    }

    fn list_text(self, list: &List, indent: usize, width: usize) -> String {
        let inner = indent + STEP;
        let item_width = self.width.saturating_sub(inner + 1);
        let items: Vec<String> = list
            .items
            .iter()
            .map(|item| self.tree_text(&item.tree, inner, item_width))
            .collect();
        let nested = list
            .items
            .iter()
            .any(|item| matches!(item.tree.path.last(), Some(Segment::List(_))));
        let length = |text: &String| text.chars().count();
        let total = items.iter().map(length).sum::<usize>() + 2 * items.len().saturating_sub(1);
        // rustfmt takes the braces off twice.
        if !nested && total <= width.saturating_sub(4) {
            return format!("{{{}}}", items.join(", "));
        }
        let line = format!("\n{}", " ".repeat(inner));
        let mut out = "{".to_owned();
        let mut used = 0;
        let mut after_path = false;
        for item in &items {
            // Beside nested lists, names alone share a line, and a path has its own.
            let is_path = item.contains("::");
            let apart = nested && (after_path || is_path);
            after_path = is_path;
            if used == 0 || apart || used + 1 + length(item) + 1 > item_width {
                out.push_str(&line);
                used = 0;
            } else {
                out.push(' ');
                used += 1;
            }
            out.push_str(item);
            out.push(',');
            used += length(item) + 1;
        }
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        out.push('}');
        out
    }
}

/// `self`, `super`, `crate`, and all other words.
fn keyword(word: &str) -> u8 {
    match word {
        "self" => 0,
        "super" => 1,
        "crate" => 2,
        _ => 3,
    }
}

fn rank(segment: &Segment) -> u8 {
    match segment {
        Segment::Name(name) => keyword(&name.text),
        Segment::Glob(_) => 4,
        Segment::List(_) => 5,
    }
}

/// `snake_case` comes before `CamelCase`, and that before `SCREAMING_CASE`.
fn class(word: &str) -> u8 {
    let is_screaming = |word: &str| {
        word.chars()
            .all(|c| c.is_uppercase() || c == '_' || c.is_numeric())
    };
    match word.chars().next() {
        _ if is_screaming(word) => 2,
        Some(first) if first.is_uppercase() => 1,
        _ => 0,
    }
}

/// Runs of digits by their value, an underscore before everything else.
fn by_version(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        match (left.chars().next(), right.chars().next()) {
            (None, None) => return a.len().cmp(&b.len()).then_with(|| b.cmp(a)),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, rest) = number(left);
                let (y, others) = number(right);
                let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (rest, others);
            }
            (Some(x), Some(y)) => {
                let order = (x != '_').cmp(&(y != '_')).then_with(|| x.cmp(&y));
                if order != Ordering::Equal {
                    return order;
                }
                (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
            }
        }
    }
}

/// The digits that a text begins with, without leading zeros, and what follows.
fn number(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (text[..end].trim_start_matches('0'), &text[end..])
}
