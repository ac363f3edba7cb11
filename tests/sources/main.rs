//! Moves from elsewhere: what `--installed` finds where, and what `--from-warnings` makes of the
//! compiler's lines. Nothing is installed or compiled here; `tests/travels` does that.

mod crates;
mod distributions;
mod members;
mod stars;
mod warnings;

use std::path::Path;
use std::process::{Command, Stdio};

const SITE: &str = ".venv/lib/python3.11/site-packages";

const LEGACY: &str = "from chat.old import Client\n";
const CANONICAL: &str = "from chat.new import Client\n";

/// A manifest of Python moves: an id, a version, and what moves where.
fn manifest(moves: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "schema = 1\n".to_owned();
    for (id, since, from, to) in moves {
        text.push_str(&format!(
            "[[move]]\nid = \"{id}\"\nsince = \"{since}\"\npython = {{ from = \"{from}\", to = \"{to}\" }}\n"
        ));
    }
    text
}

/// The usual one.
fn client() -> String {
    manifest(&[("client", "0.2", "chat.old:Client", "chat.new:Client")])
}

/// A tree of files, taken away at the end.
struct Tree(tempfile::TempDir);

/// How a command ended, and what it said.
struct Said {
    code: Option<i32>,
    out: String,
    messages: String,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a temporary directory"));
        // The search for a manifest ends here.
        tree.with(&[(".git/HEAD", "")]).with(files)
    }

    fn with(self, files: &[(&str, &str)]) -> Self {
        for (name, text) in files {
            let path = self.path().join(name);
            std::fs::create_dir_all(path.parent().expect("inside")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        self
    }

    /// With an environment, in which a distribution ships a manifest.
    fn with_chat(self, version: &str, manifest: &str) -> Self {
        let info = format!("{SITE}/Chat_Kit-{version}.dist-info");
        let metadata =
            format!("Metadata-Version: 2.1\nName: Chat.Kit\nVersion: {version}\n\nName: no\n");
        self.with(&[
            (".venv/pyvenv.cfg", "home = /nowhere\n"),
            (&format!("{info}/METADATA"), &metadata),
            (&format!("{info}/entry_points.txt"), ENTRY_POINTS),
            (&format!("{SITE}/chat/rehome.toml"), manifest),
        ])
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect("it is there")
    }

    fn rehome(&self, words: &str) -> Said {
        self.rehome_with(words, &[])
    }

    fn rehome_with(&self, words: &str, variables: &[(&str, &str)]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rehome"));
        command
            .args(words.split_whitespace())
            .current_dir(self.path());
        command.stdin(Stdio::null()).env_remove("VIRTUAL_ENV");
        let output = command
            .envs(variables.iter().copied())
            .output()
            .expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\\', "/");
        Said {
            code: output.status.code(),
            out: text(&output.stdout),
            messages: text(&output.stderr),
        }
    }

    /// `rehome words` exits with `code`, and its messages hold each of `parts`.
    #[track_caller]
    fn check(&self, words: &str, code: i32, parts: &[&str]) {
        self.rehome(words).check(code, parts);
    }
}

impl Said {
    #[track_caller]
    fn check(&self, code: i32, parts: &[&str]) {
        let Self { out, messages, .. } = self;
        assert_eq!(self.code, Some(code), "{out}{messages}");
        for part in parts {
            assert!(messages.contains(part), "`{part}` is not in\n{messages}");
        }
    }
}

const ENTRY_POINTS: &str = "[other]\nx = y:z\n\n[rehome.moves]\n# ours\nchat = chat:rehome.toml\n";
