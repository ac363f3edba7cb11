//! What a file says, as far as moves can concern it: its modules, what binds a name and where, and
//! the paths that it writes.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::tokens::{Base, flat};
use super::tree::{Leaf, Tree};
use crate::finding::Problem;
use crate::project::RustMembers;

/// Namespaces of Rust, as bits.
pub(super) mod space {
    use crate::plan::{Dialect, Move, below};

    pub(in crate::lang::rust) const TYPE: u8 = 1;
    pub(in crate::lang::rust) const VALUE: u8 = 2;
    pub(in crate::lang::rust) const MACRO: u8 = 4;
    pub(in crate::lang::rust) const ANY: u8 = 7;

    /// The namespaces that an item of a kind takes up, as the manifest calls kinds.
    pub(in crate::lang::rust) fn of(kind: &str) -> u8 {
        match kind {
            "enum" | "trait" | "union" | "type" | "module" | "crate" => TYPE,
            "struct" | "tuple_struct" | "unit_struct" => TYPE | VALUE,
            "fn" | "const" | "static" => VALUE,
            "macro" => MACRO,
            _ => ANY,
        }
    }

    /// Whether what moves can be meant where a name of these namespaces stands. A derive macro that has
    /// the name of a trait is another thing, and a symbol is anything.
    pub(in crate::lang::rust) fn fits(mv: &Move, spaces: u8) -> bool {
        let own = match mv.kind.as_deref() {
            _ if mv.from.name.is_none() => TYPE,
            None | Some("symbol") if is_in_namesake(mv) => VALUE | MACRO,
            Some(kind @ ("module" | "crate" | "fn" | "const" | "static" | "macro" | "trait")) => {
                of(kind)
            }
            Some("symbol") | None => ANY,
            Some(kind @ ("enum" | "union")) => of(kind),
            // A macro of its name is another thing.
            Some(_) => TYPE | VALUE,
        };
        own & spaces != 0
    }

    /// Whether what moves goes into a module of its own path, `a::b` to `a::b::b`: it is no type, since
    /// a type and a module cannot share a name.
    pub(in crate::lang::rust) fn is_in_namesake(mv: &Move) -> bool {
        mv.from.name.is_some() && below(&mv.to.module, &mv.from.path(Dialect::Rust), "::")
    }
}

/// All that is known of a file.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The file's own module first.
    pub(super) modules: Vec<Module>,
    pub(super) bindings: Vec<Binding>,
    by_name: FxHashMap<Box<str>, Vec<usize>>,
    /// What items that are not public say of who sees them, by their bindings: `in a::b` as `a::b`,
    /// and nothing where they say nothing.
    pub(super) limits: FxHashMap<usize, Box<str>>,
    /// Variants of enums, each with the binding of its enum.
    pub(super) variants: Vec<(usize, Box<str>)>,
    /// Bindings of `macro_rules!`, each with where its name stands: no path leads to them, and what is
    /// behind sees them, in modules below as well.
    pub(super) rules: FxHashMap<usize, usize>,
    /// Modules by where their bodies begin.
    by_place: FxHashMap<usize, usize>,
    pub(super) statements: Vec<Statement>,
    /// Imports in bodies of `macro_rules!` that name nothing which matters: others are sorted with them.
    pub(super) idle_imports: Vec<Statement>,
    /// Where those stand that are imports among the tokens of a macro.
    pub(super) among_tokens: BTreeMap<usize, Surroundings>,
    /// What must hold for a statement to be there, one by one.
    pub(super) conditions: FxHashMap<usize, Box<[String]>>,
    /// The same of items and variables, by their bindings.
    pub(super) item_conditions: FxHashMap<usize, Box<[String]>>,
    pub(super) paths: Vec<PathRef>,
    /// Members that are named behind a type in brackets, or behind `Self`, as paths from that type on.
    pub(super) behind_types: Vec<PathRef>,
    /// Other names of types.
    pub(super) aliases: Vec<Alias>,
    /// Bare names in bodies of `macro_rules!`.
    pub(super) in_macros: FxHashSet<Box<str>>,
    /// Paths in bodies of `macro_rules!` that are more than a name, by their first words.
    pub(super) begun_in_macros: BTreeMap<Box<str>, Vec<PathRef>>,
    /// Names of imports that are no words of the file: paths that they begin are read only where
    /// another word stands in them.
    pub(super) unread: FxHashSet<Box<str>>,
    /// The modules and the ranges in which names in capitals are those of variables, if the patterns that
    /// name them mean no constants.
    pub(super) variables: FxHashMap<Box<str>, Vec<(usize, Range<usize>)>>,
    /// Names in tokens that may mean anything, as the paths that they may be.
    pub(super) opaque: BTreeMap<Box<str>, Vec<PathRef>>,
    /// Names before a `=` or a `:` in what a macro is given, as the paths that they may be: they are keys,
    /// unless the macro makes names of them.
    pub(super) keyed: Vec<PathRef>,
    /// Where names stand alone in expressions that a macro is given: it may put them behind others.
    pub(super) handed: FxHashSet<usize>,
    /// Names of items and of imports among tokens of macros, which may stand in the module around.
    pub(super) beside_macros: FxHashSet<(usize, Box<str>)>,
    /// The beginnings of paths that a macro makes of what it is given: `a::$name`.
    pub(super) made: Vec<PathRef>,
    /// Paths that a macro makes with what it is given before their last names.
    pub(super) patterns: Vec<Pattern>,
    /// Bare names in bodies of macros.
    pub(super) named_in: Vec<NamedIn>,
    /// Names that imports in bodies of `macro_rules!` bind.
    pub(super) imported_in_rules: Vec<NamedIn>,
    /// Macros and derives that bodies of `macro_rules!` call by a bare name.
    pub(super) called_in_rules: Vec<PathRef>,
    /// Macros that show the text of what they are given, or make names of it.
    pub(super) shows_text: FxHashSet<Box<str>>,
    /// Macros of the text that make documentation of what they are given.
    pub(super) documenting: FxHashSet<Box<str>>,
    /// Macros that functions of the file are for others, where its crate is one of procedural macros.
    pub(super) procedural: Vec<Box<str>>,
    /// Macros that are exported: their bodies mean what they mean where others use them.
    pub(super) exported: FxHashSet<Box<str>>,
    /// `mod name;`: a file below this one, which sees the macros above the line.
    pub(super) has_files_below: bool,
    /// The names of modules where they are declared, each with the module around it.
    pub(super) declared: Vec<(usize, Word)>,
    /// What modules declare from which things move, or to which.
    pub(super) members: BTreeMap<usize, RustMembers>,
    /// Items of those modules that may make names which are not written: calls of macros, and what stands
    /// behind attributes.
    pub(super) makers: BTreeMap<usize, Vec<Range<usize>>>,
    /// Modules with an `include!`, whose text may use any name.
    pub(super) includes: FxHashSet<usize>,
    /// Where the first item of the file begins.
    pub(super) first_item: Option<usize>,
    /// `#![no_std]`: always, or in the configurations that stand here.
    pub(super) no_std: Option<NoStd>,
    pub(super) docs: Vec<DocLine>,
    /// What links of doc comments show, and the name behind it.
    pub(super) labels: Vec<(Range<usize>, Range<usize>)>,
    pub(super) problems: Vec<Problem>,
    /// The file does not parse: only what its tokens say is known.
    pub(super) broken: bool,
    /// It is a document, whose links are those of a module in another file.
    pub(super) is_document: bool,
}

/// When a crate does without std.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoStd {
    Always,
    /// Where this is true.
    Where(Range<usize>),
    /// Where this is not.
    Unless(Range<usize>),
}

/// The file, or a module in it.
#[derive(Debug)]
pub(super) struct Module {
    /// `None` for the file's own.
    pub(super) parent: Option<usize>,
    pub(super) name: Box<str>,
    /// Where the block begins in which it is declared, if it is no part of the module around.
    pub(super) block: Option<usize>,
    /// Where its items are visible.
    pub(super) body: Range<usize>,
    /// It says `pub(…)`, or nothing: no other crate can name it.
    pub(super) inner: bool,
}

/// Something that gives a name a meaning.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) name: Box<str>,
    pub(super) module: usize,
    /// Where the name has this meaning, unless a smaller place gives it another.
    pub(super) visible: Range<usize>,
    pub(super) spaces: u8,
    pub(super) kind: Bound,
}

/// What a name is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// A leaf of a `use` or `extern crate`.
    Leaf { statement: usize, leaf: usize },
    /// A module that is declared here.
    Module,
    /// Another item.
    Item,
    /// A variable, or a parameter.
    Local,
}

/// What form an import has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Use,
    ExternCrate,
    /// A `use` among the tokens of a macro.
    Tokens,
}

/// A `use` or an `extern crate`.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) form: Form,
    pub(super) module: usize,
    pub(super) visible: Range<usize>,
    /// With attributes and doc comments, up to and with the semicolon.
    pub(super) whole: Range<usize>,
    /// Where `pub` or `use` stands, or what a macro has in the place of `pub`.
    pub(super) keyword: usize,
    /// The tree, without a leading `::`.
    pub(super) tree_at: Range<usize>,
    pub(super) leaves: Box<[Leaf]>,
    pub(super) public: bool,
    /// It has attributes that are no doc comments.
    pub(super) attributes: bool,
    /// Among tokens: something stands before it of which nobody knows whether it belongs to it.
    pub(super) follows: bool,
    /// `#[macro_use]` stands before it.
    pub(super) gives_macros: bool,
    /// The macros that `#[macro_use(…)]` names, which are all that it gives; none: it gives every one.
    pub(super) listed_macros: Box<[Word]>,
    /// The path begins with `::`, which stands here.
    pub(super) leading: Option<Range<usize>>,
    /// `$crate` begins it.
    pub(super) dollar: bool,
}

/// What stands around an import among the tokens of a macro.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// What stands in the brackets around it, or all of the tokens.
    pub(super) scope: Range<usize>,
    /// The brackets around it are those of a block or a module, which sees it alone. Others may put it
    /// anywhere, and more than once.
    pub(super) is_block: bool,
    /// No attribute is its own, and it says nothing of who sees it.
    pub(super) is_plain: bool,
    /// It stands in the body of a `macro_rules!`.
    pub(super) in_rules: bool,
    /// The modules among the tokens that it stands in, the outermost first, if no block is around it:
    /// the macro is an item of its module, or makes items.
    pub(super) below: Option<Box<[Box<str>]>>,
    /// The modules of the file that may have it then: the one around the macro, or those that call a
    /// macro whose body it stands in.
    pub(super) put_into: Vec<usize>,
}

/// Where a path was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Code,
    /// The one name of a pattern, which is a constant or a new variable.
    Pattern,
    /// `S { name }`
    Shorthand,
    /// Among the tokens of a macro or attribute.
    Tokens,
    /// In a string of an attribute.
    Text,
    /// In a format string: `{name}`.
    Capture,
    /// A link of a doc comment.
    Doc,
    /// Inline code of a doc comment, which nothing resolves.
    Inline,
    /// In `stringify!`, whose text would change.
    Stringified,
    /// In an import of a form that is not read.
    Unread,
}

/// A word of a path.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// Without `r#`.
    pub(super) text: Box<str>,
    pub(super) at: Range<usize>,
}

/// Another name of a type: `type C = Color;`.
#[derive(Debug)]
pub(super) struct Alias {
    pub(super) name: Box<str>,
    pub(super) visible: Range<usize>,
    /// The type.
    pub(super) path: PathRef,
}

/// A path that is written somewhere.
#[derive(Debug, Clone)]
pub(super) struct PathRef {
    pub(super) words: Vec<Word>,
    /// It begins with `::`.
    pub(super) leading: bool,
    /// It begins with `$crate`.
    pub(super) dollar: bool,
    pub(super) spaces: u8,
    pub(super) module: usize,
    pub(super) shape: Shape,
    /// It stands in the body of the `macro_rules!` of this name.
    pub(super) in_rules: Option<Box<str>>,
}

impl Binding {
    /// Whether the other one is seen in all of its scope, and in more than that.
    pub(super) fn lies_in(&self, other: &Self) -> bool {
        let (own, around) = (&self.visible, &other.visible);
        around.start <= own.start && own.end <= around.end && own.len() < around.len()
    }
}

impl Shape {
    /// Whether it stands in a doc comment, and so in no code.
    pub(super) fn is_in_docs(self) -> bool {
        matches!(self, Self::Doc | Self::Inline)
    }

    /// Why a path of this shape is never edited; `None` for others.
    pub(super) fn untouchable(self) -> Option<&'static str> {
        match self {
            Self::Stringified => Some("`stringify!` would give another text"),
            Self::Unread => Some("an import of this form is not read"),
            _ => None,
        }
    }
}

impl Statement {
    /// Whether it imports all names of something.
    pub(super) fn has_star(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.glob)
    }

    /// The tree, read again: few are edited, and a tree takes more memory than its text.
    pub(super) fn tree(&self, text: &str) -> Tree {
        let written = &text[self.tree_at.clone()];
        let base = Base::new(self.tree_at.start);
        let stream = written.parse().unwrap_or_default();
        Tree::read(&flat(stream, base), &mut 0, text).unwrap_or_default()
    }
}

impl PathRef {
    /// What stands behind its first word, as a path.
    pub(super) fn below_first(&self) -> String {
        let words = self.words.iter().skip(1).map(|word| &*word.text);
        words.collect::<Vec<_>>().join("::")
    }

    pub(super) fn start(&self) -> usize {
        self.words.first().map_or(0, |word| word.at.start)
    }
}

/// A bare name in the body of a `macro_rules!`.
#[derive(Debug)]
pub(super) struct NamedIn {
    pub(super) name: Box<str>,
    /// The macro's name.
    pub(super) of: Box<str>,
    /// Where it stands.
    pub(super) at: usize,
    /// It is derived there.
    pub(super) derived: bool,
}

/// A path that a macro makes, with something unknown before or in its last name: `a::$b::C`,
/// `$($a)::*::C`.
#[derive(Debug)]
pub(super) struct Pattern {
    /// What stands before the first variable.
    pub(super) head: Option<PathRef>,
    /// What it says from there on.
    pub(super) rest: Box<[Part]>,
    pub(super) at: Range<usize>,
}

/// A part of a path that a macro makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Name(Box<str>),
    /// A variable for one name.
    Variable,
    /// What stands for one name or more: `$($a)::*`, `#a` of `quote!`.
    Names,
    /// A name that is put together, of which these pieces are known and what is between them is not.
    Joined(Box<[Box<str>]>),
}

impl Part {
    /// One name of which nothing is known.
    pub(super) fn anything() -> Self {
        Self::Joined(["".into(), "".into()].into())
    }
}

/// One doc comment, or doc attribute.
#[derive(Debug)]
pub(super) struct DocLine {
    /// The comment, or the whole attribute.
    pub(super) at: Range<usize>,
    /// The string of an attribute, with its quotes.
    pub(super) literal: Option<Range<usize>>,
    pub(super) module: usize,
}

impl Facts {
    /// Facts of a text of this length, in which nothing was found yet.
    pub(super) fn new(length: usize) -> Self {
        Self {
            modules: vec![Module {
                parent: None,
                name: "".into(),
                block: None,
                body: 0..length,
                inner: false,
            }],
            ..Self::default()
        }
    }

    /// Facts of the links of documentation, which stands in a module that says nothing else here.
    pub(super) fn of_document(length: usize) -> Self {
        Self {
            is_document: true,
            ..Self::new(length)
        }
    }

    /// The innermost module around a place.
    pub(super) fn module_at(&self, at: usize) -> usize {
        let around = self.modules.iter().enumerate();
        let around = around.filter(|(_, of)| of.body.contains(&at));
        let innermost = around.min_by_key(|(_, of)| of.body.len());
        innermost.map_or(0, |(module, _)| module)
    }

    /// Notes a name among tokens that may be what the path says, or anything.
    pub(super) fn may_be(&mut self, path: PathRef) {
        let all = self.opaque.entry(path.words[0].text.clone()).or_default();
        all.push(path);
    }

    pub(super) fn bind(&mut self, binding: Binding) {
        let of_name = self.by_name.entry(binding.name.clone()).or_default();
        of_name.push(self.bindings.len());
        self.bindings.push(binding);
    }

    /// The number of a module, which may be met twice.
    pub(super) fn module(&mut self, module: Module) -> usize {
        let next = self.modules.len();
        let number = *self.by_place.entry(module.body.start).or_insert(next);
        if number == next {
            self.modules.push(module);
        }
        number
    }

    /// All paths, with what bodies of macros call.
    pub(super) fn written(&self) -> impl Iterator<Item = &PathRef> {
        self.paths.iter().chain(&self.called_in_rules)
    }

    /// Where blocks begin that declare modules, in order.
    pub(super) fn blocks(&self) -> Vec<usize> {
        let modules = self
            .bindings
            .iter()
            .filter(|it| it.kind == Bound::Module && it.visible != self.modules[it.module].body);
        let mut blocks: Vec<usize> = modules.map(|it| it.visible.start).collect();
        blocks.sort_unstable();
        blocks.dedup();
        blocks
    }

    /// Whether a name alone is at a place that of a `macro_rules!`, which hides all macros that
    /// imports bring.
    pub(super) fn is_by_rules(&self, name: &str, at: usize) -> bool {
        self.named(name).iter().any(|index| {
            let from = self.rules.get(index);
            from.is_some_and(|&from| from < at && at <= self.bindings[*index].visible.end)
        })
    }

    /// An import by its place in `statements`, or behind those in `idle_imports`.
    pub(super) fn import(&self, index: usize) -> &Statement {
        let idle = || &self.idle_imports[index - self.statements.len()];
        self.statements.get(index).unwrap_or_else(idle)
    }

    /// All leaves of imports: the statement of each, and its place among the leaves of that.
    pub(super) fn leaf_ids(&self) -> impl Iterator<Item = (usize, usize)> {
        let statements = self.statements.iter().enumerate();
        statements.flat_map(|(index, it)| (0..it.leaves.len()).map(move |nth| (index, nth)))
    }

    /// All bindings of a name, by their places in `bindings`.
    pub(super) fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}
