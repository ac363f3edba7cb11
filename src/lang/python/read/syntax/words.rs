//! Words: keywords, and all others.

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

impl Word {
    /// The keyword that `word` is.
    pub(in crate::lang::python::read) fn of(word: &[u8]) -> Self {
        // By length first: most words are names, and few comparisons tell.
        match word.len() {
            2 => match word {
                b"in" => Self::In,
                b"is" => Self::Is,
                b"or" => Self::AndOr,
                b"if" => Self::If,
                b"as" => Self::As,
                _ => Self::Name,
            },
            3 => match word {
                b"not" => Self::Not,
                b"and" => Self::AndOr,
                b"for" => Self::For,
                b"try" => Self::Try,
                b"def" => Self::Def,
                b"del" => Self::Delete,
                _ => Self::Name,
            },
            4 => match word {
                b"None" | b"True" => Self::Constant,
                b"elif" => Self::Elif,
                b"else" => Self::Else,
                b"with" => Self::With,
                b"pass" => Self::Pass,
                b"from" => Self::From,
                _ => Self::Name,
            },
            5 => match word {
                b"False" => Self::Constant,
                b"while" => Self::While,
                b"class" => Self::Class,
                b"raise" => Self::Raise,
                b"yield" => Self::Yield,
                b"break" => Self::Pass,
                b"async" => Self::Async,
                b"await" => Self::Await,
                _ => Self::Name,
            },
            6 => match word {
                b"except" => Self::Except,
                b"return" => Self::Return,
                b"assert" => Self::Assert,
                b"global" => Self::Global,
                b"lambda" => Self::Lambda,
                b"import" => Self::Import,
                _ => Self::Name,
            },
            7 if word == b"finally" => Self::Finally,
            8 if word == b"continue" => Self::Pass,
            8 if word == b"nonlocal" => Self::Global,
            _ => Self::Name,
        }
    }
}
