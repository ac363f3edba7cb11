//! What rooms besides the languages ask of a text of Rust: what it declares.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Expr, GenericParam, Type};

use super::conditions::{branches, condition};
use super::tokens::is_sign;
use super::uses::{Import, leaves};

/// Something that has a name in a module of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The modules inside of the file that it lies in, and its name; all without `r#`.
    pub path: Vec<String>,
    /// What it is, as a manifest says it: `tuple_struct`, `fn`; or `use`, which is anything.
    pub kind: &'static str,
    /// Whether it is a type that has parameters: `struct New<T>`.
    pub is_generic: bool,
    /// Those parameters, where an alias elsewhere can have the same.
    pub parameters: Option<Parameters>,
    /// Its line, from 1.
    pub line: usize,
    /// What `cfg` asks for above it, and above the modules of the file that it lies in.
    pub conditions: Vec<String>,
}

/// A module that has a file of its own: `mod a;`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredModule {
    /// The modules inside of the file that it lies in, and its name; all without `r#`.
    pub path: Vec<String>,
    /// What `#[path = "…"]` says.
    pub file: Option<String>,
    /// What `cfg` asks for, as of an item.
    pub conditions: Vec<String>,
}

/// The parameters of a type, as an alias of it writes them: without bounds, which it needs not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// What declares them: `<'a, T = u8, const N: usize>`.
    pub declared: String,
    /// What hands them on: `<'a, T, N>`.
    pub given: String,
}

/// All that a file declares by itself, but not by macros; `cfg_if!` is none to speak of.
pub fn declared(text: &str) -> Vec<Declared> {
    found(text).items
}

/// The modules that a file declares, and that are in others.
pub fn declared_modules(text: &str) -> Vec<DeclaredModule> {
    found(text).modules
}

/// What a file imports, but for what its functions do.
pub fn imports(text: &str) -> Vec<Import> {
    found(text).imports
}

#[derive(Default)]
struct Found {
    items: Vec<Declared>,
    modules: Vec<DeclaredModule>,
    imports: Vec<Import>,
}

fn found(text: &str) -> Found {
    let text = text.trim_start_matches('\u{feff}');
    let tokens = text.parse::<TokenStream>();
    let mut found = Found::default();
    collect(tokens.unwrap_or_default(), Scope::default(), &mut found);
    proc_macro2::extra::invalidate_current_thread_spans();
    found
}

/// Where items stand.
#[derive(Clone, Default)]
struct Scope {
    modules: Vec<String>,
    conditions: Vec<String>,
}

impl Scope {
    /// The path of a name in it.
    fn path(&self, name: &proc_macro2::Ident) -> Vec<String> {
        self.modules.iter().cloned().chain([plain(name)]).collect()
    }

    /// What is asked for, with some more of it.
    fn with(&self, conditions: &[String]) -> Vec<String> {
        [&self.conditions, conditions].concat()
    }

    /// The body of an item in it.
    fn below(&self, name: Option<&proc_macro2::Ident>, conditions: &[String]) -> Self {
        Self {
            modules: name.map_or(self.modules.clone(), |name| self.path(name)),
            conditions: self.with(conditions),
        }
    }
}

fn collect(tokens: TokenStream, mut scope: Scope, found: &mut Found) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    // What the attributes of the item say that begins here.
    let (mut conditions, mut file) = (Vec::new(), None);
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at + 1..];
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let token = &tokens[at];
        let word = word(token).unwrap_or_default();
        at += 1;
        match rest {
            [TokenTree::Group(attribute), ..] if is_sign(token, '#') => {
                conditions.extend(condition(attribute.stream()));
                file = path_of(attribute.stream()).or(file);
                at += 1;
                continue;
            }
            [bang, TokenTree::Group(attribute), ..]
                if is_sign(token, '#') && is_sign(bang, '!') =>
            {
                scope.conditions.extend(condition(attribute.stream()));
                at += 2;
                continue;
            }
            _ => {}
        }
        let is_body = matches!(token, TokenTree::Group(it) if it.delimiter() == Delimiter::Brace);
        if is_body || is_sign(token, ';') {
            conditions.clear();
            file = None;
        }
        // `<const N: u8>` is a parameter.
        if before.is_some_and(|token| is_sign(token, '<') || is_sign(token, ',')) {
            continue;
        }
        let (name, kind) = match (word.as_str(), rest) {
            ("mod", [TokenTree::Ident(name), TokenTree::Group(body), ..]) => {
                collect(body.stream(), scope.below(Some(name), &conditions), found);
                continue;
            }
            ("mod", [TokenTree::Ident(name), end, ..]) if is_sign(end, ';') => {
                found.modules.push(DeclaredModule {
                    path: scope.path(name),
                    file: file.take(),
                    conditions: scope.with(&conditions),
                });
                continue;
            }
            ("cfg_if", [bang, TokenTree::Group(body), ..]) if is_sign(bang, '!') => {
                for (holds, body) in branches(body.stream()) {
                    let conditions = [&conditions[..], &holds].concat();
                    collect(body, scope.below(None, &conditions), found);
                }
                continue;
            }
            ("extern", [TokenTree::Literal(_), TokenTree::Group(body), ..]) => {
                collect(body.stream(), scope.below(None, &conditions), found);
                continue;
            }
            // `impl Sized + use<'a>` imports nothing.
            ("use", [first, ..]) if !is_sign(first, '<') => {
                let end = rest.iter().position(|token| is_sign(token, ';'));
                let tree = &rest[..end.unwrap_or(rest.len())];
                let is_public = is_public(&tokens[..at - 1]);
                at += tree.len();
                for leaf in leaves(tree) {
                    found.items.extend(leaf.name.as_ref().map(|name| Declared {
                        line: name.span().start().line,
                        path: scope.path(name),
                        kind: "use",
                        is_generic: false,
                        parameters: None,
                        conditions: scope.with(&conditions),
                    }));
                    found.imports.push(Import {
                        module: scope.modules.clone(),
                        name: leaf.name.as_ref().map(plain),
                        path: leaf.path,
                        is_public,
                    });
                }
                continue;
            }
            // `extern crate a as b;`
            ("extern", [krate, TokenTree::Ident(name), more @ ..]) if is_word(krate, "crate") => {
                let renamed = match more {
                    [sign, TokenTree::Ident(other), ..] if is_word(sign, "as") => other,
                    _ => name,
                };
                let own = name == "self";
                let path = if own { "crate" } else { "" };
                let path = [path.to_owned()].into_iter();
                found.imports.push(Import {
                    module: scope.modules.clone(),
                    name: Some(plain(renamed)),
                    path: path.chain((!own).then(|| plain(name))).collect(),
                    is_public: is_public(&tokens[..at - 1]),
                });
                continue;
            }
            ("struct", [TokenTree::Ident(name), body @ ..]) => (name, form(body)),
            ("macro_rules", [bang, TokenTree::Ident(name), ..]) if is_sign(bang, '!') => {
                (name, "macro")
            }
            ("static", [first, TokenTree::Ident(name), ..])
                if self::word(first).as_deref() == Some("mut") =>
            {
                (name, "static")
            }
            ("union", [TokenTree::Ident(name), ..]) => (name, "union"),
            ("enum", [TokenTree::Ident(name), ..]) => (name, "enum"),
            ("trait", [TokenTree::Ident(name), ..]) => (name, "trait"),
            ("type", [TokenTree::Ident(name), ..]) => (name, "type"),
            ("fn", [TokenTree::Ident(name), ..]) => (name, "fn"),
            ("static", [TokenTree::Ident(name), next, ..]) if is_sign(next, ':') => {
                (name, "static")
            }
            ("const", [TokenTree::Ident(name), next, ..]) if is_sign(next, ':') => (name, "const"),
            _ => continue,
        };
        let behind = rest.iter().skip_while(|token| !is_ident(token, name));
        found.items.push(Declared {
            path: scope.path(name),
            kind,
            is_generic: behind.clone().nth(1).is_some_and(|it| is_sign(it, '<')),
            parameters: parameters(behind.skip(1)),
            line: name.span().start().line,
            conditions: scope.with(&conditions),
        });
    }
}

/// What `path = "…"` says.
fn path_of(attribute: TokenStream) -> Option<String> {
    let attribute: Vec<TokenTree> = attribute.into_iter().collect();
    match &attribute[..] {
        [TokenTree::Ident(name), is, literal @ TokenTree::Literal(_)]
            if name == "path" && is_sign(is, '=') =>
        {
            let literal = syn::parse2::<syn::LitStr>(literal.clone().into());
            literal.ok().map(|it| it.value())
        }
        _ => None,
    }
}

/// The parameters that begin at a `<`. A default may name what is another thing elsewhere: then
/// there are none to write.
fn parameters<'t>(tokens: impl Iterator<Item = &'t TokenTree>) -> Option<Parameters> {
    let (mut depth, mut is_arrow) = (0_usize, false);
    let mut inner = TokenStream::new();
    for token in tokens {
        inner.extend([token.clone()]);
        match token {
            _ if is_sign(token, '<') => depth += 1,
            _ if is_sign(token, '>') && !is_arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
        is_arrow = is_sign(token, '-');
        if depth == 0 {
            break;
        }
    }
    let generics: syn::Generics = syn::parse2(inner).ok()?;
    let (mut declared, mut given) = (Vec::new(), Vec::new());
    for param in &generics.params {
        let (written, name) = match param {
            GenericParam::Lifetime(param) if param.attrs.is_empty() => {
                let name = param.lifetime.to_string();
                (name.clone(), name)
            }
            GenericParam::Type(param) if param.attrs.is_empty() => {
                let name = param.ident.to_string();
                let written = match &param.default {
                    None => name.clone(),
                    Some((_, default)) => format!("{name} = {}", everywhere(default, &given)?),
                };
                (written, name)
            }
            GenericParam::Const(param) if param.attrs.is_empty() => {
                let name = param.ident.to_string();
                let ty = everywhere(&param.ty, &[])?;
                let written = match &param.default {
                    None => format!("const {name}: {ty}"),
                    Some((_, Expr::Lit(default))) if default.attrs.is_empty() => {
                        let default = &default.lit;
                        format!("const {name}: {ty} = {}", quote::quote!(#default))
                    }
                    Some(_) => return None,
                };
                (written, name)
            }
            _ => return None,
        };
        declared.push(written);
        given.push(name);
    }
    (!given.is_empty()).then(|| Parameters {
        declared: format!("<{}>", declared.join(", ")),
        given: format!("<{}>", given.join(", ")),
    })
}

/// A type that is the same thing in each module and each crate; `params` are in scope.
fn everywhere(ty: &Type, params: &[String]) -> Option<String> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => {
            let name = ty.path.get_ident()?.to_string();
            let is_same = PRIMITIVE.contains(&&*name) || params.contains(&name);
            is_same.then_some(name)
        }
        Type::Tuple(ty) => {
            let each = ty.elems.iter().map(|ty| everywhere(ty, params));
            let each: Vec<String> = each.collect::<Option<_>>()?;
            Some(match &each[..] {
                [one] => format!("({one},)"),
                each => format!("({})", each.join(", ")),
            })
        }
        Type::Slice(ty) => Some(format!("[{}]", everywhere(&ty.elem, params)?)),
        _ => None,
    }
}

/// Types that no module has to import; one that declares its own is no neighbour to speak of.
const PRIMITIVE: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

/// Which struct it is, by what stands behind its name: the first bracket outside of its parameters
/// and bounds tells.
fn form(tokens: &[TokenTree]) -> &'static str {
    let (mut depth, mut is_bound, mut is_arrow) = (0_usize, false, false);
    for token in tokens {
        match token {
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' if !is_arrow => depth = depth.saturating_sub(1),
                    ';' => return "unit_struct",
                    _ => {}
                }
                is_arrow = punct.as_char() == '-';
                continue;
            }
            TokenTree::Group(group) if depth == 0 => match group.delimiter() {
                Delimiter::Brace => return "struct",
                Delimiter::Parenthesis if !is_bound => return "tuple_struct",
                _ => {}
            },
            TokenTree::Ident(ident) if ident == "where" => is_bound = true,
            _ => {}
        }
        is_arrow = false;
    }
    "unit_struct"
}

/// Whether what stands before an item lets others see it.
fn is_public(before: &[TokenTree]) -> bool {
    match before {
        [.., word, TokenTree::Group(limit)] if is_word(word, "pub") => {
            limit.stream().to_string() != "self"
        }
        [.., word] => is_word(word, "pub"),
        [] => false,
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

/// A name without `r#`.
pub(super) fn plain(name: &proc_macro2::Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

fn is_ident(token: &TokenTree, name: &proc_macro2::Ident) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = declared(text);
        let found: Vec<String> = found
            .iter()
            .map(|it| format!("{} {}", it.kind, it.path.join("::")))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn only_types_with_parameters_are_generic() {
        let text = "pub struct A<T>(T); pub struct B; struct Ab<'a> { x: &'a A<u8> } mod m { struct B<T>(T); }";
        let generic = declared(text).into_iter().filter(|it| it.is_generic);
        let paths: Vec<Vec<String>> = generic.map(|it| it.path).collect();
        assert_eq!(paths, [vec!["A"], vec!["Ab"], vec!["m", "B"]]);
        // Nothing is read of what is no sequence of tokens.
        assert!(declared("struct A<\"").is_empty());
    }

    #[test]
    fn parameters_are_those_that_an_alias_can_have() {
        for (text, expected) in [
            ("struct A<T>(T);", Some(("<T>", "<T>"))),
            (
                "pub struct A<'a, 'b: 'a, T: Fn(&'a u8) -> Vec<u8> + ?Sized> where T: Copy {}",
                Some(("<'a, 'b, T>", "<'a, 'b, T>")),
            ),
            (
                "struct A<T: Into<u8> = u8, U = (T, [str], ()), const N: usize = 3, const B: bool = true> {}",
                Some((
                    "<T = u8, U = (T, [str], ()), const N: usize = 3, const B: bool = true>",
                    "<T, U, N, B>",
                )),
            ),
            ("type A<T,> = Vec<T>;", Some(("<T>", "<T>"))),
            ("struct A {}", None),
            ("struct A<> {}", None),
            ("struct A<T = String> {}", None),
            ("struct A<T, U = super::B<T>> {}", None),
            ("struct A<T: B, U = T::C> {}", None),
            ("struct A<const N: usize = { 1 }> {}", None),
            ("struct A<#[cfg(x)] T> {}", None),
        ] {
            let found = declared(text).remove(0).parameters;
            let found = found.as_ref().map(|it| (&*it.declared, &*it.given));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn the_form_of_a_struct_is_told() {
        check("struct A;", &["unit_struct A"]);
        check("struct A<T>(T) where T: Fn(u8);", &["tuple_struct A"]);
        check("struct A<F: Fn(u8) -> u8>(F);", &["tuple_struct A"]);
        check("struct A<F> where F: Fn(u8) -> u8 { f: F }", &["struct A"]);
        check("struct A<const N: u8 = { 1 }> { n: u8 }", &["struct A"]);
        check(
            "#[derive(X)] pub(crate) struct r#A(u8);",
            &["tuple_struct A"],
        );
    }

    #[test]
    fn what_cfg_asks_for_is_told() {
        let text = r#"
            #![cfg(all())]
            #[cfg(unix)] #[derive(X)] /** doc */ pub struct A { #[cfg(no)] a: u8 }
            pub struct B;
            #[cfg(a)] impl A { fn no() {} }
            #[cfg(b)] mod m { #![cfg(c)] #[cfg_attr(d, inline)] pub fn f() {} #[cfg(e)] mod n; }
            cfg_if::cfg_if! {
                if #[cfg(x)] { pub use a::C; } else if #[cfg(y)] { mod o; } else { const D: u8 = 1; }
            }
            #[cfg(z)] #[path = "other.rs"] mod p;
            #[cfg(f)] extern "C" { fn g(); }
            enum E {}
        "#;
        let found = found(text);
        let items: Vec<String> = found
            .items
            .iter()
            .map(|it| {
                assert_eq!(it.conditions[0], "all()");
                format!("{}: {}", it.path.join("::"), it.conditions[1..].join(", "))
            })
            .collect();
        let expected = [
            "A: unix",
            "B: ",
            "m::f: b, c",
            "C: x",
            "D: not(x), not(y)",
            "g: f",
            "E: ",
        ];
        assert_eq!(items, expected);
        let modules: Vec<String> = found
            .modules
            .iter()
            .map(|it| {
                let file = it.file.as_deref().unwrap_or_default();
                format!(
                    "{} {file}: {}",
                    it.path.join("::"),
                    it.conditions[1..].join(", ")
                )
            })
            .collect();
        assert_eq!(
            modules,
            ["m::n : b, c, e", "o : not(x), y", "p other.rs: z"]
        );
    }

    #[test]
    fn imports_say_who_sees_them() {
        let text = "extern crate a as b; pub extern crate c; extern crate self as d; use e::f;
            pub(crate) use g::*; pub(self) use h::i; pub mod j { pub use k::l as m; }
            fn n<'a>() -> impl Sized + use<'a> { use no::no; } struct O {}";
        let told = imports(text).into_iter().map(|it| {
            let path = [&it.module[..], &[it.name.unwrap_or("*".to_owned())]].concat();
            let seen = if it.is_public { "pub " } else { "" };
            format!("{seen}{} = {}", path.join("::"), it.path.join("::"))
        });
        let expected = [
            "b = ::a",
            "pub c = ::c",
            "d = crate",
            "f = e::f",
            "pub * = g",
            "i = h::i",
            "pub j::m = k::l",
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        check(text, &["use f", "use i", "use j::m", "fn n", "struct O"]);
    }

    #[test]
    fn each_kind_is_told() {
        check(
            "pub enum E { A } union U { a: u8 } unsafe trait T { fn no(); } pub type P = fn(u8);",
            &["enum E", "union U", "trait T", "type P"],
        );
        check(
            "pub const fn f() { struct No; } static mut S: u8 = 1; const C: fn() = g; async fn h();",
            &["fn f", "static S", "const C", "fn h"],
        );
        check(
            "extern \"C\" { fn f(); } macro_rules! m { () => { struct No; } } impl X { fn no() {} }",
            &["fn f", "macro m"],
        );
        check(
            "pub use a::{self, b::C, d as E, *}; mod n { pub use f; } const _: () = ();",
            &["use a", "use C", "use E", "use n::f", "const _"],
        );
    }
}
