//! What the canonical module makes of the legacy one: imports that give it its names, and items that
//! wrap the legacy thing under the name that this has from now on. By the new path they would be made
//! of themselves, so they stay, and so does each import that they go through.

use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::LeafId;
use crate::lang::rust::facts::{PathRef, Statement};
use crate::lang::rust::names::{Names, Reached};
use crate::lang::rust::tokens::{Kind, Token, lexed};
use crate::plan::{Move, below};

/// References that stay where they are.
#[derive(Default)]
pub(super) struct Giving {
    pub(super) leaves: FxHashSet<LeafId>,
    /// By where the paths begin.
    pub(super) uses: FxHashSet<usize>,
    /// Imports that these go through.
    pub(super) through: FxHashSet<usize>,
}

/// The items of modules, each with the words of its head.
#[derive(Default)]
struct Items(FxHashMap<usize, OnceCell<Vec<Item>>>);

struct Item {
    at: Range<usize>,
    /// The name that it declares, or those that the head of an `impl` says.
    names: Vec<Box<str>>,
}

impl Giving {
    /// All of a file's references by which it gives a canonical path its thing.
    pub(super) fn of(names: &Names<'_>) -> Self {
        let mut giving = Self::default();
        if !names
            .modules
            .iter()
            .any(|module| is_of_target(names, module))
        {
            return giving;
        }
        let modules = (0..names.modules.len()).map(|module| (module, OnceCell::new()));
        let items = Items(modules.collect());
        for id in names.facts.leaf_ids() {
            if let Some(reached) = names.leaf(id.0, id.1)
                && gives(names, id, &reached, &items)
            {
                giving.leaves.insert(id);
                giving.go_through(names, &reached);
            }
        }
        for path in names.facts.paths.iter().filter(|it| !it.shape.is_in_docs()) {
            if let Some(reached) = names.reach(path)
                && wraps(names, (path.module, path.start()), &reached, &items)
            {
                giving.uses.insert(path.start());
                giving.go_through(names, &reached);
            }
        }
        giving
    }

    fn go_through(&mut self, names: &Names<'_>, reached: &Reached) {
        let passed = reached.passed.iter().chain(&reached.through);
        let moves = |binding: usize| {
            let leaf = names.leaf_of(binding);
            let leads = leaf.and_then(|(statement, leaf, ..)| names.leaf(statement, leaf));
            leads.is_some_and(|leads| moved(names, &leads).next().is_some())
        };
        let moving = passed.map(|(binding, _)| *binding).filter(|it| moves(*it));
        self.through.extend(moving);
    }

    /// Why a use stays whose import does; `None` where that is no matter of it, or it gives something
    /// itself.
    pub(super) fn why_kept(&self, path: &PathRef, reached: &Reached) -> Option<String> {
        let (binding, word) = reached.through?;
        let is_left = self.through.contains(&binding) && !self.uses.contains(&path.start());
        (is_left && !path.shape.is_in_docs()).then(|| {
            let name = &path.words[word].text;
            format!("the import of `{name}` stays for what this module makes of it")
        })
    }
}

/// Whether a module is one that something moves to, or lies in one.
fn is_of_target(names: &Names<'_>, module: &str) -> bool {
    let ends = module.match_indices("::").map(|(at, _)| at);
    let mut around = ends.chain([module.len()]).map(|end| &module[..end]);
    names.targets().above.contains(module)
        || around.any(|it| names.to(it).is_some_and(|mv| mv.to.name.is_none()))
}

/// The canonical paths that the beginnings of a path lead to by a move, each with the legacy one.
fn moved<'r>(
    names: &'r Names<'_>,
    reached: &'r Reached,
) -> impl DoubleEndedIterator<Item = (&'r str, String)> {
    let prefixes = reached.prefixes.iter().filter(|it| !it.is_empty());
    let both = prefixes.filter_map(|from| Some((from.as_str(), names.lookup(from)?.dotted())));
    both.filter(|(from, to)| from != to)
}

/// Whether an import gives its module, or one around it, what that is to have by the canonical path.
fn gives(names: &Names<'_>, (index, nth): LeafId, reached: &Reached, items: &Items) -> bool {
    let statement = &names.facts.statements[index];
    let leaf = &statement.leaves[nth];
    let Some((_, to)) = moved(names, reached).next_back() else {
        return false;
    };
    let module = names.module(statement.module);
    let is_of_module = statement.visible == names.facts.modules[statement.module].body;
    if !is_of_module {
        return wraps(names, (statement.module, statement.keyword), reached, items);
    }
    if leaf.glob {
        return to == module
            || statement.public
                && below(module, &to, "::")
                && names.project.rust_takes_from(&to, module);
    }
    let mv = names.lookup(reached.path()).map(|moved| moved.mv);
    let Some((mv, local)) = mv.filter(|mv| is_of_modules(mv)).zip(leaf.local()) else {
        return false;
    };
    let own = format!("{module}::{local}");
    let is_left_over = || names.items.contains_key(&own) && is_always(names, statement);
    // Else the compiler would have the name twice.
    match own == to {
        true => !is_left_over(),
        false => {
            let is_inside = below(module, &mv.to.module, "::");
            is_inside && statement.public && names.project.does_rust_lead_by(&to, &own)
        }
    }
}

/// Whether what moves is a module, with all that is in it.
fn is_of_modules(mv: &Move) -> bool {
    mv.to.name.is_none()
}

fn is_always(names: &Names<'_>, statement: &Statement) -> bool {
    let before = &names.text[statement.whole.start..statement.keyword];
    !(statement.attributes && before.contains("cfg"))
}

/// Whether a path stands in the item that has its canonical path, and leads to another thing so far.
fn wraps(
    names: &Names<'_>,
    (module, at): (usize, usize),
    reached: &Reached,
    items: &Items,
) -> bool {
    let own = names.module(module);
    let mut moved = moved(names, reached).filter(|(_, to)| {
        let home = to.rsplit_once("::").map_or("", |(home, _)| home);
        !home.is_empty() && below(own, home, "::")
    });
    moved.any(|(from, to)| {
        let around = items.around(names, module, at);
        let mut around = around.iter().map(|name| format!("{own}::{name}"));
        around.any(|item| item == to || names.project.does_rust_lead_by(&to, &item))
            && is_its_own(names, from, &to, own)
    })
}

/// Whether a legacy path leads to a thing of its own yet: it is there, and does not lead to the
/// canonical one.
fn is_its_own(names: &Names<'_>, from: &str, to: &str, viewer: &str) -> bool {
    let Some(mv) = names.lookup(from).map(|moved| moved.mv) else {
        return false;
    };
    let project = names.project;
    if project.does_rust_lead_by(from, to) {
        return false;
    }
    let Some((home, name)) = from.rsplit_once("::") else {
        return true;
    };
    let is_ours = from.split("::").next() == Some(&*names.place.krate);
    let has_file = || {
        let package = names.place.package.as_ref();
        package.is_some_and(|package| package.module(&mv.from.module).is_some())
    };
    let is_there = !is_ours
        || names.by_path.contains_key(&mv.from.module)
        || project.rust_item(&mv.from.module).is_some()
        || has_file();
    // Of a module that moves with all that is in it, not all names were read.
    let has = || names.gives(home, name, viewer, &mut FxHashSet::default());
    is_there && (is_of_modules(mv) || has() != Some(false))
}

impl Items {
    /// The names of the item of a module around a place.
    fn around(&self, names: &Names<'_>, module: usize, at: usize) -> &[Box<str>] {
        let Some(cell) = self.0.get(&module) else {
            return &[];
        };
        let body = names.facts.modules[module].body.clone();
        let items = cell.get_or_init(|| items(names.text, body));
        let next = items.partition_point(|item| item.at.end <= at);
        let item = items.get(next).filter(|item| item.at.contains(&at));
        item.map_or(&[], |item| &item.names)
    }
}

/// The items of a module whose body is this part of a text, in its brackets or without.
fn items(text: &str, body: Range<usize>) -> Vec<Item> {
    let is_inline = text[body.start..].starts_with('{');
    let body = body.start + usize::from(is_inline)..body.end;
    let tokens = lexed(text.get(body.clone()).unwrap_or_default());
    let mut items = Vec::new();
    let (mut depth, mut first) = (0_usize, 0);
    for (index, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        // `const A: B = B { … };` ends with its semicolon, and so does `use a::{…};`.
        let is_end = match token.kind {
            Kind::Close('}') => !is_until_semicolon(&tokens[first..index]),
            Kind::Sign(';', _) => true,
            _ => false,
        };
        if depth == 0 && is_end {
            let own = &tokens[first..=index];
            let start = own.first().map_or(0, |it| it.at.start);
            items.push(Item {
                at: body.start + start..body.start + token.at.end,
                names: named(own),
            });
            first = index + 1;
        }
    }
    items
}

/// The tokens of an item that stand in no brackets.
fn outside(item: &[Token]) -> impl Iterator<Item = &Token> {
    let mut depth = 0_usize;
    item.iter().filter(move |token| match token.kind {
        Kind::Open(_) => {
            depth += 1;
            false
        }
        Kind::Close(_) => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    })
}

fn is_until_semicolon(item: &[Token]) -> bool {
    const ONES: &[&str] = &["const", "static", "use", "type", "let"];
    let mut words = outside(item).filter_map(Token::word);
    let first = words.find(|word| *word != "pub");
    // `const fn a() {}`
    let is_fn = words.any(|word| matches!(word, "fn" | "unsafe"));
    first.is_some_and(|first| ONES.contains(&first)) && !is_fn
}

/// The name that an item declares; the names that the head of an `impl` says alone, and no longer paths.
fn named(item: &[Token]) -> Vec<Box<str>> {
    const KEYWORDS: &[&str] = &[
        "fn",
        "struct",
        "enum",
        "union",
        "trait",
        "type",
        "const",
        "static",
        "macro_rules",
    ];
    const BEFORE_FN: &[&str] = &["fn", "unsafe", "async", "extern"];
    let mut words = outside(item).filter_map(Token::word).peekable();
    while let Some(word) = words.next() {
        if word == "impl" {
            return said_alone(item);
        }
        // `const fn a() {}`
        let is_of_fn = words.peek().is_some_and(|next| BEFORE_FN.contains(next));
        if KEYWORDS.contains(&word) && !is_of_fn {
            let name = words.find(|word| *word != "mut");
            return name.map(Box::from).into_iter().collect();
        }
    }
    Vec::new()
}

/// The names outside of brackets that stand behind no `::`.
fn said_alone(item: &[Token]) -> Vec<Box<str>> {
    let tokens: Vec<&Token> = outside(item).collect();
    let is_behind = |at: usize| {
        let mut before = tokens[..at].iter().rev().take(2);
        at > 1 && before.all(|it| it.is_sign(':'))
    };
    let words = tokens.iter().enumerate().filter(|(at, _)| !is_behind(*at));
    words
        .filter_map(|(_, it)| it.word().map(Box::from))
        .collect()
}
