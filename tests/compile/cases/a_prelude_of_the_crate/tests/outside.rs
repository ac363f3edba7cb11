use case::prelude::{Old, OldState};
use case::{handlers, Old as Root};

#[test]
fn outside() {
    let old: Old = handlers::handle(OldState::OldState);
    assert_eq!(old, Root::new(6));
    assert_eq!(case::OldState::start(), case::prelude::OldState::Busy(1));
}
