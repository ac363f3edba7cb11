//! `rehome preview`: what would change, and nothing written.

use anyhow::Context as _;

use super::session::{Session, shell_word};
use super::{Exit, Output};
use crate::cli::{Cli, Format, PreviewArgs};
use crate::report::{self, Occasion, Report};

pub(super) fn run(cli: &Cli, args: &PreviewArgs, output: &mut Output) -> anyhow::Result<Exit> {
    let session = Session::open(&args.scope)?;
    let run = session.run(cli, &args.scope, Some(&args.selection))?;
    let is_idle = run.outcomes.iter().all(|outcome| outcome.after.is_none());
    if let Some(file) = &args.patch {
        let root = &session.workspace.root;
        let base = root.ancestors().find(|dir| dir.join(".git").exists());
        let here = std::env::current_dir().context("the current directory is gone")?;
        let patch = report::patch(&run, base.unwrap_or(&here));
        match file.as_os_str() == "-" {
            true => output.write(|out, _| out.write_all(&patch))?,
            false => std::fs::write(file, &patch)
                .with_context(|| format!("cannot write {}", file.display()))?,
        }
    } else {
        let format = match args.format {
            Format::Human => "human",
            Format::Json => "json",
        };
        let reporter = report::reporter(format).context("the format is not built in")?;
        let report = Report {
            run: &run,
            occasion: Occasion::Preview {
                apply: apply_command(args),
            },
            verbose: cli.verbose,
            quiet: cli.quiet,
        };
        output.write(|out, messages| reporter.report(&report, out, messages))?;
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
    if let Some(manifest) = &args.scope.manifest {
        words.push(format!("--manifest {}", shell_word(manifest)));
    }
    let paths = args
        .scope
        .paths
        .iter()
        .filter(|path| path.as_os_str() != ".");
    words.extend(paths.map(|path| shell_word(path)));
    words.join(" ")
}
