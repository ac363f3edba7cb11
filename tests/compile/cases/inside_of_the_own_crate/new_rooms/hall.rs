pub fn size() -> u32 {
    super::wide() + 3
}
