mod oldmod {
    pub fn run() -> u32 {
        1
    }
}
mod depot_like {
    pub mod oldmod {
        pub fn run() -> u32 {
            2
        }
    }
    pub mod old {
        pub fn old_make() -> u32 {
            3
        }
    }
}

use depot::v2::{self, net};

fn main() {
    println!("{} {} {}", oldmod::run(), depot_like::oldmod::run(), depot_like::old::old_make());
    println!("{} {}", v2::version(), net::dial());
    println!("{} {}", depot::old::rest(), depot::old::deep::LOW);
}
