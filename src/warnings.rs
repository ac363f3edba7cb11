//! The compiler's deprecation warnings → moves, and the places where it sees a legacy path.
//!
//! The compiler resolves names itself: what no move accounts for is a finding where it stands. The
//! note's words ``moved to `path` `` are an interface.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::cargo::{Diagnostic, Place};
use crate::discover;
use crate::edit::Edit;
use crate::finding::{Code, Confidence, Finding, Site};
use crate::lang::rust::named_at;
use crate::manifest::{Manifest, MoveSpec, PathSpec, RustMove};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::project::{FileId, Project};
use crate::source::{Source, offset};

/// What a compiler's lines are called in messages.
const NAME: &str = "<the compiler's warnings>";

/// What the hidden macro behind a decoy of `shim-macros` is called.
const DECOY: &str = "__moved_";

/// One place of the project where the compiler says that something moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The file, absolute.
    pub file: PathBuf,
    /// The first line, from 1.
    pub line: usize,
    /// The first column in characters, from 1.
    pub column: usize,
    /// The column behind it; `None` where it ends in another line.
    pub end: Option<usize>,
    /// The legacy path as the compiler names it: that of a decoy, where one warns.
    pub from: String,
    /// The canonical path.
    pub to: String,
    /// What it is to the compiler: `struct`, `method`.
    pub kind: String,
    /// The macro in whose expansion it stands.
    pub expansion: Option<String>,
}

/// The warnings of a project, and what of them was passed over.
#[derive(Debug, Clone, Default)]
pub struct Warnings {
    /// In the order of the files, each once.
    pub all: Vec<Warning>,
    /// Files that are no longer what the compiler saw.
    pub stale: BTreeSet<PathBuf>,
}

impl Warnings {
    /// Those of the files below `root` among what the compiler says. The same crate is compiled for
    /// several targets, and says everything as often.
    pub fn of(diagnostics: &[Diagnostic], root: &Path) -> Self {
        let mut all = BTreeSet::new();
        let mut stale = BTreeSet::new();
        let mut lines: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
        for diagnostic in diagnostics {
            let is_deprecation = diagnostic.code.as_deref() == Some("deprecated");
            let moved = is_deprecation.then(|| moved(&diagnostic.message)).flatten();
            let Some((kind, from, to)) = moved else {
                continue;
            };
            for place in &diagnostic.places {
                let mut place = place;
                let mut expansion = None;
                loop {
                    if let Some((name, _)) = &place.expansion {
                        expansion.get_or_insert_with(|| name.clone());
                    }
                    // What a macro of another crate writes is seen where it is called.
                    match (located(place, &diagnostic.root_file, root), &place.expansion) {
                        (Some(file), _) => {
                            let known = lines.entry(file.clone());
                            let known = known.or_insert_with(|| lines_of(&file));
                            if known.get(place.line.saturating_sub(1)) != Some(&place.text) {
                                stale.insert(file);
                                break;
                            }
                            all.insert(Warning {
                                file,
                                line: place.line,
                                column: place.column,
                                end: (place.last_line == place.line).then_some(place.end_column),
                                from: from.clone(),
                                to: to.clone(),
                                kind: kind.clone(),
                                expansion,
                            });
                            break;
                        }
                        (None, Some((_, outer))) => place = outer,
                        (None, None) => break,
                    }
                }
            }
        }
        Self {
            all: all.into_iter().collect(),
            stale,
        }
    }

    /// Gives the warnings of decoys the path that their users write, which the compiler does not
    /// say: it names a hidden macro of the crate, and points to the user's `use`.
    ///
    /// # Errors
    /// A bad glob of `exclude`.
    pub fn name_decoys(
        &mut self,
        root: &Path,
        exclude: &[String],
        pool: &Pool,
    ) -> anyhow::Result<()> {
        if !self.all.iter().any(Warning::is_of_decoy) {
            return Ok(());
        }
        let found = discover::files(root, &[], exclude, pool, |_| ())?;
        let plan = Plan::of(Vec::new());
        let project = Project::new(root, found.files, &plan, pool);
        for warning in self.all.iter_mut().filter(|it| it.is_of_decoy()) {
            let text = std::fs::read_to_string(&warning.file).unwrap_or_default();
            let source = Source::new(&warning.file, text);
            let named = project.id(&warning.file).and_then(|file| {
                let range = warning.range(&source)?;
                named_at(&plan, &project, file, &source, range.start)
            });
            // Through another crate's re-export the thing is not at its legacy path.
            let krate = first(&warning.from);
            if let Some(named) = named.filter(|named| first(&named.path) == krate) {
                warning.from = named.path;
            }
        }
        Ok(())
    }

    /// The moves that the warnings tell of, as a manifest would have them. Of a path that leads to
    /// two places, and of what cannot be imported, there is none.
    pub fn manifest(&self) -> Manifest {
        let mut targets: BTreeMap<&str, BTreeMap<&str, &Warning>> = BTreeMap::new();
        for warning in self.all.iter().filter(|it| it.is_of_path()) {
            let targets = targets.entry(&warning.from).or_default();
            targets.insert(&warning.to, warning);
        }
        let moves = targets.into_iter().filter_map(|(from, to)| {
            let mut to = to.into_iter();
            let ((to, warning), None) = (to.next()?, to.next()) else {
                return None;
            };
            let kind = warning.kind_of_move();
            let is_whole = kind == Some("module");
            let path = |path: &str| {
                let mut module: Vec<String> = path.split("::").map(str::to_owned).collect();
                let name = (!is_whole).then(|| module.pop()).flatten();
                let span = 0..0;
                PathSpec { module, name, span }
            };
            Some(MoveSpec {
                id: id(from),
                since: None,
                remove_in: None,
                reason: None,
                rename: BTreeMap::new(),
                python: None,
                rust: Some(RustMove {
                    from: path(from),
                    to: path(to),
                    kind: kind.map(str::to_owned),
                    items: Vec::new(),
                    signature: None,
                    dependency: None,
                    move_files: false,
                }),
            })
        });
        Manifest {
            path: PathBuf::from(NAME),
            moves: moves.collect(),
            ..Manifest::default()
        }
    }
}

impl Warning {
    fn is_of_decoy(&self) -> bool {
        let last = self.from.rsplit("::").next().unwrap_or_default();
        self.kind == "macro" && last.starts_with(DECOY)
    }

    /// Whether its legacy path is one that code can import.
    fn is_of_path(&self) -> bool {
        let is_member = self.kind.starts_with("associated");
        let is_member = is_member || matches!(&*self.kind, "method" | "field");
        let is_path = |path: &str| {
            let names: Vec<&str> = path.split("::").collect();
            names.iter().all(|name| is_name(name))
        };
        !is_member && !self.is_of_decoy() && is_path(&self.from) && is_path(&self.to)
    }

    /// What moved, as the manifest calls it. What the compiler names may be a decoy, and so its kind
    /// tells little: a value stands for a trait, which can be used without its name.
    fn kind_of_move(&self) -> Option<&'static str> {
        let is_whole = |path: &str| !path.contains("::");
        let (_, name) = split(&self.from);
        match &*self.kind {
            "module" | "crate" => Some("module"),
            _ if is_whole(&self.from) || is_whole(&self.to) => Some("module"),
            "trait" => Some("trait"),
            "function" if name.starts_with(char::is_uppercase) => None,
            _ => Some("symbol"),
        }
    }

    /// The bytes that it points to in the first line.
    fn range(&self, source: &Source) -> Option<std::ops::Range<usize>> {
        let text = source.text();
        let start = offset(text, self.line, self.column)?;
        let end = match self.end {
            Some(column) => offset(text, self.line, column)?,
            None => start + text[start..].find(['\r', '\n']).unwrap_or(text.len() - start),
        };
        (start < end).then_some(start..end)
    }

    /// What is to be said of it beside the findings of a file's scan; `None` where they or the
    /// moves account for it.
    pub fn finding(
        &self,
        known: &[Finding],
        plan: &Plan,
        project: &Project,
        file: FileId,
        source: &Source,
    ) -> Option<Finding> {
        let range = self.range(source)?;
        let meets = |other: &std::ops::Range<usize>| {
            other.start < range.end && range.start < other.end
        };
        let mut known = known.iter().filter(|finding| !finding.is_mention());
        let accounts = |finding: &Finding| {
            finding.sites.iter().any(|site| meets(&site.range))
                || finding.edits.iter().any(|edit| meets(&edit.range()))
        };
        if known.any(accounts) {
            return None;
        }
        let named = named_at(plan, project, file, source, range.start);
        if self.expansion.is_none() && named.as_ref().is_some_and(|named| named.path == self.to) {
            return None; // an import that moves gives it the new meaning
        }
        let is_import = named.is_some_and(|named| named.is_import);
        let site = Site {
            code: if is_import { Code::Import } else { Code::Usage },
            range: range.clone(),
            move_id: id(&self.from),
            from: self.from.clone(),
            to: self.to.clone(),
        };
        match self.edit(range, source) {
            Ok(edit) => Some(Finding {
                edits: vec![edit],
                confidence: Confidence::Certain,
                reason: None,
                ..Finding::left(vec![site], String::new())
            }),
            Err(reason) => Some(Finding::left(vec![site], reason)),
        }
    }

    /// The new name in the place of the old one, where all that leads to it stays.
    fn edit(&self, range: std::ops::Range<usize>, source: &Source) -> Result<Edit, String> {
        if let Some(name) = &self.expansion {
            return Err(format!("it stands in what `{name}` expands to"));
        }
        let (above, old) = split(&self.from);
        let (home, new) = split(&self.to);
        if above != home {
            return Err("the compiler sees it here, and no import that moves leads to it".into());
        }
        let text = source.text();
        if &text[range.clone()] != old {
            return Err(format!("it is not written `{old}` here"));
        }
        // `S { old }` is the name of a variable as well.
        let before = text[..range.start].trim_end();
        let after = text[range.end..].trim_start();
        let is_member = before.ends_with('.') || after.starts_with(':') && !after.starts_with("::");
        if self.kind == "field" && !is_member {
            return Err("it names a variable as well as a field".into());
        }
        Ok(Edit::replace(range, new))
    }
}

/// What moved and where it went: the kind, the legacy path and the canonical one of
/// ``use of deprecated struct `a::Old`: moved to `b::New` in 0.2.0``.
fn moved(message: &str) -> Option<(String, String, String)> {
    let rest = message.strip_prefix("use of deprecated ")?;
    let (kind, rest) = rest.split_once(" `")?;
    let (from, note) = rest.split_once('`')?;
    let (_, to) = note.split_once("moved to `")?;
    let (to, _) = to.split_once('`')?;
    let plain = |path: &str| {
        let path = path.trim().trim_start_matches("::").trim_end_matches('!');
        path.replace("r#", "")
    };
    Some((kind.to_owned(), plain(from), plain(to)))
}

/// The file of the project that the compiler means. It was started in a directory above the
/// crate's root file: that of its package, or of the workspace.
fn located(place: &Place, root_file: &Path, root: &Path) -> Option<PathBuf> {
    let above = root_file.ancestors().skip(1);
    // Where another machine compiled it, those are not here.
    let dirs = above.chain(std::iter::once(root));
    let mut files = dirs.map(|dir| discover::lexically_normal(&dir.join(&place.file)));
    let file = files.find(|file| file.is_file())?;
    if file.starts_with(root) {
        return Some(file);
    }
    // Cargo knows the project by the way that leads through no link.
    let real = root.canonicalize().ok()?;
    let below = file.strip_prefix(real).ok()?;
    Some(root.join(below))
}

fn lines_of(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let text = text.trim_start_matches('\u{feff}');
    text.lines().map(str::to_owned).collect()
}

/// A legacy path as the id of a move.
fn id(path: &str) -> String {
    path.replace("::", ".")
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once("::").unwrap_or(("", path))
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    starts && chars.all(|c| c == '_' || c.is_alphanumeric())
}
