pub use depot::old::*;

pub mod inner {
    pub use super::*;

    pub fn make() -> Old {
        old_make(1)
    }
}
