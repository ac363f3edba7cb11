//! Reading a file without the statements that cannot matter: what is left out is valid Python and
//! holds no name that a move, an import of a moved thing or another file could have to do with.
//!
//! What is found, and what others are told, is the same as from the whole file; `tests/laws.rs`
//! holds it. Where that is in doubt the answer is `None`, and the file is read as a whole.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem;
use ruff_text_size::{TextRange, TextSize};

use super::facts::{Facts, MODULE};
use super::meaning::Place;
use super::read::{Chunk, Flavor, chunks, facts_of};
use crate::edit::Edit;
use crate::plan::{Finder, Plan};
use crate::project::ModulePath;

/// What was left out of a file.
#[derive(Debug)]
pub(super) struct Part {
    /// The top-level statements, and whether each was read.
    statements: Vec<(Chunk, bool)>,
    /// How many words the plan had.
    words: usize,
    /// Names of the file that matter beside those words.
    names: BTreeSet<String>,
}

/// Names that matter in every file: imports, what is public, and what looks names up by their text.
static ALWAYS: LazyLock<Finder> = LazyLock::new(|| {
    Finder::new(&[
        "import",
        "__all__",
        "__getattr__",
        "__dict__",
        "eval",
        "exec",
        "globals",
        "locals",
        "vars",
        "modules",
        "multiple",
        "dir",
        "import_module",
        "importorskip",
        "__import__",
        "find_spec",
    ])
});

/// The last of those that may be imported under another name.
const BY_TEXT: &[&str] = &[
    "eval",
    "exec",
    "globals",
    "locals",
    "vars",
    "modules",
    "dir",
    "import_module",
    "importorskip",
    "find_spec",
];

/// Comments that are about more than their own line.
static TOOLS: LazyLock<Finder> = LazyLock::new(|| Finder::new(&["rehome", "fmt", "isort", "yapf"]));

/// Where more than one part of so many would be parsed, all of it is: some parts may have to be
/// parsed again, because they name others.
const WORTH: usize = 2;

/// Reads what matters of `text`.
pub(super) fn read(text: &str, flavor: &Flavor, place: Place<'_>) -> Option<(Facts, Part)> {
    let chunks = chunks(text)?;
    let mut part = Part {
        statements: chunks
            .into_iter()
            .map(|chunk| (chunk, !chunk.is_valid))
            .collect(),
        words: place.plan.vocabulary().words().len(),
        names: BTreeSet::new(),
    };
    let mut marked = Vec::new();
    place.plan.vocabulary().places(text, |at| marked.push(at));
    ALWAYS.places(text, |at| marked.push(at));
    TOOLS.places(text, |at| marked.push(at));
    marked.sort_unstable();
    part.mark(&marked);
    let mut parsed = 0;
    loop {
        let pieces = part.pieces();
        parsed += pieces
            .iter()
            .map(|piece| piece.len().to_usize())
            .sum::<usize>();
        if parsed * WORTH > text.len() {
            return None;
        }
        let facts = facts_of(text, flavor, &pieces);
        if !facts.problems.is_empty() || facts.imports.iter().any(|import| import.star) {
            return None;
        }
        // What a module's name is kept in, and put together of, may stand anywhere.
        let vocabulary = place.plan.vocabulary();
        if facts.holds_modules || facts.tails.iter().any(|name| vocabulary.contains(name)) {
            return None;
        }
        let names = names(&facts, place);
        let new: Vec<String> = names.difference(&part.names).cloned().collect();
        let mut marked = Vec::new();
        Finder::new(&new).places(text, |at| marked.push(at));
        part.names.extend(new);
        marked.sort_unstable();
        if !part.mark(&marked) {
            return Some((facts, part));
        }
    }
}

/// The file after `edits`: only statements that were read before are read again. The texts are
/// those before and after.
pub(super) fn after(
    (facts, part): (&Facts, &Part),
    edits: &[Edit],
    (before, text): (&str, &str),
    flavor: &Flavor,
    place: Place<'_>,
) -> Option<(Facts, Part)> {
    let part = part.moved(edits, before, text)?;
    let now = facts_of(text, flavor, &part.pieces());
    if !now.problems.is_empty() || now.imports.iter().any(|import| import.star) {
        return None;
    }
    // A name that is bound only now, or no longer, means something else where it is used: also in
    // what was left out, unless it does not stand there.
    let vocabulary = place.plan.vocabulary();
    let (old, new) = (module_names(facts), module_names(&now));
    let changed: Vec<&str> = old
        .symmetric_difference(&new)
        .copied()
        .filter(|name| !vocabulary.contains(name) && !part.names.contains(*name))
        .collect();
    let is_used = |name: &&str| {
        let finder = memmem::Finder::new(name.as_bytes());
        let mut left_out = part.statements.iter().filter(|(_, is_read)| !is_read);
        left_out.any(|(chunk, _)| {
            let bytes = &text.as_bytes()[chunk.start..chunk.end];
            finder.find(bytes).is_some()
        })
    };
    if changed.iter().any(is_used) {
        return None;
    }
    Some((now, part))
}

fn module_names(facts: &Facts) -> BTreeSet<&str> {
    let module = &facts.scopes[MODULE as usize];
    let names = module.symbols.keys().chain(&module.others);
    names.map(|&name| facts.name(name)).collect()
}

/// The names of a file that matter wherever they stand, because of what some statements say.
fn names(facts: &Facts, place: Place<'_>) -> BTreeSet<String> {
    let vocabulary = place.plan.vocabulary();
    let mut names = BTreeSet::new();
    for import in &facts.imports {
        let module = import.module.as_ref();
        let of_module = module.map_or("", |module| &module.dotted);
        let is_concerned = of_module.split('.').any(|word| vocabulary.contains(word));
        for alias in &import.names {
            let local = match &import.module {
                None if alias.asname.is_none() => super::first(&alias.name),
                _ => alias.local(),
            };
            let is_by_text = alias.asname.is_some() && BY_TEXT.contains(&super::last(&alias.name));
            // Whoever reads a name through a module of the project may read one that moves.
            let matters = is_concerned
                || alias.name.split('.').any(|word| vocabulary.contains(word))
                || is_by_text
                || is_module(place, module, &alias.name);
            if matters {
                names.insert(local.to_owned());
            }
        }
    }
    // `um.Old`: whether `um` is used for more than what moves decides what becomes of its import.
    let reaches = facts.uses.iter().filter(|used| {
        let mut attrs = used.attrs.iter();
        attrs.any(|attr| vocabulary.contains(&attr.name))
    });
    names.extend(reaches.map(|used| facts.name(used.name).to_owned()));
    // `Manager = um.Old`: others may import the one as the other.
    let mut given: BTreeSet<&str> = BTreeSet::new();
    for assigned in &facts.assigned {
        let root = facts.name(assigned.root);
        let mut path = std::iter::once(root).chain(assigned.attrs.iter().map(|attr| &**attr));
        if names.contains(root)
            || given.contains(root)
            || path.any(|name| vocabulary.contains(name))
        {
            given.insert(facts.name(assigned.target));
        }
    }
    names.extend(given.into_iter().map(str::to_owned));
    // Another binding of `typing` would make other strings types.
    names.extend(facts.typing.iter().map(|&name| facts.name(name).to_owned()));
    names.retain(|name| !vocabulary.contains(name));
    names
}

/// Whether an import of `name` may bind a module of the project, or a folder of some.
fn is_module(place: Place<'_>, module: Option<&ModulePath>, name: &str) -> bool {
    let project = place.project;
    match module {
        None => project.has_module(super::first(name)),
        Some(module) => {
            let mut modules = project.absolute(place.file, module).into_iter();
            modules.any(|module| match module.is_empty() {
                true => project.has_module(name),
                false => project.has_module(&format!("{module}.{name}")),
            })
        }
    }
}

impl Part {
    /// Marks the statements in which one of the places lies, which are in order, as ones to read;
    /// whether any was not one before.
    fn mark(&mut self, places: &[usize]) -> bool {
        let mut places = places.iter().peekable();
        let mut any = false;
        for (chunk, is_read) in &mut self.statements {
            let mut here = false;
            while places.next_if(|at| **at < chunk.end).is_some() {
                here = true;
            }
            any |= here && !*is_read;
            *is_read |= here;
        }
        any
    }

    /// The statements to read, those together that follow one another.
    fn pieces(&self) -> Vec<TextRange> {
        let size = |at: usize| TextSize::try_from(at).unwrap_or(TextSize::new(u32::MAX));
        let runs = self.statements.chunk_by(|(_, a), (_, b)| a == b);
        let read = runs.filter(|run| run[0].1);
        read.map(|run| TextRange::new(size(run[0].0.start), size(run[run.len() - 1].0.end)))
            .collect()
    }

    /// Whether a word that the plan has learnt since stands in the file.
    pub(super) fn lacks(&self, text: &str, plan: &Plan) -> bool {
        let new = &plan.vocabulary().words()[self.words..];
        let mut is_there = false;
        if !new.is_empty() {
            Finder::new(new).places(text, |_| is_there = true);
        }
        is_there
    }

    /// The same statements in the text after `edits`; `None` where an edit touches one that was
    /// left out.
    fn moved(&self, edits: &[Edit], before: &str, text: &str) -> Option<Self> {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort();
        edits.dedup();
        let mut edits = edits.into_iter().peekable();
        let mut statements = Vec::with_capacity(self.statements.len());
        let mut start = 0;
        let (mut grown, mut shrunk) = (0, 0);
        for (at, (chunk, is_read)) in self.statements.iter().enumerate() {
            // What is inserted between two belongs to the first, if that one is read.
            let next_is_read = self
                .statements
                .get(at + 1)
                .is_some_and(|(_, is_read)| *is_read);
            let is_here = |edit: &&Edit| {
                edit.start < chunk.end
                    || *is_read && edit.start == chunk.end && edit.end == chunk.end
                    || !next_is_read && edit.start == chunk.end
            };
            while let Some(edit) = edits.next_if(is_here) {
                if !is_read || edit.end > chunk.end {
                    return None;
                }
                grown += edit.text.len();
                shrunk += edit.end - edit.start;
            }
            let end = (chunk.end + grown).checked_sub(shrunk)?;
            if !*is_read {
                let is_same = before.get(chunk.start..chunk.end) == text.get(start..end);
                let last = start.checked_sub(1).map(|at| text.as_bytes().get(at));
                let begins = matches!(last, None | Some(Some(b'\n' | b'\r')));
                if !is_same || !begins {
                    return None;
                }
            }
            let moved = Chunk {
                start,
                end,
                is_valid: chunk.is_valid,
            };
            statements.push((moved, *is_read));
            start = end;
        }
        let is_all = edits.next().is_none() && start == text.len();
        is_all.then(|| Self {
            statements,
            words: self.words,
            names: self.names.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Python;
    use crate::lang::Language as _;
    use crate::plan::{Dialect, Move, Origin, Plan, Target};
    use crate::project::Project;
    use crate::source::Source;

    fn plan() -> Plan {
        let target = |module: &str, name: &str| Target {
            module: module.to_owned(),
            name: Some(name.to_owned()),
        };
        Plan::of(vec![Move {
            id: "m".to_owned(),
            dialect: Dialect::Python,
            from: target("a.b.legacy", "Old"),
            to: target("a.b.modern", "New"),
            origin: Origin::Manifest,
            reason: None,
            kind: None,
            dependency: None,
            with_files: false,
            through: None,
        }])
    }

    /// Only so many statements of `text` are read, and they say what all of them say.
    #[track_caller]
    fn check(text: &str, read: usize) {
        let more = "\n\ndef more(value):\n    return [value]\n".repeat(40);
        let source = Source::new("case.py", format!("{text}{more}"));
        let (plan, project) = (plan(), Project::default());
        let place = super::Place::of(&plan, &project, None);
        let part = super::read(source.text(), &super::Flavor::Module, place);
        let count = part.map(|(_, part)| part.statements.iter().filter(|(_, it)| *it).count());
        assert_eq!(count, Some(read), "{text}");
        let part = Python.read(&source, &plan, &project, None);
        let whole = Python.read_whole(&source, &plan, &project, None);
        let scan =
            |document: &dyn crate::lang::Document| document.scan(&plan, &project, None, &source);
        assert_eq!(scan(&*part), scan(&*whole), "{text}");
    }

    #[test]
    fn what_has_no_word_of_the_plan_is_left_out() {
        check("from a.b.legacy import Old\nx = 1\nOld()\nOlder()\n", 2);
    }

    #[test]
    fn names_that_imports_bind_to_what_moves_matter() {
        check("import a.b.legacy as um\num.Old()\num.other()\nx = 1\n", 3);
        check("import a.b.legacy\na.b.legacy.Old()\na.x()\nx = 1\n", 3);
        check("from a.b.legacy import Old as It\nIt = None\nx = 1\n", 2);
        check("from a.b import legacy as it\nit.Old()\nit.x()\nx = 1\n", 3);
        check("from a.b.legacy import Old\nIt = Old\nIt = x\nx = 1\n", 3);
        check("from c import d\nd.Old()\nd.x()\nx = 1\n", 3);
    }

    #[test]
    fn what_is_looked_up_by_its_text_matters() {
        check(
            "from a.b.legacy import Old\ny = 'Old()'\neval(y)\nx = 1\n",
            3,
        );
        check(
            "from a.b.legacy import Old\nfrom builtins import eval as e\ny = 'Old()'\ne(y)\nx = 1\n",
            4,
        );
        check(
            "from a.b.legacy import Old\n__all__ = ['O' 'ld']\nx = 1\n",
            2,
        );
        check(
            "import typing\ny: Old = typing.cast('Old', 1)\ntyping = z\nx = 1\n",
            3,
        );
    }

    #[test]
    fn comments_about_other_lines_matter() {
        check(
            "# fmt: off\nx = 1\nfrom a.b.legacy import Old\ny = 1\n# fmt: on\nz = 1\n",
            3,
        );
    }

    #[test]
    fn what_may_be_a_syntax_error_is_parsed() {
        check("from a.b.legacy import Old\nx = 1_000\nx = 1\n", 2);
    }
}
