//! Whether a statement is valid Python, told from its tokens alone, in one pass and without a tree.
//!
//! It knows less than the language has: what it takes for valid is valid, and whatever it does not
//! know (a walrus, `match`, parameters behind a slash) it only calls *unsure*, and the parser
//! looks at it. So a statement can be left out of the parse and no syntax error is overlooked.

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A statement.
    Statement,
    /// An expression, `lambda` included.
    Expr,
    /// The same, or the end of the statement or bracket.
    ExprOrEnd,
    /// A part of a slice, which may be left out.
    Slice,
    /// An operand of `and`, `or`, `not`, or of a condition: no `lambda`.
    Not,
    /// An operand of arithmetic or of a comparison: no `not` either.
    Arith,
    /// What `await` waits for: no sign either.
    Primary,
    /// Behind `is`: a `not`, or an operand.
    Is,
    /// Behind an operand and `not`: only `in`.
    In,
    /// An operator, or an end.
    After,
    /// The name behind a dot.
    Attribute,
    /// A target of `for`.
    Target,
    /// A target of `for`, or `in`.
    TargetOrIn,
    AfterTarget,
    Parameter,
    ParameterOrEnd,
    AfterParameter,
    /// Behind `*` of parameters.
    StarParameter,
    LambdaParameter,
    AfterLambdaParameter,
    DefName,
    AfterDefName,
    AfterParameters,
    ClassName,
    AfterClassName,
    Global,
    AfterGlobal,
    AsName,
    AfterAsName,
    /// Behind `async` at the beginning of a statement.
    Async,
    /// Only the colon of a header.
    Colon,
    /// Behind the colon of a header.
    Block,
    /// Only the end of the statement.
    End,
}

/// The statement at hand, as far as it decides what may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Expression,
    Assignment,
    Augmented,
    Annotation,
    Annotated,
    Return,
    Yield,
    YieldFrom,
    Raise,
    RaiseFrom,
    Assert,
    AssertMessage,
    Delete,
    Decorator,
    If,
    Elif,
    Else,
    While,
    For,
    With,
    Try,
    Except,
    BareExcept,
    Finally,
    Definition,
    Other,
}

/// What an open bracket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// None: the statement itself.
    Statement,
    Group,
    Call,
    /// Arguments of a class.
    Bases,
    List,
    Subscript,
    /// A set or a dictionary.
    Brace,
    Parameters,
    /// A target of `for` in parentheses.
    Targets,
    /// `{…}` in an f-string.
    Field,
}

/// How a string ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) mark: u8,
    pub(super) triple: bool,
    pub(super) raw: bool,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    bracket: Bracket,
    close: u8,
    /// The f-string that goes on behind a field, and what was before it.
    quote: Option<(Quote, Suspended)>,
    /// `a if b`, whose `else` is to come.
    pending: bool,
    /// It is a comprehension.
    comp: bool,
    /// The element begins with a star.
    star: bool,
    /// A comma was seen.
    comma: bool,
    /// Nothing of the element was seen.
    fresh: bool,
    /// The argument is a keyword's; the parameter has a default.
    keyword: bool,
    /// An argument before was one; a parameter before had one.
    keywords: bool,
    /// `**` was seen.
    double: bool,
    /// `*` of parameters was seen; `*` without a name, whose parameter is to come.
    starred: bool,
    lacking: bool,
    /// Colons of the element; what the parameter at hand has had.
    colons: u8,
    /// It has pairs, or single elements.
    pairs: bool,
    singles: bool,
}

impl Frame {
    fn new(bracket: Bracket, close: u8, quote: Option<(Quote, Suspended)>) -> Self {
        Self {
            bracket,
            close,
            quote,
            pending: false,
            comp: false,
            star: false,
            comma: false,
            fresh: true,
            keyword: false,
            keywords: false,
            double: false,
            starred: false,
            lacking: false,
            colons: 0,
            pairs: false,
            singles: false,
        }
    }
}

/// The token before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A name that is all of an argument.
    Name,
    Text,
    Bytes,
    Other,
}

/// A block: how far it is indented, and what may follow its last statement.
#[derive(Debug, Clone, Copy)]
struct Level {
    column: usize,
    last: Kind,
}

/// The automaton. It keeps the brackets right even where it is unsure of the rest.
pub(super) struct Syntax {
    sure: bool,
    state: State,
    last: Last,
    top: Frame,
    /// The brackets around the one at hand.
    around: Vec<Frame>,
    kind: Kind,
    /// The element at hand can be assigned to; an element before, or its beginning, cannot.
    target: bool,
    no_target: bool,
    commas: bool,
    /// Behind the colon of a header, on its line.
    simple_only: bool,
    levels: Vec<Level>,
    block_due: bool,
    decorated: bool,
}

/// Deeper brackets are left to the parser.
const DEEPEST: usize = 40;

impl Syntax {
    pub(super) fn new() -> Self {
        Self {
            sure: true,
            state: State::Statement,
            last: Last::Other,
            top: Frame::new(Bracket::Statement, 0, None),
            around: Vec::new(),
            kind: Kind::Expression,
            target: false,
            no_target: false,
            commas: false,
            simple_only: false,
            levels: vec![Level {
                column: 0,
                last: Kind::Other,
            }],
            block_due: false,
            decorated: false,
        }
    }

    /// Begins anew, with a statement of the module.
    pub(super) fn reset(&mut self) {
        self.sure = true;
        self.levels.truncate(1);
        self.levels[0].last = Kind::Other;
        self.block_due = false;
        self.decorated = false;
    }

    /// Whether all statements since the last reset are whole, and valid.
    pub(super) fn is_whole(&self) -> bool {
        let is_open = |level: &Level| level.last == Kind::Try;
        self.sure && !self.block_due && !self.decorated && !self.levels.iter().any(is_open)
    }

    pub(super) fn doubt(&mut self) {
        self.sure = false;
    }

    /// What is read so far cannot be assigned to.
    fn spoil(&mut self) {
        self.no_target |= self.top.bracket == Bracket::Statement;
    }

    fn go(&mut self, state: State) {
        self.state = state;
    }

    /// Whether brackets are open.
    pub(super) fn is_nested(&self) -> bool {
        !self.around.is_empty()
    }

    /// Whether the innermost bracket is a field of an f-string.
    pub(super) fn in_field(&self) -> bool {
        self.top.bracket == Bracket::Field
    }

    /// Whether an f-string is around.
    pub(super) fn in_text(&self) -> bool {
        self.in_field() || self.around.iter().any(|one| one.bracket == Bracket::Field)
    }

    /// Whether an f-string of one line is around.
    pub(super) fn in_short_text(&self) -> bool {
        let is_short = |one: &Frame| one.quote.is_some_and(|(quote, _)| !quote.triple);
        is_short(&self.top) || self.around.iter().any(is_short)
    }

    fn token(&mut self) -> (Last, bool) {
        if self.state == State::Block {
            self.begin();
            self.simple_only = true;
        }
        let last = std::mem::replace(&mut self.last, Last::Other);
        (last, std::mem::replace(&mut self.top.fresh, false))
    }

    fn begin(&mut self) {
        self.state = State::Statement;
        self.kind = Kind::Expression;
        self.target = false;
        self.no_target = false;
        self.commas = false;
        self.top.pending = false;
    }

    /// A line begins, indented by `column` blanks, with a statement.
    pub(super) fn line(&mut self, column: usize) {
        self.begin();
        self.simple_only = false;
        if !self.sure {
            return;
        }
        let top = self.levels[self.levels.len() - 1];
        if std::mem::take(&mut self.block_due) {
            match column > top.column {
                true => self.levels.push(Level {
                    column,
                    last: Kind::Other,
                }),
                false => self.doubt(),
            }
            return;
        }
        while let Some(top) = self.levels.last()
            && top.column > column
        {
            if top.last == Kind::Try || self.decorated {
                self.doubt();
            }
            self.levels.pop();
        }
        if self.levels.last().is_none_or(|top| top.column != column) {
            self.doubt();
            self.levels.truncate(0);
            self.levels.push(Level {
                column: 0,
                last: Kind::Other,
            });
        }
    }

    /// The logical line ends.
    pub(super) fn newline(&mut self) {
        self.last = Last::Other;
        if self.state == State::Block {
            self.block_due = true;
            return;
        }
        self.end();
    }

    pub(super) fn semicolon(&mut self) {
        self.token();
        if self.is_nested() || self.kind == Kind::Decorator || self.state == State::Statement {
            self.doubt();
        }
        self.end();
        self.begin();
    }

    /// A simple statement ends.
    fn end(&mut self) {
        let is_complete = match self.state {
            State::After => match self.kind {
                Kind::Delete => self.target && !self.no_target,
                kind => kind as u8 <= Kind::Decorator as u8,
            },
            State::ExprOrEnd => match self.kind {
                Kind::Delete => self.commas && !self.no_target,
                kind => kind as u8 <= Kind::Decorator as u8,
            },
            State::AfterGlobal | State::End => true,
            State::Statement => !self.decorated,
            _ => false,
        };
        if !is_complete || self.top.pending {
            self.doubt();
        }
    }

    /// A statement of this kind begins: whether it may stand here.
    fn starts(&mut self, kind: Kind) {
        let is_compound = kind as u8 >= Kind::If as u8 && kind != Kind::Other;
        if is_compound && self.simple_only {
            self.doubt();
        }
        if kind != Kind::Decorator {
            let decorates = kind == Kind::Definition;
            if std::mem::take(&mut self.decorated) && !decorates {
                self.doubt();
            }
        }
        self.kind = kind;
        if self.simple_only {
            return; // the header's own kind counts
        }
        let Some(level) = self.levels.last_mut() else {
            return;
        };
        let before = level.last;
        level.last = kind;
        let follows = match kind {
            Kind::Elif => matches!(before, Kind::If | Kind::Elif),
            Kind::Else => matches!(
                before,
                Kind::If | Kind::Elif | Kind::While | Kind::For | Kind::Except | Kind::BareExcept
            ),
            Kind::Except => matches!(before, Kind::Try | Kind::Except),
            Kind::Finally => matches!(
                before,
                Kind::Try | Kind::Except | Kind::BareExcept | Kind::Else
            ),
            _ => before != Kind::Try,
        };
        if kind == Kind::Else && matches!(before, Kind::Except | Kind::BareExcept) {
            // Only `finally` may follow, and it may follow no other `else`.
            level.last = Kind::Else;
        } else if kind == Kind::Else {
            level.last = Kind::Other;
        }
        if !follows {
            self.doubt();
        }
    }

    /// `except:` catches all, so no other `except` follows.
    fn catches_all(&mut self) {
        self.kind = Kind::BareExcept;
        if let Some(level) = self.levels.last_mut() {
            level.last = Kind::BareExcept;
        }
    }

    /// An expression begins a statement, unless one is being read.
    fn expression(&mut self) {
        if self.state == State::Statement {
            self.starts(Kind::Expression);
            self.go(State::Expr);
        }
    }

    /// A name, or a constant.
    pub(super) fn operand(&mut self, is_name: bool) {
        let (_, fresh) = self.token();
        self.expression();
        match self.state {
            State::Expr | State::ExprOrEnd | State::Slice => {
                self.target = is_name;
                if is_name && fresh {
                    self.last = Last::Name;
                }
                self.go(State::After);
            }
            State::Not | State::Arith | State::Primary | State::Is => self.go(State::After),
            State::Attribute if is_name => {
                self.target = true;
                self.go(State::After);
            }
            State::Target | State::TargetOrIn if is_name => self.go(State::AfterTarget),
            State::Parameter | State::ParameterOrEnd | State::StarParameter if is_name => {
                if self.state != State::StarParameter {
                    self.top.lacking = false;
                    if self.top.double {
                        self.doubt();
                    }
                }
                self.go(State::AfterParameter);
            }
            State::LambdaParameter if is_name => self.go(State::AfterLambdaParameter),
            State::DefName if is_name => self.go(State::AfterDefName),
            State::ClassName if is_name => self.go(State::AfterClassName),
            State::Global if is_name => self.go(State::AfterGlobal),
            State::AsName if is_name => self.go(State::AfterAsName),
            _ => self.doubt(),
        }
    }

    /// A string that is read to its end, f-strings included.
    pub(super) fn string(&mut self, is_bytes: bool) {
        let (last, _) = self.token();
        self.expression();
        let this = match is_bytes {
            true => Last::Bytes,
            false => Last::Text,
        };
        match self.state {
            State::Expr
            | State::ExprOrEnd
            | State::Slice
            | State::Not
            | State::Arith
            | State::Primary
            | State::Is => self.go(State::After),
            State::After if last == this => {}
            _ => self.doubt(),
        }
        self.target = false;
        self.last = this;
    }

    /// `(`, `[` or `{`.
    ///
    /// `None` where brackets are too deep.
    pub(super) fn open(&mut self, byte: u8) -> Option<()> {
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
    pub(super) fn open_field(&mut self, quote: Quote, before: Suspended) -> Option<()> {
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
    pub(super) fn close_field(&mut self) -> Option<(Quote, Suspended)> {
        let is_complete = self.state == State::After && !self.top.pending;
        if !is_complete {
            self.doubt();
        }
        let quote = self.top.quote?;
        self.top = self.around.pop()?;
        Some(quote)
    }

    /// What there is before an f-string, to be given back behind it.
    pub(super) fn suspend(&mut self) -> Suspended {
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

    pub(super) fn resume(&mut self, suspended: Suspended) {
        self.state = suspended.state;
        self.last = suspended.last;
        self.target = suspended.target;
        self.no_target = suspended.no_target;
    }

    /// `)`, `]` or `}`.
    ///
    /// `None` where it does not close the innermost bracket.
    pub(super) fn close(&mut self, byte: u8) -> Option<()> {
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
    fn element(&mut self) -> bool {
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
                !(top.pairs && top.singles)
            }
            Bracket::Group => !(top.star && !top.comma),
            Bracket::Parameters => self.parameter(),
            Bracket::List | Bracket::Subscript => true,
            Bracket::Targets | Bracket::Field | Bracket::Statement => false,
        }
    }

    /// A parameter ends: whether it may stand there.
    fn parameter(&mut self) -> bool {
        let top = &mut self.top;
        let has_default = top.keyword;
        let fits = match top.star {
            true => !has_default,
            false => has_default || !top.keywords || top.starred,
        };
        top.keywords |= has_default;
        fits
    }

    pub(super) fn comma(&mut self) {
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

    pub(super) fn colon(&mut self) {
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
    pub(super) fn equals(&mut self) {
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
    pub(super) fn augmented(&mut self) {
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
    pub(super) fn binary(&mut self) {
        self.token();
        self.operator(State::Arith);
    }

    pub(super) fn comparison(&mut self) {
        self.token();
        if self.top.star {
            self.doubt();
        }
        self.operator(State::Arith);
    }

    /// `+` or `-`.
    pub(super) fn sign(&mut self) {
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
    pub(super) fn invert(&mut self) {
        match self.state {
            State::After => self.doubt(),
            _ => self.sign(),
        }
    }

    /// `*`: a product, or a star before an element.
    pub(super) fn star(&mut self) {
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
    pub(super) fn power(&mut self) {
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
    pub(super) fn at(&mut self) {
        self.token();
        if self.state == State::Statement && !self.simple_only {
            self.starts(Kind::Decorator);
            self.decorated = true;
            self.go(State::Expr);
            return;
        }
        self.operator(State::Arith);
    }

    pub(super) fn dot(&mut self) {
        self.token();
        match self.state {
            State::After => self.go(State::Attribute),
            _ => self.doubt(),
        }
    }

    /// `->`.
    pub(super) fn arrow(&mut self) {
        self.token();
        match self.state {
            State::AfterParameters => self.go(State::Expr),
            _ => self.doubt(),
        }
    }

    /// A keyword, or a name.
    pub(super) fn word(&mut self, word: Word) {
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

/// What [`Syntax::suspend`] keeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suspended {
    state: State,
    last: Last,
    target: bool,
    no_target: bool,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
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
    pub(super) fn of(word: &[u8]) -> Self {
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
