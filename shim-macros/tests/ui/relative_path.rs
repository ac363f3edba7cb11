//! A path that starts at a module means nothing to users.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
    pub fn function() {}
}

#[deprecated_reexport(since = "0.2.0")]
pub use self::new::Named as Old;

pub mod legacy {
    use shim_macros::deprecated_reexports;

    deprecated_reexports! {
        #![since = "0.2.0"]
        pub use super::new::{Named as Old, Named as Older};
        pub type Alias = super::new::Named;
        #[deprecated_reexport(to = super::new::function)]
        pub fn old();
    }
}

pub fn user(_: Old, _: legacy::Older, _: legacy::Alias) {
    legacy::old();
}

fn main() {}
