//! Paths that macros make: with variables, of what is repeated, of names that are put together.

use super::{Before, Scanner};
use crate::lang::rust::facts::{Part, PathRef, Pattern, Word, space};
use crate::lang::rust::tokens::{Kind, Token};
use crate::lang::rust::tree::{Tree, path_separator};

/// As many tokens may stand between what is repeated and the sign that says so.
const LONGEST_SEPARATOR: usize = 2;

impl Scanner<'_> {
    /// A path of these names, or a list behind it, whose first name a variable stands for, or which
    /// goes on behind something that is repeated; gives where to go on.
    pub(super) fn begun_by_variable(&mut self, names: &[usize]) -> Option<usize> {
        let (first, last) = (*names.first()?, *names.last()?);
        let next = last + 1;
        let list = self.list_behind(next);
        let (start, part, names) = match self.before(first) {
            Before::Dollar if self.tokens[first].word() == Some("crate") => return None,
            Before::Dollar if list.is_some() => (first, Part::Variable, &names[1..]),
            Before::Quoted if names.len() > 1 || list.is_some() => {
                (first - 1, Part::Names, &names[1..])
            }
            _ => (self.repeated_before(first)?, Part::Names, names),
        };
        let words = names.iter().filter_map(|&name| self.tokens[name].word());
        let words = words.map(|word| Part::Name(word.into()));
        let rest: Vec<Part> = std::iter::once(part).chain(words).collect();
        match list {
            Some(list) => self.list(start, None, &rest, list),
            None => self.pattern(start, None, rest, next),
        }
        Some(next)
    }

    /// `$($part)::*::{a, b}`: a list behind what is repeated.
    pub(super) fn list_of_repeated(&mut self, at: usize) {
        if let Some(start) = self.repeated_before(at) {
            self.list(start, None, &[Part::Names], at);
        }
    }

    /// Where the list stands with which a path goes on.
    fn list_behind(&self, next: usize) -> Option<usize> {
        let behind = path_separator(self.tokens, next)?;
        (self.tokens.get(behind)?.kind == Kind::Open('{')).then_some(behind)
    }

    /// Notes the paths that begin with `rest` and end with the names of a list.
    fn list(&mut self, start: usize, head: Option<&PathRef>, rest: &[Part], list: usize) {
        let mut end = list;
        let tree = Tree::read(self.tokens, &mut end, self.text);
        let ends: Vec<Vec<Part>> = match tree {
            Some(tree) => {
                let leaves = tree.leaves().into_iter();
                let name = |name: &str| Part::Name(name.into());
                leaves
                    .map(|leaf| leaf.names.iter().map(|it| name(it.plain())).collect())
                    .collect()
            }
            // Something of it is made as well.
            None => {
                let words = self.inside(list).iter().filter_map(Token::word);
                words.map(|word| vec![Part::Name(word.into())]).collect()
            }
        };
        for parts in ends {
            let head = head.cloned();
            let rest: Vec<Part> = rest.iter().cloned().chain(parts).collect();
            self.note_pattern(start, head, rest, list);
        }
    }

    /// What stands in the brackets that open at a token.
    fn inside(&self, open: usize) -> &[Token] {
        let rest = self.tokens.get(open + 1..).unwrap_or_default();
        &rest[..super::until(rest, |kind| matches!(kind, Kind::Close(_)))]
    }

    /// Notes a path with variables whose tokens go on at `next`, if it ends with a name.
    pub(super) fn pattern(
        &mut self,
        at: usize,
        head: Option<PathRef>,
        mut rest: Vec<Part>,
        mut next: usize,
    ) {
        while let Some((part, behind)) = self.part(next) {
            rest.push(part);
            next = behind;
        }
        self.note_pattern(at, head, rest, next);
    }

    fn note_pattern(&mut self, at: usize, head: Option<PathRef>, rest: Vec<Part>, next: usize) {
        let says = |part: &Part| match part {
            Part::Name(name) => self.words.has(name),
            Part::Joined(_) => true,
            Part::Variable | Part::Names => false,
        };
        if rest.iter().any(says) {
            let at = self.tokens[at].at.start..self.tokens[next - 1].at.end;
            let rest = rest.into();
            self.facts.patterns.push(Pattern { head, rest, at });
        }
    }

    /// The part of a path whose `::` stands at `next`, and where it goes on.
    fn part(&self, next: usize) -> Option<(Part, usize)> {
        let behind = path_separator(self.tokens, next)?;
        let token = self.tokens.get(behind)?;
        let after = |nth: usize| self.tokens.get(behind + nth);
        match &token.kind {
            Kind::Word(word) => Some((Part::Name(word.clone()), behind + 1)),
            Kind::Sign('$', _) => match after(1)?.kind {
                Kind::Word(_) => Some((Part::Variable, behind + 2)),
                Kind::Open('(') => {
                    let close = behind + 2 + self.inside(behind + 1).len();
                    let rest = self.tokens.get(close + 1..)?;
                    let mut signs = rest.iter().take(LONGEST_SEPARATOR + 1);
                    let sign = signs.position(is_repetition)?;
                    Some((Part::Names, close + 2 + sign))
                }
                _ => None,
            },
            // `quote!` puts a variable there.
            Kind::Sign('#', _) => {
                after(1)?.word()?;
                Some((Part::anything(), behind + 2))
            }
            Kind::Open('[') if after(1)?.is_sign('<') => {
                let inside = self.inside(behind);
                let close = behind + 1 + inside.len();
                Some((joined(inside, self.text), close + 1))
            }
            _ => None,
        }
    }

    /// Whether a path whose `::` stands at `next` goes on with what a macro makes.
    pub(super) fn goes_on_made(&self, next: usize) -> bool {
        let part = self.part(next);
        part.is_some_and(|(part, _)| !matches!(part, Part::Name(_)))
    }

    /// Where something repeated begins that stands before a token as the beginning of its path.
    fn repeated_before(&self, at: usize) -> Option<usize> {
        let is_colons = |end: usize| {
            let first = end.checked_sub(2);
            first.is_some_and(|it| path_separator(self.tokens, it) == Some(end))
        };
        let has_colons = is_colons(at);
        let sign = (if has_colons { at - 2 } else { at }).checked_sub(1)?;
        if !is_repetition(&self.tokens[sign]) {
            return None;
        }
        let mut closes = (0..=LONGEST_SEPARATOR).filter_map(|back| sign.checked_sub(back + 1));
        let close = closes.find(|&it| self.tokens[it].kind == Kind::Close(')'))?;
        if !(has_colons || is_colons(close)) {
            return None;
        }
        let dollar = self.open_around(close)?.checked_sub(1)?;
        // Behind a name it is a part of that one's path.
        let begins = !matches!(self.before(dollar), Before::Inside);
        (begins && self.tokens[dollar].is_sign('$')).then_some(dollar)
    }

    /// `a::{$($name),*}` makes paths of what it is given.
    pub(super) fn made_list(&mut self, names: &[usize], list: usize) {
        let words: Vec<Word> = self.words_at(names);
        // First of all: lists may stand in lists, and each is looked through.
        if !words.iter().any(|word| self.words.has(&word.text)) {
            return;
        }
        let inside = self.inside(list);
        let is_made = inside.iter().any(|token| token.is_sign('$'));
        let mut pairs = inside.windows(2);
        let is_joined = pairs.any(|two| match two {
            [open, sign] if sign.is_sign('<') => open.kind == Kind::Open('['),
            [sign, word] => sign.is_sign('#') && word.word().is_some(),
            _ => false,
        });
        if !(is_made || is_joined) {
            return;
        }
        let (leading, dollar) = match self.before(names[0]) {
            Before::Nothing => (false, false),
            Before::Root => (true, false),
            Before::Dollar => (false, true),
            Before::Inside | Before::Quoted => return,
        };
        if !leading && !dollar {
            self.begins(&words);
        }
        let made = self.path_ref(words, leading, dollar, space::TYPE);
        if is_joined {
            self.note_pattern(names[0], Some(made.clone()), vec![Part::anything()], list);
        }
        if is_made {
            self.facts.made.push(made);
        }
    }
}

fn is_repetition(token: &Token) -> bool {
    token.is_sign('*') || token.is_sign('+') || token.is_sign('?')
}

/// The name that `[<a $b c>]` makes.
fn joined(inside: &[Token], text: &str) -> Part {
    let mut between = vec![String::new()];
    let mut tokens = inside.iter().peekable();
    let is_unknown = |between: &mut Vec<String>| {
        if between.last().is_some_and(|last| !last.is_empty()) || between.len() == 1 {
            between.push(String::new());
        }
    };
    while let Some(token) = tokens.next() {
        match &token.kind {
            Kind::Sign('$' | '#', _) => {
                tokens.next_if(|next| next.word().is_some());
                is_unknown(&mut between);
            }
            // `:lower` changes what stands before it.
            Kind::Sign(':', _) => return Part::anything(),
            Kind::Word(word) => {
                if let Some(last) = between.last_mut() {
                    last.push_str(word);
                }
            }
            Kind::Literal => {
                let written = text.get(token.at.clone()).unwrap_or_default();
                if let Some(last) = between.last_mut() {
                    last.push_str(written.trim_matches('"'));
                }
            }
            _ => {}
        }
    }
    Part::Joined(between.into_iter().map(Into::into).collect())
}
