use super::super::Old;

pub fn make() -> Old {
    let one: super::Old = crate::Old::new(1);
    Old::new(one.value + 1)
}
