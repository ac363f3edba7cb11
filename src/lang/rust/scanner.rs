//! Paths and `use` trees among tokens that no grammar reads: of macros, of attributes, and of
//! files that do not parse.

mod declared;
mod docs;
mod imports;
mod made;

use std::cell::OnceCell;
use std::ops::Range;

use proc_macro2::TokenStream;

use super::facts::{Binding, Bound, DocLine, Facts, NamedIn, Part, PathRef, Shape, Word, space};
use super::keys;
use super::names::is_primitive;
use super::tokens::{Base, Kind, Token, flat};
use super::tree::{path_separator, plain};
use super::words::Words;

use declared::Declared;
pub(super) use docs::{concatenated, deprecation, given_docs, is_documenting};

/// What the tokens are.
#[derive(Debug, Clone)]
pub(super) struct Context<'c> {
    pub(super) module: usize,
    /// The part of the text that they take up.
    pub(super) range: Range<usize>,
    /// The body of a `macro_rules!`.
    pub(super) in_rules: Option<&'c str>,
    /// The name of the attribute that they belong to.
    pub(super) attribute: Option<&'c str>,
    /// The file does not parse: only whole paths are known.
    pub(super) broken: bool,
    /// They stand in a string.
    pub(super) in_text: bool,
    /// `stringify!` makes text of them.
    pub(super) stringified: bool,
    /// They stand in a module, and in no block.
    pub(super) in_module: bool,
    /// More keys whose strings are paths.
    pub(super) string_keys: &'c [String],
}

/// How many macros that make documentation stand in each other: each one's brackets are gone through.
const DEEPEST_DOCUMENTED: usize = 16;

/// What a variable of a macro can be.
const FRAGMENTS: &[&str] = &[
    "block",
    "expr",
    "expr_2021",
    "ident",
    "item",
    "lifetime",
    "literal",
    "meta",
    "pat",
    "pat_param",
    "path",
    "stmt",
    "tt",
    "ty",
    "vis",
];

/// Words that begin an item of a block or a module.
pub(super) const ITEMS: &[&str] = &[
    "fn", "struct", "enum", "union", "trait", "mod", "type", "const", "static",
];

/// Notes what `tokens` say.
pub(super) fn scan(
    tokens: &[Token],
    text: &str,
    words: &Words,
    context: &Context<'_>,
    facts: &mut Facts,
) {
    Scanner {
        tokens,
        text,
        words,
        context,
        facts,
        variables: Vec::new(),
        documented: Vec::new(),
        imported: OnceCell::new(),
        around: OnceCell::new(),
    }
    .run();
}

struct Scanner<'s> {
    tokens: &'s [Token],
    text: &'s str,
    words: &'s Words,
    context: &'s Context<'s>,
    facts: &'s mut Facts,
    /// Variables in the body of a macro, each with what sees it: they are the macro's own.
    variables: Vec<(Box<str>, Range<usize>)>,
    imported: OnceCell<imports::Imported<'s>>,
    /// Where what macros are given ends that make documentation of it, the innermost last.
    documented: Vec<usize>,
    /// The brackets in which the tokens stand.
    around: OnceCell<Vec<Option<usize>>>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at = self.step(at).max(at + 1);
        }
    }

    /// Reads what begins at `at`; gives where to go on.
    fn step(&mut self, at: usize) -> usize {
        let token = &self.tokens[at];
        match &token.kind {
            Kind::Sign('#', _) => {
                let comment = self.doc_comment(at);
                comment.or_else(|| self.attribute(at)).unwrap_or(at + 1)
            }
            Kind::Word(word) if &**word == "use" && self.context.attribute.is_none() => {
                self.bound_by_import(at);
                self.import(at).unwrap_or_else(|| self.unread_import(at))
            }
            Kind::Word(word) if &**word == "extern" => self.extern_crate(at).unwrap_or(at + 1),
            Kind::Word(word) => {
                self.documentation(word, at);
                self.path(at)
            }
            Kind::Literal => {
                self.literal(at);
                at + 1
            }
            Kind::Open('{') => {
                self.list_of_repeated(at);
                at + 1
            }
            _ => at + 1,
        }
    }

    /// What a macro of this name is given here, if it makes documentation of that.
    fn documentation(&mut self, name: &str, at: usize) {
        if let [_, not, open, given @ ..] = &self.tokens[at..]
            && not.is_sign('!')
            && matches!(open.kind, Kind::Open(_))
            && is_documenting(name, self.facts)
        {
            self.documented.retain(|&end| end > at);
            if self.documented.len() >= DEEPEST_DOCUMENTED {
                return;
            }
            let given = &given[..docs::closing(given)];
            self.documented.push(at + given.len());
            let place = (self.text, self.context.module);
            given_docs(given, place, self.words, self.facts);
        }
    }

    /// A doc comment is the tokens `#[doc = "…"]`, all of them where the comment stands.
    fn doc_comment(&mut self, at: usize) -> Option<usize> {
        let range = self.tokens[at].at.clone();
        let written = self.text.get(range.clone())?;
        if !(written.starts_with("//") || written.starts_with("/*")) {
            return None;
        }
        self.facts.docs.push(DocLine {
            at: range.clone(),
            literal: None,
            module: self.context.module,
        });
        let rest = &self.tokens[at..];
        let count = rest.iter().take_while(|token| token.at == range).count();
        Some(at + count)
    }

    /// `#[name(…)]`, which says what it says outside of a macro.
    fn attribute(&mut self, at: usize) -> Option<usize> {
        let is_inner = self.tokens.get(at + 1)?.is_sign('!');
        let open = at + 1 + usize::from(is_inner);
        if self.tokens.get(open)?.kind != Kind::Open('[') {
            return None;
        }
        let all = self.tokens;
        let rest = &all[open + 1..];
        let held = &rest[..until(rest, |kind| matches!(kind, Kind::Close(_)))];
        held.first()?.word()?;
        let close = all.get(open + 1 + held.len())?;
        self.one_attribute(held, &(all[at].at.start..close.at.end));
        Some(open + 1 + held.len())
    }

    /// What stands in the brackets of an attribute, or behind the condition of another.
    fn one_attribute(&mut self, tokens: &[Token], whole: &Range<usize>) {
        let (path, list) = attribute(tokens);
        let name = keys::known_by(path.iter().filter_map(Token::word)).unwrap_or_default();
        if matches!(name, "cfg" | "allow" | "path" | "macro_use") {
            return;
        }
        if name == "doc" {
            let module = self.context.module;
            if let [concat, not, open, arguments @ .., _] = list
                && concat.word() == Some("concat")
                && not.is_sign('!')
                && matches!(open.kind, Kind::Open(_))
            {
                let place = (self.text, module);
                concatenated(arguments, whole, place, self.words, self.facts);
            }
            match list.first().filter(|it| it.kind == Kind::Literal) {
                Some(literal) => self.facts.docs.push(DocLine {
                    at: whole.clone(),
                    literal: Some(literal.at.clone()),
                    module,
                }),
                // `stringify!` says it, or another macro.
                None => scan(list, self.text, self.words, self.context, self.facts),
            }
            return;
        }
        if name == "deprecated" {
            deprecation(tokens, self.context.module, self.facts);
        }
        if name == "cfg_attr" {
            let behind = conditional(list).into_iter();
            return behind.for_each(|it| self.one_attribute(it, whole));
        }
        let parts = [(path, "derive"), (list, name)];
        for (tokens, attribute) in parts {
            let context = Context {
                attribute: Some(attribute),
                ..self.context.clone()
            };
            scan(tokens, self.text, self.words, &context, self.facts);
        }
    }

    /// A path, or a name that stands alone.
    fn path(&mut self, at: usize) -> usize {
        let mut names = vec![at];
        let mut next = at + 1;
        // `impl ::a::B`, `dyn ::a::B`
        if self.tokens[at].word().is_some_and(is_keyword_before_path) {
            return next;
        }
        while let Some(behind) = path_separator(self.tokens, next) {
            match self.tokens.get(behind).map(|token| &token.kind) {
                Some(Kind::Word(_)) => {
                    names.push(behind);
                    next = behind + 1;
                }
                Some(Kind::Open('{') | Kind::Sign('*', _)) if names.len() > 1 || at > 0 => {
                    if let Some(next) = self.begun_by_variable(&names) {
                        return next;
                    }
                    return self.tree(at, next).unwrap_or_else(|| {
                        self.made_list(&names, behind);
                        next
                    });
                }
                _ => break,
            }
        }
        if let Some(next) = self.stringify(&names, next) {
            return next;
        }
        if let Some(next) = self.begun_by_variable(&names) {
            return next;
        }
        let (leading, dollar) = match self.before(at) {
            Before::Nothing | Before::Quoted => (false, false),
            Before::Root => (true, false),
            Before::Dollar if self.tokens[at].word() == Some("crate") => (false, true),
            Before::Dollar => {
                if !matches!(self.before(at - 1), Before::Inside) {
                    let words = names[1..].iter();
                    let words = words.filter_map(|&name| self.tokens[name].word());
                    let mut rest = vec![Part::Variable];
                    rest.extend(words.map(|word| Part::Name(word.into())));
                    self.pattern(at, None, rest, next);
                }
                return next;
            }
            Before::Inside => return next,
        };
        let found = self.words_at(&names);
        let is_own = dollar || self.tokens[at].word() == Some("crate");
        let concerns = found.iter().any(|word| self.words.has(&word.text));
        if !concerns && !is_own {
            return next;
        }
        let begins = found.len() > 1 || self.goes_on_made(next);
        let is_own = |first: &Word| self.is_imported(at, &first.text);
        if begins && !leading && !dollar && !found.first().is_some_and(is_own) {
            self.begins(&found);
        }
        if self.goes_on_made(next) {
            let made = self.path_ref(found, leading, dollar, space::TYPE);
            self.pattern(at, Some(made.clone()), Vec::new(), next);
            self.facts.made.push(made);
            return next;
        }
        if !concerns {
            return next;
        }
        if let [word] = &found[..]
            && !leading
        {
            let word = word.clone();
            self.bare(at, next, word);
            return next;
        }
        let spaces = match self.derives() {
            true => space::MACRO,
            false => space::ANY,
        };
        self.note(found, leading, dollar, spaces);
        next
    }

    /// `stringify!(…)`, whose text would change with what stands in it; gives where to go on.
    fn stringify(&mut self, names: &[usize], next: usize) -> Option<usize> {
        let last = *names.last()?;
        let open = next + 1;
        let is_call = self.tokens[last].word() == Some("stringify")
            && self.tokens[next..].first()?.is_sign('!')
            && matches!(self.tokens.get(open)?.kind, Kind::Open(_));
        if !is_call {
            return None;
        }
        let context = Context {
            stringified: true,
            ..self.context.clone()
        };
        let tokens = self.tokens;
        let rest = &tokens[open + 1..];
        let held = &rest[..until(rest, |kind| matches!(kind, Kind::Close(_)))];
        scan(held, self.text, self.words, &context, self.facts);
        Some(open + 1 + held.len())
    }

    /// Notes a path in the body of a macro, whose first word means what it means where that one is
    /// used.
    fn begins(&mut self, words: &[Word]) {
        let is_seen = self.context.in_rules.is_some() && !self.context.stringified;
        if let Some(first) = words
            .first()
            .filter(|first| is_seen && !first.at.is_empty())
        {
            let path = self.path_ref(words.to_vec(), false, false, space::ANY);
            let begun = self.facts.begun_in_macros.entry(first.text.clone());
            begun.or_default().push(path);
        }
    }

    fn words_at(&self, names: &[usize]) -> Vec<Word> {
        let words = names.iter().filter_map(|&name| {
            let token = &self.tokens[name];
            Some(Word {
                text: token.word()?.into(),
                at: token.at.clone(),
            })
        });
        words.collect()
    }

    fn note(&mut self, words: Vec<Word>, leading: bool, dollar: bool, spaces: u8) {
        if words.iter().any(|word| word.at.is_empty()) {
            return;
        }
        let path = self.path_ref(words, leading, dollar, spaces);
        self.facts.paths.push(path);
    }

    fn path_ref(&self, words: Vec<Word>, leading: bool, dollar: bool, spaces: u8) -> PathRef {
        PathRef {
            words,
            leading,
            dollar,
            spaces,
            module: self.context.module,
            shape: match (self.context.stringified, self.context.in_text) {
                (true, _) => Shape::Stringified,
                (_, true) => Shape::Text,
                _ => Shape::Tokens,
            },
            in_rules: self.context.in_rules.map(Into::into),
        }
    }

    fn before(&self, at: usize) -> Before {
        let sign = |back: usize| {
            let token = &self.tokens[at.checked_sub(back)?];
            match token.kind {
                Kind::Sign(sign, glued) => Some((sign, glued)),
                _ => None,
            }
        };
        match (sign(1), sign(2)) {
            (Some(('$', _)), _) => Before::Dollar,
            (Some(('#', _)), _) => Before::Quoted,
            (Some(('.', _)), Some(('.', true))) => Before::Nothing,
            (Some(('.', _)), _) => Before::Inside,
            (Some((':', _)), Some((':', true))) => {
                let before = at.checked_sub(3).map(|before| &self.tokens[before]);
                let apart = before.is_some_and(|it| it.at.end < self.tokens[at - 2].at.start);
                let arrow = before.is_some_and(|it| it.is_sign('>'))
                    && at
                        .checked_sub(4)
                        .is_some_and(|dash| self.tokens[dash].is_sign('-'));
                match before.map(|before| &before.kind) {
                    // `impl<T> ::a::B`, `-> ::a::B`
                    _ if apart || arrow => Before::Root,
                    Some(Kind::Word(word)) if !is_keyword_before_path(word) => Before::Inside,
                    Some(Kind::Sign('>', _) | Kind::Close(_)) => Before::Inside,
                    _ => Before::Root,
                }
            }
            _ => Before::Nothing,
        }
    }

    /// Whether a name is that of a method, which no scope has: `fn fmt(&self`.
    fn is_method(&self, at: usize, next: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.tokens[at].word());
        let mut behind = self.tokens[next..].iter();
        let opens = behind.next().is_some_and(|it| it.kind == Kind::Open('('));
        let is_lead =
            |it: &&Token| it.is_sign('&') || it.kind == Kind::Lifetime || it.word() == Some("mut");
        let receiver = behind.find(|it| !is_lead(it));
        before == Some("fn") && opens && receiver.and_then(Token::word) == Some("self")
    }

    /// Whether it is the list of a `derive`.
    fn derives(&self) -> bool {
        self.context.attribute == Some("derive") && !self.context.in_text
    }

    fn bare(&mut self, at: usize, next: usize, word: Word) {
        let after = self.tokens.get(next);
        let after_that = self.tokens.get(next + 1);
        let calls_macro = after.is_some_and(|token| token.is_sign('!'))
            && !after_that.is_some_and(|token| token.is_sign('='));
        let derives = self.derives();
        if let Some(of) = self.context.in_rules {
            let is_own = self.is_fragment(at, &word.text)
                || self.is_method(at, next)
                || self.is_imported(at, &word.text);
            if is_own || !calls_macro && !derives && self.is_variable(at, next) {
                return;
            }
            if calls_macro || derives {
                let call = self.path_ref(vec![word.clone()], false, false, space::MACRO);
                self.facts.called_in_rules.push(call);
            }
            self.facts.named_in.push(NamedIn {
                name: word.text.clone(),
                of: of.into(),
                at: word.at.start,
                derived: derives,
            });
            self.facts.in_macros.insert(word.text);
            return;
        }
        if self.context.broken {
            return;
        }
        let before = at.checked_sub(1).map(|before| &self.tokens[before]);
        let declared = self.declared(at, next);
        if let Some(Declared::Beside(..)) = declared {
            let beside = &mut self.facts.beside_macros;
            beside.insert((self.context.module, word.text.clone()));
        }
        match declared {
            Some(Declared::Nowhere) => return,
            Some(Declared::Here(spaces, visible) | Declared::Beside(spaces, visible)) => {
                self.facts.bind(Binding {
                    name: word.text,
                    module: self.context.module,
                    visible,
                    spaces,
                    kind: Bound::Local,
                });
                return;
            }
            None => {}
        }
        if self.is_key(at, next) {
            if self.may_name(at, next) {
                let path = self.path_ref(vec![word], false, false, space::ANY);
                self.facts.keyed.push(path);
            }
            return;
        }
        let spaces = match calls_macro || derives {
            true => space::MACRO,
            false => space::ANY,
        };
        let mut is_unknown = !calls_macro && self.context.attribute.is_none();
        if let Some(attribute) = self.context.attribute.filter(|name| *name != "derive") {
            // In other attributes a word alone is a flag, unless it is a value.
            let value = self.value_around(at);
            let key = value.and_then(|equals| self.tokens[equals.checked_sub(1)?].word());
            if key.is_some_and(|key| keys::is_name_elsewhere(attribute, key)) {
                return;
            }
            let within = || self.lists_around(at);
            let is_argument = keys::is_format(attribute, within) && before.is_some();
            let is_value = is_argument || keys::holds_values(attribute, within) || value.is_some();
            let is_name = word.text.starts_with(char::is_uppercase);
            is_unknown = !is_value && !is_name;
            if is_unknown && keys::is_own_word(attribute) {
                return;
            }
        }
        if is_primitive(&word.text) {
            return;
        }
        if is_unknown {
            // A name, a field, a keyword of the macro: nobody can tell.
            let path = self.path_ref(vec![word], false, false, space::ANY);
            self.facts.may_be(path);
            return;
        }
        self.note(vec![word], false, false, spaces);
    }

    /// The words before the brackets that a token stands in, the innermost first.
    fn lists_around(&self, at: usize) -> Vec<&str> {
        let mut lists = Vec::new();
        let mut closed = 0_usize;
        for open in (0..at).rev() {
            match self.tokens[open].kind {
                Kind::Close(_) => closed += 1,
                Kind::Open(_) if closed == 0 => {
                    let before = open.checked_sub(1).map(|before| &self.tokens[before]);
                    lists.push(before.and_then(Token::word).unwrap_or_default());
                }
                Kind::Open(_) => closed -= 1,
                _ => {}
            }
        }
        lists
    }

    /// Whether a word says of what kind a variable of a macro is: `ident` of `$name:ident`.
    fn is_fragment(&self, at: usize, word: &str) -> bool {
        let sign = |back: usize, wanted: char| {
            at.checked_sub(back)
                .is_some_and(|before| self.tokens[before].is_sign(wanted))
        };
        FRAGMENTS.contains(&word) && sign(1, ':') && sign(3, '$')
    }

    /// A string of an attribute that is a path.
    fn literal(&mut self, at: usize) {
        let Some(attribute) = self.context.attribute else {
            return;
        };
        if keys::is_format(attribute, || self.lists_around(at)) {
            self.captured(at);
            return;
        }
        let mut lists = self.lists_around(at).into_iter();
        let key = match at.checked_sub(2) {
            Some(key) if self.tokens[at - 1].is_sign('=') => self.tokens[key].word(),
            // `filter("a::b")`
            Some(_) if matches!(self.tokens[at - 1].kind, Kind::Open(_)) => lists.next(),
            _ => None,
        };
        let Some(key) = key else { return };
        let list = lists.next();
        if !keys::is_path(attribute, list, key, self.context.string_keys) {
            return;
        }
        let Some(range) = content(self.text, &self.tokens[at].at) else {
            return;
        };
        let Ok(stream) = self.text[range.clone()].parse::<TokenStream>() else {
            return;
        };
        let base = Base::new(range.start);
        let context = Context {
            in_text: true,
            attribute: Some("derive"), // names alone are names
            ..self.context.clone()
        };
        scan(
            &flat(stream, base),
            self.text,
            self.words,
            &context,
            self.facts,
        );
    }
}

impl Scanner<'_> {
    /// The `=` of the value in which a token of an attribute stands: `key = f(a, b)`.
    fn value_around(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut is_apart = false;
        // `Result<A, B>`, and not `a > b`.
        let mut generics = 0_usize;
        for (nth, token) in self.tokens[..at].iter().enumerate().rev() {
            match token.kind {
                Kind::Close(_) => depth += 1,
                Kind::Open(_) if depth == 0 => (is_apart, generics) = (false, 0),
                Kind::Open(_) => depth -= 1,
                _ if depth > 0 => {}
                Kind::Sign('>', _) => generics += usize::from(!self.is_arrow(nth)),
                Kind::Sign('<', _) => generics = generics.saturating_sub(1),
                Kind::Sign(',' | ';', _) if generics == 0 => is_apart = true,
                Kind::Sign('=', _) if !is_apart => return Some(nth),
                _ => {}
            }
        }
        None
    }

    /// Whether the `>` at a place is one of `->` or `=>`.
    fn is_arrow(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| &self.tokens[before].kind);
        matches!(before, Some(Kind::Sign('-' | '=', true)))
    }

    /// Constants in the format string of an attribute; other names in it are those of fields.
    fn captured(&mut self, at: usize) {
        for word in captures(self.text, &self.tokens[at..=at], self.words) {
            if word.text.starts_with(char::is_uppercase) {
                let mut path = self.path_ref(vec![word], false, false, space::VALUE);
                path.shape = Shape::Capture;
                self.facts.paths.push(path);
            }
        }
    }
}

/// Names in strings among the arguments of a macro, in the module of the text, which mean what they
/// name if it takes those for formats.
pub(super) fn doubtful_captures(
    tokens: &[Token],
    (text, module): (&str, usize),
    words: &Words,
    facts: &mut Facts,
) {
    for word in captures(text, tokens, words) {
        let path = PathRef {
            words: vec![word],
            leading: false,
            dollar: false,
            spaces: space::VALUE,
            module,
            shape: Shape::Capture,
            in_rules: None,
        };
        facts.may_be(path);
    }
}

/// How many tokens stand before one of a kind that is in none of their brackets.
pub(super) fn until(tokens: &[Token], is_end: impl Fn(&Kind) -> bool) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        if depth == 0 && is_end(&token.kind) {
            return at;
        }
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    tokens.len()
}

/// The path of an attribute, and what it holds: in its brackets, or behind its `=`.
pub(super) fn attribute(tokens: &[Token]) -> (&[Token], &[Token]) {
    let is_end = |kind: &Kind| matches!(kind, Kind::Open(_) | Kind::Sign('=', _));
    let (path, rest) = tokens.split_at(until(tokens, is_end));
    let list = match rest {
        [open, list @ .., _] if matches!(open.kind, Kind::Open(_)) => list,
        [] => rest,
        [_, value @ ..] => value,
    };
    (path, list)
}

/// The attributes behind the condition of `cfg_attr(…)`, those of one that stands there among them.
pub(super) fn conditional(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts = behind_condition(tokens);
    let mut at = 0;
    while let Some(&part) = parts.get(at) {
        match attribute(part) {
            ([only], list) if only.word() == Some("cfg_attr") => {
                parts.splice(at..=at, behind_condition(list));
            }
            _ => at += 1,
        }
    }
    parts
}

fn behind_condition(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts = Vec::new();
    let mut rest = tokens;
    loop {
        let end = until(rest, |kind| matches!(kind, Kind::Sign(',', _)));
        if end == rest.len() {
            break;
        }
        rest = &rest[end + 1..];
        let next = until(rest, |kind| matches!(kind, Kind::Sign(',', _)));
        if next > 0 {
            parts.push(&rest[..next]);
        }
    }
    parts
}

/// What stands before the first name of a path.
enum Before {
    Nothing,
    /// `::`
    Root,
    /// `$`
    Dollar,
    /// `#`, by which `quote!` knows a variable
    Quoted,
    /// Something of which the name is a part: a dot, or a path that could not be read.
    Inside,
}

fn is_keyword_before_path(word: &str) -> bool {
    matches!(
        word,
        "as" | "dyn"
            | "else"
            | "for"
            | "impl"
            | "in"
            | "mut"
            | "pub"
            | "return"
            | "use"
            | "where"
            | "await"
            | "break"
            | "const"
            | "if"
            | "match"
            | "move"
            | "ref"
            | "while"
            | "yield"
    )
}

/// What stands between the quotes of a string without escapes.
pub(super) fn content(text: &str, literal: &Range<usize>) -> Option<Range<usize>> {
    let written = text.get(literal.clone())?;
    let hashes = match written.strip_prefix('r') {
        Some(raw) => raw.len() - raw.trim_start_matches('#').len() + 1,
        None => 0,
    };
    let open = hashes + 1;
    let close = hashes.saturating_sub(1) + 1;
    let inner = written.get(open..written.len().checked_sub(close)?)?;
    let is_plain = written[hashes..].starts_with('"') && (hashes > 0 || !inner.contains('\\'));
    is_plain.then(|| literal.start + open..literal.end - close)
}

/// The names in the format strings among these tokens that are of interest.
pub(super) fn captures<'t>(
    text: &'t str,
    tokens: &'t [Token],
    words: &'t Words,
) -> impl Iterator<Item = Word> + 't {
    let literals = tokens.iter().filter(|it| it.kind == Kind::Literal);
    let all = literals.flat_map(|literal| captures_of(text, &literal.at));
    all.filter_map(|at| {
        let name = plain(&text[at.clone()]);
        words.has(name).then(|| Word {
            text: name.into(),
            at,
        })
    })
}

/// `{name}` and `{name:?}` in a format string: the places of the names.
fn captures_of(text: &str, literal: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let Some(written) = text.get(literal.clone()) else {
        return found;
    };
    let bytes = written.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' if bytes.get(at + 1) == Some(&b'{') => at += 2,
            b'{' => {
                let rest = &written[at + 1..];
                let end = rest.find(['}', ':', '{']).unwrap_or(0);
                let name = rest[..end].trim();
                if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) {
                    let start =
                        literal.start + at + 1 + rest[..end].len() - rest[..end].trim_start().len();
                    found.push(start..start + name.len());
                }
                // `{:width$}` and `{:.precision$}` name variables as well.
                let spec_end = rest.find('}').unwrap_or(end);
                for (dollar, _) in rest[end..spec_end.max(end)].match_indices('$') {
                    let before = &rest[..end + dollar];
                    let name = before
                        .rsplit(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .next()
                        .unwrap_or("");
                    if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) {
                        let stop = literal.start + at + 1 + before.len();
                        found.push(stop - name.len()..stop);
                    }
                }
                at += 1 + spec_end;
            }
            _ => at += 1,
        }
    }
    found
}
