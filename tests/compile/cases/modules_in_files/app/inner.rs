use super::Old;
use super::super::OldPair;
use crate::app::old_make as builder;

#[derive(Debug, Default)]
pub struct Local {
    pub old: Old,
}

pub fn make() -> u32 {
    let pair = OldPair(1, 2);
    let crate::OldPair(a, _) = pair;
    builder(a).value + super::first().value + super::inline::leaf::leaf().value
}
