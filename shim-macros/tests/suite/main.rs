//! What other crates see of a shim, by way of the compiler.

mod collisions;
mod compiler;
mod defining;
mod globs;
mod kinds;
mod matrix;
mod messages;
mod runtime;
mod workspace;
