//! Options that cannot be read are said once: the items are there without their shims.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub struct Named { pub a: u8 }
    pub fn draw(p: u8) -> u8 { p }
    pub fn make<T: Default>() -> T { T::default() }
}

#[deprecated_reexport(since = "0.2.0")]
pub mod legacy {
    #[deprecated_reexport(to = crate::new::make::<u8>)]
    pub fn make_u8() -> u8;
    #[deprecated_reexport(to = crate::new::draw)]
    pub fn sketch(p: u8) -> u8;
    #[deprecated_reexport(since "0.1.0")]
    pub use crate::new::Named as Old;
    pub mod inner {
        #[deprecated_reexport(ctor macro)]
        pub use crate::new::Named as Older;
        #[deprecated_reexport = "0.1.0"]
        pub type Oldest = crate::new::Named;
        #[deprecated_reexport(unknown)]
        pub use crate::new::Named as Fine;
    }
}

// What its items lack is not said as well.
#[deprecated_reexport(since "0.2.0")]
pub mod unread {
    #[deprecated_reexport(to = crate::new::draw)]
    pub fn sketch(p: u8) -> u8;
    #[deprecated_reexport(note =)]
    pub use crate::new::Named as Old;
}

#[deprecated_reexport(since = "0.2.0", to crate::new::draw)]
pub fn outside(p: u8) -> u8;

deprecated_reexports! {
    #![since "0.2.0"]
    #[deprecated_reexport(to = crate::new::draw)]
    pub fn sketch(p: u8) -> u8;
    pub use crate::new::Named as Old;
}

pub fn user(_: Old, _: legacy::Old, _: legacy::inner::Older, _: legacy::inner::Oldest) -> u8 {
    let _: unread::Old;
    legacy::make_u8() + legacy::sketch(1) + unread::sketch(1) + outside(1) + sketch(1)
}

fn main() {}
