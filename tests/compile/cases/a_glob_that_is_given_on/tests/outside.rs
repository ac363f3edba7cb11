use case::{Old, OldPair};

#[test]
fn outside() {
    let old: Old = case::inner::make();
    assert_eq!(old, case::inner::Old::new(case::OLD_MAX - 6));
    assert_eq!(OldPair(1, 2).0 + case::rest(), 78);
}
