//! Import statements: what they bind, and how they are laid out.

use super::*;

impl Reader<'_> {
    pub(super) fn import(&mut self, stmt: &Stmt) {
        let (module, level, names) = match stmt {
            Stmt::Import(import) => (None, 0, &import.names),
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref();
                let dotted = module.map_or("", |module| module.as_str());
                // `from legacy . mod import (` has blanks in its name as written, not here.
                (
                    Some(dotted.replace([' ', '\t', '\\', '\n', '\r'], "")),
                    import.level,
                    &import.names,
                )
            }
            _ => return,
        };
        let place = u32::try_from(self.facts.imports.len()).unwrap_or(u32::MAX);
        let star = names
            .first()
            .is_some_and(|alias| alias.name.as_str() == "*");
        let is_from = module.is_some();
        let (module_range, parens) = self.layout(stmt, is_from);
        let mut aliases = Vec::new();
        for alias in names.iter().filter(|_| !star) {
            if alias.name.as_str().is_empty() {
                continue;
            }
            let kind = BindingKind::Import(place, u32::try_from(aliases.len()).unwrap_or(u32::MAX));
            let name: Box<str> = alias
                .name
                .as_str()
                .replace([' ', '\t', '\\', '\n', '\r'], "")
                .into();
            match &alias.asname {
                Some(asname) => self.bind(asname, asname.range(), kind),
                None => {
                    let local = if is_from { &name } else { first(&name) };
                    let range = TextRange::at(alias.name.start(), TextSize::of(local));
                    self.bind(local, range, kind);
                }
            }
            aliases.push(Alias {
                name,
                name_range: alias.name.range(),
                asname: alias
                    .asname
                    .as_ref()
                    .map(|a| (a.as_str().into(), a.range())),
                range: alias.range(),
            });
        }
        let eager = self.later == 0;
        let top = self.scope == MODULE;
        let path = |dotted: &str| ModulePath {
            level,
            dotted: dotted.to_owned(),
        };
        match &module {
            Some(module) => self.facts.outline.imports.push(OutlineImport {
                module: path(module),
                names: aliases.iter().map(|alias| alias.name.clone()).collect(),
                star,
                eager,
                top,
            }),
            None => {
                for alias in &aliases {
                    self.facts.outline.imports.push(OutlineImport {
                        module: path(&alias.name),
                        names: Vec::new(),
                        star: false,
                        eager,
                        top,
                    });
                }
            }
        }
        self.facts.imports.push(Import {
            range: stmt.range(),
            scope: self.scope,
            module: module.as_deref().map(path),
            module_range,
            names: aliases,
            star,
            parens,
            suite: self.block(stmt.range()),
            index: self.index,
            shares_line: self.shares_line(stmt.range()),
            eager,
        });
    }

    /// The list of statements at hand; each cell of a notebook has its own.
    pub(super) fn block(&self, range: TextRange) -> u32 {
        let is_top = self.scope == MODULE && self.suite == 1;
        let mut cells = self.facts.cells.iter();
        match cells.position(|cell| cell.contains_range(range)) {
            Some(cell) if is_top => u32::MAX - u32::try_from(cell).unwrap_or(0),
            _ => self.suite,
        }
    }

    /// Where the module stands in `from … import`, and the parentheses around the names.
    pub(super) fn layout(&self, stmt: &Stmt, is_from: bool) -> (TextRange, Option<TextRange>) {
        let tokens = self.tokens.in_range(stmt.range());
        let mut module: Option<TextRange> = None;
        let mut open = None;
        let mut parens = None;
        let mut after_import = !is_from;
        for token in tokens {
            match token.kind() {
                TokenKind::Import if !after_import => after_import = true,
                TokenKind::Lpar if after_import => open = Some(token.start()),
                TokenKind::Rpar => {
                    parens = open.map(|open| TextRange::new(open, token.end()));
                }
                TokenKind::From | TokenKind::Lazy => {}
                kind if !after_import && !kind.is_trivia() => {
                    let range = token.range();
                    module = Some(module.map_or(range, |before| before.cover(range)));
                }
                _ => {}
            }
        }
        (
            module.unwrap_or_else(|| TextRange::empty(stmt.start())),
            parens,
        )
    }

    /// Whether anything but blanks and a comment stands beside the statement on its lines.
    pub(super) fn shares_line(&self, range: TextRange) -> bool {
        let before = &self.text[..range.start().to_usize()];
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let head = before[line..].trim_start_matches(['\u{feff}', '\u{c}', ' ', '\t']);
        let after = self.text[range.end().to_usize()..].trim_start_matches([' ', '\t', '\u{c}']);
        !head.is_empty() || !(after.is_empty() || after.starts_with(['\n', '\r', '#']))
    }
}
