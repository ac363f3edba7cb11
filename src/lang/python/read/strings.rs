//! Strings that name things: whole, in pieces, relative, or put together of a variable and a name.

use ruff_python_ast::{FStringPart, InterpolatedStringElement};

use super::*;

impl Reader<'_> {
    /// `names` are read of the module `dotted`, in a way that no import shows.
    pub(super) fn note_reads(&mut self, dotted: &str, names: &[TextRange]) {
        for &name in names {
            self.facts.outline.reads.insert(ModulePath {
                level: 0,
                dotted: format!("{dotted}.{}", &self.text[name]),
            });
        }
    }

    pub(super) fn string(&mut self, string: &ast::ExprStringLiteral) {
        if self.types {
            match parse_type_annotation(string, self.text) {
                Ok(parsed) if parsed.kind().is_simple() => {
                    let outer = self.callee.take();
                    let quoted = std::mem::replace(&mut self.quoted, true);
                    self.visit_expr(parsed.expression());
                    self.quoted = quoted;
                    self.callee = outer;
                }
                _ => self.facts.opaque.push(string.range()),
            }
            return;
        }
        let takes_text = |(callee, _): &(Box<str>, usize)| callees::takes_text(callee);
        if self.callee.as_ref().is_some_and(takes_text) {
            return; // a mention, which the walk over all texts finds
        }
        if string.value.to_str().starts_with('.')
            && let Some(package) = self.package.take()
        {
            self.relative(string, package);
            return;
        }
        let names_module = self
            .callee
            .as_ref()
            .is_some_and(|(callee, _)| callees::takes_module_path(callee));
        if let Some(range) = plain(string, self.text)
            && (is_dotted(&self.text[range])
                || (names_module || !self.named.is_empty()) && is_identifier(&self.text[range]))
        {
            let named = std::mem::take(&mut self.named);
            self.note_reads(&self.text[range], &named);
            self.facts.outline.strings.insert(self.text[range].into());
            self.facts.strings.push(Text {
                range,
                callee: self.callee.clone(),
                names: named,
                relative: None,
                pieces: Box::default(),
            });
            return;
        }
        let pieces = string.value.iter();
        let pieces: Option<Vec<_>> = pieces
            .map(|piece| self.content(piece.content_range(), piece.as_str()))
            .collect();
        self.in_pieces(string.range(), pieces);
    }

    /// `f"a.b.N"`, which puts nothing together, is the string itself. Whether it was one.
    pub(super) fn constant_f_string(&mut self, string: &ast::ExprFString) -> bool {
        let mut pieces = Some(Vec::new());
        for part in &string.value {
            let piece = match part {
                FStringPart::Literal(literal) => {
                    self.content(literal.content_range(), literal.as_str())
                }
                FStringPart::FString(part) => match &part.elements[..] {
                    [InterpolatedStringElement::Literal(only)] => {
                        self.content(only.range(), &only.value)
                    }
                    _ => None,
                },
            };
            pieces = pieces.zip(piece).map(|(mut pieces, piece)| {
                pieces.push(piece);
                pieces
            });
        }
        let before = self.facts.strings.len();
        self.in_pieces(string.range(), pieces);
        self.facts.strings.len() > before
    }

    /// The content of a piece of a string, if it has no escapes.
    fn content(&self, range: TextRange, value: &str) -> Option<TextRange> {
        (self.text[range] == *value).then_some(range)
    }

    /// `"a.b" ".N"` as the argument of a function that takes a path; no name is cut in two.
    fn in_pieces(&mut self, whole: TextRange, pieces: Option<Vec<TextRange>>) {
        let Some(pieces) = pieces.filter(|_| matches!(self.callee, Some((_, 0)))) else {
            return;
        };
        let filled = pieces.iter().copied().filter(|piece| !piece.is_empty());
        let filled: Vec<TextRange> = filled.collect();
        let is_separator = |c: char| c == '.' || c == ':';
        let is_cut = |pair: &[TextRange]| {
            !self.text[pair[0]].ends_with(is_separator)
                && !self.text[pair[1]].starts_with(is_separator)
        };
        let value: String = pieces.iter().map(|&piece| &self.text[piece]).collect();
        if filled.windows(2).any(is_cut) || !is_dotted(&value) {
            return;
        }
        let named = std::mem::take(&mut self.named);
        self.note_reads(&value, &named);
        self.facts.outline.strings.insert(value.into());
        self.facts.strings.push(Text {
            range: whole,
            callee: self.callee.clone(),
            names: named,
            relative: None,
            pieces: pieces.into(),
        });
    }

    /// `MODULE = "a.b"`: the place of the string in `facts.strings` is `string`.
    pub(super) fn constant(&mut self, target: &Expr, value: &Expr, string: usize) {
        if let (Expr::Name(target), Expr::StringLiteral(_)) = (target, value)
            && string < self.facts.strings.len()
        {
            let name = self.intern(&target.id);
            self.constants.push((self.scope, name, string));
        }
    }

    /// `f"{MODULE}.N"`, `MODULE + ".N"`, `"%s.N" % MODULE`: a name of what a variable holds.
    pub(super) fn put_together(&mut self, module: &Expr, rest: TextRange) {
        let (Expr::Name(module), Some(name)) = (module, tail(&self.text[rest])) else {
            return;
        };
        let before = self.text[rest].find('.').unwrap_or_default() + 1;
        let start = rest.start() + TextSize::try_from(before).unwrap_or_default();
        let id = self.intern(&module.id);
        self.joined
            .push((self.scope, id, TextRange::at(start, TextSize::of(name))));
    }

    /// `import_module(".legacy", "package")`: a path that counts from a package.
    fn relative(&mut self, string: &ast::ExprStringLiteral, package: Package) {
        let Some(range) = plain(string, self.text) else {
            return;
        };
        let written = &self.text[range];
        let dotted = written.trim_start_matches('.');
        if !dotted.split('.').all(is_identifier) {
            return;
        }
        let level = u32::try_from(written.len() - dotted.len()).unwrap_or(u32::MAX);
        let (module, package) = match package {
            Package::Own => (
                ModulePath {
                    level,
                    dotted: dotted.to_owned(),
                },
                None,
            ),
            Package::Named(package) => {
                let above = (1..level).try_fold(&*package, |at, _| Some(at.rsplit_once('.')?.0));
                let Some(above) = above else { return };
                (
                    ModulePath {
                        level: 0,
                        dotted: format!("{above}.{dotted}"),
                    },
                    Some(package),
                )
            }
        };
        self.facts.strings.push(Text {
            range,
            callee: self.callee.clone(),
            names: std::mem::take(&mut self.named),
            pieces: Box::default(),
            relative: Some(Box::new(Relative { module, package })),
        });
    }

    /// The package that a call gives beside a relative path.
    pub(super) fn package(call: &ast::ExprCall, callee: &str) -> Option<Package> {
        if !callee.ends_with("import_module") {
            return None;
        }
        match call.arguments.find_argument_value("package", 1)? {
            Expr::Name(name) if name.id.as_str() == "__package__" => Some(Package::Own),
            Expr::StringLiteral(string) => Some(Package::Named(string.value.to_str().into())),
            _ => None,
        }
    }
}

/// `.N` and `.N.attribute`, which follow the path of a module: `f"{MODULE}.N"`, `MODULE + ".N"`,
/// `"%s.N" % MODULE`, `"{}.N".format(MODULE)`.
pub(super) fn tail(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches("%s").trim_start_matches("{}");
    let names = rest.strip_prefix('.')?;
    if !names.split('.').all(is_identifier) {
        return None;
    }
    names.split('.').next()
}

/// The content of a string in one piece, without escapes and without line breaks of its own.
pub(super) fn plain(string: &ast::ExprStringLiteral, text: &str) -> Option<TextRange> {
    let part = string.as_single_part_string()?;
    let range = part.content_range();
    (text[range] == *part.as_str()).then_some(range)
}

/// `a.b`, `a.b:C`: identifiers with dots, and at most one colon, between them.
pub(super) fn is_dotted(text: &str) -> bool {
    if text.len() > 1024 || !text.contains(['.', ':']) {
        return false;
    }
    text.matches(':').count() <= 1 && text.split(['.', ':']).all(is_identifier)
}

pub(in crate::lang::python) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}
