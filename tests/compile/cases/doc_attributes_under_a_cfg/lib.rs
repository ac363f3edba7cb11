//! Crate docs, with [`depot::old::Old`].
#![cfg_attr(all(), doc = "More, with [`depot::old::OldPair`] and a test.")]
#![cfg_attr(all(), doc = "")]
#![cfg_attr(all(), doc = "```")]
#![cfg_attr(all(), doc = "let _ = depot::old::old_make(1);")]
#![cfg_attr(all(), doc = "```")]

use depot::old::Old;

/// Makes [`Old`][made].
///
/// [made]: depot::old::old_make
#[cfg_attr(not(any()), doc = "Or [`Old`], or [it](depot::old::Old::new).")]
#[cfg_attr(any(), doc = "Or never [`depot::old::OldState`].")]
pub fn made() -> Old {
    Old::new(1)
}

/// A holder of [`Old`]s.
///
/// ```
/// # #![allow(unused)]
/// # use depot::old::{
/// #     Old,
/// #     OldPair,
/// # };
/// # fn main() {
/// let old = Old::new(1);
/// ## [allow(unused)]
/// const NOT_HIDDEN: u32 = 1;
/// # let pair = OldPair(1, 2);
/// assert_eq!(old, case::made());
/// # }
/// # macro_rules! not { ($($t:tt)*) => {} }
/// ```
#[doc(alias = "Old")]
pub struct Holder {
    /// An [`Old`].
    pub old: Old,
    /**
     * A [`Vec`] of [`Old`](depot::old::Old)s.
     */
    pub all: Vec<Old>,
}
