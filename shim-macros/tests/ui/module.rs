//! Modules and crates move name by name.

use shim_macros::deprecated_reexport;

pub mod new {
    pub mod inner {
        pub struct Named { pub a: u8 }
    }
}

#[deprecated_reexport(since = "0.2.0")]
pub mod legacy {
    pub use crate::new::inner::{self, Named as Old};
    pub use crate as root;
}

pub fn user(_: legacy::Old, _: legacy::inner::Named) {}

fn main() {}
