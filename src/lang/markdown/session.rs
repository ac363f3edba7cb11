//! Fences that continue one another: a document imports a name once, and uses it further down.

use std::collections::BTreeMap;

use crate::finding::{Code, Finding, Scan, Site};
use crate::lang::{dotted, rust};
use crate::plan::{Dialect, Plan};

/// How a language writes imports.
#[derive(Debug)]
pub(super) struct Grammar {
    separator: &'static str,
    /// What stands before a whole path that is imported.
    whole: &'static str,
    /// What stands before the module, and between it and the name.
    import: (&'static str, &'static str, &'static str),
    /// Behind it, imports of a fence are sorted among themselves.
    end: &'static str,
    comment: &'static str,
    /// What stands before a name that is declared.
    declares: &'static [&'static str],
    dialect: Dialect,
    /// What a fence imports.
    imported: fn(&str) -> Vec<Imported>,
}

/// The name that an import binds, and the path behind it.
type Imported = (String, String);

pub(super) const PYTHON: Grammar = Grammar {
    separator: ".",
    whole: "import ",
    import: ("from ", " import ", ""),
    end: "pass",
    comment: "#",
    declares: &["class", "def", "import"],
    dialect: Dialect::Python,
    imported: imported_by_python,
};

pub(super) const RUST: Grammar = Grammar {
    separator: "::",
    whole: "use ",
    import: ("use ", "::", ";"),
    end: "const _: () = ();",
    comment: "//",
    declares: &[
        "const", "enum", "fn", "mod", "static", "struct", "trait", "type", "union",
    ],
    dialect: Dialect::Rust,
    imported: imported_by_rust,
};

/// What fences of a language so far imported by a name that they no longer give.
#[derive(Debug)]
pub(super) struct Session {
    grammar: &'static Grammar,
    imports: BTreeMap<String, Import>,
    /// Modules that fences imported and that something leaves, by their names there.
    modules: BTreeMap<String, Module>,
}

const MODULE: &str = "code above imports the module";

/// How a name was imported that is not any more.
#[derive(Debug)]
pub(super) struct Import {
    /// The statement.
    statement: String,
    move_id: String,
    /// The fence: its place among all blocks.
    fence: usize,
}

/// A module that was imported.
#[derive(Debug)]
struct Module {
    path: String,
    statement: String,
}

impl Import {
    /// The fence that has it, and the move.
    pub(super) fn place(&self) -> (usize, String) {
        (self.fence, self.move_id.clone())
    }
}

impl Session {
    pub(super) fn of(grammar: &'static Grammar) -> Self {
        Self {
            grammar,
            imports: BTreeMap::new(),
            modules: BTreeMap::new(),
        }
    }

    /// What the language says of a fence that can use the imports of those above it, and those of which
    /// it says the old name still.
    pub(super) fn scan(
        &self,
        plan: &Plan,
        text: &str,
        code: &dyn Fn(&str) -> Scan,
    ) -> (Scan, Vec<&Import>) {
        let (mut scan, kept) = self.scan_names(text, code);
        let known: Vec<usize> = scan.findings.iter().map(Finding::start).collect();
        let sites = match scan.problems.is_empty() {
            true => self.read_of_modules(text, code),
            false => self.written_of_modules(plan, text),
        };
        let sites = sites.into_iter();
        let sites = sites.filter(|site| !known.contains(&site.range.start));
        let left = sites.map(|site| Finding::left(vec![site], MODULE.to_owned()));
        scan.findings.extend(left);
        (scan, kept)
    }

    /// The modules that fences above import and that a fence reads, by their names.
    fn modules_of<'s>(&'s self, text: &'s str) -> impl Iterator<Item = (&'s str, &'s Module)> {
        let separator = self.grammar.separator;
        let modules = self.modules.iter().filter(move |(name, _)| {
            let is_own = || {
                (self.grammar.imported)(text)
                    .iter()
                    .any(|it| it.0 == **name)
            };
            !self.imports.contains_key(*name)
                && text.contains(&format!("{name}{separator}"))
                && self.says(text, name)
                && !is_own()
        });
        modules.map(|(name, module)| (name.as_str(), module))
    }

    /// What a fence reads of modules that those above it import: their imports may be there for what
    /// stays as well.
    fn read_of_modules(&self, text: &str, code: &dyn Fn(&str) -> Scan) -> Vec<Site> {
        let statements = self.modules_of(text).map(|(_, it)| it.statement.as_str());
        let statements: Vec<&str> = statements.collect();
        if statements.is_empty() {
            return Vec::new();
        }
        let above = format!("{}\n{}\n", statements.join("\n"), self.grammar.end);
        let mut scan = code(&format!("{above}{text}"));
        below(&mut scan, above.len());
        let findings = scan.findings.into_iter();
        findings.flat_map(|finding| finding.sites).collect()
    }

    /// The same of a fence that does not parse, as it is written there.
    fn written_of_modules(&self, plan: &Plan, text: &str) -> Vec<Site> {
        let Grammar {
            separator, dialect, ..
        } = *self.grammar;
        let of_path = |c: char| dotted::is_word(c) || separator.contains(c);
        let mut sites = Vec::new();
        for (name, module) in self.modules_of(text) {
            for (at, _) in text.match_indices(&format!("{name}{separator}")) {
                let rest = &text[at + name.len()..];
                let rest = &rest[..rest.find(|c| !of_path(c)).unwrap_or(rest.len())];
                let from = format!("{}{rest}", module.path);
                let from = from.trim_end_matches(separator);
                if let Some(moved) = plan.lookup_in(dialect, from)
                    && !text[..at].ends_with(of_path)
                {
                    sites.push(Site {
                        code: Code::Usage,
                        range: at..at + name.len() + rest.len(),
                        move_id: moved.mv.id.clone(),
                        from: moved.mv.from.path(dialect),
                        to: moved.mv.to.path(dialect),
                        reason: None,
                    });
                }
            }
        }
        sites
    }

    /// Takes over which modules a fence imports from which something moves.
    pub(super) fn open(&mut self, plan: &Plan, text: &str) {
        let Grammar {
            separator, dialect, ..
        } = *self.grammar;
        for (name, path) in (self.grammar.imported)(text) {
            let leads = plan.leads_to_moved_in(dialect, &path);
            if !leads || plan.lookup_in(dialect, &path).is_some() {
                self.modules.remove(&name);
                continue;
            }
            let (before, between, behind) = self.grammar.import;
            let tree = match path.rsplit_once(separator) {
                // `import a.b` binds all of its path.
                _ if name == path => format!("{}{path}", self.grammar.whole),
                Some((module, last)) => format!("{before}{module}{between}{last} as {name}"),
                None => format!("{}{path} as {name}", self.grammar.whole),
            };
            let statement = format!("{tree}{behind}");
            self.modules.insert(name, Module { path, statement });
        }
    }

    fn scan_names(&self, text: &str, code: &dyn Fn(&str) -> Scan) -> (Scan, Vec<&Import>) {
        let alone = code(text);
        let used = self
            .imports
            .iter()
            .filter(|(name, _)| text.contains(name.as_str()) && !self.is_own(text, name, &alone));
        let used: Vec<(&String, &Import)> = used.collect();
        let said = used.iter().filter(|(name, _)| self.says(text, name));
        if used.is_empty() || !alone.problems.is_empty() {
            let kept = said.map(|(_, import)| *import).collect();
            return (alone, kept);
        }
        let above: Vec<&str> = used.iter().map(|(_, it)| it.statement.as_str()).collect();
        let above = format!("{}\n{}\n", above.join("\n"), self.grammar.end);
        let mut scan = code(&format!("{above}{text}"));
        // `#![feature(a)]` stands before all else.
        if !scan.problems.is_empty() {
            let kept = said.map(|(_, import)| *import).collect();
            return (alone, kept);
        }
        let kept = said.filter(|(name, import)| !gives_up(&scan, (name, import), above.len()));
        let kept = kept.map(|(_, import)| *import).collect();
        below(&mut scan, above.len());
        (scan, kept)
    }

    /// Whether a fence says a name in its code, and declares nothing of that name.
    fn says(&self, text: &str, name: &str) -> bool {
        let mut is_said = false;
        for line in text.lines() {
            // A comment opens behind no quote: that may stand around it.
            let comment = line.find(self.grammar.comment);
            let comment = comment.filter(|&at| !line[..at].contains(['"', '\'']));
            let code = &line[..comment.unwrap_or(line.len())];
            for (at, _) in code.match_indices(name) {
                let (before, behind) = (&code[..at], &code[at + name.len()..]);
                if before.ends_with(dotted::is_word) || behind.starts_with(dotted::is_word) {
                    continue;
                }
                let word = before.split_whitespace().next_back().unwrap_or_default();
                if self.grammar.declares.contains(&word) {
                    return false;
                }
                is_said |= !before.trim_end().ends_with(self.grammar.separator);
            }
        }
        is_said
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

    /// What a finding of a fence would import by another name is imported by the old one below it.
    pub(super) fn keep(&mut self, renamed: &[(String, Import)]) {
        self.imports
            .retain(|name, _| renamed.iter().all(|(kept, _)| kept != name));
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

/// Whether what stands above a fence, up to `end`, no longer gives a name.
fn gives_up(scan: &Scan, (name, import): (&str, &Import), end: usize) -> bool {
    let kept = format!(" as {name}");
    scan.findings.iter().any(|finding| {
        let mut sites = finding.sites.iter();
        let is_of = sites.any(|it| it.range.start < end && it.move_id == import.move_id);
        let mut edits = finding
            .edits
            .iter()
            .filter(|edit| edit.start < end)
            .peekable();
        is_of && edits.peek().is_some() && edits.all(|edit| !edit.text.contains(&kept))
    })
}

/// Of what is said of a text, what is said of its part from `offset` on, as a text of its own.
fn below(scan: &mut Scan, offset: usize) {
    for finding in &mut scan.findings {
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
}

fn imported_by_rust(text: &str) -> Vec<Imported> {
    if !text.contains("use") {
        return Vec::new();
    }
    let imports = rust::imports(text).into_iter();
    let imports = imports.filter(|import| import.module.is_empty());
    imports
        .filter_map(|import| {
            let path = import.path.iter().filter(|name| !name.is_empty());
            let path: Vec<&str> = path.map(String::as_str).collect();
            Some((import.name?, path.join("::")))
        })
        .collect()
}

/// Of Python, what stands in one line.
fn imported_by_python(text: &str) -> Vec<Imported> {
    let mut found = Vec::new();
    for line in text.lines() {
        let (module, names) = match line.strip_prefix("from ") {
            Some(rest) => match rest.split_once(" import ") {
                Some((module, names)) => (Some(module.trim()), names),
                None => continue,
            },
            None => match line.strip_prefix("import ") {
                Some(names) => (None, names),
                None => continue,
            },
        };
        let names = names.split('#').next().unwrap_or_default();
        for tree in names.trim_matches(['(', ')', ' ']).split(',') {
            let (path, name) = match tree.split_once(" as ") {
                Some((path, name)) => (path.trim(), name.trim()),
                None => (tree.trim(), tree.trim()),
            };
            let path = match module {
                Some(module) => format!("{module}.{path}"),
                None => path.to_owned(),
            };
            found.push((name.to_owned(), path));
        }
    }
    found
}
