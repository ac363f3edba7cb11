//! Processes of the tests: the same test again, alone in a process of its own, and what one costs.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file is a crate of its own that uses a part of it"
)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use websocket_core::config::Rate;
use websocket_core::websocket_manager::{Builder, WebSocketManagerFactory};

use crate::support;

/// Says to a test which role it has in the process that another one started.
const ROLE: &str = "WEBSOCKET_CORE_ROLE";

/// Whether the long runs are asked for.
pub fn is_real() -> bool {
    std::env::var_os("RUNTIME_REAL").is_some_and(|real| real != "0")
}

/// So many in the quick run, and so many in the long one.
pub fn rounds(quick: usize, real: usize) -> usize {
    if is_real() { real } else { quick }
}

/// The role of this process, where another one of the tests started it.
pub fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}

/// This test binary again, with one test and a role for it. `test` is its path with the crate.
pub fn again(test: &str, role: &str) -> Command {
    let (_, test) = test.split_once("::").expect("a path begins with the crate");
    let mut command = Command::new(std::env::current_exe().expect("it runs"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role);
    command
}

/// Runs a test alone in a process, so that memory and descriptors are those of its own doing.
///
/// True in that process; false, after it succeeded, in the one that was asked to run the test.
#[track_caller]
pub fn is_alone(test: &str) -> bool {
    if role().as_deref() == Some("alone") {
        return true;
    }
    let output = again(test, "alone").output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    false
}

/// A process that ends with the test.
pub struct Running(pub Child);

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Self(command.spawn().expect("it starts"))
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.0.id());
        let sent = Command::new("sh").args(["-c", &command]).status();
        assert!(sent.expect("sh starts").success(), "{command}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Open descriptors of this process; none where the system does not tell.
pub fn descriptors() -> Option<usize> {
    let open = std::fs::read_dir("/proc/self/fd").ok()?;
    Some(open.count())
}

/// KiB of memory of this process; none where the system does not tell.
pub fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Waits until something holds, which nothing tells of.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    let began = Instant::now();
    async move {
        let mut look = tokio::time::interval(Duration::from_millis(3));
        while !holds() {
            let waited = began.elapsed();
            assert!(waited < support::SOON + support::SOON, "{what} ({caller})");
            look.tick().await;
        }
    }
}

/// Waits until nobody is left in a factory.
#[track_caller]
pub fn emptied(factory: &WebSocketManagerFactory) -> impl Future<Output = ()> {
    let factory = factory.clone();
    until("nobody is left", move || {
        let stats = factory.stats();
        stats.users == 0 && stats.connections == 0
    })
}

/// A factory to be, which takes as many handshakes and connections as the tests make.
pub fn roomy() -> Builder {
    support::builder().configure(|config| {
        config.handshakes = Rate::new(1_000_000, 1_000_000.0);
        config.connections_per_address = 1_000_000;
        config.connections_per_user = 10_000;
    })
}
