use depot::old::{self, OLD_MAX};
use depot;

pub mod inner {
    pub use depot::old::OldUnit;
    use handlers::most;

    pub fn both() -> u32 {
        most() + ::depot::old::Old::new(1).value + super::depot::old::OLD_MAX
    }
}

pub trait Anonymous {
    fn take(&self, ::depot::old::Old) -> u32;
}

impl Anonymous for u8 {
    fn take(&self, old: ::depot::old::Old) -> u32 {
        old.value + old::REST
    }
}

pub fn most() -> u32 {
    old::OLD_MAX + OLD_MAX
}
