//! Which token may follow which: a pair that Rust's grammar has nowhere is a syntax error.
//!
//! A part of a text that names nothing of a move is not parsed. What is seen of its tokens on the
//! way tells most syntax errors all the same, so that they are reported: an operator without an
//! operand, two operands without an operator, a keyword with nothing behind it. A pair that looks
//! odd only has the part parsed, so this may be too strict, and must never be slow.

/// A token, as far as its neighbours care.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// The start of a text or a bracket's content, or what may precede anything: an attribute, a
    /// visibility, a block.
    #[default]
    Start,
    /// A name, `self`, `true`.
    Operand,
    /// A closing bracket of a call or an index.
    Closed,
    /// A name that is a keyword at times: `union`, `default`, `raw`.
    Contextual,
    /// A number, a character or a string.
    Literal,
    Lifetime,
    /// `..`
    Range,
    Keyword(Keyword),
    Sign(u8),
}

/// Keywords, by what may stand around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    /// It goes on behind an operand: `as`, `in`, `where`.
    Joins,
    /// `for`, which also begins.
    For,
    Else,
    /// `let`: it begins a statement or a condition.
    Let,
    /// It wants a name, and then no other keyword: `fn`, `struct`.
    Names,
    /// It may be all there is: `return`, `break`.
    Alone,
    /// It begins something, and a block may follow: `loop`, `unsafe`.
    Opens,
    Pub,
    /// It begins something, and more must follow: `match`, `while`.
    Begins,
    /// `mut`, `ref`: within a pattern or a type.
    Binds,
    If,
    /// `await`, which stands behind a dot.
    Await,
}

/// The tokens of a bracket's content so far.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Pairs {
    last: Token,
    /// The sign before the last one, with nothing between them.
    before: u8,
}

impl Pairs {
    /// The content of a bracket, whose first token must be able to begin something.
    pub(super) fn open() -> Self {
        Self {
            last: Token::Sign(b'('),
            before: 0,
        }
    }

    fn put(&mut self, token: Token) {
        self.before = match self.last {
            Token::Sign(sign) => sign,
            _ => 0,
        };
        self.last = token;
    }

    /// A word; gives whether it may stand here.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let token = token(word);
        let fits = match (self.last, token) {
            (Token::Sign(b'#'), _) => false,
            (Token::Sign(b'.'), _) if self.before != 0 => false, // no operand before it
            (Token::Sign(b'.'), Token::Keyword(keyword)) => keyword == Keyword::Await,
            (Token::Sign(sign), Token::Keyword(Keyword::Pub)) => {
                matches!(sign, b',' | b';' | b'(')
            }
            (Token::Keyword(_), Token::Keyword(Keyword::Pub | Keyword::Joins)) => false,
            (Token::Closed, Token::Keyword(Keyword::For)) => false,
            (Token::Sign(b';') | Token::Start, Token::Keyword(Keyword::Binds)) => false,
            (Token::Keyword(before), Token::Keyword(Keyword::For)) => {
                matches!(before, Keyword::Joins | Keyword::Opens | Keyword::Alone)
            }
            (Token::Sign(sign), Token::Keyword(Keyword::Joins)) => {
                !matches!(sign, b'=' | b'+' | b'-' | b'/' | b'%' | b'^' | b';' | b'(')
            }
            (Token::Keyword(Keyword::Let | Keyword::Names), Token::Keyword(keyword)) => {
                keyword == Keyword::Binds
            }
            (_, Token::Keyword(Keyword::Joins | Keyword::For | Keyword::If | Keyword::Else)) => {
                true
            }
            (Token::Sign(sign), Token::Keyword(Keyword::Let)) => {
                matches!(sign, b'&' | b'|' | b';' | b'(')
            }
            (
                Token::Operand | Token::Closed | Token::Literal,
                Token::Operand | Token::Contextual,
            ) => false,
            (Token::Operand | Token::Closed | Token::Literal, Token::Keyword(_)) => false,
            _ => true,
        };
        self.put(match token {
            Token::Keyword(Keyword::Await) => Token::Operand,
            token => token,
        });
        fits
    }

    /// A literal.
    pub(super) fn literal(&mut self) -> bool {
        let fits = !matches!(
            self.last,
            Token::Operand | Token::Closed | Token::Literal | Token::Contextual | Token::Sign(b'#')
        );
        self.put(match self.last {
            Token::Keyword(Keyword::Opens) => Token::Start, // `extern "C"`
            _ => Token::Literal,
        });
        fits
    }

    /// A lifetime or a label.
    pub(super) fn lifetime(&mut self) -> bool {
        self.put(Token::Lifetime);
        true
    }

    /// A sign. `glued`: nothing stands between it and the token before.
    pub(super) fn sign(&mut self, sign: u8, glued: bool) -> bool {
        let fits = match self.last {
            Token::Sign(last) => self.signs(last, sign, glued),
            Token::Keyword(_) => match sign {
                b',' | b';' => self.is_complete(),
                _ => !matches!(sign, b'=' | b'+' | b'/' | b'%' | b'^' | b'>' | b'?' | b'@'),
            },
            Token::Range if sign == b'=' => glued,
            _ => sign.is_ascii_graphic() && !matches!(sign, b'`' | b'\\' | b'~'),
        };
        let is_range = sign == b'.' && self.last == Token::Sign(b'.');
        match sign {
            b'?' if matches!(self.last, Token::Operand | Token::Closed) => {}
            _ if is_range => self.put(Token::Range),
            _ => self.put(Token::Sign(sign)),
        }
        fits
    }

    /// Two signs; of one that begins a bracket's content it is `(`.
    fn signs(&self, last: u8, sign: u8, glued: bool) -> bool {
        match (last, sign) {
            (_, b'`' | b'\\' | b'~') => false,
            (b'#', _) => sign == b'!',
            (b'.', _) => sign == b'.' && glued,
            (b'=', b'=') => self.before != b'=' && glued,
            (b'<', b'<') => self.before != b'<',
            (b':', b':') | (b'=' | b'-', b'>') | (b'!', b'=') => glued,
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'<', b'=') => glued,
            (b':', b'=') => false,
            (b',' | b';' | b'(', b'=' | b'+' | b'/' | b'%' | b'^' | b'@' | b'?') => false,
            (b',' | b'(', b',') | (b'(', b'>') | (b';', b',' | b'>') => false,
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'=', b'/' | b'%' | b'^' | b'@') => false,
            (_, b',' | b';') => self.is_complete(),
            _ => true,
        }
    }

    /// Whether nothing is missing behind the last token.
    fn is_complete(&self) -> bool {
        match self.last {
            Token::Keyword(keyword) => keyword == Keyword::Alone,
            Token::Sign(sign) => matches!(sign, b'*' | b'!' | b'>' | b',' | b';' | b'('),
            _ => true,
        }
    }

    /// An opening bracket.
    pub(super) fn opens(&self, bracket: u8) -> bool {
        match (self.last, bracket) {
            (Token::Literal, b'(') | (Token::Sign(b'.'), _) => false,
            (Token::Sign(b':'), b'(' | b'[') => self.before != b':',
            (Token::Sign(b'#'), _) => bracket == b'[',
            (Token::Sign(b'>'), b'{') => self.before != b'-',
            (Token::Keyword(keyword), b'{') => !matches!(
                keyword,
                Keyword::Let | Keyword::Names | Keyword::Begins | Keyword::Binds | Keyword::If
            ),
            _ => true,
        }
    }

    /// The end of the bracket's content.
    pub(super) fn ends(&self, bracket: u8) -> bool {
        match self.last {
            Token::Sign(b';') => bracket == b'{',
            _ => self.is_complete(),
        }
    }

    /// A bracket was closed. `transparent`: it belongs to an attribute or a visibility.
    pub(super) fn closed(&mut self, bracket: u8, transparent: bool) {
        self.put(match bracket {
            b'{' => Token::Start,
            _ if transparent => Token::Start,
            _ => Token::Closed,
        });
    }

    /// Whether the bracket that opens next is an attribute's: it holds what it likes.
    pub(super) fn is_attribute(&self) -> bool {
        match self.last {
            Token::Sign(b'!') => self.before == b'#',
            last => last == Token::Sign(b'#'),
        }
    }

    /// Whether the bracket that opens next is a visibility's.
    pub(super) fn is_visibility(&self) -> bool {
        self.last == Token::Keyword(Keyword::Pub)
    }
}

fn token(word: &str) -> Token {
    let keyword = match word {
        "as" | "in" | "where" => Keyword::Joins,
        "for" => Keyword::For,
        "else" => Keyword::Else,
        "let" => Keyword::Let,
        "fn" | "struct" | "enum" | "mod" | "trait" | "type" => Keyword::Names,
        "return" | "break" | "continue" => Keyword::Alone,
        "loop" | "unsafe" | "async" | "move" | "const" | "static" | "extern" | "use" | "impl" => {
            Keyword::Opens
        }
        "pub" => Keyword::Pub,
        "match" | "while" => Keyword::Begins,
        "mut" | "ref" => Keyword::Binds,
        "if" => Keyword::If,
        "await" => Keyword::Await,
        "union" | "auto" | "default" | "raw" | "safe" | "dyn" | "box" | "yield" | "become"
        | "macro" | "gen" | "try" | "do" => return Token::Contextual,
        _ => return Token::Operand,
    };
    Token::Keyword(keyword)
}
