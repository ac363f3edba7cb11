pub mod inner;
pub(super) use depot::old::old_make;
use depot::old::Old;

pub fn first() -> Old {
    self::old_make(1)
}

pub mod inline {
    pub mod leaf;
}
