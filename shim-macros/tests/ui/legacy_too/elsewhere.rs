//! A module in a file of its own.

pub type Old = u8;
