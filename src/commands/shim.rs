//! `rehome shim`: the files that keep legacy paths alive, shown, written or checked.

use std::io::{self, Write};

use super::apply::{refuse_uncommitted, undo_command};
use super::session::Session;
use super::{Exit, Output};
use crate::cli::{Cli, Scope, ShimArgs, Sources};
use crate::journal::{self, Change};
use crate::report;
use crate::shim::{Fate, Note, ShimFile, Shims, shims};

pub(super) fn run(cli: &Cli, args: &ShimArgs, output: &mut Output) -> anyhow::Result<Exit> {
    let scope = Scope {
        paths: vec![".".into()],
        manifest: args.manifest.clone(),
        sources: Sources::default(),
        threads: None,
    };
    let session = Session::open(cli, &scope, output)?;
    match args.write {
        true => session.recover(output)?,
        false => session.name_unfinished(output)?,
    }
    let shims = shims(
        &session.written,
        &session.plan,
        &session.workspace,
        &session.pool,
    )?;
    match (args.write, args.check) {
        (true, _) => write(cli, args, &session, &shims, output),
        (false, true) => check(cli, &shims, output),
        (false, false) => preview(cli, &shims, output),
    }
}

fn preview(cli: &Cli, shims: &Shims, output: &mut Output) -> anyhow::Result<Exit> {
    let colored = output.is_colored;
    output.write(|out, _| {
        for file in &shims.files {
            let path = file.path().display().to_string();
            let names = match file.fate {
                Fate::Missing => ("/dev/null", path.as_str()),
                Fate::Leftover => (path.as_str(), "/dev/null"),
                _ => (path.as_str(), path.as_str()),
            };
            report::diff_between(&file.outcome, names, colored, out)?;
        }
        notes(shims, |_| true, out)?;
        if cli.quiet {
            return Ok(());
        }
        summary(shims, |_| "would be", out)?;
        match shims.files.is_empty() {
            true => Ok(()),
            false => writeln!(out, "write with: rehome shim --write"),
        }
    })?;
    Ok(Exit::Done)
}

fn write(
    cli: &Cli,
    args: &ShimArgs,
    session: &Session,
    shims: &Shims,
    output: &mut Output,
) -> anyhow::Result<Exit> {
    let change = |file: &ShimFile| Change {
        path: session.absolute(file.path()),
        before: file.before(),
        after: file.after(),
    };
    let changes: Vec<Change> = shims.files.iter().map(change).collect();
    if !args.allow_dirty {
        // What was generated can be generated again.
        let users = shims.files.iter().filter(|file| file.is_users());
        refuse_uncommitted(&users.map(change).collect::<Vec<_>>())?;
    }
    let number = match changes.is_empty() {
        true => None,
        false => {
            let roots = [session.workspace.root.clone()];
            Some(journal::apply(&session.home, &roots, &changes)?.number)
        }
    };
    output.write(|out, _| {
        notes(shims, |_| true, out)?;
        if cli.quiet {
            return Ok(());
        }
        summary(shims, |count| if count == 1 { "was" } else { "were" }, out)?;
        match number {
            None => Ok(()),
            Some(_) => writeln!(out, "undo with: {}", undo_command(session, number)),
        }
    })?;
    match shims.notes.is_empty() {
        true => Ok(Exit::Done),
        false => Ok(Exit::Found),
    }
}

fn check(cli: &Cli, shims: &Shims, output: &mut Output) -> anyhow::Result<Exit> {
    output.write(|out, messages| {
        for file in &shims.files {
            let what = match file.fate {
                Fate::Missing => "missing",
                Fate::Stale => "stale: the manifest says something else by now",
                Fate::Edited => "edited: its changes belong into the manifest",
                Fate::Leftover => "left over: no move asks for it",
                Fate::Superseded => "to be replaced: a shim does all that it does",
                Fate::Block => "stale: its block is not what the manifest says",
            };
            writeln!(out, "{}: {what}", file.path().display())?;
        }
        notes(shims, |note| !cli.quiet || note.is_needed, out)?;
        out.flush()?;
        match (cli.quiet, shims.files.len()) {
            (true, _) => Ok(()),
            (false, 0) => writeln!(
                messages,
                "{} as the manifest says",
                report::count(shims.fresh, "generated file")
            ),
            (false, count) => writeln!(
                messages,
                "{} to write with: rehome shim --write",
                report::count(count, "file")
            ),
        }
    })?;
    match shims.files.is_empty() && !shims.notes.iter().any(|note| note.is_needed) {
        true => Ok(Exit::Done),
        false => Ok(Exit::Found),
    }
}

/// What is left to the user; what is to be written stands indented below.
fn notes(shims: &Shims, shown: impl Fn(&Note) -> bool, out: &mut dyn Write) -> io::Result<()> {
    let notes: Vec<&Note> = shims.notes.iter().filter(|note| shown(note)).collect();
    if !notes.is_empty() {
        writeln!(out, "left to you:")?;
    }
    for note in notes {
        let mut lines = note.text.lines();
        let first = lines.next().unwrap_or_default();
        writeln!(out, "  {}: {first}", note.path.display())?;
        for line in lines {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}

fn summary(shims: &Shims, verb: fn(usize) -> &'static str, out: &mut dyn Write) -> io::Result<()> {
    let fresh = report::count(shims.fresh, "file");
    if shims.files.is_empty() {
        return writeln!(out, "nothing to write: {fresh} as the manifest says");
    }
    let count = |wanted: fn(Fate) -> bool| shims.files.iter().filter(|f| wanted(f.fate)).count();
    let parts = [
        (count(|fate| fate == Fate::Missing), "new"),
        (
            count(|fate| !matches!(fate, Fate::Missing | Fate::Leftover)),
            "changed",
        ),
        (count(|fate| fate == Fate::Leftover), "removed"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let files = report::count(shims.files.len(), "file");
    writeln!(
        out,
        "{files} {} written: {}",
        verb(shims.files.len()),
        parts.join(", ")
    )
}
