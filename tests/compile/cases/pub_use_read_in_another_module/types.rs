pub(crate) use depot::old::Old;
pub use depot::old::old_make;
