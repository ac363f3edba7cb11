//! What of a file's code bears a member's name: what implements the item of a trait, and which other
//! member a use of the name could mean.
//!
//! Types are not known here, and so the heads of blocks decide: `impl Act for Me { fn act … }`.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::apart::{trees, word};
use super::tokens::is_sign;

/// What stands for any name: a variable of a macro.
const ANY: &str = "$";

/// The methods of the standard library that values have behind any reference and smart pointer, or
/// that these have themselves: a call means them before it means one of the value.
const OF_ALL: [&str; 32] = [
    "as_mut",
    "as_ref",
    "borrow",
    "borrow_mut",
    "by_ref",
    "clamp",
    "clone",
    "clone_from",
    "clone_into",
    "cmp",
    "drop",
    "eq",
    "fmt",
    "ge",
    "get_mut",
    "get_ref",
    "gt",
    "hash",
    "into",
    "into_iter",
    "into_owned",
    "le",
    "lt",
    "max",
    "min",
    "ne",
    "partial_cmp",
    "to_mut",
    "to_owned",
    "to_string",
    "try_into",
    "type_id",
];

/// Whether a method of the standard library may be called by this name on anything.
pub fn is_of_all(name: &str) -> bool {
    OF_ALL.contains(&name)
}

/// What a file declares of members, in its macros as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    blocks: Vec<Block>,
    /// `Act as A`; `type A = …` with nothing before it.
    aliases: Vec<(String, String)>,
    /// `struct Tool { size: u8 }`
    types: Vec<Type>,
    /// The words alone that macros are given, as a name for what they make, and their lines.
    given: Vec<(String, usize)>,
    /// What is `Deref` by a macro.
    is_deref_derived: bool,
}

/// A type, and the words in its braces: its fields are among them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Type {
    name: String,
    words: BTreeSet<String>,
}

/// A block that declares members.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    head: Head,
    members: Vec<Declaration>,
}

impl Block {
    fn is_trait(&self, name: &str) -> bool {
        matches!(&self.head, Head::Trait(it) if it == name)
    }
}

/// What a block declares members of: last words of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Head {
    /// `trait Act`
    Trait(String),
    /// `impl Tool`
    Type(String),
    /// `impl Act for Me`
    Impl(String, String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Declaration {
    name: String,
    /// It is called by `.name()`.
    has_self: bool,
    line: usize,
}

/// How a member is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// `value.name()`
    Method,
    /// `Type::name`
    Path,
}

/// What another member is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What the type or the trait of the member is called.
    pub owners: &'a BTreeSet<String>,
    /// The name.
    pub name: &'a str,
    /// How it is used.
    pub usage: Use,
    /// The types that give the members of another one, where only these count.
    pub derefs: Option<&'a BTreeSet<String>>,
}

impl Members {
    /// What a file declares.
    pub fn of(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let mut members = Self::default();
        if let Ok(tokens) = text.parse::<TokenStream>() {
            members.walk(&trees(tokens));
            proc_macro2::extra::invalidate_current_thread_spans();
        }
        members
    }

    /// The names that the file gives to things of these names.
    pub fn aliases<'a>(&'a self, names: &'a BTreeSet<String>) -> impl Iterator<Item = &'a str> {
        let aliases = self.aliases.iter();
        let aliases = aliases.filter(|(name, _)| names.contains(name));
        aliases.map(|(_, alias)| &**alias)
    }

    /// Whether a type of this name is declared.
    pub fn has_type(&self, name: &str) -> bool {
        self.types.iter().any(|it| it.name == name)
    }

    /// How many things of the file have this name: types, traits, and what else is called so here.
    pub fn named(&self, name: &str) -> usize {
        let types = self.types.iter().filter(|it| it.name == name).count();
        let traits = self.blocks.iter().filter(|it| it.is_trait(name)).count();
        types + traits + self.aliases.iter().filter(|(_, it)| it == name).count()
    }

    /// Whether a member of a type or a trait is declared.
    pub fn has(&self, owner: &str, member: &str) -> bool {
        let mut blocks = self.blocks.iter().filter(|block| match &block.head {
            Head::Trait(name) | Head::Type(name) => name == owner,
            Head::Impl(..) => false,
        });
        let mut types = self.types.iter().filter(|it| it.name == owner);
        types.any(|it| it.words.contains(member))
            || blocks.any(|block| block.members.iter().any(|it| it.name == member))
    }

    /// Whether a macro declares types whose names it is given.
    pub fn makes_types(&self) -> bool {
        self.has_type(ANY)
    }

    /// Whether a trait of this name is declared.
    pub fn has_trait(&self, name: &str) -> bool {
        self.blocks.iter().any(|block| block.is_trait(name))
    }

    /// The types that give the members of another one as their own; `$` stands for any.
    pub fn derefs(&self) -> impl Iterator<Item = &str> {
        let blocks = self.blocks.iter().filter_map(|block| match &block.head {
            Head::Impl(of, ty) if of == "Deref" => Some(&**ty),
            _ => None,
        });
        blocks.chain(self.is_deref_derived.then_some(ANY))
    }

    /// The line, from 1, where this item of one of these traits is implemented.
    pub fn implements(&self, traits: &BTreeSet<String>, name: &str) -> Option<usize> {
        let mut found = self.blocks.iter().filter_map(|block| {
            let Head::Impl(of, _) = &block.head else {
                return None;
            };
            let is_known = traits.contains(of);
            let is_it = |it: &&Declaration| {
                it.name == name && (is_known || of == ANY) || it.name == ANY && is_known
            };
            block.members.iter().find(is_it).map(|it| it.line)
        });
        found.next()
    }

    /// The line where a member is declared that is another one of the name.
    pub fn rival(&self, asked: Asked<'_>, is_home: bool) -> Option<usize> {
        let is_meant = |block: &&Block| match &block.head {
            Head::Trait(name) => !(is_home && asked.owners.contains(name)),
            Head::Impl(of, _) => !asked.owners.contains(of),
            Head::Type(ty) => {
                let counts =
                    |derefs: &BTreeSet<String>| derefs.contains(ty) || derefs.contains(ANY);
                !(is_home && asked.owners.contains(ty)) && asked.derefs.is_none_or(counts)
            }
        };
        let members = self.blocks.iter().filter(is_meant);
        let mut members = members.flat_map(|block| &block.members);
        let is_it =
            |it: &&Declaration| it.name == asked.name && (it.has_self || asked.usage == Use::Path);
        members.find(is_it).map(|it| it.line)
    }

    /// Whether a macro declares members whose names it is given.
    pub fn makes_any(&self) -> bool {
        let mut members = self.blocks.iter().flat_map(|block| &block.members);
        members.any(|it| it.name == ANY)
    }

    /// The line where a macro is given a name.
    pub fn gives(&self, name: &str) -> Option<usize> {
        let mut given = self.given.iter();
        given.find(|(it, _)| it == name).map(|(_, line)| *line)
    }

    fn walk(&mut self, tokens: &[TokenTree]) {
        for (at, tree) in tokens.iter().enumerate() {
            let rest = &tokens[at + 1..];
            let next = || rest.first().and_then(word);
            match word(tree).as_deref() {
                Some("impl") => self.blocks.extend(implementation(rest)),
                Some("trait") => {
                    let mut head = rest.iter().take_while(|tree| !is_sign(tree, ';'));
                    let body = head.find_map(braces);
                    let head = name(rest).map(Head::Trait);
                    self.blocks.extend(head.zip(body).map(|(head, body)| Block {
                        head,
                        members: declarations(&body),
                    }));
                }
                Some("struct" | "enum" | "union") => self.types.extend(type_of(rest)),
                Some("type") => {
                    let alias = name(rest).map(|alias| (String::new(), alias));
                    self.aliases.extend(alias);
                }
                Some("derive") => self.is_deref_derived |= rest.first().is_some_and(has_deref),
                Some(name) if next().as_deref() == Some("as") => {
                    // `<Me as Act>` gives no name.
                    let is_cast = rest.get(2).is_some_and(|tree| is_sign(tree, '>'));
                    let alias = rest.get(1).filter(|_| !is_cast).and_then(word);
                    self.aliases
                        .extend(alias.map(|alias| (name.to_owned(), alias)));
                }
                _ => {}
            }
            if let TokenTree::Group(group) = tree {
                let inner = trees(group.stream());
                let is_call =
                    at > 1 && is_sign(&tokens[at - 1], '!') && word(&tokens[at - 2]).is_some();
                if is_call {
                    self.give(&inner);
                }
                self.walk(&inner);
            }
        }
    }

    fn give(&mut self, tokens: &[TokenTree]) {
        for (at, tree) in tokens.iter().enumerate() {
            let is_after = |sign| at > 0 && is_sign(&tokens[at - 1], sign);
            match tree {
                TokenTree::Group(group) => self.give(&trees(group.stream())),
                _ if is_after('.') || is_after(':') => {}
                _ => {
                    let line = tree.span().start().line;
                    self.given.extend(word(tree).map(|word| (word, line)));
                }
            }
        }
    }
}

/// What stands behind `struct`.
fn type_of(tokens: &[TokenTree]) -> Option<Type> {
    let name = name(tokens)?;
    let mut head = tokens.iter().take_while(|tree| !is_sign(tree, ';'));
    let body = head.find_map(braces).unwrap_or_default();
    let words = body.iter().filter_map(word).collect();
    Some(Type { name, words })
}

/// What stands behind `impl`, where it is a block.
fn implementation(tokens: &[TokenTree]) -> Option<Block> {
    let (mut of, mut last, mut depth) = (None, None, 0_usize);
    let mut is_bound = false;
    for (at, tree) in tokens.iter().enumerate() {
        let is_after = |sign| at > 0 && is_sign(&tokens[at - 1], sign);
        let is_closed = is_sign(tree, '>') && !is_after('-') && !is_after('=');
        match word(tree).as_deref() {
            _ if is_sign(tree, '<') => depth += 1,
            _ if is_closed => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            // `for<'a> Fn(&'a u8)`
            Some("for") if !tokens.get(at + 1).is_some_and(|it| is_sign(it, '<')) => {
                of = last.take();
            }
            Some("where") => is_bound = true,
            Some(word) if !is_bound => {
                let is_any = is_after('$') && word != "crate";
                last = Some(if is_any { ANY } else { word }.to_owned());
            }
            _ if is_sign(tree, ';') || is_sign(tree, ',') && !is_bound => return None,
            _ => {
                if let Some(body) = braces(tree) {
                    // What is no path, as `[u8]` and `(A, B)`, is nothing that has the name.
                    let ty = last.unwrap_or_default();
                    let head = match of {
                        Some(of) => Head::Impl(of, ty),
                        None => Head::Type(ty),
                    };
                    let members = declarations(&body);
                    return Some(Block { head, members });
                }
            }
        }
    }
    None
}

/// What a body declares; what macros in it are given counts as well.
fn declarations(tokens: &[TokenTree]) -> Vec<Declaration> {
    let mut found = Vec::new();
    for (at, tree) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = tree {
            found.extend(declarations(&trees(group.stream())));
        }
        let rest = &tokens[at + 1..];
        let is_item = matches!(word(tree).as_deref(), Some("fn" | "const" | "type"));
        let Some(name) = name(rest).filter(|name| is_item && name != "fn") else {
            continue;
        };
        // `fn act<F: Fn(u8)>(self: Rc<Self>, f: F)`
        let parameters = rest.iter().scan(0_usize, |depth, tree| {
            *depth = match tree {
                _ if is_sign(tree, '<') => *depth + 1,
                _ if is_sign(tree, '>') => depth.saturating_sub(1),
                _ => *depth,
            };
            Some((*depth, tree))
        });
        let mut parameters = parameters.filter(|(depth, _)| *depth == 0);
        let parameters = parameters.find_map(|(_, tree)| match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                Some(trees(group.stream()))
            }
            _ => None,
        });
        let has_self = parameters.is_some_and(|parameters| {
            let mut first = parameters.iter().take_while(|tree| !is_sign(tree, ','));
            first.any(|tree| word(tree).as_deref() == Some("self"))
        });
        found.push(Declaration {
            name,
            has_self,
            line: tree.span().start().line,
        });
    }
    found
}

/// The name that begins here.
fn name(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [sign, ..] if is_sign(sign, '$') => Some(ANY.to_owned()),
        [first, ..] => word(first),
        [] => None,
    }
}

fn braces(tree: &TokenTree) -> Option<Vec<TokenTree>> {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Some(trees(group.stream()))
        }
        _ => None,
    }
}

fn has_deref(tree: &TokenTree) -> bool {
    let TokenTree::Group(group) = tree else {
        return false;
    };
    let mut words = group.stream().into_iter().filter_map(|tree| word(&tree));
    words.any(|word| word == "Deref")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_implements(text: &str, holds: bool) {
        let traits = BTreeSet::from(["Act".to_owned()]);
        let line = Members::of(text).implements(&traits, "go");
        assert_eq!(line.is_some(), holds, "{text}");
    }

    #[test]
    fn items_of_a_trait_are_implemented() {
        check_implements("impl Act for Me { fn go(&self) {} }", true);
        check_implements(
            "impl<'a, T: Fn() -> u8> kit::Act<T> for &'a [T] where T: X { const go: u8 = 1; }",
            true,
        );
        check_implements("fn f() { impl r#Act for Me { type go = u8; } }", true);
        check_implements(
            "macro_rules! m { ($t:ty) => { impl $crate::Act for $t { fn go(&self) {} } } }",
            true,
        );
        check_implements(
            "macro_rules! m { ($n:ident) => { impl Act for Me { fn $n(&self) {} } } }",
            true,
        );
        check_implements(
            "macro_rules! m { ($a:path) => { impl $a for Me { fn go(&self) {} } } }",
            true,
        );
        check_implements("impl Act for Me { forward! { fn go(&self); } }", true);
        check_implements("impl Act for Me { fn act(&self) { self.go() } }", false);
        check_implements("impl Other for Act { fn go(&self) {} }", false);
        check_implements("impl Me { fn go(&self) {} } impl Act for Me {}", false);
        check_implements("fn f() -> impl Act { go() }", false);
        check_implements("trait Act { fn go(&self); }", false);
    }

    #[track_caller]
    fn check_rival(text: &str, usage: Use, holds: bool) {
        let owners = BTreeSet::from(["Tool".to_owned()]);
        let asked = Asked {
            owners: &owners,
            name: "go",
            usage,
            derefs: None,
        };
        let line = Members::of(text).rival(asked, false);
        assert_eq!(line.is_some(), holds, "{text}");
    }

    #[test]
    fn other_members_have_the_name() {
        let check = |text: &str, holds| check_rival(text, Use::Method, holds);
        check("impl Wrap { fn go(&self) {} }", true);
        check(
            "impl Wrap { pub async fn go<F: Fn(u8)>(self: Rc<Self>, f: F) {} }",
            true,
        );
        check("impl<T> Tool<T> { fn go(&'a mut self) {} }", true); // one of the same name
        check("trait Mine { fn go(self); }", true);
        check("impl other::Spin for Wrap { fn go(&self) {} }", true);
        check(
            "macro_rules! m { ($t:ty) => { impl $t { fn go(&self) {} } } }",
            true,
        );
        check("impl kit::Tool for Me { fn go(&self) {} }", false);
        check(
            "impl Wrap { fn go(me: &Self) {} fn on(&self) { self.go() } }",
            false,
        );
        check("impl Wrap { fn go<F: Fn(&self)>(f: F) {} }", false);
        check("fn go() {} struct Wrap { go: u8 }", false);
        check_rival("impl Wrap { fn go() {} }", Use::Path, true);
        check_rival("impl Wrap { const go: u8 = 1; }", Use::Path, true);
    }

    #[test]
    fn a_rival_type_leads_to_the_other_one() {
        let owners = BTreeSet::from(["Tool".to_owned()]);
        let rival = |text: &str| {
            let members = Members::of(text);
            let derefs = members.derefs().map(str::to_owned).collect();
            let asked = Asked {
                owners: &owners,
                name: "go",
                usage: Use::Method,
                derefs: Some(&derefs),
            };
            members.rival(asked, true)
        };
        let wrap = "impl Wrap { fn go(&self) {} }";
        assert_eq!(rival(wrap), None);
        assert_eq!(rival("impl Tool { fn go(&self) {} }"), None);
        for deref in [
            "impl<T> std::ops::Deref for Wrap<T> {}",
            "#[derive(Clone, Deref)] struct Wrap(Tool);",
            "macro_rules! m { ($t:ty) => { impl Deref for $t {} } }",
        ] {
            assert_eq!(rival(&format!("{wrap} {deref}")), Some(1), "{deref}");
        }
        assert_eq!(rival(&format!("{wrap} impl Deref for Other {{}}")), None);
    }

    #[test]
    fn a_macro_is_given_the_name() {
        let gives = |text: &str| Members::of(text).gives("go").is_some();
        assert!(gives("methods!(Wrap, go);"));
        assert!(gives("kit::methods! { Wrap { go: u8 } }"));
        assert!(!gives("f(go); assert!(a.go() == A::go());"));
        assert!(
            Members::of("macro_rules! m { ($n:ident) => { impl A { fn $n(&self) {} } } }")
                .makes_any()
        );
        assert!(!Members::of("impl A { fn go(&self) {} }").makes_any());
    }
}
