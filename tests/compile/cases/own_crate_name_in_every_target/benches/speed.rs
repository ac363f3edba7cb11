#[test]
fn runs() {
    assert_eq!(case::most().value, depot::old::OLD_MAX);
}
