//! `remove_in` is later than `since`, wherever either stands.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "9.2.0", remove_in = "9.2.0")]
pub use crate::new::Named as Old;

#[deprecated_reexport(since = "9.0.0", remove_in = "10.0.0")]
pub mod legacy {
    #[deprecated_reexport(since = "10.0.0")]
    pub use crate::new::Named as Old;
    #[deprecated_reexport(remove_in = "9.0.0-rc.1")]
    pub use crate::new::Named as Older;
    #[deprecated_reexport(since = "10.0.0-rc.1")]
    pub use crate::new::Named as Oldest;
}

pub fn user(_: Old, _: legacy::Old, _: legacy::Older, _: legacy::Oldest) {}

fn main() {}
