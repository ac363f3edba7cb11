//! Whether a file can hold a reference at all: asked of its bytes before anything is read.

use aho_corasick::AhoCorasick;
use memchr::memmem;

use super::{Dialect, Move, Origin, Plan, is_whole_name};

impl Plan {
    /// The needles, ready to be looked for.
    pub fn prefilter(&self) -> Prefilter {
        let python = || self.moves_of(Dialect::Python);
        let symbols = || python().filter(|mv| mv.from.name.is_some());
        let modules = |moves: &mut dyn Iterator<Item = &Move>| {
            let segments = moves.filter_map(|mv| mv.from.module.rsplit(['.', ':']).next());
            let mut segments: Vec<String> = segments.map(str::to_owned).collect();
            segments.sort_unstable();
            segments.dedup();
            Words::new(&segments)
        };
        let mut targets: Vec<String> = symbols()
            .filter(|mv| mv.origin == Origin::Manifest)
            .map(|mv| mv.to.last().to_owned())
            .collect();
        targets.sort_unstable();
        targets.dedup();
        let of_rust = self.moves_of(Dialect::Rust);
        let renamed = of_rust.filter(|mv| mv.from.last() != mv.to.last());
        let mut renamed: Vec<&str> = renamed
            .map(|mv| mv.to.last().trim_start_matches("r#"))
            .collect();
        renamed.sort_unstable();
        renamed.dedup();
        let moves_files = self.moves_of(Dialect::Rust).any(|mv| mv.with_files);
        let leading_out: Vec<String> = moves_files
            .then(|| "super".to_owned())
            .into_iter()
            .collect();
        Prefilter {
            needles: Words::new(&self.needles()),
            quoted: modules(&mut symbols().filter(|mv| mv.origin == Origin::Manifest)),
            starred: modules(&mut symbols()),
            globbed: modules(
                &mut self
                    .moves_of(Dialect::Rust)
                    .filter(|mv| mv.from.name.is_some()),
            ),
            ending: modules(&mut self.moves_of(Dialect::Rust).filter(|mv| mv.may_end())),
            unnamed: modules(
                &mut self
                    .moves_of(Dialect::Rust)
                    .filter(|mv| mv.may_be_unnamed()),
            ),
            targets: Words::new(&targets),
            renamed: Words::new(&renamed),
            leading_out: Words::new(&leading_out),
            is_of_rust: self.moves_of(Dialect::Rust).next().is_some(),
        }
    }
}

/// Whether a file can hold a reference at all, asked of its bytes before anything else.
#[derive(Debug, Clone)]
pub struct Prefilter {
    needles: Words,
    /// The last segments of modules that lose a name: `import_module("a.legacy")` names no symbol.
    quoted: Words,
    /// Those, and the modules of routes: `from legacy import *` does not either.
    starred: Words,
    /// The modules of Rust that lose a name: `use legacy::*` does not say it, nor does a path that a
    /// macro makes; and a module that gives all names on is read for those that take them.
    globbed: Words,
    /// Those of them that may end with what they lose: `pub use kit::legacy` is told, and any import of
    /// one through which other files may go.
    ending: Words,
    /// Those of them that lose what may be a trait, whose methods do not say its name either.
    unnamed: Words,
    /// The new names.
    targets: Words,
    /// Those of Rust that take the place of others: what says one in a macro may come before it.
    renamed: Words,
    /// `super`, where files of a module move: it leads elsewhere from their new place.
    leading_out: Words,
    /// Something of Rust moves.
    is_of_rust: bool,
}

impl Prefilter {
    /// `false` only if no reference can be there, whatever other files say.
    pub fn may_touch(&self, bytes: &[u8]) -> bool {
        self.names(bytes) || self.gives(bytes) || self.may_bring(bytes)
    }

    /// Whether one of the words stands there by which a reference names what moves.
    pub fn names(&self, bytes: &[u8]) -> bool {
        self.needles.first(bytes, |_| true)
            || self
                .quoted
                .first(bytes, |end| matches!(bytes.get(end), Some(b'"' | b'\'')))
            || has_star_import(bytes) && self.starred.first(bytes, |_| true)
            || self.leading_out.first(bytes, |end| {
                let behind = bytes[end..].trim_ascii_start();
                behind.starts_with(b"::") || behind.starts_with(b")")
            })
    }

    /// Whether there may be a reference of Rust without a name: a star that brings a trait or that
    /// gives its names to others, or a path whose last name a macro puts together.
    pub fn gives(&self, bytes: &[u8]) -> bool {
        let leads = |words: &Words| words.first(bytes, |end| leads_on(bytes, end));
        leads(&self.globbed)
            && (has_joined_name(bytes)
                || self
                    .globbed
                    .first(bytes, |end| goes_on_quoted(&bytes[end..]))
                || memmem::find_iter(bytes, "::").any(|at| goes_on_quoted(&bytes[at..]))
                    && self
                        .globbed
                        .first(bytes, |end| alias_behind(bytes, end).is_some())
                || self.brings_trait(bytes)
                || has_glob(bytes) && self.gives_all_on(bytes))
            || self.gives_ending(bytes)
    }

    /// Whether a module that may end is given on by its name, or a star may take all of it.
    fn gives_ending(&self, bytes: &[u8]) -> bool {
        let is_given = || {
            let is_below = has_files_below(bytes);
            let mut given = imports(bytes, |before, word| {
                is_below || before.ends_with(b")") || is_given_on(before, word)
            });
            given.any(|import| self.ending.first(import, |_| true))
        };
        self.ending.first(bytes, |_| true)
            && (has_glob(bytes) && self.ending.first(bytes, |end| leads_on(bytes, end))
                || is_given())
    }

    /// Whether a star may bring a trait, whose methods say no name.
    pub fn brings_trait(&self, bytes: &[u8]) -> bool {
        has_glob(bytes) && self.unnamed.first(bytes, |end| leads_on(bytes, end))
    }

    /// Whether a star, or a macro that makes paths of what it is given, may bring what other files
    /// name: where none does, it brings nothing that matters.
    pub fn may_bring(&self, bytes: &[u8]) -> bool {
        (has_glob(bytes) || has_made_path(bytes))
            && self.globbed.first(bytes, |end| leads_on(bytes, end))
            || self.is_of_rust && makes_of_paths(bytes)
    }

    /// Whether all names of one of the modules may be given to other crates, which need not be here.
    fn gives_all_on(&self, bytes: &[u8]) -> bool {
        let mut given = given_on(bytes).filter(|import| import.contains(&b'*'));
        given.any(|import| {
            let says = |end: usize| {
                let alias = alias_behind(bytes, end);
                alias.is_some_and(|alias| memmem::find(import, alias).is_some())
            };
            self.globbed.first(import, |_| true)
                || self.globbed.first(bytes, says)
                || memmem::find_iter(bytes, "self").any(|at| says(at + "self".len()))
        })
    }

    /// The same of a piece of a file: `false` only if that piece brings no reference in.
    pub fn may_touch_with_more(&self, bytes: &[u8]) -> bool {
        if self.is_of_rust && memmem::find(bytes, RULES).is_some() {
            return true;
        }
        let mut words = [
            &self.needles,
            &self.quoted,
            &self.starred,
            &self.globbed,
            &self.renamed,
            &self.leading_out,
        ]
        .into_iter();
        words.any(|words| words.first(bytes, |_| true))
    }

    /// Whether a file of Rust may include the code of others in which a move matters.
    pub fn includes(&self, bytes: &[u8]) -> bool {
        self.is_of_rust && may_include(bytes)
    }

    /// Whether a macro of Rust may say a name that others have from now on: where they give it to the
    /// macro, that may mean another thing by it.
    pub fn may_hide(&self, bytes: &[u8]) -> bool {
        // `.$name` calls what it is given, whatever others have by that name.
        let says = || self.renamed.first(bytes, |_| true) || memmem::find(bytes, b".$").is_some();
        self.is_of_rust && memmem::find(bytes, RULES).is_some() && says()
    }

    /// Whether one of the canonical names stands there: a route may bear it, and be found later.
    pub fn names_target(&self, bytes: &[u8]) -> bool {
        self.targets.first(bytes, |_| true)
    }
}

/// What declares a macro by example.
const RULES: &[u8] = b"macro_rules";

/// Whether a macro by example may put a path that it is given behind another one, or import it: it need
/// say nothing of what others give it.
fn makes_of_paths(bytes: &[u8]) -> bool {
    let makes = || {
        memchr::memchr_iter(b'$', bytes).any(|at| {
            let before = bytes[..at].trim_ascii_end();
            let is_crate = bytes[at + 1..].starts_with(b"crate");
            before.ends_with(b"::") || before.ends_with(b"use") && !is_crate
        })
    };
    memmem::find(bytes, RULES).is_some() && makes()
}

/// Whether `include!` may stand in the text of a file.
pub fn may_include(bytes: &[u8]) -> bool {
    const NAME: &str = "include";
    memmem::find_iter(bytes, NAME).any(|at| {
        let rest = &bytes[at + NAME.len()..];
        rest.trim_ascii_start().starts_with(b"!")
    })
}

/// Some words to look for. A few are looked for one by one, which is faster than an automaton.
#[derive(Debug, Clone)]
pub enum Words {
    /// One after the other.
    Few(Vec<memmem::Finder<'static>>),
    /// All in one pass.
    Many(AhoCorasick),
}

impl Words {
    /// As many passes as an automaton's one takes.
    const FEW: usize = 6;

    /// Makes them ready.
    pub fn new(words: &[impl AsRef<str>]) -> Self {
        let few = || {
            let finders = words
                .iter()
                .map(|word| memmem::Finder::new(word.as_ref()).into_owned());
            Self::Few(finders.collect())
        };
        if words.len() <= Self::FEW {
            return few();
        }
        match AhoCorasick::new(words.iter().map(AsRef::as_ref)) {
            Ok(automaton) => Self::Many(automaton),
            Err(_) => few(), // more patterns than fit: slow is better than wrong
        }
    }

    /// Whether one of the words stands there, as a name or in one.
    pub fn stand_in(&self, bytes: &[u8]) -> bool {
        self.first(bytes, |_| true)
    }

    /// Whether one of the words stands there, with an end that `fits`.
    fn first(&self, bytes: &[u8], mut fits: impl FnMut(usize) -> bool) -> bool {
        match self {
            Self::Few(finders) => finders.iter().any(|finder| {
                let length = finder.needle().len();
                finder.find_iter(bytes).any(|at| fits(at + length))
            }),
            Self::Many(automaton) => {
                let mut found = automaton.find_overlapping_iter(bytes);
                found.any(|found| fits(found.end()))
            }
        }
    }
}

/// Whether the text may hold `from … import *`.
fn has_star_import(bytes: &[u8]) -> bool {
    // A star behind blanks that stand behind `import`: stars are rarer than imports.
    memchr::memchr_iter(b'*', bytes).any(|at| {
        let before = bytes[..at].trim_ascii_end();
        let before = before
            .strip_suffix(b"\\")
            .unwrap_or(before)
            .trim_ascii_end();
        before.ends_with(b"import")
    })
}

/// Whether the text may hold `use …::*` or `use …::{…, *}`.
fn has_glob(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'*', bytes).any(|at| {
        let before = bytes[..at].trim_ascii_end();
        before.ends_with(b"::") || before.ends_with(b"{") || before.ends_with(b",")
    })
}

/// The imports that may be public to all: `use …;` behind `pub`, or behind a variable of a macro.
fn given_on(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    imports(bytes, is_given_on)
}

fn is_given_on(before: &[u8], word: &[u8]) -> bool {
    word == b"pub" || before.ends_with(b"$") || before.ends_with(b"*/")
}

/// The imports of which this is true: of the last word before `use`, and of what stands before that.
fn imports(bytes: &[u8], is_one: impl Fn(&[u8], &[u8]) -> bool) -> impl Iterator<Item = &[u8]> {
    let imports = memmem::find_iter(bytes, "use").filter(move |&at| {
        let before = bytes[..at].trim_ascii_end();
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = before.iter().rev().take_while(is_part).count();
        let (before, word) = before.split_at(before.len() - length);
        is_one(before, word) && is_whole_name(bytes, at, at + "use".len())
    });
    imports.map(|at| &bytes[at..import_end(bytes, at)])
}

/// Whether `mod name;` may stand there: code of other files, which sees what this one imports.
fn has_files_below(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, "mod").any(|at| {
        let end = at + "mod".len();
        let name = bytes[end..].trim_ascii_start();
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'#');
        let length = name.iter().take_while(is_part).count();
        let behind = name[length..].trim_ascii_start();
        length > 0 && behind.starts_with(b";") && is_whole_name(bytes, at, end)
    })
}

/// Where the import ends that begins at a place: at a semicolon that stands in no comment.
fn import_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(next) = memchr::memchr2(b';', b'/', &bytes[at..]) {
        at += next;
        let behind = match &bytes[at..] {
            [b';', ..] => return at,
            [b'/', b'/', ..] => memchr::memchr(b'\n', &bytes[at..]),
            // Comments in a comment are none that a list of names is likely to have.
            [b'/', b'*', ..] => memmem::find(&bytes[at + 2..], b"*/").map(|end| end + 4),
            _ => Some(1),
        };
        match behind {
            Some(behind) => at += behind,
            None => break,
        }
    }
    bytes.len()
}

/// The other name that one that ends here gets: `legacy as old`.
fn alias_behind(bytes: &[u8], end: usize) -> Option<&[u8]> {
    let rest = past_comments(&bytes[end..]).strip_prefix(b"as")?;
    let is_apart = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
    rest.first().filter(|byte| is_apart(byte))?;
    let name = past_comments(rest);
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'#' | 128..);
    let length = name.iter().take_while(is_part).count();
    (length > 0).then(|| &name[..length])
}

/// What stands behind blanks and comments.
fn past_comments(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = bytes.trim_ascii_start();
        let end = match bytes {
            [b'/', b'/', ..] => memchr::memchr(b'\n', bytes),
            [b'/', b'*', ..] => memmem::find(bytes, b"*/").map(|end| end + 2),
            _ => return bytes,
        };
        bytes = &bytes[end.unwrap_or(bytes.len())..];
    }
}

/// Whether a macro may make names of paths: `legacy::[<Old $a>]`, `legacy::$a`, `legacy::#a`.
fn has_made_path(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"[<").is_some()
        || memchr::memchr2_iter(b'$', b'#', bytes).any(|at| bytes[..at].ends_with(b"::"))
}

/// Whether names are put together: `[<Old $a>]`, and not `[<T as Trait>::A; 2]`.
fn has_joined_name(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, "[<").any(|at| {
        let end = memchr::memchr(b'>', &bytes[at..]).map(|end| at + end + 1);
        end.is_some_and(|end| bytes[end..].trim_ascii_start().starts_with(b"]"))
    })
}

/// Whether a path goes on here with a variable of `quote!`: `legacy::#a`, `legacy::{#a}`.
fn goes_on_quoted(rest: &[u8]) -> bool {
    let is_variable = |text: &[u8]| match text {
        [b'#', next, ..] => next.is_ascii_alphabetic() || *next == b'_' || !next.is_ascii(),
        _ => false,
    };
    let Some(behind) = rest.trim_ascii_start().strip_prefix(b"::") else {
        return false;
    };
    match behind.trim_ascii_start() {
        [b'{', list @ ..] => {
            let end = memchr::memchr(b'}', list).unwrap_or(list.len());
            memchr::memchr_iter(b'#', &list[..end]).any(|at| is_variable(&list[at..]))
        }
        behind => is_variable(behind),
    }
}

/// Whether a module's name that ends here is one that a path goes on from, or that gets an alias:
/// `legacy::*`, `legacy as old`. Prose and longer names seldom are.
fn leads_on(bytes: &[u8], end: usize) -> bool {
    let rest = bytes[end..].trim_ascii_start();
    // A comment may stand between.
    rest.starts_with(b":") || rest.starts_with(b"as") || rest.starts_with(b"/")
}
