//! A generated workspace, and what cargo says of it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub(crate) struct Workspace {
    root: PathBuf,
    /// The target directory, which all workspaces of a toolchain share.
    target: PathBuf,
    toolchain: Toolchain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// What runs the tests.
    Current,
    Nightly,
    /// The one that `rust-version` names.
    Oldest,
}

impl Toolchain {
    fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Nightly => "nightly",
            Self::Oldest => env!("CARGO_PKG_RUST_VERSION"),
        }
    }

    /// The crate of the macros as it finds it: an older cargo does not read this repository's own
    /// files, but what is published of it, in the workspace.
    fn shim_macros(self, workspace: &Path) -> PathBuf {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        if self != Self::Oldest {
            return here.to_owned();
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("published");
        let mut package = Self::Current.command("cargo");
        package.current_dir(here);
        package.args([
            "package",
            "--no-verify",
            "--allow-dirty",
            "--offline",
            "--quiet",
        ]);
        ran(package.arg("--target-dir").arg(&folder));
        let name = concat!(env!("CARGO_PKG_NAME"), "-", env!("CARGO_PKG_VERSION"));
        let archive = format!("package/{name}.crate");
        fs::create_dir_all(workspace).expect("a folder can be made");
        let mut unpack = Command::new("tar");
        unpack.arg("xzf").arg(folder.join(archive));
        ran(unpack.arg("--directory").arg(workspace));
        workspace.join(name)
    }

    /// Says so where it is not.
    pub(crate) fn is_there(self) -> bool {
        let version = self.command("rustc").arg("--version").output();
        let is_there = version.is_ok_and(|output| output.status.success());
        if !is_there {
            skipped(&format!("there is no {} toolchain", self.name()));
        }
        is_there
    }

    /// A tool, in an environment that outer runs of cargo have not touched.
    pub(crate) fn command(self, tool: &str) -> Command {
        let mut command = match self {
            Self::Current => {
                let variable = std::env::var_os(tool.to_uppercase());
                Command::new(variable.unwrap_or_else(|| tool.into()))
            }
            Self::Nightly | Self::Oldest => {
                let mut command = Command::new("rustup");
                command.args(["run", self.name(), tool]);
                command
                    .env("RUSTUP_AUTO_INSTALL", "0")
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("CARGO")
                    .env_remove("RUSTC")
                    .env_remove("RUSTDOC");
                command
            }
        };
        for variable in [
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_TARGET_DIR",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTC_WRAPPER",
            "RUSTFLAGS",
        ] {
            command.env_remove(variable);
        }
        command
    }
}

/// A crate of the workspace.
pub(crate) struct Crate<'a> {
    pub(crate) name: String,
    pub(crate) edition: &'a str,
    /// What the code calls it, and what it is.
    pub(crate) dependencies: Vec<(&'a str, String)>,
    /// Its features that are on: `modules_only` leaves out what lies in no hidden module.
    pub(crate) features: &'a [&'a str],
    pub(crate) text: String,
}

impl Workspace {
    pub(crate) fn new(name: &str, toolchain: Toolchain, crates: &[Crate<'_>]) -> Self {
        let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shims");
        let root = base.join(toolchain.name()).join(name);
        let shim_macros = toolchain.shim_macros(&root);
        let mut manifest = String::from("[workspace]\nresolver = \"2\"\nmembers = [");
        for each in crates {
            manifest.push_str(&format!("{:?}, ", each.name));
            let mut text = format!(
                "[package]\nname = {:?}\nversion = \"0.5.0\"\nedition = {:?}\npublish = false\n\n\
                [features]\ndefault = {:?}\nnever = []\nmodules_only = []\n\n\
                [dependencies]\nshim-macros = {{ path = {shim_macros:?} }}\n",
                each.name, each.edition, each.features
            );
            for (called, name) in &each.dependencies {
                let dependency =
                    format!("{called} = {{ package = {name:?}, path = \"../{name}\" }}\n");
                text.push_str(&dependency);
            }
            write(&root.join(&each.name).join("Cargo.toml"), &text);
            write(&root.join(&each.name).join("src/lib.rs"), &each.text);
        }
        manifest.push_str("]\n");
        write(&root.join("Cargo.toml"), &manifest);
        // The versions that are known to be there: nothing is looked up.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        if let Ok(mut lock) = fs::read_to_string(lock) {
            if toolchain == Toolchain::Oldest {
                // They differ in how the sources of git are written, of which there are none.
                lock = lock.replace("\nversion = 4\n", "\nversion = 3\n");
            }
            // Cargo takes out of its copy what is not needed, so the whole is kept beside it.
            if write(&root.join("whole.lock"), &lock) {
                write(&root.join("Cargo.lock"), &lock);
            }
        }
        Self {
            root,
            target: base.join(toolchain.name()).join("target"),
            toolchain,
        }
    }

    /// Runs cargo; `rest` is for the command's own tool.
    pub(crate) fn cargo(
        &self,
        options: &[&str],
        rest: &[&str],
        environment: &[(&str, &str)],
    ) -> Output {
        let mut command = self.toolchain.command("cargo");
        command
            .current_dir(&self.root)
            .args(options)
            .arg("--target-dir")
            .arg(&self.target)
            .args(rest)
            .envs(environment.iter().copied());
        // An older cargo keeps what it fetched at a place of its own.
        if self.toolchain != Toolchain::Oldest {
            command.arg("--offline");
        }
        command.output().expect("cargo runs")
    }

    /// Where `cargo doc` puts its pages.
    pub(crate) fn docs(&self) -> PathBuf {
        self.target.join("doc")
    }

    /// What `cargo check` reports, of all crates.
    pub(crate) fn check(&self) -> Vec<Message> {
        self.messages_of("check", &[])
    }

    /// What a command of cargo's reports of all crates.
    pub(crate) fn messages_of(&self, command: &str, arguments: &[&str]) -> Vec<Message> {
        let mut options = vec![command, "--workspace", "--message-format=json"];
        if self.toolchain != Toolchain::Oldest {
            options.push("--keep-going");
        }
        let output = self.cargo(&options, arguments, &[]);
        let stdout = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
        let lines = stdout.lines().map(serde_json::from_str);
        let all: Vec<Value> = lines.collect::<Result<_, _>>().expect("cargo writes JSON");
        assert!(
            all.iter()
                .any(|message| message["reason"] == "build-finished"),
            "cargo did not get far:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let messages = all
            .iter()
            .filter(|message| message["reason"] == "compiler-message");
        messages.filter_map(Message::read).collect()
    }
}

/// What the compiler says of a place.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) crate_name: String,
    pub(crate) level: String,
    pub(crate) code: String,
    pub(crate) text: String,
    /// All of it, as people see it.
    pub(crate) rendered: String,
    pub(crate) line: usize,
    /// The source text that it points at.
    pub(crate) source: String,
}

impl Message {
    /// Nothing for what has no place, such as a count of warnings.
    fn read(message: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
        let inner = &message["message"];
        let spans = inner["spans"].as_array()?;
        let span = spans.iter().find(|span| span["is_primary"] == true)?;
        let line = &span["text"][0];
        let source: String = text(&line["text"])
            .chars()
            .skip(number(&line["highlight_start"])? - 1)
            .take(number(&line["highlight_end"])? - number(&line["highlight_start"])?)
            .collect();
        Some(Self {
            // As a package, to an older cargo.
            crate_name: text(&message["target"]["name"]).replace('-', "_"),
            level: text(&inner["level"]),
            code: text(&inner["code"]["code"]),
            text: text(&inner["message"]),
            rendered: text(&inner["rendered"]),
            line: number(&span["line_start"])?,
            source,
        })
    }
}

fn ran(command: &mut Command) {
    let output = command.output().expect("it is there");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

/// Whether it differed: else it stays as it is, since cargo goes by the time of a file.
fn write(path: &Path, text: &str) -> bool {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return false;
    }
    let folder = path.parent().expect("a file has a folder");
    fs::create_dir_all(folder).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
    true
}

/// Says so past libtest, which keeps what a passed test prints.
pub(crate) fn skipped(why: &str) {
    let said = writeln!(std::io::stderr(), "\nskipped: {why}");
    said.expect("somebody listens");
}
