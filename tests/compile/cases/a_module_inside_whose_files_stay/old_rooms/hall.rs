use crate::old_rooms::width;

pub fn height() -> u32 {
    width() + super::super::old_rooms::width()
}
