//! Uses what it gives on.
//!
//! ```
//! use case::{build, Old, parts::*};
//!
//! let old: Old = build(1);
//! assert_eq!(old, Old { value: 1 });
//! assert_eq!(Pairs(1, OLD_MAX).1, case::parts::OLD_MAX);
//! ```
//!
//! ```
//! # fn main() -> Result<(), String> {
//! use depot::old::{self as legacy, OldResult};
//! fn inner() -> OldResult<u32> {
//!     Ok(legacy::OLD_MAX)
//! }
//! let old_make = inner()?;
//! assert_eq!(old_make, legacy::old_make(7).value);
//! # Ok(())
//! # }
//! ```

pub use depot::old::{old_make as build, Old};

pub mod parts {
    //! See [`super::Old`], [`Pairs`] and [OLD_MAX].
    pub use depot::old::{OldPair as Pairs, OLD_MAX};
}

/// `Old` of `depot::old` as it was: [`Old`], [`crate::build`], [`parts::Pairs`].
///
/// 1. A list:
///    ```rust,no_run
///    let _ = depot::old::old_make(1);
///    ```
/// 2. Another:
///
///        assert_eq!(depot::old::OLD_MAX, 7);
///
/// > ```
/// > assert_eq!(depot::old::Old::new(1).value, 1);
/// > ```
///
/// ````text
/// ```
/// depot::old::Old
/// ```
/// ````
///
/// ```compile_fail,E0432
/// use depot::old::NoSuchThing;
/// ```
pub fn nothing() {}
