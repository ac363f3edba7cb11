//! The binary: a result becomes an exit code.

use std::process::ExitCode;

use rehome::cli::Cli;
use rehome::commands::{Exit, complain, run};

/// Syntax trees are many small pieces: with the system's allocator a third of a run is spent there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Cli::from_process();
    let exit = run(&args).unwrap_or_else(|error| {
        complain(&args, &error);
        Exit::Failed
    });
    ExitCode::from(exit.code())
}
