//! What a name among tokens declares, and where that is seen: as outside of macros, in its block and
//! in its namespaces. Where nobody can tell, nothing is declared, and the name keeps what it means.

use std::ops::Range;

use super::{Scanner, until};
use crate::lang::rust::facts::{Bound, space};
use crate::lang::rust::keys;
use crate::lang::rust::tokens::{Kind, Token};

/// What a name is that stands where one is declared.
pub(super) enum Declared {
    /// A variable or an item of these namespaces, which is seen here.
    Here(u8, Range<usize>),
    /// The same, and the macro may let all of the module see it.
    Beside(u8, Range<usize>),
    /// What no scope has: a method, what a trait or an implementation has.
    Nowhere,
}

/// Words one of which stands before the braces of a block, or of a module.
const BEFORE_BLOCKS: &[&str] = &[
    "async", "else", "fn", "if", "in", "let", "loop", "match", "mod", "move", "return", "unsafe",
    "while",
];

/// Words behind which braces are a part of an expression, and not the block of a condition.
const WITH_BRACES: &[&str] = &[
    "async", "const", "for", "if", "loop", "match", "move", "unsafe", "while",
];

/// Words behind which an item has its name, and parameters behind that.
const ITEMS: &[&str] = &["fn", "struct", "enum", "union", "trait", "type"];

impl Scanner<'_> {
    /// What the name at a token declares, behind which the tokens go on at `next`; `None` for one that
    /// means something, or may.
    pub(super) fn declared(&self, at: usize, next: usize) -> Option<Declared> {
        let manner = self.word_before(at);
        if matches!(manner, None | Some("const"))
            && let Some(declared) = self.parameter(at, next)
        {
            return Some(declared);
        }
        match manner? {
            "mut" | "ref" if self.word_before(at - 1) == Some("static") => {
                self.item("static", at, next)
            }
            "let" | "mut" | "ref" => self.variable(at, next),
            keyword => self.item(keyword, at, next),
        }
    }

    /// The word right before a token.
    fn word_before(&self, at: usize) -> Option<&str> {
        self.tokens[at.checked_sub(1)?].word()
    }

    /// `let x =`, `let mut x:`, `ref x`. One that begins with a capital letter may be a constant, and
    /// what goes on with brackets is a struct that is taken apart.
    fn variable(&self, at: usize, next: usize) -> Option<Declared> {
        if self.tokens[at].word()?.starts_with(char::is_uppercase) {
            return None;
        }
        let is_manner = |it: &usize| matches!(self.tokens[*it].word(), Some("mut" | "ref"));
        let first = (0..at).rev().take_while(is_manner).last().unwrap_or(at);
        let before = first.checked_sub(1).map(|before| &self.tokens[before]);
        let is_let = before.and_then(Token::word) == Some("let");
        // `&mut x`, `&'a mut x`, `*mut x`, `&raw mut x`
        let is_reference = before.is_some_and(|it| {
            let is_sign = it.is_sign('&') || it.is_sign('*');
            is_sign || it.kind == Kind::Lifetime || it.word() == Some("raw")
        });
        let has_ref = (first..at).any(|it| self.tokens[it].word() == Some("ref"));
        if is_reference && !has_ref || is_let && !self.ends_pattern(next) {
            return None;
        }
        let visible = match is_let {
            true => self.seen_behind(first - 1, next),
            // As far as its pattern is, which is not looked at.
            false => self.place(next)..self.place(next),
        };
        Some(Declared::Here(space::VALUE, visible))
    }

    /// Whether a name in the body of a macro is that of a variable which stands there: where a `let` has
    /// it, or behind that. What another macro makes of it nobody knows, and no type is a variable.
    pub(super) fn is_variable(&mut self, at: usize, next: usize) -> bool {
        let word = self.tokens[at].word().unwrap_or_default();
        if matches!(self.word_before(at), Some("let" | "mut" | "ref"))
            && let Some(Declared::Here(_, visible)) = self.variable(at, next)
        {
            self.variables.push((word.into(), visible));
            return true;
        }
        let place = self.place(at);
        let mut seen = self.variables.iter().filter(|(name, _)| **name == *word);
        let Some((_, seen)) = seen.find(|(_, seen)| seen.contains(&place)) else {
            return false;
        };
        let around = |&open: &usize| self.open_around(open);
        let around = std::iter::successors(self.open_around(at), around);
        let mut around = around.take_while(|&open| self.place(open) >= seen.start);
        let is_taken = |open: usize| {
            let sign = open
                .checked_sub(1)
                .filter(|&it| self.tokens[it].is_sign('!'));
            let name = sign.and_then(|sign| self.word_before(sign));
            name.is_some_and(|name| !keys::takes_expressions(name))
        };
        let before = at.checked_sub(1).map(|before| &self.tokens[before]);
        let is_type = before.is_some_and(|it| {
            it.word() == Some("as") || it.is_sign(':') || it.is_sign('<') || it.is_sign('>')
        });
        !is_type && !around.any(is_taken)
    }

    /// Whether the name of a variable ends here, and no brackets make a pattern of it.
    fn ends_pattern(&self, next: usize) -> bool {
        let after = self.tokens.get(next).map(|token| &token.kind);
        let is_twice = |sign: char| self.tokens.get(next + 1).is_some_and(|it| it.is_sign(sign));
        match after {
            None | Some(Kind::Close(_) | Kind::Sign(';' | '@', _) | Kind::Sign(':', false)) => true,
            Some(Kind::Sign('=', _)) => !is_twice('=') && !is_twice('>'),
            _ => false,
        }
    }

    /// What sees a variable whose `let` stands at `keyword`, and goes on at `next` behind its name: all
    /// behind the statement, in its block; or the block of a condition.
    fn seen_behind(&self, keyword: usize, next: usize) -> Range<usize> {
        let before = keyword.checked_sub(1).map(|before| &self.tokens[before]);
        let is_condition = before.is_some_and(|it| {
            let is_more = it.is_sign('&') || it.is_sign('|');
            is_more || matches!(it.word(), Some("if" | "while"))
        });
        let rest = &self.tokens[next..];
        let is_end = |kind: &Kind| matches!(kind, Kind::Sign(';', _) | Kind::Close(_));
        if is_condition {
            let opens = |kind: &Kind| *kind == Kind::Open('{') || *kind == Kind::Sign(',', false);
            let open = until(rest, |kind| is_end(kind) || opens(kind));
            let passed = &rest[..open];
            let mut words = passed.iter().filter_map(Token::word);
            let has_braces = words.any(|word| WITH_BRACES.contains(&word));
            // `Some(a) if let x = b => {`
            let is_arm = passed
                .windows(2)
                .any(|two| two[0].kind == Kind::Sign('=', true) && two[1].is_sign('>'));
            let is_block = rest.get(open).is_some_and(|it| it.kind == Kind::Open('{'));
            return match is_block && !has_braces && !is_arm {
                true => self.place(next + open)..self.place(self.close(next + open)),
                false => self.place(next)..self.place(next),
            };
        }
        let end = next + until(rest, is_end);
        self.place(end)..self.place(self.close_of(end))
    }

    /// An item: seen in its block, if the tokens around it surely are one. What else a macro makes of
    /// them nobody knows: an import of the name may be what is meant, and could not stand beside the item
    /// if that was one of its module.
    fn item(&self, keyword: &str, at: usize, next: usize) -> Option<Declared> {
        let after = self.tokens.get(next).map(|token| &token.kind);
        let is_where = matches!(after, Some(Kind::Word(word)) if &**word == "where");
        let ends = matches!(after, None | Some(Kind::Sign(';', _)));
        let opens =
            |brackets: &[char]| matches!(after, Some(Kind::Open(it)) if brackets.contains(it));
        let is_sign = |signs: &[char]| match after {
            Some(Kind::Sign(':', glued)) => signs.contains(&':') && !glued,
            Some(Kind::Sign(sign, _)) => signs.contains(sign),
            _ => false,
        };
        let (spaces, is_item) = match keyword {
            "fn" => (space::VALUE, opens(&['(']) || is_sign(&['<'])),
            "struct" => {
                let is_item = ends || is_where || opens(&['{', '(']) || is_sign(&['<', ':']);
                let fields = opens(&['{']);
                let spaces = if fields {
                    space::TYPE
                } else {
                    space::TYPE | space::VALUE
                };
                (spaces, is_item)
            }
            "enum" | "union" => (
                space::TYPE,
                is_where || opens(&['{']) || is_sign(&['<', ':']),
            ),
            "trait" => {
                let is_item = is_where || opens(&['{']) || is_sign(&['<', ':', '=']);
                (space::TYPE, is_item)
            }
            "type" => (space::TYPE, ends || is_where || is_sign(&['<', ':', '='])),
            "mod" => (space::TYPE, ends || opens(&['{'])),
            "const" | "static" => (space::VALUE, is_sign(&[':'])),
            _ => return None,
        };
        if !is_item {
            return None;
        }
        let open = self.open_around(at);
        let is_member = matches!(keyword, "fn" | "type" | "const");
        if is_member && (self.is_associated(open) || self.is_method(at, next)) {
            return Some(Declared::Nowhere);
        }
        let is_sure = self.is_in_block(at);
        if !is_sure && self.is_leaf(at) {
            return None;
        }
        let seen = self.inside_of(open);
        Some(match is_sure {
            true => Declared::Here(spaces, seen),
            false => Declared::Beside(spaces, seen),
        })
    }

    /// A parameter among others in `<…>`, with the item whose it is: `fn f<const N: usize>`,
    /// `struct S<T: Copy>`.
    fn parameter(&self, at: usize, next: usize) -> Option<Declared> {
        if !self.has_colon(next) {
            return None;
        }
        let open = self.generics_around(at)?;
        let is_const = self.word_before(at) == Some("const");
        let is_item = |word: &str| ITEMS.contains(&word);
        let of_name = open.checked_sub(1).and_then(|name| self.word_before(name));
        if self.word_before(open) != Some("impl") && !of_name.is_some_and(is_item) {
            // `Iterator<Item: Clone>`
            return (!is_const).then_some(Declared::Nowhere);
        }
        let rest = &self.tokens[next..];
        let is_end =
            |kind: &Kind| matches!(kind, Kind::Sign(';', _) | Kind::Close(_) | Kind::Open('{'));
        let end = next + until(rest, is_end);
        let end = match self.tokens.get(end).map(|it| &it.kind) {
            Some(Kind::Open(_)) => self.close(end),
            _ => end,
        };
        let spaces = match is_const {
            true => space::TYPE | space::VALUE,
            false => space::TYPE,
        };
        Some(Declared::Here(
            spaces,
            self.tokens[at].at.start..self.place(end),
        ))
    }

    /// The `<` of the list in which a token stands, right in it.
    fn generics_around(&self, at: usize) -> Option<usize> {
        let (mut depth, mut generics) = (0_usize, 0_usize);
        for (nth, token) in self.tokens[..at].iter().enumerate().rev() {
            match token.kind {
                Kind::Close(_) => depth += 1,
                Kind::Open(_) => depth = depth.checked_sub(1)?,
                _ if depth > 0 => {}
                Kind::Sign('>', _) => generics += usize::from(!self.is_arrow(nth)),
                Kind::Sign('<', _) if generics == 0 => return Some(nth),
                Kind::Sign('<', _) => generics -= 1,
                Kind::Sign(';', _) => return None,
                _ => {}
            }
        }
        None
    }

    /// Whether the name before a `:` or a `=` is that of a field, of a parameter or of a key, and so
    /// none that a scope has.
    pub(super) fn is_key(&self, at: usize, next: usize) -> bool {
        let before = at.checked_sub(1).map(|before| &self.tokens[before].kind);
        let [after, after_that] = [next, next + 1].map(|it| self.tokens.get(it));
        let is_bounded = self.has_colon(next);
        let is_assigned = after.is_some_and(|it| it.is_sign('='))
            && !after_that.is_some_and(|it| it.is_sign('=') || it.is_sign('>'))
            && before.is_none_or(|it| matches!(it, Kind::Sign(',' | ';', _) | Kind::Open(_)));
        if !is_bounded && !is_assigned {
            return false;
        }
        let word = self.tokens[at].word();
        let is_name = word.is_some_and(|it| it.starts_with(char::is_uppercase));
        if self.context.attribute.is_some() {
            // In `bound = "Old: Clone"` the type is what is meant, and no field.
            return is_assigned || !(self.context.in_text && is_name);
        }
        // `json!({ MAX: 1 })`, `MAX = next() => …` of `select!`
        let may_be_constant = is_name && (self.is_leaf(at) || self.has_stars());
        if is_bounded {
            return (!may_be_constant || self.is_field(at)) && !self.is_in_where(at);
        }
        let rest = &self.tokens[next..];
        let is_end = |kind: &Kind| matches!(kind, Kind::Sign(';' | ',', _) | Kind::Close(_));
        let end = rest.get(until(rest, is_end));
        let is_statement = end.is_some_and(|it| it.is_sign(';'));
        !(may_be_constant || is_statement || self.is_in_block(at))
    }

    /// Whether a macro may make a name of what `is_key` takes for a key: of one right in its brackets, or
    /// of one with a value. What has a type alone in other brackets is a field, or a parameter.
    pub(super) fn may_name(&self, at: usize, next: usize) -> bool {
        if self.context.attribute.is_some() {
            return false;
        }
        let called = self.open_around(at).map(|open| open.checked_sub(1));
        let is_called = |sign: usize| self.tokens[sign].is_sign('!');
        let is_right_in = called.is_none_or(|sign| sign.is_some_and(is_called));
        let rest = &self.tokens[next..];
        let is_end = |kind: &Kind| matches!(kind, Kind::Sign(';' | ',' | '=', _) | Kind::Close(_));
        let end = rest.get(until(rest, is_end));
        is_right_in || end.is_some_and(|it| it.is_sign('='))
    }

    /// Whether one `:` stands at a token, and not two.
    fn has_colon(&self, next: usize) -> bool {
        let token = self.tokens.get(next);
        token.is_some_and(|it| it.kind == Kind::Sign(':', false))
    }

    /// Whether the file has a star, which may give any name.
    fn has_stars(&self) -> bool {
        let mut leaves = self.facts.statements.iter().flat_map(|it| &it.leaves);
        leaves.any(|leaf| leaf.glob)
    }

    /// Whether a token stands in the bounds behind `where`.
    fn is_in_where(&self, at: usize) -> bool {
        self.head(at).contains(&"where")
    }

    /// Whether a name is right in the braces of a struct: `S { x: 1 }`.
    fn is_field(&self, at: usize) -> bool {
        let open = self.open_around(at);
        let Some(open) = open.filter(|&it| self.tokens[it].kind == Kind::Open('{')) else {
            return false;
        };
        let before = open.checked_sub(1).map(|before| &self.tokens[before]);
        before.is_some_and(|it| {
            let is_type = |word: &str| word.starts_with(char::is_uppercase);
            it.is_sign('>') || it.word().is_some_and(is_type)
        })
    }

    /// Whether an import of the file has the name at a token.
    fn is_leaf(&self, at: usize) -> bool {
        let name = self.tokens[at].word().unwrap_or_default();
        let mut named = self.facts.named(name).iter();
        named.any(|&it| matches!(self.facts.bindings[it].kind, Bound::Leaf { .. }))
    }

    /// What sees an import that stands at a token: the innermost block that surely is one.
    pub(super) fn import_seen(&self, at: usize) -> Range<usize> {
        self.inside_of(self.block_around(at))
    }

    /// Whether a token stands right in what surely is a block.
    pub(super) fn is_in_block(&self, at: usize) -> bool {
        let block = self.block_around(at).filter(|&open| !self.is_choice(open));
        block.is_some() && block == self.open_around(at)
    }

    /// Whether braces stand behind the condition of `cfg_if!`, or behind its `else`: what is in them is
    /// put where the macro is.
    fn is_choice(&self, open: usize) -> bool {
        let Some(last) = open.checked_sub(1) else {
            return false;
        };
        let begins = |close: usize| self.open_around(close);
        match &self.tokens[last].kind {
            Kind::Close(']') => {
                let sign = begins(last).and_then(|attribute| attribute.checked_sub(1));
                sign.is_some_and(|sign| self.tokens[sign].is_sign('#'))
            }
            Kind::Word(word) if &**word == "else" => {
                let close = last.checked_sub(1);
                let close = close.filter(|&it| self.tokens[it].kind == Kind::Close('}'));
                close.and_then(begins).is_some_and(|it| self.is_choice(it))
            }
            _ => false,
        }
    }

    /// The innermost braces around a token that surely hold statements or items: words before them say
    /// so, or before some around them that no call of a macro parts from these.
    fn block_around(&self, at: usize) -> Option<usize> {
        let around = |&open: &usize| self.open_around(open);
        let mut innermost = None;
        for open in std::iter::successors(self.open_around(at), around) {
            // `name! {`, `macro_rules! name {`
            let mut called = self.tokens[..open].iter().rev().take(2);
            if called.any(|token| token.is_sign('!')) {
                innermost = None;
                continue;
            }
            if self.tokens[open].kind != Kind::Open('{') {
                continue;
            }
            innermost = innermost.or(Some(open));
            let head = self.head(open);
            if has_members(&head) || head.iter().any(|word| BEFORE_BLOCKS.contains(word)) {
                return innermost;
            }
        }
        None
    }

    /// Whether the bracket at a token is the brace of a trait or of an implementation.
    fn is_associated(&self, open: Option<usize>) -> bool {
        let open = open.filter(|&it| self.tokens[it].kind == Kind::Open('{'));
        open.is_some_and(|open| has_members(&self.head(open)))
    }

    /// The words before a token in its block, behind the end of a statement or of another block; what
    /// brackets hold is passed over.
    fn head(&self, at: usize) -> Vec<&str> {
        let mut head = Vec::new();
        let mut depth = 0_usize;
        for token in self.tokens[..at].iter().rev() {
            match token.kind {
                Kind::Close('}') | Kind::Sign(';', _) if depth == 0 => break,
                Kind::Close(_) => depth += 1,
                Kind::Open(_) if depth == 0 => break,
                Kind::Open(_) => depth -= 1,
                _ if depth == 0 => head.extend(token.word()),
                _ => {}
            }
        }
        head
    }

    /// The bracket in which a token stands; of one that closes, the bracket that it closes.
    pub(super) fn open_around(&self, at: usize) -> Option<usize> {
        let around = self.around.get_or_init(|| around(self.tokens));
        around.get(at).copied().flatten()
    }

    /// The place between a bracket and its end; without one, all that is read.
    fn inside_of(&self, open: Option<usize>) -> Range<usize> {
        match open {
            Some(open) => self.tokens[open].at.start..self.place(self.close(open)),
            None => self.context.range.clone(),
        }
    }

    /// The end of the bracket that opens at a token.
    fn close(&self, open: usize) -> usize {
        self.close_of(open + 1)
    }

    /// The end of the bracket in which a token stands.
    fn close_of(&self, at: usize) -> usize {
        at + until(&self.tokens[at..], |kind| matches!(kind, Kind::Close(_)))
    }

    /// Where a token stands.
    fn place(&self, at: usize) -> usize {
        let token = self.tokens.get(at);
        token.map_or(self.context.range.end, |it| it.at.start)
    }
}

/// Whether what stands behind these words are the members of a trait or of an implementation.
fn has_members(head: &[&str]) -> bool {
    let has = |word: &str| head.contains(&word);
    (has("impl") || has("trait")) && !has("fn")
}

/// The brackets in which tokens stand; the last one for what may come behind them.
fn around(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut open = Vec::new();
    let mut found = Vec::with_capacity(tokens.len() + 1);
    for (at, token) in tokens.iter().enumerate() {
        found.push(open.last().copied());
        match token.kind {
            Kind::Open(_) => open.push(at),
            Kind::Close(_) => drop(open.pop()),
            _ => {}
        }
    }
    found.push(open.last().copied());
    found
}
