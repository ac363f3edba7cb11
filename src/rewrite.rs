//! The pipeline: files in, outcomes out, with a second scan of each result as proof.

mod callers;
mod ending;
mod homes;
mod homonyms;
mod included;
mod proof;
mod seen;
mod shipped;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashSet;

pub use self::together::hold_beside;
use self::together::{Elsewhere, Kept};
use crate::discover;
use crate::finding::{Confidence, Finding, Scan};
use crate::generated::is_generated;
use crate::lang::{self, Document, Language};
use crate::look::{Look, Seen, look, look_at_code};
use crate::parallel::Pool;
use crate::plan::{Dialect, Plan};
use crate::project::{FileId, Outline, Project, hidden_manifests, is_rust};
use crate::recorded::Use;
use crate::resolve::{FileOutcome, Verdict, resolve};
use crate::routes::{Through, behind_reexports, other_spellings, routes, through_modules};
use crate::source::{Budget, Source, SourceFile, Undecodable};
use crate::warnings::{Spans, Warning};

/// What to work on.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The project: where roots, routes and public names are computed over. Absolute.
    pub root: PathBuf,
    /// The PATHs given: what is reported and written. As the user wrote them.
    pub paths: Vec<PathBuf>,
    /// The files that the moves come from, whatever they are called: they name the legacy paths, and
    /// are never looked at.
    pub sources: Vec<PathBuf>,
    /// The folders of crates of Rust out of the project that ship moves.
    pub crates: Vec<PathBuf>,
    /// Where the compiler says that something moved.
    pub warnings: Vec<Warning>,
    /// The modules of installed packages of Python that names left, each with its files: none where
    /// its source cannot be found.
    pub installed: BTreeMap<String, Vec<PathBuf>>,
}

/// How to work.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Leave Likely findings alone.
    pub certain_only: bool,
    /// Rewrite longer text that mentions a legacy path too.
    pub text: bool,
    /// Read every file as a whole, where a part says as much: slower, and nothing else.
    pub whole: bool,
    /// What shims saw at run time.
    pub recorded: Vec<Use>,
    /// How much is kept in memory.
    pub memory: Memory,
}

/// How much of a run is kept in memory, in bytes of text. What is beyond is let go, and read again
/// where it is needed: slower, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Texts that wait to be read by a language.
    pub unread: usize,
    /// Files whose facts wait for those of all others.
    pub read: usize,
    /// Texts whose outcome is known. Who writes keeps them all: an old text is gone afterwards.
    pub settled: usize,
}

impl Default for Memory {
    /// To read a text again costs nothing beside what is done with it; to parse it again does.
    fn default() -> Self {
        Self {
            unread: 16 << 20,
            read: 64 << 20,
            settled: 16 << 20,
        }
    }
}

/// How far a step of a run has come, for whoever watches it from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files done.
    pub done: AtomicUsize,
    /// Files to do in this step; it grows while they are found.
    pub total: AtomicUsize,
}

impl Progress {
    /// A step over so many files begins.
    fn begin(&self, files: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(files, Ordering::Relaxed);
    }

    /// It is done with one.
    fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// A file that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file.
    pub path: PathBuf,
    /// Line and column, where there is one.
    pub at: Option<(usize, usize)>,
    /// Why, lower case, without a final dot.
    pub reason: String,
    /// The file holds a needle, or nobody knows: a reference may be hidden in it, so that `check`
    /// counts it (RH000).
    pub counts: bool,
}

/// All that a run found, in the order of the paths.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Files with a finding or a problem.
    pub outcomes: Vec<FileOutcome>,
    /// How many files were looked at.
    pub files: usize,
    /// Files that could not be read or decoded, and symlinks that lead out of the roots.
    pub skipped: Vec<Skipped>,
    /// What was known of all files on the way. To let go of it takes time, which a command that
    /// ends with its run need not spend.
    pub known: Option<Arc<(Project, Plan)>>,
}

/// Looks at the whole project, and says what becomes of each file that `workspace` names.
///
/// Nothing is written.
///
/// # Errors
/// A path that cannot be read at all, or a bad glob.
pub fn run(
    mut plan: Plan,
    workspace: &Workspace,
    options: &Options,
    pool: &Pool,
    progress: &Progress,
) -> anyhow::Result<Run> {
    let prefilter = plan.prefilter();
    let (root, paths) = (&workspace.root, &workspace.paths);
    let kept = Budget::new(options.memory.unread);
    let mut found = discover::files(root, paths, &plan.exclude, pool, |path| {
        progress.total.fetch_add(1, Ordering::Relaxed);
        let seen = match workspace.sources.iter().any(|source| source == path) {
            true => Seen::NOTHING,
            false => look(path, &prefilter, &kept),
        };
        progress.step();
        seen
    })?;
    let files = found.files.len();
    let hidden = match found.looks.iter().any(|seen| seen.look.is_read()) {
        true => hidden_manifests(root, &found.files, &plan),
        false => Vec::new(),
    };
    for (path, _) in &hidden {
        let before = |other: &PathBuf| other.as_os_str() < path.as_os_str();
        let at = found.files.partition_point(before);
        found.files.insert(at, path.clone());
        found.looks.insert(at, Seen::NOTHING);
    }
    let (looks, code) = included::code(root, &found.files, found.looks, |path| {
        look_at_code(path, &prefilter, &kept)
    });
    let here = std::env::current_dir().unwrap_or_default();
    // Which file is which module is worked out only where one is to be read.
    let mut known = None;
    let is_named = !workspace.warnings.is_empty() || !options.recorded.is_empty();
    let is_idle = !is_named && !looks.iter().any(Look::is_read) && !homes::may_matter(&plan);
    let (outcomes, mut skipped) = match is_idle {
        true => (Vec::new(), Vec::new()),
        false => {
            let mut project = Project::new(root, found.files, &plan, pool);
            project.set_included_code(code);
            project.set_hidden(&hidden);
            plan.extend(other_spellings(&plan, &project));
            homonyms::learn(&mut plan, &project);
            let mut rewriter = Rewriter {
                plan,
                project,
                options,
                pool,
                progress,
                kept: Budget::new(options.memory.read),
                here: here.clone(),
                recorded: BTreeMap::new(),
                warnings: BTreeMap::new(),
                files: BTreeMap::new(),
                is_named,
                skipped: Vec::new(),
            };
            rewriter.mark_written(paths);
            rewriter.read_all(looks);
            rewriter.read_homes_of_traits();
            rewriter.read_warned(&workspace.warnings);
            rewriter.read_manifests();
            rewriter.read_recorded();
            let hits = rewriter.files.keys().copied();
            rewriter.read_outlines(rewriter.project.declaring(&rewriter.plan, hits).into_iter());
            rewriter.read_what_canonical_modules_run();
            rewriter.read_canonical_modules();
            rewriter.read_legacy_modules();
            rewriter.read_users_of_ending_modules();
            rewriter.read_callers_of_macros();
            rewriter.read_shims(&workspace.installed);
            rewriter.read_shipped(&workspace.crates);
            rewriter.project.settle(&rewriter.plan);
            let outcomes = rewriter.outcomes();
            known = Some(Arc::new((rewriter.project, rewriter.plan)));
            (outcomes, rewriter.skipped)
        }
    };
    let leads_out = "a symlink that leads out of the project; not followed";
    let leading_out = found.leading_out.into_iter();
    let leading_out = leading_out.map(|path| (path, leads_out.to_owned()));
    let passed_over = leading_out.chain(found.unreadable);
    skipped.extend(passed_over.map(|(path, reason)| Skipped {
        path: shown(&here, &path),
        at: None,
        reason,
        counts: false,
    }));
    skipped.sort();
    Ok(Run {
        outcomes,
        files,
        skipped,
        known,
    })
}

/// A file that was read.
struct Read {
    source: Source,
    language: &'static dyn Language,
    document: Box<dyn Document>,
}

/// A file that holds a needle, and was read.
enum Hit {
    /// It waits until all others are read.
    Kept {
        file: SourceFile,
        language: &'static dyn Language,
        document: Box<dyn Document>,
    },
    /// It is read again where it is needed.
    Released {
        /// Parts of it were left out.
        is_partial: bool,
    },
}

impl From<Read> for Hit {
    fn from(read: Read) -> Self {
        Self::Kept {
            file: read.source.into(),
            language: read.language,
            document: read.document,
        }
    }
}

/// A file whose outcome is known, with what was read of it where another one may change that.
type Decided = (FileId, FileOutcome, Option<Box<(Read, Scan)>>);

struct Rewriter<'o> {
    plan: Plan,
    project: Project,
    options: &'o Options,
    pool: &'o Pool,
    progress: &'o Progress,
    here: PathBuf,
    /// What shims saw at run time, by the file that did it.
    recorded: BTreeMap<FileId, Vec<Use>>,
    /// What the compiler says of files.
    warnings: BTreeMap<FileId, Vec<&'o Warning>>,
    /// How much of `files` is kept.
    kept: Budget,
    /// The files that hold a needle.
    files: BTreeMap<FileId, Hit>,
    /// A file names what moves.
    is_named: bool,
    skipped: Vec<Skipped>,
}

/// What reading one file gave.
enum Reading<T> {
    /// Nothing that counts.
    Nothing,
    /// What was read, and what it tells others.
    File(Box<(T, Option<Outline>)>),
    Skipped(Skipped),
}

impl<'o> Rewriter<'o> {
    fn mark_written(&mut self, paths: &[PathBuf]) {
        let starts: Vec<PathBuf> = paths
            .iter()
            .filter_map(|path| std::path::absolute(path).ok())
            .map(|path| discover::lexically_normal(&path))
            .collect();
        if starts.iter().any(|start| start == self.project.root()) {
            return; // all of them
        }
        let is_under = |file: &PathBuf| starts.iter().any(|start| file.starts_with(start));
        let files = self.project.files().iter().enumerate();
        let written = files.filter(|(_, file)| is_under(file));
        self.project
            .set_written(written.map(|(id, _)| id).collect());
    }

    /// Reads every file that may hold a reference, again as long as routes bring new words.
    fn read_all(&mut self, looks: Vec<Look>) {
        let mut asked = self.plan.needles();
        let looks = looks.into_iter().enumerate();
        let mut hinted = self.read_looks(looks.collect());
        self.read_between();
        let mut unread: Vec<FileId>;
        while self.plan.follow_reexports {
            let (routes, on_the_way) = routes(&self.plan, &self.project, self.pool);
            self.read_outlines(on_the_way.iter().copied());
            if routes.is_empty() && on_the_way.is_empty() {
                return;
            }
            self.plan.extend(routes);
            homonyms::learn(&mut self.plan, &self.project);
            let needles = self.plan.needles();
            if needles == asked {
                continue;
            }
            // A route under the canonical name is common, and the files that have it are known.
            if self.plan.only_targets_beside(&asked) {
                unread = std::mem::take(&mut hinted);
            } else {
                unread = (0..self.project.files().len()).collect();
            }
            asked = needles;
            self.read_again();
            unread.retain(|id| !self.files.contains_key(id));
            hinted = self.read_hits(&unread);
        }
    }

    /// Reads the outlines of files that paths of Rust lead through, those of the moves among them.
    fn read_between(&mut self) {
        loop {
            let (moves, on_the_way) = behind_reexports(&self.plan, &self.project);
            self.plan.extend(moves);
            let Through { unread, needs } = through_modules(&self.plan, &self.project);
            if unread.is_empty() && on_the_way.is_empty() {
                self.project.add_rust_needs(needs);
                return;
            }
            self.read_outlines(unread.into_iter().chain(on_the_way));
        }
    }

    /// Reads those files again of which a part was left out that may matter by now.
    fn read_again(&mut self) {
        let hits: Vec<(FileId, &Hit)> = self.files.iter().map(|(&id, hit)| (id, hit)).collect();
        let again = self.pool.map(&hits, |&(id, hit)| match hit {
            Hit::Kept {
                file,
                language,
                document,
            } if document.is_partial() => match file.open() {
                Ok(source) if document.lacks(&self.plan, &source) => {
                    let mut document = self.document(*language, id, &source, false);
                    (document.take_outline(), Some(document))
                }
                _ => (None, None),
            },
            Hit::Released { is_partial: true } => match self.read(id, Look::Hit) {
                Reading::File(file) => (file.1, None),
                _ => (None, None),
            },
            _ => (None, None),
        });
        let ids: Vec<FileId> = hits.into_iter().map(|(id, _)| id).collect();
        for (id, (outline, new)) in ids.into_iter().zip(again) {
            if let Some(outline) = outline {
                self.project.add_outline(id, outline);
            }
            if let (Some(Hit::Kept { document, .. }), Some(new)) = (self.files.get_mut(&id), new) {
                *document = new;
            }
        }
    }

    /// The language of a file; `head` is its beginning.
    fn language(&self, id: FileId, head: &[u8]) -> Option<&'static dyn Language> {
        match self.project.is_included_code(id) {
            true => Some(&lang::rust::Rust),
            false => lang::language_of(&self.project.files()[id], head),
        }
    }

    fn document(
        &self,
        language: &'static dyn Language,
        id: FileId,
        source: &Source,
        whole: bool,
    ) -> Box<dyn Document> {
        let (plan, project) = (&self.plan, &self.project);
        match whole || self.options.whole {
            true => language.read_whole(source, plan, project, Some(id)),
            false => language.read(source, plan, project, Some(id)),
        }
    }

    /// A `Cargo.toml` names no symbol that moves, and may need a dependency more.
    fn read_manifests(&mut self) {
        let mut manifests = self.project.manifests_in_need();
        manifests.retain(|id| !self.files.contains_key(id));
        for id in manifests {
            let path = &self.project.files()[id];
            let text = std::fs::read_to_string(path).ok();
            let language = lang::language_of(path, &[]);
            if let (Some(text), Some(language)) = (text, language) {
                let source = Source::new(shown(&self.here, path), text);
                let document = language.read(&source, &self.plan, &self.project, Some(id));
                let read = Read {
                    source,
                    language,
                    document,
                };
                self.files.insert(id, read.into());
            }
        }
    }

    /// What a language says of a file, and what shims saw it do besides.
    fn scan(&self, id: FileId, read: &Read) -> Scan {
        let (plan, project) = (&self.plan, &self.project);
        let scan = read.document.scan(plan, project, Some(id), &read.source);
        self.with_recorded(id, read, scan)
    }

    /// Reads those of `unread` that hold a needle; gives those others that have a canonical name.
    fn read_hits(&mut self, unread: &[FileId]) -> Vec<FileId> {
        let prefilter = self.plan.prefilter();
        let progress = self.progress;
        progress.begin(unread.len());
        let files = self.project.files();
        let kept = Budget::new(self.options.memory.unread);
        let looks = self.pool.map(unread, |&id| {
            let seen = match self.project.is_included_code(id) {
                true => look_at_code(&files[id], &prefilter, &kept),
                false => look(&files[id], &prefilter, &kept),
            };
            progress.step();
            seen.look
        });
        self.read_looks(unread.iter().copied().zip(looks).collect())
    }

    /// The same of files that were looked at, and of those that may bring what nobody names yet.
    fn read_looks(&mut self, looks: Vec<(FileId, Look)>) -> Vec<FileId> {
        let (mut hinted, mut telling) = (Vec::new(), Vec::new());
        let mut texts: Vec<(FileId, Mutex<Option<Look>>)> = Vec::new();
        self.is_named |= looks.iter().any(|(_, look)| look.names());
        for (id, look) in looks {
            match look {
                Look::Nothing => {}
                Look::NamesTarget => hinted.push(id),
                Look::MayBring | Look::MayHide if !self.is_named => hinted.push(id),
                Look::Tells | Look::MayHide => telling.push(id),
                look => texts.push((id, Mutex::new(Some(look)))),
            }
        }
        self.read_outlines(telling.into_iter());
        self.progress.begin(texts.len());
        let readings = self.pool.map(&texts, |(id, look)| {
            let look = look.lock().ok().and_then(|mut look| look.take());
            let reading = look.map_or(Reading::Nothing, |look| self.hit(*id, look));
            self.progress.step();
            reading
        });
        for ((id, _), reading) in texts.into_iter().zip(readings) {
            match reading {
                Reading::Nothing => {}
                Reading::Skipped(skipped) => {
                    self.skipped.retain(|other| other.path != skipped.path);
                    self.skipped.push(skipped);
                }
                Reading::File(file) => {
                    let (hit, outline) = *file;
                    if let Some(outline) = outline {
                        self.project.add_outline(id, outline);
                    }
                    self.files.insert(id, hit);
                }
            }
        }
        hinted
    }

    /// One file, of which as much is kept as there is room for.
    fn hit(&self, id: FileId, look: Look) -> Reading<Hit> {
        let is_text_kept = matches!(look, Look::Text(_));
        let (read, outline) = match self.read(id, look) {
            Reading::File(file) => *file,
            Reading::Skipped(skipped) => return Reading::Skipped(skipped),
            Reading::Nothing => return Reading::Nothing,
        };
        let is_kept = self.kept.take(read.source.text().len());
        let is_partial = read.document.is_partial();
        let mut hit = match is_kept {
            true => read.into(),
            false => Hit::Released { is_partial },
        };
        if let Hit::Kept { file, .. } = &mut hit
            && !is_text_kept
        {
            file.release();
        }
        Reading::File(Box::new((hit, outline)))
    }

    /// What was read of a file, or what reading it again gives.
    fn again(&self, id: FileId, hit: Hit) -> Reading<Read> {
        if let Hit::Kept {
            file,
            language,
            document,
        } = hit
            && let Ok(source) = file.open()
        {
            let source = source.into_owned();
            let read = Read {
                source,
                language,
                document,
            };
            return Reading::File(Box::new((read, None)));
        }
        self.read(id, Look::Hit)
    }

    /// One file, from what a look at it gave.
    fn read(&self, id: FileId, look: Look) -> Reading<Read> {
        let path = &self.project.files()[id];
        let skipped = |at, reason: String, counts| {
            let path = shown(&self.here, path);
            match self.project.is_written(id) {
                true => Reading::Skipped(Skipped {
                    path,
                    at,
                    reason,
                    counts,
                }),
                false => Reading::Nothing,
            }
        };
        // Nobody knows what a file that cannot be read holds, and a check must not call it clean.
        let may_hold = self.language(id, &[]).is_some();
        let bytes = match look {
            Look::Text(bytes) => bytes,
            Look::Hit | Look::Gives | Look::MayBring => match std::fs::read(path) {
                Ok(bytes) => bytes,
                Err(error) => return skipped(None, format!("cannot be read: {error}"), may_hold),
            },
            Look::Unreadable(reason) => return skipped(None, reason, may_hold),
            Look::Nothing | Look::NamesTarget | Look::Tells | Look::MayHide => {
                return Reading::Nothing;
            }
        };
        let Some(language) = self.language(id, &bytes) else {
            return Reading::Nothing;
        };
        if u32::try_from(bytes.len()).is_err() {
            return skipped(None, "larger than 4 GiB".to_owned(), true);
        }
        match Source::decode(shown(&self.here, path), bytes) {
            Ok(source) => {
                let mut document = self.document(language, id, &source, false);
                let outline = document.take_outline();
                let read = Read {
                    source,
                    language,
                    document,
                };
                Reading::File(Box::new((read, outline)))
            }
            Err(error) => {
                let at = match &error {
                    Undecodable::NotUtf8 { offset } => {
                        let bytes = std::fs::read(path).unwrap_or_default();
                        let before = bytes.get(..*offset).unwrap_or_default();
                        let before = String::from_utf8_lossy(before);
                        let position = crate::source::position(&before, before.len());
                        Some((position.line, position.column))
                    }
                    _ => None,
                };
                skipped(at, error.to_string(), true)
            }
        }
    }

    /// What importing a canonical module runs, however indirectly: an import of it there would
    /// close a cycle. Files without a needle are read for their imports alone.
    fn read_what_canonical_modules_run(&mut self) {
        let moves = self.plan.moves_of(Dialect::Python);
        let modules: BTreeSet<String> = moves.map(|mv| mv.to.module.clone()).collect();
        let starts: BTreeSet<FileId> = modules
            .iter()
            .filter_map(|module| self.project.module(module, None))
            .collect();
        for start in starts {
            let mut reach: FxHashSet<FileId> = FxHashSet::default();
            let mut open = vec![start];
            while !open.is_empty() {
                self.read_outlines(open.iter().copied());
                let next: BTreeSet<FileId> =
                    open.iter().flat_map(|&id| self.project.runs(id)).collect();
                open = next.into_iter().filter(|&id| reach.insert(id)).collect();
            }
            self.project.set_reach(start, reach);
        }
    }

    /// Reads what those of `files` tell others that were not read so far.
    fn read_outlines(&mut self, files: impl Iterator<Item = FileId>) {
        let unread = files.filter(|&id| self.project.outline(id).is_none());
        let unread: Vec<FileId> = unread.collect();
        let outlines = self.pool.map(&unread, |&id| self.outline(id));
        for (id, outline) in unread.into_iter().zip(outlines) {
            self.project.add_outline(id, outline.unwrap_or_default());
        }
    }

    /// What a file tells others, read for that alone.
    fn outline(&self, id: FileId) -> Option<Outline> {
        let bytes = std::fs::read(&self.project.files()[id]).ok()?;
        self.told(id, bytes, false)
    }

    /// What the bytes of a file tell others, read in part or as a whole.
    fn told(&self, id: FileId, bytes: Vec<u8>, whole: bool) -> Option<Outline> {
        let path = &self.project.files()[id];
        // A shim of Python is known by its mark.
        if !is_rust(path) && is_generated(&bytes) {
            return None;
        }
        let source = Source::decode(path, bytes).ok()?;
        let language = self.language(id, source.text().as_bytes())?;
        self.document(language, id, &source, whole).take_outline()
    }

    /// What becomes of the files that are written.
    ///
    /// What was read of a file is let go as soon as its outcome is known.
    fn outcomes(&mut self) -> Vec<FileOutcome> {
        let files: Vec<(FileId, Mutex<Option<Hit>>)> = std::mem::take(&mut self.files)
            .into_iter()
            .filter(|(id, _)| self.project.is_written(*id) || self.is_manifest(*id))
            .map(|(id, hit)| (id, Mutex::new(Some(hit))))
            .collect();
        let settled = Budget::new(self.options.memory.settled);
        let (manifests, files): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(id, _)| self.is_manifest(*id));
        // First what others need, then what stands on its own, and at last what follows from what
        // another file does.
        let mut elsewhere = Elsewhere::default();
        self.progress.begin(manifests.len() + files.len());
        let mut first = self.first(&manifests, &elsewhere, &settled, |_| true);
        self.hold_together(&mut first, &mut elsewhere, &settled);
        first.retain(|(id, ..)| self.project.is_written(*id));
        let depends = |scan: &Scan| scan.findings.iter().any(|it| it.requires.is_some());
        first.extend(self.first(&files, &elsewhere, &settled, depends));
        first.sort_by_key(|(id, ..)| *id);
        self.keep_what_code_names(&mut first, &mut elsewhere, &settled);
        let applied = first.iter().flat_map(|(_, outcome, _)| &outcome.applied);
        elsewhere.renames = applied.flat_map(|it| it.renames.iter().cloned()).collect();
        let outcomes = first
            .into_iter()
            .map(|(id, outcome, waiting)| match waiting {
                Some(waiting) => self.settled(id, &waiting, &elsewhere, &settled),
                None => outcome,
            });
        outcomes.filter(|outcome| !outcome.is_empty()).collect()
    }

    /// Whether it is a `Cargo.toml`: what it needs and does not get, its code cannot name.
    fn is_manifest(&self, id: FileId) -> bool {
        self.project.files()[id].ends_with("Cargo.toml")
    }

    /// The outcomes of files, each by itself, with what was read of those that `waits` takes.
    fn first(
        &mut self,
        files: &[(FileId, Mutex<Option<Hit>>)],
        elsewhere: &Elsewhere,
        settled: &Budget,
        waits: impl Fn(&Scan) -> bool + Sync,
    ) -> Vec<Decided> {
        let first = self.pool.map(files, |(id, hit)| {
            self.progress.step();
            let hit = hit.lock().ok().and_then(|mut hit| hit.take())?;
            let read = match self.again(*id, hit) {
                Reading::File(file) => file.0,
                Reading::Skipped(skipped) => return Some(Err(skipped)),
                Reading::Nothing => return None,
            };
            let scan = self.scan(*id, &read);
            let known = Box::new((read, scan));
            let outcome = self.settled(*id, &known, elsewhere, settled);
            let waiting = waits(&known.1).then_some(known);
            Some(Ok((*id, outcome, waiting)))
        });
        let first = first.into_iter().flatten().filter_map(|outcome| {
            let gone = |skipped| self.skipped.push(skipped);
            outcome.map_err(gone).ok()
        });
        first.collect()
    }

    /// Holds what manifests need of one another, until nothing more of them is held, and lets go of
    /// what was read of them.
    fn hold_together(
        &self,
        manifests: &mut [Decided],
        elsewhere: &mut Elsewhere,
        settled: &Budget,
    ) {
        loop {
            let all = manifests.iter().map(|(id, outcome, _)| (*id, outcome));
            let all: Vec<_> = all.collect();
            let kept = manifests.iter().filter_map(|(id, outcome, waiting)| {
                let needed = waiting.as_ref()?.0.document.needed_by();
                Kept::by((*id, outcome), needed, &all, (&self.plan, &self.project))
            });
            let is_new = |one: &Kept| !elsewhere.kept.iter().any(|it| it.covers(one));
            let new: Vec<Kept> = kept.filter(is_new).collect();
            if new.is_empty() {
                break;
            }
            elsewhere.kept.extend(new);
            for (id, outcome, waiting) in manifests.iter_mut() {
                if let Some(waiting) = waiting.as_ref().filter(|_| outcome.changes()) {
                    *outcome = self.settled(*id, waiting, elsewhere, settled);
                }
            }
        }
        for (_, _, waiting) in manifests {
            *waiting = None;
        }
    }

    /// The outcome of one file, of whose text only that much is kept.
    fn settled(
        &self,
        id: FileId,
        (read, scan): &(Read, Scan),
        elsewhere: &Elsewhere,
        settled: &Budget,
    ) -> FileOutcome {
        let mut outcome = self.proven(id, read, scan, elsewhere);
        outcome.file.keep_within(settled);
        outcome
    }

    /// The outcome of one file, proven by reading its new text again.
    fn proven(&self, id: FileId, read: &Read, scan: &Scan, elsewhere: &Elsewhere) -> FileOutcome {
        let verdict = |finding: &Finding| self.verdict(id, finding, elsewhere);
        let resolved = |scan, spans| {
            let scan = self.with_warnings(id, read, scan, spans);
            resolve(&read.source, scan, verdict)
        };
        let outcome = resolved(scan.clone(), Spans::Edited);
        let Some(reason) = self.doubt(id, read, &outcome) else {
            return outcome;
        };
        let is_good = |outcome: &FileOutcome| self.doubt(id, read, outcome).is_none();
        if self.warnings.contains_key(&id) {
            let second = resolved(scan.clone(), Spans::Left);
            if is_good(&second) {
                return second;
            }
        }
        let (plan, project) = (&self.plan, &self.project);
        let document = &read.document;
        let cautious = document.scan_cautiously(plan, project, Some(id), &read.source);
        let cautious = cautious.map(|scan| self.with_recorded(id, read, scan));
        let cautious = cautious.map(|scan| resolved(scan, Spans::Left));
        match cautious.filter(is_good) {
            Some(cautious) => cautious,
            None => {
                let needed = document.needed_by().map(|by| format!("; {by}"));
                let reason = reason + needed.as_deref().unwrap_or_default();
                outcome.held_whole(&read.source, &reason)
            }
        }
    }

    fn verdict(&self, id: FileId, finding: &Finding, elsewhere: &Elsewhere) -> Verdict {
        if finding.is_mention() && !self.options.text {
            return Verdict::Leave;
        }
        if self.options.certain_only && finding.confidence < Confidence::Certain {
            return Verdict::Leave;
        }
        if let Some(reason) = self.project.unwritten(id) {
            return Verdict::Hold(reason.to_owned());
        }
        match &finding.requires {
            Some(rename) if !elsewhere.renames.contains(rename) => return Verdict::Forget,
            _ => {}
        }
        let mut kept = elsewhere.kept.iter();
        if let Some(reason) = kept.find_map(|kept| kept.holds(&self.project, id, finding)) {
            return Verdict::Hold(reason);
        }
        if let Some(reason) = self.project.unreadable(&self.plan, id, finding) {
            return Verdict::Hold(reason);
        }
        if let Some(reason) = self.project.undeclared(id, finding) {
            return Verdict::Hold(reason);
        }
        if let Some(reason) = lang::rust::unlinked((&self.plan, &self.project), id, finding) {
            return Verdict::Hold(reason);
        }
        for site in &finding.sites {
            if let Some(reason) = self.missing(id, &site.to) {
                return Verdict::Hold(reason);
            }
        }
        let mut cycles = finding
            .imports
            .iter()
            .filter(|m| self.project.closes_cycle(m, id));
        match cycles.next() {
            Some(module) => Verdict::Hold(format!(
                "`{module}` imports this module when it is imported, so an import of it here would close a cycle"
            )),
            None => Verdict::Apply,
        }
    }

    /// Why the canonical thing cannot be imported: its module is here, and does not have it.
    fn missing(&self, id: FileId, to: &str) -> Option<String> {
        let targets = self.plan.moves_of(Dialect::Python).map(|mv| &mv.to);
        let target = targets
            .filter(|target| crate::plan::under(to, &target.dotted()))
            .find(|target| target.name.is_some())?;
        let name = target.name.as_deref()?;
        let file = self.project.module(&target.module, Some(id))?;
        let outline = self.project.outline(file)?;
        let has_it = outline.dynamic
            || outline.names.contains_key(name)
            || outline
                .imports
                .iter()
                .any(|import| import.star && import.top)
            || self.project.module(&target.dotted(), Some(id)).is_some();
        (!has_it).then(|| format!("`{}` does not have `{name}`", target.module))
    }
}

/// A path as the user sees and opens it: relative to the current directory where it lies below.
fn shown(here: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(here) {
        Ok(below) if !below.as_os_str().is_empty() => below.to_owned(),
        _ => path.to_owned(),
    }
}
