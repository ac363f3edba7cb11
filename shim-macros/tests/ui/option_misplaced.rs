//! Options that are for something else, or that exclude each other.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2.0", to = crate::new::Named)]
pub use crate::new::Named as Old;

#[deprecated_reexport(since = "0.2.0", ctor)]
pub type Alias = crate::new::Named;

#[deprecated_reexport(since = "0.2.0", macro)]
pub mod legacy {
    #[deprecated_reexport(ctor, macro)]
    pub use crate::new::Named as Old;
    #[deprecated_reexport(ctor = "yes")]
    pub use crate::new::Named as Older;
    #[deprecated_reexport(note)]
    pub use crate::new::Named as Oldest;
    #[deprecated_reexport(crate_name = "my-crate")]
    pub use crate::new::Named as Ancient;
    #[deprecated_reexport(type, value)]
    pub use crate::new::Named as Primal;
}

#[deprecated_reexport(since = "0.2.0", to = crate::new::make, value)]
pub fn make();

deprecated_reexports! {
    #![since = "0.2.0", ctor]
    pub use crate::new::Named as Header;
}

pub fn user(_: Old, _: Alias, _: legacy::Older, _: legacy::Oldest, _: Header) {}

fn main() {}
