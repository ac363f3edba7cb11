//! Whether code tells two members of one type apart: there one cannot take the name of the other.
//!
//! Types are not known here, and so the tokens of a function decide: two variants written in the
//! same way, two fields of one literal or pattern, two fields of one variable.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::tokens::is_sign;

/// What is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// `E::Old`, `Old`
    Variant,
    /// `S { old: 1 }`, `s.old`
    Field,
    /// What is matched: `OLD => 1`, `S::OLD => 1`
    Constant,
}

/// The line, from 1, of an item of `text` that has both names, of members of the type `home`.
pub fn told_apart(
    text: &str,
    (home, old, new): (&str, &str, &str),
    member: Member,
) -> Option<usize> {
    let text = text.trim_start_matches('\u{feff}');
    if !(text.contains(old) && text.contains(new)) {
        return None;
    }
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return None;
    };
    let tokens = trees(tokens);
    let asked = Asked {
        names: [old, new],
        member,
        imported: Imported::of(&tokens, home),
    };
    let line = in_items(&tokens, &asked);
    proc_macro2::extra::invalidate_current_thread_spans();
    line
}

/// Words of items that hold no values: what they declare is no use of it.
const DECLARE: [&str; 4] = ["enum", "struct", "union", "use"];
/// Words of items that hold items.
const HOLD: [&str; 4] = ["mod", "impl", "trait", "extern"];

/// What is asked of a file.
struct Asked<'a> {
    names: [&'a str; 2],
    member: Member,
    imported: Imported,
}

/// What a file imports of a type, as far as a name alone may stand for a variant.
#[derive(Default)]
struct Imported {
    /// What the type is called there.
    types: BTreeSet<String>,
    /// Its members; `*` stands for all.
    members: BTreeSet<String>,
}

impl Imported {
    fn of(tokens: &[TokenTree], home: &str) -> Self {
        let mut imported = Self::default();
        imported.types.insert(home.to_owned());
        imported.add(tokens, home);
        imported
    }

    /// `E as F`, `E::A`, `E::{A, B as C}` and `E::*`, wherever they stand: what is no import names
    /// them as well.
    fn add(&mut self, tokens: &[TokenTree], home: &str) {
        for (at, tree) in tokens.iter().enumerate() {
            if let TokenTree::Group(group) = tree {
                self.add(&trees(group.stream()), home);
            }
            if word(tree).as_deref() != Some(home) {
                continue;
            }
            match &tokens[at + 1..] {
                [alias, name, ..] if word(alias).as_deref() == Some("as") => {
                    self.types.extend(word(name));
                }
                [a, b, TokenTree::Group(members), ..] if is_sign(a, ':') && is_sign(b, ':') => {
                    for member in trees(members.stream()) {
                        self.members.extend(word(&member));
                    }
                }
                [a, b, star, ..] if is_sign(a, ':') && is_sign(b, ':') && is_sign(star, '*') => {
                    self.members.insert("*".to_owned());
                }
                _ => {}
            }
        }
        // `use a::E::A;` ends with the name, where a use of it goes on or is no import.
        for import in tokens.split(|tree| is_sign(tree, ';')) {
            let is_use = import
                .iter()
                .any(|tree| word(tree).as_deref() == Some("use"));
            if let ([.., ty, a, b, name], true) = (import, is_use)
                && word(ty).as_deref() == Some(home)
                && is_sign(a, ':')
                && is_sign(b, ':')
            {
                self.members.extend(word(name));
            }
        }
    }

    /// The type that a name is written with, as far as the imports tell.
    fn home(&self, way: &str, name: &str) -> String {
        let is_member =
            way.is_empty() && (self.members.contains(name) || self.members.contains("*"));
        match is_member || self.types.contains(way) {
            true => self.types.first().cloned().unwrap_or_default(),
            false => way.to_owned(),
        }
    }
}

fn in_items(tokens: &[TokenTree], asked: &Asked<'_>) -> Option<usize> {
    let is_end = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens.split_inclusive(is_end).find_map(|item| {
        let has = |words: &[&str]| {
            item.iter()
                .any(|it| word(it).is_some_and(|it| words.contains(&&*it)))
        };
        let is_code = has(&["fn", "const", "static"]);
        if !is_code && has(&DECLARE) {
            return None;
        }
        match item.last() {
            Some(TokenTree::Group(body)) if !is_code && has(&HOLD) => {
                in_items(&trees(body.stream()), asked)
            }
            _ => {
                let mut ways = Ways::default();
                ways.walk(item, asked.member);
                let [old, new] = asked.names.map(|name| {
                    let ways = ways.0.iter().filter(move |(_, it)| it == name);
                    ways.map(|(way, name)| match asked.member {
                        Member::Variant => asked.imported.home(way, name),
                        Member::Field | Member::Constant => way.clone(),
                    })
                    .collect::<BTreeSet<_>>()
                });
                let is_apart = !old.is_disjoint(&new);
                is_apart.then(|| item[0].span().start().line)
            }
        }
    })
}

/// How names are written in an item: what leads to each, and the name.
#[derive(Default)]
struct Ways(BTreeSet<(String, String)>);

impl Ways {
    fn walk(&mut self, tokens: &[TokenTree], member: Member) {
        for (at, tree) in tokens.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => {
                    let inner = trees(group.stream());
                    if member == Member::Field && is_literal(tokens, at) {
                        self.fields(&inner, group.span_open().byte_range().start);
                    }
                    if member == Member::Constant && group.delimiter() == Delimiter::Brace {
                        self.patterns(&inner, group.span_open().byte_range().start);
                    }
                    self.walk(&inner, member);
                }
                TokenTree::Ident(_) if member == Member::Variant => {
                    self.add(written(tokens, at, ':'), tree);
                }
                TokenTree::Ident(_) if member == Member::Field => {
                    let before = written(tokens, at, '.');
                    if !before.is_empty() {
                        self.add(before, tree);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, way: String, name: &TokenTree) {
        self.0.extend(word(name).map(|name| (way, name)));
    }

    /// The fields of a literal or a pattern that begins at `start`.
    fn fields(&mut self, tokens: &[TokenTree], start: usize) {
        for entry in tokens.split(|tree| is_sign(tree, ',')) {
            let head = match entry.iter().position(|tree| is_sign(tree, ':')) {
                Some(colon) => &entry[..colon],
                None => entry, // `S { old }`, `S { ref old }`
            };
            if let Some(name) = head.last() {
                self.add(format!("{{{start}"), name);
            }
        }
    }

    /// The last words of the paths in the patterns of a `match` whose arms begin at `start`.
    fn patterns(&mut self, tokens: &[TokenTree], start: usize) {
        let arrows = (1..tokens.len())
            .filter(|&at| is_sign(&tokens[at], '>') && is_sign(&tokens[at - 1], '='));
        for arrow in arrows {
            let head = &tokens[..arrow - 1];
            let begin = head
                .iter()
                .rposition(|tree| {
                    is_sign(tree, ',')
                        || matches!(tree, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace)
                })
                .map_or(0, |at| at + 1);
            self.pattern(&head[begin..], start);
        }
    }

    fn pattern(&mut self, tokens: &[TokenTree], start: usize) {
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => self.pattern(&trees(group.stream()), start),
                _ => self.add(format!("{{{start}"), tree),
            }
        }
    }
}

/// Whether the group at `at` is that of a struct's literal or pattern: a type's name is before it.
fn is_literal(tokens: &[TokenTree], at: usize) -> bool {
    let TokenTree::Group(group) = &tokens[at] else {
        return false;
    };
    let before = at.checked_sub(1).map(|at| &tokens[at]);
    let is_type = before.is_some_and(|tree| {
        is_sign(tree, '>') || word(tree).is_some_and(|name| name.starts_with(char::is_uppercase))
    });
    group.delimiter() == Delimiter::Brace && is_type
}

/// What is written before the name at `at` and is joined to it by `sign`: `a::E::`, `self.s.`.
fn written(tokens: &[TokenTree], at: usize, sign: char) -> String {
    let mut start = at;
    while start > 0 {
        let before = &tokens[start - 1];
        let is_joined = is_sign(before, sign)
            || (is_sign(&tokens[start], sign)
                && match before {
                    TokenTree::Ident(_) => true,
                    TokenTree::Group(_) => sign == '.',
                    _ => false,
                })
            // `f(a).old`: what is called
            || (matches!(tokens[start], TokenTree::Group(_)) && word(before).is_some());
        if !is_joined {
            break;
        }
        start -= 1;
    }
    let text = tokens[start..at].iter().map(ToString::to_string);
    let text: String = text.collect();
    match sign {
        // The type decides, however much of the way to it is written.
        ':' => {
            let way = text.trim_end_matches(':');
            way.rsplit(':').next().unwrap_or(way).to_owned()
        }
        _ => text,
    }
}

pub(super) fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

/// A word, without `r#`.
pub(super) fn word(tree: &TokenTree) -> Option<String> {
    match tree {
        TokenTree::Ident(ident) => {
            let text = ident.to_string();
            Some(text.strip_prefix("r#").map_or(text.clone(), str::to_owned))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, member: Member, is_apart: bool) {
        let (old, new) = match member {
            Member::Variant => ("Old", "New"),
            Member::Field => ("old", "new"),
            Member::Constant => ("OLD", "NEW"),
        };
        let line = told_apart(text, ("E", old, new), member);
        assert_eq!(line.is_some(), is_apart, "{text}");
    }

    #[test]
    fn variants_of_one_function() {
        let check = |text: &str, is_apart| check(text, Member::Variant, is_apart);
        check("fn f(e: E) { match e { E::Old => 1, E::New => 2 } }", true);
        check("fn f(e: E) { match e { a::E::Old | E::New => 2 } }", true);
        check(
            "impl X { fn f(e: E) { matches!(e, E::Old | E::New) } }",
            true,
        );
        check(
            "fn f(e: E) { if e == E::Old { g() } h(E::New { x: 1 }) }",
            true,
        );
        check(
            "use a::E::*; fn f(e: E) { match e { Old(x) => x, New(x) => x } }",
            true,
        );
        check("const ALL: [E; 2] = [E::Old, E::r#New];", true);
        check(
            "mod m { pub const fn f() -> [E; 2] { [E::Old, E::New] } }",
            true,
        );
        check("fn f() -> E { E::Old } fn g() -> E { E::New }", false);
        check("fn f() { (E::Old, F::New) }", false);
        check("use a::E::New; fn f() { (E::Old, New) }", true);
        check(
            "use a::{b, E::{New, Other}}; fn f() { (E::Old, New) }",
            true,
        );
        check("fn f() { use E::*; (E::Old, New) }", true);
        check("use a::E as F; fn f() { (E::Old, F::New) }", true);
        check("use a::New; fn f() -> New { E::Old }", false);
        check("enum E { Old, New } use a::{Old, New};", false);
    }

    #[test]
    fn fields_of_one_literal_or_variable() {
        let check = |text: &str, is_apart| check(text, Member::Field, is_apart);
        check("fn f() -> S { S { new: 1, old: 2 } }", true);
        check("fn f() -> S { a::S::<u8> { new: 1, old } }", true);
        check("fn f(S { new, ref old }: S) {}", true);
        check("fn f(s: S) { if let S { old: a, new: b } = s {} }", true);
        check("fn f(s: S) { s.old + s.new }", true);
        check("fn f(s: S) { m!(self.s.old, self.s.new) }", true);
        check("fn f(s: S) { s.get(0).old + s.get(0).new }", true);
        check("fn f(s: S) -> P { P { new: s.old } }", false);
        check("fn f(s: S) -> S { S { old: 1, ..s } }", false);
        check("fn f(s: S, t: T) { t.new = s.old }", false);
        check("struct S { old: u8, new: u8 }", false);
    }

    #[test]
    fn constants_of_one_match() {
        let check = |text: &str, is_apart| check(text, Member::Constant, is_apart);
        check(
            "fn f(n: u8) { match n { OLD => 1, S::NEW => 2, _ => 3 } }",
            true,
        );
        check(
            "fn f(n: u8) { match n { OLD => {} Some(NEW) if x => {} } }",
            true,
        );
        check("fn f(n: u8) { match n { OLD | NEW => 1 } }", true);
        check("fn f(n: u8) { match n { OLD => NEW, _ => 3 } }", false);
        check("fn f(n: u8) { OLD + NEW }", false);
    }
}
