//! How rustfmt sorts and lays out a `use`.
//!
//! Used only where a statement stands as rustfmt would have written it: then it still does.

use std::cmp::Ordering;

use super::gaps::Notes;
use super::tree::{List, Segment, Tree, plain};
use crate::project::Format;

/// How rustfmt writes a `use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    order: Order,
    /// The longest line.
    width: usize,
    /// One step of indentation.
    step: usize,
    /// It is written as a tab.
    hard_tabs: bool,
    /// Whether statements are put in order at all.
    pub(super) reorders: bool,
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
    pub(super) fn of(format: Format) -> Self {
        let order = match format.style {
            2024.. => Order::Edition2024,
            _ => Order::Edition2015,
        };
        Self {
            order,
            width: format.width,
            step: format.tab_spaces,
            hard_tabs: format.hard_tabs,
            reorders: format.reorder_imports,
        }
    }

    /// The columns of what stands before a statement, where rustfmt would have written it.
    pub(super) fn columns(self, indent: &str) -> Option<usize> {
        let (sign, columns) = match self.hard_tabs {
            true => ('\t', self.step),
            false => (' ', 1),
        };
        indent
            .chars()
            .all(|c| c == sign)
            .then(|| indent.len() * columns)
    }

    /// The order of two trees: no alias counts, and `a as c` comes before `a::b`.
    pub(super) fn compare(self, a: &Tree, b: &Tree) -> Ordering {
        let mut pairs = a.path.iter().zip(&b.path);
        let different = pairs.find_map(|(a, b)| {
            let order = self.segments(a, b);
            (order != Ordering::Equal).then_some(order)
        });
        different.unwrap_or_else(|| a.path.len().cmp(&b.path.len()))
    }

    fn segments(self, a: &Segment, b: &Segment) -> Ordering {
        match (a, b) {
            (Segment::Name(a), Segment::Name(b)) => {
                let (a, b) = (a.rooted(), b.rooted());
                let order = keyword(&a).cmp(&keyword(&b));
                order.then_with(|| self.words(&a, &b))
            }
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

    /// The text of a tree that stands `indent` columns from the left, behind `head` more, and
    /// before one final sign.
    pub(super) fn lay_out(self, tree: &Tree, indent: usize, head: usize) -> String {
        let width = self.width.saturating_sub(indent + head + 1);
        let member = self.member(tree, Notes::default());
        let text = self.tree_text(&member, indent, width);
        match self.hard_tabs && self.step > 0 {
            true => self.with_tabs(&text),
            false => text,
        }
    }

    /// A text of several lines whose indentation is of blanks.
    fn with_tabs(self, text: &str) -> String {
        let lines = text.split('\n').enumerate().map(|(nth, line)| {
            let bare = line.trim_start_matches(' ');
            let columns = line.len() - bare.len();
            match nth {
                0 => line.to_owned(),
                _ => "\t".repeat(columns / self.step) + &blanks(columns % self.step) + bare,
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A tree with the members of every list in order, each with its comments.
    fn member(self, tree: &Tree, notes: Notes) -> Member {
        let mut path = tree.path.clone();
        let mut members = Vec::new();
        if let Some(Segment::List(list)) = path.last_mut() {
            let trees = list.items.iter().map(|item| &item.tree);
            let all = trees.zip(Notes::of(list));
            members.extend(all.map(|(tree, notes)| self.member(tree, notes)));
            members.sort_by(|a, b| self.compare(&a.tree, &b.tree));
            *list = List::new(members.iter().map(|member| member.tree.clone()).collect());
        }
        Member {
            tree: Tree { path },
            members,
            notes,
        }
    }

    fn tree_text(self, member: &Member, indent: usize, width: usize) -> String {
        let mut out = String::new();
        for (nth, segment) in member.tree.path.iter().enumerate() {
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
                Segment::List(_) => {
                    let rest = width.saturating_sub(columns(&out));
                    out.push_str(&self.list_text(&member.members, indent, rest));
                }
            }
        }
        out
    }

    fn list_text(self, members: &[Member], indent: usize, width: usize) -> String {
        let inner = indent + self.step;
        let item_width = self.width.saturating_sub(inner + 1);
        let written = |member| Written {
            text: self.tree_text(member, inner, item_width),
            notes: &member.notes,
        };
        let items: Vec<Written<'_>> = members.iter().map(written).collect();
        let is_list = |member: &Member| matches!(member.tree.path.last(), Some(Segment::List(_)));
        let nested = members.iter().any(is_list);
        let total =
            items.iter().map(Written::width).sum::<usize>() + 2 * items.len().saturating_sub(1);
        let each_apart = members.iter().any(|member| member.notes.end_a_line());
        let takes_lines = each_apart || nested || items.iter().any(Written::takes_lines);
        // rustfmt takes the braces off twice.
        let width = width.saturating_sub(4);
        if !takes_lines && total <= width {
            let items: Vec<String> = items.iter().map(Written::in_line).collect();
            return format!("{{{}}}", items.join(", "));
        }
        let lines = Lines {
            style: self,
            indent: inner,
            width: item_width,
            nested,
            each_apart,
        };
        let text = lines.text(&items);
        // By the width that it counts for comments it is too long for a line, and fits all the same.
        let bare = text.trim_start();
        let is_line = !nested && !each_apart && !bare.contains('\n');
        match is_line && columns(bare) <= width {
            true => format!("{{{bare}}}"),
            false => format!("{{\n{text}\n{}}}", blanks(indent)),
        }
    }
}

/// A member of a list in order.
struct Member {
    tree: Tree,
    /// The members of the list at its end.
    members: Vec<Member>,
    notes: Notes,
}

/// A member of a list as it is laid out, and its comments.
struct Written<'n> {
    text: String,
    notes: &'n Notes,
}

impl Written<'_> {
    fn width(&self) -> usize {
        columns(&self.text) + self.notes.width()
    }

    fn takes_lines(&self) -> bool {
        self.text.contains('\n') || self.notes.take_lines()
    }

    /// The member among others on one line.
    fn in_line(&self) -> String {
        let (above, behind) = (self.notes.above.as_deref(), self.notes.behind.as_deref());
        let parts = [above, Some(&*self.text), behind];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        parts.join(" ")
    }

    /// Whether the comment behind it is in no column with those of the members above.
    fn breaks_column(&self) -> bool {
        let behind = self.notes.behind.as_deref().unwrap_or("\n");
        self.text.contains('\n') || self.notes.above.is_some() || behind.contains('\n')
    }
}

/// How the members of a list stand that takes lines.
struct Lines {
    style: Style,
    indent: usize,
    width: usize,
    /// A member is a list itself.
    nested: bool,
    /// Each member has a line of its own.
    each_apart: bool,
}

impl Lines {
    fn text(&self, items: &[Written<'_>]) -> String {
        let line = format!("\n{}", blanks(self.indent));
        let mut out = blanks(self.indent);
        let mut used = 0;
        // Of the members whose comments stand in one column, the widest.
        let mut widest: Option<usize> = None;
        let mut before: Option<&Written<'_>> = None;
        for (nth, item) in items.iter().enumerate() {
            // rustfmt forgets the comma of the last member, unless lines were broken before.
            let comma = usize::from(nth + 1 < items.len() || out.contains('\n'));
            if self.begins_line(before, item, used + comma) {
                out.push_str(&line);
                used = 0;
            } else if before.is_some() {
                out.push(' ');
                used += 1;
            }
            used += item.width() + 1;
            if let Some(above) = &item.notes.above {
                out.push_str(&comment(above, self.indent));
                let fits = item.width() + 2 <= self.width;
                if item.notes.is_beside && fits {
                    out.push(' ');
                } else {
                    out.push_str(&line);
                    used = columns(&item.text);
                }
                widest = None;
            }
            out.push_str(&item.text);
            out.push(',');
            match &item.notes.behind {
                None => widest = None,
                Some(behind) => self.put_behind(&mut out, &mut widest, (items, nth), behind),
            }
            if self.each_apart && item.notes.is_apart && nth + 1 < items.len() {
                out.push('\n');
                widest = None;
            }
            before = Some(item);
        }
        out
    }

    /// Whether a member begins a line of which `used` columns are taken, with its comma.
    fn begins_line(&self, before: Option<&Written<'_>>, item: &Written<'_>, used: usize) -> bool {
        before.is_some_and(|before| {
            // Beside nested lists, names alone share a line, and a path has its own.
            let is_path = |it: &Written<'_>| it.text.contains("::");
            let apart = self.nested && (is_path(before) || is_path(item));
            let fits = used + 1 + item.width() <= self.width;
            self.each_apart || apart || before.notes.behind.is_some() || !fits
        })
    }

    /// Puts what stands behind a member, in one column with that of its neighbours.
    fn put_behind(
        &self,
        out: &mut String,
        widest: &mut Option<usize>,
        (items, nth): (&[Written<'_>], usize),
        behind: &str,
    ) {
        if behind.starts_with('\n') {
            out.push_str(&format!("\n{}", blanks(self.indent)));
            out.push_str(&comment(behind, self.indent));
            *widest = None;
            return;
        }
        let item = &items[nth];
        let last_line = |text: &str| columns(text.rsplit('\n').next().unwrap_or_default());
        let taken = last_line(out) + columns(behind.lines().next().unwrap_or_default());
        let may_align = nth + 1 < items.len() && !item.text.contains('\n');
        let found = || may_align.then(|| self.widest(&items[nth..], taken));
        let pad = |widest: Option<usize>| {
            let widest = widest.unwrap_or_default();
            widest.saturating_sub(columns(&item.text))
        };
        *widest = widest.or_else(found);
        if taken + pad(*widest) + 1 > self.style.width {
            *widest = found();
        }
        out.push_str(&blanks(pad(*widest) + 1));
        // Where its other lines begin: below the first.
        let own = match item.text.contains('\n') {
            true => last_line(&item.text).saturating_sub(self.indent),
            false => columns(&item.text),
        };
        let text = comment(behind, self.indent + widest.unwrap_or(own) + 2);
        if text.contains('\n') {
            *widest = None;
        }
        out.push_str(&text);
    }

    /// The width of the widest of the members whose comments stand in one column with that of the
    /// first one, which takes so many columns with its member.
    fn widest(&self, items: &[Written<'_>], taken: usize) -> usize {
        let mut widest = 0;
        for (nth, item) in items.iter().enumerate() {
            let width = columns(&item.text);
            if nth > 0 && (item.breaks_column() || width + taken > self.style.width) {
                break;
            }
            widest = widest.max(width);
            if item.notes.is_apart {
                break;
            }
        }
        widest
    }
}

/// A comment whose lines begin at a column.
fn comment(text: &str, column: usize) -> String {
    let lines = text.trim().lines().map(|line| {
        let bare = line.trim();
        // A star stands below the one of `/*`.
        match bare.starts_with('*') && line.starts_with(char::is_whitespace) {
            true => format!(" {bare}"),
            false => bare.to_owned(),
        }
    });
    let lines: Vec<String> = lines.collect();
    lines.join(&format!("\n{}", blanks(column)))
}

fn blanks(count: usize) -> String {
    " ".repeat(count)
}

fn columns(text: &str) -> usize {
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
