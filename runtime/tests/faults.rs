//! What goes wrong: clients that break, stop or flood, clocks that jump, messages that are none, and
//! handlers that panic.

mod support;

#[path = "support/process.rs"]
mod process;
#[path = "support/raw.rs"]
mod raw;

#[path = "faults/clients.rs"]
mod clients;

#[path = "faults/messages.rs"]
mod messages;

#[path = "faults/time.rs"]
mod time;
