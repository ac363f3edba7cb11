use case::{direct, nested, pair};

#[test]
fn from_outside() {
    assert_eq!((pair!(1).1, nested!(1, 2, 3).0), (7, 3));
    assert_eq!(direct!(5).value, 5);
    assert_eq!(case::here(), 12);
}
