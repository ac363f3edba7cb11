//! Imports among tokens, and lists of paths.

use std::ops::Range;

use super::{Before, Scanner};
use crate::lang::rust::facts::{Binding, Bound, Form, Shape, Statement, Word, space};
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
        self.statement(
            Form::Tokens,
            &tree,
            first..next,
            (self.tokens[at].at.start, end),
            (leading_at, dollar, public),
        );
        Some(next + 1)
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
            leaves.iter().for_each(|leaf| self.begins(&words(leaf)));
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
