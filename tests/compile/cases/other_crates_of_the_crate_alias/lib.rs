extern crate depot as d;
extern crate self as me;

use d::old::{Old, OldPair};

pub mod inner {
    pub use d::old::OldUnit;

    pub fn made() -> ::d::old::OldPair {
        ::d::old::OldPair(1, 2)
    }
}

pub fn all() -> (Old, OldPair, me::inner::OldUnit) {
    (d::old::old_make(1), me::inner::made(), ::me::inner::OldUnit)
}
