//! `#[deprecated]` is what the shim is for.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2.0")]
#[deprecated]
pub use crate::new::Named as Old;

#[deprecated_reexport(since = "0.2.0")]
pub mod legacy {
    #![deprecated(since = "0.1.0")]

    #[deprecated(note = "x")]
    pub type Alias = crate::new::Named;
}

#[allow(deprecated)]
pub fn user(_: Old, _: legacy::Alias) {}

fn main() {}
