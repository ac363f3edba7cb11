//! YAML: the events of a parser that does not recurse, with their places turned into bytes.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::{Scalar, Scalars};
use crate::finding::Problem;

pub(super) fn scalars(text: &str) -> Scalars<'_> {
    // The parser takes `key:<tab>value` for an error, which YAML allows.
    scalars_of(text, text).or_else(|problem| match without_tabs(text) {
        Some(spaced) => match scalars_of(text, &spaced) {
            Ok(scalars) => Ok(scalars.into_iter().map(Scalar::into_owned).collect()),
            Err(_) => Err(problem),
        },
        None => Err(problem),
    })
}

/// The text with blanks for the tabs that set a value apart; `None` where there is none. Every
/// place stays what it was.
fn without_tabs(text: &str) -> Option<String> {
    let mut spaced = String::with_capacity(text.len());
    let mut is_apart = false;
    for c in text.chars() {
        let is_blank = matches!(c, ' ' | '\t');
        spaced.push(if is_apart && is_blank { ' ' } else { c });
        is_apart = matches!(c, ':' | '-' | '?') || is_apart && is_blank;
    }
    (spaced != text).then_some(spaced)
}

/// The scalars of `text`, told by `parsed`, which differs in blanks at most.
fn scalars_of<'t>(text: &str, parsed: &'t str) -> Scalars<'t> {
    let mut bytes = Bytes {
        text,
        character: 0,
        byte: 0,
    };
    let mut nesting = Nesting::default();
    let mut scalars = Vec::new();
    for event in Parser::new_from_str(parsed) {
        let (event, span) = event.map_err(|error| Problem {
            offset: bytes.of(error.marker().index()),
            message: format!("not valid YAML: {}", error.info()),
        })?;
        match event {
            Event::MappingStart(..) => nesting.open(true),
            Event::SequenceStart(..) => nesting.open(false),
            Event::MappingEnd | Event::SequenceEnd => nesting.close(),
            Event::Alias(_) => {
                nesting.node();
            }
            Event::Scalar(value, style, ..) => {
                let mapping = nesting.node();
                let mut start = bytes.of(span.start.index());
                let mut end = bytes.of(span.end.index());
                match style {
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if end > start + 1 => {
                        start += 1;
                        end -= 1;
                    }
                    _ => end = start + text[start..end].trim_end().len(),
                }
                scalars.push(Scalar {
                    range: start..end,
                    value,
                    mapping,
                });
            }
            _ => {}
        }
    }
    Ok(scalars)
}

/// Which collections are open, and whether the next node of a mapping is a key.
#[derive(Default)]
struct Nesting {
    mappings: usize,
    /// The number of a mapping, or `None` for a sequence; and whether a key comes next.
    open: Vec<(Option<usize>, bool)>,
}

impl Nesting {
    fn open(&mut self, is_mapping: bool) {
        self.node();
        self.mappings += 1;
        self.open.push((is_mapping.then_some(self.mappings), true));
    }

    fn close(&mut self) {
        self.open.pop();
    }

    /// Counts a node; the mapping's number where the node is a key.
    fn node(&mut self) -> Option<usize> {
        let (mapping, key_next) = self.open.last_mut()?;
        let is_key = *key_next;
        *key_next = !is_key;
        mapping.filter(|_| is_key)
    }
}

/// The parser counts characters; edits count bytes.
struct Bytes<'t> {
    text: &'t str,
    character: usize,
    byte: usize,
}

impl Bytes<'_> {
    /// The byte of a character; cheap where the characters asked for come in order.
    fn of(&mut self, character: usize) -> usize {
        if character < self.character {
            (self.character, self.byte) = (0, 0);
        }
        let mut rest = self.text[self.byte..].chars();
        while self.character < character
            && let Some(c) = rest.next()
        {
            self.character += 1;
            self.byte += c.len_utf8();
        }
        self.byte
    }
}
