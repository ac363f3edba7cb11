#![doc = include_str!("../README.md")]

/// Nothing else.
pub fn nothing() -> depot::old::Kept {
    depot::old::keep(1)
}
