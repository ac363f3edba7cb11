//! What is there already: the modules of the project, and which of its files were generated.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use memchr::memmem;

use super::modules::LegacyModule;
use super::places::Places;
use super::releases::Releases;
use crate::discover;
use crate::generated::{BLOCK, is_generated};
use crate::lang::python;
use crate::manifest;
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::project::{FileId, Outline, Project};
use crate::rewrite::Workspace;
use crate::source::Source;

/// Extensions of the files that are generated.
const GENERATED: [&str; 5] = ["py", "pyi", "rs", "toml", "pylintrc"];

/// The project, as far as shims ask.
pub(super) struct Survey<'p> {
    pub(super) plan: &'p Plan,
    pub(super) project: Project,
    /// Files that an earlier run of this manifest wrote.
    pub(super) generated: BTreeSet<PathBuf>,
    /// Files of the user's that hold a block.
    pub(super) blocks: BTreeSet<PathBuf>,
    /// Where its modules stand.
    pub(super) places: Places,
    /// What its packages are at.
    pub(super) releases: Releases,
    here: PathBuf,
}

/// What the bytes of a file say.
enum Seen {
    Nothing,
    Generated,
    Block,
}

impl<'p> Survey<'p> {
    pub(super) fn new(plan: &'p Plan, workspace: &Workspace, pool: &Pool) -> anyhow::Result<Self> {
        let found = discover::files(&workspace.root, &[], &plan.exclude, pool, seen)?;
        // A project inside of this one has shims of its own. A manifest of any other name than the
        // usual one is nobody's nearest.
        let is_ours = |path: &&PathBuf| {
            let nearest = path.parent().and_then(manifest::find);
            nearest.is_none_or(|nearest| workspace.sources.contains(&nearest))
        };
        let with = |wanted: fn(&Seen) -> bool| {
            let files = found.files.iter().zip(&found.looks);
            let files = files.filter(|(_, seen)| wanted(seen)).map(|(path, _)| path);
            files
                .filter(is_ours)
                .cloned()
                .collect::<BTreeSet<PathBuf>>()
        };
        let generated = with(|seen| matches!(seen, Seen::Generated));
        let blocks = with(|seen| matches!(seen, Seen::Block));
        let project = Project::new(&workspace.root, found.files, plan, pool);
        Ok(Self {
            plan,
            releases: Releases::default(),
            places: Places::new(&project, &generated),
            project,
            generated,
            blocks,
            here: std::env::current_dir().unwrap_or_default(),
        })
    }

    /// A path as the user sees it.
    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(&self.here) {
            Ok(below) if !below.as_os_str().is_empty() => below.to_owned(),
            _ => path.to_owned(),
        }
    }

    /// The text of a file; `None` where there is none.
    pub(super) fn source(&self, path: &Path) -> anyhow::Result<Option<Source>> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| cannot_read(path)),
        };
        let source = Source::decode(self.shown(path), bytes);
        source.map(Some).with_context(|| cannot_read(path))
    }

    /// Whether a file may be written: there is none, or it is a generated one, which may also be
    /// one that the project ignores.
    pub(super) fn may_generate(&self, path: &Path) -> bool {
        path.symlink_metadata().is_err() || std::fs::read(path).is_ok_and(|b| is_generated(&b))
    }

    /// The file of a module that is not a generated one.
    pub(super) fn users_module(&self, dotted: &str) -> Option<FileId> {
        let file = self.project.module(dotted, None)?;
        (!self.generated.contains(&self.project.files()[file])).then_some(file)
    }

    /// What a file of the user's binds, all of it.
    pub(super) fn outline(&self, file: FileId) -> Option<Outline> {
        let path = &self.project.files()[file];
        let source = Source::decode(path, std::fs::read(path).ok()?).ok()?;
        python::outline(&source)
    }

    /// Where module paths begin that look like `dotted`, of which nothing is there: where those of
    /// `like` do, else where the manifest says.
    pub(super) fn root_like(&self, like: &str) -> PathBuf {
        let first = like.split('.').next().unwrap_or_default();
        let top = self.places.folder(first).and_then(Path::parent);
        let file = || {
            let file = self.project.module(first, None)?;
            self.project.files()[file].parent().map(Path::to_owned)
        };
        let set = || {
            let root = self.plan.python_roots.first()?;
            Some(discover::lexically_normal(&self.project.root().join(root)))
        };
        let root = || self.project.root().to_owned();
        top.map(Path::to_owned)
            .or_else(file)
            .or_else(set)
            .unwrap_or_else(root)
    }

    /// The `__init__.py` of packages that a module lies in and that are not there.
    pub(super) fn missing_packages(&self, module: &LegacyModule) -> Vec<PathBuf> {
        let packages = packages(&module.dotted, &module.path).into_iter();
        let missing = packages.filter(|(_, folder)| self.is_made(folder));
        missing
            .map(|(_, folder)| folder.join("__init__.py"))
            .collect()
    }

    /// The outermost package with an `__init__.py` that a module is or lies in, be it there or be it
    /// one that this run makes: a run decides as the next one does.
    pub(super) fn outermost_package<'d>(&self, dotted: &'d str, path: &Path) -> Option<&'d str> {
        let is_there = |package: &str| {
            let file = self.project.module(package, None);
            file.is_some_and(|file| self.project.is_package(file))
        };
        let packages = packages(dotted, path).into_iter();
        let mut packages = packages.filter(|(name, folder)| is_there(name) || self.is_made(folder));
        let itself = || is_init(path).then_some(dotted);
        packages.next().map(|(name, _)| name).or_else(itself)
    }

    /// Whether the `__init__.py` of a folder is generated. A folder of the user's without one is a
    /// namespace, and stays one.
    fn is_made(&self, folder: &Path) -> bool {
        !folder.exists() || self.generated.contains(&folder.join("__init__.py"))
    }
}

/// The packages above a module and their folders, the outermost first.
fn packages<'d>(dotted: &'d str, path: &Path) -> Vec<(&'d str, PathBuf)> {
    let names = dotted.rmatch_indices('.').map(|(at, _)| &dotted[..at]);
    let folders = path.ancestors().skip(1 + usize::from(is_init(path)));
    let packages = names.zip(folders.map(Path::to_owned));
    let mut packages: Vec<(&str, PathBuf)> = packages.collect();
    packages.reverse();
    packages
}

fn is_init(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "__init__.py")
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read {}", path.display())
}

fn seen(path: &Path) -> Seen {
    let extension = path.extension().and_then(|extension| extension.to_str());
    if !extension.is_some_and(|extension| GENERATED.contains(&extension)) {
        return Seen::Nothing;
    }
    let Ok(bytes) = std::fs::read(path) else {
        return Seen::Nothing;
    };
    match is_generated(&bytes) {
        true => Seen::Generated,
        false if extension == Some("py") && memmem::find(&bytes, BLOCK.0.as_bytes()).is_some() => {
            Seen::Block
        }
        false => Seen::Nothing,
    }
}
