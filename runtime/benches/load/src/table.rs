//! Medians of interleaved runs, as ratios to hand-written axum.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::ensure;

use crate::client::Clients;
use crate::measure::{Cost, Running, cost, median};
use crate::servers::{BASE, Server};
use crate::work::Ask;

/// What is to be measured.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) servers: Vec<Server>,
    pub(crate) runs: usize,
    pub(crate) connections: usize,
    pub(crate) seconds: f64,
}

/// The kinds of work, by the names of the table.
const KINDS: &[(&str, &str)] = &[
    ("b1", "one broadcast to all connections in flight"),
    ("b16", "sixteen of them"),
    ("t1", "one event to a user with all connections in flight"),
    ("t16", "sixteen of them"),
    ("e1", "one event of its own to each user in flight"),
    ("e16", "sixteen of them"),
    ("u", "as many events as users, each to a random user"),
    ("s32", "32 events in a row to each of 8 users"),
];

/// The kinds of work where all connections are of one user.
const ONE_USER: &[&str] = &["t1", "t16"];

fn ask(kind: &str, users: usize) -> Ask {
    match kind {
        "b1" => Ask::All(1),
        "b16" => Ask::All(16),
        "e1" | "t1" => Ask::Each(1),
        "e16" | "t16" => Ask::Each(16),
        "u" => Ask::some(users, users),
        _ => Ask::row(8, 32, users),
    }
}

/// What one run of a server gave.
#[derive(Debug, Default)]
struct Run {
    costs: BTreeMap<&'static str, Cost>,
    /// Bytes for each idle connection.
    memory: f64,
    /// Connections each second, one after the other.
    connects: f64,
}

pub(crate) async fn measure(plan: &Plan) -> anyhow::Result<()> {
    let mut runs: BTreeMap<&str, Vec<Run>> = BTreeMap::new();
    let mut failed = Vec::new();
    for number in 1..=plan.runs {
        for server in &plan.servers {
            eprintln!("run {number} of {}: {}", plan.runs, server.name);
            match run(server, plan).await {
                Ok(run) => runs.entry(server.name).or_default().push(run),
                Err(error) => failed.push(format!("{}: {error:#}", server.name)),
            }
        }
    }
    print(plan, &runs);
    // What the others cost is known, but none of it counts as a run without a fault.
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

async fn run(server: &Server, plan: &Plan) -> anyhow::Result<Run> {
    let mut running = Running::start(server).await?;
    // What a first connection makes for all is no cost of the others.
    let first = Clients::connect(running.address, server.protocol, 1, 1).await?;
    let before = running.memory()?;
    drop(first);
    let clients = Clients::connect(running.address, server.protocol, plan.connections, 1).await?;
    let mut run = Run {
        memory: (running.memory()?.saturating_sub(before)) as f64 / plan.connections as f64,
        connects: clients.count() as f64 / clients.connected_in.as_secs_f64(),
        ..Run::default()
    };
    let is_of_one = |kind: &&str| ONE_USER.contains(kind);
    let kinds = || KINDS.iter().map(|(kind, _)| *kind);
    let of_many = kinds().filter(|kind| !is_of_one(kind));
    work(&mut running, clients, plan, of_many, &mut run).await?;
    running.stop().await?;
    let mut running = Running::start(server).await?;
    let clients = Clients::connect(running.address, server.protocol, 1, plan.connections).await?;
    work(
        &mut running,
        clients,
        plan,
        kinds().filter(is_of_one),
        &mut run,
    )
    .await?;
    running.stop().await?;
    Ok(run)
}

/// The costs of kinds of work, one after the other.
async fn work(
    running: &mut Running,
    mut clients: Clients,
    plan: &Plan,
    kinds: impl Iterator<Item = &'static str>,
    run: &mut Run,
) -> anyhow::Result<()> {
    let users = clients.users();
    // Everything is warm before it counts.
    let warm = plan.seconds / 10.0;
    cost(running, &mut clients, warm, || Ask::Each(1)).await?;
    for kind in kinds {
        let next = || ask(kind, users);
        let cost = cost(running, &mut clients, plan.seconds, next).await?;
        run.costs.insert(kind, cost);
    }
    Ok(())
}

fn print(plan: &Plan, runs: &BTreeMap<&str, Vec<Run>>) {
    let of = |name: &str, value: &dyn Fn(&Run) -> f64| {
        let all = runs.get(name).map(|runs| runs.iter().map(value).collect());
        median(all.unwrap_or_default())
    };
    let cost = |kind: &'static str, value: &'static dyn Fn(&Cost) -> f64| {
        move |run: &Run| run.costs.get(kind).map_or(f64::NAN, value)
    };
    let ran = || {
        let servers = plan.servers.iter();
        servers.filter(|server| runs.contains_key(server.name))
    };
    let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
    println!(
        "\nServer CPU of a message, as a ratio to `{BASE}` (below 1 is cheaper), medians of {} runs:\n",
        plan.runs
    );
    let names = KINDS.iter().map(|(kind, _)| *kind);
    let names = names.collect::<Vec<_>>().join(" | ");
    let rule = "---|".repeat(KINDS.len());
    println!("| | {names} | KiB per idle connection | connects per second |");
    println!("|---|{rule}---|---|");
    for server in ran() {
        let ratios = KINDS.iter().map(|(kind, _)| {
            let cpu = cost(kind, &|cost| cost.cpu.as_secs_f64());
            format!("{:.2}", of(server.name, &cpu) / of(BASE, &cpu))
        });
        let ratios: Vec<String> = ratios.collect();
        let memory = of(server.name, &|run| run.memory) / 1024.0;
        let connects = of(server.name, &|run| run.connects);
        println!(
            "| {} | {} | {memory:.1} | {connects:.0} |",
            server.name,
            ratios.join(" | ")
        );
    }
    println!("\nAbsolute: µs of CPU, messages per second, p50 and p99 in ms:\n");
    println!("| | {names} |");
    println!("|---|{rule}");
    for server in ran() {
        let cells = KINDS.iter().map(|(kind, _)| {
            let cpu = of(server.name, &|run| {
                run.costs
                    .get(kind)
                    .map_or(f64::NAN, |cost| micros(cost.cpu))
            });
            let rate = of(server.name, &cost(kind, &|cost| cost.throughput));
            let p50 = of(
                server.name,
                &cost(kind, &|cost| cost.p50.as_secs_f64() * 1e3),
            );
            let p99 = of(
                server.name,
                &cost(kind, &|cost| cost.p99.as_secs_f64() * 1e3),
            );
            format!("{cpu:.2} µs, {rate:.0}/s, {p50:.2}, {p99:.2}")
        });
        println!(
            "| {} | {} |",
            server.name,
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
    println!(
        "\n{} connections; {}.",
        plan.connections,
        KINDS
            .iter()
            .map(|(kind, what)| format!("{kind}: {what}"))
            .collect::<Vec<_>>()
            .join("; ")
    );
}
