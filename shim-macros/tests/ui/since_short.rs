//! A version is whole, and one as semver has it.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2")]
pub use crate::new::Named as Old;

#[deprecated_reexport(since = "v0.2.0", remove_in = "1.0.0-01")]
pub use crate::new::Named as Older;

#[deprecated_reexport(since = 2)]
pub use crate::new::Named as Oldest;

pub fn user(_: Old, _: Older) {}

fn main() {}

shim_macros::deprecated_reexports! {
    #![since = "0.2"]
    pub use crate::new::Named as Header;
}
