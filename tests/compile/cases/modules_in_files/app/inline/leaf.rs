use super::super::{first, Old};

pub fn leaf() -> Old {
    let old: super::super::Old = first();
    Old::new(old.value + 10)
}
