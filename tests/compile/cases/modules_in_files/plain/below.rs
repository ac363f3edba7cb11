pub fn third() -> u32 {
    super::super::app::old_make(3).value + crate::OldPair(1, 5).1
}
