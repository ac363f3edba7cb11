//! Measures `websocket-core` and its peers on the same work: how much a message costs the server.
//!
//! - [`work`] — what is asked of a server, and which events that makes.
//! - [`servers`] — the servers: ours, and what people write by hand.
//! - [`client`] — connections that check that each event arrives once and in order.
//! - [`measure`] — a server process on a core of its own, and what it used.
//! - [`table`] — medians of interleaved runs, as ratios to hand-written axum.
//! - [`scenarios`] — clients that stall, that come back, and that come and go.

mod work;

mod servers;

mod client;

mod measure;

mod table;

mod scenarios;

use std::time::Duration;

use clap::{Parser, Subcommand};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures websocket-core and its peers on the same work.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Every peer, also those that are not written in Rust, and the scenarios.
    #[arg(long)]
    peers: bool,
    /// Clients that stall, that come back, and that come and go, without the table.
    #[arg(long)]
    scenarios: bool,
    /// So many seconds of work with one server, and what it holds of memory each minute.
    #[arg(long)]
    soak: Option<u64>,
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
        None => runtime.block_on(run(&arguments)),
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let servers = servers::chosen(arguments.peers, &arguments.only)?;
    measure::stay_aside()?;
    let ours = servers.iter().filter(|server| server.has_history);
    if let Some(seconds) = arguments.soak {
        for server in ours {
            let time = Duration::from_secs(seconds);
            scenarios::soak(server, arguments.connections, time).await?;
        }
        return Ok(());
    }
    if arguments.peers || arguments.scenarios {
        for server in ours {
            scenarios::all(server, arguments.connections, arguments.runs).await?;
        }
    }
    if arguments.scenarios {
        return Ok(());
    }
    table::measure(&table::Plan {
        servers,
        runs: arguments.runs,
        connections: arguments.connections,
        seconds: arguments.seconds,
    })
    .await
}
