//! What rooms besides the languages ask of a text of Python: statements, re-exports, signatures.

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, TraversalSignal, walk_expr, walk_stmt,
};
use ruff_python_ast::{AnyNodeRef, Expr, PySourceType, Stmt};
use ruff_python_parser::parse_unchecked_source;
use ruff_python_stdlib::builtins::is_python_builtin;
use ruff_text_size::{Ranged, TextSize};

use crate::project::ModulePath;

/// The newest Python whose built-in names are known to a signature.
const PYTHON_MINOR: u8 = 13;

/// A name that a module takes from another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reexport {
    /// The module that it comes from.
    pub module: ModulePath,
    /// Its name there; `None` for all names.
    pub name: Option<String>,
    /// Its name here.
    pub bound: String,
}

/// What a module takes from others, if that is all it does: `None` where it does anything else than
/// importing names, listing them in `__all__` and documenting itself.
pub fn reexports(text: &str) -> Option<Vec<Reexport>> {
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    if !parsed.errors().is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for stmt in &parsed.syntax().body {
        match stmt {
            Stmt::Pass(_) => {}
            Stmt::Expr(stmt) if is_literal(&stmt.value) => {}
            Stmt::Assign(stmt) if is_all(&stmt.targets) => {}
            Stmt::ImportFrom(stmt) => {
                let module = ModulePath {
                    level: stmt.level,
                    dotted: stmt.module.as_ref().map_or("", |module| module).to_owned(),
                };
                if module.level == 0 && module.dotted == "__future__" {
                    continue;
                }
                for alias in &stmt.names {
                    let name = alias.name.as_str();
                    let bound = alias.asname.as_ref().map_or(name, |bound| bound);
                    found.push(Reexport {
                        module: module.clone(),
                        name: (name != "*").then(|| name.to_owned()),
                        bound: bound.to_owned(),
                    });
                }
            }
            _ => return None,
        }
    }
    Some(found)
}

fn is_literal(value: &Expr) -> bool {
    value.is_string_literal_expr() || value.is_ellipsis_literal_expr()
}

fn is_all(targets: &[Expr]) -> bool {
    matches!(targets, [Expr::Name(name)] if name.id == "__all__")
}

/// The bytes of the statement that runs when Python says that it is at the line which `offset` is
/// in: the innermost one, and of one with a body what stands above its body.
pub fn statement(text: &str, offset: usize) -> Option<Range<usize>> {
    let mut innermost = Innermost {
        at: TextSize::try_from(offset).ok()?,
        found: None,
        lines: text,
    };
    for stmt in &parse_unchecked_source(text, PySourceType::Python)
        .syntax()
        .body
    {
        innermost.visit_stmt(stmt);
    }
    innermost.found
}

struct Innermost<'t> {
    at: TextSize,
    found: Option<Range<usize>>,
    lines: &'t str,
}

impl Innermost<'_> {
    /// Whether the line that is looked for is one of this range.
    fn has_line(&self, range: &Range<usize>) -> bool {
        let start = self.lines[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.lines[range.end..].find('\n');
        let end = end.map_or(self.lines.len(), |at| range.end + at);
        (start..=end).contains(&self.at.to_usize())
    }
}

impl<'a> SourceOrderVisitor<'a> for Innermost<'_> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        match node.is_expression() {
            true => TraversalSignal::Skip,
            false => TraversalSignal::Traverse,
        }
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let range = stmt.start().to_usize()..stmt.end().to_usize();
        if !self.has_line(&range) {
            return;
        }
        let end = body_start(stmt).map_or(range.end, |body| body.to_usize());
        let header = range.start..self.lines[..end].trim_end().len().max(range.start);
        if self.has_line(&header) {
            self.found = Some(header);
        }
        walk_stmt(self, stmt);
    }
}

/// Where the body of a statement begins, if it has one.
fn body_start(stmt: &Stmt) -> Option<TextSize> {
    let body = match stmt {
        Stmt::FunctionDef(stmt) => &stmt.body[..],
        Stmt::ClassDef(stmt) => &stmt.body[..],
        Stmt::For(stmt) => &stmt.body[..],
        Stmt::While(stmt) => &stmt.body[..],
        Stmt::If(stmt) => &stmt.body[..],
        Stmt::With(stmt) => &stmt.body[..],
        Stmt::Try(stmt) => &stmt.body[..],
        Stmt::Match(stmt) => return stmt.cases.first().map(Ranged::start),
        _ => return None,
    };
    body.first().map(Ranged::start)
}

/// The signature of a function, as a manifest writes it: `(url: str = ...) -> a.b.C`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `async (…)`: what it gives is awaited.
    pub is_async: bool,
    /// What stands between the brackets, one parameter each, with `/` and `*`.
    pub parameters: Vec<String>,
    /// What stands behind the arrow.
    pub returns: Option<String>,
    /// The dotted paths that it names.
    pub paths: BTreeSet<String>,
}

impl Signature {
    /// Reads a signature.
    ///
    /// # Errors
    /// It is none, or it names something whose module it does not say.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let awaited = text.strip_prefix("async").map(str::trim_start);
        let is_async = awaited.is_some();
        let text = awaited.unwrap_or(text);
        if !text.starts_with('(') {
            let how = "it is written `(…) -> …`, or `async (…) -> …`";
            return Err(format!("not the signature of a function: {how}"));
        }
        let whole = format!("def f{text}: ...\n");
        let parsed = parse_unchecked_source(&whole, PySourceType::Stub);
        if let Some(error) = parsed.errors().first() {
            return Err(format!("not the signature of a function: {error}"));
        }
        let [Stmt::FunctionDef(function)] = &parsed.syntax().body[..] else {
            return Err("not the signature of a function".to_owned());
        };
        if function.body.len() != 1 {
            return Err("not the signature of a function: it is written `(…) -> …`".to_owned());
        }
        let mut names = Names::default();
        for parameter in &function.parameters {
            if let Some(annotation) = parameter.annotation() {
                names.visit_expr(annotation);
            }
            if let Some(default) = parameter.default() {
                names.visit_expr(default);
            }
        }
        if let Some(returns) = &function.returns {
            names.visit_expr(returns);
        }
        if let Some(bare) = names.bare {
            return Err(format!(
                "`{bare}` is no built-in name: write the path of its module as well"
            ));
        }
        let inside = function.parameters.range();
        let inside = inside.start().to_usize() + 1..inside.end().to_usize() - 1;
        Ok(Self {
            is_async,
            parameters: split(&whole[inside]),
            returns: function.returns.as_ref().map(|returns| {
                let range = returns.range();
                whole[range].to_owned()
            }),
            paths: names.paths,
        })
    }

    /// Writes the module of paths by another name.
    pub fn rename(&mut self, module: &str, called: &str) {
        if module == called {
            return;
        }
        for text in self.parameters.iter_mut().chain(&mut self.returns) {
            *text = renamed(text, &format!("{module}."), &format!("{called}."));
        }
    }
}

/// A text with other beginnings of dotted paths.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let mut result = String::new();
    let mut rest = 0;
    for (at, _) in text.match_indices(from) {
        let before = text[..at].chars().next_back();
        if before.is_none_or(|it| !it.is_alphanumeric() && it != '_' && it != '.') {
            result.push_str(&text[rest..at]);
            result.push_str(to);
            rest = at + from.len();
        }
    }
    result + &text[rest..]
}

/// The parameters of a list, at the commas that stand in no bracket and no string.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quote, mut start) = (Vec::new(), 0_usize, None, 0);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, '"' | '\'') => quote = Some(letter),
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            (Some(open), _) if letter == open => quote = None,
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let parts = parts.into_iter().map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The names of an expression.
#[derive(Default)]
struct Names {
    paths: BTreeSet<String>,
    /// The first name that neither Python has nor a path says where it is from.
    bare: Option<String>,
}

impl<'a> SourceOrderVisitor<'a> for Names {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(_) => match dotted(expr) {
                Some(path) => {
                    self.paths.insert(path);
                }
                None => walk_expr(self, expr),
            },
            Expr::Name(name) => {
                if !is_python_builtin(&name.id, PYTHON_MINOR, false) && self.bare.is_none() {
                    self.bare = Some(name.id.to_string());
                }
            }
            _ => walk_expr(self, expr),
        }
    }
}

fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => {
            Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_statement(text: &str, line: &str, expected: &str) {
        let at = text.find(line).expect("the line is there");
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let found = statement(text, start).map(|range| &text[range]);
        assert_eq!(found, Some(expected));
    }

    #[test]
    fn a_statement_is_found_by_each_of_its_lines() {
        let text = "import a\nfrom b import (\n    c,\n    d,\n)\n\n@p(\"x\")\ndef f(\n    x,\n):\n    y = g(\n        x\n    )\n    if y:\n        return z\n";
        let import = "from b import (\n    c,\n    d,\n)";
        check_statement(text, "from b", import);
        check_statement(text, "    d,", import);
        check_statement(text, "@p", "@p(\"x\")\ndef f(\n    x,\n):");
        check_statement(text, "        x\n", "y = g(\n        x\n    )");
        check_statement(text, "if y", "if y:");
        check_statement(text, "return z", "return z");
    }

    #[test]
    fn only_imports_and_documentation_are_a_reexport() {
        let text =
            "\"\"\"Old.\"\"\"\nfrom .new import A as B, C\nfrom d import *\n__all__ = [\"B\"]\n";
        let found = reexports(text).expect("nothing else is done");
        let bound: Vec<_> = found.iter().map(|one| one.bound.as_str()).collect();
        assert_eq!(bound, ["B", "C", "*"]);
        assert_eq!(reexports("\"\"\"Nothing.\"\"\"\n"), Some(Vec::new()));
        for more in [
            "x = 1\n",
            "import warnings\n",
            "from a import b\nb()\n",
            "def\n",
        ] {
            assert_eq!(reexports(more), None, "{more}");
        }
    }

    #[test]
    fn a_signature_says_its_parameters_and_where_its_types_are_from() {
        let signature =
            Signature::parse("(a: dict[str, x.y.Z] = ..., /, *, b=\",\") -> p.Q | None");
        let signature = signature.expect("a signature");
        assert_eq!(
            signature.parameters,
            ["a: dict[str, x.y.Z] = ...", "/", "*", "b=\",\""]
        );
        assert_eq!(signature.returns.as_deref(), Some("p.Q | None"));
        let paths: Vec<_> = signature.paths.iter().map(String::as_str).collect();
        assert_eq!(paths, ["p.Q", "x.y.Z"]);
        for wrong in ["url: str", "(a: Foo)", "() -> int: return 1\ndef g()", "("] {
            Signature::parse(wrong).expect_err(wrong);
        }
    }
}
