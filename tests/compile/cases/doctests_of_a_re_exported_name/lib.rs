//! ```
//! use case::Old;
//! use depot::old::old_make;
//!
//! let old: Old = old_make(4);
//! assert_eq!(old, case::Old::new(4));
//! ```

/// Of [`Old`]:
///
/// ```
/// # use case::*;
/// let _ = Old::new(depot::old::OLD_MAX);
/// ```
pub use depot::old::Old;
