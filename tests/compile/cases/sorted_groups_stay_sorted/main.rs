use depot::old::{keep, old_make, rest, Old, OldPair, Rest, OLD_MAX, REST};
use depot::{extra::EXTRA, old::OldUnit, oldmod, v2};

fn main() {
    println!("{:?} {} {} {}", keep(1), old_make(2), rest(), Old::new(3));
    println!("{:?} {:?} {} {}", OldPair(1, 2), Rest(1), OLD_MAX, REST);
    let unit = (OldUnit, oldmod::run());
    println!("{:?} {} {}", unit, EXTRA, v2::version());
}
