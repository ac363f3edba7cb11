pub fn make() -> super::Old {
    crate::Old::new(5)
}
