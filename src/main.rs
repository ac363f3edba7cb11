//! The binary: a result becomes an exit code.

use std::process::ExitCode;

use rehome::cli::Cli;
use rehome::commands::{Exit, run};

/// Syntax trees are many small pieces: with the system's allocator a third of a run is spent there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let exit = match run(&Cli::from_process()) {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error:#}");
            Exit::Failed
        }
    };
    ExitCode::from(exit.code())
}
