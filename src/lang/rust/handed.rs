//! Names that a macro is given where others have keys or expressions: it may declare them,
//! call them, or put them behind something else, and only then are they none of the place.

use std::cell::{LazyCell, OnceCell};
use std::collections::BTreeSet;

use memchr::memmem;
use rustc_hash::FxHashSet;

use super::builtin;
use super::definition::{has_variable_behind, patterns};
use super::facts::{Bound, Facts};
use super::keys;
use super::rules::Rules;
use super::tokens::{Base, Kind, Token, flat};

/// Fragments that are a name, or begin with one.
const NAMES: &[&str] = &["ident", "pat", "pat_param", "path", "ty"];

/// Tells what macros may make of such names: those may be anything.
pub(super) fn settle<'t>(facts: &mut Facts, text: &'t str, rules: &OnceCell<Rules<'t>>) {
    let keyed = std::mem::take(&mut facts.keyed);
    let has_rules = has_rules(text);
    if keyed.is_empty() && (facts.handed.is_empty() || !has_rules) {
        return;
    }
    let rules = rules.get_or_init(|| Rules::of(text));
    for path in keyed {
        let around = rules.arguments_around(path.start());
        let innermost = around.min_by_key(|(_, arguments)| arguments.len());
        let names_it = innermost.is_some_and(|(of, arguments)| {
            names_keys(rules, text, of)
                .unwrap_or_else(|| is_of_project(facts, text, (of, arguments.start)))
        });
        if names_it {
            facts.may_be(path);
        }
    }
    let puts_behind = |at: usize| {
        let mut of = rules.given(at);
        of.any(|of| rules.is_in_body(of, text, puts_behind) == Some(true))
    };
    let is_put = |at: usize| has_rules && facts.handed.contains(&at) && puts_behind(at);
    let put = facts
        .paths
        .extract_if(.., |path| path.words.len() == 1 && is_put(path.start()));
    for path in put.collect::<Vec<_>>() {
        facts.may_be(path);
    }
}

/// Whether a text may declare macros by example.
pub(super) fn has_rules(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"macro_rules").is_some()
}

/// The macros of a text that put names which they are given behind a dot or a path.
pub(super) fn putting_behind<'t>(
    text: &'t str,
    rules: &LazyCell<Rules<'t>, impl FnOnce() -> Rules<'t>>,
) -> BTreeSet<Box<str>> {
    // The cheap question first.
    if !has_variable_behind(text, &[".", "::"]) {
        return BTreeSet::new();
    }
    let put = rules.in_bodies(text, puts_behind).into_iter();
    put.map(Into::into).collect()
}

/// Whether a macro of the text may make a name of what stands before a `=` or a `:`: a pattern has a
/// variable for a name, or what others do with it is not known. A word of the pattern itself counts as
/// one that the macro says. `None` where the text has no such macro.
fn names_keys(rules: &Rules<'_>, text: &str, of: &str) -> Option<bool> {
    let mut own = rules.own.iter().filter(|own| own.name == of);
    let takes_names = rules.is_in_body(of, text, takes_names)?;
    Some(takes_names || own.any(|own| rules.calls_others(&own.whole, text)))
}

/// Whether a macro whose arguments begin at a place may be one of the project, whose file is another
/// one: those of crates, which their paths or imports name, take keys as a rule.
fn is_of_project(facts: &Facts, text: &str, (of, arguments): (&str, usize)) -> bool {
    if builtin::is_macro(of) || keys::takes_code(of) {
        return false;
    }
    let is_own = |first: &str| matches!(first, "crate" | "self" | "super");
    let before = text[..arguments]
        .trim_end()
        .trim_end_matches('!')
        .trim_end();
    let is_part = |c: char| c == '_' || c == ':' || c == '$' || c.is_alphanumeric();
    let path = &before[before.trim_end_matches(is_part).len()..];
    if let Some((first, _)) = path.split_once("::") {
        return is_own(first.trim_start_matches('$'));
    }
    let bindings = facts.named(of).iter().map(|&it| &facts.bindings[it]);
    let mut leaves = bindings.filter_map(|binding| match binding.kind {
        Bound::Leaf { statement, leaf } => facts.statements[statement].leaves[leaf].names.first(),
        _ => None,
    });
    leaves.all(|first| is_own(first.plain()))
}

/// The tokens of the patterns of a `macro_rules!`, and of its bodies.
fn parts(declaration: &str) -> [Vec<Vec<Token>>; 2] {
    let tokens = |stream| flat(stream, Base::new(0));
    patterns(declaration).map(|all| all.into_iter().map(tokens).collect())
}

/// Whether a pattern has a variable that may stand for a name before a `=` or a `:`.
fn takes_names(declaration: &str) -> bool {
    let [patterns, _] = parts(declaration);
    let takes = |pattern: &Vec<Token>| {
        let mut variables = variables(pattern);
        variables.any(|(_, fragment, behind)| match fragment {
            // `$($t:tt)*` is given on as it is.
            "tt" => behind.is_some_and(|next| !matches!(next.kind, Kind::Close(_))),
            fragment => NAMES.contains(&fragment),
        })
    };
    patterns.iter().any(takes)
}

/// Whether a body puts a name behind a dot or a path that a pattern has with more behind the name:
/// `$x.$m($($a),*)`.
fn puts_behind(declaration: &str) -> bool {
    if !has_variable_behind(declaration, &[".", "::"]) {
        return false;
    }
    let [patterns, bodies] = parts(declaration);
    let put: FxHashSet<&str> = bodies
        .iter()
        .flat_map(|body| put(body, declaration))
        .collect();
    let is_put = |pattern: &Vec<Token>| {
        let mut variables = variables(pattern);
        variables.any(|(name, fragment, behind)| {
            let goes_on = || match behind.map(|next| &next.kind) {
                None | Some(Kind::Close(_)) => false,
                Some(Kind::Sign(sign, _)) => !matches!(sign, ',' | ';' | '='),
                Some(_) => true,
            };
            put.contains(name) && (fragment == "tt" || NAMES.contains(&fragment) && goes_on())
        })
    };
    patterns.iter().any(is_put)
}

/// The variables of a pattern, each with its fragment and with what stands behind that.
fn variables(pattern: &[Token]) -> impl Iterator<Item = (&str, &str, Option<&Token>)> {
    pattern.windows(4).enumerate().filter_map(|(at, four)| {
        let [dollar, name, colon, fragment] = four else {
            return None;
        };
        let is_variable = dollar.is_sign('$') && colon.is_sign(':');
        let parts = is_variable.then(|| Some((name.word()?, fragment.word()?)));
        let (name, fragment) = parts.flatten()?;
        Some((name, fragment, pattern.get(at + 4)))
    })
}

/// The variables of a body that stand behind a dot or a path, alone or at the beginning of what is
/// repeated.
fn put<'b>(body: &'b [Token], text: &'b str) -> impl Iterator<Item = &'b str> {
    let dollars = body.iter().enumerate().filter(|(_, it)| it.is_sign('$'));
    dollars.filter_map(|(at, _)| {
        let [last, before] = [1, 2].map(|back| at.checked_sub(back).map(|it| &body[it]));
        let is_twice = |sign: char| before.is_some_and(|it| it.kind == Kind::Sign(sign, true));
        // `$x.0.$m`, where the dot is a part of the number.
        let ends_with_dot = |last: &Token| {
            let written = text.get(last.at.clone()).unwrap_or_default();
            last.kind == Kind::Literal && written.ends_with('.')
        };
        let is_behind = last.is_some_and(|last| {
            let is_dot = last.is_sign('.') && !is_twice('.') || ends_with_dot(last);
            is_dot || last.is_sign(':') && is_twice(':')
        });
        let mut rest = body[at..].iter();
        let is_lead = |it: &&Token| it.is_sign('$') || matches!(it.kind, Kind::Open(_));
        let first = rest.find(|it| !is_lead(it)).filter(|_| is_behind)?;
        first.word().filter(|word| *word != "crate")
    })
}
