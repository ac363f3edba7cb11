//! The tree of a `use`, with every byte between its names: what is not changed is printed as it was.

use std::borrow::Cow;
use std::ops::Range;

use super::tokens::{Kind, Token};
use crate::project::block_comment;

/// How many names a path can have, and how deep lists can nest.
pub(super) const LONGEST: usize = 128;

/// A tree: names, and at the end a name, a star or a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tree {
    pub(super) path: Vec<Segment>,
}

/// One part of a tree's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Name(Name),
    Glob(Range<usize>),
    List(List),
}

/// A name in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The `::` that a member of a list can begin with.
    pub(super) root: String,
    /// As it is written, with `r#`.
    pub(super) text: String,
    /// Where it stands; empty for one that is new.
    pub(super) at: Range<usize>,
    pub(super) alias: Option<Alias>,
    /// What stands between it and the next segment.
    glue: String,
}

/// ` as name`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alias {
    /// As it is written.
    pub(super) text: String,
    pub(super) at: Range<usize>,
    /// All that stands between the name and the alias.
    between: String,
}

/// `{a, b}`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct List {
    pub(super) items: Vec<Item>,
    /// What stands before the closing brace.
    foot: String,
}

/// A member of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Blanks, and comments on lines of their own.
    lead: String,
    pub(super) tree: Tree,
    /// The comma, and a comment on the same line.
    trail: String,
}

/// A name that stands somewhere, and nothing of what is around it.
#[derive(Debug, Clone)]
pub(super) struct LeafName {
    /// As it is written, with `r#`.
    pub(super) text: Box<str>,
    pub(super) at: Range<usize>,
}

impl LeafName {
    /// Without `r#`.
    pub(super) fn plain(&self) -> &str {
        plain(&self.text)
    }
}

/// What a `use` binds, or takes all names from.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The names that lead to it, without a final `self`.
    pub(super) names: Box<[LeafName]>,
    pub(super) alias: Option<LeafName>,
    pub(super) glob: bool,
    /// It begins with `::` in its list.
    pub(super) rooted: bool,
    /// Its bytes in the list that holds it, or in the statement.
    pub(super) at: Range<usize>,
}

impl Name {
    /// A name that stands nowhere yet.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            root: String::new(),
            text: text.into(),
            at: 0..0,
            alias: None,
            glue: "::".to_owned(),
        }
    }

    /// The name with the `::` before it.
    pub(super) fn rooted(&self) -> Cow<'_, str> {
        match self.root.contains("::") {
            true => Cow::Owned(format!("::{}", self.text)),
            false => Cow::Borrowed(&self.text),
        }
    }

    pub(super) fn without_alias(mut self) -> Self {
        self.alias = None;
        self
    }

    /// The comments that stand around the signs behind it, and before its alias.
    pub(super) fn comments(&self) -> Vec<String> {
        let between = self.alias.as_ref().map_or("", |alias| &alias.between);
        [&self.root, &self.glue, between]
            .into_iter()
            .flat_map(comments_in)
            .collect()
    }
}

/// The comments among signs and blanks.
fn comments_in(text: &str) -> Vec<String> {
    let mut rest = text;
    let mut comments = Vec::new();
    while let Some(at) = rest.find('/') {
        let found = &rest[at..];
        let end = match found.starts_with("/*") {
            true => block_comment(found),
            false => found.find(['\n', '\r']).unwrap_or(found.len()),
        };
        comments.push(found[..end].trim_end().to_owned());
        rest = &found[end..];
    }
    comments
}

/// A word without `r#`.
pub fn plain(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}

/// The edition with the most keywords: what is written for it is right in all others.
pub const NEWEST_EDITION: u16 = 2024;

/// A word as it is written in an edition: with `r#` where it is a keyword there, and can have that.
pub fn written(word: &str, edition: u16) -> String {
    let word = plain(word);
    let is_name = match word {
        "" | "crate" | "self" | "super" | "Self" | "_" => true,
        "async" | "await" | "try" => edition < 2018,
        "gen" => edition < 2024,
        _ => syn::parse_str::<syn::Ident>(word).is_ok(),
    };
    match is_name {
        true => word.to_owned(),
        false => format!("r#{word}"),
    }
}

impl Alias {
    /// An alias that stands nowhere yet.
    pub(super) fn new(name: impl AsRef<str>) -> Self {
        Self {
            text: name.as_ref().to_owned(),
            at: 0..0,
            between: " as ".to_owned(),
        }
    }
}

impl Item {
    /// The line break and the blanks before the member, where it begins a line.
    fn line(&self, newline: &str) -> Option<String> {
        let end = self.lead.rfind(newline)?;
        Some(self.lead[end..].to_owned())
    }

    /// The comments behind the member.
    fn behind(&self) -> Vec<String> {
        comments_in(&self.trail)
    }

    /// Whether a blank line stands before the member and its comments.
    fn is_apart(&self) -> bool {
        let mut lines = self.lead.split('\n').map(str::trim);
        let begins = lines.next() == Some("");
        let next = lines.next();
        begins && next == Some("") && lines.next().is_some()
    }

    /// Whether the member has its lines for itself, with its comments on them, and a comma.
    fn is_on_lines(&self) -> bool {
        let first = self.lead.split_once('\n').map(|(first, _)| first);
        let last = self.lead.rsplit('\n').next();
        let ends_open = self.trail.trim_end().ends_with(',') || !self.behind().is_empty();
        first.is_some_and(is_blank) && last.is_some_and(is_blank) && ends_open
    }

    /// The comments of the member: those above it, and the one behind it.
    pub(super) fn comments(&self) -> Vec<String> {
        let above = self.lead.lines();
        let (before, behind) = around_comma(&self.trail);
        let all = above.chain(before.lines()).chain(behind.lines());
        let all = all.map(str::trim).filter(|comment| !comment.is_empty());
        all.map(str::to_owned).collect()
    }
}

impl List {
    /// A list that stands nowhere yet.
    pub(super) fn new(trees: Vec<Tree>) -> Self {
        let last = trees.len().saturating_sub(1);
        let item = |(at, tree): (usize, Tree)| Item {
            lead: if at == 0 { "" } else { " " }.to_owned(),
            tree,
            trail: if at == last { "" } else { "," }.to_owned(),
        };
        Self {
            items: trees.into_iter().enumerate().map(item).collect(),
            foot: String::new(),
        }
    }

    /// Whether a comment stands anywhere between the members.
    pub(super) fn has_comments(&self) -> bool {
        let parts = self.items.iter().flat_map(|item| [&item.lead, &item.trail]);
        parts
            .chain([&self.foot])
            .any(|part| !part.trim_matches([',', ' ', '\t', '\r', '\n']).is_empty())
    }

    /// Whether its members can trade places as they stand: each has lines of its own.
    pub(super) fn is_on_lines(&self) -> bool {
        let commas =
            |item: &Item| !around_comma(&item.trail).1.is_empty() || item.trail.trim() == ",";
        let is_whole = |item: &Item| item.is_on_lines() && !item.is_apart() && commas(item);
        self.items.iter().all(is_whole) && self.foot_comments().next().is_none()
    }

    /// The line break and the blanks before its members, where the first one begins a line.
    fn line(&self) -> Option<String> {
        let (_, blanks) = self.items.first()?.lead.rsplit_once('\n')?;
        is_blank(blanks).then(|| format!("{}{blanks}", self.newline()))
    }

    /// What stands before the first member, and behind each one, with `\n` for the ends of lines.
    pub(super) fn gaps(&self) -> Vec<String> {
        let leads = self.items.iter().map(|item| &item.lead);
        let leads = leads.chain([&self.foot]);
        let trails = self.items.iter().map(|item| item.trail.as_str());
        let trails = [""].into_iter().chain(trails);
        let gaps = trails
            .zip(leads)
            .map(|(trail, lead)| format!("{trail}{lead}"));
        gaps.map(|gap| gap.replace("\r\n", "\n")).collect()
    }

    /// How its lines end.
    fn newline(&self) -> &'static str {
        let mut leads = self.items.iter().map(|item| &item.lead).chain([&self.foot]);
        match leads.any(|lead| lead.contains("\r\n")) {
            true => "\r\n",
            false => "\n",
        }
    }

    /// The comments behind all members.
    pub(super) fn foot_comments(&self) -> impl Iterator<Item = String> {
        let lines = self.foot.lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).map(str::to_owned)
    }

    /// Keeps the members that `keep` says, each with its comments.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let first_lead = self.items.first().map(|item| item.lead.clone());
        let ends_with_comma = self.items.last().is_some_and(|it| it.trail.contains(','));
        let newline = self.newline();
        let count = self.items.len();
        let mut kept_last = true;
        let mut kept_first = true;
        let mut kept: Vec<Item> = Vec::with_capacity(count);
        // The line of a member that goes begins with the next one now.
        let mut line: Option<String> = None;
        for (at, mut item) in std::mem::take(&mut self.items).into_iter().enumerate() {
            let keeps = keep(at);
            if at == 0 {
                kept_first = keeps;
            }
            if at + 1 == count {
                kept_last = keeps;
            }
            if !keeps {
                let blanks = item.lead.rfind(newline).map(|end| &item.lead[end..]);
                line = line.or(blanks.filter(|it| is_blank(it)).map(str::to_owned));
                continue;
            }
            let line = line.take();
            if let Some(before) = kept.last()
                && (line.is_some() || ends_in_comment(&before.trail))
                && !item.lead.contains('\n')
            {
                let own = item.lead.trim_start();
                item.lead = format!("{}{own}", line.as_deref().unwrap_or(newline));
            }
            kept.push(item);
        }
        if let Some(last) = kept.last()
            && ends_in_comment(&last.trail)
            && !self.foot.contains('\n')
        {
            self.foot.insert_str(0, newline);
        }
        self.items = kept;
        if let (false, Some(lead), Some(first)) = (kept_first, first_lead, self.items.first_mut()) {
            if is_blank(&lead) && is_blank(&first.lead) {
                first.lead = lead;
            } else if first.is_apart() {
                // Nothing stands before the blank line any more.
                let own = first.lead.trim_start();
                let line = &first.lead[..first.lead.len() - own.len()];
                let last = line.rfind(newline).unwrap_or_default();
                first.lead.replace_range(..last, "");
            } else if !lead.starts_with(char::is_whitespace) {
                first.lead = first.lead.trim_start().to_owned();
            }
        }
        if let (false, false, Some(last)) = (kept_last, ends_with_comma, self.items.last_mut())
            && last.trail.trim() == ","
        {
            last.trail.clear();
        }
    }

    /// Puts comments above a member.
    pub(super) fn put_above(&mut self, index: usize, comments: &[String]) {
        let newline = self.newline();
        let Some(item) = self.items.get_mut(index) else {
            return;
        };
        let line = item.line(newline);
        for comment in comments.iter().rev() {
            match (item.lead.find(newline), &line) {
                (Some(end), Some(line)) => item.lead.insert_str(end, &format!("{line}{comment}")),
                _ => item.lead.push_str(&format!("{} ", inline(comment))),
            }
        }
    }

    /// Puts comments behind all members.
    pub(super) fn put_below(&mut self, comments: &[String]) {
        let newline = self.newline();
        let Some(last) = self.items.last_mut() else {
            return;
        };
        let line = last.line(newline).unwrap_or_else(|| newline.to_owned());
        for comment in comments.iter().rev() {
            match self.foot.find(newline) {
                Some(end) => self.foot.insert_str(end, &format!("{line}{comment}")),
                None => last.trail.push_str(&format!(" {}", inline(comment))),
            }
        }
    }

    /// Puts a new member before the one at `index`, or at the end, with its comments above it.
    pub(super) fn insert(&mut self, index: usize, tree: Tree, comments: &[String]) {
        let between = match &self.items[..] {
            _ if self.has_comments()
                && let Some(line) = self.line() =>
            {
                line
            }
            [_, second, ..] if is_blank(&second.lead) => second.lead.clone(),
            [first, ..] if first.lead.contains('\n') && is_blank(&first.lead) => first.lead.clone(),
            _ => " ".to_owned(),
        };
        let (mut lead, mut trail) = (between.clone(), ",".to_owned());
        let before = index.min(self.items.len()).checked_sub(1);
        if before.is_some_and(|before| ends_in_comment(&self.items[before].trail))
            && !lead.contains('\n')
        {
            lead.insert_str(0, self.newline());
        }
        if index == 0
            && let Some(first) = self.items.first_mut()
            && is_blank(&first.lead)
        {
            lead = std::mem::replace(&mut first.lead, between);
        }
        if index >= self.items.len() {
            match self.items.last_mut() {
                Some(last) if last.trail.contains(',') => {}
                Some(last) => {
                    last.trail.insert(0, ',');
                    trail.clear();
                }
                None => (lead, trail) = (String::new(), String::new()),
            }
        }
        match lead.contains('\n') {
            true => {
                let blanks = lead.clone();
                for comment in comments {
                    lead.push_str(&format!("{comment}{blanks}"));
                }
            }
            false => {
                for comment in comments {
                    lead.push_str(&format!("{} ", inline(comment)));
                }
            }
        }
        let index = index.min(self.items.len());
        self.items.insert(index, Item { lead, tree, trail });
    }
}

/// A comment as it can stand before other things on its line.
pub(super) fn inline(comment: &str) -> String {
    match comment.strip_prefix("//") {
        Some(text) => format!("/* {} */", text.trim().replace("*/", "* /")),
        None => comment.to_owned(),
    }
}

/// What stands before the comma among comments, and behind it.
pub(super) fn around_comma(trail: &str) -> (&str, &str) {
    let mut rest = trail;
    while let Some(at) = rest.find(['/', ',']) {
        let found = &rest[at..];
        if let Some(behind) = found.strip_prefix(',') {
            return (&trail[..trail.len() - found.len()], behind);
        }
        let end = match found.starts_with("/*") {
            true => Some(block_comment(found)),
            false => found.find('\n'),
        };
        rest = &found[end.unwrap_or(found.len())..];
    }
    (trail, "")
}

/// Whether what stands behind a member goes on to the end of its line.
fn ends_in_comment(trail: &str) -> bool {
    let mut rest = trail;
    while let Some(at) = rest.find('/') {
        let found = &rest[at..];
        let end = match found.starts_with("/*") {
            true => found.find("*/").map(|end| end + 2),
            false => found.find('\n'),
        };
        match end {
            Some(end) => rest = &found[end..],
            None => return !found.starts_with("/*"),
        }
    }
    false
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

impl Tree {
    /// A path that stands nowhere yet, with an alias for its last name.
    pub(super) fn new(names: &[String], alias: Option<&str>) -> Self {
        let mut path: Vec<Name> = names.iter().map(Name::new).collect();
        if let Some(last) = path.last_mut() {
            last.alias = alias.map(Alias::new);
        }
        Self {
            path: path.into_iter().map(Segment::Name).collect(),
        }
    }

    /// The tree behind a `::`.
    pub(super) fn rooted(mut self) -> Self {
        if let Some(Segment::Name(first)) = self.path.first_mut() {
            first.root = "::".to_owned();
        }
        self
    }

    /// Puts comments behind the first `::` of the tree, or else before its alias or the tree.
    pub(super) fn with_comments(mut self, comments: &[String]) -> Self {
        if comments.is_empty() {
            return self;
        }
        let comments: Vec<String> = comments.iter().map(|it| inline(it)).collect();
        let comments = comments.join(" ");
        let is_alone = self.path.len() == 1;
        if let Some(Segment::Name(first)) = self.path.first_mut() {
            match &mut first.alias {
                Some(alias) if is_alone => alias.between.insert_str(0, &format!(" {comments}")),
                _ if is_alone => first.root.insert_str(0, &format!("{comments} ")),
                _ => {
                    let glue = match first.glue.trim_end() {
                        "" => "::",
                        glue => glue,
                    };
                    first.glue = format!("{glue} {comments} ");
                }
            }
        }
        self
    }

    /// Reads a tree from `tokens`, of which `at` is the first; `at` is moved behind it.
    ///
    /// What is longer or deeper than anyone writes is no tree: all that is done with it would take
    /// as much stack, and time by the square of it.
    pub(super) fn read(tokens: &[Token], at: &mut usize, text: &str) -> Option<Self> {
        Self::read_below(tokens, at, text, 0)
    }

    fn read_below(tokens: &[Token], at: &mut usize, text: &str, above: usize) -> Option<Self> {
        let mut path: Vec<Segment> = Vec::new();
        // `use {::a::B, c}`
        let mut root = String::new();
        if above > 0
            && let Some(behind) = path_separator(tokens, *at)
        {
            let (colons, next) = (tokens.get(*at)?, tokens.get(behind)?);
            root.push_str(text.get(colons.at.start..next.at.start)?);
            *at = behind;
        }
        loop {
            if above + path.len() > LONGEST {
                return None;
            }
            let token = tokens.get(*at)?;
            match &token.kind {
                Kind::Word(_) => {
                    let written = text.get(token.at.clone())?.to_owned();
                    let mut name = Name {
                        root: std::mem::take(&mut root),
                        text: written,
                        at: token.at.clone(),
                        alias: None,
                        glue: String::new(),
                    };
                    *at += 1;
                    if let Some(glue_end) = path_separator(tokens, *at) {
                        let next = tokens.get(glue_end)?;
                        name.glue = text.get(token.at.end..next.at.start)?.to_owned();
                        *at = glue_end;
                        path.push(Segment::Name(name));
                        continue;
                    }
                    if tokens.get(*at).and_then(Token::word) == Some("as") {
                        let alias = tokens.get(*at + 1)?;
                        let alias_text = text.get(alias.at.clone())?.to_owned();
                        if !matches!(alias.kind, Kind::Word(_)) && alias_text != "_" {
                            return None;
                        }
                        name.alias = Some(Alias {
                            text: alias_text,
                            at: alias.at.clone(),
                            between: text.get(token.at.end..alias.at.start)?.to_owned(),
                        });
                        *at += 2;
                    }
                    path.push(Segment::Name(name));
                    return Some(Self { path });
                }
                Kind::Sign('*', _) => {
                    path.push(Segment::Glob(token.at.clone()));
                    *at += 1;
                    return Some(Self { path });
                }
                Kind::Open('{') => {
                    path.push(Segment::List(List::read(
                        tokens,
                        at,
                        text,
                        above + path.len() + 1,
                    )?));
                    return Some(Self { path });
                }
                _ => return None,
            }
        }
    }

    /// The tree as it is written.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.print(&mut out);
        out
    }

    fn print(&self, out: &mut String) {
        for (nth, segment) in self.path.iter().enumerate() {
            match segment {
                Segment::Name(name) => {
                    out.push_str(&name.root);
                    out.push_str(&name.text);
                    if let Some(alias) = &name.alias {
                        out.push_str(&alias.between);
                        out.push_str(&alias.text);
                    }
                    if nth + 1 < self.path.len() {
                        let glue = if name.glue.is_empty() {
                            "::"
                        } else {
                            &name.glue
                        };
                        out.push_str(glue);
                    }
                }
                Segment::Glob(_) => out.push('*'),
                Segment::List(list) => {
                    out.push('{');
                    for item in &list.items {
                        out.push_str(&item.lead);
                        item.tree.print(out);
                        out.push_str(&item.trail);
                    }
                    out.push_str(&list.foot);
                    out.push('}');
                }
            }
        }
    }

    /// All its names, each with `::` behind it.
    pub(super) fn head(&self) -> String {
        self.names()
            .map(|name| format!("{}::", name.text))
            .collect()
    }

    /// The names before a final list, star, or last name.
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        self.path.iter().filter_map(|segment| match segment {
            Segment::Name(name) => Some(name),
            _ => None,
        })
    }

    /// What the tree binds or takes all names from, in the order of the text.
    pub(super) fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        self.leaves_below(&[], &mut leaves);
        leaves
    }

    /// The same of a tree that stands behind other names.
    pub(super) fn leaves_below<'t>(&'t self, above: &[&'t Name], leaves: &mut Vec<Leaf>) {
        let mut names = above.to_vec();
        names.extend(self.names());
        let rooted = names.first().is_some_and(|name| !name.root.is_empty());
        let start = self.path.first().map_or(0, |first| match first {
            Segment::Name(name) => name.at.start,
            Segment::Glob(at) => at.start,
            Segment::List(_) => 0,
        });
        match self.path.last() {
            Some(Segment::List(list)) => {
                for item in &list.items {
                    item.tree.leaves_below(&names, leaves);
                }
            }
            Some(Segment::Glob(at)) => leaves.push(Leaf {
                names: names.into_iter().map(LeafName::from).collect(),
                alias: None,
                glob: true,
                rooted,
                at: start..at.end,
            }),
            Some(Segment::Name(last)) => {
                let end = last
                    .alias
                    .as_ref()
                    .map_or(last.at.end, |alias| alias.at.end);
                let is_self = last.text == "self" && names.len() > 1;
                if is_self {
                    names.pop();
                }
                leaves.push(Leaf {
                    alias: last.alias.as_ref().map(LeafName::from),
                    names: names.into_iter().map(LeafName::from).collect(),
                    glob: false,
                    rooted,
                    at: start..end,
                });
            }
            None => {}
        }
    }
}

impl From<&Name> for LeafName {
    fn from(name: &Name) -> Self {
        Self {
            text: name.text.as_str().into(),
            at: name.at.clone(),
        }
    }
}

impl From<&Alias> for LeafName {
    fn from(alias: &Alias) -> Self {
        Self {
            text: alias.text.as_str().into(),
            at: alias.at.clone(),
        }
    }
}

impl Leaf {
    /// The name that it binds, without `r#`; `None` for a star and for `as _`.
    pub(super) fn local(&self) -> Option<&str> {
        if self.glob {
            return None;
        }
        let written = match &self.alias {
            Some(alias) => &alias.text,
            None => &self.names.last()?.text,
        };
        (&**written != "_").then(|| plain(written))
    }

    /// Whether it is the `self` of a list, which imports a module or a type and nothing else of the
    /// name.
    pub(super) fn is_self(&self) -> bool {
        let last = self.names.last();
        !self.glob && last.is_some_and(|last| last.at.end <= self.at.start)
    }
}

impl List {
    fn read(tokens: &[Token], at: &mut usize, text: &str, above: usize) -> Option<Self> {
        let mut from = tokens.get(*at)?.at.end;
        *at += 1;
        let mut list = Self::default();
        loop {
            let token = tokens.get(*at)?;
            if token.kind == Kind::Close('}') {
                list.foot = text.get(from..token.at.start)?.to_owned();
                *at += 1;
                return Some(list);
            }
            let first = tokens.get(*at)?.at.start;
            let tree = Tree::read_below(tokens, at, text, above)?;
            let end = tokens.get(*at - 1)?.at.end;
            let lead = text.get(from..first)?.to_owned();
            let next = tokens.get(*at)?;
            let mut trail_end = end;
            if next.is_sign(',') {
                *at += 1;
                trail_end = next.at.end;
            }
            let until = tokens.get(*at)?.at.start;
            trail_end = with_comment(text, trail_end, until);
            list.items.push(Item {
                lead,
                tree,
                trail: text.get(end..trail_end)?.to_owned(),
            });
            from = trail_end;
        }
    }
}

/// Where a comment ends that stands on the same line behind `from`; `from` where there is none.
fn with_comment(text: &str, from: usize, until: usize) -> usize {
    let Some(rest) = text.get(from..until) else {
        return from;
    };
    let Some(line_end) = rest.find(['\n', '\r']) else {
        return from;
    };
    let line = rest[..line_end].trim_end();
    match line.trim_start().starts_with("//") || line.trim_start().starts_with("/*") {
        true => from + line.len(),
        false => from,
    }
}

/// Where the token behind `::` stands, if `::` stands at `at`.
pub(super) fn path_separator(tokens: &[Token], at: usize) -> Option<usize> {
    let first = tokens.get(at)?;
    let second = tokens.get(at + 1)?;
    let glued = matches!(first.kind, Kind::Sign(':', true));
    (glued && second.is_sign(':')).then_some(at + 2)
}
