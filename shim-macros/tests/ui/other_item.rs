//! Items that no shim is made of.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2.0")]
pub struct Old;

deprecated_reexports! {
    #![since = "0.2.0"]
    pub const LIMIT: u8 = 1;
    pub use crate::new::Named as Older;
}

pub fn user(_: Old, _: Older) -> u8 {
    LIMIT
}

fn main() {}
