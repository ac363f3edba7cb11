#[test]
fn made() {
    assert_eq!(case::inner::make(), case::Old::new(7));
}
