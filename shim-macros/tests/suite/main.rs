//! What other crates see of a shim, by way of the compiler.

mod kinds;
mod matrix;
mod workspace;
