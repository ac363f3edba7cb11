//! All that is wrong is said at once, and what is right works.

use shim_macros::deprecated_reexports;

pub mod new {
    pub struct Named { pub a: u8 }
}

deprecated_reexports! {
    #![since = "0.2.0"]
    pub use crate::new::*;
    pub(crate) use crate::new::Named as Old;
    pub use crate::new::Named as Fine;
    pub mod legacy {
        pub use super::new::{Named as Old, Named as _};
        pub use crate::new::Named as Fine;
        #[deprecated_reexport(unknown)]
        pub type Alias = crate::new::Named;
    }
}

pub fn user(_: Fine, _: legacy::Fine, _: legacy::Alias) {}

fn main() {}
