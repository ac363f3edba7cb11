//! Fences that continue one another: a document imports a name once, and uses it further down.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding, Scan};

/// How a language writes imports.
#[derive(Debug)]
pub(super) struct Grammar {
    separator: &'static str,
    /// What stands before the module, and between it and the name.
    import: (&'static str, &'static str, &'static str),
    /// Behind it, imports of a fence are sorted among themselves.
    end: &'static str,
}

pub(super) const PYTHON: Grammar = Grammar {
    separator: ".",
    import: ("from ", " import ", ""),
    end: "pass",
};

pub(super) const RUST: Grammar = Grammar {
    separator: "::",
    import: ("use ", "::", ";"),
    end: "const _: () = ();",
};

/// What fences of a language so far imported by a name that they no longer give.
#[derive(Debug)]
pub(super) struct Session {
    grammar: &'static Grammar,
    imports: BTreeMap<String, Import>,
}

/// How a name was imported that is not any more.
#[derive(Debug)]
pub(super) struct Import {
    /// The statement.
    statement: String,
    move_id: String,
    /// The fence: its place among all blocks.
    fence: usize,
}

impl Session {
    pub(super) fn of(grammar: &'static Grammar) -> Self {
        Self {
            grammar,
            imports: BTreeMap::new(),
        }
    }

    /// What the language says of a fence that can use the imports of those above it.
    pub(super) fn scan(&self, text: &str, code: &dyn Fn(&str) -> Scan) -> Scan {
        let scan = code(text);
        let above: Vec<&str> = self
            .imports
            .iter()
            .filter(|(name, _)| text.contains(name.as_str()) && !self.is_own(text, name, &scan))
            .map(|(_, import)| import.statement.as_str())
            .collect();
        if above.is_empty() || !scan.problems.is_empty() {
            return scan;
        }
        let above = format!("{}\n{}\n", above.join("\n"), self.grammar.end);
        let alone = scan;
        let mut scan = code(&format!("{above}{text}"));
        // `#![feature(a)]` stands before all else.
        if !scan.problems.is_empty() {
            return alone;
        }
        for finding in &mut scan.findings {
            let offset = above.len();
            finding.sites.retain(|site| site.range.start >= offset);
            finding.edits.retain(|edit| edit.start >= offset);
            for site in &mut finding.sites {
                site.range = site.range.start - offset..site.range.end - offset;
            }
            for edit in &mut finding.edits {
                edit.start -= offset;
                edit.end -= offset;
            }
        }
        scan.findings.retain(|finding| !finding.sites.is_empty());
        scan
    }

    /// Whether a fence imports a name itself. In Rust nobody can tell what a star gives, and two imports
    /// of one name are an error.
    fn is_own(&self, text: &str, name: &str, scan: &Scan) -> bool {
        let mut sites = scan.findings.iter().flat_map(|finding| &finding.sites);
        let is_site =
            sites.any(|site| site.code == Code::Import && text[site.range.clone()] == *name);
        let is_used = |statement: &str| {
            let tree = statement.split("use ").nth(1);
            tree.is_some_and(|tree| tree.contains(name) || tree.trim_end().ends_with('*'))
        };
        is_site || self.grammar.separator == "::" && text.split(';').any(is_used)
    }

    /// Takes over what a finding of a fence imports by another name from now on.
    pub(super) fn note(&mut self, renamed: Vec<(String, Import)>) {
        self.imports.extend(renamed);
    }

    /// The fence that imported something of a move by a name that it no longer gives.
    pub(super) fn importer(&self, move_id: &str) -> Option<usize> {
        let mut imports = self.imports.values();
        imports.find(|it| it.move_id == move_id).map(|it| it.fence)
    }

    /// The names that a finding in a fence gives up, each with what imported it.
    pub(super) fn renamed(
        &self,
        (fence, text): (usize, &str),
        finding: &Finding,
    ) -> Vec<(String, Import)> {
        let separator = self.grammar.separator;
        let last = |path: &str| path.rsplit(separator).next().map(str::to_owned);
        let mut names = Vec::new();
        for site in &finding.sites {
            let Some((module, name)) = site.from.rsplit_once(separator) else {
                continue;
            };
            let kept = format!(" as {name}");
            let has_alias = text[site.range.end..].trim_start().starts_with("as ");
            let is_renamed = site.code == Code::Import
                && !has_alias
                && last(&text[site.range.clone()]).as_deref() == Some(name)
                && last(&site.to).as_deref() != Some(name)
                && !finding.edits.iter().any(|edit| edit.text.contains(&kept));
            if is_renamed {
                let (before, between, behind) = self.grammar.import;
                let statement = format!("{before}{module}{between}{name}{behind}");
                let import = Import {
                    statement,
                    move_id: site.move_id.clone(),
                    fence,
                };
                names.push((name.to_owned(), import));
            }
        }
        names
    }
}
