#[test]
fn three() {
    assert_eq!(case::all(), 3);
}
