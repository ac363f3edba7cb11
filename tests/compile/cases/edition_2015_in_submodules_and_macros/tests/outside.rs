extern crate case;
extern crate depot;

use depot::old::Old;

#[test]
fn outside() {
    assert_eq!(case::made().0, Old::new(1));
    assert_eq!(case::summed(), 17);
    assert_eq!(case::handlers::inner::both(), 22);
}
