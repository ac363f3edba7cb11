//! Imports among tokens, and lists of paths.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Before, Scanner, until};
use crate::lang::rust::facts::{
    Binding, Bound, Form, NamedIn, Shape, Statement, Surroundings, Word, space,
};
use crate::lang::rust::tokens::{Kind, Token};
use crate::lang::rust::tree::{Leaf, Segment, Tree, path_separator, plain};

/// What stands before the `use` of an import, and belongs to it: places of tokens.
struct Lead {
    /// Its first attribute.
    start: usize,
    /// What says who sees it.
    keyword: usize,
    public: bool,
    /// It has attributes that are no doc comments.
    attributes: bool,
    /// Something is before all of that which may belong to it as well.
    follows: bool,
}

impl Scanner<'_> {
    pub(super) fn import(&mut self, at: usize) -> Option<usize> {
        let mut next = at + 1;
        let dollar = self.tokens.get(next)?.is_sign('$');
        next += usize::from(dollar);
        if dollar && self.tokens.get(next)?.word() != Some("crate") {
            let mut end = next;
            Tree::read(self.tokens, &mut end, self.text)?;
            if self.tokens.get(end)?.is_sign(';') {
                self.idle_import(at, next..end);
            }
            return None;
        }
        let leading = path_separator(self.tokens, next);
        let leading_at = leading.map(|_| self.tokens[next].at.start..self.tokens[next + 1].at.end);
        next = leading.unwrap_or(next);
        let first = next;
        let tree = Tree::read(self.tokens, &mut next, self.text)?;
        if !self.tokens.get(next)?.is_sign(';') {
            return None;
        }
        let end = self.tokens[next].at.end;
        let lead = self.lead(at);
        let known = (self.facts.statements.len(), self.facts.bindings.len());
        let ends = (self.tokens[lead.keyword].at.start, end);
        let parts = (leading_at, dollar, lead.public);
        self.statement(Form::Tokens, &tree, first..next, ends, parts);
        if let Some(statement) = self.facts.statements.get_mut(known.0) {
            statement.whole.start = self.tokens[lead.start].at.start;
            statement.attributes = lead.attributes;
            statement.follows = lead.follows;
        }
        if self.context.broken {
            return Some(next + 1);
        }
        if self.facts.statements.len() > known.0 {
            let is_plain = lead.keyword == at && !lead.attributes;
            self.surround(at, known, is_plain);
        } else {
            self.idle_import(at, first..next);
        }
        Some(next + 1)
    }

    /// An import in the body of a macro by example that names nothing which matters; `tree`: its tokens.
    fn idle_import(&mut self, at: usize, tree: Range<usize>) {
        let lead = self.lead(at);
        if self.context.in_rules.is_none() || self.context.broken || lead.follows {
            return;
        }
        let place = |tokens: Range<usize>| {
            let last = &self.tokens[tokens.end - 1];
            self.tokens[tokens.start].at.start..last.at.end
        };
        let idle = Statement {
            form: Form::Tokens,
            module: self.context.module,
            visible: self.brackets_around(at),
            whole: place(lead.start..tree.end + 1),
            keyword: self.tokens[lead.keyword].at.start,
            tree_at: place(tree),
            leaves: Box::default(),
            public: lead.public,
            attributes: lead.attributes,
            follows: false,
            gives_macros: false,
            listed_macros: Box::default(),
            leading: None,
            dollar: false,
        };
        self.facts.idle_imports.push(idle);
    }

    /// What stands in the brackets around a token, or all of the tokens.
    fn brackets_around(&self, at: usize) -> Range<usize> {
        self.open_around(at)
            .map_or(self.context.range.clone(), |open| {
                let rest = &self.tokens[open + 1..];
                let close = rest.get(until(rest, |kind| matches!(kind, Kind::Close(_))));
                let end = close.map_or(self.context.range.end, |close| close.at.start);
                self.tokens[open].at.end..end
            })
    }

    /// Notes the names that the `use` at a token binds: what is given to the macro in whose body it stands
    /// may come to mean them, and where no block is sure to be around it, the macro may let all of its
    /// module have them.
    pub(super) fn bound_by_import(&mut self, at: usize) {
        if self.context.broken || self.context.stringified {
            return;
        }
        let tokens = self.tokens;
        let rest = &tokens[at + 1..];
        let end = at
            + 1
            + until(rest, |kind| {
                matches!(kind, Kind::Close(_) | Kind::Sign(';', _))
            });
        let is_beside = self.context.in_rules.is_none() && !self.is_in_block(at);
        for last in (at + 1..end).filter(|&it| ends_member(tokens, it)) {
            let Some(token) = self.bound_by(last) else {
                continue;
            };
            let name: Box<str> = token.word().map(plain).unwrap_or_default().into();
            if !self.words.has(&name) {
                continue;
            }
            if let Some(of) = self.context.in_rules {
                self.facts.imported_in_rules.push(NamedIn {
                    name,
                    of: of.into(),
                    at: token.at.start,
                    derived: false,
                });
            } else if is_beside {
                self.facts.beside_macros.insert((self.context.module, name));
            }
        }
    }

    /// The name that a member of a `use` binds which ends with the word at a token: `b` of `a::b::{self}`.
    /// What a variable stands for nobody knows.
    fn bound_by(&self, last: usize) -> Option<&Token> {
        let before = last.checked_sub(1).map(|before| &self.tokens[before])?;
        let opens = |at: usize| self.open_around(at)?.checked_sub(3);
        match self.tokens[last].word()? {
            _ if before.is_sign('$') => None,
            "self" => Some(&self.tokens[opens(last)?]),
            _ => Some(&self.tokens[last]),
        }
    }

    /// Notes where an import stands, and that only the brackets around it see it, where that is known;
    /// `known`: how many statements and bindings there were before it.
    fn surround(&mut self, at: usize, known: (usize, usize), is_plain: bool) {
        let open = self.open_around(at);
        let is_block = open.is_some_and(|open| self.is_block(open));
        let scope = self.brackets_around(at);
        let in_rules = self.context.in_rules.is_some();
        if is_block || in_rules {
            for statement in &mut self.facts.statements[known.0..] {
                statement.visible = scope.clone();
            }
            for binding in &mut self.facts.bindings[known.1..] {
                binding.visible = scope.clone();
            }
        }
        let surroundings = Surroundings {
            scope,
            is_block,
            is_plain,
            in_rules,
            below: self.modules_around(at),
            put_into: Vec::new(),
        };
        self.facts.among_tokens.insert(known.0, surroundings);
    }

    /// The modules among the tokens around an item, the outermost first, if no block is around it.
    fn modules_around(&self, at: usize) -> Option<Box<[Box<str>]>> {
        if !self.context.in_module && self.context.in_rules.is_none() {
            return None;
        }
        let mut modules: Vec<Box<str>> = Vec::new();
        let mut inner = at;
        while let Some(open) = self.open_around(inner) {
            if self.is_block(open) {
                let [keyword, name] =
                    [open.checked_sub(2)?, open - 1].map(|at| self.tokens[at].word());
                modules.push(plain(name.filter(|_| keyword == Some("mod"))?).into());
            }
            inner = open;
        }
        modules.reverse();
        Some(modules.into())
    }

    /// Whether a bracket begins a block or a module, and none that a macro may take apart: its own
    /// input, what it gives, or what stands behind a condition of `cfg_if!` or an arrow.
    fn is_block(&self, open: usize) -> bool {
        let before = |back: usize| open.checked_sub(back).map(|before| &self.tokens[before]);
        let is_sign = |back: usize, sign: char| before(back).is_some_and(|it| it.is_sign(sign));
        let is_taken_apart = match before(1).map(|before| &before.kind) {
            None | Some(Kind::Close(']') | Kind::Sign('!', _)) => true,
            Some(Kind::Word(word)) => &**word == "else" || is_sign(2, '!'),
            Some(Kind::Sign('>', _)) => is_sign(2, '='),
            _ => false,
        };
        self.tokens[open].kind == Kind::Open('{') && !is_taken_apart
    }

    /// `use {::a::B, c};`: nothing is done with its paths.
    pub(super) fn unread_import(&mut self, at: usize) -> usize {
        let end = self.tokens[at..]
            .iter()
            .position(|token| token.is_sign(';'));
        let Some(end) = end.map(|end| at + end) else {
            return at + 1;
        };
        let first = self.facts.paths.len();
        let mut next = at + 1;
        while next < end {
            next = self.step(next).max(next + 1);
        }
        for path in &mut self.facts.paths[first..] {
            path.shape = Shape::Unread;
        }
        next
    }

    fn statement(
        &mut self,
        form: Form,
        tree: &Tree,
        tokens: Range<usize>,
        (start, end): (usize, usize),
        (leading, dollar, public): (Option<Range<usize>>, bool, bool),
    ) {
        let leaves = tree.leaves();
        let concerns = |leaf: &Leaf| leaf.names.iter().any(|name| self.words.has(name.plain()));
        let leads = leaves.iter().any(concerns);
        let binds = |leaf: &Leaf| leaf.local().is_some_and(|name| self.words.has(name));
        if !leads && !leaves.iter().any(binds) {
            return;
        }
        let words = |leaf: &Leaf| -> Vec<Word> {
            let names = leaf.names.iter().map(|name| Word {
                text: name.plain().into(),
                at: name.at.clone(),
            });
            names.collect()
        };
        if self.context.stringified {
            let paths: Vec<_> = leaves.iter().filter(|it| concerns(it)).map(words).collect();
            for path in paths {
                self.note(path, leading.is_some(), dollar, space::ANY);
            }
            return;
        }
        if leads && leading.is_none() && !dollar && self.context.in_rules.is_some() {
            let mut imported: FxHashMap<Box<str>, bool> = FxHashMap::default();
            for words in leaves.iter().map(words) {
                let Some((first, rest)) = words.split_first() else {
                    continue;
                };
                // Another import of the body has the name, and comes along.
                let is_own = rest.iter().all(|word| word.text != first.text)
                    && *imported
                        .entry(first.text.clone())
                        .or_insert_with(|| self.is_imported(tokens.start, &first.text));
                if !is_own {
                    self.begins(&words);
                }
            }
        }
        let statement = self.facts.statements.len();
        let visible = match self.context.broken {
            true => self.context.range.clone(),
            false => self.import_seen(tokens.start),
        };
        for (leaf, one) in leaves.iter().enumerate() {
            let Some(local) = one.local() else { continue };
            // Without a tree only what all of the file sees is known.
            // Paths from a crate on are whole ones, and its own name follows.
            let is_bound = form == Form::Tokens && self.sees_all(tokens.start);
            if self.context.broken && !is_bound {
                continue;
            }
            self.facts.bind(Binding {
                name: local.into(),
                module: self.context.module,
                visible: visible.clone(),
                spaces: space::ANY,
                kind: Bound::Leaf { statement, leaf },
            });
        }
        self.facts.statements.push(Statement {
            form,
            module: self.context.module,
            visible,
            whole: start..end,
            keyword: start,
            tree_at: self.tokens[tokens.start].at.start..self.tokens[tokens.end - 1].at.end,
            leaves: leaves.into(),
            public,
            attributes: false,
            follows: false,
            gives_macros: false,
            listed_macros: Box::default(),
            leading,
            dollar,
        });
    }

    /// Whether what stands at a token is seen in the whole file: in no brackets, and no module is
    /// written in the file.
    fn sees_all(&self, at: usize) -> bool {
        let depth = |tokens: &[Token]| {
            let count = |is: fn(&Kind) -> bool| tokens.iter().filter(|it| is(&it.kind)).count();
            count(|kind| matches!(kind, Kind::Open(_)))
                - count(|kind| matches!(kind, Kind::Close(_)))
        };
        let has_modules = self
            .tokens
            .windows(3)
            .any(|three| three[0].word() == Some("mod") && three[2].kind == Kind::Open('{'));
        !has_modules && depth(&self.tokens[..at]) == 0
    }

    /// `extern crate a as b;` of a file that does not parse; gives where to go on.
    pub(super) fn extern_crate(&mut self, at: usize) -> Option<usize> {
        let mut next = at + 1;
        if !self.context.broken || self.tokens.get(next)?.word() != Some("crate") {
            return None;
        }
        next += 1;
        let first = next;
        let tree = Tree::read(self.tokens, &mut next, self.text)?;
        let is_name = tree.leaves().iter().all(|leaf| leaf.names.len() == 1);
        if !is_name || !self.tokens.get(next)?.is_sign(';') {
            return None;
        }
        let before = at.checked_sub(1).map(|before| &self.tokens[before]);
        let public = before.is_some_and(|it| it.word() == Some("pub"));
        let ends = (self.tokens[at].at.start, self.tokens[next].at.end);
        let known = self.facts.statements.len();
        let parts = (None, false, public);
        self.statement(Form::ExternCrate, &tree, first..next, ends, parts);
        let keyword = at - usize::from(public);
        let mut start = keyword;
        while let Some(first) = self.attribute_before(start) {
            start = first;
        }
        let attributes = &self.tokens[start..keyword];
        let first = attributes.first().map(|first| first.at.start);
        let mut words = attributes.iter().filter_map(Token::word);
        let gives_macros = words.any(|word| word == "macro_use");
        if let Some(statement) = self.facts.statements.get_mut(known) {
            statement.whole.start = first.unwrap_or(statement.whole.start);
            statement.attributes = first.is_some();
            statement.gives_macros = gives_macros;
        }
        Some(next + 1)
    }

    /// What stands before the `use` at a place.
    fn lead(&self, at: usize) -> Lead {
        let keyword = self.visibility_before(at).unwrap_or(at);
        let (mut start, mut attributes) = (keyword, false);
        while let Some(first) = self.attribute_before(start) {
            // `#[doc = "…"]`, which is a doc comment as well
            let name = self.tokens.get(first + 2).and_then(Token::word);
            attributes |= name != Some("doc");
            start = first;
        }
        Lead {
            start,
            keyword,
            public: self.tokens[keyword].word() == Some("pub"),
            attributes,
            follows: start
                .checked_sub(1)
                .is_some_and(|last| !self.ends_item(last)),
        }
    }

    /// Where the `pub`, `pub(…)`, `$vis` or `$(pub)?` begins that stands right before a token.
    fn visibility_before(&self, at: usize) -> Option<usize> {
        let last = at.checked_sub(1)?;
        match &self.tokens[last].kind {
            Kind::Word(word) if &**word == "pub" => Some(last),
            Kind::Word(name) => {
                let dollar = last.checked_sub(1)?;
                let is_variable = self.tokens[dollar].is_sign('$');
                (is_variable && self.is_visibility(name)).then_some(dollar)
            }
            Kind::Close(')') => {
                let before = self.open_around(last)?.checked_sub(1)?;
                (self.tokens[before].word() == Some("pub")).then_some(before)
            }
            _ => self.repetition_before(at, |inner| self.visibility_before(inner)),
        }
    }

    /// Where the attribute begins that stands right before a token: `#[a]`, `$(#[$a])*`.
    fn attribute_before(&self, at: usize) -> Option<usize> {
        let last = at.checked_sub(1)?;
        if self.tokens[last].kind == Kind::Close(']') {
            let sign = self.open_around(last)?.checked_sub(1)?;
            return self.tokens[sign].is_sign('#').then_some(sign);
        }
        self.repetition_before(at, |inner| {
            let mut start = self.attribute_before(inner)?;
            while let Some(first) = self.attribute_before(start) {
                start = first;
            }
            Some(start)
        })
    }

    /// Where the `$(…)*` begins that stands right before a token, if what `part` finds before the
    /// bracket is all that is repeated.
    fn repetition_before(&self, at: usize, part: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        let last = at.checked_sub(1)?;
        if !matches!(self.tokens[last].kind, Kind::Sign('*' | '+' | '?', _)) {
            return None;
        }
        let close = last.checked_sub(1)?;
        let open =
            (self.tokens[close].kind == Kind::Close(')')).then(|| self.open_around(close))??;
        let dollar = open.checked_sub(1)?;
        let is_all = part(close)? == open + 1;
        (self.tokens[dollar].is_sign('$') && is_all).then_some(dollar)
    }

    /// Whether a variable of the macro can be nothing else than what says who sees an item.
    fn is_visibility(&self, name: &str) -> bool {
        let declared = self.tokens.windows(4).filter_map(|four| {
            let [dollar, variable, colon, of] = four else {
                return None;
            };
            let is_it = dollar.is_sign('$') && variable.word() == Some(name) && colon.is_sign(':');
            is_it.then(|| of.word()).flatten()
        });
        let mut declared = declared.peekable();
        // A name alone before a `use` is `pub`.
        declared.peek().is_some() && declared.all(|of| matches!(of, "vis" | "ident"))
    }

    /// Whether an item ends with a token, or a list of them begins behind it.
    fn ends_item(&self, at: usize) -> bool {
        match self.tokens[at].kind {
            Kind::Open(_) | Kind::Close('}') | Kind::Sign(';', _) => true,
            // `#![a]`
            Kind::Close(']') => {
                let bang = self.open_around(at).and_then(|open| open.checked_sub(1));
                let sign = bang.and_then(|bang| bang.checked_sub(1));
                sign.is_some_and(|sign| {
                    self.tokens[sign].is_sign('#') && self.tokens[sign + 1].is_sign('!')
                })
            }
            _ => false,
        }
    }

    /// `a::{b, c}` without a `use` before it.
    pub(super) fn tree(&mut self, at: usize, _next: usize) -> Option<usize> {
        let (leading, dollar) = match self.before(at) {
            Before::Nothing => (None, false),
            Before::Root => {
                let colons = self.tokens[at - 2].at.start..self.tokens[at - 1].at.end;
                (Some(colons), false)
            }
            Before::Dollar => (None, true),
            Before::Inside | Before::Quoted => return None,
        };
        let mut next = at;
        let tree = Tree::read(self.tokens, &mut next, self.text)?;
        if !matches!(tree.path.last(), Some(Segment::List(_))) {
            return None;
        }
        let ends = (self.tokens[at].at.start, self.tokens[next - 1].at.end);
        self.statement(Form::Tokens, &tree, at..next, ends, (leading, dollar, true));
        Some(next)
    }

    /// Whether a `use` of a block around a place has the name: in the body of a macro it comes along.
    pub(super) fn is_imported(&self, at: usize, name: &str) -> bool {
        let all = self.imported.get_or_init(|| Imported::of(self.tokens));
        all.is_seen(at, plain(name))
    }
}

/// Names that stand last in a `use`, each with the blocks in which one has it: places of tokens, in
/// order, and none within another.
#[derive(Default)]
pub(super) struct Imported<'s>(FxHashMap<&'s str, Vec<Range<usize>>>);

/// A block, or a group of a `use`, that is not closed yet.
#[derive(Default)]
struct Open<'s> {
    start: usize,
    in_use: bool,
    is_group: bool,
    names: Vec<&'s str>,
}

impl<'s> Imported<'s> {
    fn of(tokens: &'s [Token]) -> Self {
        let mut found = Self::default();
        let mut open = Vec::new();
        let mut block = Open::default();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Open(_) => {
                    let inner = Open {
                        start: at + 1,
                        in_use: block.in_use,
                        is_group: block.in_use,
                        names: Vec::new(),
                    };
                    open.push(std::mem::replace(&mut block, inner));
                }
                Kind::Close(_) => {
                    let outer = open.pop().unwrap_or_default();
                    let inner = std::mem::replace(&mut block, outer);
                    match inner.is_group {
                        true => block.names.extend(inner.names),
                        false => found.close(inner, at),
                    }
                }
                Kind::Sign(';', _) => block.in_use = block.is_group,
                Kind::Word(_) if token.word() == Some("use") => block.in_use = true,
                Kind::Word(ref word) if block.in_use => {
                    block
                        .names
                        .extend(ends_member(tokens, at).then(|| plain(word)));
                }
                _ => {}
            }
        }
        for block in std::iter::once(block).chain(open.into_iter().rev()) {
            found.close(block, tokens.len());
        }
        found
    }

    fn close(&mut self, block: Open<'s>, end: usize) {
        for name in block.names {
            let blocks = self.0.entry(name).or_default();
            // Those in it were closed before it.
            while blocks.pop_if(|inner| inner.start >= block.start).is_some() {}
            blocks.push(block.start..end);
        }
    }

    fn is_seen(&self, at: usize, name: &str) -> bool {
        self.0.get(name).is_some_and(|blocks| {
            let begun = blocks.partition_point(|it| it.start <= at);
            begun > 0 && blocks[begun - 1].contains(&at)
        })
    }
}

/// Whether the word at a token is the last one of a member of a `use`.
fn ends_member(tokens: &[Token], at: usize) -> bool {
    let is_end = |next: &Token| matches!(next.kind, Kind::Close(_) | Kind::Sign(',' | ';', _));
    tokens[at].word().is_some() && tokens.get(at + 1).is_none_or(is_end)
}
