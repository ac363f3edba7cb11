//! JSON, and its relatives with comments, trailing commas and bare keys.

use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::tokens::Token;
use jsonc_parser::{
    CollectOptions, CommentCollectionStrategy, ParseOptions, common::Ranged, parse_to_ast,
};

use super::{Scalar, Scalars};
use crate::finding::Problem;

pub(super) fn scalars(text: &str) -> Scalars<'_> {
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::Off,
        tokens: true,
    };
    let options = ParseOptions {
        allow_missing_commas: false,
        ..ParseOptions::default()
    };
    let parsed = parse_to_ast(text, &collect, &options).map_err(|error| Problem {
        offset: error.range().start,
        message: match error.kind() {
            ParseErrorKind::NestingDepthExceeded => "JSON that is nested too deep".to_owned(),
            kind => format!("not valid JSON: {kind}"),
        },
    })?;
    let tokens = parsed.tokens.unwrap_or_default();
    let mut scalars = Vec::new();
    let mut objects = 0;
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::OpenBrace => {
                objects += 1;
                open.push(objects);
            }
            Token::CloseBrace => {
                open.pop();
            }
            Token::String(value) => {
                let next = tokens.get(at + 1).map(|next| &next.token);
                let is_key = next == Some(&Token::Colon);
                scalars.push(Scalar {
                    range: token.start() + 1..token.end() - 1,
                    value: value.clone(),
                    mapping: open.last().copied().filter(|_| is_key),
                });
            }
            _ => {}
        }
    }
    Ok(scalars)
}
