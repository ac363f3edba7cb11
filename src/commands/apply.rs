//! `rehome apply`: what preview shows, written, so that it can be undone.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use anyhow::Context as _;

use super::session::{Session, shell_word, shown};
use super::{Advised, Exit, Output};
use crate::cli::{ApplyArgs, Cli, Format};
use crate::finding::{Finding, LocalRename};
use crate::journal::{self, Change};
use crate::manifest;
use crate::report::{self, Occasion, Report, Totals};
use crate::resolve::{FileOutcome, Verdict};
use crate::rewrite::{Memory, Run, hold_beside};

pub(super) fn run(cli: &Cli, args: &ApplyArgs, output: &mut Output) -> anyhow::Result<Exit> {
    if args.interactive && !io::stdin().is_terminal() {
        return Err(Advised::new(
            "--interactive asks on a terminal, and standard input is none",
            "`rehome preview` shows what would change",
        )
        .into());
    }
    let session = Session::open(cli, &args.scope, output)?;
    session.recover(output)?;
    // What is reported of a file is told by its old text, which is gone by then.
    let memory = Memory {
        settled: usize::MAX,
        ..Memory::default()
    };
    let mut run = session.run(cli, Some(&args.selection), &args.seen, memory)?;
    if args.interactive {
        run = chosen(run, output)?;
    }
    let changes = changes(&run)?;
    if !args.allow_dirty {
        refuse_uncommitted(&changes)?;
    }
    let number = match changes.is_empty() {
        true => None,
        false => {
            let mut roots = session.workspace.paths.clone();
            roots.push(session.workspace.root.clone());
            Some(journal::apply(&session.home, &roots, &changes)?.number)
        }
    };
    let format = match args.format {
        Format::Human => "human",
        Format::Json => "json",
    };
    let reporter = report::reporter(format).context("the format is not built in")?;
    let report = Report {
        run: &run,
        occasion: Occasion::Apply {
            number,
            undo: undo_command(&session, number),
        },
        verbose: cli.verbose,
        quiet: cli.quiet,
        colored: output.is_colored,
        pool: &session.pool,
    };
    // The files are written: from here on nothing may say that they are not.
    let _ = output.report(reporter, &report);
    let totals = Totals::of(&run);
    match totals.held + totals.manual {
        0 => Ok(Exit::Done),
        _ => Ok(Exit::Found),
    }
}

/// The command line that takes the apply back, from where the user is.
pub(super) fn undo_command(session: &Session, number: Option<u32>) -> String {
    let number = number.unwrap_or_default();
    let here = std::env::current_dir().unwrap_or_default();
    let home = journal::home(manifest::find(&here).as_deref(), &here);
    match home == session.home {
        true => format!("rehome undo {number}"),
        false => {
            let at = session.home.strip_prefix(&here).unwrap_or(&session.home);
            format!("rehome undo {number} -C {}", shell_word(at))
        }
    }
}

/// The new bytes of every file that changes.
fn changes(run: &Run) -> io::Result<Vec<Change>> {
    let mut changes = Vec::new();
    for outcome in run.outcomes.iter().filter(|outcome| outcome.changes()) {
        let source = outcome.file.open()?;
        let after = outcome.after(&source);
        let after = after.and_then(|after| source.encode(&after));
        if let (Some(before), Some(after)) = (source.encode(source.text()), after) {
            changes.push(Change {
                path: source.path.clone(),
                before: Some(before),
                after: Some(after),
            });
        }
    }
    Ok(changes)
}

/// Refuses to write files whose present bytes nothing else holds.
pub(super) fn refuse_uncommitted(changes: &[Change]) -> anyhow::Result<()> {
    let paths: Vec<PathBuf> = changes.iter().map(|change| change.path.clone()).collect();
    let dirty = journal::git::uncommitted(&paths)?;
    let Some(first) = dirty.first() else {
        return Ok(());
    };
    let more = match dirty.len() {
        1 => String::new(),
        count => format!(" and {}", report::count(count - 1, "other file")),
    };
    let its = if dirty.len() == 1 { "its" } else { "their" };
    Err(Advised::new(
        format!(
            "{}{more} would change, and git does not hold {its} present state",
            shown(first)
        ),
        "commit the changes first, or say --allow-dirty; nothing was written",
    )
    .into())
}

/// What the user says to a finding.
enum Answer {
    Yes,
    No,
    Rest,
    NoMore,
    Quit,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Yes,
    No,
    /// The user quit.
    Nothing,
}

/// Asks about every finding, on standard error, and takes out what was declined.
fn chosen(run: Run, output: &mut Output) -> anyhow::Result<Run> {
    let total: usize = run
        .outcomes
        .iter()
        .map(|outcome| outcome.applied.len())
        .sum();
    let mut asked = 0;
    let mut quit = false;
    let mut kept: Vec<Vec<Said>> = Vec::new();
    for outcome in &run.outcomes {
        let mut rest: Option<bool> = None;
        let mut of_file = Vec::new();
        for finding in &outcome.applied {
            asked += 1;
            if quit || rest.is_some() {
                of_file.push(match rest {
                    _ if quit => Said::Nothing,
                    Some(true) => Said::Yes,
                    _ => Said::No,
                });
                continue;
            }
            let answer = ask(outcome, finding, (asked, total), output)?;
            of_file.push(match answer {
                Answer::Yes | Answer::Rest => Said::Yes,
                Answer::No | Answer::NoMore => Said::No,
                Answer::Quit => Said::Nothing,
            });
            match answer {
                Answer::Rest => rest = Some(true),
                Answer::NoMore => rest = Some(false),
                Answer::Quit => quit = true,
                Answer::Yes | Answer::No => {}
            }
        }
        kept.push(of_file);
    }
    let renames: BTreeSet<LocalRename> = run
        .outcomes
        .iter()
        .zip(&kept)
        .flat_map(|(outcome, kept)| outcome.applied.iter().zip(kept))
        .filter(|(_, kept)| **kept == Said::Yes)
        .flat_map(|(finding, _)| finding.renames.iter().cloned())
        .collect();
    let outcomes = run.outcomes.into_iter().zip(kept);
    let outcomes = outcomes.map(|(outcome, kept)| narrowed(&outcome, &kept, &renames));
    Ok(hold_beside(Run {
        outcomes: outcomes.collect::<io::Result<_>>()?,
        ..run
    })?)
}

/// An outcome with the chosen findings only.
fn narrowed(
    outcome: &FileOutcome,
    kept: &[Said],
    renames: &BTreeSet<LocalRename>,
) -> io::Result<FileOutcome> {
    let source = &*outcome.file.open()?;
    let mut kept = kept.iter();
    Ok(outcome.again(source, |finding| {
        match kept.next().copied().unwrap_or(Said::Nothing) {
            Said::Yes => {}
            Said::No => return Verdict::Hold("you said no".to_owned()),
            Said::Nothing => return Verdict::Hold("you quit before it".to_owned()),
        }
        match &finding.requires {
            Some(rename) if !renames.contains(rename) => Verdict::Hold(format!(
                "it follows the renaming of `{}` in `{}`, which you declined",
                rename.from, rename.module
            )),
            _ => Verdict::Apply,
        }
    }))
}

fn ask(
    outcome: &FileOutcome,
    finding: &Finding,
    (number, total): (usize, usize),
    output: &mut Output,
) -> anyhow::Result<Answer> {
    loop {
        output.write(|_, out| {
            report::finding(outcome, finding, out)?;
            let own = finding.sites.iter().filter_map(|site| site.reason.as_ref());
            for reason in finding.reason.iter().chain(own) {
                writeln!(out, "note: {reason}")?;
            }
            write!(out, "({number}/{total}) make this change [y,n,a,d,q,?]? ")
        })?;
        let mut line = String::new();
        let read = io::stdin()
            .lock()
            .read_line(&mut line)
            .context("cannot read the answer")?;
        match line.trim() {
            _ if read == 0 => return Ok(Answer::Quit),
            "y" | "yes" => return Ok(Answer::Yes),
            "n" | "no" => return Ok(Answer::No),
            "a" => return Ok(Answer::Rest),
            "d" => return Ok(Answer::NoMore),
            "q" => return Ok(Answer::Quit),
            _ => output.write(|_, out| {
                writeln!(
                    out,
                    "y - make this change\nn - do not\n\
                     a - make this and all later changes of this file\n\
                     d - make neither this nor any later change of this file\n\
                     q - quit: make what was chosen so far, and no more\n? - print this"
                )
            })?,
        }
    }
}
