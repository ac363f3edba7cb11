//! The edits of import statements: in place, or with the lines of their block in a new order.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::{memchr2, memrchr2};
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Form, Statement};
use super::layout::Style;
use super::names::Names;
use super::split::{Fate, split};
use super::tree::{List, Segment, Tree, inline};
use crate::edit::Edit;

/// An import that is new.
#[derive(Debug, Clone)]
pub(super) struct Added {
    pub(super) path: Vec<String>,
    pub(super) alias: Option<String>,
    /// What it says of who sees it, with a blank behind it; `None`: what the statement says.
    pub(super) visibility: Option<String>,
}

/// What becomes of a statement.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// One for each leaf.
    pub(super) fates: Vec<Fate>,
    /// What is imported behind it.
    pub(super) added: Vec<Added>,
}

/// Statements that change together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) statements: Vec<usize>,
    pub(super) edits: Vec<Edit>,
}

/// A statement on lines of its own.
struct Chunk {
    /// Comments and attributes above it, and the indentation.
    lead: String,
    body: String,
    /// What follows on its last line, with the line's end.
    trail: String,
    tree: Tree,
}

/// The edits of all statements that change; those of `joined` pairs stand or fall together.
pub(super) fn rewrite(
    names: &Names<'_>,
    changes: &BTreeMap<usize, Rewritten>,
    joined: &[(usize, usize)],
) -> Vec<Group> {
    let style = names.style();
    let (blocks, block_of) = blocks(names, changes);
    let mut groups: Vec<Option<Group>> = Vec::new();
    let mut group_of: FxHashMap<usize, usize> = FxHashMap::default();
    let mut stays_in_order: FxHashSet<usize> = FxHashSet::default();
    for &index in changes.keys() {
        if group_of.contains_key(&index) {
            continue;
        }
        let block = block_of[&index];
        let group = match stays_in_order.contains(&block) {
            true => None,
            false => reordered(names, &blocks[block], changes, style),
        };
        let group = group.unwrap_or_else(|| {
            stays_in_order.insert(block);
            Group {
                statements: vec![index],
                edits: in_place(names, index, &blocks[block], changes, style),
            }
        });
        group_of.extend(group.statements.iter().map(|&index| (index, groups.len())));
        groups.push(Some(group));
    }
    // Which group a group became a part of.
    let mut parts: Vec<usize> = (0..groups.len()).collect();
    let whole = |parts: &mut Vec<usize>, index: &usize| {
        let mut group = *group_of.get(index)?;
        while parts[group] != group {
            parts[group] = parts[parts[group]];
            group = parts[group];
        }
        Some(group)
    };
    for (a, b) in joined {
        if let (Some(a), Some(b)) = (whole(&mut parts, a), whole(&mut parts, b))
            && a != b
            && let Some(other) = groups[a.max(b)].take()
            && let Some(one) = &mut groups[a.min(b)]
        {
            parts[a.max(b)] = a.min(b);
            one.statements.extend(other.statements);
            one.edits.extend(other.edits);
        }
    }
    groups.into_iter().flatten().collect()
}

/// The runs of statements on adjacent lines, each of which has its lines for itself, in every scope
/// with a change; and the run of each statement there.
fn blocks(
    names: &Names<'_>,
    changes: &BTreeMap<usize, Rewritten>,
) -> (Vec<Vec<usize>>, FxHashMap<usize, usize>) {
    let facts = names.facts;
    let scope = |index: usize| {
        let it = facts.import(index);
        (it.module, it.visible.start, it.visible.end, it.form as u8)
    };
    let touched: FxHashSet<_> = changes.keys().map(|&index| scope(index)).collect();
    let touches = |index: &usize| touched.contains(&scope(*index));
    let all = 0..facts.statements.len() + facts.idle_imports.len();
    let mut order: Vec<usize> = all.filter(touches).collect();
    order.sort_by_key(|&index| (scope(index), facts.import(index).whole.start));
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    let mut block_of = FxHashMap::default();
    // rustfmt lays out the bodies of macros by example, and no other tokens; nor what variables stand
    // before: `$v use`.
    let is_laid_out = |index: usize| {
        let it = facts.import(index);
        let before = &names.text[it.whole.start..it.tree_at.start];
        let is_plain = before
            .rsplit_once("use")
            .is_none_or(|it| !it.0.contains('$'));
        let around = facts.among_tokens.get(&index);
        is_plain && (index >= facts.statements.len() || around.is_some_and(|it| it.in_rules))
    };
    let is_lone = |index: usize| {
        let it = facts.import(index);
        (it.form != Form::Tokens || is_laid_out(index)) && is_alone(names.text, it)
    };
    let mut before: Option<(usize, bool)> = None;
    for index in order {
        let alone = is_lone(index);
        let goes_on = before.is_some_and(|(last, last_alone)| {
            let (a, b) = (facts.import(last), facts.import(index));
            alone && last_alone && scope(last) == scope(index) && are_adjacent(names.text, a, b)
        });
        match blocks.last_mut() {
            Some(block) if goes_on => block.push(index),
            _ => blocks.push(vec![index]),
        }
        block_of.insert(index, blocks.len() - 1);
        before = Some((index, alone));
    }
    (blocks, block_of)
}

/// What each part of a statement has before it: the attributes, and what documents a re-export.
fn attributes_of<'t>(text: &'t str, statement: &Statement) -> &'t str {
    match statement.attributes || statement.public {
        true => &text[statement.whole.start..statement.keyword],
        false => "",
    }
}

/// Whether nothing but blanks and comments stands beside a statement.
fn is_alone(text: &str, statement: &Statement) -> bool {
    let is_blank = |c: char| c.is_whitespace() && !matches!(c, '\n' | '\r');
    let before = text[..statement.whole.start].trim_end_matches(is_blank);
    let after = text[statement.whole.end..].trim_start_matches(is_blank);
    let begins = before.is_empty() || before.ends_with(['\n', '\r']) || before == "\u{feff}";
    begins && (after.is_empty() || after.starts_with(['\n', '\r']) || after.starts_with("//"))
}

/// Whether a statement begins on the line below another one, as far from the left: attributes are of
/// it, and a line of a comment or a blank one lies between two runs, which rustfmt sorts apart.
fn are_adjacent(text: &str, a: &Statement, b: &Statement) -> bool {
    let between = text.get(line_end(text, a.whole.end)..b.whole.start);
    let is_below = |between: &str| matches!(between.trim_matches([' ', '\t']), "\n" | "\r\n");
    between.is_some_and(is_below) && own_indent(text, a) == own_indent(text, b)
}

fn line_start(text: &str, at: usize) -> usize {
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    memrchr2(b'\n', b'\r', &text.as_bytes()[..at]).map_or(mark, |end| end + 1)
}

/// Where the line of `at` ends, its line end not included.
fn line_end(text: &str, at: usize) -> usize {
    memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end)
}

/// Where the next line begins.
fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    match &text.as_bytes()[end..] {
        [b'\r', b'\n', ..] => end + 2,
        [] => end,
        _ => end + 1,
    }
}

pub(super) fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// A statement afterwards.
struct After {
    /// The tree, by which statements are ordered.
    tree: Tree,
    /// Comments that go with its members, up to where its attributes begin.
    comments: String,
    /// From its keyword on, without the semicolon.
    body: String,
}

impl After {
    fn new(head: &str, tree: Tree, body: String) -> Self {
        Self {
            tree: behind(head, tree),
            comments: String::new(),
            body,
        }
    }
}

/// What a statement becomes.
fn after(names: &Names<'_>, index: usize, change: &Rewritten, style: Style) -> Vec<After> {
    let statement = names.facts.import(index);
    let text = names.text;
    let head = &text[statement.keyword..statement.tree_at.start];
    let tree = statement.tree(text);
    let divided = split(&tree, &change.fates, style);
    let line = line_start(text, statement.keyword);
    let indent = &text[line..statement.keyword];
    let laid_out = style.columns(indent).filter(|&columns| {
        let width = head.chars().count();
        let written = &text[statement.tree_at.clone()];
        let written = written.replace("\r\n", "\n");
        style.lay_out(&tree, columns, width) == written
    });
    let crlf = newline(text) == "\r\n" && text[statement.tree_at.clone()].contains("\r\n");
    let print = |head: &str, tree: &Tree| match laid_out {
        Some(columns) => {
            let width = head.chars().count();
            let new = style.lay_out(tree, columns, width);
            let new = if crlf || newline(text) == "\r\n" {
                new.replace('\n', "\r\n")
            } else {
                new
            };
            format!("{head}{new}")
        }
        None => format!("{head}{}", tree.text()),
    };
    let rooted = |tree: &Tree| match statement.leading {
        Some(_) if begins_inside(tree) => without_colons(head),
        _ => head.to_owned(),
    };
    let mut out = Vec::new();
    if let Some(tree) = divided.stays {
        let head = rooted(&tree);
        let body = print(&head, &tree);
        out.push(After::new(&head, tree, body));
    }
    let alone = is_alone(text, statement);
    let indent = own_indent(text, statement);
    for (tree, comments) in divided.leaves {
        let head = rooted(&tree);
        let lines = comments.iter().map(|comment| match alone {
            true => format!("{comment}{}{indent}", newline(text)),
            false => format!("{} ", inline(comment)),
        });
        let comments = lines.collect();
        let body = print(&head, &tree);
        out.push(After {
            comments,
            ..After::new(&head, tree, body)
        });
    }
    for ((path, visibility), ends) in by_module(&change.added) {
        let rooted = path.first().is_some_and(String::is_empty);
        let path = if rooted { &path[1..] } else { path };
        let tree = listed(path, ends, style);
        let head = match visibility {
            Some(visibility) => format!("{visibility}use "),
            None => without_colons(head),
        };
        let head = if rooted { format!("{head}::") } else { head };
        let body = print(&head, &tree);
        out.push(After::new(&head, tree, body));
    }
    out
}

/// What stands before a statement on its line.
fn own_indent<'t>(text: &'t str, statement: &Statement) -> &'t str {
    let start = statement.whole.start;
    &text[line_start(text, start)..start]
}

/// The last name of a path, and its alias.
type End<'a> = (&'a String, Option<&'a str>);

/// The module of imports that are one, and what they say of who sees them.
type Together<'a> = (&'a [String], Option<&'a str>);

/// Paths that lie in one module, together.
fn by_module(added: &[Added]) -> Vec<(Together<'_>, Vec<End<'_>>)> {
    let mut found: Vec<(Together<'_>, Vec<End<'_>>)> = Vec::new();
    for one in added {
        let Some((last, module)) = one.path.split_last() else {
            continue;
        };
        let end = (last, one.alias.as_deref());
        let together = (module, one.visibility.as_deref());
        match found.iter_mut().find(|(known, _)| *known == together) {
            Some((_, ends)) => ends.push(end),
            None => found.push((together, vec![end])),
        }
    }
    found
}

/// `module::{a, b as c}`, without braces where one name is meant.
fn listed(module: &[String], ends: Vec<End<'_>>, style: Style) -> Tree {
    let mut ends: Vec<Tree> = ends
        .into_iter()
        .map(|(name, alias)| Tree::new(std::slice::from_ref(name), alias))
        .collect();
    ends.sort_by(|a, b| style.compare(a, b));
    let mut tree = Tree::new(module, None);
    match <[Tree; 1]>::try_from(ends) {
        Ok([end]) => tree.path.extend(end.path),
        Err(ends) => tree.path.push(Segment::List(List::new(ends))),
    }
    tree
}

/// Whether a path begins with a word that nothing may stand before.
fn begins_inside(tree: &Tree) -> bool {
    let Some(Segment::Name(first)) = tree.path.first() else {
        return false;
    };
    first.root.contains("::") || matches!(&*first.text, "crate" | "self" | "super")
}

/// The tree of a statement with what may stand before it: `::`, or `$crate::`, or the `$` of a variable,
/// for which rustfmt reads a `z`.
fn behind(head: &str, mut tree: Tree) -> Tree {
    let head = head.trim_end();
    if head.ends_with("$crate::") {
        let first = Tree::new(&["zcrate".to_owned()], None);
        tree.path.splice(0..0, first.path);
    } else if head.ends_with("::") {
        return tree.rooted();
    } else if let (true, Some(Segment::Name(first))) = (head.ends_with('$'), tree.path.first_mut())
    {
        first.text.insert(0, 'z');
    }
    tree
}

fn without_colons(head: &str) -> String {
    head.trim_end()
        .strip_suffix("::")
        .unwrap_or(head)
        .to_owned()
}

/// The edits of one statement of a block, where it stands.
fn in_place(
    names: &Names<'_>,
    index: usize,
    block: &[usize],
    changes: &BTreeMap<usize, Rewritten>,
    style: Style,
) -> Vec<Edit> {
    let statement = names.facts.import(index);
    let text = names.text;
    let lines_after = |index: &usize| Some(after(names, *index, changes.get(index)?, style));
    let after = lines_after(&index).unwrap_or_default();
    let body = statement.keyword..statement.tree_at.end;
    let Some((first, more)) = after.split_first() else {
        let mut edits = vec![Edit::delete(whole_lines(text, statement))];
        // The last one of a block of which nothing stays.
        let goes = |it: &usize| lines_after(it).is_some_and(|lines| lines.is_empty());
        if block.last() == Some(&index) && is_alone(text, statement) && block.iter().all(goes) {
            let first = names.facts.import(block[0]);
            let start = line_start(text, first.whole.start);
            edits.extend(needless_blanks(text, start..edits[0].end).map(Edit::delete));
        }
        return edits;
    };
    let mut edits = Vec::new();
    match statement.whole.start < statement.keyword {
        true => {
            if !first.comments.is_empty() {
                edits.push(Edit::insert(statement.whole.start, &first.comments));
            }
            edits.extend(smallest(text, body, &first.body));
        }
        false => {
            let new = format!("{}{}", first.comments, first.body);
            edits.extend(smallest(text, body, &new));
        }
    }
    if more.is_empty() {
        return edits;
    }
    let alone = is_alone(text, statement);
    let indent = own_indent(text, statement);
    let attributes = attributes_of(text, statement);
    let mut new = String::new();
    for After { comments, body, .. } in more {
        let line = format!("{comments}{attributes}{body};");
        match alone {
            true => new.push_str(&format!("{}{indent}{line}", newline(text))),
            false => new.push_str(&format!(" {line}")),
        }
    }
    let at = match alone {
        true => line_end(text, statement.whole.end),
        false => statement.whole.end,
    };
    edits.push(Edit::insert(at, new));
    edits
}

/// The lines of a statement that goes, or the statement alone where others share them.
fn whole_lines(text: &str, statement: &Statement) -> Range<usize> {
    let whole = &statement.whole;
    if !is_alone(text, statement) {
        let rest = &text[whole.end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        return whole.start..whole.end + blanks;
    }
    line_start(text, whole.start)..next_line(text, whole.end)
}

/// The blank lines beside lines that go which nothing needs any more: others stand on the other
/// side, or a scope or the text ends there.
fn needless_blanks(text: &str, lines: Range<usize>) -> Option<Range<usize>> {
    let above = text[..lines.start].trim_end();
    let next = text.len() - text[lines.end..].trim_start().len();
    let before = next_line(text, above.len()).min(lines.start)..lines.start;
    let behind = lines.end..line_start(text, next).max(lines.end);
    let begins = matches!(above, "" | "\u{feff}") || above.ends_with('{');
    let ends = matches!(text[next..].chars().next(), None | Some('}'));
    match (before.is_empty(), behind.is_empty()) {
        (false, false) => Some(behind),
        (true, false) if begins => Some(behind),
        (false, true) if ends => Some(before),
        _ => None,
    }
}

/// The smallest edit that puts `new` in the place of `range`.
fn smallest(text: &str, range: Range<usize>, new: &str) -> Option<Edit> {
    let old = &text[range.clone()];
    if old == new {
        return None;
    }
    let ahead = old
        .char_indices()
        .zip(new.chars())
        .take_while(|((_, a), b)| a == b)
        .map(|((at, c), _)| at + c.len_utf8())
        .last()
        .unwrap_or(0);
    let (old_rest, new_rest) = (&old[ahead..], &new[ahead..]);
    let behind: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    // Whole words are replaced, so that a diff can be read.
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let start = old[..ahead].trim_end_matches(is_part).len();
    let tail = &old[old.len() - behind..];
    let end = old.len() - tail.trim_start_matches(is_part).len();
    let new_end = new.len() - tail.trim_start_matches(is_part).len();
    let (start, end, new_end) = match start <= end && start <= new_end {
        true => (start, end, new_end),
        false => (ahead, old.len() - behind, new.len() - behind),
    };
    Some(Edit::replace(
        range.start + start..range.start + end,
        &new[start..new_end],
    ))
}

/// The statements of a block in order, if they were in order and are not any more.
fn reordered(
    names: &Names<'_>,
    block: &[usize],
    changes: &BTreeMap<usize, Rewritten>,
    style: Style,
) -> Option<Group> {
    let text = names.text;
    let is_less = |a: &Tree, b: &Tree| style.compare(a, b) != std::cmp::Ordering::Greater;
    let tree = |index: &usize| {
        let statement = names.facts.import(*index);
        let head = &text[statement.keyword..statement.tree_at.start];
        behind(head, statement.tree(text))
    };
    let trees: Vec<Tree> = block.iter().map(tree).collect();
    let was_sorted = trees.windows(2).all(|pair| is_less(&pair[0], &pair[1]));
    let first = names.facts.import(block[0]);
    if !style.reorders || !was_sorted || !is_alone(text, first) {
        return None;
    }
    let start = line_start(text, first.whole.start);
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut from = start;
    let mut ends_open = false;
    for (&index, tree) in block.iter().zip(trees) {
        let statement = names.facts.import(index);
        let own_end = next_line(text, statement.whole.end);
        let lead = text[from..statement.keyword].to_owned();
        let above = &text[from..statement.whole.start];
        let own = &text[statement.whole.start..statement.keyword];
        let trail = text[statement.tree_at.end..own_end].to_owned();
        ends_open = !trail.ends_with(['\n', '\r']);
        from = own_end;
        let Some(change) = changes.get(&index) else {
            chunks.push(Chunk {
                lead,
                body: text[statement.keyword..statement.tree_at.end].to_owned(),
                trail,
                tree,
            });
            continue;
        };
        let indent = own_indent(text, statement);
        let attributes = attributes_of(text, statement);
        for (nth, new) in after(names, index, change, style).into_iter().enumerate() {
            let After {
                tree,
                comments,
                body,
            } = new;
            let (lead, trail) = match nth {
                0 => (format!("{above}{comments}{own}"), trail.clone()),
                _ => (
                    format!("{indent}{comments}{attributes}"),
                    format!(";{}", newline(text)),
                ),
            };
            chunks.push(Chunk {
                lead,
                body,
                trail,
                tree,
            });
        }
    }
    let pairs = chunks.windows(2);
    let is_sorted = pairs
        .into_iter()
        .all(|pair| is_less(&pair[0].tree, &pair[1].tree));
    if is_sorted {
        return None;
    }
    chunks.sort_by(|a, b| style.compare(&a.tree, &b.tree));
    let mut new = String::new();
    for chunk in &chunks {
        new.push_str(&chunk.lead);
        new.push_str(&chunk.body);
        new.push_str(&chunk.trail);
        if !chunk.trail.ends_with(['\n', '\r']) {
            new.push_str(newline(text));
        }
    }
    if ends_open {
        new.truncate(new.trim_end_matches(['\n', '\r']).len());
    }
    let changed: Vec<usize> = block
        .iter()
        .copied()
        .filter(|index| changes.contains_key(index))
        .collect();
    Some(Group {
        statements: changed,
        edits: by_lines(text, start..from, &new),
    })
}

/// The edits that turn the lines of `range` into those of `new`: lines that stay are not touched.
fn by_lines(text: &str, range: Range<usize>, new: &str) -> Vec<Edit> {
    let old = &text[range.clone()];
    let same_ahead: usize = old
        .split_inclusive('\n')
        .zip(new.split_inclusive('\n'))
        .take_while(|(a, b)| a == b)
        .map(|(line, _)| line.len())
        .sum();
    let (old_rest, new_rest) = (&old[same_ahead..], &new[same_ahead..]);
    let mut behind = 0;
    let mut old_lines: Vec<&str> = old_rest.split_inclusive('\n').collect();
    let mut new_lines: Vec<&str> = new_rest.split_inclusive('\n').collect();
    while let (Some(a), Some(b)) = (old_lines.last(), new_lines.last())
        && a == b
    {
        behind += a.len();
        old_lines.pop();
        new_lines.pop();
    }
    let start = range.start + same_ahead;
    let end = range.end - behind;
    let new = &new_rest[..new_rest.len() - behind];
    vec![Edit::replace(start..end, new)]
}
