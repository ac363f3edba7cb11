use crate::shared::OldState;
use case::{shared::Pairs, Old};
use depot::old::old_make;

pub struct Options {
    pub old: Old,
    pub pair: Pairs,
    pub state: OldState,
}

impl Options {
    pub fn parsed() -> Self {
        Self { old: old_make(1), pair: depot::old::OldPair(1, 2), state: super::shared::OldState::Idle }
    }
}
