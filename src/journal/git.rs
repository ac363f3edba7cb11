//! Which files have changes that git does not hold: they could not be told apart from ours later.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

/// How many paths go into one call: far below the limit of any system.
const PATHS_A_CALL: usize = 200;

/// Those of `paths` that have uncommitted changes: modified, staged, or unknown to git and not
/// ignored. Files outside of any repository have none.
///
/// # Errors
/// Git refuses to answer. That it is not installed is no error: there is nothing to ask.
pub fn uncommitted(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut by_root: BTreeMap<PathBuf, Vec<&PathBuf>> = BTreeMap::new();
    for path in paths {
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        let root = real
            .ancestors()
            .skip(1)
            .find(|dir| dir.join(".git").exists());
        if let Some(root) = root {
            by_root.entry(root.to_owned()).or_default().push(path);
        }
    }
    let mut dirty = Vec::new();
    for (root, paths) in by_root {
        for paths in paths.chunks(PATHS_A_CALL) {
            let (Some(mut names), Some(hidden)) = (status(&root, paths)?, hidden(&root, paths)?)
            else {
                return Ok(Vec::new());
            };
            names.extend(hidden);
            for path in paths {
                let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
                let name = real.strip_prefix(&root).unwrap_or(&real);
                if names
                    .iter()
                    .any(|dirty| dirty == name.as_os_str().as_encoded_bytes())
                {
                    dirty.push(path.to_path_buf());
                }
            }
        }
    }
    dirty.sort();
    Ok(dirty)
}

/// The names that `git status` reports; `None` where git is not installed.
fn status(root: &Path, paths: &[&PathBuf]) -> anyhow::Result<Option<Vec<Vec<u8>>>> {
    let options = [
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--no-renames",
    ];
    // `XY name`, each ended by a NUL.
    let said = ask(root, &options, paths)?;
    Ok(said.map(|said| {
        let lines = said.split(|&byte| byte == 0);
        let names = lines.filter_map(|line| line.get(3..));
        names.map(<[u8]>::to_vec).collect()
    }))
}

/// The names of files with changes that git was told not to look for: `assume-unchanged` and
/// `skip-worktree`.
fn hidden(root: &Path, paths: &[&PathBuf]) -> anyhow::Result<Option<Vec<Vec<u8>>>> {
    let Some(said) = ask(root, &["ls-files", "-v", "-s", "-z"], paths)? else {
        return Ok(None);
    };
    let mut names = Vec::new();
    // `H mode hash stage<TAB>name`, each ended by a NUL; a small letter or `S` where it is told.
    for line in said.split(|&byte| byte == 0) {
        let Some(tab) = line.iter().position(|&byte| byte == b'\t') else {
            continue;
        };
        let (about, name) = (String::from_utf8_lossy(&line[..tab]), &line[tab + 1..]);
        let mut about = about.split(' ');
        let is_told = about
            .next()
            .is_some_and(|tag| tag == "S" || tag.starts_with(|c: char| c.is_ascii_lowercase()));
        let held = about.nth(1).unwrap_or_default();
        let is_it = |path: &&&PathBuf| {
            let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
            let below = real.strip_prefix(root).unwrap_or(&real);
            below.as_os_str().as_encoded_bytes() == name
        };
        let Some(path) = paths.iter().find(is_it).filter(|_| is_told) else {
            continue;
        };
        let hash = ask(root, &["hash-object"], &[path])?.unwrap_or_default();
        if hash.trim_ascii() != held.as_bytes() {
            names.push(name.to_vec());
        }
    }
    Ok(Some(names))
}

/// What git prints about `paths`; `None` where it is not installed.
fn ask(root: &Path, options: &[&str], paths: &[&PathBuf]) -> anyhow::Result<Option<Vec<u8>>> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(root)
        .args(["--no-optional-locks", "--literal-pathspecs"])
        .args(options)
        .arg("--")
        .args(paths.iter().filter_map(|path| path.canonicalize().ok()));
    command.env("LC_ALL", "C");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("cannot run git"),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("not a git repository") {
            return Ok(Some(Vec::new())); // a `.git` that leads nowhere holds nothing
        }
        bail!(
            "git cannot tell which files have changes (--allow-dirty does not ask): {}",
            said.trim()
        );
    }
    Ok(Some(output.stdout))
}
