//! The tokens of a text as one flat list, with their places.

use std::ops::Range;
use std::sync::OnceLock;

use proc_macro2::{Delimiter, LineColumn, Spacing, TokenStream, TokenTree, token_stream};

use super::read::lexer::{Lexer, Piece};
use super::tree::plain;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, without `r#`.
    Word(Box<str>),
    /// One sign; whether the next one is glued to it.
    Sign(char, bool),
    Open(char),
    Close(char),
    Literal,
    /// `'a`
    Lifetime,
}

/// Whether a token is this sign.
pub(super) fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// One token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its bytes in the text; empty for a token that stands nowhere.
    pub(super) at: Range<usize>,
}

impl Token {
    pub(super) fn is_sign(&self, sign: char) -> bool {
        matches!(self.kind, Kind::Sign(it, _) if it == sign)
    }

    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Where tokens begin to count: at the start of the file, or at that of a part of it.
///
/// Offsets may lie before the start, where code was put around a text to make it whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base<'t> {
    shift: isize,
    lines: &'t Lines<'t>,
}

/// Where the lines of a text begin; nothing, if nobody asked.
///
/// A span knows characters, and counts bytes from the one that was asked for last. Its line and column
/// say the same, without going through more of the text than a line.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    starts: Vec<usize>,
    /// The text, where a column is not a byte everywhere.
    wide: Option<&'t str>,
    /// Where characters of it stand, once a place far behind the beginning of its line was asked for.
    marks: OnceLock<Marks>,
}

/// Where characters of a text stand.
#[derive(Debug)]
struct Marks {
    /// How many characters stand before each line.
    before: Vec<usize>,
    /// Where each one of a number of characters stands that can be divided by [`STEP`].
    places: Vec<usize>,
}

/// As many characters are gone through to find one.
const STEP: usize = 256;

impl Marks {
    fn of(code: &str) -> Self {
        let mut marks = Self {
            before: vec![0],
            places: Vec::new(),
        };
        for (count, (at, char)) in code.char_indices().enumerate() {
            if count.is_multiple_of(STEP) {
                marks.places.push(at);
            }
            if char == '\n' {
                marks.before.push(count + 1);
            }
        }
        marks
    }

    /// Where a character of a line stands; the end of the text, if there are not as many.
    fn offset(&self, code: &str, place: LineColumn) -> usize {
        let before = self.before.get(place.line.saturating_sub(1));
        let count = before.map_or(0, |before| before + place.column);
        let start = self.places.get(count / STEP).copied();
        let start = start.unwrap_or(code.len());
        let mut behind = code[start..].char_indices().map(|(at, _)| start + at);
        behind.nth(count % STEP).unwrap_or(code.len())
    }
}

static UNKNOWN: Lines<'static> = Lines {
    starts: Vec::new(),
    wide: None,
    marks: OnceLock::new(),
};

impl<'t> Lines<'t> {
    pub(super) fn of(code: &'t str) -> Self {
        let ends = memchr::memchr_iter(b'\n', code.as_bytes());
        Self {
            starts: std::iter::once(0).chain(ends.map(|end| end + 1)).collect(),
            wide: (!code.is_ascii()).then_some(code),
            marks: OnceLock::new(),
        }
    }

    /// Where a text of these lines begins to count that begins at an offset.
    pub(super) fn base(&'t self, start: usize) -> Base<'t> {
        Base {
            shift: isize::try_from(start).unwrap_or(0),
            lines: self,
        }
    }

    fn offset(&self, place: LineColumn) -> usize {
        let Some(&start) = self.starts.get(place.line.saturating_sub(1)) else {
            return 0;
        };
        if let Some(code) = self.wide.filter(|_| place.column > STEP) {
            let marks = self.marks.get_or_init(|| Marks::of(code));
            return marks.offset(code, place);
        }
        let line = self.wide.map_or("", |code| &code[start..]);
        let before = &line.as_bytes()[..place.column.min(line.len())];
        match before.is_ascii() {
            true => start + place.column,
            false => {
                let mut places = line.char_indices().map(|(at, _)| at);
                start + places.nth(place.column).unwrap_or(line.len())
            }
        }
    }
}

impl Base<'static> {
    /// The same for any text.
    pub(super) fn new(start: usize) -> Self {
        UNKNOWN.base(start)
    }
}

impl Base<'_> {
    /// Where code was put in front of the text.
    pub(super) fn behind(self, code: &str) -> Self {
        Base {
            shift: self.shift - isize::try_from(code.len()).unwrap_or(0),
            ..self
        }
    }

    /// The bytes of a span in the text; empty where it lies outside.
    pub(super) fn at(self, span: proc_macro2::Span) -> Range<usize> {
        let range = match self.lines.starts.is_empty() {
            true => span.byte_range(),
            false => self.lines.offset(span.start())..self.lines.offset(span.end()),
        };
        let place = |offset: usize| offset.checked_add_signed(self.shift).unwrap_or(0);
        place(range.start)..place(range.end)
    }
}

/// The bytes of signs.
const SIGNS: &[u8] = b"!#$%&*+,-./:;<=>?@^|~";

/// All tokens of a text but its doc comments, read without a tree; none of one that has no tokens.
pub(super) fn lexed(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let piece = lexer.next();
        let (kind, start) = match piece {
            Piece::Word(at) => (Kind::Word(plain(&text[at.clone()]).into()), at.start),
            Piece::Open(bracket, at) => (Kind::Open(char::from(bracket)), at),
            Piece::Close(at) => (Kind::Close(char::from(bytes[at])), at),
            Piece::Sign(sign, _) => {
                let next = bytes.get(lexer.at);
                let is_glued = next.is_some_and(|it| SIGNS.contains(it));
                (Kind::Sign(char::from(sign), is_glued), lexer.at - 1)
            }
            Piece::Text(at) => (Kind::Literal, at.start),
            // Of these two nobody asks where they begin.
            Piece::Value => (Kind::Literal, lexer.at),
            Piece::Lifetime => (Kind::Lifetime, lexer.at),
            Piece::Doc(_) => continue,
            Piece::End => return tokens,
            Piece::Broken => return Vec::new(),
        };
        let at = start..lexer.at;
        tokens.push(Token { kind, at });
    }
}

/// All tokens of `stream`, groups opened, in the order of the text.
pub(super) fn flat(stream: TokenStream, base: Base<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut open: Vec<(token_stream::IntoIter, Option<Token>)> = vec![(stream.into_iter(), None)];
    let mut quote: Option<usize> = None;
    while let Some((iter, _)) = open.last_mut() {
        let Some(tree) = iter.next() else {
            if let Some((_, Some(close))) = open.pop() {
                tokens.push(close);
            }
            continue;
        };
        let lifetime = quote.take();
        match tree {
            TokenTree::Group(group) => {
                let (left, right) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::None => {
                        open.push((group.stream().into_iter(), None));
                        continue;
                    }
                };
                tokens.push(Token {
                    kind: Kind::Open(left),
                    at: base.at(group.span_open()),
                });
                let close = Token {
                    kind: Kind::Close(right),
                    at: base.at(group.span_close()),
                };
                open.push((group.stream().into_iter(), Some(close)));
            }
            TokenTree::Ident(ident) => {
                let at = base.at(ident.span());
                if let Some(start) = lifetime {
                    let at = start..at.end;
                    tokens.push(Token {
                        kind: Kind::Lifetime,
                        at,
                    });
                    continue;
                }
                let text = ident.to_string();
                let word = text.strip_prefix("r#").unwrap_or(&text).into();
                tokens.push(Token {
                    kind: Kind::Word(word),
                    at,
                });
            }
            TokenTree::Punct(punct) => {
                let at = base.at(punct.span());
                if punct.as_char() == '\'' {
                    quote = Some(at.start);
                    continue;
                }
                let glued = punct.spacing() == Spacing::Joint;
                tokens.push(Token {
                    kind: Kind::Sign(punct.as_char(), glued),
                    at,
                });
            }
            TokenTree::Literal(literal) => tokens.push(Token {
                kind: Kind::Literal,
                at: base.at(literal.span()),
            }),
        }
    }
    tokens
}
