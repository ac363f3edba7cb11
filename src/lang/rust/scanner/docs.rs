//! What documentation says that `concat!` puts together, and what macros make documentation of.

use std::ops::Range;

use crate::lang::rust::facts::{DocLine, Facts, Part, Pattern};
use crate::lang::rust::tokens::{Kind, Token};
use crate::lang::rust::words::Words;
use crate::project::is_named_for_docs;

/// Whether a macro makes documentation of what it is given, as far as it is known.
pub(in crate::lang::rust) fn is_documenting(name: &str, facts: &Facts) -> bool {
    is_named_for_docs(name) || facts.documenting.contains(name)
}

/// The strings among what such a macro is given, alone or as arguments of `concat!`.
pub(in crate::lang::rust) fn given_docs(
    arguments: &[Token],
    (text, module): (&str, usize),
    words: &Words,
    facts: &mut Facts,
) {
    let mut depth = 0_usize;
    for (at, token) in arguments.iter().enumerate() {
        match &token.kind {
            Kind::Close(_) => depth = depth.saturating_sub(1),
            Kind::Open(_) => {
                let before = &arguments[..at];
                let is_concat = matches!(before, [.., concat, not]
                    if concat.word() == Some("concat") && not.is_sign('!'));
                if is_concat && depth == 0 {
                    let inside = &arguments[at + 1..];
                    let inside = &inside[..closing(inside)];
                    let whole = before[at - 2].at.start..token.at.end;
                    let end = inside.last().map_or(whole.end, |last| last.at.end);
                    concatenated(inside, &(whole.start..end), (text, module), words, facts);
                }
                depth += 1;
            }
            Kind::Literal if depth == 0 => facts.docs.push(DocLine {
                at: token.at.clone(),
                literal: Some(token.at.clone()),
                module,
            }),
            _ => {}
        }
    }
}

/// How many tokens stand before the bracket that closes those around them.
pub(in crate::lang::rust) fn closing(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| match token.kind {
        Kind::Open(_) => {
            depth += 1;
            false
        }
        Kind::Close(_) if depth > 0 => {
            depth -= 1;
            false
        }
        Kind::Close(_) => true,
        _ => false,
    });
    end.unwrap_or(tokens.len())
}

/// The text that `deprecated` gives as its reason, which is documentation: `note = "…"`, or `= "…"`.
pub(in crate::lang::rust) fn deprecation(tokens: &[Token], module: usize, facts: &mut Facts) {
    let strings = tokens.windows(3).filter(|three| {
        let is_note = matches!(three[0].word(), Some("note" | "deprecated"));
        is_note && three[1].is_sign('=') && three[2].kind == Kind::Literal
    });
    facts.docs.extend(strings.map(|three| DocLine {
        at: three[2].at.clone(),
        literal: Some(three[2].at.clone()),
        module,
    }));
}

/// `doc = concat!("…", …)` in the attribute at `whole`, in a module of a text: its strings are one
/// text, and a path that only all of them say is one that a macro makes.
pub(in crate::lang::rust) fn concatenated(
    arguments: &[Token],
    whole: &Range<usize>,
    (text, module): (&str, usize),
    words: &Words,
    facts: &mut Facts,
) {
    /// In the place of what is no string here.
    const UNKNOWN: char = '\0';
    let mut said = String::new();
    let mut ends = vec![];
    let mut strings: Vec<Range<usize>> = Vec::new();
    let mut depth = 0_usize;
    for token in arguments {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            Kind::Literal if depth == 0 => {
                let written = text.get(token.at.clone()).unwrap_or("");
                match syn::parse_str::<syn::LitStr>(written) {
                    Ok(string) => {
                        said.push_str(&string.value());
                        strings.push(token.at.clone());
                    }
                    Err(_) => said.push_str(written),
                }
            }
            Kind::Word(_) if depth == 0 => said.push(UNKNOWN),
            Kind::Sign(',', _) if depth == 0 => ends.push(said.len()),
            _ => {}
        }
    }
    let mut start = whole.start;
    for (nth, literal) in strings.iter().enumerate() {
        let is_last = nth + 1 == strings.len();
        let end = if is_last { whole.end } else { literal.end };
        facts.docs.push(DocLine {
            at: start..end,
            literal: Some(literal.clone()),
            module,
        });
        start = end;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | UNKNOWN);
    let mut seen = 0;
    for end in ends {
        let from = said[..end].trim_end_matches(is_part).len();
        let behind = &said[end..];
        let to = end + (behind.len() - behind.trim_start_matches(is_part).len());
        let parted = from.max(seen) < end && end < to;
        let path = said[from..to].trim_matches(':');
        if !parted || !path.contains("::") {
            continue;
        }
        seen = to;
        let names = path.split("::");
        let rest = names.map(|name| match name.contains(UNKNOWN) {
            true => Part::Variable,
            false => Part::Name(name.into()),
        });
        let rest: Vec<Part> = rest.collect();
        let says = |part: &Part| matches!(part, Part::Name(name) if words.has(name));
        if rest.iter().any(says) {
            facts.patterns.push(Pattern {
                head: None,
                rest: rest.into(),
                at: whole.clone(),
            });
        }
    }
}
