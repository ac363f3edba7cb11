#[macro_use]
extern crate depot;

pub mod handlers;

use depot::old::{Old, OldPair};
use handlers::inner::OldUnit as Nothing;

pub fn made() -> (Old, OldPair, Nothing) {
    (depot::old::old_make(1), ::depot::old::OldPair(1, 2), Nothing)
}

pub fn summed() -> u32 {
    sum!(1, 2) + ::handlers::most()
}
