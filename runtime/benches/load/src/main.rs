//! Measures `websocket-core` and its peers on the same work: how much a message costs the server.
//!
//! - [`work`] — what is asked of a server, and which events that makes.
//! - [`servers`] — the servers: ours, and what people write by hand.
//! - [`client`] — connections that check that each event arrives once and in order.
//! - [`measure`] — a server process on a core of its own, and what it used.
//! - [`table`] — medians of interleaved runs, as ratios to hand-written axum.

mod work;

mod servers;

mod client;

mod measure;

mod table;

use clap::{Parser, Subcommand};

/// Measures websocket-core and its peers on the same work.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Every peer, also those that are not written in Rust.
    #[arg(long)]
    peers: bool,
    /// These servers alone.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Interleaved runs, of which the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Connections, each of a user of its own.
    #[arg(long, default_value_t = 1_000)]
    connections: usize,
    /// Seconds of each kind of work in a run.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves: started by the measurement itself.
    #[command(hide = true)]
    Serve {
        /// Which server.
        name: String,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match arguments.command {
        Some(Command::Serve { name }) => runtime.block_on(servers::serve(&name)),
        None => runtime.block_on(table::measure(&table::Plan {
            servers: servers::chosen(arguments.peers, &arguments.only)?,
            runs: arguments.runs,
            connections: arguments.connections,
            seconds: arguments.seconds,
        })),
    }
}
