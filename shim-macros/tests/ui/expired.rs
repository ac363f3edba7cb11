//! The crate of this test is at 0.0.0: what was to be removed by then is an error.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.0.0-alpha", remove_in = "0.0.0-rc.1")]
pub use crate::new::Named as Old;

#[deprecated_reexport(since = "0.0.0-alpha", remove_in = "0.0.0")]
pub mod legacy {
    pub use crate::new::Named as Old;
}

#[deprecated_reexport(since = "0.0.0-alpha", remove_in = "0.0.1-alpha")]
pub use crate::new::Named as InTime;

pub fn user(_: Old, _: legacy::Old, _: InTime) {}

fn main() {}
