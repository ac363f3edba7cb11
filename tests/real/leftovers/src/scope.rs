//! What names stand for, from the imports and items of each scope, by their text.

use std::collections::{HashMap, HashSet};

use ra_ap_syntax::ast::{self, AstNode, HasAttrs, HasModuleItem, HasName};
use ra_ap_syntax::{SyntaxNode, TextRange};

/// A file, a module or a block.
#[derive(Default)]
pub struct Scope {
    pub range: TextRange,
    pub is_module: bool,
    imports: HashMap<String, Vec<String>>,
    items: HashSet<String>,
    /// `use super::*`.
    sees_parent: bool,
}

/// One leaf of a `use`, written out.
pub struct Leaf {
    pub path: Vec<String>,
    pub name: Option<String>,
    pub at: TextRange,
}

/// The leaves of a `use` tree.
pub fn leaves(tree: &ast::UseTree, before: &[String], found: &mut Vec<Leaf>) {
    let mut path = before.to_vec();
    if let Some(written) = tree.path() {
        path.extend(segments(&written));
    }
    if let Some(list) = tree.use_tree_list() {
        for inner in list.use_trees() {
            leaves(&inner, &path, found);
        }
        return;
    }
    let is_self = path.len() > 1 && path.last().is_some_and(|last| last == "self");
    if is_self {
        path.pop();
    }
    let rename = tree.rename().map(|rename| rename.name().map(|name| plain(&name.text())));
    let name = match rename {
        Some(alias) => alias,
        None if tree.star_token().is_some() => None,
        None => path.last().cloned(),
    };
    found.push(Leaf { path, name, at: tree.syntax().text_range() });
}

/// The segments of a path without generics and without a leading `::`.
pub fn segments(path: &ast::Path) -> Vec<String> {
    path.segments().filter_map(|segment| segment.name_ref().map(|name| plain(&name.text()))).collect()
}

pub fn plain(text: &str) -> String {
    text.strip_prefix("r#").unwrap_or(text).to_owned()
}

/// All scopes of a file, outer ones first.
pub fn scopes(root: &SyntaxNode) -> Vec<Scope> {
    let mut found = Vec::new();
    for node in root.descendants() {
        if let Some(file) = ast::SourceFile::cast(node.clone()) {
            found.push(scope(&node, true, file.items()));
        } else if let Some(items) = ast::ItemList::cast(node.clone()) {
            found.push(scope(&node, true, items.items()));
        } else if let Some(block) = ast::StmtList::cast(node.clone()) {
            let items = block.statements().filter_map(|statement| match statement {
                ast::Stmt::Item(item) => Some(item),
                _ => None,
            });
            found.push(scope(&node, false, items));
        }
    }
    found
}

fn scope(node: &SyntaxNode, is_module: bool, items: impl Iterator<Item = ast::Item>) -> Scope {
    let mut scope = Scope { range: node.text_range(), is_module, ..Scope::default() };
    for item in items {
        let name = match &item {
            ast::Item::Use(item) => {
                let mut found = Vec::new();
                if let Some(tree) = item.use_tree() {
                    leaves(&tree, &[], &mut found);
                }
                for leaf in found {
                    match leaf.name {
                        Some(name) => drop(scope.imports.insert(name, leaf.path)),
                        None => scope.sees_parent |= leaf.path == ["super"],
                    }
                }
                None
            }
            ast::Item::ExternCrate(item) => {
                let of = item.name_ref().map(|name| plain(&name.text()));
                let alias = item.rename().and_then(|rename| rename.name());
                // Under a cfg the name is another crate's only now and then.
                let always = item.attrs().next().is_none();
                if let (true, Some(of), Some(alias)) = (always, of, alias) {
                    scope.imports.insert(plain(&alias.text()), vec![of]);
                }
                None
            }
            ast::Item::Module(item) => item.name(),
            ast::Item::Struct(item) => item.name(),
            ast::Item::Enum(item) => item.name(),
            ast::Item::Trait(item) => item.name(),
            ast::Item::TypeAlias(item) => item.name(),
            ast::Item::Union(item) => item.name(),
            _ => None,
        };
        scope.items.extend(name.map(|name| plain(&name.text())));
    }
    scope
}

/// What a path written inside of `at` stands for, as far as text tells.
pub fn resolved(scopes: &[Scope], at: TextRange, path: &[String]) -> Vec<String> {
    let mut around: Vec<&Scope> = scopes.iter().filter(|scope| scope.range.contains_range(at)).collect();
    let mut path = path.to_vec();
    // An import may begin with another import's name; no more than a few do.
    for _ in 0..8 {
        let Some(first) = path.first().cloned() else { break };
        let is_relative = matches!(first.as_str(), "self" | "super") && path.len() > 1;
        if is_relative {
            path.remove(0);
        }
        if first == "super" && is_relative {
            while around.pop().is_some_and(|scope| !scope.is_module) {}
        }
        let Some(target) = lookup(&around, &path[0]) else {
            // Through `self` and `super` no crate is reached, but something of this one.
            if is_relative && !matches!(path[0].as_str(), "self" | "super") {
                path.insert(0, String::new());
            }
            if is_relative { continue } else { break }
        };
        let is_same = target[0] == path[0];
        path.splice(0..1, target);
        // `use std;` and `use fmt::{self}` name a crate.
        if is_same {
            break;
        }
    }
    path
}

/// Whether a name is bound by text that can be seen from `at`.
pub fn is_bound(scopes: &[Scope], at: TextRange, name: &str) -> bool {
    let around: Vec<&Scope> = scopes.iter().filter(|scope| scope.range.contains_range(at)).collect();
    lookup(&around, name).is_some()
}

fn lookup(around: &[&Scope], name: &str) -> Option<Vec<String>> {
    for scope in around.iter().rev() {
        if let Some(target) = scope.imports.get(name) {
            return Some(target.clone());
        }
        if scope.items.contains(name) {
            // Something of this crate's own, whatever it is called.
            return Some(vec![String::new(), name.to_owned()]);
        }
        if scope.is_module && !scope.sees_parent {
            return None;
        }
    }
    None
}
