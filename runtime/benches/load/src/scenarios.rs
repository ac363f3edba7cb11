//! What a table of costs does not show: clients that stall, that come back, and that come and go.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tokio::net::TcpSocket;

use crate::client::{Clients, Closed, Connection, Told};
use crate::measure::{Running, median};
use crate::servers::Server;
use crate::work::Ask;

/// Clients that read nothing.
const STALLED: usize = 10;
/// Events for each user while they stall: more than an outbox and the kernel take together.
const MISSED: usize = 1_000;
/// So many of them at once.
const TOGETHER: usize = 10;
/// What their kernel takes for them, in bytes.
const SMALL: u32 = 4 * 1024;
/// Clients that come and go.
const MANY: usize = 10_000;
/// Seconds that the end of all of them may take.
const DRAIN: u64 = 5;
/// What a server may hold more than before when all have gone, in bytes: beside half of that.
#[cfg(feature = "mimalloc")]
const LEFT: u64 = 4 << 20;

/// How many connections there are at most.
pub(crate) fn most(connections: usize) -> usize {
    MANY.max(connections.saturating_add(STALLED))
}

/// Goes through all of them with one of our servers, and says what came of it.
pub(crate) async fn all(server: &Server, connections: usize, runs: usize) -> anyhow::Result<()> {
    println!("\n{}:\n", server.name);
    stalled(server, connections, runs).await?;
    resumes(server, runs).await?;
    many(server).await?;
    drain(server).await
}

/// Some clients read nothing while the others get their events, and come back after that.
async fn stalled(server: &Server, connections: usize, runs: usize) -> anyhow::Result<()> {
    let mut running = Running::start(server).await?;
    let mut clients = Clients::connect(running.address, server.protocol, connections, 1).await?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let (mut told, mut cut) = (0, 0);
    work(&mut running, &mut clients, &mut told).await?;
    for _ in 0..runs {
        alone.push(work(&mut running, &mut clients, &mut told).await?);
        // A second tab of users whose first one reads.
        let mut slow = Vec::new();
        for user in 0..STALLED.min(connections) {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(SMALL)?;
            let stream = socket.connect(running.address).await?;
            let mut connection = Connection::on(stream, server.protocol, user, "").await?;
            connection.begin_after(Told { seq: told, all: 0 });
            slow.push(connection);
        }
        beside.push(work(&mut running, &mut clients, &mut told).await?);
        for (user, mut connection) in slow.into_iter().enumerate() {
            if let Err(error) = connection.read_to(told).await {
                let Closed(code) = error.downcast()?;
                ensure!(code == 4008, "a client that stalled is closed with {code}");
                cut += 1;
                connection = connection.back(running.address, user).await?;
                connection.read_to(told).await?;
                ensure!(connection.is_recovered(), "a client lost its position");
            }
        }
    }
    running.stop().await?;
    let ratio = median(alone) / median(beside);
    println!(
        "- {STALLED} of {connections} users have a second tab that reads nothing: the others keep \
         {:.1} % of their throughput (medians of {runs}); {cut} of {} stalled clients were cut, none \
         has a gap or an event twice.",
        ratio * 100.0,
        STALLED * runs
    );
    Ok(())
}

/// The same events for each user, until all have arrived: how many seconds it took.
async fn work(running: &mut Running, clients: &mut Clients, told: &mut u64) -> anyhow::Result<f64> {
    let began = Instant::now();
    for _ in 0..MISSED / TOGETHER {
        let ask = Ask::Each(TOGETHER);
        clients.expect(&ask);
        running.ask(&ask).await?;
        clients.arrived().await?;
    }
    *told += MISSED as u64;
    Ok(began.elapsed().as_secs_f64())
}

/// A client comes back and gets what it missed.
async fn resumes(server: &Server, runs: usize) -> anyhow::Result<()> {
    let mut running = Running::start(server).await?;
    let address = running.address;
    // A tab that says when all has been sent.
    let mut witness = Connection::open(address, server.protocol, 0, "").await?;
    let mut connection = Connection::open(address, server.protocol, 0, "").await?;
    running.ask(&Ask::Each(1)).await?;
    let mut told = 1;
    let mut all = Vec::new();
    connection.read_to(told).await?;
    for _ in 0..runs.max(20) {
        for _ in 0..MISSED / TOGETHER {
            running.ask(&Ask::Each(TOGETHER)).await?;
            told += TOGETHER as u64;
            witness.read_to(told).await?;
        }
        let began = Instant::now();
        connection = connection.back(address, 0).await?;
        connection.read_to(told).await?;
        all.push(millis(began.elapsed()));
        ensure!(connection.is_recovered(), "a client lost its position");
    }
    running.stop().await?;
    let slowest = all.iter().copied().fold(0.0, f64::max);
    println!(
        "- {MISSED} missed events arrive {:.1} ms after a client begins to connect, the slowest of {} \
         times {:.1} ms.",
        median(all.clone()),
        all.len(),
        slowest
    );
    Ok(())
}

/// Many clients come and go, twice.
async fn many(server: &Server) -> anyhow::Result<()> {
    let running = Running::start(server).await?;
    drop(Clients::connect(running.address, server.protocol, 1, 1).await?);
    let descriptors = running.descriptors()?;
    let mut memory = vec![running.memory()?];
    for _ in 0..2 {
        let clients = Clients::connect(running.address, server.protocol, MANY, 1).await?;
        memory.push(running.memory()?);
        drop(clients);
        let began = Instant::now();
        while running.descriptors()? > descriptors {
            ensure!(began.elapsed().as_secs() < 60, "connections do not go");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        memory.push(running.memory()?);
    }
    running.stop().await?;
    let told = memory.iter().copied().map(mib);
    let allocator = match cfg!(feature = "mimalloc") {
        true => "mimalloc, which gives back what is free",
        false => "the system's allocator, which keeps what is free",
    };
    println!(
        "- {MANY} connections come and go, twice: {} MiB before, with, after, with and after them \
         ({allocator}).",
        told.collect::<Vec<_>>().join(", ")
    );
    // The system's allocator keeps what is free, so that what a process holds says nothing.
    #[cfg(feature = "mimalloc")]
    for after in [memory[2], memory[4]] {
        let most = memory[0] * 3 / 2 + LEFT;
        ensure!(
            after <= most,
            "{} MiB are held when all have gone, more than {}",
            mib(after),
            mib(most)
        );
    }
    Ok(())
}

/// Many clients are told to go.
async fn drain(server: &Server) -> anyhow::Result<()> {
    let mut running = Running::start(server).await?;
    let mut clients = Clients::connect(running.address, server.protocol, MANY, 1).await?;
    let ask = Ask::Each(1);
    clients.expect(&ask);
    running.ask(&ask).await?;
    clients.arrived().await?;
    let began = Instant::now();
    running.ask(&Ask::Drain(DRAIN)).await?;
    clients.closed().await?;
    let gone = began.elapsed();
    let report = running.says().await?.context("no report of the drain")?;
    println!(
        "- {report}; the clients saw it after {:.0} ms.",
        millis(gone)
    );
    running.stop().await
}

/// Events for each user and for all, for so long, while all clients come back after each round: what
/// the server holds.
pub(crate) async fn soak(
    server: &Server,
    connections: usize,
    time: Duration,
    round: Duration,
) -> anyhow::Result<()> {
    println!("\n{}:\n", server.name);
    let mut running = Running::start(server).await?;
    let (address, protocol) = (running.address, server.protocol);
    let began = Instant::now();
    let (mut events, mut told) = (0, Told::default());
    while began.elapsed() < time {
        let end = time.min(began.elapsed() + round);
        let mut clients = Clients::connect_after(told, address, protocol, connections, 1).await?;
        while began.elapsed() < end {
            let count = fastrand::usize(1..=32);
            let (ask, last) = match fastrand::bool() {
                true => (Ask::Each(count), &mut told.seq),
                false => (Ask::All(count), &mut told.all),
            };
            *last += count as u64;
            events += clients.expect(&ask);
            running.ask(&ask).await?;
            clients.arrived().await?;
        }
        println!(
            "{:5} s: {events} events, {} MiB, {} descriptors",
            began.elapsed().as_secs(),
            mib(running.memory()?),
            running.descriptors()?
        );
    }
    running.stop().await
}

fn mib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1024.0 / 1024.0)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
