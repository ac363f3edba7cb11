//! `rehome check`: fails on any legacy reference.

use std::mem::ManuallyDrop;

use anyhow::Context as _;

use super::session::Session;
use super::{Exit, Output};
use crate::cli::{CheckArgs, CheckFormat, Cli};
use crate::plan::Plan;
use crate::report::{self, Occasion, Report, Totals};
use crate::resolve::FileOutcome;
use crate::rewrite::Memory;
use crate::shim;

pub(super) fn run(cli: &Cli, args: &CheckArgs, output: &mut Output) -> anyhow::Result<Exit> {
    let session = Session::open(cli, &args.scope, output)?;
    session.name_unfinished(output)?;
    // The process ends with the command: what was found is not let go piece by piece.
    let mut run = ManuallyDrop::new(session.run(cli, None, &args.seen, Memory::default())?);
    // Who uses a package does not keep its shims.
    let own = Plan::new(&session.written)?;
    let expired = shim::expired(&session.written, &own, &session.workspace, &session.pool)?;
    for outcome in expired {
        let path = &outcome.file.path;
        let known = |known: &&mut FileOutcome| known.file.path == *path;
        match run.outcomes.iter_mut().find(known) {
            Some(known) => known.left.extend(outcome.left),
            None => run.outcomes.push(outcome),
        }
    }
    let path = |outcome: &FileOutcome| outcome.file.path.clone();
    run.outcomes.sort_by_key(path);
    let format = match args.format {
        CheckFormat::Human => "human",
        CheckFormat::Json => "json",
        CheckFormat::Github => "github",
    };
    let reporter = report::reporter(format).context("the format is not built in")?;
    let report = Report {
        run: &run,
        occasion: Occasion::Check,
        verbose: cli.verbose,
        quiet: cli.quiet,
        colored: output.is_colored,
        pool: &session.pool,
    };
    output.report(reporter, &report)?;
    match Totals::is_clean(&run) {
        true => Ok(Exit::Done),
        false => Ok(Exit::Found),
    }
}
