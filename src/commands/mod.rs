//! The subcommands: each asks the rooms before it, and says how it ended.

mod apply;
mod check;
mod init;
mod preview;
mod session;
mod shim;
mod sources;
mod undo;

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice, StripStream};
use anstyle::{AnsiColor, Style};
use anyhow::Context as _;

use crate::cli::{self, Cli, Color, Command};
use crate::report::{Medium, Report, Reporter};

const RED: Style = AnsiColor::Red.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();

/// How a command ended; the program's exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, or clean.
    Done,
    /// 1: something was found, or something was left.
    Found,
    /// 2: failed; nothing was written.
    Failed,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Failed => 2,
        }
    }
}

/// Bytes of a result that are written together.
const BUFFER: usize = 64 * 1024;

/// Where results and messages go.
pub(crate) struct Output {
    out: Box<dyn Write>,
    data: Box<dyn Write>,
    messages: Box<dyn Write>,
    /// Whether colours of results are seen.
    is_colored: bool,
}

impl Output {
    fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let out = AutoStream::new(io::stdout(), choice);
        let is_colored = out.current_choice() != ColorChoice::Never;
        let buffered = || Box::new(io::BufWriter::with_capacity(BUFFER, io::stdout()));
        Self {
            is_colored,
            out: match is_colored {
                true => Box::new(io::BufWriter::with_capacity(BUFFER, out)),
                // What is left without colours comes in small pieces: they meet before they go out.
                false => Box::new(StripStream::new(buffered() as Box<dyn Write>)),
            },
            data: buffered(),
            messages: Box::new(AutoStream::new(io::stderr(), choice)),
        }
    }

    /// Writes; a reader that went away is no failure, and never changes how the command ended.
    fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Write, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let written = write(&mut *self.out, &mut *self.messages).and_then(|()| self.out.flush());
        unless_nobody_reads(written)
    }

    /// Writes bytes that are for programs, as they are.
    fn write_data(
        &mut self,
        write: impl FnOnce(&mut dyn Write, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let written = write(&mut *self.data, &mut *self.messages).and_then(|()| self.data.flush());
        unless_nobody_reads(written)
    }

    /// Writes a report as its format wants to be written.
    fn report(&mut self, reporter: &dyn Reporter, report: &Report<'_>) -> anyhow::Result<()> {
        match reporter.medium() {
            Medium::Text => self.write(|out, messages| reporter.report(report, out, messages)),
            Medium::Data => self.write_data(|out, messages| reporter.report(report, out, messages)),
        }
    }
}

fn unless_nobody_reads(written: io::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(error).context("cannot write the result"),
        Ok(()) => Ok(()),
    }
}

/// A failure, and what the user can do about it.
#[derive(Debug)]
pub(crate) struct Advised {
    message: String,
    hint: String,
}

impl Advised {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl std::fmt::Display for Advised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Advised {}

/// Says on standard error why a command failed, and what to do next where that is known.
pub fn complain(args: &Cli, error: &anyhow::Error) {
    let mut output = Output::new(args.color);
    // Where nobody listens, the exit code still tells.
    let _ = output.write(|_, messages| {
        writeln!(messages, "{RED}error{RED:#}: {error:#}")?;
        match error.downcast_ref::<Advised>() {
            Some(advised) => writeln!(messages, "{CYAN}hint{CYAN:#}: {}", advised.hint),
            None => Ok(()),
        }
    });
}

/// Runs a command.
///
/// # Errors
/// It failed; nothing was written.
pub fn run(args: &Cli) -> anyhow::Result<Exit> {
    let mut output = Output::new(args.color);
    match &args.command {
        Command::Preview(sub) => preview::run(args, sub, &mut output),
        Command::Apply(sub) => apply::run(args, sub, &mut output),
        Command::Undo(sub) => undo::run(args, sub, &mut output),
        Command::Check(sub) => check::run(args, sub, &mut output),
        Command::Shim(sub) => shim::run(args, sub, &mut output),
        Command::Init => init::run(&mut output),
        Command::Completions { shell } => {
            let script = cli::completions(*shell);
            output.write_data(|out, _| out.write_all(&script))?;
            Ok(Exit::Done)
        }
    }
}
