use case::*;

#[test]
fn all_of_it() {
    assert_eq!(build(OLD_MAX), Old::new(7));
    assert_eq!((Kept(1), Rest(2)), (case::Kept(1), case::Rest(2)));
    assert_eq!(pair() + second(), 12);
}
