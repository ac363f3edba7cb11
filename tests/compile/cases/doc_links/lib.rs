//! See [`depot::old::Old`] and [the maker](depot::old::old_make).

use depot::old::{old_make, Old, OldState};

/// Makes an [`Old`], as [old_make] does; see also [`Old::new`] and [`Old::LIMIT`].
///
/// At most [`depot::old::OLD_MAX`]; [`old_make()`] takes it, [a link][Old] and [other].
/// The `depot::OLD::Old` in prose stays, and <https://docs.rs/depot/latest/depot/OLD/struct.Old.html>.
///
/// It is [`enum@OldState`], [struct@Old], [`fn@old_make`], [busy](OldState::Busy),
/// [`variant@OldState::Idle`] or [`OldState::OldState`] <https://example.org/Old>.
///
/// [other]: depot::old::OldState::Done
/// [`old_make()`]: old_make()
pub fn make() -> Old {
    old_make(1)
}

/** A block about [`Old`].

 * [`OldState::start`]
 */
pub fn state() -> OldState {
    //! And an inner one: [`OldState`].
    OldState::start()
}

#[doc = "Made by [`old_make`]."]
pub struct Documented {
    /// A field of [`Old`].
    pub field: Old,
}
