mod new {
    pub fn mine() -> u32 {
        1
    }
}

mod newmod {
    pub fn mine() -> u32 {
        2
    }
}

mod depot2 {
    pub mod old {
        pub fn old_make() -> u32 {
            3
        }
    }
}

mod inner {
    use super::depot2 as depot;

    pub fn made() -> u32 {
        depot::old::old_make() + ::depot::old::old_make(1).value
    }
}

use depot::old::{self, rest};
use depot::oldmod;

fn main() {
    println!("{} {} {}", new::mine(), newmod::mine(), inner::made());
    println!("{:?} {:?} {}", old::old_make(1), old::Rest(2), rest());
    println!("{:?} {}", oldmod::Item::new(1), oldmod::run());
}
