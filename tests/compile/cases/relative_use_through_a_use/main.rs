use depot::old;
use depot::old as legacy;
use depot as d;
use old::Old;
use legacy::{old_make, rest};
use self::old::OldPair;
use d::old::OLD_MAX;
use d::oldmod as m;
use m::sub::leaf;

fn main() {
    let a: Old = old_make(OLD_MAX);
    println!("{a} {:?} {} {}", OldPair(1, 2), rest(), d::old::KEEP);
    println!("{} {} {}", leaf(), m::run(), self::m::LEVEL);
    println!("{:?}", crate::old::Old::new(2));
}
