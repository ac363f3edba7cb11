//! Environments of Python, and the directories in them from which modules are imported.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::discover::upwards;

/// The file that makes a folder an environment (PEP 405).
const CONFIG: &str = "pyvenv.cfg";

/// What a project's own environment is called.
const USUAL: &[&str] = &[".venv", "venv"];

/// The environments to look into: those that were `asked` for, else the `active` one, else the ones
/// beside `paths` or above them in the project.
///
/// # Errors
/// An environment that is named and is none.
pub fn environments(
    asked: &[PathBuf],
    active: Option<&Path>,
    root: &Path,
    paths: &[PathBuf],
) -> anyhow::Result<Vec<PathBuf>> {
    if let Some(wrong) = asked.iter().find(|dir| search_path(dir).is_empty()) {
        bail!(
            "--python-env: no packages of Python are installed in {}",
            wrong.display()
        );
    }
    if !asked.is_empty() {
        return Ok(asked.to_vec());
    }
    if let Some(active) = active {
        if search_path(active).is_empty() {
            bail!(
                "VIRTUAL_ENV names {}, which is no environment of Python",
                active.display()
            );
        }
        return Ok(vec![active.to_owned()]);
    }
    let mut found = Vec::new();
    for path in paths {
        let above = upwards(path, root).into_iter();
        let dirs = above.flat_map(|dir| USUAL.iter().map(move |name| dir.join(name)));
        let is_environment = |dir: &PathBuf| dir.join(CONFIG).is_file();
        if let Some(nearest) = dirs.into_iter().find(is_environment)
            && !found.contains(&nearest)
        {
            found.push(nearest);
        }
    }
    Ok(found)
}

/// The directories that modules are imported from in an environment, or below the prefix of an
/// interpreter, or where `pip install --target` put them; those that come first count first.
pub(super) fn search_path(environment: &Path) -> Vec<PathBuf> {
    let mut dirs = of_prefix(environment);
    if let Some(base) = base(environment) {
        dirs.extend(of_prefix(&base));
    }
    if dirs.is_empty() && holds_packages(environment) {
        dirs.push(environment.to_owned());
    }
    let mut path: Vec<PathBuf> = Vec::new();
    for dir in dirs {
        add(&mut path, dir);
    }
    for dir in path.clone() {
        for line in lines_of_path_files(&dir) {
            add(&mut path, line);
        }
    }
    path
}

/// A directory that is there, once: `lib64` is another name for `lib`.
fn add(path: &mut Vec<PathBuf>, dir: PathBuf) {
    let Ok(real) = dir.canonicalize() else {
        return;
    };
    let is_known = |known: &PathBuf| known.canonicalize().is_ok_and(|known| known == real);
    if real.is_dir() && !path.iter().any(is_known) {
        path.push(dir);
    }
}

fn of_prefix(prefix: &Path) -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    // `Lib\site-packages` on Windows; the others by the interpreter's version.
    dirs.push(prefix.join("Lib").join("site-packages"));
    for lib in ["lib", "lib64", "local/lib"] {
        for version in entries(&prefix.join(lib)) {
            let name = version.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("python") || name.starts_with("pypy") {
                dirs.push(version.join("site-packages"));
                dirs.push(version.join("dist-packages"));
            }
        }
    }
    dirs.retain(|dir| dir.is_dir());
    dirs
}

/// The prefix of the interpreter that an environment was made from, where its packages count too.
fn base(environment: &Path) -> Option<PathBuf> {
    let config = std::fs::read_to_string(environment.join(CONFIG)).ok()?;
    let value = |key: &str| {
        let pairs = config.lines().filter_map(|line| line.split_once('='));
        let mut pairs = pairs.map(|(key, value)| (key.trim(), value.trim()));
        pairs.find(|(name, _)| name.eq_ignore_ascii_case(key))
    };
    let (_, is_open) = value("include-system-site-packages")?;
    if !is_open.eq_ignore_ascii_case("true") {
        return None;
    }
    // `home` is where the interpreter lies: `/usr/bin`, or the prefix itself on Windows.
    let home = PathBuf::from(value("home")?.1);
    match home.ends_with("bin") {
        true => home.parent().map(Path::to_owned),
        false => Some(home),
    }
}

fn holds_packages(dir: &Path) -> bool {
    let is_package = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default();
        extension == "dist-info" || extension == "egg-info"
    };
    entries(dir).iter().any(is_package)
}

/// The directories that `.pth` files add. Lines that begin with `import` are run by Python: they are
/// passed over, and [`super::editable`] reads what they install.
fn lines_of_path_files(dir: &Path) -> Vec<PathBuf> {
    let files = entries(dir).into_iter();
    let files = files.filter(|file| file.extension().is_some_and(|it| it == "pth"));
    let texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
    let mut dirs = Vec::new();
    for text in texts {
        let text = text.trim_start_matches('\u{feff}');
        let lines = text.lines().map(str::trim_end);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines =
            lines.filter(|line| !line.starts_with("import ") && !line.starts_with("import\t"));
        dirs.extend(lines.map(|line| dir.join(line)));
    }
    dirs
}

/// What lies in a directory, sorted.
pub(super) fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
