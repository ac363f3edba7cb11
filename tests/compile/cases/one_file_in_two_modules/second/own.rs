pub fn one() -> u32 {
    super::Old::new(1).0
}
