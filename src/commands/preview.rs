//! `rehome preview`: what would change, and nothing written.

use std::mem::ManuallyDrop;
use std::path::Path;

use anyhow::Context as _;

use super::session::{Session, shell_word};
use super::{Advised, Exit, Output};
use crate::cli::{Cli, Format, PreviewArgs};
use crate::report::{self, Diff, Medium, Occasion, Report};
use crate::resolve::FileOutcome;
use crate::rewrite::Memory;

pub(super) fn run(cli: &Cli, args: &PreviewArgs, output: &mut Output) -> anyhow::Result<Exit> {
    let format = match args.format {
        Format::Human => "human",
        Format::Json => "json",
    };
    let reporter = report::reporter(format).context("the format is not built in")?;
    let is_piped = args.patch.as_deref() == Some(Path::new("-"));
    if is_piped && reporter.medium() == Medium::Data {
        return Err(Advised::new(
            format!("--patch - and --format {format} both want standard output"),
            "give --patch a file",
        )
        .into());
    }
    let session = Session::open(cli, &args.scope, output)?;
    session.name_unfinished(output)?;
    // The process ends with the command: what was found is not let go piece by piece.
    let selection = Some(&args.selection);
    let run = session.run(cli, selection, &args.seen, Memory::default())?;
    let run = ManuallyDrop::new(run);
    let is_idle = !run.outcomes.iter().any(FileOutcome::changes);
    let mut apply = Some(apply_command(args));
    let mut diff = Diff::Shown;
    if let Some(file) = &args.patch {
        let here = std::env::current_dir().context("the current directory is gone")?;
        let root = &session.workspace.root;
        let base = root.ancestors().find(|dir| dir.join(".git").exists());
        let patch = report::patch(&run, base.unwrap_or(&here)).context("cannot make the patch")?;
        match is_piped {
            true => output.write_data(|out, _| out.write_all(&patch))?,
            false => std::fs::write(file, &patch)
                .with_context(|| format!("cannot write {}", file.display()))?,
        }
        apply = (!is_piped).then(|| format!("git apply {}", shell_word(file)));
        diff = Diff::Elsewhere;
    }
    let report = Report {
        run: &run,
        occasion: Occasion::Preview { apply, diff },
        verbose: cli.verbose,
        quiet: cli.quiet,
        colored: output.is_colored,
        pool: &session.pool,
    };
    match is_piped {
        // Standard output holds the patch, so all that is said of it is a message.
        true => output.write(|_, messages| {
            let mut said = Vec::new();
            let mut aside = Vec::new();
            reporter.report(&report, &mut said, &mut aside)?;
            messages.write_all(&said)?;
            messages.write_all(&aside)
        })?,
        false => output.report(reporter, &report)?,
    }
    match args.exit_code && !is_idle {
        true => Ok(Exit::Found),
        false => Ok(Exit::Done),
    }
}

/// The command line that writes what was shown.
fn apply_command(args: &PreviewArgs) -> String {
    let mut words = vec!["rehome apply".to_owned()];
    if args.selection.certain_only {
        words.push("--certain-only".to_owned());
    }
    if args.selection.text {
        words.push("--text".to_owned());
    }
    if let Some(recorded) = &args.seen.recorded {
        words.push(format!("--recorded {}", shell_word(recorded)));
    }
    if let Some(manifest) = &args.scope.manifest {
        words.push(format!("--manifest {}", shell_word(manifest)));
    }
    words.extend(args.scope.sources.words());
    let paths = &args.scope.paths;
    let is_default = matches!(&paths[..], [path] if path.as_os_str() == ".");
    if !is_default {
        // What starts with a dash would be taken for an option.
        let is_option =
            |path: &std::path::PathBuf| path.as_os_str().as_encoded_bytes()[..].starts_with(b"-");
        if paths.iter().any(is_option) {
            words.push("--".to_owned());
        }
        words.extend(paths.iter().map(|path| shell_word(path)));
    }
    words.join(" ")
}
