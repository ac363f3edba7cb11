//! TOML: the events of the parser that `toml_edit` builds on, which know the bytes of every key.

use std::borrow::Cow;

use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::{EventReceiver, RecursionGuard, parse_document};
use toml_parser::{ErrorSink, ParseError, Source, Span};

use super::{Scalar, Scalars};
use crate::finding::Problem;

/// How deep arrays and inline tables may lie in each other; the parser recurses.
const DEEPEST: u32 = 100;

pub(super) fn scalars(text: &str) -> Scalars<'_> {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut reader = Reader {
        source,
        scalars: Vec::new(),
        tables: 0,
        open: Vec::new(),
        in_header: false,
    };
    let mut errors: Vec<ParseError> = Vec::new();
    let mut guarded = RecursionGuard::new(&mut reader, DEEPEST);
    parse_document(&tokens, &mut guarded, &mut errors);
    match errors.first() {
        None => Ok(reader.scalars),
        Some(error) => Err(Problem {
            offset: error.unexpected().map_or(0, |span| span.start()),
            message: format!("not valid TOML: {}", error.description()),
        }),
    }
}

struct Reader<'t> {
    source: Source<'t>,
    scalars: Vec<Scalar<'t>>,
    /// How many tables were opened; a table's number is the count at its opening.
    tables: usize,
    /// The table that is read, and those around it.
    open: Vec<usize>,
    in_header: bool,
}

impl<'t> Reader<'t> {
    fn header(&mut self) {
        self.tables += 1;
        self.open.clear();
        self.open.push(self.tables);
        self.in_header = true;
    }

    fn push(&mut self, span: Span, encoding: Option<Encoding>, value: Cow<'t, str>, is_key: bool) {
        let quotes = match encoding {
            None => 0,
            Some(Encoding::BasicString | Encoding::LiteralString) => 1,
            Some(Encoding::MlBasicString | Encoding::MlLiteralString) => 3,
        };
        // All headers are one table, in which a key may stand again and again.
        let table = match self.in_header {
            true => 0,
            false => self.open.last().copied().unwrap_or(0),
        };
        self.scalars.push(Scalar {
            range: span.start() + quotes..span.end() - quotes,
            value,
            mapping: is_key.then_some(table),
        });
    }
}

impl EventReceiver for Reader<'_> {
    fn std_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.header();
    }

    fn std_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.in_header = false;
    }

    fn array_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.header();
    }

    fn array_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.in_header = false;
    }

    fn inline_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) -> bool {
        self.tables += 1;
        self.open.push(self.tables);
        true
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.open.pop();
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, errors: &mut dyn ErrorSink) {
        let Some(raw) = self.source.get(span) else {
            return;
        };
        let mut value = Cow::Borrowed("");
        let raw = toml_parser::Raw::new_unchecked(raw.as_str(), encoding, span);
        raw.decode_key(&mut value, errors);
        self.push(span, encoding, value, true);
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, errors: &mut dyn ErrorSink) {
        let Some(raw) = self.source.get(span) else {
            return;
        };
        let mut value = Cow::Borrowed("");
        let raw = toml_parser::Raw::new_unchecked(raw.as_str(), encoding, span);
        if raw.decode_scalar(&mut value, errors) == ScalarKind::String {
            self.push(span, encoding, value, false);
        }
    }
}
