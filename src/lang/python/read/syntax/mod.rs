//! Whether a statement is valid Python, told from its tokens alone, in one pass and without a tree.
//!
//! It knows less than the language has: what it takes for valid is valid, and whatever it does not
//! know (a walrus, `match`, parameters behind a slash) it only calls *unsure*, and the parser
//! looks at it. So a statement can be left out of the parse and no syntax error is overlooked.

mod brackets;
mod marks;
mod words;

pub(super) use self::words::Word;

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
}

/// What [`Syntax::suspend`] keeps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suspended {
    state: State,
    last: Last,
    target: bool,
    no_target: bool,
}
