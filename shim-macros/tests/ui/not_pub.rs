//! What other crates cannot see needs no shim.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
    pub fn function() {}
}

#[deprecated_reexport(since = "0.2.0")]
pub(crate) use crate::new::Named as Old;

#[deprecated_reexport(since = "0.2.0")]
use crate::new::Named as Older;

#[deprecated_reexport(since = "0.2.0")]
mod legacy {
    type Alias = crate::new::Named;
    #[deprecated_reexport(to = crate::new::function)]
    pub(super) fn old();
}

fn user(_: Old, _: Older) {
    legacy::old();
}

fn main() { user(new::Named { a: 1 }, new::Named { a: 1 }) }
