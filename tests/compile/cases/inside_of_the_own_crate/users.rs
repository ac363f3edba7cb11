use crate::old_home::{old_build, OldWidget};
use super::old_rooms::{self, hall};

pub fn all() -> (OldWidget, u32) {
    let widget = crate::old_home::OldWidget(old_rooms::count() + hall::size());
    (old_build(), widget.0 + super::old_rooms::wide())
}
