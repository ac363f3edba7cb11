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

use anyhow::{bail, ensure};
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
    /// So many seconds of work with each of our servers, and what it holds of memory each round.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    soak: Option<u64>,
    /// Seconds of a round of a soak, after which all clients come back.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=LONGEST))]
    round: u64,
    /// These servers alone.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Interleaved runs, of which the median counts.
    #[arg(long, default_value_t = 5, value_parser = at_least_one)]
    runs: usize,
    /// Connections, each of a user of its own.
    #[arg(long, default_value_t = 1_000, value_parser = at_least_one)]
    connections: usize,
    /// Seconds of each kind of work in a run.
    #[arg(long, default_value_t = 2.0, value_parser = seconds)]
    seconds: f64,
}

/// What is longer than a month is no measurement, and a runtime's clock has an end.
const LONGEST: u64 = 30 * 24 * 60 * 60;

/// A number of things of which there is one at the least.
fn at_least_one(text: &str) -> anyhow::Result<usize> {
    let number = text.parse()?;
    ensure!(number >= 1, "it is a number from 1");
    Ok(number)
}

/// A time in which something can happen.
fn seconds(text: &str) -> anyhow::Result<f64> {
    let seconds = text.parse()?;
    let range = 0.001..=LONGEST as f64;
    ensure!(
        range.contains(&seconds),
        "it is a time from 0.001 to {LONGEST} seconds"
    );
    Ok(seconds)
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
    let is_for_ours = arguments.soak.is_some() || arguments.scenarios;
    if let Some(other) = servers.iter().find(|server| !server.has_history)
        && is_for_ours
        && !arguments.only.is_empty()
    {
        bail!(
            "{} has no history, which --soak and --scenarios need",
            other.name
        );
    }
    measure::stay_aside()?;
    let ours = servers.iter().filter(|server| server.has_history);
    let connections = arguments.connections;
    if let Some(seconds) = arguments.soak {
        measure::allow(connections)?;
        let (time, round) = (
            Duration::from_secs(seconds),
            Duration::from_secs(arguments.round),
        );
        for server in ours {
            scenarios::soak(server, connections, time, round).await?;
        }
        return Ok(());
    }
    let has_scenarios = arguments.peers || arguments.scenarios;
    measure::allow(match has_scenarios {
        true => scenarios::most(connections),
        false => connections,
    })?;
    if has_scenarios {
        for server in ours {
            scenarios::all(server, connections, arguments.runs).await?;
        }
    }
    if arguments.scenarios {
        return Ok(());
    }
    table::measure(&table::Plan {
        servers,
        runs: arguments.runs,
        connections,
        seconds: arguments.seconds,
    })
    .await
}
