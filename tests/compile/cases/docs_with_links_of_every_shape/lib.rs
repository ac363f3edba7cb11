use depot::old::{self, old_make, Old, OldState};

/// [`Old`], [Old], [the thing](Old), [the thing](`Old`), [`thing`](<Old>), [Old][], [t][Old],
/// [`t`][`Old`], [t](struct@Old), [struct@Old], [`Old::new`], [`Old::new()`], [Old::new()],
/// [t](Old::new "title"), [`OldState::Busy`], [fn@old_make], [`old_make()`], [old_make()][],
/// [`old::Old`], [old::Old::value], [`field@old::Old::value`], [t](depot::old::Old#impl-Display).
///
/// ![no image](https://docs.rs/depot/old/struct.Old.html) and <https://docs.rs/depot/old/struct.Old.html>.
///
/// | a | b |
/// |---|---|
/// | [`Old`] | [x](depot::old::OldPair) |
///
/// - [`Old`]:
///   nested, see [ref] and [`ref2`].
/// > quoted [`Old`]
///
/// [ref]: depot::old::Old
/// [`ref2`]: depot::old::OldState::Done "title"
/// [web]: https://docs.rs/depot/old/struct.Old.html
///
/// In `depot::old` \[`Old`\] is no link.
pub fn linked() -> (Old, OldState) {
    (old_make(old::REST), OldState::Idle)
}
