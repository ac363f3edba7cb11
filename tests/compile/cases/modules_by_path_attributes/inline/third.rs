pub fn make() -> super::super::Old {
    crate::Old::new(6)
}
