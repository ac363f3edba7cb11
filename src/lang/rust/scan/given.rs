//! Whole paths that macros are given, and do not only pass on: they put them behind another path, or
//! import them; and the names of crates, with which they begin paths.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{Work, manual, site};
use crate::finding::{Code, Finding};
use crate::lang::rust::builtin;
use crate::lang::rust::facts::{PathRef, Shape, Word, space};
use crate::lang::rust::given::begins_path;
use crate::lang::rust::keys;
use crate::lang::rust::tree::plain;
use crate::plan::{Dialect, Move, Origin};
use crate::project::{FileId, MadeOfPath, PutBehind};

/// Nothing stands before these.
const FIRST: &[&str] = &["crate", "self", "super", "Self"];

impl<'a> Work<'_, 'a> {
    /// Notes a use that a macro may put behind another path, and says so.
    pub(super) fn note_put_behind(&mut self, at: usize, path: &PathRef) -> Option<String> {
        let reason = self.put_behind(path)?;
        self.put_behind.insert(at);
        Some(reason)
    }

    /// Why a path that a macro is given stays, though it leads to what moves where it stands: the macro
    /// puts it behind another one, and that may be where it is looked up.
    fn put_behind(&self, path: &PathRef) -> Option<String> {
        let names = self.names;
        let mut behind = self.behind(path).filter(|(_, put, _)| is_put(path, put));
        let (of, put, _) = behind.find(|(_, _, longer)| {
            let count = longer.words.len() - path.words.len() + 1;
            let first = PathRef {
                words: longer.words[..count].to_vec(),
                ..longer.clone()
            };
            let is_there = |path: &str| {
                names.project.rust_item(path).is_some()
                    || names.project.rust_import(path, u8::MAX).is_some()
                    || names.given_to(path).is_some()
            };
            let first = || names.reach_module(&first);
            self.moved(longer).is_some() || first().is_some_and(|it| is_there(it.path()))
        })?;
        Some(format!("`{of}!` may put it behind `{}::`", shown(put)))
    }

    /// Paths that lead to what moves only behind one that a macro puts before them, and modules that
    /// macros import, out of which names move.
    pub(super) fn given_paths(&self) -> Vec<Finding> {
        let names = self.names;
        if !names.project.has_rust_made_of_paths() {
            return Vec::new();
        }
        // What leads to something that moves where it stands is reported with that.
        let told = self.put_behind.iter().map(|&at| self.uses[at].path.start());
        let told: FxHashSet<usize> = told.collect();
        let is_told = |path: &&PathRef| {
            let moves = names.reach(path).is_some_and(|it| it.moved.is_some());
            moves || told.contains(&path.start())
        };
        let written = names.facts.paths.iter().filter(|path| !is_told(path));
        let lone = names.facts.opaque.values().flatten();
        let lone = lone.filter(|path| path.shape != Shape::Capture);
        let given = written.chain(lone);
        let given = given.filter(|path| !path.shape.is_in_docs());
        let found = given.filter_map(|path| {
            let behind = self.moved_behind(path);
            let (mv, reason) = behind.or_else(|| self.imported(path))?;
            let place = path.start()..path.words.last()?.at.end;
            Some(manual(site(Code::Usage, place, mv), reason))
        });
        once_each(found.collect())
    }

    /// Crates that move whole, where macros are given their bare names: what those make of a name keeps it,
    /// and `Cargo.toml` does not.
    pub(super) fn given_crates(&self) -> Vec<Finding> {
        let names = self.names;
        let crates = names.plan.moves_of(Dialect::Rust);
        let crates = crates.filter(|mv| mv.is_crate() && mv.origin == Origin::Manifest);
        let found = crates.flat_map(|mv| {
            let given = self.alone(plain(&mv.from.module)).into_iter();
            given.filter_map(move |path| {
                let of = self.beginning(&path, mv)?;
                let reason =
                    format!("`{of}!` is given the crate's name, and may begin a path with it");
                let place = path.start()..path.words.last()?.at.end;
                Some(manual(site(Code::Usage, place, mv), reason))
            })
        });
        once_each(found.collect())
    }

    /// The places where a name stands alone among what macros are given, as the paths that it may be.
    fn alone(&self, name: &str) -> Vec<PathRef> {
        let facts = self.names.facts;
        let lone = facts.opaque.get(name).into_iter().flatten();
        let lone = lone.filter(|path| path.shape != Shape::Capture);
        // `::kit`
        let leading = facts.paths.iter();
        let leading = leading
            .filter(|path| path.leading && path.words.len() == 1 && *path.words[0].text == *name);
        let leading = leading.filter(|path| !path.shape.is_in_docs());
        let said = facts.named_in.iter().filter(|said| *said.name == *name);
        let said = said.map(|said| PathRef {
            words: vec![Word {
                text: said.name.clone(),
                at: said.at..said.at + said.name.len(),
            }],
            leading: false,
            dollar: false,
            spaces: space::ANY,
            module: facts.module_at(said.at),
            shape: Shape::Tokens,
            in_rules: Some(said.of.clone()),
        });
        lone.chain(leading).cloned().chain(said).collect()
    }

    /// The macro that is given the bare name of a crate that moves, and may begin a path with it: those of
    /// the text if their bodies do, and all others.
    fn beginning(&self, path: &PathRef, mv: &Move) -> Option<&str> {
        let (names, rules, at) = (self.names, self.rules(), path.start());
        let name = &path.words.first()?.text;
        let is_it = |spaces: u8| {
            let of_crate = PathRef {
                spaces,
                ..path.clone()
            };
            self.moved(&of_crate).is_some_and(|it| it.id == mv.id)
        };
        let of_text = |of: &&str| {
            let mut own = rules.own.iter().filter(|own| own.name == *of);
            rules.is_in_body(of, names.text, begins_path) == Some(true)
                || own.any(|own| rules.calls_others(&own.whole, names.text))
        };
        let is_asked = |of: &str| {
            let asked = rules.asked_by(of, names.text);
            asked.is_some_and(|words| words.contains(&**name))
        };
        let own = rules.given(at).find(of_text);
        if let Some(own) = own {
            return (!is_asked(own) && is_it(space::TYPE)).then_some(own);
        }
        // A local variable is what an unknown one is given as a rule.
        let innermost = rules.arguments_around(at);
        let (of, _) = innermost.min_by_key(|(_, arguments)| arguments.len())?;
        let is_known = builtin::is_macro(of)
            || keys::takes_code(of)
            || rules.own.iter().any(|own| own.name == of);
        let behind = names.text[path.words[0].at.end..].trim_start();
        let is_value = behind.starts_with(['.', '(']);
        (!is_known && !is_value && is_it(space::ANY)).then_some(of)
    }

    fn moved_behind(&self, path: &PathRef) -> Option<(&'a Move, String)> {
        let behind = self.behind(path);
        // Of a name alone, the place where it is put there is told as a rule.
        let mut behind = behind.filter(|(_, put, _)| match path.words.len() {
            1 => !put.is_told,
            _ => put.takes_paths,
        });
        behind.find_map(|(of, put, longer)| {
            let reason = format!("`{of}!` may put it behind `{}::`", shown(put));
            Some((self.left_behind(&longer)?, reason))
        })
    }

    /// What moves from where a path leads. What a re-export gives there is given there still.
    fn left_behind(&self, path: &PathRef) -> Option<&'a Move> {
        let word = self.names.reach_module(path)?.moved?;
        let around = PathRef {
            words: path.words[..word].to_vec(),
            ..path.clone()
        };
        let around = self.names.reach_module(&around)?;
        let mv = self.moved(path)?;
        let from = mv.from.path(Dialect::Rust);
        let is_home = from
            .rsplit_once("::")
            .is_some_and(|it| it.0 == around.path());
        (is_home && mv.origin == Origin::Manifest).then_some(mv)
    }

    /// What leaves a module that a macro imports, if something may read it through that import.
    fn imported(&self, path: &PathRef) -> Option<(&'a Move, String)> {
        let names = self.names;
        let mut makers = self.makers(path);
        let imports = |made: &MadeOfPath| !matches!(made, MadeOfPath::Behind(_));
        let (of, made) = makers.find(|(_, made)| imports(made))?;
        let end = path.words.last()?.at.end;
        let rest = names.text[end..].trim_start();
        if rest.starts_with("::") || rest.starts_with('!') {
            return None;
        }
        let own = names.reach_module(path);
        let longer = self.behind(path).map(|(.., longer)| longer);
        let longer = longer.filter_map(|longer| names.reach_module(&longer));
        let mut modules = own.into_iter().chain(longer);
        let mv = modules.find_map(|module| {
            let mut moves = names.plan.moves_of(Dialect::Rust);
            moves.find(|mv| {
                mv.from.module == module.path()
                    && mv.from.name.is_some()
                    && names.lookup(module.path()).is_none()
                    && (*made == MadeOfPath::ReExport || self.may_be_read(plain(mv.from.last())))
            })
        })?;
        let reason = format!(
            "`{of}!` imports it, and `{}` may be read through that",
            mv.from.last()
        );
        Some((mv, reason))
    }

    /// Whether the text, or a macro of another one, says a name.
    fn may_be_read(&self, name: &str) -> bool {
        let mut words = self.rules().words.iter();
        words.any(|&(word, ..)| word == name) || self.names.project.is_rust_opaque(name)
    }

    /// What moves, if a path leads there.
    fn moved(&self, path: &PathRef) -> Option<&'a Move> {
        let reached = self.names.reach_module(path)?;
        self.names.knows(&reached.prefixes[reached.moved?])
    }

    /// The longer paths that macros may make of one that they are given, with the macro's name and what
    /// it puts before it.
    pub(super) fn behind(
        &self,
        path: &PathRef,
    ) -> impl Iterator<Item = (&str, &'a PutBehind, PathRef)> {
        let first = path.words.first().map_or("crate", |word| &word.text);
        let is_whole = path.leading || path.dollar || FIRST.contains(&first);
        let makers = self.makers(path).filter(move |_| !is_whole);
        makers.filter_map(move |(of, made)| match made {
            MadeOfPath::Behind(put) => Some((of, put, self.longer(&put.head, path))),
            MadeOfPath::Import | MadeOfPath::ReExport => None,
        })
    }

    /// A path behind another one.
    fn longer(&self, head: &str, path: &PathRef) -> PathRef {
        let at = path.start()..path.start();
        let root = head.strip_prefix("::");
        let own = root.and_then(|root| {
            let below = root.strip_prefix(&*self.names.place.krate)?;
            (below.is_empty() || below.starts_with("::")).then(|| format!("crate{below}"))
        });
        let is_own = own.is_some();
        let head = own.as_deref().or(root).unwrap_or(head);
        let head = head.split("::").map(|name| Word {
            text: name.into(),
            at: at.clone(),
        });
        PathRef {
            words: head.chain(path.words.iter().cloned()).collect(),
            leading: root.is_some() && !is_own,
            dollar: is_own,
            ..path.clone()
        }
    }

    /// The macros that are given a path, as far as they make another one of it, or an import: those of the
    /// text, if one has the name.
    fn makers(&self, path: &PathRef) -> impl Iterator<Item = (&'a str, &'a MadeOfPath)> {
        let at = path.start();
        let given = self.given_to_makers().iter();
        let given = given.filter(move |(_, arguments)| arguments.contains(&at));
        given.flat_map(|&(of, _)| self.made_by(of).map(move |made| (of, made)))
    }

    /// What is given to such macros, with their names: it is asked for every path, and few files call one.
    fn given_to_makers(&self) -> &[(&'a str, Range<usize>)] {
        self.index.given_to_makers.get_or_init(|| {
            if !self.names.project.has_rust_made_of_paths() || !self.may_call_makers() {
                return Vec::new();
            }
            let arguments = self.rules().arguments();
            let of_makers = arguments.filter(|(of, _)| self.made_by(of).next().is_some());
            of_makers.map(|(of, at)| (of, at.clone())).collect()
        })
    }

    /// Whether the text may call such a macro: the cheap question, before its tokens are gone through.
    fn may_call_makers(&self) -> bool {
        let text = self.names.text;
        let is_part = |c: char| c == '_' || c.is_alphanumeric();
        memchr::memchr_iter(b'!', text.as_bytes()).any(|at| {
            let before = text[..at].trim_end();
            let name = &before[before.trim_end_matches(is_part).len()..];
            before.ends_with("*/") || !self.made_by_name(name).is_empty()
        })
    }

    /// What macros that a name may mean make of paths.
    fn made_by(&self, of: &'a str) -> impl Iterator<Item = &'a MadeOfPath> {
        let names = self.names;
        let is_own = self.rules().own.iter().any(|own| own.name == of);
        let made = self.made_by_name(of).into_iter();
        let made = made.filter(move |(file, _)| !is_own || names.file == Some(*file));
        made.map(|(_, made)| made)
    }

    /// The same of all macros of that name, or of the name by which it was imported.
    fn made_by_name(&self, of: &str) -> Vec<&'a (FileId, MadeOfPath)> {
        let names = self.names;
        let imported = names.facts.named(of).iter();
        let imported = imported.filter_map(|&binding| Some(names.leaf_of(binding)?.3));
        let imported = imported.filter_map(|leaf| Some(leaf.names.last()?.plain()));
        // `use app::call as c;`
        let called = std::iter::once(of).chain(imported.filter(move |name| *name != of));
        let made = called.flat_map(|name| names.project.rust_made_of_paths(name));
        made.collect()
    }

    /// What moves by the path of these names in the file's crate: a variable that stands before them can
    /// be `$crate`.
    pub(super) fn moved_in_crate(&self, below: &[&str], at: usize) -> Option<&'a Move> {
        let names = std::iter::once("crate").chain(below.iter().copied());
        let words = names.map(|name| Word {
            text: name.into(),
            at: at..at,
        });
        self.moved(&PathRef {
            words: words.collect(),
            leading: false,
            dollar: true,
            spaces: space::ANY,
            module: 0,
            shape: Shape::Tokens,
            in_rules: None,
        })
    }
}

/// What was found, once at each place: what a macro is given is read in more than one way.
fn once_each(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(Finding::start);
    found.dedup_by_key(|finding| finding.start());
    found
}

/// Whether a macro may put a path there: as it is, or a name alone.
fn is_put(path: &PathRef, put: &PutBehind) -> bool {
    put.takes_paths || path.words.len() == 1
}

/// The path that a macro puts before another one, without the colons before it.
fn shown(put: &PutBehind) -> &str {
    put.head.trim_start_matches("::")
}
