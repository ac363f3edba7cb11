//! ```
//! use depot::old::{old_make, Old};
//!
//! let made: Old = old_make(1);
//! assert_eq!(made, case::one());
//! ```

/// ```rust
/// # use depot::old::Old;
/// # fn hidden() -> depot::old::OldState { depot::old::OldState::Idle }
/// let one = case::one();
/// assert_eq!(one, Old { value: 1 });
/// #
/// # let _: Old = depot::old::old_make(2);
/// ```
///
/// Text with `Old`.
///
/// ```should_panic
/// use depot::old::*;
/// assert_eq!(old_make(1), Old::new(2));
/// ```
///
/// ```compile_fail
/// use depot::old::Old;
/// let one: Old = 5;
/// ```
///
///     use depot::old::OLD_MAX;
///     assert_eq!(OLD_MAX, 7);
///
/// ~~~no_run
/// let _ = depot::old::OLD_NAME;
/// ~~~
pub fn one() -> depot::new::New {
    depot::new::make(1)
}

/**
 * ```
 * use depot::old::OldPair;
 * assert_eq!(OldPair(1, 2).0, 1);
 * ```
 */
pub mod starred {}

/**
```ignore
use depot::old::OldPair;
```
*/
pub mod plain {}

macro_rules! documented {
    ($name:ident) => {
        /// ```
        /// use depot::old::OldUnit;
        /// assert_eq!(OldUnit, OldUnit::default());
        /// ```
        pub fn $name() {}
    };
}
documented!(made);

#[doc = "```"]
#[doc = "use depot::old::Old;"]
#[doc = "Old::new(1);"]
#[doc = "```"]
pub fn by_attribute() {}
