//! A crate that moved as a whole: only its name is left.

#![no_std]
#![deprecated(since = "0.2.0", note = "moved to `defining`")]
#![deny(warnings, missing_docs)]

shim_macros::deprecated_reexports! {
    #![since = "0.2.0"]

    pub use ::defining::canonical::{Named as StubNamed, connect as stub_connect};
    pub use defining::canonical::State as StubState;
    #[deprecated_reexport(ctor)]
    pub use ::defining::canonical::Id as StubId;
}
