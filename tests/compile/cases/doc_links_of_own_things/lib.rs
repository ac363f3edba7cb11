//! [`Old`] is here, [`old::Old`] is there.

/// Not `depot::OLD`; see [`Self::old_make`] and [`old_make`](Old::old_make).
pub struct Old;

impl Old {
    /// Of [`Old`].
    pub fn old_make(&self) -> u32 {
        1
    }
}

/// A module beside [`Old`](struct@Old). An array: `a[Old]`, a box: [Old](https://example.org/depot/old).
pub mod old {
    /// Of [`Old`].
    pub struct Old;
}
