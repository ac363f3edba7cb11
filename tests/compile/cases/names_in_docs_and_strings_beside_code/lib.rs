// depot::old::Old is what this is about.
use depot::old::{Old, OldPair};

/// Old names: OldPair. A [`Old`] that is made by [`Self::made`], [`Maker::made`]
/// or [`<Maker as Make>::make`](Make::make), as in [`std::fmt`] and [`u32`].
///
/// # Panics
///
/// Never, if [`OldPair`]`(1, 2)` is [`OldPair`]… see [the list](#panics).
pub struct Maker;

impl Maker {
    pub const PATH: &'static str = "depot::old::Old";

    /// [`Old`] → [`Old`]; ünïcödé [`Old`] ✓.
    pub fn made(old: Old) -> Old {
        //! Inner: [`OldPair`].
        old
    }
}

pub trait Make {
    /// As [`depot::old::old_make`] does, with [`depot::old::OldState::Busy`]
    /// and [`depot::old::OldState`]'s [`Done`](depot::old::OldState::Done).
    fn make(&self) -> OldPair;
}

#[rustfmt::skip]
pub mod nested {
    #![doc = "Nested: [`super::Maker`], [`Old`]."]
    #![doc = r#"And [`Old`](depot::old::Old "a \"title\"")."#]
    use depot::old::Old;
    /// [`Old`]
    pub type Mine = Old;
}
