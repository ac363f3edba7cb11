//! Options that there are not.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2.0", reason = "x")]
pub use crate::new::Named as Old;

#[deprecated_reexport(since = "0.2.0", suggestion = "Named")]
pub use crate::new::Named as Older;

deprecated_reexports! {
    #![since = "0.2.0", doc = "x"]
    pub use crate::new::Named as Oldest;
}

pub fn user(_: Old, _: Older, _: Oldest) {}

fn main() {}
