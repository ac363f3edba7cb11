extern crate depot as store;

use store::old::Old;

mod inner {
    use crate::store::old::old_make;

    pub fn one() -> crate::store::old::Old {
        old_make(1)
    }
}

fn main() {
    println!("{} {} {}", Old::new(2), inner::one(), store::oldmod::run());
    println!("{}", self::store::old::Old::LIMIT);
}
