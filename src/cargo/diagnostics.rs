//! `cargo check --message-format=json`: what the compiler says, and where.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use cargo_metadata::diagnostic::{DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{Message, TargetKind};

use super::program;

/// What cargo tells of builds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What the compiler says.
    pub diagnostics: Vec<Diagnostic>,
    /// The root files of the libraries that were compiled, by the names that code has for them.
    pub libraries: BTreeMap<String, BTreeSet<PathBuf>>,
}

impl Checked {
    /// Adds what is told of another build.
    pub fn extend(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
        for (name, files) in other.libraries {
            self.libraries.entry(name).or_default().extend(files);
        }
    }
}

/// One thing that the compiler says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it says.
    pub message: String,
    /// Its code, or the lint's name.
    pub code: Option<String>,
    /// Nothing is built where it stands.
    pub is_error: bool,
    /// What a terminal shows of it.
    pub rendered: String,
    /// Where it points to.
    pub places: Vec<Place>,
    /// The root file of the crate that was compiled: files are named relative to a directory
    /// above it.
    pub root_file: PathBuf,
}

/// Where a diagnostic points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as the compiler was given it.
    pub file: PathBuf,
    /// The first line, from 1.
    pub line: usize,
    /// The first column in characters, from 1.
    pub column: usize,
    /// The last line.
    pub last_line: usize,
    /// The column behind it.
    pub end_column: usize,
    /// The first line as the compiler saw it.
    pub text: String,
    /// The macro that makes this code, and where it is called.
    pub expansion: Option<(String, Box<Place>)>,
}

impl Place {
    /// Where the macro is called that makes this code.
    pub fn caller(&self) -> Option<&Self> {
        self.expansion.as_ref().map(|(_, caller)| &**caller)
    }

    fn of(span: &DiagnosticSpan) -> Self {
        let expansion = span.expansion.as_ref();
        Self {
            file: PathBuf::from(&span.file_name),
            line: span.line_start,
            column: span.column_start,
            last_line: span.line_end,
            end_column: span.column_end,
            text: span
                .text
                .first()
                .map_or_else(String::new, |line| line.text.clone()),
            expansion: expansion.map(|it| {
                let outer = Box::new(Self::of(&it.span));
                (it.macro_decl_name.clone(), outer)
            }),
        }
    }
}

/// What cargo tells by these lines; other lines say nothing.
///
/// # Errors
/// The lines cannot be read, or none of them is cargo's.
pub fn checked(lines: impl BufRead) -> anyhow::Result<Checked> {
    let mut checked = Checked::default();
    let (mut is_empty, mut is_known) = (true, false);
    for message in Message::parse_stream(lines) {
        match message? {
            Message::CompilerMessage(of) => {
                is_known = true;
                let message = of.message;
                let places = message.spans.iter().filter(|span| span.is_primary);
                checked.diagnostics.push(Diagnostic {
                    places: places.map(Place::of).collect(),
                    is_error: matches!(
                        message.level,
                        DiagnosticLevel::Error | DiagnosticLevel::Ice
                    ),
                    code: message.code.map(|code| code.code),
                    rendered: message.rendered.unwrap_or_else(|| message.message.clone()),
                    message: message.message,
                    root_file: of.target.src_path.into(),
                });
            }
            Message::CompilerArtifact(of) => {
                is_known = true;
                if of.target.kind.iter().any(is_library) {
                    let name = of.target.name.replace('-', "_");
                    let files = checked.libraries.entry(name).or_default();
                    files.insert(of.target.src_path.into());
                }
            }
            Message::TextLine(line) => is_empty &= line.trim().is_empty(),
            _ => is_known = true,
        }
    }
    if !is_known && !is_empty {
        bail!("these are not the lines of `cargo check --message-format=json`");
    }
    Ok(checked)
}

fn is_library(kind: &TargetKind) -> bool {
    use TargetKind::{CDyLib, DyLib, Lib, ProcMacro, RLib, StaticLib};
    matches!(kind, Lib | RLib | DyLib | CDyLib | StaticLib | ProcMacro)
}

/// What becomes of what cargo says on standard error: how far it is, and why it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Messages {
    /// The user reads it while it happens.
    Shown,
    /// It is told if cargo fails.
    Kept,
}

/// What the compiler says of a workspace: all of its crates with their tests, examples and benches.
///
/// # Errors
/// Cargo is not there, or cannot build it for another reason than a deprecation.
pub fn check(project: &Path, messages: Messages) -> anyhow::Result<Checked> {
    let mut command = program();
    command.args(["check", "--workspace", "--all-targets"]);
    command.args(["--message-format=json", "--manifest-path"]);
    command.arg(project).stdin(Stdio::null());
    if messages == Messages::Shown {
        command.stderr(Stdio::inherit());
    }
    // Cargo takes its configuration, and rustup the toolchain, from where they are started.
    command.current_dir(project.parent().unwrap_or(project));
    let output = command.output().context("cannot run cargo")?;
    let checked = checked(&*output.stdout).or_else(|error| match output.status.success() {
        true => Err(error),
        false => Ok(Checked::default()),
    })?;
    if output.status.success() {
        return Ok(checked);
    }
    let errors = checked.diagnostics.iter().filter(|it| it.is_error);
    let (known, others): (Vec<_>, Vec<_>) = errors
        .filter(|it| !it.places.is_empty())
        .partition(|it| it.code.as_deref() == Some("deprecated"));
    if others.is_empty() && !known.is_empty() {
        return Ok(checked); // the project denies what is to be moved
    }
    let mut said = String::new();
    for error in others {
        said.push_str(&error.rendered);
    }
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    bail!(
        "`cargo check` of {} failed\n{}",
        project.display(),
        said.trim()
    );
}
