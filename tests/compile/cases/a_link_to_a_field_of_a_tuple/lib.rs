use depot::old::{Old, OldPair};

/// The first is [`OldPair::0`], the second [it](OldPair::1), or [`field@Old::value`].
pub fn made(old: Old) -> OldPair {
    OldPair(old.value, 0)
}
