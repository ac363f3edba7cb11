//! A decoy would shadow a macro that users call.

use shim_macros::deprecated_reexport;

pub mod new {
    pub fn join() {}
}

#[deprecated_reexport(since = "0.2.0")]
pub use crate::new::join;

#[deprecated_reexport(since = "0.2.0")]
pub mod legacy {
    pub use crate::new::{join as vec, join as fine, join as r#todo};
}

pub fn user() {
    join();
    legacy::vec();
    legacy::fine();
}

fn main() {}
