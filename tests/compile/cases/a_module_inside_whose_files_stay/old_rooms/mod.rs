pub mod hall;

pub(in crate::old_rooms) fn width() -> u32 {
    2
}

pub fn size() -> u32 {
    crate::old_rooms::hall::height() * width()
}
