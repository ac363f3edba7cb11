//! A server process on a core of its own, and what it used.

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::client::Clients;
use crate::servers::{Server, Start};
use crate::work::Ask;

/// The core of servers; this process takes the other one.
const SERVER_CORE: &str = "0";
const CLIENT_CORE: &str = "1";

/// This process stays off the server's core.
pub(crate) fn stay_aside() -> anyhow::Result<()> {
    let pid = std::process::id().to_string();
    let done = std::process::Command::new("taskset")
        .args(["-pc", CLIENT_CORE, &pid])
        .output()
        .context("taskset is missing: it is in util-linux")?;
    ensure!(
        done.status.success(),
        "this process cannot be pinned to core {CLIENT_CORE}"
    );
    Ok(())
}

/// Descriptors of a process beside those of its connections.
const OTHERS: u128 = 100;

/// This process may have so many connections, and so may the servers that it starts.
pub(crate) fn allow(connections: usize) -> anyhow::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, raised).context("the limit of descriptors cannot be raised")?;
    // As a number that has room for more than all connections that can be asked for.
    let needed = connections as u128 + OTHERS;
    let most = limit.maximum.unwrap_or(u64::MAX);
    ensure!(
        needed <= most.into(),
        "{connections} connections need {needed} descriptors, and a process may have {most} here \
         (`ulimit -Hn`)"
    );
    Ok(())
}

/// A server process.
pub(crate) struct Running {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    pid: u32,
    pub(crate) address: SocketAddr,
}

impl Running {
    pub(crate) async fn start(server: &Server) -> anyhow::Result<Self> {
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CORE]);
        match server.start {
            Start::Own => {
                command.arg(std::env::current_exe()?);
                command.args(["serve", server.name]);
            }
            Start::Script(language, script) => language.command(&mut command, script)?,
        }
        command
            // Where it is mimalloc's, what is free goes back to the system at once: what is left can
            // be seen.
            .env("MIMALLOC_PURGE_DELAY", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .context("taskset is missing: it is in util-linux")?;
        let pid = child.id().context("it has just been started")?;
        let stdin = child.stdin.take().context("it is piped")?;
        let stdout = child.stdout.take().context("it is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = lines.next_line().await?;
        let line = line.with_context(|| format!("{} does not listen", server.name))?;
        let address = line.strip_prefix("listening ");
        let address = address.with_context(|| format!("{} says {line}", server.name))?;
        Ok(Self {
            child,
            stdin,
            lines,
            pid,
            address: address.parse()?,
        })
    }

    pub(crate) async fn ask(&mut self, ask: &Ask) -> anyhow::Result<()> {
        Ok(self.stdin.write_all(format!("{ask}\n").as_bytes()).await?)
    }

    /// The next line that the server says.
    pub(crate) async fn says(&mut self) -> anyhow::Result<Option<String>> {
        Ok(self.lines.next_line().await?)
    }

    /// How many descriptors the process has.
    pub(crate) fn descriptors(&self) -> anyhow::Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.pid))?.count())
    }

    /// The time that all threads of the process have run.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let mut nanos = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.pid))? {
            // A thread may end between the two lines.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else {
                continue;
            };
            let ran = text
                .split_whitespace()
                .next()
                .context("an empty schedstat")?;
            nanos += ran.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }

    /// What the process holds of memory, in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kib.context("no VmRSS")?.trim().parse::<u64>()? * 1024)
    }

    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        drop(self.stdin);
        self.child.kill().await?;
        Ok(())
    }
}

/// What a kind of work cost a server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Of the server's core, for each message.
    pub(crate) cpu: Duration,
    /// Messages each second.
    pub(crate) throughput: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Asks for the same kind of work, one after the other, for so long.
pub(crate) async fn cost(
    running: &mut Running,
    clients: &mut Clients,
    seconds: f64,
    mut next: impl FnMut() -> Ask,
) -> anyhow::Result<Cost> {
    clients.latencies();
    let (began, cpu) = (Instant::now(), running.cpu()?);
    let mut messages = 0;
    // Once in any case: what is not done has no cost.
    while messages == 0 || began.elapsed().as_secs_f64() < seconds {
        let ask = next();
        messages += clients.expect(&ask);
        running.ask(&ask).await?;
        clients.arrived().await?;
    }
    let (took, used) = (began.elapsed(), running.cpu()? - cpu);
    let mut latencies = clients.latencies();
    latencies.sort_unstable();
    let share = |share: f64| {
        let at = (latencies.len() as f64 * share) as usize;
        latencies.get(at.min(latencies.len().saturating_sub(1)))
    };
    Ok(Cost {
        cpu: used.div_f64(messages as f64),
        throughput: messages as f64 / took.as_secs_f64(),
        p50: share(0.5).copied().unwrap_or_default(),
        p99: share(0.99).copied().unwrap_or_default(),
    })
}

/// The value in the middle; no number where there is none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
