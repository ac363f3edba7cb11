//! A macro does not see another file.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2.0")]
pub mod legacy {
    pub mod elsewhere;
}

fn main() {}
