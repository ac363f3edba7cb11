pub fn most() -> u32 {
    use depot::old::OLD_MAX;
    OLD_MAX
}
