//! An alias points to a path.

use shim_macros::deprecated_reexport;

pub mod new {
    pub struct Named { pub a: u8 }
}

#[deprecated_reexport(since = "0.2.0")]
pub type Old = &'static crate::new::Named;

#[deprecated_reexport(since = "0.2.0")]
pub type Item = <Vec<crate::new::Named> as IntoIterator>::Item;

pub fn user(_: Old, _: Item) {}

fn main() {}
