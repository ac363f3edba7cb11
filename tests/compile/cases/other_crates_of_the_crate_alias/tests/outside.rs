extern crate case as it;
extern crate depot as depot2;

use depot2::old::Old;

#[test]
fn outside() {
    assert_eq!(it::all().0, Old::new(1));
    assert_eq!(it::inner::OldUnit, depot2::old::OldUnit);
}
