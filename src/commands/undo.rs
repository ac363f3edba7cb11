//! `rehome undo`: the files of an apply, as they were.

use anyhow::Context as _;

use super::session::shown;
use super::{Exit, Output};
use crate::cli::{Cli, UndoArgs};
use crate::discover::lexically_normal;
use crate::{journal, manifest, report};

pub(super) fn run(cli: &Cli, args: &UndoArgs, output: &mut Output) -> anyhow::Result<Exit> {
    let here = std::env::current_dir().context("the current directory is gone")?;
    let start = lexically_normal(&here.join(&args.directory));
    let home = journal::home(manifest::find(&start).as_deref(), &start);
    let undone = journal::undo(&home, args.number)?;
    output.write(|out, messages| {
        for (path, why) in &undone.left {
            writeln!(messages, "left: {}: {why}", shown(path))?;
        }
        if cli.verbose {
            for path in &undone.restored {
                writeln!(out, "restored: {}", shown(path))?;
            }
        }
        match cli.quiet {
            true => Ok(()),
            false => writeln!(
                out,
                "{} restored to before apply {}",
                report::count(undone.restored.len(), "file"),
                undone.number
            ),
        }
    })?;
    match undone.left.is_empty() {
        true => Ok(Exit::Done),
        false => Ok(Exit::Found),
    }
}
