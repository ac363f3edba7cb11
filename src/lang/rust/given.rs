//! What the macros of a file make of whole paths that they are given: a longer path, or an import.

use std::cell::{LazyCell, OnceCell};
use std::collections::BTreeSet;

use proc_macro2::TokenStream;

use super::definition::{has_variable_behind, is_asked, patterns};
use super::names::Names;
use super::rules::Rules;
use super::tokens::{Base, Kind, Token, flat};
use super::tree::path_separator;
use crate::project::{MadeOfPath, PutBehind};

/// What each macro of the text makes of the paths that it is given, by its name.
pub(super) fn made_of_paths<'t>(
    names: &Names<'t>,
    rules: &LazyCell<Rules<'t>, impl FnOnce() -> Rules<'t>>,
) -> BTreeSet<(Box<str>, MadeOfPath)> {
    let mut all = BTreeSet::new();
    // The cheap question first: few macros say either.
    if !has_variable_behind(names.text, &["::"]) && !says_use_of_variable(names.text) {
        return all;
    }
    let declared = |own: usize| {
        let whole = rules.own[own].whole.clone();
        names.text.get(whole).unwrap_or_default()
    };
    let takes: Vec<OnceCell<bool>> = rules.own.iter().map(|_| OnceCell::new()).collect();
    for (index, own) in rules.own.iter().enumerate() {
        for (at, head) in heads(declared(index), &names.place.krate) {
            let at = own.whole.start + at;
            let is_told = names.facts.made.iter().any(|made| made.start() == at);
            let made = rules.saying(at).into_iter().map(|saying| {
                let put = PutBehind {
                    head: head.as_str().into(),
                    takes_paths: *takes[saying].get_or_init(|| takes_paths(declared(saying))),
                    is_told,
                };
                (rules.own[saying].name.into(), MadeOfPath::Behind(put))
            });
            all.extend(made);
        }
    }
    let give_on = rules.in_bodies(names.text, gives_path_on);
    for of in rules.in_bodies(names.text, imports_path) {
        let made = match give_on.contains(of) {
            true => MadeOfPath::ReExport,
            false => MadeOfPath::Import,
        };
        all.insert((of.into(), made));
    }
    all
}

/// What a `macro_rules!` puts before variables, as it is read where the macro is used, and where its
/// first word stands: `::app::a` of `$crate::a::$b`, `super` of `super::$($a)::*`.
fn heads(declaration: &str, krate: &str) -> Vec<(usize, String)> {
    if !has_variable_behind(declaration, &["::"]) {
        return Vec::new();
    }
    let stream: TokenStream = declaration.parse().unwrap_or_default();
    let tokens = flat(stream, Base::new(0));
    let begun = (0..tokens.len()).filter_map(|at| {
        let first = tokens[at].word()?;
        let mut head = match begin_of(&tokens, at)? {
            Begin::Plain => first.to_owned(),
            Begin::Root => format!("::{first}"),
            Begin::Dollar => (first == "crate").then(|| format!("::{krate}"))?,
        };
        let mut next = path_separator(&tokens, at + 1)?;
        while let Some(word) = tokens.get(next).and_then(Token::word) {
            head = format!("{head}::{word}");
            next = path_separator(&tokens, next + 1)?;
        }
        let is_made = tokens.get(next..next + 2).is_some_and(is_of_variable);
        is_made.then_some((tokens[at].at.start, head))
    });
    begun.collect()
}

/// What stands before the first word of a path.
enum Begin {
    Plain,
    Root,
    Dollar,
}

/// How a path begins whose first word is this token; `None` for a word inside of one.
fn begin_of(tokens: &[Token], at: usize) -> Option<Begin> {
    let colons = at.checked_sub(2);
    let colons = colons.filter(|&it| path_separator(tokens, it) == Some(at));
    let before = at.checked_sub(1).map(|it| &tokens[it]);
    match colons {
        None if before.is_some_and(|it| it.is_sign('$')) => Some(Begin::Dollar),
        None => Some(Begin::Plain),
        Some(colons) => {
            let before = colons.checked_sub(1).map(|it| &tokens[it]);
            let goes_on = before.is_some_and(|it| match it.kind {
                Kind::Word(_) | Kind::Close(_) => true,
                _ => ['>', '*', '+', '?']
                    .into_iter()
                    .any(|sign| it.is_sign(sign)),
            });
            (!goes_on).then_some(Begin::Root)
        }
    }
}

/// Whether a `macro_rules!` can put a path of several names behind another one: what it takes has `::`
/// between variables, or may be any tokens.
fn takes_paths(declaration: &str) -> bool {
    let [patterns, _] = patterns(declaration);
    let tokens = flat(patterns.into_iter().collect(), Base::new(0));
    let mut pairs = tokens.windows(2);
    pairs.any(|two| {
        let is_colons = two[0].kind == Kind::Sign(':', true) && two[1].is_sign(':');
        is_colons || two[0].is_sign(':') && two[1].word() == Some("tt")
    })
}

/// Whether a `macro_rules!` imports a variable as it is, by another name, or all that is in it: others
/// can read through that whatever the variable's path has. `use $path::name;` says what it reads.
fn imports_path(declaration: &str) -> bool {
    imports_path_if(declaration, |_| true)
}

/// Whether it does so for others: behind `pub`, or behind a variable.
fn gives_path_on(declaration: &str) -> bool {
    imports_path_if(declaration, |before| match before {
        [.., sign, name] if sign.is_sign('$') && name.word().is_some() => true,
        [.., last] => last.word() == Some("pub") || last.kind == Kind::Close(')'),
        [] => false,
    })
}

fn imports_path_if(declaration: &str, fits: fn(&[Token]) -> bool) -> bool {
    if !says_use_of_variable(declaration) {
        return false;
    }
    let stream: TokenStream = declaration.parse().unwrap_or_default();
    let tokens = flat(stream, Base::new(0));
    let imports = tokens.iter().enumerate();
    let mut imports = imports.filter(|(_, token)| token.word() == Some("use"));
    imports.any(|(at, _)| {
        let (before, behind) = (&tokens[..at], &tokens[at + 1..]);
        let end = behind.iter().position(|it| it.is_sign(';')).unwrap_or(0);
        let import = &behind[..end];
        let is_given = import.windows(2).any(is_of_variable) && !is_asked(import);
        let is_colon_and_name = |two: &[Token]| two[0].is_sign(':') && two[1].word().is_some();
        // Those before the variable are the way to it.
        let variable = import.windows(2).position(is_of_variable).unwrap_or(0);
        let says_name = import[variable..].windows(2).any(is_colon_and_name);
        is_given && !says_name && fits(before)
    })
}

/// Whether a `macro_rules!` begins a path with a variable, imports it, or declares it as a crate.
pub(super) fn begins_path(declaration: &str) -> bool {
    if imports_path(declaration) {
        return true;
    }
    let [_, bodies] = patterns(declaration);
    let tokens = flat(bodies.into_iter().collect(), Base::new(0));
    (0..tokens.len()).any(|at| {
        if !tokens.get(at..at + 2).is_some_and(is_of_variable) {
            return false;
        }
        // `$($c)*::a`
        let is_end = |it: &Token| it.kind == Kind::Close(')') || it.is_sign('*') || it.is_sign('+');
        let behind = tokens[at + 2..].iter().position(|it| !is_end(it));
        let is_head = behind.is_some_and(|ends| path_separator(&tokens, at + 2 + ends).is_some());
        let declares = |before: &[Token]| match before {
            [.., declared, krate] => {
                declared.word() == Some("extern") && krate.word() == Some("crate")
            }
            _ => false,
        };
        is_head || declares(&tokens[..at])
    })
}

/// Whether a variable may stand in an import.
fn says_use_of_variable(text: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_alphanumeric();
    let words = memchr::memmem::find_iter(text.as_bytes(), "use");
    let mut imports = words.map(|at| (&text[..at], &text[at + "use".len()..]));
    imports.any(|(before, rest)| {
        !before.ends_with(is_part)
            && !rest.starts_with(is_part)
            && rest[..rest.find(';').unwrap_or(rest.len())].contains('$')
    })
}

/// `$name` or `$(`.
fn is_of_variable(two: &[Token]) -> bool {
    let is_name = two[1].word().is_some_and(|word| word != "crate");
    two[0].is_sign('$') && (is_name || two[1].kind == Kind::Open('('))
}

#[cfg(test)]
mod tests {
    use super::{begins_path, gives_path_on, heads, imports_path, takes_paths};

    #[test]
    fn a_macro_puts_paths_before_variables() {
        let heads = |body: &str| {
            let heads = heads(&format!("macro_rules! a {{ {body} }}"), "app");
            Vec::from_iter(heads.into_iter().map(|(_, head)| head))
        };
        assert_eq!(
            heads("($($p:ident)::*) => { $crate::$($p)::*() }"),
            ["::app"]
        );
        let own = heads("($a:ident) => { $crate::b::c::$a; $crate::d($a); crate::e::$a }");
        assert_eq!(own, ["::app::b::c", "crate::e"]);
        let others = heads("($a:ident) => { super::$a; ::kit::b::$a; kit::$a!() }");
        assert_eq!(others, ["super", "::kit::b", "kit"]);
        assert!(heads("($a:ident) => { $a::b::$a; $($a)::*::c::$a; <$a>::b::$a }").is_empty());
    }

    #[test]
    fn a_macro_takes_paths_by_colons_or_any_tokens() {
        let takes = |rules: &str| takes_paths(&format!("macro_rules! a {{ {rules} }}"));
        assert!(takes("($($p:ident)::*) => {}"));
        assert!(takes("() => {}; [$a:ident :: $b:ident] => {}"));
        assert!(takes("($($t:tt)*) => {}"));
        assert!(!takes("($p:path, $n:ident) => { $crate::$n($p) }"));
    }

    #[test]
    fn a_macro_begins_paths_with_what_it_is_given() {
        let begins =
            |body: &str| begins_path(&format!("macro_rules! a {{ ($c:tt) => {{ {body} }} }}"));
        for body in [
            "$c::a()",
            "b::<::$c::A>()",
            "$($c)*::a()",
            "$($c)::+",
            "$($c::)* a",
            "use $c::a::{b};",
            "pub use ::$c as a;",
            "extern crate $c;",
            "extern crate $c as b;",
        ] {
            assert!(begins(body), "{body}");
        }
        for body in [
            "stringify!($c)",
            "$c + 1",
            "a::$c",
            "let $c: A = a::b;",
            "$crate::a($c)",
        ] {
            assert!(!begins(body), "{body}");
        }
        assert!(!begins_path("macro_rules! a { ($c:tt :: $d:tt) => {} }"));
    }

    #[test]
    fn a_macro_imports_what_it_is_given() {
        let imports = |body: &str| imports_path(&format!("macro_rules! a {{ {body} }}"));
        assert!(imports("($p:path) => { use $p as q; }"));
        assert!(imports("($($p:ident)::+) => { pub use $($p)::+::*; }"));
        assert!(imports("($p:path) => { use $p; }"));
        assert!(imports("($($p:ident)::+) => { use $crate::$($p)::+; }"));
        assert!(imports("($($p:ident)::+) => { use a::b::$($p)::+::*; }"));
        assert!(!imports("($p:path) => { use $p::name; }"));
        assert!(!imports("(use $p:path;) => { $p }"));
        assert!(!imports("($p:path) => { use other::name; $p() }"));
        let gives_on = |body: &str| gives_path_on(&format!("macro_rules! a {{ {body} }}"));
        assert!(gives_on("($p:path) => { pub use $p as q; }"));
        assert!(gives_on(
            "($v:vis $p:path) => { $v use $p; pub(crate) use $p as q; }"
        ));
        assert!(!gives_on("($p:path) => {{ use $p as q; }}"));
    }
}
