use case::Old;

#[test]
fn is_there() {
    let old: Old = case::make();
    assert_eq!(old, case::Old::new(1));
}
