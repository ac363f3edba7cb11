//! The program itself, for seconds: what it checks, and when it fails.

use std::process::{Command, Output};
use std::thread::available_parallelism;

/// What becomes of the program with these arguments; none where it cannot run.
fn run(arguments: &[&str]) -> Option<Output> {
    let has_taskset = Command::new("taskset").arg("--version").output().is_ok();
    if !has_taskset || available_parallelism().is_ok_and(|cores| cores.get() < 2) {
        println!("skipped: the load needs taskset and two cores");
        return None;
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_websocket-load"));
    Some(program.args(arguments).output().expect("it is built"))
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_soak_goes_on_where_it_was_when_its_clients_come_back() {
    let soak = ["--soak", "3", "--round", "1", "--connections", "3"];
    for server in ["websocket-core", "websocket-core-listener"] {
        let Some(output) = run(&[&soak[..], &["--only", server]].concat()) else {
            return;
        };
        assert!(output.status.success(), "{}", stderr(&output));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let events = said.lines().filter_map(|line| {
            let (_, rest) = line.split_once(" s: ")?;
            rest.split_once(" events")?.0.parse::<u64>().ok()
        });
        let events: Vec<u64> = events.collect();
        assert!(events.len() >= 2 && events.is_sorted(), "{said}");
        assert!(
            events[0] > 0 && events[0] < events[events.len() - 1],
            "{said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_server_that_does_not_start_is_a_failure() {
    use std::os::unix::fs::PermissionsExt;
    // In its place: this process is pinned, and no server starts.
    let bin = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bin");
    std::fs::create_dir_all(&bin).expect("a directory");
    let taskset = bin.join("taskset");
    std::fs::write(&taskset, "#!/bin/sh\n[ \"$1\" = -pc ]\n").expect("a file");
    let is_program = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&taskset, is_program).expect("it is ours");
    let output = Command::new(env!("CARGO_BIN_EXE_websocket-load"))
        .args(["--only", "axum", "--runs", "1", "--connections", "1"])
        .env("PATH", &bin)
        .output()
        .expect("it is built");
    assert!(!output.status.success());
    let why = stderr(&output);
    assert!(why.contains("axum does not listen"), "{why}");
}

#[test]
fn numbers_that_measure_nothing_are_refused() {
    let cases = [
        ("--runs", "0", "from 1"),
        ("--connections", "0", "from 1"),
        ("--connections", "-1", "invalid"),
        ("--soak", "0", "0 is not in 1"),
        ("--round", "0", "0 is not in 1"),
        ("--seconds", "0", "from 0.001 to 2592000"),
        ("--seconds", "0.0001", "from 0.001 to 2592000"),
        ("--seconds", "nan", "from 0.001 to 2592000"),
        ("--seconds", "inf", "from 0.001 to 2592000"),
        ("--seconds", "1e300", "from 0.001 to 2592000"),
        ("--seconds", "-1", "from 0.001 to 2592000"),
        ("--seconds", "one", "invalid float"),
        ("--soak", "99999999999999999999", "too large"),
        ("--round", "18446744073709551615", "is not in"),
    ];
    for (option, value, why) in cases {
        let argument = format!("{option}={value}");
        let Some(output) = run(&["--only", "axum", &argument]) else {
            return;
        };
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{argument}: {said}");
        assert!(
            said.contains(why) && said.contains(option),
            "{argument}: {said}"
        );
    }
}

#[test]
fn the_least_of_everything_is_measured() {
    let least = "--only axum --runs 1 --connections 1 --seconds 0.001";
    let least: Vec<_> = least.split(' ').collect();
    let Some(output) = run(&least) else {
        return;
    };
    assert!(output.status.success(), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("| axum |"), "{said}");
}

#[test]
fn what_cannot_be_done_is_a_failure() {
    // The greatest number there is has an end that is said as well.
    let most = usize::MAX.to_string();
    let too_many = format!(
        "{most} connections need {} descriptors",
        usize::MAX as u128 + 100
    );
    let cases: [(&[&str], &str); 6] = [
        (&["--soak", "1", "--only", "axum"], "axum has no history"),
        (&["--scenarios", "--only", "axum"], "axum has no history"),
        (
            &["--only", "axum", "--connections", "1000000000000"],
            "1000000000000 connections need 1000000000100 descriptors",
        ),
        (&["--only", "axum", "--connections", &most], &too_many),
        (&["--scenarios", "--connections", &most], &too_many),
        (&["--soak", "1", "--connections", &most], &too_many),
    ];
    for (arguments, why) in cases {
        let Some(output) = run(arguments) else {
            return;
        };
        assert!(!output.status.success(), "{arguments:?}");
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}
