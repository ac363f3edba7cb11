//! Brackets, and what may stand in them.

use super::{Bracket, DEEPEST, Frame, Quote, State, Suspended, Syntax};

impl Syntax {
    /// `(`, `[` or `{`.
    ///
    /// `None` where brackets are too deep.
    pub(in crate::lang::python::read) fn open(&mut self, byte: u8) -> Option<()> {
        self.token();
        self.expression();
        let is_operand = matches!(
            self.state,
            State::Expr
                | State::ExprOrEnd
                | State::Slice
                | State::Not
                | State::Arith
                | State::Primary
                | State::Is
        );
        let (bracket, close, state) = match (byte, self.state) {
            (b'(', State::After) => (Bracket::Call, b')', State::ExprOrEnd),
            (b'(', State::AfterDefName) => (Bracket::Parameters, b')', State::ParameterOrEnd),
            (b'(', State::AfterClassName) => (Bracket::Bases, b')', State::ExprOrEnd),
            (b'(', State::Target | State::TargetOrIn) => (Bracket::Targets, b')', State::Target),
            (b'(', _) => (Bracket::Group, b')', State::ExprOrEnd),
            (b'[', State::After) => (Bracket::Subscript, b']', State::Slice),
            (b'[', _) => (Bracket::List, b']', State::ExprOrEnd),
            (_, _) => (Bracket::Brace, b'}', State::ExprOrEnd),
        };
        let fits = match bracket {
            Bracket::Group | Bracket::List | Bracket::Brace => is_operand,
            _ => true,
        };
        if !fits {
            self.doubt();
        }
        self.push(Frame::new(bracket, close, None), state)
    }

    /// `{` of an f-string.
    pub(in crate::lang::python::read) fn open_field(
        &mut self,
        quote: Quote,
        before: Suspended,
    ) -> Option<()> {
        let frame = Frame::new(Bracket::Field, b'}', Some((quote, before)));
        self.push(frame, State::Expr)
    }

    fn push(&mut self, frame: Frame, state: State) -> Option<()> {
        if self.around.len() >= DEEPEST {
            return None;
        }
        self.around.push(std::mem::replace(&mut self.top, frame));
        self.go(state);
        Some(())
    }

    /// `}` of an f-string: the string that goes on.
    pub(in crate::lang::python::read) fn close_field(&mut self) -> Option<(Quote, Suspended)> {
        let is_complete = self.state == State::After && !self.top.pending;
        if !is_complete {
            self.doubt();
        }
        let quote = self.top.quote?;
        self.top = self.around.pop()?;
        Some(quote)
    }

    /// What there is before an f-string, to be given back behind it.
    pub(in crate::lang::python::read) fn suspend(&mut self) -> Suspended {
        if self.state == State::Block {
            self.begin();
            self.simple_only = true;
        }
        Suspended {
            state: self.state,
            last: self.last,
            target: self.target,
            no_target: self.no_target,
        }
    }

    pub(in crate::lang::python::read) fn resume(&mut self, suspended: Suspended) {
        self.state = suspended.state;
        self.last = suspended.last;
        self.target = suspended.target;
        self.no_target = suspended.no_target;
    }

    /// `)`, `]` or `}`.
    ///
    /// `None` where it does not close the innermost bracket.
    pub(in crate::lang::python::read) fn close(&mut self, byte: u8) -> Option<()> {
        self.token();
        if self.top.close != byte || self.top.quote.is_some() {
            return None;
        }
        let is_complete = match self.state {
            State::After => self.element(),
            State::ExprOrEnd => true,
            State::Slice => self.top.colons > 0 || self.top.comma,
            State::AfterTarget => self.top.bracket == Bracket::Targets,
            State::AfterParameter => self.parameter(),
            State::ParameterOrEnd => !self.top.lacking,
            _ => false,
        };
        if !is_complete || self.top.pending {
            self.doubt();
        }
        let bracket = self.top.bracket;
        self.top = self.around.pop()?;
        match bracket {
            Bracket::Targets => self.go(State::AfterTarget),
            Bracket::Parameters => self.go(State::AfterParameters),
            Bracket::Bases => self.go(State::Colon),
            _ => {
                self.target = bracket == Bracket::Subscript;
                self.go(State::After);
            }
        }
        Some(())
    }

    /// An element of a bracket ends, behind an operand: whether it may be one there.
    pub(super) fn element(&mut self) -> bool {
        let top = &mut self.top;
        match top.bracket {
            Bracket::Call | Bracket::Bases => {
                let positional = !top.keyword && !top.star;
                let fits = if positional {
                    !top.keywords
                } else {
                    top.keyword || !top.double || top.colons > 0
                };
                top.keywords |= top.keyword || top.colons > 0;
                fits
            }
            Bracket::Brace => {
                let is_pair = top.colons > 0;
                top.pairs |= is_pair;
                top.singles |= !is_pair;
                !top.pairs || !top.singles
            }
            Bracket::Parameters => self.parameter(),
            Bracket::Group | Bracket::List | Bracket::Subscript => true,
            Bracket::Targets | Bracket::Field | Bracket::Statement => false,
        }
    }

    /// A parameter ends: whether it may stand there.
    pub(super) fn parameter(&mut self) -> bool {
        let top = &mut self.top;
        let has_default = top.keyword;
        let fits = match top.star {
            true => !has_default,
            false => has_default || !top.keywords || top.starred,
        };
        top.keywords |= has_default;
        fits
    }
}
