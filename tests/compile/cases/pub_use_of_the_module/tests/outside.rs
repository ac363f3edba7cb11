#[test]
fn names_of_the_crate_stay() {
    assert_eq!(case::oldmod::run(), case::run());
    assert_eq!(case::twig::leaf(), case::oldmod::sub::leaf());
    assert_eq!(case::net::dial(), 51);
    assert_eq!(case::here(), 72);
}
