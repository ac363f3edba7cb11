//! A macro does not see another file.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub struct Named { pub a: u8 }
}

deprecated_reexports! {
    #![since = "0.2.0"]
    pub mod legacy {
        pub mod elsewhere;
    }
}

#[deprecated_reexport(since = "0.2.0")]
pub mod legacy_too {
    pub mod elsewhere;
}

pub fn user(_: legacy::elsewhere::Old) {}

fn main() {}
