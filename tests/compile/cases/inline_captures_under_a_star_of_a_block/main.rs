mod mine {
    pub const OLD_MAX: u32 = 500;
    pub const MAX: u32 = 600;
}

use depot::old::OLD_MAX;

fn main() {
    println!("{OLD_MAX}");
    {
        use crate::mine::*;
        println!("{OLD_MAX} {MAX}");
    }
}
