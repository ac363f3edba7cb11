//! Words: keywords, and all others.

use super::super::name::Name;
use super::{Bracket, Kind, State, Syntax};

impl Syntax {
    /// A keyword, or a name.
    pub(in crate::lang::python::read) fn word(&mut self, word: Word) {
        if word == Word::Name {
            return self.operand(true);
        }
        if !self.sure {
            return;
        }
        if word == Word::Constant {
            return self.operand(false);
        }
        self.token();
        if self.state == State::Statement && self.keyword(word) {
            return;
        }
        self.expression();
        let fits = match (word, self.state) {
            (Word::Not, State::Expr | State::ExprOrEnd | State::Slice | State::Not) => {
                self.spoil();
                self.go(State::Not);
                true
            }
            (Word::Not, State::Is) => {
                self.go(State::Arith);
                true
            }
            (Word::Not, State::After) => {
                self.spoil();
                self.go(State::In);
                !self.top.star
            }
            (Word::In, State::After | State::In) => {
                self.spoil();
                self.go(State::Arith);
                !self.top.star
            }
            (Word::In, State::AfterTarget | State::TargetOrIn)
                if self.top.bracket != Bracket::Targets =>
            {
                self.go(match self.top.bracket {
                    Bracket::Statement => State::Expr,
                    _ => State::Not,
                });
                true
            }
            (Word::Is, State::After) => {
                self.spoil();
                self.go(State::Is);
                !self.top.star
            }
            (Word::AndOr, State::After) => {
                self.spoil();
                self.go(State::Not);
                !self.top.star
            }
            (Word::If, State::After) => {
                self.spoil();
                self.go(State::Not);
                let fits = !self.top.pending && !self.top.star;
                self.top.pending = !self.top.comp;
                fits
            }
            (Word::Else, State::After) => {
                self.go(State::Expr);
                std::mem::take(&mut self.top.pending)
            }
            (Word::For, State::After) => {
                let top = &mut self.top;
                let fits = !top.pending && !top.star && (top.comp || !top.comma && !top.keyword);
                let has_place = matches!(
                    top.bracket,
                    Bracket::Group | Bracket::List | Bracket::Call | Bracket::Brace
                );
                top.comp = true;
                self.go(State::Target);
                fits && has_place
            }
            (Word::Lambda, State::Expr | State::ExprOrEnd | State::Slice) => {
                self.spoil();
                self.go(State::LambdaParameter);
                !self.in_text() && self.top.bracket != Bracket::Subscript
            }
            (
                Word::Await,
                State::Expr
                | State::ExprOrEnd
                | State::Slice
                | State::Not
                | State::Arith
                | State::Is,
            ) => {
                self.spoil();
                self.go(State::Primary);
                true
            }
            (Word::Yield, State::Expr) if self.kind == Kind::Assignment && !self.is_nested() => {
                let fits = !self.target && !self.no_target && !self.commas;
                self.kind = Kind::Yield;
                self.go(State::ExprOrEnd);
                fits
            }
            (Word::From, State::ExprOrEnd) if self.kind == Kind::Yield && !self.commas => {
                self.kind = Kind::YieldFrom;
                self.go(State::Expr);
                true
            }
            (Word::From, State::After) if self.kind == Kind::Raise && !self.is_nested() => {
                self.kind = Kind::RaiseFrom;
                self.go(State::Expr);
                !self.top.pending
            }
            (Word::As, State::After)
                if matches!(self.kind, Kind::With | Kind::Except) && !self.is_nested() =>
            {
                self.go(State::AsName);
                !self.top.pending
            }
            (Word::Def, State::Async) => {
                self.starts(Kind::Definition);
                self.go(State::DefName);
                true
            }
            (Word::For, State::Async) => {
                self.starts(Kind::For);
                self.go(State::Target);
                true
            }
            (Word::With, State::Async) => {
                self.starts(Kind::With);
                self.go(State::Expr);
                true
            }
            _ => false,
        };
        if !fits {
            self.doubt();
        }
    }

    /// A keyword that begins a statement; `false` for those that begin an expression.
    fn keyword(&mut self, word: Word) -> bool {
        let (kind, state) = match word {
            Word::If => (Kind::If, State::Expr),
            Word::Elif => (Kind::Elif, State::Expr),
            Word::Else => (Kind::Else, State::Colon),
            Word::While => (Kind::While, State::Expr),
            Word::For => (Kind::For, State::Target),
            Word::With => (Kind::With, State::Expr),
            Word::Try => (Kind::Try, State::Colon),
            Word::Except => (Kind::Except, State::ExprOrEnd),
            Word::Finally => (Kind::Finally, State::Colon),
            Word::Def => (Kind::Definition, State::DefName),
            Word::Class => (Kind::Definition, State::ClassName),
            Word::Return => (Kind::Return, State::ExprOrEnd),
            Word::Raise => (Kind::Raise, State::ExprOrEnd),
            Word::Yield => (Kind::Yield, State::ExprOrEnd),
            Word::Assert => (Kind::Assert, State::Expr),
            Word::Delete => (Kind::Delete, State::Expr),
            Word::Pass => (Kind::Other, State::End),
            Word::Global => (Kind::Other, State::Global),
            Word::Async if !self.simple_only => {
                self.go(State::Async);
                return true;
            }
            _ => return false,
        };
        self.starts(kind);
        self.go(state);
        true
    }
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lang::python::read) enum Word {
    Name,
    /// `None`, `True`, `False`.
    Constant,
    Not,
    In,
    Is,
    AndOr,
    If,
    Elif,
    Else,
    While,
    For,
    With,
    Try,
    Except,
    Finally,
    Def,
    Class,
    Return,
    Raise,
    Yield,
    Assert,
    Delete,
    /// `pass`, `break`, `continue`.
    Pass,
    /// `global`, `nonlocal`.
    Global,
    Async,
    Await,
    Lambda,
    From,
    As,
    Import,
}

/// Keywords, and words that act like them.
const KEYWORDS: [(&[u8], Word); 35] = [
    (b"in", Word::In),
    (b"is", Word::Is),
    (b"or", Word::AndOr),
    (b"if", Word::If),
    (b"as", Word::As),
    (b"not", Word::Not),
    (b"and", Word::AndOr),
    (b"for", Word::For),
    (b"try", Word::Try),
    (b"def", Word::Def),
    (b"del", Word::Delete),
    (b"None", Word::Constant),
    (b"True", Word::Constant),
    (b"elif", Word::Elif),
    (b"else", Word::Else),
    (b"with", Word::With),
    (b"pass", Word::Pass),
    (b"from", Word::From),
    (b"False", Word::Constant),
    (b"while", Word::While),
    (b"class", Word::Class),
    (b"raise", Word::Raise),
    (b"yield", Word::Yield),
    (b"break", Word::Pass),
    (b"async", Word::Async),
    (b"await", Word::Await),
    (b"except", Word::Except),
    (b"return", Word::Return),
    (b"assert", Word::Assert),
    (b"global", Word::Global),
    (b"lambda", Word::Lambda),
    (b"import", Word::Import),
    (b"finally", Word::Finally),
    (b"continue", Word::Pass),
    (b"nonlocal", Word::Global),
];

/// Each keyword at a place of its own, which its bytes tell.
const TABLE: [(u64, Word); 128] = {
    let mut table = [(0, Word::Name); 128];
    let mut at = 0;
    while at < KEYWORDS.len() {
        let (word, keyword) = KEYWORDS[at];
        let start = Name::of(word).start;
        assert!(table[place(start)].0 == 0, "another factor is needed");
        table[place(start)] = (start, keyword);
        at += 1;
    }
    table
};

/// Where in the table a word would be.
const fn place(start: u64) -> usize {
    /// One of those that give each keyword another place.
    const FACTOR: u64 = 0x0dc7_e3f8_9e3e_1131;
    (start.wrapping_mul(FACTOR) >> 57) as usize
}
impl Word {
    /// The keyword that `name` is.
    pub(in crate::lang::python::read) fn of(name: Name) -> Self {
        let (start, word) = TABLE[place(name.start)];
        match start == name.start && name.length <= 8 {
            true => word,
            false => Self::Name,
        }
    }
}
