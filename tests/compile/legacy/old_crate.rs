//! The legacy name of a whole crate; it is not there when the legacy paths are poisoned.

pub use new_crate::*;
