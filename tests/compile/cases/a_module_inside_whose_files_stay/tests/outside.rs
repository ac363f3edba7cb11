use case::old_rooms::{self, hall};

#[test]
fn rooms() {
    assert_eq!(case::all(), old_rooms::size() + hall::height());
}
