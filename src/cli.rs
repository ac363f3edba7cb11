//! Arguments: what may be asked for, and how it is said.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Moves every import and use of a legacy path to its canonical path, and keeps it there.
#[derive(Debug, Parser)]
#[command(name = "rehome", version, max_term_width = 100)]
#[command(after_help = "Start with `rehome preview`: it writes nothing.\n\
    Exit codes: 0 done or clean, 1 found or left something, 2 failed.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(
        hide_possible_values = true,
        hide_default_value = true,
        display_order = 100
    )]
    pub color: Color,

    /// Say more: mentions in prose, files that were passed over
    #[arg(short, long, global = true, display_order = 101)]
    pub verbose: bool,

    /// Say nothing but results and errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        display_order = 102
    )]
    pub quiet: bool,
}

impl Cli {
    /// The arguments of this process; says what is wrong with them and ends it otherwise.
    pub fn from_process() -> Self {
        Self::parse()
    }
}

/// The script that completes our commands in a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rehome", &mut script);
    script
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what would change, as a diff; write nothing
    Preview(PreviewArgs),
    /// Write the changes, so that they can be undone
    Apply(ApplyArgs),
    /// Restore the files of the last apply, or of apply N
    Undo(UndoArgs),
    /// Fail on any legacy reference: for CI
    Check(CheckArgs),
    /// Show or write the files that keep legacy paths alive, with a warning for who uses them
    Shim(ShimArgs),
    /// Write a commented rehome.toml into the current directory
    Init,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Where to look, and by which manifest.
#[derive(Debug, Clone, Args)]
pub struct Scope {
    /// Files and directories to report on; names resolve in the whole project [default: .]
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,

    /// The manifest [default: rehome.toml, found upwards; else the built-in one]
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,

    /// Whose moves count beside those of the project.
    #[command(flatten)]
    pub sources: Sources,

    /// How many threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Whose moves count beside those of the project; see docs/installed.md.
#[derive(Debug, Clone, Default, Args)]
pub struct Sources {
    /// Make the moves that installed packages ship, or NAME alone
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true)]
    #[arg(conflicts_with = "from_warnings")]
    pub installed: Option<Option<String>>,

    /// Environment of Python to look into [default: $VIRTUAL_ENV, else .venv or venv]
    #[arg(long, value_name = "DIR", requires = "installed")]
    pub python_env: Vec<PathBuf>,

    /// Make the moves that `cargo check` warns of, or its JSON lines in FILE (- for standard input)
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub from_warnings: Option<Option<PathBuf>>,
}

/// What counts.
#[derive(Debug, Clone, Args)]
pub struct Selection {
    /// Leave alone strings whose use nothing proves
    #[arg(long)]
    pub certain_only: bool,

    /// Rewrite prose that mentions a legacy path too: comments, docstrings, text
    #[arg(long)]
    pub text: bool,
}

/// What was seen at run time.
#[derive(Debug, Clone, Args)]
pub struct Recorded {
    /// Count what shims saw at run time as well: APP_SHIMS=record=FILE writes it
    #[arg(long, value_name = "FILE")]
    pub recorded: Option<PathBuf>,
}

/// Arguments of `preview`.
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// Where to look.
    #[command(flatten)]
    pub scope: Scope,

    /// What counts.
    #[command(flatten)]
    pub selection: Selection,

    /// What was seen at run time.
    #[command(flatten)]
    pub seen: Recorded,

    /// Write a patch for `git apply` to FILE instead (- for standard output)
    #[arg(long, value_name = "FILE")]
    pub patch: Option<PathBuf>,

    /// Exit with 1 if there is something to do
    #[arg(long)]
    pub exit_code: bool,

    /// How to print the result: human or json
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub format: Format,
}

/// Arguments of `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// Where to look.
    #[command(flatten)]
    pub scope: Scope,

    /// What counts.
    #[command(flatten)]
    pub selection: Selection,

    /// What was seen at run time.
    #[command(flatten)]
    pub seen: Recorded,

    /// Ask about each finding
    #[arg(short, long)]
    pub interactive: bool,

    /// Write files that have changes git does not hold
    #[arg(long)]
    pub allow_dirty: bool,

    /// How to print the result: human or json
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub format: Format,
}

/// Arguments of `undo`.
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The number that `apply` printed [default: the last one that was not undone]
    pub number: Option<u32>,

    /// Where the apply was made
    #[arg(short = 'C', long, value_name = "DIR", default_value = ".")]
    pub directory: PathBuf,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Where to look.
    #[command(flatten)]
    pub scope: Scope,

    /// What was seen at run time.
    #[command(flatten)]
    pub seen: Recorded,

    /// How to print the result: human, json or github
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub format: CheckFormat,
}

/// Arguments of `shim`.
#[derive(Debug, Args)]
pub struct ShimArgs {
    /// The manifest [default: rehome.toml, found upwards; else the built-in one]
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,

    /// Write the files, so that `rehome undo` takes them back
    #[arg(long)]
    pub write: bool,

    /// Write nothing, and fail unless every generated file is as it should be: for CI
    #[arg(long, conflicts_with = "write")]
    pub check: bool,

    /// Write files of your own that have changes git does not hold
    #[arg(long, requires = "write")]
    pub allow_dirty: bool,
}

/// How preview and apply print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A diff and a summary
    Human,
    /// One JSON document; see docs/json.md
    Json,
}

/// How check prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// One line for each reference
    Human,
    /// One JSON document; see docs/json.md
    Json,
    /// Annotations of GitHub Actions
    Github,
}
