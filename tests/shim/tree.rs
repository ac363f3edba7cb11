//! A tree of files in which the binary runs.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use rehome::generated::is_generated;

pub(crate) const PACKAGE: (&str, &str) = ("app/__init__.py", "");
pub(crate) const NEW: (&str, &str) = ("app/new.py", "class New: ...\n");

pub(crate) const MANIFEST: &str = "rehome.toml";

/// A tree of files, taken away at the end.
pub(crate) struct Tree(pub(crate) tempfile::TempDir);

impl Tree {
    /// A manifest with these moves of Python, and files.
    #[track_caller]
    pub(crate) fn new(moves: &[(&str, &str)], files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary directory"));
        tree.manifest(moves, "");
        for (name, text) in files {
            tree.write(name, text);
        }
        tree
    }

    pub(crate) fn manifest(&self, moves: &[(&str, &str)], more: &str) {
        let moves: String = moves
            .iter()
            .enumerate()
            .map(|(at, (from, to))| {
                format!(
                    "[[move]]\nid = \"m{at}\"\nsince = \"1.0\"\npython = {{ from = \"{from}\", to = \"{to}\" }}\n"
                )
            })
            .collect();
        self.write(MANIFEST, &format!("schema = 1\n{more}\n{moves}"));
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("it is there")
    }

    pub(crate) fn rehome(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_rehome"))
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .env_remove("CLICOLOR_FORCE")
            .output()
            .expect("it runs")
    }

    /// Runs a command that ends with `code`; gives what it said.
    #[track_caller]
    pub(crate) fn said(&self, arguments: &[&str], code: i32) -> String {
        let output = self.rehome(arguments);
        let said = [&output.stdout[..], &output.stderr].concat();
        let said = String::from_utf8(said).expect("text");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    /// The files, without the journal and what lies beside.
    pub(crate) fn state(&self) -> BTreeMap<String, String> {
        let walk = walkdir::WalkDir::new(self.0.path()).into_iter();
        let walk = walk.filter_entry(|entry| entry.file_name() != ".rehome");
        let files = walk.flatten().filter(|entry| entry.file_type().is_file());
        let file = |entry: walkdir::DirEntry| {
            let below = entry.path().strip_prefix(self.0.path()).expect("inside");
            let text = std::fs::read_to_string(entry.path()).expect("text");
            (below.to_string_lossy().replace('\\', "/"), text)
        };
        files.map(file).collect()
    }

    /// The generated files besides the runtime, the lints and the stubs.
    pub(crate) fn shims(&self) -> Vec<String> {
        let files = self.state().into_iter();
        let shims = files.filter(|(name, text)| {
            is_generated(text.as_bytes()) && name.ends_with(".py") && !name.contains("_moved")
        });
        shims.map(|(name, _)| name).collect()
    }
}
