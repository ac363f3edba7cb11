use depot::old::{OLD_MAX, Old, REST, Rest, keep, old_make, rest};
use depot::oldmod::{Item, Special, run};
use depot::v2::version;

fn main() {
    println!("{:?} {} {} {}", keep(1), old_make(2), rest(), Old::new(3));
    println!("{:?} {} {} {}", Rest(1), OLD_MAX, REST, version());
    println!("{:?} {:?} {}", Item::new(1), Special, run());
}
