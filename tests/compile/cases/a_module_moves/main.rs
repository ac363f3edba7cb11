use depot::oldmod;
use depot::oldmod::{self as m, run, sub::{leaf, Leaf}, Item, Run as _};

mod inner {
    use super::oldmod::sub;
    use crate::oldmod::LEVEL;

    pub fn two() -> u32 {
        sub::leaf() + LEVEL + super::oldmod::run()
    }
}

fn main() {
    println!("{} {} {:?} {:?}", run(), leaf(), Leaf, Item::new(1).run());
    println!("{} {}", oldmod::Run::run(&oldmod::Item { size: 2 }), m::LEVEL);
    println!("{} {}", inner::two(), depot::oldmod::sub::leaf());
    println!("{}", oldmod::total!(1, 2));
}
