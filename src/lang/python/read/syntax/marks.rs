//! Marks: what separates, what assigns, and operators.

use super::{Bracket, Kind, Last, State, Syntax};

impl Syntax {
    pub(in crate::lang::python::read) fn comma(&mut self) {
        self.token();
        if !self.sure {
            return;
        }
        let fits = match (self.top.bracket, self.state) {
            (Bracket::Statement, State::After) => self.comma_of_statement(),
            (Bracket::Statement, State::AfterGlobal) => {
                self.go(State::Global);
                true
            }
            (Bracket::Statement, State::AfterAsName) => {
                self.go(State::Expr);
                self.kind == Kind::With
            }
            (_, State::AfterTarget) => {
                self.go(State::TargetOrIn);
                if self.top.bracket == Bracket::Targets {
                    self.go(State::Target); // `(a,)` is left to the parser
                }
                true
            }
            (_, State::AfterLambdaParameter) => {
                self.go(State::LambdaParameter);
                true
            }
            (Bracket::Parameters, State::After | State::AfterParameter) => {
                let fits = self.parameter();
                self.next_parameter();
                fits
            }
            // `*, name`
            (Bracket::Parameters, State::StarParameter) if !self.top.double => {
                self.next_parameter();
                self.top.lacking = true;
                self.go(State::Parameter);
                true
            }
            (Bracket::Field, _) => false,
            (Bracket::Subscript, State::After | State::Slice) => {
                let fits = self.state == State::After || self.top.colons > 0;
                self.next_element();
                self.go(State::Slice);
                fits
            }
            (_, State::After) => {
                let fits = !self.top.comp && self.element();
                self.next_element();
                self.go(State::ExprOrEnd);
                fits
            }
            _ => false,
        };
        if !fits || self.top.pending {
            self.doubt();
        }
    }

    fn next_element(&mut self) {
        let top = &mut self.top;
        top.comma = true;
        top.fresh = true;
        top.star = false;
        top.keyword = false;
        top.colons = 0;
    }

    fn next_parameter(&mut self) {
        let top = &mut self.top;
        top.star = false;
        top.keyword = false;
        top.colons = 0;
        self.go(State::ParameterOrEnd);
    }

    fn comma_of_statement(&mut self) -> bool {
        match self.kind {
            Kind::Expression
            | Kind::Assignment
            | Kind::Augmented
            | Kind::Annotated
            | Kind::Return
            | Kind::Yield
            | Kind::Delete
            | Kind::For => {
                self.no_target |= !self.target;
                self.commas = true;
                self.go(State::ExprOrEnd);
                true
            }
            Kind::Assert => {
                self.kind = Kind::AssertMessage;
                self.go(State::Expr);
                true
            }
            Kind::With => {
                self.go(State::Expr);
                true
            }
            _ => false,
        }
    }

    pub(in crate::lang::python::read) fn colon(&mut self) {
        self.token();
        if !self.sure {
            return;
        }
        let fits = match (self.top.bracket, self.state) {
            (_, State::LambdaParameter | State::AfterLambdaParameter) => {
                self.go(State::Expr);
                true
            }
            (Bracket::Parameters, State::AfterParameter) => {
                self.top.colons = 1;
                self.go(State::Expr);
                true
            }
            (Bracket::Subscript, State::After | State::Slice) => {
                self.top.colons += 1;
                self.go(State::Slice);
                self.top.colons <= 2 && !self.top.comp
            }
            (Bracket::Brace, State::After) => {
                self.top.colons += 1;
                self.go(State::Expr);
                self.top.colons == 1 && !self.top.comp && !self.top.star
            }
            (Bracket::Statement, state) => self.colon_of_statement(state),
            _ => false,
        };
        if !fits || self.top.pending {
            self.doubt();
        }
    }

    fn colon_of_statement(&mut self, state: State) -> bool {
        let is_header = match (self.kind, state) {
            (Kind::If | Kind::Elif | Kind::While | Kind::With | Kind::Except, State::After) => true,
            (Kind::For, State::After | State::ExprOrEnd) => true,
            (Kind::With | Kind::Except, State::AfterAsName) => true,
            (Kind::Except, State::ExprOrEnd) => {
                self.catches_all();
                true
            }
            (Kind::Definition, State::AfterParameters | State::After | State::AfterClassName) => {
                true
            }
            (_, State::Colon) => true,
            _ => false,
        };
        if is_header {
            self.go(State::Block);
            return true;
        }
        let is_annotation = self.kind == Kind::Expression
            && state == State::After
            && self.target
            && !self.no_target
            && !self.commas;
        self.kind = Kind::Annotation;
        self.go(State::Expr);
        is_annotation
    }

    /// `=`.
    pub(in crate::lang::python::read) fn equals(&mut self) {
        let (last, _) = self.token();
        let fits = match (self.top.bracket, self.state) {
            (Bracket::Call | Bracket::Bases, State::After) => {
                self.top.keyword = true;
                last == Last::Name
            }
            (Bracket::Parameters, State::AfterParameter | State::After) => {
                let fits = !self.top.keyword;
                self.top.keyword = true;
                fits
            }
            (Bracket::Statement, State::After | State::ExprOrEnd) => {
                let is_target = (self.target || self.state == State::ExprOrEnd && self.commas)
                    && !self.no_target;
                let (next, fits) = match self.kind {
                    Kind::Expression | Kind::Assignment => (Kind::Assignment, is_target),
                    Kind::Annotation => (Kind::Annotated, self.state == State::After),
                    kind => (kind, false),
                };
                self.kind = next;
                self.target = false;
                self.no_target = false;
                self.commas = false;
                fits
            }
            _ => false,
        };
        self.go(State::Expr);
        if !fits || self.top.pending {
            self.doubt();
        }
    }

    /// `+=` and the like.
    pub(in crate::lang::python::read) fn augmented(&mut self) {
        self.token();
        let fits = self.top.bracket == Bracket::Statement
            && self.state == State::After
            && self.kind == Kind::Expression
            && self.target
            && !self.no_target
            && !self.commas
            && !self.top.pending;
        self.kind = Kind::Augmented;
        self.go(State::Expr);
        if !fits {
            self.doubt();
        }
    }

    fn operator(&mut self, next: State) {
        self.spoil();
        match self.state {
            State::After => self.go(next),
            _ => self.doubt(),
        }
    }

    /// An operator that only stands between two operands and binds closer than comparisons.
    pub(in crate::lang::python::read) fn binary(&mut self) {
        self.token();
        self.operator(State::Arith);
    }

    pub(in crate::lang::python::read) fn comparison(&mut self) {
        self.token();
        if self.top.star {
            self.doubt();
        }
        self.operator(State::Arith);
    }

    /// `+` or `-`.
    pub(in crate::lang::python::read) fn sign(&mut self) {
        self.token();
        self.expression();
        self.spoil();
        match self.state {
            State::After
            | State::Expr
            | State::ExprOrEnd
            | State::Slice
            | State::Not
            | State::Arith
            | State::Is => self.go(State::Arith),
            _ => self.doubt(),
        }
    }

    /// `~`.
    pub(in crate::lang::python::read) fn invert(&mut self) {
        match self.state {
            State::After => self.doubt(),
            _ => self.sign(),
        }
    }

    /// `*`: a product, or a star before an element.
    pub(in crate::lang::python::read) fn star(&mut self) {
        let (_, fresh) = self.token();
        match (self.top.bracket, self.state) {
            (_, State::After) => self.operator(State::Arith),
            (Bracket::Call | Bracket::List | Bracket::Brace, State::ExprOrEnd) if fresh => {
                self.top.star = true;
                self.go(State::Arith);
            }
            (Bracket::Parameters, State::Parameter | State::ParameterOrEnd)
                if !self.top.starred && !self.top.double =>
            {
                self.top.star = true;
                self.top.starred = true;
                self.go(State::StarParameter);
            }
            _ => self.doubt(),
        }
    }

    /// `**`: a power, or two stars before an element.
    pub(in crate::lang::python::read) fn power(&mut self) {
        let (_, fresh) = self.token();
        match (self.top.bracket, self.state) {
            (_, State::After) => self.operator(State::Arith),
            (Bracket::Call, State::ExprOrEnd) if fresh => {
                self.top.star = true;
                self.top.double = true;
                self.top.colons = 1; // it counts as a keyword
                self.go(State::Arith);
            }
            (Bracket::Brace, State::ExprOrEnd) if fresh => {
                self.top.star = true;
                self.top.colons = 1; // it counts as a pair
                self.go(State::Arith);
            }
            (Bracket::Parameters, State::Parameter | State::ParameterOrEnd)
                if !self.top.double && !self.top.lacking =>
            {
                self.top.star = true;
                self.top.double = true;
                self.go(State::StarParameter);
            }
            _ => self.doubt(),
        }
    }

    /// `@`: a product, or a decorator.
    pub(in crate::lang::python::read) fn at(&mut self) {
        self.token();
        if self.state == State::Statement && !self.simple_only {
            self.starts(Kind::Decorator);
            self.decorated = true;
            self.go(State::Expr);
            return;
        }
        self.operator(State::Arith);
    }

    pub(in crate::lang::python::read) fn dot(&mut self) {
        self.token();
        match self.state {
            State::After => self.go(State::Attribute),
            _ => self.doubt(),
        }
    }

    /// `->`.
    pub(in crate::lang::python::read) fn arrow(&mut self) {
        self.token();
        match self.state {
            State::AfterParameters => self.go(State::Expr),
            _ => self.doubt(),
        }
    }
}
