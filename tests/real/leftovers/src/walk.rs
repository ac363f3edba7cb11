//! The paths of a file of Rust.

use ra_ap_syntax::ast::{self, AstNode, AstToken};
use ra_ap_syntax::{Edition, NodeOrToken, SourceFile, SyntaxKind, SyntaxToken, T, TextRange};

use crate::scope::{self, Scope, plain};
use crate::{Leftover, Legacy, docs};

struct Walk<'a> {
    text: &'a str,
    edition: Edition,
    legacy: &'a Legacy,
    scopes: Vec<Scope>,
    found: Vec<Leftover>,
}

/// What is left in the text of a file.
pub fn file(text: &str, edition: Edition, legacy: &Legacy) -> Vec<Leftover> {
    let tree = SourceFile::parse(text, edition).tree();
    let root = tree.syntax();
    let scopes = scope::scopes(root);
    let mut walk = Walk { text, edition, legacy, scopes, found: Vec::new() };
    for element in root.descendants_with_tokens() {
        match element {
            NodeOrToken::Node(node) => {
                if let Some(item) = ast::Use::cast(node.clone()) {
                    walk.import(&item);
                } else if let Some(tree) = ast::TokenTree::cast(node.clone()) {
                    // The outermost one holds the tokens of those inside.
                    if tree.syntax().parent().is_none_or(|above| !ast::TokenTree::can_cast(above.kind())) {
                        walk.tokens(&tree);
                    }
                } else if let Some(path) = ast::Path::cast(node) {
                    walk.path(&path);
                }
            }
            NodeOrToken::Token(token) => walk.comment_or_string(token),
        }
    }
    walk.doc_comments(root);
    walk.found.sort_by_key(|one| one.line);
    walk.found
}

impl Walk<'_> {
    fn line(&self, at: TextRange) -> usize {
        self.text[..usize::from(at.start())].matches('\n').count() + 1
    }

    fn note(&mut self, at: TextRange, kind: &'static str, path: &[String]) {
        if let Some(legacy) = self.legacy.of(path) {
            let line = self.line(at);
            self.found.push(Leftover { line, kind, legacy });
        }
    }

    fn import(&mut self, item: &ast::Use) {
        let mut leaves = Vec::new();
        if let Some(tree) = item.use_tree() {
            scope::leaves(&tree, &[], &mut leaves);
        }
        for leaf in leaves {
            // A leaf's own name is what it binds, and no way to itself.
            let path = self.absolute(leaf.at, &leaf.path);
            self.note(leaf.at, "use", &path);
        }
    }

    fn absolute(&self, at: TextRange, path: &[String]) -> Vec<String> {
        if path.len() < 2 {
            return path.to_vec();
        }
        scope::resolved(&self.scopes, at, path)
    }

    fn path(&mut self, path: &ast::Path) {
        let is_inside = path.parent_path().is_some();
        let in_use = path.syntax().ancestors().any(|above| ast::UseTree::can_cast(above.kind()));
        if is_inside || in_use {
            return;
        }
        let segments = scope::segments(path);
        let at = path.syntax().text_range();
        // A bare name is as good as its import, which is looked at itself.
        if segments.len() > 1 {
            let path = self.absolute(at, &segments);
            self.note(at, "path", &path);
            self.dangling(at, &segments[0]);
        }
    }

    /// A module or a crate that nothing binds by text; what a migration adds to these is wrong, as
    /// where code that is not compiled still goes through an import that has gone.
    fn dangling(&mut self, at: TextRange, name: &str) {
        let is_module = name.starts_with(|c: char| c.is_lowercase());
        let is_keyword = matches!(name, "self" | "super" | "crate" | "std" | "core" | "alloc");
        if is_module && !is_keyword && !scope::is_bound(&self.scopes, at, name) {
            let line = self.line(at);
            self.found.push(Leftover { line, kind: "dangling", legacy: name.to_owned() });
        }
    }

    /// Paths and imports in what a macro is given.
    fn tokens(&mut self, tree: &ast::TokenTree) {
        let tokens: Vec<SyntaxToken> = tree
            .syntax()
            .descendants_with_tokens()
            .filter_map(NodeOrToken::into_token)
            .filter(|token| !token.kind().is_trivia())
            .collect();
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at].kind() == T![use] {
                at = self.import_in_tokens(&tokens, at);
                continue;
            }
            let range = tokens[at].text_range();
            let (segments, next) = path_at(&tokens, at);
            if segments.len() > 1 {
                let path = scope::resolved(&self.scopes, range, &segments);
                self.note(range, "macro", &path);
            }
            at = next.max(at + 1);
        }
    }

    fn import_in_tokens(&mut self, tokens: &[SyntaxToken], at: usize) -> usize {
        let end = (at..tokens.len()).find(|&end| tokens[end].kind() == T![;]).unwrap_or(at + 1);
        let text: Vec<&str> = tokens[at..end].iter().map(SyntaxToken::text).collect();
        let import = SourceFile::parse(&format!("{};", text.join(" ")), self.edition).tree();
        let range = tokens[at].text_range();
        for item in import.syntax().children().filter_map(ast::Use::cast) {
            let mut leaves = Vec::new();
            if let Some(tree) = item.use_tree() {
                scope::leaves(&tree, &[], &mut leaves);
            }
            for leaf in leaves {
                self.note(range, "macro", &leaf.path);
            }
        }
        end
    }

    /// A string that is a path, as an attribute may hold.
    fn comment_or_string(&mut self, token: SyntaxToken) {
        let Some(string) = ast::String::cast(token) else { return };
        let text = string.text().trim_matches('"').to_owned();
        let is_path =
            text.contains("::") && text.chars().all(|c| c == ':' || c == '_' || c.is_alphanumeric());
        let in_attribute = string.syntax().parent_ancestors().any(|above| ast::Attr::can_cast(above.kind()));
        if is_path && in_attribute {
            let path: Vec<String> = text.split("::").map(str::to_owned).collect();
            self.note(string.syntax().text_range(), "string", &path);
        }
    }

    /// Runs of doc comments, each as one text: plain comments between them are as empty lines.
    fn doc_comments(&mut self, root: &ra_ap_syntax::SyntaxNode) {
        let comments = root
            .descendants_with_tokens()
            .filter_map(NodeOrToken::into_token)
            .filter_map(ast::Comment::cast)
            .filter(|comment| comment.kind().doc.is_some());
        let mut run = String::new();
        let mut begins = (0, TextRange::default());
        let mut ends = usize::MAX - 1;
        for comment in comments {
            let at = comment.syntax().text_range();
            let line = self.line(at);
            let mut before = std::iter::successors(comment.syntax().prev_token(), SyntaxToken::prev_token);
            let goes_on =
                before.find(|one| !one.kind().is_trivia() || is_doc(one)).is_some_and(|one| is_doc(&one));
            if goes_on && line > ends {
                run += &"\n".repeat(line - ends - 1);
            } else {
                self.docs(&std::mem::take(&mut run), begins);
                begins = (line, at);
            }
            ends = line + comment.text().matches('\n').count();
            for one in comment.text().lines() {
                run += docs::without_marks(one);
                run.push('\n');
            }
        }
        self.docs(&run, begins);
    }

    fn docs(&mut self, text: &str, (line, at): (usize, TextRange)) {
        if text.is_empty() {
            return;
        }
        let inside = docs::fences(text, line - 1, self.edition, self.legacy);
        // A doctest sees names that stand nowhere in it.
        let inside = inside.into_iter().filter(|one| one.kind != "dangling");
        self.found.extend(inside.map(|one| Leftover { kind: "doctest", ..one }));
        for (offset, segments) in docs::links(text) {
            let path = scope::resolved(&self.scopes, at, &segments);
            if let Some(legacy) = self.legacy.of(&path) {
                self.found.push(Leftover { line: line + offset, kind: "link", legacy });
            }
        }
    }
}

fn is_doc(token: &SyntaxToken) -> bool {
    ast::Comment::cast(token.clone()).is_some_and(|comment| comment.kind().doc.is_some())
}

/// The path that begins at a token, and where it ends.
fn path_at(tokens: &[SyntaxToken], start: usize) -> (Vec<String>, usize) {
    let mut at = start;
    let mut segments = Vec::new();
    let is_name = |token: &SyntaxToken| {
        token.kind() == SyntaxKind::IDENT
            || token.kind() == T![self]
            || token.kind() == T![super]
            || token.kind() == T![crate]
    };
    while at < tokens.len() && is_name(&tokens[at]) {
        segments.push(plain(tokens[at].text()));
        at += 1;
        match colons(tokens, at) {
            Some(next) => at = next,
            None => break,
        }
    }
    (segments, at)
}

/// `::` may be one token or two.
fn colons(tokens: &[SyntaxToken], at: usize) -> Option<usize> {
    let kind = |at: usize| tokens.get(at).map(SyntaxToken::kind);
    match (kind(at)?, kind(at + 1)) {
        (T![::], _) => Some(at + 1),
        (T![:], Some(T![:])) => Some(at + 2),
        _ => None,
    }
}
