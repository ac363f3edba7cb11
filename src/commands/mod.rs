//! The subcommands: each asks the rooms before it, and says how it ended.

mod apply;
mod check;
mod init;
mod preview;
mod session;
mod undo;

use std::io::{self, Write};

use crate::cli::{self, Cli, Color, Command};
use anstream::{AutoStream, ColorChoice};

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

/// Where results and messages go.
pub(crate) struct Output {
    out: Box<dyn Write>,
    messages: Box<dyn Write>,
}

impl Output {
    fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            out: Box::new(io::BufWriter::new(AutoStream::new(io::stdout(), choice))),
            messages: Box::new(AutoStream::new(io::stderr(), choice)),
        }
    }

    /// Writes; a reader that went away is no failure, and never changes how the command ended.
    fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Write, &mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let written = write(&mut *self.out, &mut *self.messages).and_then(|()| self.out.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }
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
        Command::Init => init::run(&mut output),
        Command::Completions { shell } => {
            let script = cli::completions(*shell);
            output.write(|out, _| out.write_all(&script))?;
            Ok(Exit::Done)
        }
    }
}
