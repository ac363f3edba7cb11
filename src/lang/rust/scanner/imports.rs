//! Imports among tokens, and lists of paths.

use std::ops::Range;

use super::{Before, Scanner, until};
use crate::lang::rust::facts::{Binding, Bound, Form, Shape, Statement, Surroundings, Word, space};
use crate::lang::rust::tokens::{Kind, Token};
use crate::lang::rust::tree::{Leaf, Segment, Tree, path_separator, plain};

impl Scanner<'_> {
    pub(super) fn import(&mut self, at: usize) -> Option<usize> {
        let mut next = at + 1;
        let dollar = self.tokens.get(next)?.is_sign('$');
        next += usize::from(dollar);
        if dollar && self.tokens.get(next)?.word() != Some("crate") {
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
        let before = at.checked_sub(1).map(|before| &self.tokens[before].kind);
        let public = matches!(before, Some(Kind::Word(word)) if &**word == "pub")
            || matches!(before, Some(Kind::Close(')')));
        let known = (self.facts.statements.len(), self.facts.bindings.len());
        self.statement(
            Form::Tokens,
            &tree,
            first..next,
            (self.tokens[at].at.start, end),
            (leading_at, dollar, public),
        );
        if self.facts.statements.len() > known.0 && !self.context.broken {
            self.surround(at, known, public);
        }
        Some(next + 1)
    }

    /// Notes where an import stands, and that only the brackets around it see it, where that is known;
    /// `known`: how many statements and bindings there were before it.
    fn surround(&mut self, at: usize, known: (usize, usize), public: bool) {
        let open = self.opening(at);
        let is_block = open.is_some_and(|open| self.is_block(open));
        let scope = open.map_or(self.context.range.clone(), |open| {
            let rest = &self.tokens[open + 1..];
            let close = rest.get(until(rest, |kind| matches!(kind, Kind::Close(_))));
            let end = close.map_or(self.context.range.end, |close| close.at.start);
            self.tokens[open].at.end..end
        });
        let before = at.checked_sub(1).map(|before| &self.tokens[before].kind);
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
            is_plain: !public && !matches!(before, Some(Kind::Close(']'))),
            in_rules,
        };
        self.facts.among_tokens.insert(known.0, surroundings);
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
        if !leaves.iter().any(concerns) {
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
        if leading.is_none() && !dollar {
            for leaf in &leaves {
                let words = words(leaf);
                // Another import of the body has the name, and comes along.
                let is_own = words.split_first().is_some_and(|(first, rest)| {
                    rest.iter().all(|word| word.text != first.text)
                        && self.is_imported(tokens.start, &first.text)
                });
                if !is_own {
                    self.begins(&words);
                }
            }
        }
        let statement = self.facts.statements.len();
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
                visible: self.context.range.clone(),
                spaces: space::ANY,
                kind: Bound::Leaf { statement, leaf },
            });
        }
        self.facts.statements.push(Statement {
            form,
            module: self.context.module,
            visible: self.context.range.clone(),
            whole: start..end,
            keyword: start,
            tree_at: self.tokens[tokens.start].at.start..self.tokens[tokens.end - 1].at.end,
            leaves: leaves.into(),
            public,
            attributes: false,
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
        let attributes = self.attributes_before(at - usize::from(public));
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

    /// The tokens of the attributes that stand right before a token.
    fn attributes_before(&self, at: usize) -> &[Token] {
        let mut start = at;
        while let Some(close) = start.checked_sub(1)
            && self.tokens[close].kind == Kind::Close(']')
            && let Some(sign) = self.opening(close).and_then(|open| open.checked_sub(1))
            && self.tokens[sign].is_sign('#')
        {
            start = sign;
        }
        &self.tokens[start..at]
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
        let mut depth = 0_usize;
        for start in (0..=at).rev() {
            let is_open = match start.checked_sub(1).map(|before| &self.tokens[before].kind) {
                Some(Kind::Close(_)) => {
                    depth += 1;
                    continue;
                }
                Some(Kind::Open(_)) if depth > 0 => {
                    depth -= 1;
                    continue;
                }
                Some(Kind::Open(_)) | None => depth == 0,
                _ => false,
            };
            if is_open && self.block_imports(start, name) {
                return true;
            }
        }
        false
    }

    /// Whether a `use` right in the block that begins at a token has the name.
    fn block_imports(&self, start: usize, name: &str) -> bool {
        let block = &self.tokens[start..];
        let mut depth = 0_usize;
        let mut in_use = false;
        for (nth, token) in block.iter().enumerate() {
            match token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) if depth == 0 => break,
                Kind::Close(_) => depth -= 1,
                Kind::Sign(';', _) if depth == 0 => in_use = false,
                _ if depth == 0 && token.word() == Some("use") => in_use = true,
                _ if in_use && token.word().map(plain) == Some(plain(name)) => {
                    let ends = block.get(nth + 1).is_none_or(|next| {
                        matches!(next.kind, Kind::Close(_) | Kind::Sign(',' | ';', _))
                    });
                    if ends {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }
}
