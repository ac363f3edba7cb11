//! What the compiler refuses, and with which code: `ui/fail/*.rs` and the `.stderr` beside each.
//!
//! Bless with `TRYBUILD=overwrite`, then read the difference.

use std::path::Path;

/// What each program is refused for. Rustdoc on stable does not compare the codes of its examples.
const CODES: &[(&str, &str)] = &[
    ("a_broadcaster_is_not_cloned", "E0277"),
    ("a_broadcaster_is_not_made", "E0451"),
    (
        "a_call_of_a_tool_is_not_left_unused",
        "unused `ToolCall` that must be used",
    ),
    ("a_context_is_not_made", "E0451"),
    ("a_factory_does_not_broadcast", "E0599"),
    ("a_grant_does_not_outlive_its_call", "E0521"),
    ("a_grant_is_not_made", "E0451"),
    ("a_grant_names_one_user", "E0382"),
    ("a_manager_has_no_constructor", "E0599"),
    ("a_manager_has_no_default", "E0599"),
    ("a_manager_is_not_made_of_another", "E0451"),
    ("a_name_makes_no_manager", "E0308"),
    ("a_proof_is_not_made", "E0451"),
    ("a_run_ends_once", "E0382"),
    ("a_run_is_not_left_unused", "unused `Run` that must be used"),
    (
        "a_send_that_fails_is_not_left_unseen",
        "unused `Result` that must be used",
    ),
    (
        "a_transaction_is_not_left_unused",
        "unused `Transaction` that must be used",
    ),
    ("no_method_takes_a_user", "E0061"),
    ("nobody_attaches_a_connection", "E0599"),
];

fn stderr(name: &str) -> String {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail");
    std::fs::read_to_string(ui.join(name).with_extension("stderr")).expect("it is there")
}

#[test]
fn what_would_break_isolation_does_not_compile_and_the_quick_start_does() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}

#[test]
fn each_program_is_refused_for_its_own_reason_alone() {
    for (name, code) in CODES {
        let stderr = stderr(name);
        let expected = match code.starts_with('E') {
            true => format!("error[{code}]"),
            false => format!("error: {code}"),
        };
        assert!(stderr.starts_with(&expected), "{name}: {stderr}");
        let others = stderr.lines().filter(|line| line.starts_with("error"));
        let others: Vec<_> = others.filter(|line| !line.starts_with(&expected)).collect();
        assert!(others.is_empty(), "{name}: {others:?}");
    }
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail");
    let files = std::fs::read_dir(ui).expect("it is there");
    let files = files.map(|file| file.expect("it can be read").path());
    let programs = files.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    assert_eq!(
        programs.count(),
        CODES.len(),
        "every program has its reason here"
    );
}
