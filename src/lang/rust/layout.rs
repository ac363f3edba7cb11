//! How rustfmt sorts and lays out a `use`.
//!
//! Used only where a statement stands as rustfmt would have written it: then it still does.

use std::cmp::Ordering;

use super::tree::{Item, List, Name, Segment, Tree, plain};

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
        let lines: Vec<Line> = list
            .items
            .iter()
            .map(|item| Line::new(item, self.tree_text(&item.tree, inner, item_width)))
            .collect();
        let foot: Vec<String> = list.foot_comments().collect();
        let line = format!("\n{}", " ".repeat(inner));
        let mut out = match lines.iter().any(Line::has_comment) || !foot.is_empty() {
            true => self.with_comments(&lines, &line),
            false => {
                let nested = list
                    .items
                    .iter()
                    .any(|item| matches!(item.tree.path.last(), Some(Segment::List(_))));
                let items: Vec<&str> = lines.iter().map(|line| &*line.text).collect();
                let total = items.iter().map(|it| length(it)).sum::<usize>()
                    + 2 * items.len().saturating_sub(1);
                // rustfmt takes the braces off twice.
                if !nested && total <= width.saturating_sub(4) {
                    return format!("{{{}}}", items.join(", "));
                }
                rows(&items, nested, item_width, &line)
            }
        };
        for comment in foot {
            out.push_str(&line);
            out.push_str(&comment);
        }
        format!("{{{out}\n{}}}", " ".repeat(indent))
    }

    /// Members on a line each, of which some have comments: those behind members of adjacent lines
    /// begin in one column.
    fn with_comments(self, lines: &[Line], line: &str) -> String {
        let mut out = String::new();
        let mut column: Option<usize> = None;
        for (at, member) in lines.iter().enumerate() {
            if at > 0 && member.is_apart {
                out.push('\n');
                column = None;
            }
            for comment in &member.above {
                out.push_str(line);
                out.push_str(comment);
                column = None;
            }
            out.push_str(line);
            out.push_str(&member.text);
            out.push(',');
            let Some(comment) = &member.behind else {
                column = None;
                continue;
            };
            let own = length(&member.text);
            if column.is_none() && at + 1 < lines.len() && !member.text.contains('\n') {
                let over = length(line) + own + length(comment);
                column = Some(widest(&lines[at..], self.width.saturating_sub(over)));
            }
            let mut pad = column.unwrap_or(0).saturating_sub(own);
            if length(line) + own + 1 + pad + length(comment) > self.width {
                (column, pad) = (None, 0);
            }
            out.push_str(&" ".repeat(pad + 1));
            out.push_str(comment);
        }
        out
    }
}

/// A member of a list as it is written.
struct Line {
    /// Comments on lines of their own above it.
    above: Vec<String>,
    /// The member, with the comments that stand on its line and do not end it.
    text: String,
    /// A comment up to the end of its line.
    behind: Option<String>,
    /// A blank line stands before it.
    is_apart: bool,
}

impl Line {
    fn new(item: &Item, tree: String) -> Self {
        let ends_line = |comment: &String| comment.starts_with("//");
        let (above, before): (Vec<_>, Vec<_>) = item.above().into_iter().partition(ends_line);
        let (mut last, behind): (Vec<_>, Vec<_>) = item.behind().into_iter().partition(ends_line);
        let text = [before, vec![tree], behind].concat().join(" ");
        Self {
            above,
            text,
            behind: last.pop(),
            is_apart: item.is_apart(),
        }
    }

    /// Whether a comment ends a line, so that every member has one of its own.
    fn has_comment(&self) -> bool {
        !self.above.is_empty() || self.behind.is_some()
    }
}

/// The longest of the members, from the first on, whose comments begin in one column with its own.
fn widest(lines: &[Line], most: usize) -> usize {
    let mut widest = 0;
    for (at, line) in lines.iter().enumerate() {
        let own = length(&line.text);
        let is_other = line.behind.is_none() || line.text.contains('\n') || !line.above.is_empty();
        if at > 0 && (line.is_apart || is_other || own > most) {
            break;
        }
        widest = widest.max(own);
    }
    widest
}

/// Members without comments, as many on a line as fit.
fn rows(items: &[&str], nested: bool, width: usize, line: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    let mut after_path = false;
    for item in items {
        // Beside nested lists, names alone share a line, and a path has its own.
        let is_path = item.contains("::");
        let apart = nested && (after_path || is_path);
        after_path = is_path;
        if used == 0 || apart || used + 1 + length(item) + 1 > width {
            out.push_str(line);
            used = 0;
        } else {
            out.push(' ');
            used += 1;
        }
        out.push_str(item);
        out.push(',');
        used += length(item) + 1;
    }
    out
}

fn length(text: &str) -> usize {
    text.chars().count()
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
