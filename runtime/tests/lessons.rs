//! The fifteen lessons of the predecessor, R1 to R15: the name of each test begins with its lesson.
//!
//! `RUNTIME_REAL=1` makes the long runs. What only a compiler or a model checker can show stands
//! elsewhere: the `compile_fail` examples of the library for R1, `loom` for R2.

mod support;

#[path = "support/process.rs"]
mod process;
#[path = "support/raw.rs"]
mod raw;

#[path = "lessons/isolation.rs"]
mod isolation;

#[path = "lessons/ownership.rs"]
mod ownership;

#[path = "lessons/delivery.rs"]
mod delivery;

#[path = "lessons/handshake.rs"]
mod handshake;

#[path = "lessons/encoding.rs"]
mod encoding;

#[path = "lessons/outside.rs"]
mod outside;

#[path = "lessons/runs.rs"]
mod runs;

#[path = "lessons/shutdown.rs"]
mod shutdown;
