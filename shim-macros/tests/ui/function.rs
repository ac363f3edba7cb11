//! A function is written with its signature, and says what it calls.

use shim_macros::{deprecated_reexport, deprecated_reexports};

pub mod new {
    pub fn function(n: u8) -> u8 {
        n
    }
}

#[deprecated_reexport(since = "0.2.0")]
pub fn without_target(n: u8) -> u8;

#[deprecated_reexport(since = "0.2.0", to = "crate::new::function")]
pub fn with_text(n: u8) -> u8;

#[deprecated_reexport(since = "0.2.0", to = crate::new::function)]
pub fn with_body(n: u8) -> u8 {
    n
}

deprecated_reexports! {
    #![since = "0.2.0"]
    #[deprecated_reexport(to = crate::new::function)]
    pub fn method(&self, n: u8) -> u8;
    #[deprecated_reexport(to = crate::new::function)]
    pub fn conditional(#[cfg(all())] n: u8) -> u8;
}

pub fn user() {
    without_target(1);
    with_text(1);
    with_body(1);
    conditional(1);
}

fn main() {}
