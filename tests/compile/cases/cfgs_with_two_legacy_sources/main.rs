#[cfg(not(feature = "deep"))]
use depot::old::Old as Thing;
#[cfg(feature = "deep")]
use depot::old::deep::OldDeep as Thing;

#[cfg(not(feature = "deep"))]
use depot::old::{rest, old_make as make};
#[cfg(feature = "deep")]
use depot::old::{deep::dig as make, deep::LOW};

#[cfg(not(feature = "deep"))]
fn number() -> u32 {
    make(rest()).value
}

#[cfg(feature = "deep")]
fn number() -> u32 {
    make() + LOW
}

fn main() {
    println!("{:?} {}", Thing::default(), number());
}
