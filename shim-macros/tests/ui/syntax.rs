//! What cannot be read is said where it stands.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since: "0.2.0")]
pub use crate::new::Named as Old;

deprecated_reexports! {
    #![since = "0.2.0"]
    pub use crate::new::Named as;
}

pub fn user(_: Old) {}

fn main() {}
