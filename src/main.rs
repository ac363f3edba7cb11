//! The binary: a result becomes an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use rehome::cli::Cli;
use rehome::commands::{Exit, run};

fn main() -> ExitCode {
    let exit = match run(&Cli::parse()) {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error:#}");
            Exit::Failed
        }
    };
    ExitCode::from(exit.code())
}
