pub use depot::old::{Kept, Old, Rest, old_make as build, OLD_MAX};
pub(crate) use depot::old::OldPair;

pub fn pair() -> u32 {
    let OldPair(a, b) = OldPair(1, 2);
    a + b
}

mod inner {
    pub fn second() -> u32 {
        crate::OldPair(3, 4).1 + super::OldPair(5, 6).0
    }
}

pub fn second() -> u32 {
    inner::second()
}
