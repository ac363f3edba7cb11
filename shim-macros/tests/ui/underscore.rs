//! What has no name cannot be imported.

use shim_macros::deprecated_reexport;

pub mod new {
    pub trait Handler {}
}

#[deprecated_reexport(since = "0.2.0")]
pub use crate::new::Handler as _;

fn main() {}
