//! `since` is missing: once for a module and all that lies in it.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport]
pub use crate::new::Named as Old;

#[deprecated_reexport(remove_in = "9.0.0")]
pub mod legacy {
    pub use crate::new::Named as Old;
    pub type Alias = crate::new::Named;
}

deprecated_reexports! {
    pub type First = crate::new::Named;
    #[deprecated_reexport(since = "0.1.0")]
    pub type Second = crate::new::Named;
}

pub fn user(_: Old, _: legacy::Old, _: legacy::Alias, _: First, _: Second) {}

fn main() {}
