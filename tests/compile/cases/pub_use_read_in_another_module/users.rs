use crate::types::{self, Old};

pub fn all() -> u32 {
    let a: Old = types::old_make(1);
    let b = crate::types::Old::new(2);
    a.value + b.value
}
