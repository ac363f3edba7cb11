//! Macros by example in a text, and the calls of macros: as the order of the text tells, a call
//! means the last `macro_rules!` of its name that stands before it, in its scope.

use std::collections::BTreeSet;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::builtin;
use super::definition::{asked, derives_variable, imports_variable};
use super::read::lexer::{Lexer, Piece};
use super::tree::plain;
use crate::project::{MacroReach, RustPlace};

/// As many macros are followed through those that call each other.
const MOST: usize = 64;

/// What a text says of macros.
#[derive(Debug, Default)]
pub(super) struct Rules<'t> {
    pub(super) own: Vec<Own<'t>>,
    calls: FxHashMap<&'t str, Vec<Call>>,
    /// The macros in whose bodies one of a name is called.
    callers: FxHashMap<&'t str, Vec<usize>>,
    /// The words of imports, and those that macros are given without a call.
    mentioned: FxHashSet<&'t str>,
    /// Where `mod name;` stands: modules that see the macros above the line.
    pub(super) lines: Vec<usize>,
    /// What stands in the brackets of attributes.
    pub(super) attributes: Vec<Range<usize>>,
    /// All words of the text but those of comments, and where they stand.
    pub(super) words: Vec<(&'t str, usize, Spoken)>,
    /// The bodies of modules.
    pub(super) modules: Vec<Range<usize>>,
    /// What is given to macros, with their names.
    arguments: Vec<(&'t str, Range<usize>)>,
    /// The text has no tokens: nothing is known of it.
    pub(super) broken: bool,
}

/// A `macro_rules!` of the text.
#[derive(Debug)]
pub(super) struct Own<'t> {
    pub(super) name: &'t str,
    /// From its keyword to its last bracket.
    pub(super) whole: Range<usize>,
    /// The modules of the text around what it reaches, the outermost first.
    modules: Vec<&'t str>,
    /// It is seen to the end of the file's own module, and no less.
    of_file: bool,
    exported: bool,
    /// It is there in some configurations only.
    conditional: bool,
    /// A macro makes it, where that is called.
    made: bool,
}

/// A call of a macro.
#[derive(Debug)]
pub(super) struct Call {
    at: usize,
    /// The macros of the text that it may mean.
    own: Vec<usize>,
    /// It may mean one of another text.
    foreign: bool,
    /// The name alone is given to a macro, which may call it.
    given: bool,
}

impl<'t> Rules<'t> {
    /// Reads a text; of one that has no tokens every call may mean whatever has the name.
    pub(super) fn of(text: &'t str) -> Self {
        let mut reader = Reader {
            text,
            rules: Self::default(),
            frames: vec![Frame::default()],
            attributes: Vec::new(),
            bodies: Vec::new(),
            arguments: 0,
            seen: Vec::new(),
            seen_of: FxHashMap::default(),
            last: [Last::Other; 4],
            marks: Marks::default(),
            in_use: false,
            given: None,
        };
        // A byte-order mark is no part of the first name.
        let at = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut lexer = Lexer { text, at };
        loop {
            match lexer.next() {
                Piece::End => return reader.rules,
                Piece::Broken => break,
                piece => reader.take(&piece),
            }
        }
        let mut rules = reader.rules;
        rules.broken = true;
        rules
    }

    /// The calls of a macro in a part of the text.
    pub(super) fn calls(&self, name: &str, part: &Range<usize>) -> &[Call] {
        let calls = self.calls.get(name).map_or(&[][..], Vec::as_slice);
        let first = calls.partition_point(|call| call.at < part.start);
        let end = calls.partition_point(|call| call.at < part.end);
        &calls[first..end.max(first)]
    }

    /// The macros that are given what stands at a place.
    pub(super) fn given(&self, at: usize) -> impl Iterator<Item = &'t str> {
        self.arguments_around(at).map(|(name, _)| name)
    }

    /// All that macros are given, with their names.
    pub(super) fn arguments(&self) -> impl Iterator<Item = (&'t str, &Range<usize>)> {
        self.arguments.iter().map(|(name, range)| (*name, range))
    }

    /// All that macros are given with what stands at a place, with their names.
    pub(super) fn arguments_around(
        &self,
        at: usize,
    ) -> impl Iterator<Item = (&'t str, &Range<usize>)> {
        let arguments = self.arguments();
        arguments.filter(move |(_, range)| range.contains(&at))
    }

    /// Whether a macro of this name may put one thing that it is given behind another, as a path: one
    /// of the text does if it says so, or leaves it to others.
    pub(super) fn may_join(&self, name: &str, text: &str) -> bool {
        let mut own = self.own.iter().filter(|own| own.name == name).peekable();
        let is_other = own.peek().is_none();
        is_other
            || own.any(|own| {
                let body = text.get(own.whole.clone()).unwrap_or_default();
                let mut joins = body.match_indices("::").map(|(at, sign)| at + sign.len());
                // `$a::$b`, `$($a::)* $b`.
                let is_between = |c: char| c.is_whitespace() || ")*+?".contains(c);
                joins.any(|at| body[at..].trim_start_matches(is_between).starts_with('$'))
                    || self.calls_others(&own.whole, text)
            })
    }

    /// Whether a part of a text calls macros that are not of the language.
    pub(super) fn calls_others(&self, part: &Range<usize>, text: &str) -> bool {
        let first = self.words.partition_point(|(_, at, _)| *at <= part.start);
        let words = self.words[first..].iter();
        let mut words = words.take_while(|(_, at, _)| *at < part.end);
        words.any(|&(word, at, spoken)| {
            let is_called = || text[at..].trim_start_matches("r#")[word.len()..].starts_with('!');
            spoken == Spoken::Code
                && word != "macro_rules"
                && is_called()
                && !builtin::is_macro(word)
        })
    }

    /// The words that the macros of a name ask their callers to write; `None` where the text has no
    /// such macro.
    pub(super) fn asked_by(&self, name: &str, text: &str) -> Option<FxHashSet<String>> {
        let mut of_name = self.own.iter().filter(|own| own.name == name).peekable();
        of_name.peek()?;
        let asked = of_name.flat_map(|own| asked(text.get(own.whole.clone()).unwrap_or_default()));
        Some(asked.collect())
    }

    /// Whether one of the macros of a name makes an import of what it is given, itself or by a macro of
    /// the text that it calls; `None` where the text has no such macro.
    pub(super) fn imports_given(&self, name: &str, text: &str) -> Option<bool> {
        self.is_in_body(name, text, imports_variable)
    }

    /// Whether one of the macros of a name derives what it is given, or writes attributes that it is
    /// given, itself or by a macro of the text that it calls; `None` where the text has no such macro.
    pub(super) fn derives_given(&self, name: &str, text: &str) -> Option<bool> {
        self.is_in_body(name, text, derives_variable)
    }

    /// Whether this is so in the body of one of the macros of a name, or of a macro of the text that it
    /// calls; `None` where the text has no such macro.
    pub(super) fn is_in_body(
        &self,
        name: &str,
        text: &str,
        is_so: fn(&str) -> bool,
    ) -> Option<bool> {
        let of_name = |name: &str| {
            let all = self.own.iter().enumerate();
            let name = name.to_owned();
            all.filter(move |(_, own)| own.name == name)
                .map(|(index, _)| index)
        };
        let mut found: Vec<usize> = of_name(name).collect();
        if found.is_empty() {
            return None;
        }
        let mut next = 0;
        while let Some(&own) = found.get(next)
            && found.len() < MOST
        {
            if is_so(text.get(self.own[own].whole.clone()).unwrap_or_default()) {
                return Some(true);
            }
            let called = self.callers.iter().filter(|(_, by)| by.contains(&own));
            for other in called.flat_map(|(name, _)| of_name(name)) {
                if !found.contains(&other) {
                    found.push(other);
                }
            }
            next += 1;
        }
        Some(false)
    }

    /// The names of all macros of the text for which that is so.
    pub(super) fn in_bodies(&self, text: &str, is_so: fn(&str) -> bool) -> BTreeSet<&'t str> {
        let all = self.own.iter().enumerate();
        let is_one = |own: &Own<'_>| is_so(text.get(own.whole.clone()).unwrap_or_default());
        let own = all.filter(|(_, own)| is_one(own));
        let mut open: Vec<usize> = own.map(|(index, _)| index).collect();
        let mut found = BTreeSet::new();
        while let Some(own) = open.pop() {
            let name = self.own[own].name;
            if found.insert(name) {
                open.extend(self.callers.get(name).into_iter().flatten());
            }
        }
        found
    }

    /// Whether a call may mean a macro of another text.
    pub(super) fn leads_out(&self, call: &Call) -> bool {
        self.broken || call.foreign
    }

    /// Whether it is a call, or a name alone that may be one: no function, and no part of a path.
    pub(super) fn may_call(&self, name: &str, call: &Call, text: &str) -> bool {
        let before = text[..call.at].trim_end();
        let behind = text[call.at..].trim_start_matches("r#");
        let behind = behind[name.len()..].trim_start();
        !call.given || !(behind.starts_with(['(', ':']) || before.ends_with(':'))
    }

    /// Whether a call may mean one of these macros of the text.
    pub(super) fn means(&self, call: &Call, some: &[usize]) -> bool {
        self.broken || call.own.iter().any(|own| some.contains(own))
    }

    /// The macros of the text that say what stands at a place in one's body: that one, and those that
    /// call it in their bodies.
    pub(super) fn saying(&self, at: usize) -> Vec<usize> {
        let around = self.own.iter().enumerate();
        let around = around.filter(|(_, own)| own.whole.contains(&at));
        let mut found: Vec<usize> = around.map(|(index, _)| index).collect();
        let mut next = 0;
        while let Some(&own) = found.get(next)
            && found.len() < MOST
        {
            let callers = self.callers.get(self.own[own].name);
            for &caller in callers.into_iter().flatten() {
                if !found.contains(&caller) {
                    found.push(caller);
                }
            }
            next += 1;
        }
        found
    }

    /// The macros that are called, as far as a call may mean one of another text.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &'t str> {
        let calls = self.calls.iter();
        let foreign =
            calls.filter(|(_, calls)| calls.iter().any(|call| call.foreign && !call.given));
        foreign.map(|(name, _)| *name)
    }

    /// Of those, the ones that are called in a part of the text.
    pub(super) fn foreign_in(&self, part: &Range<usize>) -> impl Iterator<Item = &'t str> {
        self.foreign().filter(|name| {
            let mut calls = self.calls(name, part).iter();
            calls.any(|call| call.foreign && !call.given)
        })
    }

    /// The macro that is given what stands at a place, and makes macros of what it is given.
    pub(super) fn maker(&self, at: usize) -> Option<usize> {
        let mut own = self.own.iter().enumerate();
        let given: Vec<&str> = self.given(at).collect();
        let makes = |it: &Own<'_>| {
            let mut inner = self.words.iter().filter(|word| word.0 == "macro_rules");
            inner.any(|&(_, at, _)| at > it.whole.start && at < it.whole.end)
        };
        let maker = own.find(|(_, it)| given.contains(&it.name) && makes(it));
        maker.map(|(index, _)| index)
    }

    /// How far a macro of the text is seen, if that is the text of a file.
    pub(super) fn reach(&self, own: usize, place: &RustPlace) -> MacroReach {
        let own = &self.own[own];
        if own.made || own.exported || self.broken {
            return MacroReach::Everywhere;
        }
        // A module that sees it, in the file or below it, may give it on.
        let is_given_on = self.lines.iter().any(|&line| line > own.whole.start);
        if is_given_on || self.mentioned.contains(own.name) {
            return MacroReach::Crate;
        }
        let mut path = place.path();
        if own.of_file {
            return match place.around_macros {
                Some(around) if around > 0 && around == place.module.len() => {
                    MacroReach::Module(path.into())
                }
                _ => MacroReach::Crate,
            };
        }
        for module in &own.modules {
            path = format!("{path}::{module}");
        }
        MacroReach::Module(path.into())
    }
}

/// As what a word stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spoken {
    Code,
    /// Behind a dot: a field, a method.
    Field,
    /// In a string or a doc comment.
    Text,
}

/// What the last tokens were, the very last one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last<'t> {
    Word(&'t str, usize),
    Sign(u8),
    Other,
}

/// An open bracket.
#[derive(Debug, Default)]
struct Frame<'t> {
    kind: Kind<'t>,
    start: usize,
    /// How many macros were seen before it.
    seen: usize,
    /// What attributes say of what it is a part of.
    marks: Marks,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind<'t> {
    #[default]
    Other,
    Module(&'t str),
    /// The body of this macro.
    Rules(usize),
    /// The arguments of the macro of this name.
    Call(&'t str),
    Attribute,
    InnerAttribute,
}

/// What attributes say of the item to come.
#[derive(Debug, Default, Clone, Copy)]
struct Marks {
    gives_macros: bool,
    exported: bool,
    conditional: bool,
}

struct Reader<'t> {
    text: &'t str,
    rules: Rules<'t>,
    // Invariant: never empty.
    frames: Vec<Frame<'t>>,
    /// The frames of attributes.
    attributes: Vec<usize>,
    /// The macros in whose bodies this is.
    bodies: Vec<usize>,
    /// In the arguments of how many macros it is.
    arguments: usize,
    /// The macros that are seen here, and those of each name.
    seen: Vec<usize>,
    seen_of: FxHashMap<&'t str, Vec<usize>>,
    last: [Last<'t>; 4],
    marks: Marks,
    in_use: bool,
    /// The last word, if a macro is given it.
    given: Option<(&'t str, usize)>,
}

impl<'t> Reader<'t> {
    fn take(&mut self, piece: &Piece) {
        if let Some((word, at)) = self.given.take()
            && !matches!(piece, Piece::Sign(b'!', _))
        {
            self.rules.mentioned.insert(word);
            self.call(word, at, true, false);
        }
        let next = match piece {
            Piece::Word(at) => {
                let word = plain(&self.text[at.clone()]);
                self.word(word, at.start);
                Last::Word(word, at.start)
            }
            Piece::Text(at) | Piece::Doc(at) => {
                let is_part = |c: char| c == '_' || c.is_alphanumeric();
                let words = self.text[at.clone()].split(|c| !is_part(c));
                let words = words.filter(|word| !word.is_empty());
                let words = words.map(|word| (word, at.start, Spoken::Text));
                self.rules.words.extend(words);
                Last::Other
            }
            Piece::Sign(sign, _) => {
                if *sign == b';' {
                    self.end_item();
                }
                Last::Sign(*sign)
            }
            Piece::Open(bracket, at) => {
                self.open(*bracket, *at);
                Last::Other
            }
            Piece::Close(at) => {
                self.close(*at);
                // An item that ends with its block.
                if self.text.as_bytes()[*at] == b'}' && self.attributes.is_empty() {
                    self.marks = Marks::default();
                }
                Last::Other
            }
            _ => Last::Other,
        };
        self.last.rotate_right(1);
        self.last[0] = next;
    }

    fn word(&mut self, word: &'t str, at: usize) {
        let spoken = match self.last {
            // `a.b`, and not `a..b`.
            [Last::Sign(b'.'), before, ..] if before != Last::Sign(b'.') => Spoken::Field,
            _ => Spoken::Code,
        };
        self.rules.words.push((word, at, spoken));
        if let Some(&attribute) = self.attributes.last() {
            let is_own = self.frames.len() == attribute + 1;
            match word {
                "macro_use" if self.frames[attribute].kind == Kind::InnerAttribute => {
                    if let Some(module) = attribute.checked_sub(1) {
                        self.frames[module].marks.gives_macros = true;
                    }
                }
                "macro_use" => self.marks.gives_macros = true,
                "macro_export" => {
                    self.marks.exported = true;
                    for &own in &self.bodies {
                        self.rules.own[own].exported = true;
                    }
                }
                "cfg" if is_own => self.marks.conditional = true,
                _ => {}
            }
            return;
        }
        if word == "use" {
            self.in_use = true;
        } else if self.in_use {
            self.rules.mentioned.insert(word);
        }
        let is_declared = matches!(
            self.last,
            [Last::Sign(b'!'), Last::Word("macro_rules", _), ..]
        );
        if self.is_made() && !is_declared {
            self.given = Some((word, at));
        }
    }

    /// A semicolon.
    fn end_item(&mut self) {
        self.in_use = false;
        self.marks = Marks::default();
        if let [Last::Word(_, at), Last::Word("mod", _), ..] = self.last {
            self.rules.lines.push(at);
        }
    }

    fn open(&mut self, bracket: u8, start: usize) {
        let mut kind = Kind::Other;
        let mut marks = Marks::default();
        match self.last {
            [Last::Sign(b'#'), ..] if bracket == b'[' => kind = Kind::Attribute,
            [Last::Sign(b'!'), Last::Sign(b'#'), ..] if bracket == b'[' => {
                kind = Kind::InnerAttribute;
            }
            [Last::Word(name, _), Last::Word("mod", _), ..] if bracket == b'{' => {
                kind = Kind::Module(name);
                marks = std::mem::take(&mut self.marks);
            }
            [
                Last::Word(name, _),
                Last::Sign(b'!'),
                Last::Word("macro_rules", start),
                ..,
            ] => {
                kind = Kind::Rules(self.rules.own.len());
                let own = self.declared(name, start);
                self.rules.own.push(own);
            }
            [Last::Sign(b'!'), Last::Word(name, at), before @ ..] => {
                kind = Kind::Call(name);
                self.call(name, at, false, before == [Last::Sign(b':'); 2]);
            }
            _ => {}
        }
        match kind {
            Kind::Attribute | Kind::InnerAttribute => self.attributes.push(self.frames.len()),
            Kind::Rules(own) => self.bodies.push(own),
            Kind::Call(_) => self.arguments += 1,
            Kind::Module(_) | Kind::Other => {}
        }
        self.frames.push(Frame {
            kind,
            start,
            seen: self.seen.len(),
            marks,
        });
    }

    fn declared(&mut self, name: &'t str, start: usize) -> Own<'t> {
        let marks = std::mem::take(&mut self.marks);
        // Modules that give their macros on are none around what it reaches.
        let is_giving =
            |it: &Frame<'t>| matches!(it.kind, Kind::Module(_)) && it.marks.gives_macros;
        let giving = self
            .frames
            .iter()
            .rev()
            .take_while(|it| is_giving(it))
            .count();
        let around = &self.frames[1..self.frames.len() - giving];
        let modules = around.iter().filter_map(|it| match it.kind {
            Kind::Module(name) => Some(name),
            _ => None,
        });
        Own {
            name,
            whole: start..self.text.len(),
            modules: modules.collect(),
            of_file: around.is_empty(),
            exported: marks.exported,
            conditional: marks.conditional,
            made: self.is_made(),
        }
    }

    /// Whether a macro makes what is here of it, or keeps it.
    fn is_made(&self) -> bool {
        self.arguments > 0 || !self.bodies.is_empty()
    }

    fn call(&mut self, name: &'t str, at: usize, given: bool, is_path: bool) {
        // Where the macro around it is called, this name means that macro again.
        if let Some(&own) = self.bodies.last()
            && self.rules.own[own].name == name
        {
            return;
        }
        for &body in &self.bodies {
            let callers = self.rules.callers.entry(name).or_default();
            if callers.last() != Some(&body) {
                callers.push(body);
            }
        }
        let mut own = Vec::new();
        let seen = self.seen_of.get(name).filter(|_| !is_path);
        let mut seen = seen.into_iter().flatten().rev();
        let certain = seen.find(|&&it| {
            own.push(it);
            !self.rules.own[it].conditional
        });
        // The body of a macro means by a name what that means where the macro is called.
        let foreign = certain.is_none() || !self.bodies.is_empty();
        let calls = self.rules.calls.entry(name).or_default();
        calls.push(Call {
            at,
            own,
            foreign,
            given,
        });
    }

    fn close(&mut self, at: usize) {
        if self.frames.len() < 2 {
            return;
        }
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let is_made = self.is_made();
        match frame.kind {
            Kind::Attribute | Kind::InnerAttribute => {
                self.attributes.pop();
                self.rules.attributes.push(frame.start + 1..at);
            }
            Kind::Rules(_) => _ = self.bodies.pop(),
            Kind::Call(name) => {
                self.arguments -= 1;
                self.rules.arguments.push((name, frame.start..at));
            }
            Kind::Module(_) => self.rules.modules.push(frame.start..at),
            Kind::Other => {}
        }
        let is_giving = matches!(frame.kind, Kind::Module(_)) && frame.marks.gives_macros;
        let inner = self.seen.get(frame.seen..).unwrap_or_default();
        if is_made || is_giving {
            // Nobody knows which of them a macro leaves, and where.
            for &own in inner {
                self.rules.own[own].conditional |= is_made || frame.marks.conditional;
            }
        } else {
            for &own in inner {
                if let Some(of_name) = self.seen_of.get_mut(self.rules.own[own].name) {
                    of_name.pop();
                }
            }
            self.seen.truncate(frame.seen);
        }
        if let Kind::Rules(own) = frame.kind {
            self.rules.own[own].whole.end = at + 1;
            self.seen.push(own);
            let name = self.rules.own[own].name;
            self.seen_of.entry(name).or_default().push(own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of each call in `text`: the places of the macros that it may mean, and whether others.
    #[track_caller]
    fn check(text: &str, wanted: &[(&str, &[usize], bool)]) {
        let rules = Rules::of(text);
        let mut found: Vec<(usize, &str, &[usize], bool)> = Vec::new();
        for (name, calls) in &rules.calls {
            found.extend(
                calls
                    .iter()
                    .map(|it| (it.at, *name, &it.own[..], it.foreign)),
            );
        }
        found.sort_unstable();
        let found: Vec<_> = found
            .into_iter()
            .map(|(_, name, own, foreign)| (name, own, foreign))
            .collect();
        assert_eq!(found, wanted, "{text}");
    }

    const M: &str = "macro_rules! m { () => {} }";

    #[test]
    fn a_call_means_the_last_one_before_it() {
        check(
            &format!("m!(); {M} m!();"),
            &[("m", &[], true), ("m", &[0], false)],
        );
        check(
            &format!("{M} {M} fn f() {{ m!{{}} n![] }}"),
            &[("m", &[1], false), ("n", &[], true)],
        );
        check(&format!("fn f() {{ {M} }} m!();"), &[("m", &[], true)]);
        check(
            &format!("{M} fn f() {{ {M} m!() }} m!();"),
            &[("m", &[1], false), ("m", &[0], false)],
        );
        check(&format!("{M} mod a {{ {M} }} m!();"), &[("m", &[0], false)]);
        check("a != (b); // m!()\n\"m!()\"; m! = 3;", &[]);
    }

    #[test]
    fn modules_give_macros_on() {
        check(
            &format!("#[macro_use] mod a {{ {M} }} m!();"),
            &[("m", &[0], false)],
        );
        check(
            &format!("mod a {{ #![macro_use] {M} }} m!();"),
            &[("m", &[0], false)],
        );
        check(
            &format!("#[macro_use] fn f() {{}} mod a {{ {M} }} m!();"),
            &[("m", &[], true)],
        );
        check(
            &format!("#[cfg(a)] #[macro_use] mod a {{ {M} }} m!();"),
            &[("m", &[0], true)],
        );
    }

    #[test]
    fn what_is_not_always_there_hides_nothing() {
        check(
            &format!("{M} #[cfg(a)] {M} m!();"),
            &[("m", &[1, 0], false)],
        );
        check(&format!("#[cfg(a)] {M} m!();"), &[("m", &[0], true)]);
        check(
            &format!("{M} crate::m!(); self :: m!();"),
            &[("m", &[], true), ("m", &[], true)],
        );
        check(
            &format!("{M} macro_rules! n {{ () => {{ m!(); n!() }} }}"),
            &[("m", &[0], true)],
        );
        let broken = format!("{M} m!(); \"");
        let rules = Rules::of(&broken);
        let call = &rules.calls("m", &(0..broken.len()))[0];
        assert!(rules.leads_out(call) && rules.means(call, &[]));
        check(
            &format!("if_a! {{ {{ {M} }} }} m!();"),
            &[("if_a", &[], true), ("m", &[0], true)],
        );
        check(
            &format!("macro_rules! n {{ () => {{ {M} }} }} m!();"),
            &[("m", &[1], true)],
        );
    }

    #[track_caller]
    fn check_reach(text: &str, around_macros: Option<usize>, wanted: &str) {
        let place = RustPlace {
            krate: "k".to_owned(),
            module: vec!["a".to_owned(), "b".to_owned()],
            around_macros,
            ..RustPlace::default()
        };
        let rules = Rules::of(text);
        let reach = match rules.reach(0, &place) {
            MacroReach::Module(path) => path.into(),
            other => format!("{other:?}"),
        };
        assert_eq!(reach, wanted, "{text}");
    }

    #[test]
    fn a_macro_reaches_its_module_and_those_in_it() {
        let check = check_reach;
        check(M, Some(2), "k::a::b");
        check(M, Some(1), "Crate");
        check(M, Some(0), "Crate");
        check(M, None, "Crate");
        check(&format!("{M} mod x;"), Some(2), "Crate");
        check(&format!("mod x; {M}"), Some(2), "k::a::b");
        check(&format!("mod x {{ {M} }}"), Some(0), "k::a::b::x");
        check(&format!("#[macro_use] mod x {{ {M} }}"), Some(0), "Crate");
        let inner = format!("mod y {{ #[macro_use] mod x {{ {M} }} }}");
        check(&inner, Some(2), "k::a::b::y");
        check(&format!("fn f() {{ {M} }}"), Some(0), "k::a::b");
        check(&format!("if_a! {{ {M} }}"), Some(2), "Everywhere");
        check(&format!("#[macro_export] {M}"), Some(2), "Everywhere");
        check(
            &format!("#[cfg_attr(a, macro_export)] {M}"),
            Some(2),
            "Everywhere",
        );
        check(&format!("{M} m!(); if_a!(m!(), n)"), Some(2), "k::a::b");
        check(&format!("{M} if_a!(m)"), Some(2), "Crate");
        check(&format!("{M} pub(crate) use m;"), Some(2), "Crate");
        check(&format!("{M} use {{ a, b::m as n }};"), Some(2), "Crate");
        check(&format!("{M} \""), Some(2), "Everywhere");
    }

    #[test]
    fn a_macro_asks_for_the_words_of_its_patterns() {
        let text = "macro_rules! a { (use $(x $t:path),*;) => { b; } } macro_rules! a { [] => () }";
        let rules = Rules::of(text);
        let mut asked: Vec<String> = rules
            .asked_by("a", text)
            .unwrap_or_default()
            .into_iter()
            .collect();
        asked.sort();
        assert_eq!(asked, ["path", "t", "use", "x"]);
        assert_eq!(rules.asked_by("b", text), None);
    }

    #[test]
    fn a_macro_makes_imports_of_what_it_is_given() {
        let text = "macro_rules! a { ($($p:tt)*) => { pub use $($p)*; } }\n\
                    macro_rules! b { ($p:path) => { c! { $p } } } macro_rules! c { ($p:path) => { use ::$p; } }\n\
                    macro_rules! d { ($p:path) => { use $p as x; use $p::*; use $crate::y; f($p); d!($p) } }\n\
                    macro_rules! e { (use $p:path;) => { use other::$p; $p } }";
        let rules = Rules::of(text);
        for (name, imports) in [
            ("a", true),
            ("b", true),
            ("c", true),
            ("d", false),
            ("e", false),
        ] {
            assert_eq!(rules.imports_given(name, text), Some(imports), "{name}");
        }
        assert_eq!(rules.imports_given("f", text), None);
    }

    #[test]
    fn a_macro_says_what_those_say_that_it_calls() {
        let text = "macro_rules! a { () => { b!(); a!() } } macro_rules! b { () => { c!(); x } }\n\
                    macro_rules! c { () => { y; a!() } } macro_rules! d { () => { z } }";
        let rules = Rules::of(text);
        let saying = |word: &str| rules.saying(text.find(word).unwrap_or_default());
        assert_eq!(saying("x }"), [1, 0, 2]);
        assert_eq!(saying("y;"), [2, 1, 0]);
        assert_eq!(saying("z }"), [3]);
    }
}
