//! A glob names nothing.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2.0")]
pub use crate::new::*;

#[deprecated_reexport(since = "0.2.0")]
pub mod legacy {
    pub use crate::new::{self as other, *};
}

pub fn user(_: Named, _: legacy::Named) {}

fn main() {}
