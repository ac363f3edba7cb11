//! What preview, apply and check share: the manifest, the roots, and a run with its progress.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Advised, Output, sources};
use crate::cli::{Cli, Recorded, Scope, Selection};
use crate::discover::lexically_normal;
use crate::journal;
use crate::manifest::{self, Manifest};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::recorded;
use crate::rewrite::{self, Memory, Options, Progress, Run, Workspace};

/// How long work takes before a bar is worth showing.
const PATIENCE: Duration = Duration::from_millis(500);

/// What to work on, and by what.
pub(super) struct Session {
    /// The manifest.
    pub(super) written: Manifest,
    /// The plan of the manifest.
    pub(super) plan: Plan,
    /// The roots.
    pub(super) workspace: Workspace,
    /// The directory whose `.rehome/` holds the journal.
    pub(super) home: PathBuf,
    /// The threads that all its work is shared among.
    pub(super) pool: Pool,
}

impl Session {
    /// Finds the manifest that governs all paths, and the moves that come from elsewhere.
    pub(super) fn open(cli: &Cli, scope: &Scope, output: &mut Output) -> anyhow::Result<Self> {
        let mut paths = Vec::new();
        for path in &scope.paths {
            let absolute = std::path::absolute(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let absolute = lexically_normal(&absolute);
            absolute
                .metadata()
                .with_context(|| format!("cannot read {}", path.display()))?;
            paths.push(absolute);
        }
        let manifest = governing(scope.manifest.as_deref(), &paths)?;
        let here = std::env::current_dir().context("the current directory is gone")?;
        let root = root(manifest.as_deref(), &paths, &here);
        let pool = Pool::new(scope.threads);
        let written = match &manifest {
            Some(path) => Manifest::load(&near(path))?,
            // Whoever asks for other moves has not asked for the built-in one.
            None if scope.sources.are_given() => Manifest::default(),
            None => Manifest::builtin()?,
        };
        let place = sources::Project {
            root: &root,
            paths: &paths,
            manifest: manifest.as_deref(),
            exclude: &written.exclude,
            pool: &pool,
        };
        let more = sources::more(cli, &scope.sources, &place, output)?;
        let plan = Plan::combined(&written, &more.manifests)?;
        let own = manifest.clone().into_iter();
        let asked = scope.paths.iter();
        let followed = asked.map(|path| followed(path, &root)).collect();
        Ok(Self {
            written,
            plan,
            pool,
            home: journal::home(
                manifest.as_deref().filter(|path| is_above(path, &paths)),
                &root,
            ),
            workspace: Workspace {
                root,
                paths: followed,
                sources: own.chain(more.files).collect(),
                crates: more.crates,
                warnings: more.warnings,
                installed: more.installed,
            },
        })
    }

    /// A path that is shown to the user, as the system takes it from anywhere.
    pub(super) fn absolute(&self, path: &Path) -> PathBuf {
        std::path::absolute(path).unwrap_or_else(|_| self.workspace.root.join(path))
    }

    /// Takes back what an apply wrote that did not come to its end.
    pub(super) fn recover(&self, output: &mut Output) -> anyhow::Result<()> {
        match journal::recover(&self.home)? {
            None => Ok(()),
            Some(number) => output.write(|_, messages| {
                writeln!(
                    messages,
                    "apply {number} had been interrupted; its changes were taken back"
                )
            }),
        }
    }

    /// Names an apply that did not come to its end: what is looked at is a mixture of old and new.
    pub(super) fn name_unfinished(&self, output: &mut Output) -> anyhow::Result<()> {
        match journal::unfinished(&self.home) {
            None => Ok(()),
            Some(number) => output.write(|_, messages| {
                writeln!(
                    messages,
                    "warning: apply {number} was interrupted, or is still at work; \
                     `rehome undo` takes back what it wrote"
                )
            }),
        }
    }

    /// Looks at everything, with a bar on a terminal when that takes a while.
    pub(super) fn run(
        &self,
        cli: &Cli,
        selection: Option<&Selection>,
        seen: &Recorded,
        memory: Memory,
    ) -> anyhow::Result<Run> {
        let recorded = match &seen.recorded {
            Some(path) => recorded::read(path)?,
            None => Vec::new(),
        };
        let options = Options {
            recorded,
            certain_only: selection.is_some_and(|selection| selection.certain_only),
            text: selection.is_some_and(|selection| selection.text),
            whole: false,
            memory,
        };
        let progress = Progress::default();
        let plan = self.plan.clone();
        let work = || rewrite::run(plan, &self.workspace, &options, &self.pool, &progress);
        if cli.quiet || !std::io::stderr().is_terminal() {
            return work();
        }
        let watcher = std::thread::current();
        std::thread::scope(|threads| {
            let is_done = Arc::new(AtomicBool::new(false));
            let work = threads.spawn({
                let is_done = Arc::clone(&is_done);
                move || {
                    let _woken = Wake { watcher, is_done };
                    work()
                }
            });
            watch(&progress, || is_done.load(Ordering::Acquire));
            match work.join() {
                Ok(run) => run,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

/// A PATH, or the file of the project that it leads to as a symlink.
fn followed(path: &Path, root: &Path) -> PathBuf {
    let is_link = path.symlink_metadata().is_ok_and(|data| data.is_symlink());
    let real_root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    match path.canonicalize() {
        Ok(real) if is_link && real.is_file() => match real.strip_prefix(real_root) {
            Ok(below) => near(&root.join(below)),
            Err(_) => path.to_owned(),
        },
        _ => path.to_owned(),
    }
}

/// Tells the watching thread that the work is over, however it ended.
struct Wake {
    watcher: Thread,
    is_done: Arc<AtomicBool>,
}

impl Drop for Wake {
    fn drop(&mut self) {
        self.is_done.store(true, Ordering::Release);
        self.watcher.unpark();
    }
}

/// Shows how far the work has come until it is done.
fn watch(progress: &Progress, is_done: impl Fn() -> bool) {
    let tick = Duration::from_millis(20);
    // The worker wakes this thread when it is done, so that no short run waits for a tick.
    let start = Instant::now();
    while let Some(rest) = PATIENCE.checked_sub(start.elapsed()) {
        if is_done() {
            return;
        }
        std::thread::park_timeout(rest);
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(0).with_style(style);
    while !is_done() {
        bar.set_length(progress.total.load(Ordering::Relaxed) as u64);
        bar.set_position(progress.done.load(Ordering::Relaxed) as u64);
        std::thread::park_timeout(tick);
    }
    bar.finish_and_clear();
}

/// The one manifest of all paths; `None` for the built-in one.
fn governing(asked: Option<&Path>, paths: &[PathBuf]) -> anyhow::Result<Option<PathBuf>> {
    if let Some(path) = asked {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        return Ok(Some(lexically_normal(&absolute)));
    }
    let found: Vec<Option<PathBuf>> = paths.iter().map(|path| manifest::find(path)).collect();
    let first = found.first().cloned().flatten();
    if let Some(at) = found.iter().position(|other| *other != first) {
        let name = |found: &Option<PathBuf>| match found {
            Some(path) => shown(path),
            None => "the built-in manifest".to_owned(),
        };
        return Err(Advised::new(
            format!(
                "the paths have different manifests: {} has {}, {} has {}",
                shown(&paths[0]),
                name(&first),
                shown(&paths[at]),
                name(&found[at]),
            ),
            "run once for each, or say which one counts with --manifest",
        )
        .into());
    }
    Ok(first)
}

fn is_above(manifest: &Path, paths: &[PathBuf]) -> bool {
    let dir = manifest.parent();
    dir.is_some_and(|dir| paths.iter().all(|path| path.starts_with(dir)))
}

/// The project: the manifest's directory, else the git root, else where the paths lie.
fn root(manifest: Option<&Path>, paths: &[PathBuf], here: &Path) -> PathBuf {
    if let Some(manifest) = manifest
        && is_above(manifest, paths)
        && let Some(dir) = manifest.parent()
    {
        return dir.to_owned();
    }
    let start_of = |path: &PathBuf| {
        let dir = if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(path)
        };
        let git = dir.ancestors().find(|dir| dir.join(".git").exists());
        match git {
            Some(root) => root.to_owned(),
            None if dir.starts_with(here) => here.to_owned(),
            None => dir.to_owned(),
        }
    };
    let mut roots = paths.iter().map(start_of);
    let first = roots.next().unwrap_or_else(|| here.to_owned());
    roots.fold(first, |common, root| {
        let both = common.ancestors().find(|dir| root.starts_with(dir));
        both.map_or_else(|| common.clone(), Path::to_owned)
    })
}

/// A path as the user sees it: relative where it lies below the current directory.
pub(super) fn shown(path: &Path) -> String {
    near(path).display().to_string()
}

fn near(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let real = here.canonicalize().unwrap_or_else(|_| here.clone());
    let below = path
        .strip_prefix(&here)
        .or_else(|_| path.strip_prefix(real));
    match below {
        Ok(below) if !below.as_os_str().is_empty() => below.to_owned(),
        _ => path.to_owned(),
    }
}

/// A path as a shell reads it.
pub(super) fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=@%:,".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
