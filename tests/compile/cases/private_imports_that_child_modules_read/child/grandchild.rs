use super::*;
use crate::OldPair as Pairs;

pub fn made() -> Pairs {
    let old: Old = super::super::old_make(4);
    crate::OldPair(old.value, super::Old::new(5).value)
}
