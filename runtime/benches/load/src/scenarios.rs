//! What a table of costs does not show: clients that stall, that come back, and that come and go.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tokio::net::TcpSocket;

use crate::client::{Clients, Closed, Connection};
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
            connection.begin_after(told);
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
    let memory = memory
        .iter()
        .map(|bytes| format!("{:.1}", *bytes as f64 / 1024.0 / 1024.0));
    let allocator = match cfg!(feature = "mimalloc") {
        true => "mimalloc, which gives back what is free",
        false => "the system's allocator, which keeps what is free",
    };
    println!(
        "- {MANY} connections come and go, twice: {} MiB before, with, after, with and after them \
         ({allocator}).",
        memory.collect::<Vec<_>>().join(", ")
    );
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

/// All kinds of work for so long, while all clients come back each minute: what the server holds.
pub(crate) async fn soak(
    server: &Server,
    connections: usize,
    time: Duration,
) -> anyhow::Result<()> {
    let mut running = Running::start(server).await?;
    let began = Instant::now();
    let (mut events, mut told) = (0, 0);
    while began.elapsed() < time {
        let minute = Instant::now();
        let mut clients =
            Clients::connect(running.address, server.protocol, connections, 1).await?;
        clients.begin_after(told);
        while minute.elapsed().as_secs() < 60 && began.elapsed() < time {
            let ask = Ask::Each(fastrand::usize(1..=32));
            let arriving = clients.expect(&ask);
            running.ask(&ask).await?;
            clients.arrived().await?;
            events += arriving;
            told += (arriving / connections) as u64;
        }
        println!(
            "{:5} s: {events} events, {:.1} MiB, {} descriptors",
            began.elapsed().as_secs(),
            running.memory()? as f64 / 1024.0 / 1024.0,
            running.descriptors()?
        );
    }
    running.stop().await
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
