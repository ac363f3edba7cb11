mod depot_old {
    pub mod old {
        #[derive(Debug)]
        pub struct Old;
    }
}
mod older {
    #[derive(Debug)]
    pub struct OldOne;
    pub fn old_maker() -> OldOne {
        OldOne
    }
    pub const OLD_MAXIMUM: u32 = 1;
}

use depot::old::deep;
use depot::old::{rest, Rest};
use depot_old::old::Old;
use older::{old_maker, OldOne, OLD_MAXIMUM};

fn main() {
    let one: OldOne = old_maker();
    println!("{:?} {:?} {} {} {:?}", Old, one, OLD_MAXIMUM, rest(), Rest(1));
    println!("{}", deep::LOW);
}
