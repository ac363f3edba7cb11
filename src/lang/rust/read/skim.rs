//! A first look at a text, byte by byte: how deep its syntax tree can be, and which parts of it
//! name nothing that matters, so that the parser need not see them: blocks, and doc comments.

use std::ops::Range;

use memchr::{memchr, memmem, memrchr};

use super::lexer::{Lexer, Piece, is_part};
use super::pairs::Pairs;
use crate::lang::rust::tokens::{Kind, Token};
use crate::lang::rust::tree::{LONGEST, plain};
use crate::lang::rust::words::Words;

/// Deepest arguments of a macro that are read as expressions.
pub(super) const DEEPEST_ARGUMENTS: usize = 2_000;

/// Levels that a word counts for whose parsing takes time by the square of the depth.
const UNREAD: usize = 64;

/// Parts shorter than this are not worth the trouble.
const SHORTEST: usize = 24;

/// What one look at a text gives.
#[derive(Debug, Default)]
pub(super) struct Skimmed {
    /// How deep the syntax tree can be, at most.
    pub(super) depth: usize,
    /// What can be left out: in order, and apart from each other.
    pub(super) idle: Vec<Range<usize>>,
}

/// Looks at `text` from `start` on; every name that matters is one of `words`.
pub(super) fn skim(text: &str, start: usize, words: &Words) -> Skimmed {
    let mut skim = Skim {
        text,
        words,
        frames: vec![Frame::default()],
        idle: Vec::new(),
        last: Last::Other,
        docs: None,
        is_balanced: true,
        started: false,
    };
    let mut lexer = Lexer { text, at: start };
    loop {
        match lexer.next() {
            Piece::End => break,
            Piece::Broken => {
                // Nothing is known of the rest, but that it is no deeper than it is long.
                let rest = text.len() - lexer.at;
                let depth = skim.depth() + rest;
                return Skimmed {
                    depth,
                    idle: Vec::new(),
                };
            }
            piece => skim.take(&piece),
        }
    }
    let balanced = skim.is_balanced && skim.frames.len() == 1;
    skim.idle.sort_unstable_by_key(|part| part.start);
    Skimmed {
        depth: skim.depth(),
        idle: if balanced { skim.idle } else { Vec::new() },
    }
}

/// The words, and all names that imports of `code` can give to what matters.
pub(super) fn with_imports(words: &Words, code: &str) -> Words {
    let mut all = words.afresh();
    for keyword in ["use", "extern"] {
        for at in memmem::find_iter(code.as_bytes(), keyword.as_bytes()) {
            let end = at + keyword.len();
            let bytes = code.as_bytes();
            let is_whole = !(at > 0 && is_part(bytes[at - 1]))
                && bytes.get(end).is_some_and(|&byte| !is_part(byte));
            if is_whole && !is_commented(&code[..at]) {
                import(code, end, &mut all);
            }
        }
    }
    all
}

/// Whether a line comment begins the line that `before` ends with.
fn is_commented(before: &str) -> bool {
    let line = memrchr(b'\n', before.as_bytes()).map_or(0, |end| end + 1);
    before[line..].trim_start().starts_with("//")
}

/// Learns the names of an import, whose keyword ends at `at`.
fn import(code: &str, at: usize, words: &mut Words) {
    let mut lexer = Lexer { text: code, at };
    let mut path: Vec<&str> = Vec::new();
    let mut lists: Vec<usize> = Vec::new();
    let (mut alias, mut after_as, mut glob) = (None, false, false);
    loop {
        let piece = lexer.next();
        match &piece {
            Piece::Word(range) => {
                let word = plain(&code[range.clone()]);
                match word {
                    "as" => after_as = true,
                    _ if after_as => (alias, after_as) = (Some(word), false),
                    _ => path.push(word),
                }
            }
            Piece::Open(b'{', _) if lists.len() < LONGEST => lists.push(path.len()),
            Piece::Close(_) | Piece::Sign(b',' | b';', _) => {
                let base = lists.last().copied().unwrap_or(0);
                if path.len() > base && !glob {
                    let selfless = path.len() - usize::from(path.last() == Some(&"self"));
                    let names = &path[..selfless];
                    if let Some(local) = alias.or(names.last().copied()) {
                        words.learn(names, local);
                    }
                }
                (alias, glob) = (None, false);
                path.truncate(base);
                match piece {
                    Piece::Close(_) if lists.pop().is_some() => path.truncate(base),
                    Piece::Sign(b',', _) if !lists.is_empty() => {}
                    _ => return,
                }
            }
            Piece::Sign(b'*', _) => glob = true,
            Piece::Sign(b':' | b'$' | b'#', _) | Piece::Doc(_) => {}
            _ => return,
        }
        if path.len() > LONGEST {
            return;
        }
    }
}

/// How deep the syntax tree of these tokens can be.
pub(super) fn depth(tokens: &[Token]) -> usize {
    let mut runs = Runs::default();
    let mut open: Vec<(Runs, u8)> = Vec::new();
    for token in tokens {
        match &token.kind {
            Kind::Open(bracket) => open.push((std::mem::take(&mut runs), *bracket as u8)),
            Kind::Close(_) => {
                let inner = std::mem::take(&mut runs).finish();
                if let Some((outer, bracket)) = open.pop() {
                    runs = outer;
                    runs.group(inner, bracket);
                }
            }
            Kind::Word(word) => runs.word(word),
            Kind::Sign(sign, _) => runs.sign(u8::try_from(*sign).unwrap_or(b'+')),
            Kind::Literal | Kind::Lifetime => runs.value(),
        }
    }
    runs.finish()
}

/// How deep the syntax of a row of tokens is, where every sign can be one level of it.
///
/// A row ends where nothing can go on: at a semicolon, at `=>`, behind a block that no operator
/// follows, and at a comma that stands in no generics and behind no closure's parameters.
#[derive(Debug, Default)]
struct Runs {
    /// Levels of the row so far.
    row: usize,
    /// The deepest group in it.
    deepest: usize,
    /// The deepest row so far.
    most: usize,
    /// `<` that were not closed.
    angles: usize,
    /// `|` was seen.
    bars: bool,
    before: Before,
}

/// What the last token of a row was, as far as it matters.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Before {
    #[default]
    Other,
    /// A block.
    Block,
    /// A literal, or `1 <`: what opens no generics.
    Value,
    Sign(u8),
}

impl Runs {
    fn end(&mut self) {
        self.most = self.most.max(self.row + self.deepest);
        *self = Self {
            most: self.most,
            ..Self::default()
        };
    }

    fn finish(mut self) -> usize {
        self.end();
        self.most
    }

    fn word(&mut self, word: &str) {
        let goes_on = matches!(word, "else" | "as" | "in" | "if" | "where");
        if self.before == Before::Block && !goes_on {
            self.end();
        }
        self.row += match word {
            // Grammar that syn gives as tokens, which it collects again on every level.
            "box" | "become" | "builtin" | "do" => UNREAD,
            _ => usize::from(is_prefix(word)),
        };
        self.before = Before::Other;
    }

    fn value(&mut self) {
        if self.before == Before::Block {
            self.end();
        }
        self.before = Before::Value;
    }

    fn group(&mut self, depth: usize, bracket: u8) {
        self.row += 1;
        self.deepest = self.deepest.max(depth);
        self.before = match bracket {
            b'{' => Before::Block,
            _ => Before::Other,
        };
    }

    fn sign(&mut self, sign: u8) {
        match sign {
            b';' => return self.end(),
            b'>' if self.before == Before::Sign(b'=') => return self.end(),
            b',' if self.angles == 0 && !self.bars => return self.end(),
            b'#' if self.before == Before::Block => self.end(),
            b'>' if self.before == Before::Sign(b'-') => {}
            b'>' => self.angles = self.angles.saturating_sub(1),
            b'<' if self.before == Before::Value => {
                self.row += 1;
                return;
            }
            b'<' => self.angles += 1,
            b'|' => self.bars = true,
            _ => {}
        }
        self.row += usize::from(!matches!(sign, b',' | b'$' | b'#' | b'\''));
        self.before = Before::Sign(sign);
    }
}

/// Words behind which an expression, a type or a pattern goes on.
fn is_prefix(word: &str) -> bool {
    matches!(
        word,
        "async"
            | "break"
            | "const"
            | "dyn"
            | "else"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "match"
            | "move"
            | "return"
            | "static"
            | "unsafe"
            | "while"
            | "yield"
    )
}

/// What the last token was, for what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Bang,
    /// `::`, or the first half of it.
    Colon,
    /// `name!` and another name: `macro_rules! m`.
    Named,
    Other,
}

/// An open bracket, or the text.
#[derive(Debug, Default)]
struct Frame {
    bracket: u8,
    /// Where it stands.
    start: usize,
    runs: Runs,
    /// How deep brackets nest in it.
    brackets: usize,
    /// They are the arguments of a macro.
    arguments: bool,
    /// They hold what they like: arguments of a macro, or what an attribute says.
    free: bool,
    /// Nothing is an operand by them: those of an attribute or a visibility.
    transparent: bool,
    pairs: Pairs,
    /// Something in it matters.
    hit: bool,
    /// It must be read for what it declares.
    declares: bool,
    /// The body of a function: nothing that it declares is seen from outside.
    body: bool,
    /// Its text is needed as it is: a list of a `use`.
    listed: bool,
    /// How many idle parts there were at its start.
    idle: usize,
    /// `fn` stands in the row at hand.
    has_fn: bool,
    /// `use` does.
    has_use: bool,
}

struct Skim<'s> {
    text: &'s str,
    words: &'s Words,
    // Invariant: never empty.
    frames: Vec<Frame>,
    idle: Vec<Range<usize>>,
    last: Last,
    /// Doc comments that what they belong to was not seen of yet.
    docs: Option<Docs>,
    /// Every bracket so far closed one of its kind.
    is_balanced: bool,
    /// The first item is behind: what is added before it stands before its comments.
    started: bool,
}

/// Doc comments with nothing between them.
struct Docs {
    at: Range<usize>,
    /// How many brackets are open.
    depth: usize,
    hit: bool,
    /// Something stands behind them: they are complete.
    ended: bool,
}

impl Skim<'_> {
    fn depth(&mut self) -> usize {
        while self.frames.len() > 1 {
            self.close(self.text.len());
        }
        self.frames.pop().map_or(0, |frame| frame.runs.finish())
    }

    fn top(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Doc comments, and what stands between them and the word that tells what they belong to.
    fn document(&mut self, piece: &Piece) {
        let depth = self.frames.len();
        let Some(docs) = &mut self.docs else {
            if let Piece::Doc(at) = piece {
                let (at, hit) = (at.clone(), !self.started && depth == 1);
                self.docs = Some(Docs {
                    at,
                    depth,
                    hit,
                    ended: false,
                });
            }
            return;
        };
        match piece {
            _ if docs.depth < depth => docs.ended = true,
            Piece::Doc(at) if !docs.ended => docs.at.end = at.end,
            Piece::Doc(_) => docs.hit = true,
            // Attributes, visibility.
            Piece::Sign(b'#' | b'!', _) | Piece::Open(b'[' | b'(', _) => docs.ended = true,
            Piece::Word(at) if &self.text[at.clone()] == "pub" => docs.ended = true,
            _ => {
                // The lines of an import are taken whole, and what a module says inside is read
                // otherwise where documentation stands before it.
                let matters = match piece {
                    Piece::Word(at) => matches!(&self.text[at.clone()], "use" | "extern" | "mod"),
                    _ => false,
                };
                if let Some(docs) = self.docs.take()
                    && !docs.hit
                    && !matters
                    && docs.depth == depth
                    && docs.at.len() > SHORTEST
                {
                    self.idle.push(docs.at);
                }
                self.document(piece);
            }
        }
    }

    fn take(&mut self, piece: &Piece) {
        if self.docs.is_some() || matches!(piece, Piece::Doc(_)) {
            self.document(piece);
        }
        let last = std::mem::replace(&mut self.last, Last::Other);
        match piece {
            Piece::Word(range) => {
                let word = plain(&self.text[range.clone()]);
                let hit = self.words.has(word)
                    || matches!(word, "include" | "stringify" | "concat_idents" | "paste");
                let top = self.top();
                if top.runs.before == Before::Block {
                    (top.has_fn, top.has_use) = (false, false);
                }
                top.runs.word(word);
                let fits = top.pairs.word(word) && word.is_ascii();
                top.hit |= hit || !fits && !top.free;
                match word {
                    "fn" => top.has_fn = true,
                    "use" | "extern" | "mod" => {
                        top.declares = true;
                        top.has_use |= word == "use";
                    }
                    _ => {}
                }
                if last == Last::Bang {
                    self.last = Last::Named;
                }
            }
            Piece::Text(range) => {
                let hit = names_any(&self.text[range.clone()], self.words);
                let is_known = escapes_are_known(&self.text[range.clone()]);
                let top = self.top();
                top.runs.value();
                let fits = top.pairs.literal() && is_known;
                top.hit |= hit || !fits && !top.free;
            }
            Piece::Value | Piece::Lifetime => {
                let top = self.top();
                top.runs.value();
                let fits = match piece {
                    Piece::Lifetime => top.pairs.lifetime(),
                    _ => top.pairs.literal(),
                };
                top.hit |= !fits && !top.free;
            }
            Piece::Doc(range) => {
                let hit = names_any(&self.text[range.clone()], self.words);
                if let Some(docs) = &mut self.docs {
                    docs.hit |= hit;
                }
                let top = self.top();
                top.runs.sign(b'#');
                top.hit |= hit;
            }
            Piece::Sign(sign, glued) => {
                let top = self.top();
                top.runs.sign(*sign);
                let fits = top.pairs.sign(*sign, *glued);
                top.hit |= !fits && !top.free;
                match sign {
                    b'!' => self.last = Last::Bang,
                    b':' => self.last = Last::Colon,
                    b';' => {
                        (top.has_fn, top.has_use) = (false, false);
                        self.started |= self.frames.len() == 1;
                    }
                    _ => {}
                }
            }
            Piece::Open(bracket, at) => {
                let idle = self.idle.len();
                let top = self.top();
                if top.runs.before == Before::Block && *bracket != b'{' {
                    top.has_use = false;
                }
                top.hit |= !top.pairs.opens(*bracket) && !top.free;
                let arguments = matches!(last, Last::Bang | Last::Named);
                let is_attribute = top.pairs.is_attribute();
                let frame = Frame {
                    bracket: *bracket,
                    start: *at,
                    arguments,
                    free: top.free || arguments || is_attribute,
                    transparent: is_attribute || top.pairs.is_visibility(),
                    pairs: Pairs::open(),
                    body: *bracket == b'{' && top.has_fn,
                    listed: *bracket == b'{' && (top.has_use || top.listed || last == Last::Colon),
                    idle,
                    ..Frame::default()
                };
                self.frames.push(frame);
            }
            Piece::Close(at) => {
                let closes = match self.text.as_bytes()[*at] {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                self.is_balanced &= self.top().bracket == closes;
                if self.frames.len() > 1 {
                    self.close(*at);
                }
                self.started |= self.frames.len() == 1 && self.text.as_bytes()[*at] == b'}';
            }
            Piece::End | Piece::Broken => {}
        }
    }

    fn close(&mut self, at: usize) {
        let Some(mut frame) = self.frames.pop() else {
            return;
        };
        let inner = std::mem::take(&mut frame.runs).finish();
        let depth = match frame.arguments {
            // Not read as expressions; brackets are opened all the same.
            true if inner > DEEPEST_ARGUMENTS => DEEPEST_ARGUMENTS + frame.brackets,
            _ => inner,
        };
        let declares = frame.declares && !frame.body;
        let fits = frame.free || frame.pairs.ends(frame.bracket);
        frame.hit |= !fits;
        if frame.bracket == b'{'
            && !frame.hit
            && !declares
            && !frame.listed
            && at > frame.start + SHORTEST
        {
            self.idle.truncate(frame.idle);
            self.idle.push(frame.start + 1..at);
        }
        let outer = self.top();
        outer.runs.group(depth, frame.bracket);
        outer.pairs.closed(frame.bracket, frame.transparent);
        outer.brackets = outer.brackets.max(frame.brackets + 1);
        outer.hit |= frame.hit;
        outer.declares |= declares;
        if frame.bracket == b'{' {
            outer.has_fn = false;
        }
    }
}

/// Whether one of the words stands in `text`, as a whole word.
pub(super) fn names_any(text: &str, words: &Words) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_part(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_part(bytes[at]) {
            at += 1;
        }
        // An escape before a name is glued to it: `\nName`.
        let escaped = start > 0 && bytes[start - 1] == b'\\' && text.is_char_boundary(start + 1);
        if words.has(&text[start..at]) || escaped && words.has(&text[start + 1..at]) {
            return true;
        }
    }
    false
}

/// Whether a literal of a string has only escapes that are plain, or none.
fn escapes_are_known(literal: &str) -> bool {
    let bytes = literal.as_bytes();
    if bytes.first() != Some(&b'"') {
        return memchr(b'\\', bytes).is_none() || bytes.first() == Some(&b'r');
    }
    let mut at = 0;
    while let Some(next) = memchr(b'\\', &bytes[at..]) {
        at += next + 2;
        let escaped = bytes.get(at - 1);
        if !matches!(
            escaped,
            Some(b'n' | b'r' | b't' | b'\\' | b'"' | b'\'' | b'0' | b'\n')
        ) {
            return false;
        }
    }
    true
}
