use case::old_home::{old_build, OldWidget};
use case::old_rooms;
use case::users;

#[test]
fn widgets() {
    assert_eq!(users::all().0, OldWidget(1));
    assert_eq!(old_build(), case::old_home::OldWidget(1));
    assert_eq!(old_rooms::wide(), case::old_rooms::hall::size() - 3);
}
